"""What people write out of habit from elsewhere (SQL, YAML, spreadsheets, spoken English), and what to write instead.

One table (`habit_table`), one line a habit. It is asked where the parser stopped, before a repair is searched for, so that the answer to
a mistake depends on the mistake alone, and not on how often it was made or on what stands around it. A habit with a text to write applies
only where the parser takes that text; it is never a guess about what the grammar allows.

A fix is certain where what was written has one meaning and what is to be written has the same. Otherwise it asks ("did you mean"), and
where not even the right question is known only the help is given.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from sladsl.diagnostics import Diagnostic, Edit, Fix, Safety
from sladsl.source import Span
from sladsl.syntax.habit_table import HABITS
from sladsl.syntax.problems import problem, replacement
from sladsl.syntax.rewriting import Match, Write
from sladsl.syntax.split import Word

LOOK_BACK = 6
"""Words before the place where the parser stopped at which a habit may begin: `at most 4 business hours for`."""


class Resumable(Protocol):
    """The parser before one word of the declaration; see `repair.Resumable`."""

    def expected(self) -> dict[str, str]: ...

    def reach(self, text: str) -> int: ...


@dataclass(frozen=True, slots=True)
class Habit:
    """`written` is matched where a word begins; `write` is the template of what to write instead, or makes it; None where there is no such
    text.

    `says` is the message, "" where what the parser expected says it best; `help` is there where "write …" is not enough. `awaited` is a
    terminal, or the spelling of one, that must be possible at the place where the habit begins; "limit" is where a target stands,
    and no condition; "condition" is behind one, or where one may begin.
    """

    written: re.Pattern[str]
    write: str | Write | None
    says: str
    certain: bool = False
    help: str = ""
    awaited: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say of the words at `span`; `text` is what replaces them, None where that is for the writer to find."""

    span: Span
    message: str
    help: str
    text: str | None
    certain: bool


def answer(
    text: str,
    parts: tuple[Word, ...],
    at: int,
    before: Callable[[int], Resumable | None],
    first: int = 0,
    *,
    ends_early: bool = False,
) -> Answer | None:
    """The habit that explains why word number `at` was refused (`len(parts)`: it ends too early); the one that begins first, at word
    number `first` or behind it; before word number `at` where that begins a line and the one above `ends_early`.

    `before(i)` is the parser's state before word `i`, None when it cannot be had.
    """
    stop = parts[at].span.start if at < len(parts) else len(text)
    least = parts[at - 1].span.end if at else 0
    for index in range(max(first, at - LOOK_BACK), min(at if ends_early else at + 1, len(parts))):
        start = parts[index].span.start
        state: Resumable | None = None
        for habit in _habits():
            match = habit.written.match(text, start)
            if match is None or match.end() < least:
                continue
            state = state or before(index)
            if state is None:
                break
            if answered := _answered(text, habit, match, state, stop):
                return answered
        if index == at and (state := state or before(index)):
            return (
                capitals(text, start, state)
                or _without_quotes(text, start, state, stop)
                or _with_quotes(text, start, state, stop)
            )
    return None


def told(text: str, answer: Answer, code: str, plain: str) -> Diagnostic:
    """The diagnostic; `plain` is its message where the habit has none."""
    message = answer.message or plain
    if answer.text is None:
        return problem(code, message, answer.span, help=answer.help)
    new = " ".join(answer.text.split())
    title = f"write `{new}`" if new else "remove it"
    colons = [Span(*each.span(1)) for each in _COLONS.finditer(text)] if _KEYED.match(text) else []
    if new or answer.span not in colons:
        fix = replacement(title, answer.span, answer.text, safe=answer.certain)
    else:
        fix = Fix(title, tuple(Edit(each, "") for each in colons), Safety.SAFE)
    return problem(code, message, answer.span, help=answer.help, fixes=(fix,))


def _answered(text: str, habit: Habit, match: Match, state: Resumable, stop: int) -> Answer | None:
    if habit.awaited and not _awaits(state.expected(), habit.awaited):
        return None
    span = Span(match.start(), match.end())
    if habit.write is None:
        return Answer(span, habit.says, match.expand(habit.help), None, False)
    new = match.expand(habit.write) if isinstance(habit.write, str) else habit.write(match)
    if new is None or not _taken(
        text, span, new, state, stop if habit.certain else _line_end(text, span.end, stop)
    ):
        return None
    plain = " ".join(new.split())
    offer = f"write `{plain}`" if habit.certain else f"did you mean `{plain}`?"
    help = match.expand(habit.help) if habit.help else offer if plain else f"remove `{match.group().strip()}`"
    return Answer(span, habit.says, help, new, habit.certain)


