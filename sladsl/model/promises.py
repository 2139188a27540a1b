"""KPIs and commitments: what is measured, and what is owed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Protocol, TypeVar, assert_never

from sladsl.calendars import Duration, PeriodKind, describe
from sladsl.diagnostics import Diagnostic
from sladsl.model.declarations import Clause, Origin
from sladsl.model.expressions import (
    AnyField,
    Budget,
    EntryUse,
    Expression,
    Moment,
    PathUse,
    Reported,
)
from sladsl.source import Span


@dataclass(frozen=True, slots=True)
class Population:
    """All rows of a record (`definition` None) or those in a definition, narrowed by `where`."""

    record: str
    definition: str | None
    where: Expression | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows come in; `at_period_end` how many of them last when the period ends."""

    population: Population
    at_period_end: bool = False


@dataclass(frozen=True, slots=True)
class Become:
    population: Population
    goal: str  # a definition over the same record
    within: Budget | None


@dataclass(frozen=True, slots=True)
class Whose:
    """How many rows meet a condition; `at_period_end` of those that last when the period ends, read then."""

    population: Population
    condition: Expression
    at_period_end: bool = False


@dataclass(frozen=True, slots=True)
class TimeBetween:
    """`time from M to M`. Its rows are those of the definition that `start` names, else the rows that have the moment.

    `calendar` is the one its statistics are measured in, None for plain time; `unit` the word they are printed in.
    """

    record: str
    start: Moment
    end: Moment
    unit: str
    calendar: str | None


@dataclass(frozen=True, slots=True)
class Statistic:
    """function: sum, average, median, least, greatest, percentile (`percent`; a median is 50)."""

    function: str
    percent: int
    value: Expression
    population: Population


Measure = Count | Become | Whose | TimeBetween | Statistic


@dataclass(frozen=True, slots=True)
class Kpi:
    name: str
    label: str
    record: str
    measure: Measure
    for_each: tuple[Reported, ...]
    origin: Origin

    @property
    def is_count(self) -> bool:
        return isinstance(self.measure, Count)

    @property
    def is_volume(self) -> bool:
        """A count or a sum: with no rows it is 0, and a part of a period does not compare with its target."""
        return self.is_count or (isinstance(self.measure, Statistic) and self.measure.function == "sum")

    @property
    def is_clock(self) -> bool:
        return isinstance(self.measure, TimeBetween)

    @property
    def is_share(self) -> bool:
        return isinstance(self.measure, Become | Whose)

    @property
    def definition(self) -> str | None:
        """The definition whose rows it is over; None where it is over a record's rows."""
        if isinstance(self.measure, TimeBetween):
            return self.measure.start.definition if isinstance(self.measure.start, EntryUse) else None
        return self.measure.population.definition


@dataclass(frozen=True, slots=True)
class Limit:
    """`at least` (`at_least`) or `at most` a value: Decimal (a share as its fraction) or Duration."""

    at_least: bool
    value: Decimal | Duration
    span: Span


@dataclass(frozen=True, slots=True)
class Range:
    low: Decimal | Duration
    high: Decimal | Duration
    span: Span


@dataclass(frozen=True, slots=True)
class Choice:
    """`due` is a budget from the start, or a field that holds the deadline. `when` None applies to all that is left.

    `words` is the choice as written, on one line, with the values of constants. `since` is the day from which a constant has the value that
    is here, for rows that start then: `when` asks it as well.
    """

    due: Budget | AnyField
    when: Expression | None
    span: Span
    words: str
    since: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Within:
    """`within …` by branches, for a share (a fraction, 1 when unsaid)."""

    choices: tuple[Choice, ...]
    share: Decimal
    span: Span


@dataclass(frozen=True, slots=True)
class GroupBranch:
    """What some groups are held to: a value, or a field of the row that names a group. `when` None takes all that are left; it asks for
    nothing but the group and fields of the row that it names."""

    value: Decimal | Duration | PathUse
    when: Expression | None
    span: Span


@dataclass(frozen=True, slots=True)
class GroupLimit:
    """A limit of each group, by the first branch whose condition is true of it; a group that none is for is not judged."""

    at_least: bool
    branches: tuple[GroupBranch, ...]
    span: Span


Target = Limit | Range | Within | GroupLimit


