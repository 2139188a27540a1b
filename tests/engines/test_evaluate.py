"""What an evaluation counts, lists and finds wrong with the rows."""

from __future__ import annotations

import math
from collections import Counter as Tally
from dataclasses import replace
from decimal import Decimal
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.builders import (
    apply,
    at,
    call,
    column,
    count,
    day,
    lead,
    number,
    plan,
    ref,
    span,
    tables,
    text,
    truth,
)
from sladsl.calendars import DAY, HOUR, Duration, DurationKind, PeriodKind, Periods
from sladsl.engines.tables import columns, default_as_of, dialects, evaluate, figures, sql
from sladsl.outcomes import AsOf, Instance, Listed, Outcomes
from sladsl.plan import (
    Aggregate,
    Bound,
    BoundKind,
    Case,
    Children,
    Clock,
    Commitment,
    Const,
    Counter,
    Deadline,
    Definition,
    Field,
    Figure,
    Hidden,
    Listing,
    Lookup,
    Measure,
    Plan,
    Ref,
    Route,
    State,
    Status,
    ValueType,
)

MARCH, APRIL = at("2026-03-01 00:00"), at("2026-04-01 00:00")
NOW = at("2026-05-01 00:00")


def code(value: int) -> Const:
    return Const(int(value), ValueType.CODE)


def figure(*counters: Counter, period: PeriodKind = PeriodKind.MONTH, **more: Any) -> Figure:
    given: dict[str, Any] = {
        "id": "f",
        "kpi": "f",
        "label": "",
        "record": "lead",
        "measure": Measure.COUNT,
        "period": period,
        "entry": "entry",
        "counters": counters,
    }
    return Figure(**(given | more))


ENTRY = column("entry", ValueType.INSTANT, lead("created"))
ROWS = Counter("rows", truth(True))


def run(p: Plan, data: dict[str, Any], as_of: int = NOW, **more: Any) -> Outcomes:
    return evaluate(p, tables(data), AsOf(as_of), **more)


def counts(found: Outcomes, id: str = "f") -> list[tuple[int, tuple[str | None, ...], dict[str, Any]]]:
    return [(c.start, c.by, dict(c.counters)) for c in found.figures[id]]


# -------------------------------------------------------------------------------------------------------------- figures


def test_rows_count_in_the_local_period_of_their_entry() -> None:
    data = {
        "lead": [
            {"id": "a", "created": at("2026-03-31 23:30")},  # already April in UTC
            {"id": "b", "created": at("2026-04-01 00:00")},
            {"id": "c", "created": at("2026-03-01 00:00")},
            {"id": "d"},
        ]
    }
    found = run(plan(ENTRY, figures=(figure(ROWS),)), data)
    assert counts(found) == [(MARCH, (), {"rows": 2}), (APRIL, (), {"rows": 1})]


def test_counters_skip_rows_whose_condition_is_unknown() -> None:
    data = {
        "lead": [
            {"id": "a", "created": MARCH, "size": Decimal(10)},
            {"id": "b", "created": MARCH, "size": Decimal("2.5")},
            {"id": "c", "created": MARCH},
        ]
    }
    big = apply(">", lead("size"), number(5))
    counters = (
        ROWS,
        Counter("hit", big),
        Counter("value", truth(True), "sum", lead("size")),
        Counter("least", truth(True), "least", lead("size")),
        Counter("known", truth(True), "count", lead("size")),
        Counter("none", truth(False), "sum", lead("size")),
        Counter("nothing", truth(False), "greatest", lead("size")),
    )
    found = run(plan(ENTRY, figures=(figure(*counters),)), data)
    expected = {
        "rows": 3,
        "hit": 1,
        "value": Decimal("12.5"),
        "least": Decimal("2.5"),
        "known": 2,
        "none": 0,
        "nothing": None,
    }
    assert counts(found) == [(MARCH, (), expected)]


def test_a_figure_is_given_whole_and_by_its_breakdown() -> None:
    data = {
        "lead": [
            {"id": "a", "created": MARCH, "industry": "software", "born": day("2000-02-29")},
            {"id": "b", "created": MARCH, "industry": "software"},
            {"id": "c", "created": MARCH},
        ]
    }
    by = figure(ROWS, by=(lead("industry"), lead("born")), by_names=("industry", "born"))
    assert counts(run(plan(ENTRY, figures=(by,)), data)) == [
        (MARCH, (), {"rows": 3}),
        (MARCH, ("software", "2000-02-29"), {"rows": 1}),
        (MARCH, ("software", None), {"rows": 1}),
        (MARCH, (None, None), {"rows": 1}),
    ]


