"""Verdicts, against the rules as written."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judging import (
    AFTER,
    DURING,
    FEBRUARY,
    INSUFFICIENT,
    JANUARY,
    MARCH,
    MET,
    MISSED,
    NO_DATA,
    PROVISIONAL,
    YEAR,
    at_least,
    at_most,
    between,
    january,
    outcomes,
    plan,
)

from sladsl.outcomes import Instance, Outcomes, PeriodCounts
from sladsl.plan import (
    Action,
    Bound,
    Measure,
    Plan,
    Step,
    Term,
)
from sladsl.verdicts import Range, Verdict, actions, digits, judge, measure, wilson

# ------------------------------------------------------------------------------------------------------- the table

RUNNING_AND_OVER = [
    # measure, bound, counters, while the period runs, when it is over
    (Measure.COUNT, at_least("120"), {"rows": 120}, MET, MET),
    (Measure.COUNT, at_least("120"), {"rows": 119}, PROVISIONAL, MISSED),
    (Measure.COUNT, at_least("120"), {"rows": 119, "maybe": 1}, PROVISIONAL, PROVISIONAL),
    (Measure.COUNT, at_least("120"), {"rows": 118, "maybe": 1}, PROVISIONAL, MISSED),
    (Measure.COUNT, at_least("1"), {"rows": 0}, PROVISIONAL, MISSED),
    (Measure.COUNT, at_most("5"), {"rows": 5}, PROVISIONAL, MET),
    (Measure.COUNT, at_most("5"), {"rows": 6}, MISSED, MISSED),
    (Measure.COUNT, between("5", "8"), {"rows": 4}, PROVISIONAL, MISSED),
    (Measure.COUNT, between("5", "8"), {"rows": 8}, PROVISIONAL, MET),
    (Measure.COUNT, between("5", "8"), {"rows": 9}, MISSED, MISSED),
    (Measure.SUM, at_least("100"), {"rows": 2, "value": Decimal("100.000000")}, PROVISIONAL, MET),
    (Measure.SUM, at_least("100"), {"rows": 2, "value": Decimal("99.999999")}, PROVISIONAL, MISSED),
    (Measure.SUM, at_least("100"), {"rows": 2, "value": Decimal(100), "maybe": 1}, PROVISIONAL, PROVISIONAL),
    (Measure.SUM, at_most("0"), {"rows": 0, "value": 0}, PROVISIONAL, MET),
    (Measure.RESPONSE, at_least("0.95"), {"rows": 20, "hit": 19}, PROVISIONAL, MET),
    (Measure.RESPONSE, at_least("0.95"), {"rows": 20, "hit": 18}, PROVISIONAL, MISSED),
    (Measure.RESPONSE, at_least("0.95"), {"rows": 20, "hit": 18, "open": 1}, PROVISIONAL, PROVISIONAL),
    (Measure.RESPONSE, at_least("0.95"), {"rows": 20, "hit": 17, "open": 1}, PROVISIONAL, MISSED),
    (Measure.RESPONSE, at_least("0.95"), {"rows": 20, "hit": 18, "undecided": 1}, PROVISIONAL, PROVISIONAL),
    (Measure.RESPONSE, at_least("0.95"), {"rows": 20, "hit": 19, "maybe": 1}, PROVISIONAL, PROVISIONAL),
    (Measure.RESPONSE, at_least("0.95"), {"rows": 39, "hit": 38, "maybe": 1}, PROVISIONAL, MET),
    (Measure.RESPONSE, at_least("1"), {"rows": 20, "hit": 19}, MISSED, MISSED),
    (Measure.RESPONSE, at_least("1"), {"rows": 20, "hit": 19, "open": 1}, PROVISIONAL, PROVISIONAL),
    (Measure.RESPONSE, at_least("0"), {"rows": 20, "hit": 0}, MET, MET),
    (Measure.RESPONSE, at_most("0"), {"rows": 20, "hit": 1}, MISSED, MISSED),
    (Measure.RESPONSE, at_most("0"), {"rows": 20, "hit": 0, "open": 1}, PROVISIONAL, PROVISIONAL),
    (Measure.RESPONSE, at_least("0.5"), {"rows": 0}, PROVISIONAL, NO_DATA),
    (Measure.RESPONSE, at_least("0.5"), {"rows": 0, "maybe": 1}, PROVISIONAL, PROVISIONAL),
    (Measure.BECOME, at_least("0.25"), {"rows": 4, "hit": 1, "open": 3}, PROVISIONAL, MET),
    (Measure.BECOME, at_least("0.5"), {"rows": 4, "hit": 1, "open": 3}, PROVISIONAL, PROVISIONAL),
    (Measure.BECOME, at_most("0.2"), {"rows": 4, "hit": 1, "open": 3}, PROVISIONAL, MISSED),
    (Measure.SHARE, at_least("0.5"), {"rows": 4, "hit": 2, "unknown": 1}, PROVISIONAL, MET),
    (Measure.SHARE, at_least("0.5"), {"rows": 4, "hit": 1, "open": 1}, PROVISIONAL, PROVISIONAL),
    (Measure.AVERAGE, at_least("2.5"), {"rows": 5, "known": 4, "value": Decimal(10)}, PROVISIONAL, MET),
    (
        Measure.AVERAGE,
        at_least("2.5"),
        {"rows": 3, "known": 3, "value": Decimal("7.499999")},
        PROVISIONAL,
        MISSED,
    ),
    (Measure.AVERAGE, at_least("2.5"), {"rows": 3, "known": 0, "value": 0}, PROVISIONAL, NO_DATA),
    (Measure.MEDIAN, at_most("60"), {"rows": 3, "known": 3, "low": 50, "high": 60}, PROVISIONAL, MET),
    (
        Measure.MEDIAN,
        at_most("60"),
        {"rows": 3, "known": 3, "low": 50, "high": None},
        PROVISIONAL,
        PROVISIONAL,
    ),
    (
        Measure.PERCENTILE,
        at_most("60"),
        {"rows": 3, "known": 3, "low": 61, "high": None},
        PROVISIONAL,
        MISSED,
    ),
    (Measure.GREATEST, at_most("60"), {"rows": 3, "known": 2, "value": 60}, PROVISIONAL, MET),
    (Measure.LEAST, at_least("1"), {"rows": 3, "known": 2, "value": 0, "maybe": 1}, PROVISIONAL, PROVISIONAL),
]


@pytest.mark.parametrize(("kind", "bound", "counters", "running", "over"), RUNNING_AND_OVER)
def test_a_verdict_while_the_period_runs_and_when_it_is_over(
    kind: Measure, bound: Bound, counters: dict[str, Any], running: Verdict, over: Verdict
) -> None:
    assert january(DURING, kind, bound, counters).verdict is running
    assert january(AFTER, kind, bound, counters).verdict is over


def test_a_sum_that_cannot_fall_has_a_floor_while_it_runs() -> None:
    counters: dict[str, int | Decimal | None] = {"rows": 3, "value": Decimal(101)}
    assert january(DURING, Measure.SUM, at_least("100"), counters, floor=True).verdict is MET
    assert january(DURING, Measure.SUM, at_most("100"), counters, floor=True).verdict is MISSED
    assert january(DURING, Measure.SUM, at_least("100"), counters).verdict is PROVISIONAL
    assert january(AFTER, Measure.SUM, at_least("100"), counters | {"maybe": 2}, floor=True).verdict is MET


def test_become_without_a_window_ends_with_the_term() -> None:
    counters = {"rows": 4, "hit": 1, "open": 3}
    assert YEAR.end is not None
    assert january(YEAR.end - 1, Measure.BECOME, at_least("0.5"), counters).verdict is PROVISIONAL
    late = counters | {"open": 0}
    assert january(YEAR.end, Measure.BECOME, at_least("0.5"), late).verdict is MISSED
    assert january(YEAR.end, Measure.BECOME, at_least("0.5"), counters).verdict is PROVISIONAL
    endless = Term(JANUARY.start, None)
    assert january(YEAR.end * 2, Measure.BECOME, at_least("0.5"), counters, endless).verdict is PROVISIONAL


def test_too_few_rows() -> None:
    decided = {"rows": 19, "hit": 0}
    assert january(DURING, Measure.RESPONSE, at_least("0.5"), decided, needs=20).verdict is PROVISIONAL
    assert january(AFTER, Measure.RESPONSE, at_least("0.5"), decided, needs=20).verdict is INSUFFICIENT
    assert (
        january(AFTER, Measure.RESPONSE, at_least("0.5"), decided | {"maybe": 1}, needs=20).verdict
        is PROVISIONAL
    )
    assert (
        january(AFTER, Measure.RESPONSE, at_least("0.5"), {"rows": 20, "open": 20}, needs=20).verdict
        is PROVISIONAL
    )
    assert january(AFTER, Measure.COUNT, at_least("1"), {"rows": 0}, needs=1).verdict is INSUFFICIENT


def test_no_rows_count_as_what_the_agreement_says() -> None:
    for word in (MET, MISSED):
        over = january(AFTER, Measure.RESPONSE, at_least("0.5"), {}, none_counts_as=str(word), needs=5)
        assert (over.verdict, over.final) == (word, True)
        running = january(DURING, Measure.RESPONSE, at_least("0.5"), {}, none_counts_as=str(word))
        assert (running.verdict, running.final) == (PROVISIONAL, False)


def test_targets_are_compared_exactly() -> None:
    """`met × 200 ≥ 191 × all` for 95.5 %, however near."""
    for all_, met in ((200, 191), (200_000_000_000, 191_000_000_000)):
        assert january(AFTER, Measure.RESPONSE, at_least("0.955"), {"rows": all_, "hit": met}).verdict is MET
        short = {"rows": all_, "hit": met - 1}
        assert january(AFTER, Measure.RESPONSE, at_least("0.955"), short).verdict is MISSED
    third: dict[str, int | Decimal | None] = {"rows": 3, "known": 3, "value": Decimal(1)}
    assert january(AFTER, Measure.AVERAGE, at_least("0.333333"), third).verdict is MET
    assert january(AFTER, Measure.AVERAGE, at_least("0.333334"), third).verdict is MISSED


@settings(deadline=None)
@given(st.integers(1, 3000), st.data(), st.integers(0, 1000))
def test_a_share_is_judged_as_integers_say(all_: int, data: st.DataObject, per_mille: int) -> None:
    met = data.draw(st.integers(0, all_))
    bound = at_least(str(Decimal(per_mille) / 1000))
    judged = january(AFTER, Measure.RESPONSE, bound, {"rows": all_, "hit": met})
    assert judged.verdict is (MET if met * 1000 >= per_mille * all_ else MISSED)
    assert judged.measured.value == Fraction(met, all_)


def test_a_volume_in_a_period_that_the_term_cuts_is_not_judged() -> None:
    cut = replace(YEAR, start=JANUARY.start + 1)
    for kind in (Measure.COUNT, Measure.SUM):
        judged = january(AFTER, kind, at_least("5"), {"rows": 1, "value": 1}, cut)
        assert (judged.verdict, judged.final, judged.measured.cut) == (None, False, True)
    assert january(AFTER, Measure.RESPONSE, at_least("0.5"), {"rows": 1, "hit": 1}, cut).verdict is MET


def test_a_warning_is_a_met_that_is_near_its_target() -> None:
    near = at_least("130")
    for rows, verdict, warning in (
        (119, MISSED, False),
        (120, MET, True),
        (129, MET, True),
        (130, MET, False),
    ):
        judged = january(AFTER, Measure.COUNT, at_least("120"), {"rows": rows}, warn=near)
        assert (judged.verdict, judged.warning) == (verdict, warning)


# ------------------------------------------------------------------------------------------------------- periods


def labels(plan: Plan, found: Outcomes) -> list[str]:
    return [j.measured.period.label for j in judge(plan, found)[0].periods]


def test_every_period_is_reported_from_the_terms_first_to_the_as_ofs() -> None:
    p = plan(Measure.COUNT, at_least("1"))
    assert labels(p, outcomes(MARCH.start)) == ["2026-01", "2026-02", "2026-03"]
    assert labels(p, outcomes(MARCH.start - 1)) == ["2026-01", "2026-02"]
    assert labels(p, outcomes(JANUARY.start - 1)) == []
    assert YEAR.end is not None
    assert labels(p, outcomes(YEAR.end * 2))[-1] == "2026-12"


def test_without_a_term_the_first_period_is_the_first_that_has_rows() -> None:
    p = plan(Measure.COUNT, at_least("1"), Term())
    counted = PeriodCounts(FEBRUARY.start, {"rows": 1})
    assert labels(p, outcomes(MARCH.end, counted)) == ["2026-02", "2026-03", "2026-04"]
    assert labels(p, outcomes(MARCH.end)) == []


def test_a_breakdown_is_measured_and_not_judged() -> None:
    p = plan(Measure.RESPONSE, at_least("0.5"))
    rows = (
        PeriodCounts(JANUARY.start, {"rows": 3, "hit": 2}),
        PeriodCounts(JANUARY.start, {"rows": 1, "hit": 0}, ("retail",)),
        PeriodCounts(JANUARY.start, {"rows": 2, "hit": 2}, ("software",)),
    )
    found = outcomes(AFTER, *rows)
    broken = measure(p, found)[0].breakdown
    assert [(m.by, m.value) for m in broken] == [(("retail",), Fraction(0)), (("software",), Fraction(1))]
    assert [(j.measured.by, j.verdict) for j in judge(p, found)[0].periods] == [((), MET), ((), PROVISIONAL)]


def test_only_periods_that_overlap_are_reported() -> None:
    p = plan(Measure.COUNT, at_least("1"))
    found = judge(p, outcomes(MARCH.end), (FEBRUARY.start + 5, FEBRUARY.end))[0].periods
    assert [j.measured.period.label for j in found] == ["2026-02"]


# ------------------------------------------------------------------------------------------------------- statistics


def test_while_rows_are_open_a_share_is_what_they_leave() -> None:
    counters = {"rows": 10, "hit": 6, "open": 2, "matured": 7, "matured_hit": 5}
    running = january(DURING, Measure.RESPONSE, at_least("0.9"), counters).measured
    assert (running.value, running.numerator, running.denominator, running.tallies.open) == (
        Fraction(6, 10),
        6,
        10,
        2,
    )
    assert running.now == Range(Fraction(6, 10), Fraction(8, 10))
    assert (running.estimate, running.interval) == (Fraction(5, 7), None)
    over = january(AFTER, Measure.RESPONSE, at_least("0.9"), counters).measured
    assert over.range == over.now


def test_a_range_warns_only_where_all_of_it_is_near() -> None:
    for hit, near in ((6, False), (5, True)):
        counters = {"rows": 10, "hit": hit, "open": 1, "matured": 0, "matured_hit": 0}
        found = january(AFTER, Measure.RESPONSE, at_least("0.5"), counters, warn=at_least("0.7"))
        assert (found.verdict, found.warning) == (MET, near)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        # Newcombe (1998), Statistics in Medicine 17: 857-872, table I, method 3; to four places.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 1 - 0.1170, 1.0),
    ],
)
def test_wilson(hits: int, of: int, low: float, high: float) -> None:
    found = wilson(hits, of)
    assert found is not None
    assert list(found) == pytest.approx([low, high], abs=6e-5)


def test_wilson_of_nothing() -> None:
    assert wilson(0, 0) is None


def test_enough_digits_are_printed_that_the_verdict_shows() -> None:
    ninety = [Fraction(90)]
    assert digits(Fraction(8996, 100), ninety) == 2
    assert digits(Fraction(89), ninety) == 1
    assert digits(Fraction(90), ninety) == 1
    assert digits(Fraction(899_999, 10_000), ninety) == 4


# ------------------------------------------------------------------------------------------------------- actions


def test_actions() -> None:
    tell, move, credit = Action("notify", "managers"), Action("reassign", "pool"), Action("do", "credit 25%")
    p = plan(
        Measure.RESPONSE,
        at_least("0.95"),
        if_late=(tell, move),
        if_missed=(tell,),
        steps=(Step(True, Decimal("0.9"), (credit,)), Step(True, Decimal("0.5"), (move,))),
    )
    late = Instance("sales.k", "lead", "L-1", "ana", 1, 1, 77, None)
    counted = (
        PeriodCounts(JANUARY.start, {"rows": 10, "hit": 8}),
        PeriodCounts(FEBRUARY.start, {"rows": 10, "hit": 1, "open": 5}),
    )
    found = outcomes(FEBRUARY.end, *counted, late=(late,))
    shown = [(d.cause, d.verb, d.to, d.at, d.key, d.period) for d in actions(p, found, judge(p, found))]
    assert shown == [
        ("late", "notify", "managers", 77, "L-1", None),
        ("late", "reassign", "pool", 77, "L-1", None),
        ("missed", "notify", "managers", JANUARY.end, None, JANUARY),
        ("below 0.9", "do", "credit 25%", JANUARY.end, None, JANUARY),
        ("missed", "notify", "managers", FEBRUARY.end, None, FEBRUARY),
        ("below 0.9", "do", "credit 25%", FEBRUARY.end, None, FEBRUARY),
    ]


def test_too_few_rows_pass_no_step() -> None:
    p = plan(
        Measure.RESPONSE,
        at_least("0.95"),
        needs=20,
        steps=(Step(True, Decimal("0.9"), (Action("do", "x"),)),),
    )
    found = outcomes(AFTER, PeriodCounts(JANUARY.start, {"rows": 10, "hit": 1}))
    assert list(actions(p, found, judge(p, found))) == []
