"""What a whole line was meant to say, where its words are known and their order or their form is not: `100 mqls per month`.

A habit (`habits`) says of one word what stands in its place. Here a line is read for what is in it: the amounts, times, names and texts
that somebody wrote, and the words by which one kind of line is told from another. From these the line is put together as the grammar has
it, and told only where the parser takes it, at its place and with what stands behind it. So what is shown is in the writer's own words
and can be written, and it always asks: nobody has read the line as what it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from sladsl.diagnostics import Diagnostic
from sladsl.source import Span
from sladsl.syntax import habits
from sladsl.syntax import meant_measures as measures
from sladsl.syntax import meant_settings as settings
from sladsl.syntax.meant_promises import Meaning, commitments, promised, shares
from sladsl.syntax.meant_words import straight
from sladsl.syntax.messages import LISTS, lines_shown
from sladsl.syntax.parser_state import ParserState, states
from sladsl.syntax.problems import problem, replacement
from sladsl.syntax.repair import Repair
from sladsl.syntax.split import Word, split_at, words

_READERS: Mapping[str, Callable[[str], Iterator[Meaning]]] = {
    "agreement": settings.agreement,
    "calendar": settings.calendar,
    "record": settings.field,
    "let": settings.constant,
    "score": measures.points,
    "define": measures.definition,
    "lifecycle": measures.chain,
    "event": measures.moment,
    "spell": measures.stretch,
    "kpi": measures.measured,
    "route": settings.place,
    "never": settings.forbidden,
    "source": settings.column,
    "import_file": settings.imported,
    "test": settings.tested,
}
"""Who reads a line of a declaration that is a list of them, or else a whole declaration, or what stands behind its `:`."""
_BEHIND_COLON = frozenset({"define", "lifecycle", "event", "spell"})
_HEADS: Mapping[str, Callable[[str], Iterator[Meaning]]] = {
    "source": settings.source,
    **dict.fromkeys(("record", "score", "calendar"), settings.belonging),
}
"""Who reads the first line of a declaration that is a list of lines."""
_COMMENT = re.compile(r'^((?:"[^"\n]*"|[^"#\n])*?)[ \t]*(?:#[^\n]*)?$')


_MARKS = frozenset({":", ",", ")", "}", "->"})
_HABITS = 6
"""Habits of one line that are looked at."""


@dataclass(frozen=True, slots=True)
class _Line:
    """What is read as one sentence: its place, the parser's state before it, and what stands behind it."""

    text: str
    span: Span
    state: ParserState

    @property
    def written(self) -> str:
        return self.text[self.span.start : self.span.end]

    def takes(self, new: str, *, ends: bool = False) -> bool:
        """Whether the parser takes `new` in the place of the line, and goes on behind it; or the declaration may be over there where what
        stands behind it has mistakes of its own, which `ends` says."""
        rest = self.text[self.span.end :]
        if ends or not rest.strip():
            return self.state.reach(new) > len(new)
        behind = f"{new}\n{rest}"
        return self.state.reach(behind) > len(behind) - len(rest.lstrip())


def line(
    text: str,
    rule: str,
    parts: tuple[Word, ...],
    at: int,
    before: Callable[[int], ParserState | None],
    habit: habits.Answer | None,
    hint: Repair | None,
) -> Diagnostic | None:
    """What to write for the line in which the parser stopped at word number `at`; None where nobody knows, or where `habit` or `hint`
    mends all of it."""
    sentence = _sentence(text, rule, parts, at, before)
    if sentence is None:
        return None
    readings = [x for x in _readings(sentence, rule, parts) if _says_more(sentence.written, x.write)]
    if known := next((x for x in readings if x.known and sentence.takes(x.write)), None):
        return _told(sentence, known)
    if hint is not None and not hint.hint.startswith("add") and _mends(sentence, hint.span, hint.text):
        return None
    if hint is not None and hint.text.strip() in _MARKS and _mends(sentence, hint.span, hint.text):
        return None
    habit = habit or habits.capitals(text, sentence.span.start, sentence.state)
    if habit is not None and _explains(text, rule, sentence, habit):
        return None
    for ends in (False, True):
        for meaning in readings:
            if sentence.takes(meaning.write, ends=ends):
                return _told(sentence, meaning)
    return None


def _sentence(
    text: str, rule: str, parts: tuple[Word, ...], at: int, before: Callable[[int], ParserState | None]
) -> _Line | None:
    stopped = parts[min(at, len(parts) - 1)]
    if rule in LISTS:
        begun = text.rfind("\n", 0, stopped.span.start) + 1
        first = next(n for n, part in enumerate(parts) if part.span.start >= begun)
        end = text.find("\n", stopped.span.start)
        if first == 0 and rule not in _HEADS:
            return None
    elif rule in _BEHIND_COLON:
        colon = next((n for n, part in enumerate(parts) if part.text == ":"), len(parts))
        first, end = colon + 1, -1
        if first > at or first >= len(parts):
            return None
    else:
        first, end = 0, -1
    state = before(first)
    if state is None:
        return None
    start, end = parts[first].span.start, len(text) if end < 0 else end
    whole = text[start:end]
    if rule in LISTS and (bare := _COMMENT.match(whole)):
        whole = bare[1]
    return _Line(text, Span(start, start + len(whole.rstrip())), state)


