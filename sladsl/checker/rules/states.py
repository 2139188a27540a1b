"""Records whose rows are states (`keep latest by`): which state counts, and what of an agreement rests on one that can still change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from sladsl import model as m
from sladsl import types as t
from sladsl.checker.rules.report import diagnostic, label_in
from sladsl.checker.rules.words import listed
from sladsl.diagnostics import Diagnostic
from sladsl.source import Span


def check_states(model: m.Model) -> Iterator[Diagnostic]:
    """Sources of one record that keep different states, and commitments that rest on what changes from state to state."""
    by_record: dict[str, list[m.DataSource]] = {}
    for source in model.sources:
        by_record.setdefault(source.record, []).append(source)
    for sources in by_record.values():
        yield from _disagreeing(sources)
    keeping = {r: next((s for s in of_r if s.keep is not None), None) for r, of_r in by_record.items()}
    kept = {r: s for r, s in keeping.items() if s is not None and s.keep is not None and s.keep.latest}
    if kept:
        for commitment in model.commitments:
            yield from _changing(model, kept, commitment)


def _disagreeing(sources: list[m.DataSource]) -> Iterator[Diagnostic]:
    keeping = [s for s in sources if s.keep is not None]
    if not keeping:
        return
    first = keeping[0]
    assert first.keep is not None
    for other in sources:
        if other.keep is not None and other.keep.latest == first.keep.latest:
            continue
        says = f"`{other.keep.words}`" if other.keep is not None else "no state is kept"
        yield diagnostic(
            "SLA527",
            f"the sources of `{first.record}` differ in which state of its rows counts: here {says}",
            other.keep.span if other.keep is not None else other.origin.name_span,
            other.origin.file,
            labels=[
                label_in(other.origin.file, first.origin.file, first.keep.span, "and here it is this one")
            ],
            help=f"rows of one key are taken from all of them together: say `keep {'latest' if first.keep.latest else 'first'} by` in each",
        )


def _changing(model: m.Model, kept: dict[str, m.DataSource], c: m.Commitment) -> Iterator[Diagnostic]:
    """A time is filled once, and the rest of a row may be another in its next state."""
    found: dict[str, list[str]] = {}
    for use in _uses(model, c):
        if use.record in kept and not isinstance(use.type, t.Time | t.Date):
            field = model.records[use.record].fields.get(use.field)
            if field is not None and not field.key and use.field not in found.get(use.record, []):
                found.setdefault(use.record, []).append(use.field)
    for record, names in found.items():
        source = kept[record]
        assert source.keep is not None
        shown = listed([f"`{name}`" for name in names])
        yield diagnostic(
            "SLA528",
            f"`{c.id}` rests on {shown} of the latest state of each `{record}`: a later state can change a verdict that was final",
            c.origin.name_span,
            c.origin.file,
            labels=[
                label_in(
                    c.origin.file,
                    source.origin.file,
                    source.keep.span,
                    "later rows take the place of earlier ones",
                )
            ],
            help=f"rest it on times, which are filled once; or `keep first by` what `{record}` was when it came in",
        )


def _uses(model: m.Model, c: m.Commitment) -> list[m.FieldUse]:
    """Every field that decides about the commitment's rows, through whatever it names."""
    found: list[m.FieldUse] = []
    seen: set[tuple[str, str]] = set()
    waiting: list[object] = [c.target, ("kpi", c.kpi), ("define", c.population)]
    while waiting:
        x = waiting.pop(0)
        match x:
            case m.FieldUse():
                found.append(x)
            case (str(kind), str(name)):
                if (kind, name) not in seen:
                    seen.add((kind, name))
                    waiting.append(_declared(model, kind, name))
            case m.Kpi():
                waiting.append(x.measure)
            case tuple():
                waiting += x
            case _ if is_dataclass(x) and not isinstance(x, Span | m.Origin):
                waiting += _named(x)
                waiting += (getattr(x, f.name) for f in fields(x))
            case _:
                pass
    return found


_NAMES = {
    "definition": "define",
    "base": "define",
    "goal": "define",
    "score": "score",
    "event": "event",
    "kpi": "kpi",
}
"""Attributes of the model that name a declaration, and its kind."""


def _named(x: object) -> Iterator[tuple[str, str]]:
    for attribute, kind in _NAMES.items():
        name = getattr(x, attribute, None)
        if isinstance(name, str):
            yield kind, name


def _declared(model: m.Model, kind: str, name: str) -> object:
    match kind:
        case "define":
            return model.definitions.get(name)
        case "score":
            return model.scores.get(name)
        case "event":
            return model.events.get(name)
        case _:
            return model.kpis.get(name)
