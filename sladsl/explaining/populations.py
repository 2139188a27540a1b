"""Whether a row is among those that a KPI is about, and if not, why."""

from __future__ import annotations

from sladsl import model as m
from sladsl.engines.rows import Frame
from sladsl.explaining.definitions import status_of
from sladsl.explaining.phrases import Reader
from sladsl.explaining.story import Membership, Standing
from sladsl.lowering import scopes
from sladsl.lowering.kpis import descends
from sladsl.plan import Figure, Ref, Status


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
        if c.name in {"rows", "maybe", "no_deadline"}
    }
    # A row without a deadline is one of the rows, though not in the figure: its clock says so.
    if counters["rows"] is True or counters.get("no_deadline") is True:
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
    if reader.column(Ref(figure.record, figure.entry), frame) is None:
        return of, Standing.UNDATED
    columns = reader.meaning.columns.populations[figure.id]
    if reader.column(columns.member, frame) is not True:
        return of, Standing.OUTSIDE_TERM
    asked = None if population is None else population.definition
    beside = asked is not None and by is not None and not descends(reader.meaning.builder, by, asked)
    if asked is not None and beside and status_of(reader, asked, frame) is not Status.IN:
        return asked, Standing.NOT_IN
    assert columns.where is not None, "nothing else leaves out a member"
    unknown = reader.column(columns.where, frame) is None
    return of, Standing.UNKNOWN if unknown else Standing.REFUSED
