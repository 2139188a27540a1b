r"""The patterns of `matches`, found in time linear in the text.

The subset is the one `sladsl.checker.comparisons` lets through: literals, `.`, `[…]`, `\d \w \s` (ASCII), `^ $`, `? * + {m,n}`, `|` and
groups. A pattern becomes a little machine (Thompson, "Regular expression search algorithm", 1968): all the places it can be at are
followed side by side through the text, so no text makes it try again, as `(a+)+$` makes Python's `re`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from string import ascii_letters, digits
from typing import TypeAlias

Test: TypeAlias = Callable[[str], bool]
Place: TypeAlias = int
Part: TypeAlias = "Callable[[Machine, Place], Place]"
"""Adds a part of a pattern to a machine, before the place that follows it; gives the place where the part begins."""

_CLASSES = {
    "d": frozenset(digits),
    "w": frozenset(ascii_letters + digits + "_"),
    "s": frozenset(" \t\n\r\f\v"),
}
_KEPT = 10_000
"""Moves that a machine remembers."""


@lru_cache(maxsize=256)
def machine(pattern: str) -> Machine:
    """The machine of a pattern of the subset."""
    made = Machine()
    made.entry = _Reader(pattern).alternatives()(made, made.add(None))
    return made


def matches(text: str, pattern: str) -> bool:
    """Whether the pattern is found anywhere in the text; `$` is the text's very end, and `.` is anything but a line feed."""
    return machine(pattern).found_in(text)


# --------------------------------------------------------------------------------------------------------- following it


@dataclass(frozen=True, slots=True)
class Take:
    """A character that passes the test leads on."""

    test: Test
    then: Place


@dataclass(frozen=True, slots=True)
class Edge:
    """`^` or `$`: leads on at the beginning, or the end, of the text."""

    end: bool
    then: Place


@dataclass(slots=True)
class Fork:
    """Leads on to several places at once."""

    to: list[Place]


State: TypeAlias = frozenset[Place]


@dataclass(eq=False)
class Machine:
    """Places and what leads on from them; None is where the pattern has been found."""

    places: list[Take | Edge | Fork | None] = field(default_factory=list)
    entry: Place = 0
    _moves: dict[tuple[State, str], State] = field(default_factory=dict)
    _found = 0  # the first place that is added

    def add(self, what: Take | Edge | Fork | None) -> Place:
        self.places.append(what)
        return len(self.places) - 1

    def found_in(self, text: str) -> bool:
        state = self._reached([self.entry], start=True, end=not text)
        for char in text:
            if self._found in state:
                return True
            state = self._move(state, char)
        return self._found in self._reached(state, start=not text, end=True)

    def _move(self, state: State, char: str) -> State:
        """Where one more character leads; a find may also begin after it."""
        known = self._moves.get((state, char))
        if known is None:
            taken = (x for x in map(self.places.__getitem__, state) if isinstance(x, Take))
            ahead = {x.then for x in taken if x.test(char)}
            known = self._reached([*ahead, self.entry], start=False, end=False)
            if len(self._moves) >= _KEPT:
                self._moves.clear()
            self._moves[state, char] = known
        return known

    def _reached(self, places: Iterable[Place], start: bool, end: bool) -> State:
        """The places, and those that lead on from them without a character. A `$` stays, to be asked at the end."""
        waiting, seen = list(places), set[Place]()
        while waiting:
            place = waiting.pop()
            if place in seen:
                continue
            seen.add(place)
            match self.places[place]:
                case Fork(to=to):
                    waiting += to
                case Edge(end=at_end, then=then) if end if at_end else start:
                    waiting.append(then)
                case _:
                    pass
        return frozenset(seen)


# ------------------------------------------------------------------------------------------------------------ making it


@dataclass
class _Reader:
    """Reads a pattern by recursive descent; `at` is the next character. What the checker refuses does not come here."""

    text: str
    at: int = 0

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self) -> str:
        self.at += 1
        return self.text[self.at - 1]

    def alternatives(self) -> Part:
        choices = [self.sequence()]
        while self.peek() == "|":
            self.at += 1
            choices.append(self.sequence())
        return (
            choices[0]
            if len(choices) == 1
            else lambda m, then: m.add(Fork([part(m, then) for part in choices]))
        )

    def sequence(self) -> Part:
        parts: list[Part] = []
        while self.peek() not in {"", "|", ")"}:
            parts.append(self.repeated(self.atom()))

        def one_after_another(m: Machine, then: Place) -> Place:
            for part in reversed(parts):
                then = part(m, then)
            return then

        return one_after_another

    def repeated(self, part: Part) -> Part:
        least: int
        most: int | None
        match self.peek():
            case "?":
                least, most = 0, 1
            case "*":
                least, most = 0, None
            case "+":
                least, most = 1, None
            case "{":
                least, most = self.bounds()
            case _:
                return part
        self.at += 1
        return lambda m, then: _times(m, part, least, most, then)

    def bounds(self) -> tuple[int, int | None]:
        """`{2}`, `{2,}`, `{2,3}`; the closing bracket is left."""
        end = self.text.index("}", self.at)
        low, comma, high = self.text[self.at + 1 : end].partition(",")
        self.at = end
        return int(low), int(high) if high else None if comma else int(low)

    def atom(self) -> Part:
        match self.take():
            case "(":
                if self.peek() == "?":
                    self.at += 2
                part = self.alternatives()
                self.at += 1
                return part
            case "^":
                return lambda m, then: m.add(Edge(False, then))
            case "$":
                return lambda m, then: m.add(Edge(True, then))
            case ".":
                return _one(lambda char: char != "\n")
            case "[":
                return _one(self.char_class())
            case "\\":
                return _one(_escaped(self.take()))
            case sign:
                return _one(sign.__eq__)

    def char_class(self) -> Test:
        negated = self.peek() == "^"
        self.at += negated
        tests = []
        while (sign := self.take()) != "]":
            low = self.take() if sign == "\\" else sign
            if sign == "\\" and low.lower() in _CLASSES:
                tests.append(_escaped(low))
            elif self.peek() == "-" and self.text[self.at + 1] != "]":
                self.at += 1
                high = self.take()
                tests.append(_between(low, self.take() if high == "\\" else high))
            else:
                tests.append(low.__eq__)
        return lambda char: any(test(char) for test in tests) is not negated


def _one(test: Test) -> Part:
    return lambda m, then: m.add(Take(test, then))


def _between(low: str, high: str) -> Test:
    return lambda char: low <= char <= high


def _escaped(sign: str) -> Test:
    """`\\d` and the like, or a sign that stands for itself."""
    known = _CLASSES.get(sign.lower())
    if known is None:
        return sign.__eq__
    return known.__contains__ if sign.islower() else lambda char: char not in known


def _times(m: Machine, part: Part, least: int, most: int | None, then: Place) -> Place:
    if most is None:
        loop = Fork([then])
        then = m.add(loop)
        loop.to.append(part(m, then))
    else:
        end = then
        for _ in range(most - least):
            then = m.add(Fork([part(m, then), end]))
    for _ in range(least):
        then = part(m, then)
    return then


__all__ = ["machine", "matches"]
