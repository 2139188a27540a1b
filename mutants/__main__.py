"""Do the tests notice? `python -m mutants --learnt FOLDER --of sladsl.lowering --count 50 --seed 1`.

First what each test passes through is learnt, by a run of the tests or of some of them:
`python -m mutants --learn FOLDER [TEST ...]`. Then random changes are made, one at a time, and the tests that pass through the
changed function are run until one fails. A change that none notices is printed at the end: it is a hole in the tests, or one that
changes nothing a user can see, which a reader decides.

Nothing is written into the checkout. A run of 50 takes a few minutes on two processors.
"""

from __future__ import annotations

import argparse
import importlib
import json
import multiprocessing
import os
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import Enum
from functools import partial
from pathlib import Path

from mutants import PACKAGES, ROOT, Mutant, modules, mutants_of
from mutants.imports import APPLY, LEARN, begin, put_in, taken

AREAS = (
    "sladsl.lowering",
    "sladsl.verdicts",
    "sladsl.engines",
    "sladsl.calendars",
    "sladsl.checker",
)
"""Where a change that nobody notices is a wrong verdict or an agreement that is taken wrongly."""
MOST_TESTS = 4_000
"""Of one change: those that take the least time. The seconds they may take are what keeps them few: thousands of tests may take one."""
PATIENCE = 60.0
"""Seconds of a processor beyond three times what the tests took before, after which a change counts as noticed: it does not end."""
_IDLE = 20
"""So many times that on the clock, for what waits for what does not come; a machine may have much else to do."""


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


def with_what_is_there(known: Learnt) -> Learnt:
    """Without tests that are there no more: pytest runs none of a batch that has one."""
    files = sorted({test.partition("::")[0] for test in known.seconds if "::" in test})
    collect = ["--collect-only", "-q", "-o", "addopts=", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *collect, *(f for f in files if (ROOT / f).exists())]
    said = subprocess.run(
        command, cwd=ROOT, env=_environment(), stdout=subprocess.PIPE, text=True, check=False
    ).stdout
    there = {line for line in said.splitlines() if "::" in line}
    tests = {function: [t for t in through if t in there] for function, through in known.tests.items()}
    return Learnt(tests, known.seconds)


def learn(folder: Path, arguments: Sequence[str]) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    environment = {**_environment(), LEARN: str(folder.resolve())}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "mutants.plugin", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def _environment() -> dict[str, str]:
    places = [ROOT, ROOT / "mutants" / "startup", ROOT / "lsp", ROOT / "tests"]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, places)), "CI": "true"}


