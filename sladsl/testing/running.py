"""Running the tests of a compilation: each on the interpreter, with its own rows and at its own as-of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import assert_never

from sladsl import model as m
from sladsl.compiler import Compilation
from sladsl.engines.rows import Evaluation, Frame
from sladsl.explaining import Reader
from sladsl.explaining.phrases import above
from sladsl.lowering import Meaning, meaning, scopes
from sladsl.outcomes import AsOf
from sladsl.testing.given import AFTER_EVERYTHING, Unfit, as_of, family
from sladsl.testing.remedies import Wanted, entering, remedy
from sladsl.testing.results import Absent, Check, ConditionFailed, RouteFailed, Tested, TestRun, Why
from sladsl.testing.standing import column, standing
from sladsl.testing.verdicts import verdict

Expected = m.ExpectCondition | m.ExpectVerdict | m.ExpectRoute


@dataclass(frozen=True)
class Case:
    """A test with its rows in place: `frame` is the row it is about, None where that does not exist at the as-of."""

    test: m.Test
    reader: Reader
    frame: Frame | None
    as_of: int
    notes: tuple[str, ...]


def has_tests(compilation: Compilation) -> bool:
    """Whether the text, or one it imports, has a `test`."""
    return bool(compilation.model.tests)


def run_tests(compilation: Compilation, chosen: Callable[[m.Test], bool] = lambda _: True) -> TestRun:
    """Runs the tests for which `chosen` is true, those of imported files included.

    The compilation must have a plan: no errors, and an agreement, whose zone and calendars the tests are read in.
    """
    tests = [t for t in compilation.model.tests if chosen(t)]
    means = meaning_of(compilation)
    return TestRun(
        means.builder.zone, tuple(tested(compilation, means, t) for t in _in_order(compilation, tests))
    )


def meaning_of(compilation: Compilation) -> Meaning:
    """The plan, with the columns that the tests' own conditions and the scores as they are now ask for."""
    model = compilation.model
    asked = [
        (e.condition, t.record)
        for t in model.tests
        if t.record is not None
        for e in t.expectations
        if isinstance(e, m.ExpectCondition)
    ]
    asked += [(c.when, s.record) for s in model.scores.values() for c in s.clauses]
    return meaning(model, compilation.source.name, asked)


def tested(compilation: Compilation, means: Meaning, test: m.Test) -> Tested:
    """One test, run."""
    found = Tested(
        test.label,
        test.origin.file,
        test.origin.span,
        None if test.as_of is None else as_of(means.builder, test),
    )
    try:
        case = set_up(compilation, means, test)
    except Unfit as why:
        return replace(found, unfit=str(why))
    checks = tuple(_check(case, e) for e in test.expectations)
    return replace(found, checks=checks, notes=case.notes)


def set_up(compilation: Compilation, means: Meaning, test: m.Test) -> Case:
    """The test's rows, settled at its as-of. `Unfit` when they cannot be made."""
    rows, at = family(means.builder, test), as_of(means.builder, test)
    evaluation = Evaluation(means.plan, rows.rows, AsOf(at))
    settled = evaluation.settled[rows.record].rows
    # Not `evaluation.frames`, which works every column out: a test asks for a few.
    row = next((r for r in settled if r.values[means.plan.record(rows.record).key] == rows.key), None)
    frame = None if row is None else evaluation.families.frame(rows.record, row)
    return Case(test, Reader(compilation, means, evaluation), frame, at, rows.notes)


def _in_order(compilation: Compilation, tests: list[m.Test]) -> list[m.Test]:
    files = list(compilation.sources)
    return sorted(tests, key=lambda t: (files.index(t.origin.file), t.origin.span))


def _check(case: Case, expected: Expected) -> Check:
    return Check(
        " ".join(case.reader.text(case.test.origin.file, expected.span).split()),
        case.test.origin.file,
        expected.span,
        _why(case, expected),
    )


def _why(case: Case, expected: Expected) -> Why | None:
    """Why the expectation does not hold; None when it does."""
    if case.frame is None:
        assert case.test.record is not None
        return Absent(case.test.record, later=case.as_of != AFTER_EVERYTHING)
    match expected:
        case m.ExpectCondition():
            return _condition(case, expected, case.frame)
        case m.ExpectVerdict():
            return verdict(case.reader, expected, case.frame)
        case m.ExpectRoute():
            return _route(case.reader, expected, case.frame)
        case _:
            assert_never(expected)


def _condition(case: Case, expected: m.ExpectCondition, frame: Frame) -> ConditionFailed | None:
    reader, condition, file = case.reader, expected.condition, case.test.origin.file
    scope = scopes.now(frame.record)
    if reader.value(condition, frame, scope) is True:
        return None
    phrase = reader.phrase(condition, frame, scope, file)
    behind = tuple(standing(reader, name, frame) for name in dict.fromkeys(_blamed(case, condition, True)))
    return ConditionFailed(phrase, behind, remedy(reader, Wanted(condition, True, frame, scope, file)))


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


def _route(reader: Reader, expected: m.ExpectRoute, frame: Frame) -> RouteFailed | Absent | None:
    route = next(r for r in reader.model.routes if r.definition == expected.definition)
    d = reader.model.definitions[route.definition]
    try:
        row = above(frame, d.record)
    except LookupError:
        return Absent(d.record, later=False)
    lowered = next(r for r in reader.meaning.plan.routes if r.definition == route.definition)
    if column(reader, d.record, lowered.member, row) is not True:
        entry = entering(reader, d.name, row)
        return RouteFailed(d.name, expected.destination, None, (), standing(reader, d.name, row), entry)
    code = column(reader, d.record, lowered.column, row)
    taken = None if code is None or code < 0 else route.cases[code].destination
    if taken == expected.destination:
        return None
    scope, file = scopes.route(reader.meaning.builder, route), route.origin.file
    cases = tuple(
        (c.destination, None if c.when is None else reader.phrase(c.when, row, scope, file))
        for c in route.cases
    )
    at = next(i for i, c in enumerate(route.cases) if c.destination == expected.destination)
    wanted = [Wanted(c.when, False, row, scope, file) for c in route.cases[:at] if c.when is not None]
    last = route.cases[at].when
    wanted += [] if last is None else [Wanted(last, True, row, scope, file)]
    return RouteFailed(
        d.name,
        expected.destination,
        taken,
        cases,
        None,
        remedy(reader, *wanted),
    )
