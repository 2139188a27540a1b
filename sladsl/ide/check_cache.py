"""What was found of units before, for when all that they depend on is again as it was.

An edit often comes back to where things stood: a word that is taken back, a declaration that does not parse until it is finished. What is
found of a unit depends on the unit, on those it needs and on what those need in turn, and on little else. Each of these is a bit, and all
of a unit's together are a number: under the same number, the same is found.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass, field

from sladsl.ide.unit_results import Facts
from sladsl.ide.units import AGREEMENT, Index, Unit, title

_MOST_BITS = 6_000
_MOST_EACH = 4
"""Findings kept of one unit: those that were asked for last."""


@dataclass
class Memory:
    """Findings by unit and what it stood on; errors are not kept, since what they lack may come in anywhere."""

    _bits: dict[Hashable, int] = field(default_factory=dict)
    _known: dict[Unit, dict[int, Facts]] = field(default_factory=dict)

    def standing(self, index: Index, units: Collection[Unit], around: Hashable) -> dict[Unit, int]:
        """What each unit stands on, as a number; `around` is what all of them depend on without naming it."""
        needed = index.needs(units)
        if len(self._bits) > _MOST_BITS + 4 * len(needed):
            self._bits, self._known = {}, {}
        always = self._bit(around)
        own = {unit: self._bit(unit) for unit in needed}
        below = dict.fromkeys(needed, always)
        edges: dict[Unit, list[tuple[Unit, int]]] = {}
        for unit in needed:
            edges[unit], named = self._edges(index, unit, own)
            below[unit] |= named
        _settle(below, edges)
        return {unit: own[unit] | below[unit] for unit in units}

    def _edges(self, index: Index, unit: Unit, own: Mapping[Unit, int]) -> tuple[list[tuple[Unit, int]], int]:
        """The units that one names, each with the bit that stands for itself, and the bits of the fields that it names."""
        found: dict[Unit, int] = {}
        named = 0
        for word in (AGREEMENT, *unit.mentions):
            declaring = index.declares.get(word, {})
            alone = len(declaring) == 1
            for other in declaring:
                if other is unit:
                    continue
                if alone and word in other.meanings:
                    found.setdefault(other, 0)
                    named |= self._bit((other.file, title(other), word, other.meanings[word]))
                else:
                    found[other] = own[other]
        return list(found.items()), named

    def _bit(self, thing: Hashable) -> int:
        return 1 << self._bits.setdefault(thing, len(self._bits))

    def recall(self, standing: Mapping[Unit, int]) -> dict[Unit, Facts]:
        """What is known already of units that stand as they did."""
        found: dict[Unit, Facts] = {}
        for unit, number in standing.items():
            kept = self._known.get(unit, {})
            # What is found of the agreement says more than its facts: it is looked at.
            if number in kept and AGREEMENT not in unit.declares:
                found[unit] = kept[number] = kept.pop(number)
        return found

    def keep(self, standing: Mapping[Unit, int], facts: Mapping[Unit, Facts]) -> None:
        for unit, number in standing.items():
            known = facts.get(unit)
            if known is not None and _is_its_own(unit, known):
                kept = self._known.setdefault(unit, {})
                kept[number] = known
                if len(kept) > _MOST_EACH:
                    del kept[next(iter(kept))]


def _settle(below: dict[Unit, int], edges: Mapping[Unit, list[tuple[Unit, int]]]) -> None:
    """Adds to what each unit stands on what those it names stand on, until nothing is new: names may run in circles."""
    changed = True
    while changed:
        changed = False
        for unit, others in edges.items():
            reached = before = below[unit]
            for other, bit in others:
                reached |= below[other] | bit
            if reached != before:
                below[unit] = reached
                changed = True


def _is_its_own(unit: Unit, facts: Facts) -> bool:
    """Whether all that was found is about places of the unit itself, which are the same for as long as it is the same unit."""
    if facts.has_errors:
        return False
    places = [
        (place.start, place.end, file)
        for d in facts.diagnostics
        for place, file in (
            *((label.span, label.file or d.file) for label in d.labels),
            *((edit.span, d.file) for fix in d.fixes for edit in fix.edits),
        )
    ]
    return all(
        file == unit.file and unit.span.start <= start and end <= unit.span.end for start, end, file in places
    )
