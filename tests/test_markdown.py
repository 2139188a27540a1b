"""Text in Markdown: a reader sees what was written, and what needs no sign before it has none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from sladsl.reports.markdown import escaped

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
SIGNS = r"\`*_{}[]()<>#+-.!|~$&;:@='\"/^ "
WORDS = ["&lt;", "**", "1.", "http://a.b", "ab", "é", "1"]
NAMES = st.lists(st.sampled_from([*SIGNS, *WORDS]), max_size=10).map(lambda parts: "".join(parts).strip())


def shown(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        assert token.type in {"text", "text_special", "softbreak", "inline"} or token.nesting, token.type
        assert token.tag not in {"a", "em", "s", "code", "img"}, token.tag
        yield from shown(token.children) if token.children else [token.content.replace("\u200b", "")]


@settings(max_examples=300, deadline=None)
@given(NAMES)
def test_a_reader_sees_what_was_written(name: str) -> None:
    said = escaped(name)
    assert "".join(shown(READER.parse(f"- {said}"))).strip() == name
    assert "".join(shown(READER.parse(f"### {said}"))).strip() == name
    cells = "".join(shown(READER.parse(f"| **x** | y |\n|---|---|\n| {said} | z |")))
    assert cells.strip() == f"xy{name}z"


@pytest.mark.parametrize(
    "name",
    ["94.9%", "-5", "+3", "fit >= 80", "amount < 5", "a -> b", "response_time", "größe_ä", "a__b", "R&D", "C#", "$5,000",
     "a * b", "ann@acme.com", r"a\b", "2026-10 (so far)", "Won!", "a]", "lead#2026-01", "50 % = half"],
)  # fmt: skip
def test_what_needs_no_sign_has_none(name: str) -> None:
    assert escaped(name) == name


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("@channel", "@&#8203;channel"),
        ("see #12", "see #&#8203;12"),
        ("<!channel>", "&lt;!channel>"),
        ("<@U123>", "&lt;@&#8203;U123>"),
        ("1. first", r"1\. first"),
        ("- item", r"\- item"),
        ("$5 to $6", r"\$5 to \$6"),
        ("_private", r"\_private"),
    ],
)
def test_nobody_is_called(name: str, said: str) -> None:
    assert escaped(name) == said
