"""How numbers are written: single values by an example, and whole columns by what all their values say."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sladsl.numerals import (
    EXAMPLES,
    ExampleError,
    Fault,
    Numerals,
    fault,
    proposals,
    read,
    read_example,
    shape,
)

BLANKS = " \u00a0\u2009\u202f"


def number(text: str, example: str | None = None) -> str | None:
    found = read(text, None if example is None else read_example(example))
    return None if found is None else f"{found:f}"


@pytest.mark.parametrize(
    ("example", "text", "expected"),
    [
        ("1.234,56", "1.234", "1234"),
        ("1.234,56", "1.234,50", "1234.50"),
        ("1.234,56", "12,5", "12.5"),
        ("1.234,56", "1234,5", "1234.5"),
        ("1.234,56", ",5", "0.5"),
        ("1.234,56", "1.234.567", "1234567"),
        ("1.234,56", "-1.234,5", "-1234.5"),
        ("1.234,56", "\u22121.234", "-1234"),
        ("1.234,56", "1.234,50 \u20ac", "1234.50"),
        ("1.234,56", "EUR 1.234,50", "1234.50"),
        ("1.234,56", "12.5", None),
        ("1.234,56", "1.23.456", None),
        ("1.234,56", "0.500", None),
        ("1.234,56", "1.234,5,6", None),
        ("1,234.56", "1,234.50", "1234.50"),
        ("1,234.56", "$2,500", "2500"),
        ("1,234.56", "-$5", "-5"),
        ("1,234.56", "$-5", "-5"),
        ("1,234.56", "-$-5", None),
        ("1,234.56", "US$ 5.25", "5.25"),
        ("1,234.56", "45%", "45"),
        ("1,234.56", "$5\u20ac", None),
        ("1,234.56", "(5)", None),
        ("1,234.56", "5-", None),
        ("1,234.56", "1e5", None),
        ("1,234.56", "1,23,456", None),
        ("1,234.56", "\u0661", None),
        ("1 234,56", "1\u202f234\u202f567,5", "1234567.5"),
        ("1 234,56", "12 34", None),
        ("1 234,56", "1.234", None),
        ("1'234.56", "1\u2019234.50", "1234.50"),
        ("1.234,56 kr", "1.234,50 kr", "1234.50"),
        ("1.234,56 kr", "1.234,50", "1234.50"),
        ("1.234,56 kr", "$5", None),
        ("$1,234.56", "\u20ac5", None),
        ("1,234.56%", "45%", "45"),
        ("1,234.56%", "0.45", None),
        (None, "-12.5", "-12.5"),
        (None, "5.", "5"),
        (None, "1,234.50", None),
        (None, "$5", None),
    ],
)
def test_a_number_as_its_source_writes_it(example: str | None, text: str, expected: str | None) -> None:
    assert number(text, example) == expected


@pytest.mark.parametrize(
    "example",
    [
        "1.234",
        "1234,56",
        "12,5",
        "1,234,56",
        "1.234.56",
        "",
        "abc",
        "-1.234,56",
        "$1,234.56 USD",
        "%1,234.56",
        "(1,234.56)",
    ],
)
def test_an_example_that_says_nothing_is_refused(example: str) -> None:
    with pytest.raises(ExampleError):
        read_example(example)


def of_column(*texts: str, example: str | None = None) -> Fault | None:
    spelt = None if example is None else read_example(example)
    return fault(Counter(shape(text, spelt) for text in texts), spelt)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["1.234", "1.500"], Fault.TWO_WAYS),
        (["1.234"], Fault.TWO_WAYS),
        (["-1.234", "5"], Fault.TWO_WAYS),
        (["1.234", "25000"], Fault.TWO_WAYS),
        (["1.234", "1.234,50"], Fault.CONTRADICTED),
        (["1.234", "12,5"], Fault.CONTRADICTED),
        (["1.234", "1.234.567"], Fault.CONTRADICTED),
        (["1.234", "12.5", "12,5"], Fault.CONTRADICTED),
        (["18.000", "12.5"], Fault.TWO_WAYS),
        (["1.234", "1,234"], Fault.TWO_WAYS),
        (["1.234", "$5"], Fault.TWO_WAYS),
        (["1.234", "12.5"], None),
        (["1.234", "0.125"], None),
        (["18.000", "0.500", "1234.000"], None),
        (["1.234", "1,234.50"], None),
        (["12.5", "12,5"], None),  # nothing that is read could be another number
        (["5", "250", "0.5", "n/a"], None),
        (["1,234", "2,500"], None),  # nothing is read
        ([], None),
    ],
)
def test_a_column_of_plain_numbers(texts: list[str], expected: Fault | None) -> None:
    assert of_column(*texts) is expected


@pytest.mark.parametrize(
    ("example", "texts", "expected"),
    [
        ("1.234,56", ["1.234", "5"], None),
        ("1.234,56", ["1.234", "12.5"], Fault.CONTRADICTED),
        ("1.234,56", ["12.5", "5"], None),
        ("1,234.56", ["1,234", "12,5"], Fault.CONTRADICTED),
        ("1,234.56", ["$5", "7"], None),
        ("1,234.56", ["$5", "\u20ac7"], Fault.CURRENCIES),
        ("1,234.56", ["$5", "USD 7"], None),
        ("1,234.56", ["45%", "50%"], None),
        ("1,234.56", ["45%", "0.5"], Fault.SOME_PER_CENT),
        ("1,234.56%", ["45%", "0.5"], None),  # the second is not read
    ],
)
def test_a_column_with_an_example(example: str, texts: list[str], expected: Fault | None) -> None:
    assert of_column(*texts, example=example) is expected


def test_what_would_read_a_column() -> None:
    assert proposals(["1.234", "1.500"]) == ("1,234.56", "1.234,56")
    assert proposals(["$2,500", "1,234.50"]) == ("1,234.56",)
    assert proposals(["1 234,5", "12"]) == ("1 234,56",)
    assert proposals(["1'234", "12.5"]) == ("1'234.56",)
    assert proposals(["unknown"]) == ()


examples = st.sampled_from(EXAMPLES).map(read_example)
amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=2)


def written(value: Decimal, spelt: Numerals) -> str:
    text = f"{abs(value):,.2f}".replace(",", "g").replace(".", spelt.decimal).replace("g", spelt.group)
    return f"-{text}" if value < 0 else text


@given(examples, amounts)
def test_what_is_written_is_read_again(spelt: Numerals, value: Decimal) -> None:
    assert read(written(value, spelt), spelt) == value


@given(st.lists(st.text("0123456789.,", min_size=1, max_size=9), min_size=1, max_size=12))
def test_a_column_that_is_read_has_no_second_reading(texts: list[str]) -> None:
    """Where plain numbers are read, no other example reads every number of the column, with another value for one of them."""
    if of_column(*texts) is not None:
        return
    plain = [t for t in texts if read(t) is not None]
    numbers = [t for t in texts if shape(t)[0]]
    for example in EXAMPLES:
        spelt = read_example(example)
        if all(read(text, spelt) is not None for text in numbers):
            assert [read(text, spelt) for text in plain] == [read(text) for text in plain]


@given(st.lists(st.text("0123456789.,-$% ", min_size=1, max_size=9), min_size=1, max_size=12), st.randoms())
def test_neither_the_order_nor_repetition_decides(texts: list[str], random: object) -> None:
    shuffled = [*texts, texts[0]]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert of_column(*texts) is of_column(*shuffled)
