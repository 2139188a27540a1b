"""`2 business days after MQL`, `48 hours before renews_on`: a moment that is so long after, or before, another."""

from __future__ import annotations

from sladsl import model as m
from sladsl import types as t
from sladsl.calendars import DurationKind
from sladsl.checker import budgets, moments, references
from sladsl.checker.context import Context, Symbol
from sladsl.checker.moving import Mover, moving, waits_for
from sladsl.checker.scope import Scope
from sladsl.syntax import ast


def moved(scope: Scope, node: ast.MovedMoment) -> m.MovedMoment | None:
    """The moment that is meant; None where it was reported."""
    moment = moments.moment(scope, node.moment, moments.Takes.PLANS_TOO)
    length = budgets.duration(scope, node.duration)
    calendar, resolved = budgets.calendar_of(scope, node.calendar, node.duration)
    if moment is None or length is None or not resolved:
        return None
    if not budgets.check_from_date(scope, length, node.duration, moment.type):
        return None
    if length.amount == 0:
        scope.report(
            "SLA770",
            node.duration.span,
            "this is the moment itself",
            help=f"name it: `{scope.words(moment.span)}`",
        )
        return None
    planned = isinstance(moment.type, t.Time | t.Date) and not t.is_event(moment.type)
    if node.before and not (planned and length.kind is DurationKind.ABSOLUTE):
        _report_before(scope, node, planned)
        return None
    if planned and not _has_a_moment(scope, node, moment):
        return None
    if not planned and not is_settled(scope, moment, "what it is counted from"):
        return None
    type = t.DATE if isinstance(moment.type, t.Date) else t.TIME
    return m.MovedMoment(moment, length, calendar, node.before, type, node.span)


def compared(scope: Scope, node: ast.MovedMoment) -> m.Expression:
    """The moment as a value that another is compared with; it need not be settled, since it is read at an instant as the other is."""
    invalid = m.Invalid(t.UNKNOWN, node.span)
    up, home = scope.home(node.moment)
    if up:
        return references.asked_of(scope, compared(home, node), up)
    length = budgets.duration(scope, node.duration)
    calendar, resolved = budgets.calendar_of(scope, node.calendar, node.duration)
    moment, asked = _compared_with(scope, node.moment)
    if moment is None or length is None or not resolved:
        return invalid
    if not budgets.check_from_date(scope, length, node.duration, moment.type):
        return invalid
    words = scope.words(moment.span)
    if length.amount == 0:
        scope.report("SLA770", node.duration.span, "this is the moment itself", help=f"name it: `{words}`")
        return invalid
    if node.before and length.kind is not DurationKind.ABSOLUTE:
        long = scope.words(node.duration.span)
        scope.report(
            "SLA771",
            node.duration.span,
            f"`{long}` cannot be counted back from `{words}`: days and business time run forward from a start",
            label="expected hours by the clock",
            help=f"say it in hours, or count from the other moment: `opened_at >= {long} before {words}` is "
            f"`{long} after opened_at >= {words}`",
        )
        return invalid
    type = t.DATE if isinstance(moment.type, t.Date) else t.TIME
    made = m.MovedMoment(moment, length, calendar, node.before, type, node.span)
    return references.asked_of(scope, made, asked)


def _compared_with(scope: Scope, node: ast.Reference) -> tuple[m.Moment | None, int]:
    """The moment that is named, and past how many rows that look at others it is found; None where that was reported."""
    named = scope.lookup(node)
    if not isinstance(named, Symbol) or named.kind != "event":
        return moments.moment(scope, node, moments.Takes.PLANS_TOO), 0
    value = references.value(scope, node, t.TIME)
    asked, up = (value.value, value.up) if isinstance(value, m.OfAsker) else (value, 0)
    return (asked, up) if isinstance(asked, m.EventUse) else (None, 0)


def is_settled(scope: Scope, moment: m.Moment, part: str) -> bool:
    """Whether a moment that has come stays what it is; reported where a later row or a running clock may make it another."""
    cause = moving(scope.ctx, moment)
    by = _waits_for(scope.ctx, moment) if cause is None else cause.by
    if by is None:
        return True
    words = scope.words(moment.span)
    why = "a later row moves" if by is Mover.LATER_ROW else by.words
    advice = {
        Mover.LATER_ROW: "use a `first` event, or a `time` field",
        Mover.CLOCK: "use a moment that asks no clock",
        Mover.NEXT_ROW: "use a moment that asks for no `next` row",
    }
    message = f"`{words}` is {part}, and {why} when that is"
    scope.report("SLA772", moment.span, message, help=advice[by])
    return False


def _waits_for(ctx: Context, moment: m.Moment) -> Mover | None:
    """What decides later than at a moment whether a row is in the definition that it is the entry of, or may be."""
    match moment:
        case m.EntryUse():
            return waits_for(ctx, m.MemberUse(moment.definition, t.BOOLEAN, moment.span))
        case m.EventUse():
            pick = ctx.events[moment.event].pick
            parts = pick.moments if isinstance(pick, m.OneOfSeveral) else ()
            every = (_waits_for(ctx, x) for x in parts if not isinstance(x, m.MovedMoment))
            return next((by for by in every if by is not None), None)
        case _:
            return None


def _has_a_moment(scope: Scope, node: ast.MovedMoment, moment: m.Moment) -> bool:
    """Whether rows that plan a time have a moment of their own, before which nothing is reckoned from the plan; reported where not."""
    record = scope.record
    if record is None or scope.ctx.records[record].moment is not None:
        return record is not None
    scope.report(
        "SLA773",
        node.span,
        f"`{scope.words(moment.span)}` is planned, so this may be long gone when a row of `{record}` comes in, "
        "and nothing says when it does",
        help=f"add the row's own moment to `record {record}`: for example `created_at  time`",
    )
    return False


def _report_before(scope: Scope, node: ast.MovedMoment, planned: bool) -> None:
    words = scope.words(node.moment.span)
    if planned:
        scope.report(
            "SLA771",
            node.duration.span,
            f"`{scope.words(node.duration.span)}` cannot be counted back from `{words}`",
            label="expected hours by the clock",
            help=f"say it in hours, for example `48 hours before {words}`",
        )
        return
    scope.report(
        "SLA771",
        node.span,
        f"`{words}` is known only once it has come, and `{scope.words(node.span)}` is past then",
        help="count back from a `planned time`, which is known in advance; or count after what comes first",
    )
