"""Files as programs and people leave them: lines above the header, encodings, odd spaces, names that come twice."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from data_cases import DATE, NUMBER, TIME, field, mapped, read, utc, write
from hypothesis import given, settings
from hypothesis import strategies as st

from sladsl.data import DataError
from sladsl.data.infer import infer
from sladsl.plan import Mapping

ID = field("id", key=True)
NAME = field("name", optional=True)
SIZE = field("size", NUMBER, optional=True)
CRM: dict[str, Any] = {"mappings": mapped(id="Id", name="Name", size="Size")}
ROWS = [{"id": "1", "name": "Zoë", "size": Decimal(5)}, {"id": "2", "name": "Ann", "size": Decimal(6)}]
TABLE = "Id,Name,Size\n1,Zoë,5\n2,Ann,6\n"


# --------------------------------------------------------------------------------------------------- where the header is


@pytest.mark.parametrize(
    ("above", "lines"),
    [
        ("Leads of March\n\n", [(1, "Leads of March")]),
        ("Report,All leads\nMade by,Zoë\n", [(1, "Report,All leads"), (2, "Made by,Zoë")]),
        ('"A title\nof two lines",,\n', [(1, "A title\nof two lines,,")]),
        ("Id,Report\n", [(1, "Id,Report")]),
    ],
)
def test_lines_above_the_header_are_passed_over_and_listed(
    tmp_path: Path, above: str, lines: list[tuple[int, str]]
) -> None:
    found = read(write(tmp_path, "leads.csv", above + TABLE), tmp_path, ID, NAME, SIZE, source=CRM)
    assert found.rows == ROWS
    assert found.listed() == [("line above the header", None, len(lines))]
    assert found.places("line above the header") == lines


def test_a_problem_is_shown_at_its_own_line(tmp_path: Path) -> None:
    text = "A title\nmade on,2026-03-01\n" + TABLE.replace(",6", ",six") + "3,x\n"
    found = read(write(tmp_path, "leads.csv", text), tmp_path, ID, NAME, SIZE, source=CRM)
    assert found.places("unreadable value") == [(5, "six")]
    assert found.places("unreadable row") == [(6, "3,x")]


def test_the_delimiter_is_the_one_that_cuts_the_header(tmp_path: Path) -> None:
    text = "Leads, of March, all of them\n" + TABLE.replace(",", ";")
    found = read(write(tmp_path, "leads.csv", text), tmp_path, ID, NAME, SIZE, source=CRM)
    assert found.rows == ROWS


def test_fields_that_must_have_a_column_find_it_without_a_source(tmp_path: Path) -> None:
    found = read(write(tmp_path, "leads.csv", "A title\n\n" + TABLE), tmp_path, ID, NAME, SIZE)
    assert found.rows == ROWS


def test_header_at(tmp_path: Path) -> None:
    text = "Id,Name,Size\n(key),(text),(number)\nId,Name,Size\n1,Zoë,5\n2,Ann,6\n"
    name = write(tmp_path, "leads.csv", text)
    found = read(name, tmp_path, ID, NAME, SIZE, source={**CRM, "header": 3})
    assert found.rows == ROWS
    assert found.problems == ()
    with pytest.raises(
        DataError, match=r"`leads.csv` has no header at line 9: the line is blank, or not there"
    ):
        read(name, tmp_path, ID, NAME, SIZE, source={**CRM, "header": 9})
    with pytest.raises(DataError, match=r"`leads.csv` has no column `Id`"):
        read(name, tmp_path, ID, NAME, SIZE, source={**CRM, "header": 2})


def test_where_no_line_names_all_columns_the_nearest_is_shown(tmp_path: Path) -> None:
    text = "A title\nId,Name,Sizes\n1,Zoë,5\n"
    with pytest.raises(DataError, match=r"no column `Size`.* — its columns are `Id`, `Name`, `Sizes`"):
        read(write(tmp_path, "leads.csv", text), tmp_path, ID, NAME, SIZE, source=CRM)


@pytest.mark.parametrize("said", ["sep=;", "SEP=;", '"sep=;"'])
def test_a_first_line_that_names_the_delimiter(tmp_path: Path, said: str) -> None:
    text = f"{said}\r\n" + TABLE.replace(",", ";").replace("Ann", "Ann, B. | C").replace("\n", "\r\n")
    found = read(write(tmp_path, "leads.csv", text), tmp_path, ID, NAME, SIZE, source=CRM)
    assert [row["name"] for row in found.rows] == ["Zoë", "Ann, B. | C"]
    assert found.problems == ()
    odd = "sep=~\n" + TABLE.replace(",", "~")
    assert read(write(tmp_path, "odd.csv", odd), tmp_path, ID, NAME, SIZE, source=CRM).rows == ROWS


def test_rows_of_a_workbook_above_the_header(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for row in (["All leads"], ["made by", "Zoë"], ["Id", "Name", "Size"], ["1", "Zoë", 5], ["2", "Ann", 6]):
        book.active.append(row)
    book.save(tmp_path / "crm.xlsx")
    found = read("crm.xlsx", tmp_path, ID, NAME, SIZE, source=CRM)
    assert found.rows == ROWS
    assert found.places("line above the header") == [(1, "All leads"), (2, "made by, Zoë")]
    with pytest.raises(DataError, match=r"`crm.xlsx` has no column `Id`"):
        read("crm.xlsx", tmp_path, ID, NAME, SIZE, source={**CRM, "header": 2})
    with pytest.raises(DataError, match=r"`crm.xlsx#Sheet` has no header at row 30"):
        read("crm.xlsx", tmp_path, ID, NAME, SIZE, source={**CRM, "header": 30})


# -------------------------------------------------------------------------------------------------------------- encodings


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_says_the_encoding(tmp_path: Path, codec: str) -> None:
    found = read(write(tmp_path, "leads.csv", TABLE.encode(codec)), tmp_path, ID, NAME, SIZE, source=CRM)
    assert found.rows == ROWS
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ({"id": "1", "name": "Zoë"},))
    assert read(write(tmp_path, "l.jsonl", lines.encode(codec)), tmp_path, ID, NAME).column("name") == ["Zoë"]
    whole = json.dumps([{"id": "1", "name": "Zoë"}], ensure_ascii=False)
    assert read(write(tmp_path, "l.json", whole.encode(codec)), tmp_path, ID, NAME).column("name") == ["Zoë"]


@pytest.mark.parametrize(
    ("said", "codec"),
    [
        ("windows-1252", "cp1252"),
        ("utf-16-le", "utf-16-le"),
        ("UTF-8", "utf-8"),
        ("iso-8859-15", "iso-8859-15"),
    ],
)
def test_a_source_says_the_encoding(tmp_path: Path, said: str, codec: str) -> None:
    text = TABLE + "x,y\n3,Bö,sieben\n"
    found = read(
        write(tmp_path, "leads.csv", text.encode(codec)),
        tmp_path,
        ID,
        NAME,
        SIZE,
        source={**CRM, "encoding": said},
    )
    assert found.column("name") == ["Zoë", "Ann", "Bö"]
    assert found.places("unreadable value") == [(5, "sieben")]
    assert found.places("unreadable row") == [(4, "x,y")]


def test_an_encoding_that_is_not_the_files(tmp_path: Path) -> None:
    name = write(tmp_path, "leads.csv", TABLE.encode("cp1252"))
    with pytest.raises(DataError) as raised:
        read(name, tmp_path, ID, NAME, SIZE, source=CRM)
    assert "`leads.csv`, line 2: `1,Zoë,5` is not UTF-8 text" in raised.value.message
    assert '`encoding "windows-1252"` in its source' in raised.value.message
    late = TABLE + "3,Ann,1\n" * 200_000 + "4,Zoë,1\n"
    with pytest.raises(DataError, match=r"`leads.csv`, line 200004: `4,Zoë,1` is not UTF-8 text"):
        read(
            write(tmp_path, "leads.csv", late.encode("cp1252").replace(b"1,Zo\xeb,5", b"1,Zoe,5")),
            tmp_path,
            ID,
            NAME,
            source=CRM,
        )
    with pytest.raises(
        DataError, match='byte order mark of UTF-16, and its source says `encoding "windows-1252"`'
    ):
        read(
            write(tmp_path, "u.csv", TABLE.encode("utf-16")),
            tmp_path,
            ID,
            source={**CRM, "encoding": "windows-1252"},
        )
    with pytest.raises(DataError, match="is not ascii text; it was read as ascii"):
        read(write(tmp_path, "a.csv", TABLE), tmp_path, ID, source={**CRM, "encoding": "ascii"})
    with pytest.raises(DataError, match=r'UTF-16 without a byte order mark needs `encoding "utf-16-le"`'):
        read(write(tmp_path, "b.csv", TABLE.encode("utf-16-le")), tmp_path, ID, source=CRM)


TEXTS = st.text(st.characters(codec="cp1252", exclude_categories=["Cc", "Zs", "Cf"]), min_size=1, max_size=8)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=5, unique_by=lambda row: row[0]), st.data())
def test_every_encoding_gives_the_same_rows(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("encodings")
    quoted = (['"' + cell.replace('"', '""') + '"' for cell in row] for row in rows)
    text = "Id,Name\n" + "".join(",".join(row) + "\n" for row in quoted)
    codec = data.draw(st.sampled_from(("cp1252", "utf-16", "utf-8-sig", "utf-16-be", "utf-8")))
    source = {"mappings": mapped(id="Id", name="Name"), "missing": ()}
    said = {} if codec in ("utf-16", "utf-8-sig", "utf-8") else {"encoding": codec}
    found = read(write(folder, "l.csv", text.encode(codec)), folder, ID, NAME, source={**source, **said})
    assert sorted((row["id"], row["name"]) for row in found.rows) == sorted(rows)


# ----------------------------------------------------------------------------------------------------------------- spaces


@pytest.mark.parametrize("space", ["\u00a0", "\u202f", "\u2009", "\u3000"])
def test_any_space_is_a_space_in_and_around_values(tmp_path: Path, space: str) -> None:
    text = f"id,at,day,size,name\n1,2026-03-03{space}10:30{space},{space}2026-03-04,{space}5{space},{space}\n"
    fields = (ID, field("at", TIME), field("day", DATE), SIZE, NAME)
    found = read(write(tmp_path, "l.csv", text), tmp_path, *fields, source={"zone": "UTC"})
    assert found.rows[0] == {
        "id": "1",
        "at": utc("2026-03-03 10:30"),
        "day": 20516,
        "size": Decimal(5),
        "name": None,
    }
    assert found.problems == ()
    text = f"id,at\n1,3/3/2026 10:30{space}PM\n"
    for format in ("M/D/YYYY h:mm A", f"M/D/YYYY h:mm{space}A"):
        mappings = mapped(id="id", at=Mapping("at", "at", format=format))
        source = {"zone": "UTC", "mappings": mappings}
        found = read(write(tmp_path, "l.csv", text), tmp_path, ID, field("at", TIME), source=source)
        assert found.column("at") == [utc("2026-03-03 22:30")]


def test_a_text_keeps_its_spaces(tmp_path: Path) -> None:
    found = read(write(tmp_path, "l.csv", "id,name\n\u00a01,a\u00a0b \n"), tmp_path, ID, NAME)
    assert found.rows == [{"id": "\u00a01", "name": "a\u00a0b "}]


# ------------------------------------------------------------------------------------------------------------------ names


def test_a_name_that_comes_twice(tmp_path: Path) -> None:
    text = "Id,Name,Size,Name\n1,Zoe,5,Ann\n"
    name = write(tmp_path, "leads.csv", text)
    says = r"`leads.csv` has 2 columns named `Name`, columns 2 and 4, so it is not clear which is meant"
    with pytest.raises(DataError, match=says):
        read(name, tmp_path, ID, NAME, source=CRM)
    with pytest.raises(DataError, match=says):
        infer([name], tmp_path)
    unread = {"mappings": mapped(id="Id", size="Size")}
    assert read(name, tmp_path, ID, SIZE, source=unread).rows == [{"id": "1", "size": Decimal(5)}]


# -------------------------------------------------------------------------------------------------- years of two digits


@pytest.mark.parametrize(
    ("dates", "format", "doubt"),
    [
        (
            ["20-10-16", "25-10-16", "31-10-16"],
            "DD-MM-YY",
            "`DD-MM-YY` or `YY-MM-DD`: every value can be read so",
        ),
        (["20-10-16", "25-10-32", "31-10-16"], "DD-MM-YY", ""),
        (["99-10-16", "25-10-16", "31-10-16"], "YY-MM-DD", ""),
        (["10-16-25", "10-17-25", "11-02-25"], "MM-DD-YY", ""),
        (
            ["01.03.17", "02.03.17", "12.03.17"],
            "DD.MM.YY",
            "`DD.MM.YY` or `YY.MM.DD`: every value can be read so",
        ),
        (["01/03/17", "02/13/17", "12/03/17"], "MM/DD/YY", ""),
        (["13/02/2026", *["01/02/2026"] * 99], "DD/MM/YYYY", ""),
    ],
)
def test_years_of_two_digits(tmp_path: Path, dates: list[str], format: str, doubt: str) -> None:
    text = "id,day\n" + "".join(f"{number},{date}\n" for number, date in enumerate(dates))
    (record,) = infer([write(tmp_path, "p.csv", text)], tmp_path)
    (day,) = (f for f in record.fields if f.name == "day")
    assert (day.type, day.format, day.doubt) == (DATE, format, doubt)


def test_a_draft_finds_the_header_of_a_sheet_below_a_title(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for row in (["All leads", None, None], ["id", "name", "made"], ["1", "Zoe", "2026-03-01"]):
        book.active.append(row)
    book.active.merge_cells("A1:C1")
    book.save(tmp_path / "p.xlsx")
    (record,) = infer(["p.xlsx"], tmp_path)
    assert [f.column for f in record.fields] == ["id", "name", "made"]


def test_a_draft_finds_the_header_below_a_title(tmp_path: Path) -> None:
    text = "Leads of March\n\nid,name,made\n1,Zoe,2026-03-01 10:00\n2,Ann,2026-03-02 11:00\n"
    (record,) = infer([write(tmp_path, "p.csv", text)], tmp_path)
    assert [f.column for f in record.fields] == ["id", "name", "made"]
