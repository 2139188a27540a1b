"""Deadlines that pauses move: both engines, against the table of the reference and against counting minutes.

The oracle goes minute by minute and knows the hours of the desk by heart; it shares nothing with the product.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engines.builders import DESK, ZONE, at, column, lead, plan, ref, tables
from sladsl.calendars import HOUR, MINUTE, Duration, DurationKind, OpenTime
from sladsl.engines.rows import Evaluation
from sladsl.engines.tables import columns_of
from sladsl.lowering.pauses import Line, Pause
from sladsl.outcomes import AsOf
from sladsl.plan import (
    Column,
    Field,
    FieldType,
    Link,
    Plan,
    Record,
    RecordField,
    ValueType,
)
from sladsl.plan.shorthand import choose, compare

LEAD = Record(
    "lead",
    "",
    (
        RecordField("id", FieldType.TEXT, key=True),
        RecordField("start", FieldType.TIME, optional=True),
        RecordField("due", FieldType.TIME, optional=True, planned=True),
        RecordField("stop", FieldType.TIME, optional=True),
        RecordField("group", FieldType.TEXT, optional=True),
    ),
    moment="start",
)


def _pausing(name: str) -> Record:
    times = (RecordField(x, FieldType.TIME, optional=True) for x in ("began", "ended"))
    own = RecordField("lead", FieldType.TEXT, optional=True)
    key = RecordField("id", FieldType.TEXT, key=True)
    return Record(name, "", (key, own, *times), link=Link("lead", "lead", "id"))


RECORDS = (LEAD, _pausing("waiting"), _pausing("outage"))
Minutes = tuple[int, int | None]


def limits(most: int | None) -> tuple[Duration, ...]:
    """The same whatever the clock counts."""
    kinds = (DurationKind.ABSOLUTE, DurationKind.BUSINESS)
    return () if most is None else tuple(Duration(kind, most) for kind in kinds)


def pauses(waiting: int | None, outage: int | None) -> tuple[Pause, ...]:
    """Both kinds; the second belongs to groups of leads."""
    theirs = {"waiting": lead("id"), "outage": lead("group")}
    return tuple(
        Pause(r, Field(r, "lead"), theirs[r], Field(r, "began"), Field(r, "ended"), limits(most))
        for r, most in (("waiting", waiting), ("outage", outage))
    )


def paused(calendar: str | None, kinds: tuple[Pause, ...]) -> Plan:
    line, start, due, stop = Line(calendar), lead("start"), lead("due"), lead("stop")
    place = column("place", ValueType.SPAN, line.held_up(kinds, start, line.between(start, due), stop))
    moved = choose((compare("=", ref("place"), line.place(due)), due), otherwise=line.instant(ref("place")))
    made: tuple[Column, ...] = (
        place,
        column("moved", ValueType.INSTANT, moved),
        column("stood", ValueType.SPAN, line.stood(kinds, start, stop)),
    )
    return plan(*made, records=RECORDS)


def answers(p: Plan, data: dict[str, list[dict[str, Any]]], as_of: int) -> list[tuple[Any, Any]]:
    """Each lead's deadline and the time that its clock stood still, in which both engines agree."""
    whole = {
        r.name: [{f.name: row.get(f.name) for f in r.fields} for row in data.get(r.name, ())] for r in RECORDS
    }
    expected = Evaluation(p, whole, AsOf(as_of)).columns("lead")
    asked = columns_of(p, tables(data, RECORDS), AsOf(as_of), ["lead"])["lead"]
    counted = asked.order_by("id").to_pyarrow().to_pylist()
    names = ("id", "place", "moved", "stood")
    shown = [{n: row[n] for n in names} for row in expected]
    # Places count from an origin that each engine chooses; what matters is which there are.
    there = [{**row, "place": row["place"] is not None} for row in shown]
    assert there == [{**{n: row[n] for n in names}, "place": row["place"] is not None} for row in counted]
    return [(row["moved"], row["stood"]) for row in shown]


