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
an integer of microseconds; a *number* is a decimal with six places; a *status* and a *state* are small integers, those of `Status` and
`State`; a *code* is one too, the place of a branch or a destination in its list.
A missing value is `None`. Every condition is three-valued.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from sladsl.calendars import CalendarRules, Periods
from sladsl.plan.columns import (
    Aggregate,
    Apply,
    AsOf,
    Case,
    Children,
    Column,
    Const,
    Deadline,
    Expression,
    Field,
    Following,
    Hidden,
    HoursOf,
    Inside,
    LocalDay,
    Lookup,
    Midnight,
    OfAsker,
    OpenAt,
    OpenUntil,
    Outside,
    PeriodEnd,
    PeriodStart,
    Ref,
    Referred,
    Status,
    Stretches,
    TimeFunction,
    ValueType,
)
from sladsl.plan.made import Change, EndsOf, InstantsOf, Made, RowsOf, StretchesOf
from sladsl.plan.outputs import (
    ENOUGH,
    LEFT,
    RANKS,
    SHARES,
    VOLUMES,
    Action,
    Bound,
    BoundKind,
    Clock,
    Commitment,
    Counter,
    Course,
    Definition,
    Figure,
    Groups,
    InARow,
    Listing,
    Measure,
    OneGroup,
    OnlyWhile,
    Party,
    Passing,
    Route,
    Rung,
    Step,
    Term,
    Version,
    recipients,
)
from sladsl.plan.rows import RowOutcome, State, Subject

__all__ = [
    "ENOUGH",
    "LEFT",
    "PLACE",
    "RANKS",
    "SHARES",
    "VOLUMES",
    "Action",
    "Aggregate",
    "Apply",
    "AsOf",
    "Bound",
    "BoundKind",
    "Case",
    "Change",
    "Children",
    "Clock",
    "Column",
    "Commitment",
    "Const",
    "Counter",
    "Course",
    "Deadline",
    "Definition",
    "EndsOf",
    "Expression",
    "Field",
    "FieldType",
    "Figure",
    "Following",
    "Groups",
    "Hidden",
    "HoursOf",
    "InARow",
    "Inside",
    "InstantsOf",
    "Keep",
    "Link",
    "Listing",
    "LocalDay",
    "Lookup",
    "Made",
    "Mapping",
    "Measure",
    "Midnight",
    "OfAsker",
    "OneGroup",
    "OnlyWhile",
    "OpenAt",
    "OpenUntil",
    "Outside",
    "Party",
    "Passing",
    "PeriodEnd",
    "PeriodStart",
    "Plan",
    "Record",
    "RecordField",
    "Ref",
    "Referred",
    "Route",
    "RowOutcome",
    "RowTest",
    "RowsOf",
    "Rung",
    "Source",
    "State",
    "Status",
    "Step",
    "Stretches",
    "StretchesOf",
    "Subject",
    "Term",
    "TimeFunction",
    "ValueType",
    "Version",
    "recipients",
]


# --- what goes in: records, and where their rows come from -----------------------------------------


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
    planned: bool = False  # of `planned time`, `planned date`
    key_of: str = ""  # the record of which it names a row
    is_zone: bool = False  # it names the zone of a calendar

    @property
    def is_label(self) -> bool:
        return self.type is FieldType.TEXT and not self.key and not self.key_of

    @property
    def comes(self) -> bool:
        """A time or a date that is seen once it has come; one that is planned is seen like any other value."""
        return self.type in {FieldType.TIME, FieldType.DATE} and not self.planned


@dataclass(frozen=True, slots=True)
class Link:
    """A child belongs to the rows of `parent` whose `theirs` equals its `own`. `implied` when `own` was not declared."""

    parent: str
    own: str
    theirs: str
    implied: bool = True


PLACE = "#place"
"""The column, beside the fields, that says where a row stands: of two rows the one that stands first has the smaller number; missing
where nothing says in which order rows stand. A table need not have it."""


@dataclass(frozen=True, slots=True)
class Keep:
    """Rows are states of what their key names: of those of one key only the latest (the first) by the time in `field` counts.

    `field` is a time of the record that nobody declared and no condition reads."""

    field: str
    latest: bool


