"""What things are called on a page: labels where there are some, names without underscores where there are none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from itertools import groupby

from sladsl import model as m
from sladsl import types as t
from sladsl.calendars import DAY, MINUTE, Duration, Spans, describe
from sladsl.calendars.instants import day_date
from sladsl.calendars.rules import Week
from sladsl.nouns import joined, rows_called

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def spoken(name: str) -> str:
    """`company_size` as `company size`."""
    return name.replace("_", " ")


def in_a_sentence(label: str) -> str:
    """A label in the middle of a sentence: `Employees` as `employees`, `MQLs that …` as it is."""
    return label if label[1:2].isupper() or not label[:1].isupper() else label[:1].lower() + label[1:]


def called(name: str, label: str) -> str:
    return in_a_sentence(label) if label else spoken(name)


def titled(model: m.Model, name: str, label: str) -> str:
    """A name with its label behind it: `reachable (MQLs that can be phoned)`."""
    return _defined(model, spoken(name)) + (f" ({label})" if label else "")


def _defined(model: m.Model, words: str) -> str:
    """Words that are definitions are written as those: `mql volume` as `MQL volume`."""
    as_defined = {name.casefold(): name for name in model.definitions if name.isupper()}
    return " ".join(as_defined.get(word, word) for word in words.split(" "))


def field(model: m.Model, use: m.Reported) -> str:
    """A field's label or name; that of a row which another names is that one's: `owner's manager`."""
    if isinstance(use, m.DerivedUse):
        return called(use.name, model.derived[use.name].label)
    own = field_called(model, model.records[use.record].fields[use.field])
    return f"{field(model, use.through)}'s {own}" if isinstance(use, m.PathUse) else own


def field_called(model: m.Model, field: m.Field) -> str:
    """Its label, else its name: `accepted_at` is the `accepted time`."""
    if field.label:
        return in_a_sentence(field.label)
    stem = field.name.removesuffix("_at")
    if stem == field.name or not isinstance(field.type, t.Time | t.Date):
        return _defined(model, spoken(field.name))
    return _defined(model, f"{spoken(stem)} {'time' if isinstance(field.type, t.Time) else 'date'}")


def lineage(model: m.Model, record: str) -> tuple[str, ...]:
    """The record and those that its rows belong to, the nearest first."""
    link = model.records[record].link
    return (record,) if link is None else (record, *lineage(model, link.parent))


def rows_of(model: m.Model, p: m.Population) -> str:
    """What a population's rows are called: `MQLs`, `probes`."""
    return rows_called(spoken(p.definition or p.record), spoken(p.record))


def members_of(model: m.Model, definition: str) -> str:
    """What a definition's rows are called."""
    return rows_called(spoken(definition), spoken(model.definitions[definition].record))


def party(p: m.Party) -> str:
    return p.label or spoken(p.name)


def parties(model: m.Model) -> dict[str, str]:
    agreement = model.agreement
    return {} if agreement is None else {p.name: party(p) for p in agreement.parties}


# ------------------------------------------------------------------------------------------------------------- values


def number(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def share(value: Decimal) -> str:
    return number(value * 100) + "%"


def date(day: dt.date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def day(number_of_day: int) -> str:
    """Of days since 1970-01-01."""
    return date(day_date(number_of_day))


def moment(at: dt.datetime) -> str:
    clock = f"{at:%H:%M:%S}" if at.second or at.microsecond else f"{at:%H:%M}"
    return f"{date(at.date())} {clock}"


def week(days: Week) -> Iterator[str]:
    """`Monday to Thursday 09:00 to 17:00`, `Friday 09:00 to 13:00`."""
    for spans, grouped in groupby(range(7), key=lambda day: days[day]):
        numbers = list(grouped)
        if spans:
            first, last = WEEK[numbers[0]], WEEK[numbers[-1]]
            called = first if len(numbers) == 1 else f"{first} {'and' if len(numbers) == 2 else 'to'} {last}"
            yield f"{called} {hours(spans)}"


def hours(spans: Spans) -> str:
    """`09:00 to 12:00 and 13:00 to 17:00`."""
    return joined(f"{clock(a)} to {clock(b)}" for a, b in spans)


def clock(at: int) -> str:
    """Microseconds after midnight, which at its end is 24:00; those of the next day say so."""
    if at == DAY:
        return "24:00"
    hours, minutes = divmod(at % DAY // MINUTE, 60)
    return f"{hours:02}:{minutes:02}" if at < DAY else f"{hours:02}:{minutes:02} the next day"


def duration(model: m.Model, d: Duration, calendar: str | None) -> str:
    """`4 business hours`, with the calendar's name where it is another than the agreement's own."""
    own = model.agreement.hours if model.agreement is not None else None
    other = "" if calendar is None or calendar == own else f" of {calendar_called(model, calendar)}"
    kind, ends = _ends(d)
    return f"{kind}{other}{ends}"


def _ends(d: Duration) -> tuple[str, str]:
    """A length of time, and where its last day ends."""
    kind, comma, when = describe(d).partition(", by ")
    end = "the close" if when == "close" else when
    return kind, f", by {end} of that day" if comma else ""


def budget(model: m.Model, b: m.Budget) -> str:
    if b.zone is None:
        return duration(model, b.duration, b.calendar)
    kind, ends = _ends(b.duration)
    whose = field(model, b.zone.through) if isinstance(b.zone, m.PathUse) else spoken(b.zone.record)
    return f"{kind} of the {whose}'s own {calendar_called(model, b.calendar or '')}{ends}"


def calendar_called(model: m.Model, name: str) -> str:
    named = model.calendars.get(name)
    return (named.label if named is not None else "") or spoken(name)


def quoted(text: str) -> str:
    return f"“{text}”"
