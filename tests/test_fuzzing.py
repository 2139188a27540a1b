"""A short run of the targets of `fuzzing/`, the same inputs every time; `python -m fuzzing` goes on for as long as you like."""

from __future__ import annotations

from itertools import islice

import pytest

from fuzzing import targets
from fuzzing.inputs import inputs, seeds

SHORT = {"parse": 40, "format": 40, "instants": 1000}
"""How many inputs; of the others, each of which takes a tenth of a second or more, a few."""


@pytest.mark.parametrize("name", targets.TARGETS)
def test_nothing_is_stumbled_over(name: str) -> None:
    for data in islice(inputs(name, 1), SHORT.get(name, len(seeds(name)) + 1)):
        targets.TARGETS[name].run(data)


@pytest.mark.parametrize("name", ["csv", "tsv", "jsonl", "xlsx", "parquet"])
def test_what_the_inputs_begin_with_is_read(name: str) -> None:
    """Else all that is changed in them would be refused at their first line."""
    rows = targets._rows(targets.TARGETS[name].seeds()[0], name)
    assert rows is not None
    assert [(row["id"], row["yes"]) for row in rows][:3] == [("A", True), ("B", False), ("C", False)]


@pytest.mark.parametrize(
    ("cell", "row"),
    [
        ("1.234", {"number": 1.235, "day": None}),
        ("02/03/26", {"number": None, "day": 20522}),
        ("2026-02-03", {"number": None, "day": 20488}),
    ],
)
def test_a_cell_that_is_taken_for_another_is_a_fault(cell: str, row: dict[str, object]) -> None:
    with pytest.raises(targets.Fault, match="is read as"):
        targets._is_what_stands_there(cell, row)
