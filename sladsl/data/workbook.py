"""XLSX: a sheet of a workbook, its first row that is not blank the header.

Cells come with types: dates and times are local readings and become ISO text (read whatever the format of a field says), numbers the
shortest text that stands for them, and where they are read as texts, what their number format shows (`007`). Excel keeps 15 digits of a
number, so a longer one has been damaged already and is an error. Blank rows below the last row are no rows. A header may stand in merged
cells; a cell without a value of its own is marked.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sladsl.data.errors import DataError, did_you_mean, listed
from sladsl.data.layout import MOST_LINES, UNKNOWN, Layout, below_titles, header_among
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
        return batched(self.rows(needed), needed)

    def places(self, rows: Sequence[int]) -> Mapping[int, Place]:
        """The rows' own numbers and their cells."""
        wanted = set(rows)
        blank = {number: Place(number, {}) for number in rows}
        return blank | {
            number: Place(number, {at: _seen(self._text(at, cell)) for at, cell in enumerate(cells)})
            for number, cells in self._sheet.rows()
            if number in wanted
        }

    def rows(self, needed: Sequence[int]) -> Iterator[tuple[int, Sequence[str | None]]]:
        """The same, one by one, with all their cells."""
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


# --- What a spreadsheet shows of a number: the id 7 in a cell with the number format `000` is read by everybody as `007`.

_PIECE = re.compile(
    r'"(?P<quoted>[^"]*)"|\\(?P<escaped>.)|(?P<digit>[0#])|(?P<sign>[-+$/():!^&\'~{}<>= ])|(?P<other>.)',
    re.DOTALL,
)
_COLOUR = re.compile(r"\[(?:black|blue|cyan|green|magenta|red|white|yellow|color ?\d+)\]", re.IGNORECASE)
_BARE = re.compile(r'"[^"]*"|\\.')


class ShownOtherwise(ValueError):
    """The number is shown in a way that is not worked out here."""


def as_shown(value: float, format: str) -> str | None:
    """The number as a format of zeros, `#` and literal text shows it; None where the format adds nothing to the digits (`General`, `0`,
    `0.00`, `#,##0`). `ShownOtherwise` for zeros in front that cannot be worked out, as in `0000.00`."""
    if format == "General":
        return None
    section = _COLOUR.sub("", _section(format, value < 0)).strip()
    whole = _BARE.sub("", section).split(".")[0]
    pieces = _pieces(section)
    if pieces is None or value != int(value):
        if whole.count("0") > 1:
            raise ShownOtherwise(format)
        return None
    if whole.count("0") <= 1 and all(is_digit for is_digit, _ in pieces):
        return None
    own_sign = value < 0 and ";" in _BARE.sub("", format)
    return ("-" if value < 0 and not own_sign else "") + _filled(pieces, str(abs(int(value))))


def _section(format: str, negative: bool) -> str:
    """The part of the format that numbers of this sign have."""
    sections, start, bare = list[str](), 0, _BARE.sub(lambda quoted: "x" * len(quoted[0]), format)
    for at, sign in enumerate(bare):
        if sign == ";":
            sections.append(format[start:at])
            start = at + 1
    sections.append(format[start:])
    return sections[1] if negative and len(sections) > 1 else sections[0]


@lru_cache(maxsize=256)
def _pieces(section: str) -> tuple[tuple[bool, str], ...] | None:
    """(whether it stands for a digit, the text) of each piece; None when there is something else in it, or no digit."""
    pieces = []
    for piece in _PIECE.finditer(section):
        if piece["other"] is not None:
            return None
        literal = next(
            (text for text in (piece["quoted"], piece["escaped"], piece["sign"]) if text is not None), None
        )
        pieces.append((False, literal) if literal is not None else (True, piece["digit"]))
    return tuple(pieces) if any(is_digit for is_digit, _ in pieces) else None


def _filled(pieces: tuple[tuple[bool, str], ...], digits: str) -> str:
    """The digits in their places, the last in the last; those that are too many stand in the first."""
    places = sum(is_digit for is_digit, _ in pieces)
    shown, left = list[str](), "" if digits == "0" else digits
    for is_digit, text in reversed(pieces):
        if not is_digit:
            shown.append(text)
            continue
        places -= 1
        taken = left if not places else left[-1:]
        left = left[: len(left) - len(taken)]
        shown.append(taken or ("0" if text == "0" else ""))
    return "".join(reversed(shown))


# --- The cells of a sheet of an XLSX workbook, row by row, as the file holds them.
#
# What a cell shows is not always what it holds. A formula may have no stored result (programs that write workbooks do not calculate),
# an error (`#REF!`) stands where a value should be, and of merged cells only the first has the value. Such cells carry a mark, so that
# nobody takes them for blank ones or for texts.

