"""What became of tests, for people: the failures with why and what would have passed, then a line that sums up; and what they reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import assert_never

from sladsl.calendars import Zone
from sladsl.reports.table import Head, table
from sladsl.reports.terminal import Style, paint, safe, shorten
from sladsl.reports.testing import failures
from sladsl.reports.testing.failures import Drawing
from sladsl.reports.words import local
from sladsl.source import Source
from sladsl.testing import (
    Absent,
    Check,
    ConditionFailed,
    NeverBroken,
    RouteFailed,
    Tested,
    TestRun,
    VerdictFailed,
)
from sladsl.testing.coverage import Coverage, Seen

_WIDTH = 50
"""Columns of a condition that no test reaches."""


@dataclass(frozen=True, slots=True)
class Look:
    """How it is shown: every test by name, in colour, and the two signs for passed and failed."""

    verbose: bool = False
    colour: bool = False
    signs: tuple[str, str] = ("ok", "FAILED")


def report(run: TestRun, sources: Mapping[str, Source], look: Look) -> str:
    """The whole run, without the line that sums up; empty when all is well and nobody asked for more."""
    lines: list[str] = []
    if look.verbose:
        for file, tests in groupby(run.tests, key=lambda t: t.file):
            lines.append(safe(file))
            lines += [f"  {_sign(t, look)} {safe(t.label)}" for t in tests]
            lines.append("")
    for test in run.tests:
        if not test.passed or (look.verbose and test.notes):
            lines += [*_of_test(test, sources, run.zone, look), ""]
    return "\n".join(lines)


def summary(tests: Sequence[Tested], colour: bool = False) -> str:
    """`5 tests passed`, `2 failed, 3 passed`."""
    failed = sum(not t.passed for t in tests)
    passed = len(tests) - failed
    if not failed:
        return paint(f"{passed} {'test' if passed == 1 else 'tests'} passed", Style.GOOD, colour)
    return paint(f"{failed} failed", Style.ERROR, colour) + f", {passed} passed"


def failure(test: Tested, sources: Mapping[str, Source], zone: Zone) -> str:
    """A failing test by itself, as other test runners show it."""
    return "\n".join(_below(test, sources, zone))


def _sign(test: Tested, look: Look) -> str:
    sign = look.signs[0] if test.passed else look.signs[1]
    return paint(sign, Style.GOOD if test.passed else Style.ERROR, look.colour)


def _of_test(test: Tested, sources: Mapping[str, Source], zone: Zone, look: Look) -> Iterator[str]:
    line = sources[test.file].position(test.span.start).line
    yield f"{_sign(test, look)} {paint(safe(test.label), Style.STRONG, look.colour)}  {safe(test.file)}:{line}"
    yield from _below(test, sources, zone)


def _below(test: Tested, sources: Mapping[str, Source], zone: Zone) -> Iterator[str]:
    if test.unfit:
        yield f"  it cannot be run: {safe(test.unfit)}"
    failed = [c for c in test.checks if not c.passed]
    drawing = Drawing(sources, zone, test.as_of)
    if failed:
        moment = (
            "after everything, deadlines included"
            if test.as_of is None
            else f"as of {local(test.as_of, zone)}"
        )
        fail = (
            "expectation fails"
            if len(test.checks) == 1
            else f"of {len(test.checks)} expectations fail{'s' * (len(failed) == 1)}"
        )
        yield f"  {len(failed)} {fail} {moment}"
    for check in failed:
        line = sources[check.file].position(check.span.start).line
        yield ""
        yield f"  line {line}: {safe(check.text)}"
        yield from (f"    {x}".rstrip() for x in _why(check, drawing))
    if test.notes:
        yield from ("", *(f"  note: {safe(note)}" for note in test.notes))


def why_lines(check: Check, test: Tested, sources: Mapping[str, Source], zone: Zone) -> list[str]:
    """Why one expectation of a test does not hold."""
    return [line.rstrip() for line in _why(check, Drawing(sources, zone, test.as_of))]


def _why(check: Check, d: Drawing) -> Iterator[str]:
    match check.why:
        case None:
            return
        case Absent():
            yield from failures.absent(check.why)
        case ConditionFailed():
            yield from failures.condition(check.why, d)
        case VerdictFailed():
            yield from failures.verdict(check.why, d)
        case RouteFailed():
            yield from failures.route(check.why, d)
        case NeverBroken():
            yield from failures.never(check.why, d)
        case _:
            assert_never(check.why)


# ------------------------------------------------------------------------------------------------- what the tests reach


def coverage_report(
    coverage: Coverage, name: str, sources: Mapping[str, Source], colour: bool = False
) -> str:
    """`coverage of handoff.sla: 70%, …` and below it what no test reaches, by file and line."""
    number = paint(f"{coverage.percent}%", Style.STRONG, colour)
    conditions = (
        f"{len(coverage.conditions)} {'condition' if len(coverage.conditions) == 1 else 'conditions'}"
    )
    head = f"coverage of {safe(name)}: {number}, {coverage.reached} of the {coverage.sides} sides of {conditions}"
    unreached = [_unreached(c, sources[c.file]) for c in coverage.conditions if c.never]
    heads = [Head("no test reaches"), Head("in"), Head("condition"), Head("never")]
    return "\n".join([head, *(table(heads, unreached, indent=2) if unreached else [])])


def _unreached(c: Seen, source: Source) -> list[str]:
    place = f"{safe(c.file)}:{source.position(c.span.start).line}"
    sides = c.never[0] if len(c.never) == 1 else f"{', '.join(c.never[:-1])} or {c.never[-1]}"
    return [place, c.owner, shorten(safe(c.text), _WIDTH), sides]
