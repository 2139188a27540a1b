"""What is final stays, however an agreement is made: random ones, judged while their data grow (`proofs.finality`).

And the test of this test: each fault by which something final once changed, put back, is found within as many histories.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from importlib import import_module
from itertools import islice
from random import Random
from typing import Any

import pytest
from mutations import Break, changed, every, put

from proofs.finality import TOGETHER, faults, grown, instants_of, tidy
from proofs.histories import history
from proofs.places import Place
from sladsl import model as m
from sladsl.compiler import compile_text
from sladsl.lowering import (
    builder,
    clocks,
    conditions,
    definitions,
    kpis,
    ladders,
    moments,
    pauses,
    reading,
    spells,
)
from sladsl.lowering.builder import NOW
from sladsl.lowering.events import event_row
from sladsl.plan import Apply, AsOf
from sladsl.plan.shorthand import FALSE, compare

HISTORIES = 1_500
SEEDS = [f"growing-{n}" for n in range(HISTORIES // TOGETHER)]
TRIED = SEEDS if os.environ.get("SLADSL_SLOW") else SEEDS[: len(SEEDS) * 2 // 3]
"""Those in which nothing final changes; a fault that is put back is looked for in all."""


@pytest.mark.parametrize("part", range(5))
def test_what_is_final_stays(part: int) -> None:
    changed = {seed: found[:3] for seed in TRIED[part::5] if (found := grown(seed)[1])}
    assert not changed


# ------------------------------------------------------------------------------------------------- the test of the test


def whenever(b: Any, moment: m.Moment, until: Any, here: str) -> Any:
    """A field that bounds child rows, read wherever it lies."""
    return _SEEN(b, moment, NOW if isinstance(moment, m.FieldUse) else until, here)


def of_all(b: Any, e: m.Event, record: str, since: Any, where: Any) -> Any:
    """The `last` row of all, not of those up to the instant."""
    return event_row(b, e, record, since, where)


def at_once(r: reading.Reading) -> reading.Decided:
    return reading.Decided(r.value, FALSE)


def sure_at_the_entry(r: reading.Reading, until: Any) -> reading.Decided:
    """A condition that asks a date, taken for settled before that day is over."""
    return replace(_DECIDED(r, until), at=r.at or reading.LONG_AGO)


def a_count(value: m.Expression) -> bool:
    return isinstance(value, m.RowsValue) and value.function == "count"


def though_too_late(b: Any, goal: str) -> Any:
    return conditions.settled_at(b, goal)


def now_or_at_the_end(period: Any, outcomes: Any) -> int:
    return int(min(period.end, outcomes.as_of.instant))


def from_the_first_time(owner: m.Record) -> tuple[Any, Any]:
    """Spells of a row that is not known to be there yet."""
    since, _ = _FROM_WHEN(owner)
    return since, reading.LONG_AGO


def ahead(instant: Any) -> Any:
    return compare(">", instant, AsOf())


_SEEN: Callable[..., Any] = conditions.moment_seen
_DECIDED = reading.decided
_MOVED: Callable[..., Any] = moments.moved
_FROM_WHEN = spells._from_when

FAULTS: dict[str, Break] = {
    "a bound is read beyond the entry": put(conditions, "moment_seen", whenever),
    "the last of all rows, not of those up to the instant": put(conditions, "event_row", of_all),
    "a branch is chosen while a clock it asks runs": put(clocks, "decided", at_once),
    "a score hides that its clock runs": put(conditions, "waiting", lambda: FALSE),
    "a next row is not waited for": changed(conditions, "next_row", lambda read: replace(read, waits=FALSE)),
    "a count of children never falls": put(kpis, "never_falls", a_count),
    "an action is dated by the as-of": put(
        import_module("sladsl.verdicts.actions"), "_since", now_or_at_the_end
    ),
    "a date of the day is settled before that is over": put(definitions, "decided", sure_at_the_entry),
    "an arrival is dated though it came too late": put(kpis, "_arrival_settled", though_too_late),
    "an event that waits for a clock is dated by its own moment": put(
        conditions, "_event_settled", lambda: None
    ),
    "a spell begins though its row may come later": put(spells, "_from_when", from_the_first_time),
    "what lies at the as-of is settled": every(
        *(put(x, "not_behind", ahead) for x in (builder, clocks, definitions))
    ),
}


PLACE = Place("America/New_York", date(2026, 3, 5))

TEXT = """
agreement "Growing":
  between marketing and sales
  effective from 2026-02-01
  zone "America/New_York"

