"""What every part of lowering shares: the columns made so far, and those still asked for.

A part never calls another to make a column. It refers to the column by its name (the functions of `names` are the only place where
names are spelt) and asks for it; the driver makes what was asked for, and orders all columns at the end by what they read.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from sladsl.calendars import Zone, zone
from sladsl.lowering.columns import ColumnHandles
from sladsl.model import Budget, Model
from sladsl.plan import (
    Apply,
    AsOf,
    Column,
    Const,
    Expression,
    Field,
    Record,
    Ref,
    ValueType,
)
from sladsl.plan.shorthand import FALSE, compare, day_end

EPOCH_DAY = dt.date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Until:
    """Up to when a condition sees the world: `at` is inclusive, `label` names it in column names (empty for the as-of).

    `unsettled` is true of rows whose instant is not yet behind the as-of, so that more may come up to it; `unsettled_day` of those
    whose day is not, on which more dates may come. Both are false of instants that are waited for elsewhere: nothing is final of a
    period before its end. `day_end` is when that day is over; None where it is not waited for.
    """

    label: str
    at: Expression
    unsettled: Expression
    unsettled_day: Expression
    day_end: Expression | None = None

    @property
    def is_now(self) -> bool:
        return self.at == AsOf()


NOW = Until("", AsOf(), FALSE, FALSE)
"""As things are at the as-of."""


def up_to(label: str, at: Expression, last: Expression | None = None) -> Until:
    """Up to an instant; `last` is the same where it is known, else missing."""
    instant = at if last is None else last
    end = day_end(instant)
    return Until(label, at, not_behind(instant), not_behind(end), end)


def not_behind(instant: Expression) -> Expression:
    """Whether the as-of is not yet later than an instant: rows up to it may still come."""
    return compare(">=", instant, AsOf())


@dataclass(frozen=True, slots=True)
class ClockOf:
    """A request: a time KPI's clock; its state columns when there is a `budget`."""

    kpi: str
    budget: Budget | None


@dataclass(frozen=True, slots=True)
class EventOf:
    """A request: an event as the rows of `record` have it, which are its own rows or belong to them."""

    event: str
    record: str


Request = ClockOf | EventOf


@dataclass(frozen=True, slots=True)
class Division:
    """A division whose divisor may be zero: those of the rows `among` which it counts are listed."""

    record: str
    subject: str
    divisor: Expression
    among: Expression


@dataclass
class Builder:
    """The state of one lowering."""

    model: Model
    zone: Zone = field(init=False)
    columns: dict[tuple[str, str], Column] = field(default_factory=dict)
    handles: ColumnHandles = field(default_factory=ColumnHandles)
    divisions: list[Division] = field(default_factory=list)
    undated: dict[str, Expression] = field(default_factory=dict)
    """Of records whose rows a condition looks for as things stood: which of them are never there, since no time of theirs is known."""
    made_records: dict[str, Record] = field(default_factory=dict)
    """Records whose rows are made for a figure alone."""
    made: dict[tuple[str, str, str], Any] = field(default_factory=dict)
    """What a part worked out and will ask for again, by its kind and names."""
    _quotients: dict[tuple[str, Expression, Expression], Ref] = field(default_factory=dict)
    _asked: set[str] = field(default_factory=set)
    _requests: deque[Request] = field(default_factory=deque)

    def __post_init__(self) -> None:
        agreement = self.model.agreement
        self.zone = zone(agreement.zone if agreement else "UTC")

    def column(self, record: str, name: str, type: ValueType, value: Expression, about: str = "") -> Ref:
        """Add a column (or find it, when it was added before) and refer to it."""
        made = Column(record, name, type, value, about)
        known = self.columns.setdefault((record, name), made)
        if known.value != value:
            raise AssertionError(f"two columns of {record} are called {name}")
        return Ref(record, name)

    def quotient(self, record: str, subject: str, over: Expression, by: Expression) -> Ref:
        """A division as a column, and its sides too unless they are plain.

        An exact quotient asks for its operands many times; as columns they are worked out once, however deep divisions nest.
        """
        key = (record, over, by)
        if key not in self._quotients:
            name = f"{subject}.quotient {len(self._quotients) + 1}"
            sides = [
                side
                if isinstance(side, Const | Field | Ref)
                else self.column(record, f"{name} {part}", ValueType.NUMBER, side, subject)
                for side, part in ((over, "over"), (by, "by"))
            ]
            self._quotients[key] = self.column(
                record, name, ValueType.NUMBER, Apply("/", (sides[0], sides[1])), subject
            )
        return self._quotients[key]

    def ask(self, request: Request) -> None:
        """Have a column made; asking twice is asking once."""
        if repr(request) not in self._asked:
            self._asked.add(repr(request))
            self._requests.append(request)

    def next_request(self) -> Request | None:
        return self._requests.popleft() if self._requests else None
