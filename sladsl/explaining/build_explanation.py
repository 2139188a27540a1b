"""A row's whole story, put together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sladsl import model as m
from sladsl import types as t
from sladsl.engines.rows import Frame, Raw, row_above
from sladsl.engines.rows.values import Value
from sladsl.explaining.clock_trace import picked, promise_seen
from sladsl.explaining.contributions import Promise, figure_seen, is_clock
from sladsl.explaining.definitions import definitions, routes
from sladsl.explaining.phrases import Reader
from sladsl.explaining.story import (
    Above,
    Answer,
    Fate,
    FieldSeen,
    FigureSeen,
    ListingSeen,
    PeriodEndSeen,
    Place,
    ProblemSeen,
    PromiseSeen,
    SpellSeen,
    Story,
    Unjudged,
)
from sladsl.outcomes import DataEnd, Problem
from sladsl.plan import EndsOf, Ref, RowOutcome
from sladsl.plan.made import BEGAN, ENDED
from sladsl.plan.rows import outcome, subjects

TOLD_TWICE = {"unreadable value", "unknown value", "number out of range"}
"""A value that could not be read is missing from then on, and told for what it is."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What the data say beside the rows themselves: where this one stands, the problems of it and of the rows below it, and every row
    of its key as it was read."""

    places: tuple[Place, ...] = ()
    problems: tuple[Problem, ...] = ()
    same_key: Sequence[Raw] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """A reader of the same rows as of where data end, for the figures that rest on these."""

    reader: Reader
    end: DataEnd


def tell(
    reader: Reader,
    frame: Frame,
    origin: Origin | None = None,
    only: m.Commitment | None = None,
    known: Mapping[str, Known] | None = None,
) -> Story:
    """The story of one row of the reader's evaluation. `only` leaves out all commitments and KPIs but one, and what it does not use.
    `known`: by figure, as of when it is told, where that is earlier."""
    origin, known = origin or Origin(), known or {}
    record = reader.model.records[frame.record]
    plan = reader.meaning.plan
    promises = list(_promises(reader, frame.record, only))
    used = None if only is None else _used(reader.model, only)
    told = [d for d in definitions(reader, frame) if used is None or d.name in used]
    fields = tuple(
        FieldSeen(
            f.name,
            f.label,
            frame.values[f.name],
            f.type,
            f.name in frame.hidden,
            reader.called(f.type, frame.values[f.name]),
        )
        for f in record.fields.values()
        if not f.implied
    )
    accountable = record.accountable
    return Story(
        agreement=plan.name,
        file=plan.file,
        zone=plan.zone,
        as_of=reader.evaluation.as_of,
        record=record.name,
        label=record.label,
        key=frame.key,
        places=origin.places,
        above=tuple(_above(reader, frame)),
        below=tuple(_below(reader, frame)),
        spells=tuple(sorted(_spells(reader, frame, known), key=lambda s: (s.began, s.spell, s.key))),
        accountable=next((f for f in fields if accountable is not None and f.name == accountable.name), None),
        fields=fields,
        definitions=tuple(told),
        routes=tuple(routes(reader, frame)) if only is None else (),
        others=tuple(_others(reader, frame, origin.same_key)),
        promises=tuple(_told(reader, p, frame, known.get(p.figure.id)) for p in promises),
        answers=tuple(_answers(reader, frame, only, known)),
        listings=tuple(_listings(reader, frame, only)),
        problems=tuple(_problems(reader, frame, origin.problems)),
        ends=tuple(_ends(reader, frame, known)) if only is None else (),
    )


def _told(
    reader: Reader, p: Promise, frame: Frame, known: Known | None
) -> PromiseSeen | FigureSeen | Unjudged:
    """A promise on the row, as of when it is known."""
    if known is None:
        return promise_seen(reader, p, frame) if is_clock(p.figure) else figure_seen(reader, p, frame)
    then = known.reader.evaluation.by_key.get((frame.record, frame.key))
    if then is not None:
        seen = _told(known.reader, p, then, None)
        assert not isinstance(seen, Unjudged), "only what is not known by then is not told"
        return replace(seen, end=known.end)
    c = p.commitment
    owner, counterparty = (c.owner, c.counterparty) if c else ("", "")
    return Unjudged(
        c.id if c else p.figure.id, p.kpi.name, p.kpi.label, p.narrowed_to, owner, counterparty, known.end
    )


def _promises(reader: Reader, record: str, only: m.Commitment | None) -> Iterator[Promise]:
    """Every commitment on rows of the record, then the KPIs that are only measured, in the agreement's order; or `only` one."""
    plan, kpis = reader.meaning.plan, reader.model.kpis
    of = {c.id: plan.figure(c.figure) for c in plan.commitments}
    for c in reader.model.commitments:
        if of[c.id].record == record and only in {None, c}:
            yield Promise(of[c.id], kpis[c.kpi], c)
    promised = {f.id for f in of.values()}
    for kpi in kpis.values() if only is None else ():
        figure = plan.figure(kpi.name)
        if figure.record == record and figure.id not in promised:
            yield Promise(figure, kpi, None)


