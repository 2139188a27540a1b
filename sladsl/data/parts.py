"""One file (or several alike) read for one record: a relation of values and flaws, from which rows and problems are taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, assert_never

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
from sladsl.data.columns import Column, ColumnTest, FieldSource, leaves_out, resolve, row_tests
from sladsl.data.delimited import Delimited
from sladsl.data.errors import DataError, listed
from sladsl.data.jsonlines import JsonLines
from sladsl.data.layout import UNKNOWN, Layout
from sladsl.data.locations import Format, Location
from sladsl.data.native import read_native
from sladsl.data.tables import FILE, Table, numbered, with_bounds
from sladsl.data.textfile import MARKS, ROW, TextFile, Unreadable
from sladsl.data.values import FLAW_BITS, NAIVE, FieldSql, Flaw, Naive, absent, matches, merged, read_text
from sladsl.data.workbook import Workbook
from sladsl.data.zone_offsets import ZoneOffsets
from sladsl.numerals import Mark, Shape
from sladsl.plan import PLACE, FieldType, Record, Source

DROP = "#drop"
ROW_BITS = 40
"""Of a place, for the row in its file."""
FILES = 4096
"""Places a part has for its files."""
_ROWS_A_TASK = 40_960
"""A batch is one thread's work: smaller ones keep all threads busy."""


