"""What editors and documentation hold of the language: generated from the grammar, and right about every bundled agreement."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import pygments.lexers
import pytest
from click.testing import CliRunner
from pygments.token import Comment, Keyword, Literal, Number, String, Token

from sladsl import __version__
from sladsl.cli import sla
from sladsl.diagnostics import Severity
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


VSCODE = ROOT / "lsp" / "vscode"


@pytest.fixture(scope="module")
def package() -> dict[str, Any]:
    """What the extension says of itself."""
    read: dict[str, Any] = json.loads((VSCODE / "package.json").read_text(encoding="utf-8"))
    return read


@pytest.fixture(scope="module")
def source() -> str:
    """All that the extension is made of."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(VSCODE.glob("src/*.ts")))


def registered(source: str) -> set[str]:
    return set(re.findall(r'\b(?:registerCommand|command)\(\s*"(sla\.\w+)"', source))


def test_the_extension_knows_the_lenses_of_the_server(source: str) -> None:
    """A command that the server sends and the extension does not know would fail at a click."""
    sent = set(
        re.findall(r'"(sla\.\w+)"', (ROOT / "sladsl" / "ide" / "lenses.py").read_text(encoding="utf-8"))
    )
    assert sent
    assert sent <= registered(source)


def test_commands_that_are_offered_are_there(package: dict[str, Any], source: str) -> None:
    told = package["contributes"]
    offered = {each["command"] for each in told["commands"]}
    assert offered <= registered(source)
    in_menus = {each["command"] for menu in told["menus"].values() for each in menu}
    [walkthrough] = told["walkthroughs"]
    steps = walkthrough["steps"]
    linked = {name for step in steps for name in re.findall(r"command:(sla\.\w+)", step["description"])}
    assert in_menus | linked <= offered
    assert all((VSCODE / step["media"]["markdown"]).is_file() for step in steps)
    ours = set(re.findall(r'"(sla\.open\w+)"', (ROOT / "lsp/sladsl_lsp/documents.py").read_text("utf-8")))
    assert ours & registered(source) == set(), "the language client registers the server's own"
    assert ours == set(re.findall(r'case "(sla\.open\w+)"', source))


def test_settings_that_are_told_are_read(package: dict[str, Any], source: str) -> None:
    told = set(package["contributes"]["configuration"]["properties"]) - {"sla.trace.server"}
    read = {f"sla.{name}" for name in re.findall(r'\bsetting(?:<[^>]*>)?\("([\w.]+)"', source)}
    assert told == read


def test_what_a_workspace_may_not_say_before_it_is_trusted(package: dict[str, Any]) -> None:
    """A setting by which something would be started or read is the machine's, or counts in trusted workspaces alone."""
    told = package["contributes"]["configuration"]["properties"]
    machines = {name for name, each in told.items() if each.get("scope") == "machine"}
    restricted = set(package["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"])
    assert package["capabilities"]["untrustedWorkspaces"]["supported"] == "limited"
    harmless = {"sla.lenses.tests", "sla.lenses.uses", "sla.inlayHints", "sla.preview.update", "sla.proofs"}
    harmless |= {"sla.sql.dialect", "sla.trace.server"}
    assert set(told) == machines | restricted | harmless
    assert not restricted & harmless


def test_the_editor_reads_what_a_check_prints(package: dict[str, Any], tmp_path: Path) -> None:
    [matcher] = package["contributes"]["problemMatchers"]
    path = tmp_path / "a b: c.sla"
    path.write_text("kpi a = count of nobody\n", encoding="utf-8")
    [line] = CliRunner().invoke(sla, ["check", "--format", "short", str(path)]).output.splitlines()
    pattern = matcher["pattern"]
    found = re.fullmatch(pattern["regexp"].strip("^$"), line)
    assert found is not None
    groups = {name: found[pattern[name]] for name in ("file", "line", "column", "severity", "code")}
    assert groups == {
        "file": str(path), "line": "1", "column": "18", "severity": "error", "code": "SLA201",
    }  # fmt: skip
    assert {each.value for each in Severity} == {"error", "warning", "hint"}
    assert "(error|warning|hint)" in pattern["regexp"]


def test_what_the_extension_runs_are_commands(package: dict[str, Any]) -> None:
    [task] = package["contributes"]["taskDefinitions"]
    assert set(task["properties"]["command"]["enum"]) <= set(sla.list_commands(click.Context(sla)))


def test_the_versions_are_one(package: dict[str, Any]) -> None:
    lock = json.loads((VSCODE / "package-lock.json").read_text(encoding="utf-8"))
    assert package["version"] == lock["version"] == __version__
    for group in ("dependencies", "devDependencies"):
        assert lock["packages"][""][group] == package[group]


def test_what_is_packed_is_there() -> None:
    kept = [line[1:] for line in (VSCODE / ".vscodeignore").read_text("utf-8").splitlines() if line[0] == "!"]
    made = {"dist/extension.js"}
    assert all(list(VSCODE.glob(each)) for each in kept if each not in made)
