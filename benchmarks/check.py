"""`sla check` in a cold process against a bare start of the two libraries that it cannot do without.

    python -m benchmarks.check                # 15 rounds
    python -m benchmarks.check --rounds 50

Each round starts both commands as processes of their own, one after the other, and counts processor time (user and system), which a busy
machine stretches less than the clock. A first round that does not count leaves compiled bytecode behind, as an installed package has it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
AGREEMENT = ROOT / "examples" / "handoff" / "handoff.sla"
BARE = (sys.executable, "-c", "import click, lark")


def check(agreement: Path) -> tuple[str, ...]:
    return (sys.executable, "-m", "sladsl", "check", str(agreement))


def cpu_seconds(command: tuple[str, ...]) -> float:
    """Processor time of one process from its start to its end; a process that fails ends the benchmark."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment = {**kept, "PYTHONPATH": str(ROOT)}
    quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
    process = os.posix_spawn(command[0], command, environment, file_actions=quiet)
    _, status, used = os.wait4(process, 0)
    if status:
        sys.exit(f"`{' '.join(command)}` failed")
    return used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--agreement", type=Path, default=AGREEMENT, help="one without errors")
    args = parser.parse_args()
    commands = (check(args.agreement), BARE)
    rounds = [[cpu_seconds(command) for command in commands] for _ in range(args.rounds + 1)][1:]
    checking, bare = (statistics.median(times) for times in zip(*rounds, strict=True))
    ratio = statistics.median(a / b for a, b in rounds)
    print(f"{args.agreement.name}: {checking * 1000:.0f} ms, bare: {bare * 1000:.0f} ms, ratio {ratio:.1f} ×")


if __name__ == "__main__":
    main()
