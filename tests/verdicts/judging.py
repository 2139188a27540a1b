"""Plans with one commitment, and counts of a January, to be judged."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sladsl.calendars import PeriodKind, Periods, zone
from sladsl.outcomes import AsOf, Instance, Outcomes, PeriodCounts
from sladsl.plan import (
    Bound,
    BoundKind,
    Commitment,
    Const,
    Counter,
    Figure,
    Measure,
    Plan,
    Term,
    ValueType,
)
from sladsl.verdicts import Judged, Verdict, judge

UTC = zone("UTC")
JANUARY, FEBRUARY, MARCH = (Periods("UTC").parse(f"2026-0{n}") for n in (1, 2, 3))
YEAR = Term(JANUARY.start, Periods("UTC").parse("2026").end)
DURING, AFTER = JANUARY.start + 1, JANUARY.end
MET, MISSED, PROVISIONAL, NO_DATA, INSUFFICIENT, SUSPENDED = Verdict
ROWS = Counter("rows", Const(True, ValueType.BOOLEAN))


def at_least(value: str) -> Bound:
    return Bound(BoundKind.AT_LEAST, Decimal(value))


def at_most(value: str) -> Bound:
    return Bound(BoundKind.AT_MOST, Decimal(value))


def between(low: str, high: str) -> Bound:
    return Bound(BoundKind.BETWEEN, Decimal(low), Decimal(high))


def plan(kind: Measure, bound: Bound, term: Term = YEAR, floor: bool = False, **more: Any) -> Plan:
    figure = Figure("f", "k", "", "lead", kind, PeriodKind.MONTH, "entry", (ROWS,), floor=floor)
    commitment = Commitment("sales.k", "sales", "marketing", "k", "…", "f", bound, **more)
    return Plan(
        name="",
        file="",
        zone="UTC",
        parties=(),
        term=term,
        year_starts=1,
        records=(),
        calendars=(),
        columns=(),
        definitions=(),
        lifecycles=(),
        figures=(figure,),
        commitments=(commitment,),
        routes=(),
        listings=(),
        moments=(),
        sources=(),
    )


def outcomes(as_of: int, *rows: PeriodCounts, late: tuple[Instance, ...] = ()) -> Outcomes:
    return Outcomes(AsOf(as_of), {}, {}, {"f": rows}, {}, {}, {"sales.k": late}, (), ())


def january(
    as_of: int,
    kind: Measure,
    bound: Bound,
    counters: Mapping[str, int | Decimal | None],
    term: Term = YEAR,
    **more: Any,
) -> Judged:
    """The verdict on January with these counters."""
    p = plan(kind, bound, term, **more)
    found = judge(p, outcomes(as_of, PeriodCounts(JANUARY.start, counters)))[0].periods
    return next(j for j in found if j.measured.period == JANUARY)
