"""The plan: what to compute, and nothing about how it was written.

An agreement becomes four lists, and they are its one meaning:

* **columns** — one value per row of a record, in an order in which each reads only earlier ones. Whether a lead is an MQL, when it
  became one, when its answer was due: each is a column, and its expression says exactly how missing values, cuts in time and ties
  are treated.
* **figures** — what is counted per period, as named counters over columns.
* **commitments** — a figure with its bound and its consequences. Judging is `verdicts`' work; an engine only counts.
* **listings** — rows that must be shown: undated, mislabelled, undecided, …

An engine knows the expression nodes below and nothing else of the language: definitions, clocks, tiers and routes are sugar that
`lowering` took away. Both engines `match` over the closed union `Expression`, so a node one of them has not learnt is a type error.

Values: an *instant* is an integer, microseconds since 1970-01-01T00:00Z; a *day* is an integer, days since 1970-01-01; a *span* is
an integer of microseconds; a *number* is a decimal with six places; a *code* is a small integer of `Status` or `State`.
A missing value is `None`. Every condition is three-valued.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum, StrEnum

from sladsl.calendars import CalendarRules, Duration, PeriodKind


class ValueType(StrEnum):
    """What a column holds; see the module's text for the representation of each."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    INSTANT = "instant"
    DAY = "day"
    SPAN = "span"
    CODE = "code"


class Status(IntEnum):
    """How a row stands to a definition (the table "which row counts where")."""

    OUT = 0
    IN = 1
    UNDATED = 2
    MISLABELLED = 3
    UNCLASSIFIABLE = 4
    NOT_YET = 5
    PENDING = 6  # its condition asks a clock that is still running


class State(IntEnum):
    """How one instance of a promise stands at the as-of."""

    MET = 1
    MISSED = 2
    OPEN = 3
    UNDECIDED = 4


# ------------------------------------------------------------------------------------------------ expressions


@dataclass(frozen=True, slots=True)
class Const:
    """A constant. `value` is None (missing), bool, str, Decimal (number) or int (instant, day, span, code)."""

    value: bool | str | Decimal | int | None
    type: ValueType


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the row of `record` in scope, as it stands at the as-of: a `time` later than it reads as missing."""

    record: str
    name: str


@dataclass(frozen=True, slots=True)
class Hidden:
    """True when the row's `time` or `date` field holds a value later than the as-of; never missing."""

    record: str
    name: str


@dataclass(frozen=True, slots=True)
class Ref:
    """An earlier column of the row of `record` in scope."""

    record: str
    column: str


@dataclass(frozen=True, slots=True)
class AsOf:
    """The as-of instant."""


@dataclass(frozen=True, slots=True)
class Apply:
    """An operator or function of `sladsl.functions` applied to its arguments; its row there says what missing does."""

    op: str
    args: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """The value of the first arm whose condition is true (unknown is not true), else `otherwise`."""

    arms: tuple[tuple[Expression, Expression], ...]
    otherwise: Expression


@dataclass(frozen=True, slots=True)
class Lookup:
    """A function of time, read from a small table made beforehand; missing of missing."""

    function: TimeFunction
    at: Expression


class Aggregate(StrEnum):
    """What is made of the child rows that match."""

    COUNT = "count"
    SUM = "sum"  # 0 of no rows; missing when one of the values is
    AVERAGE = "average"  # missing of no rows
    LEAST = "least"
    GREATEST = "greatest"
    NTH = "nth"  # the `of` of the n-th row by (`of`, key), rows without `of` left out
    LAST = "last"  # the `of` of the last row by (`of`, key)


@dataclass(frozen=True, slots=True)
class Children:
    """An aggregate over the rows of `record` that belong to the row in scope and whose `where` is true.

    Inside `where` and `of` the child's row is in scope beside its parents'. `record` may be a child's child.
    """

    record: str
    aggregate: Aggregate
    where: Expression | None = None
    of: Expression | None = None
    n: int = 1


Expression = Const | Field | Hidden | Ref | AsOf | Apply | Case | Lookup | Children


# ------------------------------------------------------------------------------------------- functions of time


@dataclass(frozen=True, slots=True)
class Deadline:
    """instant → instant: the deadline of `duration`, in open time of `calendar` when it is business time."""

    duration: Duration
    calendar: str | None = None


@dataclass(frozen=True, slots=True)
class OpenUntil:
    """instant → span: open time of `calendar` from a fixed origin until the instant; differences are elapsed time."""

    calendar: str


@dataclass(frozen=True, slots=True)
class PeriodStart:
    """instant → instant: the start of the period that contains it, in the agreement's zone and year."""

    period: PeriodKind


@dataclass(frozen=True, slots=True)
class PeriodEnd:
    """instant → instant: the end (exclusive) of the period that contains it."""

    period: PeriodKind


@dataclass(frozen=True, slots=True)
class LocalDay:
    """instant → day: the date in the agreement's zone."""


@dataclass(frozen=True, slots=True)
class Midnight:
    """day → instant: the start of that date in the agreement's zone."""


TimeFunction = Deadline | OpenUntil | PeriodStart | PeriodEnd | LocalDay | Midnight


# ------------------------------------------------------------------------------------------------------ columns


@dataclass(frozen=True, slots=True)
class Column:
    """One value per row of `record`. `about` is the agreement's own name for it (`MQL`, `sales.response_time`)."""

    record: str
    name: str
    type: ValueType
    value: Expression
    about: str = ""


