"""`sla backtest` as text: a table for each commitment that the values change, a line a combination."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from sladsl.backtesting import Backtest, Constant
from sladsl.compiler import Compilation
from sladsl.reports.backtest import words
from sladsl.reports.backtest.json import line
from sladsl.reports.table import Head, table
from sladsl.reports.terminal import Style, columns, paint, safe
from sladsl.reports.verdict_marks import mark
from sladsl.verdicts import Judged, Verdict

WIDTH = 100
SHOWN = 3
"""Periods that are shown at least, however wide they are."""


def report(backtest: Backtest, everything: bool = False, colour: bool = False) -> str:
    """The whole report, ending with a line feed; `everything` shows all periods, not the last ones that fit."""
    return "\n".join(x.rstrip() for x in _lines(backtest, everything, colour)) + "\n"


def _lines(backtest: Backtest, everything: bool, colour: bool) -> Iterator[str]:
    yield paint(safe(backtest.now.run.plan.name), Style.STRONG, colour)
    yield words.when(backtest)
    for asked in words.asked(backtest):
        yield from wrap(safe(asked), WIDTH, subsequent_indent="  ")
    for note in words.notes(backtest):
        yield from (paint(x, Style.WARNING, colour) for x in wrap(safe(note), WIDTH, subsequent_indent="  "))
    for id in backtest.affected:
        yield ""
        yield from (
            paint(x, Style.STRONG, colour)
            for x in wrap(safe(words.title(backtest, id)), WIDTH, subsequent_indent="    ")
        )
        yield from _table(backtest, id, everything, colour)
    yield ""
    if backtest.affected:
        yield from wrap(
            "✓ met, ✗ missed, ~ provisional; `met` counts the periods that are met or missed for good", WIDTH
        )
    else:
        yield "no commitment is different with any of the values"
    if words.unaffected(backtest):
        yield from wrap(safe(words.unaffected(backtest)), WIDTH, subsequent_indent="  ")
    if backtest.suggestion is not None:
        style = Style.GOOD if backtest.suggestion.value is not None else Style.WARNING
        told = wrap(safe(words.suggestion(backtest.suggestion)), WIDTH, subsequent_indent="  ")
        yield from (paint(x, style, colour) for x in told)


def _table(backtest: Backtest, id: str, everything: bool, colour: bool) -> Iterator[str]:
    periods = words.periods(backtest, id)
    held = [p.of(id) for p in backtest.points]
    cells = [
        [words.cell(p.run.plan, h, x) for x in periods] for p, h in zip(backtest.points, held, strict=True)
    ]
    one = len(backtest.variations) == 1
    heads = (*(Head("value" if one else safe(v.constant.address)) for v in backtest.variations), Head(""))
    values = [(*map(safe, p.values), "now" if p.is_now else "") for p in backtest.points]
    ends = [
        (
            words.met(h),
            words.provisional(h),
            _count(None if h is None else h.late),
            _count(None if h is None else h.actions),
        )
        for h in held
    ]
    columns_of_periods = [_width(x.label, [row[n][1] for row in cells]) for n, x in enumerate(periods)]
    fixed = [
        *(_width(h.title, [row[n] for row in values]) for n, h in enumerate(heads)),
        *(_width(h.title, [row[n] for row in ends]) for n, h in enumerate(_ENDS)),
    ]
    first = 0 if everything else len(periods) - _fitting(columns_of_periods, sum(fixed) + 2)
    shown = (*heads, *(Head(x.label, right=True) for x in periods[first:]), *_ENDS)
    rows = [
        (*v, *(text for _, text in row[first:]), *e) for v, row, e in zip(values, cells, ends, strict=True)
    ]
    lines = table(shown, rows, indent=2)
    yield paint(lines[0], Style.FAINT, colour)
    for drawn, row in zip(lines[1:], cells, strict=True):
        yield _painted(drawn, row[first:], colour)
    if first:
        yield f"  and {first} {'periods' if first > 1 else 'period'} before, from {periods[0].label} on (--all)"


_ENDS = tuple(
    Head(title, right=True) for title in ("met", words.SIGNS[Verdict.PROVISIONAL], "late", "actions")
)


def _width(title: str, cells: Sequence[str]) -> int:
    """What a column takes of a line; nothing where no row has anything in it."""
    widest = max(map(columns, cells), default=0)
    return max(widest, columns(title)) + 3 if widest else 0


def _fitting(wide: Sequence[int], taken: int) -> int:
    """How many of the last periods fit on a line."""
    shown = 0
    for width in reversed(wide):
        taken += width
        if taken > WIDTH + 3 and shown >= SHOWN:
            break
        shown += 1
    return shown


def _painted(line: str, cells: Sequence[tuple[Judged | None, str]], colour: bool) -> str:
    if not colour:
        return line
    at, drawn = 0, ""
    for judged, text in cells:
        look = None if judged is None else mark(judged.verdict)
        place = line.find(text, at) if text else -1
        if look is None or place < 0:
            continue
        drawn += line[at:place] + paint(text, look.style, True)
        at = place + len(text)
    return drawn + line[at:]


def _count(n: int | None) -> str:
    return "" if n is None else f"{n:,}"


def listing(compilation: Compilation, constants: Sequence[Constant], colour: bool = False) -> str:
    """`--list`: each constant by its address, with what it is."""
    rows = [(safe(x.address), safe(x.written), f"{safe(x.file)}:{line(compilation, x)}") for x in constants]
    if not rows:
        return "the agreement has no constant that could be varied\n"
    lines = table((Head("constant"), Head("now"), Head("stands in")), rows)
    return "\n".join([paint(lines[0], Style.FAINT, colour), *lines[1:]]) + "\n"
