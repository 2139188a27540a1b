"""What somebody else may have reckoned otherwise: each a change of the agreement, of the rows as they were read, or of what became of
them, and in words what that side does. Whether it explains a difference is asked of the reference interpreter, not decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeAlias

from sladsl import model as m
from sladsl import types as t
from sladsl.calendars import (
    DAY,
    HOUR,
    MINUTE,
    CalendarRules,
    Duration,
    DurationKind,
    HolidayRule,
    Week,
    country_names,
    describe,
    zone,
    zone_countries,
)
from sladsl.clauses import clauses_of
from sladsl.compiler import Compilation
from sladsl.outcomes import OutcomeRow
from sladsl.plan import Plan, RowOutcome

Rows: TypeAlias = Mapping[str, list[dict[str, Any]]]
Became: TypeAlias = OutcomeRow | None
"""What became of a row; None of one that is not counted."""


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What the other side may do otherwise. `words` say it. Of the changes most are None: of the agreement, of the rows that are read, of
    what became of one, and of how its own times are read (a zone's name). `blank`: it says nothing of such a row."""

    words: str
    model: Callable[[m.Model], m.Model] | None = None
    rows: Callable[[Rows], Rows] | None = None
    became: Callable[[OutcomeRow], Became] | None = None
    zone: str | None = None

    @property
    def is_plain(self) -> bool:
        """Whether what became of a row is all that it asks, so that it can be asked of every row."""
        return self.model is None and self.rows is None

    def and_also(self, other: Hypothesis) -> Hypothesis | None:
        """Both at once, this one first; None where both say how the other side's times are read."""
        if self.zone is not None and other.zone is not None:
            return None
        return Hypothesis(
            f"{self.words}; and {other.words}",
            _after(self.model, other.model),
            _after(self.rows, other.rows),
            _after(self.became, other.became),
            self.zone or other.zone,
        )


def _after(
    one: Callable[[Any], Any] | None, other: Callable[[Any], Any] | None
) -> Callable[[Any], Any] | None:
    if one is None or other is None:
        return one or other
    first, second = one, other

    def both(value: Any) -> Any:
        made = first(value)
        return None if made is None else second(made)

    return both


def hypotheses(compilation: Compilation, c: m.Commitment, stated_zone: str) -> Iterator[Hypothesis]:
    """Everything that is tried, the plainer first. `stated_zone` is that of the other side's own times."""
    model = compilation.model
    yield from _hours(model, c)
    yield from _stops(compilation, c)
    yield from _starts(compilation, c)
    yield from _targets(c)
    yield from _clauses(compilation, c)
    yield from _whole(c)
    yield from _counted()
    yield from _zones(model, compilation.plan, stated_zone)


# ------------------------------------------------------------------------------------------------------------------- hours


def _hours(model: m.Model, c: m.Commitment) -> Iterator[Hypothesis]:
    """Other hours than those that the deadline, or the time itself, is counted in."""
    used = sorted(_calendars(model, c))
    if used:
        yield Hypothesis(
            f"it counts every hour, not only those of {' or '.join(used)}",
            _recounted(c, _plain, _Hours(None)),
        )
    for name in sorted(k for k, x in model.calendars.items() if x.record is None):
        if not used:
            yield Hypothesis(f"it counts only the hours of {name}", _recounted(c, _business, _Hours(name)))
        elif used != [name]:
            yield Hypothesis(f"it counts the hours of {name}", _recounted(c, _as_it_is, _Hours(name)))
    for name in used:
        if model.calendars[name].record is None:
            yield from _changed_calendars(model, name)
    yield from _days(model, c, used)


