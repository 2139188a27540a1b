"""`sla run --format junit`: a suite an owner, a case a commitment and period, for build servers."""

from __future__ import annotations

from itertools import groupby
from xml.etree.ElementTree import Element, SubElement

from sladsl.reports.figure_words import called, counted, in_doubt, in_full
from sladsl.reports.junit import clean, finished
from sladsl.runner import Run
from sladsl.verdicts import CommitmentResult, Judged, Verdict


def report(run: Run) -> str:
    """The whole document. A period whose verdict is still open, or that nobody can judge, is skipped and says why."""
    top = Element("testsuites", name=clean(run.plan.name))
    by_owner = sorted(
        run.commitments, key=lambda c: [p.name for p in run.plan.parties].index(c.commitment.owner)
    )
    for owner, results in groupby(by_owner, key=lambda c: c.commitment.owner):
        suite = SubElement(top, "testsuite", name=clean(owner))
        for result in results:
            for judged in result.periods:
                _case(suite, run, result, judged)
        for name, kind in (("failures", "failure"), ("skipped", "skipped")):
            suite.set(name, str(len(suite.findall(f"testcase/{kind}"))))
        suite.set("tests", str(len(suite)))
        suite.set("errors", "0")
    return finished(top)


def _case(suite: Element, run: Run, result: CommitmentResult, judged: Judged) -> None:
    c, m = result.commitment, judged.measured
    case = SubElement(
        suite, "testcase", classname=clean(c.id), name=clean(f"{called(c)} {c.target}, {m.period.label}")
    )
    told = in_full(run.plan, result.figure, m, (c.bound, c.warn)) + (f" ({counted(m)})" if counted(m) else "")
    doubt = in_doubt(judged.in_doubt)
    told += f"; {doubt}" if doubt else ""
    if judged.verdict is Verdict.MISSED:
        SubElement(case, "failure", message=clean(f"missed: {told}"), type="missed").text = clean(
            f"{c.target}: {told}"
        )
    elif judged.verdict is Verdict.MET and doubt:
        SubElement(case, "system-out").text = clean(f"met: {told}")
    elif judged.verdict is not Verdict.MET:
        SubElement(case, "skipped", message=clean(f"{judged.verdict or 'not judged'}: {told}"))
