"""Commitments: a figure with its bound and its consequences; and which figure each KPI is tracked by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TypeAlias

from sladsl import model as m
from sladsl.calendars import PeriodKind, day_number
from sladsl.clauses import clauses_of, exclusions_of
from sladsl.lowering.builder import Builder
from sladsl.lowering.durations import plain
from sladsl.lowering.groups import bounds_of_groups, by_group, groups
from sladsl.lowering.inputs import dates
from sladsl.lowering.kpis import FigureRequest, Lowered, figure, response
from sladsl.lowering.passings import kept, passings
from sladsl.plan import Bound, BoundKind, Commitment, Figure, Listing, Term, Version

Owed: TypeAlias = tuple[m.Commitment, Commitment, Lowered, list[Lowered]]
"""What a commitment is, and becomes: with its figure, and those that it stands on."""


def tracked_period(model: m.Model, kpi: str) -> PeriodKind:
    """The period a KPI is reported by: its commitment's, else the review's cadence, else the month."""
    for c in model.commitments:
        if c.kpi == kpi:
            return c.period
    review = model.agreement.review if model.agreement else None
    return review.cadence if review else PeriodKind.MONTH


def all_figures(
    b: Builder, term: Term
) -> tuple[tuple[Figure, ...], tuple[Commitment, ...], tuple[Listing, ...]]:
    """Every KPI's own figure, then one for each commitment that asks for more than that."""
    figures: dict[str, Lowered] = {}
    for kpi in b.model.kpis.values():
        asked = FigureRequest(kpi.name, kpi, tracked_period(b.model, kpi.name), None, term)
        figures[kpi.name] = figure(b, asked)
    owed: dict[str, Owed] = {}
    for c in b.model.commitments:
        judged_by = groups(b, c)
        lowered = by_group(c, judged_by, _of_commitment(b, c, figures, term))
        figures.setdefault(lowered.figure.id, lowered)
        made = replace(commitment(b, c, lowered), groups=judged_by)
        standing = [_standing(b, x.kpi, c.period, figures, term) for x in made.only_while]
        figures |= {x.figure.id: x for x in standing}
        owed[c.id] = c, made, lowered, standing
    waited = {id for _, made, _, _ in owed.values() if made.looks_back for id in _before_it(made, owed)}
    commitments = tuple(_standing_on(*x, asked_later=id in waited) for id, x in owed.items())
    listings = [x for f in figures.values() for x in f.listings]
    return tuple(f.figure for f in figures.values()), commitments, tuple(listings)


def _before_it(c: Commitment, owed: Mapping[str, Owed]) -> Iterator[str]:
    """The commitments whose missed periods a later one asks for."""
    while c.after is not None:
        yield c.after
        c = owed[c.after][1]


def _of_commitment(b: Builder, c: m.Commitment, tracked: dict[str, Lowered], term: Term) -> Lowered:
    kpi = b.model.kpis[c.kpi]
    pauses = tuple(pause for clause in clauses_of(c) for pause in clause.pauses())
    rungs = tuple(rung for clause in clauses_of(c) for rung in clause.rungs())
    late = tuple(action for clause in clauses_of(c) for action in clause.late())
    asked = FigureRequest(
        c.id, kpi, c.period, c.population, term, exclusions_of(c), pauses, rungs, late, dates(b, c), c.group
    )
    if isinstance(c.target, m.Within):
        return response(b, asked, c.target)
    own = tracked[c.kpi]
    if not c.is_dated and c.group is None and c.population is None and own.figure.period == c.period:
        return own
    return figure(b, asked)


def _standing(b: Builder, kpi: str, period: PeriodKind, tracked: dict[str, Lowered], term: Term) -> Lowered:
    """A KPI's figure by the period of a commitment that stands on it."""
    if tracked[kpi].figure.period == period:
        return tracked[kpi]
    id = f"{kpi} per {period}"
    return tracked.get(id) or figure(b, FigureRequest(id, b.model.kpis[kpi], period, None, term))


def _standing_on(
    c: m.Commitment, made: Commitment, own: Lowered, standing: Sequence[Lowered], asked_later: bool
) -> Commitment:
    """With the figures that it stands on, and from when on what follows a period is sure: here, or (`asked_later`) in the commitment that
    takes its place."""
    asked = tuple(
        replace(x, figure=lowered.figure.id) for x, lowered in zip(made.only_while, standing, strict=True)
    )
    made = replace(made, only_while=asked)
    found = passings(made, own.figure, own.settling, asked_later, *bounds_of_groups(c))
    if made.follows or asked_later:
        for x, lowered in zip(asked, standing, strict=True):
            found += kept(x, lowered.figure, lowered.settling)
    return replace(made, passings=found)


def commitment(b: Builder, c: m.Commitment, lowered: Lowered) -> Commitment:
    made = Commitment(
        id=c.id,
        owner=c.owner,
        counterparty=c.counterparty,
        kpi=c.kpi,
        target=c.words,
        figure=lowered.figure.id,
        bound=bound(c.target),
        clock=lowered.clock,
        if_late=lowered.late,
        dates=dates(b, c),
        after=_before(b.model, c),
    )
    if c.later or c.first_words != c.words:
        made = replace(made, versions=tuple(_versions(b, c)))
    for clause in clauses_of(c):
        made = clause.plan(made)
    return made


def _before(model: m.Model, c: m.Commitment) -> str | None:
    """The commitment that holds until the day before another one."""
    if c.first is None:
        return None
    before = c.first - dt.timedelta(days=1)
    same = (x for x in model.commitments if x.promise == c.promise and x.period == c.period)
    return next((x.id for x in same if x.last == before), None)


def _versions(b: Builder, c: m.Commitment) -> Iterator[Version]:
    """The targets of a commitment, each from the beginning of a period on."""
    yield Version(None, bound(c.target), c.first_words)
    for x in c.later:
        yield Version(b.zone.midnight(day_number(x.since)), bound(x.target), x.words)


def bound(target: m.Target) -> Bound:
    match target:
        case m.Within(share=share):
            return Bound(BoundKind.AT_LEAST, share)
        case m.Limit(at_least=at_least, value=value):
            return Bound(BoundKind.AT_LEAST if at_least else BoundKind.AT_MOST, plain(value))
        case m.Range(low=low, high=high):
            return Bound(BoundKind.BETWEEN, plain(low), plain(high))
        case m.GroupLimit(at_least=at_least, branches=branches):
            # Each group has one of its own; this is the least that any of them, or the most.
            values = [plain(x.value) for x in branches if not isinstance(x.value, m.PathUse)] or [Decimal(0)]
            least = BoundKind.AT_LEAST, min(values)
            return Bound(*least) if at_least else Bound(BoundKind.AT_MOST, max(values))