def _used(model: m.Model, c: m.Commitment) -> set[str]:
    """The definitions that a commitment is about, with those that they build on."""
    measure = model.kpis[c.kpi].measure
    asked: list[str | None] = [c.population]
    match measure:
        case m.TimeBetween(start=start, end=end):
            asked += [x.definition for x in (start, end) if isinstance(x, m.EntryUse)]
        case m.Become(population=population, goal=goal):
            asked += [population.definition, goal]
        case m.Count(population=population) | m.Whose(population) | m.Statistic(population=population):
            asked.append(population.definition)
    used: set[str] = set()
    for name in asked:
        at = name
        while at is not None:
            used.add(at)
            at = model.definitions[at].base
    return used


def _above(reader: Reader, frame: Frame) -> Iterator[Above]:
    at: Frame | None = frame
    while at is not None:
        link = reader.model.records[at.record].link
        if link is None:
            return
        named = at.values[link.own]
        if named is not None:
            yield Above(
                link.parent, at.parent.key if at.parent is not None else str(named), at.parent is not None
            )
        at = at.parent


def _spells(reader: Reader, frame: Frame, known: Mapping[str, Known]) -> Iterator[SpellSeen]:
    """The spells of the row."""
    for record in reader.model.records.values():
        if record.spell is None or record.link is None or record.link.parent != frame.record:
            continue
        own = [f for f in record.fields.values() if f.name not in {BEGAN, ENDED} and not f.implied]
        for row in reader.evaluation.evaluator.below(record.name, frame):
            values = (
                FieldSeen(
                    f.name,
                    f.label,
                    row.values[f.name],
                    f.type,
                    False,
                    reader.called(f.type, row.values[f.name]),
                )
                for f in own
            )
            ends = tuple(_ends(reader, row, known))
            yield SpellSeen(record.name, row.key, row.values[BEGAN], row.values[ENDED], tuple(values), ends)


def _ends(reader: Reader, frame: Frame, known: Mapping[str, Known]) -> Iterator[PeriodEndSeen]:
    """The ends of periods at which a row lasts, in each figure of what lasts then."""
    plan = reader.meaning.plan
    for subject in subjects(plan):
        f, record = subject.figure, plan.record(subject.figure.record)
        evaluation = known[f.id].reader.evaluation if f.id in known else reader.evaluation
        if not isinstance(record.made, EndsOf) or record.made.of != frame.record or record.link is None:
            continue
        value, became = evaluation.evaluator.value, outcome(f)
        own = [x for x in evaluation.frames(record.name) if x.values[record.link.own] == frame.key]
        for end in sorted(own, key=lambda x: str(x.key)):
            word, at = value(became, end), value(Ref(f.record, f.entry), end)
            if isinstance(word, str) and isinstance(at, int):
                period = plan.periods.containing(f.period, at)
                yield PeriodEndSeen(subject.commitment or subject.kpi, period.label, RowOutcome(word))


def _below(reader: Reader, frame: Frame) -> Iterator[tuple[str, int]]:
    for record in reader.model.records.values():
        if record.link is not None and record.link.parent == frame.record:
            yield record.name, len(reader.evaluation.evaluator.below(record.name, frame))


