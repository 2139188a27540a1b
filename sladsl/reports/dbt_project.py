"""A dbt project that makes the same rows and verdicts in a warehouse: seeds for the calendar and the periods, a staging model for each
record, one for all outcomes and one for attainment.

dbt reads every file as a template. So each brace that comes from the agreement is written as one that a template gives, and no text of
it is ever read as a part of one.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sladsl.plan import FieldType, Plan, Record, RowOutcome
from sladsl.reports.dbt_staging import SPELT, Read, Staging, braced, quoted, reads, refused, unquoted
from sladsl.verdicts import Verdict

if TYPE_CHECKING:
    from sladsl.engines.tables.models import DbtModel, Models, Seed

Files = dict[str, str]
"""Text by path within the project."""
MARK = "dbt_project.yml"
WRITTEN = "# Written by `sla sql --as dbt`"
"""How the file of that name begins in every project that was written here."""

_MARK_OF_TEXT = "-- as written: "
_TIMES = ("entered", "started", "due", "stopped", "period_start", "period_end")


def files(plan: Plan, dialect: str) -> Files:
    """Every file of the project. `ValueError` for a dialect that is not known, and for what no model carries."""
    from sladsl.engines.tables.models import models

    if dialect in SPELT and (refusals := refused(plan, dialect)):
        raise ValueError("\n".join(refusals))
    made = models(plan, dialect)
    return dict(_Project(plan, dialect, made).files())


_MOST_OF_A_NAME = 30
"""Letters of an agreement's name before the names of its tables, which may have 63 in Postgres."""


def called(plan: Plan) -> str:
    """What a plan's tables have before their names, so that two agreements in one schema keep apart: its name in plain letters, with some
    digits where these do not say all of it."""
    said = re.sub(r"[\s-]+", "_", plan.name.lower())
    plain = re.sub(r"\W+", "_", said, flags=re.ASCII).strip("_")
    plain = f"sla_{plain}" if plain[:1].isdigit() else plain
    if plain == said and len(plain) <= _MOST_OF_A_NAME:
        return plain
    digits = _digest(plan.name)[:6]
    return f"{plain[: _MOST_OF_A_NAME - 7].strip('_') or 'sla'}_{digits}"


