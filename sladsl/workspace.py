"""Files of agreements: reading one as text, and the folder that its imports may not leave. Whoever compiles a file reads it so."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

ROOTS = (".git", "pyproject.toml")
MAX_BYTES = 32 * 1024 * 1024
"""Larger than any agreement; a file of this size is data given by mistake."""


class Unreadable(ValueError):
    """A file that cannot be read as an agreement; `reason` goes on where the file's name ends."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"it {reason}")
        self.reason = reason


def read_bytes(path: str) -> bytes:
    """The bytes of a file, as far as an agreement may be long and one more; `OSError` when it cannot be opened."""
    with open(path, "rb", opener=_without_waiting) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is no plain file")
        return file.read(MAX_BYTES + 1)


def keep_bytes(path: Path, data: bytes) -> None:
    """Writes a file of a cache, which this user alone may read: whole or not at all. A link in its place is replaced and nothing is written
    through one, since others may be able to put one there."""
    made = path.with_name(f"{path.name}.{uuid4().hex}.new")
    try:
        with open(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)


def append_bytes(path: Path, data: bytes) -> None:
    """Writes behind what a file of a cache has; `OSError` where a link or no plain file is in its place."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    with open(_without_waiting(str(path), flags, 0o600), "ab") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is no plain file")
        file.write(data)


def _without_waiting(path: str, flags: int, mode: int = 0o777) -> int:
    """A pipe that nobody writes to would be waited for as soon as it is opened."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0), mode)


def read_file(path: str) -> str:
    """The text of a file; a leading byte order mark is dropped. `Unreadable` says why not."""
    return decode(contents(path))


def contents(path: str) -> bytes:
    """The bytes of a file. `Unreadable` says why not."""
    try:
        return read_bytes(path)
    except FileNotFoundError:
        raise Unreadable("is not there") from None
    except IsADirectoryError:
        raise Unreadable("is a folder, and an agreement is a file") from None
    except PermissionError:
        raise Unreadable("may not be read: its permissions forbid it") from None
    except (OSError, ValueError) as error:
        raise Unreadable(f"could not be read: {reason(error)}") from None


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


def workspace(path: str) -> Path:
    """The folder that imports may not leave: the nearest one above with a `.git` or a `pyproject.toml`, else the file's own."""
    own = Path(os.path.realpath(path)).parent
    return next((folder for folder in (own, *own.parents) if any((folder / r).exists() for r in ROOTS)), own)


def shown_root(path: str) -> str:
    """`workspace` as the compiler is told of it: relative where the file's name is, and by the links where that goes through some, so that
    names stay as the reader wrote them."""
    root = workspace(path)
    # Only from another drive is there no relative way to say the root.
    absolute = Path(path).is_absolute() or Path(root).drive != Path.cwd().drive
    if not absolute:
        return os.path.relpath(root).replace(os.sep, "/")
    written = (f for f in Path(os.path.abspath(path)).parents if os.path.realpath(f) == str(root))
    return next(written, root).as_posix()


def reader(root: Path) -> Callable[[str], str]:
    """Reads what an agreement imports, from inside a folder."""
    inside = Path(os.path.realpath(root))

    def read(name: str) -> str:
        """A link may not lead where a path may not."""
        if not Path(os.path.realpath(name)).is_relative_to(inside):
            raise ValueError("it is a link that leads outside the workspace")
        return decode(read_bytes(name))

    return read


@contextmanager
def aside(path: Path) -> Iterator[Path]:
    """A place beside a file that is to be written, moved there in the end: the file appears whole or not at all, however this ends.

    A link is followed; what is no plain file (a pipe) is written to as it is, since nothing may take its place.
    """
    if path.exists() and not path.is_file():
        yield path
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    goal = Path(os.path.realpath(path))
    place = goal.parent / f".sla-{uuid4().hex}"  # before it is there, so that whoever stops us leaves nothing
    try:
        yield place
        mask = os.umask(0)
        os.umask(mask)
        place.chmod(goal.stat().st_mode & 0o777 if goal.exists() else 0o666 & ~mask)
        place.replace(goal)
    finally:
        place.unlink(missing_ok=True)


def reason(error: Exception) -> str:
    """Why a file could not be read or written, to go on where its name ends."""
    return (getattr(error, "strerror", None) or str(error)).lower()


def user_cache() -> Path:
    """The folder of what may be made anew: `$XDG_CACHE_HOME/sladsl`, `~/.cache/sladsl`, `%LOCALAPPDATA%\\sladsl`; raises RuntimeError
    where there is no home. One that is no whole path is none, as it would be one of the working folder, whosever that is."""
    named = (os.environ.get(name, "") for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"))
    chosen = next(filter(os.path.isabs, named), None)
    return (Path(chosen) if chosen else Path.home() / ".cache") / "sladsl"


def own_python() -> list[str]:
    """How a Python of ours is started in a folder that may be anybody's: it imports nothing from there."""
    return [sys.executable, "-P"]


def own_environment() -> dict[str, str]:
    """Our environment without places to import from that are no whole paths: an empty one is the working folder, whosever that is."""
    places = filter(os.path.isabs, os.environ.get("PYTHONPATH", "").split(os.pathsep))
    return {**os.environ, "PYTHONPATH": os.pathsep.join(places)}
