"""The monthly review as one HTML file: nothing is fetched, no script runs; it prints, and reads on a phone and at night."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from html import escape

from sladsl.calendars import iso, zone
from sladsl.nouns import joined
from sladsl.outcomes import Listed, Problem
from sladsl.plan.rows import BROKEN, lists_left_out
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
from sladsl.reports.page import document, figure, section, table, when
from sladsl.reports.problems import LISTINGS, PROBLEMS, place
from sladsl.reports.review_charts import (
    COLOURS,
    build_up_chart,
    conversion_chart,
    distribution_chart,
    trend_chart,
)
from sladsl.reports.words import (
    as_of_doubts,
    as_of_words,
    local,
    part,
    plain_span,
    restated_rows,
    rows_of,
    share,
)
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
from sladsl.runner import Run
from sladsl.verdicts import Judged, Measured, Verdict


def document_text(pack: Pack, above: str | None = None) -> str:
    """The page; `above` is the way to the other pages of a site."""
    main = [
        *section("Commitments", _headlines(pack)),
        *section("By groups", groups(pack)),
        *section("Measured, without a target", _measured(pack)),
        *section("The last periods", _trends(pack.trends)),
        *section("How it built up", build_ups(pack)),
        *section("How far they came", funnels(pack)),
        *section("How long answers took", _distributions(pack)),
        *section("What a fast answer is worth", _conversions(pack)),
        *section("Who kept it", breakdowns(pack.breakdowns)),
        *section("Closed, and different now", restated(pack.run)),
        *section("Late in this period", late(pack)),
        *section(f"What changed since {_day(pack)}", changed(pack)),
        *section("Left out", _listings(pack, "rows left out", lists_left_out)),
        *section("Never", _listings(pack, "rows that there may never be", lambda kind: kind == BROKEN)),
        *section("Rows in doubt", _listings(pack, "rows in doubt", _is_doubt)),
        *section("Data problems", problems(pack)),
    ]
    return document(f"{pack.run.plan.name}: review of {pack.period.label}", _head(pack), main, above)


def restated(run: Run) -> Iterator[str]:
    """The figures of closed periods beside what they are now, and what of that on which they rest was changed."""
    if not run.restated:
        return
    rows = [
        (
            part(x.id, x.by),
            x.period,
            f"{x.was}, as of {iso(x.closed)}",
            x.now,
            "; ".join(x.changed),
            restated_rows(x),
        )
        for x in run.restated
    ]
    heads = ("figure", "period", "closed", "now", "what was changed", "rows")
    cells = [[when(escape(c)) if n == 1 else escape(c) for n, c in enumerate(row)] for row in rows]
    yield table("figures of closed periods", heads, cells, stacked=True)


def _head(pack: Pack) -> Iterator[str]:
    run = pack.run
    where = zone(run.plan.zone)
    at = as_of_words(run.outcomes.as_of, where)
    parties = joined(p.label or p.name for p in run.plan.parties)
    yield f"<p>Between {escape(parties)}. As of {escape(at)}.</p>"
    yield from (f"<p>{escape(doubt)}</p>" for doubt in as_of_doubts(run.outcomes.as_of, where))


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
                when(escape(x.now.period.label)),
                escape(in_full(plan, x.figure, x.now)),
                escape(
                    "; ".join(t for t in (counted(x.now), _interval(x.now), in_doubt(x.now.in_doubt)) if t)
                ),
                escape(before),
            )
        )
    if rows:
        heads = ("KPI", "period", "figure", "counted", "period before")
        yield table(f"in {pack.period.label}, or in its own period of that time", heads, rows, stacked=True)


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
            yield figure(trend_chart(t), f"{name}, {t.commitment.target}{bars}", f"{name} by period. {told}")
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
        yield figure(build_up_chart(x), caption, f"{caption}. {said}")
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
        yield figure(
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
        yield figure(conversion_chart(named, unit), caption, f"{caption}. {told}")
    yield from ("</div>",) if pack.conversions else ()


def _day(pack: Pack) -> str:
    return local(pack.since, zone(pack.run.plan.zone)).split(" ")[0]


# --------------------------------------------------------------------------------------------------------------- tables


SHOWN_LATE = 20
FOLDED_LATE = 1000
"""So many more can be unfolded."""
SHOWN_GROUPS = 20
SHOWN_CHANGES = 40


def funnels(pack: Pack) -> Iterator[str]:
    for f in pack.funnels:
        yield table(
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
        yield table(caption, heads, rows, numbers={1, 2, 3, 4, 5})
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
                when(escape(x.now.measured.period.label)),
                escape(f"{then}, {x.then.word}"),
                escape(f"{since}, {x.now.word}"),
            )
        )
    if rows:
        more = len(pack.changed) - len(rows)
        yield table(
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
                when(at[0]),
                when(at[1] or "not yet"),
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
    yield table(caption, heads, rows[:shown], stacked=True)
    more = rows[shown:]
    if more:
        left = (of or len(rows)) - len(rows)
        yield (
            f"<details><summary>{len(more):,} more"
            + (f" of {len(more) + left:,}" if left else "")
            + "</summary>"
        )
        yield table(f"{caption}: the others", heads, more, stacked=True)
        yield "</details>"


def _is_doubt(kind: str) -> bool:
    return kind != BROKEN and not lists_left_out(kind)


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
        yield table(
            f"{what} that have a time in {pack.period.label}, or none that is known", heads, now, {0}, True
        )
    elif ever:
        yield f"<p>None of a row with a time in {escape(pack.period.label)}.</p>"
    if ever and list(ever) != list(now):
        yield "<details><summary>Of all the data</summary>"
        yield table(f"{what}, of all the data", heads, ever, {0}, True)
        yield "</details>"
