"""What a declaration means, as a text that is the same however it is written.

Every field of every node of the model goes into it, but for places and those in `NOT_MEANT`, each with its reason; so a new clause is in it
without being named here. Where order means nothing (`ANY_ORDER`), parts stand sorted.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from decimal import Decimal
from enum import Enum
from functools import cached_property
from itertools import groupby
from typing import Any

from sladsl import model as m
from sladsl.calendars import CalendarRules
from sladsl.language.except_when import ExceptWhen

_OWN_NAME = "by which it is found"
_WORDS = "what is written, which its other fields say"
_WORKED_OUT = "worked out by the checker from what is written"

NOT_MEANT: dict[str, str] = {
    "Agreement.clauses": "what they make of the agreement stands beside them",
    "Calendar.clauses": "what they make of the calendar are its rules",
    "Calendar.name": _OWN_NAME,
    "CalendarRules.name": _OWN_NAME,
    "Choice.words": _WORDS,
    "Choice.since": "its `when` asks it",
    "Commitment.id": _OWN_NAME,
    "Commitment.words": _WORDS,
    "Commitment.first_words": _WORDS,
    "LaterTarget.words": _WORDS,
    "Rung.words": _WORDS,
    "DataSource.keep": "one of its clauses says it",
    "DataSource.name": _OWN_NAME,
    "Definition.entry_type": _WORKED_OUT,
    "Definition.name": _OWN_NAME,
    "Derived.name": _OWN_NAME,
    "Derived.type": _WORKED_OUT,
    "Event.name": _OWN_NAME,
    "Event.type": _WORKED_OUT,
    "Kpi.name": _OWN_NAME,
    "Let.name": _OWN_NAME,
    "Never.label": _OWN_NAME,
    "OneOf.of": "the field that it is the type of",
    "Record.name": _OWN_NAME,
    "Score.name": _OWN_NAME,
    "Test.label": _OWN_NAME,
    "Test.record": _WORKED_OUT,
}
"""Fields that say nothing of their own, and why. That of every expression's `type` is the same: it is worked out."""

ANY_ORDER: dict[str, str] = {
    "Agreement.parties": "both stand in every promise by name",
    "Agreement.reviewed": "dates",
    "Consequence.actions": "all of them follow",
    "InARow.actions": "all of them follow",
    "Ladder.actions": "all of them follow",
    "Rung.actions": "all of them follow",
    "Step.actions": "all of them follow",
    "CalendarRules.holidays": "a day is closed by any of them",
    "CalendarRules.closed": "a day is closed by any of them",
    "CalendarRules.openings": "each is about its day",
    "CalendarRules.weeks": "the one that began last holds",
    "CalendarRules.closed_hours": "hours are closed by any of them",
    "CalendarRules.reasons": "each is about its days",
    "HolidayRule.except_names": "names",
    "DataSource.mappings": "each is about its field",
    "DataSource.clauses": "each is about all rows",
    "FieldMapping.translate": "each is about its word",
    "Missing.texts": "words",
    "Given.values": "each is about its field",
    "Kpi.for_each": "a figure has all of them",
    "OneOf.values": "words",
    "OneOfSeveral.moments": "the earliest or the latest of them",
    "Pause.limits": "each is about its clock",
    "Review.over": "a review has all of them",
    "Score.clauses": "points are added up",
    "SetValue.items": "words",
    "Test.expectations": "all are asked",
}
"""Where parts are of no order, and why."""

_COMMUTATIVE = {"and", "or", "=", "!=", "+", "*", "least", "greatest"}
_MIRRORED = {">": "<", ">=": "<="}


@dataclass(frozen=True)
class Declared:
    """A declaration of an agreement: `kind` is the word for it, `name` what it is known by among its kind, `node` the model's, and `file`
    where it stands, seen from the agreement's own."""

    kind: str
    name: str
    node: Any
    file: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.kind, self.name

    @cached_property
    def meaning(self) -> str:
        return canonical(self.node)


AGREEMENT, RECORD, SPELL, CONSTANT, SOURCE, TEST = (
    "agreement",
    "record",
    "spell",
    "constant",
    "source",
    "test",
)
COMMITMENT, DEFINITION, DERIVED = "commitment", "definition", "derived field"
FIELD, PARTY = "field", "party"

KINDS: dict[str, tuple[str, Callable[[Any], str]]] = {
    "agreement": (AGREEMENT, lambda _: ""),
    "calendars": ("calendar", lambda x: str(x.name)),
    "records": (RECORD, lambda x: str(x.name)),
    "lets": (CONSTANT, lambda x: str(x.name)),
    "derived": (DERIVED, lambda x: str(x.name)),
    "scores": ("score", lambda x: str(x.name)),
    "definitions": (DEFINITION, lambda x: str(x.name)),
    "lifecycles": ("lifecycle", lambda x: str(x.record)),
    "events": ("event", lambda x: str(x.name)),
    "kpis": ("kpi", lambda x: str(x.name)),
    "commitments": (COMMITMENT, lambda x: str(x.id)),
    "routes": ("route", lambda x: str(x.definition)),
    "nevers": ("never", lambda x: str(x.label)),
    "sources": (SOURCE, lambda x: str(x.name)),
    "tests": (TEST, lambda x: str(x.label)),
}
"""The tables of a model in the order in which they are told, with the word for what is in them and what each is known by."""

