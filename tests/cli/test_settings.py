"""`sla.toml`: what it says is taken, the command line wins, and nothing else in it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from command_line import Sla, runner

AGREEMENT = """\
agreement "Handoff":
  between marketing and sales
  effective 2026-01-01 to 2026-12-31
  zone "UTC"

record lead:
  id    key text
  at    time
  size  optional number
  seen  optional time

kpi volume = count of lead
define large: lead when size > 10

marketing owes sales:
  volume at least 1 per month

source crm for lead from "lead.csv":
"""


@pytest.fixture
def sla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sla:
    (tmp_path / "sales").mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "sales" / "handoff.sla").write_text(
        AGREEMENT.replace('from "lead.csv":', 'from "lead.csv":\n  times in "UTC"')
    )
    (tmp_path / "data" / "new.csv").write_text(
        "id,at,size,seen\na,2026-02-01 10:00,3,\nb,2026-03-02 10:00,x,\n"
    )
    (tmp_path / "sales" / "lead.csv").write_text("id,at,size,seen\na,2026-01-01 10:00,3,\n")
    return runner(tmp_path, monkeypatch, capsys)


def setting(folder: Path, text: str) -> None:
    (folder / "sla.toml").write_text(text)


def as_of(sla: Sla, *more: str) -> str:
    done = sla("run", "sales/handoff.sla", "--fail-on", "never", "--format", "json", *more)
    return str(done.json["as_of"])


def test_data_and_the_as_of_are_taken_and_the_command_line_wins(
    sla: Sla, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert as_of(sla) == "2026-01-01T10:00:00Z"
    setting(tmp_path, '[data]\ncrm = "data/new.csv"\nother = "not_there.csv"\n')
    assert as_of(sla) == "2026-03-02T10:00:00Z"
    assert as_of(sla, "--data", "lead=sales/lead.csv") == "2026-01-01T10:00:00Z"
    monkeypatch.chdir(tmp_path / "sales")
    assert (
        sla("run", "handoff.sla", "--format", "json", "--fail-on", "never").json["as_of"]
        == "2026-03-02T10:00:00Z"
    )
    monkeypatch.chdir(tmp_path)
    setting(tmp_path, 'as-of = 2026-04-01\n[data]\nlead = "data/new.csv"\n')
    assert as_of(sla) == "2026-04-01T00:00:00Z"
    assert as_of(sla, "--as-of", "data") == "2026-03-02T10:00:00Z"
    monkeypatch.setenv("SLADSL_NOW", "2026-05-06T07:00:00Z")
    assert as_of(sla, "--as-of", "today") == "2026-05-06T00:00:00Z"
    assert as_of(sla, "--as-of", "now") == "2026-05-06T07:00:00Z"
    assert "as of       2026-04-01" in sla("explain", "sales/handoff.sla", "a").out
    setting(tmp_path / "sales", "strict = false\n")  # the nearest counts, and it alone
    assert as_of(sla) == "2026-01-01T10:00:00Z"


def test_a_run_writes_over_no_data_that_the_file_names(sla: Sla, tmp_path: Path) -> None:
    setting(tmp_path, '[data]\nlead = "data/new.csv"\n')
    before = (tmp_path / "data" / "new.csv").read_text()
    done = sla("run", "sales/handoff.sla", "--format", "csv", "--out", "data/new.csv")
    assert done.status == 2
    assert (tmp_path / "data" / "new.csv").read_text() == before


def test_a_server_that_it_names_is_asked_as_if_the_command_line_had_named_it(
    sla: Sla, tmp_path: Path
) -> None:
    setting(tmp_path, '[data]\nlead = "postgres://ann:hunter2@127.0.0.1:1/crm#leads"\n')
    assert sla("check", "sales/handoff.sla").status == 0  # which asks nobody
    done = sla("run", "sales/handoff.sla")
    assert done.status == 2
    assert "127.0.0.1" in done.err
    assert "hunter2" not in done.err + done.out + sla("config").out + sla("doctor", "sales/handoff.sla").out


def test_the_severity_of_a_code(sla: Sla, tmp_path: Path) -> None:
    codes = {d["code"] for d in sla("check", "sales/handoff.sla", "--format", "json").json["diagnostics"]}
    (code,) = codes
    setting(tmp_path, f'[severity]\n{code} = "error"\n')
    assert sla("check", "sales/handoff.sla").status == 1
    setting(tmp_path, f'[severity]\n{code} = "off"\n')
    assert sla("check", "sales/handoff.sla", "--format", "json").json["diagnostics"] == []
    setting(tmp_path, f'strict = true\n[severity]\n{code} = "warning"\n')
    assert sla("check", "sales/handoff.sla").status == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sttrict = true", "there is no setting `sttrict`; did you mean `strict`?"),
        ("as_of = 'now'", "there is no setting `as_of`; did you mean `as-of`?"),
        ("zone = 'UTC'", "there is no setting `zone`: what a time means is a part of what is promised"),
        ("strict = 'yes'", '`strict` is "yes": expected true or false'),
        ("as-of = 'soon'", '`as-of` is "soon": expected "data", "today", "now", a date or a time'),
        ("data = 'x.csv'", "`data` is a table of names of records or sources"),
        ("[data]\nlead = 3", "`data` is a table of names of records or sources"),
        ("[severity]\nSLA9999 = 'off'", "there is no code `SLA9999`"),
        ("[severity]\nSLA001 = 'off'", "`SLA001` is an error, and an error stays one"),
        ("[severity]\nSLA409 = 'loud'", '`SLA409` is "loud": expected "error", "warning", "hint", "off"'),
        ("strict = [", "is no TOML: "),
    ],
)  # fmt: skip
def test_what_it_cannot_say_ends_a_command(text: str, said: str, sla: Sla, tmp_path: Path) -> None:
    setting(tmp_path, text)
    done = sla("check", "sales/handoff.sla")
    assert done.status == 2
    assert "`sla.toml`" in done.err
    assert said in " ".join(done.err.split())


def test_it_is_looked_for_in_the_repository_and_behind_no_link_out_of_it(sla: Sla, tmp_path: Path) -> None:
    setting(tmp_path, "nonsense = 1\n")
    (tmp_path / "sales" / ".git").mkdir()
    assert sla("check", "sales/handoff.sla").status == 0
    (tmp_path / "sales" / "sla.toml").symlink_to(tmp_path / "sla.toml")
    done = sla("check", "sales/handoff.sla")
    assert done.status == 2
    assert "is a link that leads outside the workspace" in done.err


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root gives files away")
def test_a_file_of_somebody_else_is_refused(sla: Sla, tmp_path: Path) -> None:
    setting(tmp_path, "strict = true\n")
    os.chown(tmp_path / "sla.toml", 12345, 12345)
    done = sla("check", "sales/handoff.sla")
    assert (done.status, "belongs to another user" in done.err) == (2, True)


def test_config_shows_what_holds_and_who_says_so(
    sla: Sla, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "no `sla.toml` here or above" in sla("config", "sales").out
    setting(tmp_path, 'as-of = "today"\n[data]\ncrm = "data/new.csv"\n')
    monkeypatch.setenv("SLA_RUN_AS_OF", "2026-01-01")
    rows = [line.split("  ") for line in sla("config", "sales/handoff.sla").out.splitlines()]
    told = {row[0]: [word.strip() for word in row[1:] if word.strip()][:2] for row in rows}
    assert told["data.crm"] == ["data/new.csv", "sla.toml"]
    assert told["as-of"] == ["today", "sla.toml"]
    assert told["as-of of sla run"] == ["2026-01-01", "SLA_RUN_AS_OF"]
    assert told["strict"] == ["false", "by itself"]


def test_doctor_says_what_is_there_and_what_is_in_the_way(sla: Sla, tmp_path: Path) -> None:
    setting(tmp_path, '[data]\nleads = "data/new.csv"\ncrm = "data/new.csv"\n')
    done = sla("doctor", "sales/handoff.sla")
    assert (done.status, "all is there" in done.out) == (0, True)
    assert "installed: " in done.out
    assert "settings: sla.toml" in done.out
    assert "sla.toml names `leads`, which this agreement has not" in done.out
    assert "crm: 2 leads in data/new.csv, up to 2026-03-02T10:00:00Z" in done.out
    assert 'size = "size": 50% of 2 readable' in done.out
    assert 'seen = "seen": empty, 2 missing' in done.out
    (tmp_path / "data" / "new.csv").write_text("id,size,seen\na,3,\n")
    done = sla("doctor", "sales/handoff.sla")
    assert done.status == 1
    assert "1 in the way" in done.out
    assert "`at`" in done.out
    assert sla("doctor", "sales/handoff.sla", "--data", "crm=sales/lead.csv").status == 0
    (tmp_path / "sales" / "handoff.sla").write_text("agreement\n")
    assert sla("doctor", "sales/handoff.sla").status == 2
