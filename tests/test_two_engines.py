"""One plan, two engines: random agreements on random data give the same on both. `docs/two-engines.md` tells of the long run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date
from pathlib import Path
from random import Random

import postgres_server
import pytest
from engines.builders import at
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from proofs.agreements import Agreement, agreement
from proofs.cases import Case, case, faults, told, write
from proofs.compare import differences
from proofs.histories import history
from proofs.places import Place
from proofs.records import Schema
from proofs.reduce import Reducer
from sladsl.calendars import DAY, DurationKind, PeriodKind
from sladsl.compiler import compile_text
from sladsl.data import Binding, load
from sladsl.engines.rows import Evaluation, values
from sladsl.functions import FUNCTIONS, RATIOS
from sladsl.outcomes import AsOf
from sladsl.plan import Aggregate, Apply, BoundKind, Children, Deadline, Measure, Status
from sladsl.runner import of_outcomes
from sladsl.verdicts import Verdict

SEEDS = st.integers(0, 10**9).map(str)


# Each agreement costs the set engine seconds to compile; shrinking is `proofs.reduce`'s, which knows what an agreement is made of.
@settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(SEEDS)
def test_engines_agree(seed: str) -> None:
    for _, found in faults(case(seed, together=30)):
        raise AssertionError(
            f"seed {seed}: `python -m proofs --only {seed} --together 30` writes it out\n"
            + "\n".join(found[:5])
        )


@pytest.mark.parametrize(
    ("seed", "together"),
    [
        ("postgres 0", 30),
        (
            "71-1",
            40,
        ),  # of equal rows none was left where a database numbered them in another order each time
    ],
)
def test_engines_agree_where_the_tables_are_in_postgres(seed: str, together: int) -> None:
    for _, found in faults(case(seed, together), postgres_server.url()):
        raise AssertionError(f"seed {seed}:\n" + "\n".join(found[:5]))


TWICE = """
agreement "Two engines":
  between marketing and sales
  effective from 2026-03-01
  zone "America/New_York"

record lead:
  id           key text
  created_at   time
  accepted_at  optional time

record hold of lead:
  id       key text
  began    time
  resumed  optional time

kpi leads = count of lead
kpi response = time from created_at to accepted_at
kpi other = time from created_at to accepted_at

marketing owes sales:
  response within 1 hour per day
    pause during hold from began to resumed
    only while leads at least 0
    if missed 2 in a row notify "boss"
    if below 50% notify "head"
  other within 2 hours per day
    pause during hold from began to resumed
