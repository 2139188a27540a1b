"""`sla explain --format json`: a row's story as the document that `sladsl.reports.explain.document` types."""

from __future__ import annotations

from decimal import Decimal

from sladsl import types as t
from sladsl.calendars import SECOND, day_date, iso, zone
from sladsl.engines.rows.values import Value
from sladsl.explaining import Phrase, RowSeen, ScoreSeen, Story
from sladsl.explaining.story import (
    BranchSeen,
    Candidate,
    DayCounted,
    DeadlineSeen,
    DefinitionSeen,
    FieldSeen,
    FigureSeen,
    Held,
    Membership,
    MomentSeen,
    PauseSeen,
    PeriodEndSeen,
    ProblemSeen,
    PromiseSeen,
    RouteSeen,
    RungSeen,
    Skip,
    Stretch,
)
from sladsl.plan.rows import lists_left_out
from sladsl.reports.as_of_document import as_of_from, doubts_of, end_of_data, quiet_sources
from sladsl.reports.documents import document_text
from sladsl.reports.explain import document as d
from sladsl.reports.explain.sections import in_short


def report(story: Story) -> str:
    """The document as text, ending with a line feed."""
    return document_text(explanation(story))


def explanation(story: Story) -> d.Explanation:
    """The document, in a stable order."""
    at = story.as_of
    return d.Explanation(
        agreement=d.Agreement(name=story.agreement, file=story.file, zone=story.zone),
        as_of=iso(at.instant),
        as_of_from=as_of_from(at),
        data_ends=tuple(map(end_of_data, at.ends)),
        quiet_sources=quiet_sources(at),
        as_of_doubts=doubts_of(at, zone(story.zone)),
        record=story.record,
        key=story.key,
        said=tuple(f"{about}: {said}" for about, said in in_short(story, zone(story.zone))),
        places=tuple(d.Place(file=p.file, line=p.line) for p in story.places),
        belongs_to=tuple(d.Above(record=a.record, key=a.key, found=a.there) for a in story.above),
        has=dict(story.below),
        spells=tuple(
            d.Spell(
                spell=x.spell,
                key=x.key,
                began=iso(x.began),
                ended=None if x.ended is None else iso(x.ended),
                values=tuple(_field(f) for f in x.values),
                ends=tuple(map(_end, x.ends)),
            )
            for x in story.spells
        ),
        accountable=None if story.accountable is None else _field(story.accountable),
        fields=tuple(_field(f) for f in story.fields),
        not_kept=tuple(tuple(_field(f) for f in other) for other in story.others),
        definitions=tuple(_definition(x) for x in story.definitions),
        routes=tuple(_route(r) for r in story.routes),
        clocks=tuple(_clock(c) for c in story.clocks),
        figures=tuple(_figure(f) for f in story.figures),
        not_judged=tuple(
            d.NotJudged(id=x.id, kpi=x.kpi, owner=x.owner or None, data_end=end_of_data(x.end))
            for x in story.unjudged
        ),
        answers=tuple(
            d.Answer(record=x.record, key=x.key, clock=x.promise.id, fate=x.event.fate) for x in story.answers
        ),
        in_doubt=tuple(
            d.Doubt(kind=x.kind, subject=x.subject) for x in story.listings if not lists_left_out(x.kind)
        ),
        data_problems=tuple(_problem(p) for p in story.problems),
        ends=tuple(map(_end, story.ends)),
    )


def _end(x: PeriodEndSeen) -> d.PeriodEnd:
    return d.PeriodEnd(figure=x.figure, period=x.period, outcome=str(x.outcome))


# ------------------------------------------------------------------------------------------------------------- values


def _value(value: Value, type: t.Type) -> str | float | bool | None:
    """A value as JSON has it: instants with `Z`, dates, durations in seconds, numbers, text, true and false."""
    match value, type:
        case ((None | bool() | str()), _):
            return value
        case Decimal(), _:
            return _number(value)
        case _, t.Time():
            return iso(value)
        case _, t.Date():
            return day_date(value).isoformat()
        case _:
            return _seconds(value)


