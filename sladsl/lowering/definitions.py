"""Definitions and scores as columns: the table "which row counts where", written out.

| since ↓ when → | true | unknown | false |
|---|---|---|---|
| known | in | unclassifiable | mislabelled, if the definition itself names an optional field as its `since`; else out |
| missing | undated | out | out |
| hidden | not yet | not yet | not yet |
"""

from __future__ import annotations

from dataclasses import replace

from sladsl import model as m
from sladsl import types as t
from sladsl.lowering import names
from sladsl.lowering.ahead import ahead
from sladsl.lowering.builder import NOW, Builder, Until, not_behind, up_to
from sladsl.lowering.columns import DefinitionColumns
from sladsl.lowering.conditions import Scope, asked_rows, event_value, joined, lower, settled_at
from sladsl.lowering.events import Part, asked_by, is_relative, own_moment
from sladsl.lowering.moments import At, dated, entry_at, field_value, moment_at
from sladsl.lowering.reading import LONG_AGO, Decided, May, Reading, decided
from sladsl.plan import (
    Apply,
    AsOf,
    Const,
    Definition,
    Expression,
    Field,
    Hidden,
    Listing,
    Ref,
    Referred,
    Status,
    Term,
    ValueType,
)
from sladsl.plan.shorthand import (
    FALSE,
    NO_INSTANT,
    TRUE,
    all_of,
    any_of,
    choose,
    code,
    compare,
    first_known,
    is_code,
    is_true,
    is_unknown,
    known,
    negate,
)

LISTED = {
    Status.UNDATED: "undated",
    Status.MISLABELLED: "mislabelled",
    Status.UNCLASSIFIABLE: "unclassifiable",
}


def define(b: Builder, d: m.Definition, term: Term) -> Definition:
    """All columns of a definition. Its base's columns exist or will: they are referred to by name."""
    own = _own_moment(b, d)
    if d.entry_type is not None:
        _entry(b, d, own)
    _condition(b, d, term)
    own_entry = Ref(d.record, names.part(d.name, "since")) if own is not None and d.entry_type else None
    status = b.column(
        d.record, names.status(d.name), ValueType.STATUS, _status(b, d, own_entry, term), d.name
    )
    dated = None if d.entry_type is None else Ref(d.record, names.entry(d.name))
    counted = status if dated is None else _counted(status, dated, own_entry or dated, term)
    counted_column = b.column(d.record, names.counted(d.name), ValueType.STATUS, counted, d.name)
    inside = in_term(dated, term) if dated else TRUE
    member = all_of(is_code(status, Status.IN), inside)
    member_column = b.column(d.record, names.member(d.name), ValueType.BOOLEAN, is_true(member), d.name)
    maybe = all_of(is_code(status, Status.PENDING), inside)
    b.column(d.record, names.maybe(d.name), ValueType.BOOLEAN, is_true(maybe), d.name)
    until = None if dated is None else Ref(d.record, names.until(d.name))
    b.handles.definitions[d.name] = DefinitionColumns(
        status=status, counted=counted_column, member=member_column, since=own_entry, entry=dated, until=until
    )
    return Definition(
        d.name, d.label, d.record, counted_column.column, None if dated is None else dated.column, d.base
    )


def _counted(status: Ref, entry: Expression, since: Expression, term: Term) -> Expression:
    """The status as far as the term goes: rows that are in count by their entry, the others by what dates them."""
    inside = is_code(status, Status.IN)
    early_or_late = choose((inside, _outside(entry, term)), otherwise=_outside(since, term))
    out = _outside(entry, term) if entry == since else early_or_late
    return choose((out, code(Status.OUT)), otherwise=status)


def _own_moment(b: Builder, d: m.Definition) -> At | None:
    """What the definition says itself, or its record's own moment where it stands on the record."""
    if d.since is not None:
        return since_at(b, d, d.since)
    return own_moment(b, d.record) if d.base is None else None


