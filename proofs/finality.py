"""Whether what is final stays: random agreements judged again and again while their data grow.

`python -m proofs.finality --histories 2000 --seed 1`. Each history is a world of a few rows; it is seen through the exports of one instant
after another, in each of which times that lie later are not there yet, and of those at its very instant some are not.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any
from zlib import crc32

from proofs.agreements import Agreement, agreement
from proofs.histories import Rows, history
from sladsl.calendars import DAY, Zone, iso, zone
from sladsl.engines.rows import Evaluation
from sladsl.outcomes import AsOf, Outcomes, PeriodCounts
from sladsl.plan import Case, Commitment, Field, FieldType, Figure, Plan, Record, RecordField
from sladsl.plan.rows import HELD
from sladsl.plan.traversal import walk
from sladsl.runner import of_outcomes
from sladsl.verdicts import Due, Judged, Range
from sladsl.verdicts.judging import judged_in, measured_in

TOGETHER = 40
"""Histories that are evaluated together."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One period of one commitment in one part of its breakdown."""

    commitment: str
    start: int
    by: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """What one export says: the verdicts, and the actions that follow."""

    at: int
    outcomes: Outcomes
    cells: Mapping[Cell, Judged]
    actions: frozenset[Due]
    dues: Mapping[tuple[str, str], int]
    """When a row is due by a commitment whose clock can stand still: by the commitment's name and the row's key. What begins to pause it
    before then moves it; once it is past, nothing does."""


# ------------------------------------------------------------------------------------------------------------ exports


def export(plan: Plan, rows: Rows, at: int, seed: str) -> Rows:
    """The rows as a system knew them at an instant: later times are not there. One at the very instant may come with the next export,
    and a date with one of its day. A row without a time that is there is not there."""
    here = zone(plan.zone)
    exported: Rows = {}
    for r in _downwards(plan):
        known = list(_known(r, rows[r.name], at, here, seed))
        if r.link is not None:
            parents = {p[r.link.theirs] for p in exported[r.link.parent]}
            known = [row for row in known if row[r.link.own] in parents or row[r.link.own] is None]
        exported[r.name] = known
    return exported


def _downwards(plan: Plan) -> list[Record]:
    """Records, each after the one it belongs to."""
    made: list[Record] = []
    while len(made) < len(plan.given):
        names = {r.name for r in made}
        made += [r for r in plan.given if r.name not in names and (r.link is None or r.link.parent in names)]
    return made


def _known(
    record: Record, rows: Sequence[dict[str, Any]], at: int, here: Zone, seed: str
) -> Iterator[dict[str, Any]]:
    timed = [f for f in record.fields if _is_event(f)]
    for row in rows:
        there = [f for f in timed if row[f.name] is not None]
        gone = {
            f.name for f in there if _comes(f, row[f.name], here, f"{seed} {row[record.key]} {f.name}") > at
        }
        if there and len(gone) == len(there):
            continue
        yield {**row, **dict.fromkeys(gone)}


def _is_event(f: RecordField) -> bool:
    """Whether a value comes when its time has come; a plan is known from the first export on."""
    return f.type in {FieldType.TIME, FieldType.DATE} and not f.planned


def _comes(f: RecordField, value: int, here: Zone, seed: str) -> int:
    """The first instant whose export has a value, the same one each time."""
    number = crc32(seed.encode())
    if f.type is FieldType.TIME:
        return value + number % 2
    start = here.midnight(value)
    return start + number * (here.midnight(value + 1) - start) // 2**32


def tidy(plan: Plan, rows: Rows) -> Rows:
    """The rows without those that share a key (which of these is kept is another matter), and without those that belong to a row that
    comes later than they do, or to none: that what is not there has rows is no growth of data."""
    tidied: Rows = {}
    since: dict[tuple[str, Any], int | None] = {}  # the instant by which a row is there at the latest
    for r in _downwards(plan):
        kept: dict[Any, dict[str, Any]] = {}
        for row in rows[r.name]:
            begins, there_by = _since(plan, r, row, 0), _since(plan, r, row, 1)
            if r.link is not None:
                above = since.get((r.link.parent, row[r.link.own]), -1)
                if above == -1 or (above is not None and (begins is None or begins < above)):
                    continue
            if kept.setdefault(row[r.key], row) is row:
                for name in (f.name for f in r.fields):
                    earlier = (
                        since.setdefault((r.name, row[name]), there_by) if _is_joined(plan, r, name) else 0
                    )
                    if earlier is not None and there_by is not None and _is_joined(plan, r, name):
                        since[r.name, row[name]] = max(earlier, there_by)
        tidied[r.name] = list(kept.values())
    return tidied


