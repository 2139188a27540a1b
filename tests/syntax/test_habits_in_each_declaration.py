"""A habit from elsewhere is one error, and its fix writes what was meant, in every kind of declaration."""

from __future__ import annotations

import habits_in_each_declaration as elsewhere
import pytest

from sladsl.diagnostics import Diagnostic, Safety
from sladsl.ide.actions import applied
from sladsl.source import Source
from sladsl.syntax.parser import parse


def only_error(text: str) -> Diagnostic:
    _, (error,) = parse(Source("a.sla", text))
    return error


@pytest.mark.parametrize(
    ("meant", "written", "safety"),
    [
        *((meant, written, Safety.SAFE) for meant, written in elsewhere.CERTAIN),
        *((meant, written, Safety.NEEDS_A_LOOK) for meant, written in elsewhere.ASKED),
    ],
    ids=str,
)
def test_the_fix_writes_what_was_meant(meant: str, written: str, safety: Safety) -> None:
    text = elsewhere.AGREEMENT.replace(meant, written, 1)
    (fix,) = only_error(text).fixes
    assert fix.safety is safety
    assert applied(text, fix.edits).split() == elsewhere.AGREEMENT.split()
