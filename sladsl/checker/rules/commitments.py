"""What a commitment's numbers say to one another: its target, its warning, its steps, its period."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal

from sladsl import model as m
from sladsl.calendars import DAY, Duration, DurationKind, PeriodKind, describe
from sladsl.checker.rules.knowledge import Knowledge
from sladsl.checker.rules.report import diagnostic, insert, label_in, remove
from sladsl.checker.rules.words import say_value
from sladsl.diagnostics import Diagnostic, Label
from sladsl.source import Span
from sladsl.types import NUMBER, PERCENT, Type

_DAYS = {
    PeriodKind.DAY: 1,
    PeriodKind.WEEK: 7,
    PeriodKind.MONTH: 31,
    PeriodKind.QUARTER: 92,
    PeriodKind.YEAR: 366,
}
_LEAST_DAYS = {"day": 1, "week": 7, "month": 28, "quarter": 90, "year": 365}

Amount = Decimal | Duration


def check_commitments(k: Knowledge) -> Iterator[Diagnostic]:
    for c in k.chosen.commitments:
        kpi = k.model.kpis.get(c.kpi)
        if kpi is None:
            continue
        for check in _CHECKS:
            yield from check(k, c, kpi)


def is_volume(kpi: m.Kpi) -> bool:
    """A count or a sum: with no rows it is 0, and a part of a period does not compare with its target."""
    return _is_count(kpi) or (isinstance(kpi.measure, m.Statistic) and kpi.measure.function == "sum")


def _is_count(kpi: m.Kpi) -> bool:
    return isinstance(kpi.measure, m.Count)


def _is_share(c: m.Commitment, kpi: m.Kpi) -> bool:
    return isinstance(c.target, m.Within) or isinstance(kpi.measure, m.Become | m.Whose)


def _type(c: m.Commitment, kpi: m.Kpi) -> Type:
    return PERCENT if _is_share(c, kpi) else NUMBER


def _bounds(c: m.Commitment) -> tuple[Amount | None, Amount | None, Span]:
    """The least and the most that meets the target, and where the target stands."""
    match c.target:
        case m.Limit(at_least=True):
            return c.target.value, None, c.target.span
        case m.Limit():
            return None, c.target.value, c.target.span
        case m.Range():
            return c.target.low, c.target.high, c.target.span
        case m.Within():
            return c.target.share, None, c.target.span


def _amounts(c: m.Commitment) -> Iterator[tuple[Amount, Span]]:
    low, high, span = _bounds(c)
    yield from ((v, span) for v in (low, high) if v is not None)
    if c.warn is not None:
        yield c.warn.value, c.warn.span
    for consequence in c.consequences:
        if consequence.value is not None:
            yield consequence.value, consequence.span


def _possible(k: Knowledge, c: m.Commitment, kpi: m.Kpi) -> Iterator[Diagnostic]:
    """Targets outside what a share or a volume can be."""
    file = c.origin.file
    for value, span in _amounts(c):
        if not isinstance(value, Decimal):
            continue
        shown = say_value(value, _type(c, kpi))
        if _is_share(c, kpi) and not 0 <= value <= 1:
            message = f"`{c.kpi}` is a share, which lies between 0% and 100%, and {shown} does not"
            yield diagnostic("SLA420", message, span, file, help="write a percentage from 0% to 100%")
        elif _is_count(kpi) and value < 0:
            message = f"`{c.kpi}` counts rows, so it is never below 0, and this says {shown}"
            yield diagnostic("SLA420", message, span, file, help="write 0 or more")


def _warning(k: Knowledge, c: m.Commitment, kpi: m.Kpi) -> Iterator[Diagnostic]:
    """`warn` marks what is met but near its target, so it lies strictly inside what meets it."""
    if c.warn is None:
        return
    low, high, span = _bounds(c)
    near, far = (low, high) if c.warn.below else (high, low)
    side, other = ("below", "above") if c.warn.below else ("above", "below")
    value = say_value(c.warn.value, _type(c, kpi))
    labels = [Label(span, "the target")]
    file, at = c.origin.file, c.warn.span
    if near is None:
        assert far is not None
        message = f"`warn {side} {value}` is on the wrong side: `{c.kpi}` gets worse the further it is {other} its target"
        help = f"a warning comes before the target is missed: `warn {other} …`"
        yield diagnostic("SLA421", message, at, file, help=help, labels=labels)
        return
    target = say_value(near, _type(c, kpi))
    beyond = _less(c.warn.value, near) if c.warn.below else _less(near, c.warn.value)
    unreachable = far is not None and (_less(far, c.warn.value) if c.warn.below else _less(c.warn.value, far))
    better = "above" if c.warn.below else "below"
    if beyond:
        message = f"`warn {side} {value}` comes too late: the target of {target} is missed by then"
        help = f"a warning comes before the target is missed: choose a value {better} {target}"
        yield diagnostic("SLA421", message, at, file, help=help, labels=labels)
    elif c.warn.value == near:
        message = f"`warn {side} {value}` never warns: {side} {target} the target is missed"
        help = f"choose a value {better} {target}, or leave the warning out"
        fixes = [remove(at, "remove the warning")]
        yield diagnostic("SLA422", message, at, file, help=help, labels=labels, fixes=fixes)
    elif unreachable:
        message = f"`warn {side} {value}` always warns: whatever meets the target is {side} it"
        yield diagnostic("SLA421", message, at, file, help="choose a value inside the target", labels=labels)


def _needs(k: Knowledge, c: m.Commitment, kpi: m.Kpi) -> Iterator[Diagnostic]:
    """A volume with fewer rows than needed has no verdict, whatever its target."""
    if c.needs is None or not _is_count(kpi):
        return
    low, high, span = _bounds(c)
    at, labels, file = c.needs_span or c.origin.name_span, [Label(span, "the target")], c.origin.file
    if isinstance(high, Decimal) and c.needs > high:
        message = (
            f"`{c.kpi}` can never be met: with the {c.needs} rows that it needs it is above {say_value(high)}"
        )
        help = "leave `needs at least` out: a small volume is a volume"
        yield diagnostic("SLA423", message, at, file, help=help, labels=labels)
    elif isinstance(low, Decimal):
        over = f", even when it is above {say_value(low)}" if c.needs > low else ", and never missed"
        message = f"with fewer than {c.needs} rows `{c.kpi}` is insufficient{over}"
        help = "leave `needs at least` out: a small volume is a volume, and can be judged"
        yield diagnostic("SLA424", message, at, file, help=help, labels=labels)


def _none(k: Knowledge, c: m.Commitment, kpi: m.Kpi) -> Iterator[Diagnostic]:
    """A period without rows: for a volume that is the number 0; for the rest it has no verdict unless the agreement gives it one.

    A warning and not an error: without `none counts as` the meaning is fixed (`no data`, and nothing follows), but whoever wrote a
    consequence for a missed period should know that an empty one escapes it.
    """
    file = c.origin.file
    if is_volume(kpi):
        if c.none_counts_as is not None:
            at = c.none_span or c.origin.name_span
            message = f"`none counts as {c.none_counts_as}` says nothing here: with no rows `{c.kpi}` is 0, which is judged like any volume"
            fixes = [remove(c.none_span, "remove it")] if c.none_span else []
            yield diagnostic("SLA424", message, at, file, help="leave it out", fixes=fixes)
        return
    missed = next((q for q in c.consequences if q.trigger == "missed"), None)
    if missed is None or c.none_counts_as is not None:
        return
    yield diagnostic(
        "SLA425",
        f"a {c.period} without any row of `{c.kpi}` is neither met nor missed, so `if missed` does not follow it",
        missed.span,
        file,
        help="say what such a period is: `none counts as met` or `none counts as missed`",
        fixes=[
            insert(missed.span.end, f"\n    none counts as {v}", f"add `none counts as {v}`")
            for v in ("met", "missed")
        ],
    )


def _steps(k: Knowledge, c: m.Commitment, kpi: m.Kpi) -> Iterator[Diagnostic]:
    """`if below 99%` is a step beyond a missed target: on the other side it follows periods that were met."""
    low, high, span = _bounds(c)
    seen: dict[object, m.Consequence] = {}
    for q in c.consequences:
        first = seen.setdefault((q.trigger, q.value, tuple((a.verb, a.to) for a in q.actions)), q)
        if first is not q:
            message = "this consequence stands twice"
            labels = [Label(first.span, "the same consequence")]
            yield diagnostic(
                "SLA407", message, q.span, c.origin.file, labels=labels, help="leave one of them out"
            )
        if q.value is None:
            continue
        value = say_value(q.value, _type(c, kpi))
        limit = low if q.trigger == "below" else high
        if limit is None:
            worse = "below" if low is not None else "above"
            message = f"`if {q.trigger} {value}` follows periods that met the target: `{c.kpi}` is missed {worse} it"
            help = f"a step beyond the target is `if {worse} …`"
        elif _less(limit, q.value) if q.trigger == "below" else _less(q.value, limit):
            message = f"`if {q.trigger} {value}` also follows periods that met the target of {say_value(limit, _type(c, kpi))}"
            help = f"choose a value {q.trigger} the target, or the target itself"
        else:
            continue
        yield diagnostic(
            "SLA426", message, q.span, c.origin.file, labels=[Label(span, "the target")], help=help
        )


def _length(k: Knowledge, c: m.Commitment, kpi: m.Kpi) -> Iterator[Diagnostic]:
    """A deadline further away than its period is long. A warning: rows are judged to their deadlines, so it has a meaning, but no verdict
    of such a period is final before the next ones are over, which is seldom what the two teams have in mind."""
    labels: list[Label] = []
    budgets = (
        [(b.due, b.span) for b in c.target.choices if isinstance(b.due, m.Budget)]
        if isinstance(c.target, m.Within)
        else []
    )
    if isinstance(kpi.measure, m.Become) and kpi.measure.within is not None:
        budgets = [(kpi.measure.within, c.period_span or c.origin.name_span)]
        labels = [label_in(c.origin.file, kpi.origin.file, kpi.measure.within.span, "as the KPI says")]
    for budget, span in budgets:
        if _least_days(k, budget) > _DAYS[c.period]:
            yield diagnostic(
                "SLA427",
                f"`{describe(budget.duration)}` is longer than a {c.period}, so no {c.period} has a final verdict when it ends",
                span,
                c.origin.file,
                labels=labels,
                help="a row counts in the period it enters in and is judged to its deadline: take a longer period or a shorter deadline",
            )
            return


def _same_hours(k: Knowledge, c: m.Commitment, kpi: m.Kpi) -> Iterator[Diagnostic]:
    """A KPI has statistics in one calendar; branches may hold rows to others."""
    measure = kpi.measure
    if not isinstance(c.target, m.Within) or not isinstance(measure, m.TimeBetween):
        return
    budgets = [choice.due for choice in c.target.choices if isinstance(choice.due, m.Budget)]
    timed = [budget for budget in budgets if budget.calendar is not None]
    other = next((budget for budget in timed if budget.calendar != measure.calendar), None)
    if measure.calendar is None or other is None:
        return
    unit = f"business {measure.unit}s of {other.calendar}"
    if len({budget.calendar for budget in timed}) == 1:
        help = f"let `{kpi.name}` count in the same hours: `in {unit}`"
    else:
        help = (
            f"give the rows of `{other.calendar}` a KPI of their own, `… in {unit}`, and count `{kpi.name}` by the clock: "
            f"without `in business {measure.unit}s`"
        )
    yield diagnostic(
        "SLA541",
        f"the time of `{kpi.name}` is counted in `{measure.calendar}`, and here rows are held to `{other.calendar}`: "
        "its statistics are in other hours than its deadlines",
        other.span,
        c.origin.file,
        labels=[label_in(c.origin.file, kpi.origin.file, kpi.origin.name_span, f"in `{measure.calendar}`")],
        help=help,
    )


def _least_days(k: Knowledge, budget: m.Budget) -> int:
    """Whole days that the budget takes at the very least."""
    d = budget.duration
    if d.kind is DurationKind.LOCAL:
        return d.amount * _LEAST_DAYS[d.unit]
    if d.kind is DurationKind.ABSOLUTE:
        return d.amount // DAY
    calendar = k.model.calendars.get(budget.calendar or "")
    if calendar is None or calendar.rules.openings:
        return 0
    if d.kind is DurationKind.BUSINESS:
        most = sum(closes - opens for spans in calendar.rules.weekly for opens, closes in spans)
        return (d.amount // most) * 7 if most else 0
    open_days = sum(1 for spans in calendar.rules.weekly if spans)
    return ((d.amount - 1) // open_days) * 7 if open_days else 0


def _less(a: Amount, b: Amount) -> bool:
    """Whether one amount is certainly less than the other; durations of different kinds are not compared."""
    match a, b:
        case Decimal(), Decimal():
            return a < b
        case Duration(), Duration():
            return a.kind is b.kind and a.unit == b.unit and a.amount < b.amount
        case _:
            return False


_CHECKS: tuple[Callable[[Knowledge, m.Commitment, m.Kpi], Iterator[Diagnostic]], ...] = (
    _possible,
    _warning,
    _needs,
    _none,
    _steps,
    _length,
    _same_hours,
)
