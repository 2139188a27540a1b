"""What a change of an agreement does to its figures: both judged at one as-of, and what each changed declaration adds to the difference."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from heapq import nsmallest
from typing import TYPE_CHECKING

from sladsl.backtesting import figures_of_each
from sladsl.calendars import iso
from sladsl.closing import NOT_COUNTED, ClosedFigure, Place, Shown, figures_of
from sladsl.comparing import Comparison
from sladsl.comparing.steps import steps
from sladsl.outcomes import AsOf
from sladsl.plan import Definition, Expression, Field, Plan, Ref, Status
from sladsl.plan.rows import Subject, subjects
from sladsl.runner import Asked, Progress, Reads, Run, loaded_at, parse_as_of, parse_period, run

if TYPE_CHECKING:
    from sladsl.data import Loaded
    from sladsl.engines.engine import FigureRows

EXAMPLES = 5
RENAMES = "what was renamed"
_FOUND_BY_NAME = {"record", "source"}
_READ_BY_NAME = {*_FOUND_BY_NAME, "field", "value"}
"""What data are read by: under another name it may be other data."""


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A figure of a period (of a part of it) that comes out differently, under its new name; None where it is not there."""

    before: ClosedFigure | None
    after: ClosedFigure | None

    @property
    def one(self) -> ClosedFigure:
        one = self.after or self.before
        assert one is not None, "it is there before or after"
        return one

    @property
    def verdicts(self) -> tuple[str, str] | None:
        """The verdict before and after where it is another; "" where there is none."""
        before, after = ((x.verdict or "") if x else "" for x in (self.before, self.after))
        return (before, after) if before != after else None

    @property
    def added(self) -> Fraction | None:
        """By how much the value grew, where both have one."""
        values = [Fraction(x.value) for x in (self.before, self.after) if x and x.value is not None]
        return values[1] - values[0] if len(values) == 2 else None


@dataclass(frozen=True, slots=True)
class RowsChange:
    """Rows that come to something else: in a figure, or (`is_definition`) as to a definition. `keys` are the first of them."""

    subject: str
    record: str
    was: str
    now: str
    count: int
    keys: tuple[str, ...]
    is_definition: bool


@dataclass(frozen=True, slots=True)
class MembersChange:
    """How many rows are in a definition before and after."""

    definition: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Cause:
    """What some changes, by their titles, add to the difference."""

    titles: tuple[str, ...]
    figures: tuple[FigureChange, ...]
    members: tuple[MembersChange, ...]


@dataclass(frozen=True, slots=True)
class OnData:
    """`figures` and `members` are what differs in all, `rows` which rows; `causes` what each change of a declaration adds, in the order in
    which they are made."""

    old: Run
    new: Run
    figures: tuple[FigureChange, ...]
    rows: tuple[RowsChange, ...]
    members: tuple[MembersChange, ...]
    causes: tuple[Cause, ...]

    @property
    def verdicts(self) -> tuple[FigureChange, ...]:
        """The figures whose verdict is another."""
        return tuple(x for x in self.figures if x.verdicts)


@dataclass(frozen=True, slots=True)
class Data:
    """Where the rows are, by the names of records and sources, and as of when they are read: what `run` takes. Of figures, and of what
    became of rows in them, only what overlaps `period` (a label such as `2026-10`) is compared; who is in a definition is of all rows."""

    bindings: Sequence[tuple[str, object]] = ()
    as_of: str | None = None
    period: str | None = None
    memory: str | None = None
    now: int | None = None
    progress: Progress | None = None
    reads: Reads = field(default_factory=Reads)


def on_data(comparison: Comparison, data: Data, shown: Callable[[Plan], Shown]) -> OnData:
    """Both agreements on the same data at one as-of; `shown` says the figures of a plan. What both read is read once.
    Errors are those of `run`."""
    return _Judging(comparison, data, shown).difference()


