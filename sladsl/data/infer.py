"""A first guess at what files hold, for `sla init`: records, fields, how values are spelt, and what joins to what.

Everything here is a proposal that its reader will correct, so it errs on the side of text, and says what it assumed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import compress, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sladsl.addresses import Address
from sladsl.data import histories
from sladsl.data.columns import repeated_name
from sladsl.data.encodings import is_utf
from sladsl.data.errors import DataError
from sladsl.data.inferred import InferredColumn, InferredField, InferredLink, InferredRecord
from sladsl.data.layout import DRAFT, Layout
from sladsl.data.locations import Format, Location, Remote, locate
from sladsl.data.naming import RESERVED, field_names, record_name, singular, snake_case
from sladsl.data.spelling import Spelling, shapes, spelling
from sladsl.data.sql import BLANKS
from sladsl.numerals import fault, read, read_example
from sladsl.plan import FieldType

if TYPE_CHECKING:
    from sladsl.data.tables import Table
    from sladsl.data.textfile import TextFile

MOST_ROWS = 200_000
"""Rows that are looked at, from the beginning of a file."""
NEARLY_ALL = 0.99
"""Real exports have a blank cell, a `#REF!` row or a row twice: what is so in 99 of 100 rows is meant so, and the rest is a data
problem that a run will list."""
MANY_KEYS = 20
"""Rows in which values that never repeat may be what the rows are called."""
MANY = 100
"""Rows in which something that never happens is taken not to happen."""


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    counts: Mapping[str, int]
    blank: int
    type: FieldType | None = None
    needs_zone: bool = False


@dataclass(frozen=True, slots=True)
class _Looked:
    """A file with its columns' values, and the record it becomes."""

    location: Location
    layout: Layout
    columns: tuple[_Column, ...]
    record: InferredRecord


def infer(
    paths: Sequence[str], base: Path | None = None, encoding: str | None = None
) -> tuple[InferredRecord, ...]:
    """The records that files hold, in the order given; relative paths start at `base`, else at the working folder. `lead=contacts.csv` says
    what a row of a file is. Text files that are not UTF-8 and have no byte order mark are in `encoding`.

    `DataError` when a file cannot be read, or has no column with a name.
    """
    given = [_named(path, base or Path()) for path in paths]
    locations = [(name, x) for name, path in given for x in _files(path, base or Path())]
    names: list[str] = []
    for name, location in locations:
        source = Path(location.part) if location.part else location.path
        if name in names:
            raise DataError(f"two files are called `{name}`: what a row is has a name of its own in each")
        names.append(name or record_name(source, [*names, *(n for n, _ in given if n)]))
    looked = [
        each
        for (_, location), name in zip(locations, names, strict=True)
        for each in _apart(_look(location, name, names, encoding), names, alone=len(locations) == 1)
    ]
    linked = list(_linked(looked))
    parents = {each.record.name: each.record for each in linked}
    return tuple(record for each in linked for record in _changes(each, parents, names))


_SHOWN = 50


def samples(path: str) -> tuple[InferredColumn, ...]:
    """The columns of one file as its first rows show them. `DataError` as for `infer`."""
    found = []
    for location in _files(path, Path()):
        looked = _look(location, "row", ["row"], None)
        for column, f in zip(looked.columns, looked.record.fields, strict=True):
            common = sorted(column.counts, key=lambda value: (-column.counts[value], value))
            found.append(InferredColumn(column.name, tuple(common[:_SHOWN]), f.format))
    return tuple(found)


def _changes(
    looked: _Looked, records: Mapping[str, InferredRecord], names: Sequence[str]
) -> Sequence[InferredRecord]:
    """The records that a file gives: one, or of a history one for each field whose changes it tells of."""
    record = looked.record
    columns = histories.columns_of(record.fields)
    if record.link is None or columns is None:
        return (record,)
    values = _values_by_field(looked, columns)
    return tuple(
        histories.changes(record, columns, values, records[record.link.parent], (*names, *records))
    ) or (record,)


