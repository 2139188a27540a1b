"""Why a value is what it is: an expression with the value of each of its parts on a row, down to the fields.

Every value is asked of the `Evaluator`, so a trace cannot say anything else than what was counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never

from sladsl.calendars import DurationKind, Spans
from sladsl.engines.rows.frames import Frame, row_above
from sladsl.engines.rows.interpreter import Evaluator
from sladsl.engines.rows.values import Value
from sladsl.plan import (
    Apply,
    AsOf,
    Case,
    Children,
    Const,
    Deadline,
    Expression,
    Field,
    Following,
    Hidden,
    Inside,
    Lookup,
    OfAsker,
    OpenUntil,
    Outside,
    Ref,
    Referred,
)
from sladsl.plan.traversal import operands


@dataclass(frozen=True, slots=True)
class Step:
    """An expression and its value on a row.

    `parts` are what it was made of: of a `Case` only the conditions that were asked and the value that was chosen (the last part),
    of a column what the column is. `rows` are the rows that a `Children` or a `Following` looked at.
    `open` are the open intervals that a deadline in
    business hours counted, or that lie between the two ends of an elapsed time.
    """

    expression: Expression
    value: Value
    parts: tuple[Step, ...] = ()
    rows: tuple[RowStep, ...] = ()
    open: Spans = ()


@dataclass(frozen=True, slots=True)
class RowStep:
    """A child row that was looked at: it counted when `where` is true, with the value of `of`, if one was asked for."""

    record: str
    key: str
    where: Step | None
    of: Step | None

    @property
    def counted(self) -> bool:
        return self.where is None or self.where.value is True


def trace(ev: Evaluator, e: Expression, frame: Frame) -> Step:
    """The expression's value on the frame's row, and how it came about. Steps of one column of one row are one object."""
    return _Tracing(ev).step(e, frame)


class _Tracing:
    """One trace. Columns read others many times over; each is told once."""

    def __init__(self, ev: Evaluator) -> None:
        self._ev = ev
        self._columns: dict[tuple[str, str, str], Step] = {}

    def step(self, e: Expression, frame: Frame) -> Step:
        value = self._ev.value(e, frame)
        match e:
            case Const() | AsOf() | Field() | Hidden():
                return Step(e, value)
            case Ref():
                return self._column(e, value, frame)
            case Case():
                return Step(e, value, self._chosen(e, frame))
            case Children():
                with self._ev.asking(e.depth, frame):
                    looked_at = tuple(self._row(e, row) for row in self._ev.below(e.record, frame, e.top))
                return Step(e, value, rows=looked_at)
            case OfAsker():
                return Step(e, value, (self.step(e.value, self._ev.askers[e.depth]),))
            case Following():
                shared = row_above(frame, self._above(e))
                rows = () if shared is None else self._ev.below(e.record, shared)
                return Step(
                    e,
                    value,
                    tuple(self.step(x, frame) for x in operands(e)),
                    rows=tuple(self._row(e, row) for row in rows),
                )
            case Referred():
                key = self.step(e.key, frame)
                row = self._ev.families.named(e.record, key.value if isinstance(key.value, str) else None)
                return Step(e, value, (key,) if row is None else (key, self.step(e.value, row)))
            case Outside() | Inside():
                return Step(e, value, tuple(self.step(part, frame) for part in operands(e)))
            case Lookup() | Apply():
                made = tuple(self.step(part, frame) for part in operands(e))
                return Step(e, value, made, open=self._open(e, value, made))
            case _:
                assert_never(e)

    def _column(self, e: Ref, value: Value, frame: Frame) -> Step:
        owner: Frame | None = frame
        while owner is not None and owner.record != e.record:
            owner = owner.parent
        if owner is None:
            return Step(e, value)
        place = (e.record, owner.key, e.column)
        if place not in self._columns:
            made = self.step(self._ev.plan.column(e.record, e.column).value, owner)
            self._columns[place] = Step(e, value, (made,))
        return self._columns[place]

    def _chosen(self, e: Case, frame: Frame) -> tuple[Step, ...]:
        asked: list[Step] = []
        for when, then in e.arms:
            asked.append(self.step(when, frame))
            if asked[-1].value is True:
                return (*asked, self.step(then, frame))
        return (*asked, self.step(e.otherwise, frame))

    def _above(self, e: Following) -> str:
        link = self._ev.plan.record(e.record).link
        assert link is not None
        return link.parent

    def _row(self, e: Children | Following, row: Frame) -> RowStep:
        where = None if e.where is None else self.step(e.where, row)
        there = where is None or where.value is True
        of = self.step(e.of, row) if there and e.of is not None else None
        return RowStep(e.record, row.key, where, of)

    def _open(self, e: Lookup | Apply, value: Value, made: tuple[Step, ...]) -> Spans:
        """Open time that was counted: up to a deadline in business hours, or between two look-ups of one calendar."""
        match e:
            case Lookup(function=Deadline(duration=duration, calendar=str(calendar)), zone=zone):
                if duration.kind is DurationKind.BUSINESS:
                    return self._between(
                        calendar, made[0].value, value, None if zone is None else made[1].value
                    )
            case Apply(op="-", args=(Lookup(function=OpenUntil(calendar)), Lookup())):
                (start, *named), (end, *_) = made[1].parts, made[0].parts
                return self._between(calendar, start.value, end.value, named[0].value if named else None)
            case _:
                pass
        return ()

    def _between(self, calendar: str, start: Value, end: Value, zone: Value = None) -> Spans:
        if not (isinstance(start, int) and isinstance(end, int)):
            return ()
        named = zone if isinstance(zone, str) else None
        return self._ev.times.open_between(calendar, min(start, end), max(start, end), named)
