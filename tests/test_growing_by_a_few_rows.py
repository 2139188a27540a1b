"""What is final stays, in the smallest data in which it once did not: an agreement, a few rows, and the instants at which one looks."""

from __future__ import annotations

from typing import Any

import pytest
from engines.builders import at

from proofs.finality import faults
from proofs.histories import Rows
from sladsl.compiler import compile_text
from sladsl.plan import FieldType, Plan

HEAD = """
agreement "Growing":
  between marketing and sales
  zone "America/New_York"
{term}
record lead:
  id           key text
  created_at   time
  accepted_at  optional time
  won_at       optional time
"""

CASES: dict[str, tuple[str, str, dict[str, list[dict[str, str]]], tuple[str, ...]]] = {
    "the first row turns out not to belong": (
        "",
        """
kpi acceptance = time from created_at to accepted_at

define Slow:
  lead when not (acceptance within 2 days)

kpi won = share of Slow whose won_at is known

marketing owes sales:
  won at least 50% per day
    none counts as missed
    if missed notify "boss"
""",
        {"lead": [{"id": "a", "created_at": "2026-03-02 12:00", "accepted_at": "2026-03-04 09:00"}]},
        ("2026-03-04 08:00", "2026-03-04 10:00"),
    ),
    "the next step is one that no figure passes": (
        "  effective from 2026-03-01",
        """
kpi acceptance = time from created_at to accepted_at

marketing owes sales:
  acceptance within 1 hour for 90% per day
    if below 50% notify "boss", below 0% notify "head"
""",
        {
            "lead": [
                {"id": "a", "created_at": "2026-03-02 09:00"},
                {"id": "b", "created_at": "2026-03-02 10:00"},
                {"id": "c", "created_at": "2026-03-02 23:30", "accepted_at": "2026-03-03 00:20"},
            ]
        },
        ("2026-03-03 00:10", "2026-03-03 01:00"),
    ),
    "there are too few rows from the first, and one turns out not to belong": (
        "  effective from 2026-03-01",
        """
kpi acceptance = time from created_at to accepted_at

define Slow:
  lead when not (acceptance within 1 day)

kpi slow = count of Slow

marketing owes sales:
  slow at least 3 per day
    if missed notify "boss"
""",
        {"lead": [{"id": "a", "created_at": "2026-03-02 12:00", "accepted_at": "2026-03-03 09:00"}]},
        ("2026-03-03 08:00", "2026-03-03 10:00"),
    ),
    "a row is left out once its clock has started": (
        "  effective from 2026-03-01",
        """
kpi closing = time from accepted_at to won_at

define Early:
  lead
  since created_at

marketing owes sales:
  closing within 1 day for 0% of Early per day
    except when created_at < 2026-03-03 because "before the launch"
""",
        {"lead": [{"id": "a", "created_at": "2026-03-02 12:00", "accepted_at": "2026-03-05 09:00"}]},
        ("2026-03-04 08:00", "2026-03-07 10:00"),
    ),
    "who is named comes later than whom he names": (
        "  effective from 2026-03-01",
        """
record rep:
  id        key text
  hired_at  time
  boss      optional key of rep

record deal:
  id         key text
  signed_at  time
  keeper     key of rep

event hired: first of keeper.boss.hired_at, signed_at

kpi signing = time from signed_at to hired

marketing owes sales:
  signing within 1 hour for 100% per day
""",
        {
            "rep": [
                {"id": "boss", "hired_at": "2026-03-01 09:00"},
                {"id": "keeper", "hired_at": "2026-03-04 09:00", "boss": "boss"},
            ],
            "deal": [{"id": "a", "signed_at": "2026-03-02 09:00", "keeper": "keeper"}],
        },
        ("2026-03-03 09:00", "2026-03-05 09:00"),
    ),
}


def rows_of(plan: Plan, told: dict[str, list[dict[str, str]]]) -> Rows:
    """The rows with each field, times as instants."""

    def value(type: FieldType, text: str | None) -> Any:
        return at(text) if text is not None and type is FieldType.TIME else text

    return {
        r.name: [{f.name: value(f.type, row.get(f.name)) for f in r.fields} for row in told.get(r.name, ())]
        for r in plan.given
    }


@pytest.mark.parametrize("case", CASES)
def test_what_is_final_stays(case: str) -> None:
    term, text, told, instants = CASES[case]
    plan = compile_text(HEAD.format(term=term) + text).plan
    assert plan is not None
    assert not list(faults(plan, rows_of(plan, told), [at(x) for x in instants], case))
