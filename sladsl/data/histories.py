"""Tables in which a CRM keeps what its fields were: a row for each change of any field, with the field's name and its value from then on.

Salesforce's `LeadHistory` and `OpportunityFieldHistory` (`Field`, `OldValue`, `NewValue`), HubSpot's property histories (`name`, `value`)
and changelogs like Jira's (`field`, `fromString`, `toString`) differ in the columns' names alone. Each field that a promise may ask for
becomes a record of its own, whose source reads the rows that tell of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sladsl.data.inferred import Change, InferredField, InferredRecord
from sladsl.data.naming import snake_case
from sladsl.data.spelling import spelling
from sladsl.plan import FieldType

MOST_CHANGES = 4
"""Fields of one history that become records; the others are named."""
_FIELD = (
    "field", "field_name", "property_name", "property", "attribute", "attribute_name", "primary_attribute_value", "changed_field", "name",
)  # fmt: skip
_NOW = ("to_string", "new_value", "new", "value", "to_value", "to")
_BEFORE = ("from_string", "old_value", "old", "previous_value", "from_value", "from")
"""What a history calls these columns, in snake case, those that say it best first: a changelog has the id of a value beside its text."""
_TOLD = re.compile(r"(?:^|_)(?:status|stage|lifecycle\w*|owner|assignee|assigned_to|priority|state)(?:_|$)")
"""Fields that promises are about."""
_PEOPLE = re.compile(r"(?:^|_)(?:owner|assignee|assigned_to)(?:_|$)")
"""Fields whose values are people, who come and go."""
_PREFIX = re.compile(r"^(?:property_)?(?:hs_|hubspot_)?")


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a history, by their places among a record's fields; `before` is None where nothing says what a value was."""

    field: int
    now: int
    at: int
    before: int | None


def columns_of(fields: Sequence[InferredField]) -> Columns | None:
    """Where a history has what, of a file with these fields; None for any other file."""
    names = {snake_case(f.column): number for number, f in enumerate(fields)}
    field, now, before = (
        next((names[n] for n in some if n in names), None) for some in (_FIELD, _NOW, _BEFORE)
    )
    times = [
        number
        for number, f in enumerate(fields)
        if f.type is FieldType.TIME
        and not f.planned
        and not f.optional
        and not re.search(r"sync|load|extract|_start$|_end$", f.name)
    ]
    if field is None or now is None or not times:
        return None
    called_name = snake_case(fields[field].column) == "name"
    if called_name and snake_case(fields[now].column) != "value":
        return None  # a person's name, beside some value
    return Columns(field, now, times[0], before)


def changes(
    record: InferredRecord,
    columns: Columns,
    values: Mapping[str, Mapping[str, int]],
    parent: InferredRecord,
    taken: Sequence[str],
) -> Iterator[InferredRecord]:
    """A record for each of the fields that a promise may ask for, where the history has some; nothing where it has none.

    `values` are those that each field had, by the text in the history's column, and how often; `taken` are names of other records.
    """
    listed = {_name(f.name) for f in parent.fields if f.type is FieldType.ONE_OF}
    told = [text for text in values if _TOLD.search(_name(text)) or _name(text) in listed]
    told.sort(key=lambda text: (not _TOLD.search(_name(text)), -sum(values[text].values()), text))
    names = set(taken)
    chosen: dict[str, str] = {}
    for text in told:
        name = f"{_name(text)}_change"
        if len(chosen) < MOST_CHANGES and name not in names:
            chosen[text] = name
            names.add(name)
    others, last = tuple(text for text in values if text not in chosen), next(reversed(chosen), None)
    for text, name in chosen.items():
        yield _change(record, columns, text, name, values[text], others if text == last else ())


def _name(text: str) -> str:
    """`hubspot_owner_id` → `owner`."""
    return re.sub(r"_id$", "", _PREFIX.sub("", snake_case(text)))


def _change(
    record: InferredRecord,
    columns: Columns,
    text: str,
    name: str,
    values: Mapping[str, int],
    others: tuple[str, ...],
) -> InferredRecord:
    field = _name(text)
    now = _of_values(replace(record.fields[columns.now], name=field), values)
    own = [f for f in record.fields if f.key]
    own += [record.fields[columns.at], now]
    before = f"old_{field}" if columns.before is not None else ""
    if columns.before is not None:
        own.append(replace(_of_values(record.fields[columns.before], values), name=before, optional=True))
    missing = sorted({x for f in own for x in f.missing if x})
    return replace(
        record,
        name=name,
        fields=tuple(own),
        rows=sum(values.values()) // (1 if columns.before is None else 2),
        missing=("", *missing),
        needs_zone=any(f.needs_zone for f in own),
        change=Change(record.fields[columns.field].column, text, field, before, others),
        numbers="",
        maybe_key="",
        logged="",
    )


def _of_values(f: InferredField, values: Mapping[str, int]) -> InferredField:
    """The field as these values are spelt: texts or one of a few, since a history writes all fields' values in one column."""
    spelt = spelling(f.name, Counter({text: count for text, count in values.items() if text}))
    listed = spelt.type is FieldType.ONE_OF and not _PEOPLE.search(f.name)
    return replace(
        f,
        type=FieldType.ONE_OF if listed else FieldType.TEXT,
        values=spelt.values if listed else (),
        optional="" in values,
        format=None,
        needs_zone=False,
        date_only=False,
        missing=(),
        odd=(),
        doubt="",
        numbers="",
        utc=False,
        planned=False,
    )
