"""What an editor's incremental check saves: one agreement typed into, checked after each key both ways, in turn.

    python -m benchmarks.editing
    python -m benchmarks.editing --lines 1000 --seed 2

*Whole* compiles the text as `sla check` does, each declaration parsed once and remembered by its text. *Incremental* is what the language
server does (`sladsl.ide`). Three kinds of key: a new definition, KPI and commitment typed in the middle; a field typed into the record that
everything stands on; and words put in at random places and taken back. Both must say the same of every text. Times are processor time; the
ratio is of each pair, so a busy machine changes little in it. Memory is looked through as in the server, between two keys.
"""

from __future__ import annotations

import argparse
import gc
import random
import time
from collections.abc import Callable, Iterator
from statistics import median, quantiles
from typing import TypeVar

from benchmarks.agreements import agreement
from sladsl.compiler import compile_text
from sladsl.ide.incremental_check import IncrementalCheck

_NAME = "agreement.sla"
_TYPED = """define Hot "Hot leads":
  lead when fit_1 >= 70 and country in {"US", "CA"}
  since mql_at

kpi hot = share of Hot that become SAL_1 within 5 business days

sales owes marketing:
  hot at least 60% per quarter
    needs at least 20
    none counts as met

"""
_FIELD = '  budget  optional number in "USD"\n'
_INSERTED = ("x", " ", "\n", "and ", "0", '"', "# note", "fit_1 ", "kpi ")

Made = TypeVar("Made")


def typed(text: str) -> Iterator[str]:
    """The texts of somebody who types new declarations in the middle, key by key."""
    at = text.index("\n# --- market", len(text) // 3) + 1
    for number in range(1, len(_TYPED) + 1):
        yield text[:at] + _TYPED[:number] + text[at:]


def widened(text: str) -> Iterator[str]:
    """The texts of somebody who types another field of the lead, key by key."""
    at = text.index("  created_at ")
    for number in range(1, len(_FIELD) + 1):
        yield text[:at] + _FIELD[:number] + text[at:]


def disturbed(text: str, keys: int, seed: int) -> Iterator[str]:
    """The text with a word put in at a random place, and without it again, in turn."""
    chance = random.Random(seed)
    for _ in range(keys // 2):
        at = chance.randrange(len(text))
        yield text[:at] + chance.choice(_INSERTED) + text[at:]
        yield text


def timed(work: Callable[[], Made]) -> tuple[Made, float]:
    """What the work gives, and its processor time in milliseconds."""
    begun = time.process_time()
    made = work()
    return made, (time.process_time() - begun) * 1e3


def pairs(text: str, keys: Iterator[str]) -> list[tuple[float, float]]:
    """Of each key, how long the whole took and how long the incremental check."""
    check = IncrementalCheck(_NAME, None)
    check.update(text, None)
    compile_text(text, _NAME)
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 5, 1_000)
    found = []
    for edited in keys:
        gc.collect(1)
        compiled, whole = timed(lambda edited=edited: compile_text(edited, _NAME))  # type: ignore[misc]
        checked, incremental = timed(lambda edited=edited: check.update(edited, None))  # type: ignore[misc]
        if compiled.diagnostics != checked.diagnostics:
            raise SystemExit(f"the two differ on this text:\n{edited}")
        found.append((whole, incremental))
    return found


def row(lines: int, name: str, found: list[tuple[float, float]]) -> str:
    def spread(values: list[float]) -> str:
        return f"{median(values):.1f} / {quantiles(values, n=20)[-1]:.1f} / {max(values):.0f}"

    whole, incremental = ([each[side] for each in found] for side in (0, 1))
    ratio = median(a / b for a, b in found)
    return f"| {lines:,} | {name} | {spread(whole)} | {spread(incremental)} | {ratio:.1f} × |"


def main() -> None:
    """Prints a table in Markdown."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lines", type=int, nargs="*", default=[100, 300, 1_000, 3_000])
    parser.add_argument("--keys", type=int, default=200, help="of those at random places")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    print(
        "| lines | keys | whole: p50 / p95 / max, ms | incremental | whole ÷ incremental, median of pairs |"
    )
    print("|---|---|---|---|---|")
    for lines in args.lines:
        text = agreement(lines)
        print(row(lines, "typed", pairs(text, typed(text))), flush=True)
        print(row(lines, "a field typed", pairs(text, widened(text))), flush=True)
        print(row(lines, "at random", pairs(text, disturbed(text, args.keys, args.seed))), flush=True)


if __name__ == "__main__":
    main()
