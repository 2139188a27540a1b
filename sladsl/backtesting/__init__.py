"""What would have been: an agreement on data that are there, with other values in the place of its constants.

    compilation, variations -> plans -> one plan (`one_plan`) -> outcomes -> verdicts -> Backtest

Each combination of values is an agreement of its own, which is compiled and judged as `sla run` does. The data are loaded once, and what
the agreements have in common is worked out once. Those whose rows, calendars or sources differ are evaluated one after the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from sladsl.backtesting.constants import Constant, constants
from sladsl.backtesting.one_plan import Names, as_one, can_be_one, judging_alone, of_one, of_rung, steps
from sladsl.backtesting.suggestion import Suggestion, Wish, suggested, wish
from sladsl.backtesting.variation import Impossible, Variation, changed, varied
from sladsl.calendars import Period
from sladsl.compiler import Compilation
from sladsl.losses import losses
from sladsl.outcomes import AsOf, Outcomes
from sladsl.plan import Plan
from sladsl.runner import Progress, Reads, Run, counted, loaded_at, of_outcomes, working
from sladsl.verdicts import CommitmentResult, Judged, Losses, Verdict
from sladsl.verdicts.ranges import Counters, count

if TYPE_CHECKING:
    from sladsl.data import Loaded

__all__ = [
    "Backtest",
    "Constant",
    "Held",
    "Impossible",
    "Point",
    "Suggestion",
    "Variation",
    "Wish",
    "backtest",
    "changed",
    "constants",
    "figures_of_each",
    "of_plans",
    "varied",
    "wish",
]

AT_ONCE = 25
"""Agreements that are evaluated as one: more make statements that take longer to plan than they save."""
Turn = Callable[[int, int], None]
"""Told after each evaluation how many there were, and of how many."""
Evaluate = Callable[[Plan], Outcomes]
Lose = Callable[[Plan], Mapping[str, Losses]]
"""Which rows each figure of a plan lost, by the figure's id."""


@dataclass(frozen=True, slots=True)
class Held:
    """A commitment with one combination of values: its periods, how many rows of each are late (by the period's first instant; None where
    no row has a deadline), and how many actions follow, late rows among them."""

    result: CommitmentResult
    late_in: Mapping[int, int] | None
    actions: int

    @property
    def late(self) -> int | None:
        """How many rows are late in all."""
        return None if self.late_in is None else sum(self.late_in.values())

    def count(self, verdict: Verdict) -> int:
        """How many periods have a verdict, which is final where it is not `provisional`."""
        return sum(j.verdict is verdict for j in self.result.periods)

    @property
    def final(self) -> tuple[Judged, ...]:
        """The periods that are met or missed for good."""
        return tuple(j for j in self.result.periods if j.verdict in {Verdict.MET, Verdict.MISSED})


@dataclass(frozen=True, slots=True)
class Point:
    """One combination of values, in the order of the variations. `run` is what its agreement comes to, of what is promised; `is_now`: it is
    the agreement as it is."""

    values: tuple[str, ...]
    run: Run
    held: tuple[Held, ...]
    is_now: bool

    def of(self, commitment: str) -> Held | None:
        """What became of a commitment (or of one of its groups), by its id."""
        return next((h for h in self.held if h.result.commitment.id == commitment), None)


@dataclass(frozen=True)
class Backtest:
    """All combinations that were tried, in the order of their values, the agreement as it is among them. `lost`: how many values of the
    data could not be read, which may leave verdicts in doubt: it is said beside each."""

    compilation: Compilation
    variations: tuple[Variation, ...]
    points: tuple[Point, ...]
    lost: int
    suggestion: Suggestion | None = None

    @property
    def now(self) -> Point:
        """The agreement as it is."""
        return next(p for p in self.points if p.is_now)

    @property
    def as_of(self) -> AsOf:
        return self.now.run.outcomes.as_of

    @cached_property
    def affected(self) -> tuple[str, ...]:
        """The ids of the commitments that are not everywhere the same, in the order of the agreement; of all of them groups too."""
        ids = dict.fromkeys(h.result.commitment.id for p in self.points for h in p.held)
        told = {id: {_told(p.of(id)) for p in self.points} for id in ids}
        return tuple(id for id in ids if len(told[id]) > 1)

    @property
    def unaffected(self) -> tuple[str, ...]:
        """The ids of the other commitments of the agreement."""
        every = (h.result.commitment for h in self.now.held)
        return tuple(c.id for c in every if c.id not in self.affected and c.group is None)


