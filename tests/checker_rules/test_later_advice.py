"""What SLA409 says to write where a time may come after the period: written so, it warns no more, and counts what was meant."""

from __future__ import annotations

import re

import pytest

from sladsl.compiler import compile_text
from sladsl.plan import Plan
from sladsl.runner import run

AGREEMENT = """agreement "A":
  between desk and customer
  zone "UTC"

record ticket:
  id       key text
  opened   time
  solved   optional time
  raised   optional time
  due      optional planned time
  size     number

define Solved:
  ticket
  since solved

kpi asked = share of {rows} whose {condition}
"""
JANUARY, FEBRUARY = "2026-01-{:02} 09:00", "2026-02-{:02} 09:00"
TICKETS = [
    # solved and raised: in order, the other way round, raised after the period, never raised
    ("in order", JANUARY.format(5), JANUARY.format(6)),
    ("reversed", JANUARY.format(6), JANUARY.format(5)),
    ("raised later", JANUARY.format(5), FEBRUARY.format(5)),
    ("never raised", JANUARY.format(5), ""),
    # not solved in the period
    ("only raised", "", JANUARY.format(5)),
    ("both later", FEBRUARY.format(5), FEBRUARY.format(6)),
    ("neither", "", ""),
]


def agreement(rows: str, condition: str) -> tuple[Plan, list[str]]:
    made = compile_text(AGREEMENT.format(rows=rows, condition=condition))
    assert made.plan is not None, made.diagnostics
    return made.plan, [d.help for d in made.diagnostics if d.code == "SLA409"]


def hits(plan: Plan) -> str:
    """The figure of January: how many of how many."""
    rows = [
        {
            "id": id,
            "opened": f"{JANUARY.format(2)}Z",
            "solved": solved and f"{solved}Z",
            "raised": raised and f"{raised}Z",
            "size": 9,
        }
        for id, solved, raised in TICKETS
    ]
    (figure,) = run(plan, [("ticket", rows)], as_of="2026-04-01").figures
    counts = figure.periods[0].counters
    return f"{counts['hit']} of {counts['rows']}"


@pytest.mark.parametrize(
    ("rows", "condition", "advised", "counted"),
    [
        # Rows that are solved: until they are raised they are solved before it.
        ("Solved", "solved <= raised", "raised is missing or solved <= raised", "3 of 4"),
        ("Solved", "raised > solved and size > 5", "(raised is missing or raised > solved)", "3 of 4"),
        # All tickets: one that is not solved is not solved before anything.
        (
            "ticket",
            "solved <= raised",
            "solved is known and (raised is missing or solved <= raised)",
            "3 of 7",
        ),
        (
            "ticket",
            "solved <= raised and size > 5",
            "(solved is known and (raised is missing or solved <= raised))",
            "3 of 7",
        ),
        ("ticket", "opened <= raised", "raised is missing or opened <= raised", "7 of 7"),
    ],
)
def test_what_is_advised_counts_what_was_meant(rows: str, condition: str, advised: str, counted: str) -> None:
    _, (said,) = agreement(rows, condition)
    assert said.endswith(f"else say what holds until it has come: `{advised}`")
    mended = re.sub(
        r"solved <= raised|raised > solved|opened <= raised", lambda _: advised, condition, count=1
    )
    plan, warned = agreement(rows, mended)
    assert warned == []
    assert hits(plan) == counted


def test_a_plan_may_lie_ahead_where_nothing_has_come() -> None:
    """`due <= solved` of a ticket that is not solved: late only once `due` has passed, so no word of the row says it."""
    _, (said,) = agreement("ticket", "due <= solved")
    assert said == "ask it of rows that it has come for: of a definition `since solved`"
    assert agreement("Solved", "due <= solved")[1] == []
