"""Nouns of an agreement in a sentence: their plural, and several of them in a row."""

from __future__ import annotations

from collections.abc import Iterable


def plural(noun: str) -> str:
    """`lead` as `leads`, `activity` as `activities`; a name that is no noun, such as `Resolved`, is left alone."""
    if noun[:1].isupper() and noun.endswith("ed"):
        return noun
    if noun.endswith(("ss", "x", "ch", "sh")):
        return f"{noun}es"
    if noun.endswith("s"):
        return noun
    return f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2:-1] not in set("aeiou") else f"{noun}s"


def joined(words: Iterable[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    found = list(words)
    if len(found) < 2:
        return "".join(found)
    return f"{', '.join(found[:-1])} {last} {found[-1]}"
