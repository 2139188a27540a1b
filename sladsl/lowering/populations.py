"""The rows a KPI is about: which they are, when each entered, and up to when conditions on them see the world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sladsl import model as m
from sladsl.calendars import PeriodKind
from sladsl.lowering import names
from sladsl.lowering.builder import NOW, Builder, Until, up_to
from sladsl.lowering.conditions import Scope, joined, lower, membership, settled_at
from sladsl.lowering.definitions import descends, population_columns
from sladsl.lowering.moments import At, entry_at, moment_at
from sladsl.lowering.reading import Decided, Reading, decided, nothing
from sladsl.plan import Const, Expression, Listing, Lookup, PeriodEnd, Ref, Term, ValueType
from sladsl.plan.shorthand import FALSE, all_of, any_of, before, choose, compare, is_true, is_unknown, negate

ALWAYS = Term()


@dataclass(frozen=True, slots=True)
class Population:
    """`member` and `maybe` are boolean columns: the row is in it, or may still turn out to be. `settled` is since when that is sure, where
    a clock decides it, `where` the condition that narrows the definition's or the record's own rows."""

    record: str
    name: str
    entry: Ref
    at: At
    until: Until
    member: Ref
    maybe: Ref
    settled: Ref | None = None
    where: Ref | None = None
    stands_for: str | None = None  # the record of the row that an instant of it stands for


def scope_of(p: Population, until: Until, figure: str) -> Scope:
    """Where an expression about the population's rows is read."""
    return Scope(p.record, until, figure, p.member, stands_for=p.stands_for)


def of_definition(b: Builder, definition: str) -> Population:
    record = b.model.definitions[definition].record
    return replace(_named(record, definition, entry_at(b, definition)), settled=settled_at(b, definition))


def of_moment(b: Builder, moment: m.Moment, record: str, term: Term) -> Population:
    """The rows that have a moment: those of a definition when it is one's entry, else all that the field or event dates."""
    if isinstance(moment, m.EntryUse):
        return of_definition(b, moment.definition)
    own = b.model.records[record].moment
    match moment:
        case m.FieldUse() if own is not None and moment.field == own.name:
            name = record
        case m.FieldUse():
            name = f"{record} with {moment.field}"
        case m.PathUse():
            name = f"{record} with {m.spelt(moment)}"
        case _:
            name = f"{record} with {moment.event}"
    population_columns(b, record, moment, name, term)
    return _named(record, name, moment_at(b, moment))


def of_record(b: Builder, record: str, term: Term) -> Population:
    own = b.model.records[record].moment
    assert own is not None, "a record without a moment is no population"
    return of_moment(b, m.FieldUse(record, own.name, own.type, own.span), record, term)


def _named(record: str, name: str, at: At) -> Population:
    entry = Ref(record, names.entry(name))
    end = at.end if at.day is not None else entry
    until = up_to(name, Ref(record, names.until(name)), end)
    return Population(
        record,
        name,
        entry,
        At(entry, end, at.day),
        until,
        Ref(record, names.member(name)),
        Ref(record, names.maybe(name)),
    )


def base_of(b: Builder, p: m.Population, term: Term) -> Population:
    """The population before its `where`."""
    return of_definition(b, p.definition) if p.definition else of_record(b, p.record, term)


def dated(b: Builder, p: Population, figure: str, dates: Term) -> Population:
    """The rows of a population that enter between two instants."""
    bounds = ((">=", dates.start), ("<", dates.end))
    inside = [compare(op, p.entry, Const(at, ValueType.INSTANT)) for op, at in bounds if at is not None]
    if not inside:
        return p

    def column(part: str, of: Ref) -> Ref:
        value = is_true(all_of(of, *inside))
        return b.column(p.record, names.part(figure, part), ValueType.BOOLEAN, value, figure)

    return replace(p, member=column("in its time", p.member), maybe=column("may be in its time", p.maybe))


