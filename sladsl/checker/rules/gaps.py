"""Rows in words: "`company_size` below 200, or missing"."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from sladsl.calendars import Duration as Span
from sladsl.calendars import DurationKind, describe
from sladsl.checker.rules.domains import KNOWN, AllBut, Domain, Some, Values, meet
from sladsl.checker.rules.facts import Conjunction, Facts, Subject
from sladsl.checker.rules.intervals import Line, Stretch, line
from sladsl.checker.rules.knowledge import Knowledge
from sladsl.checker.rules.words import listed, say_value
from sladsl.types import Date, Duration, Time, Type

MOST_SHOWN = 3
"""Alternatives a message spells out."""


def describe_rows(k: Knowledge, left: Facts, given: Facts) -> str | None:
    """What tells the rows `left` apart among those `given`, "" for nothing; None when it is not certain that there are any."""
    certain = [
        w.row
        for w in k.witnesses(left, declared=True)
        if w.exact and all(_is_certain(w.row, s) for s in w.row)
    ]
    if not certain:
        return None
    original = [row for row in left.alternatives if any(_contains(c, row) for c in certain)]
    shown = list(dict.fromkeys(_describe(row, given) for row in _joined(original)))
    if not all(shown):
        return ""
    shown.sort(key=len)
    more = ["…"] if len(shown) > MOST_SHOWN else []
    return listed([*shown[:MOST_SHOWN], *more], "or")


def _contains(narrow: Conjunction, wide: Conjunction) -> bool:
    return all(s in narrow and meet(narrow[s], d) == narrow[s] for s, d in wide.items())


def _joined(rows: list[Conjunction]) -> list[Conjunction]:
    """Rows that differ in one subject only are said as one: below 10 or above 100."""
    joined: list[Conjunction] = []
    for row in rows:
        for i, other in enumerate(joined):
            apart = [s for s in row if s in other and row[s] != other[s]]
            if row.keys() == other.keys() and len(apart) == 1:
                union = _union(row[apart[0]], other[apart[0]])
                if union is not None:
                    joined[i] = {**other, apart[0]: union}
                    break
        else:
            joined.append(row)
    return joined


def _union(a: Domain, b: Domain) -> Domain | None:
    missing = a.missing or b.missing
    match a.values, b.values:
        case Line() as x, Line() as y:
            return Domain(line([*x.stretches, *y.stretches], x.whole), missing)
        case Some() as x, Some() as y:
            return Domain(Some(x.values | y.values), missing)
        case _:
            return None


def _is_certain(row: Conjunction, subject: Subject) -> bool:
    """Whether some row has such a value whatever the other subjects are."""
    domain = row[subject]
    if subject.key.startswith("whether "):
        return (
            domain == Domain(Some(frozenset({1})), False) and not subject.leaves
        )  # being in a definition: spelled out beside it
    if not subject.plain:
        return False
    if subject.rows:
        return sum(1 for other in row if other.rows == subject.rows) == 1
    if isinstance(domain.values, AllBut) and not _occurs(domain.values, subject):
        return False
    if subject.leaves:
        # `domain(email)` takes any value only while nothing else is asked of `email`.
        others = sum(1 for other in row if other.leaves == subject.leaves)
        return others == 1 and all(
            row[leaf] == meet(leaf.base, KNOWN) for leaf in subject.leaves if leaf in row
        )
    return True


def _occurs(texts: AllBut, subject: Subject) -> bool:
    """Whether there certainly is such a text: it passes one test at most, or fails some that not every text passes."""
    own = subject.base.values.passes if isinstance(subject.base.values, AllBut) else frozenset()
    passes = texts.passes - own
    if any(
        operator not in ("contains", "starts with", "ends with") or not text
        for operator, text in passes | texts.fails
    ):
        return False
    return not passes or (len(passes) == 1 and not own and not texts.excluded and not texts.fails)


def _describe(row: Conjunction, given: Facts) -> str:
    """The constraints of a row that its population does not already have."""
    known = given.alternatives[0] if len(given.alternatives) == 1 else {}
    told = [
        _subject(subject, meet(domain, subject.declared))
        for subject, domain in row.items()
        if not subject.key.startswith("whether ") and (subject not in known or known[subject] != domain)
    ]
    told = [t for t in told if t]
    return (
        told[0]
        if len(told) == 1
        else " and ".join(re.sub(r"^(`[^`]+`) (.*), or missing$", r"\1 (\2, or missing)", t) for t in told)
    )


def _subject(subject: Subject, domain: Domain) -> str:
    """`company_size` below 200, or missing; "" when it can be anything."""
    if domain == subject.declared:
        return ""
    values = _values(domain.values, subject)
    if subject.rows:
        return f"{values} `{subject.words.removeprefix('count of ')}`"
    name = f"`{subject.words}`"
    if values and domain.missing:
        return f"{name} {values}, or missing"
    return f"{name} {values or 'missing'}"


def _values(values: Values, subject: Subject) -> str:
    match values:
        case Line():
            every = subject.base.values
            if values == every or values.is_empty:
                return "" if values.is_empty else "known"
            return listed([_stretch(s, values.whole, subject) for s in values.stretches], "or")
        case Some() if subject.base.values == Some(frozenset({0, 1})):
            return (
                listed(["true" if v else "false" for v in sorted(values.values, reverse=True)], "or")
                if values.values
                else ""
            )
        case Some():
            return (
                listed([say_value(v) for v in sorted(map(str, values.values))], "or") if values.values else ""
            )
        case AllBut():
            if values.fails:
                return "that is something else"
            if values.excluded:
                return "other than " + listed(
                    [say_value(v) for v in sorted(map(str, values.excluded))][:6], "or"
                )
            return "known"


def _stretch(stretch: Stretch, whole: bool, subject: Subject) -> str:
    (low, after_low), (high, after_high) = stretch
    unit = subject.type
    if low == high:
        return "no" if subject.rows and not low else _point(low, unit)
    if not low.is_finite():
        return f"up to {_point(high, unit)}" if after_high else f"below {_point(high, unit)}"
    if not high.is_finite():
        return f"above {_point(low, unit)}" if after_low else f"from {_point(low, unit)}"
    if whole and subject.rows:
        return f"{low} to {high}" if low else f"fewer than {high + 1}"
    start = f"above {_point(low, unit)}" if after_low else f"from {_point(low, unit)}"
    return f"{start} {'up to' if after_high else 'and below'} {_point(high, unit)}"


def _point(value: Decimal, type: Type | None) -> str:
    match type:
        case Time():
            return say_value(dt.datetime(1, 1, 1) + dt.timedelta(microseconds=int(value)))
        case Date():
            return say_value(dt.date.fromordinal(int(value)))
        case Duration():
            return describe(Span(DurationKind.ABSOLUTE, int(value)))
        case _:
            return say_value(value, type)
