"""How numbers are written as text: which sign groups thousands, which begins the decimals, and when a column leaves that open.

`1.234` is one thousand two hundred and thirty-four in Berlin, and a little more than one in Boston. So a text is never read by itself:
a source says by an example how its numbers are written (`numbers "1.234,56"`), or every value of the column must be a plain number
(`-12.5`) that cannot be another one. Whether it can is asked of the whole column, by counting its values' shapes, so that neither
the order of rows nor the first of them decides.

The rules are regular expressions that Python and RE2 read alike and functions of counts, so that whatever loads data can follow them.

| shape | example | what it says of its column |
|---|---|---|
| WHOLE | `1234` | nothing: it is the same number either way |
| POINT, POINT_3 | `12.5`, `0.125`, `1234.500` | the point begins the decimals |
| EITHER_POINT, EITHER_ROUND | `1.234`, `1.500` | nothing, and it is one of two numbers |
| POINT_GROUPED | `1,234.50`, `1,234,567` | the point begins the decimals, if there are any |
| COMMA | `12,5`, `1.234,50`, `1.234.567` | the comma begins the decimals, if there are any |
| EITHER_COMMA | `1,234` | nothing, and it is one of two numbers |
| GROUPED | `1 234`, `1'234` | nothing |
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum

PLAIN = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)"
"""A plain number, which is what is read without an example."""
EXAMPLES = ("1,234.56", "1.234,56", "1 234,56", "1 234.56", "1'234.56", "1'234,56")
"""The spellings there are, by the example that says them."""


class Shape(IntEnum):
    """What a text looks like as a number, its sign and its currency or `%` aside."""

    NONE = 0
    WHOLE = 1
    POINT_3 = 2
    POINT = 3
    EITHER_POINT = 4
    EITHER_ROUND = 5
    EITHER_COMMA = 6
    POINT_GROUPED = 7
    COMMA = 8
    GROUPED = 9


class Mark(IntEnum):
    """What stands beside a number: a currency, a per cent sign, or what the source's own example has there."""

    NONE = 0
    DOLLAR = 1
    EURO = 2
    POUND = 3
    YEN = 4
    FRANC = 5
    PER_CENT = 6
    OWN = 7


_HEAD = r"[1-9]\d{0,2}"
_BLANK = "[ \u00a0\u2009\u202f]"
_APOSTROPHE = "['\u2019]"
_LOOSE = f"(?:{_HEAD}(?:{_BLANK}\\d{{3}})+|{_HEAD}(?:{_APOSTROPHE}\\d{{3}})+)"
SHAPES: tuple[tuple[Shape, str], ...] = (
    (Shape.WHOLE, r"\d+"),
    (Shape.EITHER_ROUND, rf"{_HEAD}\.\d\d0"),
    (Shape.EITHER_POINT, rf"{_HEAD}\.\d{{3}}"),
    (Shape.POINT_3, r"\d+\.\d{3}"),
    (Shape.POINT, r"\d+\.\d*|\.\d+"),
    (Shape.EITHER_COMMA, rf"{_HEAD},\d{{3}}"),
    (Shape.COMMA, rf"\d+,\d*|,\d+|{_HEAD}(?:\.\d{{3}})+,\d*|{_HEAD}(?:\.\d{{3}}){{2,}}|{_LOOSE},\d*"),
    (Shape.POINT_GROUPED, rf"{_HEAD}(?:,\d{{3}})+\.\d*|{_HEAD}(?:,\d{{3}}){{2,}}|{_LOOSE}\.\d*"),
    (Shape.GROUPED, _LOOSE),
)
"""Each shape with the expression of a whole text, its sign and mark taken off; the first that matches counts."""
MARKS: tuple[tuple[Mark, str], ...] = (
    (Mark.DOLLAR, r"(?:US)?\$|USD"),
    (Mark.EURO, "\u20ac|EUR"),
    (Mark.POUND, "\u00a3|GBP"),
    (Mark.YEN, "\u00a5|JPY"),
    (Mark.FRANC, "CHF"),
    (Mark.PER_CENT, "%"),
)
_SHOWN = {
    Mark.DOLLAR: "$", Mark.EURO: "\u20ac", Mark.POUND: "\u00a3", Mark.YEN: "\u00a5", Mark.FRANC: "CHF", Mark.PER_CENT: "%"
}  # fmt: skip
EXAMPLE_HELP = (
    'write a number with the sign between its thousands and the one before its decimals, such as "1.234,56", "1,234.56", "1 234,56" or '
    '"1\'234.56", and a currency or % beside it where the values have one'
)
_SIGN = "[+\u2212-]"


