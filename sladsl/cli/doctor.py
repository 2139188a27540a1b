"""`sla doctor`: whether an agreement can be run here, and what is in its way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from sladsl.cli.options import data_option
from sladsl.cli.printing import echo

if TYPE_CHECKING:
    from sladsl.addresses import Address
    from sladsl.compiler import Compilation
    from sladsl.data.inspection import Inspected


@click.command("doctor", short_help="Say whether an agreement can be run here, and what is in the way.")
@click.argument("agreements", metavar="AGREEMENT…", nargs=-1, required=True)
@data_option
def command(agreements: tuple[str, ...], data: tuple[str, ...]) -> int:
    """Look at what a run needs: extras and drivers, files and servers, columns, and how much of each can be read.

    Nothing is judged and nothing is written. Exit status: 0 all is there, 1 something is in the way, 2 an agreement has errors or cannot
    be read.
    """
    from sladsl.cli import several
    from sladsl.cli.reading import binding, settings_of
    from sladsl.reports.terminal import safe
    from sladsl.settings import shown

    meant = several.meant(agreements)
    bindings = several.bindings_of([binding(text) for text in data], meant)
    faults: list[str] = []
    for line in _installed(faults):
        echo(line)
    for compilation, named in zip(meant, bindings, strict=True):
        echo(f"\n{safe(compilation.source.name)}")
        settings = settings_of(compilation.source.name)
        if settings.path is not None:
            file = safe(shown(settings.path))
            echo(f"  settings: {file}")
            for name in _elsewhere(compilation, settings.data):
                echo(f"  {file} names `{safe(name)}`, which this agreement has not")
        for line in _data(compilation, named, faults):
            echo(f"  {safe(line)}")
    faults = list(dict.fromkeys(faults))
    echo(f"\n{len(faults)} in the way" if faults else "\nall is there")
    for fault in faults:
        echo(f"  {safe(fault)}")
    return 1 if faults else 0


def _elsewhere(compilation: Compilation, data: Iterable[str]) -> Iterator[str]:
    """Names that are of another agreement, or that are misspelt."""
    model = compilation.model
    own = {*model.records, *(source.name for source in model.sources)}
    return (name for name in data if name not in own)


def _installed(faults: list[str]) -> Iterator[str]:
    """The extras that are installed, and those that are not. Only the engine is needed by every run."""
    from sladsl import __version__
    from sladsl.extras import lacking

    yield f"sla {__version__}"
    missing = lacking()
    there = [extra for extra, modules in missing.items() if not modules]
    others = [extra for extra, modules in missing.items() if modules]
    yield f"installed: {', '.join(there) or 'no extras'}"
    if others:
        yield f'not installed: {", ".join(others)} (pip install "sladsl[{others[0]}]")'
    if _in_memory(faults):
        yield "engine: plain Python, for small data in CSV, TSV, JSON Lines and workbooks"


def _in_memory(faults: list[str]) -> bool:
    """Whether runs do without DuckDB."""
    from sladsl.data import DataError
    from sladsl.data.loading import in_memory

    try:
        return in_memory()
    except DataError as error:
        faults.append(str(error))
        return False


def _data(compilation: Compilation, named: Sequence[tuple[str, Address]], faults: list[str]) -> Iterator[str]:
    from sladsl.cli.progress import on_data
    from sladsl.cli.several import plan_of
    from sladsl.data.inspection import inspected

    with on_data() as tell:
        sources = list(inspected(plan_of(compilation), named, tell))
    for source in sources:
        yield from _source(source, faults)


def _source(source: Inspected, faults: list[str]) -> Iterator[str]:
    from sladsl.reports.words import rows_of

    own = "" if source.name == source.record else f"{source.name}: "
    if source.fault is not None:
        yield f"{own}{source.record}: cannot be read"
        faults.append(source.fault)
        return
    where = f" in {', '.join(source.files)}" if source.files else ""
    end = f", up to {source.latest}" if source.latest else ""
    yield f"{own}{rows_of(source.rows, source.record)}{where}{end}"
    for column in source.columns:
        read = column.known + column.lost
        share = "empty" if not read else f"{_percent(column.known, read)} of {read:,} readable"
        missing = f", {column.missing:,} missing" if column.missing else ""
        yield f'  {column.field} = "{column.column}": {share}{missing}'
    faults += source.refusals


def _percent(known: int, read: int) -> str:
    """Rounded down: what is not all is never said to be."""
    return f"{known * 1000 // read / 10:g}%"
