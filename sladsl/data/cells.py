"""Values as files spell them → the values an agreement computes with, in plain Python: what `values` writes as SQL, one cell at a time.

How each thing is spelt (which words stand for nothing or for true, how a number, a date, an offset and a length of time look) stands
once, in `values`, `formats` and `numerals`; here is only what is made of a text that matches. A column's texts repeat, so each is read
once.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias, assert_never

from sladsl import formats, numerals
from sladsl.calendars.instants import DAY, day_number
from sladsl.data import sql
from sladsl.data.columns import FieldSource, Rules
from sladsl.data.textfile import MARKS, Mark, Numeral
from sladsl.data.values import (
    CLOCK_DURATION,
    CLOCK_PARTS,
    FALSE,
    FIRST_LOCAL,
    ISO_DURATION,
    ISO_PARTS,
    LAST_LOCAL,
    MARKED,
    MIDNIGHT,
    NAIVE,
    SIZES,
    TRUE,
    Flaw,
    Naive,
    is_number,
    missing_texts,
)
from sladsl.plan import FieldType, RecordField

_MOST_KEPT = 200_000
"""Different texts of a column that are remembered."""
_SPACES = dict.fromkeys(map(ord, formats.SPACES), " ")
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
_MILLIONTH, _ONE, _TOO_LARGE = Decimal("0.000001"), Decimal(1), Decimal(10**12)
_WHOLE = range(-(2**63), 2**63)


class Read(NamedTuple):
    """What a cell says: its value, why it has none (with `NAIVE` added to a local reading), and what it looks like as a number."""

    value: Any
    flaw: int = 0
    shape: int = 0


Reader: TypeAlias = Callable[[str], "Read"]
"""Of a text without what is only spelling."""
_NOTHING = Read(None)


@dataclass(slots=True)
class FieldCells:
    """One field of one file (`sladsl.data.asking.Reading`), read cell by cell. `cell` is -1 where it has no column."""

    field: RecordField
    column: str
    cell: int
    naive: Naive
    numerals: numerals.Numerals | None
    fallible: bool
    shaped: bool
    _read: Callable[[str, bool], Read]
    bounds: tuple[int, int] | None = None
    _known: tuple[dict[str, Read], dict[str, Read]] = dataclasses.field(default_factory=lambda: ({}, {}))

    def read(self, text: str | None) -> Read:
        """What a cell says; None is a cell that is not there."""
        if text is None:
            return _NOTHING
        typed = isinstance(text, Numeral)
        known = self._known[typed]
        read = known.get(text)
        if read is None:
            if len(known) >= _MOST_KEPT:
                known.clear()
            read = known[text] = self._read(str(text), typed)
        return read


def field_cells(source: FieldSource) -> FieldCells:
    """How the field is read; of one without a column, what it always is."""
    f, rules, column = source.field, source.rules, source.column
    if column is None and source.constant is None:
        return FieldCells(f, "", -1, Naive.NEVER, None, False, False, lambda _, __: _NOTHING)
    reader, naive = _reader(f, rules)
    shaped = column is not None and is_number(source)
    return FieldCells(
        f,
        column.name if column is not None else "",
        int(column.sql[1:]) if column is not None else -1,
        naive,
        rules.numerals if shaped else None,
        f.type is not FieldType.TEXT or rules.marked,
        shaped,
        _cell(f, rules, reader, shaped),
    )


def _cell(f: RecordField, rules: Rules, reader: Reader, shaped: bool) -> Callable[[str, bool], Read]:
    """From the cell as it is, and whether the file holds it as a number, to what it says."""
    clean = _cleaner(f, rules)
    ours = {theirs for theirs, _ in rules.translate}
    plainly = replace(rules, numerals=None)
    plain_reader = reader if rules.numerals is None else _reader(f, plainly)[0]

    def read(raw: str, typed: bool) -> Read:
        text = clean(raw)
        if text is None:
            return _NOTHING
        plain = typed or raw in ours
        known = (plain_reader if plain else reader)(text)
        if known.value is None and rules.marked and text[:1] and text[0] in MARKS:
            known = Read(None, MARKED[Mark(text[0])])
        if not shaped or plain:
            return known
        looks, mark = numerals.shape(text, rules.numerals)
        return known._replace(shape=looks + 16 * mark)

    return read


def _cleaner(f: RecordField, rules: Rules) -> Callable[[str], str | None]:
    """The text of a cell, None where it stands for nothing. One that its reader has marked keeps its mark, unless what it shows is one of
    the `missing` texts or translated."""
    is_text = f.type in (FieldType.TEXT, FieldType.ONE_OF)
    moment = f.type in (FieldType.DATE, FieldType.TIME, FieldType.DURATION)
    nothing = frozenset(missing_texts(rules))
    ours = dict(reversed(rules.translate))
    marks = "" if not rules.marked else MARKS if is_text else MARKS.replace(Mark.SHOWN_OTHERWISE, "")

    def clean(raw: str) -> str | None:
        seen = raw.lstrip(MARKS) if marks else raw
        trimmed = (seen.translate(_SPACES) if moment else seen).strip(sql.BLANKS)
        if seen in nothing or trimmed in nothing:
            return None
        if seen in ours:
            return ours[seen]
        if marks and raw and raw[0] in marks:
            return raw
        return seen if is_text else trimmed

    return clean


def _reader(f: RecordField, rules: Rules) -> tuple[Reader, Naive]:
    """What is made of a text, and whether it may be a local reading."""
    match f.type:
        case FieldType.TEXT:
            return (_marked_text if rules.marked else Read), Naive.NEVER
        case FieldType.ONE_OF:
            values = frozenset(f.values)
            return lambda text: Read(text) if text in values else Read(None, Flaw.UNKNOWN), Naive.NEVER
        case FieldType.NUMBER:
            return lambda text: _number(text, rules.numerals), Naive.NEVER
        case FieldType.BOOLEAN:
            return _boolean, Naive.NEVER
        case FieldType.DATE:
            return _date_reader(rules), Naive.NEVER
        case FieldType.TIME:
            return _time_reader(rules)
        case FieldType.DURATION:
            return _duration_reader(rules), Naive.NEVER
        case _:
            assert_never(f.type)


def _marked_text(text: str) -> Read:
    return Read(None, Flaw.UNREADABLE) if text and text[0] in MARKS else Read(text)


def _boolean(text: str) -> Read:
    word = text.lower()
    return Read(True) if word in TRUE else Read(False) if word in FALSE else Read(None, Flaw.UNREADABLE)


# ------------------------------------------------------------------------------------------------------------ numbers


def _number(text: str, spelt: numerals.Numerals | None) -> Read:
    number = numerals.read(text, spelt)
    if number is None:
        return Read(None, Flaw.UNREADABLE)
    fits = _fitted(number)
    return Read(None, Flaw.OUT_OF_RANGE) if fits is None else Read(fits)


def _fitted(number: Decimal) -> Decimal | None:
    """With six places, the seventh rounded half away from zero; None where it has more than twelve before the point."""
    if abs(number) >= _TOO_LARGE:
        return None
    rounded = _EXACT.quantize(number, _MILLIONTH)
    return None if abs(rounded) >= _TOO_LARGE else rounded if rounded else _MILLIONTH - _MILLIONTH


def _duration_reader(rules: Rules) -> Reader:
    unit = rules.unit
    if unit is None:
        return _duration

    def counted(text: str) -> Read:
        number = _number(text, rules.numerals).value
        span = None if number is None else int(_EXACT.quantize(number * unit, _ONE))
        return Read(span) if span is not None and span in _WHOLE else Read(None, Flaw.UNREADABLE)

    return counted


_CLOCK = re.compile(CLOCK_DURATION, re.ASCII)
_PERIOD = re.compile(ISO_DURATION, re.ASCII)
_DIGIT = re.compile("[0-9]")


def _duration(text: str) -> Read:
    if _DIGIT.search(text) and not text.endswith(("T", " ")):
        if (clock := _CLOCK.fullmatch(text)) is not None:
            parts: dict[str, str | None] = dict(zip(CLOCK_PARTS, clock.groups(), strict=True))
            days = int(parts.pop("days") or 0) * SIZES["days"]
            return Read(days + _signed(parts))  # in `-1 day, 23:00:00` the sign is the days' own
        if (period := _PERIOD.fullmatch(text)) is not None:
            return Read(_signed(dict(zip(ISO_PARTS, period.groups(), strict=True))))
    return Read(None, Flaw.UNREADABLE)


def _signed(parts: dict[str, str | None]) -> int:
    size = sum(int(n) * SIZES[name] for name, n in parts.items() if n and name in SIZES)
    size += int((parts["part"] or "").ljust(6, "0")[:6])
    return -size if parts["sign"] == "-" else size


# ---------------------------------------------------------------------------------------------------- dates and times

_DATE = re.compile(f"({formats.ISO_DATE}){MIDNIGHT}", re.ASCII)
_ONLY_DATE = re.compile(formats.ISO_DATE, re.ASCII)
_MOMENT = re.compile(f"({formats.ISO_DATE})(?:[T ]({formats.ISO_TIME})({formats.OFFSET})?)?", re.ASCII)
_OFFSET = re.compile(f"({formats.OFFSET})$", re.ASCII)
_NO_OFFSET = frozenset({"", "Z", "z", "UTC", " Z", " UTC"})


class _Stamp(NamedTuple):
    """A reading of a clock in microseconds since 1970, and the offset that was written behind it."""

    local: int
    offset: str


@lru_cache(maxsize=100_000)
def _day(text: str) -> int | None:
    """`2026-11-01` in microseconds; None for a date that no calendar has."""
    return _calendar_day(int(text[:4]), int(text[5:7]), int(text[8:10]))


_CYCLE = 146_097
"""Days in the 400 years after which the calendar repeats."""


def _calendar_day(year: int, month: int, day: int) -> int | None:
    """In microseconds; the year 0, which Python's calendar does not have, is in DuckDB's: it is told as out of range, not as no date."""
    try:
        return (
            day_number(date(year, month, day)) if year else day_number(date(400, month, day)) - _CYCLE
        ) * DAY
    except ValueError:
        return None


@lru_cache(maxsize=100_000)
def _clock(text: str) -> int:
    """`9:00`, `09:00:00.123456` in microseconds."""
    hours, minutes, *rest = text.split(":")
    seconds, _, fraction = rest[0].partition(".") if rest else ("0", "", "")
    whole = (int(hours) * 60 + int(minutes)) * 60 + int(seconds)
    return whole * 1_000_000 + int(fraction.ljust(6, "0")[:6])


@lru_cache(maxsize=10_000)
def _offset_us(text: str) -> int:
    """Microseconds of an offset as written: ` +05:30`, `-0300`, `+02`, `Z`, `UTC`, or ''."""
    if text in _NO_OFFSET:
        return 0
    digits = re.sub("[^0-9]", "", text)
    minutes = int(digits[:2]) * 60 + (int(digits[2:]) if len(digits) == 4 else 0)
    return minutes * (-60_000_000 if "-" in text else 60_000_000)


def _iso_stamp(text: str) -> _Stamp | None:
    parts = _MOMENT.fullmatch(text)
    if parts is None:
        return None
    day, clock, offset = parts.groups()
    local = _day(day)
    return None if local is None else _Stamp(local + (_clock(clock) if clock else 0), offset or "")


def _in_range(local: int) -> bool:
    return FIRST_LOCAL <= local <= LAST_LOCAL


def _date_reader(rules: Rules) -> Reader:
    spelt = None if rules.format is None else _by_format(rules.format)
    iso = spelt is None or rules.iso_too

    def read(text: str) -> Read:
        stamp = None if spelt is None else spelt(text, "")
        if stamp is None and iso and (parts := _DATE.fullmatch(text)) is not None:
            stamp = _day(parts[1])
        known = stamp is not None and _in_range(stamp)
        return Read(stamp // DAY) if stamp is not None and known else Read(None, Flaw.UNREADABLE)

    return read


def _time_reader(rules: Rules) -> tuple[Reader, Naive]:
    format, at = rules.format, rules.at
    naive = _naive(rules)
    stamp_of = _iso_stamp if format is None else _spelt_stamp(rules)
    date_only = _date_only(rules)

    def read(text: str) -> Read:
        stamp = stamp_of(text)
        if stamp is None:
            return Read(None, Flaw.UNREADABLE)
        local = stamp.local
        if date_only(text):
            if at is None:
                return Read(None, Flaw.NO_TIME_OF_DAY)
            local += at
        if not _in_range(stamp.local):
            return Read(None, Flaw.NO_TIME_OF_DAY if date_only(text) else Flaw.UNREADABLE)
        if naive is Naive.ALWAYS:
            return Read(local, NAIVE)
        is_local = naive is Naive.SOME and not stamp.offset
        return Read(local - _offset_us(stamp.offset), NAIVE if is_local else 0)

    return read, naive


def _naive(rules: Rules) -> Naive:
    format = rules.format
    if rules.ignore_offsets and not (format is not None and format.epoch):
        return Naive.ALWAYS
    if format is None or rules.iso_too:
        return Naive.SOME
    return Naive.NEVER if format.has_offset else Naive.ALWAYS


def _spelt_stamp(rules: Rules) -> Callable[[str], _Stamp | None]:
    """By the format of the field; in a workbook, whose true dates have none, else as ISO 8601."""
    format = rules.format
    assert format is not None
    spelt = _by_format(format)

    def stamp(text: str) -> _Stamp | None:
        iso = _MOMENT.fullmatch(text) if rules.iso_too else None
        if iso is not None:
            offset = iso[3] or ""
        elif format.epoch:
            offset = "Z"
        else:
            written = _OFFSET.search(text) if format.has_offset else None
            offset = written[1] if written is not None else ""
        local = spelt(text, offset)
        if local is not None:
            return _Stamp(local, offset)
        return _iso_stamp(text) if iso is not None else None

    return stamp


def _date_only(rules: Rules) -> Callable[[str], bool]:
    """Whether a text that is a moment has no time of day."""
    if rules.format is None:
        return lambda text: len(text) == 10
    if rules.format.has_time:
        return (lambda text: _ONLY_DATE.fullmatch(text) is not None) if rules.iso_too else (lambda _: False)
    return (lambda text: ":" not in text) if rules.iso_too else (lambda _: True)


_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"
)  # fmt: skip
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _either(words: tuple[str, ...], letters: int | None = None) -> str:
    return f"(?i:{'|'.join(word[:letters] for word in words)})"


# A number takes as many digits as it may, and gives none back: `DMYYYY` does not read `112026`.
_DIRECTIVES = {
    "Y": r"(?P<Y>\d{1,4}+)", "y": r"(?P<y>\d{1,2}+)", "m": r"(?P<m>\d{1,2}+)", "d": r"(?P<d>\d{1,2}+)", "H": r"(?P<H>\d{1,2}+)",
    "I": r"(?P<I>\d{1,2}+)", "M": r"(?P<M>\d{1,2}+)", "S": r"(?P<S>\d{1,2}+)", "n": r"(?P<n>\d{1,9}+)", "p": "(?P<p>(?i:[ap]m))",
    "B": f"(?P<B>{_either(_MONTHS)})", "b": f"(?P<b>{_either(_MONTHS, 3)})", "A": _either(_DAYS), "a": _either(_DAYS, 3), "%": "%",
}  # fmt: skip


def _by_format(format: formats.TimeFormat) -> Callable[[str, str], int | None]:
    """What a text, with the offset that is written at its end, says in a format: the reading without the offset, in microseconds."""
    whole = re.compile(format.local if format.epoch else format.pattern, re.ASCII)
    if format.epoch:
        return lambda text, _: int(text) * format.epoch if whole.fullmatch(text) else None
    pieces = re.split(r"%(.)", format.strptime)
    parts = re.compile(
        "".join(re.escape(x) if n % 2 == 0 else _DIRECTIVES[x] for n, x in enumerate(pieces)), re.ASCII
    )

    def local(text: str, offset: str) -> int | None:
        if not whole.fullmatch(text):
            return None
        if format.has_offset:
            text = text[: len(text) - len(offset)].rstrip(" ")
        read = parts.fullmatch(text)
        return None if read is None else _from_parts(read.groupdict())

    return local


def _from_parts(parts: dict[str, str]) -> int | None:
    year = int(parts["Y"]) if "Y" in parts else _of_century(int(parts["y"]))
    if "m" in parts:
        month = int(parts["m"])
    elif "B" in parts:
        month = _MONTHS.index(parts["B"].lower()) + 1
    else:
        month = [name[:3] for name in _MONTHS].index(parts["b"].lower()) + 1
    day = _calendar_day(year, month, int(parts["d"]))
    if day is None:
        return None
    hour, minute, second = (int(parts.get(name, 0)) for name in ("H", "M", "S"))
    if "I" in parts:
        twelve = int(parts["I"])
        hour = twelve % 12 + (12 if parts["p"].lower() == "pm" else 0) if 1 <= twelve <= 12 else 24
    if hour > 23 or minute > 59 or second > 59:
        return None
    fraction = int(parts.get("n", "").ljust(6, "0")[:6])
    return day + ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction


def _of_century(year: int) -> int:
    """69–99 are 19xx, 00–68 are 20xx."""
    return year + (1900 if year >= 69 else 2000)
