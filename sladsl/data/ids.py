"""Ids that a spreadsheet has taken for numbers: what it leaves of them, and when that is sure.

A spreadsheet keeps 15 digits of a number. Of a longer id it writes `7.301E+18`, or zeros behind the fifteenth digit, and ids that
differed are one from then on. An exponent with its sign is never an id (`1E5` may be one). Zeros at the end are: one id in ten of 16
digits ends so by chance. A column is damaged when *all* its ids of 16 digits or more do, and that is no chance.
"""

from __future__ import annotations

from dataclasses import dataclass

EXPONENT = r"[+-]?[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{2,3}"
LONG = r"[0-9]{16,}"
ROUNDED = r"[0-9]{15}0+"
_BY_CHANCE = 3
"""Zeros, of several ids together, that are taken not to stand there by chance."""


@dataclass(frozen=True, slots=True)
class Ids:
    """How many of a column's texts are written with an exponent, how many are long and how many of those rounded; of the rounded ones how
    many differ, how many digits those have beyond 15, all together, and whether one names several rows that should be told apart by it."""

    exponents: int = 0
    long: int = 0
    rounded: int = 0
    different: int = 0
    zeros: int = 0
    shared: bool = False

    def __add__(self, other: Ids) -> Ids:
        return Ids(
            self.exponents + other.exponents,
            self.long + other.long,
            self.rounded + other.rounded,
            self.different + other.different,
            self.zeros + other.zeros,
            self.shared or other.shared,
        )

    @property
    def spoilt(self) -> bool:
        """Whether a spreadsheet has been there."""
        if self.exponents:
            return True
        all_rounded = self.rounded > 0 and self.rounded == self.long
        return all_rounded and (self.shared or (self.different > 1 and self.zeros >= _BY_CHANCE))
