"""How far a source's data are trusted: `fresh within 2 days`, `readable at least 95%`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from sladsl import model as m
from sladsl import types as t
from sladsl.calendars import Duration
from sladsl.checker import budgets
from sladsl.checker.scope import Scope
from sladsl.clauses import Kind, SourceClause
from sladsl.lowering.durations import microseconds
from sladsl.plan import Source
from sladsl.source import Span
from sladsl.syntax import ast


@dataclass(frozen=True, slots=True)
class Fresh(SourceClause):
    within: Duration
    span: Span

    def plan(self, made: Source) -> Source:
        return replace(made, fresh=microseconds(self.within))


@dataclass(frozen=True, slots=True)
class Readable(SourceClause):
    share: Decimal
    span: Span

    def plan(self, made: Source) -> Source:
        return replace(made, readable=self.share)


def _fresh(scope: Scope, record: m.Record, node: ast.Clause) -> Fresh | None:
    (length,) = node.parts
    within = budgets.duration(scope, length)
    if within is None:
        return None
    if within.is_business or not within.is_length or within.amount == 0:
        scope.report(
            "SLA780",
            length.span,
            f"`{scope.words(length.span)}` does not say how old data may be",
            label="expected hours, days or weeks by the clock",
            help="weekends and holidays are a part of it: data of Friday that are looked at on Monday are `fresh within 3 days`",
        )
        return None
    if not any(t.is_event(f.type) for f in record.fields.values()):
        scope.report(
            "SLA781",
            node.span,
            f"nothing of `{record.name}` says when its data end: it has no `time` and no `date`",
            help="leave `fresh within` out, or declare a field that says when a row came: `created_at time`",
        )
        return None
    return Fresh(within, node.span)


def _readable(scope: Scope, record: m.Record, node: ast.Clause) -> Readable | None:
    (share,) = node.parts
    if 50 < share.value <= 100:
        return Readable(share.value / 100, node.span)
    scope.report(
        "SLA782",
        share.span,
        f"`{scope.words(share.span)}` is no share of a column that may be asked for",
        label="expected more than 50%, and no more than 100%",
        help="a run stops anyhow where less than half of a column can be read: `readable at least 95%`",
    )
    return None


KINDS = (
    Kind(
        rule="fresh",
        words="fresh within",
        clause=Fresh,
        check=_fresh,
        help={
            "fresh within": "how old the latest of its rows may be before nothing is judged that needs later ones"
        },
    ),
    Kind(
        rule="readable",
        words="readable at least",
        clause=Readable,
        check=_readable,
        help={"readable at least": "a run stops where less than this share of a column can be read"},
    ),
)
