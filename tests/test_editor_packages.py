"""What editors and documentation hold of the language: generated from the grammar, and right about every bundled agreement."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pygments.lexers
import pytest
from pygments.token import Comment, Keyword, Literal, Number, String, Token

from sladsl.ide.keywords import HELP
from sladsl.syntax.words import DECLARATIONS

ROOT = Path(__file__).parent.parent
AGREEMENTS = sorted(
    [
        *ROOT.glob("examples/*/*.sla"),
        *ROOT.glob("tests/golden/verdicts/*/*.sla"),
        *ROOT.glob("tests/golden/doc/*.sla"),
    ]
)


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "lsp" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_is_committed_is_what_is_generated() -> None:
    for path, text in generator().files().items():
        assert path.read_text(encoding="utf-8") == text, (
            f"run `python lsp/generate.py`: {path.name} is older than the grammar"
        )


def expressions(node: Any) -> Iterator[str]:
    """Every regular expression in a TextMate grammar."""
    if isinstance(node, dict):
        yield from (node[name] for name in ("match", "begin", "end") if name in node)
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from expressions(each)


def test_the_grammars_expressions_are_ones() -> None:
    found = list(expressions(generator().grammar()))
    assert len(found) > 10
    for each in found:
        re.compile(each)


@pytest.mark.parametrize("path", AGREEMENTS, ids=lambda p: str(p.relative_to(ROOT)))
def test_pygments_reads_every_agreement(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    lexer = pygments.lexers.get_lexer_for_filename(path.name, text)
    assert lexer.name == "Service level agreement"
    found = list(lexer.get_tokens(text))
    assert [value for kind, value in found if kind is Token.Error] == []
    assert "".join(value for _, value in found).rstrip("\n") == text.strip("\n")


def kinds(text: str) -> dict[str, Any]:
    lexer = pygments.lexers.get_lexer_by_name("sla")
    return {value: kind for kind, value in lexer.get_tokens(text)}


def test_every_phrase_that_a_hover_explains_is_coloured() -> None:
    plain = {p for p in HELP if p not in DECLARATIONS and p != "owes" and re.fullmatch("[a-z ]+", p)}
    found = {phrase: kinds(f"  {phrase} x") for phrase in plain}
    missed = {
        p
        for p, words in found.items()
        for w, kind in words.items()
        if w.strip() not in {"", "x"} and kind not in Keyword
    }
    assert missed == set()


def test_what_things_are() -> None:
    found = kinds(
        'define MQL: # why\n  lead when a >= 50 and b = "x" since 2026-03-07 15:00\nsales owes marketing:\n  k within 95%'
    )
    assert found["define"] is Keyword.Declaration
    assert found["# why"] is Comment.Single
    assert found["50"] is Number
    assert found["95%"] is Number
    assert found['"x"'] is String.Double
    assert found["2026-03-07 15:00"] is Literal.Date
    assert found["owes"] is Keyword.Declaration


def test_the_extension_knows_the_lenses_of_the_server() -> None:
    """A command that the server sends and the extension does not know would fail at a click."""
    source = (ROOT / "lsp" / "vscode" / "src" / "extension.ts").read_text(encoding="utf-8")
    sent = set(
        re.findall(r'"(sla\.\w+)"', (ROOT / "sladsl" / "ide" / "lenses.py").read_text(encoding="utf-8"))
    )
    registered = set(re.findall(r'registerCommand\("(sla\.\w+)"', source))
    assert sent
    assert sent <= registered
    package = json.loads((ROOT / "lsp" / "vscode" / "package.json").read_text(encoding="utf-8"))
    assert {c["command"] for c in package["contributes"]["commands"]} <= registered
