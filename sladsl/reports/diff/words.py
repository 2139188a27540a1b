"""What differs between agreements, in the sentences that text and Markdown share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sladsl.calendars import zone
from sladsl.checker.rules.words import say_value
from sladsl.closing import ClosedFigure
from sladsl.comparing import Change, Comparison, Part, Relation, Renamed, What
from sladsl.comparing.on_data import Cause, FigureChange, OnData, RowsChange
from sladsl.nouns import joined, plural
from sladsl.reports.figure_words import NO_VALUE, called, figure_called
from sladsl.reports.words import local, rows_of

NOTHING = "no difference in meaning"


@dataclass(frozen=True, slots=True)
class Agreements:
    """One agreement before and after. `file` is its name, `was` the other name it had; `whole` says that there was none before, or is none
    now. `on_data` is None where it was not judged on data, for the reason `unjudged` if that was not asked for."""

    file: str
    comparison: Comparison
    was: str = ""
    whole: What = What.CHANGED
    on_data: OnData | None = None
    unjudged: str = ""

    @property
    def name(self) -> str:
        """What the agreement calls itself; "" for a file that has none."""
        for c in (self.comparison.new, self.comparison.old):
            if c.model.agreement is not None:
                return c.model.agreement.label
        return ""

    @property
    def differs(self) -> bool:
        """Whether a verdict does; where it was not judged, whether anything was added, taken away or changed."""
        if self.on_data is not None:
            return bool(self.on_data.verdicts)
        return bool(self.comparison.changes) or self.whole is not What.CHANGED


def summary(x: Agreements) -> str:
    """`2 changed, 1 added, 1 renamed`."""
    changes = [c for c in x.comparison.changes if not c.through]
    counts = [
        (sum(c.what is What.CHANGED for c in changes), "changed"),
        (sum(c.what is What.ADDED for c in changes), "added"),
        (sum(c.what is What.REMOVED for c in changes), "taken away"),
        (len(x.comparison.changes) - len(changes), "changed by that alone"),
        (len(x.comparison.renamed), "renamed"),
        (len(x.comparison.moved), "moved"),
    ]
    told = ", ".join(f"{n} {word}" for n, word in counts if n) or NOTHING
    match x.whole:
        case What.ADDED:
            return "a new agreement"
        case What.REMOVED:
            return "this agreement is gone"
        case What.CHANGED:
            return f"was {x.was}; {told}" if x.was else told


def sections(x: Agreements) -> Iterator[tuple[str, Sequence[Change]]]:
    """The changes under their titles."""
    own = [c for c in x.comparison.changes if not c.through]
    for what, heading in ((What.CHANGED, "Changed"), (What.ADDED, "Added"), (What.REMOVED, "Taken away")):
        some = [c for c in own if c.what is what]
        if some:
            yield heading, some
    through = [c for c in x.comparison.changes if c.through]
    if through:
        yield "Changed by that alone", through


def change(c: Change) -> str:
    return f"{c.title}, through {joined(c.through, 'and')}" if c.through else c.title


def part(p: Part, what: What) -> str:
    """`for each: industry → industry and country`; of what is new or gone, what it says."""
    title = f"{p.title}: " if p.title else ""
    if what is not What.CHANGED:
        return f"{title}{p.after or p.before}"
    if p.before == p.after:  # what it names means something else
        return f"{title}{p.before.removesuffix('.')}, in the same words"
    if p.before and p.after:
        return f"{title}{p.before} → {p.after}"
    only, came = p.after or p.before, "now also" if p.after else "no longer"
    return f"{title}{came}{':' if only.endswith('.') else ''} {only}"


PROVEN = {
    Relation.EQUIVALENT: "equivalent (proven): the same {}s meet it as before",
    Relation.STRONGER: "stronger (proven): every {} that meets it now met it before",
    Relation.WEAKER: "weaker (proven): every {} that met it before meets it now",
    Relation.INCOMPARABLE: "neither stronger nor weaker",
    None: "another condition",
}


def parts(c: Change) -> Iterator[str]:
    """What is said of a change, line by line."""
    yield from (part(p, c.what) for p in c.parts)
    for x in c.conditions:
        title = f"{x.title}: " if x.title else ""
        yield f"{title}{PROVEN[x.relation].format(x.of)}"
        if x.lost:
            yield f"met before and not now, for one: {x.lost}"
        if x.gained:
            yield f"met now and not before, for one: {x.gained}"


def in_passing(x: Agreements) -> Iterator[tuple[str, list[str]]]:
    """What was renamed, and what was moved."""
    if x.comparison.renamed:
        yield "Renamed", [_renamed(r) for r in x.comparison.renamed]
    if x.comparison.moved:
        yield "Moved", [f"{each.title}: {each.old} → {each.new}" for each in x.comparison.moved]


def _renamed(r: Renamed) -> str:
    of = f" of {r.of}" if r.of else ""
    old, new = (r.old, r.new) if r.kind != "test" else (say_value(r.old), say_value(r.new))
    return f"{'KPI' if r.kind == 'kpi' else r.kind} {old}{of} → {new}"


# ---------------------------------------------------------------------------------------------------------------- on data


def as_of(d: OnData) -> str:
    where = zone(d.new.plan.zone)
    within = "" if d.new.period is None else f", {d.new.period.label} alone"
    return f"On data as of {local(d.new.outcomes.as_of.instant, where)} {where.name}{within}"


def turned(d: OnData) -> list[str]:
    """`response_time: 2 of 11 months met → missed`: of each commitment how many of its verdicts are others."""
    found: dict[tuple[str, tuple[str, str]], int] = {}
    for x in d.verdicts:
        if x.verdicts is not None and not x.one.by:
            at = (x.one.id, x.verdicts)
            found[at] = found.get(at, 0) + 1
    told = []
    for (id, (before, after)), count in found.items():
        of = periods(d, id)
        told.append(f"{title(d, id)}: {count} of {of} {before or NO_VERDICT} → {after or NO_VERDICT}")
    return told


NO_VERDICT = "not promised"


def periods(d: OnData, id: str) -> str:
    """`11 months`: those of a commitment that have a verdict before or after."""
    labels = {
        (j.measured.period.label, made.plan.figure(c.commitment.figure).period)
        for made in (d.old, d.new)
        for c in made.commitments
        if c.commitment.id == id
        for j in c.periods
    }
    kinds = {kind for _, kind in labels}
    word = next(iter(kinds)) if len(kinds) == 1 else "period"
    return f"{len(labels)} {word if len(labels) == 1 else plural(str(word))}"


def title(d: OnData, id: str) -> str:
    """What a commitment or a KPI's figure is called."""
    for made in (d.new, d.old):
        known = next((c for c in made.plan.commitments if c.id == id), None)
        if known is not None:
            return called(known)
        figure = next((f for f in made.plan.figures if f.id == id), None)
        if figure is not None:
            return figure_called(figure)
    return id


