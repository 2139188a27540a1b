"""Short ways to write expressions of the plan. Conditions that are always true or false disappear as they are joined."""

from __future__ import annotations

from decimal import Decimal

from sladsl.calendars import Duration, DurationKind, PeriodKind
from sladsl.plan.columns import (
    Apply,
    Case,
    Const,
    Deadline,
    Expression,
    LocalDay,
    Lookup,
    Midnight,
    PeriodEnd,
    Status,
    ValueType,
)
from sladsl.plan.rows import State

TRUE = Const(True, ValueType.BOOLEAN)
FALSE = Const(False, ValueType.BOOLEAN)
UNKNOWN = Const(None, ValueType.BOOLEAN)
NO_INSTANT = Const(None, ValueType.INSTANT)
MICROSECOND = Const(1, ValueType.SPAN)


def all_of(*conditions: Expression | None) -> Expression:
    """`and` of those given, without the ones that are always true; false as soon as one always is."""
    kept = tuple(c for c in conditions if c is not None and c != TRUE)
    if FALSE in kept:
        return FALSE
    if not kept:
        return TRUE
    return kept[0] if len(kept) == 1 else Apply("and", kept)


def any_of(*conditions: Expression) -> Expression:
    kept = tuple(c for c in conditions if c != FALSE)
    if TRUE in kept:
        return TRUE
    if not kept:
        return FALSE
    return kept[0] if len(kept) == 1 else Apply("or", kept)


def negate(condition: Expression) -> Expression:
    if condition in {TRUE, FALSE}:
        return FALSE if condition == TRUE else TRUE
    return Apply("not", (condition,))


_DECIDED = {"is true", "is known", "is missing", "is unknown"}


def is_true(condition: Expression) -> Expression:
    decided = condition in {TRUE, FALSE} or (isinstance(condition, Apply) and condition.op in _DECIDED)
    return condition if decided else Apply("is true", (condition,))


def is_unknown(condition: Expression) -> Expression:
    return FALSE if condition in {TRUE, FALSE} else Apply("is unknown", (condition,))


def known(value: Expression) -> Expression:
    return Apply("is known", (value,))


def missing(value: Expression) -> Expression:
    return Apply("is missing", (value,))


def compare(op: str, left: Expression, right: Expression) -> Expression:
    return Apply(op, (left, right))


def first_known(value: Expression, other: Expression) -> Expression:
    return Apply("else", (value, other))


def code(value: Status | State | int) -> Const:
    match value:
        case Status():
            return Const(int(value), ValueType.STATUS)
        case State():
            return Const(int(value), ValueType.STATE)
        case _:
            return Const(value, ValueType.CODE)


def number(value: Decimal | int) -> Const:
    return Const(Decimal(value), ValueType.NUMBER)


def is_code(column: Expression, *values: Status | State) -> Expression:
    return any_of(*(compare("=", column, code(v)) for v in values))


def choose(*arms: tuple[Expression, Expression], otherwise: Expression) -> Expression:
    """The first arm that is true, else `otherwise`; arms that never apply are left out."""
    kept = [arm for arm in arms if arm[0] != FALSE]
    while kept and kept[-1][1] == otherwise:
        kept.pop()
    return Case(tuple(kept), otherwise) if kept else otherwise


def local_day(instant: Expression) -> Expression:
    return Lookup(LocalDay(), instant)


def day_start(day: Expression) -> Expression:
    return Lookup(Midnight(), day)


def before(instant: Expression) -> Expression:
    """The last microsecond before an instant."""
    return Apply("-", (instant, MICROSECOND))


def day_end(instant: Expression) -> Expression:
    """The last microsecond of the local day that contains an instant."""
    return before(Lookup(PeriodEnd(PeriodKind.DAY), instant))


def deadline(
    start: Expression, duration: Duration, calendar: str | None, zone: Expression | None = None
) -> Expression:
    """The deadline of a duration from an instant; plain hours need no calendar and no table. `zone` is that of a calendar of rows."""
    if duration.kind is DurationKind.ABSOLUTE:
        return Apply("+", (start, Const(duration.amount, ValueType.SPAN)))
    return Lookup(Deadline(duration, calendar), start, zone)
