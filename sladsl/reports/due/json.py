"""`sla due --format json`: the clocks as the document that `sladsl.reports.due.document` types."""

from __future__ import annotations

from collections.abc import Sequence

from sladsl.calendars import SECOND, describe, iso
from sladsl.open_clocks import OpenClock, OpenClocks, Running
from sladsl.reports.as_of_document import as_of_from, end_of_data
from sladsl.reports.documents import document_text
from sladsl.reports.due import document as d
from sladsl.reports.run.json import data_problems


def report(each: Sequence[OpenClocks]) -> str:
    """The document of one agreement, or of several, as text that ends with a line feed."""
    documents = tuple(map(document, each))
    return document_text(documents[0] if len(documents) == 1 else d.DuesDocument(agreements=documents))


def document(clocks: OpenClocks) -> d.DueDocument:
    plan, at = clocks.run.plan, clocks.run.outcomes.as_of
    return d.DueDocument(
        agreement=d.Agreement(name=plan.name, file=plan.file, zone=plan.zone),
        as_of=iso(at.instant),
        as_of_from=as_of_from(at),
        data_ends=tuple(map(end_of_data, at.ends)),
        within=None if clocks.within is None else describe(clocks.within),
        counts=d.Counts(**{str(x): clocks.count(x) for x in Running}, later=clocks.later),
        clocks=tuple(map(clock, clocks.clocks)),
        data_problems=data_problems(clocks.run),
        partly_checked=clocks.run.outcomes.some_of,
    )


def clock(x: OpenClock) -> d.Clock:
    """One of them, as the document has it."""
    return d.Clock(
        status=x.status,
        commitment=x.commitment.id,
        promise=x.promise,
        record=x.record,
        key=x.key,
        label=x.called,
        owner=x.owner,
        owner_label=x.owner_called,
        group=x.group,
        period=x.period,
        started=_instant(x.started),
        due=_instant(x.due),
        left=_seconds(x.left),
        left_by_the_clock=_seconds(x.left_plain),
        calendar=x.calendar,
        zone=x.zone,
        budget=_seconds(x.budget),
        used=_seconds(x.used),
        share_used=None if x.share_used is None else float(x.share_used),
        known_until=iso(x.known_until),
    )


def _instant(at: int | None) -> str | None:
    return None if at is None else iso(at)


def _seconds(span: int | None) -> d.Number:
    if span is None:
        return None
    return span // SECOND if span % SECOND == 0 else span / SECOND
