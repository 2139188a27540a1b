"""The setting of an agreement: who, when and on what data (agreement, calendar, record, source, import, test)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sladsl.source import Span
from sladsl.syntax.ast.values import (
    Clause,
    Date,
    DateTime,
    Expression,
    Literals,
    Name,
    Number,
    Text,
    TimeOfDay,
)

# --- agreement -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Party:
    name: Name
    label: Text | None
    span: Span


@dataclass(frozen=True, slots=True)
class Agreement:
    """`agreement "…":` and its clauses."""

    label: Text
    clauses: tuple[Clause, ...]
    span: Span

    @property
    def parties(self) -> tuple[Party, ...]:
        """Empty when `between` is left out."""
        return tuple(part for each in self.clauses for part in each.parts if isinstance(part, Party))

    def has(self, rule: str) -> bool:
        """Whether a clause of this rule of the grammar is among its own."""
        return any(each.rule == rule for each in self.clauses)

    def of_rule(self, rule: str) -> tuple[Clause, ...]:
        """Its clauses of one rule of the grammar."""
        return tuple(each for each in self.clauses if each.rule == rule)


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
class Calendar:
    """`record` is the one of which each row has a calendar of its own."""

    name: Name
    label: Text | None
    record: Name | None
    clauses: tuple[Clause, ...]
    span: Span

    def has(self, rule: str) -> bool:
        """Whether a clause of this rule of the grammar is among its own."""
        return any(each.rule == rule for each in self.clauses)


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


@dataclass(frozen=True, slots=True)
class KeyType:
    """`key of rep`: the field names a row of another record."""

    record: Name
    span: Span


TypeExpression = PlainType | PlannedType | NumberType | OneOf | KeyType


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
    """`source hubspot_contacts for lead from "contacts.csv":`; `newest`: `from newest of "contacts-*.csv"`."""

    name: Name
    label: Text | None
    record: Name
    newest: bool
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
    (`response_time of P1 met`), with a `number` which of its rows is meant (`answer of waiting 2 met`).
    """

    kpi: Name
    population: Name | None
    number: Number | None
    verdict: str  # met, missed, open, …: the words of the grammar
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
