"""Tables of one server that are too large to be brought: read where they are, as queries that the engine builds upon.

What a column holds must be what its field is, since nothing is parsed there: a view of the server can see to that. What does not fit is
missing, counted and listed, as in every other table; what little of a column fits, and ids that a spreadsheet has rounded, stop the run as
there, and the rows that are lost to a figure are known by their keys.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sladsl.calendars.instants import zone
from sladsl.data import ids, sql
from sladsl.data.columns import Column, FieldSource, Kind, leaves_out, resolve, row_tests
from sladsl.data.errors import DataError
from sladsl.data.fitness import hardly_read, is_hardly_read, naming, no_id, too_little, translated
from sladsl.data.problems import ODD, no_zone_hint
from sladsl.data.servers.bringing import Opened
from sladsl.data.servers.server import RunningServer, asking
from sladsl.data.servers.words import Words
from sladsl.data.zone_offsets import ZoneOffsets, clock
from sladsl.outcomes import Example, Problem
from sladsl.plan import FieldType, Plan, Record, Source

if TYPE_CHECKING:
    import ibis

Given = Sequence[tuple[Record, Source | None, Opened]]
_EXAMPLES = 5
_NUMBERS = (Kind.INTEGER, Kind.DECIMAL, Kind.FLOAT)
_TYPES = {
    FieldType.TEXT: "string",
    FieldType.ONE_OF: "string",
    FieldType.NUMBER: "decimal(18, 6)",
    FieldType.BOOLEAN: "boolean",
    FieldType.DATE: "int64",
    FieldType.TIME: "int64",
    FieldType.DURATION: "int64",
}


@dataclass(frozen=True, slots=True)
class _Read:
    """A field as SQL of its column, and what is wrong where there is a value there and none here: a condition for each kind."""

    field: str
    value: str
    flaws: tuple[tuple[str, str], ...] = ()
    column: Column | None = None

    @property
    def lost(self) -> str:
        """A condition for a value that could not be read; empty where each can be."""
        return " OR ".join(f"({test})" for kind, test in self.flaws if kind not in ODD.values())


@dataclass(frozen=True, slots=True)
class _Table:
    """A record as it is read where it is: its fields, and which rows are left out ("" for none)."""

    record: Record
    source: Source | None
    at: Opened
    fields: tuple[_Read, ...]
    left_out: str

    @property
    def kept(self) -> str:
        """A condition for the rows that are not left out."""
        return f"NOT ({self.left_out})" if self.left_out else "true"

    @property
    def key(self) -> str:
        """The row's key."""
        return next(f.value for f in self.fields if f.field == self.record.key)

    def ask(self, columns: str, where: str, rest: str = "") -> list[Sequence[Any]]:
        """The server's answer about rows that are kept."""
        rows = f"FROM {self.at.there.relation} WHERE {self.kept} AND ({where})"
        return _running(self.at).ask(f"SELECT {columns} {rows} {rest}")


@dataclass(frozen=True, slots=True)
class Pushed:
    """A connection, tables by record, and what is wrong in them: problems, the keys of rows in which a field could not be read, and why
    the tables must not be judged."""

    engine: Any
    tables: dict[str, ibis.Table]
    problems: tuple[Problem, ...]
    lost: dict[tuple[str, str], list[str]]
    refusals: tuple[str, ...]


def pushed(plan: Plan, given: Given, progress: Callable[[str], None] | None) -> Pushed:
    """The tables where they are. `DataError` for what cannot be read, or would have to be parsed."""
    server = _running(given[0][2])
    tables = [_table(record, source, at, server.words) for record, source, at in given]
    problems: list[Problem] = []
    lost: dict[tuple[str, str], list[str]] = {}
    refusals: list[str] = []
    for table in tables:
        if progress:
            progress(f"looking at {table.at.shown}")
        with asking(type(server), table.at.remote, table.record.name):
            own = list(_problems(table, server.words))
            problems += own
            flawed = {p.field for p in own if p.field and p.kind not in ODD.values()}
            for field in (f for f in table.fields if f.field in flawed):
                lost[table.record.name, field.field] = _lost_keys(table, field)
                refusals += _hardly_read(table, field, server.words)
            for said in _spoilt_ids(plan, table, server.words):
                if isinstance(said, Problem):
                    problems.append(said)
                else:
                    refusals.append(said)
    with asking(type(server), server.remote, tables[0].record.name):
        engine = server.engine()
    queries = {t.record.name: _query(engine, t, server.words) for t in tables}
    return Pushed(engine, queries, tuple(problems), lost, tuple(refusals))


