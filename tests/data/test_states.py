"""`keep latest by`, `keep first by`: rows that are states of what their key names."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

import sladsl

AGREEMENT = """\
agreement "Desk":
  between desk and customer
  zone "UTC"

record incident:
  number    key text
  opened    time
  priority  optional number

kpi priorities = sum of priority over incident

desk owes customer:
  priorities at most 100 per month

source incidents for incident from "incident.csv":
  times in "UTC"
  keep latest by "updated"

test "a row that is given is its only state":
  given incident: opened 2026-01-05 09:00, priority 2
  expect priority = 2
"""
ROWS = [
    {"number": "1", "opened": "2026-01-05 09:00", "priority": "3", "updated": "2026-01-05 09:00"},
    {"number": "1", "opened": "2026-01-05 09:00", "priority": "1", "updated": "2026-01-07 09:00"},
    {"number": "1", "opened": "2026-01-05 09:00", "priority": "2", "updated": "2026-01-06 09:00"},
]


def run(data: object, as_of: str | None = None, text: str = AGREEMENT) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(sladsl.compile(text=text).run(incident=data, as_of=as_of).to_json())
    return found


def total(found: dict[str, Any]) -> float:
    return float(sum(p["value"] for p in found["kpis"][0]["periods"]))


def written(form: str, folder: Path) -> object:
    import pandas as pd

    frame = pd.DataFrame(ROWS)
    typed = frame.assign(
        opened=pd.to_datetime(frame["opened"]),
        updated=pd.to_datetime(frame["updated"]),
        priority=frame["priority"].astype(int),
    )
    path = folder / f"incident.{form}"
    match form:
        case "csv":
            frame.to_csv(path, index=False)
        case "jsonl":
            path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
        case "xlsx":
            typed.to_excel(path, index=False)
        case "parquet":
            typed.to_parquet(path)
        case "frame":
            return typed
        case _:
            return ROWS
    return path


@pytest.mark.parametrize("form", ["csv", "jsonl", "xlsx", "parquet", "frame", "rows"])
def test_the_latest_state_that_had_come(form: str, tmp_path: Path) -> None:
    data = written(form, tmp_path)
    seen = {
        as_of: total(run(data, as_of))
        for as_of in ("2026-01-05 12:00", "2026-01-06 12:00", "2026-01-07 12:00")
    }
    assert seen == {"2026-01-05 12:00": 3, "2026-01-06 12:00": 2, "2026-01-07 12:00": 1}
    first = AGREEMENT.replace("keep latest by", "keep first by")
    assert total(run(data, "2026-01-07 12:00", first)) == 3


def test_the_default_as_of_looks_at_states() -> None:
    found = run(ROWS)
    assert found["as_of"] == "2026-01-07T09:00:00Z"
    assert found["as_of_from"] == {"record": "incident", "field": "keep latest by updated", "key": "1"}


def test_what_is_left_out_is_counted(tmp_path: Path) -> None:
    found = run(written("csv", tmp_path))
    (problem,) = found["data_problems"]
    assert (problem["kind"], problem["count"]) == ("other state", 2)
    assert [(p["line"], p["kept"]) for p in problem["places"]] == [(2, False), (3, True), (4, False)]


def test_a_state_without_a_time_counts_only_where_there_is_no_other() -> None:
    """It is listed for what it is, and an unreadable one is no earlier or later state."""
    alone = {"number": "2", "opened": "2026-01-05 09:00", "priority": "10", "updated": ""}
    lost = {"number": "1", "opened": "2026-01-05 09:00", "priority": "50", "updated": "soon"}
    for word, kept in (("latest", 1), ("first", 3)):
        found = run([*ROWS, lost, alone], "2026-02-01", AGREEMENT.replace("keep latest", f"keep {word}"))
        assert total(found) == kept + 10
        told = {(p["kind"], p["field"]): p["count"] for p in found["data_problems"]}
        assert told["unreadable value", f"keep {word} by updated"] == 1
        assert told["missing value", f"keep {word} by updated"] == 1


def test_its_time_is_read_like_any_other() -> None:
    rows = [
        {**row, "updated": dt.datetime.fromisoformat(row["updated"]).strftime("%d/%m/%Y %H.%M")}
        for row in ROWS
    ]
    text = AGREEMENT.replace('by "updated"', 'by "updated" as "DD/MM/YYYY HH.mm"').replace(
        'times in "UTC"', 'times in "America/New_York"'
    )
    assert run(rows, text=text)["as_of"] == "2026-01-07T14:00:00Z"
    with pytest.raises(
        sladsl.DataError, match="has no column `changed`, which `keep latest by changed` is read from"
    ):
        run(ROWS, text=AGREEMENT.replace('"updated"', '"changed"'))


def test_a_field_may_have_the_same_column() -> None:
    text = AGREEMENT.replace("  priority  optional", "  updated   time\n  priority  optional")
    assert (
        total(
            run(
                ROWS,
                text=text.replace(
                    "kpi priorities = sum of priority over incident",
                    "define All:\n  incident\n  since opened\n\nkpi priorities = sum of priority over All",
                ),
            )
        )
        == 1
    )


def test_states_of_several_files_are_taken_together(tmp_path: Path) -> None:
    for name, row in zip("abc", ROWS, strict=True):
        (tmp_path / f"incident_{name}.csv").write_text(
            ",".join(row) + "\n" + ",".join(row.values()) + "\n", encoding="utf-8"
        )
    assert total(run(tmp_path / "incident_*.csv")) == 1


def test_tests_in_the_agreement_need_no_states() -> None:
    assert sladsl.compile(text=AGREEMENT).test()


def test_one_row_is_explained_by_the_state_that_counts() -> None:
    made = sladsl.compile(text=AGREEMENT).run(incident=ROWS)
    said = made.explain("1").report()
    assert "another state: left out by `keep`" in said
    assert "priority   1" in said
