"""The patterns of `matches`: what is let through means the same to Python and to RE2, which is inside DuckDB."""

from __future__ import annotations

import re

import duckdb
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sladsl.checker.comparisons import pattern_problem


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "abc",
        "^a.c$",
        "[a-z]+@x\\.com",
        "a{2,3}b?",
        "(a|b)*",
        "(?:x|y){2}",
        "[^0-9]",
        "\\d+\\s\\w",
        "[a\\]b-]",
        "a|",
        "[\\d.]",
    ],
)
def test_patterns_that_can_be_used(pattern: str) -> None:
    assert pattern_problem(pattern) is None


@pytest.mark.parametrize(
    "pattern",
    [
        *(
            "(a",
            "a)",
            "[a",
            "[]",
            "*a",
            "a**",
            "a*?",
            "a++",
            "a{",
            "a{,3}",
            "a{3,2}",
            "a{5000}",
            "a{x}",
            "^*",
            "]",
            "}",
        ),
        *(
            "(?=a)",
            "(?!a)",
            "(?<=a)b",
            "(?P<n>a)",
            "(?i)a",
            "(a)\\1",
            "\\bword",
            "\\p{L}",
            "a\\",
            "\\n",
            "[z-a]",
            "[a-\\d]",
        ),
        *(
            "[[:alpha:]]",
            "[a&&b]",
            "[a||b]",
            "[--b]",
            "[ --]",
            "(a{20}){20}",
            "a{256}",
            "((a{2}|b){100}){2}",
            "\\Q",
            "(" * 60 + ")" * 60,
        ),
    ],
)
def test_patterns_that_cannot(pattern: str) -> None:
    assert pattern_problem(pattern) is not None


OWN = duckdb.connect()
"""A connection that no other test leaves a result on, nor finds one of this."""
SIGNS = st.sampled_from([*"ab1 .^$*+?|()[]{}-,2&\\", "\\d", "\\w", "[a-b]", "(?:", "{1,2}", "[^", "é"])


@settings(max_examples=400, deadline=None)
@given(st.lists(SIGNS, max_size=8).map("".join), st.text("ab1 .-é\u0660", max_size=6))
def test_what_is_let_through_is_read_alike(pattern: str, text: str) -> None:
    assume(pattern_problem(pattern) is None)
    found = re.search(pattern, text, re.ASCII) is not None
    assert OWN.execute("SELECT regexp_matches(?, ?)", [text, pattern]).fetchall() == [(found,)]
