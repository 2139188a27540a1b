"""XLSX: a sheet of a workbook, its first row that is not blank the header.

Cells come with types: dates and times are local readings and become ISO text (read whatever the format of a field says), numbers the
shortest text that stands for them, and where they are read as texts, what their number format shows (`007`). Excel keeps 15 digits of a
number, so a longer one has been damaged already and is an error. Blank rows below the last row are no rows. A header may stand in merged
cells; a cell without a value of its own is marked (`sheet`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sladsl.data.errors import DataError
from sladsl.data.layout import MOST_LINES, UNKNOWN, Layout, below_titles, header_among
from sladsl.data.numberformat import ShownOtherwise, as_shown
from sladsl.data.sheet import Cell, Sheet
from sladsl.data.textfile import MARKS, Mark, Numeral, Place, Unreadable, batched

if TYPE_CHECKING:
    import pyarrow

_MOST_DIGITS = 10**15


class Workbook:
    """One sheet, opened: its header is known. Rows are numbered as the sheet numbers them.

    `texts` are the columns whose numbers are read as they are shown; all of them, unless somebody says.
    """

    typed = True

    def __init__(self, path: Path, shown: str, sheet: str | None, layout: Layout = UNKNOWN) -> None:
        self.shown = shown
        self.unreadable = Unreadable()
        self.texts: frozenset[int] | None = None
        self._sheet = Sheet(path, shown, sheet)
        top = list(islice(self._sheet.rows(), max(MOST_LINES, layout.header or 0)))
        if not top:
            raise DataError(
                f"`{shown}#{self._sheet.name}` is empty: expected a first row with the names of the columns"
            )
        starts = _starts(top, layout, f"{shown}#{self._sheet.name}")
        ends = [self._sheet.last_of_header(number) for number in starts]
        headers = [
            _names([cells for number, cells in top if start <= number <= end])
            for start, end in zip(starts, ends, strict=True)
        ]
        at = below_titles(headers) if layout.draft else header_among(headers, layout)[0]
        self._header, self.names = ends[at], headers[at]
        self.above = (
            ()
            if layout.header
            else tuple((number, _shown(cells)) for number, cells in top if number < starts[at])
        )

    def batches(self, needed: Sequence[int]) -> Iterator[pyarrow.RecordBatch]:
        """The rows; `#row` is the sheet's own number."""
        return batched(self._rows(needed), needed)

    def places(self, rows: Sequence[int]) -> Mapping[int, Place]:
        """The rows' own numbers and their cells."""
        wanted = set(rows)
        blank = {number: Place(number, {}) for number in rows}
        return blank | {
            number: Place(number, {at: _seen(self._text(at, cell)) for at, cell in enumerate(cells)})
            for number, cells in self._sheet.rows()
            if number in wanted
        }

    def _rows(self, needed: Sequence[int]) -> Iterator[tuple[int, Sequence[str | None]]]:
        width, last = len(self.names), self._header
        for number, cells in self._sheet.rows():
            if number <= self._header:
                continue
            for blank in range(last + 1, number):
                yield blank, ()
            last = number
            if len(cells) > width:
                self.unreadable.add(number, _shown(cells))
                continue
            self._check_digits(number, cells, needed)
            yield number, [self._text(at, cell) for at, cell in enumerate(cells)]

    def _check_digits(self, number: int, cells: Sequence[Cell | None], needed: Sequence[int]) -> None:
        for at in needed:
            cell = cells[at] if at < len(cells) else None
            if cell is not None and isinstance(cell.value, int | float) and abs(cell.value) >= _MOST_DIGITS:
                raise DataError(
                    f"`{self.shown}`, row {number}: `{self.names[at]}` is a number of more than 15 digits, of which Excel has lost the "
                    "last ones; make the column text and paste the values again, or export CSV"
                )

    def _text(self, at: int, cell: Cell | None) -> str | None:
        if cell is None:
            return None
        if cell.mark is None and (self.texts is None or at in self.texts) and _is_number(cell.value):
            try:
                return as_shown(cell.value, cell.format) or Numeral(_text(cell))
            except ShownOtherwise:
                return f"{Mark.SHOWN_OTHERWISE}{_text(cell)}"
        if cell.mark is None and _is_number(cell.value):
            return Numeral(_text(cell))
        return f"{cell.mark or ''}{_text(cell)}"


def _starts(top: Sequence[tuple[int, Sequence[Cell | None]]], layout: Layout, shown: str) -> list[int]:
    """The rows that a header may begin in."""
    rows = [number for number, _ in top]
    if layout.header is None:
        return rows
    if layout.header not in rows:
        raise DataError(f"`{shown}` has no header at row {layout.header}: the row is blank, or not there")
    return [layout.header]


def _shown(cells: Sequence[Cell | None]) -> str:
    """A row, to show it."""
    return ", ".join("" if cell is None else _text(cell) for cell in cells)


def _names(block: Sequence[Sequence[Cell | None]]) -> tuple[str, ...]:
    """The columns' names: of a header of several rows, in each column the lowest cell that has something."""
    width = max(map(len, block))
    columns = [[row[at] for row in block if at < len(row)] for at in range(width)]
    lowest = [next((cell for cell in reversed(cells) if cell is not None), None) for cells in columns]
    return tuple("" if cell is None else _text(cell).strip() for cell in lowest)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _seen(text: str | None) -> str | None:
    """The text that is shown to people."""
    return text.lstrip(MARKS) if text else text


def _text(cell: Cell) -> str:
    match cell.value:
        case bool():
            return "true" if cell.value else "false"
        case float() if cell.value.is_integer():
            return str(int(cell.value))
        case float():
            return format(cell.value, "f") if "e" in repr(cell.value) else repr(cell.value)
        case datetime() if cell.value.time() == time() and "h" not in cell.format.lower():
            return str(cell.value.date())  # shown as a date alone, though the file holds its midnight
        case datetime():
            return cell.value.isoformat(sep=" ")
        case date() | time() | timedelta():
            return str(cell.value)
        case _:
            return str(cell.value)
