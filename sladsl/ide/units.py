"""What is checked by itself, and which others that depends on.

A unit is a declaration, or one commitment of an `owes` block. It depends on every unit that declares a name it mentions: coarser than
what names mean, and never too little, since a name can only mean something that is declared under it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass

from sladsl.functions import CALLS
from sladsl.plan.made import BEGAN, ENDED
from sladsl.source import Span
from sladsl.syntax import ast

AGREEMENT = "agreement!"
"""Words with a `!` are no one's: they stand for what is depended on without being named."""
_RECORDS, _ROUTES = "record!", "route!"

_WORD = re.compile(r"[A-Za-z_]\w*")
_UNSPOKEN = re.compile(r'"(?:\\["\\]|[^"\n])*"|#[^\n]*')


@dataclass(frozen=True, eq=False, slots=True)
class Unit:
    """`declaration` is None where it did not parse; `commitment` is the one of an `owes` block that this is. Places are the shelf's."""

    file: str
    span: Span
    declaration: ast.Declaration | None
    commitment: ast.Commitment | None
    mentions: frozenset[str]
    declares: frozenset[str]
    unread: tuple[ast.Unread, ...] = ()

    @property
    def fills(self) -> bool:
        """Whether it fills records, as sources and tests do, instead of using them."""
        return isinstance(self.declaration, ast.DataSource | ast.Test)

    @property
    def name_span(self) -> Span | None:
        """Where a declaration gives itself its name."""
        match self.declaration:
            case ast.Agreement() | ast.Test() | ast.Never():
                return self.declaration.label.span
            case None | ast.Owes() | ast.Lifecycle() | ast.Route() | ast.Import():
                return None
            case _:
                return self.declaration.name.span


def units_of(file: str, text: str, base: int, parsed: ast.File) -> tuple[Unit, ...]:
    """The units of one part of a text that is at `base`.

    What did not parse swallows what refers to it: whoever mentions its name depends on it. Stray lines below a declaration are a unit of
    their own, so that what somebody begins to write below it leaves the declaration what it was.
    """
    end = base + len(text)
    lost = frozenset(each.name.text if each.name else AGREEMENT for each in parsed.broken)
    if not parsed.declarations:
        return (Unit(file, Span(base, end), None, None, _words(text), lost, parsed.broken),)
    stray = max(node.span.end for node in parsed.declarations)
    units: list[Unit] = []
    for node in parsed.declarations:
        if isinstance(node, ast.Owes) and len(node.commitments) > 1:
            units += _commitments(file, base, node)
        else:
            names = frozenset(_names(node)) | _unsaid(node)
            units.append(Unit(file, Span(base, stray), node, None, names, _declared(node)))
    if parsed.broken:
        units.append(
            Unit(file, Span(stray, end), None, None, _words(text[stray - base :]), lost, parsed.broken)
        )
    return tuple(units)


def _commitments(file: str, base: int, node: ast.Owes) -> Iterator[Unit]:
    parties = {node.party.text, node.counterparty.text}
    for number, commitment in enumerate(node.commitments):
        span = commitment.span
        names = frozenset(_names(commitment)) | parties
        # What is said of the block itself stands before its first commitment.
        place = Span(base, span.end) if number == 0 else span
        yield Unit(file, place, node, commitment, names, frozenset([commitment.kpi.text]))


def _names(node: object) -> Iterator[str]:
    """Every name in a tree."""
    if isinstance(node, ast.Name):
        yield node.text
    elif isinstance(node, tuple):
        for item in node:
            yield from _names(item)
    elif is_dataclass(node) and not isinstance(node, Span | ast.Text):
        for each in fields(node):
            yield from _names(getattr(node, each.name))


def _words(text: str) -> frozenset[str]:
    """The words of a stretch, those in quotes and comments aside."""
    return frozenset(_WORD.findall(_UNSPOKEN.sub(" ", text)))


def _unsaid(node: ast.Declaration) -> frozenset[str]:
    """What a declaration depends on without naming it."""
    match node:
        case ast.Test():
            routed = any(isinstance(each, ast.ExpectRoute) for each in node.expectations)
            return frozenset(([] if node.given else [_RECORDS]) + ([_ROUTES] if routed else []))
        case ast.DataSource():
            return frozenset([f"source {node.name.text}"])
        case ast.Never():
            return frozenset([f"never {node.label.value}"])
        case _:
            return frozenset()


def _declared(node: ast.Declaration) -> frozenset[str]:
    """The words under which others can depend on a declaration."""
    match node:
        case ast.Agreement():
            return frozenset([AGREEMENT, *(party.name.text for party in node.parties)])
        case ast.Record():
            implied = [node.parent.record.text] if node.parent else []
            return frozenset([node.name.text, _RECORDS, *implied, *(each.name.text for each in node.fields)])
        case ast.Spell():
            values = node.rule.each if isinstance(node.rule, ast.Stretch) else ()
            named = (node.name.text, node.record.text, *(each.name.text for each in values))
            return frozenset([*named, _RECORDS, BEGAN, ENDED])
        case ast.Owes():
            return frozenset(each.kpi.text for each in node.commitments)
        case ast.Route():
            return frozenset([node.definition.text, _ROUTES])
        case ast.DataSource():
            return frozenset([f"source {node.name.text}"])
        case ast.Never():
            return frozenset([f"never {node.label.value}"])
        case ast.Lifecycle() | ast.Import() | ast.Test():
            return frozenset()
        case _:
            return frozenset([node.name.text])


@dataclass
class Index:
    """Who mentions and who declares a word, kept up to date as units come and go."""

    mentions: dict[str, dict[Unit, None]] = field(default_factory=dict)
    declares: dict[str, dict[Unit, None]] = field(default_factory=dict)

    def copy(self) -> Index:
        mentions, declares = (
            {word: dict(units) for word, units in table.items()} for table in (self.mentions, self.declares)
        )
        return Index(mentions, declares)

    def change(self, gone: Iterable[Unit], new: Iterable[Unit]) -> None:
        for unit in gone:
            for table, words in ((self.mentions, unit.mentions), (self.declares, unit.declares)):
                for word in words:
                    table[word].pop(unit, None)
                    if not table[word]:
                        del table[word]
        for unit in new:
            for table, words in ((self.mentions, unit.mentions), (self.declares, unit.declares)):
                for word in words:
                    table.setdefault(word, {})[unit] = None

    def dependents(self, words: Iterable[str]) -> dict[Unit, None]:
        """The units that mention these words, and all that depend on them."""
        reached: dict[Unit, None] = {}
        waiting, seen = set(words), set[str]()
        while waiting:
            word = waiting.pop()
            seen.add(word)
            for unit in self.mentions.get(word, ()):
                if unit not in reached:
                    reached[unit] = None
                    waiting |= unit.declares - seen
        return reached

    def lacks(self, unit: Unit) -> bool:
        """Whether a unit mentions a name that nothing declares: where a record did not parse, that may be one of its fields."""
        return any(not self.declares.get(name) for name in unit.mentions if name not in CALLS)

    def needs(self, units: Iterable[Unit]) -> dict[Unit, None]:
        """These units and all that they depend on."""
        reached = dict.fromkeys(units)
        waiting, seen = {AGREEMENT, *(word for unit in reached for word in unit.mentions)}, set[str]()
        while waiting:
            word = waiting.pop()
            seen.add(word)
            for unit in self.declares.get(word, ()):
                if unit not in reached:
                    reached[unit] = None
                    waiting |= unit.mentions - seen
        return reached
