"""How a row stands to each definition of its record, and where the routes send it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sladsl import model as m
from sladsl import types as t
from sladsl.engines.rows import Frame
from sladsl.explaining.phrases import Phrase, Reader, is_hidden, name_of
from sladsl.explaining.story import BranchFate, BranchSeen, DefinitionSeen, MomentSeen, RouteSeen
from sladsl.lowering import scopes
from sladsl.lowering.definitions import since_at
from sladsl.lowering.moments import moment_at
from sladsl.plan import Ref, Status


def definitions(reader: Reader, frame: Frame) -> Iterator[DefinitionSeen]:
    """The definitions of the frame's record, in the agreement's order."""
    for d in reader.model.definitions.values():
        if d.record == frame.record:
            yield _definition(reader, d, frame)


def status_of(reader: Reader, definition: str, frame: Frame) -> Status:
    return Status(reader.column(reader.meaning.columns.definitions[definition].status, frame) or 0)


def _definition(reader: Reader, d: m.Definition, frame: Frame) -> DefinitionSeen:
    status = status_of(reader, d.name, frame)
    columns = reader.meaning.columns.definitions[d.name]
    counted = reader.column(columns.counted, frame)
    entry = reader.column(columns.entry, frame)
    until = None if entry is None else reader.column(columns.until, frame)
    own = _own_moment(reader, d)
    scope = scopes.definition(d)
    return DefinitionSeen(
        name=d.name,
        label=d.label,
        base=d.base,
        base_status=None if d.base is None else status_of(reader, d.base, frame),
        status=status,
        since=None if own is None else seen(reader, own[0], own[1], frame, d),
        entry=entry,
        until=until,
        when=None if d.when is None else reader.phrase(d.when, frame, scope, d.origin.file),
        in_term=counted == status,
        text_from=None if d.when is None else reader.in_force(d.when, frame, scope)[0],
    )


def _own_moment(reader: Reader, d: m.Definition) -> tuple[m.Moment, str] | None:
    """The moment that dates a definition, and its words: its own `since`, else its record's moment where it stands on the record."""
    if d.since is not None:
        return d.since, reader.text(d.origin.file, d.since.span)
    field = reader.model.records[d.record].moment
    if d.base is None and field is not None:
        return m.FieldUse(d.record, field.name, field.type, field.span), field.name
    return None


def seen(
    reader: Reader, moment: m.Moment, words: str, frame: Frame, of: m.Definition | None = None
) -> MomentSeen:
    """A moment on the frame's row, as it is at the as-of; `of` is the definition that it dates."""
    b = reader.meaning.builder
    start = (moment_at(b, moment) if of is None else since_at(b, of, moment)).start
    at = reader.evaluation.evaluator.value(start, frame)
    hidden = isinstance(moment, m.FieldUse) and is_hidden(frame, moment)
    return MomentSeen(
        words, name_of(moment), at if isinstance(at, int) else None, isinstance(moment.type, t.Date), hidden
    )


def branches(
    choices: Sequence[tuple[str, Phrase | None]],
    chosen: bool = True,
) -> tuple[tuple[BranchSeen, ...], int | None]:
    """What became of each branch of a choice, and which one applies: the first whose condition is true, or that has none. Nothing is
    `chosen` while one asks what is not settled yet."""
    tried: list[BranchSeen] = []
    applied: int | None = None
    waits = False
    for number, (gives, when) in enumerate(choices):
        waits = waits or (not chosen and (when is None or when.value is not False))
        if waits:
            fate = BranchFate.WAITS
        elif applied is not None:
            fate = BranchFate.NOT_ASKED
        elif when is None or when.value is True:
            fate, applied = BranchFate.APPLIES, number
        else:
            fate = BranchFate.FALSE if when.value is False else BranchFate.UNKNOWN
        tried.append(BranchSeen(gives, when, fate))
    return tuple(tried), applied


def routes(reader: Reader, frame: Frame) -> Iterator[RouteSeen]:
    """The routes of the definitions of the frame's record."""
    for route in reader.model.routes:
        d = reader.model.definitions[route.definition]
        if d.record == frame.record:
            yield _route(reader, route, d, frame)


def _route(reader: Reader, route: m.Route, d: m.Definition, frame: Frame) -> RouteSeen:
    lowered = next(r for r in reader.meaning.plan.routes if r.definition == d.name)
    if reader.column(Ref(d.record, lowered.member), frame) is not True:
        return RouteSeen(d.name, False, None, ())
    scope, file = scopes.route(reader.meaning.builder, route), route.origin.file
    lines = [
        (case.destination, None if case.when is None else reader.phrase(case.when, frame, scope, file))
        for case in route.cases
    ]
    code = reader.column(Ref(d.record, lowered.column), frame)
    tried, applied = branches(lines, code is not None)
    return RouteSeen(d.name, True, None if applied is None else lines[applied][0], tried)
