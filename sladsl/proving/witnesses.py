"""A row that answers a question: as plain as the solver lets it be, and asked of the reference interpreter before anybody sees it.

Values are tried from the most ordinary on (`ana@acme.com`, what the agreement itself compares with, 10), each kept where some row can have
it; a field that nothing asks for is left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from cvc5 import pythonic as smt

from sladsl import model as m
from sladsl import types as t
from sladsl.calendars import Duration, DurationKind
from sladsl.checker.rules.words import say_value
from sladsl.compiler import Compilation
from sladsl.lowering import Meaning
from sladsl.model.traversal import walk
from sladsl.proving.answers import Solver
from sladsl.proving.translation import MILLION, FieldTerm, Region, Translation
from sladsl.source import NOWHERE
from sladsl.testing.cases import Case, set_up
from sladsl.testing.given import Unfit

MOST_ROWS = 30
"""Child rows of one kind that a made row may have."""
_FITTING = (
    ("email", ("ana@acme.com", "bo@gmail.com", "chloe@acme.fr")),
    ("mail", ("ana@acme.com",)),
    ("country", ("US", "DE")),
    ("company", ("Acme",)),
    ("name", ("Ana",)),
)
_PLAIN = ("a", "b", "c")
_LETTERS = smt.Plus(smt.Range("a", "z"))
_SHAPES = (
    smt.Concat(smt.Re("ana@acme."), _LETTERS),
    smt.Concat(_LETTERS, smt.Re("@acme.com")),
    smt.Concat(_LETTERS, smt.Re("@acme."), _LETTERS),
    smt.Concat(_LETTERS, smt.Re("@"), _LETTERS, smt.Re("."), _LETTERS),
)
"""What looks like an address, where none of those that are tried will do."""
_NUMBERS = (10, 200, 1, 0, 1000)
_START = dt.time(10)


@dataclass(frozen=True, slots=True)
class Witness:
    """Rows, the one that it is about first."""

    given: tuple[m.Given, ...]
    case: Case


def witness(
    compilation: Compilation,
    means: Meaning,
    translation: Translation,
    solver: Solver,
    record: str,
    confirmed: Callable[[Case], bool],
) -> Witness | None:
    """The row that the solver, which has said that there may be one, makes; None where the interpreter does not agree that it is one."""
    known = len(translation.facts)
    for name in dict.fromkeys([record, *(of for of, _ in translation.fields)]):
        _need_what_is_not_optional(translation, name)
    solver.add(*translation.facts[known:])
    chosen = _chosen(translation, solver, record)
    top = _given(translation, record, chosen.values)
    below: list[m.Given] = []
    for region, number in chosen.rows:
        if number > MOST_ROWS:
            return None
        made = _child(translation, region, chosen.values)
        if made is None:
            return None
        for n in range(number):
            below.append(_given(translation, region.rows.record, _moved(translation, made, n)))
    above = [
        _given(translation, other, chosen.values)
        for other in dict.fromkeys(name for name, _ in chosen.values)
        if other != record
    ]
    given = (top, *above, *below)
    if {x.record for x in given} - {r.name for r in translation.model.given}:
        return None  # spells are made of other rows, and nobody can give one
    test = m.Test("", record, given, None, (), m.Origin(compilation.source.name, NOWHERE, NOWHERE))
    try:
        case = set_up(compilation, means, test)
    except Unfit:
        return None
    return Witness(given, case) if case.frame is not None and confirmed(case) else None


def written(found: Witness, label: str, expectations: Sequence[str]) -> str:
    """The row as a test of the agreement."""
    lines = [f"test {say_value(label)}:"]
    for given in found.given:
        values = ", ".join(f"{name} {say_value(x.value, x.type)}" for name, x in given.values)
        lines.append(f"  given {given.record}" + (f": {values}" if values else ""))
    return "\n".join([*lines, *(f"  expect {x}" for x in expectations)])


# --- values


_Values = dict[tuple[str, str], Any]


@dataclass(frozen=True, slots=True)
class _Chosen:
    """By record and field a value of the solver's; and how many child rows of each kind."""

    values: _Values
    rows: tuple[tuple[Region, int], ...]


