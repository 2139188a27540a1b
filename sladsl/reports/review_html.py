"""The monthly review as one HTML file: nothing is fetched, no script runs; it prints, and reads on a phone and at night."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from sladsl.calendars import zone
from sladsl.reports import review_charts, review_tables
from sladsl.reports.figure_words import called, counted, in_doubt, in_full, interval
from sladsl.reports.review_style import STYLE
from sladsl.reports.words import as_of_doubts, as_of_words, local, plain_span
from sladsl.reviewing import Headline, Pack, Point, Trend
from sladsl.verdicts import Judged


def document_text(pack: Pack) -> str:
    title = f"{pack.run.plan.name}: review of {pack.period.label}"
    parts = [
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{escape(title)}</title>',
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<style>{STYLE}</style>\n</head>\n<body>',
        *_head(pack, title),
        "<main>",
        *_section("Commitments", _headlines(pack)),
        *_section("The last periods", _trends(pack.trends)),
        *_section("How far they came", review_tables.funnels(pack)),
        *_section("How long answers took", _distributions(pack)),
        *_section("What a fast answer is worth", _conversions(pack)),
        *_section("Who kept it", review_tables.breakdowns(pack.breakdowns)),
        *_section("Late in this period", review_tables.late(pack)),
        *_section(f"What changed since {_day(pack)}", review_tables.changed(pack)),
        *_section("Rows in doubt", review_tables.doubts(pack)),
        *_section("Data problems", review_tables.problems(pack)),
        "</main>\n</body>\n</html>",
    ]
    return "\n".join(parts) + "\n"


def _section(title: str, lines: Iterable[str]) -> list[str]:
    found = list(lines)
    return [f"<section>\n<h2>{title}</h2>", *found, "</section>"] if found else []


def _head(pack: Pack, title: str) -> Iterator[str]:
    run = pack.run
    where = zone(run.plan.zone)
    at = as_of_words(run.outcomes.as_of, where)
    yield f"<header>\n<h1>{escape(title)}</h1>"
    parties = " and ".join(p.label or p.name for p in run.plan.parties)
    yield f"<p>Between {escape(parties)}. As of {escape(at)}.</p>"
    yield from (f"<p>{escape(doubt)}</p>" for doubt in as_of_doubts(run.outcomes.as_of, where))
    yield "</header>"


# ------------------------------------------------------------------------------------------------------------ headlines


def _headlines(pack: Pack) -> Iterator[str]:
    yield '<div class="cards">'
    for h in pack.headlines:
        verdict = _verdict(h.now)
        c = h.commitment
        yield f'<article class="card {_class(h.now)}">'
        yield f"<h3>{escape(called(c))}</h3>\n<p class='owner'>{escape(c.owner)} owes {escape(c.counterparty)}</p>"
        yield f"<p class='figure'>{escape(_value(pack, h, h.now))}</p>\n<p class='verdict'>{escape(verdict)}</p>"
        yield f"<p>{escape(h.now.measured.period.label)}: {escape(c.target)}</p>"
        made = " · ".join(x for x in (counted(h.now.measured), interval(h.now.measured)) if x)
        if h.now.in_doubt:
            yield f"<p class='soft'>{escape(in_doubt(h.now.in_doubt))}</p>"
        yield f"<p class='soft'>{escape(made)}</p>\n<p class='soft'>{escape(_since(pack, h))}</p>\n</article>"
    yield "</div>"


def _value(pack: Pack, h: Headline, judged: Judged) -> str:
    return in_full(pack.run.plan, h.figure, judged.measured, (h.commitment.bound, h.commitment.warn))


def _verdict(judged: Judged) -> str:
    return "not judged" if judged.verdict is None else str(judged.verdict)


def _class(judged: Judged) -> str:
    found = _verdict(judged)
    return found if found in review_charts.COLOURS else "other"


def _since(pack: Pack, h: Headline) -> str:
    """What changed since the period before."""
    if h.before is None:
        return "the first period"
    then = f"{_verdict(h.before)} in {h.before.measured.period.label} with {_value(pack, h, h.before)}"
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
            yield _figure(
                review_charts.trend(t), f"{name}, {t.commitment.target}", f"{name} by period. {told}"
            )
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
            review_charts.distribution(d, unit),
            f"{called(d.commitment)}: {told}",
            f"{called(d.commitment)}. {told}",
        )


def _conversions(pack: Pack) -> Iterator[str]:
    yield from ('<div class="charts">',) if pack.conversions else ()
    for c in pack.conversions:
        named, unit = review_tables.buckets(c), "business hours" if c.business else "hours"
        told = "; ".join(f"{words}: {b.reached:,} of {b.rows:,}" for words, b in named)
        caption = (
            f"{called(c.commitment)}: share that became {c.end} so far, by {unit} to the answer; "
            f"entered {c.first} to {pack.period.label}"
        )
        yield _figure(review_charts.conversion(named, unit), caption, f"{caption}. {told}")
    yield from ("</div>",) if pack.conversions else ()


def _day(pack: Pack) -> str:
    return local(pack.since, zone(pack.run.plan.zone)).split(" ")[0]


_ROLES = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')


def _figure(svg: str, caption: str, told: str) -> str:
    """The drawing is one picture to a reader who hears the page, and its caption stands below it."""
    named = _ROLES.sub("", svg).replace("<svg ", f'<svg role="img" aria-label="{escape(told)}" ', 1)
    return f"<figure>{named}<figcaption>{escape(caption)}</figcaption></figure>"