def _number(value: Decimal) -> float:
    return int(value) if value == value.to_integral_value() else float(value)


def _seconds(span: int) -> float:
    return span // SECOND if span % SECOND == 0 else span / SECOND


def _seconds_of(span: int | None) -> float | None:
    return None if span is None else _seconds(span)


def _instant(at: int | None) -> str | None:
    return None if at is None else iso(at)


def _field(f: FieldSeen) -> d.Field:
    return d.Field(
        name=f.name, label=f.label, value=_value(f.value, f.type), hidden=f.hidden, called=f.called or None
    )


def _moment(x: MomentSeen) -> d.Moment:
    return d.Moment(words=x.words, at=_instant(x.at), whole_day=x.whole_day, hidden=x.hidden)


# ------------------------------------------------------------------------------------------------------------ phrases


def _phrase(p: Phrase) -> d.Phrase:
    return d.Phrase(
        text=p.text,
        value=_value(p.value, p.type),
        later=p.later,
        called=p.called or None,
        parts=tuple(_phrase(part) for part in p.parts if not part.constant),
        rows=tuple(_row(r) for r in p.rows),
        score=None if p.score is None else _score(p.score),
    )


def _phrase_of(p: Phrase | None) -> d.Phrase | None:
    return None if p is None else _phrase(p)


def _row(r: RowSeen) -> d.Row:
    return d.Row(record=r.record, key=r.key, at=_instant(r.at), fate=r.fate, where=_phrase_of(r.where))


def _score(s: ScoreSeen) -> d.Score:
    return d.Score(
        name=s.name,
        label=s.label,
        total=_value(s.total, t.Number()),
        clauses=tuple(
            d.Clause(points=_number(c.points), added=c.added, condition=_phrase(c.condition))
            for c in s.clauses
        ),
    )


# --------------------------------------------------------------------------------------------- definitions and routes


def _definition(x: DefinitionSeen) -> d.Definition:
    return d.Definition(
        name=x.name,
        label=x.label,
        builds_on=x.base,
        status=d.word(x.status),
        in_term=x.in_term,
        since=None if x.since is None else _moment(x.since),
        entered=_instant(x.entry),
        seen_until=_instant(x.until),
        condition=_phrase_of(x.when),
    )


def _branch(b: BranchSeen) -> d.Branch:
    return d.Branch(gives=b.gives, when=_phrase_of(b.when), fate=b.fate)


def _route(r: RouteSeen) -> d.Route:
    return d.Route(
        definition=r.definition,
        applies=r.member,
        destination=r.destination,
        branches=tuple(_branch(b) for b in r.branches),
    )


# ----------------------------------------------------------------------------------------------------------- promises


def _membership(member: Membership) -> d.Population:
    period = member.period
    return d.Population(
        of=member.of,
        standing=member.standing,
        entered=_instant(member.entry),
        period=None
        if period is None
        else d.PeriodOf(label=period.label, start=iso(period.start), end=iso(period.end)),
        where=_phrase_of(member.where),
    )


def _clock(p: PromiseSeen) -> d.Clock:
    c = p.clock
    return d.Clock(
        id=p.id,
        kpi=p.kpi,
        label=p.label,
        narrowed_to=p.narrowed_to,
        owner=p.owner or None,
        counterparty=p.counterparty or None,
        promise=p.promise,
        population=_membership(p.membership),
        data_end=None if p.end is None else end_of_data(p.end),
        state=None if c.state is None else d.word(c.state),
        undecided_because=None if c.undecided is None else str(c.undecided),
        goal=p.goal,
        start=_moment(c.start),
        branches=tuple(_branch(b) for b in c.choice),
        exclusions=tuple(_branch(b) for b in c.exclusions),
        deadline=None if c.deadline is None else _deadline(c.deadline),
        stop=_moment(c.stop),
        events=tuple(_event(x) for x in c.candidates),
        late_by=_seconds_of(p.margin),
        late_by_open_time=_seconds_of(p.open_margin),
        took=_seconds_of(c.elapsed),
        took_in=c.elapsed_calendar,
        pauses=tuple(_pause(x) for x in c.pauses),
        stood_still=_seconds_of(c.stood),
        ladder=tuple(_rung(x) for x in p.ladder),
        follows=tuple(d.Consequence(action=a.verb, to=a.to) for a in p.follows),
    )


