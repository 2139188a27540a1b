"""Which of two conditions implies the other is told where it is proven; what is proven holds for every row that is asked."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from sladsl.comparing import Relation, compare
from sladsl.comparing.texts import compiled
from sladsl.data import Binding, load
from sladsl.engines.rows import Evaluation
from sladsl.outcomes import AsOf
from sladsl.plan import Ref, Status

AGREEMENT = """agreement "A":
  between marketing and sales
  effective 2026-01-01 to 2026-12-31
  zone "UTC"

record lead:
  id       key text
  size     optional number
  country  optional text
  at       time

score fit of lead:
  add 40 when size >= 100
  add 25 when country = "US"

define Big:
  lead when {when}
  since at

kpi volume = count of Big

marketing owes sales:
  volume at least 1 per month
"""


def relation(before: str, after: str, change: tuple[str, str] = ("", "")) -> Relation | None:
    old, new = AGREEMENT.format(when=before), AGREEMENT.format(when=after).replace(*change)
    found = compare(compiled({"a.sla": old}, "a.sla"), compiled({"a.sla": new}, "a.sla"))
    assert not found.new.has_errors
    return next(x.relation for x in found.changes if x.title == "definition Big")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("size >= 100", "size >= 200", "stronger"),
        ("size >= 100", "size >= 50", "weaker"),
        ("size >= 100", 'size >= 100 and country = "US"', "stronger"),
        ("size >= 100", 'size >= 100 or country = "US"', "weaker"),
        ('country in {"US", "CA"}', 'country in {"US", "CA", "DE"}', "weaker"),
        ("size >= 100", "not size < 100", "equivalent"),
        ("fit >= 65", "fit >= 50", "equivalent"),  # 40 and 25 make no total between them
        ("fit >= 40", "fit >= 65", "stronger"),
        ('country starts with "U"', 'country starts with "US"', "stronger"),
        ("size - 50 >= 50", "size >= 120", "stronger"),  # by the solver
        ("size >= 100", "size <= 200", None),
        ("size >= 100", 'country = "US"', None),
    ],
)
def test_what_is_proven(before: str, after: str, expected: str | None) -> None:
    assert relation(before, after) == expected


def test_nothing_is_said_where_what_it_stands_on_was_changed_too() -> None:
    assert relation("fit >= 40", "fit >= 65", ("add 40", "add 80")) is None


def test_nothing_is_said_where_hours_were_changed_that_it_does_not_name() -> None:
    """`business` time is that of the agreement's own calendar."""
    hours = "calendar office:\n  open monday to friday 09:00 to {end}\n\nrecord lead:"
    texts = [
        AGREEMENT.format(when=f"at in the last 2 business hours{more}")
        .replace("record lead:", hours.format(end=end))
        .replace('zone "UTC"', 'zone "UTC"\n  hours office')
        for more, end in (("", "17:00"), (" and size > 5", "18:00"), (" and size > 5", "17:00"))
    ]
    before, with_other_hours, alone = (compiled({"a.sla": text}, "a.sla") for text in texts)
    for after, expected in ((with_other_hours, None), (alone, "stronger")):
        assert not after.has_errors, after.diagnostics
        found = compare(before, after)
        assert next(x.relation for x in found.changes if x.title == "definition Big") == expected


ATOMS = (
    "size >= 100", "size > 100", "size < 150", "size = 100", "size between 50 and 150", "size is known", 'country = "US"',
    'country != "US"', 'country in {"US", "CA"}', "country is missing", "fit >= 40", "fit < 65", "size - 50 >= 50",
    'country starts with "U"', 'not country ends with "S"',
)  # fmt: skip
ROWS = list(itertools.product(("", "40", "50", "100", "101", "150", "200"), ("", "US", "CA", "DE")))


def conditions(seed: int) -> Iterator[str]:
    chance = random.Random(seed)
    while True:
        first, second = chance.sample(ATOMS, 2)
        yield chance.choice((f"{first} and {second}", f"{first} or {second}", f"not ({first})", first))


def members(condition: str, data: Path) -> set[str]:
    plan = compiled({"a.sla": AGREEMENT.format(when=condition)}, "a.sla").plan
    assert plan is not None
    rows = load(plan, [Binding("lead", str(data))], base=data.parent).rows()
    evaluation = Evaluation(plan, rows, AsOf(2 * 10**15), examples=0)
    (d,) = plan.definitions
    return {
        str(frame.key)
        for frame in evaluation.frames("lead")
        if evaluation.evaluator.value(Ref("lead", d.status), frame) == Status.IN
    }


def test_what_is_proven_holds_for_rows(tmp_path: Path) -> None:
    data = tmp_path / "lead.csv"
    lines = [f"{n},{size},{country},2026-01-05T00:00Z" for n, (size, country) in enumerate(ROWS)]
    data.write_text("id,size,country,at\n" + "\n".join(lines) + "\n")
    chosen, proven = conditions(3), 0
    for _ in range(10):
        before, after = next(chosen), next(chosen)
        if before == after:
            continue
        try:
            found = relation(before, after)
        except (
            AssertionError,
            StopIteration,
        ):  # one that no row meets is an error; one that is the same is no change
            continue
        if found is None:
            continue
        proven += 1
        was, now = members(before, data), members(after, data)
        assert found is not Relation.STRONGER or now <= was, (before, after)
        assert found is not Relation.WEAKER or was <= now, (before, after)
        assert found is not Relation.EQUIVALENT or was == now, (before, after)
    assert proven >= 2
