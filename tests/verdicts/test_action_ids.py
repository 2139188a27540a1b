"""An action has one id, in every run, while its data grow, and on both engines; and no two have the same."""

from __future__ import annotations

from pathlib import Path

from sladsl.compiler import compile_text
from sladsl.data import load
from sladsl.engines.rows import Evaluation
from sladsl.engines.tables import evaluate
from sladsl.outcomes import AsOf
from sladsl.plan import Plan
from sladsl.runner import of_outcomes, parse_as_of
from sladsl.verdicts import Due

AGREEMENT = """
agreement "Answers":
  between marketing and sales
  effective from 2026-03-01
  zone "America/New_York"

record lead:
  id           key text
  owner        accountable text
  asked_at     time
  answered_at  optional time

record wish:
  what         text
  size         optional number
  day          optional date
  asked_at     time
  answered_at  optional time

kpi answer  = time from lead.asked_at to lead.answered_at
kpi quick   = time from lead.asked_at to lead.answered_at
kpi granted = time from wish.asked_at to wish.answered_at

sales owes marketing:
  answer within 4 hours for 90% per month
    at 75% notify owner, notify "desk"
    if late reassign to "pool", notify owner, notify "desk"
    if missed escalate to "head"
    if below 80% escalate to "head", notify "board"
  granted within 1 day for 90% per month
    if late do "call"
  quick within 2 hours for 50% for each owner per month
    if missed notify "coach"

source leads for lead from "leads.csv":
  times in "America/New_York"

source wishes for wish from "wishes.csv":
  times in "America/New_York"
"""

LEADS = """id,owner,asked_at,answered_at
L-1,Ana,2026-03-02 09:00,2026-03-02 10:00
L-2,Ana,2026-03-02 09:00,{}
L-3,Bo,2026-03-03 09:00,{}
"""
WISHES = """what,size,day,asked_at,answered_at
a car,1.50,2026-03-02,2026-03-02 09:00,{}
a car,1.50,2026-03-02,2026-03-02 09:00,
a boat,,2026-03-20,2026-03-02 09:00,2026-03-02 10:00
a tree,7,,2026-03-03 09:00,
"""


def plan(folder: Path) -> Plan:
    made = compile_text(AGREEMENT, str(folder / "answers.sla"))
    assert made.plan is not None, [d.message for d in made.diagnostics]
    return made.plan


def follow(folder: Path, as_of: str, leads: str, wishes: str, *, both: bool = False) -> list[Due]:
    """What follows; by `both` engines the same."""
    (folder / "leads.csv").write_text(leads)
    (folder / "wishes.csv").write_text(wishes)
    p = plan(folder)
    at = AsOf(parse_as_of(as_of, p.zone))
    loaded = load(p, [], base=folder)
    due = list(of_outcomes(p, Evaluation(p, loaded.rows(), at).outcomes()).due())
    if both:
        assert list(of_outcomes(p, evaluate(p, loaded.tables, at)).due()) == due
    return due


def test_an_id_stays_as_data_grow(tmp_path: Path) -> None:
    early = follow(tmp_path, "2026-03-04", LEADS.format("", ""), WISHES.format(""))
    later = follow(
        tmp_path,
        "2026-04-05",
        LEADS.format("2026-03-05 10:00", "2026-03-06 10:00") + "L-4,Cy,2026-03-09 09:00,\n",
        WISHES.format("2026-03-09 12:00") + "a bike,2,2026-03-09,2026-03-09 09:00,\n",
        both=True,
    )
    ids = [x.id for x in later]
    assert len(set(ids)) == len(ids)
    assert {x.commitment for x in early} >= {"sales.answer", "sales.granted"}
    assert {(x.id, x.cause, x.verb, x.key) for x in early} <= {(x.id, x.cause, x.verb, x.key) for x in later}
    assert {x.cause for x in later} == {"at 75%", "late", "missed", "below 0.8"}
    assert {x.commitment for x in later} >= {"sales.quick for Bo", "sales.quick for Cy"}


def test_a_row_without_a_key_is_named_by_what_it_says(tmp_path: Path) -> None:
    """Where it stands is no part of it: a line above it makes no other row of it."""
    line = "a tree,7,,2026-03-03 09:00,\n"
    before = follow(tmp_path, "2026-03-05", LEADS.format("", ""), WISHES.format(""))
    head, rows = WISHES.format("").split("\n", 1)
    moved = follow(tmp_path, "2026-03-05", LEADS.format("", ""), f"{head}\n{line}{rows.replace(line, '')}")
    granted = [{x.id for x in due if x.commitment == "sales.granted"} for due in (before, moved)]
    assert granted[0] == granted[1]
    assert len(granted[0]) == 2
    other = follow(
        tmp_path, "2026-03-05", LEADS.format("", ""), WISHES.format("").replace("a tree,7", "a tree,8")
    )
    assert len({x.id for x in other if x.commitment == "sales.granted"} - granted[0]) == 1


def test_an_id_is_written_down(tmp_path: Path) -> None:
    """Changed by accident, everything that was given out would be given out again. Who is told, and another verb beside it, are no part."""
    due = [
        x for x in follow(tmp_path, "2026-03-04", LEADS.format("", ""), WISHES.format("")) if x.key == "L-2"
    ]
    assert [(x.id, x.cause, x.verb, x.to) for x in due if x.cause == "late"] == [
        ("1ea07892265bc0c1a2158bb0", "late", "reassign", "pool"),
        ("3402d8987aab23833812e0fe", "late", "notify", "Ana"),
        ("4075c0037aa805d1d3045f51", "late", "notify", "desk"),
    ]
