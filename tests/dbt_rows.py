"""A dbt project beside a run: its tables filled with the rows of the run, and what both say, in one form."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

import jinja2
import pyarrow as pa

from sladsl.data import Loaded
from sladsl.engines.tables.connections import fetched
from sladsl.plan import FieldType, Plan, ValueType
from sladsl.plan import rows as plan_rows
from sladsl.runner import Run

KINDS = {FieldType.TIME: pa.timestamp("us", "UTC"), FieldType.DATE: pa.date32()}
Connection = Any
Row = tuple[Any, ...]


def store(plan: Plan, loaded: Loaded, connection: Connection) -> None:
    """The rows of a run as tables of a warehouse: timestamps and dates, not numbers."""
    for name, table in loaded.tables.items():
        rows = fetched(table)
        for field in plan.record(name).fields:
            if kind := KINDS.get(field.type):
                column = rows[field.name]
                days = column.cast(pa.int32()) if field.type is FieldType.DATE else column
                rows = rows.set_column(rows.column_names.index(field.name), field.name, days.cast(kind))
        connection.register("rows", rows)
        connection.execute(f'CREATE OR REPLACE TABLE "{name}" AS FROM rows')
        connection.unregister("rows")


def build(files: Mapping[str, str], connection: Connection, as_of: str | None = None) -> None:
    """What `dbt build` does with seeds and models, but for tests: for whoever has no dbt."""
    known: dict[str, Any] = {"as_of": as_of}
    templates = jinja2.Environment(autoescape=False)
    templates.globals |= {
        "ref": lambda name: f'"{name}"',
        "source": lambda _, name: f'"{name}"',
        "var": lambda name, otherwise=None: known.get(name) or otherwise,
        "config": lambda **_: "",
    }
    for path, text in files.items():
        folder, _, file = path.rpartition("/")
        name, _, ending = file.rpartition(".")
        if folder == "seeds":
            connection.register("seed", _seed(text))
            connection.execute(f'CREATE OR REPLACE TABLE "{name}" AS FROM seed')
            connection.unregister("seed")
        elif folder.startswith("models") and ending == "sql":
            connection.execute(f'CREATE OR REPLACE TABLE "{name}" AS {templates.from_string(text).render()}')


def _seed(text: str) -> pa.Table:
    rows = list(csv.DictReader(io.StringIO(text)))
    names = text.partition("\n")[0].split(",")
    texts = ("kind", "label")
    columns = {n: [row[n] if n in texts else int(row[n]) if row[n] else None for row in rows] for n in names}
    return pa.table({n: pa.array(v, pa.string() if n in texts else pa.int64()) for n, v in columns.items()})


def _asked(connection: Connection, query: str) -> list[dict[str, Any]]:
    return list(connection.sql(query).to_arrow_table().to_pylist())


def _micros(column: str) -> str:
    return f"epoch_us({column}) AS {column}"


def outcomes(connection: Connection) -> list[Row]:
    """The rows of the model, in an order of their own."""
    times = ("entered", "started", "due", "stopped", "period_start")
    found = _asked(connection, f"SELECT * REPLACE ({', '.join(_micros(t) for t in times)}) FROM outcomes")
    return sorted((tuple(row.values()) for row in found), key=repr)


def expected_outcomes(plan: Plan, made: Run) -> list[Row]:
    """The same of a run."""
    names = list(dict.fromkeys(name for f in plan.figures for name in plan_rows.breakdown(f)))
    own = {s.commitment or s.figure.kpi: plan_rows.breakdown(s.figure) for s in plan_rows.subjects(plan)}
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
        )
        found.append((*before, *(by.get(name) for name in names), *after))
    return sorted(found, key=repr)


def attainment(connection: Connection) -> dict[tuple[str, str], Row]:
    """The rows of the model, by commitment and period."""
    query = f"SELECT * REPLACE ({_micros('period_start')}, {_micros('period_end')}) FROM attainment"
    return {(row["commitment"], row["period"]): _near(row.values()) for row in _asked(connection, query)}


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
            counts = (m.rows, m.numerator, m.denominator, m.open, m.undecided, m.unknown, m.maybe)
            said = judged.verdict and judged.verdict.value
            row = (
                c.id,
                c.owner,
                c.counterparty,
                c.kpi,
                c.target,
                m.period.label,
                m.period.start,
                m.period.end,
            )
            yield (c.id, m.period.label), (*row, *counts, value, said, judged.warning)


def _near(row: Iterable[Any]) -> Row:
    """Quotients without their last places, which two ways of dividing may differ in."""
    return tuple(float(f"{x:.12g}") if isinstance(x, float) else x for x in row)
