"""Agreements of a given length, for benchmarks and for the fuzzer: a handoff agreement whose market desks repeat."""

from __future__ import annotations

_HEAD = """agreement "Marketing to sales, every market":
  between marketing "Demand generation" and sales "Field sales"
  effective 2026-01-01 to 2026-12-31
  zone "America/New_York"
  hours us_hours

calendar us_hours:
  open monday to friday 09:00 to 12:30, 13:30 to 18:00
  closed holidays "US" except "Columbus Day"
  closed 2026-12-31

record lead "One row per lead in the CRM":
  id            key text
  email         optional text
  company_size  "Employees" optional number
  country       optional text
  market        optional number
  industry      one of "software", "finance", "retail", "other"
  owner         accountable text
  created_at    time
  mql_at        optional time
  accepted_at   optional time
  won_at        optional time

record activity "Calls, emails, meetings and page views" of lead:
  type       one of "call", "email", "meeting", "page_view"
  direction  one of "inbound", "outbound"
  at         time

event first_touch "First outbound contact by a person":
  first activity where type in {"call", "email", "meeting"} and direction = "outbound"
"""

_DESK = """
# --- market {n}

let mail_{n} = {{"gmail.com", "yahoo.com", "m{n}.example"}}

score fit_{n} of lead:
  add 40 when company_size between 200 and 5_000
  add 25 when country in {{"US", "CA"}}
  add 20 when at least 3 activity where type = "page_view"
  subtract 40 when domain(email) in mail_{n}

define MQL_{n} "Marketing qualified lead of market {n}":
  lead when fit_{n} >= 50 and email is known and market = {n}
  since mql_at

define SAL_{n} "Sales accepted lead of market {n}":
  MQL_{n} when accepted_at is known
  since accepted_at

kpi volume_{n}     = count of MQL_{n}
kpi response_{n}   = time from MQL_{n} to first_touch in business hours
kpi acceptance_{n} = share of MQL_{n} that become SAL_{n} within 5 business days

marketing owes sales:
  volume_{n} at least 120 per month
    warn below 130

sales owes marketing:
  response_{n} within 1 business hour when fit_{n} >= 80,
              within 4 business hours otherwise
    for 95% of MQL_{n} per month
    if late reassign to "pool {n}", notify "sales managers"
    if missed escalate to "head of market {n}"
    none counts as met
  acceptance_{n} at least 60% per quarter
    needs at least 20
    none counts as met

route MQL_{n}:
  to "enterprise {n}" when company_size >= 1_000
  to "pool {n}" otherwise

test "a Saturday lead of market {n} answered on Monday is on time":
  given lead: email "ana@acme.com", company_size 400, country "US", market {n}, mql_at 2026-03-07 15:00
  given activity: type "call", direction "outbound", at 2026-03-09 10:00
  as of 2026-03-10 09:00
  expect MQL_{n}
  expect response_{n} met
"""


def agreement(lines: int) -> str:
    """An agreement without mistakes of about this many lines (never fewer than 60)."""
    head, desk = _HEAD.count("\n"), _DESK.count("\n")
    desks = max(1, round((lines - head) / desk))
    return _HEAD + "".join(_DESK.format(n=n) for n in range(1, desks + 1))
