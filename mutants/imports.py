"""The product's modules as they are imported: with a mark where each function begins, or with one change in them.

Processes that a test starts do the same: `mutants/startup/sitecustomize.py` is on their path, and the environment says what is wanted.
"""

from __future__ import annotations

import ast
import atexit
import builtins
import gc
import json
import os
import sys
from collections.abc import Iterator, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from mutants import Mutant, functions

LEARN = "SLADSL_MUTANTS_LEARN"
APPLY = "SLADSL_MUTANT"

entered = bytearray(100_000)
"""1 at the number of each function that was entered."""
names: list[str] = []
"""By its number, which function it is: `module:name`."""


class _Loader(SourceFileLoader):
    mutant: Mutant | None = None

    def get_code(self, fullname: str) -> CodeType | None:
        if self.mutant is None:
            tree = ast.parse(self.get_data(self.path))
            _mark(fullname, tree)
            code: CodeType = compile(tree, self.path, "exec", dont_inherit=True)
            return code
        if self.mutant.module == fullname:
            return _code_with(self.mutant, self.path)
        return super().get_code(fullname)


class _Finder(MetaPathFinder):
    def __init__(self, mutant: Mutant | None) -> None:
        self._mutant = mutant

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name.partition(".")[0] not in {"sladsl", "sladsl_lsp"}:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            loader = _Loader(name, spec.loader.path)
            loader.mutant = self._mutant
            spec.loader = loader
        return spec


def _mark(module: str, tree: ast.Module) -> None:
    """Has each function say that it was entered, as its first statement."""
    for name, function in functions(tree):
        mark = ast.parse(f"__sla_entered__[{len(names)}] = 1").body[0]
        first = function.body[0]
        documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
        for node in ast.walk(mark):
            ast.copy_location(node, first)
        function.body.insert(1 if documented else 0, mark)
        names.append(f"{module}:{name}")


def begin(mutant: Mutant | None) -> None:
    """From here on modules of the product are imported so. None of them may be there yet."""
    there = [name for name in sys.modules if name.partition(".")[0] in {"sladsl", "sladsl_lsp"}]
    if there:
        raise RuntimeError(f"{there[0]} was imported before it could be changed")
    setattr(builtins, "__sla_entered__", entered)  # noqa: B010 - a name of nobody else's
    sys.meta_path.insert(0, _Finder(mutant))


def _code_with(mutant: Mutant, path: str) -> CodeType:
    code: CodeType = compile(mutant.apply(Path(path).read_bytes()), path, "exec", dont_inherit=True)
    return code


def put_in(mutant: Mutant) -> bool:
    """Gives the changed function its other code where its module was imported already; False where that cannot be done."""
    path = str(sys.modules[mutant.module].__file__)
    others = {code.co_firstlineno: code for code in _named(_code_with(mutant, path), mutant.function)}
    given = set()
    for function in [made for made in gc.get_objects() if isinstance(made, FunctionType)]:
        code = function.__code__
        if code.co_filename != path or code.co_qualname != mutant.function:
            continue
        other = others.get(code.co_firstlineno)
        if other is None or len(other.co_freevars) != len(code.co_freevars):
            return False
        function.__code__ = other
        given.add(code.co_firstlineno)
    return bool(others) and given == set(others)


def _named(code: CodeType, name: str) -> Iterator[CodeType]:
    """Every function of a module that has a qualified name: several where one is registered or overloaded."""
    if code.co_qualname == name:
        yield code
    for part in code.co_consts:
        if isinstance(part, CodeType):
            yield from _named(part, name)


def in_front() -> None:
    """Before pytest's own finder, which takes a package that has a plugin of pytest for one whose assertions it has to rewrite."""
    sys.meta_path.sort(key=lambda finder: not isinstance(finder, _Finder))


def taken() -> list[str]:
    """Which functions were entered since this was asked last."""
    taken = [names[n] for n in range(len(names)) if entered[n]]
    entered[:] = bytes(len(entered))
    return taken


def begin_as_told() -> None:
    """At the start of a process: the one that runs tests, or one that a test started."""
    told = os.environ.get(APPLY)
    if told:
        begin(Mutant(**json.loads(told)))
    elif folder := os.environ.get(LEARN):
        begin(None)
        atexit.register(_keep, Path(folder), os.environ.get("PYTEST_CURRENT_TEST", ""))


def _keep(folder: Path, test: str) -> None:
    name = test.rpartition(" (")[0]
    if name:
        write(folder, {"test": name, "seconds": 0.0, "functions": taken()})


def write(folder: Path, line: dict[str, Any]) -> None:
    with (folder / f"{os.getpid()}.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(line) + "\n")
