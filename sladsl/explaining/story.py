"""What became of one row, as values: what `sla explain` tells. Instants are microseconds since 1970-01-01T00:00Z."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from sladsl import types as t
from sladsl.calendars import Closed, Duration, Period
from sladsl.engines.rows.values import Value
from sladsl.explaining.phrases import Phrase, ScoreSeen
from sladsl.outcomes import AsOf, DataEnd, Problem
from sladsl.plan import Action, Measure, RowOutcome, State, Status

# ------------------------------------------------------------------------------------------------------------ the row


@dataclass(frozen=True, slots=True)
class FieldSeen:
    """A field as it stood at the as-of; `hidden` when its value is later than that, and so is not told."""

    name: str
    label: str
    value: Value
    type: t.Type
    hidden: bool = False
    called: str = ""  # the row that it names, where it is the key of one


@dataclass(frozen=True, slots=True)
class PeriodEndSeen:
    """A spell at the end of a period at which it lasts, in a figure of what lasts then: what became of it there."""

    figure: str  # the commitment's id, or the KPI's where none is held to it
    period: str
    outcome: RowOutcome


@dataclass(frozen=True, slots=True)
class SpellSeen:
    """A spell of the row: from `began` to `ended`, which is missing while it lasts, with the values that it has all through, and where it
    was counted at the ends of periods."""

    spell: str
    key: str
    began: int
    ended: int | None
    values: tuple[FieldSeen, ...]
    ends: tuple[PeriodEndSeen, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row of this key stands in the data; `line` counts from 1."""

    file: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Above:
    """The row that this one belongs to; `key` is what it names, `there` whether the data have it."""

    record: str
    key: str
    there: bool


@dataclass(frozen=True, slots=True)
class ProblemSeen:
    """What is wrong with the data of this row, or of a row below it."""

    key: str | None
    problem: Problem


# --------------------------------------------------------------------------------------- definitions, scores and routes


@dataclass(frozen=True, slots=True)
class MomentSeen:
    """A moment as it is written, and the `name` of the field, definition or event that it is. A date's `at` is the start of its day, and
    `whole_day` is set."""

    words: str
    name: str
    at: int | None
    whole_day: bool = False
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class DefinitionSeen:
    """How the row stands to a definition.

    `since` is the moment that the definition (or its record) names, `entry` when the row entered it, if it did: the later of that and
    its base's entry. `until` is up to when its condition saw the world, None for all that is known at the as-of. `in_term` is False
    for what the agreement's term leaves out. `text_from` is the day from which on the condition holds that the row fell under, None for the
    first text.
    """

    name: str
    label: str
    base: str | None
    base_status: Status | None
    status: Status
    since: MomentSeen | None
    entry: int | None
    until: int | None
    when: Phrase | None
    in_term: bool
    text_from: dt.date | None = None

    @property
    def scores(self) -> tuple[ScoreSeen, ...]:
        """The scores that its condition names, each once."""
        by_score = {} if self.when is None else {p.score.name: p.score for p in self.when.every() if p.score}
        return tuple(by_score.values())


class BranchFate(StrEnum):
    """What became of a branch of a choice."""

    APPLIES = "applies"
    FALSE = "false"
    UNKNOWN = "unknown"
    NOT_ASKED = "not asked"  # an earlier one applied
    WAITS = "waits"  # it asks, or comes after one that asks, what is not settled yet


@dataclass(frozen=True, slots=True)
class BranchSeen:
    """A branch of a choice of deadlines, or a line of a route: what it gives, in the agreement's words; `when` None takes the rest."""

    gives: str
    when: Phrase | None
    fate: BranchFate


@dataclass(frozen=True, slots=True)
class RouteSeen:
    """Where a definition's rows go. `destination` is None for a row that is not in the definition or that no line takes."""

    definition: str
    member: bool
    destination: str | None
    branches: tuple[BranchSeen, ...]


# ------------------------------------------------------------------------------------------------------- populations


class Standing(StrEnum):
    """How a row stands to the rows that a KPI is about."""

    IN = "in"
    MAYBE = "may be in"  # a clock that its condition asks for still runs
    UNDATED = "undated"  # nothing says in which period it counts
    OUTSIDE_TERM = "outside the term"
    NOT_OWED = "not owed then"  # the promise is not about the period in which it counts
    NOT_IN = "not in"
    REFUSED = "where is false"
    UNKNOWN = "where is unknown"


@dataclass(frozen=True, slots=True)
class Membership:
    """How the row stands to the population of a KPI: `of` names it, `status` is that of a definition, `where` narrows it."""

    of: str
    standing: Standing
    status: Status | None
    entry: int | None
    period: Period | None
    where: Phrase | None


