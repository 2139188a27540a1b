"""Figures from data above definitions and commitments: what `sla run` says, worked out elsewhere, and only of the text as it is."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.lsp_client import MODERN, ROOT, Client

HANDOFF = ROOT / "examples" / "handoff"
REFRESH = "workspace/codeLens/refresh"
CAPABILITIES = {
    **MODERN,
    "workspace": {**MODERN["workspace"], "codeLens": {"refreshSupport": True}},
    "window": {"workDoneProgress": True, "showDocument": {"support": True}},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The handoff agreement with its data."""
    for path in HANDOFF.iterdir():
        if path.suffix in (".sla", ".csv"):
            shutil.copy(path, tmp_path)
    return tmp_path


def until(found: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.02)


def opened(client: Client, folder: Path, **more: Any) -> tuple[str, str]:
    client.initialize(folder, CAPABILITIES, **more)
    path = folder / "handoff.sla"
    text = path.read_text(encoding="utf-8")
    client.open(path.as_uri(), text)
    client.published(path.as_uri(), 1)
    return path.as_uri(), text


def told(client: Client) -> int:
    return sum(each["method"] == REFRESH for each in client.requests)


def figures(client: Client, uri: str) -> list[str]:
    """The lenses that tell of data."""
    found = client.request("textDocument/codeLens", {"textDocument": {"uri": uri}})
    titles = [each["command"]["title"] for each in found]
    return [each for each in titles if not each.startswith(("used by", "run this"))]


def worked_out(client: Client, uri: str) -> list[str]:
    """The figures once they are there."""
    before = told(client)
    if not figures(client, uri):
        until(lambda: told(client) > before)
    return figures(client, uri)


def run(path: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "sladsl", "run", str(path), "--format", "json", "--fail-on", "never"]
    printed = subprocess.run(command, capture_output=True, check=True, cwd=ROOT).stdout
    found: dict[str, Any] = json.loads(printed)
    return found


def test_they_say_what_sla_run_says(client: Client, folder: Path) -> None:
    uri, _ = opened(client, folder)
    shown = worked_out(client, uri)
    said = run(folder / "handoff.sla")
    rows = said["rows"]
    for each in said["definitions"]:
        of = f"{rows[each['record']]:,} {each['record']} rows"
        assert f"matches {each['members']:,} of {of}" in shown
    for commitment in said["commitments"]:
        last = [each for each in commitment["periods"] if each["complete"]][-1]
        [line] = [
            each
            for each in shown
            if each.startswith(f"{last['period']}: {last['verdict']}, ") and _value(last) in each
        ]
        assert (" open" in line) == (last["open"] > 0)
    assert len(shown) == len(said["definitions"]) + len(said["commitments"])
    kinds = [m["params"]["value"]["kind"] for m in client.notifications.queue if m["method"] == "$/progress"]
    assert kinds == ["begin", "end"]


def _value(period: dict[str, Any]) -> str:
    """The part of a period's figure that needs no words."""
    if period["numerator"] is None:
        return f", {period['value']}"
    return f"({period['numerator']:,} of {period['denominator']:,})"


def test_a_comment_costs_nothing_and_a_word_asks_anew(client: Client, folder: Path) -> None:
    uri, text = opened(client, folder)
    before = worked_out(client, uri)
    count = told(client)
    client.change(uri, 2, {"text": f"# a remark\n{text}"})
    assert figures(client, uri) == before
    assert told(client) == count
    changed = text.replace("for 95% of MQL per month", "for 99% of MQL per month")
    assert changed != text
    client.change(uri, 3, {"text": changed})
    assert figures(client, uri) == []
    after = worked_out(client, uri)
    assert any(each.startswith("2026-10: provisional, 94.0% to 96.7%, 4 open ") for each in before)
    assert any(each.startswith("2026-10: missed, 94.0% to 96.7%, 4 open ") for each in after)


def test_a_text_that_moves_calls_them_off(client: Client, folder: Path) -> None:
    """What is being worked on is dropped with its process; the figures that come are those of the last text."""
    uri, text = opened(client, folder)
    for version in range(2, 6):
        assert figures(client, uri) == []
        time.sleep(0.5)
        client.change(uri, version, {"text": text.replace("at least 120", f"at least {120 + version}")})
        client.published(uri, version)
    shown = worked_out(client, uri)
    assert told(client) == 1
    assert shown


def test_the_server_has_no_engine_and_no_file_of_the_data(client: Client, folder: Path) -> None:
    uri, _ = opened(client, folder)
    assert worked_out(client, uri)
    maps = Path(f"/proc/{client.process.pid}/maps")
    if not maps.exists():
        pytest.skip("only Linux shows what a process has open")
    assert "duckdb" not in maps.read_text(encoding="utf-8")
    files = [path.resolve().suffix for path in Path(f"/proc/{client.process.pid}/fd").iterdir()]
    assert ".csv" not in files


def test_without_data_there_are_none(client: Client, folder: Path) -> None:
    (folder / "contacts.csv").unlink()
    uri, _ = opened(client, folder)
    assert figures(client, uri) == []
    time.sleep(0.6)
    assert figures(client, uri) == []
    assert told(client) == 0


def test_other_data_and_none_at_all_by_a_setting(client: Client, folder: Path) -> None:
    (folder / "contacts.csv").rename(folder / "elsewhere.csv")
    uri, _ = opened(client, folder, initializationOptions={"data": ["lead=elsewhere.csv"]})
    assert any(each.startswith("matches 1,426 of 7,980") for each in worked_out(client, uri))


def test_data_that_cannot_be_read_are_said(client: Client, folder: Path) -> None:
    (folder / "contacts.csv").write_text("nothing\n1\n", encoding="utf-8")
    uri, _ = opened(client, folder)
    [line] = worked_out(client, uri)
    assert line.startswith("no figures: ")
    assert "contacts.csv" in line


def test_a_test_from_a_row_that_was_late(client: Client, folder: Path) -> None:
    """What the action writes passes `sla test`."""
    uri, text = opened(client, folder)
    worked_out(client, uri)
    at = next(n for n, line in enumerate(text.splitlines()) if line.startswith("  response_time within"))
    span = {"start": {"line": at, "character": 4}, "end": {"line": at, "character": 4}}
    asked = {"textDocument": {"uri": uri}, "range": span, "context": {"diagnostics": []}}
    actions = client.request("textDocument/codeAction", asked)
    made = next(each for each in actions if each["title"].startswith("make a test from lead "))
    [change] = made["edit"]["documentChanges"]
    [edit] = change["edits"]
    assert edit["newText"].lstrip().startswith("test ")
    path = folder / "handoff.sla"
    path.write_text(f"{text.rstrip()}{edit['newText']}", encoding="utf-8")
    command = [sys.executable, "-m", "sladsl", "test", str(path)]
    assert subprocess.run(command, capture_output=True, check=False, cwd=ROOT).returncode == 0
