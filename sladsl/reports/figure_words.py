"""A figure's value in words, and what kind of value it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from sladsl.calendars import Period, day_date
from sladsl.nouns import joined
from sladsl.outcomes import Instance
from sladsl.plan import SHARES, Bound, Commitment, Figure, Measure, Plan, ValueType
from sladsl.plan.rows import value_type
from sladsl.reports.words import number, share, span
from sladsl.runner import Run
from sladsl.verdicts import CommitmentResult, Measured, Range, Verdict

_ANYTHING = {(None, None), (Fraction(0), Fraction(1)), (Fraction(0), None)}
NO_VALUE = "–"


def is_share(figure: Figure) -> bool:
    """Whether its value is a fraction of its rows."""
    return figure.measure in SHARES


def is_span(plan: Plan, figure: Figure) -> bool:
    """Whether its value is a length of time, in microseconds."""
    return value_type(plan, figure) is ValueType.SPAN


def words(plan: Plan, figure: Figure, value: Fraction | None, bounds: Iterable[Bound | None] = ()) -> str:
    """The value in its unit, with digits enough to see on which side of every bound it is."""
    if value is None:
        return NO_VALUE
    limits = [Fraction(x) for b in bounds if b is not None for x in (b.value, b.high) if x is not None]
    if is_share(figure):
        return share(value, limits)
    if is_span(plan, figure):
        return span(value, f"business {figure.unit}" if figure.calendar else figure.unit, limits)
    return f"{number(value, limits)} {figure.unit}".rstrip()


_STATISTICS = {
    Measure.MEDIAN: "median",
    Measure.AVERAGE: "average",
    Measure.LEAST: "least",
    Measure.GREATEST: "greatest",
}


def figure_called(figure: Figure) -> str:
    """What a figure is called by itself: its KPI, with the statistic that it is."""
    percentile = f"p{figure.percent}" if figure.measure is Measure.PERCENTILE else None
    statistic = percentile or _STATISTICS.get(figure.measure)
    return f"{figure.kpi} ({statistic})" if statistic else figure.kpi


def called(commitment: Commitment) -> str:
    """What a commitment is called between its parties: its KPI, `of P1` where it is only about those rows, and the date from which it holds
    where it takes the place of another."""
    return f"{_undated(commitment)}{_since(commitment)}{_group(commitment)}"


def promised(commitment: Commitment) -> str:
    """The same with what is promised, which says the dates."""
    return f"{_undated(commitment)}{_group(commitment)} {commitment.target}"


def _undated(commitment: Commitment) -> str:
    of = commitment.base.removeprefix(f"{commitment.owner}.{commitment.kpi}").removesuffix(_since(commitment))
    return f"{commitment.kpi} of {of.removeprefix('.')}" if of else commitment.kpi


def _group(commitment: Commitment) -> str:
    return "" if commitment.group is None else f" for {commitment.group.value}"


def _since(commitment: Commitment) -> str:
    first = commitment.dates.first
    return "" if first is None else f" from {day_date(first)}"


def owner_of(run: Run, row: Instance) -> str:
    """Who is accountable for a late row, with what the row is called that names them; empty where nobody is."""
    if row.owner is None:
        return ""
    record = run.plan.record(row.record)
    named = record.field(record.accountable).key_of if record.accountable is not None else ""
    return run.outcomes.called(named, row.owner)


def group_called(run: Run, result: CommitmentResult) -> str:
    """The group that a verdict is about, with what the row is called that names it; empty for the whole."""
    group = result.commitment.group
    if group is None:
        return ""
    (named,) = result.figure.by_keys
    return run.outcomes.called(named, group.value)


def groups_missed(run: Run, whole: CommitmentResult, period: Period) -> str:
    """By which of its groups a commitment is missed in a period: `missed for Americas and EMEA`; empty where it has none, or none is."""
    named = [
        group_called(run, c)
        for c in run.commitments
        if c.commitment.group is not None and c.commitment.base == whole.commitment.id
        for j in c.periods
        if j.measured.period == period and j.verdict is Verdict.MISSED
    ]
    more = [f"{len(named) - _NAMED} more"] if len(named) > _NAMED else []
    return f"missed for {joined([*named[:_NAMED], *more])}" if named else ""


_NAMED = 5


def values_of(run: Run, figure: Figure, m: Measured) -> Iterator[str | None]:
    """The values of a breakdown; of keys with what their rows are called."""
    for named, value in zip(figure.by_keys, m.by, strict=True):
        yield value if value is None else run.outcomes.called(named, value)


def now(plan: Plan, figure: Figure, m: Measured, bounds: Iterable[Bound | None] = ()) -> str:
    """The figure as it stands: `93.3%`; while rows are open or undecided, from what to what they can take it: `94.0% to 96.7%`."""
    if m.now is None or (not is_share(figure) and (m.now.low, m.now.high) in _ANYTHING):
        return NO_VALUE
    return _between(plan, figure, m.now, bounds)


def in_full(plan: Plan, figure: Figure, m: Measured, bounds: Iterable[Bound | None] = ()) -> str:
    """The same with what makes it a range: `94.0% to 96.7%, 4 open`."""
    return ", ".join(x for x in (now(plan, figure, m, bounds), pending(m)) if x)


def pending(m: Measured) -> str:
    """What makes a range of a figure: `4 open, 1 undecided`; empty where it is none."""
    if m.now is None or m.now.point is not None:
        return ""
    return ", ".join(f"{n:,} {x.words}" for x, n in m.tallies.each() if x.widens and n)


def ends(plan: Plan, figure: Figure, m: Measured, bounds: Iterable[Bound | None] = ()) -> str:
    """What it can still end at: `91.2% to 96.5%`, `120 or more`; nothing where that is what it says of now, or anything."""
    if m.range is None or (m.range.low, m.range.high) in _ANYTHING or _same(m.range, m.now):
        return ""
    return _between(plan, figure, m.range, bounds)


def _same(a: Range, b: Range | None) -> bool:
    return b is not None and (a.low, a.high) == (b.low, b.high)


def _between(plan: Plan, figure: Figure, values: Range, bounds: Iterable[Bound | None]) -> str:
    bounds = list(bounds)
    low, high = (None if x is None else words(plan, figure, x, bounds) for x in (values.low, values.high))
    if low is None:
        return f"{high} or less"
    if low == high:
        return low
    return f"{low} or more" if high is None else f"{low} to {high}"


def counted(m: Measured) -> str:
    """What a figure is made of: `131 of 143` for a share; of a running period that it is `so far`; the rows whose clock stands still; and
    those that are left out of it since they have no deadline, or since the agreement says so."""
    made = (
        f"{m.numerator:,} of {m.denominator:,}"
        if m.numerator is not None and m.denominator is not None
        else ""
    )
    if m.end is not None and m.waits:
        made = f"{made}, {m.end.said}".strip(", ")
    elif not m.over:
        made = f"{made} so far".strip()
    apart = [f"{x.words}: {n:,}" for x, n in m.tallies.each() if x.beside and n]
    return "; ".join(x for x in (made, *apart) if x)


def unreadable(rows: int) -> str:
    """What stands beside a verdict or a figure that is in doubt: how many rows could not be read. Empty where none is."""
    return f"{rows:,} unreadable" if rows else ""


def in_doubt(rows: int) -> str:
    """The same where no title says what it is about."""
    return f"in doubt, {unreadable(rows)}" if rows else ""


def interval(m: Measured) -> str:
    """Wilson's 95 % interval: `85.9% to 95.2%`."""
    if m.interval is None:
        return ""
    low, high = (share(Fraction(end)) for end in m.interval)
    return f"{low} to {high}"
