"""`sla run --format xlsx`: a workbook that people keep. Text is text, whatever it begins with; shares are numbers shown as percentages."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any

from sladsl.reports.sheets import Cell, Share, Sheet, sheets
from sladsl.runner import Run

MOST_ROWS = 1_048_575
"""What a sheet holds below its titles."""
_WIDEST = 48
_COLOURS = {"met": "#1b7f3b", "missed": "#b3261e", "provisional": "#8a6100"}


def document(run: Run) -> bytes:
    """The workbook. `ModuleNotFoundError` where XlsxWriter is not installed."""
    import xlsxwriter

    out = io.BytesIO()
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "in_memory": True,
    }
    book = xlsxwriter.Workbook(out, options)
    book.set_properties({"title": run.plan.name, "created": dt.datetime(1980, 1, 1)})
    formats = _formats(book)
    for sheet in sheets(run):
        _write(book.add_worksheet(sheet.name), sheet, formats)
    book.close()
    return out.getvalue()


def _formats(book: Any) -> dict[str, Any]:
    colours = {
        verdict: book.add_format({"font_color": colour, "bold": True}) for verdict, colour in _COLOURS.items()
    }
    return {
        "title": book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
        "share": book.add_format({"num_format": "0.0%"}),
        "time": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        "whole": book.add_format({"num_format": "#,##0"}),
        "number": book.add_format({"num_format": "#,##0.######"}),
        **colours,
    }


def _write(page: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
    for column, title in enumerate(sheet.titles):
        page.write_string(0, column, title, formats["title"])
        page.set_column(column, column, _width(title, [row[column] for row in sheet.rows[:500]]))
    for number, row in enumerate(sheet.rows[:MOST_ROWS], start=1):
        for column, cell in enumerate(row):
            _cell(page, number, column, cell, formats)
    page.freeze_panes(1, 0)
    if sheet.rows:
        page.autofilter(0, 0, min(len(sheet.rows), MOST_ROWS), len(sheet.titles) - 1)
    if len(sheet.rows) > MOST_ROWS:
        page.set_header(f"the first {MOST_ROWS:,} of {len(sheet.rows):,} rows")


def _cell(page: Any, row: int, column: int, cell: Cell, formats: dict[str, Any]) -> None:
    match cell:
        case None:
            return
        case Share(value=value):
            page.write_number(row, column, value, formats["share"])
        case bool():
            page.write_boolean(row, column, cell)
        case str():
            page.write_string(row, column, cell, formats.get(cell))
        case int():
            page.write_number(row, column, cell, formats["whole"])
        case float():
            page.write_number(row, column, cell, formats["number"])
        case dt.datetime():
            page.write_datetime(row, column, cell, formats["time"])


def _width(title: str, cells: Sequence[Cell]) -> int:
    shown = [
        19 if isinstance(c, dt.datetime) else 8 if isinstance(c, Share) else len(str(c))
        for c in cells
        if c is not None
    ]
    return min(max([len(title) + 3, *shown]) + 1, _WIDEST)
