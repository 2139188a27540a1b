"""Ids that a spreadsheet has taken for numbers: what it leaves of them, and when that is sure.

A spreadsheet keeps 15 digits of a number. Of a longer id it writes `7.301E+18`, or zeros behind the fifteenth digit, and ids that
differed are one from then on; programs that take it for a floating-point number write `7.301E18`. An exponent with its sign is never an
id, nor is one behind a fraction that makes 16 digits or more (`1E5` may be one). Zeros at the end are: one id in ten of 16
digits ends so by chance. A column is damaged when *all* its ids of 16 digits or more do, and that is no chance. Where only some do (rows
that were pasted in), they are doubtful: there are more of them than chance makes, and no other id has their first 15 digits, as the
neighbours in a running number have.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

EXPONENT = r"[+-]?[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{2,3}|[+-]?[0-9][.,][0-9]+[eE](?:1[5-9]|[2-9][0-9])"
LONG = r"[0-9]{16,}"
ROUNDED = r"[0-9]{15}0+"
KEPT = 15
"""Digits that a spreadsheet keeps."""
BY_CHANCE = 3
"""Zeros that are taken not to stand there by chance: behind the fifteenth digit of one id, or of several together."""
TIMES_AS_MANY = 20
"""Ids of one length end in zeros more often than by chance where they are so many times as many."""


Matching = Callable[[str, str], str]
"""SQL of whether an expression is, as a whole, what a pattern says; in whichever dialect."""

MOST = 1_000_000
"""Long ids among which doubtful ones are looked for: beyond it, chance alone makes many that look so."""


@dataclass(frozen=True, slots=True)
class Ids:
    """How many of a column's texts are written with an exponent, how many are long and how many of those rounded; how many digits the
    different rounded ones have beyond 15, all together, and whether one names several rows that should be told apart by it."""

    exponents: int = 0
    long: int = 0
    rounded: int = 0
    zeros: int = 0
    shared: bool = False

    @property
    def spoilt(self) -> bool:
        """Whether a spreadsheet has been there."""
        if self.exponents:
            return True
        all_rounded = self.rounded > 0 and self.rounded == self.long
        return all_rounded and (self.shared or self.zeros >= BY_CHANCE)

    @property
    def may_be_doubtful(self) -> bool:
        """Whether it is worth asking which of the rounded ones are doubtful."""
        return 0 < self.rounded < self.long <= MOST


def has_exponent(v: str, matching: Matching) -> str:
    """SQL of whether a text is what a spreadsheet shows of a long number."""
    return f"(({v}) LIKE '%E%' OR ({v}) LIKE '%e%') AND {matching(v, EXPONENT)}"


def is_long(v: str, matching: Matching) -> str:
    """SQL of whether a text is a number of more digits than a spreadsheet keeps."""
    return f"length({v}) > {KEPT} AND {matching(v, LONG)}"


def is_rounded(v: str, matching: Matching) -> str:
    """SQL of whether it has zeros where a spreadsheet keeps nothing."""
    return f"length({v}) > {KEPT} AND right({v}, 1) = '0' AND {matching(v, ROUNDED)}"


_EXPONENT, _LONG, _ROUNDED = (re.compile(x, re.ASCII) for x in (EXPONENT, LONG, ROUNDED))


def has_exponent_text(text: str) -> bool:
    """`has_exponent` of one text."""
    return _EXPONENT.fullmatch(text) is not None


def is_long_text(text: str) -> bool:
    """`is_long` of one text."""
    return len(text) > KEPT and _LONG.fullmatch(text) is not None


def is_rounded_text(text: str) -> bool:
    """`is_rounded` of one text."""
    return len(text) > KEPT and text.endswith("0") and _ROUNDED.fullmatch(text) is not None


def beyond_of(long: Iterable[str]) -> tuple[int, int]:
    """`beyond` of these."""
    counts = Counter(long)
    return sum(len(id) - KEPT for id in counts), max(counts.values(), default=0)


def doubtful_of(long: Iterable[str]) -> list[tuple[str, int]]:
    """`doubtful` of these."""
    counts = Counter(long)
    near = Counter((len(id), id[:KEPT]) for id in counts)
    alike = Counter(map(len, counts))
    lone = [
        id
        for id in counts
        if near[len(id), id[:KEPT]] == 1 and len(id) - KEPT >= BY_CHANCE and is_rounded_text(id)
    ]
    many = Counter(map(len, lone))
    often = (id for id in lone if many[len(id)] * 10 ** (len(id) - KEPT) >= TIMES_AS_MANY * alike[len(id)])
    return [(id, counts[id]) for id in sorted(often)]


def beyond(long: str) -> str:
    """A query over one of long ids (`id`): digits beyond 15 of the different ones together, and how often the most frequent is there."""
    each = f"SELECT id, count(*) AS n FROM ({long}) AS l GROUP BY id"
    return f"SELECT sum(length(id) - {KEPT}), max(n) FROM ({each}) AS e"


def doubtful(long: str, matching: Matching) -> str:
    """A query over one of long ids (`id`): those that are doubtful, and how often each is there."""
    zeros = f"length(id) - {KEPT}"
    each = (
        f"SELECT id, count(*) AS n, count(*) OVER (PARTITION BY length(id), left(id, {KEPT})) AS near, "
        f"count(*) OVER (PARTITION BY length(id)) AS alike FROM ({long}) AS l GROUP BY id"
    )
    lone = f"near = 1 AND {zeros} >= {BY_CHANCE} AND {is_rounded('id', matching)}"
    some = f"SELECT id, n, alike, count(*) OVER (PARTITION BY length(id)) AS many FROM ({each}) AS e WHERE {lone}"
    often = f"many * power(10, {zeros}) >= {TIMES_AS_MANY} * alike"
    return f"SELECT id, n FROM ({some}) AS s WHERE {often} ORDER BY id"
