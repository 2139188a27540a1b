"""What follows one row on the way to its deadline and some time after it, and what follows periods that are missed one after the other.

`at 75% notify "x"`, `at 55 minutes …`, `5 minutes before due …`, `if 1 business day late escalate to "y"`; `if missed 2 in a row …`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sladsl import model as m
from sladsl import plan as p
from sladsl.calendars import Duration, DurationKind
from sladsl.checker import budgets, targets
from sladsl.checker.rules.report import diagnostic
from sladsl.checker.scope import Scope
from sladsl.checker.targets import FigureKind
from sladsl.clauses import CommitmentClause, CommitmentKind, clauses_of
from sladsl.diagnostics import Diagnostic, Label
from sladsl.language.consequences import Action, actions_of, followed_by
from sladsl.nouns import joined
from sladsl.plan import Commitment
from sladsl.source import Span
from sladsl.syntax import ast

_LENGTHS = {DurationKind.ABSOLUTE, DurationKind.BUSINESS}


@dataclass(frozen=True, slots=True)
class Ladder(CommitmentClause):
    rung: m.Rung
    actions: tuple[Action, ...]
    span: Span

    def plan(self, made: Commitment) -> Commitment:
        """It is in the clock already, which lowering makes of `rungs`."""
        return made

    def rungs(self) -> Iterator[m.Rung]:
        yield self.rung

    def said(self, c: m.Commitment, kpi: m.Kpi, model: m.Model) -> str:
        when = {
            m.RungKind.SHARE: f"When {self.rung.percent}% of the time is used up",
            m.RungKind.AFTER: f"After {self.rung.length}",
            m.RungKind.BEFORE: f"When {self.rung.length} are left",
            m.RungKind.LATE: f"If one is {self.rung.length} late",
        }[self.rung.kind]
        return f"{when}: {joined(a.said(model) for a in self.actions)}."

    def rules(self, c: m.Commitment, kpi: m.Kpi) -> Iterator[Diagnostic]:
        if not isinstance(c.target, m.Within):
            return
        first = next(q for q in c.every(Ladder) if q._what == self._what)
        if first is not self:
            yield followed_by(c, self.span, first.span)
        wrong = next((w for x in c.target.choices for w in self._against(c, x)), None)
        if wrong is not None:
            yield wrong
        else:
            yield from self._beside_a_limit(c)

    @property
    def _what(self) -> object:
        return self.rung.words, tuple(a.what for a in self.actions)

    def _against(self, c: m.Commitment, choice: m.Choice) -> Iterator[Diagnostic]:
        """What is wrong with it beside one of the deadlines."""
        rung, due = self.rung, choice.due
        labels = [Label(choice.span, "this deadline")]
        if not isinstance(due, m.Budget):
            if rung.kind in {m.RungKind.SHARE, m.RungKind.AFTER}:
                yield diagnostic(
                    "SLA722",
                    f"`by {due.field}` says when, and not how long: nothing can be `{rung.words}` of it",
                    rung.span,
                    c.origin.file,
                    labels=labels,
                    help="count back from the deadline: `2 hours before due`",
                )
            elif rung.is_business and rung.kind is m.RungKind.BEFORE:
                yield self._by_the_clock(c, labels)
            return
        if rung.kind is m.RungKind.BEFORE and rung.is_business and not due.is_business:
            yield self._by_the_clock(c, labels)
            return
        length = rung.duration
        early = rung.kind in {m.RungKind.AFTER, m.RungKind.BEFORE}
        if early and length is not None and _no_shorter(length, due.duration):
            yield diagnostic(
                "SLA724",
                f"`{rung.words}` is not on the way to this deadline, which is no longer than that",
                rung.span,
                c.origin.file,
                labels=labels,
                help="choose a shorter time, or `if … late` for what follows after the deadline",
            )
        elif rung.is_business and rung.calendar is None and not due.is_business:
            yield diagnostic(
                "SLA507",
                f"`{rung.words}` needs to know when business is open, and neither the deadline nor the agreement says it",
                rung.span,
                c.origin.file,
                labels=labels,
                help="name the agreement's calendar with `hours my_calendar`",
            )

    def _by_the_clock(self, c: m.Commitment, labels: list[Label]) -> Diagnostic:
        return diagnostic(
            "SLA723",
            f"`{self.rung.words}` counts in business hours, and this deadline is counted by the clock",
            self.rung.span,
            c.origin.file,
            labels=labels,
            help="what is left is counted as the deadline is: leave `business` out",
        )

    def _beside_a_limit(self, c: m.Commitment) -> Iterator[Diagnostic]:
        """A pause's limit is counted as the deadline is; a time of another kind would need it in its own."""
        if self.rung.duration is None or self.rung.kind is m.RungKind.BEFORE:
            return
        limited = next(
            (
                x
                for x in clauses_of(c)
                for p in x.pauses()
                if p.limits and p.limit(self.rung.is_business) is None
            ),
            None,
        )
        if limited is not None:
            yield diagnostic(
                "SLA725",
                f"`{self.rung.words}` is counted in other hours than the pauses' limit",
                self.rung.span,
                c.origin.file,
                labels=[Label(limited.span, "limited here")],
                help="count both in hours, or both in business hours",
            )


