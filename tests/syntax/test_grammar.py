"""The grammar itself: free of conflicts, shipped as the table that was made from it, and with as few reserved words as it says."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from conftest import GOLDEN
from hypothesis import given, settings
from hypothesis import strategies as st
from lark import Lark
from lark.exceptions import UnexpectedCharacters, UnexpectedToken

from sladsl.source import Source, Span
from sladsl.syntax import ast
from sladsl.syntax.grammar import grammar_text, keep_table, kept_tables
from sladsl.syntax.parse_table import Words, build_table, lark_parser, read_table
from sladsl.syntax.parser import parse
from sladsl.syntax.split import cut, words
from sladsl.syntax.syntax_errors import start_rule
from sladsl.syntax.words import RESERVED

# Every word of the language, and some that look like one.
WORDS = sorted(
    {
        *re.findall(r'"([a-z]+)"', grammar_text()),
        *(
            word
            for phrase in re.findall(r"/([a-z\\+()|?]+)\(\?!", grammar_text())
            for word in re.findall(r"[a-z]{2,}", phrase)
        ),
        *[
            "at",
            "type",
            "status",
            "owner",
            "open",
            "source",
            "period",
            "count",
            "to",
            "agreement",
            "sum",
            "domain",
            "p90",
        ],
    }
)
FREE = [word for word in WORDS if word not in RESERVED]


def test_the_words_are_those_of_the_grammar() -> None:
    assert {
        "at",
        "least",
        "count",
        "of",
        "where",
        "monday",
        "owes",
        "late",
        "hours",
        "business",
        *RESERVED,
    } <= set(WORDS)
    assert len(WORDS) > 120


def test_the_grammar_is_free_of_conflicts_and_the_table_in_use_is_made_from_it() -> None:
    """`build_table` uses Lark's strict mode, which refuses any conflict of rules or of words."""
    lark_parser()
    in_use = next(table for table in kept_tables() if read_table(table) is not None)
    assert _grammar_of(in_use) == _grammar_of(build_table())


def test_a_table_is_kept_in_the_users_cache_where_the_package_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, package = tmp_path / "home", tmp_path / "package" / "grammar.py"
    package.parent.touch()  # a file where a folder should be: nothing can be written there, whoever runs this
    monkeypatch.setattr("sladsl.syntax.grammar.__file__", str(package))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home))
    keep_table(b"made now")
    assert [path.name for path in (home / "sladsl").iterdir()] == ["sla.table"]
    assert list(kept_tables())[-1] == b"made now"
    monkeypatch.setenv("XDG_CACHE_HOME", str(package.parent))
    keep_table(b"nowhere to keep it")
    assert b"nowhere to keep it" not in list(kept_tables())


def test_a_table_of_another_grammar_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    table = build_table()
    assert read_table(table) is not None
    monkeypatch.setattr("sladsl.syntax.parse_table.grammar_text", lambda: grammar_text() + "\n// another\n")
    assert read_table(table) is None


def _grammar_of(table: bytes) -> tuple[set[str], set[str], int]:
    """The terminals, the rules and the number of states in a table.

    Their numbering depends on the run that made it, and the width of an endless pattern on the Python (3.11.7 counts further).
    """
    saved = pickle.loads(table.partition(b"\n")[2])
    terminals = {
        repr(
            (
                each["name"],
                each["priority"],
                each["pattern"]["__type__"],
                each["pattern"]["value"],
                each["pattern"]["flags"],
            )
        )
        for each in saved["memo"].values()
        if each["__type__"] == "TerminalDef"
    }
    rules = {
        repr((each["origin"], each["expansion"], each["alias"]))
        for each in saved["memo"].values()
        if each["__type__"] == "Rule"
    }
    return terminals, rules, len(saved["data"]["parser"]["parser"]["states"])


def clean(text: str) -> tuple[ast.Declaration, ...]:
    file, diagnostics = parse(Source("words.sla", text))
    assert [each.message for each in diagnostics] == []
    return file.declarations


