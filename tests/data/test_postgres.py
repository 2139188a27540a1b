"""Rows that live in a Postgres server: read by the rules of every typed table, errors that name what and where, and no password in any."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import postgres_server
import pytest
from ties import without_ties

from sladsl.compiler import compile_text
from sladsl.data import Binding, DataError, Loaded, kept_rows, load
from sladsl.data.servers import bringing as brought
from sladsl.plan import PLACE, Plan
from sladsl.runner import RunError, of_outcomes, run, write_rows

ROOT = Path(__file__).parents[2]
AGREEMENT = """agreement "A":
  between marketing and sales
  effective 2026-01-01 to 2026-12-31
  zone "America/New_York"

record lead:
  id        key text
  size      optional number
  stage     optional one of "new", "open"
  asked_at  optional time
  born      optional date
  good      optional boolean

define Asked:
  lead
  since asked_at

kpi volume = count of Asked

marketing owes sales:
  volume at least 1 per month

source leads for lead from "nowhere.csv":
  id       = "Lead Id"
  size     = "select"
  stage    = "Stage; DROP TABLE x"
  asked_at = "asked \\"at\\" é"
  born     = "born"
  good     = "good"
  times in "America/New_York"
"""
MADE = """
CREATE SCHEMA "my; schema";
CREATE TABLE "my; schema"."order" (
  "Lead Id" bigint, "select" numeric, "Stage; DROP TABLE x" text, "asked ""at"" é" timestamp, born date, good boolean, wide jsonb
);
INSERT INTO "my; schema"."order" VALUES
  (9007199254740993, 0.1, 'new', '2026-03-08 02:30', '2026-01-05', true, '{}'),
  (2, 12.3456789, 'lost', '2026-11-01 01:30', 'infinity', false, null),
  (3, 'NaN', null, 'infinity', null, null, null),
  (4, null, 'open', null, null, null, null);
CREATE VIEW "my; schema".zoned AS
  SELECT "Lead Id", "select", "Stage; DROP TABLE x", born, good, "asked ""at"" é" AT TIME ZONE 'UTC' AS "asked ""at"" é"
  FROM "my; schema"."order";
