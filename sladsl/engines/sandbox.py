"""The one place where DuckDB is opened, so that nothing it is given can make it do more than a run asks for.

Data come from other people, and a table of theirs may be a view, which is a query of theirs. So no extension is installed or loaded, no
secret that is kept at home is used, no variable of this program is a table, and once it is known which files a run reads, no other file
and no network can be reached, and none of this can be changed any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

_SETTINGS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "allow_persistent_secrets": False,
    "python_enable_replacements": False,
}
_BESIDE_A_DATABASE = (".wal", ".wal.checkpoint", ".wal.recovery")
"""What DuckDB keeps beside a database while it writes to it."""
_OF_FILES = ("Error", "IOException", "InvalidInputException", "OutOfRangeException", "SerializationException")
FORBIDDEN = "Permission Error"
"""How DuckDB begins what it says of a file that is closed off."""


def opened(folder: Path | None = None, memory_limit: str | None = None, threads: int | None = None) -> Any:
    """A DuckDB in memory (its Python connection) that still reaches files: see `close_off`.

    What does not fit `memory_limit` (such as `2GiB`) spills to the folder, which is the caller's to remove; without one nothing spills.
    """
    import duckdb

    connection = duckdb.connect(config={**_SETTINGS, "temp_directory": str(folder or "")})
    if memory_limit is not None:
        connection.execute(f"SET memory_limit = {_text(memory_limit)}")
    if threads is not None:
        connection.execute(f"SET threads = {int(threads)}")
    return connection


def close_off(connection: Any, reads: Iterable[Path] = (), databases: Iterable[Path] = ()) -> None:
    """From here on only these files can be reached, and the folder that is spilled to; for good."""
    files = [file.absolute() for file in reads]
    for database in databases:
        files += with_beside(database.resolve())
    named = ", ".join(_text(str(file)) for file in files)
    connection.execute(f"SET allowed_paths = [{named}]")
    folder = spilled_to(connection)
    connection.execute(f"SET allowed_directories = [{_text(str(folder)) if folder else ''}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")


def with_beside(database: Path) -> list[Path]:
    """A database's file, and those that DuckDB may keep beside it."""
    return [Path(f"{database}{ending}") for ending in ("", *_BESIDE_A_DATABASE)]


def tells_of_damage(error: Exception) -> bool:
    """Whether the engine says that a file's content is not what its own beginning says: a page that was cut, a length that cannot be. What
    it says of a query is no damage of a file."""
    of_engine = type(error).__module__.strip("_") == "duckdb" and type(error).__name__ in _OF_FILES
    return of_engine and "Traceback" not in str(
        error
    )  # which tells of a program of ours, in words that are not for readers


def spilled_to(connection: Any) -> Path | None:
    """The folder of a connection, which nobody else writes to."""
    ((folder,),) = connection.execute("SELECT current_setting('temp_directory')").fetchall()
    return Path(folder) if folder else None


def service(database: str) -> Any:
    """Ibis' connection to a MotherDuck, whose queries reach no file here (its "SaaS mode")."""
    import ibis

    joined = "&" if "?" in database else "?"
    return ibis.duckdb.connect(f"md:{database}{joined}saas_mode=true")


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
