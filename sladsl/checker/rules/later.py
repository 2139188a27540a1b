"""What may come or change later: conditions that are read when a row comes in and ask for what comes after, of which they see nothing; and
records whose rows are states (`keep latest by`), with what rests on one that can still change.

What is known to come first is the record's own moment, and every moment that the entry is the latest of. Of any other time of the row
nobody knows whether it comes before: a comparison with one of those (`trial_at <= mql_at`) says that it is asked only as far as it does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass

from sladsl import model as m
from sladsl import types as t
from sladsl.checker.rules.knowledge import Knowledge
from sladsl.checker.rules.report import diagnostic, label_in
from sladsl.checker.rules.words import identity, listed, say
from sladsl.diagnostics import Diagnostic
from sladsl.model.traversal import operands, walk
from sladsl.source import Span

_FIRST = {"<=": (0, 1), "<": (0, 1), ">=": (1, 0), ">": (1, 0)}
"""Of a comparison: which side is said to come first, and which is the other."""


@dataclass(frozen=True, slots=True)
class Entry:
    """When rows of a population come in: `moments` are all that the entry is the latest of, by the keys of `_keys`. `waits`: rows come in
    some time after another moment, so that what happens until then is seen."""

    record: str
    moments: frozenset[str]
    words: str
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Late:
    """A part of a condition that may come later: `what` comes, `field` is where it is one of the row's own times."""

    span: Span
    what: str
    field: str = ""
    window: bool = False


def check_later(k: Knowledge) -> Iterator[Diagnostic]:
    for d in k.chosen.definitions.values():
        if d.when is not None and d.entry_type is not None:
            yield from _condition(k, d.when, _of_definition(k, d.name), d.origin.file)
    for kpi in k.chosen.kpis.values():
        population = None if isinstance(kpi.measure, m.TimeBetween) else kpi.measure.population
        if population is not None and population.where is not None:
            yield from _condition(k, population.where, _of_population(k, population), kpi.origin.file)
        if isinstance(kpi.measure, m.Whose):
            rows = _of_population(k, kpi.measure.population)
            yield from _beyond_the_period(k, kpi.measure.condition, rows, kpi.origin.file)
    for c in k.chosen.commitments:
        entry = _of_commitment(k, c)
        if entry is not None and isinstance(c.target, m.Within):
            for choice in (x for x in c.target.choices if x.when is not None):
                assert choice.when is not None
                yield from _condition(k, choice.when, entry, c.origin.file)
    for route in k.chosen.routes:
        for case in (x for x in route.cases if x.when is not None):
            assert case.when is not None
            yield from _condition(k, case.when, _of_definition(k, route.definition), route.origin.file)
    for never in k.chosen.nevers:
        rows = _of_population(k, m.Population(never.record, never.definition))
        yield from _condition(k, never.when, rows, never.origin.file)


def _condition(k: Knowledge, e: m.Expression, entry: Entry, file: str) -> Iterator[Diagnostic]:
    seen: set[Span] = set()
    if not entry.moments or entry.waits:
        return
    for late in _later(k, e, entry):
        if late.span not in seen:
            seen.add(late.span)
            yield _told(late, entry, file)


def _told(late: Late, entry: Entry, file: str) -> Diagnostic:
    if late.window:
        message = f"`{late.what}` begins {entry.words}, up to which this is read: no row in it is seen"
        advice = "ask it after `whose`, which is read at the end of the period, or give the definition a later moment with `since`"
    else:
        message = f"`{late.what}` is read as it stood {entry.words}: what comes later is not seen"
        since = f"`since {late.field}`" if late.field else "`since …`"
        advice = f"ask it after `whose`, which is read at the end of the period, or define such rows by when they come in, {since}"
        if late.field:
            first = sorted(x for x in entry.moments if x.startswith(f"{entry.record}."))
            advice += f"; a time that is known in advance is a `planned time` in `record {entry.record}`"
            if first:
                own = first[0].partition(".")[2]
                advice += f"; if it is about what came before, say so: `{late.field} <= {own}`"
    return diagnostic("SLA409", message, late.span, file, label="may come later than the row", help=advice)


def _beyond_the_period(
    k: Knowledge, condition: m.Expression, entry: Entry, file: str
) -> Iterator[Diagnostic]:
    """`whose ended <= planned`: read at the period's end, and true where `planned` comes later, but that is not seen then."""
    parts = list(walk(condition))
    asked = {
        identity(e.args[0])
        for e in parts
        if isinstance(e, m.Operation) and e.op in {"is known", "is missing", "else"}
    }
    for e in parts:
        if not isinstance(e, m.Operation) or e.op not in _FIRST:
            continue
        first, second = (e.args[n] for n in _FIRST[e.op])
        if (
            isinstance(second, m.FieldUse)
            and second.record == entry.record
            and t.is_event(second.type)
            and isinstance(first.type, t.Time | t.Date)
            and not isinstance(first, m.Literal)
            and not _is_first(k, second, entry)
            and identity(second) not in asked
        ):
            yield diagnostic(
                "SLA409",
                f"`{say(second)}` is seen up to the end of the period: where it comes later, `{say(e)}` is unknown, and so not true",
                second.span,
                file,
                label="may come after the period",
                help=_instead(k, e, first, second, entry, whole=e is condition),
            )


