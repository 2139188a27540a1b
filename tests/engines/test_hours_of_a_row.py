"""Deadlines in the hours of a row that is named, on both engines, beside a walk by minutes (`minute_oracle`)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import ibis
import pyarrow as pa
import pytest
from minute_oracle import Hours, Oracle

from sladsl.compiler import compile_text
from sladsl.engines.rows import Evaluation
from sladsl.engines.tables import columns
from sladsl.outcomes import AsOf

AGREEMENT = """
agreement "Hours of their own":
  between marketing and sales
  zone "America/New_York"

calendar rep_hours of rep:
  zone time_zone
  open monday to friday 09:00 to 12:30, 13:30 to 17:15
  open saturday 22:00 to 24:00
  closed 2026-03-30

record rep:
  id         key text
  time_zone  text

record lead:
  id       key text
  owner    key of rep
  created  time
  called   optional time

kpi answer = time from created to called

sales owes marketing:
  answer within 135 business minutes of owner.rep_hours for 90% per month
"""
DAY = ((540, 750), (810, 1035))
HOURS = Hours((DAY, DAY, DAY, DAY, DAY, ((1320, 1440),), ()), closed=frozenset({date(2026, 3, 30)}))
ZONES = (
    "America/New_York",
    "America/Los_Angeles",
    "America/Phoenix",
    "Europe/Berlin",
    "Europe/London",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "Pacific/Auckland",
    "America/Santiago",
    "Africa/Cairo",
)
NOW = AsOf(round(datetime(2026, 6, 1, tzinfo=UTC).timestamp() * 10**6))


@pytest.mark.parametrize("first", [date(2026, 3, 5), date(2026, 3, 26), date(2026, 4, 2)])
def test_both_engines_agree_with_a_walk_by_minutes(first: date) -> None:
    chance = Random(str(first))
    plan = compile_text(AGREEMENT).plan
    assert plan is not None
    reps = [{"id": zone, "time_zone": zone} for zone in ZONES]
    reps.append({"id": "nowhere", "time_zone": "Mars/Base"})
    begin = datetime(first.year, first.month, first.day, tzinfo=UTC)
    starts = [begin + timedelta(minutes=chance.randrange(6 * 1440)) for _ in range(240)]
    leads = [
        {"id": f"{n:03d}", "owner": chance.choice(reps)["id"], "created": _us(at), "called": None}
        for n, at in enumerate(starts)
    ]
    due = plan.column("lead", "sales.answer.due").name
    of_rows = {x["id"]: x[due] for x in Evaluation(plan, {"rep": reps, "lead": leads}, NOW).columns("lead")}
    con = ibis.duckdb.connect()
    tables = {
        "rep": con.create_table("rep", pa.Table.from_pylist(reps)),
        "lead": con.create_table("lead", pa.Table.from_pylist(leads, schema=_LEAD)),
    }
    of_tables = {x["id"]: x[due] for x in columns(plan, tables, NOW, "lead").to_pyarrow().to_pylist()}
    assert of_tables == of_rows
    walks = {zone: Oracle(HOURS, zone, first - timedelta(days=3), 18) for zone in ZONES}
    assert of_rows == {x["id"]: _walked(walks, x) for x in leads}


_LEAD = pa.schema(
    [("id", pa.string()), ("owner", pa.string()), ("created", pa.int64()), ("called", pa.int64())]
)


def _walked(walks: dict[str, Oracle], row: dict[str, Any]) -> int | None:
    if row["owner"] not in walks:
        return None
    start = datetime.fromtimestamp(row["created"] / 10**6, UTC)
    found = walks[row["owner"]].deadline(start, timedelta(minutes=135))
    assert found is not None
    return _us(found)


def _us(at: datetime) -> int:
    return round(at.timestamp() * 10**6)


PAUSED = (
    AGREEMENT.split("sales owes", maxsplit=1)[0]
    + """
record day_off of rep:
  id      key text
  starts  planned time
  ends    optional planned time

record hold of lead:
  id      key text
  starts  time
  ends    optional time

spell away of rep:
  each day_off from starts to ends

