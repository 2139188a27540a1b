"""Programs with everything the rules say of them marked: `# warning: SLA405 "part of the message"` at the end of the line.

Every diagnostic of such a program is marked, hints included, so that one that says too much fails as well. In a part `'` stands for `"`.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sladsl.compiler import Compilation, compile_text
from sladsl.diagnostics import CODES, Diagnostic

GOLDEN = Path(__file__).parent.parent / "golden" / "check"
PROGRAMS = sorted(GOLDEN.glob("rules_*.sla"))
OURS = [code for code in CODES if re.match(r"SLA4[012]|SLA52|SLA9", code)]
NEEDS_AN_AS_OF = {"SLA525"}

_MARK = re.compile(r'# (error|warning|hint): (SLA\d+) "([^"]*)"')


def compiled(path: Path, text: str | None = None) -> Compilation:
    return compile_text(path.read_text(encoding="utf-8") if text is None else text, path.name)


def place(made: Compilation, d: Diagnostic) -> int:
    return made.source.position(d.span.start).line


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda p: p.stem)
def test_a_program_has_what_is_marked_and_nothing_else(path: Path) -> None:
    made = compiled(path)
    marks = [
        (at, *mark) for at, line in enumerate(made.source.text.split("\n"), 1) for mark in _MARK.findall(line)
    ]
    found = [(place(made, d), d.severity.value, d.code, d.message) for d in made.diagnostics]
    assert sorted(f[:3] for f in found) == sorted(mark[:3] for mark in marks)
    for line, severity, code, part in marks:
        said = [f[3] for f in found if f[:3] == (line, severity, code)]
        assert any(part.replace("'", '"') in message.replace("'", '"') for message in said), (
            f"line {line}: {said}"
        )


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda p: p.stem)
def test_a_fix_takes_its_mistake_away_and_brings_none(path: Path) -> None:
    made = compiled(path)
    errors = {d.code for d in made.diagnostics}
    for d in made.diagnostics:
        for fix in d.fixes:
            text = made.source.text
            for edit in sorted(fix.edits, key=lambda e: e.span, reverse=True):
                text = text[: edit.span.start] + edit.text + text[edit.span.end :]
            after = compiled(path, text).diagnostics
            assert (d.code, d.message) not in [(a.code, a.message) for a in after], fix.title
            assert {a.code for a in after} <= errors, fix.title
            assert len(after) < len(made.diagnostics), fix.title


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda p: p.stem)
def test_every_place_is_in_its_text(path: Path) -> None:
    made = compiled(path)
    for d in made.diagnostics:
        for span in (d.span, *(label.span for label in d.labels)):
            assert 0 <= span.start < span.end <= len(made.source.text), d


@pytest.mark.parametrize("code", [c for c in OURS if c not in NEEDS_AN_AS_OF])
def test_a_marked_program_causes_every_code(code: str) -> None:
    assert any(f": {code} " in path.read_text(encoding="utf-8") for path in PROGRAMS)
