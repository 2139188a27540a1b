"""Comparing two values: which kinds go together, units, business time, the values of an enumeration, and the patterns of `matches`."""

from __future__ import annotations

from dataclasses import dataclass

from sladsl import model as m
from sladsl import types as t
from sladsl.calendars import Duration, DurationKind
from sladsl.checker import literals, moments
from sladsl.checker.events import can_hold
from sladsl.checker.scope import Scope
from sladsl.checker.signatures import fitting
from sladsl.diagnostics import Edit, Fix, Safety
from sladsl.source import Span


@dataclass(frozen=True, slots=True)
class Places:
    """The whole comparison, and the operator's own word."""

    span: Span
    op: Span


def compare(scope: Scope, op: str, left: m.Expression, right: m.Expression, at: Places) -> m.Expression:
    """`left op right` as a condition; what does not go together is reported once."""
    left, right = _as_moments(scope, left, right)
    if not _go_together(scope, op, left, right) or not can_hold(scope, op, left, right, at.span):
        return m.Invalid(t.BOOLEAN, at.span)
    if op in {"=", "!="}:
        _report_empty_text(scope, op, left, right, at.span)
    return m.Operation(op, (left, right), t.BOOLEAN, at.span, at.op)


def _report_empty_text(scope: Scope, op: str, left: m.Expression, right: m.Expression, at: Span) -> None:
    """An empty cell is a missing value, and a missing value is equal to nothing and different from nothing."""
    for side, other in ((left, right), (right, left)):
        if isinstance(side, m.Literal) and side.value == "":
            words, asked = scope.words(other.span), "is missing" if op == "=" else "is known"
            scope.report(
                "SLA545",
                at,
                f"an empty cell is a missing value, which is neither equal to a text nor different from it: `{scope.words(at)}` "
                f"is not true of a row without `{words}`, and not false",
                help=f"ask `{words} {asked}`",
                fixes=(
                    Fix(f"write `{words} {asked}`", (Edit(at, f"{words} {asked}"),), Safety.NEEDS_A_LOOK),
                ),
            )
            return


def one_of(scope: Scope, value: m.Expression, options: m.Expression, at: Places) -> m.Expression:
    """`value in {…}`: the value first, then the set's items."""
    if isinstance(options, m.Invalid) or isinstance(options.type, t.Unknown):
        return m.Invalid(t.BOOLEAN, at.span)
    if not isinstance(options, m.SetValue):
        scope.report(
            "SLA301",
            options.span,
            f"`in` looks into a set, but `{scope.words(options.span)}` is {options.type}",
            label="expected a set",
            help='a set is written {"US", "CA"}',
        )
        return m.Invalid(t.BOOLEAN, at.span)
    fine = [_go_together(scope, "=", value, item) for item in options.items]
    if not all(fine):
        return m.Invalid(t.BOOLEAN, at.span)
    return m.Operation("in", (value, *options.items), t.BOOLEAN, at.span, at.op)


def text_test(scope: Scope, op: str, left: m.Expression, right: m.Expression, at: Places) -> m.Expression:
    """`contains`, `starts with`, `ends with`, `matches`."""
    for side in (left, right):
        if not isinstance(side.type, t.Text | t.OneOf | t.Unknown):
            scope.report(
                "SLA301",
                side.span,
                f"`{op}` looks at text, but `{scope.words(side.span)}` is {side.type}",
                label="expected text",
                help=f'it stands between a field of text and a text in quotes: `email {op} "…"`',
            )
            return m.Invalid(t.BOOLEAN, at.span)
    if op == "matches" and not _check_pattern(scope, right):
        return m.Invalid(t.BOOLEAN, at.span)
    return m.Operation(op, (left, right), t.BOOLEAN, at.span, at.op)


