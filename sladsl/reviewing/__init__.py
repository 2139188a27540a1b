"""The monthly review of an agreement, as values: what became of it in one period, and how that compares with those before."""

from sladsl.reviewing.gathering import gather
from sladsl.reviewing.pack import Breakdown, Distribution, Headline, Pack, Point, Share, Trend

__all__ = ["Breakdown", "Distribution", "Headline", "Pack", "Point", "Share", "Trend", "gather"]
