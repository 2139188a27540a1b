"""`sla backtest --format csv`: a row for each combination of values, commitment and period, with the values of the JSON document."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from sladsl.backtesting import Backtest, Point
from sladsl.calendars import iso
from sladsl.data.writing import cell_text
from sladsl.reports.backtest.json import commitment, period

TIMES = ("start", "end")
NUMBERS = ("least", "most", "value", "low", "high")
COUNTS = (
    "numerator",
    "denominator",
    "rows",
    "rows_in_doubt",
    "met",
    "missed",
    "provisional",
    "others",
    "late",
    "actions",
)
FLAGS = ("now", "final", "warning")
_TEXTS = ("commitment", "target", "period", "verdict")


def columns(backtest: Backtest) -> dict[str, list[Any]]:
    """A row for each combination, commitment and period, by column; those of `TIMES` are microseconds."""
    return _by_column(list(_rows(backtest)))


def summary(backtest: Backtest) -> dict[str, list[Any]]:
    """A row for each combination and commitment that is not everywhere the same, by column."""
    rows = []
    for p in backtest.points:
        for h in (h for h in p.held if h.result.commitment.id in backtest.affected):
            told = commitment(p, h)
            rows.append(
                {
                    **_values(backtest, p),
                    "now": p.is_now,
                    "commitment": told.id,
                    "target": told.target,
                    **{name: getattr(told, name) for name in COUNTS[4:]},
                }
            )
    return _by_column(rows)


def _by_column(rows: list[dict[str, Any]]) -> dict[str, list[Any]]:
    return {name: [row[name] for row in rows] for name in (rows[0] if rows else ())}


def _values(backtest: Backtest, p: Point) -> dict[str, str]:
    return {_column(v.constant.address): x for v, x in zip(backtest.variations, p.values, strict=True)}


def _column(address: str) -> str:
    """A `let` may be called as a column is."""
    return f"{address} (varied)" if address in {*_TEXTS, *TIMES, *NUMBERS, *COUNTS, *FLAGS} else address


def _rows(backtest: Backtest) -> Iterator[dict[str, Any]]:
    for p in backtest.points:
        for h in p.held:
            for j in h.result.periods:
                told = period(p.run.plan, h, j)
                yield {
                    **_values(backtest, p),
                    "now": p.is_now,
                    "commitment": h.result.commitment.id,
                    "target": told.target,
                    "period": told.period,
                    "start": j.measured.period.start,
                    "end": j.measured.period.end,
                    "verdict": None if told.verdict is None else str(told.verdict),
                    "final": told.final,
                    "warning": told.warning,
                    "least": told.limits[0],
                    "most": told.limits[1],
                    "value": told.value,
                    "low": None if told.range is None else told.range[0],
                    "high": None if told.range is None else told.range[1],
                    "numerator": told.numerator,
                    "denominator": told.denominator,
                    "rows": told.rows,
                    "late": told.late,
                    "rows_in_doubt": 0 if told.doubt is None else told.doubt.rows,
                }


def csv_text(backtest: Backtest) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    told = columns(backtest)
    shown = {name: [iso(x) for x in values] if name in TIMES else values for name, values in told.items()}
    writer.writerow([cell_text(name) for name in shown])
    for row in zip(*shown.values(), strict=True):
        writer.writerow(cell_text(x) if isinstance(x, str) else x for x in row)
    return out.getvalue()
