"""CSV and its kin: `,` `;` tab or `|` between cells (or what a first line `sep=;` says), quotes as in RFC 4180.

Arrow's reader takes the file apart; it was compared with Python's `csv` on random bytes and the two agree row by row, so `csv` is
what finds the physical line of a row afterwards (only problem rows are looked for). Rows with too few or too many cells are listed, and
the run goes on. A line with nothing on it is no row. The header may span lines, and lines may stand above it; the cells of a row may span
lines too.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

from sladsl.data.encodings import UTF_8, encoding_of, open_utf8, wrong_encoding
from sladsl.data.errors import DataError
from sladsl.data.layout import MOST_LINES, UNKNOWN, Layout, below_titles, header_among
from sladsl.data.textfile import SHOWN_EXAMPLES, Place, Unreadable, schema

if TYPE_CHECKING:
    import pyarrow

DELIMITERS = (",", ";", "\t", "|")
LONGEST_ROW = 1 << 24
"""Bytes a row may have at most; a longer one is a quote that is never closed, or no CSV. Also what is read at once."""
_HEAD = 1 << 20
_BOM = "\ufeff"
_END = "\0end of the file\0"
_LOOKED_AT = 200
_NEARLY_ALL = 0.9
_SEPARATOR = re.compile(r'"?sep=(.)"?', re.IGNORECASE)
"""A first line by which Excel knows the delimiter."""


class Delimited:
    """One delimited file, opened: the delimiter and the header are known."""

    typed = False

    def __init__(self, path: Path, shown: str, layout: Layout = UNKNOWN) -> None:
        self.path, self.shown = path, shown
        self.unreadable = Unreadable()
        self._encoding = encoding_of(path, shown, layout.encoding)
        head = _read_head(path, shown, self._encoding)
        lines = list(io.StringIO(head.removeprefix(_BOM), newline=""))
        header = _find_header(lines, layout, "\t" if path.suffix.lower() == ".tsv" else ",", shown)
        self.delimiter, self.names, self.above = header.delimiter, header.names, header.above
        self._header_lines = header.end
        self._start = len("".join([_BOM if head.startswith(_BOM) else "", *lines[: header.end]]).encode())
        self._short_rows: list[
            tuple[int, str]
        ] = []  # (record number after the header, text) of the first unreadable rows

    def batches(self, needed: Sequence[int]) -> Iterator[pyarrow.RecordBatch]:
        """The rows; `#row` counts those that could be read, from 1."""
        import pyarrow as pa

        try:
            yield from self._read(needed)
        except pa.ArrowInvalid as error:
            raise DataError(self._explain(str(error))) from None
        except UnicodeDecodeError:
            raise DataError(wrong_encoding(self.path, self.shown, self._encoding)) from None
        self._list_unreadable()

    def rows(self, needed: Sequence[int]) -> Iterator[tuple[int, Sequence[str | None]]]:
        """The same by Python's `csv`, one by one and with all cells; the whole file is in memory meanwhile."""
        try:
            lines, damaged = self._lines()
        except UnicodeDecodeError:
            raise DataError(wrong_encoding(self.path, self.shown, self._encoding)) from None
        width, number, before = len(self.names), 0, 0
        end = self.delimiter.join([_END] * (width + 1))
        reader = csv.reader(chain(lines, ["\n", end]), delimiter=self.delimiter)
        with _any_cell_size():
            try:
                for cells in reader:
                    if len(cells) == width and reader.line_num <= len(lines):
                        number += 1
                        if damaged and any(_is_damaged(cells[at]) for at in needed):
                            raise DataError(wrong_encoding(self.path, self.shown, self._encoding))
                        yield number, cells
                    elif cells and cells[0] != _END:
                        text = "".join(lines[before : reader.line_num]).rstrip("\r\n")
                        if damaged and _is_damaged(text):
                            raise DataError(wrong_encoding(self.path, self.shown, self._encoding))
                        if reader.line_num > len(lines) and self._drop_last():
                            self.unreadable.count, text = self.unreadable.count - 1, self._short_rows.pop()[1]
                        self.unreadable.add(self._header_lines + before + 1, text)
                    before = reader.line_num
            except csv.Error as error:
                raise DataError(self._explain(f"straddling: {error}")) from None

    def _lines(self) -> tuple[list[str], bool]:
        """The lines below the header, and whether some bytes of them are no text."""
        damaged = False
        with open_utf8(self.path, self._encoding) as raw:
            data = raw.read()
        try:
            text = data.decode()
        except UnicodeDecodeError:
            text, damaged = data.decode(errors="surrogateescape"), True
        lines = list(io.StringIO(text.removeprefix(_BOM), newline=""))
        return lines[self._header_lines :], damaged

    def _read(self, needed: Sequence[int]) -> Iterator[pyarrow.RecordBatch]:
        import pyarrow as pa
        from pyarrow import csv as arrow_csv

        ended: list[bool] = []
        names = [f"c{number}" for number in range(len(self.names))]
        with open_utf8(self.path, self._encoding) as raw:
            if self._encoding == UTF_8:
                raw.seek(self._start)
            else:
                raw.read(self._start)
            reader = arrow_csv.open_csv(
                _WithEnd(raw, self.delimiter, len(names)),
                read_options=arrow_csv.ReadOptions(
                    column_names=names, block_size=LONGEST_ROW, use_threads=False
                ),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=self.delimiter,
                    newlines_in_values=True,
                    invalid_row_handler=lambda row: self._invalid(row, ended),
                ),
                convert_options=arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()),
                    strings_can_be_null=False,
                    include_columns=[names[n] for n in needed],
                ),
            )
            yield from self._numbered(reader, needed, ended)

    def _numbered(
        self, reader: Iterable[Any], needed: Sequence[int], ended: list[bool]
    ) -> Iterator[pyarrow.RecordBatch]:
        """Batches with their row numbers. The last is held back: a file that stops inside quotes must not have its last row taken."""
        import pyarrow as pa

        read, held = 0, None
        for batch in reader:
            if batch.num_rows:
                if held is not None:
                    yield held
                numbers = array("q", range(read + 1, read + batch.num_rows + 1))
                # Not `pa.array`, which imports pandas to ask whether it was given a Series.
                ordinals = pa.Array.from_buffers(pa.int64(), len(numbers), [None, pa.py_buffer(numbers)])
                held = pa.record_batch([ordinals, *batch.columns], schema=schema(needed))
                read += batch.num_rows
        if not ended and self._drop_last() and held is not None:
            held = held.slice(0, held.num_rows - 1)
        if held is not None:
            yield held

    def _invalid(self, row: Any, ended: list[bool]) -> str:
        if row.text.startswith(_END):
            ended.append(True)
        else:
            self.unreadable.count += 1
            if len(self._short_rows) < SHOWN_EXAMPLES:
                # What stands behind the file is no part of a row that has swallowed it.
                self._short_rows.append((row.number, row.text.partition(_END)[0].rstrip("\r\n")))
        return "skip"

    def _drop_last(self) -> bool:
        """The file stops inside quotes. When that swallowed whole lines nobody knows how many rows they were: an error. When it
        is the last line only, that row is listed; says whether Arrow had taken it as a row."""
        record, line, end, cells = 0, 1, 1, list[str]()
        for first, last, row_cells in self._records():
            record, line, end, cells = record + 1, first, last, row_cells
        if end > line:
            raise DataError(
                f"`{self.shown}`, line {line}: a quote is opened and never closed, so the {end - line} lines after it cannot be told "
                "apart; close the quote (a quote inside quotes is written twice), or export the file again if it was cut off"
            )
        if len(cells) != len(self.names):
            return False  # listed already, as a row with too few or too many cells
        self.unreadable.count += 1
        self._short_rows.append((record, self.delimiter.join(cells)))
        return True

    def _list_unreadable(self) -> None:
        wanted = {number for number, _ in self._short_rows}
        lines = {}
        if wanted:
            for number, (line, _, _) in enumerate(islice(self._records(), max(wanted)), start=1):
                if number in wanted:
                    lines[number] = line
        self.unreadable.first = [
            (lines.get(number), text[:200]) for number, text in self._short_rows[:SHOWN_EXAMPLES]
        ]

    def places(self, rows: Sequence[int]) -> Mapping[int, Place]:
        """The lines on which rows begin, and their cells."""
        wanted, places, number = set(rows), {}, 0
        if not wanted:
            return {}
        for line, _, cells in self._records():
            if len(cells) == len(self.names):
                number += 1
                if number in wanted:
                    places[number] = Place(line, dict(enumerate(cells)))
                    if len(places) == len(wanted):
                        break
        return places

    def _records(self) -> Iterator[tuple[int, int, list[str]]]:
        """(first line, last line, cells) of every record below the header that is not an empty line."""
        with self._text() as text, _any_cell_size():
            for _ in range(self._header_lines):
                next(text)
            reader = csv.reader(text, delimiter=self.delimiter)
            before = 0
            try:
                for cells in reader:
                    if cells:
                        yield self._header_lines + before + 1, self._header_lines + reader.line_num, cells
                    before = reader.line_num
            except csv.Error:  # a cell longer than any row may be: nothing below it can be told apart
                yield self._header_lines + before + 1, self._header_lines + reader.line_num, []

    def _text(self) -> io.TextIOWrapper:
        if self._encoding == UTF_8:
            return self.path.open(encoding="utf-8-sig", errors="replace", newline="")
        return self.path.open(encoding=self._encoding, errors="replace", newline="")

    def _explain(self, said: str) -> str:
        if "UTF8" in said or "UTF-8" in said:
            return wrong_encoding(self.path, self.shown, self._encoding)
        if "straddl" in said:
            for first, last, cells in self._records():
                if not cells or sum(map(len, cells)) >= LONGEST_ROW // 4:
                    return (
                        f"`{self.shown}`, line {first}: this row goes on at line {last} and has more than {LONGEST_ROW >> 20} MB; "
                        "a quote may have been opened and never closed"
                    )
        return f"`{self.shown}` cannot be read as CSV: {said.splitlines()[0]}"


