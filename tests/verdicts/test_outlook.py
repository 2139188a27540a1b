"""Headroom by brute force: that many may go wrong and it is met, one more and it is not; and what a pace rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from judging import AFTER, DURING, JANUARY, at_least, at_most, between, january, outcomes, plan

from sladsl.calendars import DAY, HOUR
from sladsl.compiler import compile_text
from sladsl.engines.rows import evaluate
from sladsl.outcomes import AsOf, PeriodCounts
from sladsl.plan import Bound, BoundKind, Measure, Plan
from sladsl.reports.outlook_words import in_full
from sladsl.reports.run.glance import commitment_lines
from sladsl.runner import of_outcomes
from sladsl.verdicts import Headroom, Outlook, Verdict, judge, outlook

TARGETS = ("0.5", "0.75", "0.9", "1")


def told(
    kind: Measure, bound: Bound, counters: Mapping[str, int | Decimal | None], at: int = DURING, **more: Any
) -> Outlook:
    p = plan(kind, bound, **more)
    return outlook(p, p.commitments[0], p.figures[0], january(at, kind, bound, counters, **more), at)


def headroom(
    kind: Measure, bound: Bound, counters: Mapping[str, int | Decimal | None], **more: Any
) -> Headroom | None:
    return told(kind, bound, counters, **more).headroom


def shares(kind: Measure) -> Iterator[tuple[dict[str, int], int, int]]:
    """Counters with the rows that are good now, and those that are open."""
    for rows, hit, open in product(range(1, 8), range(8), range(4)):
        if hit + open <= rows:
            yield {"rows": rows, "hit": hit, "open": open}, hit, open


def ended(kind: Measure, bound: Bound, rows: int, hit: int) -> Verdict | None:
    return january(AFTER, kind, bound, {"rows": rows, "hit": hit}).verdict


def ended_with(late: int, kind: Measure, bound: Bound, rows: int, hit: int, open: int) -> set[Verdict | None]:
    """By how many of the late rows are open now; the others are still to come."""
    return {ended(kind, bound, rows + late - n, hit + open - n) for n in range(min(late, open) + 1)}


@pytest.mark.parametrize("kind", [Measure.RESPONSE, Measure.SHARE])
def test_so_many_more_may_be_late_and_one_more_flips_it(kind: Measure) -> None:
    """Whichever they are: of the rows that are open, or others. All others that are open end well."""
    seen = 0
    for target, (counters, hit, open) in product(TARGETS, shares(kind)):
        own = headroom(kind, at_least(target), counters)
        if own is None or own.room is None:
            continue

        at = kind, at_least(target), counters["rows"], hit, open
        assert ended_with(int(own.room), *at) == {Verdict.MET}
        assert Verdict.MISSED in ended_with(int(own.room) + 1, *at)
        seen += 1
    assert seen > 100


def test_so_many_in_a_row_bring_it_back() -> None:
    seen = 0
    for target, (counters, hit, open) in product(TARGETS, shares(Measure.RESPONSE)):
        own = headroom(Measure.RESPONSE, at_least(target), counters)
        if own is None or own.missing is None:
            continue
        rows, more = counters["rows"], int(own.missing)
        assert ended(Measure.RESPONSE, at_least(target), rows + more, hit + open + more) is Verdict.MET
        assert (
            ended(Measure.RESPONSE, at_least(target), rows + more - 1, hit + open + more - 1)
            is Verdict.MISSED
        )
        seen += 1
    assert seen > 100


def test_of_a_share_at_most_so_many_more_may_count() -> None:
    seen = 0
    for target, (counters, hit, open) in product(("0.1", "0.4", "0.6"), shares(Measure.SHARE)):
        own, bound, rows = (
            headroom(Measure.SHARE, at_most(target), counters),
            at_most(target),
            counters["rows"],
        )
        if own is not None and own.room is not None:
            for n, verdict in ((int(own.room), Verdict.MET), (int(own.room) + 1, Verdict.MISSED)):
                assert ended(Measure.SHARE, bound, rows + max(0, n - open), hit + n) is verdict
                seen += 1
        elif own is not None and own.missing is not None:
            more = int(own.missing)
            assert ended(Measure.SHARE, bound, rows + more, hit) is Verdict.MET
            assert ended(Measure.SHARE, bound, rows + more - 1, hit) is Verdict.MISSED
            seen += 1
    assert seen > 100


@pytest.mark.parametrize(
    ("bound", "rows"), [(at_least("3.5"), 1), (at_most("3.5"), 1), (between("3", "5"), 4)]
)
def test_of_a_volume_so_many_are_missing_or_may_come(bound: Bound, rows: int) -> None:
    own = headroom(Measure.COUNT, bound, {"rows": rows})
    assert own is not None
    more, flips = own.missing, Verdict.MET
    if more is None:
        assert own.room is not None
        more, flips = own.room + 1, Verdict.MISSED
    before = Verdict.MISSED if flips is Verdict.MET else Verdict.MET
    assert january(AFTER, Measure.COUNT, bound, {"rows": rows + int(more)}).verdict is flips
    assert january(AFTER, Measure.COUNT, bound, {"rows": rows + int(more) - 1}).verdict is before


LEAST = Decimal("0.000001")
"""By which two amounts differ at least."""


@pytest.mark.parametrize("bound", [at_least("3.5"), at_most("3.5"), between("3", "5.25"), at_most("-1")])
@pytest.mark.parametrize("value", ["-4", "-0.000001", "0", "2.999999", "3.5", "4.25"])
def test_of_a_sum_so_much_is_missing_or_may_come(bound: Bound, value: str) -> None:
    """As of the end one step less does not do, or one step more is too much."""

    def ended(more: Decimal) -> Verdict | None:
        return january(AFTER, Measure.SUM, bound, {"rows": 2, "value": Decimal(value) + more}).verdict

    def amount(x: Fraction) -> Decimal:
        assert Decimal(x.numerator) / x.denominator == x
        return Decimal(x.numerator) / x.denominator

    own = headroom(Measure.SUM, bound, {"rows": 2, "value": Decimal(value)})
    if own is not None and own.missing is not None:
        more = amount(own.missing)
        assert (ended(more), ended(more - LEAST)) == (Verdict.MET, Verdict.MISSED)
    elif own is not None and own.room is not None:
        more = amount(own.room)
        assert (ended(more), ended(more + LEAST)) == (Verdict.MET, Verdict.MISSED)
    else:
        assert ended(Decimal(0)) is (Verdict.MISSED if bound.kind is BoundKind.AT_MOST else Verdict.MET)


def test_there_is_none_where_nothing_is_in_it() -> None:
    """What is final, what has no rows, what has too few to be judged, and what is no share of rows and no amount."""
    assert told(Measure.RESPONSE, at_least("0.9"), {"rows": 4, "hit": 4}, AFTER) == Outlook()
    assert headroom(Measure.RESPONSE, at_least("0.9"), {"rows": 0}) is None
    assert headroom(Measure.RESPONSE, at_least("1"), {"rows": 4, "hit": 3}) is None, (
        "it cannot be met any more"
    )
    assert headroom(Measure.RESPONSE, at_least("0.5"), {"rows": 4, "hit": 4}, needs=5) is None
    assert headroom(Measure.RESPONSE, between("0.5", "0.8"), {"rows": 4, "hit": 3}) is None
    assert headroom(Measure.COUNT, at_least("3"), {"rows": 3}) is None, "it is met"
    assert headroom(Measure.MEDIAN, at_most("3"), {"rows": 3}) is None
    open_only = headroom(Measure.RESPONSE, at_least("0.5"), {"rows": 4, "hit": 1, "open": 3})
    assert open_only == Headroom(Fraction(2), None, 31)


# ------------------------------------------------------------------------------- the same by rows, on the interpreter

AGREEMENT = """
agreement "Handoff":
  between marketing and sales
  effective 2026-03-01 to 2026-12-31
  zone "UTC"
  hours office

