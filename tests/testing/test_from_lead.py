"""Tests made from real rows: they say what became of the row, pass, and own up to what the language cannot say."""

from __future__ import annotations

import functools
import random
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sladsl.cli.reading import compile_file
from sladsl.compiler import Compilation, compile_text
from sladsl.data import Loaded, load
from sladsl.engines.tables import default_as_of
from sladsl.outcomes import AsOf
from sladsl.runner import parse_as_of
from sladsl.testing import TestRun, run_tests
from sladsl.testing.given import Unfit
from sladsl.testing.writing import Rows, write

HANDOFF = Path(__file__).parents[2] / "examples" / "handoff" / "handoff.sla"


@functools.cache
def handoff() -> tuple[Compilation, Loaded, tuple[str, ...]]:
    """The example compiled, its data, and some of its leads: those that became something, and a draw of the rest."""
    compilation = compile_file(str(HANDOFF))
    assert compilation.plan is not None
    loaded = load(compilation.plan, [], base=HANDOFF.parent)
    found = loaded.tables["lead"].to_pyarrow().to_pylist()
    rows = sorted((r for r in found if r["id"] is not None), key=lambda r: r["id"])
    won = [r["id"] for r in rows if r["won_at"] is not None]
    drawn = random.Random(7).sample([r["id"] for r in rows], 200)
    return compilation, loaded, tuple(dict.fromkeys([*won[:100], *drawn]))


def tried(compilation: Compilation, block: str) -> TestRun:
    """The one test that was written, run below its agreement."""
    files = {name: source.text for name, source in compilation.sources.items()}
    text = f"{compilation.source.text}\n{block}\n"
    root = str(HANDOFF.parent)
    again = compile_text(text, compilation.source.name, read=files.__getitem__, root=root)
    assert [d.message for d in again.diagnostics if d.severity == "error"] == []
    start = len(compilation.source.text)
    return run_tests(again, lambda t: t.origin.span.start >= start)


moments = st.none() | st.sampled_from(
    ["2026-01-15", "2026-03-08 12:00", "2026-03-09 09:30", "2026-06-15", "2026-10-31 23:59:59"]
)


@settings(max_examples=60, deadline=None)
@given(st.data(), moments)
def test_a_test_from_any_lead_passes(draws: st.DataObject, moment: str | None) -> None:
    compilation, loaded, keys = handoff()
    plan = compilation.plan
    assert plan is not None
    key = draws.draw(st.sampled_from(keys))
    at = default_as_of(plan, loaded.tables) if moment is None else AsOf(parse_as_of(moment, plan.zone))
    assert at is not None
    rows = loaded.families(plan, "lead", [key])
    if all(_is_later(row, at.instant) for row in rows["lead"]):
        with pytest.raises(Unfit, match="is not there yet"):
            write(compilation, rows, "lead", key, at)
        return
    block = write(compilation, rows, "lead", key, at)
    run = tried(compilation, block)
    assert len(run.tests) == 1
    assert run.passed, block
    said = [line for line in block.splitlines() if line.startswith(("  expect ", "  # whether"))]
    assert len(said) >= len(compilation.model.definitions)


def _is_later(row: Mapping[str, object], at: int) -> bool:
    """Whether all times of a row come later: then it is not there yet."""
    times = [v for name, v in row.items() if name.endswith("_at") and isinstance(v, int)]
    return bool(times) and min(times) > at


AGREEMENT = """agreement "Desk":
  between desk and customer
  zone "America/New_York"

record incident:
  id         key text
  note       optional text
  unread     optional text
  amount     optional number
  spent      optional duration
  opened_at  time
  target     optional planned time
  solved_at  optional time

record reply of incident:
  reply_id  key text
  at        time

record line of reply:
  words  number
  sent   time

define Paid:
  incident when amount > 0 and (note is known or spent > 1 hour)

define Busy:
  incident when any line where words > 10

event first_reply: first reply

kpi response   = time from opened_at to first_reply
kpi resolution = time from opened_at to solved_at

desk owes customer:
  response within 1 day per month
    none counts as met
  resolution by target per month
    none counts as met
"""
SECOND = 1_000_000
NOON = parse_as_of("2026-03-04 12:00", "America/New_York")


def written(rows: Rows, at: str = "2026-03-10") -> str:
    made = compile_text(AGREEMENT, "desk.sla")
    assert made.plan is not None, [d.message for d in made.diagnostics]
    return write(made, rows, "incident", "I-1", AsOf(parse_as_of(at, "America/New_York")))


def incident(**fields: object) -> Rows:
    empty = dict.fromkeys(["note", "unread", "amount", "spent", "opened_at", "target", "solved_at"])
    return {"incident": [{"id": "I-1", **empty, "opened_at": NOON, **fields}], "reply": [], "line": []}


def holds(block: str) -> bool:
    made = compile_text(f"{AGREEMENT}\n{block}\n", "desk.sla")
    assert [d.message for d in made.diagnostics if d.severity == "error"] == []
    return run_tests(made).passed


def test_only_what_the_agreement_reads_is_given() -> None:
    block = written(
        incident(note='says "hi" \\o/', unread="private", amount=Decimal("-2.50"), spent=90 * SECOND)
    )
    assert block.splitlines()[:2] == [
        'test "incident I-1":',
        '  given incident: note "says \\"hi\\" \\\\o/", amount -2.5, spent 90 seconds, opened_at 2026-03-04 12:00',
    ]
    assert holds(block)


def test_a_deadline_that_lies_ahead_is_given() -> None:
    block = written(incident(target=NOON + 30 * 86_400 * SECOND))
    assert "target 2026-04-03 13:00" in block
    assert "expect resolution open" in block
    assert holds(block)


def test_rows_below_rows_say_which_they_belong_to() -> None:
    rows = dict(incident())
    rows["reply"] = [
        {"reply_id": key, "incident": "I-1", "at": NOON + n * SECOND} for n, key in enumerate(("R-1", "R-2"))
    ]
    rows["line"] = [{"row": "1", "reply": "R-2", "words": Decimal(11), "sent": NOON - 5 * SECOND}]
    block = written(rows)
    assert 'given line: words 11, sent 2026-03-04 11:59:55, reply "R-2"' in block
    assert 'given reply: reply_id "R-2"' in block
    assert "expect Busy" in block
    assert holds(block)


@pytest.mark.parametrize(
    ("fields", "comment"),
    [
        ({"opened_at": NOON + 1}, "# `opened_at` is 2026-03-04T17:00:00.000001Z: a test has whole seconds"),
        ({"note": "two\nlines"}, "# `note` cannot be written in a test: 'two\\nlines'"),
        ({"spent": 5}, "# `spent` cannot be written in a test: 5"),
    ],
)
def test_what_cannot_be_said_becomes_a_comment(fields: dict[str, object], comment: str) -> None:
    block = written(incident(**fields))
    assert comment in block
    holds(block)  # it is a test that can be read, whether or not it passes


def test_the_second_of_an_hour_that_occurs_twice_is_owned_up_to() -> None:
    second = parse_as_of("2026-11-01T06:30:00Z", "UTC")
    block = written(incident(opened_at=second), at="2026-11-10")
    assert "# `opened_at` is 2026-11-01T06:30:00Z" in block
    assert "the first" in block


def test_a_row_that_is_not_there_is_said() -> None:
    with pytest.raises(Unfit, match="no `incident` with the key `I-1`"):
        written({"incident": [], "reply": [], "line": []})
    with pytest.raises(Unfit, match="is not there yet"):
        written(incident(), at="2026-03-04 11:59")
