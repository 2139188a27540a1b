"""The tree of a text in a form to read and to compare: one node a line where it fits, without spans."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

from sladsl.source import as_text
from sladsl.syntax import ast

_WIDTH = 100


def dump(node: object) -> str:
    """A node and everything in it; parts that are not there (None, false, empty) are left out."""
    return "\n".join(_lines(node, 0)) + "\n"


def _lines(node: object, indent: int) -> list[str]:
    margin = "  " * indent
    short = _inline(node)
    if len(margin) + len(short) <= _WIDTH and not isinstance(node, ast.File):
        return [margin + short]
    if isinstance(node, ast.Text | ast.Name) or not (isinstance(node, tuple) or is_dataclass(node)):
        return [margin + short]  # a leaf, however long
    if isinstance(node, tuple):
        return [line for item in node for line in _lines(item, indent)]
    lines = [f"{margin}{type(node).__name__}"]
    for name, value in _parts(node):
        part = f"{margin}  {name}: {_inline(value)}"
        if len(part) <= _WIDTH and not isinstance(node, ast.File):
            lines.append(part)
        else:
            lines += [f"{margin}  {name}:", *_lines(value, indent + 2)]
    return lines


def _parts(node: Any) -> list[tuple[str, Any]]:
    parts = [(field.name, getattr(node, field.name)) for field in fields(node)]
    return [
        (name, value)
        for name, value in parts
        if name not in ("span", "op_span") and value is not None and value is not False and value != ()
    ]


def _inline(node: object) -> str:
    match node:
        case ast.Name(text):
            return text
        case ast.Text(value):
            return as_text(value)
        case ast.Number(value):
            return str(value)
        case ast.Percent(value):
            return f"{value}%"
        case ast.Boolean(value):
            return str(value).lower()
        case ast.Date(value):
            return value.isoformat()
        case ast.DateTime(value):
            return value.isoformat(" ")
        case ast.TimeOfDay(seconds):
            return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
        case ast.Duration(amount, unit, business):
            return f"{amount} {'business ' if business else ''}{unit}"
        case ast.Reference(name, record, steps=steps):
            return ".".join(x.text for x in (record, name, *steps)) if record else f"ref {name.text}"
        case ast.Binary(op, left, right):
            return f"({_inline(left)} {op} {_inline(right)})"
        case tuple():
            return f"[{', '.join(_inline(item) for item in node)}]"
        case _ if is_dataclass(node):
            inside = ", ".join(f"{name}={_inline(value)}" for name, value in _parts(node))
            return f"{type(node).__name__}({inside})"
        case _:
            return str(node)
