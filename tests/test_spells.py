"""Spells against a plain reading of their condition, minute by minute, which shares nothing with the product; and as data grow."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from proofs.compare import tables
from sladsl.calendars import MINUTE
from sladsl.compiler import compile_text
from sladsl.engines.rows import Evaluation
from sladsl.engines.tables import columns
from sladsl.outcomes import AsOf
from sladsl.plan import Plan

STEP = 10 * MINUTE
"""Everything happens at the sixths of an hour; at each the condition is asked anew."""
START = 1_772_409_600_000_000
"""2026-03-02 in UTC."""
STEPS = 60

RECORDS = """
agreement "Spells":
  between sales and marketing
  zone "UTC"

record account:
  id  key text

record visit of account:
  id  key text
  at  time

record lead of account:
  id       key text
  created  time
  closed   optional time

record activity of lead:
  id     key text
  kind   text
  at     time
  done   optional time

record idea of account:
  id  key text
  since  optional time
  gone   optional time

event last_call: last activity where kind = "call"
event second: 2nd activity

define Called: lead since first_call
event first_call: first activity where kind = "call"
let state of lead = (kind of last activity else "new")
define Active: lead when any activity where kind = "mail"
"""

Row = Mapping[str, Any]


@dataclass(frozen=True)
class World:
    """Rows by record; every time a number of steps."""

    rows: Mapping[str, list[dict[str, Any]]]

    def of(self, record: str, link: str, row: Row) -> list[dict[str, Any]]:
        return [r for r in self.rows[record] if r[link] == row["id"]]


def past(at: int | None, now: int) -> bool:
    return at is not None and at <= now


def _seen(world: World, row: Row, now: int, *kinds: str) -> list[dict[str, Any]]:
    found = [a for a in world.of("activity", "lead", row) if a["at"] <= now]
    return [a for a in found if not kinds or a["kind"] in kinds]


def _visits(world: World, row: Row, now: int) -> int:
    return sum(v["account"] == row["account"] and v["at"] <= now for v in world.rows["visit"])


def _others(world: World, row: Row, now: int) -> int:
    leads = world.rows["lead"]
    return sum(x["account"] == row["account"] and x["id"] != row["id"] and x["created"] <= now for x in leads)


def _called(world: World, row: Row, now: int) -> bool:
    return bool(_seen(world, row, now, "call"))


def _latest(world: World, row: Row, now: int) -> str:
    seen = _seen(world, row, now)
    return max(seen, key=lambda a: (a["at"], a["id"]))["kind"] if seen else "new"


def _mailed_at_entry(world: World, row: Row, now: int) -> bool:
    return row["created"] <= now and bool(_seen(world, row, row["created"], "mail"))


Told = Callable[[World, Row, int], bool]
CONDITIONS: dict[str, Told] = {
    "closed is missing": lambda w, r, t: not past(r["closed"], t),
    "closed is known and (no activity)": lambda w, r, t: past(r["closed"], t) and not _seen(w, r, t),
    '(no activity where kind = "call")': lambda w, r, t: not _called(w, r, t),
    "(any activity where done is missing)": lambda w, r, t: any(
        not past(a["done"], t) for a in _seen(w, r, t)
    ),
    '(at least 2 activity where kind = "mail" and done is known)': lambda w, r, t: (
        sum(past(a["done"], t) for a in _seen(w, r, t, "mail")) >= 2
    ),
    "(any activity within 2 hours after created) and closed is missing": lambda w, r, t: (
        any(r["created"] <= a["at"] <= r["created"] + 12 for a in _seen(w, r, t)) and not past(r["closed"], t)
    ),
    "(count of activity) < (count of visit) + 2": lambda w, r, t: len(_seen(w, r, t)) < _visits(w, r, t) + 2,
    "(any visit) and Called": lambda w, r, t: _visits(w, r, t) > 0 and _called(w, r, t),
    "not Called or (at least 2 lead)": lambda w, r, t: not _called(w, r, t) or _others(w, r, t) >= 2,
    "(any lead where closed is missing)": lambda w, r, t: any(
        x["account"] == r["account"] and x["id"] != r["id"] and x["created"] <= t and not past(x["closed"], t)
        for x in w.rows["lead"]
    ),
    "last_call is known and closed > last_call": lambda w, r, t: (
        _called(w, r, t)
        and past(r["closed"], t)
        and r["closed"] > max(a["at"] for a in _seen(w, r, t, "call"))
    ),
    "second is known and closed is missing": lambda w, r, t: (
        len(_seen(w, r, t)) >= 2 and not past(r["closed"], t)
    ),
    'state = "call" and closed is missing': lambda w, r, t: (
        _latest(w, r, t) == "call" and not past(r["closed"], t)
    ),
    'state != "mail" and no visit': lambda w, r, t: _latest(w, r, t) != "mail" and not _visits(w, r, t),
    "no activity in the last 2 hours": lambda w, r, t: not any(t < a["at"] + 12 for a in _seen(w, r, t)),
    "closed in the last 3 hours or last_call in the last 1 hours": lambda w, r, t: (
        (past(r["closed"], t) and t < r["closed"] + 18)
        or any(t < a["at"] + 6 for a in _seen(w, r, t, "call"))
    ),
    "Active and closed is missing": lambda w, r, t: _mailed_at_entry(w, r, t) and not past(r["closed"], t),
}
UNDATED: dict[str, Told] = {
    "since is known and gone is missing": lambda w, r, t: past(r["since"], t) and not past(r["gone"], t),
    "gone is missing": lambda w, r, t: not past(r["gone"], t),
    "(no visit) or gone is known": lambda w, r, t: not _visits(w, r, t) or past(r["gone"], t),
}


def history(chance: Random) -> World:
    """A few accounts with their leads; much happens at one instant."""

    def some() -> int:
        return chance.randrange(0, STEPS, chance.choice((1, 6)))

    rows: dict[str, list[dict[str, Any]]] = {"account": [{"id": "A"}, {"id": "B"}]}
    rows["visit"] = [
        {"id": f"v{n}", "account": chance.choice("AB"), "at": some()} for n in range(chance.randrange(3))
    ]
    rows["lead"] = [
        {
            "id": f"l{n}",
            "account": chance.choice("AB"),
            "created": chance.randrange(STEPS // 2),
            "closed": some() if chance.random() < 0.6 else None,
        }
        for n in range(chance.randrange(1, 5))
    ]
    rows["activity"] = [
        {
            "id": f"a{n}",
            "lead": chance.choice(rows["lead"])["id"],
            "kind": chance.choice(("call", "mail")),
            "at": some(),
            "done": some() if chance.random() < 0.7 else None,
        }
        for n in range(chance.randrange(12))
    ]
    rows["idea"] = [
        {
            "id": f"i{n}",
            "account": chance.choice("AB"),
            "since": some() if chance.random() < 0.7 else None,
            "gone": some() if chance.random() < 0.7 else None,
        }
        for n in range(chance.randrange(3))
    ]
    return World(rows)


def known_by(world: World, now: int) -> World:
    """What an export that was written just before an instant has of it."""

    def cut(row: Row, times: tuple[str, ...]) -> dict[str, Any]:
        return {k: (None if k in times and not (v is not None and v < now) else v) for k, v in row.items()}

    found = {"account": world.rows["account"]}
    found["visit"] = [r for r in world.rows["visit"] if r["at"] < now]
    found["lead"] = [cut(r, ("closed",)) for r in world.rows["lead"] if r["created"] < now]
    leads = {r["id"] for r in found["lead"]}
    found["activity"] = [
        cut(r, ("done",)) for r in world.rows["activity"] if r["at"] < now and r["lead"] in leads
    ]
    found["idea"] = [cut(r, ("since", "gone")) for r in world.rows["idea"]]
    return World(found)


def is_there(row: Row, now: int) -> bool:
    """A row all of whose times are later does not exist yet."""
    times = [row[k] for k in ("since", "gone") if row[k] is not None]
    return not times or min(times) <= now


Spells = list[tuple[str, int, int | None]]


def minute_by_minute(world: World, holds: Told, record: str, now: int) -> tuple[Spells, list[str]]:
    """The spells of each row that were there before `now`, and the rows whose first one has no beginning."""
    found: Spells = []
    endless = []
    for row in world.rows[record]:
        if record == "idea" and not is_there(row, now):
            continue
        first = row["created"] if record == "lead" else -1
        began: int | None = None
        for t in range(first, now):
            if holds(world, row, t):
                began = t if began is None else began
            elif began is not None:
                found.append((row["id"], began, t))
                began = None
        if began is not None and first < now:
            found.append((row["id"], began, None))
        if first < 0 and holds(world, row, -1):
            endless.append(row["id"])
    return sorted(x for x in found if x[1] >= 0), sorted(endless)


TIMES = {"created", "closed", "at", "done", "since", "gone"}


def data(world: World, chance: Random) -> dict[str, list[dict[str, Any]]]:
    """The rows as the engines take them, in any order."""
    made = {}
    for record, rows in world.rows.items():
        made[record] = [
            {k: START + v * STEP if k in TIMES and v is not None else v for k, v in r.items()} for r in rows
        ]
        chance.shuffle(made[record])
    return made


@cache
def plan_of(condition: str, record: str) -> Plan:
    text = f"{RECORDS}\nspell held of {record}:\n  while {condition}\n"
    found = compile_text(text, "spells.sla")
    assert found.plan is not None, [f"{d.code} {d.message}" for d in found.diagnostics]
    return found.plan


def told(rows: list[dict[str, Any]], record: str) -> Spells:
    def step(at: int) -> int:
        return (at - START) // STEP

    found = [(r[record], step(r["began"]), None if r["ended"] is None else step(r["ended"])) for r in rows]
    assert len({r["row"] for r in rows}) == len(rows)
    return sorted(found)


def by_both(
    plan: Plan, world: World, record: str, now: int, chance: Random
) -> Iterator[tuple[Spells, list[str]]]:
    """The spells, and the rows of which one has no beginning, by either engine."""
    rows, at = data(world, chance), AsOf(START + now * STEP)
    evaluation = Evaluation(plan, rows, at, examples=50)
    (lost,) = (x for x in evaluation.outcomes().listings if x.kind == "without a beginning")
    yield told(evaluation.columns("held"), record), sorted(lost.examples)
    sets = columns(plan, tables(plan, rows), at, "held").to_pyarrow().to_pylist()
    yield told(sets, record), sorted(lost.examples)


CASES = [(c, "lead", told_by) for c, told_by in CONDITIONS.items()]
CASES += [(c, "idea", told_by) for c, told_by in UNDATED.items()]


@pytest.mark.parametrize(("condition", "record", "holds"), CASES, ids=[c for c, _, _ in CASES])
@settings(max_examples=2, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10**9), st.integers(1, STEPS + 5))
def test_spells_are_those_of_every_instant(
    condition: str, record: str, holds: Told, seed: int, now: int
) -> None:
    chance = Random(seed)
    world = history(chance)
    wanted = minute_by_minute(world, holds, record, now)
    for found in by_both(plan_of(condition, record), world, record, now, chance):
        assert found == wanted


@pytest.mark.parametrize(("condition", "record", "holds"), CASES, ids=[c for c, _, _ in CASES])
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 10**9), st.integers(1, STEPS), st.integers(0, STEPS))
def test_a_spell_only_gets_its_end(
    condition: str, record: str, holds: Told, seed: int, now: int, more: int
) -> None:
    """As data grow from one as-of to a later one: keys and beginnings stay, an end that is known stays, and what is new is later."""
    chance = Random(seed)
    world, plan = history(chance), plan_of(condition, record)

    def keyed(there: World, at: int) -> dict[str, tuple[Any, ...]]:
        evaluation = Evaluation(plan, data(there, chance), AsOf(START + at * STEP))
        return {r["row"]: (r[record], r["began"], r["ended"]) for r in evaluation.columns("held")}

    before, after = keyed(known_by(world, now), now), keyed(world, now + more)
    as_of = START + now * STEP
    for key, (row, began, ended) in before.items():
        assert after[key][:2] == (row, began)
        assert after[key][2] == ended if ended is not None else (after[key][2] or as_of) >= as_of
    assert all(began >= as_of for key, (_, began, _) in after.items() if key not in before)
