"""The statements that other databases would run."""

from __future__ import annotations

from collections import Counter as Tally

import ibis
import pyarrow as pa
import pytest

from engines.builders import (
    tables,
)
from engines.evaluating import (
    HANDOFF,
    MARCH,
    NOW,
    handoff,
)
from sladsl.engines.tables import dialects, evaluate
from sladsl.engines.tables.statements import sql
from sladsl.outcomes import AsOf

# ------------------------------------------------------------------------------------------------------------------ SQL


def test_statements_give_the_same_figures_as_an_evaluation() -> None:
    """The statements for DuckDB, run as they are printed."""
    p = handoff()
    given_tables = tables(HANDOFF)
    expected = evaluate(p, given_tables, AsOf(NOW))
    con = given_tables["lead"].get_backend().con
    answers = {}
    for title, statement in sql(p, "duckdb", NOW):
        answers[title] = con.execute(statement).fetchall()
    (figures_title,) = (t for t in answers if t.startswith("figures of f"))
    assert answers[figures_title] == [(MARCH, 4, 2)]
    (late_title,) = (t for t in answers if t.startswith("rows late"))
    assert [row[0] for row in answers[late_title]] == [x.key for x in expected.breaches["sales.response"]]
    (standing,) = (t for t in answers if t.startswith("how the rows of lead"))
    by_status: Tally[int] = Tally()
    for row in answers[standing]:
        by_status[row[0]] += row[-1]
    assert by_status == {int(s): n for s, n in expected.statuses["MQL"].items() if n}


@pytest.mark.parametrize("dialect", ["postgres", "snowflake", "bigquery", "spark", "databricks", "trino"])
def test_every_dialect_compiles(dialect: str) -> None:
    statements = sql(handoff(), dialect)
    assert [title.partition(":")[0] for title, _ in statements][-4:] == [
        "lead",
        "figures of f",
        "how the rows of lead stand",
        "rows late for sales.response",
    ]
    assert not any(" DIVIDE(" in s.upper() or "QUANTILE_DISC" in s.upper() for _, s in statements)


def test_an_unknown_dialect_says_which_there_are() -> None:
    with pytest.raises(ValueError, match="`oracle` is not a dialect: expected one of `duckdb`"):
        sql(handoff(), "oracle")


def test_division_for_databases_that_have_none_is_exact() -> None:
    """The spelling for databases without a truncating division, where doubles alone are off by one."""
    pairs = [(2**62 + n, d) for n in range(-3, 4) for d in (1, 3, 1_800_000_000, 2**31 - 1)]
    t = ibis.memtable(pa.table({"a": [a for a, _ in pairs], "b": [b for _, b in pairs]}))
    found = t.mutate(q=dialects.floor_div("elsewhere", t.a, t.b)).q.to_pyarrow().to_pylist()
    assert found == [a // b for a, b in pairs]
