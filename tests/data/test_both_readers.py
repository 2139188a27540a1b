"""Messy files, read by DuckDB and in plain Python: rows, problems, places and refusals are the same. `data_cases.read` compares them; what
each value must be is said elsewhere, by hand."""

from __future__ import annotations

import csv
import io
import json
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from data_cases import BOOLEAN, DATE, DURATION, NUMBER, ONE_OF, TEXT, TIME, field, mapped, read, write
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sladsl.data import DataError
from sladsl.plan import Mapping, RecordField, RowTest

EXAMPLES = 400 if os.environ.get("SLADSL_SLOW") else 12
BLANKS = ["", " ", "\t", "\u00a0", "  \u202f", "N/A", " N/A ", "n/a", "-", "\u2014"]
NUMBERS = [
    "1", "-0", "+7", "12.5", ".5", "5.", "1.234", "1,234", "1.500", "1,5", "1 234", "1\u202f234,5", "1'234", "1.234.567",
    "1,234,567.8", "$1", "USD 5", "\u20ac 1,50", "7 %", "12%", "\u22125", "(5)", "1e5", "NaN", "0x10",
    "999999999999.9999994", "999999999999.9999995", "1000000000000", "-1.5555555", "0.0000005", "-0.0000004", "00012",
    "1 kr", "\uff11\uff12", "\u0661", "1_000",
]  # fmt: skip
MOMENTS = [
    "2026-03-08", "2026-03-08 02:30", "2026-11-01T01:30:00", "2026-11-01 01:30:00.123456789", "2026-03-08T12:00Z",
    "2026-03-08 12:00:00+05:30", "2026-03-08 9:00 UTC", "2026-03-08 24:00", "2026-02-30", "2026-02-29 10:00", "0000-01-01",
    "1899-12-31", "1900-01-01 00:00", "9999-12-31", "2026-3-8", "08.03.2026 14:05", "8.3.2026", "31.04.2026 10:00",
    "Mar 8, 2026 2:30 PM", "mar 8, 2026 12:00 am", "03/08/26", "1772972400", "1772972400250", "-5", "2026-03-08 00:00",
    "2026-03-08T0:00:00.000", "2026-03-08\u00a010:00", "2026-03-08 10:00:00-0300", "2026-03-08 10:00 +02",
]  # fmt: skip
SPANS = [
    "00:26:43", "1 day, 16:26:23", "-1 day, 23:00:00", "-00:00:01", "PT4H", "P1DT2H30M", "P1W", "PT", "P", "PT0.1234567S",
    "5 days", "5 days ", "1:2:3", "25:61:00", "90", "1.5", "-2.25", "1,5",
]  # fmt: skip
WORDS = [
    "new", "New", " new", "won", "lost?", "yes", "No", "TRUE", "0", "1", "YE\u017f", "a\u0301", "\u00e1", "x\ny", '"', "''",
    "=1+1", "\x01", "7.301E+18", "7301000000000062000", "7301000000000062238", "\u200b",
]  # fmt: skip
CELLS = st.sampled_from(BLANKS + NUMBERS + MOMENTS + SPANS + WORDS) | st.text(max_size=4)

FIELDS: list[tuple[RecordField, Any]] = [
    (field("t", TEXT, optional=True), None),
    (field("o", ONE_OF, "new", "won", "1.234", optional=True), Mapping("o", "o", translate=(("New", "new"), ("lost?", "won")))),
    (field("n", NUMBER, optional=True), None),
    (field("b", BOOLEAN, optional=True), Mapping("b", "b", translate=(("won", "yes"),))),
    (field("d", DATE, optional=True), None),
    (field("e", DATE, optional=True), Mapping("e", "e", format="D.M.YYYY")),
    (field("m", TIME, optional=True), None),
    (field("a", TIME, optional=True), Mapping("a", "a", at=9 * 3_600_000_000)),
    (field("f", TIME, optional=True), Mapping("f", "f", format="DD.MM.YYYY HH:mm")),
    (field("g", TIME, optional=True), Mapping("g", "g", format="MMM D, YYYY h:mm A")),
    (field("x", TIME, optional=True), Mapping("x", "x", format="X")),
    (field("z", TIME, optional=True), Mapping("z", "z", format="YYYY-MM-DD HH:mm:ssZZ")),
    (field("s", DURATION, optional=True), None),
    (field("u", DURATION, optional=True), Mapping("u", "u", format="minutes")),
]  # fmt: skip


@st.composite
def asked(draw: st.DrawFn) -> tuple[list[RecordField], dict[str, Any]]:
    """Fields, and what a source says of them."""
    some = draw(st.lists(st.sampled_from(FIELDS), min_size=1, max_size=4, unique_by=lambda x: x[0].name))
    keyed = draw(st.booleans())
    fields = [*([field("id", key=True)] if keyed else []), *(f for f, _ in some)]
    said: dict[str, Any] = {"mappings": tuple(m for _, m in some if m is not None)}
    said["zone"] = draw(st.sampled_from(["America/New_York", "Europe/Berlin", "Australia/Lord_Howe"]))
    said["missing"] = draw(st.sampled_from([("",), ("", "N/A"), ("", " - ", "\u2014")]))
    said["numbers"] = draw(
        st.sampled_from([None, None, "1.234,56", "1,234.56", "1 234,56 kr", "$1,234.56", "1,234.56%"])
    )
    said["ignore_offsets"] = draw(st.booleans())
    if draw(st.booleans()):
        said["tests"] = (RowTest("why", ("new", "1", ""), draw(st.booleans())),)
    return fields, said


