"""Columns that no verdict may rest on: said with what was seen and what to write, whatever file they come from."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from data_cases import (
    BOOLEAN,
    DATE,
    DURATION,
    NUMBER,
    ONE_OF,
    TEXT,
    TIME,
    Read,
    field,
    mapped,
    plan,
    read,
    shared_connection,
    write,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from value_cases import values

from sladsl import numerals
from sladsl.data import Binding, load
from sladsl.data import ids as spoilt
from sladsl.data.sql import BLANKS
from sladsl.plan import FieldType, Link, Mapping, Record, RowTest, Source

KINDS = ("csv", "jsonl", "xlsx", "parquet")


def column(folder: Path, type: FieldType, cells: Sequence[Any], kind: str = "csv", **rules: Any) -> Read:
    """A column of a file of this kind, whose texts are texts there and whose numbers are numbers."""
    named: dict[str, Any] = {
        name: rules.pop(name) for name in ("zone", "missing", "tests", "numbers") if name in rules
    }
    one_of = rules.pop("values", ())
    rows = [{"id": f"{n:03}", "Value": cell} for n, cell in enumerate(cells, start=1)]
    name = f"leads.{kind}"
    match kind:
        case "csv":
            write(folder, name, "id;Value\n" + "".join(f"{r['id']};{r['Value']}\n" for r in rows))
        case "jsonl":
            write(folder, name, "".join(json.dumps(r) + "\n" for r in rows))
        case "xlsx":
            book = openpyxl.Workbook()
            for cell in [("id", "Value"), *((r["id"], r["Value"]) for r in rows)]:
                book.active.append(cell)
            book.save(folder / name)
        case _:
            pq.write_table(pa.table({"id": [r["id"] for r in rows], "Value": list(cells)}), folder / name)
    mappings = mapped(id="id", value=Mapping("value", "Value", **rules))
    own = field("value", type, *one_of, optional=True)
    return read(name, folder, field("id", key=True), own, source={"mappings": mappings, **named})


def refusal(found: Read) -> str:
    (only,) = found.loaded.refusals
    return only


# ---------------------------------------------------------------------------------------------- numbers in two readings


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_that_can_be_read_in_two_ways(tmp_path: Path, kind: str) -> None:
    said = refusal(column(tmp_path, NUMBER, ["5", "1.234", "1.500"], kind))
    assert f"`leads.{kind}`, line 3: `1.234`" in said or kind in ("jsonl", "parquet")
    assert "`1.234` in `Value`, the column of `value`, can be read in two ways" in said
    assert (
        '`numbers "1.234,56"` if `1.234` means 1234, or `numbers "1,234.56"` if `1.234` means 1 and a fraction'
        in said
    )
    assert "in the source `crm`" in said


@pytest.mark.parametrize("kind", KINDS)
def test_with_an_example_they_are_read(tmp_path: Path, kind: str) -> None:
    cells = ["5", "1.234", "1.500,5", "12,5 \u20ac"]
    found = column(tmp_path, NUMBER, cells, kind, numbers="1.234,56")
    assert found.column("value") == [Decimal(text) for text in ("5", "1234", "1500.5", "12.5")]
    assert found.loaded.refusals == ()
    assert found.problems == ()


@pytest.mark.parametrize("kind", ["jsonl", "xlsx", "parquet"])
@pytest.mark.parametrize("numbers", [None, "1.234,56"])
def test_a_number_that_is_one_in_its_file_is_never_in_doubt(
    tmp_path: Path, kind: str, numbers: str | None
) -> None:
    found = column(tmp_path, NUMBER, [1.234, 18.5, 1.5], kind, numbers=numbers)
    assert found.column("value") == [Decimal("1.234"), Decimal("18.5"), Decimal("1.5")]
    assert found.loaded.refusals == ()
    assert found.problems == ()


def test_a_typed_number_proves_nothing_of_a_text(tmp_path: Path) -> None:
    assert "`1.234`" in refusal(column(tmp_path, NUMBER, [12.5, "1.234"], "xlsx"))
    assert "`1.234`" in refusal(column(tmp_path, NUMBER, [12.5, "1.234"], "jsonl"))


def test_what_contradicts_is_named(tmp_path: Path) -> None:
    said = refusal(column(tmp_path, NUMBER, ["1.234", "7", "12,5"]))
    assert "and `12,5` in line 4 is written otherwise" in said


def test_a_column_is_judged_over_all_files_of_its_source(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "id;v\n1;1.234\n")
    write(tmp_path, "b.csv", "id;v\n2;12,5\n3;7\n")
    write(tmp_path, "c.csv", "id;v\n4;12.5\n")
    both = (field("id", key=True), field("v", NUMBER, optional=True))
    for files, refused in (("ac", False), ("ab", True), ("ba", True), ("b", False)):
        bindings = [Binding("lead", f"{name}.csv") for name in files]
        loaded = load(plan(Record("lead", "", both)), bindings, base=tmp_path, connection=shared_connection())
        assert bool(loaded.refusals) is refused, files


def test_a_length_of_time_is_a_number_too(tmp_path: Path) -> None:
    assert "can be read in two ways" in refusal(
        column(tmp_path, DURATION, ["1.500", "2.000"], format="minutes")
    )
    found = column(tmp_path, DURATION, ["1.500"], format="minutes", numbers="1.234,56")
    assert found.column("value") == [1_500 * 60_000_000]


def test_what_the_agreement_writes_is_plain(tmp_path: Path) -> None:
    """A translation's meaning and a constant are numbers of the agreement, whatever the file does."""
    found = column(tmp_path, NUMBER, ["much", "1.234,5"], numbers="1.234,56", translate=(("much", "1000.5"),))
    assert found.column("value") == [Decimal("1000.5"), Decimal("1234.5")]
    write(tmp_path, "c.csv", "id\n1\n")
    constant = {"mappings": mapped(value=Mapping("value", constant="1.234")), "numbers": "1.234,56"}
    found = read("c.csv", tmp_path, field("id", key=True), field("value", NUMBER), source=constant)
    assert found.column("value") == [Decimal("1.234")]


