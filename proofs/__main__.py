"""Compare the engines on many cases, and say how many: `python -m proofs --pairs 20000 --seed 1 [--workers 2]`.

Every difference is made smaller and written to a folder of its own, with the seed that makes it again: `--only SEED`.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import count
from pathlib import Path

from proofs.cases import TOGETHER, case, faults, told, write
from proofs.reduce import Reducer

_AT_ONCE = 5
"""Cases between two lines of progress."""


def prove(
    seed: str, together: int, evaluations: int, folder: Path, database: str | None
) -> tuple[str, int, int, str]:
    """One case: its seed, how many pairs were compared, in how many evaluations, and what differs, in words."""
    warnings.simplefilter("ignore")  # what Ibis says about its own future
    made = case(seed, together, evaluations)
    words = ""
    for h, differences in faults(made, database):
        a, smaller = Reducer().reduced(made.agreement, h)
        place = folder / seed
        write(place, a.text, a.plan, smaller, told(a.plan, smaller) or differences, seed)
        words += f"{seed}: {len(differences)} differences, such as {differences[0]}\n  written to {place}\n"
    return seed, made.pairs, len(made.histories), words


def proved(options: argparse.Namespace, seeds: Iterable[str]) -> Iterator[tuple[str, int, int, str]]:
    """The cases one after another, on one processor or several."""
    arguments = [options.together, options.evaluations, options.dump, options.database]
    if options.workers == 1:
        yield from (prove(seed, *arguments) for seed in seeds)
        return
    with ProcessPoolExecutor(options.workers) as pool:
        remaining = iter(seeds)
        while True:
            batch = [next(remaining) for _ in range(options.workers * 4)]
            yield from pool.map(prove, batch, *([x] * len(batch) for x in arguments))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m proofs", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pairs", type=int, default=1000, help="stop when so many pairs were compared")
    parser.add_argument("--seed", default="1", help="where the cases come from")
    parser.add_argument("--only", help="one case, by its whole seed, such as `1-17`")
    parser.add_argument("--together", type=int, default=TOGETHER, help="data sets in one evaluation")
    parser.add_argument(
        "--evaluations", type=int, default=1, help="so many of an agreement, each as of a moment of its own"
    )
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument(
        "--database", help="a Postgres or Spark in which the set engine works, instead of DuckDB: its URL"
    )
    parser.add_argument(
        "--dump", type=Path, default=Path("differences"), help="where what differs is written"
    )
    options = parser.parse_args()
    seeds = [options.only] if options.only else (f"{options.seed}-{n}" for n in count())
    if options.only:
        options.workers, options.pairs = 1, 1
    pairs = evaluations = differ = 0
    for number, (seed, compared, made, words) in enumerate(proved(options, seeds), 1):
        pairs, evaluations, differ = pairs + compared, evaluations + made, differ + bool(words)
        if words:
            print(words, flush=True)
        done = pairs >= options.pairs
        if done or number % _AT_ONCE == 0:
            print(
                f"{number} agreements, {pairs} pairs in {evaluations} evaluations, {differ} differ (up to {seed})",
                flush=True,
            )
        if done:
            break
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
