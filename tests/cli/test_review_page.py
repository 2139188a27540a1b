"""What stands on the page of a review, on a month made for it: what is long is folded, and what is of other months is apart."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from sladsl.cli import status_of

AGREEMENT = """agreement "A":
  between marketing and sales
  zone "UTC"
  reviewed 2026-03-02

record rep:
  id    key text
  name  text

record lead:
  id      key text
  name    text
  region  one of "US", "EU"
  owner   accountable key of rep
  at      time
  called  optional time
  grade   optional number
  won_at  optional time

define Won:
  lead when grade > 5
  since won_at

kpi reply = time from at to called
kpi volume = count of lead
kpi quality = average of grade over lead

marketing owes sales:
  volume for each region at least 6 when region = "US", 5 otherwise per month

sales owes marketing:
  reply within 2 days for 80% per month
"""
LATE = "".join(
    f"M{n:02},Lead {n},{'US' if n % 5 else 'EU'},r{n % 2},2026-03-{n:02}T10:00Z,,,\n" for n in range(1, 24)
)
LEADS = f"""id,name,region,owner,at,called,grade,won_at
J1,Jana,US,r1,2026-01-10T10:00Z,2026-01-10T11:00Z,9,
F1,Finn,US,r1,2026-02-10T10:00Z,2026-02-10T11:00Z,7,2026-02-11T10:00Z
F2,Fay,US,r1,2026-02-28T23:00Z,,,
M24,Mia,US,r0,2026-03-24T10:00Z,2026-03-24T11:00Z,8,
M25,Max,US,r0,2026-03-25T10:00Z,x,8,2026-03-26T10:00Z
{LATE}"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("review")
    (folder / "a.sla").write_text(AGREEMENT)
    (folder / "leads.csv").write_text(LEADS)
    (folder / "reps.csv").write_text("id,name\nr0,Ana Lopez\nr1,Ben Ode\n")
    data = [
        f"--data={record}={folder / file}" for record, file in (("lead", "leads.csv"), ("rep", "reps.csv"))
    ]
    where = str(folder / "review.html")
    assert status_of(["review", str(folder / "a.sla"), *data, "--as-of", "2026-04-10", "--out", where]) == 0
    return Path(folder, "review.html").read_text(encoding="utf-8")


def section(page: str, title: str) -> str:
    """A section's text, a line a cell."""
    (inside,) = re.findall(f"<h2>{title}</h2>(.*?)</section>", page, re.DOTALL)
    text = re.sub(r"<[^>]*>", "\n", re.sub(r"<svg.*?</svg>", "", inside, flags=re.DOTALL))
    return unescape(re.sub(r"\n+", "\n", text))


def test_late_rows_stay_short(page: str) -> None:
    """Twenty are shown, the latest first, and the others in a fold; each by its name, and no command is said of each."""
    late = section(page, "Late in this period")
    shown, folded = late.split("4 more\n")
    assert (shown.count("Lead "), folded.count("Lead ")) == (19, 4)
    assert shown.index("M25 (Max)") < shown.index("M23 (Lead 23)") < shown.index("M22 (Lead 22)")
    assert "r1 (Ben Ode)" in shown
    assert page.count("sla explain") == 1


def test_what_nothing_is_promised_of_is_told(page: str) -> None:
    assert "quality (average)\n2026-03\n8\n" in section(page, "Measured, without a target")


def test_each_group_has_its_verdict(page: str) -> None:
    groups = section(page, "By groups")
    assert "volume for each region, 2026-03" in groups
    assert "EU\nat least 5 per month\n4\nmissed\n" in groups
    assert "missed for EU\n" in section(page, "Commitments")
    assert page.count('<article class="card') == 2  # and no card for each group


def test_doubts_and_problems_are_of_the_period(page: str) -> None:
    """What is of January is in the fold alone."""
    doubts, ever = section(page, "Rows in doubt").split("\nOf all the data")
    assert "rows in doubt that have a time in 2026-03, or none that is known" in doubts
    assert "1\nWon\nundated: the condition holds, and the date is missing\nM24 (Mia)\n" in doubts
    assert "2\nWon\nundated: the condition holds, and the date is missing\nJ1 (Jana)\n" in ever
    problems = section(page, "Data problems")
    assert '1\nlead.called\ncannot be read\nleads.csv:6 "x"\n' in problems
    assert "Of all the data" not in problems  # which are the same


def test_what_changed_was_over_before(page: str) -> None:
    """February had an open row at the review of 2 March; of March nothing was over."""
    changed = section(page, "What changed since 2026-03-02")
    assert "reply\n2026-02\n50.0% to 100%, 1 open, provisional\n50.0%, missed\n" in changed
    assert "2026-03\n" not in changed.replace("2026-03-02", "")


def test_intervals_are_named(page: str) -> None:
    assert "95% interval: " in section(page, "Commitments")
    assert "thick bars: 95% intervals" in section(page, "The last periods")
