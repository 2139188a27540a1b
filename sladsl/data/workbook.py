"""XLSX: a sheet of a workbook, its first row that is not blank the header.

Cells come with types: dates and times are local readings and become ISO text (read whatever the format of a field says), numbers the
shortest text that stands for them. Excel keeps 15 digits of a number, so a longer one has been damaged already and is an error. Blank
rows below the last row are no rows.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sladsl.data.errors import DataError, did_you_mean, listed
from sladsl.data.textfile import Place, Unreadable, batched

if TYPE_CHECKING:
    import pyarrow

_MOST_DIGITS = 10**15


class Workbook:
    """One sheet, opened: its header is known. Rows are numbered as the sheet numbers them."""

    def __init__(self, path: Path, shown: str, sheet: str | None) -> None:
        self.path, self.shown = path, shown
        self.unreadable = Unreadable()
        self._sheet = _sheet_name(path, shown, sheet)
        first = next(self._cells(), None)
        if first is None:
            raise DataError(
                f"`{shown}#{self._sheet}` is empty: expected a first row with the names of the columns"
            )
        self._header = first[0]
        self.names = tuple("" if cell is None else str(cell).strip() for cell in first[1])

    def batches(self, needed: Sequence[int]) -> Iterator[pyarrow.RecordBatch]:
        """The rows; `#row` is the sheet's own number."""
        return batched(self._rows(needed), needed)

    def places(self, rows: Sequence[int]) -> Mapping[int, Place]:
        """The rows' own numbers and their cells."""
        wanted = set(rows)
        blank = {number: Place(number, {}) for number in rows}
        return blank | {
            number: Place(number, {at: _text(cell) for at, cell in enumerate(cells)})
            for number, cells in self._cells()
            if number in wanted
        }

    def _rows(self, needed: Sequence[int]) -> Iterator[tuple[int, Sequence[str | None]]]:
        width, last = len(self.names), self._header
        for number, cells in self._cells():
            if number == self._header:
                continue
            for blank in range(last + 1, number):
                yield blank, ()
            last = number
            if len(cells) > width:
                self.unreadable.add(number, ", ".join(_text(cell) or "" for cell in cells))
                continue
            self._check_digits(number, cells, needed)
            yield number, [_text(cell) for cell in cells]

    def _check_digits(self, number: int, cells: Sequence[Any], needed: Sequence[int]) -> None:
        for at in needed:
            cell = cells[at] if at < len(cells) else None
            if isinstance(cell, int | float) and abs(cell) >= _MOST_DIGITS:
                raise DataError(
                    f"`{self.shown}`, row {number}: `{self.names[at]}` is a number of more than 15 digits, of which Excel has lost the "
                    "last ones; make the column text and paste the values again, or export CSV"
                )

    def _cells(self) -> Iterator[tuple[int, Sequence[Any]]]:
        """(number, cells up to the last that has a value) of each row that is not blank."""
        book = _open(self.path, self.shown)
        try:
            for number, row in enumerate(book[self._sheet].iter_rows(), start=1):
                cells = [_value(cell) for cell in row]
                while cells and (cells[-1] is None or cells[-1] == ""):
                    cells.pop()
                if cells:
                    yield number, cells
        finally:
            book.close()


def _open(path: Path, shown: str) -> Any:
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise DataError(
            f"`{shown}` is a workbook, and reading it needs openpyxl: `pip install sladsl[excel]`, or save it as CSV UTF-8"
        ) from None
    try:
        return load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError):
        raise DataError(
            f"`{shown}` is not a workbook, or is damaged or protected by a password: save it again as `.xlsx`"
        ) from None


def _sheet_name(path: Path, shown: str, sheet: str | None) -> str:
    book = _open(path, shown)
    try:
        names = [worksheet.title for worksheet in book.worksheets]
    finally:
        book.close()
    if sheet is None and len(names) == 1:
        return str(names[0])
    if sheet is None:
        raise DataError(
            f"`{shown}` has several sheets: say which, as in `{shown}#{names[0]}`; it has {listed(names)}"
        )
    if sheet not in names:
        raise DataError(
            f"`{shown}` has no sheet `{sheet}`{did_you_mean(sheet, names)} — it has {listed(names)}"
        )
    return sheet


def _value(cell: Any) -> Any:
    """The cell's value; one shown as a date alone is a date, though the file holds its midnight."""
    value = cell.value
    if isinstance(value, datetime) and value.time() == time() and "h" not in cell.number_format.lower():
        return value.date()
    return value


def _text(cell: Any) -> str | None:
    match cell:
        case None:
            return None
        case bool():
            return "true" if cell else "false"
        case float() if cell.is_integer():
            return str(int(cell))
        case float():
            return format(cell, "f") if "e" in repr(cell) else repr(cell)
        case datetime():
            return cell.isoformat(sep=" ")
        case date() | time() | timedelta():
            return str(cell)
        case _:
            return str(cell)
