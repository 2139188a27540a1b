"""A back-test of many values against one run of the agreement, and against a run for each of them.

    python -m benchmarks.sweep                       # 20 deadlines, and 20 targets, over 1,000,000 leads
    python -m benchmarks.sweep --leads 100000 --equal # and whether every answer is that of a run of its own

In one process, in turn, in processor time; a ratio is of the least times of several rounds.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from benchmarks.data import AS_OF, make
from benchmarks.timing import least
from sladsl.backtesting import Backtest, backtest, changed, varied
from sladsl.compiler import Compilation, compile_text
from sladsl.reports.run import text
from sladsl.runner import Run, run
from sladsl.verdicts import CommitmentResult

AGREEMENT = Path(__file__).parent / "handoff.sla"
SWEPT = {
    "a deadline": "sales.response_time within 30..600 business minutes by 30 business minutes otherwise",
    "a target": "sales.response_time for 76..95% by 1%",
    "a threshold": "MQL fit >= 4..80 by 4",
}
"""Twenty values each."""


def compiled() -> Compilation:
    """The agreement of the other benchmarks, whose missed months have a consequence as well."""
    written = AGREEMENT.read_text(encoding="utf-8")
    more = written.replace(
        "    none counts as met\n", '    if missed escalate to "head of sales"\n    none counts as met\n'
    )
    return compile_text(more, str(AGREEMENT))


def one_run(compilation: Compilation, bindings: list[tuple[str, object]]) -> Run:
    """What `sla run` does: load, evaluate, judge, and the report."""
    assert compilation.plan is not None
    made = run(compilation.plan, bindings, as_of=AS_OF)
    text.report(made)
    return made


def swept(compilation: Compilation, vary: str, bindings: list[tuple[str, object]]) -> Backtest:
    fresh = compile_text(compilation.source.text, compilation.source.name)
    return backtest(fresh, varied(fresh, [vary]), bindings, as_of=AS_OF)


def said(result: CommitmentResult) -> object:
    return result.commitment.id, [
        (j.measured.period, j.verdict, j.measured.value, j.measured.range) for j in result.periods
    ]


def differences(compilation: Compilation, tried: Backtest, bindings: list[tuple[str, object]]) -> list[str]:
    """Which answers are not those of a run of their own."""
    wrong = []
    for point in tried.points:
        own = [(v.constant, x) for v, x in zip(tried.variations, point.values, strict=True)]
        alone = one_run(compilation if point.is_now else changed(compilation, own), bindings)
        late = sum(map(len, alone.outcomes.breaches.values()))
        together = (
            [said(h.result) for h in point.held],
            sum(h.late or 0 for h in point.held),
            sum(h.actions for h in point.held),
        )
        if ([said(c) for c in alone.commitments], late, sum(1 for _ in alone.due())) != together:
            wrong.append(f"{', '.join(point.values)}: not what a run says")
    return wrong


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--equal", action="store_true", help="compare every answer with a run of its own")
    parser.add_argument("--folder", type=Path, default=Path("/tmp/sladsl-benchmark"))
    args = parser.parse_args()
    leads, activities = make(args.folder, args.leads)
    bindings: list[tuple[str, object]] = [("lead", str(leads)), ("activity", str(activities))]
    compilation = compiled()
    _, alone = least(lambda: one_run(compilation, bindings), args.rounds)
    print(f"{args.leads:,} leads; one run: {alone:.2f} s of processor time")
    for what, vary in SWEPT.items():
        tried, together = least(work(compilation, vary, bindings), args.rounds)
        print(f"| {what} | {len(tried.points)} | {together:.2f} s | {together / alone:.2f} × |", flush=True)
        if args.equal:
            wrong = differences(compilation, tried, bindings)
            print(
                "\n".join(wrong) if wrong else f"all {len(tried.points)} are what a run of their own says",
                flush=True,
            )


def work(compilation: Compilation, vary: str, bindings: list[tuple[str, object]]) -> Callable[[], Backtest]:
    return lambda: swept(compilation, vary, bindings)


if __name__ == "__main__":
    main()
