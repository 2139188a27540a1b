"""A share that is printed is the quotient of the counts beside it, and while rows are open or undecided from what to what they can take it:
in every format, for every period of every verdict case. The arithmetic here is the test's own."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree

import openpyxl
import pytest
from test_verdict_cases import CASES, NAMES, blocks, compiled, rows

from sladsl.compiler import compile_text
from sladsl.data import load
from sladsl.outcomes import AsOf
from sladsl.reports import (
    github,
    review_html,
)
from sladsl.reports.documents import to_json
from sladsl.reports.junit import of_run
from sladsl.reports.run import glance, sheets
from sladsl.reports.run import json as run_json
from sladsl.reports.run import text as run_text
from sladsl.reviewing import asked, review
from sladsl.runner import Run, of_outcomes, parse_as_of

LABEL = r"((?:FY)?\d{4}(?:-\d\d)*(?:-[QW]\d+)?|W\d{4}-\d\d-\d\d)"
PERCENT = re.compile(r"(\d+(?:\.\d+)?)%")
COUNTED = re.compile(r"([\d,]+) of ([\d,]+)")
Printed = tuple[str, str, str]
"""Which period, the figure, and what was counted."""


def runs(case: str) -> Iterator[Run]:
    plan = compiled(CASES / case)
    data = load(plan, [], base=CASES / case)
    for block in blocks((CASES / case / "expected.txt").read_text(encoding="utf-8")):
        at = None if block.as_of == "the data" else AsOf(parse_as_of(block.as_of, plan.zone))
        yield of_outcomes(plan, rows(plan, data, at)[0])


def cells(made: Run) -> Iterator[dict[str, Any]]:
    found = to_json(run_json.document(made))
    yield from (p for c in found["commitments"] for p in c["periods"])
    yield from (p for k in found["kpis"] for p in k["periods"])


# -------------------------------------------------------------------------------------------------- what formats print


def texts(made: Run) -> Iterator[Printed]:
    for line in run_text.report(made, everything=True).splitlines():
        parts = re.split(r"\s{2,}", line.strip())
        at = next((n for n, part in enumerate(parts) if COUNTED.match(part)), 0)
        if at and re.fullmatch(LABEL, parts[0]):
            yield parts[0], parts[at - 1], parts[at]


def markdown(made: Run) -> Iterator[Printed]:
    for line in glance.markdown(made, everything=True).replace("\\", "").splitlines():
        parts = [part.strip() for part in line.split("|")]
        if len(parts) > 8 and COUNTED.match(parts[7]):
            yield parts[4], parts[6], parts[7]


def junit(made: Run) -> Iterator[Printed]:
    for case in ElementTree.fromstring(of_run(made)).iter("testcase"):
        for told in (child.get("message", "") for child in case):
            figure, _, counted = told.partition(": ")[2].partition(" (")
            yield case.get("name", "").rpartition(", ")[2], figure, counted


def in_github(made: Run) -> Iterator[Printed]:
    for line in github.of_run(made).splitlines():
        told = re.match(rf"(.*?) in {LABEL}, .*\((\d.* of .*)\)", unquote(line.rpartition("::")[2]))
        if told:
            yield told[2], told[1], told[3]


def notes(made: Run) -> Iterator[Printed]:
    for line in glance.html(made).split("<tr>")[2:]:
        parts = [html.unescape(x) for x in re.findall(r"<td[^>]*>(.*?)</td>", line)]
        yield parts[2], parts[4], parts[5]


def editor(made: Run) -> Iterator[Printed]:
    for line in glance.commitment_lines(made).values():
        told = re.match(rf"{LABEL}: [^,]+, (.*?) \((.*? of .*?)\)", line)
        if told:
            yield told[1], told[2], told[3]


FORMATS: dict[str, Callable[[Run], Iterator[Printed]]] = {
    "text": texts,
    "markdown": markdown,
    "junit": junit,
    "github": in_github,
    "notebook": notes,
    "editor": editor,
}


def printed_wrong(made: Run, printed: Printed) -> str:
    """What does not agree; nothing where all does."""
    label, figure, counted = printed
    found = COUNTED.match(counted)
    if found is None:
        return ""
    hit, of = (int(x.replace(",", "")) for x in found.groups())
    percents = [float(x) for x in PERCENT.findall(figure.partition(" (")[0])]
    if not of:
        return "" if not percents else "a share of nothing"
    alike = [p for p in cells(made) if (p["period"], p["numerator"], p["denominator"]) == (label, hit, of)]
    for p in alike:
        ends = [hit / of, (hit + p["open"] + p["undecided"]) / of]
        want = [100 * x for x in dict.fromkeys(ends)]
        if len(want) == len(percents) and all(
            abs(a - b) < 0.051 for a, b in zip(want, percents, strict=True)
        ):
            return ""
    return f"{figure} beside {counted}: {[(p['open'], p['undecided']) for p in alike]}"


@pytest.mark.parametrize("case", NAMES)
def test_every_format_prints_what_the_counts_give(case: str) -> None:
    for made in runs(case):
        for name, of in FORMATS.items():
            for printed in of(made):
                assert printed_wrong(made, printed) == "", (name, printed)


@pytest.mark.parametrize("case", NAMES)
def test_numbers_agree(case: str) -> None:
    """JSON, CSV and the workbook: the value is the quotient, lies in its range, and no estimate stands in its place."""
    for made in runs(case):
        for p in cells(made):
            if p["denominator"]:
                assert p["value"] == pytest.approx(p["numerator"] / p["denominator"])
            elif p["denominator"] == 0:
                assert p["value"] is None
            low, high = p.get("range") or (None, None)
            if p["value"] is not None:
                assert low is None or low <= p["value"]
                assert high is None or p["value"] <= high
            assert p["estimate"] is None or p["open"]
            assert p["interval"] is None or not p["open"]
        document = [p for c in to_json(run_json.document(made))["commitments"] for p in c["periods"]]
        table = list(csv.DictReader(io.StringIO(sheets.csv_text([made]))))
        assert [(r["value"], r["numerator"]) for r in table] == [
            tuple("" if p[n] is None else str(p[n]) for n in ("value", "numerator")) for p in document
        ]


AGREEMENT = """agreement "Open":
  between city and residents
  zone "UTC"

