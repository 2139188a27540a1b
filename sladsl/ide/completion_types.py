"""What fits by its type: the operators that a value takes, and the values that an operator takes.

What cannot be told, such as the type of a name that is not declared, lets everything pass: too much is offered rather than too little.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from sladsl import model as m
from sladsl import types as t
from sladsl.checker import signatures
from sladsl.functions import FUNCTIONS, Kind
from sladsl.ide.completion_context import CompletionContext, before_dot, lineage, row_of, signs

_LITERALS = frozenset(["NUMBER", "PERCENT", "DATE", "DATETIME", "CLOCK", "STRING", "COMMA", "LBRACE", "UNIT"])
_MOMENTS = frozenset([Kind.DAY, Kind.INSTANT])
_OF_MOMENTS = frozenset(["in the last", "not in the last", "during", "within"])
"""Operators that are in no table, since what is on their right is no value."""
_STATISTICS = frozenset(["MEDIAN_OF", "PERCENTILE_OF", "SUM_OF", "AVERAGE_OF", "LEAST_OF", "GREATEST_OF"])
SIGNS = ("=", "!=", "<", "<=", ">", ">=")


def kind_of(type: t.Type) -> Kind | None:
    """As the checker has it, but that a percentage is offered where a number is, and a set where its elements are."""
    match type:
        case t.Percent():
            return Kind.NUMBER
        case t.SetOf():
            return kind_of(type.element)
        case t.Unknown():
            return None
        case _:
            return signatures.kind_of(type)


@cache
def _comparisons() -> frozenset[str]:
    words = ["CONTAINS", "STARTS_WITH", "ENDS_WITH", "MATCHES", "IN", "_NOT_IN", "BETWEEN"]
    return signs(*SIGNS) | frozenset(words)


def value_before(model: m.Model, at: CompletionContext) -> t.Type | None:
    """The type of the value that ends here, where an operator may follow it."""
    if not at.takes("CONTAINS") or not at.read or at.read[-1].kind != "NAME":
        return None
    return _type_of(model, at, len(at.read) - 1)


def takes_operator(type: t.Type, word: str) -> bool:
    """Whether a value of this type stands on the left of an operator; of a word that is no operator always."""
    kind = kind_of(type)
    if word in _OF_MOMENTS:
        return kind in _MOMENTS
    if word == "between" or word in SIGNS[2:]:
        return kind not in (Kind.TEXT, Kind.BOOLEAN)  # texts have an order that nobody means
    function = FUNCTIONS.get(word.removeprefix("not "))
    if kind is None or function is None or word in ("is known", "is missing"):
        return True
    return any(signature.args[:1] in ((kind,), (Kind.ANY,)) for signature in function.signatures)


def value_wanted(model: m.Model, at: CompletionContext) -> t.Type | None:
    """The type of the value that is to be written: what stands on the left of the operator, or a number in a statistic."""
    read = at.read
    end = len(read)
    if end and read[end - 1].kind in _STATISTICS:
        return t.NUMBER
    if end and read[end - 1].kind == "AND":  # of `between … and`, else a condition begins
        end -= 1
        while end and read[end - 1].kind in _LITERALS:
            end -= 1
        if not end or read[end - 1].kind != "BETWEEN":
            return None
    while end and read[end - 1].kind in ("COMMA", "LBRACE", "STRING", "NUMBER"):
        end -= 1
    if end < 2 or read[end - 1].kind not in _comparisons() or read[end - 2].kind != "NAME":
        return None
    return _type_of(model, at, end - 2)


def fits(wanted: t.Type, offered: t.Type) -> bool:
    """Whether a value of one type may stand where another is wanted."""
    kinds = kind_of(wanted), kind_of(offered)
    if None in kinds:
        return isinstance(offered, t.Unknown)
    return kinds[0] == kinds[1]


def function_fits(wanted: t.Type, name: str) -> bool:
    results = {signature.result for signature in FUNCTIONS[name].signatures}
    return bool(results & {kind_of(wanted), Kind.ANY, Kind.SAME})


def type_of_name(model: m.Model, record: str | None, name: str) -> t.Type | None:
    """What a name of a row means, as a value; None for what is none, or is not known."""
    for near in lineage(model, record):
        if name in near.fields:
            return near.fields[name].type
    if name in model.derived:
        return model.derived[name].type
    if name in model.lets:
        value = model.lets[name].value
        return None if isinstance(value, m.Invalid) else value.type
    if name in model.scores:
        return t.NUMBER
    if name in model.events:
        return t.TIME
    return None


def _type_of(model: m.Model, at: CompletionContext, place: int) -> t.Type | None:
    """The type of the name that is so many words from the beginning of the declaration."""
    assert at.awaited is not None
    up_to = replace(at, awaited=replace(at.awaited, read=at.read[:place]))
    name = at.read[place].text
    if place and at.read[place - 1].kind == "DOT":
        record = model.records.get(before_dot(model, up_to) or "")
        return record.fields[name].type if record is not None and name in record.fields else None
    if place and at.read[place - 1].kind in ("PLUS", "MINUS", "TIMES", "DIVIDE"):
        return None
    return type_of_name(model, row_of(model, up_to), name)
