"""An agreement as a page for both teams: every sentence is made from the model, and everything that is promised is in one.

What says where data are kept (records' columns, sources, imports) and the tests are not promised to anybody, and are left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import groupby

from sladsl import model as m
from sladsl.calendars import day_number
from sladsl.calendars.rules import CalendarRules, HolidayRule, Spans, holiday_called, holiday_days
from sladsl.nouns import joined, plural
from sladsl.wording import names
from sladsl.wording.conditions import condition, moment, one_of
from sladsl.wording.lines import Item, Line, Page, Section, line, sentence, strong
from sladsl.wording.promises import commitment_titles, promise, tracked


def page(model: m.Model, stamp: str = "") -> Page:
    """The page of a model that has an agreement and no error. `stamp` names the text that it was made from."""
    agreement = model.agreement
    assert agreement is not None, "only an agreement has a page"
    sections = [*_owed(model), *_section("What counts", _meaning(model)), *_section("Scores", _points(model))]
    sections += _section("Who gets it", _routes(model))
    sections += _section("Measured, without a target", _tracked(model))
    sections += _section("Hours", _hours(model))
    signers = tuple(names.party(p) for p in agreement.parties)
    return Page(agreement.label, tuple(_facts(agreement)), tuple(sections), signers, stamp)


def _section(title: str, items: Iterator[Item]) -> list[Section]:
    found = tuple(items)
    return [Section(title, found)] if found else []


def _facts(a: m.Agreement) -> Iterator[tuple[str, str]]:
    yield "Between", joined(_full(p) for p in a.parties)
    if a.goal:
        yield "Goal", a.goal
    term = _term(a)
    if term:
        yield "Term", term
    start = f", years begin in {names.MONTHS[a.year_starts - 1]}" if a.year_starts != 1 else ""
    week = f", weeks begin on {WEEK[a.week_starts]}" if a.week_starts else ""
    yield "Periods", f"begin at midnight in {a.zone}{start}{week}"
    if a.review is not None or a.reviewed:
        yield "Review", "; ".join(_review(a))


def _full(p: m.Party) -> str:
    return f"{p.label} ({names.spoken(p.name)})" if p.label else names.spoken(p.name)


def _term(a: m.Agreement) -> str:
    match a.first, a.last:
        case None, None:
            return ""
        case first, None if first is not None:
            return f"from {names.date(first)} on"
        case None, last if last is not None:
            return f"until {names.date(last)}"
        case first, last:
            assert first is not None
            assert last is not None
            return f"{names.date(first)} to {names.date(last)}"


_EVERY = {"day": "daily", "week": "weekly", "month": "monthly", "quarter": "quarterly", "year": "yearly"}


def _review(a: m.Agreement) -> Iterator[str]:
    if a.review is not None:
        by = f" by {a.review.by}" if a.review.by else ""
        over = f", over {joined(map(names.spoken, a.review.over))}" if a.review.over else ""
        yield f"{_EVERY[str(a.review.cadence)]}{by}{over}"
    if a.reviewed:
        yield f"held on {joined(map(names.date, a.reviewed))}"


def _owed(model: m.Model) -> Iterator[Section]:
    called = names.parties(model)
    for owner, to in commitment_titles(model):
        found = tuple(
            promise(model, c) for c in model.commitments if (c.owner, c.counterparty) == (owner, to)
        )
        yield Section(f"What {called.get(owner, owner)} owes {called.get(to, to)}", found)


# ---------------------------------------------------------------------------------------------------------- what counts


def _meaning(model: m.Model) -> Iterator[Item]:
    for d in model.definitions.values():
        yield Item(_definition(model, d))
    for e in model.events.values():
        yield Item(_event(model, e))
    for found in model.lifecycles:
        steps = " → ".join(names.spoken(s) for s in found.steps)
        yield Item(line(strong(f"The stages of {one_of(names.spoken(found.record))}"), f": {steps}."))
    for r in model.records.values():
        owner = r.accountable
        if owner is not None:
            record, field = names.spoken(r.name), names.field_called(model, owner)
            yield Item(line(f"Who is accountable for {one_of(record)}: its ", strong(field), "."))


def _definition(model: m.Model, d: m.Definition) -> Line:
    base = one_of(names.spoken(d.base or d.record))
    when = f" for which {condition(model, d.when)}" if d.when is not None else ""
    since = f"; it counts from {_its(model, d.since)}" if d.since is not None else ""
    return line(strong(names.titled(model, d.name, d.label)), f": {base}{when}{since}.")


def _its(model: m.Model, at: m.Moment) -> str:
    return f"its {moment(model, at)}" if isinstance(at, m.AnyField) else moment(model, at)


def _event(model: m.Model, e: m.Event) -> Line:
    name = strong(names.titled(model, e.name, e.label))
    match e.pick:
        case m.EarliestOf(moments=moments):
            return line(name, f": the earliest of {joined(moment(model, x) for x in moments)}.")
        case m.NthRow(position=position, record=record, by=by, where=which, next=after):
            own = model.records[record].moment
            dated = "" if own is not None and own.name == by else f", by {names.spoken(by)}"
            told = f" for which {condition(model, which)}" if which is not None else ""
            place = "next" if after else _nth(position)
            return line(name, f": the {place} {names.spoken(record)}{told}{dated}.")


_ORDINALS = {1: "first", 2: "second", 3: "third", -1: "last"}


def _nth(position: int) -> str:
    return _ORDINALS.get(position, f"{position}th")


def _points(model: m.Model) -> Iterator[Item]:
    for s in model.scores.values():
        clauses = []
        for c in s.clauses:
            sign = "−" if c.points < 0 else "+"
            clauses.append(
                line(strong(f"{sign}{names.number(abs(c.points))}"), f" when {condition(model, c.when)}")
            )
        yield Item(
            line(strong(names.titled(model, s.name, s.label)), f", for {one_of(names.spoken(s.record))}:"),
            tuple(clauses),
        )


def _routes(model: m.Model) -> Iterator[Item]:
    for r in model.routes:
        cases = []
        for c in r.cases:
            when = f" when {condition(model, c.when)}" if c.when is not None else " otherwise"
            cases.append(f"to {names.quoted(c.destination)}{when}")
        yield Item(line(strong(plural(names.spoken(r.definition))), f" go {'; '.join(cases)}."))


def _tracked(model: m.Model) -> Iterator[Item]:
    owed = {c.kpi for c in model.commitments}
    for kpi in model.kpis.values():
        if kpi.name not in owed:
            yield tracked(model, kpi)


def _hours(model: m.Model) -> Iterator[Item]:
    own = model.agreement.hours if model.agreement is not None else None
    for found in model.calendars.values():
        yield calendar(model, found, found.name == own and len(model.calendars) > 1)


# --- When there is somebody to answer, in words: weekly hours, and the days that differ.

WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MOST_HOLIDAYS_NAMED = 40


def calendar(model: m.Model, found: m.Calendar, used_by_default: bool) -> Item:
    rules = found.rules
    own = " (business time, unless another is named)" if used_by_default else ""
    week = "; ".join(_week(rules))
    head = line(
        strong(names.calendar_called(model, found.name)), f"{own}: {week or 'never open'}, {rules.zone} time."
    )
    return Item(head, tuple(_exceptions(rules, *_years(model))))


def _years(model: m.Model) -> tuple[dt.date, dt.date] | tuple[None, None]:
    """The term, if it has an end: then its holidays can be named."""
    agreement = model.agreement
    if agreement is None or agreement.first is None or agreement.last is None:
        return None, None
    return agreement.first, agreement.last


def _week(rules: CalendarRules) -> Iterator[str]:
    for spans, days in groupby(range(7), key=lambda d: rules.weekly[d]):
        numbers = list(days)
        if spans:
            first, last = WEEK[numbers[0]], WEEK[numbers[-1]]
            called = first if len(numbers) == 1 else f"{first} {'and' if len(numbers) == 2 else 'to'} {last}"
            yield f"{called} {_spans(spans)}"


def _spans(spans: Spans) -> str:
    return joined(f"{names.clock(a)} to {names.clock(b)}" for a, b in spans)


def _exceptions(rules: CalendarRules, first: dt.date | None, last: dt.date | None) -> Iterator[Line]:
    closed = [_holidays(rule) for rule in rules.holidays]
    closed += [names.day(a) if a == b else f"{names.day(a)} to {names.day(b)}" for a, b in rules.closed]
    if closed:
        yield line(sentence(f"closed on {'; on '.join(closed)}"))
    if rules.openings:
        opened = (f"{names.day(day)} {_spans(spans) if spans else 'closed'}" for day, spans in rules.openings)
        yield line(sentence(f"open on {joined(opened)}"))
    if first is not None and last is not None and rules.holidays:
        yield from _named(rules, first, last)


def _holidays(rule: HolidayRule) -> str:
    but = f" except {joined(rule.except_names)}" if rule.except_names else ""
    return f"{rule.region} holidays{but}"


def _named(rules: CalendarRules, first: dt.date, last: dt.date) -> Iterator[Line]:
    start, end = day_number(first), day_number(last)
    days: dict[int, str] = {}
    for rule in rules.holidays:
        for day in holiday_days(rule, first.year, last.year):
            if start <= day <= end:
                days.setdefault(day, holiday_called(rule, day) or rule.region)
    found = [f"{_short(day)} {days[day]}" for day in sorted(days)]
    if 0 < len(found) <= MOST_HOLIDAYS_NAMED:
        yield line(f"Holidays in the term: {', '.join(found)}.")


def _short(day: int) -> str:
    full = names.day(day).split()
    return f"{full[0]} {full[1][:3]}"