record request:
  id      key text
  area    optional text
  opened  time
  target  optional planned time
  closed  optional time

kpi closing = time from opened to closed

city owes residents:
  closing by target for 90% per month

source cases for request from "requests.csv":
  times in "UTC"
"""
"""Of six requests of March three are closed in time, two of them long before their target, two late; and one is open."""
REQUESTS = """id,area,opened,target,closed
1,a,2026-03-02T10:00Z,2026-03-03T10:00Z,2026-03-02T12:00Z
2,a,2026-03-02T10:00Z,2026-03-03T10:00Z,2026-03-04T12:00Z
3,a,2026-03-02T11:00Z,2026-03-03T10:00Z,2026-03-04T12:00Z
4,b,2026-03-02T11:00Z,2026-05-03T10:00Z,2026-03-04T12:00Z
5,b,2026-03-02T11:00Z,2026-05-03T10:00Z,2026-03-04T12:00Z
6,b,2026-03-02T11:00Z,2026-05-03T10:00Z,
"""


def of_requests(folder: Path) -> Any:
    (folder / "requests.csv").write_text(REQUESTS, encoding="utf-8")
    (folder / "open.sla").write_text(AGREEMENT, encoding="utf-8")
    name = str(folder / "open.sla")
    model = compile_text(AGREEMENT, name).model
    extra = asked(model)
    plan = compile_text(AGREEMENT + extra.text, name).plan
    assert plan is not None
    return review(plan, model, "2026-03", extra, ["area"], base=folder, as_of="2026-04-02")


def test_a_review_shows_the_range_while_rows_are_open(tmp_path: Path) -> None:
    page = html.unescape(review_html.document_text(of_requests(tmp_path)))
    assert "<p class='figure'>50.0% to 66.7%</p>" in page
    assert "<p class='soft'>1 open</p>" in page
    assert "3 of 6" in page
    groups = dict(re.findall(r'<th scope="row">(a|b)</th>(.*?)</tr>', page)) or page
    assert "33.3%" in str(groups), "none of the first area is open"
    assert "66.7% to 100%" in str(groups)


def test_the_summary_of_a_workbook_says_it_in_words(tmp_path: Path) -> None:
    made = of_requests(tmp_path).run
    book = openpyxl.load_workbook(io.BytesIO(sheets.workbook(made)))
    shown = {row[0]: row[1:] for row in book.worksheets[0].iter_rows(values_only=True)}
    assert shown["city.closing, by target for 90% per month"][:1] == ("50.0% to 66.7%, 1 open",)


def test_the_estimate_has_a_name_of_its_own(tmp_path: Path) -> None:
    (cell, _) = json.loads(run_json.report(of_requests(tmp_path).run))["commitments"][0]["periods"]
    assert (cell["value"], cell["numerator"], cell["denominator"]) == (0.5, 3, 6)
    assert cell["estimate"] == pytest.approx(1 / 3)
    assert cell["interval"] is None


def test_every_format_is_read_here(tmp_path: Path) -> None:
    """The March of the requests is found in each, so that none is passed over."""
    made = of_requests(tmp_path).run
    for name, of in FORMATS.items():
        (figure,) = (
            figure for label, figure, counted in of(made) if label == "2026-03" and "3 of 6" in counted
        )
        assert figure.startswith("50.0% to 66.7%"), (name, figure)
        assert ("1 open" in figure) is (name != "text"), "the report has a column for it"
