"""The JUnit report, read as a build server reads it."""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import Element, parse

import pytest
from command_line import runner

AGREEMENT = """agreement "Handoff":
  between marketing and sales
  zone "UTC"

record lead:
  id    key text
  size  optional number
  name  optional text

record deal of lead:
  deal_id  key text

record quote of deal:
  sum  number

test "passes & says so":
  given lead: size 20
  expect size > 10

test "fails <here>":
  given lead: size 5, name "a ]]> b"
  expect size > 10
  expect name is missing

test "cannot be run":
  given lead: size 5
  given quote: sum 4
  expect any quote
"""


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Element:
    (tmp_path / "a.sla").write_text(AGREEMENT, encoding="utf-8")
    sla = runner(tmp_path, monkeypatch, capsys)
    assert sla("test", "a.sla", "--junit", "out/report.xml").status == 1
    return parse(tmp_path / "out" / "report.xml").getroot()


def test_the_counts_are_those_of_the_cases(report: Element) -> None:
    assert report.tag == "testsuites"
    [suite] = report
    assert suite.tag == "testsuite"
    cases = suite.findall("testcase")
    counts = {
        "tests": len(cases),
        "failures": len(suite.findall("testcase/failure")),
        "errors": len(suite.findall("testcase/error")),
    }
    assert counts == {"tests": 3, "failures": 1, "errors": 1}
    for element in (report, suite):
        assert {name: int(element.get(name, "-1")) for name in counts} == counts


def test_a_case_names_its_test_and_place(report: Element) -> None:
    cases = report.findall("testsuite/testcase")
    assert [(c.get("name"), c.get("classname"), c.findtext("system-out")) for c in cases] == [
        ("passes & says so", "a.sla", "a.sla:16"),
        ("fails <here>", "a.sla", "a.sla:20"),
        ("cannot be run", "a.sla", "a.sla:25"),
    ]


def test_a_failure_holds_what_a_reader_sees(report: Element) -> None:
    [failure] = report.findall("testsuite/testcase/failure")
    assert failure.get("message") == "expect size > 10"
    assert failure.text is not None
    assert "size > 10\n    |    |\n    5    false" in failure.text
    assert '"a ]]> b"' in failure.text
    [error] = report.findall("testsuite/testcase/error")
    assert error.get("message") == "a `quote` belongs to a `deal`, and none is given: add `given deal`"