def rows(record: str, spans: list[tuple[int, int | None]]) -> list[dict[str, Any]]:
    return [{"id": f"{n}", "lead": "a", "began": b, "ended": e} for n, (b, e) in enumerate(spans)]


def _wednesday(clock: str) -> int:
    return at(f"2026-03-04 {clock}")


TABLE = [
    ("10:00", 4 * HOUR, [("2026-03-04 11:00", "2026-03-04 13:00")], None, "2026-03-04 16:00"),
    ("14:00", 4 * HOUR, [("2026-03-04 16:00", "2026-03-05 10:00")], None, "2026-03-05 12:00"),
    ("10:00", 4 * HOUR, [("2026-03-03 15:00", "2026-03-04 12:00")], None, "2026-03-04 16:00"),
    (
        "10:00",
        4 * HOUR,
        [("2026-03-04 11:00", "2026-03-04 13:00"), ("2026-03-04 12:00", "2026-03-04 14:00")],
        None,
        "2026-03-04 17:00",
    ),
    ("15:00", 4 * HOUR, [("2026-03-04 18:00", "2026-03-04 20:00")], None, "2026-03-05 11:00"),
    ("10:00", 4 * HOUR, [("2026-03-04 11:00", "2026-03-04 13:00")], HOUR, "2026-03-04 15:00"),
    ("10:00", 4 * HOUR, [("2026-03-04 14:00", "2026-03-05 14:00")], None, "2026-03-04 14:00"),
    ("10:00", 4 * HOUR, [("2026-03-04 11:00", None)], None, None),
    ("10:00", 8 * HOUR, [("2026-03-04 11:00", "2026-03-04 13:00")], None, "2026-03-05 12:00"),
]


@pytest.mark.parametrize(("start", "budget", "spans", "most", "due"), TABLE)
def test_the_table(
    start: str, budget: int, spans: list[tuple[str, str | None]], most: int | None, due: str | None
) -> None:
    began = _wednesday(start)
    plain = OpenTime(DESK).deadline(began, budget)
    data = {
        "lead": [{"id": "a", "start": began, "due": plain}],
        "waiting": rows("waiting", [(at(b), None if e is None else at(e)) for b, e in spans]),
    }
    ((moved, _),) = answers(paused("desk", pauses(most, None)), data, _wednesday("15:00") + 30 * 24 * HOUR)
    assert moved == (None if due is None else at(due))


def test_plain_time() -> None:
    began = _wednesday("10:00")
    data = {
        "lead": [{"id": "a", "start": began, "due": began + 24 * HOUR}],
        "waiting": rows("waiting", [(_wednesday("12:00"), _wednesday("18:00"))]),
    }
    assert answers(paused(None, pauses(None, None)), data, began + 96 * HOUR) == [
        (at("2026-03-05 16:00"), None)
    ]


# ------------------------------------------------------------------------------------------------- counting minutes

FIRST = at("2026-07-01 00:00")
SPAN = 6 * 24 * 60  # over a week-end with a holiday before it


def _open(minute: int) -> bool:
    here = (datetime.fromtimestamp(FIRST / 1e6, UTC) + timedelta(minutes=minute)).astimezone(ZoneInfo(ZONE))
    return here.weekday() < 5 and 9 <= here.hour < 17 and (here.month, here.day) != (7, 3)


def _paused_minutes(
    spans: list[Minutes], most: int | None, start: int, stop: int | None, now: int, counts: list[bool]
) -> tuple[set[int], bool]:
    """The minutes that stand still, up to the end of all; whether a stretch is still running then, its cap not used up."""
    there: set[int] = set()
    running = False
    end = len(counts)
    for b, e in spans:
        last = end if e is None else e
        last = last if stop is None else min(last, stop)
        there |= set(range(max(b, start), last))
        running |= e is None and stop is None and b < end
    if most is None:
        return there, running
    inside = sorted(m for m in there if counts[m])
    used_now = sum(m < now for m in inside)
    if running and used_now < most:
        # What has been used up before now does not stop the stretch that goes on.
        return there, True
    return set(inside[:most]), False


