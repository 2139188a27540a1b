"""What comes out: definitions, figures, commitments, routes, listings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from sladsl.calendars import Period, PeriodKind
from sladsl.plan.columns import Expression, Field


@dataclass(frozen=True, slots=True)
class Definition:
    """A definition's columns. `entry` is None when rows never enter it at an instant (no moment)."""

    name: str
    label: str
    record: str
    status: str  # a code column of `Status`
    entry: str | None  # an instant column
    base: str | None = None


@dataclass(frozen=True, slots=True)
class Term:
    """Instants `[start, end)`; None is without an end. `first` and `last` are its dates as day numbers."""

    start: int | None = None
    end: int | None = None
    first: int | None = None
    last: int | None = None


class Measure(StrEnum):
    """What a figure is, which decides the range of values it can still end at."""

    COUNT = "count"
    SUM = "sum"
    SHARE = "share"  # `whose`
    RESPONSE = "response"  # a time KPI within a target, `become … within`
    BECOME = "become"  # `become` without a window
    AVERAGE = "average"
    MEDIAN = "median"
    PERCENTILE = "percentile"
    LEAST = "least"
    GREATEST = "greatest"


SHARES = frozenset({Measure.SHARE, Measure.RESPONSE, Measure.BECOME})
VOLUMES = frozenset({Measure.COUNT, Measure.SUM})
RANKS = frozenset({Measure.MEDIAN, Measure.PERCENTILE})


@dataclass(frozen=True, slots=True)
class Counter:
    """A number per period: how many rows have `when` true, or with `of` an aggregate of its known values over those rows.

    `aggregate` is count (no `of`), sum, least, greatest, or `rank`: the nearest-rank `percent` of `of`, where rows whose `of` is
    missing stand last (so a rank that falls on them is missing: it has no value yet).
    """

    name: str
    when: Expression
    aggregate: str = "count"
    of: Expression | None = None
    percent: int = 0


