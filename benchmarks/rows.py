"""The reference interpreter's pace: leads a second for the bundled handoff's commitments, beside the set engine in the same process.

    python -m benchmarks.rows

Data are in memory, each engine's in its own form; a time is processor time, from settling the rows to the counters, and is taken only
when both engines count the same. Figures, listings and routes that no commitment rests on are left out.
"""

from __future__ import annotations

import gc
from dataclasses import replace
from pathlib import Path

from benchmarks.timing import least
from sladsl.compiler import compile_text
from sladsl.data import load
from sladsl.engines import rows, tables
from sladsl.outcomes import AsOf
from sladsl.plan import Plan
from sladsl.runner import parse_as_of

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "handoff"
ROUNDS = 5


def of_commitments(plan: Plan) -> Plan:
    """The plan with what its commitments need, and no more."""
    asked = {c.figure for c in plan.commitments}
    return replace(plan, figures=tuple(f for f in plan.figures if f.id in asked), listings=(), routes=())


def main() -> None:
    path = EXAMPLE / "handoff.sla"
    read = compile_text(
        path.read_text(encoding="utf-8"), str(path), read=lambda p: Path(p).read_text(encoding="utf-8")
    )
    assert read.plan is not None
    plan = of_commitments(read.plan)
    loaded = load(plan, [], base=EXAMPLE)
    data, at = loaded.rows(), AsOf(parse_as_of("2026-12-01", plan.zone))
    tables.evaluate(plan, loaded.tables, at)  # what is imported on the way is no engine's time
    gc.collect()
    gc.freeze()  # nor is looking again and again through the modules and data that are there already
    one, row_by_row = least(lambda: rows.evaluate(plan, data, at), ROUNDS)
    other, as_sets = least(lambda: tables.evaluate(plan, loaded.tables, at), ROUNDS)
    assert one == other, "the engines count differently"
    leads = len(data["lead"])
    print(f"{leads:,} leads and {len(data['activity']):,} activities, {len(plan.commitments)} commitments")
    print(
        f"row by row {leads / row_by_row:,.0f} leads a second; as sets takes {as_sets / row_by_row:.1f} × as long"
    )


if __name__ == "__main__":
    main()
