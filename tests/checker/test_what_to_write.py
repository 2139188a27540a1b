"""Every message says what to write, and one place has one message."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sladsl.cli.reading import compile_file
from sladsl.compiler import compile_text
from sladsl.diagnostics import Diagnostic, Severity
from sladsl.language import LANGUAGE
from sladsl.source import Source
from sladsl.syntax.messages import FORMS
from sladsl.syntax.parser import parse

GOLDEN = Path(__file__).parent.parent / "golden"
PROGRAMS = sorted([*(GOLDEN / "diagnostics").glob("*.sla"), *(GOLDEN / "check").glob("*.sla")])
WHOLE = (GOLDEN / "check" / "handoff.sla").read_text(encoding="utf-8")


def told(text: str) -> list[Diagnostic]:
    return [each for each in compile_text(text).diagnostics if each.severity is not Severity.HINT]


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: path.stem)
def test_each_message_of_a_program_says_what_to_write(path: Path) -> None:
    silent = [(each.code, each.message) for each in compile_file(str(path)).diagnostics if not each.help]
    assert silent == []


def test_a_word_that_is_left_out_or_written_twice_is_a_message_that_says_what_to_write() -> None:
    words = [*re.finditer(r"[^\s,:]+", WHOLE)][::3]
    spoilt = [
        *(WHOLE[: word.start()] + WHOLE[word.end() :] for word in words),
        *(WHOLE[: word.start()] + "somehow " + WHOLE[word.start() :] for word in words),
    ]
    mistakes = [each for text in spoilt for each in parse(Source("a.sla", text))[1]]
    assert len(mistakes) > len(words)
    assert {each.message for each in mistakes if not each.help} == set()


def test_what_each_clause_is_written_like_is_known() -> None:
    """In a file of its own a clause has a word; here is an example that begins with it."""
    clauses = [
        *(("owes", kind.words) for kind in LANGUAGE.commitment),
        *(("source", kind.words) for kind in LANGUAGE.source),
        *(("agreement", kind.words) for kind in LANGUAGE.agreement),
        *(("calendar", kind.words) for kind in LANGUAGE.calendar),
    ]
    unknown = [
        (rule, words)
        for rule, words in clauses
        if not any(x.startswith(words.split()[0]) for x in FORMS[rule])
    ]
    assert unknown == []


AGREEMENT = """agreement "A":
  between marketing and sales
  zone "UTC"
  hours office

calendar office:
  open monday to friday 09:00 to 17:00

record lead:
  id     key text
  size   number
  at     time
  began  optional time
  ended  optional time

record call of lead:
  id    key text
  type  one of "in", "out"
  at    time

let least = 5

score fit of lead:
  add 5 for each call where type = "in" at most 30

define Fit:
  lead when fit >= 30

event first_call:
  first call

kpi volume = count of lead
kpi answer = time from lead to first_call in business hours

marketing owes sales:
  volume at least least per month

sales owes marketing:
  answer within 4 business hours for 90% per month
    pause during lead from began to ended at most 16 business hours
    if 2 business hours late notify "head"
"""


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("at most 16 business hours", "at most 2 business days", "SLA714"),
        ("let least = 5", "let least = size + 5", "SLA308"),
        ("lead when fit >= 30", "lead when IF(size > 3, TRUE, FALSE)", "SLA212"),
        ("lead when fit >= 30", "lead when NOT(ISBLANK(size))", "SLA212"),
        ('  type  one of "in", "out"', "  type  checkbox", "SLA103"),
        ("  hours office", "  hours: office", "SLA103"),
        ('  zone "UTC"', "  timezone: Europe/Berlin", "SLA103"),
        ('zone "UTC"', 'zone "UTC-5"', "SLA501"),
        (
            "if 2 business hours late notify",
            "if late\n    needs at least 5\n    if 2 business hours late notify",
            "SLA104",
        ),
        ("lead when fit >= 30", "lead when fit >= 30 and size in not {5}", "SLA103"),
        ("lead when fit >= 30", "lead when fit >= 30 and has a call", "SLA103"),
        ("kpi volume = count of lead", "kpi volume = AVERAGE(size)", "SLA103"),
        ("lead when fit >= 30", "lead when fit__c >= 30", "SLA201"),
    ],
)
def test_one_mistake_is_one_message(old: str, new: str, code: str) -> None:
    assert told(AGREEMENT) == []
    (mistake,) = told(AGREEMENT.replace(old, new, 1))
    assert (mistake.code, bool(mistake.help)) == (code, True)


def test_a_header_that_cannot_be_read_is_not_told_of_each_line_below_it() -> None:
    source = 'source crm:\n  for: lead\n  from: "a.csv"\n  id = "Id"\n  at = "At"\n  size = "Size"\n  began = "B"\n'
    assert len(told(f"{AGREEMENT}\n{source}")) <= 2


def test_two_mistakes_of_two_places_are_two_messages() -> None:
    spoilt = AGREEMENT.replace("lead when fit >= 30", "lead when ft >= 30").replace(
        "first call\n", "first cal\n"
    )
    assert len(told(spoilt)) == 2
