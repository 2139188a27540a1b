"""What is said would have made a test pass does, and nothing smaller would: against trying out every row there is."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from sladsl.compiler import compile_text
from sladsl.testing import ConditionFailed, run_tests

FIELDS = ("a", "b", "c", "d")
AGREEMENT = """agreement "Any": between x and y

record lead:
  id  key text
  at  time
  a   optional boolean
  b   optional boolean
  c   optional boolean
  d   optional number

score points of lead:
  add 10 when a
  add 20 when b and not c
  subtract 10 when d > 5

define Inner:
  lead when a or c

define Outer:
  Inner when not b and points >= 10
"""
VALUES: tuple[tuple[str | None, ...], ...] = (*[("true", "false", None)] * 3, ("9", "1", None))
Row = dict[str, str | None]
ROWS: list[Row] = [dict(zip(FIELDS, row, strict=True)) for row in product(*VALUES)]

leaves = st.sampled_from(
    ["a", "b", "c", "d > 5", "Inner", "Outer", "a is known", "points >= 20", "points = 10", "points < 0"]
)
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        inner.map(lambda x: f"not ({x})"),
        st.tuples(inner, inner).map(lambda xs: f"({xs[0]} and {xs[1]})"),
        st.tuples(inner, inner).map(lambda xs: f"({xs[0]} or {xs[1]})"),
    ),
    max_leaves=4,
)


def given_(row: Row) -> str:
    values = "".join(f", {name} {value}" for name, value in row.items() if value is not None)
    return f"  given lead: at 2026-01-01 09:00{values}\n"


def results(condition: str, rows: list[Row]) -> list[ConditionFailed | None]:
    """What becomes of the expectation on each of the rows; None where it holds."""
    tests = [f'test "{n}":\n{given_(row)}  expect {condition}\n' for n, row in enumerate(rows)]
    made = compile_text(AGREEMENT + "\n" + "\n".join(tests))
    found = []
    for test in run_tests(made).tests:
        [check] = test.checks
        assert check.why is None or isinstance(check.why, ConditionFailed)
        found.append(check.why)
    return found


@settings(max_examples=60, deadline=None)
@given(conditions, st.sampled_from(ROWS))
def test_a_remedy_works(condition: str, row: Row) -> None:
    [why] = results(condition, [row])
    if why is None or why.remedy is None:
        return
    told = {f.text: f.want for f in why.remedy}
    assert all(name in {"a", "b", "c", "a is known", "d > 5"} for name in told), told
    # Every row that is as told, and else as it was, must pass; one that is only possible in theory must not be proposed.
    fields = {"a is known": "a", "d > 5": "d"}
    touched = {fields.get(name, name) for name in told}
    candidates = [r for r in ROWS if all(r[f] == row[f] for f in FIELDS if f not in touched)]
    as_told = [r for r in candidates if all(_is(r, name) is want for name, want in told.items())]
    assert as_told, "no row is as told"
    assert set(results(condition, as_told)) == {None}


@settings(max_examples=60, deadline=None)
@given(conditions, st.sampled_from(ROWS))
def test_no_single_change_is_overlooked(condition: str, row: Row) -> None:
    """Where changing one field to true or false is enough, the proposal turns no more than what that field decides."""
    [why] = results(condition, [row])
    if why is None:
        return
    near = [r for r in ROWS if sum(r[f] != row[f] for f in FIELDS) == 1 and None not in _new(row, r)]
    if None in results(condition, near):
        assert why.remedy is not None, "one change would do, and none is proposed"


def _new(before: Row, after: Row) -> list[str | None]:
    return [after[f] for f in FIELDS if after[f] != before[f]]


def _is(row: Row, leaf: str) -> bool | None:
    match leaf:
        case "a is known":
            return row["a"] is not None
        case "d > 5":
            return None if row["d"] is None else row["d"] == "9"
        case _:
            return None if row[leaf] is None else row[leaf] == "true"