def test_sums_of_spans_outgrow_64_bits() -> None:
    century = 200 * 365 * DAY
    data = {"lead": [{"id": str(n), "created": MARCH, "wait": century} for n in range(2000)]}
    total = Counter("value", truth(True), "sum", lead("wait"))
    assert counts(run(plan(ENTRY, figures=(figure(total),)), data)) == [
        (MARCH, (), {"value": 2000 * century})
    ]


def test_only_periods_that_overlap_are_given() -> None:
    data = {"lead": [{"id": str(n), "created": at(f"2026-0{n}-15 12:00")} for n in (1, 2, 3, 4)]}
    p = plan(ENTRY, figures=(figure(ROWS), figure(ROWS, id="q", period=PeriodKind.QUARTER)))
    found = run(p, data, period=(MARCH, APRIL))
    assert counts(found) == [(MARCH, (), {"rows": 1})]
    assert counts(found, "q") == [(at("2026-01-01 00:00"), (), {"rows": 3})]


def nearest_rank(values: list[int | None], percent: int) -> int | None:
    ordered = sorted(values, key=lambda v: (v is None, v or 0))
    return ordered[math.ceil(percent * len(ordered) / 100) - 1] if ordered else None


@pytest.mark.parametrize("counted_by_rows", [False, True])
@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.tuples(st.booleans(), st.none() | st.integers(0, 9), st.integers(0, 2)), max_size=40),
    st.sampled_from([1, 7, 25, 29, 50, 57, 90, 99, 100]),
)
def test_ranks_are_nearest_ranks_with_missing_values_last(
    counted_by_rows: bool, rows: list[tuple[bool, int | None, int]], percent: int
) -> None:
    data = {
        "lead": [
            {
                "id": f"{n:03d}",
                "created": MARCH + month * 31 * DAY,
                "good": good,
                "wait": wait,
                "size": None if wait is None else Decimal(wait) / 4,
            }
            for n, (good, wait, month) in enumerate(rows)
        ]
    }
    good = apply("is true", lead("good"))
    counters = (
        Counter("rows", good),
        Counter("low", good, "rank", lead("wait"), percent),
        Counter("high", good, "rank", lead("size"), percent),
    )
    p = plan(ENTRY, figures=(figure(*counters),))
    with pytest.MonkeyPatch.context() as patch:
        if counted_by_rows:
            patch.setattr(figures, "has_nearest_rank", lambda _: False)
        found = {start: c for start, _, c in counts(run(p, data, NOW + 400 * DAY))}
    for month in range(3):
        waits = [wait for is_good, wait, m in rows if is_good and m == month]
        start = Periods(p.zone).containing(PeriodKind.MONTH, MARCH + month * 31 * DAY).start
        rank = nearest_rank(waits, percent)
        got = found.get(start, {"rows": 0, "low": None, "high": None})
        assert got == {"rows": len(waits), "low": rank, "high": None if rank is None else Decimal(rank) / 4}


def test_figures_of_one_pass_are_counted_together() -> None:
    together = figures.passes(
        [figure(ROWS), figure(ROWS, id="g"), figure(ROWS, id="h", period=PeriodKind.WEEK)]
    )
    assert [[f.id for f in p.figures] for p in together] == [["f", "g"], ["h"]]


# --------------------------------------------------------------------------------------- statuses, routes, breaches


