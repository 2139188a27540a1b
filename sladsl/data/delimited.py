"""CSV and its kin: `,` `;` tab or `|` between cells, quotes as in RFC 4180, UTF-8.

Arrow's reader takes the file apart; it was compared with Python's `csv` on random bytes and the two agree row by row, so `csv` is
what finds the physical line of a row afterwards (only problem rows are looked for). Rows with too few or too many cells are listed, and
the run goes on. A line with nothing on it is no row. The header may span lines; the cells of a row may too.
"""

from __future__ import annotations

import codecs
import csv
import io
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sladsl.data.errors import DataError
from sladsl.data.textfile import SHOWN_EXAMPLES, Place, Unreadable, schema

if TYPE_CHECKING:
    import pyarrow

DELIMITERS = (",", ";", "\t", "|")
LONGEST_ROW = 1 << 24
"""Bytes a row may have at most; a longer one is a quote that is never closed, or no CSV. Also what is read at once."""
_HEAD = 1 << 20
_BOM = "\ufeff"
_END = "\0end of the file\0"


class Delimited:
    """One delimited file, opened: the delimiter and the header are known."""

    typed = False

    def __init__(self, path: Path, shown: str) -> None:
        self.path, self.shown = path, shown
        self.unreadable = Unreadable()
        head = _read_head(path, shown)
        self.delimiter = _sniff(head, prefer="\t" if path.suffix.lower() == ".tsv" else ",")
        self.names, header = _read_header(head.removeprefix(_BOM), self.delimiter, shown)
        self._header_lines = len(header)
        self._start = len("".join([_BOM if head.startswith(_BOM) else "", *header]).encode())
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
        self._list_unreadable()

    def _read(self, needed: Sequence[int]) -> Iterator[pyarrow.RecordBatch]:
        import pyarrow as pa
        from pyarrow import csv as arrow_csv

        ended: list[bool] = []
        names = [f"c{number}" for number in range(len(self.names))]
        with self.path.open("rb") as raw:
            raw.seek(self._start)
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
                self._short_rows.append((row.number, row.text))
        return "skip"

    def _drop_last(self) -> bool:
        """The file stops inside quotes. When that swallowed whole lines nobody knows how many rows they were: an error. When it
        is the last line only, that row is listed; says whether Arrow had taken it as a row."""
        record, line, end, cells = 0, 1, 1, list[str]()
        for first, last, found in self._records():
            record, line, end, cells = record + 1, first, last, found
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
        wanted, found, number = set(rows), {}, 0
        if not wanted:
            return {}
        for line, _, cells in self._records():
            if len(cells) == len(self.names):
                number += 1
                if number in wanted:
                    found[number] = Place(line, dict(enumerate(cells)))
                    if len(found) == len(wanted):
                        break
        return found

    def _records(self) -> Iterator[tuple[int, int, list[str]]]:
        """(first line, last line, cells) of every record below the header that is not an empty line."""
        with self.path.open(encoding="utf-8-sig", errors="replace", newline="") as text, _any_cell_size():
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

    def _explain(self, said: str) -> str:
        if "UTF8" in said or "UTF-8" in said:
            return _not_utf8(self.path, self.shown)
        if "straddl" in said:
            for first, last, cells in self._records():
                if not cells or sum(map(len, cells)) >= LONGEST_ROW // 4:
                    return (
                        f"`{self.shown}`, line {first}: this row goes on at line {last} and has more than {LONGEST_ROW >> 20} MB; "
                        "a quote may have been opened and never closed"
                    )
        return f"`{self.shown}` cannot be read as CSV: {said.splitlines()[0]}"


class _WithEnd(io.RawIOBase):
    """The file, and behind it one row that is known to be invalid: if the reader never meets it, it was swallowed by an open quote."""

    def __init__(self, raw: io.BufferedReader, delimiter: str, columns: int) -> None:
        self._raw = raw
        self._end = ("\n" + delimiter.join([_END] * (columns + 1)) + "\n").encode()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        read = self._raw.readinto(view)
        if not read:
            read = min(len(view), len(self._end))
            view[:read] = self._end[:read]
            self._end = self._end[read:]
        return read


def _read_head(path: Path, shown: str) -> str:
    """The file's beginning as text, cut at a line's end where it goes on."""
    with path.open("rb") as raw:
        data = raw.read(_HEAD)
        more = bool(raw.read(1))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DataError(
            f"`{shown}` is UTF-16 text: save it as UTF-8 (in Excel, `CSV UTF-8`), or `iconv -f UTF-16 -t UTF-8`"
        )
    if not data.removeprefix(b"\xef\xbb\xbf").strip():
        raise DataError(f"`{shown}` is empty: expected a first line with the names of the columns")
    if b"\0" in data:
        raise DataError(
            f"`{shown}` is not text but a binary file: expected CSV; a workbook ends in `.xlsx`, Parquet in `.parquet`"
        )
    if more:
        data = data[: data.rfind(b"\n") + 1] or data
    try:
        return codecs.getincrementaldecoder("utf-8")().decode(data, final=not more)
    except UnicodeDecodeError:
        raise DataError(_not_utf8(path, shown)) from None


def _not_utf8(path: Path, shown: str) -> str:
    with path.open("rb") as raw:
        for number, line in enumerate(raw, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                seen = line[max(0, error.start - 12) : error.start + 12].decode("latin-1").strip()
                return (
                    f"`{shown}`, line {number}: `{seen}` is not UTF-8 text; save the file as UTF-8 (in Excel, `CSV UTF-8`), or "
                    f"`iconv -f WINDOWS-1252 -t UTF-8`"
                )
    return f"`{shown}` is not UTF-8 text: save the file as UTF-8"


def _sniff(head: str, prefer: str) -> str:
    """The delimiter that cuts the header into several cells and most other rows into as many."""
    best, best_score = prefer, (0.0, 0)
    for delimiter in (prefer, *DELIMITERS):
        with _any_cell_size():
            rows = [
                row
                for row in islice(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter), 200)
                if row
            ]
        width = len(rows[0]) if rows else 0
        if width > 1:
            alike = sum(len(row) == width for row in rows) / len(rows)
            if (alike, width) > best_score:
                best, best_score = delimiter, (alike, width)
    return best


def _read_header(head: str, delimiter: str, shown: str) -> tuple[tuple[str, ...], list[str]]:
    """The columns' names, and the physical lines they stand on."""
    used: list[str] = []

    def lines() -> Iterator[str]:
        for line in io.StringIO(head, newline=""):
            used.append(line)
            yield line

    with _any_cell_size():
        cells = next(row for row in csv.reader(lines(), delimiter=delimiter) if row)
    if (
        len(used) > 1
        and head.endswith(used[-1])
        and len("".join(used)) == len(head)
        and used[0].count('"') % 2
    ):
        raise DataError(f"`{shown}`, line 1: a quote in the names of the columns is opened and never closed")
    return tuple(cell.strip() for cell in cells), used


@contextmanager
def _any_cell_size() -> Iterator[None]:
    """Python's `csv` refuses cells of more than 128 KiB unless told otherwise, for the whole process."""
    before = csv.field_size_limit(2 * LONGEST_ROW)
    try:
        yield
    finally:
        csv.field_size_limit(before)
