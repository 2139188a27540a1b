"""What an agreement declares, KPIs and commitments aside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from sladsl.calendars import CalendarRules, PeriodKind, Periods
from sladsl.model.expressions import DatedValue, Expression, Invalid, Literal, Moment, MovedMoment, SetValue
from sladsl.source import Span
from sladsl.types import Time, Type


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a declaration stands: the file, the whole declaration, and its name's own place."""

    file: str
    span: Span
    name_span: Span


@dataclass(frozen=True, slots=True)
class Party:
    name: str
    label: str
    span: Span


@dataclass(frozen=True, slots=True)
class Review:
    cadence: PeriodKind
    by: str
    over: tuple[str, ...]


class Clause(Protocol):
    """A clause of a declaration, of `sladsl.language`."""

    @property
    def span(self) -> Span: ...


@dataclass(frozen=True, slots=True)
class Agreement:
    """`clauses` are what it says, and the rest what they make of it."""

    label: str
    origin: Origin
    parties: tuple[Party, ...] = ()
    goal: str = ""
    first: dt.date | None = None
    last: dt.date | None = None  # included
    zone: str = "UTC"
    hours: str | None = None
    year_starts: int = 1
    review: Review | None = None
    reviewed: tuple[dt.date, ...] = ()
    week_starts: int = 0  # Monday
    clauses: tuple[Clause, ...] = ()

    @property
    def periods(self) -> Periods:
        """The days, weeks, months, quarters and years of this agreement."""
        return Periods(self.zone, self.year_starts, self.week_starts)


@dataclass(frozen=True, slots=True)
class Calendar:
    """`record`: the one of which each row has a calendar of its own, in the zone that its field `zone_field` names."""

    name: str
    label: str
    rules: CalendarRules
    origin: Origin
    clauses: tuple[Clause, ...] = ()
    record: str | None = None
    zone_field: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    label: str
    type: Type
    span: Span
    key: bool = False
    optional: bool = False
    accountable: bool = False
    implied: bool = False  # the link to the parent, which nobody wrote


@dataclass(frozen=True, slots=True)
class Link:
    """A child row belongs to the parent rows whose field `theirs` equals its own field `own`."""

    parent: str
    own: str
    theirs: str


@dataclass(frozen=True, slots=True)
class EachRow:
    """A spell is a row of `record`, from the time in its field `began` to the one in its field `ended`."""

    record: str
    began: str
    ended: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """A spell lasts while `condition` is true of the row that it is of and `values` stay the same; each is a field of the spell."""

    condition: Expression
    values: tuple[Expression, ...]
    names: tuple[str, ...]


IMPLIED_KEY = "row"
"""The key of a record that declares none; spells have it."""


@dataclass(frozen=True, slots=True)
class Record:
    """`spell` says what its rows are made of; None where sources give them."""

    name: str
    label: str
    fields: Mapping[str, Field]
    origin: Origin
    link: Link | None = None
    spell: EachRow | Stretch | None = None

    @property
    def moment(self) -> Field | None:
        """A record's own moment is its only required `time` field; one that is planned is none."""
        times = [
            f
            for f in self.fields.values()
            if isinstance(f.type, Time) and not f.type.planned and not f.optional
        ]
        return times[0] if len(times) == 1 else None

    @property
    def key(self) -> Field | None:
        return next((f for f in self.fields.values() if f.key), None)

    @property
    def accountable(self) -> Field | None:
        return next((f for f in self.fields.values() if f.accountable), None)


@dataclass(frozen=True, slots=True)
class Let:
    name: str
    label: str
    value: Literal | SetValue | DatedValue | Invalid
    origin: Origin


@dataclass(frozen=True, slots=True)
class Derived:
    """A field of the rows of `record` that no data fill: its value is read at an instant, like every condition."""

    name: str
    label: str
    record: str
    value: Expression
    type: Type
    origin: Origin