@dataclass(frozen=True, slots=True)
class Course:
    """The times behind a row of a figure, for whoever asks what became of it: instants, and `elapsed` a span; None where it has none.

    `paused` and `running` are spans of a clock that can stand still: how long it did, and how long it ran, up to its stop, or the
    as-of where it has none. `tier` is a code: which branch of the target's choice applied, as an index of `branches`, the branches' words.
    `excluded` is a code too: for which of `reasons` the row is left out, missing where it is not.
    """

    start: Expression
    stop: Expression
    due: Expression | None = None
    elapsed: Expression | None = None
    paused: Expression | None = None
    running: Expression | None = None
    tier: Expression | None = None
    branches: tuple[str, ...] = ()
    excluded: Expression | None = None
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured KPI, per period: counters over the rows of `record`, each counted in the period of its `entry`.

    Counter names, by what `verdicts` asks for: `rows` (always), `maybe` (rows that may still turn out to belong), `hit`, `open`,
    `undecided`, `matured` and `matured_hit` (their deadline is behind them), `unknown`, `value` (sums and statistics), `low` and `high`
    (a percentile's two ends), `known` (rows with a value), `waiting` (rows whose value a running clock decides),
    `paused` (those of the open ones whose clock stands still),
    `no_deadline` (rows that are not in it, since they have none to be held to), `excluded` (rows that the agreement leaves out),
    `left` (rows that were waited for and do not belong: they keep the first period of an agreement without a first date).
    """

    id: str
    kpi: str
    label: str
    record: str
    measure: Measure
    period: PeriodKind
    entry: str  # an instant column of `record`
    counters: tuple[Counter, ...]
    unit: str = ""  # "", a currency, or "business hours", "hours", …: what the value is printed in
    percent: int = 0
    floor: bool = False  # a sum that cannot fall as rows are added
    at_end: bool = False  # counted when the period ends, and not before
    by: tuple[Expression, ...] = ()
    by_names: tuple[str, ...] = ()
    by_keys: tuple[
        str, ...
    ] = ()  # the record whose rows each of them names by their keys; empty where it names none
    population: str = ""
    calendar: str | None = None
    course: Course | None = None
    since: int | None = None  # only of the periods that begin at this instant or later
    until: int | None = None  # only of those that end by this instant

    def within(self, term: Term) -> Term:
        """The part of a term that it is about."""
        start = max((x for x in (term.start, self.since) if x is not None), default=None)
        end = min((x for x in (term.end, self.until) if x is not None), default=None)
        return Term(start, end)

    def covers(self, period: Period) -> bool:
        """Whether it is about a period."""
        return (self.since is None or self.since <= period.start) and (
            self.until is None or period.end <= self.until
        )

    @property
    def excludes(self) -> bool:
        """Whether a row that is open or undecided may still be left out of it."""
        return self.course is not None and bool(self.course.reasons)


@dataclass(frozen=True, slots=True)
class Action:
    """`column` is a text column of the row that it follows, whose value says to whom; `to` is how the agreement writes it then."""

    verb: str  # reassign, notify, escalate, tag, do
    to: str
    column: str | None = None


def recipients(actions: Sequence[Action]) -> tuple[str, ...]:
    """The columns that say to whom, each once."""
    return tuple(dict.fromkeys(a.column for a in actions if a.column is not None))


@dataclass(frozen=True, slots=True)
class Rung:
    """What follows one row before its deadline, or some time after it. `at` is an instant column: when, missing where it does not follow.
    `cause` is how an action that follows it names it: `at 75%`, `1 business day late`."""

    cause: str
    at: str
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Clock:
    """The instances behind a promise on single rows: what a breach and an `if late` action are made of."""

    record: str
    member: str  # boolean column: the row is judged
    entry: str
    start: str
    due: str
    stop: str
    state: str  # code column of `State`
    accountable: str | None = None  # a field of the record
    # A code column: which branch of the choice applied, from 0; -1 where none did.
    tier: str | None = None
    rungs: tuple[Rung, ...] = ()


class BoundKind(StrEnum):
    AT_LEAST = "at least"
    AT_MOST = "at most"
    BETWEEN = "between"


@dataclass(frozen=True, slots=True)
class Bound:
    """A target. Shares are fractions (0.95), counts and sums plain, spans microseconds. `high` only for between."""

    kind: BoundKind
    value: Decimal
    high: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Follow:
    """What follows a period: where it is the last of `missed` periods in a row that are missed, or where its figure breaks the bound
    `passed`, and not `kept` where there is one, whatever comes. `cause` is how an action that follows names it. `keeps` is the cause of
    the passing that says from when on `kept` is."""

    cause: str
    actions: tuple[Action, ...]
    missed: int = 0
    passed: Bound | None = None
    kept: Bound | None = None
    keeps: str = ""

    @property
    def causes(self) -> tuple[str, ...]:
        """The passings that say in each of its periods from when on it is sure."""
        if self.missed:
            return (MISSED,)
        return (self.cause,) if self.kept is None else (self.cause, self.keeps)


@dataclass(frozen=True, slots=True)
class Step:
    """`if below 99%`: actions when the final figure passes `threshold` on the wrong side.

    `until` is the threshold of the next step of a choice: a figure that passes that one as well has that one's actions, not these.
    """

    below: bool
    threshold: Decimal
    actions: tuple[Action, ...]
    until: Decimal | None = None

    @property
    def follow(self) -> Follow:
        """`below 0.99`, where `not below 0.98`: it passes the bound of this step, and not that of the next one."""
        cause, passed = f"{self._side} {self.threshold.normalize():f}", self._bound(self.threshold)
        if self.until is None:
            return Follow(cause, self.actions, passed=passed)
        keeps = f"not {self._side} {self.until.normalize():f}"
        return Follow(cause, self.actions, passed=passed, kept=self._bound(self.until), keeps=keeps)

    @property
    def _side(self) -> str:
        return "below" if self.below else "above"

    def _bound(self, value: Decimal) -> Bound:
        return Bound(BoundKind.AT_LEAST if self.below else BoundKind.AT_MOST, value)


@dataclass(frozen=True, slots=True)
class Passing:
    """From when on a figure is on the wrong side of a bound, whatever comes (or on the right side, for a cause that begins with `not`):
    what an action of that period is dated by.

    It is the earliest `at` of a period's rows for which

        per x (rows that broke it by then) + share x (rows that left by then)  >  share x (rows of the period) + more

    and the start of the period where that holds without any. `when` says which rows broke it, `left` which turned out not to belong,
    `rows` which could belong: conditions on the figure's rows.
    With a `group`, a text of each row, it is asked of the rows of each group by themselves; with `of` only for groups that are held to
    that bound.
    `share` of `per` is the part of the rows that may break it. `early`: it may be passed before the period is over. Several with one
    `cause` are sides of a bound, of which one is enough; `enough` is the cause of the one that says when there were as many rows
    as a commitment needs.
    """

    cause: str  # missed, `below 0.99`, `not below 0.98`, enough
    when: Expression
    at: Expression
    rows: Expression
    per: int = 1
    share: int = 0
    more: int = 0
    left: Expression | None = None
    early: bool = True
    figure: str = ""  # whose rows they are, where it is not the commitment's own figure
    since: int | None = None
    until: int | None = None
    group: Expression | None = None
    of: Bound | None = None

    def holds(self, start: int) -> bool:
        """Whether the bound is that of the period that starts at an instant: from `since` on, and before `until`."""
        return (self.since is None or self.since <= start) and (self.until is None or start < self.until)

    def within(self, starts: tuple[int, int] | None) -> tuple[int | None, int | None]:
        """The starts of periods that it is asked in, of those in an interval; either end may be missing."""
        first, last = starts or (None, None)
        return (
            max((x for x in (first, self.since) if x is not None), default=None),
            min((x for x in (last, self.until) if x is not None), default=None),
        )


@dataclass(frozen=True, slots=True)
class OnlyWhile:
    """`only while mql_volume at most 150`: in a period in which the figure breaks the bound, the commitment is suspended."""

    kpi: str
    bound: Bound
    figure: str = ""

    @property
    def sides(self) -> tuple[Bound, ...]:
        """The bound as bounds with one side."""
        if self.bound.high is None:
            return (self.bound,)
        return Bound(BoundKind.AT_LEAST, self.bound.value), Bound(BoundKind.AT_MOST, self.bound.high)

    def cause(self, side: Bound) -> str:
        """The cause of the passing that says from when on the figure keeps a side."""
        return f"{self.kpi} {side.kind} {side.value.normalize():f}"

    @property
    def causes(self) -> tuple[str, ...]:
        return tuple(map(self.cause, self.sides))


@dataclass(frozen=True, slots=True)
class InARow:
    """`if missed 2 in a row`: actions in each period that is missed after `count` - 1 missed ones."""

    count: int
    actions: tuple[Action, ...]

    @property
    def follow(self) -> Follow:
        return Follow(f"{MISSED} {self.count} in a row", self.actions, missed=self.count)


@dataclass(frozen=True, slots=True)
class Groups:
    """By what a commitment is judged, each value by itself: that by which its figure is broken down.

    `values` are all that there are, of an enumeration; `record` is whose rows' keys they are. Where neither is known they are those that
    occur in a period. `since` is the field of the record's own moment: a row is a group of the periods that end later.
    `target` is a number, what a group is held to by its `side`: of a row of `record`, else of the group's own value, which stands in the
    field `by`. None where all are held to one bound.
    """

    by: str
    values: tuple[str, ...] = ()
    record: str | None = None
    since: str | None = None
    side: BoundKind = BoundKind.AT_LEAST
    target: Expression | None = None

    @property
    def reads(self) -> tuple[Expression, ...]:
        """What is asked of each row of the record."""
        if self.record is None:
            return ()
        since = () if self.since is None else (Field(self.record, self.since),)
        return (*since, *(() if self.target is None else (self.target,)))


@dataclass(frozen=True, slots=True)
class OneGroup:
    """Which group of which commitment."""

    of: str
    field: str
    value: str


MISSED = "missed"
ENOUGH = "enough"

SAID_AS = "said as"


def said_as(words: str) -> Mapping[str, str]:
    """A field's words in the text of a plan: they stand before its value."""
    return {SAID_AS: words}


@dataclass(frozen=True, slots=True)
class Version:
    """A target in force for the periods that begin at an instant or later (None: for all before the next one)."""

    since: int | None
    bound: Bound
    target: str  # in the words of the agreement, with its values


@dataclass(frozen=True, slots=True)
class Commitment:
    id: str
    owner: str
    counterparty: str
    kpi: str
    target: str  # in the words of the agreement
    figure: str
    bound: Bound
    warn: Bound | None = field(default=None, metadata=said_as("warn unless"))
    needs: int | None = field(default=None, metadata=said_as("needs at least"))
    none_counts_as: str | None = field(default=None, metadata=said_as("none counts as"))  # met, missed
    clock: Clock | None = None
    dates: Term = Term()  # of the periods that it is about
    after: str | None = (
        None  # the one whose place it takes, by its id: what was missed then was missed before
    )
    if_late: tuple[Action, ...] = ()
    if_missed: tuple[Action, ...] = ()
    in_a_row: tuple[InARow, ...] = ()
    only_while: tuple[OnlyWhile, ...] = ()
    steps: tuple[Step, ...] = ()
    passings: tuple[Passing, ...] = ()  # of what actions follow a period for
    versions: tuple[
        Version, ...
    ] = ()  # of a target that changes with the date, the first one first; `bound` is the first one's
    groups: Groups | None = None
    group: OneGroup | None = None  # of a verdict on one of the groups, never of a commitment in a plan

    def in_force(self, start: int) -> Commitment:
        """The commitment with the target of the period that starts at an instant."""
        held = [x for x in self.versions if x.since is None or x.since <= start]
        return replace(self, bound=held[-1].bound, target=held[-1].target, versions=()) if held else self

    @property
    def base(self) -> str:
        """The commitment of the plan that it is, or is one of the groups of."""
        return self.id if self.group is None else self.group.of

    @property
    def follows(self) -> tuple[Follow, ...]:
        """What follows its periods, in the order of the actions."""
        once = (Follow(MISSED, self.if_missed, missed=1),) if self.if_missed else ()
        return (*once, *(x.follow for x in self.in_a_row), *(x.follow for x in self.steps))

    @property
    def looks_back(self) -> int:
        """How many periods before one decide what follows it."""
        return max((x.missed - 1 for x in self.follows if x.missed), default=0)

    @property
    def stands_on(self) -> tuple[str, ...]:
        """The figures beside its own by which it is judged."""
        return tuple(x.figure for x in self.only_while)

    @property
    def stands_since(self) -> tuple[str, ...]:
        """The causes of the passings that say from when on nothing suspends it in a period."""
        return tuple(cause for x in self.only_while for cause in x.causes)

    @property
    def is_missed_without_rows(self) -> bool:
        return self.none_counts_as == "missed"


@dataclass(frozen=True, slots=True)
class Route:
    """Where a definition's rows go: a code column that indexes `destinations`."""

    definition: str
    record: str
    member: str
    column: str
    destinations: tuple[str, ...]


LEFT = "left"
"""The counter of the rows that could have belonged to a figure, and do not."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows that must be shown rather than guessed about. `kind` is a word a report prints; `subject` the agreement's name."""

    kind: str
    subject: str
    record: str
    when: Expression


@dataclass(frozen=True, slots=True)
class Party:
    name: str
    label: str