def _others(reader: Reader, frame: Frame, rows: Sequence[Raw]) -> Iterator[tuple[FieldSeen, ...]]:
    """Rows that share the key and differ from the one that was kept."""
    fields = [f for f in reader.model.records[frame.record].fields.values() if not f.key]
    for row in rows:
        seen = [FieldSeen(f.name, f.label, *_as_it_stood(reader, row[f.name], f.type)) for f in fields]
        kept = [(frame.values[f.name], f.name in frame.hidden) for f in fields]
        differ = tuple(x for x, own in zip(seen, kept, strict=True) if (x.value, x.hidden) != own)
        if differ:
            yield differ


def _as_it_stood(reader: Reader, value: Any, type: t.Type) -> tuple[Value, t.Type, bool]:
    """A value as read, its type, and whether it is later than the as-of: then it is not told."""
    now = reader.evaluation.as_of.instant
    last = reader.evaluation.evaluator.times.zone.date_of(now) if isinstance(type, t.Date) else now
    hidden = t.is_event(type) and value is not None and value > last
    return None if hidden else value, type, hidden


def _answers(
    reader: Reader, frame: Frame, only: m.Commitment | None, known: Mapping[str, Known]
) -> Iterator[Answer]:
    """The clocks of the rows above that looked at this one, and of rows beside it those that it had a part in."""
    at = frame.parent
    while at is not None:
        for promise in _promises(reader, at.record, only):
            yield from _looks(reader, promise, at, frame, known)
        at = at.parent
    for promise in (p for r in reader.model.records for p in _promises(reader, r, only)):
        for row in _beside(reader, promise, frame):
            asked = _looks(reader, promise, row, frame, known)
            yield from (x for x in asked if x.event.fate in {Fate.STOPPED, Fate.COUNTED})


def _looks(
    reader: Reader, promise: Promise, row: Frame, frame: Frame, known: Mapping[str, Known]
) -> Iterator[Answer]:
    """What a promise on `row` made of the frame's row, if it looked at it."""
    if not is_clock(promise.figure):
        return
    seen = _told(reader, promise, row, known.get(promise.figure.id))
    if not isinstance(seen, PromiseSeen):
        return
    for c in seen.clock.candidates:
        if (c.record, c.key) == (frame.record, frame.key) and seen.clock.state is not None:
            yield Answer(row.record, row.key, seen, c)


def _beside(reader: Reader, promise: Promise, frame: Frame) -> Iterator[Frame]:
    """The rows of a promise whose clock an event over the frame's record stops, and that belong to the same row above."""
    measure, record = promise.kpi.measure, promise.figure.record
    event = picked(reader, measure, record) if isinstance(measure, m.TimeBetween) else None
    if event is None or event.record == record or not isinstance(event.pick, m.NthRow):
        return
    has = row_above(frame, event.record)
    if has is not None and event.pick.record == frame.record:
        rows = reader.evaluation.evaluator.below(record, has)
        yield from (row for row in rows if (row.record, row.key) != (frame.record, frame.key))


def _listings(reader: Reader, frame: Frame, only: m.Commitment | None) -> Iterator[ListingSeen]:
    for x in reader.meaning.plan.listings:
        wanted = only is None or x.subject == only.id
        if wanted and x.record == frame.record and reader.evaluation.evaluator.value(x.when, frame) is True:
            yield ListingSeen(x.kind, x.subject)


def _problems(reader: Reader, frame: Frame, reading: Sequence[Problem]) -> Iterator[ProblemSeen]:
    """Problems of the row and of those below it; each once, as what it is."""
    told = set()
    for p in (*reading, *reader.evaluation.problems):
        for key in dict.fromkeys(e.key for e in p.examples):
            if key is None or not _is_about(reader, frame, p.record, key):
                continue
            if p.kind in TOLD_TWICE:
                told.add((p.record, p.field, key))
            elif p.kind == "missing value" and (p.record, p.field, key) in told:
                continue
            examples = tuple(e for e in p.examples if e.key == key)
            yield ProblemSeen(key, replace(p, count=len(examples), examples=examples))


def _is_about(reader: Reader, frame: Frame, record: str, key: str) -> bool:
    if record == frame.record:
        return key == frame.key
    row = reader.evaluation.by_key.get((record, key))
    while row is not None and row.record != frame.record:
        row = row.parent
    return row is not None and row.key == frame.key