@dataclass(frozen=True, slots=True)
class ScoreClause:
    """`number` counts the clauses that a `for each` stands for, one for each row up to the one with which `most` points are reached;
    it is 0 for a clause by itself."""

    points: Decimal  # negative for `subtract`
    when: Expression
    span: Span
    number: int = 0
    most: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Score:
    name: str
    label: str
    record: str
    clauses: tuple[ScoreClause, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Definition:
    """`since` is what it names itself; `entry_type` is Time, Date or None (rows of it have no moment)."""

    name: str
    label: str
    record: str
    base: str | None  # a definition; None when it stands on the record itself
    when: Expression | None
    since: Moment | None
    entry_type: Type | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class Lifecycle:
    record: str
    steps: tuple[str, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Never:
    """No row of `record` (in `definition`, where it is one's) may meet `when`, which is read when it enters."""

    label: str
    record: str
    definition: str | None
    when: Expression
    origin: Origin


@dataclass(frozen=True, slots=True)
class NthRow:
    """`position` counts from 1; -1 is `last`. `by` is the child's time or date field that orders and dates the event.

    With `next` only rows later than the start count.
    """

    position: int
    record: str
    by: str
    where: Expression | None
    next: bool = False


@dataclass(frozen=True, slots=True)
class OneOfSeveral:
    """The earliest of those moments that are known, or the latest once all of them are."""

    moments: tuple[Moment | MovedMoment, ...]
    latest: bool


@dataclass(frozen=True, slots=True)
class Event:
    """`record` is the record that has the event (the parent of the child rows it is picked from)."""

    name: str
    label: str
    record: str
    pick: NthRow | OneOfSeveral
    type: Type
    origin: Origin


# ----------------------------------------------------------------------------------------------- sources, tests, uses


@dataclass(frozen=True, slots=True)
class FieldMapping:
    """How one field is read. `at` is microseconds after midnight."""

    field: str
    column: str | None
    constant: str | None
    format: str | None
    translate: tuple[tuple[str, str], ...]
    at: int | None
    span: Span


@dataclass(frozen=True, slots=True)
class Keep:
    """Rows are states: of those of one key the latest (else the first) by the time in a column counts."""

    column: str
    latest: bool
    format: str | None
    span: Span

    @property
    def words(self) -> str:
        """As it is written."""
        return f'keep {"latest" if self.latest else "first"} by "{self.column}"'

    @property
    def name(self) -> str:
        """What reports call the time of a state, which is no field that anybody could name."""
        return self.words.replace('"', "")


@dataclass(frozen=True, slots=True)
class DataSource:
    name: str
    record: str
    where: str
    newest: bool  # of the files that `where` names the newest alone
    mappings: tuple[FieldMapping, ...]
    clauses: tuple[Clause, ...]
    keep: Keep | None  # what one of them says of states
    origin: Origin


@dataclass(frozen=True, slots=True)
class Given:
    record: str
    values: tuple[tuple[str, Literal], ...]
    span: Span


@dataclass(frozen=True, slots=True)
class ExpectCondition:
    condition: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class ExpectVerdict:
    """A row's own outcome under a commitment: met, missed, open (as one that is paused is too), excluded or paused; `due` a date or a local
    clock reading. `number` says which of the rows below the test's own is meant, in the order of their moments, from 1."""

    commitment: str
    verdict: str
    due: dt.date | dt.datetime | None
    span: Span
    number: int | None = None


@dataclass(frozen=True, slots=True)
class ExpectRoute:
    definition: str
    destination: str
    span: Span


@dataclass(frozen=True, slots=True)
class Test:
    """`record` is that of the row it is about; None where that could not be told."""

    label: str
    record: str | None
    given: tuple[Given, ...]
    as_of: dt.date | dt.datetime | None
    expectations: tuple[ExpectCondition | ExpectVerdict | ExpectRoute, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Use:
    """One place where a name is used: what it means (`kind`, `name`, and `record` for a field). A text that means the same wherever it
    stands is a name too, with its place between the quotes: of a value `record` is `lead.industry`, of a destination whose route it is."""

    file: str
    span: Span
    kind: str  # record, field, let, score, define, event, kpi, calendar, party, function; value, destination, recipient
    name: str
    record: str | None = None
