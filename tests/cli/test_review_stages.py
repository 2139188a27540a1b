"""A review's funnel and what a fast answer is worth, worked out by hand on nine leads."""

from __future__ import annotations

from pathlib import Path

import pytest

from sladsl.compiler import Compilation, compile_text
from sladsl.reviewing import asked, review
from sladsl.reviewing.pack import Bucket, Pack, Step
from sladsl.verdicts.statistics import wilson

AGREEMENT = """agreement "A":
  between marketing and sales
  effective 2026-01-01 to 2026-12-31
  zone "UTC"

record lead:
  id           key text
  mql_at       optional time
  sal_at       optional time
  customer_at  optional time
  called_at    optional time

define MQL:
  lead
  since mql_at

define SAL:
  MQL when sal_at is known
  since sal_at

define Customer:
  SAL when customer_at is known
  since customer_at

lifecycle lead: MQL -> SAL -> Customer

kpi reply = time from MQL to called_at

sales owes marketing:
  reply within 2 hours for 50% per month
"""

LEADS = """id,mql_at,sal_at,customer_at,called_at
A,2026-03-01T10:00Z,2026-03-02T10:00Z,2026-03-12T10:00Z,2026-03-01T11:00Z
B,2026-03-02T10:00Z,2026-03-04T10:00Z,,2026-03-02T11:30Z
C,2026-03-03T10:00Z,2026-03-06T10:00Z,2026-03-26T10:00Z,2026-03-03T13:00Z
D,2026-03-04T10:00Z,,,2026-03-04T13:00Z
E,2026-03-05T10:00Z,2026-05-01T10:00Z,,2026-03-05T20:00Z
F,2026-03-06T10:00Z,,,2026-03-09T10:00Z
G,2026-03-07T10:00Z,,,
H,2026-02-07T10:00Z,2026-03-08T10:00Z,,2026-02-07T10:30Z
I,,,,
"""

DAY = 86_400.0


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    folder = tmp_path_factory.mktemp("leads")
    (folder / "leads.csv").write_text(LEADS)

    def compiled(more: str = "") -> Compilation:
        return compile_text(AGREEMENT + more, str(Path(folder, "a.sla")))

    model = compiled().model
    extra = asked(model)
    plan = compiled(extra.text).plan
    assert plan is not None
    data = [("lead", "leads.csv")]
    return review(plan, model, "2026-03", extra, bindings=data, base=folder, as_of="2026-04-01")


def test_the_funnel(pack: Pack) -> None:
    """Seven came in in March; as of April 1 three of them are SALs (E only becomes one in May) and two of those customers."""
    [funnel] = pack.funnels
    assert funnel.record == "lead"
    assert funnel.steps == (
        Step("MQL", 7, 0),
        Step("SAL", 3, 4, 2 * DAY, 3 * DAY),
        Step("Customer", 2, 5, 10 * DAY, 20 * DAY),
    )


def test_what_a_fast_answer_is_worth(pack: Pack) -> None:
    """The deadline is 2 hours, so answers are told apart at 2, 4 and 12 hours; H of February counts too."""
    by_end = {c.end: c for c in pack.conversions}
    assert list(by_end) == ["SAL", "Customer"]
    assert by_end["SAL"].first == "2026-01"
    assert by_end["SAL"].buckets == (
        bucket(0.0, 2.0, 3, 3),
        bucket(2.0, 4.0, 2, 1),
        bucket(4.0, 12.0, 1, 0),
        bucket(12.0, None, 1, 0),
        bucket(None, None, 1, 0),
    )
    assert [(b.rows, b.reached) for b in by_end["Customer"].buckets] == [
        (3, 1),
        (2, 1),
        (1, 0),
        (1, 0),
        (1, 0),
    ]


def bucket(least: float | None, most: float | None, rows: int, reached: int) -> Bucket:
    low, high = wilson(reached, rows) or (0.0, 1.0)
    return Bucket(
        None if least is None else least * 3600,
        None if most is None else most * 3600,
        rows,
        reached,
        low,
        high,
    )


@pytest.mark.parametrize(
    "path", sorted(Path(__file__).parents[1].glob("golden/**/*.sla")), ids=lambda p: p.stem
)
def test_what_a_review_asks_is_part_of_the_language(path: Path) -> None:
    """Below any agreement without an error, and of no name that it has."""

    def compiled(more: str = "") -> Compilation:
        text = path.read_text(encoding="utf-8", errors="replace")
        return compile_text(text + more, str(path), read=lambda p: Path(p).read_text(encoding="utf-8"))

    plain = compiled()
    if plain.plan is None:
        assert plain.diagnostics or plain.model.agreement is None
        return
    extra = asked(plain.model)
    more = compiled(extra.text)
    assert more.plan is not None
    names = {name for way in extra.ways for name in (way.share, way.time) if name is not None}
    assert {kpi for kpi in more.model.kpis if kpi not in plain.model.kpis} == names