def chosen(prefixes: Sequence[str], count: int, seed: str, but: Sequence[str] = ()) -> list[Mutant]:
    """Random changes of the modules below some names and not below others, each of another place; what does not compile is no change."""
    pick = random.Random(seed)
    every = [
        mutant
        for name, path in modules().items()
        if _below(name, prefixes) and not _below(name, but)
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


def _below(module: str, prefixes: Sequence[str]) -> bool:
    return any(module == prefix or module.startswith(f"{prefix}.") for prefix in prefixes)


def _compiles(mutant: Mutant) -> bool:
    try:
        compile(mutant.apply((ROOT / mutant.path).read_bytes()), mutant.path, "exec")
    except SyntaxError:
        return False
    return True


def tried(mutant: Mutant, known: Learnt, most: float, run: Run) -> Tried:
    """The tests that pass through the changed function, until one fails; as many as take `most` seconds together.

    A test that fails without the change too is none that notices it.
    """
    if not (tests := picked(known, f"{mutant.module}:{mutant.function}", most)):
        return Tried(mutant, Fate.UNTRIED, "", 0)
    for batch in batches(tests):
        waiting = batch
        while waiting:
            ended = run(mutant, waiting, PATIENCE + 3 * sum(known.seconds[test] for test in waiting))
            if ended.status is None:
                return Tried(mutant, Fate.ENDLESS, "", len(tests))
            if ended.status == 0:
                break
            suspected = ended.failed or waiting
            if run(None, suspected, PATIENCE).status == 0:
                return Tried(
                    mutant, Fate.NOTICED, ended.failed[0] if ended.failed else ended.said, len(tests)
                )
            waiting = [test for test in waiting if test not in suspected]
    return Tried(mutant, Fate.UNNOTICED, "", len(tests))


def picked(known: Learnt, function: str, most: float) -> list[str]:
    """The quickest first, and those of a file the later the more of them come before: what looks at a function from many sides comes before
    more of the same, and many quick ones before a slow one."""
    seen: Counter[str] = Counter()
    order: list[tuple[float, str]] = []
    for test in known.tests.get(function, ()):
        file = test.partition("::")[0]
        seen[file] += 1
        order.append((known.seconds[test] * seen[file], test))
    tests: list[str] = []
    together = 0.0
    for _, test in sorted(order)[:MOST_TESTS]:
        together += known.seconds[test]
        if tests and together > most:
            break
        tests.append(test)
    return tests


def batches(tests: Sequence[str]) -> Iterator[list[str]]:
    """What is run together, each time more: most changes are noticed by the first few."""
    start, size = 0, 3
    while start < len(tests):
        yield sorted(tests[start : start + size], key=lambda test: test.partition("::")[0])
        start, size = start + size, 6 * size


@dataclass(frozen=True, slots=True)
class Ended:
    """A run of some tests: its status, None where it had to be ended; which of them failed or are not there."""

    status: int | None
    failed: list[str]
    said: str


Run = Callable[[Mutant | None, Sequence[str], float], Ended]
"""Tests, with a change or without one, until one fails; for so many seconds."""


def in_its_own_process(mutant: Mutant | None, tests: Sequence[str], patience: float) -> Ended:
    return _ended(mutant, tests, patience, here=False)


class Warm:
    """This process has imported the product and what it needs; for each change another one begins as a copy of it, whose function is
    changed in place. A function that was entered meanwhile may have left something behind: its changes get a process of their own."""

    def __init__(self) -> None:
        begin(None)
        for name in (*_NEEDED, *modules()):
            if not name.endswith("__main__"):
                importlib.import_module(name)
        self._entered = set(taken())

    def __call__(self, mutant: Mutant | None, tests: Sequence[str], patience: float) -> Ended:
        if mutant is not None and f"{mutant.module}:{mutant.function}" in self._entered:
            return in_its_own_process(mutant, tests, patience)
        return _ended(mutant, tests, patience, here=True)


_NEEDED = ("pytest", "hypothesis", "ibis", "duckdb", "pyarrow")


def _ended(mutant: Mutant | None, tests: Sequence[str], patience: float, here: bool) -> Ended:
    with tempfile.TemporaryDirectory() as folder:
        listed, output = Path(folder) / "tests", Path(folder) / "output"
        listed.write_text("\n".join(tests), encoding="utf-8")
        arguments = ["-x", "-q", "--tb=no", "-p", "mutants.plugin", "-p", "no:cacheprovider"]
        arguments += ["-W", "ignore::pytest.PytestAssertRewriteWarning", f"--basetemp={folder}/pytest"]
        process = _begun(mutant, [*arguments, f"@{listed}"], output, here)
        resource.prlimit(process, resource.RLIMIT_CPU, (int(patience), int(patience) + 5))
        end = time.monotonic() + _IDLE * patience
        while not (ended := os.waitpid(process, os.WNOHANG))[0]:
            if time.monotonic() > end:
                os.killpg(process, signal.SIGKILL)
                os.waitpid(process, 0)
                return Ended(None, [], "")
            time.sleep(0.02)
        status = os.waitstatus_to_exitcode(ended[1])
        if status == -signal.SIGXCPU:
            return Ended(None, [], "")
        lines = output.read_text(encoding="utf-8", errors="replace").splitlines()
    failed = [test for test in tests if any(_tells_of(test, line) for line in lines)]
    return Ended(status, failed, "\n".join(lines[-3:]))


def _tells_of(test: str, line: str) -> bool:
    if line.startswith("ERROR: not found: "):
        return line.endswith(f"/{test}")
    return line in (f"FAILED {test}", f"ERROR {test}") or line.startswith(
        (f"FAILED {test} - ", f"ERROR {test} - ")
    )


def _begun(mutant: Mutant | None, arguments: list[str], output: Path, here: bool) -> int:
    """A process that runs tests: a copy of this one, as it is or with another program in it."""
    process = os.fork()
    if process:
        return process
    status = 3
    try:
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(os.open(output, os.O_WRONLY | os.O_CREAT), 1)
        os.dup2(1, 2)
        os.chdir(ROOT)
        os.environ.update(_environment())
        if mutant is not None:
            os.environ[APPLY] = json.dumps(asdict(mutant))
        if not here or (mutant is not None and not put_in(mutant)):
            os.execv(sys.executable, [sys.executable, "-m", "pytest", *arguments])
        import pytest

        status = int(pytest.main(arguments))
        sys.stdout.flush()
    finally:
        os._exit(status)


def all_tried(mutants: Sequence[Mutant], known: Learnt, most: float, workers: int) -> Iterator[Tried]:
    """Each by one of some copies of this process, in the order in which they end."""
    global _try  # noqa: PLW0603 - what a copy has from the process it is of
    run = Warm()
    _try = partial(tried, known=known, most=most, run=run)
    with multiprocessing.get_context("fork").Pool(workers) as pool:
        yield from pool.imap_unordered(_tried_here, mutants)


_try: Callable[[Mutant], Tried]


def _tried_here(mutant: Mutant) -> Tried:
    return _try(mutant)


def reported(path: Path | None) -> list[Tried]:
    """What a run before this one tried: it need not be tried again."""
    if path is None or not path.exists():
        return []
    lines = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [Tried(Mutant(**x["mutant"]), Fate(x["fate"]), x["by"], x["tests"]) for x in lines]


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
    parser.add_argument(
        "--elsewhere", action="store_true", help="of all but those that are asked for without --of"
    )
    parser.add_argument("--count", type=int, default=50, help="how many changes")
    parser.add_argument("--seed", default="1", help="where the changes come from")
    parser.add_argument("--seconds", type=float, default=60.0, help="of tests for one change, at most")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument(
        "--report", type=Path, help="a file for all of it, as JSON lines; what it has is not tried again"
    )
    parser.add_argument("tests", nargs="*", help="of pytest, with --learn")
    options = parser.parse_args()
    if options.learn:
        return learn(options.learn, options.tests)
    if not options.learnt:
        parser.error("give --learn FOLDER first, then --learnt FOLDER")
    known = with_what_is_there(learnt(options.learnt))
    everything = [folder.name for folder in PACKAGES]
    picked_from = (everything, AREAS) if options.elsewhere else (options.of or AREAS, ())
    mutants = chosen(picked_from[0], options.count, options.seed, picked_from[1])
    results = [result for result in reported(options.report) if result.mutant in mutants]
    waiting = [mutant for mutant in mutants if mutant not in {result.mutant for result in results}]
    for result in all_tried(waiting, known, options.seconds, options.workers):
        results.append(result)
        print(
            f"{len(results)}/{len(mutants)} {result.fate.value}: {result.mutant}", file=sys.stderr, flush=True
        )
        if options.report:
            with options.report.open("a", encoding="utf-8") as file:
                file.write(json.dumps({**asdict(result), "fate": result.fate.value}) + "\n")
    print("\n".join(told(results)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
