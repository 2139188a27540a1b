"""What a failing test says of a clock that nothing has settled yet."""

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


LATER = """agreement "Desk":
  between marketing and sales
  zone "UTC"

record lead:
  id          key text
  created_at  time

record call of lead:
  begun_at  time
  ended_at  optional time

event talk:
  first call by ended_at

kpi answer = time from created_at to talk

sales owes marketing:
  answer within 2 hours per month

test "A":
  given lead: created_at 2026-03-02 09:00
  given call: begun_at 2026-03-02 09:30, ended_at 2026-03-02 10:30
  as of 2026-03-02 10:00
  expect answer met
"""


def test_a_row_that_is_dated_later_is_not_said_to_have_no_time() -> None:
    found = compile_text(LATER)
    assert found.plan is not None, [d.message for d in found.diagnostics]
    run = run_tests(found)
    said = failure(run.tests[0], found.sources, run.zone)
    assert "does not count: its time is later than the `as of`" in said
