"""`sla run --format csv`: a row for each commitment and period, with the numbers of the JSON document."""

from __future__ import annotations

import csv
import io

from sladsl.reports.sheets import Cell, Share, commitments
from sladsl.runner import Run


def document_text(run: Run) -> str:
    sheet = commitments(run)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(title.replace(" ", "_") for title in sheet.titles)
    writer.writerows([_plain(cell) for cell in row] for row in sheet.rows)
    return out.getvalue()


def _plain(cell: Cell) -> object:
    match cell:
        case Share(value=value):
            return value
        case bool():
            return "true" if cell else "false"
        case None | str() | int() | float():
            return cell
        case _:
            return cell.isoformat(sep=" ")
