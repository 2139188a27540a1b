"""Advice: declarations that nothing uses."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping

from sladsl import model as m
from sladsl.checker.rules.report import diagnostic
from sladsl.diagnostics import Diagnostic

_FAR = 1 << 62  # beyond the end of any text
_HELP = {
    "calendar": "name it in a deadline (`within 4 business hours of …`) or as the agreement's `hours`, or take it out",
    "record": "take it out, or measure something on it",
    "let": "take it out, or use it in a condition",
    "derived": "take it out, or use it in a condition",
    "score": "take it out, or ask for it in a definition",
    "define": "take it out, or count it in a KPI",
    "spell": "take it out, or measure something on it",
    "event": "take it out, or let a clock stop at it",
}


Named = tuple[str, str]
"""A kind and a name."""


def check_unused(model: m.Model, names: Collection[Named]) -> Iterator[Diagnostic]:
    """Only of the agreement's own file, and only where all of it could be read: a library declares more than one agreement uses."""
    if model.agreement is None or not model.complete:
        return
    for kind, declared in _declared(model).items():
        for name, origin in declared.items():
            if origin.file == model.agreement.origin.file and (kind, name) not in names:
                message = f"nothing uses `{name}`"
                yield diagnostic("SLA901", message, origin.name_span, origin.file, help=_HELP[kind])


def _declared(model: m.Model) -> Mapping[str, Mapping[str, m.Origin]]:
    return {
        "calendar": {n: d.origin for n, d in model.calendars.items()},
        "record": {d.name: d.origin for d in model.given},
        "spell": {n: d.origin for n, d in model.records.items() if d.spell is not None},
        "let": {n: d.origin for n, d in model.lets.items()},
        "derived": {n: d.origin for n, d in model.derived.items()},
        "score": {n: d.origin for n, d in model.scores.items()},
        "define": {n: d.origin for n, d in model.definitions.items()},
        "event": {n: d.origin for n, d in model.events.items()},
    }


def used(model: m.Model) -> frozenset[Named]:
    """What is named somewhere else than where it is declared."""
    own = {(o.file, o.name_span) for declared in _declared(model).values() for o in declared.values()}
    fillers = sorted(
        (o.file, o.span.start, o.span.end)
        for o in (*(s.origin for s in model.sources), *(t.origin for t in model.tests))
    )

    def fills(use: m.Use) -> bool:
        at = bisect_right(fillers, (use.file, use.span.start, _FAR)) - 1
        return at >= 0 and fillers[at][0] == use.file and use.span.start < fillers[at][2]

    return frozenset(
        name for use in model.uses if (use.file, use.span) not in own for name in named_by(use, fills(use))
    )


def named_by(use: m.Use, fills: bool) -> Iterator[Named]:
    """What a use uses. A record's sources and tests do not use it: they fill it."""
    if not (use.kind == "record" and fills):
        yield use.kind, use.name
    if use.kind == "field" and use.record is not None and not fills:
        yield from (("record", use.record), ("spell", use.record))
