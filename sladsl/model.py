"""The typed model: what an agreement means, names resolved, every expression typed, each reference with its span.

The checker builds it from the tree; lowering, the editor and the printed agreement read it. Names are resolved to the names of the
declarations they mean, which are unique in a model (imports included), so nodes hold strings and the model holds the tables.
An expression that could not be resolved is an `Invalid`; nothing that contains one is lowered.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from sladsl.calendars import CalendarRules, Duration, PeriodKind
from sladsl.source import Span
from sladsl.types import Type

# -------------------------------------------------------------------------------------------------------- expressions


@dataclass(frozen=True, slots=True)
class Literal:
    """str, bool, Decimal (number; a percentage as its fraction), date, naive datetime (a local clock reading) or Duration."""

    value: str | bool | Decimal | dt.date | dt.datetime | Duration
    type: Type
    span: Span


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
    """An event as a moment. `type` is Time or Date."""

    event: str
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
    """Child rows whose own moment lies within `duration` before (after) `moment`, both ends included."""

    duration: Duration
    before: bool
    moment: Moment
    calendar: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Rows:
    """The child rows looked at."""

    record: str
    bounds: Bounds | None
    where: Expression | None
    span: Span


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
class Invalid:
    """Where something was reported already."""

    type: Type
    span: Span


Moment = FieldUse | EntryUse | EventUse
Expression = (
    Literal
    | SetValue
    | FieldUse
    | ScoreUse
    | MemberUse
    | EntryUse
    | EventUse
    | Operation
    | RowsTest
    | RowsValue
    | WithinUse
    | ElapsedUse
    | Invalid
)

# ------------------------------------------------------------------------------------------------------- declarations


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


@dataclass(frozen=True, slots=True)
class Agreement:
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
    effective_span: Span | None = None
    review_span: Span | None = None


@dataclass(frozen=True, slots=True)
class Calendar:
    name: str
    label: str
    rules: CalendarRules
    origin: Origin
    closure_spans: tuple[Span, ...] = ()  # one for each of `rules.closed`
    opening_spans: tuple[Span, ...] = ()  # one for each of `rules.openings`


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
class Record:
    name: str
    label: str
    fields: Mapping[str, Field]
    origin: Origin
    link: Link | None = None

    @property
    def moment(self) -> Field | None:
        """A record's own moment is its only required `time` field."""
        from sladsl.types import Time

        times = [f for f in self.fields.values() if isinstance(f.type, Time) and not f.optional]
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
    value: Literal | SetValue | Invalid
    origin: Origin


@dataclass(frozen=True, slots=True)
class ScoreClause:
    points: Decimal  # negative for `subtract`
    when: Expression
    span: Span


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
class NthRow:
    """`position` counts from 1; -1 is `last`. `by` is the child's time or date field that orders and dates the event."""

    position: int
    record: str
    by: str
    where: Expression | None


@dataclass(frozen=True, slots=True)
class EarliestOf:
    moments: tuple[Moment, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """`record` is the record that has the event (the parent of the child rows it is picked from)."""

    name: str
    label: str
    record: str
    pick: NthRow | EarliestOf
    type: Type
    origin: Origin


# --------------------------------------------------------------------------------------------------- KPIs, commitments


@dataclass(frozen=True, slots=True)
class Population:
    """All rows of a record (`definition` None) or those in a definition, narrowed by `where`."""

    record: str
    definition: str | None
    where: Expression | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """A duration from a start, in `calendar` when it is business time."""

    duration: Duration
    calendar: str | None
    span: Span


@dataclass(frozen=True, slots=True)
class Count:
    population: Population


@dataclass(frozen=True, slots=True)
class Become:
    population: Population
    goal: str  # a definition over the same record
    within: Budget | None


@dataclass(frozen=True, slots=True)
class Whose:
    population: Population
    condition: Expression


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
    for_each: tuple[FieldUse, ...]
    origin: Origin


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
    """`due` is a budget from the start, or a field of the row that holds the deadline. `when` None applies to all that is left."""

    due: Budget | FieldUse
    when: Expression | None
    span: Span


@dataclass(frozen=True, slots=True)
class Within:
    """`within …` by branches, for a share (a fraction, 1 when unsaid)."""

    choices: tuple[Choice, ...]
    share: Decimal
    span: Span


Target = Limit | Range | Within


@dataclass(frozen=True, slots=True)
class Warn:
    below: bool
    value: Decimal | Duration
    span: Span


@dataclass(frozen=True, slots=True)
class Action:
    verb: str
    to: str
    span: Span


@dataclass(frozen=True, slots=True)
class Consequence:
    """trigger: late, missed, below, above; `value` for the last two."""

    trigger: str
    value: Decimal | Duration | None
    actions: tuple[Action, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Commitment:
    """`id` is `party.kpi`, or `party.kpi.P` when `population` narrows it. `words` is its target as written, on one line."""

    id: str
    owner: str
    counterparty: str
    kpi: str
    population: str | None
    target: Target
    period: PeriodKind
    words: str
    warn: Warn | None
    needs: int | None
    none_counts_as: str | None
    consequences: tuple[Consequence, ...]
    origin: Origin
    period_span: Span | None = None
    needs_span: Span | None = None
    none_span: Span | None = None


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


# --------------------------------------------------------------------------------------------------------- sources, tests


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
class DataSource:
    name: str
    record: str
    where: str
    mappings: tuple[FieldMapping, ...]
    zone: str | None
    ignore_offsets: bool
    missing: tuple[str, ...]
    skip: tuple[tuple[str, tuple[str, ...]], ...]
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
    """A row's own outcome under a commitment: met, missed or open; `due` a date or a local clock reading."""

    commitment: str
    verdict: str
    due: dt.date | dt.datetime | None
    span: Span


@dataclass(frozen=True, slots=True)
class ExpectRoute:
    definition: str
    destination: str
    span: Span


@dataclass(frozen=True, slots=True)
class Test:
    label: str
    given: tuple[Given, ...]
    as_of: dt.date | dt.datetime | None
    expectations: tuple[ExpectCondition | ExpectVerdict | ExpectRoute, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Use:
    """One place where a name is used: what it means (`kind`, `name`, and `record` for a field)."""

    file: str
    span: Span
    kind: str  # record, field, let, score, define, event, kpi, calendar, party, function
    name: str
    record: str | None = None


@dataclass(frozen=True)
class Model:
    """An agreement and everything it names. `complete` says that nothing in it is `Invalid`, so that it can be lowered."""

    agreement: Agreement | None = None
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    records: Mapping[str, Record] = field(default_factory=dict)
    lets: Mapping[str, Let] = field(default_factory=dict)
    scores: Mapping[str, Score] = field(default_factory=dict)
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    lifecycles: tuple[Lifecycle, ...] = ()
    events: Mapping[str, Event] = field(default_factory=dict)
    kpis: Mapping[str, Kpi] = field(default_factory=dict)
    commitments: tuple[Commitment, ...] = ()
    routes: tuple[Route, ...] = ()
    sources: tuple[DataSource, ...] = ()
    tests: tuple[Test, ...] = ()
    uses: tuple[Use, ...] = ()
    complete: bool = False
