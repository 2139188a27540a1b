"""A dbt project that makes the same rows and verdicts in a warehouse: seeds for the calendar and the periods, a staging model for each
record, one for all outcomes and one for attainment.

dbt reads every file as a template. So each brace that comes from the agreement is written as one that a template gives, and no text of
it is ever read as a part of one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sladsl.plan import FieldType, Plan, Record, RecordField, RowOutcome
from sladsl.verdicts import Verdict

if TYPE_CHECKING:
    from sladsl.engines.tables.models import Model, Models, Seed

Files = dict[str, str]
"""Text by path within the project."""
MARK = "dbt_project.yml"
WRITTEN = "# Written by `sla sql --as dbt`"
"""How the file of that name begins in every project that was written here."""

_SPELT: Mapping[str, tuple[str, str, str, str]] = {
    # text type, time → microseconds, date → days, microseconds → time
    "duckdb": (
        "VARCHAR",
        "epoch_us({c})",
        "CAST(date_diff('day', DATE '1970-01-01', CAST({c} AS DATE)) AS BIGINT)",
        "make_timestamp({c})",
    ),
    "postgres": (
        "TEXT",
        "CAST(extract(epoch FROM {c}) * 1000000 AS BIGINT)",
        "CAST({c} - DATE '1970-01-01' AS BIGINT)",
        "(TIMESTAMPTZ '1970-01-01 00:00:00+00' + {c} * INTERVAL '1 microsecond')",
    ),
    "snowflake": (
        "VARCHAR",
        "DATE_PART(EPOCH_MICROSECOND, {c})",
        "DATEDIFF(DAY, DATE '1970-01-01', {c})",
        "TO_TIMESTAMP_NTZ({c}, 6)",
    ),
    "bigquery": ("STRING", "UNIX_MICROS({c})", "UNIX_DATE({c})", "TIMESTAMP_MICROS({c})"),
    "spark": ("STRING", "unix_micros({c})", "CAST(unix_date({c}) AS BIGINT)", "timestamp_micros({c})"),
    "databricks": ("STRING", "unix_micros({c})", "CAST(unix_date({c}) AS BIGINT)", "timestamp_micros({c})"),
    "trino": (
        "VARCHAR",
        "CAST(round(to_unixtime({c}) * 1000000) AS BIGINT)",
        "date_diff('day', DATE '1970-01-01', {c})",
        "from_unixtime_nanos({c} * 1000)",
    ),
}
_TIMES = ("entered", "started", "due", "stopped", "period_start", "period_end")


def files(plan: Plan, dialect: str) -> Files:
    """Every file of the project. `ValueError` for a dialect that is not known."""
    from sladsl.engines.tables.models import models

    made = models(plan, dialect)
    return dict(_Project(plan, dialect, made).files())


class _Project:
    def __init__(self, plan: Plan, dialect: str, made: Models) -> None:
        self.plan, self.dialect, self.made = plan, dialect, made
        self.text, self.micros, self.days, self.time = _SPELT[dialect]

    def files(self) -> Iterator[tuple[str, str]]:
        yield MARK, self._project()
        yield "README.md", self._readme()
        yield "models/sources.yml", self._sources()
        yield "models/models.yml", self._described()
        yield "tests/times_are_within_the_calendar.sql", self._within()
        for record in self.plan.records:
            yield f"models/staging/stg_{record.name}.sql", self._staging(record)
        for seed in self.made.seeds:
            yield f"seeds/{seed.name}.csv", _csv(seed)
        for model in self.made.models:
            yield f"models/{model.name}.sql", self._model(model)

    # -------------------------------------------------------------------------------------------------------------- models

    def _model(self, model: Model) -> str:
        from sladsl.engines.tables.models import ATTAINMENT, MOMENT, OUTCOMES

        text = self._referring(model.sql)
        if model.name in {OUTCOMES, ATTAINMENT}:
            shown = ",\n  ".join(
                f"{self.time.format(c=self._name(c)) if c in _TIMES else self._name(c)} AS {self._usual(c)}"
                for c in model.columns
            )
            text = f"SELECT\n  {shown}\nFROM (\n{text}\n) AS numbered"
        if model.name == MOMENT:
            given = self.micros.format(c="CAST('{{ var('as_of') }}' AS TIMESTAMP)")
            text = f"{{% if var('as_of', none) %}}\nSELECT {given} AS {self._name('instant')}\n{{% else %}}\n{text}\n{{% endif %}}"
        kind = "view" if model.name in {MOMENT} else "table"
        return f"-- {_plain(model.about)}\n{{{{ config(materialized='{kind}') }}}}\n{text}\n"

    def _referring(self, text: str) -> str:
        found = _braced(text)
        for name, mark in self.made.marks.items():
            found = found.replace(mark, f"{{{{ ref('{name}') }}}}")
        return found

    def _staging(self, record: Record) -> str:
        every = [f"{self._field(f)} AS {self._name(f.name)}" for f in record.fields]
        if record.key not in {f.name for f in record.fields}:
            order = ", ".join(self._name(f.name) for f in record.fields)
            every.append(
                f"CAST(row_number() OVER (ORDER BY {order}) AS {self.text}) AS {self._name(record.key)}"
            )
        columns = ",\n  ".join(every)
        return (
            f"-- {record.name}: the columns of your table as the agreement reads them: times as microseconds, dates as days since 1970.\n"
            "-- Where a column has another name or type with you, this is the place to say so. A time without a zone is taken as UTC.\n"
            f"{{{{ config(materialized='view') }}}}\nSELECT\n  {columns}\nFROM {{{{ source('sla', '{record.name}') }}}}\n"
        )

    def _field(self, f: RecordField) -> str:
        c = self._usual(f.name)
        match f.type:
            case FieldType.TIME:
                return self.micros.format(c=c)
            case FieldType.DATE:
                return self.days.format(c=c)
            case FieldType.NUMBER:
                return f"CAST({c} AS {'NUMERIC' if self.dialect == 'bigquery' else 'DECIMAL(18, 6)'})"
            case FieldType.BOOLEAN | FieldType.DURATION:
                return c
            case FieldType.TEXT:
                return self._text(f"CAST({c} AS {self.text})")
            case FieldType.ONE_OF:
                known = ", ".join(self._constant(v) for v in f.values)
                return self._text(f"CASE WHEN {c} IN ({known}) THEN CAST({c} AS {self.text}) END")

    def _text(self, c: str) -> str:
        return f'({c}) COLLATE "C"' if self.dialect == "postgres" else c

    def _constant(self, value: str) -> str:
        from sqlglot import exp

        return _braced(exp.Literal.string(value).sql(self.dialect))

    def _name(self, name: str) -> str:
        from sqlglot import exp

        return _braced(exp.to_identifier(name, quoted=True).sql(self.dialect))

    def _usual(self, name: str) -> str:
        """The name as somebody means it who does not quote it, which Snowflake takes for one in capitals."""
        return self._name(name.upper() if self.dialect == "snowflake" else name)

    def _within(self) -> str:
        """A test that finds rows whose times the seeds do not know."""
        first, last = self.made.reach
        day = 86_400_000_000
        asked = []
        for r in self.plan.records:
            for f in r.fields:
                if f.type in {FieldType.TIME, FieldType.DATE}:
                    scale = 1 if f.type is FieldType.TIME else day
                    c = self._name(f.name)
                    asked.append(
                        f"SELECT '{r.name}' AS record, '{f.name}' AS field, count(*) AS many FROM {{{{ ref('stg_{r.name}') }}}} "
                        f"WHERE {c} < {first // scale} OR {c} > {last // scale} HAVING count(*) > 0"
                    )
        return (
            "-- Rows with a time that the calendar's seeds do not reach: it has no deadline here. Write the project anew.\n"
            "{{ config(severity='warn') }}\n" + "\nUNION ALL\n".join(asked) + "\n"
        )

    # --------------------------------------------------------------------------------------------------------- descriptions

    def _project(self) -> str:
        name = re.sub(r"\W+", "_", self.plan.name.lower(), flags=re.ASCII).strip("_") or "sla"
        types: dict[str, Any] = {}
        for seed in self.made.seeds:
            kinds = {c: self.text if str(t) == "string" else "BIGINT" for c, t in _types(seed)}
            types[seed.name] = {"+column_types": kinds, "+quote_columns": True}
        found = {
            "name": f"sla_{name}",
            "version": "1.0.0",
            "config-version": 2,
            "profile": "sla",
            "model-paths": ["models"],
            "seed-paths": ["seeds"],
            "test-paths": ["tests"],
            "seeds": {f"sla_{name}": types},
        }
        return f"{WRITTEN}: write it again rather than changing it.\n{json.dumps(found, indent=2)}\n"

    def _sources(self) -> str:
        tables = [
            {
                "name": r.name,
                "identifier": r.name.upper() if self.dialect == "snowflake" else r.name,
                "quoting": {"identifier": True},
                "columns": [{"name": f.name, "description": _braced(str(f.type))} for f in r.fields],
            }
            for r in self.plan.records
        ]
        schema = "{{ var('sla_schema', target.schema) }}"
        found = {"version": 2, "sources": [{"name": "sla", "schema": schema, "tables": tables}]}
        return json.dumps(found, indent=2) + "\n"

    def _described(self) -> str:
        from sladsl.engines.tables.models import ATTAINMENT, OUTCOMES

        staging = [
            {
                "name": f"stg_{r.name}",
                "columns": [
                    {"name": r.key, "quote": True, "data_tests": [_warning("unique"), _warning("not_null")]}
                ],
            }
            for r in self.plan.records
            if any(f.key for f in r.fields)
        ]
        found = [
            {"name": m.name, "description": _braced(m.about), **self._tests(m, OUTCOMES, ATTAINMENT)}
            for m in self.made.models
        ]
        return json.dumps({"version": 2, "models": [*staging, *found]}, indent=2) + "\n"

    def _tests(self, model: Model, outcomes: str, attainment: str) -> dict[str, Any]:
        def among(words: type[RowOutcome] | type[Verdict]) -> dict[str, Any]:
            return {"accepted_values": {"arguments": {"values": [str(x.value) for x in words]}}}

        if model.name == outcomes:
            return {"columns": [{"name": "outcome", "data_tests": ["not_null", among(RowOutcome)]}]}
        if model.name == attainment:
            # Missing where a volume's period is cut by the term, and so not judged.
            return {"columns": [{"name": "verdict", "data_tests": [among(Verdict)]}]}
        return (
            {"columns": [{"name": "instant", "quote": True, "data_tests": ["not_null"]}]}
            if model.name == "as_of"
            else {}
        )

    def _readme(self) -> str:
        records = "\n".join(
            f"- `{r.name}`: {', '.join(f'`{f.name}`' for f in r.fields)}" for r in self.plan.records
        )
        return _README.format(name=self.plan.name, records=records, dialect=self.dialect)


_README = """# {name}, in dbt

