"""Expressions of the plan as Ibis expressions over one table.

Leaves (fields, columns, look-ups, aggregates of child rows) are columns of the table already; here is what happens between
them. The rules about missing values are those of `sladsl.functions`, which SQL shares except where a line says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial, reduce
from string import ascii_lowercase, ascii_uppercase
from typing import TYPE_CHECKING, assert_never

from sladsl.calendars import DAY
from sladsl.engines.tables import numbers
from sladsl.engines.tables.dialects import after_last, floor_div
from sladsl.engines.tables.queries import is_missing
from sladsl.functions import RATIOS
from sladsl.plan import (
    Apply,
    AsOf,
    Case,
    Children,
    Const,
    Expression,
    Field,
    Following,
    Hidden,
    Inside,
    Lookup,
    OfAsker,
    Outside,
    Ref,
    Referred,
    ValueType,
)

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir
else:
    from sladsl.engines.tables.queries import ibis

TYPES = {
    ValueType.TEXT: "string",
    ValueType.NUMBER: numbers.NUMBER,
    ValueType.BOOLEAN: "boolean",
    ValueType.INSTANT: "int64",
    ValueType.DAY: "int64",
    ValueType.SPAN: "int64",
    ValueType.CODE: "int64",
    ValueType.STATUS: "int64",
    ValueType.STATE: "int64",
}
_LATEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Row:
    """A table's columns by the expressions they hold (every leaf, and whatever else was worked out before), and what else an
    expression may ask for."""

    known: Callable[[Expression], ir.Value | None]
    as_of: int
    dialect: str


def scalar(e: Expression, row: Row) -> ir.Value:
    """The expression over the row's table. Every leaf in it must be one of the row's columns."""
    column = row.known(e)
    if column is not None:
        return column
    match e:
        case Const():
            return constant(e)
        case AsOf():
            return ibis.literal(row.as_of, "int64")
        case (
            Field()
            | Hidden()
            | Ref()
            | Lookup()
            | Children()
            | Following()
            | OfAsker()
            | Referred()
            | Outside()
            | Inside()
        ):
            raise KeyError(f"no column holds {e}")
        case Case(arms=arms, otherwise=otherwise):
            return ibis.cases(
                *((scalar(w, row), scalar(t, row)) for w, t in arms), else_=scalar(otherwise, row)
            )
        case Apply():
            return _apply(e, row)
        case _:
            assert_never(e)


def constant(c: Const) -> ir.Value:
    if c.value is None:
        return ibis.null(TYPES[c.type])
    if c.type is ValueType.NUMBER:
        return numbers.literal(Decimal(c.value))
    return ibis.literal(c.value, TYPES[c.type])


def _apply(e: Apply, row: Row) -> ir.Value:
    special = _SPECIAL.get(e.op)
    if special is not None:
        return special(e.args, row)
    args = [scalar(a, row) for a in e.args]
    return _PLAIN[e.op](*args)


# --------------------------------------------------------------------------------------------------- functions of text

# By code points and with ASCII letters only, whatever the database's own functions do.

_NO_LINE_FEED = r"[^\n]"
_CLASSES = {"d": "0-9", "w": "0-9A-Za-z_", "s": r" \t\n\r\f\v"}


def domain(dialect: str, text: ir.StringValue) -> ir.StringValue:
    """What follows the last `@`; missing when there is none."""
    return ibis.ifelse(text.contains("@"), after_last(dialect, text, "@"), ibis.null("string"))


def lower(text: ir.StringValue) -> ir.StringValue:
    """A–Z as a–z; a database's own `lower` changes `Ä` too, by the rules of its locale."""
    return text.translate(ascii_uppercase, ascii_lowercase)


def length(text: ir.StringValue) -> ir.DecimalValue:
    """How many code points."""
    return text.length().cast("decimal(18, 6)")


def matches(dialect: str, text: ir.StringValue, pattern: str) -> ir.BooleanValue:
    """Whether the pattern is found anywhere in the text."""
    # In Snowflake `.*` is put on either side: of the whole pattern, and not of its first and last choice.
    return text.re_search(f"({spelt_out(pattern)})" if dialect == "snowflake" else spelt_out(pattern))


