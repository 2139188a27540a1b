"""`sla run`: figures counted on one's fingers, the document's schema, and the exit status."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import small
from command_line import Sla, runner

from sladsl.reports.documents import json_schema
from sladsl.reports.run.document import RunDocument

ROOT = Path(__file__).parents[2]


@pytest.fixture
def sla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sla:
    return runner(tmp_path, monkeypatch, capsys)


@pytest.fixture
def here(tmp_path: Path) -> Path:
    small.write(tmp_path)
    return tmp_path


def test_without_a_term_and_without_rows_nothing_has_a_period(sla: Sla, here: Path) -> None:
    file = here / "agreement.sla"
    early = sla("run", "agreement.sla", "--as-of", "2025-12-01").out
    assert "no period of the term has begun" in early
    file.write_text(file.read_text().replace("  effective 2026-01-01 to 2026-12-31\n", ""))
    assert (
        "no row counts, and so there is no period" in sla("run", "agreement.sla", "--as-of", "2025-12-01").out
    )


def test_a_promise_that_is_not_owed_in_what_is_shown_says_so(sla: Sla) -> None:
    file = str(Path(__file__).parents[1] / "golden" / "verdicts" / "promises_with_dates" / "agreement.sla")
    assert "not owed before 2026-04-01" in sla("run", file, "--as-of", "2026-02-02").out
    later = sla("run", file, "--as-of", "2026-06-02", "--period", "2026-05").out
    assert later.count("not owed in what is shown") == 3
    assert "volume at least quota per month from 2026-04-01" in later


def test_what_is_judged_by_groups_has_a_target(sla: Sla) -> None:
    file = str(Path(__file__).parents[1] / "golden" / "verdicts" / "quotas_of_groups" / "agreement.sla")
    told = sla("run", file, "--as-of", "2026-03-02").out
    assert "for each" in told
    assert "without a target" not in told
    junit = sla("run", file, "--as-of", "2026-03-02", "--format", "junit").out
    assert '<failure message="missed: ' in junit
    assert "; missed for " in junit  # of the whole, by which of its groups


def test_document(sla: Sla, here: Path) -> None:
    done = sla("run", "agreement.sla", "--format", "json")
    jsonschema.Draft202012Validator.check_schema(json_schema(RunDocument))
    jsonschema.validate(done.json, json_schema(RunDocument), cls=jsonschema.Draft202012Validator)
    found = done.json
    assert (done.status, done.err) == (1, "")
    assert (found["schema"], found["as_of"]) == ("sladsl.run/1", "2026-02-04T21:30:00Z")
    assert found["as_of_from"] == {"record": "call", "field": "at", "key": "C7"}
    (mql,) = found["definitions"]
    assert {k: mql[k] for k in ("members", "undated", "mislabelled", "unclassifiable")} == {
        "members": 6,
        "undated": 1,
        "mislabelled": 1,
        "unclassifiable": 1,
    }
    volume, response = found["commitments"]
    assert (volume["id"], response["id"]) == ("marketing.volume", "sales.response_time")
    assert response["target"] == "within 4 business hours for 75% of MQL per month"
    words = ("period", "verdict", "final", "value", "numerator", "denominator", "open", "range")
    assert [tuple(p[word] for word in words) for p in response["periods"]] == [
        ("2026-01", "missed", True, 0.5, 2, 4, 0, [0.5, 0.5]),
        ("2026-02", "provisional", False, 0.5, 1, 2, 1, [0, 1]),
    ]
    assert [(p["verdict"], p["value"], p["range"]) for p in volume["periods"]] == [
        ("met", 4, [4, 4]),
        ("provisional", 2, [2, None]),
    ]
    january = response["periods"][0]
    assert (january["start"], january["end"]) == ("2026-01-01T05:00:00Z", "2026-02-01T05:00:00Z")
    assert january["interval"] == [pytest.approx(0.1500, abs=1e-4), pytest.approx(0.8500, abs=1e-4)]
    assert [(b["key"], b["owner"], b["due"], b["stopped"]) for b in found["breaches"]] == [
        ("L3", "Bo", "2026-01-12T19:00:00Z", "2026-01-12T19:00:01Z"),
        ("L4", "Bo", "2026-02-02T18:00:00Z", None),
    ]
    assert [(a["cause"], a["action"], a["to"], a["key"], a["period"], a["at"]) for a in found["actions"]] == [
        ("late", "reassign", "inbound pool", "L3", None, "2026-01-12T19:00:00Z"),
        ("late", "reassign", "inbound pool", "L4", None, "2026-02-02T18:00:00Z"),
        ("missed", "escalate", "head of sales", None, "2026-01", "2026-02-02T18:00:00Z"),
    ]
    assert found["routes"] == {"enterprise": 1, "inbound pool": 5}
    problems = [(p["record"], p["kind"], p["count"], p["examples"]) for p in found["data_problems"]]
    assert ("lead", "unknown value", 1, ["L7"]) in problems
    assert ("call", "parent not found", 1, ["C6"]) in problems
    by_kpi = {k["name"]: k for k in found["kpis"]}
    cells = {(p["period"], *p["by"]): p["value"] for p in by_kpi["volume"]["periods"]}
    assert cells[("2026-01",)] == 4
    assert (cells[("2026-01", "DE")], cells[("2026-01", "US")]) == (2, 2)


def test_a_period_is_given_alone(sla: Sla, here: Path) -> None:
    found = sla("run", "agreement.sla", "--format", "json", "--period", "2026-02").json
    assert [p["period"] for c in found["commitments"] for p in c["periods"]] == ["2026-02", "2026-02"]
    assert found["breaches"] == []
    quarter = sla("run", "agreement.sla", "--format", "json", "--period", "2026-Q1").json
    assert [p["period"] for p in quarter["commitments"][0]["periods"]] == ["2026-01", "2026-02"]
    assert len(quarter["breaches"]) == 2


@pytest.mark.parametrize(
    ("as_of", "instant"),
    [
        ("2026-02-01", "2026-02-01T05:00:00Z"),
        ("2026-07-01 09:30", "2026-07-01T13:30:00Z"),
        ("2026-02-01T12:00:00Z", "2026-02-01T12:00:00Z"),
        ("2026-03-08 02:30", "2026-03-08T07:30:00Z"),  # a clock reading that the change of clocks jumps over
    ],
)
def test_as_of_is_read_in_the_agreements_zone(sla: Sla, here: Path, as_of: str, instant: str) -> None:
    found = sla("run", "agreement.sla", "--format", "json", "--as-of", as_of).json
    assert (found["as_of"], found["as_of_from"]) == (instant, None)


def test_as_of_from_the_environment(sla: Sla, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLA_RUN_AS_OF", "2026-01-06")
    assert sla("run", "agreement.sla", "--format", "json").json["as_of"] == "2026-01-06T05:00:00Z"


@pytest.mark.parametrize(
    ("as_of", "fail_on", "status"),
    [
        ("2026-02-04 17:00", "missed", 1),
        ("2026-02-04 17:00", "never", 0),
        ("2026-01-06", "missed", 0),
        ("2026-01-06", "provisional", 1),
    ],
)
def test_status(sla: Sla, here: Path, as_of: str, fail_on: str, status: int) -> None:
    assert sla("run", "agreement.sla", "--as-of", as_of, "--fail-on", fail_on).status == status


def test_data_takes_the_place_of_a_source(sla: Sla, here: Path) -> None:
    (here / "other.csv").write_text(small.LEADS.splitlines()[0] + "\nX1,50,US,Ana,2026-01-05 09:00\n")
    found = sla("run", "agreement.sla", "--format", "json", "--data", "lead=other.csv").json
    assert found["rows"] == {"lead": 1, "call": 7}


def test_out_appears_whole_and_beside_nothing_else(sla: Sla, here: Path) -> None:
    before = {p.name for p in here.iterdir()}
    done = sla("run", "agreement.sla", "--format", "json", "--out", "results/run.json")
    assert (done.status, done.out) == (1, "")
    assert {p.name for p in here.iterdir()} - before == {"results"}
    assert [p.name for p in (here / "results").iterdir()] == ["run.json"]
    assert json.loads((here / "results" / "run.json").read_text())["schema"] == "sladsl.run/1"


def test_out_follows_a_link_and_never_replaces_what_is_no_plain_file(sla: Sla, here: Path) -> None:
    (here / "real.json").write_text("old")
    (here / "link.json").symlink_to("real.json")
    sla("run", "agreement.sla", "--format", "json", "--out", "link.json")
    assert (here / "link.json").is_symlink()
    assert json.loads((here / "real.json").read_text())["schema"] == "sladsl.run/1"
    os.mkfifo(here / "pipe")
    reader = subprocess.Popen(["cat", "pipe"], cwd=here, stdout=subprocess.PIPE)
    sla("run", "agreement.sla", "--format", "json", "--out", "pipe")
    piped, _ = reader.communicate(timeout=60)
    assert json.loads(piped)["schema"] == "sladsl.run/1"
    assert (here / "pipe").is_fifo()


def test_text_fits_a_terminal_and_has_no_colour(sla: Sla, here: Path) -> None:
    done = sla("run", "agreement.sla", "--all")
    assert max(map(len, done.out.splitlines())) <= 100
    assert "\x1b" not in done.out


def test_same_bytes_every_time(sla: Sla, here: Path) -> None:
    first = sla("run", "agreement.sla", "--format", "json").out
    assert sla("run", "agreement.sla", "--format", "json").out == first


def test_closed_output_is_not_an_error(here: Path) -> None:
    command = f"{sys.executable} -m sladsl run agreement.sla --all | head -n 1"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=here,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("Handoff\n", "")


def test_what_is_promised_from_a_date_has_no_target_before(sla: Sla, tmp_path: Path) -> None:
    """Of what is promised until a date and from the next day on, nothing is left without one."""
    (tmp_path / "dated.sla").write_text(
        'agreement "A":\n  between marketing and sales\n  effective from 2026-05-01\n  zone "UTC"\n\n'
        "record lead:\n  id     key text\n  at     time\n  phone  optional text\n\n"
        "kpi volume = count of lead\nkpi reachable = share of lead whose phone is known\n\n"
        "marketing owes sales:\n  volume at least 2 per month until 2026-06-30\n  volume at least 3 per month from 2026-07-01\n"
        "  reachable at least 20% per month from 2026-07-01\n"
    )
    (tmp_path / "dated.csv").write_text("id,at,phone\n1,2026-05-02T10:00Z,1\n2,2026-07-02T10:00Z,1\n")
    done = sla("run", "dated.sla", "--data", "lead=dated.csv", "--as-of", "2026-07-15", "--fail-on", "never")
    _, without = done.out.split("Measured, without a target\n")
    assert [line.split()[0] for line in without.splitlines() if line.strip()] == [
        "reachable",
        "period",
        "2026-05",
        "2026-06",
    ]
