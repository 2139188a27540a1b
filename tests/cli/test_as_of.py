"""The as-of of a run that names none: the latest time that the agreement reads, and not one that cannot be known or is a slip."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_line import Sla, runner

import sladsl
from sladsl.cli import figure_worker

AGREEMENT = """\
agreement "Visits":
  between marketing and sales
  zone "Europe/Berlin"
  review monthly

record lead:
  id      key text
  came    time
  closed  optional date
  noted   optional time

record visit of lead:
  kind  text
  at    time

define New:
  lead
  since came

define Closed:
  New when closed is known
  since closed

kpi tried = share of New whose (any visit where kind = "demo")
kpi won = share of New that become Closed

marketing owes sales:
  won at least 1% per month

source leads for lead from "lead.csv":
  times in "UTC"

source visits for visit from "visit.csv":
  times in "UTC"
"""
LEADS = """\
id,came,closed,noted
1,2026-01-05 09:00,,2026-02-20 09:00
2,2026-02-06 09:00,2026-02-10,
"""
VISITS = """\
lead,kind,at
1,demo,2026-01-05 10:00
2,call,2026-02-07 10:00
"""


@pytest.fixture
def sla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sla:
    write(tmp_path)
    monkeypatch.setenv("SLADSL_NOW", "2026-03-01 12:00")
    return runner(tmp_path, monkeypatch, capsys)


def write(folder: Path, leads: str = LEADS, visits: str = VISITS) -> None:
    for name, text in (("a.sla", AGREEMENT), ("lead.csv", leads), ("visit.csv", visits)):
        (folder / name).write_text(text, encoding="utf-8")


def head(out: str) -> list[str]:
    """What is said of the as-of."""
    lines = out[: out.find("\n\n")].splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith("as of"))
    return [line for line in lines[start:] if not line.startswith("last complete")]


def from_row(sla: Sla) -> tuple[str, object]:
    found = sla("run", "a.sla", "--format", "json", "--fail-on", "never").json
    return found["as_of"], found["as_of_from"]


def test_it_is_the_latest_time_that_is_read(sla: Sla) -> None:
    """A date's is its start in the agreement's zone; `noted` is later, and nothing reads it."""
    assert from_row(sla) == ("2026-02-09T23:00:00Z", {"record": "lead", "field": "closed", "key": "2"})
    assert head(sla("run", "a.sla").out) == [
        "as of 2026-02-10 00:00 Europe/Berlin: the latest time that the agreement reads (lead 2, closed)"
    ]


def test_rows_that_only_a_condition_asks_for_count(sla: Sla, tmp_path: Path) -> None:
    write(tmp_path, visits=VISITS + "1,call,2026-02-28 10:00\n")
    assert from_row(sla) == ("2026-02-28T10:00:00Z", {"record": "visit", "field": "at", "key": "3"})


def test_a_time_that_is_later_than_now_is_never_the_as_of(sla: Sla, tmp_path: Path) -> None:
    write(tmp_path, LEADS + "3,2026-02-11 09:00,2062-02-12,\n")
    as_of, row = from_row(sla)
    later = {"as_of": "2062-02-11T23:00:00Z", "record": "lead", "field": "closed", "key": "3"}
    assert as_of == "2026-02-11T09:00:00Z"
    assert row == {"record": "lead", "field": "came", "key": "3", "later_than_now": later}
    assert head(sla("run", "a.sla").out) == [
        "as of 2026-02-11 10:00 Europe/Berlin: the latest time that the agreement reads and that has come (lead 3, came)",
        "2062-02-12 00:00 (lead 3, closed) is later than now, and so never the as-of",
    ]


def test_what_is_now_chooses_the_as_of_and_nothing_else(sla: Sla, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLADSL_NOW", "2026-02-06T09:00:00Z")  # that very instant has come
    as_of, row = from_row(sla)
    assert as_of == "2026-02-06T09:00:00Z"
    assert isinstance(row, dict)
    assert (row["field"], row["later_than_now"]["field"]) == ("came", "closed")
    given = sla("run", "a.sla", "--as-of", "2026-02-10").out
    monkeypatch.setenv("SLADSL_NOW", "2040-01-01")
    assert sla("run", "a.sla", "--as-of", "2026-02-10").out == given


def test_nothing_has_come_yet(sla: Sla, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLADSL_NOW", "2025-12-31")
    done = sla("run", "a.sla")
    assert done.status != 0
    assert "no time that could be the as-of (none up to now, 2025-12-31T00:00:00Z)" in done.err


def test_a_time_that_stands_alone_is_named(sla: Sla, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One after the other, and what the as-of would be without them."""
    monkeypatch.setenv("SLADSL_NOW", "2027-01-01")
    write(tmp_path, LEADS + "3,2026-02-11 09:00,2026-11-30,\n4,2026-06-11 09:00,,\n")
    as_of, row = from_row(sla)
    assert as_of == "2026-11-29T23:00:00Z"
    february = {"as_of": "2026-02-11T09:00:00Z", "record": "lead", "field": "came", "key": "3"}
    june = {
        "as_of": "2026-06-11T09:00:00Z",
        "record": "lead",
        "field": "came",
        "key": "4",
        "otherwise": february,
    }
    assert row == {"record": "lead", "field": "closed", "key": "3", "otherwise": june}
    said = " ".join(line.strip() for line in head(sla("run", "a.sla").out)[1:])
    assert said == (
        "nothing lies within 30 days before 2026-11-30 00:00 (lead 3, closed): without it the as-of is "
        '2026-06-11 11:00 (lead 4, came; `--as-of "2026-06-11 11:00"`) '
        "nothing lies within 30 days before 2026-06-11 11:00 (lead 4, came): without it the as-of is "
        '2026-02-11 10:00 (lead 3, came; `--as-of "2026-02-11 10:00"`)'
    )


