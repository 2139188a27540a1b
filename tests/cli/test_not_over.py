"""No command writes over what it reads, by whatever name or link that goes."""

import os
from pathlib import Path

import duckdb
import pytest
from command_line import Sla, runner

from sladsl.cli.files import is_same

AGREEMENT = """import "base.sla"

agreement "x":
  between marketing and sales
  effective 2026-01-01 to 2026-12-31
  zone "UTC"

define MQL:
  lead when mql_at is known
  since mql_at

kpi volume = count of MQL

marketing owes sales:
  volume at least 1 per month

test "one":
  given lead: id "1", mql_at 2026-03-07 15:00
  expect MQL
"""
RECORD = "record lead:\n  id key text\n  mql_at optional time\n"
ROWS = "id,mql_at\nL1,2026-01-05T10:00:00Z\n"
SOURCE = 'source s for lead from "l.csv":\n  id = "id"\n  mql_at = "mql_at"\n'
GIVEN = ("--data", "lead=l.csv")


@pytest.fixture
def sla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sla:
    (tmp_path / "a.sla").write_text(AGREEMENT)
    (tmp_path / "base.sla").write_text(RECORD)
    (tmp_path / "l.csv").write_text(ROWS)
    (tmp_path / "s.sla").write_text(AGREEMENT + SOURCE)
    with duckdb.connect(str(tmp_path / "w.duckdb")) as connection:
        connection.execute(
            "CREATE TABLE lead AS SELECT 'L1' AS id, TIMESTAMPTZ '2026-01-05 10:00Z' AS mql_at"
        )
    for name in ("a.sla", "base.sla", "l.csv"):
        os.link(tmp_path / name, tmp_path / f"hard-{name}")
        (tmp_path / f"soft-{name}").symlink_to(name)
    return runner(tmp_path, monkeypatch, capsys)


NAMES = [f"{link}{name}" for link in ("", "./", "soft-", "hard-") for name in ("a.sla", "base.sla")]
DATA = ["l.csv", "./l.csv", "soft-l.csv", "hard-l.csv"]


@pytest.mark.parametrize(
    "line",
    [
        *(("doc", "a.sla", "--format", "html", "--out", name) for name in NAMES),
        *(("run", "a.sla", *GIVEN, "--format", "json", "--out", name) for name in NAMES + DATA),
        *(("run", "s.sla", "--format", "csv", "--out", name) for name in DATA),
        *(("run", "a.sla", *GIVEN, f"--leads={name}") for name in DATA),
        ("run", "a.sla", "--data", "lead=w.duckdb#lead", "--out", "w.duckdb#lead"),
        ("run", "a.sla", "--data", "lead=l.*", "--format", "csv", "--out", "l.csv"),
        *(("explain", "a.sla", "L1", *GIVEN, "--format", "text", "--out", name) for name in NAMES + DATA),
        *(("review", "a.sla", *GIVEN, "--out", name) for name in NAMES + DATA),
        *(("test", "a.sla", "--junit", name) for name in NAMES),
        *(("test", "a.sla", "--from-lead", "L1", *GIVEN, "--out", name) for name in DATA),
        *(("init", "l.csv", "--zone", "UTC", "--force", "--out", name) for name in DATA),
    ],
    ids=" ".join,
)  # fmt: skip
def test_what_is_read_stays(line: tuple[str, ...], sla: Sla, tmp_path: Path) -> None:
    before = {p.name: p.read_bytes() for p in tmp_path.iterdir()}
    done = sla(*line)
    assert done.status == 2, done.out
    assert "name another file" in done.err
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == before


def test_rows_and_report_are_two_files_in_any_case(sla: Sla, tmp_path: Path) -> None:
    done = sla("run", "a.sla", *GIVEN, "--out", "Rows.csv", "--leads=rows.CSV")
    assert done.status == 2
    assert "name another file" in done.err


@pytest.mark.parametrize(
    ("command", "right", "crooked"),
    [(("fmt",), "kpi volume =", "kpi   volume ="), (("check", "--fix"), "at least 1 per", ">= 1 per")],
)
@pytest.mark.parametrize(
    ("place", "said"),
    [("elsewhere", "is a link that leads out of `inside`"), ("inside/notes", "is a link to")],
)
def test_nothing_is_written_through_a_link_that_nobody_named(
    sla: Sla, tmp_path: Path, command: tuple[str, ...], right: str, crooked: str, place: str, said: str
) -> None:
    text = AGREEMENT.replace('import "base.sla"\n', RECORD).replace(right, crooked)
    (tmp_path / "inside").mkdir()
    (tmp_path / place).write_text(text)
    (tmp_path / "inside" / "x.sla").symlink_to(tmp_path / place)
    done = sla(*command, "inside")
    assert done.status == 2
    assert (tmp_path / place).read_text() == text
    assert said in done.err
    assert sla(*command, "inside/x.sla").status in {0, 1}
    assert (tmp_path / place).read_text() != text


def test_two_names_of_one_file_are_the_same(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    os.link(tmp_path / "a", tmp_path / "b")
    assert is_same(tmp_path / "a", tmp_path / "b")
    assert is_same(tmp_path / "New", tmp_path / "x" / ".." / "new")
    assert not is_same(tmp_path / "new", tmp_path / "other")
