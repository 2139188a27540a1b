"""From one agreement to another, one declaration at a time: each change once all that it stands on is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from sladsl.comparing import Change, Comparison, What
from sladsl.comparing.meaning import KINDS, TEST
from sladsl.comparing.texts import Key, made_of, needs, pieces
from sladsl.plan import Plan

Pieces = dict[Key, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Step:
    """Changes that are made together, since none of them makes an agreement without the others, and what there is to evaluate then."""

    titles: tuple[str, ...]
    plan: Plan


def steps(comparison: Comparison) -> Iterator[Step]:
    """The changes in their order of dependence, from the old agreement under its new names; after the last one it is the new one."""
    old, new = comparison.named_anew, comparison.new
    assert old.plan is not None
    assert new.plan is not None
    texts = {key: text for key, text in pieces(old).items() if key[0] != TEST}
    final = {key: text for key, text in pieces(new).items() if key[0] != TEST}
    waiting = _in_order(comparison)
    while waiting:
        made, plan = _next(texts, final, waiting, comparison)
        for x in made:
            texts = _with(texts, final, x)
        waiting = [x for x in waiting if x not in made]
        yield Step(tuple(x.title for x in made), plan if waiting else new.plan)


def _in_order(comparison: Comparison) -> list[Change]:
    """What is new or different, each behind what it names; then what is gone, each before what it named."""
    of_data = [x for x in comparison.changes if not x.through and x.kind != TEST]
    order = list(KINDS)
    kinds = {kind: n for n, (kind, _) in enumerate(KINDS.values())}
    place = {key: n for n, key in enumerate(_sorted(needs(comparison.new), kinds))}
    gone = {key: n for n, key in enumerate(_sorted(needs(comparison.named_anew), kinds))}
    there = [x for x in of_data if x.what is not What.REMOVED]
    removed = [x for x in of_data if x.what is What.REMOVED]
    return [
        *sorted(there, key=lambda x: place.get(x.key, len(order))),
        *sorted(removed, key=lambda x: -gone.get(x.key, 0)),
    ]


def _sorted(needed: Mapping[Key, set[Key]], kinds: Mapping[str, int]) -> list[Key]:
    """Declarations, each behind those that it names."""
    done: dict[Key, None] = {}

    def visit(key: Key, above: frozenset[Key]) -> None:
        for other in sorted(needed.get(key, ()), key=lambda k: (kinds.get(k[0], 0), k)):
            if other not in done and other not in above:
                visit(other, above | {key})
        done.setdefault(key)

    for key in sorted(needed, key=lambda k: kinds.get(k[0], 0)):
        visit(key, frozenset())
    return list(done)


def _next(
    texts: Pieces, final: Pieces, waiting: Sequence[Change], comparison: Comparison
) -> tuple[tuple[Change, ...], Plan]:
    """The first change that makes an agreement by itself; where none does, so many of the first as do together."""
    assert comparison.new.plan is not None
    for x in waiting:
        plan = _plan(_with(texts, final, x), comparison)
        if plan is not None:
            return (x,), plan
    several: Sequence[tuple[Change, ...]] = list(accumulate(((x,) for x in waiting), lambda a, b: a + b))
    for made in several[1:-1]:
        together = texts
        for x in made:
            together = _with(together, final, x)
        plan = _plan(together, comparison)
        if plan is not None:
            return made, plan
    return tuple(waiting), comparison.new.plan


def _with(texts: Pieces, final: Pieces, x: Change) -> Pieces:
    """What is changed stays in its place."""
    was = None if x.what is What.ADDED else (x.kind, x.was)
    made = {x.key if key == was else key: text for key, text in texts.items()}
    if x.what is What.REMOVED:
        del made[x.key]
        return made
    return {**made, x.key: final[x.key]}


def _plan(texts: Pieces, comparison: Comparison) -> Plan | None:
    """What there is to evaluate of pieces of both; None where they make no agreement. What a source says of where its rows are starts at
    the folder of its own file, while these pieces stand in one."""
    made = made_of(texts, comparison.new.source.name).plan
    if made is None:
        return None
    bases = {
        s.name: s.base for c in (comparison.named_anew, comparison.new) if c.plan for s in c.plan.sources
    }
    return replace(made, sources=tuple(replace(s, base=bases.get(s.name, s.base)) for s in made.sources))
