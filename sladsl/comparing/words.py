"""Each declaration in words, part by part: what is said of it where it changes.

`ASPECTS` has the words of every field that means something (`meaning.meant`), and a test holds it complete. The sentences are the page's
own; of sources and tests, of which the page tells nothing, the words are those of the agreement.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sladsl import model as m
from sladsl.addresses import masked, shown
from sladsl.calendars import CalendarRules
from sladsl.calendars.rules import ClosedHours, DatedWeek, HolidayRule
from sladsl.clauses import clauses_of
from sladsl.comparing.meaning import together
from sladsl.language.consequences import Consequence
from sladsl.language.source import Rows
from sladsl.nouns import joined
from sladsl.source import Source, Span
from sladsl.syntax.split import comments
from sladsl.wording import lasting, names, picked, points, route_case
from sladsl.wording.conditions import condition, moment, one_of, value
from sladsl.wording.promises import (
    amount_of,
    branch_of,
    dates_of,
    due_of,
    group_branch_of,
    how_many,
    measure,
    part_of,
    target_of,
)


@dataclass(frozen=True, slots=True)
class Speaker:
    """The agreement that is spoken of: its model, and its texts by the names of their files."""

    model: m.Model
    sources: Mapping[str, Source]

    def written(self, node: Any, span: Span) -> str:
        """A part of a declaration as it is written, on one line, without comments and without what may be secret."""
        text = self.sources[node.origin.file].slice(span)
        for comment in reversed(list(comments(text))):
            text = text[: comment.start] + text[comment.end :]
        return masked(" ".join(text.split()))

    def kpi(self, c: m.Commitment) -> m.Kpi:
        return self.model.kpis[c.kpi]


@dataclass(frozen=True, slots=True)
class One:
    """Fields that are told together, under a title; "" where there is nothing to tell."""

    fields: tuple[str, ...]
    title: str
    say: Callable[[Speaker, Any], str]


@dataclass(frozen=True, slots=True)
class When:
    """A condition: where its parts are joined by `and`, those that differ are told."""

    field: str
    title: str

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.field,)

    def say(self, speaker: Speaker, node: Any) -> str:
        asked = getattr(node, self.field)
        return "" if asked is None else condition(speaker.model, asked)


@dataclass(frozen=True, slots=True)
class Many:
    """Parts that are told one by one; one that is `alike` takes the place of another. `ordered`: where one stands means something."""

    fields: tuple[str, ...]
    title: str
    parts: Callable[[Any], Iterable[Any]]
    say: Callable[[Speaker, Any, Any], str]  # with the declaration that it is a part of
    alike: Callable[[Any], object] = type
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Inside:
    """A node whose aspects are told as the declaration's own; where it becomes one of another kind, the whole of it is."""

    field: str
    title: str
    say: Callable[[Speaker, Any], str]

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.field,)


Aspect = One | When | Many | Inside


def _label(title: str = "label") -> One:
    return One(("label",), title, lambda s, x: names.quoted(x.label) if x.label else "")


def _party(p: m.Party) -> str:
    return f"{p.name} ({p.label})" if p.label else p.name


def _term(s: Speaker, a: m.Agreement) -> str:
    if a.first is None:
        return ""
    return f"{names.date(a.first)} {'on' if a.last is None else f'to {names.date(a.last)}'}"


def _review(s: Speaker, a: m.Agreement) -> str:
    if a.review is None:
        return ""
    over = f" over {joined(a.review.over)}" if a.review.over else ""
    by = f" by {names.quoted(a.review.by)}" if a.review.by else ""
    return f"every {a.review.cadence}{by}{over}"


def _days(first: int, last: int) -> str:
    return names.day(first) if first == last else f"{names.day(first)} to {names.day(last)}"


def _of_weeks(s: Speaker, week: DatedWeek, rules: CalendarRules) -> str:
    begins = "" if week.first is None else f"from {names.day(week.first)} "
    ends = "on" if week.last is None else f"until {names.day(week.last)}"
    return f"{begins}{ends}: {'; '.join(names.week(week.hours))}"


def _holidays(s: Speaker, rule: HolidayRule, rules: CalendarRules) -> str:
    spared = f" but for {joined(names.quoted(x) for x in rule.except_names)}" if rule.except_names else ""
    return f"the holidays of {names.quoted(rule.region)}{spared}"


def _hours(s: Speaker, closed: ClosedHours, rules: CalendarRules) -> str:
    because = f" ({closed.because})" if closed.because else ""
    return f"{names.day(closed.day)} {names.hours(((closed.opens, closed.closes),))}{because}"


