"""Rows that no source gives: how they are made of other rows.

| kind | its rows |
|---|---|
| rows | one for each row of another record that counts |
| instants | the instants, a row each, at which something of a row may change |
| ends | the last instants, a row each, of the periods at whose end a row of another record lasts |
| stretches | runs of such instants for which a condition holds and some values stay the same |

A record of instants, and one of ends, has the field `at` beside the one that names the row they are of, and one of stretches has `began`,
`ended` (missing while it lasts) and the values that stay the same. The key of each is the key of the row they are of, `#`, and the instant
(`iso`), so that neither the order of rows nor more of them change it. An engine makes rows once something asks for them: what they are
made of never reads them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sladsl.calendars import PeriodKind
from sladsl.plan.columns import AsOf, Expression, Lookup, PeriodEnd

AT, BEGAN, ENDED = "at", "began", "ended"
"""The fields of instants and of stretches."""


@dataclass(frozen=True, slots=True)
class RowsOf:
    """A row for each row of `of` for which `where` is true. `values` are its fields, the key among them, asked of that row."""

    of: str
    values: tuple[tuple[str, Expression], ...]
    where: Expression | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """An instant for each row of `record`: of the row itself whose instants these are, or of one that belongs to it, or to one that it
    belongs to. `beside` tells other rows of the same record from the row itself."""

    record: str
    at: Expression
    beside: bool = False


@dataclass(frozen=True, slots=True)
class InstantsOf:
    """Of each row of `of` the instants from `since` on that lie before the as-of, each once: `since` itself (asked of the row; a row that
    lacks it has none), and those of `changes`."""

    of: str
    since: Expression
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class StretchesOf:
    """Of each row that the instants `of` are of: the longest runs of its instants for which `holds` is true and all of `values` are the
    same, a missing value being the same as another. A stretch lasts until the instant that follows it. One that begins no later than
    `after` is left out: when it began nobody knows. `holds`, `values` (by their fields) and `after` are asked of the instants."""

    of: str
    holds: Expression
    values: tuple[tuple[str, Expression], ...]
    after: Expression


@dataclass(frozen=True, slots=True)
class EndsOf:
    """Of each row of `of` the last microsecond of every period that ends after `since` and no later than `until` (missing while the row
    lasts), as far as they lie before the as-of. Both are asked of that row, which has none where it lacks `since`."""

    of: str
    period: PeriodKind
    since: Expression
    until: Expression

    @property
    def first(self) -> Lookup:
        """The end of the period in which a row begins."""
        return Lookup(PeriodEnd(self.period), self.since)


Made = RowsOf | InstantsOf | StretchesOf | EndsOf


def expressions(made: Made) -> Iterator[Expression]:
    """Everything that is asked of rows to make others of them."""
    match made:
        case RowsOf(values=values, where=where):
            yield from (e for _, e in values)
            if where is not None:
                yield where
        case InstantsOf(since=since, changes=changes):
            yield since
            yield from (x.at for x in changes)
        case StretchesOf(holds=holds, values=values, after=after):
            yield holds
            yield from (e for _, e in values)
            yield after
        case EndsOf(period=period, until=until):
            yield made.first
            yield until
            yield Lookup(PeriodEnd(period), AsOf())


def made_of(made: Made) -> tuple[str, ...]:
    """The records whose rows it is made of, each once."""
    changes = tuple(x.record for x in made.changes) if isinstance(made, InstantsOf) else ()
    return tuple(dict.fromkeys((made.of, *changes)))
