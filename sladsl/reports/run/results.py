"""A run's verdicts as typed rows, for a table that is kept: a row for each commitment and period, with the numbers of the JSON document."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sladsl.data.results import ColumnType, Results, Value
from sladsl.reports.run import document as d
from sladsl.reports.run.json import document
from sladsl.runner import Run

_TEXT, _COUNT, _NUMBER = ColumnType.TEXT, ColumnType.COUNT, ColumnType.NUMBER
_TRUTH, _INSTANT = ColumnType.TRUTH, ColumnType.INSTANT
COLUMNS = (
    ("agreement", _TEXT), ("promised", _TEXT), ("as_of", _INSTANT), ("commitment", _TEXT), ("owner", _TEXT), ("counterparty", _TEXT),
    ("kpi", _TEXT), ("target", _TEXT), ("period", _TEXT), ("period_start", _INSTANT), ("period_end", _INSTANT), ("verdict", _TEXT),
    ("final", _TRUTH), ("warning", _TRUTH), ("rows_in_doubt", _COUNT), ("value", _NUMBER), ("unit", _TEXT), ("numerator", _COUNT),
    ("denominator", _COUNT), ("row_count", _COUNT), ("open", _COUNT), ("undecided", _COUNT), ("no_deadline", _COUNT),
    ("unknown", _COUNT), ("interval_low", _NUMBER), ("interval_high", _NUMBER), ("can_end_at_low", _NUMBER),
    ("can_end_at_high", _NUMBER),
)  # fmt: skip


def results(run: Run, promised: str) -> Results:
    """Every judged period of a run. `promised` is the digest of what the agreement promises; shares are numbers from 0 to 1, lengths of
    time seconds, instants in UTC."""
    said = document(run)
    head: tuple[Value, ...] = (said.agreement.name, promised, _instant(said.as_of))
    rows = [
        (*head, c.id, c.owner, c.counterparty, c.kpi, c.target, *_period(p, c.unit))
        for c in said.commitments
        for p in c.periods
    ]
    return Results(COLUMNS, tuple(rows))


def _period(p: d.JudgedPeriod, unit: str) -> Iterator[Value]:
    yield from (p.period, _instant(p.start), _instant(p.end), None if p.verdict is None else str(p.verdict))
    yield from (p.final, p.warning, 0 if p.doubt is None else p.doubt.rows)
    yield from (_number(p.value), unit, p.numerator, p.denominator, p.rows, p.open)
    yield from (p.undecided, p.no_deadline, p.unknown)
    yield from p.interval or (None, None)
    yield from map(_number, p.range or (None, None))


def _number(value: d.Number) -> float | None:
    return None if value is None else float(value)


def _instant(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
