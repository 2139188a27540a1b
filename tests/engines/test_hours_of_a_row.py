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