def _mends(sentence: _Line, span: Span, new: str) -> bool:
    """Whether the line can be read with another text at a place of it; a place elsewhere says nothing of the line."""
    start, end = span.start - sentence.span.start, span.end - sentence.span.start
    if start < 0 or end > len(sentence.written):
        return True
    whole = f"{sentence.written[:start]}{new}{sentence.written[end:]}"
    return sentence.takes(whole) or sentence.takes(whole, ends=True)


def _explains(text: str, rule: str, sentence: _Line, habit: habits.Answer) -> bool:
    """Whether habits account for all of the line, one after the other; one that has no text to write is about what the line says."""
    start, end = sentence.span.start, sentence.span.end
    for _ in range(_HABITS):
        if habit.text is None:
            return rule != "calendar"
        if habit.span.start < start or habit.span.end > end:
            return True
        text = text[: habit.span.start] + habit.text + text[habit.span.end :]
        end += len(habit.text) - (habit.span.end - habit.span.start)
        line = _Line(text, Span(start, end), sentence.state)
        if line.takes(line.written):
            return True
        parts, at = split_at(words(text), start + sentence.state.reach(text[start:]))
        again = habits.answer(text, parts, at, _Before(text, rule, parts))
        if again is None or not start <= again.span.start < end:
            return False
        habit = again
    return False


class _Before:
    """The parser's state before a word of a text that was not read yet."""

    def __init__(self, text: str, rule: str, parts: tuple[Word, ...]) -> None:
        self._text, self._rule, self._parts = text, rule, parts

    def __call__(self, index: int) -> ParserState | None:
        place = self._parts[index].span.start if index < len(self._parts) else len(self._text)
        return states(self._text, self._rule, place, 1).get(place)


def _readings(sentence: _Line, rule: str, parts: tuple[Word, ...]) -> Iterator[Meaning]:
    if rule == "owes":
        expected = sentence.state.expected()
        if "NAME" in expected:
            further = _column(sentence.text, sentence.span.start) > _column(sentence.text, _body(parts))
            yield from promised(sentence.written) if further else commitments(sentence.written)
        elif "per" in expected.values():
            yield from shares(sentence.written)
    elif rule in _HEADS and sentence.span.start == parts[0].span.start:
        yield from _HEADS[rule](sentence.written)
    else:
        yield from _READERS[rule](sentence.written)


def _says_more(written: str, meant: str) -> bool:
    """Whether a reading has all texts and names of the line, and does more than to go on where it ends: that something is missing there is
    told as such."""
    flat = " ".join(straight(written).split())
    names = re.findall(r"[A-Za-z]+_\w+", re.sub(r'"[^"\n]*"', " ", flat))
    texts = set(re.findall(r'"[^"\n]*"', flat))
    kept = texts <= set(re.findall(r'"[^"\n]*"', meant)) and all(name in meant for name in names)
    return kept and not " ".join(meant.split()).startswith(flat)


def _told(sentence: _Line, meaning: Meaning) -> Diagnostic:
    """At the first word that differs."""
    written = [*re.finditer(r'"[^"\n]*"|\S+', sentence.written)]
    wanted = re.findall(r'\n *|"[^"\n]*"|[^\s"]+', meaning.write)
    same = 0
    while same < min(len(written), len(wanted)) - 1 and written[same][0] == wanted[same]:
        same += 1
    start = sentence.span.start + written[same].start()
    span = Span(start, sentence.span.end)
    shown = lines_shown(meaning.write)
    joined = ", " if meaning.note.split(" ")[0] in ("with", "and", "which") else "; "
    help = f"write it as `{shown}`{joined}{meaning.note}" if meaning.note else f"did you mean `{shown}`?"
    margin = " " * _column(sentence.text, sentence.span.start)
    new = meaning.write.replace("\n", f"\n{margin}")
    fix = replacement(f"write `{shown}`", sentence.span, new)
    return problem("SLA103", meaning.says, span, help=help, fixes=() if meaning.note else (fix,))


def _body(parts: tuple[Word, ...]) -> int:
    """Where the first commitment of a block begins."""
    colon = next((n for n, part in enumerate(parts) if part.text == ":"), 0)
    return parts[min(colon + 1, len(parts) - 1)].span.start


def _column(text: str, at: int) -> int:
    return at - text.rfind("\n", 0, at) - 1
