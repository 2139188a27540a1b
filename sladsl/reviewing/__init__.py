"""The monthly review of an agreement, as values: what became of it in one period, and how that compares with those before."""

from sladsl.reviewing.asked import ReviewKpis, asked
from sladsl.reviewing.gathering import gather
from sladsl.reviewing.pack import (
    Breakdown,
    Bucket,
    Changed,
    Conversion,
    Distribution,
    Funnel,
    Headline,
    Pack,
    Point,
    Share,
    Step,
    Trend,
)

__all__ = [
    "Breakdown",
    "Bucket",
    "Changed",
    "Conversion",
    "Distribution",
    "Funnel",
    "Headline",
    "Pack",
    "Point",
    "ReviewKpis",
    "Share",
    "Step",
    "Trend",
    "asked",
    "gather",
]
