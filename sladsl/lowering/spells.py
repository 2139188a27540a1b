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
    AsOf,
    Case,
    Change,
    Children,
    Expression,
    Field,
    Following,
    Hidden,
    InstantsOf,
    Link,
    Listing,
    Lookup,
    OfAsker,
    Ref,
    Referred,
    RowsOf,
    StretchesOf,
    ValueType,
)
from sladsl.plan.made import AT, BEGAN, ENDED
from sladsl.plan.shorthand import (
    FALSE,
    MICROSECOND,
    NO_INSTANT,
    all_of,
    any_of,
    choose,
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
    until = Until(names.every_instant(r.name), at, FALSE, FALSE)
    scope = Scope(instants, until, r.name, stands_for=link.parent)
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
    read = _Instant(b, instants, link.parent)
    changes = tuple(dict.fromkeys(c for e in asked for c in read.changes(e, read.itself)))
    since, after = _from_when(b.model.records[link.parent])
    record = p.Record(
        instants,
        "",
        (p.RecordField(AT, p.FieldType.TIME), p.RecordField(link.own, p.FieldType.TEXT, optional=True)),
        Link(link.parent, link.own, link.theirs),
        AT,
        made=InstantsOf(link.parent, since, changes),
    )
    ever = all_of(compare("<=", at, after), holds)
    nowhere = compare(">=", Children(instants, Aggregate.COUNT, ever), number(1))
    column = b.column(
        link.parent, names.part(r.name, "without a beginning"), ValueType.BOOLEAN, nowhere, r.name
    )
    lost = Listing("without a beginning", r.name, link.parent, column)
    return record, StretchesOf(instants, holds, values, after), lost


def _from_when(owner: m.Record) -> tuple[Expression, Expression]:
    """From which instant on a row's spells are looked for, and the last one at which none of them can be said to begin."""
    if owner.moment is None:
        return LONG_AGO, LONG_AGO
    moment = Field(owner.name, owner.moment.name)
    # A row that comes in later than the as-of is not there yet, whatever other time of it is known.
    later = Hidden(owner.name, owner.moment.name)
    since = choose((later, NO_INSTANT), otherwise=first_known(moment, LONG_AGO))
    # While the moment is missing it may still turn out to be later than everything that is known of the row.
    return since, choose((missing(moment), AsOf()), otherwise=LONG_AGO)


@dataclass(frozen=True, slots=True)
class _Row:
    """Of which rows something is asked: of those of `record`; `beside` the row whose instants these are, where that is of it too."""

    record: str
    beside: bool = False


@dataclass(frozen=True, slots=True)
class _Instant:
    """The instant at which a condition is read: every expression that is one, and the columns that read it."""

    b: Builder
    record: str
    owner: str  # the record of the row whose instant it is

    @property
    def itself(self) -> _Row:
        return _Row(self.owner)

    def asking(self, record: str) -> _Row:
        """The row that looks at others: the one whose instant it is, or one that it looks at itself."""
        return self.itself if record == self.record else self.looked_at(record)

    def looked_at(self, record: str) -> _Row:
        return _Row(record, record == self.owner)

    def is_it(self, e: Expression) -> bool:
        return e == Field(self.record, AT) or (isinstance(e, OfAsker) and self.is_it(e.value))

    def reads(self, e: Expression) -> bool:
        """Whether an expression depends on the instant, or is a column beside it."""
        return any(self.is_it(x) or self.is_column(x) for x in walk(e))

    def is_column(self, e: Expression) -> bool:
        return isinstance(e, Ref) and e.record == self.record

    def depth(self, record: str) -> int:
        """How many rows a row of a record belongs to, one to the next: rows below see what those above have."""
        link = self.b.model.records[record].link
        return 0 if link is None else 1 + self.depth(link.parent)

    def column(self, e: Ref) -> Expression:
        return self.b.columns[e.record, e.column].value

    def changes(self, e: Expression, here: _Row) -> Iterator[Change]:
        """When an expression may become another one: the times, of rows of `here` and of those that it looks at, with which the instant is
        compared."""
        if not self.reads(e):
            return
        match e:
            case Ref():
                yield from self.changes(self.column(e), here)
                return
            case OfAsker(value=value) if not self.is_it(e):
                yield from self.changes(value, self.asking(e.record))
                return
            case Apply(op="visible", args=(moment, until)) if self.is_it(until):
                yield from self.moments(moment, here)
            case Apply(op=op, args=(moment, until)) if op in _ORDERINGS and self.is_it(until):
                yield from (x for c in self.moments(moment, here) for x in _compared(op, c))
            case Apply(op=op, args=(until, moment)) if op in _ORDERINGS and self.is_it(until):
                yield from (x for c in self.moments(moment, here) for x in _compared(_ORDERINGS[op], c))
            case Following(record=record, of=of):
                yield from self.moments(of, self.looked_at(record))
            case _:
                assert not self.is_it(e), "an instant is compared, and nothing else is made of it"
        for part in operands(e):
            if not self.is_it(part):
                yield from self.changes(part, here)
        # A row that another names sees nothing of the row that asks, and so nothing of its instant.
        if isinstance(e, Children | Following):
            yield from (x for part in asked_of_rows(e) for x in self.changes(part, self.looked_at(e.record)))

    def moments(self, e: Expression, here: _Row) -> Iterator[Change]:
        """The moments that an expression can be at any instant, whatever is seen of them there."""
        if not self.reads(e):
            yield Change(here.record, e, here.beside)
            return
        match e:
            case Ref():
                yield from self.moments(self.column(e), here)
            case OfAsker(value=value):
                yield from self.moments(value, self.asking(e.record))
            case Apply(op="visible", args=(moment, _)):
                yield from self.moments(moment, here)
            case Children(record=record, of=of) | Following(record=record, of=of):
                if of is not None:
                    yield from self.moments(of, self.looked_at(record))
            case Referred(key=key):
                yield from (replace(x, at=replace(e, key=x.at)) for x in self.moments(key, here))
            case Apply(op=op, args=args) if op in _ONE_OF_THEM:
                yield from (x for arg in args for x in self.moments(arg, here))
            case Case(arms=arms, otherwise=otherwise):
                every = (*(then for _, then in arms), otherwise)
                yield from (x for then in every for x in self.moments(then, here))
            case Apply(op=op, args=args):
                for several in product(*(tuple(self.moments(arg, here)) for arg in args)):
                    lowest = max(several, key=lambda x: self.depth(x.record))
                    yield replace(lowest, at=Apply(op, tuple(x.at for x in several)))
            case Lookup(function=function, at=at):
                yield from (replace(x, at=Lookup(function, x.at)) for x in self.moments(at, here))
            case Referred(record=record, key=key, value=value):
                yield from (replace(x, at=Referred(record, x.at, value)) for x in self.moments(key, here))
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
