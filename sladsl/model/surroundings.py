"""Sources, tests, and where names are used."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sladsl.model.declarations import Clause, Origin
from sladsl.model.expressions import Expression, Literal
from sladsl.source import Span


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
    """One place where a name is used: what it means (`kind`, `name`, and `record` for a field)."""

    file: str
    span: Span
    kind: str  # record, field, let, score, define, event, kpi, calendar, party, function
    name: str
    record: str | None = None
