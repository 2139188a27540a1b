"""How far the data of a source are trusted: `fresh within`, `readable at least`, `newest of`."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from command_line import Sla, runner

from sladsl.addresses import Address
from sladsl.data import DataError
from sladsl.data.locations import Location, locate

AGREEMENT = """\
agreement "Handoff":
  between marketing and sales
  effective 2026-01-01 to 2026-12-31
  zone "UTC"

record lead:
  id  key text
  at  time

record call of lead:
  at  time

event answer: first call
kpi volume = count of lead
kpi answered = time from at to answer

marketing owes sales:
  volume at least 1 per month

sales owes marketing:
  answered within 1 day for 50% of lead per month
    none counts as met

source leads for lead from newest of "lead*.csv":
  readable at least 95%

source calls for call from "call.csv":
  fresh within 2 days
"""
LEADS = "id,at\na,2026-01-05 10:00Z\nb,2026-01-20 10:00Z\nc,2026-02-20 10:00Z\n"
CALLS = "lead,at\na,2026-01-05 12:00Z\n"


@pytest.fixture
def sla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sla:
    (tmp_path / "handoff.sla").write_text(AGREEMENT)
    (tmp_path / "lead-2026-02-20.csv").write_text(LEADS)
    (tmp_path / "call.csv").write_text(CALLS)
    return runner(tmp_path, monkeypatch, capsys)


def test_what_needs_later_data_is_not_judged_and_says_why(sla: Sla, tmp_path: Path) -> None:
    text = sla("run", "handoff.sla", "--as-of", "2026-04-02", "--leads", "rows.csv")
    assert "data of calls end on 2026-01-05 12:00, which is more than 2 days before the as-of" in text.out
    assert "2026-03   provisional        –   0 of 0, data end on 2026-01-05" in text.out
    assert text.status == 1, "volume rests on the leads alone: in March it is missed"
    kept = (tmp_path / "rows.csv").read_text().splitlines()
    assert [line.split(",")[3] for line in kept if line.startswith("sales")] == ["a"]
    assert [line.split(",")[3] for line in kept if line.startswith("marketing")] == ["a", "b", "c"]
    document = sla("run", "handoff.sla", "--as-of", "2026-04-02", "--format", "json").json
    assert [(x["source"], x["stale"]) for x in document["data_ends"]] == [("calls", True)]
    ends = {
        (c["id"], p["period"]): p["data_end"] and p["data_end"]["latest"]
        for c in document["commitments"]
        for p in c["periods"]
    }
    assert ends["sales.answered", "2026-03"] == "2026-01-05T12:00:00Z"
    assert ends["marketing.volume", "2026-03"] is None


def test_a_source_that_says_nothing_of_its_end_is_told_where_it_falls_silent(
    sla: Sla, tmp_path: Path
) -> None:
    agreement = tmp_path / "handoff.sla"
    agreement.write_text(AGREEMENT.replace("  fresh within 2 days\n", '  at = "at"\n'))
    days = "".join(f"a,2026-01-{n:02d} 12:00Z\n" for n in range(5, 20))
    (tmp_path / "call.csv").write_text(f"lead,at\n{days}")
    said = "data of calls end on 2026-01-19 12:00, long before 2026-02-21 00:00"
    for command in (("run", "handoff.sla"), ("explain", "handoff.sla", "c")):
        told = sla(*command, "--as-of", "2026-02-21")
        assert said in " ".join(told.out.split())
        assert "leads end" not in told.out, "a lead came the day before"
        document = sla(*command, "--as-of", "2026-02-21", "--format", "json").json
        assert document["quiet_sources"] == [{"source": "calls", "latest": "2026-01-19T12:00:00Z"}]
        [doubt] = document["as_of_doubts"]
        assert doubt in " ".join(told.out.split())
    given_out = sla("actions", "handoff.sla", "--as-of", "2026-02-21", "--ledger", "given.db", "--all")
    assert said in given_out.err, "before anybody is told of a miss"
    assert "long before" not in sla("run", "handoff.sla", "--as-of", "2026-01-24").out, "over a weekend"
    assert "long before" not in sla("run", "handoff.sla").out, "nobody looks from later"
    agreement.write_text(agreement.read_text().replace("to 2026-12-31", "to 2026-01-22"))
    assert "long before" not in sla("run", "handoff.sla", "--as-of", "2026-06-01").out, "the term is over"


def test_a_row_is_told_as_far_as_the_data_reach_that_each_promise_rests_on(sla: Sla) -> None:
    at = ("--as-of", "2026-04-02")
    why = sla("explain", "handoff.sla", "a", *at).out
    assert "known until   data of calls end on 2026-01-05 12:00" in why
    assert "answered: met" in why
    why = sla("explain", "handoff.sla", "b", *at).out  # it came later than that
    assert "answered: not judged, this lead came later: data of calls end on 2026-01-05 12:00" in why
    assert "volume: counts as one" in why
    assert "late" not in why.replace("later", "")
    document = sla("explain", "handoff.sla", "b", *at, "--format", "json").json
    unjudged = [(x["id"], x["data_end"]["source"]) for x in document["not_judged"]]
    assert unjudged == [("sales.answered", "calls"), ("answered", "calls")]  # the promise, and the KPI itself
    assert [(x["id"], x["data_end"]) for x in document["figures"]] == [("marketing.volume", None)]
    assert document["clocks"] == []


def test_every_report_gives_the_reason(sla: Sla, tmp_path: Path) -> None:
    import duckdb
    import openpyxl

    at, said = ("--as-of", "2026-04-02", "--fail-on", "never"), "data end on 2026-01-05"
    reasons = {
        (x["commitment"], x["period"]): x["reason"]
        for x in csv.DictReader(sla("run", "handoff.sla", *at, "--format", "csv").out.splitlines())
    }
    assert reasons["sales.answered", "2026-03"] == said
    assert reasons["marketing.volume", "2026-03"] == ""
    sla("run", "handoff.sla", *at, "--out", "run.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "run.xlsx")["Commitments"]
    assert said in [value for row in sheet.iter_rows(values_only=True) for value in row]
    sla("run", "handoff.sla", *at, "--out", "kept.duckdb#sla")
    with duckdb.connect(tmp_path / "kept.duckdb") as kept:  # as a run of an earlier version left it
        kept.sql("ALTER TABLE sla DROP COLUMN reason")
    assert sla("run", "handoff.sla", *at, "--out", "kept.duckdb#sla").status == 0
    with duckdb.connect(tmp_path / "kept.duckdb") as kept:
        rows = kept.sql("SELECT reason FROM sla WHERE period = '2026-03' AND kpi = 'answered'").fetchall()
    assert set(rows) == {(None,), (said,)}
    assert "::warning title=old data%3A calls::data of calls end on 2026-01-05 12:00" in (
        sla("run", "handoff.sla", *at, "--format", "github").out
    )
    sla("review", "handoff.sla", "--as-of", "2026-04-02", "--period", "2026-03", "--out", "review.html")
    page = (tmp_path / "review.html").read_text()
    assert f"0 of 0, {said}" in page
    assert "answered by period. 2026-01: 100.0%, provisional; 2026-02: no value, provisional" in page


def test_old_data_are_an_exit_status(sla: Sla, tmp_path: Path) -> None:
    january = ("run", "handoff.sla", "--period", "2026-01", "--fail-on", "stale")
    assert sla(*january, "--as-of", "2026-01-06").status == 0
    assert sla(*january, "--as-of", "2026-01-08").status == 1
    asked = sla(*january)
    assert (asked.status, "needs `--as-of`" in asked.err) == (2, True)
    (tmp_path / "handoff.sla").write_text(AGREEMENT.replace("fresh within 2 days", 'times in "UTC"'))
    asked = sla(*january, "--as-of", "2026-01-08")
    assert (asked.status, "no source says `fresh within …`" in asked.err) == (2, True)


def test_a_source_without_rows_ends_before_everything(sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "call.csv").write_text("lead,at\n")
    done = sla("run", "handoff.sla", "--as-of", "2026-02-02", "--all")
    assert "there are no data of calls: nothing that rests on them is judged" in done.out
    assert "2026-01   provisional        –   0 of 0, no data of calls" in done.out


def test_too_little_that_can_be_read_stops_a_run(sla: Sla, tmp_path: Path) -> None:
    cells = "".join(f"x{n},2026-01-0{n} 10:00Z\n" for n in range(1, 10))
    (tmp_path / "lead-2026-02-20.csv").write_text(f"id,at\n{cells}x10,soon\n")
    done = sla("run", "handoff.sla")
    assert done.status == 2
    assert (
        "only 9 of the 10 values in the column `at` can be read as `at`, which is a time, and the source `leads` asks for 95%"
        in (done.err)
    )
    (tmp_path / "handoff.sla").write_text(AGREEMENT.replace("95%", "90%"))
    assert sla("run", "handoff.sla").status in {0, 1}


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("lead-2026-01-31.csv", "lead 20260302.csv"), "lead 20260302.csv"),
        (("lead-2026-03-02 0930.csv", "lead_2026-03-02T10-15.csv"), "lead_2026-03-02T10-15.csv"),
        (("lead (1).csv",), "`lead (1).csv` has no date in its name, so nobody can tell which of the 2 files is the newest"),
        (("lead-03-02-2026.csv",), "`lead-03-02-2026.csv` has no date in its name"),
        (("lead-2026-03-02.csv", "lead_2026-03-02.csv"), "have the same date in their names"),
    ],
)  # fmt: skip
def test_the_newest_of_files_is_told_by_the_dates_in_their_names(
    names: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    for name in ("lead-2026-02-20.csv", *names):
        (tmp_path / name).write_text(LEADS)
    address = Address("lead*.csv")
    if said.startswith("lead"):
        assert [x.shown for x in locate(address, tmp_path, newest=True) if isinstance(x, Location)] == [said]
        return
    with pytest.raises(DataError) as refused:
        locate(address, tmp_path, newest=True)
    assert said in str(refused.value)


def test_models_of_dbt_refuse_them_by_name(sla: Sla, tmp_path: Path) -> None:
    done = sla("sql", "handoff.sla", "--as", "dbt", "--out", "project")
    assert done.status == 2
    assert "the source `calls` says `fresh within …`" in done.err
    assert "dbt source freshness" in done.err
    assert "the source `leads` says `readable at least …`" in done.err
