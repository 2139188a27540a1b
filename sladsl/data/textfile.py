"""What every reader of a text format gives: names of columns, batches of cells as text, and places to point at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pyarrow

ROW = "#row"
"""The column that numbers rows; its meaning is the reader's, its order the file's."""
SHOWN_EXAMPLES = 5


class Mark(StrEnum):
    """What a reader puts before the text of a cell that holds no value, or not the one that people see. No text begins so."""

    ERROR = "\x01"
    FORMULA = "\x02"
    MERGED = "\x03"
    SHOWN_OTHERWISE = "\x04"


MARKS = "".join(Mark)


@dataclass(frozen=True, slots=True)
class Place:
    """A row's place: the physical line (or a sheet's row), and the row's cells by column number."""

    line: int | None
    cells: Mapping[int, str | None]


@dataclass(slots=True)
class Unreadable:
    """Rows that could not be taken apart: how many, and (line, text) of the first."""

    count: int = 0
    first: list[tuple[int | None, str]] = field(default_factory=list)

    def add(self, line: int | None, text: str) -> None:
        self.count += 1
        if len(self.first) < SHOWN_EXAMPLES:
            self.first.append((line, text[:200]))


class Numeral(str):
    """A cell that the file itself holds as a number, as plain text: nothing has to be known of how numbers are written."""

    __slots__ = ()


class TextFile(Protocol):
    """A file whose cells are text. `above` are the lines over its header, by number. `unreadable` is complete when the batches are
    exhausted. With `typed` the file knows of some cells that they are numbers."""

    shown: str
    names: tuple[str, ...]
    above: tuple[tuple[int, str], ...]
    unreadable: Unreadable
    typed: bool

    def batches(self, needed: Sequence[int]) -> Iterator[pyarrow.RecordBatch]:
        """The rows in file order: `ROW`, then a text column `c<number>` for each needed column; in a `typed` file behind them
        `typed<number>`, whether the cell is a number there."""
        ...

    def rows(self, needed: Sequence[int]) -> Iterator[tuple[int, Sequence[str | None]]]:
        """The same as Python has them: each row's number and its cells, those of needed columns at least; what is beyond is not there."""
        ...

    def places(self, rows: Sequence[int]) -> Mapping[int, Place]:
        """Where rows are, by their number; the file is read again up to the last of them."""
        ...


def schema(needed: Sequence[int], typed: bool = False) -> pyarrow.Schema:
    """The columns of a batch."""
    import pyarrow as pa

    texts = [(f"c{number}", pa.string()) for number in needed]
    return pa.schema([(ROW, pa.int64()), *texts, *((f"typed{n}", pa.bool_()) for n in needed if typed)])


def batched(
    rows: Iterator[tuple[int, Sequence[str | None]]], needed: Sequence[int], size: int = 20_000
) -> Iterator[pyarrow.RecordBatch]:
    """Batches of rows that come one by one as (number, cells), of a typed file."""
    numbers: list[int] = []
    cells: list[Sequence[str | None]] = []
    for number, row in rows:
        numbers.append(number)
        cells.append(row)
        if len(numbers) == size:
            yield _batch(numbers, cells, needed)
            numbers, cells = [], []
    if numbers:
        yield _batch(numbers, cells, needed)


def _batch(
    numbers: list[int], cells: list[Sequence[str | None]], needed: Sequence[int]
) -> pyarrow.RecordBatch:
    import pyarrow

    columns = [[row[number] if number < len(row) else None for row in cells] for number in needed]
    arrays = [
        pyarrow.array(numbers, pyarrow.int64()),
        *(pyarrow.array(column, pyarrow.string()) for column in columns),
        *(pyarrow.array([isinstance(x, Numeral) for x in column], pyarrow.bool_()) for column in columns),
    ]
    return pyarrow.record_batch(arrays, schema=schema(needed, typed=True))
