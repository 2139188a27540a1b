"""What is asked of the rows of one file, whoever has read them: the seam between what can be wrong with data, which is said in one
place (`problems`, `fitness`), and the two that read them, DuckDB (`parts`) and plain Python (`memory`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeAlias

from sladsl.calendars.instants import ClockReading
from sladsl.data.values import Flaw, Naive
from sladsl.numerals import Mark, Numerals, Shape
from sladsl.plan import Record, RecordField, Source

if TYPE_CHECKING:
    from sladsl.data.tables import Table
    from sladsl.data.textfile import TextFile
    from sladsl.data.zone_offsets import ZoneOffsets

BLANK, SKIPPED, UNSURE = 1, 2, 3
"""Why a row is left out."""


class Reading(Protocol):
    """One field of one file, as it is read. `column` is the name of the column it is read from, "" where it is none."""

    @property
    def field(self) -> RecordField: ...
    @property
    def column(self) -> str: ...
    @property
    def numerals(self) -> Numerals | None: ...
    @property
    def naive(self) -> Naive: ...
    @property
    def bounds(self) -> tuple[int, int] | None:
        """Of local readings, where the file says so."""
        ...

    @property
    def cell(self) -> int:
        """The number of the column in a text file."""
        ...

    @property
    def fallible(self) -> bool:
        """Whether a value can be unreadable."""
        ...

    @property
    def shaped(self) -> bool:
        """Whether its texts have the shapes of numbers."""
        ...


@dataclass(frozen=True, slots=True)
class Dropped:
    """Rows that are left out for a reason. All other conditions are about rows that are kept."""

    why: int


@dataclass(frozen=True, slots=True)
class Kept:
    """All rows that are kept."""


@dataclass(frozen=True, slots=True)
class Known:
    """Rows that have a value of a field."""

    reading: Reading


@dataclass(frozen=True, slots=True)
class Lost:
    """Rows of which a field could not be read, for one reason or any."""

    reading: Reading
    flaw: Flaw | None = None


@dataclass(frozen=True, slots=True)
class Local:
    """Rows whose value is a reading of a local clock; with `means`, one that means that there, `keyed`, those that have a key."""

    reading: Reading
    means: ClockReading | None = None
    keyed: bool = False


@dataclass(frozen=True, slots=True)
class Shaped:
    """Rows whose text looks like this as a number."""

    reading: Reading
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Alike:
    """Rows whose value is, as a whole, what an expression says."""

    reading: Reading
    pattern: str


@dataclass(frozen=True, slots=True)
class Among:
    """Rows whose value is one of these."""

    reading: Reading
    values: tuple[str, ...]


Which: TypeAlias = Dropped | Kept | Known | Lost | Local | Shaped | Alike | Among


@dataclass(frozen=True, slots=True)
class FirstRow:
    """A row that was asked for: its number, its file and key where it has them, and of a typed table the value as it is there."""

    row: int
    file: str | None
    key: str | None
    raw: str | None


@dataclass(frozen=True, slots=True)
class PlacedRow:
    """Where a row with a key stands: its number, its file where there are several, and its place among all of its record."""

    key: str
    row: int
    file: str | None
    place: int | None


@dataclass(frozen=True, slots=True)
class Measured:
    """The names of the fields that could not be read somewhere, and by name the first and the last local reading."""

    flawed: frozenset[str]
    local: Mapping[str, tuple[int, int]]


class Part(Protocol):
    """One file (or several alike) read for one record: values and flaws a row.

    `clocks` are by the name of a field with local readings, `lost` how many values of a field could not be read. `number` is its place
    among the record's parts, `several` whether there are others, so that a row's number alone does not say which row it is. `dropped` are
    the rows left out, by why.
    """

    record: Record
    source: Source | None
    absent: tuple[str, ...]
    several: bool
    number: int
    dropped: dict[int, int]
    clocks: dict[str, ZoneOffsets]
    lost: dict[str, int]

    @property
    def shown(self) -> str: ...
    @property
    def file(self) -> TextFile | Table: ...
    @property
    def readings(self) -> Sequence[Reading]: ...
    @property
    def keyless(self) -> bool: ...
    def among(self, keys: Sequence[str]) -> Part:
        """The part's rows with these keys: what is asked of it is asked of them alone."""
        ...

    def stands(self, keys: Sequence[str]) -> Sequence[PlacedRow]:
        """Where the rows with these keys stand, by file and row."""
        ...

    def counts(self, which: Sequence[Which]) -> list[int]:
        """How many rows meet each condition."""
        ...

    def measured(self) -> Measured:
        """In one pass."""
        ...

    def flaws(self, reading: Reading) -> list[tuple[Flaw, int]]:
        """Why a field could not be read, and how often."""
        ...

    def shapes(self, reading: Reading) -> Mapping[tuple[Shape, Mark], int]:
        """What the texts of a field look like as numbers, and how many do."""
        ...

    def years(self, reading: Reading) -> Sequence[int]:
        """The years of a field's local readings."""
        ...

    def first(self, which: Which, most: int) -> list[FirstRow]:
        """The first rows that meet a condition, by file and row; the value is that of the condition's field."""
        ...

    def locals(self, which: Local, most: int) -> list[tuple[str, int]]:
        """The key and the local reading of the first rows that meet a condition and have a key, by key."""
        ...

    def lost_keys(self, reading: Reading) -> list[str]:
        """The keys of the rows of which a field could not be read."""
        ...

    def ids(self, reading: Reading) -> tuple[int, int, int]:
        """How many of a field's texts have an exponent, are long, and are rounded (`sladsl.data.ids`)."""
        ...

    def beyond(self, all: Sequence[tuple[Part, Reading]]) -> tuple[int, int]:
        """Of the long ids of all these: `ids.beyond`."""
        ...

    def doubtful(self, all: Sequence[tuple[Part, Reading]]) -> list[tuple[str, int]]:
        """Of the long ids of all these: `ids.doubtful`."""
        ...
