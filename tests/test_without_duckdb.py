"""Where DuckDB and its like are not installed, small data are read in plain Python and evaluated by the reference interpreter: what is
printed is what the ordinary engine prints, to the letter."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

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


def test_a_run_without_duckdb(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from sladsl.cli import status_of

    folder = EXAMPLES / "uptime"
    monkeypatch.chdir(folder)
    asked = ["run", "uptime.sla", "--format", "json"]
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT, *asked], capture_output=True, text=True, check=False
    )
    status = status_of(asked)
    known = capsys.readouterr()
    assert (done.returncode, done.stdout, done.stderr) == (status, known.out, known.err)
