"""What follows from verdicts and breaches, as data: nothing here calls anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sladsl.calendars import Period
from sladsl.outcomes import Instance, Outcomes
from sladsl.plan import Bound, BoundKind, Commitment, Step
from sladsl.verdicts.judging import CommitmentResult, Judged, Verdict
from sladsl.verdicts.ranges import satisfied


@dataclass(frozen=True, slots=True)
class Due:
    """An action that is due. `cause` says why: `late`, `missed`, or the step that was passed (`below 0.99`).

    `at` is the deadline of a late row; of a period, its end, or the as-of when its verdict was final before. A late row has
    `record`, `key` and its own `owner`; a period has `period`, and the owner is the party's.
    """

    commitment: str
    cause: str
    verb: str
    to: str
    at: int
    owner: str | None
    record: str | None = None
    key: str | None = None
    period: Period | None = None


def actions(outcomes: Outcomes, results: Sequence[CommitmentResult]) -> Iterator[Due]:
    """Every action, by commitment: late rows first, then periods in order. One at a time, since late rows may be many."""
    for result in results:
        for instance in outcomes.breaches.get(result.commitment.id, ()):
            yield from _late(result.commitment, instance)
        for period in result.periods:
            yield from _of_period(result.commitment, period, outcomes.as_of.instant)


def _late(c: Commitment, instance: Instance) -> Iterator[Due]:
    if instance.due is None:
        return
    for a in c.if_late:
        yield Due(c.id, "late", a.verb, a.to, instance.due, instance.owner, instance.record, instance.key)


def _of_period(c: Commitment, judged: Judged, as_of: int) -> Iterator[Due]:
    at = min(judged.measured.period.end, as_of)
    if judged.verdict is Verdict.MISSED:
        for a in c.if_missed:
            yield Due(c.id, "missed", a.verb, a.to, at, c.owner, period=judged.measured.period)
    for step in c.steps:
        if _passed(step, judged):
            cause = f"{'below' if step.below else 'above'} {step.threshold.normalize():f}"
            for a in step.actions:
                yield Due(c.id, cause, a.verb, a.to, at, c.owner, period=judged.measured.period)


def _passed(step: Step, judged: Judged) -> bool:
    """Whether the figure ends on the wrong side of the step, whatever data come. Too few rows pass nothing."""
    if judged.verdict not in {Verdict.MET, Verdict.MISSED} or judged.measured.range is None:
        return False
    kind = BoundKind.AT_LEAST if step.below else BoundKind.AT_MOST
    return satisfied(Bound(kind, step.threshold), judged.measured.range) is False
