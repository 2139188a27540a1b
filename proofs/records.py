"""The records that every random agreement is about: a child, a child's child, a child joined by a field that is no key, and one whose
rows are named by their key, by rows of its own too.

Each has a `world`: rows of one world are linked to rows of that world only, so one evaluation holds many small data sets.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

KINDS = (
    "text",
    "number",
    "boolean",
    "date",
    "time",
    "duration",
    "enumeration",
    "money",
    "planned",
    "planned day",
)


@dataclass(frozen=True, slots=True)
class FieldOf:
    """A field of a record; `declared` is its line in the agreement."""

    name: str
    kind: str
    declared: str


INDUSTRIES = ("software", "retail", "other")
CALLS = ("call", "email", "visit")
CHILDREN = {"lead": ("call", "note", "deal"), "call": ("note",), "note": (), "deal": (), "rep": ()}
PARENTS = {"lead": (), "call": ("lead",), "note": ("call", "lead"), "deal": ("lead",), "rep": ()}
BESIDE = {
    "lead": (),
    "call": ("call", "deal"),
    "note": ("note", "call", "deal"),
    "deal": ("deal", "call", "note"),
    "rep": (),
}
"""The records whose rows belong to a row above one, and not to itself."""
KEYS = {"lead": "keeper", "call": "by", "rep": "boss"}
"""The fields that hold the key of a rep."""
HEADS = {
    "rep": "rep",
    "lead": "lead",
    "call": "call of lead",
    "note": "note of call",
    "deal": "deal of lead by account = account",
}
VALUES = {"industry": INDUSTRIES, "kind": CALLS, "level": INDUSTRIES}

_EVERY = {
    "rep": "id:key text, world:text, name:text?, boss:key of rep?, zone:text?, level:enumeration, quota:number?, "
    "good:boolean?, hired_at:time, "
    "born:date?, leaves_at:planned?",
    "lead": "id:key text, world:text, account:text?, email:text?, industry:enumeration, size:number?, spent:money?, good:boolean?, "
    "owner:accountable text, keeper:key of rep?, created_at:time, mql_at:time?, accepted_at:time?, won_at:time?, promised:planned?, "
    "shown_on:planned day?, born:date?, wait:duration?",
    "call": "id:key text, world:text, at:time, kind:enumeration, cost:number?, took:duration?, fine:boolean?, planned_on:date?, "
    "over_at:time?, by:key of rep?",
    "note": "world:text, said_at:time, words:text?, weight:number?, checked:boolean?",
    "deal": "id:key text, world:text, account:text?, amount:money?, signed_at:time?, closed_on:date?, stage:text?",
}
_SOMETIMES_OPTIONAL = {"industry", "owner", "kind", "keeper"}
_SOMETIMES_KEYLESS = {"deal"}
_SOMETIMES_UNTIMED = {"rep": ("hired_at", "born")}
"""Without these a record's rows are there at any time."""


class Schema:
    """The records of one agreement: which fields may be missing, and which records have a key, differs from one to the next."""

    def __init__(self, chance: Random) -> None:
        self.fields = {record: _fields(record, chance) for record in HEADS}

    def texts(self) -> list[str]:
        """The records as the agreement declares them."""
        return [
            f"record {HEADS[r]}:\n" + "".join(f"  {f.declared}\n" for f in fields)
            for r, fields in self.fields.items()
        ]

    def of_kind(self, record: str, kind: str) -> list[str]:
        """The fields of a kind that a condition on the record's rows can name: its own, and those of the rows above it."""
        fields = [f.name for f in self.fields[record] if f.kind == kind and f.name != "world"]
        for parent in PARENTS[record]:
            fields += [
                f"{parent}.{f.name}" for f in self.fields[parent] if f.kind == kind and f.name != "world"
            ]
        named = [f.name for f in self.fields["rep"] if f.kind == kind and f.name not in {"world", "id"}]
        for holder in (record, *PARENTS[record]):
            key = KEYS.get(holder, "") if holder == record else f"{holder}.{KEYS.get(holder, '')}"
            if holder in KEYS:
                fields += [f"{step}.{name}" for step in (key, f"{key}.boss") for name in named]
        return fields


def _fields(record: str, chance: Random) -> tuple[FieldOf, ...]:
    untimed = _SOMETIMES_UNTIMED.get(record, ()) if chance.random() < 0.3 else ()
    keyless = record in _SOMETIMES_KEYLESS and chance.random() < 0.3
    made = []
    for word in _EVERY[record].split(", "):
        name, _, said = word.partition(":")
        whole = said.startswith(("planned", "key of"))
        flags, _, kind = said.rstrip("?").rpartition(" ") if not whole else ("", "", said.rstrip("?"))
        if name in untimed:
            continue
        if flags == "key" and keyless:
            continue
        optional = said.endswith("?") or (name in _SOMETIMES_OPTIONAL and chance.random() < 0.5)
        made.append(
            FieldOf(name, kind, f"{name} {'optional ' if optional else ''}{flags} {_type(name, kind)}")
        )
    return tuple(made)


def _type(name: str, kind: str) -> str:
    match kind:
        case "enumeration":
            return "one of " + ", ".join(f'"{v}"' for v in VALUES[name])
        case "money":
            return 'number in "USD"'
        case "planned":
            return "planned time"
        case "planned day":
            return "planned date"
        case _:
            return kind
