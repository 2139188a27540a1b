"""Operators and functions on plain values, as `sladsl.functions` describes them.

Text is `str`, a number `Decimal`, an instant, a day and a span `int`, a condition `bool`; a missing value is `None`. Here are the
functions that a missing argument makes missing: they are never called with one. The few that look at missingness itself (`and`, `else`,
`is known`, …) are control flow and stand in `scalars`.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from string import ascii_lowercase, ascii_uppercase
from typing import Any, TypeAlias

from sladsl.calendars import DAY
from sladsl.engines.rows.patterns import matches
from sladsl.functions import RATIOS
from sladsl.plan import Aggregate

Value: TypeAlias = bool | str | Decimal | int | None

_EXACT = Context(prec=100, rounding=ROUND_HALF_UP)
"""Wide enough for every product and quotient of two numbers before they are rounded."""
_UNIT = Decimal("0.000001")
_LIMIT = Decimal(10) ** 12
_ZERO = Decimal(0)


def fitting(value: Decimal) -> Decimal | None:
    """Rounded half away from zero at six places; missing when it is out of range."""
    rounded = value.quantize(_UNIT, ROUND_HALF_UP, _EXACT)
    return rounded if -_LIMIT < rounded < _LIMIT else None


def add(a: Any, b: Any) -> Value:
    return fitting(_EXACT.add(a, b)) if isinstance(a, Decimal) else a + b


def subtract(a: Any, b: Any) -> Value:
    return fitting(_EXACT.subtract(a, b)) if isinstance(a, Decimal) else a - b


def multiply(a: Decimal, b: Decimal) -> Decimal | None:
    return fitting(_EXACT.multiply(a, b)) if _in_range(a, b) else None


def divide(a: Decimal, b: Decimal) -> Decimal | None:
    """The quotient; unknown when the divisor is zero."""
    return fitting(_EXACT.divide(a, b)) if b and _in_range(a, b) else None


def _in_range(*values: Decimal) -> bool:
    """A sum over many rows may be wider than a number, and has no product."""
    return all(-_LIMIT < v < _LIMIT for v in values)


def round_to(value: Decimal, places: Decimal = _ZERO) -> Decimal | None:
    """`places` may be negative: `round(x, -3)` is to thousands."""
    if places >= 6:
        return value
    if places < -12:
        return _ZERO
    return fitting(value.quantize(Decimal(1).scaleb(-int(places)), ROUND_HALF_UP, _EXACT))


def domain(address: str) -> str | None:
    """What follows the last `@`; missing when there is none."""
    _, mark, rest = address.rpartition("@")
    return rest if mark else None


_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)


def lower(text: str) -> str:
    return text.translate(_LOWER)


def _ratio(compared: Callable[[Any, Any], bool]) -> Callable[..., bool]:
    """`of` ÷ `by` beside a limit, without a division; counts and decimals may have any number of digits."""

    def ratio(of: int | Decimal, by: int, limit: Decimal) -> bool:
        (a, b), (c, d) = of.as_integer_ratio(), limit.as_integer_ratio()
        return compared(a * d, c * b * by)

    return ratio


_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

PLAIN: dict[str, Callable[..., Value]] = {
    **_COMPARED,
    **{f"ratio {op}": _ratio(_COMPARED[op]) for op in RATIOS},
    "not": operator.not_,
    "!=": operator.ne,
    "in": lambda a, *items: a in items,
    "contains": lambda a, b: b in a,
    "starts with": str.startswith,
    "ends with": str.endswith,
    "matches": matches,
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "domain": domain,
    "lower": lower,
    "length": lambda a: Decimal(len(a)),
    "round": round_to,
    "least": min,
    "greatest": max,
    "visible": lambda a, limit: a if a <= limit else None,
    "until": lambda a, b: b - a,
    "portion": lambda a, hundredths: -(-a * int(hundredths) // 100),
    "days until": lambda a, b: (b - a) * DAY,
}
"""Every operator whose row in the function table says that a missing argument makes it missing."""


# ------------------------------------------------------------------------------------------------------- over child rows


def aggregate(kind: Aggregate, values: Sequence[Any], n: int, zero: Value) -> Value:
    """What is made of the matching rows' values. `zero` is the sum of none, of the type that is summed."""
    match kind:
        case Aggregate.COUNT:
            return Decimal(len(values))
        case Aggregate.NTH:
            known = sorted(x for x in values if x is not None)
            return known[n - 1] if len(known) >= n else None
        case Aggregate.LAST:
            return max((x for x in values if x is not None), default=None)
        case _ if None in values:
            return None
        case Aggregate.SUM:
            added: Value = total(values, zero)
            return added
        case Aggregate.LEAST:
            return min(values, default=None)
        case Aggregate.GREATEST:
            return max(values, default=None)
        case Aggregate.AVERAGE:
            return _average(values, zero) if values else None


def total(values: Iterable[Any], zero: Value) -> Any:
    if not isinstance(zero, Decimal):
        return sum(values)
    added = zero
    for x in values:
        added = _EXACT.add(added, x)
    return added


def _average(values: Sequence[Any], zero: Value) -> Value:
    mean = _EXACT.divide(Decimal(total(values, zero)), Decimal(len(values)))
    return fitting(mean) if isinstance(zero, Decimal) else int(mean.to_integral_value(ROUND_HALF_UP))
