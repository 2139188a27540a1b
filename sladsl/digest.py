"""What two teams promised each other, as a short text that changes when a promise does and at nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence

from sladsl.source import Source
from sladsl.syntax.split import Word, cut, words

_NOT_PROMISED = frozenset({"source", "test", "import"})
"""Declarations that promise nothing: where the data are, what is expected of them, and where the rest stands."""


def promised(sources: Iterable[Source]) -> str:
    """16 hexadecimal digits of SHA-256 over what the files of an agreement promise: the words of their declarations, in any order of
    declarations and files. Comments, layout, sources, tests and the dates of reviews that were held change nothing."""
    said = sorted(
        "\x1f".join(w.text for w in declaration) for s in sources for declaration in _declarations(s)
    )
    return hashlib.sha256("\x1e".join(said).encode()).hexdigest()[:16]


def _declarations(source: Source) -> Iterator[tuple[Word, ...]]:
    for piece in cut(source.text):
        declaration = words(piece.text)
        if declaration and (declaration[0].text not in _NOT_PROMISED or _owes(declaration)):
            yield tuple(_without_reviews(declaration) if declaration[0].text == "agreement" else declaration)


def _owes(declaration: Sequence[Word]) -> bool:
    """Whether it is what a party owes: nothing keeps one from being called `source`."""
    return [w.text for w in declaration[1:4:2]] == ["owes", ":"]


def _without_reviews(declaration: tuple[Word, ...]) -> Iterator[Word]:
    """An agreement's words but for `reviewed 2026-11-03, 2026-12-01`."""
    held = False
    following = (*declaration[1:], None)
    for word, after in zip(declaration, following, strict=True):
        if word.text == "reviewed" and after is not None and after.text[0].isdigit():
            held = True
        elif held and (word.text[0].isdigit() or word.text == ","):
            continue
        else:
            held = False
            yield word
