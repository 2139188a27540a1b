"""What a syntax error says: the whole sentence, its place, and what it offers.

Each row of `mistakes_in_…` is a text with one mistake, the place, code and message of its one diagnostic, and its help.
Where a fix is offered, applying it must give a text that parses.
"""

from __future__ import annotations

import mistakes_in_meanings
import mistakes_in_promises
import pytest

from sladsl.diagnostics import Diagnostic
from sladsl.source import Source
from sladsl.syntax.parser import parse

MISTAKES = [*mistakes_in_promises.MISTAKES, *mistakes_in_meanings.MISTAKES]


def only_mistake(text: str) -> tuple[Source, Diagnostic]:
    source = Source("typo.sla", text)
    _, diagnostics = parse(source)
    assert len(diagnostics) == 1
    return source, diagnostics[0]


@pytest.mark.parametrize(
    ("text", "message", "help"), MISTAKES, ids=[row[0].replace("\n", " ") for row in MISTAKES]
)
def test_a_mistake_is_named_at_its_place(text: str, message: str, help: str) -> None:
    source, found = only_mistake(text)
    assert f"{source.position(found.span.start)} {found.code} {found.message}" == message
    assert found.help == help


@pytest.mark.parametrize("text", [row[0] for row in MISTAKES], ids=lambda text: text.replace("\n", " "))
def test_a_fix_that_is_offered_works(text: str) -> None:
    _, found = only_mistake(text)
    for fix in found.fixes:
        fixed = text
        for edit in sorted(fix.edits, key=lambda edit: edit.span, reverse=True):
            fixed = fixed[: edit.span.start] + edit.text + fixed[edit.span.end :]
        remaining = [each.message for each in parse(Source("fixed.sla", fixed))[1]]
        assert remaining == [], fixed


def test_most_typos_are_answered_with_a_fix() -> None:
    offered = [text for text, _, _ in MISTAKES if only_mistake(text)[1].fixes]
    assert len(offered) >= 55
