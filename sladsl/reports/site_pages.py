"""The pages of a site of agreements, for those who only read: one that leads to all, and of each agreement how it stands, what was agreed,
its reviews and its closed periods."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Annotated

from sladsl.calendars import SECOND, iso, zone
from sladsl.closing import Close, ClosedFigure
from sladsl.nouns import joined
from sladsl.reports import doc_page, outlook_words, review_html
from sladsl.reports.closed import why
from sladsl.reports.documents import document
from sladsl.reports.figure_words import called, counted, groups_missed, in_doubt, in_full
from sladsl.reports.page import document as html_document
from sladsl.reports.page import section, table, way, when
from sladsl.reports.run.text import last_complete
from sladsl.reports.verdict_marks import MARKS
from sladsl.reports.words import as_of_doubts, as_of_words, part
from sladsl.reviewing.pack import Pack
from sladsl.runner import Restated, Run
from sladsl.verdicts import CommitmentResult, Judged, Verdict
from sladsl.wording import Page

INDEX = "index.html"
AGREED = "agreement.html"
TITLE = "Agreements"
_BEFORE = 6
"""Periods of a commitment that are shown behind the last one."""


@document(
    "sladsl.site/1",
    title="sla site",
    about="What a site consists of, so that the next build takes away what no longer belongs to it, and nothing else.",
)
class SiteFiles:
    files: Annotated[tuple[str, ...], "the place of each page in the site"]


@dataclass(frozen=True, slots=True)
class Book:
    """What is recorded of an agreement's closed period: its closes, the first one first."""

    period: str
    closes: tuple[Close, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """An agreement of a site. `folder` is where its pages are, `file` what it was made from, `why` what is the reason why it is not judged.
    `page` is None where it has errors, `run` where it is not judged; `packs` are its reviews, the latest first."""

    folder: str
    file: str
    title: str
    page: Page | None = None
    run: Run | None = None
    packs: tuple[Pack, ...] = ()
    books: tuple[Book, ...] = ()
    why: tuple[str, ...] = ()

    @property
    def has_pages(self) -> bool:
        return self.page is not None


def pages(shown: Sequence[Shown]) -> Iterator[tuple[str, str]]:
    """All pages, each with its place in the site."""
    yield INDEX, _index(shown)
    for each in shown:
        if each.page is None:
            continue
        up = [(f"../{INDEX}", TITLE)]
        yield f"{each.folder}/{INDEX}", _overview(each, way(up, each.title))
        up.append((INDEX, each.title))
        yield f"{each.folder}/{AGREED}", doc_page.html(each.page, way(up, "what is agreed"))
        for n, pack in enumerate(each.packs):
            near = [
                (_review(p), f"review of {p.period.label}")
                for p in (*each.packs[n + 1 : n + 2], *each.packs[n - 1 : n])
            ]
            here = way(up, f"review of {pack.period.label}", near)
            yield f"{each.folder}/{_review(pack)}", review_html.document_text(pack, here)
        for book in each.books:
            yield f"{each.folder}/{_closed(book)}", _book(each, book, way(up, f"{book.period}, closed"))


def _review(pack: Pack) -> str:
    return f"review-{pack.period.label}.html"


def _closed(book: Book) -> str:
    return f"closed-{book.period}.html"


# ---------------------------------------------------------------------------------------------------------------- index


def _index(shown: Sequence[Shown]) -> str:
    main = [line for each in shown for line in _of_agreement(each, shown)]
    return html_document(TITLE, [f"<p>{escape(line)}</p>" for line in _summary(shown)], main, "")


def _summary(shown: Sequence[Shown]) -> Iterator[str]:
    """How many there are, and how many of their commitments stand how, now and in the last periods that are over."""
    runs = [x.run for x in shown if x.run is not None]
    unjudged = len(shown) - len(runs)
    agreements = f"{len(shown):,} agreement{'' if len(shown) == 1 else 's'}"
    yield f"{agreements}{f'; {unjudged:,} could not be judged' if unjudged else ''}."
    whole = [result for run in runs for result, _ in _running(run)]
    last = [j for result in whole if (j := last_complete(result.periods)) is not None]
    now = [j for run in runs for _, j in _running(run) if j is not None]
    for when_, some in (("Last complete periods", last), ("Now", now)):
        counts = Counter(j.word for j in some)
        words = [*(str(v) for v in MARKS), *sorted(set(counts) - set(MARKS))]
        told = joined(f"{counts[word]:,} {word}" for word in words if counts[word])
        yield from [f"{when_}: {told}."] if told else []


def _of_agreement(x: Shown, shown: Sequence[Shown]) -> Iterator[str]:
    title = escape(x.title)
    yield "<section>"
    yield f'<h2><a href="{escape(x.folder)}/{INDEX}">{title}</a></h2>' if x.has_pages else f"<h2>{title}</h2>"
    if sum(other.title == x.title for other in shown) > 1:
        yield f"<p class='soft'><code>{escape(x.file)}</code></p>"
    yield from _facts(x)
    if x.run is not None:
        yield from _standing(x.run, x.title)
    if x.has_pages:
        yield f"<p class='soft'>{' · '.join(_links(x))}</p>"
    yield "</section>"


def _links(x: Shown) -> Iterator[str]:
    def to(page: str, name: str) -> str:
        return f'<a href="{escape(x.folder)}/{escape(page)}">{escape(name)}</a>'

    yield to(AGREED, "what is agreed")
    if x.packs:
        yield to(_review(x.packs[0]), f"review of {x.packs[0].period.label}")
    complete = next((p for p in x.packs[1:] if p.period.end <= p.run.outcomes.as_of.instant), None)
    if complete is not None:
        yield to(_review(complete), f"review of {complete.period.label}")
    if x.books:
        yield to(_closed(x.books[-1]), f"{x.books[-1].period}, closed")


def _facts(x: Shown) -> Iterator[str]:
    """Between whom, as of when, what is doubtful about that; why it is not judged; what was restated."""
    if x.run is not None:
        run, where = x.run, zone(x.run.plan.zone)
        parties = joined(p.label or p.name for p in run.plan.parties)
        yield f"<p class='soft'>Between {escape(parties)}. As of {escape(as_of_words(run.outcomes.as_of, where))}.</p>"
        yield from (f"<p>{escape(doubt)}</p>" for doubt in as_of_doubts(run.outcomes.as_of, where))
    if x.why:
        yield f"<div class='missed'><p><span class='verdict'>not judged</span>: <code>{escape(x.file)}</code></p>"
        yield from (f"<p>{escape(line)}</p>" for line in x.why)
        yield "</div>"
    if x.run is not None and x.run.restated:
        n = len(x.run.restated)
        periods = joined(dict.fromkeys(r.period for r in x.run.restated))
        figures = "1 figure of a closed period comes" if n == 1 else f"{n:,} figures of closed periods come"
        yield f"<p><strong>Restated</strong>: {figures} out differently now ({escape(periods)}).</p>"


def _running(run: Run) -> Iterator[tuple[CommitmentResult, Judged | None]]:
    """Each commitment as a whole, and its latest period that had begun."""
    for result in run.commitments:
        if result.commitment.group is None:
            begun = [j for j in result.periods if j.measured.period.start < run.outcomes.as_of.instant]
            yield result, begun[-1] if begun else None


def _standing(run: Run, title: str) -> Iterator[str]:
    """How each commitment stands now, and how its last complete period ended."""
    rows = []
    for result, judged in _running(run):
        c = result.commitment
        own = c if judged is None else c.in_force(judged.measured.period.start)
        named = f"{escape(called(own))}<br><span class='soft'>{escape(f'{c.owner} owes {c.counterparty}: {own.target}')}</span>"
        last = last_complete(result.periods)
        before = "" if last is None or last is judged else _ended(run, result, last)
        if judged is None:
            rows.append((named, "", "no period yet", "", "", "", before))
            continue
        m = judged.measured
        beside = (groups_missed(run, result, m.period), counted(m), in_doubt(judged.in_doubt))
        told = "; ".join(x for x in beside if x)
        figure = escape(_value(run, result, judged)) + (
            f"<br><span class='soft'>{escape(told)}</span>" if told else ""
        )
        room, pace = outlook_words.headroom(run, result, judged), outlook_words.pace(run, result, judged)
        rows.append(
            (
                named,
                when(escape(m.period.label)),
                _verdict(judged),
                figure,
                escape(room),
                escape(pace),
                before,
            )
        )
    heads = ("commitment", "period", "verdict", "figure", "headroom", "at this pace", "last complete period")
    if rows:
        yield table(f"How “{title}” stands", heads, rows, stacked=True)
    else:
        yield "<p>It has no commitments.</p>"


def _value(run: Run, result: CommitmentResult, judged: Judged) -> str:
    own = result.commitment.in_force(judged.measured.period.start)
    return in_full(run.plan, result.figure, judged.measured, (own.bound, own.warn))


def _verdict(judged: Judged) -> str:
    return f'<span class="{_class(judged.word)}"><span class="verdict">{escape(judged.word)}</span></span>'


def _class(word: str) -> str:
    return word if word in set(MARKS) else "other"


def _ended(run: Run, result: CommitmentResult, judged: Judged) -> str:
    label = when(escape(judged.measured.period.label))
    return f"{label}: {_verdict(judged)}, {escape(_value(run, result, judged))}"


# --------------------------------------------------------------------------------------------------- of one agreement


def _overview(x: Shown, above: str) -> str:
    main: list[str] = []
    if x.run is not None:
        main += section("Now", _standing(x.run, x.title))
        main += section("Before", _periods(x.run))
    main += section(
        "What is agreed",
        [f'<p><a href="{AGREED}">The agreement in plain English</a>, to be printed and signed.</p>'],
    )
    main += section("Reviews", _reviews(x.packs))
    main += section("Closed periods", _books(x))
    main += section("Restated", review_html.restated(x.run) if x.run is not None else ())
    return html_document(x.title, _facts(x), main, above)


def _periods(run: Run) -> Iterator[str]:
    rows = []
    for result, judged in _running(run):
        before = [
            j
            for j in result.periods
            if judged is not None and j.measured.period.start < judged.measured.period.start
        ]
        cells = [_ended(run, result, j) for j in reversed(before[-_BEFORE:])]
        if cells:
            rows.append((escape(called(result.commitment)), "<br>".join(cells)))
    if rows:
        yield table(
            "The periods before, the latest first",
            ("commitment", "period, verdict, figure"),
            rows,
            stacked=True,
        )


def _reviews(packs: Sequence[Pack]) -> Iterator[str]:
    rows = []
    for pack in packs:
        whole = [h for h in pack.headlines if h.commitment.group is None]
        counts = Counter(h.now.word for h in whole)
        missed = joined(called(h.commitment) for h in whole if h.now.verdict is Verdict.MISSED)
        other = sum(counts.values()) - counts[Verdict.MET] - counts[Verdict.MISSED]
        link = f'<a href="{_review(pack)}">{escape(pack.period.label)}</a>'
        rows.append((link, str(counts[Verdict.MET]), str(counts[Verdict.MISSED]), str(other), escape(missed)))
    if rows:
        yield table(
            "By month", ("review of", "met", "missed", "other", "missed by"), rows, {1, 2, 3}, stacked=True
        )


def _books(x: Shown) -> Iterator[str]:
    rows = []
    for book in reversed(x.books):
        last = book.closes[-1]
        differ = [f for f in last.figures if _now(x, last, f) is not None]
        rows.append(
            (
                f'<a href="{escape(_closed(book))}">{escape(book.period)}</a>',
                escape(_clock(last.closed_at)),
                f"{len(last.figures):,}",
                f"{len(differ):,}" if differ else "",
                escape(last.reason or ""),
            )
        )
    if rows:
        heads = ("period", "closed", "figures", "different now", "closed again, why")
        yield table("What was recorded", heads, rows, {2, 3}, stacked=True)


# -------------------------------------------------------------------------------------------------------------- closed


def _now(x: Shown, close: Close, figure: ClosedFigure) -> Restated | None:
    """How a figure of a close comes out now, where that is otherwise."""
    told = x.run.restated if x.run is not None else ()
    known = (figure.id, figure.by, figure.period, figure.verdict is not None, close.as_of)
    return next((r for r in told if (r.id, r.by, r.period, r.judged, r.closed) == known), None)


def _book(x: Shown, book: Book, above: str) -> str:
    *before, last = book.closes
    at = f"Closed {_clock(last.closed_at)} as of {iso(last.as_of)}, by sladsl {last.version}{why(last)}."
    head = [f"<p>{escape(at)}</p>"]
    if x.run is None:
        head.append(
            "<p>It is not known whether anything of it comes out differently now, since the agreement is not judged.</p>"
        )
    rows = [
        (
            escape(part(f.id, f.by)),
            when(escape(f.period)),
            _closed_verdict(f),
            escape(f.shown),
            f"{f.numerator:,} of {f.denominator:,}"
            if f.numerator is not None and f.denominator is not None
            else f"{f.rows:,}",
            ""
            if (now := _now(x, last, f)) is None
            else f"{escape(now.now)}<br><span class='soft'>{escape('; '.join(now.changed))}</span>",
        )
        for f in last.figures
    ]
    heads = ("figure", "period", "verdict", "value", "counted", "now")
    main = section(
        "As it was closed", [table(f"{book.period}, closed", heads, rows, {4}, stacked=True)] if rows else []
    )
    main += section("Closed before", _history(before))
    return html_document(f"{x.title}: {book.period}, closed", head, main, above)


def _closed_verdict(f: ClosedFigure) -> str:
    word = f.verdict or ""
    told = escape(word if f.final else f"{word} (waits)".strip())
    return f'<span class="{_class(word)}"><span class="verdict">{told}</span></span>' if told else ""


def _history(before: Iterable[Close]) -> Iterator[str]:
    rows = [
        (
            escape(_clock(c.closed_at)),
            escape(iso(c.as_of)),
            f"{len(c.figures):,}",
            escape(why(c).lstrip(", ")),
        )
        for c in before
    ]
    if rows:
        yield table(
            "Earlier closes of this period",
            ("closed", "as of", "figures", "why"),
            rows[::-1],
            {2},
            stacked=True,
        )


def _clock(at: int) -> str:
    return iso(at // SECOND * SECOND)
