"""Random data: worlds of a few rows each, whose times meet each other, deadlines, the ends of periods and changes of the clocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from proofs.places import Place
from proofs.records import VALUES
from sladsl.calendars import DAY, HOUR, MINUTE, SECOND, day_number, zone
from sladsl.engines.rows import Evaluation
from sladsl.lowering.reading import LONG_AGO
from sladsl.outcomes import AsOf
from sladsl.plan import FieldType, Plan, Record, RecordField, ValueType

Rows = dict[str, list[dict[str, Any]]]

NUMBERS = tuple(
    Decimal(x)
    for x in (
        "0",
        "1",
        "1",
        "2",
        "3",
        "2.5",
        "-2.5",
        "7",
        "40",
        "0.000001",
        "-0.5",
        "999999999999.999999",
        "-999999999999.999999",
    )
)
TEXTS = (
    "a",
    "A",
    "Ä",
    "m",
    "a@b@gmail.com",
    "@",
    "X@acme.com",
    "e\u0301",
    "call 12",
    "100%_",
    "日本",
    "xx l",
    "a line\nand one",
    " a ",
    "\U0001f600",
)
ZONES = ("America/New_York", "America/Los_Angeles", "Europe/Berlin", "Asia/Kolkata", "UTC", "Mars/Base")
"""Zones of rows; the last one is none."""
STEPS = (
    0,
    0,
    0,
    1,
    -1,
    MINUTE,
    30 * MINUTE,
    HOUR,
    -HOUR,
    2 * HOUR,
    2 * HOUR + 1,
    4 * HOUR,
    DAY,
    DAY - 1,
    2 * DAY,
    7 * DAY,
    -DAY,
)
SPANS = (0, 1, 90 * MINUTE, 2 * HOUR, 26 * HOUR, -HOUR, 400 * DAY, 90 * SECOND)
ODD = (-396 * 10**13, 7 * 10**15, 150 * 365 * DAY, -30 * 365 * DAY)  # in 1900, after 2189, and in between


@dataclass(frozen=True, slots=True)
class History:
    """Rows by record, and the as-of to judge them at; `worlds` are the data sets they are made of."""

    rows: Rows
    as_of: int
    worlds: tuple[str, ...]


def history(chance: Random, plan: Plan, place: Place, worlds: int) -> History:
    """Data sets that are evaluated together, with an as-of that some of their moments meet."""
    spots = _spots(place)
    as_of = chance.choice(
        (
            spots[-1] + 60 * DAY,
            chance.choice(spots),
            chance.choice(spots),
            chance.choice(spots) + chance.choice(STEPS),
        )
    )
    names = tuple(f"w{n:02d}" for n in range(worlds))
    odd = chance.random() < 0.15
    made = [_world(chance, plan, name, spots, as_of, odd) for name in names]
    rows = {r.name: [row for world in made for row in world[r.name]] for r in plan.given}
    for r in plan.given:
        if not any(f.key for f in r.fields):
            rows[r.name] = [{**row, r.key: f"{n:05d}"} for n, row in enumerate(rows[r.name])]
    meet(chance, plan, rows, as_of)
    return History(rows, as_of, names)


def _spots(place: Place) -> list[int]:
    """Midnights of the place, instants of its working days and of its nights, and a microsecond to either side."""
    here, first = zone(place.zone), day_number(place.first)
    midnights = [here.midnight(first + n) for n in range(8)]
    hours = [
        m + h
        for m in midnights
        for h in (HOUR, 2 * HOUR + 30 * MINUTE, 9 * HOUR, 12 * HOUR + 30 * MINUTE, 17 * HOUR, 23 * HOUR)
    ]
    return sorted([*midnights, *(m - 1 for m in midnights), *(m + 1 for m in midnights), *hours])


def _world(chance: Random, plan: Plan, name: str, spots: list[int], as_of: int, odd: bool) -> Rows:
    """A few rows of every record."""
    leads = chance.randint(0, 5)
    calls = chance.randint(0, 2 * leads + 1)
    reps = chance.randint(0, 3)
    many = {
        "rep": reps,
        "lead": leads,
        "call": calls,
        "note": chance.randint(0, calls + 1),
        "deal": chance.randint(0, leads),
    }
    spot = chance.choice(spots)

    def instant() -> int:
        if odd and chance.random() < 0.02:
            return spot + chance.choice(ODD)
        at = chance.choice((spot, spot, spot, chance.choice(spots), as_of))
        return at if chance.random() < 0.35 else at + chance.choice(STEPS)

    make = Maker(
        chance,
        name,
        instant,
        zone(plan.zone).date_of,
        {"lead": leads, "call": calls, "account": 3, "rep": reps},
    )
    return {r.name: list(make.rows(r, many[r.name])) for r in plan.given}


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the rows of one world. Keys are few, so that some occur twice and some parents are not there."""

    chance: Random
    world: str
    instant: Callable[[], int]
    date_of: Callable[[int], int]
    there: Mapping[str, int]  # how many parents a link may name

    def rows(self, record: Record, many: int) -> Iterator[dict[str, Any]]:
        """Rows of a record, some of them twice, or twice but for a field."""
        for n in range(many):
            row = {f.name: self.value(record, f, n) for f in record.fields}
            yield row
            if self.chance.random() < 0.06:
                changed = self.chance.choice(record.fields)
                alike = self.chance.random() < 0.4 or changed.key
                yield dict(row) if alike else row | {changed.name: self.value(record, changed, n)}

    def value(self, record: Record, field: RecordField, n: int) -> Any:
        """A field of the record's n-th row."""
        chance, name = self.chance, field.name
        linked = name == "account" or (record.link is not None and record.link.own == name)
        if name == "world":
            return self.world
        if field.key:
            number = n if chance.random() < 0.9 else chance.randint(0, 3)
            return None if chance.random() < 0.01 else f"{self.world}-{number}"
        if chance.random() < (0.04 if linked or field.key_of or not field.optional else 0.3):
            return None
        if field.is_zone:
            return chance.choice(ZONES)
        if linked or field.key_of:
            last = self.there[field.key_of or name]
            return f"{self.world}-{last + 3 if chance.random() < 0.08 else chance.randrange(max(last, 1))}"
        return self.plain(name, field.type)

    def plain(self, name: str, type: FieldType) -> Any:
        match type:
            case FieldType.TIME:
                return self.instant()
            case FieldType.DATE:
                return self.date_of(max(self.instant(), -(2 * 10**15)))
            case FieldType.NUMBER:
                return self.chance.choice(NUMBERS)
            case FieldType.BOOLEAN:
                return self.chance.random() < 0.6
            case FieldType.DURATION:
                return self.chance.choice(SPANS)
            case FieldType.ONE_OF:
                return self.chance.choice(VALUES[name])
            case _:
                return self.chance.choice(TEXTS)


