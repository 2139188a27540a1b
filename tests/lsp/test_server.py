"""Whole sessions with the language server, in a process of its own, as editors have them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks.agreements import agreement
from benchmarks.lsp_client import MODERN, Client, LspError

CALENDARS = 'calendar office:\n  zone "UTC"\n  open monday to friday 09:00 to 17:00\n'
AGREEMENT = """import "calendars.sla"

agreement "Café 𝒳":
  between marketing "𝒳 team" and sales
  zone "UTC"
  hours office

record lead "𝒳":
  id            key text
  company_size  optional number
  mql_at        optional time
  called_at     optional time

define MQL "É 𝒳":  lead when company_size > 5 since mql_at

kpi response = time from MQL to called_at

sales owes marketing:
  response within 4 business hours per month
    none counts as met
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "calendars.sla").write_text(CALENDARS, encoding="utf-8")
    (tmp_path / "handoff.sla").write_text(AGREEMENT, encoding="utf-8")
    return tmp_path


def edit(line: int, start: int, end: int, text: str) -> dict[str, Any]:
    return {
        "range": {"start": {"line": line, "character": start}, "end": {"line": line, "character": end}},
        "text": text,
    }


def test_what_is_wrong_comes_and_goes(client: Client, folder: Path) -> None:
    client.initialize(folder)
    uri = (folder / "handoff.sla").as_uri()
    client.open(uri, AGREEMENT)
    client.published(uri, 1)
    at = AGREEMENT.splitlines().index("kpi response = time from MQL to called_at")
    client.change(uri, 2, edit(at, 25, 28, "MQLL"))
    [wrong] = client.published(uri, 2)
    assert wrong["code"] == "SLA201"
    assert wrong["range"] == {"start": {"line": at, "character": 25}, "end": {"line": at, "character": 29}}
    actions = client.request(
        "textDocument/codeAction",
        {"textDocument": {"uri": uri}, "range": wrong["range"], "context": {"diagnostics": [wrong]}},
    )
    fix = next(each for each in actions if each["title"] == "replace `MQLL` with `MQL`")
    [change] = fix["edit"]["documentChanges"]
    assert change["textDocument"] == {"uri": uri, "version": 2}
    client.change(uri, 3, {"range": change["edits"][0]["range"], "text": change["edits"][0]["newText"]})
    assert client.published(uri, 3) == []
    assert client.stop() == 0


@pytest.mark.parametrize(("encoding", "column"), [("utf-8", 21), ("utf-16", 17), ("utf-32", 15)])
def test_columns_are_counted_as_agreed(client: Client, folder: Path, encoding: str, column: int) -> None:
    """`𝒳` is four bytes, two code units, one code point; `É` two bytes, one, one."""
    capabilities = {**MODERN, "general": {"positionEncodings": [encoding]}}
    answer = client.initialize(folder, capabilities)
    assert answer["capabilities"]["positionEncoding"] == encoding
    uri = (folder / "handoff.sla").as_uri()
    client.open(uri, AGREEMENT)
    client.published(uri, 1)
    line = next(n for n, words in enumerate(AGREEMENT.splitlines()) if words.startswith("define MQL"))
    before = 'define MQL "É 𝒳":  '
    units = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[encoding]
    width = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[encoding]
    start = len(before.encode(units)) // width
    found = client.at("textDocument/hover", uri, line, start + 1)
    assert found["range"]["start"] == {"line": line, "character": start}
    # A change behind such letters goes where it should, too.
    client.change(uri, 2, edit(line, start, start + 4, "laed"))
    [wrong, *_] = client.published(uri, 2)
    assert wrong["range"]["start"] == {"line": line, "character": start}


def test_a_file_that_others_import(client: Client, folder: Path) -> None:
    """An unsaved change of a shared file shows in the file that imports it, and goes when it is closed unsaved."""
    client.initialize(folder)
    shared, uri = (folder / "calendars.sla").as_uri(), (folder / "handoff.sla").as_uri()
    client.open(uri, AGREEMENT)
    assert client.published(uri, 1) == []
    client.open(shared, CALENDARS)
    client.published(shared, 1)
    client.change(shared, 2, edit(0, 9, 15, "desk"))
    found = client.published(uri)
    assert [each["code"] for each in found] == ["SLA201"]
    client.notify("textDocument/didClose", {"textDocument": {"uri": shared}})
    assert client.published(uri) == []


