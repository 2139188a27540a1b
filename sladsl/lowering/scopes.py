"""Where each condition of an agreement is read: on which rows, and up to when it sees the world."""

from __future__ import annotations

from sladsl import model as m
from sladsl.calendars import PeriodKind
from sladsl.lowering import names
from sladsl.lowering.builder import NOW, Builder
from sladsl.lowering.clocks import measured
from sladsl.lowering.conditions import Scope, event_scope
from sladsl.lowering.definitions import scope_of
from sladsl.lowering.inputs import dates, term
from sladsl.lowering.kpis import FigureRequest, clocked, closing
from sladsl.lowering.populations import base_of, of_definition, period_end
from sladsl.plan import Ref

definition = scope_of
event = event_scope


def now(record: str) -> Scope:
    """As things are at the as-of: what a test expects."""
    return Scope(record, NOW, "")


def score(s: m.Score, of: m.Definition | None) -> Scope:
    """The clauses of a score, as they counted for a definition; as they are where it is asked by itself."""
    return Scope(s.record, NOW if of is None else scope_of(of).until, s.name)


def route(b: Builder, r: m.Route) -> Scope:
    d = b.model.definitions[r.definition]
    return Scope(d.record, scope_of(d).until, f"route {d.name}", Ref(d.record, names.member(d.name)))


def never(b: Builder, n: m.Never) -> Scope:
    """What no row may meet when it enters."""
    p = base_of(b, m.Population(n.record, n.definition), term(b))
    return Scope(p.record, p.until, n.label, p.member)


def branches(b: Builder, c: m.Commitment) -> Scope:
    """The branches of a commitment's choice of deadlines."""
    kpi, clock = measured(b, c.kpi)
    asked = FigureRequest(c.id, kpi, c.period, c.population, term(b), dates=dates(b, c))
    p, _ = clocked(b, asked, clock)
    return Scope(p.record, p.until, c.id)


def exclusions(b: Builder, c: m.Commitment) -> Scope:
    """What leaves a row of a commitment out."""
    record = b.model.kpis[c.kpi].record
    return Scope(record, closing(c.id, record), c.id)


def population(b: Builder, p: m.Population, by: str | None, figure: str) -> Scope:
    """The `where` of a KPI's population, narrowed to the rows of the definition `by` in a commitment `of` it."""
    own = of_definition(b, by) if by is not None else base_of(b, p, term(b))
    return Scope(own.record, own.until, figure)


def whose(b: Builder, p: m.Population, by: str | None, figure: str, period: PeriodKind) -> Scope:
    """`whose` and the value of a statistic see everything up to the end of the period."""
    own = of_definition(b, by) if by is not None else base_of(b, p, term(b))
    return Scope(own.record, period_end(own, period), figure)
