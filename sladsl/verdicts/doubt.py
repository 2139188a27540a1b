"""What a figure would be if rows that were lost all counted for it, or against it.

A row is lost to a figure when something of it that the figure reads could not be read: a value, or the moment that would say whether
and when it counts. A verdict that such rows could change is *in doubt*. It is said beside the verdict, which stays what it is: the verdict
on the data as they could be read.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field

from sladsl.calendars import Period
from sladsl.plan import SHARES, Figure, Measure
from sladsl.verdicts.ranges import Counters, count


@dataclass(frozen=True, slots=True)
class Lost:
    """Rows of one figure and period: `hits` and `others` are counted there, as successes and not; `beside` may belong there."""

    hits: int = 0
    others: int = 0
    beside: int = 0

    @property
    def rows(self) -> int:
        return self.hits + self.others + self.beside


@dataclass(frozen=True, slots=True)
class Losses:
    """A figure's lost rows: those that are counted, by the first instant of their period, and where the others may belong: the sorted
    ends of the stretches of time around their other times. `anywhere` are those that have none."""

    hits: Mapping[int, int] = field(default_factory=dict)
    others: Mapping[int, int] = field(default_factory=dict)
    firsts: tuple[int, ...] = ()
    lasts: tuple[int, ...] = ()
    anywhere: int = 0

    def within(self, period: Period) -> Lost:
        """The rows that a period's figure may have lost."""
        begun = bisect_left(self.firsts, period.end)
        ended = bisect_left(self.lasts, period.start)
        beside = self.anywhere + begun - ended
        return Lost(self.hits.get(period.start, 0), self.others.get(period.start, 0), beside)


NOTHING = Losses()


def widened(figure: Figure, counters: Counters, lost: Lost) -> Counters:
    """The counters of a figure in which the lost rows are still open: each may count, or not; as a success, or not."""
    more = dict(counters)
    if figure.measure in SHARES:
        more["maybe"] = count(counters, "maybe") + lost.beside
        more["hit"] = count(counters, "hit") - lost.hits
        more["open"] = count(counters, "open") + lost.hits + lost.others
        return more
    counted = 0 if figure.measure is Measure.COUNT else lost.hits + lost.others
    more["maybe"] = count(counters, "maybe") + lost.beside + counted
    return more


def is_no_number(figure: Figure, lost: Lost) -> bool:
    """Whether a sum or a statistic is over values of which some could not be read."""
    return figure.measure not in SHARES and figure.measure is not Measure.COUNT and lost.rows > 0
