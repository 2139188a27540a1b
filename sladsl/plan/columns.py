"""Expressions and columns: one value per row, and how it comes about."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Any, TypeVar

from sladsl.calendars import Duration, PeriodKind

T = TypeVar("T")


class _Made:
    """An expression that is made of others."""

    __slots__ = ("_hash",)


def _hashed_once(kind: type[T]) -> type[T]:
    """An expression is looked up again and again, and may be deep: what it is found by is worked out once."""
    of_fields = kind.__hash__

    def of(self: Any) -> int:
        try:
            return self._hash  # type: ignore[no-any-return]
        except AttributeError:
            made = of_fields(self)
            object.__setattr__(self, "_hash", made)
            return made

    kind.__hash__ = of  # type: ignore[method-assign]
    return kind


class ValueType(StrEnum):
    """What a column holds; see the module's text for the representation of each."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    INSTANT = "instant"
    DAY = "day"
    SPAN = "span"
    CODE = "code"
    STATUS = "status"
    STATE = "state"


class Status(IntEnum):
    """How a row stands to a definition (the table "which row counts where")."""

    OUT = 0
    IN = 1
    UNDATED = 2
    MISLABELLED = 3
    UNCLASSIFIABLE = 4
    NOT_YET = 5
    PENDING = 6  # its condition asks a clock that is still running


# ------------------------------------------------------------------------------------------------ expressions


@dataclass(frozen=True, slots=True)
class Const:
    """A constant. `value` is None (missing), bool, str, Decimal (number) or int (instant, day, span, code)."""

    value: bool | str | Decimal | int | None
    type: ValueType


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the row of `record` in scope, as it stands at the as-of: a `time` later than it reads as missing."""

    record: str
    name: str


@dataclass(frozen=True, slots=True)
class Hidden:
    """True when the row's `time` or `date` field holds a value later than the as-of; never missing."""

    record: str
    name: str


@dataclass(frozen=True, slots=True)
class Ref:
    """An earlier column of the row of `record` in scope."""

    record: str
    column: str


@dataclass(frozen=True, slots=True)
class AsOf:
    """The as-of instant."""


@_hashed_once
@dataclass(frozen=True, slots=True)
class Apply(_Made):
    """An operator or function of `sladsl.functions` applied to its arguments; its row there says what missing does."""

    op: str
    args: tuple[Expression, ...]


@_hashed_once
@dataclass(frozen=True, slots=True)
class Case(_Made):
    """The value of the first arm whose condition is true (unknown is not true), else `otherwise`."""

    arms: tuple[tuple[Expression, Expression], ...]
    otherwise: Expression


@_hashed_once
@dataclass(frozen=True, slots=True)
class Lookup(_Made):
    """A function of time, read from a small table made beforehand; missing of missing.

    `zone` names the zone of the function's calendar, where that is a text of the row; missing of what is no zone."""

    function: TimeFunction
    at: Expression
    zone: Expression | None = None


class Aggregate(StrEnum):
    """What is made of the child rows that match."""

    COUNT = "count"
    SUM = "sum"  # 0 of no rows; missing when one of the values is
    AVERAGE = "average"  # missing of no rows
    LEAST = "least"
    GREATEST = "greatest"
    NTH = "nth"  # the `of` of the n-th row by (`of`, key), rows without `of` left out
    LAST = "last"  # the `of` of the last row by (`of`, key)


@_hashed_once
@dataclass(frozen=True, slots=True)
class Children(_Made):
    """An aggregate over the rows of `record` that belong to the row in scope and whose `where` is true.

    Where `record` is not below the row's own, they are the rows that belong to the nearest row above it to which rows of `record` belong:
    its relatives, itself among them; with a `top` those that belong to the row of that record above it. Inside `where` and `of` the child's
    row is in scope beside its parents'; what the row that asks has is an `OfAsker` there, of this `depth`: how many rows there are around
    `where` that ask for relatives. `record` may be a child's child.

    `nth` and `last` give the moment itself that rows are put in order by; where there is `by`, they are put in order by that and their
    keys, those without it left out, and `of` is given of the one that is picked.
    """

    record: str
    aggregate: Aggregate
    where: Expression | None = None
    of: Expression | None = None
    n: int = 1
    depth: int = 0
    by: Expression | None = None
    top: str = ""


