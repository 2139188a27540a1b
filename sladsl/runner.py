"""An agreement's plan on data: load, evaluate, judge. The one front that the command line, the editor and a program use.

    plan, bindings -> data -> tables -> engine -> outcomes -> verdicts -> Run

Nothing heavy is imported before `run` is called.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from sladsl.addresses import without_secrets
from sladsl.calendars import Period, instant, iso, local_time, zone
from sladsl.engines.sandbox import tells_of_damage
from sladsl.outcomes import AsOf, Example, OutcomeRow, Outcomes, Problem
from sladsl.plan import Expression, Figure, Plan
from sladsl.plan.columns import Ref
from sladsl.plan.rows import BROKEN
from sladsl.plan.traversal import walk
from sladsl.prepared import answering
from sladsl.verdicts import (
    CommitmentResult,
    Due,
    FigureResult,
    Losses,
    Verdict,
    actions,
    judge_figures,
    measure,
)

if TYPE_CHECKING:
    from sladsl.data import Binding, Loaded, RowPlace
    from sladsl.engines.engine import FigureRows

Progress = Callable[[str], None]
Rows = Callable[[Any], None]
"""Given the query for what became of each row."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks what became of each row while it can be asked: `take` is given it, and asks for `beside`, expressions by record, too. Of the
    records in `only` rows for which none of these conditions is true are not asked for."""

    take: Callable[[FigureRows], None]
    beside: Mapping[str, Sequence[Expression]] = field(default_factory=dict)
    only: Mapping[str, Sequence[Expression]] = field(default_factory=dict)


_STOPPED = ("OutOfMemoryException", "IOException")
"""What DuckDB calls running out of memory or disk; its own types would bring the engine in with this module."""
_DRIVERS = ("psycopg", "pyspark", "py4j")
"""Whose errors are a server's, where a run is made in one."""


MOST_DEEP = 250
"""How many columns may stand one on another: 200 definitions that do take six seconds, 300 take twelve, 600 take 37."""
MOST_PERIODS = 20_000
"""Of one figure: the days of 54 years."""


class RunError(Exception):
    """A run that cannot be made as asked; its text says what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class RestatedRow:
    """What became of a row when its period was closed, and what becomes of it now."""

    key: str
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Restated:
    """A figure of a closed period that comes out differently: what was recorded as of `closed` (an instant) and what it is `now`, in
    words, and what of that on which it rests was changed. `judged`: it is a commitment's, and `id` its; else a KPI's."""

    id: str
    period: str
    was: str
    now: str
    judged: bool
    closed: int
    changed: tuple[str, ...]
    rows: tuple[RestatedRow, ...] = ()
    by: tuple[str | None, ...] = ()
    """Of a part of a KPI's breakdown: its values."""


@dataclass(frozen=True, slots=True)
class Run:
    """What one run found. `problems` are those of reading the data, then those of the rows themselves.

    `rows` are what became of each row, where they were asked for. With `sample` (one row in so many) figures are estimates, volumes are
    those of the sample, and nothing is judged. `loaded` are the data it is about, for whoever asks more of them. `restated` are the figures
    of closed periods that come out differently, where somebody compared.
    """

    plan: Plan
    outcomes: Outcomes
    figures: tuple[FigureResult, ...]
    commitments: tuple[CommitmentResult, ...]
    problems: tuple[Problem, ...]
    period: Period | None = None
    rows: tuple[OutcomeRow, ...] | None = None
    sample: int | None = None
    loaded: Loaded | None = field(default=None, repr=False, compare=False)
    restated: tuple[Restated, ...] = ()

    def due(self) -> Iterator[Due]:
        """Every action that follows; one at a time, since late rows may be many."""
        return actions(self.plan, self.outcomes, self.commitments)

    def in_doubt(self) -> bool:
        """Whether rows that could not be read leave a verdict, or the figure beside it, in doubt."""
        return any(j.in_doubt for c in self.commitments for j in c.periods)

    def breaks_never(self) -> bool:
        """Whether there are rows that a `never` says there are none of."""
        return any(x.count for x in self.outcomes.listings if x.kind == BROKEN)

    @property
    def stale(self) -> bool:
        """Whether the data of a source end longer before a given as-of than it says."""
        return any(end.stale for end in self.outcomes.as_of.ends)

    def without_target(self) -> Iterator[FigureResult]:
        """The figures of which nothing is promised, neither as a whole nor by groups; of what is promised from a date on or until one, the
        periods beside."""
        judged = {c.commitment.figure for c in self.commitments}
        by_groups = {(c.commitment.kpi, c.figure.population) for c in self.commitments if c.commitment.groups}
        owed: dict[object, set[Period]] = {}
        for c in self.commitments:
            owed.setdefault(_measures(c.figure), set()).update(j.measured.period for j in c.periods)
        for result in self.figures:
            figure = result.figure
            if figure.id in judged or (figure.id, figure.population) in by_groups:
                continue
            beside = owed.get(_measures(figure), set())
            periods = tuple(m for m in result.periods if m.period not in beside)
            if periods or not beside:
                yield replace(result, periods=periods)

    def verdicts(self) -> set[Verdict]:
        """The verdicts that occur."""
        return {j.verdict for c in self.commitments for j in c.periods if j.verdict is not None}