def _instead(
    k: Knowledge, e: m.Operation, first: m.Expression, second: m.FieldUse, entry: Entry, *, whole: bool
) -> str:
    """What to write where `second` may come after the period: what holds of rows whose `first` has come, if it comes first."""
    if any(_is_plan(x) for x in walk(first)):
        # Where neither has come, nobody knows: what is planned is seen before it comes.
        return f"ask it of rows that it has come for: of a definition `since {second.field}`"
    advice = f"a time that is known in advance is a `planned time` in `record {entry.record}`; else say what holds until it has come: "
    until = f"{say(second)} is missing or {say(e)}"
    times = [x for x in walk(first) if isinstance(x, m.Moment)]
    sure = all(_is_first(k, x, entry) for x in times)
    held = until if sure else f"{say(first)} is known and ({until})"
    return advice + (f"`{held}`" if whole else f"`({held})`")


def _is_plan(e: m.Expression) -> bool:
    return isinstance(e, m.FieldUse) and isinstance(e.type, t.Time | t.Date) and not t.is_event(e.type)


# -------------------------------------------------------------------------------------------------------- when rows come in


def _of_definition(k: Knowledge, name: str) -> Entry:
    record = k.model.definitions[name].record
    waits = any(d.since is not None and _is_moved(k, d.since) for d in k.chain(name))
    return Entry(record, _moments(k, name), f"when a row entered `{name}`", waits)


def _of_record(k: Knowledge, record: str) -> Entry:
    own = k.model.records[record].moment
    at = f", at `{own.name}`" if own is not None else ""
    moments = frozenset({f"{record}.{own.name}"}) if own is not None else frozenset()
    return Entry(record, moments, f"when a row of `{record}` came in{at}")


def _of_population(k: Knowledge, p: m.Population) -> Entry:
    return _of_record(k, p.record) if p.definition is None else _of_definition(k, p.definition)


def _of_commitment(k: Knowledge, c: m.Commitment) -> Entry | None:
    """When the rows come in whose deadlines are chosen."""
    kpi = k.model.kpis.get(c.kpi)
    if kpi is None or not isinstance(kpi.measure, m.TimeBetween):
        return None
    if c.population is not None:
        return _of_definition(k, c.population)
    start = kpi.measure.start
    if isinstance(start, m.EntryUse):
        return _of_definition(k, start.definition)
    return Entry(kpi.record, _keys(k, start), f"at `{say(start)}`")


def _moments(k: Knowledge, definition: str) -> frozenset[str]:
    """Every moment that a definition's entry is the latest of."""
    chain = k.chain(definition)
    moments = {key for d in chain if d.since is not None for key in _keys(k, d.since)}
    if chain and chain[-1].since is None:
        moments |= _of_record(k, chain[-1].record).moments
    return frozenset(moments)


def _keys(k: Knowledge, moment: m.Moment | m.MovedMoment) -> frozenset[str]:
    """The moments that this one is the latest of; of the earliest of several, each may be that one, and is taken for known."""
    match moment:
        case m.MovedMoment():
            # What is so long after another comes after it; what is before a planned one is no moment of the row itself.
            return frozenset() if moment.before else _keys(k, moment.moment)
        case m.FieldUse():
            return frozenset({f"{moment.record}.{moment.field}"})
        case m.PathUse():
            return frozenset({identity(moment)})
        case m.EntryUse():
            return _moments(k, moment.definition) if moment.definition in k.model.definitions else frozenset()
        case m.EventUse():
            own = {f"event {moment.event}"}
            event = k.model.events.get(moment.event)
            if event is not None and isinstance(event.pick, m.OneOfSeveral):
                own |= {key for part in event.pick.moments for key in _keys(k, part)}
            return frozenset(own)


# ------------------------------------------------------------------------------------------------------ what a condition asks


def _later(k: Knowledge, e: m.Expression, entry: Entry) -> Iterator[Late]:
    """What a condition asks of the row that may come after its entry."""
    match e:
        case m.FieldUse() if t.is_event(e.type) and e.record == entry.record:
            if not _is_first(k, e, entry):
                yield Late(e.span, say(e), e.field)
        case m.EventUse() | m.EntryUse():
            if _about(k, e) == entry.record and not _is_first(k, e, entry):
                yield Late(e.span, say(e))
        case m.MemberUse():
            yield from _member(k, e, entry)
        case m.ScoreUse() if e.score in k.model.scores:
            for clause in k.model.scores[e.score].clauses:
                yield from (Late(e.span, x.what, x.field, x.window) for x in _later(k, clause.when, entry))
        case m.Operation():
            yield from _operation(k, e, entry)
        case m.RowsTest() | m.RowsValue() | m.Picked():
            yield from _rows(k, e.rows, entry)
        case _:
            for operand in operands(e):
                yield from _later(k, operand, entry)


