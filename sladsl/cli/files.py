"""Reading and writing files for the commands: every failure is a sentence, and nothing outside the workspace is imported."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import click

ROOTS = (".git", "pyproject.toml")
STDIN = "-"
MAX_BYTES = 32 * 1024 * 1024
"""Larger than any agreement; a file of this size is data given by mistake."""


class Unreadable(ValueError):
    """A file that cannot be read as an agreement; `reason` goes on where the file's name ends."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"it {reason}")
        self.reason = reason


def read_text(path: str) -> str:
    """The text of a file, or of standard input for `-`; a leading byte order mark is dropped. `Unreadable` says why not."""
    return decode(read_data(path))


def read_data(path: str) -> bytes:
    """The bytes of a file, or of standard input for `-`. `Unreadable` says why not."""
    try:
        return sys.stdin.buffer.read(MAX_BYTES + 1) if path == STDIN else read_bytes(path)
    except FileNotFoundError:
        raise Unreadable("is not there") from None
    except IsADirectoryError:
        raise Unreadable("is a folder, and an agreement is a file") from None
    except PermissionError:
        raise Unreadable("may not be read: its permissions forbid it") from None
    except (OSError, ValueError) as error:
        raise Unreadable(f"could not be read: {_reason(error)}") from None


def read_bytes(path: str) -> bytes:
    """The bytes of a file, as far as an agreement may be long and one more; `OSError` when it cannot be opened."""
    with open(path, "rb") as file:
        return file.read(MAX_BYTES + 1)


def decode(data: bytes) -> str:
    """UTF-8 bytes as text."""
    if len(data) > MAX_BYTES:
        raise Unreadable(f"is larger than {MAX_BYTES // 2**20} MB, which no agreement is; is it data?")
    if b"\0" in data:
        raise Unreadable("is not a text file, and an agreement is UTF-8 text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        wrong = f"line {line} has the byte 0x{data[error.start]:02x}"
        raise Unreadable(f"is not UTF-8 text ({wrong}): save it as UTF-8") from None


def agreement_files(paths: tuple[str, ...]) -> list[str]:
    """The files that are meant: a folder stands for the `.sla` files in it, at any depth; each file once, in order."""
    found: dict[str, None] = {}
    for path in paths:
        if path != STDIN and Path(path).is_dir():
            inside = sorted(str(p) for p in _walk(Path(path)))
            if not inside:
                raise click.ClickException(f"there is no .sla file in the folder `{path}`")
            found.update(dict.fromkeys(inside))
        else:
            found[path] = None
    return list(found)


def workspace(path: str) -> Path:
    """The folder that imports may not leave: the nearest one above with a `.git` or a `pyproject.toml`, else the file's own."""
    own = Path.cwd() if path == STDIN else Path(path).resolve().parent
    return next((folder for folder in (own, *own.parents) if any((folder / r).exists() for r in ROOTS)), own)


def write_out(path: str, text: str) -> None:
    """Writes a whole file or nothing: beside its place first, then moved there. `-` is standard output.

    A link is followed; what is no plain file (`/dev/stdout`, a pipe) is written to as it is, since nothing may take its place.
    """
    if path == STDIN:
        click.echo(text, nl=False)
        return
    place = Path(path)
    try:
        if place.exists() and not place.is_file():
            place.write_text(text, encoding="utf-8", newline="\n")
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        _replace(place.resolve(), text)
    except OSError as error:
        raise click.ClickException(f"`{path}` could not be written: {_reason(error)}") from None


def colour(stream: object) -> bool:
    """Whether output to this stream may have colour: a terminal, and nobody asked for none (https://no-color.org)."""
    is_terminal: Callable[[], bool] = getattr(stream, "isatty", lambda: False)
    return is_terminal() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _walk(folder: Path) -> Iterator[Path]:
    """The `.sla` files below a folder; hidden folders are not looked into."""
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        yield from (Path(place) / f for f in files if f.endswith(".sla"))


def _replace(place: Path, text: str) -> None:
    handle, aside = tempfile.mkstemp(dir=place.parent, prefix=f".{place.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(aside, place.stat().st_mode & 0o777 if place.exists() else 0o666 & ~mask)
        os.replace(aside, place)
    except BaseException:
        os.unlink(aside)
        raise


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()
