"""The small regular expressions of `matches`: what every engine reads alike, in time linear in the text.

Literals, `.`, `[…]`, `\\d \\w \\s` (ASCII), `^ $`, `? * + {m,n}`, `|` and groups. No back-references, no looking
around, no lazy or possessive repeats: engines differ on them, or do not have them.
"""

from __future__ import annotations

from dataclasses import dataclass

from sladsl import model as m
from sladsl import types as t
from sladsl.checker.scope import Scope

_ESCAPES = frozenset(r".^$*+?{}[]\|()/-") | frozenset("dwsDWS")
_MOST_REPEATS = 255
"""What Postgres allows; a repeat of repeats counts as their product, as RE2 has it."""
_DEEPEST = 50


def check(scope: Scope, pattern: m.Expression) -> bool:
    """Whether the right side of `matches` is a pattern of the subset; reported where it is not."""
    if isinstance(pattern.type, t.Unknown):
        return True
    if not isinstance(pattern, m.Literal) or not isinstance(pattern.value, str):
        scope.report(
            "SLA308",
            pattern.span,
            f"`matches` needs a pattern in quotes, and `{scope.words(pattern.span)}` differs from row to row",
            help="to look for one text inside another, use `contains`",
        )
        return False
    wrong = problem(pattern.value)
    if wrong is None:
        return True
    scope.report(
        "SLA314",
        pattern.span,
        f"this pattern cannot be used: {wrong}",
        help="a pattern may have letters, `.`, `[a-z]`, `\\d`, `\\w`, `\\s`, `^`, `$`, `?`, `*`, `+`, `{2,3}`, `|` and groups",
    )
    return False


def problem(pattern: str) -> str | None:
    """What is wrong with a pattern; None when it is in the subset."""
    try:
        reader = _Reader(pattern)
        reader.alternatives(0)
        if reader.at < len(pattern):
            return "a `)` has no `(` before it"
    except _Wrong as wrong:
        return str(wrong)
    return None


class _Wrong(Exception):
    """Stops the reading of one pattern; its text is for the reader."""


@dataclass
class _Reader:
    """A reader of patterns by recursive descent; `at` is the next character."""

    text: str
    at: int = 0

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self) -> str:
        found = self.peek()
        self.at += 1
        return found

    def alternatives(self, depth: int) -> int:
        """Read up to the end of a group; how many times the most repeated thing in it is."""
        if depth > _DEEPEST:
            raise _Wrong("its groups are nested too deeply")
        most = 1
        while self.peek() and self.peek() != ")":
            if self.peek() == "|":
                self.at += 1
                continue
            most = max(most, self.repeated(depth))
        return most

    def repeated(self, depth: int) -> int:
        inside = self.atom(depth)
        sign, times = self.peek(), 1
        if sign and sign in "?*+":
            self.at += 1
        elif sign == "{":
            times = self.bounds()
        else:
            return max(inside, 1)
        if not inside:
            raise _Wrong(f"`{sign}` has nothing to repeat")
        if (again := self.peek()) and again in "?*+{":
            raise _Wrong(f"`{again}` stands after another repeat")
        if inside * times > _MOST_REPEATS:
            raise _Wrong(f"it repeats something more than {_MOST_REPEATS} times, repeats in repeats included")
        return inside * max(times, 1)

    def atom(self, depth: int) -> int:
        """Read one thing; how many times the most repeated thing in it is, 0 for what cannot be repeated."""
        match self.take():
            case "(":
                return self.group(depth)
            case "[":
                self.char_class()
            case "\\":
                self.escape()
            case "^" | "$":
                return 0
            case "?" | "*" | "+" | "{" as sign:
                raise _Wrong(f"`{sign}` has nothing to repeat; write `\\{sign}` for the sign itself")
            case "}" | "]" as sign:
                raise _Wrong(f"`{sign}` closes nothing; write `\\{sign}` for the sign itself")
            case _:
                pass
        return 1

    def group(self, depth: int) -> int:
        if self.peek() == "?":
            if self.text[self.at : self.at + 2] != "?:":
                raise _Wrong(
                    "`(?` begins something that not every engine knows (looking ahead or behind, a flag or a name)"
                )
            self.at += 2
        most = self.alternatives(depth + 1)
        if self.take() != ")":
            raise _Wrong("a `(` is not closed")
        return most

    def escape(self) -> None:
        sign = self.take()
        if not sign:
            raise _Wrong("it ends in a `\\`")
        if sign.isdigit():
            raise _Wrong(f"`\\{sign}` refers back to a group, which takes more than linear time")
        if sign not in _ESCAPES:
            raise _Wrong(f"`\\{sign}` is not known in every engine")

    def bounds(self) -> int:
        """Read `{2,3}`; its larger number."""
        end = self.text.find("}", self.at)
        inside = self.text[self.at + 1 : end] if end >= 0 else ""
        low, comma, high = inside.partition(",")
        numbers = [n for n in (low, high) if n]
        if end < 0 or not low or not all(n.isascii() and n.isdigit() for n in numbers):
            raise _Wrong("`{` begins a repeat such as `{2}` or `{2,3}`; write `\\{` for the sign itself")
        if comma and high and int(low) > int(high):
            raise _Wrong(f"`{{{inside}}}` ends before it begins")
        self.at = end + 1
        return max(int(n) for n in numbers)

    def char_class(self) -> None:
        if self.peek() == "^":
            self.at += 1
        if self.peek() == "]":
            raise _Wrong("`[]` is empty; write `\\]` for the sign itself")
        while (sign := self.take()) != "]":
            if not sign:
                raise _Wrong("a `[` is not closed")
            if sign == "[":
                raise _Wrong(
                    "`[` inside `[…]` is read differently by engines; write `\\[` for the sign itself"
                )
            self.no_set_operation(sign)
            low = self.class_member(sign)
            if self.peek() == "-" and self.text[self.at + 1 : self.at + 2] not in {"]", ""}:
                self.no_set_operation(self.take())
                high = self.class_member(self.take())
                if low is None or high is None or low > high:
                    raise _Wrong("a range in `[…]` goes from a lower to a higher sign, as in `[a-z]`")

    def no_set_operation(self, sign: str) -> None:
        """Some engines make sets of classes with these, or will."""
        if sign in "&~|-" and self.peek() == sign:
            raise _Wrong(
                f"`{sign * 2}` inside `[…]` is read differently by engines; write `\\{sign}` for a sign itself"
                if sign in _ESCAPES
                else f"`{sign * 2}` inside `[…]` is read differently by engines"
            )

    def class_member(self, sign: str) -> str | None:
        """One sign of a class; None when it stands for several (`\\d`)."""
        if sign != "\\":
            return sign
        start = self.at
        self.escape()
        escaped = self.text[start]
        return None if escaped in "dwsDWS" else escaped
