"""Numbers beside a verdict that decide nothing: an interval, and how many digits to print."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import sqrt

_Z = 1.959963984540054
"""The 97.5 % point of the normal distribution."""


def wilson(hits: int, of: int) -> tuple[float, float] | None:
    """The Wilson score interval at 95 % for a share (Wilson 1927), without continuity correction; None of nothing."""
    if of <= 0:
        return None
    share, z2 = hits / of, _Z * _Z
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    reach = _Z * sqrt(share * (1 - share) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    # At the ends the formula gives 0 and 1 but for the last bit.
    low = 0.0 if hits == 0 else middle - reach
    high = 1.0 if hits == of else middle + reach
    return low, high


def digits(value: Fraction, targets: Iterable[Fraction], least: int = 1, most: int = 12) -> int:
    """How many decimals show on which side of each target a value is: 89.96 beside 90 needs two, since 90.0 would look met.

    All in the unit that is printed (per cents, say). Rounding is half away from zero, as printed.
    """
    targets = tuple(targets)
    for places in range(least, most):
        shown = rounded(value, places)
        if all(_side(shown, t) == _side(value, t) for t in targets):
            return places
    return most


def rounded(value: Fraction, places: int) -> Fraction:
    """Half away from zero, exactly."""
    scale = 10**places
    whole = (abs(value) * scale * 2 + 1) // 2
    return Fraction(-whole if value < 0 else whole, scale)


def _side(value: Fraction, target: Fraction) -> int:
    return (value > target) - (value < target)