class ExampleError(ValueError):
    """An example that does not say how numbers are written; the message is in the reader's words."""


@dataclass(frozen=True, slots=True)
class Numerals:
    """A spelling: the sign before the decimals, the one between thousands (a blank or an apostrophe in any form), and a mark that is
    none of `MARKS`, such as `kr`. `required` when every number has the example's mark: a share is another number without its `%`."""

    example: str
    decimal: str
    group: str
    mark: Mark = Mark.NONE
    own: str = ""

    @property
    def pattern(self) -> str:
        """The expression of a whole number."""
        point = re.escape(self.decimal)
        body = rf"(?:(?:\d+|{_HEAD}(?:{_GROUPS[self.group]}\d{{3}})+)(?:{point}\d*)?|{point}\d+)"
        if self.mark is Mark.PER_CENT:
            return f"{_SIGN}?{body}{_BLANK}?%"
        mark = _any_mark(self)
        return (
            f"(?:{_SIGN}?(?:(?:{mark}){_BLANK}?)?|(?:{mark}){_BLANK}?{_SIGN}){body}|"
            f"{_SIGN}?{body}{_BLANK}?(?:{mark})"
        )

    @property
    def dropped(self) -> str:
        """The expression of what is taken out of a number to leave its digits, its sign and the sign before the decimals."""
        return f"[^0-9{re.escape(self.decimal)}+\u2212-]"


_GROUPS = {",": ",", ".": r"\.", " ": _BLANK, "'": _APOSTROPHE}


def _any_mark(numerals: Numerals | None) -> str:
    """What may stand beside a number: what the example has there, else any currency or a per cent sign."""
    if numerals is not None and numerals.mark is Mark.OWN:
        return re.escape(numerals.own)
    if numerals is not None and numerals.mark is not Mark.NONE:
        return dict(MARKS)[numerals.mark]
    return "|".join(f"(?:{expression})" for _, expression in MARKS)


def marks(numerals: Numerals | None) -> tuple[tuple[Mark, str], ...]:
    """Each mark that a column may have beside its numbers, with its expression."""
    own = ((Mark.OWN, re.escape(numerals.own)),) if numerals and numerals.own else ()
    return (*MARKS, *own)


def bare(numerals: Numerals | None) -> str:
    """The expression of all that stands around the digits: removed everywhere, it leaves what has a shape."""
    mark = "|".join(f"(?:{expression})" for _, expression in marks(numerals))
    return f"^(?:{_SIGN}|(?:{mark}){_BLANK}?){{1,2}}|{_BLANK}?(?:{mark})$"


def read_example(text: str) -> Numerals:
    """The spelling that an example says; `ExampleError` where it says none, or more than one."""
    parts = _whole(r"(?P<before>\D*?)(?P<number>\d[\d.,' \u00a0\u2009\u202f\u2019]*\d)(?P<after>\D*)", text)
    body = parts["number"] if parts else ""
    spelt = _whole(
        rf"{_HEAD}(?P<group>[., \u00a0\u2009\u202f'\u2019])\d{{3}}(?:(?P=group)\d{{3}})*(?P<point>[.,])\d+",
        body,
    )
    if parts is None or spelt is None or spelt["group"] == spelt["point"]:
        raise ExampleError(f'"{text}" does not show how numbers are written')
    group = {"\u2019": "'"}.get(spelt["group"], spelt["group"])
    group = group if group in ".,'" else " "
    mark, own = _mark_of(text, parts["before"].strip(), parts["after"].strip())
    return Numerals(text, spelt["point"], group, mark, own)


def _mark_of(text: str, before: str, after: str) -> tuple[Mark, str]:
    mark = before or after
    if before and after:
        raise ExampleError(
            f'"{text}" has `{before}` and `{after}` beside the number: write the one that the values have'
        )
    for known, expression in MARKS:
        if re.fullmatch(expression, mark):
            if known is Mark.PER_CENT and before:
                raise ExampleError(f'"{text}" has its % before the number: write it behind')
            return known, ""
    if re.search(r"[-+.,\u2212()]", mark):
        raise ExampleError(
            f'"{text}" has `{mark}` beside the number, which could be a part of it: leave it out'
        )
    return (Mark.OWN, mark) if mark else (Mark.NONE, "")


# ------------------------------------------------------------------------------------------------------ single values


