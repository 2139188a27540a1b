"""Where an agreement has conditions, and on which rows of a test each is asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sladsl import model as m
from sladsl.lowering import Meaning, scopes
from sladsl.lowering.builder import NOW
from sladsl.lowering.commitments import tracked_period
from sladsl.lowering.conditions import Scope
from sladsl.model.traversal import walk
from sladsl.plan import Expression, Ref


@dataclass(frozen=True, slots=True)
class Site:
    """A condition (or a value with conditions on child rows in it), in which file and scope it stands, what it belongs to, and which
    rows it is asked of: those for which `asked` is true, all where it is None."""

    owner: str
    file: str
    condition: m.Expression
    scope: Scope
    asked: Expression | None = None


def sites(means: Meaning) -> list[Site]:
    """Every condition of the agreement that decides something about a row, in the order of its declarations."""
    own = [*_definitions(means), *_events(means), *_kpis(means), *_commitments(means), *_routes(means)]
    return [*_scores(means, own), *own]


def _scores(means: Meaning, others: list[Site]) -> Iterator[Site]:
    """The clauses of each score in every scope that reads it, as it is now among them."""
    for score in means.model.scores.values():
        readers = [s.scope for s in others if score.name in scores_of(s.condition)]
        for until in dict.fromkeys([*(scope.until for scope in readers), NOW]):
            for clause in score.clauses:
                scope = Scope(score.record, until, score.name)
                yield Site(f"score {score.name}", score.origin.file, clause.when, scope)


def _definitions(means: Meaning) -> Iterator[Site]:
    for d in means.model.definitions.values():
        if d.when is not None:
            yield Site(f"define {d.name}", d.origin.file, d.when, scopes.definition(d))


def _events(means: Meaning) -> Iterator[Site]:
    for event in means.model.events.values():
        if isinstance(event.pick, m.NthRow) and event.pick.where is not None:
            scope = scopes.event(event, event.name)
            yield Site(f"event {event.name}", event.origin.file, event.pick.where, scope)


def _kpis(means: Meaning) -> Iterator[Site]:
    b = means.builder
    for kpi in means.model.kpis.values():
        measure = kpi.measure
        if isinstance(measure, m.TimeBetween):
            continue
        p = measure.population
        asked = None if p.definition is None else _member(means, p.definition)
        owner = f"kpi {kpi.name}"
        if p.where is not None:
            yield Site(owner, kpi.origin.file, p.where, scopes.population(b, p, None, kpi.name), asked)
        period = tracked_period(means.model, kpi.name)
        if isinstance(measure, m.Whose):
            scope = scopes.whose(b, p, None, kpi.name, period)
            yield Site(owner, kpi.origin.file, measure.condition, scope, asked)
        if isinstance(measure, m.Statistic) and not isinstance(measure.value, m.ElapsedUse):
            scope = scopes.whose(b, p, None, kpi.name, period)
            yield Site(owner, kpi.origin.file, measure.value, scope, asked)


def _commitments(means: Meaning) -> Iterator[Site]:
    clocks = {c.id: c.clock for c in means.plan.commitments}
    for c in means.model.commitments:
        clock = clocks[c.id]
        if not isinstance(c.target, m.Within) or clock is None:
            continue
        scope = scopes.branches(means.builder, c)
        for choice in c.target.choices:
            if choice.when is not None:
                yield Site(c.id, c.origin.file, choice.when, scope, Ref(clock.record, clock.member))


def _routes(means: Meaning) -> Iterator[Site]:
    for route in means.model.routes:
        scope, asked = scopes.route(means.builder, route), _member(means, route.definition)
        for case in route.cases:
            if case.when is not None:
                yield Site(f"route {route.definition}", route.origin.file, case.when, scope, asked)


def _member(means: Meaning, definition: str) -> Expression:
    return means.columns.definitions[definition].member


def scores_of(e: m.Expression) -> set[str]:
    """The scores that a condition reads on its own row."""
    return {x.score for x in walk(e) if isinstance(x, m.ScoreUse)}