# ------------------------------------------------------------------------------------------------------- inputs


class FieldType(StrEnum):
    """The types a field can be declared with."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"
    DURATION = "duration"
    ONE_OF = "one of"


@dataclass(frozen=True, slots=True)
class RecordField:
    name: str
    type: FieldType
    label: str = ""
    key: bool = False
    optional: bool = False
    accountable: bool = False
    values: tuple[str, ...] = ()  # of `one of`
    unit: str = ""  # of `number in "USD"`


@dataclass(frozen=True, slots=True)
class Link:
    """A child belongs to the rows of `parent` whose `theirs` equals its `own`. `implied` when `own` was not declared."""

    parent: str
    own: str
    theirs: str
    implied: bool = True


@dataclass(frozen=True, slots=True)
class Record:
    name: str
    label: str
    fields: tuple[RecordField, ...]  # an implied link field is among them, last, `optional`
    link: Link | None = None
    moment: str | None = None  # its own moment: the only required `time` field
    accountable: str | None = None

    @property
    def key(self) -> str:
        """The key field's name; a record without one has the implied key `row` (its place in the data, as text)."""
        return next((f.name for f in self.fields if f.key), "row")

    def field(self, name: str) -> RecordField:
        return next(f for f in self.fields if f.name == name)


@dataclass(frozen=True, slots=True)
class Mapping:
    """How one field is read: from a column, or a constant."""

    field: str
    column: str | None = None
    constant: str | None = None
    format: str | None = None  # "YYYY-MM-DD HH:mm"
    translate: tuple[tuple[str, str], ...] = ()
    at: int | None = None  # µs after midnight, for a date-only value in a `time` field


@dataclass(frozen=True, slots=True)
class Source:
    """Where a record's rows come from and how they are spelt there. `base` is the folder that a relative `where` starts at."""

    name: str
    record: str
    where: str
    base: str
    mappings: tuple[Mapping, ...] = ()
    zone: str | None = None
    ignore_offsets: bool = False
    missing: tuple[str, ...] = ("",)
    skip: tuple[tuple[str, tuple[str, ...]], ...] = ()  # (column, values): the row is left out, counted


# ------------------------------------------------------------------------------------------------------- outputs


@dataclass(frozen=True, slots=True)
class Definition:
    """A definition's columns. `entry` is None when rows never enter it at an instant (no moment)."""

    name: str
    label: str
    record: str
    status: str  # a code column of `Status`
    entry: str | None  # an instant column
    base: str | None = None


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
class Figure:
    """A measured KPI, per period: counters over the rows of `record`, each counted in the period of its `entry`.

    Counter names, by what `verdicts` asks for: `rows` (always), `maybe` (rows that may still turn out to belong), `hit`, `open`,
    `undecided`, `matured` and `matured_hit` (their deadline is behind them), `unknown`, `value` (sums and statistics), `low` and `high`
    (a percentile's two ends), `known` (rows with a value).
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
    by: tuple[Expression, ...] = ()
    by_names: tuple[str, ...] = ()
    population: str = ""
    calendar: str | None = None


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
    tier: str | None = None  # code column: which branch of the choice applied, from 0; -1 `otherwise` by default
    tiers: tuple[str, ...] = ()


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
class Action:
    verb: str  # reassign, notify, escalate, tag, do
    to: str


@dataclass(frozen=True, slots=True)
class Step:
    """`if below 99%`: actions when the final figure passes `threshold` on the wrong side."""

    below: bool
    threshold: Decimal
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class Commitment:
    id: str
    owner: str
    counterparty: str
    kpi: str
    target: str  # in the words of the agreement
    figure: str
    bound: Bound
    warn: Bound | None = None
    needs: int | None = None
    none_counts_as: str | None = None  # met, missed
    clock: Clock | None = None
    if_late: tuple[Action, ...] = ()
    if_missed: tuple[Action, ...] = ()
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """Where a definition's rows go: a code column that indexes `destinations`."""

    definition: str
    record: str
    member: str
    column: str
    destinations: tuple[str, ...]


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


@dataclass(frozen=True, slots=True)
class Term:
    """Instants `[start, end)`; None is without an end. `first` and `last` are its dates as day numbers."""

    start: int | None = None
    end: int | None = None
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """One agreement, ready to be evaluated. `moments` are the (record, field) pairs that set the default as-of."""

    name: str
    file: str
    zone: str
    parties: tuple[Party, ...]
    term: Term
    year_starts: int
    records: tuple[Record, ...]
    calendars: tuple[CalendarRules, ...]
    columns: tuple[Column, ...]
    definitions: tuple[Definition, ...]
    lifecycles: tuple[tuple[str, ...], ...]
    figures: tuple[Figure, ...]
    commitments: tuple[Commitment, ...]
    routes: tuple[Route, ...]
    listings: tuple[Listing, ...]
    moments: tuple[tuple[str, str], ...]
    sources: tuple[Source, ...]

    def record(self, name: str) -> Record:
        return next(r for r in self.records if r.name == name)

    def column(self, record: str, name: str) -> Column:
        return next(c for c in self.columns if c.record == record and c.name == name)

    def figure(self, id: str) -> Figure:
        return next(f for f in self.figures if f.id == id)