def _operation(k: Knowledge, e: m.Operation, entry: Entry) -> Iterator[Late]:
    first, second = (e.args[n] for n in _FIRST[e.op]) if e.op in _FIRST else (None, None)
    if isinstance(first, m.Moment) and isinstance(second, m.Moment) and _is_first(k, second, entry):
        return  # asked as far as it came before
    for arg in e.args:
        yield from _later(k, arg, entry)


def _member(k: Knowledge, e: m.MemberUse, entry: Entry) -> Iterator[Late]:
    """A row is in a definition from its entry on; where rows never enter it at an instant, its condition is read here."""
    d = k.model.definitions.get(e.definition)
    if d is None or d.record != entry.record:
        return
    if d.entry_type is not None:
        if not _precede(k, _moments(k, e.definition), entry):
            yield Late(e.span, say(e))
        return
    for part in k.chain(e.definition):
        if part.when is not None:
            yield from (Late(e.span, x.what, x.field, x.window) for x in _later(k, part.when, entry))


def _rows(k: Knowledge, rows: m.Rows, entry: Entry) -> Iterator[Late]:
    """Child rows are seen up to the entry: bounds that begin there hold none. Of the rows themselves nothing is asked."""
    bounds = rows.bounds
    moment = None if bounds is None else bounds.moment
    if bounds is not None and moment is not None and not _is_planned(moment):
        yield from _later(k, moment, entry)
        if not bounds.before and entry.moments <= _keys(k, moment):
            yield Late(bounds.span, f"within … after {say(moment)}", window=True)
    if rows.where is not None and rows.beside is None:
        yield from _later(k, rows.where, entry)
    elif rows.where is not None:
        for asked in (x.value for x in walk(rows.where) if isinstance(x, m.OfAsker)):
            yield from _later(k, asked, entry)


def _is_moved(k: Knowledge, moment: m.Moment) -> bool:
    """Whether a moment is, or may be, some time after another."""
    event = k.model.events.get(moment.event) if isinstance(moment, m.EventUse) else None
    pick = None if event is None else event.pick
    return isinstance(pick, m.OneOfSeveral) and any(
        isinstance(x, m.MovedMoment) or _is_moved(k, x) for x in pick.moments
    )


def _is_planned(moment: m.Moment) -> bool:
    return isinstance(moment, m.FieldUse) and not t.is_event(moment.type)


def _is_first(k: Knowledge, moment: m.Moment | m.MovedMoment, entry: Entry) -> bool:
    """Whether a moment of the row is known to come no later than the entry."""
    if isinstance(moment, m.MovedMoment):
        return False
    if isinstance(moment, m.EventUse):
        event = k.model.events.get(moment.event)
        if event is not None and isinstance(event.pick, m.OneOfSeveral):
            some = all if event.pick.latest else any
            return some(_is_first(k, part, entry) for part in event.pick.moments) or (
                f"event {moment.event}" in entry.moments
            )
    return _precede(k, _keys(k, moment), entry)


def _precede(k: Knowledge, keys: frozenset[str], entry: Entry) -> bool:
    own = k.model.records[entry.record].moment
    first = entry.moments | ({f"{entry.record}.{own.name}"} if own is not None else frozenset())
    return keys <= first


def _about(k: Knowledge, e: m.EventUse | m.EntryUse) -> str | None:
    """The record whose rows have the moment."""
    known = (
        k.model.events.get(e.event) if isinstance(e, m.EventUse) else k.model.definitions.get(e.definition)
    )
    return None if known is None else known.record


# --------------------------------------------------------------------------------------------------------------- states


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
    changing: dict[str, list[str]] = {}
    for use in _uses(model, c):
        if use.record in kept and not isinstance(use.type, t.Time | t.Date):
            field = model.records[use.record].fields.get(use.field)
            if field is not None and not field.key and use.field not in changing.get(use.record, []):
                changing.setdefault(use.record, []).append(use.field)
    for record, names in changing.items():
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


def _uses(model: m.Model, c: m.Commitment) -> list[m.AnyField]:
    """Every field that decides about the commitment's rows, through whatever it names."""
    uses: list[m.AnyField] = []
    seen: set[tuple[str, str]] = set()
    waiting: list[object] = [c.target, c.group, ("kpi", c.kpi), ("define", c.population)]
    while waiting:
        x = waiting.pop(0)
        match x:
            case m.FieldUse():
                uses.append(x)
            case m.PathUse():
                uses.append(x)
                waiting.append(x.through)
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
    return uses


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
    if isinstance(x, m.DerivedUse):
        yield "derived", x.name
    for attribute, kind in _NAMES.items():
        name = getattr(x, attribute, None)
        if isinstance(name, str):
            yield kind, name


def _declared(model: m.Model, kind: str, name: str) -> object:
    match kind:
        case "define":
            return model.definitions.get(name)
        case "derived":
            return model.derived.get(name)
        case "score":
            return model.scores.get(name)
        case "event":
            return model.events.get(name)
        case _:
            return model.kpis.get(name)