@dataclass(frozen=True, slots=True)
class Record:
    name: str
    label: str
    fields: tuple[RecordField, ...]  # an implied link field is among them, last, `optional`
    link: Link | None = None
    moment: str | None = None  # its own moment: the only required `time` field
    accountable: str | None = None
    keep: Keep | None = None  # `keep latest by`, `keep first by` of its sources
    made: Made | None = None  # of which rows its own are made, where no source gives them

    @property
    def key(self) -> str:
        """The key field's name; a record without one has the implied key `row` (its place in the data, as text)."""
        return next((f.name for f in self.fields if f.key), "row")

    @property
    def called_by(self) -> str | None:
        """The field that says what a row is called: its first text that is no key, of its own or of another row."""
        return next((f.name for f in self.fields if f.is_label and not self._joins(f)), None)

    def _joins(self, f: RecordField) -> bool:
        return self.link is not None and f.name == self.link.own

    def field(self, name: str) -> RecordField:
        return next(f for f in self.fields if f.name == name)

    def names_rows_by(self, followed: bool) -> tuple[str, ...]:
        """The fields by which what follows (`followed`) a row names it: all of them, where it has no key."""
        keyed = any(f.key for f in self.fields)
        return () if keyed or not followed else tuple(f.name for f in self.fields)


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
class RowTest:
    """Which rows of a file are read, by the text in a column: those with one of the values, or (`only` is false) all others. What is not
    read is counted. A cell with nothing in it has the text ""."""

    column: str
    values: tuple[str, ...]
    only: bool

    @property
    def words(self) -> str:
        return "only when" if self.only else "skip when"


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
    tests: tuple[RowTest, ...] = ()  # a row that fails one is left out, counted
    numbers: str | None = None  # an example of how numbers are written: "1.234,56"
    encoding: str | None = None  # of text files, where no byte order mark says it
    header: int | None = None  # the line (or row of a sheet) with the names of the columns, from 1
    keep: str | None = (
        None  # the clause, where rows are states; which field of the record it fills is among `mappings`
    )
    newest: bool = False  # of the files that `where` names only the one whose name has the latest date
    fresh: int | None = None  # a span: how long before the as-of its latest time may lie
    readable: Decimal | None = None  # which share of the values in each of its columns has to be readable


# --- the plan --------------------------------------------------------------------------------------


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
    week_starts: int = 0
    hours: str | None = None  # the calendar whose days are business days
    """The day that weeks begin with; 0 is Monday."""

    @property
    def periods(self) -> Periods:
        """The days, weeks, months, quarters and years of the agreement."""
        return Periods(self.zone, self.year_starts, self.week_starts)

    @property
    def given(self) -> tuple[Record, ...]:
        """The records whose rows sources give; those of the others are made."""
        return tuple(r for r in self.records if r.made is None)

    @property
    def made(self) -> tuple[Record, ...]:
        """The records whose rows are made, and are rows like any other: instants are only what others are made of, ends what is counted."""
        return tuple(r for r in self.records if isinstance(r.made, RowsOf | StretchesOf))

    def source_row(self, record: str, key: str) -> tuple[Record, str]:
        """The record and the key of the row of a source that a row of `record` is, or is made of."""
        own = self.record(record)
        match own.made:
            case None:
                return own, key
            case RowsOf(of=of):
                return self.source_row(of, key)
            case InstantsOf() | StretchesOf() | EndsOf():
                assert own.link is not None, "instants, stretches and ends are of a row"
                return self.source_row(own.link.parent, key.rpartition("#")[0])

    def record(self, name: str) -> Record:
        return next(r for r in self.records if r.name == name)

    def column(self, record: str, name: str) -> Column:
        return next(c for c in self.columns if c.record == record and c.name == name)

    def figure(self, id: str) -> Figure:
        return next(f for f in self.figures if f.id == id)

    def standing(self, c: Commitment) -> tuple[Figure, ...]:
        """The figures that a commitment stands on beside its own."""
        return tuple(map(self.figure, c.stands_on))

    def counted_within(self, figure: str, period: tuple[int, int] | None) -> tuple[int, int] | None:
        """Which rows of a figure a run of one period counts: those of its own periods that overlap it, and those of the ones before by
        which a commitment says what follows."""
        if period is None:
            return None
        kind = self.figure(figure).period
        first = self.periods.containing(kind, period[0])
        asks = (c for c in self.commitments if any(figure in {h.figure, *h.stands_on} for h in self.held(c)))
        for _ in range(max((c.looks_back for c in asks), default=0)):
            first = self.periods.containing(kind, first.start - 1)
        return first.start, self.periods.containing(kind, period[1] - 1).end

    def held(self, c: Commitment) -> Iterator[Commitment]:
        """A commitment and those that were in force before it, the last one first."""
        at: str | None = c.id
        while at is not None:
            held = next(x for x in self.commitments if x.id == at)
            yield held
            at = held.after

    def passings(self, record: str) -> Iterator[Passing]:
        """Those that are about rows of a record."""
        for c in self.commitments:
            yield from (x for x in c.passings if self.figure(x.figure or c.figure).record == record)