def since_at(b: Builder, d: m.Definition, since: m.Moment) -> At:
    """What the definition names itself. An event that is looked for from a start on is looked for from its base's entry on."""
    base = _looked_for_from(b, d, since)
    if base is None:
        return moment_at(b, since)
    assert isinstance(since, m.EventUse)
    event = b.model.events[since.event]
    moment = event_value(b, event, since.record, base, d.name)
    if isinstance(since.type, t.Date):
        day = b.column(d.record, names.part(d.name, "since day"), ValueType.DAY, moment, d.name)
        return dated(day, since.type)
    column = b.column(d.record, names.part(d.name, "since"), ValueType.INSTANT, moment, d.name)
    return At(column, column)


def _looked_for_from(b: Builder, d: m.Definition, since: m.Moment) -> At | None:
    """The entry of its base, from which on an event that dates a definition is looked for; None where it does not depend on that."""
    own = isinstance(since, m.EventUse) and since.record == d.record
    return _dated_base(b, d) if own and is_relative(b, since) else None


def _entry(b: Builder, d: m.Definition, own: At | None) -> None:
    """`since`, `entry` (the later of its own and its base's), the end of the entry's day where a date dates it, and `until`."""
    base = _dated_base(b, d) or _begins(b, d)
    starts: list[Expression] = []
    ends: list[Expression] = []
    if own is not None:
        since = Ref(d.record, names.part(d.name, "since"))
        if own.start != since:
            b.column(d.record, since.column, ValueType.INSTANT, own.start, d.name)
        starts.append(since)
        ends.append(own.end)
    if base is not None:
        starts.append(base.start)
        ends.append(base.end)
    entry = b.column(d.record, names.entry(d.name), ValueType.INSTANT, _latest(starts), d.name)
    end: Expression = entry
    if isinstance(d.entry_type, t.Date):
        end = b.column(d.record, names.entry_end(d.name), ValueType.INSTANT, _latest(ends), d.name)
    b.column(d.record, names.until(d.name), ValueType.INSTANT, first_known(end, AsOf()), d.name)


def _dated_base(b: Builder, d: m.Definition) -> At | None:
    """The entry into what the definition is added to; None where nothing dates that, as a deal's only moment is optional."""
    dated = d.base is not None and b.model.definitions[d.base].entry_type is not None
    return entry_at(b, d.base) if d.base is not None and dated else None


def _begins(b: Builder, d: m.Definition) -> At | None:
    """A row that is dated by a row above it, or by one that it names, enters no earlier than it is there itself: else it would come into
    a period that is over."""
    dated_by: str | None
    match d.since:
        case m.FieldUse():
            dated_by = d.since.record
        case m.PathUse():
            dated_by = None
        case m.EntryUse():
            dated_by = b.model.definitions[d.since.definition].record
        case m.EventUse() if isinstance(b.model.events[d.since.event].pick, m.OneOfSeveral):
            dated_by = b.model.events[d.since.event].record
        case _:
            return None
    moment = b.model.records[d.record].moment
    if dated_by == d.record or moment is None:
        return None
    start = Field(d.record, moment.name)
    return At(start, start)


def descends(b: Builder, definition: str, ancestor: str) -> bool:
    at: str | None = definition
    while at is not None:
        if at == ancestor:
            return True
        at = b.model.definitions[at].base
    return False


def _latest(moments: list[Expression]) -> Expression:
    return moments[0] if len(moments) == 1 else Apply("greatest", tuple(moments))


def until_of(d: m.Definition) -> Until:
    """As things stood when the row entered the definition."""
    return up_to(d.name, Ref(d.record, names.until(d.name)), _entry_end(d))


def _entry_end(d: m.Definition) -> Ref:
    """The last instant that still belongs to the entry."""
    name = names.entry_end if isinstance(d.entry_type, t.Date) else names.entry
    return Ref(d.record, name(d.name))


def scope_of(d: m.Definition) -> Scope:
    """Where its condition is read: as things stood at the entry, or as they are where rows never enter it at an instant."""
    return Scope(d.record, NOW if d.entry_type is None else until_of(d), d.name)


