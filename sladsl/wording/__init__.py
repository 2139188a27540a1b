"""An agreement in plain English, as values: the page for both teams that `sla doc` prints. How it is drawn is for `reports`.

Every sentence is made from the model, and everything that is promised is in one. What says where data are kept (records' columns, sources,
imports) and the tests are not promised to anybody, and are left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from sladsl import model as m
from sladsl.calendars import day_number
from sladsl.calendars.rules import CalendarRules, holiday_called, holiday_days
from sladsl.clauses import Told, clauses_of_agreement, clauses_of_calendar
from sladsl.nouns import joined, nth, says_how
from sladsl.wording import names
from sladsl.wording.conditions import condition, moment, moment_of, one_of, value, which_rows
from sladsl.wording.lines import Item, Line, Page, Section, line, plain, sentence, strong
from sladsl.wording.promises import commitment_titles, promise, tracked

__all__ = [
    "Item",
    "Line",
    "Page",
    "Section",
    "lasting",
    "page",
    "picked",
    "plain",
    "points",
    "route_case",
]


def page(model: m.Model, stamp: str = "") -> Page:
    """The page of a model that has an agreement and no error. `stamp` names the text that it was made from."""
    agreement = model.agreement
    assert agreement is not None, "only an agreement has a page"
    sections = [*_owed(model), *_section("What counts", _meaning(model)), *_section("Scores", _points(model))]
    sections += _section("Who gets it", _routes(model))
    sections += _section("What never is", _nevers(model))
    sections += _section("Measured, without a target", _tracked(model))
    sections += _section("Hours", _hours(model))
    signers = tuple(names.party(p) for p in agreement.parties)
    return Page(agreement.label, tuple(_facts(agreement)), tuple(sections), signers, stamp)


def _section(title: str, items: Iterator[Item]) -> list[Section]:
    made = tuple(items)
    return [Section(title, made)] if made else []


def _facts(a: m.Agreement) -> Iterator[tuple[str, str]]:
    facts: dict[str, str] = {}
    for clause in clauses_of_agreement(a):
        said = clause.said(a)
        if said:
            before = facts.get(clause.fact)
            facts[clause.fact] = said if before is None else f"{before}{clause.between}{said}"
    yield from facts.items()


def _owed(model: m.Model) -> Iterator[Section]:
    called = names.parties(model)
    for owner, to in commitment_titles(model):
        promises = tuple(
            promise(model, c) for c in model.commitments if (c.owner, c.counterparty) == (owner, to)
        )
        yield Section(f"What {called.get(owner, owner)} owes {called.get(to, to)}", promises)


# ---------------------------------------------------------------------------------------------------------- what counts


def _meaning(model: m.Model) -> Iterator[Item]:
    for d in model.definitions.values():
        yield Item(_definition(model, d), tuple(_versions(model, d)))
    for f in model.derived.values():
        title, record = strong(names.titled(model, f.name, f.label)), names.spoken(f.record)
        yield Item(line(title, f", of {one_of(record)} at each moment: {value(model, f.value)}."))
    for e in model.events.values():
        yield Item(_event(model, e))
    for r in model.records.values():
        if r.spell is not None:
            yield Item(_spell(model, r, r.spell))
    for lifecycle in model.lifecycles:
        steps = " → ".join(names.spoken(s) for s in lifecycle.steps)
        yield Item(line(strong(f"The stages of {one_of(names.spoken(lifecycle.record))}"), f": {steps}."))
    for r in model.records.values():
        owner = r.accountable
        if owner is not None:
            record, field = names.spoken(r.name), names.field_called(model, owner)
            yield Item(line(f"Who is accountable for {one_of(record)}: its ", strong(field), "."))


def _nevers(model: m.Model) -> Iterator[Item]:
    for x in model.nevers:
        rows = names.spoken(x.definition or x.record)
        yield Item(
            line(
                strong(x.label), f": no {rows} is one for which {condition(model, x.when)}, when it comes in."
            )
        )


def _definition(model: m.Model, d: m.Definition) -> Line:
    base, above = names.spoken(d.base or d.record), names.spoken(d.record)
    how = base != above and says_how(base)
    base = f"{one_of(above)} that is {base}" if how else one_of(base)
    own = d.when.value if isinstance(d.when, m.ByDate) else d.when
    when = f"{' and' if how else ''} for which {condition(model, own)}" if own is not None else ""
    since = f"; it counts from {_its(model, d.since)}" if d.since is not None else ""
    return line(strong(names.titled(model, d.name, d.label)), f": {base}{when}{since}.")


def _versions(model: m.Model, d: m.Definition) -> Iterator[Line]:
    """What it is from each date on at which it becomes another."""
    base = one_of(names.spoken(d.base or d.record))
    for day, when in d.when.later if isinstance(d.when, m.ByDate) else ():
        yield line(f"From {names.date(day)} on: {base} for which {condition(model, when)}.")


def _its(model: m.Model, at: m.Moment) -> str:
    return f"its {moment(model, at)}" if isinstance(at, m.AnyField) else moment(model, at)


def _event(model: m.Model, e: m.Event) -> Line:
    return line(strong(names.titled(model, e.name, e.label)), f": {picked(model, e)}.")


def picked(model: m.Model, e: m.Event) -> str:
    """What an event is: one of the rows that belong to a row, or of its moments."""
    match e.pick:
        case m.OneOfSeveral(moments=(m.MovedMoment() as alone,)):
            return moment_of(model, alone)
        case m.OneOfSeveral(moments=moments, latest=latest):
            which = "latest" if latest else "earliest"
            return f"the {which} of {joined(moment_of(model, x) for x in moments)}"
        case m.NthRow(position=position, record=record, by=by, where=which, next=after):
            own = model.records[record].moment
            dated = "" if own is not None and own.name == by else f", by {names.spoken(by)}"
            told = f" for which {condition(model, which)}" if which is not None else ""
            place = "next" if after else nth(position)
            return f"the {place} {names.spoken(record)}{told}{dated}"


def _spell(model: m.Model, r: m.Record, spell: m.EachRow | m.Stretch) -> Line:
    return line(strong(names.titled(model, r.name, r.label)), f": {lasting(model, r, spell)}.")


def lasting(model: m.Model, r: m.Record, spell: m.EachRow | m.Stretch) -> str:
    """What a spell is, and from when to when."""
    of = names.spoken(r.link.parent) if r.link is not None else "row"
    match spell:
        case m.EachRow(record=record, began=began, ended=ended):
            fields = model.records[record].fields
            first, last = (names.field_called(model, fields[x]) for x in (began, ended))
            return f"each {names.spoken(record)} of {one_of(of)}, from its {first} to its {last}"
        case m.Stretch(condition=holds, values=values, names=fields):
            each = joined((names.field_called(model, r.fields[x]) for x in fields), "and")
            split = f"; when {each} changes, one ends and the next begins" if values else ""
            return f"as long as, for {one_of(of)}, {condition(model, holds)}{split}"


def _points(model: m.Model) -> Iterator[Item]:
    for s in model.scores.values():
        clauses = [
            line(strong(sign), told) for sign, told in (points(model, c) for c in s.clauses if c.number < 2)
        ]
        yield Item(
            line(strong(names.titled(model, s.name, s.label)), f", for {one_of(names.spoken(s.record))}:"),
            tuple(clauses),
        )


def points(model: m.Model, c: m.ScoreClause) -> tuple[str, str]:
    """The points of a score's clause, and when they are added."""
    sign = "−" if c.points < 0 else "+"
    told = f" when {condition(model, c.when)}"
    if isinstance(c.when, m.RowsTest) and c.number:
        told = f" for each {which_rows(model, c.when.rows)}, at most {names.number(c.most)}"
    return f"{sign}{names.number(abs(c.points))}", told


