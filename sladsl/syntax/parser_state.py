"""The parser before one word of a declaration: which words it accepts, and how far it gets with others (see `repair.Resumable`).

No tree is built. Only the stack of the parser's states is kept, which says all that there is to ask, and costs little to try things on.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import lark
from lark.exceptions import UnexpectedCharacters
from lark.lexer import LexerThread
from lark.parsers.lalr_analysis import Shift

from sladsl.source import Span
from sladsl.syntax.parse_table import lark_parser, order, terminals
from sladsl.syntax.split import Word

_HORIZON = 400  # how far ahead a repair is tried
_END = "$END"


class ParserState:
    """The state when everything before a place has been read."""

    def __init__(self, stack: _Stack, rule: str, read: tuple[Word, ...]) -> None:
        self._stack = stack
        self._rule = rule
        self.read = read
        self.previous = " ".join(read[-1].text.split()) if read else ""

    def expected(self) -> dict[str, str]:
        """The terminals that may come, each with its spelling, in the grammar's order."""
        return {name: each[0] if len(each) == 1 else "" for name, each in self._awaited.items()}

    def spellings(self) -> Mapping[str, tuple[str, ...]]:
        return self._awaited

    @cached_property
    def _awaited(self) -> Mapping[str, tuple[str, ...]]:
        names = sorted(self._stack.accepted(), key=lambda name: (order(self._rule).get(name, 0), name))
        return {name: terminals().get(name, ()) for name in names}

    def reach(self, text: str) -> int:
        whole = len(text) <= _HORIZON
        stack = self._stack.copy()
        try:
            for token in stack.lex(text if whole else text[: text.rfind(" ", 0, _HORIZON)]):
                if not stack.feed(token.type):
                    return token.start_pos or 0
        except UnexpectedCharacters as error:
            return error.pos_in_stream or 0
        return len(text) if whole and not stack.accepts(_END) else len(text) + 1


def states(text: str, rule: str, offset: int, keep: int) -> dict[int, ParserState]:
    """The states before the last words of a text, `keep` of them, by where the word begins; the last is the one at `offset`.

    Nothing where what stands before `offset` does not parse.
    """
    kept: deque[tuple[int, _Stack, int]] = deque(maxlen=keep)
    stack, read = _Stack.of(rule), list[Word]()
    try:
        for token in stack.lex(text[:offset]):
            kept.append((token.start_pos or 0, stack.copy(), len(read)))
            if not stack.feed(token.type):
                return {}
            read.append(word(token))
    except UnexpectedCharacters:
        return {}
    kept.append((offset, stack, len(read)))
    return {at: ParserState(before, rule, tuple(read[:count])) for at, before, count in kept}


def word(token: lark.Token) -> Word:
    return Word(token.type, str(token), Span(token.start_pos or 0, token.end_pos or 0))


@dataclass(frozen=True, slots=True)
class _Stack:
    """The states of Lark's parser in a declaration of one rule; `end` is the one that a whole declaration leads to."""

    lexer: Any
    table: Mapping[int, Mapping[str, Any]]
    end: int
    states: list[int]

    @classmethod
    def of(cls, rule: str) -> _Stack:
        """Before the first word."""
        start = lark_parser().parse_interactive("", start=rule)
        conf = start.parser_state.parse_conf
        return cls(start.lexer_thread.lexer, conf.states, conf.end_state, [*start.parser_state.state_stack])

    def copy(self) -> _Stack:
        return _Stack(self.lexer, self.table, self.end, self.states.copy())

    @property
    def position(self) -> int:
        """The state on top, by which the lexer decides what a word is."""
        return self.states[-1]

    def lex(self, text: str) -> Iterator[lark.Token]:
        """The words of a text, each read for the state that the stack is in when it is asked for."""
        thread = LexerThread.from_text(self.lexer, text)
        tokens: Iterator[lark.Token] = thread.lex(self)  # type: ignore[no-untyped-call]
        return tokens

    def accepted(self) -> list[str]:
        """The terminals that may come."""
        return [name for name in self.table[self.position] if name.isupper() and self.accepts(name)]

    def accepts(self, terminal: str) -> bool:
        return self.table[self.position].get(terminal, (None,))[0] is Shift or self.copy().feed(terminal)

    def feed(self, terminal: str) -> bool:
        """Take one word, or the end; False when it cannot come, and then the stack is of no more use."""
        states, table = self.states, self.table
        while (step := table[states[-1]].get(terminal)) is not None:
            action, to = step
            if action is Shift:
                states.append(to)
                return True
            if to.expansion:
                del states[-len(to.expansion) :]
            states.append(table[states[-1]][to.origin.name][1])
            if terminal == _END and states[-1] == self.end:
                return True
        return False
