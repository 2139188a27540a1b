"""A verdict that is not provisional is final: on data that only grow it never changes, and what a figure can still end at only shrinks.

Random histories are judged at one as-of after another. Each history is a `world` of a few leads; every KPI is broken down by it, so one
evaluation judges hundreds of small histories, each period of each of which is a case of its own.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from proofs.finality import narrower
from sladsl.calendars import DAY, HOUR, MINUTE, iso, local_time, zone
from sladsl.compiler import compile_text
from sladsl.data import Binding, connect, load
from sladsl.engines.tables import evaluate
from sladsl.outcomes import AsOf, Outcomes, PeriodCounts
from sladsl.plan import Commitment, Figure, Measure, Plan
from sladsl.runner import parse_as_of
from sladsl.verdicts import Judged
from sladsl.verdicts.judging import judged, measured_in

ZONE = "America/New_York"
WORLDS = 40

RECORDS = """
calendar office:
  open monday to friday 09:00 to 12:30, 13:30 to 17:00
  closed 2026-03-10

record lead:
  id           key text
  world        text
  created_at   time
  mql_at       optional time
  accepted_at  optional time
  won_at       optional time
  promised     optional planned time
  size         optional number
  good         optional boolean

record call of lead:
  id    key text
  at    time
  kind  one of "call", "mail"

define MQL:
  lead when good = true
  since mql_at

define SAL:
  MQL when accepted_at is known
  since accepted_at

define Customer:
  SAL when size > 1
  since won_at

event answer:
  first call where kind = "call"
"""

COUNTED = """
define Warm:
  MQL when at least 1 call

define Quick:
  MQL when response within 2 hours

define Unwon "As things stood when they were accepted":
  lead when not Customer
  since accepted_at

define Called "Dated by an event":
  lead when size < 4
  since answer

event accepted_call "As things stood when it was made":
  first call where lead.accepted_at is known and not Customer

kpi response    = time from MQL to answer for each world
kpi welcome     = time from MQL to accepted_call for each world
kpi enough      = count of MQL for each world
kpi few         = count of MQL where size > 1 for each world
kpi some        = count of lead for each world
kpi warm        = count of Warm for each world
kpi quick       = count of Quick for each world
kpi unwon       = count of Unwon for each world
kpi called      = count of Called for each world
kpi calls       = sum of (count of call) over lead for each world
kpi sizes       = sum of size over MQL for each world
kpi mean        = average of size over MQL for each world
kpi mean_calls  = average of (count of call where kind = "call") over MQL for each world
kpi largest     = greatest of size over lead for each world

marketing owes sales:
  welcome within 1 day for 50% per day
  enough at least 2 per day
  few at most 1 per day
  some between 1 and 2 per week
  warm at least 1 per week
  quick at least 1 per day
  unwon at most 1 per week
  called between 1 and 1 per day
  calls at least 2 per day
  sizes at least 4 per week
  mean at least 2 per day
    needs at least 2
  mean_calls at most 1 per week
    none counts as met
  largest at most 3 per day
"""

SHARED = """
kpi response   = time from MQL to answer in business hours for each world
kpi every      = time from MQL to answer for each world
kpi promise    = time from MQL to accepted_at for each world
kpi accepted   = share of MQL that become SAL within 1 business day for each world
kpi converted  = share of MQL that become Customer for each world
kpi too_many   = share of lead that become Customer for each world
kpi of_quick   = share of MQL where response within 2 hours that become SAL within 1 day for each world
kpi whose_kept = share of MQL whose accepted_at is known for each world
kpi whose_fast = share of lead whose response within 3 business hours for each world
kpi whose_call = share of lead whose any call where kind = "mail" for each world
kpi typical    = median of response over MQL for each world
kpi slow       = p90 of response over MQL for each world

sales owes marketing:
  response within 2 business hours when size > 2,
           within 1 business day, by close when no call,
           within 1 day otherwise
    for 60% per day
    needs at least 2
  every within 2 hours per week
    none counts as missed
  promise by promised for 50% per week
  accepted at least 50% per day
    none counts as met
  converted at least 50% per day
  too_many at most 40% per week
  of_quick between 30% and 70% per day
  whose_kept at least 50% per day
  whose_fast at most 50% per week
  whose_call at least 50% per day
  typical at most 2 business hours per day
  slow at most 3 business hours per week
    needs at least 2