def test_missing_and_skipped_values_say_nothing(tmp_path: Path) -> None:
    assert column(tmp_path, NUMBER, ["1.234", "7"], missing=("", "1.234")).loaded.refusals == ()
    assert (
        column(
            tmp_path, NUMBER, ["1.234", "7"], tests=(RowTest("Value", ("1.234",), only=False),)
        ).loaded.refusals
        == ()
    )


def test_currencies_and_shares_are_not_mixed(tmp_path: Path) -> None:
    assert "`$`, `\u20ac`" in refusal(column(tmp_path, NUMBER, ["$5", "\u20ac5"], numbers="1,234.56"))
    assert "others without" in refusal(column(tmp_path, NUMBER, ["5%", "5"], numbers="1,234.56"))


def test_an_example_that_does_not_fit_the_whole_column(tmp_path: Path) -> None:
    said = refusal(column(tmp_path, NUMBER, ["1.234", "12.5", "7"], numbers="1.234,56"))
    assert '`numbers "1.234,56"` does not fit the whole column' in said
    assert "`12.5` in line 3 is written otherwise" in said


cells = st.text("0123456789.,-+ '$\u20ac%\u202f", max_size=9)


@settings(max_examples=15, deadline=None)
@given(
    st.lists(cells, min_size=1, max_size=60),
    st.sampled_from([None, *numerals.EXAMPLES, "$1,234.56", "1,234.56%"]),
)
def test_the_engine_reads_by_the_rules(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], example: str | None
) -> None:
    """What the database reads, and finds wrong with the column, is what the rules say of its texts."""
    folder = tmp_path_factory.mktemp("column")
    spelt = None if example is None else numerals.read_example(example)
    found = column(folder, NUMBER, [f'"{text}"' for text in texts], numbers=example)
    trimmed = [text.strip(BLANKS) for text in texts]
    assert found.column("value") == [numerals.read(text, spelt) if text else None for text in trimmed]
    counts: dict[Any, int] = {}
    for text in trimmed:
        each = numerals.shape(text, spelt)
        counts[each] = counts.get(each, 0) + 1
    expected = numerals.fault(counts, spelt)
    lost = sum(bool(text) and numerals.read(text, spelt) is None for text in trimmed)
    known = sum(bool(text) for text in trimmed) - lost
    assert bool(found.loaded.refusals) is (expected is not None or known < lost)


