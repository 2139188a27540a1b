"""Durations and the calendars they run in."""

from __future__ import annotations

from sladsl import model as m
from sladsl import types as t
from sladsl.calendars import Duration, DurationKind
from sladsl.checker import constants, references
from sladsl.checker.context import elsewhere
from sladsl.checker.scope import Scope
from sladsl.diagnostics import Edit, Fix, Safety
from sladsl.source import Span
from sladsl.syntax import ast

_MICROSECONDS = {"second": 1_000_000, "minute": 60_000_000, "hour": 3_600_000_000}
_ROUGH_DAYS = {
    "second": 1 / 86_400,
    "minute": 1 / 1_440,
    "hour": 1 / 24,
    "day": 1,
    "week": 7,
    "month": 31,
    "year": 366,
}
_LONGEST_DAYS = 366 * 100
"""A century: longer is a slip of the keyboard, and dates end in the year 9999."""


def duration(
    scope: Scope, node: ast.Duration, by_close: bool = False, by: ast.TimeOfDay | None = None
) -> Duration | None:
    """The duration as one of the five kinds; None when it makes no sense, which is then reported."""
    if node.amount * _ROUGH_DAYS[node.unit] > _LONGEST_DAYS:
        scope.report(
            "SLA316",
            node.span,
            f"`{scope.words(node.span)}` is longer than a century",
            help="write a shorter time, such as `90 days` or `2 years`",
        )
        return None
    if by_close and not (node.business and node.unit == "day"):
        scope.report(
            "SLA315",
            node.span,
            f"`by close` goes with business days, and `{scope.words(node.span)}` is not in business days",
            help="write for example `within 2 business days, by close`",
        )
        return None
    if by is not None and (node.unit in _MICROSECONDS or node.amount == 0):
        scope.report(
            "SLA774",
            by.span,
            f"a reading of the clock ends a day or more, and `{scope.words(node.span)}` is no number of days",
            help=f"write for example `within 1 business day, by {scope.words(by.span)}`",
        )
        return None
    reading = None if by is None else by.seconds * 1_000_000
    if node.unit in _MICROSECONDS:
        kind = DurationKind.BUSINESS if node.business else DurationKind.ABSOLUTE
        return Duration(kind, node.amount * _MICROSECONDS[node.unit])
    if node.business:
        return Duration(
            DurationKind.CLOSE_OF_BUSINESS if by_close else DurationKind.BUSINESS_DAYS,
            node.amount,
            reading=reading,
        )
    return Duration(DurationKind.LOCAL, node.amount, node.unit, reading)


def elapsed(scope: Scope, node: ast.Duration) -> Duration | None:
    """A duration as a length of elapsed time, which months and business days do not have."""
    if node.unit in {"month", "year"}:
        scope.report(
            "SLA315",
            node.span,
            f"a {node.unit} is not a fixed length of time",
            label="some are longer than others",
            help="say it in days or hours",
        )
        return None
    if node.business and node.unit == "day":
        scope.report(
            "SLA315",
            node.span,
            "a business day is not a fixed length of open time",
            label="some days are open longer than others",
            help="say it in business hours",
        )
        return None
    return duration(scope, node)


def budget(scope: Scope, node: ast.Budget, start: t.Type | None) -> m.Budget | None:
    """A duration from a start of type `start`, in its calendar when it is business time."""
    written = (
        constants.value_for_good(scope, node.duration)
        if isinstance(node.duration, ast.Name)
        else node.duration
    )
    if written is None:
        return None
    if not isinstance(written, ast.Duration):
        scope.report(
            "SLA731",
            node.duration.span,
            f"`{scope.words(node.duration.span)}` is no length of time",
            help="a deadline is a length of time: `let answer_time = 4 business hours`",
        )
        return None
    length = duration(scope, written, node.by_close, node.by)
    calendar, zone, resolved = _hours_of(scope, node.calendar, written)
    if length is None or not resolved or not check_from_date(scope, length, written, start):
        return None
    return m.Budget(length, calendar, node.span, zone)


