"""What is written for databases that are not here to run it: only functions that they have, and texts that stay texts."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import sqlglot
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from sladsl.compiler import compile_text
from sladsl.engines.tables.statements import DIALECTS, sql
from sladsl.plan import Plan, Source
from sladsl.reports.dbt_project import files

ROOT = Path(__file__).parents[2]

# The functions of each database that may be used. Those of DuckDB, Postgres and Spark are run by other tests, those of Snowflake by a
# stand-in; those of BigQuery, Databricks and Trino stand here as we know their manuals, and were not run.
EVERYWHERE = {
    *(
        "ABS",
        "CAST",
        "COALESCE",
        "COUNT",
        "GREATEST",
        "LEAST",
        "LENGTH",
        "MAX",
        "MIN",
        "NULLIF",
        "ROUND",
        "ROW_NUMBER",
    ),
    *("CHR", "SUM", "TRANSLATE", "TRIM"),
}
SPARKS = {
    "FLOOR",
    "IF",
    "CONTAINS",
    "SPLIT_PART",
    "STARTSWITH",
    "ENDSWITH",
    "UNIX_MICROS",
    "UNIX_DATE",
    "TIMESTAMP_MICROS",
    "CONCAT",
    "TYPEOF",
}
HAS = {
    "duckdb": {
        *("CONTAINS", "COUNT_IF", "DATE_DIFF", "DIVIDE", "EPOCH_US", "FACTORIAL", "MAKE_TIMESTAMP"),
        *("QUANTILE_DISC", "REGEXP_MATCHES", "SPLIT_PART", "TYPEOF"),
    },
    "postgres": {"BTRIM", "DIV", "EXTRACT", "PG_TYPEOF", "POSITION", "SPLIT_PART"},
    "snowflake": {
        *(
            "CONCAT",
            "CONTAINS",
            "COUNT_IF",
            "DATE_PART",
            "DATEDIFF",
            "FLOOR",
            "IFF",
            "REGEXP_LIKE",
            "SPLIT_PART",
        ),
        "TO_TIMESTAMP_NTZ",
        "TYPEOF",  # SYSTEM$TYPEOF
    },
    "bigquery": {
        *("CONCAT", "COUNTIF", "DIV", "IEEE_DIVIDE", "IF", "INSTR", "REGEXP_CONTAINS", "REGEXP_REPLACE"),
        *("TIMESTAMP_MICROS", "UNIX_DATE", "UNIX_MICROS", "ARRAY_LENGTH"),
    },
    "spark": SPARKS,
    "databricks": SPARKS | {"REGEXP_LIKE", "TRY_DIVIDE"},
    "trino": {
        *(
            "DATE_DIFF",
            "FLOOR",
            "FROM_UNIXTIME_NANOS",
            "IF",
            "REGEXP_EXTRACT",
            "REGEXP_LIKE",
            "STRPOS",
            "TO_UNIXTIME",
            "REGEXP_REPLACE",
            "TYPEOF",
            "WITH_TIMEZONE",
        ),
    },
}
NO_FUNCTIONS = {
    *(
        "ALL",
        "AND",
        "AS",
        "BETWEEN",
        "BOTH",
        "BY",
        "CASE",
        "DECIMAL",
        "DISTINCT",
        "ELSE",
        "EXISTS",
        "FILTER",
        "FROM",
        "IN",
        "JOIN",
        "NOT",
    ),
    *("NUMERIC", "ON", "OR", "OVER", "SELECT", "THEN", "TIMESTAMP", "UNION", "VALUES", "WHEN", "WHERE"),
}


@cache
def planned(path: Path) -> Plan:
    read = compile_text(path.read_text(encoding="utf-8"), str(path), read=lambda p: Path(p).read_text())
    assert read.plan is not None
    return read.plan


def called(text: str) -> set[str]:
    """The names before a bracket, outside of texts, quoted names, comments and a template's own."""
    bare = re.sub(r"'(?:[^'\\]|\\.|'')*'|\"[^\"]*\"|`[^`]*`|--.*|\{[{%].*?[%}]\}", " ", text)
    return {name.upper() for name in re.findall(r"\b([A-Za-z_]\w*)\s*\(", bare)} - NO_FUNCTIONS


@pytest.mark.parametrize("dialect", DIALECTS)
def test_only_functions_that_there_are(dialect: str) -> None:
    used: set[str] = set()
    for path in (
        ROOT / "examples" / "handoff" / "handoff.sla",
        ROOT / "tests" / "golden" / "sql" / "small.sla",
    ):
        plan = planned(path)
        clock = "UTC" if dialect == "bigquery" else "America/New_York"
        local = [Source(r.name, r.name, f"x.duckdb#{r.name}", "", (), clock) for r in plan.given]
        for each in (replace(plan, sources=()), replace(plan, sources=tuple(local))):
            for name, text in files(each, dialect).items():
                if name.endswith(".sql"):
                    used |= called(text)
        for _, text in sql(plan, dialect):
            used |= called(text.partition("VALUES")[0])
    tables = {"TIME", "INSERT", *(f"TIME_{n}" for n in range(1, 20))}
    assert used - tables - EVERYWHERE - HAS[dialect] == set()


TEXTS = st.text(
    st.sampled_from("a'\"\\;`-/*#{}%$ \u00e9\u4e2d_?:@|()[]=,<>&!~^+.\t"), min_size=1, max_size=12
)
AGREEMENT = """agreement "A":
  between marketing and sales
  effective 2026-01-01 to 2026-12-31
  zone "UTC"

record lead:
  id    key text
  stage optional text
  at    optional time

define Asked:
  lead when stage in {{{texts}}} or stage contains {first} or stage starts with {first} or stage ends with {first}
  since at

kpi volume = count of Asked

marketing owes sales:
  volume at least 1 per year
"""


@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(TEXTS, min_size=20, max_size=20, unique=True))
def test_texts_stay_texts(texts: list[str]) -> None:
    """Quotes, backslashes, comments, semicolons: every statement is one statement, and every text comes back as it was."""
    quoted = ['"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"' for text in texts]
    plan = compile_text(AGREEMENT.format(texts=", ".join(quoted), first=quoted[0])).plan
    assert plan is not None
    for dialect in DIALECTS:
        found: set[str] = set()
        for title, text in sql(plan, dialect):
            if title.startswith("its "):
                continue
            (statement,) = sqlglot.parse(text, dialect=dialect)
            assert statement is not None, title
            found |= {x.this for x in statement.find_all(exp.Literal) if x.is_string}
        assert set(texts) <= found, dialect
