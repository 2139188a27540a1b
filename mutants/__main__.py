"""Do the tests notice? `python -m mutants --learnt FOLDER --of sladsl.lowering --count 50 --seed 1`.

First what each test passes through is learnt, by a run of the tests or of some of them:
`python -m mutants --learn FOLDER [TEST ...]`. Then random changes are made, one at a time, and the tests that pass through the
changed function are run until one fails. A change that none notices is printed at the end: it is a hole in the tests, or one that
changes nothing a user can see, which a reader decides.

Nothing is written into the checkout. A run of 50 takes a few minutes on two processors.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from enum import Enum
from pathlib import Path

from mutants import ROOT, Mutant, modules, mutants_of
from mutants.imports import APPLY, LEARN

AREAS = (
    "sladsl.lowering",
    "sladsl.verdicts",
    "sladsl.engines",
    "sladsl.calendars",
    "sladsl.checker",
)
"""Where a change that nobody notices is a wrong verdict or an agreement that is taken wrongly."""
MOST_TESTS = 400
"""Of one change: those that take the least time."""
PATIENCE = 60.0
"""Seconds beyond three times what the tests took before, after which a change counts as noticed: it does not end."""


class Fate(Enum):
    NOTICED = "noticed"
    ENDLESS = "noticed, as it does not end"
    UNNOTICED = "unnoticed"
    UNTRIED = "no test passes through"


@dataclass(frozen=True, slots=True)
class Tried:
    mutant: Mutant
    fate: Fate
    by: str
    """The test that failed."""
    tests: int
    """How many were run, or would have been."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """Which tests pass through a function, the quickest first, and how long each takes."""

    tests: dict[str, list[str]]
    seconds: dict[str, float]


def learnt(folder: Path) -> Learnt:
    """What `--learn` wrote; ValueError for what it did not. A process that was ended leaves a last line without its end: that test is one
    of which nothing is known."""
    through: dict[str, set[str]] = defaultdict(set)
    seconds: dict[str, float] = {}
    for path in sorted(folder.glob("*.jsonl")):
        *lines, _ = path.read_text(encoding="utf-8").split("\n")
        for line in lines:
            try:
                said = json.loads(line)
            except ValueError as error:
                raise ValueError(f"{path} was not written by --learn: {error}") from None
            seconds[said["test"]] = max(said["seconds"], seconds.get(said["test"], 0.0))
            for function in said["functions"]:
                through[function].add(said["test"])
    order = {f: sorted(tests, key=lambda test: (seconds[test], test)) for f, tests in through.items()}
    return Learnt(order, seconds)


def learn(folder: Path, arguments: Sequence[str]) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    environment = {**_environment(), LEARN: str(folder.resolve())}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "mutants.plugin", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def _environment() -> dict[str, str]:
    places = [ROOT, ROOT / "mutants" / "startup", ROOT / "lsp", ROOT / "tests"]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, places)), "CI": "true"}


def chosen(prefixes: Sequence[str], count: int, seed: str) -> list[Mutant]:
    """Random changes of the modules below some names, each of another place; what does not compile is no change."""
    pick = random.Random(seed)
    every = [
        mutant
        for name, path in modules().items()
        if any(name == prefix or name.startswith(f"{prefix}.") for prefix in prefixes)
        for mutant in mutants_of(name, path)
    ]
    pick.shuffle(every)
    taken: dict[tuple[str, int], Mutant] = {}
    for mutant in every:
        if len(taken) == count:
            break
        if (mutant.path, mutant.line) not in taken and _compiles(mutant):
            taken[mutant.path, mutant.line] = mutant
    return list(taken.values())


def _compiles(mutant: Mutant) -> bool:
    try:
        compile(mutant.apply((ROOT / mutant.path).read_bytes()), mutant.path, "exec")
    except SyntaxError:
        return False
    return True


def tried(mutant: Mutant, known: Learnt, most: float) -> Tried:
    """The tests that pass through the changed function, until one fails; as many as take `most` seconds together."""
    tests: list[str] = []
    together = 0.0
    for test in known.tests.get(f"{mutant.module}:{mutant.function}", ())[:MOST_TESTS]:
        together += known.seconds[test]
        if tests and together > most:
            break
        tests.append(test)
    if not tests:
        return Tried(mutant, Fate.UNTRIED, "", 0)
    with tempfile.TemporaryDirectory() as folder:
        listed, output = Path(folder) / "tests", Path(folder) / "output"
        listed.write_text("\n".join(tests), encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-x", "-q", "--tb=no", "-p", "mutants.plugin"]
        command += ["-p", "no:cacheprovider", f"--basetemp={folder}/pytest", f"@{listed}"]
        environment = {**_environment(), APPLY: json.dumps(asdict(mutant))}
        status = _ended(command, environment, output, 3 * together + PATIENCE)
        said = output.read_text(encoding="utf-8", errors="replace").splitlines()
    if status is None:
        return Tried(mutant, Fate.ENDLESS, "", len(tests))
    if status == 0:
        return Tried(mutant, Fate.UNNOTICED, "", len(tests))
    failed = [line for line in said if line.startswith(("FAILED", "ERROR"))]
    return Tried(mutant, Fate.NOTICED, failed[0] if failed else "\n".join(said[-3:]), len(tests))


def _ended(command: list[str], environment: dict[str, str], output: Path, patience: float) -> int | None:
    """The status of a process; None where it had to be ended."""
    with output.open("wb") as file:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
        try:
            return process.wait(patience)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return None


def all_tried(mutants: Sequence[Mutant], known: Learnt, most: float, workers: int) -> Iterator[Tried]:
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(lambda mutant: tried(mutant, known, most), mutants)


def area(mutant: Mutant) -> str:
    return ".".join(mutant.module.split(".")[:2])


def told(results: Sequence[Tried]) -> Iterator[str]:
    """A table by area, and every change that nobody noticed."""
    made = Counter(area(r.mutant) for r in results)
    missed = Counter(area(r.mutant) for r in results if r.fate in (Fate.UNNOTICED, Fate.UNTRIED))
    yield "| part | changes | unnoticed |"
    yield "|---|---|---|"
    yield from (f"| `{name}` | {made[name]} | {missed[name]} |" for name in sorted(made))
    yield f"| all | {made.total()} | {missed.total()} |"
    for r in results:
        if r.fate in (Fate.UNNOTICED, Fate.UNTRIED):
            yield f"{r.fate.value} ({r.tests} tests): {r.mutant}"


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m mutants", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--learn", type=Path, metavar="FOLDER", help="learn what each test passes through")
    parser.add_argument("--learnt", type=Path, metavar="FOLDER", help="what was learnt")
    parser.add_argument("--of", action="append", metavar="MODULE", help="of these modules and what is below")
    parser.add_argument("--count", type=int, default=50, help="how many changes")
    parser.add_argument("--seed", default="1", help="where the changes come from")
    parser.add_argument("--seconds", type=float, default=60.0, help="of tests for one change, at most")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--report", type=Path, help="a file for all of it, as JSON lines")
    parser.add_argument("tests", nargs="*", help="of pytest, with --learn")
    options = parser.parse_args()
    if options.learn:
        return learn(options.learn, options.tests)
    if not options.learnt:
        parser.error("give --learn FOLDER first, then --learnt FOLDER")
    known = learnt(options.learnt)
    mutants = chosen(options.of or AREAS, options.count, options.seed)
    results = []
    for number, result in enumerate(all_tried(mutants, known, options.seconds, options.workers), 1):
        results.append(result)
        print(f"{number}/{len(mutants)} {result.fate.value}: {result.mutant}", file=sys.stderr, flush=True)
        if options.report:
            with options.report.open("a", encoding="utf-8") as file:
                file.write(json.dumps({**asdict(result), "fate": result.fate.value}) + "\n")
    print("\n".join(told(results)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