def handoff() -> Plan:
    """A definition, a route, a promise with two tiers, and a listing, without the language."""
    big = apply(">=", lead("size"), number(100))
    status = Case(
        (
            (Hidden("lead", "created"), code(Status.NOT_YET)),
            (apply("is unknown", big), code(Status.UNCLASSIFIABLE)),
            (apply("and", big, apply("is known", lead("created"))), code(Status.IN)),
            (big, code(Status.UNDATED)),
        ),
        code(Status.OUT),
    )
    rush = apply("=", lead("industry"), text("software"))
    hours = Duration(DurationKind.BUSINESS, 4 * HOUR)
    days = Duration(DurationKind.BUSINESS_DAYS, 1)
    first = Children("call", Aggregate.NTH, apply(">=", call("at"), lead("created")), call("at"))
    due = Case(
        ((rush, Lookup(Deadline(hours, "desk"), ref("entry"))),), Lookup(Deadline(days, "desk"), ref("entry"))
    )
    state = Case(
        (
            (apply("<=", ref("stop"), ref("due")), code(State.MET)),
            (apply(">", ref("due"), Const(NOW, ValueType.INSTANT)), code(State.OPEN)),
        ),
        code(State.MISSED),
    )
    made = (
        ENTRY,
        column("status", ValueType.CODE, status),
        column("member", ValueType.BOOLEAN, apply("=", ref("status"), code(Status.IN))),
        column("stop", ValueType.INSTANT, first),
        column("due", ValueType.INSTANT, due),
        column("tier", ValueType.CODE, Case(((rush, code(0)),), code(1))),
        column("state", ValueType.CODE, state),
        column(
            "route",
            ValueType.CODE,
            Case(((rush, code(0)), (apply("=", lead("industry"), text("retail")), code(1))), code(2)),
        ),
    )
    clock = Clock(
        "lead",
        "member",
        "entry",
        "entry",
        "due",
        "stop",
        "state",
        "owner",
        "tier",
    )
    bound = Bound(BoundKind.AT_LEAST, Decimal("0.95"))
    promise = Commitment("sales.response", "sales", "marketing", "response", "", "f", bound, clock=clock)
    hit = Counter("hit", apply("and", ref("member"), apply("=", ref("state"), code(State.MET))))
    return plan(
        *made,
        definitions=(Definition("MQL", "", "lead", "status", "entry"),),
        figures=(figure(Counter("rows", ref("member")), hit, measure=Measure.RESPONSE),),
        commitments=(promise,),
        routes=(Route("MQL", "lead", "member", "route", ("fast", "slow", "fast")),),
        listings=(
            Listing("unclassifiable", "MQL", "lead", apply("=", ref("status"), code(Status.UNCLASSIFIABLE))),
        ),
    )


FRIDAY = at("2026-03-06 13:00")
HANDOFF = {
    "lead": [
        {"id": "met", "created": FRIDAY, "size": Decimal(100), "industry": "software", "owner": "ana"},
        {"id": "late", "created": FRIDAY, "size": Decimal(100), "industry": "software", "owner": "ana"},
        {"id": "tomorrow", "created": FRIDAY, "size": Decimal(100), "industry": "retail", "owner": "bo"},
        {"id": "never", "created": FRIDAY, "size": Decimal(100)},
        {"id": "small", "created": FRIDAY, "size": Decimal(99), "industry": "retail"},
        {"id": "who knows", "created": FRIDAY},
        {"id": "or this", "created": FRIDAY},
        {"id": "undated", "size": Decimal(100)},
        {"id": "later", "created": NOW + 1, "born": day("2000-01-01"), "size": Decimal(100)},
    ],
    "call": [
        {"id": "1", "lead": "met", "at": at("2026-03-06 17:00")},  # the deadline itself is on time
        {"id": "2", "lead": "late", "at": at("2026-03-06 12:59")},  # before the start it does not count
        {"id": "3", "lead": "late", "at": at("2026-03-09 08:30")},
        {"id": "4", "lead": "tomorrow", "at": at("2026-03-09 13:00")},
    ],
}


def test_rows_are_counted_by_how_they_stand() -> None:
    found = run(handoff(), HANDOFF)
    standing = {status.name: n for status, n in found.statuses["MQL"].items() if n}
    assert standing == {"IN": 4, "OUT": 1, "UNDATED": 1, "UNCLASSIFIABLE": 2, "NOT_YET": 1}
    assert found.routes == {"MQL": {"fast": 3, "slow": 1}}
    assert found.rows == {"lead": 9, "call": 4, "note": 0, "deal": 0}
    assert counts(found) == [(MARCH, (), {"rows": 4, "hit": 2})]


def test_listings_name_the_first_keys() -> None:
    assert run(handoff(), HANDOFF).listings == (
        Listed("unclassifiable", "MQL", "lead", 2, ("or this", "who knows")),
    )
    assert run(handoff(), HANDOFF, examples=1).listings[0].examples == ("or this",)


