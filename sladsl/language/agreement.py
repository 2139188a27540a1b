"""The clauses of an agreement: between whom it is and what for, its term, where its years and weeks begin, its business hours, and when
it is reviewed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sladsl import model as m
from sladsl.calendars import PeriodKind, day_number, is_zone
from sladsl.checker import budgets
from sladsl.checker.dates import report_backwards
from sladsl.checker.rules.report import diagnostic
from sladsl.checker.rules.words import listed
from sladsl.checker.scope import Scope
from sladsl.clauses import AgreementClause, AgreementKind
from sladsl.diagnostics import Diagnostic, Label
from sladsl.language import zone
from sladsl.nouns import joined
from sladsl.source import Span
from sladsl.syntax import ast
from sladsl.syntax.literals import DAYS, MONTHS
from sladsl.wording import names
from sladsl.wording.names import date, spoken

# ----------------------------------------------------------------------------------------------------------------------------------
# `between marketing "Growth" and sales`, `between marketing, sdr and sales`: who agrees.


@dataclass(frozen=True, slots=True)
class Parties(AgreementClause):
    parties: tuple[m.Party, ...]
    span: Span

    fact = "Between"

    def model(self, made: m.Agreement) -> m.Agreement:
        return replace(made, parties=self.parties)

    def said(self, a: m.Agreement) -> str:
        return joined(f"{p.label} ({spoken(p.name)})" if p.label else spoken(p.name) for p in self.parties)


def _check_parties(scope: Scope, made: m.Agreement, node: ast.Clause) -> Parties:
    parties: dict[str, m.Party] = {}
    for party in node.parts:
        name = party.name.text
        if name in parties:
            scope.report(
                "SLA207",
                party.name.span,
                f"an agreement is between different parties, and two of these are `{name}`",
                labels=(Label(parties[name].span, "the first party"),),
                help="give each party a name of its own: `between marketing and sales`",
            )
        parties.setdefault(name, m.Party(name, party.label.value if party.label else "", party.name.span))
    return Parties(tuple(parties.values()), node.span)


_PARTIES_KIND = AgreementKind(
    rule="parties",
    words="between",
    clause=Parties,
    check=_check_parties,
    help={"between": "the parties, two or more, each with a label if you like"},
)


# ----------------------------------------------------------------------------------------------------------------------------------
# `goal "…"`: what an agreement is for. It is printed, not judged.


@dataclass(frozen=True, slots=True)
class Goal(AgreementClause):
    text: str
    span: Span

    fact = "Goal"

    def model(self, made: m.Agreement) -> m.Agreement:
        return replace(made, goal=self.text)

    def said(self, a: m.Agreement) -> str:
        return self.text


def _check_goal(scope: Scope, made: m.Agreement, node: ast.Clause) -> Goal:
    (text,) = node.parts
    return Goal(text.value, node.span)


_GOAL_KIND = AgreementKind(
    rule="goal",
    words="goal",
    clause=Goal,
    check=_check_goal,
    help={"goal": "what the agreement is for: printed, not judged"},
)


# ----------------------------------------------------------------------------------------------------------------------------------
# `effective 2026-01-01 to 2026-12-31`: the term of an agreement, its last date included; `effective from 2026-01-01` has no end.


@dataclass(frozen=True, slots=True)
class Term(AgreementClause):
    first: dt.date
    last: dt.date | None
    span: Span

    fact = "Term"

    def model(self, made: m.Agreement) -> m.Agreement:
        return replace(made, first=self.first, last=self.last)

    def said(self, a: m.Agreement) -> str:
        return (
            f"from {date(self.first)} on" if self.last is None else f"{date(self.first)} to {date(self.last)}"
        )

    def rules(self, model: m.Model) -> Iterator[Diagnostic]:
        """Volumes of periods that the term cuts are not judged: one warning for each length of period."""
        agreement = model.agreement
        if agreement is None or not is_zone(agreement.zone):
            return
        if self.last is not None and self.last < self.first:
            return  # the term itself is wrong, which is said where it is read
        volumes: dict[PeriodKind, list[m.Commitment]] = {kind: [] for kind in PeriodKind}
        for commitment in model.commitments:
            if _is_volume(model, commitment):
                volumes[commitment.period].append(commitment)
        for kind, of_kind in volumes.items():
            if of_kind:
                yield from self._cut_periods(agreement, kind, of_kind)

    def _cut_periods(
        self, agreement: m.Agreement, kind: PeriodKind, volumes: list[m.Commitment]
    ) -> Iterator[Diagnostic]:
        periods = agreement.periods
        first, last = day_number(self.first), None if self.last is None else day_number(self.last)
        opening = periods.index_of_day(kind, first)
        cut = [opening] if periods.first_day(kind, opening) != first else []
        whole = True
        if last is not None:
            closing = periods.index_of_day(kind, last)
            if periods.first_day(kind, closing + 1) != last + 1 and closing not in cut:
                cut.append(closing)
            whole = closing - opening + 1 > len(cut)
        if not cut:
            return
        names = list(dict.fromkeys(f"`{c.kpi}`" for c in volumes))
        shown = listed([periods.label(kind, index) for index in cut])
        judged = "is" if len(names) == 1 else "are"
        never = "" if whole else f": no {kind} is whole, so no verdict is ever given"
        runs = f"{self.first} to {self.last}" if self.last else f"from {self.first}"
        yield diagnostic(
            "SLA524",
            f"the term ({runs}) cuts {shown}, for which {listed(names)} {judged} not judged{never}",
            self.span,
            agreement.origin.file,
            labels=[
                Label(
                    c.period_span or c.origin.name_span,
                    f"judged only for whole {kind}s",
                    _elsewhere(agreement, c),
                )
                for c in volumes
            ],
            help=f"begin and end the term with a {kind}, or accept that a part of one has no volume to hold against its target",
        )


def _is_volume(model: m.Model, commitment: m.Commitment) -> bool:
    kpi = model.kpis.get(commitment.kpi)
    return kpi is not None and kpi.is_volume


def _elsewhere(agreement: m.Agreement, commitment: m.Commitment) -> str | None:
    file = commitment.origin.file
    return None if file == agreement.origin.file else file


def _check_term(scope: Scope, made: m.Agreement, node: ast.Clause) -> Term:
    first, *rest = node.parts
    last = rest[0] if rest else None
    if last is not None:
        report_backwards(scope, first, last, "the term")
    return Term(first.value, last and last.value, node.span)


_TERM_KIND = AgreementKind(
    rule="effective",
    words="effective",
    clause=Term,
    check=_check_term,
    help={"effective": "the term: `effective 2026-01-01 to 2026-12-31`, or `from` a date without an end"},
)


# ----------------------------------------------------------------------------------------------------------------------------------
# `year starts february`, `week starts sunday`: where years, with their quarters, and weeks begin.


@dataclass(frozen=True, slots=True)
class YearStarts(AgreementClause):
    """January is 1."""

    month: int
    span: Span

    fact = "Periods"

    def model(self, made: m.Agreement) -> m.Agreement:
        return replace(made, year_starts=self.month)

    def said(self, a: m.Agreement) -> str:
        return f"years begin in {names.MONTHS[self.month - 1]}" if self.month != 1 else ""


@dataclass(frozen=True, slots=True)
class WeekStarts(AgreementClause):
    """Monday is 0."""

    day: int
    span: Span

    fact = "Periods"

    def model(self, made: m.Agreement) -> m.Agreement:
        return replace(made, week_starts=self.day)

    def said(self, a: m.Agreement) -> str:
        return f"weeks begin on {names.WEEK[self.day]}" if self.day else ""


def _year(scope: Scope, made: m.Agreement, node: ast.Clause) -> YearStarts:
    (month,) = node.parts
    return YearStarts(MONTHS.index(month.text) + 1, node.span)


def _week(scope: Scope, made: m.Agreement, node: ast.Clause) -> WeekStarts:
    (day,) = node.parts
    return WeekStarts(DAYS.index(day.text), node.span)


_STARTS_KINDS = (
    AgreementKind(
        rule="year_starts",
        words="year starts",
        clause=YearStarts,
        check=_year,
        help={"year starts": "the month in which the year begins; quarters move with it"},
    ),
    AgreementKind(
        rule="week_starts",
        words="week starts",
        clause=WeekStarts,
        check=_week,
        help={"week starts": "the day with which the week begins; Monday, unless it is said"},
    ),
)


# ----------------------------------------------------------------------------------------------------------------------------------
# `hours desk`: the calendar of business time where a duration names none.


@dataclass(frozen=True, slots=True)
class Hours(AgreementClause):
    calendar: str
    span: Span

    def model(self, made: m.Agreement) -> m.Agreement:
        return replace(made, hours=self.calendar)

    def said(self, a: m.Agreement) -> str:
        """The calendar's own entry on the page says it."""
        return ""


def _check_business_hours(scope: Scope, made: m.Agreement, node: ast.Clause) -> Hours | None:
    (name,) = node.parts
    calendar = budgets.find_calendar(scope, name)
    if calendar is not None and not budgets.is_every_rows(
        scope, ast.Reference(name, None, name.span), calendar
    ):
        return None
    scope.ctx.broken_hours = calendar is None
    return None if calendar is None else Hours(calendar, node.span)


_BUSINESS_HOURS_KIND = AgreementKind(
    rule="hours",
    words="hours",
    clause=Hours,
    check=_check_business_hours,
    resolves=True,
    help={"hours": "the calendar of business time"},
)


# ----------------------------------------------------------------------------------------------------------------------------------
# `review monthly by "RevOps" over owner`, `reviewed 2026-02-02`: how often an agreement is looked at, and when it was.

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


_REVIEW_KINDS = (
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


KINDS = (
    _PARTIES_KIND,
    _GOAL_KIND,
    _TERM_KIND,
    zone.KIND,
    *_STARTS_KINDS,
    _BUSINESS_HOURS_KIND,
    *_REVIEW_KINDS,
)
