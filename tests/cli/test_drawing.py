"""A diagnostic as a terminal shows it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sladsl.diagnostics import CODES, Code, Diagnostic, Fix, Label, Severity
from sladsl.reports.check_documents import Position
from sladsl.reports.check_documents import found as found_of
from sladsl.reports.diagnostics import WIDTH, draw, short, summary
from sladsl.reports.terminal import cells, columns
from sladsl.source import Source, Span


@pytest.fixture(autouse=True)
def codes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CODES, "SLA000", Code("an example"))
    monkeypatch.setitem(CODES, "SLA001", Code("an example of a warning", Severity.WARNING))


def place(text: str, marked: str) -> Span:
    at = text.index(marked)
    return Span(at, at + len(marked))


def drawn(text: str, marked: str, **more: str) -> list[str]:
    found = Diagnostic("SLA000", "wrong", place(text, marked), "a.sla", **more)  # type: ignore[arg-type]
    return draw(found, {"a.sla": Source("a.sla", text)}).splitlines()


def test_whole_drawing() -> None:
    text = "record lead:\n  mql_at time\n\ndefine MQL:\n  lead since mql_att\n"
    found = Diagnostic(
        "SLA000",
        "`lead` has no field `mql_att`",
        place(text, "mql_att"),
        "agreement.sla",
        label="not declared",
        labels=(Label(place(text, "lead"), "its fields are here"),),
        help="did you mean `mql_at`?",
        fixes=(Fix("declare `mql_att` as a time", ()),),
    )
    assert draw(found, {"agreement.sla": Source("agreement.sla", text)}) == (
        "error[SLA000]: `lead` has no field `mql_att`\n"
        " --> agreement.sla:5:14\n"
        "  |\n"
        "1 | record lead:\n"
        "  |        ---- its fields are here\n"
        "...\n"
        "5 |   lead since mql_att\n"
        "  |              ^^^^^^^ not declared\n"
        "  |\n"
        "  = help: did you mean `mql_at`?"
    )


def test_fixes_speak_where_there_is_no_help() -> None:
    text = "let x = 1"
    found = Diagnostic(
        "SLA000", "wrong", place(text, "1"), "a.sla", fixes=(Fix("write 2", ()), Fix("write 3", ()))
    )
    assert draw(found, {"a.sla": Source("a.sla", text)}).splitlines()[-2:] == [
        "  = help: write 2",
        "  = help: write 3",
    ]


def test_second_place_in_another_file() -> None:
    text, other = "define MQL: lead\n", "# calendars\ndefine MQL: lead\n"
    found = Diagnostic(
        "SLA000",
        "`MQL` is declared twice",
        place(text, "MQL"),
        "a.sla",
        labels=(Label(place(other, "MQL"), "first here", file="b.sla"),),
    )
    lines = draw(found, {"a.sla": Source("a.sla", text), "b.sla": Source("b.sla", other)}).splitlines()
    assert " --> a.sla:1:8" in lines
    assert " ::: b.sla:2:8" in lines
    assert lines[-1] == "  |        --- first here"


def test_a_place_over_several_lines_is_marked_to_the_end_of_its_first() -> None:
    lines = drawn("let x =\n  1\n  2\n", "x =\n  1", label="all of this")
    assert lines[-1] == "  |     ^^^ all of this (to line 2)"


def test_wide_characters_take_two_columns_and_marks_none() -> None:
    text = 'goal "東京 e\u0301" oops'
    source, under = drawn(text, "oops")[-2:]
    assert columns(source[: source.index("oops")]) == under.index("^")
    assert under.count("^") == 4


def test_tabs_are_drawn_as_blanks() -> None:
    source, under = drawn("\tkpi\tx = 1", "x")[-2:]
    assert "\t" not in source
    assert source.index("x") == under.index("^")


def test_a_place_past_the_last_character_is_still_shown() -> None:
    found = Diagnostic("SLA000", "the text ends here", Span(5, 5), "a.sla")
    assert draw(found, {"a.sla": Source("a.sla", "let x")}).splitlines()[-1] == "  |      ^"


def test_control_characters_never_reach_the_terminal() -> None:
    text = "let \x1b[31mx\u202e = 1\r\n"
    found = Diagnostic("SLA000", "a \x1b in `x`", place(text, "x"), "a\x1b.sla")
    shown = draw(found, {"a\x1b.sla": Source("a\x1b.sla", text)})
    assert not any(c in shown for c in "\x1b\u202e\r")
    assert "let �[31mx� = 1" in shown


def test_colour_is_only_added() -> None:
    text = "let x = 1"
    found = Diagnostic("SLA001", "odd", place(text, "x"), "a.sla", label="here")
    sources = {"a.sla": Source("a.sla", text)}
    assert "\x1b[" not in draw(found, sources)
    assert "\x1b[1;33mwarning[SLA001]\x1b[0m" in draw(found, sources, colour=True)


def test_a_file_without_its_text_is_only_named() -> None:
    found = Diagnostic("SLA000", "wrong", Span(3, 4), "gone.sla")
    assert draw(found, {}) == "error[SLA000]: wrong\n --> gone.sla"
    assert short(found, {}) == "gone.sla: error[SLA000]: wrong"


def test_summary() -> None:
    errors = [Diagnostic("SLA000", "wrong", Span(0, 1), "a.sla")] * 2
    warning = Diagnostic("SLA001", "odd", Span(0, 1), "a.sla")
    assert summary([warning, *errors], "a.sla") == "2 errors, 1 warning in a.sla"
    assert summary([], "a.sla") == "a.sla: ok"


def test_json_counts_from_one_and_ends_are_exclusive() -> None:
    text = "let x = 1\n  oops"
    wrong = Diagnostic("SLA000", "wrong", place(text, "oops"), "a.sla")
    shown = found_of(wrong, {"a.sla": Source("a.sla", text)})
    assert (shown.start, shown.end) == (Position(line=2, column=3), Position(line=2, column=7))


@settings(max_examples=60)
@given(
    st.text(st.characters(codec="utf-8"), max_size=400).filter(lambda t: "\n" not in t),
    st.text(st.characters(codec="utf-8"), max_size=400).filter(lambda t: "\n" not in t),
)
def test_a_long_line_is_cut_around_the_place(before: str, after: str) -> None:
    text = before + "HERE" + after
    source, under = drawn_at(text, len(before))
    assert columns(source) <= WIDTH + 4
    assert source[source_index(source, under.index("^")) :].startswith("HERE")


def drawn_at(text: str, at: int) -> list[str]:
    found = Diagnostic("SLA000", "wrong", Span(at, at + 4), "a.sla")
    return draw(found, {"a.sla": Source("a.sla", text + "\n")}).splitlines()[-2:]


def source_index(line: str, column: int) -> int:
    """The index of the character that stands at a column of the terminal; marks of no width belong to the one before."""
    at = 0
    for index, (_, wide) in enumerate(cells(line)):
        if at >= column and wide:
            return index
        at += wide
    return len(line)
