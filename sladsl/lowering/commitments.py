"""Commitments: a figure with its bound and its consequences; and which figure each KPI is tracked by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TypeAlias

from sladsl import model as m
from sladsl import types as t
from sladsl.calendars import PeriodKind, day_number
from sladsl.clauses import clauses_of, exclusions_of
from sladsl.lowering import names
from sladsl.lowering.builder import NOW, Builder
from sladsl.lowering.conditions import Scope, lower
from sladsl.lowering.durations import plain
from sladsl.lowering.inputs import dates
from sladsl.lowering.kpis import FigureRequest, Lowered, figure, response
from sladsl.lowering.passings import kept, passings
from sladsl.plan import (
    Bound,
    BoundKind,
    Commitment,
    Const,
    Expression,
    Figure,
    Groups,
    Listing,
    Term,
    ValueType,
    Version,
)
from sladsl.plan.shorthand import all_of, choose, is_true, missing, number

Owed: TypeAlias = tuple[m.Commitment, Commitment, Lowered, list[Lowered]]
"""What a commitment is, and becomes: with its figure, and those that it stands on."""


def tracked_period(model: m.Model, kpi: str) -> PeriodKind:
    """The period a KPI is reported by: that of its commitment, of several the shortest, else the review's cadence, else the month."""
    owed = {c.period for c in model.commitments if c.kpi == kpi}
    if owed:
        return min(owed, key=list(PeriodKind).index)
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


# --------------------------------------------------------------------------------------------------------------- groups
#
# By what a commitment is judged, what each group is held to, and which rows are of none. A group's target is read from a row of the record
# that names it, or else worked out from its own value. Fields of such a row that are no time have the value that they have today, as
# everywhere; whether the row is there is asked at the end of the period.

NO_GROUP = "no group"
NO_TARGET = "no target"


def groups(b: Builder, c: m.Commitment) -> Groups | None:
    """By what a commitment is judged; None where it is judged as a whole."""
    if c.group is None:
        return None
    kind = c.group.type
    named = kind.key_of if isinstance(kind, t.Text) else ""
    made = Groups(m.spelt(c.group), record=named or None)
    if isinstance(kind, t.OneOf):
        made = replace(made, values=kind.values)
    if named:
        moment = b.model.records[named].moment
        made = replace(made, since=None if moment is None else moment.name)
    if not isinstance(c.target, m.GroupLimit):
        return made
    side = BoundKind.AT_LEAST if c.target.at_least else BoundKind.AT_MOST
    target = _target(b, c.group, named, c.target)
    if named:
        target = b.column(named, names.part(c.id, "target"), ValueType.NUMBER, target, c.id)
    return replace(made, side=side, target=target)


def _target(b: Builder, group: m.AnyField, named: str, limit: m.GroupLimit) -> Expression:
    """The value of the first branch that is for a group; missing where none is, or where its row does not say."""
    record = named or group.record
    scope = Scope(record, NOW, "")

    def asked(e: m.Expression) -> Expression:
        return lower(b, _of_row(b, group, named, e), scope).value

    arms: list[tuple[Expression, Expression]] = []
    none: Expression = Const(None, ValueType.NUMBER)
    for x in limit.branches:
        value = asked(x.value) if isinstance(x.value, m.PathUse) else number(plain(x.value))
        if x.when is None:
            return choose(*arms, otherwise=value) if arms else value
        arms.append((is_true(asked(x.when)), value))
    return choose(*arms, otherwise=none)


def _of_row(b: Builder, group: m.AnyField, named: str, e: m.Expression) -> m.Expression:
    """What is asked of a row of some group, asked of the row that names the group; without one, of the group's value by its field."""
    match e:
        case m.PathUse(through=through) if through == replace(group, span=through.span):
            return m.FieldUse(e.record, e.field, e.type, e.span)
        case m.FieldUse() | m.PathUse() if named:
            key = b.model.records[named].key
            assert key is not None, "a key of a record that has none is an error"
            return m.FieldUse(named, key.name, e.type, e.span)
        case m.PathUse():
            return m.FieldUse(e.record, e.field, e.type, e.span)
        case m.Operation(args=args):
            return replace(e, args=tuple(_of_row(b, group, named, x) for x in args))
        case _:
            return e


def bounds_of_groups(c: m.Commitment) -> tuple[tuple[Bound, ...], bool]:
    """The bounds that groups are held to, as far as the agreement itself says them, each once; and whether some are said by rows."""
    if not isinstance(c.target, m.GroupLimit):
        return (), False
    side = BoundKind.AT_LEAST if c.target.at_least else BoundKind.AT_MOST
    said = (plain(x.value) for x in c.target.branches if not isinstance(x.value, m.PathUse))
    read = any(isinstance(x.value, m.PathUse) for x in c.target.branches)
    return tuple(dict.fromkeys(Bound(side, x) for x in said)), read


def by_group(c: m.Commitment, made: Groups | None, lowered: Lowered) -> Lowered:
    """With the rows listed that are of no group, and the rows that say nothing of what their group is held to."""
    return (
        lowered
        if made is None
        else replace(lowered, listings=(*lowered.listings, *_listed(c, made, lowered)))
    )


def _listed(c: m.Commitment, made: Groups, lowered: Lowered) -> Iterator[Listing]:
    f = lowered.figure
    member = next(x.when for x in f.counters if x.name == "rows")
    (by,) = f.by
    yield Listing(NO_GROUP, c.id, f.record, all_of(member, missing(by)))
    if made.record is not None and made.target is not None:
        yield Listing(NO_TARGET, c.id, made.record, missing(made.target))