def _own_zone(s: Speaker, c: m.Calendar) -> str:
    return "" if c.record is None else f"each {names.spoken(c.record)}'s own {names.spoken(c.zone_field)}"


def _field(s: Speaker, f: m.Field, record: m.Record) -> str:
    kinds = (("key", f.key), ("optional", f.optional), ("accountable", f.accountable))
    label = f" {names.quoted(f.label)}" if f.label else ""
    return " ".join([f"{f.name}{label}:", *(word for word, holds in kinds if holds), str(f.type)])


def _link(s: Speaker, r: m.Record) -> str:
    if r.link is None:
        return ""
    return f"{names.spoken(r.link.parent)}, whose {r.link.theirs} its {r.link.own} is"


def _base(s: Speaker, d: m.Definition) -> str:
    return one_of(names.spoken(d.base or d.record))


def _target(s: Speaker, c: m.Commitment) -> str:
    return target_of(s.model, c, s.kpi(c))


def _branch(s: Speaker, choice: m.Choice, c: m.Commitment) -> str:
    assert isinstance(c.target, m.Within)
    alone = len(c.target.choices) == 1 and choice.when is None
    return due_of(s.model, choice) if alone else branch_of(s.model, choice)


def _limit(s: Speaker, c: m.Commitment) -> str:
    assert isinstance(c.target, m.Limit | m.Range)
    return amount_of(s.kpi(c), c.target)


def _later(s: Speaker, x: m.LaterTarget, c: m.Commitment) -> str:
    assert isinstance(x.target, m.Limit | m.Range), "a deadline that changes with the date is a choice"
    return f"from {names.date(x.since)} on {amount_of(s.kpi(c), x.target)}"


def _group_branch(s: Speaker, branch: tuple[bool, m.GroupBranch], c: m.Commitment) -> str:
    assert isinstance(c.target, m.GroupLimit)
    return group_branch_of(s.model, s.kpi(c), c.target, branch[1])


def _share(s: Speaker, c: m.Commitment) -> str:
    assert isinstance(c.target, m.Within)
    return f"{how_many(c.target.share).removesuffix(' of the')} in time"


def _clause_kind(clause: Any) -> object:
    """Which clause of the one agreement takes the place of one of the other."""
    match clause:
        case Consequence(trigger=trigger):
            return trigger
        case Rows():
            return clause.test.words, clause.test.column
        case _:
            return type(clause)


def _where(s: Speaker, x: m.DataSource) -> str:
    return f'{"newest " if x.newest else ""}"{shown(x.where)}"'


def _as_of(s: Speaker, test: m.Test) -> str:
    match test.as_of:
        case None:
            return ""
        case dt.datetime() as at:
            return names.moment(at)
        case day:
            return names.date(day)


def _as_written(s: Speaker, part: Any, node: Any) -> str:
    return s.written(node, part.span)


