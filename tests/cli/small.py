"""A small agreement whose every figure can be counted on one's fingers, and its data."""

from __future__ import annotations

from pathlib import Path

AGREEMENT = """\
agreement "Handoff":
  between marketing "Demand generation" and sales
  effective 2026-01-01 to 2026-12-31
  zone "America/New_York"
  hours office

calendar office:
  open monday to friday 09:00 to 17:00

record lead:
  id       key text
  size     optional number
  country  one of "US", "DE"
  owner    accountable text
  mql_at   optional time

record call of lead:
  id key text
  at time

define MQL "Marketing qualified lead":
  lead when size >= 10
  since mql_at

event first_call: first call

kpi volume        = count of MQL for each country
kpi response_time = time from MQL to first_call in business hours

marketing owes sales:
  volume at least 3 per month

sales owes marketing:
  response_time within 4 business hours for 75% of MQL per month
    if late reassign to "inbound pool"
    if missed escalate to "head of sales"
    none counts as met

route MQL:
  to "enterprise" when size >= 1_000
  to "inbound pool" otherwise

source leads for lead from "leads.csv":
  id      = "Id"
  size    = "Employees"
  country = "Country"
  owner   = "Owner"
  mql_at  = "MQL date"
  times in "America/New_York"

source calls for call from "calls.csv":
  id   = "Id"
  lead = "Lead"
  at   = "At"
  times in "America/New_York"
"""

# January: L1 and L2 answered in time, L3 late, L4 never: 2 of 4, missed. February: L6 in time, L7 open as of the last call.
# L5 has no date (undated), L8 is dated and too small (mislabelled), L9 is dated and its size is missing (unclassifiable).
LEADS = """\
Id,Employees,Country,Owner,MQL date
L1,2000,US,Ana,2026-01-05 09:00
L2,50,US,Ana,2026-01-09 15:00
L3,50,DE,Bo,2026-01-12 10:00
L4,20,DE,Bo,2026-01-31 12:00
L5,50,US,Ana,
L6,50,US,Ana,2026-02-02 10:00
L7,50,FR,Ana,2026-02-04 16:00
L8,5,US,Bo,2026-02-03 10:00
L9,,US,Bo,2026-02-03 10:00
"""

CALLS = """\
Id,Lead,At
C1,L1,2026-01-05 13:00
C2,L2,2026-01-12 11:00
C3,L3,2026-01-12 14:00:01
C4,L1,2026-01-05 09:30
C5,L6,2026-02-02 11:00
C6,L77,2026-02-03 11:00
C7,L3,2026-02-04 16:30
"""


def write(folder: Path) -> Path:
    """The agreement and its data in a folder; the agreement's path."""
    (folder / "agreement.sla").write_text(AGREEMENT, encoding="utf-8")
    (folder / "leads.csv").write_text(LEADS, encoding="utf-8")
    (folder / "calls.csv").write_text(CALLS, encoding="utf-8")
    return folder / "agreement.sla"


COUNT = """agreement "x":
  between marketing and sales
  effective 2026-01-01 to 2026-12-31
  zone "UTC"

record lead:
  id key text
  mql_at optional time

define MQL:
  lead when mql_at is known
  since mql_at

kpi volume = count of MQL

marketing owes sales:
  volume at least 1 per month
"""
"""One that counts rows of a single record; it names no data."""
