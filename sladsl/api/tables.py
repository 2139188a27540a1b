"""What a run gives as tables: values by name that a notebook sets as tables, and rows in memory."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sladsl.outcomes import Problem
from sladsl.plan.rows import Tallies
from sladsl.reports.table import Head, html_table

if TYPE_CHECKING:
    import pyarrow as pa

MOST_ROWS = 20
"""How many rows a notebook shows of a table that may have millions."""


@dataclass(frozen=True, slots=True)
class Cell(Tallies):
    """A figure in one period, with the names of `sla run --format json`: shares are numbers from 0 to 1, lengths of time seconds.

    `value` is `numerator` ÷ `denominator`; while rows are open, `estimate` is that of the rows whose deadline has passed.
    `start` and `end` (exclusive) are in UTC. Of a tracked KPI, which nobody owes, `target`, `verdict`, `final`, `warning` and `range`
    are None; `verdict` is also None for a volume in a period that the term cuts. `by` is empty but in a KPI's breakdown.
    """

    period: str
    start: dt.datetime
    end: dt.datetime
    complete: bool
    cut: bool
    value: int | float | None
    estimate: int | float | None
    numerator: int | None
    denominator: int | None
    rows: int
    interval: tuple[float, float] | None
    target: str | None = None
    """That of the commitment, with the values that hold in the period."""
    verdict: str | None = None
    final: bool | None = None
    warning: bool | None = None
    range: tuple[int | float | None, int | float | None] | None = None
    by: tuple[str | None, ...] = ()
    doubt: Mapping[str, Any] | None = None
    """`{"rows": 2, "verdict": True}` where rows that could not be read leave it in doubt."""
    data_end: Mapping[str, Any] | None = None
    """Where the data end that a provisional period waits for: `{"source": "calls", "record": "call", "latest": "…Z", "stale": True}`."""
    headroom: Mapping[str, Any] | None = None
    """Of a provisional period: `{"room": 3, "missing": None, "days_left": 6}`."""
    pace: Mapping[str, Any] | None = None
    """Of one that runs: `{"value": 131.4, "days": 12}`, a statistic."""
    said: Mapping[str, Any] | None = None
    """The same in words: `{"figure": "94.0% to 96.7%", "counted": "141 of 150", "ends": "", "outlook": "2 more may be late"}`."""

    def _repr_html_(self) -> str:
        return _html(["", ""], [[f.name, getattr(self, f.name)] for f in fields(self)])


K = TypeVar("K")
V = TypeVar("V")
_FIGURES = ("target", "verdict", "value", "estimate", "numerator", "denominator", "rows")
_COUNTS = tuple(f.name for f in fields(Tallies))
"""What a table shows of a cell: figures that any cell has, and how many rows are not settled where there are some."""


class ByName(dict[K, V], Generic[K, V]):
    """Values by name, or by name and period: a `dict` that a notebook sets as a table."""

    def _repr_html_(self) -> str:
        rows = list(_flat(self))
        kept = [x for x in _FIGURES if any(getattr(value, x, None) is not None for _, value in rows)]
        kept += [x for x in _COUNTS if any(getattr(value, x, 0) for _, value in rows)]
        cells = any(isinstance(value, Cell) for _, value in rows)
        names = ["name"] if any(isinstance(value, Mapping) for value in self.values()) else []
        names += ["period"]
        names += ["by"] * (max((len(keys) for keys, _ in rows), default=0) - len(names))
        shown = [
            [
                *keys,
                *[""] * (len(names) - len(keys)),
                *([getattr(value, x) for x in kept] if cells else [value]),
            ]
            for keys, value in rows
        ]
        return _html([*names, *(kept if cells else ["verdict"])], shown)


def _flat(values: Mapping[Any, Any]) -> Iterator[tuple[tuple[str | None, ...], Any]]:
    """Every value with the keys that lead to it."""
    for key, value in values.items():
        own = key if isinstance(key, tuple) else (key,)
        if isinstance(value, Mapping):
            yield from ((own + keys, each) for keys, each in _flat(value))
        else:
            yield own, value


class Problems(tuple[Problem, ...]):
    """Data that could not be taken as declared: a `tuple` that a notebook sets as a table."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        names = ("record", "field", "kind", "count", "file", "hint")
        return _html(names, [[getattr(p, name) for name in names] for p in self])


class Rows:
    """Rows in memory: a pyarrow table (`table`) with all that one can be asked, which a notebook sets as a table.

    Whatever reads Arrow data takes it as it is (`pyarrow.table(rows)`, `polars.from_arrow(rows)`); what wants a pyarrow table itself
    takes `rows.table`.
    """

    def __init__(self, table: pa.Table) -> None:
        self.table = table

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what Python looks for by itself, as when it copies
            raise AttributeError(name)
        return getattr(self.table, name)

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.table.__arrow_c_stream__(requested_schema)

    def __getitem__(self, column: str | int) -> pa.ChunkedArray:
        return self.table[column]

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def __eq__(self, other: object) -> bool:
        return self.equals(other) if isinstance(other, Rows) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # as a pyarrow table has none

    def equals(self, other: Rows | pa.Table) -> bool:
        """Whether both have the same rows in the same columns."""
        return bool(self.table.equals(other.table if isinstance(other, Rows) else other))

    def __repr__(self) -> str:
        return repr(self.table)

    def _repr_html_(self) -> str:
        first = self.table.slice(0, MOST_ROWS).to_pylist()
        names = self.table.column_names
        more = f"<div>{len(first):,} of {len(self):,} rows</div>" if len(first) < len(self) else ""
        return _html(names, [[row[name] for name in names] for row in first]) + more


def _html(heads: list[str] | tuple[str, ...], rows: list[list[Any]]) -> str:
    """A table of values; a column of numbers stands at the right."""
    numbers = [all(_is_number(row[n]) for row in rows) and bool(rows) for n in range(len(heads))]
    shown = [[_shown(value) for value in islice(row, len(heads))] for row in rows]
    return html_table([Head(title, right) for title, right in zip(heads, numbers, strict=True)], shown)


def _is_number(value: object) -> bool:
    from decimal import Decimal

    return value is None or (isinstance(value, int | float | Decimal) and not isinstance(value, bool))


def _shown(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return str(value)
        case int():
            return f"{value:,}"
        case float():
            return f"{value:,.4f}".rstrip("0").rstrip(".")
        case _:
            return str(value)
