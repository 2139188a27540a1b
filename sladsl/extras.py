"""What the core does without: which of the package's extras brings a module that is not installed."""

from __future__ import annotations

_BRINGS = {
    "lsprotocol": "lsp",
    "pygls": "lsp",
    "sladsl_lsp": "lsp",
    "psycopg": "postgres",
    "pyspark": "spark",
    "MySQLdb": "mysql",
    "clickhouse_connect": "clickhouse",
    "snowflake": "snowflake",
    "google": "bigquery",
    "trino": "trino",
    "databricks": "databricks",
    "typst": "doc",
    "vl_convert": "review",
    "openpyxl": "excel",
    "xlsxwriter": "excel",
    "duckdb": "run",
    "ibis": "run",
    "numpy": "run",
    "pandas": "run",
    "pyarrow": "run",
    "rich": "run",
    "sqlglot": "run",
}


def not_installed(error: ModuleNotFoundError) -> str | None:
    """What to say of a module that is missing because an extra is; None when that is not why."""
    module = (error.name or "").partition(".")[0]
    extra = _BRINGS.get(module)
    if extra is None:
        return None
    return f'this needs `{module}`, which is not installed: pip install "sladsl[{extra}]"'
