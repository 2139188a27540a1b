"""Choices and routes: branches that can never apply, and rows that no branch takes, in words: "`company_size` below 200, or missing"."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sladsl import model as m
from sladsl import types as t
from sladsl.calendars import Duration, DurationKind, describe
from sladsl.checker.rules.conflicts import find_conflict
from sladsl.checker.rules.domains import KNOWN, AllBut, Domain, Some, Values, meet
from sladsl.checker.rules.facts import ALWAYS, NEVER, Conjunction, Facts, Subject, all_of, both
from sladsl.checker.rules.intervals import Line, Stretch, line
from sladsl.checker.rules.knowledge import Knowledge, Part, pieces
from sladsl.checker.rules.parts import check_children, check_parts
from sladsl.checker.rules.report import diagnostic, insert, label_in, remove
from sladsl.checker.rules.words import listed, say, say_value
from sladsl.clauses import exclusions_of
from sladsl.diagnostics import Diagnostic, Edit, Fix, Label, Safety
from sladsl.source import Span


@dataclass(frozen=True, slots=True)
class Branch:
    when: m.Expression | None
    span: Span
    what: str  # "`within 1 business hour`"


@dataclass(frozen=True, slots=True)
class Branching:
    """A choice or a route: who comes to it (`given`, from the parts `known`), and from where its conditions are read."""

    branches: tuple[Branch, ...]
    given: Facts
    known: tuple[Part, ...]
    view: str
    file: str
    rows: str  # "MQL": what a row that comes to it is called
    nothing: str  # what happens to a row that no branch takes


def check_branches(k: Knowledge) -> Iterator[Diagnostic]:
    for commitment in k.chosen.commitments:
        if isinstance(commitment.target, m.Within) and commitment.kpi in k.model.kpis:
            choices = commitment.target.choices
            branching = of_choice(k, commitment, choices)
            yield from _check(k, branching, _otherwise_for_choice(choices, _usual(k)))
            yield from _exclusions(k, branching, exclusions_of(commitment))
    for route in k.chosen.routes:
        if route.definition in k.model.definitions:
            yield from _check(k, of_route(k, route), _otherwise_for_route(route))


def of_choice(k: Knowledge, commitment: m.Commitment, choices: Sequence[m.Choice]) -> Branching:
    """The deadlines of a commitment, in their order."""
    kpi = k.model.kpis[commitment.kpi]
    named = (_start(kpi.measure), commitment.population or "")
    definitions = [d for d in dict.fromkeys(named) if d in k.model.definitions]
    view = _view(k, kpi)
    given = all_of(k.member_facts(d) for d in definitions)
    known = tuple(part for d in definitions for part in k.parts(d))
    branches = tuple(Branch(c.when, c.span, f"`{_due(c, _usual(k))}`") for c in choices)
    rows = definitions[-1] if definitions else kpi.record
    return Branching(branches, given, known, view, commitment.origin.file, rows, "has no deadline")


def _exclusions(k: Knowledge, b: Branching, exclusions: Sequence[m.Exclusion]) -> Iterator[Diagnostic]:
    """A condition that holds of every row when its clock starts still does at the deadline of a row that nobody dealt with."""
    for x in exclusions:
        yield from check_children(k, x.when, b.file)
        if not k.is_impossible(b.given) and k.is_impossible(
            b.given, k.conditions.is_not_true(x.when, b.view)
        ):
            yield diagnostic(
                "SLA676",
                f"`{say(x.when)}` holds of every `{b.rows}` when its clock starts, so a row that nobody deals with is left out, not missed",
                x.when.span,
                b.file,
                help="say what is different about the rows to leave out when their clock is over",
            )


def of_route(k: Knowledge, route: m.Route) -> Branching:
    """Where a definition's rows go, in their order."""
    d = route.definition
    branches = tuple(Branch(c.when, c.span, f'`to "{c.destination}"`') for c in route.cases)
    return Branching(
        branches, k.member_facts(d), tuple(k.parts(d)), k.view(d), route.origin.file, d, "goes nowhere"
    )


def _start(measure: m.Measure) -> str:
    """The definition whose rows a commitment with deadlines is about."""
    match measure:
        case m.TimeBetween(start=m.EntryUse() as start):
            return start.definition
        case m.TimeBetween():
            return ""
        case _:
            return measure.population.definition or ""


def _view(k: Knowledge, kpi: m.Kpi) -> str:
    match kpi.measure:
        case m.TimeBetween(start=m.FieldUse() as start):
            return f"{start.record}.{start.field}"
        case m.TimeBetween(start=m.EventUse() as start):
            return f"event {start.event}"
        case _:
            d = _start(kpi.measure)
            return k.view(d) if d in k.model.definitions else k.record_view(kpi.record)


def _due(choice: m.Choice, usual: str | None) -> str:
    """The deadline as written; its calendar when it is not the `usual` one, the agreement's."""
    match choice.due:
        case m.Budget(duration=duration, calendar=calendar):
            length, comma, close = describe(duration).partition(",")
            of = f" of {calendar}" if calendar is not None and calendar != usual else ""
            return f"within {length}{of}{comma}{close}"
        case m.FieldUse() | m.PathUse():
            return f"by {m.spelt(choice.due)}"


def _usual(k: Knowledge) -> str | None:
    return k.model.agreement.hours if k.model.agreement else None