def _deadline(x: DeadlineSeen) -> d.Deadline:
    return d.Deadline(
        words=x.words,
        at=_instant(x.at),
        calendar=x.calendar,
        zone=x.zone,
        counted_from=_instant(x.counted_from),
        end_of_day=x.end_of_day,
        timeline=tuple(_stretch(s) for s in x.timeline),
        days=tuple(_day(day) for day in x.days),
        without_pauses=_instant(x.without_pauses),
        clock_changes=tuple(d.ClockChange(at=iso(at), by=_seconds(by)) for at, by in x.shifts),
    )


def _rung(x: RungSeen) -> d.Rung:
    actions = tuple(d.Consequence(action=a.verb, to=a.to) for a in x.actions)
    return d.Rung(words=x.words, at=_instant(x.at), followed=x.followed, actions=actions)


def _pause(x: PauseSeen) -> d.Pause:
    return d.Pause(record=x.record, key=x.key, began=iso(x.began), ended=_instant(x.ended))


def _stretch(x: Stretch | Skip | Held) -> d.Stretch:
    """An open interval that was counted, or what was skipped; the other's fields are null or empty."""
    start, end = iso(x.start), iso(x.end)
    if isinstance(x, Held):
        return d.Stretch(start=start, end=end, counted=0, total=None, own_hours=False, closed=(), paused=True)
    if isinstance(x, Stretch):
        counted, total = _seconds(x.end - x.start), _seconds(x.total)
        return d.Stretch(
            start=start, end=end, counted=counted, total=total, own_hours=x.own_hours, closed=(), paused=False
        )
    closed = tuple(
        d.Closed(
            start=iso(c.start),
            end=iso(c.end),
            date=day_date(c.day).isoformat(),
            why=c.why,
            name=c.name or None,
        )
        for c in x.closed
    )
    return d.Stretch(
        start=start, end=end, counted=0, total=None, own_hours=False, closed=closed, paused=False
    )


def _day(x: DayCounted) -> d.Day:
    closed = x.closed
    return d.Day(
        date=day_date(x.day).isoformat(),
        number=x.number,
        why=None if closed is None else closed.why,
        name=None if closed is None else closed.name or None,
    )


def _event(c: Candidate) -> d.Event:
    return d.Event(
        record=c.record or None,
        key=c.key,
        at=_instant(c.at),
        fate=c.fate,
        number=c.number or None,
        where=_phrase_of(c.where),
    )


def _figure(f: FigureSeen) -> d.Figure:
    return d.Figure(
        id=f.id,
        kpi=f.kpi,
        label=f.label,
        narrowed_to=f.narrowed_to,
        owner=f.owner or None,
        counterparty=f.counterparty or None,
        promise=f.promise,
        population=_membership(f.membership),
        data_end=None if f.end is None else end_of_data(f.end),
        measure=str(f.measure),
        counted=f.counted,
        value=None if f.type is None else _value(f.value, f.type),
        unit=f.unit,
        seen_until=_instant(f.until),
        condition=_phrase_of(f.condition),
        by=tuple(_field(x) for x in f.by),
    )


def _problem(p: ProblemSeen) -> d.Problem:
    x = p.problem
    return d.Problem(
        record=x.record,
        key=p.key,
        kind=x.kind,
        field=x.field,
        places=tuple(d.ProblemPlace(file=e.file or x.file, line=e.line, value=e.value) for e in x.examples),
    )
