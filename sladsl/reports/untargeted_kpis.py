"""KPIs that no commitment judges, and every KPI's breakdown: measured and reported."""

from __future__ import annotations

from collections.abc import Iterator

from sladsl.plan import Figure, Measure
from sladsl.reports.figure_words import NO_VALUE, counted, ends, interval, now, unreadable
from sladsl.reports.table import Head, table
from sladsl.reports.terminal import Style, paint, safe
from sladsl.runner import Run
from sladsl.verdicts import FigureResult, Measured

SHOWN_PERIODS = 3
SHOWN_VALUES = 8
STATISTICS = {
    Measure.MEDIAN: "median",
    Measure.AVERAGE: "average",
    Measure.LEAST: "least",
    Measure.GREATEST: "greatest",
}
PERIODS = (
    Head("period"),
    Head("figure", right=True),
    Head("counted"),
    Head("open"),
    Head("can still end at"),
    Head("Wilson 95% interval"),
    Head("in doubt"),
)


def tracked(run: Run, everything: bool, colour: bool) -> list[str]:
    """Lines, the first one blank; none when every figure is judged and none is broken down."""
    judged = {c.commitment.figure for c in run.commitments}
    lines: list[str] = []
    for result in run.figures:
        if result.figure.id not in judged:
            lines += ["", *_whole(run, result, everything, colour)]
        if result.breakdown:
            lines += ["", *_broken(run, result, everything, colour)]
    return ["", paint("Measured, without a target", Style.STRONG, colour), *lines] if lines else []


def _title(figure: Figure) -> str:
    statistic = STATISTICS.get(figure.measure)
    if figure.measure is Measure.PERCENTILE:
        statistic = f"p{figure.percent}"
    label = f"  {figure.label}" if figure.label else ""
    return safe(f"  {figure.kpi}{f' ({statistic})' if statistic else ''}{label}")


def _whole(run: Run, result: FigureResult, everything: bool, colour: bool) -> Iterator[str]:
    yield _title(result.figure)
    shown = result.periods if everything else result.periods[-SHOWN_PERIODS:]
    if shown:
        lines = table(PERIODS, [_row(run, result.figure, m) for m in shown], indent=4)
        yield paint(lines[0], Style.FAINT, colour)
        yield from lines[1:]


def _broken(run: Run, result: FigureResult, everything: bool, colour: bool) -> Iterator[str]:
    """The last complete period by the values of its breakdown, the largest first."""
    figure = result.figure
    over = [m.period for m in result.periods if m.over] or [m.period for m in result.periods]
    period = over[-1]
    found = sorted(
        (m for m in result.breakdown if m.period == period), key=lambda m: (-m.rows, [v or "" for v in m.by])
    )
    yield safe(f"  {figure.kpi} for each {', '.join(figure.by_names)}, {period.label}")
    shown = found if everything else found[:SHOWN_VALUES]
    heads = (*(Head(safe(name)) for name in figure.by_names), *PERIODS[1:])
    rows = [
        (*(safe(v) if v is not None else NO_VALUE for v in m.by), *_row(run, figure, m)[1:]) for m in shown
    ]
    lines = table(heads, rows, indent=4)
    yield paint(lines[0], Style.FAINT, colour)
    yield from lines[1:]
    if len(shown) < len(found):
        yield f"    and {len(found) - len(shown)} more (--all)"


def _row(run: Run, figure: Figure, m: Measured) -> tuple[str, ...]:
    still = ends(run.plan, figure, m) if m.value is None else ""
    still_open = f"{m.open:,}" if m.open else ""
    return (
        m.period.label,
        now(run.plan, figure, m),
        counted(m),
        still_open,
        still,
        interval(m),
        unreadable(m.in_doubt),
    )
