"""Definitions and what stands on them: a definition that no row can meet, steps of a lifecycle that do not follow from one another; and
what KPIs, events and scores count, and whether it can ever differ from row to row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import assert_never

from sladsl import model as m
from sladsl.calendars import describe
from sladsl.checker.rules.conflicts import Conflict, find_conflict
from sladsl.checker.rules.facts import ALWAYS, Facts
from sladsl.checker.rules.knowledge import Knowledge, Part, pieces
from sladsl.checker.rules.parts import check_children, check_parts, check_where, is_always
from sladsl.checker.rules.report import diagnostic, label_in, place_of, remove
from sladsl.checker.rules.words import identity, say, say_value
from sladsl.diagnostics import Diagnostic, Label, Safety
from sladsl.model.traversal import walk
from sladsl.source import Span


def check_definitions(k: Knowledge) -> Iterator[Diagnostic]:
    for d in k.chosen.definitions.values():
        if d.when is None:
            continue
        versions = d.when.versions if isinstance(d.when, m.ByDate) else ((None, d.when),)
        yield from _never_in_force(k, d, versions)
        given = k.base_facts(d)
        for since, when in versions:
            yield from check_children(k, when, d.origin.file)
            if k.is_impossible(given):
                continue  # its base cannot be met, which is said there
            view = k.view(d.name)
            if k.is_impossible(given, k.conditions.is_true(when, view)):
                yield _impossible(k, d, when, since)
            else:
                yield from check_parts(k, when, given, view, d.origin.file, _given(k, d))
                yield from _always(k, d, when)


def _never_in_force(
    k: Knowledge, d: m.Definition, versions: tuple[tuple[dt.date | None, m.Expression], ...]
) -> Iterator[Diagnostic]:
    """The term begins after, or ends before, the time of one of several texts."""
    agreement = k.model.agreement
    if agreement is None:
        return
    for (since, when), (until, _) in zip(versions, (*versions[1:], (None, None)), strict=True):
        early = until is not None and agreement.first is not None and until <= agreement.first
        late = since is not None and agreement.last is not None and since > agreement.last
        if len(versions) > 1 and (early or late):
            held = "until" if early else "from"
            yield diagnostic(
                "SLA738",
                f"no row falls under what holds {held} {until if early else since}: the term "
                f"{f'begins on {agreement.first}' if early else f'ends on {agreement.last}'}",
                when.span,
                d.origin.file,
                help="leave that text out, or correct its date",
            )


def _own(k: Knowledge, d: m.Definition, when: m.Expression) -> list[Part]:
    return [Part(piece, d.origin.file, k.view(d.name), d.name) for piece in pieces(when)]


def _given(k: Knowledge, d: m.Definition) -> list[Part]:
    return [part for part in k.parts(d.name) if part.definition != d.name or part.words]


def _impossible(k: Knowledge, d: m.Definition, when: m.Expression, since: dt.date | None) -> Diagnostic:
    file = d.origin.file
    conflict = find_conflict(k, _own(k, d, when), _given(k, d), file)
    if conflict is None:
        alone = k.is_impossible(k.conditions.is_true(when, k.view(d.name)))
        rest = (
            "its conditions cannot all be true" if alone else f"its conditions contradict those of `{d.base}`"
        )
        conflict = Conflict(when.span, rest)
    return diagnostic(
        "SLA401",
        f"no {d.record} can be `{d.name}`{f' from {since} on' if since else ''}: {conflict.reason}",
        conflict.span,
        file,
        labels=conflict.labels,
        help=conflict.help
        or "a definition that no row can meet measures nothing: change one of the conditions",
    )


def _always(k: Knowledge, d: m.Definition, when: m.Expression) -> Iterator[Diagnostic]:
    """The whole condition adds nothing to the base. `is known` is left alone: with `since` it is how a step is written."""
    if d.base is None or len(pieces(when)) > 1 or (isinstance(when, m.Operation) and when.op == "is known"):
        return
    if is_always(k, when, k.base_facts(d), k.view(d.name)):
        causes = [p for p in _given(k, d) if is_always(k, when, k.holds(p), k.view(d.name))]
        yield diagnostic(
            "SLA404",
            f"`{say(when)}` is always true here: every {d.record} in `{d.base}` meets it",
            when.span,
            d.origin.file,
            labels=[
                label_in(d.origin.file, p.file, p.condition.span, "this holds for every such row")
                for p in causes[:1]
            ],
            help=f"`{d.name}` is the same as `{d.base}`; change the condition or leave it out",
        )


def check_lifecycles(k: Knowledge) -> Iterator[Diagnostic]:
    for lifecycle in k.chosen.lifecycles:
        for earlier, later in zip(lifecycle.steps, lifecycle.steps[1:], strict=False):
            if earlier in k.model.definitions and later in k.model.definitions:
                yield from _step(k, lifecycle, earlier, later)


def _step(k: Knowledge, lifecycle: m.Lifecycle, earlier: str, later: str) -> Iterator[Diagnostic]:
    first, second = k.model.definitions[earlier], k.model.definitions[later]
    if k.is_impossible(k.entered(later)) or _follows(k, first, second):
        return
    span = place_of(k.model, lifecycle.origin, "define", later)
    file, name = lifecycle.origin.file, second.origin
    if any(d.name == later for d in k.chain(earlier)):
        message = f"`{later}` comes before `{earlier}`, not after it: `{earlier}` is defined over it"
        help = f"turn the two around: `{later} -> {earlier}`"
    elif k.is_impossible(k.entered(earlier), k.entered(later)):
        message = f"a {lifecycle.record} that is `{later}` cannot have been `{earlier}`: their conditions contradict each other"
        help = f"define `{later}` over `{earlier}`, without what contradicts it"
    else:
        message = f"nothing says that a {lifecycle.record} is `{earlier}` before it is `{later}`"
        help = f"say that it starts from there: `define {later}: {earlier} when …`"
    label = label_in(file, name.file, name.name_span, f"defined here over `{second.base or second.record}`")
    yield diagnostic("SLA410", message, span, file, labels=[label], help=help)


def _follows(k: Knowledge, earlier: m.Definition, later: m.Definition) -> bool:
    """Whether every row of the later step is in the earlier one: it is defined over it, or its conditions say so."""
    if any(d.name == earlier.name for d in k.chain(later.name)):
        return True
    if any(
        isinstance(p.condition, m.MemberUse) and p.condition.definition == earlier.name
        for p in k.parts(later.name)
    ):
        return True
    given = k.entered(later.name)
    return all(_is_given(k, part, later, given) for part in k.parts(earlier.name))


def _is_given(k: Knowledge, part: Part, later: m.Definition, given: Facts) -> bool:
    if isinstance(part.condition, m.MemberUse) and part.words:
        return True  # what that one asks for is among the parts
    if part.words and _is_required(k, part.condition):
        return True
    # Seen from the later step the same words usually hold, whatever they were seen from; where that is not certain, nothing is said.
    return any(is_always(k, part.condition, given, view) for view in (part.view, k.view(later.name)))


def _is_required(k: Knowledge, known: m.Expression) -> bool:
    field = known.args[0] if isinstance(known, m.Operation) else known
    record = k.model.records.get(field.record) if isinstance(field, m.FieldUse) else None
    return record is not None and isinstance(field, m.FieldUse) and not record.fields[field.field].optional


def check_nevers(k: Knowledge) -> Iterator[Diagnostic]:
    """That no row can meet the condition is what is wanted; that all do is certainly not."""
    for never in k.chosen.nevers:
        given = k.population_facts(m.Population(never.record, never.definition))
        view = k.view(never.definition) if never.definition is not None else k.record_view(never.record)
        yield from check_children(k, never.when, never.origin.file)
        if not k.is_impossible(given) and is_always(k, never.when, given, view):
            rows = never.definition or never.record
            message = f"every `{rows}` breaks this: `{say(never.when)}` is always true of it"
            help = "a `never` names what no row may be: turn the condition around"
            yield diagnostic("SLA414", message, never.when.span, never.origin.file, help=help)


# ------------------------------------------------------------------------------------------------- KPIs, events, scores


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
    yield from _cut_by_the_period(kpi, condition)
    yield from check_where(k, condition, given, view, file, known, f", so `{kpi.name}` is always 0%")
    if is_always(k, condition, given, view):
        message = f"`{say(condition)}` is true of every row, so `{kpi.name}` is always 100%"
        yield diagnostic("SLA411", message, condition.span, file, help="ask for something that can be false")


def _cut_by_the_period(kpi: m.Kpi, condition: m.Expression) -> Iterator[Diagnostic]:
    """`whose (at least 6 touch within 10 days after mql_at)`: it is asked at the period's end, and not ten days after the row came."""
    for e in walk(condition):
        if isinstance(e, m.RowsTest | m.RowsValue) and e.rows.bounds is not None and not e.rows.bounds.before:
            length = describe(e.rows.bounds.duration)
            yield diagnostic(
                "SLA548",
                f"`whose` is asked at the end of the period, and a row of its last {length} has not had its {length} by then",
                e.rows.bounds.span,
                kpi.origin.file,
                help=f"give each row its time: `time from … to` the event, promised `within {length} for …%`; or `share of … that become … "
                f"within {length}`",
            )
            return


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
        for clause in (c for c in score.clauses if c.number < 2):
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
    for problem in check_where(k, clause.when, ALWAYS, view, file, [], f", so these points are never {verb}"):
        # Points that are never added only make a score smaller than it looks: the agreement still means one thing.
        code = "SLA408" if problem.code == "SLA402" else problem.code
        yield Diagnostic(
            code,
            problem.message,
            problem.span,
            problem.file,
            problem.label,
            problem.labels,
            problem.help,
            problem.fixes,
        )
