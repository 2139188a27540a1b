"""Every event that could have stopped a clock, in the order of time, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass

from sladsl import model as m
from sladsl import types as t
from sladsl.engines.rows import Frame, row_above
from sladsl.explaining.definitions import seen
from sladsl.explaining.phrases import Phrase, Reader, name_of
from sladsl.explaining.story import Candidate, Fate, MomentSeen
from sladsl.lowering import scopes
from sladsl.lowering.clocks import run
from sladsl.lowering.conditions import event_value
from sladsl.lowering.events import asked_by, looks_for_rows
from sladsl.lowering.moments import dated


def candidates(
    reader: Reader, kpi: m.Kpi, clock: m.TimeBetween, start: int | None, frame: Frame
) -> tuple[Candidate, ...]:
    """What could have stopped a time KPI's clock on the frame's row: rows of an event, or moments of the row itself."""
    event = picked(reader, clock, frame.record)
    if event is not None and isinstance(event.pick, m.NthRow):
        return _rows(reader, kpi, event, event.pick, start, frame)
    if event is not None and isinstance(event.pick, m.EarliestOf):
        of, file = asked_by(event, event.pick.moments, frame.record), event.origin.file
    else:
        of, file = (clock.end,), kpi.origin.file
    return _moments(reader, kpi, of, file, start, frame)


def picked(reader: Reader, clock: m.TimeBetween, record: str) -> m.Event | None:
    """The event that stops the clock of a row of `record`, where it is looked for from the clock's start on."""
    end = clock.end
    return reader.model.events[end.event] if isinstance(end, m.EventUse) and end.record == record else None


def looked_at(reader: Reader, event: m.Event, pick: m.NthRow, frame: Frame) -> list[Frame]:
    """The rows among which the frame's row looks for an event: those below it, or below the row above that has the event."""
    has = row_above(frame, event.record)
    rows = [] if has is None else reader.evaluation.evaluator.below(pick.record, has)
    return [row for row in rows if (row.record, row.key) != (frame.record, frame.key)]


# -------------------------------------------------------------------------------------------------------- child rows


@dataclass(frozen=True, slots=True)
class _Row:
    """A child row with the moment that the event goes by: an instant, and the value that is compared (a day of a date)."""

    frame: Frame
    at: int | None
    value: int | None
    hidden: bool
    where: Phrase | None


def _rows(
    reader: Reader, kpi: m.Kpi, event: m.Event, pick: m.NthRow, start: int | None, frame: Frame
) -> tuple[Candidate, ...]:
    scope = scopes.event(event, kpi.name)
    zone = reader.evaluation.evaluator.times.zone
    day = isinstance(event.type, t.Date)
    rows: list[_Row] = []
    for row in looked_at(reader, event, pick, frame):
        value = row.values[pick.by]
        at = None if value is None else zone.midnight(value) if day else value
        where = None if pick.where is None else reader.phrase(pick.where, row, scope, event.origin.file)
        rows.append(_Row(row, at, value, pick.by in row.hidden, where))
    rows.sort(key=lambda r: (r.value is None, r.value or 0, r.frame.key))
    first = None if start is None else zone.date_of(start) if day else start
    fates = {id(r): _alone(r, first, pick.next) for r in rows}
    matching = [r for r in rows if fates[id(r)] is Fate.COUNTED]
    return tuple(_candidate(pick, r, fates[id(r)], matching) for r in rows)


def _alone(row: _Row, start: int | None, after: bool) -> Fate:
    """What becomes of a row by itself; `COUNTED` when it qualifies."""
    if row.hidden:
        return Fate.HIDDEN
    if row.value is None:
        return Fate.NO_TIME
    if start is None:
        return Fate.NOT_STARTED
    if row.value < start:
        return Fate.BEFORE
    if after and row.value == start:
        return Fate.AT_START
    if row.where is None or row.where.value is True:
        return Fate.COUNTED
    return Fate.REFUSED if row.where.value is False else Fate.UNKNOWN


def _candidate(pick: m.NthRow, row: _Row, fate: Fate, matching: list[_Row]) -> Candidate:
    """The row's place among those that qualify: the how-manieth is asked for, the last one where `position` is negative."""
    number = 0
    if fate is Fate.COUNTED:
        number = matching.index(row) + 1
        wanted = pick.position if pick.position > 0 else len(matching)
        if number == wanted:
            fate = Fate.STOPPED
        elif number > wanted:
            fate = Fate.SAME_INSTANT if row.value == matching[wanted - 1].value else Fate.AFTER
    return Candidate(pick.record, row.frame.key, row.at, fate, row.where, number)


# ------------------------------------------------------------------------------------------------ moments of the row


def _moments(
    reader: Reader,
    kpi: m.Kpi,
    moments: tuple[m.Moment, ...],
    file: str,
    start: int | None,
    frame: Frame,
) -> tuple[Candidate, ...]:
    """The earliest of the moments stops the clock; before the start it stops nothing."""
    found = [_seen(reader, kpi, x, reader.text(file, x.span), frame) for x in moments]
    known = [x.at for x in found if x.at is not None]
    made = []
    for x in sorted(found, key=lambda x: (x.at is None, x.at or 0)):
        if x.hidden:
            fate = Fate.HIDDEN
        elif x.at is None:
            fate = Fate.NO_TIME
        elif start is None:
            fate = Fate.NOT_STARTED
        elif _end(reader, x.at, x.whole_day) < start:
            fate = Fate.BEFORE
        else:
            fate = Fate.STOPPED if x.at == min(known) else Fate.AFTER
        made.append(Candidate("", x.words, x.at, fate))
    return tuple(made)


def _seen(reader: Reader, kpi: m.Kpi, moment: m.Moment, words: str, frame: Frame) -> MomentSeen:
    """A moment of the row; an event that is looked for from the clock's start on, as it is found from there."""
    b = reader.meaning.builder
    if not (isinstance(moment, m.EventUse) and moment.record == frame.record and looks_for_rows(b, moment)):
        return seen(reader, moment, words, frame)
    found = event_value(b, reader.model.events[moment.event], moment.record, run(b, kpi.name).start, kpi.name)
    at = reader.evaluation.evaluator.value(dated(found, moment.type).start, frame)
    return MomentSeen(
        words, name_of(moment), at if isinstance(at, int) else None, isinstance(moment.type, t.Date)
    )


def _end(reader: Reader, at: int, whole_day: bool) -> int:
    """The last instant that still belongs to a moment."""
    zone = reader.evaluation.evaluator.times.zone
    return zone.midnight(zone.date_of(at) + 1) - 1 if whole_day else at
