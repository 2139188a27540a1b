"""Verdicts, against the rules as written and against histories in which more and more becomes known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sladsl.calendars import PeriodKind, Periods, zone
from sladsl.outcomes import AsOf, Instance, Outcomes, PeriodCounts
from sladsl.plan import (
    Action,
    Bound,
    BoundKind,
    Commitment,
    Const,
    Counter,
    Figure,
    Measure,
    Plan,
    Step,
    Term,
    ValueType,
)
from sladsl.verdicts import Judged, Range, Verdict, actions, digits, judge, measure, satisfied, wilson

UTC = zone("UTC")
JANUARY, FEBRUARY, MARCH = (Periods("UTC").parse(f"2026-0{n}") for n in (1, 2, 3))
YEAR = Term(JANUARY.start, Periods("UTC").parse("2026").end)
DURING, AFTER = JANUARY.start + 1, JANUARY.end
MET, MISSED, PROVISIONAL, NO_DATA, INSUFFICIENT = Verdict
ROWS = Counter("rows", Const(True, ValueType.BOOLEAN))


def at_least(value: str) -> Bound:
    return Bound(BoundKind.AT_LEAST, Decimal(value))


def at_most(value: str) -> Bound:
    return Bound(BoundKind.AT_MOST, Decimal(value))


def between(low: str, high: str) -> Bound:
    return Bound(BoundKind.BETWEEN, Decimal(low), Decimal(high))


def plan(kind: Measure, bound: Bound, term: Term = YEAR, floor: bool = False, **more: Any) -> Plan:
    figure = Figure("f", "k", "", "lead", kind, PeriodKind.MONTH, "entry", (ROWS,), floor=floor)
    commitment = Commitment("sales.k", "sales", "marketing", "k", "…", "f", bound, **more)
    return Plan(
        name="",
        file="",
        zone="UTC",
        parties=(),
        term=term,
        year_starts=1,
        records=(),
        calendars=(),
        columns=(),
        definitions=(),
        lifecycles=(),
        figures=(figure,),
        commitments=(commitment,),
        routes=(),
        listings=(),
        moments=(),
        sources=(),
    )


def outcomes(as_of: int, *rows: PeriodCounts, late: tuple[Instance, ...] = ()) -> Outcomes:
    return Outcomes(AsOf(as_of), {}, {"f": rows}, {}, {}, {"sales.k": late}, (), ())


def january(
    as_of: int,
    kind: Measure,
    bound: Bound,
    counters: Mapping[str, int | Decimal | None],
    term: Term = YEAR,
    **more: Any,
) -> Judged:
    """The verdict on January with these counters."""
    p = plan(kind, bound, term, **more)
    found = judge(p, outcomes(as_of, PeriodCounts(JANUARY.start, counters)))[0].periods
    return next(j for j in found if j.measured.period == JANUARY)


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


def test_attainment_while_rows_are_open_is_of_those_that_matured() -> None:
    running = january(
        DURING,
        Measure.RESPONSE,
        at_least("0.9"),
        {"rows": 10, "hit": 6, "open": 2, "matured": 7, "matured_hit": 5},
    ).measured
    assert (running.value, running.numerator, running.denominator, running.open) == (Fraction(5, 7), 6, 10, 2)
    over = january(
        AFTER,
        Measure.RESPONSE,
        at_least("0.9"),
        {"rows": 10, "hit": 6, "open": 2, "matured": 7, "matured_hit": 5},
    ).measured
    assert over.range == Range(Fraction(6, 10), Fraction(8, 10))


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
    shown = [(d.cause, d.verb, d.to, d.at, d.key, d.period) for d in actions(found, judge(p, found))]
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
    assert list(actions(found, judge(p, found))) == []


# ----------------------------------------------------------------------------------- a final verdict never changes


@dataclass(frozen=True)
class Life:
    """One row's history: everything that will ever be known about it. `settles` is when it is known whether it belongs."""

    entry: int
    settles: int
    belongs: bool
    stop: int | None
    known: int
    holds: bool
    amount: int
    undecided: bool


END = 20
"""The period is [0, END), the term [0, TERM)."""
TERM = 40


