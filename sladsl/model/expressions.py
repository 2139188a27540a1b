"""Expressions: names resolved, every one typed, each with its place."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeGuard

from sladsl.calendars import Duration
from sladsl.source import Span
from sladsl.types import Type


@dataclass(frozen=True, slots=True)
class Literal:
    """str, bool, Decimal (number; a percentage as its fraction), date, naive datetime (a local clock reading) or Duration."""

    value: str | bool | Decimal | dt.date | dt.datetime | Duration
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class DatedValue:
    """A constant that becomes another from dates on: the first value, and those that hold from a day on, in order."""

    value: Literal
    later: tuple[tuple[dt.date, Literal], ...]
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class ByDate:
    """The condition of a definition that is given again: the first text's, and those that hold for rows that enter from a day on."""

    value: Expression
    later: tuple[tuple[dt.date, Expression], ...]
    type: Type
    span: Span

    @property
    def versions(self) -> tuple[tuple[dt.date | None, Expression], ...]:
        """Each condition with the day from which on it holds; None for the first."""
        return ((None, self.value), *self.later)


@dataclass(frozen=True, slots=True)
class SetValue:
    items: tuple[Literal, ...]
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class FieldUse:
    """A field of the row of `record`, which is the record in scope or one of its parents."""

    record: str
    field: str
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class PathUse:
    """A field of the row of `record` whose key is the value of `through`: `owner.manager`, `owner.team.lead`."""

    through: FieldUse | PathUse
    record: str
    field: str
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class ScoreUse:
    score: str
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class MemberUse:
    """A definition's name as a condition: the row is in it, as things stood."""

    definition: str
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class EntryUse:
    """A definition's name as a moment: when the row entered it. `type` is Time or Date."""

    definition: str
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class EventUse:
    """An event as a moment of the row of `record` that asks: the row that has it, or one that belongs to it. `type` is Time or Date."""

    event: str
    record: str
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class SpellUse:
    """A spell's name as a condition: whether the row has one that lasts."""

    spell: str
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class Operation:
    """A row of `sladsl.functions` applied: operators, calls, `is known`, `in` (first the value, then the set's items), `else`.

    `between` is `and` of two comparisons, `not in` is `not` of `in`, unary minus is `0 - x`. `op_span` is the operator's word.
    """

    op: str
    args: tuple[Expression, ...]
    type: Type
    span: Span
    op_span: Span


@dataclass(frozen=True, slots=True)
class Bounds:
    """Child rows whose own moment lies within `duration` before (after) `moment`, both ends included. Without a `moment` those of the last
    `duration`: it reaches from their own moment beyond the instant of reading."""

    duration: Duration
    before: bool
    moment: Moment | None
    calendar: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows looked at: those of `record` that belong to the row that asks; or, `beside` a row of that record, those that belong to the
    nearest row above it, without itself."""

    record: str
    bounds: Bounds | None
    where: Expression | None
    span: Span
    beside: str | None = None


class Quantifier(StrEnum):
    ANY = "any"
    NO = "no"
    AT_LEAST = "at least"
    AT_MOST = "at most"


@dataclass(frozen=True, slots=True)
class RowsTest:
    quantifier: Quantifier
    count: int  # 1 for any, 0 for no
    rows: Rows
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class RowsValue:
    """`(count of R …)`, `(sum of X over R …)`: function is count, sum, average, least, greatest."""

    function: str
    value: Expression | None
    rows: Rows
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class Picked:
    """`(status of last status_change …)`: `value` of one of the rows, by the time or date in their field `by`, then by key. `position`
    counts from 1; -1 is `last`, and 0 the first one later than the instant of reading."""

    value: Expression
    rows: Rows
    by: str
    position: int
    type: Type
    span: Span

    @property
    def looks_ahead(self) -> bool:
        return self.position == 0


@dataclass(frozen=True, slots=True)
class Recent:
    """`won_at in the last 14 days`: `duration` reaches from the moment beyond the instant of reading."""

    moment: Moment
    duration: Duration
    calendar: str | None
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class During:
    """`mql_at during us_hours`: the calendar is open at the moment."""

    moment: Moment
    calendar: str
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class MovedMoment:
    """`2 business days after MQL`, `48 hours before renews_on`: so long after (before) a moment; a day where that is a date.

    One that counts from a planned time is no earlier than the row's own moment.
    """

    moment: Moment
    duration: Duration
    calendar: str | None
    before: bool
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class DerivedUse:
    """A derived field of the row of `record`."""

    name: str
    record: str
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class Budget:
    """A duration from a start, in `calendar` when it is business time; of a calendar of rows, `zone` is the field that names the zone."""

    duration: Duration
    calendar: str | None
    span: Span
    zone: AnyField | None = None

    @property
    def is_business(self) -> bool:
        return self.duration.is_business


@dataclass(frozen=True, slots=True)
class WithinUse:
    """A time KPI as a condition, asked by its deadline."""

    kpi: str
    budget: Budget
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class ElapsedUse:
    """A time KPI as the value of a statistic: elapsed time, open time when `calendar` is given."""

    kpi: str
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class OfAsker:
    """A value of the row that asks for rows beside it, in what is asked of them; `up` counts such rows, from the nearest, from 1. `first`
    is the one that nobody looks at."""

    value: Expression
    up: int
    first: bool
    type: Type
    span: Span


@dataclass(frozen=True, slots=True)
class Invalid:
    """Where something was reported already."""

    type: Type
    span: Span


AnyField = FieldUse | PathUse
"""A field of the row, or of a row that it names."""
Reported = AnyField | DerivedUse
"""What a KPI is reported by; a derived field is read when the row enters."""
Moment = FieldUse | PathUse | EntryUse | EventUse
Expression = (
    Literal
    | DatedValue
    | ByDate
    | SetValue
    | FieldUse
    | PathUse
    | ScoreUse
    | MemberUse
    | SpellUse
    | EntryUse
    | EventUse
    | Operation
    | RowsTest
    | RowsValue
    | Picked
    | Recent
    | During
    | MovedMoment
    | DerivedUse
    | WithinUse
    | ElapsedUse
    | OfAsker
    | Invalid
)


def spelt(e: Reported) -> str:
    """A field as it is written: `owner`, `owner.manager`."""
    if isinstance(e, DerivedUse):
        return e.name
    return f"{spelt(e.through)}.{e.field}" if isinstance(e, PathUse) else e.field


def is_between(e: Expression) -> TypeGuard[Operation]:
    """`x between 1 and 5` is one condition to a reader, though it is made of two."""
    return isinstance(e, Operation) and e.op == "and" and all(a.span == e.span for a in e.args)
