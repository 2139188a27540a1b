"""Nouns of an agreement in a sentence: their plural, and several of them in a row."""

from __future__ import annotations

from collections.abc import Iterable

STATES = frozenset({
    "abroad", "absent", "active", "ahead", "alive", "all", "any", "awake", "away", "bad", "behind", "better", "big", "both", "bought",
    "broken", "brought", "built", "busy", "caught", "cheap", "clean", "clear", "cold", "complete", "correct", "current", "daily",
    "dead", "done", "due", "each", "early", "easy", "either", "empty", "expensive", "external", "false", "fast", "few", "final", "fine",
    "fit", "foreign", "forgotten", "found", "free", "frequent", "fresh", "frozen", "full", "given", "gone", "good", "great", "happy",
    "hard", "heavy", "held", "hidden", "high", "hot", "idle", "important", "inactive", "inbound", "incomplete", "incorrect", "internal",
    "invalid", "kept", "known", "large", "late", "left", "less", "likely", "live", "local", "long", "lost", "low", "made", "major",
    "many", "mature", "met", "minor", "missing", "monthly", "more", "most", "near", "neither", "new", "none", "offline", "old",
    "online", "only", "open", "other", "outbound", "overdue", "paid", "private", "proven", "public", "quarterly", "quick", "rare",
    "ready", "recent", "regular", "right", "safe", "seen", "sent", "several", "short", "shown", "slow", "small", "sold", "some",
    "spent", "stale", "still", "stolen", "strong", "stuck", "sure", "taken", "thought", "told", "true", "unknown", "unlikely", "unpaid",
    "unsent", "unsold", "urgent", "valid", "warm", "weak", "weekly", "withdrawn", "won", "worn", "worse", "written", "wrong", "yearly",
    "young",
})  # fmt: skip
"""Words that say how something is and have no plural, beside those that their ends betray (`_ENDS`)."""
_ENDS = ("ed", "ing", "able", "ible", "ful", "less", "ous")
_NOUNS = frozenset({
    "advertising", "bed", "booking", "breed", "briefing", "building", "cable", "deliverable", "earning", "feed", "filing", "finding",
    "greeting", "heading", "hearing", "holding", "housing", "landing", "lending", "listing", "mailing", "meeting", "need", "offering",
    "onboarding", "opening", "outing", "payable", "posting", "pricing", "rating", "reading", "receivable", "recording", "ruling",
    "savings", "screening", "seed", "setting", "shed", "shipping", "showing", "sibling", "speed", "string", "table", "thing",
    "ticketing", "timetable", "training", "tutoring", "variable", "viewing", "wedding",
})  # fmt: skip
"""Nouns that end as such words do."""


def says_how(name: str) -> bool:
    """Whether a name says how its rows are (`Resolved`, `Closed Lost`, `Both`, `Agreeing`) and not what they are (`MQL`, `Meeting`)."""
    last = name.rpartition(" ")[2]
    word = last.lower()
    if word in STATES:
        return True
    # A field's or a record's name is a noun; a definition's begins with a capital letter.
    return name[:1].isupper() and not last.isupper() and word.endswith(_ENDS) and word not in _NOUNS


def plural(noun: str) -> str:
    """`lead` as `leads`, `activity` as `activities`; a name that says how rows are, such as `Resolved` or `Closed Lost`, is left alone."""
    import inflection

    if says_how(noun):
        return noun
    return f"{noun}s" if noun.rpartition(" ")[2].isupper() else inflection.pluralize(noun)


def rows_called(name: str, record: str) -> str:
    """Several rows of a definition: `MQLs`, and `leads that are Paid` of one that says how they are."""
    return f"{plural(record)} that are {name}" if says_how(name) and name != record else plural(name)


def ordinal(position: int) -> str:
    """Which of several rows it is, as an agreement says it: `first`, `2nd`, `5th`, `last` of -1, and `next` of 0."""
    if position in {-1, 0, 1}:
        return ("next", "first", "last")[position]
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
