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


def ordinal(position: int) -> str:
    """Which of several rows it is, as an agreement says it: `first`, `2nd`, `5th`, and `last` of -1."""
    if position in {1, -1}:
        return "first" if position == 1 else "last"
    teens = position % 100 in {11, 12, 13}
    return f"{position}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(position % 10, 'th')}"


def nth(position: int) -> str:
    """The same in a sentence: `second`, `third`, `5th`."""
    return {2: "second", 3: "third"}.get(position, ordinal(position))


def joined(words: Iterable[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    items = list(words)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"
