"""`sla sql --as dbt`: what `dbt build` makes on DuckDB is what `sla run` says of the same rows.

Where dbt with its DuckDB adapter is on the path, or named by `SLADSL_DBT`.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import dbt_rows
import duckdb
import pytest
from command_line import Sla, runner
from warehouses import DuckDB

from sladsl.compiler import compile_text
from sladsl.reports.dbt_project import called, files
from sladsl.runner import run

ROOT = Path(__file__).parents[2]
DBT = os.environ.get("SLADSL_DBT") or shutil.which("dbt")
PROFILE = "sla: {target: dev, outputs: {dev: {type: duckdb, path: w.duckdb, threads: 2}}}\n"


@pytest.fixture
def sla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sla:
    return runner(tmp_path, monkeypatch, capsys)


def build(folder: Path, *more: str, command: str = "build") -> None:
    assert DBT is not None
    (folder / "profiles.yml").write_text(PROFILE)
    # dbt takes modules called `dbt_…` for plugins: it need not see those of the tests.
    own = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment = {**own, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    done = subprocess.run(
        [DBT, command, "--profiles-dir", ".", "--no-use-colors", *more],
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
    # Tables that hold what a run read, their columns named after the fields: the sources themselves are of CSV files.
    for file, content in files(replace(plan, sources=()), "duckdb").items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(content, encoding="utf-8")
    latest = run(plan, rows=True)
    assert latest.loaded is not None
    with duckdb.connect(str(folder / "w.duckdb")) as connection:
        dbt_rows.store(plan, latest.loaded, DuckDB(connection))
    for as_of in (None, "2026-05-15 12:00:00"):
        build(folder, *(["--vars", json.dumps({"as_of": as_of})] if as_of else []))
        made = latest if as_of is None else run(plan, as_of=as_of.replace(" ", "T") + "Z", rows=True)
        with duckdb.connect(str(folder / "w.duckdb"), read_only=True) as connection:
            there, before = DuckDB(connection), f"{called(plan)}_"
            assert dbt_rows.outcomes(there, before) == dbt_rows.expected_outcomes(plan, made)
            assert dbt_rows.attainment(there, before) == dbt_rows.expected_attainment(plan, made)


TABLES = """agreement "Handoff":
  between marketing and sales
  effective 2026-01-01 to 2026-12-31
  zone "America/New_York"

record lead:
  id  key text
  at  time

kpi volume = count of lead

marketing owes sales:
  volume at least 2 per month

source leads for lead from "crm.duckdb#sales.leads":
  at = "Created At"
  times in "America/New_York"
  skip when "deleted" in {"true"}