def by_minutes(
    business: bool, row: dict[str, Any], kinds: list[tuple[list[Minutes], int | None]], now: int
) -> tuple[int | None, int | None]:
    """The deadline, in minutes, None while a pause holds it up; and the minutes that the clock stood still before its stop."""
    start, due0, stop = row["start"], row["due"], row["stop"]
    counts = [not business or _open(m) for m in range(4 * SPAN)]
    still: set[int] = set()
    lasting: set[int] = set()
    for spans, most in kinds:
        there, running = _paused_minutes(spans, most, start, stop, now, counts)
        still |= there
        if running:
            lasting |= {min(b for b, e in spans if e is None)}
    budget = sum(counts[start:due0])
    stood = None
    if stop is not None:
        stood = sum(counts[m] and m in still for m in range(start, stop))
    if not any(counts[m] and m in still for m in range(start, due0)):
        return due0, stood
    used = 0
    for m in range(start, len(counts)):
        if used == budget:
            return m, stood
        used += counts[m] and m not in still
        if used == budget:
            return m + 1, stood
    assert lasting
    return None, stood


@st.composite
def spans(draw: st.DrawFn, latest: int) -> list[Minutes]:
    found: list[Minutes] = []
    for _ in range(draw(st.integers(0, 4))):
        began = draw(st.integers(0, latest // 30)) * 30
        ended = draw(st.one_of(st.none(), st.integers(began // 30, latest // 30).map(lambda n: n * 30)))
        found.append((began, ended))
    return found


@st.composite
def histories(draw: st.DrawFn) -> dict[str, Any]:
    now = draw(st.integers(60, SPAN // 30)) * 30
    halves = st.integers(0, now // 30).map(lambda n: n * 30)
    leads = []
    for _ in range(draw(st.integers(1, 4))):
        start = draw(halves)
        stop = draw(st.one_of(st.none(), st.integers(start // 30, now // 30).map(lambda n: n * 30)))
        due = start + draw(st.integers(0, 60)) * 30
        leads.append({"start": start, "due": due, "stop": stop})
    mosts = st.one_of(st.none(), st.integers(1, 20).map(lambda n: n * 30))
    return {
        "now": now,
        "business": draw(st.booleans()),
        "leads": leads,
        "waiting": draw(spans(now)),
        "outage": draw(spans(now)),
        "most": (draw(mosts), draw(mosts)),
    }


def _instant(minute: int | None) -> int | None:
    return None if minute is None else FIRST + minute * MINUTE


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(histories())
def test_minute_by_minute(h: dict[str, Any]) -> None:
    ids = [f"{n}" for n in range(len(h["leads"]))]
    data = {
        "lead": [
            {"id": id, "group": "g", **{k: _instant(v) for k, v in row.items()}}
            for id, row in zip(ids, h["leads"], strict=True)
        ],
        "waiting": [
            {"id": f"{id}-{n}", "lead": id, "began": _instant(b), "ended": _instant(e)}
            for id in ids
            for n, (b, e) in enumerate(h["waiting"])
        ],
        "outage": [
            {"id": f"{n}", "lead": "g", "began": _instant(b), "ended": _instant(e)}
            for n, (b, e) in enumerate(h["outage"])
        ],
    }
    first, second = h["most"]
    kinds = pauses(*(None if m is None else m * MINUTE for m in (first, second)))
    now = FIRST + h["now"] * MINUTE
    got = answers(paused("desk" if h["business"] else None, kinds), data, now)
    for row, (moved, ran) in zip(h["leads"], got, strict=True):
        due, length = by_minutes(h["business"], row, [(h["waiting"], first), (h["outage"], second)], h["now"])
        assert moved == _instant(due), row
        assert ran == (None if length is None else length * MINUTE), row