def _whole(pattern: str, text: str) -> re.Match[str] | None:
    """As RE2 has it, whose digits are ASCII's."""
    return re.fullmatch(pattern, text, re.ASCII)


def shape(text: str, numerals: Numerals | None = None) -> tuple[Shape, Mark]:
    """What a text looks like, and what stands beside it."""
    body = re.sub(bare(numerals), "", text)
    shape_of_body = next((shape for shape, pattern in SHAPES if _whole(pattern, body)), Shape.NONE)
    if shape_of_body is Shape.NONE:
        return Shape.NONE, Mark.NONE
    beside = (mark for mark, expression in marks(numerals) if re.search(expression, text))
    return shape_of_body, next(beside, Mark.NONE)


def read(text: str, numerals: Numerals | None = None) -> Decimal | None:
    """The number that a text is, by an example or as a plain number; None when it is none. Its column may still leave it open."""
    if numerals is None:
        return Decimal(text.rstrip(".")) if _whole(PLAIN, text) else None
    if not _whole(numerals.pattern, text):
        return None
    kept = re.sub(numerals.dropped, "", text).replace(numerals.decimal, ".").replace("\u2212", "-")
    return Decimal(kept.rstrip("."))


# ---------------------------------------------------------------------------------------------------- a whole column


class Fault(IntEnum):
    """Why the numbers of a column cannot be read as they are."""

    TWO_WAYS = 1
    CONTRADICTED = 2
    CURRENCIES = 3
    SOME_PER_CENT = 4


Counts = Mapping[tuple[Shape, Mark], int]
_EITHER = (Shape.EITHER_POINT, Shape.EITHER_ROUND)


def fault(counts: Counts, numerals: Numerals | None) -> Fault | None:
    """What keeps a column from being read: of all its values' shapes and marks, how many there are."""
    return _plain_fault(counts) if numerals is None else _spelt_fault(counts, numerals)


def _plain_fault(counts: Counts) -> Fault | None:
    """Only plain numbers are read. One that could be thousands needs another value of the column to say that it is not.

    `1.500` beside `12.5` is doubtful all the same: what writes as few decimals as it can would have written `1.5`, and what writes
    three would have written `12.500`.
    """
    read = {shape for (shape, mark), count in counts.items() if count and mark is Mark.NONE}
    if not read & {*_EITHER}:
        return None
    seen = {shape for (shape, _), count in counts.items() if count}
    if Shape.COMMA in seen:
        return Fault.CONTRADICTED
    if not seen & {Shape.POINT, Shape.POINT_3, Shape.POINT_GROUPED}:
        return Fault.TWO_WAYS
    if Shape.EITHER_ROUND in read and seen & {Shape.POINT, Shape.POINT_GROUPED}:
        return Fault.TWO_WAYS
    return None


def _spelt_fault(counts: Counts, numerals: Numerals) -> Fault | None:
    seen = {shape for (shape, _), count in counts.items() if count}
    against = {Shape.COMMA} if numerals.decimal == "." else {Shape.POINT, Shape.POINT_3, Shape.POINT_GROUPED}
    if seen & against and seen & {*_EITHER, Shape.EITHER_COMMA}:
        return Fault.CONTRADICTED
    beside = {mark for (shape, mark), count in counts.items() if count and shape is not Shape.NONE}
    if len(beside - {Mark.NONE, Mark.PER_CENT}) > 1:
        return Fault.CURRENCIES
    if Mark.PER_CENT in beside and len(beside) > 1 and numerals.mark is not Mark.PER_CENT:
        return Fault.SOME_PER_CENT
    return None


def shown_marks(counts: Counts, numerals: Numerals | None) -> tuple[str, ...]:
    """The marks that a column has, as they are written."""
    marks_there = sorted({mark for (shape, mark), count in counts.items() if count and mark is not Mark.NONE})
    return tuple(_SHOWN.get(mark, numerals.own if numerals else "") for mark in marks_there)


def proposals(texts: Iterable[str]) -> tuple[str, ...]:
    """The examples by which most of these values can be read; several where they would be different numbers."""
    some = list(texts)
    by_values: dict[tuple[Decimal | None, ...], str] = {}
    for example in EXAMPLES:
        values = tuple(read(text, read_example(example)) for text in some)
        by_values.setdefault(values, example)
    most = max((_known(values) for values in by_values), default=0)
    return tuple(example for values, example in by_values.items() if most and _known(values) == most)


def _known(values: Iterable[Decimal | None]) -> int:
    return sum(value is not None for value in values)
