"""Ids that a spreadsheet has taken for numbers: what it leaves of them, and when that is sure.

A spreadsheet keeps 15 digits of a number. Of a longer id it writes `7.301E+18`, or zeros behind the fifteenth digit, and ids that
differed are one from then on. An exponent with its sign is never an id (`1E5` may be one). Zeros at the end are: one id in ten of 16
digits ends so by chance. A column is damaged when *all* its ids of 16 digits or more do, and that is no chance. Where only some do (rows
that were pasted in), they are doubtful: there are more of them than chance makes, and no other id has their first 15 digits, as the
neighbours in a running number have.
"""

from __future__ import annotations

from dataclasses import dataclass

EXPONENT = r"[+-]?[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{2,3}"
LONG = r"[0-9]{16,}"
ROUNDED = r"[0-9]{15}0+"
KEPT = 15
"""Digits that a spreadsheet keeps."""
BY_CHANCE = 3
"""Zeros that are taken not to stand there by chance: behind the fifteenth digit of one id, or of several together."""
TIMES_AS_MANY = 20
"""Ids of one length end in zeros more often than by chance where they are so many times as many."""


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
