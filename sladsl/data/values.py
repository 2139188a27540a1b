"""Values as files spell them → the values an agreement computes with, as DuckDB SQL.

Every field becomes two columns: its value, and a *flaw* that says why there is none (0 when nothing is wrong). A value is never
guessed: what cannot be read is missing, flawed and listed.

| field | value | read from text as |
|---|---|---|
| text | VARCHAR | itself, to the letter |
| one of | VARCHAR | itself, if it is one of the values |
| number | DECIMAL(18, 6) | the source's example, else `-12.5`; no exponents, NaN or 0x10; the seventh decimal rounds half away from zero |
| boolean | BOOLEAN | true, yes, 1, false, no, 0, in any case |
| date | BIGINT, days since 1970-01-01 | the format, else `YYYY-MM-DD`, with a midnight behind it or not |
| time | BIGINT, µs since 1970-01-01T00:00Z | the format, else ISO 8601; years 1900 to 9999 |
| duration | BIGINT, µs | `1 day, 16:26:23`, `00:26:43`, `PT4H30M`, or a number when a unit is given |

A local time (one without an offset) is left local here, and its flaw has `NAIVE` added: `clocks` makes it an instant. A cell that is
blank, or one of the source's `missing` texts with or without blanks around, is missing. Blanks around are ignored except in texts.

A number's text also has a *shape* (`sladsl.numerals`), so that the whole column can be asked whether it could be read otherwise.
What the agreement itself writes (a constant, a translation) and what a file holds as a number have none: those are plain.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import assert_never

from sladsl import formats, numerals
from sladsl.data import sql
from sladsl.data.columns import FieldSource, Rules
from sladsl.data.sql import Stage
from sladsl.data.textfile import MARKS, Mark
from sladsl.plan import FieldType, RecordField


class Flaw(IntEnum):
    """Why a field of a row has no value."""

    NONE = 0
    UNREADABLE = 1
    OUT_OF_RANGE = 2
    UNKNOWN = 3
    NO_TIME_OF_DAY = 4
    NO_RESULT = 5
    MERGED = 6
    SHOWN_OTHERWISE = 7


NAIVE = 16
"""Added to a flaw: the value is a local reading, not yet an instant."""
FLAW_BITS = 15


class Naive(IntEnum):
    """Whether a `time` field's values are local readings."""

    NEVER = 0
    SOME = 1
    ALWAYS = 2


SQL_TYPES = {
    FieldType.TEXT: "VARCHAR",
    FieldType.ONE_OF: "VARCHAR",
    FieldType.NUMBER: "DECIMAL(18, 6)",
    FieldType.BOOLEAN: "BOOLEAN",
    FieldType.DATE: "BIGINT",
    FieldType.TIME: "BIGINT",
    FieldType.DURATION: "BIGINT",
}
FIRST_LOCAL, LAST_LOCAL = -2_208_988_800_000_000, 253_402_300_799_999_999
"""1900-01-01 00:00 and 9999-12-31 23:59:59.999999 as microseconds."""
TRUE, FALSE = ("true", "yes", "1"), ("false", "no", "0")
"""Truth values, in any case."""
MIDNIGHT = r"(?:[T ]0{1,2}:00(?::00(?:\.0+)?)?)?"
"""What may stand behind a date."""
MARKED = {
    Mark.ERROR: Flaw.UNREADABLE,
    Mark.FORMULA: Flaw.NO_RESULT,
    Mark.MERGED: Flaw.MERGED,
    Mark.SHOWN_OTHERWISE: Flaw.SHOWN_OTHERWISE,
}
"""Why a cell has no value that its reader has marked."""
_DAY = 86_400_000_000
_EPOCH_DAY = "DATE '1970-01-01'"


