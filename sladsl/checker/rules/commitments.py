"""What a commitment's numbers say to one another: its target, its warning, its steps, its period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal

from sladsl import model as m
from sladsl.calendars import DAY, Duration, DurationKind, PeriodKind, day_date, day_number, describe
from sladsl.checker.rules.knowledge import Knowledge
from sladsl.checker.rules.report import diagnostic, label_in
from sladsl.checker.rules.words import say_value
from sladsl.clauses import clauses_of
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
        told: list[Diagnostic] = []
        for version in c.versions:
            told += [each for check in _CHECKS for each in check(k, version, kpi) if each not in told]
        yield from told


def _changes_within(k: Knowledge, c: m.Commitment, kpi: m.Kpi) -> Iterator[Diagnostic]:
    """The rows of one period fall under two texts of what is counted."""
    agreement = k.model.agreement
    counted = c.population or kpi.definition
    if agreement is None or counted is None:
        return
    periods = agreement.periods
    for d in k.chain(counted):
        for day, _ in d.when.later if isinstance(d.when, m.ByDate) else ():
            at = periods.index_of_day(c.period, day_number(day))
            begin, after = (periods.first_day(c.period, at + more) for more in (0, 1))
            held = (c.first is None or c.first < day) and (c.last is None or day <= c.last)
            if begin == day_number(day) or not held:
                continue
            yield diagnostic(
                "SLA737",
                f"`{d.name}` changes on {day}, in the middle of {periods.label(c.period, at)}: "
                f"in that {c.period} both of its texts count",
                c.period_span or c.origin.name_span,
                c.origin.file,
                labels=[label_in(c.origin.file, d.origin.file, d.origin.name_span, "defined here")],
                help=f"let the later text begin with a {c.period}: from {day_date(begin)} or from {day_date(after)}",
            )


def _is_share(c: m.Commitment, kpi: m.Kpi) -> bool:
    return isinstance(c.target, m.Within) or kpi.is_share


def type_of(c: m.Commitment, kpi: m.Kpi) -> Type:
    """What a limit of the commitment is."""
    return PERCENT if _is_share(c, kpi) else NUMBER


def _amounts(c: m.Commitment) -> Iterator[tuple[Amount, Span]]:
    yield from ((limit, c.target.span) for limit in c.limits if limit is not None)
    for clause in clauses_of(c):
        yield from clause.amounts()


def _possible(k: Knowledge, c: m.Commitment, kpi: m.Kpi) -> Iterator[Diagnostic]:
    """Targets outside what a share or a volume can be."""
    file = c.origin.file
    for value, span in _amounts(c):
        if not isinstance(value, Decimal):
            continue
        shown = say_value(value, type_of(c, kpi))
        if _is_share(c, kpi) and not 0 <= value <= 1:
            message = f"`{c.kpi}` is a share, which lies between 0% and 100%, and {shown} does not"
            yield diagnostic("SLA420", message, span, file, help="write a percentage from 0% to 100%")
        elif kpi.is_count and value < 0:
            message = f"`{c.kpi}` counts rows, so it is never below 0, and this says {shown}"
            yield diagnostic("SLA420", message, span, file, help="write 0 or more")


def _gap(k: Knowledge, c: m.Commitment, kpi: m.Kpi) -> Iterator[Diagnostic]:
    """Days between two versions of a promise, on which nothing is owed."""
    if c.first is None or c.dates_span is None:
        return
    ended = [
        x for x in k.model.commitments if x.promise == c.promise and x.last is not None and x.last < c.first
    ]
    before = max(ended, key=lambda x: x.last or dt.date.min, default=None)
    covered = any(x.promise == c.promise and x.first is None and x.last is None for x in k.model.commitments)
    if before is None or before.last is None or covered:
        return
    gap = before.last + dt.timedelta(days=1), c.first - dt.timedelta(days=1)
    if gap[0] > gap[1]:
        return
    days = f"on {gap[0]}" if gap[0] == gap[1] else f"from {gap[0]} to {gap[1]}"
    yield diagnostic(
        "SLA767",
        f"nothing is owed of `{c.kpi}` {days}: that lies between this promise and the one before it",
        c.dates_span,
        c.origin.file,
        labels=[
            label_in(
                c.origin.file,
                before.origin.file,
                before.dates_span or before.origin.name_span,
                "this one ends before",
            )
        ],
        help=f"let this one begin when the other ends: `from {gap[0]}`",
    )


def _clauses(k: Knowledge, c: m.Commitment, kpi: m.Kpi) -> Iterator[Diagnostic]:
    """What its clauses say of themselves, and those that it does not have."""
    there = set()
    for clause in clauses_of(c):
        there.add(type(clause))
        yield from clause.rules(c, kpi)
    for kind in k.model.kinds:
        if kind.clause not in there:
            yield from kind.left_out(c, kpi)


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
    if other.zone is not None:
        help = f"each row has hours of its own: count `{kpi.name}` by the clock, without `in business {measure.unit}s`"
    elif len({budget.calendar for budget in timed}) == 1:
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


def _by_the_clock(k: Knowledge, c: m.Commitment, kpi: m.Kpi) -> Iterator[Diagnostic]:
    """A KPI in business hours whose deadline runs on at night: one of the two is seldom meant."""
    measure = kpi.measure
    if (
        not isinstance(c.target, m.Within)
        or not isinstance(measure, m.TimeBetween)
        or measure.calendar is None
    ):
        return
    for choice in c.target.choices:
        due = choice.due
        if isinstance(due, m.Budget) and due.calendar is None and due.duration.kind is DurationKind.ABSOLUTE:
            said = describe(due.duration)
            business = f"{said.partition(' ')[0]} business {said.partition(' ')[2]}"
            yield diagnostic(
                "SLA546",
                f"`{kpi.name}` is counted in business {measure.unit}s, and `within {said}` runs by the clock, at night and at weekends too",
                due.span,
                c.origin.file,
                labels=[
                    label_in(c.origin.file, kpi.origin.file, kpi.origin.name_span, f"in `{measure.calendar}`")
                ],
                help=f"write `within {business}`; or count `{kpi.name}` by the clock, without `in business {measure.unit}s`",
            )
            return


def _in_term(k: Knowledge, c: m.Commitment, kpi: m.Kpi) -> Iterator[Diagnostic]:
    """A promise whose dates all lie outside the agreement's."""
    agreement = k.model.agreement
    if agreement is None or c.dates_span is None:
        return
    begins, ends = agreement.first, agreement.last
    early = c.last is not None and begins is not None and c.last < begins
    late = c.first is not None and ends is not None and c.first > ends
    if early or late:
        yield diagnostic(
            "SLA752",
            f"this is never owed: the agreement {f'begins on {begins}' if early else f'ends on {ends}'}",
            c.dates_span,
            c.origin.file,
            help="check the year",
        )


def _always_met(k: Knowledge, c: m.Commitment, kpi: m.Kpi) -> Iterator[Diagnostic]:
    """`at least 0` of what is never below, `at most 100%` of what is never above."""
    target = c.target
    if not isinstance(target, m.Limit) or not isinstance(target.value, Decimal):
        return
    share = _is_share(c, kpi)
    least = target.at_least and target.value == 0 and (share or kpi.is_count)
    most = not target.at_least and share and target.value == 1
    if least or most:
        end = "below 0%" if share and least else "above 100%" if share else "below 0"
        message = f"every {c.period} meets this target: `{c.kpi}` is never {end}"
        yield diagnostic(
            "SLA547", message, target.span, c.origin.file, help="write the target that was agreed"
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


def is_less(a: Amount, b: Amount) -> bool:
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
    _clauses,
    _length,
    _same_hours,
    _by_the_clock,
    _always_met,
    _in_term,
    _gap,
    _changes_within,
)
