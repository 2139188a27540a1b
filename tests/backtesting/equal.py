"""What agreements come to that are evaluated as one, against each by itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from sladsl.backtesting import of_plans
from sladsl.outcomes import AsOf, Outcomes
from sladsl.plan import Plan
from sladsl.runner import of_outcomes
from sladsl.verdicts import CommitmentResult


def differences(plans: Sequence[Plan], at: AsOf, evaluate: Callable[[Plan], Outcomes]) -> list[str]:
    """Where one of the plans says something else by itself, in words."""
    wrong = []
    for n, (plan, (_, together)) in enumerate(
        zip(plans, of_plans(plans, at, evaluate, lambda _: {}), strict=True)
    ):
        alone = of_outcomes(plan, evaluate(plan))
        actions = Counter(x.commitment for x in alone.due())
        for result, held in zip(alone.commitments, together, strict=True):
            id = result.commitment.id
            late = len(alone.outcomes.breaches[id]) if id in alone.outcomes.breaches else held.late
            expected = (told(result), late, actions[id])
            found = (told(held.result), held.late, held.actions)
            wrong += [
                f"plan {n}, {id}: {a} alone, {b} together"
                for a, b in zip(expected, found, strict=True)
                if a != b
            ]
    return wrong


def told(result: CommitmentResult) -> list[tuple[object, ...]]:
    """Everything that is said of a commitment's periods."""
    return [
        (
            j.measured.period.label,
            j.verdict,
            j.warning,
            j.measured.value,
            j.measured.range,
            j.measured.now,
            j.measured.tallies,
            j.measured.rows,
            j.in_doubt,
            j.end,
        )
        for j in result.periods
    ]