def _values_by_field(looked: _Looked, columns: histories.Columns) -> dict[str, Counter[str]]:
    """The values that each field of a history had, before and after its changes; "" for none."""
    numbers = [columns.field, columns.now, *(() if columns.before is None else (columns.before,))]
    asked = [looked.record.fields[n].column for n in numbers]
    values: dict[str, Counter[str]] = {}
    for cells in _cells(looked, asked):
        for field, *of in zip(*cells, strict=True):
            if field is not None and field.strip(BLANKS):
                values.setdefault(field, Counter()).update((x or "").strip(BLANKS) for x in of)
    return values


def _cells(looked: _Looked, columns: Sequence[str]) -> Iterator[list[list[str | None]]]:
    """The texts in these columns, of the rows that are looked at."""
    if not _is_typed(looked.location):
        file = _opened(looked.location, looked.layout)
        places = [file.names.index(name) for name in columns]
        needed = sorted(places)
        for cells in _some(file, needed):
            by_place = dict(zip(needed, cells, strict=True))
            yield [by_place[place] for place in places]
        return
    from sladsl.data import sql

    with _table(looked.location) as (connection, table):
        there = {c.name: sql.name(c.there) for c in table.columns}
        texts = ", ".join(f"CAST({there[name]} AS VARCHAR)" for name in columns)
        rows = sql.rows(connection, f"SELECT {texts} FROM {table.relation} LIMIT {MOST_ROWS}")
        yield [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in columns]


def _named(given: str, base: Path) -> tuple[str, str]:
    """`lead=contacts.csv` as the record's name and the file, with no name where only a file is given. `DataError` for what is no name."""
    name, equals, path = given.partition("=")
    if not equals or (base / given).exists() or "://" in name:
        return "", given
    if snake_case(name) != name or name in RESERVED:
        raise DataError(
            f"`{name}` cannot be what a row is called: expected a name such as `lead`, of small letters, digits and `_`"
        )
    return name, path


def _files(path: str, base: Path) -> Iterator[Location]:
    for location in locate(Address(path), base):
        if isinstance(location, Remote):
            raise DataError(
                f"`{location.shown}`: a first draft is made from files; export a part of the table as CSV or Parquet"
            )
        yield location


# ------------------------------------------------------------------------------------------------------ one file


def _look(location: Location, name: str, records: Sequence[str], encoding: str | None) -> _Looked:
    other = _other_encoding(location, encoding)
    layout = replace(DRAFT, encoding=other or None)
    columns, rows = _columns(location, layout)
    columns = tuple(column for column in columns if column.name)
    if not columns:
        raise DataError(
            f"`{location.shown}` has no column with a name: expected a first line with the names of the columns"
        )
    fields = tuple(
        _field(field, column)
        for field, column in zip(field_names((c.name for c in columns), records), columns, strict=True)
    )
    fields = tuple(replace(f, planned=_is_planned(f)) for f in fields)
    fields = tuple(replace(f, type=FieldType.TEXT) if _is_id(f, records) else f for f in fields)
    fields = _with_key(fields, columns, name, rows)
    fields, numbers = _one_spelling(fields, columns)
    missing = sorted({text for field in fields for text in field.missing if text})
    shown = f"{location.shown}#{location.part}" if location.part else location.shown
    zone = any(field.needs_zone for field in fields)
    record = InferredRecord(name, shown, fields, None, ("", *missing), zone, rows, numbers, other)
    return _Looked(location, layout, columns, replace(record, maybe_key=_maybe_key(record, columns)))


def _other_encoding(location: Location, encoding: str | None) -> str:
    """The encoding that is said of texts that are not UTF-8, for one that is not; empty for any other file."""
    if encoding is None or location.format not in (Format.DELIMITED, Format.JSON):
        return ""
    return "" if is_utf(location.path) else encoding


