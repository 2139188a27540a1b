"""The constants of an agreement, each with an address: the words by which somebody says which one is meant.

An address is what it stands in (`sales.response_time`, `fit`, `MQL`) and then the words around the constant as the agreement has them,
with `_` in its place where more words follow: `sales.response_time within`, `fit add _ when country`. They are read off the tree, which
knows every number, percentage, length of time, date and place in a row, so that no clause has to be known here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Any

from sladsl.compiler import Compilation
from sladsl.source import Source, Span
from sladsl.syntax import ast
from sladsl.syntax.parser import parse
from sladsl.syntax.split import Word, words

GAP = "_"
"""In the place of the constant."""
_MOST_BEFORE = 5
"""Words before a constant that an address has, where fewer do not do."""


class Kind(StrEnum):
    """What a constant is, and what any value in its place must be."""

    NUMBER = "a number"
    PERCENT = "a percentage"
    DURATION = "a length of time"
    BUSINESS = "a length of business time"
    DATE = "a date"
    DATETIME = "a date and time"
    CLOCK = "a reading of the clock"
    PLACE = "a place in a row"
    PERCENTILE = "a percentile"
    TEXT = "a text"


_LEAVES: Mapping[type, Kind] = {
    ast.Number: Kind.NUMBER,
    ast.Percent: Kind.PERCENT,
    ast.Duration: Kind.DURATION,
    ast.Date: Kind.DATE,
    ast.DateTime: Kind.DATETIME,
    ast.TimeOfDay: Kind.CLOCK,
    ast.Text: Kind.TEXT,
}
_PLACE, _PERCENTILE = re.compile(r"\d+(st|nd|rd|th)"), re.compile(r"p\d+")


@dataclass(frozen=True, slots=True)
class Constant:
    """A constant of an agreement. `written` is it as it stands in `file` at `span`; `owner` is what it stands in, and `called` are all the
    names of that. `before` and `after` are the words there up to the constant and behind it, of which its address has as many as it takes.

    `within` are the nodes of the tree around it, the outermost first.
    """

    address: str
    owner: str
    called: tuple[str, ...]
    kind: Kind
    written: str
    file: str
    span: Span
    before: tuple[str, ...]
    after: tuple[str, ...]
    within: tuple[Any, ...]

    @property
    def around(self) -> tuple[str, str]:
        """The address before the constant, and behind it."""
        parts = re.split(rf"(?<![\w.]){GAP}(?!\w)", self.address, maxsplit=1)
        return parts[0].strip(), "".join(parts[1:]).strip()

    @property
    def leaf(self) -> Any:
        """Itself in the tree; of a place in a row, and of a percentile, what has it."""
        return self.within[-1]

    def is_meant_by(self, before: Sequence[str], after: Sequence[str]) -> bool:
        """Whether these words stand right before it, and these right behind it."""
        return _ends_with(self.before, before) and self.after[: len(after)] == tuple(after)


def _ends_with(words: tuple[str, ...], end: Sequence[str]) -> bool:
    return not end or words[-len(end) :] == tuple(end)


def constants(compilation: Compilation) -> tuple[Constant, ...]:
    """Every constant of an agreement and of what it imports, in the order in which they stand, each with an address of its own."""
    owned = [o for source in compilation.sources.values() for o in _owners(compilation, source)]
    by_owner: dict[str, list[_Place]] = {}
    for o in owned:
        by_owner.setdefault(o.name, []).extend(o.places)
    return tuple(_constant(place, places) for places in by_owner.values() for place in places)


# ------------------------------------------------------------------------------------------------------- what they stand in


@dataclass(frozen=True, slots=True)
class _Owner:
    """A declaration, or one commitment; `others` are what it is called besides, and at `header` its name ends."""

    name: str
    others: tuple[str, ...]
    node: Any
    source: Source
    header: int

    @property
    def places(self) -> list[_Place]:
        text = self.source.slice(self.node.span)
        own = tuple(Word(w.kind, w.text, w.span.shift(self.node.span.start)) for w in words(text))
        return [
            _Place(self, kind, span, within, own) for kind, span, within in _leaves(self.node, self.source)
        ]


def _owners(compilation: Compilation, source: Source) -> Iterator[_Owner]:
    ids = {c.origin.span: c for c in compilation.model.commitments if c.origin.file == source.name}
    for node in parse(source)[0].declarations:
        match node:
            case ast.Test() | ast.Import() | ast.Never():  # no figure is made of what stands there
                continue
            case ast.Owes(commitments=commitments):
                for c in commitments:
                    if c.span in ids:
                        known = ids[c.span]
                        short = known.id.removeprefix(f"{known.owner}.")
                        yield _Owner(known.id, (short,), c, source, c.kpi.span.end)
            case ast.Agreement():
                yield _Owner("agreement", (), node, source, node.label.span.end)
            case ast.Route(definition=name) | ast.Lifecycle(record=name):
                yield _named(node, name, source)
            case _:
                yield _named(node, node.name, source)


def _named(node: ast.Declaration, name: ast.Name, source: Source) -> _Owner:
    kind = words(source.slice(node.span), limit=1)[0].text
    return _Owner(name.text, (f"{kind} {name.text}",), node, source, name.span.end)


# -------------------------------------------------------------------------------------------------------- where they stand


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a constant stands, before it has an address."""

    owner: _Owner
    kind: Kind
    span: Span
    within: tuple[Any, ...]
    words: tuple[Word, ...]

    def before(self) -> list[Word]:
        return [w for w in self.words if w.span.end <= self.span.start]

    def after(self) -> list[Word]:
        return [w for w in self.words if w.span.start >= self.span.end]


