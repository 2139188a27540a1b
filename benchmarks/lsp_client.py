"""A small client for a language server on standard input and output: for the tests, and for the benchmark."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from queue import Queue
from typing import Any

ROOT = Path(__file__).parent.parent
MODERN: dict[str, Any] = {
    "general": {"positionEncodings": ["utf-16"]},
    "workspace": {
        "workspaceEdit": {"documentChanges": True},
        "didChangeWatchedFiles": {"dynamicRegistration": True},
        "fileOperations": {"willRename": True},
    },
    "textDocument": {
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "completion": {
            "completionItem": {"snippetSupport": True},
            "completionList": {"itemDefaults": ["editRange"]},
        },
        "definition": {"linkSupport": True},
        "documentSymbol": {"hierarchicalDocumentSymbolSupport": True},
        "rename": {"prepareSupport": True},
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": []}},
            "isPreferredSupport": True,
        },
        "publishDiagnostics": {"relatedInformation": True, "tagSupport": {"valueSet": [1]}},
        "semanticTokens": {
            "requests": {"full": {"delta": True}, "range": True},
            "tokenTypes": [],
            "tokenModifiers": [],
            "formats": ["relative"],
        },
    },
}
"""What an editor of today can do."""


class LspError(Exception):
    """The server answered a request with an error."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error["message"])
        self.code: int = error["code"]


class Client:
    """A server in a process of its own; `diagnostics` has what was last published, by URI."""

    def __init__(self, command: list[str] | None = None) -> None:
        given = filter(
            None, [os.environ.get("PYTHONPATH")]
        )  # an empty place is the working folder, which is anybody's
        path = os.pathsep.join([str(ROOT), str(ROOT / "lsp"), *given])
        self.process = subprocess.Popen(
            command or [sys.executable, "-m", "sladsl", "lsp"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
        )
        self.notifications: Queue[dict[str, Any]] = Queue()
        self.requests: list[dict[str, Any]] = []
        self.diagnostics: dict[str, list[dict[str, Any]]] = {}
        self._answers: dict[int, Queue[dict[str, Any]]] = {}
        self._next = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    # --- a session

    def initialize(
        self, folder: Path | None = None, capabilities: dict[str, Any] | None = None, **more: Any
    ) -> dict[str, Any]:
        """Begin a session; nothing is proven in the background unless the options ask for it."""
        options = {"proofs": False, **(more.pop("initializationOptions", None) or {})}
        folders = [{"uri": folder.as_uri(), "name": folder.name}] if folder else None
        params = {
            "processId": os.getpid(),
            "rootUri": folder.as_uri() if folder else None,
            "workspaceFolders": folders,
            "capabilities": MODERN if capabilities is None else capabilities,
            "initializationOptions": options,
            **more,
        }
        answer: dict[str, Any] = self.request("initialize", params)
        self.notify("initialized", {})
        return answer

    def stop(self) -> int:
        """Ends the session as a client should; the server's exit status."""
        self.request("shutdown", None)
        self.notify("exit", None)
        return self.process.wait(timeout=10)

    def close(self) -> None:
        """Ends the process, whatever state it is in."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._reader.join(timeout=10)
        for pipe in (self.process.stdin, self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()

    # --- messages

    def send(self, method: str, params: Any) -> int:
        """Send a request without waiting; its number."""
        self._next += 1
        self._answers[self._next] = Queue()
        self._write({"jsonrpc": "2.0", "id": self._next, "method": method, "params": params})
        return self._next

    def answer(self, number: int, timeout: float = 60) -> Any:
        """Wait for a request's answer; raises `LspError`."""
        message = self._answers[number].get(timeout=timeout)
        del self._answers[number]
        if "error" in message:
            raise LspError(message["error"])
        return message["result"]

    def request(self, method: str, params: Any, timeout: float = 60) -> Any:
        return self.answer(self.send(method, params), timeout)

    def notify(self, method: str, params: Any) -> None:
        self._write({"jsonrpc": "2.0", "method": method, "params": params})

    def published(self, uri: str, version: int | None = None, timeout: float = 60) -> list[dict[str, Any]]:
        """Wait until diagnostics of this file (of this version) come."""
        while True:
            message = self.notifications.get(timeout=timeout)
            params = message["params"]
            mine = message["method"] == "textDocument/publishDiagnostics" and params["uri"] == uri
            # A server that does not say which version it speaks of is taken to mean the last.
            if mine and (version is None or params.get("version") in (None, version)):
                found: list[dict[str, Any]] = params["diagnostics"]
                return found

    def forget(self) -> None:
        """Drop what was published before, so that what comes next is about what is sent next."""
        while not self.notifications.empty():
            self.notifications.get()

    # --- documents

    def open(self, uri: str, text: str, version: int = 1, language: str = "sla") -> None:
        document = {"uri": uri, "languageId": language, "version": version, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def change(self, uri: str, version: int, *changes: dict[str, Any]) -> None:
        document = {"uri": uri, "version": version}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": list(changes)})

    def at(self, method: str, uri: str, line: int, character: int, **more: Any) -> Any:
        """A request about a place."""
        position = {"line": line, "character": character}
        return self.request(method, {"textDocument": {"uri": uri}, "position": position, **more})

    # --- the wire

    def _write(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        body = json.dumps(message).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def _read(self) -> None:
        assert self.process.stdout is not None
        while True:
            length = 0
            while (line := self.process.stdout.readline()) not in (b"\r\n", b""):
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if not line:
                return
            self._take(json.loads(self.process.stdout.read(length)))

    def _take(self, message: dict[str, Any]) -> None:
        if "method" not in message:
            self._answers[message["id"]].put(message)
            return
        if "id" in message:
            self.requests.append(message)
            self._write({"jsonrpc": "2.0", "id": message["id"], "result": None})
            return
        if message["method"] == "textDocument/publishDiagnostics":
            self.diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
        self.notifications.put(message)