def _as_moments(scope: Scope, left: m.Expression, right: m.Expression) -> tuple[m.Expression, m.Expression]:
    """Beside a time, a definition's name is the moment at which the row entered it."""
    if isinstance(left, m.MemberUse) and isinstance(right.type, t.Time | t.Date):
        left = moments.entry_use(scope, left.definition, left.span) or m.Invalid(t.UNKNOWN, left.span)
    elif isinstance(right, m.MemberUse) and isinstance(left.type, t.Time | t.Date):
        right = moments.entry_use(scope, right.definition, right.span) or m.Invalid(t.UNKNOWN, right.span)
    return left, right


def _go_together(scope: Scope, op: str, left: m.Expression, right: m.Expression) -> bool:
    """Whether two values can be compared; reported where they cannot."""
    a, b = left.type, right.type
    if isinstance(a, t.Unknown) or isinstance(b, t.Unknown):
        return True
    if isinstance(a, t.OneOf) and isinstance(right, m.Literal) and isinstance(right.value, str):
        return literals.check_listed(
            scope, "SLA302", f"`{scope.words(left.span)}`", a, right.value, right.span
        )
    if isinstance(b, t.OneOf) and isinstance(left, m.Literal) and isinstance(left.value, str):
        return literals.check_listed(
            scope, "SLA302", f"`{scope.words(right.span)}`", b, left.value, left.span
        )
    if not t.comparable(a, b):
        _report_mismatch(scope, left, right)
        return False
    if isinstance(a, t.Duration):
        return elapsed_only(scope, left) and elapsed_only(scope, right)
    dated = isinstance(a, t.Date | t.Time) and isinstance(b, t.Date | t.Time)
    if not dated and fitting(op, (a, b)) is None:
        scope.report(
            "SLA301",
            left.span.to(right.span),
            f"`{scope.words(left.span)}` is {a}, and `{op}` needs values that have an order",
            help="a condition is true or false: use `=`, or say it with `and`, `or`, `not`",
        )
        return False
    return True


def elapsed_only(scope: Scope, value: m.Expression) -> bool:
    """Where lengths of time are compared or added, months and business days have no fixed length."""
    if not isinstance(value, m.Literal) or not isinstance(value.value, Duration):
        return True
    length = value.value
    loose = length.unit in {"month", "quarter", "year"}
    if loose or length.kind in {DurationKind.BUSINESS_DAYS, DurationKind.CLOSE_OF_BUSINESS}:
        word = f"a {length.unit}" if loose else "a business day"
        scope.report(
            "SLA315",
            value.span,
            f"{word} is not a fixed length of time",
            label="some are longer than others",
            help="say it in days or hours" if loose else "say it in business hours",
        )
        return False
    return True


def _report_mismatch(scope: Scope, left: m.Expression, right: m.Expression) -> None:
    a, b = left.type, right.type
    x, y = scope.words(left.span), scope.words(right.span)
    span = left.span.to(right.span)
    match a, b:
        case t.Number(unit=u), t.Number(unit=v):
            scope.report(
                "SLA304", span, f"`{x}` is in {u}, but `{y}` is in {v}", help="compare values of one unit"
            )
        case t.Duration(), t.Duration():
            scope.report(
                "SLA305",
                span,
                f"`{x}` is {a}, but `{y}` is {b}",
                help="an hour on the clock is not a business hour: say both in the same kind of time",
                fixes=_clock_fix(scope, left, right),
            )
        case (t.Percent(), t.Number()) | (t.Number(), t.Percent()):
            scope.report(
                "SLA310",
                span,
                f"`{x}` is {a}, but `{y}` is {b}",
                help="95% and 0.95 are not the same here: write a number beside a number",
            )
        case _:
            scope.report(
                "SLA301",
                span,
                f"`{x}` is {a}, but `{y}` is {b}",
                label="these cannot be compared",
                fixes=_fixes(scope, left, right),
                help=_advice(left, right),
            )


