"""Clauses that stand in any order, and those that may be given only once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sladsl.source import Span
from sladsl.syntax.problems import Problems, problem


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of a declaration: the words that begin it, what it says and where."""

    words: str
    value: Any
    span: Span


def once(clauses: Iterable[object], words: str, problems: Problems) -> Any:
    """What the one clause that begins with `words` says, None without it; a second one is a problem."""
    found = [clause for clause in clauses if isinstance(clause, Clause) and clause.words == words]
    for extra in found[1:]:
        problems.append(
            problem("SLA106", f"`{words}` is given twice", extra.span, help="keep one of the two")
        )
    return found[0].value if found else None


def every(clauses: Iterable[object], words: str) -> list[Any]:
    """What all clauses that begin with `words` say."""
    return [clause.value for clause in clauses if isinstance(clause, Clause) and clause.words == words]
