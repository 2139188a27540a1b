"""What a column of an export holds, judged by its values: the type, how dates are written, which texts mean "nothing".

A type is taken when at least 98 of 100 values can be read as it, and the others are named; what is left over is text. Dates whose day
and month cannot be told apart are read the way their separator is mostly used, and that is said.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice

from sladsl.data.sql import BLANKS
from sladsl.formats import ISO_DATE, ISO_TIME, OFFSET, SPACES, TimeFormat, read_format
from sladsl.numerals import PLAIN, Mark, Shape, fault, proposals, read, read_example, shape
from sladsl.plan import FieldType

ENOUGH = 0.98
MOST_VALUES = 12
"""An enumeration has at most so many values, each three times or more on average."""
SURELY_MISSING = frozenset(
    {"N/A", "n/a", "#N/A", "NULL", "null", "-", "--", "—", "k. A.", "k.A.", "#NV", "#N/D"}
)
"""In English, and as German, Spanish and Italian spreadsheets and CRMs write it."""
MAYBE_MISSING = frozenset({"NA", "None", "none", "nil", "?", "unknown", "nan", "NaN", "(blank)"})
_MOST_LOOKED_AT = 5_000
"""Different values of a column; a column of more is no enumeration."""
_BOOLEANS = frozenset({"true", "false", "yes", "no"})
_CLOCK = r"-?(?:\d+ days?,? ?)?\d+:[0-5]\d:[0-5]\d(?:\.\d+)?"
_PERIOD = r"[+-]?P(?=[\dT])(?:\d+W)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?"
_ID_LIKE = re.compile(
    r"(?:^|_)(?:id|ids|key|uuid|guid|phone|mobile|fax|zip|postal_code|postcode|account_number|number)(?:_c)?$|^id_"
)
_TIME_LIKE = re.compile(
    r"(?:^|_)(?:date|time|timestamp|at|on|modstamp|created|updated|modified|synced|day)(?:_|$)|date$"
)
_PLAIN = {ord(space): " " for space in SPACES}
_DAYS = ("YYYY/MM/DD", "DD.MM.YYYY", "D.M.YYYY", "MM/DD/YYYY", "DD/MM/YYYY", "M/D/YYYY", "D/M/YYYY", "DD-MM-YYYY", "MM-DD-YYYY",
         "MM/DD/YY", "DD/MM/YY", "M/D/YY", "D/M/YY", "YY/MM/DD", "DD.MM.YY", "D.M.YY", "YY.MM.DD", "DD-MM-YY", "MM-DD-YY", "D-M-YY",
         "M-D-YY", "YY-MM-DD", "D MMM YYYY", "DD-MMM-YYYY", "DD-MMM-YY", "MMM D, YYYY",
         "MMMM D, YYYY", "D MMMM YYYY", "YYYY-M-D")  # fmt: skip
_CLOCKS = ("", " HH:mm", " HH:mm:ss", " H:mm", " H:mm:ss", " h:mm A", " hh:mm A", " h:mm:ss A", " hh:mm:ss A", ", HH:mm", ", h:mm A",
           ", HH:mm:ss", " HH:mm:ss.SSS")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a column is read. `odd` are values that cannot be read so; `missing` texts that stand for nothing; `doubt` what was assumed.

    `numbers` is an example of how they are written where they are not plain; `utc` when every time has the offset +00.
    """

    type: FieldType
    values: tuple[str, ...] = ()
    format: str | None = None
    needs_zone: bool = False
    date_only: bool = False
    missing: tuple[str, ...] = ()
    odd: tuple[str, ...] = ()
    doubt: str = ""
    numbers: str = ""
    utc: bool = False
    twin: str | None = None  # the other format, of the two that `doubt` is about


def moments(counts: Counter[str]) -> Spelling | None:
    """How these dates or times are written, of a column that is known to hold some; None when nothing fits nearly all of them."""
    return _moment("at", counts)


def spelling(name: str, counts: Mapping[str, int]) -> Spelling:
    """How the column called `name` (snake case), whose values occur so often, is read."""
    some = islice(((value, count) for value, count in counts.items() if value.strip(BLANKS)), _MOST_LOOKED_AT)
    known = dict(some)
    surely = {value for value in known if value.strip(BLANKS) in SURELY_MISSING}
    maybe = surely | {value for value in known if value.strip(BLANKS) in MAYBE_MISSING}
    for dropped in (maybe, surely):
        left = Counter({value.strip(BLANKS): 0 for value in known if value not in dropped})
        for value, count in known.items():
            if value not in dropped:
                left[value.strip(BLANKS)] += count
        typed = _typed(name, left) if left else None
        if typed is not None:
            return _with_missing(typed, dropped)
    plain = {value: count for value, count in known.items() if value not in surely}
    return _with_missing(_enumeration(name, plain) or Spelling(FieldType.TEXT), surely)


