"""The studio as it is built from this checkout, in a real browser: built once, served by `sla studio`."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from sladsl.cli import studio

ROOT = Path(__file__).parent.parent.parent
STUDIO = ROOT / "studio"
DIST = STUDIO / "dist"
CHROMIUM = next(
    (x for name in ("chromium", "chromium-browser", "google-chrome") if (x := shutil.which(name))), None
)
PARTS = (
    "studio",
    "sladsl",
    "lsp/sladsl_lsp",
    "grammar",
    "gallery",
    "examples",
    "docs",
    "locks/studio.txt",
    "hatch_build.py",
)
"""What the page is built from."""
MADE = {"node_modules", "dist", "build", "__pycache__"}
NO_NETWORK = ("ENOTFOUND", "ECONNREFUSED", "ETIMEDOUT", "EAI_AGAIN", "ECONNRESET", "ENETUNREACH")


def _state() -> str:
    """A word that is another as soon as a file is that the page is built from."""
    hash = sha256()
    for part in PARTS:
        top = ROOT / part
        for path in [top] if top.is_file() else sorted(top.rglob("*")):
            if (
                path.is_file()
                and not MADE.intersection(path.relative_to(ROOT).parts)
                and path.suffix != ".table"
            ):
                hash.update(str(path).encode() + path.read_bytes())
    return hash.hexdigest()


def _build() -> None:
    installed = subprocess.run(
        ["npm", "ci"], cwd=STUDIO, capture_output=True, text=True, check=False, timeout=120
    )
    if installed.returncode and any(word in installed.stderr for word in NO_NETWORK):
        pytest.skip("npm's registry cannot be reached")
    assert installed.returncode == 0, installed.stderr
    for script in ("check", "build"):
        built = subprocess.run(
            ["npm", "run", script], cwd=STUDIO, capture_output=True, text=True, check=False, timeout=300,
            env={**os.environ, "PYTHON": sys.executable},
        )  # fmt: skip
        assert built.returncode == 0, built.stdout + built.stderr


@pytest.fixture(scope="session")
def dist() -> Path:
    """The folder that `npm run build` makes, of the files as they are now. Several processes of tests build it once."""
    if shutil.which("npm") is None:
        pytest.skip("npm is not installed")
    stamp = STUDIO / "build" / "built-from"
    stamp.parent.mkdir(exist_ok=True)
    with (stamp.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        state = _state()
        if not stamp.is_file() or stamp.read_text() != state or not (DIST / "service-worker.js").is_file():
            stamp.unlink(missing_ok=True)
            _build()
            stamp.write_text(state)
    return DIST


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


class Served:
    """The studio at an address of its own, until it is stopped."""

    def __init__(self, folder: Path) -> None:
        self._server = studio.server_of(folder, 0)
        self.address = f"http://{studio.HOST}:{self._server.server_port}/"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="module")
def served(dist: Path) -> Iterator[Served]:
    here = Served(dist)
    yield here
    here.stop()


class Watched:
    """A page whose every request and complaint is written down. It has the studio's headers and nothing of its own."""

    def __init__(self, context: BrowserContext, served: Served) -> None:
        self.requests: list[str] = []
        self.complaints: list[str] = []
        context.on("request", lambda request: self.requests.append(request.url))
        context.on("console", lambda message: self.complaints.append(message.text))
        self.served = served
        self.page: Page = context.new_page()
        self.page.goto(f"{served.address}headers.json")

    def __call__(self, script: str, *given: Any) -> Any:
        return self.page.evaluate(script, list(given))


@pytest.fixture(scope="module")
def watched(browser: Browser, served: Served) -> Iterator[Watched]:
    context = browser.new_context()
    yield Watched(context, served)
    context.close()
