"""Rules about promises by groups and about definitions that are given again, each broken in one place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from mutations import Break, Mutation, changed, put

from sladsl.lowering import commitments, conditions, kpis, reading
from sladsl.lowering.builder import NOW
from sladsl.lowering.populations import scope_of
from sladsl.plan.shorthand import FALSE, TRUE, number
from sladsl.plan.verdicts import TOGETHER
from sladsl.verdicts import groups as judged
from sladsl.verdicts.groups import Members

GROUPS, VERSIONS, HISTORY = "quotas_of_groups", "a_definition_given_again", "stages_of_a_history"


def backwards(patch: Any) -> None:
    patch.setattr(judged, "TOGETHER", tuple(reversed(TOGETHER)))


def the_first(read: Any, first: Any) -> Any:
    return replace(read, value=first.value)


def the_last(read: Any, later: Any) -> Any:
    return replace(read, value=later[-1][1].value)


def as_of_now(first: Any, later: Any, b: Any) -> Any:
    """The text of the as-of, whenever a row entered."""
    return _BY_DATE(first, later, b, NOW)


def all_listed(made: Any) -> Any:
    return [replace(x, when=TRUE) for x in made]


def as_it_is_today(b: Any, p: Any, figure: Any, f: Any) -> Any:
    return conditions.lower(b, f, scope_of(p, NOW, figure)).value


_BY_DATE = reading.by_date


def rule(words: str, broken: Break, case: str) -> Mutation:
    return Mutation(words, broken, (case,))


OF_PROMISES = [
    rule("the whole is missed where a group is", backwards, GROUPS),
    rule("a group without rows is a volume of 0", put(Members, "is_there", lambda occurs: occurs), GROUPS),
    rule("another group may come while a period runs", put(Members, "may_come", lambda: False), GROUPS),
    rule("who joins later owed nothing before", put(Members, "_begun", lambda: True), GROUPS),
    rule("a group of which nothing is said is not judged", put(Members, "says", lambda: True), GROUPS),
    rule("a group is held to what is said of it", put(commitments, "_target", lambda: number(1)), GROUPS),
    rule(
        "a row without a group is listed, and no other", changed(commitments, "_listed", all_listed), GROUPS
    ),
    rule("a later text holds from its date on", changed(conditions, "by_date", the_first), VERSIONS),
    rule("an older text holds for what entered before", changed(conditions, "by_date", the_last), VERSIONS),
    rule("the entry says which text holds, not today", put(conditions, "by_date", as_of_now), VERSIONS),
    rule(
        "a later text waits for what it asks",
        changed(conditions, "by_date", lambda read: replace(read, waits=FALSE)),
        VERSIONS,
    ),
    rule(
        "a row is in no part of a breakdown before it is known in which",
        put(kpis, "in_parts", lambda p: p),
        HISTORY,
    ),
    rule("a row stays in the part in which it entered", put(kpis, "part", as_it_is_today), HISTORY),
]
