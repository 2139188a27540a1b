"""The clocks that run, held against what `sla explain` says of every row: that is asked of the reference interpreter, these of the
engine."""

from __future__ import annotations

import os
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from stories import compiled, reader_of, stories
from test_verdict_cases import CASES, NAMES

from sladsl import open_clocks
from sladsl.calendars import HOUR, MINUTE
from sladsl.compiler import Compilation
from sladsl.data import load
from sladsl.engines.tables import narrowing
from sladsl.explaining.explain_row import explain_loaded
from sladsl.explaining.story import PromiseSeen, Standing, Story
from sladsl.open_clocks import OpenClock, OpenClocks, Running, due_within, duration_of, of_loaded
from sladsl.outcomes import AsOf
from sladsl.plan import State
from sladsl.reports.due import text, words
from sladsl.runner import RunError, loaded_at, parse_as_of

AGREEMENT = """\
agreement "In the hours of whoever owns it":
  between marketing and sales
  effective 2026-01-01 to 2026-12-31
  zone "America/New_York"
  hours office

calendar office:
  open monday to friday 09:00 to 17:00

calendar rep_hours of rep:
  zone time_zone
  open monday to friday 09:00 to 17:00

record rep:
  id         key text
  name       text
  time_zone  text
  joined     time

record day_off of rep:
  id      key text
  starts  planned time
  ends    optional planned time

spell away of rep:
  each day_off from starts to ends

record lead:
  id        key text
  company   text
  priority  one of "P1", "P2", "P3"
  owner     optional accountable key of rep
  created   time
  promised  optional planned time
  answered  optional time
  won       optional time

define Lead:
  lead since created

define Won:
  Lead when won is known
  since won

kpi answer = time from created to answered
kpi kept   = time from created to answered
kpi told   = time from created to answered
kpi wins   = share of Lead that become Won within 2 days

sales owes marketing:
  answer within 2 business hours when priority = "P1",
         within 1 business day when priority = "P2",
         by promised otherwise
    for 90% per month
  kept within 4 business hours of owner.rep_hours for 90% per month
    pause during owner.away
  told within 6 hours for 50% for each owner per month
  wins at least 10% per month

source reps for rep from "reps.csv":
  times in "UTC"

source days_off for day_off from "days_off.csv":
  times in "UTC"

source leads for lead from "leads.csv":
  times in "America/New_York"
"""
DATA = {
    "reps.csv": """\
id,name,time_zone,joined
r1,Ana,America/Los_Angeles,2026-01-01 00:00
r2,Bo,Europe/Berlin,2026-01-01 00:00
""",
    "days_off.csv": """\
id,rep,starts,ends
d1,r1,2026-03-04 19:00,2026-03-04 21:00
d2,r2,2026-03-04 10:00,
""",
    # The 4th is a Wednesday.
    "leads.csv": """\
id,company,priority,owner,created,promised,answered,won
late,Acme,P1,r1,2026-03-03 12:00,,,
soon,Bolt,P1,r1,2026-03-04 12:30,,,
tomorrow,Core,P2,r1,2026-03-04 10:00,,,
promised,Dyn,P3,r2,2026-03-04 10:00,2026-03-06 10:00,,
unpromised,Eon,P3,r1,2026-03-04 10:00,,,
still,Fox,P1,r2,2026-03-04 04:00,,,
nobody,Gem,P1,,2026-03-04 10:00,,,
answered,Hub,P2,r1,2026-03-04 10:00,,2026-03-04 14:00,
in time,Ion,P2,r1,2026-03-03 10:00,,2026-03-03 11:00,2026-03-04 09:00
too late,Jet,P1,r1,2026-03-02 12:00,,2026-03-03 16:00,
not yet,Kit,P1,r1,2026-03-04 16:00,,,
""",
}
NOW = "2026-03-04 15:00"