@pytest.mark.parametrize(("came", "alone"), [("2026-01-11 09:00:00", False), ("2026-01-11 08:59:59", True)])
def test_thirty_days_in_any_record(sla: Sla, tmp_path: Path, came: str, alone: bool) -> None:
    write(tmp_path, f"id,came,closed,noted\n1,{came},,\n", "lead,kind,at\n1,call,2026-02-10 09:00\n")
    row = from_row(sla)[1]
    assert isinstance(row, dict)
    assert ("otherwise" in row) is alone


def test_every_command_says_the_same(sla: Sla, tmp_path: Path) -> None:
    write(tmp_path, LEADS + "3,2026-02-11 09:00,2062-02-12,\n")
    as_of = "2026-02-11 10:00 Europe/Berlin: the latest time that the agreement reads and that has come (lead 3, came)"
    later = "2062-02-12 00:00 (lead 3, closed) is later than now, and so never the as-of"
    for done in (
        sla("run", "a.sla", "--format", "markdown"),
        sla("explain", "a.sla", "3", "--format", "markdown"),
        sla("review", "a.sla", "--period", "2026-01", "--out", "-"),
    ):
        assert as_of in done.out
        assert later in done.out
    made = sladsl.compile(tmp_path / "a.sla").run()
    assert made.as_of.isoformat() == "2026-02-11T09:00:00+00:00"
    assert later in made.report()
    assert later in made._repr_html_()
    text = (tmp_path / "a.sla").read_text(encoding="utf-8")
    question = {
        "name": str(tmp_path / "a.sla"),
        "texts": {str(tmp_path / "a.sla"): text},
        "root": str(tmp_path),
        "data": [],
    }
    # The last complete period is the one before the as-of.
    assert figure_worker._answered(question)["commitments"]["marketing.won"].startswith("2026-01: ")
    assert "2026-02-11T09:00:00Z" in sla("explain", "a.sla", "3", "--format", "json").out
