"""Data that were read: a table a record, where each row stands, and what of it could not be taken as declared."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sladsl.data.asking import Part
from sladsl.data.fitness import ColumnRead, columns_read
from sladsl.data.problems import ODD, OtherReading, lost_keys, of_rows, other_readings
from sladsl.data.selection import families, naming
from sladsl.data.tables import Table
from sladsl.engines.engine import Engine, read
from sladsl.outcomes import Problem
from sladsl.plan import Plan, Record, Source


@dataclass(frozen=True, slots=True)
class RowPlace:
    """Where a row stands in its file; `line` is a physical line, a sheet's row or a Parquet row, from 1."""

    file: str
    line: int | None
    place: int | None = field(default=None, compare=False)
    """Its place among all rows of the record (`sladsl.plan.PLACE`)."""


@dataclass(slots=True)
class Loaded(ABC):
    """Tables by record: columns named as the fields, in the order they are declared; a record without a key has `row` first.

    Text and `one of` are strings, numbers decimal(18, 6), booleans boolean, dates int64 days since 1970-01-01, times int64
    microseconds since 1970-01-01T00:00Z, durations int64 microseconds. Rows are in no order.
    """

    tables: dict[str, Any]
    problems: tuple[Problem, ...]
    files: tuple[str, ...]
    engine: Engine = field(repr=False)
    """Who evaluates a plan over the tables."""
    paths: frozenset[Path] = frozenset()
    """Where the files are that the rows come from."""
    refusals: tuple[str, ...] = ()
    """Why no verdict may rest on these data, column by column: most of it cannot be read, or could be read otherwise."""
    parts: Mapping[str, Sequence[Part]] = field(default_factory=dict, repr=False)
    """The files of each record; of one whose table is judged where it is, on a server, there is nothing."""
    connection: Any = None
    """That of the tables to their database; none of tables in memory."""

    @abstractmethod
    def of_parts(self, record: Record, parts: Sequence[Part]) -> Any:
        """A table of the rows of some of a record's parts."""

    @abstractmethod
    def problems_of_query(self, record: str, keys: Any) -> tuple[Problem, ...]:
        """What could not be taken as declared in the rows whose keys a table over these has."""

    def close(self) -> None:  # noqa: B027 - most have nothing to let go of
        """Let go of a server that a run was to be made in; what is here goes by itself."""

    def of_source(self, record: Record, source: Source) -> Any:
        """The rows of a record that come from one of its sources; None where it has no file."""
        parts = self.parts.get(record.name)
        if parts is None:  # a record has one table on a server
            return self.tables[record.name]
        own = [part for part in parts if part.source is not None and part.source.name == source.name]
        if len(own) == len(parts):
            return self.tables[record.name]
        return self.of_parts(record, own) if own else None

    def count_of_source(self, record: Record, source: Source) -> int | None:
        """How many rows of a record come from one of its sources; None where it has no file."""
        table = self.of_source(record, source)
        return None if table is None else int(read(table.aggregate(n=table.count()))[0]["n"])

    def columns_read(self, record: Record) -> Iterator[ColumnRead]:
        """How much of each column can be read; nothing of a table that is judged where it is, on a server."""
        return columns_read(record, self.parts.get(record.name, ()))

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """Every row of every record in memory, as the reference interpreter takes them."""
        return {name: read(table) for name, table in self.tables.items()}

    def families(self, plan: Plan, record: str, keys: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
        """The rows of a record with these keys, with all rows that belong to them, those they belong to, and those that any of them
        name by their key."""
        return families(plan, self.tables, record, keys)

    def naming(self, plan: Plan, record: str, keys: Iterable[str]) -> dict[str, set[str]]:
        """The keys of the rows that name one of these by its key, or one that does, by record."""
        return naming(plan, self.tables, record, keys)

    def lost_cells(self) -> dict[tuple[str, str], list[str]]:
        """The keys of the rows in which a field could not be read, by record and field; only fields that have some."""
        keys_of: dict[tuple[str, str], list[str]] = {}
        for record, parts in self.parts.items():
            for part in parts:
                for name, keys in lost_keys(part):
                    keys_of.setdefault((record, name), []).extend(keys)
        return keys_of

    def problems_of(self, record: str, keys: Sequence[str]) -> tuple[Problem, ...]:
        """What could not be taken as declared in the rows with these keys."""
        some = (of_rows(part.among(keys)) for part in self.parts.get(record, ()))
        return tuple(problem for problems in some for problem in problems)

    def other_readings(self, most: int) -> tuple[list[OtherReading], int]:
        """Times that were read from a local clock and could have meant another instant, and how many there are beyond `most`."""
        if not any(p.kind in ODD.values() for p in self.problems):
            return [], 0
        return other_readings((part for parts in self.parts.values() for part in parts), most)

    def places(self, record: str, keys: Sequence[str]) -> dict[str, tuple[RowPlace, ...]]:
        """Where the rows with these keys stand; files that have none are not read again."""
        places: dict[str, tuple[RowPlace, ...]] = {}
        for part in self.parts.get(record, ()):
            rows = part.stands(keys)
            lines = {} if isinstance(part.file, Table) else part.file.places([x.row for x in rows])
            for x in rows:
                line = (
                    x.row if isinstance(part.file, Table) else lines[x.row].line if x.row in lines else None
                )
                places[x.key] = (*places.get(x.key, ()), RowPlace(x.file or part.shown, line, x.place))
        return places
