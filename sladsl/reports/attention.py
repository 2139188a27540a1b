"""The part of the report that asks for something: late answers, rows in doubt, data that could not be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from textwrap import wrap

from sladsl.calendars import Zone, zone
from sladsl.outcomes import Instance
from sladsl.reports.figure_words import NO_VALUE, called
from sladsl.reports.problems import doubts, problems
from sladsl.reports.table import Head, table
from sladsl.reports.terminal import Style, columns, paint, safe
from sladsl.reports.words import listed, local, plain_span, rows_of
from sladsl.runner import Run
from sladsl.verdicts import CommitmentResult, Due

WIDTH = 100
SHOWN_ROWS = 5
SHOWN_KEYS = 3
SHOWN_OWNERS = 4


def attention(run: Run, everything: bool, colour: bool) -> list[str]:
    """Lines, each block under a blank one; none when there is nothing to say."""
    lines: list[str] = []
    for title, block in (
        ("Late", list(_late(run, everything))),
        ("To do", list(_to_do(run, everything))),
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
        found = run.outcomes.breaches.get(result.commitment.id, ())
        if not found:
            continue
        start, when = _since(result, everything)
        recent = [x for x in found if x.entered >= start]
        before = f", {len(found) - len(recent):,} before" if len(recent) < len(found) else ""
        rows = rows_of(len(recent), found[0].record) if recent else "none"
        yield f"{called(result.commitment)}: {rows} in {when}{_owners(recent, everything)}{before}"
        latest = sorted(recent, key=lambda x: (-(x.due or 0), x.key))
        shown = latest if everything else latest[:SHOWN_ROWS]
        heads = (Head(found[0].record), Head("due"), Head("answered"), Head("late by"), Head("owner"))
        yield from (
            table(heads, [_breach(x, where) for x in shown], indent=2, width=WIDTH - 2) if shown else ()
        )
        if len(shown) < len(recent):
            yield f"  and {len(recent) - len(shown):,} more (--all)"


def _owners(found: Sequence[Instance], everything: bool) -> str:
    owners = Counter(x.owner for x in found if x.owner is not None).most_common()
    if not owners:
        return ""
    shown = owners if everything else owners[:SHOWN_OWNERS]
    rest = f", {len(owners) - len(shown)} others" if len(shown) < len(owners) else ""
    return " (" + ", ".join(f"{safe(owner)} {n}" for owner, n in shown) + rest + ")"


def _breach(row: Instance, where: Zone) -> tuple[str, ...]:
    late = row.stopped - row.due if row.stopped is not None and row.due is not None else None
    return (
        safe(row.key),
        local(row.due, where) if row.due is not None else NO_VALUE,
        local(row.stopped, where) if row.stopped is not None else "not yet",
        plain_span(late) if late is not None else "",
        safe(row.owner or ""),
    )


def _to_do(run: Run, everything: bool) -> Iterator[str]:
    """One line a kind of action: what, about which commitment, for which rows or periods, the latest first."""
    groups: dict[tuple[str, str, str], list[Due]] = {}
    for action in run.due():
        groups.setdefault((action.commitment, action.verb, action.to), []).append(action)
    by_id = {c.commitment.id: c for c in run.commitments}
    for (commitment, verb, to), due in groups.items():
        start, _ = _since(by_id[commitment], everything)
        rows = {x.key for x in run.outcomes.breaches.get(commitment, ()) if x.entered >= start}
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
