"""Giving actions out by HTTP: each is posted until it was taken, a few at a time, those about one row in their order."""

from __future__ import annotations

import datetime as dt
import queue
import random
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sladsl.giving import Giving

if TYPE_CHECKING:
    import httpx

AT_ONCE = 4
PATIENCE = 10.0
"""Seconds for which an answer may be silent."""
TRIES = 5
FIRST_WAIT, LONGEST_WAIT = 0.5, 300.0
"""Seconds before the second attempt, doubled before each further one; and the longest that a receiver may ask for."""
ENOUGH = 3
"""So many refused one after the other, and no further one is tried."""
_READ = 1 << 16
_AGAIN = frozenset({408, 425, 429})


class Refused(Exception):
    """An action was not taken; the text says why, without the address."""


@dataclass(frozen=True, slots=True)
class Posted:
    """How many were taken; of what was not, how many and the reasons, the most frequent first."""

    taken: int
    left: int
    reasons: tuple[str, ...]


def host_of(url: str) -> str:
    """What may be shown of an address to post to: webhooks have their secret in the path, too."""
    parts = urlsplit(url)
    port = "" if parts.port is None else f":{parts.port}"
    return f"{parts.scheme}://{parts.hostname}{port}/…"


def is_url(url: str) -> bool:
    """Whether something can be posted there."""
    with suppress(ValueError):
        parts = urlsplit(url)
        return parts.scheme.lower() in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    return False


OWN_HEADERS = frozenset(
    {"content-type", "idempotency-key", "content-length", "host", "connection", "transfer-encoding"}
)
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HEADER_VALUE = re.compile(r"[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?")


def is_header(name: str) -> bool:
    """Whether a header of a request may be called so."""
    return _HEADER_NAME.fullmatch(name) is not None


def is_value(text: str) -> bool:
    """Whether a header may have this for its value: a line of ASCII."""
    return _HEADER_VALUE.fullmatch(text) is not None


@dataclass(slots=True)
class Receiver:
    """Where actions are posted, with `headers` of the receiver's own; `wait` and `patience` are in seconds."""

    url: str = field(repr=False)
    body: Callable[[Giving], str]
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    patience: float = PATIENCE
    first_wait: float = FIRST_WAIT
    at_once: int = AT_ONCE
    _resume: float = 0.0  # nothing is sent before: the receiver asked for that
    _stop: threading.Event = field(default_factory=threading.Event)

    def post(self, giving: Sequence[Giving], taken: Callable[[Giving], None]) -> Posted:
        """Posts all; `taken` is called, in whichever thread, once one was answered with 2xx. What it raises ends the posting."""
        import httpx

        rows: dict[tuple[object, ...], list[Giving]] = {}
        for g in giving:
            rows.setdefault(g.of, []).append(g)
        waiting: queue.SimpleQueue[list[Giving]] = queue.SimpleQueue()
        for each in rows.values():
            waiting.put(each)
        work = _Work(taken)
        limits = httpx.Limits(max_connections=self.at_once)
        with httpx.Client(timeout=self.patience, limits=limits, follow_redirects=False) as client:
            threads = [
                threading.Thread(target=self._some, args=(client, waiting, work), daemon=True)
                for _ in range(min(self.at_once, len(rows)))
            ]
            try:
                for t in threads:
                    t.start()
                for t in threads:
                    while t.is_alive():
                        t.join(0.2)  # a signal has its turn in between, on every system
            finally:
                self._stop.set()
        if work.error is not None:
            raise work.error
        return Posted(work.count, len(giving) - work.count, work.told())

    def _some(self, client: httpx.Client, waiting: queue.SimpleQueue[list[Giving]], work: _Work) -> None:
        """Posts the rows that wait, one after the other; of a row nothing behind what was refused."""
        while not self._stop.is_set():
            try:
                row = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                for g in row:
                    self._until_taken(client, g)
                    work.took(g)
            except Refused as refused:
                if work.refused(str(refused)):
                    self._stop.set()
            except BaseException as error:  # handed to whoever asked for the posting
                work.error = work.error or error
                self._stop.set()

    def _until_taken(self, client: httpx.Client, g: Giving) -> None:
        wait, why = self.first_wait, "others were refused before"
        for attempt in range(TRIES):
            pause = self._resume - time.monotonic()
            if self._stop.wait(max(0.0, pause)):
                raise Refused(why)
            answer = self._answer(client, g)
            if answer is None:
                return
            why, asked = answer
            if asked is not None:
                if asked > LONGEST_WAIT:
                    raise Refused(f"{why}, and asks to wait for {asked:.0f} seconds")
                self._resume = max(self._resume, time.monotonic() + asked)
            elif attempt + 1 < TRIES and self._stop.wait(wait * random.uniform(0.75, 1.25)):
                raise Refused(why)
            wait *= 2
        raise Refused(f"{why}, {TRIES} times")

    def _answer(self, client: httpx.Client, g: Giving) -> tuple[str, float | None] | None:
        """None where it was taken; else why not and for how many seconds the receiver asks to wait. `Refused` where no further attempt
        would help."""
        import httpx

        headers = {**self.headers, "Content-Type": "application/json", "Idempotency-Key": g.key}
        try:
            with client.stream("POST", self.url, content=self.body(g).encode(), headers=headers) as answer:
                status, after = answer.status_code, answer.headers.get("Retry-After")
                if 200 <= status < 300:
                    self._read_off(answer)
                    return None
        except httpx.TimeoutException:
            return f"it does not answer within {self.patience:g} seconds", None
        except httpx.TransportError as error:
            return _broken(error), None
        except httpx.InvalidURL:
            raise Refused("the address cannot be read") from None
        if 300 <= status < 400:
            raise Refused(f"it answers {status}, which leads elsewhere: post to where it leads")
        if status < 500 and status not in _AGAIN:
            raise Refused(f"it answers {status}")
        return f"it answers {status}", _seconds(after)

    @staticmethod
    def _read_off(answer: httpx.Response) -> None:
        """The answer's text, of which nothing is asked, so that its connection can be used again; not without end."""
        import httpx

        size = 0
        with suppress(httpx.TransportError):
            for some in answer.iter_raw():
                size += len(some)
                if size > _READ:
                    return


def _broken(error: httpx.TransportError) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, OSError) and cause.strerror:
            return f"it cannot be reached: {cause.strerror.lower()}"
        cause = cause.__cause__ or cause.__context__
    return "it breaks the connection off"


def _seconds(after: str | None) -> float | None:
    """What `Retry-After` asks for: seconds, or an instant."""
    if after is None:
        return None
    if after.strip().isdecimal():
        return float(after)
    with suppress(ValueError, TypeError):
        at = parsedate_to_datetime(after)
        return max(0.0, (at - dt.datetime.now(at.tzinfo or dt.UTC)).total_seconds())
    return None


class _Work:
    """What the threads have come to."""

    def __init__(self, taken: Callable[[Giving], None]) -> None:
        self._taken, self._lock = taken, threading.Lock()
        self._in_a_row = 0
        self._reasons: dict[str, int] = {}
        self.count = 0
        self.error: BaseException | None = None

    def took(self, g: Giving) -> None:
        self._taken(g)
        with self._lock:
            self.count += 1
            self._in_a_row = 0

    def refused(self, why: str) -> bool:
        """Whether that is enough."""
        with self._lock:
            self._reasons[why] = self._reasons.get(why, 0) + 1
            self._in_a_row += 1
            return self._in_a_row >= ENOUGH

    def told(self) -> tuple[str, ...]:
        return tuple(sorted(self._reasons, key=lambda why: -self._reasons[why]))
