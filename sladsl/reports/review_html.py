"""The monthly review as one HTML file: nothing is fetched, no script runs; it prints, and reads on a phone and at night."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from fractions import Fraction
from html import escape

from sladsl.calendars import iso, zone
from sladsl.nouns import joined
from sladsl.outcomes import Listed, Problem
from sladsl.plan.rows import lists_left_out
from sladsl.reports import outlook_words
from sladsl.reports.figure_words import (
    NO_VALUE,
    called,
    counted,
    figure_called,
    group_called,
    groups_missed,
    in_doubt,
    in_full,
    interval,
    now,
    owner_of,
    pending,
)
from sladsl.reports.problems import LISTINGS, PROBLEMS, place
from sladsl.reports.review_charts import (
    COLOURS,
    build_up_chart,
    conversion_chart,
    distribution_chart,
    trend_chart,
)
from sladsl.reports.verdict_marks import MARKS
from sladsl.reports.words import as_of_doubts, as_of_words, local, plain_span, restated_rows, rows_of, share
from sladsl.reviewing.pack import (
    Breakdown,
    Bucket,
    BuildUp,
    Built,
    Conversion,
    Funnel,
    Headline,
    Pack,
    Point,
    Share,
    Trend,
)
from sladsl.verdicts import Judged, Measured, Verdict


def document_text(pack: Pack) -> str:
    title = f"{pack.run.plan.name}: review of {pack.period.label}"
    parts = [
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>',
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<style>{_style()}</style>\n</head>\n<body>',
        *_head(pack, title),
        "<main>",
        *_section("Commitments", _headlines(pack)),
        *_section("By groups", groups(pack)),
        *_section("Measured, without a target", _measured(pack)),
        *_section("The last periods", _trends(pack.trends)),
        *_section("How it built up", build_ups(pack)),
        *_section("How far they came", funnels(pack)),
        *_section("How long answers took", _distributions(pack)),
        *_section("What a fast answer is worth", _conversions(pack)),
        *_section("Who kept it", breakdowns(pack.breakdowns)),
        *_section("Closed, and different now", _restated(pack)),
        *_section("Late in this period", late(pack)),
        *_section(f"What changed since {_day(pack)}", changed(pack)),
        *_section("Left out", _listings(pack, "rows left out", lists_left_out)),
        *_section("Rows in doubt", _listings(pack, "rows in doubt", lambda kind: not lists_left_out(kind))),
        *_section("Data problems", problems(pack)),
        "</main>\n</body>\n</html>",
    ]
    return "\n".join(parts) + "\n"


def _section(title: str, lines: Iterable[str]) -> list[str]:
    shown = list(lines)
    return [f"<section>\n<h2>{title}</h2>", *shown, "</section>"] if shown else []


def _restated(pack: Pack) -> Iterator[str]:
    """The figures of closed periods beside what they are now, and what of that on which they rest was changed."""
    if not pack.run.restated:
        return
    rows = [
        (x.id, x.period, f"{x.was}, as of {iso(x.closed)}", x.now, "; ".join(x.changed), restated_rows(x))
        for x in pack.run.restated
    ]
    heads = ("figure", "period", "closed", "now", "what was changed", "rows")
    yield _table("figures of closed periods", heads, [[escape(c) for c in row] for row in rows], stacked=True)


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
    results = {x.commitment.id: x for x in pack.run.commitments}
    for h in pack.headlines:
        c = h.commitment
        if c.group is not None:
            continue
        m = h.now.measured
        yield f'<article class="card {_class(h.now)}">'
        yield f"<h3>{escape(called(c))}</h3>\n<p class='owner'>{escape(c.owner)} owes {escape(c.counterparty)}</p>"
        yield f"<p class='figure'>{escape(_figure_now(pack, h, m))}</p>\n<p class='verdict'>{escape(h.now.word)}</p>"
        yield f"<p>{escape(m.period.label)}: {escape(c.target)}</p>"
        by_groups = groups_missed(pack.run, results[c.id], m.period)
        told = (
            by_groups,
            counted(m),
            pending(m),
            _interval(m),
            outlook_words.in_full(pack.run, results[c.id], h.now),
            in_doubt(h.now.in_doubt),
            _since(pack, h),
        )
        yield from (f"<p class='soft'>{escape(x)}</p>" for x in told if x)
        yield "</article>"
    yield "</div>"


def _interval(m: Measured) -> str:
    """By its name: nobody knows an interval by its looks."""
    told = interval(m)
    return f"95% interval: {told}" if told else ""


def _figure_now(pack: Pack, h: Headline, m: Measured) -> str:
    return now(pack.run.plan, h.figure, m, (h.commitment.bound, h.commitment.warn))


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


def groups(pack: Pack) -> Iterator[str]:
    """The verdict on each group of a commitment that is judged by groups, those that are missed first."""
    for whole in pack.headlines:
        own = [
            h
            for h in pack.headlines
            if h.commitment.group is not None and h.commitment.base == whole.commitment.id
        ]
        if not own or whole.commitment.groups is None:
            continue
        results = {c.commitment.id: c for c in pack.run.commitments}
        own.sort(key=lambda h: h.now.verdict is not Verdict.MISSED)
        rows = [
            (
                escape(group_called(pack.run, results[h.commitment.id])),
                escape(h.commitment.target),
                escape(_value(pack, h, h.now)),
                _verdict(h.now),
                escape(f"{_value(pack, h, h.before)}, {h.before.word}") if h.before is not None else "",
            )
            for h in own
        ]
        by = whole.commitment.groups.by
        caption = f"{called(whole.commitment)} for each {by}, {whole.now.measured.period.label}"
        yield from _folded(caption, (by, "target", "figure", "verdict", "period before"), rows, SHOWN_GROUPS)


def _verdict(judged: Judged) -> str:
    return f'<span class="{_class(judged)}"><span class="verdict">{escape(judged.word)}</span></span>'


def _measured(pack: Pack) -> Iterator[str]:
    rows = []
    for x in pack.measured:
        plan = pack.run.plan
        before = now(plan, x.figure, x.before) if x.before is not None else ""
        rows.append(
            (
                escape(figure_called(x.figure)),
                _when(escape(x.now.period.label)),
                escape(in_full(plan, x.figure, x.now)),
                escape(
                    "; ".join(t for t in (counted(x.now), _interval(x.now), in_doubt(x.now.in_doubt)) if t)
                ),
                escape(before),
            )
        )
    if rows:
        heads = ("KPI", "period", "figure", "counted", "period before")
        yield _table(f"in {pack.period.label}, or in its own period of that time", heads, rows, stacked=True)


# -------------------------------------------------------------------------------------------------------------- charts


def _trends(trends: Sequence[Trend]) -> Iterator[str]:
    yield '<div class="charts">'
    for t in trends:
        if t.commitment.group is None and any(p.ends for p in t.points):
            told = "; ".join(f"{p.label}: {_plain(t, p)}, {p.verdict}" for p in t.points)
            name = called(t.commitment)
            bars = (
                "; thick bars: 95% intervals, or what open rows leave"
                if any(p.low is not None for p in t.points)
                else ""
            )
            yield _figure(trend_chart(t), f"{name}, {t.commitment.target}{bars}", f"{name} by period. {told}")
    yield "</div>"


def build_ups(pack: Pack) -> Iterator[str]:
    """Each commitment's period day by day."""
    yield from ('<div class="charts">',) if pack.build_ups else ()
    for x in pack.build_ups:
        c, days = x.commitment, "business day" if x.business else "day"
        said = "; ".join(f"{day.label}: {_by_then(x, day)}" for day in x.days if day.low is not None)
        line = "what was known by the end of each" if x.is_share else "what there was by the end of each"
        bars = (
            "; bars: what open rows left then; dashed: the target"
            if x.is_share
            else "; dashed: on the way to the target"
        )
        caption = f"{called(c)}, {c.target}: {line} {days}{bars}"
        yield _figure(build_up_chart(x), caption, f"{caption}. {said}")
    yield from ("</div>",) if pack.build_ups else ()


