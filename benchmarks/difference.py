"""A difference of five causes on data against one run of the agreement.

    python -m benchmarks.difference                  # over 100,000 leads
    python -m benchmarks.difference --leads 1000000

In one process, in processor time.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.data import AS_OF, make
from benchmarks.sweep import compiled, one_run
from benchmarks.timing import least
from sladsl.cli.closed_books import shown_of
from sladsl.comparing import compare
from sladsl.comparing.on_data import Data, on_data
from sladsl.compiler import compile_text

CHANGES = (
    ("fit >= 25", "fit >= 30"),
    ('{"US", "CA"}', '{"US", "DE"}'),
    ("within 90 days", "within 60 days"),
    ("at least 100 per", "at least 13_000 per"),
    ("within 4 business hours", "within 3 business hours"),
)
"""One declaration each."""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--leads", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=Path("/tmp/sladsl-benchmark"))
    args = parser.parse_args()
    leads, activities = make(args.folder, args.leads)
    bindings: list[tuple[str, object]] = [("lead", str(leads)), ("activity", str(activities))]
    old = compiled()
    text = old.source.text
    for before, after in CHANGES:
        assert before in text, before
        text = text.replace(before, after)
    comparison = compare(old, compile_text(text, old.source.name))
    _, alone = least(lambda: one_run(old, bindings), args.rounds)
    found, whole = least(lambda: on_data(comparison, Data(tuple(bindings), AS_OF), shown_of), args.rounds)
    print(f"{args.leads:,} leads; one run: {alone:.2f} s of processor time")
    print(f"{len(found.causes)} causes: {whole:.2f} s, {whole / alone:.2f} ×")


if __name__ == "__main__":
    main()
