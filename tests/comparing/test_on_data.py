"""What a change does to figures: each cause gets what it adds, and all of them together are the whole."""

from __future__ import annotations

import os
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from sladsl.cli.closed_books import shown_of
from sladsl.comparing import compare
from sladsl.comparing.on_data import Data, OnData, on_data
from sladsl.comparing.texts import Named, compiled, with_names
from sladsl.runner import Reads, run

OLD = """agreement "Handoff":
  between marketing and sales
  effective 2026-01-01 to 2026-03-31
  zone "UTC"
  hours office

calendar office:
  open monday to friday 09:00 to 17:00

record lead:
  id        key text
  size      optional number
  country   optional text
  came_at   time
  answered  optional time

let pace = 4 business hours

define Big:
  lead when size >= 100
  since came_at

kpi volume = count of Big
kpi answer = time from Big to answered
kpi old_measure = count of lead where country = "US"

marketing owes sales:
  volume at least 3 per month

sales owes marketing:
  answer within pace for 60% of Big per month
"""
LOCAL = """define Local:
  Large when country = "US"

kpi local_volume = count of Local

"""
NEW = (
    OLD.replace("Big", "Large")
    .replace("size >= 100", "size >= 150")
    .replace("pace = 4", "pace = 2")
    .replace("at least 3", "at least 2")
    .replace("  open monday to friday 09:00 to 17:00", "  open monday to friday 08:00 to 17:00")
    .replace('kpi old_measure = count of lead where country = "US"\n', "")
    .replace("marketing owes sales:", f"{LOCAL}marketing owes sales:\n  local_volume at least 1 per month")
)  # fmt: skip
LEADS = """id,size,country,came_at,answered
a,100,US,2026-01-05T09:00Z,2026-01-05T10:00Z
b,150,US,2026-01-06T09:00Z,2026-01-06T12:30Z
c,200,DE,2026-01-07T16:00Z,2026-01-08T08:30Z
d,50,US,2026-01-08T09:00Z,2026-01-08T10:00Z
e,300,,2026-02-03T09:00Z,2026-02-03T09:30Z
f,120,DE,2026-02-04T09:00Z,2026-02-04T15:00Z
g,140,DE,2026-02-05T09:00Z,
h,,US,2026-02-06T09:00Z,2026-02-06T10:00Z
"""


@pytest.fixture(scope="module")
def leads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "lead.csv"
    path.write_text(LEADS)
    return path


@pytest.fixture(scope="module")
def both(leads: Path) -> OnData:
    comparison = compare(*(compiled({"a.sla": text}, "a.sla") for text in (OLD, NEW)))
    return on_data(comparison, Data([("lead", str(leads))], as_of="2026-03-01"), shown_of)


def test_it_is_what_a_run_of_each_says(both: OnData, leads: Path) -> None:
    for text, made in ((OLD, both.old), (NEW, both.new)):
        plan = compiled({"a.sla": text}, "a.sla").plan
        assert plan is not None
        alone = run(plan, [("lead", str(leads))], as_of="2026-03-01")
        assert alone.commitments == made.commitments
        assert alone.figures == made.figures


def test_each_change_is_a_cause_in_its_order_of_dependence(both: OnData) -> None:
    assert [x.titles for x in both.causes] == [
        ("calendar office",),
        ("constant pace",),
        ("definition Large",),
        ("definition Local",),
        ("KPI local_volume",),
        ("local_volume (marketing owes sales)",),
        ("volume (marketing owes sales)",),
        ("KPI old_measure",),
    ]


def test_causes_add_up_to_the_whole(both: OnData) -> None:
    """Of every figure: its value as far as there is one before and after, its verdict, and how many rows are in a definition."""
    whole = {x.one.place: x for x in both.figures}
    parts = [x for cause in both.causes for x in cause.figures]
    places = {x.one.place for x in parts}
    assert set(whole) <= places
    for place in places:
        own = [x for x in parts if x.one.place == place]
        first, last = own[0].before, own[-1].after
        assert all(a.after == b.before for a, b in pairwise(own))
        if place in whole:
            assert (first, last) == (whole[place].before, whole[place].after)
            if all(x.added is not None for x in own):
                assert sum((x.added or Fraction(0) for x in own), Fraction(0)) == whole[place].added
        else:
            assert (first and first.counts) == (last and last.counts)
    for m in both.members:
        own_members = [x for cause in both.causes for x in cause.members if x.definition == m.definition]
        assert sum(x.after - x.before for x in own_members) == m.after - m.before


