"""Choices and routes: branches that can never apply, and rows that no branch takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sladsl import model as m
from sladsl.calendars import describe
from sladsl.checker.rules.conflicts import find_conflict
from sladsl.checker.rules.facts import ALWAYS, NEVER, Facts, all_of, both
from sladsl.checker.rules.gaps import describe_rows
from sladsl.checker.rules.knowledge import Knowledge, Part, pieces
from sladsl.checker.rules.parts import check_children, check_parts
from sladsl.checker.rules.report import diagnostic, insert, label_in, remove
from sladsl.checker.rules.words import say
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
            branching = _of_choice(k, commitment, choices)
            yield from _check(k, branching, _otherwise_for_choice(choices, _usual(k)))
    for route in k.chosen.routes:
        if route.definition in k.model.definitions:
            yield from _check(k, _of_route(k, route), _otherwise_for_route(route))


def _of_choice(k: Knowledge, commitment: m.Commitment, choices: Sequence[m.Choice]) -> Branching:
    kpi = k.model.kpis[commitment.kpi]
    named = (_start(kpi.measure), commitment.population or "")
    definitions = [d for d in dict.fromkeys(named) if d in k.model.definitions]
    view = _view(k, kpi)
    given = all_of(k.member_facts(d) for d in definitions)
    known = tuple(part for d in definitions for part in k.parts(d))
    branches = tuple(Branch(c.when, c.span, f"`{_due(c, _usual(k))}`") for c in choices)
    rows = definitions[-1] if definitions else kpi.record
    return Branching(branches, given, known, view, commitment.origin.file, rows, "has no deadline")


def _of_route(k: Knowledge, route: m.Route) -> Branching:
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
        case m.FieldUse():
            return f"by {choice.due.field}"


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
        found = find_conflict(k, own, b.known, b.file)
        reason = found.reason if found else f"`{say(branch.when)}` is never true of `{b.rows}`"
        return diagnostic(
            "SLA405",
            f"{branch.what} never applies: {reason}",
            found.span if found else branch.when.span,
            b.file,
            labels=found.labels if found else (),
            help=found.help if found and found.help else help,
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
    rows = describe_rows(k, left, b.given)
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