class _Judging:
    def __init__(self, comparison: Comparison, data: Data, shown: Callable[[Plan], Shown]) -> None:
        assert comparison.old.plan is not None, "an agreement with errors has no figures"
        assert comparison.new.plan is not None, "an agreement with errors has no figures"
        assert comparison.named_anew.plan is not None, "a name alone makes no errors"
        self.comparison, self.data, self.shown = comparison, data, shown
        self.old, self.new, self.named_anew = (
            comparison.old.plan,
            comparison.new.plan,
            comparison.named_anew.plan,
        )
        self.old_names = {x.new: x.old for x in comparison.renamed if x.kind in _FOUND_BY_NAME}
        self.as_of = self._one_as_of()

    def difference(self) -> OnData:
        found: list[RowsChange] = []
        runs: list[Run] = []

        def of_old(was: FigureRows) -> None:
            """Rows can be asked only while an evaluation lasts, so the other one is made within it."""

            def of_new(now: FigureRows) -> None:
                found.extend(self._rows(was, now))

            runs.append(self._run(self.new, Asked(of_new, _beside(self.new))))

        before = self._run(self.old, Asked(of_old, _beside(self.old)))
        (after,) = runs
        was, now = self._figures(before, self._new_ids()), self._figures(after)
        return OnData(
            before,
            after,
            tuple(_changed(was, now)),
            tuple(found),
            tuple(_members(self._statuses(before), _statuses(after))),
            tuple(self._causes(before, after)),
        )

    def _causes(self, before: Run, after: Run) -> Iterator[Cause]:
        """What the agreements in between come to is worked out at once, as far as they are alike."""
        each = list(steps(self.comparison))
        read_anew = any(x.kind in _READ_BY_NAME for x in self.comparison.renamed)
        plans = [*([self.named_anew] if read_anew else []), *(x.plan for x in each)]
        between = [x for n, x in enumerate(plans) if x not in {self.old, self.new} and x not in plans[:n]]
        made = {self.old: before, self.new: after, **dict(zip(between, self._each(between), strict=True))}
        figures, members = self._figures(before, self._new_ids()), self._statuses(before)
        known = self.old if not self.comparison.renamed else self.named_anew
        if read_anew:
            run = made[self.named_anew]
            now, there = self._figures(run), _statuses(run)
            if now != figures or there != members:
                yield Cause((RENAMES,), tuple(_changed(figures, now)), tuple(_members(members, there)))
            known, figures, members = self.named_anew, now, there
        for step in each:
            if step.plan == known:
                yield Cause(step.titles, (), ())
                continue
            run = made[step.plan]
            now, there = self._figures(run), _statuses(run)
            yield Cause(step.titles, tuple(_changed(figures, now)), tuple(_members(members, there)))
            known, figures, members = step.plan, now, there

    def _each(self, plans: Sequence[Plan]) -> list[Run]:
        d = self.data

        def load(plan: Plan) -> tuple[Loaded, AsOf]:
            return loaded_at(
                plan, self._bindings(plan), base=None, as_of=self.as_of, now=d.now, progress=d.progress, memory=d.memory, reads=d.reads
            )  # fmt: skip

        period = None if d.period is None else parse_period(d.period, self.new)
        return figures_of_each(plans, load, d.progress or (lambda _: None), period)

    def _run(self, plan: Plan, rows: Asked | bool = False) -> Run:
        d = self.data
        return run(
            plan,
            self._bindings(plan),
            as_of=self.as_of,
            period=d.period,
            rows=rows,
            memory=d.memory,
            now=d.now,
            progress=d.progress,
            reads=d.reads,
        )

    def _bindings(self, plan: Plan) -> list[tuple[str, object]]:
        """Those of what it declares; a record or a source that has another name now has the data of that."""
        names = {r.name for r in plan.given} | {s.name for s in plan.sources}
        called = [
            (self.old_names.get(name, name) if plan is self.old else name, where)
            for name, where in self.data.bindings
        ]
        return [(name, where) for name, where in called if name in names]

    def _one_as_of(self) -> AsOf | str:
        """The one that is given, as the new agreement reads it; else the later of the two that the data say."""
        d = self.data
        if d.as_of is not None:
            return iso(parse_as_of(d.as_of, self.new.zone))
        found = [
            loaded_at(
                plan, self._bindings(plan), base=None, as_of=None, now=d.now, progress=d.progress, memory=d.memory, reads=d.reads
            )[1]
            for plan in (self.old, self.new)
        ]  # fmt: skip
        return max(found, key=lambda at: at.instant)

    # --- what is the same under another name

    def _new_ids(self) -> dict[str, str]:
        """By the old ids of commitments and figures the new ones: both agreements say the same in the same order."""
        old, new = self.old, self.named_anew
        ids = zip([c.id for c in old.commitments], [c.id for c in new.commitments], strict=True)
        return dict(ids) | dict(zip([f.id for f in old.figures], [f.id for f in new.figures], strict=True))

    def _new_names(self) -> dict[str, str]:
        old, new = self.old.definitions, self.named_anew.definitions
        return dict(zip([d.name for d in old], [d.name for d in new], strict=True))

    def _figures(self, made: Run, names: Mapping[str, str] | None = None) -> dict[Place, ClosedFigure]:
        each = figures_of(made, None, self.shown(made.plan))
        named = (replace(x, id=names.get(x.id, x.id)) if names else x for x in each)
        return {x.place: x for x in named}

    def _statuses(self, made: Run) -> dict[str, int]:
        names = self._new_names()
        return {names[name]: count for name, count in _statuses(made).items()}

    # --- which rows

    def _rows(self, was: FigureRows, now: FigureRows) -> Iterator[RowsChange]:
        names, ids = self._new_names(), self._new_ids()
        there = {d.name: d for d in self.new.definitions}
        for d in self.old.definitions:
            other = there.get(names[d.name])
            if other is not None:
                yield from _of_definition(was, d, now, other)
        own = {_id(s): s for s in subjects(self.new)}
        for s in subjects(self.old):
            same = own.get(ids[_id(s)])
            if same is not None:
                yield from _of_figure(was, s, now, same)


