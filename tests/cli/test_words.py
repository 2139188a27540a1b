"""Figures in words keep their verdict visible."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sladsl.calendars.instants import DAY, HOUR, MINUTE, SECOND, zone
from sladsl.reports.words import listed, local, number, plain_span, share, span


@pytest.mark.parametrize(
    ("hit", "rows", "target", "words"),
    [
        (131, 143, "0.95", "91.6%"),
        (2249, 2500, "0.9", "89.96%"),
        (9, 10, "0.9", "90.0%"),
        (3999, 4000, "0.9", "99.98%"),
        (1, 1, "0.9", "100%"),
        (0, 7, "0.9", "0%"),
        (1, 100_000, "0.9", "0.001%"),
    ],
)
def test_a_share_shows_its_side_of_the_target(hit: int, rows: int, target: str, words: str) -> None:
    assert share(Fraction(hit, rows), [Fraction(target)]) == words


@settings(max_examples=200)
@given(st.integers(0, 5000), st.integers(1, 5000), st.integers(0, 1000))
@example(2249, 2500, 900)
def test_what_is_printed_compares_like_the_figure(hit: int, rows: int, mille: int) -> None:
    value, target = min(Fraction(1), Fraction(hit, rows)), Fraction(mille, 1000)
    printed = Fraction(share(value, [target]).removesuffix("%")) / 100
    assert (printed >= target) == (value >= target)
    assert (printed <= target) == (value <= target)


def test_numbers() -> None:
    assert number(Fraction(1303)) == "1,303"
    assert number(Fraction("4500000.50")) == "4,500,000.5"
    assert number(Fraction("119.96"), [Fraction(120)]) == "119.96"


def test_spans() -> None:
    assert span(Fraction(3 * HOUR + 30 * MINUTE), "business hours") == "3.5 business hours"
    assert span(Fraction(HOUR), "hours") == "1 hour"
    assert plain_span(2 * HOUR + 5 * MINUTE + 9 * SECOND) == "2 h 5 min"
    assert plain_span(3 * DAY + 40 * SECOND) == "3 d"
    assert plain_span(0) == "0 s"
    assert plain_span(-MINUTE) == "−1 min"


def test_instants_are_written_as_the_agreement_writes_them() -> None:
    new_york = zone("America/New_York")
    assert local(1_773_064_800_000_000, new_york) == "2026-03-09 10:00"
    assert local(1_773_064_803_500_000, new_york) == "2026-03-09 10:00:03.5"


def test_lists_say_how_many_are_left_out() -> None:
    assert listed(["L-7", "L-9"], 5) == "L-7, L-9 and 3 more"
    assert listed(["L-7"], 1) == "L-7"
    assert listed([], 1200) == "1,200"
