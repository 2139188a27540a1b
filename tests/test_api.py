"""The Python interface: every way to give data gives the same run, and what is wrong with data is said in words."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import ibis
import pandas as pd
import pyarrow as pa
import pytest

import sladsl
from sladsl.cli import status_of

sys.path.insert(0, str(Path(__file__).parent / "cli"))
import small


@pytest.fixture
def agreement(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> sladsl.Agreement:
    monkeypatch.chdir(tmp_path)
    small.write(tmp_path)
    return sladsl.compile("agreement.sla")


def frame() -> pd.DataFrame:
    """The leads under the columns of their source, which also says how to read them: local times, a code that is no country."""
    return pd.read_csv("leads.csv", dtype={"Id": str})


def typed() -> pd.DataFrame:
    found = frame()
    return found.assign(**{"MQL date": pd.to_datetime(found["MQL date"])})


def rows_of_frame() -> list[dict[str, object]]:
    found = typed().astype(object)
    rows: list[dict[str, object]] = found.where(found.notna(), None).to_dict("records")
    return rows


GIVEN: dict[str, Callable[[], object]] = {
    "a path": lambda: "leads.csv",
    "a Path": lambda: Path("leads.csv"),
    "pandas": frame,
    "pandas with times": typed,
    "pyarrow": lambda: pa.Table.from_pandas(typed(), preserve_index=False),
    "a batch": lambda: pa.Table.from_pandas(typed(), preserve_index=False).to_batches()[0],
    "a reader": lambda: pa.Table.from_pandas(typed(), preserve_index=False).to_reader(),
    "ibis": lambda: ibis.memtable(pa.Table.from_pandas(typed(), preserve_index=False)),
    "dictionaries": rows_of_frame,
}


@pytest.mark.parametrize("given", GIVEN.values(), ids=GIVEN)
def test_every_way_to_give_data_gives_the_same_run(
    agreement: sladsl.Agreement, given: Callable[[], object]
) -> None:
    usual = agreement.run()
    run = agreement.run(lead=given())
    assert run.commitments == usual.commitments
    assert run.kpis == usual.kpis
    assert run.breakdowns == usual.breakdowns
    assert run.breaches().equals(usual.breaches())
    assert run.leads().equals(usual.leads())
    kinds = {(p.record, p.field, p.kind, p.count) for p in usual.problems}
    assert {(p.record, p.field, p.kind, p.count) for p in run.problems} == kinds


def test_a_run_in_python_is_that_of_the_command_line(agreement: sladsl.Agreement) -> None:
    run = agreement.run(as_of="2026-02-04 17:00", period="2026-01")
    asked = ("--as-of", "2026-02-04 17:00", "--period", "2026-01")
    done = subprocess.run(
        [sys.executable, "-m", "sladsl", "run", "agreement.sla", *asked, "--format", "json"],
        capture_output=True,
        text=True,
        check=False,
        env={"PYTHONPATH": str(Path(__file__).parent.parent), "PATH": ""},
    )
    assert json.loads(run.to_json()) == json.loads(done.stdout)
    assert run.verdicts == {
        "marketing.volume": {"2026-01": "met"},
        "sales.response_time": {"2026-01": "missed"},
    }
    assert run.as_of == dt.datetime(2026, 2, 4, 22, tzinfo=dt.UTC)
    cell = run.commitments["sales.response_time"]["2026-01"]
    assert (cell.value, cell.numerator, cell.denominator, cell.final) == (0.5, 2, 4, True)
    assert cell.end == dt.datetime(2026, 2, 1, 5, tzinfo=dt.UTC)
    assert run.kpis["volume"]["2026-01"].verdict is None
    assert run.breakdowns["volume"]["2026-01", "DE"].value == 2
    assert "response_time" in run.report()


@pytest.mark.parametrize(
    "as_of",
    ["2026-02-04", dt.date(2026, 2, 4), dt.datetime(2026, 2, 4), dt.datetime(2026, 2, 4, 5, tzinfo=dt.UTC)],
)
def test_an_as_of(agreement: sladsl.Agreement, as_of: Any) -> None:
    assert agreement.run(as_of=as_of).as_of == dt.datetime(2026, 2, 4, 5, tzinfo=dt.UTC)


def test_rows_are_of_the_data_as_they_were(agreement: sladsl.Agreement) -> None:
    given = typed()
    run = agreement.run(lead=given)
    given.loc[:, "Id"] = "changed"
    leads = run.leads()
    assert set(leads["key"].to_pylist()) == {"L1", "L2", "L3", "L4", "L6", "L7"}
    late = [
        r for r in leads.to_pylist() if r["commitment"] == "sales.response_time" and r["outcome"] == "missed"
    ]
    assert [(r["key"], r["elapsed"]) for r in late] == [("L3", Decimal(14401)), ("L4", None)]
    assert late[0]["due"] == dt.datetime(2026, 1, 12, 19, tzinfo=dt.UTC)
    run.write_leads("rows.parquet")
    assert pd.read_parquet("rows.parquet")["key"].tolist() == leads["key"].to_pylist()
    with pytest.raises(sladsl.RunError, match=r"`calls.csv` is where the data come from"):
        run.write_leads("calls.csv")


def test_no_rows_at_all(agreement: sladsl.Agreement) -> None:
    run = agreement.run(lead=[], as_of="2026-02-04")
    assert run.commitments["sales.response_time"]["2026-01"].rows == 0
    assert run.leads().num_rows == 0


def test_a_source_by_its_name_and_a_record_in_a_mapping(agreement: sladsl.Agreement) -> None:
    assert agreement.run({"leads": typed()}).verdicts == agreement.run({"lead": "leads.csv"}).verdicts


NAIVE = "`lead (data frame)`, line 1: `2026-01-05 14:00:00` in `at` is a local time, and nothing says in which zone"
PLAIN = """
agreement "Plain":
  between marketing and sales
  zone "Europe/Berlin"

