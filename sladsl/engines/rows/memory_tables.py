"""Tables in memory: rows as dictionaries, with the few operations that are asked of an engine's tables, spelt as Ibis spells them.

So whoever asks for rows (a review, the clocks that run, the rows of a key) asks once, and either engine answers. A missing value is None
and goes through every operation as in SQL: what compares with it is unknown, a filter keeps what is true.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import add, eq, ge, gt, le, lt, mod, ne, sub
from typing import Any, TypeAlias
from zlib import crc32

Row: TypeAlias = Mapping[str, Any]
Value: TypeAlias = Callable[[Row], Any]


@dataclass(frozen=True, slots=True, eq=False)
class MemoryColumn:
    """A value of each row of a table."""

    of: Value

    def _with(self, other: object, operation: Callable[[Any, Any], Any]) -> MemoryColumn:
        left, right = self.of, _value(other)

        def value(row: Row) -> Any:
            a, b = left(row), right(row)
            return None if a is None or b is None else operation(a, b)

        return MemoryColumn(value)

    def _made(self, operation: Callable[[Any], Any]) -> MemoryColumn:
        of = self.of
        return MemoryColumn(lambda row: None if (x := of(row)) is None else operation(x))

    def __eq__(self, other: object) -> MemoryColumn:  # type: ignore[override]
        return self._with(other, eq)

    def __ne__(self, other: object) -> MemoryColumn:  # type: ignore[override]
        return self._with(other, ne)

    def __lt__(self, other: object) -> MemoryColumn:
        return self._with(other, lt)

    def __le__(self, other: object) -> MemoryColumn:
        return self._with(other, le)

    def __gt__(self, other: object) -> MemoryColumn:
        return self._with(other, gt)

    def __ge__(self, other: object) -> MemoryColumn:
        return self._with(other, ge)

    def __add__(self, other: object) -> MemoryColumn:
        return self._with(other, add)

    def __sub__(self, other: object) -> MemoryColumn:
        return self._with(other, sub)

    def __mod__(self, other: object) -> MemoryColumn:
        return self._with(other, mod)

    def __and__(self, other: object) -> MemoryColumn:
        left, right = self.of, _value(other)

        def value(row: Row) -> bool | None:
            a, b = left(row), right(row)
            return False if a is False or b is False else None if a is None or b is None else True

        return MemoryColumn(value)

    def __or__(self, other: object) -> MemoryColumn:
        left, right = self.of, _value(other)

        def value(row: Row) -> bool | None:
            a, b = left(row), right(row)
            return True if a is True or b is True else None if a is None or b is None else False

        return MemoryColumn(value)

    def isnull(self) -> MemoryColumn:
        return MemoryColumn(lambda row: self.of(row) is None)

    def notnull(self) -> MemoryColumn:
        return MemoryColumn(lambda row: self.of(row) is not None)

    def isin(self, values: Iterable[Any]) -> MemoryColumn:
        known = frozenset(values)
        return self._made(lambda x: x in known)

    def notin(self, values: Iterable[Any]) -> MemoryColumn:
        known = frozenset(values)
        return self._made(lambda x: x not in known)

    def between(self, low: Any, high: Any) -> MemoryColumn:
        return self._made(lambda x: low <= x <= high)

    def ifelse(self, yes: object, no: object) -> MemoryColumn:
        first, second = _value(yes), _value(no)
        return MemoryColumn(lambda row: first(row) if self.of(row) is True else second(row))

    def cast(self, type: str) -> MemoryColumn:
        return self._made({"string": str, "int64": int, "float64": float}[type])

    def strip(self) -> MemoryColumn:
        return self._made(lambda x: x.strip(" "))

    def lower(self) -> MemoryColumn:
        return self._made(str.lower)

    def contains(self, text: str) -> MemoryColumn:
        return self._made(lambda x: text in x)

    def levenshtein(self, text: str) -> MemoryColumn:
        return self._made(lambda x: _levenshtein(x, text))

    def hash(self) -> MemoryColumn:
        """A number that is the same each time, and not that of a database."""
        return self._made(lambda x: crc32(str(x).encode()))

    def sum(self) -> Aggregate:
        return lambda rows: _sum([x for row in rows if (x := self.of(row)) is not None])

    def min(self, where: MemoryColumn | None = None) -> Aggregate:
        holds = _holds(where)
        return lambda rows: min(
            (x for row in rows if holds(row) and (x := self.of(row)) is not None), default=None
        )

    __hash__ = object.__hash__


Aggregate: TypeAlias = Callable[[Sequence[Row]], Any]


def _value(x: object) -> Value:
    return x.of if isinstance(x, MemoryColumn) else lambda _: x


def _holds(where: MemoryColumn | None) -> Callable[[Row], bool]:
    return (lambda _: True) if where is None else (lambda row: where.of(row) is True)


def _sum(values: Sequence[Any]) -> Any:
    return sum(values[1:], values[0]) if values else None


def _levenshtein(a: str, b: str) -> int:
    """How many characters have to be changed."""
    before = list(range(len(b) + 1))
    for n, x in enumerate(a, start=1):
        row = [n]
        for m, y in enumerate(b):
            row.append(min(before[m + 1] + 1, row[m] + 1, before[m] + (x != y)))
        before = row
    return before[-1]


@dataclass(frozen=True, slots=True, eq=False)
class MemoryTable:
    """Rows in memory, each with these columns."""

    columns: tuple[str, ...]
    rows: Sequence[Row]

    def __getitem__(self, name: str) -> MemoryColumn:
        return MemoryColumn(lambda row: row[name])

    def filter(self, *conditions: MemoryColumn) -> MemoryTable:
        rows = self.rows
        for condition in conditions:
            of = condition.of
            rows = [row for row in rows if of(row) is True]
        return MemoryTable(self.columns, rows)

    def select(self, *names: str, **columns: MemoryColumn) -> MemoryTable:
        made: dict[str, Value] = {name: self[name].of for name in names}
        made |= {name: column.of for name, column in columns.items()}
        return MemoryTable(tuple(made), [{name: of(row) for name, of in made.items()} for row in self.rows])

    def distinct(self) -> MemoryTable:
        rows = {tuple(row[name] for name in self.columns): row for row in reversed(self.rows)}
        return MemoryTable(self.columns, list(rows.values()))

    def order_by(self, *names: str) -> MemoryTable:
        def order(row: Row) -> tuple[tuple[bool, Any], ...]:
            return tuple((row[name] is None, row[name]) for name in names)

        return MemoryTable(self.columns, sorted(self.rows, key=order))

    def limit(self, most: int) -> MemoryTable:
        return MemoryTable(self.columns, self.rows[:most])

    def semi_join(self, other: MemoryTable, by: str | Sequence[tuple[str, str]]) -> MemoryTable:
        pairs = [(by, by)] if isinstance(by, str) else list(by)
        known = {tuple(row[theirs] for _, theirs in pairs) for row in other.rows}
        keys = [(row, tuple(row[own] for own, _ in pairs)) for row in self.rows]
        return MemoryTable(self.columns, [row for row, key in keys if None not in key and key in known])

    def inner_join(self, other: MemoryTable, by: str) -> MemoryTable:
        theirs: dict[Any, list[Row]] = {}
        for row in other.rows:
            if row[by] is not None:
                theirs.setdefault(row[by], []).append(row)
        names = (*self.columns, *(name for name in other.columns if name not in self.columns))
        return MemoryTable(names, [{**more, **row} for row in self.rows for more in theirs.get(row[by], ())])

    def count(self, where: MemoryColumn | None = None) -> Aggregate:
        holds = _holds(where)
        return lambda rows: sum(map(holds, rows))

    def aggregate(self, **made: Aggregate) -> MemoryTable:
        return MemoryTable(tuple(made), [{name: of(self.rows) for name, of in made.items()}])

    def group_by(self, *names: str) -> MemoryGroups:
        groups: dict[tuple[Any, ...], list[Row]] = {}
        for row in self.rows:
            groups.setdefault(tuple(row[name] for name in names), []).append(row)
        return MemoryGroups(names, groups)


@dataclass(frozen=True, slots=True, eq=False)
class MemoryGroups:
    """Rows by the values of some columns."""

    names: tuple[str, ...]
    groups: Mapping[tuple[Any, ...], Sequence[Row]]

    def aggregate(self, **made: Aggregate) -> MemoryTable:
        rows = [
            {**dict(zip(self.names, key, strict=True)), **{name: of(rows) for name, of in made.items()}}
            for key, rows in self.groups.items()
        ]
        return MemoryTable((*self.names, *made), rows)

    agg = aggregate
