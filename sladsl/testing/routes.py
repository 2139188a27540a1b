"""Where a test's row is routed, against where it is expected."""

from __future__ import annotations

from sladsl import model as m
from sladsl.engines.rows import Frame, row_above
from sladsl.lowering import scopes
from sladsl.plan import Ref
from sladsl.testing.cases import Case
from sladsl.testing.definition_status import definition_status
from sladsl.testing.remedies import Wanted, proposals, remedy, to_enter
from sladsl.testing.results import Absent, RouteFailed


def taken(case: Case, expected: m.ExpectRoute) -> str | None:
    """Where the row goes; None when it is not in the definition, or no case applies."""
    row = _row(case, expected)
    lowered = next(r for r in case.reader.meaning.plan.routes if r.definition == expected.definition)
    if row is None or case.reader.column(Ref(lowered.record, lowered.member), row) is not True:
        return None
    code = case.reader.column(Ref(lowered.record, lowered.column), row)
    return None if code is None or code < 0 else lowered.destinations[code]


def failed(case: Case, expected: m.ExpectRoute) -> RouteFailed | Absent:
    """Why the row goes elsewhere."""
    reader, row = case.reader, _row(case, expected)
    route = next(r for r in reader.model.routes if r.definition == expected.definition)
    d = reader.model.definitions[route.definition]
    if row is None:
        return Absent(d.record, later=False)
    lowered = next(r for r in reader.meaning.plan.routes if r.definition == route.definition)
    member = Ref(d.record, lowered.member)
    if reader.column(member, row) is not True:
        found = to_enter(reader, d.name, row)
        entering = remedy(case, found, lambda c: _is_member(c, expected, member))
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
    turned = remedy(case, proposals(reader, *wanted), lambda c: taken(c, expected) == expected.destination)
    return RouteFailed(d.name, expected.destination, taken(case, expected), cases, None, turned)


def _row(case: Case, expected: m.ExpectRoute) -> Frame | None:
    record = case.reader.model.definitions[expected.definition].record
    return None if case.frame is None else row_above(case.frame, record)


def _is_member(case: Case, expected: m.ExpectRoute, member: Ref) -> bool:
    row = _row(case, expected)
    return row is not None and case.reader.column(member, row) is True
