"""Why something can never be: the smallest contradiction among the parts of conditions, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from sladsl import model as m
from sladsl.checker.rules.conditions import wanted_values
from sladsl.checker.rules.intervals import Line, intersect, line
from sladsl.checker.rules.knowledge import Knowledge, Part
from sladsl.checker.rules.report import label_in
from sladsl.checker.rules.words import say, say_value
from sladsl.diagnostics import Label
from sladsl.model.traversal import walk
from sladsl.source import Span


@dataclass(frozen=True, slots=True)
class Conflict:
    """`reason` ends a message: "`a` and `b` cannot both be true"."""

    span: Span
    reason: str
    labels: tuple[Label, ...] = ()
    help: str = ""


def find_conflict(k: Knowledge, own: Sequence[Part], given: Sequence[Part], file: str) -> Conflict | None:
    """Why `own` parts cannot all hold where `given` ones do; None when two parts at a time do not show it."""
    for part in own:
        if k.is_impossible(k.holds(part)):
            return _alone(k, part)
    for first, second in combinations(own, 2):
        if k.is_impossible(k.holds(first), k.holds(second)):
            return _together(first, second, file)
    for part in own:
        for other in given:
            if k.is_impossible(k.holds(other), k.holds(part)):
                return _against(other, part, file)
    return None


def _shown(part: Part) -> str:
    return f"`{part.words or say(part.condition)}`"


def _together(first: Part, second: Part, file: str) -> Conflict:
    labels = (label_in(file, first.file, first.condition.span, "this is asked for as well"),)
    return Conflict(
        second.condition.span, f"{_shown(first)} and {_shown(second)} cannot both be true", labels
    )


def _against(given: Part, part: Part, file: str) -> Conflict:
    if isinstance(given.condition, m.MemberUse):
        reason = f"{_shown(part)} contradicts that every such row is in {_shown(given)} already"
    elif given.words:
        reason = f"{_shown(part)} contradicts {_shown(given)}, which needs a value"
    else:
        reason = f"{_shown(part)} contradicts {_shown(given)} of `{given.definition}`"
    labels = (label_in(file, given.file, given.condition.span, "this holds for every such row"),)
    return Conflict(part.condition.span, reason, labels)


def _alone(k: Knowledge, part: Part) -> Conflict:
    shown, span = _shown(part), part.condition.span
    match part.condition:
        case (
            m.Operation(args=(m.ScoreUse(), m.Literal()))
            | m.Operation(op="and", args=(m.Operation(args=(m.ScoreUse(), _)), _))
        ):
            return Conflict(span, f"{shown} is out of reach: {_totals(k, part)}")
        case m.Operation(args=(m.Operation(op="lower"), *_)):
            return Conflict(
                span, f"{shown} can never be true", (), "what `lower` gives has no capital letters"
            )
        case m.Operation(args=(m.Operation(op="domain"), *_)):
            return Conflict(span, f"{shown} can never be true", (), "what `domain` gives has no `@`")
        case _:
            return Conflict(span, f"{shown} can never be true")


def _totals(k: Knowledge, part: Part) -> str:
    """What a score's points add up to, in words."""
    use = next(e for e in walk(part.condition) if isinstance(e, m.ScoreUse))
    subject = k.subjects.value(use, part.view)
    assert subject is not None
    assert isinstance(subject.base.values, Line)
    low, high = k.range_of(use.score, part.view) or (subject.base.values.low, subject.base.values.high)
    wanted = _wanted(part.condition)
    if wanted.is_empty or not intersect(wanted, line([((low, 0), (high, 1))])).is_empty:
        return f"no choice of the points of `{use.score}` adds up to that"
    bound = f"{say_value(high)} at most" if wanted.low >= high else f"{say_value(low)} at least"
    return f"the points of `{use.score}` add up to {bound}"


def _wanted(e: m.Expression) -> Line:
    """The totals that a comparison of a score, or a range of it, asks for."""
    match e:
        case m.Operation(op="and", args=(first, second)):
            return intersect(_wanted(first), _wanted(second))
        case m.Operation(args=(m.ScoreUse() as use, m.Literal() as literal)):
            values = wanted_values(e.op, use, literal)
            return values if isinstance(values, Line) else line([])
        case _:
            return line([])
