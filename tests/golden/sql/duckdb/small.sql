-- a table of time, microseconds since 1970: start of the month
CREATE TABLE time_1 (k BIGINT, start BIGINT, stop BIGINT, base_0 BIGINT, slope_0 BIGINT);

-- its 448 pieces
INSERT INTO time_1 (k, start, stop, base_0, slope_0) VALUES
  (0, 1737763200000000, 1738386000000000, 1735707600000000, 0),
  (1, 1737763200000000, 1738386000000000, 1735707600000000, 0),
  … 445 rows
  (-1, -9223372036854775808, 9223372036854775807, NULL, NULL);

-- a table of time, microseconds since 1970: deadline of 1 business hour of office
CREATE TABLE time_3 (k BIGINT, start BIGINT, stop BIGINT, base_0 BIGINT, slope_0 BIGINT);

-- its 1357 pieces
INSERT INTO time_3 (k, start, stop, base_0, slope_0) VALUES
  (0, 1737763200000000, 1737986400000000, 1737990000000000, 0),
  (1, 1737763200000000, 1737986400000000, 1737990000000000, 0),
  … 1354 rows
  (-1, -9223372036854775808, 9223372036854775807, NULL, NULL);

-- lead: everything that is counted, as of 2026-04-01T04:00:00Z
CREATE TABLE facts_of_lead AS
SELECT
  "t25"."start_of_the_month",
  "t25"."MQL_member",
  "t25"."MQL_maybe",
  "t25"."response_undecided",
  "t25"."MQL_member"
  AND (
    "t25"."response_undecided" = FALSE
  )
  AND (
    "t25"."response_elapsed" IS NULL
  ) AS "condition",
  "t25"."response_elapsed_at_least",
  "t25"."response_elapsed",
  "t25"."country",
  "t25"."MQL_member" AND (
    "t25"."apiece_value" IS NOT NULL
  ) AS "condition_2",
  "t25"."MQL_member" AND (
    "t25"."apiece_value" IS NULL
  ) AS "condition_3",
  "t25"."apiece_value",
  CAST("t25"."sales_response_state" AS SMALLINT) AS "sales_response_state",
  "t25"."MQL_member"
  AND (
    (
      "t25"."sales_response_state" = 1
    ) OR (
      "t25"."sales_response_state" = 2
    )
  )
  AND (
    "t25"."deadline_of_1_business_hour_of_office" < 1775016000000000
  ) AS "condition_4",
  "t25"."MQL_member"
  AND (
    "t25"."sales_response_state" = 1
  )
  AND (
    "t25"."deadline_of_1_business_hour_of_office" < 1775016000000000
  ) AS "condition_5",
  CAST("t25"."MQL_counted" AS SMALLINT) AS "MQL_counted",
  "t25"."id",
  "t25"."mql_at" AS "MQL_entry",
  "t25"."mql_at" AS "response_start",
  "t25"."deadline_of_1_business_hour_of_office" AS "sales_response_due",
  "t25"."nth_of_call" AS "response_stop"
