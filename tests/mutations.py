"""Rules of the language, each broken in one place: in an engine, in lowering or in how verdicts are found.

A `Mutation` says which rule, how it is broken, on which engine that shows, and which cases of `golden/verdicts` must then fail.
"""

from __future__ import annotations

import inspect
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN
from fractions import Fraction
from functools import wraps
from importlib import import_module
from typing import Any

import pytest

from sladsl import freshness, model
from sladsl.calendars import DAY, OpenTime, Periods, add_local, intervals, zone
from sladsl.data import delimited, loading
from sladsl.engines.rows import evaluation, interpreter, settle, stretches, values
from sladsl.engines.rows.interpreter import Evaluator
from sladsl.engines.tables import scalars
from sladsl.engines.tables.queries import ibis
from sladsl.lowering import clocks, conditions, definitions, events, inputs, kpis, ladders, reading, spells
from sladsl.lowering.builder import NOW, not_behind
from sladsl.lowering.conditions import event_value
from sladsl.lowering.ladders import Ladder
from sladsl.lowering.moments import At, field_value
from sladsl.outcomes import Outcomes
from sladsl.plan import SHARES, Apply, AsOf, Const, Field, Figure, Measure, Record, State, Status, ValueType
from sladsl.plan import verdicts as rules
from sladsl.plan.made import ENDED
from sladsl.plan.shorthand import FALSE, TRUE, all_of, choose, code, compare, deadline, known, missing
from sladsl.verdicts import judging, ranges

Break = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True, slots=True)
class Mutation:
    """One broken rule. `engine` is where it shows: `rows`, or `tables` for what only SQL can get wrong."""

    rule: str
    broken: Break
    cases: tuple[str, ...]
    engine: str = "rows"


def put(owner: Any, name: str, other: Callable[..., Any]) -> Break:
    """Another function in the place of `owner.name`, which gets the arguments that it names."""
    original = getattr(owner, name)
    given = asked_by(other, original)

    @wraps(original)
    def instead(*args: Any, **named: Any) -> Any:
        return other(**given(args, named))

    return lambda patch: patch.setattr(owner, name, instead)


def changed(owner: Any, name: str, after: Callable[..., Any]) -> Break:
    """`owner.name` with its result passed through `after`, which gets the arguments that it names too."""
    original = getattr(owner, name)
    given = asked_by(after, original, 1)

    @wraps(original)
    def instead(*args: Any, **named: Any) -> Any:
        return after(original(*args, **named), **given(args, named))

    return lambda patch: patch.setattr(owner, name, instead)


def asked_by(
    other: Callable[..., Any], original: Callable[..., Any], first: int = 0
) -> Callable[[tuple[Any, ...], dict[str, Any]], dict[str, Any]]:
    """A function of a call's arguments: those of `original` that `other` names, but for its `first` ones. So what is broken may be given
    more one day; what it is no longer given is told at once."""
    signature, names = inspect.signature(original), list(inspect.signature(other).parameters)[first:]
    unknown = set(names) - set(signature.parameters)
    assert not unknown, f"`{original.__qualname__}` is given no {unknown}"

    def given(args: tuple[Any, ...], named: dict[str, Any]) -> dict[str, Any]:
        bound = signature.bind(*args, **named)
        bound.apply_defaults()
        return {n: bound.arguments[n] for n in names}

    return given


def every(*broken: Break) -> Break:
    """All of these at once."""

    def break_all(patch: pytest.MonkeyPatch) -> None:
        for one in broken:
            one(patch)

    return break_all


def item(owner: dict[str, Any], name: str, other: Any) -> Break:
    return lambda patch: patch.setitem(owner, name, other)


# ----------------------------------------------------------------------------------------------------------- in lowering


def state(*arms: tuple[Any, Any]) -> Break:
    """A clock's state, with other arms: `stop`, `due` stand for the columns."""

    def other(r: Any, due: Any, undecided: Any, tiers: Any) -> Any:
        unbound = FALSE if tiers is None else tiers.unbound
        stop = r.stop.start
        column = {"stop": stop, "due": due}
        made = [(when(**column), code(what)) for when, what in arms]
        return choose(
            (unbound, code(State.NO_DEADLINE)),
            (undecided, code(State.UNDECIDED)),
            *made,
            otherwise=code(State.MISSED),
        )

    return every(*(put(user, "state_of", other) for user in (clocks, kpis)))


