"""`sla run --format json`: a run as the document that `sladsl.reports.run.document` types."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sladsl.calendars import SECOND, day_date, iso, zone
from sladsl.outcomes import TOLD_APART, Example, Instance, Listed, OutcomeRow, Problem
from sladsl.plan import Bound, Definition, Figure, Plan, Status, ValueType
from sladsl.plan.rows import COLUMNS
from sladsl.reports.as_of_document import as_of_from, doubts_of, end_of_data, quiet_sources
from sladsl.reports.documents import ABSENT, document_text
from sladsl.reports.figure_words import counted, ends, is_span, now
from sladsl.reports.outlook_words import in_full, outlook_of
from sladsl.reports.problems import LISTINGS, PROBLEMS
from sladsl.reports.run import document as d
from sladsl.runner import Restated, Run
from sladsl.verdicts import CommitmentResult, Due, FigureResult, Headroom, Judged, Measured, Verdict


def report(run: Run) -> str:
    """The document as text, ending with a line feed."""
    return document_text(document(run))


def document(run: Run) -> d.RunDocument:
    """The document, in a stable order."""
    plan, outcomes = run.plan, run.outcomes
    result_of = {r.figure.id: r for r in run.figures}
    return d.RunDocument(
        agreement=d.Agreement(
            name=plan.name,
            file=plan.file,
            parties=tuple(p.name for p in plan.parties),
            zone=plan.zone,
            effective=d.Effective(first=_date(plan.term.first), last=_date(plan.term.last)),
        ),
        as_of=iso(outcomes.as_of.instant),
        as_of_from=as_of_from(outcomes.as_of),
        data_ends=tuple(map(end_of_data, outcomes.as_of.ends)),
        quiet_sources=quiet_sources(outcomes.as_of),
        as_of_doubts=doubts_of(outcomes.as_of, zone(plan.zone)),
        period=run.period.label if run.period else None,
        sample=ABSENT if run.sample is None else d.Sample(one_in=run.sample),
        restated=tuple(map(_restated, run.restated)),
        rows=dict(outcomes.rows),
        not_yet=dict(outcomes.not_yet),
        definitions=tuple(_definition(x, outcomes.statuses.get(x.name, {})) for x in plan.definitions),
        kpis=tuple(_kpi(run, result_of[f.id]) for f in plan.figures if f.id == f.kpi),
        commitments=tuple(_commitment(run, c) for c in run.commitments),
        breaches=tuple(_breach(x) for c in plan.commitments for x in outcomes.breaches.get(c.id, ())),
        actions=tuple(action_of(x) for x in run.due()),
        routes=_together(outcomes.routes),
        routes_by_definition={name: dict(x) for name, x in outcomes.routes.items()},
        labels={record: dict(sorted(called.items())) for record, called in outcomes.labels.items()},
        data_problems=data_problems(run),
        leads=ABSENT if run.rows is None else tuple(_lead(x) for x in run.rows),
    )


def _restated(x: Restated) -> d.RestatedFigure:
    return d.RestatedFigure(
        id=x.id,
        by=x.by,
        period=x.period,
        judged=x.judged,
        was=x.was,
        now=x.now,
        closed_as_of=iso(x.closed),
        changed=x.changed,
        rows=tuple(d.RestatedRow(key=r.key, was=r.was, now=r.now) for r in x.rows),
    )


def _definition(x: Definition, statuses: Mapping[Status, int]) -> d.Definition:
    return d.Definition(
        name=x.name,
        label=x.label,
        record=x.record,
        members=statuses.get(Status.IN, 0),
        undated=statuses.get(Status.UNDATED, 0),
        mislabelled=statuses.get(Status.MISLABELLED, 0),
        unclassifiable=statuses.get(Status.UNCLASSIFIABLE, 0),
    )


# --- figures


def _kpi(run: Run, result: FigureResult) -> d.Kpi:
    figure = result.figure
    cells = sorted((*result.periods, *result.breakdown), key=lambda m: (m.period.start, bool(m.by)))
    return d.Kpi(
        name=figure.kpi,
        label=figure.label,
        measure=str(figure.measure),
        unit=unit_of(run.plan, figure),
        period_kind=figure.period,
        by=tuple(figure.by_names),
        periods=tuple(kpi_period(run, figure, m) for m in cells),
    )


def _commitment(run: Run, result: CommitmentResult) -> d.Commitment:
    c, figure = result.commitment, result.figure
    return d.Commitment(
        id=c.id,
        owner=c.owner,
        counterparty=c.counterparty,
        kpi=c.kpi,
        target=c.target,
        measure=str(figure.measure),
        unit=unit_of(run.plan, figure),
        period_kind=figure.period,
        periods=tuple(judged_period(run, result, j) for j in result.periods),
        group=ABSENT
        if c.group is None
        else d.Group(commitment=c.group.of, field=c.group.field, value=c.group.value),
    )


def unit_of(plan: Plan, figure: Figure) -> str:
    """What documents count a figure in; empty for a share and for rows."""
    return "seconds" if is_span(plan, figure) else figure.unit


def judged_period(run: Run, result: CommitmentResult, judged: Judged) -> d.JudgedPeriod:
    """A commitment's period, as the document has it."""
    m, figure, own = judged.measured, result.figure, outlook_of(run, result, judged)
    held = result.commitment.in_force(m.period.start)
    still = m if judged.verdict is Verdict.PROVISIONAL else None
    said = _said(run, figure, m, still, (held.bound, held.warn), in_full(run, result, judged))
    range_ = (
        None
        if m.range is None
        else (plain_value(run.plan, figure, m.range.low), plain_value(run.plan, figure, m.range.high))
    )
    return d.JudgedPeriod(
        **_measured(run, figure, m, doubt(judged.in_doubt, judged.doubt), said),
        target=held.target,
        verdict=judged.verdict,
        final=judged.final,
        warning=judged.warning,
        range=range_,
        data_end=None if judged.end is None else end_of_data(judged.end),
        headroom=None if own.headroom is None else _headroom(run, figure, own.headroom),
        pace=None
        if own.pace is None
        else d.Pace(value=plain_value(run.plan, figure, own.pace.value), days=own.pace.days),
    )


