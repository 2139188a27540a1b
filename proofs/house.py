"""How large the house is, and what one clause touches: `python -m proofs.house [--at CHECKOUT] [--clause "none counts"]`.

Only what is written by hand counts: the packages `sladsl` and `sladsl_lsp`, and for a clause the grammar as well. Lines are all lines,
blank ones and comments included. `--at` measures another checkout with the same ruler, such as `git worktree add ../before v1.0`.
"""

from __future__ import annotations

import argparse
import ast
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).parent.parent
CLAUSES = ("none counts", "skip when", "times in", "pause during", "except when", "only while")

_RUN = """
import contextlib, io, sys
from sladsl.cli import status_of

entered = set()

def enter(frame, event, _):
    if event == "call" and frame.f_code.co_name != "<module>":
        entered.add(frame.f_globals.get("__name__", ""))

sys.setprofile(enter)
with contextlib.redirect_stdout(io.StringIO()):
    status_of(["run", sys.argv[1]])
sys.setprofile(None)
ours = [m for m in sys.modules if m.partition(".")[0] == "sladsl"]
print(len(ours), len([m for m in ours if m in entered]))
"""
"""Loaded is what was imported; executed is a module of which a function was called (not only its definitions)."""


def modules(root: Path) -> dict[str, Path]:
    """Every module of the two packages by its full name."""
    packages = [(root, root / "sladsl"), (root / "lsp", root / "lsp" / "sladsl_lsp")]
    files = [(base, path) for base, package in packages for path in sorted(package.rglob("*.py"))]
    return {_name(path.relative_to(base)): path for base, path in files}


def _name(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path, known: dict[str, Path]) -> set[str]:
    """The modules of ours that a file imports, wherever in it: `from a import b` is `a.b` where that is a module, else `a`. What only a
    type checker imports is left out."""
    named: set[str] = set()
    for node in _executed(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            inner = {f"{node.module}.{alias.name}" for alias in node.names}
            named |= {each if each in known else node.module for each in inner}
    return named & known.keys()


def _executed(tree: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a tree, without those under `if TYPE_CHECKING`."""
    for node in ast.iter_child_nodes(tree):
        if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            yield node
            yield from _executed(node)


def import_graph(known: dict[str, Path]) -> dict[str, set[str]]:
    return {name: imports(path, known) - {name} for name, path in known.items()}


def cycles(graph: dict[str, set[str]]) -> int:
    """How many circles of imports have to be cut, one after the other, until there is none."""
    left = {name: set(needs) for name, needs in graph.items()}
    for count in range(len(graph) ** 2):
        try:
            TopologicalSorter(left).prepare()
        except CycleError as circle:
            needed, needing = circle.args[1][:2]
            left[needing].discard(needed)
        else:
            return count
    raise AssertionError("each round cuts an import")


def function_lengths(path: Path) -> Iterator[int]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield (node.end_lineno or node.lineno) - node.lineno + 1


def files_with(clause: str, root: Path) -> list[str]:
    """The files that name a clause, in whatever spelling: `none counts`, `none_counts_as` and `NoneCounts` are one."""
    spelt = re.compile(r"[\s_]*".join(map(re.escape, clause.split())), re.IGNORECASE)
    places = [root / "grammar" / "sla.lark", *modules(root).values()]
    return [str(path.relative_to(root)) for path in places if spelt.search(path.read_text(encoding="utf-8"))]


def modules_of_a_run(root: Path) -> tuple[int, int]:
    """How many modules a run of the example loads, and in how many a function of theirs is called."""
    environment = {**os.environ, "PYTHONPATH": str(root)}
    agreement = root / "examples" / "handoff" / "handoff.sla"
    command = [sys.executable, "-W", "ignore", "-c", _RUN, str(agreement)]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=True)
    loaded, executed = done.stdout.split()[-2:]
    return int(loaded), int(executed)


def spread(lengths: Sequence[int]) -> str:
    return f"{median(lengths):g} / {quantiles(lengths, n=10)[-1]:.0f} / {max(lengths)}"


def figures(root: Path, clauses: Sequence[str]) -> Iterator[tuple[str, str]]:
    known = modules(root)
    graph = import_graph(known)
    importers = Counter(needed for needs in graph.values() for needed in needs)
    lines = [path.read_text(encoding="utf-8").count("\n") for path in known.values()]
    functions = [length for path in known.values() for length in function_lengths(path)]
    loaded, executed = modules_of_a_run(root)
    yield "lines", f"{sum(lines):,}"
    yield "modules", str(len(known))
    yield "modules with one importer", str(sum(1 for name in known if importers[name] == 1))
    yield "modules that a run of the example loads", str(loaded)
    yield "modules that a run of the example executes", str(executed)
    yield "lines of a file: median / p90 / longest", spread(lines)
    yield "lines of a function: median / p90 / longest", spread(functions)
    yield "cycles of imports", str(cycles(graph))
    for clause in clauses:
        yield f"files that name `{clause}`", str(len(files_with(clause, root)))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--at", type=Path, default=ROOT, help="a checkout")
    parser.add_argument("--clause", action="append", help="words of a clause; may be given more than once")
    parser.add_argument("--files", action="store_true", help="list the files that name each clause")
    args = parser.parse_args()
    root, clauses = args.at.resolve(), args.clause or CLAUSES
    for what, figure in figures(root, clauses):
        print(f"| {what} | {figure} |")
    for clause in clauses if args.files else ():
        print(f"\n{clause}:", *files_with(clause, root), sep="\n  ")


if __name__ == "__main__":
    main()
