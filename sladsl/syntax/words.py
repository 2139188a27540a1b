"""The words of the grammar as a reader knows them: how a terminal is spelled, and what to call it where it is expected.

Spellings come from the grammar's own patterns, so a new word needs no second entry here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

# What a terminal is called where it may stand; the rest are called by their spelling.
NOUNS: Mapping[str, str] = {
    "NAME": "a name",
    "STRING": "a text in quotes",
    "NUMBER": "a number",
    "PERCENT": "a percentage such as `95%`",
    "DATE": "a date such as `2026-03-07`",
    "DATETIME": "a date and time such as `2026-03-07 15:00`",
    "CLOCK": "a time such as `09:00`",
    "UNIT": "a unit of time such as `hours`",
    "DAY": "a day such as `monday`",
    "MONTH": "a month such as `january`",
    "ORDINAL": "a place such as `5th`",
    "CADENCE": "`weekly`, `monthly` or `quarterly`",
    "PERIOD": "`day`, `week`, `month`, `quarter` or `year`",
    "PERCENTILE_OF": "`p90 of`",
    "$END": "the end of the declaration",
}

RESERVED = ("any", "no", "not", "true", "false")
"""The only words that cannot be names."""

DECLARATIONS = (
    "agreement", "calendar", "record", "let", "score", "define", "lifecycle", "event", "spell", "kpi",
    "route", "never", "source", "import", "test",
)  # fmt: skip
"""The words that begin a declaration; `marketing owes sales:` begins with a party."""

_SPACE = r"\s+"
_TAIL = re.compile(r"\(\?[!=].*\Z")


@cache
def spellings(pattern: str, is_text: bool) -> tuple[str, ...]:
    """The ways to write a terminal, given its pattern: none for a terminal that has too many (names, numbers,
    dates).
    """
    if is_text:
        return (pattern,)
    words = _TAIL.sub("", pattern).replace(_SPACE, " ")
    optional_s = words.endswith(")s?")
    choices = re.fullmatch(r"\(([a-z|]+)\)(?:s\?)?", words)
    if choices:
        each = choices.group(1).split("|")
        return tuple(word + end for word in each for end in (("", "s") if optional_s else ("",)))
    return (words,) if re.fullmatch(r"[a-z ]+", words) else ()
