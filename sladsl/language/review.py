"""`review monthly by "RevOps" over owner`, `reviewed 2026-02-02`: how often an agreement is looked at, and when it was."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sladsl import model as m
from sladsl.calendars import PeriodKind, day_number, is_zone
from sladsl.checker.rules.report import diagnostic
from sladsl.checker.scope import Scope
from sladsl.clauses import AgreementClause, AgreementKind
from sladsl.diagnostics import Diagnostic
from sladsl.nouns import joined
from sladsl.source import Span
from sladsl.syntax import ast
from sladsl.wording.names import date, spoken

_CADENCES = {
    "daily": PeriodKind.DAY,
    "weekly": PeriodKind.WEEK,
    "monthly": PeriodKind.MONTH,
    "quarterly": PeriodKind.QUARTER,
    "yearly": PeriodKind.YEAR,
}
_EVERY = {kind: word for word, kind in _CADENCES.items()}


@dataclass(frozen=True, slots=True)
class Review(AgreementClause):
    what: m.Review
    span: Span

    fact = "Review"

    def model(self, made: m.Agreement) -> m.Agreement:
        return replace(made, review=self.what)

    def said(self, a: m.Agreement) -> str:
        by = f" by {self.what.by}" if self.what.by else ""
        over = f", over {joined(map(spoken, self.what.over))}" if self.what.over else ""
        return f"{_EVERY[self.what.cadence]}{by}{over}"

    def overdue(self, model: m.Model, as_of: dt.date) -> Iterator[Diagnostic]:
        """A review is overdue once a whole period has gone by without one; the term's first day counts as held."""
        agreement = model.agreement
        if agreement is None or not is_zone(agreement.zone):
            return
        held = [day for day in agreement.reviewed if day <= as_of]
        since = max(held, default=agreement.first)
        if since is None or since > as_of:
            return
        until = min(as_of, agreement.last + dt.timedelta(days=1)) if agreement.last else as_of
        kind, periods = self.what.cadence, agreement.periods
        missing = range(
            periods.index_of_day(kind, day_number(since)) + 1, periods.index_of_day(kind, day_number(until))
        )
        if not missing:
            return
        by = f" by {self.what.by}" if self.what.by else ""
        last = (
            f"the last one was on {max(held)}"
            if held
            else f"none is recorded since {since}, when the term began"
        )
        many = "the review" if len(missing) == 1 else f"{len(missing)} reviews"
        verb = "is" if len(missing) == 1 else "are"
        message = f"{many}{by} {verb} overdue: {last}"
        yield diagnostic(
            "SLA525",
            message,
            self.span,
            agreement.origin.file,
            help="hold it, and record it: `reviewed` and its date",
        )


@dataclass(frozen=True, slots=True)
class Reviewed(AgreementClause):
    dates: tuple[dt.date, ...]
    span: Span

    fact = "Review"
    between = "; "

    def model(self, made: m.Agreement) -> m.Agreement:
        return replace(made, reviewed=(*made.reviewed, *self.dates))

    def said(self, a: m.Agreement) -> str:
        """The first of them tells of all."""
        first = next(clause for clause in a.clauses if isinstance(clause, Reviewed))
        return f"held on {joined(map(date, a.reviewed))}" if self is first else ""


def _review(scope: Scope, made: m.Agreement, node: ast.Clause) -> Review:
    cadence, by, over = node.parts
    fields = tuple(_fields(scope, over or ()))
    return Review(m.Review(_CADENCES[cadence.text], by.value if by else "", fields), node.span)


def _fields(scope: Scope, over: tuple[ast.Name, ...]) -> Iterator[str]:
    ctx = scope.ctx
    for name in over:
        records = [r for r in ctx.records.values() if name.text in r.fields]
        if records:
            ctx.use(scope.source, name.span, "field", name.text, records[0].name)
            yield name.text
        elif not ctx.misses_a_record:
            known = dict.fromkeys(f for r in ctx.records.values() for f in r.fields)
            ctx.report_unknown(
                "SLA203",
                scope.source,
                name,
                f"no record has a field `{name.text}`",
                known,
                help="a review is broken down by fields of the records",
            )


def _reviewed(scope: Scope, made: m.Agreement, node: ast.Clause) -> Reviewed:
    return Reviewed(tuple(date.value for date in node.parts), node.span)


KINDS = (
    AgreementKind(
        rule="review",
        words="review",
        clause=Review,
        check=_review,
        resolves=True,
        help={"review": "how often the agreement is looked at, by whom, and by which fields"},
    ),
    AgreementKind(
        rule="reviewed",
        words="reviewed",
        clause=Reviewed,
        check=_reviewed,
        once=False,
        help={"reviewed": "the date of a review that was held"},
    ),
)