def test_renaming_across_files(client: Client, folder: Path) -> None:
    client.initialize(folder)
    uri = (folder / "handoff.sla").as_uri()
    client.open(uri, AGREEMENT)
    client.published(uri, 1)
    line = AGREEMENT.splitlines().index("  hours office")
    found = client.at("textDocument/prepareRename", uri, line, 10)
    assert found["placeholder"] == "office"
    made = client.at("textDocument/rename", uri, line, 10, newName="desk")
    assert {change["textDocument"]["uri"] for change in made["documentChanges"]} == {
        uri,
        (folder / "calendars.sla").as_uri(),
    }
    with pytest.raises(LspError, match="`lead` is already a record"):
        client.at("textDocument/rename", uri, line, 10, newName="lead")


def test_what_several_agreements_share_has_its_other_name_in_all(client: Client, folder: Path) -> None:
    """The second agreement is not open, and nothing in the first leads to it but the file that both import."""
    (folder / "other.sla").write_text(AGREEMENT.replace("mql_at", "since_then"), encoding="utf-8")
    client.initialize(folder)
    uri = (folder / "handoff.sla").as_uri()
    client.open(uri, AGREEMENT)
    client.published(uri, 1)
    line = AGREEMENT.splitlines().index("  hours office")
    made = client.at("textDocument/rename", uri, line, 10, newName="desk")
    files = sorted(Path(change["textDocument"]["uri"]).name for change in made["documentChanges"])
    assert files == ["calendars.sla", "handoff.sla", "other.sla"]
    assert [len(change["edits"]) for change in made["documentChanges"]] == [1, 1, 1]
    places = client.at("textDocument/references", uri, line, 10, context={"includeDeclaration": True})
    assert sorted(Path(each["uri"]).name for each in places) == files
    # A name that only the other agreement has taken is taken.
    (folder / "other.sla").write_text(AGREEMENT + "\ncalendar desk:\n  open every day 00:00 to 24:00\n")
    client.notify(
        "workspace/didChangeWatchedFiles", {"changes": [{"uri": (folder / "other.sla").as_uri(), "type": 2}]}
    )
    with pytest.raises(LspError, match="`desk` is already a calendar"):
        client.at("textDocument/rename", uri, line, 10, newName="desk")


def test_what_a_name_is_about_and_where_it_is_typed_at_once(client: Client, folder: Path) -> None:
    client.initialize(folder)
    uri = (folder / "handoff.sla").as_uri()
    client.open(uri, AGREEMENT)
    client.published(uri, 1)
    lines = AGREEMENT.splitlines()
    kpi, hours = lines.index("kpi response = time from MQL to called_at"), lines.index("  hours office")
    record = next(n for n, words in enumerate(lines) if words.startswith("record lead"))
    about = client.at("textDocument/typeDefinition", uri, kpi, 26)
    assert about["range"]["start"]["line"] == record
    assert client.at("textDocument/typeDefinition", uri, hours, 10) is None
    linked = client.at("textDocument/linkedEditingRange", uri, kpi, 26)["ranges"]
    assert {each["start"]["line"] for each in linked} == {kpi, kpi - 2}
    # What another file declares is not written anew here alone.
    assert client.at("textDocument/linkedEditingRange", uri, hours, 10) is None


def test_imports_follow_a_file_that_moves(client: Client, folder: Path) -> None:
    client.initialize(folder)
    uri = (folder / "handoff.sla").as_uri()
    client.open(uri, AGREEMENT)
    client.published(uri, 1)
    old, new = (folder / "calendars.sla").as_uri(), (folder / "shared" / "hours.sla").as_uri()
    made = client.request("workspace/willRenameFiles", {"files": [{"oldUri": old, "newUri": new}]})
    [change] = made["documentChanges"]
    assert [each["newText"] for each in change["edits"]] == ["shared/hours.sla"]


def test_an_editor_that_can_do_little(client: Client, folder: Path) -> None:
    """No links, no snippets, no Markdown, no hierarchy, no versions in edits: everything still comes, plainly."""
    client.initialize(folder, {})
    uri = (folder / "handoff.sla").as_uri()
    client.open(uri, AGREEMENT)
    assert client.published(uri, 1) == []
    line = next(n for n, words in enumerate(AGREEMENT.splitlines()) if words.startswith("kpi response"))
    assert client.at("textDocument/definition", uri, line, 26)["uri"] == uri
    hover = client.at("textDocument/hover", uri, line, 26)
    assert hover["contents"]["kind"] == "plaintext"
    assert "`" not in hover["contents"]["value"].split("\n\n")[-1]
    symbols = client.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})
    assert {"name", "kind", "location"} <= symbols[0].keys()
    items = client.at("textDocument/completion", uri, 1, 0)["items"]
    assert items
    assert all("$" not in each["textEdit"]["newText"] for each in items)
    assert all(each.get("insertTextFormat") != 2 for each in items)
    made = client.at("textDocument/rename", uri, line, 26, newName="Good")
    assert set(made) == {"changes"}
    span = {"start": {"line": line, "character": 0}, "end": {"line": line, "character": 0}}
    document = {"textDocument": {"uri": uri}, "range": span, "context": {"diagnostics": []}}
    assert client.request("textDocument/codeAction", document) == []


