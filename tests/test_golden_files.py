"""The golden fixture itself: it compares, it rewrites, and a file that nobody opens fails the run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).with_name("conftest.py")
READER = """
from conftest import GOLDEN

def test_reads(golden):
    golden(GOLDEN / "a.txt", "right\\n")
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A suite of one test that reads `a.txt`."""
    (tmp_path / "pytest.ini").write_text("[pytest]\ntestpaths = tests\n")
    golden = tmp_path / "tests" / "golden"
    golden.mkdir(parents=True)
    shutil.copy(CONFTEST, tmp_path / "tests")
    (tmp_path / "tests" / "test_reader.py").write_text(READER)
    (golden / "a.txt").write_text("right\n")
    return tmp_path


def run(suite: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    quick = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(command, cwd=suite, env=quick, capture_output=True, text=True, check=False)


def test_a_difference_fails_and_golden_rewrites_it(suite: Path) -> None:
    file = suite / "tests" / "golden" / "a.txt"
    file.write_text("wrong\n")
    assert run(suite).returncode == 1
    assert run(suite, "--golden").returncode == 0
    assert file.read_text() == "right\n"


def test_a_file_that_nobody_opens_fails_a_whole_run_only(suite: Path) -> None:
    (suite / "tests" / "golden" / "a.sla").write_text("goes with a.txt")
    assert run(suite).returncode == 0
    (suite / "tests" / "golden" / "b.txt").write_text("forgotten")
    whole = run(suite)
    assert whole.returncode == 1
    assert "golden files that no test opens: b.txt\n" in whole.stdout
    assert run(suite, "-k", "reads").returncode == 0


def test_workers_tell_what_they_opened(suite: Path) -> None:
    (suite / "tests" / "golden" / "b.txt").write_text("forgotten")
    whole = run(suite, "-p", "xdist", "-n", "1")
    assert whole.returncode == 1
    assert "golden files that no test opens: b.txt\n" in whole.stdout