def _leaves(node: Any, source: Source) -> list[tuple[Kind, Span, tuple[Any, ...]]]:
    return sorted(_below(node, (), source), key=lambda x: x[1])


def _below(
    node: Any, within: tuple[Any, ...], source: Source
) -> Iterator[tuple[Kind, Span, tuple[Any, ...]]]:
    if isinstance(node, tuple):
        for part in node:
            yield from _below(part, within, source)
    elif is_dataclass(node) and not isinstance(node, Span):
        if isinstance(node, ast.Text) and not _is_compared(node, within):
            return
        within = (*within, node)
        if type(node) in _LEAVES:
            business = isinstance(node, ast.Duration) and node.business
            yield Kind.BUSINESS if business else _LEAVES[type(node)], _span(node), within
            return
        yield from _unplaced(node, within, source)
        for f in fields(node):
            yield from _below(getattr(node, f.name), within, source)


def _is_compared(node: ast.Text, within: tuple[Any, ...]) -> bool:
    """Whether a text is a value of the agreement. Others are labels, places and names; and those of a set are not varied one by one."""
    match within[-1:]:
        case (ast.Let(value=value),):
            return node is value
        case (ast.Binary() | ast.Call() | ast.Default() | ast.DatedValue(),):
            return True
        case _:
            return False


def _span(node: Any) -> Span:
    span: Span = node.span
    return span


def _unplaced(
    node: Any, within: tuple[Any, ...], source: Source
) -> Iterator[tuple[Kind, Span, tuple[Any, ...]]]:
    """`3rd` and `p90`, which are no nodes of their own: the first such word of what has them."""
    match node:
        case ast.NthRow() | ast.Picked():
            kind, pattern = Kind.PLACE, _PLACE
        case ast.Statistic():
            kind, pattern = Kind.PERCENTILE, _PERCENTILE
        case _:
            return
    for w in words(source.slice(node.span)):
        if pattern.fullmatch(w.text):
            yield kind, w.span.shift(node.span.start), within
            return


# -------------------------------------------------------------------------------------------------------------- addresses


def _constant(place: _Place, beside: Sequence[_Place]) -> Constant:
    """The constant with the fewest words around it by which nothing else `beside` it is meant."""
    source, o = place.owner.source, place.owner
    before, after = place.before(), place.after()
    texts = [([w.text for w in x.before()], [w.text for w in x.after()]) for x in beside]
    mine = [w.text for w in before], [w.text for w in after]

    def is_alone(p: int, q: int) -> bool:
        ends, begins = mine[0][len(before) - p :], mine[1][:q]
        return sum(b[len(b) - p :] == ends and a[:q] == begins for b, a in texts if len(b) >= p) == 1

    least = (0, 0) if len(beside) == 1 and isinstance(o.node, ast.Let) else _least(place, before)
    p, q = _enough(least, before, after, is_alone, o.header)
    ends, begins = before[len(before) - p :], after[:q]
    said = [source.one_line(Span(x[0].span.start, x[-1].span.end)).text for x in (ends, begins) if x]
    apart = "" if begins and begins[0].text in _SIGNS else " "
    gap = [f"{GAP}{apart}{said[-1]}"] if begins else []
    return Constant(
        " ".join([o.name, *(said[:1] if ends else ()), *gap]),
        o.name,
        (o.name, *o.others),
        place.kind,
        source.slice(place.span),
        source.name,
        place.span,
        tuple(mine[0]),
        tuple(mine[1]),
        place.within,
    )


def _least(place: _Place, before: Sequence[Word]) -> tuple[int, int]:
    """How many words before a constant, and behind it, say at least what it is: those from where the smallest part of the tree begins
    that does not begin with it, or what follows it where something begins with it (`150 from 2026-07-01`, `10 <= size`)."""
    begins = _begins_a_part(place)
    for node in reversed(place.within):
        begin = max(_span(node).start, place.owner.header)
        count = sum(w.span.start >= begin for w in before)
        if count:
            most = _MOST_BEFORE if not begins else 2 if node is not place.owner.node else 0
            return (count, 0) if count <= most else (0, 1) if begins else (2, 0)
    return (0, 1) if begins else (min(2, len(before)), 0)


def _begins_a_part(place: _Place) -> bool:
    """Whether a part of the tree begins with it that says more."""
    return any(_span(x).start == place.span.start and _span(x).end > place.span.end for x in place.within)


def _enough(
    least: tuple[int, int],
    before: Sequence[Word],
    after: Sequence[Word],
    is_alone: Callable[[int, int], bool],
    header: int,
) -> tuple[int, int]:
    """The words before and behind by which a constant is told from all others, those behind it first; none of the name of what it stands
    in."""
    own = sum(w.span.start >= header for w in before)
    for more in range(len(before) + len(after) + 1):
        for extra in range(more // _COST + 1):
            p, q = least[0] + extra, least[1] + more - _COST * extra
            if p > own or q > len(after) or _says_nothing(before, after, p, q):
                continue
            if is_alone(p, q):
                return p, q
    # All of them: no two stand in one place, but those of declarations that say the same.
    return len(before), len(after)


def _says_nothing(before: Sequence[Word], after: Sequence[Word], p: int, q: int) -> bool:
    """Whether an address would begin or end with a sign."""
    ends = (*before[len(before) - p :][:1], *after[max(q - 1, 0) : q])
    return any(w.text in _SIGNS for w in ends)


_SIGNS = (",", ":", "(", ")")
"""What says nothing at either end of an address."""
_COST = 3
"""So many words behind a constant are as good as one more before it."""
