"""Files and databases → one typed table per record, and the problems they hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from sladsl.addresses import Address
from sladsl.data import sql
from sladsl.data.columns import layout_of
from sladsl.data.errors import DataError, did_you_mean, listed
from sladsl.data.fitness import ColumnRead, columns_read, fitness
from sladsl.data.layout import UNKNOWN, Layout
from sladsl.data.locations import Format, Location, Remote, locate
from sladsl.data.parts import DROP, SqlPart, place, rows_sql, table_part, text_part
from sladsl.data.problems import ODD, OtherReading, each_once, lost_keys, of_rows, other_readings, survey
from sladsl.data.selection import families, naming
from sladsl.data.servers.bringing import Opened, Servers, open_remote
from sladsl.data.tables import (
    FILE,
    Held,
    Table,
    duckdb_error,
    open_database,
    open_held,
    open_parquet,
    undamaged,
)
from sladsl.data.textfile import ROW, TextFile
from sladsl.engines import sandbox
from sladsl.outcomes import Problem
from sladsl.plan import Plan, Record, Source

if TYPE_CHECKING:
    import ibis

Progress = Callable[[str], None]
Place: TypeAlias = Location | Opened | Held
Inputs: TypeAlias = Mapping[str, Sequence[tuple[Source | None, Sequence[Place]]]]
_NUMBERS = count(1)
MEMORY_LIMIT = "1500MB"
"""What the engine may hold before it spills: with the rest of the process, ten million leads stay under 2 GiB."""


@dataclass(frozen=True, slots=True)
class Binding:
    """`--data lead=leads.csv`: `record` is a record's name, or a source's to keep one of several mappings. `where` names a file, or is
    the data themselves (`frames`)."""

    record: str
    where: object

    def __post_init__(self) -> None:
        if isinstance(self.where, str):
            object.__setattr__(self, "where", Address(self.where))

    @property
    def named(self) -> str:
        """What is given, by name."""
        return str(self.where) if isinstance(self.where, Address) else Held(self.record, self.where).shown

    @property
    def shown(self) -> str:
        """As one would have written it."""
        return f"--data {self.record}={self.named}"

    def places(self, base: Path) -> tuple[Location | Remote | Held, ...]:
        """What it names, by a path that starts at `base`."""
        if isinstance(self.where, Address):
            return locate(self.where, base)
        return (Held(self.record, self.where),)


@dataclass(frozen=True, slots=True)
class RowPlace:
    """Where a row stands in its file; `line` is a physical line, a sheet's row or a Parquet row, from 1."""

    file: str
    line: int | None
    place: int | None = field(default=None, compare=False)
    """Its place among all rows of the record (`sladsl.plan.PLACE`)."""


