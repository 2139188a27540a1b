"""`matches` row by row: linear in the text, and the same finds as Python's `re` and, through the set engine, as RE2."""

from __future__ import annotations

import re

import postgres_server
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engines.builders import apply, column, complete, lead, plan, tables, text
from sladsl.checker.comparisons import pattern_problem
from sladsl.engines.rows.patterns import machine, matches
from sladsl.engines.tables import columns
from sladsl.engines.tables.connections import store_of
from sladsl.engines.tables.queries import Columns
from sladsl.engines.tables.scalars import matches as set_matches
from sladsl.outcomes import AsOf
from sladsl.plan import ValueType

ALPHABET = "aab1_ -.\nÄé日\U0001f600]$"
TEXTS = st.text(ALPHABET, max_size=8)

ATOMS = st.sampled_from(
    ["a", "b", "1", "é", "日", ".", r"\.", r"\d", r"\w", r"\s", r"\D", r"\W", r"\S", "[ab]", "[^a]", "[a-c1]", r"[\d_]", r"[^\w.]",
     "[a-]", r"[\]-]", "[b-é]", r"\$", "-", " ", "[$^]", "_"]
)  # fmt: skip
EDGES = st.sampled_from(["^", "$"])


def repeated(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    signs = st.sampled_from(["", "", "?", "*", "+", "{2}", "{0,2}", "{1,}", "{0}"])
    return st.builds(lambda part, sign: part + sign, parts, signs)


def grouped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    group = st.builds("{}{})".format, st.sampled_from(["(", "(?:"]), inner)
    sequence = st.lists(repeated(ATOMS | group) | EDGES, max_size=3).map("".join)
    return st.lists(sequence, min_size=1, max_size=3).map("|".join)


PATTERNS = st.recursive(repeated(ATOMS), grouped, max_leaves=6)


def by_re(pattern: str, text: str) -> bool:
    """Python's own; its `$` also stands before a line feed at the end."""
    ends = re.sub(
        r"\\.|\[(?:\\.|[^\]\\])*\]|\$", lambda m: r"\Z" if m[0] == "$" else m[0], pattern, flags=re.S
    )
    return re.search(ends, text, re.ASCII) is not None


@settings(max_examples=600, deadline=None)
@given(PATTERNS, st.lists(TEXTS, min_size=1, max_size=5))
def test_finds_are_those_of_re(pattern: str, texts: list[str]) -> None:
    assert pattern_problem(pattern) is None
    assert [matches(t, pattern) for t in texts] == [by_re(pattern, t) for t in texts]


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(PATTERNS, min_size=12, max_size=12), st.lists(TEXTS, min_size=6, max_size=6))
def test_finds_are_those_of_re2(patterns: list[str], texts: list[str]) -> None:
    made = [
        column(f"c{n}", ValueType.BOOLEAN, apply("matches", lead("email"), text(p)))
        for n, p in enumerate(patterns)
    ]
    p = plan(*made)
    rows = complete(p.record("lead"), [{"id": f"{n}", "email": t} for n, t in enumerate(texts)])
    found = columns(p, tables({"lead": rows}), AsOf(0), "lead").order_by("id").to_pyarrow().to_pylist()
    for row, t in zip(found, texts, strict=True):
        assert {x: row[f"c{n}"] for n, x in enumerate(patterns)} == {x: matches(t, x) for x in patterns}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(PATTERNS, min_size=12, max_size=12), st.lists(TEXTS, min_size=6, max_size=6))
def test_finds_are_those_of_postgres(patterns: list[str], texts: list[str]) -> None:
    with store_of(postgres_server.connection()) as store:
        given_texts = store.keep(
            Columns({"n": "int64", "t": "string"}, {"n": list(range(len(texts))), "t": texts})
        )
        asked = {f"c{n}": set_matches("postgres", given_texts["t"], x) for n, x in enumerate(patterns)}
        for row in store.rows(given_texts.select("n", **asked)):
            found = {x: row[f"c{n}"] for n, x in enumerate(patterns)}
            assert found == {x: matches(texts[row["n"]], x) for x in patterns}


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("", "", True),
        ("", "a", True),
        ("^$", "", True),
        ("$^", "", True),
        ("$^", "a", False),
        ("a$", "a\n", False),
        ("^b", "a\nb", False),
        (".", "\n", False),
        ("[^a]", "\n", True),
        (r"\d", "٣", False),
        (r"\w", "é", False),
        (r"\s", "\u00a0", False),
        ("^.$", "\U0001f600", True),
        ("^.$", "e\u0301", False),
        ("a|", "b", True),
        ("(a|b){2,3}c", "xabac", True),
        ("^(a|b){2,3}$", "abab", False),
        ("[b-]", "-", True),
        (r"[\]]", "]", True),
        ("(^a|b$)", "ab", True),
        ("(a*)*b", "aaac", False),
    ],
)
def test_rules(pattern: str, text: str, found: bool) -> None:
    assert matches(text, pattern) is found


@pytest.mark.parametrize("pattern", ["(a+)+$", "^(a|a)*$", "(a*)*b", "^(a?){100}a{100}$"])
def test_a_pattern_that_makes_others_try_for_ever_ends(pattern: str) -> None:
    assert not matches("a" * 5_000 + "!", pattern)


def test_what_is_remembered_is_bounded() -> None:
    made = machine(r"^\w+日$")
    assert not made.found_in("".join(map(chr, range(0x3041, 0x3041 + 25_000))))
    assert len(made._moves) <= 10_000
