"""`sla run` as text: what both teams would paste into a message, in the agreement's own words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from textwrap import wrap

from sladsl.calendars import Period, Zone, day_date, zone
from sladsl.nouns import joined
from sladsl.outcomes import Instance
from sladsl.plan import Figure
from sladsl.reports import outlook_words
from sladsl.reports.figure_words import (
    NO_VALUE,
    called,
    counted,
    ends,
    figure_called,
    group_called,
    interval,
    now,
    owner_of,
    promised,
    unreadable,
    values_of,
)
from sladsl.reports.problems import broken, doubts, left_out, problems
from sladsl.reports.table import Head, table
from sladsl.reports.terminal import Style, columns, paint, safe
from sladsl.reports.verdict_marks import mark
from sladsl.reports.words import (
    as_of_doubts,
    as_of_words,
    listed,
    local,
    plain_span,
    restated,
    rows_of,
    sample_words,
)
from sladsl.runner import Run
from sladsl.verdicts import CommitmentResult, Due, FigureResult, Judged, Measured, Verdict

WIDTH = 100
SHOWN_PERIODS = 3
SHOWN_GROUPS = 8
SHOWN_MISSED = 6
HEADS = (
    Head("period"),
    Head("target"),
    Head("verdict"),
    Head("figure", right=True),
    Head("counted"),
    Head("open"),
    Head("can still end at"),
    Head("Wilson 95% interval"),
    Head("in doubt"),
)


def report(run: Run, everything: bool = False, colour: bool = False) -> str:
    """The whole report, ending with a line feed; `everything` shows all periods and rows, not the latest few."""
    lines = list(_head(run, colour))
    for owner, counterparty in dict.fromkeys((c.owner, c.counterparty) for c in run.plan.commitments):
        lines += ["", paint(f"What {owner} owes {counterparty}", Style.STRONG, colour)]
        for result in run.commitments:
            c = result.commitment
            if (c.owner, c.counterparty) == (owner, counterparty) and c.group is None:
                lines += _commitment(run, result, everything, colour)
                lines += _groups(run, result, everything, colour) if c.groups is not None else ()
    lines += tracked(run, everything, colour)
    lines += attention(run, everything, colour)
    return "\n".join(line.rstrip() for line in lines) + "\n"


def _head(run: Run, colour: bool) -> Iterator[str]:
    plan, as_of = run.plan, run.outcomes.as_of
    yield paint(safe(plan.name), Style.STRONG, colour)
    parties = joined(f"{p.name} ({safe(p.label)})" if p.label else p.name for p in plan.parties)
    first, last = plan.term.first, plan.term.last
    term = f" from {day_date(first)}" if first is not None else ""
    term += f" to {day_date(last)}" if last is not None else ""
    told = ", ".join(x for x in (f"between {parties}" if parties else "", term.strip()) if x)
    if told:
        yield told
    where = zone(plan.zone)
    yield f"as of {as_of_words(as_of, where)}"
    for doubt in as_of_doubts(as_of, where):
        yield from (paint(x, Style.WARNING, colour) for x in wrap(doubt, WIDTH, subsequent_indent="  "))
    waiting = [f"{n:,} of {name}" for name, n in run.outcomes.not_yet.items() if n]
    if waiting:
        yield f"not yet: {', '.join(waiting)} (rows all of whose times are later)"
    if run.period is not None:
        yield f"only what touches {run.period.label}"
    if run.sample is not None:
        yield from (
            paint(line, Style.WARNING, colour)
            for line in wrap(sample_words(run.sample, run.outcomes.rows), WIDTH)
        )
        return
    wholes = (c for c in run.commitments if c.commitment.group is None)
    by_verdict = Counter(j.verdict for c in wholes if (j := last_complete(c.periods)) is not None)
    if by_verdict:
        yield "last complete periods: " + ", ".join(f"{by_verdict[v]} {v}" for v in Verdict if by_verdict[v])
    missed = _periods(run, "missed", lambda j: j.verdict is Verdict.MISSED)
    doubt = _periods(run, "in doubt, for rows that cannot be read", lambda j: j.in_doubt > 0)
    for told in (missed, doubt):
        yield from wrap(told, WIDTH, subsequent_indent="  ")
    for line in restated(run):
        shown = wrap(safe(line), WIDTH, subsequent_indent="  ", break_on_hyphens=False)
        yield from (paint(x, Style.WARNING, colour) for x in shown)


def _periods(run: Run, what: str, holds: Callable[[Judged], bool]) -> str:
    """`missed: response_time 2026-03, 2026-07`: why the status is what it is, though most periods are not shown."""
    told = []
    for c in run.commitments:
        if c.commitment.groups is not None:
            continue  # its groups say it
        labels = [j.measured.period.label for j in c.periods if holds(j)]
        if labels:
            shown, before = labels[-SHOWN_MISSED:], len(labels) - SHOWN_MISSED
            more = f" and {before} before" if before > 0 else ""
            told.append(f"{called(c.commitment)} {', '.join(shown)}{more}")
    return f"{what}: " + "; ".join(told) if told else ""


def last_complete(periods: Sequence[Judged]) -> Judged | None:
    """The latest of the periods that is over at the as-of."""
    return next((j for j in reversed(periods) if j.measured.over), None)


def _why_no_period(run: Run, result: CommitmentResult) -> str:
    dates, term, as_of = result.commitment.dates, run.plan.term, run.outcomes.as_of.instant
    if term.start is not None and as_of < term.start:
        return "no period of the term has begun"
    if dates.first is not None and dates.start is not None and as_of < dates.start:
        return f"not owed before {day_date(dates.first)}"
    if dates.start is not None or dates.end is not None:
        return "not owed in what is shown"
    return (
        "no row counts, and so there is no period"
        if term.start is None
        else "no period of the term has begun"
    )


def _commitment(run: Run, result: CommitmentResult, everything: bool, colour: bool) -> Iterator[str]:
    yield ""
    promise = safe(promised(result.commitment))
    yield from wrap(promise, WIDTH, initial_indent="  ", subsequent_indent="      ")
    shown = result.periods if everything else result.periods[-SHOWN_PERIODS:]
    if not shown:
        yield f"    {_why_no_period(run, result)}"
        return
    lines = table(HEADS, [_row(run, result, j) for j in shown], indent=4)
    yield paint(lines[0], Style.FAINT, colour)
    for line, judged in zip(lines[1:], shown, strict=True):
        word = _verdict(judged)
        look = mark(judged.verdict)
        yield line.replace(word, paint(word, look.style, colour), 1) if look else line
    for judged in shown:
        yield from _outlook(run, result, judged)
    hidden = len(result.periods) - len(shown)
    if hidden:
        first = result.periods[0].measured.period.label
        yield f"    and {hidden} before, from {first} on (--all, --period {first})"


def _groups(run: Run, whole: CommitmentResult, everything: bool, colour: bool) -> Iterator[str]:
    """The groups of a commitment in each period that is shown, those that are missed first."""
    groups = [
        c
        for c in run.commitments
        if c.commitment.base == whole.commitment.id and c.commitment.group is not None
    ]
    periods = {j.measured.period for j in (whole.periods if everything else whole.periods[-SHOWN_PERIODS:])}
    rows = [(j, c) for c in groups for j in c.periods if j.measured.period in periods]
    rows.sort(key=lambda x: (x[0].measured.period.start, x[0].verdict is not Verdict.MISSED))
    if not rows or whole.commitment.groups is None:
        return
    place: Counter[Period] = Counter()
    shown = []
    for j, c in rows:
        place[j.measured.period] += 1
        if everything or place[j.measured.period] <= SHOWN_GROUPS:
            shown.append((j, c))
    heads = (HEADS[0], Head(safe(whole.commitment.groups.by)), *HEADS[1:])
    cells = ((_row(run, c, j), c) for j, c in shown)
    lines = table(
        heads,
        [(x[0], safe(group_called(run, c)), safe(c.commitment.target), *x[2:]) for x, c in cells],
        indent=4,
    )
    yield paint(lines[0], Style.FAINT, colour)
    for line, (judged, _) in zip(lines[1:], shown, strict=True):
        word, look = _verdict(judged), mark(judged.verdict)
        yield line.replace(word, paint(word, look.style, colour), 1) if look else line
    for judged, c in shown:
        yield from _outlook(run, c, judged, safe(group_called(run, c)))
    if len(shown) < len(rows):
        yield f"    and {len(rows) - len(shown)} more (--all)"


def _outlook(run: Run, result: CommitmentResult, judged: Judged, group: str = "") -> Iterator[str]:
    """`2026-11: 3 more may be late; at this pace 93.1%, from 12 business days`, of what is provisional."""
    told = outlook_words.in_full(run, result, judged)
    if told:
        about = " ".join(x for x in (judged.measured.period.label, group) if x)
        yield from wrap(f"{about}: {told}", WIDTH, initial_indent="    ", subsequent_indent="      ")


def _verdict(judged: Judged) -> str:
    return f"{judged.word}, near" if judged.warning else judged.word


def _row(run: Run, result: CommitmentResult, judged: Judged) -> tuple[str, ...]:
    m = judged.measured
    c = result.commitment.in_force(m.period.start)
    bounds = (c.bound, c.warn)
    return (
        m.period.label,
        c.target if result.commitment.versions else "",
        _verdict(judged),
        now(run.plan, result.figure, m, bounds),
        counted(m),
        f"{m.tallies.open:,}" if m.tallies.open else "",
        ends(run.plan, result.figure, m, bounds) if judged.verdict is Verdict.PROVISIONAL else "",
        interval(m),
        unreadable(judged.in_doubt),
    )


# --- KPIs that no commitment judges, and every KPI's breakdown

SHOWN_VALUES = 8
PERIODS = (
    Head("period"),
    Head("figure", right=True),
    Head("counted"),
    Head("open"),
    Head("can still end at"),
    Head("Wilson 95% interval"),
    Head("in doubt"),
)


def tracked(run: Run, everything: bool, colour: bool) -> list[str]:
    """Lines, the first one blank; none when every figure is judged and none is broken down."""
    without = {x.figure.id: x for x in run.without_target()}
    lines: list[str] = []
    for result in run.figures:
        if result.figure.id in without:
            lines += ["", *_whole(run, without[result.figure.id], everything, colour)]
        if result.breakdown:
            lines += ["", *_broken(run, result, everything, colour)]
    return ["", paint("Measured, without a target", Style.STRONG, colour), *lines] if lines else []


def _title(figure: Figure) -> str:
    label = f"  {figure.label}" if figure.label else ""
    return safe(f"  {figure_called(figure)}{label}")


def _whole(run: Run, result: FigureResult, everything: bool, colour: bool) -> Iterator[str]:
    yield _title(result.figure)
    shown = result.periods if everything else result.periods[-SHOWN_PERIODS:]
    if shown:
        lines = table(PERIODS, [_kpi_row(run, result.figure, m) for m in shown], indent=4)
        yield paint(lines[0], Style.FAINT, colour)
        yield from lines[1:]


def _broken(run: Run, result: FigureResult, everything: bool, colour: bool) -> Iterator[str]:
    """The last complete period by the values of its breakdown, the largest first."""
    figure = result.figure
    over = [m.period for m in result.periods if m.over] or [m.period for m in result.periods]
    period = over[-1]
    groups = sorted(
        (m for m in result.breakdown if m.period == period), key=lambda m: (-m.rows, [v or "" for v in m.by])
    )
    yield safe(f"  {figure.kpi} for each {', '.join(figure.by_names)}, {period.label}")
    shown = groups if everything else groups[:SHOWN_VALUES]
    heads = (*(Head(safe(name)) for name in figure.by_names), *PERIODS[1:])
    rows = [
        (
            *(safe(v) if v is not None else NO_VALUE for v in values_of(run, figure, m)),
            *_kpi_row(run, figure, m)[1:],
        )
        for m in shown
    ]
    lines = table(heads, rows, indent=4)
    yield paint(lines[0], Style.FAINT, colour)
    yield from lines[1:]
    if len(shown) < len(groups):
        yield f"    and {len(groups) - len(shown)} more (--all)"


def _kpi_row(run: Run, figure: Figure, m: Measured) -> tuple[str, ...]:
    still = ends(run.plan, figure, m) if m.value is None else ""
    still_open = f"{m.tallies.open:,}" if m.tallies.open else ""
    return (
        m.period.label,
        now(run.plan, figure, m),
        counted(m),
        still_open,
        still,
        interval(m),
        unreadable(m.in_doubt),
    )


# --- what asks for something: late answers, rows in doubt, data that could not be read

SHOWN_ROWS = 5
SHOWN_KEYS = 3
SHOWN_OWNERS = 4


def attention(run: Run, everything: bool, colour: bool) -> list[str]:
    """Lines, each block under a blank one; none when there is nothing to say."""
    lines: list[str] = []
    for title, block in (
        ("Late", list(_late(run, everything))),
        ("To do", list(_to_do(run, everything))),
        ("Never", broken(run)),
        ("Left out", left_out(run)),
        ("Rows in doubt", doubts(run)),
        ("Data problems", problems(run, everything)),
    ):
        if block:
            lines += ["", paint(title, Style.STRONG, colour)]
            lines += [part for line in block for part in _wrapped(line)]
    return lines


def _wrapped(line: str) -> list[str]:
    """The line, indented; a sentence that is too long goes on below, and a table's blanks stay."""
    if columns(line) + 2 <= WIDTH:
        return ["  " + line]
    before = " " * (2 + len(line) - len(line.lstrip()))
    return wrap(
        line.strip(), WIDTH, initial_indent=before, subsequent_indent=before + "    ", break_long_words=False
    )