CREATE TABLE plain (id text, at timestamptz);
INSERT INTO plain VALUES ('a', '2026-03-08 07:30:00.123456+00'), ('b', null);
CREATE ROLE reader LOGIN PASSWORD 'se/cr@et';
GRANT USAGE ON SCHEMA public TO reader;
GRANT SELECT ON plain TO reader;
GRANT USAGE ON SCHEMA "my; schema" TO reader;
"""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    url = postgres_server.url()
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(MADE)
        yield url
        connection.execute(
            'DROP SCHEMA "my; schema" CASCADE; DROP SCHEMA IF EXISTS doubt CASCADE; DROP TABLE plain; '
            "DROP OWNED BY reader; DROP ROLE reader"
        )


def planned(text: str = AGREEMENT) -> Plan:
    plan = compile_text(text).plan
    assert plan is not None
    return plan


def rows(server: str) -> tuple[list[dict[str, Any]], dict[str, int]]:
    loaded = load(planned(), [Binding("lead", f"{server}#my; schema.order")], base=Path())
    problems = {f"{p.kind} {p.field}": p.count for p in loaded.problems}
    return by_id(loaded), problems


def by_id(loaded: Loaded) -> list[dict[str, Any]]:
    """The rows, without where they stand: a server has no order."""
    found = [{name: x for name, x in row.items() if name != PLACE} for row in loaded.rows()["lead"]]
    return sorted(found, key=lambda row: str(row["id"]))


def test_values_keep_what_they_are(server: str) -> None:
    """Names with quotes, semicolons and reserved words; an id beyond a double; what is no number, and a time that clocks skipped."""
    found, problems = rows(server)
    by_id = {row["id"]: row for row in found}
    assert list(by_id) == ["2", "3", "4", "9007199254740993"]
    first = by_id["9007199254740993"]
    assert (str(first["size"]), first["stage"], first["born"], first["good"]) == (
        "0.100000",
        "new",
        20458,
        True,
    )
    assert first["asked_at"] == 1772955000_000000  # 02:30 does not exist: 03:30 EDT
    assert str(by_id["2"]["size"]) == "12.345679"
    assert by_id["3"]["size"] is None
    assert problems == {
        "unreadable value size": 1,
        "unknown value stage": 1,
        "unreadable value asked_at": 1,
        "unreadable value born": 1,
        "nonexistent local time asked_at": 1,
        "ambiguous local time asked_at": 1,
    }


def test_it_is_said_what_is_brought(server: str) -> None:
    told: list[str] = []
    load(planned(), [Binding("lead", f"{server}#my; schema.order")], base=Path(), progress=told.append)
    assert [line.partition(" of ")[0] for line in told if line.startswith("bringing")] == ["bringing 4 rows"]


@pytest.mark.parametrize(
    ("part", "said"),
    [
        ("", "holds tables: say which"),
        ("#ordr", "has no table `ordr`"),
        ("#my; schema.order", "permission denied"),
    ],
)
def test_errors_name_what_and_where(server: str, part: str, said: str) -> None:
    host = server.partition("host=")[2]
    url = f"postgresql://reader:se%2Fcr%40et@/postgres?host={host}"
    with pytest.raises(DataError, match=said) as found:
        load(planned(), [Binding("lead", url + part)], base=Path())
    assert "se%2Fcr%40et" not in str(found.value)
    assert "se/cr@et" not in str(found.value)
    assert "reader:" not in str(found.value)


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read for `lead`") as found:
        load(
            planned(),
            [Binding("lead", f"postgres://me:hidden@/x?host={tmp_path}&password=hidden#t")],
            base=Path(),
        )
    assert "hidden" not in str(found.value)


def test_large_tables_of_several_servers_are_not_brought(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(brought, "MOST_ROWS", 3)
    plan = planned(AGREEMENT.replace("kpi volume", "record other:\n  id  key text\n\nkpi volume", 1))
    bindings = [
        Binding("lead", f"{server}#my; schema.order"),
        Binding("other", f"{server}&application_name=x#plain"),
    ]
    with pytest.raises(
        DataError, match=r"has 4 rows, and no more than 3 are brought .* export the table as Parquet"
    ):
        load(plan, bindings, base=Path())


@pytest.mark.parametrize(
    ("most", "as_who"),
    [(2_000_000, ""), (100, ""), (100, "&options=-c%20default_transaction_read_only%3Don")],
    ids=["brought", "where they are", "where nothing may be made"],
)
def test_the_handoff_example_in_postgres(
    server: str, most: int, as_who: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Its leads and activities as typed tables of a server: every figure, verdict and row is that of the files."""
    monkeypatch.setattr(brought, "MOST_ROWS", most)
    path = ROOT / "examples" / "handoff" / "handoff.sla"
    read = compile_text(
        path.read_text(encoding="utf-8"), str(path), read=lambda p: Path(p).read_text(encoding="utf-8")
    )
    assert read.plan is not None
    files = run(read.plan, as_of="2026-10-15", rows=True)
    assert files.loaded is not None
    plan = replace(read.plan, sources=())
    with moved(server, plan, files.loaded) as bindings:
        there = run(
            plan,
            [(name, where.replace("#", f"{as_who}#")) for name, where in bindings],
            as_of="2026-10-15",
            rows=True,
        )
        assert there.loaded is not None
        assert there.loaded.connection.name == ("postgres" if most == 100 else "duckdb")
        # What could not be read in the files is no value in the tables: without the doubt that it leaves.
        counted = of_outcomes(read.plan, files.outcomes)
        assert there.figures == counted.figures
        assert there.commitments == counted.commitments
        assert there.outcomes.breaches == files.outcomes.breaches
        assert there.outcomes.listings == files.outcomes.listings
        assert there.rows == files.rows
        if as_who:  # writing would ask for every row again, which takes long where nothing is kept
            there.loaded.connection.disconnect()
            return
        write_rows(there, tmp_path / "there.csv")
        there.loaded.connection.disconnect()
        if most == 100:
            with pytest.raises(
                RunError,
                match=r"the server of `postgresql://.*#lead`.* could not go on: the connection is closed",
            ):
                write_rows(there, tmp_path / "again.csv")
            assert not (tmp_path / "again.csv").exists()
    write_rows(files, tmp_path / "files.csv")
    assert (tmp_path / "there.csv").read_text() == (tmp_path / "files.csv").read_text()


