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


REFUSED = {
    "a `(` is not closed": ("(a", "((a)"),
    "a `)` has no `(` before it": ("a)", "(a))"),
    "a `[` is not closed": ("[a", "[^a"),
    "`[]` is empty; write": ("[]", "[^]", "[]a]", "[^]a]"),
    "`*` has nothing to repeat; write": ("*a", "a|*"),
    "`*` has nothing to repeat": ("^*",),
    "stands after another repeat": ("a**", "a*?", "a++", "a{2}{3}"),
    "`{` begins a repeat such as": ("a{", "a{2", "a{,3}", "a{x}"),
    "`{3,2}` ends before it begins": ("a{3,2}",),
    "closes nothing; write": ("]", "}"),
    "more than 255 times": ("a{256}", "a{1,256}", "a{5000}", "(a{20}){20}", "((a{2}|b){100}){2}"),
    "that not every engine knows": ("(?=a)", "(?!a)", "(?<=a)b", "(?P<n>a)", "(?i)a"),
    r"`\1` refers back to a group": (r"(a)\1",),
    "is not known in every engine": (r"\bword", r"\p{L}", r"\n", r"\Q"),
    r"it ends in a `\`": ("a\\",),
    "from a lower to a higher sign": ("[z-a]", r"[a-\d]", r"[\d-a]"),
    "`[` inside `[…]` is read differently": ("[[:alpha:]]",),
    "`&&` inside `[…]` is read differently by engines": ("[a&&b]",),
    r"is read differently by engines; write `\|`": ("[a||b]",),
    r"is read differently by engines; write `\-`": ("[--b]", "[ --]"),
    "nested too deeply": ("(" * 60 + ")" * 60,),
}


@pytest.mark.parametrize(("why", "pattern"), [(why, p) for why, all in REFUSED.items() for p in all])
def test_patterns_that_cannot(why: str, pattern: str) -> None:
    assert why in (pattern_problem(pattern) or "")


OWN = duckdb.connect()
"""A connection that no other test leaves a result on, nor finds one of this."""
SIGNS = st.sampled_from([*"ab1 .^$*+?|()[]{}-,2&\\", "\\d", "\\w", "[a-b]", "(?:", "{1,2}", "[^", "é"])


@settings(max_examples=400, deadline=None)
@given(st.lists(SIGNS, max_size=8).map("".join), st.text("ab1 .-é\u0660", max_size=6))
def test_what_is_let_through_is_read_alike(pattern: str, text: str) -> None:
    assume(pattern_problem(pattern) is None)
    found = re.search(pattern, text, re.ASCII) is not None
    assert OWN.execute("SELECT regexp_matches(?, ?)", [text, pattern]).fetchall() == [(found,)]