def _since(result: CommitmentResult, everything: bool) -> tuple[int, str]:
    """Where what is recent begins: with the last complete period; and a word for it."""
    periods = [j.measured for j in result.periods]
    over = [m for m in periods if m.over]
    recent = periods if everything or not periods else periods[periods.index(over[-1]) :] if over else periods
    if not recent:
        return 0, ""
    first, last = recent[0].period.label, recent[-1].period.label
    return recent[0].period.start, first if first == last else f"{first} to {last}"


def _late(run: Run, everything: bool) -> Iterator[str]:
    where = zone(run.plan.zone)
    for result in run.commitments:
        breaches = run.outcomes.breaches.get(result.commitment.id, ())
        if not breaches:
            continue
        start, when = _since(result, everything)
        recent = [x for x in breaches if x.entered >= start]
        before = f", {len(breaches) - len(recent):,} before" if len(recent) < len(breaches) else ""
        rows = rows_of(len(recent), breaches[0].record) if recent else "none"
        yield f"{called(result.commitment)}: {rows} in {when}{_owners(run, recent, everything)}{before}"
        latest = sorted(recent, key=lambda x: (-(x.due or 0), x.key))
        shown = latest if everything else latest[:SHOWN_ROWS]
        heads = (Head(breaches[0].record), Head("due"), Head("answered"), Head("late by"), Head("owner"))
        # Not cut: whoever has a row is worth a wider line.
        yield from (table(heads, [_breach(run, x, where) for x in shown], indent=2) if shown else ())
        if len(shown) < len(recent):
            yield f"  and {len(recent) - len(shown):,} more (--all)"