"""


@pytest.mark.skipif(DBT is None, reason="no dbt is installed; SLADSL_DBT names one")
def test_a_source_of_a_database_is_read_as_a_run_reads_it(sla: Sla, tmp_path: Path) -> None:
    """A table in a schema of its own, local times over the end of a month, and rows to skip."""
    (tmp_path / "a.sla").write_text(TABLES)
    folder = tmp_path / "project"
    with duckdb.connect(str(tmp_path / "crm.duckdb")) as connection:
        connection.execute("CREATE SCHEMA sales")
        connection.execute(
            """CREATE TABLE sales.leads AS SELECT * FROM (VALUES ('1', TIMESTAMP '2026-03-31 23:30:00', false),
            ('2', TIMESTAMP '2026-03-08 02:30:00', NULL), ('3', TIMESTAMP '2026-03-09 10:00:00', true)) AS x(id, "Created At", deleted)"""
        )
    assert sla("sql", "a.sla", "--as", "dbt", "--out", str(folder)).status == 0
    shutil.copy(tmp_path / "crm.duckdb", folder / "w.duckdb")
    build(folder, "--vars", json.dumps({"as_of": "2026-06-01 00:00:00"}))
    plan = compile_text(TABLES, str(tmp_path / "a.sla")).plan
    assert plan is not None
    made = run(plan, base=tmp_path, as_of="2026-06-01T00:00:00Z", rows=True)
    with duckdb.connect(str(folder / "w.duckdb"), read_only=True) as connection:
        there, before = DuckDB(connection), "handoff_"
        assert dbt_rows.outcomes(there, before) == dbt_rows.expected_outcomes(plan, made)
        assert dbt_rows.attainment(there, before) == dbt_rows.expected_attainment(plan, made)


def relations(text: str) -> set[str]:
    """What a project makes in its schema."""
    plan = compile_text(text, "a.sla").plan
    assert plan is not None
    made = files(plan, "duckdb")
    described = json.loads(made["models/models.yml"])["models"]
    project = json.loads(made["dbt_project.yml"].partition("\n")[2])
    (seeds,) = project["seeds"].values()
    names = {m["name"]: m["config"]["alias"] for m in described} | {n: s["+alias"] for n, s in seeds.items()}
    own = {
        Path(name).stem
        for name in made
        if name.startswith(("models/", "seeds/")) and not name.endswith(".yml")
    }
    assert names.keys() == own
    return set(names.values())


def test_agreements_in_one_schema_keep_apart(sla: Sla, tmp_path: Path) -> None:
    names = [
        "Handoff",
        "Handoff EU",
        "Handoff (EU)",
        "Übergabe",
        "Ubergabe",
        "営業",
        "2026",
        "x" * 80,
        "x" * 81,
    ]
    plan = compile_text(TABLES, "a.sla").plan
    assert plan is not None
    before = [called(replace(plan, name=name)) for name in names]
    assert len(set(before)) == len(names)
    assert all(re.fullmatch(r"[a-z_][a-z0-9_]{0,30}", each) for each in before)
    made = relations(TABLES)
    assert "handoff_attainment" in made
    assert all(re.fullmatch(r"handoff_\w+", relation) for relation in made)
    (tmp_path / "a.sla").write_text(TABLES)
    sla("sql", "a.sla", "--as", "dbt", "--out", "project")
    readme = (tmp_path / "project" / "README.md").read_text()
    assert "      type: duckdb\n      path: ../crm.duckdb\n" in readme
    assert "- `handoff_attainment`" in readme


@pytest.mark.skipif(DBT is None, reason="no dbt is installed; SLADSL_DBT names one")
def test_two_agreements_are_packages_of_a_project(sla: Sla, tmp_path: Path) -> None:
    """`dbt deps` takes them, and one `dbt build` makes both in one schema."""
    with duckdb.connect(str(tmp_path / "w.duckdb")) as connection:
        connection.execute("CREATE SCHEMA sales")
        connection.execute(
            """CREATE TABLE sales.leads AS SELECT * FROM (VALUES ('1', TIMESTAMP '2026-03-31 23:30:00', false),
            ('2', TIMESTAMP '2026-03-09 10:00:00', true)) AS x(id, "Created At", deleted)"""
        )
    shutil.copy(tmp_path / "w.duckdb", tmp_path / "crm.duckdb")
    for name, target in (("One", 1), ("Two", 2)):
        text = TABLES.replace('"Handoff"', f'"{name}"').replace("at least 2", f"at least {target}")
        (tmp_path / f"{name}.sla").write_text(text)
        assert sla("sql", f"{name}.sla", "--as", "dbt", "--out", name).status == 0
    (tmp_path / "dbt_project.yml").write_text(
        "{name: ours, version: 1.0.0, config-version: 2, profile: sla}\n"
    )
    (tmp_path / "packages.yml").write_text("packages: [{local: One}, {local: Two}]\n")
    build(tmp_path, command="deps")
    build(tmp_path, "--vars", json.dumps({"as_of": "2026-06-01 00:00:00"}))
    with duckdb.connect(str(tmp_path / "w.duckdb"), read_only=True) as connection:
        for name, march in (("One", "met"), ("Two", "missed")):
            rows = dbt_rows.attainment(DuckDB(connection), f"{name.lower()}_")
            assert march in rows["marketing.volume", "2026-03"]
            asked = ("--as-of", "2026-06-01T00:00:00Z", "--format", "csv", "--fail-on", "never")
            assert f",2026-03,2026-03-01 00:00:00,{march}," in sla("run", f"{name}.sla", *asked).out


def test_a_clause_that_no_model_carries_writes_nothing(sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "a.sla").write_text(TABLES.replace('"Created At"', '"Created At" as "D.M.YYYY H:mm"'))
    done = sla("sql", "a.sla", "--as", "dbt", "--out", "project")
    assert (done.status, done.out) == (2, "")
    assert done.err == (
        'error: the source `leads` says `as "D.M.YYYY H:mm"` of `at`: the dbt models do not carry it; '
        "name a view in which `at` is a timestamp, and leave the clause out\n"
    )
    assert not (tmp_path / "project").exists()


def test_statements_say_what_they_take_for_granted(sla: Sla, tmp_path: Path) -> None:
    (tmp_path / "a.sla").write_text(TABLES)
    done = sla("sql", "a.sla")
    head = [line.removeprefix("-- ") for line in done.out.splitlines() if line.startswith("-- ")][:5]
    assert head[2:4] == [
        "  lead: id text, at time",
        "What the sources say of names, words, clocks and rows to skip is not in the statements: the tables hold what `leads` gave.",
    ]


def test_what_is_yours_stays(sla: Sla, tmp_path: Path) -> None:
    path, folder = tmp_path / "a.sla", tmp_path / "project"
    path.write_text(TABLES)
    assert sla("sql", str(path), "--as", "dbt", "--out", str(folder)).status == 0
    first = {p: p.read_text() for p in folder.rglob("*") if p.is_file()}
    mine = next(p for p in first if p.parent.name == "staging")
    mine.write_text("-- mine\n" + first[mine])
    model = folder / "models" / "outcomes.sql"
    model.write_text("-- spoilt\n")
    again = sla("sql", str(path), "--as", "dbt", "--out", str(folder))
    assert (again.status, again.out) == (0, "")
    assert f"kept `{mine}` as it is" in again.err
    assert mine.read_text() == "-- mine\n" + first[mine]
    assert model.read_text() == first[model]


def test_a_staging_model_that_nobody_changed_follows_the_agreement(sla: Sla, tmp_path: Path) -> None:
    """And one that somebody changed is not left to read a table as the agreement no longer does."""
    (tmp_path / "a.sla").write_text(TABLES.replace('  skip when "deleted" in {"true"}\n', ""))
    staging = tmp_path / "project" / "models" / "staging" / "stg_lead.sql"
    assert sla("sql", "a.sla", "--as", "dbt", "--out", "project").status == 0
    (tmp_path / "a.sla").write_text(TABLES)
    assert sla("sql", "a.sla", "--as", "dbt", "--out", "project").status == 0
    assert "deleted" in staging.read_text()
    staging.write_text("-- mine\n" + staging.read_text())
    before = staging.read_text()
    (tmp_path / "a.sla").write_text(TABLES.replace('{"true"}', '{"true", "1"}'))
    done = sla("sql", "a.sla", "--as", "dbt", "--out", "project")
    assert done.status == 2
    assert "has changes of yours, and the agreement reads its table in another way now" in done.err
    assert staging.read_text() == before


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
