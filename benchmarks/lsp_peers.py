"""How long an editor waits, for the language server and for others of its kind, on files of the same length.

    python -m benchmarks.lsp_peers --lines 1000
    python -m benchmarks.lsp_peers --bin ~/peers/bin   # where `pip install jedi-language-server ruff ty` put them

The others read Python, since they cannot read agreements: a file of as many lines, with functions that repeat. Each is started once, and
all of them are edited in turns, so that a slow moment of the machine hits all alike. p50 and p95 in milliseconds; what does not install
is left out, and said.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty
from tempfile import TemporaryDirectory

from benchmarks.agreements import agreement
from benchmarks.lsp import Typing, cell, timed
from benchmarks.lsp_client import Client, LspError

_FUNCTION = '''
def market_{n}(company_size: int, country: str | None) -> int:
    """The points of market {n}."""
    points = 0
    if company_size >= 200:
        points += 40
    if country in ("US", "CA"):
        points += 25
    return points - {n}


total_{n} = market_{n}(400, "US")
'''
_PEERS = {
    "ruff server": ["ruff", "server"],
    "ty": ["ty", "server"],
    "jedi-language-server": ["jedi-language-server"],
}


def python(lines: int) -> str:
    """A Python file of about so many lines."""
    made = "".join(_FUNCTION.format(n=n) for n in range(1, lines // _FUNCTION.count("\n") + 2))
    return "\n".join(made.splitlines()[:lines]) + "\n"


@dataclass
class Server:
    """One server with a file open; times in milliseconds by what was waited for."""

    name: str
    client: Client
    uri: str
    text: str
    found: dict[str, list[float]] = field(default_factory=dict)

    def begin(self, folder: Path, begun: float) -> None:
        self.client.initialize(folder)
        self.found["init"] = [(time.perf_counter() - begun) * 1e3]
        language = "sla" if self.uri.endswith(".sla") else "python"
        self.found["open → diagnostics"] = timed(1, lambda: self._opened(language))
        self.typing = Typing(self.client, self.text, self.uri)
        for _ in range(2):
            self.typing.edit()

    def _opened(self, language: str) -> None:
        self.client.open(self.uri, self.text, language=language)
        self.client.published(self.uri)

    def round(self) -> None:
        self.found.setdefault("edit → diagnostics", []).extend(timed(2, self.typing.edit))
        try:
            self.found.setdefault("completion", []).extend(timed(1, self._completion))
        except LspError:
            self.found["completion"] = []  # not among what it does

    def _completion(self) -> None:
        self.client.at("textDocument/completion", self.uri, *self.typing.place())


def servers(lines: int, folder: Path, place: str) -> Iterator[Server]:
    """Those that are installed, ours first, each begun."""
    path = os.pathsep.join([place, str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    commands = {"sla lsp": [sys.executable, "-m", "sladsl", "lsp"], **_PEERS}
    for name, command in commands.items():
        program = shutil.which(command[0], path=path)
        if program is None:
            print(f"{name} is not installed: left out", file=sys.stderr)
            continue
        mine = name == "sla lsp"
        text = agreement(lines) if mine else python(lines)
        file = folder / ("a.sla" if mine else "a.py")
        file.write_text(text, encoding="utf-8")
        begun = time.perf_counter()
        made = Server(name, Client([program, *command[1:]]), file.as_uri(), text)
        try:
            made.begin(folder, begun)
        except Empty:
            print(f"{name} did not answer: left out", file=sys.stderr)
            made.client.close()
            continue
        yield made


def main() -> None:
    """Prints a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--bin", default="", help="A folder with the other servers.")
    asked = parser.parse_args()
    with TemporaryDirectory() as folder:
        found = list(servers(asked.lines, Path(folder), asked.bin))
        for _ in range(asked.times):
            for each in found:
                each.round()
        for each in found:
            each.client.close()
    rows = ("init", "open → diagnostics", "edit → diagnostics", "completion")
    print(f"| p50 / p95, ms, {asked.lines:,} lines | " + " | ".join(rows) + " |")
    print("|---|" + "---|" * len(rows))
    for each in found:
        print(f"| {each.name} | " + " | ".join(cell(row, each.found[row]) for row in rows) + " |")


if __name__ == "__main__":
    main()
