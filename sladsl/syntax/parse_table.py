"""Lark's parser of the language, and what its terminals are called: made from the grammar, or read from the table that ships."""

from __future__ import annotations

import io
import pickle
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from hashlib import sha256
from typing import Any

import lark
from lark.common import LexerConf
from lark.exceptions import UnexpectedCharacters
from lark.lexer import ContextualLexer, LexerState, PatternStr

from sladsl.syntax.grammar import grammar_text, keep_table, kept_tables
from sladsl.syntax.lexer import Terminal, Vocabulary
from sladsl.syntax.words import DECLARATIONS, spellings

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
            found = self._vocabulary.word(text, at, end, self._accepted[parser_state.position])
            if found is None:
                raise UnexpectedCharacters(text, at, 0, 0)  # type: ignore[no-untyped-call]
            terminal, counter.char_pos = found
            lexer_state.last_token = lark.Token(terminal, text[at : found[1]], at, end_pos=found[1])
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
    found = next((each for each in map(read_table, kept_tables()) if each is not None), None)
    if found is None:
        made = build_table(strict=False)
        keep_table(made)
        found = read_table(made)
        assert found is not None, "a table that was just made is this grammar's"
    loaded: lark.Lark = lark.Lark._load_from_dict(  # type: ignore[no-untyped-call]
        *found, postlex=Words(), _plugins={"ContextualLexer": _Lexer}
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
    for found in _USED.finditer(rules):
        first.setdefault(found.group(), found.start())
    return {
        name: min(first.get(word, len(rules)) for word in (name, *(f'"{each}"' for each in spelled)))
        for name, spelled in terminals().items()
    }
