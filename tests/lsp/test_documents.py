"""What is made from an agreement and is no file: its plan, its SQL, the page of a code."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

import pytest

from benchmarks.lsp_client import MODERN, ROOT, Client, LspError

UPTIME = ROOT / "examples" / "uptime" / "uptime.sla"
SHOWING = {**MODERN, "window": {"showDocument": {"support": True}}}


def printed(*arguments: str, text: str = "") -> str:
    command = [sys.executable, "-m", "sladsl", *arguments]
    done = subprocess.run(command, input=text.encode(), capture_output=True, check=True, cwd=UPTIME.parent)
    return done.stdout.decode()


def document(client: Client, kind: str, about: str, **more: str) -> dict[str, Any]:
    found: dict[str, Any] = client.request("sla/document", {"kind": kind, "about": about, **more})
    return found


def test_they_are_what_sla_prints(client: Client) -> None:
    client.initialize(UPTIME.parent, MODERN)
    text = UPTIME.read_text(encoding="utf-8").replace("Checkout service", "Another service")
    client.open(UPTIME.as_uri(), text)
    plan = document(client, "plan", UPTIME.as_uri())
    assert plan == {"name": "uptime.plan.txt", "text": printed("plan", "-", text=text)}
    assert "Another service" in plan["text"]
    sql = document(client, "sql", UPTIME.as_uri(), dialect="snowflake")
    assert sql == {"name": "uptime.sql", "text": printed("sql", "-", "--dialect", "snowflake", text=text)}
    page = document(client, "page", "SLA203")
    assert page == {"name": "SLA203.md", "text": printed("explain", "SLA203", "--format", "markdown")}


def test_of_an_agreement_with_errors_there_is_none(client: Client) -> None:
    client.initialize(UPTIME.parent, MODERN)
    client.open(UPTIME.as_uri(), UPTIME.read_text(encoding="utf-8") + "\nkpi a = count of nobody\n")
    with pytest.raises(LspError, match="the agreement has errors"):
        document(client, "plan", UPTIME.as_uri())
    with pytest.raises(LspError, match="there is no document `poem`"):
        document(client, "poem", UPTIME.as_uri())
    with pytest.raises(LspError, match="there is no diagnostic code"):
        document(client, "page", "../SLA203")


def test_a_code_is_opened_from_its_diagnostic(client: Client, tmp_path: Path) -> None:
    """The action is a command, which has the client open a file with the page in it."""
    client.initialize(tmp_path, SHOWING)
    uri = (tmp_path / "a.sla").as_uri()
    client.open(uri, "kpi a = count of nobody\n")
    [wrong] = client.published(uri, 1)
    asked = {"textDocument": {"uri": uri}, "range": wrong["range"], "context": {"diagnostics": [wrong]}}
    actions = client.request("textDocument/codeAction", asked)
    action = next(each for each in actions if each["title"] == f"open the page of {wrong['code']}")
    client.request(
        "workspace/executeCommand", {key: action["command"][key] for key in ("command", "arguments")}
    )
    end = time.monotonic() + 20
    while not (shown := [m for m in client.requests if m["method"] == "window/showDocument"]):
        assert time.monotonic() < end
        time.sleep(0.02)
    path = Path(unquote(urlparse(shown[0]["params"]["uri"]).path))
    assert path.read_text(encoding="utf-8") == printed("explain", wrong["code"], "--format", "markdown")
    assert client.stop() == 0
    assert not path.exists()


def test_a_client_that_shows_no_documents_is_offered_none(client: Client, tmp_path: Path) -> None:
    client.initialize(tmp_path, MODERN)
    uri = (tmp_path / "a.sla").as_uri()
    client.open(uri, "kpi a = count of nobody\n")
    [wrong] = client.published(uri, 1)
    asked = {"textDocument": {"uri": uri}, "range": wrong["range"], "context": {"diagnostics": [wrong]}}
    titles = [each["title"] for each in client.request("textDocument/codeAction", asked)]
    assert not any("page" in each for each in titles)


def test_what_differs_from_the_last_commit(client: Client, tmp_path: Path) -> None:
    """Of the text as it is in the editor."""
    text, path = UPTIME.read_text(encoding="utf-8"), tmp_path / "uptime.sla"
    path.write_text(text, encoding="utf-8")
    for words in (
        ("init", "-q"),
        ("add", "-A"),
        ("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-qm", "one"),
    ):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    client.initialize(tmp_path, MODERN)
    client.open(path.as_uri(), text.replace("at least 99.9%", "at least 99.5%"))
    shown = document(client, "difference", path.as_uri())
    assert shown["name"] == "uptime.changes.md"
    assert "**Checkout service (uptime.sla)**: 1 changed" in shown["text"]
    assert "at least 99.9% → at least 99.5%" in shown["text"]


def test_there_is_no_difference_outside_of_a_repository(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "uptime.sla"
    client.initialize(tmp_path, MODERN)
    client.open(path.as_uri(), UPTIME.read_text(encoding="utf-8"))
    with pytest.raises(LspError, match="there is nothing to show"):
        document(client, "difference", path.as_uri())