@dataclass(slots=True)
class Loaded:
    """Tables by record: columns named as the fields, in the order they are declared; a record without a key has `row` first.

    Text and `one of` are strings, numbers decimal(18, 6), booleans boolean, dates int64 days since 1970-01-01, times int64
    microseconds since 1970-01-01T00:00Z, durations int64 microseconds. Rows are in no order.
    """

    tables: dict[str, ibis.Table]
    problems: tuple[Problem, ...]
    connection: Any
    files: tuple[str, ...]
    paths: frozenset[Path] = frozenset()
    """Where the files are that the rows come from."""
    refusals: tuple[str, ...] = ()
    """Why no verdict may rest on these data, column by column: most of it cannot be read, or could be read otherwise."""
    _parts: Mapping[str, Sequence[SqlPart]] = field(default_factory=dict, repr=False)
    _lost: Mapping[tuple[str, str], Sequence[str]] = field(default_factory=dict, repr=False)

    def close(self) -> None:
        """Let go of a server that a run was to be made in; what is here goes by itself."""
        if self.connection.name == "postgres":
            self.connection.disconnect()

    def of_source(self, record: Record, source: Source) -> ibis.Table | None:
        """The rows of a record that come from one of its sources; None where it has no file."""
        parts = self._parts.get(record.name)
        if parts is None:  # a record has one table on a server
            return self.tables[record.name]
        own = [part for part in parts if part.source is not None and part.source.name == source.name]
        if len(own) == len(parts):
            return self.tables[record.name]
        return _table(self.connection, record, own) if own else None

    def count_of_source(self, record: Record, source: Source) -> int | None:
        """How many rows of a record come from one of its sources; None where it has no file."""
        from sladsl.engines.tables.connections import fetched

        table = self.of_source(record, source)
        return None if table is None else int(fetched(table.aggregate(n=table.count()))["n"][0].as_py())

    def columns_read(self, record: Record) -> Iterator[ColumnRead]:
        """How much of each column can be read; nothing of a table that is judged where it is, on a server."""
        return columns_read(record, self._parts.get(record.name, ()))

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """Every row of every record in memory, as the reference interpreter takes them."""
        from sladsl.engines.tables.connections import fetched

        return {name: fetched(table).to_pylist() for name, table in self.tables.items()}

    def families(self, plan: Plan, record: str, keys: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
        """The rows of a record with these keys, with all rows that belong to them, those they belong to, and those that any of them
        name by their key."""
        return families(plan, self.tables, record, keys)

    def naming(self, plan: Plan, record: str, keys: Iterable[str]) -> dict[str, set[str]]:
        """The keys of the rows that name one of these by its key, or one that does, by record."""
        return naming(plan, self.tables, record, keys)

    def lost_cells(self) -> dict[tuple[str, str], list[str]]:
        """The keys of the rows in which a field could not be read, by record and field; only fields that have some."""
        keys_of = {cell: list(keys) for cell, keys in self._lost.items()}
        for record, parts in self._parts.items():
            for part in parts:
                for name, keys in lost_keys(part):
                    keys_of.setdefault((record, name), []).extend(keys)
        return keys_of

    def problems_of(self, record: str, keys: Sequence[str]) -> tuple[Problem, ...]:
        """What could not be taken as declared in the rows with these keys."""
        return self._problems_of(record, sql.texts(keys) or "NULL")

    def problems_of_query(self, record: str, keys: ibis.Table) -> tuple[Problem, ...]:
        """The same of the rows whose keys a query over this connection gives."""
        return self._problems_of(record, str(self.connection.compile(keys)))

    def _problems_of(self, record: str, keys: str) -> tuple[Problem, ...]:
        problems = (of_rows(part.among(keys)) for part in self._parts.get(record, ()))
        return tuple(problem for some in problems for problem in some)

    def other_readings(self, most: int) -> tuple[list[OtherReading], int]:
        """Times that were read from a local clock and could have meant another instant, and how many there are beyond `most`."""
        if not any(p.kind in ODD.values() for p in self.problems):
            return [], 0
        return other_readings((part for parts in self._parts.values() for part in parts), most)

    def places(self, record: str, keys: Sequence[str]) -> dict[str, tuple[RowPlace, ...]]:
        """Where the rows with these keys stand; files that have none are not read again."""
        places: dict[str, tuple[RowPlace, ...]] = {}
        for part in self._parts.get(record, ()):
            for key, stands in _places(self.connection.con, part, keys):
                places[key] = (*places.get(key, ()), stands)
        return places


def connect(memory_limit: str | None = MEMORY_LIMIT, threads: int | None = None) -> Any:
    """An in-memory DuckDB behind Ibis. What does not fit `memory_limit` (such as `2GiB`) spills to a folder that goes when we do.

    It reads any file that it is asked for, so that it can serve several loads: a load that makes its own closes it off.
    """
    import ibis

    backend = ibis.duckdb.from_connection(sandbox.opened(_temporary_folder(), memory_limit, threads))
    sql.rows(backend.con, "SET TimeZone = 'UTC'")
    return backend


def _memory() -> str:
    """What the engine may hold unasked: no more than half of what the machine has."""
    import os

    try:
        whole = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):  # Windows does not say it so
        return MEMORY_LIMIT
    return MEMORY_LIMIT if whole >= 3_000_000_000 else f"{max(100, whole // 2_000_000)}MB"


def _temporary_folder() -> Path:
    """A folder that goes when this process does."""
    import atexit
    import shutil
    import tempfile
    from uuid import uuid4

    folder = Path(tempfile.gettempdir(), f"sladsl-{uuid4().hex}")
    atexit.register(
        shutil.rmtree, folder, ignore_errors=True
    )  # before it is there: whoever stops us leaves nothing
    folder.mkdir(mode=0o700)
    return folder


def _closed_off(inputs: Inputs, memory: str | None) -> Any:
    """A connection that reaches the files of a run and no others. What is no table is read by readers of our own."""
    backend = connect(memory or _memory())
    places = [
        x for sources in inputs.values() for _, some in sources for x in some if isinstance(x, Location)
    ]
    sandbox.close_off(
        backend.con,
        [x.path for x in places if x.format is Format.PARQUET],
        [x.path for x in places if x.format is Format.DUCKDB],
    )
    return backend


