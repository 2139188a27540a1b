"""What goes in: records, and where their rows come from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FieldType(StrEnum):
    """The types a field can be declared with."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    TIME = "time"
    DURATION = "duration"
    ONE_OF = "one of"


@dataclass(frozen=True, slots=True)
class RecordField:
    name: str
    type: FieldType
    label: str = ""
    key: bool = False
    optional: bool = False
    accountable: bool = False
    values: tuple[str, ...] = ()  # of `one of`
    unit: str = ""  # of `number in "USD"`
    planned: bool = False  # of `planned time`, `planned date`

    @property
    def comes(self) -> bool:
        """A time or a date that is seen once it has come; one that is planned is seen like any other value."""
        return self.type in {FieldType.TIME, FieldType.DATE} and not self.planned


@dataclass(frozen=True, slots=True)
class Link:
    """A child belongs to the rows of `parent` whose `theirs` equals its `own`. `implied` when `own` was not declared."""

    parent: str
    own: str
    theirs: str
    implied: bool = True


PLACE = "#place"
"""The column, beside the fields, that says where a row stands: of two rows the one that stands first has the smaller number; missing
where nothing says in which order rows stand. A table need not have it."""


@dataclass(frozen=True, slots=True)
class Keep:
    """Rows are states of what their key names: of those of one key only the latest (the first) by the time in `field` counts.

    `field` is a time of the record that nobody declared and no condition reads."""

    field: str
    latest: bool


@dataclass(frozen=True, slots=True)
class Record:
    name: str
    label: str
    fields: tuple[RecordField, ...]  # an implied link field is among them, last, `optional`
    link: Link | None = None
    moment: str | None = None  # its own moment: the only required `time` field
    accountable: str | None = None
    keep: Keep | None = None  # `keep latest by`, `keep first by` of its sources

    @property
    def key(self) -> str:
        """The key field's name; a record without one has the implied key `row` (its place in the data, as text)."""
        return next((f.name for f in self.fields if f.key), "row")

    def field(self, name: str) -> RecordField:
        return next(f for f in self.fields if f.name == name)


@dataclass(frozen=True, slots=True)
class Mapping:
    """How one field is read: from a column, or a constant."""

    field: str
    column: str | None = None
    constant: str | None = None
    format: str | None = None  # "YYYY-MM-DD HH:mm"
    translate: tuple[tuple[str, str], ...] = ()
    at: int | None = None  # µs after midnight, for a date-only value in a `time` field


@dataclass(frozen=True, slots=True)
class Source:
    """Where a record's rows come from and how they are spelt there. `base` is the folder that a relative `where` starts at."""

    name: str
    record: str
    where: str
    base: str
    mappings: tuple[Mapping, ...] = ()
    zone: str | None = None
    ignore_offsets: bool = False
    missing: tuple[str, ...] = ("",)
    skip: tuple[tuple[str, tuple[str, ...]], ...] = ()  # (column, values): the row is left out, counted
    numbers: str | None = None  # an example of how numbers are written: "1.234,56"
    encoding: str | None = None  # of text files, where no byte order mark says it
    header: int | None = None  # the line (or row of a sheet) with the names of the columns, from 1
    keep: str | None = (
        None  # the clause, where rows are states; which field of the record it fills is among `mappings`
    )
