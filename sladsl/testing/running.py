"""Running the tests of a compilation: each on the interpreter, with its own rows and at its own as-of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import assert_never

from sladsl import model as m
from sladsl.compiler import Compilation
from sladsl.engines.rows import Frame, row_above
from sladsl.explaining.clock_trace import clocks_asked
from sladsl.lowering import Meaning, scopes
from sladsl.plan import Ref
from sladsl.plan.rows import BROKEN
from sladsl.testing import verdicts
from sladsl.testing.cases import Case, meaning_of, set_up
from sladsl.testing.definition_status import definition_status, definition_statuses
from sladsl.testing.given import AFTER_EVERYTHING, Unfit, as_of
from sladsl.testing.remedies import Wanted, proposals, remedy, to_enter
from sladsl.testing.results import (
    Absent,
    Check,
    ConditionFailed,
    NeverBroken,
    RouteFailed,
    Tested,
    TestRun,
    Why,
)

Expected = m.ExpectCondition | m.ExpectVerdict | m.ExpectRoute


def has_tests(compilation: Compilation) -> bool:
    """Whether the text, or one it imports, has a `test`."""
    return bool(compilation.model.tests)


def named(text: str | None) -> Callable[[m.Test], bool]:
    """The tests in whose name a text occurs, upper or lower case; all of them without one."""
    return lambda test: text is None or text.casefold() in test.label.casefold()


def run_tests(compilation: Compilation, chosen: Callable[[m.Test], bool] = lambda _: True) -> TestRun:
    """Runs the tests for which `chosen` is true, those of imported files included.

    The compilation must have a plan: no errors, and an agreement, whose zone and calendars the tests are read in.
    """
    tests = [t for t in compilation.model.tests if chosen(t)]
    means = meaning_of(compilation)
    return TestRun(
        means.builder.zone, tuple(tested(compilation, means, t) for t in _in_order(compilation, tests))
    )


def tested(compilation: Compilation, means: Meaning, test: m.Test) -> Tested:
    """One test, run."""
    untested = Tested(
        test.label,
        test.origin.file,
        test.origin.span,
        None if test.as_of is None else as_of(means.builder, test),
    )
    try:
        case = set_up(compilation, means, test)
    except Unfit as why:
        return replace(untested, unfit=str(why))
    checks = tuple(_check(case, e) for e in test.expectations)
    return replace(untested, checks=(*checks, *_broken(case)), notes=case.notes)


def _broken(case: Case) -> Iterator[Check]:
    """What no row may be, and a row of the test is."""
    reader = case.reader
    listings = [x for x in reader.meaning.plan.listings if x.kind == BROKEN]
    for never, listing in zip(reader.model.nevers, listings, strict=True):
        for frame in reader.evaluation.frames(never.record):
            if reader.evaluation.evaluator.value(listing.when, frame) is True:
                scope = scopes.never(reader.meaning.builder, never)
                phrase = reader.phrase(never.when, frame, scope, never.origin.file)
                text = reader.text(never.origin.file, never.origin.span)
                why = NeverBroken(never.record, frame.key, phrase)
                yield Check(text, never.origin.file, never.origin.span, why)


def _in_order(compilation: Compilation, tests: list[m.Test]) -> list[m.Test]:
    files = list(compilation.sources)
    return sorted(tests, key=lambda t: (files.index(t.origin.file), t.origin.span))


def _check(case: Case, expected: Expected) -> Check:
    return Check(
        case.reader.text(case.test.origin.file, expected.span),
        case.test.origin.file,
        expected.span,
        _why(case, expected),
    )


def _why(case: Case, expected: Expected) -> Why | None:
    """Why the expectation does not hold; None when it does."""
    if case.frame is None:
        assert case.test.record is not None
        return Absent(case.test.record, later=case.as_of != AFTER_EVERYTHING)
    if holds(case, expected):
        return None
    match expected:
        case m.ExpectCondition():
            return _condition(case, expected, case.frame)
        case m.ExpectVerdict():
            return verdicts.failed(case, expected)
        case m.ExpectRoute():
            return _route_failed(case, expected)
        case _:
            assert_never(expected)


def holds(case: Case, expected: Expected) -> bool:
    """Whether the expectation is met; a condition that is unknown is not."""
    if case.frame is None:
        return False
    match expected:
        case m.ExpectCondition(condition=condition):
            return case.reader.value(condition, case.frame, scopes.now(case.frame.record)) is True
        case m.ExpectVerdict():
            return verdicts.fits(case, expected)
        case m.ExpectRoute():
            return _taken(case, expected) == expected.destination
        case _:
            assert_never(expected)


def _condition(case: Case, expected: m.ExpectCondition, frame: Frame) -> ConditionFailed:
    reader, condition, file = case.reader, expected.condition, case.test.origin.file
    scope = scopes.now(frame.record)
    phrase = reader.phrase(condition, frame, scope, file)
    behind = tuple(definition_statuses(reader, dict.fromkeys(_blamed(case, condition, True)), frame))
    flips = proposals(reader, Wanted(condition, True, frame, scope, file))
    clocks = clocks_asked(reader, condition, frame, file)
    return ConditionFailed(phrase, behind, clocks, remedy(case, flips, lambda c: holds(c, expected)))


def _blamed(case: Case, e: m.Expression, want: bool) -> Iterator[str]:
    """The definitions in a condition whose answer is not what it needed."""
    match e:
        case m.Operation(op="not", args=(inner,)):
            yield from _blamed(case, inner, not want)
        case m.Operation(op="and" | "or", args=args):
            for arg in args:
                yield from _blamed(case, arg, want)
        case m.MemberUse(definition=name):
            assert case.frame is not None
            if case.reader.value(e, case.frame, scopes.now(case.frame.record)) is not want:
                yield name
        case _:
            return


# --- Where a test's row is routed, against where it is expected.


def _taken(case: Case, expected: m.ExpectRoute) -> str | None:
    """Where the row goes; None when it is not in the definition, or no case applies."""
    row = _row(case, expected)
    lowered = next(r for r in case.reader.meaning.plan.routes if r.definition == expected.definition)
    if row is None or case.reader.column(Ref(lowered.record, lowered.member), row) is not True:
        return None
    code = case.reader.column(Ref(lowered.record, lowered.column), row)
    return None if code is None or code < 0 else lowered.destinations[code]


def _route_failed(case: Case, expected: m.ExpectRoute) -> RouteFailed | Absent:
    """Why the row goes elsewhere."""
    reader, row = case.reader, _row(case, expected)
    route = next(r for r in reader.model.routes if r.definition == expected.definition)
    d = reader.model.definitions[route.definition]
    if row is None:
        return Absent(d.record, later=False)
    lowered = next(r for r in reader.meaning.plan.routes if r.definition == route.definition)
    member = Ref(d.record, lowered.member)
    if reader.column(member, row) is not True:
        flips = to_enter(reader, d.name, row)
        entering = remedy(case, flips, lambda c: _is_member(c, expected, member))
        return RouteFailed(
            d.name, expected.destination, None, (), definition_status(reader, d.name, row), entering
        )
    scope, file = scopes.route(reader.meaning.builder, route), route.origin.file
    cases = tuple(
        (c.destination, None if c.when is None else reader.phrase(c.when, row, scope, file))
        for c in route.cases
    )
    at = next(i for i, c in enumerate(route.cases) if c.destination == expected.destination)
    wanted = [Wanted(c.when, False, row, scope, file) for c in route.cases[:at] if c.when is not None]
    last = route.cases[at].when
    wanted += [] if last is None else [Wanted(last, True, row, scope, file)]
    turned = remedy(case, proposals(reader, *wanted), lambda c: _taken(c, expected) == expected.destination)
    return RouteFailed(d.name, expected.destination, _taken(case, expected), cases, None, turned)


def _row(case: Case, expected: m.ExpectRoute) -> Frame | None:
    record = case.reader.model.definitions[expected.definition].record
    return None if case.frame is None else row_above(case.frame, record)


def _is_member(case: Case, expected: m.ExpectRoute, member: Ref) -> bool:
    row = _row(case, expected)
    return row is not None and case.reader.column(member, row) is True
