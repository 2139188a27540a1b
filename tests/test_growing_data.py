"""What is final stays, however an agreement is made: random ones, judged while their data grow (`proofs.finality`).

And the test of this test: each fault by which something final once changed, put back, is found within as many histories.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from mutations import Break, put

from proofs.finality import TOGETHER, grown
from sladsl import model as m
from sladsl.lowering import builder, clocks, conditions, definitions, figures, reading
from sladsl.lowering.builder import FALSE, NOW, compare
from sladsl.lowering.events import event_row
from sladsl.plan import AsOf

HISTORIES = 2_000
SEEDS = [f"growing-{n}" for n in range(HISTORIES // TOGETHER)]


@pytest.mark.parametrize("part", range(5))
def test_what_is_final_stays(part: int) -> None:
    faults = {seed: found[:3] for seed in SEEDS[part::5] if (found := grown(seed)[1])}
    assert not faults


# ------------------------------------------------------------------------------------------------- the test of the test


def every(*broken: Break) -> Break:
    def break_all(patch: pytest.MonkeyPatch) -> None:
        for one in broken:
            one(patch)

    return break_all


def whenever(b: Any, moment: m.Moment, until: Any) -> Any:
    """A field that bounds child rows, read wherever it lies."""
    return _SEEN(b, moment, NOW if isinstance(moment, m.FieldUse) else until)


def of_all(b: Any, e: Any, record: str, since: Any, where: Any, n: Any = None, until: Any = None) -> Any:
    """The `last` row of all, not of those up to the instant."""
    return event_row(b, e, record, since, where, n)


def at_once(r: reading.Reading, until: Any) -> reading.Decided:
    return reading.Decided(r.value, FALSE)


def a_count(b: Any, value: m.Expression, scope: Any) -> bool:
    return isinstance(value, m.RowsValue) and value.function == "count"


def now_or_at_the_end(c: Any, cause: str, period: Any, outcomes: Any) -> int:
    return int(min(period.end, outcomes.as_of.instant))


def ahead(instant: Any) -> Any:
    return compare(">", instant, AsOf())


_SEEN: Callable[..., Any] = conditions.moment_seen

FAULTS: dict[str, Break] = {
    "a bound is read beyond the entry": put(conditions, "moment_seen", whenever),
    "the last of all rows, not of those up to the instant": put(conditions, "event_row", of_all),
    "a branch is chosen while a clock it asks runs": put(clocks, "decided", at_once),
    "a score hides that its clock runs": put(conditions, "waiting", lambda r: FALSE),
    "a count of children never falls": put(figures, "never_falls", a_count),
    "an action is dated by the as-of": put(
        import_module("sladsl.verdicts.actions"), "_since", now_or_at_the_end
    ),
    "what lies at the as-of is settled": every(
        *(put(x, "not_behind", ahead) for x in (builder, clocks, definitions))
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_that_is_put_back_is_found(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    FAULTS[fault](monkeypatch)
    assert any(grown(seed)[1] for seed in SEEDS)
