"""A column of a source that no field is read from, as it stands in the file: what somebody else's report says of each row.

    with_column(plan, "lead", "MQL SLA")   the plan whose rows have the column too, as texts
    read_due(texts, "DD.MM.YYYY HH:mm")    what these texts say, by the same rules as a field that is declared so

Nothing is guessed: a column whose texts could mean two things is a `DataError` that says how to say which.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sladsl.data import sql
from sladsl.data.cells import field_cells
from sladsl.data.columns import Column, FieldSource, Kind, Rules
from sladsl.data.errors import DataError
from sladsl.data.spelling import moments, shapes
from sladsl.data.values import FLAW_BITS, NAIVE
from sladsl.formats import DURATION_UNITS, FormatError, TimeFormat, read_format
from sladsl.numerals import PLAIN, Numerals, fault, read_example
from sladsl.plan import FieldType, Plan, RecordField, Source
from sladsl.plan import Mapping as FieldMapping

STATED = "--against"
"""The field that is read from the column; nobody can declare one of this name."""
_TYPES = {
    Kind.INSTANT: FieldType.TIME,
    Kind.FLOAT: FieldType.NUMBER,
    Kind.INTERVAL: FieldType.DURATION,
    Kind.TIME_OF_DAY: FieldType.DURATION,
}
"""Of a table that has types: what a column is read as that has no one spelling."""


def with_column(plan: Plan, name: str, column: str, kind: Kind = Kind.TEXT) -> Plan:
    """The plan in which the rows of a record, or only those of one of its sources, have a column of their file as the field `STATED`.
    `kind` is what the column holds."""
    sources = {s.name: s for s in plan.sources}
    own = sources[name].record if name in sources else name
    asked = FieldMapping(STATED, column)
    read = [s for s in plan.sources if s.record == own]
    made = [replace(s, mappings=(*s.mappings, asked)) if name in (s.name, own) else s for s in plan.sources]
    if not read:  # the fields' columns are called as they are; this one is named
        made.append(Source(own, own, "", "", (asked,)))
    field = RecordField(STATED, _TYPES.get(kind, FieldType.TEXT), optional=True, planned=True)
    records = tuple(replace(r, fields=(*r.fields, field)) if r.name == own else r for r in plan.records)
    return replace(plan, records=records, sources=tuple(made))


# ------------------------------------------------------------------------------------------------------------- due dates


@dataclass(frozen=True, slots=True)
class Times:
    """Texts that say when something is due. `read`: by text the microseconds since 1970 of what it says, and whether that is a local clock
    reading; without those that cannot be read. `written` is what `as` says, None for ISO; `whole`: to what it is written, microseconds."""

    read: Mapping[str, tuple[int, bool]]
    written: str | None
    whole: int


_SECOND, _MINUTE, _DAY = 1_000_000, 60_000_000, 86_400_000_000


def time_format(counts: Counter[str]) -> tuple[bool, str | None]:
    """Whether nearly all of these texts are times or dates, and how they are written, None for ISO. `DataError` where day and month
    could be either."""
    if any(re.fullmatch(PLAIN, text) for text in counts):
        return False, None
    spelt = moments(counts)
    if spelt is None:
        return False, None
    if spelt.twin is not None:
        raise DataError(
            f'these dates can be two: {spelt.doubt}; say which with `--as "{spelt.format}"` or `--as "{spelt.twin}"`'
        )
    return True, spelt.format


def read_times(texts: Sequence[str], written: str | None) -> Times:
    """What these texts say as times or dates, written so. `DataError` for a form that says no date."""
    form = None if written is None else _format(written)
    has_time = form.has_time if form is not None else any(":" in text for text in texts)
    kind = FieldType.TIME if has_time else FieldType.DATE
    read = _read(texts, kind, Rules(format=form, at=0 if kind is FieldType.TIME else None))
    if not has_time:
        return Times({text: (day * _DAY, True) for text, (day, _) in read.items()}, written, _DAY)
    seconds = (
        "s" in written.replace("[", "") if written is not None else any(text.count(":") > 1 for text in texts)
    )
    return Times(read, written, _SECOND if seconds or written in ("X", "x") else _MINUTE)


def _format(text: str) -> TimeFormat:
    try:
        return read_format(text)
    except FormatError as error:
        raise DataError(f"`--as`: {error}") from None


# -------------------------------------------------------------------------------------------------------------- durations


@dataclass(frozen=True, slots=True)
class Spans:
    """Texts that say how long something took: by text microseconds, without those that cannot be read. `whole`: to what it is written."""

    read: Mapping[str, int]
    whole: int


_WORDS = {
    "d": _DAY, "day": _DAY, "days": _DAY,
    "h": 60 * _MINUTE, "hr": 60 * _MINUTE, "hrs": 60 * _MINUTE, "hour": 60 * _MINUTE, "hours": 60 * _MINUTE,
    "m": _MINUTE, "min": _MINUTE, "mins": _MINUTE, "minute": _MINUTE, "minutes": _MINUTE,
    "s": _SECOND, "sec": _SECOND, "secs": _SECOND, "second": _SECOND, "seconds": _SECOND,
}  # fmt: skip
_PART = r"(\d{1,9}(?:\.\d{1,6})?) ?([a-z]{1,7})\.?"
_PARTS = rf"-?{_PART}(?:,? (?:and )?{_PART}|{_PART})*"
CLOCKS = {"hours:minutes": (60 * _MINUTE, _MINUTE), "minutes:seconds": (_MINUTE, _SECOND)}
"""Readings of `4:12`, which says neither; how large its two parts are."""
SPANS = (*DURATION_UNITS, *CLOCKS)
"""What `--as` may say of a length of time."""


def span_like(texts: Sequence[str]) -> bool:
    """Whether nearly all of these texts are lengths of time that say their unit. `DataError` where the unit is in doubt."""
    known = _read(texts, FieldType.DURATION, Rules())
    named = [text for text in texts if text in known or _of_words(text) is not None]
    if 50 * len(named) < 49 * len(texts) or not texts:
        return False
    units = {unit for text in named for unit in re.findall("[a-z]+", text.strip().lower()) if unit in _WORDS}
    if units == {"m"}:
        raise DataError(f"`{texts[0]}` may be minutes or months: say which with `--as minutes`")
    return True


def read_spans(texts: Sequence[str], written: str | None, numbers: str | None) -> Spans:
    """What these texts say as lengths of time; `written` is a unit of plain numbers or of two parts, None where each says its own.
    `numbers` is an example of how numbers are written."""
    if written in CLOCKS:
        one, other = CLOCKS[written]
        found = {text: re.fullmatch(r"(\d{1,7}):([0-5]\d)", text.strip()) for text in texts}
        return Spans(
            {t: int(x[1]) * one + int(x[2]) * other for t, x in found.items() if x is not None}, other
        )
    read: dict[str, int] = {}
    if written is not None:
        unit = DURATION_UNITS[written]
        spelt = None if numbers is None else read_example(numbers)
        if fault(shapes(Counter(texts)), spelt) is not None:
            raise DataError(
                'these numbers can be read in two ways: say in the source how they are written, such as `numbers "1.234,56"`'
            )
        rules = Rules(unit=unit, numerals=spelt)
        read = {text: value for text, (value, _) in _read(texts, FieldType.DURATION, rules).items()}
        words = {text: value for text in texts if text not in read and (value := _of_words(text)) is not None}
        return Spans({**words, **read}, _whole_of_numbers(read, unit, spelt))
    known = {text: value for text, (value, _) in _read(texts, FieldType.DURATION, Rules()).items()}
    words = {text: value for text in texts if text not in known and (value := _of_words(text)) is not None}
    sizes = [
        size
        for text in words
        for number, unit in re.findall(_PART, text.lower())
        if (size := _least(number, unit))
    ]
    return Spans({**known, **words}, min([_SECOND, *sizes] if known or not sizes else sizes))


def _of_words(text: str) -> int | None:
    """`4h 12m`, `1 day, 3 hours`, `-2 min` in microseconds; None for anything else."""
    plain = text.strip(sql.BLANKS).lower()
    if not re.fullmatch(_PARTS, plain):
        return None
    parts = re.findall(_PART, plain)
    if any(unit not in _WORDS for _, unit in parts) or len({_WORDS[unit] for _, unit in parts}) < len(parts):
        return None
    whole = sum(round(float(number) * _WORDS[unit]) for number, unit in parts)
    return -whole if plain.startswith("-") else whole


def _least(number: str, unit: str) -> int:
    size = _WORDS.get(unit, 0)
    return max(1, size // int(10 ** len(number.partition(".")[2])))


def _whole_of_numbers(read: Mapping[str, int], unit: int, spelt: Numerals | None) -> int:
    point = "." if spelt is None else spelt.decimal
    decimals: int = max((len(re.sub(r"\D", "", text.partition(point)[2])) for text in read), default=0)
    return max(min(unit, _SECOND), unit // int(10**decimals))


# -------------------------------------------------------------------------------------------------------------- by our rules


def _read(texts: Sequence[str], type: FieldType, rules: Rules) -> dict[str, tuple[int, bool]]:
    """By text what a field of this type would hold, and whether it is a local clock reading; without those that cannot be read."""
    cells = field_cells(FieldSource(RecordField("stated", type), Column("stated", "c0"), None, rules))
    said = {text: cells.read(text) for text in texts}
    return {
        text: (int(x.value), bool(x.flaw & NAIVE))
        for text, x in said.items()
        if x.value is not None and not x.flaw & FLAW_BITS
    }
