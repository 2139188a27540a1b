"""Rows that are made of others, as `sladsl.plan.made` says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Any, assert_never

from sladsl.calendars import iso
from sladsl.engines.rows.frames import Frame
from sladsl.engines.rows.interpreter import Evaluator
from sladsl.engines.rows.settle import Row
from sladsl.plan import Field, InstantsOf, Record, RowsOf, StretchesOf
from sladsl.plan.made import AT, BEGAN, ENDED, expressions

_NOTHING: frozenset[str] = frozenset()


def made_rows(ev: Evaluator, record: Record) -> list[Row]:
    """The rows of a record that is made, in the order of their keys."""
    made = record.made
    assert made is not None, "a source gives the other records' rows"
    frames = ev.families.all(made.of)
    if not isinstance(made, InstantsOf):
        order = ev.in_order(made.of, expressions(made))
        for frame in frames:
            ev.fill(frame, order)
    match made:
        case RowsOf():
            found = list(_rows_of(ev, made, frames))
        case InstantsOf():
            found = [row for frame in frames for row in _instants(ev, record, made, frame)]
        case StretchesOf():
            found = list(_stretches(ev, record, made, frames))
        case _:
            assert_never(made)
    return sorted((Row(values, _NOTHING) for values in found), key=lambda row: row.values[record.key])


def _rows_of(ev: Evaluator, made: RowsOf, frames: Sequence[Frame]) -> Iterator[dict[str, Any]]:
    where = None if made.where is None else ev.function(made.where, made.of)
    values = [(name, ev.function(e, made.of)) for name, e in made.values]
    for frame in frames:
        if where is None or where(frame) is True:
            yield {name: work_out(frame) for name, work_out in values}


def _instants(ev: Evaluator, record: Record, made: InstantsOf, frame: Frame) -> Iterator[dict[str, Any]]:
    since = ev.value(made.since, frame)
    if not isinstance(since, int):
        return
    times = {since}
    for change in made.changes:
        at = ev.function(change.at, change.record)
        itself = change.record == made.of and not change.beside
        rows = [frame] if itself else ev.below(change.record, frame)
        times |= {at(row) for row in rows} - {None}
    for instant in times:
        if since <= instant < ev.as_of:
            yield {**_named(record, frame.key, instant), AT: instant}


def _stretches(
    ev: Evaluator, record: Record, made: StretchesOf, frames: Sequence[Frame]
) -> Iterator[dict[str, Any]]:
    link = ev.plan.record(made.of).link
    assert link is not None, "instants are of a row"
    at, holds = (ev.function(e, made.of) for e in (Field(made.of, AT), made.holds))
    values = [(name, ev.function(e, made.of)) for name, e in made.values]
    after = ev.function(made.after, made.of)

    def state(frame: Frame) -> tuple[Any, ...]:
        """What stays the same during a stretch; nothing outside of them."""
        if holds(frame) is not True:
            return ()
        return (True, *(work_out(frame) for _, work_out in values))

    in_line = sorted(frames, key=lambda frame: (frame.values[link.own], at(frame)))
    for owner, line in groupby(in_line, key=lambda frame: frame.values[link.own]):
        runs = [(key, next(run)) for key, run in groupby(line, key=state)]
        for (key, first), following in pairwise([*runs, ((), None)]):
            began = at(first)
            if not key or began <= after(first):
                continue
            ended = None if following[1] is None else at(following[1])
            kept = zip((name for name, _ in values), key[1:], strict=True)
            yield {**_named(record, owner, began), BEGAN: began, ENDED: ended, **dict(kept)}


def _named(record: Record, owner: str, instant: int) -> dict[str, Any]:
    """The fields that say of which row an instant or a stretch is, and which of that row's it is."""
    assert record.link is not None, "instants and stretches are of a row"
    return {record.link.own: owner, record.key: f"{owner}#{iso(instant)}"}
