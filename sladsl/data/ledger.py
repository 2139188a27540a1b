"""What was given out already: a ledger of actions in an SQLite file, or in three tables of a Postgres.

One run at a time gives from a ledger: it holds a lock that the system (of a server: the server) takes back when the process ends, however
it ends. What is to be given is written down before, so that whoever gives it again gives the same; that it was given in a transaction of
its own, once it was. So a run that is killed in between gives it again, and never loses it. Of a file the lock is that of a second one
beside it (`actions.db-lock`), since the ledger itself is written to meanwhile.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sladsl.addresses import Address, shown
from sladsl.data import sql
from sladsl.data.errors import DataError
from sladsl.data.locations import server_of
from sladsl.data.servers.server import said

WAIT = 60.0
"""Seconds for which a run waits for another one that gives from the same ledger."""
TABLE = "sla_actions"
PENDING, GIVEN, SKIPPED = "pending", "given", "skipped"
WITHDRAWING, WITHDRAWN = "withdrawing", "withdrawn"


@dataclass(frozen=True, slots=True)
class Entry:
    """An action of the ledger. `state` is one of `PENDING` (it is to be given out, and may have been), `GIVEN`, `SKIPPED`, `WITHDRAWING`
    (that it no longer follows is to be told, and may have been), `WITHDRAWN`; `round` counts how often it was given out: more than once
    where it was withdrawn in between. `at` is an instant, `content` what is given out, as JSON."""

    id: str
    agreement: str
    commitment: str
    state: str
    round: int
    at: int
    content: str


@dataclass(frozen=True, slots=True)
class Known:
    """A commitment of an agreement as the last run saw it: as of when, and the digits of what the agreement promised."""

    commitment: str
    as_of: int
    promised: str


Ask = Callable[..., list[tuple[Any, ...]]]


@dataclass(frozen=True, slots=True)
class Ledger:
    """An open ledger. `ask` puts a statement with `?` to it, in the transaction of `together`."""

    shown: str
    table: str
    ask: Ask
    together: Callable[[], AbstractContextManager[object]]
    lock: threading.Lock = field(default_factory=threading.Lock)

    def entries(self, agreement: str) -> dict[str, Entry]:
        """The actions of an agreement, by id."""
        query = f"SELECT id, agreement, commitment, state, round, at, content FROM {self.table} WHERE agreement = ?"
        return {str(row[0]): Entry(*row) for row in self.ask(query, (agreement,))}

    def known(self, agreement: str) -> dict[str, Known]:
        """The commitments of an agreement that earlier runs saw, by id."""
        query = f"SELECT commitment, as_of, promised FROM {_beside(self.table, 'seen')} WHERE agreement = ?"
        return {str(row[0]): Known(*row) for row in self.ask(query, (agreement,))}

    def rows(self, agreement: str) -> dict[str, int]:
        """How many rows the last run read for an agreement, by source."""
        query = f"SELECT source, rows FROM {_beside(self.table, 'rows')} WHERE agreement = ?"
        return {str(source): int(rows) for source, rows in self.ask(query, (agreement,))}

    def write(
        self,
        entries: Iterable[Entry],
        now: str,
        seen: Mapping[str, Iterable[Known]] | None = None,
        rows: Mapping[str, Mapping[str, int]] | None = None,
    ) -> None:
        """Writes down actions in the state in which they are now, and what a run saw and read of agreements, all or nothing. Any thread
        may."""
        with self.lock, self.together():
            for agreement, read in (rows or {}).items():
                self.ask(f"DELETE FROM {_beside(self.table, 'rows')} WHERE agreement = ?", (agreement,))
                for source, count in read.items():
                    self.ask(
                        f"INSERT INTO {_beside(self.table, 'rows')} VALUES (?, ?, ?)",
                        (agreement, source, count),
                    )
            for agreement, each in (seen or {}).items():
                self.ask(f"DELETE FROM {_beside(self.table, 'seen')} WHERE agreement = ?", (agreement,))
                for k in each:
                    row = (agreement, k.commitment, k.as_of, k.promised)
                    self.ask(f"INSERT INTO {_beside(self.table, 'seen')} VALUES (?, ?, ?, ?)", row)
            for e in entries:
                self.ask(
                    f"INSERT INTO {self.table} VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET "
                    "state = excluded.state, round = excluded.round, content = excluded.content, written_at = excluded.written_at",
                    (e.id, e.agreement, e.commitment, e.state, e.round, e.at, e.content, now),
                )


def _beside(table: str, what: str) -> str:
    """A further table: which commitments there were (`seen`), how many rows were read (`rows`)."""
    return f'{table[:-1]}_{what}"'


def _make(ledger: Ledger) -> None:
    columns = ", ".join(f"{name} text NOT NULL" for name in ("agreement", "commitment", "state"))
    with ledger.together():
        ledger.ask(
            f"CREATE TABLE IF NOT EXISTS {ledger.table} (id text PRIMARY KEY, {columns}, round integer NOT NULL, "
            "at bigint NOT NULL, content text NOT NULL, written_at text NOT NULL)"
        )
        ledger.ask(
            f"CREATE TABLE IF NOT EXISTS {_beside(ledger.table, 'seen')} (agreement text NOT NULL, commitment text NOT NULL, "
            "as_of bigint NOT NULL, promised text NOT NULL, PRIMARY KEY (agreement, commitment))"
        )
        ledger.ask(
            f"CREATE TABLE IF NOT EXISTS {_beside(ledger.table, 'rows')} (agreement text NOT NULL, source text NOT NULL, "
            "rows bigint NOT NULL, PRIMARY KEY (agreement, source))"
        )


@contextmanager
def opened(address: Address, *, write: bool, wait: float = WAIT) -> Iterator[Ledger]:
    """A ledger, which is made where there is none. With `write` nobody else gives from it meanwhile; without, nothing is made or changed.
    `DataError` where it cannot be opened, or another run holds it for longer than `wait` seconds."""
    server = server_of(address)
    if server is not None:
        if server.url.partition(":")[0] not in {"postgres", "postgresql"}:
            raise DataError(
                f"`{server.shown}` can hold no ledger: expected a file, or `postgres://host/database`"
            )
        import psycopg

        try:
            with _in_postgres(server.url, server.part or TABLE, write, wait) as ledger:
                yield ledger
        except psycopg.Error as error:
            raise DataError(f"the ledger `{server.named}` could not be used: {said(error, server)}") from None
        return
    path = Path(address.written)
    if str(address) != address.written:
        raise DataError(f"`{address}` can hold no ledger: expected a file, or `postgres://host/database`")
    try:
        with _in_a_file(path, write, wait) as ledger:
            yield ledger
    except sqlite3.Error as error:
        hint = ": name another file, it is made" if "not a database" in str(error) else ""
        raise DataError(f"`{shown(str(path))}` cannot be used as a ledger: {error}{hint}") from None


# --- SQLite


@contextmanager
def _in_a_file(path: Path, write: bool, wait: float) -> Iterator[Ledger]:
    name = sql.name(TABLE)
    if not write:
        where = f"{path.resolve().as_uri()}?mode=ro" if path.exists() else ":memory:"
        connection = sqlite3.connect(where, uri=True, isolation_level=None, timeout=wait)
        ledger = _of(connection, path, name)
        try:
            if not path.exists() or not ledger.ask("SELECT 1 FROM sqlite_master WHERE name = ?", (TABLE,)):
                connection.close()
                connection = sqlite3.connect(":memory:", isolation_level=None)
                ledger = _of(connection, path, name)
                _make(ledger)
            yield ledger
        finally:
            connection.close()
        return
    if not path.parent.is_dir():
        raise DataError(
            f"`{shown(str(path.parent))}` is no folder, so there can be no ledger `{path.name}` in it"
        )
    with _held(path, wait):
        connection = sqlite3.connect(path, isolation_level=None, timeout=wait, check_same_thread=False)
        try:
            _to_wal(connection, wait)
            connection.execute("PRAGMA synchronous = FULL")
            ledger = _of(connection, path, name)
            _make(ledger)
            yield ledger
        finally:
            connection.close()


def _of(connection: sqlite3.Connection, path: Path, table: str) -> Ledger:
    def ask(query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        return connection.execute(query, tuple(values)).fetchall()

    @contextmanager
    def together() -> Iterator[None]:
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    return Ledger(shown(str(path)), table, ask, together)


def _to_wal(connection: sqlite3.Connection, wait: float) -> None:
    """Sets the journal's mode: on a fresh file that somebody reads, SQLite says `locked` at once, whatever it was told to wait."""
    until = time.monotonic() + wait
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.02)
        else:
            return


