"""Rows that occur again: equal in everything a file says, in what is read of it, or in their key alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sladsl
from sladsl.reports.documents import json_schema
from sladsl.reports.run.document import RunDocument

KEYLESS = """\
agreement "Events":
  between marketing and sales
  zone "UTC"

record event:
  case    text
  opened  time
  step    optional text

kpi volume = count of event
"""
KEYED = """\
agreement "Tickets":
  between desk and customer
  zone "America/New_York"

record ticket:
  id      key text
  opened  optional time
  due     optional date
  size    optional number

define Ticket:
  ticket
  since opened

kpi sizes = sum of size over Ticket
"""


def run(text: str, as_of: str | None = "2027-01-01", **data: object) -> dict[str, Any]:
    """The document of a run, without what it says of how often each key occurs."""
    found: dict[str, Any] = json.loads(sladsl.compile(text=text).run(data, as_of=as_of).to_json())
    jsonschema.validate(found, json_schema(RunDocument), cls=jsonschema.Draft202012Validator)
    return found


def volume(found: dict[str, Any]) -> int:
    return sum(p["value"] for p in found["kpis"][0]["periods"])


def problems(found: dict[str, Any]) -> dict[str, int]:
    return {p["kind"]: p["count"] for p in found["data_problems"]}


def hint(found: dict[str, Any]) -> str:
    return next(str(p["hint"]) for p in found["data_problems"] if "hint" in p)


def where(found: dict[str, Any], kind: str) -> list[tuple[int, bool | None]]:
    (problem,) = (p for p in found["data_problems"] if p["kind"] == kind)
    return [(p["line"], p.get("kept")) for p in problem["places"]]


ROWS = [
    {"case": "A", "opened": "2026-01-05T09:00Z", "step": "call", "Event": "1", "Note": ""},
    {"case": "A", "opened": "2026-01-05T09:00Z", "step": "call", "Event": "2", "Note": ""},
    {"case": "A", "opened": "2026-01-05T09:00Z", "step": "call", "Event": "1", "Note": ""},
    {"case": "B", "opened": "2026-01-05T09:00Z", "step": "", "Event": "3", "Note": ""},
    {"case": "B", "opened": "2026-01-05T09:00Z", "step": "", "Event": "3", "Note": "x"},
]


def written(form: str, folder: Path) -> object:
    """The rows in a file of this form, or as what they are."""
    import pandas as pd

    frame = pd.DataFrame(ROWS)
    path = folder / f"event.{form}"
    match form:
        case "csv":
            frame.to_csv(path, index=False)
        case "xlsx":
            frame.to_excel(path, index=False)
        case "jsonl":
            path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
        case "parquet":
            frame.to_parquet(path)
        case "duckdb":
            import duckdb

            with duckdb.connect(str(path)) as con:
                con.execute("CREATE TABLE event AS SELECT * FROM frame")
        case "frame":
            return frame
        case _:
            return ROWS
    return path


@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl", "parquet", "duckdb", "frame", "rows"])
def test_only_rows_that_are_equal_in_every_column_are_one(form: str, tmp_path: Path) -> None:
    found = run(KEYLESS, event=written(form, tmp_path))
    assert volume(found) == 4
    assert problems(found) == {"equal rows": 1, "alike where they are read": 2}
    assert hint(found) == (
        "they differ in `Event`, `Note`, so each counts; where one of these says which row it is, make it the key of `event`"
    )


def test_the_lines_are_named(tmp_path: Path) -> None:
    found = run(KEYLESS, event=written("csv", tmp_path))
    assert where(found, "equal rows") == [(4, None)]
    assert where(found, "alike where they are read") == [(3, None), (6, None)]


def test_what_is_hidden_is_part_of_a_row(tmp_path: Path) -> None:
    """The as-of decides what is seen, and not how many rows there are."""
    text = KEYLESS.replace("  step    optional text\n", "  later   optional time\n")
    rows = [{"case": "A", "opened": "2026-01-05T09:00Z", "later": f"2026-0{m}-01T09:00Z"} for m in (2, 3, 3)]
    for as_of in ("2026-01-10", "2026-02-10", "2026-06-01"):
        found = run(text, as_of, event=rows)
        assert (volume(found), problems(found)) == (2, {"equal rows": 1})


def test_spellings_of_one_value_are_not_the_same_text(tmp_path: Path) -> None:
    (tmp_path / "event.csv").write_text(
        "case,opened,step\nA,2026-01-05T09:00Z,call\nA,2026-01-05 10:00+01:00,call\n", encoding="utf-8"
    )
    found = run(KEYLESS, event=tmp_path / "event.csv")
    assert volume(found) == 2
    assert hint(found).startswith("they differ in `opened`, so each counts")


def test_lists_in_json_tell_rows_apart(tmp_path: Path) -> None:
    rows = [{**ROWS[0], "tags": tags} for tags in (["a"], ["b"], ["a"])]
    (tmp_path / "event.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
    found = run(KEYLESS, event=tmp_path / "event.jsonl")
    assert (volume(found), problems(found)) == (2, {"equal rows": 1, "alike where they are read": 1})
    assert hint(found).startswith("they differ in `tags`,")


def test_the_same_row_in_two_files_is_one(tmp_path: Path) -> None:
    for name, rows in (("1", ROWS[:2]), ("2", ROWS[1:2])):
        text = "case,opened,step,Event\n" + "".join(
            f"{r['case']},{r['opened']},{r['step']},{r['Event']}\n" for r in rows
        )
        (tmp_path / f"event{name}.csv").write_text(text, encoding="utf-8")
    found = run(KEYLESS, event=tmp_path / "event*.csv")
    assert (volume(found), problems(found)) == (2, {"equal rows": 1, "alike where they are read": 1})


# ------------------------------------------------------------------------------------------------------ one key


@pytest.mark.parametrize(("first", "second"), [(10, 20), (20, 10)])
def test_of_equally_early_rows_the_one_that_stands_first_is_kept(
    tmp_path: Path, first: int, second: int
) -> None:
    (tmp_path / "t.csv").write_text(
        f"id,opened,size,due\n1,2026-01-05T09:00Z,{first},\n1,2026-01-05T09:00Z,{second},\n", encoding="utf-8"
    )
    found = run(KEYED, ticket=tmp_path / "t.csv")
    assert volume(found) == first
    assert where(found, "key used twice") == [(2, True), (3, False)]


def test_an_earlier_row_is_kept_wherever_it_stands(tmp_path: Path) -> None:
    """The earliest of all its times: a date begins in the agreement's zone, here five hours after it does in UTC."""
    (tmp_path / "t.csv").write_text(
        "id,opened,size,due\n1,2026-01-05T06:00Z,1,\n1,2026-01-07T09:00Z,2,2026-01-05\n", encoding="utf-8"
    )
    found = run(KEYED, ticket=tmp_path / "t.csv")
    assert volume(found) == 2
    assert where(found, "key used twice") == [(2, False), (3, True)]


