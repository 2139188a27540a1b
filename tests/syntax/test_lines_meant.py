"""What somebody plainly means is told as the grammar has it, and what is told can be written: it is put in the place of the line."""

from __future__ import annotations

import re

import lines_meant
import pytest

from sladsl.compiler import compile_text
from sladsl.diagnostics import Severity
from sladsl.ide.actions import applied
from sladsl.source import Source
from sladsl.syntax.messages import FORMS
from sladsl.syntax.parser import parse
from sladsl.syntax.parser_state import states

AGREEMENT = lines_meant.AGREEMENT


def errors(text: str) -> list[str]:
    return [x.message for x in compile_text(text).diagnostics if x.severity is Severity.ERROR]


@pytest.mark.parametrize(("line", "written", "wanted"), lines_meant.EXACT, ids=str)
def test_a_line_is_told_as_it_was_meant_and_then_checks(line: str, written: str, wanted: str) -> None:
    text = AGREEMENT.replace(line, written, 1)
    (mistake,) = parse(Source("a.sla", text))[1]
    assert f"`{wanted}`" in mistake.help
    (fix,) = mistake.fixes
    assert errors(applied(text, fix.edits)) == []


@pytest.mark.parametrize(("line", "written", "wanted"), lines_meant.NOTED, ids=str)
def test_what_is_an_example_in_a_line_can_be_written_too(line: str, written: str, wanted: str) -> None:
    mistakes = parse(Source("a.sla", AGREEMENT.replace(line, written, 1)))[1]
    assert [(f"`{wanted}`" in x.help, x.fixes) for x in mistakes] == [(True, ())]
    assert parse(Source("a.sla", AGREEMENT.replace(line, wanted, 1)))[1] == ()


def test_a_word_that_is_a_name_or_a_sign_too_is_not_read_as_another() -> None:
    """A field may be called `key`; `plus` joins numbers, and no conditions."""
    [mistake] = parse(Source("a.sla", "record r:\n  key string\n"))[1]
    assert mistake.help == "write `text`"
    [mistake] = parse(Source("a.sla", "define D:\n  r when one plus two >= 60\n"))[1]
    assert "`and`?" not in mistake.help


HEADS = {
    "agreement": 'agreement "A":\n  between a and b\n  ',
    "calendar": "calendar c:\n  open every day 00:00 to 24:00\n  ",
    "record": "record r:\n  id key text\n  ",
    "score": "score s of r:\n  ",
    "define": "define D:\n  ",
    "event": "event e:\n  ",
    "spell": "spell s of r:\n  ",
    "owes": "a owes b:\n  v at least 3 per month\n  ",
    "route": "route D:\n  ",
    "never": 'never "n":\n  ',
    "source": 'source s for r from "f.csv":\n  id = "Id"\n  ',
    "test": 'test "t":\n  ',
}
INSIDE = {
    "record": ("x ", "x number "),
    "define": ("r ",),
    "spell": ("while a is known ",),
    "kpi": ("kpi k = ", "kpi k = share of D that become E ", "kpi k = count of D "),
    "let": ("let x of r = ",),
    "owes": (
        "v ",
        "v at least 3 ",
        "v at least 3 per month ",
        "v within 1 hour ",
        'if below 9% do "x", ',
        "if late ",
    ),
    "source": ('x = "X" ', 'x = "X" as "D" '),
    "test": ("expect k met, ",),
    "calendar": ("closed 2026-01-01 ",),
}
PLACEHOLDER = re.compile(r"…|planned time")
"""What cannot be written as it stands: an ellipsis, and the name of a type."""


@pytest.mark.parametrize("rule", FORMS)
def test_how_a_thing_is_written_can_be_written(rule: str) -> None:
    head = HEADS.get(rule, "")
    before = ["", "source s for r ", head, *(f"{head}{inside}" for inside in INSIDE.get(rule, ()))]
    shown = {code for help in FORMS[rule].values() for code in re.findall(r"`([^`]+)`", help)}
    whole = {code for code in shown if " " in code and not PLACEHOLDER.search(code)}
    assert whole
    assert {code for code in whole if not any(read(text, code, rule) for text in before)} == set()


def read(before: str, code: str, rule: str) -> bool:
    known = states(before, rule, len(before), 1).get(len(before))
    return known is not None and known.reach(code) >= len(code)
