"""Where the grammar and its parse table are.

The grammar stands beside this module in an installed package, in `grammar/` in a checkout. The parse table is made from it when a wheel is
built, and in a checkout when it is first needed: it is kept beside this module, or, where that folder cannot be written, in the user's
cache (`workspace.user_cache`). Where nothing can be written it is made anew each time.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path

from sladsl.workspace import user_cache

TABLE = "sla.table"


def grammar_text() -> str:
    """The one grammar, as written."""
    packaged = files("sladsl.syntax").joinpath("sla.lark")
    if packaged.is_file():
        return packaged.read_text(encoding="utf-8")
    return (Path(__file__).parents[2] / "grammar" / "sla.lark").read_text(encoding="utf-8")


def alternatives(group: str) -> frozenset[str]:
    """The rules that a group of the grammar is made of (`_commitment_clause: warn | needs | …`), those of groups in it included."""
    line = next(x for x in grammar_text().splitlines() if x.startswith(f"{group}:"))
    names: set[str] = set()
    for name in (x.strip() for x in line.partition(":")[2].split("|")):
        names |= alternatives(name) if name.startswith("_") else {name}
    return frozenset(names)


def kept_tables() -> Iterator[bytes]:
    """The parse tables that were kept, nearest first; each may have been made from another grammar."""
    for folder in _FOLDERS:
        try:
            yield (folder() / TABLE).read_bytes()
        except (OSError, RuntimeError):
            continue


def keep_table(table: bytes) -> None:
    """Keep a table for the next start, in the first place that can be written; a reader never sees half of one."""
    for folder in _FOLDERS:
        try:
            place = folder()
            place.mkdir(parents=True, exist_ok=True)
            made = place / f"{TABLE}.{os.getpid()}"
            made.write_bytes(table)
            made.replace(place / TABLE)
            return
        except (OSError, RuntimeError):
            continue


def _beside() -> Path:
    return Path(__file__).parent


_FOLDERS: tuple[Callable[[], Path], ...] = (_beside, user_cache)