def _hours_of(
    scope: Scope, named: ast.Reference | None, length: ast.Duration
) -> tuple[str | None, m.AnyField | None, bool]:
    """The calendar of a budget, the field that names its zone where it is a row's, and whether both could be found out."""
    whose = None if named is None else _of_row(scope, named)
    if named is None or whose is None:
        name, resolved = calendar_of(scope, named, length)
        return name, None, resolved
    calendar, zone = whose
    if not length.business:
        _report_plain_time(scope, named.span, length)
        return None, None, False
    return calendar.name, zone, zone is not None


def _of_row(scope: Scope, named: ast.Reference) -> tuple[m.Calendar, m.AnyField | None] | None:
    """A calendar of rows, and the field that names its zone on the row that is meant, None where that was reported; None where the name
    is not one of a calendar of rows."""
    *before, last = (x for x in (named.record, named.name, *named.steps) if x is not None)
    calendar = scope.ctx.calendars.get(last.text)
    if calendar is None or calendar.record is None:
        return None
    scope.ctx.use(scope.source, last.span, "calendar", last.text)
    field = scope.ctx.records[calendar.record].fields[calendar.zone_field]
    own = calendar.record, field.name, field.type, named.span
    if not before:
        if scope.sees(calendar.record):
            return calendar, m.FieldUse(*own)
        _report_whose(scope, named, calendar)
        return calendar, None
    first, *rest = before
    span = first.span.to(before[-1].span)
    ref = ast.Reference(rest[0], first, span, tuple(rest[1:])) if rest else ast.Reference(first, None, span)
    if not rest and first.text == calendar.record and scope.sees(first.text):
        return calendar, m.FieldUse(*own)
    holder = references.value(scope, ref)
    if isinstance(holder.type, t.Unknown) and scope.record is not None:
        return calendar, None
    held = holder.type.key_of if isinstance(holder.type, t.Text) else ""
    if isinstance(holder, m.AnyField) and held == calendar.record:
        return calendar, m.PathUse(holder, *own)
    scope.report(
        "SLA613",
        span,
        f"`{scope.words(span)}` names no row of `{calendar.record}`, whose hours `{calendar.name}` are",
        labels=(scope.label_in(calendar.origin, "declared here"),),
        help=f"name whose hours they are, by a field that is a `key of {calendar.record}`: `of owner.{calendar.name}`",
    )
    return calendar, None


def _report_whose(scope: Scope, named: ast.Reference, calendar: m.Calendar) -> None:
    lineage = scope.ctx.lineage(scope.record) if scope.record is not None else ()
    keys = [
        f.name
        for r in lineage
        for f in r.fields.values()
        if isinstance(f.type, t.Text) and f.type.key_of == calendar.record
    ]
    holder = keys[0] if keys else "owner"
    scope.report(
        "SLA613",
        named.span,
        f"each `{calendar.record}` has its own `{calendar.name}`, and here a row of `{scope.record or ''}` is looked at",
        label="whose?",
        labels=(scope.label_in(calendar.origin, "declared here"),),
        help=f"say whose they are: `{holder}.{calendar.name}`",
    )


def check_from_date(scope: Scope, length: Duration, node: ast.Duration, start: t.Type | None) -> bool:
    """Hours from a date mean nothing: a date is a whole day."""
    if not isinstance(start, t.Date) or length.kind not in {DurationKind.ABSOLUTE, DurationKind.BUSINESS}:
        return True
    days = "business days" if node.business else "days"
    scope.report(
        "SLA312",
        node.span,
        f"`{scope.words(node.span)}` cannot be counted from a date, which is a whole day",
        label=f"expected {days}",
        help=f"count in {days}, or start from a `time` field",
    )
    return False


def calendar_of(
    scope: Scope, named: ast.Reference | None, node: ast.Duration | ast.TimeUnit
) -> tuple[str | None, bool]:
    """The calendar that a duration runs in or a unit is counted in (None for plain time), and whether it could be found out."""
    if named is not None:
        word = (named.name, *named.steps)[-1]
        calendar = find_calendar(scope, word)
        if calendar is not None and not is_every_rows(scope, named, calendar):
            return None, False
        if not node.business:
            _report_plain_time(scope, named.span, node)
            return None, False
        return calendar, calendar is not None
    if not node.business:
        return None, True
    return agreement_hours(scope, node.span)


