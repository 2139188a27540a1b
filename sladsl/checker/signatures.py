"""Typing by the one table of operators: which signature fits, and what comes out."""

from __future__ import annotations

from collections.abc import Sequence

from sladsl import types as t
from sladsl.functions import FUNCTIONS, Kind, Signature

_KIND_WORDS = {
    Kind.TEXT: "text",
    Kind.NUMBER: "a number",
    Kind.BOOLEAN: "a condition",
    Kind.DAY: "a date",
    Kind.INSTANT: "a time",
    Kind.SPAN: "a duration",
    Kind.ANY: "any value",
    Kind.SAME: "the same",
}


def kind_of(type: t.Type) -> Kind | None:
    """The table's kind of a type; None for what no signature takes (percentages, sets, populations)."""
    match type:
        case t.Text() | t.OneOf():
            return Kind.TEXT
        case t.Number():
            return Kind.NUMBER
        case t.Boolean():
            return Kind.BOOLEAN
        case t.Date():
            return Kind.DAY
        case t.Time():
            return Kind.INSTANT
        case t.Duration():
            return Kind.SPAN
        case t.Unknown():
            return Kind.ANY
        case _:
            return None


def fitting(name: str, types: Sequence[t.Type]) -> Signature | None:
    """The first signature of `name` that takes these types; an unknown type fits every place."""
    kinds = [kind_of(type) for type in types]
    return next((s for s in FUNCTIONS[name].signatures if _fits(s, kinds)), None)


def _fits(signature: Signature, kinds: Sequence[Kind | None]) -> bool:
    args = signature.args
    if signature.variadic and len(kinds) > len(args):
        args = (*args, *[args[-1]] * (len(kinds) - len(args)))
    return len(args) == len(kinds) and all(
        (given is not None and Kind.ANY in (given, wanted)) or given == wanted
        for given, wanted in zip(kinds, args, strict=True)
    )


def arity(name: str) -> tuple[int, int | None]:
    """How many values a function takes: at least, and at most (None: any number)."""
    signatures = FUNCTIONS[name].signatures
    least = min(len(s.args) for s in signatures)
    return least, None if any(s.variadic for s in signatures) else max(len(s.args) for s in signatures)


def wanted_words(name: str, place: int) -> str:
    """What a function takes at a place, in the reader's words: `text`, `a number or a date`."""
    kinds: dict[str, None] = {}
    for signature in FUNCTIONS[name].signatures:
        args = signature.args
        if place < len(args) or signature.variadic:
            kinds[_KIND_WORDS[args[min(place, len(args) - 1)]]] = None
    *head, last = kinds
    return f"{', '.join(head)} or {last}" if head else last


def type_of(kind: Kind) -> t.Type:
    """The type of a result."""
    match kind:
        case Kind.TEXT:
            return t.TEXT
        case Kind.NUMBER:
            return t.NUMBER
        case Kind.BOOLEAN:
            return t.BOOLEAN
        case Kind.DAY:
            return t.DATE
        case Kind.INSTANT:
            return t.TIME
        case Kind.SPAN:
            return t.Duration()
        case _:
            return t.UNKNOWN
