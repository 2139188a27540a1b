"""Where data are: what a reader wrote after `from` or `--data lead=` → the files it names.

`leads.csv`, `exports/leads_*.csv`, `book.xlsx#Sheet 1`, `warehouse.duckdb#crm.leads`, `duckdb://warehouse.db#leads`, or a table of a
server, `postgres://host/database#crm.leads`. The ending decides the format. A relative path starts at the folder of the file it was
written in.
"""

from __future__ import annotations

import glob
import os
import re
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from sladsl.addresses import Address, shown
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
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://(.*)", re.DOTALL)
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


def locate(address: Address, base: Path, *, newest: bool = False) -> tuple[Location | Remote, ...]:
    """The files that an address names, in name order, or the table of a server; at least one. `newest`: of them the one whose name has the
    latest date. `DataError` when there is none or its ending is not known."""
    text, format = address.written, None
    kind, rest = _scheme(text)
    if kind in SERVERS:
        return (_remote(kind, rest),)
    if kind is not None:
        if kind != "duckdb":
            raise DataError(f"`{address}` cannot be read: expected {_WAYS}; export the table to one of these")
        text, format = rest, Format.DUCKDB
    path, part = _split_part(text, format)
    if not path:
        raise DataError(f"`{address}` names no file: expected {_WAYS}")
    return tuple(
        Location(base / file, shown(file), format or _format(file), part)
        for file in _of_these(_files(path, base, address), newest)
    )


_DATED = re.compile(
    r"(?<!\d)((?:19|20)\d\d)([-_.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])"
    r"(?:[T _-]?([01]\d|2[0-3])[-_.:h]?([0-5]\d)(?:[-_.:m]?([0-5]\d))?)?(?!\d)"
)
"""A date in a file's name, year first, and a time behind it."""


def _of_these(files: list[str], newest: bool) -> list[str]:
    """The files to read: all, or the one that is newest by the date in its name."""
    if not newest or len(files) == 1:
        return files
    dated = {file: _dated(file, files) for file in files}
    day = max(dates[:3] for dates in dated.values())
    same = {file: dates for file, dates in dated.items() if dates[:3] == day}
    latest = max(same.values())
    last = [file for file, dates in same.items() if dates == latest or not dates[3]]
    if len(last) > 1:
        raise DataError(
            f"{listed(map(shown, last))} have the same date in their names, so nobody can tell which is the newest: take one away, or put "
            "the time behind the date, as in `contacts-2026-10-12-0930.csv`"
        )
    return last


def _dated(file: str, files: list[str]) -> tuple[str, ...]:
    dates = {(m[1], m[3], m[4], m[5] or "", m[6] or "", m[7] or "") for m in _DATED.finditer(Path(file).name)}
    if len(dates) == 1:
        return dates.pop()
    raise DataError(
        f"`{shown(file)}` has {'several dates' if dates else 'no date'} in its name, so nobody can tell which of the {len(files)} files is "
        "the newest: expected one with the year first, such as `contacts-2026-10-12.csv`"
    )


def _scheme(where: str) -> tuple[str | None, str]:
    """What kind of server an address is of, in small letters, and the rest behind `://`; None for a file."""
    if where.lower().startswith("md:"):
        return "motherduck", where[3:]
    scheme = _SCHEME.fullmatch(where)
    return (scheme[1].lower(), scheme[2]) if scheme else (None, where)


def _remote(kind: str, rest: str) -> Remote:
    """A server and its table, which stands behind `#`; before an `@` that is part of a password."""
    user, at, place = rest.rpartition("@")
    last = "?" in place and shown(f"{kind}://{place}") != f"{kind}://{place}"
    place, _, table = place.rpartition("#") if last and "#" in place else place.partition("#")
    url = f"{kind}://{user}{at}{place}"
    return Remote(url, shown(url), table or None)


def server_of(address: Address) -> Remote | None:
    """The server, and the table where one is named; None for a file. `DataError` for a scheme of no server."""
    kind, rest = _scheme(address.written)
    if kind is None:
        return None
    if kind not in SERVERS:
        raise DataError(f"`{address}` is neither a file nor a server that can be asked")
    return _remote(kind, rest)


def below(where: str, folder: Path) -> str:
    """The same place, from where `folder` is seen; what is on a server stays."""
    kind, rest = _scheme(where)
    if kind in {None, "duckdb"}:
        return f"{'duckdb://' if kind else ''}{(folder / rest).as_posix()}"
    return where


def table_of(where: str) -> str | None:
    """The table of a database or server that `where` names; None for files, and where none is named. Looks at nothing."""
    kind, rest = _scheme(where)
    if kind in SERVERS:
        return _remote(kind, rest).part
    if kind is not None:
        return _split_part(rest, Format.DUCKDB)[1] if kind == "duckdb" else None
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


def database_to_write(address: Address, base: Path) -> Location | Remote | None:
    """The table that `where` names in a DuckDB file, there or not, or in a Postgres, where rows can be added; None for any other file.
    `DataError` for another server, and where no table is named."""
    kind, rest = _scheme(address.written)
    place: Location | Remote
    if kind is not None and kind != "duckdb":
        place = _remote(kind, rest)
        if kind not in {"postgres", "postgresql"}:
            known = "a file, `results.duckdb#sla` or `postgres://host/database#schema.table`"
            raise DataError(f"nothing can be written to `{place.named}`: expected {known}")
    else:
        path, part = _split_part(rest, Format.DUCKDB if kind else None)
        if kind is None and ENDINGS.get(Path(path).suffix.lower()) is not Format.DUCKDB:
            return None
        place = Location(base / path, shown(path), Format.DUCKDB, part)
    if place.part is None:
        raise DataError(
            f"`{place.shown}` is a database: name the table to add the rows to, as in `{place.shown}#sla`"
        )
    return place


def _files(path: str, base: Path, address: Address) -> list[str]:
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
            raise DataError(f"no file matches `{address}` in `{base}`")
        return files
    if os.path.lexists(target):
        raise DataError(
            f"`{shown(path)}` is no plain file: it is a pipe, a device, or a link that leads to one or to nothing"
        )
    raise DataError(f"there is no file `{shown(path)}` in `{base}`{_near(target)}")


def _near(target: Path) -> str:
    if not target.parent.is_dir():
        return f": `{shown(str(target.parent))}` is not a folder"
    return did_you_mean(target.name, sorted(p.name for p in target.parent.iterdir()))
