"""The table of habits from elsewhere, one line each, as `habits` asks it: what is written, what to write, what to say, whether that is
certain, then a help where "write …" is not enough, and a word that must be possible there. See `habits.Habit`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from sladsl.syntax.repair import likeness

Match = re.Match[str]
Write = Callable[[Match], str | None]

# --- dates, times, days, amounts and patterns as people write them elsewhere ------------------------
# Each function takes the match of a habit (`habits`) and gives what to write, None where there is nothing that surely means the same.

_CLOCK = r"(?P<hour{n}>\d\d?)(?:[:.](?P<minute{n}>\d\d))?[ \t]*(?P<half{n}>(?i:[ap])\.?(?i:m)\.?)(?!\w)"
CLOCK = _CLOCK.format(n=1)
SECOND_CLOCK = _CLOCK.format(n=2)
_DATE = r"(?P<one{n}>\d\d?)[/.](?P<two{n}>\d\d?)[/.](?P<year{n}>\d\d\d\d)(?!\w)"
_YEAR_FIRST = r"(?P<y{n}>\d\d\d\d)[/.](?P<m{n}>\d\d?)[/.](?P<d{n}>\d\d?)(?!\w)"
DATE = f"(?:{_DATE.format(n='')}|{_YEAR_FIRST.format(n='')})"
SECOND_DATE = f"(?:{_DATE.format(n='2')}|{_YEAR_FIRST.format(n='2')})"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?i:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
NAMED_DATE = (
    rf"(?:(?P<month>{_MONTH})\s+(?P<day>\d\d?)(?:st|nd|rd|th)?|(?P<day2>\d\d?)(?:st|nd|rd|th|\.)?\s+(?P<month2>{_MONTH}))"
    r",?\s+(?P<year>\d\d\d\d)(?!\w)"
)
_MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEKDAY = r"(?i:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)s?(?!\w)"
_PERIODS = {"daily": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter", "yearly": "year", "annually": "year"}  # fmt: skip
_CADENCES = {period: word for word, period in _PERIODS.items() if word != "annually"}
_UNIT_OF_LETTER = {"h": "hour", "m": "minute", "s": "second", "d": "day", "w": "week", "y": "year"}


# --- amounts --------------------------------------------------------------------------------------


def thousands(match: Match) -> str:
    return re.sub(r"[,' ]", "_", match[1])


def times_thousand(match: Match) -> str | None:
    return _whole(match[1], 3)


def times_million(match: Match) -> str | None:
    return _whole(match[1], 6)


def _whole(number: str, zeros: int) -> str | None:
    """`2.5` and three zeros: `2_500`."""
    whole, _, rest = number.partition(".")
    if len(rest) > zeros:
        return None
    return f"{int(whole + rest.ljust(zeros, '0')):_}"


def unit(match: Match) -> str:
    return f"{_UNIT_OF_LETTER[match[0][0].lower()]}s"


def business_unit(match: Match) -> str:
    return f"business {_UNIT_OF_LETTER[match[1][0].lower()]}s"


def hyphenated(match: Match) -> str:
    return f"{match[1]} {'business ' if match[2] else ''}{match[3]}s"


def with_unit(match: Match) -> str:
    return f"{match[1]} {_UNIT_OF_LETTER[match[2][0].lower()]}s"


# --- times and dates ------------------------------------------------------------------------------


def clocks(match: Match) -> str | None:
    """`9am`, and `9am - 5pm`."""
    one = _clock(match, "1")
    if match["hour2"] is None:
        return one
    two = _clock(match, "2")
    return f"{one} to {two}" if one and two else None


def _clock(match: Match, n: str) -> str | None:
    hour, minute = int(match[f"hour{n}"]), int(match[f"minute{n}"] or 0)
    if not (1 <= hour <= 12 and minute < 60):
        return None
    return f"{hour % 12 + 12 * (match[f'half{n}'][0] in 'pP'):02}:{minute:02}"


def dates(match: Match) -> str | None:
    """`31.12.2026`, and a range of two: both read day first or both month first, and None where either order gives dates."""
    some = ("", "2") if match["year2"] or match["y2"] else ("",)
    readings = {tuple(_date(match, n, day_first) for n in some) for day_first in (True, False)}
    possible = [reading for reading in readings if all(reading)]
    return " to ".join(str(each) for each in possible[0]) if len(possible) == 1 else None


def _date(match: Match, n: str, day_first: bool) -> date | None:
    if match[f"y{n}"]:
        year, month, day = match[f"y{n}"], match[f"m{n}"], match[f"d{n}"]
    elif day_first:
        year, day, month = match[f"year{n}"], match[f"one{n}"], match[f"two{n}"]
    else:
        year, month, day = match[f"year{n}"], match[f"one{n}"], match[f"two{n}"]
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def named_date(match: Match) -> str | None:
    month = _MONTHS.index((match["month"] or match["month2"])[:3].lower()) + 1
    try:
        return str(date(int(match["year"]), month, int(match["day"] or match["day2"])))
    except ValueError:
        return None


def weekdays(match: Match) -> str:
    """`Mon-Fri`, `Mon, Wed & Fri`."""
    joined = re.sub(r"\s*(?:,|&|and)\s*", ", ", match[0])
    joined = re.sub(r"\s*(?:-|\u2013|\u2014|to|until|till|through|thru)\s*(?=\w)", " to ", joined)
    return re.sub(WEEKDAY, lambda day: _weekday(day[0]), joined)


def _weekday(word: str) -> str:
    return next(day for day in _DAYS if day.startswith(word[:3].lower()))


def per(match: Match) -> str:
    return f"per {_PERIODS[match[0].lower()]}"


def per_calendar(match: Match) -> str:
    return f"per {match[1] or 'year'}"


def cadence(match: Match) -> str:
    return f"review {_CADENCES.get(match[1], 'daily')}"


def closures(match: Match) -> str:
    """`closed 2026-07-03, 2026-12-24`: a line for each, as far in as the first."""
    line = match.string.rfind("\n", 0, match.start()) + 1
    margin = match.string[line : match.start()]
    days = [each.strip() for each in match[1].removeprefix("closed").split(",")]
    return f"\n{margin}".join(f"closed {each}" for each in days)


# --- texts and names ------------------------------------------------------------------------------


def like(match: Match) -> str | None:
    """A pattern of SQL that has a word of its own: `"%@acme.com"` is how a text ends."""
    pattern = match[1][1:-1]
    bare = pattern.strip("%")
    if not bare or any(sign in bare for sign in "%_\\"):
        return None
    open_start, open_end = pattern.startswith("%"), pattern.endswith("%")
    word = {(True, True): "contains", (True, False): "ends with", (False, True): "starts with"}
    return f'{word.get((open_start, open_end), "=")} "{bare}"'


def with_commas(match: Match) -> str:
    return ", ".join(re.findall(r'"[^"\n]*"', match[0]))


def underscored(match: Match) -> str:
    return re.sub(r"[-\s]+", "_", match[0])


_LINKING = frozenset(
    {
        "that",
        "required",
        "mandatory",
        "unique",
        "planned",
        "nullable",
        "primary",
        "not",
        "per",
        "for",
        "every",
        "each",
        "by",
        "in",
        "under",
    }
)
"""Words that say something between a name and what follows, and are hardly a part of the name."""


def begun_line(match: Match) -> str | None:
    """The name that begins a line, where it is of several words; None where one of them may be a misspelt word of ours."""
    before = match.string[: match.start()].rpartition("\n")[2]
    flags = ("key", "optional", "accountable", "at least", "at most", "of")
    rest = match[0].split()[1:]
    meant = any(likeness(word, flag) is not None for word in rest for flag in flags)
    return None if before.strip() or meant or _LINKING & {*rest} else "_".join(match[0].split())


def braces(match: Match) -> str | None:
    """`in (1, 2)`; None for `(1,200, 3)`, of which nobody knows how many numbers it is."""
    return None if re.search(r"\d,\d{3}(?!\d)", match[2]) else f"{match[1]} {{{match[2]}}}"


def in_braces(match: Match) -> str:
    """`is any of "US" or "CA"`, with brackets or without."""
    word = "not in" if re.match(r"(?:is\s+)?(?:not|none)", match[0], re.IGNORECASE) else "in"
    return f"{word} {{{with_commas(match)}}}"


def as_percent(match: Match) -> str:
    """`0.75`: `75%`."""
    whole, part = divmod(round(float(match[0]) * 10_000), 100)
    return f"{whole}.{part:02}".rstrip("0").rstrip(".") + "%"


def ordinal(match: Match) -> str:
    number = 2 + ("second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth").index(
        match[0].lower()
    )
    return f"{number}{ {2: 'nd', 3: 'rd'}.get(number, 'th') }"


def in_a_row(match: Match) -> str:
    number = {"twice": 2, "two": 2, "three": 3, "four": 4}.get(match[1]) or int(match[1])
    return f"{number} in a row"


def month_of(match: Match) -> str | None:
    """`year begins in Feb`, `fiscal year starts 2`."""
    written = match[1].lower()
    number = int(written) if written.isdigit() else _MONTHS.index(written[:3]) + 1
    return f"year starts {_MONTH_NAMES[number - 1]}" if 1 <= number <= 12 else None


def first_day(match: Match) -> str:
    return f"week starts {_weekday(match[1])}"


def counted(match: Match) -> str | None:
    """`COUNT(*) of MQL`, `count(MQL)`."""
    rows = match[1] or match[2]
    return f"count of {rows}" if rows else None


def quoted_list(match: Match) -> str:
    return "one of " + ", ".join(f'"{each.strip()}"' for each in match[1].split(","))


def declared(match: Match) -> str:
    return f"{match[1]} {'_'.join(match[2].split())}"


# --- the table ------------------------------------------------------------------------------------

_NAME = r"[A-Za-z_]\w*"
_PATH = _NAME + r"(?:\." + _NAME + r")?"
_PLAIN = r"\d[\d_]*(?:\.\d+)?"
_TEXT = r'"[^"\n]*"'
_TYPE = r"(?:text|boolean|date|time|duration|number(?:[ \t]+in[ \t]+" + _TEXT + r")?)(?!\w)"
_LIST = _TEXT + r"(?:\s*,\s*" + _TEXT + r")*"
_AMOUNT = r"\d[\d_]*(?:\.\d+)?(?:%|\s+(?:business\s+)?(?:second|minute|hour|day|week|month|year)s?(?!\w))?"
_SPAN = r"\d+\s+(?:business\s+)?(?:second|minute|hour|day|week|month|year)s?(?!\w)"
_DAY = r"\d\d\d\d-\d\d?-\d\d?"
_UNITS = r"(?:second|minute|hour|day|week|month|year)s?(?!\w)"
_RANGE = r"(?:-|\u2013|\u2014|to|until|till|through|thru)"
_PERIOD = r"(day|week|month|quarter|year)s?(?!\w)"


Row = (
    tuple[str, str | Write | None, str, bool]
    | tuple[str, str | Write | None, str, bool, str]
    | tuple[str, str | Write | None, str, bool, str, str]
)
YES, ASK = True, False  # whether what to write surely means what was written

_CONDITIONS: tuple[Row, ...] = (
    (rf"({_PATH})\s+(?i:does\s+not|doesn't|not)\s+(?i:contains?|includes?)\s+({_TEXT})", r"not (\1 contains \2)", "what is not so is said by `not`", YES),
    (rf"({_PATH})\s+(?i:does\s+not|doesn't|not)\s+(?i:starts?|begins?)\s+(?i:with)\s+({_TEXT})", r"not (\1 starts with \2)", "what is not so is said by `not`", YES),
    (rf"({_PATH})\s+(?i:does\s+not|doesn't|not)\s+(?i:ends?)\s+(?i:with)\s+({_TEXT})", r"not (\1 ends with \2)", "what is not so is said by `not`", YES),
    (rf"({_PATH})\.(?i:endswith|ends_with)\s*\(\s*({_TEXT})\s*\)", r"\1 ends with \2", "the end of a text is asked by `ends with`", YES),
    (rf"({_PATH})\.(?i:startswith|starts_with)\s*\(\s*({_TEXT})\s*\)", r"\1 starts with \2", "the beginning of a text is asked by `starts with`", YES),
    (rf"({_PATH})\.(?i:contains|includes)\s*\(\s*({_TEXT})\s*\)", r"\1 contains \2", "a part of a text is asked by `contains`", YES),
    (r"matches\s+/([^/\n\"]+)/", r'matches "\1"', "a pattern is a text in quotes", ASK),
    (rf"(?i:is\s+(?:any|one)\s+of|is\s+in|in|any\s+of|one\s+of|is\s+none\s+of|is\s+not\s+(?:any|one)\s+of|not\s+in)\s*[(\[]?\s*{_TEXT}(?:\s*(?:,|or|,\s*or)\s*{_TEXT})+\s*[)\]]?", in_braces, "a set stands in braces", YES),
    (rf"(?:is\s+)?(?:from|between)\s+({_PLAIN})\s*(?:to|-|\u2013|\.\.+|until)\s*({_PLAIN})(?!\w)", r"between \1 and \2", "a range is asked by `between … and …`", YES),
    (r"(?i:has\s+(?:a\s+|any\s+|some\s+)?(?:value|data)|is\s+(?:filled(?:\s+(?:in|out))?|populated|given|available))(?!\w)", "is known", "whether there is a value is asked by `is known` and `is missing`", YES),
    (r"(?i:has\s+no\s+(?:value|data)|does\s+not\s+have\s+an?y?\s+value|is\s+not\s+(?:filled(?:\s+(?:in|out))?|populated|given|available))(?!\w)", "is missing", "whether there is a value is asked by `is known` and `is missing`", YES),
    (rf"(?i:is\s+)?(?i:older\s+than|more\s+than|over)\s+({_SPAN})(?:\s+(?:ago|old))?", r"not in the last \1", "how long ago something was is asked by `in the last`", ASK, "", "not in the last"),
    (rf"(?i:is\s+)?(?i:newer\s+than|younger\s+than|less\s+than|(?:with)?in(?:\s+the)?\s+(?:last|past|previous)|during\s+the\s+(?:last|past))\s+({_SPAN})(?:\s+(?:ago|old))?", r"in the last \1", "how long ago something was is asked by `in the last`", YES, "", "in the last"),
    (rf"(days|hours|weeks|months)\s+since\s+({_NAME})\s*>=?\s*(\d+)", r"\2 not in the last \3 \1", "how long ago something was is asked by `in the last`", ASK),
    (rf"(days|hours|weeks|months)\s+since\s+({_NAME})\s*<=?\s*(\d+)", r"\2 in the last \3 \1", "how long ago something was is asked by `in the last`", ASK),
    (r"(?:in|within)\s+(?:business|working|office)\s+hours", None, "when a calendar is open is asked by its name", ASK, "write `during office`, the name of the calendar", "during"),
    (rf"({_NAME}\s+of\s+(?:first|last|next|\d+(?:st|nd|rd|th))\s+{_NAME}(?:\s+else\s+(?:{_TEXT}|{_NAME}))?)", r"(\1)", "a value that is looked up stands in parentheses", YES, "", "LPAR"),
    (rf"(?:latest|most\s+recent|newest)(?=\s+{_NAME})", "last", "which of the rows it is is said by `first`, `5th`, `next` or `last`", YES, "", "last"),
    (rf"(?:earliest|oldest)(?=\s+{_NAME})", "first", "which of the rows it is is said by `first`, `5th`, `next` or `last`", YES, "", "first"),
    (rf"(?:first|last|latest)\s+({_NAME})\.({_NAME})", r"\2 of last \1", "what stands in one of the rows is looked up by its field", ASK, r"write `(\2 of last \1)`, in parentheses"),
    (rf"(count\s+of\s+{_NAME})(?=\s*[<>=!])", r"(\1)", "a figure over rows stands in parentheses", YES, "", "NOT"),
    (rf"(?:count|sum|average|least|greatest)\s+of\s+{_NAME}", None, "a figure over rows stands in parentheses", ASK, "write `(count of activity where …) >= 3`", "NOT"),
    (rf"(?:has|have|exists|there\s+(?:is|are)|any\s+of|some)(?:\s+(?:an?|any))?(?=\s+{_NAME}\s*(?:where|within|in\s+the|\n|\Z|and|or))", "any", "whether there is such a row is asked by `any` and `no`", ASK, "", "any"),
    (rf"(?:has\s+no|there\s+(?:is|are)\s+no|none\s+of|without(?:\s+(?:an?|any))?)(?=\s+{_NAME}\s*(?:where|within|in\s+the|\n|\Z|and|or))", "no", "whether there is such a row is asked by `any` and `no`", ASK, "", "no"),
    (rf"(?i:exists)\s*\(\s*({_NAME}\s+where[^()\n]*)\)", r"(any \1)", "whether there is such a row is asked by `any` and `no`", YES),
    (rf"[(\[]\s*({_TEXT}(?:\s*,\s*{_TEXT})+)\s*[)\]]", r"{\1}", "a set stands in braces", YES),
    (r"(?i:coalesce|ifnull|nvl|blankvalue)\s*\(([^,()\n]+),\s*([^,()\n]+)\)", r"(\1 else \2)", "what stands for a missing value follows `else`", YES),
    (r"(?i:coalesce|ifnull|nvl|isnull|blankvalue)\s*\([^\n]*\)", None, "what stands for a missing value follows `else`", ASK, "write `(… else …)`, in parentheses"),
    (rf"`({_NAME})`", r"\1", "a name stands by itself", YES),
    (r"[$\u20ac\u00a3]\s?(\d[\d_]*(?:\.\d+)?)(?![\d,])", r"\1", "a unit belongs to the field: `number in \"USD\"`", ASK),
    (rf"(?:entered\s+|dated\s+|counted\s+)?(?:from|at|on|as\s+of|dated|date|when)(?=\s+{_NAME}\s*(?:#[^\n]*)?(?:\n|\Z))", "since", "the moment from which a row belongs follows `since`", ASK, "", "since"),
    # what is written, what to write, what to say, whether that is certain
    (r"===?", "=", "two values are compared with one `=`", YES),
    (r"<>|!==|=!=?(?=\s)", "!=", "`different from` is written `!=`", YES),
    (r"=<", "<=", "`at most` is written `<=` in a condition", YES),
    (r"=>", ">=", "`at least` is written `>=` in a condition", YES),
    (r"&&?", "and", "conditions are joined by `and`", YES),
    (r"\|\|?", "or", "conditions are joined by `or`", YES),
    (r"!(?!=)\s*", "not ", "a condition is turned round by `not`", ASK, "did you mean `not`? it takes the whole comparison behind it"),
    (r"(?i:is\s+not\s+(?:null|missing|none|unset)|exists|is\s+present|is\s+set|is\s+not\s+unknown)(?!\w)", "is known", "whether there is a value is asked by `is known` and `is missing`", YES),
    (r"(?i:is\s+(?:null|none|unset|unknown|not\s+known|not\s+set|not\s+present))(?!\w)", "is missing", "whether there is a value is asked by `is known` and `is missing`", YES),
    (r"(?i:is\s+not\s+(?:empty|blank))(?!\w)", "is known", "whether there is a value is asked by `is known` and `is missing`", ASK),
    (r"(?i:is\s+(?:empty|blank))(?!\w)", "is missing", "whether there is a value is asked by `is known` and `is missing`", ASK),
    (r"(?i:(?:is\s+)?(?:greater|more|larger|higher|bigger)\s+than\s+or\s+equal(?:\s+to)?|(?:is\s+)?at\s+least)(?!\w)", ">=", "`at least` is written `>=` in a condition", YES),
    (r"(?i:(?:is\s+)?(?:less|lower|smaller|fewer)\s+than\s+or\s+equal(?:\s+to)?|(?:is\s+)?at\s+most)(?!\w)", "<=", "`at most` is written `<=` in a condition", YES),
    (r"(?i:(?:is\s+)?(?:greater|more|larger|higher|bigger)\s+than)(?!\w)", ">", "`greater than` is written `>` in a condition", YES),
    (r"(?i:(?:is\s+)?(?:less|lower|smaller|fewer)\s+than)(?!\w)", "<", "`less than` is written `<` in a condition", YES),
    (r"(?i:(?:is\s+)?(?:above|over|after))(?!\w)", ">", "`greater than` is written `>` in a condition", ASK),
    (r"(?i:(?:is\s+)?(?:below|under|before))(?!\w)", "<", "`less than` is written `<` in a condition", ASK),
    (r"(?i:is\s+not\s+(?:in|one\s+of)|is\s+none\s+of)(?!\w)", "not in", "whether a value is in a set is asked by `in` and `not in`", YES),
    (r"(?i:is\s+(?:in|one\s+of)|is\s+any\s+of)(?!\w)", "in", "whether a value is in a set is asked by `in` and `not in`", YES),
    (r"(?i:is\s+between)(?!\w)", "between", "a range is asked by `between … and …`", YES),
    (r"(?i:(?:is\s+|does\s+)?not\s+equal(?:s)?(?:\s+to)?|is\s+not|isn't|is\s+different\s+from|ne)(?!\w)", "!=", "`different from` is written `!=`", YES),
    (r"(?i:(?:is\s+)?equal\s+to|equals|is|eq)(?!\w)", "=", "two values are compared with `=`", YES),
    (rf"(?i:i?like)\s+({_TEXT})", like, "a part of a text is asked by `starts with`, `ends with` or `contains`", ASK),
    (rf"(?i:i?like)\s+{_TEXT}", None, "a part of a text is asked by `starts with`, `ends with` or `contains`", ASK, "write `starts with \"…\"`, `ends with \"…\"`, `contains \"…\"`, or a pattern after `matches`"),
    (r"(?i:startswith|starts_with|begins\s+with|beginning\s+with)(?!\w)", "starts with", "the beginning of a text is asked by `starts with`", YES),
    (r"(?i:endswith|ends_with|ending\s+with)(?!\w)", "ends with", "the end of a text is asked by `ends with`", YES),
    (r"(?i:includes|has)(?!\w)", "contains", "a part of a text is asked by `contains`", ASK),
    (r"((?:not\s+)?in)\s*[(\[]([^()\[\]{}\n]*)[)\]]", braces, "a set stands in braces", YES),
    (r"//+([^\n]*)", r"#\1", "a comment begins with `#`", YES, "write `#`, which makes a comment to the end of the line"),
    (r"--+(?=\s)([^\n]*)", r"#\1", "a comment begins with `#`", YES, "write `#`, which makes a comment to the end of the line"),
    (r"(?i:unless)(?!\w)", None, "what holds unless something is so is written `when not`", ASK, "write `when not (…)`, or `and not (…)` behind another condition, with all of it in the parentheses"),
    (r"(?i:where|if|whenever|provided)(?!\w)", "when", "a condition follows `when`", YES),
)  # fmt: skip

_VALUES: tuple[Row, ...] = (
    (r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?\s*(?:Z|UTC|[+-]\d\d:?\d\d)(?!\w)", r"\1 \2", "a time is a clock reading in the agreement's zone", ASK, "write it as it is read there, without a zone of its own"),
    (r"(\d+)-(?:(business)-)?(hour|day|minute)s?(?!\w)", hyphenated, "a number and its unit are words of their own", YES),
    (r"(\d+)\s*(?i:bd|bds|b\.d\.)(?!\w)", r"\1 business days", "a unit of time is written in full", YES),
    (r"(\d+)\s*(?i:bh|bhrs?)(?!\w)", r"\1 business hours", "a unit of time is written in full", YES),
    (r"0?\.\d{1,4}(?!\w)", as_percent, "a share is written as a percentage", ASK, "", "PERCENT"),
    (r"['\u2018\u2019\u201b]([^'\"\u2018\u2019\n]*)['\u2018\u2019]", r'"\1"', "texts stand in double quotes", YES),
    (rf"({_TEXT}(?:[ \t]*,[ \t]*{_TEXT})*)((?:[ \t]+{_TEXT})+)", with_commas, "the values of a list are separated by `,`", YES),
    (r"(\d[\d_]*(?:\.\d+)?)\s*(?:%|(?i:percent|pct|per\s+cent)(?!\w))", r"\1%", "a percentage is a number with `%` right after it", YES),
    (r"(\d{1,3}(?:[,' ]\d{3})+)(?![\d,])", thousands, "thousands are set apart by `_`", YES),
    (r"(\d+(?:\.\d+)?)[ \t]?[kK](?!\w)", times_thousand, "a number is written in full", YES),
    (r"(?<!within )(\d+(?:\.\d+)?)[ \t]?(?:m|M|mn|mio|million)(?!\w)", times_million, "a number is written in full", ASK),
    (r"(?<=within )(\d+)[ \t]?m(?!\w)", None, "a unit of time is written in full, and `m` is one of two", ASK, r"write `\1 minutes` or `\1 months`"),
    (r"(\d+(?:\.\d+)?)[ \t]*(hours?|hrs?|h|minutes?|mins?|seconds?|secs?|days?|d|weeks?|wks?)\.?(?!\w)", with_unit, "a unit of time is written in full", YES),
    (r"(?i:hrs?|mins?|secs?|wks?|yrs?)(?!\w)\.?", unit, "a unit of time is written in full", YES),
    (r"(?i:working|work|office|biz|bus|business)[-_ \t]*(hrs?|mins?)(?!\w)", business_unit, "a unit of time is written in full", YES),
    (r"(?i:working|work|office|biz|bus)[-_ \t]*(hours?|days?|minutes?)(?!\w)", r"business \1", "time in which the calendar is open is called `business` hours or days", YES),
    (r"(?i:business)[-_](hours?|days?|minutes?)(?!\w)", r"business \1", "`business` and its unit are two words", YES),
    (r"(?i:calendar)[- ](hours?|days?|weeks?)(?!\w)", r"\1", "a unit of time counts all the time unless it is `business`", ASK),
    (r"(?i:workdays?|weekdays?)(?!\w)", "business days", "days on which the calendar is open are called `business days`", ASK),
    (rf"{CLOCK}(?:\s*{_RANGE}\s*{SECOND_CLOCK})?", clocks, "a time of day is written with 24 hours", YES),
    (r"(\d\d?:\d\d)\s*(?:-|\u2013|\u2014|until|till)\s*(\d\d?:\d\d)", r"\1 to \2", "from one time of day to another is written with `to`", YES),
    (r"from\s+(?=\d\d?:\d\d)", "", "a time follows the days at once", YES, "remove `from`"),
    (r"\d\d?\s*(?:-|\u2013|to)\s*\d\d?(?![\w:])", None, "a time of day is written with its minutes", ASK, "write `09:00 to 17:00`, with 24 hours", "CLOCK"),
    (rf"{DATE}(?:\s*{_RANGE}\s*{SECOND_DATE})?", dates, "a date is written year, month, day", YES),
    (rf"{DATE}", None, "a date is written year, month, day, and this one can be read in two ways", ASK, r"write `\g<year>-\g<one>-\g<two>` or `\g<year>-\g<two>-\g<one>`, each number with two digits"),
    (rf"{NAMED_DATE}", named_date, "a date is written year, month, day", YES),
    (rf"({_DAY})\s*(?:-|\u2013|\u2014|until|till|through|thru)\s*(?={_DAY})", r"\1 to ", "from one day to another is written with `to`", YES),
    (rf"(?:and|&)(?=\s*{_DAY})", ",", "several dates are separated by `,`", YES, "", ","),
    (rf"{WEEKDAY}(?:\s*(?:{_RANGE}|,|&|and)\s*{WEEKDAY})*", weekdays, "a day of the week is written in full and in small letters", YES),
    (r"(?i:weekdays|workdays|working\s+days|business\s+days)(?!\w)", "monday to friday", "the days on which a calendar is open are named", ASK),
    (r"(?i:24/7|always|around\s+the\s+clock)(?=\s*(?:#[^\n]*)?(?:\n|\Z))", "every day 00:00 to 24:00", "all days of the week are `every day`", YES),
    (r"(?i:daily|everyday|all\s+days|24/7)(?!\w)", "every day", "all days of the week are `every day`", ASK),
)  # fmt: skip

_AGREEMENTS: tuple[Row, ...] = (
    (rf"between(\s+{_NAME}(?:\s+{_TEXT})?)\s*(?:&|\+|,|/)\s*(?={_NAME}(?:\s+{_TEXT})?\s*(?:#[^\n]*)?(?:\n|\Z))", r"between\1 and ", "two parties are joined by `and`", YES),
    (rf"(?i:parties|partners|teams)(?:\s*:|\s+are)?\s+({_NAME})\s*(?:,|and|&)\s*({_NAME})", r"between \1 and \2", "the parties follow `between`", YES, "", "between"),
    (rf"effective\s+({_DAY})(?=\s*(?:#[^\n]*)?(?:\n|\Z))", r"effective from \1", "a term has its first and its last day, or begins with `effective from`", ASK),
    (rf"(?i:(?:fiscal|financial|business)?\s*year\s+(?:starts?|begins?)(?:\s+(?:in|with|on))?)\s+({_MONTH}|\d\d?)(?!\w)", month_of, "the month in which years begin is written in full", YES, "", "year starts"),
    (rf"(?i:(?:business\s+)?weeks?\s+(?:starts?|begins?)(?:\s+(?:on|with))?)\s+({WEEKDAY})", first_day, "the day on which weeks begin is written in full", YES, "", "week starts"),
    (rf"(?i:closed\s+(?:on\s+)?(?:{WEEKDAY}|weekends?))(?:\s*(?:,|and|&|to|-)\s*{WEEKDAY})*", None, "a day of the week is closed unless an `open` names it", ASK, "leave this line out"),
    (rf"(?i:closed\s+(?:on\s+|for\s+)?(?:(?:public|bank|national|federal|all|the)\s+)*holidays(?:\s+(?:in|of|for|from))?)(?=\s+{_TEXT})", "closed holidays", "the public holidays of a country are `closed holidays`", YES, "", "closed holidays"),
    (rf"(?i:(?:(?:public|bank|national)\s+)?holidays(?:\s+(?:in|of|for|from|like))?)(?=\s+{_TEXT})", "closed holidays", "the public holidays of a country are `closed holidays`", YES, "", "closed holidays"),
    (r"(?:and|&|\+|;)(?=\s*\d\d?:\d\d)", ",", "hours of one day are separated by `,`", YES, "", ","),
    (rf"(?i:reason|due\s+to|as|for|note|comment)(?:\s*:)?(?=\s+{_TEXT})", "because", "the reason follows `because`", YES, "", "because"),
    (r"\{(?=\s*\n)", None, "what belongs to a declaration is indented below its `:`", ASK, "write `:` for `{`, and leave the `}` out", ":"),
    (rf"(?:business[ _]hours|working[ _]hours|calendar|schedule)(?=\s+{_NAME}\s*(?:#[^\n]*)?(?:\n|\Z))", "hours", "the calendar of business time is named by `hours`", YES, "", "hours"),
    (rf"(?i:period|term|valid|runs|duration|in\s+force|from)(?=\s+(?:from\s+)?{_DAY})", "effective", "the term of an agreement is `effective`", YES, "", "effective"),
    (r"effective\s+(?:in\s+)?(\d\d\d\d)(?=\s*(?:#[^\n]*)?(?:\n|\Z))", r"effective \1-01-01 to \1-12-31", "a term has its first and its last day", ASK),
    (rf"(?i:(?:business|working|office|opening)?\s*hours|opens?|opened|works?)(?=\s+(?:{WEEKDAY}|every|weekdays|\d\d\d\d-))", "open", "when a calendar is open is said by `open`", YES, "", "open"),
    (r"(?i:time[ _]?zone|tz)(?!\w)(?:\s*[:=])?", "zone", "the clause for a time zone is called `zone`", YES),
    (rf"review(?:ed)?\s+(?:every|each|per|once\s+an?|an?)\s+{_PERIOD}", cadence, "how often a review is held is one word", YES),
    (r"((?:closed)(?:\s+\d[-\d]*(?:\s+to\s+\d[-\d]*)?)(?:\s*,\s*\d[-\d]*(?:\s+to\s+\d[-\d]*)?)+)", closures, "each closure has a line of its own", YES, "write `closed` again for each of the days, on a line of its own"),
    (r"(closed|open|effective)\s+(?:on|at)(?!\w)", r"\1", "a date follows the word at once", YES),
    (r"(?i:effective\s+(?:since|starting|as\s+of|on))(?!\w)", "effective from", "a term begins with `effective from`", YES),
    (rf"effective\s+from\s+({_DAY})\s*{_RANGE}\s*({_DAY})", r"effective \1 to \2", "a term with an end has no `from`", YES),
    (r"(?:as|is|means)\s*(?=[:=])", "", "a name is followed by its sign at once", YES),
    (r":", "", "no `:` stands between a word and what it says", YES, "write it without the `:`"),
    (r":(?!=)", "=", "a name and what it stands for are joined by `=`", YES),
    (r"=", ":", "a name and what it says are joined by `:`", YES),
    (r"=(?!=)", "", "a value follows its word at once", YES, "write it without the `=`"),
    (r">|=>|-|,|\u2192", "->", "one state and the next are joined by `->`", YES, "", "->"),
    (r":=", "=", "a name and what it stands for are joined by `=`", YES),
    (r";", "", "a line needs no end mark", YES),
    (r",(?=\s*\n)", "", "a line needs no `,` at its end", YES),
)  # fmt: skip

_FIELDS: tuple[Row, ...] = (
    (rf"{_TEXT}(?:\s*(?:\||/|or)\s*{_TEXT})+", lambda match: f"one of {with_commas(match)}", "a choice among values is `one of`", ASK, "", "one of"),
    (rf"(?:references|refers\s+to|lookup(?:\s+to)?|foreign\s+key(?:\s+(?:of|to|references))?|fk(?:\s+to)?|links?\s+to|key\s+to|reference(?:\s+to)?)\s*\(?\s*({_NAME})(?:\s*\))?", r"key of \1", "a field that names a row of another record is a `key of` it", YES, "", "key of"),
    (r"planned[ \t]+(optional|key|accountable)(?!\w)", r"\1 planned", "`planned` stands right before its type", YES),
    (r"(?i:currency|money)(?!\w)", 'number in "USD"', "an amount of money is a `number` in its currency", ASK),
    (r"(?i:percent|percentage|score|amount|count)(?=\s*(?:#[^\n]*)?(?:\n|\Z))", "number", "amounts are of the type `number`", ASK),
    (r"(?i:email|phone|url|link|name|id)(?=\s*(?:#[^\n]*)?(?:\n|\Z))", "text", "words and signs are of the type `text`", ASK),
    (r"(?i:string|str|char|varchar(?:\s*\(\s*\d+\s*\))?|uuid)(?!\w)", "text", "words and signs are of the type `text`", YES),
    (r"(?i:int|integer|bigint|float|double|decimal|numeric|number|real)(?:\s*\(\s*\d+\s*(?:,\s*\d+\s*)?\)|(?<!number)(?!\w))", "number", "amounts are of the type `number`", YES),
    (r"(?i:bool|yes/no|flag)(?!\w)", "boolean", "what is true or false is of the type `boolean`", YES),
    (r"(?i:date\s?time|timestamp(?:tz)?|date\s+and\s+time)(?!\w)", "time", "a moment, with its day, is of the type `time`", YES),
    (rf"(?:enum|choice|choices|picklist|any\s+of)\s*[(\[{{]?\s*({_LIST})\s*[)\]}}]?", r"one of \1", "a choice among values is `one of`", YES),
    (rf"one\s+of\s*[(\[{{]\s*({_LIST})\s*[)\]}}]", r"one of \1", "the values of a field stand without brackets", YES),
    (rf"one\s+of[ \t]+({_NAME}(?:[ \t]*,[ \t]*{_NAME})*)(?=[ \t]*(?:#|\n|\Z))", quoted_list, "the values of a field are texts in quotes", ASK),
    (rf"({_TYPE}|one\s+of\s+{_LIST})[ \t]+(optional|key|accountable)(?!\w)", r"\2 \1", "`key`, `optional` and `accountable` stand before the type", YES),
    (rf"({_TYPE}|one\s+of\s+{_LIST})(?:[ \t]*\?|[ \t]+(?:nullable|null)(?!\w))", r"optional \1", "a field that may be missing is `optional`", YES),
    (rf"({_TYPE}|one\s+of\s+{_LIST})[ \t]+primary[ \t]+key(?!\w)", r"key \1", "the field that names a row is its `key`", YES),
    (rf"({_TYPE}|one\s+of\s+{_LIST})[ \t]+(?:required|mandatory|not[ \t]+null)(?!\w)", r"\1", "a field is required unless it is `optional`", YES),
    (rf"(?:required|mandatory)[ \t]+(?={_TYPE}|one\s+of|key|accountable)", "", "a field is required unless it is `optional`", YES),
    (r"(date|time)[ \t]+planned(?!\w)", r"planned \1", "`planned` stands before the type", YES),
    (r"nullable(?!\w)", "optional", "a field that may be missing is `optional`", YES),
    (r"primary[ \t]+key(?!\w)", "key", "the field that names a row is its `key`", YES),
)  # fmt: skip

_NAMES: tuple[Row, ...] = (
    (rf"route[ \t]+(?:of|for)[ \t]+({_NAME})(?=[ \t]*:)", r"route \1", "the definition whose rows are routed follows `route` at once", YES),
    (rf"(score[ \t]+{_NAME}(?:[ \t]+{_TEXT})?|let[ \t]+{_NAME}(?:[ \t]+{_TEXT})?|spell[ \t]+{_NAME}(?:[ \t]+{_TEXT})?|calendar[ \t]+{_NAME}(?:[ \t]+{_TEXT})?)[ \t]+(?:for|in|on|per|about)[ \t]+({_NAME})(?=[ \t]*[:=])", r"\1 of \2", "the record that it is about follows `of`", YES),
    (rf"define[ \t]+({_NAME})[ \t]+(?:until|to|till)[ \t]+{_DAY}", None, "what a name means holds until the next text of it begins", ASK, r"leave the date out here, and begin the later text with `define \1 from …:`"),
    (r"is[ \t]+(?=[A-Za-z_])", "", "what a definition is added to follows at once", YES, "remove `is`", "NAME"),
    (rf"({_NAME})[ \t]+primary[ \t]+key(?!\w)", r"\1 key", "the field that names a row is its `key`", YES),
    (rf"(record[ \t]+{_NAME})[ \t]+(?:belongs[ \t]+to|belonging[ \t]+to|in|under|per|for)[ \t]+({_NAME})(?=[ \t]*:)", r"\1 of \2", "the record that rows belong to follows `of`", YES),
    (rf"{_NAME}(?:-\w+)+", underscored, "a name cannot hold `-`", ASK),
    (rf"(kpi|let)[ \t]+({_NAME}(?:[ \t]+(?!as\b|is\b|of\b){_NAME})+)(?=[ \t]*(?:{_TEXT}[ \t]*)?=)", declared, "a name cannot hold a space", ASK),
    (rf"(define|record|event|calendar|lifecycle|route)[ \t]+({_NAME}(?:[ \t]+(?!as\b|is\b|of\b){_NAME})+)(?=[ \t]*(?:{_TEXT}[ \t]*)?:)", declared, "a name cannot hold a space", ASK),
    (rf"{_NAME}(?:[ \t]+(?!for[ \t]+each\b){_NAME}){{1,3}}?(?=[ \t]+(?:at[ \t]+least|at[ \t]+most|between|within)(?!\w))", begun_line, "a name cannot hold a space", ASK),
    (rf"{_NAME}(?:[ \t]+{_NAME}){{1,3}}?(?=[ \t]+(?:(?:optional|key|accountable)[ \t]+)?(?:{_TYPE}|one[ \t]+of)[ \t]*(?:{_LIST})?[ \t]*(?:#[^\n]*)?(?:\n|\Z))", begun_line, "a name cannot hold a space", ASK),
)  # fmt: skip

_MEASURES: tuple[Row, ...] = (
    (rf"(?i:count)\s*\(\s*(?:\*|(?:distinct\s+)?({_NAME}))\s*\)(?:\s+(?:of|from|over|in)\s+({_NAME}))?", counted, "how many there are is a `count of`", YES, "", "count of"),
    (r"(?i:average|avg|mean|median|typical)\s+time(?=\s+from(?!\w))", "time", "a `time` KPI is one figure for each row", ASK, "did you mean `time from … to …`? a run shows its median; another statistic is a KPI of its own, `average of … over …`", "time from"),
    (r"(\d\d?)(?:st|nd|rd|th)?[\s-]*percentile\s+of(?!\w)", r"p\1 of", "a percentile is written `p95 of`", YES),
    (rf"(?:for|of|in|across|among|from)(?=\s+{_NAME})", "over", "what a statistic is taken of follows `over`", ASK, "", "over"),
    (rf"(?:until|till|and|through)(?=\s+{_NAME})", "to", "the time from one moment to another is `time from … to …`", YES, "", "to"),
    (r"(?:that|which|who)\s+(?:are|is|were|was)(?!\w)", None, "what rows turn into, and what they are, are asked in two ways", ASK, "write `that become …`, or `whose …` with a condition that is read at the end of the period", "that become"),
    (rf"(?i:conversion(?:\s+rate)?|rate)\s+(?:from|of)\s+({_NAME})\s+(?:to|into)\s+({_NAME})", r"share of \1 that become \2", "a part of the rows is a `share of`", ASK, "", "share of"),
    (rf"({_NAME})\s*/\s*({_NAME})(?=\s*(?:#[^\n]*)?(?:\n|\Z))", r"share of \2 that become \1", "a part of the rows is a `share of`", ASK, "", "share of"),
    (r"at\s+(?:the\s+)?(?:end\s+of\s+(?:the\s+|each\s+|every\s+|a\s+)?(?:period|month|quarter|week|day|year)|(?:month|quarter|week|year)(?:'s)?[\s-]end)(?!\w)", "at period end", "what lasts is counted `at period end`", ASK, "", "at period end"),
    (r"(?:during|within|on|using|by|as)\s+(?:business|working|office)\s+(hours|days|minutes)(?!\w)", r"in business \1", "the time in which a KPI is counted follows `in`", YES, "", "in"),
    (rf"(?:per|each|every)\s+{_PERIOD}|(?:daily|weekly|monthly|quarterly|yearly)(?!\w)", None, "how often is said where the KPI is promised", ASK, "leave it out here, and promise it `per month` below `… owes …:`", "for each"),
    (rf"(?:at\s+least|at\s+most|>=?|<=?)\s+{_AMOUNT}", None, "a KPI has no target", ASK, "leave it out here, and promise the target below `… owes …:`", "where"),
    (r"(?i:earliest|min|soonest)\s+of(?=\s)|(?i:the\s+)?first\s+among", "first of", "the earliest of several moments is the `first of` them", YES, "", "first of"),
    (r"(?i:latest|max)\s+of(?=\s)", "last of", "the latest of several moments is the `last of` them", YES, "", "last of"),
    (r"(?i:min|earliest)\s*\(\s*([^()\n]*,[^()\n]*)\)", r"first of \1", "the earliest of several moments is the `first of` them", YES, "", "first of"),
    (r"(?i:max|latest)\s*\(\s*([^()\n]*,[^()\n]*)\)", r"last of \1", "the latest of several moments is the `last of` them", YES, "", "last of"),
    (r"(?i:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)(?=\s+[A-Za-z_])", ordinal, "which of the rows it is is said by a number", YES, "", "ORDINAL"),
    (r"\+\s*(\d+)(?:\s+points?)?(?=\s+(?:when|if|for)(?!\w))", r"add \1", "points are added by `add`", YES, "", "add"),
    (r"(?:add\s+)?-\s*(\d+)(?:\s+points?)?(?=\s+(?:when|if|for)(?!\w))", r"subtract \1", "points are taken off by `subtract`", YES, "", "subtract"),
    (r"(?<=add )(\d+)\s+points?(?=\s)", r"\1", "points are a number alone", YES),
    (r"(?<=subtract )(\d+)\s+points?(?=\s)", r"\1", "points are a number alone", YES),
    (r"(?:when|if|during|as\s+long\s+as|whenever)(?!\w)", "while", "a spell lasts `while` its condition holds", YES, "", "while"),
    (rf"(?:every|all|any)(?=\s+{_NAME}\s+from(?!\w))", "each", "a spell for each row of a record is `each` of them", YES, "", "each"),
    (rf"between\s+({_NAME})\s+and\s+({_NAME})", r"from \1 to \2", "a spell of a row lasts `from` one time `to` another", YES, "", "from"),
    (rf"accountable\s+for\s+each\s+({_NAME})", r"for each accountable \1", "`accountable` stands before the field that says who it is", YES),
    (rf"({_NAME})\s*\+\s*({_SPAN})", r"\2 after \1", "a moment that is reckoned from another says `after`", YES),
    (r"(?:or|and|/)(?=\s)(?!\s*\d\d?:\d\d)", ",", "several moments are separated by `,`", YES, "", ","),
    (rf"when(?=\s+{_NAME})", "where", "what holds of the rows looked at follows `where`", YES, "", "where"),
    (rf"kpi\s+({_NAME})\s+(?:of|for|on)\s+({_NAME})\s*[:=]", None, "a KPI is one measure, which says of what", ASK, r"write `kpi \1 = count of \2`, `kpi \1 = time from \2 to …` or another measure"),
    (rf"({_NAME})\s+(?:count|total|number)(?!\w)", r"count of \1", "how many there are is a `count of`", ASK, "", "count of"),
    (rf"({_NAME})(?=\s+where(?!\w)|\s*(?:#[^\n]*)?(?:\n|\Z))", r"first \1", "an event is the first, the last or the n-th row", ASK, "", "first"),
    (rf"(?i:min|earliest)\s*\(\s*({_NAME})\.{_NAME}\s*\)", r"first \1", "an event is the first, the last or the n-th row", ASK, "", "first"),
    (rf"(?i:max|latest)\s*\(\s*({_NAME})\.{_NAME}\s*\)", r"last \1", "an event is the first, the last or the n-th row", ASK, "", "first"),
    (r"(?i:number\s+of|how\s+many|count(?!\s+of))(?!\w)", "count of", "how many there are is a `count of`", YES),
    (r"(?i:(?:percentage|percent)\s+of|%\s+of|share(?!\s+of))(?!\w)", "share of", "a part of the rows is a `share of`", YES),
    (r"(?i:(?:rate|proportion|fraction|ratio|part)\s+of)(?!\w)", "share of", "a part of the rows is a `share of`", ASK),
    (r"(?i:(?:avg|average|mean)(?:\s+of)?)(?!\w)", "average of", "a mean is an `average of`", YES),
    (r"(?i:(?:max|maximum|highest|largest)(?:\s+of)?)(?!\w)", "greatest of", "the highest value is the `greatest of`", YES),
    (r"(?i:(?:min|minimum|lowest|smallest)(?:\s+of)?)(?!\w)", "least of", "the lowest value is the `least of`", YES),
    (r"(?i:(?:total|sum)(?:\s+of)?)(?!\w)", "sum of", "a total is a `sum of`", YES),
    (r"(?i:median)(?!\w)", "median of", "the middle value is the `median of`", YES),
    (r"(?i:(?:that|which|who)\s+(?:become|becomes|became|turn\s+into|convert\s+to)|becoming)(?!\w)", "that become", "what rows turn into follows `that become`", YES),
    (rf"(?:(?<=to )|(?<=from )|(?<=since ))(first|last|earliest|latest|second|third)\s+({_NAME})(?!\w)", None, "which row it is, an event says", ASK, r"give it a name on a line of its own, `event \1_\2: \1 \2 where …`, and write `\1_\2` here", "NAME"),
    (rf"time\s+between\s+({_NAME}(?:\.{_NAME})?)\s+and(?!\w)", r"time from \1 to", "the time from one moment to another is `time from … to …`", YES),
    (r"(?i:group(?:ed)?\s+by|broken\s+down\s+by|split\s+by|by|per|each|for\s+every|for\s+all)(?!\w)(?!\s+(?:day|week|month|quarter|year)s?(?!\w))", "for each", "a figure is split with `for each`", ASK, "", "for each"),
)  # fmt: skip

_PROMISES: tuple[Row, ...] = (
    (rf"({_NAME})\s+(?:must|should|shall|has\s+to|needs\s+to|will|is)(?:\s+be)?\s+(at\s+least|at\s+most|between|within)(?!\w)", r"\1 \2", "the target follows its KPI at once", YES),
    (rf"(within\s+{_SPAN})\s+(?:from|since)\s+({_NAME})", r"\1 after \2", "a moment that is reckoned from another says `after`", YES),
    (rf"({_NAME})\s+(?:per|by|for\s+every|for\s+all|each|every)\s+({_NAME})(?=\s+(?:at\s+least|at\s+most|between|within)(?!\w))", r"\1 for each \2", "each group by itself is judged with `for each`", YES),
    (rf"(?:per\s+{_PERIOD}\s+)for\s+each\s+({_NAME})", None, "what each group is held to follows `for each`", ASK, r"say it before the target: `… for each \2 at least … per \1`", "per"),
    (rf"((?:from\s+{_DAY}\s+)?(?:from|until)\s+{_DAY})\s+per\s+{_PERIOD}", r"per \2 \1", "from when and until when a promise holds stands behind its period", YES, "", "per"),
    (rf"per\s+\d+\s+{_UNITS}|(?:rolling|trailing)\s+\d+\s+{_UNITS}", None, "a period is one of the calendar", ASK, "write `per day`, `week`, `month`, `quarter` or `year`", "per"),
    (r"in\s+(\d[\d.]*%)\s+of\s+(?:the\s+|all\s+)?(?:cases|times?)(?!\w)", r"for \1", "how many of the rows have to keep a deadline follows `for`", YES, "", "for"),
    (r"(\d[\d.]*%)\s+of\s+(?:the\s+|all\s+)?(?:cases|times?)(?!\w)", r"\1", "how many of the rows is a percentage", YES, "", "PERCENT"),
    (rf"(?:to|till|through|thru|up\s+to|ending(?:\s+on)?|ends)(?=\s+{_DAY})", "until", "the last day of a promise follows `until`", YES, "", "until"),
    (rf"(?:starting(?:\s+(?:on|from))?|starts|since|as\s+of|effective(?:\s+from)?|beginning|after)(?=\s+{_DAY})", "from", "the day from which something holds follows `from`", YES, "", "from"),
    (r"([^\s,]+)(\s+)(?=within\s+\d)", r"\1,\2", "one choice and the next are separated by `,`", YES, "write a `,` behind the condition of the one above"),
    (r"(?:;|\+|&|and\s+then|plus)(?=\s*(?:notify|tag|do|escalate|reassign)(?!\w))", ",", "what is done is separated by `,`", YES, "", ","),
    (rf"(?<=missed )(\d+|twice|two|three|four)\s*(?:x|times?)?\s*(?:(?:{_UNITS}|quarters?|times?)\s+)?(?:in\s+a\s+row|running|straight|consecutively)(?!\w)", in_a_row, "several misses that follow one another are so many `in a row`", YES),
    (rf"(?<=missed )(\d+|twice|two|three|four)\s+(?:x\s+)?(?:consecutive|straight|successive)(?:\s+(?:{_UNITS}|quarters?|periods?|times?))?", in_a_row, "several misses that follow one another are so many `in a row`", YES),
    (rf"(?<=missed )(\d+|twice|two|three|four)(?:\s+(?:{_UNITS}|quarters?|periods?|times?))?(?=\s)", in_a_row, "several misses that follow one another are so many `in a row`", ASK),
    (rf"if\s+(?:late|overdue)\s+(?:by\s+)?(?:more\s+than\s+|over\s+|at\s+least\s+)?({_SPAN})", r"if \1 late", "how late a row is stands before `late`", YES),
    (rf"(?:if|when)\s+(?:more\s+than\s+|over\s+|at\s+least\s+)?({_SPAN})\s+(?:late|overdue|past\s+due|over)(?!\w)", r"if \1 late", "how late a row is stands before `late`", YES),
    (rf"after\s+({_SPAN})(?:\s+(?:late|overdue))?(?=\s+(?:notify|escalate|reassign|tag|do)(?!\w))", r"if \1 late", "what follows a row that is late begins with `if`", ASK),
    (r"(?:at|after|when|once)\s+(\d+%)(?:\s+(?:of\s+(?:the\s+|its\s+)?(?:time|deadline|budget|target|window)|used|elapsed|passed|gone))?(?=\s+(?:notify|escalate|reassign|tag|do)(?!\w))", r"at \1", "how much of a row's time is used up follows `at`", YES),
    (rf"(?:at\s+)?({_SPAN})\s+(?:before|prior\s+to|ahead\s+of)\s+(?:the\s+)?(?:deadline|due(?:\s+date)?|target|breach)(?!\w)", r"\1 before due", "how much of a row's time is left is so long `before due`", YES),
    (r"(?:for\s+)?(?:at\s+most|up\s+to|max(?:imum)?(?:\s+of)?|no\s+(?:more|longer)\s+than|limited\s+to|for)(?=\s+\d)", "at most", "how much at the most follows `at most`", YES, "", "at most"),
    (rf"(?:pause|stop)\s+(?:during|while|when|if)\s+{_NAME}(?:\.{_NAME})*\s*(?:[=<>!]|is(?!\w)|in(?!\w))", None, "the clock stands still during a spell", ASK, "give the condition a name, `spell hold of …: while …`, and write `pause during hold`", "pause during"),
    (r"(?:stop|freeze|suspend|halt|hold)(?:\s+(?:the\s+)?(?:clock|timer|time))?\s+(?:during|while|when|for)(?!\w)", "pause during", "the clock stands still during a spell", ASK, "", "pause during"),
    (r"only\s+(?:if|when|where|as\s+long\s+as|during)(?!\w)", "only while", "a promise that stands only in some periods does so `only while` a figure is so", YES, "", "only while"),
    (r"(?:pause|paused)\s+(?:while|when|if|for)(?!\w)", "pause during", "the clock stands still during a spell", YES, "", "pause during"),
    (r"(?:unless|exclud(?:e|ing)(?:\s+(?:when|if|where|rows\s+where))?|except(?:\s+(?:if|where|for))?|ignore(?:\s+(?:when|if|where))?|skip\s+(?:when|if))(?!\w)", "except when", "rows are left out by `except when`", ASK, "", "except when"),
    (r"(?:needs|requires?|minimum(?:\s+(?:sample|of|volume|count|size))*|min(?:\s+sample)?|sample(?:\s+size)?)(?:\s+of|\s*:|\s+at\s+least)?(?=\s+\d)", "needs at least", "how many rows a verdict takes follows `needs at least`", YES, "", "needs at least"),
    (rf"(needs\s+at\s+least\s+\d[\d_]*)[ \t]+{_NAME}(?=\s*(?:#[^\n]*)?(?:\n|\Z))", r"\1", "how many rows a verdict takes is a number alone", YES),
    (r"warn(?:ing)?(?:\s+(?:if|when|at|where|it\s+is))*\s+(?:below|under|less\s+than|<)(?=\s)", "warn below", "a warning begins with `warn below` or `warn above`", YES, "", "warn below"),
    (r"warn(?:ing)?(?:\s+(?:if|when|at|where|it\s+is))*\s+(?:above|over|more\s+than|>)(?=\s)", "warn above", "a warning begins with `warn below` or `warn above`", YES, "", "warn below"),
    (r"warn(?:ing)?\s+(?:at|on)(?=\s+\d)", "warn below", "a warning begins with `warn below` or `warn above`", ASK, "", "warn below"),
    (r"(?:empty|no\s+(?:data|rows|leads)|nothing|zero|none|no\s+\w+)\s+(?:counts?|is|are)\s+(?:as\s+)?(?=(?:met|missed)(?!\w))", "none counts as ", "the verdict of a period without rows follows `none counts as`", YES, "", "none counts as"),
    (r"(?:none\s+counts?\s+as|empty\s+counts?\s+as)\s+(?:ok|okay|good|kept|pass|passed|success|fine)(?!\w)", "none counts as met", "a period without rows is `met` or `missed`", ASK, "", "none counts as"),
    (r"(?:none\s+counts?\s+as|empty\s+counts?\s+as)\s+(?:fail|failed|bad|breach|breached|broken|late)(?!\w)", "none counts as missed", "a period without rows is `met` or `missed`", ASK, "", "none counts as"),
    (r",\s*(?:else\s+|or\s+)?(?:if|elif)\s+(?=(?:below|above)\s)", ", ", "further steps are separated by `,`", YES, "remove `if`"),
    (r"(?:else|otherwise)(?=\s+(?:notify|escalate|reassign|tag|do)(?!\w))", None, "each step has a limit of its own", ASK, "write `below 50% do …`, with the limit from which it counts", "below"),
    (r"(?i:credit|refund|pay|penalty|discount)(?:\s+of)?\s+(\d[\d.]*%?)", r'do "credit \1"', "what is done is a text behind `do`", ASK, "", "do"),
    (r"if\s+(?:under|less\s+than|<|lower\s+than|falls\s+below|drops\s+below|it\s+is\s+below)(?=\s+\d)", "if below", "what follows a figure begins with `if below` or `if above`", YES, "", "if below"),
    (r"if\s+(?:over|more\s+than|>|higher\s+than|exceeds|rises\s+above|it\s+is\s+above)(?=\s+\d)", "if above", "what follows a figure begins with `if below` or `if above`", YES, "", "if below"),
    (rf"(?:send\s+to|assign\s+to|route\s+to|goes\s+to|go\s+to|send)(?=\s+{_TEXT})", "to", "where rows go follows `to`", YES, "", "to"),
    (rf"(?i:default|else|otherwise|everything\s+else|all\s+others?|rest)(?:\s+to|\s*:|\s*->)?\s+({_TEXT})", r"to \1 otherwise", "`otherwise` stands behind the place to which the rest goes", YES, "", "to"),
    (rf"(?:if\s+|when\s+)?([A-Za-z_(][^\n\"]*?(?:{_TEXT})?)\s*(?:->|=>|then|:)\s*(?:to\s+)?({_TEXT})(?=[ \t]*(?:#[^\n]*)?(?:\n|\Z))", r"to \2 when \1", "where rows go stands before its condition", ASK, "", "to"),
    (r"(?:>=|\u2265|=>|(?i:no\s+less\s+than|not\s+less\s+than|no\s+fewer\s+than|minimum(?:\s+of)?|min)(?!\w))", "at least", "a target is `at least`, `at most` or `between … and …`", YES, "", "at least"),
    (r"(?:<=|\u2264|=<|(?i:no\s+more\s+than|not\s+more\s+than|maximum(?:\s+of)?|max|up\s+to)(?!\w))", "at most", "a target is `at least`, `at most` or `between … and …`", YES, "", "at least"),
    (rf"(?:[<>=]+|(?i:in|less\s+than|under|below|no\s+later\s+than|max|maximum))\s*(?={_SPAN})", "within ", "a deadline is written `within`", ASK, "", "at least"),
    (r"(?:>|(?i:more\s+than|over|above|greater\s+than|exceeds))\s*(\d[\d_]*)(?![\d.%])", None, "a target is `at least`, `at most` or `between … and …`", ASK, r"write `at least` and the least number that is enough: with `at least \1`, \1 itself is enough", "at least"),
    (r"(?:>|(?i:more\s+than|over|above|greater\s+than|exceeds)(?!\w))", None, "a target is `at least`, `at most` or `between … and …`", ASK, "write `at least` and the least amount that is enough", "at least"),
    (r"(?:<|(?i:less\s+than|under|below|fewer\s+than)(?!\w))", None, "a target is `at least`, `at most` or `between … and …`", ASK, "write `at most` and the greatest amount that is allowed", "at least"),
    (rf"(?:==?|(?i:exactly|equals?|is))\s*({_AMOUNT})", None, "a target is `at least`, `at most` or `between … and …`", ASK, r"write `at least \1`, or `between \1 and \1` where more would be a breach too", "at least"),
    (rf"at\s+most(\s+{_SPAN})(?=\s+for(?!\w))", r"within\1", "a deadline that a share of the rows has to keep is written `within`", YES),
    (rf"(at\s+least|at\s+most)\s+({_AMOUNT})\s+(?:of\s+)?({_NAME})(?=\s+per(?!\w))", r"\3 \1 \2", "the KPI stands before its target", YES),
    (rf"/\s*{_PERIOD}", r" per \1", "how often a target is asked is written `per`", YES, "", "per"),
    (rf"(?:an?|each|every)\s+{_PERIOD}", r"per \1", "how often a target is asked is written `per`", YES, "", "per"),
    (r"(?i:daily|weekly|monthly|quarterly|yearly|annually)(?!\w)", per, "how often a target is asked is written `per`", YES, "", "per"),
    (rf"per\s+(?:calendar\s+{_PERIOD}|annum)", per_calendar, "how often a target is asked is written `per`", YES, "", "per"),
    (rf"(?:else|otherwise)\s+(within\s+{_SPAN}(?:\s+of\s+{_NAME})?)", r"\1 otherwise", "`otherwise` stands behind the deadline that it chooses", YES),
    (r"at\s+least\s+(?=\d[\d.]*%)", "", "a share of the rows is at least so much by itself", YES, "remove `at least`"),
    (r"(?:all|every|each)(?:\s+of)?(?:\s+the)?\s+(?=[A-Za-z])", "100% of ", "how many of the rows is a percentage", YES, "write `100% of`", "PERCENT"),
    (rf"{_NAME}[ \t]+(?=per(?!\w))", "", "a target is an amount alone: its KPI says of what", ASK, "", "per"),
    (rf"from\s+({_DAY})\s*{_RANGE}\s*({_DAY})", r"from \1 until \2", "a promise holds `from` one date `until` another", YES),
    (r"(?:when|on|upon|in\s+case\s+of|as\s+soon\s+as|once)\s+(late|missed)(?!\w)", r"if \1", "what follows a late row or a missed period begins with `if`", YES, "", "if late"),
    (r"(?:if|when|on|upon|in\s+case\s+of)\s+(?:a\s+|it\s+is\s+|sla\s+)?(?:breach(?:ed|es)?|miss|fails?|failed|failure|violat(?:ed|ion)|not\s+(?:met|kept|achieved|reached)|broken|unmet)(?!\w)", None, "what follows a breach follows a row that is late or a period that is missed", ASK, "write `if late`, which follows each row, or `if missed`, which follows a period", "if missed"),
    (rf"(\d[\d_.]*%)\s+of\s+(?:the\s+)?({_NAME})\s+(within\s+{_SPAN})", r"\2 \3 for \1", "a KPI stands before its deadline, and the share that has to keep it behind", ASK),
    (rf"(?i:deliver|generate|provide|send|produce|create|pass|hand\s+over)s?\s+(?:at\s+least\s+)?(\d[\d_]*)\s+({_NAME})", None, "a promise is a KPI with its target", ASK, r"declare what is counted, such as `kpi volume = count of \2`, and promise `volume at least \1`"),
    (r"owes\s+to(?!\w)", "owes", "one party `owes` another", YES),
    (r"else(?!\w)", "otherwise", "the last choice is `otherwise`", YES, "", "otherwise"),
    (r"and(?=\s+(?:notify|tag|do|escalate|reassign)(?!\w))", ",", "what is done is separated by `,`", YES, "", ","),
    (r"(?:(?<=late)|(?<=missed)),", "", "what is done follows at once", YES, "remove the `,`"),
    (r"then(?!\w)", "", "what is done follows at once", YES, "remove `then`"),
    (rf"(escalate|reassign)(?:\s+(?:it|them))?\s+(?={_TEXT})", r"\1 to ", "an action says to whom", YES),
    (r"notify\s+to(?!\w)", "notify", "who is told follows `notify` at once", YES),
    (r"(?i:e-?mail|mail|slack|page|message|tell|inform|alert|ping|warn(?!\s+(?:below|above))|send\s+to)(?!\w)", "notify", "who is told something follows `notify`", ASK, "", "notify"),
    (r"(?i:assign\s+to|give\s+to|hand\s+to|route\s+to|assign)(?!\w)", "reassign to", "who takes over follows `reassign to`", ASK, "", "notify"),
)  # fmt: skip

_SOURCES: tuple[Row, ...] = (
    (rf"(source\s+{_NAME}(?:\s+{_TEXT})?)\s+(?:of|in|as|is)\s+(?={_NAME}\s+from(?!\w))", r"\1 for ", "the record of a source follows `for`", YES),
    (rf"(?:the\s+)?(?:latest|newest|most\s+recent|last)(?:\s+(?:file|of))*(?=\s+{_TEXT})", "newest of", "of several files the newest is `newest of`", YES, "", "newest of"),
    (rf"(?:is(?:\s+always)?|constant|fixed|=\s*always|always\s*=)(?=\s+(?:{_TEXT}|\d|true|false))", "always", "the same value in every row follows `always`", YES, "", "always"),
    (rf"(?:->|=>|==?|:|to|is|as|becomes|into)(?=\s*(?:{_TEXT}|true|false))", " means", "what a value of the data stands for follows `means`", YES, "", "means"),
    (rf"(?:in\s+)?(?:date\s*|time\s*)?format(?:ted)?(?:\s+as|\s*[:=])?(?=\s+{_TEXT})", "as", "how dates and times are written follows `as`", YES, "", "as"),
    (rf"(?i:time[ _]?zone|zone|tz)(?:\s*[:=])?(?=\s+{_TEXT})", "times in", "the zone of a source's times follows `times in`", YES, "", "times in"),
    (rf"missing\s*[(\[{{]\s*({_LIST})\s*[)\]}}]", r"missing \1", "what stands for a missing value is listed without brackets", YES, "", "missing"),
    (rf"(?i:null|nulls|na|na_values|empty|blank|none)(?:\s+(?:is|are|as))?(?:\s*[:=])?(?=\s+{_TEXT})", "missing", "what stands for a missing value follows `missing`", YES, "", "missing"),
    (rf"(skip|only)\s+(?:when|if|where)\s+({_TEXT})\s*(?:==?|is|equals)\s*({_TEXT})", r"\1 when \2 in {\3}", "rows are told by values of a column in braces", YES, "", "skip when"),
    (rf"(skip|only)\s+(?:if|where|rows\s+where|rows\s+when)(?=\s+{_TEXT})", r"\1 when", "which rows count is said by `skip when` and `only when`", YES, "", "skip when"),
    (rf"(?:exclude|ignore|drop|filter\s+out)\s+(?:when|if|where|rows\s+where)(?=\s+{_TEXT})", "skip when", "which rows count is said by `skip when` and `only when`", YES, "", "skip when"),
    (rf"(?:fresh(?:ness)?(?:\s+(?:for|in|under|within|at\s+most|<=?))?|max(?:imum)?\s+age|not\s+older\s+than|stale\s+after)(?:\s*[:=])?(?=\s+{_SPAN})", "fresh within", "how old the latest row may be follows `fresh within`", YES, "", "fresh within"),
    (r"readable(?:\s*(?:>=?|:|=|min|minimum|over|above))?(?=\s+\d)", "readable at least", "how much of a column can be read follows `readable at least`", YES, "", "readable at least"),
    (rf"keep\s+(?:the\s+)?(?:last|latest|newest|most\s+recent)(?:\s+(?:row|state|one))?(?:\s+(?:by|on|per|using|with))?(?=\s+{_TEXT})", "keep latest by", "of the rows of one key the latest counts with `keep latest by`", YES, "", "keep latest by"),
    (rf"(?:dedupe|deduplicate|distinct|latest|unique)\s+(?:by|on)(?=\s+{_TEXT})", "keep latest by", "of the rows of one key the latest counts with `keep latest by`", ASK, "", "keep latest by"),
    (r"header(?:\s+(?:row|line|is|in|on|at))*(?:\s*[:=])?(?=\s+\d)", "header at", "the line with the names of the columns follows `header at`", YES, "", "header at"),
    (r"given\s+(?:an?|the|some|one)\s+(?=[A-Za-z_])", "given ", "a row that is given is named by its record alone", YES, "remove the article", "given"),
    (rf"(given\s+{_NAME})\s+(?:with|where|having)(?=\s)", r"\1:", "the values of a row that is given stand behind a `:`", YES),
    (rf"(?<=  )(?:at|on|now(?:\s+is)?|today(?:\s+is)?|as[-_]of|asof|as\s+at)(?:\s*[:=])?(?=\s+{_DAY})", "as of", "the instant from which a test looks follows `as of`", YES, "", "as of"),
    (r"(?:is|was|==?|to\s+be|should\s+be|be)\s+(met|missed|open|excluded|paused)(?!\w)", r"\1", "the outcome follows its KPI at once", YES, "", "met"),
    (r"(?:is\s+|was\s+)?(?:late|failed|fails|breached|overdue|broken)(?=\s*(?:,|\n|\Z))", "missed", "the outcome of a row is `met`, `missed`, `open` or `excluded`", ASK, "", "met"),
    (r"(?:is\s+|was\s+)?(?:passed|passes|kept|ok|on\s+time|in\s+time|hit|achieved)(?=\s*(?:,|\n|\Z))", "met", "the outcome of a row is `met`, `missed`, `open` or `excluded`", ASK, "", "met"),
    (rf"expect\s+(?:(?:it|{_NAME})\s+)?(?:is|to\s+be|should\s+be|becomes?)\s+(?:an?\s+)?(?={_NAME}\s*(?:#[^\n]*)?(?:\n|\Z))", "expect ", "that a row is in a definition is said by its name alone", ASK, "", "expect"),
    (r"(?:to\s+be|to\s+equal|should\s+be|should\s+equal|be)(?=\s)", "=", "two values are compared with `=`", YES, "", "="),
    (r"due\s+(?:at|by|on|:)\s*(?=\d)", "due ", "a deadline follows `due` at once", YES, "", "due"),
    (r"(?:then|assert|verify|ensure|should\s+be)(?=\s)", "expect", "what a test says is begun by `expect`", YES, "", "expect"),
    (rf"source\s+for\s+({_NAME})\s*:?\s*(?:from\s+|=\s*)?({_TEXT})[ \t]*:?", r"source \1 for \1 from \2:", "a source has a name, a record and a file", ASK),
    (rf"source\s+({_NAME})\s*(?:[:=]\s*|from\s+)?({_TEXT})[ \t]*:?(?!\s*for)", r"source \1 for \1 from \2:", "a source has a name, a record and a file", ASK),
    (rf"for\s+({_NAME})\s*(?:[:=]|in|at)?\s*({_TEXT})[ \t]*:?", r"for \1 from \2:", "the file of a source follows `from`", YES),
    (rf"source\s+({_NAME})\s+from\s+({_TEXT})\s+for\s+({_NAME})[ \t]*:", r"source \1 for \3 from \2:", "the record of a source stands before its file", YES),
    (rf"({_TEXT})\s*(?:=|->|:)\s*({_NAME})", r"\2 = \1", "a field stands before the column that it is read from", YES),
    (rf"for\s+({_NAME})\s*:(?=\s*\n)", None, "the file of a source follows `from`", ASK, r'write `for \1 from "….csv":`', "for"),
)  # fmt: skip

HABITS: tuple[tuple[Any, ...], ...] = (
    *_SOURCES,
    *_PROMISES,
    *_FIELDS,
    *_MEASURES,
    *_NAMES,
    *_CONDITIONS,
    *_VALUES,
    *_AGREEMENTS,
)


DECLARED_AS = {
    "table": "record", "entity": "record", "object": "record", "metric": "kpi", "measure": "kpi", "def": "define", "definition": "define",
    "const": "let", "var": "let", "contract": "agreement", "include": "import", "schedule": "calendar", "stages": "lifecycle",
}  # fmt: skip
"""What a declaration is called elsewhere."""