def place(d: OnData, x: FigureChange) -> str:
    """`response_time 2026-03`, with the part of it."""
    return " ".join([title(d, x.one.id), x.one.period, *(f"({by or NO_VALUE})" for by in x.one.by)])


def values(x: FigureChange) -> tuple[str, str]:
    """The figure before and after, with its verdict."""
    if x.before is not None and x.after is not None:
        return x.before.told_beside(x.after), x.after.told_beside(x.before)
    return _said(x.before), _said(x.after)


def _said(figure: ClosedFigure | None) -> str:
    return NO_VALUE if figure is None else figure.said


def rows(d: OnData, x: RowsChange) -> str:
    """`MQL: in → not in: 214 leads (l-1, l-2 and 212 more)`."""
    more = x.count - len(x.keys)
    keys = joined([*x.keys, f"{more:,} more"] if more else x.keys, "and")
    subject = x.subject if x.is_definition else title(d, x.subject)
    return f"{subject}: {x.was} → {x.now}: {rows_of(x.count, x.record)} ({keys})"


def cause(d: OnData, c: Cause) -> Iterator[str]:
    """What some changes add to the difference."""
    if not c.figures and not c.members:
        yield "changes no figure"
    for m in c.members:
        yield f"{m.definition}: {m.before:,} → {m.after:,} rows in it"
    for x in sorted(c.figures, key=lambda x: x.verdicts is None):
        before, after = values(x)
        yield f"{place(d, x)}: {before} → {after}"