def _with_missing(spelt: Spelling, missing: Iterable[str]) -> Spelling:
    from dataclasses import replace

    return replace(spelt, missing=tuple(sorted({value.strip(BLANKS) for value in missing})))


def _typed(name: str, counts: Counter[str]) -> Spelling | None:
    """The type of values that are not just text; None when they are."""
    return _boolean(name, counts) or _moment(name, counts) or _duration(counts) or _number(name, counts)


def _share(pattern: str, counts: Counter[str]) -> tuple[float, tuple[str, ...]]:
    """The share of rows whose value matches, and the first values that do not."""
    expression = re.compile(pattern)
    odd = [value for value in counts if not expression.fullmatch(value)]
    total = counts.total()
    return (total - sum(counts[value] for value in odd)) / total, tuple(sorted(odd)[:3])


def _boolean(name: str, counts: Counter[str]) -> Spelling | None:
    values = {value.lower() for value in counts}
    if values <= _BOOLEANS or (values <= {"0", "1"} and re.match(r"(?:is|has|was|can|opted|do_not)_", name)):
        return Spelling(FieldType.BOOLEAN)
    return None


def _number(name: str, counts: Counter[str]) -> Spelling | None:
    share, odd = _share(PLAIN, counts)
    digits = [value.lstrip("+-") for value in counts if value not in odd]
    code = any(re.match(r"0\d", value) or len(value.split(".")[0]) > 12 for value in digits)
    if code or _ID_LIKE.search(name):
        return None
    if share >= ENOUGH and fault(shapes(counts), None) is None:
        return Spelling(FieldType.NUMBER, odd=odd)
    return _spelt_number(counts)


def _spelt_number(counts: Counter[str]) -> Spelling | None:
    """Numbers with signs between thousands or a decimal comma, by the example that reads them; a text where two would, differently."""
    fitting = {}
    for example in proposals(counts):
        numerals = read_example(example)
        odd = tuple(sorted(value for value in counts if read(value, numerals) is None))
        left = sum(counts[value] for value in odd)
        if left <= (1 - ENOUGH) * counts.total() and fault(shapes(counts), numerals) is None:
            fitting[example] = odd[:3]
    if not fitting:
        return None
    (example, odd), *others = fitting.items()
    if others:
        ways = " or ".join(f'`numbers "{each}"`' for each in fitting)
        either = next(value for value in counts if len({read(value, read_example(x)) for x in fitting}) > 1)
        return Spelling(
            FieldType.TEXT, doubt=f"a number, but `{either}` can be two: say {ways} in this source"
        )
    return Spelling(FieldType.NUMBER, odd=odd, numbers=example)


def shapes(counts: Mapping[str, int]) -> Counter[tuple[Shape, Mark]]:
    """How many values of a column look how, as numbers."""
    tally: Counter[tuple[Shape, Mark]] = Counter()
    for value, count in counts.items():
        tally[shape(value)] += count
    return tally


def _duration(counts: Counter[str]) -> Spelling | None:
    share, odd = _share(f"{_CLOCK}|{_PERIOD}", counts)
    return Spelling(FieldType.DURATION, odd=odd) if share >= ENOUGH else None


def _enumeration(name: str, counts: Mapping[str, int]) -> Spelling | None:
    few = 1 < len(counts) <= MOST_VALUES and sum(counts.values()) >= max(10, 3 * len(counts))
    short = all(
        len(value) <= 40 and value.isprintable() and '"' not in value and "\\" not in value
        for value in counts
    )
    if not few or not short or _ID_LIKE.search(name):
        return None
    return Spelling(FieldType.ONE_OF, values=tuple(sorted(counts, key=lambda value: (-counts[value], value))))


# -------------------------------------------------------------------------------------------------- dates and times


def _moment(name: str, counts: Counter[str]) -> Spelling | None:
    plain = Counter[str]()
    for value, count in counts.items():
        plain[value.translate(_PLAIN)] += count
    return _iso(plain) or _epoch(name, plain) or _formatted(plain)


