"""Two agreements, or two versions of one, by what they mean: what was added, taken away and changed, and what was only renamed or moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from sladsl import model as m
from sladsl import types as t
from sladsl.comparing import renames
from sladsl.comparing.implication import (
    Condition,
    Related,
    Relation,
    asks_for_fields_alone,
    conditions,
    named_in,
    paired,
    related,
)
from sladsl.comparing.meaning import (
    AGREEMENT,
    COMMITMENT,
    CONSTANT,
    DEFINITION,
    RECORD,
    SPELL,
    TEST,
    Declared,
    canonical,
    declared,
    digest,
    joined_by,
    meant,
)
from sladsl.comparing.renames import Renamed
from sladsl.comparing.texts import Key, is_written_alike, needs, pieces
from sladsl.comparing.words import ASPECTS, Aspect, Inside, Many, One, Speaker, When
from sladsl.compiler import Compilation
from sladsl.nouns import joined
from sladsl.wording import names
from sladsl.wording.conditions import condition

__all__ = ["Change", "Comparison", "Moved", "Part", "Related", "Relation", "Renamed", "What", "compare"]


class What(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Part:
    """What is said under a title before and after; "" where nothing is."""

    title: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """A declaration that means something else. `title` is what a reader knows it by; `through` are the titles of the changes by which alone
    it does, where its own words are the same. `was` is its name before, among the old ones. `conditions` are
    those that differ, with what is known of each beside the one before."""

    what: What
    kind: str
    name: str
    title: str
    parts: tuple[Part, ...]
    was: str
    through: tuple[str, ...] = ()
    conditions: tuple[Related, ...] = ()

    @property
    def key(self) -> Key:
        return self.kind, self.name


@dataclass(frozen=True, slots=True)
class Moved:
    """A declaration that stands in another file, seen from the agreement's own."""

    kind: str
    name: str
    title: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """`named_anew` is the old agreement with the new names. Digests are of the meaning: they are the same where nothing was changed and
    nothing renamed."""

    old: Compilation
    new: Compilation
    named_anew: Compilation
    renamed: tuple[Renamed, ...]
    moved: tuple[Moved, ...]
    changes: tuple[Change, ...]

    @property
    def is_same(self) -> bool:
        """Whether both say the same of everything, under the same names, in the same files."""
        return not (self.renamed or self.moved or self.changes)

    @property
    def digests(self) -> tuple[str, str]:
        old, new = (digest(c.model, c.source.name) for c in (self.old, self.new))
        return old, new


def compare(old: Compilation, new: Compilation) -> Comparison:
    """What differs between two agreements without errors."""
    renamed, named_anew = renames.find(old, new)
    was, now = (list(declared(c.model, c.source.name)) for c in (named_anew, new))
    pairs = list(_pairs(was, now))
    told = _Told(named_anew, new)
    changes = [told.change(x, y) for x, y in pairs if x is None or y is None or x.meaning != y.meaning]
    moved = tuple(
        Moved(y.kind, y.name, title(y), x.file, y.file)
        for x, y in pairs
        if x is not None and y is not None and _file(x, old) != _file(y, new)
    )
    changes = list(told.with_causes(changes))
    both = {y.key: (x, y) for x, y in pairs if x is not None and y is not None}
    related_ = _Conditions(named_anew, new, changes)
    changes = [
        replace(x, conditions=tuple(related_.of(*both[x.key]))) if x.key in both else x for x in changes
    ]
    return Comparison(old, new, named_anew, renamed, moved, tuple(changes))


def _file(x: Declared, c: Compilation) -> str | None:
    """The file that it stands in, None for the agreement's own, whatever that is called."""
    return None if x.node.origin.file == c.source.name else x.file


def _pairs(
    was: Sequence[Declared], now: Sequence[Declared]
) -> Iterator[tuple[Declared | None, Declared | None]]:
    """What became of each declaration, in the order of the new agreement; what is gone stands last."""
    left, pairs = list(was), dict[int, Declared]()

    def pair(alike: Callable[[Declared, Declared], bool]) -> None:
        for n, y in enumerate(now):
            x = next((x for x in left if n not in pairs and alike(x, y)), None)
            if x is not None:
                pairs[n] = x
                left.remove(x)

    pair(lambda x, y: x.key == y.key and x.meaning == y.meaning)
    pair(lambda x, y: x.key == y.key)
    # A promise with other dates, and one that another party gives, is known by what it is about.
    pair(lambda x, y: x.kind == y.kind == COMMITMENT and x.node.promise == y.node.promise)
    pair(lambda x, y: x.kind == y.kind == COMMITMENT and x.node.promise[1:] == y.node.promise[1:])
    yield from ((pairs.get(n), y) for n, y in enumerate(now))
    yield from ((x, None) for x in left)


def title(x: Declared) -> str:
    """What a reader knows a declaration by: `definition MQL`, `response_time (sales owes marketing)`."""
    node = x.node
    match x.kind:
        case "agreement":
            return "the agreement"
        case "commitment":
            of = "" if node.population is None else f" of {node.population}"
            since = "" if node.first is None else f" from {names.date(node.first)}"
            return f"{node.kpi}{of}{since} ({node.owner} owes {node.counterparty})"
        case "route" | "lifecycle":
            return f"{x.kind} of {x.name}"
        case "test" | "never":
            return f'{x.kind} "{x.name}"'
        case "kpi":
            return f"KPI {x.name}"
        case _:
            return f"{x.kind} {x.name}"


