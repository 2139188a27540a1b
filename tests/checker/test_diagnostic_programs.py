"""Every code of the checker has a small program that causes it, and nothing else is wrong with that program."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sladsl.compiler import compile_text
from sladsl.diagnostics import CODES, Severity

PROGRAMS = Path(__file__).parent.parent / "golden" / "diagnostics"
OURS = [
    code
    for code, about in CODES.items()
    if re.match(r"SLA02|SLA2|SLA3|SLA43|SLA44|SLA50|SLA6|SLA7", code) and about.severity is Severity.ERROR
]


@pytest.mark.parametrize("code", OURS)
def test_its_program_causes_the_code_and_no_other_error(code: str) -> None:
    path = PROGRAMS / f"{code}.sla"

    def read(name: str) -> str:
        return (PROGRAMS / name).read_text(encoding="utf-8")

    made = compile_text(path.read_text(encoding="utf-8"), path.name, read=read, root=".")
    errors = [d for d in made.diagnostics if d.severity == "error"]
    assert [d.code for d in errors] == [code]
    assert made.plan is None
