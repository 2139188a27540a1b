"""`sla reconcile --format json`: the document that `sladsl.reports.reconcile.document` types."""

from __future__ import annotations

from sladsl.calendars import SECOND, iso, zone
from sladsl.outcomes import OutcomeRow
from sladsl.reconciling import Cause, Difference, Kind, Read, Reconciliation, Said, There
from sladsl.reports.as_of_document import as_of_from, end_of_data
from sladsl.reports.documents import document_text
from sladsl.reports.reconcile import document as d
from sladsl.reports.run.json import data_problems


def report(x: Reconciliation) -> str:
    """The document as text that ends with a line feed."""
    return document_text(document(x))


def document(x: Reconciliation) -> d.ReconcileDocument:
    plan, at = x.run.plan, x.run.outcomes.as_of
    return d.ReconcileDocument(
        agreement=d.Agreement(name=plan.name, file=plan.file, zone=plan.zone),
        as_of=iso(at.instant),
        as_of_from=as_of_from(at),
        data_ends=tuple(map(end_of_data, at.ends)),
        commitment=x.commitment,
        promise=x.promise,
        against=_against(x),
        counts=d.Counts(rows=x.rows, agree=x.agree, neither=x.neither, differ=x.differ),
        pairs=tuple(d.Pair(here=here, there=there, rows=n) for (here, there), n in sorted(x.pairs.items())),
        asked=d.Asked(differences=x.asked, agreeing=x.agreeing_asked, hypotheses=x.tried),
        causes=tuple(map(_cause, x.causes)),
        differences=tuple(difference(x.read, y) for y in x.differences),
        data_problems=data_problems(x.run),
    )


def _against(x: Reconciliation) -> d.Against:
    read, kind = x.read, x.read.kind
    return d.Against(
        record=x.record,
        column=x.column.name,
        kind=kind,
        written=read.written,
        precision=None if kind is Kind.OUTCOME else _seconds(read.whole),
        rounding=read.rounding if kind is Kind.DURATION else None,
        zone=read.zone if kind is Kind.DUE else None,
        means=tuple(d.Meaning(text=text, verdict=verdict) for text, verdict in read.means),
    )


def _cause(x: Cause) -> d.Cause:
    return d.Cause(
        cause=x.words,
        rows=x.explains,
        alone=x.alone,
        also=x.also,
        breaks=x.breaks,
        rivals=x.rivals,
        hypothesis=x.is_hypothesis,
    )


def difference(read: Read, x: Difference) -> d.Difference:
    """One of them, as the document has it."""
    return d.Difference(
        key=x.key,
        owner=None if x.here is None else x.here.owner,
        here=None if x.here is None else _here(x.here),
        there=_there(read, x.there),
        cause=x.cause,
        others=x.others,
        not_counted=x.why or None,
    )


def _here(row: OutcomeRow) -> d.Here:
    return d.Here(
        outcome=row.outcome,
        started=_instant(row.started),
        stopped=_instant(row.stopped),
        due=_instant(row.due),
        elapsed=None if row.elapsed is None else _seconds(int(row.elapsed.scaleb(6))),
    )


def _there(read: Read, said: There) -> d.There:
    value = said.value
    number = None if isinstance(value, Said) else value
    due = number if read.kind is Kind.DUE else None
    if due is not None and said.local:
        due = zone(read.zone).to_instant(due)[0]
    return d.There(
        text=said.text,
        verdict=value if isinstance(value, Said) else None,
        due=_instant(due),
        elapsed=_seconds(number) if number is not None and read.kind is Kind.DURATION else None,
    )


def _instant(at: int | None) -> str | None:
    return None if at is None else iso(at)


def _seconds(span: int) -> float | int:
    return span // SECOND if span % SECOND == 0 else span / SECOND