# ------------------------------------------------------------------------------------------------------------ conditions


class _Conditions:
    """The conditions of what changed, each beside the one before, where all that they name means what it did."""

    def __init__(self, old: Compilation, new: Compilation, changes: Sequence[Change]) -> None:
        self.old, self.new = old, new
        self.changed = {key for x in changes for key in (x.key, (x.kind, x.was))}
        self.needs = [needs(new), needs(old)]
        self.hours_changed = (
            any(kind == "calendar" for kind, _ in self.changed) or not self._reads_time_alike()
        )

    def of(self, x: Declared, y: Declared) -> Iterator[Related]:
        if x.kind == TEST or x.meaning == y.meaning:
            return
        was, now = (list(conditions(c.model, d.node)) for c, d in ((self.old, x), (self.new, y)))
        for after, before in paired(now, was):
            told = self._related(after, before, y.key)
            if told is not None:
                yield told

    def _related(self, after: Condition, before: Condition, own: Key) -> Related | None:
        if _read(after) != _read(before) or self._is_changed(_of_whom(after, before), own):
            # Those that are asked are others now, or are asked at another moment: it is held of all rows, at any.
            after, before = (replace(x, definition=None, declared=None) for x in (after, before))
        if after.record != before.record or _asked(after) == _asked(before):
            return None
        if self.hours_changed and not all(asks_for_fields_alone(x.when) for x in (after, before)):
            return None
        named = {*named_in(after.when), *named_in(before.when)}
        named |= {("kpi", x.figure.name) for x in (after, before) if x.figure is not None}
        return None if self._is_changed(named, own) else related(self.new, after, before)

    def _is_changed(self, named: Collection[Key], own: Key) -> bool:
        """Whether one of these declarations, or of those that they name, means something else now."""
        seen, waiting = {*named, own}, [key for key in named if key != own]
        while waiting:
            kind, name = waiting.pop()
            if kind == RECORD and self._is_spell(name):
                kind = SPELL  # its rows are those of a record in an expression
            key = kind, name
            if key in self.changed and not (kind == RECORD and self._has_more_alone(name)):
                return True
            # What a constant is worth stands where it is named.
            more = {other for each in self.needs for other in each.get(key, ()) if other[0] != CONSTANT}
            waiting += more - seen
            seen |= more
        return False

    def _is_spell(self, name: str) -> bool:
        rows = (c.model.records.get(name) for c in (self.old, self.new))
        return any(r is not None and r.spell is not None for r in rows)

    def _reads_time_alike(self) -> bool:
        a, b = self.old.model.agreement, self.new.model.agreement
        if a is None or b is None:
            return a is b
        return (a.zone, a.hours, a.year_starts, a.week_starts) == (
            b.zone,
            b.hours,
            b.year_starts,
            b.week_starts,
        )

    def _has_more_alone(self, name: str) -> bool:
        """Whether a record has all that it had as it was, and what is new are fields beside them, or more values of an enumeration."""
        x, y = (c.model.records.get(name) for c in (self.old, self.new))
        if x is None or y is None or canonical((x.link, x.spell)) != canonical((y.link, y.spell)):
            return False
        if (x.moment and x.moment.name) != (y.moment and y.moment.name):
            return False
        return all(name in y.fields and _is_as_wide(f, y.fields[name]) for name, f in x.fields.items())


def _is_as_wide(old: m.Field, new: m.Field) -> bool:
    if isinstance(old.type, t.OneOf) and isinstance(new.type, t.OneOf):
        more = set(old.type.values) <= set(new.type.values)
        old, new = replace(old, type=t.TEXT), replace(new, type=t.TEXT)
        return more and canonical(old) == canonical(new)
    return canonical(old) == canonical(new)


def _asked(x: Condition) -> tuple[str | None, str]:
    return x.definition, canonical(x.when)


def _read(x: Condition) -> str:
    """At which moment it is read, where it is a definition's own."""
    return "" if x.declared is None else canonical(x.declared.since)


def _of_whom(after: Condition, before: Condition) -> set[Key]:
    """What says of which rows two conditions are asked, and when."""
    named = {(DEFINITION, x.definition) for x in (after, before) if x.definition is not None}
    for x in (after, before):
        if x.declared is not None and x.declared.since is not None:
            named |= {*named_in(x.declared.since)}
    return named


# ------------------------------------------------------------------------------------------------- in words, part by part


