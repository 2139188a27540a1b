"""A cold `sla run` of 8,000 leads against a cold script of hand-written SQL for the same answers.

    python -m benchmarks.cold                 # 5 rounds
    python -m benchmarks.cold --rounds 15

Each round starts, as processes of their own and one after the other: the script (`by_hand`, with its tables of half-hours); `sla run`
with an empty cache, and again with what that one kept. Processor time (user and system). `tests/test_benchmark_answers.py` holds that
the answers are equal. A first round that does not count leaves compiled bytecode behind, as an installed package has it.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.data import AS_OF, make

ROOT = Path(__file__).parent.parent
LEADS = 8_000
SCRIPT = """
import sys, duckdb
from pathlib import Path
from benchmarks import by_hand
con = duckdb.connect()
by_hand.prepare(con)
for name, rows in by_hand.run(con, Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])).items():
    print(name, rows[:10])
"""


def cpu_seconds(command: tuple[str, ...], cache: str) -> float:
    """Processor time of one process from its start to its end; one that could not do its work ends the benchmark."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment = {**kept, "PYTHONPATH": str(ROOT), "SLA_CACHE": cache}
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    process = os.posix_spawn(command[0], command, environment, file_actions=quiet)
    _, status, used = os.wait4(process, 0)
    if os.waitstatus_to_exitcode(status) not in {0, 1}:  # a promise that is missed is 1
        sys.exit(f"`{' '.join(command)}` failed")
    return used.ru_utime + used.ru_stime


def main() -> None:
    from benchmarks.scale import now

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        leads, activities = (str(path) for path in make(Path(place), LEADS))
        cache = str(Path(place, "cache"))
        by_hand = (sys.executable, "-c", SCRIPT, leads, activities, str(now()))
        data = ("--data", f"lead={leads}", "--data", f"activity={activities}")
        ours = (
            sys.executable,
            "-m",
            "sladsl",
            "run",
            str(ROOT / "benchmarks" / "handoff.sla"),
            *data,
            "--as-of",
            AS_OF,
        )
        rounds = []
        for _ in range(asked.rounds + 1):
            shutil.rmtree(cache, ignore_errors=True)
            rounds.append([cpu_seconds(by_hand, cache), cpu_seconds(ours, cache), cpu_seconds(ours, cache)])
    hand, first, second = (statistics.median(times) for times in zip(*rounds[1:], strict=True))
    print(f"by hand {hand * 1000:.0f} ms, first run {first * 1000:.0f} ms, second {second * 1000:.0f} ms")
    ratios = [statistics.median(r[n] / r[0] for r in rounds[1:]) for n in (1, 2)]
    print(f"first run ÷ by hand {ratios[0]:.2f} ×, second run ÷ by hand {ratios[1]:.2f} ×")


if __name__ == "__main__":
    main()