def _read_all(where: str, folder: Path, fields: list[RecordField], said: dict[str, Any]) -> None:
    with suppress(DataError):  # that both refuse it, with the same words, is compared
        read(where, folder, *fields, source=said)


CSVS = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@CSVS
@given(asked(), st.data())
def test_delimited(
    tmp_path_factory: pytest.TempPathFactory,
    asked: tuple[list[RecordField], dict[str, Any]],
    data: st.DataObject,
) -> None:
    fields, said = asked
    names = [*(f.name for f in fields), "why", "more"]
    draw = data.draw
    rows = draw(st.lists(st.lists(CELLS, min_size=len(names), max_size=len(names)), max_size=8))
    rows += [row for row in rows if draw(st.booleans())]
    text = io.StringIO(newline="")
    writer = csv.writer(
        text,
        delimiter=draw(st.sampled_from([",", ";", "\t"])),
        lineterminator=draw(st.sampled_from(["\n", "\r\n"])),
        quoting=draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
    )
    if draw(st.booleans()):
        writer.writerow(["An export", "of today"])
    writer.writerow(names)
    for row in rows:
        cut = draw(st.sampled_from([0, 0, 0, 0, -1, 1]))
        writer.writerow(row if not cut else row[:-1] if cut < 0 else [*row, "beyond"])
    content = text.getvalue().encode(errors="replace")
    content = draw(st.sampled_from([b"", b"", b"\xef\xbb\xbf"])) + content
    content += draw(st.sampled_from([b"", b"", b"\n\n", b'"left open', b"short"]))
    folder = tmp_path_factory.mktemp("csv")
    _read_all(write(folder, "leads.csv", content), folder, fields, said)


@CSVS
@given(asked(), st.data())
def test_json_lines(
    tmp_path_factory: pytest.TempPathFactory,
    asked: tuple[list[RecordField], dict[str, Any]],
    data: st.DataObject,
) -> None:
    fields, said = asked
    names = [*(f.name for f in fields), "why", "more"]
    cells = (
        CELLS
        | st.none()
        | st.booleans()
        | st.integers(-(10**20), 10**20)
        | st.sampled_from([1.5, 1e20, 0.1234567, 1.234])
    )
    rows = data.draw(
        st.lists(st.fixed_dictionaries({}, optional=dict.fromkeys(names, cells)), min_size=1, max_size=8)
    )
    first = dict.fromkeys(names)
    lines = [json.dumps(row, ensure_ascii=data.draw(st.booleans())) for row in (first, *rows, *rows[:1])]
    lines += data.draw(st.sampled_from([[], [], ["", "no object"], ["[1]"], ['{"id": "a", "id": "b"}']]))
    folder = tmp_path_factory.mktemp("json")
    content = "\n".join(lines).encode(errors="replace")
    _read_all(write(folder, "leads.jsonl", content), folder, fields, said)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("latin.csv", "id,t\n1,caf\u00e9\n".encode("latin-1")),
        ("utf16.csv", "id;t\n1;caf\u00e9\n".encode("utf-16")),
        ("beside.csv", b"id,t,more\n1,a,\xff\n2,b,c\n\xfe\n"),
        ("open.csv", b'id,t\n1,a\n2,"b'),
        ("open_before_lines.csv", b'id,t\n1,"a\n2,b\n3,c\n'),
        ("short_and_open.csv", b'id,t\n1,a\n"2'),
        ("carriage.csv", b"id,t\r1,a\r2\r3,c,d\r"),
        ("nothing.csv", b"id,t\n"),
    ],
)
def test_bytes(tmp_path: Path, name: str, content: bytes) -> None:
    _read_all(
        write(tmp_path, name, content), tmp_path, [field("id", key=True), field("t", optional=True)], {}
    )
    _read_all(
        write(tmp_path, name, content), tmp_path, [field("t", optional=True)], {"mappings": mapped(t="t")}
    )


def test_the_year_0(tmp_path: Path) -> None:
    """A year that Python's calendar does not have is out of range for both, and its 30 February no date."""
    days = ["0000-01-01", "0000-02-29", "0000-02-30", "0000-12-31 10:00", "01.01.0000 10:00"]
    fields = [f for f, _ in FIELDS if f.name in {"d", "e", "m", "a", "f"}]
    said = {"mappings": tuple(m for f, m in FIELDS if f in fields and m), "zone": "Europe/Berlin"}
    lines = "".join(",".join([day] * len(fields)) + "\n" for day in days)
    write(tmp_path, "leads.csv", f"{','.join(f.name for f in fields)}\n{lines}".encode())
    problems = read("leads.csv", tmp_path, *fields, source=said).problems
    assert [p.count for p in problems if p.field == "m" and "a date alone" in p.hint] == [2]


def test_a_byte_order_mark_below_the_header_is_a_part_of_its_value(tmp_path: Path) -> None:
    """As in files that were put behind one another: neither reader may take it away."""
    write(tmp_path, "leads.csv", "id,t\n\ufeff7,x\n\ufeff8,y\n".encode())
    rows = read("leads.csv", tmp_path, field("id", key=True), field("t", TEXT), source={}).rows
    assert [row["id"] for row in rows] == ["\ufeff7", "\ufeff8"]