FROM (
  SELECT
    "t24"."id",
    "t24"."country",
    "t24"."mql_at",
    "t24"."apiece_value",
    "t24"."response_undecided",
    "t24"."MQL_counted",
    "t24"."MQL_member",
    "t24"."MQL_maybe",
    "t24"."start_of_the_month",
    "t24"."deadline_of_1_business_hour_of_office",
    "t24"."nth_of_call",
    CASE
      WHEN "t24"."response_undecided"
      THEN 4
      WHEN "t24"."nth_of_call" <= "t24"."deadline_of_1_business_hour_of_office"
      THEN 1
      WHEN "t24"."deadline_of_1_business_hour_of_office" >= 1775016000000000
      THEN 3
      ELSE 2
    END AS "sales_response_state",
    CASE
      WHEN "t24"."nth_of_call" IS NOT NULL
      THEN CASE
        WHEN "t24"."response_undecided"
        THEN CAST(NULL AS BIGINT)
        ELSE COALESCE("t24"."nth_of_call", 1775016000000000) - "t24"."mql_at"
      END
      ELSE CAST(NULL AS BIGINT)
    END AS "response_elapsed",
    CASE
      WHEN "t24"."response_undecided"
      THEN 0
      ELSE CASE
        WHEN "t24"."response_undecided"
        THEN CAST(NULL AS BIGINT)
        ELSE COALESCE("t24"."nth_of_call", 1775016000000000) - "t24"."mql_at"
      END
    END AS "response_elapsed_at_least"
  FROM (
    SELECT
      "t21"."id",
      "t21"."country",
      "t21"."mql_at",
      "t21"."apiece_value",
      "t21"."response_undecided",
      "t21"."MQL_counted",
      "t21"."MQL_member",
      "t21"."MQL_maybe",
      "t4"."base_0" + (
        "t4"."slope_0" * "t21"."mql_at"
      ) AS "start_of_the_month",
      "t5"."base_0" + (
        "t5"."slope_0" * (
          "t21"."mql_at" - 1
        )
      ) AS "deadline_of_1_business_hour_of_office",
      "t23"."nth_0" AS "nth_of_call"
    FROM (
      SELECT
        "t17"."id",
        "t17"."country",
        "t17"."mql_at",
        "t17"."apiece_value",
        "t17"."response_undecided",
        CASE
          WHEN CASE
            WHEN "t17"."MQL_status" = 1
            THEN (
              "t17"."mql_at" < 1772341200000000
            )
            OR (
              "t17"."mql_at" >= 1775016000000000
            )
            ELSE (
              "t17"."mql_at" < 1772341200000000
            )
            OR (
              "t17"."mql_at" >= 1775016000000000
            )
          END
          THEN 0
          ELSE "t17"."MQL_status"
        END AS "MQL_counted",
        COALESCE(
          (
            "t17"."MQL_status" = 1
          )
          AND (
            (
              "t17"."mql_at" >= 1772341200000000
            )
            AND (
              "t17"."mql_at" < 1775016000000000
            )
          ),
          FALSE
        ) AS "MQL_member",
        COALESCE(
          (
            "t17"."MQL_status" = 6
          )
          AND (
            (
              "t17"."mql_at" >= 1772341200000000
            )
            AND (
              "t17"."mql_at" < 1775016000000000
            )
          ),
          FALSE
        ) AS "MQL_maybe"
      FROM (
        SELECT
          "t15"."id",
          "t15"."country",
          "t15"."mql_at",
          "t15"."apiece_value",
          "t15"."response_undecided",
          CASE
            WHEN "t15"."mql_at_is_hidden"
            THEN 5
            WHEN "t15"."mql_at" IS NOT NULL
            THEN CASE
              WHEN COALESCE("t15"."MQL_condition", FALSE) AND (
                "t15"."mql_at" IS NOT NULL
              )
              THEN 1
              WHEN COALESCE("t15"."MQL_condition", FALSE)
              THEN 2
              WHEN "t15"."MQL_condition" IS NULL
              THEN 4
              ELSE 3
            END
            ELSE CASE WHEN COALESCE("t15"."MQL_condition", FALSE) THEN 2 ELSE 0 END
          END AS "MQL_status"
        FROM (
          SELECT
            "t9"."id",
            "t9"."country",
            "t9"."mql_at",
            "t9"."mql_at_is_hidden",
            TRANSLATE(
              CASE
                WHEN CONTAINS("t9"."email", '@')
                THEN SPLIT_PART("t9"."email", '@', -1)
                ELSE CAST(NULL AS TEXT)
              END,
              'ABCDEFGHIJKLMNOPQRSTUVWXYZ',
              'abcdefghijklmnopqrstuvwxyz'
            ) IN ('acme.com')
            OR REGEXP_MATCHES("t9"."email", '^[a-z]+[0-9]')
            OR (
              CAST(LENGTH("t9"."country") AS DECIMAL(18, 6)) = CAST(2.000000 AS DECIMAL(18, 6))
            ) AS "MQL_condition",
            CAST(CASE
              WHEN ABS(
                CAST(CAST(ROUND(CAST("t9"."amount" AS DECIMAL(38, 6)), 2) AS DECIMAL(38, 2)) AS DECIMAL(38, 6))
              ) < CAST(1000000000000.000000 AS DECIMAL(38, 6))
              THEN CAST(CAST(ROUND(CAST("t9"."amount" AS DECIMAL(38, 6)), 2) AS DECIMAL(38, 2)) AS DECIMAL(38, 6))
              ELSE CAST(NULL AS DECIMAL(38, 6))
            END AS DECIMAL(18, 6)) AS "apiece_value",
            "t9"."mql_at" IS NULL AS "response_undecided"
          FROM (
            SELECT
              "t6"."id",
              "t6"."email",
              "t6"."country",
              "t6"."amount",
              CASE
                WHEN (
                  "t6"."mql_at" >= -2177452800000000
                )
                AND (
                  "t6"."mql_at" <= 1775016000000000
                )
                THEN "t6"."mql_at"
                ELSE CAST(NULL AS BIGINT)
              END AS "mql_at",
              COALESCE("t6"."mql_at" > 1775016000000000, FALSE) AS "mql_at_is_hidden"
            FROM "lead" AS "t6"
            WHERE
              (
                COALESCE("t6"."mql_at" <= 1775016000000000, FALSE)
                OR NOT (
                  COALESCE("t6"."mql_at" > 1775016000000000, FALSE)
                )
              )
              AND "t6"."id" IS NOT NULL
          ) AS "t9"
        ) AS "t15"
      ) AS "t17"
    ) AS "t21"
    INNER JOIN "time_1" AS "t4"
      ON CASE
        WHEN (
          (
            "t21"."mql_at" - 1737763200000000
          ) >= 0
        )
        AND (
          (
            "t21"."mql_at" - 1737763200000000
          ) < 37324800000000
        )
        THEN DIVIDE("t21"."mql_at" - 1737763200000000, 86400000000)
        ELSE -1
      END = "t4"."k"
      AND COALESCE("t21"."mql_at", 0) >= "t4"."start"
      AND COALESCE("t21"."mql_at", 0) < "t4"."stop"
    INNER JOIN "time_3" AS "t5"
      ON CASE
        WHEN (
          (
            "t21"."mql_at" - 1737763200000001
          ) >= 0
        )
        AND (
          (
            "t21"."mql_at" - 1737763200000001
          ) < 37324800000000
        )
        THEN DIVIDE("t21"."mql_at" - 1737763200000001, 86400000000)
        ELSE -1
      END = "t5"."k"
      AND COALESCE("t21"."mql_at" - 1, 0) >= "t5"."start"
      AND COALESCE("t21"."mql_at" - 1, 0) < "t5"."stop"
    LEFT OUTER JOIN (
      SELECT
        *
      FROM (
        SELECT
          "t18"."group_0",
          MAX(
            CASE
              WHEN "t18"."where_0" AND (
                "t18"."rank_0" = 1
              )
              THEN "t18"."of_0"
              ELSE NULL
            END
          ) AS "nth_0"
        FROM (
          SELECT
            "t16"."group_0",
            "t16"."where_0",
            "t16"."of_0",
            ROW_NUMBER() OVER (
              PARTITION BY "t16"."group_0", "t16"."where_0" AND (
                "t16"."of_0" IS NOT NULL
              )
              ORDER BY "t16"."of_0" ASC
              ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
            ) - 1 AS "rank_0"
          FROM (
            SELECT
              "t14"."group_0",
              COALESCE("t14"."at" >= "t14"."lead_response_start", FALSE) AS "where_0",
              "t14"."at" AS "of_0"
            FROM (
              SELECT
                "t13"."id",
                "t13"."at",
                "t13"."at_is_hidden",
                "t13"."lead",
                "t12"."group_0",
                "t12"."lead_response_start"
              FROM (
                SELECT
                  "t8"."id",
                  CASE
                    WHEN (
                      "t8"."at" >= -2177452800000000
                    ) AND (
                      "t8"."at" <= 1775016000000000
                    )
                    THEN "t8"."at"
                    ELSE CAST(NULL AS BIGINT)
                  END AS "at",
                  COALESCE("t8"."at" > 1775016000000000, FALSE) AS "at_is_hidden",
                  "t8"."lead"
                FROM "call" AS "t8"
                WHERE
                  (
                    COALESCE("t8"."at" <= 1775016000000000, FALSE)
                    OR (
                      "t8"."at" IS NULL
                    )
                    OR NOT (
                      COALESCE("t8"."at" > 1775016000000000, FALSE)
                    )
                  )
                  AND "t8"."id" IS NOT NULL
              ) AS "t13"
              INNER JOIN (
                SELECT
                  "t7"."id" AS "parent_link",
                  "t7"."id" AS "group_0",
                  CASE
                    WHEN (
                      "t7"."mql_at" >= -2177452800000000
                    )
                    AND (
                      "t7"."mql_at" <= 1775016000000000
                    )
                    THEN "t7"."mql_at"
                    ELSE CAST(NULL AS BIGINT)
                  END AS "lead_response_start"
                FROM "lead" AS "t7"
                WHERE
                  (
                    COALESCE("t7"."mql_at" <= 1775016000000000, FALSE)
                    OR NOT (
                      COALESCE("t7"."mql_at" > 1775016000000000, FALSE)
                    )
                  )
                  AND "t7"."id" IS NOT NULL
              ) AS "t12"
                ON "t13"."lead" = "t12"."parent_link"
            ) AS "t14"
            WHERE
              COALESCE("t14"."at" >= "t14"."lead_response_start", FALSE)
              AND "t14"."group_0" IS NOT NULL
          ) AS "t16"
        ) AS "t18"
        GROUP BY
          1
      ) AS "t20"
    ) AS "t23"
      ON "t21"."id" = "t23"."group_0"
  ) AS "t24"
) AS "t25";

