"""Boston's 311 line: the city's own deadlines and its own verdicts, case by case."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from judged import HERE, commitment, judged, problem, shared_data

from sladsl.compiler import compile_text
from sladsl.plan import State

TOLERANCE = 60_000_000  # µs: cases opened by phone have their opening cut to the minute


@pytest.fixture(scope="module")
def cases() -> Path:
    return shared_data("boston311") / "cases.csv"


@pytest.fixture(scope="module")
def rows(cases: Path) -> pd.DataFrame:
    """One row per case: its fields, and the deadline and state under each commitment, as the engine computes them."""
    from sladsl.data import Binding, load
    from sladsl.engines import tables

    path = HERE / "boston.sla"
    plan = compile_text(path.read_text(encoding="utf-8"), str(path)).plan
    assert plan is not None
    loaded = load(plan, [Binding("request", str(cases))], base=HERE)
    as_of = tables.default_as_of(plan, loaded.tables)
    assert as_of is not None
    computed = tables.columns(plan, loaded.tables, as_of, "request")
    clocks = {c.id: c.clock for c in plan.commitments if c.clock is not None}
    named = {
        f"{id} {part}": getattr(clock, part) for id, clock in clocks.items() for part in ("due", "state")
    }
    fields = ("type", "on_time", "opened", "target", "closed")
    table = computed.select(*fields, **named).to_pyarrow().to_pydict()
    return pd.DataFrame(
        {
            name: pd.array(values, dtype="string" if name in fields[:2] else "Int64")
            for name, values in table.items()
        }
    )


@pytest.mark.parametrize(
    ("types", "commitment_id", "cases_with_target", "share"),
    [
        (["Pick up Dead Animal"], "city.collection", 19_440, 0.995),
        (["Pest Infestation - Residential", "Bed Bugs"], "city.treatment", 5_319, 0.998),
    ],
)
def test_deadlines_are_the_citys(
    types: list[str], commitment_id: str, cases_with_target: int, share: float, rows: pd.DataFrame
) -> None:
    of = rows[rows["type"].isin(types) & rows["target"].notna()]
    assert len(of) == cases_with_target
    same = (of[f"{commitment_id} due"] - of["target"]).abs() <= TOLERANCE
    assert same.mean() >= share


@pytest.fixture(scope="module")
def closed(rows: pd.DataFrame) -> pd.DataFrame:
    """The closed cases that have a target."""
    return rows[rows["target"].notna() & rows["closed"].notna()]


def test_times_compare_as_the_citys(closed: pd.DataFrame) -> None:
    assert len(closed) == 21_946
    assert ((closed["closed"] <= closed["target"]) == (closed["on_time"] == "ONTIME")).all()


def test_verdicts_are_the_citys(closed: pd.DataFrame) -> None:
    """Seven cases were closed before they were opened, which nothing can judge."""
    state = closed["city.closing state"]
    backwards = closed["closed"] < closed["opened"]
    assert backwards.sum() == 7
    assert (state[backwards] == State.UNDECIDED).all()
    ours = state[~backwards].map({State.MET: "ONTIME", State.MISSED: "OVERDUE"})
    assert (ours == closed["on_time"][~backwards]).all()


def test_verdicts_per_year_count_the_same_cases(cases: Path, rows: pd.DataFrame) -> None:
    result = judged("boston.sla", request=cases)
    cells = commitment(result, "city.closing").values()
    state = rows["city.closing state"]
    assert sum(cell["rows"] for cell in cells) == rows["target"].notna().sum()
    assert sum(cell["rows"] + cell["no_deadline"] for cell in cells) == len(rows) == 40_414
    for kind, name, what in (
        ("undecided", "undecided", State.UNDECIDED),
        ("no deadline", "no_deadline", State.NO_DEADLINE),
    ):
        assert sum(cell[name] for cell in cells) == (state == what).sum() > 0
        assert problem(result, "request", kind, "city.closing") == (state == what).sum()
