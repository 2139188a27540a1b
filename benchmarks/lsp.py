"""How long an editor waits: the language server over its real protocol, at 100, 1,000 and 10,000 lines.

    python -m benchmarks.lsp

Times are from a client in another process: a request sent until its answer is read. p50 and p95, in milliseconds.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles
from typing import Any

from benchmarks.agreements import agreement
from benchmarks.lsp_client import Client

_URI = "file:///nowhere/agreement.sla"
_INSERTED = ("x", " ", "\n", "and ", "0", '"', "# note", "fit_1 ", "kpi ")


class Typing:
    """A document in the server, edited at random places; every second edit takes the one before it back."""

    def __init__(self, client: Client, text: str, uri: str = _URI, seed: int = 1) -> None:
        self.client, self.uri, self.version = client, uri, 1
        self.lines = text.split("\n")
        self.random = random.Random(seed)
        self._undo: dict[str, Any] | None = None

    def edit(self) -> None:
        """One keystroke, and wait for what is wrong after it."""
        self.version += 1
        if self._undo is not None:
            change, self._undo = self._undo, None
        else:
            change = self._keystroke()
        self.client.forget()
        self.client.change(self.uri, self.version, change)
        self.client.published(self.uri, self.version)

    def _keystroke(self) -> dict[str, Any]:
        line = self.random.randrange(len(self.lines))
        at = {"line": line, "character": self.random.randrange(len(self.lines[line]) + 1)}
        text = self.random.choice(_INSERTED)
        end = (
            {"line": line + 1, "character": 0}
            if text == "\n"
            else {**at, "character": at["character"] + len(text)}
        )
        self._undo = {"range": {"start": at, "end": end}, "text": ""}
        return {"range": {"start": at, "end": at}, "text": text}

    def place(self) -> tuple[int, int]:
        line = self.random.randrange(len(self.lines))
        return line, self.random.randrange(len(self.lines[line]) + 1)


def timed(times: int, work: Callable[[], object]) -> list[float]:
    found = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        found.append((time.perf_counter() - begun) * 1e3)
    return found


def measure(lines: int, times: int) -> dict[str, list[float]]:
    """Every wait, in milliseconds; `memory` is the server's greatest, in MiB."""
    begun = time.perf_counter()
    client = Client()
    client.initialize()
    found = {"init": [(time.perf_counter() - begun) * 1e3]}
    text = agreement(lines)

    def opened() -> None:
        client.open(_URI, text)
        client.published(_URI, 1)

    found["open → diagnostics"] = timed(1, opened)
    typing = Typing(client, text)

    def at(method: str, **more: Any) -> Callable[[], object]:
        return lambda: client.at(method, _URI, *typing.place(), **more)

    document = {"textDocument": {"uri": _URI}}
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": 80, "character": 0}}
    line = next(n for n, words in enumerate(typing.lines) if words.startswith("define MQL_1 "))
    typing.edit()
    typing.edit()
    requests: dict[str, Callable[[], object]] = {
        "edit → diagnostics": typing.edit,
        "completion": at("textDocument/completion"),
        "hover": at("textDocument/hover"),
        "definition": at("textDocument/definition"),
        "rename": lambda: client.at("textDocument/rename", _URI, line, 8, newName="Qualified"),
        "tokens, 80 lines": lambda: client.request(
            "textDocument/semanticTokens/range", {**document, "range": whole}
        ),
        "tokens, all": lambda: client.request("textDocument/semanticTokens/full", document),
        "symbols": lambda: client.request("textDocument/documentSymbol", document),
    }
    for name, request in requests.items():
        found[name] = timed(2 * times if name.startswith("edit") else times, request)
    found["memory"] = [_memory(client.process.pid)]
    client.stop()
    return found


def _memory(process: int) -> float:
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        return float("nan")
    peak = next(line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM"))
    return int(peak.split()[1]) / 1024


def main() -> None:
    """Prints a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, nargs="*", default=[100, 1_000, 10_000])
    parser.add_argument("--times", type=int, default=100)
    asked = parser.parse_args()
    found = {lines: measure(lines, asked.times) for lines in asked.lines}
    print("| p50 / p95, ms | " + " | ".join(f"{lines:,} lines" for lines in found) + " |")
    print("|---|" + "---|" * len(found))
    for name in next(iter(found.values())):
        print(f"| {name} | " + " | ".join(cell(name, each[name]) for each in found.values()) + " |")


def cell(name: str, values: list[float]) -> str:
    if name == "memory":
        return f"{values[0]:.0f} MiB"
    if not values:
        return "–"
    if len(values) == 1:
        return f"{values[0]:.0f}"
    cuts = quantiles(values, n=20)
    return f"{cuts[9]:.1f} / {cuts[18]:.1f}"


if __name__ == "__main__":
    main()
