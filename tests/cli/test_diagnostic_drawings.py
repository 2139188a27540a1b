"""Every code, drawn: its program in `golden/diagnostics` and beside it what a reader sees."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from sladsl.compiler import compile_text
from sladsl.diagnostics import CODES
from sladsl.reports.diagnostics import WIDTH, draw, summary
from sladsl.reports.terminal import columns
from sladsl.syntax.syntax_errors import MAX_TEXT

PROGRAMS = Path(__file__).parent.parent / "golden" / "diagnostics"
# What is no text, or too much of it, is not kept as a file.
MADE = {"SLA001": "let a = 1\0", "SLA002": "#" * (MAX_TEXT + 1)}
AS_OF = {"SLA525": dt.date(2026, 5, 1)}


def read(name: str) -> str:
    return (PROGRAMS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("code", CODES)
def test_drawn(code: str, golden: Callable[[Path, str], None]) -> None:
    name = f"{code}.sla"
    made = compile_text(MADE.get(code) or read(name), name, read=read, as_of=AS_OF.get(code))
    drawn = [draw(d, made.sources) for d in made.diagnostics]
    assert f"[{code}]" in "".join(drawn)
    golden(PROGRAMS / f"{code}.txt", "\n\n".join([*drawn, summary(made.diagnostics, name)]) + "\n")


@pytest.mark.parametrize("code", CODES)
def test_the_drawn_source_fits_a_terminal(code: str) -> None:
    """Messages may be long; a line of source is cut."""
    lines = (PROGRAMS / f"{code}.txt").read_text(encoding="utf-8").splitlines()
    sources = [line for line in lines if line[:1].isdigit() and " | " in line]
    assert all(columns(line) <= WIDTH for line in sources)
