"""The drawings of pages: Vega-Lite specifications, drawn as SVG without a browser. Their ink is the page's own, by day and by night."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from sladsl.reports.verdict_marks import MARKS
from sladsl.reviewing.pack import Bucket, BuildUp, Distribution, Trend
from sladsl.verdicts import Verdict

COLOURS = {str(verdict): x.shared for verdict, x in MARKS.items()}
OTHER = "#8a8a8a"
BLUE = "#3b82c4"
BINS = 24
INK = "currentColor"
_CONFIG = {
    "background": None,
    "font": "system-ui, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": INK,
        "titleColor": INK,
        "domainColor": INK,
        "tickColor": INK,
        "gridOpacity": 0.15,
        "gridColor": INK,
    },
    "legend": {"labelColor": INK, "titleColor": INK},
}


def trend_chart(trend: Trend) -> str:
    """The value by period with its verdict, Wilson's band (while rows are open, the range they leave) and the target."""
    rows = [
        {"period": p.label, "value": p.value, "low": p.low, "high": p.high, "verdict": p.verdict}
        for p in trend.points
        if p.ends
    ]
    axis = {"title": None, "format": "%" if trend.is_share else "~s"}
    x = {
        "field": "period",
        "type": "ordinal",
        "sort": [p.label for p in trend.points],
        "axis": {"title": None, "labelAngle": -45},
    }
    y = {"field": "value", "type": "quantitative", "axis": axis, "scale": _scale(trend)}
    domain = {"domain": list(COLOURS), "range": list(COLOURS.values())}
    layers: list[dict[str, Any]] = [
        {
            "mark": {"type": "rule", "color": INK, "strokeDash": [5, 4], "opacity": 0.7},
            "encoding": {"y": {"datum": limit, "type": "quantitative", "scale": _scale(trend)}},
        }
        for limit in (trend.least, trend.most)
        if limit is not None
    ]
    if any(p.low is not None for p in trend.points):
        band = {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}}
        layers.append(
            {"mark": {"type": "rule", "color": BLUE, "strokeWidth": 4, "opacity": 0.5}, "encoding": band}
        )
    layers += [
        {"mark": {"type": "line", "color": BLUE, "strokeWidth": 2}, "encoding": {"x": x, "y": y}},
        {
            "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
            "encoding": {
                "x": x,
                "y": y,
                "color": {"field": "verdict", "type": "nominal", "scale": domain, "legend": None},
            },
        },
    ]
    return svg({"data": {"values": rows}, "layer": layers, "width": 420, "height": 150})


def build_up_chart(built: BuildUp) -> str:
    """What a period came to day by day, beside its target: a line of what is counted, a band of what a share could still be."""
    rows = [{"day": x.label, "low": x.low, "high": x.high, "line": x.line} for x in built.days]
    x = {
        "field": "day",
        "type": "ordinal",
        "sort": [x.label for x in built.days],
        "axis": {"title": None, "labelAngle": -45, "labelOverlap": True},
    }
    ends = [end for x in built.days for end in (x.low, x.high) if end is not None]
    scale = share_scale([*ends, built.target]) if built.is_share else {"zero": True}
    axis = {"title": None, "format": "%" if built.is_share else "~s"}
    y = {"field": "low", "type": "quantitative", "axis": axis, "scale": scale}
    dashed = {"color": INK, "strokeDash": [5, 4], "opacity": 0.7}
    if built.is_share:
        band = {"x": x, "y": y, "y2": {"field": "high"}}
        layers: list[dict[str, Any]] = [
            {"mark": {"type": "rule", "color": BLUE, "strokeWidth": 8, "opacity": 0.5}, "encoding": band},
            {
                "mark": {"type": "rule", **dashed},
                "encoding": {"y": {"datum": built.target, "type": "quantitative", "scale": scale}},
            },
        ]
        # Where nothing is open a band has no length.
        layers += [
            {
                "mark": {"type": "tick", "color": BLUE, "thickness": 2, "width": 8},
                "encoding": {"x": x, "y": {**y, "field": end}},
            }
            for end in ("low", "high")
        ]
    else:
        layers = [
            {"mark": {"type": "line", **dashed}, "encoding": {"x": x, "y": {**y, "field": "line"}}},
            {
                "mark": {
                    "type": "line",
                    "color": BLUE,
                    "strokeWidth": 2,
                    "point": {"color": BLUE, "size": 30},
                },
                "encoding": {"x": x, "y": y},
                "transform": [{"filter": "isValid(datum.low)"}],
            },
        ]
    return svg({"data": {"values": rows}, "layer": layers, "width": 420, "height": 150})