def _check_ladder(scope: Scope, kpi: m.Kpi, node: ast.Clause) -> Ladder | None:
    figure = targets.figure_of(kpi.measure)
    way = [x for x in node.parts if not isinstance(x, ast.Action)]
    words = [x.text for x in way if isinstance(x, ast.Keyword)]
    (written,) = (x for x in way if not isinstance(x, ast.Keyword))
    span = Span(node.span.start, way[-1].span.end)
    if figure is not FigureKind.CLOCK:
        scope.report(
            "SLA720",
            span,
            f"a single row has a way to go only to a deadline, and `{kpi.name}` is {figure.value}",
            labels=(scope.label_in(kpi.origin, "declared here"),),
            help="`if missed` follows a period that fell short; for single rows, promise a `time from … to …` KPI `within …`",
        )
        return None
    actions = actions_of(scope, kpi, [x for x in node.parts if isinstance(x, ast.Action)], of_row=True)
    if actions is None:
        return None
    said = scope.written(span).removeprefix("if ")
    if isinstance(written, ast.Percent):
        percent = _percent(scope, written)
        return (
            None
            if percent is None
            else Ladder(m.Rung(m.RungKind.SHARE, said, span, actions, percent), actions, node.span)
        )
    kind = {"at": m.RungKind.AFTER, "if": m.RungKind.LATE}.get(words[0], m.RungKind.BEFORE)
    length = budgets.duration(scope, written)
    if length is None or (kind is m.RungKind.BEFORE and not _is_length(scope, written, length)):
        return None
    agreement = scope.ctx.agreement
    hours = agreement.hours if agreement is not None and written.business else None
    rung = m.Rung(kind, said, span, actions, duration=length, calendar=hours)
    return Ladder(rung, actions, node.span)


def _no_shorter(length: Duration, than: Duration) -> bool:
    return length.kind is than.kind and length.kind in _LENGTHS and length.amount >= than.amount


def _percent(scope: Scope, written: ast.Percent) -> int | None:
    percent = int(written.value)
    if 0 < percent < 100 and percent == written.value:
        return percent
    scope.report(
        "SLA721",
        written.span,
        f"`{scope.words(written.span)}` of the time to a deadline is no place on the way to it",
        label="expected a whole percentage from 1% to 99%",
        help="at the deadline itself `if late` follows",
    )
    return None


def _is_length(scope: Scope, written: ast.Duration, length: Duration) -> bool:
    if length.kind in _LENGTHS and length.amount > 0:
        return True
    unit = "business hours" if written.business else "hours"
    scope.report(
        "SLA723",
        written.span,
        f"what is left before a deadline is told in hours, and `{scope.words(written.span)}` is not",
        help=f"say how many hours: `2 {unit} before due`",
    )
    return False


LADDER_KIND = CommitmentKind(
    rule="ladder",
    words="at",
    clause=Ladder,
    check=_check_ladder,
    once=False,
    help={
        "if": "what follows one row that is late by so much",
        "before due": "follows one row whose clock still runs when only so much is left",
        "late": "follows one row that is so much past its deadline",
    },
)


# ----------------------------------------------------------------------------------------------------------------------------------
# `if missed 2 in a row escalate to "CRO"`: what follows a period that is missed after missed ones.
#
# A period without a verdict of its own (`no data`, `insufficient`, `suspended`) breaks the row; after a provisional one it waits.


@dataclass(frozen=True, slots=True)
class InARow(CommitmentClause):
    count: int
    actions: tuple[Action, ...]
    span: Span

    def plan(self, made: p.Commitment) -> p.Commitment:
        added = p.InARow(self.count, tuple(p.Action(a.verb, a.to) for a in self.actions))
        return replace(made, in_a_row=(*made.in_a_row, added))

    def said(self, c: m.Commitment, kpi: m.Kpi, model: m.Model) -> str:
        before = "a missed one" if self.count == 2 else f"{self.count - 1} missed ones in a row"
        return f"If a {c.period} is missed after {before}: {joined(a.said(model) for a in self.actions)}."

    def rules(self, c: m.Commitment, kpi: m.Kpi) -> Iterator[Diagnostic]:
        first = next(q for q in c.every(InARow) if q._what == self._what)
        if first is not self:
            yield followed_by(c, self.span, first.span)

    @property
    def _what(self) -> object:
        return self.count, tuple(a.what for a in self.actions)


MOST = 100
"""Periods that a row of missed ones may ask for."""


def _check_in_a_row(scope: Scope, kpi: m.Kpi, node: ast.Clause) -> InARow | None:
    _, count, *actions = node.parts
    if count.value == int(count.value) and 2 <= count.value <= MOST:
        made = actions_of(scope, kpi, actions, of_row=False)
        return None if made is None else InARow(int(count.value), made, node.span)
    scope.report(
        "SLA677",
        count.span,
        f"`{scope.words(count.span)} in a row` is no row of missed periods",
        label=f"expected a whole number from 2 to {MOST}",
        help="what follows every missed period is `if missed …`",
    )
    return None


IN_A_ROW_KIND = CommitmentKind(
    rule="in_a_row",
    words="if missed 2 in a row",
    clause=InARow,
    check=_check_in_a_row,
    once=False,
    help={"in a row": "follows a period that is missed after missed ones"},
)
