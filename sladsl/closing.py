"""A period's figures as they were recorded, and what later runs make of them.

What a figure rests on is kept as three digests: what the agreement promises (its meaning), when its calendars are open, and what the rows
say, as they were known at the as-of of the close. A figure that comes out differently later is told with those of them that differ too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sladsl.calendars import NeverOpen, OpenTime, OutOfReach, Period, versions
from sladsl.plan import Figure, Plan
from sladsl.runner import Restated, RestatedRow, Run
from sladsl.verdicts import Judged, Measured, Verdict

MEANING, CALENDARS, DATA = "meaning", "calendars", "data"
Place = tuple[object, ...]
"""Which figure, in which of its periods, of which part of it."""
Shown = Callable[[Figure, Measured], str]
"""A figure in words, for a reader who has no data."""


@dataclass(frozen=True, slots=True)
class ClosedFigure:
    """A figure of a commitment (`id` is the commitment's, and `verdict` its word) or of a KPI (`verdict` is None) in one of its periods.
    `value` is a fraction, `n/d`. `final`: on data that only grow nothing of it changes."""

    id: str
    kpi: str
    period: str
    start: int
    end: int
    verdict: str | None
    final: bool
    value: str | None
    shown: str
    numerator: int | None
    denominator: int | None
    rows: int
    by: tuple[str | None, ...] = ()

    @property
    def place(self) -> Place:
        return (self.id, self.verdict is None, self.period, self.by)

    @property
    def counts(self) -> tuple[object, ...]:
        return (self.verdict, self.value, self.numerator, self.denominator, self.rows)

    @property
    def said(self) -> str:
        """`met 96.2 %`."""
        return " ".join(x for x in (self.verdict, self.shown) if x)

    def told_beside(self, other: ClosedFigure) -> str:
        """The same, with what was counted where the two would read alike."""
        if self.said != other.said:
            return self.said
        counted = (
            f"{self.rows:,} rows"
            if self.denominator is None
            else f"{self.numerator:,} of {self.denominator:,}"
        )
        return f"{self.said} ({counted})"


@dataclass(frozen=True, slots=True)
class RowsOf:
    """The digests of a record's rows: of all, and of those that have a time in the period or later, or none."""

    rows: int
    digest: str
    near: int
    near_digest: str


@dataclass(frozen=True, slots=True)
class Close:
    """What one close recorded; `closed_at` and `as_of` are instants. `rows_file` has what became of each row."""

    agreement: str
    file: str
    as_of: int
    closed_at: int
    version: str
    provisional: bool
    reason: str | None
    meaning: str
    calendars: str
    tzdata: str
    holidays: str
    data: Mapping[str, RowsOf]
    figures: tuple[ClosedFigure, ...]
    rows_file: str | None = None


def figures_of(run: Run, period: Period | None, shown: Shown) -> tuple[ClosedFigure, ...]:
    """The figures of a run, of those of their periods that end in a period."""
    made: list[ClosedFigure] = []
    for c in run.commitments:
        made += (
            _closed(c.commitment.id, c.figure, j.measured, j, shown)
            for j in c.periods
            if _ends_in(j.measured.period, period)
        )
    for result in run.without_target():
        made += (
            _closed(result.figure.id, result.figure, m, None, shown)
            for m in (*result.periods, *result.breakdown)
            if _ends_in(m.period, period)
        )
    return tuple(made)


def _ends_in(own: Period, period: Period | None) -> bool:
    return period is None or period.start < own.end <= period.end


def _closed(id: str, figure: Figure, m: Measured, judged: Judged | None, shown: Shown) -> ClosedFigure:
    settled = not m.waits and (judged is None or judged.verdict is not Verdict.PROVISIONAL)
    value = None if m.value is None else f"{m.value.numerator}/{m.value.denominator}"
    word = None if judged is None else judged.word
    p = m.period
    counts = (m.numerator, m.denominator, m.rows)
    return ClosedFigure(
        id, figure.kpi, p.label, p.start, p.end, word, settled, value, shown(figure, m), *counts, m.by
    )


def not_closable(run: Run, figures: Iterable[ClosedFigure], period: Period) -> list[str]:
    """Why a period cannot be closed yet: it is not over, or verdicts in it are provisional."""
    why = []
    if run.outcomes.as_of.instant < period.end:
        why.append(f"{period.label} is not over")
    why += [f"`{x.id}` {x.period} is provisional" for x in figures if x.verdict == Verdict.PROVISIONAL]
    return why


def calendars_digest(plan: Plan, figures: Sequence[ClosedFigure], as_of: int) -> str:
    """A digest of when the calendars are open, from the first of the periods to an instant, and of where the periods begin and end."""
    said = [f"{x.period} {x.start} {x.end}" for x in figures]
    first = min((x.start for x in figures), default=as_of)
    for rules in plan.calendars:
        own = replace(rules, zone=plan.zone, zone_of="") if rules.zone_of else rules
        try:
            spans = OpenTime(own).intervals(first, as_of) if own.has_hours else ()
        except (NeverOpen, OutOfReach):
            spans = ()
        said.append(f"{rules.name} {spans}")
    return hashlib.sha256("\n".join(sorted(set(said))).encode()).hexdigest()[:32]


def rows_digests(run: Run, figures: Sequence[ClosedFigure], as_of: int) -> dict[str, RowsOf]:
    """What the rows said as of an instant, by record."""
    from sladsl.data import row_digests
    from sladsl.runner import working

    assert run.loaded is not None, "only a run on data has rows"
    first = min((x.start for x in figures), default=as_of)
    with working(run.loaded):
        found = row_digests(run.plan, run.loaded.tables, as_of, first)
    return {name: RowsOf(x.rows, x.digest, x.near, x.near_digest) for name, x in found.items()}


def restated(
    run: Run, promised: str, close: Close, now: Mapping[Place, ClosedFigure], was: Path | None = None
) -> tuple[Restated, ...]:
    """The figures of a close that come out differently in a run, of which `now` are the figures by their place; nothing as of an instant
    before that of the close. A figure that waited for more when it was closed is not looked at, since it was to change. `promised` are the
    digits of the agreement as it is; `was` a file of what became of each row then."""
    if run.outcomes.as_of.instant < close.as_of:
        return ()
    differ = [
        (x, now.get(x.place))
        for x in close.figures
        if x.final
        and (x.place in now or _asked(run, x))
        and (x.place not in now or now[x.place].counts != x.counts)
    ]
    if not differ:
        return ()
    changed = tuple(_changed(run, promised, close))
    rows = {} if was is None else _rows(run, {(x.id, x.period) for x, _ in differ if not x.by}, was)
    return tuple(
        Restated(
            x.id, x.period, x.said if y is None else x.told_beside(y), "no longer in the agreement" if y is None else y.told_beside(x),
            x.verdict is not None, close.as_of, changed, () if x.by else rows.get((x.id, x.period), ()), x.by,
        )
        for x, y in differ
    )  # fmt: skip


def _asked(run: Run, x: ClosedFigure) -> bool:
    """Whether a run would show a figure, if it were still there."""
    return run.period is None or (x.start < run.period.end and run.period.start < x.end)


def _changed(run: Run, promised: str, close: Close) -> Iterator[str]:
    """What differs of that on which the figures rest."""
    known = []
    if promised != close.meaning:
        known.append("the agreement was changed")
    if calendars_digest(run.plan, close.figures, close.as_of) != close.calendars:
        told = [
            f"{what} {then} → {now}"
            for what, then, now in zip(
                ("tzdata", "holidays"), (close.tzdata, close.holidays), versions(), strict=True
            )
            if then != now
        ]
        known.append(f"the calendars are open at other times{' (' + ', '.join(told) + ')' if told else ''}")
    data = rows_digests(run, close.figures, close.as_of)
    near = [
        name for name, x in close.data.items() if name not in data or data[name].near_digest != x.near_digest
    ]
    other = [name for name, x in close.data.items() if name not in data or data[name].digest != x.digest]
    if near or (other and not known):
        known.append(f"the data of {', '.join(near or other)} were changed")
    yield from known or ["nothing that it rests on was changed"]


def _rows(run: Run, asked: set[tuple[str, str]], was: Path) -> dict[tuple[str, str], tuple[RestatedRow, ...]]:
    """What became of other rows than then, or of the same ones differently; by commitment (or KPI) and period."""
    from sladsl.data import became
    from sladsl.runner import outcome_rows, working

    assert run.loaded is not None, "only a run on data has rows"
    then, now = became(was, asked), {}
    with working(run.loaded):
        outcome_rows(run, lambda table: now.update(became(table, asked)))
    return {
        place: tuple(
            RestatedRow(key, before.get(key, NOT_COUNTED), after.get(key, NOT_COUNTED))
            for key in sorted({*before, *after})
            if before.get(key) != after.get(key)
        )
        for place in asked
        for before, after in [(then[place], now.get(place, {}))]
    }


NOT_COUNTED = "not counted"
