"""What a review holds. Shares are fractions, lengths of time seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sladsl.calendars import Period
from sladsl.outcomes import Instance, Listed, Problem
from sladsl.plan import Commitment, Figure
from sladsl.runner import Run
from sladsl.verdicts import Judged, Measured


@dataclass(frozen=True, slots=True)
class Headline:
    """A commitment in the period that is reviewed (its own period of that time: a quarter for a month), and in the one before."""

    commitment: Commitment
    figure: Figure
    now: Judged
    before: Judged | None


@dataclass(frozen=True, slots=True)
class Measuring:
    """A KPI that nothing is promised of, in the period that is reviewed (its own of that time) and in the one before."""

    figure: Figure
    now: Measured
    before: Measured | None


@dataclass(frozen=True, slots=True)
class Point:
    """A period of a trend. `value` is None where there is none, and while it is a range. `low` and `high` are the range then, and else
    Wilson's interval of a share."""

    label: str
    value: float | None
    low: float | None
    high: float | None
    verdict: str

    @property
    def ends(self) -> tuple[float, ...]:
        """The value, or both ends of the range; nothing where there is neither."""
        if self.value is not None:
            return (self.value,)
        return (self.low, self.high) if self.low is not None and self.high is not None else ()


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
class Built:
    """What a figure came to by the end of a day: `low` and `high` are one value of what is counted, and of a share what the rows left that
    were open then. `line` is where a volume's target lies then, had it grown as much on each day."""

    label: str
    low: float | None
    high: float | None
    line: float | None = None


@dataclass(frozen=True, slots=True)
class BuildUp:
    """A period of a commitment as it built up, by the days on which there is business (`business`; else by all days)."""

    commitment: Commitment
    is_share: bool
    business: bool
    target: float
    days: tuple[Built, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """One value of a breakdown: rows of the period, those that met the commitment, and those whose end is open; `before` is the same of
    the period before, where there were rows. `paused` is the share of the time, from start to stop or the as-of, for which the clocks stood
    still; None where they cannot, or none has run."""

    name: str | None
    rows: int
    met: int
    open: int
    before: Share | None = None
    paused: float | None = None


@dataclass(frozen=True, slots=True)
class Breakdown:
    commitment: Commitment
    by: str
    shares: tuple[Share, ...]
    record: str = ""
    """Whose rows the shares are named by, by their keys."""
    called: Mapping[str, str] = field(default_factory=dict)
    """What those rows are called, by key."""


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
class Step:
    """A step of a lifecycle: how many of the rows that entered its first step in the period have reached it, and how many of them still
    may. Of those that have, half came from the step before within `half` seconds of plain time and nine in ten within `most`."""

    name: str
    reached: int
    open: int
    half: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Funnel:
    record: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Bucket:
    """Rows that were answered after more than `least` and at most `most` seconds (None: no end); all None: not answered. `reached` have
    come to the later step so far, and `low` and `high` are Wilson's interval of their share."""

    least: float | None
    most: float | None
    rows: int
    reached: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Conversion:
    """How many of the rows of a commitment to answer came to a later step of the lifecycle, by how fast they were answered; of the rows
    that entered from `first` to the end of the period."""

    commitment: Commitment
    end: str
    business: bool
    first: str
    buckets: tuple[Bucket, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """A period of a commitment that stands otherwise than it did at the review before."""

    commitment: Commitment
    figure: Figure
    then: Judged
    now: Judged


@dataclass(frozen=True, slots=True)
class Pack:
    """`since` is the instant of the review before, and `changed` what has another verdict or figure now than it had then. `doubts` and
    `problems` are of the rows that have a time in the period, or none that is known; the run has those of all rows."""

    run: Run
    period: Period
    headlines: tuple[Headline, ...]
    trends: tuple[Trend, ...]
    measured: tuple[Measuring, ...]
    breakdowns: tuple[Breakdown, ...]
    distributions: tuple[Distribution, ...]
    late: tuple[Instance, ...]
    funnels: tuple[Funnel, ...]
    conversions: tuple[Conversion, ...]
    since: int
    changed: tuple[Changed, ...]
    doubts: tuple[Listed, ...]
    problems: tuple[Problem, ...]
    called: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What the rows are called that are shown by their keys, by record and key."""

    build_ups: tuple[BuildUp, ...] = ()