@dataclass(slots=True)
class Reads:
    """What was read for one run serves the next that reads the same: the same records of the same sources."""

    _kept: list[tuple[object, Loaded]] = field(default_factory=list)

    def load(self, plan: Plan, named: Sequence[Binding], base: Path, how: Mapping[str, Any]) -> Loaded:
        """As `sladsl.data.load` has it."""
        from sladsl.data import load

        asked = (plan.given, plan.sources, named, base, how.get("memory"))
        for known, loaded in self._kept:
            if known == asked:
                return loaded
        loaded = load(plan, named, base=base, **how)
        self._kept.append((asked, loaded))
        return loaded


def _measures(figure: Figure) -> object:
    """What a figure counts, whenever it is judged."""
    return figure.kpi, figure.population, figure.measure, figure.period


def run(  # noqa: PLR0913 - one argument an option
    plan: Plan,
    bindings: Iterable[tuple[str, object]] = (),
    *,
    base: Path | None = None,
    as_of: str | AsOf | None = None,
    period: str | None = None,
    rows: bool | Path | Asked = False,
    sample: int | None = None,
    memory: str | None = None,
    now: int | None = None,
    progress: Progress | None = None,
    reads: Reads | None = None,
) -> Run:
    """Judge a plan on its sources' data, or on what `bindings` puts in their place: pairs of a record's or source's name and where,
    which is a path, a URL or the data themselves (`sladsl.data.tables`).

    A binding's relative path starts at `base`, which is the working folder when left out. `as_of` is read by `parse_as_of`, and one that
    another run found is taken as it is; without one it is the latest time in the data that the plan reads, up to `now` where that is given
    (no clock is looked at here).
    `period` is a label (`2026-10`): only what overlaps it is given. `rows` asks what became of each row: True for the rows themselves, the
    file to write them to, or whoever asks them. `memory` is what the engine may hold before it spills (`4GB`). `sample`, at least 2,
    looks at about one row in so many of the records that are below no other, and judges nothing. With `reads`, what other runs have read
    is not read again. `RunError` for an as-of or period that cannot be read, or data without any moment; `sladsl.data.DataError` for data
    that cannot be read, or rows that cannot be written.
    """
    asked = parse_period(period, plan) if period is not None else None
    if isinstance(rows, Path):
        from sladsl.data import check_ending

        check_ending(rows)
    tell = progress or (lambda _: None)
    with answering(plan):
        loaded, at = loaded_at(
            plan, bindings, base=base, as_of=as_of, now=now, progress=progress, memory=memory, reads=reads
        )
        with _let_go_of(loaded), working(loaded):
            loaded = loaded if sample is None else _sampled(plan, loaded, sample)
            tell("evaluating")
            return _run(plan, loaded, at, asked, rows, sample, tell)


def _run(
    plan: Plan,
    loaded: Loaded,
    at: AsOf,
    asked: Period | None,
    rows: bool | Path | Asked,
    sample: int | None,
    tell: Progress,
) -> Run:
    from sladsl.dst_alternatives import changes
    from sladsl.losses import losses

    _not_too_many_periods(plan, at, asked)
    kept: list[OutcomeRow] = []
    outcomes = _evaluated(plan, loaded, at, asked, _asked(plan, loaded, rows, kept), tell)
    tell("judging")
    # What another reading would change are verdicts, and rows that may not be in a sample.
    problems = (*outcomes.problems, *(changes(plan, loaded, at) if sample is None else ()))
    placed = replace(outcomes, problems=_placed(problems, loaded))
    lost = losses(plan, loaded, at) if sample is None else {}
    made = of_outcomes(plan, placed, loaded.problems, asked, lost)
    made = made if sample is None else _unjudged(made, sample)
    return replace(made, rows=tuple(kept) if rows is True else None, loaded=loaded)


