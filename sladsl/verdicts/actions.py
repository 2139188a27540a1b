"""What follows from verdicts and breaches, as data: nothing here calls anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sladsl.calendars import Period
from sladsl.outcomes import Instance, Outcomes
from sladsl.plan import ENOUGH, Commitment, Figure, Step
from sladsl.plan.verdicts import FigureKind, Requirement, Verdict
from sladsl.verdicts.judging import CommitmentResult, Judged
from sladsl.verdicts.ranges import enough, passed, stays


@dataclass(frozen=True, slots=True)
class Due:
    """An action that is due. `cause` says why: `late`, `missed`, or the step that was passed (`below 0.99`).

    `at` is the deadline of a late row; of a period, the instant from which it was sure, whenever one looks. A late row has
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
            yield from _of_period(result, period, outcomes)


def _late(c: Commitment, instance: Instance) -> Iterator[Due]:
    if instance.due is None:
        return
    for a in c.if_late:
        yield Due(c.id, "late", a.verb, a.to, instance.due, instance.owner, instance.record, instance.key)


def _of_period(result: CommitmentResult, judged: Judged, outcomes: Outcomes) -> Iterator[Due]:
    c, figure = result.commitment, result.figure
    period = judged.measured.period
    causes = [("missed", c.if_missed, "")] if judged.verdict is Verdict.MISSED else []
    causes += [(step.cause, step.actions, step.stays) for step in c.steps if _passed(step, c, figure, judged)]
    for cause, actions, stays_at in causes:
        at = _since(c, cause, period, outcomes)
        if stays_at:
            at = max(at, _since(c, stays_at, period, outcomes))
        if at <= outcomes.as_of.instant:
            yield from (Due(c.id, cause, a.verb, a.to, at, c.owner, period=period) for a in actions)


def _since(c: Commitment, cause: str, period: Period, outcomes: Outcomes) -> int:
    """From when on it was sure: the earliest passing of one side of the bound, once there were rows enough; else the period's end."""
    sides, enough = [], []
    for x in outcomes.passed.get(c.id, ()):
        p = c.passings[x.passing]
        if x.start == period.start and p.cause == cause:
            sides.append(x.at if p.early else max(x.at, period.end))
        elif x.start == period.start and p.cause == ENOUGH:
            enough.append(x.at)
    return max(min(sides, default=period.end), *enough, 0)


def _passed(step: Step, c: Commitment, figure: Figure, judged: Judged) -> bool:
    """Whether the figure ends on the wrong side of the step, and not of the next one of its choice, whatever data come. Too few rows
    pass nothing."""
    row = judged.measured.row
    judged_at_all = judged.verdict in {Verdict.MET, Verdict.MISSED, Verdict.PROVISIONAL}
    if not judged_at_all or not enough(Requirement.by(c, figure))(row):
        return False
    if judged.verdict is Verdict.PROVISIONAL and not judged.measured.rows:
        return False
    kind = FigureKind.of(figure)
    if step.next is not None and stays(kind, step.next)(row) is not True:
        return False
    return passed(kind, step.bound)(row) is True
