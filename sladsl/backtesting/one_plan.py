"""Several plans of one agreement as one, so that an engine works out once what they have in common.

Plans that differ in a constant have most columns in common. A column that says something else in one of them stands beside the first under
a name of its own, and so do the figures that count it; what all of them say alike is there once. What the one plan's evaluation counts is
then taken apart again, for each plan as if it had been evaluated by itself.

Plans whose rows are made differently, or whose calendars, zones, years or sources differ, are not put together: their names would mean two
things.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from sladsl.outcomes import AsOf, Outcomes
from sladsl.plan import (
    Action,
    Apply,
    Bound,
    BoundKind,
    Clock,
    Column,
    Commitment,
    Counter,
    Definition,
    Expression,
    Figure,
    Passing,
    Plan,
    Ref,
    ValueType,
)
from sladsl.plan.made import expressions
from sladsl.plan.traversal import reached, with_refs

_ANY = Bound(BoundKind.AT_LEAST, Decimal(0))
"""In the place of bounds: an engine reads none."""
_FOR_ESTIMATES = ("matured", "matured_hit")
"""Counters that no verdict asks for."""


@dataclass(frozen=True, slots=True)
class Names:
    """What the figures and the commitments of one plan are called in the one plan, by their ids; and of a commitment's passings which of
    those there each is."""

    figures: Mapping[str, str]
    commitments: Mapping[str, str]
    passings: Mapping[str, tuple[int, ...]]
    by_rows: frozenset[str]
    """The commitments of which what follows rows is told by the rows themselves: by counting them nobody knows how many actions it is."""
    definitions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class OnePlan:
    """The one plan, and the names of each in it."""

    plan: Plan
    names: tuple[Names, ...]


def can_be_one(a: Plan, b: Plan) -> bool:
    """Whether they have in common what is told by its name alone: records, calendars, zones, sources, and the rows that are made."""
    return _setting(a) == _setting(b) and _made(a) == _made(b)


def _setting(p: Plan) -> object:
    of_time = p.zone, p.term, p.year_starts, p.week_starts, p.hours, p.calendars
    return of_time, p.records, p.sources, p.moments


def _made(plan: Plan) -> Mapping[Ref, Expression]:
    """The columns that rows are made of."""
    columns = {Ref(c.record, c.name): c.value for c in plan.columns}
    asked = [e for r in plan.records if r.made is not None for e in expressions(r.made)]
    return {e: columns[e] for e in reached(asked, columns.__getitem__) if isinstance(e, Ref)}


def as_one(plans: Sequence[Plan], at: AsOf, *, whole: bool = False) -> OnePlan:
    """One plan that counts what each of them does, of what verdicts and what follows them ask; to be evaluated as of `at`. The `whole` of
    them are the figures too of which nothing is promised, and how rows stand to definitions.

    From when on a bound was passed is asked only in periods that run: in one that is over, what follows it was sure when it ended or when
    the last of its clocks did, which lies behind what is known."""
    one = _Builder(min((at.instant, *(end.until for end in at.ends))), whole)
    names = tuple(one.add(plan, n) for n, plan in enumerate(plans))
    plan = replace(
        plans[0],
        columns=tuple(one.columns.values()),
        definitions=tuple(replace(d, name=name) for d, name in one.definitions.items()),
        routes=(),
        listings=(),
        lifecycles=(),
        figures=tuple(replace(f, id=id) for f, id in one.figures.items()),
        commitments=tuple(
            replace(c, id=id, passings=tuple(one.passings.get(id, ())))
            for (_, c), id in one.commitments.items()
        ),
    )
    return OnePlan(plan, names)


def of_one(outcomes: Outcomes, names: Names) -> Outcomes:
    """What the one plan's evaluation counted for one of them."""
    figures, commitments = names.figures.items(), names.commitments.items()
    return replace(
        outcomes,
        figures={id: outcomes.figures[own] for id, own in figures},
        statuses={name: outcomes.statuses[own] for name, own in names.definitions.items()},
        passed={
            id: tuple(
                replace(x, passing=n)
                for n, passing in enumerate(names.passings[id])
                for x in outcomes.passed.get(own, ())
                if x.passing == passing
            )
            for id, own in commitments
        },
        breaches={id: outcomes.breaches[own] for id, own in commitments if own in outcomes.breaches},
        rungs={id: outcomes.rungs[own] for id, own in commitments if own in outcomes.rungs},
        groups={id: outcomes.groups[own] for id, own in commitments if own in outcomes.groups},
        ends={id: outcomes.ends[own] for id, own in figures if own in outcomes.ends},
    )