def _iso(counts: Counter[str]) -> Spelling | None:
    share, odd = _share(f"{ISO_DATE}(?:[T ]{ISO_TIME}(?:{OFFSET})?)?", counts)
    if share < ENOUGH:
        return None
    good = [value for value in counts if re.match(ISO_DATE, value)]
    if all(re.fullmatch(ISO_DATE + r"(?:[T ]0{1,2}:00(?::00(?:\.0+)?)?)?", value) for value in good):
        return Spelling(FieldType.DATE, odd=odd)
    bare = [value for value in good if re.fullmatch(ISO_DATE, value)]
    local = any(not re.search(rf":\d\d(?:\.\d+)?{OFFSET}$", value) for value in good)
    utc = all(re.search(r":\d\d(?:\.\d+)? ?\+00(?::?00)?$", value) for value in good)
    return Spelling(FieldType.TIME, needs_zone=local, date_only=bool(bare), odd=odd, utc=utc)


def _epoch(name: str, counts: Counter[str]) -> Spelling | None:
    """Seconds or milliseconds since 1970: digits alone do not say it, the column's name must."""
    if not _TIME_LIKE.search(name):
        return None
    for pattern, format in ((r"1\d{9}", "X"), (r"1\d{12}", "x")):
        share, odd = _share(pattern, counts)
        if share >= ENOUGH:
            return Spelling(FieldType.TIME, format=format, odd=odd)
    return None


def _formatted(counts: Counter[str]) -> Spelling | None:
    sample = Counter(dict(islice(counts.items(), 1_000)))
    if not all(re.search(r"\d.*\d", value) and len(value) <= 40 for value in islice(sample, 3)):
        return None
    fitting = [format for format in _candidates(sample) if _reads(format, sample) >= ENOUGH]
    if not fitting:
        return None
    shares = {format.text: _reads(format, sample) for format in fitting}
    best = max(fitting, key=lambda format: shares[format.text])  # the first of those that read most
    other, doubt = _doubt(best.text, [text for text, share in shares.items() if share == shares[best.text]])
    odd = tuple(sorted(value for value in sample if not _is(best, value))[:3])
    if not best.has_time:
        return Spelling(FieldType.DATE, format=best.text, odd=odd, doubt=doubt, twin=other)
    return Spelling(
        FieldType.TIME, format=best.text, needs_zone=not best.has_offset, odd=odd, doubt=doubt, twin=other
    )


def _candidates(sample: Counter[str]) -> Iterable[TimeFormat]:
    some = list(islice(sample, 50))
    for format, expression in _formats():
        if sum(bool(expression.fullmatch(value)) for value in some) >= 0.9 * len(some):
            yield format


@lru_cache(maxsize=1)
def _formats() -> tuple[tuple[TimeFormat, re.Pattern[str]], ...]:
    """Formats worth trying, the stricter first."""
    texts = [
        day + clock + zone for clock in _CLOCKS for day in _DAYS for zone in (("", "ZZ") if clock else ("",))
    ]
    return tuple((format, re.compile(format.pattern)) for format in map(read_format, texts))


def _doubt(best: str, alike: Sequence[str]) -> tuple[str | None, str]:
    """A format that reads the values as well, with day, month and year in another order, and what is in doubt; nothing where the values
    themselves say which it is."""
    others: dict[str, str] = {}
    for format in alike:
        if _order(format) != _order(best):
            others.setdefault(_order(format), format)
    if not others:
        return None, ""
    several = [f"`{format}`" for format in (best, *others.values())]
    why = "no value has a day above 12" if "YYYY" in best else "every value can be read so"
    return next(iter(others.values())), f"{', '.join(several[:-1])} or {several[-1]}: {why}"


def _order(format: str) -> str:
    """`DMY` for `DD/MM/YYYY`."""
    return "".join(part[0] for part in re.findall(r"D+|M+|Y+", format))


def _reads(format: TimeFormat, sample: Counter[str]) -> float:
    return sum(count for value, count in sample.items() if _is(format, value)) / sample.total()


def _is(format: TimeFormat, value: str) -> bool:
    """Whether the format reads the value: the expression and, since 31 February matches it, the calendar."""
    if not re.fullmatch(format.pattern, value):
        return False
    local = re.sub(f"{OFFSET}$", "", value) if format.has_offset else value
    try:
        datetime.strptime(local, format.strptime.replace("%n", "%f"))
    except ValueError:
        return False
    return True
