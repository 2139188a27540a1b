"""Whether a row is among those that a KPI is about, and if not, why; how it counts in figures, and what follows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sladsl import model as m
from sladsl import types as t
from sladsl.engines.rows import Frame
from sladsl.engines.rows.values import Value
from sladsl.explaining.definitions import status_of
from sladsl.explaining.phrases import Phrase, Reader
from sladsl.explaining.story import Counted, FieldSeen, FigureSeen, Membership, RungSeen, Standing
from sladsl.lowering import scopes
from sladsl.lowering.kpis import descends
from sladsl.plan import Action, Figure, Measure, Ref, Status, ValueType
from sladsl.plan import rows as plan_rows
from sladsl.verdicts import target_by_value, target_words


@dataclass(frozen=True, slots=True)
class Promise:
    """A figure of a KPI, and the commitment that promises it, if one does."""

    figure: Figure
    kpi: m.Kpi
    commitment: m.Commitment | None

    @property
    def narrowed_to(self) -> str | None:
        return None if self.commitment is None else self.commitment.population


def is_clock(figure: Figure) -> bool:
    return figure.measure in {Measure.RESPONSE, Measure.BECOME}


def membership(
    reader: Reader, figure: Figure, population: m.Population | None, by: str | None, frame: Frame
) -> Membership:
    """How the frame's row stands to a figure's rows.

    `population` is the KPI's, None for a time KPI, whose start names its rows; `by` the definition that a commitment narrows it to.
    """
    at = reader.column(Ref(figure.record, figure.entry), frame)
    where = None
    if population is not None and population.where is not None:
        scope = scopes.population(reader.meaning.builder, population, by, figure.id)
        file = reader.model.kpis[figure.kpi].origin.file
        where = reader.phrase(population.where, frame, scope, file)
    of, standing = _standing(reader, figure, population, by, frame)
    return Membership(
        of=of,
        standing=standing,
        status=status_of(reader, of, frame) if of in reader.model.definitions else None,
        entry=at,
        period=None if at is None else reader.evaluation.evaluator.times.period(figure.period, at),
        where=where,
    )


def counts(reader: Reader, figure: Figure, frame: Frame) -> Standing | None:
    """Whether a row is one of the figure's, or may still be, as its own counters have it; None where it is not."""
    counters = {
        c.name: reader.evaluation.evaluator.value(c.when, frame)
        for c in figure.counters
        if c.name in {"rows", "maybe", *plan_rows.ASIDE}
    }
    # A row without a deadline, or one that is left out, is one of the rows, though not in the figure: its clock says so.
    if any(counters.get(name) is True for name in ("rows", *plan_rows.ASIDE)):
        return Standing.IN
    return Standing.MAYBE if counters["maybe"] is True else None


def _standing(
    reader: Reader, figure: Figure, population: m.Population | None, by: str | None, frame: Frame
) -> tuple[str, Standing]:
    """The population that decides, and how the row stands to it."""
    of = figure.population
    counted = counts(reader, figure, frame)
    if counted is not None:
        return of, counted
    definitions = reader.model.definitions
    if of in definitions and status_of(reader, of, frame) is not Status.IN:
        return of, Standing.NOT_IN
    entry = reader.column(Ref(figure.record, figure.entry), frame)
    if entry is None:
        return of, Standing.UNDATED
    columns = reader.meaning.columns.populations[figure.id]
    if reader.column(columns.member, frame) is not True:
        return of, Standing.OUTSIDE_TERM
    if not figure.covers(reader.evaluation.evaluator.times.period(figure.period, entry)):
        return of, Standing.NOT_OWED
    asked = None if population is None else population.definition
    beside = asked is not None and by is not None and not descends(reader.meaning.builder, by, asked)
    if asked is not None and beside and status_of(reader, asked, frame) is not Status.IN:
        return asked, Standing.NOT_IN
    assert columns.where is not None, "nothing else leaves out a member"
    unknown = reader.column(columns.where, frame) is None
    return of, Standing.UNKNOWN if unknown else Standing.REFUSED


# -------------------------------------------------------------------------------------------------------------- figures


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
            _broken_down(reader, f, reader.evaluation.evaluator.value(e, frame))
            for f, e in zip(_fields(promise), figure.by, strict=True)
        ),
        held_to=None if c is None else _held_to(reader, figure, c.id, frame),
    )


def _held_to(reader: Reader, figure: Figure, id: str, frame: Frame) -> str | None:
    """What the row's group is held to by a target of its own; None where all are held to one, or the row is of no group."""
    plan, evaluation = reader.meaning.plan, reader.evaluation
    held = next(c for c in plan.commitments if c.id == id).groups
    group = None if held is None else evaluation.evaluator.value(figure.by[0], frame)
    if held is None or held.target is None or group is None:
        return None
    assert isinstance(group, str), "groups are named by texts"
    named = None if held.record is None else evaluation.by_key.get((held.record, group))
    read = None if named is None else evaluation.evaluator.value(held.target, named)
    target = target_by_value(held, group) if held.record is None else None if read is None else Decimal(read)
    return target_words(held, figure, target, plan_rows.value_type(plan, figure) is ValueType.SPAN)


def _fields(promise: Promise) -> tuple[m.Reported, ...]:
    """The fields that the figure is broken down by: that of the groups that are judged, or those that the KPI is reported by."""
    c = promise.commitment
    return promise.kpi.for_each if c is None or c.group is None else (c.group,)


def _broken_down(reader: Reader, f: m.Reported, value: Value) -> FieldSeen:
    return FieldSeen(m.spelt(f), "", value, f.type, called=reader.called(f.type, value))


def _population(kpi: m.Kpi) -> m.Population | None:
    match kpi.measure:
        case (
            m.Count(population=population)
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


# ---------------------------------------------------------------------------------------------------- what follows a row


def ladder(reader: Reader, figure: Figure, frame: Frame) -> tuple[RungSeen, ...]:
    """The rungs of a row's ladder, in the order of time; those without an instant last."""
    c = next((c for c in reader.meaning.plan.commitments if c.figure == figure.id), None)
    rungs = c.clock.rungs if c is not None and c.clock is not None else ()
    owner = "" if c is None else c.owner
    places = reader.meaning.columns.ladders.get(figure.id, ())
    seen = [
        RungSeen(
            rung.cause,
            reader.column(place, frame),
            reader.column(Ref(place.record, rung.at), frame) is not None,
            _told(reader, rung.actions, place.record, frame, owner),
        )
        for rung, place in zip(rungs, places, strict=True)
    ]
    return tuple(sorted(seen, key=lambda x: (x.at is None, x.at or 0)))


def late_actions(reader: Reader, figure: Figure, frame: Frame) -> tuple[Action, ...]:
    """What follows a late row."""
    held = (c for c in reader.meaning.plan.commitments if c.figure == figure.id)
    return tuple(a for c in held for a in _told(reader, c.if_late, figure.record, frame, c.owner))


def _told(
    reader: Reader, actions: Sequence[Action], record: str, frame: Frame, owner: str
) -> tuple[Action, ...]:
    """The actions that follow a row, with whom its fields name; where they name nobody, the party that owes it."""
    value = reader.evaluation.evaluator.value
    to = ((a.verb, a.to if a.column is None else value(Ref(record, a.column), frame)) for a in actions)
    return tuple(Action(verb, str(named or owner)) for verb, named in dict.fromkeys(to))
