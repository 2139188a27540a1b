"""JSON documents, typed once: a document is a frozen dataclass, and its JSON and its JSON Schema (draft 2020-12) are made from its type.

    Instant = Annotated[str, Named("instant", pattern=r"^\\d{4}-…Z$")]   # stands in `$defs`, and is referred to
    Count = Annotated[int, Named("count", minimum=0)]

    @shape("field", about="a field as it stood")       # an object that stands in `$defs`; `@shape()` is written where it is used
    class FieldOf:
        name: str
        value: str | float | bool | None               # null where it is None
        at: Annotated[Instant | None, "when it was"]   # a text beside a type describes the property
        fate: RowFate                                  # a StrEnum is an enum of its values
        status: Annotated[str | None, OneOf(words)]    # an enum of these texts, and null
        rows: Mapping[str, Count]                      # an object with any names
        pair: tuple[float, float]                      # an array of two
        others: tuple[FieldOf, ...]                    # an array
        hint: str | Absent = ABSENT                    # left out of the JSON where it is ABSENT, and not required
        tallies: Tallies                               # the fields of a dataclass that is `inlined`, as if they stood here

    @document("sladsl.example/1", title="sla example --format json", about="What it says.")
    class Example:                                     # begins with `"schema": "sladsl.example/1"`
        fields: tuple[FieldOf, ...]

`shape` and `document` make frozen dataclasses with slots; one that inherits from another has the properties of both, its own last, but for
those that it names `first`. A
property is called as its field is, without an underscore at its end (`from_` is `from`). `ADDED_LATER` beside a type says that documents
of earlier versions lack the property, so that the schema does not require it. Values are JSON's own: text, whole numbers, floats, booleans
and None, and a StrEnum; whoever makes a document turns instants, dates and decimals into these.

    to_json(value)          a shape, or what may stand in one, as JSON values: dict, list, str, int, float, bool, None
    document_text(document) the document as text that ends with a line feed
    json_schema(Example)    its JSON Schema, as a dict
    schema_text(Example)    the same as text: what stands beside this module as `example.schema.json`
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import Enum, StrEnum
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Final,
    Literal,
    TypeVar,
    Union,
    cast,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

from sladsl.reports.inert import inert_json

T = TypeVar("T")
Json = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"
WIDTH = 160
"""Columns that an object of a schema's text may take on one line."""


class Absent(Enum):
    """What is not there."""

    ABSENT = "absent"


ABSENT: Final = Absent.ABSENT


class Marker(Enum):
    ADDED_LATER = "added later"


ADDED_LATER: Final = Marker.ADDED_LATER


class Named:
    """A type with a place in `$defs` and keywords of its own there."""

    def __init__(self, name: str, /, **keywords: object) -> None:
        self.name, self.keywords = name, keywords


class Limits:
    """More keywords of a type, written where it is used."""

    def __init__(self, **keywords: object) -> None:
        self.keywords = keywords


@dataclass(frozen=True, slots=True)
class OneOf:
    """The texts that a value is one of."""

    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _About:
    """What is known of an object. `name` is its place in `$defs`, `schema` the id of a whole document; `properties` are its fields, each
    with the property that it is."""

    name: str | None = None
    about: str = ""
    schema: str = ""
    title: str = ""
    properties: tuple[tuple[str, str], ...] = ()


_ABOUT: dict[type, _About] = {}
_INLINED: dict[type, Mapping[str, Any]] = {}
"""By the dataclass, the types of its fields."""


@dataclass_transform(frozen_default=True)
def shape(
    name: str | None = None, *, about: str = "", first: Sequence[str] = ()
) -> Callable[[type[T]], type[T]]:
    """An object in a document; its properties of the names `first` stand before the others."""
    return lambda made: _frozen(made, _About(name, about), first)


@dataclass_transform(frozen_default=True)
def document(schema: str, *, title: str, about: str) -> Callable[[type[T]], type[T]]:
    """A whole document; `schema` is its id, with which it begins."""
    return lambda made: _frozen(made, _About(None, about, schema, title))


def inlined(of: type, properties: Mapping[str, Any]) -> None:
    """The fields of a dataclass are properties of the object in which it stands; `properties` are their types as a shape has them."""
    _INLINED[of] = properties


def _frozen(made: type[T], about: _About, first: Sequence[str] = ()) -> type[T]:
    frozen = dataclass(frozen=True, slots=True)(made)
    own = [f.name for f in fields(cast("Any", frozen))]
    named = tuple((name, name.rstrip("_")) for name in dict.fromkeys((*first, *own)))
    _ABOUT[frozen] = replace(about, properties=named)
    return frozen


# -------------------------------------------------------------------------------------------------------------- JSON


def to_json(value: object) -> Any:
    """A value as JSON has it; properties stand in the order of their fields."""
    if type(value) in _PLAIN:  # most are, and a document may have millions
        return value
    match value:
        case StrEnum():
            return str(value)
        case Mapping():
            return {str(key): to_json(x) for key, x in value.items()}
        case tuple() | list():
            return [to_json(x) for x in value]
        case _:
            about = _ABOUT[type(value)]
            made: Json = {"schema": about.schema} if about.schema else {}
            for name, key in about.properties:
                own = getattr(value, name)
                if type(own) in _INLINED:
                    made.update((x, to_json(getattr(own, x))) for x in _INLINED[type(own)])
                elif own is not ABSENT:
                    made[key] = to_json(own)
            return made


