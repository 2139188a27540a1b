"""Whatever the rules call impossible, enumeration finds no row of; and of plain conjunctions they find everything that is impossible."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from checker_rules.rows import COLOURS, FIELDS, Row, literal, op, place, rows, use, value
from sladsl import model as m
from sladsl.checker.rules import check_rules
from sladsl.checker.rules.conditions import Answer
from sladsl.checker.rules.knowledge import Knowledge
from sladsl.types import NUMBER, TIME

NUMBERS = (None, *map(Decimal, ("-1", "0", "0.5", "1", "1.5", "2", "3")))
VALUES: dict[str, tuple[Any, ...]] = {
    "size": NUMBERS,
    "age": NUMBERS,
    "colour": (None, *COLOURS),
    "shade": (None, *COLOURS),
    "name": (None, "red", "Red", "green", "blue", "x", ""),
    "flag": (None, True, False),
}
CALLS: tuple[tuple[Row, ...], ...] = (
    (),
    ({"colour": "red"},),
    ({"colour": None},),
    ({"colour": "red"}, {"colour": "blue"}),
    ({"colour": "red"}, {"colour": "red"}, {"colour": "green"}),
)


def model(*scores: m.Score, **more: Any) -> m.Model:
    origin = m.Origin("test.sla", place(), place())
    fields = {n: m.Field(n, "", t, place(), optional=optional) for n, (t, optional) in FIELDS.items()}
    lead = m.Record("lead", "", fields, origin)
    call = m.Record("call", "", {"colour": m.Field("colour", "", FIELDS["colour"][0], place())}, origin)
    return m.Model(
        records={"lead": lead, "call": call}, scores={s.name: s for s in scores}, complete=True, **more
    )


def all_rows(names: set[str], calls: bool) -> Iterator[Row]:
    """Every combination of the fields that matter."""
    fields = sorted(names)
    for chosen in product(*(VALUES[n] for n in fields), CALLS if calls else ((),)):
        yield dict(zip([*fields, "calls"], chosen, strict=True))


def fields_in(e: m.Expression, scores: dict[str, m.Score]) -> set[str]:
    match e:
        case m.FieldUse():
            return {e.field}
        case m.Operation():
            return {n for a in e.args for n in fields_in(a, scores)}
        case m.ScoreUse():
            return {n for c in scores[e.score].clauses for n in fields_in(c.when, scores)}
        case _:
            return set()


NUMBER_ATOMS = st.builds(
    lambda o, f, v: op(o, use(f), literal(v)),
    st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
    st.sampled_from(["size", "age"]),
    st.integers(0, 2),
)
TEXT_ATOMS = st.builds(
    lambda o, f, v: op(o, use(f), literal(v)),
    st.sampled_from(["=", "!="]),
    st.sampled_from(["colour", "shade"]),
    st.sampled_from(COLOURS),
)
SET_ATOMS = st.builds(
    lambda f, vs: op("in", use(f), *(literal(v) for v in vs)),
    st.sampled_from(["colour", "name"]),
    st.lists(st.sampled_from(COLOURS), min_size=1, max_size=2, unique=True),
)
PRESENCE_ATOMS = st.builds(
    lambda o, f: op(o, use(f)), st.sampled_from(["is known", "is missing"]), st.sampled_from(sorted(FIELDS))
)
FLAG_ATOMS = st.one_of(
    st.builds(lambda: use("flag")), st.booleans().map(lambda v: op("=", use("flag"), literal(v)))
)
PLAIN_ATOMS = st.one_of(NUMBER_ATOMS, TEXT_ATOMS, SET_ATOMS, PRESENCE_ATOMS, FLAG_ATOMS)

NAME_TESTS = st.one_of(
    st.builds(
        lambda o, v: op(o, use("name"), literal(v)),
        st.sampled_from(["starts with", "contains"]),
        st.sampled_from("re"),
    ),
    st.sampled_from(["red", "Red"]).map(
        lambda v: op("=", op("lower", use("name"), type=FIELDS["name"][0]), literal(v))
    ),
    st.builds(
        lambda o, v: op(o, op("length", use("name"), type=NUMBER), literal(v)),
        st.sampled_from(["<", ">="]),
        st.integers(0, 2),
    ),
)
TWO_FIELDS = st.sampled_from(["<", "<=", "=", ">", "!="]).flatmap(
    lambda o: st.sampled_from([("size", "age"), ("age", "size"), ("size", "size")]).map(
        lambda p: op(o, use(p[0]), use(p[1]))
    )
)
DEFAULTED = st.builds(
    lambda o, d, v: op(o, op("else", use("size"), literal(d), type=NUMBER), literal(v)),
    st.sampled_from(["=", "<", ">="]),
    st.integers(0, 2),
    st.integers(0, 2),
)
CALL_ATOMS = st.builds(
    lambda q, n, w: rows(q, 1 if q == "any" else 0 if q == "no" else n, w),
    st.sampled_from(list(m.Quantifier)),
    st.integers(0, 2),
    st.none() | st.sampled_from(COLOURS).map(lambda c: op("=", use("colour"), literal(c))),
)
ATOMS = st.one_of(PLAIN_ATOMS, NAME_TESTS, TWO_FIELDS, DEFAULTED, CALL_ATOMS)


def combined(atoms: st.SearchStrategy[m.Expression], leaves: int = 6) -> st.SearchStrategy[m.Expression]:
    return st.recursive(
        atoms,
        lambda inner: st.one_of(
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: op("and", *parts)),
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: op("or", *parts)),
            inner.map(lambda e: op("not", e)),
        ),
        max_leaves=leaves,
    )


def has_answer(truth: object, answer: Answer) -> bool:
    match answer:
        case Answer.TRUE:
            return truth is True
        case Answer.FALSE:
            return truth is False
        case Answer.NOT_TRUE:
            return truth is not True
        case Answer.NOT_FALSE:
            return truth is not False


def uses_calls(e: m.Expression) -> bool:
    return isinstance(e, m.RowsTest) or (isinstance(e, m.Operation) and any(uses_calls(a) for a in e.args))


@settings(max_examples=120, deadline=None)
@given(combined(ATOMS), st.sampled_from(list(Answer)))
def test_what_is_called_impossible_has_no_row(e: m.Expression, answer: Answer) -> None:
    k = Knowledge(model())
    if k.is_impossible(k.conditions.asked(e, answer, "now")):
        names = fields_in(e, {})
        assert not [r for r in all_rows(names, uses_calls(e)) if has_answer(value(e, r, {}), answer)]


@settings(max_examples=120, deadline=None)
@given(st.lists(PLAIN_ATOMS, min_size=1, max_size=3), st.sampled_from(list(Answer)))
def test_of_plain_conjunctions_every_impossible_one_is_found(
    atoms: list[m.Expression], answer: Answer
) -> None:
    e = op("and", *atoms)
    k = Knowledge(model())
    found = any(has_answer(value(e, r, {}), answer) for r in all_rows(fields_in(e, {}), False))
    assert k.is_impossible(k.conditions.asked(e, answer, "now")) == (not found)


CLAUSES = st.lists(
    st.tuples(st.sampled_from([-20, 5, 10, 30]), combined(PLAIN_ATOMS, 2)), min_size=1, max_size=4
)


@settings(max_examples=80, deadline=None)
@given(
    CLAUSES,
    st.sampled_from(["=", "<", "<=", ">", ">="]),
    st.sampled_from([-20, -10, 5, 15, 35, 40, 70]),
    PLAIN_ATOMS,
)
def test_totals_of_a_score_are_exact(
    clauses: list[tuple[int, m.Expression]], comparison: str, total: int, beside: m.Expression
) -> None:
    made = tuple(m.ScoreClause(Decimal(points), when, place()) for points, when in clauses)
    score = m.Score("fit", "", "lead", made, m.Origin("test.sla", place(), place()))
    e = op("and", op(comparison, m.ScoreUse("fit", NUMBER, place()), literal(total)), beside)
    k = Knowledge(model(score))
    scores = {"fit": score}
    names = fields_in(e, scores)
    found = any(value(e, r, scores) is True for r in all_rows(names, False)) if len(names) < 6 else None
    if found is not None:
        assert k.is_impossible(k.conditions.is_true(e, "now")) == (not found)


def routed(cases: list[m.Expression], otherwise: bool) -> tuple[m.Model, m.Route]:
    origin = m.Origin("test.sla", place(), place())
    ends: tuple[m.Expression | None, ...] = (None,) if otherwise else ()
    made = tuple(m.RouteCase(f"team {i}", when, place()) for i, when in enumerate((*cases, *ends)))
    all_leads = m.Definition("Any", "", "lead", None, None, None, TIME, origin)
    route = m.Route("Any", made, origin)
    return model(definitions={"Any": all_leads}, routes=(route,)), route


def is_declared(row: Row) -> bool:
    """Nothing is missing that is not optional."""
    return all(v is not None or FIELDS[n][1] for n, v in row.items() if n in FIELDS)


@settings(max_examples=120, deadline=None)
@given(st.lists(combined(PLAIN_ATOMS, 3), min_size=1, max_size=3), st.booleans())
def test_dead_branches_and_gaps_are_exact(cases: list[m.Expression], otherwise: bool) -> None:
    made, route = routed(cases, otherwise)
    names = {n for when in cases for n in fields_in(when, {})}
    if len(names) > 4:
        return
    taken: set[int] = set()
    fallen = False
    for row in all_rows(names, False):
        truths = [c.when is None or value(c.when, row, {}) is True for c in route.cases]
        first = truths.index(True) if True in truths else None
        if first is not None:
            taken.add(first)
        elif is_declared(row):
            fallen = True
    found = check_rules(made)
    dead = [d for d in found if d.code == "SLA405"]
    assert len(dead) == len(route.cases) - len(taken)
    assert any(d.code == "SLA406" for d in found) == fallen


def test_a_number_of_rows_is_whole_and_never_missing() -> None:
    k = Knowledge(model())
    some = m.RowsValue("count", None, m.Rows("call", None, None, place()), NUMBER, place())
    between = op("and", op(">", some, literal(2)), op("<", some, literal(3)))
    assert k.is_impossible(k.conditions.is_true(between, "now"))
    assert k.is_impossible(k.conditions.is_true(op("is missing", some), "now"))


def test_no_calls_leaves_no_room_for_a_red_call() -> None:
    k = Knowledge(model())
    red = rows(m.Quantifier.ANY, 1, op("=", use("colour"), literal("red")))
    assert k.is_impossible(k.conditions.is_true(op("and", rows(m.Quantifier.NO, 0), red), "now"))
    assert not k.is_impossible(k.conditions.is_true(op("and", rows(m.Quantifier.ANY, 1), red), "now"))
