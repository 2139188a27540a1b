"""`effective 2026-01-01 to 2026-12-31`: the term of an agreement, its last date included; `effective from 2026-01-01` has no end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sladsl import model as m
from sladsl.calendars import PeriodKind, day_number, is_zone
from sladsl.checker.dates import report_backwards
from sladsl.checker.rules.report import diagnostic
from sladsl.checker.rules.words import listed
from sladsl.checker.scope import Scope
from sladsl.clauses import AgreementClause, AgreementKind
from sladsl.diagnostics import Diagnostic, Label
from sladsl.source import Span
from sladsl.syntax import ast
from sladsl.wording.names import date


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


def _check(scope: Scope, made: m.Agreement, node: ast.Clause) -> Term:
    first, *rest = node.parts
    last = rest[0] if rest else None
    if last is not None:
        report_backwards(scope, first, last, "the term")
    return Term(first.value, last and last.value, node.span)


KIND = AgreementKind(
    rule="effective",
    words="effective",
    clause=Term,
    check=_check,
    help={"effective": "the term: `effective 2026-01-01 to 2026-12-31`, or `from` a date without an end"},
)
