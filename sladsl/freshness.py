"""What is not judged since the data of a source end before the as-of: `fresh within 2 days`.

Let L be the latest time of such a source up to an as-of that somebody gave. What happened later than L nobody knows, so each figure that
rests on the source is counted as of L: what is decided there is final, and what needs something later waits for it. That is so while the
source is fresh, too. Else what is final while it is fresh would no longer be so a day later, on the same data. A later as-of and later data
only move L on; so no verdict is final that would not be without a guard, and none that was final changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from sladsl.calendars import DAY, day_date, zone
from sladsl.outcomes import AsOf, DataEnd, OutcomeRow, Outcomes, Quiet
from sladsl.plan import (
    Children,
    Expression,
    Field,
    Figure,
    Following,
    Hidden,
    Inside,
    OfAsker,
    Outside,
    Plan,
    Ref,
    Referred,
    Source,
)
from sladsl.plan.made import expressions, made_of
from sladsl.plan.rows import subjects
from sladsl.plan.traversal import reached

if TYPE_CHECKING:
    from sladsl.data import Loaded
    from sladsl.engines.engine import FigureRows

Rows: TypeAlias = "Callable[[FigureRows], None]"
"""Given what became of each row."""
Evaluate: TypeAlias = "Callable[[AsOf, Rows | None], Outcomes]"
_LONG_WEEKEND, _SILENCES = 3 * DAY, 5
_OF_A_RECORD = (Field, Hidden, Ref, Children, Following, OfAsker, Referred)


def ends_of_sources(plan: Plan, loaded: Loaded, at: AsOf) -> tuple[DataEnd, ...]:
    """The sources that say how fresh they are and whose data end before a given as-of, in the order of the agreement."""
    ends = []
    for source in (s for s in plan.sources if s.fresh is not None):
        table = loaded.of_source(plan.record(source.record), source)
        held = None if table is None else loaded.engine.times_held(plan, source.record, table, at.instant)
        ends.append(_end(plan, source, None if held is None else held.latest, at))
    return tuple(end for end in ends if end.until < at.instant)


def quiet_sources(plan: Plan, loaded: Loaded, at: AsOf) -> tuple[Quiet, ...]:
    """The sources that do not say how fresh they are, of which promises count rows, and whose rows stop well before a given as-of (or the
    agreement's end): for three days (a long weekend) and for five times as long as there is between two rows on the average. Of rows that
    come by chance fewer than one in a hundred such silences is no sign."""
    until = at.instant if plan.term.end is None else min(at.instant, plan.term.end)
    quiet = []
    asked = _counted(plan)
    for source in (s for s in plan.sources if s.fresh is None and s.record in asked):
        table = loaded.of_source(plan.record(source.record), source)
        held = None if table is None else loaded.engine.times_held(plan, source.record, table, until)
        if held is None or held.rows < 2:
            continue
        between = (held.latest - held.first) // (held.rows - 1)
        if until - held.latest > max(_LONG_WEEKEND, _SILENCES * between):
            quiet.append(Quiet(source.name, held.latest, until))
    return tuple(quiet)


def _counted(plan: Plan) -> set[str]:
    """The records of sources whose rows promises count, or look for below what they count: not those that only say who somebody is."""
    held = {c.figure for c in plan.commitments}
    figures = [f for f in plan.figures if f.id in held]
    read = set().union(*(records_of(plan, f) for f in figures))
    entered = {f.record for f in figures}
    return {r for r in read if r in entered or plan.record(r).link is not None}


def _end(plan: Plan, source: Source, latest: int | None, at: AsOf) -> DataEnd:
    assert source.fresh is not None, "only of those that say it"
    if latest is None:  # of no instant anything is known
        first = 0 if plan.term.start is None else plan.term.start
        return DataEnd(source.name, source.record, None, min(first, at.instant), source.fresh, stale=True)
    day = day_date(zone(plan.zone).date_of(latest)).isoformat()
    late = at.instant - latest > source.fresh
    return DataEnd(source.name, source.record, latest, latest, source.fresh, late, day)


def ends_of_figures(plan: Plan, at: AsOf) -> dict[str, DataEnd]:
    """By figure: the earliest end of the data that it rests on, where one lies before the as-of."""
    ends: dict[str, DataEnd] = {}
    for figure in plan.figures if at.ends else ():
        # What a commitment stands on is asked in its own periods, so it looks no further than that.
        beside = (f for c in plan.commitments if c.figure == figure.id for f in plan.standing(c))
        read = set().union(*(records_of(plan, f) for f in (figure, *beside)))
        own = [end for end in at.ends if end.record in read]
        if own:
            ends[figure.id] = min(own, key=lambda end: end.until)
    return ends


def records_of(plan: Plan, figure: Figure) -> set[str]:
    """The records of sources on whose rows a figure rests, and the promises that are held to it."""
    read: set[str] = set()
    waiting = [figure.record, *_read(plan, _asked(plan, figure))]
    # Which groups there are, and what each is held to, is said by their own rows.
    waiting += [
        c.groups.record for c in plan.commitments if c.figure == figure.id and c.groups and c.groups.record
    ]
    waiting += _read(
        plan, [e for c in plan.commitments if c.figure == figure.id and c.groups for e in c.groups.reads]
    )
    while waiting:
        name = waiting.pop()
        if name in read:
            continue
        read.add(name)
        link, made = plan.record(name).link, plan.record(name).made
        if link is not None:  # without the row it belongs to it does not count
            waiting.append(link.parent)
        if made is not None:
            waiting += [*made_of(made), *_read(plan, list(expressions(made)))]
    return {r.name for r in plan.given} & read


def _asked(plan: Plan, figure: Figure) -> list[Expression]:
    asked: list[Expression] = [Ref(figure.record, figure.entry), *figure.by]
    asked += [e for c in figure.counters for e in (c.when, c.of) if e is not None]
    for c in (c for c in plan.commitments if c.figure == figure.id and c.clock is not None):
        assert c.clock is not None
        names = (c.clock.member, c.clock.start, c.clock.due, c.clock.stop, c.clock.state)
        asked += [Ref(c.clock.record, name) for name in (*names, *(x.at for x in c.clock.rungs))]
    return asked


def _read(plan: Plan, asked: list[Expression]) -> Iterator[str]:
    for e in reached(asked, lambda ref: plan.column(ref.record, ref.column).value):
        if isinstance(e, _OF_A_RECORD):
            yield e.record
        elif isinstance(e, Inside | Outside):
            yield from (s.record for s in e.stretches)


def evaluated(plan: Plan, at: AsOf, evaluate: Evaluate, rows_to: Rows | None = None) -> Outcomes:
    """The outcomes at an as-of, each figure's as of what the data say of it. `evaluate` gives those at an instant, and what became of their
    rows to what it is given; `rows_to` gets that of all."""
    ends = ends_of_figures(plan, at)
    instants = sorted({end.until for end in ends.values()})
    known: dict[int, Outcomes] = {}
    rows: dict[int, FigureRows] = {}

    def ask(n: int) -> None:
        """Of each instant within the one before it: rows can be asked only so long."""
        last = n == len(instants)
        moment = at if last else AsOf(instants[n])

        def take(of_all: FigureRows) -> None:
            rows[moment.instant] = of_all
            if not last:
                ask(n + 1)
            elif rows_to is not None:
                counted = {instant: x.outcomes for instant, x in rows.items()}
                earlier = {id: rows[end.until] for id, end in ends.items()}
                rows_to(of_all.with_earlier(earlier, _joined(plan, of_all.outcomes, ends, counted)))

        known[moment.instant] = evaluate(moment, None if rows_to is None else take)
        if rows_to is None and not last:
            ask(n + 1)

    ask(0)
    return _joined(plan, known[at.instant], ends, known)


def rows_as_known(
    plan: Plan, at: AsOf, rows_at: Callable[[AsOf], Iterable[OutcomeRow]]
) -> Iterator[OutcomeRow]:
    """What became of each row, in each figure as of what the data say of it; `rows_at` gives that of all figures at an instant."""
    ends = ends_of_figures(plan, at)
    figures = {(s.commitment, s.kpi): s.figure.id for s in subjects(plan)}
    for instant in sorted({at.instant, *(end.until for end in ends.values())}):
        for row in rows_at(at if instant == at.instant else AsOf(instant)):
            end = ends.get(figures[row.commitment, row.kpi])
            if instant == (at.instant if end is None else end.until):
                yield row


def _joined(
    plan: Plan, now: Outcomes, ends: Mapping[str, DataEnd], known: Mapping[int, Outcomes]
) -> Outcomes:
    """What the latest instant gives, with what rests on data that end before it from the instants until which they reach."""
    if not ends:
        return now
    of_figure = {id: known[end.until] for id, end in ends.items()}
    of_promise = {c.id: of_figure[c.figure] for c in plan.commitments if c.figure in of_figure}
    return replace(
        now,
        figures={**now.figures, **{id: x.figures[id] for id, x in of_figure.items()}},
        breaches={
            **now.breaches,
            **{id: x.breaches[id] for id, x in of_promise.items() if id in x.breaches},
        },
        passed={**now.passed, **{id: x.passed[id] for id, x in of_promise.items() if id in x.passed}},
        rungs={
            **{id: x for id, x in now.rungs.items() if id not in of_promise},
            **{id: x.rungs[id] for id, x in of_promise.items() if id in x.rungs},
        },
        groups={**now.groups, **{id: x.groups[id] for id, x in of_promise.items() if id in x.groups}},
        labels=_labels(known),
        ends=ends,
    )


def _labels(known: Mapping[int, Outcomes]) -> dict[str, dict[str, str]]:
    labels: dict[str, dict[str, str]] = {}
    for _, outcomes in sorted(known.items()):
        for record, called in outcomes.labels.items():
            labels.setdefault(record, {}).update(called)
    return labels