def _id(s: Subject) -> str:
    return s.commitment if s.commitment is not None else s.figure.id


def _beside(plan: Plan) -> dict[str, list[Expression]]:
    """How each row stands to each definition, and its key."""
    asked: dict[str, list[Expression]] = {}
    for d in plan.definitions:
        asked.setdefault(d.record, []).extend(_columns(plan, d).values())
    return asked


def _columns(plan: Plan, d: Definition) -> dict[str, Expression]:
    return {"key": Field(d.record, plan.record(d.record).key), "status": Ref(d.record, d.status)}


_WORDS = {
    Status.IN: "in",
    Status.OUT: "not in",
    Status.NOT_YET: "not yet in",
    Status.PENDING: "not settled",
    Status.UNDATED: "without its time",
    Status.MISLABELLED: "dated, and not in",
    Status.UNCLASSIFIABLE: "unknown",
}


def _of_definition(
    was: FigureRows, d: Definition, now: FigureRows, other: Definition
) -> Iterator[RowsChange]:
    own, theirs = (rows.of_record(x.record, _columns(rows.plan, x)) for rows, x in ((was, d), (now, other)))
    apart = was.differing(own, now, theirs)

    def word(status: tuple[int] | None) -> str:
        return "not there" if status is None else _WORDS[Status(status[0])]

    changes = ((key, word(before), word(after)) for key, before, after in apart)
    yield from _counted(other.name, other.record, changes, True)


def _of_figure(was: FigureRows, s: Subject, now: FigureRows, same: Subject) -> Iterator[RowsChange]:
    asked = ["key", "outcome", *(["period"] if s.figure.period is same.figure.period else [])]
    own, theirs = (rows.of(x).select(*asked) for rows, x in ((was, s), (now, same)))
    apart = was.differing(own, now, theirs)

    def word(outcome: tuple[str, ...] | None) -> str:
        return NOT_COUNTED if outcome is None else outcome[0]

    changes = (
        (
            key,
            word(before),
            f"{word(after)} in another period"
            if before and after and before[1:] != after[1:]
            else word(after),
        )
        for key, before, after in apart
    )
    yield from _counted(_id(same), same.figure.record, changes, False)


def _counted(
    subject: str, record: str, changes: Iterable[tuple[str, str, str]], is_definition: bool
) -> Iterator[RowsChange]:
    """What became of rows by their keys: what it was and what it is, the most first."""
    found: dict[tuple[str, str], list[str]] = {}
    for key, before, after in changes:
        found.setdefault((before, after), []).append(key)
    for (before, after), keys in sorted(found.items(), key=lambda x: (-len(x[1]), x[0])):
        first = tuple(nsmallest(EXAMPLES, keys))
        yield RowsChange(subject, record, before, after, len(keys), first, is_definition)


# ---------------------------------------------------------------------------------------------------------- what differs


def _changed(was: Mapping[Place, ClosedFigure], now: Mapping[Place, ClosedFigure]) -> Iterator[FigureChange]:
    """In the order of the new agreement; what is gone stands last."""
    for place in dict.fromkeys((*now, *was)):
        before, after = was.get(place), now.get(place)
        if before is None or after is None or _counted_as(before) != _counted_as(after):
            yield FigureChange(before, after)


def _counted_as(x: ClosedFigure) -> object:
    """What it comes to: what has no value may be a range, of which only the words tell."""
    return x.counts, x.shown if x.value is None else ""


def _statuses(made: Run) -> dict[str, int]:
    """How many rows are in each definition."""
    return {name: counts.get(Status.IN, 0) for name, counts in made.outcomes.statuses.items()}


def _members(was: Mapping[str, int], now: Mapping[str, int]) -> Iterable[MembersChange]:
    for name in dict.fromkeys((*now, *was)):
        if was.get(name, 0) != now.get(name, 0):
            yield MembersChange(name, was.get(name, 0), now.get(name, 0))
