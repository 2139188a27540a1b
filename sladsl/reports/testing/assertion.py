"""A condition with the value of each of its phrases underneath, at its place:

fit >= 50 and email is known
|   |     |   |     |
15  false |   |     true
          |   "dee@gmail.com"
          false
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sladsl.calendars import Zone
from sladsl.functions import CALLS
from sladsl.reports.terminal import columns, safe, shorten
from sladsl.reports.values import shown

if TYPE_CHECKING:
    from sladsl.explaining import Phrase
    from sladsl.source import OneLine, Source

WIDTH = 96
_LONGEST = 40
_GAP = 2


def value_of(phrase: Phrase, zone: Zone) -> str:
    """The phrase's value as it is shown; a long text is cut."""
    return shorten(safe(shown(phrase.value, phrase.type, zone)), _LONGEST)


def draw(phrase: Phrase, source: Source, zone: Zone) -> list[str]:
    """The phrase on one line and the values below it; one that is too long for a line is folded at its `and` or `or`."""
    line = source.one_line(phrase.span)
    if columns(safe(line.text)) <= WIDTH:
        return [safe(line.text), *_bars(_placed(line, phrase, source, zone))]
    if phrase.op not in {"and", "or"} or is_between(phrase):
        return [shorten(safe(line.text), WIDTH), f"is {value_of(phrase, zone)}", *_named(phrase, zone)]
    lines: list[str] = []
    for n, part in enumerate(phrase.parts):
        grouped = part.op in {"and", "or"} and not is_between(part)
        lead = ("" if n == 0 else f"{phrase.op} ") + "(" * grouped
        first, *rest = draw(part, source, zone)
        lines += [lead + first + ")" * grouped, *(" " * len(lead) + x for x in rest)]
    return [*lines, f"together: {value_of(phrase, zone)}"]


def is_between(phrase: Phrase) -> bool:
    return phrase.op == "and" and all(p.span == phrase.span for p in phrase.parts)


def telling(phrase: Phrase) -> Iterator[Phrase]:
    """The phrases in a condition that make it what it is: of an `and` that is false only what is not true, of an `or` what is not
    false, and so on down to the leaves."""
    parts = phrase.parts
    if phrase.op == "and" and phrase.value is not True:
        parts = tuple(p for p in parts if p.value is phrase.value) or parts
    if phrase.op == "or" and phrase.value is not False:
        parts = tuple(p for p in parts if p.value is phrase.value) or parts
    yield phrase
    for part in parts:
        yield from telling(part)


def facts(phrase: Phrase, zone: Zone) -> list[str]:
    """What stands behind a condition in a few words: `company_size is 40`, `2 of 5 activity count`."""
    return list(dict.fromkeys(_facts(phrase, zone)))


_ROWS = re.compile(r"(any|no|at\s+(least|most)\s+\d+)\s+\w")
_CALLS = frozenset(CALLS)


def _facts(phrase: Phrase, zone: Zone) -> Iterator[str]:
    if phrase.constant:
        return
    if phrase.rows or _ROWS.match(phrase.text):
        yield _counted(phrase)
    elif not phrase.parts or (phrase.op in _CALLS and phrase.value is not None):
        yield f"{safe(phrase.text)} is {value_of(phrase, zone)}"
    else:
        for part in phrase.parts:
            yield from _facts(part, zone)


def _counted(phrase: Phrase) -> str:
    if not phrase.rows:
        return "there is none"
    count = sum(r.fate == "counted" for r in phrase.rows)
    later = sum(r.fate == "later" for r in phrase.rows)
    words = f"{count} of {len(phrase.rows)} `{phrase.rows[0].record}` {'counts' if count == 1 else 'count'}"
    return words + (f", and {later} came later" if later else "")


def _named(phrase: Phrase, zone: Zone) -> Iterator[str]:
    yield from (f"  {fact}" for fact in facts(phrase, zone))


@dataclass(frozen=True, slots=True)
class _Mark:
    column: int
    text: str


def _placed(line: OneLine, phrase: Phrase, source: Source, zone: Zone) -> list[_Mark]:
    """One mark a phrase, by column; where two phrases begin together the outer one's is left out."""
    found: dict[int, str] = {}
    for offset, part in _marks(phrase, source):
        column = columns(safe(line.text[: line.at.get(offset, 0)]))
        found.setdefault(column, value_of(part, zone))
    return [_Mark(column, text) for column, text in sorted(found.items())]


def _marks(phrase: Phrase, source: Source) -> Iterator[tuple[int, Phrase]]:
    """Each phrase and where its value belongs: an operator's below its own word, the rest where they begin."""
    if phrase.constant:
        return
    if is_between(phrase):
        value, low = phrase.parts[0].parts
        high = phrase.parts[1].parts[1]
        yield from (mark for part in (value, low, high) for mark in _marks(part, source))
        yield _after(value, source), phrase
        return
    if phrase.op == "not" and phrase.parts[0].span == phrase.span:  # `x not in {…}`
        inner = phrase.parts[0].parts
        yield from (mark for part in inner for mark in _marks(part, source))
        yield _after(inner[0], source), phrase
        return
    yield from (mark for part in phrase.parts for mark in _marks(part, source))
    first = phrase.parts[0] if phrase.parts else None
    infix = first is not None and first.span.start == phrase.span.start and first.span.end < phrase.span.end
    inside = first is not None and source.text[phrase.span.start] == "("
    if first is not None and (infix or inside) and phrase.op not in {"not"}:
        yield _after(first, source), phrase
    else:
        yield phrase.span.start, phrase


def _after(phrase: Phrase, source: Source) -> int:
    """Where the next word begins."""
    at = phrase.span.end
    while at < len(source.text) and (source.text[at].isspace() or source.text[at] == ")"):
        at += 1
    return at


def _bars(marks: Sequence[_Mark]) -> list[str]:
    """The values, the right ones first: each below its bar, as high as it fits."""
    lines = [_row([(m.column, "|") for m in marks])] if marks else []
    waiting = list(marks)
    while waiting:
        cells: list[tuple[int, str]] = []
        still: list[_Mark] = []
        limit = WIDTH * 9
        for mark in reversed(waiting):
            if mark.column + columns(mark.text) + _GAP <= limit:
                cells.append((mark.column, mark.text))
            else:
                cells.append((mark.column, "|"))
                still.append(mark)
            limit = mark.column
        lines.append(_row(list(reversed(cells))))
        waiting = list(reversed(still))
    return lines


def _row(cells: Sequence[tuple[int, str]]) -> str:
    line = ""
    for column, text in cells:
        line += " " * (column - columns(line)) + text
    return line
