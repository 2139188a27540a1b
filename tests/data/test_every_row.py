"""Every row of a file is accounted for: there at the as-of, not yet there, or left out with a problem that counts it. On both engines."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from sladsl.compiler import compile_text
from sladsl.data import Binding, load
from sladsl.engines.rows import evaluate as evaluate_rows
from sladsl.engines.tables import evaluate as evaluate_tables
from sladsl.outcomes import AsOf, Outcomes, Problem
from sladsl.plan import Plan
from sladsl.runner import parse_as_of

LEFT_OUT = {
    "blank row",
    "skipped row",
    "unreadable row",
    "no key",
    "equal rows",
    "key used twice",
    "other state",
}
AGREEMENT = """agreement "Rows":
  between desk and customer
  zone "America/New_York"

record ticket:
  {key}
  opened  time
  target  optional planned time
  shown   optional planned date
  solved  optional time
  paid    optional date

kpi solving = time from opened to solved

desk owes customer:
  solving by target when shown is missing, by shown otherwise for 50% per month
    none counts as met

source tickets for ticket from "ticket.csv":
  times in "America/New_York"
  skip when "solved" in {{"void"}}
"""
KEYED = {"with a key": "id  key text", "without one": "id  optional text"}
TIMES = ["", "2026-03-02 10:00", "2026-03-09 23:59", "2026-03-10 00:00", "2026-03-12 09:00"]
PLANS = [*TIMES, "9999-12-31 00:00", "1066-10-14 09:00"]


def plan_of(key: str) -> Plan:
    made = compile_text(AGREEMENT.format(key=KEYED[key])).plan
    assert made is not None
    return made


def line(chance: random.Random) -> str:
    """A row of the file: few keys, so that some come again, and values from both sides of the as-of."""
    if chance.random() < 0.05:
        return ",,,,,"
    key = chance.choice(["", "A", "B", "C", "D"])
    solved = chance.choice([*TIMES, "void"])
    plan, shown, paid = chance.choice(PLANS), chance.choice(PLANS)[:10], chance.choice(TIMES)[:10]
    return f"{key},{chance.choice(TIMES)},{plan},{shown},{solved},{paid}"


def accounted(outcomes: Outcomes, problems: tuple[Problem, ...]) -> int:
    left_out = (p.count for p in (*problems, *outcomes.problems) if p.kind in LEFT_OUT)
    return outcomes.rows["ticket"] + outcomes.not_yet["ticket"] + sum(left_out)


@pytest.mark.parametrize("key", KEYED)
@pytest.mark.parametrize("seed", range(12))
def test_rows_read_are_there_or_not_yet_or_listed(seed: int, key: str, tmp_path: Path) -> None:
    chance, plan = random.Random(f"{seed} {key}"), plan_of(key)
    lines = [line(chance) for _ in range(chance.randint(1, 40))]
    file = tmp_path / "ticket.csv"
    file.write_text("\n".join(["id,opened,target,shown,solved,paid", *lines]) + "\n", encoding="utf-8")
    loaded = load(plan, [Binding("ticket", str(file))], base=tmp_path)
    for text in ("2026-03-01", "2026-03-10", "2026-04-01"):
        at = AsOf(parse_as_of(text, plan.zone))
        found = [evaluate_tables(plan, loaded.tables, at), evaluate_rows(plan, loaded.rows(), at)]
        assert [accounted(each, loaded.problems) for each in found] == [len(lines)] * 2, text


@pytest.mark.parametrize("key", KEYED)
def test_a_row_without_its_time_is_listed_whatever_else_it_has(key: str, tmp_path: Path) -> None:
    """And nothing of it changes as the as-of comes to its other times."""
    plan = plan_of(key)
    rest = [f"{plan_},{shown},{solved},{paid}" for plan_ in ("", "2026-03-20 10:00") for shown in ("", "2026-03-21")
            for solved in ("", "2026-03-12 10:00") for paid in ("", "2026-03-30")]  # fmt: skip
    lines = [f"T{n},,{each}" for n, each in enumerate(rest)]
    file = tmp_path / "ticket.csv"
    file.write_text("\n".join(["id,opened,target,shown,solved,paid", *lines]) + "\n", encoding="utf-8")
    loaded = load(plan, [Binding("ticket", str(file))], base=tmp_path)
    for text in ("2026-03-01", "2026-03-12 10:00", "2026-04-01"):
        at = AsOf(parse_as_of(text, plan.zone))
        for found in (evaluate_tables(plan, loaded.tables, at), evaluate_rows(plan, loaded.rows(), at)):
            lacking = [p.count for p in found.problems if (p.kind, p.field) == ("missing value", "opened")]
            assert lacking == [len(lines)], text
            assert found.rows == {"ticket": len(lines)}
