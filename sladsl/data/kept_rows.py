"""What of rows is kept when a period is closed: digests of what they say, the same in any order, and what became of each."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from sladsl.calendars import zone
from sladsl.data.errors import DataError
from sladsl.engines.engine import Table, columns_of
from sladsl.plan import FieldType, Plan, Record

_AT_ONCE = 50_000
_SIZE = 128


@dataclass(frozen=True, slots=True)
class RowDigest:
    """Of rows: how many there are, and the sum of their digests; `near` and `near_digest` are the same of those alone that have a time at
    or after some instant, or none."""

    rows: int
    digest: str
    near: int
    near_digest: str


def row_digests(plan: Plan, tables: Mapping[str, Table], as_of: int, near: int) -> dict[str, RowDigest]:
    """By record that a source gives: what its rows said as of an instant. Times that come later are not there yet, nor is a row all of
    whose times do. The key that stands for a row's place is no part of it."""
    return {r.name: _of(plan, r, tables[r.name], as_of, near) for r in plan.given}


def _of(plan: Plan, record: Record, table: Table, as_of: int, near: int) -> RowDigest:
    where = zone(plan.zone)
    today, first_day = where.date_of(as_of), where.date_of(near)
    names = [f.name for f in record.fields]
    comes = [(n, f.type is FieldType.DATE) for n, f in enumerate(record.fields) if f.comes]
    rows = near_rows = total = near_total = 0
    for columns in columns_of(table.select(*names), _AT_ONCE):
        for row in zip(*columns, strict=True):
            values = list(row)
            there, later, recent = False, False, False
            for n, is_date in comes:
                if values[n] is None:
                    continue
                if values[n] > (today if is_date else as_of):
                    values[n], later = None, True
                else:
                    there = True
                    recent = recent or values[n] >= (first_day if is_date else near)
            if later and not there:
                continue
            number = _number(values)
            rows, total = rows + 1, total + number
            if recent or not there:
                near_rows, near_total = near_rows + 1, near_total + number
    return RowDigest(rows, _hexadecimal(total), near_rows, _hexadecimal(near_total))


def _number(values: list[Any]) -> int:
    said = "\x1f".join("" if v is None else f"={_text(v)}" for v in values)
    return int.from_bytes(hashlib.sha256(said.encode()).digest()[: _SIZE // 8], "big")


def _text(value: Any) -> str:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _hexadecimal(total: int) -> str:
    return f"{total % 2**_SIZE:0{_SIZE // 4}x}"


Became = dict[tuple[str, str], dict[str, str]]
"""By commitment (or KPI) and period: what became of each row, by its key."""


def became(rows: Table | Path, asked: Collection[tuple[str, str]]) -> Became:
    """What became of the rows of some commitments (or KPIs) and periods, from a query for it or a file that was written of one. `DataError`
    for a file that cannot be read, or is of something else."""
    names = ["commitment", "kpi", "period", "key", "outcome"]
    if isinstance(rows, Path):
        batches = _of_file(rows, names)
    else:
        labels = sorted({period for _, period in asked})
        batches = columns_of(rows.filter(rows["period"].isin(labels)).select(*names), _AT_ONCE)
    found: Became = {x: {} for x in asked}
    for columns in batches:
        for commitment, kpi, period, key, outcome in zip(*columns, strict=True):
            own = found.get((commitment or kpi, period))
            if own is not None:
                own[key] = outcome
    return found


def _of_file(path: Path, names: list[str]) -> Iterator[list[list[Any]]]:
    import pyarrow as pa
    import pyarrow.parquet

    try:
        table = pyarrow.parquet.read_table(path, columns=names)
    except (OSError, pa.ArrowException) as error:
        reason = str(error).splitlines()[0]
        raise DataError(
            f"`{path}` cannot be read as what became of each row of a closed period: {reason}"
        ) from None
    return ([column.to_pylist() for column in x.columns] for x in table.to_batches(max_chunksize=_AT_ONCE))