def spelt_out(pattern: str) -> str:
    r"""The pattern with `\d`, `\w`, `\s` as the ASCII classes they mean, and `.` as all but a line feed, which every dialect reads alike.

    Inside brackets a class is spelt without brackets of its own; its negation has no such spelling and is kept, which is
    the ASCII one in RE2 (DuckDB, BigQuery).
    """
    made: list[str] = []
    at, inside = 0, False
    while at < len(pattern):
        char = pattern[at]
        if char == "\\" and at + 1 < len(pattern):
            made.append(_escape(pattern[at + 1], inside))
            at += 2
            continue
        if char == "[" and not inside:
            inside = True
        elif char == "]":
            inside = False
        made.append(_NO_LINE_FEED if char == "." and not inside else char)
        at += 1
    return "".join(made)


def _escape(letter: str, inside: bool) -> str:
    known = _CLASSES.get(letter.lower())
    if known is None or (inside and letter.isupper()):
        return "\\" + letter
    if inside:
        return known
    return f"[^{known}]" if letter.isupper() else f"[{known}]"


# --------------------------------------------------------------------------------------- those that need only values


def _all(*args: ir.BooleanValue) -> ir.BooleanValue:
    return reduce(lambda a, b: a & b, args)


def _any(*args: ir.BooleanValue) -> ir.BooleanValue:
    return reduce(lambda a, b: a | b, args)


def _minus(a: ir.Value, b: ir.Value) -> ir.Value:
    return numbers.subtract(a, b) if a.type().is_decimal() else a - b


def _not(a: ir.BooleanValue) -> ir.BooleanValue:
    """Ibis writes `(~x).isnull()` as NOT (x) IS NULL, which SQL reads as NOT (x IS NULL); a comparison it puts in brackets."""
    return _equal(a, ibis.literal(False))


def _equal(a: ir.Value, b: ir.Value) -> ir.BooleanValue:
    """Ibis takes `x == NULL` for a question whether x is missing; here it is unknown."""
    return ibis.null("boolean") if is_missing(a) or is_missing(b) else a == b


def _extreme(function: Callable[..., ir.Value]) -> Callable[..., ir.Value]:
    """`least` and `greatest` skip missing values in most databases; here one missing value makes the result missing."""

    def extreme(*args: ir.Value) -> ir.Value:
        unknown = _any(*(a.isnull() for a in args))
        return ibis.ifelse(unknown, ibis.null(args[0].type()), function(*args))

    return extreme


def _earliest(*args: ir.Value) -> ir.Value:
    known = (ibis.coalesce(a, ibis.literal(_LATEST, "int64")) for a in args)
    return ibis.least(*known).nullif(ibis.literal(_LATEST, "int64"))


def _is_true(a: ir.BooleanValue) -> ir.BooleanValue:
    return ibis.coalesce(a, ibis.literal(False))


_PLAIN: dict[str, Callable[..., ir.Value]] = {
    "and": _all,
    "or": _any,
    "not": _not,
    "=": _equal,
    "!=": lambda a, b: _not(_equal(a, b)),
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "is known": lambda a: a.notnull(),
    "is missing": lambda a: a.isnull(),
    "contains": lambda a, b: a.contains(b),
    "starts with": lambda a, b: a.startswith(b),
    "ends with": lambda a, b: a.endswith(b),
    "-": _minus,
    "else": ibis.coalesce,
    "lower": lower,
    "length": length,
    "least": _extreme(ibis.least),
    "greatest": _extreme(ibis.greatest),
    "is true": _is_true,
    "is unknown": lambda a: a.isnull(),
    "visible": lambda a, b: ibis.ifelse(a <= b, a, ibis.null(a.type())),
    "earliest": _earliest,
    "until": lambda a, b: b - a,
    "days until": lambda a, b: (b - a) * DAY,
}


# ------------------------------------------------------------------------- those that look at how an argument is written


