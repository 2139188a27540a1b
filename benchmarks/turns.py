"""A turn per owner, a pause and a ladder over histories, beside hand-written SQL for the same answers.

    python -m benchmarks.turns                      # 1,000,000 leads with 5,000,000 changes; makes 150 MB of Parquet first

`turns.sla` says what is asked. Both sides run in processes of their own, in turn, in processor time; what they answer (each month's counts,
every late turn and every turn at 75% with its owner and instant) must be the same before anything counts. The SQL looks at nothing that may
be wrong with the data, and knows one calendar as a table of half-hours.
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
from pathlib import Path
from typing import Any

import duckdb

from benchmarks.due import MACRO, half_hours
from benchmarks.timing import peak_of_this_process

HERE = Path(__file__).parent
AS_OF = "2026-12-01T05:00:00Z"

BASE = """
CREATE VIEW base AS SELECT i, printf('L%09d', i) AS lead, h(i, 1) AS a, h(i, 2) AS b, h(i, 3) AS c,
  TIMESTAMPTZ '2026-01-01 05:00:00+00' + to_microseconds((h(i, 4) * 28857600e6)::BIGINT) AS created
FROM range({n}) t(i)
"""
CHANGE = "created + to_microseconds(({days} * h(i, {k}) * 86400e6)::BIGINT)"
STATUSES = f"""
SELECT * FROM (
  SELECT lead, 's1' || lead AS id, 'MQL' AS status, {CHANGE.format(days=0.1, k=11)} AS changed FROM base
  UNION ALL SELECT lead, 's2' || lead, 'Waiting', {CHANGE.format(days=0.2, k=12)} FROM base WHERE a < 0.5
  UNION ALL SELECT lead, 's3' || lead, 'MQL', {CHANGE.format(days=0.6, k=13)} FROM base WHERE a < 0.45
  UNION ALL SELECT lead, 's4' || lead, 'Accepted', {CHANGE.format(days=0.4, k=14)} FROM base WHERE b < 0.9
  UNION ALL SELECT lead, 's5' || lead, 'MQL', {CHANGE.format(days=3, k=15)} FROM base WHERE b < 0.2
  UNION ALL SELECT lead, 's6' || lead, 'Accepted', {CHANGE.format(days=3.3, k=16)} FROM base WHERE b < 0.18)
WHERE changed < {{now}}
"""
OWNERS = f"""
SELECT * FROM (
  SELECT lead, 'o1' || lead AS id, 'rep ' || (i % 211) AS new_owner, {CHANGE.format(days=0.05, k=21)} AS changed FROM base
  UNION ALL SELECT lead, 'o2' || lead, 'rep ' || (i % 199), {CHANGE.format(days=0.5, k=22)} FROM base WHERE c < 0.65
  UNION ALL SELECT lead, 'o3' || lead, 'rep ' || (i % 197), {CHANGE.format(days=3, k=23)} FROM base WHERE c < 0.25)
WHERE changed < {{now}}
"""


def data(folder: Path, leads: int) -> tuple[Path, ...]:
    """Writes (or finds) the leads and about five times as many changes of status and of owner."""
    folder.mkdir(parents=True, exist_ok=True)
    names = ("lead", "status_change", "owner_change")
    files = tuple(folder / f"turns_{name}_{leads}.parquet" for name in names)
    now = f"TIMESTAMPTZ '{AS_OF}'"
    rows = ("SELECT lead AS id, created FROM base", STATUSES.format(now=now), OWNERS.format(now=now))
    with duckdb.connect() as con:
        for statement in ("SET memory_limit = '2GB'", "SET TimeZone = 'UTC'", MACRO, BASE.format(n=leads)):
            con.execute(statement)
        for path, selected in zip(files, rows, strict=True):
            if not path.exists():
                con.execute(f"COPY ({selected}) TO '{path}' (FORMAT parquet)")
    return files


Answer = tuple[Any, ...]


def ours(files: Sequence[Path]) -> list[Answer]:
    from sladsl.compiler import compile_text
    from sladsl.data import Binding, load
    from sladsl.data.loading import connect
    from sladsl.engines.tables import evaluate
    from sladsl.outcomes import AsOf
    from sladsl.runner import of_outcomes, parse_as_of

    plan = compile_text((HERE / "turns.sla").read_text(encoding="utf-8")).plan
    assert plan is not None
    bindings = [
        Binding(name, str(x))
        for name, x in zip(("lead", "status_change", "owner_change"), files, strict=True)
    ]
    loaded = load(plan, bindings, base=Path.cwd(), connection=connect(memory_limit="1500MB"))
    found = evaluate(plan, loaded.tables, AsOf(parse_as_of(AS_OF, plan.zone)))
    of_outcomes(plan, found)
    (commitment,) = plan.commitments
    counted = [
        ("month", x.start, *(x.counters[name] for name in ("rows", "hit", "open", "paused")))
        for x in found.figures[commitment.figure]
    ]
    late = [("late", x.key, x.owner, x.due) for x in found.breaches[commitment.id]]
    on_the_way = [("at 75%", x.key, x.owner, x.due) for rung in found.rungs[commitment.id] for x in rung]
    return sorted([*counted, *late, *on_the_way])


SPELLS = """
CREATE TABLE points AS
  SELECT lead, epoch_us(changed) AS t, id, status, NULL AS owner FROM {1}
  UNION ALL SELECT lead, epoch_us(changed), id, NULL, new_owner FROM {2};
