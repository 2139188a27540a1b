"""Verdicts, against histories in which more and more becomes known."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from hypothesis import example, given, settings
from hypothesis import strategies as st
from judging import (
    JANUARY,
    at_least,
    at_most,
    between,
    outcomes,
    plan,
)

from sladsl.outcomes import PeriodCounts
from sladsl.plan import (
    Bound,
    BoundKind,
    Const,
    Measure,
    Term,
    ValueType,
)
from sladsl.plan import verdicts as rules
from sladsl.verdicts import Judged, Range, Verdict, judge
from sladsl.verdicts.ranges import evaluated

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
    # When everything is known and decided, so is the verdict; only undecided and unanswered rows may keep it open. Here a row that becomes
    # it after the term is counted as open for ever.
    late = TERM if kind is Measure.BECOME else TERM + 25
    if not any(r.undecided or r.stop is None or r.stop >= late for r in rows):
        assert last is not None
        assert last.final


def satisfied(bound: Bound, values: Range) -> bool | None:
    """Whether all values of a range satisfy the bound, or none does; None where it is not settled."""

    def ratio(x: Fraction | None) -> rules.Ratio | None:
        whole = (Const(n, ValueType.CODE) for n in (x.numerator, x.denominator)) if x is not None else None
        return None if whole is None else rules.Ratio(*whole)

    is_open = (Const(x, ValueType.BOOLEAN) for x in (values.low_open, values.high_open))
    yes, no = rules.satisfied(bound, rules.Ends(ratio(values.low), ratio(values.high), *is_open))
    return True if evaluated(yes)({}) else False if evaluated(no)({}) else None


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
