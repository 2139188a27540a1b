"""JSON Lines and workbooks: the same rows, problems and places as CSV."""

from __future__ import annotations

import builtins
import json
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from data_cases import BOOLEAN, DATE, DURATION, NUMBER, TEXT, TIME, field, mapped, read, utc, write

from sladsl.data import DataError
from sladsl.outcomes import TOLD_APART
from sladsl.plan import Mapping

ID = field("id", key=True)
SIZE = field("size", NUMBER, optional=True)


# ----------------------------------------------------------------------------------------------------------- JSON Lines


def test_json_lines(tmp_path: Path) -> None:
    text = '{"id": 1234567890123456789, "size": 1.10}\n\n{"id": "2", "size": null}\n{"size": 7, "id": "3", "ok": true}\n'
    found = read(
        write(tmp_path, "leads.jsonl", text), tmp_path, ID, SIZE, field("ok", BOOLEAN, optional=True)
    )
    assert found.rows == [
        {"id": "1234567890123456789", "size": Decimal("1.1"), "ok": None},
        {"id": "2", "size": None, "ok": None},
        {"id": "3", "size": Decimal(7), "ok": True},
    ]
    assert found.problems == ()


def test_lines_that_are_no_objects_are_listed(tmp_path: Path) -> None:
    text = '{"id": "1", "size": 1}\n{"id": "2", \n[1]\n{"id": "4", "size": "x"}\n{"id": "5", "size": NaN}\n'
    found = read(write(tmp_path, "leads.ndjson", text), tmp_path, ID, SIZE)
    assert found.column("id") == ["1", "4", "5"]
    assert found.listed() == [("unreadable row", None, 2), ("unreadable value", "size", 2)]
    assert found.places("unreadable row") == [(2, '{"id": "2",'), (3, "[1]")]
    assert found.places("unreadable value") == [(4, "x"), (5, "NaN")]


def test_json_documents(tmp_path: Path) -> None:
    rows = [{"id": 1, "size": 5}, {"id": 2, "size": "x"}, "odd"]
    for document in (rows, {"done": True, "records": rows}):
        found = read(write(tmp_path, "leads.json", json.dumps(document, indent=2)), tmp_path, ID, SIZE)
        assert found.column("id") == ["1", "2"]
        assert found.listed() == [("unreadable row", None, 1), ("unreadable value", "size", 1)]


def test_json_that_cannot_be_rows(tmp_path: Path) -> None:
    for content, says in (
        ("", "`l.jsonl` is empty: expected one JSON object a line"),
        ("hello\n", "`l.jsonl` holds no row"),
        (b"\x00\x01", "is not text but a binary file"),
        ('{"id": "1"}\n{"id": ["1"]}\n', "`l.jsonl`, row 2: `id` is a list, and a field has one value"),
        (
            '{"id": "1"}\n{"id": "2", "size": 1, "id": "3"}\n',
            "`l.jsonl`, row 2: the object has `id` more than once, as `2` and `3`, and nothing says which is meant: write it once",
        ),
        ('{"id": "1", "id": "1"}\n', "`l.jsonl`, row 1: the object has `id` more than once"),
        (
            '{"id": "1"}\n{"id": "é"}\n'.encode("latin-1"),
            '`l.jsonl`, line 2: `{"id": "é"}` is not UTF-8 text',
        ),
        ('{"name": "1"}\n', "`l.jsonl` has no column for `id`"),
    ):
        with pytest.raises(DataError) as raised:
            read(write(tmp_path, "l.jsonl", content), tmp_path, ID)
        assert says in raised.value.message


def test_a_member_that_is_there_twice_is_never_read(tmp_path: Path) -> None:
    """A file may repeat what nobody asks for; as a difference between rows it counts with all its values."""
    text = '{"id": "1", "x": 1, "x": 2}\n{"id": "1", "x": 2}\n{"id": "1", "x": 2}\n'
    plain = field("id")
    found = read(write(tmp_path, "leads.jsonl", text), tmp_path, plain)
    assert found.column("id") == ["1", "1"]
    assert [kind for kind, _, _ in found.listed()] == ["equal rows", TOLD_APART]
    document = '{"done": 1, "done": 2,\n"rows": [{"id": "1"}]}'
    assert read(write(tmp_path, "a.json", document), tmp_path, ID).column("id") == ["1"]
    twice = '{"rows": [{"id": "1"}],\n"rows": [{"id": "2"}]}'
    with pytest.raises(
        DataError, match=r"`b\.json` has `rows` more than once, and nothing says which holds the rows"
    ):
        read(write(tmp_path, "b.json", twice), tmp_path, ID)


