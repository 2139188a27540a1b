"""Lark's parser of the language, and what its terminals are called: made from the grammar, or read from the table that ships."""

from __future__ import annotations

import io
import pickle
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Any

import lark
from lark.common import LexerConf
from lark.exceptions import UnexpectedCharacters
from lark.lexer import ContextualLexer, LexerState, PatternStr

from sladsl.syntax.grammar import grammar_text, keep_table, kept_tables
from sladsl.syntax.words import DECLARATIONS, spellings

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
    """All terminals, by what they begin with: which word of the grammar stands at a place, given the words that may come there.

    Lark's contextual lexer compiles a regular expression for each of the parser's 200 states, which takes longer than
    parsing an agreement. This one gives the same answers (a test compares them) from a table of first words: of the
    terminals that the state accepts and that begin with the word at hand it takes the first by Lark's order, else a NAME.
    """

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
        skipped = _SKIPPED.match(text, at, end)
        return skipped.end() if skipped else at

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
                elif match := self._pattern(terminal).match(text, name.start(), end):
                    return terminal.name, match.end()
        return "NAME", name.end()

    def _first(
        self, candidates: Iterable[Terminal], text: str, at: int, end: int, accepted: frozenset[str]
    ) -> tuple[str, int] | None:
        refused = None
        for terminal in candidates:
            match = self._pattern(terminal).match(text, at, end)
            if match and (terminal.name in accepted or terminal.name in self._always):
                return terminal.name, match.end()
            refused = refused or (match and (terminal.name, match.end()))
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


STARTS = ("owes", "import_file", *(word for word in DECLARATIONS if word != "import"))

_USED = re.compile(r'"[^"\n]*"|\w+')


class Words:
    """Tells Lark's contextual lexer what to read as itself even where it cannot stand, so that an error names
    the whole word.
    """

    always_accept = (
        "NAME",
        "STRING",
        "NUMBER",
        "PERCENT",
        "DATE",
        "CLOCK",
        "ORDINAL",
        "ANY",
        "NO",
        "NOT",
        "TRUE",
        "FALSE",
    )

    @staticmethod
    def process(stream: Any) -> Any:
        return stream


class _Lexer(ContextualLexer):
    """Lark's contextual lexer, with a table of words in place of a regular expression for each state."""

    def __init__(
        self, conf: LexerConf, states: dict[int, list[str]], always_accept: Iterable[str] = ()
    ) -> None:
        terminals = [
            Terminal(each.name, each.pattern.value, isinstance(each.pattern, PatternStr), each.priority)
            for each in conf.terminals
        ]
        self._vocabulary = Vocabulary(terminals, always_accept)
        self._accepted = {state: frozenset(names) for state, names in states.items()}

    def lex(self, lexer_state: LexerState, parser_state: Any) -> Iterator[lark.Token]:
        text, end, counter = lexer_state.text.text, lexer_state.text.end, lexer_state.line_ctr
        while (at := self._vocabulary.skip(text, counter.char_pos, end)) < end:
            counter.char_pos = at
            word = self._vocabulary.word(text, at, end, self._accepted[parser_state.position])
            if word is None:
                raise UnexpectedCharacters(text, at, 0, 0)  # type: ignore[no-untyped-call]
            terminal, counter.char_pos = word
            lexer_state.last_token = lark.Token(terminal, text[at : word[1]], at, end_pos=word[1])
            yield lexer_state.last_token


def _made(*, strict: bool) -> lark.Lark:
    return lark.Lark(
        grammar_text(),
        parser="lalr",
        start=list(STARTS),
        strict=strict,
        propagate_positions=True,
        postlex=Words(),
        _plugins={} if strict else {"ContextualLexer": _Lexer},
    )


def _stamp() -> bytes:
    """Names the grammar and the Lark that a table was made from."""
    return sha256(f"{lark.__version__}\n{grammar_text()}".encode()).hexdigest().encode()


def build_table(*, strict: bool = True) -> bytes:
    """The parse table of the grammar. In Lark's strict mode (which needs `interegular`) a grammar with a conflict raises."""
    saved = io.BytesIO()
    _made(strict=strict).save(saved, exclude_options=("postlex", "_plugins"))
    return _stamp() + b"\n" + saved.getvalue()


def read_table(table: bytes) -> tuple[dict[str, Any], dict[int, Any]] | None:
    """What Lark loads a parser from; None if the table was made from another grammar or by another Lark."""
    stamp, _, rest = table.partition(b"\n")
    if stamp != _stamp():
        return None
    saved = pickle.loads(rest)
    return saved["data"], saved["memo"]


@cache
def lark_parser() -> lark.Lark:
    """The parser, from a table that was kept, else from one that is made now and kept for the next time."""
    table = next((each for each in map(read_table, kept_tables()) if each is not None), None)
    if table is None:
        made = build_table(strict=False)
        keep_table(made)
        table = read_table(made)
        assert table is not None, "a table that was just made is this grammar's"
    loaded: lark.Lark = lark.Lark._load_from_dict(  # type: ignore[no-untyped-call]
        *table, postlex=Words(), _plugins={"ContextualLexer": _Lexer}
    )
    return loaded


@cache
def terminals() -> Mapping[str, tuple[str, ...]]:
    return {
        terminal.name: spellings(terminal.pattern.value, isinstance(terminal.pattern, PatternStr))
        for terminal in lark_parser().terminals
    }


@cache
def order(rule: str) -> Mapping[str, int]:
    """Where each terminal is first used from this declaration's rule on: lists of expected words are in this order."""
    grammar = grammar_text()
    begin = grammar.index(f"\n{rule}:")
    rules = grammar[begin:] + grammar[:begin]
    first: dict[str, int] = {}
    for match in _USED.finditer(rules):
        first.setdefault(match.group(), match.start())
    return {
        name: min(first.get(word, len(rules)) for word in (name, *(f'"{each}"' for each in spelled)))
        for name, spelled in terminals().items()
    }