def load(
    plan: Plan,
    bindings: Sequence[Binding],
    *,
    base: Path,
    connection: Any = None,
    progress: Progress | None = None,
    memory: str | None = None,
) -> Loaded:
    """The rows of every record of the plan. A binding's relative path starts at `base`, a source's at the source's own folder.

    `DataError` when data cannot be read at all: no such file or column, no zone for local times, no data for a record.
    """
    _check_names(plan, bindings)
    servers = Servers()
    try:
        inputs = {
            record.name: tuple(
                (source, tuple(_opened(servers, record, place) for place in places))
                for source, places in _inputs(plan, record, bindings, base)
            )
            for record in plan.given
        }
        there = _where_they_are(plan, inputs, progress) if connection is None else None
        if there is not None:
            return there
        with undamaged(x.shown for sources in inputs.values() for _, some in sources for x in some):
            return _brought(
                plan, inputs, connection if connection is not None else _closed_off(inputs, memory), progress
            )
    finally:
        servers.close()


def _opened(servers: Servers, record: Record, place: Location | Remote | Held) -> Place:
    return servers.opened(place, record.name) if isinstance(place, Remote) else place


def _brought(plan: Plan, inputs: Inputs, backend: Any, progress: Progress | None) -> Loaded:
    """The rows in the engine of this process."""
    tables: dict[str, ibis.Table] = {}
    problems: list[Problem] = []
    files: list[str] = []
    paths: set[Path] = set()
    parts: dict[str, list[SqlPart]] = {}
    for record in plan.given:
        parts[record.name] = []
        for source, locations in inputs[record.name]:
            files += [location.shown for location in locations]
            paths |= {x.path.resolve() for x in locations if isinstance(x, Location)}
            for part, flaws in _surveyed(backend.con, record, source, locations, progress):
                parts[record.name].append(part)
                problems += flaws
        problems += _each_once(backend.con, record, parts[record.name])
        tables[record.name] = _table(backend, record, parts[record.name])
    fit = fitness(plan, parts)
    named = tuple(dict.fromkeys(files))
    return Loaded(tables, (*problems, *fit.problems), backend, named, frozenset(paths), fit.refusals, parts)


def _where_they_are(plan: Plan, inputs: Inputs, progress: Progress | None) -> Loaded | None:
    """A run on tables of one server of which one is too large to be brought; None where they are none, or small."""
    given = [
        (plan.record(name), source, place)
        for name, sources in inputs.items()
        for source, places in sources
        for place in places
        if isinstance(place, Opened)
    ]
    if all(place.small for _, _, place in given):
        return None
    from sladsl.data.servers.pushed import in_one_server, pushed

    if not in_one_server(plan, given):
        return None
    in_place = pushed(plan, given, progress)
    named = tuple(dict.fromkeys(x.shown for _, _, x in given))
    return Loaded(
        in_place.tables,
        in_place.problems,
        in_place.engine,
        named,
        refusals=in_place.refusals,
        _lost=in_place.lost,
    )


# ------------------------------------------------------------------------------------------- which files are read


def _check_names(plan: Plan, bindings: Sequence[Binding]) -> None:
    records, sources = [r.name for r in plan.given], [s.name for s in plan.sources]
    for binding in bindings:
        if binding.record not in records and binding.record not in sources:
            raise DataError(
                f"`{binding.shown}`: there is no record `{binding.record}`"
                f"{did_you_mean(binding.record, records)} — the agreement's records are {listed(records)}"
            )


def _inputs(
    plan: Plan, record: Record, bindings: Sequence[Binding], base: Path
) -> Iterator[tuple[Source | None, tuple[Location | Remote | Held, ...]]]:
    """The sources of a record with their files; a binding replaces the files and keeps the mapping."""
    sources = [s for s in plan.sources if s.record == record.name]
    ours = [b for b in bindings if b.record == record.name]
    if ours and len(sources) > 1:
        names = [s.name for s in sources]
        raise DataError(
            f"`{record.name}` has several sources ({listed(names)}): say whose columns `{ours[0].named}` has, "
            f"as in `{replace(ours[0], record=names[0]).shown}`"
        )
    if ours:
        for binding in ours:
            yield (sources[0] if sources else None), binding.places(base)
        return
    if not sources:
        raise DataError(
            f"there are no data for `{record.name}`: give a file with `--data {record.name}={record.name}.csv`, or write a "
            f'`source … for {record.name} from "{record.name}.csv":`'
        )
    for source in sources:
        named = [b for b in bindings if b.record == source.name]
        for binding in named:
            yield source, binding.places(base)
        if not named:
            places = locate(Address(source.where), Path(source.base), newest=source.newest)
            _only_files(source, places)
            yield source, places