def _told(held: Held | None) -> object:
    """What there is to see of a commitment."""
    if held is None:
        return None
    periods = tuple(
        (
            j.measured.period,
            j.measured.value,
            j.measured.range,
            j.verdict,
            j.in_doubt,
            held.result.commitment.in_force(j.measured.period.start).bound,
        )
        for j in held.result.periods
    )
    return periods, held.late, held.actions


def backtest(  # noqa: PLR0913 - one argument an option
    compilation: Compilation,
    variations: Sequence[Variation],
    bindings: Iterable[tuple[str, object]] = (),
    *,
    base: Path | None = None,
    as_of: str | None = None,
    memory: str | None = None,
    now: int | None = None,
    progress: Progress | None = None,
    turn: Turn | None = None,
    wished: Wish | None = None,
) -> Backtest:
    """Judges an agreement with each combination of the values. Arguments and errors are those of `sladsl.runner.run`; `Impossible` for a
    value with which the agreement has errors. `turn` is told after each evaluation. `wished` is what a value is
    suggested for; `RunError` where nothing can be, since it asks for what is not there.
    """
    tell = progress or (lambda _: None)
    tell("reading the agreement with every value")
    combinations = _combinations(variations)
    compiled = [_plan_of(_with(compilation, variations, values)) for values in combinations]
    reads = Reads()
    bindings = list(bindings)

    def load(plan: Plan) -> tuple[Loaded, AsOf]:
        return loaded_at(
            plan, bindings, base=base, as_of=as_of, now=now, progress=progress, memory=memory, reads=reads
        )

    runs, lost = _evaluated(compiled, load, tell, turn or (lambda _, __: None))
    today = tuple(v.now for v in variations)
    points = tuple(
        Point(values, run, held, values == today)
        for values, (run, held) in zip(combinations, runs, strict=True)
    )
    made = Backtest(compilation, tuple(variations), points, lost)
    return made if wished is None else replace(made, suggestion=suggested(made, wished))


def _combinations(variations: Sequence[Variation]) -> list[tuple[str, ...]]:
    """Every combination of the values, and what the agreement says now: in its place among the values of one, else before them."""
    every = list(product(*(v.values for v in variations)))
    today = tuple(v.now for v in variations)
    if today in every:
        return every
    if len(variations) > 1:
        return [today, *every]
    (only,) = variations
    return [(value,) for value in only.with_now]


def _with(compilation: Compilation, variations: Sequence[Variation], values: Sequence[str]) -> Compilation:
    changes = [(v.constant, value) for v, value in zip(variations, values, strict=True) if value != v.now]
    return changed(compilation, changes) if changes else compilation


def _plan_of(compilation: Compilation) -> Plan:
    plan = compilation.plan
    assert plan is not None, "`changed` gives none without, and nobody varies one that cannot be run"
    return plan


def _evaluated(
    plans: Sequence[Plan],
    load: Callable[[Plan], tuple[Loaded, AsOf]],
    tell: Progress,
    turn: Turn,
) -> tuple[list[tuple[Run, tuple[Held, ...]]], int]:
    """What each plan comes to, in their order, and how many values of the data could not be read."""
    made: dict[int, tuple[Run, tuple[Held, ...]]] = {}
    groups = _together(plans)
    lost = 0
    for n, group in enumerate(groups):
        some = [plans[at] for at in group]
        loaded, as_of = load(some[0])
        lost = max(lost, sum(map(len, loaded.lost_cells().values())))
        evaluate = _Evaluate(loaded, as_of, tell, f"{n + 1} of {len(groups)}: " if len(groups) > 1 else "")
        made |= zip(group, of_plans(some, as_of, evaluate, evaluate.losses), strict=True)
        turn(n + 1, len(groups))
    return [made[at] for at in range(len(plans))], lost


