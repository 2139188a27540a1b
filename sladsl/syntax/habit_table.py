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


def begun_line(match: Match) -> str | None:
    """The name that begins a line, where it is of several words; None where one of them may be a misspelt word of ours."""
    before = match.string[: match.start()].rpartition("\n")[2]
    flags = ("key", "optional", "accountable", "at least", "at most", "of")
    rest = match[0].split()[1:]
    meant = any(likeness(word, flag) is not None for word in rest for flag in flags)
    return None if before.strip() or meant or "that" in rest else "_".join(match[0].split())


def braces(match: Match) -> str | None:
    """`in (1, 2)`; None for `(1,200, 3)`, of which nobody knows how many numbers it is."""
    return None if re.search(r"\d,\d{3}(?!\d)", match[2]) else f"{match[1]} {{{match[2]}}}"


def quoted_list(match: Match) -> str:
    return "one of " + ", ".join(f'"{each.strip()}"' for each in match[1].split(","))


def declared(match: Match) -> str:
    return f"{match[1]} {'_'.join(match[2].split())}"


# --- the table ------------------------------------------------------------------------------------

_NAME = r"[A-Za-z_]\w*"
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
    (rf"({_DAY})\s*(?:-|\u2013|\u2014|until|till|through|thru|and)\s*(?={_DAY})", r"\1 to ", "from one day to another is written with `to`", YES),
    (rf"{WEEKDAY}(?:\s*(?:{_RANGE}|,|&|and)\s*{WEEKDAY})*", weekdays, "a day of the week is written in full and in small letters", YES),
    (r"(?i:weekdays|workdays|working\s+days|business\s+days)(?!\w)", "monday to friday", "the days on which a calendar is open are named", ASK),
    (r"(?i:daily|everyday|all\s+days|24/7)(?!\w)", "every day", "all days of the week are `every day`", ASK),
)  # fmt: skip

_AGREEMENTS: tuple[Row, ...] = (
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
    (r"(?i:string|str|char|varchar(?:\s*\(\s*\d+\s*\))?|uuid)(?!\w)", "text", "words and signs are of the type `text`", YES),
    (r"(?i:int|integer|bigint|float|double|decimal|numeric|real)(?!\w)", "number", "amounts are of the type `number`", YES),
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
    (rf"({_NAME})[ \t]+primary[ \t]+key(?!\w)", r"\1 key", "the field that names a row is its `key`", YES),
    (rf"(record[ \t]+{_NAME})[ \t]+(?:belongs[ \t]+to|belonging[ \t]+to|in|under|per|for)[ \t]+({_NAME})(?=[ \t]*:)", r"\1 of \2", "the record that rows belong to follows `of`", YES),
    (rf"{_NAME}(?:-\w+)+", underscored, "a name cannot hold `-`", ASK),
    (rf"(kpi|let)[ \t]+({_NAME}(?:[ \t]+(?!as\b|is\b|of\b){_NAME})+)(?=[ \t]*(?:{_TEXT}[ \t]*)?=)", declared, "a name cannot hold a space", ASK),
    (rf"(define|record|event|calendar|lifecycle|route)[ \t]+({_NAME}(?:[ \t]+(?!as\b|is\b|of\b){_NAME})+)(?=[ \t]*(?:{_TEXT}[ \t]*)?:)", declared, "a name cannot hold a space", ASK),
    (rf"{_NAME}(?:[ \t]+(?!for[ \t]+each\b){_NAME}){{1,3}}?(?=[ \t]+(?:at[ \t]+least|at[ \t]+most|between|within)(?!\w))", begun_line, "a name cannot hold a space", ASK),
    (rf"{_NAME}(?:[ \t]+{_NAME}){{1,3}}?(?=[ \t]+(?:(?:optional|key|accountable)[ \t]+)?(?:{_TYPE}|one[ \t]+of)[ \t]*(?:{_LIST})?[ \t]*(?:#[^\n]*)?(?:\n|\Z))", begun_line, "a name cannot hold a space", ASK),
)  # fmt: skip

_MEASURES: tuple[Row, ...] = (
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
    (rf"(first|last|earliest|latest|second|third)\s+({_NAME})(?!\w)", None, "which row it is, an event says", ASK, r"give it a name on a line of its own, `event \1_\2: \1 \2 where …`, and write `\1_\2` here", "NAME"),
    (rf"time\s+between\s+({_NAME}(?:\.{_NAME})?)\s+and(?!\w)", r"time from \1 to", "the time from one moment to another is `time from … to …`", YES),
    (r"(?i:group(?:ed)?\s+by|broken\s+down\s+by|split\s+by|by|per|each)(?!\w)", "for each", "a figure is split with `for each`", ASK, "", "for each"),
)  # fmt: skip

_PROMISES: tuple[Row, ...] = (
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
    (rf"(\d[\d_.]*%)\s+of\s+(?:the\s+)?({_NAME})\s+(within\s+{_SPAN})", r"\2 \3 for \1", "a KPI stands before its deadline, and the share that has to keep it behind", ASK),
    (rf"(?i:deliver|generate|provide|send|produce|create|pass|hand\s+over)s?\s+(?:at\s+least\s+)?(\d[\d_]*)\s+({_NAME})", None, "a promise is a KPI with its target", ASK, r"declare what is counted, such as `kpi volume = count of \2`, and promise `volume at least \1`"),
    (r"owes\s+to(?!\w)", "owes", "one party `owes` another", YES),
    (r"else(?!\w)", "otherwise", "the last choice is `otherwise`", YES, "", "otherwise"),
    (r"and(?=\s+(?:notify|tag|do|escalate|reassign)(?!\w))", ",", "what is done is separated by `,`", YES, "", ","),
    (r"(?:(?<=late)|(?<=missed)),", "", "what is done follows at once", YES, "remove the `,`"),
    (r"then(?!\w)", "", "what is done follows at once", YES, "remove `then`"),
    (rf"(escalate|reassign)(?:\s+(?:it|them))?\s+(?={_TEXT})", r"\1 to ", "an action says to whom", YES),
    (r"notify\s+to(?!\w)", "notify", "who is told follows `notify` at once", YES),
    (r"(?i:e-?mail|mail|slack|page|message|tell|inform|alert|ping|warn|send\s+to)(?!\w)", "notify", "who is told something follows `notify`", ASK, "", "notify"),
    (r"(?i:assign\s+to|give\s+to|hand\s+to|route\s+to|assign)(?!\w)", "reassign to", "who takes over follows `reassign to`", ASK, "", "notify"),
)  # fmt: skip

_SOURCES: tuple[Row, ...] = (
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