def in_one_server(plan: Plan, given: Given) -> bool:
    """Whether every record has one table, all of them are in one database, and runs can be made there."""
    names = [record.name for record, _, _ in given]
    servers = {id(at.server): at.server for _, _, at in given}
    running = all(isinstance(server, RunningServer) for server in servers.values())
    return names == [r.name for r in plan.given] and len(servers) == 1 and running


def _running(at: Opened) -> RunningServer:
    assert isinstance(at.server, RunningServer), "`in_one_server` was asked"
    return at.server


def _query(engine: Any, table: _Table, words: Words) -> ibis.Table:
    import ibis

    from sladsl.engines.tables import queries

    columns = [f"{f.value} AS {words.name(f.field)}" for f in table.fields]
    types = {f.name: _TYPES[f.type] for f in table.record.fields}
    where = f" WHERE NOT ({table.left_out})" if table.left_out else ""
    query = f"SELECT {', '.join(columns)} FROM {table.at.there.relation}{where}"
    return queries.of(engine.sql(query, schema=ibis.schema(types)))


def _table(record: Record, source: Source | None, at: Opened, words: Words) -> _Table:
    if not any(f.key for f in record.fields):
        raise DataError(
            f"`{at.shown}` is too large to be brought, and `{record.name}` has no key by which its rows could be told apart there: "
            "declare one (`id key text`)"
        )
    columns = at.there.described()
    with asking(type(at.server), at.remote, record.name):
        fields = tuple(
            replace(_field(x, record, source, at, words), column=x.column)
            for x in resolve(record, columns, source, at.shown)
        )
    tests = [
        leaves_out(t.test, words.as_text(words.name(t.column.name)), words.texts(t.test.values))
        for t in row_tests(columns, source, at.shown)
    ]
    return _Table(record, source, at, fields, " OR ".join(tests))


def _field(x: FieldSource, record: Record, source: Source | None, at: Opened, words: Words) -> _Read:
    field, column = x.field, x.column
    if column is None:
        return _Read(field.name, _constant(x, at.shown, words))
    c = words.name(column.name)
    match field.type:
        case FieldType.TEXT if column.kind is not Kind.FLOAT:
            return _Read(field.name, words.by_code_points(_clean(x, c, words)))
        case FieldType.ONE_OF if column.kind is not Kind.FLOAT:
            clean = _clean(x, c, words)
            known = f"({clean}) IN ({words.texts(field.values)})"
            value = words.by_code_points(f"CASE WHEN {known} THEN {clean} END")
            return _Read(field.name, value, (("unknown value", f"NOT ({known})"),))
        case FieldType.NUMBER if column.kind in _NUMBERS:
            return _number(field.name, c, column.kind, words)
        case FieldType.BOOLEAN if column.kind is Kind.BOOLEAN:
            return _Read(field.name, c)
        case FieldType.DATE if column.kind is Kind.DATE:
            return _inside(field.name, words.dates_between(c), words.day(c))
        case FieldType.TIME if column.kind is Kind.LOCAL or (
            column.kind is Kind.INSTANT and x.rules.ignore_offsets
        ):
            return _local(x, record, source, at, words)
        case FieldType.TIME if column.kind is Kind.INSTANT:
            return _inside(field.name, words.times_between(c, column.kind), words.instant(c, column.kind))
        case _:
            raise _unfit(x, at.shown)


