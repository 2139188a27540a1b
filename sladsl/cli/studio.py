"""`sla studio`: the page in which agreements are written and judged, served to a browser on this machine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

import click

from sladsl.cli.printing import echo

HOST = "127.0.0.1"
PORT = 7527
_PACKAGE = "sladsl_studio"
_HEADERS = "headers.json"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
"""A browser compiles nothing that is served as something else; what is not here is bytes."""


@click.command("studio", short_help="Write and judge agreements in a browser page, on this machine.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    metavar="N",
    help=f"Where the page is served, else {PORT}. What a browser keeps of it belongs to the port.",
)
@click.option("--no-browser", is_flag=True, help="Only say the address.")
def command(port: int | None, no_browser: bool) -> int:
    """Serve the studio, a page in which agreements are written, tested and judged, and open it in the browser.

    The page is served to this machine alone. It runs `sla` itself, in the browser: what is opened in it is never sent anywhere, not even
    to this command. Ctrl-C ends it.
    """
    server = server_of(page_folder(), port)
    address = f"http://{HOST}:{server.server_port}/"
    echo(f"the studio is at {address} (Ctrl-C ends it)")
    if port is None and server.server_port != PORT:
        echo(
            f"another program has the port {PORT}; what the browser kept of the studio is at that address",
            err=True,
        )
    if not no_browser:
        import webbrowser

        webbrowser.open(address)
    with server:
        server.serve_forever()
    return 0


def page_folder() -> Path:
    """Where the built page is: of the checkout that this is, or of the package that brings it."""
    spec = find_spec(_PACKAGE)
    places = [
        Path(__file__).parents[2] / "studio" / "dist",
        *map(Path, (spec and spec.submodule_search_locations) or ()),
    ]
    for place in places:
        if (place / "index.html").is_file():
            return place
    raise click.ClickException(
        "the studio's page is not here: `pip install sladsl-studio` brings it, and in a checkout `npm ci` and `npm run build` in the "
        "folder `studio` make it"
    )


def server_of(folder: Path, port: int | None) -> ThreadingHTTPServer:
    """A server that listens on the port that is asked for, else on the usual one, else on any that is free."""
    files = {f"/{path.relative_to(folder).as_posix()}": path for path in folder.rglob("*") if path.is_file()}
    files["/"] = folder / "index.html"
    headers: dict[str, str] = json.loads((folder / _HEADERS).read_text(encoding="utf-8"))
    handler = partial(_Handler, files, headers)
    if port is None:
        with suppress(OSError):
            return _Server((HOST, PORT), handler)
    try:
        return _Server((HOST, port or 0), handler)
    except OSError as error:
        refused = (error.strerror or str(error)).lower()
        raise click.ClickException(
            f"nothing can be served at {HOST}:{port}: {refused}; another `--port` may be free"
        ) from None


class _Server(ThreadingHTTPServer):
    allow_reuse_address = False  # on Windows it would take the port of another
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that goes away in the middle of a file is no fault."""


class _Handler(BaseHTTPRequestHandler):
    """Serves the files that were there at the start, and nothing else, to pages of this very address: a name of another server that leads
    to this machine is refused."""

    protocol_version = "HTTP/1.1"

    def __init__(self, files: Mapping[str, Path], headers: Mapping[str, str], *rest: object) -> None:
        self._files, self._headers = files, headers
        super().__init__(*rest)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def _answer(self, *, with_body: bool) -> None:
        path = self._files.get(unquote(urlsplit(self.path).path))
        if self.headers.get("Host") not in self._names():
            self._send(
                403, "text/plain; charset=utf-8", b"this is the studio of another address\n", with_body
            )
        elif path is None:
            self._send(404, "text/plain; charset=utf-8", b"there is no such file\n", with_body)
        else:
            kind = _TYPES.get(path.suffix, "application/octet-stream")
            self._send(200, kind, path.read_bytes(), with_body)

    def _names(self) -> tuple[str, ...]:
        assert isinstance(self.server, _Server)
        port = self.server.server_port
        return f"{HOST}:{port}", f"localhost:{port}"

    def _send(self, status: int, kind: str, content: bytes, with_body: bool) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-cache")
        for name, value in self._headers.items():
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is told of each file."""
