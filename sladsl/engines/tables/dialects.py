"""The few operations that databases spell differently, or do badly in the spelling Ibis gives them.

Everything else in this package is plain Ibis. Each function here names a builtin of the database for speed and
has an exact equivalent for those it does not know; both give the same answers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import reduce
from typing import TYPE_CHECKING, Any

from sladsl.engines.tables.queries import builtin

if TYPE_CHECKING:
    import ibis
    import ibis.expr.types as ir
else:
    from sladsl.engines.tables.queries import ibis


_SPARK = frozenset({"pyspark", "databricks"})
_DIVISION = {"duckdb": "divide", "bigquery": "div", "postgres": "div"}
_TRUNCATING_DIVISION = {
    name: builtin("scalar", function, ("int64", "int64"), "int64") for name, function in _DIVISION.items()
}
_WIDE = "decimal(38, 0)"
_WIDE_DIVISION = {
    name: builtin("scalar", function, (_WIDE, _WIDE), _WIDE) for name, function in _DIVISION.items()
}
_FACTORIAL = builtin("scalar", "factorial", ("int32",), _WIDE)
_SPLIT_PART = builtin("scalar", "split_part", ("string", "string", "int64"), "string")
_SPLITS_FROM_THE_END = frozenset({"duckdb", "postgres", "snowflake", "databricks", "pyspark"})
_NEAREST_RANK = {
    kind: builtin("agg", "quantile_disc", (kind, "decimal(3, 2)"), kind)
    for kind in ("int64", "decimal(38, 6)")
}

_HOW_MANY = builtin("agg", "count_if", ("boolean",), _WIDE)
_LEAST_FEW = builtin("agg", "min", ("string", "int64"), "array<string>")


def readable(dialect: str, tree: Any) -> Any:
    """A query as sqlglot holds it, changed where the database would not read it as it is written.

    Spark and Databricks read `x IN (…) = FALSE` and `x IS NOT NULL IS NULL` only where the condition stands in brackets.
    """
    return tree.transform(_bracketed) if dialect in _SPARK else tree


def _bracketed(node: Any) -> Any:
    from sqlglot import exp

    if isinstance(node, exp.EQ | exp.NEQ | exp.Is):
        for side in ("this",) if isinstance(node, exp.Is) else ("this", "expression"):
            part = node.args[side]
            if isinstance(part, exp.Predicate | exp.Not):
                node.set(side, exp.paren(part))
    return node


def floor_div(dialect: str, a: ir.IntegerValue, b: ir.IntegerValue | int) -> ir.IntegerValue:
    """a ÷ b rounded down, for a ≥ 0 and b > 0, exact for all 64-bit integers.

    Ibis' own `//` is FLOOR(a / b) on doubles, which is slow, and off by one beyond 2^53.
    """
    divide = _TRUNCATING_DIVISION.get(dialect)
    if divide is not None:
        return divide(a, b).cast("int64")
    guess = (a.cast("float64") / b).floor().cast("int64")
    # What is left is so small that a double has it exactly, and so its quotient's floor.
    rest = a - guess * b
    return guess + (rest.cast("float64") / b).floor().cast("int64")


def has_wide_division(dialect: str) -> bool:
    """Whether `wide_div` is to be had; else quotients are estimated and corrected."""
    return dialect in _WIDE_DIVISION


def millionths(dialect: str, number: ir.DecimalValue) -> ir.DecimalValue:
    """A DECIMAL(38, 6) between 0 and 10¹² as an integer with room for 38 digits.

    DuckDB divides decimals in doubles, so there it is a HUGEINT, which Ibis has no name for; 0! is one. Nor is it quick at the
    division that a decimal's way to an integer takes; a double is, and has every integer below 10¹⁵ exactly."""
    whole = number * 1_000_000
    if dialect != "duckdb":
        return whole.cast(_WIDE)
    quick = (number.cast("float64") * 1_000_000).cast("int64")
    return ibis.ifelse(number < 10**9, quick, whole.cast("int64")) * _FACTORIAL(0)


def wide_div(dialect: str, a: ir.DecimalValue, b: ir.DecimalValue) -> ir.DecimalValue:
    """a ÷ b rounded down, for a ≥ 0 and b > 0 made of `millionths`."""
    return _WIDE_DIVISION[dialect](a, b)


def after_last(dialect: str, text: ir.StringValue, mark: str) -> ir.StringValue:
    """What follows the last `mark`; only asked where the text contains it."""
    if dialect in _SPLITS_FROM_THE_END:
        return _SPLIT_PART(text, mark, -1)
    return text.re_extract(f"{mark}([^{mark}]*)$", 1)


def fingerprint(dialect: str, columns: Sequence[ir.Value]) -> ir.Value:
    """64 bits that are equal for rows that are: missing values are equal to each other here."""
    if dialect == "duckdb":
        kinds = tuple(str(c.type()) for c in columns)
        return builtin("scalar", "hash", kinds, "uint64")(*columns)
    hashes = (
        ibis.coalesce(c.cast("string").hash(), ibis.literal(7, "int64")) >> n for n, c in enumerate(columns)
    )
    return reduce(lambda a, b: a ^ b, hashes)


def how_many(dialect: str, rows: ir.Table, where: ir.BooleanValue | None) -> ir.IntegerValue:
    """How many rows there are for which a condition is true.

    DuckDB takes all columns of a query apart for each `FILTER` in it: dozens of them take time that grows with their square.
    """
    if where is None or dialect != "duckdb":
        return rows.count(where=where)
    return ibis.coalesce(_HOW_MANY(where).cast("int64"), 0)


def of_those(of: ir.Value, where: ir.BooleanValue | None) -> ir.Value:
    """A value where a condition is true, and else none: what an aggregate without `FILTER` leaves out."""
    return of if where is None else ibis.ifelse(where, of, ibis.null())


def least_few(dialect: str, of: ir.StringValue, many: int, where: ir.BooleanValue) -> ir.ArrayValue:
    """The smallest few texts (at least one), in order; missing when there are none."""
    if dialect == "duckdb":
        return _LEAST_FEW(of, max(many, 1), where=where)
    if dialect == "postgres":
        return of.collect(where=where, order_by=of)[: max(many, 1)]
    return of.collect(where=where).sort()[: max(many, 1)]


def has_nearest_rank(dialect: str) -> bool:
    """Whether `nearest_rank` is to be had; else ranks are found by numbering the rows."""
    return dialect == "duckdb"


def nearest_rank(of: ir.NumericValue, percent: int, where: ir.BooleanValue) -> ir.NumericValue:
    """The k-th smallest of a column without missing values, with k = ⌈percent × n ÷ 100⌉.

    DuckDB's `quantile_disc` counts k in integers when the fraction is a DECIMAL, and in doubles otherwise (7 % of
    100 would be the eighth); so the fraction is a decimal. A test holds it to the numbered rows.
    """
    kind = "int64" if of.type().is_integer() else "decimal(38, 6)"
    fraction = ibis.literal(Decimal(percent).scaleb(-2), "decimal(3, 2)")
    return _NEAREST_RANK[kind](of_those(of.cast(kind), where), fraction)


def unused(taken: set[str], stem: str) -> str:
    """The stem, with a number where it is taken already; the answer is taken from then on.

    Databases do not tell `MQL` from `mql`, and not all allow a dot or a space in a name."""
    name = stem = re.sub(r"\W+", "_", stem)
    number = 1
    while name.lower() in taken:
        number += 1
        name = f"{stem}_{number}"
    taken.add(name.lower())
    return name
