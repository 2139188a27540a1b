"""`sla test --format json`: the document that `test.schema.json` describes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

from sladsl.calendars import Zone, iso
from sladsl.reports.documents import ABSENT, Absent, Limits, Named, OneOf, document, shape
from sladsl.reports.testing.text import why_lines
from sladsl.source import Source
from sladsl.testing import Check, Tested, TestRun
from sladsl.testing.coverage import Coverage, Seen

Sources = Mapping[str, Source]
Ran = Sequence[tuple[TestRun, Sources]]

Count = Annotated[int, Named("count", minimum=0)]
Line = Annotated[int, Named("line", minimum=1)]
_INSTANT = r"^\d{4,}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$"


@shape()
class Summary:
    tests: Count
    passed: Count
    failed: Count


@shape()
class Expectation:
    text: str
    line: Line
    passed: bool
    why: Annotated[str | None, "The trace and what would have made it pass, as text; null where it passes."]


@shape()
class ResultOfTest:
    name: str
    file: str
    line: Line
    passed: bool
    as_of: Annotated[
        str | None, Limits(pattern=_INSTANT), "Null where it is after everything, deadlines included."
    ]
    error: Annotated[str | None, "Why its rows cannot be made; it has no expectations then."]
    notes: tuple[str, ...]
    expectations: tuple[Expectation, ...]


@shape()
class ConditionReached:
    owner: str
    text: str
    file: str
    line: Line
    true: Count
    false: Count
    missing: Count
    never: Annotated[
        tuple[Annotated[str, OneOf(("true", "false", "missing"))], ...], Limits(uniqueItems=True)
    ]


@shape()
class Reach:
    percent: Annotated[int, Limits(minimum=0, maximum=100)]
    reached: Count
    sides: Count
    conditions: tuple[ConditionReached, ...]


@document(
    "sladsl.test/1",
    title="sla test --format json",
    about="What became of the tests in agreements, and with --coverage what they reach. Instants are UTC with `Z`; lines count from 1.",
)
class DocumentOfTests:
    summary: Summary
    tests: Annotated[
        tuple[ResultOfTest, ...], "By file in the order in which they are read, then as they stand."
    ]
    coverage: Reach | Absent = ABSENT


def tests_document(ran: Ran, covered: Sequence[tuple[Coverage, Sources]]) -> DocumentOfTests:
    tests = tuple(_test(test, sources, run.zone) for run, sources in ran for test in run.tests)
    passed = sum(t.passed for t in tests)
    return DocumentOfTests(
        summary=Summary(tests=len(tests), passed=passed, failed=len(tests) - passed),
        tests=tests,
        coverage=_reach(covered) if covered else ABSENT,
    )


def _test(test: Tested, sources: Sources, zone: Zone) -> ResultOfTest:
    return ResultOfTest(
        name=test.label,
        file=test.file,
        line=_line(test.file, test.span.start, sources),
        passed=test.passed,
        as_of=None if test.as_of is None else iso(test.as_of),
        error=test.unfit or None,
        notes=test.notes,
        expectations=tuple(_check(c, test, sources, zone) for c in test.checks),
    )


def _check(check: Check, test: Tested, sources: Sources, zone: Zone) -> Expectation:
    return Expectation(
        text=check.text,
        line=_line(check.file, check.span.start, sources),
        passed=check.passed,
        why=None if check.passed else "\n".join(why_lines(check, test, sources, zone)),
    )


def _reach(covered: Sequence[tuple[Coverage, Sources]]) -> Reach:
    reached, sides = sum(c.reached for c, _ in covered), sum(c.sides for c, _ in covered)
    return Reach(
        percent=reached * 100 // sides if sides else 100,
        reached=reached,
        sides=sides,
        conditions=tuple(_seen(x, sources) for c, sources in covered for x in c.conditions),
    )


def _seen(x: Seen, sources: Sources) -> ConditionReached:
    return ConditionReached(
        owner=x.owner,
        text=x.text,
        file=x.file,
        line=_line(x.file, x.span.start, sources),
        true=x.true,
        false=x.false,
        missing=x.missing,
        never=x.never,
    )


def _line(file: str, offset: int, sources: Sources) -> int:
    return sources[file].position(offset).line
