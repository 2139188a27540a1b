"""What has another name. A name that is gone and one that is new are one thing where both mean the same; else where, with the one written
for the other wherever it stands, the agreement says more of the same."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from sladsl import model as m
from sladsl import types as t
from sladsl.checker.rules.words import say_value
from sladsl.comparing.meaning import AGREEMENT, COMMITMENT, FIELD, PARTY, TEST, Declared, canonical, declared
from sladsl.comparing.texts import VALUE, Key, Named, with_names
from sladsl.compiler import Compilation
from sladsl.model.traversal import expressions_in

_MOST_TRIED = 40
"""Pairs of names, of which several would do: an agreement in which all was renamed is not made out in a keystroke."""


_JOINING = {"and", "or", "not"}


@dataclass(frozen=True, slots=True)
class Renamed:
    """`of` is the record of a field (of a value its field), and `of_new` what that is called now."""

    kind: str
    old: str
    new: str
    of: str = ""
    of_new: str = ""

    @property
    def named(self) -> Named:
        return Named(self.kind, self.old, self.of)


def find(old: Compilation, new: Compilation) -> tuple[tuple[Renamed, ...], Compilation]:
    """What was renamed from the one to the other, and the old agreement with the new names."""
    found: list[Renamed] = []
    while True:
        pairs = list(_alike(old, new))
        sure = [x for x in pairs if _times(x, pairs) == 1]
        with_new = _written(old, new, sure) if sure else None
        if with_new is None:
            sure, with_new = _tried(old, new, [*pairs, *_members(old, new)])
        if with_new is None:
            sure, with_new = _values_of_a_field(old, new)
        if with_new is None:
            sure, with_new = _together(old, new)
        if with_new is None:
            sure, with_new = _tried(old, new, _gone_and_new(old, new))
        if with_new is None:
            return tuple(found), old
        found += sure
        old = with_new


def _times(x: Renamed, pairs: Sequence[Renamed]) -> int:
    """How many pairs there are with one of its names."""
    same = [y for y in pairs if y.kind == x.kind]
    return max(sum(y.old == x.old for y in same), sum(y.new == x.new for y in same))


def _by_key(c: Compilation) -> dict[Key, Declared]:
    return {x.key: x for x in declared(c.model, c.source.name)}


def _alike(old: Compilation, new: Compilation) -> Iterator[Renamed]:
    """A name that is gone and a new one of its kind that means the same."""
    was, now = _by_key(old), _by_key(new)
    for key, x in was.items():
        if key not in now and x.kind not in {COMMITMENT, AGREEMENT}:
            yield from (
                Renamed(x.kind, x.name, y.name)
                for y in now.values()
                if y.kind == x.kind and y.key not in was and y.meaning == x.meaning
            )


def _gone_and_new(old: Compilation, new: Compilation) -> Iterator[Renamed]:
    """A name that is gone and a new one of its kind, whatever it means: who was renamed may have been changed as well."""
    was, now = _by_key(old), _by_key(new)
    for key, x in was.items():
        if key not in now and x.kind not in {COMMITMENT, AGREEMENT, TEST}:
            yield from (
                Renamed(x.kind, x.name, y.name) for y in now.values() if y.kind == x.kind and y.key not in was
            )


def _members(old: Compilation, new: Compilation) -> Iterator[Renamed]:
    """A field of a record that is gone and a new one of its type, and the same of parties."""
    if old.model.agreement is not None and new.model.agreement is not None:
        was, now = ([p.name for p in c.model.agreement.parties] for c in (old, new) if c.model.agreement)
        yield from (Renamed(PARTY, x, y) for x in was if x not in now for y in now if y not in was)
    for name, record in old.model.records.items():
        own = new.model.records.get(name)
        for x in record.fields.values() if own is not None else ():
            for y in own.fields.values() if own is not None and not _has(own, x) else ():
                if not _has(record, y) and not x.implied and _type(x) == _type(y):
                    yield Renamed(FIELD, x.name, y.name, name, name)


def _values(old: Compilation, new: Compilation) -> Iterator[Renamed]:
    """A value of an enumeration that is gone and the new one in its place: the first for the first, where as many are gone as are new."""
    for name, record in old.model.records.items():
        own = new.model.records.get(name)
        for x in record.fields.values() if own is not None else ():
            y = own.fields.get(x.name) if own is not None else None
            if y is None or not isinstance(x.type, t.OneOf) or not isinstance(y.type, t.OneOf):
                continue
            gone = [v for v in x.type.values if v not in y.type.values]
            there = [v for v in y.type.values if v not in x.type.values]
            for a, b in zip(gone, there, strict=False) if len(gone) == len(there) else ():
                if say_value(b) == f'"{b}"':  # it stands between the quotes as it is
                    yield Renamed(VALUE, a, b, f"{name}.{x.name}", f"{name}.{x.name}")


def _values_of_a_field(old: Compilation, new: Compilation) -> tuple[list[Renamed], Compilation | None]:
    """The values of a field that have other names, all at once, where more is the same then."""
    by_field: dict[str, list[Renamed]] = {}
    for x in _values(old, new):
        by_field.setdefault(x.of, []).append(x)
    for pairs in by_field.values():
        with_new = _written(old, new, pairs)
        if with_new is not None and _differing(old, new, pairs[0]) > _differing(with_new, new, pairs[0]):
            return pairs, with_new
    return [], None


def _has(record: m.Record, field: m.Field) -> bool:
    return field.name in record.fields


def _type(field: m.Field) -> str:
    return canonical(replace(field, name="", label=""))


def _tried(
    old: Compilation, new: Compilation, pairs: Iterable[Renamed]
) -> tuple[list[Renamed], Compilation | None]:
    """The rename after which most is the same, where that is more than before: what has the name itself aside."""
    best: tuple[tuple[int, int], list[Renamed], Compilation | None] = ((0, 0), [], None)
    for x in list(pairs)[:_MOST_TRIED]:
        with_new = _written(old, new, [x])
        if with_new is None:
            continue
        was, now = _differing(old, new, x), _differing(with_new, new, x)
        gain = was[0] - now[0], was[1] - now[1]
        if gain > best[0]:
            best = gain, [x], with_new
    return best[1], best[2]


def _together(old: Compilation, new: Compilation) -> tuple[list[Renamed], Compilation | None]:
    """Names that name one another: those that are alike but for names that are gone or new, once each says the same under the new ones."""
    pairs = list(_alike_but_for_names(old, new))
    while pairs:
        with_new = _written(old, new, pairs)
        if with_new is None:
            return [], None
        was, now = _by_key(with_new), _by_key(new)
        kept = [x for x in pairs if _says_the_same(x, was, now)]
        if kept == pairs:
            return pairs, with_new
        pairs = kept
    return [], None


def _says_the_same(x: Renamed, was: dict[Key, Declared], now: dict[Key, Declared]) -> bool:
    """Of a field it is asked of its record, of a party of the agreement."""
    keys = {FIELD: [("record", x.of_new), ("spell", x.of_new)], PARTY: [(AGREEMENT, "")]}.get(
        x.kind, [(x.kind, x.new)]
    )
    return any(key in was and key in now and was[key].meaning == now[key].meaning for key in keys)


def _alike_but_for_names(old: Compilation, new: Compilation) -> Iterator[Renamed]:
    was, now = _by_key(old), _by_key(new)
    names = {x.name for each in (was, now) for x in each.values() if (x.key in was) is not (x.key in now)}
    fields = [{f.name for r in c.model.records.values() for f in r.fields.values()} for c in (old, new)]
    parties = [[p.name for p in c.model.agreement.parties] if c.model.agreement else [] for c in (old, new)]
    names |= (fields[0] ^ fields[1]) | (set(parties[0]) ^ set(parties[1]))

    def shape(x: Declared) -> tuple[str, str]:
        said = re.sub(r"'(\w+)'", lambda quoted: "?" if quoted[1] in names else quoted[0], x.meaning)
        # Fields stand in the order of their names, which are other ones.
        return x.kind, "".join(sorted(said)) if isinstance(x.node, m.Record) else said

    gone, there = (
        _by_shape((x for x in one.values() if x.key not in other), shape)
        for one, other in ((was, now), (now, was))
    )
    for alike, own in gone.items():
        others = there.get(alike, [])
        for x, y in zip(own, others, strict=False) if len(own) == len(others) else ():
            yield Renamed(x.kind, x.name, y.name)
            yield from _fields_in_order(x, y)
    own_parties = [[p for p in each if p in names] for each in parties]
    if len(own_parties[0]) == len(own_parties[1]):
        yield from (Renamed(PARTY, a, b) for a, b in zip(*own_parties, strict=True))


def _fields_in_order(x: Declared, y: Declared) -> Iterator[Renamed]:
    """Fields of a record that has another name too."""
    if isinstance(x.node, m.Record):
        was, now = ([f for f in node.fields.values() if not f.implied] for node in (x.node, y.node))
        for a, b in zip(was, now, strict=False):
            if a.name != b.name and _type(a) == _type(b):
                yield Renamed(FIELD, a.name, b.name, x.name, y.name)


def _by_shape(
    each: Iterable[Declared], shape: Callable[[Declared], tuple[str, str]]
) -> dict[tuple[str, str], list[Declared]]:
    found: dict[tuple[str, str], list[Declared]] = {}
    for x in each:
        if x.kind not in {COMMITMENT, AGREEMENT}:
            found.setdefault(shape(x), []).append(x)
    return found


def _written(old: Compilation, new: Compilation, pairs: Sequence[Renamed]) -> Compilation | None:
    """The old agreement with new names, as the new one writes them."""
    now = _by_key(new)

    def written(x: Renamed) -> str:
        if x.kind != TEST:
            return x.new
        origin = now[x.kind, x.new].node.origin
        return new.sources[origin.file].slice(origin.name_span)

    return with_names(old, {x.named: written(x) for x in pairs})


def _differing(old: Compilation, new: Compilation, x: Renamed) -> tuple[int, int]:
    """How many declarations mean something else, beside the one that has the name; and how many single conditions only one of the two has,
    by which a name is known where more was changed beside it."""
    own = {(x.kind, x.old), (x.kind, x.new)}
    own |= {("record", x.of), ("spell", x.of)} if x.kind == FIELD else set()
    own |= {(AGREEMENT, "")} if x.kind == PARTY else set()
    own |= {("record", x.of.partition(".")[0])} if x.kind == VALUE else set()
    was, now = _by_key(old), _by_key(new)
    several = sum(
        key not in was or key not in now or was[key].meaning != now[key].meaning for key in {*was, *now} - own
    )
    asked, asks = _single_conditions(old), _single_conditions(new)
    return several, (asked - asks).total() + (asks - asked).total()


def _single_conditions(c: Compilation) -> Counter[str]:
    """The conditions of an agreement that are not made of others, in the words of their meaning; tests aside."""
    return Counter(
        canonical(e)
        for x in declared(c.model, c.source.name)
        if x.kind != TEST
        for e in expressions_in(x.node)
        if isinstance(e.type, t.Boolean)
        and not isinstance(e, m.Literal | m.ByDate)
        and not (isinstance(e, m.Operation) and e.op in _JOINING)
    )
