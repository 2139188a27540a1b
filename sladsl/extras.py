"""What the core does without: which of the package's extras brings a module that is not installed."""

from __future__ import annotations

import sys
from importlib.util import find_spec

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
    "httpx": "post",
    "cvc5": "verify",
    "anyio": "mcp",
    "mcp": "mcp",
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


def lacking() -> dict[str, tuple[str, ...]]:
    """By extra, in alphabetical order: which of the modules that it brings are not installed. None is loaded."""
    missing: dict[str, tuple[str, ...]] = dict.fromkeys(sorted(set(_BRINGS.values())), ())
    for module, extra in _BRINGS.items():
        if not _is_there(module):
            missing[extra] += (module,)
    return missing


def _is_there(module: str) -> bool:
    # Several packages share the name `google`, and the driver of one of them counts.
    own = {
        "google": "google.cloud.bigquery",
        "snowflake": "snowflake.connector",
        "databricks": "databricks.sql",
    }
    try:
        return find_spec(own.get(module, module)) is not None
    except ModuleNotFoundError:
        return False


def not_installed(error: ModuleNotFoundError) -> str | None:
    """What to say of a module that is missing because an extra is; None when that is not why."""
    module = (error.name or "").partition(".")[0]
    extra = _BRINGS.get(module)
    if extra is None:
        return None
    if sys.platform == "emscripten":  # a page, in which nothing can be installed
        return (
            f"this needs `{module}`, which a browser page does not have: download what is open, and run this there with `sla` on a machine "
            f'(pip install "sladsl[{extra}]")'
        )
    return f'this needs `{module}`, which is not installed: pip install "sladsl[{extra}]"'
