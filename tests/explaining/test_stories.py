"""A story cannot say anything else than what was counted: every row of every verdict case, and leads of the handoff example."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stories import check_all, check_clock, compiled, family_reader, reader_of, stories
from test_verdict_cases import CASES, NAMES, blocks

from sladsl.data import load
from sladsl.explaining import Reader, Story, tell
from sladsl.explaining.explain_row import explain
from sladsl.outcomes import AsOf
from sladsl.plan import Ref, State
from sladsl.reports.documents import json_schema
from sladsl.reports.explain import json as explain_json
from sladsl.reports.explain import markdown as explain_markdown
from sladsl.reports.explain import text as explain_text
from sladsl.reports.explain.document import Explanation
from sladsl.reports.terminal import columns
from sladsl.runner import parse_as_of

ROOT = Path(__file__).parents[2]
HANDOFF = ROOT / "examples" / "handoff"
SCHEMA = jsonschema.Draft202012Validator(json_schema(Explanation))


def check_drawn(story: Story) -> None:
    """It can be drawn in every way: in the terminal's width, as JSON of the schema, as Markdown."""
    shown = explain_text.report(story)
    assert all(columns(line) <= explain_text.WIDTH for line in shown.splitlines())
    document = json.loads(explain_json.report(story))
    SCHEMA.validate(document)
    assert story.key in explain_markdown.report(story).replace("\\", "")


@pytest.mark.parametrize("case", NAMES)
def test_the_stories_of_a_case_are_its_outcomes(case: str) -> None:
    compilation = compiled(CASES / case / "agreement.sla")
    assert compilation.plan is not None
    for block in blocks((CASES / case / "expected.txt").read_text(encoding="utf-8")):
        given_ = None if block.as_of == "the data" else AsOf(parse_as_of(block.as_of, compilation.plan.zone))
        reader = reader_of(compilation, given_)
        told = [story for _, story in stories(reader).values()]
        check_all(reader, told)
        for story in told:
            for promise in story.clocks:
                check_clock(promise)
        for story in told[:20]:
            check_drawn(story)


@pytest.mark.parametrize("case", NAMES)
def test_the_rows_of_its_family_are_enough(case: str) -> None:
    """A story from the rows that belong to a row is that from all rows: of every row of every case."""
    reader = reader_of(compiled(CASES / case / "agreement.sla"))
    loaded = load(reader.meaning.plan, [], base=CASES / case)
    for (record, key), (_, full) in stories(reader).items():
        alone = family_reader(reader, loaded, record, key)
        story = tell(alone, alone.evaluation.by_key[record, key])
        assert replace(story, problems=()) == replace(full, problems=())


@cache
def handoff() -> Reader:
    return reader_of(compiled(HANDOFF / "handoff.sla"))


@cache
def late() -> dict[str, tuple[int | None, int | None, int | None]]:
    found = handoff().evaluation.outcomes().breaches["sales.response_time"]
    return {x.key: (x.started, x.due, x.stopped) for x in found}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_lead_of_the_example(data: st.DataObject) -> None:
    reader = handoff()
    frame = data.draw(st.sampled_from(reader.evaluation.frames("lead")))
    story = tell(reader, frame)
    for promise in story.clocks:
        check_clock(promise)
    check_drawn(story)
    (response,) = (c.clock for c in story.clocks if c.id == "sales.response_time")
    missed = response.state is State.MISSED
    assert missed == (frame.key in late())
    if missed:
        assert response.deadline is not None
        assert (response.start.at, response.deadline.at, response.stop.at) == late()[frame.key]
    for d in story.definitions:
        assert d.status == reader.evaluation.evaluator.value(Ref("lead", f"{d.name}.status"), frame)
        assert all(s.total == sum(c.points for c in s.clauses if c.added) for s in d.scores)


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_a_call_of_the_example(data: st.DataObject) -> None:
    """A child row tells which clocks it stopped; the lead's own story agrees."""
    reader = handoff()
    frame = data.draw(st.sampled_from(reader.evaluation.frames("activity")))
    story = tell(reader, frame)
    check_drawn(story)
    if frame.parent is not None:
        above = tell(reader, frame.parent)
        looked = [
            (c.id, x.fate)
            for c in above.clocks
            for x in c.clock.candidates
            if x.key == frame.key and c.clock.state is not None
        ]
        assert [(x.promise.id, x.event.fate) for x in story.answers] == looked


def test_what_came_later_than_a_condition_sees_is_named_so() -> None:
    """`due_on` is known by now, and was not when the lead came."""
    reader = reader_of(compiled(CASES / "dates_beside_times" / "agreement.sla"))
    story = tell(reader, reader.evaluation.by_key["lead", "last minute"])
    (same_day,) = (d for d in story.definitions if d.name == "SameDay")
    assert same_day.when is not None
    leaves = {p.text: (p.value, p.later) for p in same_day.when.every() if not p.parts}
    assert leaves["due_on"] == (None, True)
    assert leaves["at"][1] is False
    assert "due_on = later than that" in explain_text.report(story)


def test_a_row_whose_parent_is_not_in_the_data() -> None:
    """It has a story of its own, and says so."""
    case = compiled(CASES / "orphans" / "agreement.sla")
    whole = reader_of(case)
    lost = [f for f in whole.evaluation.frames("call") if f.parent is None]
    assert [f.key for f in lost] == ["2", "3", "4"]
    for frame in lost:
        story = explain(case, frame.key, record="call")
        # Call 3 names no lead at all; the others name one that is not in the data.
        assert [a.there for a in story.above] == ([] if frame.key == "3" else [False])
        assert story.fields == tell(whole, frame).fields


@pytest.mark.parametrize("key", ["7301000000001464362", "7301000000000430574", "81000003229"])
def test_the_rows_that_belong_to_it_are_enough(key: str) -> None:
    """A story from a row's family alone is that from all data, but for what reading the files adds."""
    whole = handoff()
    frame = next(f for (_, k), f in whole.evaluation.by_key.items() if k == key)
    alone = explain(whole.compilation, key)
    full = tell(whole, frame)
    assert alone.promises == full.promises
    assert alone.definitions == full.definitions
    assert alone.others == ()
    assert (alone.fields, alone.routes, alone.below, alone.above) == (
        full.fields,
        full.routes,
        full.below,
        full.above,
    )
    assert alone.as_of.instant == full.as_of.instant
