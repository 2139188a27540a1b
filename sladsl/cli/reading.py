"""From a path on the command line to a compilation, and from there to a plan."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from os.path import abspath, relpath
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import click

from sladsl.addresses import Address
from sladsl.cli.files import STDIN, files_below, read_text, repository
from sladsl.cli.printing import colour, echo
from sladsl.settings import LATEST, NOW, TODAY, Settings, SettingsError, of_agreement
from sladsl.workspace import Unreadable, reader, shown_root, workspace

if TYPE_CHECKING:
    from sladsl.compiler import Compilation
    from sladsl.plan import Plan
    from sladsl.prepared import Prepared

    Planned: TypeAlias = Compilation | Prepared
    """An agreement of which nothing is asked but its plan, and the texts that it was made of."""

STDIN_NAME = "<stdin>"


def compile_file(path: str, as_of: dt.date | None = None, below: str = "") -> Compilation:
    """Compile a file (`-` is standard input) and what it imports, with the text `below` at its end; a file that cannot be read ends
    the command."""
    try:
        text = read_text(path)
    except Unreadable as error:
        raise click.ClickException(f"{called(path)} {error.reason}") from None
    return _compiled(text + below, STDIN_NAME if path == STDIN else path, as_of)


def _compiled(text: str, name: str, as_of: dt.date | None = None) -> Compilation:
    from sladsl.compiler import compile_text

    # Standard input has the working folder for its own: a name that is no path stands in it.
    return compile_text(text, name, read=reader(workspace(name)), root=shown_root(name), as_of=as_of)


def settings_of(name: str) -> Settings:
    """What the `sla.toml` above an agreement says; a mistake in it ends the command."""
    try:
        return of_agreement("." if name == STDIN_NAME else name)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None


def binding(text: str) -> tuple[str, Address]:
    """`lead=leads.csv`: a record's or a source's name, and where its rows are."""
    name, equals, where = text.partition("=")
    if not (name and equals and where):
        raise click.BadParameter(
            f"`{Address(text)}` is not of the form NAME=WHERE, such as lead=leads.csv", param_hint="--data"
        )
    return name, Address(where)


def data_of(compilation: Planned, given: Sequence[tuple[str, Address]]) -> list[tuple[str, Address]]:
    """Where the data of an agreement are: what the command line says, and of the other records what `sla.toml` does."""
    from sladsl.data.locations import below

    plan, settings = compilation.plan, settings_of(compilation.source.name)
    if plan is None or settings.path is None:
        return list(given)
    record_of = {r.name: r.name for r in plan.given} | {s.name: s.record for s in plan.sources}
    named = {name for name, _ in given} | {
        name for name, _ in given for s in plan.sources if s.record == name
    }
    taken = {*named, *(record_of.get(name, name) for name in named)}
    folder = Path(relpath(settings.path.parent))
    more = [
        (name, Address(below(where.written, folder)))
        for name, where in settings.data.items()
        if name in record_of and name not in taken
    ]
    return [*given, *more]


def as_of_of(compilation: Planned, given: str | None) -> str | None:
    """The moment that a command looks from: what the command line says, else what `sla.toml` does; None for the latest time in the data."""
    from sladsl.calendars import day_date, iso, zone
    from sladsl.present import now

    asked = given or settings_of(compilation.source.name).as_of
    if asked == TODAY:
        assert compilation.plan is not None, "an agreement with errors has no data"
        return day_date(zone(compilation.plan.zone).date_of(now())).isoformat()
    if asked == NOW:
        return iso(now())
    return None if asked == LATEST else asked


def compiled(path: str) -> Compilation:
    """The compilation of an agreement that has a plan; without one the reader is shown why, and the command ends."""
    return _with_plan(compile_file(path))


def _with_plan(compilation: Compilation) -> Compilation:
    if compilation.plan is None:
        refuse(compilation, "run")
        raise click.exceptions.Exit(2)
    return compilation


def planned(path: str) -> Planned:
    """As `compiled`, for who asks nothing but the plan: one that was compiled before from the same texts is not compiled again."""
    from sladsl.prepared import keep, prepared

    try:
        text = read_text(path)
    except Unreadable as error:
        raise click.ClickException(f"{called(path)} {error.reason}") from None
    if path == STDIN:
        return _with_plan(_compiled(text, STDIN_NAME))
    root = shown_root(path)
    known = prepared(path, text, reader(workspace(path)), root)
    if known is not None:
        return known
    compilation = _with_plan(_compiled(text, path))
    assert compilation.plan is not None, "it has one"
    keep(path, root, compilation.sources, compilation.plan)
    return compilation


def files_read(compilation: Planned, data: Sequence[str] = ()) -> list[Path]:
    """What a command reads: the agreement with all that it imports, and the files that its sources or `--data` name."""
    return [*(Path(name) for name in compilation.sources), *data_read(compilation, data)]


def data_read(compilation: Planned, data: Sequence[str] = ()) -> list[Path]:
    """The files of data alone."""
    plan = compilation.plan
    sources = [(Address(s.where), Path(s.base)) for s in plan.sources] if plan else []
    named = data_of(compilation, [binding(text) for text in data])
    return paths_of([*sources, *((where, Path()) for _, where in named)])


def paths_of(places: Iterable[tuple[Address, Path]]) -> list[Path]:
    """The files that addresses name, with the folder each starts at. One that cannot be found is told when it is read."""
    from sladsl.data import DataError
    from sladsl.data.locations import Location, locate

    files: list[Path] = []
    for address, base in places:
        with suppress(DataError, OSError):
            files += [place.path for place in locate(address, base) if isinstance(place, Location)]
    return files


def with_below(compilation: Compilation, text: str) -> Compilation:
    """The same agreement with more at its end."""
    return _compiled(compilation.source.text + text, compilation.source.name)


def plan_of(path: str) -> Plan:
    """The plan of an agreement; ends as `compiled` does."""
    plan = compiled(path).plan
    assert plan is not None
    return plan


def roots(compilations: Sequence[Compilation]) -> Sequence[Compilation]:
    """Those that no other one imports, and of a circle its first: a file is checked where it is used, with the names it relies on."""
    files = [{_absolute(name) for name in c.sources} for c in compilations]
    own = [_absolute(c.source.name) for c in compilations]
    imported = {name for mine, names in zip(own, files, strict=True) for name in names if name != mine}
    roots = [c for c, mine in zip(compilations, own, strict=True) if mine not in imported]
    covered = {_absolute(name) for c in roots for name in c.sources}
    for c, mine, names in zip(compilations, own, files, strict=True):
        if mine not in covered:
            roots.append(c)
            covered |= names
    return roots


def with_importers(files: Sequence[str]) -> list[str]:
    """The files with the agreements of their repositories that they are parts of, and those that import a file that is not there, as
    after one was renamed. Outside a repository the folder is looked through that imports may not leave."""
    from sladsl.ide.workspace import Workspace

    given = [_absolute(path) for path in files if path != STDIN]
    folders = {repository(path) or workspace(path) for path in given}

    def read(name: str) -> str:
        """What nobody named is no link that leads out of its folder."""
        folder = next((f for f in folders if Path(name).is_relative_to(f)), None)
        return read_text(name) if name in given or folder is None else reader(folder)(name)

    known = Workspace(read, shown_root)
    known.listed(
        [*given, *(_absolute(str(file)) for folder in sorted(folders) for file in files_below(folder))]
    )
    parts_of = [root for path in given for root in known.roots_of(path)]
    added = dict.fromkeys(root for root in (*parts_of, *known.roots_that_miss()) if root not in given)
    absolute = all(Path(path).is_absolute() for path in files)
    return [*files, *(root if absolute else relpath(root) for root in added)]


def _absolute(path: str) -> str:
    """A path by which a file has one name, as the compiler writes it."""
    return Path(abspath(path)).as_posix()


def date_of(text: str) -> dt.date:
    """A `--as-of` of the checker: a date."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"`{text}` is not a date: expected one like 2026-11-01") from None


def called(path: str) -> str:
    """A file as an error names it."""
    return "standard input" if path == STDIN else f"`{Address(path)}`"


def refuse(compilation: Compilation, what_for: str) -> None:
    """Shows why an agreement has no plan, on standard error: there is nothing to `run`, to `test`, …"""
    from sladsl.diagnostics import Severity
    from sladsl.reports.diagnostics import draw, summary

    name = compilation.source.name
    errors = [d for d in compilation.diagnostics if d.severity is Severity.ERROR]
    for diagnostic in errors:
        echo(draw(diagnostic, compilation.sources, colour(sys.stderr)) + "\n", err=True)
    if errors:
        echo(f"error: {summary(errors, name)}, so there is nothing to {what_for}", err=True)
    else:
        echo(f"error: `{name}` has no `agreement`, so there is nothing to {what_for}", err=True)
