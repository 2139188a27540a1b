"""Rows in doubt and data problems: one line a kind, how many, and one of them."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Sequence

from sladsl.outcomes import TOLD_APART, Example, Listed, Problem
from sladsl.plan.rows import BROKEN, LEFT_OUT, MAYBE_BROKEN, NOT_SETTLED, lists_left_out, lists_unsure
from sladsl.reports.figure_words import called
from sladsl.reports.table import Head, table
from sladsl.reports.terminal import safe
from sladsl.reports.words import rows_of
from sladsl.runner import Run

WIDTH = 98
HEADS = (Head("rows", right=True), Head("in"), Head("what"), Head("such as"))

# What a listing says of its rows.
LISTINGS = {
    "mislabelled": "mislabelled: dated, and the condition does not hold",
    "unclassifiable": "unclassifiable: dated, and a value asked for is missing",
    "undated": "undated: the condition holds, and the date is missing",
    "out of order": "out of order: dated before what it builds on",
    "undecided": "undecided: answered before the start",
    "not started": "undecided: the clock has not started",
    "hours unknown": "undecided: nobody knows in whose hours, or in which zone",
    "pauses unknown": "undecided: whose pauses count is not known",
    "no deadline": "no deadline to be held to: not in the figure",
    "no recipient": "the party is told: the field that says who is told is missing",
    **{
        lists_unsure(x): f"not {x}: a value that `{clause}` asks for is missing"
        for x, clause in LEFT_OUT.items()
    },
    "condition unknown": "condition unknown: a value it asks for is missing",
    "ends before it begins": "ends before it begins: pauses nothing",
    "branch unknown": "took `otherwise`: a value a branch asks for is missing",
    "value missing": "without a value",
    "no route": "not taken by any line of the route",
    "not routed yet": "not routed yet: a line asks what is not settled, as a clock that runs",
    "division by zero": "division by zero",
    "without length": "not a spell: it ends no later than it begins",
    "without a beginning": "in a spell whose beginning is not known: left out",
    "no time known": "no time known: in no condition",
    BROKEN: "broken: such rows are there",
    MAYBE_BROKEN: "not known: a value it asks for is missing",
    NOT_SETTLED: "not settled yet: it asks what may still come",
}

# What a data problem says of its rows, after the field it is about.
PROBLEMS = {
    "unreadable value": "cannot be read",
    "unknown value": "none of the values it may have",
    "missing value": "no value to use, though not optional",
    "missing column": "no such column",
    "number out of range": "too large a number",
    "time out of range": "too long ago or too far ahead to be true",
    "no key": "missing: left out",
    "rounded id": "ends in zeros, as a spreadsheet leaves a long id",
    "key used twice": "same key, other values: the earliest is kept",
    "other state": "another state: left out by `keep`",
    "equal rows": "same row again: collapsed",
    TOLD_APART: "equal in the columns that are mapped",
    "no parent named": "names no parent",
    "parent not found": "parent not in the data",
    "no such row": "names a row that is not in the data",
    "no such zone": "names no time zone",
    "unreadable row": "line cannot be read: left out",
    "line above the header": "above the names of the columns: left out",
    "blank row": "blank row: left out",
    "skipped row": "left out by `skip when` or `only when`",
    "other readings not tried": "too many readings in doubt to try each",
    "nonexistent local time": "clocks skipped it: moved forward",
    "ambiguous local time": "clocks showed it twice: first taken",
}


def doubts(run: Run) -> list[str]:
    """The plan's listings of rows in doubt that have some, a line each; empty when none has."""
    return _listed(run, lambda kind: kind != BROKEN and not lists_left_out(kind))


def broken(run: Run) -> list[str]:
    """The `never`s that rows break, a line each; empty when none does."""
    return _listed(run, lambda kind: kind == BROKEN)


def nevers(run: Run) -> list[Listed]:
    """Each `never` with the rows that break it, none where it holds."""
    return [x for x in run.outcomes.listings if x.kind == BROKEN]


def broken_by(x: Listed) -> str:
    """How many rows break a `never`, with the first of them."""
    more = f", and {x.count - len(x.examples):,} more" if x.count > len(x.examples) else ""
    return f"{x.count:,} {'row breaks' if x.count == 1 else 'rows break'} it: {', '.join(x.examples)}{more}"


def left_out(run: Run) -> list[str]:
    """The rows that a commitment leaves out, a line for each reason; empty when there are none."""
    return _listed(run, lists_left_out)


def _listed(run: Run, chosen: Callable[[str], bool]) -> list[str]:
    names = {c.id: called(c) for c in run.plan.commitments}
    rows = [
        (
            f"{x.count:,}",
            safe(names.get(x.subject, x.subject)),
            safe(LISTINGS.get(x.kind, x.kind)),
            safe(x.examples[0]) if x.examples else "",
        )
        for x in run.outcomes.listings
        if x.count and chosen(x.kind)
    ]
    return table(HEADS, rows, width=WIDTH) if rows else []


def problems(run: Run, everything: bool) -> list[str]:
    """The data problems, a line each with an example, or with all of them; empty when there is none."""
    rows: list[tuple[str, str, str, str]] = []
    for x in (x for x in run.problems if not x.change):
        shown: Sequence[Example] = x.examples if everything else _first(x.examples)
        places = [place(e, x) for e in shown] or [safe(x.file or "")]
        about = safe(f"{x.record}.{x.field}" if x.field else x.record)
        rows.append((f"{x.count:,}", about, PROBLEMS.get(x.kind, x.kind), places[0]))
        rows += [("", "", "", each) for each in places[1:]]
    said = [safe(f"{x.record}: {x.hint}") for x in run.problems if x.kind == TOLD_APART]
    shown_changes = [_change(x) for x in run.problems if x.change]
    return [*(table(HEADS, rows, width=WIDTH) if rows else []), *said, *shown_changes]


def _first(examples: Sequence[Example]) -> Sequence[Example]:
    """One example; of rows that share a key the one that is kept, and one that is not."""
    if not examples or examples[0].kept is None:
        return examples[:1]
    same = [e for e in examples if e.key == examples[0].key]
    return sorted(same, key=lambda e: not e.kept)[:2]


def _change(x: Problem) -> str:
    """`lead.mql_at, 1 row (contacts.csv:7843): the other reading of a repeated hour would change `MQL`: in → out`."""
    where = place(x.examples[0], x) if x.examples else ""
    about = f"{x.record}.{x.field}, {rows_of(x.count, 'row')}" + (f" ({where})" if where else "")
    return safe(f"{about}: the {x.kind} would change `{x.subject}`: {x.change}")


def place(e: Example, x: Problem) -> str:
    """Where an example stands, and what stands there; the key where a place is not known."""
    file = posixpath.basename((e.file or x.file or "").replace("\\", "/")) or None
    line = ":".join(str(part) for part in (file, e.line) if part is not None)
    value = f'"{e.value}"' if e.value is not None and e.field is not None else ""
    key = e.key if e.key is not None and e.line is None else ""
    fate = {None: "", True: "is kept", False: "is left out"}[e.kept]
    return safe(" ".join(part for part in (line, value or key, fate) if part))