class _Project:
    def __init__(self, plan: Plan, dialect: str, made: Models) -> None:
        self.plan, self.dialect, self.made = plan, dialect, made
        self.spelt, self.reads = SPELT[dialect], reads(plan)

    def files(self) -> Iterator[tuple[str, str]]:
        yield MARK, self._project()
        yield "README.md", self._readme()
        yield "models/sources.yml", self._sources()
        yield "models/models.yml", self._described()
        yield "tests/times_are_within_the_calendar.sql", self._within()
        if self.spelt.types is not None:
            yield "tests/columns_are_what_is_read.sql", self._fitting()
        for record in self.plan.given:
            yield f"models/staging/stg_{record.name}.sql", self._staging(record)
        for seed in self.made.seeds:
            yield f"seeds/{seed.name}.csv", _csv(seed)
        for model in self.made.models:
            yield f"models/{model.name}.sql", self._model(model)

    # -------------------------------------------------------------------------------------------------------------- models

    def _model(self, model: DbtModel) -> str:
        from sladsl.engines.tables.models import ATTAINMENT, MOMENT, OUTCOMES

        text = self._referring(model.sql)
        if model.name in {OUTCOMES, ATTAINMENT}:
            shown = ",\n  ".join(
                f"{self.spelt.time.format(c=self._name(c)) if c in _TIMES else self._name(c)} AS {self._usual(c)}"
                for c in model.columns
            )
            text = f"SELECT\n  {shown}\nFROM (\n{text}\n) AS numbered"
        if model.name == MOMENT:
            given = self.spelt.micros.format(c="CAST('{{ var('as_of') }}' AS TIMESTAMP)")
            text = f"{{% if var('as_of', none) %}}\nSELECT {given} AS {self._name('instant')}\n{{% else %}}\n{text}\n{{% endif %}}"
        kind = "view" if model.name in {MOMENT} else "table"
        return f"-- {_plain(model.about)}\n{{{{ config(materialized='{kind}') }}}}\n{text}\n"

    def _referring(self, text: str) -> str:
        referring = braced(text)
        for name, mark in self.made.marks.items():
            referring = referring.replace(mark, f"{{{{ ref('{name}') }}}}")
        return referring

    def _staging(self, record: Record) -> str:
        queries = [self._of_table(read) for read in self.reads if read.record is record]
        query = "\nUNION ALL\n".join(queries)
        if record.key not in {f.name for f in record.fields}:
            order = ", ".join(self._name(f.name) for f in record.fields)
            number = f"CAST(row_number() OVER (ORDER BY {order}) AS {self.spelt.text})"
            query = f"SELECT\n  *,\n  {number} AS {self._name(record.key)}\nFROM (\n{query}\n) AS fields"
        return _marked(
            f"-- {record.name}: your tables as the agreement and its sources read them: times as microseconds, dates as days since 1970.\n"
            "-- Where a column has another name or type with you, this is the place to say so.\n"
            f"{{{{ config(materialized='view') }}}}\n{query}\n"
        )

    def _of_table(self, read: Read) -> str:
        staging = Staging(self.dialect, read, self.made.reach)
        columns = ",\n  ".join(f"{staging.field(f)} AS {self._name(f.name)}" for f in read.record.fields)
        left_out = staging.left_out()
        where = f"\nWHERE NOT ({left_out})" if left_out else ""
        rows = _source(read)
        if not any(f.key for f in read.record.fields):  # equal in every column of the table: the same row
            rows = f"(SELECT DISTINCT * FROM {rows}) AS each_once"
        return f"SELECT\n  {columns}\nFROM {rows}{where}"

    def _name(self, name: str) -> str:
        return quoted(name, self.dialect)

    def _usual(self, name: str) -> str:
        return quoted(unquoted(name, self.dialect), self.dialect)

    def _fitting(self) -> str:
        """A test that finds columns of a type that would be read as something else."""
        asked = [
            f"SELECT '{read.name}' AS source, '{field}' AS field, min({of}) AS type FROM {_source(read)} WHERE {test} HAVING count(*) > 0"
            for read in self.reads
            for field, of, test in Staging(self.dialect, read, self.made.reach).unfit()
        ]
        nothing = "SELECT 1 AS source WHERE 1 = 0"
        return (
            "-- Columns whose type is not what their field is. A time without an offset needs `times in` in its source; a text that\n"
            "-- stands for a date, a time or a number is for a view of yours to read.\n"
            + ("\nUNION ALL\n".join(asked) or nothing)
            + "\n"
        )

    def _within(self) -> str:
        """A test that finds rows whose times the seeds do not know."""
        from sladsl.engines.tables.models import MOMENT
        from sladsl.engines.tables.statements import PLANS_AHEAD

        first, last = self.made.reach
        day = 86_400_000_000
        asked = []
        for r in self.plan.given:
            for f in r.fields:
                if f.type in {FieldType.TIME, FieldType.DATE}:
                    scale = 1 if f.type is FieldType.TIME else day
                    until = last + PLANS_AHEAD if f.planned else last
                    c = self._name(f.name)
                    asked.append(
                        f"SELECT '{r.name}' AS record, '{f.name}' AS field, count(*) AS many FROM {{{{ ref('stg_{r.name}') }}}} "
                        f"WHERE {c} < {first // scale} OR {c} > {until // scale} HAVING count(*) > 0"
                    )
        asked.append(
            f"SELECT 'as of' AS record, 'as_of' AS field, count(*) AS many FROM {{{{ ref('{MOMENT}') }}}} "
            f"WHERE {self._name('instant')} > {last} HAVING count(*) > 0"
        )
        return (
            "-- Rows with a time that the calendar's seeds do not reach: it has no deadline here. Write the project anew.\n"
            "{{ config(severity='warn') }}\n" + "\nUNION ALL\n".join(asked) + "\n"
        )

    # --------------------------------------------------------------------------------------------------------- descriptions

    def _project(self) -> str:
        name = called(self.plan)
        types: dict[str, Any] = {}
        for seed in self.made.seeds:
            kinds = {c: self.spelt.text if str(t) == "string" else "BIGINT" for c, t in _types(seed)}
            types[seed.name] = {"+column_types": kinds, "+quote_columns": True, **self._alias(seed.name, "+")}
        settings = {
            "name": f"sla_{name}",
            "version": "1.0.0",
            "config-version": 2,
            "profile": "sla",
            "model-paths": ["models"],
            "seed-paths": ["seeds"],
            "test-paths": ["tests"],
            "seeds": {f"sla_{name}": types},
        }
        return f"{WRITTEN}: write it again rather than changing it.\n{json.dumps(settings, indent=2)}\n"

    def _sources(self) -> str:
        groups: dict[str, dict[str, Any]] = {}
        for read in self.reads:
            place = ["{{ var('sla_schema', target.schema) }}", *map(braced, read.schema)][-1]
            database = {"database": braced(read.schema[0])} if len(read.schema) > 1 else {}
            group = groups.setdefault(
                read.group, {"name": read.group, **database, "schema": place, "tables": []}
            )
            group["tables"].append(
                {
                    "name": read.name,
                    "identifier": braced(
                        unquoted(read.table, self.dialect) if read.table == read.name else read.table
                    ),
                    "quoting": {"identifier": True},
                    "columns": [
                        {"name": f.name, "description": braced(str(f.type))} for f in read.record.fields
                    ],
                }
            )
        return json.dumps({"version": 2, "sources": list(groups.values())}, indent=2) + "\n"

    def _described(self) -> str:
        from sladsl.engines.tables.models import ATTAINMENT, OUTCOMES

        staging = [
            {
                "name": f"stg_{r.name}",
                "config": self._alias(f"stg_{r.name}"),
                # States of a row share its key.
                "columns": [
                    {
                        "name": r.key,
                        "quote": True,
                        "data_tests": [
                            *([_warning("unique")] if r.keep is None else []),
                            _warning("not_null"),
                        ],
                    }
                ],
            }
            if any(f.key for f in r.fields)
            else {"name": f"stg_{r.name}", "config": self._alias(f"stg_{r.name}")}
            for r in self.plan.given
        ]
        models = [
            {
                "name": m.name,
                "description": braced(m.about),
                "config": self._alias(m.name),
                **self._tests(m, OUTCOMES, ATTAINMENT),
            }
            for m in self.made.models
        ]
        return json.dumps({"version": 2, "models": [*staging, *models]}, indent=2) + "\n"

    def _alias(self, name: str, sign: str = "") -> dict[str, str]:
        """The name of a table in the schema; within the project it goes by its own."""
        return {f"{sign}alias": f"{called(self.plan)}_{name}"}

    def _tests(self, model: DbtModel, outcomes: str, attainment: str) -> dict[str, Any]:
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
        tables = "\n".join(
            f"- `{'.'.join((*x.schema, x.table))}` for `{x.record.name}`: "
            + ", ".join(f"`{c}`" for c in Staging(self.dialect, x, self.made.reach).columns())
            for x in self.reads
        )
        return _README.format(
            name=self.plan.name,
            tables=tables,
            dialect=self.dialect,
            called=called(self.plan),
            profile=_profile(self.dialect),
        )


