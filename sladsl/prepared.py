"""What one run worked out and the next need not: an agreement's plan, and how its queries are written as SQL.

It is kept in files of the user's cache (`$XDG_CACHE_HOME/sladsl/prepared`, `~/.cache/sladsl/prepared`,
`%LOCALAPPDATA%\\sladsl\\prepared`), or in the folder that `SLA_CACHE` names; with `SLA_CACHE=off` nothing is kept or read. Files are data
(JSON), never code.

Nothing in such a file can change a verdict. What is looked up in it is looked up by a digest of all that it depends on: the texts of the
agreement, how a query is made, and the very program and libraries that made it (`_stamp`). And a file is believed only if it was written
here: each is signed with a key that this user alone can read and that never leaves the user's own cache, so that a file that was damaged,
changed or brought from elsewhere is as good as none. Whatever goes wrong here, the run is an ordinary one.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from enum import Enum
from functools import cache
from hashlib import blake2b
from hmac import compare_digest
from pathlib import Path
from typing import Any
from uuid import uuid4

from sladsl import calendars
from sladsl import plan as p
from sladsl.addresses import shown
from sladsl.source import Source
from sladsl.workspace import keep_bytes, read_bytes, user_cache

VARIABLE = "SLA_CACHE"
OFF = "off"
_MOST_BYTES = 8_000_000
"""Of one file; what is larger is neither written nor read."""
_MOST_FILES = 100
"""The longest unused go first."""
_OURS = re.compile(r"[0-9a-f]{32}\.(plan|queries)\.json(\.\w+\.new)?")
"""The folder may be one with files of others."""
_MOST_ANSWERS = 4_000
_LIBRARIES = frozenset(
    {"ibis_framework", "sqlglot", "duckdb", "holidays", "tzdata", "pendulum", "lark", "inflection"}
)


# --------------------------------------------------------------------------------------------------------------- files


def is_off() -> bool:
    """Whether nothing is kept or read."""
    return os.environ.get(VARIABLE, "").lower() == OFF


def _folder() -> Path | None:
    if is_off():
        return None
    chosen = os.environ.get(VARIABLE, "")
    return Path(chosen) if chosen else user_cache() / "prepared"


def _is_mine(path: Path) -> bool:
    """Whether nobody but this user can have written a file, or read it."""
    if not hasattr(os, "geteuid"):
        return True  # Windows keeps a user's folders from others
    status = path.stat()
    return status.st_uid == os.geteuid() and not status.st_mode & 0o077


def _key() -> bytes:
    """The key of this user, made when there is none; OSError or RuntimeError where there can be none."""
    path = user_cache() / "prepared.key"
    with suppress(FileNotFoundError):
        key = read_bytes(str(path))
        if len(key) != 32 or not _is_mine(path):
            raise OSError("this is no key")
        return key
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_name(f"{path.name}.{uuid4().hex}")  # no name that one which was killed may have left
    keep_bytes(made, os.urandom(32))
    try:
        os.link(made, path)  # the first of two processes has made it
    except FileExistsError:
        pass
    except OSError:  # a file system without links
        made.replace(path)
    finally:
        made.unlink(missing_ok=True)
    return path.read_bytes()


def _signed(name: str, content: bytes) -> bytes:
    return blake2b(name.encode() + b"\n" + content, key=_key(), digest_size=32).hexdigest().encode()


def _read(name: str) -> Any:
    """What was kept under a name by this very program; None for whatever else."""
    try:
        folder = _folder()
        if folder is None:
            return None
        path = folder / name
        signed = read_bytes(str(path))
        if len(signed) > _MOST_BYTES:
            return None
        signature, _, content = signed.partition(b"\n")
        if not compare_digest(signature, _signed(name, content)):
            return None
        kept = json.loads(content)
        if kept["stamp"] != _stamp():
            return None
        os.utime(path)
        return kept["what"]
    except (OSError, RuntimeError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _write(name: str, what: Any) -> None:
    """Keeps it; a reader never sees half of a file."""
    try:
        folder = _folder()
        if folder is None:
            return
        content = json.dumps({"stamp": _stamp(), "what": what}, separators=(",", ":")).encode()
        if len(content) > _MOST_BYTES:
            return
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        keep_bytes(folder / name, _signed(name, content) + b"\n" + content)
        _make_room(folder)
    except (OSError, RuntimeError, ValueError, AttributeError):
        return


def _make_room(folder: Path) -> None:
    """Removes what was not used for the longest time, where there are many files."""
    kept = [
        (entry.stat().st_mtime, entry.path) for entry in os.scandir(folder) if _OURS.fullmatch(entry.name)
    ]
    for _, path in sorted(kept)[: max(0, len(kept) - _MOST_FILES)]:
        Path(path).unlink(missing_ok=True)


@cache
def _stamp() -> str:
    """Names the program and the libraries that what is kept was made by: every file of the one, the versions of the others."""
    here = Path(__file__).parent
    digest = blake2b(f"{sys.version} {sys.platform}".encode(), digest_size=16)
    for file in sorted(_sources(here)):
        status = os.stat(file)
        digest.update(f"\n{file} {status.st_size} {status.st_mtime_ns}".encode())
    digest.update("\n".join(sorted(_installed())).encode())
    return digest.hexdigest()


def _sources(folder: Path) -> Iterator[str]:
    for entry in os.scandir(folder):
        if entry.is_dir() and entry.name != "__pycache__":
            yield from _sources(Path(entry.path))
        elif entry.name.endswith((".py", ".lark")):
            yield entry.path


def _installed() -> Iterator[str]:
    """The libraries with their versions, as the folders that say what is installed are called."""
    for place in sys.path:
        with suppress(OSError):
            for name in os.listdir(place or "."):
                if name.endswith(".dist-info") and name.partition("-")[0].lower() in _LIBRARIES:
                    yield f"{place}/{name}"


# ------------------------------------------------------------------------------------------------------------- answers


@contextmanager
def answering(plan: p.Plan) -> Iterator[None]:
    """What Ibis says of the queries of a plan is looked up among what it said in earlier runs, and kept for later ones."""
    if is_off():
        yield
        return
    from sladsl.engines.tables.queries import answering as answered

    name = f"{_of_plan(plan)}.queries.json"
    known = _read(name)
    answers = _Answers(known if isinstance(known, dict) else {})
    with answered(answers):
        yield
    if answers.new:
        # Those of this run come last, and those before them go first.
        kept = {**answers, **{x: answers[x] for x in answers.used}}
        _write(name, dict(list(kept.items())[-_MOST_ANSWERS:]))


class _Answers(dict[str, Any]):
    """Answers, which of them were asked for, and whether some are new."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        super().__init__(known)
        self.used: dict[str, None] = {}
        self.new = False

    def get(self, question: str, default: Any = None) -> Any:
        self.used[question] = None
        return super().get(question, default)

    def __setitem__(self, question: str, answer: Any) -> None:
        self.new = True
        super().__setitem__(question, answer)


