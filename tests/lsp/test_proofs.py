"""What is proven or found of all rows, as hints with a row: in the background, elsewhere, and only where there is a solver."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.lsp_client import MODERN, Client
from sladsl.compiler import compile_text
from sladsl.ide import proofs
from sladsl.ide.workspace import Workspace

pytest.importorskip("cvc5", reason="the extra `verify` is not installed")

TEXT = """agreement "Ä":
  between marketing and sales
  zone "America/New_York"
  hours office

calendar office:
  open monday to friday 09:00 to 17:00

record lead:
  id       key text
  email    optional text
  size     optional number
  country  optional text

score fit of lead:
  add 40 when size >= 200
  add 10 when country = "US"

define MQL:
  lead when fit >= 45

define Large:
  lead when size > 150

route MQL:
  to "field" when size >= 200
  to "inside" when country = "US"
  to "pool" otherwise
"""
PULLS = {
    **MODERN,
    "workspace": {**MODERN["workspace"], "diagnostics": {"refreshSupport": True}},
    "textDocument": {**MODERN["textDocument"], "diagnostic": {}},
}
OPTIONS = {"proofs": True}


def until(found: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.02)


def opened(client: Client, folder: Path, text: str = TEXT) -> str:
    client.initialize(folder, initializationOptions=OPTIONS)
    uri = (folder / "a.sla").as_uri()
    client.open(uri, text)
    return uri


def proven(client: Client, uri: str) -> list[dict[str, Any]]:
    return [x for x in client.diagnostics.get(uri, []) if x["source"] == "sla verify"]


def told(client: Client, uri: str) -> dict[str, tuple[int, str]]:
    """By code the line and the words."""
    return {x["code"]: (x["range"]["start"]["line"], x["message"]) for x in proven(client, uri)}


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLA_VERIFY_CACHE", str(tmp_path / ".cache"))


@pytest.fixture
def client(_own_cache: None) -> Any:
    made = Client()
    yield made
    made.close()


def test_hints_their_row_and_a_test_of_it(client: Client, tmp_path: Path) -> None:
    uri = opened(client, tmp_path)
    until(lambda: proven(client, uri))
    lines = TEXT.splitlines()
    shadowed, inside = lines.index('  to "pool" otherwise'), lines.index("define MQL:")
    # That the line above it never applies `sla check` says itself.
    assert told(client, uri) == {
        "verify/inside": (inside, "every lead that is `MQL` is `Large`"),
        "verify/branch": (
            shadowed,
            '`to "pool"` never applies: the lines above take every `MQL` that it is for',
        ),
    }
    assert {x["severity"] for x in proven(client, uri)} == {4}
    assert [x.get("tags") for x in proven(client, uri)] == [None, [1]]

    hover = client.at("textDocument/hover", uri, shadowed, 8)["contents"]["value"]
    assert 'given lead: country "US", size 200' in hover
    assert "never applies" in hover
    hover = client.at("textDocument/hover", uri, inside, 8)["contents"]["value"]
    assert "expect Large\n  expect not MQL" in hover

    place = {"line": shadowed, "character": 8}
    params = {"textDocument": {"uri": uri}, "range": {"start": place, "end": place}}
    offered = client.request(
        "textDocument/codeAction", {**params, "context": {"diagnostics": proven(client, uri)}}
    )
    action = next(x for x in offered if x["title"] == "write this row as a test")
    assert {x["code"] for x in action["diagnostics"]} == {"verify/branch"}
    edit = action["edit"]["documentChanges"][0]["edits"][0]
    assert edit["newText"].startswith("\n\ntest ")
    made = TEXT.rstrip() + edit["newText"]
    assert compile_text(made, "a.sla").plan is not None
    assert [x.label for x in compile_text(made, "a.sla").model.tests] == [
        'a line above takes what to "pool" is for'
    ]

    # An edit that means nothing keeps them in their place.
    before = told(client, uri)
    start = {"line": 0, "character": 0}
    client.forget()
    client.change(uri, 2, {"range": {"start": start, "end": start}, "text": "# a comment\n\n"})
    client.published(uri, 2)
    assert told(client, uri) == {code: (line + 2, words) for code, (line, words) in before.items()}
    # With another meaning they are no longer said of it.
    client.forget()
    client.change(
        uri,
        3,
        {
            "text": TEXT.replace("size > 150", "size > 250").replace(
                '"inside" when country', '"inside" when email'
            )
        },
    )
    client.published(uri, 3)
    assert "verify/inside" not in told(client, uri)


def test_a_client_that_asks_is_told_to_ask_again(client: Client, tmp_path: Path) -> None:
    """And is told there what is declared in an import."""
    head, _, rest = TEXT.partition("record lead:")
    declared, _, route = rest.partition("route MQL:")
    (tmp_path / "a.sla").write_text(f'{head}import "b.sla"\n\nroute MQL:{route}', encoding="utf-8")
    (tmp_path / "b.sla").write_text(f"record lead:{declared}", encoding="utf-8")
    client.initialize(tmp_path, PULLS, initializationOptions=OPTIONS)
    client.open((tmp_path / "a.sla").as_uri(), (tmp_path / "a.sla").read_text(encoding="utf-8"))
    ask = {"textDocument": {"uri": (tmp_path / "b.sla").as_uri()}}
    first = client.request("textDocument/diagnostic", ask)
    assert not [x for x in first["items"] if x["source"] == "sla verify"]
    until(lambda: any(x["method"] == "workspace/diagnostic/refresh" for x in client.requests))
    again = client.request("textDocument/diagnostic", {**ask, "previousResultId": first["resultId"]})
    assert {x["code"] for x in again["items"] if x["source"] == "sla verify"} == {"verify/inside"}


def test_nothing_is_asked_of_a_text_with_errors_or_where_it_is_switched_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def asked(text: str) -> object:
        workspace = Workspace(lambda name: "", lambda name: None)
        workspace.open("a.sla", 1, text)
        return proofs.question(workspace.snapshot("a.sla").checked)

    assert asked(TEXT)
    assert asked(TEXT.replace("fit >= 45", "fot >= 45")) is None
    monkeypatch.setattr(proofs, "SOLVER", "no_such_solver")
    assert asked(TEXT) is None
