"""A plan as JSON, which says all of it: the plan can be made again from it (`tests/plan_from_json.py` does).

Every node is an object with its class name under `node`; tuples are lists, decimals are strings with a `decimal` marker where their
place does not say so.
"""

from __future__ import annotations

import dataclasses
import enum
from decimal import Decimal
from typing import Any

from sladsl.plan import Plan

SCHEMA = "sladsl.plan/1"


def to_json(plan: Plan) -> dict[str, Any]:
    """The plan as JSON values (dicts, lists, strings, numbers, booleans, None)."""
    return {"schema": SCHEMA, "plan": _encode(plan)}


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
