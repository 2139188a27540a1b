"""Columns of random plans on random data: the engine against the oracle, value by value."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engines.builders import RECORDS, plan, tables
from engines.oracle import Oracle
from engines.strategies import AS_OF, columns, data
from sladsl.calendars import DAY
from sladsl.engines.tables import columns_of, evaluation
from sladsl.engines.tables.maps import TimeTables
from sladsl.outcomes import AsOf
from sladsl.plan import Column

NAMES = [r.name for r in RECORDS]
# A failing example takes minutes to shrink, a query a step: it is shown as it was found.
RANDOM = settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


def agree(made: tuple[Column, ...], rows: dict[str, Any], as_of: int) -> None:
    p = plan(*made)
    expected = Oracle(p, rows, as_of)
    for name, found in columns_of(p, tables(rows), AsOf(as_of), NAMES).items():
        got = found.order_by(p.record(name).key).to_pyarrow().to_pylist()
        assert got == expected.table(name), name


@RANDOM
@given(columns(), data(), st.sampled_from([AS_OF, AS_OF + 30 * DAY]))
def test_columns_are_what_the_oracle_says(made: tuple[Column, ...], rows: dict[str, Any], as_of: int) -> None:
    agree(made, rows, as_of)


@settings(RANDOM, max_examples=3)
@given(columns(depth=2), data())
def test_tables_of_time_cut_at_days_say_the_same(made: tuple[Column, ...], rows: dict[str, Any]) -> None:
    """The form for functions that bend at odd seconds, or far apart."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evaluation, "TimeTables", partial(TimeTables, most=0))
        agree(made, rows, AS_OF)
