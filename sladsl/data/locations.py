"""Where data are: what a reader wrote after `from` or `--data lead=` → the files it names.

`leads.csv`, `exports/leads_*.csv`, `book.xlsx#Sheet 1`, `warehouse.duckdb#crm.leads`, `duckdb://warehouse.db#leads`, or a table of a
server, `postgres://host/database#crm.leads`. The ending decides the format. A relative path starts at the folder of the file it was
written in.
"""

from __future__ import annotations

import glob
import re
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from sladsl.data.errors import DataError, did_you_mean, listed


class Format(StrEnum):
    """How a file is read."""

    DELIMITED = "csv"
    JSON = "json"
    WORKBOOK = "xlsx"
    PARQUET = "parquet"
    DUCKDB = "duckdb"


ENDINGS = {
    ".csv": Format.DELIMITED,
    ".tsv": Format.DELIMITED,
    ".txt": Format.DELIMITED,
    ".jsonl": Format.JSON,
    ".ndjson": Format.JSON,
    ".json": Format.JSON,
    ".xlsx": Format.WORKBOOK,
    ".xlsm": Format.WORKBOOK,
    ".parquet": Format.PARQUET,
    ".duckdb": Format.DUCKDB,
    ".ddb": Format.DUCKDB,
    ".db": Format.DUCKDB,
}
_WITH_PARTS = (Format.WORKBOOK, Format.DUCKDB)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://(.*)", re.DOTALL)
SERVERS = (
    "postgres",
    "postgresql",
    "spark",
    "sc",
    "mysql",
    "clickhouse",
    "snowflake",
    "bigquery",
    "trino",
    "databricks",
    "motherduck",
)
"""The schemes of servers that can be asked."""
_WAYS = (
    "a CSV, TSV, Parquet, JSON Lines or XLSX file, a DuckDB database (`file.duckdb#table`) "
    "or a table of a server (`postgres://host/database#schema.table`, and in the same way Spark, MySQL, ClickHouse, Snowflake, "
    "BigQuery, Databricks, Trino and MotherDuck)"
)


@dataclass(frozen=True, slots=True)
class Location:
    """One file, and the sheet or table in it. `shown` is the file as the reader wrote it."""

    path: Path
    shown: str
    format: Format
    part: str | None = None


@dataclass(frozen=True, slots=True)
class Remote:
    """A table of a database server. `url` may hold a password, `shown` never does."""

    url: str = field(repr=False)
    shown: str
    part: str | None

    @property
    def named(self) -> str:
        """The server and the table, as it may be printed."""
        return f"{self.shown}#{self.part}" if self.part else self.shown


def locate(where: str, base: Path) -> tuple[Location | Remote, ...]:
    """The files that `where` names, in name order, or the table of a server; at least one. `DataError` when there is none or its ending is
    not known."""
    text, format = where, None
    if where.startswith("md:"):
        where = f"motherduck://{where.removeprefix('md:')}"
    if scheme := _SCHEME.fullmatch(where):
        if scheme[1] in SERVERS:
            url, _, table = where.partition("#")
            return (Remote(url, _without_secrets(url), table or None),)
        if scheme[1] != "duckdb":
            raise DataError(
                f"`{_without_secrets(where)}` cannot be read: expected {_WAYS}; export the table to one of these"
            )
        text, format = scheme[2], Format.DUCKDB
    path, part = _split_part(text, format)
    if not path:
        raise DataError(f"`{where}` names no file: expected {_WAYS}")
    return tuple(
        Location(base / file, file, format or _format(file), part) for file in _files(path, base, where)
    )


def table_of(where: str) -> str | None:
    """The table of a database or server that `where` names; None for files, and where none is named. Looks at nothing."""
    scheme = _SCHEME.fullmatch(where)
    if where.startswith("md:") or (scheme and scheme[1] in SERVERS):
        return where.partition("#")[2] or None
    if scheme:
        return _split_part(scheme[2], Format.DUCKDB)[1]
    path, part = _split_part(where, None)
    return part if ENDINGS.get(Path(path).suffix.lower()) is Format.DUCKDB else None


def _split_part(text: str, format: Format | None) -> tuple[str, str | None]:
    path, hash, part = text.partition("#")
    if format is Format.DUCKDB or (hash and ENDINGS.get(Path(path).suffix.lower()) in _WITH_PARTS):
        return path, part or None
    return text, None


def _format(path: str) -> Format:
    ending = Path(path).suffix.lower()
    if ending == ".xls":
        raise DataError(f"`{path}` is a workbook of the old format: save it as `.xlsx` or as CSV UTF-8")
    if ending not in ENDINGS:
        raise DataError(f"`{path}` has an ending that says no known format: expected {_WAYS}")
    return ENDINGS[ending]


def database_to_write(where: str, base: Path) -> Location | Remote | None:
    """The table that `where` names in a DuckDB file, there or not, or in a Postgres, where rows can be added; None for any other file.
    `DataError` for another server, and where no table is named."""
    scheme = _SCHEME.fullmatch(where)
    place: Location | Remote
    if scheme and scheme[1] != "duckdb":
        url, _, table = where.partition("#")
        place = Remote(url, _without_secrets(url), table or None)
        if scheme[1] not in {"postgres", "postgresql"}:
            known = "a file, `results.duckdb#sla` or `postgres://host/database#schema.table`"
            raise DataError(f"nothing can be written to `{place.named}`: expected {known}")
    else:
        path, part = _split_part(scheme[2], Format.DUCKDB) if scheme else _split_part(where, None)
        if scheme is None and ENDINGS.get(Path(path).suffix.lower()) is not Format.DUCKDB:
            return None
        place = Location(base / path, path, Format.DUCKDB, part)
    if place.part is None:
        shown = place.shown
        raise DataError(f"`{shown}` is a database: name the table to add the rows to, as in `{shown}#sla`")
    return place


def _files(path: str, base: Path, where: str) -> list[str]:
    target = base / path
    if target.is_file():
        return [path]
    if target.is_dir():
        inside = sorted(p.name for p in target.iterdir() if p.suffix.lower() in ENDINGS)
        names = f"it holds {listed(inside)}" if inside else "it holds no data file"
        raise DataError(
            f"`{path}` is a folder and not a file: {names}; `{path.rstrip('/')}/*.csv` reads several together"
        )
    if glob.has_magic(path):
        files = sorted(f for f in glob.glob(path, root_dir=base, recursive=True) if (base / f).is_file())
        if not files:
            raise DataError(f"no file matches `{where}` in `{base}`")
        return files
    raise DataError(f"there is no file `{path}` in `{base}`{_near(target)}")


def _near(target: Path) -> str:
    if not target.parent.is_dir():
        return f": `{target.parent}` is not a folder"
    return did_you_mean(target.name, sorted(p.name for p in target.parent.iterdir()))


def _without_secrets(where: str) -> str:
    named = r"((?:\w*password|\w*token|\w*secret|passcode)=)[^&;#]*"
    return re.sub(named, r"\1…", re.sub(r"//[^/]*@", "//…@", where), flags=re.IGNORECASE)
