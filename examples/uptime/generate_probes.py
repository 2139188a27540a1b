"""Write this example's probes: one every ten minutes for four months, with a quiet month, a bad night and a bad afternoon.

The same seed gives the same bytes, on every machine. Needs Python's standard library only:

    python generate_probes.py --seed 2026 --out .
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import random
from pathlib import Path

FIRST, LAST = dt.datetime(2026, 1, 1, 8, tzinfo=dt.UTC), dt.datetime(2026, 5, 4, 16, tzinfo=dt.UTC)
STEP = dt.timedelta(minutes=10)
# Outages: from, minutes, how they looked. January has none to speak of; March loses a night; April a few requests too many.
OUTAGES = (
    (dt.datetime(2026, 1, 19, 11, 0, tzinfo=dt.UTC), 20, "TIMEOUT"),
    (dt.datetime(2026, 2, 11, 17, 40, tzinfo=dt.UTC), 30, "HTTP_500"),
    (dt.datetime(2026, 3, 8, 9, 30, tzinfo=dt.UTC), 520, "TIMEOUT"),
    (dt.datetime(2026, 4, 1, 6, 40, tzinfo=dt.UTC), 40, "HTTP_500"),
    (dt.datetime(2026, 4, 21, 20, 0, tzinfo=dt.UTC), 70, "TIMEOUT"),
)
SLOW_MONTH = 2


def result_at(at: dt.datetime, rng: random.Random) -> str:
    for start, minutes, how in OUTAGES:
        if start <= at < start + dt.timedelta(minutes=minutes):
            return how
    return "OK" if rng.random() > 0.0001 else "TIMEOUT"


def latency_at(at: dt.datetime, rng: random.Random) -> int:
    """Milliseconds: slower in the evening of the west coast, and in the slow month altogether."""
    busy = 1.35 if at.hour in (1, 2, 3, 4) else 1.0
    month = 1.4 if at.month == SLOW_MONTH else 1.0
    return round((150 + rng.expovariate(1 / 55)) * busy * month * (6 if rng.random() < 0.004 else 1))


def generate(seed: int) -> list[dict[str, str]]:
    rng = random.Random(seed)
    rows = []
    at = FIRST
    while at <= LAST:
        result = result_at(at, rng)
        latency = str(latency_at(at, rng)) if result == "OK" else ""
        region = "usw" if rng.random() < 0.5 else "euc"
        rows.append(
            {"timestamp": at.strftime("%Y-%m-%dT%H:%MZ"), "region": region, "result": result, "ms": latency}
        )
        at += STEP
    for row in rng.sample(rows, 6):  # the monitor itself had a bad moment
        row["result"] = rng.choice(("", "DNS?"))
        row["ms"] = ""
    for row in rng.sample(rows, 4):
        row["ms"] = "NaN"
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    rows = generate(options.seed)
    with (options.out / "probes.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
