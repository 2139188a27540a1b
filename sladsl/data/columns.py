"""What a file offers, and which of its columns each field is read from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sladsl.data.errors import DataError, did_you_mean, listed
from sladsl.data.layout import Layout
from sladsl.formats import DURATION_UNITS, FormatError, TimeFormat, read_format
from sladsl.numerals import EXAMPLE_HELP, ExampleError, Numerals, read_example
from sladsl.plan import FieldType, Mapping, Record, RecordField, RowTest, Source


class Kind(StrEnum):
    """What a column holds, in the reader's words; everything in a text file is text."""

    TEXT = "text"
    INTEGER = "whole numbers"
    DECIMAL = "decimal numbers"
    FLOAT = "floating-point numbers"
    BOOLEAN = "true and false"
    DATE = "dates"
    LOCAL = "times without an offset"
    INSTANT = "times with an offset"
    TIME_OF_DAY = "times of day"
    INTERVAL = "intervals"
    OTHER = "values of another type"


class Misfit(DataError):
    """What a column of a typed table holds cannot be the values of the field that is read from it: `holds` is the first, `field` the
    latter's name."""

    def __init__(self, message: str, field: str, holds: Kind) -> None:
        super().__init__(message)
        self.field, self.holds = field, holds


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name in the file, the name it has in our queries, and its type as the file calls it.

    `own` is its name in the relation that it is read from, where that is another: an engine has no two names that differ in case alone.
    `low` and `high` bound its values when the file says so cheaply: a text's first (`low` only), whole numbers, a date's days, a
    time's microseconds. None when nothing is known.
    """

    name: str
    sql: str
    kind: Kind = Kind.TEXT
    type: str = ""
    low: int | str | None = None
    high: int | str | None = None
    own: str = ""

    @property
    def there(self) -> str:
        """Its name in the relation that it is read from."""
        return self.own or self.name

    def within(self, low: int, high: int) -> bool:
        """Whether every value is known to lie there."""
        return (
            isinstance(self.low, int) and isinstance(self.high, int) and low <= self.low and self.high <= high
        )


@dataclass(frozen=True, slots=True)
class Rules:
    """How the values of one field are spelt. `numerals` is None for plain numbers; `unit` is microseconds, of a plain number in a duration
    field. With `iso_too` a value may have the default form instead of `format` (a workbook's true dates have no spelling of their own);
    `marked` cells may have a mark that says that they hold no value."""

    missing: tuple[str, ...] = ("",)
    translate: tuple[tuple[str, str], ...] = ()
    format: TimeFormat | None = None
    unit: int | None = None
    at: int | None = None
    ignore_offsets: bool = False
    iso_too: bool = False
    marked: bool = False
    numerals: Numerals | None = None


@dataclass(frozen=True, slots=True)
class FieldSource:
    """One field of one file: the column or constant it is read from; neither when an optional field has no column."""

    field: RecordField
    column: Column | None = None
    constant: str | None = None
    rules: Rules = Rules()


def resolve(
    record: Record, columns: Sequence[Column], source: Source | None, shown: str
) -> tuple[FieldSource, ...]:
    """Each field of the record with where it is read from; `DataError` when a column that is asked for is not there."""
    mappings = {m.field: m for m in source.mappings} if source else {}
    return tuple(
        _field_source(f, record, columns, source, mappings.get(f.name), shown) for f in record.fields
    )


def layout_of(record: Record, source: Source | None) -> Layout:
    """What a file of this record must look like: the columns that the source names, and those of fields that must have one."""
    mappings = {m.field: m for m in source.mappings} if source else {}
    named = [m.column for m in mappings.values() if m.column is not None]
    named += [test.column for test in source.tests] if source else []
    alike = [
        f.name for f in record.fields if f.name not in mappings and (not f.optional or _is_link(record, f))
    ]
    said = (source.header, source.encoding) if source else (None, None)
    return Layout(tuple(dict.fromkeys(named)), tuple(alike), *said)


@dataclass(frozen=True, slots=True)
class ColumnTest:
    """A test of rows, with the column that it asks."""

    column: Column
    test: RowTest


def row_tests(columns: Sequence[Column], source: Source | None, shown: str) -> tuple[ColumnTest, ...]:
    """What `skip when` and `only when` ask of a row; `DataError` when a column is not there."""
    tests = source.tests if source else ()
    return tuple(ColumnTest(_named(t.column, columns, shown, f"`{t.words}`"), t) for t in tests)


def leaves_out(test: RowTest, text: str, values: str) -> str:
    """SQL: whether a row is left out, by the SQL of the text in the column and of the test's values with commas between."""
    return f"COALESCE({text}, '') {'NOT IN' if test.only else 'IN'} ({values})"


def _field_source(
    field: RecordField,
    record: Record,
    columns: Sequence[Column],
    source: Source | None,
    mapping: Mapping | None,
    shown: str,
) -> FieldSource:
    rules = _rules(field, source, mapping)
    if mapping and mapping.constant is not None:
        return FieldSource(field, None, mapping.constant, rules)
    if mapping and mapping.column is not None:
        return FieldSource(field, _named(mapping.column, columns, shown, f"`{field.name}`"), None, rules)
    column = _same_name(field.name, columns, shown)
    if column is None and not (field.optional and not _is_link(record, field)):
        raise DataError(_no_column(field, record, columns, source, shown))
    return FieldSource(field, column, None, rules)


def _is_link(record: Record, field: RecordField) -> bool:
    return record.link is not None and record.link.own == field.name


def _rules(field: RecordField, source: Source | None, mapping: Mapping | None) -> Rules:
    missing = source.missing if source else ("",)
    ignore = source.ignore_offsets if source else False
    spelt = _numerals(source)
    if mapping is None:
        return Rules(missing, ignore_offsets=ignore, numerals=spelt)
    format, unit = None, None
    if mapping.format is not None:
        place = f"`{field.name}` in the source `{source.name if source else ''}`"
        match field.type:
            case FieldType.DATE | FieldType.TIME:
                format = _format(mapping.format, place)
            case FieldType.DURATION:
                unit = _unit(mapping.format, place)
            case _:
                raise DataError(
                    f'{place} is {_a(field.type)}: only a date, a time or a duration has `as "{mapping.format}"`'
                )
    # What the agreement says is always so is written as the agreement writes numbers.
    own = spelt if mapping.constant is None else None
    return Rules(missing, mapping.translate, format, unit, mapping.at, ignore, numerals=own)


def _numerals(source: Source | None) -> Numerals | None:
    if source is None or source.numbers is None:
        return None
    try:
        return read_example(source.numbers)
    except ExampleError as error:
        raise DataError(f"the source `{source.name}`: {error}; {EXAMPLE_HELP}") from None


def _a(type: FieldType) -> str:
    return type.value if type in (FieldType.TEXT, FieldType.ONE_OF) else f"a {type.value}"


def _format(text: str, place: str) -> TimeFormat:
    try:
        return read_format(text)
    except FormatError as error:
        raise DataError(f"{place}: {error}") from None


def _unit(text: str, place: str) -> int:
    if text not in DURATION_UNITS:
        raise DataError(
            f'{place}: `as "{text}"` is not a unit: expected {listed(DURATION_UNITS)}; '
            "durations such as `1 day, 16:26:23`, `00:26:43` and `PT4H` need none"
        )
    return DURATION_UNITS[text]


def _named(name: str, columns: Sequence[Column], shown: str, wanted_by: str) -> Column:
    matching = [c for c in columns if c.name == name]
    if not matching:
        names = [c.name for c in columns if c.name]
        raise DataError(
            f"`{shown}` has no column `{name}`, which {wanted_by} is read from{did_you_mean(name, names)} "
            f"— its columns are {listed(names, 40)}"
        )
    return _only(matching, name, shown)


def _only(matching: Sequence[Column], name: str, shown: str) -> Column:
    if len(matching) > 1:
        raise DataError(repeated_name(shown, name, [int(column.sql[1:]) for column in matching]))
    return matching[0]


def repeated_name(shown: str, name: str, places: Sequence[int]) -> str:
    """Says which columns have the same name; places are counted from 0."""
    *some, last = (str(place + 1) for place in places)
    return (
        f"`{shown}` has {len(places)} columns named `{name}`, columns {', '.join(some)} and {last}, so it is not clear which is meant: "
        "give each its own name in the header"
    )


def _same_name(name: str, columns: Sequence[Column], shown: str) -> Column | None:
    exact = [c for c in columns if c.name == name]
    matching = exact or [c for c in columns if c.name.casefold() == name.casefold()]
    if len(matching) > 1 and not exact:
        raise DataError(
            f"`{shown}` has the columns {listed(c.name for c in matching)}: say in a `source` which of them `{name}` is read from"
        )
    return _only(matching, name, shown) if matching else None


def _no_column(
    field: RecordField, record: Record, columns: Sequence[Column], source: Source | None, shown: str
) -> str:
    names = [c.name for c in columns if c.name]
    if source is None:
        how = f'name a column so, or write a `source … for {record.name} from "…":` that says `{field.name} = "…"`'
    else:
        how = f'add `{field.name} = "…"` to the source `{source.name}`'
    role = (
        f", which ties a `{record.name}` to its `{record.link.parent}`"
        if record.link and _is_link(record, field)
        else ""
    )
    return f"`{shown}` has no column for `{field.name}`{role}{did_you_mean(field.name, names)} — its columns are {listed(names, 40)}; {how}"