def _maybe_key(record: InferredRecord, columns: Sequence[_Column]) -> str:
    """A column that has another text in each of many rows, of a record without a key."""
    if record.rows < MANY_KEYS or any(f.key for f in record.fields):
        return ""
    for f, column in zip(record.fields, columns, strict=True):
        text = f.type is FieldType.TEXT or (
            f.type is FieldType.NUMBER and all(x.isdigit() for x in column.counts)
        )
        if text and not f.optional and len(column.counts) == record.rows:
            return column.name
    return ""


def _is_planned(f: InferredField) -> bool:
    """A due date or an appointment: noted in advance."""
    words = (
        r"(?:^|_)(?:target|due|deadline|planned|scheduled|expected|promised|estimated|eta|appointment|expir(?:es|y|ation)|renewal|"
        r"valid_until|valid_to)(?:_|$)"
    )
    return f.type in (FieldType.TIME, FieldType.DATE) and re.search(words, f.name) is not None


def _is_id(f: InferredField, records: Sequence[str]) -> bool:
    """A number by which something is called: nobody adds it up, and a CRM's has more digits than a number holds."""
    names = {*_THINGS, *records, *(record.rsplit("_", maxsplit=1)[-1] for record in records)}
    return f.type is FieldType.NUMBER and not f.numbers and f.name in names


def _one_spelling(
    fields: tuple[InferredField, ...], columns: Sequence[_Column]
) -> tuple[tuple[InferredField, ...], str]:
    """The fields, and how a source would say that their numbers are written: in one way. Those that are not written so stay texts."""
    ways = Counter(f.numbers for f in fields if f.numbers)
    if not ways:
        return fields, ""
    example = ways.most_common(1)[0][0]
    numerals = read_example(example)
    respelt = []
    for f, column in zip(fields, columns, strict=True):
        texts = Counter({value.strip(BLANKS): count for value, count in column.counts.items()})
        alike = f.numbers == example or (
            all(read(text, numerals) == read(text) for text in texts)
            and fault(shapes(texts), numerals) is None
        )
        if f.type is FieldType.NUMBER and not alike:
            doubt = f"a number, but written otherwise than those of this source (`{example}`)"
            f = replace(f, type=FieldType.TEXT, doubt=doubt, numbers="")  # noqa: PLW2901
        respelt.append(f)
    return tuple(respelt), example


# --------------------------------------------------------------------------------------- one row for each of its events


def _apart(looked: _Looked, names: Sequence[str], alone: bool) -> Iterator[_Looked]:
    """A file with a row for each event is two records: what the events are of, whose columns are the same in all of its rows, and they.
    One with a row for each state is one record, of which a state is kept. A history stays whole where another file holds what it is of."""
    record = looked.record
    if not alone and histories.columns_of(record.fields) is not None:
        yield looked
        return
    number = None if any(f.key for f in record.fields) else _logged(looked)
    if number is None:
        yield looked
        return
    field, column = record.fields[number], looked.columns[number]
    same = _same_in_all(looked, number)
    told = replace(record, logged=column.name, maybe_key="")
    timed = [n for n, f in enumerate(record.fields) if _comes(f) and not f.optional]
    changing = [n for n in timed if n not in same]
    if not changing:
        yield looked  # rows that differ in no time are no events
        return
    if all(_BOOKKEEPING.search(record.fields[n].name) for n in changing):
        by = next((n for n in changing if _tells_states(record.fields[n])), None)
        dated = any(_comes(f) and not _BOOKKEEPING.search(f.name) for f in record.fields)
        if by is not None and dated:
            yield _of_states(looked, number, by, names)
        else:
            states = None if by is None else record.fields[by]
            yield replace(looked, record=replace(told, states=states))
        return
    if not any(n in same and not _BOOKKEEPING.search(record.fields[n].name) for n in timed):
        yield replace(looked, record=told)
        return
    called = snake_case(column.name)
    stem = re.sub(r"_(?:id|number|no|key|uuid)$", "", called)
    above = record.name if stem in ("id", "key", "number", "uuid", "guid") else stem
    below = f"{record.name}_event" if above == record.name else record.name
    above = above if above == record.name or above not in names else f"{above}_row"
    key = replace(_as_key(field), name="id" if called == above else field.name)
    own = (key, *(record.fields[n] for n in same))
    rest = tuple(f for n, f in enumerate(record.fields) if n != number and n not in same)
    yield replace(
        looked,
        columns=tuple(c for n, c in enumerate(looked.columns) if n == number or n in same),
        record=replace(
            record,
            name=above,
            fields=own,
            rows=len(column.counts),
            needs_zone=any(f.needs_zone for f in own),
            logged=column.name,
            repeats=True,
        ),
    )
    link = InferredLink(above, column.name, key.name)
    zone = any(f.needs_zone for f in rest)
    yield replace(looked, record=replace(told, name=below, fields=rest, link=link, needs_zone=zone))


