"""What a notebook shows: every table of the API sets itself as one, and nothing of an agreement or its data is markup there."""

from __future__ import annotations

import datetime as dt
from html.parser import HTMLParser

import pyarrow as pa
import pytest

import sladsl
from sladsl.api.tables import MOST_ROWS, Rows

NASTY = "<script>alert('x')</script> & \u202e \"q\""
AGREEMENT = """agreement "<b>Handoff</b>":
  between marketing and sales
  zone "UTC"

record lead "<i>Lead</i>":
  id       key text
  size     optional number
  country  optional text
  owner    accountable optional text
  at       time

record call of lead:
  id  key text
  at  time

event answer: first call

kpi volume "<u>Volume</u>" = count of lead for each country
kpi response = time from at to answer

sales owes marketing:
  response within 4 hours for 75% of lead per month

test "<script>passes</script>":
  given lead: size 5
  expect size > 1

test "fails":
  given lead: size 5
  expect size > 10
"""


class Reader(HTMLParser):
    """The texts of a page, its cells by rows, and its tags, each of which must be closed where it was opened."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.rows: list[list[str]] = []
        self.said = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.tags.add(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in {"td", "th"}:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.said += data
        if self.open and self.open[-1] in {"td", "th"}:
            self.rows[-1][-1] += data


@pytest.fixture(scope="module")
def run() -> sladsl.AgreementRun:
    leads = [
        {"id": "L1", "country": NASTY, "owner": "Ana", "size": "5", "at": "2026-01-05T14:00:00Z"},
        {"id": "L2", "country": "DE", "owner": NASTY, "size": "7", "at": "2026-01-09T20:00:00Z"},
        {"id": NASTY, "country": "DE", "owner": None, "size": "<b>", "at": "2026-01-12T15:00:00Z"},
    ]
    calls = [{"id": "C1", "lead": "L1", "at": "2026-01-05T15:00:00Z"}]
    return sladsl.compile(text=AGREEMENT).run(lead=leads, call=calls, as_of="2026-02-10")


def test_every_table_sets_itself(run: sladsl.AgreementRun) -> None:
    agreement = sladsl.compile(text=AGREEMENT)
    asked = [name for name in dir(run) if not name.startswith("_")]
    values = [value for name in asked if not callable(value := getattr(run, name))]
    values += [run, run.breaches(), run.leads(), agreement.test(), run.commitments["sales.response"]]
    values += [
        run.verdicts["sales.response"],
        run.commitments["sales.response"]["2026-01"],
        run.explain("L1"),
    ]
    plain = 0
    for value in values:
        if isinstance(value, dt.datetime) or value is run.run:
            plain += 1
        elif hasattr(value, "_repr_html_"):
            shown = Reader(value._repr_html_())
            assert len(shown.rows) > 1, value
            assert len({len(row) for row in shown.rows}) == 1, value
            assert shown.tags <= {"table", "thead", "tbody", "tr", "th", "td", "div", "strong", "pre"}, value
            assert "\u202e" not in shown.said
        else:
            assert hasattr(value, "_repr_markdown_"), value
    assert plain == 2


def test_a_table_has_what_its_values_are(run: sladsl.AgreementRun) -> None:
    assert Reader(run.verdicts._repr_html_()).rows == [
        ["name", "period", "verdict"],
        ["sales.response", "2026-01", "missed"],
        ["sales.response", "2026-02", "provisional"],
    ]
    head, *rows = Reader(run.breakdowns._repr_html_()).rows
    assert head == ["name", "period", "by", "value", "rows"]
    assert ["volume", "2026-01", "DE", "2", "2"] in rows
    assert ["volume", "2026-01", NASTY.replace("\u202e", "\ufffd"), "1", "1"] in rows
    assert Reader(run.problems._repr_html_()).rows[0] == ["record", "field", "kind", "count", "file", "hint"]


def test_rows_are_a_table_of_arrow(run: sladsl.AgreementRun) -> None:
    rows = run.leads()
    assert isinstance(rows, Rows)
    assert pa.table(rows).equals(rows.table)
    assert rows.to_pandas().shape == (len(rows), rows.num_columns)
    assert rows == run.leads() != run.breaches()
    many = Rows(pa.table({"n": range(1000)}))
    shown = Reader(many._repr_html_())
    assert len(shown.rows) == MOST_ROWS + 1
    assert f"{MOST_ROWS} of 1,000 rows" in shown.said
