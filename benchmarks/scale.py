"""Leads of any number against hand-written SQL for the same answers.

    python -m benchmarks.scale                       # 10k, 100k, 1M
    python -m benchmarks.scale --leads 10000000      # ten million; about 700 MB of Parquet is made first

Both sides run in one process, in turn, with the same memory limit; the answers must be equal before a time counts. Peak memory is
measured in a process of its own for each side.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import duckdb

from benchmarks import by_hand
from benchmarks.answers import differences, judged
from benchmarks.data import AS_OF, make
from benchmarks.libraries import business_duration_rate
from benchmarks.timing import peak_of_this_process
from sladsl.calendars import instant

T = TypeVar("T")
HERE = Path(__file__).parent


def now() -> int:
    from datetime import datetime

    return instant(datetime.fromisoformat(AS_OF))


def connection(memory: str, folder: Path) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    con.execute(f"SET memory_limit = '{memory}'")
    con.execute(f"SET temp_directory = '{folder / 'spill'}'")
    by_hand.prepare(con)
    return con


def timed(work: Callable[[], T]) -> tuple[T, float]:
    start = time.perf_counter()
    done = work()
    return done, time.perf_counter() - start


def floor(leads: Path, activities: Path) -> None:
    """Reading every column that an answer needs, and nothing else."""
    with duckdb.connect() as con:
        con.execute(
            f"SELECT max(id), max(email), max(company_size), max(country), max(industry), max(owner),"
            f" max(epoch_us(created_at)), max(epoch_us(mql_at)), max(epoch_us(accepted_at)), max(epoch_us(won_at)) FROM '{leads}'"
        ).fetchall()
        con.execute(
            f"SELECT max(lead), max(type), max(direction), max(epoch_us(\"at\")) FROM '{activities}'"
        ).fetchall()


def peak(side: str, leads: int, args: argparse.Namespace) -> float:
    """Peak memory of one side in a process of its own, in MiB."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.scale",
        "--leads",
        str(leads),
        "--only",
        side,
        "--memory",
        args.memory,
    ]
    done = subprocess.run(
        [*command, "--folder", str(args.folder), "--per-lead", str(args.per_lead)],
        check=True,
        capture_output=True,
        text=True,
    )
    return float(json.loads(done.stdout)["peak"])


def only(side: str, leads: int, args: argparse.Namespace) -> None:
    files = make(args.folder, leads, args.per_lead)
    if side == "hand":
        by_hand.run(connection(args.memory, args.folder), *files, now())
    else:
        judged(HERE / "handoff.sla", *files, now(), args.memory)
    print(json.dumps({"peak": peak_of_this_process()}))


def compare(leads: int, args: argparse.Namespace) -> None:
    files = make(args.folder, leads, args.per_lead)
    ours, theirs, scans = [], [], []
    for _ in range(args.rounds):
        con = connection(args.memory, args.folder)
        expected, seconds = timed(lambda con=con: by_hand.run(con, *files, now()))  # type: ignore[misc]
        con.close()
        theirs.append(seconds)
        found, seconds = timed(lambda: judged(HERE / "handoff.sla", *files, now(), args.memory))
        ours.append(seconds)
        wrong = differences(found, expected)
        if wrong:
            sys.exit("the answers differ:\n" + "\n".join(wrong[:10]))
        scans.append(timed(lambda: floor(*files))[1])
    ratio = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    over_floor = statistics.median(a / b for a, b in zip(ours, scans, strict=True))
    print(
        f"| {leads:,} | {ratio:.2f} × | {over_floor:.1f} × | {leads / statistics.median(ours):,.0f} "
        f"| {peak('ours', leads, args):,.0f} MiB | {peak('hand', leads, args):,.0f} MiB |",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--leads", default="10000,100000,1000000", help="how many, separated by commas")
    parser.add_argument("--per-lead", type=int, default=2, help="activities of each lead, about")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory", default="1500MB", help="DuckDB's memory limit, the same for both sides")
    parser.add_argument(
        "--folder", type=Path, default=Path("/tmp/sladsl-benchmark"), help="where the data are kept"
    )
    parser.add_argument("--only", choices=["ours", "hand"], help="one side once; prints its peak memory")
    args = parser.parse_args()
    sizes = [int(x) for x in args.leads.split(",")]
    if args.only:
        only(args.only, sizes[0], args)
        return
    print(
        "| leads | sladsl ÷ hand-written SQL | ÷ scan alone | leads a second | peak, sladsl | peak, by hand |"
    )
    print("|---|---|---|---|---|---|")
    for leads in sizes:
        compare(leads, args)
    rate = business_duration_rate(make(args.folder, 10_000)[0], 2_000)
    print(f"\npandas with business-duration, on a sample: {rate:,.0f} business times a second")


if __name__ == "__main__":
    main()