_exists = settle._exists


def exists_in_any_state(record: Record, row: settle.Raw, limits: settle.Limits) -> bool:
    """A state is seen whenever its row is."""
    return _exists(replace(record, keep=None), row, limits)


def exists_with_some_time(record: Record, row: settle.Raw, limits: settle.Limits) -> bool:
    """A row that lacks its own time waits for the others."""
    seen = [(row[f.name], limits[f.name][1]) for f in record.fields if f.comes and row[f.name] is not None]
    return not seen or any(value <= last for value, last in seen)


def held_zone(zone: Any) -> Any:
    return field_value(zone)


def planned_as_times(record: Record) -> Record:
    """A record whose planned times are times like any others."""
    return replace(record, fields=tuple(replace(f, planned=False) for f in record.fields))


def in_time(stop: Any, due: Any) -> Any:
    return compare("<=", stop, due)


def ahead(stop: Any, due: Any) -> Any:
    return not_behind(due)


def answered_only(f: Figure, asked: Any) -> Figure:
    """A response's rows are those that were answered."""
    if not isinstance(asked.kpi.measure, model.TimeBetween):
        return f
    assert f.course is not None
    stop = known(f.course.stop)
    rows = (replace(c, when=all_of(c.when, stop)) if c.name == "rows" else c for c in f.counters)
    return replace(f, counters=tuple(rows))


def undecided_without_a_rank(f: Figure) -> Figure:
    """A percentile is over the rows whose time is known, or still runs."""
    known_ones = {c.name: c.when for c in f.counters}.get("known", TRUE)
    counters = (replace(c, when=known_ones) if c.aggregate == "rank" else c for c in f.counters)
    return replace(f, counters=tuple(counters))


def without_its_last_day(entry: Any, term: Any) -> Any:
    return _IN_TERM(entry, term if term.end is None else replace(term, end=term.end - DAY))


_IN_TERM = definitions.in_term


def never_early(op: str, left: Any, right: Any) -> Any:
    return FALSE if op == "<" else compare(op, left, right)


def before_the_deadline(op: str, left: Any, right: Any) -> Any:
    return compare("<" if op == "<=" else op, left, right)


def still_as_running(r: Any, due: Any, undecided: Any, tiers: Any) -> Any:
    """A clock's state, as if it could not stand still."""
    return clocks.state_of(r, due, undecided, tiers)


def left_in(clock: Any) -> Any:
    return kpis._Excluded(clock)


def late_without_pauses(self: Ladder, own: Any) -> Any:
    return deadline(self.without.due, own.duration, own.calendar)


# ------------------------------------------------------------------------------------------------------------ in engines


def each_by_itself(spans: Iterable[Any]) -> list[Any]:
    """Stretches as they are, whether or not they overlap."""
    return sorted(spans, key=lambda span: span[0])


def without_ends(made: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, ENDED: None} for row in made]


def hesitating(self: Evaluator, e: Any, record: str) -> Any:
    """A choice that takes a branch unless its condition is false."""
    arms = [(self.function(w, record), self.function(t, record)) for w, t in e.arms]
    otherwise = self.function(e.otherwise, record)
    return lambda frame: next(
        (then(frame) for when, then in arms if when(frame) is not False), otherwise(frame)
    )


class Backwards:
    """Orders the other way round."""

    def __init__(self, order: Any) -> None:
        self.order = order

    def __lt__(self, other: Backwards) -> bool:
        return bool(other.order < self.order)


def in_utc(patch: pytest.MonkeyPatch) -> None:
    original = interpreter.Times.__init__

    def begin(self: interpreter.Times, plan: Any) -> None:
        original(self, plan)
        self.periods = Periods(zone("UTC"), plan.year_starts)

    patch.setattr(interpreter.Times, "__init__", begin)


