"""The canonical layout, as pairs of files in `tests/golden/fmt`, and what becomes of a part of a text."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import GOLDEN, Golden
from format_texts import formatted

from sladsl.source import Source, Span
from sladsl.syntax import printer
from sladsl.syntax.grammar import grammar_text
from sladsl.syntax.printer import Formatted, Segment, format_range, format_text, rules

PAIRS = sorted(path for path in (GOLDEN / "fmt").glob("*.sla") if not path.name.endswith(".out.sla"))


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.stem)
def test_the_layout_of_a_text_is_the_golden_one(path: Path, golden: Golden) -> None:
    golden(path.with_suffix(".out.sla"), formatted(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.stem)
def test_only_the_broken_text_has_problems(path: Path) -> None:
    assert bool(format_text(Source(path.name, path.read_text(encoding="utf-8"))).problems) == (
        path.stem == "broken"
    )


def test_lines_may_end_in_any_way_and_a_text_may_begin_with_a_mark() -> None:
    canonical = "# a\nrecord b:\n  # c\n  id  key text  # d\n\n# e\n"
    for text in (
        canonical.replace("\n", "\r\n"),
        "\ufeff" + canonical,
        canonical.replace("  ", "\t"),
        canonical[:-1],
    ):
        assert formatted(text) == canonical


def test_a_text_without_declarations() -> None:
    assert formatted("") == ""
    assert formatted(" \n\n\t") == ""
    assert formatted("\n\n  # a\n\n\n# b") == "# a\n\n# b\n"


# --- the tables


def rules_of(name: str) -> set[str]:
    """The alternatives of a rule of the grammar that only chooses."""
    found = re.search(rf"^{name}: (.+)$", grammar_text(), re.MULTILINE)
    assert found
    return set(found[1].split(" | "))


def test_every_clause_of_the_grammar_begins_a_line() -> None:
    for name in ("agreement", "calendar", "score", "source"):
        assert rules_of(f"_{name}_clause") <= rules.CLAUSES
    assert rules_of("_test_clause") | rules_of("_expectation") <= rules.CLAUSES | {"_expectation"}
    assert rules_of("_commitment_clause") == rules.COMMITMENT_CLAUSES


def test_the_tables_name_rules_of_the_grammar() -> None:
    named = {*rules.FOLDS, *rules.CHAINS, *rules.CLAUSES, *rules.SIGNED, *rules.STANDING_TOGETHER}
    assert named - set(re.findall(r"^[?!]*([a-z_]+):", grammar_text(), re.MULTILINE)) == set()


# --- a part of a text

LOOSE = "let  a=1\n\n\n\nkpi b=count of c\n# d\nkpi e=count of c # f\n\n\n\nlet  g=2"


def ranged(text: str, start: int, end: int) -> str:
    done = format_range(Source("x.sla", text), Span(start, end))
    assert applied(text, done) == done.text
    return done.text


def applied(text: str, done: Formatted) -> str:
    for edit in reversed(done.edits):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def test_a_place_in_a_declaration_formats_that_declaration() -> None:
    for at in range(LOOSE.index("kpi b"), LOOSE.index("\n# d") + 1):
        assert ranged(LOOSE, at, at) == LOOSE.replace("b=", "b = ")


def test_a_range_formats_what_it_touches_and_what_is_between() -> None:
    touched = ranged(LOOSE, LOOSE.index("1"), LOOSE.index("e="))
    assert touched == "let a = 1\n\nkpi b = count of c\n# d\nkpi e = count of c  # f\n\n\n\nlet  g=2"


def test_a_range_between_declarations_changes_nothing() -> None:
    at = LOOSE.index("\n\n\n\nkpi") + 2
    assert ranged(LOOSE, at, at) == LOOSE


def test_the_whole_range_is_the_whole_text() -> None:
    assert ranged(LOOSE, 0, len(LOOSE)) == formatted(LOOSE)


@pytest.mark.parametrize("path", PAIRS, ids=lambda path: path.stem)
def test_the_edits_make_the_text(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    done = format_text(Source(path.name, text))
    assert applied(text, done) == done.text
    assert format_text(Source(path.name, done.text)).edits == ()


# --- a mistake of the formatter's


@pytest.mark.parametrize("lost", ["b", "# c", "1"])
def test_a_text_is_given_back_when_a_word_or_a_comment_would_be_lost(
    lost: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "let  a=1 + b # c\n"

    def careless(*_: object) -> list[Segment]:
        return [Segment(Span(0, len(text)), text.replace(lost, ""), is_gap=False)]

    monkeypatch.setattr(printer, "segments", careless)
    done = format_text(Source("x.sla", text))
    assert (done.text, done.edits, done.refused) == (text, (), True)
