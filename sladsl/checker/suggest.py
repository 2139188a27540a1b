"""Did you mean: the nearest of a few words, and how words are named in a message. Only called when an error is reported."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from sladsl.diagnostics import Edit, Fix, Safety
from sladsl.source import Span, as_text

MOST_CANDIDATES = 1000
"""Beyond this many a guess costs more than it helps."""


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """The candidate most like `word` (capitals count little), or None when none is plausible."""
    by_folded: dict[str, str] = {}
    for candidate in candidates:
        by_folded.setdefault(_folded(candidate), candidate)
    folded = _folded(word)
    if folded in by_folded:
        return by_folded[folded]
    if len(by_folded) > MOST_CANDIDATES or len(folded) < 2:
        return None
    matches = get_close_matches(folded, by_folded, n=1, cutoff=0.7)
    return by_folded[matches[0]] if matches else None


def replacement(old: str, new: str, *places: Span, quote: bool = False) -> Fix:
    """Writes `new` where `old` stands, at one or more places of a file; as a text in quotes with `quote`."""
    text = as_text(new) if quote else new
    title = f"replace `{old}` with `{new}`" + (f" in {len(places)} places" if len(places) > 1 else "")
    return Fix(title, tuple(Edit(place, text) for place in places), Safety.NEEDS_A_LOOK)


def _folded(word: str) -> str:
    return word.casefold().removesuffix("__c").replace("-", "_").replace(" ", "_")


def listed(words: Iterable[str], conjunction: str = "or") -> str:
    """`a`, `a or b`, `a, b or c`."""
    *head, last = list(words)
    return f"{', '.join(head)} {conjunction} {last}" if head else last


def a(name: str) -> str:
    """A name with its article: a `lead`, an `order`, a `user`."""
    sounds_open = name[:1].lower() in "aeio" or (name[:1].lower() == "u" and name[1:2].lower() not in "sn")
    return f"an `{name}`" if sounds_open else f"a `{name}`"


def quoted(words: Iterable[str], limit: int = 12) -> str:
    """Values of an enumeration as a message lists them, cut where they are many."""
    all_words = list(words)
    shown = ", ".join(f'"{w}"' for w in all_words[:limit])
    return f"{shown} and {len(all_words) - limit} more" if len(all_words) > limit else shown