def _of_plan(plan: p.Plan) -> str:
    """Which file the answers of a plan are in. They say themselves what they are about, so this need not say all of it."""
    about = (
        plan.name,
        *(r.name for r in plan.records),
        *(f.id for f in plan.figures),
        *(s.base for s in plan.sources),
    )
    return blake2b("\n".join(map(str, about)).encode(), digest_size=16).hexdigest()


# --------------------------------------------------------------------------------------------------------------- plans


@dataclass(frozen=True)
class Prepared:
    """An agreement of which nothing is asked but its plan; `sources` are the texts that it was made of, its own first."""

    source: Source
    sources: Mapping[str, Source]
    plan: p.Plan


def prepared(name: str, text: str, read: Callable[[str], str], root: str | None) -> Prepared | None:
    """The plan of an agreement that was compiled before from these very texts; None where it is not known. `read` gives the text of what it
    imports; arguments as for `compile_text`."""
    kept = _read(_file_of(name, text, root))
    if not isinstance(kept, dict):
        return None
    try:
        own = Source(name, text)
        sources = {name: own}
        for other, digest in kept["sources"]:
            if other != name:
                sources[other] = Source(other, read(other))
            if _digest(sources[other].text) != digest:
                return None
        return Prepared(own, sources, _decoded(kept["plan"]))
    except (OSError, ValueError, KeyError, TypeError, IndexError):
        return None


def keep(name: str, root: str | None, sources: Mapping[str, Source], plan: p.Plan) -> None:
    """Keeps the plan that texts were compiled to. One that holds a password is not kept."""
    if any(str(shown(s.where)) != str(s.where) for s in plan.sources):
        return
    texts = [(other, _digest(source.text)) for other, source in sources.items()]
    _write(_file_of(name, sources[name].text, root), {"sources": texts, "plan": _encoded(plan)})


def _file_of(name: str, text: str, root: str | None) -> str:
    # A path that is relative means another file in another folder.
    return f"{_digest(json.dumps([os.getcwd(), name, root, text]))}.plan.json"


def _digest(text: str) -> str:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


_CLASSES: dict[str, type] = {
    c.__name__: c
    for module in (p, calendars)
    for c in vars(module).values()
    if isinstance(c, type) and (is_dataclass(c) or issubclass(c, Enum))
}


def _encoded(plan: p.Plan) -> list[Any]:
    """The nodes of a plan, each once, after those that it is made of: the name of its class, and what its fields hold. A node is meant by
    its number in a list of its own."""
    numbers: dict[Any, int] = {}
    nodes: list[Any] = []

    def number(node: Any, made: list[Any]) -> dict[str, int]:
        key = json.dumps(made)
        if key not in numbers:
            numbers[key] = len(nodes)
            nodes.append(made)
        return {"n": numbers[key]}

    def encoded(value: Any) -> Any:
        match value:
            case Enum():
                return number(value, [_known(value), value.value])
            case None | bool() | int() | str():
                return value
            case Decimal():
                return {"d": str(value)}
            case tuple():
                return [encoded(x) for x in value]
            case _:
                held = [encoded(getattr(value, f.name)) for f in fields(value)]
                return number(value, [_known(value), *held])

    encoded(plan)
    return nodes


def _known(value: Any) -> str:
    """The name of a value's class; ValueError for one that could not be made again."""
    name = type(value).__name__
    if _CLASSES.get(name) is not type(value):
        raise ValueError(f"`{name}` is no part of a plan")
    return name


def _decoded(nodes: list[Any]) -> p.Plan:
    made: list[Any] = []

    def decoded(value: Any) -> Any:
        if type(value) is list:
            return tuple([decoded(x) for x in value])
        if type(value) is dict:
            return made[value["n"]] if "n" in value else Decimal(value["d"])
        return value

    for name, *held in nodes:
        made.append(_CLASSES[name](*map(decoded, held)))
    plan = made[-1]
    if not isinstance(plan, p.Plan):
        raise ValueError("this is no plan")
    return plan
