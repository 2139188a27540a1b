"""The handoff example against figures that were computed another way (`handoff_oracle`)."""

from __future__ import annotations

import datetime as dt
import filecmp
import functools
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import handoff_oracle as oracle
import pytest
import run_example as run
from verdicts_by_hand import Share

FOLDER = run.EXAMPLES / "handoff"
AGREEMENT = "handoff/handoff.sla"
# The day of the export, a Monday in the middle of a month, and the night on which clocks went forward.
AS_OF = (None, "2026-06-15", "2026-03-09 09:30")


@functools.cache
def data() -> oracle.Data:
    return oracle.read(FOLDER)


@functools.cache
def expected(as_of: str | None) -> oracle.Result:
    if as_of is None:
        return oracle.evaluate(data(), data().latest)
    local = dt.datetime.fromisoformat(as_of).replace(tzinfo=ZoneInfo("America/New_York"))
    return oracle.evaluate(data(), local.astimezone(dt.UTC))


def test_as_of_is_the_latest_moment_in_the_data() -> None:
    assert run.instant(run.figures(AGREEMENT)["as_of"]) == data().latest


@pytest.mark.parametrize("as_of", AS_OF)
@pytest.mark.parametrize("name", ["MQL", "SAL", "Opportunity", "Customer"])
def test_who_counts_and_who_is_shown_instead(name: str, as_of: str | None) -> None:
    counted = expected(as_of).statuses[name]
    words = {
        "members": "member",
        "undated": "undated",
        "mislabelled": "mislabelled",
        "unclassifiable": "unclassifiable",
    }
    assert run.definition(run.figures(AGREEMENT, as_of), name) == {
        ours: counted[theirs] for ours, theirs in words.items()
    }


@pytest.mark.parametrize("as_of", AS_OF)
@pytest.mark.parametrize(
    "id", ["marketing.mql_volume", "marketing.reachable", "sales.response_time", "sales.acceptance"]
)
def test_verdicts_and_the_counts_under_them(id: str, as_of: str | None) -> None:
    cells = run.commitment(run.figures(AGREEMENT, as_of), id)
    wanted = expected(as_of).commitments[id]
    assert {period: cell["verdict"] for period, cell in cells.items()} == {
        p: verdict for p, (verdict, _) in wanted.items()
    }
    shares = {period: share for period, (_, share) in wanted.items() if share is not None}
    assert {period: counts(cells[period]) for period in shares} == {
        p: (s.rows, s.open) for p, s in shares.items()
    }
    for period, share in shares.items():
        check_attainment(cells[period], share)


def counts(cell: dict[str, int]) -> tuple[int, int]:
    return cell["rows"], cell["open"]


def check_attainment(cell: dict[str, float], share: Share) -> None:
    """With nothing open, met of all; the range says how far the rest can still move it."""
    if share.open == 0 and share.rows:
        assert (cell["numerator"], cell["denominator"]) == (share.hit, share.rows)
        assert cell["value"] == pytest.approx(share.hit / share.rows, abs=1e-9)


@pytest.mark.parametrize("as_of", AS_OF)
@pytest.mark.parametrize("name", ["mql_volume", "typical_fit", "pipeline"])
def test_values_of_kpis(name: str, as_of: str | None) -> None:
    result = run.figures(AGREEMENT, as_of)
    if name == "mql_volume":
        values = {
            period: cell["value"] for period, cell in run.commitment(result, "marketing.mql_volume").items()
        }
    else:
        values = {period: cell["value"] for (period, *_), cell in run.kpi(result, name).items()}
    wanted = {p: None if v is None else float(v) for p, v in expected(as_of).kpis[name].items()}
    assert values == wanted


@pytest.mark.parametrize("as_of", AS_OF)
@pytest.mark.parametrize("name", ["conversion", "fast_conversion"])
def test_conversion_within_ninety_days(name: str, as_of: str | None) -> None:
    cells = run.kpi(run.figures(AGREEMENT, as_of), name)
    for period, wanted in expected(as_of).conversions[name].items():
        cell = cells[(period,)]
        assert counts(cell) == (wanted.rows, wanted.open), period
        assert (cell["numerator"], cell["denominator"]) == (wanted.hit, wanted.rows), period
        assert fraction(cell["value"]) == (Fraction(wanted.hit, wanted.rows) if wanted.rows else None), period
        # The oracle's is of those whose ninety days are over.
        of_those_over = cell["estimate"] if wanted.open else cell["value"]
        assert fraction(of_those_over) == expected(as_of).kpis[name][period], period


def fraction(value: float | None) -> Fraction | None:
    return None if value is None else Fraction(value).limit_denominator(10_000)


def test_conversion_by_industry() -> None:
    cells = run.kpi(run.figures(AGREEMENT), "conversion")
    by_industry = {key: counts(cell) for key, cell in cells.items() if len(key) == 2}
    assert by_industry == {key: (share.rows, share.open) for key, share in expected(None).by_industry.items()}


@pytest.mark.parametrize("as_of", AS_OF)
def test_breaches_name_the_lead_the_deadline_and_the_answer(as_of: str | None) -> None:
    found = {
        b["key"]: (run.instant(b["due"]), run.instant(b["stopped"]) if b["stopped"] else None)
        for b in run.figures(AGREEMENT, as_of)["breaches"]
        if b["commitment"] == "sales.response_time"
    }
    assert found == expected(as_of).breaches


def test_every_late_lead_is_reassigned_at_its_deadline() -> None:
    actions = {
        (a["key"], run.instant(a["at"]))
        for a in run.figures(AGREEMENT)["actions"]
        if a["cause"] == "late" and a["action"] == "reassign"
    }
    assert actions == {(key, due) for key, (due, _) in expected(None).breaches.items()}


def test_missed_months_are_escalated() -> None:
    found = {a["period"] for a in run.figures(AGREEMENT)["actions"] if a["action"] == "escalate"}
    wanted = expected(None).commitments["sales.response_time"]
    assert found == {period for period, (verdict, _) in wanted.items() if verdict == "missed"}


@pytest.mark.parametrize("as_of", AS_OF)
def test_routes(as_of: str | None) -> None:
    found = run.figures(AGREEMENT, as_of)["routes"]
    assert {to: n for to, n in found.items() if n} == dict(expected(as_of).routes)


def test_problems_in_the_exports_are_counted() -> None:
    result = run.figures(AGREEMENT)
    wanted = data().problems
    assert {
        key: run.problem(result, record, kind, field or None)
        for key in wanted
        for record, kind, field in [key]
    } == dict(wanted)


def test_agreement_is_sound() -> None:
    done = run.sla("check", f"examples/{AGREEMENT}")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "warning" not in done.stdout


def test_exports_are_what_the_generator_writes(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, str(FOLDER / "generate.py"), "--out", str(tmp_path)], check=True, timeout=120
    )
    written = sorted(path.name for path in tmp_path.iterdir())
    assert written == sorted(path.name for path in FOLDER.glob("*.csv"))
    assert filecmp.cmpfiles(tmp_path, FOLDER, written, shallow=False)[0] == written
