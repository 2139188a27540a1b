"""What is varied: a phrase of the agreement with values in the place of a constant, `sales.response_time within 1..8 business hours`.

    values  1..8 business hours          from one to the other, each a unit further
            100..200 by 10               … each so much further
            in 90%, 95%, 99%             these; `in` may be left out

Around them stand the words of the constant's address, or as many others of those beside it as tell which one is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches

from sladsl.backtesting.constants import Constant, Kind, constants
from sladsl.compiler import Compilation, compile_text
from sladsl.nouns import joined
from sladsl.runner import RunError
from sladsl.syntax.split import words
from sladsl.workspace import shown_root

MOST_VALUES = 200
"""Of one constant, and of several in all their combinations."""
_SHOWN = 12


class Impossible(Exception):
    """A value with which the agreement has errors; `compilation` is the agreement with it."""

    def __init__(self, constant: Constant, value: str, compilation: Compilation) -> None:
        super().__init__(f"`{constant.address}` cannot be {value}")
        self.constant, self.value, self.compilation = constant, value, compilation


@dataclass(frozen=True, slots=True)
class Variation:
    """A constant and the values that it takes, each as an agreement writes it."""

    constant: Constant
    values: tuple[str, ...]
    now: str
    """What it is in the agreement, as one of the values would be written."""

    @property
    def with_now(self) -> tuple[str, ...]:
        """The values and, in its place among them, what it is now."""
        if self.now in self.values:
            return self.values
        ascending = in_order(self.values, self.constant) == self.values
        ordered = in_order((*self.values, self.now), self.constant) if ascending else None
        return ordered or (self.now, *self.values)


def varied(compilation: Compilation, texts: Sequence[str]) -> tuple[Variation, ...]:
    """What each text says; `RunError` where it says nothing of this agreement, or too much."""
    every = constants(compilation)
    variations = tuple(_variation(text, every) for text in texts)
    for n, x in enumerate(variations):
        if any(
            x.constant.span == y.constant.span and x.constant.file == y.constant.file for y in variations[:n]
        ):
            raise RunError(f"`{x.constant.address}` is varied twice: give all of its values in one")
    count = 1
    for x in variations:
        count *= len(x.values)
    if count > MOST_VALUES:
        parts = " × ".join(f"{len(x.values)}" for x in variations)
        made = f"{parts} = {count:,} combinations" if len(variations) > 1 else f"{count:,} values"
        raise RunError(
            f"{made}, and no more than {MOST_VALUES} are tried at once: take larger steps, such as `by 5`"
        )
    return variations


def changed(compilation: Compilation, changes: Sequence[tuple[Constant, str]]) -> Compilation:
    """The agreement with other values in the place of some constants; `Impossible` where it has errors then."""
    texts = {name: source.text for name, source in compilation.sources.items()}
    for constant, value in sorted(changes, key=lambda x: (x[0].file, x[0].span), reverse=True):
        text = texts[constant.file]
        texts[constant.file] = text[: constant.span.start] + value + text[constant.span.end :]
    name = compilation.source.name

    def read(path: str) -> str:
        if path not in texts:
            raise FileNotFoundError(path)
        return texts[path]

    made = compile_text(texts[name], name, read=read, root=shown_root(name))
    if made.plan is None:
        constant, value = changes[-1]
        raise Impossible(constant, value, made)
    return made


# ------------------------------------------------------------------------------------------------------- which one is meant


@dataclass(frozen=True, slots=True)
class _Match:
    constant: Constant
    values: tuple[str, ...] | str
    words: int
    has_unit: bool


_THOUSANDS = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?![\d])")
"""What is one number to some and several to others."""


def _variation(text: str, every: Sequence[Constant]) -> Variation:
    unclear = next((x for x in _THOUSANDS.finditer(text) if not _is_quoted(text, x.start())), None)
    if unclear is not None:
        one = unclear[0]
        raise RunError(
            f"`{one}` may be one number or several: write `{one.replace(',', '_')}`, or `{one.replace(',', ', ')}`"
        )
    said = _split(text)
    matches = _in_full(said, every) or _matches(said, every)
    # `at least 60%` is a target, and not how many rows it `needs`: who writes a unit has said what is meant.
    matches = [m for m in matches if m.has_unit and not isinstance(m.values, str)] or matches
    # `open 09:00 to 18:00`: what is as it was there says which one is meant.
    others = [m for m in matches if m.values != (_now(m.constant),)]
    alike = {(m.constant.file, m.constant.span): m for m in others or matches}
    if len(alike) == 1:
        (match,) = alike.values()
        if isinstance(match.values, str):
            raise RunError(match.values)
        return Variation(match.constant, match.values, _now(match.constant))
    if alike:
        listed = joined([f"`{m.constant.address}`" for m in alike.values()][:_SHOWN], "or")
        raise RunError(
            f"`{text.strip()}` may be about several constants: write more of the words around it, {listed}"
        )
    raise RunError(_unknown(text, said, every))


_TEXT = r'"(?:[^"\\]|\\.)*"'
_RANGE_OR_TEXT = re.compile(rf"{_TEXT}|\.\.")


def _is_quoted(text: str, at: int) -> bool:
    return text.count('"', 0, at) % 2 == 1


def _split(text: str) -> tuple[str, ...]:
    """The words of a text; `..` is one of them."""
    parts: list[str] = []
    for w in words(_RANGE_OR_TEXT.sub(lambda m: f" {m[0]} " if m[0] == ".." else m[0], text)):
        if w.text == "." and parts and parts[-1] == ".":
            parts[-1] = ".."
        else:
            parts.append(w.text)
    return tuple(parts)


def _in_full(said: tuple[str, ...], every: Sequence[Constant]) -> list[_Match]:
    """The constants whose address is written out with values in its gap: that says which one is meant, and which values are its own."""
    matches: list[_Match] = []
    for constant in every:
        before, after = (_split(x) for x in constant.around)
        end = len(said) - len(after)
        if end <= len(before) or said[: len(before)] != before or said[end:] != after:
            continue
        between = said[len(before) : end]
        values = _read(between, constant) if _may_be_values(between) else None
        if values is not None:
            matches.append(_Match(constant, values, len(before) + len(after), _has_unit(between)))
    return _of_most_words(matches)


def _matches(said: tuple[str, ...], every: Sequence[Constant]) -> list[_Match]:
    """The constants that may be meant, with their values, or with what is wrong with these. Who writes a number beside a percentage has not
    said which of the two it is about; a date is taken for no number."""
    matches: list[_Match] = []
    for constant in every:
        for name in constant.called:
            own = _split(name)
            if said[: len(own)] != own:
                continue
            rest = said[len(own) :]
            for begin, end in _stretches(rest, constant):
                values = _read(rest[begin:end], constant)
                if values is not None:
                    matches.append(_Match(constant, values, len(own), _has_unit(rest[begin:end])))
                    break
    return _of_most_words(matches)


def _of_most_words(matches: Sequence[_Match]) -> list[_Match]:
    longest = max((m.words for m in matches), default=0)
    return [m for m in matches if m.words == longest]


def _stretches(rest: tuple[str, ...], constant: Constant) -> Iterator[tuple[int, int]]:
    """Where in some words the values may stand, all others being those around the constant; the longest first."""
    for begin in range(len(rest)):
        for end in range(len(rest), begin, -1):
            if _may_be_values(rest[begin:end]) and constant.is_meant_by(rest[:begin], rest[end:]):
                yield begin, end


_UNITS = ("second", "minute", "hour", "day", "week", "month", "year")
_VALUE = re.compile(
    rf"in|by|,|\.\.|-|business|(second|minute|hour|day|week|month|year)s?|\d[\w.:%]*(-\d+)*|p\d+|\.|{_TEXT}"
)


def _has_unit(stretch: Sequence[str]) -> bool:
    return any(x.endswith("%") or x.removesuffix("s") in _UNITS for x in stretch)


def _may_be_values(stretch: Sequence[str]) -> bool:
    if stretch[0] in {",", "..", "by", "business", *_UNITS} or stretch[-1] in {",", "..", "by", "in", "-"}:
        return False
    return all(_VALUE.fullmatch(x) for x in stretch) and any(
        x[0].isdigit() or x[0] in {"p", '"'} for x in stretch
    )


def _unknown(text: str, said: tuple[str, ...], every: Sequence[Constant]) -> str:
    owners = dict.fromkeys(c.owner for c in every)
    named = [c for c in every if any(said[: len(_split(n))] == _split(n) for n in c.called)]
    plain = " ".join(x for x in said if not _VALUE.fullmatch(x))
    addresses = {c.address: " ".join(_split(" ".join(c.around))) for c in named or every}
    close = get_close_matches(plain, list(addresses.values()), n=1, cutoff=0.6)
    meant = next((a for a, x in addresses.items() if close and x == close[0]), None)
    first = said[0] if said else ""
    near = (
        []
        if named
        else get_close_matches(" ".join(said[:3]), owners, n=1, cutoff=0.5)
        or get_close_matches(first, owners, n=1)
    )
    hint = f" (did you mean `{meant}`?)" if meant else f" (did you mean `{near[0]}`?)" if near else ""
    shown = [c for c in every if near and c.owner == near[0]] or named or every
    listed = joined([f"`{c.address}`" for c in shown[:_SHOWN]])
    more = f", and {len(shown) - _SHOWN} more (`--list`)" if len(shown) > _SHOWN else ""
    return f"there is no constant `{text.strip()}`{hint}: these can be varied: {listed}{more}"


# ------------------------------------------------------------------------------------------------------------------ values


@dataclass(frozen=True, slots=True)
class _Amount:
    """A number with its unit: `%`, `business hour`, `hour`, or none."""

    value: Decimal
    unit: str


def _read(said: Sequence[str], constant: Constant) -> tuple[str, ...] | str | None:
    """The values that some words say for a constant; or what is wrong with them, in words. None for a number that is said of a date, or the
    other way round."""
    listed = list(said[1:] if said[0] == "in" else said)
    if (constant.kind in _PLAIN) is not any(_IS_PLAIN.fullmatch(x) for x in listed):
        return None
    shown = " ".join(said).replace(" .. ", "..").replace(" ,", ",").replace("- ", "-")
    try:
        values = (
            _range(listed, constant) if ".." in listed else tuple(_one(x, constant) for x in _parts(listed))
        )
    except _Refused as error:
        return f"`{constant.address}` is {_what(constant)}, and `{shown}` is not so: {error}"
    return tuple(dict.fromkeys(values))


class _Refused(Exception):
    """Values that a constant cannot take; the text says what it can."""


def _what(constant: Constant) -> str:
    return f"{constant.kind} ({constant.written})"


def _parts(said: Sequence[str]) -> list[list[str]]:
    parts: list[list[str]] = [[]]
    for x in said:
        if x == ",":
            parts.append([])
        else:
            parts[-1].append(x)
    return parts


_PLAIN = {
    Kind.DATE: (re.compile(r"\d{4}-\d\d-\d\d"), "2026-03-01"),
    Kind.DATETIME: (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?"), "2026-03-01 09:00"),
    Kind.CLOCK: (re.compile(r"\d\d:\d\d"), "09:00"),
    Kind.PLACE: (re.compile(r"[1-9]\d*(st|nd|rd|th)"), "2nd"),
    Kind.PERCENTILE: (re.compile(r"p[1-9]\d?"), "p95"),
    Kind.TEXT: (re.compile(_TEXT), '"US"'),
}
"""Kinds whose values are written one by one, and an example."""
_IS_PLAIN = re.compile(rf"\d+-\d+(-\d+)?|\d+:[\d:]+|\d+(st|nd|rd|th)|p\d+|{_TEXT}")


def _one(said: Sequence[str], constant: Constant) -> str:
    """One value, as an agreement writes it."""
    if constant.kind in _PLAIN:
        pattern, example = _PLAIN[constant.kind]
        text = " ".join(said)
        if not pattern.fullmatch(text):
            raise _Refused(f"write it like `in {example}`")
        return text
    return _written(_with_unit(_amount(said), constant))


def _range(said: Sequence[str], constant: Constant) -> tuple[str, ...]:
    if constant.kind in _PLAIN:
        raise _Refused(f"write its values one by one, `in {_PLAIN[constant.kind][1]}, …`")
    at = said.index("..")
    by = said.index("by") if "by" in said else len(said)
    if "," in said or said.count("..") != 1 or by < at:
        raise _Refused(
            "a range is two values with `..` between, and `by` what lies between each two: `1..8 by 2`"
        )
    low, high = _amount(said[:at]), _amount(said[at + 1 : by])
    low = _Amount(low.value, low.unit or high.unit)
    step = _amount(said[by + 1 :]) if by < len(said) else None
    low, high = _with_unit(low, constant), _with_unit(high, constant)
    if step is None:
        step = _Amount(_least_step(low.value, high.value), low.unit)
    step = _with_unit(step if step.unit else _Amount(step.value, low.unit), constant)
    unit = min((low.unit, high.unit, step.unit), key=lambda x: _SIZES.get(x.removeprefix("business "), 0))
    first, last, each = (_in_unit(x, unit) for x in (low, high, step))
    if each <= 0 or last < first:
        raise _Refused("a range goes from the smaller value to the larger one, by more than nothing")
    count = int((last - first) // each) + 1
    if count > MOST_VALUES:
        raise RunError(
            f"`{constant.address}` would take {count:,} values, and no more than {MOST_VALUES} are tried at once: take larger steps, such "
            "as `by 5`"
        )
    units = sorted(
        {low.unit, high.unit, step.unit}, key=lambda x: -_SIZES.get(x.removeprefix("business "), 0)
    )
    return tuple(_written(_in_largest(_Amount(first + n * each, unit), units)) for n in range(count))


def _in_largest(x: _Amount, units: Sequence[str]) -> _Amount:
    """An amount in the largest unit in which it is whole, so that 60 minutes are an hour."""
    for unit in units:
        many = _in_unit(_Amount(Decimal(1), unit), x.unit)
        if many > 0 and x.value % many == 0:
            return _Amount(x.value / many, unit)
    return x


def _least_step(low: Decimal, high: Decimal) -> Decimal:
    if low != low.to_integral_value() or high != high.to_integral_value():
        raise _Refused("say how far apart its values are: `99.5%..99.9% by 0.1%`")
    return Decimal(1)


_NUMBER = re.compile(r"\d[\d_]*(\.\d+)?")


def _amount(said: Sequence[str]) -> _Amount:
    sign, rest = (-1, said[1:]) if said and said[0] == "-" else (1, said)
    digits, unit = (rest[0] if rest else ""), " ".join(rest[1:])
    if digits.endswith("%"):
        digits, unit = digits[:-1], unit or "%"
    elif unit == "%":
        unit = "%"
    if not _NUMBER.fullmatch(digits):
        raise _Refused("write `1..8`, `100..200 by 10` or `in 90%, 95%`")
    plain = unit.removesuffix("s")
    if plain not in {"", "%", *_UNITS, *(f"business {x}" for x in _UNITS)}:
        raise _Refused(f"there is no unit `{unit}`")
    return _Amount(sign * Decimal(digits.replace("_", "")), plain)


def _with_unit(x: _Amount, constant: Constant) -> _Amount:
    """The amount in a unit of the constant's kind; a length of time without one has the constant's own."""
    match constant.kind:
        case Kind.NUMBER if x.unit:
            raise _Refused("write it without a unit")
        case Kind.PERCENT if x.unit != "%":
            raise _Refused("write it with its `%`")
        case Kind.DURATION | Kind.BUSINESS:
            own = constant.leaf
            unit = x.unit or f"{'business ' if own.business else ''}{own.unit}"
            if unit == "%" or unit.startswith("business ") is not own.business:
                kind = (
                    "business time, such as `2 business hours`"
                    if own.business
                    else "time by the clock or the calendar, such as `2 hours`"
                )
                raise _Refused(f"it stays {kind}")
            return _Amount(x.value, unit)
        case _:
            return x


_SIZES = {
    "second": 1,
    "minute": 60,
    "hour": 3600,
    "day": 86400,
    "week": 7 * 86400,
    "month": 30 * 86400,
    "year": 365 * 86400,
}
_IN = {
    ("minute", "second"): 60,
    ("hour", "second"): 3600,
    ("hour", "minute"): 60,
    ("week", "day"): 7,
    ("year", "month"): 12,
}


def _in_unit(x: _Amount, unit: str) -> Decimal:
    if x.unit == unit:
        return x.value
    pair = x.unit.removeprefix("business "), unit.removeprefix("business ")
    if pair not in _IN:
        raise _Refused(
            f"nobody can count from {x.unit}s to {unit}s in even steps: write its values one by one, `in 1 {x.unit}, …`"
        )
    return x.value * _IN[pair]


def in_order(values: tuple[str, ...], constant: Constant) -> tuple[str, ...] | None:
    """The values from the smallest on; None where nobody can say which of two is smaller, as of 8 business hours and a business day."""
    if constant.kind in {Kind.PLACE, Kind.PERCENTILE}:
        return tuple(sorted(values, key=lambda x: int(re.sub(r"\D", "", x))))
    if constant.kind in _PLAIN:
        return tuple(sorted(values))
    size = as_numbers(values, constant)
    return None if size is None else tuple(sorted(values, key=size[0].__getitem__))


def as_numbers(values: Sequence[str], constant: Constant) -> tuple[dict[str, Decimal], str] | None:
    """The values as numbers of one unit, and that unit (`business hours`, `%`, or none); None where they have none in common."""
    if constant.kind in _PLAIN:
        return None
    amounts = {x: _amount(_split(x)) for x in values}
    units = {x.unit for x in amounts.values()}
    if len(units) > 1 and not any(
        {x.removeprefix("business ") for x in units} <= set(alike) for alike in _ALIKE
    ):
        return None
    sizes = {x: _SIZES.get(x.removeprefix("business "), 1) for x in units}
    unit = max(units, key=sizes.__getitem__)
    shown = f"{unit}s" if unit not in {"", "%"} else unit
    return {x: a.value * sizes[a.unit] / sizes[unit] for x, a in amounts.items()}, shown


_ALIKE = (("second", "minute", "hour"), ("day", "week"), ("month", "year"))
"""Units of which one can be counted in another."""


def _now(constant: Constant) -> str:
    return _one(_split(constant.written), constant)


def _written(x: _Amount) -> str:
    plain = f"{x.value.normalize():f}" if x.value else "0"
    if x.unit in {"", "%"}:
        return f"{plain}{x.unit}"
    return f"{plain} {x.unit}{'' if x.value == 1 else 's'}"
