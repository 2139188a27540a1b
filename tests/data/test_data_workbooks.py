"""Workbooks whose cells hold something else than they show: formulas, errors, number formats, merged cells."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from data_cases import DATE, NUMBER, ONE_OF, TIME, field, mapped, read, utc
from openpyxl import Workbook

from sladsl.data import DataError
from sladsl.data.workbook import ShownOtherwise, as_shown
from sladsl.plan import Mapping, RowTest

ID = field("id", key=True)
NAME = field("name", optional=True)
SIZE = field("size", NUMBER, optional=True)
AT = field("at", TIME, optional=True)


def sheet(folder: Path, fill: Callable[[Any], None], name: str = "crm.xlsx") -> str:
    """A workbook of one sheet, as openpyxl writes it: of a formula nothing but the formula."""
    book = Workbook()
    fill(book.active)
    book.save(folder / name)
    return name


def calculated(folder: Path, *cells: tuple[str, str, str | float]) -> str:
    """A workbook with formulas and the results that were stored: (cell, formula, result)."""
    with xlsxwriter.Workbook(folder / "crm.xlsx") as book:
        page = book.add_worksheet()
        page.write_row("A1", ["id", "name", "size"])
        page.write_string("A2", "1")
        for cell, formula, result in cells:
            page.write_formula(cell, formula, None, result)
    return "crm.xlsx"


def changed(book: Path, old: bytes, new: bytes) -> None:
    """The workbook with other bytes in it."""
    with zipfile.ZipFile(book) as file:
        parts = {part: file.read(part) for part in file.namelist()}
    assert any(old in data for data in parts.values())
    with zipfile.ZipFile(book, "w") as file:
        for part, data in parts.items():
            file.writestr(part, data.replace(old, new))


def rows(*given: list[Any]) -> Callable[[Any], None]:
    def fill(page: Any) -> None:
        for row in given:
            page.append(row)

    return fill


# ------------------------------------------------------------------------------------------------------------ formulas


def test_a_formula_without_a_result_is_a_problem_whatever_the_field(tmp_path: Path) -> None:
    flag = field("stage", ONE_OF, "new", "won", optional=True)
    due = field("due", DATE, optional=True)
    content = rows(
        ["id", "name", "size", "at", "stage", "due"],
        ["1", "=A2", "=1+1", "=NOW()", '=IF(TRUE,"won")', "=TODAY()"],
        ["2", "Zoe", 5, datetime(2026, 3, 3, 9), "won", None],
    )
    found = read(sheet(tmp_path, content), tmp_path, ID, NAME, SIZE, AT, flag, due, source={"zone": "UTC"})
    assert [found.column(name)[0] for name in ("name", "size", "at", "stage", "due")] == [None] * 5
    assert found.column("name")[1] == "Zoe"
    assert found.listed() == [
        ("unreadable value", name, 1) for name in ("name", "size", "at", "stage", "due")
    ]
    assert found.places("unreadable value")[1] == (2, "=1+1")
    assert all("a formula whose result is not in the file" in p.hint for p in found.problems)


def test_a_stored_result_is_read(tmp_path: Path) -> None:
    found = read(
        calculated(tmp_path, ("B2", '="Z"&"oe"', "Zoe"), ("C2", "=2*3", 6)), tmp_path, ID, NAME, SIZE
    )
    assert found.rows == [{"id": "1", "name": "Zoe", "size": Decimal(6)}]
    assert found.problems == ()


def test_an_empty_text_is_a_result(tmp_path: Path) -> None:
    name = calculated(tmp_path, ("B2", "=C2&C3", "nothing"))
    changed(tmp_path / name, b"<v>nothing</v>", b"<v></v>")
    assert read(name, tmp_path, ID, NAME, SIZE).rows == [{"id": "1", "name": None, "size": None}]
    assert read(name, tmp_path, ID, NAME, SIZE).problems == ()


def test_a_zero_that_nobody_calculated_is_no_result(tmp_path: Path) -> None:
    name = calculated(tmp_path, ("C2", "=2*3", 0))
    assert read(name, tmp_path, ID, SIZE).listed() == [("unreadable value", "size", 1)]
    changed(tmp_path / name, b' fullCalcOnLoad="1"', b"")
    assert read(name, tmp_path, ID, SIZE).rows == [{"id": "1", "size": 0}]


def test_whether_a_row_is_skipped_must_be_known(tmp_path: Path) -> None:
    source = {"tests": (RowTest("Test", ("yes",), only=False),)}
    content = rows(["id", "Test"], ["1", "yes"], ["2", "no"])
    assert read(sheet(tmp_path, content), tmp_path, ID, source=source).column("id") == ["2"]
    content = rows(["id", "Test"], ["1", "yes"], ["2", "=A1"])
    with pytest.raises(DataError, match=r"row 3: `Test` is `=A1`, and the cell holds no value of its own"):
        read(sheet(tmp_path, content), tmp_path, ID, source=source)


def test_a_sheet_is_read_whatever_size_it_claims(tmp_path: Path) -> None:
    name = sheet(tmp_path, rows(["id", "size"], ["1", 5], ["2", 6]))
    changed(tmp_path / name, b'<dimension ref="A1:B3"', b'<dimension ref="A1"')
    assert read(name, tmp_path, ID, SIZE).column("size") == [5, 6]


# -------------------------------------------------------------------------------------------------------------- errors


def test_an_error_is_no_text(tmp_path: Path) -> None:
    content = rows(["id", "name"], ["1", "#REF!"], ["#N/A", "Zoe"], ["3", "#N/A"])
    found = read(sheet(tmp_path, content), tmp_path, ID, NAME)
    assert [(row["id"], row["name"]) for row in found.rows if row["id"]] == [("1", None), ("3", None)]
    assert found.listed() == [("unreadable value", "id", 1), ("unreadable value", "name", 2)]
    assert found.places("unreadable value") == [(3, "#N/A"), (2, "#REF!"), (4, "#N/A")]


def test_an_error_may_stand_for_nothing_or_be_translated(tmp_path: Path) -> None:
    stage = field("stage", ONE_OF, "new", "lost", optional=True)
    content = rows(["id", "name", "stage"], ["1", "#N/A", "#REF!"])
    mappings = mapped(id="id", name="name", stage=Mapping("stage", "stage", translate=(("#REF!", "lost"),)))
    source = {"missing": ("", "#N/A"), "mappings": mappings}
    found = read(sheet(tmp_path, content), tmp_path, ID, NAME, stage, source=source)
    assert found.rows == [{"id": "1", "name": None, "stage": "lost"}]
    assert found.problems == ()


def test_a_date_that_no_calendar_has_is_an_error(tmp_path: Path, recwarn: pytest.WarningsRecorder) -> None:
    def fill(page: Any) -> None:
        page.append(["id", "at"])
        page.append(["1", 9_999_999])
        page["B2"].number_format = "yyyy-mm-dd"

    found = read(sheet(tmp_path, fill), tmp_path, ID, AT, source={"zone": "UTC"})
    assert found.listed() == [("unreadable value", "at", 1)]
    assert not [warned for warned in recwarn if "openpyxl" in str(warned.filename)]


# ------------------------------------------------------------------------------------------------------ number formats


@pytest.mark.parametrize(
    ("value", "format", "shown"),
    [
        (7, "000", "007"),
        (7.0, "00000", "00007"),
        (1234567, "000", "1234567"),
        (123456, "000-000", "123-456"),
        (1234567, "000-000", "1234-567"),
        (5551234567, "(000) 000-0000", "(555) 123-4567"),
        (7, '"L-"0000', "L-0007"),
        (7, "\\L000", "L007"),
        (12, "[Red]0000;[Blue]-0000", "0012"),
        (-12, "0000;(0000)", "(0012)"),
        (-12, "0000", "-0012"),
        (0, "000", "000"),
        (7, "##-00", "-07"),
        (7, "General", None),
        (7, "0", None),
        (7, "@", None),
        (1234, "#,##0", None),
        (7, "0.00", None),
        (7.5, "0.00", None),
        (0.25, "0%", None),
    ],
)
def test_what_a_number_format_shows(value: float, format: str, shown: str | None) -> None:
    assert as_shown(value, format) == shown


@pytest.mark.parametrize(
    ("value", "format"), [(7, "0000.00"), (7, "0,000"), (7.5, "000"), (7, "[<9]000;0000")]
)
def test_zeros_that_are_not_worked_out(value: float, format: str) -> None:
    with pytest.raises(ShownOtherwise):
        as_shown(value, format)


def test_an_id_is_what_its_cell_shows_and_a_number_what_it_holds(tmp_path: Path) -> None:
    def fill(page: Any) -> None:
        page.append(["id", "size", "name"])
        page.append([7, 7, 7])
        page.append([70_000, 8, 8])
        page["A2"].number_format = page["A3"].number_format = "000"
        page["B2"].number_format = page["B3"].number_format = "000-000"
        page["C2"].number_format = "0000.00"

    found = read(sheet(tmp_path, fill), tmp_path, ID, SIZE, NAME)
    assert found.column("id") == ["007", "70000"]
    assert found.column("size") == [7, 8]
    assert found.column("name") == [None, "8"]
    assert found.listed() == [("unreadable value", "name", 1)]
    assert "shown with zeros in front" in found.problems[0].hint


def test_dates_as_texts_need_their_format(tmp_path: Path) -> None:
    content = rows(["id", "at"], ["1", "03.03.2026 09:15"], ["2", datetime(2026, 3, 3, 9, 15)])
    name = sheet(tmp_path, content)
    found = read(name, tmp_path, ID, AT, source={"zone": "UTC"})
    assert found.column("at") == [None, utc("2026-03-03 09:15")]
    assert found.places("unreadable value") == [(2, "03.03.2026 09:15")]
    spelt = {"zone": "UTC", "mappings": mapped(id="id", at=Mapping("at", "at", format="DD.MM.YYYY HH:mm"))}
    assert read(name, tmp_path, ID, AT, source=spelt).column("at") == [utc("2026-03-03 09:15")] * 2


# -------------------------------------------------------------------------------------------------------- merged cells


def test_a_header_in_merged_cells(tmp_path: Path) -> None:
    def fill(page: Any) -> None:
        page.append(["Leads of March"])
        page.append(["id", "Deal", None])
        page.append([None, "name", "size"])
        page.append(["1", "Zoe", 5])
        page.append(["2", "Ann", 6])
        for cells in ("A1:C1", "A2:A3", "B2:C2"):
            page.merge_cells(cells)

    found = read(
        sheet(tmp_path, fill),
        tmp_path,
        ID,
        NAME,
        SIZE,
        source={"mappings": mapped(id="id", name="name", size="size")},
    )
    assert found.rows == [{"id": "1", "name": "Zoe", "size": 5}, {"id": "2", "name": "Ann", "size": 6}]


def test_a_name_over_several_columns_is_none(tmp_path: Path) -> None:
    def fill(page: Any) -> None:
        page.append(["id", "name", None])
        page.append(["1", "Zoe", "Smith"])
        page.merge_cells("B1:C1")

    with pytest.raises(DataError, match=r"has 2 columns named `name`"):
        read(sheet(tmp_path, fill), tmp_path, ID, NAME)


def test_merged_cells_hold_one_value(tmp_path: Path) -> None:
    def fill(page: Any) -> None:
        page.append(["id", "name", "size"])
        for row in (["1", "Zoe", 1], ["2", None, 2], ["3", "Ann", 3], ["4", None, 4]):
            page.append(row)
        page.merge_cells("B2:B3")
        page.merge_cells("C6:C7")

    found = read(sheet(tmp_path, fill), tmp_path, ID, NAME, SIZE)
    assert found.column("name") == ["Zoe", None, "Ann", None]
    assert found.listed() == [("unreadable value", "name", 1)]
    assert found.places("unreadable value") == [(3, "Zoe")]
    assert "one of several merged cells" in found.problems[0].hint