def counted_at(kind: Measure, rows: list[Life], now: int, budget: int) -> dict[str, int | None]:
    """The counters an engine gives at an instant, by the rules of when things are seen."""
    there = [r for r in rows if r.entry <= now]
    maybe = [r for r in there if now < r.settles]
    inside = [r for r in there if now >= r.settles and r.belongs]
    counters: dict[str, int | None] = {"rows": len(inside), "maybe": len(maybe)}
    match kind:
        case Measure.RESPONSE:
            states = [_state(r, now, budget) for r in inside]
            counters |= {name: states.count(name) for name in ("hit", "open", "undecided")}
        case Measure.BECOME:
            hits = [r for r in inside if r.stop is not None and r.stop <= now and r.stop < TERM]
            counters |= {"hit": len(hits), "open": len(inside) - len(hits)}
        case Measure.SHARE:
            # Facts are seen up to the period's end; a clock the condition asks may run on.
            settled = [r for r in inside if max(r.known, r.entry) <= now]
            counters["hit"] = sum(r.holds for r in settled)
            counters["open"] = len(inside) - len(settled)
        case Measure.SUM:
            counters |= {"value": sum(r.amount for r in inside), "known": len(inside)}
        case Measure.MEDIAN | Measure.PERCENTILE:
            # Elapsed time of the answered, elapsed so far of the others.
            so_far = sorted(
                (r.stop if r.stop is not None and r.stop <= now else now) - r.entry for r in inside
            )
            answered = sorted(r.stop - r.entry for r in inside if r.stop is not None and r.stop <= now)
            k = -(-len(inside) // 2)
            counters["known"] = len(inside)
            counters["low"] = so_far[k - 1] if k else None
            counters["high"] = answered[k - 1] if 0 < k <= len(answered) else None
    return counters


def _state(r: Life, now: int, budget: int) -> str:
    if r.undecided:
        return "undecided"
    if r.stop is not None and r.stop <= now and r.stop <= r.entry + budget:
        return "hit"
    return "open" if r.entry + budget > now else "missed"


@st.composite
def lives(draw: st.DrawFn) -> Life:
    entry = draw(st.integers(0, END - 1))
    return Life(
        entry=entry,
        settles=draw(st.sampled_from([entry, entry, entry, entry + 3, END + 5])),
        belongs=draw(st.booleans()),
        stop=draw(st.none() | st.integers(entry, entry + 30)),
        known=draw(st.integers(0, END + 8)),
        holds=draw(st.booleans()),
        amount=draw(st.integers(0, 5)),
        undecided=draw(st.sampled_from([False] * 5 + [True])),
    )


KINDS = [
    Measure.COUNT,
    Measure.SUM,
    Measure.SHARE,
    Measure.RESPONSE,
    Measure.BECOME,
    Measure.MEDIAN,
]


@st.composite
def bounds(draw: st.DrawFn, kind: Measure) -> Bound:
    shares = [Decimal(0), Decimal("0.25"), Decimal("0.5"), Decimal("0.9"), Decimal(1)]
    values = (
        st.integers(0, 12).map(Decimal)
        if kind in {Measure.COUNT, Measure.SUM, Measure.MEDIAN}
        else st.sampled_from(shares)
    )
    low, high = sorted((draw(values), draw(values)))
    return draw(
        st.sampled_from(
            [
                Bound(BoundKind.AT_LEAST, low),
                Bound(BoundKind.AT_MOST, high),
                Bound(BoundKind.BETWEEN, low, high),
            ]
        )
    )


@settings(max_examples=120, deadline=None)
@given(st.data(), st.lists(lives(), max_size=7), st.sampled_from(KINDS))
def test_a_final_verdict_never_changes(data: st.DataObject, rows: list[Life], kind: Measure) -> None:
    bound = data.draw(bounds(kind))
    needs = data.draw(st.none() | st.integers(1, 4))
    word = data.draw(st.sampled_from([None, "met", "missed"]))
    budget = data.draw(st.integers(0, 25))
    step = (JANUARY.end - JANUARY.start) // END
    term = Term(JANUARY.start, JANUARY.start + TERM * step)
    p = plan(kind, bound, term, floor=True, needs=needs, none_counts_as=word)
    final: Verdict | None = None
    last: Judged | None = None
    for now in range(TERM + 25):
        counters = counted_at(kind, rows, now, budget)
        found = judge(p, outcomes(JANUARY.start + now * step, PeriodCounts(JANUARY.start, counters)))[
            0
        ].periods
        last = next(j for j in found if j.measured.period == JANUARY)
        if final is not None:
            assert last.verdict is final, f"at {now}: {counters}"
        if last.final:
            final = last.verdict
    # When everything is known and decided, so is the verdict; only undecided and unanswered rows may keep it open.
    if not any(r.undecided or r.stop is None for r in rows):
        assert last is not None
        assert last.final


@given(
    st.fractions(-2, 2),
    st.fractions(0, 2),
    st.booleans(),
    st.booleans(),
    st.sampled_from([at_least("0.5"), at_most("0.5"), between("0.25", "0.75")]),
    st.fractions(0, 1),
)
@example(Fraction(1, 2), Fraction(1), True, False, at_most("0.5"), Fraction(0))
def test_a_bound_is_settled_only_if_all_values_agree(
    low: Fraction, width: Fraction, low_open: bool, high_open: bool, bound: Bound, where: Fraction
) -> None:
    """`satisfied` against single values out of the range."""
    if width == 0:
        low_open = high_open = False
    values = Range(low, low + width, low_open, high_open)
    inside = low + width * where
    taken_out = (inside == low and low_open) or (inside == low + width and high_open)
    verdict = satisfied(bound, values)
    if not taken_out and verdict is not None:
        assert satisfied(bound, Range(inside, inside)) is verdict
    if verdict is None:
        # Both answers occur: at an end, or as near to it as one likes.
        near = width / 10**9
        ends = (low + (near if low_open else 0), low + width - (near if high_open else 0))
        middle = Fraction(1, 2)
        assert {
            satisfied(bound, Range(v, v))
            for v in (*ends, middle if low <= middle <= low + width else ends[0])
        } == {True, False}