def _is_damaged(cell: str) -> bool:
    """Whether a cell has bytes that are no text."""
    return not cell.isascii() and any("\udc80" <= x <= "\udcff" for x in cell)


class _WithEnd(io.RawIOBase):
    """The rows, before them a byte order mark, since the reader takes one away, which would be a value's; and behind them one row that is
    known to be invalid: if the reader never meets it, it was swallowed by an open quote."""

    def __init__(self, raw: BinaryIO, delimiter: str, columns: int) -> None:
        self._raw = raw
        self._mark = _BOM.encode()
        self._end = ("\n" + delimiter.join([_END] * (columns + 1)) + "\n").encode()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        mark, self._mark = self._mark, b""
        view[: len(mark)] = mark
        rest = view[len(mark) :]
        read = cast(io.BufferedReader, self._raw).readinto(rest)
        if not read:
            read = min(len(rest), len(self._end))
            rest[:read] = self._end[:read]
            self._end = self._end[read:]
        return len(mark) + read


def _read_head(path: Path, shown: str, encoding: str) -> str:
    """The file's beginning as text, cut at a line's end where it goes on."""
    try:
        with open_utf8(path, encoding) as raw:
            data = raw.read(_HEAD)
            more = bool(raw.read(1))
            if b"\0" in data:
                raise DataError(
                    f"`{shown}` is not text but a binary file: expected CSV; a workbook ends in `.xlsx`, Parquet in `.parquet`; text in "
                    'UTF-16 without a byte order mark needs `encoding "utf-16-le"` in its source'
                )
            if more:
                data = data[: data.rfind(b"\n") + 1] or data
            text = codecs.getincrementaldecoder("utf-8")().decode(data, final=not more)
    except UnicodeDecodeError:
        raise DataError(wrong_encoding(path, shown, encoding)) from None
    if not text.removeprefix(_BOM).strip():
        raise DataError(f"`{shown}` is empty: expected a first line with the names of the columns")
    return text