@contextmanager
def moved(server: str, plan: Plan, loaded: Loaded) -> Iterator[list[tuple[str, str]]]:
    """The rows of a run as tables of the server, while it is asked; and what binds records to them."""
    import psycopg

    kinds = {"time": "timestamptz", "date": "date", "number": "numeric(18, 6)", "boolean": "boolean"}
    with psycopg.connect(server, autocommit=True) as connection:
        for name, table in loaded.tables.items():
            fields = plan.record(name).fields
            columns = ", ".join(f'"{f.name}" {kinds.get(str(f.type), "text")}' for f in fields)
            connection.execute(f'CREATE TABLE "{name}" ({columns})')
            with connection.cursor() as cursor, cursor.copy(f'COPY "{name}" FROM STDIN') as copy:
                for row in without_ties(plan.record(name), table.to_pyarrow().to_pylist()):
                    copy.write_row([_given(str(f.type), row[f.name]) for f in fields])
        yield [(name, f"{server}#{name}") for name in loaded.tables]
        for name in loaded.tables:
            connection.execute(f'DROP TABLE "{name}"')


@pytest.mark.parametrize("most", [2_000_000, 0], ids=["brought", "where they are"])
def test_names_that_differ_in_case_alone(server: str, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    import psycopg

    monkeypatch.setattr(brought, "MOST_ROWS", most)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute('DROP TABLE IF EXISTS twins; CREATE TABLE twins (id text, "Size" int, size int)')
        connection.execute("INSERT INTO twins VALUES ('a', 1, 2)")
        plain = planned(AGREEMENT.partition("\nsource")[0])
        loaded = load(plain, [Binding("lead", f"{server}#twins")], base=Path())
        assert [row["size"] for row in by_id(loaded)] == [2]
        loaded.close()
        connection.execute("DROP TABLE twins")


@pytest.mark.parametrize("table", ["order", "zoned"])
def test_what_is_large_is_read_where_it_is(server: str, table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same values and the same problems as when it is brought, times with and without a zone."""
    at = [Binding("lead", f"{server}#my; schema.{table}")]
    small = load(planned(), at, base=Path())
    monkeypatch.setattr(brought, "MOST_ROWS", 3)
    large = load(planned(), at, base=Path())
    assert large.connection.name == "postgres"
    brought_rows, pushed_rows = by_id(small), by_id(large)
    # What a close digests is read a few rows at a time, from both.
    monkeypatch.setattr(kept_rows, "_AT_ONCE", 2)
    digests = [kept_rows.row_digests(planned(), x.tables, 1_790_000_000_000_000, 0) for x in (small, large)]
    assert digests[0] == digests[1]
    assert digests[0]["lead"].rows > 2
    large.connection.disconnect()
    assert brought_rows == pushed_rows
    told = [{(p.kind, p.field, p.count) for p in x.problems} for x in (small, large)]
    assert told[0] == told[1]
    odd = {kind for kind, _, _ in told[1] if "local time" in kind}
    assert odd == ({"nonexistent local time", "ambiguous local time"} if table == "order" else set())


def test_local_times_that_are_large_need_their_zone(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brought, "MOST_ROWS", 3)
    plan = planned(AGREEMENT.replace('  times in "America/New_York"\n', ""))
    with pytest.raises(DataError, match=r"local time .*nothing says in which zone; add `times in"):
        load(plan, [Binding("lead", f"{server}#my; schema.order")], base=Path())


DOUBTFUL = AGREEMENT.replace(
    "kpi volume = count of Asked",
    """record call of lead:
  kind  one of "phone", "mail"
  at    time
  ref   key text

event first_call:
  first call where kind = "phone"

kpi volume = count of Asked
kpi total = sum of size over Asked
kpi answer = time from Asked to first_call""",
).replace(
    "  volume at least 1 per month",
    """  volume at least 3 per month
  total at least 100 per month
  answer within 2 days for 80% per month""",
)
MANY = """
DROP SCHEMA IF EXISTS doubt CASCADE;
CREATE SCHEMA doubt;
CREATE TABLE doubt.lead (
  "Lead Id" text, "select" numeric, "Stage; DROP TABLE x" text, "asked ""at"" é" timestamptz, born date, good boolean
);
INSERT INTO doubt.lead SELECT 'L' || n, CASE WHEN n % 4 = 0 THEN 'NaN' ELSE n::numeric END, 'new',
  CASE WHEN n = 7 THEN 'infinity' ELSE timestamptz '2026-03-02 15:00Z' + n * interval '1 day' END, date '2026-03-02' + n
  FROM generate_series(1, 40) AS n;
CREATE TABLE doubt.call (lead text, kind text, at timestamptz, ref text);
INSERT INTO doubt.call SELECT 'L' || n, CASE WHEN n % 5 = 0 THEN 'fax' ELSE 'phone' END,
  CASE WHEN n % 9 = 0 THEN 'infinity' ELSE timestamptz '2026-03-02 16:00Z' + n * interval '1 day' END, n FROM generate_series(1, 40) AS n;
"""


def of_doubt(server: str, changes: str = "") -> list[tuple[str, str]]:
    """Tables in which some values cannot be read, and what binds records to them."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute((MANY + changes).encode())
    return [(name, f"{server}#doubt.{name}") for name in ("lead", "call")]


def test_doubt_reaches_tables_where_they_are(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What could not be read leaves the same doubt beside the same verdicts as where the tables are brought."""
    at = of_doubt(server)
    plan = planned(DOUBTFUL)
    small = run(plan, at, as_of="2026-06-01")
    monkeypatch.setattr(brought, "MOST_ROWS", 3)
    large = run(plan, at, as_of="2026-06-01")
    assert large.loaded is not None
    assert large.loaded.connection.name == "postgres"
    large.loaded.close()
    assert large.commitments == small.commitments
    assert large.figures == small.figures
    doubtful = {c.commitment.id for c in large.commitments if any(j.in_doubt for j in c.periods)}
    assert doubtful == {"marketing.total", "marketing.answer"}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (
            "UPDATE doubt.lead SET \"select\" = 'NaN' WHERE \"Lead Id\" > 'L2'",
            "only 10 of the 40 values in the column `select` can be read as `size`, which is a number; the first is `NaN`",
        ),
        (
            "UPDATE doubt.call SET kind = 'PHONE'",
            "none of the 40 values in the column `kind` can be read as `kind`, which is one of `phone`, `mail`; the first is `PHONE`; "
            'say what they mean in a `source … for call`, as in `kind = "kind" where "PHONE" means "phone"`',
        ),
        (
            "UPDATE doubt.call SET at = 'infinity'",
            "none of the 40 values in the column `at` can be read as `at`, which is a time; the first is `infinity`",
        ),
        (
            "UPDATE doubt.lead SET \"Lead Id\" = '7.301E+18'",
            "`7.301E+18` in `Lead Id`, the column of `id`, is not the id any more",
        ),
        (
            "UPDATE doubt.call SET lead = '7301000000000' || ref || '0000' WHERE length(ref) = 2",
            "`7301000000000100000` in `lead`, the column of `lead`, is not the id any more",
        ),
    ],
)
def test_what_no_verdict_may_rest_on_where_it_is(
    server: str, changes: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(brought, "MOST_ROWS", 3)
    with pytest.raises(DataError) as found:
        run(planned(DOUBTFUL), of_doubt(server, changes), as_of="2026-06-01")
    assert says in found.value.message


def test_a_rounded_id_among_whole_ones_where_it_is(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brought, "MOST_ROWS", 3)
    changes = (
        "UPDATE doubt.call SET lead = '7301000000000' || ref || '1234' WHERE length(ref) = 2 AND ref <> '30';"
        "UPDATE doubt.call SET lead = '7301000000000990000' WHERE ref = '30'"
    )
    loaded = load(planned(DOUBTFUL), [Binding(*b) for b in of_doubt(server, changes)], base=Path())
    loaded.close()
    (found,) = (p for p in loaded.problems if p.kind == "rounded id")
    assert (found.record, found.field, found.count) == ("call", "lead", 1)
    assert [e.value for e in found.examples] == ["7301000000000990000"]


def _given(kind: str, value: Any) -> Any:
    if value is None or kind != "time":
        return value
    seconds, micro = divmod(value, 1_000_000)
    return f"{dt.datetime.fromtimestamp(seconds, dt.UTC):%Y-%m-%d %H:%M:%S}.{micro:06d}+00"
