"""Columns that already have a type (Parquet, DuckDB) → the values an agreement computes with, without a round trip through text.

Numbers are cast exactly. A floating-point number is read as the shortest decimal that stands for it (0.1 is 0.1), as the same column
would be spelt in a CSV. Times with an offset are instants; times without one are local readings; nanoseconds are cut. What a column's
type cannot mean for a field (a list for a text, whole numbers for a time) is a `DataError` before any row is read.
"""

from __future__ import annotations

import re
from typing import assert_never

from sladsl.data import sql
from sladsl.data.columns import Column, FieldSource, Kind, Misfit, Rules
from sladsl.data.sql import Stage
from sladsl.data.values import FIRST_LOCAL, LAST_LOCAL, FieldSql, Flaw, Naive, counted, read_text
from sladsl.plan import FieldType

_AS_TEXT = (Kind.INTEGER, Kind.DECIMAL, Kind.BOOLEAN, Kind.DATE, Kind.LOCAL)
"""Kinds with one exact spelling."""
_NUMBERS = (Kind.INTEGER, Kind.DECIMAL, Kind.FLOAT)
_DAY = 86_400_000_000
_SMALL = {"TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "UINTEGER"}


def kind_of(type: str) -> Kind:
    """The kind of a DuckDB type's name."""
    name = type.split("(", maxsplit=1)[0].strip('"')
    if name.endswith("]") or "[" in type:
        return Kind.OTHER
    for kind, names in (
        (Kind.TEXT, ("VARCHAR", "UUID", "ENUM", "NULL", "JSON", "CHAR")),
        (Kind.INTEGER, (*_SMALL, "BIGINT", "UBIGINT", "HUGEINT", "UHUGEINT")),
        (Kind.DECIMAL, ("DECIMAL",)),
        (Kind.FLOAT, ("FLOAT", "DOUBLE")),
        (Kind.BOOLEAN, ("BOOLEAN",)),
        (Kind.DATE, ("DATE",)),
        (Kind.LOCAL, ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS")),
        (
            Kind.INSTANT,
            ("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ", "TIMESTAMPTZ_NS", "TIMESTAMP_NS WITH TIME ZONE"),
        ),
        (Kind.TIME_OF_DAY, ("TIME",)),
        (Kind.INTERVAL, ("INTERVAL",)),
    ):
        if name in names:
            return kind
    return Kind.OTHER


def read_native(source: FieldSource, column: Column, n: int, shown: str) -> FieldSql:
    """The field of a typed column, named in our queries by `column.sql`."""
    c, rules, kind = column.sql, source.rules, column.kind
    if kind is Kind.TEXT:
        return _read_text(source, column, n)
    if rules.translate and kind in _AS_TEXT:
        return read_text(source, f"CAST({c} AS VARCHAR)", n, typed="true")
    tokens = _tokens(rules, kind)
    known = f"r{n}" if tokens else c
    value, flaw, naive = _value(source, column, shown, known)
    stages: tuple[Stage, ...] = (((f"v{n}", value),),)
    if tokens:
        without = f"CASE WHEN CAST({c} AS VARCHAR) IN ({sql.texts(tokens)}) THEN NULL ELSE {c} END"
        stages = (((known, without),), *stages)
    bounds = _local_bounds(column, rules) if naive else None
    if not flaw:
        return FieldSql(source.field, c, stages, f"v{n}", None, naive, column.name, bounds)
    last: Stage = (
        (
            f"k{n}",
            f"CAST(CASE WHEN {known} IS NULL THEN 0 {flaw.format(v=f'v{n}', c=known)} ELSE 0 END AS UTINYINT)",
        ),
    )
    return FieldSql(source.field, c, (*stages, last), f"v{n}", f"k{n}", naive, column.name, bounds)


def _local_bounds(column: Column, rules: Rules) -> tuple[int, int] | None:
    """Between which local readings a column's times lie, in microseconds, when the file says so."""
    if column.low is None or column.high is None:
        return None
    low, high = int(column.low), int(column.high)
    return (low * _DAY, high * _DAY + (rules.at or 0)) if column.kind is Kind.DATE else (low, high)


def _read_text(source: FieldSource, column: Column, n: int) -> FieldSql:
    """A text column; one that is known to hold no blank text is passed on as it is, when only blank texts are missing."""
    rules, c = source.rules, column.sql
    raw = c if column.type == "VARCHAR" else f"CAST({c} AS VARCHAR)"
    whole = (
        isinstance(column.low, str)
        and column.low >= "!"
        and not any(token.strip(sql.BLANKS) for token in rules.missing)
    )
    if source.field.type is FieldType.TEXT and whole and not rules.translate:
        return FieldSql(source.field, c, (((f"v{n}", raw),),), f"v{n}", None, Naive.NEVER, column.name)
    return read_text(source, raw, n)


def _tokens(rules: Rules, kind: Kind) -> tuple[str, ...]:
    """The missing texts that a value of this kind could be spelt as."""
    if kind not in _AS_TEXT:
        return ()
    pattern = r"true|false" if kind is Kind.BOOLEAN else r"[+-]?\d.*"
    return tuple(token for token in rules.missing if re.fullmatch(pattern, token))


_LOST = f"WHEN {{v}} IS NULL THEN {Flaw.UNREADABLE:d}"
_TOO_LARGE = f"WHEN {{v}} IS NULL THEN {Flaw.OUT_OF_RANGE:d}"
_MOST_WHOLE = 10**12 - 1


def _value(source: FieldSource, column: Column, shown: str, c: str) -> tuple[str, str, Naive]:
    """SQL of the value; arms of the flaw's CASE, with `{v}` and `{c}` for value and column ("" when none can occur); naivety."""
    type, kind = source.field.type, column.kind
    match type:
        case FieldType.TEXT if kind in _AS_TEXT:
            return f"CAST({c} AS VARCHAR)", "", Naive.NEVER
        case FieldType.ONE_OF if kind in _AS_TEXT:
            values = sql.texts(source.field.values)
            text = f"CAST({c} AS VARCHAR)"
            return (
                f"CASE WHEN {text} IN ({values}) THEN {text} END",
                f"WHEN {{v}} IS NULL THEN {Flaw.UNKNOWN:d}",
                Naive.NEVER,
            )
        case FieldType.NUMBER if kind in _NUMBERS:
            return *_number(column, c), Naive.NEVER
        case FieldType.BOOLEAN if kind is Kind.BOOLEAN:
            return c, "", Naive.NEVER
        case FieldType.BOOLEAN if kind is Kind.INTEGER:
            return f"CASE WHEN {c} = 1 THEN true WHEN {c} = 0 THEN false END", _LOST, Naive.NEVER
        case FieldType.DATE if kind in (Kind.DATE, Kind.LOCAL):
            return *_date(column, c), Naive.NEVER
        case FieldType.TIME:
            return _time(source, column, shown, c)
        case FieldType.DURATION:
            return _duration(source, column, shown, c)
        case FieldType.TEXT | FieldType.ONE_OF | FieldType.NUMBER | FieldType.BOOLEAN | FieldType.DATE:
            raise _misfit(source, column, shown)
        case _:
            assert_never(type)


def _number(column: Column, c: str) -> tuple[str, str]:
    spelt = f"try_cast(CAST({c} AS VARCHAR) AS DECIMAL(18, 6))"
    if column.kind is Kind.FLOAT:
        odd = f"WHEN NOT isfinite({{c}}) THEN {Flaw.UNREADABLE:d} WHEN abs({{c}}) >= 1e12 THEN {Flaw.OUT_OF_RANGE:d}"
        if column.type != "DOUBLE":
            return f"CASE WHEN isfinite({c}) THEN {spelt} END", odd
        # Where a millionth is far from a tie, the cast rounds as the shortest decimal does: the error is below 0.2 millionths there.
        clear = f"abs({c}) < 1e9 AND abs({c} * 1e6 - round({c} * 1e6)) < 0.3"
        return f"CASE WHEN {clear} THEN CAST({c} AS DECIMAL(18, 6)) WHEN isfinite({c}) THEN {spelt} END", odd
    digits = re.fullmatch(r"DECIMAL\((\d+),\s*(\d+)\)", column.type)
    fits = column.type in _SMALL or column.within(-_MOST_WHOLE, _MOST_WHOLE)
    fits = fits or (digits is not None and int(digits[1]) - int(digits[2]) <= 12 and int(digits[2]) <= 6)
    return (f"CAST({c} AS DECIMAL(18, 6))", "") if fits else (f"try_cast({c} AS DECIMAL(18, 6))", _TOO_LARGE)


def _date(column: Column, c: str) -> tuple[str, str]:
    day = f"CAST({c} AS DATE) - DATE '1970-01-01'"
    if column.kind is Kind.DATE and column.within(FIRST_LOCAL // _DAY, LAST_LOCAL // _DAY):
        return day, ""
    inside = f"{c} BETWEEN DATE '1900-01-01' AND DATE '9999-12-31'"
    return (
        f"CASE WHEN {inside}{'' if column.kind is Kind.DATE else f' AND CAST({c} AS DATE) = {c}'} THEN {day} END",
        _LOST,
    )


def _time(source: FieldSource, column: Column, shown: str, c: str) -> tuple[str, str, Naive]:
    rules, naive = source.rules, Naive.ALWAYS
    if column.kind is Kind.INTEGER and rules.format and rules.format.epoch:
        bound = LAST_LOCAL // rules.format.epoch
        return (
            f"CASE WHEN {c} BETWEEN {-bound} AND {bound} THEN CAST({c} AS BIGINT) * {rules.format.epoch} END",
            _LOST,
            Naive.NEVER,
        )
    if column.kind is Kind.DATE and rules.at is not None:
        micros = f"epoch_us(CAST({c} AS TIMESTAMP)) + {rules.at}"
    elif column.kind in (Kind.LOCAL, Kind.INSTANT):
        micros = microseconds(column, c)
        naive = Naive.ALWAYS if column.kind is Kind.LOCAL or rules.ignore_offsets else Naive.NEVER
        if column.within(FIRST_LOCAL, LAST_LOCAL):
            return micros, "", naive
    else:
        raise _misfit(source, column, shown)
    return f"CASE WHEN {micros} BETWEEN {FIRST_LOCAL} AND {LAST_LOCAL} THEN {micros} END", _LOST, naive


def microseconds(column: Column, c: str) -> str:
    """SQL of a time's microseconds; nanoseconds are cut towards the past."""
    if "_NS" not in column.type:
        return f"epoch_us({c})"
    return f"((epoch_ns({c}) - ((epoch_ns({c}) % 1000) + 1000) % 1000) // 1000)"


def _duration(source: FieldSource, column: Column, shown: str, c: str) -> tuple[str, str, Naive]:
    unit = source.rules.unit
    if column.kind is Kind.INTERVAL:
        return (
            f"CASE WHEN datepart('year', {c}) = 0 AND datepart('month', {c}) = 0 THEN epoch_us({c}) END",
            _LOST,
            Naive.NEVER,
        )
    if column.kind is Kind.TIME_OF_DAY:
        return f"epoch_us({c})", "", Naive.NEVER
    if column.kind in _NUMBERS and unit is not None:
        return counted(_number(column, c)[0], unit), _TOO_LARGE, Naive.NEVER
    raise _misfit(source, column, shown)


def _misfit(source: FieldSource, column: Column, shown: str) -> Misfit:
    return Misfit(_why(source, column, shown), source.field.name, column.kind)


def _why(source: FieldSource, column: Column, shown: str) -> str:
    field, kind = source.field, column.kind
    holds = f"column `{column.name}` of `{shown}` holds {kind} ({column.type}), and `{field.name}` is {field.type}"
    match field.type, kind:
        case FieldType.TIME, Kind.DATE:
            return f"{holds}: say at what time of day with `at 09:00` in its source"
        case FieldType.TIME, Kind.INTEGER:
            return f'{holds}: say in its source `as "X"` for seconds since 1970 or `as "x"` for milliseconds'
        case FieldType.DURATION, Kind.INTEGER | Kind.DECIMAL | Kind.FLOAT:
            return f'{holds}: say their unit in its source, such as `as "minutes"`'
        case FieldType.TEXT | FieldType.ONE_OF, Kind.FLOAT:
            return f"{holds}: long ids lose their last digits so; write the column as text or whole numbers"
        case FieldType.DATE, Kind.INSTANT:
            return f"{holds}: the date depends on the zone; declare the field as `time`, or write the column as dates"
        case _:
            return f"{holds}: write the column as {field.type}, or name another column in the source"