@dataclass(frozen=True, slots=True)
class _Record:
    """A row as Python's `csv` takes it: the physical lines from `first` to before `end`, from 0, and its cells."""

    first: int
    end: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Header:
    """Where the names of the columns stand: `end` lines are not rows, and the lines `above` the header are listed."""

    delimiter: str
    names: tuple[str, ...]
    end: int
    above: tuple[tuple[int, str], ...] = ()


def _find_header(lines: Sequence[str], layout: Layout, prefer: str, shown: str) -> _Header:
    """The header among the first lines, cut by the delimiter that fits: it finds most of the columns that are asked for, else it cuts the
    header into several cells and most other rows into as many."""
    said = _SEPARATOR.fullmatch(lines[0].rstrip("\r\n"))
    start = 1 if said else 0
    if layout.header is not None:
        start = layout.header - 1
        if start >= len(lines) or not lines[start].strip():
            raise DataError(
                f"`{shown}` has no header at line {layout.header}: the line is blank, or not there"
            )
    best: _Header | None = None
    most = (-2, -1.0, -1)
    for delimiter in (said[1],) if said else (prefer, *DELIMITERS):
        records = list(islice(_records_of(lines, start, delimiter), _LOOKED_AT))
        header, score = _likeliest(records, layout, delimiter)
        if score > most:
            best, most = header, score
    if best is None:
        raise DataError(f"`{shown}` is empty: expected a first line with the names of the columns")
    if best.end == len(lines) and best.end - start > 1 and "".join(lines[start:]).count('"') % 2:
        raise DataError(
            f"`{shown}`, line {start + 1}: a quote in the names of the columns is opened and never closed"
        )
    return best if layout.header is None else replace(best, above=())