def test_what_each_adds(both: OnData) -> None:
    """By hand: `b` is late once the pace is two hours; of February's three rows the greater size leaves the one that was in time, so
    that the volume is missed, and lower than its new target too."""
    said = {
        cause.titles[0]: [
            (x.one.id, x.one.period, *(f"{y.verdict} {y.shown}" if y else "" for y in (x.before, x.after)))
            for x in cause.figures
            if x.one.verdict is not None
        ]
        for cause in both.causes
    }
    assert said["calendar office"] == []
    assert said["constant pace"] == [("sales.answer", "2026-01", "met 100%", "met 66.7%")]
    assert said["definition Large"] == [
        ("marketing.volume", "2026-01", "met 3", "missed 2"),
        ("marketing.volume", "2026-02", "met 3", "missed 1"),
        ("sales.answer", "2026-01", "met 66.7%", "missed 50.0%"),
        ("sales.answer", "2026-02", "missed 33.3%", "met 100%"),
    ]
    assert said["volume (marketing owes sales)"] == [("marketing.volume", "2026-01", "missed 2", "met 2")]


def test_which_rows(both: OnData) -> None:
    found = {(x.subject, x.was, x.now): (x.count, x.keys) for x in both.rows}
    assert found["Large", "in", "not in"] == (3, ("a", "f", "g"))
    assert found["sales.answer", "met", "missed"] == (1, ("b",))
    assert found["marketing.volume", "counted", "not counted"] == (3, ("a", "f", "g"))
    assert ("Local", "not there", "in") not in found, "what is new has no rows that came to something else"


@pytest.mark.parametrize("engine", ["python", "duckdb"])
@pytest.mark.parametrize("country", ["optional text", 'one of "US", "DE"'], ids=["read once", "read twice"])
def test_which_rows_wherever_they_are_held_against_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, engine: str, country: str
) -> None:
    """In the database where both stand in one, else here: `b` and `c` enter a month later, `d` is out, `e` comes in."""
    path = tmp_path / "lead.csv"
    path.write_text(
        "id,size,country,came_at,answered\n"
        "a,100,US,2026-01-05T09:00Z,2026-01-05T10:00Z\n"
        "b,100,US,2026-01-30T16:00Z,2026-02-02T09:30Z\n"
        "c,100,US,2026-01-29T16:00Z,2026-02-02T16:00Z\n"
        "d,400,US,2026-01-05T09:00Z,2026-01-05T10:00Z\n"
        "e,90,US,2026-01-05T09:00Z,2026-01-05T10:00Z\n"
    )
    new = OLD.replace("size >= 100\n  since came_at", "size between 90 and 300\n  since answered")
    new = new.replace("country   optional text", f"country   {country}")
    monkeypatch.setenv("SLADSL_ENGINE", engine)
    comparison = compare(*(compiled({"a.sla": text}, "a.sla") for text in (OLD, new)))
    rows = on_data(comparison, Data([("lead", str(path))], as_of="2026-03-01"), shown_of).rows
    assert {(x.subject, x.was, x.now): (x.count, x.keys) for x in rows} == {
        ("Big", "in", "dated, and not in"): (1, ("d",)),
        ("Big", "not in", "in"): (1, ("e",)),
        ("answer", "counted", "counted in another period"): (2, ("b", "c")),
        ("answer", "counted", "not counted"): (1, ("d",)),
        ("answer", "not counted", "counted"): (1, ("e",)),
        ("marketing.volume", "counted", "counted in another period"): (2, ("b", "c")),
        ("marketing.volume", "counted", "not counted"): (1, ("d",)),
        ("marketing.volume", "not counted", "counted"): (1, ("e",)),
        ("sales.answer", "met", "met in another period"): (1, ("b",)),
        ("sales.answer", "met", "not counted"): (1, ("d",)),
        ("sales.answer", "missed", "met in another period"): (1, ("c",)),
        ("sales.answer", "not counted", "met"): (1, ("e",)),
    }


