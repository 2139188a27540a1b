"""What would have made a condition come out otherwise: the fewest conditions at its leaves that would have to turn, and whether that works.

A search over the condition's own tree, through the definitions and the scores it names. A proposal is made only if the whole
condition, read again with those leaves turned, comes out as wanted: two places may ask for opposite things of one leaf. It is tried, with
the fields of the row given another value: `size >= 200` would have to be false for the route, but a lead of that size may not be qualified
any more. So a proposal that can be tried is kept only if the test then passes; one about child rows or about what a function makes of a
field stands as it was found.
"""

from __future__ import annotations

import datetime as dt
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations, islice, product
from typing import TypeAlias

from sladsl import model as m
from sladsl import types as t
from sladsl.engines.rows import Frame, row_above
from sladsl.explaining import Reader
from sladsl.explaining.clock_trace import clocks_asked
from sladsl.lowering import scopes
from sladsl.lowering.conditions import Scope
from sladsl.plan import Status
from sladsl.source import NOWHERE
from sladsl.testing.cases import Case
from sladsl.testing.definition_status import chain, lacking
from sladsl.testing.given import Unfit
from sladsl.testing.results import Flip

_MOST = 12
"""Ways that are looked at further, at each step; the shortest ones."""
_MOST_CLAUSES, _AT_ONCE = 14, 3