def _check(k: Knowledge, b: Branching, otherwise: tuple[Fix, ...]) -> Iterator[Diagnostic]:
    if k.is_impossible(b.given):
        return  # no row comes here at all, which is said elsewhere
    left, anybody = b.given, ALWAYS
    for i, branch in enumerate(b.branches):
        if branch.when is None:
            # A safety net is good practice: it is idle only when nothing at all could fall into it, whoever comes here.
            if k.is_impossible(anybody):
                yield _dead(k, b, branch, ALWAYS, b.branches[:i])
            left = anybody = NEVER
            continue
        yield from check_children(k, branch.when, b.file)
        applies = k.conditions.is_true(branch.when, b.view)
        if k.is_impossible(left, applies):
            yield _dead(k, b, branch, applies, b.branches[:i])
        else:
            yield from check_parts(k, branch.when, b.given, b.view, b.file, list(b.known))
        passed = k.conditions.is_not_true(branch.when, b.view)
        left, anybody = both(left, passed), both(anybody, passed)
    yield from _gap(k, b, left, otherwise)


def _dead(
    k: Knowledge, b: Branching, branch: Branch, applies: Facts, earlier: Sequence[Branch]
) -> Diagnostic:
    """A branch that never applies: it contradicts itself or the rows that come here, or the branches before it leave it none."""
    help = "a branch that no row can reach promises nothing: change it or take it out"
    if branch.when is not None and k.is_impossible(b.given, applies):
        own = [Part(piece, b.file, b.view) for piece in pieces(branch.when)]
        conflict = find_conflict(k, own, b.known, b.file)
        reason = conflict.reason if conflict else f"`{say(branch.when)}` is never true of `{b.rows}`"
        return diagnostic(
            "SLA405",
            f"{branch.what} never applies: {reason}",
            conflict.span if conflict else branch.when.span,
            b.file,
            labels=conflict.labels if conflict else (),
            help=conflict.help if conflict and conflict.help else help,
            fixes=_without(b, branch),
        )
    labels = [_taken(k, b, e) for e in earlier if _takes_all(k, b, applies, e)][:1]
    by = "the branch before it takes" if len(earlier) == 1 or labels else "the branches before it take"
    message = f"{branch.what} never applies: {by} every row that it would take"
    fixes = _without(b, branch)
    return diagnostic("SLA405", message, branch.span, b.file, labels=labels, help=help, fixes=fixes)


def _without(b: Branching, branch: Branch) -> tuple[Fix, ...]:
    """The fix that takes a branch out; what separates it from its neighbour goes with it."""
    spans = [each.span for each in b.branches]
    i = spans.index(branch.span)
    if len(spans) == 1:
        return ()
    cut = Span(spans[i - 1].end, spans[i].end) if i else Span(spans[0].start, spans[1].start)
    return (remove(cut, f"take {branch.what} out", Safety.SAFE),)


def _takes_all(k: Knowledge, b: Branching, applies: Facts, earlier: Branch) -> bool:
    if earlier.when is None:
        return True
    return k.is_impossible(b.given, applies, k.conditions.is_not_true(earlier.when, b.view))


def _taken(k: Knowledge, b: Branching, earlier: Branch) -> Label:
    text = "this takes every row that is left" if earlier.when is None else "this takes them first"
    return label_in(b.file, b.file, earlier.span, text)


def _gap(k: Knowledge, b: Branching, left: Facts, otherwise: tuple[Fix, ...]) -> Iterator[Diagnostic]:
    """Rows that satisfy no branch, if there certainly are any and there is no `otherwise`."""
    if any(branch.when is None for branch in b.branches) or not left.exact:
        return
    rows = _describe_rows(k, left, b.given)
    if rows is None:
        return
    last = b.branches[-1]
    some = f"`{b.rows}` with {rows}" if rows else f"some `{b.rows}`"
    yield diagnostic(
        "SLA406",
        f"no branch takes {some}: such a row {b.nothing}",
        last.span,
        b.file,
        label="the last branch, and there is no `otherwise`",
        help="say what applies to the rest: end with `otherwise`",
        fixes=otherwise,
    )


def _otherwise_for_choice(choices: Sequence[m.Choice], usual: str | None) -> tuple[Fix, ...]:
    last = choices[-1]
    due = _due(last, usual)
    if last.when is None:
        return ()
    rest = (Edit(Span(last.due.span.end, last.span.end), " otherwise"),)
    return (
        insert(last.span.end, f", {due} otherwise", f"add `{due} otherwise`"),
        Fix(f"let `{due}` apply to all the rest", rest, Safety.NEEDS_A_LOOK),
    )


def _otherwise_for_route(route: m.Route) -> tuple[Fix, ...]:
    if not route.cases or route.cases[-1].when is None:
        return ()
    last = route.cases[-1]
    line = f'to "{last.destination}" otherwise'
    return (insert(last.span.end, f"\n  {line}", f"add `{line}`"),)


# -------------------------------------------------------------------------------------------------------- rows in words


MOST_SHOWN = 3
"""Alternatives a message spells out."""


def _describe_rows(k: Knowledge, left: Facts, given: Facts) -> str | None:
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


def _point(value: Decimal, type: t.Type | None) -> str:
    match type:
        case t.Time():
            return say_value(dt.datetime(1, 1, 1) + dt.timedelta(microseconds=int(value)))
        case t.Date():
            return say_value(dt.date.fromordinal(int(value)))
        case t.Duration():
            return describe(Duration(DurationKind.ABSOLUTE, int(value)))
        case _:
            return say_value(value, type)