def _as_key(f: InferredField) -> InferredField:
    """The field as the key of its record: a text that is always there."""
    return InferredField(f.name, f.column, FieldType.TEXT, key=True, missing=f.missing)


_BOOKKEEPING = re.compile(r"sync|modif|updat|snapshot|extract|as_of|loaded")
"""What a time is called at which a row was written, and nothing happened."""


def _tells_states(f: InferredField) -> bool:
    """Whether states can be told apart by it: a date alone is no time."""
    return f.type is FieldType.TIME and not f.date_only


def _of_states(looked: _Looked, number: int, updated: int, names: Sequence[str]) -> _Looked:
    """The record whose rows are states: the one by whose time they are told apart is said beside the fields."""
    record = looked.record
    states = record.fields[updated]
    own = tuple(_as_key(f) if n == number else f for n, f in enumerate(record.fields) if n != updated)
    columns = tuple(c for n, c in enumerate(looked.columns) if n != updated)
    logged = looked.columns[number]
    made = replace(
        record, fields=own, rows=len(logged.counts), logged=logged.name, states=states, maybe_key=""
    )
    thing = re.sub(r"_(?:log|history|states?|changes?|audit|versions?)$", "", record.name)
    if thing not in (*names, *(f.name for f in own)):
        made = replace(made, name=thing)
    return replace(looked, columns=columns, record=made)


def _comes(f: InferredField) -> bool:
    """A time or a date that something happened at."""
    return f.type in (FieldType.TIME, FieldType.DATE) and not f.planned


def _logged(looked: _Looked) -> int | None:
    """The column whose values name what the rows tell of: it is called like an id or a record, and each value has several rows."""
    record = looked.record
    timed = any(f.type is FieldType.TIME and not f.planned for f in record.fields)
    candidates = []
    for number, (f, column) in enumerate(zip(record.fields, looked.columns, strict=True)):
        called = snake_case(column.name)
        rank = _key_rank(called, record.name)
        named = rank is not None or called in _THINGS
        several = 2 <= len(column.counts) <= record.rows / 1.5
        person = re.search(
            r"owner|user|agent|assign|_by_|group|team|account|company|type|stage|status|campaign|source",
            f.name,
        )
        if timed and named and several and not column.blank and not person:
            candidates.append((rank is None, -len(column.counts), number))
    return min(candidates)[2] if candidates else None


_THINGS = frozenset(
    (
        "case",
        "ticket",
        "incident",
        "issue",
        "request",
        "number",
        "lead",
        "contact",
        "deal",
        "opportunity",
        "order",
        "customer",
    )
)


def _same_in_all(looked: _Looked, number: int) -> list[int]:
    """The columns that have one value in all rows of what `number` names."""
    others = [n for n in range(len(looked.columns)) if n != number]
    if _is_typed(looked.location):
        return _same_in_table(looked, number, others)
    seen: list[dict[str | None, str | None]] = [{} for _ in others]
    same = [True] * len(others)
    for things, *cells in _cells(looked, [looked.columns[n].name for n in (number, *others)]):
        for at, column in enumerate(cells):
            if same[at]:
                first = seen[at]
                same[at] = all(
                    first.setdefault(thing, cell) == cell for thing, cell in zip(things, column, strict=True)
                )
    return [n for n, fits in zip(others, same, strict=True) if fits]


