"""Definitions and lifecycles: a definition that no row can meet, and steps that do not follow from one another."""

from __future__ import annotations

from collections.abc import Iterator

from sladsl import model as m
from sladsl.checker.rules.conflicts import Conflict, find_conflict
from sladsl.checker.rules.facts import Facts
from sladsl.checker.rules.knowledge import Knowledge, Part, pieces
from sladsl.checker.rules.parts import check_children, check_parts, is_always
from sladsl.checker.rules.report import diagnostic, label_in, place_of
from sladsl.checker.rules.words import say
from sladsl.diagnostics import Diagnostic


def check_definitions(k: Knowledge) -> Iterator[Diagnostic]:
    for d in k.chosen.definitions.values():
        if d.when is None:
            continue
        yield from check_children(k, d.when, d.origin.file)
        given = k.base_facts(d)
        if k.is_impossible(given):
            continue  # its base cannot be met, which is said there
        if k.is_impossible(k.entered(d.name)):
            yield _impossible(k, d, d.when)
        else:
            yield from check_parts(k, d.when, given, k.view(d.name), d.origin.file, _given(k, d))
            yield from _always(k, d, d.when)


def _own(k: Knowledge, d: m.Definition, when: m.Expression) -> list[Part]:
    return [Part(piece, d.origin.file, k.view(d.name), d.name) for piece in pieces(when)]


def _given(k: Knowledge, d: m.Definition) -> list[Part]:
    return [part for part in k.parts(d.name) if part.definition != d.name or part.words]


def _impossible(k: Knowledge, d: m.Definition, when: m.Expression) -> Diagnostic:
    file = d.origin.file
    found = find_conflict(k, _own(k, d, when), _given(k, d), file)
    if found is None:
        alone = k.is_impossible(k.conditions.is_true(when, k.view(d.name)))
        rest = (
            "its conditions cannot all be true" if alone else f"its conditions contradict those of `{d.base}`"
        )
        found = Conflict(when.span, rest)
    return diagnostic(
        "SLA401",
        f"no {d.record} can be `{d.name}`: {found.reason}",
        found.span,
        file,
        labels=found.labels,
        help=found.help or "a definition that no row can meet measures nothing: change one of the conditions",
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
