"""A plan from its JSON: what shows that `sla plan --format json` leaves nothing out.

What can be decoded is exactly what the annotations of the plan's dataclasses admit.
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
from sladsl.calendars import CalendarRules, ClosedHours, DatedWeek, Duration, HolidayRule
from sladsl.plan_dump import SCHEMA

_NODES: dict[str, type] = {
    c.__name__: c
    for c in (
        *(x for x in vars(p).values() if isinstance(x, type) and dataclasses.is_dataclass(x)),
        CalendarRules,
        ClosedHours,
        DatedWeek,
        Duration,
        HolidayRule,
    )
}


def from_json(data: dict[str, Any]) -> p.Plan:
    """The plan that `to_json` wrote."""
    assert data["schema"] == SCHEMA
    decoded = _decode(data["plan"], p.Plan)
    assert isinstance(decoded, p.Plan)
    return decoded


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
    cls = _NODES[value["node"]]
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
