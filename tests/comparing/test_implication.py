"""Which of two conditions implies the other is told where it is proven; what is proven holds for every row that is asked."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from sladsl import model as m
from sladsl import types as t
from sladsl.comparing import Related, Relation, compare
from sladsl.comparing.implication import conditions
from sladsl.comparing.meaning import declared
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
    big = next(x for x in found.changes if x.title == "definition Big")
    return big.conditions[0].relation if big.conditions else None


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
        ("size >= 100", "size <= 200", "incomparable"),
        ("size >= 100", 'country = "US"', "incomparable"),
        ('domain(country) = "a"', "at in the last 2 hours", None),  # what has no formula
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
    for after, expected in ((with_other_hours, []), (alone, ["stronger"])):
        assert not after.has_errors, after.diagnostics
        found = compare(before, after)
        assert [
            x.relation for c in found.changes if c.title == "definition Big" for x in c.conditions
        ] == expected


EVERYWHERE = """agreement "A":
  between marketing and sales
  effective 2026-01-01 to 2026-12-31
  zone "UTC"
  hours office

calendar office:
  open monday to friday 09:00 to 17:00

let valued = {"gold"}

record lead:
  id       key text
  size     optional number
  country  optional text
  tier     one of "gold", "silver", "none"
  at       time
  won_at   optional time

record call of lead:
  id       key text
  outcome  one of "yes", "no"
  on       time

score fit of lead:
  add 40 when size >= 100

let fat of lead = size >= 20

spell hot of lead: while size >= 50 and won_at is known

define Big:
  lead when tier in valued
  since at

define SQL:
  Big when size >= 7

event answer: first call where outcome = "yes"

never "small":
  Big when size < 10

kpi volume = count of Big where country = "US"
kpi speed = time from Big to answer
kpi usshare = share of Big whose country = "UK"
kpi of_countries = count of lead

route Big:
  to "enterprise" when size >= 1_000
  to "pool" otherwise

marketing owes sales:
  usshare at least 10% per month
  of_countries for each country at least 5 when country = "UK", 3 otherwise per month

sales owes marketing:
  speed within 1 business hour when tier = "silver",
        within 4 business hours otherwise
    for 60% of Big per month
    except when country = "XX" because "test"
    only while volume at most 150
