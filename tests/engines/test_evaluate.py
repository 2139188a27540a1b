"""What an evaluation counts, lists and finds late."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.builders import (
    apply,
    at,
    day,
    lead,
    number,
    plan,
    tables,
    truth,
)
from engines.evaluating import (
    APRIL,
    ENTRY,
    FRIDAY,
    HANDOFF,
    MARCH,
    NOW,
    ROWS,
    counts,
    figure,
    handoff,
    run,
)
from sladsl.calendars import DAY, PeriodKind, Periods
from sladsl.engines.tables import counters, evaluate
from sladsl.engines.tables.dependencies import Shape
from sladsl.outcomes import AsOf, Instance, Listed
from sladsl.plan import (
    Counter,
)

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
    counting = (
        ROWS,
        Counter("hit", big),
        Counter("value", truth(True), "sum", lead("size")),
        Counter("least", truth(True), "least", lead("size")),
        Counter("known", truth(True), "count", lead("size")),
        Counter("none", truth(False), "sum", lead("size")),
        Counter("nothing", truth(False), "greatest", lead("size")),
    )
    found = run(plan(ENTRY, figures=(figure(*counting),)), data)
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
    ranks = (
        Counter("rows", good),
        Counter("low", good, "rank", lead("wait"), percent),
        Counter("high", good, "rank", lead("size"), percent),
    )
    p = plan(ENTRY, figures=(figure(*ranks),))
    with pytest.MonkeyPatch.context() as patch:
        if counted_by_rows:
            patch.setattr(counters, "has_nearest_rank", lambda _: False)
        found = {start: c for start, _, c in counts(run(p, data, NOW + 400 * DAY))}
    for month in range(3):
        waits = [wait for is_good, wait, m in rows if is_good and m == month]
        start = Periods(p.zone).containing(PeriodKind.MONTH, MARCH + month * 31 * DAY).start
        rank = nearest_rank(waits, percent)
        got = found.get(start, {"rows": 0, "low": None, "high": None})
        assert got == {"rows": len(waits), "low": rank, "high": None if rank is None else Decimal(rank) / 4}


def test_figures_of_one_pass_are_counted_together() -> None:
    together = counters.passes(
        Shape(plan()), [figure(ROWS), figure(ROWS, id="g"), figure(ROWS, id="h", period=PeriodKind.WEEK)]
    )
    assert [[f.id for f in p.figures] for p in together] == [["f", "g"], ["h"]]


# --------------------------------------------------------------------------------------- statuses, routes, breaches


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
