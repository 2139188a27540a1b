"""CSV and its kin: every row is a row of the table or a listed one, and what cannot be read says where."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from data_cases import NUMBER, field, mapped, read, write
from hypothesis import given, settings
from hypothesis import strategies as st

from sladsl.data import DataError

ID = field("id", key=True)
NAME = field("name", optional=True)


def failure(content: str | bytes, folder: Path, name: str = "leads.csv") -> str:
    with pytest.raises(DataError) as raised:
        read(write(folder, name, content), folder, ID, NAME)
    return raised.value.message


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    text = "id,name,note\n1,Ana,a b\n2,Ben,c d\n".replace(",", delimiter)
    assert read(write(tmp_path, "leads.csv", text), tmp_path, ID, NAME).column("name") == ["Ana", "Ben"]


def test_the_delimiter_is_not_what_stands_in_quotes(tmp_path: Path) -> None:
    text = 'id;name;note\n1;"Ana; B";"1,5"\n2;Ben;"2,5,7"\n'
    assert read(write(tmp_path, "leads.csv", text), tmp_path, ID, NAME).column("name") == ["Ana; B", "Ben"]


def test_tsv_prefers_tabs_and_a_single_column_is_a_table(tmp_path: Path) -> None:
    assert read(write(tmp_path, "l.tsv", "id\tname\n1\ta,b\n"), tmp_path, ID, NAME).column("name") == ["a,b"]
    assert read(write(tmp_path, "l.csv", "id\n7\n8\n"), tmp_path, ID).column("id") == ["7", "8"]


def test_long_ids_and_leading_zeros_stay_whole(tmp_path: Path) -> None:
    text = "id,name\n1234567890123456789,007\n1234567890123456788,1e5\n"
    found = read(write(tmp_path, "leads.csv", text), tmp_path, ID, NAME)
    assert found.rows == [
        {"id": "1234567890123456788", "name": "1e5"},
        {"id": "1234567890123456789", "name": "007"},
    ]


def test_a_byte_order_mark_is_not_part_of_a_name(tmp_path: Path) -> None:
    for header in ("id,name", '"id","name"'):
        text = f"\ufeff{header}\n1,Ana\n,x\n"
        assert read(write(tmp_path, "leads.csv", text), tmp_path, ID, NAME).column("name") == ["Ana", "x"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_all_systems(tmp_path: Path, end: str) -> None:
    text = f'id,name{end}1,"two{end}lines"{end}2,Ben'
    assert read(write(tmp_path, "leads.csv", text), tmp_path, ID, NAME).column("name") == [
        f"two{end}lines",
        "Ben",
    ]


def test_line_ends_may_be_mixed(tmp_path: Path) -> None:
    assert read(write(tmp_path, "l.csv", "id,name\r\n1,a\n2,b\r\n3,c"), tmp_path, ID).column("id") == [
        "1",
        "2",
        "3",
    ]


def test_a_header_over_two_lines(tmp_path: Path) -> None:
    text = '"id","full\nname",size\n1,Ana,5\n2,Ben,x\n'
    found = read(
        write(tmp_path, "l.csv", text),
        tmp_path,
        ID,
        field("size", NUMBER),
        source={"mappings": mapped(id="id", size="size")},
    )
    assert found.places("unreadable value") == [(4, "x")]


def test_ragged_rows_are_listed_with_their_line_and_the_rest_is_read(tmp_path: Path) -> None:
    text = 'id,name\n1,"a\nb"\n\n2\n3,c\n4,d,e\n\n5,f\n'
    found = read(write(tmp_path, "leads.csv", text), tmp_path, ID, NAME)
    assert found.column("id") == ["1", "3", "5"]
    assert found.listed() == [("unreadable row", None, 2)]
    assert found.places("unreadable row") == [(5, "2"), (7, "4,d,e")]


def test_blank_rows_are_counted_and_left_out(tmp_path: Path) -> None:
    found = read(write(tmp_path, "leads.csv", "id,name\n1,a\n,\n  ,\n2,b\n"), tmp_path, ID, NAME)
    assert found.column("id") == ["1", "2"]
    assert found.listed() == [("blank row", None, 2)]
    assert [line for line, _ in found.places("blank row")] == [3, 4]


def test_problem_lines_count_quoted_line_ends_ragged_rows_and_empty_lines(tmp_path: Path) -> None:
    text = 'id,name,size\n1,"x\ny\nz",10\n\n2,only two\n3,"""q""",ten\n'
    found = read(write(tmp_path, "leads.csv", text), tmp_path, ID, NAME, field("size", NUMBER))
    assert found.places("unreadable value") == [(7, "ten")]
    assert found.problems[-1].examples[0].key == "3"


def test_a_header_without_rows_is_an_empty_table(tmp_path: Path) -> None:
    found = read(write(tmp_path, "leads.csv", "id,name\n"), tmp_path, ID, NAME)
    assert (found.rows, found.problems) == ([], ())


def test_a_row_of_ten_megabytes(tmp_path: Path) -> None:
    text = "id,name\n1," + "x" * 10_000_000 + "\n2,b\n"
    assert [
        len(name) for name in read(write(tmp_path, "l.csv", text), tmp_path, ID, NAME).column("name")
    ] == [10_000_000, 1]


def test_a_row_too_long_to_be_one_says_where_it_begins(tmp_path: Path) -> None:
    message = failure('id,name\n1,a\n2,"b\n' + "3,cccccccccccccccccccccccccccc\n" * 1_300_000, tmp_path)
    assert message.startswith("`leads.csv`, line 3: ")
    assert "a quote may have been opened and never closed" in message


def test_a_row_that_ends_in_quotes_is_listed_as_it_is(tmp_path: Path) -> None:
    """Nothing of what stands behind the file for the reader is told."""
    write(tmp_path, "leads.csv", 'id,a,b\n1,2,3\n4,"5\n')
    found = read("leads.csv", tmp_path, field("id", key=True), field("a"), field("b"))
    assert found.places("unreadable row") == [(3, '4,"5')]


def test_a_field_may_have_the_name_of_anything(tmp_path: Path) -> None:
    """The line was lost of rows of a record with a field `n`."""
    write(tmp_path, "leads.csv", "n,f,h,cells\n1,a,b,c\n1,a,b,c\n")
    found = read("leads.csv", tmp_path, field("n", NUMBER), field("f"), field("h"), field("cells"))
    assert found.places("equal rows") == [(3, None)]


def test_a_quote_never_closed_that_swallows_lines_is_an_error(tmp_path: Path) -> None:
    message = failure('id,name\n1,a\n2,"b\n3,c\n4,d\n', tmp_path)
    assert message.startswith(
        "`leads.csv`, line 3: a quote is opened and never closed, so the 2 lines after it cannot"
    )


def test_a_file_cut_off_inside_its_last_row_lists_that_row(tmp_path: Path) -> None:
    for last, listed in (('3,"c', "3,c"), ('3,"c\n', "3,c\n")):
        found = read(write(tmp_path, "leads.csv", f"id,name\n1,a\n2,b\n{last}"), tmp_path, ID, NAME)
        assert found.column("id") == ["1", "2"]
        assert found.places("unreadable row") == [(4, listed)]


def test_empty_files_and_binary_files_and_other_encodings(tmp_path: Path) -> None:
    assert "`leads.csv` is empty: expected a first line with the names of the columns" in failure(
        b"", tmp_path
    )
    assert "is empty" in failure(b"\xef\xbb\xbf \n", tmp_path)
    assert "is not text but a binary file" in failure(b"PK\x03\x04\x00\x00\x00\x08id,name\n", tmp_path)
    message = failure("id,name\n1,a\n2,café\n".encode("latin-1"), tmp_path)
    assert message.startswith("`leads.csv`, line 3: `2,café` is not UTF-8 text; say how the file is encoded")


def test_an_encoding_error_far_below_the_beginning(tmp_path: Path) -> None:
    message = failure(b"id,name\n" + b"1,abcdefgh\n" * 200_000 + b"2,caf\xe9\n", tmp_path)
    assert message.startswith("`leads.csv`, line 200002: ")


def test_a_missing_column_names_what_there_is(tmp_path: Path) -> None:
    message = failure("Record ID,nmae\n1,a\n", tmp_path)
    assert message.startswith("`leads.csv` has no column for `id`")
    assert "its columns are `Record ID`, `nmae`" in message
    source = {"mappings": mapped(id="Record Id", name="Name")}
    with pytest.raises(
        DataError, match="has no column `Record Id`, which `id` is read from; did you mean `Record ID`"
    ):
        read(write(tmp_path, "leads.csv", "Record ID,nmae\n1,a\n"), tmp_path, ID, NAME, source=source)


def test_a_repeated_name_matters_only_when_it_is_asked_for(tmp_path: Path) -> None:
    text = "id,note,name,note\n1,x,Ana,y\n"
    assert read(write(tmp_path, "leads.csv", text), tmp_path, ID, NAME).column("name") == ["Ana"]
    with pytest.raises(DataError, match=r"`leads.csv` has 2 columns named `note`"):
        read("leads.csv", tmp_path, ID, field("note"))


def test_names_match_without_case_when_that_is_clear(tmp_path: Path) -> None:
    assert read(write(tmp_path, "a.csv", "ID,Name\n1,Ana\n"), tmp_path, ID, NAME).column("name") == ["Ana"]
    assert read(write(tmp_path, "b.csv", "id,ID,name\n1,2,Ana\n"), tmp_path, ID, NAME).column("id") == ["1"]
    with pytest.raises(DataError, match="has the columns `ID`, `Id`: say in a `source` which"):
        read(write(tmp_path, "c.csv", "ID,Id,name\n1,2,Ana\n"), tmp_path, ID, NAME)


CELL = st.text(alphabet='ab,;"\n\r é', max_size=5)
ROWS = st.lists(st.lists(CELL, min_size=1, max_size=4), max_size=12)


@settings(max_examples=80, deadline=None)
@given(
    rows=ROWS,
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_no_row_is_lost(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]], end: str, quoting: int
) -> None:
    """Python's own reader is the oracle: rows of the right width are in the table to the letter, the others are listed."""
    folder = tmp_path_factory.mktemp("csv")
    text = io.StringIO()
    csv.writer(text, lineterminator=end, quoting=quoting).writerows([["id", "name", "x"], *rows])  # type: ignore[arg-type]
    write(folder, "leads.csv", text.getvalue())
    expected = list(csv.reader(io.StringIO(text.getvalue(), newline="")))[1:]
    whole = [row for row in expected if len(row) == 3]
    found = read(
        "leads.csv",
        folder,
        field("id", optional=True),
        NAME,
        field("x", optional=True),
        source={"missing": ("\x01",)},
    )
    cells = sorted(found.rows, key=lambda row: int(row["row"]))
    there = [tuple(row) for row in whole if any(c.strip(" \r\n") for c in row)]
    # Rows without a key are one where they are equal in every cell.
    assert [(row["id"], row["name"], row["x"]) for row in cells] == list(dict.fromkeys(there))
    listed = sum(problem.count for problem in found.problems)
    assert len(found.rows) + listed == len([row for row in expected if row])