def _is_joined(plan: Plan, r: Record, name: str) -> bool:
    return any(x.link is not None and x.link.parent == r.name and x.link.theirs == name for x in plan.given)


def _since(plan: Plan, r: Record, row: Mapping[str, Any], days: int) -> int | None:
    """The first instant at which a row is there; with `days` 1 as late as a date in it may come, which is by the end of its day."""
    here = zone(plan.zone)
    there = [f for f in r.fields if _is_event(f) and row[f.name] is not None]
    return min(
        (row[f.name] if f.type is FieldType.TIME else here.midnight(row[f.name] + days) for f in there),
        default=None,
    )


# -------------------------------------------------------------------------------------------------------------- looks


def look(plan: Plan, rows: Rows, at: int) -> Look:
    """What an export says as of its own instant."""
    evaluation = Evaluation(plan, rows, AsOf(at))
    outcomes = evaluation.outcomes()
    actions = frozenset(of_outcomes(plan, outcomes).due())
    return Look(at, outcomes, dict(_cells(plan, outcomes)), actions, dict(_dues(plan, evaluation)))


def _dues(plan: Plan, evaluation: Evaluation) -> Iterator[tuple[tuple[str, str], int]]:
    for c in plan.commitments:
        course = plan.figure(c.figure).course
        if c.clock is not None and course is not None and course.paused is not None:
            for row in evaluation.columns(c.clock.record):
                told = row[c.clock.member] and row[c.clock.state] in HELD
                if told and row[c.clock.due] is not None:
                    yield (c.id, row[plan.record(c.clock.record).key]), row[c.clock.due]


def _cells(plan: Plan, outcomes: Outcomes) -> Iterator[tuple[Cell, Judged]]:
    for result in of_outcomes(plan, outcomes).commitments:
        c = result.commitment
        if c.groups is not None or c.group is not None:
            yield from ((Cell(c.id, j.measured.period.start, ()), j) for j in result.periods)
    for c in plan.commitments:
        f = plan.figure(c.figure)
        if c.groups is None and _stays(plan, f):
            for counts in outcomes.figures[f.id]:
                yield Cell(c.id, counts.start, counts.by), _judged(plan, c, f, counts, outcomes)


def _stays(plan: Plan, f: Figure) -> bool:
    """Whether a row stays in its part of the breakdown: today's date is not there yesterday, and neither is a row that comes today."""
    parts = [x for e in f.by for x in walk(e)]
    fields = (plan.record(x.record).field(x.name) for x in parts if isinstance(x, Field))
    return not any(_is_event(field) for field in fields) and not any(isinstance(x, Case) for x in parts)


def _judged(plan: Plan, c: Commitment, f: Figure, counts: PeriodCounts, outcomes: Outcomes) -> Judged:
    period = plan.periods.containing(f.period, counts.start)
    m = measured_in(plan.term, f, period, counts, outcomes.known_until(f.id))
    return judged_in(plan, outcomes, c, m)


def _empty(plan: Plan, cell: Cell, look: Look) -> Judged | None:
    """A period in which nothing is counted; None of a group that there is not."""
    c = next((c for c in plan.commitments if c.id == cell.commitment), None)
    if c is None or c.groups is not None:
        return None
    return _judged(plan, c, plan.figure(c.figure), PeriodCounts(cell.start, {}, cell.by), look.outcomes)


def narrower(later: Range | None, earlier: Range | None) -> bool:
    """Everything that can still come could come before; a figure that ends without a value takes none."""
    if later is None or earlier is None:
        return later is None
    low = earlier.low is None or (
        later.low is not None
        and (
            later.low > earlier.low or (later.low == earlier.low and (later.low_open or not earlier.low_open))
        )
    )
    high = earlier.high is None or (
        later.high is not None
        and (
            later.high < earlier.high
            or (later.high == earlier.high and (later.high_open or not earlier.high_open))
        )
    )
    return low and high


