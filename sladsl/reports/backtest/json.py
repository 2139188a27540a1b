"""`sla backtest --format json`: the combinations as the document that `sladsl.reports.backtest.document` types."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from sladsl import backtesting as b
from sladsl.calendars import iso
from sladsl.compiler import Compilation
from sladsl.plan import Bound, BoundKind, Figure, Plan
from sladsl.reports.as_of_document import as_of_from, end_of_data
from sladsl.reports.backtest import document as d
from sladsl.reports.documents import ABSENT, document_text
from sladsl.reports.run import document as of_run
from sladsl.reports.run.document import Number
from sladsl.reports.run.json import doubt, plain_value, unit_of
from sladsl.verdicts import Judged, Range, Verdict


def report(backtest: b.Backtest) -> str:
    """The document as text that ends with a line feed."""
    return document_text(document(backtest))


def constants_report(compilation: Compilation, constants: Sequence[b.Constant]) -> str:
    """`--list --format json`."""
    told = (
        d.Constant(address=x.address, kind=str(x.kind), now=x.written, file=x.file, line=line(compilation, x))
        for x in constants
    )
    return document_text(d.ConstantsDocument(agreement=_agreement(compilation), constants=tuple(told)))


def _agreement(compilation: Compilation) -> d.Agreement:
    plan = compilation.plan
    assert plan is not None, "nobody varies one that cannot be run"
    return d.Agreement(name=plan.name, file=plan.file, zone=plan.zone)


def line(compilation: Compilation, constant: b.Constant) -> int:
    """The line of a constant, from 1."""
    return compilation.sources[constant.file].position(constant.span.start).line


def document(backtest: b.Backtest) -> d.BacktestDocument:
    at = backtest.as_of
    return d.BacktestDocument(
        agreement=_agreement(backtest.compilation),
        as_of=iso(at.instant),
        as_of_from=as_of_from(at),
        data_ends=tuple(map(end_of_data, at.ends)),
        unreadable=backtest.lost,
        varied=tuple(_varied(backtest, x) for x in backtest.variations),
        affected=backtest.affected,
        points=tuple(map(_point, backtest.points)),
        suggestion=None if backtest.suggestion is None else _suggestion(backtest.suggestion),
    )


def _varied(backtest: b.Backtest, x: b.Variation) -> d.Varied:
    c = x.constant
    return d.Varied(
        address=c.address,
        kind=str(c.kind),
        file=c.file,
        line=line(backtest.compilation, c),
        now=x.now,
        values=x.values,
    )


def _point(p: b.Point) -> d.Point:
    return d.Point(values=p.values, now=p.is_now, commitments=tuple(commitment(p, h) for h in p.held))


def commitment(p: b.Point, h: b.Held) -> d.Commitment:
    """A commitment with one combination of values, as the document has it."""
    c, figure, plan = h.result.commitment, h.result.figure, p.run.plan
    told = {v: h.count(v) for v in (Verdict.MET, Verdict.MISSED, Verdict.PROVISIONAL)}
    return d.Commitment(
        id=c.id,
        owner=c.owner,
        counterparty=c.counterparty,
        kpi=c.kpi,
        target=c.target,
        measure=str(figure.measure),
        unit=unit_of(plan, figure),
        period_kind=figure.period,
        met=told[Verdict.MET],
        missed=told[Verdict.MISSED],
        provisional=told[Verdict.PROVISIONAL],
        others=len(h.result.periods) - sum(told.values()),
        late=h.late,
        actions=h.actions,
        periods=tuple(period(plan, h, j) for j in h.result.periods),
        group=ABSENT
        if c.group is None
        else of_run.Group(commitment=c.group.of, field=c.group.field, value=c.group.value),
    )


def period(plan: Plan, h: b.Held, j: Judged) -> d.Period:
    """One period of a commitment, as the document has it."""
    m, figure = j.measured, h.result.figure
    c = h.result.commitment.in_force(m.period.start)
    return d.Period(
        period=m.period.label,
        start=iso(m.period.start),
        end=iso(m.period.end),
        complete=m.over,
        cut=m.cut,
        verdict=j.verdict,
        final=j.final,
        warning=j.warning,
        target=c.target,
        limits=(None, None) if c.groups is not None else _limits(plan, figure, c.bound),
        value=plain_value(plan, figure, m.value),
        now=_ends(plan, figure, m.now),
        range=_ends(plan, figure, m.range),
        numerator=m.numerator,
        denominator=m.denominator,
        rows=m.rows,
        late=None if h.late_in is None else h.late_in.get(m.period.start, 0),
        doubt=doubt(j.in_doubt, j.doubt),
    )


def _ends(plan: Plan, figure: Figure, x: Range | None) -> tuple[Number, Number] | None:
    return None if x is None else (plain_value(plan, figure, x.low), plain_value(plan, figure, x.high))


def _limits(plan: Plan, figure: Figure, bound: Bound) -> tuple[Number, Number]:
    value = plain_value(plan, figure, Fraction(bound.value))
    match bound.kind:
        case BoundKind.AT_LEAST:
            return value, None
        case BoundKind.AT_MOST:
            return None, value
        case _:
            return value, None if bound.high is None else plain_value(plan, figure, Fraction(bound.high))


def _suggestion(x: b.Suggestion) -> d.Suggestion:
    return d.Suggestion(
        wish=x.wish.words,
        commitment=x.commitment,
        periods=x.periods,
        met=x.met,
        stricter=x.stricter,
        value=x.value,
        reason=x.reason,
    )
