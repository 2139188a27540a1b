"""Rows that are made of others: one for each, instants, and stretches of them, on both engines."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from plan_from_json import from_json

from engines.builders import RECORDS, apply, at, call, column, complete, instant, lead, plan, tables, text
from engines.evaluating import NOW, run
from sladsl.calendars import HOUR
from sladsl.engines import rows
from sladsl.engines.tables import columns
from sladsl.outcomes import AsOf
from sladsl.plan import (
    Aggregate,
    Case,
    Change,
    Children,
    Const,
    Expression,
    Field,
    FieldType,
    InstantsOf,
    Link,
    Plan,
    Record,
    RecordField,
    Ref,
    RowsOf,
    StretchesOf,
    ValueType,
)
from sladsl.plan_dump import to_json

LEAD_OF = RecordField("lead", FieldType.TEXT, optional=True)
BEGAN, ENDED = RecordField("began", FieldType.TIME), RecordField("ended", FieldType.TIME, optional=True)
TIMES = Record(
    "times of busy",
    "",
    (RecordField("at", FieldType.TIME), LEAD_OF),
    Link("lead", "lead", "id"),
    moment="at",
    made=InstantsOf("lead", lead("created"), (Change("lead", lead("won")), Change("call", call("at")))),
)
WHEN = Field(TIMES.name, "at")


def busy(holds: Expression, mood: Expression, after: int = 0) -> Plan:
    """Stretches of leads while `holds`, one for each `mood`, with a column of the lead and one of the stretch."""
    mood_field = RecordField("mood", FieldType.TEXT, optional=True)
    made = StretchesOf(TIMES.name, holds, (("mood", mood),), instant(after))
    stretch = Record(
        "busy", "", (BEGAN, ENDED, mood_field, LEAD_OF), Link("lead", "lead", "id"), moment="began", made=made
    )
    lasting = apply("is missing", Field("busy", "ended"))
    return plan(
        column("industry of it", ValueType.TEXT, lead("industry"), "busy"),
        column("lasts", ValueType.BOOLEAN, lasting, "busy"),
        column("busy", ValueType.NUMBER, Children("busy", Aggregate.COUNT, Ref("busy", "lasts"))),
        column("ever", ValueType.NUMBER, Children("busy", Aggregate.COUNT)),
        column("until", ValueType.INSTANT, Children("busy", Aggregate.LAST, of=Field("busy", "ended"))),
        records=(*RECORDS, TIMES, stretch),
    )


def made(
    p: Plan, data: Mapping[str, Sequence[Mapping[str, Any]]], record: str, as_of: int = NOW
) -> list[dict[str, Any]]:
    """The rows of a record by key, the same on both engines."""
    whole = {r.name: complete(r, data.get(r.name, ())) for r in RECORDS}
    slow = rows.Evaluation(p, whole, AsOf(as_of)).columns(record)
    fast = columns(p, tables(data), AsOf(as_of), record).to_pyarrow().to_pylist()
    key = p.record(record).key
    fast.sort(key=lambda row: row[key])
    names = dict.fromkeys([*slow[0], *(c.name for c in p.columns if c.record == record)]) if slow else ()
    assert [{n: row[n] for n in names} for row in fast] == [{n: row[n] for n in names} for row in slow]
    return slow


NINE = at("2026-03-02 09:00")


def hour(n: int) -> int:
    return NINE + n * HOUR


CALLS = (("0", -1), ("1", 1), ("2", 2), ("3", 3), ("4", 4), ("4b", 4))
DATA: dict[str, list[dict[str, Any]]] = {
    "lead": [
        {"id": "a", "created": NINE, "industry": "retail", "won": hour(6)},
        {"id": "b", "created": hour(2)},
        {"id": "c"},
    ],
    "call": [{"id": i, "lead": "a", "at": hour(n)} for i, n in CALLS]
    + [{"id": "x", "lead": "b", "at": hour(3)}],
}
"""Lead a has instants at 0, 1, 2, 3, 4 and 6 hours, b at 2 and 3; c was never there."""


def since(n: int) -> Expression:
    return apply(">=", WHEN, instant(hour(n)))


def test_instants_are_there_once_from_the_rows_own_on_and_before_the_as_of() -> None:
    p = busy(since(0), text("calm"))
    assert [(r["lead"], (r["at"] - NINE) // HOUR) for r in made(p, DATA, TIMES.name)] == [
        *(("a", n) for n in (0, 1, 2, 3, 4, 6)),
        ("b", 2),
        ("b", 3),
    ]
    assert [r["row"] for r in made(p, DATA, TIMES.name, hour(3))] == [
        "a#2026-03-02T14:00:00Z",
        "a#2026-03-02T15:00:00Z",
        "a#2026-03-02T16:00:00Z",
        "b#2026-03-02T16:00:00Z",
    ]


def told(p: Plan, as_of: int = NOW) -> list[tuple[Any, ...]]:
    found = made(p, DATA, "busy", as_of)
    return [
        (r["lead"], (r["began"] - NINE) // HOUR, r["ended"] and (r["ended"] - NINE) // HOUR, r["mood"])
        for r in found
    ]


def test_a_stretch_is_as_long_as_condition_and_values_stay() -> None:
    between = Case(((apply("<", WHEN, instant(hour(2))), text("calm")),), Const(None, ValueType.TEXT))
    p = busy(apply("and", since(1), apply("!=", WHEN, instant(hour(4)))), between)
    assert told(p) == [("a", 1, 2, "calm"), ("a", 2, 4, None), ("a", 6, None, None), ("b", 2, None, None)]
    assert told(p, hour(4)) == [("a", 1, 2, "calm"), ("a", 2, None, None), ("b", 2, None, None)]


def test_unknown_is_not_true_and_what_began_before_all_that_is_known_is_left_out() -> None:
    unknown = apply(">", lead("size"), WHEN)
    assert told(busy(unknown, text("calm"))) == []
    assert told(busy(since(0), text("calm"), after=hour(1))) == [("b", 2, None, "calm")]


def test_columns_read_stretches_and_stretches_their_row() -> None:
    p = busy(apply("<", WHEN, instant(hour(3))), text("calm"))
    assert [(r["industry of it"], r["lasts"]) for r in made(p, DATA, "busy")] == [
        ("retail", False),
        (None, False),
    ]
    leads = {r["id"]: r for r in made(p, DATA, "lead")}
    assert [(r["busy"], r["ever"], r["until"]) for r in leads.values()] == [
        (0, 1, hour(3)),
        (0, 1, hour(3)),
        (0, 0, None),
    ]


def test_a_key_has_the_microsecond_where_there_is_one() -> None:
    data: dict[str, list[dict[str, Any]]] = {
        "lead": [{"id": "a", "created": at("1969-12-31 23:59") + 1_500_007}]
    }
    (row,) = made(busy(apply("is known", WHEN), text("calm"), after=-(10**15)), data, "busy")
    assert row["row"] == "a#1970-01-01T04:59:01.500007Z"


def test_rows_of_other_rows() -> None:
    taken = Record(
        "answered",
        "",
        (RecordField("id", FieldType.TEXT, key=True), BEGAN, LEAD_OF),
        Link("lead", "lead", "id"),
        moment="began",
        made=RowsOf(
            "call",
            (("id", call("id")), ("began", call("at")), ("lead", call("lead"))),
            apply(">", call("at"), lead("created")),
        ),
    )
    p = plan(
        column("answered", ValueType.NUMBER, Children("answered", Aggregate.COUNT)), records=(*RECORDS, taken)
    )
    assert [r["id"] for r in made(p, DATA, "answered")] == ["1", "2", "3", "4", "4b", "x"]
    assert [r["answered"] for r in made(p, DATA, "lead")] == [5, 1, 0]


def test_what_is_made_is_counted_and_survives_json() -> None:
    p = busy(since(0), text("calm"))
    assert run(p, DATA).rows["busy"] == 2
    assert "times of busy" not in run(p, DATA).rows
    assert from_json(json.loads(json.dumps(to_json(p)))) == p


HOURS = st.integers(0, 8)


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.tuples(HOURS, HOURS, st.booleans()), max_size=4),
    st.lists(st.tuples(st.integers(0, 5), HOURS), max_size=12),
    st.sets(HOURS),
    st.sets(HOURS),
    st.integers(1, 9),
)
def test_stretches_are_those_of_every_hour(
    leads: list[tuple[int, int, bool]],
    calls: list[tuple[int, int]],
    on: set[int],
    calm: set[int],
    now: int,
) -> None:
    """Against the condition asked hour by hour, of which only hours at which something happened count as changes."""
    data: dict[str, list[dict[str, Any]]] = {
        "lead": [
            {"id": f"{n}", "created": hour(c), "won": hour(w) if sold else None}
            for n, (c, w, sold) in enumerate(leads)
        ],
        "call": [{"id": f"{n}", "lead": f"{of}", "at": hour(h)} for n, (of, h) in enumerate(calls)],
    }

    def among(hours: set[int]) -> Expression:
        return (
            apply("in", WHEN, *(instant(hour(h)) for h in hours))
            if hours
            else Const(False, ValueType.BOOLEAN)
        )

    mood = Case(((among(calm), text("calm")),), Const(None, ValueType.TEXT))
    p = busy(among(on), mood)
    wanted: list[tuple[Any, ...]] = []
    for n, (created, won, sold) in enumerate(leads):
        times = {created, *([won] if sold else []), *(h for of, h in calls if of == n)}
        state: tuple[bool] | None = None
        open: int | None = None
        for h in sorted(t for t in times if created <= t < now):
            here = (h in calm,) if h in on else None
            if here != state and open is not None:
                wanted.append((f"{n}", open, h, "calm" if state == (True,) else None))
                open = None
            if here is not None and open is None:
                open = h
            state = here
        if open is not None:
            wanted.append((f"{n}", open, None, "calm" if state == (True,) else None))
    found = made(p, data, "busy", hour(now))
    assert [
        (r["lead"], (r["began"] - NINE) // HOUR, r["ended"] and (r["ended"] - NINE) // HOUR, r["mood"])
        for r in found
    ] == wanted
