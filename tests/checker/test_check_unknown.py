"""A word that nothing has is one error, which knows every place of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sladsl.compiler import Compilation, compile_text
from sladsl.diagnostics import Diagnostic

HANDOFF = Path(__file__).parents[2] / "examples" / "handoff" / "handoff.sla"
HEADERS = re.compile(r"^(?:record|let|score|define|event|kpi|calendar) (\w+)", re.MULTILINE)

RECORDS = """\
record lead:
  id      key text
  won_at  optional time

record deal:
  id      key text
  won_on  optional time

"""
LOST = "\n  lost_at  optional time\n\n"


def errors(made: Compilation) -> list[Diagnostic]:
    return [d for d in made.diagnostics if d.severity == "error"]


def mended(made: Compilation, error: Diagnostic) -> str:
    text = made.source.text
    for edit in sorted(error.fixes[0].edits, key=lambda e: e.span, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def test_the_first_place_has_the_error_and_the_others_are_labels_in_order() -> None:
    uses = "".join(f"define D{n}: Custmer\n" for n in range(5))
    made = compile_text(f"{RECORDS}{uses}define Customer: lead when won_at is known\n", "a.sla")
    (error,) = errors(made)
    lines = [made.source.position(label.span.start).line for label in error.labels]
    assert (made.source.position(error.span.start).line, lines) == (9, [10, 11, 12, 13])
    assert error.help == "did you mean `Customer`?"
    assert error.fixes[0].title == "replace `Custmer` with `Customer` in 5 places"
    assert errors(compile_text(mended(made, error), "a.sla")) == []


@pytest.mark.parametrize("due", ["within soon", "within 1 day when won_at is known, within soon otherwise"])
def test_a_deadline_by_the_name_of_no_constant_is_one_error(due: str) -> None:
    kpi = "kpi winning = time from won_at to lost_at\n"
    owes = f"marketing owes sales:\n  winning {due} for 50% per month\n"
    between = 'agreement "A":\n  between marketing and sales\n  zone "UTC"\n\n'
    records = RECORDS.replace("\n\n", LOST, 1)
    made = compile_text(f"{between}{records}{kpi}{owes}", "a.sla")
    assert [(d.code, d.message) for d in errors(made)] == [("SLA201", "there is no constant `soon`")]


def test_the_fix_leaves_other_files_alone_and_the_labels_name_them() -> None:
    other = "define B: Custmer\n"
    text = f'import "b.sla"\n{RECORDS}define Customer: lead when won_at is known\ndefine A: Custmer\n'
    made = compile_text(text, "a.sla", read={"b.sla": other}.__getitem__, root=".")
    (error,) = errors(made)
    assert error.file == "a.sla"
    assert [(label.file, other[label.span.start : label.span.end]) for label in error.labels] == [
        ("b.sla", "Custmer")
    ]
    assert mended(made, error) == text.replace("A: Custmer", "A: Customer")


def test_a_word_that_may_stand_for_different_ones_is_as_many_mistakes() -> None:
    conditions = "define A: lead when won_t is known\ndefine B: deal when won_t is known\n"
    made = compile_text(RECORDS + conditions, "a.sla")
    assert [error.help for error in errors(made)] == ["did you mean `won_at`?", "did you mean `won_on`?"]


def test_a_word_asked_for_as_several_kinds_of_thing_is_one_mistake() -> None:
    uses = 'kpi volume = count of Won\nkpi speed = time from Won to won_at\nroute Won:\n  to "a" otherwise\n'
    (error,) = errors(compile_text(RECORDS + uses, "a.sla"))
    assert error.message == "there is no record or definition `Won`"
    assert len(error.labels) == 2


def errors_of_handoff(text: str) -> list[Diagnostic]:
    def read(name: str) -> str:
        return HANDOFF.with_name(name).read_text(encoding="utf-8")

    return errors(compile_text(text, "handoff.sla", read=read, root="."))


PROMISES = [
    "response_time within 1 business hour when fit >= 80,",
    "acceptance at least 60% per quarter",
    'if missed escalate to "head of sales"',
    "sales owes marketing:",
    "route MQL:",
    'to "mid-market" when company_size >= 200',
]


@pytest.mark.parametrize("line", PROMISES)
def test_a_broken_promise_or_route_is_one_error_whatever_the_tests_expect_of_it(line: str) -> None:
    text = HANDOFF.read_text(encoding="utf-8")
    assert text.count(line) == 1
    first, _, rest = line.partition(" ")
    damages = {
        "half typed": text.replace(
            line, f"{line}\n  acceptance within 4 " if line.endswith(":") else line[: len(line) // 2]
        ),
        "a sign too much": text.replace(line, f"{first} ? {rest}"),
        "a word too much": text.replace(line, f"{line} nonsense"),
    }
    for damage, changed in damages.items():
        assert len(errors_of_handoff(changed)) == 1, damage


@pytest.mark.parametrize(
    "header", list(HEADERS.finditer(HANDOFF.read_text(encoding="utf-8"))), ids=lambda found: found[1]
)
def test_one_broken_or_misspelt_declaration_of_an_agreement_is_one_error(header: re.Match[str]) -> None:
    text, start, end = header.string, header.start(), header.end()
    assert errors_of_handoff(text) == []
    broken = {
        "first word misspelt": f"{text[:start]}x{text[start:]}",
        "first word in capitals": f"{text[:start]}{text[start].upper()}{text[start + 1 :]}",
        "first word left out": text[:start] + text[header.start(1) :],
        "indented": f"{text[:start]} {text[start:]}",
        "a sign after its name": f"{text[:end]} ?{text[end:]}",
    }
    for damage, changed in broken.items():
        assert len(errors_of_handoff(changed)) == 1, damage
    misspelt = errors_of_handoff(f"{text[:end]}s{text[end:]}")
    uses = len(re.findall(rf"\b{header[1]}\b", text)) - 1
    assert len(misspelt) == bool(uses)
    assert all(f"`{header[1]}`" in error.message for error in misspelt)
