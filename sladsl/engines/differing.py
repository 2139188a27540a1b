"""What differs between the rows of two queries, by their keys, where no database holds them against each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeAlias

Columns: TypeAlias = Mapping[str, Sequence[Any]]
"""Columns by their names; a slice of one is a list."""
Values: TypeAlias = tuple[Any, ...]
Differing: TypeAlias = Iterator[tuple[str, Values | None, Values | None]]
"""Keys with their values in the one query and in the other, which are not the same; None where it has no such row. In no order."""


class OtherRows(Protocol):
    """Rows whose queries can be asked."""

    def columns(self, query: Any) -> Columns: ...


def differing(own: Columns, theirs: Columns) -> Differing:
    """Both have the same columns, a `key` that no two rows share among them."""
    was, now = _by_key(own), _by_key(theirs)
    for key, before in was.items():
        if before != (after := now.get(key)):
            yield key, before, after
    for key, after in now.items():
        if key not in was:
            yield key, None, after


def _by_key(columns: Columns) -> dict[str, Values]:
    values = zip(*(column[:] for name, column in columns.items() if name != "key"), strict=True)
    return dict(zip(columns["key"][:], values, strict=True))