# ------------------------------------------------------------------------------------------ almost nothing can be read


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("type", "cells", "rules", "says"),
    [
        (TIME, ["Mar 3, 2026 9:15 AM", "Mar 4, 2026 10:00 AM"], {}, 'write `value = "Value" as "MMM D, YYYY h:mm A"` in the source `crm`'),
        (TIME, ["03/25/2026 10:00"] * 2, {"format": "DD.MM.YYYY HH:mm"}, '`value = "Value" as "MM/DD/YYYY HH:mm"`'),
        (TIME, ["03/05/2026 10:00"], {}, '`value = "Value" as "MM/DD/YYYY HH:mm"` or `value = "Value" as "DD/MM/YYYY HH:mm"`'),
        (TIME, ["1772525700000", "1772614800000"], {}, '`value = "Value" as "x"`'),
        (TIME, ["1772525700"], {}, '`value = "Value" as "X"`'),
        (TIME, ["2026-03-04", "2026-03-05"], {}, 'write `value = "Value" at 09:00` in'),
        (TIME, ["25.03.2026"], {}, '`value = "Value" as "DD.MM.YYYY" at 09:00`'),
        (TIME, ["soon", "later"], {}, 'say how it is written with `as "…"` in the source `crm`'),
        (DATE, ["25.03.2026", "26.03.2026"], {}, '`value = "Value" as "DD.MM.YYYY"`'),
        (NUMBER, ["1,234.50", "$2,500"], {}, '`numbers "1,234.56"` in the source `crm`'),
        (NUMBER, ["1,234", "2,500"], {}, '`numbers "1,234.56"` if `1,234` means 1234, or `numbers "1.234,56"` if `1,234` means 1 and'),
        (NUMBER, ["1,234", "$2.345", "1 234"], {}, '`numbers "1 234,56"` if `1,234` means 1 and a fraction and `$2.345` means no'),
        (NUMBER, ["few", "many"], {}, "correct the column, or name another one in the source `crm`"),
        (BOOLEAN, ["Y", "N"], {}, '`value = "Value" where "Y" means true`'),
        (ONE_OF, ["CALL", "MAIL"], {"values": ("call", "mail")}, '`value = "Value" where "CALL" means "call"`'),
        (DURATION, ["5", "7"], {}, '`value = "Value" as "minutes"`'),
    ],
)  # fmt: skip
def test_a_column_of_which_nothing_can_be_read(
    tmp_path: Path, kind: str, type: FieldType, cells: list[str], rules: dict[str, Any], says: str
) -> None:
    said = refusal(column(tmp_path, type, cells, kind, zone="Europe/Berlin", **rules))
    assert f"none of the {len(cells)} values in the column `Value` can be read as `value`" in said
    assert f"the first is `{cells[0]}`" in said
    assert says in said


def test_less_than_half(tmp_path: Path) -> None:
    """Of `known` values in three that are not missing."""
    good, bad = "2026-03-03 10:00", "03/25/2026 10:00"
    said = refusal(column(tmp_path, TIME, [good, bad, "", bad], zone="UTC"))
    assert "only 1 of the 3 values" in said
    assert 'as "MM/DD/YYYY HH:mm"' in said
    assert "the others are written in another way" in said
    assert column(tmp_path, TIME, [good, bad, "", ""], zone="UTC").loaded.refusals == ()
    assert column(tmp_path, TIME, [good, bad, bad], zone="UTC", missing=("", bad)).loaded.refusals == ()
    assert column(tmp_path, TIME, ["", ""], zone="UTC").loaded.refusals == ()


def test_half_is_over_all_files(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "id,v\n1,soon\n2,2\n3,7\n")
    write(tmp_path, "b.csv", "id,v\n4,soon\n")
    both = (field("id", key=True), field("v", NUMBER, optional=True))
    bindings = [Binding("lead", "a.csv"), Binding("lead", "b.csv")]
    assert (
        load(plan(Record("lead", "", both)), bindings, base=tmp_path, connection=shared_connection()).refusals
        == ()
    )
    (said,) = load(
        plan(Record("lead", "", both)), bindings[1:], base=tmp_path, connection=shared_connection()
    ).refusals
    assert 'a `source … for lead from "b.csv":`' in said


def test_an_enumeration_need_not_name_what_does_not_matter(tmp_path: Path) -> None:
    assert column(tmp_path, ONE_OF, ["call", "A", "B", "C"], values=("call", "mail")).loaded.refusals == ()


# ----------------------------------------------------------------------------------------------------------- spoilt ids


def ids(folder: Path, *texts: str, kind: str = "csv") -> tuple[str, ...]:
    """What is said of leads with these ids."""
    if kind == "csv":
        write(folder, "leads.csv", "Id,n\n" + "".join(f'"{t}",{n}\n' for n, t in enumerate(texts)))
    else:
        write(
            folder,
            "leads.jsonl",
            "".join(json.dumps({"Id": t, "n": str(n)}) + "\n" for n, t in enumerate(texts)),
        )
    source = {"mappings": mapped(id="Id")}
    fields = (field("id", key=True), field("n", NUMBER))
    return read(f"leads.{kind}", folder, *fields, source=source).loaded.refusals


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_ids_that_a_spreadsheet_has_rounded(tmp_path: Path, kind: str) -> None:
    for texts in (
        ["7.301E+18", "7.301E+18"],
        ["12", "7,301E+18"],
        ["7.301e+18"],
        ["12", "7.301E18"],
        ["7301000000000000000", "7301000000000000000"],
        ["7301000000000000000", "7302000000000000000"],
        ["1234567890123450", "1234567890123460", "1234567890123470"],
        ["12", "7301000000000000000", "7302000000000000000"],
        ["7301000000000000000"],
        ["12", "13", "730100000000000000"],
    ):
        (said,) = ids(tmp_path, *texts, kind=kind)
        assert (
            "in `Id`, the column of `id`, is not the id any more: a spreadsheet has taken the ids for numbers"
            in said
        )


