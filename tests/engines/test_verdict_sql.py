"""The rules of verdicts are evaluated alike by the interpreter and as queries: every small combination of counters, for every measure and
kind of target."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any

import ibis
import pyarrow as pa
import pytest

from sladsl.calendars import Period, PeriodKind
from sladsl.engines.tables.models import PeriodTable, is_over
from sladsl.engines.tables.queries import of
from sladsl.outcomes import PeriodCounts
from sladsl.plan import (
    RANKS,
    SHARES,
    Bound,
    BoundKind,
    Commitment,
    Const,
    Counter,
    Figure,
    Measure,
    Term,
    ValueType,
)
from sladsl.plan import verdicts as rules
from sladsl.plan.verdicts import Requirement
from sladsl.verdicts import Verdict
from sladsl.verdicts.judging import judged as judge
from sladsl.verdicts.judging import measured_in

END, TERM_END = 100, 200
YES = Const(True, ValueType.BOOLEAN)
HALF, ONE = Decimal("0.5"), Decimal(1)
BOUNDS = [
    Bound(BoundKind.AT_LEAST, HALF),
    Bound(BoundKind.AT_MOST, HALF),
    Bound(BoundKind.BETWEEN, HALF, ONE),
    Bound(BoundKind.AT_LEAST, ONE),
    Bound(BoundKind.AT_MOST, Decimal(0)),
]


def counters(measure: Measure) -> Iterator[dict[str, Any]]:
    """Every small combination of what the measure counts."""
    few = range(3)
    if measure in SHARES:
        for hit, open, undecided, missed, maybe in product(few, range(2), range(2), few, range(2)):
            found = {"rows": hit + open + undecided + missed, "hit": hit, "open": open, "maybe": maybe}
            if measure is Measure.RESPONSE:
                found |= {
                    "undecided": undecided,
                    "matured": min(missed, 1) + min(hit, 1),
                    "matured_hit": min(hit, 1),
                }
            elif undecided:
                continue
            yield found
    elif measure is Measure.COUNT:
        yield from ({"rows": rows, "maybe": maybe} for rows, maybe in product(few, few))
    else:
        values = (None, Decimal("0.25"), Decimal("0.5"), Decimal("1.5"))
        for rows, maybe, waiting, known, value, high in product(few, range(2), range(2), few, values, values):
            ends = {"low": value, "high": high} if measure in RANKS else {"value": value}
            yield {"rows": rows, "maybe": maybe, "waiting": waiting, "known": known, **ends}


def figure(measure: Measure, names: set[str], floor: bool) -> Figure:
    counted = tuple(Counter(name, YES) for name in sorted(names))
    return Figure("f", "k", "k", "lead", measure, PeriodKind.MONTH, "entry", counted, floor=floor)


def asked(f: Figure, cases: list[dict[str, Any]]) -> Any:
    """A table of the cases, at three moments each: while the period runs, when it is over, and when the term is."""
    rows = [
        case | {"n": n, "as_of": at, "cut": cut}
        for n, (case, at, cut) in enumerate(product(cases, MOMENTS, (False, True)))
    ]
    kinds = {
        "value": pa.decimal128(38, 6),
        "low": pa.decimal128(38, 6),
        "high": pa.decimal128(38, 6),
        "cut": pa.bool_(),
    }
    schema = pa.schema([(name, kinds.get(name, pa.int64())) for name in rows[0]])
    con = ibis.duckdb.connect()
    return of(con.create_table("cases", pa.Table.from_pylist(rows, schema=schema)))


MOMENTS = (50, 150, 250)


@pytest.mark.parametrize("measure", Measure, ids=str)
def test_both_say_the_same(measure: Measure) -> None:
    cases = list(counters(measure))
    commitment = Commitment("c", "sales", "marketing", "k", "", "f", BOUNDS[0])
    options: list[dict[str, Any]] = [
        {},
        {"needs": 2, "warn": Bound(BoundKind.AT_LEAST, ONE)},
        {"none_counts_as": "met"},
    ]
    seen = set()
    for floor in (False, True) if measure is Measure.SUM else (False,):
        f = figure(measure, set(cases[0]), floor)
        table = asked(f, cases)
        for bound, option, ends in product(BOUNDS, options, (True, False)):
            term = Term(start=10, end=TERM_END if ends else None)
            seen |= compare(replace(commitment, bound=bound, **option), f, term, table)
    assert {Verdict.MET, Verdict.MISSED, Verdict.PROVISIONAL, Verdict.INSUFFICIENT} <= seen


def compare(c: Commitment, f: Figure, term: Term, table: Any) -> set[Verdict | None]:
    asked = Requirement.by(c, f)
    states = {"over": table["as_of"] >= END, "term over": is_over(term, table["as_of"]), "cut": table["cut"]}
    x = PeriodTable(table, states, "duckdb")
    verdict, value = x(rules.verdict(asked)), rules.value(asked.of)
    x = PeriodTable(table, states | {"verdict": verdict}, "duckdb")
    query = table.mutate(
        verdict=verdict, near=x(rules.near_target(asked)), top=x(value.of), below=x(value.by)
    )
    found = set()
    for row in query.to_pyarrow().to_pylist():
        counted = {counter.name: row[counter.name] for counter in f.counters}
        # The term begins after the period did where it is cut.
        start = 5 if row["cut"] else 20
        m = measured_in(
            term, f, Period(f.period, 0, "p", start, END), PeriodCounts(start, counted), row["as_of"]
        )
        want = judge(c, f, m)
        told = (c, term, counted, row["as_of"])
        assert row["verdict"] == (want.verdict and want.verdict.value), told
        assert row["near"] == want.warning, told
        quotient = (
            None
            if row["top"] is None or row["below"] is None
            else Fraction(row["top"]) / Fraction(row["below"])
        )
        assert quotient == m.value, told
        found.add(want.verdict)
    return found
