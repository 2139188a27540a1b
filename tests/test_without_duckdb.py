"""Where DuckDB and its like are not installed, small data are read in plain Python and evaluated by the reference interpreter: what is
printed is what the ordinary engine prints, to the letter."""

from __future__ import annotations

import json
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
            "`leads.parquet` cannot be read without DuckDB, which is not used here: export the rows to CSV",
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


LEADS = """id,email,at,answered,report
L1,Ana@Acme.example,2026-03-02 09:00,2026-03-02 09:40,met
L2,bo@birch.example,2026-03-03 09:00,2026-03-03 11:30,met
L3,cy@acme.example,2026-03-04 09:00,,missed
L4,dee@dew.example,2026-04-06 09:00,2026-04-06 09:10,met
"""
ANSWERS = """agreement "Answers":
  between marketing and sales
  zone "UTC"

record lead:
  id key text
  email text
  at time
  answered optional time

define Lead:
  lead
  since at

define Answered:
  Lead when answered is known
  since answered

kpi speed = time from Lead to Answered

sales owes marketing:
  speed within 1 hour for 90% of Lead per month

source leads for lead from "leads.csv":
  times in "UTC"
"""


def test_whatever_is_asked_of_rows_is_answered_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Closed books with their digests, a report that is reconciled, other targets, a row found by what it says."""
    monkeypatch.chdir(tmp_path)
    Path("leads.csv").write_text(LEADS, encoding="utf-8")
    Path("a.sla").write_text(ANSWERS, encoding="utf-8")
    Path("b.sla").write_text(ANSWERS.replace("1 hour", "3 hours"), encoding="utf-8")
    for asked, says in (
        (["reconcile", "a.sla", "--against", "lead.report"], "L2"),
        (["reconcile", "a.sla", "--against", "lead.answered"], "sales.speed"),
        (["backtest", "a.sla", "--vary", "sales.speed within 1..3 hours"], "2 hours"),
        (["diff", "a.sla", "b.sla"], "L2"),
        (
            ["explain", "a.sla", "ACME"],
            "`lead.email` has it in `L1` (Ana@Acme.example), `L3` (cy@acme.example)",
        ),
        (["close", "a.sla", "--period", "2026-03"], "closed 2026-03"),
        (["run", "a.sla"], "restated: sales.speed 2026-03: missed 33.3% → missed 66.7%"),
    ):
        said = []
        if asked[0] == "run":  # rows that were changed since
            Path("leads.csv").write_text(LEADS.replace("11:30", "09:30"), encoding="utf-8")
        for engine in ("duckdb", "python"):
            if asked[0] == "close" and Path("closed").is_dir():
                Path("closed").rename("closed-by-duckdb")
            said.append(_printed(engine, asked, monkeypatch, capsys))
        assert said[0] == said[1], asked
        assert says in said[0][1] + said[0][2]
    books = [
        json.loads(Path(folder, "2026-03.json").read_text()) for folder in ("closed-by-duckdb", "closed")
    ]
    for book in books:
        for close in book["closes"]:
            close.pop("closed_at")
    assert books[0] == books[1]
    asked = ["close", "a.sla", "--period", "2026-03", "--rows", "--again", "with the rows"]
    status, _, error = _printed("python", asked, monkeypatch, capsys)
    assert (status, "`--rows` keeps Parquet, which is not written without DuckDB" in error) == (2, True)


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
