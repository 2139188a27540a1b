"""One run in every format: the figures are those of the JSON document, and no text is ever taken for something else."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import openpyxl
import pytest
from command_line import Sla, runner
from small import COUNT

ROOT = Path(__file__).parents[2]
HANDOFF = ROOT / "examples" / "handoff" / "handoff.sla"
AS_OF = ("--as-of", "2026-10-15", "--fail-on", "never")


@pytest.fixture
def sla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sla:
    return runner(tmp_path, monkeypatch, capsys)


@pytest.fixture
def found(sla: Sla) -> Any:
    """The JSON document of the handoff example, with what became of each lead; it is made once."""
    if not _DOCUMENTS:
        _DOCUMENTS.append(sla("run", HANDOFF, *AS_OF, "--format", "json", "--leads").json)
    return _DOCUMENTS[0]


_DOCUMENTS: list[Any] = []


def cells(found: Any) -> dict[tuple[str, str], Any]:
    return {(c["id"], p["period"]): p for c in found["commitments"] for p in c["periods"]}


def doubt(p: Any) -> str:
    return f", in doubt, {p['doubt']['rows']} unreadable" if p["doubt"] else ""


def test_csv(sla: Sla, found: Any) -> None:
    text = sla("run", HANDOFF, *AS_OF, "--format", "csv").out
    rows = {(r["commitment"], r["period"]): r for r in csv.DictReader(io.StringIO(text))}
    assert rows.keys() == cells(found).keys()
    for at, p in cells(found).items():
        row = rows[at]
        assert row["verdict"] == p["verdict"]
        assert row["value"] == ("" if p["value"] is None else str(p["value"]))
        counted = ("numerator", "denominator", "rows", "open", "undecided", "unknown")
        assert [row[n] for n in counted] == ["" if p[n] is None else str(p[n]) for n in counted]


def test_a_workbook_read_by_another_library(sla: Sla, found: Any, tmp_path: Path) -> None:
    assert sla("run", HANDOFF, *AS_OF, "--leads", "--out", "review.xlsx").status == 0
    book = openpyxl.load_workbook(tmp_path / "review.xlsx")
    rows = {name: records(book[name]) for name in book.sheetnames}
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref is not None
    by_cell = {(r["commitment"], r["period"]): r for r in rows["Commitments"]}
    assert by_cell.keys() == cells(found).keys()
    for at, p in cells(found).items():
        assert by_cell[at]["verdict"] == p["verdict"]
        assert same([by_cell[at]["value"]], [p["value"]])
        assert (by_cell[at]["rows"], by_cell[at]["numerator"]) == (p["rows"], p["numerator"])
    assert len(rows["Breaches"]) == len(found["breaches"])
    assert [r["key"] for r in rows["Leads"]] == [x["key"] for x in found["leads"]]
    assert len(rows["Actions"]) == len(found["actions"])
    assert {(r["record"], r["what"], r["rows"]) for r in rows["Data problems"]} == {
        (p["record"], p["kind"], p["count"]) for p in found["data_problems"]
    }
    tracked = [(k["name"], p["period"], p["value"]) for k in found["kpis"] for p in k["periods"]]
    assert [(r["kpi"], r["period"]) for r in rows["KPIs"]] == [x[:2] for x in tracked]
    assert same([r["value"] for r in rows["KPIs"]], [x[2] for x in tracked])


def same(found: list[Any], expected: list[Any]) -> bool:
    """The same numbers, to the sixteen digits that a workbook holds."""
    return found == [None if x is None else pytest.approx(x, rel=1e-15) for x in expected]


def records(sheet: Any) -> list[dict[str, Any]]:
    titles, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(titles, row, strict=True)) for row in rows]


def test_a_workbooks_cells_have_types(sla: Sla, found: Any, tmp_path: Path) -> None:
    sla("run", HANDOFF, *AS_OF, "--out", "review.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "review.xlsx")["Breaches"]
    titles = [c.value for c in sheet[1]]
    row = dict(zip(titles, sheet[2], strict=True))
    assert row["key"].data_type == "s"
    assert isinstance(row["due"].value, dt.datetime)
    first = found["breaches"][0]
    assert row["key"].value == first["key"]
    there = dt.datetime.fromisoformat(first["due"]) - row["due"].value.replace(tzinfo=dt.UTC)
    assert there in {dt.timedelta(hours=4), dt.timedelta(hours=5)}
    figures = openpyxl.load_workbook(tmp_path / "review.xlsx")["Commitments"]
    shares = [r for r in figures.iter_rows(min_row=2) if r[2].value == "marketing.reachable"]
    assert {r[11].number_format for r in shares} == {"0.0%"}


def test_text_in_a_workbook_is_text(sla: Sla, tmp_path: Path) -> None:
    keys = ["=1+1", "+1", "-1", "@SUM(A1)", "http://example.org", "007", "1e5"]
    rows = "".join(f"{key},2026-01-05T10:00:00Z\n" for key in keys)
    (tmp_path / "leads.csv").write_text("id,at\n" + rows)
    (tmp_path / "a.sla").write_text(
        'agreement "=HYPERLINK(1)":\n  between marketing and sales\n  zone "UTC"\n\n'
        "record lead:\n  id key text\n  at time\n\ndefine New:\n  lead\n\nkpi volume = count of New\n\n"
        "marketing owes sales:\n  volume at least 1 per month\n"
    )
    done = sla(
        "run", "a.sla", "--data", "lead=leads.csv", "--as-of", "2026-02-01", "--leads", "--out", "b.xlsx"
    )
    assert done.status == 0
    book = openpyxl.load_workbook(tmp_path / "b.xlsx")
    column = [c.value for c in book["Leads"][1]].index("key")
    found = [row[column] for row in book["Leads"].iter_rows(min_row=2) if row[0].value is not None]
    assert sorted(c.value for c in found) == sorted(keys)
    assert {c.data_type for c in found} == {"s"}
    assert book["Summary"]["B2"].data_type == "s"


def test_junit(sla: Sla, found: Any) -> None:
    top = ElementTree.fromstring(sla("run", HANDOFF, *AS_OF, "--format", "junit").out)
    verdicts = [p["verdict"] for p in cells(found).values()]
    assert int(top.get("tests", "")) == len(verdicts) == len(top.findall("testsuite/testcase"))
    assert int(top.get("failures", "")) == verdicts.count("missed") == len(top.findall(".//failure"))
    assert len(top.findall(".//skipped")) == sum(v not in {"met", "missed"} for v in verdicts)
    assert [s.get("name") for s in top] == ["marketing", "sales"]


def test_markdown(sla: Sla, found: Any) -> None:
    text = sla("run", HANDOFF, *AS_OF, "--format", "markdown", "--all").out
    rows = [line[2:-2].split(" | ") for line in text.splitlines() if line.startswith("| ")][1:]
    told = [(p["period"], (p["verdict"] or "not judged") + doubt(p)) for p in cells(found).values()]
    assert any("in doubt" in verdict for _, verdict in told)
    assert [(row[3], row[4].split(" ", 1)[-1]) for row in rows] == told
    shares = [p["numerator"] for p in cells(found).values() if p["numerator"] is not None]
    assert [int(row[6].split(" of ")[0].replace(",", "")) for row in rows if " of " in row[6]] == shares


def test_annotations_of_a_run(sla: Sla, found: Any) -> None:
    lines = sla("run", HANDOFF, *AS_OF, "--format", "github").out.splitlines()
    last = [[p for p in c["periods"] if p["complete"]][-1] for c in found["commitments"]]
    kinds = ["error" if p["verdict"] == "missed" else "warning" if p["warning"] else "notice" for p in last]
    assert [line[2:].split(" ")[0] for line in lines] == kinds


BROKEN = """agreement "A":
  between marketing and sales
  zone "Mars/Olympus"

