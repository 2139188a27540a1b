"""The monthly review as one HTML file: nothing is fetched, no script runs; it prints, and reads on a phone and at night."""

from __future__ import annotations

import math
import re
import shlex
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from fractions import Fraction
from html import escape
from typing import Any

from sladsl.calendars import zone
from sladsl.nouns import joined
from sladsl.plan.rows import lists_left_out
from sladsl.reports.figure_words import NO_VALUE, called, counted, in_doubt, in_full, interval, owner_of
from sladsl.reports.problems import LISTINGS, PROBLEMS, place
from sladsl.reports.verdict_marks import MARKS
from sladsl.reports.words import as_of_doubts, as_of_words, local, plain_span, rows_of, share
from sladsl.reviewing.pack import (
    Breakdown,
    Bucket,
    Conversion,
    Distribution,
    Funnel,
    Headline,
    Pack,
    Point,
    Share,
    Trend,
)
from sladsl.verdicts import Judged, Verdict


def document_text(pack: Pack) -> str:
    title = f"{pack.run.plan.name}: review of {pack.period.label}"
    parts = [
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>',
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<style>{_style()}</style>\n</head>\n<body>',
        *_head(pack, title),
        "<main>",
        *_section("Commitments", _headlines(pack)),
        *_section("The last periods", _trends(pack.trends)),
        *_section("How far they came", funnels(pack)),
        *_section("How long answers took", _distributions(pack)),
        *_section("What a fast answer is worth", _conversions(pack)),
        *_section("Who kept it", breakdowns(pack.breakdowns)),
        *_section("Late in this period", late(pack)),
        *_section(f"What changed since {_day(pack)}", changed(pack)),
        *_section("Left out", _listings(pack, lists_left_out)),
        *_section("Rows in doubt", _listings(pack, lambda kind: not lists_left_out(kind))),
        *_section("Data problems", problems(pack)),
        "</main>\n</body>\n</html>",
    ]
    return "\n".join(parts) + "\n"


def _section(title: str, lines: Iterable[str]) -> list[str]:
    shown = list(lines)
    return [f"<section>\n<h2>{title}</h2>", *shown, "</section>"] if shown else []


def _head(pack: Pack, title: str) -> Iterator[str]:
    run = pack.run
    where = zone(run.plan.zone)
    at = as_of_words(run.outcomes.as_of, where)
    yield f"<header>\n<h1>{escape(title)}</h1>"
    parties = joined(p.label or p.name for p in run.plan.parties)
    yield f"<p>Between {escape(parties)}. As of {escape(at)}.</p>"
    yield from (f"<p>{escape(doubt)}</p>" for doubt in as_of_doubts(run.outcomes.as_of, where))
    yield "</header>"


# ------------------------------------------------------------------------------------------------------------ headlines


def _headlines(pack: Pack) -> Iterator[str]:
    yield '<div class="cards">'
    for h in pack.headlines:
        c = h.commitment
        yield f'<article class="card {_class(h.now)}">'
        yield f"<h3>{escape(called(c))}</h3>\n<p class='owner'>{escape(c.owner)} owes {escape(c.counterparty)}</p>"
        yield f"<p class='figure'>{escape(_value(pack, h, h.now))}</p>\n<p class='verdict'>{escape(h.now.word)}</p>"
        yield f"<p>{escape(h.now.measured.period.label)}: {escape(c.target)}</p>"
        made = " · ".join(x for x in (counted(h.now.measured), interval(h.now.measured)) if x)
        if h.now.in_doubt:
            yield f"<p class='soft'>{escape(in_doubt(h.now.in_doubt))}</p>"
        yield f"<p class='soft'>{escape(made)}</p>\n<p class='soft'>{escape(_since(pack, h))}</p>\n</article>"
    yield "</div>"


def _value(pack: Pack, h: Headline, judged: Judged) -> str:
    return in_full(pack.run.plan, h.figure, judged.measured, (h.commitment.bound, h.commitment.warn))


def _class(judged: Judged) -> str:
    return judged.word if judged.word in COLOURS else "other"