Written by `sla sql --as dbt --dialect {dialect}`: write it again when the agreement changes, rather than changing it. What you change in
`models/staging` and `models/sources.yml` stays.

It reads these tables of the schema in the variable `sla_schema` (else of the target's):

{records}

`models/staging` is where other names or types of yours are said. Then, with a profile called `sla`:

```console
dbt build
dbt build --vars '{{as_of: "2026-10-15 00:00:00"}}'
```

- `outcomes`: what became of each row, for every figure
- `attainment`: every commitment in every period, with its counts, figure and verdict
- `as_of`: the instant as of which everything is judged: the variable `as_of`, a UTC time, else the latest moment in the data

A row without a key is left out, and of those that share one the first is kept, as in `sla run`; tests warn of them. A value that is none of
a field's is missing.
"""


def _warning(test: str) -> dict[str, Any]:
    return {test: {"config": {"severity": "warn"}}}


def _braced(text: str) -> str:
    """Text in which a template finds nothing to do."""
    return text.replace("{", "{{ '{' }}")


def _plain(text: str) -> str:
    """Text for a comment: one line without braces."""
    return re.sub(r"[{}\r\n]", " ", text)


def _types(seed: Seed) -> list[tuple[str, object]]:
    return list(zip(seed.rows.schema.names, seed.rows.schema.types, strict=True))


def _csv(seed: Seed) -> str:
    """Numbers and labels of ours, none of which needs quoting."""
    rows = (",".join("" if v is None else str(v) for v in row.values()) for row in seed.rows.to_pylist())
    return "\n".join([",".join(seed.rows.schema.names), *rows]) + "\n"