def broken(plan: Plan, earlier: Look, later: Look) -> Iterator[str]:
    """What was final and changed, in words."""
    for cell in dict.fromkeys((*earlier.cells, *later.cells)):
        was = earlier.cells.get(cell) or _empty(plan, cell, earlier)
        if was is None:
            continue
        if was.measured.period.start > earlier.at:
            continue
        now = later.cells.get(cell) or _empty(plan, cell, later)
        if now is None:
            if was.final:
                yield f"{cell.commitment} {was.measured.period.label}: as of {iso(earlier.at)} {was.verdict}, and later there is none"
            continue
        words = f"{cell.commitment} {was.measured.period.label} {cell.by}: as of {iso(earlier.at)}"
        if was.final and now.verdict is not was.verdict:
            counted = f"{dict(was.measured.counters)}, {dict(now.measured.counters)}"
            yield f"{words} {was.verdict}, and {now.verdict} as of {iso(later.at)}: {counted}"
        elif not narrower(now.measured.range, was.measured.range):
            yield f"{words} from {was.measured.range}, and {now.measured.range} as of {iso(later.at)}"
    for (c, row), due in earlier.dues.items():
        if due < earlier.at and later.dues.get((c, row), due) != due:
            yield f"{c} {row}: as of {iso(earlier.at)} due {iso(due)}, and {iso(later.dues[c, row])} as of {iso(later.at)}"
    for gone in earlier.actions - later.actions:
        yield f"as of {iso(earlier.at)} an action follows, and not as of {iso(later.at)}: {gone}"
    for new in later.actions - earlier.actions:
        if new.at < earlier.at and new.period is not None:
            yield f"as of {iso(later.at)} an action follows since {iso(new.at)}, and as of {iso(earlier.at)} it did not: {new}"


# --------------------------------------------------------------------------------------------------------- everything


def faults(plan: Plan, rows: Rows, instants: Sequence[int], seed: str) -> Iterator[str]:
    """What changed though it was final, while the rows come in. The same rows come late for the same seed."""
    before: list[Look] = []
    for at in sorted(instants):
        seen = look(plan, export(plan, rows, at, seed), at)
        for earlier in before:
            yield from broken(plan, earlier, seen)
        before.append(seen)


def instants_of(chance: Random, rows: Rows, plan: Plan, many: int = 4) -> list[int]:
    """Instants at which something happens, and a last one after everything."""
    there = [
        row[f.name]
        for r in plan.given
        for f in r.fields
        if f.type is FieldType.TIME
        for row in rows[r.name]
        if row[f.name] is not None and 0 < row[f.name] < 4 * 10**15
    ]
    if not there:
        return []
    chosen = [chance.choice(there) + chance.choice((0, 0, 0, 1, DAY)) for _ in range(many)]
    return [*chosen, max(there) + 800 * DAY]


def grown(seed: str, together: int = TOGETHER) -> tuple[Agreement, list[str]]:
    """A random agreement, and what changed though it was final while the data of some histories came in."""
    chance = Random(seed)
    made = agreement(chance)
    rows = tidy(made.plan, history(chance, made.plan, made.place, together).rows)
    return made, list(faults(made.plan, rows, instants_of(chance, rows, made.plan), seed))


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m proofs.finality", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("--histories", type=int, default=2000, help="stop when so many were looked at")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--only", help="one case, by its whole seed, such as `1-17`")
    parser.add_argument("--together", type=int, default=TOGETHER, help="histories in one evaluation")
    options = parser.parse_args()
    done = number = wrong = 0
    while done < options.histories:
        seed = options.only or f"{options.seed}-{number}"
        made, changed = grown(seed, options.together)
        if changed:
            wrong += 1
            print(f"{seed}: {len(changed)}, such as", *changed[:3], sep="\n  ", flush=True)
        if options.only:
            print(made.text)
            break
        done, number = done + options.together, number + 1
    print(f"{number} agreements, {done} histories, {wrong} with something final that changed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
