"""A declaration as the grammar reads it: its words, and which of them each rule took.

The formatter lays out from this and not from the tree of `ast`, which keeps what was said and forgets how: where
parentheses stood, in which order clauses came, and a clause that was given twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sladsl.source import Span
from sladsl.syntax.split import Word


@dataclass(frozen=True)
class Shape:
    """The words number `first` to `last`, both included, that a rule took, and the rules that took some of them."""

    rule: str
    first: int
    last: int
    parts: tuple[Shape, ...]

    @cached_property
    def own(self) -> tuple[int, ...]:
        """The words that none of the parts took: the rule's own keywords, signs, names and values."""
        taken = {index for part in self.parts for index in range(part.first, part.last + 1)}
        return tuple(index for index in range(self.first, self.last + 1) if index not in taken)


@dataclass(frozen=True, slots=True)
class Written:
    """The words of a declaration, a phrase as one with single spaces, and the shape they make."""

    words: tuple[Word, ...]
    shape: Shape


def written(tree: Any, tokens: list[Any], deepest: int) -> Written | None:
    """From the parser's own tree and tokens; None where the tree is deeper than `deepest`."""
    words = tuple(_word(token) for token in tokens)
    starts = {word.span.start: index for index, word in enumerate(words)}
    ends = {word.span.end: index for index, word in enumerate(words)}

    def shape(node: Any, depth: int) -> Shape:
        if depth > deepest:
            raise RecursionError
        parts = tuple(shape(child, depth + 1) for child in node.children if hasattr(child, "data"))
        return Shape(str(node.data), starts[node.meta.start_pos], ends[node.meta.end_pos], parts)

    try:
        return Written(words, shape(tree, 0))
    except RecursionError:
        return None


def _word(token: Any) -> Word:
    text = str(token) if token.type == "STRING" else " ".join(token.split())
    return Word(token.type, text, Span(token.start_pos, token.end_pos))