def test_breaches_are_the_instances_past_their_deadline() -> None:
    due = at("2026-03-06 17:00")
    late = Instance("sales.response", "lead", "late", "ana", FRIDAY, FRIDAY, due, at("2026-03-09 08:30"), 0)
    never = Instance("sales.response", "lead", "never", None, FRIDAY, FRIDAY, at("2026-03-09 13:00"), None, 1)
    found = run(handoff(), HANDOFF).breaches["sales.response"]
    assert list(found) == [late, never]
    assert (found[0], found[-1], found[0:1], len(found)) == (late, never, (late,), 2)
    assert len(run(handoff(), HANDOFF, period=(MARCH, APRIL)).breaches["sales.response"]) == 2
    assert len(run(handoff(), HANDOFF, period=(APRIL, NOW)).breaches["sales.response"]) == 0


def test_an_evaluation_of_no_rows_at_all() -> None:
    found = run(handoff(), {})
    assert (counts(found), found.routes, found.listings[0].count, found.problems) == (
        [],
        {"MQL": {"fast": 0, "slow": 0}},
        0,
        (),
    )
    assert set(found.statuses["MQL"].values()) == {0}


def test_the_connection_is_left_as_it_was() -> None:
    given_tables = tables(HANDOFF)
    evaluate(handoff(), given_tables, AsOf(NOW))
    con = given_tables["lead"].get_backend().con
    assert con.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall() == []


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
            {"id": "differs", "industry": "retail", "email": "0"},
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
        "differs": (MARCH, "b", False),
        "same but later": (MARCH, None, True),
    }
    outcomes = run(p, data)
    assert outcomes.rows == {"lead": 3, "call": 1, "note": 2, "deal": 0}
    assert problems(outcomes) == {
        ("lead", "no key", 1, "id", ()),
        ("lead", "equal rows", 3, "id", ("same", "same but later")),
        ("lead", "key used twice", 3, "id", ("differs",)),
        ("lead", "missing value", 1, "created", ("differs",)),
        ("note", "equal rows", 1, None, ("0001",)),
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


# ------------------------------------------------------------------------------------------------------------------ SQL


def test_statements_give_the_same_figures_as_an_evaluation() -> None:
    """The statements for DuckDB, run as they are printed."""
    p = handoff()
    given_tables = tables(HANDOFF)
    expected = evaluate(p, given_tables, AsOf(NOW))
    con = given_tables["lead"].get_backend().con
    answers = {}
    for title, statement in sql(p, "duckdb", NOW):
        answers[title] = con.execute(statement).fetchall()
    (figures_title,) = (t for t in answers if t.startswith("figures of f"))
    assert answers[figures_title] == [(MARCH, 4, 2)]
    (late_title,) = (t for t in answers if t.startswith("rows late"))
    assert [row[0] for row in answers[late_title]] == [x.key for x in expected.breaches["sales.response"]]
    (standing,) = (t for t in answers if t.startswith("how the rows of lead"))
    by_status: Tally[int] = Tally()
    for row in answers[standing]:
        by_status[row[0]] += row[-1]
    assert by_status == {int(s): n for s, n in expected.statuses["MQL"].items() if n}


@pytest.mark.parametrize("dialect", ["postgres", "snowflake", "bigquery", "spark", "databricks", "trino"])
def test_every_dialect_compiles(dialect: str) -> None:
    statements = sql(handoff(), dialect)
    assert [title.partition(":")[0] for title, _ in statements][-4:] == [
        "lead",
        "figures of f",
        "how the rows of lead stand",
        "rows late for sales.response",
    ]
    assert not any(" DIVIDE(" in s.upper() or "QUANTILE_DISC" in s.upper() for _, s in statements)


def test_an_unknown_dialect_says_which_there_are() -> None:
    with pytest.raises(ValueError, match="`oracle` is not a dialect: expected one of `duckdb`"):
        sql(handoff(), "oracle")


def test_division_for_databases_that_have_none_is_exact() -> None:
    """The spelling for databases without a truncating division, where doubles alone are off by one."""
    pairs = [(2**62 + n, d) for n in range(-3, 4) for d in (1, 3, 1_800_000_000, 2**31 - 1)]
    t = ibis.memtable(pa.table({"a": [a for a, _ in pairs], "b": [b for _, b in pairs]}))
    found = t.mutate(q=dialects.floor_div("elsewhere", t.a, t.b)).q.to_pyarrow().to_pylist()
    assert found == [a // b for a, b in pairs]
