"""Running a bundled example through the command line, as its README says, and finding things in what comes out."""

from __future__ import annotations

import datetime as dt
import functools
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"


def sla(*arguments: str) -> subprocess.CompletedProcess[str]:
    """`sla …` in the checkout, without the caller's own settings."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SLA_")} | {
        "PYTHONPATH": str(ROOT)
    }
    command = [sys.executable, "-m", "sladsl", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False
    )


@functools.cache
def figures(agreement: str, as_of: str | None = None) -> dict[str, Any]:
    """`sla run` on an example, as JSON; `as_of` is a date or an instant."""
    moment = ("--as-of", as_of) if as_of else ()
    done = sla("run", f"examples/{agreement}", "--format", "json", *moment)
    assert done.returncode in {0, 1}, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def instant(written: str) -> dt.datetime:
    return dt.datetime.fromisoformat(written)


def commitment(result: dict[str, Any], id: str) -> dict[str, dict[str, Any]]:
    """The commitment's cells by period."""
    found = next(c for c in result["commitments"] if c["id"] == id)
    return {cell["period"]: cell for cell in found["periods"]}


def kpi(result: dict[str, Any], name: str) -> dict[tuple[str, ...], dict[str, Any]]:
    """The KPI's cells by period and breakdown; the whole stands at `(period,)`."""
    found = next(k for k in result["kpis"] if k["name"] == name)
    return {(cell["period"], *cell["by"]): cell for cell in found["periods"]}


def definition(result: dict[str, Any], name: str) -> dict[str, int]:
    found = next(d for d in result["definitions"] if d["name"] == name)
    return {word: found[word] for word in ("members", "undated", "mislabelled", "unclassifiable")}


def problem(result: dict[str, Any], record: str, kind: str, field: str | None = None) -> int:
    """How many rows the data problem has, over all its files."""
    return sum(
        p["count"]
        for p in result["data_problems"]
        if p["record"] == record and p["kind"] == kind and (field is None or p["field"] == field)
    )