def _same_in_table(looked: _Looked, number: int, others: Sequence[int]) -> list[int]:
    from sladsl.data import sql

    with _table(looked.location) as (connection, table):
        there = {c.name: sql.name(c.there) for c in table.columns}
        thing = there[looked.columns[number].name]
        columns = [there[looked.columns[n].name] for n in others]
        rows = f"(SELECT {', '.join([thing, *columns])} FROM {table.relation} LIMIT {MOST_ROWS})"
        once = ", ".join(
            f"count(DISTINCT {c}) + max(CAST({c} IS NULL AS INTEGER)) <= 1 AS s{n}"
            for n, c in enumerate(columns)
        )
        asked = ", ".join(f"bool_and(s{n})" for n in range(len(columns)))
        same = sql.row(connection, f"SELECT {asked} FROM (SELECT {once} FROM {rows} GROUP BY {thing})")
    return [n for n, fits in zip(others, same, strict=True) if fits]


def _is_typed(location: Location) -> bool:
    return location.format in (Format.PARQUET, Format.DUCKDB)


def _opened(location: Location, layout: Layout) -> TextFile:
    from sladsl.data.parts import open_text

    return open_text(location, layout)


@contextmanager
def _table(location: Location) -> Iterator[tuple[Any, Table]]:
    """A typed table, for as long as it is asked."""
    from sladsl.data.tables import open_database, open_parquet, undamaged
    from sladsl.engines import sandbox

    connection = sandbox.opened()
    database = location.format is Format.DUCKDB
    sandbox.close_off(connection, *(((), [location.path]) if database else ([location.path], ())))
    try:
        with undamaged([location.shown]):
            yield (
                connection,
                (
                    open_parquet(connection, [location])[0]
                    if location.format is Format.PARQUET
                    else open_database(connection, location)
                ),
            )
    finally:
        connection.close()


def _columns(location: Location, layout: Layout) -> tuple[tuple[_Column, ...], int]:
    if _is_typed(location):
        return _typed_columns(location)
    from sladsl.data.jsonlines import JsonLines

    file = _opened(location, layout)
    nested = file.nested if isinstance(file, JsonLines) else frozenset()
    once = [number for number, name in enumerate(file.names) if name and name not in nested]
    _check_names(location, [(number, file.names[number]) for number in once])
    if not once:
        return (), 0
    counts: list[Counter[str | None]] = [Counter() for _ in once]
    rows = 0
    for cells in _some(file, once):
        rows += len(cells[0])
        for counter, column in zip(counts, cells, strict=True):
            counter.update(column)
    columns = [_column(file.names[number], counter) for number, counter in zip(once, counts, strict=True)]
    return tuple(columns), rows


def _check_names(location: Location, names: Sequence[tuple[int, str]]) -> None:
    """`DataError` for a name that several columns have; each comes with its place."""
    for name, times in Counter(name for _, name in names).items():
        if times > 1:
            raise DataError(repeated_name(location.shown, name, [n for n, other in names if other == name]))


def _some(file: TextFile, needed: Sequence[int]) -> Iterator[list[list[str | None]]]:
    """Cells by column, of the first rows; a row with nothing in it says nothing about its columns."""
    from sladsl.data.loading import in_memory

    rows = 0
    for cells in _by_column(file, needed) if in_memory() else _by_batch(file, needed):
        filled = [any(cell and cell.strip(BLANKS) for cell in row) for row in zip(*cells, strict=True)]
        yield [list(compress(column, filled))[: MOST_ROWS - rows] for column in cells]
        rows += sum(filled)
        if rows >= MOST_ROWS:
            return


def _by_batch(file: TextFile, needed: Sequence[int]) -> Iterator[list[list[str | None]]]:
    for batch in file.batches(needed):
        yield [column.to_pylist() for column in batch.columns[1 : 1 + len(needed)]]