@dataclass(frozen=True, slots=True)
class FieldSql:
    """One field of one file as SQL: stages to add, then the value's column and, when something can be wrong, the flaw's."""

    field: RecordField
    raw: str
    stages: tuple[Stage, ...]
    value: str
    flaw: str | None
    naive: Naive = Naive.NEVER
    column: str = ""
    bounds: tuple[int, int] | None = None  # of local readings, when the file says so
    shape: str | None = (
        None  # the column of a number's shape and mark: `shape + 16 * mark`, 0 where it has none
    )
    numerals: numerals.Numerals | None = None

    @property
    def cell(self) -> int:
        """The number of the column in a text file."""
        return int(self.raw[1:])

    @property
    def fallible(self) -> bool:
        """Whether a value can be unreadable."""
        return self.flaw is not None

    @property
    def shaped(self) -> bool:
        """Whether its texts have the shapes of numbers."""
        return self.shape is not None


def absent(field: RecordField, n: int) -> FieldSql:
    """An optional field that the file has no column for: missing everywhere."""
    return FieldSql(field, "NULL", (((f"v{n}", f"CAST(NULL AS {SQL_TYPES[field.type]})"),),), f"v{n}", None)


def is_number(source: FieldSource) -> bool:
    """Whether the field's texts are numbers."""
    counted = source.field.type is FieldType.DURATION and source.rules.unit is not None
    return source.field.type is FieldType.NUMBER or counted


def read_text(source: FieldSource, raw: str, n: int, typed: str = "false") -> FieldSql:
    """The field of a text column; `raw` is SQL of the cell's text, `n` the field's number, `typed` SQL of whether the file holds the cell
    as a number."""
    field, rules = source.field, source.rules
    column = source.column.name if source.column else ""
    if field.type is FieldType.TEXT and not rules.marked:
        return FieldSql(
            field, raw, (((f"v{n}", clean_text(raw, rules)),),), f"v{n}", None, Naive.NEVER, column
        )
    r, v, k = f"r{n}", f"v{n}", f"k{n}"
    clean = _cleaned(field, raw, rules, n)
    stages, otherwise, naive = _by_type(field, rules, n)
    if rules.marked:
        otherwise = f"CASE left({r}, 1) {_MARKED} ELSE {otherwise} END"
    flaw = f"CASE WHEN {r} IS NULL THEN 0 WHEN {v} IS NULL THEN {otherwise} ELSE 0 END"
    if naive is not Naive.NEVER:
        added = NAIVE if naive is Naive.ALWAYS else f"CASE WHEN o{n} = '' THEN {NAIVE} ELSE 0 END"
        flaw = f"CASE WHEN {v} IS NULL THEN ({flaw}) ELSE {added} END"
    last: Stage = ((k, f"CAST({flaw} AS UTINYINT)"),)
    if not is_number(source) or source.column is None:
        return FieldSql(field, raw, (*clean, *stages, last), v, k, naive, column)
    # What the agreement wrote and what the file holds as a number are plain; of the rest the column's spelling is asked.
    ours = sql.texts(theirs for theirs, _ in rules.translate)
    plain = f"({typed}{f' OR {raw} IN ({ours})' if ours else ''})"
    clean = (*clean, ((f"plain{n}", plain),))
    last = (*last, (f"shape{n}", _shape(n, rules.numerals)))
    return FieldSql(
        field, raw, (*clean, *stages, last), v, k, naive, column, None, f"shape{n}", rules.numerals
    )


def _shape(n: int, spelt: numerals.Numerals | None) -> str:
    r, body = f"r{n}", f"regexp_replace(r{n}, {sql.text(numerals.bare(spelt))}, '', 'g')"
    arms = " ".join(f"WHEN {matches(body, pattern)} THEN {shape:d}" for shape, pattern in numerals.SHAPES)
    beside = " ".join(
        f"WHEN regexp_matches({r}, {sql.text(mark)}) THEN {16 * number:d}"
        for number, mark in numerals.marks(spelt)
    )
    marked = f"CASE WHEN {matches(r, numerals.PLAIN)} THEN 0 {beside} ELSE 0 END"
    shape = f"CASE {arms} ELSE 0 END"
    return f"CAST(CASE WHEN {r} IS NULL OR plain{n} OR ({shape}) = 0 THEN 0 ELSE ({shape}) + ({marked}) END AS UTINYINT)"