def _headroom(run: Run, figure: Figure, x: Headroom) -> d.Headroom:
    room, missing = plain_value(run.plan, figure, x.room), plain_value(run.plan, figure, x.missing)
    return d.Headroom(room=room, missing=missing, days_left=x.days_left)


def kpi_period(run: Run, figure: Figure, m: Measured) -> d.KpiPeriod:
    """A KPI's period, as the document has it; of one value of its breakdown, where `m` is that."""
    said = _said(run, figure, m, m if m.value is None else None)
    return d.KpiPeriod(**_measured(run, figure, m, doubt(m.in_doubt, False), said), by=tuple(m.by))


def _said(
    run: Run,
    figure: Figure,
    m: Measured,
    still: Measured | None,
    bounds: Sequence[Bound | None] = (),
    outlook: str = "",
) -> d.Said:
    """A period in words; `still` is the one that can still end at something else."""
    return d.Said(
        figure=now(run.plan, figure, m, bounds),
        counted=counted(m),
        ends="" if still is None else ends(run.plan, figure, still, bounds),
        outlook=outlook,
    )


def _measured(run: Run, figure: Figure, m: Measured, doubt: d.Doubt | None, said: d.Said) -> dict[str, Any]:
    """What both have."""
    return {
        "period": m.period.label,
        "start": iso(m.period.start),
        "end": iso(m.period.end),
        "complete": m.over,
        "cut": m.cut,
        "value": plain_value(run.plan, figure, m.value),
        "estimate": plain_value(run.plan, figure, m.estimate),
        "numerator": m.numerator,
        "denominator": m.denominator,
        "rows": m.rows,
        "tallies": m.tallies,
        "interval": m.interval,
        "doubt": doubt,
        "said": said,
    }