Flips: TypeAlias = tuple[Flip, ...]
Truth: TypeAlias = bool | None
COMPARED: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A condition, where it is read, and what it should have been."""

    condition: m.Expression
    want: bool
    frame: Frame
    scope: Scope
    file: str

    def of(self, condition: m.Expression, want: bool) -> Wanted:
        return replace(self, condition=condition, want=want)


def proposals(reader: Reader, *wanted: Wanted) -> Iterator[Flips]:
    """Sets of leaves to turn so that all of these come out as wanted, the smallest first."""
    for flips in _all(_ways(reader, w) for w in wanted):
        turned = {f.text: f.want for f in flips}
        if flips and all(_after(reader, w, turned) is w.want for w in wanted):
            yield flips


def to_enter(reader: Reader, definition: str, row: Frame) -> Iterator[Flips]:
    """What would bring the row into a definition."""
    d = reader.model.definitions[definition]
    member = m.MemberUse(d.name, t.BOOLEAN, d.origin.name_span)
    return proposals(reader, Wanted(member, True, row, scopes.now(d.record), d.origin.file))


# ------------------------------------------------------------------------------------------------------------ the ways


def _ways(reader: Reader, w: Wanted) -> list[Flips]:
    """Sets of leaves to turn, the smallest first."""
    if reader.value(w.condition, w.frame, w.scope) is w.want:
        return [()]
    match w.condition:
        case m.Operation(op="not", args=(inner,)) if not is_not_in(w.condition):
            return _ways(reader, w.of(inner, not w.want))
        case m.Operation(op="and" | "or" as op, args=args) if not is_range(w.condition):
            each = (_ways(reader, w.of(a, w.want)) for a in args)
            return _all(each) if (op == "and") is w.want else _any(each)
        case m.MemberUse(definition=name):
            return _of_member(reader, name, w)
        case m.Operation(op=op, args=(m.ScoreUse(score=score), m.Literal(value=Decimal() as bound))) if (
            op in COMPARED
        ):
            return _of_score(reader, reader.model.scores[score], op, bound, w)
        case m.Literal():
            return []
        case _:
            phrase = reader.phrase(w.condition, w.frame, w.scope, w.file)
            clock = next(iter(clocks_asked(reader, w.condition, w.frame, w.file)), None)
            return [(Flip(phrase.text, w.want, phrase, clock, w.condition),)]


def is_range(e: m.Expression) -> bool:
    """A `between` that one value can turn; between two bounds of a score it is told bound by bound."""
    return m.is_between(e) and not any(
        isinstance(x, m.ScoreUse) for a in e.args if isinstance(a, m.Operation) for x in a.args
    )


def is_not_in(e: m.Expression) -> bool:
    """`x not in {…}` likewise."""
    return isinstance(e, m.Operation) and e.op == "not" and e.args[0].span == e.span


def _of_member(reader: Reader, definition: str, w: Wanted) -> list[Flips]:
    row = row_above(w.frame, reader.model.definitions[definition].record)
    if row is None:
        return []
    conditions = [_step(d, row, w) for d in chain(reader.model, definition) if d.when is not None]
    if not w.want:
        return _any(_ways(reader, c) for c in conditions)
    if reader.column(reader.meaning.columns.definitions[definition].status, row) == Status.NOT_YET:
        return []
    moments = [
        Flip(f"{x} is known", True, leaf=_known(at)) for x, at in lacking(reader, definition, row).items()
    ]
    ways = _all(_ways(reader, c) for c in conditions)
    return [(*flips, *moments) for flips in ways if flips or moments]


def _known(moment: m.Moment) -> m.Expression:
    return m.Operation("is known", (moment,), t.BOOLEAN, moment.span, moment.span)


def _step(d: m.Definition, row: Frame, w: Wanted) -> Wanted:
    assert d.when is not None
    return Wanted(d.when, w.want, row, scopes.definition(d), d.origin.file)


def _of_score(reader: Reader, score: m.Score, op: str, bound: Decimal, w: Wanted) -> list[Flips]:
    """The fewest clauses to gain or to lose that bring the total where it should be."""
    clauses = list(_clauses(reader, score, w))
    total = sum((points for _, points, added in clauses if added), Decimal(0))
    if len(clauses) > _MOST_CLAUSES:
        return []
    ways: list[Flips] = []
    for size in range(1, _AT_ONCE + 1):
        for chosen in combinations(clauses, size):
            new = total + sum((-points if added else points for _, points, added in chosen), Decimal(0))
            if COMPARED[op](new, bound) is w.want:
                ways += _all(_ways(reader, c) for c, _, _ in chosen)
    return _shortest(ways)


def _clauses(reader: Reader, score: m.Score, w: Wanted) -> Iterator[tuple[Wanted, Decimal, bool]]:
    """Each clause with what it should turn to, its points, and whether they are in the total."""
    row, scope = row_above(w.frame, score.record), Scope(score.record, w.scope.until, score.name)
    if row is None:
        return
    for clause in score.clauses:
        added = reader.value(clause.when, row, scope) is True
        yield Wanted(clause.when, not added, row, scope, score.origin.file), clause.points, added


def _all(each: Iterable[list[Flips]]) -> list[Flips]:
    """One way of every one, together."""
    combined: list[Flips] = [()]
    for ways in each:
        combined = _shortest(_together(a, b) for a, b in product(combined, ways))
    return combined


def _any(each: Iterable[list[Flips]]) -> list[Flips]:
    return _shortest(way for ways in each for way in ways)


def _together(a: Flips, b: Flips) -> Flips:
    return tuple({(f.text, f.want): f for f in (*a, *b)}.values())


def _shortest(ways: Iterable[Flips]) -> list[Flips]:
    return sorted(ways, key=len)[:_MOST]


# ---------------------------------------------------------------------------------------------------------- and after


def _after(reader: Reader, w: Wanted, turned: Mapping[str, bool]) -> Truth:
    """What the condition would be, with the leaves turned."""
    text = reader.text(w.file, w.condition.span)
    match w.condition:
        case m.Operation(op="not", args=(inner,)) if not is_not_in(w.condition):
            inner_truth = _after(reader, w.of(inner, w.want), turned)
            return None if inner_truth is None else not inner_truth
        case m.Operation(op="and" | "or" as op, args=args) if not is_range(w.condition):
            return _joined(op, (_after(reader, w.of(a, w.want), turned) for a in args))
        case m.MemberUse(definition=name):
            return _member_after(reader, name, w, turned)
        case m.Operation(op=op, args=(m.ScoreUse(score=score), m.Literal(value=Decimal() as bound))) if (
            op in COMPARED
        ):
            if row_above(w.frame, reader.model.scores[score].record) is None:
                return None
            clauses = _clauses(reader, reader.model.scores[score], w)
            points = [p for c, p, _ in clauses if _after(reader, c, turned) is True]
            return COMPARED[op](sum(points, Decimal(0)), bound)
        case _ if text in turned:
            return turned[text]
        case _:
            value = reader.value(w.condition, w.frame, w.scope)
            assert value is None or isinstance(value, bool)
            return value


def _member_after(reader: Reader, definition: str, w: Wanted, turned: Mapping[str, bool]) -> Truth:
    row = row_above(w.frame, reader.model.definitions[definition].record)
    if row is None:
        return None
    steps = [_step(d, row, w) for d in chain(reader.model, definition) if d.when is not None]
    dated = all(turned.get(f"{name} is known") for name in lacking(reader, definition, row))
    return _joined("and", [dated, *(_after(reader, s, turned) for s in steps)])


def _joined(op: str, values: Iterable[Truth]) -> Truth:
    """`and` and `or` of three values."""
    decides = op == "or"
    truths = list(values)
    if decides in truths:
        return decides
    return None if None in truths else not decides


# ----------------------------------------------------------------------------------------------------- whether it would


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
    turnable = _field_and_values(case, flip.leaf, flip.want)
    if turnable is None:
        return
    use, values = turnable
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
            instants = sorted({_at_noon(at) for at in times}, reverse=True)[:4]
            return [at.date() for at in instants] if isinstance(use.type, t.Date) else list(instants)
        case _:
            return _others(case, use, []) or [Decimal(1)]


def _at_noon(at: dt.date | dt.datetime) -> dt.datetime:
    return at if isinstance(at, dt.datetime) else dt.datetime.combine(at, dt.time(12))
