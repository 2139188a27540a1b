"""Real data that the project does not carry, and agreements on them as `sla run` judges them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def shared_data(folder: str) -> Path:
    """A folder of the real data beside the project; where it is absent the test is skipped, saying so."""
    found = Path(os.environ.get("SLADSL_SHARED_DATA", ROOT.parent / "shared" / "data")) / folder
    if not found.is_dir():
        pytest.skip(f"no real data in {found}; set SLADSL_SHARED_DATA to where they are")
    return found


def judged(agreement: str, as_of: str | None = None, **data: Path) -> dict[str, Any]:
    """`sla run` with each record's rows taken from a file; the agreement's sources say how they are spelt."""
    arguments = ["run", str(HERE / agreement), "--format", "json", "--fail-on", "never"]
    arguments += [word for record, path in data.items() for word in ("--data", f"{record}={path}")]
    arguments += ["--as-of", as_of] if as_of else []
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SLA_")} | {
        "PYTHONPATH": str(ROOT)
    }
    command = [sys.executable, "-m", "sladsl", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def commitment(result: dict[str, Any], id: str) -> dict[str, dict[str, Any]]:
    """The commitment's cells by period, those without rows left out."""
    found = next(c for c in result["commitments"] if c["id"] == id)
    return {cell["period"]: cell for cell in found["periods"] if cell.get("rows", cell["value"])}


def kpi(result: dict[str, Any], name: str) -> dict[tuple[str | None, ...], dict[str, Any]]:
    """The KPI's cells by period and breakdown; the whole stands at `(period,)`."""
    found = next(k for k in result["kpis"] if k["name"] == name)
    return {(cell["period"], *cell["by"]): cell for cell in found["periods"]}


def problem(result: dict[str, Any], record: str, kind: str, subject: str | None = None) -> int:
    """How many rows are listed with this data problem."""
    listed = [p for p in result["data_problems"] if p["record"] == record and p["kind"] == kind]
    return sum(p["count"] for p in listed if subject is None or p["subject"] == subject)
