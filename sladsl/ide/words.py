"""What things are called in hovers, hints and completions: the language's own words."""

from __future__ import annotations

from typing import assert_never

from sladsl import model as m
from sladsl import types as t
from sladsl.functions import FUNCTIONS, Function, Kind, Signature

_KINDS = {
    Kind.INSTANT: "time",
    Kind.DAY: "date",
    Kind.SPAN: "duration",
    Kind.ANY: "value",
    Kind.SAME: "value",
    Kind.BOOLEAN: "condition",
}


def type_words(type: t.Type) -> str:
    """A type as a record spells it."""
    match type:
        case t.Number(unit=unit):
            return f'number in "{unit}"' if unit else "number"
        case t.Text(key_of=record) if record:
            return f"key of {record}"
        case t.OneOf():
            return str(type)
        case t.Boolean():
            return "boolean"
        case t.Text() | t.Date() | t.Time() | t.Duration() | t.Percent() | t.SetOf() | t.Population():
            return str(type).removeprefix("a ")
        case t.Unknown():
            return "not known"
        case _:
            assert_never(type)


def field_words(field: m.Field) -> str:
    """`optional number in "USD"`."""
    flags = [
        word
        for word, on in (("key", field.key), ("accountable", field.accountable), ("optional", field.optional))
        if on
    ]
    return " ".join([*flags, type_words(field.type)])


def signature_words(function: Function, signature: Signature) -> tuple[str, list[str]]:
    """`round(number, number) → number`, and the words of its values."""
    args = [_KINDS.get(kind, str(kind)) for kind in signature.args]
    shown = [*args, "…"] if signature.variadic else args
    return (
        f"{function.name}({', '.join(shown)}) → {_KINDS.get(signature.result, str(signature.result))}",
        args,
    )


def function_help(name: str) -> str:
    """What a function does, and what it does with a missing value."""
    function = FUNCTIONS[name]
    says_so = function.missing != "propagates" or "unknown" in function.help
    return function.help if says_so else f"{function.help}; unknown when a value is missing"


def one_line(text: str, width: int = 80) -> str:
    """Words on one line, cut where they are long."""
    line = " ".join(text.split())
    return line if len(line) <= width else line[: width - 1] + "…"
