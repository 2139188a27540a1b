"""What a review holds. Shares are fractions, lengths of time seconds."""

from __future__ import annotations

from dataclasses import dataclass

from sladsl.calendars import Period
from sladsl.outcomes import Instance
from sladsl.plan import Commitment, Figure
from sladsl.runner import Run
from sladsl.verdicts import Judged


@dataclass(frozen=True, slots=True)
class Headline:
    """A commitment in the period that is reviewed (its own period of that time: a quarter for a month), and in the one before."""

    commitment: Commitment
    figure: Figure
    now: Judged
    before: Judged | None


@dataclass(frozen=True, slots=True)
class Point:
    """A period of a trend; `low` and `high` are Wilson's interval, of shares."""

    label: str
    value: float | None
    low: float | None
    high: float | None
    verdict: str


@dataclass(frozen=True, slots=True)
class Trend:
    """The last periods of a commitment, the oldest first, with the values that its target allows (None: no limit)."""

    commitment: Commitment
    figure: Figure
    is_share: bool
    least: float | None
    most: float | None
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """One value of a breakdown: rows of the period, those that met the commitment, and those whose end is open."""

    name: str | None
    rows: int
    met: int
    open: int

    @property
    def decided(self) -> int:
        return self.rows - self.open


@dataclass(frozen=True, slots=True)
class Breakdown:
    commitment: Commitment
    by: str
    shares: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Distribution:
    """How long answers took, in seconds, of open time where it is `business`; `deadlines` are the lengths that the commitment allows,
    `unanswered` rows have none yet."""

    commitment: Commitment
    business: bool
    seconds: tuple[float, ...]
    deadlines: tuple[tuple[str, float], ...]
    unanswered: int


@dataclass(frozen=True, slots=True)
class Pack:
    run: Run
    period: Period
    headlines: tuple[Headline, ...]
    trends: tuple[Trend, ...]
    breakdowns: tuple[Breakdown, ...]
    distributions: tuple[Distribution, ...]
    late: tuple[Instance, ...]