def _by_then(x: BuildUp, day: Built) -> str:
    ends = dict.fromkeys(end for end in (day.low, day.high) if end is not None)
    return " to ".join(f"{end:.1%}" if x.is_share else f"{end:,.6g}" for end in ends)


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
            f"entered {c.first} to {pack.period.label}; thin lines: 95% intervals, above them the number of rows"
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


SHOWN_LATE = 20
FOLDED_LATE = 1000
"""So many more can be unfolded."""
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
            stacked=True,
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
        then, since = (in_full(pack.run.plan, x.figure, j.measured, bounds) for j in (x.then, x.now))
        rows.append(
            (
                escape(called(x.commitment)),
                _when(escape(x.now.measured.period.label)),
                escape(f"{then}, {x.then.word}"),
                escape(f"{since}, {x.now.word}"),
            )
        )
    if rows:
        more = len(pack.changed) - len(rows)
        yield _table(
            "periods that were over then, as they stood and as they stand now"
            + (f"; the last {len(rows)} of {len(pack.changed):,}" if more else ""),
            ("commitment", "period", "then", "now"),
            rows,
            stacked=True,
        )
    else:
        yield "<p>Nothing: every period that was over then stands as it did.</p>"


def late(pack: Pack) -> Iterator[str]:
    where = zone(pack.run.plan.zone)
    names = {c.id: called(c) for c in pack.run.plan.commitments}
    rows = []
    for x in pack.late[: SHOWN_LATE + FOLDED_LATE]:
        at = [local(t, where) if t is not None else "" for t in (x.due, x.stopped)]
        rows.append(
            (
                escape(_called_row(pack, x.record, x.key)),
                escape(names[x.commitment]),
                escape(owner_of(pack.run, x)),
                _when(at[0]),
                _when(at[1] or "not yet"),
            )
        )
    if rows:
        heads = ("row", "commitment", "owner", "due", "answered")
        yield from _folded(
            f"{len(pack.late):,} late, the latest deadline first", heads, rows, SHOWN_LATE, len(pack.late)
        )
        command = f"sla explain {shlex.quote(pack.run.plan.file)} ROW"
        yield f"<p class='soft'>Why a row is late is told by <code>{escape(command)}</code>.</p>"


