"""Stories of whole data sets, and what must hold of any of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from sladsl.calendars import DurationKind
from sladsl.compiler import Compilation, compile_text
from sladsl.data import Loaded, load
from sladsl.engines.rows import Evaluation, Frame
from sladsl.explaining import Reader, Story, tell
from sladsl.explaining.story import (
    BranchFate,
    Counted,
    DeadlineSeen,
    Fate,
    FigureSeen,
    PromiseSeen,
    Skip,
    Standing,
    Stretch,
    Undecided,
    Unjudged,
)
from sladsl.lowering import meaning
from sladsl.outcomes import AsOf
from sladsl.plan import State, Status


def compiled(path: Path) -> Compilation:
    """The agreement at an absolute path, with what it imports."""

    def read(name: str) -> str:
        return Path(name).read_text(encoding="utf-8")

    found = compile_text(read(str(path)), str(path), read=read)
    assert found.plan is not None, [f"{d.code} {d.message}" for d in found.diagnostics]
    return found


def reader_of(compilation: Compilation, as_of: AsOf | None = None) -> Reader:
    """A reader over all rows of the agreement's own sources."""
    from sladsl.engines.rows import default_as_of

    mean = meaning(compilation.model, compilation.source.name)
    assert mean.plan == compilation.plan
    rows = load(mean.plan, [], base=Path.cwd()).rows()
    at = as_of or default_as_of(mean.plan, rows)
    assert at is not None
    return Reader(compilation, mean, Evaluation(mean.plan, rows, at, examples=1_000_000))


def family_reader(reader: Reader, loaded: Loaded, record: str, key: str) -> Reader:
    """The same over only the rows that belong to one row, as `sla explain` brings them into memory."""
    plan = reader.meaning.plan
    rows = loaded.families(plan, record, [key])
    return Reader(
        reader.compilation,
        reader.meaning,
        Evaluation(plan, rows, reader.evaluation.as_of, examples=1_000_000),
    )


def stories(reader: Reader) -> dict[tuple[str, str], tuple[Frame, Story]]:
    """The story of every row there is."""
    frames = (
        f
        for r in (*reader.meaning.plan.given, *reader.meaning.plan.made)
        for f in reader.evaluation.frames(r.name)
    )
    return {(f.record, f.key): (f, tell(reader, f)) for f in frames}


# ------------------------------------------------------------------------------------- what must hold of each by itself


def check_clock(promise: PromiseSeen) -> None:
    """The deadline is made of what is told, and the events agree with the stop."""
    clock = promise.clock
    stopped = [c for c in clock.candidates if c.fate is Fate.STOPPED]
    if (
        clock.candidates
        and clock.start.at is not None
        and clock.state not in {State.UNDECIDED, State.NO_DEADLINE}
    ):
        assert [c.at for c in stopped] == ([] if clock.stop.at is None else [clock.stop.at])
    if clock.undecided is Undecided.HOURS_UNKNOWN and clock.deadline is not None:
        assert clock.deadline.without_pauses is None, "it is known in whose hours, and not whose pauses count"
    if clock.branches:
        assert sum(b.fate is BranchFate.APPLIES for b in clock.branches) <= 1
    if clock.deadline is not None and clock.deadline.at is not None and clock.start.at is not None:
        check_deadline(clock.deadline, clock.start.at, clock.deadline.at)
        if clock.state is State.MET and promise.margin is not None:
            assert promise.margin <= 0
        if clock.state is State.MISSED:
            assert promise.margin is not None
            assert promise.margin >= 0


def check_deadline(deadline: DeadlineSeen, start: int, due: int) -> None:
    length = deadline.duration
    if length is not None and length.kind is DurationKind.BUSINESS:
        counted = [x for x in deadline.timeline if isinstance(x, Stretch)]
        assert sum(x.end - x.start for x in counted) == length.amount
        assert not counted or counted[-1].total == length.amount
        check_partition([(x.start, x.end) for x in deadline.timeline], start, due)
        for x in deadline.timeline:
            if isinstance(x, Skip):
                check_partition([(c.start, c.end) for c in x.closed], x.start, x.end)
    in_days = length is not None and length.kind in {
        DurationKind.BUSINESS_DAYS,
        DurationKind.CLOSE_OF_BUSINESS,
    }
    if in_days and deadline.without_pauses in {None, due}:  # what a pause moved is no way of whole days
        assert length is not None
        assert deadline.days[-1].number == length.amount
        assert [x.number for x in deadline.days if x.number is not None] == list(range(length.amount + 1))
        assert all((x.closed is None) == (x.number is not None) for x in deadline.days)