def _condition(b: Builder, d: m.Definition, term: Term) -> None:
    """Its own condition at its own entry, added to its base's at the base's.

    Without a `when` of its own, having the moment is the condition: who has none is simply not in it, and nothing is undated.
    """
    base = Ref(d.record, names.condition(d.base)) if d.base else None
    own = None if d.since is None else known(since_at(b, d, d.since).start)
    if d.when is not None:
        own = _own_condition(b, d, term).value
    b.column(d.record, names.condition(d.name), ValueType.BOOLEAN, all_of(base, own), d.name)
    if settled_at(b, d.name) is not None:
        at = None if d.when is None else _own_condition(b, d, term).at
        parts = [] if base is None or d.base is None else [Reading(base, at=settled_at(b, d.base))]
        parts += [] if own is None else [Reading(own, at=at)]
        made = joined(*parts).at
        assert made is not None
        if d.entry_type is not None:
            # A row that did not enter was read as of today, and is out whatever that says.
            made = choose((known(Ref(d.record, names.entry(d.name))), made), otherwise=LONG_AGO)
        b.column(d.record, names.settled(d.name), ValueType.INSTANT, made, d.name)


def _own_condition(b: Builder, d: m.Definition, term: Term) -> Decided:
    """Its `when`, unknown as long as it may still become another."""
    assert d.when is not None
    key = ("condition", d.record, d.name)
    if key not in b.made:
        base = Ref(d.record, names.condition(d.base)) if d.base else None
        scope = replace(scope_of(d), among=_asked_of(d, base, term))
        own = decided(lower(b, d.when, scope), scope.until)
        if own.open != FALSE:
            opened = b.column(d.record, names.open(d.name), ValueType.BOOLEAN, is_true(own.open), d.name)
            own = replace(own, open=opened)
        b.made[key] = own
    condition: Decided = b.made[key]
    return condition


def _asked_of(d: m.Definition, base: Ref | None, term: Term) -> Expression:
    """The rows that a definition's own condition decides about: they have its base, and entered within the term."""
    has_base = TRUE if base is None else is_true(base)
    if d.entry_type is None:
        return has_base
    entry = Ref(d.record, names.entry(d.name))
    return all_of(has_base, known(entry), in_term(entry, term))


def _status(b: Builder, d: m.Definition, since: Expression | None, term: Term) -> Expression:
    when = Ref(d.record, names.condition(d.name))
    waits = _open(b, d, term)
    unsettled = (
        (all_of(is_unknown(when), waits), code(Status.PENDING)),
        (is_unknown(when), code(Status.UNCLASSIFIABLE)),
    )
    if d.entry_type is None:
        return choose((is_true(when), code(Status.IN)), *unsettled, otherwise=code(Status.OUT))
    entry: Expression = Ref(d.record, names.entry(d.name))
    wrong = Status.MISLABELLED if _names_optional_field(b, d) else Status.OUT
    dated = choose(
        (_may_leave(b, d), code(Status.PENDING)),
        (all_of(is_true(when), known(entry)), code(Status.IN)),
        (is_true(when), code(Status.UNDATED)),
        *unsettled,
        otherwise=code(wrong),
    )
    # Without a `when` of its own, having the moment is the whole condition: who has none is simply not in it.
    says_more = d.when is not None or d.since is None
    undated = choose(
        (is_true(when) if says_more else FALSE, code(Status.UNDATED)), otherwise=code(Status.OUT)
    )
    hidden = _hidden(b, d)
    arms: list[tuple[Expression, Expression]] = [] if hidden == FALSE else [(hidden, code(Status.NOT_YET))]
    return choose(*arms, (known(since or entry), dated), otherwise=undated)


def _may_leave(b: Builder, d: m.Definition) -> Expression:
    """Whether an event that dates it happened at the as-of, and may cease to count with other rows of that instant."""
    chain: list[Expression] = []
    at: m.Definition | None = d
    while at is not None:
        if at.since is not None and ceases(b, at.since):
            chain.append(is_true(until_of(at).unsettled))
        at = b.model.definitions[at.base] if at.base else None
    return any_of(*chain)


