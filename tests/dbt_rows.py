"""A dbt project beside a run: its tables filled with the rows of the run, and what both say, in one form."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

import jinja2
import pyarrow as pa
from ties import without_ties
from warehouses import Warehouse

from sladsl.data import Loaded
from sladsl.engines.tables.connections import fetched
from sladsl.plan import FieldType, Plan, ValueType
from sladsl.plan import rows as plan_rows
from sladsl.runner import Run

KINDS = {FieldType.TIME: pa.timestamp("us", "UTC"), FieldType.DATE: pa.date32()}
Row = tuple[Any, ...]


def store(plan: Plan, loaded: Loaded, there: Warehouse) -> None:
    """The rows of a run as tables of a warehouse: timestamps and dates, not numbers; without ties, since tables have no order."""
    for name, table in loaded.tables.items():
        found = fetched(table)
        rows = pa.Table.from_pylist(without_ties(plan.record(name), found.to_pylist()), schema=found.schema)
        for field in plan.record(name).fields:
            if kind := KINDS.get(field.type):
                column = rows[field.name]
                days = column.cast(pa.int32()) if field.type is FieldType.DATE else column
                rows = rows.set_column(rows.column_names.index(field.name), field.name, days.cast(kind))
        there.table(there.usual(name), rows.rename_columns([there.usual(c) for c in rows.column_names]))


def build(files: Mapping[str, str], there: Warehouse, as_of: str | None = None) -> None:
    """What `dbt build` does with seeds and models, but for tests: for whoever has no dbt."""
    templates = _templates(files, there, as_of)
    for path, text in files.items():
        folder, _, file = path.rpartition("/")
        name, _, ending = file.rpartition(".")
        if folder == "seeds":
            there.table(name, _seed(text))
        elif folder.startswith("models") and ending == "sql":
            there.model(name, templates.from_string(text).render())


def failing(files: Mapping[str, str], there: Warehouse) -> list[dict[str, Any]]:
    """What the project's own tests find, as `dbt test` would say it."""
    templates = _templates(files, there, None)
    found = []
    for path, text in files.items():
        if path.startswith("tests/"):
            there.model("failing", templates.from_string(text).render())
            found += there.rows("failing")
    return found


def _templates(files: Mapping[str, str], there: Warehouse, as_of: str | None) -> jinja2.Environment:
    known: dict[str, Any] = {"as_of": as_of}
    sources = {
        (group["name"], table["name"]): table["identifier"]
        for group in json.loads(files["models/sources.yml"])["sources"]
        for table in group["tables"]
    }
    found = jinja2.Environment(autoescape=False)
    identifiers = {key: found.from_string(text).render() for key, text in sources.items()}
    found.globals |= {
        "ref": there.name,
        "source": lambda group, name: there.name(identifiers[group, name]),
        "var": lambda name, otherwise=None: known.get(name) or otherwise,
        "config": lambda **_: "",
    }
    return found


def _seed(text: str) -> pa.Table:
    rows = list(csv.DictReader(io.StringIO(text)))
    names = text.partition("\n")[0].split(",")
    texts = ("kind", "label")
    columns = {n: [row[n] if n in texts else int(row[n]) if row[n] else None for row in rows] for n in names}
    return pa.table({n: pa.array(v, pa.string() if n in texts else pa.int64()) for n, v in columns.items()})


def _micros(value: Any) -> Any:
    if not isinstance(value, dt.datetime):
        return value
    since = value.replace(tzinfo=value.tzinfo or dt.UTC) - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    return since // dt.timedelta(microseconds=1)


def outcomes(there: Warehouse, before: str = "") -> list[Row]:
    """The rows of the model, in an order of their own; `before` stands before the names of what dbt itself made."""
    return sorted((tuple(map(_told, row.values())) for row in there.rows(f"{before}outcomes")), key=repr)


def _told(value: Any) -> Any:
    """Instants in microseconds, and a number as it is spelt shortest, since databases keep more places or fewer."""
    return value.normalize() if isinstance(value, Decimal) else _micros(value)


def expected_outcomes(plan: Plan, made: Run) -> list[Row]:
    """The same of a run."""
    names = list(dict.fromkeys(name for f in plan.figures for name in plan_rows.breakdown(f)))
    own = {s.commitment or s.kpi: plan_rows.breakdown(s.figure) for s in plan_rows.subjects(plan)}
    found = []
    for row in made.rows or ():
        by = dict(zip(own[row.commitment or row.kpi], row.by, strict=True))
        before = (row.commitment, row.kpi, row.record, row.key, row.owner, row.period, row.period_start)
        after = (
            str(row.outcome),
            row.value,
            row.entered,
            row.started,
            row.due,
            row.stopped,
            row.elapsed,
            row.branch,
            row.reason,
            row.paused,
            row.running,
        )
        found.append((*before, *(by.get(name) for name in names), *after))
    return sorted((tuple(map(_told, row)) for row in found), key=repr)


def attainment(there: Warehouse, before: str = "") -> dict[tuple[str, str], Row]:
    """The rows of the model, by commitment and period."""
    return {
        (row["commitment"], row["period"]): _near(row.values()) for row in there.rows(f"{before}attainment")
    }


def expected_attainment(plan: Plan, made: Run) -> dict[tuple[str, str], Row]:
    """The same of a run."""
    return {key: _near(row) for key, row in _attained(plan, made)}


def _attained(plan: Plan, made: Run) -> Iterator[tuple[tuple[str, str], Row]]:
    for result in made.commitments:
        c, span = result.commitment, plan_rows.value_type(plan, result.figure) is ValueType.SPAN
        for judged in result.periods:
            m = judged.measured
            scale = 1_000_000 if span and m.numerator is None else 1
            value = None if m.value is None else float(Fraction(m.value) / scale)
            counts = (
                m.rows,
                m.numerator,
                m.denominator,
                *m.tallies.by_name.values(),
                m.maybe,
            )
            said = judged.verdict and judged.verdict.value
            row = (
                c.id,
                c.owner,
                c.counterparty,
                c.kpi,
                c.in_force(m.period.start).target,
                m.period.label,
                m.period.start,
                m.period.end,
            )
            yield (c.id, m.period.label), (*row, *counts, value, said, judged.warning)


def _near(row: Iterable[Any]) -> Row:
    """Quotients without their last places, which two ways of dividing may differ in."""
    return tuple(float(f"{x:.12g}") if isinstance(x, float) else _told(x) for x in row)
