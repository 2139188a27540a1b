"""Tests as JUnit XML, which build servers read: a suite a file, a case a test."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from sladsl.calendars import Zone
from sladsl.reports.testing.text import failure
from sladsl.source import Source
from sladsl.testing import Tested, TestRun

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def document_text(ran: Sequence[tuple[TestRun, Mapping[str, Source]]]) -> str:
    """The whole document. Nothing in it is a time of day: the same agreement gives the same document."""
    top = Element("testsuites", name="sla test")
    for run, sources in ran:
        for file, tests in groupby(run.tests, key=lambda t: t.file):
            _suite(top, file, list(tests), sources, run.zone)
    return finished(top)


def finished(top: Element) -> str:
    """The document's text, with the sums of its suites."""
    for name in ("tests", "failures", "errors"):
        top.set(name, str(sum(int(suite.get(name, "0")) for suite in top)))
    indent(top)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(top, encoding="unicode") + "\n"


def _suite(
    top: Element, file: str, tests: Sequence[Tested], sources: Mapping[str, Source], zone: Zone
) -> None:
    errors = sum(bool(t.unfit) for t in tests)
    failures = sum(not t.passed for t in tests) - errors
    counts = {"tests": len(tests), "failures": failures, "errors": errors, "skipped": 0}
    suite = SubElement(
        top, "testsuite", {"name": clean(file), "file": clean(file), **{k: str(n) for k, n in counts.items()}}
    )
    for test in tests:
        line = sources[test.file].position(test.span.start).line
        case = SubElement(suite, "testcase", {"classname": clean(file), "name": clean(test.label)})
        if not test.passed:
            kind = "error" if test.unfit else "failure"
            first = test.unfit or next(c.text for c in test.checks if not c.passed)
            told = SubElement(case, kind, {"message": clean(first), "type": kind})
            told.text = clean(failure(test, sources, zone))
        # Servers know attributes for a case's place, but the schema that they publish has none.
        SubElement(case, "system-out").text = clean(f"{file}:{line}")


def clean(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return _NOT_XML.sub("�", text)
