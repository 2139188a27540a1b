"""JUnit XML, which build servers read: the tests of an agreement, and the verdicts of a run."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from sladsl.calendars import Zone
from sladsl.reports import outlook_words
from sladsl.reports.figure_words import counted, groups_missed, in_doubt, in_full, promised
from sladsl.reports.problems import broken_by, nevers
from sladsl.reports.testing.text import failure
from sladsl.reports.words import closed_as
from sladsl.runner import Run
from sladsl.source import Source
from sladsl.testing import Tested, TestRun
from sladsl.verdicts import CommitmentResult, Judged, Verdict

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def of_tests(ran: Sequence[tuple[TestRun, Mapping[str, Source]]], named: Callable[[str], str] = str) -> str:
    """A suite a file, a case a test; `named` says what a file is called.

    Nothing in it is a time of day: the same agreement gives the same document.
    """
    top = Element("testsuites", name="sla test")
    for run, sources in ran:
        for file, tests in groupby(run.tests, key=lambda t: t.file):
            _test_suite(top, named(file), list(tests), sources, run.zone)
    return _finished(top)


def _finished(top: Element) -> str:
    """The document's text, with the sums of its suites."""
    for name in ("tests", "failures", "errors"):
        top.set(name, str(sum(int(suite.get(name, "0")) for suite in top)))
    indent(top)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(top, encoding="unicode") + "\n"


def _test_suite(
    top: Element, file: str, tests: Sequence[Tested], sources: Mapping[str, Source], zone: Zone
) -> None:
    errors = sum(bool(t.unfit) for t in tests)
    failures = sum(not t.passed for t in tests) - errors
    counts = {"tests": len(tests), "failures": failures, "errors": errors, "skipped": 0}
    suite = SubElement(
        top,
        "testsuite",
        {"name": _clean(file), "file": _clean(file), **{k: str(n) for k, n in counts.items()}},
    )
    for test in tests:
        line = sources[test.file].position(test.span.start).line
        case = SubElement(suite, "testcase", {"classname": _clean(file), "name": _clean(test.label)})
        if not test.passed:
            kind = "error" if test.unfit else "failure"
            first = test.unfit or next(c.text for c in test.checks if not c.passed)
            told = SubElement(case, kind, {"message": _clean(first), "type": kind})
            told.text = _clean(failure(test, sources, zone))
        # Servers know attributes for a case's place, but the schema that they publish has none.
        SubElement(case, "system-out").text = _clean(f"{file}:{line}")


def _clean(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return _NOT_XML.sub("�", text)


# --- a run


def of_run(run: Run) -> str:
    """A suite an owner, a case a commitment and period; a period whose verdict is still open, or that nobody can judge, is skipped
    and says why. The `never`s are a suite of their own."""
    top = Element("testsuites", name=_clean(run.plan.name))
    _run_suites(top, run)
    return _finished(top)


def of_runs(runs: Sequence[Run]) -> str:
    """The same of several agreements: a suite an agreement and owner."""
    top = Element("testsuites", name="sla run")
    for run in runs:
        _run_suites(top, run, f"{run.plan.name}: ")
    return _finished(top)


def _run_suites(top: Element, run: Run, before: str = "") -> None:
    by_owner = sorted(
        run.commitments, key=lambda c: [p.name for p in run.plan.parties].index(c.commitment.owner)
    )
    for owner, results in groupby(by_owner, key=lambda c: c.commitment.owner):
        suite = SubElement(top, "testsuite", name=_clean(f"{before}{owner}"))
        for result in results:
            for judged in result.periods:
                _period_case(suite, run, result, judged)
        _count(suite)
    if nevers(run):
        _never_suite(SubElement(top, "testsuite", name=_clean(f"{before}never")), run)


def _never_suite(suite: Element, run: Run) -> None:
    for x in nevers(run):
        case = SubElement(suite, "testcase", classname="never", name=_clean(x.subject))
        if x.count:
            SubElement(case, "failure", message=_clean(broken_by(x)), type="never")
    _count(suite)


def _count(suite: Element) -> None:
    for name, kind in (("failures", "failure"), ("skipped", "skipped")):
        suite.set(name, str(len(suite.findall(f"testcase/{kind}"))))
    suite.set("tests", str(len(suite)))
    suite.set("errors", "0")


def _period_case(suite: Element, run: Run, result: CommitmentResult, judged: Judged) -> None:
    m = judged.measured
    c = result.commitment.in_force(m.period.start)
    case = SubElement(
        suite, "testcase", classname=_clean(c.id), name=_clean(f"{promised(c)}, {m.period.label}")
    )
    told = in_full(run.plan, result.figure, m, (c.bound, c.warn)) + (f" ({counted(m)})" if counted(m) else "")
    doubt = in_doubt(judged.in_doubt)
    groups = groups_missed(run, result, m.period)
    closed = closed_as(run).get((result.commitment.id, True, m.period.label, ()), "")
    closed = f"closed as {closed}" if closed else ""
    told += "".join(
        f"; {x}" for x in (doubt, groups, outlook_words.in_full(run, result, judged), closed) if x
    )
    if judged.verdict is Verdict.MISSED:
        SubElement(case, "failure", message=_clean(f"missed: {told}"), type="missed").text = _clean(
            f"{c.target}: {told}"
        )
    elif judged.verdict is Verdict.MET and (doubt or closed):
        SubElement(case, "system-out").text = _clean(f"met: {told}")
    elif judged.verdict is not Verdict.MET:
        SubElement(case, "skipped", message=_clean(f"{judged.word}: {told}"))