def narrowed(
    b: Builder, p: m.Population, by: str | None, figure: str, term: Term, dates: Term = ALWAYS
) -> tuple[Population, tuple[Listing, ...]]:
    """A KPI's population for one figure: narrowed by its `where` and, in a commitment, to a definition's rows (`of P1`)."""
    base = base_of(b, p, term)
    conditions: list[Reading] = []
    population = base
    own = by if by != p.definition else None
    if own is not None:
        population = of_definition(b, own)
    population = dated(b, population, figure, dates)
    if own is not None and p.definition is not None and not descends(b, own, p.definition):
        conditions.append(membership(b, p.definition, scope_of(population, population.until, figure)))
    if p.where is not None:
        conditions.append(lower(b, p.where, scope_of(population, population.until, figure)))
    if not conditions:
        return population, ()
    return where(b, population, figure, decided(joined(*conditions), population.until))


def where(
    b: Builder, p: Population, figure: str, condition: Decided
) -> tuple[Population, tuple[Listing, ...]]:
    """The rows of a population for which a condition is true, and those for which nobody knows."""
    asked = b.column(p.record, names.part(figure, "where"), ValueType.BOOLEAN, condition.value, figure)
    waits = condition.open
    member = all_of(p.member, is_true(asked))
    unsure = any_of(
        all_of(p.maybe, any_of(negate(is_true(negate(asked))), is_true(waits))),
        all_of(p.member, is_unknown(asked), waits),
    )
    at = joined(Reading(p.member, at=p.settled), Reading(asked, at=condition.at)).at
    judged = Population(
        p.record,
        p.name,
        p.entry,
        p.at,
        p.until,
        b.column(p.record, names.part(figure, "member"), ValueType.BOOLEAN, is_true(member), figure),
        b.column(p.record, names.part(figure, "maybe"), ValueType.BOOLEAN, is_true(unsure), figure),
        None if at is None else b.column(p.record, names.settled(figure), ValueType.INSTANT, at, figure),
        asked,
        p.stands_for,
    )
    lost = all_of(p.member, is_unknown(asked), negate(is_true(waits)))
    return judged, (Listing("condition unknown", figure, p.record, lost),)


def in_parts(b: Builder, p: Population, figure: str, fields: Sequence[m.Reported]) -> Population:
    """The rows of a population, each from when on it is known to which part of a breakdown it belongs: a derived field may still have
    another value as long as the as-of is not later than the entry at which it is read."""
    if not any(isinstance(f, m.DerivedUse) for f in fields) or p.until.unsettled == FALSE:
        return p
    not_yet = is_true(p.until.unsettled)

    def column(part: str, value: Expression) -> Ref:
        return b.column(p.record, names.part(figure, part), ValueType.BOOLEAN, is_true(value), figure)

    return replace(
        p,
        member=column("in a part", all_of(p.member, negate(not_yet))),
        maybe=column("may be in a part", any_of(p.maybe, all_of(p.member, not_yet))),
    )


def part(b: Builder, p: Population, figure: str, f: m.Reported) -> Expression:
    """To which part of a breakdown a row belongs. What a derived field says of it is a column: it is settled once the row counts."""
    if isinstance(f, m.DerivedUse):
        read = lower(b, f, scope_of(p, p.until, figure)).value
        lacking = nothing(f.type)
        value = choose((is_true(p.until.unsettled), lacking), otherwise=read)
        return b.column(p.record, names.part(figure, f"by {f.name}"), lacking.type, value, figure)
    return lower(b, f, scope_of(p, p.until if isinstance(f, m.PathUse) else NOW, figure)).value


def period_end(p: Population, period: PeriodKind) -> Until:
    """What statistics and `whose` see: everything up to the end of the period the row entered in."""
    end = before(Lookup(PeriodEnd(period), p.entry))
    return Until(f"end of {period} of {p.name}", end, FALSE, FALSE)
