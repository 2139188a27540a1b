"""The uptime example's figures in a few lines of pandas. Shares no code with the package under test."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
from open_hours import label, months
from verdicts_by_hand import Share, at_least, of_share

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
STATUS = {"OK": "up", "TIMEOUT": "down", "HTTP_500": "down"}


@dataclass
class Result:
    uptime: dict[str, tuple[str, Share]] = field(default_factory=dict)
    by_site: dict[tuple[str, str], Share] = field(default_factory=dict)
    latency: dict[str, tuple[str, int | None]] = field(default_factory=dict)
    slow: dict[str, tuple[str, Share]] = field(default_factory=dict)
    credits: dict[str, list[str]] = field(default_factory=dict)


def read(folder: Path) -> pd.DataFrame:
    """One row per probe; a latency that is no number is missing."""
    raw = pd.read_csv(folder / "probes.csv", dtype=str, keep_default_na=False)
    return pd.DataFrame(
        {
            "at": pd.to_datetime(raw["timestamp"], format="%Y-%m-%dT%H:%MZ", utc=True),
            "site": raw["region"].map({"usw": "us-west", "euc": "eu-central"}),
            "status": raw["result"].map(STATUS),
            "latency": pd.to_numeric(raw["ms"].where(raw["ms"].str.fullmatch(r"\d+")), errors="raise"),
        }
    )


def evaluate(probes: pd.DataFrame, as_of: dt.datetime) -> Result:
    seen = probes[probes["at"] <= as_of]
    result = Result()
    for start, end in months(dt.date(2026, 1, 1), as_of, LOS_ANGELES):
        name, over = label(start, LOS_ANGELES), as_of >= end
        rows = seen[(seen["at"] >= start) & (seen["at"] < end)]
        counts = Share(len(rows), int((rows["status"] == "up").sum()))
        result.uptime[name] = (of_share(counts, at_least("0.999"), over, empty="missed"), counts)
        for site, of_site in rows.groupby("site"):
            result.by_site[name, str(site)] = Share(len(of_site), int((of_site["status"] == "up").sum()))
        if over:
            value = Fraction(counts.hit, counts.rows)
            passed = [
                c for below, c in (("0.999", "credit 10%"), ("0.99", "credit 25%")) if value < Fraction(below)
            ]
            result.credits[name] = passed[-1:]  # a choice: the last step that is passed
        times = sorted(rows.loc[(rows["status"] == "up") & rows["latency"].notna(), "latency"])
        p95 = int(times[ceil(Fraction(95, 100) * len(times)) - 1]) if times else None
        result.latency[name] = (_latency_verdict(p95, over), p95)
    for start, end in months(dt.date(2026, 1, 1), as_of, LOS_ANGELES, 3):
        rows = seen[(seen["at"] >= start) & (seen["at"] < end) & (seen["status"] == "up")]
        counts = Share(len(rows), int((rows["latency"] > 800).sum()))
        result.slow[label(start, LOS_ANGELES, 3)] = (_at_most(counts, Fraction(1, 200), as_of >= end), counts)
    return result


def _latency_verdict(p95: int | None, over: bool) -> str:
    if not over:
        return "provisional"
    return "no data" if p95 is None else "met" if p95 <= 450 else "missed"


def _at_most(counts: Share, target: Fraction, over: bool) -> str:
    if not over:
        return "provisional"
    return "met" if Fraction(counts.hit, counts.rows) <= target else "missed"
