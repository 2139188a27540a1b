"""A field may be called like a column that the set engine makes on the way: each keeps its own values."""

from __future__ import annotations

from pathlib import Path

from sladsl.compiler import compile_text
from sladsl.runner import run

MADE = (
    "asked_of", "asked_of_2", "asked_of_3", "asked_of_0", "asked_of_1", "choice", "chosen", "amount", "base_0", "slope_0", "group_0",
    "length_0", "k", "start", "stop", "rank", "parent_link", "own", "theirs", "first", "last", "now", "until", "since", "zone",
)  # fmt: skip
"""Names that stand in queries of the set engine, or did."""
AGREEMENT = """agreement "Odd names":
  between sales and marketing
  zone "America/New_York"
  hours office

calendar office:
  open monday to friday 09:00 to 17:00

record lead:
  id       key text
  created  time
  asked    optional date
  called   optional time
{fields}

record wait of lead:
  id      key text
  begins  time
  ends    optional time

kpi answer = time from created to called in business hours
kpi day = time from asked to called
{kpis}

sales owes marketing:
  answer within 2 business hours when k > 3, within 1 business day, by close otherwise for 50% per month
    pause during wait from begins to ends
  day within 2 business days for 50% per month

source leads for lead from "leads.csv":
  id = "id"

source waits for wait from "waits.csv":
  id = "id"
"""


def test_fields_called_like_columns_of_the_engine(tmp_path: Path) -> None:
    text = AGREEMENT.format(
        fields="\n".join(f"  {name}  number" for name in MADE),
        kpis="\n".join(f"kpi total_{name} = sum of {name} over lead" for name in MADE),
    )
    rows = [[n * 100 + i for i, _ in enumerate(MADE)] for n in range(1, 4)]
    leads = [
        f"{n},2026-03-0{n}T15:00:00Z,2026-03-0{n},{f'2026-03-0{n}T16:30:00Z' if n < 3 else ''},{','.join(map(str, row))}"
        for n, row in enumerate(rows, start=2)
    ]
    (tmp_path / "leads.csv").write_text(
        "\n".join([f"id,created,asked,called,{','.join(MADE)}", *leads]) + "\n"
    )
    (tmp_path / "waits.csv").write_text(
        "id,lead,begins,ends\nw,2,2026-03-02T15:10:00Z,2026-03-02T15:20:00Z\n"
    )
    made = compile_text(text, str(tmp_path / "a.sla"))
    assert made.plan is not None, made.diagnostics
    ran = run(made.plan, as_of="2026-04-02", base=tmp_path)
    totals = {
        f.figure.kpi: f.periods[0].value
        for f in ran.figures
        if f.figure.kpi.startswith("total_") and f.periods
    }
    assert totals == {f"total_{name}": sum(row[i] for row in rows) for i, name in enumerate(MADE)}
