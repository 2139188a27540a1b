"""What an engine gives back, and what data reading finds: counts, rows and problems. Values only; nothing here judges.

Instants are microseconds since 1970-01-01T00:00Z, keys are text. Every sequence is in a stable order: periods by time, rows by key.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sladsl.plan import RowOutcome, Status


@dataclass(frozen=True, slots=True)
class DataEnd:
    """Where the data of a source end that says how fresh they are, if that is before a given as-of: its latest time up to then, None where
    it has none. `until` is the instant as of which it is read. `stale`: the as-of is later than it may be (`within`, a span)."""

    source: str
    record: str
    latest: int | None
    until: int
    within: int
    stale: bool
    day: str | None = None
    """The date of `latest` in the agreement's zone."""

    @property
    def said(self) -> str:
        """Why a period is not judged."""
        return f"data end on {self.day}" if self.day is not None else f"no data of {self.source}"


@dataclass(frozen=True, slots=True)
class Quiet:
    """A source that does not say how fresh it is, and whose latest time lies oddly long before `until`, a given as-of or the agreement's
    end: nothing may have happened since, or the export ended. It is judged as if nothing had."""

    source: str
    latest: int
    until: int


@dataclass(frozen=True, slots=True)
class AsOf:
    """The as-of instant, and the data row it came from when it was not given.

    `otherwise` is what it would be without that row, where nothing lies within 30 days before it. `ahead` is the latest time in the
    data where that is later than the present, and was passed over. `ends` are the sources whose data end before it, `quiet` those of which
    nobody said whether they do.
    """

    instant: int
    record: str | None = None
    field: str | None = None
    key: str | None = None
    otherwise: AsOf | None = None
    ahead: AsOf | None = None
    ends: tuple[DataEnd, ...] = ()
    quiet: tuple[Quiet, ...] = ()


