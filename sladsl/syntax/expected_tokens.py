"""What may come next in a declaration that is being written: the parser is asked, so that only that is offered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sladsl.syntax import syntax_errors
from sladsl.syntax.parser_state import states
from sladsl.syntax.split import Word, words


@dataclass(frozen=True, slots=True)
class Awaited:
    """After `read` (the words so far, each with its terminal), any of `terminals`, each with its spellings (none for names and values).

    `rule` is the grammar's for this kind of declaration.
    """

    rule: str
    read: tuple[Word, ...]
    terminals: Mapping[str, tuple[str, ...]]


def awaited(text: str) -> Awaited | None:
    """What may follow the beginning of a declaration; None when it begins no declaration or is already broken."""
    rule = syntax_errors.start_rule(words(text, limit=4))
    if rule is None or syntax_errors.too_large(text) or syntax_errors.nesting(text):
        return None
    state = states(text, rule, len(text), 1).get(len(text))
    return Awaited(rule, state.read, state.spellings()) if state is not None else None
