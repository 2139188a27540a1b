"""One broken line of a declaration does not hide the mistakes behind it, and is no second mistake anywhere else."""

from __future__ import annotations

import pytest

from sladsl.compiler import compile_text
from sladsl.diagnostics import Severity
from sladsl.ide.actions import applied
from sladsl.source import Source
from sladsl.syntax import ast
from sladsl.syntax.parser import parse

AGREEMENT = """agreement "A":
  between marketing and sales
  zone "UTC"

record lead:
  id key text
  size optional number
  stage one of "new", "won"
  at time

record call of lead:
  at time

event first_call:
  first call

spell fresh of lead:
  while no call

kpi volume = count of lead
kpi won = share of lead whose stage = "won"
kpi answer = time from lead to first_call
kpi spells = count of fresh

marketing owes sales:
  volume at least 1 per month
    if missed notify "CMO"
    needs at least 5
  won at least 60% per month

sales owes marketing:
  answer within 4 hours for 90% per month
    if late notify "head"
"""


def told(*changes: tuple[str, str]) -> list[tuple[str, int]]:
    text = AGREEMENT
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    made = compile_text(text, "a.sla")
    return [
        (each.code, text.count("\n", 0, each.span.start) + 1)
        for each in made.diagnostics
        if each.severity is Severity.ERROR
    ]


CERTAIN = ("size optional number", "size optional integer")
UNSURE = ("size optional number", "size optional figure")


@pytest.mark.parametrize("first", [CERTAIN, UNSURE])
def test_two_lines_of_a_record_are_two_errors_and_nothing_else(first: tuple[str, str]) -> None:
    assert told(first, ("\n  at time\n\nrecord call", "\n  at : time\n\nrecord call")) == [
        ("SLA103", 7),
        ("SLA103", 9),
    ]


@pytest.mark.parametrize("broken", [CERTAIN, UNSURE])
def test_a_record_that_breaks_is_one_error(broken: tuple[str, str]) -> None:
    assert told(broken) == [("SLA103", 7)]


def test_where_what_was_meant_is_certain_a_misspelt_name_behind_it_is_told() -> None:
    wrong = ("whose stage = ", "whose stge = ")
    assert told(CERTAIN, wrong) == [("SLA103", 7), ("SLA201", 21)]


def test_a_broken_commitment_does_not_hide_what_is_wrong_in_another() -> None:
    assert told(
        ("volume at least 1 per month", "volume at least per month"), ("won at least 60%", "wun at least 60%")
    ) == [("SLA103", 26), ("SLA201", 29)]


def test_two_broken_clauses_of_one_commitment() -> None:
    assert told(
        ('if missed notify "CMO"', 'if breached notify "CMO"'), ("needs at least 5", "requires 5")
    ) == [
        ("SLA103", 27),
        ("SLA103", 28),
    ]


def test_a_broken_clause_does_not_hide_the_next_commitment() -> None:
    assert told(
        ('if missed notify "CMO"', "if breached"), ("won at least 60% per month", "won at least 60%")
    ) == [
        ("SLA103", 27),
        ("SLA104", 29),
    ]


def test_a_line_that_goes_on_below_is_one_mistake() -> None:
    assert told(("within 4 hours", "within 4 hours when size > 3,\n         within 8 hours else\n   ")) == [
        ("SLA103", 33)
    ]


def test_a_mistake_made_twice_is_told_once_and_mended_at_once() -> None:
    text = "record lead:\n  a string\n  b text\n  c string\n  at time\n"
    _, (only,) = parse(Source("x.sla", text))
    assert [text.count("\n", 0, each.span.start) for each in only.labels] == [3]
    mended = applied(text, only.fixes[0].edits)
    assert mended == text.replace("string", "text")


def test_places_are_those_of_the_text_as_written() -> None:
    text = "record lead:\n  a varchar(200)\n  b text\n  at time\n"
    file, _ = parse(Source("x.sla", text))
    (record,) = file.declarations
    assert isinstance(record, ast.Record)
    assert [text[each.span.start : each.span.end] for each in record.fields] == [
        "a varchar(200)",
        "b text",
        "at time",
    ]