def _likeliest(
    records: Sequence[_Record], layout: Layout, delimiter: str
) -> tuple[_Header, tuple[int, float, int]]:
    """The header as this delimiter cuts the lines, and how well it does."""
    names = [tuple(cell.strip() for cell in record.cells) for record in records]
    top = names[:1] if layout.header is not None else names[:MOST_LINES]
    at, wanted_columns = (below_titles(top), 0) if layout.draft else header_among(top, layout)
    width = len(names[at])
    rows = names[at:]
    alike = sum(len(row) == width for row in rows) / len(rows) if width > 1 else 0.0
    above = tuple((record.first + 1, delimiter.join(record.cells)) for record in records[:at])
    if layout.draft and at and alike < _NEARLY_ALL:
        wanted_columns = -1
    return _Header(delimiter, names[at], records[at].end, above), (
        wanted_columns,
        alike,
        width if width > 1 else 0,
    )


def _records_of(lines: Sequence[str], start: int, delimiter: str) -> Iterator[_Record]:
    """The rows from a physical line on, empty lines left out."""
    with _any_cell_size():
        reader = csv.reader(iter(lines[start:]), delimiter=delimiter)
        before = 0
        try:
            for cells in reader:
                if cells:
                    yield _Record(start + before, start + reader.line_num, tuple(cells))
                before = reader.line_num
        except csv.Error:  # a cell longer than any row may be
            return


@contextmanager
def _any_cell_size() -> Iterator[None]:
    """Python's `csv` refuses cells of more than 128 KiB unless told otherwise, for the whole process."""
    before = csv.field_size_limit(2 * LONGEST_ROW)
    try:
        yield
    finally:
        csv.field_size_limit(before)