def answered_ranks(patch: pytest.MonkeyPatch) -> None:
    original = evaluation._counter

    def other(ev: Evaluator, record: str, c: Any, rows: Iterable[Any]) -> Any:
        if c.aggregate == "rank":
            of = ev.function(c.of, record)
            rows = [row for row in rows if of(row) is not None]
        return original(ev, record, c, rows)

    patch.setattr(evaluation, "_counter", other)


def early_close(due: int, self: OpenTime) -> int:
    return due if self.is_open(due) else due - 1


def by_elapsed(due: int, self: OpenTime) -> int:
    """The last instant until which no more than the budget has elapsed."""
    return self.next_open(due)


def every_shift_counts(shifts: Iterable[tuple[int, Any, bool]]) -> Iterable[tuple[int, Any, bool]]:
    """A day counts as a business day if any of it is open."""
    return [(day, spans, True) for day, spans, _ in shifts]


def thirty_days(at: int, duration: Any, where: Any) -> int:
    return at + 30 * DAY if duration.unit == "month" else add_local(at, duration, where)


# ----------------------------------------------------------------------------------------------------------- in verdicts


def in_rules(broken: Break) -> Break:
    """A break of the rules, which are otherwise made into functions once and kept."""

    def made_anew(patch: pytest.MonkeyPatch) -> None:
        broken(patch)
        for module, name in (
            (judging, "figure_rules"),
            (judging, "verdict_rules"),
            (ranges, "verdict_rules"),
        ):
            patch.setattr(module, name, getattr(module, name).__wrapped__)

    return made_anew


def rounded(of: Any, by: Any, limit: Any) -> bool:
    return bool(round(Fraction(of) / by * 1000) * Fraction(1, 1000) >= Fraction(limit))


def of_the_matured(arms: rules.Arms, f: rules.FigureKind) -> rules.Arms:
    """A figure is of the rows whose deadline has passed, while some are open."""
    hit, rows = (Field(rules.PERIOD, name) for name in ("matured_hit", "matured"))
    early = all_of(compare(">", rules.OPEN, rules.ZERO), compare(">", rows, rules.ZERO))

    def matured(end: rules.Ratio) -> rules.Ratio:
        return rules.Ratio(choose((early, hit), otherwise=end.of), choose((early, rows), otherwise=end.by))

    def both(e: rules.Ends) -> rules.Ends:
        low, high = (end and matured(end) for end in (e.low, e.high))
        return replace(e, low=low, high=high)

    return [(when, e and both(e)) for when, e in arms] if f.measure in SHARES else arms


def nothing() -> list[Any]:
    return []


def nothing_unsettled(x: Any) -> rules.Arms:
    return _SHARE(x, rules.ZERO)


_SHARE = rules._share


def of_the_known(arms: rules.Arms) -> rules.Arms:
    """The ends of a share, without the rows that are unknown."""

    def less(end: rules.Ratio | None) -> rules.Ratio | None:
        unknown = Field(rules.PERIOD, "unknown")
        return None if end is None else replace(end, by=Apply("-", (end.by, unknown)))

    return [(when, None if e is None else replace(e, low=less(e.low), high=less(e.high))) for when, e in arms]


def as_counted(arms: rules.Arms, f: rules.FigureKind) -> rules.Arms:
    rows = rules.Ratio(rules.ROWS, rules.ONE)
    return [(TRUE, rules.Ends(rows, rows))] if f.measure is Measure.COUNT else arms


def as_arrived(arms: rules.Arms, f: rules.FigureKind) -> rules.Arms:
    """Once a period is over, no row becomes it any more."""
    if f.measure is not Measure.BECOME:
        return arms
    return [(when, e and (replace(e, high=e.low) if e.high_open == FALSE else e)) for when, e in arms]


def suspended_by_nothing(number: int) -> Any:
    """A figure without a value suspends what stands on it."""
    return rules._beside(number, compare(">", rules.ROWS, rules.ZERO))


def any_misses(count: int, known: Any) -> list[Any]:
    """The last misses, wherever they lie."""
    missed = [j.measured.period for j in known if j.verdict is rules.Verdict.MISSED]
    return missed[-count:] if len(missed) >= count and known[-1].verdict is rules.Verdict.MISSED else []


# ---------------------------------------------------------------------------------------------------------- the mutations


