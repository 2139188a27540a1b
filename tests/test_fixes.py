"""A fix never changes what an agreement means: it is certain, and then does what was plainly meant, or it asks, or it is not there."""

from __future__ import annotations

from pathlib import Path

import habits_from_elsewhere as elsewhere
import pytest
from conftest import GOLDEN

from sladsl.cli.reading import compile_file
from sladsl.compiler import Compilation, compile_text
from sladsl.diagnostics import Diagnostic, Fix, Safety, Severity
from sladsl.ide.actions import applied

PROGRAMS = sorted(GOLDEN.rglob("*.sla"))
ROWS = [*elsewhere.CERTAIN, *elsewhere.ASKED]


def errors(compilation: Compilation) -> list[Diagnostic]:
    return [each for each in compilation.diagnostics if each.severity is Severity.ERROR]


def compiled(line: str, written: str) -> Compilation:
    """The agreement in which `written` stands for one of its lines."""
    assert elsewhere.AGREEMENT.count(line) == 1, line
    return compile_text(elsewhere.AGREEMENT.replace(line, written), "a.sla")


def only_error(compilation: Compilation) -> Diagnostic:
    (error,) = errors(compilation)
    return error


def name(row: object) -> str:
    return str(row).replace("\n", " ")


@pytest.mark.parametrize(("line", "written", "meant"), elsewhere.CERTAIN, ids=name)
def test_a_certain_fix_writes_what_was_meant(line: str, written: str, meant: str) -> None:
    made, fix = compiled(line, written), None
    for _ in range(5):
        found = errors(made)
        if not found:
            break
        (fix,) = found[0].fixes
        assert fix.safety is Safety.SAFE, found[0]
        made = compile_text(applied(made.source.text, fix.edits), "a.sla")
    assert fix is not None, "nothing was wrong"
    wanted = compiled(line, meant)
    assert made.plan is not None
    assert made.plan == wanted.plan, made.source.text


@pytest.mark.parametrize(("line", "written", "meant"), elsewhere.ASKED, ids=name)
def test_a_fix_that_may_be_wrong_asks(line: str, written: str, meant: str) -> None:
    made = compiled(line, written)
    fix = only_error(made).fixes[0]
    assert fix.safety is Safety.NEEDS_A_LOOK
    fixed = compile_text(applied(made.source.text, fix.edits), "a.sla")
    assert fixed.plan is not None
    assert fixed.plan == compiled(line, meant).plan, fixed.source.text


@pytest.mark.parametrize(("line", "written", "help"), elsewhere.TOLD, ids=name)
def test_where_the_right_text_is_not_known_none_is_offered(line: str, written: str, help: str) -> None:
    error = only_error(compiled(line, written))
    assert error.fixes == ()
    assert error.help == help


@pytest.mark.parametrize("condition", [w for line, w, _ in ROWS if line == elsewhere.CONDITION], ids=name)
def test_an_answer_does_not_depend_on_how_often_the_mistake_is_made(condition: str) -> None:
    once = only_error(compiled(elsewhere.CONDITION, condition))
    more = compiled(elsewhere.CONDITION, f"{condition}\n    and {condition.removeprefix('when ')}")
    often = errors(more)[0]
    assert (often.message, often.help, often.span) == (once.message, once.help, once.span)


def all_fixes() -> list[tuple[Path, Diagnostic, Fix]]:
    found = []
    for path in PROGRAMS:
        made = compile_file(str(path), None)
        found += [
            (path, each, fix)
            for each in made.diagnostics
            if each.file == made.source.name
            for fix in each.fixes
        ]
    return found


@pytest.mark.parametrize(
    ("path", "mended", "fix"),
    all_fixes(),
    ids=lambda each: each.stem if isinstance(each, Path) else getattr(each, "code", ""),
)
def test_a_fix_of_a_golden_program_mends_what_it_is_for(path: Path, mended: Diagnostic, fix: Fix) -> None:
    """And one that is certain leaves the plan of a program that has one as it was."""
    before = compile_file(str(path), None)
    text = applied(before.source.text, fix.edits)
    after = compile_text(text, before.source.name, read=None)
    left = [(each.message, each.span.start) for each in after.diagnostics]
    assert (mended.message, mended.span.start) not in left, text
    if fix.safety is Safety.SAFE and before.plan is not None and after.plan is not None:
        assert after.plan == before.plan