def _not_too_deep(plan: Plan) -> None:
    """`RunError` for definitions that stand on one another without end."""
    depth: dict[tuple[str, str], int] = {}
    for column in plan.columns:
        below = (depth.get((x.record, x.column), 0) for x in walk(column.value) if isinstance(x, Ref))
        depth[column.record, column.name] = deep = 1 + max(below, default=0)
        if deep > MOST_DEEP:
            raise RunError(
                f"`{column.about or column.name}` stands on {MOST_DEEP} others, each on the next, and no more are worked out: say "
                "in one definition what several say now"
            )


def _not_too_many_periods(plan: Plan, at: AsOf, asked: Period | None) -> None:
    """`RunError` for a term of which nobody would read a verdict a day."""
    if plan.term.start is None:
        return
    first, last = plan.term.start, at.instant if plan.term.end is None else min(at.instant, plan.term.end)
    if asked is not None:
        first, last = max(first, asked.start), min(last, asked.end)
    for figure in plan.figures:
        count = plan.periods.index(figure.period, last) - plan.periods.index(figure.period, first) + 1
        if count > MOST_PERIODS:
            raise RunError(
                f"`{figure.id}` has {count:,} periods from {iso(first)} to {iso(last)}, and no more than {MOST_PERIODS:,} are judged: "
                "ask for some of them with `--period`, or let the agreement begin later"
            )


def _sampled(plan: Plan, loaded: Loaded, one_in: int) -> Loaded:
    from sladsl.data.selection import sampled

    if one_in < 2:
        raise RunError(f"a sample is one row in 2 or more, and not in {one_in}")
    return replace(loaded, tables=sampled(plan, loaded.tables, one_in))


def _unjudged(made: Run, sample: int) -> Run:
    commitments = tuple(
        replace(c, periods=tuple(replace(j, verdict=None, warning=False) for j in c.periods))
        for c in made.commitments
    )
    return replace(made, commitments=commitments, sample=sample)


def loaded_at(
    plan: Plan,
    bindings: Iterable[tuple[str, object]],
    *,
    base: Path | None,
    as_of: str | AsOf | None,
    now: int | None,
    progress: Progress | None,
    memory: str | None = None,
    reads: Reads | None = None,
) -> tuple[Loaded, AsOf]:
    """The data, and the instant as of which they are to be read; arguments and errors as for `run`."""
    _not_too_deep(plan)
    given = AsOf(parse_as_of(as_of, plan.zone)) if isinstance(as_of, str) else None
    tell = progress or (lambda _: None)
    tell("loading the engine")
    from sladsl.data import Binding, DataError
    from sladsl.freshness import quiet_sources

    named = [Binding(name, where) for name, where in bindings]
    how = {"progress": progress, "memory": memory}
    loaded = (reads or Reads()).load(plan, named, base or Path.cwd(), how)
    with _let_go_of(loaded):
        if loaded.refusals:
            raise DataError("\n".join(loaded.refusals))
        tell("looking how far the data reach")
        with working(loaded):
            if isinstance(as_of, AsOf):
                at: AsOf | None = as_of
            elif given is None:
                at = loaded.engine.default_as_of(plan, loaded.tables, now)
            else:
                at = replace(_guarded(plan, loaded, given), quiet=quiet_sources(plan, loaded, given))
        if at is None:
            later = "" if now is None else f" (none up to now, {iso(now)})"
            raise RunError(
                f"the data have no time that could be the as-of{later}: give one with `--as-of` (`as_of` in Python)"
            )
    return loaded, at


def _guarded(plan: Plan, loaded: Loaded, given: AsOf) -> AsOf:
    """A given as-of, with the sources whose data end before it."""
    from sladsl.freshness import ends_of_sources

    return replace(given, ends=ends_of_sources(plan, loaded, given))


@contextmanager
def _let_go_of(loaded: Loaded) -> Iterator[None]:
    """Around what nobody is given when it fails: then nobody else would close its connection."""
    try:
        yield
    except BaseException:
        loaded.close()
        raise


def write_rows(run: Run, path: Path) -> None:
    """Writes what became of each row of a run that was made before to a .csv, .parquet or .jsonl file."""
    from sladsl.data import check_ending, write_rows

    check_ending(path)
    assert run.loaded is not None, "only a run on data has rows"
    _not_over_data(run.loaded, path)
    outcome_rows(run, lambda table: write_rows(table, path))


def _not_over_data(loaded: Loaded, path: Path) -> None:
    if any(path.exists() and path.samefile(read) for read in loaded.paths):
        raise RunError(f"`{path}` is where the data come from: write what became of them to another file")


