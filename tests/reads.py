"""What is read of a tree, and by which part of the house: each field of each node, while something runs."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from types import ModuleType
from typing import Any

Reads = dict[tuple[str, str], set[str]]
"""(class, field) → what reads it: a package such as `sladsl.checker`, and of a clause a method such as `sladsl.language.plan`."""


def nodes(*modules: ModuleType) -> list[type]:
    """The dataclasses that these modules define, each once."""
    return [
        each
        for module in modules
        for each in vars(module).values()
        if isinstance(each, type) and is_dataclass(each) and each.__module__ == module.__name__
    ]


def clauses(node: type) -> list[str]:
    """A node's fields that say something: not where it stands in the text."""
    return [f.name for f in fields(node) if not f.name.endswith(("span", "spans")) and f.name != "origin"]


@contextmanager
def recorded(classes: list[type]) -> Iterator[Reads]:
    """The reads of all fields of these classes, while the block runs. What a dataclass does with itself (equality, hash) is its own."""
    found: Reads = defaultdict(set)
    before = {each: each.__getattribute__ for each in classes}
    for each in classes:
        type.__setattr__(each, "__getattribute__", _reader(each, found))
    try:
        yield found
    finally:
        for each, original in before.items():
            type.__setattr__(each, "__getattribute__", original)


def _reader(node: type, found: Reads) -> Callable[[Any, str], Any]:
    names = frozenset(f.name for f in fields(node))
    plain = object.__getattribute__

    def read(self: Any, name: str) -> Any:
        if name in names:
            frame = sys._getframe(1)
            part = ".".join(str(frame.f_globals.get("__name__", "")).split(".")[:2])
            found[node.__name__, name].add(part)
            if part == "sladsl.language":
                found[node.__name__, name].add(f"{part}.{_method(frame.f_code.co_qualname)}")
        return plain(self, name)

    return read


def _method(name: str) -> str:
    """The method that a piece of code is in: `plan` of `Warn.plan` and of a generator in it."""
    return name.split(".")[1] if "." in name else name


def unread(classes: list[type], reads: Reads, part: str) -> set[str]:
    """`Class.field` of what the part never read."""
    return {
        f"{c.__name__}.{name}" for c in classes for name in clauses(c) if part not in reads[c.__name__, name]
    }
