"""Business time alone: how long between two moments, in the set engine and in the Python libraries that know business hours.

    pip install business-duration businesstimedelta
    python -m benchmarks.business_time

The agreement measures one time in business hours and nothing else. Ours is timed twice: as a whole, from the loaded table to the counts,
which settles keys and attributes each row to its month as well, and as what the measuring adds to counting the same rows. The libraries
are called a row at a time, which is the only way they have, on a sample. Processor time, least of the rounds.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from benchmarks.data import AS_OF, make
from benchmarks.libraries import business_duration_rate, businesstimedelta_rate
from benchmarks.timing import least
from sladsl.compiler import compile_text
from sladsl.data import Binding, load
from sladsl.engines import tables
from sladsl.outcomes import AsOf
from sladsl.runner import parse_as_of

AGREEMENT = """agreement "Time":
  between marketing and sales
  zone "America/New_York"
  hours us_hours

calendar us_hours:
  open monday to friday 09:00 to 18:00
  closed holidays "US"

record lead:
  id           key text
  mql_at       optional time
  accepted_at  optional time

define MQL:
  lead
  since mql_at

"""
MEASURED = "kpi took = time from MQL to accepted_at in business hours\n"
COUNTED = "kpi took = count of MQL\n"


def evaluation(text: str, leads: Path) -> tuple[Callable[[], object], int]:
    """The work of one evaluation on the loaded table, and how many rows are measured in it."""
    plan = compile_text(text, "time.sla").plan
    assert plan is not None
    loaded = load(plan, [Binding("lead", str(leads))], base=Path.cwd())
    at = AsOf(parse_as_of(AS_OF, plan.zone))
    outcomes = tables.evaluate(plan, loaded.tables, at)
    return lambda: tables.evaluate(plan, loaded.tables, at), sum(
        int(p.counters["rows"] or 0) for p in outcomes.figures["took"]
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument(
        "--folder", type=Path, default=Path("/tmp/sladsl-benchmark"), help="where the data are kept"
    )
    args = parser.parse_args()
    file, _ = make(args.folder, args.leads)
    measuring, rows = evaluation(AGREEMENT + MEASURED, file)
    counting, _ = evaluation(AGREEMENT + COUNTED, file)
    (_, whole), (_, without) = least(measuring, args.rounds), least(counting, args.rounds)
    ours = {
        "sladsl, all of the evaluation": rows / whole,
        "sladsl, what measuring adds": rows / (whole - without),
    }
    theirs = {
        "business-duration": business_duration_rate(file, 2_000),
        "businesstimedelta": businesstimedelta_rate(file, 1_000),
    }
    print(
        f"{rows:,} business times\n\n| | a second | ÷ business-duration | ÷ businesstimedelta |\n|---|---|---|---|"
    )
    for name, rate in (ours | theirs).items():
        ratios = " | ".join(f"{rate / other:,.1f} ×" for other in theirs.values())
        print(f"| {name} | {rate:,.0f} | {ratios} |")


if __name__ == "__main__":
    main()
