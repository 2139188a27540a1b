"""A clock on a row, as it ran: from when, until when it was due, and which rows stopped it or did not."""

from __future__ import annotations

from collections.abc import Iterator

from sladsl import model as m
from sladsl import types as t
from sladsl.calendars import DAY
from sladsl.engines.rows import Frame, row_above
from sladsl.explaining import Reader
from sladsl.explaining.candidates import looked_at, picked
from sladsl.lowering import scopes
from sladsl.model.traversal import walk_row
from sladsl.plan import State
from sladsl.testing.columns import column, moment_words
from sladsl.testing.results import Against, Answer, ClockSeen


def clock_seen(
    reader: Reader,
    kpi: m.Kpi,
    row: Frame,
    state: State | None,
    due: int | None,
    budget: str,
    asked: str = "",
) -> ClockSeen:
    """The clock of a time KPI on a row of its record, against one deadline."""
    measure = kpi.measure
    assert isinstance(measure, m.TimeBetween)
    columns = reader.meaning.columns.clocks[kpi.name]
    start = column(reader, columns.start, row)
    return ClockSeen(
        state=state,
        start=start,
        due=due,
        stop=column(reader, columns.stop, row),
        starts=moment_words(measure.start),
        stops=moment_words(measure.end),
        budget=budget,
        answers=tuple(_answers(reader, measure, row, start)) if state is not None else (),
        asked=asked,
    )


def clocks_in(reader: Reader, e: m.Expression, frame: Frame, file: str) -> tuple[ClockSeen, ...]:
    """The clocks that a condition asks: `response_time within 1 business hour`."""
    uses = (
        (x, row_above(frame, reader.model.kpis[x.kpi].record))
        for x in walk_row(e)
        if isinstance(x, m.WithinUse)
    )
    return tuple(_asked(reader, x, row, file) for x, row in uses if row is not None)


def _asked(reader: Reader, e: m.WithinUse, row: Frame, file: str) -> ClockSeen:
    kpi = reader.model.kpis[e.kpi]
    columns = reader.meaning.columns.budget(e.kpi, e.budget)
    state, due = column(reader, columns.state, row), column(reader, columns.due, row)
    budget = reader.text(file, e.budget.span)
    asked = reader.text(file, e.span)
    return clock_seen(reader, kpi, row, None if state is None else State(state), due, budget, asked)


def _answers(reader: Reader, clock: m.TimeBetween, row: Frame, start: int | None) -> Iterator[Answer]:
    """The rows that the event at the clock's end is picked from, in the order of time, and what stands against each."""
    event = picked(reader, clock, row.record)
    if event is None or not isinstance(event.pick, m.NthRow):
        return
    pick = event.pick
    scope = scopes.event(event, event.name)
    found = []
    for child in looked_at(reader, event, pick, row):
        written = child.values[pick.by]
        at = None if written is None else _instant(reader, pick, written)
        last = None if at is None else at + (DAY - 1 if _by_day(reader, pick) else 0)
        where = None if pick.where is None else reader.phrase(pick.where, child, scope, event.origin.file)
        if where is not None and where.value is not True:
            found.append(Answer(pick.record, child.key, at, Against.REFUSED, where))
        elif last is not None and start is not None and last < start:
            found.append(Answer(pick.record, child.key, at, Against.EARLY))
        elif pick.next and at is not None and start is not None and at <= start:
            found.append(Answer(pick.record, child.key, at, Against.AT_START))
        else:
            found.append(
                Answer(pick.record, child.key, at, Against.UNDATED if at is None else Against.NOTHING)
            )
    yield from sorted(found, key=lambda a: (a.at is None, a.at or 0, a.key))


def _by_day(reader: Reader, pick: m.NthRow) -> bool:
    return isinstance(reader.model.records[pick.record].fields[pick.by].type, t.Date)


def _instant(reader: Reader, pick: m.NthRow, value: int) -> int:
    return reader.meaning.builder.zone.midnight(value) if _by_day(reader, pick) else value
