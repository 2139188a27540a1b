"""What the tests reach: for each condition of an agreement, whether a test saw it true, false and missing.

A condition is counted leaf by leaf: of `fit >= 50 and email is known` each side by itself. It is counted on the rows it is asked of: the
branches of a commitment and of a route on the rows that they judge, what follows `where` on each child row. A leaf has two sides, true
and false, and a third, missing, where it compares a field that is `optional`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sladsl import model as m
from sladsl import types as t
from sladsl.clauses import exclusions_of
from sladsl.compiler import Compilation
from sladsl.engines.rows import Frame
from sladsl.explaining import Reader
from sladsl.functions import FUNCTIONS, Missing
from sladsl.lowering import Meaning, scopes
from sladsl.lowering.builder import NOW
from sladsl.lowering.commitments import tracked_period
from sladsl.lowering.conditions import Scope
from sladsl.model.traversal import walk, walk_row
from sladsl.plan import Expression, Ref
from sladsl.source import Span
from sladsl.testing.cases import meaning_of, set_up
from sladsl.testing.given import Unfit
from sladsl.testing.remedies import is_not_in, is_range


@dataclass(frozen=True, slots=True)
class Seen:
    """A condition at its place and on how many rows it came out how; `missing` counts for something where it is `optional`."""

    owner: str
    text: str
    file: str
    span: Span
    optional: bool
    true: int = 0
    false: int = 0
    missing: int = 0

    @property
    def sides(self) -> int:
        return 3 if self.optional else 2

    @property
    def reached(self) -> int:
        counts = (self.true, self.false, *([self.missing] if self.optional else []))
        return sum(count > 0 for count in counts)

    @property
    def never(self) -> tuple[str, ...]:
        """The sides that no test saw."""
        counts = [("true", self.true), ("false", self.false)]
        counts += [("missing", self.missing)] if self.optional else []
        return tuple(word for word, count in counts if not count)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Every condition of one agreement, in the order of its files and places."""

    conditions: tuple[Seen, ...]

    @property
    def reached(self) -> int:
        return sum(c.reached for c in self.conditions)

    @property
    def sides(self) -> int:
        return sum(c.sides for c in self.conditions)

    @property
    def percent(self) -> int:
        """Whole percents, rounded down: 100 only when every side was seen."""
        return self.reached * 100 // self.sides if self.sides else 100


def coverage(compilation: Compilation, chosen: Callable[[m.Test], bool] = lambda _: True) -> Coverage:
    """What the chosen tests of a compilation with a plan reach. A test that cannot be run reaches nothing."""
    means = meaning_of(compilation)
    own = sites(means)
    tally = _Tally(compilation, means)
    for site in own:
        tally.declare(site.owner, site.condition, site.file)
    for test in compilation.model.tests:
        if not chosen(test):
            continue
        try:
            reader = set_up(compilation, means, test).reader
        except Unfit:
            continue
        for site in own:
            tally.count(reader, site)
    order = {name: at for at, name in enumerate(compilation.sources)}
    return Coverage(tuple(sorted(tally.found(), key=lambda c: (order[c.file], c.span))))


Place = tuple[str, Span]


@dataclass
class _Tally:
    """What was seen so far. A row counts once for a value, however many scopes read the condition on it."""

    compilation: Compilation
    means: Meaning
    _declared: dict[Place, tuple[str, m.Expression]] = field(default_factory=dict)
    _seen: dict[Place, set[tuple[object, bool | None]]] = field(default_factory=dict)

    def declare(self, owner: str, e: m.Expression, file: str) -> None:
        """The leaves of a condition are there, seen or not."""
        for leaf, _ in leaves(e):
            self._declared.setdefault((file, leaf.span), (owner, leaf))

    def count(self, reader: Reader, site: Site) -> None:
        evaluation = reader.evaluation
        for row in evaluation.families.rows(site.scope.record):
            frame = evaluation.families.frame(site.scope.record, row)
            if site.asked is not None and evaluation.evaluator.value(site.asked, frame) is not True:
                continue
            self._on(reader, site.condition, frame, site.scope, site.file)

    def _on(self, reader: Reader, e: m.Expression, frame: Frame, scope: Scope, file: str) -> None:
        for leaf, inside in leaves(e):
            if inside is None:
                value = reader.value(leaf, frame, scope)
                assert value is None or isinstance(value, bool)
                self._seen.setdefault((file, leaf.span), set()).add((_row(reader, frame), value))
        for rows in _looked_at(e):
            if rows.where is not None:
                for child, below in reader.looked_at(rows, frame, scope):
                    self._on(reader, rows.where, child, below, file)

    def found(self) -> Iterator[Seen]:
        for (file, span), (owner, leaf) in self._declared.items():
            values = [v for _, v in self._seen.get((file, span), ())]
            text = self.compilation.sources[file].one_line(span).text
            optional = can_be_missing(self.means.model, leaf)
            yield Seen(owner, text, file, span, optional, *(values.count(v) for v in (True, False, None)))


def _row(reader: Reader, frame: Frame) -> object:
    """The row of one test: keys are made up alike in all of them."""
    return id(reader.evaluation), frame.record, frame.key


