"""Rows that are named by their key: what they are called stands beside it in every report, and they come along where a row is looked at."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import Sla, runner

AGREEMENT = """\
agreement "Follow-up":
  between marketing and sales
  zone "UTC"
  review monthly

record team:
  id    key text
  name  text

record rep:
  id       key text
  name     optional text
  manager  optional key of rep
  team     key of team
  joined   time

record lead:
  id       key text
  owner    accountable key of rep
  created  time
  called   optional time

define Managed:
  lead when owner.manager.name = "Bo Li"
  since created

kpi answer = time from created to called for each owner.team, owner.manager
kpi managed = count of Managed

marketing owes sales:
  managed at least 1 per month

sales owes marketing:
  answer within 2 hours for 90% per month

source teams for team from "team.csv":
  times in "UTC"

source reps for rep from "rep.csv":
  times in "America/New_York"

source leads for lead from "lead.csv":
  times in "UTC"
"""


@pytest.fixture
def sla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sla:
    (tmp_path / "a.sla").write_text(AGREEMENT)
    (tmp_path / "team.csv").write_text("id,name\nt1,East\n")
    (tmp_path / "rep.csv").write_text(
        "id,name,manager,team,joined\n"
        "r1,Ana Lopez,r2,t1,2025-06-01 09:00\n"
        "r2,Bo Li,,t1,2025-06-01 09:00\n"
        "r3,,r2,t1,2025-11-02 01:30\n"  # an hour that New York showed twice
    )
    (tmp_path / "lead.csv").write_text(
        "id,owner,created,called\n"
        "l1,r1,2025-12-03 10:00,2025-12-03 14:00\n"
        "l2,r9,2025-12-03 10:00,\n"
        "l3,r3,2025-11-02 06:00,2025-11-02 06:30\n"
    )
    return runner(tmp_path, monkeypatch, capsys)


AT = ("--as-of", "2026-01-15")


def test_a_run_says_what_owners_and_groups_are_called(sla: Sla) -> None:
    said = sla("run", "a.sla", *AT).out
    assert "r1 (Ana Lopez) 1" in said, "beside the late rows of a commitment"
    assert "t1 (East)" in said
    assert "r2 (Bo Li)" in said
    assert " r9" in said, "one whose row is not there has its key alone"
    assert "names a row that is not in the data" in said


def test_a_document_has_them_by_record_and_key(sla: Sla) -> None:
    said = json.loads(sla("run", "a.sla", *AT, "--format", "json").out)
    assert said["labels"] == {"rep": {"r1": "Ana Lopez", "r2": "Bo Li"}, "team": {"t1": "East"}}
    assert {x["owner"] for x in said["breaches"]} == {"r1", "r9"}


def test_an_explanation_reads_the_rows_that_are_named(sla: Sla) -> None:
    said = sla("explain", "a.sla", "l1", *AT).out
    assert "r1, Ana Lopez (owner), for sales" in said
    assert 'owner "r1" (Ana Lopez)' in " ".join(said.split())
    assert 'owner.manager.name = "Bo Li"' in said
    assert "Managed    in it" in said or "Managed: in it" in said


def test_a_review_says_who_kept_it_by_name(sla: Sla, tmp_path: Path) -> None:
    sla("review", "a.sla", *AT, "--period", "2025-12", "--out", "pack.html")
    said = (tmp_path / "pack.html").read_text(encoding="utf-8")
    assert "r1 (Ana Lopez)" in said
    assert "t1 (East)" in said


def test_a_test_of_a_row_gives_the_rows_that_it_names(sla: Sla) -> None:
    said = sla("test", "a.sla", "--from-lead", "l1", "--record", "lead", *AT).out
    assert 'given rep: id "r1"' in said
    assert 'manager "r2"' in said
    assert 'given rep: id "r2", name "Bo Li"' in said
    assert "expect Managed" in said
    assert "does not pass" not in said


def test_the_other_reading_of_a_named_rows_time_is_tried(sla: Sla) -> None:
    """r3 joined at 05:30Z, or, if the hour's second reading was meant, at 06:30Z: after the lead that names it came."""
    said = sla("run", "a.sla", *AT, "--format", "json").out
    changes = [x for x in json.loads(said)["data_problems"] if x["change"]]
    assert ("Managed", "in → unclassifiable") in [(x["subject"], x["change"]) for x in changes]


def test_a_value_that_is_lost_marks_the_figures_of_rows_that_name_its_row(sla: Sla, tmp_path: Path) -> None:
    reps = (tmp_path / "rep.csv").read_text().replace("2025-06-01 09:00\nr2", "soon\nr2")
    (tmp_path / "rep.csv").write_text(reps)
    said = json.loads(sla("run", "a.sla", *AT, "--format", "json").out)
    (managed,) = (c for c in said["commitments"] if c["id"] == "marketing.managed")
    (december,) = (p for p in managed["periods"] if p["period"] == "2025-12")
    assert (december["verdict"], december["doubt"]) == ("missed", {"rows": 1, "verdict": True})
