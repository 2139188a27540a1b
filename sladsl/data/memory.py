"""Rows in memory, in plain Python: what `parts` has DuckDB do, for small data where there is none."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import nsmallest
from itertools import islice
from pathlib import Path
from typing import Any, assert_never

from sladsl.calendars import DAY, day_date
from sladsl.data import ids, sql
from sladsl.data.asking import (
    BLANK,
    SKIPPED,
    UNSURE,
    Alike,
    Among,
    Dropped,
    FirstRow,
    Kept,
    Known,
    Local,
    Lost,
    Measured,
    Part,
    PlacedRow,
    Reading,
    Shaped,
    Which,
)
from sladsl.data.cells import FieldCells, Read, field_cells
from sladsl.data.columns import ColumnTest, layout_of
from sladsl.data.errors import DataError
from sladsl.data.fitness import fitness
from sladsl.data.jsonlines import JsonLines
from sladsl.data.loaded import Loaded
from sladsl.data.locations import Format, Location, Remote
from sladsl.data.parts import FILES, ROW_BITS, asked_of, open_text, refuse_constant, unsure
from sladsl.data.problems import columns_of, repeated, survey, told_apart_hint
from sladsl.data.tables import Held
from sladsl.data.textfile import MARKS, SHOWN_EXAMPLES, TextFile, Unreadable
from sladsl.data.values import FLAW_BITS, NAIVE, Flaw, Naive
from sladsl.data.workbook import Workbook
from sladsl.data.zone_offsets import ZoneOffsets
from sladsl.engines.rows import InMemory, MemoryTable
from sladsl.numerals import Mark, Shape
from sladsl.outcomes import TOLD_APART, Problem
from sladsl.plan import PLACE, Plan, Record, Source

MOST_ROWS = 250_000
"""Of all records together. Beyond it the interpreter takes minutes, and a browser's memory may not do."""


class TooManyRows(DataError):
    """More rows than are read in memory."""

    def __init__(self) -> None:
        super().__init__(
            f"the data have more than {MOST_ROWS:,} rows, and no more are judged without DuckDB: run `sla run` on a machine that has it "
            '(`pip install "sladsl[run]"`)'
        )