record lead:
  id  key text
  at  time

kpi volume = count of lead

marketing owes sales:
  volume at least 1 per month
"""
AT = pd.Timestamp("2026-01-05 14:00", tz="UTC")


@pytest.mark.parametrize(
    ("lead", "said"),
    [
        (pd.DataFrame({"id": ["1"], "at": [AT.tz_localize(None)]}), NAIVE),
        (pd.DataFrame({"id": [7.3e18], "at": [AT]}), "long ids lose their last digits so"),
        (pd.DataFrame({"id": ["1"]}), "`lead (data frame)` has no column for `at`"),
        (pd.DataFrame([["1", "2", AT]], columns=["id", "id", "at"]), "has two columns of one name"),
        (
            [{"id": "1", "at": AT}, {"id": 2, "at": AT}],
            "`lead (rows)` has a column whose values are not of one type",
        ),
        ([1, 2], "`lead` cannot be read from a `list`: give a path, a pandas or polars data frame"),
        (None, "`lead` cannot be read from nothing: give a path"),
        (7, "`lead` cannot be read from a `int`: give a path"),
        ("there.csv", "there.csv"),
    ],
)
def test_data_that_cannot_be_read(lead: object, said: str) -> None:
    agreement = sladsl.compile(text=PLAIN)
    with pytest.raises(sladsl.DataError) as raised:
        agreement.run(lead=lead)
    assert said in str(raised.value)


def test_a_table_of_another_database() -> None:
    table = ibis.sqlite.connect().create_table("t", schema=ibis.schema({"id": "string", "at": "string"}))
    with pytest.raises(
        sladsl.DataError, match=r"`lead` is an Ibis table of sqlite, and only those of DuckDB"
    ):
        sladsl.compile(text=PLAIN).run(lead=table)


def test_names_and_what_is_not_given() -> None:
    agreement = sladsl.compile(text=PLAIN)
    with pytest.raises(sladsl.DataError, match=r"there is no record `leads`; did you mean `lead`\?"):
        agreement.run(leads=[])
    with pytest.raises(sladsl.DataError, match=r"there are no data for `lead`: give them as `run\(lead=…\)`"):
        agreement.run()
    with pytest.raises(sladsl.RunError, match=r"the data have no time that could be the as-of"):
        agreement.run(lead=[])
    with pytest.raises(sladsl.RunError, match=r"`soon` is not a time"):
        agreement.run(lead=[], as_of="soon")


def test_an_agreement_with_errors(tmp_path: Path) -> None:
    with pytest.raises(sladsl.AgreementError) as raised:
        sladsl.compile(text="kpi a = count of b\nkpi c = count of d\n")
    assert [d.code for d in raised.value.diagnostics] == ["SLA201", "SLA201"]
    assert "1 | kpi a = count of b" in str(raised.value)
    assert [d.code for d in sladsl.check(text="kpi a = count of b\n")] == ["SLA201"]
    with pytest.raises(sladsl.AgreementError, match=r"has no `agreement`, so there is nothing to run"):
        sladsl.compile(text="record lead:\n  id key text\n")
    with pytest.raises(sladsl.AgreementError, match=r"`.*there.sla` is not there"):
        sladsl.compile(tmp_path / "there.sla")
    with pytest.raises(TypeError, match="either a path or"):
        sladsl.compile()


def test_how_it_looks() -> None:
    agreement = sladsl.compile(text=PLAIN.replace('"Plain"', '"<script>alert(1)</script> & co"'))
    run = agreement.run(lead=[{"id": "1", "at": AT}], as_of="2026-02-10")
    shown = run._repr_html_()
    assert "<script" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; co" in shown
    assert "<td style='text-align:left'>volume</td>" in shown
    assert repr(agreement) == "<agreement '<script>alert(1)</script> & co': marketing.volume>"
    assert repr(run).splitlines()[2].split() == ["marketing", "volume", "2026-01", "met", "1"]


def test_importing_it_is_light() -> None:
    code = (
        "import sys, sladsl\n"
        "heavy = [m for m in ('ibis', 'duckdb', 'pyarrow', 'lark', 'sladsl.compiler') if m in sys.modules]\n"
        "assert heavy == [], heavy\n"
        "assert set(dir(sladsl)) >= {'compile', 'check'}\n"
        "sladsl.compile\n"
        "assert 'ibis' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        sladsl.nothing  # type: ignore[attr-defined]  # noqa: B018 - reading it is what is tried


def test_a_row_explained_is_that_of_the_command_line(tmp_path: Path) -> None:
    example = Path(__file__).parent.parent / "examples" / "handoff" / "handoff.sla"
    run = sladsl.compile(example).run(as_of="2026-10-01")
    [key] = run.breaches().slice(0, 1)["key"].to_pylist()
    out = tmp_path / "story.json"
    arguments = ["explain", str(example), key, "--as-of", "2026-10-01", "--format", "json", "--out", str(out)]
    assert status_of(arguments) == 0
    assert run.explain(key).to_json() == out.read_text(encoding="utf-8")
    with pytest.raises(sladsl.RunError, match="`L0`"):
        run.explain("L0")
    with pytest.raises(sladsl.RunError, match=r"there is no commitment `sales\.respons`"):
        run.explain(key, commitment="sales.respons")


def test_tests_of_an_agreement() -> None:
    text = """agreement "A":
  between marketing and sales
  zone "UTC"

record lead:
  size optional number

define Big:
  lead when size > 100

test "this passes":
  given lead: size 101
  expect Big

test "this does not":
  given lead: size 100
  expect Big
"""
    results = sladsl.compile(text=text).test()
    assert [(t.name, t.line, t.passed) for t in results.results] == [
        ("this passes", 11, True),
        ("this does not", 15, False),
    ]
    assert not results
    assert "size > 100" in results.failed[0].why
    assert "1 failed, 1 passed" in repr(results)
    assert sladsl.compile(text=text).test(only="PASSES")


def test_the_engine_is_not_installed() -> None:
    """In an interpreter of its own, since what is imported stays."""
    text = 'agreement "A":\n  between a and b\n  zone "UTC"\nrecord lead:\n  at time\nkpi n = count of lead\n'
    program = f"""
import sys
for name in ("duckdb", "ibis", "pyarrow"): sys.modules[name] = None
import sladsl
try: sladsl.compile(text={text!r}).run(lead=[])
except sladsl.DataError as error: print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert (
        "`lead (rows)` cannot be read without DuckDB, which is not used here: export the rows to CSV"
        in done.stdout
    )