"""

TERMS = {"a short term": "effective 2026-03-05 to 2026-03-12", "without end": "effective from 2026-03-02"}
PROMISES = {"counted": COUNTED, "shared": SHARED}


def plan_of(promises: str, term: str) -> Plan:
    head = f'agreement "Finality":\n  between marketing and sales\n  {TERMS[term]}\n  zone "{ZONE}"\n  hours office\n'
    found = compile_text(head + RECORDS + PROMISES[promises])
    assert found.plan is not None, [f"{d.code} {d.message}" for d in found.diagnostics]
    return found.plan


# -------------------------------------------------------------------------------------------------------- histories


def clock(text: str) -> int:
    return zone(ZONE).to_instant(local_time(dt.datetime.fromisoformat(text)))[0]


MIDNIGHTS = [clock(f"2026-03-{day:02d}") for day in range(4, 15)]
SPOTS = [
    *(m + d for m in MIDNIGHTS for d in (-1, 0, 1)),
    *(m + h * HOUR + d for m in MIDNIGHTS for h in (9, 11, 13, 16, 23) for d in (0, 30 * MINUTE)),
    *(m + 17 * HOUR + d for m in MIDNIGHTS for d in (-1, 0)),
]
STEPS = [0, 0, 1, -1, 30 * MINUTE, 2 * HOUR, 2 * HOUR + 1, 3 * HOUR, DAY, DAY + 1, 3 * DAY, -2 * HOUR]


CALL = dict.fromkeys(("id", "lead", "at", "kind"), "")

History = list[tuple[dict[str, str], list[dict[str, str]]]]
"""Leads, each with its calls."""


TIMES = {"created_at", "mql_at", "accepted_at", "won_at", "promised", "at"}


def history(world: str, chance: random.Random) -> Iterator[tuple[dict[str, str], list[dict[str, str]]]]:
    """A few leads, each with its calls; their moments are close to each other, to deadlines and to the ends of periods."""
    spot = chance.choice(SPOTS)
    for n in range(chance.randint(1, 6)):
        key = f"{world}-{n}"
        if chance.random() < 0.6:
            later = [s for s in SPOTS if spot < s <= spot + DAY]
            spot = chance.choice(later or SPOTS)

        def near(missing: float, at: int = spot) -> str:
            return "" if chance.random() < missing else iso(at + chance.choice(STEPS))

        mql = "" if chance.random() < 0.1 else iso(spot)
        created = near(0.05) if mql else iso(spot)
        lead = {"id": key, "world": world, "created_at": created, "mql_at": mql}
        lead |= {"accepted_at": near(0.4), "won_at": near(0.5), "promised": near(0.2)}
        lead |= {
            "size": chance.choice(["", "1", "2", "3", "5"]),
            "good": chance.choice(["yes", "yes", "yes", "", "no"]),
        }
        # A call before its lead's first moment would be one of a lead that is not there yet.
        first = min(parse_as_of(lead[name], ZONE) for name in TIMES if lead.get(name))
        calls = [
            {
                "id": f"{key}-{m}",
                "lead": key,
                "at": iso(max(first, parse_as_of(near(0), ZONE))),
                "kind": chance.choice(["call", "call", "mail"]),
            }
            for m in range(chance.randint(0, 3))
        ]
        yield lead, calls


def write(folder: Path, name: str, rows: list[dict[str, str]], like: dict[str, str]) -> Binding:
    lines = [",".join(like), *(",".join(row.values()) for row in rows)]
    (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Binding(name, f"{name}.csv")


# ------------------------------------------------------------------------------------------------------- the property


@dataclass(frozen=True, slots=True)
class Cell:
    """One period of one commitment in one world."""

    commitment: str
    period: str
    world: str


def cells(plan: Plan, outcomes: Outcomes, worlds: list[str]) -> Iterator[tuple[Cell, Judged]]:
    """Every cell, those without rows included."""
    periods = plan.periods
    for c in plan.commitments:
        figure = plan.figure(c.figure)
        counted = {(r.start, r.by): r for r in outcomes.figures[figure.id]}
        for index in range(
            periods.index(figure.period, MIDNIGHTS[0]), periods.index(figure.period, MIDNIGHTS[-1]) + 1
        ):
            period = periods.period(figure.period, index)
            if period.start > outcomes.as_of.instant or outside(plan, period.start, period.end):
                continue
            for world in worlds:
                rows = counted.get((period.start, (world,))) or PeriodCounts(period.start, {}, (world,))
                measured = measured_in(plan.term, figure, period, rows, outcomes.as_of.instant)
                yield Cell(c.id, period.label, world), judged(c, figure, measured)


def outside(plan: Plan, start: int, end: int) -> bool:
    """No row of the term falls into such a period."""
    before = plan.term.start is not None and end <= plan.term.start
    return before or (plan.term.end is not None and start >= plan.term.end)


def broken(earlier: Judged, later: Judged) -> str:
    """What of the promise that finality makes is broken, in words; nothing if it is kept."""
    if earlier.final and later.verdict is not earlier.verdict:
        return f"{earlier.verdict} was final, and became {later.verdict}"
    if not narrower(later.measured.range, earlier.measured.range):
        return f"could end at {earlier.measured.range} ({shown(earlier)}), and then at {later.measured.range} ({shown(later)})"
    return ""


def known_at(at: int, row: dict[str, str]) -> dict[str, str] | None:
    """The row as an export of that instant would have had it; None if it was not there yet. What is promised is known beforehand."""
    times = TIMES & set(row)
    later = {name for name in times if row[name] and parse_as_of(row[name], ZONE) > at}
    if later and not any(row[name] for name in times - later):
        return None
    return {name: "" if name in later - {"promised"} else value for name, value in row.items()}


def outcomes_at(plan: Plan, folder: Path, made: History, at: int, export: int) -> Outcomes:
    """The history judged as of `at`, by an export of the instant `export`."""
    leads = [row for lead, _ in made if (row := known_at(export, lead))]
    calls = [row for _, rows in made for call in rows if (row := known_at(export, call))]
    bindings = [write(folder, "lead", leads, made[0][0]), write(folder, "call", calls, CALL)]
    loaded = load(plan, bindings, base=folder, connection=connect())
    return evaluate(plan, loaded.tables, AsOf(at), examples=0)


@pytest.mark.parametrize(("promises", "term"), [("counted", "without end"), ("shared", "a short term")])
def test_a_final_verdict_never_changes(promises: str, term: str, tmp_path: Path) -> None:
    """Judged by the export of each day, as a reader would have it; and on the last day's export, as of an earlier day, the same."""
    chance = random.Random(promises)
    plan = plan_of(promises, term)
    worlds = [f"w{n:02d}" for n in range(WORLDS)]
    made = [row for world in worlds for row in history(world, chance)]
    end = MIDNIGHTS[-1] + 30 * DAY
    moments = [MIDNIGHTS[4] + 12 * HOUR, MIDNIGHTS[6], MIDNIGHTS[8] + 17 * HOUR, end]
    before: dict[Cell, Judged] = {}
    seen: Counter[str] = Counter()
    faults: list[str] = []
    for at in moments:
        now = dict(cells(plan, outcomes_at(plan, tmp_path, made, at, export=at), worlds))
        for cell, was in before.items():
            wrong = broken(was, now[cell])
            if wrong:
                faults.append(f"{cell} as of {iso(at)}: {wrong}\n{told(made, cell.world)}")
            seen["final before the end"] += was.final and not was.measured.over
            seen["settled later"] += not was.final and now[cell].final
        before |= now
        if at == MIDNIGHTS[6]:
            again = dict(cells(plan, outcomes_at(plan, tmp_path, made, at, export=end), worlds))
            differ = (c for c in now if now[c] != again[c])
            faults += (
                f"{c} was {shown(now[c])} then, is {shown(again[c])} in hindsight\n{told(made, c.world)}"
                for c in differ
            )
    assert not faults, f"{len(faults)} of {len(before)} cells:\n" + "\n".join(sorted(faults, key=len)[:3])
    assert seen["settled later"] > 300
    assert seen["final before the end"] > 5


def shown(x: Judged) -> str:
    return f"{x.verdict} of {dict(x.measured.counters)}"


def told(made: History, world: str) -> str:
    """A world's history."""
    mine = [(lead, calls) for lead, calls in made if lead["world"] == world]
    return "\n".join(f"  {lead}" + "".join(f"\n    {call}" for call in calls) for lead, calls in mine)


def test_every_kind_of_figure_is_tried() -> None:
    """A kind of figure that no agreement of this test has would be one whose finality nobody tried."""
    kinds: set[Measure] = set()
    bounds: set[str] = set()
    for promises in PROMISES:
        plan = plan_of(promises, "without end")
        figures: dict[str, Figure] = {f.id: f for f in plan.figures}
        commitments: tuple[Commitment, ...] = plan.commitments
        kinds |= {figures[c.figure].measure for c in commitments}
        bounds |= {str(c.bound.kind) for c in commitments}
    assert kinds == set(Measure) - {Measure.LEAST}
    assert bounds == {"at least", "at most", "between"}
