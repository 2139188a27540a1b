"""Columns of random plans on random data: the set engine against the reference interpreter, value by value.

The plans are made of nodes, so what no agreement lowers to is tried too; `test_two_engines` makes agreements.
"""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from engines.builders import RECORDS, apply, column, complete, lead, number, plan, tables, truth
from engines.strategies import AS_OF, columns, data
from sladsl.calendars import DAY
from sladsl.engines.rows import Evaluation
from sladsl.engines.tables import columns_of, evaluation
from sladsl.engines.tables.maps import TimeTables
from sladsl.outcomes import AsOf
from sladsl.plan import Column, Expression, ValueType

NAMES = [r.name for r in RECORDS]
# A failing example takes minutes to shrink, a query a step: it is shown as it was found.
RANDOM = settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)


def everything(given_rows: dict[str, Any]) -> dict[str, Any]:
    return {r.name: complete(r, given_rows.get(r.name, ())) for r in RECORDS}


def agree(made: tuple[Column, ...], rows: dict[str, Any], as_of: int) -> None:
    p = plan(*made)
    expected = Evaluation(p, rows, AsOf(as_of))
    for name, found in columns_of(p, tables(rows), AsOf(as_of), NAMES).items():
        got = found.order_by(p.record(name).key).to_pyarrow().to_pylist()
        assert got == expected.columns(name), name


@pytest.mark.parametrize(
    "unsure",
    [
        apply("not", lead("good")),
        apply("!=", lead("size"), number(1)),
        apply("!=", lead("size"), number(None)),
        apply("not", truth(None)),
    ],
)
def test_unknown_is_asked_of_the_whole_negation(unsure: Expression) -> None:
    """`NOT (x) IS NULL` is something else in SQL than the question whether `not x` is unknown."""
    made = (
        column("unknown", ValueType.BOOLEAN, apply("is unknown", unsure)),
        column("known", ValueType.BOOLEAN, apply("is known", unsure)),
        column("same", ValueType.BOOLEAN, apply("=", unsure, truth(True))),
        column("twice", ValueType.BOOLEAN, apply("is unknown", apply("is unknown", unsure))),
    )
    some = [{"id": "1", "good": True, "size": Decimal(1)}, {"id": "2", "good": False, "size": Decimal(2)}]
    agree(made, everything({"lead": [*some, {"id": "3"}]}), AS_OF)


@RANDOM
@given(columns(), data(), st.sampled_from([AS_OF, AS_OF + 30 * DAY]))
def test_columns_are_what_the_interpreter_says(
    made: tuple[Column, ...], rows: dict[str, Any], as_of: int
) -> None:
    agree(made, rows, as_of)


@settings(RANDOM, max_examples=3)
@given(columns(depth=2), data())
def test_tables_of_time_cut_at_days_say_the_same(made: tuple[Column, ...], rows: dict[str, Any]) -> None:
    """The form for functions that bend at odd seconds, or far apart."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evaluation, "TimeTables", partial(TimeTables, most=0))
        agree(made, rows, AS_OF)
