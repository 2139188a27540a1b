"""Which word of the grammar stands at a place, given the words that may come there.

Lark's contextual lexer compiles a regular expression for each of the parser's 200 states, which takes longer than
parsing an agreement. This one gives the same answers (a test compares them) from a table of first words: of the
terminals that the state accepts and that begin with the word at hand it takes the first by Lark's order, else a NAME.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sladsl.syntax.words import spellings

_SKIPPED = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Terminal:
    """A terminal as the grammar has it; `is_text` when `pattern` is the word itself."""

    name: str
    pattern: str
    is_text: bool
    priority: int

    @property
    def order(self) -> tuple[int, int, str]:
        return (-self.priority, -len(self.pattern), self.name)


class Vocabulary:
    """All terminals, by what they begin with."""

    def __init__(self, terminals: Iterable[Terminal], always: Iterable[str]) -> None:
        self._always = frozenset(always)
        self._by_word: dict[str, list[Terminal]] = {}
        self._by_sign: dict[str, list[Terminal]] = {}
        self._numbers: list[Terminal] = []
        self._patterns: dict[str, re.Pattern[str]] = {}
        for terminal in sorted(terminals, key=lambda each: each.order):
            for start in _beginnings(terminal):
                if _NAME.match(start):
                    self._by_word.setdefault(start, []).append(terminal)
                elif start.isdigit():
                    self._numbers.append(terminal)
                else:
                    self._by_sign.setdefault(start, []).append(terminal)

    def skip(self, text: str, at: int, end: int) -> int:
        """Where the next word begins: after white space and comments."""
        found = _SKIPPED.match(text, at, end)
        return found.end() if found else at

    def word(self, text: str, at: int, end: int, accepted: frozenset[str]) -> tuple[str, int] | None:
        """The terminal at a place and where it ends; one that is not accepted when none that is fits, None for a strange sign."""
        name = _NAME.match(text, at, end)
        if name:
            return self._named(text, name, end, accepted)
        if text[at].isdecimal() and text[at].isascii():
            return self._first(self._numbers, text, at, end, accepted)
        return self._first(self._by_sign.get(text[at], ()), text, at, end, accepted)

    def _named(self, text: str, name: re.Match[str], end: int, accepted: frozenset[str]) -> tuple[str, int]:
        written = name.group()
        for terminal in self._by_word.get(written) or self._by_word.get(written.rstrip("0123456789")) or ():
            if terminal.name in accepted or terminal.name in self._always:
                if terminal.is_text:
                    if terminal.pattern == written:
                        return terminal.name, name.end()
                elif found := self._pattern(terminal).match(text, name.start(), end):
                    return terminal.name, found.end()
        return "NAME", name.end()

    def _first(
        self, candidates: Iterable[Terminal], text: str, at: int, end: int, accepted: frozenset[str]
    ) -> tuple[str, int] | None:
        refused = None
        for terminal in candidates:
            found = self._pattern(terminal).match(text, at, end)
            if found and (terminal.name in accepted or terminal.name in self._always):
                return terminal.name, found.end()
            refused = refused or (found and (terminal.name, found.end()))
        return refused

    def _pattern(self, terminal: Terminal) -> re.Pattern[str]:
        pattern = self._patterns.get(terminal.name)
        if pattern is None:
            pattern = re.compile(re.escape(terminal.pattern) if terminal.is_text else terminal.pattern)
            self._patterns[terminal.name] = pattern
        return pattern


def _beginnings(terminal: Terminal) -> set[str]:
    """The words, or the signs, that a terminal can begin with; "0" stands for any digit."""
    if terminal.name in ("NAME", "COMMENT", "SPACE"):
        return set()
    spelled = spellings(terminal.pattern, terminal.is_text)
    if spelled:
        return {each.split()[0] if each[0].isalpha() else each[0] for each in spelled}
    if terminal.pattern.startswith(r"\d"):
        return {"0"}
    if terminal.pattern.startswith("(?:"):  # two spellings of a sign
        return {each.lstrip("\\")[0] for each in terminal.pattern[3:-1].split("|")}
    return {terminal.pattern[0]}  # a text in quotes, and `p90 of`
