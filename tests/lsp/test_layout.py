"""The canonical layout over the protocol, in the client's columns, without a check."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp

from benchmarks.lsp_client import Client
from sladsl.ide.workspace import Workspace
from sladsl.source import Source
from sladsl.syntax.printer import format_text
from sladsl_lsp.server import create
from sladsl_lsp.session import Session

UNTIDY = (
    'record lead "𝒳":\n  id    key    text\n  name   optional   text # 𝒳\n\n\nkpi   volume=count of lead\n'
)
OPTIONS = {"tabSize": 2, "insertSpaces": True}


def applied(text: str, edits: list[dict[str, Any]], encoding: str = "utf-16-le", width: int = 2) -> str:
    """The text after edits as a client makes them: all places are of the text before."""
    lines = text.split("\n")

    def offset(place: dict[str, int]) -> int:
        line = lines[place["line"]].encode(encoding)[: place["character"] * width]
        return sum(len(each) + 1 for each in lines[: place["line"]]) + len(line.decode(encoding))

    spans = [(offset(e["range"]["start"]), offset(e["range"]["end"]), e["newText"]) for e in edits]
    for start, end, new in sorted(spans, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def test_a_whole_file_a_part_and_a_line(client: Client, tmp_path: Path) -> None:
    client.initialize(tmp_path)
    uri = (tmp_path / "a.sla").as_uri()
    client.open(uri, UNTIDY)
    document = {"textDocument": {"uri": uri}, "options": OPTIONS}
    edits = client.request("textDocument/formatting", document)
    assert applied(UNTIDY, edits) == format_text(Source("a", UNTIDY)).text
    span = {"start": {"line": 5, "character": 0}, "end": {"line": 5, "character": 9}}
    edits = client.request("textDocument/rangeFormatting", {**document, "range": span})
    assert applied(UNTIDY, edits) == UNTIDY.replace("kpi   volume=count", "kpi volume = count")
    client.open(uri, f"{UNTIDY}\n", 2)
    typed = {**document, "position": {"line": 6, "character": 0}, "ch": "\n"}
    edits = client.request("textDocument/onTypeFormatting", typed)
    assert applied(f"{UNTIDY}\n", edits) == f"{UNTIDY}\n".replace("kpi   volume=count", "kpi volume = count")


def test_formatting_needs_no_check(monkeypatch: pytest.MonkeyPatch) -> None:
    """The layout is asked of the text alone: what is wrong in it, and what its names mean, is not looked at."""

    def never(*_: object) -> None:
        raise AssertionError("a check was made")

    monkeypatch.setattr(Workspace, "checked", never)
    server = create()
    server.session = Session(lsp.ClientCapabilities(), lsp.PositionEncodingKind.Utf16)
    document = lsp.TextDocumentItem("file:///a.sla", "sla", 1, UNTIDY)
    server.session.open(document)
    ask = server.protocol.fm.features[lsp.TEXT_DOCUMENT_FORMATTING]
    asked = lsp.DocumentFormattingParams(
        lsp.TextDocumentIdentifier(document.uri), lsp.FormattingOptions(2, True)
    )
    edits = asyncio.run(ask(asked))
    assert edits