def _in(args: tuple[Expression, ...], row: Row) -> ir.BooleanValue:
    value, *items = args
    constants = [c.value for c in items if isinstance(c, Const)]
    if len(constants) == len(items) and None not in constants:
        return scalar(value, row).isin([scalar(c, row) for c in items])
    column = scalar(value, row)
    others = [scalar(i, row) for i in items]
    unknown = _any(column.isnull(), *(o.isnull() for o in others))
    return ibis.ifelse(unknown, ibis.null("boolean"), _any(*(_equal(column, o) for o in others)))


def _plus(args: tuple[Expression, ...], row: Row) -> ir.Value:
    a, b = (scalar(x, row) for x in args)
    # Points of a score are small constants: their sum needs no room and no guard.
    small = _magnitude(Apply("+", args))
    return a + b if not a.type().is_decimal() or (small is not None and small < 10**12) else numbers.add(a, b)


def _magnitude(e: Expression) -> Decimal | None:
    """The greatest absolute value of a number made of constants and choices; None where it depends on the data."""
    match e:
        case Const(value=Decimal() as value):
            return abs(value)
        case Case(arms=arms, otherwise=otherwise):
            magnitudes = [_magnitude(x) for x in (*(then for _, then in arms), otherwise)]
            return None if None in magnitudes else max(x for x in magnitudes if x is not None)
        case Apply(op="+" | "-", args=args):
            parts = [_magnitude(x) for x in args]
            return None if None in parts else sum((x for x in parts if x is not None), Decimal(0))
        case _:
            return None


def _matches(args: tuple[Expression, ...], row: Row) -> ir.BooleanValue:
    text, pattern = args
    if not isinstance(pattern, Const) or not isinstance(pattern.value, str):
        raise ValueError("the pattern of `matches` is not a constant")
    return matches(row.dialect, scalar(text, row), pattern.value)


def _round(args: tuple[Expression, ...], row: Row) -> ir.DecimalValue:
    value = scalar(args[0], row)
    places = args[1] if len(args) > 1 else Const(Decimal(0), ValueType.NUMBER)
    if isinstance(places, Const):
        if places.value is None:
            return ibis.null(numbers.NUMBER)
        return numbers.round_to(row.dialect, value, int(places.value))
    asked = scalar(places, row)
    arms = [(asked == n, numbers.round_to(row.dialect, value, n)) for n in range(-12, 6)]
    return ibis.cases(
        *arms, (asked >= 6, value), (asked < -12, value - value), else_=ibis.null(numbers.NUMBER)
    )


def _ratio(args: tuple[Expression, ...], row: Row, op: str) -> ir.BooleanValue:
    """`of` ÷ `by` beside a limit, without a division: counts, and sums of up to 32 digits before the point."""
    of, by, limit = args
    # A share's target may have more places than numbers have; what it is compared with are counts then.
    said = limit.value if isinstance(limit, Const) and isinstance(limit.value, Decimal) else None
    fine = said is not None and int(said.as_tuple().exponent) < -numbers.PLACES
    kind = numbers.FINE if fine else numbers.WIDE
    wanted = scalar(limit, row).cast(kind) if said is None else ibis.literal(said, kind)
    if not (isinstance(by, Const) and by.value == 1):
        wanted = (wanted * scalar(by, row).cast(numbers.WHOLE)).cast(kind)
    return _PLAIN[op](scalar(of, row).cast(kind), wanted)


def _portion(args: tuple[Expression, ...], row: Row) -> ir.Value:
    whole, hundredths = args
    if not isinstance(hundredths, Const) or not isinstance(hundredths.value, Decimal):
        raise ValueError("the hundredths of a length of time are not a constant")
    return floor_div(row.dialect, scalar(whole, row) * int(hundredths.value) + 99, 100)


_SPECIAL: dict[str, Callable[[tuple[Expression, ...], Row], ir.Value]] = {
    **{f"ratio {op}": partial(_ratio, op=op) for op in RATIOS},
    "in": _in,
    "portion": _portion,
    "+": _plus,
    "*": lambda args, row: numbers.multiply(row.dialect, *(scalar(x, row) for x in args)),
    "/": lambda args, row: numbers.divide(row.dialect, *(scalar(x, row) for x in args)),
    "matches": _matches,
    "round": _round,
    "domain": lambda args, row: domain(row.dialect, scalar(args[0], row)),
}
