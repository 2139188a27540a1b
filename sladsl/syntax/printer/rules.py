"""Where each rule of the grammar may be folded, and where its lines begin: the canonical layout, as tables.

A rule without an entry has nothing to fold. What a table cannot say (a KPI, a commitment, columns of names) is in `shapes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sladsl.syntax.grammar import alternatives
from sladsl.syntax.printer.render import Style


@dataclass(frozen=True, slots=True)
class Fold:
    """How a rule is folded: before its own words in `before` (after a comma), as a group that leaves out its first `skip`
    and its last `drop` words. Without a `style` the breaks belong to the group around it.
    """

    before: frozenset[str]
    style: Style | None = Style.FILL
    aligned: bool = False
    by: int = 0
    skip: int = 0
    drop: int = 0


def _list(skip: int, drop: int = 0) -> Fold:
    """Values with commas between them, as many on a line as fit, under one another."""
    return Fold(frozenset({","}), aligned=True, skip=skip, drop=drop)


_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">=", "contains", "starts with", "ends with", "matches"})

FOLDS: Mapping[str, Fold] = {
    "parties": Fold(frozenset({"and"}), by=4),
    "review": Fold(frozenset({"by", "over"}), by=4),
    "reviewed": _list(1),
    "names": _list(0),
    "days": _list(0),
    "dates": _list(0),
    "weekly_opening": Fold(frozenset({"from", "until"}), by=4),
    "closure": Fold(frozenset({"because"}), by=4),
    "clock_spans": _list(0),
    "texts": _list(0),
    "holiday_closure": Fold(frozenset({"except"}), by=4),
    "one_of": _list(1),
    "lifecycle": Fold(frozenset({"->"}), by=4),
    "nth_row": Fold(frozenset({"where"}), Style.BLOCK, by=2),
    "earliest_of": _list(1),
    "latest_of": _list(1),
    "split": _list(1),
    "column": Fold(frozenset({"as", "at"}), aligned=True),
    "translations": Fold(frozenset({"where", ","}), None),
    "missing": _list(1),
    "given": _list(3),
    "expect_verdict": Fold(frozenset({","}), by=4),
    "set": _list(1, 1),
    "call": _list(2, 1),
    "default": Fold(frozenset({"else"}), Style.BLOCK, aligned=True, skip=1, drop=1),
    "child_test": Fold(frozenset({"where"}), Style.BLOCK, aligned=True, by=2),
    "picked": Fold(frozenset({"by", "where"}), Style.BLOCK, aligned=True, by=2),
    "aggregate": Fold(frozenset({"over", "where"}), Style.BLOCK, aligned=True, by=2),
    "compare": Fold(_COMPARISONS, Style.BLOCK, aligned=True, by=2),
}

CHAINS: Mapping[str, frozenset[str]] = {
    "or_": frozenset({"or"}),
    "and_": frozenset({"and"}),
    "plus": frozenset({"+", "-", "\u2212"}),
    "times": frozenset({"*", "\u00d7", "/", "\u00f7"}),
}
"""Rules that take two operands, the left of which may be the same rule again, and their signs."""

KEYWORDS = frozenset({"WHEN", "WHERE", "WHOSE", "WHILE", "EXPECT"})
"""Words before a condition; where it is folded, its `and`s stand under `when`, and a little to the right under the others."""

HEADER = frozenset({"of", "for", "from"})
"""Where the first line of a declaration may be folded."""

MEASURE = frozenset({"where", "that become", "whose", "over", "to", "for each"})
"""Where a KPI's measure may be folded."""

COMMITMENT_CLAUSES = alternatives("_commitment_clause")

CLAUSES = frozenset(
    {"field", "commitment", "route_case", "never_rows", "each_row", "stretch", "split"}
).union(
    *(
        alternatives(f"_{declaration}_clause")
        for declaration in ("agreement", "calendar", "score", "source", "test")
    )
)
"""Rules that begin a line of their own in a declaration."""

SIGNED = frozenset({"negative", "plain_number", "constant_number"})
"""Rules whose first word may be a minus sign that belongs to what follows."""

STANDING_TOGETHER = frozenset({"import_file", "let", "kpi", "lifecycle", "source"})
"""Declarations that may have no lines of their own: two such of a kind may stand together without a blank line between them."""
