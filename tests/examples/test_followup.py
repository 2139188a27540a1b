"""The follow-up example against figures that were computed another way (`followup_oracle`)."""

from __future__ import annotations

import datetime as dt
import filecmp
import functools
import subprocess
import sys
from collections import Counter
from pathlib import Path

import followup_oracle as oracle
import run_example as run
from open_hours import label

FOLDER = run.EXAMPLES / "followup"
AGREEMENT = "followup/followup.sla"


@functools.cache
def turns() -> dict[str, oracle.Turn]:
    tables = oracle.read(FOLDER)
    return {turn.key: turn for turn in oracle.turns(tables, oracle.as_of(tables))}


def test_as_of_is_the_latest_moment_in_the_data() -> None:
    assert run.instant(run.figures(AGREEMENT)["as_of"]) == oracle.as_of(oracle.read(FOLDER))


def test_what_became_of_the_turns_of_each_month() -> None:
    cells = run.commitment(run.figures(AGREEMENT), "sales.handling")
    counted = {period: Counter(t.state for t in turns().values() if t.period == period) for period in cells}
    wanted = {
        p: (n.total() - n["excluded"], n["open"] + n["paused"], n["paused"], n["excluded"])
        for p, n in counted.items()
    }
    assert {p: (c["rows"], c["open"], c["paused"], c["excluded"]) for p, c in cells.items()} == wanted
    whole = [p for p, c in cells.items() if c["open"] + c["paused"] == 0]
    assert {p: cells[p]["numerator"] for p in whole} == {p: counted[p]["met"] for p in whole}
    assert len(whole) >= 6


def test_late_turns_with_their_deadlines() -> None:
    listed = {
        b["key"]: (b["owner"], run.instant(b["due"]), b["stopped"] and run.instant(b["stopped"]))
        for b in run.figures(AGREEMENT)["breaches"]
    }
    assert listed == {t.key: (t.rep, t.due, t.ended) for t in turns().values() if t.state == "missed"}


def test_who_was_told_when() -> None:
    """The rep by name, then who they report to; the party, where they report to nobody."""
    reps = oracle.read(FOLDER)["reps"].set_index("Id").fillna("")
    told = {
        (a["cause"], a["key"], a["to"], run.instant(a["at"]))
        for a in run.figures(AGREEMENT)["actions"]
        if a["commitment"] == "sales.handling"
    }
    wanted: set[tuple[str, str, str, dt.datetime | None]] = set()
    for t in turns().values():
        name, manager = reps.loc[t.rep, "Name"], reps.loc[t.rep, "Manager"] or "sales"
        wanted |= {("at 75%", t.key, name, t.three_quarters)} if t.three_quarters else set()
        wanted |= {("late", t.key, manager, t.due)} if t.state == "missed" else set()
        wanted |= {("1 business day late", t.key, "VP sales", t.a_day_late)} if t.a_day_late else set()
    assert told == wanted


def test_mqls_a_month() -> None:
    cells = run.commitment(run.figures(AGREEMENT), "marketing.mql_volume")
    history = oracle.read(FOLDER)["lead_history"]
    mqls = history[(history["Field"] == "Status") & (history["NewValue"] == "MQL")]
    wanted = Counter(label(at.to_pydatetime(), oracle.NEW_YORK) for at in mqls["CreatedDate"])
    assert {p: c["value"] for p, c in cells.items()} == {p: wanted[p] for p in cells}
    assert {p: c["target"].split()[2] for p, c in cells.items()} == {
        p: "50" if p >= "2026-07" else "40" for p in cells
    }


def test_agreement_is_sound() -> None:
    done = run.sla("check", f"examples/{AGREEMENT}")
    assert (done.returncode, done.stdout) == (0, f"examples/{AGREEMENT}: ok\n")


def test_export_is_what_the_generator_writes(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, str(FOLDER / "generate_followup.py"), "--out", str(tmp_path)],
        check=True,
        timeout=120,
    )
    for name in ("reps.csv", "leads.csv", "lead_history.csv", "days_off.csv"):
        assert filecmp.cmp(tmp_path / name, FOLDER / name, shallow=False), name


def test_a_turn_is_explained_by_the_days_off_that_fall_into_it() -> None:
    key = "00Q00006#2026-05-11T15:39:01Z"
    told = run.sla("explain", f"examples/{AGREEMENT}", key, "--record", "turn").stdout
    turn = turns()[key]
    assert turn.due is not None
    off = oracle.read(FOLDER)["days_off"]
    own = off[off["RepId"] == turn.rep]
    within = own[(own["Starts"] < turn.due) & ~(own["Ends"] <= turn.began)]
    assert len(within) == 1 < len(own)
    assert [x for x in own["Id"] if f"away {x} " in told] == list(within["Id"])
    assert "stood still      8 h of rep_hours" in told
