"""A row's story as sections, in the order in which a person would tell it: how it ended, the promises, then what lies behind them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from sladsl import types as t
from sladsl.calendars import Zone, day_date, zone
from sladsl.explaining import Story
from sladsl.explaining.story import (
    BranchFate,
    Counted,
    DefinitionSeen,
    FieldSeen,
    FigureSeen,
    ProblemSeen,
    PromiseSeen,
    RouteSeen,
    Standing,
)
from sladsl.plan import Measure, Status
from sladsl.reports.explain.clocks import candidate_fate, promise_section
from sladsl.reports.explain.nodes import branch, condition, score
from sladsl.reports.explain.words import (
    IN_DOUBT,
    called,
    clock_status,
    counts_in,
    dated,
    definition_status,
    exact_span,
    label_of,
    outside,
)
from sladsl.reports.parts import Block, Facts, Line, Section, Tree
from sladsl.reports.problems import LISTINGS, PROBLEMS
from sladsl.reports.terminal import Style
from sladsl.reports.values import shown
from sladsl.reports.words import as_of_doubts, as_of_words, rows_of


def sections(story: Story) -> Iterator[Section]:
    """The whole story; the first section has its head."""
    where = zone(story.zone)
    yield _head(story, where)
    yield from _owed(story, where)
    if story.definitions:
        yield Section("Definitions", level=1)
        yield from (_definition(d, where) for d in story.definitions)
    if story.routes:
        yield Section("Route", level=1)
        yield from (_route(r, story, where) for r in story.routes)
    measured = [p for p in story.promises if not p.owner]
    if measured:
        yield Section("Measured, without a target", level=1)
        yield from (_promise(story, p, where) for p in measured)
    if story.answers:
        rows = (
            (f"{called(x.promise)} of {x.record} {x.key}", candidate_fate(x.event, where))
            for x in story.answers
        )
        yield Section("As an answer", level=1, blocks=(Facts(tuple(rows)),))
    yield _row(story, where)
    found = [*(_problem(p) for p in story.problems), *(_other(x, where) for x in story.others)]
    if found:
        yield Section("Data problems", level=1, blocks=tuple(Line(x) for x in found))


# --------------------------------------------------------------------------------------------------------------- head


def _head(story: Story, where: Zone) -> Section:
    blocks: list[Block] = [Facts(tuple(_origin(story, where)))]
    told = list(_in_short(story, where))
    if told:
        blocks.append(Facts(tuple(told)))
    return Section(f"{story.record} {story.key}", level=1, blocks=tuple(blocks))


def _origin(story: Story, where: Zone) -> Iterator[tuple[str, str]]:
    yield "agreement", story.agreement
    at = story.as_of
    yield "as of", as_of_words(at, where)
    yield from (("note", doubt) for doubt in as_of_doubts(at, where))
    if story.places:
        files = [f"{_base(p.file)}:{p.line}" if p.line is not None else _base(p.file) for p in story.places]
        yield "stands in", ", ".join(files)
    for above in story.above:
        yield (
            "belongs to",
            f"{above.record} {above.key}" + ("" if above.there else ", which is not in the data"),
        )
    if any(n for _, n in story.below):
        yield "has", ", ".join(rows_of(n, record) for record, n in story.below if n)


def _in_short(story: Story, where: Zone) -> Iterator[tuple[str, str]]:
    for d in story.definitions:
        if d.status is Status.IN or d.status in IN_DOUBT:
            yield d.name, definition_status(d, where)
    for r in story.routes:
        if r.member:
            yield (
                f"route {r.definition}",
                _goes_to(r),
            )
    for c in story.clocks:
        if c.owner and c.clock.state is not None:
            yield called(c), f"{clock_status(c, story.record)} (owed by {c.owner})"
    names = {p.id: called(p) for p in story.promises}
    for x in story.listings:
        if x.kind not in {
            "mislabelled",
            "undated",
            "unclassifiable",
            "undecided",
            "not started",
            "no deadline",
        }:
            yield "in doubt", f"{names.get(x.subject, x.subject)}: {LISTINGS.get(x.kind, x.kind)}"


def _base(file: str) -> str:
    return posixpath.basename(file.replace("\\", "/"))


# ----------------------------------------------------------------------------------------------------------- promises


def _owed(story: Story, where: Zone) -> Iterator[Section]:
    owed = [p for p in story.promises if p.owner]
    for owner, counterparty in dict.fromkeys((p.owner, p.counterparty) for p in owed):
        yield Section(f"What {owner} owes {counterparty}", level=1)
        yield from (
            _promise(story, p, where) for p in owed if (p.owner, p.counterparty) == (owner, counterparty)
        )


def _promise(story: Story, p: PromiseSeen | FigureSeen, where: Zone) -> Section:
    return promise_section(story, p) if isinstance(p, PromiseSeen) else _figure(p, story, where)


def _figure(f: FigureSeen, story: Story, where: Zone) -> Section:
    blocks: list[Block] = []
    inside = f.membership.standing in {Standing.IN, Standing.MAYBE}
    if inside:
        facts = [("promise" if f.owner else "measures", f.promise), ("counts in", counts_in(f.membership))]
        facts += [("in the breakdown", ", ".join(_field_value(x, where) for x in f.by))] if f.by else []
        blocks.append(Facts(tuple(facts)))
    if f.membership.where is not None and f.membership.standing is not Standing.NOT_IN:
        blocks.append(Tree((condition(f.membership.where, where),)))
    if inside and f.condition is not None:
        stood = _by_then(f, story, where)
        nodes = [] if f.condition.score is not None else [condition(f.condition, where)]
        nodes += [
            score(x, where) for x in {p.score.name: p.score for p in f.condition.every() if p.score}.values()
        ]
        blocks.append(Tree(tuple(nodes), stood))
    return Section(label_of(called(f), f.label), _counted(f, where, story.record), None, tuple(blocks))


def _by_then(f: FigureSeen, story: Story, where: Zone) -> str:
    """Up to when a figure's condition sees the world: the end of the row's period, or the as-of before it."""
    if f.until is None:
        return ""
    if f.until >= story.as_of.instant:
        return "As things are so far:"
    return f"As things stood at the end of its period, {dated(f.until + 1, where)}:"


def _counted(f: FigureSeen, where: Zone, record: str) -> str:
    match f.counted:
        case None:
            if f.membership.standing is Standing.MAYBE:
                return f"not known yet whether this {record} counts (a clock that decides it still runs)"
            return f"does not count this {record} ({outside(f.membership, record)})"
        case Counted.ONE:
            return "counts as one" if f.measure is Measure.COUNT else "counts"
        case Counted.HIT:
            return "counts, and the condition holds"
        case Counted.NOT:
            return "counts, and the condition does not hold"
        case Counted.UNKNOWN:
            what = "the condition is unknown" if f.measure is Measure.SHARE else "without a value"
            return f"counts, and {what} (a value that it asks for is missing)"
        case Counted.OPEN:
            so_far = "" if f.value is None else f", {_value(f, where)} so far"
            return f"counts, and is still open{so_far}"
        case Counted.UNDECIDED:
            return "undecided, stopped before it started"
        case Counted.VALUE:
            return f"counts with {_value(f, where)}"


def _value(f: FigureSeen, where: Zone) -> str:
    if f.type is None:
        return "its value"
    if isinstance(f.value, int) and isinstance(f.type, t.Duration) and f.calendar:
        return f"{exact_span(f.value)} of {f.calendar}"
    return shown(f.value, f.type, where)


# -------------------------------------------------------------------------------------------------------- definitions


def _definition(d: DefinitionSeen, where: Zone) -> Section:
    style = Style.GOOD if d.status is Status.IN else Style.WARNING if d.status in IN_DOUBT else None
    blocks: list[Block] = []
    # A row that is not in what a definition builds on, and that nothing dates, is told in a line.
    short = d.status is Status.OUT and d.base is not None and d.base_status is not Status.IN
    if d.when is not None and not short:
        nodes = (condition(d.when, where), *(score(x, where) for x in d.scores))
        blocks.append(Tree(nodes, _stood(d, where)))
    return Section(label_of(d.name, d.label), definition_status(d, where), style, tuple(blocks))


def _stood(d: DefinitionSeen, where: Zone) -> str:
    if d.until is None or d.entry is None:
        return "Its condition, as things are:"
    if d.since is not None and d.since.whole_day:
        return f"Its condition, as things stood at the end of {day_date(where.date_of(d.until)).isoformat()}:"
    return f"Its condition, as things stood at {dated(d.until, where)}:"


def _goes_to(r: RouteSeen) -> str:
    if r.destination:
        return f'"{r.destination}"'
    waits = any(b.fate is BranchFate.WAITS for b in r.branches)
    return "not chosen yet" if waits else "no line of the route takes it"


def _route(r: RouteSeen, story: Story, where: Zone) -> Section:
    if not r.member:
        entered = any(d.name == r.definition and d.status is Status.IN for d in story.definitions)
        why = (
            f"entered {r.definition} outside the agreement's term" if entered else f"is not in {r.definition}"
        )
        return Section(f"route {r.definition}", f"does not apply (this {story.record} {why})")
    return Section(
        f"route {r.definition}",
        _goes_to(r),
        blocks=(Tree(tuple(branch(b, where, "to ") for b in r.branches)),),
    )


# --------------------------------------------------------------------------------------------------------------- row


def _row(story: Story, where: Zone) -> Section:
    rows = tuple((f"{f.name} ({f.label})" if f.label else f.name, _seen(f, where)) for f in story.fields)
    return Section(f"The {story.record} itself", level=1, blocks=(Facts(rows),))


def _seen(f: FieldSeen, where: Zone) -> str:
    return "later than the as-of, so not seen" if f.hidden else shown(f.value, f.type, where)


def _field_value(f: FieldSeen, where: Zone) -> str:
    return f"{f.name} {shown(f.value, f.type, where)}"


def _problem(p: ProblemSeen) -> str:
    x = p.problem
    places = []
    for e in x.examples:
        line = f"{_base(e.file or x.file or '')}:{e.line}" if e.line is not None else ""
        places.append(
            " ".join(part for part in (line, f'"{e.value}"' if e.value is not None else "") if part)
        )
    seen = ", ".join(dict.fromkeys(x for x in places if x))
    row = f"{x.record} {p.key}" if p.key is not None else x.record
    about = f"{row}, {x.field}" if x.field else row
    return f"{about}: {PROBLEMS.get(x.kind, x.kind)}" + (f" ({seen})" if seen else "")


def _other(fields: tuple[FieldSeen, ...], where: Zone) -> str:
    values = "; ".join(f"{f.name} = {_seen(f, where)}" for f in fields)
    return f"not kept, a row of the same key that says otherwise: {values}"