# ------------------------------------------------------------------------------------------------------------ workbooks


def workbook(folder: Path, **sheets: Sequence[Any]) -> str:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(folder / "crm.xlsx")
    return "crm.xlsx"


def test_a_sheet_with_typed_cells(tmp_path: Path) -> None:
    rows = [
        ["id", "size", "ok", "at", "day", "spent"],
        [101, 2.5, True, datetime(2026, 7, 6, 6, 30, 51), date(2026, 7, 6), time(0, 26, 43)],
        ["102", "3", "no", "2026-07-06 06:30", "2026-07-06", "1 day, 0:00:01"],
    ]
    fields = (ID, SIZE, field("ok", BOOLEAN), field("at", TIME), field("day", DATE), field("spent", DURATION))
    found = read(workbook(tmp_path, leads=rows), tmp_path, *fields, source={"zone": "America/New_York"})
    assert [list(row.values()) for row in found.rows] == [
        ["101", Decimal("2.5"), True, utc("2026-07-06 10:30:51"), 20_640, 1_603_000_000],
        ["102", Decimal(3), False, utc("2026-07-06 10:30"), 20_640, 86_401_000_000],
    ]
    assert found.problems == ()


def test_true_dates_are_read_whatever_the_format_says(tmp_path: Path) -> None:
    rows = [
        ["id", "at"],
        [1, datetime(2026, 7, 6, 6, 30)],
        [2, "06.07.2026 06:30"],
        [3, "2026/07/06"],
        [4, date(2026, 7, 6)],
    ]
    mappings = mapped(id="id", at=Mapping("at", "at", format="DD.MM.YYYY HH:mm", at=0))
    at = field("at", TIME, optional=True)
    found = read(
        workbook(tmp_path, leads=rows), tmp_path, ID, at, source={"mappings": mappings, "zone": "UTC"}
    )
    assert found.column("at") == [
        utc("2026-07-06 06:30"),
        utc("2026-07-06 06:30"),
        None,
        utc("2026-07-06 00:00"),
    ]
    assert found.places("unreadable value") == [(4, "2026/07/06")]


def test_rows_of_a_sheet(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        [],
        ["id", "size"],
        ["1", 1],
        [None, None],
        ["2"],
        ["3", 3, "extra"],
        ["4", "#REF!"],
        ["", None],
        [None],
    ]
    found = read(workbook(tmp_path, leads=rows), tmp_path, ID, SIZE)
    assert found.column("id") == ["1", "2", "4"]
    assert found.listed() == [
        ("unreadable row", None, 1),
        ("blank row", None, 1),
        ("unreadable value", "size", 1),
    ]
    assert found.places("unreadable row") == [(6, "3, 3, extra")]
    assert found.places("unreadable value") == [(7, "#REF!")]
    assert found.places("blank row") == [(4, None)]


def test_the_sheet_is_named_when_there_are_several(tmp_path: Path) -> None:
    name = workbook(tmp_path, Leads=[["id"], ["1"]], Calls=[["id"], ["2"]])
    assert read(f"{name}#Calls", tmp_path, ID).column("id") == ["2"]
    with pytest.raises(
        DataError,
        match=r"`crm.xlsx` has several sheets: say which, as in `crm.xlsx#Leads`; it has `Leads`, `Calls`",
    ):
        read(name, tmp_path, ID)
    with pytest.raises(DataError, match=r"`crm.xlsx` has no sheet `leads`; did you mean `Leads`"):
        read(f"{name}#leads", tmp_path, ID)


def test_numbers_that_excel_has_cut_are_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"`crm.xlsx`, row 2: `id` is a number of more than 15 digits"):
        read(workbook(tmp_path, leads=[["id"], [1234567890123456789]]), tmp_path, ID)


def test_what_is_no_workbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DataError, match=r"`x.xlsx` is not a workbook"):
        read(write(tmp_path, "x.xlsx", "id,name\n"), tmp_path, ID)
    with pytest.raises(DataError, match=r"`crm.xlsx#leads` is empty"):
        read(workbook(tmp_path, leads=[]), tmp_path, ID)
    plain_import = builtins.__import__

    def without_openpyxl(name: str, *rest: Any) -> Any:
        if name == "openpyxl":
            raise ImportError(name)
        return plain_import(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without_openpyxl)
    with pytest.raises(DataError, match=r"reading it needs openpyxl: `pip install sladsl\[excel\]`"):
        read("crm.xlsx", tmp_path, field("id", TEXT))
