"""`sla sql --as dbt`: what `dbt build` makes on DuckDB is what `sla run` says of the same rows.

Where dbt with its DuckDB adapter is on the path, or named by `SLADSL_DBT`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import dbt_rows
import duckdb
import pytest
from command_line import Sla, runner
from warehouses import DuckDB

from sladsl.compiler import compile_text
from sladsl.runner import run

ROOT = Path(__file__).parents[2]
DBT = os.environ.get("SLADSL_DBT") or shutil.which("dbt")
PROFILE = "sla: {target: dev, outputs: {dev: {type: duckdb, path: w.duckdb, threads: 2}}}\n"


@pytest.fixture
def sla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sla:
    return runner(tmp_path, monkeypatch, capsys)


def build(folder: Path, *more: str) -> None:
    assert DBT is not None
    (folder / "profiles.yml").write_text(PROFILE)
    environment = {**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    done = subprocess.run(
        [DBT, "build", "--profiles-dir", ".", "--no-use-colors", *more],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(DBT is None, reason="no dbt is installed; SLADSL_DBT names one")
@pytest.mark.parametrize("name", ["handoff", "uptime", "service_desk"])
def test_the_models_say_what_a_run_says(name: str, sla: Sla, tmp_path: Path) -> None:
    path, folder = ROOT / "examples" / name / f"{name}.sla", tmp_path / "project"
    read = compile_text(path.read_text(encoding="utf-8"), str(path), read=lambda p: Path(p).read_text())
    plan = read.plan
    assert plan is not None
    assert sla("sql", str(path), "--as", "dbt", "--out", str(folder)).status == 0
    latest = run(plan, rows=True)
    assert latest.loaded is not None
    with duckdb.connect(str(folder / "w.duckdb")) as connection:
        dbt_rows.store(plan, latest.loaded, DuckDB(connection))
    for as_of in (None, "2026-05-15 12:00:00"):
        build(folder, *(["--vars", json.dumps({"as_of": as_of})] if as_of else []))
        made = latest if as_of is None else run(plan, as_of=as_of.replace(" ", "T") + "Z", rows=True)
        with duckdb.connect(str(folder / "w.duckdb"), read_only=True) as connection:
            assert dbt_rows.outcomes(DuckDB(connection)) == dbt_rows.expected_outcomes(plan, made)
            assert dbt_rows.attainment(DuckDB(connection)) == dbt_rows.expected_attainment(plan, made)


def test_what_is_yours_stays(sla: Sla, tmp_path: Path) -> None:
    path, folder = ROOT / "examples" / "uptime" / "uptime.sla", tmp_path / "project"
    assert sla("sql", str(path), "--as", "dbt", "--out", str(folder)).status == 0
    first = {p: p.read_text() for p in folder.rglob("*") if p.is_file()}
    mine = next(p for p in first if p.parent.name == "staging")
    mine.write_text("-- mine\n")
    model = folder / "models" / "outcomes.sql"
    model.write_text("-- spoilt\n")
    again = sla("sql", str(path), "--as", "dbt", "--out", str(folder))
    assert (again.status, again.out) == (0, "")
    assert f"kept `{mine}` as it is" in again.err
    assert mine.read_text() == "-- mine\n"
    assert model.read_text() == first[model]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--as", "dbt"], "a dbt project is a folder: say which with `--out FOLDER`"),
        (["--out", "x"], "`--out` goes with `--as dbt`"),
        (["--as", "dbt", "--out", "other"], "`other` holds something else: name a new folder"),
        (["--as", "dbt", "--out", "other/file"], "`other/file` holds something else"),
        (["--as", "dbt", "--out", "x", "--dialect", "db2"], "`db2` is not a dialect: expected one of"),
    ],
)
def test_what_cannot_be(arguments: list[str], said: str, sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "file").write_text("x")
    done = sla("sql", str(ROOT / "examples" / "uptime" / "uptime.sla"), *arguments)
    assert done.status == 2
    assert said in done.err
    assert not (tmp_path / "x").exists()