NO_DECLARATIONS: dict[str, str] = {
    "uses": "where names are used",
    "kinds": "which clauses the language has",
    "complete": "whether there are errors",
}
"""The other fields of a model."""


def declared(model: m.Model, main: str) -> Iterator[Declared]:
    """All that a model declares; `main` is the name of the agreement's own file."""
    own = posixpath.dirname(main)
    for table, (kind, name) in KINDS.items():
        held = getattr(model, table)
        nodes = held.values() if isinstance(held, Mapping) else held if isinstance(held, tuple) else (held,)
        for node in nodes:
            if node is not None:
                file = posixpath.relpath(node.origin.file, own or ".")
                is_spell = isinstance(node, m.Record) and node.spell is not None
                yield Declared(SPELL if is_spell else kind, name(node), _seen_from(file, node), file)


def _seen_from(file: str, node: Any) -> Any:
    """A source says of its rows where they are from its own folder."""
    folder = posixpath.dirname(file)
    if not isinstance(node, m.DataSource) or not folder or "://" in node.where or node.where.startswith("/"):
        return node
    return replace(node, where=posixpath.normpath(posixpath.join(folder, node.where)))


def digest(model: m.Model, main: str) -> str:
    """16 hexadecimal digits of what an agreement means: they change with it, and with nothing else."""
    said = sorted(f"{x.kind} {x.name} {x.meaning}" for x in declared(model, main))
    return hashlib.sha256("\x1e".join(said).encode()).hexdigest()[:16]


def canonical(value: Any, place: str = "") -> str:
    """The text of a node or of what stands in a field of one; `place` is `Class.field`."""
    match value:
        case None | bool() | int() | str():
            return repr(value)
        case Enum():
            return repr(value.value)
        case Decimal():
            return format(value.normalize(), "f")
        case dt.date():  # a time is one too
            return value.isoformat()
        case tuple():
            return f"[{', '.join(_parts(value, place))}]"
        case Mapping():
            return f"{{{', '.join(sorted(f'{key!r}: {canonical(x)}' for key, x in value.items()))}}}"
        case m.Operation():
            return _operation(value)
        case _:
            assert is_dataclass(value), f"nobody has said what {type(value).__name__} means"
            node: Any = _tidied(value) if isinstance(value, CalendarRules) else value
            name = type(node).__name__
            said = (f"{x}={canonical(getattr(node, x), f'{name}.{x}')}" for x in meant(type(node)))
            return f"{name}({', '.join(said)})"


def meant(kind: type[Any]) -> tuple[str, ...]:
    """The fields of a node that mean something."""
    worked_out = {"type"} if kind.__module__ == m.Literal.__module__ else set[str]()
    names = (f.name for f in fields(kind) if not f.name.endswith(("span", "spans")) and f.name != "origin")
    return tuple(x for x in names if x not in worked_out and f"{kind.__name__}.{x}" not in NOT_MEANT)


def _parts(parts: Sequence[Any], place: str) -> list[str]:
    texts = [canonical(x, place) for x in parts]
    if place == "Commitment.clauses":
        # Of several reasons to leave a row out the first that holds is the one that is told.
        kept = [text for x, text in zip(parts, texts, strict=True) if isinstance(x, ExceptWhen)]
        return sorted(text for text in texts if text not in kept) + kept
    return sorted(texts) if place in ANY_ORDER else texts


def _operation(e: m.Operation) -> str:
    op, args = e.op, [canonical(x) for x in e.args]
    if op in _MIRRORED:
        op, args = _MIRRORED[op], args[::-1]
    elif op in {"and", "or"}:
        args = sorted(text for x in e.args for text in _joined(x, op))
    elif op == "in":
        args = [args[0], *sorted(args[1:])]
    elif op in _COMMUTATIVE:
        args.sort()
    return f"{op}({', '.join(args)})"


def joined_by(e: m.Expression, op: str) -> Iterator[m.Expression]:
    """The conditions that `and` (`or`) joins, however they are bracketed."""
    if isinstance(e, m.Operation) and e.op == op and not m.is_between(e):
        for arg in e.args:
            yield from joined_by(arg, op)
    else:
        yield e


def _joined(e: m.Expression, op: str) -> Iterator[str]:
    if isinstance(e, m.Operation) and e.op == op:
        for arg in e.args:
            yield from _joined(arg, op)
    else:
        yield canonical(e)


def _tidied(rules: CalendarRules) -> CalendarRules:
    """Closed days as the stretches that they make together."""
    return replace(rules, closed=tuple(together(rules.closed)))


def together(stretches: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Stretches of days, both ends included, joined where they touch."""
    days = sorted({day for first, last in stretches for day in range(first, last + 1)})
    for _, run in groupby(enumerate(days), key=lambda pair: pair[1] - pair[0]):
        own = [day for _, day in run]
        yield own[0], own[-1]
