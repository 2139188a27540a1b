"""What the other reading of a local time would change: a status, a period, and how it is told; and what is not tried."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from sladsl import dst_alternatives
from sladsl.cli import status_of
from sladsl.compiler import compile_text
from sladsl.data import Loaded, load
from sladsl.outcomes import AsOf, Problem
from sladsl.plan import Plan
from sladsl.runner import parse_as_of, run

AGREEMENT = """
agreement "In doubt":
  between marketing and sales
  zone "Europe/London"

record lead:
  id    key text
  size  number
  at    time

record visit of lead:
  id  key text
  at  time

define Early:
  lead when no visit
  since at

kpi early  = count of Early
kpi leads  = count of lead

marketing owes sales:
  early at least 1 per day

route Early:
  to "day desk" when size >= 10
  to "pool" otherwise

source leads for lead from "lead.csv":
  times in "America/New_York"

source visits for visit from "visit.csv":
  times in "America/New_York"
"""


def loaded(folder: Path, leads: Sequence[str], visits: Sequence[str]) -> tuple[Plan, Loaded]:
    (folder / "a.sla").write_text(AGREEMENT, encoding="utf-8")
    (folder / "lead.csv").write_text("\n".join(["id,size,at", *leads]) + "\n", encoding="utf-8")
    (folder / "visit.csv").write_text("\n".join(["id,lead,at", *visits]) + "\n", encoding="utf-8")
    plan = compile_text(AGREEMENT, str(folder / "a.sla")).plan
    assert plan is not None
    return plan, load(plan, [], base=folder)


def found(plan: Plan, data: Loaded) -> list[tuple[str, str | None, str, int]]:
    as_of = AsOf(parse_as_of("2026-12-01", plan.zone))
    return [(p.kind, p.subject, p.change, p.count) for p in dst_alternatives.changes(plan, data, as_of)]


# A visit in the repeated hour, read first as 05:30Z, comes before the lead's entry; its other reading is 06:30Z, after it.
VISIT = ["v,L1,2026-11-01 01:30"]


def test_a_status_and_a_route(tmp_path: Path) -> None:
    plan, data = loaded(tmp_path, ["L1,50,2026-11-01T06:00:00Z"], VISIT)
    kind = "other reading of a repeated hour"
    assert found(plan, data) == [
        (kind, "Early", "out → in", 1),
        (kind, "route Early", "not there → day desk", 1),
        (kind, "marketing.early", "not there → counted", 1),
    ]


def test_one_row_and_a_whole_table_of_it(tmp_path: Path) -> None:
    """Readings of one family are tried one by one; those of several families are counted together."""
    leads = [f"L{n},5,2026-11-01T06:00:00Z" for n in range(20)]
    visits = [f"v{n},L{n},2026-11-01 01:30" for n in range(20)] + ["w,L3,2026-11-01 01:40"]
    plan, data = loaded(tmp_path, leads, visits)
    changes = {(subject, change): count for _, subject, change, count in found(plan, data)}
    # L3 has two such visits, and moving one leaves the other before its entry.
    assert changes["Early", "out → in"] == 19
    assert changes["route Early", "not there → pool"] == 19


def test_no_doubt_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan, data = loaded(tmp_path, ["L1,50,2026-11-01T06:00:00Z"], ["v,L1,2026-11-01 02:30"])

    def never(*_: object) -> None:
        raise AssertionError("nothing is in doubt, and rows were looked at")

    monkeypatch.setattr(dst_alternatives, "Evaluation", never)
    monkeypatch.setattr(Loaded, "families", never)
    assert found(plan, data) == []


def test_what_is_not_tried_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    leads = [f"L{n},5,2026-11-01T06:00:00Z" for n in range(5)]
    visits = [f"v{n},L{n},2026-11-01 01:30" for n in range(5)]
    plan, data = loaded(tmp_path, leads, visits)
    monkeypatch.setattr(dst_alternatives, "MOST", 2)
    told = found(plan, data)
    assert ("other reading of a repeated hour", "Early", "out → in", 2) in told
    assert told[-1] == ("other readings not tried", None, "", 3)


def test_a_family_that_is_all_doubt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    visits = [f"v{n},L1,2026-11-01 01:3{n}" for n in range(4)]
    plan, data = loaded(
        tmp_path,
        ["L1,5,2026-11-01T06:00:00Z", "L2,5,2026-11-01T06:00:00Z"],
        [*visits, "w,L2,2026-11-01 01:30"],
    )
    monkeypatch.setattr(dst_alternatives, "MOST_OF_ONE", 1)
    told = found(plan, data)
    # Of L1's four visits one is tried, and leaves three before its entry; L2's only one decides.
    assert ("other reading of a repeated hour", "Early", "out → in", 1) in told
    assert told[-1] == ("other readings not tried", None, "", 3)


def test_how_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plan, _ = loaded(tmp_path, ["L1,50,2026-11-01T06:00:00Z"], VISIT)
    monkeypatch.chdir(tmp_path)
    status_of(["run", "a.sla", "--as-of", "2026-12-01"])
    text = " ".join(capsys.readouterr().out.split())
    said = (
        "visit.at, 1 row (visit.csv:2): the other reading of a repeated hour would change `Early`: out → in"
    )
    assert said in text
    status_of(["run", "a.sla", "--as-of", "2026-12-01", "--format", "json"])
    problems = json.loads(capsys.readouterr().out)["data_problems"]
    (early,) = (p for p in problems if p["subject"] == "Early" and p["change"])
    assert (early["record"], early["field"], early["change"], early["count"]) == (
        "visit",
        "at",
        "out → in",
        1,
    )
    assert (early["examples"], early["places"][0]["line"]) == (["v"], 2)
    listed: list[Problem] = [p for p in run(plan, base=tmp_path, as_of="2026-12-01").problems if p.change]
    assert len(listed) == 3