@_hashed_once
@dataclass(frozen=True, slots=True)
class Following(_Made):
    """The `n`-th `of` from `since` on, among the rows of `record` that belong to one row with the row in scope.

    That row is one of the parent record of `record`: the row in scope, or one above it. `where` and `of` are asked of the rows of
    `record`, beside their parents', and `since` of the row in scope. A row counts when its `where` is true and its `of` is at or after
    `since`, or only after it when `strict`. They are counted in the order of `of`, from the latest where `n` is negative: from the
    latest up to `until` then, where that is given. The row in scope is one of them, where it is of `record` too. Missing when there
    are not so many.
    """

    record: str
    of: Expression
    since: Expression
    where: Expression | None = None
    n: int = 1
    strict: bool = False
    until: Expression | None = None


@_hashed_once
@dataclass(frozen=True, slots=True)
class OfAsker(_Made):
    """`value` of the row of `record` that asks for its relatives, inside what is asked of them: by the `Children` of that `depth`, which
    begins with 1."""

    record: str
    value: Expression
    depth: int = 1


@_hashed_once
@dataclass(frozen=True, slots=True)
class Referred(_Made):
    """`value` of the row of `record` whose key is `key`, which is asked of the row in scope; missing where no row has that key.

    `value` sees that row, and none of those that the row in scope sees.
    """

    record: str
    key: Expression
    value: Expression


@_hashed_once
@dataclass(frozen=True, slots=True)
class Stretches(_Made):
    """Stretches of a line, `[began, ended)`: one for each row of `record` whose `own` is what `theirs` is of the row in scope.

    `own`, `began` and `ended` are asked of the rows of `record`: places on the line, or, where the line is open time in the zone of the row
    in scope, instants that `hours` puts there. A row whose `began` is missing has none; one whose `ended` is missing
    lasts. With `most`, only the earliest part of them counts, no longer than that in all, from where whoever asks begins to look.
    """

    record: str
    own: Expression
    theirs: Expression
    began: Expression
    ended: Expression
    most: int | None = None
    hours: HoursOf | None = None


@dataclass(frozen=True, slots=True)
class HoursOf:
    """Open time of a calendar of rows, in the zone that the row in scope says."""

    calendar: str
    zone: Expression


@_hashed_once
@dataclass(frozen=True, slots=True)
class Outside(_Made):
    """The earliest place on a line, of which `amount` from `since` on lies outside of the stretches.

    Places and amounts are whole numbers: instants and spans, or open time of a calendar. Stretches end at `until`, where that is known.
    Missing while a stretch that began before that place lasts, unless it has used up its `most` at `now`.
    """

    stretches: tuple[Stretches, ...]
    since: Expression
    amount: Expression
    until: Expression
    now: Expression


@_hashed_once
@dataclass(frozen=True, slots=True)
class Inside(_Made):
    """How much of `[since, until)` lies inside one of the stretches."""

    stretches: tuple[Stretches, ...]
    since: Expression
    until: Expression


Expression = (
    Const
    | Field
    | Hidden
    | Ref
    | AsOf
    | Apply
    | Case
    | Lookup
    | Children
    | Following
    | OfAsker
    | Referred
    | Outside
    | Inside
)


# ------------------------------------------------------------------------------------------- functions of time


@dataclass(frozen=True, slots=True)
class Deadline:
    """instant → instant: the deadline of `duration`, in open time of `calendar` when it is business time."""

    duration: Duration
    calendar: str | None = None


@dataclass(frozen=True, slots=True)
class OpenUntil:
    """instant → span: open time of `calendar` from a fixed origin until the instant; differences are elapsed time."""

    calendar: str


@dataclass(frozen=True, slots=True)
class OpenAt:
    """span → instant: the earliest instant until which so much open time of `calendar` lies behind its origin."""

    calendar: str


@dataclass(frozen=True, slots=True)
class PeriodStart:
    """instant → instant: the start of the period that contains it, in the agreement's zone and year."""

    period: PeriodKind


@dataclass(frozen=True, slots=True)
class PeriodEnd:
    """instant → instant: the end (exclusive) of the period that contains it."""

    period: PeriodKind


@dataclass(frozen=True, slots=True)
class LocalDay:
    """instant → day: the date in the agreement's zone."""


@dataclass(frozen=True, slots=True)
class Midnight:
    """day → instant: the start of that date in the agreement's zone."""


TimeFunction = Deadline | OpenUntil | OpenAt | PeriodStart | PeriodEnd | LocalDay | Midnight


# ------------------------------------------------------------------------------------------------------ columns


@dataclass(frozen=True, slots=True)
class Column:
    """One value per row of `record`. `about` is the agreement's own name for it (`MQL`, `sales.response_time`)."""

    record: str
    name: str
    type: ValueType
    value: Expression
    about: str = ""
