"""A server that holds tables, as the readers ask it: which there are, what columns they have, how many rows, and the rows."""

from __future__ import annotations

import re
import warnings
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import unquote

from sladsl.addresses import HIDDEN, shown, without_secrets
from sladsl.data.columns import Column, Kind
from sladsl.data.errors import DataError, did_you_mean, listed
from sladsl.data.locations import Remote

if TYPE_CHECKING:
    import pyarrow as pa

    from sladsl.data.servers.words import Words

_SHORTEST = 2
"""Pieces of a password that are no longer occur in any sentence."""


@dataclass(frozen=True, slots=True)
class ColumnThere:
    """A column of a server's table: its name and type there, the type it gets in the engine here, and what it holds."""

    name: str
    type: str
    here: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class There:
    """A table or view of a server: as it may be printed, and as the server's SQL (or the server's own object) names it."""

    shown: str
    relation: Any
    columns: tuple[ColumnThere, ...]

    def described(self) -> tuple[Column, ...]:
        """The columns, as the readers take those of any table."""
        return tuple(Column(c.name, f"c{n}", c.kind, c.type) for n, c in enumerate(self.columns))


class Server(ABC):
    """A connection that only reads, and leaves nothing behind.

    Who one is comes from the URL, the environment or the driver's own files, as for every client of that server.
    """

    def __init__(self, remote: Remote) -> None:
        self.remote = remote

    @classmethod
    @abstractmethod
    def errors(cls) -> tuple[type[Exception], ...]:
        """What its driver raises."""

    @abstractmethod
    def find(self, table: str | None) -> There:
        """A table or view by the name that a reader gave it; `DataError` with those that there are."""

    @abstractmethod
    def count(self, there: There) -> int:
        """How many rows a table has."""

    @abstractmethod
    def stream(self, there: There, names: Sequence[str]) -> pa.RecordBatchReader:
        """Columns of every row, of types that the engine casts to each column's type here without loss."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the connection, if it was not given to a run."""

    def chosen(self, names: Sequence[str], table: str | None) -> str:
        """The one of the names that is meant; `DataError` where none is."""
        shown = self.remote.shown
        if not names:
            raise DataError(f"`{shown}` has no table that may be read")
        if table is None:
            raise DataError(
                f"`{shown}` holds tables: say which, as in `{shown}#{names[0]}`; it has {listed(names)}"
            )
        if table not in names:
            raise DataError(
                f"`{shown}` has no table `{table}`{did_you_mean(table, names)} — it has {listed(names)}"
            )
        return table


class RunningServer(Server):
    """A server in which a run can be made, so that nothing need be brought."""

    words: ClassVar[Words]
    """How it spells what a run there asks for."""

    @abstractmethod
    def ask(self, query: str) -> list[Sequence[Any]]:
        """The rows of a query that was put together from the server's words."""

    @abstractmethod
    def engine(self) -> Any:
        """Ibis' connection for a run that is made there, which is to close it."""


@contextmanager
def asking(server: type[Server], remote: Remote, record: str) -> Iterator[None]:
    """Around whatever a driver does: what it raises becomes one line that says what could not be read, and for which record.

    What it warns its own programmers of is not for our reader.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except (DataError, ModuleNotFoundError):
        raise
    except server.errors() as error:
        raise DataError(f"`{remote.named}` cannot be read for `{record}`: {said(error, remote)}") from None


def said(error: Exception, remote: Remote) -> str:
    """A driver's complaint, in one line and without secrets: some repeat the whole address."""
    line = (str(error).strip() or type(error).__name__).splitlines()[0]
    for secret in sorted(_secrets(remote.url), key=len, reverse=True):
        line = line.replace(secret, HIDDEN)
    return without_secrets(line)


def _secrets(url: str) -> Iterator[str]:
    """Who one is, the values of parameters, and pieces of them: a driver that cannot read an address tells of the piece it stumbled on."""
    user, _, place = url.partition("://")[2].rpartition("@")
    hidden = shown(url)
    values = [value for value in re.split(r"[?&;=]", place) if value not in hidden]
    for whole in (user, *user.split(":", 1)[1:], *values):
        for secret in (whole, *re.split(r"[/#@:?&=]", whole)):
            if len(secret) > _SHORTEST or secret == whole:
                yield from filter(None, (secret, unquote(secret)))
