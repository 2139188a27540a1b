"""Whole programmes, as companies run them, on a few rows each: every line of their `expected.txt`, worked out by hand.

They are written and read as the cases of `test_verdict_cases` are. Those are about one rule each; here many rules meet.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from test_verdict_cases import (
    Engine,
    blocks,
    compiled,
    postgres,
    records_claimed,
    rows,
    tables,
    untold,
    wrong,
)
from verdict_claims import Seen, facts

from sladsl.data import load
from sladsl.dst_alternatives import changes
from sladsl.outcomes import AsOf
from sladsl.runner import of_outcomes, parse_as_of

PROGRAMMES = sorted(p for p in (Path(__file__).parent / "golden" / "programmes").iterdir() if p.is_dir())


@pytest.mark.parametrize("engine", [rows, tables, postgres], ids=lambda e: e.__name__)
@pytest.mark.parametrize("programme", PROGRAMMES, ids=lambda p: p.name)
def test_a_programme_comes_out_as_by_hand(programme: Path, engine: Engine) -> None:
    if engine is not rows and not os.environ.get("SLADSL_SLOW"):
        pytest.skip("SLADSL_SLOW=1 runs this: that engines agree is held case by case")
    plan = compiled(programme)
    loaded = load(plan, [], base=programme)
    for block in blocks((programme / "expected.txt").read_text(encoding="utf-8")):
        outcomes, of_record = engine(plan, loaded, AsOf(parse_as_of(block.as_of, plan.zone)))
        seen = Seen(
            of_outcomes(plan, outcomes, (*loaded.problems, *changes(plan, loaded, outcomes.as_of))), of_record
        )
        faults = [*wrong(block, facts(seen, records_claimed(plan, block))), *untold(block, seen)]
        assert not faults, "\n" + "\n".join(faults)
