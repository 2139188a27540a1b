"""What a reader is told about the word under the pointer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace

from sladsl import model as m
from sladsl import types as t
from sladsl.calendars import (
    HOUR,
    Duration,
    DurationKind,
    Instant,
    NeverOpen,
    OpenTime,
    OutOfReach,
    Zone,
    add_local,
    local_time,
    zone,
)
from sladsl.functions import CALLS, FUNCTIONS
from sladsl.ide.keywords import HELP, phrase_at
from sladsl.ide.literals import literal_at
from sladsl.ide.view import TEXTS, WORDS, Target, View
from sladsl.ide.words import field_words, function_help, one_line, signature_words
from sladsl.source import Span

MOST_EXPANDED = 5
"""Definitions that a hover shows the conditions of, one over the other."""


@dataclass(frozen=True, slots=True)
class Hover:
    """`code` is a line of the language, `notes` are sentences, `rows` are rows as tests; all shown for the stretch `span` of the text."""

    span: Span
    code: str
    notes: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()


def hover(view: View, offset: int) -> Hover | None:
    """What is known of the word at an offset; None where there is nothing to say."""
    named = view.named_at(offset)
    if named is not None and named.target.kind not in TEXTS:
        described = describe_target(view, named.target, named.span)
        commitment = _commitment_at(view, offset) if named.target.kind == "kpi" else None
        if described is not None and commitment is not None:
            return replace(described, notes=(*described.notes, *due_notes(view.model, commitment)))
        return described
    literal = literal_at(view, offset)
    if literal is not None:
        return Hover(literal.span, literal.code, literal.notes)
    keyword = phrase_at(view.text, offset)
    if keyword is not None:
        span, phrase = keyword
        return Hover(span, phrase, (HELP[phrase],))
    return None


def _commitment_at(view: View, offset: int) -> m.Commitment | None:
    """The commitment whose own KPI stands at an offset."""
    at = view.layout.shelved(offset)
    for commitment in view.model.commitments:
        place = commitment.origin.name_span
        if at is not None and commitment.origin.file == view.name and place.start <= at <= place.end:
            return commitment
    return None


def describe_target(view: View, target: Target, span: Span) -> Hover | None:
    """What is known of a name."""
    match target.kind:
        case "function":
            function = FUNCTIONS[target.name]
            lines = [signature_words(function, each)[0] for each in function.signatures]
            return Hover(span, "\n".join(lines), (function_help(target.name),))
        case "party":
            agreement = view.model.agreement
            parties = agreement.parties if agreement else ()
            label = next((party.label for party in parties if party.name == target.name), "")
            return Hover(span, target.name, (f"party: {label}" if label else "party to the agreement",))
        case "field":
            return _field(view, target, span)
    value = view.value(target)
    if value is None:
        return Hover(span, f"{WORDS[target.kind]} {target.name}")
    return Hover(span, _header(view, target, value), tuple(_notes(view, value)))


def _field(view: View, target: Target, span: Span) -> Hover | None:
    record = view.model.records.get(target.record or "")
    written = record.fields.get(target.name) if record else None
    if record is None or written is None:
        return None
    notes = [f"field of `{record.name}`" + (f": {written.label}" if written.label else "")]
    if written.implied:
        notes = [f"the key of the `{written.name}` that a row of `{record.name}` belongs to"]
    if record.moment is written:
        notes.append(f"the moment of `{record.name}`")
    sources = [
        f'`{source.name}` reads it from "{mapping.column}"'
        for source in view.model.sources
        if source.record == record.name
        for mapping in source.mappings
        if mapping.field == written.name and mapping.column is not None
    ]
    return Hover(span, f"{written.name} {field_words(written)}", (*notes, *sources))


def _header(view: View, target: Target, value: object) -> str:
    """The declaration as written, when it is short; else its beginning."""
    place = view.whole(target)
    if place is None:
        return f"{WORDS[target.kind]} {target.name}"
    lines = view.written(place).splitlines()
    shown = lines if len(lines) <= 12 else [*lines[:11], "  …"]
    return "\n".join(line.rstrip() for line in shown)


def _notes(view: View, value: object) -> Iterator[str]:
    match value:
        case m.Record():
            yield from _record(view, value)
        case m.Definition():
            yield from _definition(view, value)
        case m.Score():
            high = sum(each.points for each in value.clauses if each.points > 0)
            low = sum(each.points for each in value.clauses if each.points < 0)
            yield f"a number of `{value.record}`, from {low} to {high}"
        case m.Event():
            yield f"a moment of `{value.record}`: {value.type}"
        case m.Kpi():
            yield from _kpi(view, value)
        case m.Derived():
            yield f"a field of `{value.record}` that no data fill: {value.type}, read at the moment at which it is asked for"
        case m.Let():
            yield f"constant: {value.value.type}"
        case m.Calendar():
            of = f"in the zone of each `{value.record}`: its `{value.zone_field}`"
            yield of if value.record is not None else f"in {value.rules.zone}"


def _record(view: View, record: m.Record) -> Iterator[str]:
    if record.spell is not None and record.link is not None:
        yield f"stretches of time of a `{record.link.parent}`, each with its `began` and its `ended`"
    elif record.link is not None:
        yield f"`{record.link.own}` holds the `{record.link.theirs}` of its `{record.link.parent}`"
    if record.moment is not None:
        yield f"a row comes in at its `{record.moment.name}`"
    sources = [f"`{each.name}`" for each in view.model.sources if each.record == record.name]
    if sources:
        yield f"read from {', '.join(sources)}"


def _definition(view: View, definition: m.Definition) -> Iterator[str]:
    """What being in it asks for, down to the record."""
    yield f"rows of `{definition.record}`"
    at: m.Definition | None = definition
    for _ in range(MOST_EXPANDED):
        if at is None:
            return
        versions = at.when.versions if isinstance(at.when, m.ByDate) else ((None, at.when),)
        for since, when in versions if at is not definition else versions[1:]:
            place = None if when is None else view.place(at.origin.file, when.span)
            if place is not None:
                dated = f" from {since} on" if since is not None else ""
                yield f"`{at.name}`{dated}: when {one_line(view.written(place), 200)}"
        at = view.model.definitions.get(at.base) if at.base else None


def _kpi(view: View, kpi: m.Kpi) -> Iterator[str]:
    unit = unit_of(kpi)
    yield f"measured over rows of `{kpi.record}`" + (f", in {unit}" if unit else "")
    for commitment in view.model.commitments:
        if commitment.kpi == kpi.name:
            yield f"`{commitment.owner}` owes `{commitment.counterparty}`: {commitment.words}"


def unit_of(kpi: m.Kpi) -> str:
    """What a KPI's figure is counted in."""
    match kpi.measure:
        case m.Count():
            return "rows"
        case m.Become() | m.Whose():
            return "percent"
        case m.TimeBetween():
            return kpi.measure.unit
        case m.Statistic(value=value):
            return value.type.unit if isinstance(value.type, t.Number) else ""