record lead:
  id           key text
  world        text
  created_at   time
  mql_at       optional time
  accepted_at  optional time
  signed       optional date
  size         optional number

record call of lead:
  id     key text
  world  text
  at     time
  kind   one of "call", "email", "visit"

event answer: first call where kind = "call"
event mail: first call where kind = "email"
event last_call: last call
event late_call: 2nd call where acceptance within 2 days

kpi response = time from created_at to answer
kpi acceptance = time from call to lead.accepted_at for each world
kpi mailing = time from created_at to mail for each world

spell waiting of lead:
  while mql_at is known and accepted_at is missing

score fit of lead:
  add 20 when response within 1 day

define Alpha:
  lead when any call within 5 days before accepted_at
  since mql_at

define Late:
  lead when last_call is known and last_call > mql_at - 2 hours
  since mql_at

define Called:
  lead when (kind of next call) = "call"
  since mql_at

define Visited:
  lead when (kind of next call within 3 days after created_at where kind != "email" else "visit") = "visit"
  since mql_at

define Cold:
  lead when fit < 20

define Uncalled:
  lead when no call
  since mql_at

define Unsigned:
  lead when signed is missing

define Signed:
  lead when signed is known
  since accepted_at

kpi waits = count of waiting for each world
kpi signing = time from created_at to Signed for each world
kpi unsigned = count of Unsigned for each world
kpi alpha = count of Alpha for each world
kpi touched = count of Late for each world
kpi called = count of Called for each world
kpi visited = count of Visited for each world
kpi cold = count of Cold for each world
kpi uncalled = count of Uncalled for each world
kpi fits = share of lead whose fit >= 20 for each world
kpi recent = share of lead whose last_call <= created_at + 2 hours for each world
kpi loose = sum of (count of call where lead.accepted_at is missing) over lead for each world

marketing owes sales:
  waits at most 0 per day
  alpha at least 1 per day
  touched between 1 and 1 per day
  called at most 0 per day
  visited between 1 and 1 per day
    if missed notify "boss"
  cold between 1 and 1 per day
  uncalled at most 0 per day until 2026-03-05
  uncalled at most 1 per day from 2026-03-06
    if missed 2 in a row notify "boss"
  unsigned at most 0 per day
    if missed notify "boss"
  signing within 1 day for 50% per day
    if below 50% notify "boss"
  fits at least 100% per day
  recent at least 100% per day
  loose at least 2 per week
  mailing within 1 hour when not (response within 1 day), within 2 hours otherwise
    for 100% per day
    if missed escalate to "boss"
    none counts as met
  response within 3 hours for 100% per day until 2026-03-05
    if missed notify "boss"
  response within 5 hours for 50% per day from 2026-03-06
    if missed 2 in a row notify "boss"
    none counts as missed
  acceptance within 1 hour for 100% per day
    except when (lead.late_call else lead.mql_at) is missing because "waited for"
    if missed notify "boss"
"""


STANDING_STILL = """
agreement "Growing":
  between marketing and sales
  effective from 2026-02-01
  zone "America/New_York"
  hours desk

calendar desk:
  open monday to friday 09:00 to 17:00

record rep:
  id         key text
  world      text
  hired_at   time
  leaves_at  optional planned time

record lead:
  id           key text
  world        text
  created_at   time
  accepted_at  optional time
  signed       optional date
  keeper       optional key of rep

record call of lead:
  id       key text
  world    text
  at       time
  over_at  optional time
  kind     one of "call", "email", "visit"

event answer: first call where kind = "email"
event passed_on: 2 hours before keeper.leaves_at
let last_kind of lead = (kind of last call)

kpi response = time from created_at to answer for each world
kpi acceptance = time from created_at to accepted_at for each world
kpi signing = time from created_at to signed for each world
kpi keeping = time from created_at to accepted_at for each world
kpi passing = time from created_at to passed_on for each world

marketing owes sales:
  keeping by keeper.leaves_at for 100% per week
  passing within 2 days for 100% per week
  response within 4 business hours for 100% per week
    pause during call from at to over_at at most 2 business hours
    at 50% notify last_kind
    if 1 business hour late escalate to keeper.world
    if late notify last_kind, notify keeper.world
    if missed notify "boss"
    none counts as missed
  acceptance within 9 business hours for 100% per week
    pause during keeper.rep from hired_at to leaves_at
    10 minutes before due notify "boss"
    if missed notify "boss"
    needs at least 2
    none counts as missed
  signing within 2 hours for 100% per week
    pause during call from at to over_at
    at 33% notify "boss"
    if 1 hour late notify "boss"
