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
from sladsl.syntax.printer import format_text

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


SAID = (
    AGREEMENT
    + """
test "an answer in time":
  given lead: at 2026-03-02 10:00
  given call: at 2026-03-02 11:00
  expect answer met

source crm for lead from "a.csv":
  size = "Size"
  at = "At"
  times in "UTC"

route Fit:
  to "here" otherwise

never "a small lead is fit":
  Fit when size < 0
"""
)


@pytest.mark.parametrize(
    ("old", "new", "written"),
    [
        ('  zone "UTC"', '  zone "UTC"\n  starts 2026-01-01', "effective 2026-01-01 to 2026-12-31"),
        ('  zone "UTC"', '  zone "UTC"\n  version 2', "`#`"),
        (
            "between marketing and sales",
            "between Marketing Team and Sales",
            'marketing_team "Marketing Team"',
        ),
        ("09:00 to 17:00", "09:00 to 17:00\n  lunch 12:00 to 13:00", "09:00 to 12:30, 13:30 to 18:00"),
        ("09:00 to 17:00", '09:00 to 17:00\n  closed "Christmas"', "closed 2026-12-25"),
        ("09:00 to 17:00", "09:00 to 17:00\n  closed on US holidays", 'closed holidays "US"'),
        ("  size   number", "  size   number default 0", "(company_size else 0)"),
        ("  size   number", "  size   number unique", "`key`"),
        ("  size   number", "  size   number not blank", "write `number`"),
        ("  size   number", "  size   number >= 0", "lead when company_size < 0"),
        ('size = "Size"', 'size = "Size" & "More"', "let total of deal = amount + fee"),
        ('size = "Size"', 'size = "Size" default 0', '(country else "US")'),
        ('size = "Size"', "size = column 4", 'country = "Country"'),
        ('size = "Size"', 'size = lower("Size")', "let mail of lead = lower(email)"),
        ('from "a.csv"', 'from "a.xlsx" sheet "Leads 1"', '"a.xlsx#Leads 1"'),
        ('  times in "UTC"', '  times in "UTC"\n  delimiter ";"', "sep=;"),
        ("lead when fit >= 30", "lead when fit = 30 or 40", "fit in {30, 40}"),
        ("lead when fit >= 30", "lead when at >= today - 3 days", "in the last"),
        ("lead when fit >= 30", "lead when fit is 30 or more", ">= 30"),
        ("lead when fit >= 30", "lead when fit >= 30 points", "`30`"),
        ("lead when fit >= 30", "lead when fit >= 1.000.000", "1_000_000"),
        ("lead when fit >= 30", "lead when fit >= 1.000", "`1_000` where thousands are meant"),
        ("let least = 5", "let least = 5 or 6", "{5, 6}"),
        (
            "kpi volume = count of lead",
            "kpi volume = COUNTIF(lead, size > 5)",
            "count of lead where size > 5",
        ),
        ("kpi volume = count of lead", "kpi volume = share of lead with ended", "whose ended is known"),
        ("within 4 business hours for", "within 4 hours during business hours for", "4 business hours"),
        (
            "    if 2 business hours",
            "    except on holidays\n    if 2 business hours",
            'closed holidays "US"',
        ),
        ("    if 2 business hours", "    penalty when missed\n    if 2 business hours", 'do "credit 5%"'),
        (
            "    if 2 business hours",
            "    if no leads then met\n    if 2 business hours",
            "none counts as met",
        ),
        (
            "    if 2 business hours",
            "    ignore if fewer than 9 leads\n    if 2 business hours",
            "needs at least 9",
        ),
        ("    if 2 business hours", "    clock stops when away\n    if 2 business hours", "pause during"),
        ("marketing owes sales:", "marketing -> sales:", "owes"),
        ("expect answer met", "expect answer is met", "write `met`"),
        ("expect answer met", "expect lead is Fit", "expect Fit"),
        ("expect answer met", "expect answer = 2 hours", "answer within 2 hours"),
        ("given lead: at", "given lead: size 5\n    began 2026-03-02 10:00, at", "`,`"),
        ("  Fit when size < 0", "  no Fit with size < 0", "Fit when"),
    ],
)
def test_what_is_called_otherwise_elsewhere_is_told_by_what_it_is_called_here(
    old: str, new: str, written: str
) -> None:
    assert old in SAID
    (mistake,) = [
        each for each in told(SAID.replace(old, new, 1)) if each.code not in ("SLA020", "SLA401", "SLA402")
    ]
    assert written in mistake.help


def test_thousands_as_they_are_set_apart_elsewhere_are_told_and_read_as_they_stand() -> None:
    """`0.125` and a share of three decimals are nobody's thousands."""
    (warning,) = told(AGREEMENT.replace("fit >= 30", "fit >= 1.250"))
    assert (warning.severity, [fix.title for fix in warning.fixes]) == (
        Severity.WARNING,
        ["write `1_250`", "write `1.25`"],
    )
    spaced = AGREEMENT.replace("fit >= 30", "fit  >=  1.250")
    assert format_text(Source("a.sla", spaced)).text == AGREEMENT.replace("fit >= 30", "fit >= 1.250")
    assert told(AGREEMENT.replace("fit >= 30", "fit >= 0.125")) == []
    assert told(AGREEMENT.replace("for 90%", "for 90.125%")) == []


def test_a_file_that_is_named_without_its_ending_is_told_with_it(tmp_path: Path) -> None:
    path = tmp_path / "a.sla"
    path.write_text('import "hours"\n', encoding="utf-8")
    assert [each.help for each in compile_file(str(path)).diagnostics if each.code == "SLA020"] == [
        'write `import "hours.sla"`, with the whole name of the file'
    ]


def test_a_header_that_cannot_be_read_is_not_told_of_each_line_below_it() -> None:
    source = 'source crm:\n  for: lead\n  from: "a.csv"\n  id = "Id"\n  at = "At"\n  size = "Size"\n  began = "B"\n'
    assert len(told(f"{AGREEMENT}\n{source}")) <= 2


def test_two_mistakes_of_two_places_are_two_messages() -> None:
    spoilt = AGREEMENT.replace("lead when fit >= 30", "lead when ft >= 30").replace(
        "first call\n", "first cal\n"
    )
    assert len(told(spoilt)) == 2


def test_two_targets_on_a_line_are_told_as_that_and_not_as_a_kpi() -> None:
    text = """agreement "Two on a line":
  between marketing and sales
  zone "UTC"

record lead:
  id key text
  came time

kpi volume = count of lead

marketing owes sales:
  volume at least 100 per month and at least 300 per quarter
"""
    [mistake] = told(text)
    assert text[mistake.span.start : mistake.span.end] == "and"
    assert "nothing joins two" in mistake.message
    assert "on a line below" in mistake.help
