"""What is given inputs, and what must hold of each.

None raises, but the error that says what is wrong; and what is read is what stands there.
"""

from __future__ import annotations

import csv
import io
import json
import logging
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sladsl.compiler import compile_text
from sladsl.plan import Plan
from sladsl.workspace import Unreadable, decode

ROOT = Path(__file__).parent.parent


class Fault(AssertionError):
    """Something was taken for what it is not."""


@dataclass(frozen=True)
class Target:
    about: str
    run: Callable[[bytes], None]
    seeds: Callable[[], Sequence[bytes]]


def _files(*patterns: str) -> list[bytes]:
    return [path.read_bytes() for pattern in patterns for path in sorted(ROOT.glob(pattern))]


def _agreements() -> list[bytes]:
    return _files("examples/*/*.sla", "tests/golden/check/*.sla", "tests/golden/diagnostics/*.sla")


# --- agreements


def _text(data: bytes) -> str | None:
    try:
        return decode(data)
    except Unreadable:
        return None


def _parse(data: bytes) -> None:
    """What is wrong with a text is said, drawn and written as a document; a text without an error has a plan, which is written too."""
    from sladsl.plan_dump import to_json
    from sladsl.reports.check_documents import sarif
    from sladsl.reports.diagnostics import draw

    if (text := _text(data)) is None:
        return
    made = compile_text(text, "a.sla")
    errors = [d for d in made.diagnostics if d.severity == "error"]
    if made.plan is not None and errors:
        raise Fault(f"there is a plan beside {errors[0].message}")
    for diagnostic in made.diagnostics:
        if any(ord(c) < 32 and c != "\n" for c in draw(diagnostic, made.sources)):
            raise Fault("a control character is drawn")
    json.loads(sarif(made.diagnostics, made.sources))
    if made.plan is not None:
        to_json(made.plan)


def _format(data: bytes) -> None:
    """A layout has a text's words and comments, and that of it is itself."""
    from sladsl.source import Source
    from sladsl.syntax.printer import format_text

    if (text := _text(data)) is None:
        return
    once = format_text(Source("a.sla", text))
    if once.refused:
        raise Fault("a word or a comment would have changed")
    again = format_text(Source("a.sla", once.text))
    if again.text != once.text:
        raise Fault("the layout of a layout is another")
    if bool(once.problems) != bool(again.problems):
        raise Fault("a layout parses otherwise")


# --- data

AGREEMENT = """agreement "Rows":
  between desk and customer
  zone "America/New_York"

record row:
  id      key text
  word    optional text
  number  optional number
  day     optional date
  at      optional time
  yes     optional boolean
  length  optional duration

define known:
  row when at is known
  since at

kpi rows = count of known

desk owes customer:
  rows at least 1 per month

source rows for row from "rows.{}":
  times in "America/New_York"
"""
_SPELT = (
    "",
    '  numbers "1,234.56"\n',
    '  numbers "1.234,56"\n',
    '  day = "day" as "DD.MM.YYYY"\n',
    '  day = "day" as "MM/DD/YY"\n',
)
"""How a source may say that its cells are written."""


@cache
def _plan(ending: str, spelt: str = "") -> Plan:
    made = compile_text(AGREEMENT.format(ending) + spelt).plan
    assert made is not None
    return made


def _rows(data: bytes, ending: str, spelt: str = "") -> list[dict[str, Any]] | None:
    """The rows of a file; None where it is told that it cannot be read."""
    from sladsl.data import Binding, DataError, load
    from sladsl.engines.sandbox import tells_of_damage

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, f"rows.{ending}")
        file.write_bytes(data)
        try:
            loaded = load(_plan(ending, spelt), [Binding("rows", str(file))], base=Path(folder))
        except DataError:
            return None
        try:
            return loaded.rows()["row"]
        except Exception as error:
            if not tells_of_damage(error):  # what a run says of such a file, and no fault of ours
                raise
            return None
        finally:
            loaded.close()
            loaded.connection.disconnect()


def _file(ending: str) -> Callable[[bytes], None]:
    def run(data: bytes) -> None:
        _rows(data, ending)

    return run


_HEADER = ("id", "word", "number", "day", "at", "yes", "length")
_CELLS: tuple[tuple[str, ...], ...] = (
    ("A", "a b", "1,234.50", "2026-02-03", "2026-02-03 10:00", "true", "2 hours"),
    ("B", "", "-3", "02/03/2026", "2026-02-03T10:00:00.5Z", "no", "1:30"),
    ("C", "é", "(12)", "3 Feb 2026", "Feb 3, 2026 10:00 AM", "0", "90 minutes"),
)


