"""A receiver of actions on this machine, which answers as it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answer = int | tuple[int, str] | str
"""A status; one with `Retry-After`; `close` breaks the connection off, `close after` does so once it was taken, `nothing` never answers."""


@dataclass
class Received:
    """What came: every request by its key and body, in the order of arrival, and what of it was taken."""

    url: str
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    taken: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    at_once: int = 0


@contextmanager
def receiving(answer: Callable[[int], Answer]) -> Iterator[Received]:
    """A server whose answer to its n-th request, from 0, is `answer(n)`."""
    lock, gone = threading.Lock(), threading.Event()
    running = 0

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            nonlocal running
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            one = (self.headers["Idempotency-Key"], body)
            with lock:
                running += 1
                received.at_once = max(received.at_once, running)
                said = answer(len(received.asked))
                received.asked.append(one)
                received.headers.append({name.lower(): value for name, value in self.headers.items()})
                if said in {200, 202, "close after"}:
                    received.taken.append(one)
            try:
                self.say(said)
            finally:
                with lock:
                    running -= 1

        def say(self, said: Answer) -> None:
            if isinstance(said, str):
                if said == "nothing":
                    gone.wait(5)
                self.close_connection = True
                return
            status, after = said if isinstance(said, tuple) else (said, None)
            self.send_response(status)
            if after is not None:
                self.send_header("Retry-After", after)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            """Whoever posts may be killed in the middle of it."""

    with Server(("127.0.0.1", 0), Handler) as server:
        received = Received(f"http://127.0.0.1:{server.server_port}/hooks/s3cr3tMARK?token=s3cr3tMARK")
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield received
        finally:
            gone.set()
            server.shutdown()
            thread.join()
