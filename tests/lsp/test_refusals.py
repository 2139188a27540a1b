"""Every request is answered, whatever it is, and no answer shows the inside of the server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.lsp_client import Client, LspError

PLACE = {"textDocument": {"uri": "file:///nowhere/at/all.sla"}, "position": {"line": 0, "character": 0}}


def refused(client: Client, method: str, params: Any, code: int) -> str:
    with pytest.raises(LspError) as refusal:
        client.request(method, params, timeout=20)
    assert refusal.value.code == code
    said = json.dumps(refusal.value.args)
    assert "Traceback" not in said
    assert "File " not in said
    return str(refusal.value)


def test_what_cannot_be_answered_is_refused(client: Client, tmp_path: Path) -> None:
    assert "begins with `initialize`" in refused(client, "textDocument/hover", PLACE, -32002)
    client.initialize(tmp_path)
    assert "sent once" in refused(client, "initialize", {"capabilities": {}, "processId": None}, -32600)
    wrong: list[Any] = [{}, {"textDocument": {}}, {**PLACE, "position": {"line": "a"}}, [], None]
    for params in wrong:
        assert "`textDocument/hover`" in refused(client, "textDocument/hover", params, -32602)
    assert "cannot be read" in refused(client, "textDocument/hover", PLACE, -32602)
    refused(client, "workspace/executeCommand", {"command": "sla.nothing"}, -32602)
    refused(client, "textDocument/nothing", PLACE, -32601)
    uri = (tmp_path / "a.sla").as_uri()
    client.open(uri, "kpi a = count of b\n")
    far = {"line": 10**6, "character": 10**6}
    assert client.request("textDocument/completion", {"textDocument": {"uri": uri}, "position": far})
    client.request("shutdown", None)
    assert "ended" in refused(client, "textDocument/hover", PLACE, -32600)
    client.notify("exit", None)
    assert client.process.wait(20) == 0