def meet(chance: Random, plan: Plan, rows: Rows, as_of: int) -> None:
    """Move some times onto the deadlines, entries and period ends that the plan works out for their world, or a microsecond beside."""
    late = Evaluation(plan, rows, AsOf(as_of))
    given = {r.name for r in plan.given}
    instants = [(c.record, c.name) for c in plan.columns if c.type is ValueType.INSTANT and c.record in given]
    instants_of: dict[str, list[int]] = {}
    for record in dict.fromkeys(r for r, _ in instants):
        names = [name for r, name in instants if r == record]
        for row in late.columns(record):
            instants_of.setdefault(row["world"], []).extend(
                row[name] for name in names if row[name] is not None and row[name] > LONG_AGO.value
            )
    for r in plan.given:
        timed = [f.name for f in r.fields if f.type is FieldType.TIME]
        for row in rows[r.name]:
            for name in timed:
                known = instants_of.get(row["world"])
                if known and row[name] is not None and chance.random() < 0.25:
                    row[name] = chance.choice(known) + chance.choice((0, 0, 1, -1))


def of_worlds(rows: Mapping[str, list[dict[str, Any]]], worlds: set[str]) -> Rows:
    """The rows of some worlds only."""
    return {record: [row for row in there if row["world"] in worlds] for record, there in rows.items()}
