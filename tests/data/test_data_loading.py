"""Which files are read for which record, and what is said when there is none."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from data_cases import NUMBER, TIME, field, mapped, plan, rows_of, shared_connection, write

from sladsl.data import Binding, DataError, Loaded, RowPlace, load
from sladsl.plan import Link, Plan, Record, Source

LEAD = Record("lead", "", (field("id", key=True), field("size", NUMBER, optional=True)))
CALL = Record(
    "call", "", (field("id", key=True), field("lead", optional=True)), link=Link("lead", "lead", "id")
)


def loaded(plan: Plan, folder: Path, *bindings: str) -> Loaded:
    given = [Binding(*binding.split("=", 1)) for binding in bindings]
    return load(plan, given, base=folder, connection=shared_connection())


def failure(plan: Plan, folder: Path, *bindings: str) -> str:
    with pytest.raises(DataError) as raised:
        loaded(plan, folder, *bindings)
    return raised.value.message


def crm(where: str, base: Path, name: str = "crm", columns: Sequence[str] = ("Lead ID", "Size")) -> Source:
    return Source(name, "lead", where, str(base), mapped(id=columns[0], size=columns[1]))


def test_several_files_and_sources_are_read_together(tmp_path: Path) -> None:
    write(tmp_path, "leads_1.csv", "Lead ID,Size\n1,5\n")
    write(tmp_path, "leads_2.csv", "Size;Lead ID\nx;2\n")
    write(tmp_path, "other.csv", "key,employees\n3,7\n")
    both = plan(
        LEAD,
        sources=[crm("leads_*.csv", tmp_path), crm("other.csv", tmp_path, "other", ("key", "employees"))],
    )
    found = loaded(both, tmp_path)
    assert [row["id"] for row in rows_of(found, "lead")] == ["1", "2", "3"]
    assert found.files == ("leads_1.csv", "leads_2.csv", "other.csv")
    [problem] = found.problems
    assert (problem.file, problem.examples[0].line, problem.examples[0].key) == ("leads_2.csv", 2, "2")


def test_a_binding_replaces_the_file_and_keeps_the_mapping(tmp_path: Path) -> None:
    (tmp_path / "now").mkdir()
    write(tmp_path / "now", "new.csv", "Lead ID,Size\n9,5\n")
    write(tmp_path, "old.csv", "Lead ID,Size\n1,5\n")
    one = plan(LEAD, sources=[crm("old.csv", tmp_path)])
    assert [row["id"] for row in rows_of(loaded(one, tmp_path / "now"), "lead")] == ["1"]
    assert [row["id"] for row in rows_of(loaded(one, tmp_path / "now", "lead=new.csv"), "lead")] == ["9"]


def test_with_several_sources_a_binding_names_the_one_whose_columns_it_has(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", "Lead ID,Size\n1,5\n")
    write(tmp_path, "b.csv", "key,employees\n2,7\n")
    write(tmp_path, "c.csv", "key,employees\n3,8\n")
    both = plan(LEAD, sources=[crm("a.csv", tmp_path), crm("b.csv", tmp_path, "other", ("key", "employees"))])
    assert "`lead` has several sources (`crm`, `other`)" in failure(both, tmp_path, "lead=c.csv")
    assert [row["id"] for row in rows_of(loaded(both, tmp_path, "other=c.csv"), "lead")] == ["1", "3"]


def test_names_that_are_not_there(tmp_path: Path) -> None:
    write(tmp_path, "leads.csv", "id,size\n1,5\n")
    alone = plan(LEAD)
    assert failure(alone, tmp_path, "leed=leads.csv", "lead=leads.csv") == (
        "`--data leed=leads.csv`: there is no record `leed`; did you mean `lead`? — the agreement's records are `lead`"
    )
    assert failure(alone, tmp_path) == (
        'there are no data for `lead`: give a file with `--data lead=lead.csv`, or write a `source … for lead from "lead.csv":`'
    )
    assert failure(alone, tmp_path, "lead=lead.csv").startswith(
        f"there is no file `lead.csv` in `{tmp_path}`; did you mean `leads.csv`?"
    )
    assert failure(alone, tmp_path, "lead=*.tsv") == f"no file matches `*.tsv` in `{tmp_path}`"
    assert "`.` is a folder and not a file: it holds `leads.csv`" in failure(alone, tmp_path, "lead=.")
    assert "`notes.md` has an ending that says no known format" in failure(
        alone, tmp_path, "lead=" + write(tmp_path, "notes.md", "x")
    )
    assert "is a workbook of the old format" in failure(
        alone, tmp_path, "lead=" + write(tmp_path, "x.xls", "x")
    )


def test_addresses_that_cannot_be_read_do_not_show_their_password(tmp_path: Path) -> None:
    message = failure(plan(LEAD), tmp_path, "lead=oracle://ana:secret@db/crm#leads")
    assert message.startswith("`oracle://…@db/crm#leads` cannot be read: expected a CSV")
    assert "secret" not in message


def test_a_child_needs_the_column_that_names_its_parent(tmp_path: Path) -> None:
    write(tmp_path, "leads.csv", "id\n1\n")
    write(tmp_path, "calls.csv", "id,lead_id\n7,1\n")
    message = failure(plan(LEAD, CALL), tmp_path, "lead=leads.csv", "call=calls.csv")
    assert message.startswith(
        "`calls.csv` has no column for `lead`, which ties a `call` to its `lead`; did you mean `lead_id`?"
    )
    source = Source("calls", "call", "calls.csv", str(tmp_path), mapped(lead="lead_id"))
    found = loaded(plan(LEAD, CALL, sources=[source]), tmp_path, "lead=leads.csv")
    assert rows_of(found, "call") == [{"id": "7", "lead": "1"}]


def test_the_types_of_the_tables(tmp_path: Path) -> None:
    from data_cases import BOOLEAN, DATE, DURATION, ONE_OF

    fields = (
        field("note"),
        field("stage", ONE_OF, "new", optional=True),
        field("size", NUMBER, optional=True),
        field("ok", BOOLEAN, optional=True),
        field("day", DATE, optional=True),
        field("at", TIME, optional=True),
        field("spent", DURATION, optional=True),
    )
    write(tmp_path, "empty.csv", "note\nx\n")
    write(
        tmp_path,
        "full.csv",
        "note,stage,size,ok,day,at,spent\nx,new,1,yes,2026-07-06,2026-07-06T06:30Z,PT4H\n",
    )
    for name in ("empty.csv", "full.csv"):
        table = loaded(plan(Record("thing", "", fields)), tmp_path, f"thing={name}").tables["thing"]
        types = {column: str(type) for column, type in table.schema().items()}
        assert types == {
            "row": "string", "note": "string", "stage": "string", "size": "decimal(18, 6)",
            "ok": "boolean", "day": "int64", "at": "int64", "spent": "int64",
        }  # fmt: skip


def test_where_rows_stand(tmp_path: Path) -> None:
    write(tmp_path, "a.csv", 'id,size\n1,"5"\n\n2,6\n')
    write(tmp_path, "b.csv", "id,size\n2,7\n")
    found = loaded(plan(LEAD), tmp_path, "lead=a.csv", "lead=b.csv")
    assert found.places("lead", ["2", "1", "3"]) == {
        "1": (RowPlace("a.csv", 2),),
        "2": (RowPlace("a.csv", 4), RowPlace("b.csv", 2)),
    }


def test_where_rows_without_a_key_stand(tmp_path: Path) -> None:
    note = plan(Record("note", "", (field("text"),)))
    write(tmp_path, "a.csv", 'text\n"x\ny"\nz\n')
    write(tmp_path, "b.csv", "text\nw\n")
    assert loaded(note, tmp_path, "note=a.csv").places("note", ["2"]) == {"2": (RowPlace("a.csv", 4),)}
    both = loaded(note, tmp_path, "note=a.csv", "note=b.csv")
    assert both.places("note", ["b.csv 1"]) == {"b.csv 1": (RowPlace("b.csv", 2),)}


def test_progress_is_told(tmp_path: Path) -> None:
    write(tmp_path, "leads.csv", "id\n1\n")
    said: list[str] = []
    load(
        plan(LEAD),
        [Binding("lead", "leads.csv")],
        base=tmp_path,
        connection=shared_connection(),
        progress=said.append,
    )
    assert said == ["reading leads.csv"]


def test_importing_the_package_loads_no_engine() -> None:
    heavy = ("ibis", "duckdb", "pandas", "pyarrow", "openpyxl")
    code = f"import sys, sladsl.data, sladsl.data.infer; print([m for m in {heavy} if m in sys.modules])"
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
