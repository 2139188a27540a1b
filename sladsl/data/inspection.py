"""What a run would read, source by source: whether it can be reached, which columns it has, and how much of each can be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sladsl.addresses import Address
from sladsl.calendars import iso
from sladsl.data.errors import DataError
from sladsl.data.fitness import ColumnRead
from sladsl.data.loaded import Loaded
from sladsl.data.loading import Binding, load
from sladsl.data.tables import undamaged
from sladsl.engines.engine import read
from sladsl.plan import Plan, Record, Source


@dataclass(frozen=True, slots=True)
class Inspected:
    """One source, or the data that are named for a record without one. `fault` says why it cannot be read; `refusals` why no verdict may
    rest on it. `latest` is the latest instant in it."""

    name: str
    record: str
    files: tuple[str, ...] = ()
    rows: int = 0
    latest: str | None = None
    columns: tuple[ColumnRead, ...] = ()
    fault: str | None = None
    refusals: tuple[str, ...] = ()


def inspected(
    plan: Plan, bindings: Sequence[tuple[str, Address]], progress: Callable[[str], None] | None = None
) -> Iterator[Inspected]:
    """Every source of every record, one after the other, so that what is wrong with one does not hide another."""
    for record in plan.given:
        sources: Sequence[Source | None] = [s for s in plan.sources if s.record == record.name] or [None]
        for source in sources:
            names = {record.name, *(() if source is None else (source.name,))}
            named = [Binding(name, where) for name, where in bindings if name in names]
            yield _inspected(plan, record, source, named, progress)


def _inspected(
    plan: Plan,
    record: Record,
    source: Source | None,
    named: Sequence[Binding],
    progress: Callable[[str], None] | None,
) -> Inspected:
    from sladsl.extras import not_installed

    own = replace(plan, records=(record,), sources=() if source is None else (source,))
    name = record.name if source is None else source.name
    try:
        loaded = load(own, named, base=Path.cwd(), progress=progress)
        try:
            with undamaged(loaded.files):
                return _told(own, record, name, loaded)
        finally:
            loaded.close()
    except DataError as error:
        return Inspected(name, record.name, fault=str(error))
    except ModuleNotFoundError as error:
        said = not_installed(error)
        if said is None:
            raise
        return Inspected(name, record.name, fault=said)


def _told(plan: Plan, record: Record, name: str, loaded: Loaded) -> Inspected:
    table = loaded.tables[record.name]
    rows = read(table.aggregate(rows=table.count()))
    held = loaded.engine.times_held(plan, record.name, table, _LAST)
    return Inspected(
        name,
        record.name,
        loaded.files,
        int(rows[0]["rows"]),
        None if held is None else iso(held.latest),
        tuple(loaded.columns_read(record)),
        refusals=loaded.refusals,
    )


_LAST = 253_402_300_799_999_999
"""The end of the year 9999, in microseconds since 1970."""