@pytest.mark.parametrize("word", FREE)
def test_a_field_may_be_called_by_any_word(word: str) -> None:
    """Declared, joined, mapped, given, and used on either side of every operator."""
    record, define, event, kpi, owes, source, test = clean(
        f"""
record visit of lead by {word} = {word}:
  {word} number
  first_{word} number in "USD"
  {word} "Label" key optional accountable text
  {word} one of "a", "b"
  {word} time
define D: visit
  when {word} = 1 and {word} in {{{word}, 2}} or not {word} and {word} between {word} and {word} and {word} is known
    and ({word} else 0) + {word} * -{word} > lower({word}) and lead.{word} contains {word} and {word} not in {word}
    and (any activity where {word} = {word}) and (sum of {word} over activity where {word} starts with "a") > 5
  since {word}
event e: first visit by {word} where {word}
kpi k = sum of {word} over D where {word} for each {word}, {word}
marketing owes sales:
  k within 1 day when {word}, by {word} when {word} = 5, within 2 business days otherwise for 95% per month
source s for visit from "s.csv":
  {word} = "A"
  {word} always 5
  {word} = "A" as "B"
  {word} = "A" at 09:00
  {word} = "A" where "x" means 5
  {word} always "x"
  times in "UTC"
  {word} = "A"
test "t":
  given visit: {word} 1, {word} "a"
  given lead
  expect {word} = 1
  expect not {word}
"""
    )
    assert isinstance(record, ast.Record)
    assert [field.name.text for field in record.fields] == [word, f"first_{word}", word, word, word]
    assert isinstance(source, ast.DataSource)
    assert [mapping.field.text for mapping in source.mappings] == [word] * 7
    assert isinstance(test, ast.Test)
    assert [given.field.text for given in test.given[0].values] == [word, word]
    assert isinstance(define, ast.Define)
    assert define.since is not None
    assert define.since.name.text == word
    assert isinstance(event, ast.Event)
    assert isinstance(kpi, ast.Kpi)
    assert isinstance(owes, ast.Owes)


@pytest.mark.parametrize("word", RESERVED)
def test_the_five_reserved_words_are_no_names(word: str) -> None:
    _, diagnostics = parse(Source("words.sla", f"record visit:\n  {word} text\n"))
    assert [each.message for each in diagnostics] == [f"`{word}` cannot be a name"]


@pytest.mark.parametrize(
    "phrase",
    ["at least 5%", "at\n    least 5%", "at\tleast\r\n 5%", "at   most 5%"],
)
def test_a_phrase_takes_any_space_between_its_words(phrase: str) -> None:
    (owes,) = clean(f"a owes b:\n  k {phrase} per month")
    assert isinstance(owes, ast.Owes)
    assert isinstance(owes.commitments[0].target, ast.Limit)


def test_parsing_loads_no_heavy_library() -> None:
    code = (
        "import sys; from sladsl.source import Source; from sladsl.syntax.parser import parse; parse(Source('x', 'let x = 1'));"
        "print(sorted({'ibis', 'duckdb', 'pandas', 'pyarrow', 'pendulum', 'holidays', 'click', 'rich'} & set(sys.modules)))"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "[]\n"
    )


# --- the lexer


def _streams(text: str, rule: str) -> list[list[tuple[str, int, int]]]:
    """The words that are accepted, and where the first that is not begins: by our lexer and by Lark's own."""
    streams = []
    for parser in (lark_parser(), _own()):
        read: list[tuple[str, int, int]] = []
        state = parser.parse_interactive(text, start=rule)
        try:
            for token in state.lexer_thread.lex(state.parser_state):  # type: ignore[no-untyped-call]
                state.feed_token(token)
                read.append((token.type, token.start_pos, token.end_pos))
        except UnexpectedToken as error:
            read.append(("refused", error.token.start_pos or 0, 0))
        except UnexpectedCharacters as error:
            read.append(("refused", error.pos_in_stream or 0, 0))
        streams.append(read)
    return streams


@cache
def _own() -> Lark:
    found = read_table(build_table())
    assert found is not None
    parser: Lark = Lark._load_from_dict(*found, postlex=Words())  # type: ignore[no-untyped-call]
    return parser


TEXTS = [path.read_text(encoding="utf-8") for path in sorted((GOLDEN / "parse").glob("*.sla"))]
PIECES = [piece.text for text in TEXTS for piece in cut(text)]
WORDS_AND_SIGNS = sorted(
    {
        *WORDS,
        *re.findall(r'"[^"\n]*"|[\w.:%-]+|[^\w\s]', "\n".join(TEXTS)),
        "9:00",
        "->",
        "−",
        "p90 of",
        "é",
        "#",
        "\n",
    }
)


@pytest.mark.parametrize("piece", PIECES)
def test_the_lexer_reads_every_text_as_larks_own_does(piece: str) -> None:
    rule = start_rule(words(piece, limit=4))
    if rule is not None:
        ours, larks = _streams(piece, rule)
        assert ours == larks


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([piece for piece in PIECES if start_rule(words(piece, limit=4))]),
    st.lists(st.tuples(st.floats(0, 1), st.sampled_from(WORDS_AND_SIGNS), st.booleans()), max_size=4),
)
def test_the_lexer_reads_a_damaged_text_as_larks_own_does(
    piece: str, changes: list[tuple[float, str, bool]]
) -> None:
    rule = start_rule(words(piece, limit=4))
    assert rule is not None
    for place, word, instead in changes:
        spans = [each.span for each in words(piece)] or [Span(0, 0)]
        span = spans[int(place * (len(spans) - 1))]
        piece = f"{piece[: span.start]} {word} {piece[span.end if instead else span.start :]}"
    ours, larks = _streams(piece, rule)
    assert ours == larks
