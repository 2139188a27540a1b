"""The benchmark's answers by hand-written DuckDB SQL: what somebody who knows both the engine and the agreement would write.

Nothing here uses sladsl. One table of half-hours, made in plain Python from the hours, the holidays and the zone, carries for every
half-hour the open time until it, the due instants of each promise and the period it lies in, so that each timestamp is looked up once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import holidays
import pyarrow as pa

ZONE = ZoneInfo("America/New_York")
HALF_HOUR = 1_800_000_000
FIRST, LAST = date(2025, 12, 20), date(2027, 12, 31)
SHIFTS = ((time(9), time(12, 30)), (time(13, 30), time(18)))


def _us(local: datetime) -> int:
    return round(local.replace(tzinfo=ZONE).astimezone(UTC).timestamp()) * 1_000_000


def _shifts(day: date, closed: set[date]) -> list[tuple[int, int]]:
    if day == date(2026, 12, 24):
        return [(_us(datetime.combine(day, time(9))), _us(datetime.combine(day, time(13))))]
    if day.weekday() > 4 or day in closed:
        return []
    return [(_us(datetime.combine(day, a)), _us(datetime.combine(day, b))) for a, b in SHIFTS]


@dataclass
class Calendar:
    shifts: list[tuple[int, int]]
    opening: dict[date, list[tuple[int, int]]]
    days: list[date]

    @classmethod
    def make(cls) -> Calendar:
        us = holidays.country_holidays("US", years=range(2025, 2028))
        closed = {d for d, name in us.items() if "Columbus" not in name} | {date(2026, 11, 27)}
        days = [FIRST + timedelta(days=i) for i in range((LAST - FIRST).days + 1)]
        opening = {d: s for d in days if (s := _shifts(d, closed))}
        return cls([x for s in opening.values() for x in s], opening, sorted(opening))

    def after_days(self, t: int, n: int) -> tuple[int, int]:
        """The deadline n business days after any instant of the half-hour from `t`: (value at its start, slope)."""
        local = datetime.fromtimestamp(t / 1e6, ZONE)
        inside = any(a <= t < b for a, b in self.opening.get(local.date(), []))
        if inside:
            target = self.days[self.days.index(local.date()) + n]
            reading = _us(datetime.combine(target, local.time()))
        else:
            start = min(a for a, _ in self.shifts if a >= t)
            opened = datetime.fromtimestamp(start / 1e6, ZONE)
            target = self.days[self.days.index(opened.date()) + n]
            reading = _us(datetime.combine(target, opened.time()))
        for a, b in self.opening[target]:
            if reading < a:
                return a, 0
            if reading < b:
                return reading, int(inside)
        return self.opening[target][-1][1], 0


def half_hours() -> tuple[list[tuple[object, ...]], list[tuple[int, int]]]:
    """Rows (k, open time until it, open?, month, quarter, 5 business days: value and slope, 90 days: value), and (m, start of the
    m-th open one)."""
    calendar = Calendar.make()
    is_open = {a // HALF_HOUR + i for a, b in calendar.shifts for i in range((b - a) // HALF_HOUR)}
    rows: list[tuple[object, ...]] = []
    starts: list[tuple[int, int]] = []
    until = 0
    day = _us(datetime.combine(FIRST, time())) // HALF_HOUR
    for k in range(day, _us(datetime(2027, 3, 1)) // HALF_HOUR):
        t = k * HALF_HOUR
        local = datetime.fromtimestamp(t / 1e6, ZONE)
        month = _us(datetime(local.year, local.month, 1))
        quarter = _us(datetime(local.year, local.month - (local.month - 1) % 3, 1))
        later = _us(local.replace(tzinfo=None) + timedelta(days=90))
        rows.append((k, until, k in is_open, month, quarter, *calendar.after_days(t, 5), later))
        if k in is_open:
            starts.append((len(starts), t))
            until += HALF_HOUR
    return rows, starts


FACTS = """
CREATE TEMP TABLE facts AS
WITH activity AS (SELECT DISTINCT lead, type, direction, epoch_us("at") AS done FROM '{activities}' WHERE epoch_us("at") <= $now),
lead AS (
  SELECT id, email, industry, country, owner, company_size,
    CASE WHEN epoch_us(mql_at) <= $now THEN epoch_us(mql_at) END AS mql,
    CASE WHEN epoch_us(accepted_at) <= $now THEN epoch_us(accepted_at) END AS sal,
    CASE WHEN epoch_us(won_at) <= $now THEN epoch_us(won_at) END AS won,
    coalesce(epoch_us(mql_at) > $now, false) AS mql_later, coalesce(epoch_us(accepted_at) > $now, false) AS sal_later,
    coalesce(epoch_us(won_at) > $now, false) AS won_later
  FROM '{leads}' WHERE epoch_us(created_at) <= $now),
touched AS (
  SELECT l.id,
    count(*) FILTER (a.type = 'page_view' AND a.done <= coalesce(l.mql, $now)) AS views,
    min(a.done) FILTER (a.type IN ('call', 'email', 'meeting') AND a.direction = 'outbound' AND a.done >= l.mql) AS touch
  FROM activity a JOIN lead l ON a.lead = l.id GROUP BY l.id),