CREATE TABLE stood AS
WITH filled AS (
  SELECT lead, t, last_value(status IGNORE NULLS) OVER w AS status, last_value(owner IGNORE NULLS) OVER w AS owner, lead(t) OVER w AS next
  FROM points WINDOW w AS (PARTITION BY lead ORDER BY t, id)),
settled AS (
  SELECT lead, greatest(t, epoch_us(created)) AS t, next, owner, coalesce(status, '') AS status,
    status IN ('MQL', 'Waiting') AND owner IS NOT NULL AS held
  FROM filled JOIN {0} ON id = lead WHERE next IS NULL OR next > t)
SELECT *, lag(held) OVER w AS before, lag(owner) OVER w AS owner_before, lag(status) OVER w AS status_before
FROM settled WINDOW w AS (PARTITION BY lead ORDER BY t);
CREATE TABLE turn AS
SELECT lead, any_value(owner) AS owner, min(t) AS began, CASE WHEN count(next) = count(*) THEN max(next) END AS ended FROM (
  SELECT *, sum(CASE WHEN before IS NOT TRUE OR owner IS DISTINCT FROM owner_before THEN 1 ELSE 0 END)
    OVER (PARTITION BY lead ORDER BY t ROWS UNBOUNDED PRECEDING) AS n
  FROM stood WHERE held) GROUP BY lead, n;
CREATE TABLE waiting AS
SELECT lead, min(t) AS began, CASE WHEN count(next) = count(*) THEN max(next) END AS ended FROM (
  SELECT *, sum(CASE WHEN status_before IS DISTINCT FROM 'Waiting' THEN 1 ELSE 0 END)
    OVER (PARTITION BY lead ORDER BY t ROWS UNBOUNDED PRECEDING) AS n
  FROM stood WHERE status = 'Waiting') GROUP BY lead, n;
"""
OPEN_UNTIL = "(h.until + CASE WHEN h.open THEN {t} - h.k * 1800000000 ELSE 0 END)"
HOUR = 3_600_000_000
CLOCKS = f"""
CREATE TABLE clock AS
SELECT t.*, {OPEN_UNTIL.format(t="began")} AS start, row_number() OVER () AS n FROM turn t JOIN half_hour h ON h.k = began // 1800000000;
CREATE TABLE pause AS
WITH cut AS (
  SELECT c.n, c.start, greatest(w.began, c.began) AS p, least(coalesce(w.ended, {{now}}), coalesce(c.ended, {{now}})) AS q,
    w.ended IS NULL AND c.ended IS NULL AS lasts
  FROM clock c JOIN waiting w ON w.lead = c.lead AND w.began < coalesce(c.ended, {{now}}) AND coalesce(w.ended, {{now}}) > c.began),
