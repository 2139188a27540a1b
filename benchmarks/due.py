"""`sla due` on leads of any number, of which 50,000 are open, beside hand-written SQL for the same list.

    python -m benchmarks.due                        # 1,000,000 leads
    python -m benchmarks.due --leads 10000000       # ten million; makes 500 MB of Parquet, or 900 MB of CSV, first

`due.sla` has a response in business hours with a choice of two deadlines. Its SQL has one table of half-hours in memory, and no look at
what may be wrong with the data. Both sides run in processes of their own, in turn; what they list must be the same (every key with its
deadline) before anything counts. `--calls` has a second response as well, whose stop is the first call among twice as many activities.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import statistics
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

from benchmarks.timing import peak_of_this_process

HERE = Path(__file__).parent
AS_OF = "2026-12-01T05:00:00Z"
OPEN = 50_000
MACRO = "CREATE MACRO h(i, k) AS (hash(i::BIGINT * 64 + k) >> 11) / 9007199254740992.0"
"""A uniform number in [0, 1) that depends on the row and on k only."""

CALLS_TOO = """
record activity of lead:
  type  one of "call", "email"
  at    time

event call: first activity where type = "call"

kpi first_call = time from created to call

sales owes marketing:
  first_call within 24 business hours for 80% per month
"""
BASE = """
CREATE VIEW base AS SELECT i, is_open,
  TIMESTAMPTZ '2026-01-01 05:00:00+00' + to_microseconds((h(i, 4) * CASE WHEN is_open THEN 28857600e6 ELSE 28080000e6 END)::BIGINT)
    AS created
FROM (SELECT i, h(i, 2) * {n} < {open} AS is_open FROM range({n}) t(i))
"""
LEADS = """
COPY (SELECT printf('L%09d', i) AS id, 'company ' || (i % 99991) AS company, (h(i, 1) * 100)::BIGINT AS score, 'rep ' || (i % 211) AS owner,
  {created} AS created, CASE WHEN NOT is_open THEN {answered} END AS answered
FROM base) TO '{path}' (FORMAT {form})
"""
ACTIVITIES = """
COPY (SELECT printf('L%09d', i) AS lead, CASE WHEN j = 1 OR is_open THEN 'email' ELSE 'call' END AS type, {at} AS at
FROM base, range(2) t(j)) TO '{path}' (FORMAT {form})
"""


def data(folder: Path, leads: int, form: str) -> tuple[Path, Path]:
    """Writes (or finds) the leads and twice as many activities."""
    folder.mkdir(parents=True, exist_ok=True)
    files = folder / f"due_leads_{leads}.{form}", folder / f"due_activities_{leads}.{form}"
    with duckdb.connect() as con:
        for statement in (
            "SET memory_limit = '2GB'",
            "SET TimeZone = 'UTC'",
            "SET preserve_insertion_order = false",
        ):
            con.execute(statement)
        con.execute(MACRO)
        con.execute(BASE.format(n=leads, open=OPEN))
        for path, statement in zip(files, (LEADS, ACTIVITIES), strict=True):
            if not path.exists():
                con.execute(
                    statement.format(
                        path=path, form=form, **{name: _written(t, form) for name, t in _TIMES.items()}
                    )
                )
    return files


_TIMES = {
    "created": "created",
    "answered": "created + to_microseconds((h(i, 3) * 3 * 86400e6)::BIGINT)",
    "at": "created + to_microseconds((h(i * 2 + j, 5) * 3 * 86400e6)::BIGINT)",
}


def _written(time: str, form: str) -> str:
    return time if form == "parquet" else f"strftime({time}, '%Y-%m-%dT%H:%M:%S.%fZ')"


Clocks = list[tuple[str, str, int]]
"""Of each clock that runs the promise, the key of its row, and its deadline."""


def ours(files: Sequence[Path], calls: bool) -> Clocks:
    from sladsl.compiler import compile_text
    from sladsl.open_clocks import open_clocks

    compilation = compile_text((HERE / "due.sla").read_text(encoding="utf-8") + (CALLS_TOO if calls else ""))
    bindings = list(zip(("lead", "activity") if calls else ("lead",), map(str, files), strict=False))
    clocks = open_clocks(compilation, bindings, as_of=AS_OF).clocks
    assert all(x.due is not None for x in clocks)
    return sorted((x.commitment.kpi, x.key, x.due or 0) for x in clocks)


BY_HAND = """
WITH clock AS (
  SELECT 'answer' AS kpi, id, epoch_us(created) AS started, CASE WHEN score >= 80 THEN 4 ELSE 16 END * 1800000000::BIGINT AS budget
  FROM {leads}
  WHERE created <= {now} AND (answered IS NULL OR answered > {now}){calls}),