class _Told:
    """The changes from one agreement to another, in words."""

    def __init__(self, old: Compilation, new: Compilation) -> None:
        self.old, self.new = Speaker(old.model, old.sources), Speaker(new.model, new.sources)
        self.was, self.now = pieces(old), pieces(new)
        self.needs = needs(new)

    def change(self, x: Declared | None, y: Declared | None) -> Change:
        one = y or x
        assert one is not None
        parts = tuple(self._parts(x and x.node, y and y.node, x and x.node, y and y.node))
        if not parts:
            parts = (Part("", self._text(self.was, x), self._text(self.now, y)),)
        what = What.CHANGED if x and y else What.ADDED if y else What.REMOVED
        return Change(what, one.kind, one.name, title(one), parts, x.name if x else "")

    def with_causes(self, changes: Sequence[Change]) -> Iterator[Change]:
        """Each with the changes through which alone it is one: what is written of it is the same."""
        own = {x.key: x.title for x in changes if not self._alike(x)}
        for x in changes:
            if not self._alike(x):
                yield x
                continue
            through = [own[key] for key in sorted(self.needs.get(x.key, ())) if key in own]
            agreement = own.get((AGREEMENT, ""))
            yield replace(x, through=tuple(through) or ((agreement,) if agreement else tuple(own.values())))

    def _alike(self, x: Change) -> bool:
        if x.key not in self.was or x.key not in self.now:
            return False
        return is_written_alike(self.was[x.key], self.now[x.key])

    def _text(self, texts: Mapping[Key, tuple[str, ...]], x: Declared | None) -> str:
        return "" if x is None else " ".join(" ".join(text.split()) for text in texts[x.key])

    def _parts(self, x: Any, y: Any, was: Any, now: Any) -> Iterator[Part]:
        """The parts of two nodes of one kind that differ; of one that is not there nothing is said. `was` and `now` are the declarations
        that they stand in."""
        for aspect in ASPECTS[type(y if x is None else x)]:
            match aspect:
                case Inside():
                    yield from self._inside(aspect, x, y, was, now)
                case Many():
                    yield from self._many(aspect, x, y, was, now)
                case One() | When():
                    if _meaning(aspect, x) != _meaning(aspect, y):
                        yield from self._one(aspect, x, y, was, now)

    def _one(self, aspect: One | When, x: Any, y: Any, was: Any, now: Any) -> Iterator[Part]:
        if isinstance(aspect, When) and x is not None and y is not None:
            joined_parts = list(self._joined(aspect, x, y))
            if joined_parts:
                yield from joined_parts
                return
        before = "" if x is None else aspect.say(self.old, was)
        after = "" if y is None else aspect.say(self.new, now)
        if before or after:
            yield Part(aspect.title, before, after)

    def _joined(self, aspect: When, x: Any, y: Any) -> Iterator[Part]:
        """Of conditions that are joined by one word, those that only one of the two has."""
        a, b = getattr(x, aspect.field), getattr(y, aspect.field)
        if a is None or b is None:
            return
        for op, words in (("and", aspect.title), ("or", f"or {aspect.title}")):
            first, second = list(joined_by(a, op)), list(joined_by(b, op))
            if len(first) > 1 or len(second) > 1:
                gone, new = _only(first, second), _only(second, first)
                if len(gone) == len(first):  # nothing is left of it
                    return
                before = joined((condition(self.old.model, e) for e in gone), op)
                yield Part(words, before, joined((condition(self.new.model, e) for e in new), op))
                return

    def _many(self, aspect: Many, x: Any, y: Any, was: Any, now: Any) -> Iterator[Part]:
        first = [] if x is None else list(aspect.parts(x))
        second = [] if y is None else list(aspect.parts(y))
        gone, new = _only(first, second), _only(second, first)
        if (
            aspect.ordered
            and not gone
            and not new
            and list(map(canonical, first)) != list(map(canonical, second))
        ):
            before = "; ".join(aspect.say(self.old, part, was) for part in first)
            yield Part(
                f"order of {aspect.title}" if aspect.title else "in order",
                before,
                "; ".join(aspect.say(self.new, part, now) for part in second),
            )
        for part in gone:
            instead = next((other for other in new if aspect.alike(other) == aspect.alike(part)), None)
            after = ""
            if instead is not None:
                new.remove(instead)
                after = aspect.say(self.new, instead, now)
            yield Part(aspect.title, aspect.say(self.old, part, was), after)
        for part in new:
            yield Part(aspect.title, "", aspect.say(self.new, part, now))

    def _inside(self, aspect: Inside, x: Any, y: Any, was: Any, now: Any) -> Iterator[Part]:
        a, b = (None if node is None else getattr(node, aspect.field) for node in (x, y))
        if a is not None and b is not None and type(a) is not type(b):
            yield Part(aspect.title, aspect.say(self.old, was), aspect.say(self.new, now))
        elif a is not None or b is not None:
            yield from self._parts(a, b, was, now)


def _meaning(aspect: Aspect, node: Any) -> str:
    if node is None:
        return ""
    name = type(node).__name__
    own = [f for f in aspect.fields if f in meant(type(node))]
    return ", ".join(canonical(getattr(node, f), f"{name}.{f}") for f in own)


def _only(parts: Sequence[Any], others: Sequence[Any]) -> list[Any]:
    """Those of which the others have none, or fewer, that mean the same."""
    there = Counter(canonical(x) for x in others)
    only = []
    for part in parts:
        text = canonical(part)
        if there[text]:
            there[text] -= 1
        else:
            only.append(part)
    return only
