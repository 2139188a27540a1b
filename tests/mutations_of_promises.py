"""Rules about promises by groups, about definitions that are given again and about spells and pauses, each broken in one place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from importlib import import_module
from itertools import groupby
from typing import Any

from mutations import Break, Mutation, changed, put

from sladsl.engines.rows import evaluation, stretches
from sladsl.lowering import commitments, conditions, kpis, reading
from sladsl.lowering.builder import NOW
from sladsl.lowering.populations import scope_of
from sladsl.plan.made import AT
from sladsl.plan.shorthand import FALSE, TRUE, compare, number
from sladsl.plan.verdicts import TOGETHER
from sladsl.verdicts import groups as judged
from sladsl.verdicts.groups import Members

GROUPS, VERSIONS, HISTORY = "quotas_of_groups", "a_definition_given_again", "stages_of_a_history"
TURNS, LASTING, PAUSES, BANDS = "turns_of_a_lead", "lasting_at_a_period_end", "pauses", "credit_bands"


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


class _SoLong(tuple[Any, ...]):
    """What stays the same during a spell, of which only that there is one is looked at."""

    __slots__ = ()
    __hash__ = tuple.__hash__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, tuple) and bool(self) == bool(other)


def not_split(iterable: Iterable[Any], key: Callable[[Any], Any]) -> Iterator[Any]:
    def alike(x: Any) -> Any:
        value = key(x)
        return _SoLong(value) if isinstance(value, tuple) else value

    return groupby(iterable, alike)


def ended_by_then(ev: Any, record: Any, made: Any, frame: Any) -> Iterator[dict[str, Any]]:
    """The ends of periods, without one at which a row ends."""
    until = ev.value(made.until, frame)
    return (row for row in _ENDS(ev, record, made, frame) if row[AT] + 1 != until)


def though_it_is_over(kinds: Any, since: int, amount: int, until: int | None, now: int) -> int | None:
    """The deadline, as if what begins to pause after it counted too."""
    place = since + amount
    for began, ended in stretches.counting(kinds, since, until, now):
        if ended is None:
            return None
        place += ended - began
    return place


def though_stopped(spans: Any, since: int) -> Any:
    return _CUT(spans, since, None)


def a_moment_longer(op: str, left: Any, right: Any) -> Any:
    return compare(">=" if op == ">" else op, left, right)


def earliest_of(pick: Any, moments: Any) -> Any:
    return _ONE_OF(replace(pick, latest=False), moments)


_BY_DATE, _ONE_OF = reading.by_date, conditions.one_of
_ENDS, _CUT = evaluation._ends, stretches._cut


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
    rule("another value behind `for each` is another spell", put(evaluation, "groupby", not_split), TURNS),
    rule(
        "a row is one of the last days until these are over",
        put(conditions, "compare", a_moment_longer),
        TURNS,
    ),
    rule("what ends with a period lasts at its end", put(evaluation, "_ends", ended_by_then), LASTING),
    rule(
        "a pause that begins after the deadline changes nothing",
        put(stretches, "outside", though_it_is_over),
        PAUSES,
    ),
    rule("an answer in a pause ends it", put(stretches, "_cut", though_stopped), PAUSES),
    rule(
        "the last of several is missing until all are known",
        put(conditions, "one_of", earliest_of),
        "moments_reckoned",
    ),
    rule(
        "of a choice of steps the last one counts",
        put(import_module("sladsl.verdicts.actions"), "stays", lambda: lambda row: True),
        BANDS,
    ),
]