def _by_column(file: TextFile, needed: Sequence[int]) -> Iterator[list[list[str | None]]]:
    """The same without Arrow."""
    rows = (cells for _, cells in file.rows(needed))
    while some := list(islice(rows, _AT_ONCE)):
        yield [[row[n] if n < len(row) else None for row in some] for n in needed]


_AT_ONCE = 20_000


def _column(
    name: str, counts: Mapping[str | None, int], type: FieldType | None = None, needs_zone: bool = False
) -> _Column:
    known = {value: count for value, count in counts.items() if value is not None and value.strip(BLANKS)}
    return _Column(name, known, sum(counts.values()) - sum(known.values()), type, needs_zone)


def _typed_columns(location: Location) -> tuple[tuple[_Column, ...], int]:
    """The columns of a typed table; those with values of no type of ours are left out."""
    from sladsl.data import sql
    from sladsl.data.columns import Kind

    types = {
        Kind.INTEGER: FieldType.NUMBER, Kind.DECIMAL: FieldType.NUMBER, Kind.FLOAT: FieldType.NUMBER, Kind.BOOLEAN: FieldType.BOOLEAN,
        Kind.DATE: FieldType.DATE, Kind.LOCAL: FieldType.TIME, Kind.INSTANT: FieldType.TIME, Kind.TIME_OF_DAY: FieldType.DURATION,
        Kind.INTERVAL: FieldType.DURATION,
    }  # fmt: skip
    columns = []
    with _table(location) as (connection, table):
        _check_names(location, [(n, c.name) for n, c in enumerate(table.columns)])
        for column in table.columns:
            if column.kind is Kind.OTHER:
                continue
            query = (
                f"SELECT CAST({sql.name(column.there)} AS VARCHAR), count(*) FROM "
                f"(SELECT {sql.name(column.there)} FROM {table.relation} LIMIT {MOST_ROWS}) GROUP BY 1 ORDER BY 1"
            )
            counts = dict(sql.rows(connection, query))
            columns.append(_column(column.name, counts, types.get(column.kind), column.kind is Kind.LOCAL))
        rows = sql.row(
            connection, f"SELECT count(*) FROM (SELECT 1 FROM {table.relation} LIMIT {MOST_ROWS})"
        )[0]
    return tuple(columns), int(rows)


def _field(name: str, column: _Column) -> InferredField:
    spelt = spelling(name, column.counts)
    if column.type is not None:
        whole = (
            column.type is FieldType.NUMBER
            and spelt.type is FieldType.TEXT
            and re.search(r"(?:^|_)(?:id|key)$", name)
        )
        spelt = Spelling(FieldType.TEXT if whole else column.type, needs_zone=column.needs_zone)
    total = column.blank + sum(column.counts.values())
    without = column.blank + sum(
        n for text, n in column.counts.items() if text.strip(BLANKS) in spelt.missing
    )
    gone = without > (1 - NEARLY_ALL) * total or not column.counts
    return InferredField(
        name, column.name, spelt.type, spelt.values, spelt.format, gone, False,
        spelt.needs_zone, spelt.date_only, spelt.missing, spelt.odd, spelt.doubt, spelt.numbers, spelt.utc,
    )  # fmt: skip


def _with_key(
    fields: tuple[InferredField, ...], columns: Sequence[_Column], record: str, rows: int
) -> tuple[InferredField, ...]:
    """The field that identifies a row becomes the key: called so, and (but for a few bad rows) never missing and never twice."""
    unique = [
        number
        for number, column in enumerate(columns)
        if rows and not fields[number].optional and len(column.counts) >= NEARLY_ALL * rows
    ]
    ranked = [
        (rank, number) for number in unique if (rank := _key_rank(fields[number].name, record)) is not None
    ]
    if not ranked:
        return fields
    key = min(ranked)[1]
    as_key = replace(
        fields[key], key=True, type=FieldType.TEXT, values=(), format=None, optional=False, needs_zone=False
    )
    return (*fields[:key], as_key, *fields[key + 1 :])