def _owners(run: Run, breaches: Sequence[Instance], everything: bool) -> str:
    owners = Counter(owner_of(run, x) for x in breaches if x.owner is not None).most_common()
    if not owners:
        return ""
    shown = owners if everything else owners[:SHOWN_OWNERS]
    rest = f", {len(owners) - len(shown)} others" if len(shown) < len(owners) else ""
    return " (" + ", ".join(f"{safe(owner)} {n}" for owner, n in shown) + rest + ")"


def _breach(run: Run, row: Instance, where: Zone) -> tuple[str, ...]:
    late = row.stopped - row.due if row.stopped is not None and row.due is not None else None
    return (
        safe(row.key),
        local(row.due, where) if row.due is not None else NO_VALUE,
        local(row.stopped, where) if row.stopped is not None else "not yet",
        plain_span(late) if late is not None else "",
        safe(owner_of(run, row)),
    )


def _to_do(run: Run, everything: bool) -> Iterator[str]:
    """One line a kind of action: what, about which commitment, for which rows or periods, the latest first."""
    groups: dict[tuple[str, str, str], list[Due]] = {}
    for action in run.due():
        groups.setdefault((action.commitment, action.verb, action.to), []).append(action)
    by_id = {c.commitment.id: c for c in run.commitments}
    for (commitment, verb, to), due in groups.items():
        start, _ = _since(by_id[commitment], everything)
        followed = (run.outcomes.breaches.get(commitment, ()), *run.outcomes.rungs.get(commitment, ()))
        rows = {x.key for instances in followed for x in instances if x.entered >= start}
        recent = [x for x in due if (x.period.start >= start if x.period else x.key in rows)]
        if not recent:
            continue
        recent.sort(key=lambda x: (-x.at, x.key or ""))
        shown = recent if everything else recent[:SHOWN_KEYS]
        what = f'{verb} "{to}"' if verb in {"do", "tag", "notify"} else f'{verb} to "{to}"'
        before = f", {len(due) - len(recent):,} before" if len(recent) < len(due) else ""
        keys = listed((safe(_what_for(x)) for x in shown), len(recent))
        yield f"{safe(what)}: {keys} ({called(by_id[commitment].commitment)}{before})"


def _what_for(action: Due) -> str:
    return action.key or (action.period.label if action.period else "")
