"""`sla backtest --format html`: a page with a curve for each period, over the values that were tried."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import Any

from sladsl.backtesting import Backtest, Held, Point
from sladsl.backtesting.variation import as_numbers
from sladsl.calendars import HOUR, SECOND, Period
from sladsl.plan import Figure, Plan
from sladsl.reports.backtest import words
from sladsl.reports.backtest.json import period as period_document
from sladsl.reports.figure_words import is_share, is_span
from sladsl.reports.page import document, figure, section, table
from sladsl.reports.review_charts import BLUE, COLOURS, INK, OTHER, share_scale, svg
from sladsl.verdicts import Judged, Verdict

SHOWN = 12
"""Periods that are drawn, and stand in the table: the last ones."""
_HOURS = SECOND / HOUR
_WIDE, _HIGH = 230, 120
_LINES = (BLUE, "#b8860b", "#8e63c7", "#2e9e5b", "#d9534f", "#5f9ea0")
"""One after the other for the combinations of what else varies."""


def document_text(backtest: Backtest) -> str:
    """The page. `ModuleNotFoundError` where the drawing library is not installed."""
    name = backtest.now.run.plan.name
    title = f"{name}: what other values would have come to"
    body = [
        line
        for id in backtest.affected
        for line in section(escape(words.title(backtest, id)), _of(backtest, id))
    ]
    rest = [] if backtest.affected else ["<p>No commitment is different with any of the values.</p>"]
    same = words.unaffected(backtest)
    rest += [f"<p>{escape(same[0].upper())}{escape(same[1:])}.</p>"] if same else []
    return document(title, _head(backtest), [*body, *rest])


def _head(backtest: Backtest) -> Iterator[str]:
    when = words.when(backtest)
    yield f"<p>{escape(when[0].upper())}{escape(when[1:])}.</p>"
    for v in backtest.variations:
        yield f"<p>{escape(v.constant.address)}: now {escape(v.now)}</p>"
    yield from (f"<p>{escape(note)}</p>" for note in words.notes(backtest))
    if backtest.suggestion is not None:
        told = words.suggestion(backtest.suggestion)
        yield f"<p><strong>{escape(told[0].upper())}{escape(told[1:])}.</strong></p>"


def _of(backtest: Backtest, id: str) -> Iterator[str]:
    shown = words.periods(backtest, id)[-SHOWN:]
    curves = _Curves(backtest, id, tuple(shown))
    yield '<div class="multiples">'
    told = "; ".join(f"{words.label(p)}: {words.met(p.of(id))}" for p in backtest.points)
    yield figure(
        curves.met(),
        "periods that are met, of those that are met or missed for good (dashed)",
        f"Periods met. {told}",
    )
    for x in shown:
        rows = ((p, p.of(id)) for p in backtest.points)
        each = "; ".join(f"{words.label(p)}: {words.cell(p.run.plan, h, x)[1]}" for p, h in rows)
        yield figure(curves.of(x), x.label, f"{x.label}. {each}")
    yield "</div>"
    yield f"<p class='soft'>{escape(_legend(backtest))}</p>"
    yield _table(backtest, id, shown)


def _legend(backtest: Backtest) -> str:
    others = backtest.variations[1:]
    lines = f"; a line for each of {', '.join(v.constant.address for v in others)}" if others else ""
    return (
        "Each point is the figure of that period with a value: green met, red missed, amber provisional. Dashed: the target. Dotted: the "
        f"agreement as it is. Thick bars: what a provisional figure can still end at, up to the edge of the drawing{lines}."
    )


def _table(backtest: Backtest, id: str, shown: Sequence[Period]) -> str:
    heads = [
        *("value" if len(backtest.variations) == 1 else v.constant.address for v in backtest.variations),
        "met",
        "provisional",
        "late",
        "actions",
        *(x.label for x in shown),
    ]
    first = len(backtest.variations)
    rows = []
    for p in backtest.points:
        held = p.of(id)
        late, actions = (
            ("", "") if held is None else ("" if held.late is None else f"{held.late:,}", f"{held.actions:,}")
        )
        cells = (words.cell(p.run.plan, held, x) for x in shown)
        rows.append(
            [
                *map(escape, p.values[:-1]),
                f"{escape(p.values[-1])}{' <strong>(now)</strong>' if p.is_now else ''}",
                words.met(held),
                words.provisional(held),
                late,
                actions,
                *(_cell(j, text) for j, text in cells),
            ]
        )
    return table(
        f"{words.title(backtest, id)}, with each value",
        heads,
        rows,
        set(range(first, len(heads))),
        stacked=True,
    )


def _cell(judged: Judged | None, text: str) -> str:
    verdict = "" if judged is None or judged.verdict is None else str(judged.verdict)
    return (
        f'<span class="{escape(verdict)}"><span class="verdict">{escape(text)}</span></span>' if text else ""
    )


# -------------------------------------------------------------------------------------------------------------- charts


@dataclass(frozen=True)
class _Curves:
    """The drawings of one commitment: the first of what varies goes to the right, and the rest are lines of their own."""

    backtest: Backtest
    id: str
    periods: tuple[Period, ...]

    @cached_property
    def _rows(self) -> Mapping[Period, list[dict[str, Any]]]:
        """What is drawn of each period, a row a combination."""
        return {
            x: [row for p in self.backtest.points if (row := self._row(p, x)) is not None]
            for x in self.periods
        }

    @cached_property
    def _scale(self) -> dict[str, Any]:
        """One for all periods, so that they can be compared: that of what is settled, if anything is, since a share that has just begun may
        end anywhere."""
        every = [row for rows in self._rows.values() for row in rows]
        settled = [row for row in every if row["low"] is None and row["high"] is None] or every
        ends = [
            row[x] for row in settled for x in ("value", "low", "high", "least", "most") if row[x] is not None
        ]
        if is_share(self._figure) and ends:
            return share_scale(ends)
        return {"domain": [min([0, *ends]), max([0, *ends])], "nice": True}

    @cached_property
    def _plan(self) -> Plan:
        return self.backtest.now.run.plan

    @cached_property
    def _figure(self) -> Figure:
        held = next(h for p in self.backtest.points if (h := p.of(self.id)) is not None)
        return held.result.figure

    @cached_property
    def _numbers(self) -> tuple[Mapping[str, float], str] | None:
        """The first of what varies as numbers, and their unit; None where they are put side by side as they are written."""
        first = [p.values[0] for p in self.backtest.points]
        found = as_numbers(first, self.backtest.variations[0].constant)
        return (
            None
            if found is None or len(set(first)) == 1
            else ({x: float(n) for x, n in found[0].items()}, found[1])
        )

    def _x(self) -> dict[str, Any]:
        if self._numbers is None:
            order = list(dict.fromkeys(p.values[0] for p in self.backtest.points))
            sides = {"title": None, "labelAngle": -45, "labelOverlap": True}
            return {"field": "x", "type": "ordinal", "sort": order, "axis": sides}
        ends = sorted(self._numbers[0].values())
        axis = {
            "title": self._numbers[1] or None,
            "tickCount": min(len(ends), 8),
            "grid": False,
            "labelOverlap": True,
        }
        domain = [ends[0], ends[-1]]
        scale = {"domain": domain, "nice": False, "zero": False, "padding": 10}
        return {"field": "x", "type": "quantitative", "axis": axis, "scale": scale}

    def _place(self, p: Point) -> dict[str, Any]:
        x = p.values[0] if self._numbers is None else self._numbers[0][p.values[0]]
        return {"x": x, "line": ", ".join(p.values[1:]) or " "}

    def met(self) -> str:
        """How many periods are met with each value, of how many that are final."""
        rows = []
        for p in self.backtest.points:
            held = p.of(self.id)
            if held is not None:
                final = {"met": held.count(Verdict.MET), "final": len(held.final)}
                rows.append({**self._place(p), **final})
        most = max((row["final"] for row in rows), default=0)
        axis = {"title": None, "tickMinStep": 1, "format": "d"}
        y = {"type": "quantitative", "axis": axis, "scale": {"domain": [0, max(most, 1)], "nice": False}}
        layers = [
            self._line({**y, "field": "final"}, dashed=True),
            self._line({**y, "field": "met"}),
            {
                "mark": {"type": "point", "filled": True, "size": 40, "opacity": 1, "color": BLUE},
                "encoding": {"x": self._x(), "y": {**y, "field": "met"}},
            },
        ]
        return self._drawn(rows, layers)

    def of(self, period: Period) -> str:
        """The figure of a period over the values."""
        rows, share = self._rows[period], is_share(self._figure)
        axis = {
            "title": "hours" if is_span(self._plan, self._figure) else None,
            "format": "%" if share else "~s",
        }
        y = {"type": "quantitative", "axis": {**axis, "tickCount": 5}, "scale": self._scale}
        colour = {
            "field": "verdict",
            "type": "nominal",
            "scale": {"domain": [*COLOURS, "other"], "range": [*COLOURS.values(), OTHER]},
            "legend": None,
        }
        layers = [
            self._line({**y, "field": limit}, dashed=True)
            for limit in ("least", "most")
            if any(row[limit] is not None for row in rows)
        ]
        if any(row["low"] is not None for row in rows):
            band = {"x": self._x(), "y": {**y, "field": "low"}, "y2": {"field": "high"}}
            layers.append(
                {
                    "mark": {"type": "rule", "color": BLUE, "strokeWidth": 4, "opacity": 0.5, "clip": True},
                    "encoding": band,
                }
            )
        layers += [
            self._line({**y, "field": "value"}),
            {
                "mark": {"type": "point", "filled": True, "opacity": 1, "clip": True},
                "encoding": {
                    "x": self._x(),
                    "y": {**y, "field": "value"},
                    "color": colour,
                    "size": {"field": "size", "type": "quantitative", "scale": None, "legend": None},
                },
            },
        ]
        return self._drawn(rows, layers)

    def _row(self, p: Point, period: Period) -> dict[str, Any] | None:
        held = p.of(self.id)
        judged = (
            None
            if held is None
            else next((j for j in held.result.periods if j.measured.period == period), None)
        )
        if held is None or judged is None:
            return None
        place = self._place(p)
        # Of several points at one place the first are the larger ones, so that each is seen.
        size = 45 + 60 * (len(self._lines) - 1 - self._lines.index(place["line"]))
        return {**place, "size": size, **self._values(p, held, judged)}

    @cached_property
    def _lines(self) -> list[str]:
        """The combinations of what varies besides."""
        return list(dict.fromkeys(self._place(p)["line"] for p in self.backtest.points))

    def _values(self, p: Point, held: Held, judged: Judged) -> dict[str, Any]:
        told = period_document(p.run.plan, held, judged)
        provisional = judged.verdict is Verdict.PROVISIONAL
        low, high = (told.range or (None, None)) if provisional else (None, None)
        ends = (low, high) if low is not None and high is not None else (None, None)
        size = _HOURS if is_span(p.run.plan, self._figure) else 1
        numbers = {
            "value": told.value,
            "least": told.limits[0],
            "most": told.limits[1],
            "low": ends[0],
            "high": ends[1],
        }
        scaled = {name: None if x is None else x * size for name, x in numbers.items()}
        verdict = str(judged.verdict) if judged.verdict in COLOURS else "other"
        return {**scaled, "verdict": verdict}

    def _line(self, y: dict[str, Any], dashed: bool = False) -> dict[str, Any]:
        several = len(self.backtest.variations) > 1
        names = self._lines
        colour: dict[str, Any] = {"value": INK if dashed else BLUE}
        if several and not dashed:
            legend = {"title": None, "orient": "bottom", "columns": 2, "symbolType": "stroke"}
            domain = {"domain": names, "range": [_LINES[n % len(_LINES)] for n in range(len(names))]}
            colour = {"field": "line", "type": "nominal", "scale": domain, "legend": legend}
        mark: dict[str, Any] = {"type": "line", "clip": True, "strokeWidth": 1.5 if dashed else 2}
        mark |= {"strokeDash": [5, 4], "opacity": 0.7} if dashed else {}
        return {
            "mark": mark,
            "encoding": {
                "x": self._x(),
                "y": y,
                "color": colour,
                "detail": {"field": "line", "type": "nominal"},
            },
            "transform": [{"filter": f"isValid(datum.{y['field']})"}],
        }

    def _drawn(self, rows: list[dict[str, Any]], layers: list[dict[str, Any]]) -> str:
        today = {
            "mark": {"type": "rule", "color": INK, "strokeDash": [1, 3], "opacity": 0.8},
            "encoding": {"x": {**self._x(), "field": "x"}},
            "data": {"values": [self._place(self.backtest.now)]},
        }
        return svg(
            {
                "data": {"values": rows},
                "layer": [today, *layers],
                "width": _WIDE,
                "height": _HIGH,
                "resolve": {"scale": {"color": "independent"}},
            }
        )