def agreement_hours(scope: Scope, at: Span) -> tuple[str | None, bool]:
    """The agreement's own calendar. A file without an agreement is checked without one: whoever imports it has one."""
    agreement = scope.ctx.agreement
    if agreement is None:
        return None, True
    if agreement.hours is None and not scope.ctx.broken_hours:
        scope.report(
            "SLA507",
            at,
            f"`{scope.words(at)}` needs to know when business is open, and the agreement has no `hours`",
            labels=(scope.label_in(agreement.origin, "this agreement"),),
            help="name the agreement's calendar with `hours my_calendar`, or one calendar here with `… of my_calendar`",
        )
    return agreement.hours, agreement.hours is not None


def is_every_rows(scope: Scope, named: ast.Reference, name: str) -> bool:
    """Whether a calendar is one for all rows, and is named by itself; reported where not."""
    calendar = scope.ctx.calendars.get(name)
    if calendar is not None and calendar.record is not None:
        scope.report(
            "SLA614",
            named.span,
            f"`{name}` are the hours of one `{calendar.record}`, and one calendar for all rows is needed here",
            label="cannot stand here yet",
            help="the hours of a row may stand in a promise: `within 2 business hours of owner.…`",
        )
        return False
    if named.record is not None:
        declared = scope.ctx.symbols[name].node
        if not isinstance(declared, ast.Calendar) or declared.record is not None:
            return False  # it could not be read, or the record that it is of
        scope.report(
            "SLA613",
            named.span,
            f"`{name}` is one calendar for all rows, and no row's own",
            help=f"write `of {name}`, or make it a calendar of rows: `calendar {name} of …:` with `zone` and a field",
            fixes=(Fix(f"write `{name}`", (Edit(named.span, name),), Safety.NEEDS_A_LOOK),),
        )
        return False
    return True


def find_calendar(scope: Scope, name: ast.Name) -> str | None:
    """The calendar of that name; None when there is none, which is then reported."""
    ctx = scope.ctx
    symbol = ctx.symbols.get(name.text)
    if symbol is None:
        known = (s.name for s in ctx.symbols.values() if s.kind == "calendar")
        ctx.report_unknown(
            "SLA201",
            scope.source,
            name,
            f"there is no calendar `{name.text}`",
            known,
            help=f"declare it with `calendar {name.text}:`",
        )
        return None
    ctx.use(scope.source, name.span, symbol.kind, name.text)
    if not symbol.may_be("calendar"):
        scope.report(
            "SLA204",
            name.span,
            f"`{name.text}` is {symbol.words}, not a calendar",
            label="expected a calendar",
            labels=(elsewhere(symbol.source, symbol.span, "declared here", scope.source),),
            help="write the name of a calendar, which `calendar office:` declares with its hours",
        )
        return None
    return name.text


def _report_plain_time(scope: Scope, named: Span, node: ast.Duration | ast.TimeUnit) -> None:
    fixes: tuple[Fix, ...] = ()
    units = {"minute", "hour"} if isinstance(node, ast.TimeUnit) else {"minute", "hour", "day"}
    if node.unit in units:
        fixes = (business_fix(scope, node),)
    scope.report(
        "SLA508",
        named,
        f"`{scope.words(node.span)}` runs by the clock, so a calendar has nothing to say",
        help="write `business` before the unit for open time, or leave the calendar out",
        fixes=fixes,
    )


def business_fix(scope: Scope, node: ast.Duration | ast.TimeUnit) -> Fix:
    """Make plain time business time, or the reverse."""
    words = scope.source.slice(node.span)
    if node.business:
        new = words.replace("business", "", 1)
        new = " ".join(new.split())
    else:
        amount, _, unit = words.partition(node.unit)
        new = f"{amount}business {node.unit}{unit}"
    return Fix(f"write `{new}`", (Edit(node.span, new),), Safety.NEEDS_A_LOOK)
