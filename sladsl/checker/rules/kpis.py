"""KPIs, events and scores: what they count, and whether it can ever differ from row to row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from sladsl import model as m
from sladsl.checker.rules.facts import ALWAYS
from sladsl.checker.rules.knowledge import Knowledge
from sladsl.checker.rules.parts import check_children, check_where, is_always
from sladsl.checker.rules.report import diagnostic, place_of, remove
from sladsl.checker.rules.words import identity, say, say_value
from sladsl.diagnostics import Diagnostic, Label, Safety
from sladsl.source import Span


def check_kpis(k: Knowledge) -> Iterator[Diagnostic]:
    for kpi in k.chosen.kpis.values():
        match kpi.measure:
            case m.Count():
                yield from _population(k, kpi, kpi.measure.population)
            case m.Statistic():
                yield from _population(k, kpi, kpi.measure.population)
                yield from check_children(k, kpi.measure.value, kpi.origin.file)
            case m.Become():
                yield from _population(k, kpi, kpi.measure.population)
                yield from _goal(k, kpi, kpi.measure)
            case m.Whose():
                yield from _population(k, kpi, kpi.measure.population)
                yield from _whose(k, kpi, kpi.measure)
            case m.TimeBetween():
                yield from _clock(k, kpi, kpi.measure)
            case _:
                assert_never(kpi.measure)


def _population(k: Knowledge, kpi: m.Kpi, population: m.Population) -> Iterator[Diagnostic]:
    where = population.where
    if where is None:
        return
    given = k.population_facts(population)
    yield from check_children(k, where, kpi.origin.file)
    if not k.is_impossible(given):
        known = list(k.parts(population.definition)) if population.definition else []
        what = f", so `{kpi.name}` is measured on no row"
        yield from check_where(k, where, given, f"where of {kpi.name}", kpi.origin.file, known, what)


def _whose(k: Knowledge, kpi: m.Kpi, measure: m.Whose) -> Iterator[Diagnostic]:
    given = k.population_facts(measure.population)
    if k.is_impossible(given):
        return
    condition, file, view = measure.condition, kpi.origin.file, f"whose of {kpi.name}"
    known = list(k.parts(measure.population.definition)) if measure.population.definition else []
    yield from check_children(k, condition, file)
    yield from check_where(k, condition, given, view, file, known, f", so `{kpi.name}` is always 0%")
    if is_always(k, condition, given, view):
        message = f"`{say(condition)}` is true of every row, so `{kpi.name}` is always 100%"
        yield diagnostic("SLA411", message, condition.span, file, help="ask for something that can be false")


def _goal(k: Knowledge, kpi: m.Kpi, measure: m.Become) -> Iterator[Diagnostic]:
    start, goal, file = measure.population.definition, measure.goal, kpi.origin.file
    if goal not in k.model.definitions:
        return
    span = place_of(k.model, kpi.origin, "define", goal)
    if any(d.name == goal for d in k.chain(start)):
        same = f"`{start}` is `{goal}` already" if start == goal else f"every `{start}` is `{goal}` before"
        yield diagnostic(
            "SLA411",
            f"`{kpi.name}` is always 100%: {same}",
            span,
            file,
            labels=[Label(k.model.definitions[start].origin.name_span, f"`{start}` is defined over `{goal}`")]
            if start and start != goal and k.model.definitions[start].origin.file == file
            else [],
            help=("" if start == goal else "turn it around, or ")
            + f"count a definition that `{start}` still has to become",
        )
    elif start in k.model.definitions and start is not None:
        first, second = k.entered(start), k.entered(goal)
        if not k.is_impossible(first) and not k.is_impossible(second) and k.is_impossible(first, second):
            message = f"no `{start}` can become `{goal}`: their conditions contradict each other, so `{kpi.name}` is always 0%"
            yield diagnostic("SLA411", message, span, file, help="change one of the two definitions")


def _clock(k: Knowledge, kpi: m.Kpi, measure: m.TimeBetween) -> Iterator[Diagnostic]:
    match measure.start, measure.end:
        case m.EntryUse(definition=start), m.EntryUse(definition=end) if any(
            d.name == end for d in k.chain(start)
        ):
            if k.view(start) == k.view(end):
                message = (
                    f"`{kpi.name}` is always zero: a row enters `{start}` and `{end}` at the same moment"
                )
            else:
                message = f"`{kpi.name}` always stops before it starts: every `{start}` was `{end}` first"
            help = f"turn it around: `time from {end} to {start}`"
        case m.FieldUse(), m.FieldUse() if identity(measure.start) == identity(measure.end):
            message, help = (
                f"`{kpi.name}` is always zero: it starts and stops at `{say(measure.end)}`",
                "name another end",
            )
        case _:
            return
    yield diagnostic("SLA412", message, measure.end.span, kpi.origin.file, help=help)


def check_events(k: Knowledge) -> Iterator[Diagnostic]:
    for event in k.chosen.events.values():
        if isinstance(event.pick, m.NthRow) and event.pick.where is not None:
            where, file = event.pick.where, event.origin.file
            yield from check_children(k, where, file)
            yield from check_where(
                k, where, ALWAYS, f"rows of {event.name}", file, [], f", so `{event.name}` never happens"
            )


def check_scores(k: Knowledge) -> Iterator[Diagnostic]:
    for score in k.chosen.scores.values():
        seen: dict[str, m.ScoreClause] = {}
        before: Span | None = None
        for clause in score.clauses:
            yield from _clause(k, score, clause)
            first = seen.setdefault(f"{clause.points} {identity(clause.when)}", clause)
            if first is not clause and not any(isinstance(e, m.Invalid) for e in (clause.when,)):
                cut = Span(before.end, clause.span.end) if before else clause.span
                yield diagnostic(
                    "SLA407",
                    f"this clause stands twice in `{score.name}`, so its points count twice",
                    clause.span,
                    score.origin.file,
                    labels=[Label(first.span, "the same clause")],
                    help=f"if {say_value(abs(clause.points * 2))} points are meant, write one clause",
                    fixes=[remove(cut, "remove the second one", Safety.SAFE)],
                )
            before = clause.span


def _clause(k: Knowledge, score: m.Score, clause: m.ScoreClause) -> Iterator[Diagnostic]:
    file, view = score.origin.file, f"score {score.name}"
    yield from check_children(k, clause.when, file)
    verb = "added" if clause.points >= 0 else "subtracted"
    for found in check_where(k, clause.when, ALWAYS, view, file, [], f", so these points are never {verb}"):
        # Points that are never added only make a score smaller than it looks: the agreement still means one thing.
        code = "SLA408" if found.code == "SLA402" else found.code
        yield Diagnostic(
            code, found.message, found.span, found.file, found.label, found.labels, found.help, found.fixes
        )