def leaves(e: m.Expression) -> Iterator[tuple[m.Expression, m.Rows | None]]:
    """The conditions at the leaves of a condition or value; those on child rows with the rows they are asked of."""
    match e:
        case m.Operation(op="and" | "or" | "not", args=args) if not (is_range(e) or is_not_in(e)):
            for arg in args:
                yield from leaves(arg)
            return
        case _ if isinstance(e.type, t.Boolean):
            yield e, None
    for rows in _looked_at(e):
        if rows.where is not None:
            for leaf, _ in leaves(rows.where):
                yield leaf, rows


def _looked_at(e: m.Expression) -> Iterator[m.Rows]:
    """The child rows that an expression looks at from its own row."""
    return (x.rows for x in walk_row(e) if isinstance(x, m.RowsTest | m.RowsValue))


def can_be_missing(model: m.Model, e: m.Expression) -> bool:
    """Whether a condition can be unknown for want of a value: it compares an optional field, or a moment that may not have come."""
    match e:
        case m.FieldUse(record=record, field=name):
            return model.records[record].fields[name].optional
        case m.PathUse(through=through, record=record, field=name):
            named = model.records[record]
            return named.fields[name].optional or named.moment is not None or can_be_missing(model, through)
        case m.EventUse() | m.EntryUse():
            return True
        case m.Operation(op="else", args=(_, second)):
            return can_be_missing(model, second)
        case m.Operation(op=op, args=args):
            asks = FUNCTIONS[op].missing is Missing.ASKS
            return not asks and any(can_be_missing(model, a) for a in args)
        case _:
            return False


# ------------------------------------------------------------------------------------------- where there are conditions


@dataclass(frozen=True, slots=True)
class Site:
    """A condition (or a value with conditions on child rows in it), in which file and scope it stands, what it belongs to, and which
    rows it is asked of: those for which `asked` is true, all where it is None."""

    owner: str
    file: str
    condition: m.Expression
    scope: Scope
    asked: Expression | None = None


def sites(means: Meaning) -> list[Site]:
    """Every condition of the agreement that decides something about a row, in the order of its declarations."""
    own = [*_definitions(means), *_events(means), *_kpis(means), *_commitments(means), *_routes(means)]
    return [*_scores(means, own), *own]


def _scores(means: Meaning, others: list[Site]) -> Iterator[Site]:
    """The clauses of each score in every scope that reads it, as it is now among them."""
    for score in means.model.scores.values():
        readers = [s.scope for s in others if score.name in scores_of(s.condition)]
        for until in dict.fromkeys([*(scope.until for scope in readers), NOW]):
            for clause in score.clauses:
                scope = Scope(score.record, until, score.name)
                yield Site(f"score {score.name}", score.origin.file, clause.when, scope)


def _definitions(means: Meaning) -> Iterator[Site]:
    for d in means.model.definitions.values():
        if d.when is not None:
            yield Site(f"define {d.name}", d.origin.file, d.when, scopes.definition(d))


def _events(means: Meaning) -> Iterator[Site]:
    for event in means.model.events.values():
        if isinstance(event.pick, m.NthRow) and event.pick.where is not None:
            scope = scopes.event(event, event.name)
            yield Site(f"event {event.name}", event.origin.file, event.pick.where, scope)


def _kpis(means: Meaning) -> Iterator[Site]:
    b = means.builder
    for kpi in means.model.kpis.values():
        measure = kpi.measure
        if isinstance(measure, m.TimeBetween):
            continue
        p = measure.population
        asked = None if p.definition is None else _member(means, p.definition)
        owner = f"kpi {kpi.name}"
        if p.where is not None:
            yield Site(owner, kpi.origin.file, p.where, scopes.population(b, p, None, kpi.name), asked)
        period = tracked_period(means.model, kpi.name)
        if isinstance(measure, m.Whose) and not measure.at_period_end:  # which is asked of no row of a test
            scope = scopes.whose(b, p, None, kpi.name, period)
            yield Site(owner, kpi.origin.file, measure.condition, scope, asked)
        if isinstance(measure, m.Statistic) and not isinstance(measure.value, m.ElapsedUse):
            scope = scopes.whose(b, p, None, kpi.name, period)
            yield Site(owner, kpi.origin.file, measure.value, scope, asked)


def _commitments(means: Meaning) -> Iterator[Site]:
    clocks = {c.id: c.clock for c in means.plan.commitments}
    for c in means.model.commitments:
        clock = clocks[c.id]
        if not isinstance(c.target, m.Within) or clock is None:
            continue
        scope = scopes.branches(means.builder, c)
        for choice in c.target.choices:
            if choice.when is not None:
                yield Site(c.id, c.origin.file, choice.when, scope, Ref(clock.record, clock.member))
        asked = exclusions_of(c)
        close = scopes.exclusions(means.builder, c) if asked else scope
        for exclusion in asked:
            yield Site(c.id, c.origin.file, exclusion.when, close, Ref(clock.record, clock.member))


def _routes(means: Meaning) -> Iterator[Site]:
    for route in means.model.routes:
        scope, asked = scopes.route(means.builder, route), _member(means, route.definition)
        for case in route.cases:
            if case.when is not None:
                yield Site(f"route {route.definition}", route.origin.file, case.when, scope, asked)


def _member(means: Meaning, definition: str) -> Expression:
    return means.columns.definitions[definition].member


def scores_of(e: m.Expression) -> set[str]:
    """The scores that a condition reads on its own row."""
    return {x.score for x in walk(e) if isinstance(x, m.ScoreUse)}
