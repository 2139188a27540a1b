"""Whether what is proposed to make a test pass would: it is tried, with the fields of the row given another value.

`size >= 200` would have to be false for the route, but a lead of that size may not be qualified any more. So a proposal that can be
tried is kept only if the test then passes; one about child rows or about what a function makes of a field stands as it was found.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from itertools import islice, product

from sladsl import model as m
from sladsl import types as t
from sladsl.source import NOWHERE
from sladsl.testing.cases import Case
from sladsl.testing.given import Unfit
from sladsl.testing.remedies import Flips, is_not_in, is_range
from sladsl.testing.results import Flip

_MOST_TRIALS = 24
"""Values tried for one proposal."""

Value = m.Literal | None
Change = tuple[str, Value]


def remedy(case: Case, proposals: Iterable[Flips], passes: Callable[[Case], bool]) -> Flips | None:
    """The first proposal that is seen to work; else the first that cannot be tried."""
    untried: Flips | None = None
    for flips in proposals:
        ways = [list(_changes(case, flip)) for flip in flips]
        if not all(ways):
            untried = untried or flips
        elif any(_works(case, changes, passes) for changes in islice(product(*ways), _MOST_TRIALS)):
            return flips
    return untried


def _works(case: Case, changes: Iterable[Change], passes: Callable[[Case], bool]) -> bool:
    try:
        return passes(case.with_values(dict(changes)))
    except Unfit:
        return False


def _changes(case: Case, flip: Flip) -> Iterator[Change]:
    """Values of a field of the row that may turn the condition; none where it is not about one alone."""
    found = _field_and_values(case, flip.leaf, flip.want)
    if found is None:
        return
    use, values = found
    field = case.reader.model.records[use.record].fields[use.field]
    if use.record != case.test.record or field.key:
        return
    for value in values:
        yield use.field, None if value is None else m.Literal(value, use.type, NOWHERE)


Plain = str | bool | Decimal | dt.date | dt.datetime | None


def _field_and_values(
    case: Case, e: m.Expression | None, want: bool
) -> tuple[m.FieldUse, list[Plain]] | None:
    match e:
        case m.FieldUse(type=t.Boolean()):
            return e, [want]
        case m.Operation(op="is known" | "is missing" as op, args=(m.FieldUse() as use,)):
            return use, (_samples(case, use) if (op == "is known") is want else [None])
        case m.Operation(
            args=(m.Operation(args=(m.FieldUse() as use, low)), m.Operation(args=(_, high)))
        ) if is_range(e):
            ends = [x.value for x in (low, high) if isinstance(x, m.Literal)]
            return use, [v for end in ends for v in _around(case, use, end)]
        case m.Operation(args=(m.Operation(args=(m.FieldUse() as use, *items)),)) if is_not_in(e):
            return use, _among(case, use, items)
        case m.Operation(op="in", args=(m.FieldUse() as use, *items)):
            return use, _among(case, use, items)
        case m.Operation(
            op="=" | "!=" | "<" | "<=" | ">" | ">=", args=(m.FieldUse() as use, m.Literal(value=v))
        ):
            return use, _around(case, use, v)
        case _:
            return None


def _around(case: Case, use: m.FieldUse, value: object) -> list[Plain]:
    """The bound itself and what lies just beside it."""
    match value:
        case Decimal():
            return [value, value + 1, value - 1]
        case dt.datetime():
            return [value + dt.timedelta(minutes=n) for n in (0, 1, -1)]
        case dt.date() if isinstance(use.type, t.Date):
            return [value + dt.timedelta(days=n) for n in (0, 1, -1)]
        case dt.date():
            noon = dt.datetime.combine(value, dt.time(12))
            return [noon + dt.timedelta(days=n) for n in (0, 1, -1)]
        case str() | bool():
            return [value, *_others(case, use, [value])]
        case _:
            return []


def _among(case: Case, use: m.FieldUse, items: Iterable[m.Expression]) -> list[Plain]:
    """Members of the set, and something that is none."""
    inside: list[Plain] = [
        x.value for x in items if isinstance(x, m.Literal) and isinstance(x.value, str | Decimal)
    ]
    return [*inside[:3], *_others(case, use, inside)]


def _others(case: Case, use: m.FieldUse, known: list[Plain]) -> list[Plain]:
    match case.reader.model.records[use.record].fields[use.field].type:
        case t.OneOf(values=values):
            return [*[v for v in values if v not in known][:3]]
        case t.Text():
            return ["another"]
        case t.Boolean():
            return [v for v in (True, False) if v not in known]
        case t.Number():
            return [Decimal(0), Decimal(1_000_003)]
        case _:
            return []


def _samples(case: Case, use: m.FieldUse) -> list[Plain]:
    """Some value of the field's type; a time is one that the test gives, so that it fits in with the rest."""
    match use.type:
        case t.Time() | t.Date():
            times = [v.value for g in case.test.given for _, v in g.values if isinstance(v.value, dt.date)]
            first = case.reader.model.agreement.first if case.reader.model.agreement else None
            times = [*times, *([case.test.as_of] if case.test.as_of else []), *([first] if first else [])]
            found = sorted({_at_noon(at) for at in times}, reverse=True)[:4]
            return [at.date() for at in found] if isinstance(use.type, t.Date) else list(found)
        case _:
            return _others(case, use, []) or [Decimal(1)]


def _at_noon(at: dt.date | dt.datetime) -> dt.datetime:
    return at if isinstance(at, dt.datetime) else dt.datetime.combine(at, dt.time(12))
