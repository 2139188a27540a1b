"""Documents that are typed once: what is made from a type as JSON and as a schema, and that each schema in the package is its type's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import jsonschema
import pytest
from conftest import Golden

from sladsl import reports
from sladsl.reports.backtest.document import BacktestDocument, ConstantsDocument
from sladsl.reports.check_documents import CheckDocument
from sladsl.reports.closed import ClosedPeriod
from sladsl.reports.diff.document import DiffDocument
from sladsl.reports.documents import (
    ABSENT,
    ADDED_LATER,
    Absent,
    Limits,
    Named,
    OneOf,
    document,
    document_text,
    json_schema,
    schema_text,
    shape,
    to_json,
)
from sladsl.reports.due.document import DueDocument, DuesDocument
from sladsl.reports.explain.document import Explanation
from sladsl.reports.given import GivenAction
from sladsl.reports.pages import CodeDocument
from sladsl.reports.reconcile.document import ReconcileDocument
from sladsl.reports.run.document import RunDocument
from sladsl.reports.run.together import RunsDocument
from sladsl.reports.site_pages import SiteFiles
from sladsl.reports.testing.json import DocumentOfTests
from sladsl.reports.verified import VerifyDocument

PUBLISHED: dict[str, type] = {
    "action": GivenAction,
    "check": CheckDocument,
    "closed": ClosedPeriod,
    "code": CodeDocument,
    "diff": DiffDocument,
    "backtest": BacktestDocument,
    "constants": ConstantsDocument,
    "due": DueDocument,
    "dues": DuesDocument,
    "explain": Explanation,
    "reconcile": ReconcileDocument,
    "run": RunDocument,
    "runs": RunsDocument,
    "site": SiteFiles,
    "test": DocumentOfTests,
    "verify": VerifyDocument,
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_schema_in_the_package_is_that_of_its_type(name: str, golden: Golden) -> None:
    """`pytest --golden` writes it."""
    golden(Path(reports.__file__).with_name(f"{name}.schema.json"), schema_text(PUBLISHED[name]))
    jsonschema.Draft202012Validator.check_schema(json_schema(PUBLISHED[name]))


class Colour(StrEnum):
    RED = "red"
    NO_COLOUR = "no colour"


Count = Annotated[int, Named("count", minimum=0)]
Day = Annotated[str | None, Named("day", pattern="^[0-9-]+$")]


@shape("node", about="a node")
class Node:
    name: str
    parts: tuple[Node, ...] = ()


@shape()
class Base:
    colour: Colour | None
    status: Annotated[str | None, OneOf(("in", "not yet"))]


@shape()
class Extended(Base):
    pair: tuple[float, float] | None
    hint: Annotated[str | Absent, "there where there is one"] = ABSENT


@document("sladsl.example/1", title="sla example", about="An example.")
class Example:
    from_: Annotated[int | float | str | None, "where from"]
    rows: Annotated[Mapping[str, Count], ADDED_LATER]
    day: Day
    node: Annotated[Node | None, "the first"]
    share: Annotated[float, Limits(maximum=1)]
    extended: tuple[Extended, ...] = ()


FULL = Example(
    from_=1.5,
    rows={"lead": 3},
    day=None,
    node=Node("a", (Node("b"),)),
    share=1,
    extended=(Extended(Colour.RED, None, None), Extended(None, "in", (1, 2.5), hint="h")),
)


def test_a_value_becomes_json_in_the_order_of_its_fields() -> None:
    assert to_json(FULL) == {
        "schema": "sladsl.example/1",
        "from": 1.5,
        "rows": {"lead": 3},
        "day": None,
        "node": {"name": "a", "parts": [{"name": "b", "parts": []}]},
        "share": 1,
        "extended": [
            {"colour": "red", "status": None, "pair": None},
            {"colour": None, "status": "in", "pair": [1, 2.5], "hint": "h"},
        ],
    }
    assert list(to_json(FULL)) == ["schema", "from", "rows", "day", "node", "share", "extended"]
    assert document_text(FULL).startswith('{\n  "schema": "sladsl.example/1",\n  "from": 1.5,')


def test_a_number_that_json_lacks_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        document_text(Example(float("nan"), {}, None, None, 0))


def test_a_type_becomes_a_schema() -> None:
    found = json_schema(Example)
    properties = found["properties"]
    assert found["required"] == ["schema", "from", "day", "node", "share", "extended"]
    assert properties["schema"] == {"const": "sladsl.example/1"}
    assert properties["from"] == {
        "type": ["integer", "number", "string", "null"],
        "description": "where from",
    }
    assert properties["rows"] == {"type": "object", "additionalProperties": {"$ref": "#/$defs/count"}}
    assert properties["day"] == {"$ref": "#/$defs/day"}
    assert properties["node"] == {
        "oneOf": [{"type": "null"}, {"$ref": "#/$defs/node"}],
        "description": "the first",
    }
    assert properties["share"] == {"type": "number", "maximum": 1}
    extended = properties["extended"]["items"]
    assert extended["required"] == ["colour", "status", "pair"]
    assert extended["properties"]["colour"] == {"enum": ["red", "no colour", None]}
    assert extended["properties"]["status"] == {"enum": ["in", "not yet", None]}
    assert extended["properties"]["hint"] == {"type": "string", "description": "there where there is one"}
    assert found["$defs"] == {
        "count": {"type": "integer", "minimum": 0},
        "day": {"type": ["string", "null"], "pattern": "^[0-9-]+$"},
        "node": {
            "description": "a node",
            "type": "object",
            "additionalProperties": False,
            "required": ["name", "parts"],
            "properties": {
                "name": {"type": "string"},
                "parts": {"type": "array", "items": {"$ref": "#/$defs/node"}},
            },
        },
    }


WRONG: dict[str, Any] = {
    "a number where a text belongs": {"node": {"name": 1, "parts": []}},
    "a word that is none of the enum's": {"extended": [{"colour": "blue", "status": None, "pair": None}]},
    "three of a pair": {"extended": [{"colour": None, "status": None, "pair": [1, 2, 3]}]},
    "a negative count": {"rows": {"lead": -1}},
    "a property that nobody knows": {"other": 1},
}


def test_what_a_type_makes_is_of_its_schema() -> None:
    validator = jsonschema.Draft202012Validator(json_schema(Example))
    validator.validate(to_json(FULL))
    assert not validator.is_valid({k: v for k, v in to_json(FULL).items() if k != "day"})
    for why, wrong in WRONG.items():
        assert not validator.is_valid(to_json(FULL) | wrong), why


def test_the_text_of_a_schema_is_the_schema() -> None:
    text = schema_text(Example)
    assert json.loads(text) == json_schema(Example)
    assert max(map(len, text.splitlines())) <= 160
