"""Spells: what their rows are made of.

A condition is read at every instant at which it may change: these instants are rows of a record of their own, whose parent is the row that
the spells are of. So the condition is a column there, read up to each row's own instant, and a spell is a stretch of such rows. At which
instants it may change the lowered condition says itself, since it knows of its instant only by what it compares with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

from sladsl import model as m
from sladsl import plan as p
from sladsl.lowering import inputs, names
from sladsl.lowering.builder import Builder, Until
from sladsl.lowering.conditions import Scope, lower
from sladsl.lowering.reading import LONG_AGO
from sladsl.plan import (
    Aggregate,
    Apply,
    Case,
    Change,
    Children,
    Expression,
    Field,
    Following,
    InstantsOf,
    Link,
    Listing,
    Lookup,
    Ref,
    RowsOf,
    StretchesOf,
    ValueType,
)
from sladsl.plan.made import AT, BEGAN, ENDED
from sladsl.plan.shorthand import (
    FALSE,
    MICROSECOND,
    all_of,
    any_of,
    compare,
    first_known,
    is_true,
    known,
    missing,
    number,
)
from sladsl.plan.traversal import asked_of_rows, operands, walk

_ORDERINGS = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
"""Comparisons, and what they are with their sides exchanged."""


def records(b: Builder, r: m.Record) -> tuple[list[p.Record], list[Listing]]:
    """A record as the plan has it, after those that its rows are made of, and the rows of others that are lost to it."""
    plain = inputs.record(b.model, r)
    match r.spell:
        case None:
            return [plain], []
        case m.EachRow():
            made, lost = _each_row(b, r, r.spell)
            return [replace(plain, made=made)], [lost]
        case m.Stretch():
            instants, stretches, lost = _stretches(b, r, r.spell)
            return [instants, replace(plain, made=stretches)], [lost]


def _link(r: m.Record) -> m.Link:
    assert r.link is not None, "a spell is of a row"
    return r.link


# --------------------------------------------------------------------------------------------- rows that are spells already


def _each_row(b: Builder, r: m.Record, spell: m.EachRow) -> tuple[RowsOf, Listing]:
    """Rows that begin; one that ends no later than that is none, and is listed."""
    link = _link(r)
    began, ended = Field(spell.record, spell.began), Field(spell.record, spell.ended)
    step = _step_below(b, spell.record, link.parent)
    values = (
        (m.IMPLIED_KEY, Field(spell.record, _key(b.model.records[spell.record]))),
        (BEGAN, began),
        (ENDED, ended),
        (link.own, Field(step.name, _link(step).own)),
    )
    lasts = any_of(missing(ended), is_true(compare(">", ended, began)))
    lost = is_true(compare("<=", ended, began))
    made = RowsOf(spell.record, values, all_of(known(began), lasts))
    return made, Listing("without length", r.name, spell.record, lost)


def _step_below(b: Builder, child: str, parent: str) -> m.Record:
    """The record right below `parent` that rows of `child` are, or belong to."""
    at = b.model.records[child]
    while _link(at).parent != parent:
        at = b.model.records[_link(at).parent]
    return at


def _key(r: m.Record) -> str:
    return r.key.name if r.key is not None else m.IMPLIED_KEY


# ------------------------------------------------------------------------------------- stretches on which a condition holds


def _stretches(b: Builder, r: m.Record, spell: m.Stretch) -> tuple[p.Record, StretchesOf, Listing]:
    link, instants = _link(r), names.instants(r.name)
    at = Field(instants, AT)
    scope = Scope(instants, Until(names.every_instant(r.name), at, FALSE, FALSE), r.name)
    holds = b.column(
        instants,
        names.part(r.name, "holds"),
        ValueType.BOOLEAN,
        is_true(lower(b, spell.condition, scope).value),
        r.name,
    )
    values = tuple(
        (name, lower(b, e, scope).value) for name, e in zip(spell.names, spell.values, strict=True)
    )
    asked = (holds, *(e for _, e in values))
    read = _Instant(b, instants)
    changes = tuple(dict.fromkeys(c for e in asked for c in read.changes(e, link.parent)))
    own = b.model.records[link.parent].moment
    since = LONG_AGO if own is None else first_known(Field(link.parent, own.name), LONG_AGO)
    record = p.Record(
        instants,
        "",
        (p.RecordField(AT, p.FieldType.TIME), p.RecordField(link.own, p.FieldType.TEXT, optional=True)),
        Link(link.parent, link.own, link.theirs),
        AT,
        made=InstantsOf(link.parent, since, changes),
    )
    ever = all_of(compare("=", at, LONG_AGO), holds)
    nowhere = compare(">=", Children(instants, Aggregate.COUNT, ever), number(1))
    column = b.column(
        link.parent, names.part(r.name, "without a beginning"), ValueType.BOOLEAN, nowhere, r.name
    )
    lost = Listing("without a beginning", r.name, link.parent, column)
    return record, StretchesOf(instants, holds, values, LONG_AGO), lost


@dataclass(frozen=True, slots=True)
class _Instant:
    """The instant at which a condition is read: every expression that is one, and the columns that read it."""

    b: Builder
    record: str

    def is_it(self, e: Expression) -> bool:
        return e == Field(self.record, AT)

    def reads(self, e: Expression) -> bool:
        """Whether an expression depends on the instant, or is a column beside it."""
        return any(self.is_it(x) or self.is_column(x) for x in walk(e))

    def is_column(self, e: Expression) -> bool:
        return isinstance(e, Ref) and e.record == self.record

    def column(self, e: Ref) -> Expression:
        return self.b.columns[e.record, e.column].value

    def changes(self, e: Expression, here: str) -> Iterator[Change]:
        """When an expression may become another one: the times, of rows of `here` and of those that it looks at, with which the instant is
        compared."""
        if not self.reads(e):
            return
        match e:
            case Ref():
                yield from self.changes(self.column(e), here)
                return
            case Apply(op="visible", args=(moment, until)) if self.is_it(until):
                yield from self.moments(moment, here)
            case Apply(op=op, args=(moment, until)) if op in _ORDERINGS and self.is_it(until):
                yield from (x for c in self.moments(moment, here) for x in _compared(op, c))
            case Apply(op=op, args=(until, moment)) if op in _ORDERINGS and self.is_it(until):
                yield from (x for c in self.moments(moment, here) for x in _compared(_ORDERINGS[op], c))
            case Following(record=record, of=of):
                yield from self.moments(of, record)
            case _:
                assert not self.is_it(e), "an instant is compared, and nothing else is made of it"
        for part in operands(e):
            if not self.is_it(part):
                yield from self.changes(part, here)
        for part in asked_of_rows(e):
            assert isinstance(e, Children | Following)
            yield from self.changes(part, e.record)

    def moments(self, e: Expression, here: str) -> Iterator[Change]:
        """The moments that an expression can be at any instant, whatever is seen of them there."""
        if not self.reads(e):
            yield Change(here, e)
            return
        match e:
            case Ref():
                yield from self.moments(self.column(e), here)
            case Apply(op="visible", args=(moment, _)):
                yield from self.moments(moment, here)
            case Children(record=record, of=of) | Following(record=record, of=of):
                if of is not None:
                    yield from self.moments(of, record)
            case Apply(op=op, args=args) if op in _ONE_OF_THEM:
                yield from (x for arg in args for x in self.moments(arg, here))
            case Case(arms=arms, otherwise=otherwise):
                yield from (
                    x for then in (*(t for _, t in arms), otherwise) for x in self.moments(then, here)
                )
            case Apply(op=op, args=args):
                for several in product(*(tuple(self.moments(arg, here)) for arg in args)):
                    record = next((x.record for x in several if x.record != here), here)
                    yield Change(record, Apply(op, tuple(x.at for x in several)))
            case Lookup(function=function, at=at):
                yield from (Change(x.record, Lookup(function, x.at)) for x in self.moments(at, here))
            case _:
                raise AssertionError("a moment is not the instant itself")


_ONE_OF_THEM = frozenset({"earliest", "greatest", "least", "else"})
"""Functions whose value is that of one of their arguments."""


def _compared(op: str, c: Change) -> Iterator[Change]:
    """When `moment op instant` becomes true or false."""
    if op in {"<=", ">", "=", "!="}:
        yield c
    if op in {"<", ">=", "=", "!="}:
        yield replace(c, at=Apply("+", (c.at, MICROSECOND)))
