"""Plurals as people write them, and characters as wide as terminals draw them."""

from __future__ import annotations

import pytest

from sladsl.nouns import plural, rows_called
from sladsl.reports.terminal import cells, columns, safe, shorten

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"


@pytest.mark.parametrize(
    ("noun", "several"),
    [
        ("lead", "leads"),
        ("activity", "activities"),
        ("day", "days"),
        ("child", "children"),
        ("person", "people"),
        ("MQL", "MQLs"),
        ("Marketing qualified lead", "Marketing qualified leads"),
        ("Sales Accepted Lead", "Sales Accepted Leads"),
        ("Resolved", "Resolved"),
        ("Closed Lost", "Closed Lost"),
        ("deal won", "deal won"),
        ("Both", "Both"),
        ("Agreeing", "Agreeing"),
        ("Billable", "Billable"),
        ("Meeting", "Meetings"),
        ("seed", "seeds"),
        ("paid", "paid"),
    ],
)
def test_plurals(noun: str, several: str) -> None:
    assert plural(noun) == several


@pytest.mark.parametrize(
    ("name", "rows"),
    [("MQL", "MQLs"), ("Paid", "leads that are Paid"), ("Both", "leads that are Both"), ("lead", "leads")],
)
def test_rows_of_a_definition(name: str, rows: str) -> None:
    assert rows_called(name, "lead") == rows


@pytest.mark.parametrize(
    ("text", "wide"),
    [
        ("lead", 4),
        ("Zo\u00eb", 3),
        ("Zoe\u0308", 3),
        ("\uac00\ub098", 4),
        (FAMILY, 2),
        ("\U0001f1e9\U0001f1ea", 2),
    ],
)
def test_widths(text: str, wide: int) -> None:
    assert columns(text) == wide


def test_a_joiner_inside_an_emoji_is_drawn_and_one_that_nobody_would_see_is_not() -> None:
    assert safe(f"a{FAMILY}b") == f"a{FAMILY}b"
    assert safe("pay\u200dpal \u202etxt") == "pay\ufffdpal \ufffdtxt"


def test_a_text_is_cut_between_characters() -> None:
    assert shorten(f"x{FAMILY}{FAMILY}", 4) == f"x{FAMILY}…"


def test_every_code_point_has_its_cell() -> None:
    """An error's place counts code points; the character stands at its first."""
    drawn = cells(f"a\t{FAMILY}b")
    assert len(drawn) == len(f"a\t{FAMILY}b")
    assert [cell for cell in drawn if cell[1]] == [("a", 1), ("   ", 3), (FAMILY, 2), ("b", 1)]