_MARKED = " ".join(f"WHEN {sql.text(mark)} THEN {flaw:d}" for mark, flaw in MARKED.items())


def _cleaned(field: RecordField, raw: str, rules: Rules, n: int) -> tuple[Stage, ...]:
    """Stages that make `r{n}`, the text of the cell. One that the reader has marked keeps its mark, so that it is read as nothing; but
    what it shows may be one of the `missing` texts (`#N/A`), or translated."""
    r, s, b, text = f"r{n}", f"s{n}", f"b{n}", field.type in (FieldType.TEXT, FieldType.ONE_OF)
    if not rules.marked:
        if text:
            return (((r, clean_text(raw, rules)),),)
        return (*_trimmed(field, raw, n), ((r, _clean(raw, b, rules)),))
    marked = MARKS if text else MARKS.replace(Mark.SHOWN_OTHERWISE, "")
    seen: Stage = ((s, f"ltrim({raw}, {sql.text(MARKS)})"),)
    trimmed = (((b, s),),) if text else _trimmed(field, s, n)
    otherwise = (
        f"CASE WHEN contains({sql.text(marked)}, left({raw}, 1)) AND {raw} <> '' THEN {raw} ELSE {b} END"
    )
    clean = clean_text(s, rules, otherwise) if text else _clean(s, b, rules, otherwise)
    return (seen, *trimmed, ((r, clean),))


def _trimmed(field: RecordField, raw: str, n: int) -> tuple[Stage, ...]:
    """`b{n}`: the text without blanks around it, and within dates, times and durations with plain spaces only."""
    if field.type not in (FieldType.DATE, FieldType.TIME, FieldType.DURATION):
        return (((f"b{n}", sql.trimmed(raw)),),)
    return ((f"u{n}", sql.plain_spaces(raw)),), ((f"b{n}", sql.trimmed(f"u{n}")),)


def _clean(raw: str, trimmed: str, rules: Rules, otherwise: str | None = None) -> str:
    """The cell without what is only spelling: missing texts are NULL, translated texts are the agreement's."""
    tokens = sql.texts(missing_texts(rules))
    arms = [f"WHEN {raw} IN ({tokens}) OR {trimmed} IN ({tokens}) THEN NULL"] if rules.missing else []
    arms += _translations(raw, rules)
    otherwise = otherwise or trimmed
    return f"CASE {' '.join(arms)} ELSE {otherwise} END" if arms else otherwise


def clean_text(raw: str, rules: Rules, otherwise: str | None = None) -> str:
    """The same for a text, which keeps its blanks. Millions of rows come by here: only what may be a missing text is trimmed."""
    arms = []
    if rules.missing:
        tokens = sql.texts(missing_texts(rules))
        maybe = [
            f"{raw} < '!' OR {raw} >= '\u0080'",
            *(f"starts_with({raw}, {sql.text(token)})" for token in rules.missing if token.strip(sql.BLANKS)),
        ]
        arms.append(f"WHEN {raw} IN ({tokens}) THEN NULL")
        arms.append(
            f"WHEN ({' OR '.join(maybe)}) AND trim({raw}, {sql.text(sql.BLANKS)}) IN ({tokens}) THEN NULL"
        )
    arms += _translations(raw, rules)
    otherwise = otherwise or raw
    return f"CASE {' '.join(arms)} ELSE {otherwise} END" if arms else otherwise


def missing_texts(rules: Rules) -> Iterable[str]:
    """The texts that stand for nothing, each once: as they are written, and without blanks around them."""
    return dict.fromkeys([*rules.missing, *(token.strip(sql.BLANKS) for token in rules.missing)])


def _translations(raw: str, rules: Rules) -> list[str]:
    return [f"WHEN {raw} = {sql.text(theirs)} THEN {sql.text(ours)}" for theirs, ours in rules.translate]


