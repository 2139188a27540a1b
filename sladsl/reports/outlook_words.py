"""Headroom and pace in words."""

from __future__ import annotations

from fractions import Fraction

from sladsl.plan import VOLUMES, BoundKind, Figure, Measure, Plan
from sladsl.reports.figure_words import words
from sladsl.reports.words import rows_of
from sladsl.runner import Run
from sladsl.verdicts import CommitmentResult, Headroom, Judged, Outlook, outlook


def outlook_of(run: Run, result: CommitmentResult, judged: Judged) -> Outlook:
    """What is still in it for a period of a commitment; nothing of a sample, which judges nothing."""
    until = run.outcomes.known_until(result.figure.id)
    return outlook(run.plan, result.commitment, result.figure, judged, until)


def headroom(run: Run, result: CommitmentResult, judged: Judged) -> str:
    """`3 more may be late`, `27 missing, 6 business days left`; empty where there is none to tell."""
    own = outlook_of(run, result, judged)
    if own.headroom is None:
        return ""
    if result.figure.measure in VOLUMES:
        return _of_volume(run.plan, result.figure, own.headroom, own.business)
    most = result.commitment.in_force(judged.measured.period.start).bound.kind is BoundKind.AT_MOST
    return _of_share(result.figure, own.headroom, most)


def _of_share(figure: Figure, x: Headroom, most: bool) -> str:
    in_time = figure.measure is Measure.RESPONSE
    if x.room is not None:
        if not x.room and not most and not in_time:
            return "all that are to come must count"
        bad = "count" if most else "be late" if in_time else "not count"
        return f"{int(x.room):,} more may {bad}" if x.room else f"no more may {bad}"
    assert x.missing is not None, "it has one of both"
    one = x.missing == 1
    verb = (
        ("is" if one else "are")
        if in_time
        else ("does" if one else "do")
        if most
        else "counts"
        if one
        else "count"
    )
    good = f"{verb} in time" if in_time and not most else f"{verb} not count" if most else verb
    return f"met if the next {'one' if one else f'{int(x.missing):,}'} {good}"


def _of_volume(plan: Plan, figure: Figure, x: Headroom, business: bool) -> str:
    amount = x.missing if x.room is None else x.room
    told = f"{words(plan, figure, amount)} {'missing' if x.room is None else 'more may come'}"
    return f"{told}, {_days(x.days_left, business)} left" if x.days_left else told


def pace(run: Run, result: CommitmentResult, judged: Judged) -> str:
    """`131, from 12 business days`; empty where there is none."""
    own = outlook_of(run, result, judged)
    if own.pace is None:
        return ""
    value = own.pace.value
    shown = Fraction(round(value)) if result.figure.measure in VOLUMES else value
    return f"{words(run.plan, result.figure, shown)}, from {_days(own.pace.days, own.business)}"


def in_full(run: Run, result: CommitmentResult, judged: Judged) -> str:
    """Both in a sentence: `27 missing, 6 business days left; at this pace 131, from 12 business days`."""
    at_pace = pace(run, result, judged)
    return "; ".join(
        x for x in (headroom(run, result, judged), f"at this pace {at_pace}" if at_pace else "") if x
    )


def _days(days: int, business: bool) -> str:
    return rows_of(days, "business day" if business else "day")