def _chosen(translation: Translation, solver: Solver, record: str) -> _Chosen:
    values: _Values = {}
    solver.push()
    for number, (key, asked) in enumerate(sorted(translation.fields.items())):
        if asked.field.implied:
            continue
        if asked.field.optional and _keeps(solver, smt.Not(asked.term.known)):
            continue
        solver.add(asked.term.known)
        for candidate in _candidates(translation, asked, number):
            if _keeps(solver, candidate):
                break
        values[key] = _value_of(solver, asked)
    rows = tuple((region, _least(solver, region.number)) for region in translation.regions)
    solver.pop()
    return _Chosen(values, tuple((region, number) for region, number in rows if number))


def _keeps(solver: Solver, condition: Any) -> bool:
    """Whether there may still be a row with this; it is kept where there is."""
    solver.push()
    solver.add(condition)
    fits = solver.check() == smt.sat
    solver.pop()
    if fits:
        solver.add(condition)
    return bool(fits)


def _least(solver: Solver, number: Any) -> int:
    for few in (0, 1, 2, 3):
        if _keeps(solver, number == few):
            return few
    solver.check()
    return int(solver.value(number))


def _value_of(solver: Solver, asked: FieldTerm) -> Any:
    solver.check()
    return solver.value(asked.term.value)


def _candidates(translation: Translation, asked: FieldTerm, number: int) -> Iterator[Any]:
    """Conditions on the field, the one that makes the most ordinary value first."""
    if isinstance(asked.field.type, t.Text):
        yield from _of_text(translation, asked)
        return
    for value in _values(translation, asked, number):
        yield asked.term.value == value


def _of_text(translation: Translation, asked: FieldTerm) -> Iterator[Any]:
    named = asked.field.name.lower()
    is_address = "mail" in named or _is_address(translation, asked)
    told = [x for x in _compared(translation, asked) if isinstance(x, str)]
    fitting = [x for word, few in _FITTING if word in named for x in few]
    made = [x for text in told for x in (_addresses(text) if is_address else _whole(text))]
    for value in dict.fromkeys([*fitting, *made, *(() if is_address else (*told, *_PLAIN))]):
        yield asked.term.value == smt.StringVal(value)
    if is_address:
        yield from (smt.InRe(asked.term.value, shape) for shape in _SHAPES)
        for value in dict.fromkeys([*told, *_PLAIN]):
            yield asked.term.value == smt.StringVal(value)


def _addresses(part: str) -> Iterator[str]:
    """Addresses that have a text in them, if it is no more than a part of one."""
    before, at, after = part.partition("@")
    if at:
        yield f"{before or 'ana'}@{after or 'acme.com'}"
    elif part.startswith("."):
        yield f"ana@acme{part}"
    else:
        yield f"ana@{part}" if "." in part else f"{part}@acme.com"


def _whole(part: str) -> Iterator[str]:
    """What may stand before the end that a text is, or behind its beginning."""
    if part and not part[0].isalnum():
        yield f"acme{part}"
    if part and not part[-1].isalnum():
        yield f"{part}acme"


def _values(translation: Translation, asked: FieldTerm, number: int) -> Iterator[Any]:
    match asked.field.type:
        case t.OneOf(values=values):
            yield from (smt.StringVal(x) for x in values)
        case t.Boolean():
            yield from (smt.BoolVal(True), smt.BoolVal(False))
        case t.Number() | t.Percent():
            told = [x for x in _compared(translation, asked) if isinstance(x, Decimal)]
            tried = [int(x * MILLION) for x in told] + [x * MILLION for x in _NUMBERS]
            tried += [y for x in told for y in (int(x * MILLION) + MILLION, int(x * MILLION) - MILLION)]
            yield from (smt.IntVal(x) for x in dict.fromkeys(tried))
        case t.Time():
            day = _monday(translation.model) + dt.timedelta(days=number)
            yield smt.IntVal(translation.zone.to_instant(dt.datetime.combine(day, _START))[0])
        case t.Date():
            day = _monday(translation.model) + dt.timedelta(days=number)
            yield smt.IntVal((day - dt.date(1970, 1, 1)).days)
        case _:
            yield from (smt.IntVal(x * 3600 * MILLION) for x in (1, 24))


def _monday(model: m.Model) -> dt.date:
    """The second Monday of the agreement's term."""
    start = model.agreement.first if model.agreement is not None else None
    first = start or dt.date(2026, 1, 1)
    return first + dt.timedelta(days=7 + (7 - first.weekday()) % 7)


