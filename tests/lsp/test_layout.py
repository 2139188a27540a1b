"""The canonical layout over the protocol, in the client's columns, before any check is done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks.agreements import agreement
from benchmarks.lsp_client import Client
from sladsl.source import Source
from sladsl.syntax.printer import format_text

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


def test_formatting_waits_for_no_check(client: Client, tmp_path: Path) -> None:
    """An edit of what all else stands on takes a check of everything; the layout is there before it."""
    text = agreement(3_000)
    client.initialize(tmp_path)
    uri = (tmp_path / "a.sla").as_uri()
    client.open(uri, text)
    client.published(uri, 1)
    client.change(
        uri,
        2,
        {"range": {"start": {"line": 3, "character": 2}, "end": {"line": 3, "character": 2}}, "text": "  "},
    )
    document = {"textDocument": {"uri": uri}, "options": OPTIONS}
    assert client.request("textDocument/formatting", document)
    assert client.notifications.empty()
    client.published(uri, 2)