_MOMENT = st.none() | st.integers(0, 5)
_TICKETS = st.lists(
    st.tuples(st.sampled_from("ab"), _MOMENT, _MOMENT, st.integers(0, 3)), min_size=1, max_size=6
)


@settings(max_examples=15, deadline=None)
@given(_TICKETS)
def test_a_later_as_of_keeps_no_other_row(tickets: list[tuple[str, int | None, int | None, int]]) -> None:
    """Once a row of a key is there, it stays the one that is kept, whatever comes later: on both engines."""
    from sladsl.data import Binding, load
    from sladsl.engines.rows import Evaluation
    from sladsl.engines.tables import columns
    from sladsl.outcomes import AsOf

    plan = sladsl.compile(text=KEYED).plan
    rows = [
        {
            "id": key,
            "opened": None if opened is None else f"2026-01-0{1 + opened}T07:00Z",
            "due": None if due is None else f"2026-01-0{1 + due}",
            "size": size,
        }
        for key, opened, due, size in tickets
    ]
    kinds = [("id", "string"), ("opened", "string"), ("due", "string"), ("size", "int64")]
    frame = pa.Table.from_pylist(rows, schema=pa.schema(kinds))
    loaded = load(plan, [Binding("ticket", frame)], base=Path())
    kept: dict[str, Any] = {}
    memory = loaded.rows()
    for hour in range(0, 24 * 7, 3):
        at = AsOf((1_767_225_600 + 3600 * hour) * 1_000_000)
        one = {r["id"]: r["size"] for r in Evaluation(plan, memory, at).columns("ticket")}
        assert {key: one[key] for key in kept} == kept
        kept = one
        if hour % 45 == 0:
            found = columns(plan, loaded.tables, at, "ticket").to_pyarrow().to_pylist()
            assert one == {r["id"]: r["size"] for r in found}