sales owes marketing:
  answer within 135 business minutes of owner.rep_hours for 90% per month
    pause during owner.away
    pause during hold from starts to ends at most 70 business minutes
    at 80% notify "the owner"
    15 business minutes before due notify "the owner"
    if 1 business hour late escalate to "VP sales"
"""
)
RUNGS = {"at 80%": 108, "15 business minutes before due": 120, "due": 135, "1 business hour late": 195}
"""Minutes that the clock has run by then."""


@pytest.mark.parametrize("first", [date(2026, 3, 5), date(2026, 3, 26)])
def test_a_clock_that_stands_still_in_the_hours_of_a_row(first: date) -> None:
    """By whose days off and the row's own waits, with a limit: the deadline and all that leads to it, beside minutes that are counted."""
    chance = Random(str(first))
    plan = compile_text(PAUSED).plan
    assert plan is not None
    reps = [{"id": zone, "time_zone": zone} for zone in (*ZONES[:8], "nowhere")]
    begin = datetime(first.year, first.month, first.day, tzinfo=UTC)
    leads: list[dict[str, Any]] = [
        {
            "id": f"{n:03d}",
            "owner": chance.choice(reps)["id"],
            "created": _us(begin + timedelta(minutes=chance.randrange(4 * 1440))),
            "called": None,
        }
        for n in range(60)
    ]
    offs = _stretches(chance, [r["id"] for r in reps], "rep", begin, 600)
    holds = _stretches(chance, [x["id"] for x in leads], "lead", begin, 200)
    given: dict[str, list[dict[str, Any]]] = {"rep": reps, "lead": leads, "day_off": offs, "hold": holds}
    asked = [f"sales.answer.{rung}" for rung in RUNGS]
    of_rows = {x["id"]: [x[c] for c in asked] for x in Evaluation(plan, given, NOW).columns("lead")}
    con = ibis.duckdb.connect()
    tables = {name: con.create_table(name, _as_table(rows)) for name, rows in given.items()}
    of_tables = columns(plan, tables, NOW, "lead").to_pyarrow().to_pylist()
    assert {x["id"]: [x[c] for c in asked] for x in of_tables} == of_rows
    walks = {r["id"]: Oracle(HOURS, r["time_zone"], first - timedelta(days=3), 40) for r in reps[:-1]}
    own = {x["id"]: [h for h in holds if h["lead"] == x["id"]] for x in leads}
    by_walk = {
        x["id"]: _counted(walks, x, [o for o in offs if o["rep"] == x["owner"]], own[x["id"]]) for x in leads
    }
    assert of_rows == by_walk


def _counted(
    walks: dict[str, Oracle], row: dict[str, Any], offs: list[dict[str, Any]], holds: list[dict[str, Any]]
) -> list[int | None]:
    """Minute by minute: open or not, paused or not, until the clock has run so long."""
    if row["owner"] not in walks:
        return [None for _ in RUNGS]
    walk, waited, ran = walks[row["owner"]], 0, 0
    at = datetime.fromtimestamp(row["created"] / 10**6, UTC)
    reached: dict[int, int] = {}
    while ran < max(RUNGS.values()):
        if walk.is_open(at):
            here = _us(at)
            away, waits = (any(x["starts"] <= here < x["ends"] for x in some) for some in (offs, holds))
            waits = waits and waited < 70
            waited += waits
            if not (away or waits):
                ran += 1
                reached.setdefault(ran, _us(at + timedelta(minutes=1)))
        at += timedelta(minutes=1)
    return [reached[minutes] for minutes in RUNGS.values()]


def _as_table(rows: list[dict[str, Any]]) -> pa.Table:
    texts = {"id", "owner", "time_zone", "rep", "lead"}
    return pa.Table.from_pylist(
        rows, schema=pa.schema([(c, pa.string() if c in texts else pa.int64()) for c in rows[0]])
    )


def _stretches(
    chance: Random, keys: list[str], of: str, begin: datetime, longest: int
) -> list[dict[str, Any]]:
    return [
        {
            "id": f"{key}-{n}",
            of: key,
            "starts": _us(at := begin + timedelta(minutes=chance.randrange(7 * 1440))),
            "ends": _us(at + timedelta(minutes=chance.randrange(1, longest))),
        }
        for key in keys
        for n in range(chance.randrange(4))
    ]
