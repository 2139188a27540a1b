"""A plan as JSON and back: `from_json(to_json(plan)) == plan`.

Every node is an object with its class name under `node`; tuples are lists, decimals are strings with a `decimal` marker where their
place does not say so. What can be decoded is exactly what the annotations of the plan's dataclasses admit.
"""

from __future__ import annotations

import dataclasses
import enum
import types
import typing
from decimal import Decimal
from functools import cache
from typing import Any

from sladsl import plan as p
from sladsl.calendars import CalendarRules, Duration, HolidayRule

SCHEMA = "sladsl.plan/1"

_NODES: dict[str, type] = {
    c.__name__: c
    for c in (
        *(x for x in vars(p).values() if isinstance(x, type) and dataclasses.is_dataclass(x)),
        CalendarRules,
        Duration,
        HolidayRule,
    )
}


def to_json(plan: p.Plan) -> dict[str, Any]:
    """The plan as JSON values (dicts, lists, strings, numbers, booleans, None)."""
    return {"schema": SCHEMA, "plan": _encode(plan)}


def from_json(data: dict[str, Any]) -> p.Plan:
    """The plan that `to_json` wrote.

    Raises ValueError when the data are not a plan of this schema.
    """
    if data.get("schema") != SCHEMA:
        raise ValueError(f"this is not a plan: its `schema` should be {SCHEMA}, it is {data.get('schema')!r}")
    decoded = _decode(data["plan"], p.Plan)
    assert isinstance(decoded, p.Plan)
    return decoded


def _encode(value: Any) -> Any:
    match value:
        case enum.Enum():
            return value.value
        case Decimal():
            return {"decimal": str(value)}
        case tuple():
            return [_encode(v) for v in value]
        case None | bool() | int() | str():
            return value
        case _:
            fields = {f.name: _encode(getattr(value, f.name)) for f in dataclasses.fields(value)}
            return {"node": type(value).__name__, **fields}


def _decode(value: Any, annotation: Any) -> Any:
    match value:
        case {"decimal": text}:
            return Decimal(text)
        case dict():
            return _decode_node(value)
        case list():
            return tuple(_decode(v, _element(annotation, i)) for i, v in enumerate(value))
        case _:
            return _as_enum(value, annotation)


def _decode_node(value: dict[str, Any]) -> Any:
    cls = _NODES.get(value.get("node", ""))
    if cls is None:
        raise ValueError(f"a plan has no node `{value.get('node')}`")
    hints = _hints(cls)
    return cls(**{k: _decode(v, hints[k]) for k, v in value.items() if k != "node"})


@cache
def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def _element(annotation: Any, index: int) -> Any:
    """What the items of a tuple are annotated as; of a union, of its tuple member."""
    for option in _options(annotation):
        if typing.get_origin(option) is tuple:
            args = typing.get_args(option)
            if len(args) == 2 and args[1] is Ellipsis:
                return args[0]
            return args[index] if index < len(args) else Any
    return Any


def _as_enum(value: Any, annotation: Any) -> Any:
    for option in _options(annotation):
        if isinstance(option, type) and issubclass(option, enum.Enum) and value is not None:
            return option(value)
    return value


def _options(annotation: Any) -> tuple[Any, ...]:
    if typing.get_origin(annotation) in {typing.Union, types.UnionType}:
        return typing.get_args(annotation)
    return (annotation,)