# ------------------------------------------------------------------------------------------------------------- clocks


@dataclass(frozen=True, slots=True)
class Stretch:
    """An open interval that was counted; `total` is the open time until its end. `own_hours` when its date has hours of its own."""

    start: int
    end: int
    total: int
    own_hours: bool


@dataclass(frozen=True, slots=True)
class Skip:
    """What lies between two open intervals, day by day."""

    start: int
    end: int
    closed: tuple[Closed, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """Open time in which the clock stood still."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PauseSeen:
    """A row whose stretch belongs to the clock's row: it paused the clock where it lies after the start, before the stop and within what
    pauses may take. `ended` is None while it lasts."""

    record: str
    key: str
    began: int
    ended: int | None


@dataclass(frozen=True, slots=True)
class DayCounted:
    """A day on the way of business days: `number` is 0 for the start's own, None for one that is not open, with the reason."""

    day: int
    number: int | None
    closed: Closed | None = None


@dataclass(frozen=True, slots=True)
class DeadlineSeen:
    """How a deadline came about.

    `text` is what was promised, as it is written, and `duration` its length, None when a field of the row holds the deadline.
    `counted_from` is the next opening, where business time starts outside open hours. `timeline` is the open time that was counted and all
    that was skipped, in order; `days` is the way of business days. `zone` is the clock it was counted in. `end_of_day`: days from a date
    run to the last day's end. `shifts` are the instants on the way at which that clock was changed, with by how much.
    `without_pauses` is where it would be had the clock never stood still, None where it cannot.
    """

    text: str
    at: int | None
    duration: Duration | None = None
    calendar: str | None = None
    zone: str = ""
    counted_from: int | None = None
    timeline: tuple[Stretch | Skip | Held, ...] = ()
    days: tuple[DayCounted, ...] = ()
    end_of_day: bool = False
    shifts: tuple[tuple[int, int], ...] = ()
    without_pauses: int | None = None

    @property
    def words(self) -> str:
        return f"by {self.text}" if self.duration is None else f"within {self.text}"


class Fate(StrEnum):
    """What became of an event that could have stopped a clock: that it did, or the one reason why it did not."""

    STOPPED = "stopped the clock"
    EARLIER = "earlier than the one that stops it"
    COUNTED = "counted"  # the first of the two that are needed
    BEFORE = "before the start"
    AT_START = "at the start itself, and only a later one counts"
    REFUSED = "its condition is false"
    UNKNOWN = "a value its condition asks for is missing"
    AFTER = "after the one that stopped it"
    SAME_INSTANT = "the same instant, a later key"
    NO_TIME = "without a time"
    HIDDEN = "later than the as-of"
    NOT_STARTED = "the clock has not started"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An event that could have stopped the clock: a child row (`record`, `key`), or a moment of the row itself (`record` empty)."""

    record: str
    key: str
    at: int | None
    fate: Fate
    where: Phrase | None = None
    number: int = 0  # of an event that counts its rows: the how-manieth this was


class Undecided(StrEnum):
    """Why a clock cannot be judged."""

    NO_START = "it has not started"
    NOT_IN = "the row is not in the definition that starts it"
    STOPPED_BEFORE = "it stopped before it started"
    HOURS_UNKNOWN = "the hours that it runs in are not known"
    NOBODY = "it is not known whose pauses count"


@dataclass(frozen=True, slots=True)
class ClockTrace:
    """A clock on a row, as it ran: the start, the deadline, the stop, and all that could have stopped it.

    `state` is None for a row that it does not judge. `branches` are those of its choice of deadlines, one where there is no choice.
    `exclusions` are the clauses that may leave the row out, each with its reason, where its clock is over.
    `elapsed` is from start to stop in the KPI's own clock. `asked` is the condition that asks it (`response_time within 1 business hour`),
    empty for the clock of a promise. `stood` is how long it stood still, for the `pauses`, up to its stop or the as-of.
    """

    kpi: str
    state: State | None
    start: MomentSeen
    stop: MomentSeen
    branches: tuple[BranchSeen, ...] = ()
    exclusions: tuple[BranchSeen, ...] = ()
    deadline: DeadlineSeen | None = None
    candidates: tuple[Candidate, ...] = ()
    elapsed: int | None = None
    elapsed_calendar: str | None = None
    undecided: Undecided | None = None
    asked: str = ""
    pauses: tuple[PauseSeen, ...] = ()
    stood: int | None = None

    @property
    def due(self) -> int | None:
        """The deadline's instant, if the row has one."""
        return None if self.deadline is None else self.deadline.at

    @property
    def reason(self) -> str | None:
        """Why the row is left out, where it is."""
        return next((x.gives for x in self.exclusions if x.fate is BranchFate.APPLIES), None)

    @property
    def choice(self) -> tuple[BranchSeen, ...]:
        """The branches, where there are several to choose from."""
        return self.branches if len(self.branches) > 1 else ()


@dataclass(frozen=True, slots=True)
class RungSeen:
    """What follows on the way to a deadline, or after it: when that is, and whether the clock ran then. `at` is None where there is no
    such instant (yet)."""

    words: str
    at: int | None
    followed: bool
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class PromiseSeen:
    """One promise on this row: its clock, and what follows.

    `narrowed_to` is the definition of a commitment `of P1`; `owner` and `counterparty` are empty for a KPI without a commitment. `margin`
    is from the deadline to the stop (or to the as-of while there is none), negative when early; `open_margin` the same in the deadline's
    calendar. `goal` is the definition that the row is to become. `end`: it is told as of where the data end that it rests on.
    """

    id: str
    kpi: str
    label: str
    narrowed_to: str | None
    owner: str
    counterparty: str
    promise: str
    membership: Membership
    clock: ClockTrace
    margin: int | None = None
    open_margin: int | None = None
    goal: str | None = None
    goal_status: Status | None = None
    follows: tuple[Action, ...] = ()
    ladder: tuple[RungSeen, ...] = ()
    end: DataEnd | None = None


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A promise, or a KPI without one, of which nothing is said: the row came after the data end that it rests on."""

    id: str
    kpi: str
    label: str
    narrowed_to: str | None
    owner: str
    counterparty: str
    end: DataEnd


# -------------------------------------------------------------------------------------------------------- other figures


class Counted(StrEnum):
    """How a row counts in a figure."""

    ONE = "one"  # of a volume
    HIT = "hit"
    NOT = "not"
    OPEN = "open"
    UNKNOWN = "unknown"
    UNDECIDED = "undecided"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class FigureSeen:
    """How the row counts in a KPI that is no promise on single rows. `condition` is a share's `whose` or a statistic's value."""

    id: str
    kpi: str
    label: str
    narrowed_to: str | None
    owner: str
    counterparty: str
    promise: str
    measure: Measure
    membership: Membership
    counted: Counted | None
    value: Value = None
    type: t.Type | None = None
    unit: str = ""
    calendar: str | None = None
    condition: Phrase | None = None
    until: int | None = None
    by: tuple[FieldSeen, ...] = ()
    held_to: str | None = None  # what the row's group is held to, where each group has a target of its own
    end: DataEnd | None = None  # it is told as of where the data end that it rests on


# ------------------------------------------------------------------------------------------------------------ the story


@dataclass(frozen=True, slots=True)
class Answer:
    """What a child row did to a clock of a row above it, whose own story tells the rest."""

    record: str
    key: str
    promise: PromiseSeen
    event: Candidate


@dataclass(frozen=True, slots=True)
class ListingSeen:
    """The row is among those that a report shows rather than guesses about."""

    kind: str
    subject: str


@dataclass(frozen=True, slots=True)
class Story:
    """What became of one row under an agreement. Everything is in the agreement's order; KPIs without a commitment come last.

    `others` are rows that share the key and were not kept: each with the fields in which it differs.
    """

    agreement: str
    file: str
    zone: str
    as_of: AsOf
    record: str
    label: str
    key: str
    places: tuple[Place, ...]
    above: tuple[Above, ...]
    below: tuple[tuple[str, int], ...]
    spells: tuple[SpellSeen, ...]
    accountable: FieldSeen | None
    fields: tuple[FieldSeen, ...]
    definitions: tuple[DefinitionSeen, ...]
    routes: tuple[RouteSeen, ...]
    others: tuple[tuple[FieldSeen, ...], ...]
    promises: tuple[PromiseSeen | FigureSeen | Unjudged, ...]
    answers: tuple[Answer, ...]
    listings: tuple[ListingSeen, ...]
    problems: tuple[ProblemSeen, ...]
    ends: tuple[PeriodEndSeen, ...] = ()  # of a spell

    @property
    def clocks(self) -> tuple[PromiseSeen, ...]:
        """The promises on single rows."""
        return tuple(p for p in self.promises if isinstance(p, PromiseSeen))

    @property
    def figures(self) -> tuple[FigureSeen, ...]:
        """The other figures that the row may count in."""
        return tuple(p for p in self.promises if isinstance(p, FigureSeen))

    @property
    def unjudged(self) -> tuple[Unjudged, ...]:
        """Those of which nothing is said."""
        return tuple(p for p in self.promises if isinstance(p, Unjudged))
