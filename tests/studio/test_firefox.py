"""The studio in Firefox, by WebDriver BiDi: what somebody does in it comes to what the command line says, and nothing leaves."""

from __future__ import annotations

import base64
import json
import os
import re
import secrets
import shutil
import socket
import struct
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from studio.conftest import Served
from studio.test_page import command_line

FIREFOX = next((x for name in ("firefox-esr", "firefox") if (x := shutil.which(name))), None)
PRESSED = """(name) => {
  const button = [...document.querySelectorAll("button")].find((each) => each.textContent.trim() === name && each.checkVisibility());
  button?.click();
  return button !== undefined;
}"""
RUN = "() => studio.judging.running === null && !studio.judging.isStale('run') && studio.judging.said.run?.value"
BEGIN = 60
"""Seconds until it listens, on a busy machine."""
ANSWER = 120
"""Seconds for one answer."""
KEYS = {
    "\n": "\ue007",
    "Backspace": "\ue003",
    "Enter": "\ue007",
    "Control": "\ue009",
    "End": "\ue010",
    "Escape": "\ue00c",
    "Space": " ",
}
TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


class _Socket:
    """A WebSocket (RFC 6455) as a client: messages of text."""

    def __init__(self, port: int, path: str) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=ANSWER)
        nonce = base64.b64encode(secrets.token_bytes(16)).decode()
        lines = (
            f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Upgrade: websocket", "Connection: Upgrade",
            f"Sec-WebSocket-Key: {nonce}", "Sec-WebSocket-Version: 13", "", "",
        )  # fmt: skip
        self._socket.sendall("\r\n".join(lines).encode())
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += self._exactly(1)
        if b" 101 " not in head.partition(b"\r\n")[0]:
            raise ConnectionError(head.decode("latin-1"))

    def send(self, text: str, kind: int = TEXT) -> None:
        payload, mask = text.encode(), secrets.token_bytes(4)
        size = len(payload)
        length = (
            struct.pack("!B", size | 128) if size < 126
            else struct.pack("!BH", 126 | 128, size) if size < 1 << 16
            else struct.pack("!BQ", 127 | 128, size)
        )  # fmt: skip
        masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))
        self._socket.sendall(bytes([128 | kind]) + length + mask + masked)

    def receive(self) -> str:
        parts: list[bytes] = []
        while True:
            first, second = self._exactly(2)
            size = second & 127
            if size == 126:
                [size] = struct.unpack("!H", self._exactly(2))
            elif size == 127:
                [size] = struct.unpack("!Q", self._exactly(8))
            payload = self._exactly(size)
            kind = first & 15
            if kind == PING:
                self.send(payload.decode("latin-1"), PONG)
            elif kind == CLOSE:
                raise ConnectionError("Firefox has ended")
            else:
                parts.append(payload)
                if first & 128:
                    return b"".join(parts).decode()

    def close(self) -> None:
        self._socket.close()

    def _exactly(self, size: int) -> bytes:
        read = bytearray()
        while len(read) < size:
            more = self._socket.recv(min(size - len(read), 1 << 16))
            if not more:
                raise ConnectionError("Firefox has ended")
            read += more
        return bytes(read)


