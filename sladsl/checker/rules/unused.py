"""Advice: declarations that nothing uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sladsl import model as m
from sladsl.checker.rules.knowledge import Knowledge
from sladsl.checker.rules.report import diagnostic
from sladsl.diagnostics import Diagnostic

_HELP = {
    "calendar": "name it in a deadline (`within 4 business hours of …`) or as the agreement's `hours`, or take it out",
    "record": "take it out, or measure something on it",
    "let": "take it out, or use it in a condition",
    "score": "take it out, or ask for it in a definition",
    "define": "take it out, or count it in a KPI",
    "event": "take it out, or let a clock stop at it",
}


def check_unused(k: Knowledge) -> Iterator[Diagnostic]:
    """Only of the agreement's own file, and only where all of it could be read: a library declares more than one agreement uses."""
    model = k.model
    if model.agreement is None or not model.complete:
        return
    used = _used(model)
    for kind, declared in _declared(model).items():
        for name, origin in declared.items():
            if origin.file == model.agreement.origin.file and (kind, name) not in used:
                message = f"nothing uses `{name}`"
                yield diagnostic("SLA901", message, origin.name_span, origin.file, help=_HELP[kind])


def _declared(model: m.Model) -> Mapping[str, Mapping[str, m.Origin]]:
    return {
        "calendar": {n: d.origin for n, d in model.calendars.items()},
        "record": {n: d.origin for n, d in model.records.items()},
        "let": {n: d.origin for n, d in model.lets.items()},
        "score": {n: d.origin for n, d in model.scores.items()},
        "define": {n: d.origin for n, d in model.definitions.items()},
        "event": {n: d.origin for n, d in model.events.items()},
    }


def _used(model: m.Model) -> set[tuple[str, str]]:
    """What is named somewhere else than where it is declared. A record's sources and tests do not use it: they fill it."""
    fillers = [*(s.origin for s in model.sources), *(t.origin for t in model.tests)]
    origins = {(kind, name): o for kind, declared in _declared(model).items() for name, o in declared.items()}
    used: set[tuple[str, str]] = set()
    for use in model.uses:
        own = origins.get((use.kind, use.name))
        if own is not None and own.file == use.file and own.name_span == use.span:
            continue
        filler = any(o.file == use.file and o.span.start <= use.span.start < o.span.end for o in fillers)
        if not (use.kind == "record" and filler):
            used.add((use.kind, use.name))
        if use.kind == "field" and use.record is not None and not filler:
            used.add(("record", use.record))
    return used