ASPECTS: dict[type, tuple[Aspect, ...]] = {
    m.Agreement: (
        _label("name"),
        Many(("parties",), "between", lambda a: a.parties, lambda s, p, a: _party(p), lambda p: p.name),
        One(("goal",), "goal", lambda s, a: names.quoted(a.goal) if a.goal else ""),
        One(("first", "last"), "term", _term),
        One(("zone",), "zone", lambda s, a: a.zone),
        One(("hours",), "business time", lambda s, a: names.calendar_called(s.model, a.hours) if a.hours else ""),
        One(("year_starts",), "years start in", lambda s, a: names.MONTHS[a.year_starts - 1]),
        One(("week_starts",), "weeks start on", lambda s, a: names.WEEK[a.week_starts]),
        One(("review",), "review", _review),
        Many(("reviewed",), "review held", lambda a: a.reviewed, lambda s, day, a: names.date(day), lambda day: day),
    ),
    m.Calendar: (
        _label(),
        One(("record", "zone_field"), "zone", _own_zone),
        Inside("rules", "hours", lambda s, c: ""),
    ),
    CalendarRules: (
        One(("zone", "zone_of"), "zone", lambda s, c: "" if c.rules.zone_of else c.rules.zone),
        One(("weekly",), "open", lambda s, c: "; ".join(names.week(c.rules.weekly))),
        Many(("weeks",), "open", lambda r: r.weeks, _of_weeks, lambda w: (w.first, w.last)),
        Many(("openings",), "open", lambda r: r.openings,
             lambda s, x, c: f"{names.day(x[0])} {names.hours(x[1])}", lambda x: x[0]),
        Many(("holidays",), "closed on", lambda r: r.holidays, _holidays, lambda x: x.region),
        Many(("closed",), "closed on", lambda r: together(r.closed), lambda s, x, c: _days(*x), lambda x: x[0]),
        Many(("reasons",), "why it is closed", lambda r: r.reasons,
             lambda s, x, c: f"{_days(x[0], x[1])}: {x[2]}", lambda x: x[:2]),
        Many(("closed_hours",), "closed on", lambda r: r.closed_hours, _hours, lambda x: x.day),
    ),
    m.Record: (
        _label(),
        One(("link",), "belongs to", _link),
        One(("spell",), "lasts", lambda s, r: lasting(s.model, r, r.spell) if r.spell else ""),
        Many(("fields",), "field", lambda r: (f for f in r.fields.values() if not f.implied), _field, lambda f: f.name),
    ),
    m.Let: (_label(), One(("value",), "", lambda s, x: value(s.model, x.value))),
    m.Derived: (
        _label(),
        One(("record",), "of", lambda s, x: names.spoken(x.record)),
        One(("value",), "", lambda s, x: value(s.model, x.value)),
    ),
    m.Score: (
        _label(),
        One(("record",), "of", lambda s, x: names.spoken(x.record)),
        Many(("clauses",), "", lambda x: (c for c in x.clauses if c.number < 2),
             lambda s, c, x: "".join(points(s.model, c))),
    ),
    m.Definition: (
        _label(),
        One(("record", "base"), "of", _base),
        When("when", "when"),
        One(("since",), "counts from", lambda s, d: "" if d.since is None else moment(s.model, d.since)),
    ),
    m.Lifecycle: (
        One(("record",), "of", lambda s, x: names.spoken(x.record)),
        One(("steps",), "stages", lambda s, x: ", then ".join(names.spoken(step) for step in x.steps)),
    ),
    m.Event: (_label(), One(("record", "pick"), "", lambda s, e: f"{picked(s.model, e)}, of {one_of(names.spoken(e.record))}")),
    m.Kpi: (
        _label(),
        One(("record", "measure"), "", lambda s, k: measure(s.model, k)),
        One(("for_each",), "for each", lambda s, k: joined(part_of(s.model, x) for x in k.for_each)),
    ),
    m.Commitment: (
        One(("owner", "counterparty"), "owed", lambda s, c: f"by {c.owner} to {c.counterparty}"),
        One(("kpi",), "of", lambda s, c: c.kpi),
        One(("population",), "about", lambda s, c: "" if c.population is None else names.members_of(s.model, c.population)),
        Inside("target", "target", _target),
        One(("group",), "for each", lambda s, c: "" if c.group is None else names.field(s.model, c.group)),
        One(("period",), "each", lambda s, c: str(c.period)),
        One(("first", "last"), "dates", lambda s, c: dates_of(c).strip(" ()")),
        Many(("later",), "", lambda c: c.later, _later, lambda x: x.since),
        Many(("clauses",), "", clauses_of, lambda s, x, c: x.said(c, s.kpi(c), s.model), _clause_kind),
    ),
    m.Limit: (One(("at_least", "value"), "", _limit),),
    m.Range: (One(("low", "high"), "", _limit),),
    m.Within: (
        One(("share",), "", _share),
        Many(("choices",), "", lambda x: x.choices, _branch, lambda x: x.when is None, ordered=True),
    ),
    m.GroupLimit: (
        Many(("at_least", "branches"), "", lambda x: [(x.at_least, branch) for branch in x.branches], _group_branch,
             lambda x: x[1].when is None, ordered=True),
    ),
    m.Route: (
        One(("definition",), "of", lambda s, r: names.members_of(s.model, r.definition)),
        Many(("cases",), "", lambda r: r.cases, lambda s, c, r: route_case(s.model, c), lambda c: c.when is None, ordered=True),
    ),
    m.Never: (
        One(("record", "definition"), "of", lambda s, x: names.spoken(x.definition or x.record)),
        When("when", "when"),
    ),
    m.DataSource: (
        One(("record",), "for", lambda s, x: names.spoken(x.record)),
        One(("where", "newest"), "read from", _where),
        Many(("mappings",), "", lambda x: x.mappings, _as_written, lambda x: x.field),
        Many(("clauses",), "", lambda x: x.clauses, _as_written, _clause_kind),
    ),
    m.Test: (
        Many(("given",), "", lambda x: x.given, _as_written, lambda x: x.record, ordered=True),
        One(("as_of",), "as of", _as_of),
        Many(("expectations",), "", lambda x: x.expectations, _as_written),
    ),
}  # fmt: skip
"""Of each declaration, and of each node inside one that is told part by part, what is said; the order is that in which it is told."""