def test_a_range_that_is_another_one_is_a_difference(tmp_path: Path) -> None:
    """A median beside a row that was answered before it came has no value: it lies between those of the others."""
    path = tmp_path / "lead.csv"
    path.write_text(
        "id,size,country,came_at,answered\n"
        "a,100,US,2026-01-05T09:00Z,2026-01-05T11:00Z\n"
        "b,100,US,2026-01-05T09:00Z,2026-01-05T13:00Z\n"
        "c,100,US,2026-01-05T09:00Z,2026-01-04T13:00Z\n"
    )
    old = OLD.replace("Big to answered", "Big to answered in business hours")
    new = old.replace("friday 09:00", "friday 10:00")
    comparison = compare(*(compiled({"a.sla": text}, "a.sla") for text in (old, new)))
    found = on_data(comparison, Data([("lead", str(path))], as_of="2026-03-01"), shown_of)
    (whole,) = (x for x in found.figures if x.one.id == "answer" and x.one.period == "2026-01")
    assert whole.before is not None
    assert whole.after is not None
    assert whole.before.value is whole.after.value is None
    assert [x.shown for x in (whole.before, whole.after)] == [
        "2 business hours to 4 business hours",
        "1 business hour to 3 business hours",
    ]
    (cause,) = found.causes
    assert whole in cause.figures


def test_what_both_read_is_read_once(leads: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sladsl.data

    loads = []
    load = sladsl.data.load

    def counted(*arguments: Any, **named: Any) -> Any:
        loads.append(arguments)
        return load(*arguments, **named)

    monkeypatch.setattr(sladsl.data, "load", counted)
    comparison = compare(
        *(compiled({"a.sla": text}, "a.sla") for text in (OLD, OLD.replace("least 3", "least 2")))
    )
    found = on_data(comparison, Data([("lead", str(leads))], reads=Reads()), shown_of)
    assert len(loads) == 1
    assert found.old.outcomes.as_of == found.new.outcomes.as_of
    assert found.new.outcomes.as_of.record == "lead", "the latest time in the data, as for a run of each"


def test_a_renamed_record_has_its_data_under_either_name(leads: Path) -> None:
    renamed = OLD.replace("lead", "prospect").replace("size", "employees")
    comparison = compare(*(compiled({"a.sla": text}, "a.sla") for text in (OLD, renamed)))
    found = on_data(comparison, Data([("prospect", str(leads))], as_of="2026-03-01"), shown_of)
    assert [x.titles for x in found.causes] == [("what was renamed",)], (
        "the data have no column of the new name"
    )
    assert {(m.definition, m.before, m.after) for m in found.causes[0].members} == {("Big", 6, 0)}


ROOT = Path(__file__).parents[2]
AGREEMENTS = sorted((ROOT / "tests" / "golden" / "verdicts").glob("*/agreement.sla"))


@pytest.mark.parametrize(
    "path", AGREEMENTS if os.environ.get("SLADSL_SLOW") else AGREEMENTS[::12], ids=lambda p: p.parent.name
)
def test_other_names_leave_figures_in_their_order(path: Path) -> None:
    """By which it is known which figure is which, once everything is called something else."""
    before = compiled({"a.sla": path.read_text(encoding="utf-8")}, "a.sla")
    names = [*(("kpi", x) for x in before.model.kpis), *(("definition", x) for x in before.model.definitions)]
    backwards = {Named(kind, name): f"other_{99 - n}" for n, (kind, name) in enumerate(sorted(names))}
    after = with_names(before, backwards)
    assert before.plan is not None
    assert after is not None
    assert after.plan is not None
    for old, new in zip(before.plan.figures, after.plan.figures, strict=True):
        assert replace(old, **{x: getattr(new, x) for x in SAID_BY_NAME}) == new
    assert [c.bound for c in before.plan.commitments] == [c.bound for c in after.plan.commitments]


SAID_BY_NAME = ("id", "kpi", "record", "entry", "counters", "population", "by", "by_names", "course", "label")