@contextmanager
def _held(path: Path, wait: float) -> Iterator[None]:
    """Nobody else gives from this ledger: the system ends the lock with the process."""
    lock = sqlite3.connect(f"{path}-lock", isolation_level=None, timeout=wait)
    try:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise DataError(_busy(shown(str(path)), wait)) from None
            raise
        yield
    finally:
        lock.close()


def _busy(shown: str, wait: float) -> str:
    return f"another run gives actions out from `{shown}`, for more than {wait:.0f} seconds: try again when it is done"


# --- Postgres


@contextmanager
def _in_postgres(url: str, part: str, write: bool, wait: float) -> Iterator[Ledger]:
    import psycopg

    schema, _, table = part.rpartition(".")
    name = ".".join(map(sql.name, filter(None, (schema, table))))
    with psycopg.connect(url, connect_timeout=10, autocommit=True) as connection:

        def ask(query: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
            done = connection.execute(query.replace("?", "%s").encode(), list(values))
            return list(done.fetchall()) if done.description else []

        ledger = Ledger(shown(url), name, ask, connection.transaction)
        if write:
            _lock_there(ask, name, shown(url), wait)
            if schema:
                ask(f"CREATE SCHEMA IF NOT EXISTS {sql.name(schema)}")
            _make(ledger)
        elif not ask("SELECT to_regclass(?)", (name,))[0][0]:
            connection.close()
            memory = sqlite3.connect(":memory:", isolation_level=None)
            ledger = _of(memory, Path(shown(url)), sql.name(TABLE))
            _make(ledger)
        yield ledger


def _lock_there(ask: Ask, name: str, shown: str, wait: float) -> None:
    """The lock of a session, which the server ends with it."""
    until = time.monotonic() + wait
    while not ask("SELECT pg_try_advisory_lock(hashtext(?), hashtext(?))", ("sladsl ledger", name))[0][0]:
        if time.monotonic() > until:
            raise DataError(_busy(shown, wait))
        time.sleep(0.1)