def _awaits(expected: dict[str, str], awaited: str) -> bool:
    words = expected.values()
    if awaited == "limit":
        return "at least" in words and "NOT" not in expected and "=" not in words
    if awaited == "condition":
        return "PLUS" in expected or "when" in words
    return awaited in expected or awaited in words


def _taken(text: str, span: Span, new: str, state: Resumable, stop: int) -> bool:
    """Whether the parser takes the new text whole, and with it gets beyond the place where it stopped."""
    reached = state.reach(f"{new} {text[span.end :]}")
    next_word = _SPACE.match(text, span.end)
    needed = stop if new.strip() or next_word is None else max(stop, next_word.end())
    return reached >= len(new.rstrip()) and reached - len(new) - 1 + span.end > needed


def _line_end(text: str, at: int, stop: int) -> int:
    """The end of the line at `at`, if that is behind the place where the parser stopped: a guess has to explain all of it."""
    end = text.find("\n", at)
    return max(stop, (len(text) if end < 0 else end) - 1)


def capitals(text: str, start: int, state: Resumable) -> Answer | None:
    """A word of the language in capitals: `When`, `AND`, `At Least`."""
    for spelling in sorted(filter(None, state.expected().values()), key=len, reverse=True):
        if not spelling[0].isalpha():
            continue
        phrase = spelling.replace(" ", r"[ \t_-]+")
        match = re.compile(rf"{phrase}(?!\w)", re.IGNORECASE).match(text, start)
        written = " ".join(match.group().split()) if match else spelling
        if match and written != spelling:
            says = "the language's own words are written in small letters"
            if written.lower() == written:
                says = "the words of the language stand apart"
            return Answer(Span(*match.span()), says, f"write `{spelling}`", spelling, True)
    return None


def _without_quotes(text: str, start: int, state: Resumable, stop: int) -> Answer | None:
    """Words that stand where only a text in quotes can: all of them up to the next sign, or else the first."""
    expected = state.expected()
    value = {"STRING", "NUMBER", "DATE", "TRUE"} <= expected.keys() and "NAME" not in expected
    if not value and expected.keys() - {"NEWEST_OF"} != {"STRING"}:  # which is followed by one
        return None
    for pattern in (_RUN,) if value else (_TITLE, _WORDS, _RUN):
        match = pattern.match(text, start)
        new = f'"{match.group()}"' if match else ""
        if match and _taken(text, Span(*match.span()), new, state, _line_end(text, match.end(), stop)):
            return Answer(Span(*match.span()), "", f"write it in quotes: `{new}`", new, False)
    return None


def _with_quotes(text: str, start: int, state: Resumable, stop: int) -> Answer | None:
    """A name in quotes, where only a name can stand."""
    match = _QUOTED_NAME.match(text, start)
    expected = state.expected()
    if (
        match is None
        or "NAME" not in expected
        or "STRING" in expected
        or not _taken(text, Span(*match.span()), match[1], state, stop)
    ):
        return None
    return Answer(Span(*match.span()), "", f"write it without quotes: `{match[1]}`", match[1], False)


_QUOTED_NAME = re.compile(r'"([A-Za-z_]\w*)"')
_KEYED = re.compile(r"(?:agreement|calendar|record)(?!\w)")
_COLONS = re.compile(r"^[ \t]+[A-Za-z_]\w*(?:[ \t]+[A-Za-z_]\w*)?[ \t]*(:)(?=[ \t]+\S)", re.MULTILINE)
"""The `:` of YAML, in declarations whose lines have none: whoever writes one writes them all."""
_SPACE = re.compile(r"\s*")
_WORDS = re.compile(
    r"[A-Za-z@][^\",\n#(){}=]*?(?=[ \t]*(?:[,\n#]|:[ \t]*(?:\n|\Z)|\Z|[ \t]"
    r"(?:as|where|at|means|per|for|from|and|in|over|when|otherwise)[ \t]))"
)
_TITLE = re.compile(r"[A-Za-z@][^\":\n#]*(?=:[ \t]*(?:#[^\n]*)?(?:\n|\Z))")
_RUN = re.compile(r"[A-Za-z@][^\s,(){}\"#]*[^\s,(){}\"#:]")


@cache
def _habits() -> tuple[Habit, ...]:
    return tuple(Habit(re.compile(row[0]), *row[1:]) for row in HABITS)