_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([A-Z]+)(\d+):([A-Z]+)(\d+)\"")
_UNCALCULATED = re.compile(rb"<(?:\w+:)?calcPr\s[^>]*fullCalcOnLoad=\"(?:1|true)\"")
MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
"""What a sheet can hold, as the format says."""
MOST_BYTES = 2 * 1024**3
MOST_PACKED, _SMALL = 100, 50_000_000
"""Sheets of rows unpack to some ten times their size; what unpacks to more than a hundred times, and is large, was made to."""
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
            for number, cells in self._found(book, source):
                while waiting and waiting[-1].top <= number:
                    standing.append(waiting.pop())
                standing = [merged for merged in standing if number <= merged.bottom]
                for merged in standing:
                    _cover(merged, number, cells, first)
                if cells:
                    yield number, [cells.get(at) for at in range(max(cells) + 1)]

    def _found(self, book: Any, source: Any) -> Iterator[tuple[int, dict[int, Cell]]]:
        try:
            for number, cells in _rows(book, book[self.name], source, self._uncalculated):
                if number > MOST_ROWS or max(cells, default=0) >= MOST_COLUMNS:
                    raise DataError(
                        f"`{self.shown}#{self.name}` claims to have a cell in row {number:,}, column {max(cells, default=0) + 1:,}, "
                        f"and a sheet has no more than {MOST_ROWS:,} rows and {MOST_COLUMNS:,} columns"
                    )
                yield number, cells
        except DataError:
            raise
        except Exception as error:  # whatever a parser may say of a file that no program wrote
            raise DataError(
                f"`{self.shown}#{self.name}` is damaged ({error}): save the workbook again as `.xlsx`"
            ) from None

    @contextmanager
    def _source(self) -> Iterator[tuple[Any, Any]]:
        with _opened(self.path, self.shown) as book, book[self.name]._get_source() as source:
            yield book, source


@contextmanager
def _opened(path: Path, shown: str) -> Iterator[Any]:
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise DataError(
            f"`{shown}` is a workbook, and reading it needs openpyxl: `pip install sladsl[excel]`, or save it as CSV UTF-8"
        ) from None
    with ExitStack() as opened:
        try:
            with warnings.catch_warnings():  # of what a sheet looks like, which nobody asked for
                warnings.simplefilter("ignore")
                _check_size(path, shown)
                file = opened.enter_context(
                    path.open("rb")
                )  # openpyxl leaves a file open that it cannot read
                book = load_workbook(file, read_only=True, data_only=True)
        except (DataError, MemoryError):
            raise
        except Exception:  # whatever a parser may say of a file that no program wrote
            raise DataError(
                f"`{shown}` is not a workbook, or is damaged or protected by a password: save it again as `.xlsx`"
            ) from None
        opened.callback(book.close)
        yield book


def _check_size(path: Path, shown: str) -> None:
    """A workbook is packed, and what is in it may be made to be larger than any memory."""
    with zipfile.ZipFile(path) as archive:
        parts = archive.infolist()
    whole = sum(part.file_size for part in parts)
    packed = max(1, sum(part.compress_size for part in parts))
    if whole > MOST_BYTES or (whole > _SMALL and whole > packed * MOST_PACKED):
        raise DataError(
            f"`{shown}` is {packed / 1e6:,.1f} MB that unpack to {whole / 1e6:,.0f} MB, which no sheet of this size is: "
            "save it again as `.xlsx`, or as CSV UTF-8"
        )


def _sheet_name(path: Path, shown: str, sheet: str | None) -> str:
    with _opened(path, shown) as book:
        names = [worksheet.title for worksheet in book.worksheets]
    if not names:
        raise DataError(f"`{shown}` has no sheet: save it again as `.xlsx`")
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

    ranges, kept = set[Merged](), b""
    while block := source.read(_BLOCK):
        for left, top, right, bottom in _MERGED.findall(kept + block):
            columns = (column_index_from_string(name.decode()) - 1 for name in (left, right))
            ranges.add(Merged(int(top), next(columns), int(bottom), next(columns)))
        kept = block[-_LONGEST_TAG:]
    return tuple(sorted(ranges, key=lambda merged: (merged.top, merged.left)))


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
        cells: dict[int, Cell] = {}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a date that no calendar has becomes an error cell
            for child in element:
                held = parser.parse_cell(child)
                formula = child.find(FORMULA_TAG)
                stored = _is_stored(child, child.findtext(VALUE_TAG), uncalculated)
                if formula is not None and not stored:
                    cells[held["column"] - 1] = Cell(f"={formula.text or '…'}", "", Mark.FORMULA)
                elif held["value"] not in (None, ""):
                    mark = Mark.ERROR if held["data_type"] == "e" else None
                    style = held["style_id"]
                    if style not in formats:
                        formats[style] = _number_format(book, style)
                    cells[held["column"] - 1] = Cell(held["value"], formats[style], mark)
        element.clear()
        yield number, cells


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


def _cover(merged: Merged, number: int, cells: dict[int, Cell], first: dict[Merged, Cell]) -> None:
    """Marks the cells of this row that merged cells cover: only the first of them has the value, and people see it in all."""
    if number == merged.top and merged.left in cells:
        first[merged] = cells[merged.left]
    if merged in first:
        for at in range(merged.left, merged.right + 1):
            if (number, at) != (merged.top, merged.left):
                cells[at] = Cell(first[merged].value, first[merged].format, Mark.MERGED)
