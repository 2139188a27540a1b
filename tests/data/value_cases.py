"""One column of cells, and what is read of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from data_cases import (
    Read,
    field,
    mapped,
    read,
    write,
)

from sladsl.plan import FieldType, Mapping

ID = field("id", key=True)
HOUR = 3_600_000_000
DAY = 24 * HOUR


def values(folder: Path, type: FieldType, *cells: str, values: tuple[str, ...] = (), **rules: Any) -> Read:
    """Cells of one column, read as `type`, by the rules of a mapping and a source."""
    source: dict[str, Any] = {
        name: rules.pop(name) for name in ("zone", "ignore_offsets", "missing", "tests") if name in rules
    }
    lines = "".join(f'{number:03},"{cell}"\n' for number, cell in enumerate(cells, start=1))
    name = write(folder, "leads.csv", f"id,Raw Value\n{lines}")
    mappings = mapped(id="id", value=Mapping("value", "Raw Value", **rules))
    return read(
        name,
        folder,
        ID,
        field("value", type, *values, optional=True),
        source={"mappings": mappings, **source},
    )


def value(folder: Path, type: FieldType, cell: str, **rules: Any) -> Any:
    """One cell's value; the test fails when it is listed."""
    found = values(folder, type, cell, **rules)
    assert found.problems == ()
    return found.rows[0]["value"]


def unreadable(folder: Path, type: FieldType, *cells: str, **rules: Any) -> None:
    """Each of the cells is missing and listed, with its line and to the letter."""
    found = values(folder, type, *cells, **rules)
    assert found.column("value") == [None] * len(cells)
    assert found.listed() == [("unreadable value", "value", len(cells))]
    assert found.places("unreadable value") == [(line, cell) for line, cell in enumerate(cells[:5], start=2)]