def _operations(translation: Translation) -> Iterator[m.Operation]:
    """Those of the agreement's conditions, and of what is asked."""
    everywhere = (x for e in _conditions(translation.model) for x in walk(e))
    yield from (x for x in (*everywhere, *translation.operations) if isinstance(x, m.Operation))


def _is_of(asked: FieldTerm, e: m.Expression) -> bool:
    return isinstance(e, m.FieldUse) and (e.record, e.field) == (asked.record, asked.field.name)


def _compared(translation: Translation, asked: FieldTerm) -> list[Any]:
    """The plain values that the field, or what is made of it (`lower(…)`), is held against."""
    values: dict[Any, None] = {}
    for x in _operations(translation):
        told = [y.value for y in x.args if isinstance(y, m.Literal)]
        if told and any(_is_of(asked, e) for y in x.args for e in walk(y)):
            values |= dict.fromkeys(told)
    return list(values)


def _is_address(translation: Translation, asked: FieldTerm) -> bool:
    """Whether somebody asks for its domain."""
    return any(x.op == "domain" and _is_of(asked, x.args[0]) for x in _operations(translation))


def _conditions(model: m.Model) -> Iterator[m.Expression]:
    yield from (d.when for d in model.definitions.values() if d.when is not None)
    yield from (c.when for s in model.scores.values() for c in s.clauses)
    yield from (c.when for r in model.routes for c in r.cases if c.when is not None)
    for c in model.commitments:
        if isinstance(c.target, m.Within):
            yield from (x.when for x in c.target.choices if x.when is not None)


# --- rows


def _child(translation: Translation, region: Region, above: Mapping[tuple[str, str], Any]) -> _Values | None:
    """The fields of a child row that meets just these conditions, under the rows that are made already."""
    child = Translation(translation.knowledge, translation.zone, translation.answers)
    known = [child.term(x, "").true for x in region.met] + [
        smt.Not(child.term(x, "").true) for x in region.unmet
    ]
    _need_what_is_not_optional(child, region.rows.record)
    for key, asked in child.fields.items():
        if key[0] != region.rows.record and not asked.field.optional:
            known.append(asked.term.known)
        if key in above:
            known += [asked.term.known, asked.term.value == _term_of(above[key])]
    solver = child.solver(2000, *known)
    if solver.check() != smt.sat:
        return None
    values = _chosen(child, solver, region.rows.record).values
    return {key: value for key, value in values.items() if key[0] == region.rows.record}


def _need_what_is_not_optional(translation: Translation, record: str) -> None:
    """A row without a field that every row has is none that anybody would believe; keys and links are made up."""
    for declared in translation.model.records[record].fields.values():
        if not declared.optional and not declared.implied and not declared.key:
            translation.field(m.FieldUse(record, declared.name, declared.type, NOWHERE))


def _term_of(value: Any) -> Any:
    if isinstance(value, bool):
        return smt.BoolVal(value)
    return smt.StringVal(value) if isinstance(value, str) else smt.IntVal(value)


def _moved(translation: Translation, values: _Values, number: int) -> _Values:
    """The same row a few minutes earlier, so that rows that are alike are several, and before what they are counted up to."""
    made: _Values = {}
    for (record, name), value in values.items():
        type = translation.model.records[record].fields[name].type
        week, minutes = 7 * 86_400 * MILLION, number * 60 * MILLION
        made[record, name] = value - week - minutes if isinstance(type, t.Time) else value
    return made


def _given(translation: Translation, record: str, values: Mapping[tuple[str, str], Any]) -> m.Given:
    fields = translation.model.records[record].fields
    literals = (
        (name, m.Literal(_written(translation, fields[name].type, value), fields[name].type, NOWHERE))
        for (of, name), value in values.items()
        if of == record
    )
    return m.Given(record, tuple(literals), NOWHERE)


def _written(translation: Translation, type: t.Type, value: Any) -> Any:
    """A solver's value as the model's literals have it; a time is a reading of the agreement's clock."""
    match type:
        case t.Number() | t.Percent():
            return Decimal(value) / MILLION
        case t.Date():
            return dt.date(1970, 1, 1) + dt.timedelta(days=value)
        case t.Time():
            return dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=translation.zone.local(value))
        case t.Duration():
            return Duration(DurationKind.ABSOLUTE, max(0, value))
        case _:
            return value
