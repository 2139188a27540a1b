"""`count of P at period end`: how many spells last when a period ends.

A spell is counted in each period at whose end it lasts. These ends are rows of a record of their own, whose parent is the spell, so each
counts in one period as any row does. They lie before the as-of, and what was so then nothing changes afterwards.
"""

from __future__ import annotations

from dataclasses import replace

from sladsl import model as m
from sladsl import plan as p
from sladsl.calendars import PeriodKind
from sladsl.lowering import names
from sladsl.lowering.builder import Builder, up_to
from sladsl.lowering.conditions import joined, lower, membership
from sladsl.lowering.definitions import in_term
from sladsl.lowering.moments import At
from sladsl.lowering.populations import Population, dated, scope_of, where
from sladsl.lowering.reading import decided
from sladsl.plan import Apply, Const, EndsOf, Expression, Field, Link, Listing, Ref, Status, Term, ValueType
from sladsl.plan.made import AT, BEGAN, ENDED
from sladsl.plan.shorthand import FALSE, TRUE, all_of, is_code, is_true, known


def at_period_end(
    b: Builder, rows: m.Population, by: str | None, figure: str, period: PeriodKind, term: Term, dates: Term
) -> tuple[Population, tuple[Listing, ...]]:
    """The ends of periods at which rows last, as the rows of a population."""
    name = by or rows.definition
    ends = _ends(b, rows.record, name, period, term)
    at = Field(ends, AT)
    called = f"{name or rows.record} at each {period}'s end"

    def column(of: str, kind: ValueType, value: Expression) -> Ref:
        return b.column(ends, of, kind, value, called)

    entry = column(names.entry(called), ValueType.INSTANT, at)
    column(names.until(called), ValueType.INSTANT, at)
    there = all_of(known(entry), in_term(entry, term))
    status = None if name is None else Ref(rows.record, names.status(name))
    inside = TRUE if status is None else is_code(status, Status.IN)
    pending = FALSE if status is None else is_code(status, Status.PENDING)
    population = Population(
        ends,
        called,
        entry,
        At(entry, entry),
        up_to(called, Ref(ends, names.until(called)), entry),
        column(names.member(called), ValueType.BOOLEAN, is_true(all_of(there, inside))),
        column(names.maybe(called), ValueType.BOOLEAN, is_true(all_of(there, pending))),
        stands_for=rows.record,
    )
    population = dated(b, population, figure, dates)
    scope = scope_of(population, population.until, figure)
    conditions = [] if rows.where is None else [lower(b, rows.where, scope)]
    if by is not None and rows.definition not in {None, by}:
        assert rows.definition is not None
        conditions.append(membership(b, rows.definition, scope))
    if not conditions:
        return population, ()
    return where(b, population, figure, decided(joined(*conditions), population.until))


def _ends(b: Builder, record: str, definition: str | None, period: PeriodKind, term: Term) -> str:
    """The record of the ends of periods at which rows last: of all rows of a record, or from when on they are in a definition. Ends outside
    of the term are not asked for."""
    name = names.period_ends(definition or record, period)
    since: Expression = Field(record, BEGAN)
    if definition is not None:
        since = Ref(record, names.entry(definition))
    until: Expression = Field(record, ENDED)
    if term.start is not None:
        since = Apply("greatest", (since, Const(term.start, ValueType.INSTANT)))
    if term.end is not None:
        until = Apply("earliest", (until, Const(term.end, ValueType.INSTANT)))
    own = "of"
    fields = (
        p.RecordField(AT, p.FieldType.TIME),
        p.RecordField(own, p.FieldType.TEXT, optional=True),
    )
    link = Link(record, own, m.IMPLIED_KEY)
    made = EndsOf(record, period, since, until)
    b.made_records[name] = replace(p.Record(name, "", fields, link, AT), made=made)
    return name
