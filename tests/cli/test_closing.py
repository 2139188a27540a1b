"""A closed period: recorded whole, shown without its data, and compared with what later runs make of it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from xml.etree import ElementTree

import jsonschema
import pytest
from command_line import Sla, runner

from sladsl import closing
from sladsl.calendars import day_number, rules
from sladsl.reports.closed import ClosedPeriod, Malformed, read
from sladsl.reports.documents import json_schema
from sladsl.reports.run.document import RunDocument

AGREEMENT = """
agreement "Answers":
  between marketing and sales
  effective from 2026-01-01
  zone "America/New_York"
  hours office

calendar office:
  open monday to friday 09:00 to 17:00
  closed holidays "US"

record lead:
  id           key text
  asked_at     time
  answered_at  optional time

kpi answer = time from lead.asked_at to lead.answered_at in business hours
kpi asked  = count of lead

sales owes marketing:
  answer within 4 business hours for 50% per month

source leads for lead from "leads.csv":
  times in "America/New_York"
"""
LEADS = """id,asked_at,answered_at
L-0,2026-02-02 09:00,2026-02-02 10:00
L-1,2026-03-02 09:00,2026-03-02 10:00
L-2,2026-03-09 09:00,2026-03-10 10:00
L-3,2026-03-03 09:00,2026-03-05 09:00
L-4,2026-03-04 09:00,2026-03-04 12:00
"""
LATER = "L-5,2026-04-06 09:00,\n"
AS_OF = ("--as-of", "2026-04-02")
CLOSE = ("close", "a.sla", "--period", "2026-03", *AS_OF)


@pytest.fixture
def sla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sla:
    (tmp_path / "a.sla").write_text(AGREEMENT)
    (tmp_path / "leads.csv").write_text(LEADS)
    return runner(tmp_path, monkeypatch, capsys)


def restated(sla: Sla) -> list[dict[str, Any]]:
    done = sla("run", "a.sla", "--as-of", "2026-05-02", "--format", "json", "--fail-on", "never")
    assert done.status == 0, done.err
    jsonschema.Draft202012Validator(json_schema(RunDocument)).validate(done.json)
    return list(done.json["restated"])


def changed(found: list[dict[str, Any]]) -> dict[str, tuple[str, str, list[str]]]:
    return {x["id"]: (x["was"], x["now"], x["changed"]) for x in found if x["judged"]}


def test_each_change_is_told_apart(sla: Sla, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sla(*CLOSE).out == "closed 2026-03: 3 figures in closed/2026-03.json\n"
    leads, agreement = tmp_path / "leads.csv", tmp_path / "a.sla"

    leads.write_text(LEADS + LATER)
    agreement.write_text(AGREEMENT.replace("for 50%", "for   50%") + "\n# a comment\n")
    # Data only grow, and neither layout nor a comment is a part of what is promised.
    assert restated(sla) == []

    leads.write_text(
        LEADS.replace("L-4,2026-03-04 09:00,2026-03-04 12:00", "L-4,2026-02-27 09:00,2026-03-04 17:00")
    )
    found = restated(sla)
    assert [(x["id"], x["was"], x["now"]) for x in found] == [
        ("sales.answer", "met 50.0%", "missed 33.3%"),
        ("answer", "3 business hours", "9 business hours"),
        ("asked", "4", "3"),
    ]
    assert {tuple(x["changed"]) for x in found} == {("the data of lead were changed",)}
    now = cast("Any", SimpleNamespace(outcomes=SimpleNamespace(as_of=SimpleNamespace(instant=1))))
    later = cast("Any", SimpleNamespace(as_of=2, figures=["never looked at"]))
    assert closing.restated(now, "", later, {}) == ()  # as of an instant before the close less is known

    # What was changed of another month is no reason, where there is another one.
    leads.write_text(LEADS.replace("L-0,2026-02-02 09:00", "L-0,2026-02-03 09:00"))
    agreement.write_text(
        AGREEMENT.replace("within 4 business hours", "within 2 business hours") + "\n# a comment\n"
    )
    assert changed(restated(sla)) == {
        "sales.answer": ("met 50.0%", "missed 25.0%", ["the agreement was changed"])
    }

    leads.write_text(LEADS)
    agreement.write_text(
        AGREEMENT.replace("answer within", "reply within").replace("kpi answer", "kpi reply ")
    )
    assert changed(restated(sla))["sales.answer"][1:] == (
        "no longer in the agreement",
        ["the agreement was changed"],
    )
    agreement.write_text(AGREEMENT)
    known = rules._holidays_of
    more = (day_number(dt.date(2026, 3, 9)), (("A new day",),))
    monkeypatch.setattr(
        rules, "_holidays_of", lambda region, year: (*known(region, year), *([more] if year == 2026 else []))
    )
    then = json.loads((tmp_path / "closed" / "2026-03.json").read_text())["closes"][0]["calendars"]
    monkeypatch.setattr(closing, "versions", lambda: (then["tzdata"], "99"))
    why = f"the calendars are open at other times (holidays {then['holidays']} → 99)"
    told = sla("run", "a.sla", "--as-of", "2026-05-02", "--fail-on", "restated")
    assert told.status == 1
    assert (
        f"restated: sales.answer 2026-03: met 50.0% → met 75.0% (closed as of 2026-04-02 00:00; {why})"
        in " ".join(told.out.split())
    )


def test_a_close_is_made_once_and_kept(sla: Sla, tmp_path: Path) -> None:
    path = tmp_path / "closed" / "2026-03.json"
    early = sla("close", "a.sla", "--period", "2026-03", "--as-of", "2026-03-03 12:00", "--rows")
    assert early.status == 2
    assert early.err.startswith("error: 2026-03 is not over; `sales.answer` 2026-03 is provisional: ")
    assert not path.parent.exists()
    provisional = sla("close", "a.sla", "--period", "2026-03", "--as-of", "2026-03-03 12:00", "--provisional")
    assert provisional.out == "closed 2026-03: 3 figures in closed/2026-03.json\n"
    assert restated(sla) == []  # what waited when it was closed was to change
    kept = path.read_text()
    assert "--again REASON" in sla(*CLOSE).err
    assert path.read_text() == kept
    assert sla(*CLOSE, "--again", "the month is over").status == 0
    said = json.loads(path.read_text())
    jsonschema.Draft202012Validator(json_schema(ClosedPeriod)).validate(said)
    assert [(c["provisional"], c["reason"]) for c in said["closes"]] == [
        (True, None),
        (False, "the month is over"),
    ]
    assert said["closes"][0] == json.loads(kept)["closes"][0]

    (tmp_path / "leads.csv").unlink()
    (tmp_path / "a.sla").write_text("broken")
    shown = sla("close", "a.sla", "--show", "2026-03")
    assert shown.out == sla("close", "--show", "2026-03").out
    assert "  sales.answer   2026-03   met" in shown.out
    assert "again: the month is over" in shown.out
    assert "  before: closed" in shown.out
    for asked, told in {
        ("--show", "2026-04"): "there is no `closed/2026-04.json`: it has 2026-03",
        ("b.sla", "--show", "2026-03"): "has no close of `b.sla`: it has those of a.sla",
        ("--show", "2026-03", "--rows"): "leave the other options out",
        ("a.sla",): "name the agreement and what is closed",
        ("a.sla", "--period", "2026-03", "--again", " "): "say why it is closed again",
    }.items():
        done = sla("close", *asked)
        assert done.status == 2
        assert told in done.err


def test_what_is_no_record_is_an_error_and_no_silence(sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir()
    (tmp_path / "closed" / "tickets.json").write_text("somebody else's")
    path = tmp_path / "closed" / "2026-02.json"
    for text in ("{", "[]", '{"schema": "sladsl.closed/1", "period": "2026-02", "closes": [{}]}'):
        path.write_text(text)
        done = sla("run", "a.sla", *AS_OF)
        assert done.status == 2
        assert "`closed/2026-02.json` is no " in done.err
    path.unlink()
    assert "“Answers” yet: leave `--again` out" in sla(*CLOSE, "--again", "why").err
    assert "expected" in sla("close", "a.sla", "--period", "March").err
    assert "there is nothing to close" in sla("close", "a.sla", "--period", "2025-03", *AS_OF).err


def test_a_review_shows_both(sla: Sla, tmp_path: Path) -> None:
    done = sla(*CLOSE, "--rows")
    assert done.out == "closed 2026-03: 3 figures in closed/2026-03.json and closed/2026-03.parquet\n"
    later = LEADS.replace("2026-03-04 12:00", "2026-03-04 17:00")
    (tmp_path / "leads.csv").write_text(later.replace("L-2,2026-03", "L-2,2026-02"))
    assert sla("review", "a.sla", "--period", "2026-03", "--as-of", "2026-05-02").status == 0
    page = (tmp_path / "review.html").read_text()
    assert "Closed, and different now" in page
    assert "no longer in the agreement" not in page
    for cell in (
        "met 50.0%, as of 2026-04-02T04:00:00Z",
        "missed 33.3%",
        "the data of lead were changed",
        "L-2: missed → not counted, L-4: met → missed",
    ):
        assert cell in page


def test_every_format_says_what_was_closed(sla: Sla, tmp_path: Path) -> None:
    import openpyxl
    import pyarrow.parquet

    sla(*CLOSE, "--rows")
    (tmp_path / "leads.csv").write_text(LEADS.replace("2026-03-04 12:00", "2026-03-04 17:00"))
    run = ("run", "a.sla", "--as-of", "2026-05-02")
    rows = {r["period"]: r for r in csv.DictReader(io.StringIO(sla(*run, "--format", "csv").out))}
    assert {period: r["closed_as"] for period, r in rows.items() if r["closed_as"]} == {
        "2026-03": "met 50.0%"
    }
    for out in ("a.parquet", "a.xlsx", "a.xml"):
        assert sla(*run, "--out", out).status == 1
    kept = pyarrow.parquet.read_table("a.parquet").to_pylist()
    assert [r["closed_as"] for r in kept if r["closed_as"]] == ["met 50.0%"]
    book = openpyxl.load_workbook("a.xlsx")
    told = list(book["Restated"].iter_rows(values_only=True))
    assert [row[:5] for row in told[1:3]] == [
        ("sales.answer", "", "2026-03", "met 50.0%", "missed 25.0%"),
        ("sales.answer", "", "2026-03", "met 50.0%", "missed 25.0%"),
    ]
    assert told[2][-3:] == ("L-4", "met", "missed")
    heads, *kpis = book["KPIs"].iter_rows(values_only=True)
    closed = {(row[0], row[2]): row[heads.index("closed as")] for row in kpis if row[-1]}
    assert closed == {("answer", "2026-03"): told[3][3]}
    [case] = [
        c
        for c in ElementTree.parse("a.xml").iter("testcase")
        if (c.get("classname"), (c.get("name") or "")[-7:]) == ("sales.answer", "2026-03")
    ]
    failure = case.find("failure")
    assert failure is not None
    assert "closed as met 50.0%" in (failure.get("message") or "")


def test_a_record_that_is_nested_without_end_is_none() -> None:
    with pytest.raises(Malformed):
        read("[" * 100_000)
