"""Arithmetic on numbers as an agreement means it: decimals of six places, exact, missing where a result does not fit.

A number fits in DECIMAL(18, 6). Work is done in DECIMAL(38, …), which holds every product of two of them; what does not
fit afterwards is missing, as is a quotient by zero. Rounding is half away from zero. Nothing is decided by a float.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from sladsl.engines.tables.dialects import floor_div, has_wide_division, millionths, wide_div

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir
else:
    from sladsl.engines.tables.queries import ibis

PLACES = 6
NUMBER = "decimal(18, 6)"
WIDE = "decimal(38, 6)"
FINE = "decimal(38, 12)"
WHOLE = "decimal(18, 0)"
_QUOTIENT = "decimal(19, 6)"
_LIMIT = ibis.literal(Decimal(10) ** 12, WIDE)
_UNIT = ibis.literal(Decimal("0.000001"), WIDE)
_MILLIONTH = ibis.literal(Decimal("0.000001"), "decimal(7, 6)")
_ZERO = ibis.literal(Decimal(0), WIDE)


def literal(value: Decimal) -> ir.DecimalValue:
    """A constant, in the narrowest of the two types that holds it."""
    return ibis.literal(value, NUMBER if abs(value) < 10**12 else WIDE)


def fitting(value: ir.DecimalValue) -> ir.DecimalValue:
    """The value as a number; missing when it is out of range."""
    return ibis.ifelse(value.abs() < _LIMIT, value, ibis.null(WIDE)).cast(NUMBER)


def add(a: ir.DecimalValue, b: ir.DecimalValue) -> ir.DecimalValue:
    return fitting(a.cast(WIDE) + b.cast(WIDE))


def subtract(a: ir.DecimalValue, b: ir.DecimalValue) -> ir.DecimalValue:
    return fitting(a.cast(WIDE) - b.cast(WIDE))


def multiply(dialect: str, a: ir.DecimalValue, b: ir.DecimalValue) -> ir.DecimalValue:
    x, y = _operand(a), _operand(b)
    # BigQuery rounds a product to the nine places of its ordinary decimals, if neither factor has more.
    product = (x.cast(FINE) if dialect == "bigquery" else x) * y
    return fitting(product.round(6).cast(WIDE))


def divide(dialect: str, a: ir.DecimalValue, b: ir.DecimalValue) -> ir.DecimalValue:
    """The quotient; missing when the divisor is zero. Databases divide decimals in floats, or to a scale of their own."""
    x, y = _operand(a).abs(), _operand(b).abs().nullif(_ZERO)
    if has_wide_division(dialect):
        return (_millionths(dialect, x, y) * _sign(a, b) * _MILLIONTH).cast(NUMBER)
    return fitting(_estimated(x, y) * _sign(a, b))


def mean(total: ir.DecimalValue, count: ir.IntegerValue) -> ir.DecimalValue:
    """The average of so many numbers; their sum may be wider than a number, and the average still fits."""
    a, b = total.cast(WIDE), count.cast(WIDE)
    return fitting(_estimated(a.abs(), b.nullif(_ZERO)) * _sign(a, b))


def _sign(a: ir.DecimalValue, b: ir.DecimalValue) -> ir.IntegerValue:
    return ibis.ifelse((a < 0) != (b < 0), -1, 1)


def _millionths(dialect: str, x: ir.DecimalValue, y: ir.DecimalValue) -> ir.DecimalValue:
    """The quotient in millionths: with n = x·10⁶ and d = y, (2n + d) div 2d is n ÷ d rounded half up.

    It is in range just where x < y·10¹²: only a y below one can exceed it, and then both are whole millionths apart, which is more
    than the half that rounding adds. Asking that first leaves one division, which is the slow part."""
    above, below = millionths(dialect, x), millionths(dialect, y)
    quotient = wide_div(dialect, above * 2_000_000 + below, below * 2)
    return ibis.ifelse(x < y * 10**12, quotient, ibis.null(quotient.type())).cast("int64")


def _estimated(x: ir.DecimalValue, y: ir.DecimalValue) -> ir.DecimalValue:
    """By estimate and exact remainder, for databases without an exact division of wide integers.

    q is estimated by a float, corrected once by the (exact) remainder x - q·y, which leaves it less than one unit of the sixth
    place off, and then settled by comparing twice the remainder with y.
    """
    guess = _estimate(x, y)
    guess = guess + _estimate(_rest(x, guess, y), y)
    rest = _rest(x, guess, y)
    half = (y.cast(NUMBER) * _MILLIONTH).cast(FINE)
    return guess + ibis.cases((rest + rest >= half, _UNIT), (rest + rest < -half, -_UNIT), else_=_ZERO)


def round_to(dialect: str, value: ir.DecimalValue, places: int) -> ir.DecimalValue:
    """Rounded half away from zero; `places` may be negative (`round(x, -3)` is to thousands)."""
    if places >= 6:
        return value
    if places >= 0:
        return fitting(value.cast(WIDE).round(places).cast(WIDE))
    if places < -12:
        return value - value
    unit = 10 ** (6 - places)
    millionths = (fitting(value).abs().cast(WIDE) * 1_000_000).cast("int64")
    whole = floor_div(dialect, millionths + unit // 2, unit) * (unit // 1_000_000)
    return fitting(ibis.ifelse(value < 0, -whole, whole).cast(WIDE))


def _operand(value: ir.DecimalValue) -> ir.DecimalValue:
    """A factor; sums may be wider than numbers, and one beyond the range has no product."""
    if value.type().precision is not None and value.type().precision <= 18:
        return value.cast(WIDE)
    return ibis.ifelse(value.abs() < _LIMIT, value, ibis.null(WIDE))


def _estimate(x: ir.DecimalValue, y: ir.DecimalValue) -> ir.DecimalValue:
    quotient = x.cast("float64") / y.cast("float64")
    bounded = ibis.ifelse(quotient.abs() < 2e12, quotient, ibis.null("float64"))
    return bounded.cast(WIDE)


def _rest(x: ir.DecimalValue, q: ir.DecimalValue, y: ir.DecimalValue) -> ir.DecimalValue:
    """Of factors that together have no more than 38 digits: beyond, a database may round the product."""
    return x.cast(FINE) - (q.cast(_QUOTIENT) * y.cast(NUMBER)).cast(FINE)