def _by_type(field: RecordField, rules: Rules, n: int) -> tuple[tuple[Stage, ...], str, Naive]:
    """Stages that make `v{n}` of the text `r{n}`; SQL of the flaw where there is a text and no value; whether it may be local."""
    r, v = f"r{n}", f"v{n}"
    unreadable = str(int(Flaw.UNREADABLE))
    match field.type:
        case FieldType.TEXT:
            unmarked = (
                f"CASE WHEN contains({sql.text(MARKS)}, left({r}, 1)) AND {r} <> '' THEN NULL ELSE {r} END"
            )
            return (((v, unmarked),),), unreadable, Naive.NEVER
        case FieldType.ONE_OF:
            return (
                (((v, f"CASE WHEN {r} IN ({sql.texts(field.values)}) THEN {r} END"),),),
                f"{Flaw.UNKNOWN:d}",
                Naive.NEVER,
            )
        case FieldType.NUMBER:
            number, fits = _number(n, rules), _is_number(n, rules)
            return (((v, number),),), f"CASE WHEN {fits} THEN {Flaw.OUT_OF_RANGE:d} ELSE 1 END", Naive.NEVER
        case FieldType.BOOLEAN:
            return (((v, _boolean(r)),),), unreadable, Naive.NEVER
        case FieldType.DATE:
            return _date(rules, n), unreadable, Naive.NEVER
        case FieldType.TIME:
            return _time(rules, n)
        case FieldType.DURATION:
            return _duration(rules, n), unreadable, Naive.NEVER
        case _:
            assert_never(field.type)


def matches(x: str, pattern: str) -> str:
    """SQL: a text is, as a whole, what an expression says."""
    return f"regexp_full_match({x}, {sql.text(pattern)})"


def _is_number(n: int, rules: Rules) -> str:
    plain = matches(f"r{n}", numerals.PLAIN)
    if rules.numerals is None:
        return plain
    return f"(CASE WHEN plain{n} THEN {plain} ELSE {matches(f'r{n}', rules.numerals.pattern)} END)"


def _number(n: int, rules: Rules) -> str:
    r, spelt = f"r{n}", rules.numerals
    if spelt is None:
        return f"CASE WHEN {_is_number(n, rules)} THEN try_cast({r} AS DECIMAL(18, 6)) END"
    digits = f"regexp_replace({r}, {sql.text(spelt.dropped)}, '', 'g')"
    plain = f"replace(replace({digits}, {sql.text(spelt.decimal)}, '.'), '\u2212', '-')"
    text = f"CASE WHEN plain{n} THEN {r} ELSE {plain} END"
    return f"CASE WHEN {_is_number(n, rules)} THEN try_cast({text} AS DECIMAL(18, 6)) END"


def _boolean(r: str) -> str:
    return f"CASE WHEN lower({r}) IN ({sql.texts(TRUE)}) THEN true WHEN lower({r}) IN ({sql.texts(FALSE)}) THEN false END"


def _in_range(local: str) -> str:
    return f"{local} BETWEEN {FIRST_LOCAL} AND {LAST_LOCAL}"


def _date(rules: Rules, n: int) -> tuple[Stage, ...]:
    """`t`: the timestamp that the text says; `v`: its date."""
    r, t, v = f"r{n}", f"t{n}", f"v{n}"
    stamp = (
        f"CASE WHEN {matches(r, formats.ISO_DATE + MIDNIGHT)} THEN try_cast(left({r}, 10) AS TIMESTAMP) END"
    )
    if rules.format is not None:
        spelt = _by_format(r, rules.format)
        stamp = f"coalesce({spelt}, {stamp})" if rules.iso_too else spelt
    day = f"CASE WHEN {_in_range(f'epoch_us({t})')} THEN CAST({t} AS DATE) - {_EPOCH_DAY} END"
    return ((t, stamp),), ((v, day),)