-- figures of response, apiece, sales.response: counter_0 = rows, counter_1 = maybe, counter_2 = known, counter_3 = undecided, counter_4 = open, counter_5 = low, counter_6 = high, counter_7 = known, counter_8 = unknown, counter_9 = low, counter_10 = high, counter_11 = hit, counter_12 = open, counter_13 = undecided, counter_14 = matured, counter_15 = matured_hit
SELECT
  "t1"."period",
  COALESCE(CAST(COUNT_IF("t1"."when_0") AS BIGINT), 0) AS "counter_0",
  COALESCE(CAST(COUNT_IF("t1"."when_1") AS BIGINT), 0) AS "counter_1",
  COALESCE(CAST(COUNT_IF("t1"."when_2") AS BIGINT), 0) AS "counter_2",
  COALESCE(CAST(COUNT_IF("t1"."when_3") AS BIGINT), 0) AS "counter_3",
  COALESCE(CAST(COUNT_IF("t1"."when_4") AS BIGINT), 0) AS "counter_4",
  NULLIF(
    QUANTILE_DISC(
      CASE
        WHEN "t1"."when_5"
        THEN COALESCE("t1"."of_5", 9223372036854775807)
        ELSE NULL
      END,
      CAST(0.50 AS DECIMAL(3, 2))
    ),
    9223372036854775807
  ) AS "counter_5",
  NULLIF(
    QUANTILE_DISC(
      CASE
        WHEN "t1"."when_6"
        THEN COALESCE("t1"."of_6", 9223372036854775807)
        ELSE NULL
      END,
      CAST(0.50 AS DECIMAL(3, 2))
    ),
    9223372036854775807
  ) AS "counter_6",
  COALESCE(CAST(COUNT_IF("t1"."when_7") AS BIGINT), 0) AS "counter_7",
  COALESCE(CAST(COUNT_IF("t1"."when_8") AS BIGINT), 0) AS "counter_8",
  NULLIF(
    QUANTILE_DISC(
      CASE
        WHEN "t1"."when_9"
        THEN COALESCE(
          CAST("t1"."of_9" AS DECIMAL(38, 6)),
          CAST(100000000000000000000.000000 AS DECIMAL(38, 6))
        )
        ELSE NULL
      END,
      CAST(0.50 AS DECIMAL(3, 2))
    ),
    CAST(100000000000000000000.000000 AS DECIMAL(38, 6))
  ) AS "counter_9",
  NULLIF(
    QUANTILE_DISC(
      CASE
        WHEN "t1"."when_10"
        THEN COALESCE(
          CAST("t1"."of_10" AS DECIMAL(38, 6)),
          CAST(100000000000000000000.000000 AS DECIMAL(38, 6))
        )
        ELSE NULL
      END,
      CAST(0.50 AS DECIMAL(3, 2))
    ),
    CAST(100000000000000000000.000000 AS DECIMAL(38, 6))
  ) AS "counter_10",
  COALESCE(CAST(COUNT_IF("t1"."when_11") AS BIGINT), 0) AS "counter_11",
  COALESCE(CAST(COUNT_IF("t1"."when_12") AS BIGINT), 0) AS "counter_12",
  COALESCE(CAST(COUNT_IF("t1"."when_13") AS BIGINT), 0) AS "counter_13",
  COALESCE(CAST(COUNT_IF("t1"."when_14") AS BIGINT), 0) AS "counter_14",
  COALESCE(CAST(COUNT_IF("t1"."when_15") AS BIGINT), 0) AS "counter_15"