def _delimited(sign: str) -> Callable[[], Sequence[bytes]]:
    def seeds() -> Sequence[bytes]:
        out = io.StringIO()
        csv.writer(out, delimiter=sign, lineterminator="\n").writerows([_HEADER, *_CELLS])
        text = out.getvalue()
        return [text.encode(form) for form in ("utf-8", "utf-8-sig", "utf-16", "cp1252")]

    return seeds


def _json_lines() -> Sequence[bytes]:
    rows = [dict(zip(_HEADER, cells, strict=True)) for cells in _CELLS]
    typed = {"id": "D", "number": 12.5, "yes": True, "at": "2026-02-03T10:00:00Z", "word": None}
    return ["\n".join(json.dumps(row) for row in [*rows, typed]).encode()]


def _workbook() -> Sequence[bytes]:
    import xlsxwriter

    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True})
    sheet = book.add_worksheet()
    for row, cells in enumerate((_HEADER, *_CELLS)):
        sheet.write_row(row, 0, cells)
    sheet.write_row(4, 0, ("D", "", 12.5, 46056, 46056.5, True, 0.25))
    book.close()
    return [made.getvalue()]


_PARTS = ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml")


def _parts() -> Sequence[bytes]:
    with zipfile.ZipFile(io.BytesIO(_workbook()[0])) as book:
        return [bytes([number]) + book.read(part) for number, part in enumerate(_PARTS)]


def _part(data: bytes) -> None:
    """One part of a workbook, named by the first byte; the others are as they should be."""
    if not data:
        return
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(_workbook()[0])) as given, zipfile.ZipFile(made, "w") as book:
        for name in given.namelist():
            book.writestr(name, data[1:] if name == _PARTS[data[0] % len(_PARTS)] else given.read(name))
    _rows(made.getvalue(), "xlsx")


def _parquet() -> Sequence[bytes]:
    import pyarrow as pa
    import pyarrow.parquet

    out = io.BytesIO()
    columns = [pa.array(column) for column in zip(*_CELLS, strict=True)]
    pyarrow.parquet.write_table(pa.table(columns, names=list(_HEADER)), out)
    return [out.getvalue()]


def _cells(data: bytes) -> None:
    """Each line after the first byte, which says how they are written, is a cell, put into every field: a number has the digits of its
    cell, a day its year and its day of the month."""
    spelt, data = _SPELT[data[0] % len(_SPELT)] if data else "", data[1:]
    cells = data.decode("utf-8", "replace").replace("\x00", "").splitlines()[:200]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(_HEADER)
    writer.writerows([str(n), *[cell] * 6] for n, cell in enumerate(cells))
    for row in _rows(out.getvalue().encode("utf-8", "replace"), "csv", spelt) or []:
        _is_what_stands_there(cells[int(row["id"])], row)


def _is_what_stands_there(cell: str, row: dict[str, Any]) -> None:
    import datetime as dt

    if (number := row["number"]) is not None and "e" not in cell.lower():
        read, written = (re.sub(r"[^0-9]", "", text).strip("0") for text in (f"{number:f}", cell))
        rounded = len(re.findall(r"[0-9]", re.split(r"[.,]", cell)[-1])) > 6  # numbers have six places
        if read != written and "%" not in cell and not rounded:
            raise Fault(f"`{cell}` is read as the number {number}")
    if (day := row["day"]) is not None:
        date = dt.date(1970, 1, 1) + dt.timedelta(days=day)
        apart = re.sub(r"(?<![0-9])([0-9]{4})([0-9]{2})([0-9]{2})(?![0-9])", r"\1 \2 \3", cell)
        numbers = {int(x) for x in re.findall(r"[0-9]+", apart)}
        if date.day not in numbers or not {date.year, date.year % 100} & numbers:
            raise Fault(f"`{cell}` is read as the day {date}")


def _cell_seeds() -> Sequence[bytes]:
    spelt = [cell for cells in _CELLS for cell in cells]
    others = (
        "1.234", "1 234,5", "$1,234", "12%", "1e3", "٣", "½", "20260203", "2026-W05-2", "31.12.2026", "2026-02-30", "24:00", "3d 4h",
        "PT2H", "yes", "TRUE", "1.234.567", "1,23", "12/31/26", "02.03.26", "1,234,567.89", "0.000001", "123456789012.5", "-0", "−5",
    )  # fmt: skip
    return [bytes([n]) + "\n".join([*spelt, *others]).encode() for n in range(len(_SPELT))]


# --- what is written on a command line