def doubt(rows: int, verdict: bool) -> d.Doubt | None:
    """Rows that could not be read, and whether the verdict could be another one for them."""
    return d.Doubt(rows=rows, verdict=verdict) if rows else None


def plain_value(plan: Plan, figure: Figure, value: Fraction | None) -> d.Number:
    """A figure's value as documents have it: a share as a fraction, a length of time in seconds."""
    if value is None:
        return None
    plain = value / SECOND if is_span(plan, figure) else value
    return plain.numerator if plain.denominator == 1 else float(plain)


# --- rows


def _breach(x: Instance) -> d.Breach:
    return d.Breach(
        commitment=x.commitment,
        record=x.record,
        key=x.key,
        entered=iso(x.entered),
        started=_instant(x.started),
        due=_instant(x.due),
        stopped=_instant(x.stopped),
        owner=x.owner,
    )


def action_of(x: Due) -> d.Action:
    """An action, as the document has it."""
    return d.Action(
        id=x.id,
        commitment=x.commitment,
        cause=x.cause,
        record=x.record,
        key=x.key,
        period=x.period.label if x.period else None,
        owner=x.owner,
        action=x.verb,
        to=x.to,
        at=iso(x.at),
    )


def _lead(x: OutcomeRow) -> d.Lead:
    return d.Lead(
        commitment=x.commitment,
        kpi=x.kpi,
        record=x.record,
        key=x.key,
        period=x.period,
        period_start=iso(x.period_start),
        by=tuple(x.by),
        **{name: _TOLD[kind](getattr(x, name)) for name, kind in COLUMNS.items()},
    )


def _together(routes: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """Each destination's rows of all definitions together."""
    together: dict[str, int] = {}
    for destinations in routes.values():
        for name, rows in destinations.items():
            together[name] = together.get(name, 0) + rows
    return together


# --- data problems


def data_problems(run: Run) -> tuple[d.DataProblem, ...]:
    """What is wrong with the data, and the rows that are listed."""
    return (
        *(_problem(p) for p in run.problems),
        *(_listed(x) for x in run.outcomes.listings if x.count),
    )


def _problem(x: Problem) -> d.DataProblem:
    keys = dict.fromkeys(e.key for e in x.examples if e.key is not None)
    return d.DataProblem(
        record=x.record,
        kind=x.kind,
        subject=x.subject,
        change=x.change or None,
        field=x.field,
        file=x.file,
        count=x.count,
        examples=tuple(keys),
        places=tuple(_place(e) for e in x.examples),
        said=PROBLEMS.get(x.kind, x.kind),
        hint=x.hint if x.kind == TOLD_APART else ABSENT,
    )


def _place(e: Example) -> d.Place:
    return d.Place(
        file=e.file,
        line=e.line,
        key=e.key,
        field=e.field,
        value=e.value,
        kept=ABSENT if e.kept is None else e.kept,
    )


def _listed(x: Listed) -> d.DataProblem:
    return d.DataProblem(
        record=x.record,
        kind=x.kind,
        subject=x.subject,
        change=None,
        field=None,
        file=None,
        count=x.count,
        examples=tuple(x.examples),
        places=(),
        said=LISTINGS.get(x.kind, x.kind),
        hint=ABSENT,
    )


# --- values


def _decimal(value: Decimal | None) -> d.Number:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _date(day: int | None) -> str | None:
    return None if day is None else day_date(day).isoformat()


def _instant(at: int | None) -> str | None:
    return None if at is None else iso(at)


_TOLD: Mapping[ValueType, Callable[[Any], Any]] = {
    ValueType.TEXT: lambda text: text,
    ValueType.NUMBER: _decimal,
    ValueType.SPAN: _decimal,
    ValueType.INSTANT: _instant,
}
"""How a column of what became of a row is written."""
