"""Signature help: the values that a function takes, while its parentheses are being filled."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sladsl.functions import CALLS, FUNCTIONS
from sladsl.ide.view import View
from sladsl.ide.words import function_help, signature_words


@dataclass(frozen=True, slots=True)
class Signature:
    """One way to call a function; `parameters` are stretches of `label`."""

    label: str
    parameters: tuple[tuple[int, int], ...]
    help: str


@dataclass(frozen=True, slots=True)
class SignatureHelp:
    signatures: tuple[Signature, ...]
    active: int
    parameter: int


_CALL = re.compile(r"([A-Za-z_]\w*)\s*$")


def signature_help(view: View, offset: int) -> SignatureHelp | None:
    """The function whose parentheses an offset is in, and which of its values is being written."""
    placed = view.layout.part_at(offset)
    if placed is None:
        return None
    text = re.sub(r'"(?:\\["\\]|[^"\n])*"?', lambda s: "x" * len(s.group()), view.text[placed[1] : offset])
    depth, commas = 0, 0
    for at in range(len(text) - 1, -1, -1):
        letter = text[at]
        if letter in ")}":
            depth += 1
        elif letter in "({":
            if depth == 0:
                name = _CALL.search(text, 0, at)
                return _signatures(name.group(1), commas) if letter == "(" and name else None
            depth -= 1
        elif letter == "," and depth == 0:
            commas += 1
    return None


def _signatures(name: str, commas: int) -> SignatureHelp | None:
    if name not in CALLS:
        return None
    function = FUNCTIONS[name]
    made, active = [], 0
    for number, each in enumerate(function.signatures):
        label, args = signature_words(function, each)
        at, parameters = len(name) + 1, []
        for arg in args:
            at = label.index(arg, at)
            parameters.append((at, at + len(arg)))
            at += len(arg)
        made.append(Signature(label, tuple(parameters), function_help(name)))
        if len(args) <= commas and not each.variadic and number + 1 < len(function.signatures):
            active = number + 1
    most = max(0, len(made[active].parameters) - 1)
    return SignatureHelp(tuple(made), active, min(commas, most))
