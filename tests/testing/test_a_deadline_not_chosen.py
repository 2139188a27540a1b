"""A test whose row has no deadline yet, since which one applies waits for a clock, says so."""

from __future__ import annotations

from sladsl.compiler import compile_text
from sladsl.reports.testing.text import failure
from sladsl.testing import run_tests

AGREEMENT = """agreement "Desk":
  between marketing and sales
  zone "UTC"

record lead:
  id          key text
  created_at  time
  replied_at  optional time
  fixed_at    optional time

kpi reply = time from created_at to replied_at
kpi fix   = time from created_at to fixed_at

sales owes marketing:
  fix within 2 days when reply within 2 hours,
      within 1 day otherwise per month

test "A":
  given lead: created_at 2026-03-02 09:00
  as of 2026-03-02 10:00
  expect fix met
"""


def test_no_branch_is_told_before_it_is_chosen() -> None:
    found = compile_text(AGREEMENT)
    assert found.plan is not None, [d.message for d in found.diagnostics]
    run = run_tests(found)
    said = failure(run.tests[0], found.sources, run.zone)
    assert ["due", "—", "not", "chosen", "yet"] in [line.split() for line in said.splitlines()]
    assert said.endswith("it can be met only once it is settled which deadline applies")
