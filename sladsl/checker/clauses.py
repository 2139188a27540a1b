"""The clauses that stand below a target or in a source: each kind is checked as it says itself, and in the order of the language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from sladsl.checker.scope import Scope
from sladsl.clauses import Kind
from sladsl.syntax import ast

Of = TypeVar("Of")
Made = TypeVar("Made")


def checked(
    scope: Scope, kinds: Sequence[Kind[Scope, Of, Made]], of: Of, nodes: Sequence[ast.Clause]
) -> Iterator[Made]:
    """What stands below `of`: a KPI that is owed, or the record whose rows a source holds."""
    unknown = {node.rule for node in nodes} - {kind.rule for kind in kinds}
    assert not unknown, f"rules of the grammar that no clause of `sladsl.language` reads: {unknown}"
    for kind in kinds:
        written = [node for node in nodes if node.rule == kind.rule]
        for extra in written[1:] if kind.once else ():
            scope.report("SLA106", extra.span, f"`{kind.words}` is given twice", help="keep one of the two")
        for node in written[:1] if kind.once else written:
            made = kind.check(scope, of, node)
            if made is not None:
                yield made
