"""A run reaches the files that it names, and nothing else, whatever a database that it is given holds."""

import re
from pathlib import Path

import duckdb
import pytest
from command_line import Sla, runner
from small import COUNT as AGREEMENT

from sladsl.engines import sandbox

ROOT = Path(__file__).parents[2]
ROWS = "SELECT 'a' AS id, TIMESTAMPTZ '2026-01-05 10:00Z' AS mql_at"
SECRET = "nobody-named-this-file"


@pytest.fixture
def sla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sla:
    return runner(tmp_path, monkeypatch, capsys)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.sla").write_text(AGREEMENT)
    (tmp_path / "secret.txt").write_text(SECRET)
    (tmp_path / "secret.csv").write_text(f"content\n{SECRET}\n")
    return tmp_path


def database(path: Path, *statements: str) -> None:
    with duckdb.connect(str(path)) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize(
    "reads",
    [
        "read_text('{0}/*')",
        "read_csv('{0}/secret.txt', header = false)",
        "read_blob('{0}/secret.txt')",
        "glob('{0}/*')",
        "'{0}/secret.csv'",
        "through_macro()",
    ],
)
def test_a_view_reads_nothing_but_its_database(folder: Path, sla: Sla, reads: str) -> None:
    macro = f"CREATE MACRO through_macro() AS TABLE SELECT content FROM read_text('{folder}/secret.txt')"
    view = f"CREATE VIEW lead AS SELECT 'a' AS id, TIMESTAMPTZ '2026-01-05 10:00Z' AS mql_at, * FROM {reads.format(folder)}"
    database(folder / "w.duckdb", macro, view)
    said = sla("run", "a.sla", "--data", "lead=w.duckdb#lead", "--leads=rows.csv")
    assert said.status == 2
    assert SECRET not in said.out + said.err
    assert "is a view that" in said.err
    assert "CREATE TABLE" in said.err
    assert not (folder / "rows.csv").exists()


def test_a_view_of_its_own_database_is_read(folder: Path, sla: Sla) -> None:
    database(folder / "w.duckdb", f"CREATE TABLE t AS {ROWS}", "CREATE VIEW lead AS FROM t")
    said = sla("run", "a.sla", "--data", "lead=w.duckdb#lead", "--leads=rows.csv")
    assert said.status == 0, said.err
    assert "MQL" in (folder / "rows.csv").read_text() or "volume" in (folder / "rows.csv").read_text()


def test_what_is_closed_off_stays_so(tmp_path: Path) -> None:
    (tmp_path / "named.csv").write_text("x\n1\n")
    (tmp_path / "other.csv").write_text("x\n2\n")
    with sandbox.opened(None, memory_limit="100MiB", threads=1) as connection:
        sandbox.close_off(connection, [tmp_path / "named.csv"])
        assert connection.execute(f"FROM read_csv('{tmp_path}/named.csv')").fetchall() == [(1,)]
        for statement in (
            f"FROM read_csv('{tmp_path}/other.csv')",
            f"FROM read_csv('{tmp_path}/*.csv')",
            f"COPY (SELECT 1) TO '{tmp_path}/made.csv'",
            f"ATTACH '{tmp_path}/made.duckdb'",
            "INSTALL httpfs",
            "LOAD httpfs",
            "SET enable_external_access = true",
            f"SET allowed_directories = ['{tmp_path}']",
            "SET autoload_known_extensions = true",
            "SET memory_limit = '10GiB'",
            "CREATE PERSISTENT SECRET s (TYPE s3)",
        ):
            with pytest.raises(duckdb.Error):
                connection.execute(statement)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["named.csv", "other.csv"]


@pytest.mark.parametrize(
    "where", ["postgres://127.0.0.1:9/db#t", "md:crm#t", "mysql://127.0.0.1:9/db#t", "sc://127.0.0.1:9#t"]
)
def test_no_server_is_asked_because_an_agreement_names_it(folder: Path, sla: Sla, where: str) -> None:
    source = f'\nsource crm for lead from "{where}":\n  id = "id"\n'
    (folder / "a.sla").write_text(AGREEMENT + source)
    said = sla("run", "a.sla")
    assert said.status == 2
    assert "no server is asked only because an agreement names it" in said.err
    assert "--data crm=" in said.err


def test_only_one_module_opens_the_engine() -> None:
    opens = re.compile(r"duckdb\.connect\(")
    modules = [p for p in (ROOT / "sladsl").rglob("*.py") if opens.search(p.read_text())]
    assert [p.name for p in modules] == ["sandbox.py"]
