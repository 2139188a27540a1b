"""Values as exports spell them: read exactly, or missing and listed with their place. Nothing is guessed."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from data_cases import (
    BOOLEAN,
    DATE,
    DURATION,
    NUMBER,
    ONE_OF,
    TEXT,
    TIME,
    field,
    mapped,
    read,
    write,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from value_cases import ID, unreadable, value, values

from sladsl.data import DataError
from sladsl.plan import Mapping, RowTest

# ------------------------------------------------------------------------------------------------------------- numbers


def test_numbers(tmp_path: Path) -> None:
    cells = (
        "5",
        "-5.25",
        "+7",
        ".5",
        "5.",
        " 12 ",
        "007",
        "1.2345675",
        "-1.2345675",
        "1.2345674999",
        "999999999999.999999",
    )
    expected = [
        "5",
        "-5.25",
        "7",
        "0.5",
        "5",
        "12",
        "7",
        "1.234568",
        "-1.234568",
        "1.234567",
        "999999999999.999999",
    ]
    assert values(tmp_path, NUMBER, *cells).column("value") == [Decimal(text) for text in expected]


def test_what_is_no_number(tmp_path: Path) -> None:
    unreadable(tmp_path, NUMBER, "NaN", "inf", "0x10", "1e3", "1,000")
    unreadable(tmp_path, NUMBER, "€ 3.500,00", "#REF!", "--1", "1_000", "12 EUR")


def test_numbers_too_large_are_their_own_problem(tmp_path: Path) -> None:
    found = values(tmp_path, NUMBER, "1000000000000", "999999999999.9999995", "1")
    assert found.column("value") == [None, None, Decimal(1)]
    assert found.listed() == [("number out of range", "value", 2)]


@settings(max_examples=40, deadline=None)
@given(numbers=st.lists(st.decimals(-(10**12) + 1, 10**12 - 1, places=9), min_size=1, max_size=20))
def test_decimals_round_half_away_from_zero(
    tmp_path_factory: pytest.TempPathFactory, numbers: list[Decimal]
) -> None:
    cells = [format(number, "f") for number in numbers]
    found = values(tmp_path_factory.mktemp("csv"), NUMBER, *cells)
    assert found.column("value") == [
        number.quantize(Decimal("0.000001"), ROUND_HALF_UP) for number in numbers
    ]


# ---------------------------------------------------------------------------------------- booleans, texts, enumerations


def test_booleans(tmp_path: Path) -> None:
    found = values(tmp_path, BOOLEAN, "true", "FALSE", "Yes", "no", "1", "0", " True ")
    assert found.column("value") == [True, False, True, False, True, False, True]
    unreadable(tmp_path, BOOLEAN, "t", "2", "on", "wahr")


def test_texts_are_kept_to_the_letter(tmp_path: Path) -> None:
    cells = (" Ana ", "1.50", "TRUE", "ﬁ", "e\u0301")
    assert values(tmp_path, TEXT, *cells).column("value") == list(cells)


def test_an_enumeration_has_only_its_values(tmp_path: Path) -> None:
    found = values(tmp_path, ONE_OF, "call", "Call", "fax", "", values=("call", "email"))
    assert found.column("value") == ["call", None, None, None]
    assert found.listed() == [("unknown value", "value", 2)]
    assert found.places("unknown value") == [(3, "Call"), (4, "fax")]


def test_translations_and_missing_texts(tmp_path: Path) -> None:
    rules: dict[str, Any] = {
        "translate": (("COMPUTER_SOFTWARE", "software"), ("O'Hara", "law")),
        "missing": ("", "N/A", "-"),
    }
    cells = ("COMPUTER_SOFTWARE", "O'Hara", "software", "N/A", " - ", "  ")
    found = values(tmp_path, ONE_OF, *cells, values=("software", "law"), **rules)
    assert found.column("value") == ["software", "law", "software", None, None, None]
    assert found.problems == ()


def test_a_translation_into_another_type(tmp_path: Path) -> None:
    assert value(tmp_path, BOOLEAN, "Y", translate=(("Y", "true"), ("N", "false"))) is True


def test_without_the_empty_text_among_the_missing_ones_it_is_a_text(tmp_path: Path) -> None:
    assert values(tmp_path, TEXT, "", "N/A", missing=("N/A",)).column("value") == ["", None]


# ----------------------------------------------------------------------------------------------------------- constants


def test_constants(tmp_path: Path) -> None:
    mappings = mapped(id="id", type=Mapping("type", constant="call"), size=Mapping("size", constant="5"))
    fields = (ID, field("type", ONE_OF, "call", "email"), field("size", NUMBER))
    found = read(write(tmp_path, "l.csv", "id\n1\n"), tmp_path, *fields, source={"mappings": mappings})
    assert found.rows == [{"id": "1", "type": "call", "size": Decimal(5)}]


def test_a_constant_that_the_field_cannot_have_is_an_error(tmp_path: Path) -> None:
    mappings = mapped(id="id", type=Mapping("type", constant="fax"))
    with pytest.raises(DataError, match='`type` is always "fax", which is not one of `call`, `email`'):
        read(
            write(tmp_path, "l.csv", "id\n1\n"),
            tmp_path,
            ID,
            field("type", ONE_OF, "call", "email"),
            source={"mappings": mappings},
        )


# ------------------------------------------------------------------------------------------------------------- the rows


def test_rows_that_are_skipped_are_counted_and_their_values_are_not_judged(tmp_path: Path) -> None:
    text = "id,Is Test,size\n1,false,5\n2,true,x\n3,TRUE,y\n4,,\n"
    source = {
        "mappings": mapped(id="id", size="size"),
        "tests": (RowTest("Is Test", ("true", ""), only=False),),
    }
    found = read(
        write(tmp_path, "l.csv", text), tmp_path, ID, field("size", NUMBER, optional=True), source=source
    )
    assert found.column("id") == ["1", "3"]
    assert found.listed() == [("skipped row", None, 2), ("unreadable value", "size", 1)]
    with pytest.raises(
        DataError,
        match=r"`l.csv` has no column `Is test`, which `skip when` is read from; did you mean `Is Test`",
    ):
        read("l.csv", tmp_path, ID, source={"tests": (RowTest("Is test", ("true",), only=False),)})


def test_only_the_rows_that_are_asked_for_are_read(tmp_path: Path) -> None:
    text = "id,Field,size,Is Test\n1,Size,5,no\n2,Owner,Bo,no\n3,Size,7,yes\n4,,x,no\n5,size,y,no\n,,,\n"
    only = RowTest("Field", ("Size",), only=True)
    source = {
        "mappings": mapped(id="id", size="size"),
        "tests": (only, RowTest("Is Test", ("yes",), only=False)),
    }
    found = read(write(tmp_path, "h.csv", text), tmp_path, ID, field("size", NUMBER), source=source)
    assert found.column("id") == ["1"]
    assert found.listed() == [("blank row", None, 1), ("skipped row", None, 4)]
    with pytest.raises(
        DataError, match=r"has no column `Feld`, which `only when` is read from; did you mean `Field`"
    ):
        read("h.csv", tmp_path, ID, source={"tests": (RowTest("Feld", ("Size",), only=True),)})


def test_an_optional_field_without_a_column_is_missing_and_noted(tmp_path: Path) -> None:
    name = write(tmp_path, "l.csv", "id\n1\n2\n")
    for source in (None, {"mappings": mapped(id="id")}):
        found = read(name, tmp_path, ID, field("country", optional=True), source=source)
        assert found.column("country") == [None, None]
        assert found.listed() == [("missing column", "country", 2)]


def test_a_record_without_a_key_is_numbered(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "name\nAna\nBen\n")
    write(tmp_path, "b.csv", "name\nCem\n")
    assert read("a.csv", tmp_path, field("name")).rows == [
        {"row": "1", "name": "Ana"},
        {"row": "2", "name": "Ben"},
    ]
    assert read("*.csv", tmp_path, field("name")).column("row") == ["a.csv 1", "a.csv 2", "b.csv 1"]


@settings(max_examples=40, deadline=None)
@given(
    cells=st.lists(st.text(alphabet="0123456789-:. TZ+,PDHMSaeéN", max_size=12), min_size=1, max_size=20),
    data=st.data(),
)
def test_every_cell_is_a_value_or_missing_or_listed(
    tmp_path_factory: pytest.TempPathFactory, cells: list[str], data: st.DataObject
) -> None:
    type = data.draw(st.sampled_from([NUMBER, BOOLEAN, DATE, TIME, DURATION]))
    found = values(tmp_path_factory.mktemp("csv"), type, *cells, zone="UTC")
    values_read = sum(value is not None for value in found.column("value"))
    blank = sum(not cell.strip() for cell in cells)
    assert len(found.rows) == len(cells)
    assert values_read + blank + sum(problem.count for problem in found.problems) == len(cells)
