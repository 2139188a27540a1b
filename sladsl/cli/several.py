"""Several agreements in one command: which are meant, whose data are whose, and a folder of pages with one that leads to them."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from sladsl.addresses import Address

if TYPE_CHECKING:
    from sladsl.cli.reading import Planned
    from sladsl.compiler import Compilation
    from sladsl.plan import Plan

INDEX = "index"
T = TypeVar("T")


def meant(paths: tuple[str, ...]) -> list[Compilation]:
    """The agreements that are meant: of a folder, the files with an `agreement`. Where one has errors they are shown, and the command
    ends."""
    from sladsl.cli.reading import compiled

    return _meant(paths, compiled)


def plans_meant(paths: tuple[str, ...]) -> list[Planned]:
    """The same, of which nothing is asked but their plans."""
    from sladsl.cli.reading import planned

    return _meant(paths, planned)


def _meant(paths: tuple[str, ...], read: Callable[[str], T]) -> list[T]:
    from sladsl.cli.files import STDIN, agreement_files
    from sladsl.cli.reading import compile_file

    named = {path for path in paths if path == STDIN or not Path(path).is_dir()}
    files = agreement_files(paths)
    agreements = [
        read(path) for path in files if path in named or compile_file(path).model.agreement is not None
    ]
    if not agreements:
        raise click.ClickException(f"no file in {' and '.join(f'`{p}`' for p in paths)} has an `agreement`")
    return agreements


def plan_of(compilation: Planned) -> Plan:
    plan = compilation.plan
    assert plan is not None, "`compiled` gives none without"
    return plan


def bindings_of(
    bindings: Sequence[tuple[str, Address]], agreements: Sequence[Planned]
) -> list[list[tuple[str, Address]]]:
    """To each agreement the data of the records and sources that it has, with those that its `sla.toml` names; of a single one all, so that
    what it lacks is told as ever."""
    from sladsl.cli.reading import data_of

    if len(agreements) == 1:
        return [data_of(agreements[0], bindings)]
    names = [{x.name for x in plan_of(c).records} | {x.name for x in plan_of(c).sources} for c in agreements]
    for name, _ in bindings:
        if not any(name in there for there in names):
            raise click.BadParameter(f"no agreement has a record or source `{name}`", param_hint="--data")
    own = [[b for b in bindings if b[0] in there] for there in names]
    return [data_of(c, named) for c, named in zip(agreements, own, strict=True)]


@contextmanager
def about(compilation: Planned, agreements: Sequence[Planned]) -> Iterator[None]:
    """Around the work on one of them: of several an error says which it is about."""
    try:
        yield
    except click.UsageError:
        raise
    except click.ClickException as error:
        if len(agreements) == 1:
            raise
        raise click.ClickException(f"{compilation.source.name}: {error.message}") from None


def into_folder(out: str, one: str) -> Path:
    """The folder that several pages go to; `one` is the file that a single page would go to."""
    from sladsl.cli.files import STDIN

    if out == STDIN:
        raise click.UsageError(
            f"each agreement has a page of its own: name a folder for them, such as `--out {Path(one).stem}s`"
        )
    folder = Path(out)
    if folder.exists() and not folder.is_dir():
        raise click.BadParameter(
            f"`{out}` is a file, and each agreement has a page of its own: name a folder", param_hint="--out"
        )
    if folder.suffix and not folder.exists():
        raise click.BadParameter(
            f"`{out}` is the name of one page, and each agreement has its own: name a folder, such as `{folder.with_suffix('')}`",
            param_hint="--out",
        )
    return folder


def page_names(paths: Sequence[str], ending: str, spelt: Callable[[str], str] = str) -> list[str]:
    """A file name for each agreement: that of its file, and where several have it that of the path below what all have in common:
    `north/sales.sla` is `north-sales.html` beside `south/sales.sla`. `spelt` is how a name may be written where the pages go."""
    files = [os.path.abspath(path) for path in paths]
    common = os.path.commonpath([os.path.dirname(f) for f in files])
    own = Counter(spelt(Path(file).stem).casefold() for file in files)
    names: list[str] = []
    for file in files:
        below = Path(os.path.relpath(file, common)).with_suffix("").parts
        alone = spelt(Path(file).stem)
        stem = alone if own[alone.casefold()] == 1 else spelt("-".join(below))
        taken, number = {INDEX, *(name.casefold() for name in names)}, 1
        name = stem
        while name.casefold() in taken:
            number += 1
            name = f"{stem}-{number}"
        names.append(name)
    return [f"{name}{ending}" for name in names]


def write_pages(folder: Path, pages: Sequence[tuple[str, str | bytes]], read: Iterable[str | Path]) -> None:
    """Writes all of them, the folder too where there is none; none where one would go over a file that is read."""
    from sladsl.cli.files import refuse_over, write_out

    known = list(read)
    for name, _ in pages:
        refuse_over(str(folder / name), known)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        from sladsl.workspace import reason

        raise click.ClickException(f"the folder `{folder}` could not be made: {reason(error)}") from None
    for name, text in pages:
        write_out(str(folder / name), text)