CALLABLE = frozenset(CALLS)


# --- the deadline of a made-up row: what a budget comes to, on a Friday afternoon of the first week

_FRIDAY = 4
_START = dt.time(16)
_EPOCH = dt.datetime(1970, 1, 1)


def due_notes(model: m.Model, commitment: m.Commitment) -> list[str]:
    """A sentence for each choice of a commitment that is due within a time; none for other commitments."""
    agreement = model.agreement
    if agreement is None or agreement.first is None or not isinstance(commitment.target, m.Within):
        return []
    where = zone(agreement.zone)
    friday = agreement.first + dt.timedelta(days=(_FRIDAY - agreement.first.weekday()) % 7)
    start = where.to_instant(local_time(dt.datetime.combine(friday, _START)))[0]
    notes = []
    for choice in commitment.target.choices:
        if isinstance(choice.due, m.Budget) and (due := _due(model, choice.due, start, where)) is not None:
            notes.append(f"{choice.words}: from {_shown(start, where)}, due {_shown(due, where)}")
    return notes


def _due(model: m.Model, budget: m.Budget, start: Instant, where: Zone) -> Instant | None:
    """None where a calendar that could not be read, or is never open, is asked for."""
    duration = budget.duration
    if duration.kind is DurationKind.ABSOLUTE:
        return start + duration.amount
    if duration.kind is DurationKind.LOCAL:
        return add_local(start, duration, where)
    calendar = model.calendars.get(budget.calendar or "")
    if calendar is None or calendar.record is not None:
        return None
    try:
        return _open(OpenTime(calendar.rules, start, start + HOUR), duration, start)
    except (NeverOpen, OutOfReach):
        return None


def _open(calendar: OpenTime, duration: Duration, start: Instant) -> Instant:
    if duration.kind is DurationKind.BUSINESS:
        return calendar.deadline(start, duration.amount)
    if duration.kind is DurationKind.BUSINESS_DAYS:
        return calendar.add_business_days(start, duration.amount)
    return calendar.close_of_business_day(start, duration.amount)


def _shown(at: Instant, where: Zone) -> str:
    local = _EPOCH + dt.timedelta(microseconds=where.local(at))
    return f"{local:%A %Y-%m-%d %H:%M}"
