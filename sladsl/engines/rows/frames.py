"""Rows in scope: a row with the rows above it, the rows below it, and the columns worked out for it so far."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sladsl.engines.rows.settle import Row
from sladsl.plan import Plan, Record


class Frame:
    """One row of `record` in scope. `parent` is the row above it, None where there is none in the data."""

    __slots__ = ("_below", "columns", "hidden", "key", "parent", "record", "values")

    def __init__(self, record: str, key: str, row: Row, parent: Frame | None) -> None:
        self.record, self.key, self.parent = record, key, parent
        self.values = row.values
        self.hidden = row.hidden
        self.columns: dict[int, Any] = {}
        self._below: dict[str, list[Frame]] | None = None


def row_above(frame: Frame, record: str) -> Frame | None:
    """The row of `record` in scope: the frame's own, or one above it; None where the data have none, as above an orphan."""
    at: Frame | None = frame
    while at is not None and at.record != record:
        at = at.parent
    return at


class Families:
    """Settled rows by what links them, and those that `make` gives of a record whose rows are made, once somebody asks for them. Rows are
    in the order of their keys, everywhere."""

    def __init__(
        self, plan: Plan, rows: Mapping[str, Sequence[Row]], make: Callable[[Record], Sequence[Row]]
    ) -> None:
        self._rows, self._make = dict(rows), make
        self._records = {r.name: r for r in plan.records}
        self._keys = {r.name: r.key for r in plan.records}
        self._links = {r.name: r.link for r in plan.records if r.link is not None}
        self._children: dict[str, dict[Any, list[Row]]] = {}
        self._parents: dict[str, dict[Any, Row]] = {}
        self._frames: dict[tuple[str, str], Frame] = {}
        self._by_key: dict[str, dict[str, Row]] = {}

    def rows(self, record: str) -> Sequence[Row]:
        """The record's rows."""
        if record not in self._rows:
            self._rows[record] = self._make(self._records[record])
        return self._rows[record]

    def all(self, record: str) -> list[Frame]:
        """The record's rows as their children see them."""
        return [self._kept(record, row) for row in self.rows(record)]

    def _of_parent(self, child: str) -> dict[Any, list[Row]]:
        """The child's rows by what they name of their parent."""
        if child not in self._children:
            own = self._links[child].own
            by_own: dict[Any, list[Row]] = {}
            for row in self.rows(child):
                if row.values[own] is not None:
                    by_own.setdefault(row.values[own], []).append(row)
            self._children[child] = by_own
        return self._children[child]

    def _parent_of(self, child: str) -> dict[Any, Row]:
        """The parents by what a child names of them: of several that share it, the one with the smallest key."""
        if child not in self._parents:
            link = self._links[child]
            self._parents[child] = {p.values[link.theirs]: p for p in reversed(self.rows(link.parent))}
        return self._parents[child]

    def frame(self, record: str, row: Row) -> Frame:
        """A row by itself: beside its parent, if it has one."""
        link = self._links.get(record)
        key = row.values[self._keys[record]]
        if link is None:
            return Frame(record, key, row, None)
        own = row.values[link.own]
        above = None if own is None else self._parent_of(record).get(own)
        return Frame(record, key, row, None if above is None else self._kept(link.parent, above))

    def _kept(self, record: str, row: Row) -> Frame:
        """A parent's frame, shared by its children."""
        at = record, row.values[self._keys[record]]
        if at not in self._frames:
            self._frames[at] = self.frame(record, row)
        return self._frames[at]

    def named(self, record: str, key: str | None) -> Frame | None:
        """The row of a record that has this key; None where none has."""
        if record not in self._by_key:
            own = self._keys[record]
            self._by_key[record] = {row.values[own]: row for row in self.rows(record)}
        row = None if key is None else self._by_key[record].get(key)
        return None if row is None else self._kept(record, row)

    def below(self, frame: Frame, child: str) -> list[Frame]:
        """The rows of `child`, a record right below the frame's, that belong to it."""
        if frame._below is None:
            frame._below = {}
        children = frame._below.get(child)
        if children is None:
            key, shared = self._keys[child], frame.values[self._links[child].theirs]
            rows = () if shared is None else self._of_parent(child).get(shared, ())
            children = frame._below[child] = [Frame(child, r.values[key], r, frame) for r in rows]
        return children