@dataclass(frozen=True, slots=True)
class LaterTarget:
    """A target that holds for the periods that begin on a day or after it; `words` is the target with its values, on one line."""

    since: dt.date
    target: Target
    words: str


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Rows that are in no figure of a commitment: those of which `when` holds at the earlier of their stop and their deadline. `becomes`
    is what they are called then."""

    when: Expression
    because: str
    span: Span
    becomes: str = "excluded"


@dataclass(frozen=True, slots=True)
class Action:
    """`reassign to "pool"`: a verb (reassign, notify, escalate, tag, do) and to whom or what, in words. `named` is the value of the row
    that says it, in place of a text: `notify owner.manager`."""

    verb: str
    to: str
    span: Span
    named: Reported | None = None


class RungKind(StrEnum):
    SHARE = "share"  # so many percent of the time are used up
    AFTER = "after"  # so long after the start
    BEFORE = "before"  # so much is left
    LATE = "late"  # so long after the deadline


@dataclass(frozen=True, slots=True)
class Rung:
    """An instant on a row's way to its deadline, or after it, and what follows where its clock runs then.

    `percent` is of a share, `duration` of the others; business time is that of the deadline's calendar, or else of `calendar`. `words` is
    it as written, on one line.
    """

    kind: RungKind
    words: str
    span: Span
    actions: tuple[Action, ...]
    percent: int = 0
    duration: Duration | None = None
    calendar: str | None = None

    @property
    def is_business(self) -> bool:
        return self.duration is not None and self.duration.is_business

    @property
    def length(self) -> str:
        return "" if self.duration is None else describe(self.duration)


@dataclass(frozen=True, slots=True)
class Pause:
    """Stretches in which a clock stands still: rows of `record`, each from its `began` to its `ended`, which is missing while it lasts.

    `shared` is the record of the row that a row with the clock and a row of `record` both are, or belong to. `limits` is what they may
    take in all, in hours, in business hours or in each of both. `through` is a field of the row with the clock that holds the key of
    the row of `shared`, None where that is a row above it, or itself.
    """

    record: str
    shared: str
    began: str
    ended: str
    limits: tuple[Duration, ...]
    span: Span
    is_spell: bool = False
    through: AnyField | None = None

    def limit(self, business: bool) -> Duration | None:
        """What they may take of a deadline that is counted in open time, or by the clock; None where nothing limits them."""
        return next((x for x in self.limits if x.is_business is business), None)


class ClauseKind(Protocol):
    """A kind of clause, of `sladsl.language`: what it says of a commitment that has none of it."""

    @property
    def clause(self) -> type[Clause]: ...

    @property
    def left_out(self) -> Callable[[Commitment, Kpi], Iterator[Diagnostic]]: ...


C = TypeVar("C", bound=Clause)


@dataclass(frozen=True, slots=True)
class Commitment:
    """`id` is `party.kpi`, or `party.kpi.P` when `population` narrows it. `words` is its target as written, on one line.

    `target` is the one before all dates, `first_words` says it with its values; `later` are those that take its place.
    With a `group` each value of that field has a verdict of its own.
    `first` and `last` are the dates of the first and the last period that it is about, None where they are not bounded; a `first` is a part
    of its `id`, since several may follow one another.
    """

    id: str
    owner: str
    counterparty: str
    kpi: str
    population: str | None
    target: Target
    period: PeriodKind
    words: str
    clauses: tuple[Clause, ...]
    origin: Origin
    period_span: Span | None = None
    first_words: str = ""
    later: tuple[LaterTarget, ...] = ()
    first: dt.date | None = None
    last: dt.date | None = None
    dates_span: Span | None = None
    group: AnyField | None = None

    @property
    def promise(self) -> tuple[str, str, str | None]:
        """What those that follow one another have in common: who owes what, of which rows."""
        return self.owner, self.kpi, self.population

    @property
    def is_dated(self) -> bool:
        return self.first is not None or self.last is not None

    def overlaps(self, other: Commitment) -> bool:
        """Whether both are about some date."""
        begins = max(self.first or dt.date.min, other.first or dt.date.min)
        return begins <= min(self.last or dt.date.max, other.last or dt.date.max)

    @property
    def versions(self) -> tuple[Commitment, ...]:
        """The commitment with each of the targets that come to hold, one after the other."""
        return (self, *(replace(self, target=x.target, words=x.words, later=()) for x in self.later))

    def every(self, kind: type[C]) -> tuple[C, ...]:
        """Its clauses of a kind."""
        return tuple(c for c in self.clauses if isinstance(c, kind))

    @property
    def limits(self) -> tuple[Decimal | Duration | None, Decimal | Duration | None]:
        """The least and the most that meets the target."""
        match self.target:
            case Limit(at_least=True, value=value):
                return value, None
            case Limit(value=value):
                return None, value
            case Range(low=low, high=high):
                return low, high
            case Within(share=share):
                return share, None
            case GroupLimit():
                return None, None
            case _:
                assert_never(self.target)


@dataclass(frozen=True, slots=True)
class RouteCase:
    destination: str
    when: Expression | None
    span: Span


@dataclass(frozen=True, slots=True)
class Route:
    definition: str
    cases: tuple[RouteCase, ...]
    origin: Origin
