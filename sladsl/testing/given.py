"""The rows that a test gives, as data: keys and links made up, clock readings in the agreement's zone as instants."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sladsl import model as m
from sladsl.calendars import DAY, ClockReading
from sladsl.engines.rows.settle import LAST_DAY
from sladsl.lowering.builder import Builder
from sladsl.lowering.inputs import kept
from sladsl.lowering.reading import literal

AFTER_EVERYTHING = (LAST_DAY + 1) * DAY - 1
"""The as-of of a test that says none: the last instant a row can have, after all that is given and after every deadline."""

Row = dict[str, Any]


class Unfit(ValueError):
    """A test that cannot be run as it is written; the text says why, and what to write."""


@dataclass(frozen=True, slots=True)
class Family:
    """The rows by record, as the interpreter takes them; `key` is that of the row the test is about."""

    rows: Mapping[str, Sequence[Row]]
    record: str
    key: str
    notes: tuple[str, ...]


def family(b: Builder, test: m.Test) -> Family:
    """The rows of a test. `Unfit` when it cannot be told which rows belong together."""
    if test.record is None:
        raise Unfit(
            "it gives no row, and the agreement has several records: say which one, as in `given lead`"
        )
    rows: dict[str, list[Row]] = {r.name: [] for r in b.model.given}
    for given in test.given or (m.Given(test.record, (), test.origin.span),):
        rows[given.record].append(_row(b, given))
    for name, below in rows.items():
        _give_keys(b.model.records[name], below)
    for record in _downwards(b.model, test.record):
        _link(b.model, record, rows)
    for record in b.model.given:
        # Of rows that are named by their key, the rows above may be left out like everything else that is not asked.
        if record.link is not None and rows[record.link.parent]:
            _link(b.model, record, rows)
    for record in b.model.given:
        if record.key is None:
            rows[record.name] = _once(record, rows[record.name])
    top = rows[test.record][0]
    return Family(rows, test.record, top[key_name(b.model.records[test.record])], tuple(_notes(b, test)))


def as_of(b: Builder, test: m.Test) -> int:
    """The instant a test is read at: a date is its start, a clock reading the agreement's zone's."""
    match test.as_of:
        case None:
            return AFTER_EVERYTHING
        case dt.datetime():
            return b.zone.to_instant(test.as_of)[0]
        case dt.date():
            return b.zone.midnight(test.as_of.toordinal() - dt.date(1970, 1, 1).toordinal())


def key_name(record: m.Record) -> str:
    """The field that names a row; a record without one has the implied key `row`."""
    return record.key.name if record.key is not None else "row"


def _row(b: Builder, given: m.Given) -> Row:
    record = b.model.records[given.record]
    keep = kept(b.model, record.name)
    state = () if keep is None else (keep.name,)
    row: Row = dict.fromkeys([*record.fields, key_name(record), *state])
    return row | {name: literal(b, value).value for name, value in given.values}


def _give_keys(record: m.Record, rows: Sequence[Row]) -> None:
    """`call 1`, `call 2`, …: in the order they are given, which is the order of their keys too."""
    key = key_name(record)
    taken = {row[key] for row in rows}
    wide = len(str(len(rows)))
    for n, row in enumerate(rows, 1):
        if row[key] is None:
            made = f"{record.name} {n:0{wide}d}"
            while made in taken:
                made += "′"
            row[key] = made


def _once(record: m.Record, rows: Sequence[Row]) -> list[Row]:
    """Rows without a key that are alike in everything are one, as in data."""
    name = key_name(record)
    alike = {tuple(value for field, value in row.items() if field != name): row for row in reversed(rows)}
    return list(reversed(alike.values()))


def _downwards(model: m.Model, root: str) -> Iterator[m.Record]:
    """The records below one, each after the one it belongs to."""
    waiting, above = [r for r in model.given if r.link is not None and r.name != root], {root}
    while ready := [r for r in waiting if r.link is not None and r.link.parent in above]:
        yield from ready
        above |= {r.name for r in ready}
        waiting = [r for r in waiting if r.name not in above]


def _link(model: m.Model, record: m.Record, rows: Mapping[str, Sequence[Row]]) -> None:
    """Each row belongs to the row above that it names, or else to the only one there is."""
    link = record.link
    assert link is not None
    parents = rows[link.parent]
    for row in rows[record.name]:
        if row[link.own] is not None:
            if row[link.own] not in [p[link.theirs] for p in parents]:
                raise Unfit(
                    f'a `{record.name}` has the `{link.own}` "{row[link.own]}", and no `{link.parent}` that is given has '
                    f"this `{link.theirs}`"
                )
            continue
        if not parents:
            raise Unfit(
                f"a `{record.name}` belongs to a `{link.parent}`, and none is given: add `given {link.parent}`"
            )
        if len(parents) > 1:
            raise Unfit(
                f"a `{record.name}` could belong to any of the {len(parents)} rows of `{link.parent}`: give each of those a "
                f"`{link.theirs}`, and the `{record.name}` the one it means as `{link.own}`"
            )
        if parents[0][link.theirs] is None:
            raise Unfit(
                f"a `{record.name}` belongs to the `{link.parent}` with its `{link.theirs}`, and this one has none: "
                f"give the `{link.parent}` its `{link.theirs}`"
            )
        row[link.own] = parents[0][link.theirs]


def _notes(b: Builder, test: m.Test) -> Iterator[str]:
    """What a reader should know of the rows as they were taken."""
    readings = [v.value for g in test.given for _, v in g.values] + [test.as_of]
    readings += [e.due for e in test.expectations if isinstance(e, m.ExpectVerdict)]
    for clock in dict.fromkeys(r for r in readings if isinstance(r, dt.datetime)):
        match b.zone.to_instant(clock)[1]:
            case ClockReading.NONEXISTENT:
                yield f"`{clock:%Y-%m-%d %H:%M}` does not exist in {b.zone.name}, where clocks went forward: it is moved on by the gap"
            case ClockReading.AMBIGUOUS:
                yield f"`{clock:%Y-%m-%d %H:%M}` occurs twice in {b.zone.name}, where clocks went back: the first is taken"
            case ClockReading.CLEAR:
                pass
    seen: set[tuple[str, tuple[tuple[str, object], ...]]] = set()
    for given in test.given:
        alike = given.record, tuple((name, value.value) for name, value in given.values)
        if b.model.records[given.record].key is None and alike in seen:
            yield f"two rows of `{given.record}` are alike in everything and count once, as in data: give them other times"
        seen.add(alike)
