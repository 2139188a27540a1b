"""Every constant of an agreement has an address, by which it is found again; with another value the plan is another."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from backtesting.values import others
from sladsl.backtesting import Constant, Impossible, changed, constants, varied
from sladsl.backtesting.constants import Kind
from sladsl.compiler import Compilation, compile_text

CASES = Path(__file__).parents[1] / "golden" / "verdicts"
NAMES = sorted(p.name for p in CASES.iterdir() if p.is_dir())
SOME = NAMES if os.environ.get("SLADSL_SLOW") else NAMES[::8]

AGREEMENT = """
agreement "Constants":
  between marketing and sales
  effective 2026-01-01 to 2026-12-31
  zone "America/New_York"
  hours office

calendar office:
  open monday to friday 09:00 to 12:30, 13:30 to 18:00
  closed 2026-11-27

let quota = 120, 150 from 2026-07-01

record lead:
  id       key text
  size     optional number
  country  text
  at       time

record call of lead:
  id  key text
  at  time

score fit of lead:
  add 40 when size between 200 and 5_000
  add 25 when country = "US"
  add 20 when at least 3 call
  subtract 40 when no call in the last 14 days

define Good:
  lead when fit >= 50 and 10 <= size

event third_call: 3rd call
event first_call: first call

kpi volume = count of Good
kpi answer = time from lead to first_call
kpi slow = p90 of answer over lead

marketing owes sales:
  volume at least quota per month
    warn below 160

sales owes marketing:
  answer within 1 business hour when fit >= 80,
         within 4 business hours otherwise
    for 95% per month
    needs at least 20
    at 75% notify "them"
    if 1 business day late escalate to "her"
    if below 90% do "credit", below 80% do "more"

route Good:
  to "large" when size >= 1_000
  to "rest" otherwise

test "no constants of a run":
  given lead: size 7, at 2026-03-02 10:00
  expect not Good
"""

ADDRESSES = """\
agreement effective: 2026-01-01
agreement effective 2026-01-01 to: 2026-12-31
office _ to 12:30: 09:00
office 09:00 to: 12:30
office _ to 18:00: 13:30
office 13:30 to: 18:00
office closed: 2026-11-27
quota =: 120
quota _ from: 150
quota 150 from: 2026-07-01
fit add _ when size: 40
fit size between: 200
fit size between 200 and: 5_000
fit add _ when country: 25
fit country =: "US"
fit add _ when at: 20
fit at least: 3
fit subtract: 40
fit in the last: 14 days
Good fit >=: 50
Good _ <=: 10
Good size >=: 1_000
third_call _ call: 3rd
slow _ of: p90
marketing.volume warn below: 160
sales.answer within _ when: 1 business hour
sales.answer fit >=: 80
sales.answer within _ otherwise: 4 business hours
sales.answer for: 95%
sales.answer needs at least: 20
sales.answer at: 75%
sales.answer if: 1 business day
sales.answer if below: 90%
sales.answer below _ do "more": 80%
"""


def compiled(case: str) -> Compilation:
    path = CASES / case / "agreement.sla"
    return compile_text(path.read_text(encoding="utf-8"), str(path))


def test_the_addresses_of_an_agreement() -> None:
    compilation = compile_text(AGREEMENT)
    assert compilation.plan is not None
    told = [f"{x.address}: {x.written}" for x in constants(compilation)]
    assert "\n".join(told) + "\n" == ADDRESSES


def test_the_constants_of_what_is_imported_stand_in_its_file() -> None:
    text = 'import "parts.sla"\n' + AGREEMENT.replace("let quota = 120, 150 from 2026-07-01\n", "")
    parts = "# Agreed in January.\nlet quota = 120\n"
    found = compile_text(text, "a/agreement.sla", read={"a/parts.sla": parts}.__getitem__)
    (quota,) = (x for x in constants(found) if x.owner == "quota")
    assert (quota.address, quota.file, quota.span.start) == ("quota", "a/parts.sla", parts.index("120"))
    other = changed(found, [(quota, "90")])
    assert other.sources["a/parts.sla"].text == parts.replace("120", "90")
    assert other.sources["a/agreement.sla"].text == text
    assert other.plan is not None
    assert found.plan is not None
    assert other.plan.commitments[0].bound.value == 90


@pytest.mark.parametrize("case", SOME)
def test_every_constant_is_found_by_its_address_and_changes_the_plan(case: str) -> None:
    """All but the dates between which a promise stands: they are the first and the last day of a period, and of two that follow one another
    both would have to change."""
    compilation = compiled(case)
    every = constants(compilation)
    texts = dict.fromkeys(re.findall(r'"[^"\n]*"', compilation.source.text))
    assert len({x.address for x in every}) == len(every)
    for constant in every:
        unused = next((x for x in others(constant) if f" {x}" not in compilation.source.text), None)
        if unused is not None:  # else it may be taken for a change of another one beside it
            (again,) = varied(compilation, [in_place(constant, unused)])
            assert again.constant == constant
        plans = [
            plan
            for value in others(constant, texts)
            if value != constant.written and (plan := other(compilation, constant, value))
        ]
        if case == "promises_with_dates" and constant.kind is Kind.DATE and not plans:
            continue
        assert any(plan != compilation.plan for plan in plans), constant.address


def in_place(constant: Constant, value: str) -> str:
    """The address with a value in the constant's place."""
    before, after = constant.around
    return f"{before} {value} {after}"


def other(compilation: Compilation, constant: Constant, value: str) -> object:
    """The plan with another value; None where it is an error."""
    try:
        return changed(compilation, [(constant, value)]).plan
    except Impossible:
        return None