def _days(model: m.Model, c: m.Commitment, used: Sequence[str]) -> Iterator[Hypothesis]:
    """Other days than the same clock reading so many open days later."""
    durations = [b.duration for b in _budgets(model, c)]
    kinds = {x.kind for x in durations}
    if DurationKind.BUSINESS_DAYS in kinds:
        yield Hypothesis(
            "it ends business days at the close of business",
            _recounted(c, partial(_of_kind, DurationKind.CLOSE_OF_BUSINESS)),
        )
    if DurationKind.CLOSE_OF_BUSINESS in kinds:
        yield Hypothesis(
            "it ends business days at the clock reading of their start",
            _recounted(c, partial(_of_kind, DurationKind.BUSINESS_DAYS)),
        )
    for name in used:
        length = _day_length(model.calendars[name].rules)
        hours = describe(Duration(DurationKind.BUSINESS, length))
        if DurationKind.BUSINESS_DAYS in kinds:
            yield Hypothesis(
                f"it takes a business day for {hours}", _recounted(c, partial(_as_hours, length))
            )
        if any(x.kind is DurationKind.BUSINESS and x.amount % length == 0 for x in durations):
            yield Hypothesis(f"it takes {hours} for a business day", _recounted(c, partial(_as_days, length)))
    if any(x.unit in ("day", "week") for x in durations):
        yield Hypothesis(
            "it takes a day for 24 hours, also where clocks are changed", _recounted(c, _of_24_hours)
        )


def _changed_calendars(model: m.Model, name: str) -> Iterator[Hypothesis]:
    rules = model.calendars[name].rules
    if rules.holidays or rules.closed or rules.closed_hours:
        yield _calendar(
            f"it counts holidays and closed dates of {name} as open",
            name,
            holidays=(),
            closed=(),
            closed_hours=(),
        )
    if rules.holidays and (rules.closed or rules.closed_hours):
        yield _calendar(f"it counts holidays of {name} as open", name, holidays=())
        yield _calendar(
            f"it counts the dates that {name} is closed on as open, but for holidays",
            name,
            closed=(),
            closed_hours=(),
        )
    if any(rule.except_names for rule in rules.holidays):
        every = tuple(replace(rule, except_names=()) for rule in rules.holidays)
        yield _calendar(f"it is closed on the holidays that {name} is open on", name, holidays=every)
    if not rules.holidays and not rules.zone_of:
        country = zone_countries().get(rules.zone)
        code = next((code for code, called in country_names().items() if called == country), None)
        if code is not None:
            words = f"it is closed on the public holidays of {country} as well"
            yield _calendar(words, name, holidays=(HolidayRule(code),))
    if rules.openings:
        yield _calendar(f"it does not know the dates on which {name} has other hours", name, openings=())
    if rules.weeks:
        yield _calendar(
            f"it counts the hours of {name} as they were before dates changed them", name, weeks=()
        )
    joined = _each_day(rules.weekly, lambda spans: ((spans[0][0], spans[-1][1]),) if spans else ())
    if joined != rules.weekly:
        yield _calendar(f"it counts the breaks of {name}", name, weekly=joined)
    whole = _each_day(rules.weekly, lambda spans: ((0, DAY),) if spans else ())
    if whole != rules.weekly:
        yield _calendar(f"it counts the open days of {name} from midnight to midnight", name, weekly=whole)
    if not rules.weekly[5] and not rules.weekly[6] and rules.weekly[4]:
        daily = (*rules.weekly[:5], rules.weekly[4], rules.weekly[4])
        yield _calendar(f"it counts Saturdays and Sundays as open as Fridays of {name}", name, weekly=daily)
    if not rules.zone_of:
        others = {
            model.agreement.zone if model.agreement else "UTC",
            "UTC",
            *(x.rules.zone for x in model.calendars.values()),
        }
        for other in sorted(others - {rules.zone}):
            yield _calendar(f"it reads the hours of {name} by the clock of {other}", name, zone=other)


def _calendar(words: str, name: str, **changed: object) -> Hypothesis:
    def change(model: m.Model) -> m.Model:
        calendar = model.calendars[name]
        rules: CalendarRules = replace(calendar.rules, **changed)  # type: ignore[arg-type]
        return replace(model, calendars={**model.calendars, name: replace(calendar, rules=rules)})

    return Hypothesis(words, change)


def _each_day(weekly: Week, of: Callable[[Any], Any]) -> Week:
    monday, tuesday, wednesday, thursday, friday, saturday, sunday = map(of, weekly)
    return monday, tuesday, wednesday, thursday, friday, saturday, sunday


def _day_length(rules: CalendarRules) -> int:
    """How long a working day is: the hours of the first day of the week that has some."""
    spans = next((x for x in rules.weekly if x), ((0, DAY),))
    return sum(closes - opens for opens, closes in spans)