def _constant(x: FieldSource, shown: str, words: Words) -> str:
    if x.constant is None:
        return f"CAST(NULL AS {words.null_types[x.field.type]})"
    if x.field.type is FieldType.TEXT or (x.field.type is FieldType.ONE_OF and x.constant in x.field.values):
        return words.by_code_points(words.text(x.constant))
    raise _unfit(x, shown)


def _inside(name: str, inside: str, value: str) -> _Read:
    return _Read(name, f"CASE WHEN {inside} THEN {value} END", (("unreadable value", f"NOT ({inside})"),))


def _local(x: FieldSource, record: Record, source: Source | None, at: Opened, words: Words) -> _Read:
    """A time without an offset: its zone's clock, of the years that occur, is part of the query."""
    assert x.column is not None, "only columns are local"
    c, kind = words.name(x.column.name), x.column.kind
    inside, local = words.times_between(c, kind), words.instant(c, kind)
    if source is None or source.zone is None:
        raise DataError(
            f"`{at.shown}`: `{x.field.name}` is a local time ({x.column.type}), and nothing says in which zone; "
            f"{no_zone_hint(source, record, at.shown)}"
        )
    ticking = _clock(at, source.zone, c, inside)
    plain = _inside(x.field.name, inside, ticking.instant(local))
    odd = [
        (ODD[kind], f"{inside} AND {ticking.reading(local)} = {int(kind)}")
        for kind in (ODD if len(ticking.readings) > 1 else ())
    ]
    return _Read(plain.field, plain.value, (*plain.flaws, *odd))


def _clock(at: Opened, place: str, c: str, inside: str) -> ZoneOffsets:
    years = _running(at).ask(
        f"SELECT DISTINCT extract(YEAR FROM {c}) FROM {at.there.relation} WHERE {inside}"
    )
    return clock(zone(place), [int(year) for (year,) in years])


def _number(name: str, c: str, kind: Kind, words: Words) -> _Read:
    exact, odd = words.exact(c, kind), words.odd(c, kind)
    fits = f"abs(round({exact}, 6)) < 1000000000000"
    value = f"CASE WHEN {odd} THEN NULL WHEN {fits} THEN {words.stored(exact)} END"
    large = f"CASE WHEN {odd} THEN false ELSE NOT ({fits}) END"
    return _Read(name, value, (("unreadable value", odd), ("number out of range", large)))


def _clean(x: FieldSource, c: str, words: Words) -> str:
    """The text without what is only spelling, as `values.clean_text` has it."""
    raw, rules = words.as_text(c), x.rules
    arms = []
    if rules.missing:
        tokens = words.texts(dict.fromkeys([*rules.missing, *(t.strip(sql.BLANKS) for t in rules.missing)]))
        arms.append(f"WHEN {raw} IN ({tokens}) OR {words.trimmed(raw)} IN ({tokens}) THEN NULL")
    arms += [f"WHEN {raw} = {words.text(theirs)} THEN {words.text(ours)}" for theirs, ours in rules.translate]
    return f"CASE {' '.join(arms)} ELSE {raw} END" if arms else raw


def _unfit(x: FieldSource, shown: str) -> DataError:
    name = x.column.name if x.column else x.constant
    kind = x.column.type if x.column else "always the same"
    return DataError(
        f"`{shown}` is too large to be brought, and `{name}` ({kind}) cannot be read there as `{x.field.name}`, which is {x.field.type}: "
        f"name a view in which it is {_WANTED.get(x.field.type, x.field.type.value)}"
    )


_WANTED = {
    FieldType.TIME: "a timestamp with time zone",
    FieldType.DATE: "a date",
    FieldType.NUMBER: "a number",
    FieldType.BOOLEAN: "a boolean",
    FieldType.DURATION: "left out; lengths of time are not read there yet",
    FieldType.TEXT: "a text",
    FieldType.ONE_OF: "a text",
}


