"""Nouns of an agreement in a sentence: their plural, and several of them in a row."""

from __future__ import annotations

from collections.abc import Iterable

STATES = frozenset({
    "active", "cold", "dead", "done", "due", "hot", "idle", "inactive", "known", "late", "live", "lost", "met", "new", "open", "overdue",
    "paid", "sold", "stale", "unknown", "unpaid", "warm", "won",
})  # fmt: skip
"""Words that name a state and have no plural, beside those that end in `ed`: `Closed Lost`, `Resolved`."""


def plural(noun: str) -> str:
    """`lead` as `leads`, `activity` as `activities`; a name that ends in a state, such as `Resolved` or `Closed Lost`, is left alone."""
    import inflection

    last = noun.rpartition(" ")[2]
    if last.lower() in STATES or (noun[:1].isupper() and last.endswith("ed")):
        return noun
    return f"{noun}s" if last.isupper() else inflection.pluralize(noun)


def joined(words: Iterable[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    items = list(words)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"