def _plain(d: Duration) -> Duration:
    match d.kind:
        case DurationKind.BUSINESS:
            return Duration(DurationKind.ABSOLUTE, d.amount)
        case DurationKind.BUSINESS_DAYS:
            return Duration(DurationKind.LOCAL, d.amount, "day", d.reading)
        case DurationKind.CLOSE_OF_BUSINESS:
            return Duration(DurationKind.LOCAL, d.amount, "day")
        case _:
            return d


def _business(d: Duration) -> Duration:
    if d.kind is DurationKind.ABSOLUTE:
        return Duration(DurationKind.BUSINESS, d.amount)
    if d.kind is DurationKind.LOCAL and d.unit == "day":
        return Duration(DurationKind.BUSINESS_DAYS, d.amount, reading=d.reading)
    return d


def _of_kind(kind: DurationKind, d: Duration) -> Duration:
    both = (DurationKind.BUSINESS_DAYS, DurationKind.CLOSE_OF_BUSINESS)
    return Duration(kind, d.amount) if d.kind in both else d


def _as_hours(length: int, d: Duration) -> Duration:
    return Duration(DurationKind.BUSINESS, d.amount * length) if d.kind is DurationKind.BUSINESS_DAYS else d


def _as_days(length: int, d: Duration) -> Duration:
    whole = d.kind is DurationKind.BUSINESS and d.amount % length == 0
    return Duration(DurationKind.BUSINESS_DAYS, d.amount // length) if whole else d


def _of_24_hours(d: Duration) -> Duration:
    days = {"day": 1, "week": 7}.get(d.unit)
    return (
        d if days is None or d.reading is not None else Duration(DurationKind.ABSOLUTE, d.amount * days * DAY)
    )


def _as_it_is(d: Duration) -> Duration:
    return d


@dataclass(frozen=True, slots=True)
class _Hours:
    """The calendar whose hours count; None for plain time."""

    calendar: str | None


def _recounted(
    c: m.Commitment, of: Callable[[Duration], Duration], hours: _Hours | None = None
) -> Callable[[m.Model], m.Model]:
    """The model in which the deadlines of a commitment, and the time of its KPI, are counted otherwise; without `hours` in the hours in
    which they were."""
    return lambda model: _with_durations(model, c, of, hours)


def _with_durations(
    model: m.Model, c: m.Commitment, of: Callable[[Duration], Duration], hours: _Hours | None
) -> m.Model:
    def budget(b: m.Budget) -> m.Budget:
        changed = of(b.duration)
        own = b.calendar if hours is None else hours.calendar
        if not changed.is_business:
            return replace(b, duration=changed, calendar=None, zone=None)
        return replace(b, duration=changed, calendar=own, zone=b.zone if own == b.calendar else None)

    measure = model.kpis[c.kpi].measure
    if isinstance(measure, m.TimeBetween) and hours is not None:
        measure = replace(measure, calendar=hours.calendar)
    if isinstance(measure, m.Become) and measure.within is not None:
        measure = replace(measure, within=budget(measure.within))

    def target(x: m.Target) -> m.Target:
        if not isinstance(x, m.Within):
            return x
        return replace(
            x,
            choices=tuple(
                replace(y, due=budget(y.due)) if isinstance(y.due, m.Budget) else y for y in x.choices
            ),
        )

    def held(x: m.Commitment) -> m.Commitment:
        return replace(
            x, target=target(x.target), later=tuple(replace(y, target=target(y.target)) for y in x.later)
        )

    kpis = {**model.kpis, c.kpi: replace(model.kpis[c.kpi], measure=measure)}
    commitments = tuple(held(x) if x.id == c.id else x for x in model.commitments)
    return replace(model, kpis=kpis, commitments=commitments)


def _budgets(model: m.Model, c: m.Commitment) -> Iterator[m.Budget]:
    for target in (c.target, *(x.target for x in c.later)):
        if isinstance(target, m.Within):
            yield from (x.due for x in target.choices if isinstance(x.due, m.Budget))
    measure = model.kpis[c.kpi].measure
    if isinstance(measure, m.Become) and measure.within is not None:
        yield measure.within


def _calendars(model: m.Model, c: m.Commitment) -> set[str]:
    measure = model.kpis[c.kpi].measure
    own = measure.calendar if isinstance(measure, m.TimeBetween) else None
    return {x for x in (own, *(b.calendar for b in _budgets(model, c))) if x is not None}


# ------------------------------------------------------------------------------------------------------- starts and stops


def _stops(compilation: Compilation, c: m.Commitment) -> Iterator[Hypothesis]:
    model = compilation.model
    measure = model.kpis[c.kpi].measure
    if isinstance(measure, m.Become):
        for d in model.definitions.values():
            if (
                d.record == measure.population.record
                and d.entry_type is not None
                and d.name not in (measure.goal, measure.population.definition)
            ):
                yield Hypothesis(
                    f"it asks for {d.name}, not {measure.goal}", _measured(c, replace(measure, goal=d.name))
                )
        return
    if not isinstance(measure, m.TimeBetween):
        return
    end, span = measure.end, measure.end.span
    stop, beside = _name(end), _start_names(model, measure)
    for e in model.events.values():
        if e.record == measure.record and not (isinstance(end, m.EventUse) and e.name == end.event):
            event = m.EventUse(e.name, e.record, e.type, span)
            yield Hypothesis(
                f"its clock stops at {e.name}, not {stop}", _measured(c, replace(measure, end=event))
            )
    for f in _moments(model, measure.record):
        if f != stop and f not in beside:
            use = m.FieldUse(measure.record, f, model.records[measure.record].fields[f].type, span)
            yield Hypothesis(f"its clock stops at {f}, not {stop}", _measured(c, replace(measure, end=use)))
    if isinstance(end, m.EventUse):
        yield from _other_events(compilation, model.events[end.event])


def _start_names(model: m.Model, measure: m.TimeBetween) -> set[str]:
    """The start's own name, and the field that its definition begins with."""
    names = {_name(measure.start)}
    if isinstance(measure.start, m.EntryUse):
        since = model.definitions[measure.start.definition].since
        names |= set() if since is None else {_name(since)}
    return names


def _other_events(compilation: Compilation, e: m.Event) -> Iterator[Hypothesis]:
    """The event without a part of its condition, and of other rows."""
    pick = e.pick
    if not isinstance(pick, m.NthRow):
        return
    parts = list(_conjuncts(pick.where)) if pick.where is not None else []
    for part in parts if len(parts) > 1 else []:
        left = [x for x in parts if x is not part]
        where = left[0]
        for x in left[1:]:
            where = m.Operation("and", (where, x), t.BOOLEAN, part.span, part.span)
        said = compilation.sources[e.origin.file].one_line(part.span).text
        yield Hypothesis(
            f"for {e.name} it does not ask for `{said}`", _picking(e, replace(pick, where=where))
        )
    if parts:
        yield Hypothesis(
            f"any {pick.record} stops its clock, not only {e.name}", _picking(e, replace(pick, where=None))
        )
    if pick.position == -1:
        yield Hypothesis(
            f"the first {pick.record} that counts stops its clock, not the last",
            _picking(e, replace(pick, position=1)),
        )
    else:
        yield Hypothesis(
            f"the last {pick.record} that counts stops its clock",
            _picking(e, replace(pick, position=-1, next=False)),
        )
        if pick.position > 1:
            yield Hypothesis(
                f"the first {pick.record} that counts stops its clock", _picking(e, replace(pick, position=1))
            )


def _conjuncts(e: m.Expression) -> Iterator[m.Expression]:
    if isinstance(e, m.Operation) and e.op == "and" and not m.is_between(e):
        for x in e.args:
            yield from _conjuncts(x)
    else:
        yield e


def _picking(e: m.Event, pick: m.NthRow) -> Callable[[m.Model], m.Model]:
    return lambda model: replace(model, events={**model.events, e.name: replace(e, pick=pick)})


def _measured(c: m.Commitment, measure: m.Measure) -> Callable[[m.Model], m.Model]:
    return lambda model: replace(
        model, kpis={**model.kpis, c.kpi: replace(model.kpis[c.kpi], measure=measure)}
    )


def _starts(compilation: Compilation, c: m.Commitment) -> Iterator[Hypothesis]:
    model = compilation.model
    measure = model.kpis[c.kpi].measure
    if not isinstance(measure, m.TimeBetween):
        return
    span, start = measure.start.span, _name(measure.start)
    for f in _moments(model, measure.record):
        if f not in (start, _name(measure.end)):
            use = m.FieldUse(measure.record, f, model.records[measure.record].fields[f].type, span)
            yield Hypothesis(f"its clock starts at {f}, not {start}", _started(c, measure, use))
    for d in model.definitions.values():
        if (
            d.record == measure.record
            and d.entry_type is not None
            and d.name != start
            and c.population is None
        ):
            entry = m.EntryUse(d.name, d.entry_type, span)
            yield Hypothesis(
                f"its clock starts at {d.name}, not {start}", _measured(c, replace(measure, start=entry))
            )


def _started(c: m.Commitment, measure: m.TimeBetween, start: m.FieldUse) -> Callable[[m.Model], m.Model]:
    """Another start of the same rows: a commitment that no definition narrows yet is narrowed to that of the start it had."""
    entry = measure.start

    def change(model: m.Model) -> m.Model:
        changed = _measured(c, replace(measure, start=start))(model)
        if c.population is not None or not isinstance(entry, m.EntryUse):
            return changed
        narrowed = replace(c, population=entry.definition)
        return replace(
            changed, commitments=tuple(narrowed if x.id == c.id else x for x in changed.commitments)
        )

    return change


def _moments(model: m.Model, record: str) -> Iterator[str]:
    """The times of a record that something happened at."""
    for f in model.records[record].fields.values():
        if isinstance(f.type, t.Time) and not f.type.planned:
            yield f.name


def _name(moment: m.Moment) -> str:
    match moment:
        case m.FieldUse(field=name) | m.EntryUse(definition=name) | m.EventUse(event=name):
            return name
        case m.PathUse():
            return m.spelt(moment)


# ----------------------------------------------------------------------------------------------------- targets and clauses


def _targets(c: m.Commitment) -> Iterator[Hypothesis]:
    """One branch of a choice for every row, and the target of another time."""
    for n, target in enumerate((c.target, *(x.target for x in c.later))):
        if not isinstance(target, m.Within):
            continue
        choices = target.choices
        if len(choices) > 1:
            for x in choices:
                said = (
                    f"within {describe(x.due.duration)}"
                    if isinstance(x.due, m.Budget)
                    else f"by {m.spelt(x.due)}"
                )
                only = replace(target, choices=(replace(x, when=None),))
                yield Hypothesis(f"it holds every row to `{said}`", _promising(c, only))
        if c.later:
            since = "before the first change" if n == 0 else f"from {c.later[n - 1].since.isoformat()} on"
            yield Hypothesis(f"it holds every row to the target {since}", _promising(c, target))


def _promising(c: m.Commitment, target: m.Within) -> Callable[[m.Model], m.Model]:
    def change(model: m.Model) -> m.Model:
        held = (replace(x, target=target, later=()) if x.id == c.id else x for x in model.commitments)
        return replace(model, commitments=tuple(held))

    return change


def _clauses(compilation: Compilation, c: m.Commitment) -> Iterator[Hypothesis]:
    """Without what leaves rows out, or stops their clocks."""
    for clause in clauses_of(c):
        if clause.excludes() is None and not list(clause.pauses()):
            continue
        left = tuple(x for x in c.clauses if x is not clause)
        said = compilation.sources[c.origin.file].one_line(clause.span).text

        def change(model: m.Model, left: tuple[m.Clause, ...] = left) -> m.Model:
            return replace(
                model,
                commitments=tuple(replace(x, clauses=left) if x.id == c.id else x for x in model.commitments),
            )

        yield Hypothesis(f"it does not know `{said}`", change)


# ------------------------------------------------------------------------------------------------------- zones and roundings


def _zones(model: m.Model, plan: Plan | None, stated_zone: str) -> Iterator[Hypothesis]:
    """Times that were read by another clock: those of the data, or its own."""
    assert plan is not None, "an agreement with errors is not reconciled"
    given = [s.zone for s in plan.sources if s.zone is not None]
    known = sorted(
        {
            "UTC",
            plan.zone,
            stated_zone,
            *given,
            *(x.rules.zone for x in model.calendars.values() if not x.rules.zone_of),
        }
    )
    for other in known:
        for read in sorted(set(given) - {other}):
            records = {s.record for s in plan.sources if s.zone == read}
            yield Hypothesis(
                f"it reads times of {read} as those of {other}", rows=_moved(plan, records, read, other)
            )
    every = {r.name for r in plan.given}
    yield Hypothesis(
        "it cuts times to the whole minute", rows=_each_time(plan, every, lambda at: at // MINUTE * MINUTE)
    )
    for other in known:
        if other != stated_zone:
            yield Hypothesis(f"its own times are those of {other}, not {stated_zone}", zone=other)


def _moved(plan: Plan, records: set[str], read: str, other: str) -> Callable[[Rows], Rows]:
    """The rows in which what was a clock reading of one zone is that of another."""
    ours, theirs = zone(read), zone(other)
    return _each_time(plan, records, lambda at: theirs.to_instant(ours.local(at))[0])


def _each_time(plan: Plan, records: set[str], of: Callable[[int], int]) -> Callable[[Rows], Rows]:
    times = {r.name: [f.name for f in r.fields if f.type == "time"] for r in plan.given if r.name in records}

    def moved(row: dict[str, Any], names: list[str]) -> dict[str, Any]:
        return {**row, **{n: of(row[n]) for n in names if row[n] is not None}}

    return lambda rows: {name: [moved(row, times.get(name, [])) for row in own] for name, own in rows.items()}


def _whole(c: m.Commitment) -> Iterator[Hypothesis]:
    """Verdicts by the time that something took, in whole units, rather than by a deadline."""
    if not isinstance(c.target, m.Within):
        return
    lengths = [x.due.duration for x in c.target.choices if isinstance(x.due, m.Budget)]
    if len(c.target.choices) != 1 or len(lengths) != 1 or c.later:
        return
    [length] = lengths
    if length.kind not in (DurationKind.ABSOLUTE, DurationKind.BUSINESS):
        return
    for size, word in ((MINUTE, "minutes"), (HOUR, "hours")):
        yield Hypothesis(
            f"it compares the time that it took, cut to whole {word}, with {describe(length)}",
            became=_by_time(partial(_cut, size), length.amount),
        )
        yield Hypothesis(
            f"it compares the time that it took, rounded up to whole {word}, with {describe(length)}",
            became=_by_time(partial(_rounded_up, size), length.amount),
        )
    yield Hypothesis(
        f"it wants less than {describe(length)}: what took just that is late",
        became=_by_time(lambda took: took + 1, length.amount),
    )


def _cut(size: int, took: int) -> int:
    return took // size * size


def _rounded_up(size: int, took: int) -> int:
    return -(-took // size) * size


def _by_time(of: Callable[[int], int], most: int) -> Callable[[OutcomeRow], OutcomeRow]:
    def judged(row: OutcomeRow) -> OutcomeRow:
        if (
            row.elapsed is None
            or row.stopped is None
            or row.outcome not in (RowOutcome.MET, RowOutcome.MISSED)
        ):
            return row
        took = of(int(row.elapsed.scaleb(6)))
        return replace(row, outcome=RowOutcome.MET if took <= most else RowOutcome.MISSED)

    return judged


def _counted() -> Iterator[Hypothesis]:
    """Rows of which that side says something else, or nothing, whatever their times."""
    yield Hypothesis("it judges only what was answered", became=lambda x: None if x.stopped is None else x)
    yield Hypothesis(
        "it calls open what was never answered, however late",
        became=lambda x: (
            replace(x, outcome=RowOutcome.OPEN) if x.outcome is RowOutcome.MISSED and x.stopped is None else x
        ),
    )
    for some, words in _WITHOUT_VERDICT:
        for outcome in (RowOutcome.MET, RowOutcome.MISSED):
            yield Hypothesis(f"it calls {outcome} what {words}", became=_called(some, outcome))


_WITHOUT_VERDICT = (
    ((RowOutcome.OPEN, RowOutcome.PAUSED), "is still open"),
    ((RowOutcome.EXCLUDED,), "is left out here"),
    ((RowOutcome.NO_DEADLINE,), "has no deadline"),
    ((RowOutcome.UNDECIDED,), "was stopped before it started, or has not started"),
    ((RowOutcome.UNKNOWN,), "is unknown here, since a value is missing"),
    ((RowOutcome.MAY_COUNT,), "may still turn out to count"),
)


def _called(some: tuple[RowOutcome, ...], outcome: RowOutcome) -> Callable[[OutcomeRow], OutcomeRow]:
    return lambda x: replace(x, outcome=outcome) if x.outcome in some else x