def _by_format(r: str, format: formats.TimeFormat, offset: str = "''") -> str:
    """The timestamp of the text `r`, less its offset."""
    if format.epoch:
        return f"CASE WHEN {matches(r, format.local)} THEN make_timestamp(CAST({r} AS BIGINT) * {format.epoch}) END"
    local = f"rtrim(left({r}, length({r}) - length({offset})))" if format.has_offset else r
    return (
        f"CASE WHEN {matches(r, format.pattern)} THEN try_strptime({local}, {sql.text(format.strptime)}) END"
    )


def _time(rules: Rules, n: int) -> tuple[tuple[Stage, ...], str, Naive]:
    """`o`: the offset as written; `t`: the local timestamp; `v`: the instant, or the local reading where there is no offset."""
    r, o, t, v = f"r{n}", f"o{n}", f"t{n}", f"v{n}"
    offset, stamp, naive = _stamp(rules, r, o)
    local = f"epoch_us({t})"
    date_only = _date_only(r, rules)
    if date_only:
        local = f"CASE WHEN {date_only} THEN {f'{local} + {rules.at}' if rules.at is not None else 'NULL'} ELSE {local} END"
    if naive is not Naive.ALWAYS:
        local = f"{local} - {_offset_us(o)}"
    value = f"CASE WHEN {_in_range(f'epoch_us({t})')} THEN {local} END"
    why = (
        f"CASE WHEN {date_only} AND {t} IS NOT NULL THEN {Flaw.NO_TIME_OF_DAY:d} ELSE 1 END"
        if date_only
        else "1"
    )
    return (((o, offset),), ((t, stamp),), ((v, value),)), why, naive


def _stamp(rules: Rules, r: str, o: str) -> tuple[str, str, Naive]:
    """SQL of the offset as written, SQL of the timestamp without it, and whether values are local readings."""
    format = rules.format
    iso_offset, iso = _offset_of(r, r":\d{2}(?:\.\d+)?"), _iso_stamp(r, o)
    if format is None:
        return iso_offset, iso, Naive.ALWAYS if rules.ignore_offsets else Naive.SOME
    offset = _offset_of(r, "") if format.has_offset and not format.epoch else "''"
    stamp, naive = _by_format(r, format, o), Naive.NEVER if format.has_offset else Naive.ALWAYS
    if format.epoch:
        offset = "'Z'"
    if rules.iso_too:
        offset = f"CASE WHEN {matches(r, ISO_MOMENT)} THEN {iso_offset} ELSE {offset} END"
        stamp, naive = f"coalesce({stamp}, {iso})", Naive.SOME
    return offset, stamp, Naive.ALWAYS if rules.ignore_offsets and not format.epoch else naive


def _date_only(r: str, rules: Rules) -> str:
    """SQL: the text has no time of day. Empty when that cannot be."""
    if rules.format is None:
        return f"strlen({r}) = 10"  # no other spelling that is read is as short
    if rules.iso_too and rules.format.has_time:
        return matches(r, formats.ISO_DATE)
    if rules.format.has_time:
        return ""
    return f"NOT contains({r}, ':')" if rules.iso_too else "true"


ISO_MOMENT = f"{formats.ISO_DATE}(?:[T ]{formats.ISO_TIME}(?:{formats.OFFSET})?)?"


def _offset_of(r: str, before: str) -> str:
    """SQL of the offset at the end, with the blank before it; '' when there is none."""
    return f"coalesce(regexp_extract({r}, {sql.text(before + '(' + formats.OFFSET + ')$')}, 1), '')"


def _iso_stamp(r: str, o: str) -> str:
    local = f"CASE WHEN {o} = '' THEN {r} ELSE left({r}, length({r}) - length({o})) END"
    return f"CASE WHEN {matches(r, ISO_MOMENT)} THEN try_cast({local} AS TIMESTAMP) END"