def rows_read(run: Run) -> dict[str, int]:
    """How many rows there were: of each record at the as-of, and where it has several sources in each of them."""
    loaded, plan = run.loaded, run.plan
    assert loaded is not None, "only a run on data has rows"
    counts = {f"record `{r.name}`": run.outcomes.rows.get(r.name, 0) for r in plan.given}
    several = Counter(s.record for s in plan.sources)
    with working(loaded):
        for source in (s for s in plan.sources if several[s.record] > 1):
            own = loaded.count_of_source(plan.record(source.record), source)
            if own is not None:
                counts[f"source `{source.name}`"] = own
    return counts


def outcome_rows(run: Run, take: Rows) -> None:
    """Gives `take` the query for what became of each row of a run that was made before; it can be asked until `take` returns."""
    assert run.loaded is not None, "only a run on data has rows"
    _evaluated(run.plan, run.loaded, run.outcomes.as_of, run.period, Asked(lambda rows: take(rows.all())))


def rows_asked(plan: Plan, loaded: Loaded, at: AsOf, asked: Asked) -> Run:
    """What became of each row of data that are loaded, for whoever asks. In the run are the counts, and what is wrong with the
    rows; nothing is judged."""
    outcomes = _evaluated(plan, loaded, at, None, asked)
    problems = _placed(outcomes.problems, loaded)
    return Run(
        plan, replace(outcomes, problems=problems), (), (), _once(loaded.problems, problems), loaded=loaded
    )


def counted(
    plan: Plan, loaded: Loaded, at: AsOf, tell: Progress | None = None, period: Period | None = None
) -> Outcomes:
    """What a plan counts on data that are loaded, in what overlaps a period where one is given."""
    return _evaluated(plan, loaded, at, period, None, tell)


def as_known(run: Run, at: int) -> Run:
    """The verdicts on the same data as of another instant: of what was known then, since the data do not say when they were written.
    Nothing else is asked of them."""
    assert run.loaded is not None, "only a run on data can be made again"
    given = run.outcomes.as_of.record is None
    plan = _judging_alone(run.plan)
    known = _guarded(run.plan, run.loaded, AsOf(at)) if given else AsOf(at)
    outcomes = _evaluated(plan, run.loaded, known, None, None)
    return replace(of_outcomes(plan, outcomes), loaded=run.loaded)


def _judging_alone(plan: Plan) -> Plan:
    """Without what no verdict asks: the KPIs of which nothing is promised, who is late, and what is listed."""
    held = {c.figure for c in plan.commitments}
    held |= {f.id for c in plan.commitments for f in plan.standing(c)}
    held |= {p.figure for c in plan.commitments for p in c.passings if p.figure}
    return replace(
        plan,
        figures=tuple(f for f in plan.figures if f.id in held),
        commitments=tuple(replace(c, clock=None) for c in plan.commitments),
        definitions=(),
        routes=(),
        listings=(),
    )


def problems_within(run: Run, period: Period) -> tuple[Problem, ...]:
    """What is wrong with the rows that have a time in a period, or none that is known; with the first of them."""
    from sladsl.data.selection import of_period

    loaded, plan = run.loaded, run.plan
    assert loaded is not None, "only a run on data has rows"
    some = of_period(plan, loaded.tables, period)
    with working(loaded):
        of_rows = loaded.engine.problems_of_rows(plan, some, loaded.tables, run.outcomes.as_of)
        reading = [
            p for r in plan.given for p in loaded.problems_of_query(r.name, some[r.name].select(r.key))
        ]
    return _once(tuple(reading), _placed(of_rows, loaded))


def _asked(plan: Plan, loaded: Loaded, rows: bool | Path | Asked, kept: list[OutcomeRow]) -> Asked | None:
    """What is done with what became of each row: it is kept, written to a file, asked, or nothing."""
    if isinstance(rows, Asked):
        return rows
    if rows is False:
        return None
    from sladsl.data import write_rows

    if rows is True:
        return Asked(lambda asked: kept.extend(loaded.engine.rows_of(plan, asked.all())))
    _not_over_data(loaded, rows)
    return Asked(lambda asked: write_rows(asked.all(), rows))


