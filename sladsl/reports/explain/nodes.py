"""Conditions with their values, as trees of phrases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from sladsl import types as t
from sladsl.calendars import Zone
from sladsl.explaining import Phrase, RowFate, RowSeen, ScoreSeen
from sladsl.explaining.story import BranchFate, BranchSeen
from sladsl.reports.explain.words import dated
from sladsl.reports.parts import Node
from sladsl.reports.values import shown

SHOWN_ROWS = 6
LATER = "later than that"
JOINING = {"and", "or", "not"}
FATES = {
    RowFate.COUNTED: "counted",
    RowFate.LATER: "came later",
    RowFate.OUTSIDE: "outside the time asked for",
    RowFate.REFUSED: "not matching",
    RowFate.UNKNOWN: "unknown",
}


def mark(value: object) -> str:
    return "yes" if value is True else "no" if value is False else "?"


def condition(phrase: Phrase, zone: Zone) -> Node:
    """A condition and the conditions it is made of; the others show the values behind them."""
    if phrase.op in JOINING and all(part.span != phrase.span for part in phrase.parts):
        return Node(mark(phrase.value), phrase.text, parts=tuple(condition(p, zone) for p in phrase.parts))
    rows = tuple(row for part in phrase.every() for row in _rows(part.rows, zone))
    if not isinstance(phrase.type, t.Boolean):
        said = f"{phrase.text} = {shown(phrase.value, phrase.type, zone)}"
        return Node("", said, "; ".join(x for x in behind(phrase, zone) if x != said), rows)
    return Node(mark(phrase.value), phrase.text, "; ".join(behind(phrase, zone)), rows)


def behind(phrase: Phrase, zone: Zone) -> list[str]:
    """The values that a condition was decided by: `fit = 65`, `domain(email) = "acme.com"`, `3 counted`; each once."""
    return list(dict.fromkeys(_behind(phrase, zone, top=True)))


def _behind(phrase: Phrase, zone: Zone, top: bool = False) -> Iterator[str]:
    if phrase.constant:
        return
    if phrase.looked_at:
        yield _tally(phrase.rows) or f"no {phrase.looked_at} at all"
    elif not phrase.parts and not top:
        yield f"{phrase.text} = {LATER if phrase.later else shown(phrase.value, phrase.type, zone)}"
    elif phrase.parts and phrase.op != "else" and not top and not isinstance(phrase.type, t.Boolean):
        yield f"{phrase.text} = {shown(phrase.value, phrase.type, zone)}"
        if phrase.value is not None:
            return
    for part in phrase.parts:
        yield from _behind(part, zone)


def _tally(rows: Sequence[RowSeen]) -> str:
    """`2 counted, 1 came later`."""
    found = Counter(row.fate for row in rows)
    return ", ".join(f"{found[fate]:,} {word}" for fate, word in FATES.items() if found[fate])


def _rows(rows: Sequence[RowSeen], zone: Zone) -> Iterator[Node]:
    for row in rows[:SHOWN_ROWS]:
        when = "" if row.at is None else f"{dated(row.at, zone)}, "
        values = "" if row.where is None or row.fate is RowFate.LATER else "; ".join(behind(row.where, zone))
        counted = "+" if row.fate is RowFate.COUNTED else "·"
        yield Node(
            counted, f"{row.record} {row.key}", f"{when}{FATES[row.fate]}" + (f": {values}" if values else "")
        )
    if len(rows) > SHOWN_ROWS:
        yield Node("…", f"and {len(rows) - SHOWN_ROWS:,} more: {_tally(rows[SHOWN_ROWS:])}")


def score(seen: ScoreSeen, zone: Zone) -> Node:
    """A score by its clauses: the points that were added, and those that were not."""
    name = f"{seen.name} ({seen.label})" if seen.label else seen.name
    clauses = []
    for clause in seen.clauses:
        node = condition(clause.condition, zone)
        points = shown(abs(clause.points), t.Number(), zone)
        signed = f"{'−' if clause.points < 0 else '+'}{points}"
        would = f"would {'subtract' if clause.points < 0 else 'add'} {points}"
        note = "; ".join(x for x in ("" if clause.added else would, node.note) if x)
        clauses.append(
            Node(signed if clause.added else mark(clause.condition.value), node.text, note, node.parts)
        )
    return Node("", f"{name} = {shown(seen.total, t.Number(), zone)}", parts=tuple(clauses))


def branch(seen: BranchSeen, zone: Zone, to: str = "") -> Node:
    """A branch of a choice: what it gives, on what condition, and whether it applies."""
    words = {
        BranchFate.APPLIES: "yes",
        BranchFate.FALSE: "no",
        BranchFate.UNKNOWN: "?",
        BranchFate.NOT_ASKED: "·",
        BranchFate.WAITS: "?",
    }
    gives = f'{to}"{seen.gives}"' if to else seen.gives
    if seen.when is None:
        note = "not asked: an earlier one applies" if seen.fate is BranchFate.NOT_ASKED else ""
        note = "not chosen yet" if seen.fate is BranchFate.WAITS else note
        return Node(words[seen.fate], f"{gives} otherwise", note)
    if seen.fate is BranchFate.NOT_ASKED:
        return Node("·", f"{gives} when {seen.when.text}", "not asked: an earlier one applies")
    node = condition(seen.when, zone)
    return Node(words[seen.fate], f"{gives} when {node.text}", node.note, node.parts)
