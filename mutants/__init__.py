"""Small changes of the product that some test has to notice: `python -m mutants` (see `mutants/__main__.py`).

A change is made in one expression or statement of a function, as the module is imported: no file is touched, so several runs may go on
beside one another. Tests are chosen by what they pass through, as a whole run of the tests has learnt it (`mutants/learning.py`).
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

Changed = TypeVar("Changed", bound=ast.expr)

ROOT = Path(__file__).parent.parent
PACKAGES = (ROOT / "sladsl", ROOT / "lsp" / "sladsl_lsp")

_OTHER_COMPARISON: dict[type[ast.cmpop], ast.cmpop] = {
    ast.Lt: ast.LtE(),
    ast.LtE: ast.Lt(),
    ast.Gt: ast.GtE(),
    ast.GtE: ast.Gt(),
    ast.Eq: ast.NotEq(),
    ast.NotEq: ast.Eq(),
    ast.Is: ast.IsNot(),
    ast.IsNot: ast.Is(),
    ast.In: ast.NotIn(),
    ast.NotIn: ast.In(),
}
_OTHER_OPERATOR: dict[type[ast.operator], ast.operator] = {
    ast.Add: ast.Sub(),
    ast.Sub: ast.Add(),
    ast.Mult: ast.FloorDiv(),
    ast.FloorDiv: ast.Mult(),
}
_OTHER_FUNCTION = {"min": "max", "max": "min", "any": "all", "all": "any"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: in which module and function, from which byte to which of its file, and what stands there instead."""

    module: str
    function: str
    path: str
    line: int
    start: int
    stop: int
    kind: str
    before: str
    after: str

    def apply(self, source: bytes) -> bytes:
        return source[: self.start] + self.after.encode() + source[self.stop :]

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {self.kind}: `{_one_line(self.before)}` becomes `{_one_line(self.after)}`"


def _one_line(text: str) -> str:
    shown = " ".join(text.split())
    return shown if len(shown) <= 100 else shown[:97] + "..."


def modules() -> dict[str, Path]:
    """Every module of the product by its name."""
    named = {}
    for folder in PACKAGES:
        for path in sorted(folder.rglob("*.py")):
            parts = path.relative_to(folder.parent).with_suffix("").parts
            named[".".join(parts).removesuffix(".__init__")] = path
    return named


def functions(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """The functions of a module by their qualified names, outermost only: what stands within one belongs to it."""
    waiting: list[tuple[str, ast.AST]] = [("", tree)]
    while waiting:
        of, node = waiting.pop()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                yield of + child.name, child
            elif isinstance(child, ast.ClassDef):
                waiting.append((f"{of}{child.name}.", child))
            elif isinstance(child, ast.If | ast.Try | ast.With):
                waiting.append((of, child))


def mutants_of(module: str, path: Path) -> Iterator[Mutant]:
    """Every change of a module that is known here."""
    source = path.read_bytes()
    starts = _line_starts(source)
    for name, function in functions(ast.parse(source)):
        fields = _fields(function)
        for node in _changeable(function):
            for kind, after in _changes(node, fields):
                start = starts[node.lineno - 1] + node.col_offset
                stop = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
                before = source[start:stop].decode()
                place = path.relative_to(ROOT).as_posix()
                yield Mutant(module, name, place, node.lineno, start, stop, kind, before, after)


def _line_starts(source: bytes) -> list[int]:
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    return starts


def _changeable(function: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    """The nodes of a function that are executed and whose place is known: no annotation, no docstring, nothing within an f-string, and
    nothing that only says what cannot happen."""
    for name, value in ast.iter_fields(function):
        if name in {"annotation", "returns", "decorator_list", "type_params"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or isinstance(child, ast.JoinedStr | ast.Assert | ast.Raise):
                continue
            if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
                continue
            if isinstance(child, ast.Expr) and "assert_never" in ast.unparse(child):
                continue
            if isinstance(child, ast.expr | ast.stmt):
                yield child
            yield from _changeable(child)


def _fields(function: ast.AST) -> dict[str, list[str]]:
    """Which attributes a function reads of each name; not which classes of a module."""
    read: dict[str, list[str]] = {}
    for node in ast.walk(function):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and not node.attr[0].isupper()
        ):
            of = read.setdefault(node.value.id, [])
            if node.attr not in of:
                of.append(node.attr)
    return read


def _changes(node: ast.expr | ast.stmt, fields: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    """What may stand in the place of a node: the kind of change, and the text."""
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        op = _OTHER_COMPARISON[type(node.ops[0])]
        yield "comparison", _written(node, lambda n: n.ops.__setitem__(0, op))
    elif isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield "and/or", _written(node, lambda n: setattr(n, "op", other))
        yield "operand left out", _written(node, lambda n: n.values.pop())
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield "not", f"({ast.unparse(node.operand)})"
    elif isinstance(node, ast.IfExp):
        yield "condition", _written(node, lambda n: setattr(n, "test", ast.Constant(True)))
        yield "condition", _written(node, lambda n: setattr(n, "test", ast.Constant(False)))
    elif isinstance(node, ast.Constant) and type(node.value) is bool:
        yield "constant", str(not node.value)
    elif isinstance(node, ast.Constant) and type(node.value) is int:
        yield "off by one", f"({node.value + 1})"
    elif isinstance(node, ast.BinOp) and type(node.op) in _OTHER_OPERATOR:
        yield "operator", _written(node, lambda n: setattr(n, "op", _OTHER_OPERATOR[type(node.op)]))
    elif isinstance(node, ast.Call):
        yield from _changed_call(node)
    elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        others = fields.get(node.value.id, [])
        if isinstance(node.ctx, ast.Load) and node.attr in others and len(others) > 1:
            after = others[(others.index(node.attr) + 1) % len(others)]
            yield "field", f"{node.value.id}.{after}"
    elif isinstance(node, ast.If):
        for value in (True, False):
            yield "branch", _if_with(node, value)
    elif isinstance(node, ast.Expr | ast.AugAssign | ast.Continue | ast.Break):
        yield "statement removed", "pass"


def _changed_call(node: ast.Call) -> Iterator[tuple[str, str]]:
    if isinstance(node.func, ast.Name) and node.func.id in _OTHER_FUNCTION:
        other = ast.Name(_OTHER_FUNCTION[node.func.id])
        yield "function", _written(node, lambda n: setattr(n, "func", other))
    if isinstance(node.func, ast.Name) and node.func.id in {"min", "max"}:
        return  # of swapped values they give the same
    starred = any(isinstance(arg, ast.Starred) for arg in node.args)
    if len(node.args) == 2 and not starred and ast.dump(node.args[0]) != ast.dump(node.args[1]):
        yield "arguments swapped", _written(node, lambda n: n.args.reverse())


def _if_with(node: ast.If, value: bool) -> str:
    """The text of an `if` that is always or never taken; the rest of its text stays, lines and all."""
    changed = copy.deepcopy(node)
    changed.test = ast.Constant(value)
    first, *rest = ast.unparse(changed).splitlines()
    return "\n".join([first, *(" " * node.col_offset + line for line in rest)])


def _written(node: Changed, change: Callable[[Changed], object]) -> str:
    changed = copy.deepcopy(node)
    change(changed)
    return f"({ast.unparse(changed)})"