def _problems(table: _Table, words: Words) -> Iterator[Problem]:
    """What is left out or wrong, counted in one pass; then a few keys of what there is."""
    record, there = table.record, table.at.there
    flaws = [(f.field, kind, test) for f in table.fields for kind, test in f.flaws]
    kept = table.kept
    counts = [f"count(*) FILTER (WHERE {kept} AND ({test}))" for _, _, test in flaws]
    asked = ", ".join([f"count(*) FILTER (WHERE NOT ({kept}))", *counts])
    left, *amounts = _running(table.at).ask(f"SELECT {asked} FROM {there.relation}")[0]
    if left:
        yield Problem(record.name, "skipped row", left, file=there.shown)
    for (name, kind, test), many in zip(flaws, amounts, strict=True):
        if many:
            keys = table.ask(table.key, test, f"ORDER BY 1 LIMIT {_EXAMPLES}")
            examples = tuple(Example(key=k, file=there.shown, field=name) for (k,) in keys)
            yield Problem(record.name, kind, many, name, there.shown, examples)


# -------------------------------------------------------------------------------------- what no verdict may rest on


def _lost_keys(table: _Table, field: _Read) -> list[str]:
    return [key for (key,) in table.ask(table.key, field.lost) if key is not None]


def _hardly_read(table: _Table, field: _Read, words: Words) -> Iterator[str]:
    """Where nothing or less than half of a column can be read."""
    own = next(f for f in table.record.fields if f.name == field.field)
    assert field.column is not None, "what is always the same can be read"
    counts = ", ".join(
        f"count(*) FILTER (WHERE {test})" for test in (f"({field.value}) IS NOT NULL", field.lost)
    )
    ((known, lost),) = table.ask(counts, "true")
    if not is_hardly_read(own.type, known, lost) and not too_little(table.source, known, lost):
        return
    text = words.as_text(words.name(field.column.name))
    ((first,),) = table.ask(f"min({text})", field.lost)
    source = f"the source `{table.source.name}`" if table.source else f"a `source … for {table.record.name}`"
    how = (
        translated(source, own, field.column.name, first)
        if own.type is FieldType.ONE_OF
        else f"correct the column, or name another one in {source}"
    )
    yield hardly_read(table.at.shown, field.column.name, own, (known, lost), f"`{first}`", how, table.source)


def _spoilt_ids(plan: Plan, table: _Table, words: Words) -> Iterator[str | Problem]:
    """Ids that went through a spreadsheet, as files are looked at for them."""
    names = naming(plan, table.record)
    shown = table.at.shown
    for field in (f for f in table.fields if f.field in names):
        column = field.column
        if column is None or column.kind is not Kind.TEXT:
            continue
        v, matching = field.value, words.matching
        tests = [test(v, matching) for test in (ids.has_exponent, ids.is_long, ids.is_rounded)]
        counts = ", ".join(f"count(*) FILTER (WHERE {test})" for test in tests)
        ((exponents, long, rounded),) = table.ask(counts, "true")
        stats = ids.Ids(exponents, long, rounded)
        all_long = f"SELECT {v} AS id FROM {table.at.there.relation} WHERE {table.kept} AND {tests[1]}"
        if rounded and rounded == long:
            ((zeros, most),) = _running(table.at).ask(ids.beyond(all_long))
            own = field.field == table.record.key and not (table.source and table.source.keep)
            stats = replace(stats, zeros=int(zeros), shared=own and most > 1)
        if stats.spoilt:
            ((first,),) = table.ask(f"min({v})", tests[0] if exponents else tests[2])
            yield no_id(f"`{shown}`", first, column.name, field.field)
        elif stats.may_be_doubtful and (some := _running(table.at).ask(ids.doubtful(all_long, matching))):
            examples = tuple(Example(file=shown, field=field.field, value=id) for id, _ in some[:_EXAMPLES])
            count = sum(int(n) for _, n in some)
            yield Problem(table.record.name, "rounded id", count, field.field, shown, examples)