def _routes(model: m.Model) -> Iterator[Item]:
    for r in model.routes:
        rows = names.members_of(model, r.definition)
        cases = "; ".join(route_case(model, c) for c in r.cases)
        yield Item(line(strong(rows[:1].upper() + rows[1:]), f" go {cases}."))


def route_case(model: m.Model, c: m.RouteCase) -> str:
    """Where some rows go, and which."""
    when = f" when {condition(model, c.when)}" if c.when is not None else " otherwise"
    return f"to {names.quoted(c.destination)}{when}"


def _tracked(model: m.Model) -> Iterator[Item]:
    owed = {c.kpi for c in model.commitments}
    for kpi in model.kpis.values():
        if kpi.name not in owed:
            yield tracked(model, kpi)


def _hours(model: m.Model) -> Iterator[Item]:
    own = model.agreement.hours if model.agreement is not None else None
    for each in model.calendars.values():
        yield calendar(model, each, each.name == own and len(model.calendars) > 1)


# --- When there is somebody to answer, in words: weekly hours, and the days that differ.

MOST_HOLIDAYS_NAMED = 40


def _clock(calendar: m.Calendar) -> str:
    """Whose clock a calendar's hours are read on."""
    if calendar.record is None:
        return calendar.rules.zone
    return f"in each {names.spoken(calendar.record)}'s own {names.spoken(calendar.zone_field)}, its local"


def calendar(model: m.Model, described: m.Calendar, used_by_default: bool) -> Item:
    rules = described.rules
    own = " (business time, unless another is named)" if used_by_default else ""
    week = "; ".join(names.week(rules.weekly))
    head = line(
        strong(names.calendar_called(model, described.name)),
        f"{own}: {week or ('hours from date to date' if rules.weeks else 'never open')}, {_clock(described)} time.",
    )
    return Item(head, tuple(_exceptions(described, *_years(model))))


def _years(model: m.Model) -> tuple[dt.date, dt.date] | tuple[None, None]:
    """The term, if it has an end: then its holidays can be named."""
    agreement = model.agreement
    if agreement is None or agreement.first is None or agreement.last is None:
        return None, None
    return agreement.first, agreement.last


def _exceptions(calendar: m.Calendar, first: dt.date | None, last: dt.date | None) -> Iterator[Line]:
    told = [clause.said() for clause in clauses_of_calendar(calendar)]
    for where, words in told:
        if where is Told.CHANGE:
            yield line(sentence(words))
    closed = [words for where, words in told if where is Told.CLOSED]
    if closed:
        yield line(sentence(f"closed on {'; on '.join(closed)}"))
    opened = [words for where, words in told if where is Told.OPEN]
    if opened:
        yield line(sentence(f"open on {joined(opened)}"))
    if first is not None and last is not None and calendar.rules.holidays:
        yield from _named(calendar.rules, first, last)


def _named(rules: CalendarRules, first: dt.date, last: dt.date) -> Iterator[Line]:
    start, end = day_number(first), day_number(last)
    days: dict[int, str] = {}
    for rule in rules.holidays:
        for day in holiday_days(rule, first.year, last.year):
            if start <= day <= end:
                days.setdefault(day, holiday_called(rule, day) or rule.region)
    holidays = [f"{_short(day)} {days[day]}" for day in sorted(days)]
    if 0 < len(holidays) <= MOST_HOLIDAYS_NAMED:
        yield line(f"Holidays in the term: {', '.join(holidays)}.")


def _short(day: int) -> str:
    full = names.day(day).split()
    return f"{full[0]} {full[1][:3]}"
