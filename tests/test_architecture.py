"""What ARCHITECTURE.md promises in its "Invariant:" sentences, held."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sladsl.compiler import compile_text

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "sladsl"
MODULES = sorted(PACKAGE.rglob("*.py"))

# The parts that may touch the world: reading data, and the ways in (the command line, Python, pytest) with what they need to read files.
MAY_DO_IO = (
    "data",
    "cli",
    "api",
    "giving/posting.py",
    "prepared.py",
    "present.py",
    "workspace.py",
    "runner.py",
    "settings.py",
    "__main__.py",
    "pytest_plugin.py",
)
# The grammar and its parse table are package data, read once; a table that was made is kept for the next start.
PACKAGE_DATA = ("syntax/grammar.py",)
WORLD = {"open", "input", "print"}
WORLD_MODULES = {"os", "subprocess", "socket", "shutil", "tempfile", "urllib", "requests", "time"}
HEAVY = ("ibis", "duckdb", "pandas", "pyarrow", "pygls", "holidays.countries")


def _imports(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {a.name.split(".")[0] for a in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


def test_no_io_below_the_compiler() -> None:
    guilty = []
    for path in MODULES:
        name = path.relative_to(PACKAGE).as_posix()
        if name.startswith(MAY_DO_IO) or name in PACKAGE_DATA:
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        called = {
            n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
        }
        used = (called & WORLD) | (_imports(tree) & WORLD_MODULES)
        guilty += [f"{name}: {x}" for x in sorted(used)]
    assert guilty == []


@pytest.mark.parametrize("command", ["check", "fmt"])
def test_checking_is_light(command: str, tmp_path: Path) -> None:
    agreement = tmp_path / "a.sla"
    agreement.write_text(
        (ROOT / "examples/handoff/handoff.sla").read_text(encoding="utf-8"), encoding="utf-8"
    )
    for name in re.findall(r'^import "(.+)"', agreement.read_text(encoding="utf-8"), flags=re.M):
        (tmp_path / name).write_text(
            (ROOT / "examples/handoff" / name).read_text(encoding="utf-8"), encoding="utf-8"
        )
    code = (
        "import sys\n"
        "from sladsl.cli import main\n"
        f"try:\n    main(['{command}', sys.argv[1]])\n"
        "except SystemExit as e:\n    assert e.code == 0, e.code\n"
        "heavy = [m for m in sys.argv[2:] if m in sys.modules]\n"
        "print('HEAVY', heavy)\n"
    )
    # Holidays are data of the checked agreement: a region in it loads its own, but not those of every country there is.
    done = subprocess.run(
        [sys.executable, "-c", code, str(agreement), *HEAVY], capture_output=True, text=True, check=True
    )
    assert "HEAVY []" in done.stdout, done.stdout + done.stderr


def test_testing_is_light() -> None:
    """The engine and its libraries are not needed to run the tests in an agreement, nor to say what they reach."""
    code = (
        "import sys\n"
        "from sladsl.cli import status_of\n"
        "assert status_of(['test', sys.argv[1], '--coverage', '-v']) == 0\n"
        "print('HEAVY', [m for m in sys.argv[2:] if m in sys.modules])\n"
    )
    agreement = str(ROOT / "examples/handoff/handoff.sla")
    forbidden = [m for m in HEAVY if not m.startswith("holidays")]
    done = subprocess.run(
        [sys.executable, "-c", code, agreement, *forbidden], capture_output=True, text=True, check=True
    )
    assert "HEAVY []" in done.stdout, done.stdout + done.stderr


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300) | st.binary(max_size=300).map(lambda b: b.decode("latin-1")))
@example("kpi a = count of b\nkpi a = count of a\ndefine a: a when a since a\n")
@example('agreement "x":\n  zone "EST"\n  effective 2026-02-31 to 2026-01-01\n')
@example("record a of b:\n  id key text\nrecord b of a:\n  id key text\n")
def test_no_text_makes_the_compiler_raise(text: str) -> None:
    compiled = compile_text(text, "fuzz.sla")
    assert compiled.plan is None or not [d for d in compiled.diagnostics if d.severity == "error"]


def _functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1


def test_the_house_stays_small() -> None:
    """Files, tests included; functions of what is not a test, since a table of cases may be long."""
    tests = sorted((ROOT / "tests").rglob("*.py"))
    files = [
        *MODULES,
        *(
            p
            for part in ("benchmarks", "proofs", "fuzzing", "mutants")
            for p in sorted((ROOT / part).rglob("*.py"))
        ),
    ]
    lengths = {p: p.read_text(encoding="utf-8").count("\n") for p in [*files, *tests]}
    assert {str(p): n for p, n in lengths.items() if n > 700} == {}
    assert [(str(p), name, n) for p in files for name, n in _functions(p) if n > 60] == []


@pytest.mark.parametrize(
    "line",
    [x for x in (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").splitlines() if "**Invariant**:" in x],
)
def test_every_invariant_names_its_check(line: str) -> None:
    named = re.search(r"\[(.+)\]\s*$", line)
    assert named is not None, "an invariant names the check that holds it, in brackets at its end"
    for check in re.findall(r"`([^`]+)`", named[1]):
        file, _, test = check.partition("::")
        if file.startswith("mypy"):
            assert "mypy" in (ROOT / "check").read_text(encoding="utf-8")
            continue
        assert (ROOT / file).exists(), f"{file} is not there"
        if test:
            assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), f"{file} has no {test}"


def _rows_below(title: str) -> list[str]:
    """The rows of the table in one section of ARCHITECTURE.md, without its head."""
    section = (
        (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").split(f"## {title}\n")[1].split("\n## ")[0]
    )
    return [line for line in section.splitlines() if line.startswith("|")][2:]


def test_a_newcomer_finds_what_is_asked_for() -> None:
    """Each question has one path, and it is there."""
    rows = [re.findall(r"`([^`]+)`", line.rsplit("|", 2)[1]) for line in _rows_below("Where is …")]
    assert len(rows) >= 20
    assert [paths for paths in rows if len(paths) != 1 or not (ROOT / paths[0]).exists()] == []


def test_a_word_of_the_house_has_one_meaning() -> None:
    """A class of the glossary is where it says, and no other is called so but for what a document says of it."""
    for row in _rows_below("Words of the house"):
        name, *places = re.findall(r"`([^`]+)`", row.rsplit("|", 2)[1])
        declares = re.compile(rf"^class {name}\b", re.MULTILINE)
        found = {
            path.relative_to(ROOT).as_posix()
            for path in MODULES
            if path.name != "document.py" and declares.search(path.read_text(encoding="utf-8"))
        }
        assert found == set(places), name