def _clock_fix(scope: Scope, left: m.Expression, right: m.Expression) -> tuple[Fix, ...]:
    """A literal in business time beside plain time, said in plain time; the reverse would guess at a calendar."""
    for one in (left, right):
        words = " ".join(scope.source.slice(one.span).split())
        if isinstance(one, m.Literal) and " business " in words and not words.endswith(("day", "days")):
            plain = words.replace(" business ", " ")
            return (Fix(f"write `{plain}`", (Edit(one.span, plain),), Safety.NEEDS_A_LOOK),)
    return ()


def _advice(left: m.Expression, right: m.Expression) -> str:
    for one, other in ((left, right), (right, left)):
        if isinstance(one.type, t.SetOf):
            return "to look into a set, use `in`"
        if (
            isinstance(one, m.Literal)
            and isinstance(one.type, t.Number)
            and isinstance(other.type, t.Text | t.OneOf)
        ):
            return "text is written in quotes"
        if isinstance(one.value if isinstance(one, m.Literal) else None, str) and isinstance(
            other.type, t.Boolean | t.Time | t.Date | t.Number
        ):
            return f"{other.type} is written without quotes"
    return "write two values of one kind, such as two texts, two numbers or two moments"


def _fixes(scope: Scope, left: m.Expression, right: m.Expression) -> tuple[Fix, ...]:
    for one, other in ((left, right), (right, left)):
        words = scope.source.slice(one.span)
        if not isinstance(one, m.Literal):
            continue
        if isinstance(one.type, t.Number) and isinstance(other.type, t.Text):
            return (Fix(f'write "{words}"', (Edit(one.span, f'"{words}"'),), Safety.NEEDS_A_LOOK),)
        if isinstance(one.value, str) and isinstance(other.type, t.Number) and literals.is_number(one.value):
            return (Fix(f"write {one.value}", (Edit(one.span, one.value),), Safety.NEEDS_A_LOOK),)
        if isinstance(one.value, str) and (bare := literals.unquoted(other.type, one.value)):
            return (Fix(f"write `{bare}`", (Edit(one.span, bare),), Safety.NEEDS_A_LOOK),)
    return ()


# ------------------------------------------------------------------------------------------------------------- patterns
# The small regular expressions of `matches`: what every engine reads alike, in time linear in the text. Literals, `.`, `[…]`,
# `\d \w \s` (ASCII), `^ $`, `? * + {m,n}`, `|` and groups. No back-references, no looking around, no lazy or possessive repeats:
# engines differ on them, or do not have them.

_ESCAPES = frozenset(r".^$*+?{}[]\|()/-") | frozenset("dwsDWS")
_MOST_REPEATS = 255
"""What Postgres allows; a repeat of repeats counts as their product, as RE2 has it."""
_DEEPEST = 50


def differs(e: m.Expression) -> str:
    """Why it is no fixed value."""
    return "changes with the date" if isinstance(e, m.DatedValue) else "differs from row to row"


def _check_pattern(scope: Scope, pattern: m.Expression) -> bool:
    """Whether the right side of `matches` is a pattern of the subset; reported where it is not."""
    if isinstance(pattern.type, t.Unknown):
        return True
    if not isinstance(pattern, m.Literal) or not isinstance(pattern.value, str):
        scope.report(
            "SLA308",
            pattern.span,
            f"`matches` needs a pattern in quotes, and `{scope.words(pattern.span)}` {differs(pattern)}",
            help="to look for one text inside another, use `contains`",
        )
        return False
    wrong = pattern_problem(pattern.value)
    if wrong is None:
        return True
    scope.report(
        "SLA314",
        pattern.span,
        f"this pattern cannot be used: {wrong}",
        help="a pattern may have letters, `.`, `[a-z]`, `\\d`, `\\w`, `\\s`, `^`, `$`, `?`, `*`, `+`, `{2,3}`, `|` and groups",
    )
    return False


def pattern_problem(pattern: str) -> str | None:
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
        character = self.peek()
        self.at += 1
        return character

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
