"""Verdicts that rows which could not be read may change: in doubt exactly where counting them all for it, or against it, does."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from judging import AFTER, DURING, FEBRUARY, JANUARY, MARCH, at_least, at_most, between, outcomes, plan

from sladsl.outcomes import PeriodCounts
from sladsl.plan import Bound, Measure
from sladsl.verdicts import Judged, Losses, Verdict, judge

NOON = 12 * 3_600_000_000


def judged(
    kind: Measure,
    bound: Bound,
    counters: dict[str, int | Decimal | None],
    losses: Losses,
    at: int = AFTER,
    **more: object,
) -> Judged:
    p = plan(kind, bound, **more)  # type: ignore[arg-type]
    found = judge(p, outcomes(at, PeriodCounts(JANUARY.start, counters)), None, {"f": losses})[0].periods
    return next(j for j in found if j.measured.period == JANUARY)


def test_rows_are_lost_to_the_periods_near_their_other_times() -> None:
    losses = Losses(
        firsts=(JANUARY.start + NOON, FEBRUARY.end + 5), lasts=(FEBRUARY.start, MARCH.end), anywhere=1
    )
    assert [losses.within(p).beside for p in (JANUARY, FEBRUARY, MARCH)] == [2, 2, 2]
    far = Losses(firsts=(MARCH.start,), lasts=(MARCH.start,))
    assert [far.within(p).beside for p in (JANUARY, FEBRUARY, MARCH)] == [0, 0, 1]
    last_instant = Losses(firsts=(JANUARY.end - 1,), lasts=(JANUARY.end - 1,))
    assert [last_instant.within(p).beside for p in (JANUARY, FEBRUARY)] == [1, 0]


@pytest.mark.parametrize(
    ("kind", "bound", "counters", "losses", "verdict", "doubt"),
    [
        (Measure.SHARE, at_least("0.9"), {"rows": 1, "hit": 1}, Losses(anywhere=2), Verdict.MET, True),
        (Measure.SHARE, at_least("0.9"), {"rows": 40, "hit": 40}, Losses(anywhere=2), Verdict.MET, False),
        (Measure.SHARE, at_least("0.9"), {"rows": 10, "hit": 8}, Losses(others={JANUARY.start: 1}), Verdict.MISSED, True),
        (Measure.SHARE, at_least("0.9"), {"rows": 10, "hit": 7}, Losses(others={JANUARY.start: 1}), Verdict.MISSED, False),
        (Measure.SHARE, at_least("0.9"), {"rows": 10, "hit": 9}, Losses(hits={JANUARY.start: 1}), Verdict.MET, True),
        (Measure.SHARE, at_least("0.9"), {"rows": 0}, Losses(anywhere=1), Verdict.NO_DATA, True),
        (Measure.COUNT, at_least("3"), {"rows": 2}, Losses(anywhere=1), Verdict.MISSED, True),
        (Measure.COUNT, at_least("3"), {"rows": 3}, Losses(anywhere=1), Verdict.MET, False),
        (Measure.COUNT, at_most("3"), {"rows": 3}, Losses(anywhere=1), Verdict.MET, True),
        (Measure.COUNT, at_least("3"), {"rows": 2}, Losses(others={JANUARY.start: 1}), Verdict.MISSED, False),
        (Measure.SUM, at_least("5"), {"rows": 2, "value": 4}, Losses(others={JANUARY.start: 1}), Verdict.MISSED, True),
        (Measure.AVERAGE, at_least("5"), {"rows": 2, "known": 1, "value": 9}, Losses(others={JANUARY.start: 1}), Verdict.MET, True),
    ],
)  # fmt: skip
def test_a_verdict_in_doubt(
    kind: Measure,
    bound: Bound,
    counters: dict[str, int | Decimal | None],
    losses: Losses,
    verdict: Verdict,
    doubt: bool,
) -> None:
    found = judged(kind, bound, counters, losses)
    assert (found.verdict, found.doubt) == (verdict, doubt)
    assert found.final


def test_too_few_rows_may_be_enough() -> None:
    found = judged(Measure.SHARE, at_least("0.9"), {"rows": 4, "hit": 4}, Losses(anywhere=1), needs=5)
    assert (found.verdict, found.doubt) == (Verdict.INSUFFICIENT, True)
    found = judged(Measure.SHARE, at_least("0.9"), {"rows": 3, "hit": 3}, Losses(anywhere=1), needs=5)
    assert (found.verdict, found.doubt) == (Verdict.INSUFFICIENT, False)


def test_a_sum_that_cannot_fall_is_met_whatever_was_lost() -> None:
    lost = Losses(others={JANUARY.start: 2})
    found = judged(Measure.SUM, at_least("5"), {"rows": 9, "value": 6}, lost, floor=True)
    assert (found.verdict, found.doubt, found.in_doubt) == (Verdict.MET, False, 2)
    assert judged(Measure.SUM, at_least("5"), {"rows": 9, "value": 6}, lost).doubt


def test_what_is_provisional_is_open_anyway() -> None:
    found = judged(Measure.SHARE, at_least("0.9"), {"rows": 1, "hit": 1}, Losses(anywhere=2), DURING)
    assert (found.verdict, found.doubt, found.in_doubt) == (Verdict.PROVISIONAL, False, 0)


def test_a_figure_of_rows_that_were_all_read_is_not_in_doubt() -> None:
    for kind in Measure:
        found = judged(kind, between("1", "2"), {"rows": 2, "value": 2, "known": 2}, Losses())
        assert (found.doubt, found.in_doubt) == (False, 0)


bounds = st.sampled_from([at_least("0.5"), at_least("0.9"), at_most("0.5"), between("0.3", "0.7")])
small = st.integers(0, 4)


@given(bounds, small, small, small, small, small)
def test_a_share_is_in_doubt_where_some_way_of_counting_the_lost_rows_changes_it(
    bound: Bound, hit: int, missed: int, hits: int, others: int, beside: int
) -> None:
    hits, others = min(hits, hit), min(others, missed)
    counters: dict[str, int | Decimal | None] = {"rows": hit + missed, "hit": hit}
    losses = Losses({JANUARY.start: hits}, {JANUARY.start: others}, anywhere=beside)
    found = judged(Measure.SHARE, bound, counters, losses)
    ways = set()
    for lost, won, joined in product(range(hits + 1), range(others + 1), range(beside + 1)):
        for of_those in range(joined + 1):
            counted: dict[str, int | Decimal | None] = {
                "rows": hit + missed + joined,
                "hit": hit - lost + won + of_those,
            }
            ways.add(judged(Measure.SHARE, bound, counted, Losses()).verdict)
    assert found.verdict in ways
    if len(ways) > 1:
        assert found.doubt  # no way of counting is overlooked
    extremes = {
        judged(
            Measure.SHARE, bound, {"rows": hit + missed + beside, "hit": hit + others + beside}, Losses()
        ).verdict,
        judged(Measure.SHARE, bound, {"rows": hit + missed + beside, "hit": hit - hits}, Losses()).verdict,
        found.verdict,
    }
    if found.doubt and bound.high is None:
        assert len(extremes | ways) > 1  # and none is made up
