"""Agreements of many commitments: what one more costs.

    python -m benchmarks.wide                                  # 5, 20, 50, 100 and 200 commitments, 20,000 leads
    python -m benchmarks.wide --commitments 5 500 --alike      # all about the same leads and calls

Each commitment is a response in business hours, about leads and calls of its own; with `--alike` all are about the same ones, by other
names. Everything but the report is done as `sla run` does it, all sizes in one process and in turn; before a time counts, the answers on a
few leads must be those of the reference interpreter. Processor time, the least of the rounds, and its ratio to that of the first size.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from random import Random

from benchmarks.timing import least
from sladsl.calendars import DAY, iso
from sladsl.compiler import compile_text
from sladsl.engines.rows import Evaluation
from sladsl.outcomes import AsOf
from sladsl.plan import Plan
from sladsl.runner import parse_as_of, run

HEAD = """agreement "Wide":
  between marketing and sales
  effective 2026-01-01 to 2026-12-31
  zone "America/New_York"
  hours us_hours

calendar us_hours:
  zone "America/New_York"
  open monday to friday 09:00 to 17:00

record lead:
  id key text
  mql_at optional time
  score number

record activity of lead:
  id key text
  effort number
  at time

source leads for lead from "leads.csv":
  id = "id"

source acts for activity from "acts.csv":
  id = "id"

"""
AS_OF = "2026-11-29T00:00Z"
FEW = 300


def agreement(commitments: int, alike: bool = False) -> str:
    text, owed = HEAD, "sales owes marketing:\n"
    for n in range(commitments):
        least_score, least_effort = (0, 0) if alike else (n % 80, n % 9)
        text += f"define M{n}:\n  lead when score >= {least_score}\n  since mql_at\n\n"
        text += f"event first_call_{n}:\n  first activity where effort >= {least_effort}\n\n"
        text += f"kpi response{n} =\n  time from M{n} to first_call_{n}\n  in business hours\n\n"
        owed += f"  response{n} within {1 + n} business hours\n    for 90% of M{n} per month\n"
    return text + owed


def data(folder: Path, leads: int) -> None:
    """Leads over the year, and two activities each."""
    chance, first = Random(leads), parse_as_of("2026-01-05T00:00Z", "UTC")
    came = [first + chance.randrange(320 * DAY) for _ in range(leads)]
    with (folder / "leads.csv").open("w", encoding="utf-8") as file:
        file.write("id,mql_at,score\n")
        file.writelines(f"L{n},{iso(at)},{chance.randrange(100)}\n" for n, at in enumerate(came))
    with (folder / "acts.csv").open("w", encoding="utf-8") as file:
        file.write("id,lead,effort,at\n")
        for n in range(2 * leads):
            of = chance.randrange(leads)
            at = iso(came[of] + chance.randrange(5 * DAY))
            file.write(f"A{n},L{of},{chance.randrange(10)},{at}\n")


def compiled(folder: Path, commitments: int, alike: bool) -> Plan:
    plan = compile_text(agreement(commitments, alike), str(folder / "wide.sla")).plan
    assert plan is not None
    return plan


def equal(folder: Path, commitments: int, alike: bool) -> bool:
    """Whether both engines come to the same on a few leads."""
    plan = compiled(folder, commitments, alike)
    counted = run(plan, base=folder, as_of=AS_OF)
    assert counted.loaded is not None
    expected = Evaluation(plan, counted.loaded.rows(), AsOf(parse_as_of(AS_OF, plan.zone))).outcomes()
    same = counted.outcomes.figures == expected.figures and counted.outcomes.breaches == expected.breaches
    counted.loaded.close()
    return same


def main() -> None:
    options = argparse.ArgumentParser(description="What one commitment more costs.")
    options.add_argument("--commitments", type=int, nargs="+", default=[5, 20, 50, 100, 200])
    options.add_argument("--leads", type=int, default=20_000)
    options.add_argument("--rounds", type=int, default=2)
    options.add_argument("--alike", action="store_true")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as place:
        small, large = Path(place, "small"), Path(place, "large")
        for folder, leads in ((small, FEW), (large, asked.leads)):
            folder.mkdir()
            data(folder, leads)
        for commitments in asked.commitments[:2]:
            assert equal(small, commitments, asked.alike), f"the engines differ on {commitments} commitments"
        times: dict[int, float] = {}
        for _ in range(asked.rounds):
            for commitments in asked.commitments:

                def work(commitments: int = commitments) -> None:
                    made = run(compiled(large, commitments, asked.alike), base=large, as_of=AS_OF)
                    assert made.loaded is not None
                    made.loaded.close()

                _, seconds = least(work, 1)
                times[commitments] = min(seconds, times.get(commitments, seconds))
    first = times[asked.commitments[0]]
    for commitments, seconds in times.items():
        print(f"{commitments:>4} commitments: {seconds:6.2f} s, {seconds / first:5.1f} ×")


if __name__ == "__main__":
    main()