_README = """# {name}, in dbt

Written by `sla sql --as dbt --dialect {dialect}`: write it again when the agreement changes, rather than changing it. What you change in
`models/staging` and `models/sources.yml` stays.

It reads these tables, those without a schema in the one of the variable `sla_schema` (else the target's), and parses nothing in them:

{tables}

`models/staging` is where other names or types of yours are said.

It needs a profile called `sla`, in `profiles.yml` here or in `~/.dbt`; with what is yours in the place of what stands here:

```yaml
sla:
  target: dev
  outputs:
    dev:
{profile}
```

`dbt debug` says whether it works. Then:

```console
dbt build
dbt build --vars '{{as_of: "2026-10-15 00:00:00"}}'
```

Its tables have the agreement's name, so that several agreements may share a schema:

- `{called}_outcomes`: what became of each row, for every figure
- `{called}_attainment`: every commitment in every period, with its counts, figure and verdict
- `{called}_as_of`: the instant as of which everything is judged: the variable `as_of`, a UTC time, else the latest moment in the data

A project of yours takes it as a package, after `dbt deps`, and refers to `ref("sla_{called}", "attainment")`:

```yaml
packages:
  - local: ../{called}
```

A row without a key is left out, and of those that share one the first is kept, as in `sla run`; tests warn of them. A value that is none of
a field's is missing.
"""


_PROFILES = {
    "duckdb": ("path: ../crm.duckdb",),
    "postgres": ("host: db.example", "port: 5432", "user: me", "password: \"{{ env_var('PGPASSWORD') }}\"", "dbname: crm", "schema: sla"),
    "snowflake": ("account: my-account", "user: me", "password: \"{{ env_var('SNOWFLAKE_PASSWORD') }}\"", "database: CRM",
                  "warehouse: SMALL", "schema: SLA"),
    "bigquery": ("method: oauth", "project: my-project", "dataset: sla"),
}  # fmt: skip
"""What a profile says besides its type; of other dialects its adapter's documentation tells."""


def _profile(dialect: str) -> str:
    settings = _PROFILES.get(dialect, ("schema: sla", f"# and what the adapter dbt-{dialect} asks for"))
    return "\n".join(f"      {line}" for line in (f"type: {dialect}", *settings, "threads: 4"))


def _warning(test: str) -> dict[str, Any]:
    return {test: {"config": {"severity": "warn"}}}


def _marked(text: str) -> str:
    """A model with a last line by which is known whether somebody changed it since it was written."""
    return f"{text}{_MARK_OF_TEXT}{_digest(text)}\n"


def written_mark(text: str) -> str | None:
    """What a model's last line says it was when it was written; None where there is no such line."""
    match = re.search(rf"^{re.escape(_MARK_OF_TEXT)}([0-9a-f]+)\s*$", text, re.MULTILINE)
    return match[1] if match else None


def is_as_written(text: str) -> bool:
    """Whether nobody has changed a model since."""
    body, mark, _ = text.rpartition(_MARK_OF_TEXT)
    return bool(mark) and written_mark(text) == _digest(body)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _source(read: Read) -> str:
    return f"{{{{ source('{read.group}', '{read.name}') }}}}"


def _plain(text: str) -> str:
    """Text for a comment: one line without braces."""
    return re.sub(r"[{}\r\n]", " ", text)


def _types(seed: Seed) -> list[tuple[str, object]]:
    return list(seed.rows.types.items())


def _csv(seed: Seed) -> str:
    """Numbers and labels of ours, none of which needs quoting."""
    rows = (",".join("" if v is None else str(v) for v in row) for row in seed.rows.rows())
    return "\n".join([",".join(seed.rows.types), *rows]) + "\n"
