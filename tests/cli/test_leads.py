"""`sla run --leads`: what became of each row, as a file or in the document, to be counted on one's fingers."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import duckdb
import jsonschema
import pytest
import small
from command_line import Sla, runner

from sladsl.reports.documents import json_schema
from sladsl.reports.run.document import RunDocument


@pytest.fixture
def sla(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Sla:
    small.write(tmp_path)
    return runner(tmp_path, monkeypatch, capsys)


RESPONSES = {
    "L1": (
        "met",
        "2026-01",
        "Ana",
        "2026-01-05T14:00:00Z",
        "2026-01-05T18:00:00Z",
        "2026-01-05T14:30:00Z",
        1800,
    ),
    "L2": (
        "met",
        "2026-01",
        "Ana",
        "2026-01-09T20:00:00Z",
        "2026-01-12T16:00:00Z",
        "2026-01-12T16:00:00Z",
        14400,
    ),
    "L3": (
        "missed",
        "2026-01",
        "Bo",
        "2026-01-12T15:00:00Z",
        "2026-01-12T19:00:00Z",
        "2026-01-12T19:00:01Z",
        14401,
    ),
    "L4": ("missed", "2026-01", "Bo", "2026-01-31T17:00:00Z", "2026-02-02T18:00:00Z", None, None),
    "L6": (
        "met",
        "2026-02",
        "Ana",
        "2026-02-02T15:00:00Z",
        "2026-02-02T19:00:00Z",
        "2026-02-02T16:00:00Z",
        3600,
    ),
    "L7": ("open", "2026-02", "Ana", "2026-02-04T21:00:00Z", "2026-02-05T17:00:00Z", None, None),
}
WORDS = ("outcome", "period", "owner", "started", "due", "stopped", "elapsed")


def test_in_the_document(sla: Sla) -> None:
    found = sla("run", "agreement.sla", "--format", "json", "--leads").json
    jsonschema.validate(found, json_schema(RunDocument), cls=jsonschema.Draft202012Validator)
    rows = [r for r in found["leads"] if r["commitment"] == "sales.response_time"]
    assert {r["key"]: tuple(r[w] for w in WORDS) for r in rows} == RESPONSES
    volume = [(r["key"], r["by"], r["outcome"]) for r in found["leads"] if r["kpi"] == "volume"]
    assert volume == [
        ("L1", ["US"], "counted"),
        ("L2", ["US"], "counted"),
        ("L3", ["DE"], "counted"),
        ("L4", ["DE"], "counted"),
        ("L6", ["US"], "counted"),
        ("L7", [None], "counted"),
    ]
    # The KPI's own figure, which no commitment is held to: the time so far of what still runs.
    tracked = {r["key"]: (r["outcome"], r["value"]) for r in found["leads"] if r["commitment"] is None}
    assert tracked["L2"] == ("counted", 14400)
    assert tracked["L7"] == ("open", 1800)
    assert tracked["L4"] == ("open", 23 * 3600 + 1800)  # Monday, Tuesday, and Wednesday until the last call
    assert "leads" not in sla("run", "agreement.sla", "--format", "json").json


def test_each_file_has_the_same_rows(sla: Sla, tmp_path: Path) -> None:
    for name in ("rows.csv", "rows.jsonl", "new/rows.parquet"):
        done = sla("run", "agreement.sla", "--leads", name)
        assert (done.status, done.err) == (1, "")
        assert "response_time" in done.out
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["rows.parquet"]
    with (tmp_path / "rows.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    lines = [json.loads(line) for line in (tmp_path / "rows.jsonl").read_text(encoding="utf-8").splitlines()]
    parquet = duckdb.connect().execute(
        "SELECT * REPLACE (epoch_us(due) AS due) FROM read_parquet(?)", [str(tmp_path / "new/rows.parquet")]
    )
    names = [column[0] for column in parquet.description or ()]
    typed = [dict(zip(names, row, strict=True)) for row in parquet.fetchall()]
    assert names == list(table[0]) == list(lines[0])
    assert "by_country" in names
    assert len(table) == len(lines) == len(typed) == 18
    for cells, line, row in zip(table, lines, typed, strict=True):
        assert (cells["key"], cells["outcome"], cells["due"] or None) == (
            line["key"],
            line["outcome"],
            line["due"],
        )
        assert (row["key"], row["outcome"], row["by_country"]) == (
            line["key"],
            line["outcome"],
            line["by_country"],
        )
        assert _seconds(row["due"]) == (
            dt.datetime.fromisoformat(line["due"]).timestamp() if line["due"] else None
        )
        assert (float(cells["value"]) if cells["value"] else None) == line["value"]
        assert row["value"] == line["value"]


def _seconds(at: int | None) -> float | None:
    return None if at is None else at / 1_000_000


def test_a_period_is_given_alone(sla: Sla) -> None:
    found = sla("run", "agreement.sla", "--format", "json", "--period", "2026-02", "--leads").json["leads"]
    assert {r["period"] for r in found} == {"2026-02"}
    assert {r["key"] for r in found} == {"L6", "L7"}


def test_no_cell_is_a_formula(sla: Sla, tmp_path: Path) -> None:
    """A name from a web form must not run in the spreadsheet of whoever opens the file; plain numbers stay as they are."""
    head = small.LEADS.splitlines()[0]
    names = ["=HYPERLINK(1)", "@x", "-2+3", "+49", "-7.5", "a=b"]
    leads = [f"{n},50,US,{n},2026-01-05 09:00" for n in names]
    (tmp_path / "leads.csv").write_text("\n".join([head, *leads]) + "\n", encoding="utf-8")
    sla("run", "agreement.sla", "--leads", "rows.csv")
    sla("run", "agreement.sla", "--leads", "rows.jsonl")
    with (tmp_path / "rows.csv").open(encoding="utf-8", newline="") as file:
        cells = {(r["key"], r["owner"]) for r in csv.DictReader(file)}
    shown = ["'=HYPERLINK(1)", "'@x", "'-2+3", "+49", "-7.5", "a=b"]
    assert cells == {(x, x) for x in shown}
    lines = [json.loads(line) for line in (tmp_path / "rows.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {r["key"] for r in lines} == set(names)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--leads"], "only a JSON document or a workbook holds them: add `--format json`, or name a .csv"),
        (["--leads", "rows.xlsx"], "`rows.xlsx` has no ending that says how to write it: expected `.csv`"),
        (
            ["--leads", "leads.csv"],
            "`leads.csv` is read here (`leads.csv`), and would be written over: name another file",
        ),
        (["--leads", "a.csv", "--out", "a.csv"], "`a.csv` is where `--out` goes: name another file"),
        (["--leads", "agreement.sla/rows.csv"], "`agreement.sla/rows.csv` could not be written: "),
    ],
)
def test_what_cannot_be(sla: Sla, tmp_path: Path, arguments: list[str], said: str) -> None:
    before = {p: p.read_bytes() for p in tmp_path.iterdir()}
    done = sla("run", "agreement.sla", *arguments)
    assert done.status == 2
    assert said in done.err
    assert {p: p.read_bytes() for p in tmp_path.iterdir()} == before
