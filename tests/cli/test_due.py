"""`sla due`: what is late and still open, what is due. What it draws stands in `docs/due.md`, which is run."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import jsonschema
import pytest
import small
from command_line import Sla, runner

import sladsl
from sladsl.reports.documents import json_schema
from sladsl.reports.due.document import DueDocument, DuesDocument

LATE = "2026-02-04 16:30"
"""L4 was never answered, which every test below sees by the status 1; L7 has three and a half business hours left."""
NONE_LATE = "2026-02-02 12:30"
"""L4 is due in half an hour."""


@pytest.fixture
def sla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sla:
    small.write(tmp_path)
    return runner(tmp_path, monkeypatch, capsys)


def test_the_status_says_whether_something_is_late_and_open(sla: Sla) -> None:
    done = sla("due", "agreement.sla", "--as-of", NONE_LATE)
    assert done.status == 0
    assert "0 late, 1 due\n" in done.out
    assert "no clock runs" in sla("due", "agreement.sla", "--as-of", "2026-01-05 08:00").out


def test_the_document_is_that_of_its_schema(sla: Sla) -> None:
    document = sla(
        "due", "agreement.sla", "--as-of", LATE, "--within", "3 business hours", "--format", "json"
    ).json
    jsonschema.Draft202012Validator(json_schema(DueDocument)).validate(document)
    assert document["within"] == "3 business hours"
    assert document["counts"] == {"late": 1, "due": 0, "waiting": 0, "paused": 0, "later": 1}
    (clock,) = document["clocks"]
    assert (clock["key"], clock["owner"], clock["left"], clock["budget"]) == ("L4", "Bo", -70200, 14400)
    assert [x["kind"] for x in document["data_problems"]] == [
        "unknown value",
        "parent not found",
        "undated",
        "mislabelled",
        "unclassifiable",
    ]


def test_a_row_of_csv_is_a_clock_of_the_document(sla: Sla, tmp_path: Path) -> None:
    assert sla("due", "agreement.sla", "--as-of", LATE, "--out", "due.csv").status == 1
    rows = list(csv.DictReader(io.StringIO((tmp_path / "due.csv").read_text())))
    clocks = sla("due", "agreement.sla", "--as-of", LATE, "--format", "json").json["clocks"]
    assert rows == [{k: "" if v is None else str(v) for k, v in clock.items()} for clock in clocks]


def test_of_several_agreements_each_is_told(sla: Sla, tmp_path: Path) -> None:
    text = (tmp_path / "agreement.sla").read_text()
    (tmp_path / "other.sla").write_text(
        text.replace('"Handoff"', '"Other"').replace("4 business", "40 business")
    )
    done = sla("due", ".", "--as-of", LATE)
    assert done.status == 1
    assert [x for x in done.out.splitlines() if x[0:1].isdigit()] == [
        "1 late, 1 due",
        "0 late, 2 due",
    ]
    document = sla("due", ".", "--as-of", LATE, "--format", "json").json
    jsonschema.Draft202012Validator(json_schema(DuesDocument)).validate(document)
    rows = list(csv.DictReader(io.StringIO(sla("due", ".", "--as-of", LATE, "--format", "csv").out)))
    assert [(x["agreement"], x["file"], x["key"]) for x in rows] == [
        ("Handoff", "agreement.sla", "L4"),
        ("Handoff", "agreement.sla", "L7"),
        ("Other", "other.sla", "L4"),
        ("Other", "other.sla", "L7"),
    ]


def test_what_cannot_be_done_is_said(sla: Sla, tmp_path: Path) -> None:
    done = sla("due", "agreement.sla", "--within", "four hours")
    assert done.status == 2
    assert (
        "`four hours` is no length of time: write it as in an agreement, such as `4 business hours`"
        in done.err
    )
    done = sla("due", "agreement.sla", "--by", "owner", "--format", "json")
    assert done.status == 2
    assert "json has one list, whose rows say `owner`: leave `--by` out" in done.err
    assert sla("due", "agreement.sla", "--out", "due.xlsx").status == 2
    assert sla("due", "agreement.sla", "--out", "leads.csv").status == 2, "it is read"
    text = (tmp_path / "agreement.sla").read_text()
    plain = (
        text.replace("in business hours", "")
        .replace("4 business hours", "4 hours")
        .replace("  hours office\n", "")
    )
    (tmp_path / "plain.sla").write_text(plain)
    done = sla("due", "plain.sla", "--within", "1 business day")
    assert done.status == 2
    assert "`sales.response_time` runs by the clock, and the agreement has no `hours`" in done.err


def test_a_key_is_text(sla: Sla, tmp_path: Path) -> None:
    """Whatever it says to a terminal, a chat or a spreadsheet."""
    leads = (tmp_path / "leads.csv").read_text()
    (tmp_path / "leads.csv").write_text(leads.replace("L4,", "=L4\x1b @all,"))
    shown = sla("due", "agreement.sla", "--as-of", LATE).out
    assert "=L4� @all" in shown
    assert "**=L4� @&#8203;all**" in sla("due", "agreement.sla", "--as-of", LATE, "--format", "markdown").out
    assert ",'=L4" in sla("due", "agreement.sla", "--as-of", LATE, "--format", "csv").out


def test_only_what_has_a_deadline_has_a_clock(sla: Sla, tmp_path: Path) -> None:
    """A volume has none; nor has a share that has until the end of the term."""
    text = (tmp_path / "agreement.sla").read_text()
    before, _, after = text.partition("sales owes marketing:")
    (tmp_path / "volume.sla").write_text(before + after[after.index("route MQL") :])
    done = sla("due", "volume.sla", "--as-of", LATE)
    assert done.status == 0
    assert "no commitment is about rows with deadlines, so no clock runs" in done.out


def test_in_python_it_is_a_table(sla: Sla, tmp_path: Path) -> None:
    run = sladsl.compile(tmp_path / "agreement.sla").run(as_of=LATE)
    table = run.due("4 business hours")
    assert table.table.select(["status", "key", "owner", "left", "share_used"]).to_pylist() == [
        {"status": "late", "key": "L4", "owner": "Bo", "left": -70200.0, "share_used": 5.875},
        {"status": "due", "key": "L7", "owner": "Ana", "left": 12600.0, "share_used": 0.125},
    ]
    assert str(table["due"][0]) == "2026-02-02 18:00:00+00:00"
    assert "<table" in table._repr_html_()
    document = json.loads(sla("due", "agreement.sla", "--as-of", LATE, "--format", "json").out)
    assert table.column_names == list(document["clocks"][0])
    with pytest.raises(sladsl.RunError, match="no length of time"):
        run.due("soon")
