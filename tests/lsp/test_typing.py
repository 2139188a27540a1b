"""Somebody types: what is no longer wanted is not computed, what was kept is what would be made anew, other files come after."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp

from benchmarks.agreements import agreement
from benchmarks.lsp_client import MODERN, Client
from sladsl.ide.unit_results import UnitResult
from sladsl.ide.units import Unit
from sladsl.ide.workspace import Workspace
from sladsl_lsp.connection import Raw, SlaServer
from sladsl_lsp.inbox import Inbox
from sladsl_lsp.server import create
from sladsl_lsp.session import Session

URI = "file:///nowhere/a.sla"
PULLING = {**MODERN, "textDocument": {**MODERN["textDocument"], "diagnostic": {}}}
SHARED = 'calendar office:\n  zone "UTC"\n  open monday to friday 09:00 to 17:00\n'
USING = (
    'import "shared.sla"\n\nagreement "A":\n  between marketing and sales\n  zone "UTC"\n  hours office\n\n'
    "record lead:\n  id     key text\n  at     time\n\nkpi volume = count of lead\n\n"
    "sales owes marketing:\n  volume at least 1 per month\n"
)


# --- what waits in the queue


def asked(number: int, method: str, uri: str = URI) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": {"textDocument": {"uri": uri}}}


CHANGE = {"method": "textDocument/didChange", "params": {"textDocument": {"uri": URI}}}
CANCEL = {"method": "$/cancelRequest", "params": {"id": 1}}


@pytest.mark.parametrize(
    ("method", "later", "code"),
    [
        ("textDocument/completion", [], None),
        ("textDocument/completion", [CANCEL], -32800),
        ("textDocument/completion", [CHANGE], -32801),
        ("textDocument/diagnostic", [CHANGE], -32802),
        ("textDocument/diagnostic", [CHANGE, CANCEL], -32802),
        ("textDocument/formatting", [CHANGE], None),
        ("textDocument/rename", [CHANGE, CANCEL], -32800),
        ("textDocument/hover", [{**CANCEL, "params": {"id": 2}}], None),
    ],
)
def test_what_is_not_wanted_is_not_computed(
    method: str, later: list[dict[str, Any]], code: int | None
) -> None:
    inbox = Inbox()
    inbox._waiting.extend(later)
    refusal = inbox.outdated(asked(1, method))
    assert (refusal.code if refusal else None) == code


def test_another_file_s_change_is_no_reason() -> None:
    inbox = Inbox()
    inbox._waiting.append(CHANGE)
    assert inbox.outdated(asked(1, "textDocument/completion", "file:///nowhere/b.sla")) is None
    assert inbox.outdated({"id": 1, "method": "workspace/symbol", "params": {"query": "a"}}) is None
    assert inbox.changes_again(URI)
    assert not inbox.changes_again("file:///nowhere/b.sla")


# --- what is kept of each declaration


def typed(text: str, seed: int) -> list[str]:
    """Texts as they come about: letters and lines come and go at random places."""
    pick, texts = random.Random(seed), [text]
    for _ in range(25):
        at = pick.randrange(len(text))
        cut = at + pick.choice((0, 0, 0, 1, 9))
        text = text[:at] + pick.choice(("a", "\n", "\n\nkpi", "é𝒳", "# x\n", "", '"')) + text[cut:]
        texts.append(text)
    return texts


def shown(server: SlaServer) -> list[object]:
    """All of a file that is kept a declaration at a time."""
    document = lsp.TextDocumentIdentifier(URI)
    features = server.protocol.fm.features

    async def all_of_it() -> list[object]:
        tokens = await features["textDocument/semanticTokens/full"](lsp.SemanticTokensParams(document))
        lists: list[Raw] = [
            await features[f"textDocument/{method}"](params(document))
            for method, params in (
                ("documentSymbol", lsp.DocumentSymbolParams),
                ("codeLens", lsp.CodeLensParams),
                ("foldingRange", lsp.FoldingRangeParams),
            )
        ]
        return [tokens.data, *(each.text for each in lists)]

    return asyncio.run(all_of_it())


def serving(text: str) -> SlaServer:
    server = create()
    outline = lsp.DocumentSymbolClientCapabilities(hierarchical_document_symbol_support=True)
    texts = lsp.TextDocumentClientCapabilities(document_symbol=outline)
    server.session = Session(lsp.ClientCapabilities(text_document=texts), lsp.PositionEncodingKind.Utf16)
    server.session.open(lsp.TextDocumentItem(URI, "sla", 1, text))
    return server


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_kept_is_what_would_be_made(seed: int) -> None:
    text = "# above\n" + agreement(100)
    server = serving(text)
    for number, now in enumerate(typed(text, seed)):
        server.session.open(lsp.TextDocumentItem(URI, "sla", number, now))
        assert shown(server) == shown(serving(now)), f"after {number} edits:\n{now}"


def test_what_begins_below_the_agreement_leaves_it_alone() -> None:
    """The first letters of a declaration belong to the one above them until they are a word that begins one."""
    text = agreement(100)
    above, below = text.split("\n\ncalendar", 1)
    workspace = Workspace(lambda name: text, lambda name: None)
    workspace.open("a.sla", 1, text)
    first = workspace.checked("a.sla").results
    for number in range(1, 14):
        begun = "define Hot: x"[:number]
        workspace.open("a.sla", 1 + number, f"{above}\n\n{begun}\n\ncalendar{below}")
        assert len(_looked_at(first, workspace)) <= 1, begun  # a name that comes may be meant somewhere
    workspace.open("a.sla", 20, text.replace("hours us_hours", "hours us_hour", 1))
    assert len(_looked_at(first, workspace)) > len(first) / 2


def _looked_at(before: Mapping[Unit, UnitResult], workspace: Workspace) -> list[UnitResult]:
    """The results that are others than before."""
    now = {id(each) for each in workspace.checked("a.sla").results.values()}
    return [each for each in before.values() if id(each) not in now]


# --- other files


def _refreshes(client: Client) -> int:
    return len([each for each in client.requests if each["method"] == "workspace/diagnostic/refresh"])


def _until(condition: Any, seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return bool(condition())


def test_the_client_asks_again_only_where_another_file_is_otherwise(client: Client, tmp_path: Path) -> None:
    (tmp_path / "shared.sla").write_text(SHARED)
    (tmp_path / "using.sla").write_text(USING)
    able = {**PULLING, "workspace": {**MODERN.get("workspace", {}), "diagnostics": {"refreshSupport": True}}}
    client.initialize(tmp_path, able)
    shared, using = (tmp_path / "shared.sla").as_uri(), (tmp_path / "using.sla").as_uri()
    for uri, text in ((using, USING), (shared, SHARED)):
        client.open(uri, text)
        assert client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})["items"] == []
    insert = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}
    client.change(shared, 2, {"range": insert, "text": "# a remark\n"})
    client.request("textDocument/diagnostic", {"textDocument": {"uri": shared}})
    assert not _until(lambda: _refreshes(client), 0.6)
    word = {"start": {"line": 1, "character": 9}, "end": {"line": 1, "character": 15}}
    client.change(shared, 3, {"range": word, "text": "desk"})
    assert _until(lambda: _refreshes(client))
    found = client.request("textDocument/diagnostic", {"textDocument": {"uri": using}})["items"]
    assert [each["code"] for each in found] == ["SLA201"]


def test_a_client_that_says_it_asks_and_does_not_is_told(client: Client, tmp_path: Path) -> None:
    client.initialize(tmp_path, PULLING)
    uri = (tmp_path / "a.sla").as_uri()
    client.open(uri, "kpi a = count of nobody\n")
    assert client.published(uri, 1)
    # Once it asks, what it was told unasked is taken back, so that nothing shows twice.
    client.forget()
    assert client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})["items"]
    assert client.published(uri) == []
