"""`sla init`'s first guess: records, fields, spellings and joins of exports as they come."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from pathlib import Path

import duckdb
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
    mapped,
    plan,
    rows_of,
    shared_connection,
    shared_data,
    write,
)

from sladsl.data import DataError, load
from sladsl.data.infer import infer
from sladsl.data.inferred import Change, InferredField, InferredLink, InferredRecord
from sladsl.data.naming import field_names, record_name, singular, snake_case
from sladsl.plan import FieldType, Mapping, Record, RecordField, Source


def column(folder: Path, *cells: str, name: str = "value") -> InferredField:
    """The field that is made of one column."""
    text = "".join(f'"{cell}",x\n' for cell in cells)
    return infer([write(folder, "leads.csv", f'"{name}",note\n{text}')], folder)[0].fields[0]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Number of Employees", "number_of_employees"),
        ("Record ID", "record_id"),
        ("FirstName", "first_name"),
        ("SLAViolation__c", "sla_violation_c"),
        ("property_hs_all-funky-a9384-syntax", "property_hs_all_funky_a9384_syntax"),
        ("2nd call", "_2nd_call"),
        ("Größe (m²)", "grosse_m2"),
    ],
)
def test_names_of_fields(text: str, name: str) -> None:
    assert snake_case(text) == name


def test_names_are_different_and_not_reserved() -> None:
    found = field_names(["Any", "no", "a b", "A-B", "€", "lead"], ["lead"])
    assert found == ("any_value", "no_value", "a_b", "a_b_2", "column_5", "lead_2")


def test_names_of_records() -> None:
    files = [
        "leads.csv",
        "activities.csv",
        "companies_export.csv",
        "cases 2026.csv",
        "status.csv",
        "boxes.csv",
        "LEADS.tsv",
        "123.csv",
        "hubspot-crm-exports-all-calls-2026-10-12.csv",
        "stg_deals.parquet",
        "all.csv",
    ]
    names: list[str] = []
    for file in files:
        names.append(record_name(Path(file), names))
    assert names == [
        "lead",
        "activity",
        "company",
        "case",
        "status",
        "box",
        "lead_2",
        "_123",
        "call",
        "deal",
        "all",
    ]
    assert [singular(word) for word in ("address", "addresses", "news", "analysis")] == [
        "address",
        "address",
        "news",
        "analysis",
    ]


@pytest.mark.parametrize(
    ("cells", "type", "format"),
    [
        (["2026-07-06 06:30", "2026-07-06 6:30:51"], TIME, None),
        (["2026-07-06 06:30:51.879147+00", "2026-07-06T06:30Z"], TIME, None),
        (["2026-07-06", "2026-07-07"], DATE, None),
        (["2026-07-06 00:00:00", "2026-07-07 00:00:00"], DATE, None),
        (["06.07.2026 06:30", "31.07.2026 16:30"], TIME, "DD.MM.YYYY HH:mm"),
        (["6.7.2026", "31.12.2026"], DATE, "D.M.YYYY"),
        (["7/6/2026 6:30 AM", "12/31/2026 12:05 PM"], TIME, "M/D/YYYY h:mm A"),
        (["31/12/2026", "01/02/2026"], DATE, "DD/MM/YYYY"),
        (["6 Jul 2026", "31 Dec 2026"], DATE, "D MMM YYYY"),
        (["1 day, 16:26:23", "00:26:43"], DURATION, None),
        (["PT4H", "P1DT2H"], DURATION, None),
        (["5", "-2.5", "1000"], NUMBER, None),
        (["true", "FALSE"], BOOLEAN, None),
        (["007", "012"], TEXT, None),
        (["1234567890123456789", "1"], TEXT, None),
        (["Ana", "Ben"], TEXT, None),
        (["30.02.2026", "31.02.2026"], TEXT, None),
    ],
)
def test_types_and_formats(tmp_path: Path, cells: list[str], type: FieldType, format: str | None) -> None:
    found = column(tmp_path, *cells)
    assert (found.type, found.format) == (type, format)


def test_what_cannot_be_told_apart_is_said(tmp_path: Path) -> None:
    found = column(tmp_path, "07/06/2026", "01/02/2026")
    assert found.format == "MM/DD/YYYY"
    assert found.doubt == "`MM/DD/YYYY` or `DD/MM/YYYY`: no value has a day above 12"
    assert column(tmp_path, "07/13/2026", "01/02/2026").doubt == ""


def test_numbers_that_are_times_by_their_name(tmp_path: Path) -> None:
    assert column(tmp_path, "1783319451", "1783319452", name="created_at").format == "X"
    assert column(tmp_path, "1783319451250", name="Create Date").format == "x"
    assert column(tmp_path, "1783319451", name="revenue").type is NUMBER


def test_zones_are_needed_where_there_are_no_offsets(tmp_path: Path) -> None:
    assert column(tmp_path, "2026-07-06 06:30").needs_zone
    assert not column(tmp_path, "2026-07-06 06:30Z", "2026-07-06 06:30-05:00").needs_zone
    mixed = column(tmp_path, "2026-07-06 06:30Z", "2026-07-06")
    assert (mixed.type, mixed.needs_zone, mixed.date_only) == (TIME, True, True)


def test_enumerations_repeat_their_values(tmp_path: Path) -> None:
    found = column(tmp_path, *["call"] * 6, *["email"] * 5, "")
    assert (found.type, found.values, found.optional) == (ONE_OF, ("call", "email"), True)
    assert column(tmp_path, "call", "email", "call").type is TEXT


def test_texts_that_stand_for_nothing(tmp_path: Path) -> None:
    found = column(tmp_path, "5", "N/A", "-", "7")
    assert (found.type, found.missing, found.optional) == (NUMBER, ("-", "N/A"), True)
    assert column(tmp_path, "5", "None", "7").missing == ("None",)
    assert column(tmp_path, "Ana", "None").missing == ()
    assert column(tmp_path, "Ana", "N/A").missing == ("N/A",)
    german = column(tmp_path, "05/03/2026 06:30", "k. A.", "#NV", "31/01/2026 13:50")
    assert (german.type, german.missing) == (FieldType.TIME, ("#NV", "k. A."))


def test_a_few_odd_values_do_not_make_a_column_text(tmp_path: Path) -> None:
    found = column(tmp_path, *[str(number) for number in range(99)], "#REF!")
    assert (found.type, found.odd) == (NUMBER, ("#REF!",))


def test_keys_and_joins(tmp_path: Path) -> None:
    write(tmp_path, "contacts.csv", "Record ID,Email\n101,a@x.com\n102,b@x.com\n")
    write(tmp_path, "calls.csv", "id,Contact ID,kind\n1,101,x\n2,101,y\n3,102,y\n")
    write(tmp_path, "deals.csv", "Record ID,won\n102,2026-07-06\n")
    contact, call, deal = infer(["contacts.csv", "calls.csv", "deals.csv"], tmp_path)
    assert [(f.name, f.column, f.key) for f in contact.fields] == [
        ("record_id", "Record ID", True),
        ("email", "Email", False),
    ]
    assert contact.link is None
    assert call.link == InferredLink("contact", "Contact ID", "record_id")
    assert [f.name for f in call.fields] == ["id", "kind"]
    assert deal.link == InferredLink("contact", "Record ID", "record_id", own="record_id")
    assert [f.name for f in deal.fields] == ["record_id", "won"]


def test_a_parents_key_that_happens_to_occur_once_is_no_key_of_the_child(tmp_path: Path) -> None:
    """As a key it would make every later call to the same lead a mistake."""
    write(tmp_path, "leads.csv", "id,email\n1,a@x.com\n2,b@x.com\n")
    write(tmp_path, "calls.csv", "lead_id,kind\n1,x\n2,y\n")
    _, call = infer(["leads.csv", "calls.csv"], tmp_path)
    assert call.link == InferredLink("lead", "lead_id", "id")
    assert [(f.name, f.key) for f in call.fields] == [("kind", False)]
    ids = [f"L-{n}" for n in range(100)]
    write(tmp_path, "leads.csv", "id,email\n" + "".join(f"{x},{x}@x.com\n" for x in ids))
    write(tmp_path, "calls.csv", "lead_id,kind\n" + "".join(f"{x},x\n" for x in ids))
    _, call = infer(["leads.csv", "calls.csv"], tmp_path)
    assert call.link == InferredLink("lead", "lead_id", "id", own="lead_id")


def test_a_few_bad_rows_change_nothing(tmp_path: Path) -> None:
    rows = [f"L-{n},2026-07-06 06:30" for n in range(300)]
    text = "\n".join(["Record ID,Create Date", *rows, ",", "L-5,2026-07-06 06:30", "#REF!,#REF!", "L-300,"])
    [lead] = infer([write(tmp_path, "leads.csv", text)], tmp_path)
    assert [(f.name, f.type, f.key, f.optional) for f in lead.fields] == [
        ("record_id", TEXT, True, False),
        ("create_date", TIME, False, False),
    ]
    assert lead.fields[1].odd == ("#REF!",)
    assert lead.rows == 303


def test_small_numbers_that_happen_to_agree_are_no_join(tmp_path: Path) -> None:
    write(tmp_path, "leads.csv", "id,x\n1,a\n2,b\n")
    write(tmp_path, "rooms.csv", "room,size\nr,1\ns,2\n")
    assert [record.link for record in infer(["leads.csv", "rooms.csv"], tmp_path)] == [None, None]


def test_typed_files(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({
        "lead_id": pa.array([1, 2]), "at": pa.array([0, None], pa.timestamp("us", tz="UTC")), "seen": pa.array([0, 1], pa.timestamp("us")),
        "ok": [True, False], "size": [1.5, 2.0], "tags": [["x"], []],
    })  # fmt: skip
    pq.write_table(table, tmp_path / "leads.parquet")
    [lead] = infer(["leads.parquet"], tmp_path)
    found = [(f.name, f.type, f.key, f.optional, f.needs_zone) for f in lead.fields]
    assert found == [
        ("lead_id", TEXT, True, False, False),
        ("at", TIME, False, True, False),
        ("seen", TIME, False, False, True),
        ("ok", BOOLEAN, False, False, False),
        ("size", NUMBER, False, False, False),
    ]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    nameless = ("b.csv", ",\n1,2\n", "has no column with a name")
    for name, content, says in (("a.csv", "", "is empty"), nameless, ("c.md", "x", "no known format")):
        with pytest.raises(DataError) as raised:
            infer([write(tmp_path, name, content)], tmp_path)
        assert says in raised.value.message


def test_ids_are_texts_whatever_they_are_called(tmp_path: Path) -> None:
    text = "Ticket,Lead Number__c,ID Kunde,amount\n1,2,3,4\n5,6,7,8\n"
    [found] = infer([write(tmp_path, "messages.csv", text)], tmp_path)
    assert [f.type for f in found.fields] == [TEXT, TEXT, TEXT, NUMBER]


@pytest.mark.parametrize(
    ("cells", "type", "numbers"),
    [
        (["1.234,56", "12,5"], NUMBER, "1.234,56"),
        (["$1,234.50", "12.5"], NUMBER, "1,234.56"),
        (["1 234,5", "7,25"], NUMBER, "1 234,56"),
        (["1.234", "18.000"], TEXT, ""),
        (["12.5", "1.25"], NUMBER, ""),
        (["Ana", "1.234,56"], TEXT, ""),
    ],
)
def test_how_numbers_are_written(tmp_path: Path, cells: list[str], type: FieldType, numbers: str) -> None:
    text = "".join(f'"{cell}",x\n' for cell in cells)
    [found] = infer([write(tmp_path, "leads.csv", f'"budget",note\n{text}')], tmp_path)
    assert (found.fields[0].type, found.numbers) == (type, numbers)
    assert ("can be two" in found.fields[0].doubt) == (cells[0] == "1.234")


def test_a_source_writes_its_numbers_in_one_way(tmp_path: Path) -> None:
    """`12.5` is another number by the example of the columns beside it: that column stays a text."""
    text = "".join(f'"{n}.234,50";"{n},5";"{n}.5";"{n}"\n' for n in range(1, 9))
    [found] = infer([write(tmp_path, "leads.csv", f"a;b;c;d\n{text}")], tmp_path)
    assert [f.type for f in found.fields] == [NUMBER, NUMBER, TEXT, NUMBER]
    assert found.numbers == "1.234,56"
    assert "written otherwise" in found.fields[2].doubt


def test_offsets_that_may_be_false_are_marked(tmp_path: Path) -> None:
    assert column(tmp_path, "2026-07-06 06:30:51.879147+00", "2026-07-06 07:30:00+00").utc
    assert not column(tmp_path, "2026-07-06 06:30Z", "2026-07-06 06:30-05:00").utc
    assert not column(tmp_path, "2026-07-06 06:30").utc


EVENTS = "case,registered,activity,at\n" + "".join(
    f"C{n // 3},2026-01-0{n // 3 + 1} 09:00,{['ask', 'call', 'close'][n % 3]},2026-01-1{n % 3} 10:00\n"
    for n in range(12)
)


def test_a_row_for_each_event_is_what_they_are_of_and_they(tmp_path: Path) -> None:
    case, event = infer([write(tmp_path, "log.csv", EVENTS)], tmp_path)
    assert (case.name, [f.name for f in case.fields], case.rows, case.repeats) == (
        "case",
        ["id", "registered"],
        4,
        True,
    )
    assert case.fields[0].key
    assert (event.name, [f.name for f in event.fields]) == ("log", ["activity", "at"])
    assert event.link == InferredLink("case", "case", "id")
    case, event = infer([write(tmp_path, "cases.csv", EVENTS)], tmp_path)
    assert (case.name, event.name) == ("case", "case_event")


FILES = ("csv", "tsv", "jsonl", "xlsx", "parquet", "duckdb")


def written(folder: Path, text: str, kind: str) -> str:
    """The rows of a CSV in a file of this kind, with times and numbers as such where it has types."""
    name, path = f"log.{kind}", folder / f"log.{kind}"
    header, *rows = csv.reader(text.splitlines())
    match kind:
        case "csv" | "tsv":
            mark = "\t" if kind == "tsv" else ","
            write(folder, name, "".join(mark.join(row) + "\n" for row in (header, *rows)))
        case "jsonl":
            objects = (dict(zip(header, row, strict=True)) for row in rows)
            write(folder, name, "".join(json.dumps(row) + "\n" for row in objects))
        case "xlsx":
            book = openpyxl.Workbook()
            book.active.append(["The log of January"])
            for row in (header, *([_typed(cell) for cell in row] for row in rows)):
                book.active.append(row)
            book.save(path)
        case _:
            write(folder, "plain.csv", text)
            table = f"read_csv('{folder / 'plain.csv'}')"
            if kind == "parquet":
                with duckdb.connect() as own:  # that of the module is everybody's
                    own.sql(f"COPY (FROM {table}) TO '{path}'")
            else:
                path.unlink(missing_ok=True)
                with duckdb.connect(path) as database:
                    database.sql(f"CREATE TABLE log AS FROM {table}")
    return name


def _typed(cell: str) -> object:
    try:
        return datetime.fromisoformat(cell)
    except ValueError:
        return cell or None


STATES = "number,opened_at,sys_updated_at,state,resolved_at\n" + "".join(
    f"T{n // 3},2026-01-0{n // 3 + 1} 09:00,2026-01-1{n % 3} 10:00,{['new', 'work', 'done'][n % 3]},"
    f"{'2026-01-12 10:00' if n % 3 == 2 else ''}\n"
    for n in range(18)
)


@pytest.mark.parametrize("kind", FILES)
def test_a_row_for_each_state_is_a_record_of_which_one_is_kept(tmp_path: Path, kind: str) -> None:
    """The time of an update is all that must differ between the rows of a ticket."""
    [found] = infer([written(tmp_path, STATES, kind)], tmp_path)
    assert [f.name for f in found.fields] == ["number", "opened_at", "state", "resolved_at"]
    assert [f.name for f in found.fields if f.key] == ["number"]
    assert found.states is not None
    assert (found.states.column, found.logged, found.repeats) == ("sys_updated_at", "number", False)


@pytest.mark.parametrize("kind", FILES)
def test_a_row_for_each_event_in_any_file(tmp_path: Path, kind: str) -> None:
    case, event = infer([written(tmp_path, EVENTS, kind)], tmp_path)
    assert ([f.name for f in case.fields], case.repeats) == (["id", "registered"], True)
    assert [f.name for f in event.fields] == ["activity", "at"]
    assert event.link == InferredLink("case", "case", "id")


def test_an_event_that_was_also_brought_over_is_no_state(tmp_path: Path) -> None:
    """It has a time of its own beside the one of the copy."""
    header, *rows = EVENTS.splitlines()
    text = "".join(f"{row},2026-02-01 0{n % 9}:00\n" for n, row in enumerate(rows))
    case, event = infer([write(tmp_path, "log.csv", f"{header},synced_at\n{text}")], tmp_path)
    assert (case.name, event.states) == ("case", None)


def test_a_log_of_states_in_which_nothing_else_has_a_time(tmp_path: Path) -> None:
    """Nothing is the same in all rows of a ticket but its number: whose moment would it be?"""
    text = "".join(f"T{n // 3},2026-01-1{n % 3} 10:00,{n}\n" for n in range(9))
    [found] = infer([write(tmp_path, "states.csv", f"number,updated_at,state\n{text}")], tmp_path)
    assert (found.logged, found.repeats) == ("number", False)
    assert found.states is not None
    assert not any(f.key for f in found.fields)


def test_states_that_only_dates_tell_apart(tmp_path: Path) -> None:
    """No state can be kept by a date alone; that something was updated is no event, either."""
    text = "".join(f"T{n // 3},2026-01-0{n // 3 + 1} 09:00,2026-01-1{n % 3},{n}\n" for n in range(9))
    [found] = infer([write(tmp_path, "states.csv", f"number,opened,updated_on,state\n{text}")], tmp_path)
    assert (found.logged, found.states, found.link) == ("number", None, None)


def test_texts_in_other_encodings(tmp_path: Path) -> None:
    """A byte order mark says itself what it is; any other encoding must be said, and is taken for what is not UTF-8."""
    text = "id,Größe,created_at\n1,5,2026-01-05 10:00\n2,7,2026-01-06 10:00\n"
    for name, how in (("utf-16", None), ("utf-8-sig", None), ("windows-1252", "windows-1252")):
        write(tmp_path, "leads.csv", text.encode(name))
        [found] = infer(["leads.csv"], tmp_path, "windows-1252")
        assert [f.name for f in found.fields] == ["id", "grosse", "created_at"]
        assert found.encoding == (how or "")
    with pytest.raises(DataError, match=r"is not UTF-8 text; .*`sla init --encoding windows-1252`"):
        infer(["leads.csv"], tmp_path)
    write(tmp_path, "leads.csv", text.encode("utf-16-le"))
    [found] = infer(["leads.csv"], tmp_path, "utf-16-le")
    assert found.encoding == "utf-16-le"
    write(tmp_path, "leads.csv", text)
    assert infer(["leads.csv"], tmp_path, "windows-1252")[0].encoding == ""


def test_a_name_that_comes_twice_in_a_table(tmp_path: Path) -> None:
    values = [pa.array([1, 2]), pa.array([3, 4]), pa.array([5, 6])]
    pq.write_table(pa.Table.from_arrays(values, names=["id", "x", "X"]), tmp_path / "t.parquet")
    [found] = infer(["t.parquet"], tmp_path)
    assert [f.column for f in found.fields] == ["id", "x", "X"]
    pq.write_table(pa.Table.from_arrays(values, names=["id", "x", "x"]), tmp_path / "t.parquet")
    with pytest.raises(DataError, match="has 2 columns named `x`, columns 2 and 3"):
        infer(["t.parquet"], tmp_path)


def test_what_may_name_a_row_though_it_is_not_called_so(tmp_path: Path) -> None:
    text = "".join(f"Offer {n},5,2026-01-05 10:00\n" for n in range(20))
    [found] = infer([write(tmp_path, "leads.csv", f"Title,Size,created_at\n{text}")], tmp_path)
    assert found.maybe_key == "Title"
    [found] = infer(
        [write(tmp_path, "leads.csv", f"Title,Size,created_at\n{text}Offer 1,6,2026-01-05 10:00\n")], tmp_path
    )
    assert found.maybe_key == ""
    [found] = infer([write(tmp_path, "leads.csv", f"id,Size,created_at\n{text}")], tmp_path)
    assert found.maybe_key == ""


def test_a_column_that_repeats_who_did_it_makes_no_events(tmp_path: Path) -> None:
    text = "".join(f"L{n},U{n % 2},2026-01-1{n % 3} 10:00,2026-01-01\n" for n in range(9))
    [found] = infer([write(tmp_path, "leads.csv", f"lead_id,owner_id,at,since\n{text}")], tmp_path)
    assert found.logged == ""


def test_values_join_where_names_do_not(tmp_path: Path) -> None:
    write(
        tmp_path, "leads.csv", "Id,Email\n" + "".join(f"00Q1G00000nDn{n}UAK,a{n}@x.com\n" for n in range(5))
    )
    write(
        tmp_path,
        "tasks.csv",
        "Id,WhoId,Rank\n" + "".join(f"00T{n}x9,00Q1G00000nDn{n % 3}UAK,{n}\n" for n in range(6)),
    )
    _, task = infer(["leads.csv", "tasks.csv"], tmp_path)
    assert task.link == InferredLink("lead", "WhoId", "id")


# ------------------------------------------------------------------------------------------- what is guessed is readable


def loaded_as_inferred(found: InferredRecord, folder: Path) -> tuple[list[dict[str, object]], int]:
    """The rows, and how many values could not be read, when the guess is taken as the agreement."""
    fields = tuple(
        RecordField(f.name, f.type, key=f.key, optional=f.optional, values=f.values) for f in found.fields
    )
    mappings = mapped(
        **{
            f.name: Mapping(f.name, f.column, format=f.format, at=0 if f.date_only else None)
            for f in found.fields
        }
    )
    source = Source(
        "guess",
        found.name,
        found.file,
        str(folder),
        mappings,
        "America/New_York",
        missing=found.missing,
        numbers=found.numbers or None,
    )
    nothing = load(
        plan(Record(found.name, "", fields), sources=[source]),
        [],
        base=folder,
        connection=shared_connection(),
    )
    return rows_of(nothing, found.name), sum(
        p.count for p in nothing.problems if p.kind in ("unreadable value", "unknown value")
    )


def test_a_guess_can_be_run_at_once(tmp_path: Path) -> None:
    text = "Record ID;Größe;Anlage;Ziel;Art;Dauer\n" + "".join(
        f"{n};{n},5;{n % 28 + 1:02}.07.2026 06:30;N/A;{'AB'[n % 2]};00:0{n % 10}:00\n" for n in range(40)
    )
    [found] = infer([write(tmp_path, "leads.csv", text)], tmp_path)
    assert [f.type for f in found.fields] == [TEXT, NUMBER, TIME, TEXT, ONE_OF, DURATION]
    assert found.numbers == "1.234,56"
    rows, unread = loaded_as_inferred(found, tmp_path)
    assert (len(rows), unread) == (40, 0)


def real_files() -> list[Path]:
    folders = ("crm_tables", "boston311", "olist", "salesforce_sample")
    return sorted(path for folder in folders for path in shared_data(folder).rglob("*.csv"))


HISTORIES = {
    "Salesforce": (
        "Leads.csv",
        "Id,Status,CreatedDate\n{key},Open,{at}",
        "LeadHistory.csv",
        "Id,LeadId,CreatedById,CreatedDate,Field,OldValue,NewValue",
        ["h{n},{key},u,{at},Status,New,Open", "p{n},{key},u,{at},Phone,,1", "o{n},{key},u,{at},Owner,Bo,Ida"],
        ("Field", "Status", "status", "old_status"),
    ),
    "HubSpot": (
        "contacts.csv",
        "id,property_hs_lead_status,createdate\n{key},Open,{at}",
        "contact_property_history.csv",
        "contact_id,timestamp,name,value",
        [
            "{key},{at},hs_lead_status,Open",
            "{key},{at},hs_lead_status,New",
            "{key},{at},email,a@b.c",
            "{key},{at},hubspot_owner_id,7",
        ],
        ("name", "hs_lead_status", "lead_status", ""),
    ),
    "a tracker": (
        "issues.csv",
        "Key,Created,Status\n{key},{at},Open",
        "changelog.csv",
        "Issue,Created,field,from,fromString,to,toString",
        ["{key},{at},status,1,New,3,Open", "{key},{at},summary,,a,,b", "{key},{at},assignee,,Bo,,Ida"],
        ("field", "status", "status", "old_status"),
    ),
}


@pytest.mark.parametrize("kind", HISTORIES)
def test_a_history_is_a_record_for_each_field_that_promises_are_about(tmp_path: Path, kind: str) -> None:
    leads, lead, history, header, lines, (column, value, now, before) = HISTORIES[kind]
    first, _, line = lead.partition("\n")
    rows = [(f"K-{n:05d}", f"2026-03-{n:02d}T10:00:00Z", n) for n in range(1, 25)]
    write(tmp_path, leads, "\n".join([first, *(line.format(key=k, at=at) for k, at, _ in rows)]) + "\n")
    told = [x.format(key=k, at=at, n=n) for k, at, n in rows for x in lines]
    write(tmp_path, history, "\n".join([header, *told]) + "\n")
    parent, *changes = infer([leads, history], tmp_path)
    status, owner = sorted(changes, key=lambda r: r.name in ("owner_change", "assignee_change"))
    assert status.change == Change(column, value, now, before, status.change.others if status.change else ())
    assert (status.name, status.rows) == (f"{now}_change", len(rows) * (1 if before else 2))
    assert status.link is not None
    assert (status.link.parent, status.link.own) == (parent.name, "")
    known = next(f for f in status.fields if f.name == now)
    assert (known.type, known.optional) == (FieldType.ONE_OF, False)
    people = next(f for f in owner.fields if f.name in ("owner", "assignee"))
    assert (people.type, people.values) == (FieldType.TEXT, ())
    assert {x for r in changes if r.change for x in r.change.others}.isdisjoint({value, ""})


def test_a_table_with_a_name_and_a_value_is_no_history_of_what_it_does_not_tell(tmp_path: Path) -> None:
    """Questions and their answers beside leads: no field of theirs is named, so the rows are what they are."""
    write(tmp_path, "leads.csv", "Id,Created\n" + "".join(f"L-{n:05d},2026-03-01\n" for n in range(30)))
    answers = "".join(f"A-{n:05d},L-{n % 30:05d},2026-03-02T10:00:00Z,Size,{n}\n" for n in range(60))
    write(tmp_path, "answers.csv", f"Id,Lead,At,name,value\n{answers}")
    lead, answer = infer(["leads.csv", "answers.csv"], tmp_path)
    assert (lead.name, answer.name, answer.change) == ("lead", "answer", None)
    assert [f.name for f in answer.fields] == ["id", "at", "name", "value"]


def test_every_real_export_is_guessed_and_read_back() -> None:
    """No file stops the guess, no row is lost when it is run, and nothing that was taken as odd goes unlisted."""
    for path in real_files():
        [found] = infer([str(path)])
        if found.rows > 10_000:
            continue
        rows, unread = loaded_as_inferred(found, path.parent)
        odd = any(f.odd for f in found.fields)
        assert (len(rows), unread > 0) == (found.rows, odd), path


def test_every_real_export_together_finds_joins() -> None:
    hubspot = shared_data("crm_tables") / "hubspot"
    found = infer(
        [
            str(hubspot / f"{name}_data.csv")
            for name in ("contact", "contact_form_submission", "ticket", "ticket_contact")
        ]
    )
    assert [record.name for record in found] == [
        "contact",
        "contact_form_submission",
        "ticket",
        "ticket_contact",
    ]
    olist = shared_data("olist")
    lead, deal = infer(
        [str(olist / f"olist_{name}_dataset.csv") for name in ("marketing_qualified_leads", "closed_deals")]
    )
    assert deal.link == InferredLink(lead.name, "mql_id", "mql_id", own="mql_id")
