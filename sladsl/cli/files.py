"""Reading and writing files for the commands: every failure is a sentence, and nothing outside the workspace is imported."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from sladsl.addresses import Address, shown
from sladsl.cli.printing import echo, echo_exactly
from sladsl.reports.inert import inert
from sladsl.workspace import MAX_BYTES, aside, contents, decode, reason

STDIN = "-"


def read_text(path: str) -> str:
    """The text of a file, or of standard input for `-`. `Unreadable` says why not."""
    return decode(read_data(path))


def read_data(path: str) -> bytes:
    """The bytes of a file, or of standard input for `-`. `Unreadable` says why not."""
    return sys.stdin.buffer.read(MAX_BYTES + 1) if path == STDIN else contents(path)


def agreement_files(paths: tuple[str, ...]) -> list[str]:
    """The files that are meant: a folder stands for the `.sla` files in it, at any depth; each file once, in order."""
    files: dict[str, None] = {}
    for path in paths:
        if path != STDIN and Path(path).is_dir():
            inside = sorted(str(p) for p in own_files_below(path))
            if not inside:
                raise click.ClickException(f"there is no .sla file in the folder `{path}`")
            files.update(dict.fromkeys(inside))
        else:
            files[path] = None
    return list(files)


def own_files_below(path: str) -> Iterator[Path]:
    """Those that stand in the folder, or elsewhere in its repository: a link out of it may lead to anything, and nobody named that."""
    root = repository(path) or Path(path)
    for file in files_below(Path(path)):
        if not Path(os.path.realpath(file)).is_relative_to(os.path.realpath(root)):
            raise click.ClickException(
                f"`{file}` is a link that leads out of `{path}`: name it to have it read, or take it away"
            )
        yield file


def repository(path: str) -> Path | None:
    """The root of the repository that a file or folder stands in: the nearest folder above with a `.git`; None outside of any."""
    own = Path(os.path.abspath(path))
    return next((folder for folder in (own, *own.parents) if (folder / ".git").exists()), None)


_CHECKED_OUT = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")
"""Where build servers say that they put what they check, for a copy that is no repository."""


def in_repository(name: str) -> str:
    """A file as build servers name it, wherever a command was started: its path from the root of its repository, with `/`. Outside of
    any it is the path from the working folder, or where that does not lead there the whole path."""
    if name.startswith("<"):  # standard input
        return name
    own = Path(os.path.abspath(name))
    given = (os.environ.get(variable) for variable in _CHECKED_OUT)
    roots = [repository(name), *(Path(os.path.abspath(folder)) for folder in given if folder), Path.cwd()]
    inside = next((root for root in roots if root is not None and own.is_relative_to(root)), None)
    return (own if inside is None else own.relative_to(inside)).as_posix()


def write_out(path: str, text: str | bytes, *, annotations: bool = False) -> None:
    """Writes a report: a whole file or nothing, beside its place first, then moved there. `-` is standard output.

    Nothing in it commands whoever shows it; `annotations` are GitHub's commands, and meant.

    A link is followed; what is no plain file (`/dev/stdout`, a pipe) is written to as it is, since nothing may take its place.
    """
    if path == STDIN and isinstance(text, str):
        echo(text, nl=False, annotations=annotations)
    elif path == STDIN:
        click.echo(text, nl=False)
    else:
        _write(path, inert(text, annotations=True).encode() if isinstance(text, str) else text)


def write_exactly(path: str, text: str) -> None:
    """Writes a text that is kept, such as an agreement, to the letter."""
    if path == STDIN:
        echo_exactly(text)
    else:
        _write(path, text.encode())


def _write(path: str, data: bytes) -> None:
    if shown(path) != path:
        raise click.ClickException(
            f"`{Address(path)}` is an address, and what is written here is a file: name one"
        )
    try:
        with aside(Path(path)) as place:
            place.write_bytes(data)
    except OSError as error:
        raise click.ClickException(f"`{path}` could not be written: {reason(error)}") from None


def refuse_over(out: str | None, read: Iterable[str | Path], option: str = "--out") -> None:
    """A usage error where what is to be written is one of the files that are read, whatever name or link it goes by."""
    if out is None or out == STDIN or not Path(out).is_file():
        return
    for path in read:
        if is_same(out, path):
            raise click.BadParameter(
                f"`{out}` is read here (`{path}`), and would be written over: name another file",
                param_hint=option,
            )


def is_same(one: str | Path, other: str | Path) -> bool:
    """Whether two names are of one file, or would be where a system knows no capital letters."""
    try:
        return os.path.samefile(one, other)
    except OSError:
        return os.path.realpath(one).casefold() == os.path.realpath(other).casefold()


def refuse_link(path: str, named: Iterable[str]) -> None:
    """An error for a link that was come by in a folder: what it leads to was not named, and may be anything."""
    if Path(path).is_symlink() and path not in named:
        raise click.ClickException(
            f"`{path}` is a link to `{os.path.realpath(path)}`, which nobody named: it is left as it is; name it to have it written"
        )


def files_below(folder: Path) -> Iterator[Path]:
    """The `.sla` files below a folder; hidden folders are not looked into."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        yield from (Path(place) / f for f in files if f.endswith(".sla"))
