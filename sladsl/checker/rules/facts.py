"""What is known to hold together: conjunctions of domains, one a subject, and a few alternatives of them.

`Facts` *over-approximates*: every row that satisfies what it was made from satisfies one of its alternatives. So "no alternative is
possible" is a proof that no row exists; the other direction holds only while `exact`. Where there would be too many alternatives, some
are given up, which only makes fewer proofs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from sladsl.checker.rules.domains import FREE, KNOWN, Domain, meet
from sladsl.types import UNKNOWN as UNKNOWN_TYPE
from sladsl.types import Type

MOST_ALTERNATIVES = 96


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that has one value in a row.

    `key` names it: equal keys are the same value. `base` is what it can be at all, as data may be; `declared` the same when data are as the
    records declare them. `plain`: independent of every other subject, so that each of its values does occur. `leaves` are the subjects that
    have a value whenever this one has. `score` and `rows` are set for a score's total and for a number of child rows.
    """

    key: str
    base: Domain = field(compare=False)
    declared: Domain = field(compare=False)
    words: str = field(compare=False, default="")
    type: Type = field(compare=False, default=UNKNOWN_TYPE)
    plain: bool = field(compare=False, default=False)
    leaves: tuple[Subject, ...] = field(compare=False, default=())
    score: tuple[str, str] | None = field(compare=False, default=None)  # its name, and from where it is seen
    rows: str = field(compare=False, default="")  # the child record whose rows are counted
    within: Subject | None = field(
        compare=False, default=None
    )  # a number of rows that this one cannot exceed


Conjunction: TypeAlias = Mapping[Subject, Domain]


@dataclass(frozen=True, slots=True)
class Facts:
    alternatives: tuple[Conjunction, ...]
    exact: bool = True

    @property
    def is_impossible(self) -> bool:
        """Whether the domains alone leave no alternative."""
        return not self.alternatives


ALWAYS = Facts(({},))
NEVER = Facts(())
UNKNOWN = Facts(({},), exact=False)


def fact(subject: Subject, domain: Domain) -> Facts:
    """The subject lies in the domain; NEVER when that is against what the subject can be."""
    conjunction = constrain({}, subject, domain)
    return NEVER if conjunction is None else Facts((conjunction,))


def constrain(conjunction: Conjunction, subject: Subject, domain: Domain) -> Conjunction | None:
    """The conjunction with the subject in the domain too; None when nothing is left."""
    narrowed = meet(conjunction.get(subject, subject.base), domain)
    if narrowed.is_empty:
        return None
    constrained: Conjunction | None = {**conjunction, subject: narrowed}
    if not narrowed.missing:
        for leaf in subject.leaves:
            if constrained is not None and constrained.get(leaf, FREE).missing:
                constrained = constrain(constrained, leaf, KNOWN)
    return constrained


def merge(a: Conjunction, b: Conjunction) -> Conjunction | None:
    """Both; None when they contradict each other."""
    if len(a) < len(b):
        a, b = b, a
    merged: Conjunction | None = a
    for subject, domain in b.items():
        if merged is None:
            return None
        if merged.get(subject) != domain:
            merged = constrain(merged, subject, domain)
    return merged


def both(a: Facts, b: Facts) -> Facts:
    """`a` and `b`; where that makes too many alternatives, `a` alone."""
    if len(a.alternatives) * len(b.alternatives) > MOST_ALTERNATIVES * 4:
        return Facts(a.alternatives, exact=False)
    merged = (merge(x, y) for x in a.alternatives for y in b.alternatives)
    return _gathered((m for m in merged if m is not None), a.exact and b.exact, a)


def either(a: Facts, b: Facts) -> Facts:
    """`a` or `b`; where that makes too many alternatives, nothing is known."""
    return _gathered((*a.alternatives, *b.alternatives), a.exact and b.exact, UNKNOWN)


def all_of(facts: Iterable[Facts]) -> Facts:
    joined = ALWAYS
    for each in facts:
        joined = both(joined, each)
    return joined


def any_of(facts: Iterable[Facts]) -> Facts:
    joined = NEVER
    for each in facts:
        joined = either(joined, each)
    return joined


def _gathered(conjunctions: Iterable[Conjunction], exact: bool, fallback: Facts) -> Facts:
    """Without repetitions, and without alternatives that say more than another."""
    kept: list[Conjunction] = []
    for new in conjunctions:
        if any(_implies(new, old) for old in kept):
            continue
        kept = [old for old in kept if not _implies(old, new)]
        kept.append(new)
        if len(kept) > MOST_ALTERNATIVES:
            return Facts(fallback.alternatives, exact=False)
    return Facts(tuple(kept), exact)


def _implies(a: Conjunction, b: Conjunction) -> bool:
    """Whether `a` says all that `b` says, seen without looking inside domains."""
    return len(b) <= len(a) and all(s in a and (a[s] == d or meet(a[s], d) == a[s]) for s, d in b.items())
