"""Arithmetic that must be exact in every spelling."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import ibis
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sladsl.engines.tables import numbers
from sladsl.engines.tables.queries import of

MOST = Decimal("999999999999.999999")
NUMBERS = st.decimals(-MOST, MOST, places=6) | st.integers(-1000, 1000).map(Decimal)
SMALL = st.integers(-(10**7), 10**7).map(lambda n: Decimal(n).scaleb(-6))
PAIRS = st.lists(st.tuples(NUMBERS | SMALL, NUMBERS | SMALL), min_size=20, max_size=60)


def quotient(a: Decimal, b: Decimal) -> Decimal | None:
    """Rounded half away from zero at six places; missing for a zero divisor, and out of range."""
    if b == 0:
        return None
    exact = abs(Fraction(a) / Fraction(b)) * 10**6
    millionths = int(exact + Fraction(1, 2))
    if millionths >= 10**18:
        return None
    found = Decimal(millionths).scaleb(-6)
    return -found if (a < 0) != (b < 0) and found else found


@pytest.mark.parametrize("dialect", ["duckdb", "elsewhere"])
@settings(max_examples=40, deadline=None)
@given(pairs=PAIRS)
@example(
    pairs=[(MOST, Decimal("0.000001")), (MOST, MOST), (-MOST, Decimal("-1")), (Decimal("0.000001"), MOST)]
)
@example(
    pairs=[(Decimal("0.000001"), Decimal(2)), (Decimal("-0.000001"), Decimal(2)), (Decimal(1), Decimal(0))]
)
@example(
    pairs=[
        (Decimal("999999999999.999999"), Decimal("1.000001")),
        (Decimal("499999999999.999999"), Decimal("0.5")),
    ]
)
def test_a_quotient_is_exact(dialect: str, pairs: list[tuple[Decimal, Decimal]]) -> None:
    """By integers where the database has a division of wide ones, and by estimate and remainder where it has none."""
    kind = pa.decimal128(18, 6)
    columns = {
        name: pa.array(values, kind) for name, values in zip("ab", zip(*pairs, strict=True), strict=True)
    }
    t = of(ibis.memtable(pa.table(columns)))
    found = t.select(q=numbers.divide(dialect, t["a"], t["b"])).to_pyarrow()["q"].to_pylist()
    assert found == [quotient(a, b) for a, b in pairs]
