"""What coverage counts: a small agreement, its tests, and each condition's tally worked out by hand."""

from __future__ import annotations

from sladsl.compiler import compile_text
from sladsl.testing.coverage import Coverage, coverage

AGREEMENT = """agreement "Handoff":
  between marketing and sales
  zone "UTC"

record lead:
  id       key text
  size     number
  country  optional text
  at       time

record call of lead:
  kind  one of "in", "out"
  at    time

score fit of lead:
  add 10 when size >= 100 and country = "US"
  add 5 when at least 1 call where kind = "in"

define Big:
  lead when fit >= 10 or size > 1_000

define Lost:
  lead when country is missing

event answer: first call where kind = "out"

kpi response = time from Big to answer
kpi us       = share of Big where country = "US" whose (count of call where kind = "out") > 1

sales owes marketing:
  response within 1 hour when size > 500, within 2 hours otherwise per month

route Big:
  to "a" when country not in {"US", "CA"}
  to "b" otherwise
"""
TESTS = """
test "small":
  given lead: size 50, at 2026-01-01 09:00
  given call: kind "in", at 2026-01-01 08:00
  expect not Big

test "large":
  given lead: size 200, country "US", at 2026-01-01 09:00
  given call: kind "out", at 2026-01-01 10:00
  given call: kind "in", at 2026-01-01 11:00
  expect Big

test "cannot be run":
  given lead: size 2_000
  given call: kind "in", lead "L-9"
  expect Big
"""


def reached(tests: str, only: str = "") -> Coverage:
    made = compile_text(AGREEMENT + tests)
    assert made.plan is not None, [d.message for d in made.diagnostics]
    return coverage(made, lambda t: only in t.label)


def tally(found: Coverage) -> list[tuple[str, str, tuple[int, int, int], bool]]:
    return [(c.owner, c.text, (c.true, c.false, c.missing), c.optional) for c in found.conditions]


def test_every_condition_is_counted_where_it_is_asked() -> None:
    assert tally(reached(TESTS)) == [
        ("score fit", "size >= 100", (1, 1, 0), False),
        ("score fit", 'country = "US"', (1, 0, 1), True),
        # Of the large lead no call is there at its entry, and one is now: a row counts once for each value.
        ("score fit", 'at least 1 call where kind = "in"', (2, 1, 0), False),
        ("score fit", 'kind = "in"', (2, 1, 0), False),
        ("define Big", "fit >= 10", (1, 1, 0), False),
        ("define Big", "size > 1_000", (0, 2, 0), False),
        ("define Lost", "country is missing", (1, 1, 0), False),
        ("event answer", 'kind = "out"', (1, 2, 0), False),
        # The rest is asked of rows that are in `Big`, and only the large lead is.
        ("kpi us", 'country = "US"', (1, 0, 0), True),
        ("kpi us", '(count of call where kind = "out") > 1', (0, 1, 0), False),
        ("kpi us", 'kind = "out"', (1, 1, 0), False),
        ("sales.response", "size > 500", (0, 1, 0), False),
        ("route Big", 'country not in {"US", "CA"}', (0, 1, 0), True),
    ]


def test_the_figure_counts_sides() -> None:
    found = reached(TESTS)
    assert (found.reached, found.sides) == (21, 29)
    assert found.percent == 72
    [never] = [c.never for c in found.conditions if c.owner == "route Big"]
    assert never == ("true", "missing")


def test_no_test_reaches_nothing_and_fewer_reach_less() -> None:
    assert reached("").reached == 0
    assert 0 < reached(TESTS, only="small").reached < reached(TESTS).reached
    assert reached(TESTS, only="cannot be run").reached == 0


def test_an_agreement_without_conditions_is_covered() -> None:
    made = compile_text('agreement "Plain": between a and b\n\nrecord lead:\n  id key text\n')
    assert made.plan is not None
    assert coverage(made).percent == 100
