"""What `sla init` infers of files: their records and fields, and how values are spelt in them."""

from __future__ import annotations

from dataclasses import dataclass

from sladsl.plan import FieldType


@dataclass(frozen=True, slots=True)
class Change:
    """Of a file with a row for each change of any field: the rows about one of them, `value` in `column`.

    `now` is the record's field that holds the value from then on, `before` the one with the value until then, empty where the file does
    not say. `others` are further values of `column`, of which no record is made.
    """

    column: str
    value: str
    now: str
    before: str = ""
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class InferredColumn:
    """A column by itself: the texts that come most often in it, and how its moments are written (as `as` says it), None for ISO."""

    name: str
    values: tuple[str, ...]
    format: str | None


@dataclass(frozen=True, slots=True)
class InferredField:
    """A field and how its column is spelt.

    `format` is what `as` says, None for ISO; `needs_zone` when its times have no offset, so that the source must say `times in`;
    `numbers` is an example of how its numbers are written, empty when they are plain; `utc` when every time has the offset +00;
    `planned` when its name says that it is known before it comes.
    `date_only` when some are dates alone and the mapping must say `at …`. `odd` are values that cannot be read so, `doubt` what was
    assumed.
    """

    name: str
    column: str
    type: FieldType
    values: tuple[str, ...] = ()
    format: str | None = None
    optional: bool = False
    key: bool = False
    needs_zone: bool = False
    date_only: bool = False
    missing: tuple[str, ...] = ()
    odd: tuple[str, ...] = ()
    doubt: str = ""
    numbers: str = ""
    utc: bool = False
    planned: bool = False


@dataclass(frozen=True, slots=True)
class InferredLink:
    """A child's rows belong to `parent`'s: `column` holds the values of its key `theirs`.

    `own` is the child's field of that column when it is declared (as its key): `record deal of lead by mql_id = id`. Empty when the
    child's implied field, named after the parent, is read from the column.
    """

    parent: str
    column: str
    theirs: str
    own: str = ""


@dataclass(frozen=True, slots=True)
class InferredRecord:
    """A record for one file. `file` is as it was given; `missing` are the texts that stand for nothing, the empty one first.

    `numbers` is an example of how numbers are written there, `encoding` how the text is encoded where it is not UTF-8. `logged` is a column
    that names what a row tells of, when that has several rows; the record `repeats` its rows when it is read from such a file, one for
    each value. `states` is the column by whose time the rows of one key are its states (or of `logged`, which is no key where nothing
    else has a time); `maybe_key` a column whose values name the rows, though it is not called so. `change` is what its rows tell of,
    where they are some of those of a history.
    """

    name: str
    file: str
    fields: tuple[InferredField, ...]
    link: InferredLink | None = None
    missing: tuple[str, ...] = ("",)
    needs_zone: bool = False
    rows: int = 0
    numbers: str = ""
    encoding: str = ""
    logged: str = ""
    repeats: bool = False
    states: InferredField | None = None
    maybe_key: str = ""
    change: Change | None = None