calendar office:
  open monday to friday 09:00 to 17:00

record lead:
  id        key text
  created   time
  answered  optional time
  amount    number

kpi answer = time from created to answered
kpi volume = count of lead
kpi worth  = sum of amount over lead

sales owes marketing:
  answer within 2 hours for 80% per month

marketing owes sales:
  volume at least 30 per month
  worth at least 12.5 per month

source leads for lead from "leads.csv":
  times in "UTC"
"""
MONDAY = 20514 * DAY
"""2026-03-02, as of which nothing is late; a week later is the 9th."""
NOON = MONDAY + 7 * DAY + 12 * HOUR
APRIL = MONDAY + 30 * DAY


def rows(in_time: int, late: int, open: int = 0, first: int = MONDAY + 10 * HOUR) -> list[dict[str, object]]:
    answers = [*[HOUR] * in_time, *[3 * HOUR] * late, *[None] * open]
    return [
        {
            "id": f"{first}-{n}",
            "created": first,
            "answered": None if after is None else first + after,
            "amount": Decimal("0.5"),
        }
        for n, after in enumerate(answers)
    ]


def results(p: Plan, leads: list[dict[str, object]], at: int) -> dict[str, tuple[Verdict | None, Outlook]]:
    counted = evaluate(p, {"lead": leads}, AsOf(at))
    return {
        r.commitment.kpi: (j.verdict, outlook(p, r.commitment, r.figure, j, at))
        for r in judge(p, counted)
        for j in r.periods
        if j.measured.period.label == "2026-03"
    }


def test_rows_that_are_late_flip_it() -> None:
    p = compile_text(AGREEMENT).plan
    assert p is not None
    past, open_since = rows(16, 1), NOON - HOUR
    verdict, own = results(p, [*past, *rows(0, 0, 3, open_since)], NOON)["answer"]
    assert verdict is Verdict.PROVISIONAL
    # 19 of 20 may be in time, and 16 are enough; all three may be late. Then 16 of 20 are in time, which is 80% still.
    assert own.headroom == Headroom(Fraction(3), None, 17)
    for late, then in ((3, Verdict.MET), (4, Verdict.MISSED)):
        more = rows(0, late - 3, first=NOON + DAY)
        assert results(p, [*past, *rows(0, 3, first=open_since), *more], APRIL)["answer"][0] is then


def test_rows_and_an_amount_that_are_missing_flip_it() -> None:
    p = compile_text(AGREEMENT).plan
    assert p is not None
    past = rows(16, 1)
    said = {kpi: own.headroom for kpi, (_, own) in results(p, past, NOON).items()}
    assert said["volume"] == Headroom(None, Fraction(13), 17)
    assert said["worth"] == Headroom(None, Fraction(4), 17)
    for kpi, enough in (("volume", 13), ("worth", 8)):
        for more, then in ((enough - 1, Verdict.MISSED), (enough, Verdict.MET)):
            assert results(p, [*past, *rows(more, 0, first=NOON + DAY)], APRIL)[kpi][0] is then


def test_a_pace_is_that_of_the_business_days_so_far() -> None:
    """Five days of 22 and three hours of the sixth: 20 rows in 43 of 176 open hours."""
    p = compile_text(AGREEMENT).plan
    assert p is not None
    leads = [*rows(16, 1), *rows(0, 0, 3, NOON - HOUR)]
    volume, answer = (results(p, leads, NOON)[x][1].pace for x in ("volume", "answer"))
    assert volume is not None
    assert answer is not None
    assert (volume.value, volume.days) == (20 * Fraction(176, 43), 6)
    assert answer.value == Fraction(16, 17), "of the rows whose deadline has passed"
    early = MONDAY + DAY + 17 * HOUR
    assert results(p, rows(1, 0), early)["volume"][1].pace is None, "less than a tenth of the month is over"
    assert results(p, rows(1, 0), early + DAY)["volume"][1].pace is not None


# ------------------------------------------------------------------------------------------------------------- in words

RESPONSE, SHARE, COUNT, SUM = Measure.RESPONSE, Measure.SHARE, Measure.COUNT, Measure.SUM


@pytest.mark.parametrize(
    ("kind", "bound", "counters", "said"),
    [
        (RESPONSE, at_least("0.5"), {"rows": 4, "hit": 1, "open": 3}, "2 more may be late"),
        (RESPONSE, at_least("0.5"), {"rows": 4, "hit": 2}, "no more may be late"),
        (RESPONSE, at_least("0.5"), {"rows": 3, "hit": 1}, "met if the next one is in time"),
        (RESPONSE, at_least("0.9"), {"rows": 8, "hit": 3, "open": 1}, "met if the next 32 are in time"),
        (SHARE, at_least("0.5"), {"rows": 4, "hit": 3}, "2 more may not count"),
        (SHARE, at_least("0.5"), {"rows": 3, "hit": 1}, "met if the next one counts"),
        (SHARE, at_least("0.5"), {"rows": 4, "hit": 1}, "met if the next 2 count"),
        (SHARE, at_most("0.5"), {"rows": 4, "hit": 1}, "2 more may count"),
        (SHARE, at_most("0.5"), {"rows": 4, "hit": 2}, "no more may count"),
        (SHARE, at_most("0.5"), {"rows": 3, "hit": 2}, "met if the next one does not count"),
        (SHARE, at_most("0.5"), {"rows": 4, "hit": 3}, "met if the next 2 do not count"),
        (COUNT, at_least("1300"), {"rows": 3}, "1,297 missing, 31 days left"),
        (COUNT, at_most("5"), {"rows": 3}, "2 more may come, 31 days left"),
        (SUM, at_least("5"), {"rows": 3, "value": Decimal("2.5")}, "2.5 missing, 31 days left"),
    ],
)
def test_headroom_in_words(kind: Measure, bound: Bound, counters: dict[str, Any], said: str) -> None:
    p = plan(kind, bound, floor=True)
    run = of_outcomes(p, outcomes(DURING, PeriodCounts(JANUARY.start, counters)))
    (result,) = run.commitments
    (judged,) = result.periods
    assert in_full(run, result, judged) == said
    assert commitment_lines(run) == {"sales.k": f"2026-01: {said}"}