def _key_rank(name: str, record: str) -> int | None:
    last = record.rsplit("_", maxsplit=1)[-1]
    order = (
        "id",
        f"{record}_id",
        f"{last}_id",
        "record_id",
        "key",
        "uuid",
        "guid",
        record,
        f"{record}_number",
        "number",
    )
    if name in order:
        return order.index(name)
    return len(order) if re.search(r"(?:_id|_key|_uuid)$", name) else None


# ------------------------------------------------------------------------------------------------- between files


def _linked(looked: Sequence[_Looked]) -> Iterator[_Looked]:
    """Each record with the parent that its values name, when there is one; never in a circle."""
    parents: dict[str, str] = {}
    for child in looked:
        if child.record.link is not None:  # its file holds its parent as well
            parents[child.record.name] = child.record.link.parent
            yield child
            continue
        best = max(_links(child, looked, parents), default=None, key=lambda each: each[0])
        if best is None:
            yield child
            continue
        _, link = best
        parents[child.record.name] = link.parent
        key = next((f for f in child.record.fields if f.key and f.column == link.column), None)
        history = histories.columns_of(child.record.fields) is not None
        if key is not None and (history or not _one_each(child, key)):
            key = None
        fields = tuple(f for f in child.record.fields if f.column != link.column or f is key)
        yield replace(
            child,
            record=replace(child.record, fields=fields, link=replace(link, own=key.name if key else "")),
        )


def _one_each(child: _Looked, key: InferredField) -> bool:
    """Whether a parent's key really is its child's too. In a few rows it may happen to occur once each, and as a key it would make every
    later row of the same parent a mistake; so it takes many rows, or a name that says that it is the child's own."""
    generic = _key_rank("any_id", child.record.name)
    return child.record.rows >= MANY or _key_rank(key.name, child.record.name) != generic


def _links(
    child: _Looked, looked: Sequence[_Looked], parents: Mapping[str, str]
) -> Iterator[tuple[tuple[bool, bool, float], InferredLink]]:
    """Possible links with their rank: a name that says so, not the child's own key, the share of values that are there."""
    for parent in looked:
        key = next((f for f in parent.record.fields if f.key), None)
        if parent is child or key is None or _descends(parent.record.name, child.record.name, parents):
            continue
        keys = set(next(c for c in parent.columns if c.name == key.column).counts)
        for column in child.columns:
            field = next((f for f in child.record.fields if f.column == column.name), None)
            share = sum(value in keys for value in column.counts) / max(1, len(column.counts))
            named = _names(column.name, parent.record.name, key.column)
            own = field is not None and field.key
            if own and len(column.counts) >= len(keys) and looked.index(child) < looked.index(parent):
                continue  # two keys with the same values: the file that was named first is the parent
            telling = len(column.counts) >= 20 or (
                len(column.counts) >= 2 and all(map(_telling, column.counts))
            )
            if share >= 0.5 and (named or (telling and share >= 0.9 and not own)):
                yield (named, not own, share), InferredLink(parent.record.name, column.name, key.name)


def _telling(value: str) -> bool:
    """Whether a value is not met by chance: an id of letters and digits, or a long number."""
    return len(value) >= 6 and re.search(r"\d", value) is not None


def _descends(name: str, ancestor: str, parents: Mapping[str, str]) -> bool:
    while name in parents:
        name = parents[name]
        if name == ancestor:
            return True
    return False


def _names(column: str, parent: str, key: str) -> bool:
    """Whether a column's name says that it holds a parent's key: `Contact ID`, `lead`, or the key's own name (but not just `id`)."""
    name, theirs = snake_case(column), snake_case(key)
    words = {singular(word) for word in name.split("_")}
    return parent.rsplit("_", maxsplit=1)[-1] in words or (
        name == theirs and theirs not in ("id", "key", "row")
    )
