"""What is said to be true wherever a condition is, held against the condition itself: on random conditions over cheap and dear values."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from sladsl.calendars import PeriodKind
from sladsl.engines.rows.scalars import Leaf, Scalars
from sladsl.plan import (
    Apply,
    AsOf,
    Case,
    Column,
    Const,
    Expression,
    Field,
    Lookup,
    PeriodEnd,
    Ref,
    State,
    ValueType,
)
from sladsl.plan.bounds import may_be_true
from sladsl.plan.shorthand import (
    FALSE,
    NO_INSTANT,
    TRUE,
    all_of,
    any_of,
    choose,
    code,
    compare,
    day_end,
    is_code,
    is_true,
    is_unknown,
    known,
    missing,
    negate,
)
from sladsl.plan.traversal import walk

NOW, DAY = 12, 10
FIELDS: tuple[Expression, ...] = tuple(Field("lead", name) for name in "abc")
DEAR: tuple[Ref, ...] = tuple(Ref("lead", name) for name in ("due", "other"))
STATES = (State.OPEN, State.MET, State.MISSED)
Row = dict[Expression, int | None]


class Reckoned(Scalars):
    """Conditions of a row that is a value for each field and each dear column; days are ten long."""

    def leaf(self, e: Leaf, record: str) -> Callable[[Any], Any]:
        match e:
            case AsOf():
                return lambda _: NOW
            case Lookup(at=at):
                asked = self.function(at, record)
                return lambda row: None if asked(row) is None else (asked(row) // DAY + 1) * DAY
            case Ref() if e not in DEAR:
                return self.function(column(e).value, record)
            case _:
                return lambda row: row[e]


MADE: dict[str, Column] = {}


def column(ref: Ref) -> Column:
    if ref in DEAR:
        return Column("lead", ref.column, ValueType.INSTANT, Lookup(PeriodEnd(PeriodKind.MONTH), FIELDS[0]))
    return MADE[ref.column]


def is_dear(e: Expression) -> bool:
    return isinstance(e, Lookup)


def instant(at: random.Random, depth: int) -> Expression:
    match at.randrange(10 if depth else 7):
        case 0 | 1 | 2:
            return at.choice(FIELDS)
        case 3 | 4:
            return at.choice(DEAR)
        case 5:
            return AsOf()
        case 6:
            return at.choice((NO_INSTANT, Const(at.randrange(30), ValueType.INSTANT)))
        case 7:
            return day_end(instant(at, 0))
        case 8:
            return Apply("earliest", (instant(at, depth - 1), instant(at, 0)))
        case _:
            return named(
                Case(((condition(at, depth - 1), instant(at, 0)),), instant(at, depth - 1)), ValueType.INSTANT
            )


def named(value: Expression, kind: ValueType) -> Ref:
    name = f"made {len(MADE)}"
    MADE[name] = Column("lead", name, kind, value)
    return Ref("lead", name)


def state(at: random.Random, depth: int) -> Ref:
    arms = ((condition(at, depth), code(at.choice(STATES))) for _ in range(at.randrange(1, 4)))
    return named(choose(*arms, otherwise=code(at.choice(STATES))), ValueType.STATE)


def condition(at: random.Random, depth: int) -> Expression:
    if depth <= 0 or at.random() < 0.3:
        return compare(at.choice(("<", "<=", ">", ">=", "=", "!=")), instant(at, depth), instant(at, 0))
    inner = [condition(at, depth - 1) for _ in range(at.randrange(1, 3))]
    match at.randrange(8):
        case 0 | 1:
            return all_of(*inner)
        case 2:
            return any_of(*inner)
        case 3:
            return negate(inner[0])
        case 4:
            return at.choice((is_true, is_unknown))(inner[0])
        case 5:
            return at.choice((known, missing))(instant(at, depth - 1))
        case 6:
            return is_code(state(at, depth - 1), at.choice(STATES))
        case _:
            return named(inner[0], ValueType.BOOLEAN)


def test_it_is_true_wherever_the_condition_is() -> None:
    at = random.Random(19)
    told = 0
    for _ in range(1500):
        MADE.clear()
        asked = condition(at, 3)
        may = may_be_true(asked, column, is_dear)
        reckoned = Reckoned()
        assert not any(e in DEAR or is_dear(e) for e in read(may))
        for _ in range(20):
            row: Row = {e: at.choice((None, *range(0, 30, 1))) for e in (*FIELDS, *DEAR)}
            said = reckoned.function(may, "lead")(row)
            assert said is True or reckoned.function(asked, "lead")(row) is not True, (asked, row)
            told += said is False
    assert told > 5000, "it says of many rows that they are not meant"


def read(e: Expression) -> list[Expression]:
    return [
        x
        for part in walk(e)
        for x in ([part] if not isinstance(part, Ref) or part in DEAR else read(column(part).value))
    ]


def test_what_was_stopped_is_not_open_whatever_its_deadline_is() -> None:
    """The condition of an open clock, as lowering makes it: only a stop that is missing, or not behind the as-of, may leave it open."""
    MADE.clear()
    due, stop = DEAR[0], FIELDS[0]
    stands = choose(
        (compare("<=", stop, due), code(State.MET)),
        (compare(">=", due, AsOf()), code(State.OPEN)),
        otherwise=code(State.MISSED),
    )
    may = may_be_true(is_code(named(stands, ValueType.STATE), State.OPEN), column, is_dear)
    row: Row = dict.fromkeys((*FIELDS, *DEAR))
    said = [Reckoned().function(may, "lead")({**row, stop: at}) for at in (None, NOW - 1, NOW, NOW + 1)]
    assert said == [True, False, False, True]
    by_day = choose(
        (compare("<=", stop, due), code(State.MET)),
        (compare(">=", day_end(due), AsOf()), code(State.OPEN)),
        otherwise=code(State.MISSED),
    )
    may = may_be_true(is_code(named(by_day, ValueType.STATE), State.OPEN), column, is_dear)
    assert Reckoned().function(may, "lead")({**row, stop: NOW - 60 * 3600 * 10**6}) is False
    assert may_be_true(TRUE, column, is_dear) == TRUE
    assert may_be_true(FALSE, column, is_dear) == FALSE