def figures_of_each(
    plans: Sequence[Plan],
    load: Callable[[Plan], tuple[Loaded, AsOf]],
    tell: Progress,
    period: Period | None = None,
) -> list[Run]:
    """What each of some plans comes to in all its figures, promised or not, and how many rows are in each definition; in their order. Of
    what rows come to, and what follows them, nothing is known. Only what overlaps a `period` is counted."""
    made: dict[int, Run] = {}
    for group in _together(plans):
        some = [plans[at] for at in group]
        loaded, as_of = load(some[0])
        evaluate = _Evaluate(loaded, as_of, tell, "", period)
        one = as_one(some, as_of, whole=True)
        outcomes, lost = evaluate(one.plan), evaluate.losses(one.plan)
        for at, plan, names in zip(group, some, one.names, strict=True):
            own = {id: lost[there] for id, there in names.figures.items() if there in lost}
            made[at] = of_outcomes(plan, of_one(outcomes, names), (), period, own)
    return [made[at] for at in range(len(plans))]


@dataclass(frozen=True, slots=True)
class _Evaluate:
    """Counts a plan on data that are loaded."""

    loaded: Loaded
    as_of: AsOf
    tell: Progress
    before: str
    period: Period | None = None

    def __call__(self, plan: Plan) -> Outcomes:
        return counted(plan, self.loaded, self.as_of, lambda what: self.tell(self.before + what), self.period)

    def losses(self, plan: Plan) -> Mapping[str, Losses]:
        """Which rows each of its figures lost, since something of them could not be read."""
        with working(self.loaded):
            return losses(plan, self.loaded, self.as_of)


def _together(plans: Sequence[Plan]) -> list[list[int]]:
    """Which of the plans can be evaluated as one, by their places."""
    groups: list[list[int]] = []
    for at, plan in enumerate(plans):
        own = next((g for g in groups if len(g) < AT_ONCE and can_be_one(plans[g[0]], plan)), None)
        if own is None:
            groups.append([at])
        else:
            own.append(at)
    return groups


def of_plans(
    plans: Sequence[Plan], as_of: AsOf, evaluate: Evaluate, lose: Lose
) -> Iterator[tuple[Run, tuple[Held, ...]]]:
    """What each of some plans comes to that can be one; `evaluate` counts a plan on the data as of that instant, and `lose` says what
    could not be read for it."""
    one = as_one(plans, as_of)
    outcomes, lost = evaluate(one.plan), lose(judging_alone(one.plan))
    for plan, names in zip(plans, one.names, strict=True):
        own = {id: lost[there] for id, there in names.figures.items() if there in lost}
        yield _judged(plan, of_one(outcomes, names), names, own)


def _judged(
    plan: Plan, outcomes: Outcomes, names: Names, lost: Mapping[str, Losses]
) -> tuple[Run, tuple[Held, ...]]:
    counted_alone = {c.id: ((),) * len(c.clock.rungs) for c in plan.commitments if c.clock is not None}
    outcomes = replace(outcomes, rungs={**counted_alone, **outcomes.rungs})
    run = of_outcomes(
        replace(plan, figures=tuple(f for f in plan.figures if f.id in names.figures)), outcomes, lost=lost
    )
    followed = Counter(x.commitment for x in run.due())
    return run, tuple(_held(run, result, followed, names) for result in run.commitments)


def _held(run: Run, result: CommitmentResult, followed: Mapping[str, int], names: Names) -> Held:
    c = result.commitment
    if c.clock is None:
        return Held(result, None, followed[c.id])
    by = () if c.group is None else (c.group.value,)
    rows = [x for x in run.outcomes.figures[c.figure] if x.by == by]
    late = {x.start: _late(x.counters) for x in rows}
    if c.group is not None or c.id in names.by_rows:
        return Held(result, late, followed[c.id])
    late_steps = sum(late.values()) * steps(c.if_late)
    rungs = (
        sum(count(x.counters, of_rung(n)) for x in rows) * steps(rung.actions)
        for n, rung in enumerate(c.clock.rungs)
    )
    return Held(result, late, followed[c.id] + late_steps + sum(rungs))


_NOT_LATE = ("hit", "open", "undecided")
"""The counters of the rows of a promise that are not late."""


def _late(counters: Counters) -> int:
    return count(counters, "rows") - sum(count(counters, x) for x in _NOT_LATE)
