"""How the staging models of a dbt project read a warehouse's tables: as the agreement's sources say, clause by clause.

A model cannot look at a table before it is written, and parses nothing. So a clause is carried here to the letter, or the project is not
written: `refused` says which clause, and what to do instead. What is not in the lists below is refused as well, so a clause that the
language gains is never left out without a word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields
from datetime import UTC, date, datetime
from typing import assert_never

from sladsl.calendars import zone
from sladsl.data.columns import leaves_out
from sladsl.data.locations import table_of
from sladsl.data.sql import BLANKS
from sladsl.data.zone_offsets import ZoneOffsets, clock
from sladsl.formats import DURATION_UNITS, FormatError, read_format
from sladsl.plan import FieldType, Plan, Record, RecordField, RowTest, Source
from sladsl.plan import Mapping as FieldMapping
from sladsl.plan.rows import BROKEN

CARRIED = frozenset(
    {"name", "record", "where", "base", "mappings", "zone", "ignore_offsets", "missing", "tests", "keep"}
    | {"encoding", "header", "newest"}
)
"""What of a `Source` the models carry (or refuse by its value, below). An encoding, the line of a header and which file is the newest are
about files: a table knows its columns and its letters, and is one."""
CARRIED_OF_A_FIELD = frozenset({"field", "column", "constant", "format", "translate", "at"})
"""The same of a source's `Mapping`."""
REFUSED: Mapping[str, str] = {
    "numbers": "numbers",
    "fresh": "fresh within …",
    "readable": "readable at least …",
}
"""Clauses of a source, or of one of its fields, that no model carries: by attribute, as they are written."""
_A_VIEW = "name a view that does what it says, and leave the clause out"
_INSTEAD: Mapping[str, str] = {
    "fresh": "leave it to `freshness` in `models/sources.yml` (`dbt source freshness`), and leave the clause out",
    "readable": "leave it to a test of yours on the staging model, and leave the clause out",
}
_TEXTS = (FieldType.TEXT, FieldType.ONE_OF)
_DAY = 86_400_000_000
_AHEAD = 11
_SPELT_LIKE_A_VALUE = re.compile(r"(?:true|false|[+-]?\d.*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Types:
    """How a warehouse tells a column's type: SQL of its name with `{c}` for the column, and the names of those that matter."""

    of: str
    instants: tuple[str, ...]
    locals: tuple[str, ...]
    dates: tuple[str, ...]
    booleans: tuple[str, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spelt:
    """A dialect's words for what is read: the type of texts, times and dates as numbers, and back. `{c}` is a column.

    `local` are the microseconds of a time without an offset as if it were UTC; `types` is None where no query can ask for a type.
    """

    text: str
    micros: str
    days: str
    time: str
    trimmed: str = "trim({c}, {blanks})"
    local: str = ""
    types: Types | None = None


_SPARK = Spelt(
    "STRING",
    "unix_micros({c})",
    "CAST(unix_date(CAST({c} AS DATE)) AS BIGINT)",
    "timestamp_micros({c})",
    "trim(BOTH {blanks} FROM {c})",
    # A session's own zone must not come in: the reading is spelt out, and said to be UTC.
    "unix_micros(CAST(concat(CAST({c} AS STRING), 'Z') AS TIMESTAMP))",
    Types("typeof({c})", ("timestamp",), ("timestamp_ntz",), ("date",), ("boolean",), ("string",)),
)
SPELT: Mapping[str, Spelt] = {
    "duckdb": Spelt(
        "VARCHAR",
        "epoch_us({c})",
        "CAST(date_diff('day', DATE '1970-01-01', CAST({c} AS DATE)) AS BIGINT)",
        "make_timestamp({c})",
        types=Types(
            "typeof({c})",
            ("TIMESTAMP WITH TIME ZONE",),
            ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"),
            ("DATE",),
            ("BOOLEAN",),
            ("VARCHAR",),
        ),
    ),
    "postgres": Spelt(
        "TEXT",
        "CAST(extract(epoch FROM {c}) * 1000000 AS BIGINT)",
        "CAST(CAST({c} AS DATE) - DATE '1970-01-01' AS BIGINT)",
        "(TIMESTAMPTZ '1970-01-01 00:00:00+00' + {c} * INTERVAL '1 microsecond')",
        "btrim({c}, {blanks})",
        types=Types(
            "CAST(pg_typeof({c}) AS TEXT)",
            ("timestamp with time zone",),
            ("timestamp without time zone",),
            ("date",),
            ("boolean",),
            ("text", "character varying", "character"),
        ),
    ),
    "snowflake": Spelt(
        "VARCHAR",
        "DATE_PART(EPOCH_MICROSECOND, {c})",
        "DATEDIFF(DAY, DATE '1970-01-01', {c})",
        "TO_TIMESTAMP_NTZ({c}, 6)",
        types=Types(
            "SPLIT_PART(SPLIT_PART(SYSTEM$TYPEOF({c}), '[', 1), '(', 1)",
            ("TIMESTAMP_TZ", "TIMESTAMP_LTZ"),
            ("TIMESTAMP_NTZ",),
            ("DATE",),
            ("BOOLEAN",),
            ("VARCHAR",),
        ),
    ),
    "bigquery": Spelt("STRING", "UNIX_MICROS({c})", "UNIX_DATE({c})", "TIMESTAMP_MICROS({c})"),
    "spark": _SPARK,
    "databricks": _SPARK,
    "trino": Spelt(
        "VARCHAR",
        "CAST(round(to_unixtime({c}) * 1000000) AS BIGINT)",
        "date_diff('day', DATE '1970-01-01', CAST({c} AS DATE))",
        "from_unixtime_nanos({c} * 1000)",
        "trim(BOTH {blanks} FROM {c})",
        "CAST(round(to_unixtime(with_timezone(CAST({c} AS TIMESTAMP(6)), 'UTC')) * 1000000) AS BIGINT)",
        Types(
            "regexp_replace(typeof({c}), '\\([0-9]+\\)', '')",
            ("timestamp with time zone",),
            ("timestamp",),
            ("date",),
            ("boolean",),
            ("varchar", "char"),
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Read:
    """One table that a record's rows are read from: what dbt calls it, and what the warehouse does (schema and name; no schema where the
    project's own is meant)."""

    record: Record
    source: Source | None
    group: str
    name: str
    schema: tuple[str, ...]
    table: str


def reads(plan: Plan) -> tuple[Read, ...]:
    """Every table, in the order of the records and their sources."""
    groups: dict[tuple[str, ...], str] = {(): "sla"}
    taken: set[tuple[str, str]] = set()
    tables_read = []
    for record in plan.given:
        sources: list[Source | None] = [s for s in plan.sources if s.record == record.name]
        for source in sources or [None]:
            single = len(sources) < 2
            own = record.name if source is None or single else source.name
            *schema, table = (table_of(source.where) or own).split(".") if source else [own]
            place = tuple(schema)
            group = groups.setdefault(place, f"sla_{len(groups) + 1}")
            name = own
            while (group, name) in taken:
                name += "_"
            taken.add((group, name))
            tables_read.append(Read(record, source, group, name, place, table))
    return tuple(tables_read)


# ------------------------------------------------------------------------------------------------------ what is refused


def refused(plan: Plan, dialect: str) -> list[str]:
    """Everything that the models would not carry, each with what to do instead: `never`, and clauses of a source."""
    refusals = [
        f'`never "{x.subject}"` is in no model: check it with `sla run --fail-on broken`, and leave it out of what models are made of'
        for x in plan.listings
        if x.kind == BROKEN
    ]
    of_files = False
    for read in reads(plan):
        if read.source is not None:
            said = list(_refused(read.record, read.source, dialect))
            of_files |= bool(said) and table_of(read.source.where) is None
            refusals += said
    if of_files:
        refusals.append(
            "a source of files says how files are written: put one in its place that names the warehouse's table, such as "
            '`from "postgres://host/database#schema.table"`'
        )
    return refusals


def _refused(record: Record, source: Source, dialect: str) -> Iterator[str]:
    for each in fields(source):
        if each.name not in CARRIED and getattr(source, each.name) != _default(each):
            yield _said(source, f"`{_clause(each.name)}`", _INSTEAD.get(each.name, _A_VIEW))
    by_name = {f.name: f for f in record.fields}
    for mapping in source.mappings:
        yield from _of_mapping(source, by_name[mapping.field], mapping)
    types = SPELT[dialect].types
    if types is None and source.zone not in (None, "UTC") and not source.ignore_offsets:
        times = [f.name for f in record.fields if f.type is FieldType.TIME]
        if times:
            yield _said(
                source,
                f'`times in "{source.zone}"`, which {dialect} cannot be asked about before its tables are known',
                f"name a view in which {_listed(times)} have an offset, and leave the clause out",
            )
    if types is None:
        for mapping in source.mappings:
            if mapping.at is not None:
                kind = f"a {FieldType.TIME.value} with an offset"
                yield _said(
                    source,
                    f"`at` of `{mapping.field}`",
                    f"name a view in which it is {kind}, and leave the clause out",
                )
    read_as_numbers = [
        f.name for f in record.fields if f.type not in _TEXTS and _column_of(source, f) is not None
    ]
    for text in source.missing:
        if _SPELT_LIKE_A_VALUE.fullmatch(text) and read_as_numbers:
            yield _said(
                source,
                f'`missing "{text}"`, which could be a value of {_listed(read_as_numbers)}',
                "name a view in which such a value is NULL, and leave the text out",
            )


def _of_mapping(source: Source, field: RecordField, mapping: FieldMapping) -> Iterator[str]:
    for each in fields(mapping):
        if each.name not in CARRIED_OF_A_FIELD and getattr(mapping, each.name) != _default(each):
            yield _said(
                source,
                f"`{_clause(each.name)}` of `{field.name}`",
                _A_VIEW,
            )
    kind = {FieldType.TIME: "a timestamp", FieldType.DATE: "a date"}.get(field.type, f"a {field.type.value}")
    view = f"name a view in which `{field.name}` is {kind}, and leave the clause out"
    if mapping.format is not None and _scale(field, mapping.format) is None:
        yield _said(source, f'`as "{mapping.format}"` of `{field.name}`', view)
    if mapping.translate and field.type not in _TEXTS:
        yield _said(source, f'`where "{mapping.translate[0][0]}" means …` of `{field.name}`', view)
    if mapping.constant is not None and field.type in (FieldType.TIME, FieldType.DURATION):
        yield _said(source, f"`always` of `{field.name}`", view)


def _said(source: Source, clause: str, instead: str) -> str:
    return f"the source `{source.name}` says {clause}: the dbt models do not carry it; {instead}"


def _clause(attribute: str) -> str:
    return REFUSED.get(attribute, attribute.replace("_", " "))


def _default(field: Field[object]) -> object:
    return field.default if field.default is not MISSING else None


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _mapping(source: Source | None, field: RecordField) -> FieldMapping | None:
    return next((m for m in source.mappings if m.field == field.name), None) if source else None


def _column_of(source: Source, field: RecordField) -> str | None:
    """The column that a field is read from; None for a constant."""
    mapping = _mapping(source, field)
    return field.name if mapping is None else mapping.column


def _scale(field: RecordField, format: str) -> int | None:
    """What a whole number is multiplied by to be microseconds; None for a format that would have to be parsed."""
    if field.type is FieldType.DURATION:
        return DURATION_UNITS.get(format)
    try:
        return read_format(format).epoch or None
    except FormatError:
        return None


# --------------------------------------------------------------------------------------------------------- what is read


class Staging:
    """SQL of the fields of one table."""

    def __init__(self, dialect: str, read: Read, reach: tuple[int, int]) -> None:
        self.dialect, self.read, self.spelt = dialect, read, SPELT[dialect]
        self.source = read.source
        self.clock = self._clock(reach)

    def field(self, f: RecordField) -> str:
        """A field as the models compute with it."""
        mapping = _mapping(self.source, f)
        if mapping is not None and mapping.constant is not None:
            return self._typed(f, self._constant(f, mapping.constant))
        c = self.usual(f.name) if mapping is None or mapping.column is None else self.name(mapping.column)
        match f.type:
            case FieldType.TIME:
                return self._time(c, mapping)
            case FieldType.DATE:
                return self.spelt.days.format(c=c)
            case FieldType.NUMBER | FieldType.BOOLEAN:
                return self._typed(f, c)
            case FieldType.DURATION:
                unit = _scale(f, mapping.format) if mapping and mapping.format else None
                return c if unit is None else f"CAST(round({c} * {unit}) AS BIGINT)"
            case FieldType.TEXT:
                return self._text(self._clean(c, mapping))
            case FieldType.ONE_OF:
                known = ", ".join(self.constant(v) for v in f.values)
                clean = self._clean(c, mapping)
                return self._text(f"CASE WHEN {clean} IN ({known}) THEN {clean} END")
            case _:
                assert_never(f.type)

    def columns(self) -> list[str]:
        """The columns that are read, as they are called."""
        named = [(f, _mapping(self.source, f)) for f in self.read.record.fields]
        mapped = [m.column if m and m.column else f.name for f, m in named if m is None or m.constant is None]
        return list(dict.fromkeys([*mapped, *(t.column for t in self._tests)]))

    @property
    def _tests(self) -> tuple[RowTest, ...]:
        return self.source.tests if self.source else ()

    def left_out(self) -> str:
        """A condition that leaves rows out; "" for none."""
        return " OR ".join(
            leaves_out(t, self._as_text(self.name(t.column)), ", ".join(map(self.constant, t.values)))
            for t in self._tests
        )

    def unfit(self) -> Iterator[tuple[str, str, str]]:
        """Fields whose column may be of a type that they cannot be read from: the field, SQL of the type, and of whether it is unfit."""
        types = self.spelt.types
        if types is None:
            return
        for f in self.read.record.fields:
            mapping = _mapping(self.source, f)
            if mapping is not None and (mapping.constant is not None or mapping.format is not None):
                continue
            c = self.usual(f.name) if mapping is None or mapping.column is None else self.name(mapping.column)
            of = types.of.format(c=c)
            unfitting = self._fitting(f, mapping, types)
            if unfitting is not None:
                word, names = unfitting
                yield f.name, of, f"{of} {word} ({', '.join(map(self.constant, names))})"

    def _fitting(
        self, f: RecordField, mapping: FieldMapping | None, types: Types
    ) -> tuple[str, tuple[str, ...]] | None:
        match f.type:
            case FieldType.TIME:
                dates = types.dates if mapping is not None and mapping.at is not None else ()
                local = (*types.locals, *dates) if self.source is not None and self.source.zone else ()
                return "NOT IN", (*types.instants, *local)
            case FieldType.DATE:
                return "NOT IN", types.dates
            case FieldType.BOOLEAN:
                return "NOT IN", types.booleans
            case FieldType.NUMBER:
                return "IN", types.texts
            case FieldType.TEXT | FieldType.ONE_OF | FieldType.DURATION:
                return None
            case _:
                assert_never(f.type)

    # ---------------------------------------------------------------------------------------------------------- values

    def _time(self, c: str, mapping: FieldMapping | None) -> str:
        types, micros = self.spelt.types, self.spelt.micros.format(c=c)
        if mapping is not None and mapping.format is not None:
            return f"CAST({c} AS BIGINT) * {read_format(mapping.format).epoch}"
        if self.clock is None:
            return micros
        local = self.spelt.local.format(c=c) if self.spelt.local else micros
        ignored = self.source is not None and self.source.ignore_offsets
        if types is None:
            return self.clock.instant(micros)
        of, arms = types.of.format(c=c), []
        if mapping is not None and mapping.at is not None:
            midnight = f"({self.spelt.days.format(c=c)} * {_DAY} + {mapping.at})"
            arms.append(f"WHEN {self._among(of, types.dates)} THEN {self.clock.instant(midnight)}")
        arms.append(f"WHEN {self._among(of, types.locals)} THEN {self.clock.instant(local)}")
        return f"CASE {' '.join(arms)} ELSE {self.clock.instant(micros) if ignored else micros} END"

    def _among(self, of: str, names: Sequence[str]) -> str:
        return f"{of} IN ({', '.join(map(self.constant, names))})"

    def _clock(self, reach: tuple[int, int]) -> ZoneOffsets | None:
        """The clock of local times, for the years that the calendar's seeds reach, and ten more for what is planned; None where no source
        says which."""
        if self.source is None or self.source.zone is None:
            return None
        first, last = (datetime.fromtimestamp(at // 1_000_000, UTC).year for at in reach)
        return clock(zone(self.source.zone), range(first - 1, min(last + _AHEAD, 9999) + 1))

    def _clean(self, c: str, mapping: FieldMapping | None) -> str:
        """A text without what is only spelling, as a run has it: nothing where one of the missing texts stands, and translated."""
        raw = self._as_text(c)
        missing = self.source.missing if self.source else ("",)
        arms = []
        if missing:
            tokens = ", ".join(
                map(self.constant, dict.fromkeys([*missing, *(text.strip(BLANKS) for text in missing)]))
            )
            trimmed = self.spelt.trimmed.format(c=raw, blanks=self._blanks())
            arms.append(f"WHEN {raw} IN ({tokens}) OR {trimmed} IN ({tokens}) THEN NULL")
        for theirs, ours in mapping.translate if mapping else ():
            arms.append(f"WHEN {raw} = {self.constant(theirs)} THEN {self.constant(ours)}")
        return f"CASE {' '.join(arms)} ELSE {raw} END" if arms else raw

    def _blanks(self) -> str:
        """What is blank around a value. A line's end inside of a text would not survive being a file."""
        plain = "".join(blank for blank in BLANKS if blank >= " ")
        control = [f"CHR({ord(blank)})" for blank in BLANKS if blank < " "]
        return f"({' || '.join([self.constant(plain), *control])})"

    def _constant(self, f: RecordField, value: str) -> str:
        match f.type:
            case FieldType.DATE:
                return str(date.fromisoformat(value).toordinal() - date(1970, 1, 1).toordinal())
            case FieldType.NUMBER | FieldType.BOOLEAN:
                return value
            case _:
                return f"CAST({self.constant(value)} AS {self.spelt.text})"

    def _typed(self, f: RecordField, c: str) -> str:
        match f.type:
            case FieldType.NUMBER:
                return f"CAST({c} AS {'NUMERIC' if self.dialect == 'bigquery' else 'DECIMAL(18, 6)'})"
            case FieldType.TEXT | FieldType.ONE_OF:
                return self._text(c)
            case _:
                return c

    def _text(self, c: str) -> str:
        return f'({c}) COLLATE "C"' if self.dialect == "postgres" else c

    def _as_text(self, c: str) -> str:
        return f"CAST({c} AS {self.spelt.text})"

    # ----------------------------------------------------------------------------------------------------------- words

    def constant(self, value: str) -> str:
        """A text constant, in which a template finds nothing to do."""
        from sqlglot import exp

        return braced(exp.Literal.string(value).sql(self.dialect))

    def name(self, name: str) -> str:
        """A quoted name, to the letter."""
        return quoted(name, self.dialect)

    def usual(self, name: str) -> str:
        """The name as somebody means it who does not quote it."""
        return quoted(unquoted(name, self.dialect), self.dialect)


def braced(text: str) -> str:
    """Text in which a template finds nothing to do."""
    return text.replace("{", "{{ '{' }}")


def quoted(name: str, dialect: str) -> str:
    """A quoted name, for a template."""
    from sqlglot import exp

    return braced(exp.to_identifier(name, quoted=True).sql(dialect))


def unquoted(name: str, dialect: str) -> str:
    """What a warehouse takes a name for that is not quoted: Snowflake, one in capitals."""
    return name.upper() if dialect == "snowflake" else name