placed AS (
  SELECT kpi, id, h.until + CASE WHEN h.open THEN started - h.k * 1800000000 ELSE 0 END + budget AS until
  FROM clock JOIN half_hour h ON h.k = started // 1800000000)
SELECT kpi, id, o.start + until - o.m * 1800000000::BIGINT
FROM placed JOIN open_half_hour o ON o.m = (until - 1) // 1800000000 ORDER BY 1, 2
"""
CALLS = """
  UNION ALL SELECT 'first_call', id, epoch_us(created), 48 * 1800000000::BIGINT FROM {leads} l
  WHERE created <= {now} AND NOT EXISTS (
    FROM {activities} a WHERE a.lead = l.id AND a.type = 'call' AND a.at >= l.created AND a.at <= {now})"""


def half_hours() -> tuple[pa.Table, pa.Table]:
    """Each half-hour with the open time until it and whether it is open, and where the m-th open one starts."""
    zone, step = ZoneInfo("America/New_York"), 1_800_000_000
    rows: list[tuple[int, int, bool]] = []
    starts: list[int] = []
    at = datetime(2025, 12, 29, tzinfo=UTC)
    while at.year < 2028:
        local = at.astimezone(zone)
        is_open = local.weekday() < 5 and 9 <= local.hour < 17
        us = round(at.timestamp()) * 1_000_000
        rows.append((us // step, len(starts) * step, is_open))
        starts += [us] if is_open else []
        at += timedelta(minutes=30)
    half_hour = pa.table(list(zip(*rows, strict=True)), names=["k", "until", "open"])
    return half_hour, pa.table([list(range(len(starts))), starts], names=["m", "start"])


def by_hand(files: Sequence[Path], calls: bool) -> Clocks:
    with duckdb.connect() as con:
        con.execute("SET memory_limit = '1500MB'")
        con.execute("SET TimeZone = 'UTC'")
        con.execute(f"SET temp_directory = '{files[0].parent / 'spill'}'")
        for name, table in zip(("half_hours", "open_half_hours"), half_hours(), strict=True):
            con.register(name, table)
            con.execute(f"CREATE TABLE {name.removesuffix('s')} AS FROM {name}")
        where = {"leads": f"'{files[0]}'", "activities": f"'{files[1]}'", "now": f"TIMESTAMPTZ '{AS_OF}'"}
        asked = BY_HAND.format(**where, calls=CALLS.format(**where) if calls else "")
        return [(kpi, id, due) for kpi, id, due in con.execute(asked).fetchall()]


def only(side: str, files: Sequence[Path], calls: bool) -> None:
    """One side in this process: how long its processor worked, in seconds, its peak memory in MiB, and a digest of what it lists."""
    listed = (ours if side == "ours" else by_hand)(files, calls)
    used = resource.getrusage(resource.RUSAGE_SELF)
    digest = hashlib.sha256(repr(listed).encode()).hexdigest()
    seconds = used.ru_utime + used.ru_stime
    print(
        json.dumps(
            {"seconds": seconds, "peak": peak_of_this_process(), "clocks": len(listed), "digest": digest}
        )
    )


def asked(side: str, args: argparse.Namespace) -> dict[str, Any]:
    """The same of a side in a process of its own."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.due",
        "--only",
        side,
        "--leads",
        str(args.leads),
        "--format",
        args.format,
    ]
    command += ["--folder", str(args.folder), *(["--calls"] if args.calls else [])]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--format", choices=["parquet", "csv"], default="parquet")
    parser.add_argument("--calls", action="store_true", help="a second response, stopped by a child row")
    parser.add_argument(
        "--folder", type=Path, default=Path("/tmp/sladsl-benchmark"), help="where the data are kept"
    )
    parser.add_argument("--only", choices=["ours", "hand"], help="one side once")
    args = parser.parse_args()
    files = data(args.folder, args.leads, args.format)
    if args.only:
        only(args.only, files, args.calls)
        return
    rounds = [{side: asked(side, args) for side in ("hand", "ours")} for _ in range(args.rounds)]
    if any(x["ours"]["digest"] != x["hand"]["digest"] for x in rounds):
        sys.exit("the lists differ")
    ratio = statistics.median(x["ours"]["seconds"] / x["hand"]["seconds"] for x in rounds)
    middle = {side: statistics.median(x[side]["seconds"] for x in rounds) for side in ("ours", "hand")}
    peaks = {side: max(x[side]["peak"] for x in rounds) for side in ("ours", "hand")}
    print(
        f"| {args.leads:,} | {args.format} | {rounds[0]['ours']['clocks']:,} | {middle['ours']:.1f} s | {middle['hand']:.1f} s "
        f"| {ratio:.1f} × | {peaks['ours']:,.0f} MiB | {peaks['hand']:,.0f} MiB |"
    )


if __name__ == "__main__":
    main()