def _evaluated(
    plan: Plan,
    loaded: Loaded,
    at: AsOf,
    period: Period | None,
    asked: Asked | None,
    tell: Progress | None = None,
) -> Outcomes:
    from sladsl.freshness import evaluated

    within = (period.start, period.end) if period else None
    beside, only = (asked.beside, asked.only) if asked is not None else ({}, {})

    def evaluation(at: AsOf, take: Callable[[FigureRows], None] | None) -> Outcomes:
        return loaded.engine.evaluate(
            plan, loaded.tables, at, period=within, rows_to=take, beside=beside, only=only, progress=tell
        )

    with working(loaded):
        return evaluated(plan, at, evaluation, asked.take if asked is not None else None)


@contextmanager
def working(loaded: Loaded) -> Iterator[None]:
    """Around whatever asks the engine for rows that are loaded: where that cannot go on, `RunError` says why. A damaged part of a file is
    come upon only when somebody asks for what stands in it."""
    try:
        yield
    except Exception as error:
        told = _stopped(error, loaded)
        if told is None:
            raise
        raise told from error


def _stopped(error: Exception, loaded: Loaded) -> RunError | None:
    """What is said of an engine that could not go on; None for what is a fault of ours."""
    reason = without_secrets((str(error).strip() or type(error).__name__).splitlines()[0])
    if type(error).__name__ in _STOPPED:
        return RunError(f"the engine had to stop, for want of memory or disk: {reason}")
    if tells_of_damage(error):
        named = ", ".join(f"`{name}`" for name in loaded.files)
        return RunError(f"{named} cannot be read to the end ({reason}): write it again")
    if type(error).__module__.partition(".")[0] in _DRIVERS:
        return RunError(
            f"the server of {', '.join(f'`{name}`' for name in loaded.files)} could not go on: {reason}"
        )
    return None


def _placed(problems: Sequence[Problem], loaded: Loaded) -> tuple[Problem, ...]:
    """The problems with the file and line of their rows, which an engine does not know; all lines of rows that share a key."""
    keys: dict[str, dict[str, None]] = {}
    for p in problems:
        keys.setdefault(p.record, {}).update((e.key, None) for e in p.examples if e.key is not None)
    # A file is read again for its lines, so once for all that is asked of it.
    places = {record: loaded.places(record, list(asked)) if asked else {} for record, asked in keys.items()}
    return tuple(replace(p, examples=tuple(_at(p.examples, places[p.record]))) for p in problems)


def _at(examples: Sequence[Example], places: Mapping[str, Sequence[RowPlace]]) -> Iterator[Example]:
    for e in examples:
        stands = places.get(e.key, ()) if e.key is not None else ()
        for place in stands:
            kept = None if e.row is None else place.place == e.row
            yield replace(e, file=place.file, line=place.line, kept=kept)
        if not stands:
            yield e


def of_outcomes(
    plan: Plan,
    outcomes: Outcomes,
    problems: tuple[Problem, ...] = (),
    period: Period | None = None,
    lost: Mapping[str, Losses] = MappingProxyType({}),
) -> Run:
    """The run that an evaluation's counts make; `problems` are those of reading the data, `lost` the rows that each figure lost by them."""
    within = (period.start, period.end) if period else None
    figures = measure(plan, outcomes, within, lost)
    commitments = judge_figures(plan, outcomes, figures)
    return Run(plan, outcomes, figures, commitments, _once(problems, outcomes.problems), period)


def _once(reading: tuple[Problem, ...], rows: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """A value that could not be read is missing from then on: it is listed for what it is, and not again as missing."""
    told: dict[tuple[str, str | None], int] = {}
    for p in reading:
        if p.kind in {"unreadable value", "unknown value", "number out of range"}:
            told[p.record, p.field] = told.get((p.record, p.field), 0) + p.count
    shown = [
        replace(p, count=p.count - told.get((p.record, p.field), 0)) if p.kind == "missing value" else p
        for p in rows
    ]
    return (*reading, *(p for p in shown if p.count > 0))


def parse_as_of(text: str, zone_name: str) -> int:
    """The instant of a date (its 00:00 in the zone), a local time in the zone, or an ISO instant with `Z` or an offset."""
    where = zone(zone_name)
    try:
        read = dt.datetime.fromisoformat(text.strip())
    except ValueError:
        raise RunError(
            f"`{text}` is not a time: expected a date such as `2026-11-01`, a time in {zone_name} such as `2026-11-01 09:00`, "
            "or an instant such as `2026-11-01T13:00:00Z`"
        ) from None
    return instant(read) if read.tzinfo is not None else where.to_instant(local_time(read))[0]


def parse_period(text: str, plan: Plan) -> Period:
    """The period that a label names, in the agreement's zone and year."""
    try:
        return plan.periods.parse(text.strip())
    except ValueError as error:
        raise RunError(str(error)) from None
