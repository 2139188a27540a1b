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
LINKING = {"textDocument": {"publishDiagnostics": {"codeDescriptionSupport": True}}}
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
    doc = document(client, "doc", UPTIME.as_uri())
    from_input = printed("doc", "-", "--format", "html", text=text)
    unsaved = from_input.replace("Made from &lt;stdin&gt;", "Made from uptime.sla, not saved")
    assert doc == {"name": "uptime.html", "text": unsaved}
    client.change(UPTIME.as_uri(), 2, {"text": UPTIME.read_text(encoding="utf-8")})
    saved = document(client, "doc", UPTIME.as_uri())["text"]
    assert saved == printed("doc", "uptime.sla", "--format", "html")


def test_of_an_agreement_with_errors_there_is_none(client: Client) -> None:
    client.initialize(UPTIME.parent, MODERN)
    client.open(UPTIME.as_uri(), UPTIME.read_text(encoding="utf-8") + "\nkpi a = count of nobody\n")
    with pytest.raises(LspError, match="the agreement has errors"):
        document(client, "plan", UPTIME.as_uri())
    with pytest.raises(LspError, match="there is no document `poem`"):
        document(client, "poem", UPTIME.as_uri())
    with pytest.raises(LspError, match="there is no diagnostic code"):
        document(client, "page", "../SLA203")


AGREEMENT = """agreement "Small":
  between marketing and sales
  effective 2026-01-01 to 2026-12-31
  zone "UTC"

record lead:
  at time

kpi volume = count of lead

sales owes marketing:
  volume at least 1 per month

source leads for lead from "leads.csv":
  at = "at"
"""


def agreement(client: Client, folder: Path, rows: str | None = None, **told: Any) -> str:
    """A small agreement, opened and not saved; with its data, if there are any."""
    client.initialize(folder, MODERN, initializationOptions=told)
    if rows is not None:
        (folder / "leads.csv").write_text(rows, encoding="utf-8")
    uri = (folder / "small.sla").as_uri()
    client.open(uri, AGREEMENT)
    return uri


def test_a_review_is_of_the_data(client: Client, tmp_path: Path) -> None:
    uri = agreement(client, tmp_path)
    with pytest.raises(LspError, match=r"there is no file `leads\.csv`"):
        document(client, "review", uri)
    (tmp_path / "leads.csv").write_text("at\n2026-01-05T10:00Z\n2026-02-05T10:00Z\n", encoding="utf-8")
    review = document(client, "review", uri)
    assert review["name"] == "small.review.html"
    assert "<h1>Small" in review["text"]


def test_no_data_are_read_in_a_workspace_that_is_not_trusted(client: Client, tmp_path: Path) -> None:
    uri = agreement(client, tmp_path, "at\n2026-01-05T10:00Z\n", trusted=False)
    with pytest.raises(LspError, match="the workspace is not trusted"):
        document(client, "review", uri)
    assert "Small" in document(client, "doc", uri)["text"]


def test_no_module_of_the_workspace_runs(client: Client, tmp_path: Path) -> None:
    """Python looks for what it imports in the working folder first, unless it is told not to."""
    ran = tmp_path / "ran"
    for name in ("click.py", "sladsl.py"):
        (tmp_path / name).write_text(f"open({str(ran)!r}, 'w').close()\n", encoding="utf-8")
    uri = agreement(client, tmp_path)
    assert "Small" in document(client, "plan", uri)["text"]
    assert not ran.exists()


def where(client: Client, uri: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.request("sla/data", {"about": uri})["data"]
    return found


def test_where_the_data_of_an_agreement_are(client: Client, tmp_path: Path) -> None:
    """As the nearest of those who may say so says it: the editor, `sla.toml`, the agreement."""
    uri = agreement(client, tmp_path)
    assert where(client, uri) == [{"record": "lead", "where": "leads.csv", "from": "the agreement"}]
    secret = 'data.leads = "postgres://me:secret@host/db#leads"\n'
    (tmp_path / "sla.toml").write_text(secret, encoding="utf-8")
    [found] = where(client, uri)
    assert found["from"] == "sla.toml"
    assert found["where"].endswith("@host/db#leads")
    assert "secret" not in found["where"]
    (tmp_path / "sla.toml").unlink()
    client.change(uri, 2, {"text": AGREEMENT.partition("source")[0]})
    assert where(client, uri) == [{"record": "lead", "where": None, "from": None}]


def test_data_that_the_editor_puts_in_their_place(client: Client, tmp_path: Path) -> None:
    uri = agreement(client, tmp_path, data=["lead=other.csv"])
    assert where(client, uri) == [{"record": "lead", "where": "other.csv", "from": "the editor"}]
    client.change(uri, 2, {"text": AGREEMENT.partition("source")[0]})
    assert where(client, uri)[0]["from"] == "the editor"


def test_a_code_leads_to_its_page(client: Client, tmp_path: Path) -> None:
    """A client that can show pages says at which address; to any other a code is a word."""
    uri = (tmp_path / "a.sla").as_uri()
    client.initialize(tmp_path, LINKING, initializationOptions={"codePages": "pages:/{code}.md"})
    client.open(uri, "kpi a = count of nobody\n")
    [wrong] = client.published(uri, 1)
    assert wrong["codeDescription"] == {"href": f"pages:/{wrong['code']}.md"}


@pytest.mark.parametrize("told", [{}, {"codePages": "pages:/all"}])
def test_a_code_leads_nowhere_unasked(client: Client, tmp_path: Path, told: dict[str, Any]) -> None:
    uri = (tmp_path / "a.sla").as_uri()
    client.initialize(tmp_path, LINKING, initializationOptions=told)
    client.open(uri, "kpi a = count of nobody\n")
    [wrong] = client.published(uri, 1)
    assert "codeDescription" not in wrong


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
    with pytest.raises(LspError, match="git finds no repository here"):
        document(client, "difference", path.as_uri())
