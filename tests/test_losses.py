"""What cannot be read leaves its mark beside the verdicts that it might change, whatever file it comes from and whatever shows them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sladsl.cli import status_of
from sladsl.compiler import compile_text
from sladsl.reports.documents import json_schema
from sladsl.reports.run.document import RunDocument
from sladsl.runner import Run, run

AGREEMENT = """agreement "Handoff":
  between marketing and sales
  effective 2026-01-01 to 2026-12-31
  zone "UTC"

record lead:
  id         key text
  created    time
  mql_at     optional time
  size       optional number
  budget     optional number in "EUR"
  note       optional number

record call of lead:
  at    time
  kind  one of "call", "mail"

define MQL:
  lead when size >= 10
  since mql_at

event first_call:
  first call where kind = "call"

kpi response = time from MQL to first_call
kpi volume = count of MQL
kpi total = sum of budget over MQL

marketing owes sales:
  volume at least 2 per month
  total at least 100 per month

sales owes marketing:
  response within 2 days for 50% of MQL per month

source leads for lead from "leads.csv":
  times in "UTC"

source calls for call from "calls.csv":
  times in "UTC"
"""
LEADS = """id,created,mql_at,size,budget,note
1,2026-03-02 08:00,2026-03-03 10:00,50,60,1
2,2026-03-03 08:00,2026-03-04 10:00,50,60,1
3,2026-05-03 08:00,2026-05-04 10:00,50,60,1
4,2026-05-03 08:00,2026-05-05 10:00,50,60,1
"""
CALLS = """lead,at,kind
1,2026-03-03 12:00,call
2,2026-03-04 12:00,call
3,2026-05-04 12:00,call
4,2026-05-05 12:00,mail
"""


def made(folder: Path, leads: str = LEADS, calls: str = CALLS, period: str | None = None) -> Run:
    (folder / "leads.csv").write_text(leads)
    (folder / "calls.csv").write_text(calls)
    (folder / "a.sla").write_text(AGREEMENT)
    plan = compile_text(AGREEMENT, str(folder / "a.sla")).plan
    assert plan is not None
    return run(plan, as_of="2026-08-01", period=period)


def marks(found: Run) -> dict[tuple[str, str], tuple[str | None, int]]:
    """The verdict and the rows in doubt, of commitments and months that have some."""
    return {
        (c.commitment.kpi, j.measured.period.label): (j.verdict, j.in_doubt)
        for c in found.commitments
        for j in c.periods
        if j.in_doubt
    }


def test_nothing_is_in_doubt_where_all_can_be_read(tmp_path: Path) -> None:
    assert marks(made(tmp_path)) == {}


def test_a_value_of_a_sum(tmp_path: Path) -> None:
    """The sum is no number; with 60 of 120 still counted, what was lost could have made it."""
    found = made(tmp_path, LEADS.replace("10:00,50,60,1\n2", "10:00,50,sixty,1\n2"))
    assert marks(found) == {("total", "2026-03"): ("missed", 1)}
    (total,) = [r for r in found.figures if r.figure.id == "total"]
    assert {m.period.label: m.in_doubt for m in total.periods if m.in_doubt} == {"2026-03": 1}


def test_what_a_figure_does_not_read_leaves_no_doubt(tmp_path: Path) -> None:
    assert marks(made(tmp_path, LEADS.replace("50,60,1\n2", "50,60,one\n2"))) == {}


def test_a_moment_puts_the_months_near_the_rows_other_times_in_doubt(tmp_path: Path) -> None:
    """Lead 1 was created in March: it may have become an MQL from February on. May, two months on, is not touched."""
    found = marks(made(tmp_path, LEADS.replace("2026-03-03 10:00", "03/03/2026")))
    months = {month for _, month in found}
    assert months == {"2026-01", "2026-02", "2026-03", "2026-04"}
    assert found["volume", "2026-03"] == ("missed", 1)
    assert ("volume", "2026-02") not in found  # one more row would not make two
    assert found["response", "2026-02"] == ("no data", 1)


def test_a_row_without_any_other_time_may_belong_anywhere(tmp_path: Path) -> None:
    leads = LEADS.replace("1,2026-03-02 08:00,2026-03-03 10:00", "1,soon,03/03/2026")
    found = marks(made(tmp_path, leads, CALLS.replace("1,2026-03-03 12:00,call\n", "")))
    assert {month for kpi, month in found if kpi == "response"} >= {"2026-01", "2026-07"}


def test_a_condition_that_cannot_be_read(tmp_path: Path) -> None:
    """It says whether the row counts, and its times say when: no other month."""
    found = marks(made(tmp_path, LEADS.replace("10:00,50,60,1\n2", "10:00,many,60,1\n2")))
    assert found == {("volume", "2026-03"): ("missed", 1), ("total", "2026-03"): ("missed", 1)}


@pytest.mark.parametrize(
    ("before", "after"),
    [("4,2026-05-05 12:00,mail", "4,noon,call"), ("4,2026-05-05 12:00,mail", "4,2026-05-05 12:00,CALL")],
)
def test_a_child_row_that_might_have_been_the_answer(tmp_path: Path, before: str, after: str) -> None:
    """One of two answers is enough for 50%; with the other leads unanswered too, the lost call decides."""
    calls = CALLS.replace(before, after)
    assert marks(made(tmp_path, LEADS, calls)) == {}
    calls = calls.replace("3,2026-05-04 12:00,call", "3,2026-05-04 12:00,mail")
    assert marks(made(tmp_path, LEADS, calls)) == {("response", "2026-05"): ("missed", 1)}


def test_a_period_alone_has_the_marks_of_the_whole_run(tmp_path: Path) -> None:
    leads = LEADS.replace("2026-03-03 10:00", "03/03/2026").replace("50,60,1\n4", "50,sixty,1\n4")
    whole = marks(made(tmp_path, leads))
    for month in ("2026-02", "2026-03", "2026-05"):
        part = marks(made(tmp_path, leads, period=month))
        assert part == {at: mark for at, mark in whole.items() if at[1] == month}


@pytest.mark.parametrize("kind", ["jsonl", "xlsx", "parquet", "frame"])
def test_whatever_file_it_comes_from(tmp_path: Path, kind: str) -> None:
    leads = LEADS.replace("10:00,50,60,1\n2", "10:00,50,sixty,1\n2")
    whole = marks(made(tmp_path, leads))
    rows = list(csv.DictReader(io.StringIO(leads)))
    where: object = f"leads.{kind}"
    match kind:
        case "jsonl":
            (tmp_path / "leads.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
        case "xlsx":
            book = openpyxl.Workbook()
            for cells in [list(rows[0]), *(list(r.values()) for r in rows)]:
                book.active.append(cells)
            book.save(tmp_path / "leads.xlsx")
        case "parquet":
            pq.write_table(pa.Table.from_pylist(rows), tmp_path / "leads.parquet")
        case _:
            where = rows
    plan = compile_text(AGREEMENT, str(tmp_path / "a.sla")).plan
    assert plan is not None
    assert marks(run(plan, [("lead", where)], base=tmp_path, as_of="2026-08-01")) == whole


def test_every_output_has_the_mark(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made(tmp_path, LEADS.replace("50,60,1\n2", "50,sixty,1\n2"))
    monkeypatch.chdir(tmp_path)

    def said(*arguments: str) -> str:
        more = ("--as-of", "2026-04-20", "--fail-on", "never") if arguments[0] == "run" else ()
        assert status_of([*arguments, *more]) == 0
        return capsys.readouterr().out

    document = json.loads(said("run", "a.sla", "--format", "json"))
    jsonschema.validate(document, json_schema(RunDocument))
    cells = {(c["kpi"], p["period"]): p["doubt"] for c in document["commitments"] for p in c["periods"]}
    assert {at: doubt for at, doubt in cells.items() if doubt} == {
        ("total", "2026-03"): {"rows": 1, "verdict": True}
    }
    (kpi,) = [k for k in document["kpis"] if k["name"] == "total"]
    assert [p["doubt"] for p in kpi["periods"] if p["doubt"]] == [{"rows": 1, "verdict": False}]

    text = said("run", "a.sla")
    assert "in doubt, for rows that cannot be read: total 2026-03" in text
    assert "1 unreadable" in text
    rows = list(csv.DictReader(io.StringIO(said("run", "a.sla", "--format", "csv"))))
    assert [(r["kpi"], r["period"], r["verdict"]) for r in rows if r["in_doubt"]] == [
        ("total", "2026-03", "missed")
    ]
    assert "❌ missed, in doubt, 1 unreadable" in said("run", "a.sla", "--format", "markdown")
    failures = ElementTree.fromstring(said("run", "a.sla", "--format", "junit")).findall(".//failure")
    assert [f.attrib["message"] for f in failures if "in doubt, 1 unreadable" in f.attrib["message"]] == [
        "missed: 60 EUR; in doubt, 1 unreadable"
    ]
    assert "in doubt, 1 unreadable" in said("run", "a.sla", "--format", "github")
    said("run", "a.sla", "--out", "run.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "run.xlsx")["Commitments"]
    titles, *found = [[cell.value for cell in row] for row in sheet]
    assert [row[titles.index("in doubt")] for row in found if row[titles.index("in doubt")]] == [1]
    said("review", "a.sla", "--period", "2026-03", "--as-of", "2026-04-20", "--out", "review.html")
    assert "in doubt, 1 unreadable" in (tmp_path / "review.html").read_text()


def test_the_mark_in_python(tmp_path: Path) -> None:
    import sladsl

    made(tmp_path, LEADS.replace("50,60,1\n2", "50,sixty,1\n2"))
    found = sladsl.compile(tmp_path / "a.sla").run(as_of="2026-04-20")
    assert found.commitments["marketing.total"]["2026-03"].doubt == {"rows": 1, "verdict": True}
    assert found.commitments["marketing.volume"]["2026-03"].doubt is None
    assert "in doubt, 1 unreadable" in repr(found)


def test_a_run_may_fail_on_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A sum that is met though a value of it could not be read."""
    made(
        tmp_path,
        LEADS.replace("50,60,1\n2", "50,sixty,1\n2").replace("03-04 10:00,50,60", "03-04 10:00,50,600"),
    )
    monkeypatch.chdir(tmp_path)

    def status(fail_on: str) -> int:
        arguments = ["run", "a.sla", "--as-of", "2026-04-01", "--period", "2026-03", "--fail-on", fail_on]
        found = status_of(arguments)
        capsys.readouterr()
        return found

    assert (status("missed"), status("provisional"), status("doubt"), status("never")) == (0, 0, 1, 0)