scored AS (
  SELECT lead.*, touch,
    CASE WHEN company_size BETWEEN 200 AND 5000 THEN 40 ELSE 0 END + CASE WHEN country IN ('US', 'CA') THEN 25 ELSE 0 END
    + CASE WHEN views >= 3 THEN 20 ELSE 0 END
    - CASE WHEN split_part(email, '@', 2) IN ('gmail.com', 'yahoo.com', 'outlook.com') THEN 40 ELSE 0 END AS fit
  FROM lead LEFT JOIN touched USING (id))
SELECT s.id, s.owner, s.industry, s.country IS NOT NULL AS reachable, s.mql, s.touch, s.fit,
  s.fit >= 25 AND s.email IS NOT NULL AS qualified, s.mql_later, s.sal_later, s.won_later, s.sal AS sal_at, s.won AS won_at,
  CASE WHEN s.sal IS NOT NULL THEN greatest(s.mql, s.sal) END AS sal, -- greatest() skips NULLs
  CASE WHEN s.sal IS NOT NULL AND s.won IS NOT NULL THEN greatest(s.mql, s.sal, s.won) END AS customer,
  h.month, h.quarter, h.days5 + h.days5_slope * (s.mql - h.k * 1800000000) AS due_sal, h.days90 + s.mql - h.k * 1800000000 AS due_customer,
  h.until + CASE WHEN h.open THEN s.mql - h.k * 1800000000 ELSE 0 END AS opened,
  o.start + opened + CASE WHEN s.fit >= 65 THEN 3600000000 ELSE 14400000000 END - o.m * 1800000000 AS due
FROM scored s LEFT JOIN half_hour h ON h.k = s.mql // 1800000000
LEFT JOIN open_half_hour o ON o.m = (h.until + CASE WHEN h.open THEN s.mql - h.k * 1800000000 ELSE 0 END
  + CASE WHEN s.fit >= 65 THEN 3600000000 ELSE 14400000000 END - 1) // 1800000000
"""

MEMBER = "qualified AND mql >= $start"

ANSWERS = {
    "definitions": """
SELECT count(*) FILTER ({member}) AS mql,
  count(*) FILTER (qualified AND mql IS NULL AND NOT mql_later) AS undated,
  count(*) FILTER (NOT qualified AND mql >= $start) AS mislabelled,
  count(*) FILTER ({member} AND sal_at IS NOT NULL) AS sal, count(*) FILTER ({member} AND customer IS NOT NULL) AS customer
FROM facts""",
    "monthly": """
SELECT month, count(*), count(*) FILTER (reachable), count(*) FILTER (touch <= due),
  count(*) FILTER ((touch IS NULL OR touch > due) AND due > $now)
FROM facts WHERE {member} GROUP BY month ORDER BY month""",
    "quarterly": """
SELECT quarter, count(*), count(*) FILTER (sal <= due_sal), count(*) FILTER ((sal IS NULL OR sal > due_sal) AND due_sal > $now),
  count(*) FILTER (customer <= due_customer), count(*) FILTER ((customer IS NULL OR customer > due_customer) AND due_customer > $now)
FROM facts WHERE {member} GROUP BY quarter ORDER BY quarter""",
    "industries": """
SELECT quarter, industry, count(*), count(*) FILTER (customer <= due_customer)
FROM facts WHERE {member} GROUP BY quarter, industry ORDER BY quarter, industry""",
    "medians": """
WITH answered AS (
  SELECT f.month, h.until + CASE WHEN h.open THEN coalesce(f.touch, $now) - h.k * 1800000000 ELSE 0 END - f.opened AS so_far, f.touch
  FROM facts f LEFT JOIN half_hour h ON h.k = coalesce(f.touch, $now) // 1800000000 WHERE {member})
SELECT month, quantile_disc(so_far, 0.5), quantile_disc(CASE WHEN touch IS NULL THEN 9223372036854775807 ELSE so_far END, 0.5)
FROM answered GROUP BY month ORDER BY month""",
    "breaches": """
SELECT id, owner, mql, due, touch FROM facts
WHERE {member} AND (touch IS NULL OR touch > due) AND due <= $now ORDER BY mql, id""",
}


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Write the two small tables of half-hours into the connection."""
    rows, starts = half_hours()
    table = pa.table(
        list(zip(*rows, strict=True)),
        names=["k", "until", "open", "month", "quarter", "days5", "days5_slope", "days90"],
    )
    con.register("half_hours", table)
    con.register("open_half_hours", pa.table(list(zip(*starts, strict=True)), names=["m", "start"]))
    con.execute("CREATE TEMP TABLE half_hour AS FROM half_hours")
    con.execute("CREATE TEMP TABLE open_half_hour AS FROM open_half_hours")


def run(
    con: duckdb.DuckDBPyConnection, leads: Path, activities: Path, now: int
) -> dict[str, list[tuple[object, ...]]]:
    """All answers; `breaches` is every late lead."""
    con.execute("DROP TABLE IF EXISTS facts")
    con.execute(FACTS.format(leads=leads, activities=activities), {"now": now})
    start = _us(datetime(2026, 1, 1))
    found = {}
    for name, sql in ANSWERS.items():
        asked = sql.format(member=MEMBER)
        values = {k: v for k, v in (("now", now), ("start", start)) if f"${k}" in asked}
        found[name] = con.execute(asked, values).fetchall()
    return found
