"""Whoever writes a source is offered what is in the file: columns, raw values, formats. Of trusted workspaces, and of their files alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from benchmarks.lsp_client import MODERN, Client

RECORD = 'record lead:\n  id key text\n  stage one of "new", "won"\n  at time\n\n'
ROWS = (
    "Record ID,Stage,Created\n1,Neu,13/04/2026 09:00\n2,Neu,14/04/2026 09:00\n3,Gewonnen,15/04/2026 09:00\n"
)


def offered(client: Client, uri: str, written: str, number: int) -> list[str]:
    """What is offered where `|` is, and would be taken from data."""
    text = RECORD + written.replace("|", "")
    client.change(uri, number, {"text": text})
    before = (RECORD + written)[: (RECORD + written).index("|")]
    line, column = before.count("\n"), len(before) - before.rfind("\n") - 1
    found = client.at("textDocument/completion", uri, line, column)
    while found["isIncomplete"]:  # the file is being looked at: a client asks again
        found = client.at("textDocument/completion", uri, line, column)
    return [item["label"] for item in found["items"]]


@pytest.mark.parametrize("trusted", [True, False])
def test_columns_values_and_formats_of_the_file(client: Client, tmp_path: Path, trusted: bool) -> None:
    work, beyond = tmp_path / "work", tmp_path / "beyond"
    for folder in (work, beyond):
        folder.mkdir()
        (folder / "leads.csv").write_text(ROWS)
    (work / "notes.md").write_text("")
    (work / "way.csv").symlink_to(beyond / "leads.csv")
    options: dict[str, Any] = {"figures": False, "trusted": trusted}
    client.initialize(work, MODERN, initializationOptions=options)
    uri = (work / "a.sla").as_uri()
    client.open(uri, RECORD)
    head = 'source leads for lead from "leads.csv":\n'
    cases = [
        ('source leads for lead from "|"', ["leads.csv"]),
        (head + '  id = "|"', ["Created", "Record ID", "Stage"]),
        (head + '  id = "Record ID"\n  stage = "Stage" where "|"', ["Gewonnen", "Neu"]),
        (head + '  id = "Record ID"\n  at = "Created" as "|"', ["DD/MM/YYYY HH:mm"]),
        (head + '  id = "Record ID"\n  skip when "|"', ["Created", "Record ID", "Stage"]),
        (head + '  id = "Record ID"\n  skip when "Stage" in {"|"}', ["Gewonnen", "Neu"]),
        # What is elsewhere, or is no column, or is no moment, is not looked at.
        (head.replace("leads.csv", "../beyond/leads.csv") + '  id = "|"', []),
        (head.replace("leads.csv", "way.csv") + '  id = "|"', []),
        (head + '  stage = "Stages" where "|"', []),
        (head + '  stage = "Stage" as "|"', []),
    ]
    for number, (written, labels) in enumerate(cases, 2):
        assert offered(client, uri, written, number) == (labels if trusted else []), written