def test_diagnostics_that_are_asked_for(client: Client, folder: Path) -> None:
    """A client that pulls is not pushed to, and is told when nothing changed."""
    capabilities = {**MODERN, "textDocument": {**MODERN["textDocument"], "diagnostic": {}}}
    client.initialize(folder, capabilities)
    uri = (folder / "handoff.sla").as_uri()
    client.open(uri, AGREEMENT.replace("from MQL", "from MQX"))
    first = client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})
    assert [each["code"] for each in first["items"]] == ["SLA201"]
    again = {"textDocument": {"uri": uri}, "previousResultId": first["resultId"]}
    assert client.request("textDocument/diagnostic", again) == {
        "kind": "unchanged",
        "resultId": first["resultId"],
    }
    everywhere = client.request("workspace/diagnostic", {"previousResultIds": []})
    by_name = {each["uri"].rsplit("/", 1)[1]: len(each["items"]) for each in everywhere["items"]}
    assert by_name == {"calendars.sla": 0, "handoff.sla": 1}
    known = [{"uri": each["uri"], "value": each["resultId"]} for each in everywhere["items"]]
    nothing_new = client.request("workspace/diagnostic", {"previousResultIds": known})
    assert {each["kind"] for each in nothing_new["items"]} == {"unchanged"}
    assert client.diagnostics == {}


def test_coloured_words_change_a_little(client: Client, folder: Path) -> None:
    client.initialize(folder)
    uri = (folder / "handoff.sla").as_uri()
    client.open(uri, AGREEMENT)
    document = {"textDocument": {"uri": uri}}
    first = client.request("textDocument/semanticTokens/full", document)
    client.change(uri, 2, edit(0, 0, 0, "# new\n"))
    delta = client.request(
        "textDocument/semanticTokens/full/delta", {**document, "previousResultId": first["resultId"]}
    )
    data = list(first["data"])
    for each in delta["edits"]:
        data[each["start"] : each["start"] + each["deleteCount"]] = each.get("data", [])
    assert data == client.request("textDocument/semanticTokens/full", document)["data"]
    assert sum(len(each.get("data", [])) for each in delta["edits"]) <= 15


def test_two_folders(client: Client, tmp_path: Path) -> None:
    """Each folder has its own agreements, and one does not know the other's."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "calendars.sla").write_text(CALENDARS, encoding="utf-8")
    folders = [{"uri": (tmp_path / name).as_uri(), "name": name} for name in ("one", "two")]
    client.initialize(None, MODERN, workspaceFolders=folders)
    found = client.request("workspace/symbol", {"query": "office"})
    assert sorted(each["location"]["uri"].split("/")[-2] for each in found) == ["one", "two"]


def test_a_request_that_is_called_off(client: Client, tmp_path: Path) -> None:
    """A look at a whole workspace is given up when the client no longer wants it, and the next answer comes at once."""
    for number in range(30):
        (tmp_path / f"a{number}.sla").write_text(
            agreement(400).replace("Marketing", f"M{number}"), encoding="utf-8"
        )
    capabilities = {**MODERN, "textDocument": {**MODERN["textDocument"], "diagnostic": {}}}
    client.initialize(tmp_path, capabilities)
    number = client.send("workspace/diagnostic", {"previousResultIds": []})
    client.notify("$/cancelRequest", {"id": number})
    with pytest.raises(LspError) as cancelled:
        client.answer(number)
    assert cancelled.value.code == -32800
    uri = (tmp_path / "a0.sla").as_uri()
    assert client.request("textDocument/documentSymbol", {"textDocument": {"uri": uri}})


def test_lenses_ask_only_for_commands_that_the_editor_knows(client: Client, folder: Path) -> None:
    client.initialize(folder, MODERN, initializationOptions={"commands": ["sla.runTest"]})
    uri = (folder / "handoff.sla").as_uri()
    client.open(uri, AGREEMENT + '\ntest "a lead":\n  given lead\n  expect not MQL\n')
    lenses = client.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
    commands = {each["command"]["title"]: each["command"]["command"] for each in lenses}
    assert commands == {"used by 1": "", "used by 2": "", "run this test": "sla.runTest"}


def test_a_text_that_is_not_saved(client: Client) -> None:
    client.initialize(None)
    client.open("untitled:Untitled-1", 'import "x.sla"\nkpi a = count of b\n')
    found = client.published("untitled:Untitled-1", 1)
    assert [each["code"] for each in found] == ["SLA020"]
    assert client.at("textDocument/completion", "untitled:Untitled-1", 2, 0)["items"]
