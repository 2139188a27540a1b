"""Where DuckDB and its like are not installed, small data are read in plain Python and evaluated by the reference interpreter: what is
printed is what the ordinary engine prints, to the letter."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sladsl.cli import status_of

EXAMPLES = Path(__file__).parent.parent / "examples"
WITHOUT = """
import sys
from importlib.abc import MetaPathFinder
class NotInstalled(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"duckdb", "ibis", "pyarrow", "sqlglot", "pandas", "numpy", "rich"}:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, NotInstalled())
from sladsl.__main__ import main
sys.exit(main())
"""


CASES = Path(__file__).parent / "golden" / "verdicts"
NAMES = sorted(p.name for p in CASES.iterdir() if p.is_dir())
FEW = frozenset({"a_file_as_a_program_leaves_it", "a_ramped_quota"})
"""Those that stand for all, unless all are asked for: each costs DuckDB a second."""


@pytest.mark.parametrize("case", NAMES)
def test_both_engines_print_the_same(
    case: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if case not in FEW and not os.environ.get("SLADSL_SLOW"):
        pytest.skip("SLADSL_SLOW=1 runs this: elsewhere two cases stand for all")
    monkeypatch.chdir(CASES / case)
    for asked in (
        ["run", "agreement.sla", "--format", "json", "--leads", "--all"],
        ["review", "agreement.sla", "--out", "-"],
        ["due", "agreement.sla", "--format", "json"],
        ["explain", "agreement.sla", _first_key(Path("lead.csv"))],
    ):
        printed = [_printed(engine, asked, monkeypatch, capsys) for engine in ("duckdb", "python")]
        assert printed[0] == printed[1], asked


def _first_key(leads: Path) -> str:
    return leads.read_text(encoding="latin-1").splitlines()[-1].split(",")[0] if leads.exists() else "none"


def _printed(
    engine: str, asked: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, str, str]:
    monkeypatch.setenv("SLADSL_ENGINE", engine)
    capsys.readouterr()
    status = status_of(asked)
    return status, *capsys.readouterr()


@pytest.mark.parametrize("ending", ["csv", "jsonl"])
def test_rows_are_written_as_duckdb_writes_them(
    ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Quotes, what a spreadsheet would run, signs that JSON escapes, nothing and an empty text, decimals and parts of a second."""
    keys = ["a", "#b", 'c"d', "=1+1", "-7", "e\nf", "g\x0bh", "\u2028", "x,y", " i "]
    leads = "".join(
        f'"{key.replace(chr(34), chr(34) * 2)}",2026-03-0{n % 7 + 1}T10:00:0{n}.{n}Z\n'
        for n, key in enumerate(keys)
    )
    (tmp_path / "lead.csv").write_text(f"id,at\n{leads}", encoding="utf-8", newline="")
    (tmp_path / "a.sla").write_text(
        'agreement "A":\n  between a and b\n  zone "UTC"\nrecord lead:\n  id key text\n  at time\nkpi leads = count of lead\n',
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    for engine in ("duckdb", "python"):
        asked = ["run", "a.sla", "--data", "lead=lead.csv", f"--leads={engine}.{ending}"]
        assert _printed(engine, asked, monkeypatch, capsys)[0] == 0
    written = [Path(f"{engine}.{ending}").read_bytes() for engine in ("duckdb", "python")]
    assert written[0] == written[1]
    assert written[0].count(b"\n") >= len(keys)


def test_a_draft_is_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    drafts = []
    for engine in ("duckdb", "python"):
        out = tmp_path / f"{engine}.sla"
        asked = ["init", str(EXAMPLES / "uptime" / "probes.csv"), "--out", str(out)]
        assert _printed(engine, asked, monkeypatch, capsys)[0] == 0
        drafts.append(out.read_text(encoding="utf-8"))
    assert drafts[0] == drafts[1]
    assert "record probe:" in drafts[0]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ["--data", "lead=leads.parquet"],
            "`leads.parquet` cannot be read without DuckDB, which is not used here: install it",
        ),
        (
            ["--data", "lead=postgres://db/crm#leads"],
            "`postgres://db/crm#leads` cannot be read without DuckDB",
        ),
        (
            ["--leads=rows.parquet"],
            "`rows.parquet` cannot be written without DuckDB, which is not used here: name a .csv or .jsonl file",
        ),
    ],
)
def test_what_only_duckdb_does(
    arguments: list[str],
    says: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    for file in (CASES / "a_ramped_quota").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "leads.parquet").touch()
    monkeypatch.chdir(tmp_path)
    status, _, error = _printed("python", ["run", "agreement.sla", *arguments], monkeypatch, capsys)
    assert (status, says in error) == (2, True), error


def test_more_rows_than_a_memory_may_hold(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(CASES / "a_ramped_quota")
    monkeypatch.setattr("sladsl.data.memory.MOST_ROWS", 2)
    status, _, error = _printed("python", ["run", "agreement.sla"], monkeypatch, capsys)
    assert status == 2
    assert (
        "more than 2 rows, and no more are judged without DuckDB: run `sla run` on a machine that has it"
        in error
    )


def test_a_run_without_duckdb(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    folder = EXAMPLES / "uptime"
    monkeypatch.chdir(folder)
    asked = ["run", "uptime.sla", "--format", "json"]
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, *asked], capture_output=True, text=True, check=False
    )
    status = status_of(asked)
    known = capsys.readouterr()
    assert (done.returncode, done.stdout, done.stderr) == (status, known.out, known.err)