@dataclass(slots=True)
class MemoryPart:
    """A part (`sladsl.data.asking`) in memory: the numbers of its rows, and by field what each of them says. What is asked is asked of the
    rows `only`, which are places among those that are kept."""

    record: Record
    source: Source | None
    readings: tuple[FieldCells, ...]
    file: TextFile
    absent: tuple[str, ...]
    rows: list[int]
    reads: dict[str, list[Read]]
    dropped: dict[int, int]
    first_dropped: Mapping[int, Sequence[FirstRow]]
    several: bool = False
    number: int = 0
    clocks: dict[str, ZoneOffsets] = dataclasses.field(default_factory=dict)
    lost: dict[str, int] = dataclasses.field(default_factory=dict)
    only: Sequence[int] | None = None

    @property
    def shown(self) -> str:
        return self.file.shown

    @property
    def keyless(self) -> bool:
        return not any(r.field.key for r in self.readings)

    def key(self, at: int) -> str | None:
        """The row's key, as text; of a record without one, its place."""
        named = next((r.field.name for r in self.readings if r.field.key), None)
        if named is not None:
            return as_text(self.reads[named][at].value)
        return f"{self.shown} {self.rows[at]}" if self.several else str(self.rows[at])

    def among(self, keys: Sequence[str]) -> MemoryPart:
        return replace(self, only=self._with(keys))

    def stands(self, keys: Sequence[str]) -> Sequence[PlacedRow]:
        return [PlacedRow(self.key(at) or "", self.rows[at], None, self.place(at)) for at in self._with(keys)]

    def _with(self, keys: Sequence[str]) -> list[int]:
        known = frozenset(keys)
        return [at for at in range(len(self.rows)) if self.key(at) in known]

    def counts(self, which: Sequence[Which]) -> list[int]:
        return [
            self.dropped.get(x.why, 0) if isinstance(x, Dropped) else sum(1 for _ in self._meeting(x))
            for x in which
        ]

    def measured(self) -> Measured:
        flawed, local = set[str](), dict[str, tuple[int, int]]()
        for reading in self.readings:
            if reading.fallible and next(self._meeting(Lost(reading)), None) is not None:
                flawed.add(reading.field.name)
            if reading.naive is not Naive.NEVER:
                read = self.reads[reading.field.name]
                values = [read[at].value for at in self._meeting(Local(reading))]
                if values:
                    local[reading.field.name] = min(values), max(values)
        return Measured(frozenset(flawed), local)

    def flaws(self, reading: Reading) -> list[tuple[Flaw, int]]:
        read = self.reads[reading.field.name]
        counts = Counter(read[at].flaw & FLAW_BITS for at in self._kept())
        return [(Flaw(number), count) for number, count in sorted(counts.items()) if number]

    def shapes(self, reading: Reading) -> Mapping[tuple[Shape, Mark], int]:
        read = self.reads[reading.field.name]
        counts = Counter(read[at].shape for at in self._kept())
        return {(Shape(n % 16), Mark(n // 16)): count for n, count in counts.items()}

    def years(self, reading: Reading) -> Sequence[int]:
        read = self.reads[reading.field.name]
        days = {read[at].value // DAY for at in self._meeting(Local(reading))}
        return sorted({day_date(day).year for day in days})

    def first(self, which: Which, most: int) -> list[FirstRow]:
        if isinstance(which, Dropped):
            return list(self.first_dropped.get(which.why, ()))[:most]
        keyless = self.keyless
        return [
            FirstRow(self.rows[at], None, None if keyless else self.key(at), None)
            for at in islice(self._meeting(which), most)
        ]

    def locals(self, which: Local, most: int) -> list[tuple[str, int]]:
        read = self.reads[which.reading.field.name]
        keyed = ((self.key(at), read[at].value) for at in self._meeting(which))
        return nsmallest(most, ((key, value) for key, value in keyed if key is not None))

    def lost_keys(self, reading: Reading) -> list[str]:
        return [key for at in self._meeting(Lost(reading)) if (key := self.key(at)) is not None]

    def ids(self, reading: Reading) -> tuple[int, int, int]:
        texts = [text for text in self._values(reading) if len(text) > 3]
        exponents = sum(ids.has_exponent_text(x) for x in texts)
        long = [x for x in texts if ids.is_long_text(x)]
        return exponents, len(long), sum(map(ids.is_rounded_text, long))

    def beyond(self, all: Sequence[tuple[Part, Reading]]) -> tuple[int, int]:
        return ids.beyond_of(_all_long(all))

    def doubtful(self, all: Sequence[tuple[Part, Reading]]) -> list[tuple[str, int]]:
        return ids.doubtful_of(_all_long(all))

    def long_ids(self, reading: Reading) -> Iterator[str]:
        """The long ids in a field."""
        return filter(ids.is_long_text, self._values(reading))

    def values(self, reading: FieldCells) -> list[Any]:
        """A field's values as the engine takes them, by row: readings of a clock as instants."""
        read, clock = self.reads[reading.field.name], self.clocks.get(reading.field.name)
        if clock is None:
            return [x.value for x in read]
        at = clock.instant_of
        return [at(x.value) if x.flaw >= NAIVE else x.value for x in read]

    def table(self) -> list[dict[str, Any]]:
        """The rows of the record, by the names of its fields; `row` first for a record without a key."""
        names = [r.field.name for r in self.readings]
        columns = [self.values(r) for r in self.readings]
        if self.keyless:
            names, columns = ["row", *names], [list(map(self.key, range(len(self.rows)))), *columns]
        else:
            names, columns = [*names, PLACE], [*columns, [self.place(at) for at in range(len(self.rows))]]
        return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]

    def place(self, at: int) -> int:
        """Where a row stands among all of its record (`parts.place`)."""
        return (self.number * FILES << ROW_BITS) + self.rows[at]

    def without(self, places: Collection[int]) -> None:
        """Takes rows out."""
        kept = [at for at in range(len(self.rows)) if at not in places]
        self.rows = [self.rows[at] for at in kept]
        self.reads = {name: [read[at] for at in kept] for name, read in self.reads.items()}

    def _values(self, reading: Reading) -> Iterator[str]:
        read = self.reads[reading.field.name]
        return (value for at in self._kept() if (value := read[at].value) is not None)

    def _kept(self) -> Sequence[int]:
        return range(len(self.rows)) if self.only is None else self.only

    def _meeting(self, which: Kept | Known | Lost | Local | Shaped | Alike | Among) -> Iterator[int]:
        if isinstance(which, Kept):
            return iter(self._kept())
        meets, read = self._test(which), self.reads[which.reading.field.name]
        return (at for at in self._kept() if meets(at, read[at]))

    def _test(self, which: Known | Lost | Local | Shaped | Alike | Among) -> Callable[[int, Read], bool]:
        match which:
            case Known():
                return lambda _, x: x.value is not None
            case Lost(flaw=None):
                return lambda _, x: x.flaw & FLAW_BITS > 0
            case Lost(flaw=flaw):
                return lambda _, x: x.flaw & FLAW_BITS == flaw
            case Local(reading=reading, means=means, keyed=keyed):
                clock = self.clocks.get(reading.field.name)
                return lambda at, x: (
                    x.flaw >= NAIVE
                    and (means is None or (clock is not None and clock.meaning_of(x.value) == means))
                    and (not keyed or self.key(at) is not None)
                )
            case Shaped(shapes=shapes):
                return lambda _, x: x.shape % 16 in shapes
            case Alike(pattern=pattern):
                whole = re.compile(pattern, re.ASCII)
                return lambda _, x: x.value is not None and whole.fullmatch(x.value) is not None
            case Among(values=values):
                return lambda _, x: x.value in values
            case _:
                assert_never(which)


def as_text(value: Any) -> str | None:
    """A value as DuckDB casts it to a text."""
    if value is None or isinstance(value, str):
        return value
    return ("false", "true")[value] if isinstance(value, bool) else str(value)


def _all_long(all: Sequence[tuple[Part, Reading]]) -> Iterator[str]:
    return (text for part, r in all if isinstance(part, MemoryPart) for text in part.long_ids(r))


# ------------------------------------------------------------------------------------------------------ from a file


def memory_part(record: Record, source: Source | None, file: TextFile, most: int) -> MemoryPart:
    """The file's rows. `TooManyRows` where there are more than so many."""
    asked = asked_of(record, source, file)
    readings = tuple(map(field_cells, asked.fields))
    for field_source, reading in zip(asked.fields, readings, strict=True):
        if field_source.constant is not None:
            refuse_constant(field_source, reading.read(field_source.constant).flaw & FLAW_BITS)
    reason = _dropping(asked.cells, asked.tests, isinstance(file, Workbook))
    rows, kept, dropped = list[int](), list[Sequence[str | None]](), dict[int, list[tuple[int, Any]]]()
    for number, cells in file.rows(asked.needed):
        why = reason(cells)
        if why:
            dropped.setdefault(why, []).append((number, cells))
            continue
        rows.append(number)
        kept.append(cells)
        if len(rows) > most:
            raise TooManyRows
    reads = {
        r.field.name: _column(r, field_source.constant, kept)
        for field_source, r in zip(asked.fields, readings, strict=True)
    }
    if UNSURE in dropped:
        raise DataError(unsure(file, dropped[UNSURE][0][0], asked.tests))
    key = next((r for r in readings if r.field.key), None)
    first = {
        why: tuple(
            FirstRow(n, None, None if key is None else as_text(key.read(_at(cells, key.cell)).value), None)
            for n, cells in some[:SHOWN_EXAMPLES]
        )
        for why, some in dropped.items()
    }
    counts = {why: len(some) for why, some in dropped.items()}
    return MemoryPart(record, source, readings, file, asked.absent, rows, reads, counts, first)


def _at(cells: Sequence[str | None], number: int) -> str | None:
    return cells[number] if 0 <= number < len(cells) else None


def _column(reading: FieldCells, constant: str | None, rows: Sequence[Sequence[str | None]]) -> list[Read]:
    if constant is not None or reading.cell < 0:
        return [reading.read(constant)] * len(rows)
    read, number = reading.read, reading.cell
    return [read(cells[number] if number < len(cells) else None) for cells in rows]


def _dropping(
    asked: Sequence[int], tests: Sequence[ColumnTest], marked: bool
) -> Callable[[Sequence[str | None]], int]:
    """Why a row is left out, or 0. It is blank when it has nothing in any column that is read."""
    of_tests = [(int(t.column.sql[1:]), frozenset(t.test.values), t.test.only) for t in tests]

    def reason(cells: Sequence[str | None]) -> int:
        if asked and not any((cell := _at(cells, n)) and cell.strip(sql.BLANKS) for n in asked):
            return BLANK
        texts = [(_at(cells, n) or "", values, only) for n, values, only in of_tests]
        if any((text in values) is not only for text, values, only in texts):
            return SKIPPED
        return UNSURE if marked and any(text and text[0] in MARKS for text, _, _ in texts) else 0

    return reason


# --------------------------------------------------------------------------------------- rows that occur again


def each_once(parts: Sequence[MemoryPart]) -> tuple[Problem, ...]:
    """`problems.each_once`: takes rows that occur again out of the parts of one record without a key, and says which."""
    for number, part in enumerate(parts):
        part.number, part.several = number, len(parts) > 1
    if not parts or not parts[0].keyless:
        return ()
    values: dict[tuple[Any, ...], list[tuple[int, int]]] = {}
    for number, part in enumerate(parts):
        for at, row in enumerate(zip(*(part.values(r) for r in part.readings), strict=True)):
            values.setdefault(row, []).append((number, at))
    alike = [places for places in values.values() if len(places) > 1]
    if not alike:
        return ()
    asked: dict[int, set[int]] = {}
    for number, at in (place for places in alike for place in places):
        asked.setdefault(number, set()).add(at)
    names = list(dict.fromkeys(key for part in parts for key in columns_of(part.file.names)))
    cells = {
        (number, at): row
        for number, places in asked.items()
        for at, row in _whole_rows(parts[number], places, names)
    }
    again, others = list[tuple[int, int]](), list[tuple[int, int]]()
    differing = set[int]()
    for places in alike:
        different: dict[tuple[str, ...], int] = {}
        for place in places:
            row = cells[place]
            if row in different:
                again.append(place)
            else:
                if different:
                    others.append(place)
                different[row] = len(different)
        for at in range(len(names)):
            if len({row[at] for row in different}) > 1:
                differing.add(at)
    record = parts[0].record
    told = (
        *repeated(parts, "equal rows", len(again), _first(parts, again)),
        *repeated(
            parts,
            TOLD_APART,
            len(others),
            _first(parts, others),
            told_apart_hint(record, [names[at][0] for at in sorted(differing)]),
        ),
    )
    for number in {number for number, _ in again}:
        parts[number].without({at for own, at in again if own == number})
    return told


def _first(
    parts: Sequence[MemoryPart], places: Iterable[tuple[int, int]]
) -> list[tuple[int, str | None, int, str]]:
    shown = sorted(places)[:SHOWN_EXAMPLES]
    return [(number, None, parts[number].rows[at], parts[number].key(at) or "") for number, at in shown]


def _whole_rows(
    part: MemoryPart, places: Collection[int], names: Sequence[tuple[str, int]]
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Some rows with all their cells as texts: what a file does not have is an empty cell."""
    file, by_row = part.file, {part.rows[at]: at for at in places}
    at_name = {key: number for number, key in enumerate(columns_of(file.names))}
    columns = [at_name.get(key) for key in names]
    counted, file.unreadable = file.unreadable, Unreadable()
    if isinstance(file, JsonLines):
        file.whole = True
    try:
        for number, cells in file.rows(range(len(file.names))):
            at = by_row.get(number)
            if at is not None:
                yield at, tuple("" if n is None else _at(cells, n) or "" for n in columns)
    finally:
        file.unreadable = counted


# --------------------------------------------------------------------------------------------------- every record


@dataclass(slots=True)
class MemoryLoaded(Loaded):
    """Data in memory, which the reference interpreter evaluates."""

    def of_parts(self, record: Record, parts: Sequence[Part]) -> MemoryTable:
        return table_of(record, [part for part in parts if isinstance(part, MemoryPart)])

    def problems_of_query(self, record: str, keys: MemoryTable) -> tuple[Problem, ...]:
        (key,) = keys.columns
        return self.problems_of(record, [row[key] for row in keys.rows if row[key] is not None])


def table_of(record: Record, parts: Sequence[MemoryPart]) -> MemoryTable:
    """The rows of a record from all of its files."""
    names = [f.name for f in record.fields]
    keyed = any(f.key for f in record.fields)
    return MemoryTable(
        (*names, PLACE) if keyed else ("row", *names), [row for part in parts for row in part.table()]
    )


def load_in_memory(
    plan: Plan,
    inputs: Mapping[str, Sequence[tuple[Source | None, Sequence[Location | Remote | Held]]]],
    progress: Callable[[str], None] | None,
) -> MemoryLoaded:
    """The rows of every record, from these places by record and source; errors as of `loading.load`."""
    problems, files, paths = list[Problem](), list[str](), set[Path]()
    parts: dict[str, list[MemoryPart]] = {}
    left = MOST_ROWS
    for record in plan.given:
        own = parts[record.name] = []
        for source, places in inputs[record.name]:
            for location in map(_file, places):
                files.append(location.shown)
                paths.add(location.path.resolve())
                if progress is not None:
                    progress(f"reading {location.shown}")
                part = memory_part(record, source, open_text(location, layout_of(record, source)), left)
                left -= len(part.rows)
                problems += survey(part)
                own.append(part)
        problems += each_once(own)
    fit = fitness(plan, parts)
    tables = {record.name: table_of(record, parts[record.name]) for record in plan.given}
    every, named = (*problems, *fit.problems), tuple(dict.fromkeys(files))
    return MemoryLoaded(tables, every, named, InMemory(), frozenset(paths), fit.refusals, parts)


def _file(place: Location | Remote | Held) -> Location:
    """The file to read; `DataError` for what only DuckDB reads."""
    if isinstance(place, Location) and place.format not in (Format.PARQUET, Format.DUCKDB):
        return place
    named = place.named if isinstance(place, Remote) else place.shown
    raise DataError(
        f"`{named}` cannot be read without DuckDB, which is not used here: export the rows to CSV, TSV, JSON Lines or XLSX, or run `sla` "
        'on a machine that has it (`pip install "sladsl[run]"`)'
    )
