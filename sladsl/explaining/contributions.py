"""How a row counts in volumes, shares and statistics."""

from __future__ import annotations

from sladsl import model as m
from sladsl import types as t
from sladsl.engines.rows import Frame
from sladsl.engines.rows.values import Value
from sladsl.explaining.clock_trace import Promise
from sladsl.explaining.phrases import Phrase, Reader
from sladsl.explaining.populations import membership
from sladsl.explaining.story import Counted, FieldSeen, FigureSeen, Standing
from sladsl.lowering import scopes
from sladsl.plan import Figure
from sladsl.plan import rows as plan_rows


def figure_seen(reader: Reader, promise: Promise, frame: Frame) -> FigureSeen:
    """The row in a figure that is no promise on single rows."""
    figure, kpi, c = promise.figure, promise.kpi, promise.commitment
    by = c.population if c else None
    member = membership(reader, figure, _population(kpi), by, frame)
    condition, until = _condition(reader, promise, by, frame)
    inside = member.standing is Standing.IN
    origin = kpi.origin
    measured = reader.text(origin.file, origin.span).partition("=")[2].strip()
    return FigureSeen(
        id=c.id if c else figure.id,
        kpi=kpi.name,
        label=kpi.label,
        narrowed_to=by,
        owner=c.owner if c else "",
        counterparty=c.counterparty if c else "",
        promise=c.words if c else measured,
        measure=figure.measure,
        membership=member,
        counted=_counted(reader, figure, frame) if inside else None,
        value=_value(reader, figure, frame) if inside else None,
        type=_type(kpi),
        unit=figure.unit,
        calendar=figure.calendar,
        condition=condition,
        until=until,
        by=tuple(
            FieldSeen(f.field, "", reader.evaluation.evaluator.value(e, frame), f.type)
            for f, e in zip(kpi.for_each, figure.by, strict=True)
        ),
    )


def _population(kpi: m.Kpi) -> m.Population | None:
    match kpi.measure:
        case (
            m.Count(population)
            | m.Become(population)
            | m.Whose(population)
            | m.Statistic(population=population)
        ):
            return population
        case m.TimeBetween():
            return None


def _type(kpi: m.Kpi) -> t.Type | None:
    match kpi.measure:
        case m.Statistic(value=value):
            return value.type
        case m.TimeBetween():
            return t.Duration()
        case _:
            return None


def _condition(
    reader: Reader, promise: Promise, by: str | None, frame: Frame
) -> tuple[Phrase | None, int | None]:
    """A share's `whose` or a statistic's value, as it was at the end of the row's period."""
    figure, kpi = promise.figure, promise.kpi
    match kpi.measure:
        case m.Whose(population, condition) | m.Statistic(population=population, value=condition):
            scope = scopes.whose(reader.meaning.builder, population, by, figure.id, figure.period)
            assert scope.until is not None
            until = reader.evaluation.evaluator.value(scope.until.at, frame)
            phrase = reader.phrase(condition, frame, scope, kpi.origin.file)
            return phrase, until if isinstance(until, int) else None
        case _:
            return None, None


def _counted(reader: Reader, figure: Figure, frame: Frame) -> Counted:
    """What the figure's own counters say of the row."""
    true = {c.name for c in figure.counters if reader.evaluation.evaluator.value(c.when, frame) is True}
    for name, counted in (
        ("undecided", Counted.UNDECIDED),
        ("open", Counted.OPEN),
        ("unknown", Counted.UNKNOWN),
        ("hit", Counted.HIT),
        ("known", Counted.VALUE),
    ):
        if name in true:
            return counted
    names = {c.name for c in figure.counters}
    return Counted.NOT if "hit" in names else Counted.ONE


def _value(reader: Reader, figure: Figure, frame: Frame) -> Value:
    """The value that a statistic takes from the row; of an unanswered one, what has elapsed so far."""
    of = plan_rows.value(reader.meaning.plan, figure)
    return None if of is None else reader.evaluation.evaluator.value(of, frame)