def ceases(b: Builder, moment: Part) -> bool:
    """Whether a moment may cease to be there with other rows of its own instant."""
    if not isinstance(moment, m.EventUse):
        return False
    e = b.model.events[moment.event]
    if isinstance(e.pick, m.OneOfSeveral):
        return any(ceases(b, x) for x in asked_by(e, e.pick.moments, moment.record))
    return e.pick.position < 0 or May.LEAVE_TRUE in asked_rows(b, e).may


def _open(b: Builder, d: m.Definition, term: Term) -> Expression:
    """Whether one of the conditions that make it up may still become another."""
    chain: list[Expression] = []
    at: m.Definition | None = d
    while at is not None:
        if at.when is not None:
            chain.append(_own_condition(b, at, term).open)
        at = b.model.definitions[at.base] if at.base else None
    return any_of(*chain)


def _hidden(b: Builder, d: m.Definition) -> Expression:
    """Whether a moment along the chain is there, but later than the as-of."""
    fields: list[Expression] = []
    at: m.Definition | None = d
    while at is not None:
        record = b.model.records[at.record]
        if isinstance(at.since, m.FieldUse):
            fields.append(Hidden(at.since.record, at.since.field))
        elif isinstance(at.since, m.PathUse):
            hidden = Hidden(at.since.record, at.since.field)
            fields.append(is_true(Referred(at.since.record, field_value(at.since.through), hidden)))
        elif isinstance(at.since, m.EventUse) and at.since.record == at.record:
            fields.append(
                ahead(b, b.model.events[at.since.event], at.record, _looked_for_from(b, at, at.since))
            )
        elif at.since is None and at.base is None and record.moment is not None:
            fields.append(Hidden(at.record, record.moment.name))
        at = b.model.definitions[at.base] if at.base else None
    return any_of(*fields)


def _names_optional_field(b: Builder, d: m.Definition) -> bool:
    return isinstance(d.since, m.AnyField) and b.model.records[d.since.record].fields[d.since.field].optional


def in_term(entry: Expression, term: Term) -> Expression:
    """Whether an instant lies in the term (its last date included)."""
    start = None if term.start is None else compare(">=", entry, Const(term.start, ValueType.INSTANT))
    end = None if term.end is None else compare("<", entry, Const(term.end, ValueType.INSTANT))
    return all_of(start, end)


def _outside(entry: Expression, term: Term) -> Expression:
    sides: list[Expression] = []
    if term.start is not None:
        sides.append(compare("<", entry, Const(term.start, ValueType.INSTANT)))
    if term.end is not None:
        sides.append(compare(">=", entry, Const(term.end, ValueType.INSTANT)))
    return any_of(*sides)


def listings(b: Builder, d: m.Definition) -> list[Listing]:
    """Rows of this definition that must be shown: undated, mislabelled, unclassifiable, and those dated before their base."""
    status = Ref(d.record, names.counted(d.name))
    shown = [Listing(word, d.name, d.record, is_code(status, value)) for value, word in LISTED.items()]
    base = _dated_base(b, d)
    if base is not None and d.since is not None and d.entry_type is not None:
        own = since_at(b, d, d.since)
        early = compare("<", own.end, base.start)
        shown.append(Listing("out of order", d.name, d.record, all_of(is_code(status, Status.IN), early)))
    return shown


def population_columns(b: Builder, record: str, moment: m.Moment | None, name: str, term: Term) -> None:
    """All rows of a record that have a moment, as a population: entry, until, member, maybe."""
    at = moment_at(b, moment) if moment is not None else None
    start: Expression = at.start if at else NO_INSTANT
    end: Expression = at.end if at else NO_INSTANT
    entry = b.column(record, names.entry(name), ValueType.INSTANT, start, name)
    until = b.column(record, names.until(name), ValueType.INSTANT, first_known(end, AsOf()), name)
    assert until is not None
    there = all_of(known(entry), in_term(entry, term))
    unsure = is_true(not_behind(end)) if moment is not None and ceases(b, moment) else FALSE
    member = is_true(all_of(there, negate(unsure)))
    b.column(record, names.member(name), ValueType.BOOLEAN, member, name)
    maybe = is_true(all_of(there, unsure))
    b.column(record, names.maybe(name), ValueType.BOOLEAN, maybe, name)