class Firefox:
    """One tab of a Firefox: what it asked for and said on its console is written down."""

    def __init__(self, port: int) -> None:
        self._socket = _Socket(port, "/session")
        self._number = 0
        self.asked: list[str] = []
        self.said: list[str] = []
        self.command("session.new", capabilities={})
        [tab, *_] = self.command("browsingContext.getTree")["contexts"]
        self._tab = tab["context"]
        self.command("session.subscribe", events=["network.beforeRequestSent", "log.entryAdded"])

    def command(self, method: str, **params: Any) -> dict[str, Any]:
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": params}))
        while True:
            message = json.loads(self._socket.receive())
            if message.get("id") == self._number:
                if message["type"] == "error":
                    raise AssertionError(f"{method}: {message['error']}: {message['message']}")
                result: dict[str, Any] = message["result"]
                return result
            if message.get("method") == "network.beforeRequestSent":
                self.asked.append(message["params"]["request"]["url"])
            elif message.get("method") == "log.entryAdded":
                self.said.append(message["params"]["text"])

    def close(self) -> None:
        self._socket.close()

    def go(self, address: str) -> None:
        self.command("browsingContext.navigate", context=self._tab, url=address, wait="complete")

    def size(self, width: int, height: int) -> None:
        viewport = {"width": width, "height": height}
        self.command("browsingContext.setViewport", context=self._tab, viewport=viewport)

    def __call__(self, function: str, *given: Any) -> Any:
        """What a function of the page gives, made of JSON; it may be asynchronous."""
        declaration = f"async (given) => JSON.stringify(await ({function})(...JSON.parse(given))) ?? 'null'"
        answer = self.command(
            "script.callFunction", functionDeclaration=declaration, awaitPromise=True, userActivation=True,
            target={"context": self._tab}, arguments=[{"type": "string", "value": json.dumps(given)}],
        )  # fmt: skip
        if answer["type"] == "exception":
            raise AssertionError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def until(self, function: str, *given: Any, seconds: float = ANSWER) -> Any:
        """What a function gives as soon as it is something."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if value := self(function, *given):
                return value
            time.sleep(0.05)
        raise AssertionError(f"never: {function} {given}")

    def keys(self, *keys: str) -> None:
        """Press keys one after another; those that are named `Control+X` together."""
        actions = []
        for key in keys:
            chord = [KEYS.get(each, each) for each in (key.split("+") if len(key) > 1 else key)]
            actions += [{"type": "keyDown", "value": each} for each in chord]
            actions += [{"type": "keyUp", "value": each} for each in reversed(chord)]
        source = {"type": "key", "id": "keyboard", "actions": actions}
        self.command("input.performActions", context=self._tab, actions=[source])

    def files(self, selector: str, *paths: Path) -> None:
        located = self.command(
            "browsingContext.locateNodes", context=self._tab, locator={"type": "css", "value": selector}
        )
        [node] = located["nodes"]
        element = {"sharedId": node["sharedId"]}
        self.command(
            "input.setFiles", context=self._tab, element=element, files=[str(path) for path in paths]
        )


@contextmanager
def begun(program: str, folder: Path) -> Iterator[Firefox]:
    """A Firefox without a window, whose profile is in an empty folder."""
    (folder / "user.js").write_text('user_pref("datareporting.policy.dataSubmissionEnabled", false);\n')
    told = folder / "told"
    command = [program, "--headless", "--remote-debugging-port=0", "--profile", str(folder)]
    with told.open("w") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, env={**os.environ, "HOME": str(folder), "MOZ_DISABLE_AUTO_SAFE_MODE": "1"},
        )  # fmt: skip
    try:
        end = time.monotonic() + BEGIN
        while (listens := re.search(r"listening on ws://127\.0\.0\.1:(\d+)", told.read_text())) is None:
            assert process.poll() is None, told.read_text()
            assert time.monotonic() < end, told.read_text()
            time.sleep(0.05)
        started = Firefox(int(listens[1]))
        try:
            yield started
        finally:
            started.close()
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    if FIREFOX is None:
        pytest.skip("Firefox is not installed")
    with begun(FIREFOX, tmp_path_factory.mktemp("firefox")) as started:
        yield started


def test_an_export_is_judged_typed_about_explained_and_called_off(
    firefox: Firefox, served: Served, tmp_path: Path
) -> None:
    firefox.size(1200, 800)
    firefox.go(served.address)
    firefox.until("() => globalThis.studio?.loading === '' && crossOriginIsolated")
    for name in ("contacts.csv", "calls.csv"):
        text = firefox("async (name) => await (await fetch(`examples/tutorial/${name}`)).text()", name)
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert firefox(PRESSED, "Start with your own export")
    firefox.until("() => document.querySelector('.drop input') !== null")
    firefox.files(".drop input", tmp_path / "contacts.csv", tmp_path / "calls.csv")
    run = firefox.until(RUN)
    command_line("init", "contacts.csv", "calls.csv", folder=tmp_path)
    assert run == json.loads(command_line("run", "agreement.sla", "--format", "json", folder=tmp_path))

    firefox("() => studio.explain('1013', 'contact')")
    drawn = "() => document.querySelector('#result-panel svg[role=img]')?.getAttribute('aria-label')"
    assert "4 h 15 min late" in firefox.until(drawn)

    firefox(
        "() => { const view = studio.editors.view('agreement.sla');"
        " view.focus(); view.dispatch({ selection: { anchor: view.state.doc.length } }); }"
    )
    firefox.keys(*"\nkpi big = count of contacd")
    underlined = "() => document.querySelector('.cm-lintRange-error')?.textContent"
    assert firefox.until(underlined) == "contacd"
    firefox.keys("Backspace")
    firefox.keys("Control+Space")
    offered = "() => document.querySelector('[role=listbox] [role=option]')?.textContent"
    assert firefox.until(offered) == "contact"
    firefox.keys("Escape", "t")

    firefox("() => studio.show('verdicts')")
    firefox.until("() => studio.judging.running?.command === 'run'")
    firefox.until(PRESSED, "Cancel")  # which is drawn in the frame after
    firefox.until("() => studio.judging.running === null && studio.judging.calledOff")
    firefox.until(PRESSED, "Judge it after all")
    assert "big" in [kpi["name"] for kpi in firefox.until(RUN)["kpis"]]

    asked = [url for url in firefox.asked if not url.startswith("data:")]
    assert len(asked) > 10
    assert [url for url in asked if not url.startswith((served.address, "blob:", "about:"))] == []
    assert firefox.said == []