THE_NEXT_ROW = {
    "the next row comes later than it is asked for": put(reading, "coming", lambda rows: rows),
    "no next row comes once its bounds are over": put(reading, "_closes", lambda: None),
    "at the as-of another may come": put(reading, "_behind", lambda instant: compare("<=", instant, AsOf())),
    "a next row is waited for": changed(conditions, "next_row", lambda read: replace(read, waits=FALSE)),
}

MUTATIONS = [
    Mutation(
        "the deadline instant itself is on time",
        put(clocks, "compare", before_the_deadline),
        ("the_deadline_instant",),
    ),
    Mutation(
        "attainment is over all rows, answered or not",
        changed(kpis, "_figure", answered_only),
        ("open_and_overdue",),
    ),
    Mutation(
        "an untouched overdue row is missed, not open",
        state((in_time, State.MET), (ahead, State.OPEN), (lambda stop, due: missing(stop), State.OPEN)),
        ("open_and_overdue",),
    ),
    Mutation(
        "a row that was answered late is missed, not open",
        state((in_time, State.MET), (lambda stop, due: known(stop), State.OPEN), (ahead, State.OPEN)),
        ("late_by_deadline",),
    ),
    Mutation(
        "a one-valued stop before its start is undecided",
        put(clocks, "compare", never_early),
        ("stopped_before_it_started",),
    ),
    Mutation(
        "events before the start do not stop a clock",
        put(clocks, "event_value", lambda b, e, record, subject: event_value(b, e, record, None, subject)),
        ("earlier_events_do_not_count",),
    ),
    Mutation(
        "an event over rows beside a row is looked for from its own moment on",
        put(
            events,
            "own_moment",
            lambda: At(Const(0, ValueType.INSTANT), Const(0, ValueType.INSTANT)),
        ),
        ("each_handoff", "two_records_below"),
    ),
    Mutation(
        "a row is never its own event",
        put(events, "choose", lambda otherwise: otherwise),
        ("touch_gaps",),
    ),
    Mutation(
        "the next row is later than the start", put(interpreter, "bisect_right", bisect_left), ("touch_gaps",)
    ),
    Mutation(
        "a row does not become what a row above it was before",
        put(clocks, "not_before", lambda: TRUE),
        ("each_handoff",),
    ),
    Mutation(
        "compliance is decided by the deadline, not by elapsed time",
        changed(OpenTime, "deadline", by_elapsed),
        ("late_by_deadline",),
    ),
    Mutation(
        "a deadline at the close is the closing instant",
        changed(OpenTime, "deadline", early_close),
        ("the_deadline_instant",),
    ),
    Mutation(
        "a month that overflows ends at the month's last day",
        put(interpreter, "add_local", thirty_days),
        ("month_overflow",),
    ),
    Mutation("periods are those of the agreement's zone", in_utc, ("month_boundaries",)),
    *(Mutation(rule, broken, ("the_row_that_comes_next",)) for rule, broken in THE_NEXT_ROW.items()),
    Mutation(
        "the term includes its last date", put(definitions, "in_term", without_its_last_day), ("the_term",)
    ),
    Mutation(
        "undated rows are counted, never guessed in",
        put(definitions, "code", lambda value: code(Status.IN if value is Status.UNDATED else value)),
        ("since_and_when",),
    ),
    Mutation(
        "what is later than the as-of is hidden",
        changed(settle, "_seen_between", lambda seen: (seen[0], 10**17)),
        ("the_future_is_hidden",),
    ),
    Mutation(
        "what is planned is seen before it comes",
        changed(inputs, "record", planned_as_times),
        ("known_in_advance", "a_deadline_in_the_row", "every_row_is_accounted_for"),
    ),
    Mutation(
        "a row without a deadline is not in the figure",
        put(clocks, "_unplanned", lambda: FALSE),
        ("known_in_advance", "a_deadline_in_the_row"),
    ),
    Mutation(
        "a state that had not come is not seen",
        put(settle, "_exists", exists_in_any_state),
        ("states_of_an_incident",),
    ),
    Mutation(
        "a row that lacks its own time is listed, whatever lies ahead",
        put(settle, "_exists", exists_with_some_time),
        ("every_row_is_accounted_for",),
    ),
    Mutation(
        "conditions are read as things stood",
        item(values.PLAIN, "visible", lambda a, limit: a),
        ("as_things_stood",),
    ),
    Mutation(
        "a branch applies only when its condition is true",
        put(Evaluator, "_case", hesitating),
        ("unknown_falls_to_otherwise",),
    ),
    Mutation(
        "of rows that share a key the earliest is kept",
        changed(settle, "_order", Backwards),
        ("rows_and_their_keys",),
    ),
    Mutation(
        "unknown rows stay in a share's denominator",
        in_rules(changed(rules, "_share", of_the_known)),
        ("unknown_in_a_share",),
    ),
    Mutation(
        "unanswered rows stand last in a percentile", answered_ranks, ("percentiles_over_unanswered_rows",)
    ),
    Mutation(
        "an undecided row stands at both ends of a median",
        changed(kpis, "_figure", undecided_without_a_rank),
        ("undecided_in_a_median",),
    ),
    Mutation(
        "a closed date is no business day, whatever tail is open on it",
        changed(intervals, "_shifts", every_shift_counts),
        ("night_shift",),
    ),
    Mutation(
        "a text is in the encoding that its source says",
        put(delimited, "encoding_of", lambda: "cp437"),
        ("a_file_as_a_program_leaves_it",),
    ),
    Mutation(
        "the header is the line that the source says",
        changed(loading, "layout_of", lambda layout: replace(layout, header=None)),
        ("a_file_as_a_program_leaves_it",),
    ),
    Mutation(
        "numbers are rounded half away from zero",
        lambda patch: patch.setattr(values, "ROUND_HALF_UP", ROUND_HALF_EVEN),
        ("arithmetic",),
    ),
    Mutation(
        "a figure is the quotient of the counts beside it",
        in_rules(changed(rules, "ends_now", of_the_matured)),
        ("open_and_overdue",),
    ),
    Mutation(
        "what is open may still come late or in time",
        in_rules(put(rules, "_share", nothing_unsettled)),
        ("become_within_a_window", "stopped_before_it_started"),
    ),
    Mutation(
        "targets are compared exactly, not after rounding",
        in_rules(item(values.PLAIN, "ratio >=", rounded)),
        ("exact_targets",),
    ),
    Mutation(
        "too few rows are insufficient, even if decidable",
        in_rules(put(rules, "_too_few", nothing)),
        ("too_few_rows",),
    ),
    Mutation(
        "a row that is named is there from its own moment on",
        changed(reading, "_held_by", lambda read, e: (field_value(e), read[1])),
        ("rows_named_by_their_key",),
    ),
    Mutation(
        "a key that names no row is a data problem",
        changed(settle, "_nowhere", lambda problems: [replace(p, count=p.count + 1) for p in problems]),
        ("rows_named_by_their_key",),
    ),
    Mutation(
        "a field of a row that is named is that row's",
        changed(reading, "_held_by", lambda read, e: (Field(e.record, e.field), read[1])),
        ("rows_named_by_their_key",),
    ),
    Mutation(
        "whose hours a clock runs in is read when it starts",
        put(clocks, "zone_at", held_zone),
        ("hours_of_a_row",),
    ),
    Mutation(
        "a clock in hours that nobody knows is undecided",
        put(clocks, "nowhere", lambda: FALSE),
        ("hours_of_a_row",),
    ),
    Mutation(
        "a zone that does not exist is a data problem",
        changed(settle, "_no_zones", lambda problems: [replace(p, count=p.count + 1) for p in problems]),
        ("hours_of_a_row",),
    ),
    Mutation(
        "a row belongs to the promise of the period in which it counts",
        put(kpis, "dated", lambda b, p, figure, dates: p),
        ("promises_with_dates",),
    ),
    Mutation(
        "who is told is read on the row when it is late, and on its way",
        put(ladders, "up_to", lambda label, at: NOW),
        ("told_by_a_field",),
    ),
    Mutation(
        "a running volume can still grow",
        in_rules(changed(rules, "ends", as_counted)),
        ("a_volume_while_it_runs",),
    ),
    Mutation(
        "without a window a row may become it until the term's end",
        in_rules(changed(rules, "ends", as_arrived)),
        ("become_without_a_window",),
    ),
    Mutation(
        "the greatest of a missing value is unknown",
        item(scalars._PLAIN, "greatest", ibis.greatest),
        ("least_and_greatest",),
        "tables",
    ),
    Mutation(
        "what differs from a missing value is unknown",
        item(scalars._PLAIN, "!=", lambda a, b: ibis.coalesce(a != b, ibis.literal(True))),
        ("three_valued_conditions",),
        "tables",
    ),
    Mutation(
        "only A to Z become small letters",
        item(scalars._PLAIN, "lower", lambda a: a.lower()),
        ("text",),
        "tables",
    ),
    Mutation(
        "a pause moves the deadline",
        put(stretches, "counting", nothing),
        ("pauses", "pauses_during_spells", "pauses_of_whom_a_row_names"),
    ),
    Mutation(
        "no more counts of a pause than its limit",
        put(stretches, "_up_to", lambda spans: spans),
        ("pauses",),
    ),
    Mutation("pauses that overlap count once", put(stretches, "_merged", each_by_itself), ("pauses",)),
    Mutation(
        "a clock that stands still is paused, not open", put(kpis, "state_of", still_as_running), ("pauses",)
    ),
    Mutation(
        "a clock that nobody knows whose stretches pause is undecided",
        put(kpis, "whose", lambda: FALSE),
        ("pauses_of_whom_a_row_names",),
    ),
    Mutation(
        "a row that is left out is not in the figure",
        put(kpis, "_excluded", left_in),
        ("left_out_for_a_reason",),
    ),
    Mutation(
        "what leaves a row out is read when its clock is over",
        put(kpis, "closing", lambda: NOW),
        ("left_out_for_a_reason",),
    ),
    Mutation(
        "a commitment is suspended while what it stands on is not as agreed",
        in_rules(put(rules, "_suspended", nothing)),
        ("suspended",),
    ),
    Mutation(
        "a figure without rows suspends nothing",
        in_rules(put(rules, "_stands", suspended_by_nothing)),
        ("suspended",),
    ),
    Mutation(
        "misses in a row are of periods that follow one another",
        put(import_module("sladsl.verdicts.actions"), "_in_a_row", any_misses),
        ("suspended",),
    ),
    Mutation(
        "a spell ends when its condition does",
        changed(evaluation, "_stretches", without_ends),
        ("spells_of_a_condition",),
    ),
    Mutation(
        "a row that ends as it begins is no spell",
        put(spells, "any_of", lambda: TRUE),
        ("rows_that_are_spells",),
    ),
    Mutation(
        "nothing follows a clock that was stopped",
        put(Ladder, "_runs", lambda at: compare("<", at, AsOf())),
        ("ladders",),
    ),
    Mutation(
        "nothing follows a row that is left out",
        put(Ladder, "_not_left_out", nothing),
        ("ladders",),
    ),
    Mutation(
        "what comes after a deadline is counted from where pauses leave it",
        put(Ladder, "_late", late_without_pauses),
        ("ladders_beside_pauses",),
    ),
    Mutation(
        "a figure is counted as of where the data end that it rests on",
        changed(freshness, "ends_of_figures", lambda ends: {}),
        ("data_that_end_early",),
    ),
    Mutation(
        "data that are not old yet end where they end",
        changed(freshness, "_end", lambda end: replace(end, until=end.until if end.stale else 2**62)),
        ("data_that_end_early",),
    ),
    Mutation(
        "a figure rests on the rows that answer it, and not on its own alone",
        changed(freshness, "records_of", lambda read, figure: read & {figure.record}),
        ("data_that_end_early",),
    ),
    Mutation(
        "a promise by groups rests on the rows that name these",
        changed(freshness, "records_of", lambda read: read - {"rep"}),
        ("data_that_end_early",),
    ),
    Mutation(
        "a period that the data do not reach is not over",
        put(Outcomes, "known_until", lambda self: self.as_of.instant),
        ("data_that_end_early",),
    ),
]
