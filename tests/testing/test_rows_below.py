"""A test of a row says what became of the one row below it that a KPI is about."""

from __future__ import annotations

import pytest

from sladsl.compiler import compile_text
from sladsl.explaining import Fate
from sladsl.testing import VerdictFailed, run_tests

AGREEMENT = """agreement "Handoffs":
  between marketing and sales
  zone "UTC"

record lead:
  id  key text

record handoff of lead:
  id  key text
  at  time

record call of lead:
  at  time

event first_call:
  first call

event next_handoff:
  next handoff

kpi response = time from handoff to first_call
kpi again = time from handoff to next_handoff

sales owes marketing:
  response within 4 hours for 90% per month
  again within 4 hours for 90% per month

"""
GIVEN = """test "A":
  given lead: id "L1"
  given handoff: id "H2", at 2026-03-17 09:00
"""


def failures(said: str) -> list[object]:
    found = compile_text(AGREEMENT + GIVEN + said)
    assert found.plan is not None, [d.message for d in found.diagnostics]
    (run,) = run_tests(found).tests
    return [e.why for e in run.checks if e.why is not None]


@pytest.mark.parametrize(
    "said",
    [
        "  given call: at 2026-03-03 10:00\n  given call: at 2026-03-18 10:00\n  expect response missed, due 2026-03-17 13:00\n",
        "  given call: at 2026-03-17 09:00\n  expect response met\n",
        "  as of 2026-03-17 12:00\n  expect response open\n",
        "  expect again missed\n",
    ],
)
def test_the_one_row_below_is_asked(said: str) -> None:
    assert failures(said) == []


def test_why_it_fails_names_what_does_not_count() -> None:
    (why,) = failures("  given call: at 2026-03-03 10:00\n  expect response met\n")
    assert isinstance(why, VerdictFailed)
    assert why.clock is not None
    assert [c.fate for c in why.clock.candidates] == [Fate.BEFORE]


@pytest.mark.parametrize(
    ("given", "advice"),
    [
        ("", "give one: `given handoff: …`"),
        (
            '  given handoff: id "H1"\n  given handoff: id "H2"\n',
            "give one `handoff` in this test, and write another test for each other one",
        ),
    ],
)
def test_without_one_row_it_says_what_to_give(given: str, advice: str) -> None:
    found = compile_text(AGREEMENT + 'test "A":\n  given lead: id "L1"\n' + given + "  expect response met\n")
    assert [(d.code, d.help) for d in found.diagnostics if d.severity == "error"] == [("SLA208", advice)]