def document_text(document: object) -> str:
    """The document as text, ending with a line feed."""
    return inert_json(json.dumps(to_json(document), indent=2, ensure_ascii=False, allow_nan=False)) + "\n"


# ------------------------------------------------------------------------------------------------------------ schemas


def json_schema(of: type) -> Json:
    """The JSON Schema of a document."""
    made = _Schema()
    about = _ABOUT[of]
    whole = made.object_of(of)
    head = {"$schema": DRAFT, "$id": about.schema, "title": about.title}
    return {**head, **whole, **({"$defs": made.defs} if made.defs else {})}


class _Schema:
    """One schema being made: `defs` are the named types met so far, in the order in which they were."""

    def __init__(self) -> None:
        self.defs: Json = {}

    def object_of(self, of: type) -> Json:
        about, hints = _ABOUT[of], get_type_hints(of, include_extras=True)
        own = {"description": about.about} if about.about else {}
        required = ["schema"] if about.schema else []
        properties: Json = {"schema": {"const": about.schema}} if about.schema else {}
        for name, key in about.properties:
            for each, hint in _INLINED.get(hints[name], {key: hints[name]}).items():
                inner, extras = _bare(hint)
                properties[each] = self.of(hint)
                if ADDED_LATER not in extras and Absent not in get_args(inner):
                    required.append(each)
        return {
            **own,
            "type": "object",
            "additionalProperties": False,
            "required": required,
            "properties": properties,
        }

    def of(self, hint: Any) -> Json:
        """The schema of a type."""
        inner, extras = _bare(hint)
        names = [x for x in extras if isinstance(x, Named)]
        said = next((x for x in extras if isinstance(x, str)), None)
        about = {} if said is None else {"description": said}
        if names:
            [named] = names
            self.define(named.name, lambda: {**self.plain(inner, extras), **named.keywords})
            return {"$ref": f"#/$defs/{named.name}", **about}
        limits = {k: v for x in extras if isinstance(x, Limits) for k, v in x.keywords.items()}
        return {**self.plain(inner, extras), **limits, **about}

    def define(self, name: str, make: Callable[[], Json]) -> None:
        if name not in self.defs:
            self.defs[name] = {}
            self.defs[name] = make()

    def plain(self, hint: Any, extras: Sequence[object]) -> Json:
        """A type without what stands beside it."""
        for x in extras:
            if isinstance(x, OneOf):
                return {"enum": [*x.values, *([None] if NoneType in get_args(hint) else [])]}
        origin, args = get_origin(hint), get_args(hint)
        if origin in {Union, UnionType}:
            return self.union([a for a in args if a is not Absent])
        if origin is Literal:
            return {"const": args[0]} if len(args) == 1 else {"enum": list(args)}
        if origin is tuple:
            return self.array(args)
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return {"type": "object", "additionalProperties": self.of(args[1])}
        if isinstance(hint, type) and issubclass(hint, StrEnum):
            return {"enum": [str(x) for x in hint]}
        if hint in _PLAIN:
            return {"type": _PLAIN[hint]}
        name = _ABOUT[hint].name
        if name is None:
            return self.object_of(hint)
        self.define(name, lambda: self.object_of(hint))
        return {"$ref": f"#/$defs/{name}"}

    def array(self, args: tuple[Any, ...]) -> Json:
        if args[-1] is Ellipsis:
            return {"type": "array", "items": self.of(args[0])}
        items = [self.of(a) for a in args]
        return {"type": "array", "prefixItems": items, "items": False, "minItems": len(items)}

    def union(self, args: list[Any]) -> Json:
        """Several types. Of plain ones their names together, of an enum one with null among its values; else either null or the other."""
        if len(args) == 1:
            return self.of(args[0])
        made = [self.of(a) for a in args]
        if all(set(x) == {"type"} and isinstance(x["type"], str) for x in made):
            return {"type": list(dict.fromkeys(x["type"] for x in made))}
        rest = [x for x in made if x != {"type": "null"}]
        if len(rest) == 1 and "enum" in rest[0]:
            return {**rest[0], "enum": [*rest[0]["enum"], None]}
        return {"oneOf": [*([{"type": "null"}] if len(rest) < len(made) else []), *rest]}


_PLAIN: dict[Any, str] = {
    str: "string",
    int: "integer",
    float: "number",
    bool: "boolean",
    NoneType: "null",
}


def _bare(hint: Any) -> tuple[Any, tuple[object, ...]]:
    """A type, and what stands beside it."""
    if get_origin(hint) is Annotated:
        inner, *extras = get_args(hint)
        return inner, tuple(extras)
    return hint, ()


def schema_text(of: type) -> str:
    """The schema as text: what fits on a line stands on one."""
    return "".join(_lines(json_schema(of), 0)) + "\n"


def _lines(x: Any, indent: int, used: int = 0) -> Iterator[str]:
    short = json.dumps(x, ensure_ascii=False)
    if not isinstance(x, dict | list) or not x or indent + used + len(short) <= WIDTH:
        yield short
        return
    begin, end = "{}" if isinstance(x, dict) else "[]"
    parts = list(x.items()) if isinstance(x, dict) else [(None, value) for value in x]
    yield begin
    for n, (key, value) in enumerate(parts):
        head = "" if key is None else json.dumps(key, ensure_ascii=False) + ": "
        yield "\n" + " " * (indent + 2) + head
        yield from _lines(value, indent + 2, len(head) + 1)
        yield "," if n + 1 < len(parts) else ""
    yield "\n" + " " * indent + end