"""
RECKONED = """
agreement "Growing":
  between marketing and sales
  effective from 2026-02-01
  zone "America/New_York"
  hours desk

calendar desk:
  open monday to friday 09:00 to 17:00

record lead:
  id           key text
  world        text
  created_at   time
  mql_at       optional time
  accepted_at  optional time
  signed       optional date
  renews_at    optional planned time

record call of lead:
  id     key text
  world  text
  at     time
  kind   one of "call", "email", "visit"

define MQL:
  lead when no call
  since mql_at

event second: 2nd call
event mail: first call where kind = "email"
event accepted: first of accepted_at, 1 business day after MQL
event done: last of second, mail
event nudged: 3 business hours after mail
event filed: 1 day after signed
event time_to_act: 48 hours before renews_at

define SAL:
  MQL when no call where kind = "visit"
  since accepted

define Done:
  lead
  since done

score warmth of lead:
  add 5 for each call where kind = "call" and at during desk at most 12

define Warm:
  lead when warmth >= 10
  since mql_at

spell quiet of lead:
  while mql_at is known and no call in the last 1 day

kpi quiets = count of quiet at period end for each world
kpi sals = count of SAL for each world
kpi dones = count of Done for each world
kpi warms = count of Warm for each world
kpi completion = time from created_at to done for each world
kpi deciding = time from mql_at to accepted for each world
kpi nudging = time from nudged to second for each world
kpi filing = time from created_at to filed for each world
kpi acting = time from time_to_act to second for each world

marketing owes sales:
  sals between 1 and 1 per day
  dones at most 0 per day
  warms at most 0 per day
  quiets at most 0 per week
    if missed notify "boss"
  completion within 1 business day, by 10:00 for 100% per day
  deciding within 4 business hours for 100% per day
    if late notify "boss"
  nudging within 1 day for 100% per day
  filing within 3 days for 100% per week
  acting within 1 day for 100% per week
    none counts as met
"""
STANDING_FAULTS: dict[str, Break] = {
    "the row whose stretches pause a clock is read at the as-of": put(
        pauses, "up_to", lambda label, at: builder.up_to(label, AsOf())
    ),
    "who is told is read at the as-of": put(ladders, "up_to", lambda label, at: builder.up_to(label, AsOf())),
    "a rung does not wait for a date of its day": put(ladders, "day_end", lambda instant: instant),
    "a plan of who is not there yet is a deadline": put(
        clocks, "_planned_at", lambda b, start, due: moments.moment_at(b, due)
    ),
    "what is reckoned from a plan comes before who has it": put(moments, "_moments_along", lambda b, e: ()),
}


def changed_in(text: str, seeds: Sequence[str] = SEEDS) -> Iterator[str]:
    """What changed though it was final, in one batch of histories after another."""
    plan = compile_text(text).plan
    assert plan is not None
    for seed in seeds:
        chance = Random(seed)
        rows = tidy(plan, history(chance, plan, PLACE, TOGETHER).rows)
        yield from faults(plan, rows, instants_of(chance, rows, plan), seed)


@pytest.mark.parametrize("part", range(5))
def test_what_is_final_stays_in_an_agreement_of_every_kind(part: int) -> None:
    assert not list(islice(changed_in(TEXT, SEEDS[part:15:5]), 3))


def test_what_is_final_stays_of_clocks_that_stand_still() -> None:
    assert not list(islice(changed_in(STANDING_STILL, SEEDS[:12]), 3))


def before_its_row(b: Any, by: m.MovedMoment, start: Any, record: str) -> Any:
    """What is reckoned from a plan, also where that was over before the row came in."""
    at = _MOVED(b, by, start, record)
    return at.args[0] if isinstance(at, Apply) and at.op == "greatest" else at


def test_a_moment_before_its_row_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    put(conditions, "moved", before_its_row)(monkeypatch)
    assert next(changed_in(RECKONED), "")


def test_what_is_final_stays_of_moments_that_are_reckoned() -> None:
    assert not list(islice(changed_in(RECKONED, SEEDS[:5]), 3))


@pytest.mark.parametrize("fault", STANDING_FAULTS)
def test_a_fault_of_clocks_that_stand_still_is_found(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    STANDING_FAULTS[fault](monkeypatch)
    assert next(changed_in(STANDING_STILL), "")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_that_is_put_back_is_found(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    FAULTS[fault](monkeypatch)
    assert next(changed_in(TEXT), "")