def test_ids_that_only_look_so(tmp_path: Path) -> None:
    for texts in (
        ["1E5", "3E10", "5E2", "7E18", "1.5E3", "7.301E18a", "a7.301E18"],
        ["7301000000000000000", "7301000000000000037"],
        ["1234567890123450"],
        ["1234567890123450", "1234567890123457", "1234567890123460"],
        ["1000000000000000", "1000000000000001"],
        ["123000000000000", "124000000000000"],
        ["A1234567890123450", "A1234567890123450"],
        ["E+10", "a+b"],
    ):
        assert ids(tmp_path, *texts) == (), texts


def doubtful(folder: Path, *texts: str, **source: Any) -> list[tuple[str, str | None, int]]:
    """What is listed of leads with these ids."""
    write(folder, "leads.csv", "Id,n\n" + "".join(f'"{t}",{n}\n' for n, t in enumerate(texts)))
    fields = (field("id", key=True), field("n", NUMBER))
    found = read("leads.csv", folder, *fields, source={"mappings": mapped(id="Id"), **source})
    assert found.loaded.refusals == ()
    return found.listed()


def test_a_rounded_id_among_whole_ones_is_listed(tmp_path: Path) -> None:
    whole = [str(7301000000000000123 + 98_765_432_101 * n) for n in range(400)]
    assert doubtful(tmp_path, *whole) == []
    assert doubtful(tmp_path, *whole, "7412000000000000000") == [("rounded id", "id", 1)]
    assert doubtful(tmp_path, "8", whole[0], "741200000000000000", "7412000000000000000") == [
        ("rounded id", "id", 2)
    ]
    found = read("leads.csv", tmp_path, field("id", key=True), source={"mappings": mapped(id="Id")})
    assert found.places("rounded id") == [(4, "741200000000000000"), (5, "7412000000000000000")]


def test_zeros_that_chance_or_a_running_number_makes(tmp_path: Path) -> None:
    whole = [str(7301000000000000123 + 98_765_432_101 * n) for n in range(600)]
    assert doubtful(tmp_path, *whole, "7412000000000000000") == []  # one in ten thousand ends so
    running = [str(7301000000000000000 + n) for n in range(3)]
    assert doubtful(tmp_path, *running) == []
    assert doubtful(tmp_path, "1234567890123457", "1234567890123400") == []
    assert doubtful(tmp_path, "73010000000000001", "74010000000000000") == []


def test_among_very_many_ids_nothing_is_looked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Of a million ids a hundred end in four zeros by chance, and telling would take as long as the run."""
    whole = [str(7301000000000000123 + 98_765_432_101 * n) for n in range(9)]
    assert doubtful(tmp_path, *whole, "7412000000000000000") == [("rounded id", "id", 1)]
    monkeypatch.setattr(spoilt, "MOST", 9)
    assert doubtful(tmp_path, *whole, "7412000000000000000") == []


def test_states_of_one_row_may_share_an_id(tmp_path: Path) -> None:
    at = field("at", TIME)
    write(tmp_path, "log.csv", "id,at\n1234567890123450,2026-01-01\n1234567890123450,2026-01-02\n")
    source = {"zone": "UTC", "mappings": mapped(at=Mapping("at", "at", at=0))}
    assert read("log.csv", tmp_path, field("id", key=True), at, source=source).loaded.refusals
    states = {**source, "keep": "keep latest by"}
    assert read("log.csv", tmp_path, field("id", key=True), at, source=states).loaded.refusals == ()


def test_the_ids_that_rows_find_each_other_by(tmp_path: Path) -> None:
    """A parent's id in a child, and a field that a join names; a text that is no id may say what it likes."""
    write(tmp_path, "leads.csv", "id,note\n1,7.301E+18\n")
    write(tmp_path, "calls.csv", "lead,deal\n7.301E+18,1\n")
    lead = Record("lead", "", (field("id", key=True), field("note", TEXT)))
    call = Record("call", "", (field("lead", optional=True),), Link("lead", "lead", "id"))
    sources = [
        Source("l", "lead", "leads.csv", str(tmp_path)),
        Source("c", "call", "calls.csv", str(tmp_path)),
    ]
    (said,) = load(
        plan(lead, call, sources=sources), [], base=tmp_path, connection=shared_connection()
    ).refusals
    assert said.startswith("`calls.csv`, line 2: `7.301E+18` in `lead`, the column of `lead`")


def test_values_of_one_row_are_still_listed(tmp_path: Path) -> None:
    """A refusal is besides: what cannot be read is listed as ever."""
    found = values(tmp_path, NUMBER, "x", "y")
    assert found.listed() == [("unreadable value", "value", 2)]
