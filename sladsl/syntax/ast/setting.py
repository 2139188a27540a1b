"""The setting of an agreement: who, when and on what data (agreement, calendar, record, source, import, test)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sladsl.source import Span
from sladsl.syntax.ast.values import Clause, Date, DateTime, Expression, Literals, Name, Text, TimeOfDay

Cadence = Literal["daily", "weekly", "monthly", "quarterly", "yearly"]

# --- agreement -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Party:
    name: Name
    label: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class Effective:
    """`effective 2026-01-01 to 2026-12-31` (last date included), or `from 2026-01-01` with no end (`last`
    None).
    """

    first: Date
    last: Date | None
    span: Span


@dataclass(frozen=True, slots=True)
class YearStarts:
    """`year starts february`: `month` is 2."""

    month: int
    span: Span


@dataclass(frozen=True, slots=True)
class WeekStarts:
    """`week starts sunday`: `day` is 6, 0 is Monday."""

    day: int
    span: Span


@dataclass(frozen=True, slots=True)
class Review:
    """`review monthly by "RevOps" over owner, country`."""

    cadence: Cadence
    by: Text | None
    over: tuple[Name, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Agreement:
    """`agreement "…":` and its clauses, each at most once except `reviewed`; `parties` is empty when
    `between` is left out.
    """

    label: Text
    parties: tuple[Party, ...]
    goal: Text | None
    effective: Effective | None
    zone: Text | None
    hours: Name | None
    year_starts: YearStarts | None
    week_starts: WeekStarts | None
    review: Review | None
    reviewed: tuple[Date, ...]
    span: Span


# --- calendars -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DayRange:
    """`monday to friday`: 0 is Monday, both ends included; `last` may be before `first` (`saturday to
    monday`).
    """

    first: int
    last: int
    span: Span


@dataclass(frozen=True, slots=True)
class ClockSpan:
    """`09:00 to 12:30`."""

    start: TimeOfDay
    end: TimeOfDay
    span: Span


@dataclass(frozen=True, slots=True)
class WeeklyOpening:
    """`open monday to friday 09:00 to 12:30, 13:30 to 18:00`; `every day` is one range 0 to 6."""

    days: tuple[DayRange, ...]
    hours: tuple[ClockSpan, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class DatedOpening:
    """`open 2026-12-24 09:00 to 13:00`."""

    date: Date
    hours: tuple[ClockSpan, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Closure:
    """`closed 2026-12-24 to 2027-01-01`, both ends included; `last` is None for a single date."""

    first: Date
    last: Date | None
    span: Span


@dataclass(frozen=True, slots=True)
class HolidayClosure:
    """`closed holidays "US" except "Columbus Day"`."""

    region: Text
    exceptions: tuple[Text, ...]
    span: Span


CalendarRule = WeeklyOpening | DatedOpening | Closure | HolidayClosure


@dataclass(frozen=True, slots=True)
class Calendar:
    name: Name
    label: Text | None
    zone: Text | None
    rules: tuple[CalendarRule, ...]
    span: Span


# --- records ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlainType:
    name: Literal["text", "boolean", "date", "time", "duration"]
    span: Span


@dataclass(frozen=True, slots=True)
class PlannedType:
    """`planned time`: known before it comes."""

    name: Literal["date", "time"]
    span: Span


@dataclass(frozen=True, slots=True)
class NumberType:
    """`number`, or `number in "USD"`."""

    unit: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class OneOf:
    values: tuple[Text, ...]
    span: Span


TypeExpression = PlainType | PlannedType | NumberType | OneOf


@dataclass(frozen=True, slots=True)
class Field:
    name: Name
    label: Text | None
    key: bool
    optional: bool
    accountable: bool
    type: TypeExpression
    span: Span


@dataclass(frozen=True, slots=True)
class Join:
    """`by id = opportunity_id`: the record's own field, then the parent's."""

    own: Name
    other: Name
    span: Span


@dataclass(frozen=True, slots=True)
class Parent:
    """`of lead`, with the fields that join when it is not the implied one."""

    record: Name
    join: Join | None
    span: Span


@dataclass(frozen=True, slots=True)
class Record:
    name: Name
    label: Text | None
    parent: Parent | None
    fields: tuple[Field, ...]
    span: Span


# --- sources, imports, tests -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Translation:
    """`"INBOUND" means "inbound"`."""

    raw: Text
    meaning: Literals
    span: Span


@dataclass(frozen=True, slots=True)
class Column:
    """`= "Column" as "YYYY-MM-DD" where "RAW" means "ours" at 09:00`."""

    name: Text
    format: Text | None
    translations: tuple[Translation, ...]
    at: TimeOfDay | None
    span: Span


@dataclass(frozen=True, slots=True)
class Always:
    """`always "call"`."""

    value: Literals
    span: Span


@dataclass(frozen=True, slots=True)
class Mapping:
    field: Name
    value: Column | Always
    span: Span


@dataclass(frozen=True, slots=True)
class DataSource:
    """`source hubspot_contacts for lead from "contacts.csv":`."""

    name: Name
    label: Text | None
    record: Name
    location: Text
    mappings: tuple[Mapping, ...]
    clauses: tuple[Clause, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Import:
    path: Text
    span: Span


@dataclass(frozen=True, slots=True)
class GivenValue:
    field: Name
    value: Literals
    span: Span


@dataclass(frozen=True, slots=True)
class Given:
    """`given lead: email "ana@acme.com", company_size 400`."""

    record: Name
    values: tuple[GivenValue, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class ExpectCondition:
    """`expect MQL`, `expect not Customer`, `expect fit = 65`."""

    condition: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class ExpectVerdict:
    """`expect response_time met, due 2026-03-09 14:00`; `population` names a narrowed commitment
    (`response_time of P1 met`).
    """

    kpi: Name
    population: Name | None
    verdict: Literal["met", "missed", "open"]
    due: Date | DateTime | None
    span: Span


@dataclass(frozen=True, slots=True)
class ExpectRoute:
    """`expect MQL routed to "mid-market"`."""

    definition: Name
    destination: Text
    span: Span


Expectation = ExpectCondition | ExpectVerdict | ExpectRoute


@dataclass(frozen=True, slots=True)
class Test:
    label: Text
    given: tuple[Given, ...]
    as_of: Date | DateTime | None
    expectations: tuple[Expectation, ...]
    span: Span
