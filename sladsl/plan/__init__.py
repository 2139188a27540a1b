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

from dataclasses import dataclass

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
    LocalDay,
    Lookup,
    Midnight,
    OpenUntil,
    PeriodEnd,
    PeriodStart,
    Ref,
    State,
    Status,
    TimeFunction,
    ValueType,
)
from sladsl.plan.inputs import (
    PLACE,
    FieldType,
    Keep,
    Link,
    Mapping,
    Record,
    RecordField,
    Source,
)
from sladsl.plan.outputs import (
    ENOUGH,
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
    Listing,
    Measure,
    Party,
    Passing,
    Route,
    Step,
    Term,
)
from sladsl.plan.rows import RowOutcome, Subject

__all__ = [
    "ENOUGH",
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
    "Children",
    "Clock",
    "Column",
    "Commitment",
    "Const",
    "Counter",
    "Course",
    "Deadline",
    "Definition",
    "Expression",
    "Field",
    "FieldType",
    "Figure",
    "Following",
    "Hidden",
    "Keep",
    "Link",
    "Listing",
    "LocalDay",
    "Lookup",
    "Mapping",
    "Measure",
    "Midnight",
    "OpenUntil",
    "Party",
    "Passing",
    "PeriodEnd",
    "PeriodStart",
    "Plan",
    "Record",
    "RecordField",
    "Ref",
    "Route",
    "RowOutcome",
    "Source",
    "State",
    "Status",
    "Step",
    "Subject",
    "Term",
    "TimeFunction",
    "ValueType",
]


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
    """The day that weeks begin with; 0 is Monday."""

    @property
    def periods(self) -> Periods:
        """The days, weeks, months, quarters and years of the agreement."""
        return Periods(self.zone, self.year_starts, self.week_starts)

    def record(self, name: str) -> Record:
        return next(r for r in self.records if r.name == name)

    def column(self, record: str, name: str) -> Column:
        return next(c for c in self.columns if c.record == record and c.name == name)

    def figure(self, id: str) -> Figure:
        return next(f for f in self.figures if f.id == id)