record lead:
  size number

define Big:
  lead when sise > 100% and size > 1
"""


def test_annotations_of_a_check(sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "a.sla").write_text(BROKEN)
    found = sla("check", "a.sla", "--format", "json").json["diagnostics"]
    lines = sla("check", "a.sla", "--format", "github").out.splitlines()
    assert len(lines) == len(found) > 1
    for line, d in zip(lines, found, strict=True):
        place = f"file=a.sla,title={d['code']},line={d['start']['line']},col={d['start']['column']}"
        assert line.startswith(f"::{'notice' if d['severity'] == 'hint' else d['severity']} {place}")
        assert "%\n" not in line


# The parts of SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/) that a checker's document uses, written down from its text.
PLACE = {
    "type": "object",
    "required": ["physicalLocation"],
    "properties": {
        "id": {"type": "integer", "minimum": -1},
        "message": {"type": "object", "required": ["text"]},
        "physicalLocation": {
            "type": "object",
            "required": ["artifactLocation"],
            "additionalProperties": False,
            "properties": {
                "artifactLocation": {"type": "object", "required": ["uri"]},
                "region": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": {
                        n: {"type": "integer", "minimum": 1}
                        for n in ("startLine", "startColumn", "endLine", "endColumn")
                    },
                },
            },
        },
    },
    "additionalProperties": False,
}
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool"],
                "additionalProperties": False,
                "properties": {
                    "tool": {"type": "object", "required": ["driver"]},
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "results": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "required": ["message"],
                            "additionalProperties": False,
                            "properties": {
                                "ruleId": {"type": "string"},
                                "level": {"enum": ["none", "note", "warning", "error"]},
                                "message": {"type": "object", "required": ["text"]},
                                "locations": {"type": "array", "items": PLACE},
                                "relatedLocations": {"type": "array", "items": PLACE, "uniqueItems": True},
                            },
                        },
                    },
                },
            },
        },
    },
}


def test_sarif(sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "my agreement.sla").write_text(BROKEN)
    found = sla("check", "my agreement.sla", "--format", "json").json["diagnostics"]
    document = json.loads(sla("check", "my agreement.sla", "--format", "sarif").out)
    jsonschema.validate(document, SARIF)
    [run] = document["runs"]
    for result, d in zip(run["results"], found, strict=True):
        place = result["locations"][0]["physicalLocation"]
        assert (result["ruleId"], place["artifactLocation"]["uri"]) == (d["code"], "my%20agreement.sla")
        assert place["region"]["startLine"] == d["start"]["line"]
    assert {r["id"] for r in run["tool"]["driver"]["rules"]} == {d["code"] for d in found}


def test_nothing_wrong_is_a_document_too(sla: Sla) -> None:
    document = json.loads(sla("check", HANDOFF, "--format", "sarif").out)
    jsonschema.validate(document, SARIF)
    assert document["runs"][0]["results"] == []
    assert sla("check", HANDOFF, "--format", "github").out == ""


def test_the_ending_of_the_file_says_the_format(sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "a.sla").write_text(COUNT)
    (tmp_path / "l.csv").write_text("id,mql_at\nL1,2026-01-05T10:00:00Z\n")
    for name, start in (
        ("a.json", "{"),
        ("a.csv", "owner,"),
        ("a.md", "### "),
        ("a.xml", "<?xml"),
        ("a.txt", "x\n"),
        ("a.html", "<!doctype html>"),
    ):
        assert sla("run", "a.sla", "--data", "lead=l.csv", *AS_OF, "--all", "--out", name).status == 0
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert page.count("<tr>") > 8
    assert not re.search(r"<script|http", page)


def test_what_cannot_be_asked(sla: Sla) -> None:
    done = sla("run", HANDOFF, "--format", "xlsx")
    assert (done.status, "--out review.xlsx" in done.err) == (2, True)
    done = sla("run", "--leads", HANDOFF, HANDOFF)
    assert (done.status, "put `--leads` last" in done.err) == (2, True)
    done = sla("run", HANDOFF, "--format", "csv", "--leads")
    assert (done.status, "`--format json`" in done.err) == (2, True)


def test_tsv_is_the_csv_with_tabs(sla: Sla) -> None:
    assert sla("run", HANDOFF, *AS_OF, "--out", "verdicts.tsv").status == 0
    rows = list(csv.reader(io.StringIO(Path("verdicts.tsv").read_text()), delimiter="\t"))
    assert rows == list(csv.reader(io.StringIO(sla("run", HANDOFF, *AS_OF, "--format", "csv").out)))


def test_verdicts_as_parquet(sla: Sla, found: Any) -> None:
    import pyarrow.parquet

    assert sla("run", HANDOFF, *AS_OF, "--out", "verdicts.parquet").status == 0
    rows = {
        (r["commitment"], r["period"]): r for r in pyarrow.parquet.read_table("verdicts.parquet").to_pylist()
    }
    assert rows.keys() == cells(found).keys()
    for at, p in cells(found).items():
        row = rows[at]
        same = ("verdict", "value", "numerator", "open", "final")
        assert [row[n] for n in same] == [p[n] for n in same]
        assert row["period_start"] == dt.datetime.fromisoformat(p["start"])
        assert (row["can_end_at_low"], row["can_end_at_high"]) == tuple(p["range"] or (None, None))
        room, pace = p["headroom"] or {}, p["pace"] or {}
        assert [row[n] for n in ("room", "missing", "days_left")] == [
            room.get(n) for n in ("room", "missing", "days_left")
        ]
        assert [row["pace"], row["pace_days"]] == [pace.get("value"), pace.get("days")]


def test_a_table_gets_the_rows_of_each_run(sla: Sla, found: Any) -> None:
    import duckdb

    for day in ("2026-09-15", "2026-10-15"):
        done = sla("run", HANDOFF, "--fail-on", "never", "--as-of", day, "--out", "kept.duckdb#reporting.sla")
        assert (done.status, done.out, done.err) == (0, "", "")
    with duckdb.connect("kept.duckdb") as kept:
        said = "SELECT commitment, period, verdict FROM reporting.sla WHERE as_of = '2026-10-15 00:00-04'"
        assert {(c, p): v for c, p, v in kept.sql(said).fetchall()} == {
            at: p["verdict"] for at, p in cells(found).items()
        }
        assert kept.sql(
            "SELECT count(DISTINCT as_of), count(DISTINCT promised) FROM reporting.sla"
        ).fetchall() == [(2, 1)]


def test_a_table_that_no_run_made_stays_as_it_is(sla: Sla) -> None:
    import duckdb

    with duckdb.connect("kept.duckdb") as kept:
        kept.sql("CREATE TABLE sla AS SELECT 1 AS x")
    done = sla("run", HANDOFF, *AS_OF, "--out", "kept.duckdb#sla")
    assert (done.status, done.out) == (2, "")
    assert "the table `sla` of `kept.duckdb` has no column `agreement`" in done.err
    with duckdb.connect("kept.duckdb") as kept:
        assert kept.sql("SELECT * FROM sla").fetchall() == [(1,)]


@pytest.mark.parametrize(
    ("out", "says"),
    [
        ("v.pdf", "no format ends in `.pdf`; expected `.txt`, `.json`, `.csv`, `.tsv`"),
        ("v.docx", "no format ends in `.docx`"),
        ("kept.duckdb", "name the table to add the rows to, as in `kept.duckdb#sla`"),
        ("mysql://ann:secret@host/d#t", "nothing can be written to `mysql://…@host/d#t`"),
    ],
)
def test_what_an_ending_does_not_say_is_not_guessed(sla: Sla, out: str, says: str) -> None:
    done = sla("run", HANDOFF, *AS_OF, "--out", out)
    assert (done.status, done.out) == (2, "")
    assert says in " ".join(done.err.split())
    assert not list(Path().iterdir())


@pytest.mark.parametrize(
    ("asked", "ending", "expected"),
    [
        (("doc", HANDOFF), ".docx", "`.md`, `.markdown`, `.html`, `.htm`, `.pdf`"),
        (("review", HANDOFF), ".pdf", "`.html`, `.htm`"),
        (("explain", "SLA203"), ".html", "`.txt`, `.json`, `.md`"),
    ],
)
def test_a_page_of_an_unknown_ending(sla: Sla, asked: tuple[str, ...], ending: str, expected: str) -> None:
    done = sla(*asked, "--out", f"page{ending}")
    assert (done.status, done.out) == (2, "")
    assert f"no format ends in `{ending}`; expected {expected}" in " ".join(done.err.split())


def test_an_explanation_is_written_as_its_ending_says(sla: Sla, tmp_path: Path) -> None:
    for name, start in (("why.md", "## SLA203"), ("why.txt", "SLA203")):
        assert sla("explain", "SLA203", "--out", name).status == 0
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(start)
