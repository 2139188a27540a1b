"""One table of every operator and function: its signatures, what it does with a missing value, a line of help.

The checker types expressions by it, the engines evaluate by it, hovers and the reference print from it. The first group can be
written in an agreement; the second is what lowering adds, and has no spelling.

Missing values: `PROPAGATES` is unknown as soon as one argument is; `KLEENE` is the three-valued and/or/not; `ASKS` looks at
missingness itself and never gives a missing result of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

_VALUE = "whether there is a value is asked by `is known` and `is missing`"
_PART = "a part of a text is asked by `contains`, `starts with` or `ends with`"
_ELSE = "what stands for a missing value follows `else`, in parentheses: `(… else 0)`"
_CHOICE = "there is no value that depends on a condition; a promise has choices: `within … when …, within … otherwise`"
_NOW = (
    "no clock is read; how long ago something was is asked by `in the last`: `created_at in the last 14 days`"
)
_BETWEEN = "`won_at within 3 days after mql_at` compares two moments; the time between them is a KPI, `time from … to …`"
_ROWS = "a figure over rows stands in parentheses: `(count of activity where …)`, `(sum of amount over deal)`"

CALLED_ELSEWHERE = {
    "and": "conditions are joined by `and`: `a and b`",
    "or": "conditions are joined by `or`: `a or b`",
    "not": "`not` takes the whole comparison behind it: `not company_size > 5`, `not (a or b)`",
    **dict.fromkeys(("isblank", "isnull", "isempty", "is_null", "notnull", "isna", "hasvalue"), _VALUE),
    **dict.fromkeys(
        ("contains", "find", "search", "instr", "includes", "begins", "startswith", "endswith", "like"), _PART
    ),
    **dict.fromkeys(("coalesce", "ifnull", "nvl", "blankvalue", "nullvalue", "zn"), _ELSE),
    **dict.fromkeys(("if", "iif", "ifs", "case", "switch", "iferror"), _CHOICE),
    **dict.fromkeys(("today", "now", "getdate", "current_date", "current_timestamp", "sysdate"), _NOW),
    **dict.fromkeys(
        ("datediff", "datedif", "date_diff", "timestampdiff", "days", "networkdays", "age", "hours"), _BETWEEN
    ),
    **dict.fromkeys(
        ("count", "countif", "countifs", "sum", "sumif", "avg", "average", "any", "exists"), _ROWS
    ),
    **dict.fromkeys(
        ("ischanged", "priorvalue", "isnew", "lag", "lead"),
        "what was before is asked of the rows of a record that holds the changes: `any status_change where …`",
    ),
    **dict.fromkeys(
        ("timedelta", "interval", "duration"), "a length of time is written as `8 hours` or `2 business days`"
    ),
    **dict.fromkeys(
        ("datetime", "timestamp", "to_date", "datevalue"),
        "a moment is written as `2026-03-10 09:00`, a day as `2026-03-10`",
    ),
    **dict.fromkeys(
        ("vlookup", "xlookup", "hlookup", "index", "match", "lookup"),
        "a field of the row that another field names stands behind a dot: `owner.name`",
    ),
    **dict.fromkeys(
        ("year", "month", "quarter", "day", "weekday", "dayofweek", "hour", "date_trunc", "extract"),
        "dates are compared whole: `created_at >= 2026-01-01`; the periods of a promise follow `per`",
    ),
    **dict.fromkeys(
        ("left", "right", "mid", "substring", "substr", "split", "trim", "concat", "concatenate"), _PART
    ),
    **dict.fromkeys(
        ("regex", "regexmatch", "regexp", "regexp_like", "rlike"),
        'a pattern is asked by `matches`: `email matches "\\.io$"`',
    ),
    **dict.fromkeys(("len", "strlen", "char_length"), "the length of a text is `length(…)`"),
    **dict.fromkeys(
        ("lcase", "tolower", "upper", "ucase", "toupper"),
        "letters are made small by `lower(…)`, to compare with small ones",
    ),
    **dict.fromkeys(("min",), "the lowest of several values is `least(…)`"),
    **dict.fromkeys(("max",), "the highest of several values is `greatest(…)`"),
    "text": "a value is compared as it is: leave the function out",
    **dict.fromkeys(("ispickval", "equals"), 'two values are compared with `=`: `industry = "software"`'),
    **dict.fromkeys(("int", "floor", "ceiling", "ceil", "trunc"), "a number is rounded by `round(…)`"),
}
"""What to write for functions of spreadsheets, databases and CRMs, by their names in small letters."""

NAMED_ELSEWHERE = {
    **dict.fromkeys(("null", "none", "nil", "undefined", "blank", "empty"), _VALUE),
    **dict.fromkeys(
        ("today", "now", "yesterday", "tomorrow", "current_date", "current_timestamp", "sysdate"), _NOW
    ),
    **dict.fromkeys(
        ("this_month", "last_month", "this_quarter", "last_quarter", "this_year", "last_year", "ytd"),
        "no period is named in a condition: a promise is asked `per month`, and a date is compared, `created_at >= 2026-01-01`",
    ),
}
"""What to write for names that spreadsheets, databases and CRMs know without a declaration."""


class Missing(StrEnum):
    PROPAGATES = "propagates"
    KLEENE = "kleene"
    ASKS = "asks"


class Kind(StrEnum):
    """The kinds of value a signature speaks of; `ANY` in several places of one signature is the same kind."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DAY = "date"
    INSTANT = "time"
    SPAN = "duration"
    ANY = "any"
    SAME = "the same"