@pytest.fixture(scope="module")
def agreement(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clocks")
    for name, written in {"agreement.sla": AGREEMENT, **DATA}.items():
        (folder / name).write_text(written)
    return folder / "agreement.sla"


Seen = tuple[Running, int | None, int | None, int | None]


def told(story: Story) -> dict[tuple[str, str], Seen]:
    """Of each clock that runs on a row, by commitment and key: how it stands, its deadline, and how far the as-of is behind that, by the
    clock and in open time."""
    seen: dict[tuple[str, str], Seen] = {}
    for p in story.promises:
        if not isinstance(p, PromiseSeen) or not p.owner or p.membership.standing is not Standing.IN:
            continue
        match p.clock.state:
            case State.OPEN if p.clock.stop.at is not None or p.margin is None or p.margin > 0:
                seen[p.id, story.key] = Running.WAITING, p.clock.due, None, None
            case State.OPEN:
                seen[p.id, story.key] = Running.DUE, p.clock.due, p.margin, p.open_margin
            case State.PAUSED:
                seen[p.id, story.key] = Running.PAUSED, None, None, None
            case State.MISSED if p.clock.stop.at is None:
                seen[p.id, story.key] = Running.LATE, p.clock.due, p.margin, p.open_margin
    return seen


def listed(x: OpenClock) -> Seen:
    if x.status in {Running.WAITING, Running.PAUSED}:
        return x.status, x.due, None, None
    assert x.left is not None
    assert x.left_plain is not None
    return x.status, x.due, -x.left_plain, -x.left if x.calendar else None


def check(agreement: Path, as_of: str | None) -> tuple[Compilation, OpenClocks]:
    compilation = compiled(agreement)
    assert compilation.plan is not None
    given = None if as_of is None else AsOf(parse_as_of(as_of, compilation.plan.zone))
    reader = reader_of(compilation, given)
    explained = {k: v for _, story in stories(reader).values() for k, v in told(story).items()}
    loaded = load(compilation.plan, [], base=Path.cwd())
    clocks = of_loaded(compilation, loaded, reader.evaluation.as_of)
    assert {(x.commitment.id, x.key): listed(x) for x in clocks.clocks} == explained
    return compilation, clocks


@pytest.fixture(scope="module")
def checked(agreement: Path) -> tuple[Compilation, OpenClocks]:
    """All clocks of the agreement above: what is due is what is explained."""
    return check(agreement, NOW)


def test_what_is_told_of_a_clock(checked: tuple[Compilation, OpenClocks]) -> None:
    by_key = {(x.commitment.kpi, x.key): x for x in checked[1].clocks}
    assert ("answer", "in time") not in by_key
    assert ("answer", "too late") not in by_key, "it was answered"
    assert ("answer", "not yet") not in by_key, "it is not there yet"
    assert ("kept", "nobody") not in by_key, "nobody knows in whose hours"
    assert [(x.count, x.examples) for x in checked[1].run.outcomes.listings if x.kind == "hours unknown"] == [
        (1, ("nobody",))
    ]
    late = by_key["answer", "late"]
    assert (late.called, late.owner, late.owner_called) == ("Acme", "r1", "Ana")
    assert late.promise == 'within 2 business hours when priority = "P1"'
    assert by_key["answer", "promised"].promise == "by promised otherwise"
    assert by_key["told", "soon"].group == "r1"
    # Of the four hours one ran, between ten o'clock in Berlin and the pause, which began at eleven there.
    still = by_key["kept", "still"]
    assert (still.status, still.share_used, still.left) == (Running.PAUSED, Fraction(1, 4), 3 * HOUR)


def test_what_was_late_last_and_what_is_due_next_come_first(checked: tuple[Compilation, OpenClocks]) -> None:
    deadlines = {
        status: [x.due or 0 for x in checked[1].clocks if x.status is status]
        for status in (Running.LATE, Running.DUE)
    }
    assert deadlines[Running.LATE] == sorted(deadlines[Running.LATE], reverse=True)
    assert deadlines[Running.DUE] == sorted(deadlines[Running.DUE])


def test_what_is_late_since_long_is_told_roughly(checked: tuple[Compilation, OpenClocks]) -> None:
    late = checked[1].clocks[0]
    assert late.budget is not None
    long_since = replace(
        late, calendar="office", left=-(1000 * HOUR + 59 * MINUTE + 1), used=11 * late.budget
    )
    assert (words.left(long_since), words.used(long_since)) == ("1,000 h 59 min of office", "over 1,000%")
    assert words.used(replace(late, used=late.budget - 1)) == "99%"


def test_who_is_accountable_is_called_where_nothing_else_is_asked_of_them() -> None:
    _, clocks = check(CASES / "rows_named_by_their_key" / "agreement.sla", None)
    assert {x.owner_called for x in clocks.clocks if x.owner is not None} - {None}


def test_nothing_is_told_of_rows_that_are_left_out(
    checked: tuple[Compilation, OpenClocks], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows whose clock runs no more are not kept, unless they are listed: all else is as if they were."""
    compilation, clocks = checked
    assert clocks.run.loaded is not None
    monkeypatch.setattr(open_clocks, "_only", lambda *_: {})
    whole = of_loaded(compilation, clocks.run.loaded, clocks.run.outcomes.as_of)
    assert whole.clocks == clocks.clocks
    assert whole.run.outcomes.listings == clocks.run.outcomes.listings
    assert sum(x.count for x in whole.run.outcomes.listings) > 0
    assert whole.run.problems == clocks.run.problems
    counted = [
        sum(int(c.counters["rows"] or 0) for c in x.run.outcomes.figures["sales.answer"])
        for x in (whole, clocks)
    ]
    assert counted[0] > counted[1]


def test_each_kind_is_shown_by_some_case(checked: tuple[Compilation, OpenClocks]) -> None:
    _, ladders = check(CASES / "ladders" / "agreement.sla", None)
    assert {x.status for x in (*checked[1].clocks, *ladders.clocks)} == set(Running)


def test_a_window_is_of_each_deadlines_own_hours(checked: tuple[Compilation, OpenClocks]) -> None:
    """Three in the afternoon in New York is noon in Los Angeles; what counts by the clock is asked in the agreement's own hours."""
    compilation, every = checked

    def due(within: str) -> dict[str, set[str]]:
        clocks = due_within(compilation, every, duration_of(within))
        assert len(clocks.clocks) + clocks.later == len(every.clocks)
        assert clocks.count(Running.LATE) == every.count(Running.LATE)
        by_kpi: dict[str, set[str]] = {}
        for x in clocks.clocks:
            if x.status is Running.DUE:
                by_kpi.setdefault(x.commitment.kpi, set()).add(x.key)
        return by_kpi

    at_four = {"nobody", "promised", "tomorrow", "unpromised"}
    assert due("59 minutes") == {}
    assert due("1 hour") == due("1 business hour") == {"told": at_four}
    assert due("3 hours") == {"told": at_four, "kept": {"tomorrow", "unpromised"}}
    assert due("3 business hours") == {
        "told": {*at_four, "soon"},
        "kept": {"tomorrow", "unpromised"},
        "answer": {"tomorrow"},
    }


@pytest.mark.parametrize(
    "written", ["", "4", "four hours", "1.5 hours", "2 days\nlet x = 2", "200 years", '"x"']
)
def test_a_window_is_a_length_of_time(written: str) -> None:
    with pytest.raises(RunError, match="is no length of time"):
        duration_of(written)


def test_what_rests_on_data_that_end_is_told_as_of_then() -> None:
    """As `sla explain` tells it: nobody knows what came later."""
    compilation = compiled(CASES / "data_that_end_early" / "agreement.sla")
    assert compilation.plan is not None
    loaded, at = loaded_at(compilation.plan, [], base=None, as_of="2026-02-20", now=None, progress=None)
    assert at.ends
    clocks = of_loaded(compilation, loaded, at)
    assert {x.known_until for x in clocks.clocks} <= {end.until for end in at.ends}
    for x in clocks.clocks:
        story = explain_loaded(compilation, loaded, at, x.key, record=x.record, commitment=x.commitment.id)
        assert told(story) == {(x.commitment.id, x.key): listed(x)}


NARROWED = (
    "a_row_that_belongs_to_several",
    "become_within_a_window",
    "days_from_a_date",
    "left_out_for_a_reason",
    "open_and_overdue",
    "pauses_of_whom_a_row_names",
    "rows_and_their_keys",
)
OF_OTHER_ROWS = {"key used twice", "other state", "equal rows", "parent not found", "no such row"}
"""What is looked for only around rows whose clock may run."""


@pytest.mark.parametrize("case", NAMES if os.environ.get("SLADSL_SLOW") else NARROWED)
def test_of_many_rows_only_those_whose_clock_may_run_are_looked_at(
    case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing else is told of them than of all rows: clocks, what is listed, what is wrong with values."""
    compilation = compiled(CASES / case / "agreement.sla")
    assert compilation.plan is not None
    loaded, at = loaded_at(compilation.plan, [], base=None, as_of=None, now=None, progress=None)
    monkeypatch.setattr(narrowing, "MANY", 0)
    monkeypatch.setattr(narrowing, "FEW", 0)
    few = of_loaded(compilation, loaded, at)
    monkeypatch.setattr(open_clocks, "_only", lambda *_: {})
    whole = of_loaded(compilation, loaded, at)
    assert few.clocks == whole.clocks
    assert few.run.outcomes.listings == whole.run.outcomes.listings
    assert whole.run.outcomes.some_of == ()
    told = [[p for p in x.run.problems if p.kind not in OF_OTHER_ROWS] for x in (few, whole)]
    assert told[0] == told[1]
    if not few.run.outcomes.some_of:
        assert few.run.problems == whole.run.problems


ANSWERS = """\
agreement "Answers":
  between marketing and sales
  zone "UTC"

record lead:
  id        key text
  created   time
  answered  optional time

record hold of lead:
  id     key text
  began  time

kpi answer = time from created to answered

sales owes marketing:
  answer within 1 day for 90% per month
"""


def test_what_was_not_looked_for_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of rows whose clock cannot run nobody asks here whether two share a key, or what names them; where rows are few it is asked."""
    (tmp_path / "agreement.sla").write_text(ANSWERS)
    closed = [f"gone {n},2026-03-01T10:00Z,2026-03-01T11:00Z" for n in range(30)]
    leads = ["id,created,answered", "open,2026-03-04T10:00Z,", ",2026-03-04T10:00Z,", *closed]
    (tmp_path / "leads.csv").write_text("\n".join([*leads, "gone 7,2026-03-01T10:00Z,2026-03-01T12:00Z"]))
    (tmp_path / "holds.csv").write_text(
        "id,lead,began\n1,open,2026-03-04T11:00Z\n2,nobody,2026-03-04T11:00Z\n"
    )
    compilation = compiled(tmp_path / "agreement.sla")
    data = [("lead", str(tmp_path / "leads.csv")), ("hold", str(tmp_path / "holds.csv"))]
    monkeypatch.setattr(narrowing, "MANY", 30)
    told = {}
    for few in (4, 1_000):
        monkeypatch.setattr(narrowing, "FEW", few)
        clocks = open_clocks.open_clocks(compilation, data, as_of="2026-03-05")
        told[few] = text.report([clocks]), {p.kind for p in clocks.run.problems}
        assert [(x.key, x.status) for x in clocks.clocks] == [("open", Running.DUE)]
    assert told[1_000][1] - told[4][1] == {"key used twice", "parent not found"}
    assert told[4][1] == {"no key"}
    assert "Of lead, hold only rows whose clock may run were looked at closely" in told[4][0]
    assert "looked at closely" not in told[1_000][0]