def check_partition(spans: list[tuple[int, int]], start: int, end: int) -> None:
    """The spans follow each other without a gap from start to end."""
    ends = [start, *(b for _, b in spans)]
    assert [a for a, _ in spans] == ends[:-1]
    assert ends[-1] == end
    assert all(a < b for a, b in spans)


# ------------------------------------------------------------------------------------------ what must hold of them all


def check_all(reader: Reader, told: list[Story]) -> None:
    """Counted together, the stories are the evaluation's outcomes."""
    outcomes = reader.evaluation.outcomes()
    statuses = Counter((d.name, d.status if d.in_term else Status.OUT) for s in told for d in s.definitions)
    assert statuses == Counter(
        {(name, status): n for name, found in outcomes.statuses.items() for status, n in found.items() if n}
    )
    routes = Counter(
        (r.definition, r.destination) for s in told for r in s.routes if r.destination is not None
    )
    assert routes == Counter(
        {(name, to): n for name, found in outcomes.routes.items() for to, n in found.items() if n}
    )
    listed = Counter((x.kind, x.subject) for s in told for x in s.listings)
    assert listed == Counter({(x.kind, x.subject): x.count for x in outcomes.listings if x.count})
    late = {
        c.id: {s.key: (c.clock.start.at, c.clock.due, c.clock.stop.at) for s, c in _missed(told, c.id)}
        for s in told
        for c in s.clocks
    }
    for id, found in outcomes.breaches.items():
        assert late.get(id, {}) == {x.key: (x.started, x.due, x.stopped) for x in found}
    check_figures(reader, told)


def _missed(told: list[Story], id: str) -> Iterator[tuple[Story, PromiseSeen]]:
    for s in told:
        for c in s.clocks:
            if c.id == id and c.clock.state is State.MISSED and c.membership.standing is Standing.IN:
                yield s, c


COUNTERS = {
    Counted.HIT: "hit",
    Counted.OPEN: "open",
    Counted.UNKNOWN: "unknown",
    Counted.UNDECIDED: "undecided",
    State.MET: "hit",
    State.OPEN: "open",
    State.PAUSED: "open",
    State.UNDECIDED: "undecided",
}

APART = {State.NO_DEADLINE: "no_deadline", State.EXCLUDED: "excluded"}
"""Rows that are listed with a figure and are not in it."""


def check_figures(reader: Reader, told: list[Story]) -> None:
    """Rows by period and by how they count, figure by figure."""
    figures = {c.id: c.figure for c in reader.meaning.plan.commitments}
    found: Counter[tuple[str, int, str]] = Counter()
    for p in (p for s in told for p in s.promises if not isinstance(p, Unjudged)):
        period = p.membership.period
        if period is None or p.membership.standing not in {Standing.IN, Standing.MAYBE}:
            continue
        inside = p.membership.standing is Standing.IN
        counted = p.clock.state if isinstance(p, PromiseSeen) else p.counted
        if inside and counted in APART:
            found[p.id, period.start, APART[counted]] += 1
            continue
        found[p.id, period.start, "rows" if inside else "maybe"] += 1
        if inside and counted in COUNTERS:
            found[p.id, period.start, COUNTERS[counted]] += 1
    asked = {p.id for s in told for p in s.promises}
    names = {"rows", "maybe", *APART.values(), *COUNTERS.values()}
    outcomes = reader.evaluation.outcomes().figures
    expected = Counter(
        {
            (id, p.start, name): n
            for id in asked
            for p in outcomes[figures.get(id, id)]
            if not p.by
            for name, n in p.counters.items()
            if name in names and n
        }
    )
    assert found == expected, (found - expected, expected - found)
    assert all(p.by or isinstance(p, FigureSeen) for s in told for p in s.figures)