FROM (
  SELECT
    "t0"."start_of_the_month" AS "period",
    COALESCE("t0"."MQL_member", FALSE) AS "when_0",
    COALESCE("t0"."MQL_maybe", FALSE) AS "when_1",
    COALESCE("t0"."MQL_member" AND (
      "t0"."response_undecided" = FALSE
    ), FALSE) AS "when_2",
    COALESCE("t0"."MQL_member" AND "t0"."response_undecided", FALSE) AS "when_3",
    COALESCE("t0"."condition", FALSE) AS "when_4",
    COALESCE("t0"."MQL_member", FALSE) AS "when_5",
    "t0"."response_elapsed_at_least" AS "of_5",
    COALESCE("t0"."MQL_member", FALSE) AS "when_6",
    "t0"."response_elapsed" AS "of_6",
    COALESCE("t0"."condition_2", FALSE) AS "when_7",
    COALESCE("t0"."condition_3", FALSE) AS "when_8",
    COALESCE("t0"."condition_2", FALSE) AS "when_9",
    "t0"."apiece_value" AS "of_9",
    COALESCE("t0"."condition_2", FALSE) AS "when_10",
    "t0"."apiece_value" AS "of_10",
    COALESCE("t0"."MQL_member" AND (
      "t0"."sales_response_state" = 1
    ), FALSE) AS "when_11",
    COALESCE("t0"."MQL_member" AND (
      "t0"."sales_response_state" = 3
    ), FALSE) AS "when_12",
    COALESCE("t0"."MQL_member" AND (
      "t0"."sales_response_state" = 4
    ), FALSE) AS "when_13",
    COALESCE("t0"."condition_4", FALSE) AS "when_14",
    COALESCE("t0"."condition_5", FALSE) AS "when_15"
  FROM "facts_of_lead" AS "t0"
  WHERE
    "t0"."start_of_the_month" IS NOT NULL
) AS "t1"
GROUP BY
  1;

