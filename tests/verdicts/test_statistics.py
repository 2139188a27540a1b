"""How a figure is printed beside its target, and how far a share of few rows may be from what it stands for."""

from __future__ import annotations

from fractions import Fraction

import pytest

from sladsl.verdicts.statistics import digits, rounded, wilson


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        ("0", 0, "0"),
        ("0.5", 0, "1"),
        ("-0.5", 0, "-1"),
        ("1.5", 0, "2"),
        ("2.5", 0, "3"),
        ("2.4999", 0, "2"),
        ("89.95", 1, "90"),
        ("-2.45", 1, "-2.5"),
        ("1/3", 3, "0.333"),
        ("2/3", 3, "0.667"),
    ],
)
def test_half_goes_away_from_zero(value: str, places: int, shown: str) -> None:
    assert rounded(Fraction(value), places) == Fraction(shown)


@pytest.mark.parametrize(
    ("value", "targets", "places"),
    [
        ("90", (), 1),
        ("90", ("90",), 1),
        ("89.9", ("90",), 1),
        ("89.95", ("90",), 2),
        ("89.96", ("90",), 2),
        ("90.04", ("90",), 2),
        ("89.996", ("90",), 3),
        ("90.004", ("80", "90"), 3),
        ("79.996", ("80", "90"), 3),
        ("-89.96", ("-90",), 2),
        ("-0.04", ("0",), 2),
        ("89.99999999999999", ("90",), 12),
    ],
)
def test_enough_digits_to_see_on_which_side_of_its_targets_a_value_is(
    value: str, targets: tuple[str, ...], places: int
) -> None:
    assert digits(Fraction(value), map(Fraction, targets)) == places


def test_digits_begin_and_end_where_they_are_told_to() -> None:
    assert digits(Fraction("89.96"), [Fraction(90)], least=3) == 3
    assert digits(Fraction("89.9999"), [Fraction(90)], least=0, most=3) == 3
    assert digits(Fraction("89"), [Fraction(90)], least=0) == 0


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (1, 10, 0.0179, 0.4042),
        (5, 10, 0.2366, 0.7634),
        (10, 10, 0.7225, 1.0),
        (81, 263, 0.2553, 0.3662),
    ],
)
def test_the_interval_of_a_share(hits: int, of: int, low: float, high: float) -> None:
    """The last is Newcombe's example (1998) of Wilson's interval."""
    assert wilson(hits, of) == pytest.approx((low, high), abs=0.00005)


def test_a_share_of_nothing_has_no_interval() -> None:
    assert wilson(0, 0) is None
