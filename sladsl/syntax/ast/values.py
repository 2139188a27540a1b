"""Names, texts, literals and expressions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from sladsl.source import Span

Unit = Literal["second", "minute", "hour", "day", "week", "month", "year"]
BinaryOp = Literal[
    "and", "or", "=", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/",
    "contains", "starts with", "ends with", "matches",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Name:
    """One word that names something: declared here or referred to here."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Text:
    """A quoted string; `value` is without quotes and escapes."""

    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class Number:
    """`4_500_000`, `0.5`; negative only where a plain value stands (a target, a `given`), elsewhere a
    `Unary`.
    """

    value: Decimal
    span: Span


@dataclass(frozen=True, slots=True)
class Percent:
    """`99.5%`: `value` is 99.5."""

    value: Decimal
    span: Span


@dataclass(frozen=True, slots=True)
class Boolean:
    value: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Date:
    """`2026-03-07`."""

    value: dt.date
    span: Span


@dataclass(frozen=True, slots=True)
class DateTime:
    """`2026-03-07 15:00`, a local clock reading: `value` is naive."""

    value: dt.datetime
    span: Span


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """`09:30` as seconds since midnight; `24:00` is 86,400."""

    seconds: int
    span: Span


@dataclass(frozen=True, slots=True)
class Duration:
    """`4 business hours`: a whole amount of one unit (singular here), in open time when `business`."""

    amount: int
    unit: Unit
    business: bool
    span: Span


@dataclass(frozen=True, slots=True)
class SetLiteral:
    """`{"US", "CA"}`; never empty."""

    items: tuple[Expression, ...]
    span: Span


Literals = Text | Number | Percent | Boolean | Date | DateTime | TimeOfDay | Duration
"""A plain value: what a `given`, an `always` or a translation may say."""

Amount = Number | Percent | Duration | Name
"""What a KPI is held against."""


# --- expressions -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reference:
    """`owner`, or `lead.owner` (then `record` is `lead`). `record` may also be a field that holds a key: `owner.manager`.

    `steps` are the names behind these two: `lead` of `owner.team.lead`."""

    name: Name
    record: Name | None
    span: Span
    steps: tuple[Name, ...] = ()


@dataclass(frozen=True, slots=True)
class Unary:
    op: Literal["not", "-"]
    operand: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands and a word between them; `op` is its one spelling (`×` is `*`), `op_span` where it stands."""

    op: BinaryOp
    left: Expression
    right: Expression
    op_span: Span
    span: Span


@dataclass(frozen=True, slots=True)
class Between:
    """`value between low and high`, both included."""

    value: Expression
    low: Expression
    high: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class In:
    """`value in options`, or `not in`; `options` is a set or a name of one."""

    value: Expression
    options: Expression
    negated: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Presence:
    """`value is known` (`known`) or `value is missing`."""

    value: Expression
    known: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    """`domain(email)`."""

    function: Name
    arguments: tuple[Expression, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Default:
    """`(value else default)`."""

    value: Expression
    default: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class Bounds:
    """`within 30 days before mql_at`, `in the last 14 days`: which rows of a child are looked at. `moment` is None for `last`."""

    duration: Duration
    direction: Literal["before", "after", "last"]
    moment: Reference | None
    span: Span


@dataclass(frozen=True, slots=True)
class ChildTest:
    """`any activity …`, `no activity …`, `at least 3 activity …`; `count` is None for `any` and `no`."""

    quantifier: Literal["any", "no", "at least", "at most"]
    count: Number | None
    record: Name
    bounds: Bounds | None
    where: Expression | None
    span: Span


@dataclass(frozen=True, slots=True)
class ChildAggregate:
    """`(count of activity …)`, `(sum of amount over deal …)`; `value` is None for `count`."""

    function: Literal["count", "sum", "average", "least", "greatest"]
    value: Expression | None
    record: Name
    bounds: Bounds | None
    where: Expression | None
    span: Span


@dataclass(frozen=True, slots=True)
class Picked:
    """`(status of last status_change …)`: a field of the row that stands there in the order of time. `position` is as of an event."""

    field: Name
    position: int
    next: bool
    record: Name
    by: Name | None
    bounds: Bounds | None
    where: Expression | None
    span: Span


@dataclass(frozen=True, slots=True)
class Recent:
    """`won_at in the last 14 days`, `won_at not in the last 2 business days of desk`."""

    moment: Reference
    negated: bool
    duration: Duration
    calendar: Reference | None
    span: Span


@dataclass(frozen=True, slots=True)
class MovedMoment:
    """`2 business days after MQL`, `48 hours before renews_on`: a moment moved by a length of time."""

    duration: Duration
    calendar: Reference | None
    before: bool
    moment: Reference
    span: Span


@dataclass(frozen=True, slots=True)
class During:
    """`mql_at during us_hours`."""

    moment: Reference
    calendar: Name
    span: Span


@dataclass(frozen=True, slots=True)
class Budget:
    """`within 2 business days of eu_hours, by close`: a duration, or a constant that is one, from a start, in a calendar (None: the
    agreement's); `by 10:00` at a reading of the clock.
    """

    duration: Duration | Name
    calendar: Reference | None
    by_close: bool
    by: TimeOfDay | None
    span: Span


@dataclass(frozen=True, slots=True)
class KpiWithin:
    """`response_time within 1 business hour` as a condition; its budget is never `by close`."""

    kpi: Name
    budget: Budget
    span: Span


@dataclass(frozen=True, slots=True)
class MomentWithin:
    """`called_at within 2 days after mql_at`; its budget is never `by close`."""

    moment: Reference
    budget: Budget
    before: bool
    of: Reference
    span: Span


Expression = (
    Literals
    | SetLiteral
    | Reference
    | Unary
    | Binary
    | Between
    | In
    | Presence
    | Call
    | Default
    | ChildTest
    | ChildAggregate
    | Picked
    | Recent
    | During
    | MovedMoment
    | KpiWithin
    | MomentWithin
)


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word or phrase of the language, one blank between its words."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause as it stands: its rule of the grammar, and its parts in order. What they mean the clause itself knows: `sladsl.language`."""

    rule: str
    parts: tuple[Any, ...]
    span: Span
