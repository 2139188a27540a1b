"""Words that mean nothing here: one error for each, at its first place, with the other places beside it.

A name misspelt where it is declared is unknown wherever it is used: that is one mistake.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sladsl.checker.suggest import replacement
from sladsl.diagnostics import Diagnostic, Label
from sladsl.source import Span


@dataclass(frozen=True, slots=True)
class Unknown:
    """One place of such a word. `guess` is the word that may be meant; `quoted` says that a text in quotes stands there; `of` is
    the record whose field it may be, "" where that is not known."""

    code: str
    message: str
    file: str
    span: Span
    word: str
    quoted: bool
    guess: str | None
    help: str
    of: str


def errors(places: Iterable[Unknown], files: Sequence[str]) -> Iterator[Diagnostic]:
    """One error for each word, in the order of the files.

    A name asked for as one kind of thing here and as another there is one word all the same; a field that one record lacks is
    another word than the same field of another record, and a word that may stand for different ones is as many.
    """
    order = {name: at for at, name in enumerate(files)}
    once = {(place.file, place.span): place for place in places}
    words: dict[tuple[str, str], list[Unknown]] = {}
    for place in sorted(once.values(), key=lambda p: (order[p.file], p.span)):
        same = place.word if place.code == "SLA201" else place.message
        words.setdefault((place.code, same), []).append(place)
    for key, filled in [*words.items()]:
        # A field that a source fills and that a condition of the same file asks is misspelt once; of another file it is told there too.
        asked = words.get(("SLA201", filled[0].word), [])
        meant = {(p.of, p.guess, p.file) for p in asked}
        if key[0] == "SLA203" and {(p.of, p.guess, p.file) for p in filled} & meant:
            asked += words.pop(key)
            asked.sort(key=lambda p: (order[p.file], p.span))
    for alike in words.values():
        guesses: list[str | None] = [*dict.fromkeys(p.guess for p in alike if p.guess is not None)]
        for guess in guesses or [None]:
            unsure = guess is None or guess == guesses[0]
            yield _error([p for p in alike if p.guess == guess or (p.guess is None and unsure)], guess)


def _error(places: list[Unknown], guess: str | None) -> Diagnostic:
    first, *others = places
    labels = tuple(
        Label(place.span, "and used here", None if place.file == first.file else place.file)
        for place in others
    )
    if guess is None:
        return Diagnostic(first.code, first.message, first.span, first.file, labels=labels, help=first.help)
    mended = [place.span for place in places if place.guess == guess and place.file == first.file]
    fixes = (replacement(first.word, guess, *mended, quote=first.quoted),) if mended else ()
    return Diagnostic(
        first.code, first.message, first.span, first.file, "", labels, f"did you mean `{guess}`?", fixes
    )