placed AS (
  SELECT cut.n, start, lasts, {OPEN_UNTIL.format(t="p")} AS s, {OPEN_UNTIL.format(t="q").replace("h.", "g.")} AS e
  FROM cut JOIN half_hour h ON h.k = p // 1800000000 JOIN half_hour g ON g.k = q // 1800000000),
running AS (
  SELECT *, coalesce(sum(e - s) OVER (PARTITION BY n ORDER BY s, e ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS used
  FROM placed)
SELECT n, lasts AND used + e - s < {16 * HOUR} AS lasts, s - start - least(used, {16 * HOUR}) AS worked,
  greatest(least(e - s, {16 * HOUR} - used), 0) AS span FROM running;
CREATE TABLE due AS
WITH moved AS (
  SELECT c.n, part, start + part + coalesce(sum(span) FILTER (worked < part), 0)::BIGINT AS until,
    coalesce(bool_or(lasts AND worked < part), false) AS still
  FROM clock c CROSS JOIN (VALUES ({4 * HOUR}), ({3 * HOUR})) parts(part) LEFT JOIN pause p ON p.n = c.n GROUP BY c.n, start, part)
SELECT n, part, still, o.start + until - o.m * 1800000000 AS due FROM moved JOIN open_half_hour o ON o.m = (until - 1) // 1800000000;
"""
ANSWERS = f"""
WITH ended AS (
  SELECT lead || '#' || strftime(make_timestamp(began), '%Y-%m-%dT%H:%M:%S')
      || CASE WHEN began % 1000000 = 0 THEN '' ELSE '.' || lpad((began % 1000000)::VARCHAR, 6, '0') END || 'Z' AS key,
    owner, began, c.ended, part, due, still, part = {4 * HOUR} AS whole,
    CASE WHEN c.ended <= due THEN 'met' WHEN still AND c.ended IS NULL THEN 'paused' WHEN c.ended > due OR due < {{now}} THEN 'missed'
      ELSE 'open' END AS state
  FROM clock c JOIN due USING (n))
SELECT 'month', epoch_us(date_trunc('month', timezone('America/New_York', make_timestamptz(began))) AT TIME ZONE 'America/New_York'),
  count(*),
  count(*) FILTER (state = 'met'), count(*) FILTER (state IN ('open', 'paused')), count(*) FILTER (state = 'paused')
FROM ended WHERE whole GROUP BY ALL
"""
ACTIONS = (
    ANSWERS.split("SELECT 'month'", maxsplit=1)[0]
    + """
SELECT CASE WHEN whole THEN 'late' ELSE 'at 75%' END, key, owner, due FROM ended
WHERE state = 'missed' AND (whole OR due < coalesce(ended, {now}))
"""
)


def by_hand(files: Sequence[Path]) -> list[Answer]:
    with duckdb.connect() as con:
        con.execute("SET memory_limit = '1500MB'")
        con.execute("SET TimeZone = 'UTC'")
        con.execute(f"SET temp_directory = '{files[0].parent / 'spill'}'")
        for name, table in zip(("half_hours", "open_half_hours"), half_hours(), strict=True):
            con.register(name, table)
            con.execute(f"CREATE TABLE {name.removesuffix('s')} AS FROM {name}")
        now = f"epoch_us(TIMESTAMPTZ '{AS_OF}')"
        con.execute(SPELLS.format(*(f"'{x}'" for x in files)))
        con.execute(CLOCKS.format(now=now))
        asked = (ANSWERS.format(now=now), ACTIONS.format(now=now))
        return sorted(row for statement in asked for row in con.execute(statement).fetchall())


def only(side: str, files: Sequence[Path], shown: bool) -> None:
    """One side in this process: how long its processor worked, in seconds, its peak memory in MiB, and a digest of what it answers."""
    answers = (ours if side == "ours" else by_hand)(files)
    used = resource.getrusage(resource.RUSAGE_SELF)
    digest = hashlib.sha256(repr(answers).encode()).hexdigest()
    seconds = used.ru_utime + used.ru_stime
    said = {"seconds": seconds, "peak": peak_of_this_process(), "answers": len(answers), "digest": digest}
    print(json.dumps(said))
    if shown:
        print(*answers, sep="\n")


def asked(side: str, args: argparse.Namespace) -> dict[str, Any]:
    """The same of a side in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.turns", "--only", side, "--leads", str(args.leads)]
    done = subprocess.run(
        [*command, "--folder", str(args.folder)], check=True, capture_output=True, text=True
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--folder", type=Path, default=Path("/tmp/sladsl-benchmark"), help="where the data are kept"
    )
    parser.add_argument("--only", choices=["ours", "hand"], help="one side once")
    parser.add_argument("--show", action="store_true", help="with --only, the answers as well")
    args = parser.parse_args()
    files = data(args.folder, args.leads)
    if args.only:
        only(args.only, files, args.show)
        return
    rounds = [{side: asked(side, args) for side in ("hand", "ours")} for _ in range(args.rounds)]
    if any(x["ours"]["digest"] != x["hand"]["digest"] for x in rounds):
        sys.exit("the answers differ")
    ratio = statistics.median(x["ours"]["seconds"] / x["hand"]["seconds"] for x in rounds)
    middle = {side: statistics.median(x[side]["seconds"] for x in rounds) for side in ("ours", "hand")}
    peaks = {side: max(x[side]["peak"] for x in rounds) for side in ("ours", "hand")}
    print(
        f"| {args.leads:,} | {rounds[0]['ours']['answers']:,} | {middle['ours']:.1f} s | {middle['hand']:.1f} s | {ratio:.1f} × "
        f"| {peaks['ours']:,.0f} MiB | {peaks['hand']:,.0f} MiB |"
    )


if __name__ == "__main__":
    main()