_OF_RUNG = "rung "


def of_rung(n: int) -> str:
    """The counter of how many rows the rung of a clock follows."""
    return f"{_OF_RUNG}{n}"


def judging_alone(one: Plan) -> Plan:
    """The one plan with the counters alone that verdicts ask for: of what those read a verdict may be in doubt, and of nothing else."""
    figures = (
        replace(f, counters=tuple(c for c in f.counters if not c.name.startswith(_OF_RUNG)))
        for f in one.figures
    )
    return replace(one, figures=tuple(figures))


# ------------------------------------------------------------------------------------------------------------ putting together


@dataclass(slots=True)
class _Builder:
    """The one plan while plans are added to it: `same` are its columns by what they say."""

    known: int
    whole: bool
    columns: dict[Ref, Column] = field(default_factory=dict)
    same: dict[tuple[str, ValueType, Expression], Ref] = field(default_factory=dict)
    figures: dict[Figure, str] = field(default_factory=dict)
    definitions: dict[Definition, str] = field(default_factory=dict)
    commitments: dict[tuple[str, Commitment], str] = field(default_factory=dict)
    passings: dict[str, list[Passing]] = field(default_factory=dict)

    def add(self, plan: Plan, n: int) -> Names:
        refs: dict[Ref, Ref] = {}
        for c in plan.columns:
            own, value = Ref(c.record, c.name), with_refs(c.value, refs.__getitem__)
            if (c.record, c.type, value) not in self.same:
                new = own if own not in self.columns else Ref(c.record, f"{c.name} #{n}")
                self.same[c.record, c.type, value] = new
                self.columns[new] = replace(c, name=new.column, value=value)
            refs[own] = self.same[c.record, c.type, value]
        return _Added(self, plan, n, refs).names()


