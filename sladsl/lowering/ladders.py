"""What follows a row on the way to its deadline, and after it: the instants, as columns.

A clock is asked at an instant whether it runs then. It does where it has started, nothing that can still come or cease may have stopped it
by then, and the as-of is later: than the instant's day, where it is stopped by a date, which may come until that day is over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from sladsl import model as m
from sladsl.calendars import Duration
from sladsl.lowering import names
from sladsl.lowering.builder import Builder, up_to
from sladsl.lowering.clocks import StartAndStop, Tiers, due_at
from sladsl.lowering.conditions import Scope, lower
from sladsl.lowering.pauses import Line, Pause
from sladsl.lowering.reading import decided
from sladsl.plan import Action, Apply, AsOf, Const, Expression, Ref, Rung, State, ValueType
from sladsl.plan.rows import STATES_LEFT_OUT
from sladsl.plan.shorthand import (
    FALSE,
    NO_INSTANT,
    all_of,
    any_of,
    choose,
    code,
    compare,
    day_end,
    deadline,
    is_code,
    is_true,
    known,
    negate,
    number,
)


@dataclass(frozen=True, slots=True)
class Ladder:
    """A clock's way to its deadlines on the rows of one figure. `without` are the deadlines without pauses, `due` the one that counts, and
    `state` how the clock stands at the as-of."""

    builder: Builder
    figure: str
    run: StartAndStop
    choices: tuple[m.Choice, ...]
    without: Tiers
    due: Ref
    state: Ref
    pauses: Sequence[Pause]
    exclusions: Sequence[m.Exclusion]

    def rungs(self, asked: Sequence[m.Rung]) -> tuple[Rung, ...]:
        made = [self._rung(n, rung) for n, rung in enumerate(asked, start=1)]
        self.builder.handles.ladders[self.figure] = tuple(at for _, at in made)
        return tuple(rung for rung, _ in made)

    def _rung(self, n: int, rung: m.Rung) -> tuple[Rung, Ref]:
        """The rung, and the column of its instant, whether or not the clock runs then."""
        record = self.run.record
        instants = [self._instant(choice.due, rung) for choice in self.choices]
        instant = instants[0]
        if self.without.tier is not None and len(set(instants)) > 1:
            *arms, last = ((compare("=", self.without.tier, code(i)), x) for i, x in enumerate(instants))
            instant = choose(*arms, otherwise=last[1])
        at = self._column(f"place {n} on the way", ValueType.INSTANT, instant)
        over = rung.kind is m.RungKind.LATE
        runs = self._column(f"follows {n}", ValueType.BOOLEAN, is_true(self._runs(at, over)))
        value = choose((runs, at), otherwise=NO_INSTANT)
        column = self.builder.column(
            record, names.part(self.figure, rung.words), ValueType.INSTANT, value, self.figure
        )
        actions = tuple(self.action(a, at, rung.words) for a in rung.actions)
        return Rung(rung.words, column.column, actions), at

    def action(self, a: m.Action, at: Ref, when: str) -> Action:
        """An action that follows a row at an instant, at which the field is read that says to whom."""
        if a.named is None:
            return Action(a.verb, a.to)
        scope = Scope(self.run.record, up_to(at.column, at), self.figure)
        value = lower(self.builder, a.named, scope).value
        return Action(a.verb, a.to, self._column(f"{a.to} {when}", ValueType.TEXT, value).column)

    def _column(self, part: str, kind: ValueType, value: Expression) -> Ref:
        return self.builder.column(self.run.record, names.part(self.figure, part), kind, value, self.figure)

    def _runs(self, at: Ref, over: bool) -> Expression:
        """Whether the clock runs at an instant, and nothing leaves the row out then. It is not asked where a branch is not chosen yet or
        nothing starts the clock; nor, once the deadline is `over`, of a row that was left out there."""
        out = STATES_LEFT_OUT if over else ()
        judged = negate(is_code(self.state, State.UNDECIDED, State.NO_DEADLINE, *out))
        stops = [self.run.stop.start, *([] if self.run.candidate == NO_INSTANT else [self.run.candidate])]
        stopped = any_of(*(is_true(compare("<=", x, at)) for x in stops))
        begun = compare("<=", self.run.start.start, at)
        chosen = FALSE if self.without.unchosen == FALSE else is_true(self.without.unchosen)
        asked_at = at if self.run.stop.day is None else day_end(at)
        runs = (judged, negate(chosen), begun, negate(stopped), compare("<", asked_at, AsOf()))
        return all_of(*runs, *self._not_left_out(at))

    def _not_left_out(self, at: Ref) -> Iterator[Expression]:
        """That no exclusion is true as it is read at an instant, nor may still become so."""
        until = up_to(at.column, at)
        for exclusion in self.exclusions:
            scope = Scope(self.run.record, until, self.figure)
            when = decided(lower(self.builder, exclusion.when, scope), until)
            yield negate(is_true(any_of(is_true(when.value), is_true(when.open))))

    def _instant(self, due: m.Budget | m.AnyField, rung: m.Rung) -> Expression:
        start, due0 = self.run.start.start, self.without.due
        line = self._line(due) if isinstance(due, m.Budget) else Line(None)
        match rung.kind:
            case m.RungKind.SHARE:
                whole = line.between(start, due0)
                return self._after(line, Apply("portion", (whole, number(rung.percent))))
            case m.RungKind.BEFORE if not isinstance(due, m.Budget):
                return Apply("-", (due0, _span(rung.duration)))
            case m.RungKind.BEFORE:
                left = Apply("-", (line.between(start, due0), _span(rung.duration)))
                ahead = compare(">", left, Const(0, ValueType.SPAN))
                return choose((ahead, self._after(line, left)), otherwise=NO_INSTANT)
            case m.RungKind.AFTER:
                own = self._budget(due, rung)
                return self._moved(own, due_at(self.builder, self.run.start, own))
            case m.RungKind.LATE:
                return self._late(self._budget(due, rung))
            case _:
                assert_never(rung.kind)

    def _budget(self, due: m.Budget | m.AnyField, rung: m.Rung) -> m.Budget:
        """A rung's own length of time, where it is business time in the calendar of the deadline it goes with."""
        assert rung.duration is not None
        calendar, zone = rung.calendar, None
        if isinstance(due, m.Budget) and due.is_business:
            calendar, zone = due.calendar, due.zone
        if not rung.is_business:
            calendar, zone = None, None
        return m.Budget(rung.duration, calendar, rung.span, zone)

    def _after(self, line: Line, amount: Expression) -> Expression:
        """Where so much of what the clock counts is used up."""
        start, stop = self.run.start.start, self.run.stop.end
        if not self.pauses:
            return line.instant(Apply("+", (line.place(start), amount)))
        return line.instant(line.held_up(self.pauses, start, amount, stop))

    def _moved(self, own: m.Budget, without: Expression) -> Expression:
        if not self.pauses:
            return without
        line = self._line(own)
        return self._after(line, line.between(self.run.start.start, without))

    def _line(self, budget: m.Budget) -> Line:
        return Line.of(self.builder, budget, self.run.start)

    def _late(self, own: m.Budget) -> Expression:
        """So long after the deadline; what was used up until then is counted from the start, so that a pause's limit is used up once."""
        line, start = self._line(own), self.run.start.start
        without = deadline(self.due, own.duration, own.calendar, line.zone)
        if not self.pauses:
            return without
        used = Apply("-", (line.between(start, self.due), line.stood(self.pauses, start, self.due)))
        amount = Apply("+", (used, line.between(self.due, without)))
        return choose((known(self.due), self._after(line, amount)), otherwise=NO_INSTANT)


def _span(duration: Duration | None) -> Const:
    assert duration is not None
    return Const(duration.amount, ValueType.SPAN)