@dataclass(frozen=True, slots=True)
class Signature:
    """Kinds of the arguments and of the result; `variadic` repeats the last argument once or more."""

    args: tuple[Kind, ...]
    result: Kind
    variadic: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """`name` is how the plan names it and, for `spoken` ones, how an agreement spells it."""

    name: str
    signatures: tuple[Signature, ...]
    missing: Missing
    help: str
    spoken: bool = True
    call: bool = False  # written `name(…)`


T, N, B, D, I, S, A = Kind.TEXT, Kind.NUMBER, Kind.BOOLEAN, Kind.DAY, Kind.INSTANT, Kind.SPAN, Kind.ANY  # noqa: E741
_COMPARED = (
    Signature((N, N), B),
    Signature((T, T), B),
    Signature((D, D), B),
    Signature((I, I), B),
    Signature((S, S), B),
)
_EQUATED = (*_COMPARED, Signature((B, B), B))
_EXTREME = tuple(Signature((k, k), k, variadic=True) for k in (N, D, I, S))


def _spoken() -> tuple[Function, ...]:
    p, k, a = Missing.PROPAGATES, Missing.KLEENE, Missing.ASKS
    return (
        Function(
            "and",
            (Signature((B, B), B, variadic=True),),
            k,
            "true when all are; false as soon as one is false",
        ),
        Function("or", (Signature((B, B), B, variadic=True),), k, "true as soon as one is true"),
        Function("not", (Signature((B,), B),), k, "true when it is false; unknown when it is unknown"),
        Function("=", _EQUATED, p, "the same value; text is compared character by character, case included"),
        Function("!=", _EQUATED, p, "another value; unknown when either is missing"),
        Function("<", _COMPARED, p, "less than, or earlier than"),
        Function("<=", _COMPARED, p, "at most, or not later than"),
        Function(">", _COMPARED, p, "more than, or later than"),
        Function(">=", _COMPARED, p, "at least, or not earlier than"),
        Function("in", (Signature((A, A), B, variadic=True),), p, "one of the values of a set"),
        Function("is known", (Signature((A,), B),), a, "true when there is a value"),
        Function("is missing", (Signature((A,), B),), a, "true when there is no value"),
        Function("contains", (Signature((T, T), B),), p, "the text occurs in it"),
        Function("starts with", (Signature((T, T), B),), p, "it begins with the text"),
        Function("ends with", (Signature((T, T), B),), p, "it ends with the text"),
        Function("matches", (Signature((T, T), B),), p, "a small regular expression is found in it"),
        Function("+", (Signature((N, N), N), Signature((S, S), S), Signature((I, S), I)), p, "the sum"),
        Function(
            "-", (Signature((N, N), N), Signature((S, S), S), Signature((I, S), I)), p, "the difference"
        ),
        Function("*", (Signature((N, N), N),), p, "the product, rounded half away from zero at six places"),
        Function(
            "/",
            (Signature((N, N), N),),
            p,
            "the quotient, rounded likewise; unknown when the divisor is zero",
        ),
        Function(
            "else", (Signature((A, A), Kind.SAME),), a, "the first, or the second where the first is missing"
        ),
        Function("domain", (Signature((T,), T),), p, "what follows the last `@` of an address", call=True),
        Function("lower", (Signature((T,), T),), p, "the text with A–Z as a–z", call=True),
        Function("length", (Signature((T,), N),), p, "how many characters it has", call=True),
        Function(
            "round", (Signature((N,), N), Signature((N, N), N)), p, "rounded half away from zero", call=True
        ),
        Function("least", _EXTREME, p, "the smallest; unknown when one is missing", call=True),
        Function("greatest", _EXTREME, p, "the largest; unknown when one is missing", call=True),
        Function("date", (Signature((I,), D),), p, "the date of a time, in the agreement's zone", call=True),
    )


RATIOS = ("<", "<=", "=", ">=", ">")
"""Comparisons of a fraction with a constant."""


def _silent() -> tuple[Function, ...]:
    p, a = Missing.PROPAGATES, Missing.ASKS
    return (
        Function(
            "is true", (Signature((B,), B),), a, "true only when true; unknown counts as not", spoken=False
        ),
        Function("is unknown", (Signature((B,), B),), a, "true when neither true nor false", spoken=False),
        Function(
            "visible",
            (Signature((I, I), I), Signature((D, D), D)),
            p,
            "the value when it is not later than the second, else missing",
            spoken=False,
        ),
        Function(
            "earliest",
            tuple(Signature((k, k), k, variadic=True) for k in (D, I)),
            a,
            "the smallest of those that are known; missing when none is",
            spoken=False,
        ),
        Function(
            "until", (Signature((I, I), S),), p, "from the first instant to the second, signed", spoken=False
        ),
        Function(
            "portion",
            (Signature((S, N), S),),
            p,
            "so many hundredths of a length of time, rounded up to the microsecond; the second is a constant whole number",
            spoken=False,
        ),
        Function(
            "days until",
            (Signature((D, D), S),),
            p,
            "from one date to the other, 24 hours a day",
            spoken=False,
        ),
        *(
            Function(
                f"ratio {op}",
                (Signature((N, N, N), B),),
                p,
                f"how the quotient of the first two stands to the third (`{op}`), exactly; the second is a whole number above 0",
                spoken=False,
            )
            for op in RATIOS
        ),
    )


FUNCTIONS: dict[str, Function] = {f.name: f for f in (*_spoken(), *_silent())}
CALLS: tuple[str, ...] = tuple(f.name for f in FUNCTIONS.values() if f.call)
CALLED: Mapping[str, str] = {
    "domain": "`domain(email)`",
    "lower": "`lower(country)`",
    "length": "`length(country)`",
    "round": "`round(amount)` or `round(amount, 2)`",
    "least": "`least(score, 100)`",
    "greatest": "`greatest(score, 0)`",
    "date": "`date(created_at)`",
}
"""A call of each function."""
