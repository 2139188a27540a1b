"""Every code of a text that cannot be read has a small program that causes it, and nothing else is wrong with that program."""

from __future__ import annotations

import re

import pytest
from conftest import GOLDEN

from sladsl.diagnostics import CODES
from sladsl.source import Source
from sladsl.syntax.parser import parse
from sladsl.syntax.syntax_errors import MAX_TEXT

PROGRAMS = GOLDEN / "diagnostics"
# SLA106 is found where the clauses of a declaration are looked at together, by the checker.
OURS = [code for code in CODES if re.match(r"SLA00|SLA1", code) and code != "SLA106"]
# What is no text, or too much of it, is not kept as a file.
MADE = {"SLA001": "let a = 1\0", "SLA002": "#" * (MAX_TEXT + 1)}


@pytest.mark.parametrize("code", OURS)
def test_its_program_causes_the_code_and_nothing_else(code: str) -> None:
    text = MADE.get(code) or (PROGRAMS / f"{code}.sla").read_text(encoding="utf-8")
    _, diagnostics = parse(Source(f"{code}.sla", text))
    assert [each.code for each in diagnostics] == [code]
    assert diagnostics[0].message[0] not in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    assert not diagnostics[0].message.endswith(".")