def _scale(trend: Trend) -> dict[str, Any]:
    """A share's band and target are in view whole; what is counted begins at nothing."""
    if not trend.is_share:
        return {"zero": True}
    ends = [x for p in trend.points for x in (p.value, p.low, p.high) if x is not None]
    return share_scale([*ends, *(x for x in (trend.least, trend.most) if x is not None)])


def share_scale(ends: Sequence[float]) -> dict[str, Any]:
    """An axis on which all of these shares are in view."""
    return {"domain": [max(0.0, min(ends) - 0.01), min(1.0, max(ends) + 0.01)], "nice": False}


def distribution_chart(distribution: Distribution, unit: str) -> str:
    """How long answers took, in bins of hours, with the deadlines marked; the longest go into the last bin."""
    hours = [seconds / 3600 for seconds in distribution.seconds]
    deadlines = [(words, seconds / 3600) for words, seconds in distribution.deadlines]
    width, end = _width(hours, [at for _, at in deadlines])
    counts: dict[int, int] = {}
    for each in hours:
        place = min(int(each / width), BINS - 1)
        counts[place] = counts.get(place, 0) + 1
    values = [
        {"from": n * width, "to": (n + 1) * width, "rows": count} for n, count in sorted(counts.items())
    ]
    # Below one another: two deadlines may lie next to each other.
    marks = [{"at": at, "words": words, "line": n} for n, (words, at) in enumerate(deadlines)]
    x = {"field": "from", "type": "quantitative", "scale": {"domain": [0, end]}, "axis": {"title": unit}}
    bars = {
        "x": x,
        "x2": {"field": "to"},
        "y": {"field": "rows", "type": "quantitative", "axis": {"title": "rows"}},
        "y2": {"datum": 0},
    }
    at = {"field": "at", "type": "quantitative"}
    rule = {
        "mark": {"type": "rule", "color": COLOURS[Verdict.MISSED], "strokeWidth": 2},
        "encoding": {"x": at},
    }
    words = [
        {
            "transform": [{"filter": f"datum.line === {n}"}],
            "mark": {"type": "text", "align": "left", "dx": 4, "y": 6 + 13 * n, "color": INK},
            "encoding": {"x": at, "text": {"field": "words", "type": "nominal"}},
            "data": {"values": marks},
        }
        for n in range(len(marks))
    ]
    layers = [
        {
            "data": {"values": values},
            "mark": {"type": "rect", "color": BLUE, "stroke": "none"},
            "encoding": bars,
        },
        {"data": {"values": marks}, **rule},
        *words,
    ]
    return svg({"layer": layers, "width": 420, "height": 150})


def conversion_chart(named: Sequence[tuple[str, Bucket]], unit: str) -> str:
    """The share that came to a later step by how fast rows were answered, with Wilson's interval and the rows it is of."""
    rows = [
        {"answer": words, "share": b.reached / b.rows, "low": b.low, "high": b.high, "rows": f"{b.rows:,}"}
        for words, b in named
    ]
    x = {
        "field": "answer",
        "type": "ordinal",
        "sort": [words for words, _ in named],
        "axis": {"title": f"answered after {unit}", "labelAngle": 0},
    }
    y = {
        "field": "share",
        "type": "quantitative",
        "axis": {"title": None, "format": "%"},
        "scale": {"domainMin": 0},
    }
    layers = [
        {"mark": {"type": "bar", "color": BLUE, "width": {"band": 0.6}}, "encoding": {"x": x, "y": y}},
        {
            "mark": {"type": "rule", "color": INK, "strokeWidth": 1.5, "opacity": 0.7},
            "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}},
        },
        {
            "mark": {"type": "text", "baseline": "bottom", "dy": -4, "color": INK},
            "encoding": {"x": x, "y": {**y, "field": "high"}, "text": {"field": "rows", "type": "nominal"}},
        },
    ]
    return svg({"data": {"values": rows}, "layer": layers, "width": 420, "height": 150})


def _width(hours: Sequence[float], deadlines: Sequence[float]) -> tuple[float, float]:
    """A bin's width and where the last one ends: all but the slowest twentieth, and every deadline, are in view."""
    ordered = sorted(hours)
    most = max([ordered[int(0.95 * (len(ordered) - 1))], *(1.25 * d for d in deadlines), 0.1])
    rough = most / BINS
    size = 10 ** math.floor(math.log10(rough))
    width = next(step * size for step in (1, 2, 5, 10) if step * size >= rough)
    return width, width * BINS


def svg(spec: dict[str, Any]) -> str:
    """A specification, drawn. `ModuleNotFoundError` where the drawing library is not installed."""
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg(
        {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "config": _CONFIG, **spec}
    )
    return drawn
