"""Plans built by hand and what is read for them: a test says the fields and the file, and compares rows and problems."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from sladsl.data import Binding, DataError, Loaded, connect, load
from sladsl.outcomes import Problem
from sladsl.plan import PLACE, FieldType, Mapping, Plan, Record, RecordField, Source, Term

TEXT, NUMBER, BOOLEAN = FieldType.TEXT, FieldType.NUMBER, FieldType.BOOLEAN
DATE, TIME, DURATION, ONE_OF = FieldType.DATE, FieldType.TIME, FieldType.DURATION, FieldType.ONE_OF


def field(
    name: str, type: FieldType = TEXT, *values: str, key: bool = False, optional: bool = False
) -> RecordField:
    return RecordField(name, type, key=key, optional=optional, values=values)


def plan(*records: Record, sources: Sequence[Source] = ()) -> Plan:
    nothing: tuple[Any, ...] = ()
    return Plan(
        name="handoff",
        file="handoff.sla",
        zone="America/New_York",
        parties=(),
        term=Term(),
        year_starts=1,
        records=records,
        calendars=nothing,
        columns=nothing,
        definitions=nothing,
        lifecycles=nothing,
        figures=nothing,
        commitments=nothing,
        routes=nothing,
        listings=nothing,
        moments=nothing,
        sources=tuple(sources),
    )


@lru_cache(maxsize=1)
def shared_connection() -> Any:
    """One engine for all tests: starting one takes longer than most of them."""
    return connect()


@dataclass(frozen=True)
class Read:
    """What came of reading one record."""

    rows: list[dict[str, Any]]
    problems: tuple[Problem, ...]
    loaded: Loaded

    def column(self, name: str) -> list[Any]:
        return [row[name] for row in self.rows]

    def listed(self) -> list[tuple[str, str | None, int]]:
        """(kind, field, count) of each problem."""
        return [(p.kind, p.field, p.count) for p in self.problems]

    def places(self, kind: str) -> list[tuple[int | None, str | None]]:
        """(line, value) of the examples of a kind."""
        return [(e.line, e.value) for p in self.problems if p.kind == kind for e in p.examples]


def rows_of(loaded: Loaded, record: str) -> list[dict[str, Any]]:
    """A record's rows by its first column, without where they stand."""
    table = loaded.tables[record]
    table = table.drop(PLACE) if PLACE in table.columns else table
    found: list[dict[str, Any]] = table.order_by(table.columns[0]).to_pyarrow().to_pylist()
    return found


def read(
    where: str, folder: Path, *fields: RecordField, source: dict[str, Any] | None = None, record: str = "lead"
) -> Read:
    """Reads `where` as the record's data. With `source` (arguments of a `Source`) it is a source's file, else a `--data` file."""
    sources = [] if source is None else [Source("crm", record, where, str(folder), **source)]
    bindings = [Binding(record, where)] if source is None else []
    asked = plan(Record(record, "", fields), sources=sources)
    try:
        loaded = load(asked, bindings, base=folder, connection=shared_connection())
    except DataError as error:
        _check_refused_in_memory(asked, bindings, folder, str(error))
        raise
    _check_in_memory(asked, bindings, folder, loaded, record)
    return Read(rows_of(loaded, record), loaded.problems, loaded)


_NOT_IN_MEMORY = "cannot be read without DuckDB"


def _check_refused_in_memory(asked: Plan, bindings: Sequence[Binding], folder: Path, said: str) -> None:
    """What DuckDB's reader refuses, the one in plain Python refuses, with the same words."""
    with pytest.raises(DataError) as refused:
        load(asked, bindings, base=folder, engine="python")
    assert str(refused.value) == said or _NOT_IN_MEMORY in str(refused.value)


def _check_in_memory(
    asked: Plan, bindings: Sequence[Binding], folder: Path, loaded: Loaded, record: str
) -> None:
    """The reader in plain Python gives the same rows, problems and places as DuckDB's; of a typed table it says that it reads none."""
    try:
        other = load(asked, bindings, base=folder, engine="python")
    except DataError as error:
        if _NOT_IN_MEMORY in str(error):
            return
        raise
    rows = rows_of(loaded, record)
    key = next(iter(rows[0]), "") if rows else ""
    ours = [{name: row[name] for name in row if name != PLACE} for row in other.rows()[record]]

    def order(row: dict[str, Any]) -> tuple[bool, str]:
        return row[key] is None, str(row[key])

    assert sorted(ours, key=order) == sorted(rows, key=order)
    assert [list(map(type, row.values())) for row in sorted(ours, key=order)] == [
        list(map(type, row.values())) for row in sorted(rows, key=order)
    ]
    assert other.problems == loaded.problems
    assert other.refusals == loaded.refusals
    assert other.files == loaded.files
    assert other.lost_cells() == loaded.lost_cells()
    assert other.other_readings(5) == loaded.other_readings(5)
    keys = [str(row[key]) for row in rows if row[key] is not None][:20]
    if isinstance(rows[0][key] if rows else None, str):
        assert other.places(record, keys) == loaded.places(record, keys)
        assert other.problems_of(record, keys[:3]) == loaded.problems_of(record, keys[:3])
    (of_record,) = asked.records
    assert list(other.columns_read(of_record)) == list(loaded.columns_read(of_record))


def mapped(**columns: str | Mapping) -> tuple[Mapping, ...]:
    return tuple(m if isinstance(m, Mapping) else Mapping(name, m) for name, m in columns.items())


def write(folder: Path, name: str, content: str | bytes) -> str:
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return name


def utc(text: str) -> int:
    """Microseconds since the epoch of an ISO time in UTC."""
    at = datetime.fromisoformat(text).replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (at.days * 86_400 + at.seconds) * 1_000_000 + at.microseconds


def shared_data(folder: str) -> Path:
    """A folder of the real data beside the project; where it is absent the test is skipped, saying so."""
    root = Path(__file__).resolve().parents[2]
    found = Path(os.environ.get("SLADSL_SHARED_DATA", root.parent / "shared" / "data")) / folder
    if not found.is_dir():
        pytest.skip(f"no real data in {found}; set SLADSL_SHARED_DATA to where they are")
    return found