@dataclass(slots=True)
class _Added:
    """One of the plans, in the names of the one plan."""

    one: _Builder
    plan: Plan
    n: int
    refs: Mapping[Ref, Ref]

    def names(self) -> Names:
        asked = {f.id for f in self.plan.figures} if self.one.whole else _asked(self.plan)
        figures = {f.id: self._figure(f) for f in self.plan.figures if f.id in asked}
        commitments: dict[str, str] = {}
        passings: dict[str, tuple[int, ...]] = {}
        for c in self.plan.commitments:
            commitments[c.id] = own = self._commitment(c, figures, commitments)
            passings[c.id] = tuple(self._passing(own, c, p, figures) for p in c.passings)
        by_rows = frozenset(c.id for c in self.plan.commitments if _asks_rows(c))
        of_rows = self.plan.definitions if self.one.whole else ()
        return Names(figures, commitments, passings, by_rows, {d.name: self._definition(d) for d in of_rows})

    def _definition(self, d: Definition) -> str:
        entry = None if d.entry is None else self._column(d.record, d.entry)
        made = replace(d, name="", status=self._column(d.record, d.status), entry=entry, base=None)
        if made not in self.one.definitions:
            self.one.definitions[made] = self._unused(d.name, self.one.definitions.values())
        return self.one.definitions[made]

    def _figure(self, f: Figure) -> str:
        asked = [c for c in f.counters if self.one.whole or c.name not in _FOR_ESTIMATES]
        for c in self.plan.commitments:
            if c.figure == f.id and c.clock is not None:
                asked += _of_rungs(c.clock)
        made = replace(
            f,
            id="",
            entry=self._column(f.record, f.entry),
            counters=tuple(dict.fromkeys(map(self._counter, asked))),
            by=tuple(map(self._expression, f.by)),
            course=None,
        )
        if made not in self.one.figures:
            self.one.figures[made] = self._unused(f.id, self.one.figures.values())
        return self.one.figures[made]

    def _unused(self, id: str, taken: Collection[str]) -> str:
        return id if id not in taken else f"{id} #{self.n}"

    def _counter(self, c: Counter) -> Counter:
        return replace(c, when=self._expression(c.when), of=self._maybe(c.of))

    def _commitment(self, c: Commitment, figures: Mapping[str, str], before: Mapping[str, str]) -> str:
        """Its id in the one plan: what an engine reads of it, and what says which periods before one are asked for."""
        groups = None if c.groups is None else replace(c.groups, target=self._maybe(c.groups.target))
        made = replace(
            c,
            id="",
            target="",
            figure=figures[c.figure],
            bound=_ANY,
            warn=None,
            needs=None,
            none_counts_as=None,
            clock=self._clock(c.clock) if c.clock is not None and _asks_rows(c) else None,
            after=None if c.after is None else before[c.after],
            if_late=self._late(c),
            only_while=tuple(replace(x, bound=_ANY, figure=figures[x.figure]) for x in c.only_while),
            steps=(),
            passings=(),
            versions=(),
            groups=groups,
        )
        if (c.id, made) not in self.one.commitments:
            self.one.commitments[c.id, made] = self._unused(c.id, self.one.commitments.values())
        return self.one.commitments[c.id, made]

    def _passing(self, id: str, c: Commitment, p: Passing, figures: Mapping[str, str]) -> int:
        """Which of those of the commitment in the one plan it is."""
        kind = self.plan.figure(p.figure or c.figure).period
        runs = self.plan.periods.containing(kind, self.one.known).start
        made = replace(
            p,
            cause="",
            when=self._expression(p.when),
            at=self._expression(p.at),
            rows=self._expression(p.rows),
            left=self._maybe(p.left),
            early=True,
            figure=figures[p.figure or c.figure],
            since=runs if p.since is None else max(runs, p.since),
            group=self._maybe(p.group),
            of=None,
        )
        own = self.one.passings.setdefault(id, [])
        if made not in own:
            own.append(made)
        return own.index(made)

    def _clock(self, c: Clock) -> Clock:
        own = {
            x: self._column(c.record, getattr(c, x))
            for x in ("member", "entry", "start", "due", "stop", "state")
        }
        rungs = (
            replace(x, at=self._column(c.record, x.at), actions=self._actions(c.record, x.actions))
            for x in c.rungs
        )
        tier = None if c.tier is None else self._column(c.record, c.tier)
        return replace(c, **own, tier=tier, rungs=tuple(rungs))

    def _late(self, c: Commitment) -> tuple[Action, ...]:
        return self._actions(c.clock.record, c.if_late) if c.clock is not None and _asks_rows(c) else ()

    def _actions(self, record: str, actions: Sequence[Action]) -> tuple[Action, ...]:
        return tuple(
            a if a.column is None else replace(a, column=self._column(record, a.column)) for a in actions
        )

    def _column(self, record: str, name: str) -> str:
        return self.refs[Ref(record, name)].column

    def _expression(self, e: Expression) -> Expression:
        return with_refs(e, self.refs.__getitem__)

    def _maybe(self, e: Expression | None) -> Expression | None:
        return None if e is None else self._expression(e)


def _asks_rows(c: Commitment) -> bool:
    """Whether two actions of a kind may be one, since a row says who is told."""
    each = () if c.clock is None else (c.if_late, *(x.actions for x in c.clock.rungs))
    return any(_may_meet(actions) for actions in each)


def _may_meet(actions: Sequence[Action]) -> bool:
    named = {a.verb for a in actions if a.column is not None}
    return any(sum(a.verb == verb for a in actions) > 1 for verb in named)


def steps(actions: Sequence[Action]) -> int:
    """How many actions follow a row: what is said twice is done once."""
    return len({(a.verb, a.to, a.column) for a in actions})


def _of_rungs(clock: Clock) -> list[Counter]:
    """How many rows each rung of a promise's clock follows."""
    member = Ref(clock.record, clock.member)
    there = (Apply("is known", (Ref(clock.record, x.at),)) for x in clock.rungs)
    return [Counter(of_rung(n), Apply("is true", (Apply("and", (member, x)),))) for n, x in enumerate(there)]


def _asked(plan: Plan) -> set[str]:
    """The figures that verdicts ask for, and what follows them."""
    asked = {c.figure for c in plan.commitments}
    asked |= {f.id for c in plan.commitments for f in plan.standing(c)}
    return asked | {p.figure for c in plan.commitments for p in c.passings if p.figure}
