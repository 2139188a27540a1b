"""One qualification rule alone: our engines beside rule engines and expression languages that Python has, and a data frame by hand.

    pip install zen-engine common-expression-language polars
    python -m benchmarks.rules                   # 20,000 leads; engines that are not installed are left out
    python -m benchmarks.rules --leads 1000000 --only-sets

The rule is the benchmark agreement's MQL without its child rows: three clauses of points and a condition, on fields that may be missing.
Each side has the data in memory in its own form before its time begins and its rule compiled once; ours is from the loaded table to
the counts, building its statements included. A time counts only when all sides find the same number of MQLs. It is processor time, the
least of the rounds.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from benchmarks.data import AS_OF, make
from benchmarks.timing import least
from sladsl.compiler import compile_text
from sladsl.data import Binding, load
from sladsl.engines import rows, tables
from sladsl.outcomes import AsOf
from sladsl.plan import Status
from sladsl.runner import parse_as_of

Row = dict[str, Any]
FIELDS = ("id", "email", "company_size", "country", "created_at")

AGREEMENT = """agreement "Rule":
  between marketing and sales
  zone "UTC"

record lead:
  id            key text
  email         optional text
  company_size  optional number
  country       optional text
  created_at    time

let free_mail = {"gmail.com", "yahoo.com", "outlook.com"}

score fit of lead:
  add 40 when company_size between 200 and 5_000
  add 25 when country in {"US", "CA"}
  subtract 40 when domain(email) in free_mail

define MQL:
  lead when fit >= 25 and email is known
  since created_at
"""

ZEN = """email != null and (company_size != null and company_size >= 200 and company_size <= 5000 ? 40 : 0)
  + (country != null and country in ['US', 'CA'] ? 25 : 0)
  - (split(email, '@')[1] in ['gmail.com', 'yahoo.com', 'outlook.com'] ? 40 : 0) >= 25"""

CEL = """email != null && (company_size != null && company_size >= 200 && company_size <= 5000 ? 40 : 0)
  + (country != null && country in ['US', 'CA'] ? 25 : 0)
  - (email.endsWith('@gmail.com') || email.endsWith('@yahoo.com') || email.endsWith('@outlook.com') ? 40 : 0) >= 25"""


def zen(engine: Any, data: list[Row]) -> int:
    rule = engine.compile_expression(ZEN)
    return sum(rule.evaluate(row) for row in data)


def cel(engine: Any, data: list[Row]) -> int:
    rule = engine.compile(CEL)
    return sum(rule.execute(row) for row in data)


def frame_by_hand(pl: Any, table: Any) -> int:
    mail, size, country = pl.col("email"), pl.col("company_size"), pl.col("country")
    points = (
        pl.when(size.is_between(200, 5000)).then(40).otherwise(0)
        + pl.when(country.is_in(["US", "CA"])).then(25).otherwise(0)
        - pl.when(mail.str.split("@").list.get(1).is_in(["gmail.com", "yahoo.com", "outlook.com"]))
        .then(40)
        .otherwise(0)
    )
    return int(table.select(((points >= 25) & mail.is_not_null()).sum()).item())


def sides(leads: Path, sets_only: bool) -> Iterator[tuple[str, Callable[[], int]]]:
    """Each side's name and its work; ours first."""
    plan = compile_text(AGREEMENT, "rule.sla").plan
    assert plan is not None
    loaded = load(plan, [Binding("lead", str(leads))], base=Path.cwd())
    at = AsOf(parse_as_of(AS_OF, plan.zone))
    yield "sladsl, as sets", lambda: tables.evaluate(plan, loaded.tables, at).statuses["MQL"][Status.IN]
    polars = installed("polars")
    if polars is not None:
        frame = polars.read_parquet(leads, columns=list(FIELDS))
        yield "Polars, by hand", lambda: frame_by_hand(polars, frame)
    if sets_only:
        return
    settled = loaded.rows()
    yield "sladsl, row by row", lambda: rows.evaluate(plan, settled, at).statuses["MQL"][Status.IN]
    data = [
        {name: value for name, value in row.items() if name not in {"id", "created_at"}}
        for row in pq.read_table(leads, columns=list(FIELDS)).to_pylist()
    ]
    for module, name, work in (("zen", "GoRules ZEN", zen), ("cel", "CEL, in Rust", cel)):
        engine = installed(module)
        if engine is not None:
            yield name, partial(work, engine, data)


def installed(module: str) -> Any:
    """The module, or None: none of these is needed by anything else here."""
    return importlib.import_module(module) if importlib.util.find_spec(module) else None


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--leads", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only-sets", action="store_true", help="leave out what works row by row")
    parser.add_argument(
        "--folder", type=Path, default=Path("/tmp/sladsl-benchmark"), help="where the data are kept"
    )
    args = parser.parse_args()
    file, _ = make(args.folder, args.leads)
    first: tuple[int, float] | None = None
    print("| rule engine | leads a second | ÷ sladsl, as sets |\n|---|---|---|")
    for name, work in sides(file, args.only_sets):
        found, seconds = least(work, args.rounds)
        first = first or (found, seconds)
        if found != first[0]:
            raise SystemExit(f"{name} finds {found:,} MQLs, and sladsl {first[0]:,}")
        print(f"| {name} | {args.leads / seconds:,.0f} | {seconds / first[1]:.2f} × |", flush=True)


if __name__ == "__main__":
    main()
