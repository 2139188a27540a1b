"""The cells of a sheet of an XLSX workbook, row by row, as the file holds them.

What a cell shows is not always what it holds. A formula may have no stored result (programs that write workbooks do not calculate),
an error (`#REF!`) stands where a value should be, and of merged cells only the first has the value. Such cells carry a mark, so that
nobody takes them for blank ones or for texts.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sladsl.data.errors import DataError, did_you_mean, listed
from sladsl.data.textfile import Mark

_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([A-Z]+)(\d+):([A-Z]+)(\d+)\"")
_UNCALCULATED = re.compile(rb"<(?:\w+:)?calcPr\s[^>]*fullCalcOnLoad=\"(?:1|true)\"")
_BLOCK = 1 << 20
_LONGEST_TAG = 512


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that is not blank: its value, or the text to show where `mark` says that it has none; `format` is the number format."""

    value: Any
    format: str
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Merged:
    """Merged cells: rows and columns, the first and the last of each."""

    top: int
    left: int
    bottom: int
    right: int


class Sheet:
    """One sheet, found in its workbook. Columns are numbered from 0, rows as the sheet numbers them."""

    def __init__(self, path: Path, shown: str, sheet: str | None) -> None:
        self.path, self.shown = path, shown
        self.name = _sheet_name(path, shown, sheet)
        with self._source() as (book, source):
            self._merged = _merged(source)
            names = [name for name in book._archive.namelist() if name.endswith("workbook.xml")]
            self._uncalculated = any(_UNCALCULATED.search(book._archive.read(name)) for name in names)

    def last_of_header(self, row: int) -> int:
        """The last row of the merged cells that stand in `row` and go on below it; `row` itself where there are none."""
        return max((m.bottom for m in self._merged if m.top <= row <= m.bottom), default=row)

    def rows(self) -> Iterator[tuple[int, list[Cell | None]]]:
        """(number, cells up to the last that has a value) of each row that is not blank."""
        waiting, standing = list(reversed(self._merged)), list[Merged]()
        first: dict[Merged, Cell] = {}
        with self._source() as (book, source):
            for number, found in self._found(book, source):
                while waiting and waiting[-1].top <= number:
                    standing.append(waiting.pop())
                standing = [merged for merged in standing if number <= merged.bottom]
                for merged in standing:
                    _cover(merged, number, found, first)
                if found:
                    yield number, [found.get(at) for at in range(max(found) + 1)]

    def _found(self, book: Any, source: Any) -> Iterator[tuple[int, dict[int, Cell]]]:
        from xml.etree.ElementTree import ParseError

        try:
            yield from _rows(book, book[self.name], source, self._uncalculated)
        except (ParseError, zipfile.BadZipFile, IndexError, ValueError) as error:
            raise DataError(
                f"`{self.shown}#{self.name}` is damaged ({error}): save the workbook again as `.xlsx`"
            ) from None

    @contextmanager
    def _source(self) -> Iterator[tuple[Any, Any]]:
        with closing(_open(self.path, self.shown)) as book, book[self.name]._get_source() as source:
            yield book, source


def _open(path: Path, shown: str) -> Any:
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise DataError(
            f"`{shown}` is a workbook, and reading it needs openpyxl: `pip install sladsl[excel]`, or save it as CSV UTF-8"
        ) from None
    try:
        with warnings.catch_warnings():  # of what a sheet looks like, which nobody asked for
            warnings.simplefilter("ignore")
            return load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError):
        raise DataError(
            f"`{shown}` is not a workbook, or is damaged or protected by a password: save it again as `.xlsx`"
        ) from None


def _sheet_name(path: Path, shown: str, sheet: str | None) -> str:
    with closing(_open(path, shown)) as book:
        names = [worksheet.title for worksheet in book.worksheets]
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


def _merged(source: Any) -> tuple[Merged, ...]:
    """The merged cells, which a sheet names behind its rows."""
    from openpyxl.utils import column_index_from_string

    found, kept = set[Merged](), b""
    while block := source.read(_BLOCK):
        for left, top, right, bottom in _MERGED.findall(kept + block):
            columns = (column_index_from_string(name.decode()) - 1 for name in (left, right))
            found.add(Merged(int(top), next(columns), int(bottom), next(columns)))
        kept = block[-_LONGEST_TAG:]
    return tuple(sorted(found, key=lambda merged: (merged.top, merged.left)))


def _rows(book: Any, sheet: Any, source: Any, uncalculated: bool) -> Iterator[tuple[int, dict[int, Cell]]]:
    """The sheet's rows, blank ones too, each as the cells that hold something. openpyxl says what a cell holds; which cells there are is
    asked here, since its own loop believes the size that a file claims to have, and forgets formulas."""
    from openpyxl.worksheet._reader import FORMULA_TAG, ROW_TAG, VALUE_TAG, WorkSheetParser
    from openpyxl.xml.functions import iterparse

    parser = WorkSheetParser(
        source,
        sheet._shared_strings,
        data_only=True,
        epoch=book.epoch,
        date_formats=book._date_formats,
        timedelta_formats=book._timedelta_formats,
    )
    formats: dict[int, str] = {}
    number = 0
    for _, element in iterparse(source):
        if element.tag != ROW_TAG:
            continue
        number = int(float(element.get("r") or number + 1))
        parser.row_counter, parser.col_counter = number, 0
        found: dict[int, Cell] = {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a date that no calendar has becomes an error cell
            for child in element:
                held = parser.parse_cell(child)
                formula = child.find(FORMULA_TAG)
                stored = _is_stored(child, child.findtext(VALUE_TAG), uncalculated)
                if formula is not None and not stored:
                    found[held["column"] - 1] = Cell(f"={formula.text or '…'}", "", Mark.FORMULA)
                elif held["value"] not in (None, ""):
                    mark = Mark.ERROR if held["data_type"] == "e" else None
                    style = held["style_id"]
                    if style not in formats:
                        formats[style] = _number_format(book, style)
                    found[held["column"] - 1] = Cell(held["value"], formats[style], mark)
        element.clear()
        yield number, found


def _is_stored(element: Any, value: str | None, uncalculated: bool) -> bool:
    """Whether a formula's result is in the file. A program that writes a workbook and asks for it to be calculated when it is opened puts
    nothing there, or a zero."""
    if element.get("t") == "str":
        return value is not None
    return bool(value) and not (uncalculated and value == "0")


def _number_format(book: Any, style: int) -> str:
    from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE

    at = int(book._cell_styles[style].numFmtId)
    if at < BUILTIN_FORMATS_MAX_SIZE:
        return str(BUILTIN_FORMATS.get(at, "General"))
    return str(book._number_formats[at - BUILTIN_FORMATS_MAX_SIZE])


def _cover(merged: Merged, number: int, found: dict[int, Cell], first: dict[Merged, Cell]) -> None:
    """Marks the cells of this row that merged cells cover: only the first of them has the value, and people see it in all."""
    if number == merged.top and merged.left in found:
        first[merged] = found[merged.left]
    if merged in first:
        for at in range(merged.left, merged.right + 1):
            if (number, at) != (merged.top, merged.left):
                found[at] = Cell(first[merged].value, first[merged].format, Mark.MERGED)
