"""Whatever a text holds, parsing it ends with a tree and diagnostics that have a place; nothing is raised and nothing hangs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import pytest
from conftest import GOLDEN
from hypothesis import given, settings
from hypothesis import strategies as st

from sladsl.diagnostics import Diagnostic
from sladsl.source import Source, Span
from sladsl.syntax import ast
from sladsl.syntax.dump import dump
from sladsl.syntax.parser import parse

HANDOFF = (GOLDEN / "parse" / "handoff.sla").read_text(encoding="utf-8")
TEXTS = [path.read_text(encoding="utf-8") for path in sorted((GOLDEN / "parse").glob("*.sla"))]


def errors(text: str) -> tuple[Diagnostic, ...]:
    return parse(Source("x.sla", text))[1]


# --- spans


def nodes(node: object) -> Iterator[object]:
    """A node and all nodes in it."""
    if isinstance(node, tuple):
        for item in node:
            yield from nodes(item)
    elif is_dataclass(node) and not isinstance(node, Span):
        yield node
        for field in fields(node):
            yield from nodes(getattr(node, field.name))


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(
    "change", [lambda text: text, lambda text: "\ufeff# é\n" + text, lambda text: text.replace("\n", "\r\n")]
)
def test_every_span_is_where_its_words_are(text: str, change: object) -> None:
    assert callable(change)
    source = Source("x.sla", change(text))
    file, _ = parse(source)
    for node in nodes(file):
        span = node.span  # type: ignore[attr-defined]
        written = source.slice(span)
        match node:
            case ast.Name(text=name):
                assert written == name
            case ast.Text():
                assert written[0] == written[-1] == '"'
            case ast.Percent() | ast.Number():
                assert float(written.replace("_", "").rstrip("%").replace(" ", "")) == float(node.value)
            case ast.Date():
                assert written == node.value.isoformat()
            case ast.Binary():
                assert source.slice(node.op_span) == node.op
        for part in nodes(tuple(getattr(node, field.name) for field in fields(node))):  # type: ignore[arg-type]
            assert span.start <= part.span.start <= part.span.end <= span.end  # type: ignore[attr-defined]


def test_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    plain = dump(parse(Source("x", HANDOFF))[0])
    assert dump(parse(Source("x", HANDOFF.replace("\n", "\r\n")))[0]) == plain
    assert dump(parse(Source("x", "\ufeff" + HANDOFF))[0]) == plain
    assert dump(parse(Source("x", HANDOFF.replace("  ", "\t")))[0]) == plain
    assert dump(parse(Source("x", "\n\n# a comment\n" + HANDOFF.rstrip("\n")))[0]) == plain


# --- one broken declaration costs one error


DECLARATIONS = [piece for piece in re.split(r"(?m)^(?=\S)", HANDOFF) if piece.strip()]


@pytest.mark.parametrize("broken", range(len(DECLARATIONS)))
@pytest.mark.parametrize("damage", [" ) ", ' "open', " at 2026-02-30 ", " @@ "])
def test_one_broken_declaration_costs_one_error_and_leaves_the_others(broken: int, damage: str) -> None:
    whole = [dump(each) for each in parse(Source("x", HANDOFF))[0].declarations]
    piece = DECLARATIONS[broken].rstrip()
    pieces = [*DECLARATIONS[:broken], piece + damage + "\n", *DECLARATIONS[broken + 1 :]]
    source = Source("x.sla", "".join(pieces))
    file, diagnostics = parse(source)
    assert len(diagnostics) == 1
    start = len("".join(DECLARATIONS[:broken]))
    others = [each for each in file.declarations if not start <= each.span.start < start + len(piece)]
    assert [dump(each) for each in others] == whole[:broken] + whole[broken + 1 :]
    assert start <= diagnostics[0].span.start <= diagnostics[0].span.end <= start + len(piece + damage)


def test_the_names_of_broken_declarations_are_known() -> None:
    text = 'kpi a = cuont of x\nrecord b:\ndefine c lead\nmarketing owes sales:\n  x\nagreement d:\nscore "e" of x:\n'
    file, _ = parse(Source("x.sla", text))
    named = [(each.kind, each.name) for each in file.broken]
    assert [(kind, name and name.text) for kind, name in named] == [
        *(("kpi", "a"), ("record", "b"), ("define", "c"), ("owes", "x")),
        ("agreement", None),
    ]
    assert [text[name.span.start : name.span.end] for _, name in named if name] == ["a", "b", "c", "x"]


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("defin MQL: lead when x", "define", "MQL"),
        ("Define MQL: lead when x", "define", "MQL"),
        ("definition MQL: lead when x", "define", "MQL"),
        ('MQL "Qualified": lead when x', "", "MQL"),
        ("fit of lead:\n  add 40 when x", "", "fit"),
        ("volume = count of lead", "", "volume"),
        ("let x = 1 +\n  define MQL: lead", "define", "MQL"),
    ],
)
def test_a_name_is_known_whatever_is_wrong_with_its_first_word(text: str, kind: str, name: str) -> None:
    file, _ = parse(Source("x.sla", text))
    assert (kind, name) in [(each.kind, each.name and each.name.text) for each in file.broken]
    assert all(text[each.name.span.start :].startswith(each.name.text) for each in file.broken if each.name)


def test_text_before_the_first_declaration_is_one_error() -> None:
    (error,) = errors("  id key text\n  email text\n\nlet a = 1\n")
    assert (error.code, error.message) == ("SLA102", "no declaration stands above `id`")
    assert errors("# only a comment\n\n   # and another\n") == ()
    assert errors("") == ()


def test_lines_in_a_row_that_are_no_declarations_are_one_error() -> None:
    rows = "".join(f"L-{number},ana@acme.com,400\n" for number in range(1_000))
    (error,) = errors("id,email,size\n" + rows)
    assert (error.code, error.message) == ("SLA101", "no declaration begins with `id`")
    first, second = errors("let a = \nid key text\nemail text\nkpi b = count of c\n")
    assert (first.code, second.code) == ("SLA104", "SLA101")


def test_a_misspelt_declaration_among_them_is_an_error_of_its_own() -> None:
    messages = [error.message for error in errors("id text\ndefin A: lead\nkpy b = count of c\nx\n")]
    assert messages == [f"no declaration begins with `{word}`" for word in ("id", "defin", "kpy")]


def test_a_text_with_thousands_of_mistakes_is_read_to_its_end() -> None:
    found = errors("".join(f"kpi k{number} = cuont of x\n" for number in range(500)))
    assert len(found) == 500
    assert {error.message for error in found} == {found[0].message}
    assert found[0].help == "did you mean `count of`?"


# --- texts that are no agreements


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("let a = 1\n\0\0\0", "this is not a text file"),
        (
            "# a comment\rlet a = 1\r",
            "the lines of this file end in a carriage return alone, which ends no line here",
        ),
        (
            'let a = "of\rtwo lines"\r\n# a comment\rlet b = 1\n',
            "the lines of this file end in a carriage return alone, which ends no line here",
        ),
        (
            "x" * 10_000_000,
            "this file has 10,000,000 characters, more than the 1,000,000 that one file may have",
        ),
        (
            "let a = {" + '"x", ' * 50_000 + '"x"}',
            "this declaration has 250,013 characters, more than the 200,000 that one may have",
        ),
        ("define a: b when " + "(" * 10_000 + "x" + ")" * 10_000, "brackets are nested more than 100 deep"),
        ("let a = " + "lower(" * 101 + "x" + ")" * 101, "brackets are nested more than 100 deep"),
        ("define a: b when " + " and ".join(["x"] * 5_000), "this condition has more than 100 steps"),
        ("define a: b when " + "not " * 5_000 + "x", "this condition has more than 100 steps"),
        ("let a = " + "-" * 5_000 + "1", "this condition has more than 100 steps"),
        ("let a = " + " + ".join(["1"] * 5_000), "this condition has more than 100 steps"),
        ("let a = " + "9" * 10_000, f"`{'9' * 29}…` is too large"),
        ("let a = \x07", "a control character (U+0007) is not a sign of the language"),
        ("let a\u00a0= 1", "a non-breaking space is not a sign of the language"),
        ("kpi " + "x" * 100_000 + " of", f"expected a text in quotes or `=` after `{'x' * 39}…`, found `of`"),
        ("x" * 100_000, f"no declaration begins with `{'x' * 39}…`"),
    ],
)
def test_what_is_no_agreement_gets_one_clear_message(text: str, message: str) -> None:
    assert [error.message for error in errors(text)] == [message]


def test_what_is_deep_but_readable_is_parsed() -> None:
    assert errors("define a: b when " + "(" * 100 + "x" + ")" * 100) == ()
    assert errors("define a: b when " + " and ".join(["x = 1"] * 100)) == ()


def test_a_long_text_is_parsed_piece_by_piece() -> None:
    file, diagnostics = parse(Source("x.sla", "".join(f"let a{n} = {n}\n" for n in range(2_000))))
    assert diagnostics == ()
    assert len(file.declarations) == 2_000


# --- anything else

PIECES = st.sampled_from(
    [*'(){}",:.=<>-+*/#\n\t', "\n  ", "\r\n", '"x"', "5", "95%", "2026-02-31", "24:01", "9:00", "any", "not", "at least", "where", "kpi ",
     "owes", "\nlet ", "\nx", "“", "\u00a0", "é", "\\", "within 4", "business", "p0 of", "1.5 hours", "5th", "\ufeff"]
)  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """The agreement with a few stretches cut out and a few pieces put in."""
    text = HANDOFF
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        length = draw(st.sampled_from([0, 0, 1, 3, 20, 200]))
        text = text[:at] + draw(PIECES) + text[at + length :]
    return text


def well_formed(text: str) -> None:
    file, diagnostics = parse(Source("x.sla", text))
    for each in diagnostics:
        assert 0 <= each.span.start <= each.span.end <= len(text)
        assert each.file == "x.sla"
        assert each.message
        assert all(
            0 <= edit.span.start <= edit.span.end <= len(text) for fix in each.fixes for edit in fix.edits
        )
    assert dump(file)


@settings(max_examples=100, deadline=None)
@given(damaged())
def test_a_damaged_agreement_is_parsed_to_the_end(text: str) -> None:
    well_formed(text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_parsed_to_the_end(text: str) -> None:
    well_formed(text)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from(sorted(set(re.findall(r'\w+|"[^"]*"|\S', HANDOFF)))), max_size=25),
    st.sampled_from(["kpi k = ", "a owes b: ", "define d: "]),
)
def test_words_in_any_order_are_parsed_to_the_end(parts: list[str], start: str) -> None:
    well_formed(start + " ".join(parts))
