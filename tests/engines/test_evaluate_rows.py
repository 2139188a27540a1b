"""The rows there are when data are evaluated, and those that belong to one another."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from engines.builders import (
    apply,
    at,
    call,
    column,
    complete,
    count,
    day,
    lead,
    number,
    plan,
    span,
    tables,
)
from engines.evaluating import (
    MARCH,
    NOW,
    run,
)
from sladsl.calendars import DAY, HOUR, Duration, DurationKind, zone
from sladsl.engines import rows
from sladsl.engines.tables import columns, default_as_of
from sladsl.outcomes import AsOf, Outcomes
from sladsl.plan import (
    Aggregate,
    Children,
    Deadline,
    Field,
    Hidden,
    Lookup,
    Plan,
    Ref,
    ValueType,
)

# ------------------------------------------------------------------------------------------------------------- children


def table(p: Plan, data: dict[str, Any], record: str = "lead", as_of: int = NOW) -> dict[str, dict[str, Any]]:
    found = columns(p, tables(data), AsOf(as_of), record).to_pyarrow().to_pylist()
    return {row[p.record(record).key]: row for row in found}


def test_children_of_children_belong_to_the_grandparent() -> None:
    p = plan(
        column("notes", ValueType.NUMBER, count("note")),
        column(
            "late notes", ValueType.NUMBER, count("note", apply(">", Ref("note", "after call"), span(HOUR)))
        ),
        column("after call", ValueType.SPAN, apply("until", call("at"), Field("note", "said")), "note"),
        column("busy calls", ValueType.NUMBER, count("call", apply(">=", count("note"), number(2)))),
    )
    data = {
        "lead": [{"id": "a"}, {"id": "b"}],
        "call": [
            {"id": "1", "lead": "a", "at": MARCH},
            {"id": "2", "lead": "a", "at": MARCH},
            {"id": "3", "lead": "b", "at": MARCH},
        ],
        "note": [{"call": "1", "said": MARCH + n * HOUR} for n in range(4)] + [{"call": "9", "said": MARCH}],
    }
    assert {
        key: (row["notes"], row["late notes"], row["busy calls"]) for key, row in table(p, data).items()
    } == {"a": (4, 2, 1), "b": (0, 0, 0)}


def test_aggregates_of_rows_without_a_value() -> None:
    def of(aggregate: Aggregate, name: str) -> Children:
        return Children("call", aggregate, of=call(name))

    p = plan(
        column("sum", ValueType.NUMBER, of(Aggregate.SUM, "cost")),
        column("average", ValueType.NUMBER, of(Aggregate.AVERAGE, "cost")),
        column("least", ValueType.NUMBER, of(Aggregate.LEAST, "cost")),
        column("first", ValueType.INSTANT, of(Aggregate.NTH, "at")),
        column("third", ValueType.INSTANT, replace(of(Aggregate.NTH, "at"), n=3)),
        column("last", ValueType.INSTANT, of(Aggregate.LAST, "at")),
        column("took", ValueType.SPAN, of(Aggregate.AVERAGE, "took")),
    )
    data = {
        "lead": [{"id": "known"}, {"id": "gap"}, {"id": "none"}],
        "call": [
            {"id": "1", "lead": "known", "at": 30, "cost": Decimal(1), "took": -1},
            {"id": "2", "lead": "known", "at": 10, "cost": Decimal(1), "took": -2},
            {"id": "3", "lead": "known", "at": 10, "cost": Decimal("0.000001"), "took": -2},
            {"id": "4", "lead": "gap", "at": 5, "cost": Decimal(1), "took": 1},
            {"id": "5", "lead": "gap", "took": 2},
        ],
    }
    found = table(p, data)
    known = (Decimal("2.000001"), Decimal("0.666667"), Decimal("0.000001"), 10, 30, 30, -2)
    assert tuple(found["known"][c.name] for c in p.columns) == known
    assert tuple(found["gap"][c.name] for c in p.columns) == (None, None, None, 5, None, 5, 2)
    assert tuple(found["none"][c.name] for c in p.columns) == (0, None, None, None, None, None, None)


# --------------------------------------------------------------------------------------------------- the rows there are


def problems(found: Outcomes) -> set[tuple[str, str, int, str | None, tuple[str | None, ...]]]:
    return {(p.record, p.kind, p.count, p.field, tuple(e.key for e in p.examples)) for p in found.problems}


def test_what_is_later_than_the_as_of_does_not_exist() -> None:
    p = plan(
        column("won is hidden", ValueType.BOOLEAN, Hidden("lead", "won")),
        column("born is hidden", ValueType.BOOLEAN, Hidden("lead", "born")),
    )
    today = {
        "created": NOW,
        "born": day("2026-05-01"),
    }  # exactly at the as-of, and a date whose midnight it is
    data = {
        "lead": [
            {"id": "there", "industry": "retail", **today, "won": NOW},
            {"id": "not won yet", "industry": "retail", **today, "won": NOW + 1},
            {"id": "not born yet", "industry": "retail", "created": NOW, "born": day("2026-05-02")},
            {"id": "not there yet", "created": NOW + 1, "won": NOW + 2, "born": day("2026-05-02")},
            {"id": "without times"},
        ]
    }
    found = table(p, data)
    assert {
        key: (row["won"], row["won is hidden"], row["born"], row["born is hidden"])
        for key, row in found.items()
    } == {
        "there": (NOW, False, day("2026-05-01"), False),
        "not won yet": (None, True, day("2026-05-01"), False),
        "not born yet": (None, False, None, True),
        "without times": (None, False, None, False),
    }
    # What is hidden is no problem: only the row without times lacks what it must have.
    assert problems(run(p, data)) == {
        ("lead", "missing value", 1, "created", ("without times",)),
        ("lead", "missing value", 1, "industry", ("without times",)),
    }


def test_rows_that_occur_twice() -> None:
    same = {"id": "same", "industry": "retail", "created": MARCH}
    data = {
        "lead": [
            same,
            same,
            same,
            {"id": "differs", "industry": "retail", "created": MARCH + 1, "email": "a"},
            {"id": "differs", "industry": "retail", "created": MARCH, "email": "b"},
            {"id": "differs", "industry": "retail", "created": MARCH, "email": "0"},
            {"id": "never dated", "industry": "retail", "created": MARCH, "email": "b"},
            {"id": "never dated", "industry": "retail", "email": "c"},
            {"id": "differs", "industry": "retail", "created": MARCH, "email": "c"},
            {"id": "same but later", "industry": "retail", "created": MARCH},
            {"id": "same but later", "industry": "retail", "created": MARCH, "won": NOW + 1},
            {"industry": "retail", "created": MARCH},
        ],
        "note": [
            {"said": MARCH, "call": "1"},
            {"said": MARCH, "call": "1"},
            {"said": MARCH, "text": "x", "call": "1"},
        ],
        "call": [{"id": "1", "lead": "same", "at": MARCH}],
    }
    p = plan(column("won is hidden", ValueType.BOOLEAN, Hidden("lead", "won")))
    found = table(p, data)
    assert {key: (row["created"], row["email"], row["won is hidden"]) for key, row in found.items()} == {
        "same": (MARCH, None, False),
        "differs": (MARCH, "0", False),  # of equally early ones the smallest
        "never dated": (None, "c", False),  # it was there before the other, as long as anybody knows
        "same but later": (MARCH, None, True),  # what is hidden is there, and missing comes last
    }
    outcomes = run(p, data)
    assert outcomes.rows == {"lead": 4, "call": 1, "note": 3, "deal": 0}
    assert problems(outcomes) == {
        ("lead", "no key", 1, "id", ()),
        ("lead", "equal rows", 2, "id", ("same",)),
        ("lead", "key used twice", 5, "id", ("differs", "never dated", "same but later")),
        ("lead", "missing value", 1, "created", ("never dated",)),
    }


def test_children_without_their_parent() -> None:
    data = {
        "lead": [{"id": "a", "industry": "retail", "created": MARCH}, {"id": "later", "created": NOW + 1}],
        "call": [
            {"id": "1", "lead": "a", "at": MARCH},
            {"id": "2", "lead": "gone", "at": MARCH},
            {"id": "3", "at": MARCH},
            {"id": "4", "lead": "later", "at": MARCH},
        ],
    }
    p = plan(column("parent", ValueType.TEXT, lead("id"), "call"))
    assert {key: row["parent"] for key, row in table(p, data, "call").items()} == {
        "1": "a",
        "2": None,
        "3": None,
        "4": None,
    }
    assert problems(run(p, data)) == {
        ("call", "parent not found", 1, "lead", ("2",)),
        ("call", "no parent named", 1, "lead", ("3",)),
    }


def test_a_time_long_before_any_calendar_is_missing_and_listed() -> None:
    data = {
        "lead": [
            {"id": "a", "industry": "retail", "created": at("1899-12-31 00:00", "UTC")},
            {"id": "b", "industry": "retail", "created": MARCH},
        ]
    }
    p = plan(
        column(
            "due",
            ValueType.INSTANT,
            Lookup(Deadline(Duration(DurationKind.BUSINESS, HOUR), "desk"), lead("created")),
        )
    )
    assert {key: row["created"] for key, row in table(p, data).items()} == {"a": None, "b": MARCH}
    assert problems(run(p, data)) == {("lead", "time out of range", 1, "created", ("a",))}


def test_the_default_as_of_is_the_latest_moment() -> None:
    moments = (("lead", "created"), ("call", "at"), ("lead", "born"))
    data = {
        "lead": [{"id": "a", "created": MARCH}, {"id": "c", "created": at("9999-12-31 00:00", "UTC")}],
        "call": [{"id": "2", "at": MARCH + 5}, {"id": "1", "at": MARCH + 5}],
    }
    assert default_as_of(plan(moments=moments), tables(data)) == AsOf(MARCH + 5, "call", "at", "1")
    data["lead"].append({"id": "b", "born": day("2026-03-02")})
    assert default_as_of(plan(moments=moments), tables(data)) == AsOf(
        at("2026-03-02 00:00"), "lead", "born", "b"
    )
    assert default_as_of(plan(moments=moments), tables({})) is None


def _brute(times: list[tuple[int, str, str, str]], now: int | None) -> AsOf | None:
    """Of (instant, record, field, key), by looking at each; those that stand alone one before the other, four at most."""
    times = sorted(times, key=lambda x: (-x[0], ("created", "born", "at").index(x[2]), x[3]))
    come = [x for x in times if now is None or x[0] <= now]
    found: list[AsOf] = []
    while come and len(found) < 4:
        top = come[0]
        found.append(AsOf(*top))
        come = [x for x in come if x[0] < top[0]]
        if come and top[0] - come[0][0] <= 30 * DAY:
            break
    whole = None
    for each in reversed(found):
        whole = replace(each, otherwise=whole)
    return (
        whole
        if whole is None or times[0][0] <= (now or times[0][0])
        else replace(whole, ahead=AsOf(*times[0]))
    )


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["created", "born", "at"]), st.integers(0, 12)), max_size=7),
    st.none() | st.integers(0, 12),
)
def test_both_engines_find_the_same_default_as_of(read: list[tuple[str, int]], now: int | None) -> None:
    """Days 15 apart, so that some stand alone and some just do not."""
    moments = (("lead", "created"), ("lead", "born"), ("call", "at"))
    first = day("2026-01-01")
    data: dict[str, list[dict[str, Any]]] = {"lead": [], "call": []}
    times = []
    for n, (field, step) in enumerate(read):
        record = "call" if field == "at" else "lead"
        instant = zone(plan().zone).midnight(first + 15 * step)
        data[record].append({"id": str(n), field: first + 15 * step if field == "born" else instant})
        times.append((instant, record, field, str(n)))
    at_now = None if now is None else zone(plan().zone).midnight(first + 15 * now)
    expected = _brute(times, at_now)
    p = plan(moments=moments)
    assert default_as_of(p, tables(data), at_now) == expected
    full = {r.name: complete(r, data.get(r.name, ())) for r in p.records}
    assert rows.default_as_of(p, full, at_now) == expected