def _instants(data: bytes) -> None:
    """An `--as-of`, and what `--period` names."""
    from sladsl.runner import RunError, parse_as_of, parse_period

    text = data.decode("utf-8", "replace")
    for read in (lambda: parse_as_of(text, "America/New_York"), lambda: parse_period(text, _plan("csv"))):
        try:
            read()
        except RunError:
            continue


def _instant_seeds() -> Sequence[bytes]:
    spelt = (
        "2026-02-03", "2026-02-03 10:00", "2026-02-03T10:00:00Z", "2026-02-03T10:00:00.123456+05:30", "2026-Q1", "2026-02",
        "2026-W05", "2026", "0001-01-01", "9999-12-31T23:59Z", "2026-11-01 01:30",
    )  # fmt: skip
    return [text.encode() for text in spelt]


# --- an editor's messages


def _messages(data: bytes) -> None:
    """Lines of JSON, each a message to the language server: each request has one answer, and none of them is that the server failed."""
    from sladsl_lsp.server import create

    logging.disable()  # its log is for whoever looks after a server
    bodies = [line for line in data.split(b"\n") if line.strip()][:40]
    sent = b"".join(b"Content-Length: %d\r\n\r\n%s" % (len(body), body) for body in bodies)
    out = _Kept()
    create().serve(io.BytesIO(sent), out)
    for body in _answers(out.getvalue()):
        answer = json.loads(body)
        if answer.get("error", {}).get("code") == -32603 or "Traceback" in body:
            raise Fault(f"the server failed: {body[:300]}")


class _Kept(io.BytesIO):
    """What was written, after it was closed too."""

    def close(self) -> None:
        """It stays open."""


def _answers(written: bytes) -> Iterator[str]:
    at = 0
    while (end := written.find(b"\r\n\r\n", at)) >= 0:
        length = int(written[at:end].split(b":")[1].split(b"\r\n")[0])
        yield written[end + 4 : end + 4 + length].decode()
        at = end + 4 + length


_ABOUT_A_PLACE = (
    "hover", "completion", "definition", "references", "documentSymbol", "signatureHelp", "prepareRename", "foldingRange", "codeLens",
)  # fmt: skip


def _message_seeds() -> Sequence[bytes]:
    file = {"uri": "file:///nowhere/a.sla"}
    place = {"textDocument": file, "position": {"line": 3, "character": 6}}
    edit = {
        "range": {"start": {"line": 1, "character": 0}, "end": {"line": 2, "character": 3}},
        "text": "kpi ",
    }
    opened = {**file, "languageId": "sla", "version": 1, "text": AGREEMENT.format("csv")}
    changed = {"textDocument": {**file, "version": 2}, "contentChanges": [edit]}
    asked: list[tuple[str, Any]] = [
        ("initialize", {"processId": None, "rootUri": None, "capabilities": {}}),
        ("textDocument/didOpen", {"textDocument": opened}),
        *((f"textDocument/{what}", place) for what in _ABOUT_A_PLACE),
        ("textDocument/rename", {**place, "newName": "other"}),
        ("textDocument/didChange", changed),
        ("textDocument/semanticTokens/full", {"textDocument": file}),
        (
            "textDocument/codeAction",
            {"textDocument": file, "range": edit["range"], "context": {"diagnostics": []}},
        ),
        ("shutdown", None),
        ("exit", None),
    ]
    tells = ("textDocument/didOpen", "textDocument/didChange", "exit")
    messages = (
        {"jsonrpc": "2.0", "method": method, "params": params, **({} if method in tells else {"id": number})}
        for number, (method, params) in enumerate(asked)
    )
    return ["\n".join(json.dumps(message) for message in messages).encode()]


TARGETS = {
    "parse": Target("a text is checked; what is wrong is drawn", _parse, _agreements),
    "format": Target("a text is laid out", _format, _agreements),
    "csv": Target("a CSV file is read", _file("csv"), _delimited(",")),
    "tsv": Target("a TSV file is read", _file("tsv"), _delimited("\t")),
    "jsonl": Target("a file of JSON Lines is read", _file("jsonl"), _json_lines),
    "xlsx": Target("a workbook is read", _file("xlsx"), _workbook),
    "parts": Target("a workbook one part of which is damaged is read", _part, _parts),
    "parquet": Target("a Parquet file is read", _file("parquet"), _parquet),
    "cells": Target("cells are read as what each field may be", _cells, _cell_seeds),
    "instants": Target("an as-of and a period are read", _instants, _instant_seeds),
    "messages": Target("the language server is sent messages", _messages, _message_seeds),
}
