"""What is said of a back-test wherever it is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sladsl.backtesting import Backtest, Held, Point, Suggestion
from sladsl.calendars import Period, zone
from sladsl.nouns import joined
from sladsl.plan import Plan
from sladsl.reports.figure_words import NO_VALUE, group_called, now, promised
from sladsl.reports.words import as_of_doubts, as_of_words
from sladsl.verdicts import Judged, Verdict

SIGNS = {Verdict.MET: "✓", Verdict.MISSED: "✗", Verdict.PROVISIONAL: "~"}
"""Beside a figure; a verdict that has no sign is written out."""
DOUBT = "?"
"""Behind a verdict, before the number of rows that leave it, or the figure beside it, in doubt."""


def when(backtest: Backtest) -> str:
    return f"as of {as_of_words(backtest.as_of, zone(backtest.now.run.plan.zone))}"


def asked(backtest: Backtest) -> Iterator[str]:
    """`sales.response_time within _ otherwise: now 4 business hours; 1 business hour to 8 business hours`."""
    for v in backtest.variations:
        values = f"{v.values[0]} to {v.values[-1]}" if len(v.values) > 3 else joined(v.values)
        yield f"varied: {v.constant.address}, now {v.now}; {values}"


def notes(backtest: Backtest) -> Iterator[str]:
    """What is odd about the as-of or the data."""
    yield from as_of_doubts(backtest.as_of, zone(backtest.now.run.plan.zone))
    if backtest.lost:
        yield (
            f"{backtest.lost:,} values of the data cannot be read: {DOUBT} stands beside what they leave in doubt, with the number of rows"
        )


def unaffected(backtest: Backtest) -> str:
    """Which commitments are everywhere the same; empty where none is."""
    if not backtest.unaffected:
        return ""
    return f"the same with every value: {joined(backtest.unaffected)}"


def title(backtest: Backtest, id: str) -> str:
    """A commitment as the agreement has it now: its name, and what is promised."""
    point = next(p for p in (backtest.now, *backtest.points) if p.of(id) is not None)
    held = point.of(id)
    assert held is not None
    c = held.result.commitment
    group = group_called(point.run, held.result)
    return f"{c.owner}: {promised(c)}" + (f" ({group})" if group and group not in promised(c) else "")


def periods(backtest: Backtest, id: str) -> list[Period]:
    """The periods of a commitment with any value, in their order."""
    every = {j.measured.period for p in backtest.points if (h := p.of(id)) for j in h.result.periods}
    return sorted(every, key=lambda x: x.start)


def cell(plan: Plan, held: Held | None, period: Period) -> tuple[Judged | None, str]:
    """A figure in a period with the sign of its verdict: `93.4% ✗`."""
    judged = (
        None if held is None else next((j for j in held.result.periods if j.measured.period == period), None)
    )
    if held is None or judged is None:
        return None, ""
    c = held.result.commitment.in_force(period.start)
    figure = now(plan, held.result.figure, judged.measured, () if c.groups is not None else (c.bound, c.warn))
    sign = SIGNS.get(judged.verdict, str(judged.word)) if judged.verdict is not None else judged.word
    told = f"{figure} {sign}" if figure != NO_VALUE or judged.verdict in SIGNS else judged.word
    return judged, f"{told} {DOUBT}{judged.in_doubt:,}" if judged.in_doubt else told


def met(held: Held | None) -> str:
    """`9 of 10`: of the periods that are met or missed for good."""
    return "" if held is None else f"{held.count(Verdict.MET)} of {len(held.final)}"


def provisional(held: Held | None) -> str:
    count = 0 if held is None else held.count(Verdict.PROVISIONAL)
    return f"{count:,}" if count else ""


def label(point: Point) -> str:
    """The values of a combination, and that it is the agreement's own."""
    return ", ".join(point.values) + (" (now)" if point.is_now else "")


def suggestion(x: Suggestion) -> str:
    """What is suggested, or why nothing is."""
    looked = f"{x.periods[0]} to {x.periods[-1]}" if len(x.periods) > 1 else "".join(x.periods)
    if x.value is not None:
        return f"suggested: {x.value}, the strictest with which {x.commitment} is {x.wish.words} ({looked}: {x.met[x.value]} met)"
    enough = _enough(x.enough)
    return f"nothing is suggested: {x.reason}. {x.commitment} is {x.wish.words} ({looked}) with {enough}"


def _enough(values: Sequence[str]) -> str:
    return joined(values) if values else "none of the values"