-- figures of apiece by country: counter_0 = rows, counter_1 = maybe, counter_2 = known, counter_3 = unknown, counter_4 = low, counter_5 = high
SELECT
  "t1"."period",
  "t1"."by_0",
  COALESCE(CAST(COUNT_IF("t1"."when_0") AS BIGINT), 0) AS "counter_0",
  COALESCE(CAST(COUNT_IF("t1"."when_1") AS BIGINT), 0) AS "counter_1",
  COALESCE(CAST(COUNT_IF("t1"."when_2") AS BIGINT), 0) AS "counter_2",
  COALESCE(CAST(COUNT_IF("t1"."when_3") AS BIGINT), 0) AS "counter_3",
  NULLIF(
    QUANTILE_DISC(
      CASE
        WHEN "t1"."when_4"
        THEN COALESCE(
          CAST("t1"."of_4" AS DECIMAL(38, 6)),
          CAST(100000000000000000000.000000 AS DECIMAL(38, 6))
        )
        ELSE NULL
      END,
      CAST(0.50 AS DECIMAL(3, 2))
    ),
    CAST(100000000000000000000.000000 AS DECIMAL(38, 6))
  ) AS "counter_4",
  NULLIF(
    QUANTILE_DISC(
      CASE
        WHEN "t1"."when_5"
        THEN COALESCE(
          CAST("t1"."of_5" AS DECIMAL(38, 6)),
          CAST(100000000000000000000.000000 AS DECIMAL(38, 6))
        )
        ELSE NULL
      END,
      CAST(0.50 AS DECIMAL(3, 2))
    ),
    CAST(100000000000000000000.000000 AS DECIMAL(38, 6))
  ) AS "counter_5"
