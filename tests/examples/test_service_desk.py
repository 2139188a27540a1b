"""The service desk example against figures that were computed another way (`service_desk_oracle`)."""

from __future__ import annotations

import datetime as dt
import filecmp
import functools
import subprocess
import sys
from pathlib import Path

import pytest
import run_example as run
import service_desk_oracle as oracle

FOLDER = run.EXAMPLES / "service_desk"
AGREEMENT = "service_desk/service_desk.sla"
AS_OF = (None, "2026-04-20")
COMMITMENTS = (
    "desk.response",
    "desk.response.P1",
    "desk.resolution",
    "desk.delivery",
    "desk.first_time_right",
)


@functools.cache
def expected(as_of: str | None) -> oracle.Result:
    rows, _ = oracle.read(FOLDER)
    local = None if as_of is None else dt.datetime.fromisoformat(as_of)
    return oracle.evaluate(
        rows, oracle.latest(rows) if local is None else oracle.instant(local, oracle.BERLIN)
    )


def test_as_of_is_the_latest_moment_in_the_data() -> None:
    assert run.instant(run.figures(AGREEMENT)["as_of"]) == oracle.latest(oracle.read(FOLDER)[0])


@pytest.mark.parametrize("as_of", AS_OF)
def test_members(as_of: str | None) -> None:
    result = run.figures(AGREEMENT, as_of)
    names = ("Incident", "Request", "P1", "Resolved")
    assert {name: run.definition(result, name)["members"] for name in names} == expected(as_of).definitions


@pytest.mark.parametrize("as_of", AS_OF)
@pytest.mark.parametrize("id", COMMITMENTS)
def test_verdicts_and_the_counts_under_them(id: str, as_of: str | None) -> None:
    cells = run.commitment(run.figures(AGREEMENT, as_of), id)
    wanted = expected(as_of).commitments[id]
    assert {period: cell["verdict"] for period, cell in cells.items()} == {
        p: verdict for p, (verdict, _) in wanted.items()
    }
    assert {p: (c["rows"], c["open"], c.get("undecided", 0)) for p, c in cells.items()} == {
        p: (s.rows, s.open, s.undecided) for p, (_, s) in wanted.items()
    }
    for period, (_, share) in wanted.items():
        if share.open == 0 and share.rows:
            assert (cells[period]["numerator"], cells[period]["denominator"]) == (share.hit, share.rows)


@pytest.mark.parametrize("as_of", AS_OF)
@pytest.mark.parametrize("id", COMMITMENTS[:4])
def test_breaches_name_the_ticket_the_deadline_and_the_reply(id: str, as_of: str | None) -> None:
    found = {
        b["key"]: (run.instant(b["due"]), run.instant(b["stopped"]) if b["stopped"] else None)
        for b in run.figures(AGREEMENT, as_of)["breaches"]
        if b["commitment"] == id
    }
    assert found == expected(as_of).breaches[id]


def test_volume_by_region() -> None:
    cells = run.kpi(run.figures(AGREEMENT), "volume")
    found = {key: cell["value"] for key, cell in cells.items() if len(key) == 2}
    assert found == expected(None).volume


def test_slowest_tenth_of_the_replies() -> None:
    cells = run.kpi(run.figures(AGREEMENT), "typical_response")
    found = {period: cell["value"] for (period,), cell in cells.items()}
    assert found == {
        p: None if v is None else v.total_seconds() for p, v in expected(None).typical_response.items()
    }


def test_reopenings() -> None:
    cells = run.kpi(run.figures(AGREEMENT), "reopenings")
    found = {period: cell["value"] for (period,), cell in cells.items()}
    wanted = {p: None if v is None else float(v) for p, v in expected(None).reopenings.items()}
    assert found == pytest.approx(wanted, abs=1e-6)


def test_problems_in_the_export_are_counted() -> None:
    result = run.figures(AGREEMENT)
    _, wanted = oracle.read(FOLDER)
    assert {
        key: run.problem(result, record, kind, field or None)
        for key in wanted
        for record, kind, field in [key]
    } == dict(wanted)


def test_agreement_is_sound() -> None:
    done = run.sla("check", f"examples/{AGREEMENT}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "warning" not in done.stdout


def test_export_is_what_the_generator_writes(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, str(FOLDER / "generate_tickets.py"), "--out", str(tmp_path)], check=True, timeout=120
    )
    assert filecmp.cmp(tmp_path / "tickets.csv", FOLDER / "tickets.csv", shallow=False)
