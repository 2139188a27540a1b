"""How the row of a test stands to the definitions an expectation names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from sladsl import model as m
from sladsl.engines.rows import Frame, row_above
from sladsl.explaining import Reader
from sladsl.explaining.clock_trace import clocks_asked
from sladsl.explaining.phrases import name_of
from sladsl.lowering import scopes
from sladsl.plan import Status
from sladsl.testing.results import DefinitionStatus


def chain(model: m.Model, definition: str) -> Iterator[m.Definition]:
    """The definition and those it stands on, its own first."""
    at: str | None = definition
    while at is not None:
        d = model.definitions[at]
        yield d
        at = d.base


def lacking(reader: Reader, definition: str, frame: Frame) -> dict[str, m.Moment]:
    """The moments along the definition's chain that the row has not, by what the agreement calls them."""
    moments = {}
    for d in chain(reader.model, definition):
        since = _moment(reader.model, d)
        if since is None or d.entry_type is None:
            continue
        if reader.column(reader.meaning.columns.definitions[d.name].since, frame) is None:
            moments[name_of(since)] = since
    return moments


def _moment(model: m.Model, d: m.Definition) -> m.Moment | None:
    """What dates the definition itself: its `since`, or its record's own moment where it stands on the record."""
    if d.since is not None or d.base is not None:
        return d.since
    own = model.records[d.record].moment
    return None if own is None else m.FieldUse(d.record, own.name, own.type, own.span)


def definition_statuses(
    reader: Reader, definitions: Iterable[str], frame: Frame
) -> Iterator[DefinitionStatus]:
    """How the row, or the one above that a definition is about, stands to each."""
    for name in definitions:
        row = row_above(frame, reader.model.definitions[name].record)
        if row is not None:
            yield definition_status(reader, name, row)


def _called(d: m.Definition, since: dt.date | None) -> str:
    """A definition by its name; of one that was given again also from when on the text holds that the row fell under."""
    return d.name if since is None else f"{d.name} from {since}"


def definition_status(reader: Reader, definition: str, row: Frame) -> DefinitionStatus:
    """How a row of its record stands to a definition, with the conditions along its chain as they stood."""
    d = reader.model.definitions[definition]
    columns = reader.meaning.columns.definitions[definition]
    status = reader.column(columns.status, row)
    assert status is not None
    asked = [
        (x, *reader.in_force(x.when, row, scopes.definition(x)))
        for x in chain(reader.model, definition)
        if x.when is not None
    ]
    steps = tuple(
        (_called(x, day), reader.phrase(when, row, scopes.definition(x), x.origin.file))
        for x, day, when in asked
    )
    entered = reader.column(columns.entry, row)
    clocks = tuple(clock for x, _, when in asked for clock in clocks_asked(reader, when, row, x.origin.file))
    inside = reader.column(columns.member, row) is True
    return DefinitionStatus(
        definition,
        d.label,
        Status(status),
        entered,
        tuple(lacking(reader, definition, row)),
        steps,
        inside or status != Status.IN,
        clocks,
    )