def _called_row(pack: Pack, record: str, key: str) -> str:
    """A row's key, with what the row is called."""
    label = pack.called.get(record, {}).get(key)
    return key if label is None or label == key else f"{key} ({label})"


def _folded(
    caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]], shown: int, of: int | None = None
) -> Iterator[str]:
    """The first rows, and the others in a fold; with how many are in neither."""
    yield _table(caption, heads, rows[:shown], stacked=True)
    more = rows[shown:]
    if more:
        left = (of or len(rows)) - len(rows)
        yield (
            f"<details><summary>{len(more):,} more"
            + (f" of {len(more) + left:,}" if left else "")
            + "</summary>"
        )
        yield _table(f"{caption}: the others", heads, more, stacked=True)
        yield "</details>"


def _when(text: str) -> str:
    return f'<span class="when">{text}</span>'


def _listings(pack: Pack, what: str, chosen: Callable[[str], bool]) -> Iterator[str]:
    now, ever = (
        [x for x in some if x.count and chosen(x.kind)] for some in (pack.doubts, pack.run.outcomes.listings)
    )
    yield from _of_period_and_ever(
        pack, what, [_listing(pack, x) for x in now], [_listing(pack, x) for x in ever]
    )


def _listing(pack: Pack, x: Listed) -> tuple[str, ...]:
    names = {c.id: called(c) for c in pack.run.plan.commitments}
    return (
        f"{x.count:,}",
        escape(names.get(x.subject, x.subject)),
        escape(LISTINGS.get(x.kind, x.kind)),
        escape(_called_row(pack, x.record, x.examples[0]) if x.examples else ""),
    )


def problems(pack: Pack) -> Iterator[str]:
    now, ever = ([_problem(p) for p in some if not p.change] for some in (pack.problems, pack.run.problems))
    yield from _of_period_and_ever(pack, "rows with a problem", now, ever)


def _problem(p: Problem) -> tuple[str, ...]:
    about = f"{p.record}.{p.field}" if p.field else p.record
    where = place(p.examples[0], p) if p.examples else ""
    return f"{p.count:,}", escape(about), escape(PROBLEMS.get(p.kind, p.kind)), escape(where)


def _of_period_and_ever(
    pack: Pack, what: str, now: Sequence[tuple[str, ...]], ever: Sequence[tuple[str, ...]]
) -> Iterator[str]:
    """What is of the period, and what is of all the data in a fold."""
    heads = ("rows", "in", "what", "such as")
    if now:
        yield _table(
            f"{what} that have a time in {pack.period.label}, or none that is known", heads, now, {0}, True
        )
    elif ever:
        yield f"<p>None of a row with a time in {escape(pack.period.label)}.</p>"
    if ever and list(ever) != list(now):
        yield "<details><summary>Of all the data</summary>"
        yield _table(f"{what}, of all the data", heads, ever, {0}, True)
        yield "</details>"


def _table(
    caption: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    numbers: Collection[int] = (),
    stacked: bool = False,
) -> str:
    """Cells are HTML; the caption and the heads are text. A column in which no row has anything is left out. `stacked`: where there is
    little room, a row is a few lines, each cell beside its head, and nothing has to be moved sideways; roles are said since a browser
    forgets a table that is drawn otherwise."""
    used = [n for n in range(len(heads)) if any(row[n] for row in rows)]
    side = {n: ' class="number"' if n in numbers else "" for n in used}
    head = "".join(f'<th scope="col" role="columnheader"{side[n]}>{escape(heads[n])}</th>' for n in used)
    body = "\n".join(
        '<tr role="row">'
        + "".join(f'<td role="cell"{side[n]} data-head="{escape(heads[n])}">{row[n]}</td>' for n in used)
        + "</tr>"
        for row in rows
    )
    drawn = ' class="stacked"' if stacked else ""
    table = (
        f'<table role="table"{drawn}><caption>{escape(caption)}</caption><thead role="rowgroup"><tr role="row">{head}</tr></thead>\n'
        f'<tbody role="rowgroup">{body}</tbody></table>'
    )
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
.when { white-space: nowrap } code { font-size: .8rem; overflow-wrap: anywhere } summary { cursor: pointer; color: var(--accent) }
td .verdict { font-size: inherit }
@media (max-width: 40rem) { body { padding: 1rem } table { font-size: .85rem } th, td { padding-right: .45rem }
  .stacked, .stacked caption, .stacked tbody, .stacked tr, .stacked td { display: block; width: 100% } .stacked thead { display: none }
  .stacked tr { border-bottom: 1px solid var(--rule); padding: .3rem 0 } .stacked td { border: 0; padding: 0; text-align: left }
  .stacked td:empty { display: none } .stacked td::before { content: attr(data-head) ": "; color: var(--soft) }
  .stacked td:first-child { font-weight: 650 } }
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
