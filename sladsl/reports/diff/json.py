"""`sla diff --format json`: what differs as the document that `sladsl.reports.diff.document` types."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from sladsl.calendars import iso
from sladsl.closing import ClosedFigure
from sladsl.comparing import Change, What
from sladsl.comparing.on_data import Cause, FigureChange, MembersChange, OnData
from sladsl.reports.diff import document as d
from sladsl.reports.diff.words import Agreements
from sladsl.reports.documents import document_text


def report(each: Sequence[Agreements]) -> str:
    """The document as text that ends with a line feed."""
    return document_text(d.DiffDocument(agreements=tuple(map(_of_one, each))))


def _of_one(x: Agreements) -> d.AgreementDifference:
    c = x.comparison
    old, new = c.digests
    return d.AgreementDifference(
        name=x.name,
        whole=x.whole,
        old=None if x.whole is What.ADDED else d.Side(file=x.was or x.file, meaning=old),
        new=None if x.whole is What.REMOVED else d.Side(file=x.file, meaning=new),
        renamed=tuple(d.RenamedOf(kind=r.kind, of=r.of or None, old=r.old, new=r.new) for r in c.renamed),
        moved=tuple(
            d.MovedOf(kind=m.kind, name=m.name, title=m.title, old=m.old, new=m.new) for m in c.moved
        ),
        changes=tuple(map(_change, c.changes)),
        on_data=None if x.on_data is None else _on_data(x.on_data),
        unjudged=x.unjudged or None,
    )


def _change(c: Change) -> d.ChangeOf:
    parts = tuple(d.Part(title=p.title, before=p.before or None, after=p.after or None) for p in c.parts)
    return d.ChangeOf(
        what=c.what,
        kind=c.kind,
        name=c.name,
        title=c.title,
        through=c.through,
        conditions=tuple(
            d.ConditionOf(title=x.title, relation=x.relation, lost=x.lost or None, gained=x.gained or None)
            for x in c.conditions
        ),
        parts=parts,
    )


def _on_data(x: OnData) -> d.DataDifference:
    return d.DataDifference(
        as_of=iso(x.new.outcomes.as_of.instant),
        figures=tuple(map(_figure, x.figures)),
        members=tuple(map(_members, x.members)),
        rows=tuple(
            d.RowsOf(
                subject=r.subject, is_definition=r.is_definition, record=r.record, before=r.was, after=r.now, count=r.count, keys=r.keys
            )
            for r in x.rows
        ),
        causes=tuple(map(_cause, x.causes)),
    )  # fmt: skip


def _cause(c: Cause) -> d.CauseOf:
    return d.CauseOf(
        titles=c.titles, figures=tuple(map(_figure, c.figures)), members=tuple(map(_members, c.members))
    )


def _members(m: MembersChange) -> d.Members:
    return d.Members(definition=m.definition, before=m.before, after=m.after)


def _figure(x: FigureChange) -> d.Figure:
    return d.Figure(
        id=x.one.id,
        period=x.one.period,
        by=x.one.by,
        verdict_changes=x.verdicts is not None,
        before=_value(x.before),
        after=_value(x.after),
    )


def _value(x: ClosedFigure | None) -> d.Value | None:
    if x is None:
        return None
    return d.Value(verdict=x.verdict, value=_number(x.value), shown=x.shown, rows=x.rows)


def _number(value: str | None) -> float | int | None:
    if value is None:
        return None
    exact = Fraction(value)
    return exact.numerator if exact.denominator == 1 else float(exact)