def _offset_us(o: str) -> str:
    """Microseconds of an offset as written: ` +05:30`, `-0300`, `+02`, `Z`, `UTC`, or ''."""
    digits = f"regexp_replace({o}, '[^0-9]', '', 'g')"
    past = f"CASE WHEN length({digits}) = 4 THEN CAST(right({digits}, 2) AS BIGINT) ELSE 0 END"
    minutes = f"(CAST(left({digits}, 2) AS BIGINT) * 60 + {past})"
    sign = f"CASE WHEN contains({o}, '-') THEN -60000000 ELSE 60000000 END"
    return f"CASE WHEN {o} IN ('', 'Z', 'z', 'UTC', ' Z', ' UTC') THEN 0 ELSE {minutes} * ({sign}) END"


CLOCK_DURATION = r"(?:(-?\d{1,7}) days?,? ?)?([+-]?)(?:(\d{1,7}):([0-5]\d):([0-5]\d)(?:\.(\d{1,9}))?)?"
CLOCK_PARTS = ("days", "sign", "hours", "minutes", "seconds", "part")
ISO_DURATION = r"([+-]?)P(?:(\d{1,6})W)?(?:(\d{1,7})D)?(?:T(?:(\d{1,7})H)?(?:(\d{1,9})M)?(?:(\d{1,11})(?:\.(\d{1,9}))?S)?)?"
ISO_PARTS = ("sign", "weeks", "days", "hours", "minutes", "seconds", "part")
SIZES = {
    "weeks": 7 * _DAY,
    "days": _DAY,
    "hours": 3_600_000_000,
    "minutes": 60_000_000,
    "seconds": 1_000_000,
}


def _duration(rules: Rules, n: int) -> tuple[Stage, ...]:
    """`d`, `e`: the parts of a text of one and of the other form; `v`: their sum. In `-1 day, 23:00:00` the sign is the days' own."""
    r, v, d, e = f"r{n}", f"v{n}", f"d{n}", f"e{n}"
    if rules.unit is not None:
        return (((v, counted(_number(n, rules), rules.unit)),),)
    clock = f"{_parts(d, 'days')} + {_signed(d, 'hours', 'minutes', 'seconds')}"
    iso = _signed(e, "weeks", "days", "hours", "minutes", "seconds")
    return (
        ((d, _extracted(r, CLOCK_DURATION, CLOCK_PARTS)), (e, _extracted(r, ISO_DURATION, ISO_PARTS))),
        ((v, f"CASE WHEN {d} IS NOT NULL THEN {clock} WHEN {e} IS NOT NULL THEN {iso} END"),),
    )


def counted(number: str, unit: int) -> str:
    """SQL of the microseconds of a number of units, whose product needs more than a number's 18 digits."""
    return f"try_cast(round(CAST({number} AS DECIMAL(38, 6)) * {unit}) AS BIGINT)"


def _extracted(r: str, pattern: str, names: Sequence[str]) -> str:
    whole = f"{matches(r, pattern)} AND regexp_matches({r}, '[0-9]') AND NOT ends_with({r}, 'T') AND NOT ends_with({r}, ' ')"
    return f"CASE WHEN {whole} THEN regexp_extract({r}, {sql.text('^' + pattern + '$')}, [{sql.texts(names)}]) END"


def _parts(d: str, *names: str) -> str:
    return " + ".join(f"coalesce(try_cast({d}.{part} AS BIGINT), 0) * {SIZES[part]}" for part in names)


def _signed(d: str, *names: str) -> str:
    below = f"CAST(left(rpad({d}.part, 6, '0'), 6) AS BIGINT)"
    return f"(CASE WHEN {d}.sign = '-' THEN -1 ELSE 1 END) * ({_parts(d, *names)} + {below})"


def merged(readings: Sequence[FieldSql]) -> tuple[Stage, ...]:
    """The stages of several fields, side by side."""
    depth = max((len(r.stages) for r in readings), default=0)
    return tuple(
        tuple(c for r in readings if len(r.stages) > level for c in r.stages[level]) for level in range(depth)
    )