"""


def told(before: str, after: str, *more: tuple[str, str]) -> list[tuple[str, Related]]:
    """What is said of the conditions of an agreement in which texts are others."""
    new = EVERYWHERE
    for old, other in ((before, after), *more):
        assert old in new
        new = new.replace(old, other)
    one, two = (compiled({"a.sla": text}, "a.sla") for text in (EVERYWHERE, new))
    assert not one.has_errors, one.diagnostics
    assert not two.has_errors, two.diagnostics
    return [(x.title, each) for x in compare(one, two).changes for each in x.conditions]


@pytest.mark.parametrize(
    ("before", "after", "where", "lost", "gained"),
    [
        ("while size >= 50", "while size >= 60", "spell hot", "size 50", ""),
        ("= size >= 20", "= size >= 10", "derived field fat", "", "size 10"),
        ("40 when size >= 100", "40 when size >= 90", "score fit: +40", "", "size 90"),
        ("Big when size >= 7", "Big when size >= 6", "definition SQL", "", "size 6"),
        ("call where outcome", "call where not outcome", "event answer: where", 'outcome "yes"', 'outcome "no"'),
        ("call where outcome = \"yes\"", "call", "event answer: where", "", 'outcome "no"'),
        ("Big when size < 10", "Big when size < 20", 'never "small"', "", "size 10"),
        ('where country = "US"', 'where country = "CA"', "KPI volume: where", 'country "US"', 'country "CA"'),
        (' where country = "US"', "", "KPI volume: where", "", 'tier "gold"'),
        ('whose country = "UK"', "whose country is known", "KPI usshare: whose", "", 'country "US"'),
        ('when tier = "silver"', 'when tier != "none"', "speed (sales owes marketing): within 1 business hour", "", 'tier "gold"'),
        ('"XX" because', '"XX" or size = 1 because', "speed (sales owes marketing): left out as “test”", "", "size 1"),
        ("most 150", "most 200", "speed (sales owes marketing): only while volume", "", "volume 200"),
        ('= "UK", 3', 'in {"UK", "CA"}, 3', "of_countries (marketing owes sales): at least 5", "", 'country "CA"'),
        (">= 1_000", ">= 999", "route of Big: to “enterprise”", "", "size 999"),
        ("let valued = {\"gold\"}", 'let valued = {"silver", "gold"}', "definition Big", "", 'tier "silver"'),
    ],
)  # fmt: skip
def test_every_condition_is_held_against_the_one_before(
    before: str, after: str, where: str, lost: str, gained: str
) -> None:
    found = {f"{title}: {x.title}" if x.title else title: x for title, x in told(before, after)}
    assert where in found, found
    known = found[where]
    assert known.relation == {(False, True): "weaker", (True, False): "stronger"}.get(
        (bool(lost), bool(gained)), "incomparable"
    )
    assert lost in known.lost
    assert bool(lost) == bool(known.lost)
    assert gained in known.gained
    assert bool(gained) == bool(known.gained)


def test_versions_that_begin_on_a_day_are_held_against_each_other() -> None:
    texts = [
        AGREEMENT.format(when="size >= 100")
        + f"\ndefine Big from 2026-07-01:\n  lead when size >= {n}\n  since at\n"
        for n in (200, 300)
    ]
    one, two = (compiled({"a.sla": text}, "a.sla") for text in texts)
    assert not one.has_errors, one.diagnostics
    (change,) = (x for x in compare(one, two).changes if x.kind == "definition")
    assert change.conditions[0].relation == "stronger"


def test_of_rows_that_are_others_now_it_is_held_of_all() -> None:
    """What is asked of them is the same question, whoever they are; and what the condition itself names must be as it was."""
    found = told(
        "Big when size >= 7",
        "Big when size >= 6",
        ("lead when tier in valued", "lead when tier in valued and size > 2"),
    )
    assert ("definition SQL", Relation.WEAKER) in [(title, x.relation) for title, x in found]
    assert not told("at most 150", "at most 200", ('where country = "US"', 'where country = "CA"'))[1:]


def test_a_record_that_has_more_is_no_other_record() -> None:
    more = (
        ('"gold", "silver", "none"', '"gold", "silver", "none", "new"'),
        ("  at       time\n", "  at       time\n  more     optional text\n"),
    )
    found = told("Big when size >= 7", "Big when size >= 6", *more)
    assert [(title, x.relation) for title, x in found] == [("definition SQL", Relation.WEAKER)]
    other = ("  size     optional number\n  country", "  size     number\n  country")
    assert not told("Big when size >= 7", "Big when size >= 6", other)


def outermost(node: object) -> Iterator[m.Expression]:
    """The conditions in a declaration that stand in no other expression."""
    if isinstance(node, tuple):
        for each in node:
            yield from outermost(each)
    elif is_dataclass(node) and not isinstance(node, type):
        if type(node).__module__ == m.Literal.__module__:
            if isinstance(getattr(node, "type", None), t.Boolean):
                yield node  # type: ignore[misc]
            return
        for each in fields(node):
            yield from outermost(getattr(node, each.name))


FILES = sorted((Path(__file__).parents[1] / "golden" / "verdicts").glob("*/agreement.sla"))


def test_no_condition_is_left_out() -> None:
    """Whatever has a condition: all of it in the agreements of the golden files."""
    seen = 0
    for path in (*FILES, Path("everywhere.sla")):
        c = compiled({"a.sla": path.read_text() if path.exists() else EVERYWHERE}, "a.sla")
        for x in declared(c.model, "a.sla"):
            if x.kind == "test" or isinstance(x.node, m.Score):
                continue
            own = {id(e) for e in outermost(x.node)}
            asked = {id(y.when) for y in conditions(c.model, x.node)}
            assert own <= asked, (path, x.key)
            seen += len(own)
    assert seen > 100


ATOMS = (
    "size >= 100", "size > 100", "size < 150", "size = 100", "size between 50 and 150", "size is known", 'country = "US"',
    'country != "US"', 'country in {"US", "CA"}', "country is missing", "fit >= 40", "fit < 65", "size - 50 >= 50",
    'country starts with "U"', 'not country ends with "S"',
)  # fmt: skip
ROWS = list(itertools.product(("", "40", "50", "100", "101", "150", "200"), ("", "US", "CA", "DE")))


def some_conditions(seed: int) -> Iterator[str]:
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
    chosen, proven = some_conditions(3), 0
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