FROM (
  SELECT
    "t0"."start_of_the_month" AS "period",
    "t0"."country" AS "by_0",
    COALESCE("t0"."MQL_member", FALSE) AS "when_0",
    COALESCE("t0"."MQL_maybe", FALSE) AS "when_1",
    COALESCE("t0"."condition_2", FALSE) AS "when_2",
    COALESCE("t0"."condition_3", FALSE) AS "when_3",
    COALESCE("t0"."condition_2", FALSE) AS "when_4",
    "t0"."apiece_value" AS "of_4",
    COALESCE("t0"."condition_2", FALSE) AS "when_5",
    "t0"."apiece_value" AS "of_5"
  FROM "facts_of_lead" AS "t0"
  WHERE
    "t0"."start_of_the_month" IS NOT NULL
) AS "t1"
GROUP BY
  1,
  2;

-- how the rows of lead stand
SELECT
  "t1"."standing_0",
  "t1"."standing_1",
  "t1"."standing_2",
  "t1"."standing_3",
  "t1"."standing_4",
  "t1"."standing_5",
  COUNT(*) AS "rows"
FROM (
  SELECT
    "t0"."MQL_counted" AS "standing_0",
    "t0"."MQL_counted" = 2 AS "standing_1",
    "t0"."MQL_counted" = 3 AS "standing_2",
    "t0"."MQL_counted" = 4 AS "standing_3",
    "t0"."condition_3" AS "standing_4",
    "t0"."MQL_member" AND (
      "t0"."sales_response_state" = 4
    ) AS "standing_5"
  FROM "facts_of_lead" AS "t0"
) AS "t1"
GROUP BY
  1,
  2,
  3,
  4,
  5,
  6;

-- rows late for sales.response
SELECT
  "t0"."id" AS "key",
  "t0"."MQL_entry" AS "entered",
  "t0"."response_start" AS "started",
  "t0"."sales_response_due" AS "due",
  "t0"."response_stop" AS "stopped"
FROM "facts_of_lead" AS "t0"
WHERE
  COALESCE("t0"."MQL_member" AND (
    "t0"."sales_response_state" = 2
  ), FALSE)
ORDER BY
  "t0"."id" ASC;
