"""Pauses: a deadline moved by the stretches in which its clock stands still, and the time that it ran.

All is reckoned on the line that the clock counts: open time of the budget's calendar, or plain time. There a stretch is from the open time
at which it began to that at which it ended, so closed hours in it are of no length, and a deadline is a place: where the budget lies behind
the start, stretches left out. The budget is what lies between the start and the deadline that there would be without pauses, so that every
kind of duration can be paused.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sladsl import model as m
from sladsl.calendars import Duration, DurationKind
from sladsl.lowering import names
from sladsl.lowering.builder import Builder, up_to
from sladsl.lowering.clocks import NO_SPAN, StartAndStop, Tiers, zone_at
from sladsl.lowering.columns import PausedColumns
from sladsl.lowering.moments import At
from sladsl.lowering.reading import Reading, field
from sladsl.plan import (
    Apply,
    AsOf,
    Deadline,
    Expression,
    Field,
    HoursOf,
    Inside,
    Listing,
    Lookup,
    OpenAt,
    OpenUntil,
    Outside,
    Ref,
    Stretches,
    ValueType,
)
from sladsl.plan.shorthand import (
    NO_INSTANT,
    all_of,
    any_of,
    before,
    choose,
    code,
    compare,
    day_end,
    is_true,
    known,
    missing,
)


@dataclass(frozen=True, slots=True)
class Pause:
    """Rows of `record` that pause a clock: those whose `own` is what `theirs` is of the clock's row, each from the instant `began` to
    `ended`, which is missing while it lasts. Of its `limits` a clock asks the one in what it counts: open time, or plain time."""

    record: str
    own: Expression
    theirs: Expression
    began: Expression
    ended: Expression
    limits: tuple[Duration, ...] = ()

    def most(self, business: bool) -> int | None:
        return next((x.amount for x in self.limits if x.is_business is business), None)


def pause_of(b: Builder, p: m.Pause, start: Expression) -> Pause:
    """A pause of the agreement: its rows are those below the row that they share with the clock's, or that row itself. Where a field names
    that row, it is the one that is there when the clock starts: one that comes later pauses no clock that runs already."""
    began, ended = Field(p.record, p.began), Field(p.record, p.ended)
    below, at = None, p.record
    own: Expression
    theirs: Expression
    while at != p.shared:
        below = at
        link = b.model.records[at].link
        assert link is not None, "a pause belongs to what it shares with the clock's row"
        at = link.parent
    if below is None:
        key = next((f.name for f in b.model.records[at].fields.values() if f.key), "row")
        own = theirs = named = Field(at, key)
    else:
        link = b.model.records[below].link
        assert link is not None
        own = Field(below, link.own)
        theirs = named = Field(at, link.theirs)
    if p.through is not None:
        kind = b.model.records[at].fields[named.name].type
        path = m.PathUse(p.through, at, named.name, kind, p.through.span)
        read = field(b, path, up_to("start", start))
        assert isinstance(read, Reading), "a key is no moment"
        theirs = read.value
    return Pause(p.record, own, theirs, began, ended, p.limits)


def whose(b: Builder, pauses: Sequence[m.Pause], start: Expression) -> Expression:
    """Whether it is not known whose stretches pause a clock: the row names nobody, or somebody who is not in the data."""
    named = (pause_of(b, p, start).theirs for p in pauses if p.through is not None)
    return any_of(*(missing(x) for x in dict.fromkeys(named)))


@dataclass(frozen=True, slots=True)
class Line:
    """What a clock counts: open time of a calendar (of one of rows, in the zone that the clock's row says), or plain time where that is
    None."""

    calendar: str | None
    zone: Expression | None = None

    @classmethod
    def of(cls, b: Builder, budget: m.Budget, start: At) -> Line:
        if not budget.is_business:
            return cls(None)
        return cls(budget.calendar, None if budget.zone is None else zone_at(b, budget.zone, start))

    def place(self, instant: Expression) -> Expression:
        return instant if self.calendar is None else Lookup(OpenUntil(self.calendar), instant, self.zone)

    def instant(self, place: Expression) -> Expression:
        """The earliest instant at the place."""
        return place if self.calendar is None else Lookup(OpenAt(self.calendar), place, self.zone)

    def between(self, start: Expression, end: Expression) -> Expression:
        if self.calendar is None:
            return Apply("until", (start, end))
        return Apply("-", (self.place(end), self.place(start)))

    def stretches(self, pauses: Sequence[Pause]) -> tuple[Stretches, ...]:
        if self.calendar is None or self.zone is None:
            return tuple(
                Stretches(p.record, p.own, p.theirs, self.place(p.began), self.place(p.ended), self._most(p))
                for p in pauses
            )
        hours = HoursOf(self.calendar, self.zone)
        return tuple(
            Stretches(p.record, p.own, p.theirs, p.began, p.ended, self._most(p), hours) for p in pauses
        )

    def _most(self, pause: Pause) -> int | None:
        return pause.most(business=self.calendar is not None)

    def held_up(
        self, pauses: Sequence[Pause], start: Expression, amount: Expression, stop: Expression
    ) -> Expression:
        """The place of which `amount` from the start on lies outside of the pauses, which end with the stop. Missing while one lasts."""
        return Outside(
            self.stretches(pauses), self.place(start), amount, self.place(stop), self.place(AsOf())
        )

    def stood(self, pauses: Sequence[Pause], start: Expression, end: Expression) -> Expression:
        """How long the clock stood still between two instants."""
        return Inside(self.stretches(pauses), self.place(start), self.place(end))


@dataclass(frozen=True, slots=True)
class PausedClock:
    """A clock that can stand still, on the rows of one figure. `without` are its deadlines as they would be without pauses, `nobody` where
    it is not known whose pauses count; each branch of a choice has a line of its own."""

    builder: Builder
    figure: str
    run: StartAndStop
    budgets: tuple[m.Budget, ...]
    without: Tiers
    pauses: tuple[Pause, ...]
    nobody: Expression

    @property
    def lines(self) -> list[Line]:
        return list(dict.fromkeys(map(self._line, self.budgets)))

    def _line(self, budget: m.Budget) -> Line:
        return Line.of(self.builder, budget, self.run.start)

    def columns(self, undecided: Expression, answered: Expression) -> PausedColumns:
        """Its deadline and times as columns; `answered` says of which rows the elapsed time is known."""
        start, stop, due0 = self.run.start.start, self.run.stop.start, self.without.due
        end = Apply("earliest", (stop, AsOf()))
        places: dict[Line, Ref] = {}
        for n, line in enumerate(self.lines, start=1):
            # A date is of no hour: what pauses its clock may have done so until the day is over.
            place = line.held_up(self.pauses, start, line.between(start, due0), self.run.stop.end)
            kind = ValueType.INSTANT if line.calendar is None else ValueType.SPAN
            of = "" if len(self.lines) == 1 else f" of {line.calendar or 'plain time'}"
            of += "" if not of or line.zone is None else f" {n}"
            places[line] = self._column(f"place{of}", kind, place)
        moved = choose((self.nobody, NO_INSTANT), otherwise=self._chosen(lambda x: self._moved(x, places)))
        due = self._column("due", ValueType.INSTANT, moved)
        place = self._chosen(lambda x: places[self._line(x)])
        held = all_of(known(due0), missing(stop), missing(place))
        stood = self._chosen(lambda x: self._line(x).stood(self.pauses, start, end))
        none = any_of(undecided, missing(due0))
        still = self._column("stood still", ValueType.SPAN, choose((none, NO_SPAN), otherwise=stood))
        ran = self._chosen(lambda x: Apply("-", (self._line(x).between(start, end), still)))
        running = self._column("ran", ValueType.SPAN, ran)
        elapsed = choose((answered, running), otherwise=NO_SPAN)
        return PausedColumns(
            due,
            due0,
            self._column("held up", ValueType.BOOLEAN, held),
            self._column("elapsed", ValueType.SPAN, elapsed),
            still,
            running,
            tuple(places[self._line(budget)] for budget in self.budgets),
        )

    def _column(self, part: str, kind: ValueType, value: Expression) -> Ref:
        return self.builder.column(self.run.record, names.part(self.figure, part), kind, value, self.figure)

    def _moved(self, budget: m.Budget, places: dict[Line, Ref]) -> Expression:
        """The deadline where pauses leave it, moved to the end of its day where that is how it was counted."""
        line, due0 = self._line(budget), self.without.due
        at = line.instant(places[line])
        kind = budget.duration.kind
        if kind is DurationKind.CLOSE_OF_BUSINESS:
            # The place is reached in open time: the microsecond before it belongs to the day whose close is meant.
            at = Lookup(Deadline(Duration(kind, 0), budget.calendar), before(at), line.zone)
        elif budget.duration.reading is not None:
            same_day = replace(budget.duration, amount=0)
            at = Lookup(
                Deadline(same_day, budget.calendar), before(at) if budget.is_business else at, line.zone
            )
        elif self.run.start.day is not None and kind in {DurationKind.LOCAL, DurationKind.BUSINESS_DAYS}:
            at = day_end(at)
        return choose((compare("=", places[line], line.place(due0)), due0), otherwise=at)

    def _chosen(self, of: Callable[[m.Budget], Expression]) -> Expression:
        """What the row's own branch makes of it."""
        values = [of(budget) for budget in self.budgets]
        if self.without.tier is None or len(set(values)) == 1:
            return values[0]
        *arms, last = ((compare("=", self.without.tier, code(n)), x) for n, x in enumerate(values))
        return choose(*arms, otherwise=last[1])


def backwards(figure: str, pauses: Sequence[m.Pause]) -> list[Listing]:
    """Rows that end before they begin: they pause nothing, and are shown."""
    return [
        Listing(
            "ends before it begins",
            figure,
            p.record,
            is_true(compare("<", Field(p.record, p.ended), Field(p.record, p.began))),
        )
        for p in pauses
        if not p.is_spell
    ]


def paused_clock(
    b: Builder, figure: str, r: StartAndStop, within: m.Within, without: Tiers, pauses: Sequence[m.Pause]
) -> PausedClock:
    """The clock of a commitment whose deadlines are all budgets."""
    budgets = tuple(x.due for x in within.choices if isinstance(x.due, m.Budget))
    assert len(budgets) == len(within.choices), "a deadline that the row holds is not paused"
    start = r.start.start
    stretches = tuple(pause_of(b, p, start) for p in pauses)
    return PausedClock(b, figure, r, budgets, without, stretches, whose(b, pauses, start))