@dataclass(frozen=True, slots=True)
class PeriodCounts:
    """One figure's counters in one period; `start` is the period's first instant.

    `by` holds the breakdown's values, in the order of the figure's `by_names`; it is empty for the whole.
    A counter is an integer (counts, spans) or a decimal (sums of numbers); None is missing.
    """

    start: int
    counters: Mapping[str, int | Decimal | None]
    by: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Passed:
    """From when on a bound is passed for good in the period that starts at `start`: one of a commitment's `passings`, by its index."""

    start: int
    passing: int
    at: int
    group: str | None = None
    """Of which group's rows, where it is asked of each by itself."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One row's clock for one commitment: late ones are breaches."""

    commitment: str
    record: str
    key: str
    owner: str | None
    entered: int
    started: int | None
    due: int | None
    stopped: int | None
    tier: int | None = None
    told: tuple[str | None, ...] = ()
    """Who is told of it, by the columns of the actions that follow it (`plan.recipients`), None where nobody is named."""
    row: tuple[object, ...] = ()
    """What the row says, by the fields of its record, where it has no key to name it by and actions follow it (`Record.names_rows_by`)."""


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """What became of one row in one figure; counting these gives the figure's counters (`sladsl.plan.rows` says how).

    `commitment` is None for a KPI's figure that no commitment is held to. `period` is a label, `by` the breakdown's values in the order of
    the figure's `by_names`. `value` is the row's number, `elapsed`, `paused`, `running` (and a `value` that is a length of time)
    seconds; the last two of a clock that can stand still, how long it did and how long it ran, until its stop or the as-of. Instants are
    microseconds; `branch` is the choice's branch as it is written, `reason` why a row is left out.
    """

    commitment: str | None
    kpi: str
    record: str
    key: str
    owner: str | None
    period: str
    period_start: int
    by: tuple[str | None, ...]
    outcome: RowOutcome
    value: Decimal | None
    entered: int
    started: int | None
    due: int | None
    stopped: int | None
    elapsed: Decimal | None
    branch: str | None
    reason: str | None = None
    paused: Decimal | None = None
    running: Decimal | None = None


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A row that names a group of a commitment: since when it is there, where its record has a moment, and what it is held to, where
    that is read from it (None where it says nothing)."""

    key: str
    since: int | None
    target: Decimal | None


@dataclass(frozen=True, slots=True)
class Listed:
    """Rows of a listing of the plan: how many, and the first keys."""

    kind: str
    subject: str
    record: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Everything one evaluation of a plan counted.

    `rows` and `not_yet` by record: the rows there were at the as-of, and those all of whose times are later than it. With those that
    `problems` say were left out, they are all rows that were read.
    `figures` by figure id; `statuses` by definition; `routes` by definition, then destination; `breaches`, `passed` and `rungs` by
    commitment id: of each rung of its clock the rows that it follows, where their `due` is when;
    `groups` by commitment id, by key: of one that is judged by the rows of a record, where more is read from these than their keys;
    `clean_keys` are listings about the rows themselves (two rows with one key, a child without its parent, …).
    """

    as_of: AsOf
    rows: Mapping[str, int]
    not_yet: Mapping[str, int]
    figures: Mapping[str, tuple[PeriodCounts, ...]]
    statuses: Mapping[str, Mapping[Status, int]]
    routes: Mapping[str, Mapping[str, int]]
    breaches: Mapping[str, Sequence[Instance]]
    listings: tuple[Listed, ...]
    problems: tuple[Problem, ...]
    passed: Mapping[str, tuple[Passed, ...]] = field(default_factory=dict)
    rungs: Mapping[str, tuple[Sequence[Instance], ...]] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By record, then key: what rows are called that are shown by their key, as values of a breakdown or as who is accountable."""

    groups: Mapping[str, tuple[GroupRow, ...]] = field(default_factory=dict)
    ends: Mapping[str, DataEnd] = field(default_factory=dict)
    """By figure: where the data end that it rests on, if that is before the as-of. What is counted of it is what was known then."""

    some_of: tuple[str, ...] = ()
    """The records of which only the rows that may be asked for were looked at, with all that belongs to them. Of the others nobody knows
    here whether they share a key, or name a row that is not there."""

    def known_until(self, figure: str) -> int:
        """The instant as of which a figure is counted."""
        end = self.ends.get(figure)
        return self.as_of.instant if end is None else end.until

    def called(self, record: str, key: str) -> str:
        """The key of a row of a record, and beside it what the row is called: `r1 (Ana Lopez)`."""
        label = self.labels.get(record, {}).get(key)
        return key if label is None else f"{key} ({label})"


TOLD_APART = "alike where they are read"
"""A problem's kind: rows without a key that have the same values, and differ in a column that no field is read from."""


@dataclass(frozen=True, slots=True)
class Example:
    """One place where a problem was seen: the row's key if it has one, the file and line, the field and the value as read."""

    key: str | None = None
    file: str | None = None
    line: int | None = None
    field: str | None = None
    value: str | None = None
    row: int | None = None
    """Of rows that share a key: where the one stands that is kept (`sladsl.plan.PLACE`)."""
    kept: bool | None = None
    """Of rows that share a key: whether this is the one that is kept, where that is known."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Data that could not be taken as declared: counted, with examples; nothing is dropped without one of these.

    `kind` is a word a report prints: `unreadable value`, `unknown value`, `missing value`, `no key`, `key used twice`, `other state`,
    `rounded id`, `equal rows`, `no parent named`, `parent not found`, `no such row`, `no such zone`,
    `unreadable row`, `nonexistent local time`, `ambiguous local time`,
    `alike where they are read` (with `hint`), `skipped row`, `blank row`, `line above the header`, `missing column`,
    `number out of range`,
    `other reading of a repeated hour` and `other reading of a skipped hour` (with `subject` and `change`), `other readings not tried`.
    """

    record: str
    kind: str
    count: int
    field: str | None = None
    file: str | None = None
    examples: tuple[Example, ...] = ()
    hint: str = ""  # what to do about it, where there is something to do
    subject: str | None = None  # what of the agreement it is about, where it is not the data alone
    change: str = ""  # what it would change there: `met → missed`
