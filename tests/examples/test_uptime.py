"""The uptime example against figures that were computed another way (`uptime_oracle`)."""

from __future__ import annotations

import datetime as dt
import filecmp
import functools
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
import run_example as run
import uptime_oracle as oracle

FOLDER = run.EXAMPLES / "uptime"
AGREEMENT = "uptime/uptime.sla"
AS_OF = (None, "2026-03-08 12:00")


@functools.cache
def expected(as_of: str | None) -> oracle.Result:
    probes = oracle.read(FOLDER)
    if as_of is None:
        return oracle.evaluate(probes, probes["at"].max().to_pydatetime())
    local = dt.datetime.fromisoformat(as_of).replace(tzinfo=oracle.LOS_ANGELES)
    return oracle.evaluate(probes, local.astimezone(dt.UTC))


@pytest.mark.parametrize("as_of", AS_OF)
def test_uptime(as_of: str | None) -> None:
    cells = run.commitment(run.figures(AGREEMENT, as_of), "vendor.uptime")
    found = {p: (c["verdict"], c["numerator"], c["denominator"]) for p, c in cells.items()}
    assert found == {p: (verdict, s.hit, s.rows) for p, (verdict, s) in expected(as_of).uptime.items()}


def test_uptime_by_site() -> None:
    cells = run.kpi(run.figures(AGREEMENT), "uptime")
    found = {key: (c["numerator"], c["denominator"]) for key, c in cells.items() if len(key) == 2}
    assert found == {key: (s.hit, s.rows) for key, s in expected(None).by_site.items()}


@pytest.mark.parametrize("as_of", AS_OF)
def test_latency(as_of: str | None) -> None:
    cells = run.commitment(run.figures(AGREEMENT, as_of), "vendor.latency_p95")
    assert {p: (c["verdict"], c["value"]) for p, c in cells.items()} == expected(as_of).latency


def test_slow_requests_by_quarter() -> None:
    cells = run.commitment(run.figures(AGREEMENT), "vendor.slow")
    found = {p: (c["verdict"], c["numerator"], c["denominator"]) for p, c in cells.items()}
    assert found == {p: (verdict, s.hit, s.rows) for p, (verdict, s) in expected(None).slow.items()}


def test_the_credit_of_the_last_step_that_the_month_fell_below() -> None:
    found = defaultdict(list)
    for action in run.figures(AGREEMENT)["actions"]:
        if action["action"] == "do":
            found[action["period"]].append(action["to"])
    assert found == {period: credits for period, credits in expected(None).credits.items() if credits}


def test_agreement_is_sound() -> None:
    done = run.sla("check", f"examples/{AGREEMENT}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "warning" not in done.stdout


def test_export_is_what_the_generator_writes(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, str(FOLDER / "generate_probes.py"), "--out", str(tmp_path)], check=True, timeout=120
    )
    assert filecmp.cmp(tmp_path / "probes.csv", FOLDER / "probes.csv", shallow=False)