def _only_files(source: Source, places: Sequence[Location | Remote]) -> None:
    """An agreement may be anybody's: whom it connects to, and with whose rights, is for the reader to say."""
    for remote in places:
        if isinstance(remote, Remote):
            raise DataError(
                f"the source `{source.name}` reads from a server, `{remote.named}`, and no server is asked only because an agreement "
                f"names it: if you mean to, say so with `--data {source.name}={remote.named}`"
            )


# --------------------------------------------------------------------------------------------------- reading them


def _read(
    connection: Any,
    record: Record,
    source: Source | None,
    locations: Sequence[Place],
    progress: Progress | None,
) -> Iterator[SqlPart]:
    parquet = [x for x in locations if isinstance(x, Location) and x.format is Format.PARQUET]
    for location in locations:
        if progress:
            progress(f"reading {location.shown}")
        if isinstance(location, Held):
            table = open_held(connection, record, source, location, f"{_fresh(record)} given")
            yield table_part(connection, record, source, table, _fresh(record))
        elif isinstance(location, Opened):
            table = open_remote(connection, record, source, location, f"{_fresh(record)} brought", progress)
            yield table_part(connection, record, source, table, _fresh(record))
        elif location.format is Format.DUCKDB:
            yield table_part(connection, record, source, open_database(connection, location), _fresh(record))
        elif location.format is not Format.PARQUET:
            file = open_text(location, layout_of(record, source))
            yield text_part(connection, record, source, file, _fresh(record))
    for table in open_parquet(connection, parquet):
        yield table_part(connection, record, source, table, _fresh(record))


def _surveyed(
    connection: Any,
    record: Record,
    source: Source | None,
    locations: Sequence[Place],
    progress: Progress | None,
) -> Iterator[tuple[SqlPart, tuple[Problem, ...]]]:
    """The parts with their problems. What the engine itself cannot read (a damaged page) is an error with the files' names."""
    try:
        for part in _read(connection, record, source, locations, progress):
            problems = survey(part)
            _forget_dropped(connection, part)
            yield part, problems
    except duckdb_error() as error:
        said = str(error).splitlines()[0]
        raise DataError(
            f"{listed(location.shown for location in locations)} cannot be read for `{record.name}`: {said}"
        ) from None


def open_text(location: Location, layout: Layout = UNKNOWN) -> TextFile:
    """The file, with its header found."""
    from sladsl.data.delimited import Delimited
    from sladsl.data.jsonlines import JsonLines
    from sladsl.data.workbook import Workbook

    try:
        if location.format is Format.WORKBOOK:
            return Workbook(location.path, location.shown, location.part, layout)
        if location.format is Format.JSON:
            return JsonLines(location.path, location.shown, layout)
        return Delimited(location.path, location.shown, layout)
    except OSError as error:
        raise DataError(f"`{location.shown}` cannot be opened: {error.strerror or error}") from None


def _fresh(record: Record) -> str:
    """A name that no relation has, on any connection."""
    return f"sla_{record.name}_{next(_NUMBERS)}"


def _forget_dropped(connection: Any, part: SqlPart) -> None:
    """Blank and skipped rows have been counted and looked up; nobody reads them again."""
    if part.dropped and not isinstance(part.file, Table):
        sql.rows(connection, f"DELETE FROM {sql.name(part.relation)} WHERE {sql.name(DROP)} <> 0")


def _each_once(connection: Any, record: Record, parts: Sequence[SqlPart]) -> tuple[Problem, ...]:
    for number, part in enumerate(parts):
        part.number, part.several = number, len(parts) > 1
    return () if any(f.key for f in record.fields) else each_once(connection, parts, _fresh(record))


def _table(backend: Any, record: Record, parts: Sequence[SqlPart]) -> ibis.Table:
    queries = [rows_sql(part) for part in parts]
    name = _fresh(record)
    sql.rows(backend.con, f"CREATE VIEW {sql.name(name)} AS {' UNION ALL '.join(queries)}")
    return backend.table(name)


def _places(connection: Any, part: SqlPart, keys: Sequence[str]) -> Iterator[tuple[str, RowPlace]]:
    table = isinstance(part.file, Table)
    file = sql.name(FILE) if table else "NULL"
    query = (
        f"SELECT {part.key()} AS k, {sql.name(ROW)} AS r, {file} AS f, {place(part)} AS p FROM {sql.name(part.relation)} "
        f"WHERE k IN ({sql.texts(keys) or 'NULL'}) ORDER BY f, r"
    )
    rows = sql.rows(connection, query)
    lines = {} if isinstance(part.file, Table) else part.file.places([row[1] for row in rows])
    for key, row, name, stands in rows:
        line = row if table else (lines[row].line if row in lines else None)
        yield key, RowPlace(name or part.shown, line, stands)