"""


def test_engines_agree_where_two_promises_say_the_same() -> None:
    """Rows that two listings ask the same of are in each of them once; and what was passed when is in the order of the periods, whosever
    rows passed it."""
    plan = compile_text(TWICE).plan
    assert plan is not None
    day, hour = at("2026-03-03 09:00"), at("2026-03-03 10:00") - at("2026-03-03 09:00")
    leads = [{"id": "a", "created_at": day, "accepted_at": None}]
    leads.append({"id": "b", "created_at": day + 24 * hour, "accepted_at": day + 30 * hour})
    holds = [{"id": "h", "lead": "a", "began": day + 2 * hour, "resumed": day + hour}]
    assert differences(plan, {"lead": leads, "hold": holds}, day + 72 * hour) == []


# --------------------------------------------------------------------------------------------- that much is tried at all


def nodes(x: object) -> Iterator[str]:
    """What a plan is made of, in words."""
    if is_dataclass(x):
        match x:
            case Apply(op=op):
                yield op
            case Children(aggregate=made):
                yield f"over child rows: {made}"
            case Deadline(duration=duration):
                yield f"deadline: {duration.kind}"
        for f in fields(x):
            yield from nodes(getattr(x, f.name))
    elif isinstance(x, tuple):
        for part in x:
            yield from nodes(part)


def seen(c: Case) -> Iterator[str]:
    """What one case has in it and what becomes of it, in words."""
    plan = c.agreement.plan
    yield from nodes(plan.columns)
    yield from (x for f in plan.figures for x in (f"measure: {f.measure}", f"period: {f.period}"))
    yield from (f"bound: {x.bound.kind}" for x in plan.commitments)
    for h in c.histories:
        outcomes = Evaluation(plan, h.rows, AsOf(h.as_of)).outcomes()
        run = of_outcomes(plan, outcomes)
        yield from (f"problem: {p.kind}" for p in outcomes.problems)
        yield from (f"listing: {x.kind}" for x in outcomes.listings if x.count)
        yield from (f"status: {s.name}" for d in outcomes.statuses.values() for s, n in d.items() if n)
        yield from (f"verdict: {j.verdict}" for r in run.commitments for j in r.periods)
        yield from (f"action: {due.cause.split()[0]}" for due in run.due())


@pytest.fixture(scope="module")
def everything() -> Counter[str]:
    return Counter(x for n in range(100) for x in seen(case(f"every {n}", together=5)))


WANTED = [
    # `date(…)` is a look-up of the local day; ratios are what verdicts compare.
    *FUNCTIONS.keys() - {"date"} - {f"ratio {op}" for op in RATIOS},
    *(f"over child rows: {a}" for a in Aggregate),
    *(f"deadline: {k}" for k in DurationKind if k is not DurationKind.ABSOLUTE),  # which is a sum
    *(f"measure: {m}" for m in Measure),
    *(f"period: {p}" for p in PeriodKind),
    *(f"bound: {b}" for b in BoundKind),
    *(f"status: {s.name}" for s in Status),
    *(f"verdict: {v}" for v in Verdict),
    *(f"action: {cause}" for cause in ("late", "missed", "below", "above")),
    *(
        f"listing: {kind}"
        for kind in ("undated", "mislabelled", "unclassifiable", "undecided", "out of order", "branch unknown",
                     "condition unknown", "value missing", "no deadline")
    ),
    *(
        f"problem: {kind}"
        for kind in ("no key", "key used twice", "equal rows", "parent not found", "no parent named", "missing value",
                     "time out of range")
    ),
]  # fmt: skip


def test_everything_that_can_be_said_is_tried(everything: Counter[str]) -> None:
    """A kind of node, figure, verdict or problem that no case has would be one on which nobody compared the engines."""
    assert [x for x in WANTED if not everything[x]] == []


def test_little_is_left_out() -> None:
    """Declarations that the checker refuses are dropped: it must be few, or the agreements would be of what is left."""
    made = [agreement(Random(f"kept {n}")) for n in range(30)]
    assert sum(a.kept for a in made) >= 0.85 * sum(a.said for a in made)


# ------------------------------------------------------------------------------------------------- the test of the test


SIMPLE = """
agreement "Two engines":
  between marketing and sales
  zone "America/New_York"

{records}
define Asked:
  lead when size <= 2

define Won:
  lead
  since won_at

kpi asked = count of Asked for each world
"""


def test_a_broken_engine_is_found_and_the_case_made_small(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(values.PLAIN, "<=", values.PLAIN[">"])
    chance, place = Random("broken"), Place("America/New_York", date(2026, 3, 5))
    text = SIMPLE.format(records="\n".join(Schema(chance).texts()))
    plan = compile_text(text).plan
    assert plan is not None
    made = Agreement(text, plan, place, 0, 0)
    h = history(chance, plan, place, 8)
    h = replace(h, as_of=h.as_of + 60 * DAY)  # everything has happened
    differ = told(plan, h)
    assert any("`Asked.condition` is False row by row, True as sets" in line for line in differ)
    smaller, rows = Reducer(tries=8).reduced(made, h)
    assert told(smaller.plan, rows)
    assert "Asked" in smaller.text
    assert "Won" not in smaller.text
    assert len(rows.worlds) == 1
    write(tmp_path, smaller.text, smaller.plan, rows, differ, "broken")
    assert "seed broken" in (tmp_path / "differs.txt").read_text(encoding="utf-8")


def test_a_case_that_is_written_reads_back_the_same(tmp_path: Path) -> None:
    chance = Random("read back")
    made = agreement(chance)
    h = history(chance, made.plan, made.place, 20)
    write(tmp_path, made.text, made.plan, h, [], "read back")
    bindings = [Binding(r.name, f"{r.name}.csv") for r in made.plan.given]
    loaded = load(made.plan, bindings, base=tmp_path)
    assert {problem.kind for problem in loaded.problems} <= {"equal rows"}
    for record, read in loaded.rows().items():
        names = [f.name for f in made.plan.record(record).fields]
        written = [tuple(row[name] for name in names) for row in h.rows[record]]
        if made.plan.record(record).key == "row":  # without a key, equal rows are one
            written = list(dict.fromkeys(written))
        assert [tuple(row[name] for name in names) for row in read] == written
