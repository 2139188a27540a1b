"""Definitions over histories: what a definition sees is what stood when a row entered it, so time makes contradictions possible.

The oracle follows a lead from moment to moment: time fields and calls later than *now* do not exist, and `D` is true of a lead that has
entered D by now.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from checker_rules.rows import literal, op, place
from sladsl import model as m
from sladsl.checker.rules import check_rules
from sladsl.source import Span
from sladsl.types import BOOLEAN, NUMBER, TIME

Definitions = Mapping[str, m.Definition]
NAMES = ("First", "Second", "Third")
ORIGIN = m.Origin("test.sla", place(), place())


@dataclass(frozen=True)
class History:
    """One lead, created at 0."""

    a: int | None
    b: int | None
    size: int | None
    call: int | None


HISTORIES = [History(*h) for h in product((None, 0, 1, 2), (None, 0, 1, 2), (None, 1, 2), (None, 0, 1, 2))]


def entry(h: History, name: str, definitions: Definitions) -> int | None:
    """When the lead enters a definition; None when it never does."""
    d = definitions[name]
    start = 0 if d.base is None else entry(h, d.base, definitions)
    since = (
        0 if d.since is None else getattr(h, str(d.since.field)) if isinstance(d.since, m.FieldUse) else None
    )
    if start is None or since is None:
        return None
    now = max(start, since) if d.base is not None or d.since is None else since
    return now if d.when is None or truth(d.when, h, now, definitions) is True else None


def truth(e: m.Expression, h: History, now: int, definitions: Definitions) -> bool | None:
    match e:
        case m.Literal():
            return bool(e.value)
        case m.MemberUse():
            at = entry(h, e.definition, definitions)
            return at is not None and at <= now
        case m.RowsTest():
            any_call = h.call is not None and h.call <= now
            return any_call if e.quantifier is m.Quantifier.ANY else not any_call
        case m.Operation(op="and"):
            parts = [truth(x, h, now, definitions) for x in e.args]
            return False if False in parts else None if None in parts else True
        case m.Operation(op="or"):
            parts = [truth(x, h, now, definitions) for x in e.args]
            return True if True in parts else None if None in parts else False
        case m.Operation(op="not"):
            inner = truth(e.args[0], h, now, definitions)
            return None if inner is None else not inner
        case m.Operation(op="is known"):
            return number(e.args[0], h, now) is not None
        case m.Operation(op="is missing"):
            return number(e.args[0], h, now) is None
        case m.Operation():
            left, right = (number(x, h, now) for x in e.args)
            if left is None or right is None:
                return None
            return {"<": left < right, ">=": left >= right, "=": left == right}[e.op]
        case _:
            raise AssertionError(e)


def number(e: m.Expression, h: History, now: int) -> Decimal | None:
    if isinstance(e, m.Literal):
        assert isinstance(e.value, Decimal)
        return e.value
    assert isinstance(e, m.FieldUse)
    found = getattr(h, e.field)
    return None if found is None or (e.field in ("a", "b") and found > now) else Decimal(found)


def use(name: str) -> m.FieldUse:
    return m.FieldUse("lead", name, NUMBER if name == "size" else TIME, place())


def member(name: str) -> m.MemberUse:
    return m.MemberUse(name, BOOLEAN, place())


def atoms(others: tuple[str, ...]) -> st.SearchStrategy[m.Expression]:
    kinds: list[st.SearchStrategy[m.Expression]] = [
        st.builds(
            lambda o, f: op(o, use(f)),
            st.sampled_from(["is known", "is missing"]),
            st.sampled_from(["a", "b", "size"]),
        ),
        st.builds(
            lambda o, v: op(o, use("size"), literal(v)), st.sampled_from(["<", ">=", "="]), st.integers(1, 2)
        ),
        st.sampled_from([("a", "b"), ("b", "a")]).map(lambda p: op("<", use(p[0]), use(p[1]))),
        st.sampled_from([m.Quantifier.ANY, m.Quantifier.NO]).map(
            lambda q: m.RowsTest(q, int(q == "any"), m.Rows("call", None, None, place()), BOOLEAN, place())
        ),
    ]
    if others:
        kinds.append(st.sampled_from(others).map(member))
    return st.one_of(*kinds)


def conditions(others: tuple[str, ...]) -> st.SearchStrategy[m.Expression]:
    return st.recursive(
        atoms(others),
        lambda inner: st.one_of(
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: op("and", *parts)),
            st.lists(inner, min_size=2, max_size=2).map(lambda parts: op("or", *parts)),
            inner.map(lambda e: op("not", e)),
        ),
        max_leaves=4,
    )


@st.composite
def chains(draw: st.DrawFn) -> dict[str, m.Definition]:
    made: dict[str, m.Definition] = {}
    for name in NAMES:
        others = tuple(made)
        base = draw(st.sampled_from((None, *others, *others[-1:] * 3)))
        when = draw(st.one_of(st.none(), atoms(others), atoms(others), conditions(others)))
        field = draw(st.sampled_from((None, "a", "b")))
        made[name] = m.Definition(name, "", "lead", base, when, use(field) if field else None, TIME, ORIGIN)
    return made


def model(definitions: Definitions) -> m.Model:
    types = (("created_at", TIME, False), ("a", TIME, True), ("b", TIME, True), ("size", NUMBER, True))
    fields = {n: m.Field(n, "", t, place(), optional=optional) for n, t, optional in types}
    lead = m.Record("lead", "", fields, ORIGIN)
    call = m.Record("call", "", {"at": m.Field("at", "", TIME, place())}, ORIGIN)
    return m.Model(records={"lead": lead, "call": call}, definitions=definitions)


def members(name: str, definitions: Definitions) -> list[History]:
    return [h for h in HISTORIES if entry(h, name, definitions) is not None]


def owner_of(span: Span, definitions: Definitions) -> str:
    """The definition in whose condition a place is."""
    return next(n for n, d in definitions.items() if d.when is not None and span in set(spans(d.when)))


def spans(e: m.Expression) -> Iterator[Span]:
    yield e.span
    if isinstance(e, m.Operation):
        for part in e.args:
            yield from spans(part)


def without(e: m.Expression, idle: Mapping[Span, bool]) -> m.Expression:
    """The condition with its idle parts replaced by what they are said to be."""
    if e.span in idle:
        return literal(idle[e.span])
    if isinstance(e, m.Operation) and e.op in ("and", "or"):
        return replace(e, args=tuple(without(part, idle) for part in e.args))
    return e


@settings(max_examples=60, deadline=None)
@given(chains())
def test_what_no_lead_can_be_no_history_is(definitions: dict[str, m.Definition]) -> None:
    for found in check_rules(model(definitions)):
        if found.code == "SLA401":
            assert not members(owner_of(found.span, definitions), definitions)


@settings(max_examples=60, deadline=None)
@given(chains())
def test_idle_parts_change_nothing(definitions: dict[str, m.Definition]) -> None:
    found = check_rules(model(definitions))
    idle = {d.span: d.code == "SLA404" for d in found if d.code in ("SLA403", "SLA404")}
    if not idle:
        return
    shorter = {
        n: replace(d, when=None if d.when is None else without(d.when, idle)) for n, d in definitions.items()
    }
    for name in NAMES:
        assert members(name, definitions) == members(name, shorter)