@dataclass(slots=True)
class SqlPart:
    """A part (`sladsl.data.asking`) in DuckDB: `relation` has `#row`, `#file`, and per field its value and flaw. What is asked is asked of
    the rows for which `only`, which is SQL, is true."""

    connection: Any
    record: Record
    source: Source | None
    shown: str
    relation: str
    readings: tuple[FieldSql, ...]
    file: TextFile | Table
    absent: tuple[str, ...] = ()
    several: bool = False
    number: int = 0
    dropped: dict[int, int] = field(default_factory=dict)
    clocks: dict[str, ZoneOffsets] = field(default_factory=dict)
    lost: dict[str, int] = field(default_factory=dict)
    only: str = "true"

    @property
    def keyless(self) -> bool:
        return not any(r.field.key for r in self.readings)

    def key(self) -> str:
        """SQL of the row's key, as text; of a record without one, its place."""
        return next((f"CAST({r.value} AS VARCHAR)" for r in self.readings if r.field.key), ordinal(self))

    def among(self, keys: Sequence[str]) -> SqlPart:
        return self.among_query(sql.texts(keys) or "NULL")

    def among_query(self, keys: str) -> SqlPart:
        """The part's rows with the keys that a query, which is SQL, gives."""
        return replace(self, only=f"{self.key()} IN ({keys})")

    def stands(self, keys: Sequence[str]) -> Sequence[PlacedRow]:
        file = sql.name(FILE) if isinstance(self.file, Table) else "NULL"
        query = (
            f"SELECT {self.key()} AS k, {sql.name(ROW)} AS r, {file} AS f, {place(self)} AS p FROM {sql.name(self.relation)} "
            f"WHERE k IN ({sql.texts(keys) or 'NULL'}) ORDER BY f, r"
        )
        return [PlacedRow(*row) for row in sql.rows(self.connection, query)]

    def counts(self, which: Sequence[Which]) -> list[int]:
        if not which:
            return []
        columns = ", ".join(f"count(*) FILTER (WHERE {self._where(x)})" for x in which)
        return list(map(int, sql.row(self.connection, f"SELECT {columns} FROM {sql.name(self.relation)}")))

    def measured(self) -> Measured:
        asked: dict[str, str] = {}
        for reading in self.readings:
            name, v, k = reading.field.name, reading.value, reading.flaw
            if k:
                asked[f"flaw {name}"] = f"max({k} & {FLAW_BITS})"
            if reading.naive is not Naive.NEVER and reading.bounds is None:
                local = f" FILTER (WHERE {k} >= {NAIVE})" if reading.naive is Naive.SOME else ""
                asked[f"first {name}"], asked[f"last {name}"] = f"min({v}){local}", f"max({v}){local}"
        if not asked:
            return Measured(frozenset(), {})
        columns = ", ".join(f"{expression} AS {sql.name(name)}" for name, expression in asked.items())
        row = sql.row(self.connection, f"SELECT {columns} {self._rows()}")
        known = dict(zip(asked, row, strict=True))
        names = [r.field.name for r in self.readings]
        local_readings = {
            name: (int(known[f"first {name}"]), int(known[f"last {name}"]))
            for name in names
            if known.get(f"first {name}") is not None
        }
        return Measured(frozenset(n for n in names if known.get(f"flaw {n}")), local_readings)

    def flaws(self, reading: Reading) -> list[tuple[Flaw, int]]:
        flaw = f"({self._of(reading).flaw} & {FLAW_BITS})"
        rows = f"{self._rows()} AND {flaw} > 0"
        counts = sql.rows(self.connection, f"SELECT {flaw}, count(*) {rows} GROUP BY 1 ORDER BY 1")
        return [(Flaw(number), int(count)) for number, count in counts]

    def shapes(self, reading: Reading) -> Mapping[tuple[Shape, Mark], int]:
        rows = f"SELECT {self._of(reading).shape}, count(*) {self._rows()} GROUP BY 1"
        return {(Shape(n % 16), Mark(n // 16)): int(count) for n, count in sql.rows(self.connection, rows)}

    def years(self, reading: Reading) -> Sequence[int]:
        value = self._of(reading).value
        rows = f"FROM {sql.name(self.relation)} WHERE {self._where(Local(reading))}"
        query = f"SELECT DISTINCT year(make_timestamp({value})) {rows}"
        return [int(row[0]) for row in sql.rows(self.connection, query)]

    def first(self, which: Which, most: int) -> list[FirstRow]:
        table = isinstance(self.file, Table)
        asked = None if isinstance(which, Dropped | Kept) else self._of(which.reading)
        file = sql.name(FILE) if table else "NULL"
        raw = f"CAST({asked.raw} AS VARCHAR)" if table and asked is not None else "NULL"
        key = "NULL" if self.keyless else self.key()
        # The rows of a table that are left out are nowhere any more.
        where = "false" if table and isinstance(which, Dropped) else self._where(which)
        query = (
            f"SELECT {sql.name(ROW)}, {file} AS file, {key}, {raw} FROM {sql.name(self.relation)} "
            f"WHERE {where} ORDER BY file, {sql.name(ROW)} LIMIT {most}"
        )
        return [FirstRow(*row) for row in sql.rows(self.connection, query)]

    def locals(self, which: Local, most: int) -> list[tuple[str, int]]:
        key, value = self.key(), self._of(which.reading).value
        rows = f"FROM {sql.name(self.relation)} WHERE {self._where(which)}"
        query = f"SELECT {key}, {value} {rows} ORDER BY 1, 2 LIMIT {most}"
        return [(str(row), int(local)) for row, local in sql.rows(self.connection, query)]

    def lost_keys(self, reading: Reading) -> list[str]:
        rows = (
            f"FROM {sql.name(self.relation)} WHERE {self._where(Lost(reading))} AND {self.key()} IS NOT NULL"
        )
        return [key for (key,) in sql.rows(self.connection, f"SELECT {self.key()} {rows}")]

    def ids(self, reading: Reading) -> tuple[int, int, int]:
        value = self._of(reading).value
        tests = (f(value, matches) for f in (ids.has_exponent, ids.is_long, ids.is_rounded))
        counts = ", ".join(f"count(*) FILTER (WHERE {test})" for test in tests)
        exponents, long, rounded = sql.row(self.connection, f"SELECT {counts} {self._rows()}")
        return int(exponents), int(long), int(rounded)

    def beyond(self, all: Sequence[tuple[Part, Reading]]) -> tuple[int, int]:
        zeros, most = sql.row(self.connection, ids.beyond(_all_long(all)))
        return int(zeros), int(most)

    def doubtful(self, all: Sequence[tuple[Part, Reading]]) -> list[tuple[str, int]]:
        return [(id, int(n)) for id, n in sql.rows(self.connection, ids.doubtful(_all_long(all), matches))]

    def long_ids(self, reading: Reading) -> str:
        """SQL of a query for the long ids in a field."""
        value = self._of(reading).value
        return f"SELECT {value} AS id {self._rows()} AND {ids.is_long(value, matches)}"

    def _of(self, reading: Reading) -> FieldSql:
        return next(r for r in self.readings if r.field.name == reading.field.name)

    def _kept(self) -> str:
        kept = "true" if isinstance(self.file, Table) else f"{sql.name(DROP)} = 0"
        return kept if self.only == "true" else f"{kept} AND {self.only}"

    def _rows(self) -> str:
        return f"FROM {sql.name(self.relation)} WHERE {self._kept()}"

    def _where(self, which: Which) -> str:
        if isinstance(which, Dropped):
            return f"{sql.name(DROP)} = {which.why}"
        if isinstance(which, Kept):
            return self._kept()
        own = self._of(which.reading)
        match which:
            case Known():
                asked = f"{own.value} IS NOT NULL"
            case Lost(flaw=flaw):
                asked = f"({own.flaw} & {FLAW_BITS}) {'> 0' if flaw is None else f'= {flaw:d}'}"
            case Local(means=means, keyed=keyed):
                asked = f"({_is_local(own)})" + (f" AND {self.key()} IS NOT NULL" if keyed else "")
                if means is not None:
                    asked += f" AND {self.clocks[own.field.name].reading(own.value)} = {int(means)}"
            case Shaped(shapes=shapes):
                asked = f"({own.shape} % 16) IN ({', '.join(str(int(shape)) for shape in shapes)})"
            case Alike(pattern=pattern):
                asked = matches(own.value, pattern)
            case Among(values=values):
                asked = f"{own.value} IN ({sql.texts(values)})"
            case _:
                assert_never(which)
        return f"{asked} AND {self._kept()}"


def _is_local(reading: FieldSql) -> str:
    """SQL: the row's value is a local reading."""
    return f"{reading.flaw} >= {NAIVE}" if reading.naive is Naive.SOME else f"{reading.value} IS NOT NULL"


def _all_long(all: Sequence[tuple[Part, Reading]]) -> str:
    return " UNION ALL ".join(part.long_ids(r) for part, r in all if isinstance(part, SqlPart))


def text_part(
    connection: Any, record: Record, source: Source | None, file: TextFile, relation: str
) -> SqlPart:
    """The file's rows as a table: text is taken apart and read once."""
    asked = asked_of(record, source, file)
    readings = tuple(_read_field(s, file, n, file.shown) for n, s in enumerate(asked.fields))
    for field_source, reading in zip(asked.fields, readings, strict=True):
        _check_constant(connection, field_source, reading)
    needed, tests = asked.needed, asked.tests
    drop = _drop([f"c{n}" for n in asked.cells], tests, isinstance(file, Workbook))
    kept = [sql.name(ROW), f"{drop} AS {sql.name(DROP)}", *_outcomes(readings)]
    query = f"SELECT {', '.join(kept)} FROM ({sql.staged('sla_stream', merged(readings))})"
    _create(connection, file, needed, f"CREATE TABLE {sql.name(relation)} AS {query}")
    part = SqlPart(connection, record, source, file.shown, relation, readings, file, asked.absent)
    counts = sql.rows(connection, f"SELECT {sql.name(DROP)}, count(*) FROM {sql.name(relation)} GROUP BY 1")
    part.dropped = {int(kind): int(count) for kind, count in counts if kind}
    if UNSURE in part.dropped:
        first = part.first(Dropped(UNSURE), 1)
        raise DataError(unsure(file, first[0].row, tests))
    return part


def table_part(
    connection: Any, record: Record, source: Source | None, table: Table, relation: str
) -> SqlPart:
    """A typed table's rows as a view: nothing is read until it is asked for."""
    asked = {s.column.name: s.column for s in resolve(record, table.columns, source, table.shown) if s.column}
    table = with_bounds(connection, table, list(asked.values()))
    if table.row is None and not any(f.key for f in record.fields):
        table = numbered(connection, table, f"{relation} in order")
    sources = resolve(record, table.columns, source, table.shown)
    tests = row_tests(table.columns, source, table.shown)
    readings = tuple(_read_field(s, table, n, table.shown) for n, s in enumerate(sources))
    for field_source, reading in zip(sources, readings, strict=True):
        _check_constant(connection, field_source, reading)
    needed = {c.sql: c for c in [*(s.column for s in sources), *(t.column for t in tests)] if c}
    query = sql.staged(table.scan([needed[name] for name in sorted(needed)]), merged(readings))
    left_out = _left_out(tests)
    where = f" WHERE NOT ({left_out})" if left_out else ""
    sql.rows(connection, f"CREATE VIEW {sql.name(relation)} AS SELECT * FROM ({query}){where}")
    part = SqlPart(connection, record, source, table.shown, relation, readings, table, _absent(sources))
    if left_out:
        counted = sql.row(connection, f"SELECT count(*) FROM ({query}) WHERE {left_out}")
        part.dropped = {SKIPPED: int(counted[0])} if counted[0] else {}
    return part


def open_text(location: Location, layout: Layout = UNKNOWN) -> TextFile:
    """The file, with its header found."""
    try:
        if location.format is Format.WORKBOOK:
            return Workbook(location.path, location.shown, location.part, layout)
        if location.format is Format.JSON:
            return JsonLines(location.path, location.shown, layout)
        return Delimited(location.path, location.shown, layout)
    except OSError as error:
        raise DataError(f"`{location.shown}` cannot be opened: {error.strerror or error}") from None


def rows_sql(part: SqlPart) -> str:
    """A query of the record's fields, by their names and in their types; `row` first for a record without a key."""
    columns = [f"{_final(part, reading)} AS {sql.name(reading.field.name)}" for reading in part.readings]
    if part.keyless:
        columns.insert(0, f"{ordinal(part)} AS {sql.name('row')}")
    else:
        columns.append(f"{place(part)} AS {sql.name(PLACE)}")
    return f"SELECT {', '.join(columns)} FROM {sql.name(part.relation)}"


def _final(part: SqlPart, reading: FieldSql) -> str:
    clock = part.clocks.get(reading.field.name)
    if clock is None or reading.naive is Naive.NEVER:
        return reading.value
    instant = clock.instant(reading.value)
    if reading.naive is Naive.ALWAYS or reading.flaw is None:
        return instant
    return f"CASE WHEN {reading.flaw} >= {NAIVE} THEN {instant} ELSE {reading.value} END"


def place(part: SqlPart) -> str:
    """SQL of where a row stands among all of its record, as a number: by the order of the sources, their files and the rows in them;
    missing where the rows come in no order."""
    file = "0"
    if isinstance(part.file, Table):
        if not part.file.ordered:
            return "CAST(NULL AS BIGINT)"
        arms = " ".join(f"WHEN {sql.text(x.shown)} THEN {n}" for n, x in enumerate(part.file.parquet))
        file = f"CASE {sql.name(FILE)} {arms} ELSE 0 END" if part.file.file else "0"
    return (
        f"((CAST({part.number * FILES} + {file} AS BIGINT) << {ROW_BITS}) + CAST({sql.name(ROW)} AS BIGINT))"
    )


def ordinal(part: SqlPart) -> str:
    """SQL of a row's place, as text: the key of a row that has none."""
    number = f"CAST({sql.name(ROW)} AS VARCHAR)"
    if isinstance(part.file, Table) and part.file.file:
        return f"{sql.name(FILE)} || ' ' || {number}"
    return f"{sql.text(part.shown + ' ')} || {number}" if part.several else number


def _read_field(source: FieldSource, file: TextFile | Table, n: int, shown: str) -> FieldSql:
    if source.constant is not None:
        return read_text(source, sql.text(source.constant), n)
    if source.column is None:
        return absent(source.field, n)
    if isinstance(file, Table):
        return read_native(source, source.column, n, shown)
    cell = source.column.sql
    return read_text(source, cell, n, typed=f"typed{cell[1:]}" if file.typed else "false")


def _check_constant(connection: Any, source: FieldSource, reading: FieldSql) -> None:
    if source.constant is not None and reading.flaw is not None:  # any text is a text
        query = sql.staged("(SELECT 1)", reading.stages)
        refuse_constant(source, sql.row(connection, f"SELECT {reading.flaw} & {FLAW_BITS} FROM ({query})")[0])


def refuse_constant(source: FieldSource, flaw: int) -> None:
    """What a source says is always so must be a value of its field: else every row would be wrong in the same way."""
    if flaw:
        f = source.field
        wanted = f"one of {listed(f.values)}" if f.type is FieldType.ONE_OF else f"readable as {f.type}"
        raise DataError(
            f'`{f.name}` is always "{source.constant}", which is not {wanted}: correct its source'
        )


@dataclass(frozen=True, slots=True)
class AskedOfFile:
    """What is asked of a text file: how each field is read, which rows are left out, and which columns are `needed` for it. `cells` are
    those of which one must have something in a row that is none left blank; `absent` are fields that have no column."""

    fields: tuple[FieldSource, ...]
    tests: tuple[ColumnTest, ...]
    needed: tuple[int, ...]
    cells: tuple[int, ...]
    absent: tuple[str, ...]


def asked_of(record: Record, source: Source | None, file: TextFile) -> AskedOfFile:
    """`DataError` when a column is not there."""
    columns = tuple(Column(name, f"c{at}") for at, name in enumerate(file.names))
    fields = resolve(record, columns, source, file.shown)
    tests = row_tests(columns, source, file.shown)
    if isinstance(file, Workbook):
        file.texts = frozenset(_number(column) for column in _read_as_text(fields, tests))
        fields = tuple(_of_workbook(s) for s in fields)
    asked = [s.column for s in fields if s.column] + [t.column for t in tests]
    cells = tuple(sorted({_number(column) for column in asked}))
    return AskedOfFile(fields, tests, cells or (0,), cells, _absent(fields))


def _number(column: Column) -> int:
    """The place of a text file's column in its rows."""
    return int(column.sql[1:])


def _read_as_text(sources: Sequence[FieldSource], tests: Sequence[ColumnTest]) -> Iterator[Column]:
    """The columns whose values are texts of the agreement, so that a number in them is what people see of it."""
    texts = (FieldType.TEXT, FieldType.ONE_OF)
    yield from (s.column for s in sources if s.column and s.field.type in texts)
    yield from (t.column for t in tests)


def _of_workbook(source: FieldSource) -> FieldSource:
    """Cells of a workbook may be marked, and its true dates have no spelling of their own."""
    timed = source.field.type in (FieldType.DATE, FieldType.TIME)
    rules = replace(source.rules, iso_too=timed and source.rules.format is not None)
    return replace(source, rules=replace(rules, marked=source.column is not None))


def unsure(file: TextFile, first: int, tests: Sequence[ColumnTest]) -> str:
    """Says of a row that nobody can tell whether it counts."""
    (row,) = file.places([first]).values()
    asked = ", ".join(f"`{t.column.name}` is `{row.cells.get(_number(t.column))}`" for t in tests)
    words = " and ".join(dict.fromkeys(f"`{t.test.words}`" for t in tests))
    return (
        f"`{file.shown}`, row {row.line}: {asked}, and the cell holds no value of its own (a formula without a stored result, an "
        f"error, or one of several merged cells), so nobody can tell whether {words} leaves the row out; save the workbook in "
        "Excel, or paste the values"
    )


def _absent(sources: Sequence[FieldSource]) -> tuple[str, ...]:
    return tuple(s.field.name for s in sources if s.column is None and s.constant is None)


def _outcomes(readings: Sequence[FieldSql]) -> list[str]:
    return [name for r in readings for name in (r.value, r.flaw, r.shape) if name]


def _left_out(tests: Sequence[ColumnTest]) -> str:
    """SQL: whether a row fails one of the tests; "" for none."""
    return " OR ".join(
        leaves_out(t.test, f"CAST({t.column.sql} AS VARCHAR)", sql.texts(t.test.values)) for t in tests
    )


def _drop(cells: Sequence[str], tests: Sequence[ColumnTest], marked: bool) -> str:
    """SQL: why a row of a text file is left out, or 0. A row is blank when it has nothing in any column that is read."""
    marks = " OR ".join(
        f"contains({sql.text(MARKS)}, left({t.column.sql}, 1)) AND {t.column.sql} <> ''" for t in tests
    )
    unsure = f" WHEN {marks} THEN {UNSURE}" if marked and marks else ""
    blank = " AND ".join(f"({cell} IS NULL OR {sql.trimmed(cell)} = '')" for cell in cells) or "false"
    return f"CAST(CASE WHEN {blank} THEN {BLANK} WHEN {_left_out(tests) or 'false'} THEN {SKIPPED}{unsure} ELSE 0 END AS UTINYINT)"


def read_again(connection: Any, file: TextFile, statement: str) -> None:
    """Runs `statement` over all columns of a file that was read before: what could not be read in it has been counted."""
    counted, file.unreadable = file.unreadable, Unreadable()
    if isinstance(file, JsonLines):
        file.whole = True
    try:
        _create(connection, file, range(len(file.names)), statement)
    finally:
        file.unreadable = counted


def _create(connection: Any, file: TextFile, needed: Sequence[int], statement: str) -> None:
    """Runs `statement`, which reads `sla_stream`: the file's batches. What the file's reader raises is raised as it is."""
    import pyarrow as pa

    from sladsl.data.textfile import schema

    raised: list[BaseException] = []

    def batches() -> Any:
        try:
            for batch in file.batches(needed):
                for start in range(0, batch.num_rows, _ROWS_A_TASK):
                    yield batch.slice(start, _ROWS_A_TASK)
        except BaseException as error:
            raised.append(error)
            raise

    connection.register(
        "sla_stream", pa.RecordBatchReader.from_batches(schema(needed, file.typed), batches())
    )
    try:
        sql.rows(connection, statement)
    except Exception:
        if raised:
            raise raised[0] from None
        raise
    finally:
        connection.unregister("sla_stream")