def _since(pack: Pack, h: Headline) -> str:
    """What changed since the period before."""
    if h.before is None:
        return "the first period"
    then = f"{h.before.word} in {h.before.measured.period.label} with {_value(pack, h, h.before)}"
    if h.before.verdict is h.now.verdict:
        return f"as before: {then}"
    return f"changed: {then}"


# -------------------------------------------------------------------------------------------------------------- charts


def _trends(trends: Sequence[Trend]) -> Iterator[str]:
    yield '<div class="charts">'
    for t in trends:
        if any(p.ends for p in t.points):
            told = "; ".join(f"{p.label}: {_plain(t, p)}, {p.verdict}" for p in t.points)
            name = called(t.commitment)
            yield _figure(trend_chart(t), f"{name}, {t.commitment.target}", f"{name} by period. {told}")
    yield "</div>"


def _plain(t: Trend, p: Point) -> str:
    if not p.ends:
        return "no value"
    return " to ".join(f"{x:.1%}" if t.is_share else f"{x:,.6g}" for x in dict.fromkeys(p.ends))


def _distributions(pack: Pack) -> Iterator[str]:
    for d in pack.distributions:
        unit = "business hours" if d.business else "hours"
        half = sorted(d.seconds)[(len(d.seconds) - 1) // 2]
        told = f"{len(d.seconds):,} answered, half of them within {plain_span(round(half * 1_000_000))}"
        told += f" of {'open' if d.business else 'plain'} time; {d.unanswered:,} not answered"
        yield _figure(
            distribution_chart(d, unit),
            f"{called(d.commitment)}: {told}",
            f"{called(d.commitment)}. {told}",
        )


def _conversions(pack: Pack) -> Iterator[str]:
    yield from ('<div class="charts">',) if pack.conversions else ()
    for c in pack.conversions:
        named, unit = buckets(c), "business hours" if c.business else "hours"
        told = "; ".join(f"{words}: {b.reached:,} of {b.rows:,}" for words, b in named)
        caption = (
            f"{called(c.commitment)}: share that became {c.end} so far, by {unit} to the answer; "
            f"entered {c.first} to {pack.period.label}"
        )
        yield _figure(conversion_chart(named, unit), caption, f"{caption}. {told}")
    yield from ("</div>",) if pack.conversions else ()


def _day(pack: Pack) -> str:
    return local(pack.since, zone(pack.run.plan.zone)).split(" ")[0]


_ROLES = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')


def _figure(svg: str, caption: str, told: str) -> str:
    """The drawing is one picture to a reader who hears the page, and its caption stands below it."""
    named = _ROLES.sub("", svg).replace("<svg ", f'<svg role="img" aria-label="{escape(told)}" ', 1)
    return f"<figure>{named}<figcaption>{escape(caption)}</figcaption></figure>"


# --------------------------------------------------------------------------------------------------------------- tables


SHOWN_LATE = 200
SHOWN_GROUPS = 20
SHOWN_CHANGES = 40


def funnels(pack: Pack) -> Iterator[str]:
    for f in pack.funnels:
        yield _table(
            f"{rows_of(f.steps[0].reached, f.record)} that became {f.steps[0].name} in {pack.period.label}, as things stand",
            (
                "step",
                "came here",
                "of the first",
                "of the step before",
                "may still come",
                "half came within",
                "nine in ten within",
            ),
            [*_steps(f)],
            numbers={1, 2, 3, 4, 5, 6},
        )


def _steps(f: Funnel) -> Iterator[tuple[str, ...]]:
    first = f.steps[0].reached
    for n, step in enumerate(f.steps):
        before = f.steps[n - 1].reached if n else 0
        width = round(100 * step.reached / first) if first else 0
        bar = f'<span class="bar" aria-hidden="true"><span style="width:{width}%"></span></span>'
        yield (
            f"{escape(step.name)}{bar}",
            f"{step.reached:,}",
            _share(step.reached, first) if n else "",
            _share(step.reached, before) if n else "",
            f"{step.open:,}" if step.open else "",
            *("" if x is None else plain_span(round(x * 1_000_000)) for x in (step.half, step.most)),
        )


def _share(part: int, of: int) -> str:
    return share(Fraction(part, of)) if of else NO_VALUE


def buckets(c: Conversion) -> list[tuple[str, Bucket]]:
    """Each with its words, in hours: `1 to 4`."""
    return [(_bucket(b), b) for b in c.buckets]


def _bucket(b: Bucket) -> str:
    if b.least is None:
        return "no answer"
    if b.most is None:
        return f"over {b.least / 3600:g}"
    return f"up to {b.most / 3600:g}" if b.least == 0 else f"{b.least / 3600:g} to {b.most / 3600:g}"


def breakdowns(broken_down: Sequence[Breakdown]) -> Iterator[str]:
    yield from ('<div class="tables">',) if broken_down else ()
    for b in broken_down:
        pauses = any(s.paused is not None for s in b.shares)
        rows = [
            (
                escape(_named(b, s.name)),
                _kept(s),
                f"{s.met:,} of {s.rows:,}",
                f"{s.open:,}" if s.open else "",
                _kept(s.before) if s.before is not None else "",
                *([_percent(s.paused)] if pauses else []),
            )
            for s in b.shares[:SHOWN_GROUPS]
        ]
        more = len(b.shares) - len(rows)
        caption = f"{called(b.commitment)} by {b.by}" + (
            f", the {len(rows)} with the most rows of {len(b.shares):,}" if more else ""
        )
        heads = (b.by, "met", "counted", "open", "period before", *(["time paused"] if pauses else []))
        yield _table(caption, heads, rows, numbers={1, 2, 3, 4, 5})
    yield from ("</div>",) if broken_down else ()


def _named(b: Breakdown, name: str | None) -> str:
    if name is None:
        return "missing"
    return f"{name} ({b.called[name]})" if name in b.called else name


def _percent(part: float | None) -> str:
    return "" if part is None else f"{part:.0%}"


def _kept(s: Share) -> str:
    """What the rows have kept: from what to what, while some are open."""
    return " to ".join(dict.fromkeys((_share(s.met, s.rows), _share(s.met + s.open, s.rows))))


def changed(pack: Pack) -> Iterator[str]:
    rows = []
    for x in pack.changed[-SHOWN_CHANGES:]:
        bounds = (x.commitment.bound, x.commitment.warn)
        then, now = (in_full(pack.run.plan, x.figure, j.measured, bounds) for j in (x.then, x.now))
        rows.append(
            (
                escape(called(x.commitment)),
                escape(x.now.measured.period.label),
                escape(f"{then}, {x.then.word}"),
                escape(f"{now}, {x.now.word}"),
            )
        )
    if rows:
        more = len(pack.changed) - len(rows)
        yield _table(
            "what was known then, and what is known now"
            + (f"; the last {len(rows)} of {len(pack.changed):,}" if more else ""),
            ("commitment", "period", "then", "now"),
            rows,
        )


def late(pack: Pack) -> Iterator[str]:
    where = zone(pack.run.plan.zone)
    names = {c.id: called(c) for c in pack.run.plan.commitments}
    rows = []
    for x in sorted(pack.late, key=lambda x: (-(x.due or 0), x.key))[:SHOWN_LATE]:
        at = [local(t, where) if t is not None else "" for t in (x.due, x.stopped)]
        ask = shlex.join(["sla", "explain", pack.run.plan.file, x.key, "--commitment", x.commitment])
        rows.append(
            (
                escape(x.key),
                escape(names[x.commitment]),
                escape(owner_of(pack.run, x)),
                _when(at[0]),
                _when(at[1] or "not yet"),
                f"<code>{escape(ask)}</code>",
            )
        )
    if rows:
        heads = ("row", "commitment", "owner", "due", "answered", "why")
        more = len(pack.late) - len(rows)
        yield _table(f"{len(pack.late):,} late" + (f", the {len(rows)} latest" if more else ""), heads, rows)


def _when(text: str) -> str:
    return f'<span class="when">{text}</span>'


def _listings(pack: Pack, chosen: Callable[[str], bool]) -> Iterator[str]:
    rows = [
        (
            f"{x.count:,}",
            escape(x.subject),
            escape(LISTINGS.get(x.kind, x.kind)),
            escape(x.examples[0] if x.examples else ""),
        )
        for x in pack.run.outcomes.listings
        if x.count and chosen(x.kind)
    ]
    if rows:
        yield _table("of all periods", ("rows", "in", "what", "such as"), rows, numbers={0})


def problems(pack: Pack) -> Iterator[str]:
    rows = []
    for p in (p for p in pack.run.problems if not p.change):
        about = f"{p.record}.{p.field}" if p.field else p.record
        where = place(p.examples[0], p) if p.examples else ""
        rows.append((f"{p.count:,}", escape(about), escape(PROBLEMS.get(p.kind, p.kind)), escape(where)))
    if rows:
        yield _table(
            rows_of(sum(p.count for p in pack.run.problems), "row"),
            ("rows", "in", "what", "such as"),
            rows,
            numbers={0},
        )


def _table(
    caption: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    numbers: Collection[int] = (),
) -> str:
    """Cells are HTML; the caption and the heads are text."""
    side = [' class="number"' if n in numbers else "" for n in range(len(heads))]
    head = "".join(f'<th scope="col"{side[n]}>{escape(h)}</th>' for n, h in enumerate(heads))
    body = "\n".join(
        "<tr>" + "".join(f"<td{side[n]}>{cell}</td>" for n, cell in enumerate(row)) + "</tr>" for row in rows
    )
    table = f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table>"
    return f'<div class="wide" tabindex="0" role="region" aria-label="{escape(caption)}">{table}</div>'


# ---------------------------------------------------------------------------------------------------------------- style


STYLE = """
:root { color-scheme: light dark; --ink: #1a1a1a; --soft: #595959; --rule: #d0d0d0; --paper: #fff; --card: #f6f7f9; --accent: #0b5394;
  %(day)s; --other: #595959 }
@media (prefers-color-scheme: dark) { :root { --ink: #e8e8e8; --soft: #b0b0b0; --rule: #444; --paper: #16181c; --card: #1f2227;
  --accent: #8ab4f8; %(night)s; --other: #b0b0b0 } }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1.5rem; max-width: 72rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif;
  overflow-wrap: anywhere }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .25rem } header p { color: var(--soft); margin: 0 }
h2 { font-size: 1.15rem; color: var(--accent); border-bottom: 1px solid var(--rule); padding-bottom: .2rem; margin: 2rem 0 .75rem }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(15rem, 100%), 1fr)); gap: 1rem }
.card { background: var(--card); border-left: .35rem solid var(--other); border-radius: .4rem; padding: .75rem 1rem }
.card h3, .card p { margin: 0 } .card h3 { font-size: 1rem } .owner, .soft { color: var(--soft); font-size: .85rem }
.figure { font-size: 1.9rem; font-weight: 650; line-height: 1.3 } .verdict { font-weight: 650; color: var(--other) }
%(classes)s
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(28rem, 100%), 1fr)); gap: 1rem }
figure { margin: 0; break-inside: avoid } figure svg { width: 100%; max-width: 34rem;
  height: auto; color: var(--ink) }
figcaption { font-size: .85rem; color: var(--soft) }
.tables { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(28rem, 100%), 1fr)); gap: 1rem 2rem }
.wide { overflow-x: auto; margin: 0 0 1rem } .wide:focus-visible { outline: 2px solid var(--accent) }
table { border-collapse: collapse; font-size: .9rem; overflow-wrap: normal }
caption { text-align: left; font-weight: 650; padding: .25rem 0 }
th, td { border-bottom: 1px solid var(--rule); padding: .3rem .75rem .3rem 0; text-align: left; vertical-align: top }
.number { text-align: right; font-variant-numeric: tabular-nums }
.bar { display: block; width: min(14rem, 25vw); background: var(--card) } .bar span { display: block; height: .4rem;
  background: var(--accent) }
.when { white-space: nowrap } code { font-size: .8rem; overflow-wrap: anywhere }
@media print { body { max-width: none; padding: 0; font-size: 9pt } .card, figure, tr { break-inside: avoid } @page { margin: 14mm } }
"""


def _style() -> str:
    """The style sheet, with a class and a colour for each verdict that has a mark."""
    classes = "\n".join(
        f".{v} {{ border-color: var(--{v}) }} .{v} .verdict {{ color: var(--{v}) }}" for v in MARKS
    )
    day = "; ".join(f"--{v}: {x.day}" for v, x in MARKS.items())
    night = "; ".join(f"--{v}: {x.night}" for v, x in MARKS.items())
    return STYLE.replace("%(day)s", day).replace("%(night)s", night).replace("%(classes)s", classes)


# --- charts: Vega-Lite specifications, drawn as SVG without a browser. Their ink is the page's own, by day and by night


COLOURS = {str(verdict): x.shared for verdict, x in MARKS.items()}
OTHER = "#8a8a8a"
BLUE = "#3b82c4"
BINS = 24
_INK = "currentColor"
_CONFIG = {
    "background": None,
    "font": "system-ui, sans-serif",
    "view": {"stroke": None},
    "axis": {
        "labelColor": _INK,
        "titleColor": _INK,
        "domainColor": _INK,
        "tickColor": _INK,
        "gridOpacity": 0.15,
        "gridColor": _INK,
    },
    "legend": {"labelColor": _INK, "titleColor": _INK},
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
            "mark": {"type": "rule", "color": _INK, "strokeDash": [5, 4], "opacity": 0.7},
            "encoding": {"y": {"datum": limit, "type": "quantitative", "scale": _scale(trend)}},
        }
        for limit in (trend.least, trend.most)
        if limit is not None
    ]
    if any(p.low is not None for p in trend.points):
        band = {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}}
        layers.append(
            {"mark": {"type": "rule", "color": BLUE, "strokeWidth": 4, "opacity": 0.35}, "encoding": band}
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
    return _svg({"data": {"values": rows}, "layer": layers, "width": 420, "height": 150})


def _scale(trend: Trend) -> dict[str, Any]:
    """A share's band and target are in view whole; what is counted begins at nothing."""
    if not trend.is_share:
        return {"zero": True}
    ends = [x for p in trend.points for x in (p.value, p.low, p.high) if x is not None]
    ends += [x for x in (trend.least, trend.most) if x is not None]
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
    marks = [{"at": at, "words": words} for words, at in deadlines]
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
    text = {"type": "text", "align": "left", "dx": 4, "y": 6, "color": _INK}
    words = {"mark": text, "encoding": {"x": at, "text": {"field": "words", "type": "nominal"}}}
    layers = [
        {
            "data": {"values": values},
            "mark": {"type": "rect", "color": BLUE, "stroke": "none"},
            "encoding": bars,
        },
        {"data": {"values": marks}, **rule},
        {"data": {"values": marks}, **words},
    ]
    return _svg({"layer": layers, "width": 420, "height": 150})


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
            "mark": {"type": "rule", "color": _INK, "strokeWidth": 1.5, "opacity": 0.7},
            "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}},
        },
        {
            "mark": {"type": "text", "baseline": "bottom", "dy": -4, "color": _INK},
            "encoding": {"x": x, "y": {**y, "field": "high"}, "text": {"field": "rows", "type": "nominal"}},
        },
    ]
    return _svg({"data": {"values": rows}, "layer": layers, "width": 420, "height": 150})


def _width(hours: Sequence[float], deadlines: Sequence[float]) -> tuple[float, float]:
    """A bin's width and where the last one ends: all but the slowest twentieth, and every deadline, are in view."""
    ordered = sorted(hours)
    most = max([ordered[int(0.95 * (len(ordered) - 1))], *(1.25 * d for d in deadlines), 0.1])
    rough = most / BINS
    size = 10 ** math.floor(math.log10(rough))
    width = next(step * size for step in (1, 2, 5, 10) if step * size >= rough)
    return width, width * BINS


def _svg(spec: dict[str, Any]) -> str:
    """`ModuleNotFoundError` where the drawing library is not installed."""
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg(
        {"$schema": "https://vega.github.io/schema/vega-lite/v5.json", "config": _CONFIG, **spec}
    )
    return drawn
