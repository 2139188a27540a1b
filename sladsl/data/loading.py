"""Files and databases → one typed table per record, and the problems they hold."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from sladsl.addresses import Address
from sladsl.data import sql
from sladsl.data.asking import Part
from sladsl.data.columns import layout_of
from sladsl.data.errors import DataError, did_you_mean, listed
from sladsl.data.fitness import fitness
from sladsl.data.loaded import Loaded
from sladsl.data.locations import Format, Location, Remote, locate
from sladsl.data.parts import DROP, SqlPart, open_text, rows_sql, table_part, text_part
from sladsl.data.problems import each_once, of_rows, survey
from sladsl.data.servers.bringing import Opened, Servers, open_remote
from sladsl.data.tables import (
    Held,
    Table,
    duckdb_error,
    open_database,
    open_held,
    open_parquet,
    undamaged,
)
from sladsl.engines import sandbox
from sladsl.engines.engine import Engine
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


def _engine() -> Engine:
    from sladsl.engines import tables

    return tables


@dataclass(slots=True)
class SqlLoaded(Loaded):
    """Data that DuckDB has read, or that are judged where they are, on a server."""

    lost: Mapping[tuple[str, str], Sequence[str]] = field(default_factory=dict, repr=False)

    def close(self) -> None:
        if self.connection.name == "postgres":
            self.connection.disconnect()

    def of_parts(self, record: Record, parts: Sequence[Part]) -> Any:
        return _table(self.connection, record, [part for part in parts if isinstance(part, SqlPart)])

    def lost_cells(self) -> dict[tuple[str, str], list[str]]:
        keys_of = Loaded.lost_cells(self)
        return {**{cell: list(keys) for cell, keys in self.lost.items()}, **keys_of}

    def problems_of_query(self, record: str, keys: Any) -> tuple[Problem, ...]:
        from sladsl.engines.tables.connections import store_of

        query = store_of(self.connection).written(keys)
        parts = (part for part in self.parts.get(record, ()) if isinstance(part, SqlPart))
        some = (of_rows(part.among_query(query)) for part in parts)
        return tuple(problem for problems in some for problem in problems)


def connect(memory_limit: str | None = MEMORY_LIMIT, threads: int | None = None) -> Any:
    """An in-memory DuckDB behind Ibis. What does not fit `memory_limit` (such as `2GiB`) spills to a folder that goes when we do.

    It reads any file that it is asked for, so that it can serve several loads: a load that makes its own closes it off.
    """
    from sladsl.engines.tables.store import Duck

    connection = sandbox.opened(_temporary_folder(), memory_limit, threads)
    sql.rows(connection, "SET TimeZone = 'UTC'")
    return Duck(connection)


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


ENGINE = "SLADSL_ENGINE"
"""The environment variable that says who evaluates: `python`, the reference interpreter, or `duckdb`."""


def in_memory(asked: str | None = None) -> bool:
    """Whether rows are read in plain Python and evaluated by the reference interpreter: where somebody asks for it, or there is no DuckDB.
    `DataError` where somebody asks for what there is not."""
    named = asked or os.environ.get(ENGINE) or ("duckdb" if _has_duckdb() else "python")
    if named not in ("python", "duckdb"):
        raise DataError(f"{ENGINE} is `{named}`, and an engine is `duckdb` or `python`")
    return named == "python"


def _has_duckdb() -> bool:
    """Whether DuckDB can be asked, and Ibis that writes what it is asked."""
    try:
        return all(find_spec(name) is not None for name in ("duckdb", "ibis", "pyarrow"))
    except ImportError:  # somebody keeps it from being imported
        return False


def load(
    plan: Plan,
    bindings: Sequence[Binding],
    *,
    base: Path,
    connection: Any = None,
    progress: Progress | None = None,
    memory: str | None = None,
    engine: str | None = None,
) -> Loaded:
    """The rows of every record of the plan. A binding's relative path starts at `base`, a source's at the source's own folder. `engine` is
    `python` or `duckdb`; unless somebody says, `in_memory` does.

    `DataError` when data cannot be read at all: no such file or column, no zone for local times, no data for a record.
    """
    _check_names(plan, bindings)
    named = {record.name: tuple(_inputs(plan, record, bindings, base)) for record in plan.given}
    if connection is None and in_memory(engine):
        from sladsl.data.memory import load_in_memory

        return load_in_memory(plan, named, progress)
    servers = Servers()
    try:
        inputs = {
            record.name: tuple(
                (source, tuple(_opened(servers, record, place) for place in places))
                for source, places in named[record.name]
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
    every = (*problems, *fit.problems)
    return SqlLoaded(tables, every, named, _engine(), frozenset(paths), fit.refusals, parts, backend)


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
    return SqlLoaded(
        in_place.tables,
        in_place.problems,
        named,
        _engine(),
        refusals=in_place.refusals,
        connection=in_place.engine,
        lost=in_place.lost,
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
