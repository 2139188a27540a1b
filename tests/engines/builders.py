"""Short ways to write plans and data in tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import ibis
import pyarrow as pa

from sladsl.calendars import HOUR, CalendarRules, day_number, zone
from sladsl.plan import (
    Aggregate,
    Apply,
    Children,
    Column,
    Const,
    Expression,
    Field,
    FieldType,
    Link,
    Plan,
    Record,
    RecordField,
    Ref,
    Term,
    ValueType,
)

ZONE = "America/New_York"
NINE_TO_FIVE = ((9 * HOUR, 17 * HOUR),)
DESK = CalendarRules(
    "desk",
    ZONE,
    (NINE_TO_FIVE,) * 5 + ((), ()),
    closed=((day_number(datetime(2026, 7, 3)), day_number(datetime(2026, 7, 3))),),
)

LEAD = Record(
    "lead",
    "",
    (
        RecordField("id", FieldType.TEXT, key=True),
        RecordField("email", FieldType.TEXT, optional=True),
        RecordField("industry", FieldType.ONE_OF, values=("software", "retail")),
        RecordField("size", FieldType.NUMBER, optional=True),
        RecordField("good", FieldType.BOOLEAN, optional=True),
        RecordField("created", FieldType.TIME),
        RecordField("won", FieldType.TIME, optional=True),
        RecordField("born", FieldType.DATE, optional=True),
        RecordField("wait", FieldType.DURATION, optional=True),
        RecordField("owner", FieldType.TEXT, optional=True, accountable=True),
    ),
    moment="created",
    accountable="owner",
)
CALL = Record(
    "call",
    "",
    (
        RecordField("type", FieldType.TEXT, optional=True),
        RecordField("at", FieldType.TIME),
        RecordField("cost", FieldType.NUMBER, optional=True),
        RecordField("took", FieldType.DURATION, optional=True),
        RecordField("id", FieldType.TEXT, key=True),
        RecordField("lead", FieldType.TEXT, optional=True),
    ),
    link=Link("lead", "lead", "id"),
    moment="at",
)
NOTE = Record(
    "note",
    "",
    (
        RecordField("said", FieldType.TIME),
        RecordField("text", FieldType.TEXT, optional=True),
        RecordField("call", FieldType.TEXT, optional=True),
    ),
    link=Link("call", "call", "id"),
    moment="said",
)
DEAL = Record(
    "deal",
    "",
    (
        RecordField("id", FieldType.TEXT, key=True),
        RecordField("industry", FieldType.TEXT, optional=True),
        RecordField("signed", FieldType.TIME, optional=True),
    ),
    link=Link("lead", "industry", "industry", implied=False),
)
RECORDS = (LEAD, CALL, NOTE, DEAL)

_ARROW = {
    FieldType.TEXT: pa.string(),
    FieldType.ONE_OF: pa.string(),
    FieldType.NUMBER: pa.decimal128(18, 6),
    FieldType.BOOLEAN: pa.bool_(),
    FieldType.DATE: pa.int64(),
    FieldType.TIME: pa.int64(),
    FieldType.DURATION: pa.int64(),
}


def at(text: str, where: str = ZONE) -> int:
    """The instant of a clock reading: `2026-03-06 13:00`."""
    return zone(where).to_instant(datetime.fromisoformat(text))[0]


def day(text: str) -> int:
    return day_number(datetime.fromisoformat(text))


def plan(*columns: Column, records: Sequence[Record] = RECORDS, **more: Any) -> Plan:
    given: dict[str, Any] = {
        "name": "",
        "file": "",
        "zone": ZONE,
        "parties": (),
        "term": Term(),
        "year_starts": 1,
        "records": tuple(records),
        "calendars": (DESK,),
        "columns": columns,
        "definitions": (),
        "lifecycles": (),
        "figures": (),
        "commitments": (),
        "routes": (),
        "listings": (),
        "moments": (("lead", "created"),),
        "sources": (),
    }
    return Plan(**(given | more))


def complete(record: Record, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows with every field, missing where it is not given; a record without a key gets its place."""
    names = [f.name for f in record.fields]
    if record.key not in names:
        rows = [{"row": f"{n:04d}", **row} for n, row in enumerate(rows)]
        names = [*names, record.key]
    return [{name: row.get(name) for name in names} for row in rows]


def tables(
    data: Mapping[str, Sequence[Mapping[str, Any]]], records: Sequence[Record] = RECORDS
) -> dict[str, ibis.Table]:
    """Tables on a connection of their own, as the data layer gives them."""
    con = ibis.duckdb.connect()
    made = {}
    for record in records:
        kinds = {f.name: _ARROW[f.type] for f in record.fields}
        kinds.setdefault(record.key, pa.string())
        rows = complete(record, data.get(record.name, ()))
        con.con.register("given", pa.Table.from_pylist(rows, pa.schema(list(kinds.items()))))
        con.con.execute(f'CREATE TABLE "{record.name}" AS FROM given')
        made[record.name] = con.table(record.name)
    return made


# ------------------------------------------------------------------------------------------------------ expressions


def number(value: int | str | Decimal | None) -> Const:
    return Const(None if value is None else Decimal(value), ValueType.NUMBER)


def text(value: str | None) -> Const:
    return Const(value, ValueType.TEXT)


def truth(value: bool | None) -> Const:
    return Const(value, ValueType.BOOLEAN)


def instant(value: int | None) -> Const:
    return Const(value, ValueType.INSTANT)


def span(value: int) -> Const:
    return Const(value, ValueType.SPAN)


def apply(op: str, *args: Expression) -> Apply:
    return Apply(op, args)


def lead(name: str) -> Field:
    return Field("lead", name)


def call(name: str) -> Field:
    return Field("call", name)


def ref(name: str, record: str = "lead") -> Ref:
    return Ref(record, name)


def column(name: str, type: ValueType, value: Expression, record: str = "lead") -> Column:
    return Column(record, name, type, value)


def count(record: str, where: Expression | None = None) -> Children:
    return Children(record, Aggregate.COUNT, where)
