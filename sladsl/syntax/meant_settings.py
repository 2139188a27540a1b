"""What a line or a declaration was meant to say, of those that promise nothing: the setting, the data, what is measured."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

from sladsl.syntax.meant_promises import Meaning, Sentence
from sladsl.syntax.meant_words import (
    DAY,
    NAME,
    OPENED,
    TEXT,
    days,
    first_days,
    hours,
    of_which_year,
    plain,
    straight,
    weekday_names,
    with_one_name,
)
from sladsl.syntax.rewriting import MONTH

_CADENCES = {"day": "daily", "week": "weekly", "month": "monthly", "quarter": "quarterly", "year": "yearly"}
_OPEN_DAYS = r"(?:every day|(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day(?: to |, )?)+)"
_YEARLY = r"(?<!\w)(?:every|each) (?:single )?(?:year|(?=(?:[a-z]+ )?\d))|(?<!\w)(?:yearly|annually|recurring|each|every)(?!\w)"
_CLAUSE_ENDS = r"[.;,]+$"


# --- the setting ----------------------------------------------------------------------------------


def agreement(written: str) -> Iterator[Meaning]:
    line = re.sub(r"^[-*\u2022]\s+", "", straight(written)).rstrip(";,")
    dated = days(line)
    found = re.findall(DAY, dated)
    if re.match(
        r"(?:effective|term|valid|period|runs?|duration|start|from|fy|contract)(?!\w)", line, re.IGNORECASE
    ):
        whole = re.search(r"(?<!\d)(?:fy|for|year|in|calendar)? ?'?(20\d\d)(?![\d-])", dated, re.IGNORECASE)
        says = "a term has its first and its last day, or begins with `effective from`"
        if len(found) == 2:
            yield Meaning(says, f"effective {found[0]} to {found[1]}")
        elif len(found) == 1:
            lasts = re.search(r"(\d+|one|an?) (month|year)s?", plain(line))
            ends = (
                _ends(found[0], int(lasts[1]) if lasts and lasts[1].isdigit() else 1, lasts[2])
                if lasts
                else ""
            )
            yield Meaning(says, f"effective {found[0]} to {ends}" if ends else f"effective from {found[0]}")
        elif whole:
            yield Meaning(says, f"effective {whole[1]}-01-01 to {whole[1]}-12-31")
    if re.match(r"review(?!ed)|meeting|cadence|governance|qbr", line, re.IGNORECASE):
        yield _review(line)
    if found and re.match(r"(?:reviewed|last review|reviews? held|review on)(?!\w)", line, re.IGNORECASE):
        yield Meaning(
            "the reviews that were held are dates behind `reviewed`",
            f"reviewed {', '.join(found)}",
            of_which_year(line),
        )
    goal = re.match(r"(?:goal|purpose|objective|aim)s?\s*(?:[:=]|is|of|to)?\s*([^\"]+)$", line, re.IGNORECASE)
    if goal:
        yield Meaning("what an agreement is for is a text", f'goal "{goal[1]}"')
    yield from _parties_and_zone(line)
    spans, named = re.findall(OPENED, hours(line)), weekday_names(line.lower())
    if spans or re.search(_OPEN_DAYS, named):
        opened = f"open {_days_of(named) or 'monday to friday'} {', '.join(spans) or '09:00 to 17:00'}"
        yield Meaning(
            "hours stand in a calendar, which the agreement names",
            "hours office",
            f"and declare it, in column 0: `calendar office: {opened}`",
        )


_PARTY = rf"(?:{NAME}(?:\s*(?:\([^()]*\)|{TEXT}))?|{TEXT}|{NAME}(?: {NAME})+)"
_ZONES = {
    **dict.fromkeys(("est", "edt", "et", "eastern", "new york", "ny", "boston", "us eastern"), "America/New_York"),
    **dict.fromkeys(("cst", "cdt", "ct", "central", "chicago", "us central"), "America/Chicago"),
    **dict.fromkeys(("mst", "mdt", "mt", "denver"), "America/Denver"),
    **dict.fromkeys(("pst", "pdt", "pt", "pacific", "los angeles", "san francisco", "us pacific"), "America/Los_Angeles"),
    **dict.fromkeys(("gmt", "bst", "london", "uk"), "Europe/London"), **dict.fromkeys(("cet", "cest", "mez", "berlin", "germany", "munich"), "Europe/Berlin"),
    "paris": "Europe/Paris", "madrid": "Europe/Madrid", "dublin": "Europe/Dublin", "zurich": "Europe/Zurich", "vienna": "Europe/Vienna",
    "amsterdam": "Europe/Amsterdam", "tokyo": "Asia/Tokyo", "singapore": "Asia/Singapore", "sydney": "Australia/Sydney", "toronto": "America/Toronto",
    "utc": "UTC",
}  # fmt: skip
"""What zones are called in the offices of those who write agreements; of the names with three letters the ones with one meaning there."""


def _party(written: str) -> str:
    """A party with its label: `marketing (Demand gen)`, `"Demand gen"`."""
    match = re.match(rf"({NAME})\s*(?:\(([^()]*)\)|\"([^\"]*)\")$", written)
    if match:
        return f'{match[1]} "{match[2] or match[3]}"'
    bare = written.strip('"')
    return (
        bare
        if re.fullmatch(NAME, written)
        else f'{"_".join(re.findall(r"[a-z0-9]+", bare.lower()))} "{bare}"'
    )


def _parties_and_zone(line: str) -> Iterator[Meaning]:
    pair = re.match(
        rf"(?:between|parties|partners|teams)\s*[:=]?\s*({_PARTY})\s*(?:,|and|&|\+|/)+\s*({_PARTY})$", line
    )
    if pair:
        yield Meaning(
            "each party has a name of one word, and a label in quotes",
            f"between {_party(pair[1])} and {_party(pair[2])}",
        )
    zone = re.match(r"(?:time ?zone|zone|tz)\s*[:=]?\s*\"?([A-Za-z][A-Za-z ]*)\"?$", line, re.IGNORECASE)
    if zone and zone[1].lower() in _ZONES and f'"{_ZONES[zone[1].lower()]}"' not in line:
        yield Meaning(
            "a zone is named by continent and city, in quotes",
            f'zone "{_ZONES[zone[1].lower()]}"',
            known=True,
        )
    party = re.match(rf"({NAME})\s*[:=]?\s*({TEXT})$", line)
    if party and party[1] not in ("zone", "goal", "hours", "review", "effective"):
        note = (
            "with the other party's name in the place of `sales`"
            if party[1] != "sales"
            else "with the other party's name in the place of `marketing`"
        )
        both = (
            f"{party[1]} {party[2]} and sales" if party[1] != "sales" else f"marketing and sales {party[2]}"
        )
        yield Meaning("the two parties stand on one line", f"between {both}", note)


def _ends(first: str, number: int, unit: str) -> str:
    """The last day of so many months or years, "" where the first is not the first of a month and it would be a guess."""
    day = date.fromisoformat(first)
    months = number * (12 if unit == "year" else 1)
    if day.day != 1 and months % 12:
        return ""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return str(date(year, month + 1, day.day) - timedelta(days=1))


def _review(line: str) -> Meaning:
    spelt = plain(line)
    period = re.search(
        r"(?<!\w)(?:per |every |each |of the |once an? )?(day|week|month|quarter|year)s?(?!\w)",
        spelt,
        re.IGNORECASE,
    )
    held = re.search(
        rf"(?:by|with|owner:?|led by)\s+(?:the )?({TEXT}|[A-Za-z][\w ]*?)(?=$| over| for| on| split|,)", line
    )
    over = re.search(
        rf"(?:over|for each|broken down by|split by)\s+({NAME}(?:(?:, ?(?:and )?| and ){NAME})*)", line
    )
    who = f" by {held[1]}" if held and held[1].startswith('"') else f' by "{held[1]}"' if held else ""
    note = (
        ""
        if period and not re.search(r"\d|first|last|(?:mon|tues|wednes|thurs|fri)day", line)
        else "on which days it was held is said afterwards, by `reviewed 2026-02-05`"
    )
    fields = f" over {', '.join(re.split(r', ?(?:and )?| and ', over[1]))}" if over else ""
    write = f"review {_CADENCES[period[1].lower()] if period else 'monthly'}{who}{fields}"
    return Meaning("how often a review is held is one word behind `review`", write, note)


def _days_of(named: str) -> str:
    found = re.search(_OPEN_DAYS, named)
    return found[0].strip(" ,").removesuffix(" to") if found else ""


def calendar(written: str) -> Iterator[Meaning]:
    line = re.sub(r"^[-*\u2022]\s+", "", straight(written))
    text = re.search(TEXT, line)
    bare = re.sub(TEXT, " ", line)
    year = re.search(r"20\d\d", bare)
    dated = hours(days(bare, year[0] if year else "2026"))
    spans, found = re.findall(OPENED, dated), re.findall(DAY, dated)
    shut = re.search(
        r"(?<!\w)(?:close[ds]?|closing|closure|shut(?:down)?|off|holidays?|vacation|no work|not open|geschlossen|ferm\w+)(?!\w)",
        bare,
        re.IGNORECASE,
    )
    which = _dates_of(dated, found)
    if not found:
        yield from _public_holidays(line, bare)
    if shut and found:
        half = re.search(
            r"(?:from|after|ab) (\d\d?)(?::(\d\d))?(?: ?(?:h|uhr|noon))?(?![\d-])",
            re.sub(DAY, "", dated),
            re.IGNORECASE,
        )
        part = re.search(
            r"(?<!\w)(afternoon|morning|half(?:[ -]day)?|evening|noon)(?!\w)", bare, re.IGNORECASE
        )
        at = (
            f" {', '.join(spans)}"
            if spans
            else f" {int(half[1]):02}:{half[2] or '00'} to 24:00"
            if half
            else ""
        )
        if part and not at:
            at = " 00:00 to 12:00" if part[1].lower() == "morning" else " 12:00 to 24:00"
            yield Meaning(
                "a part of a day is closed by its hours",
                f"closed {which}{at}",
                "with the hours that are meant",
            )
            return
        words = _rest_of(dated, shut[0])
        reason = f" because {text[0]}" if text else f' because "{words}"' if words else ""
        note = (
            "and another date for each year: a closure is of one"
            if re.search(_YEARLY, bare, re.IGNORECASE) or not year
            else ""
        )
        says = "a closure is written with its dates, the hours of them, and the reason behind `because`"
        yield Meaning(says, f"closed {which}{at}{reason}", note)
        yield Meaning(says, f"closed {which}{at}", note)
        return
    yield from _opened(weekday_names(re.sub(rf"{DAY}", " ", dated)), spans, found, bare)


def _dates_of(dated: str, found: list[str]) -> str:
    """The dates of a closure; one that ends before it begins ends in the next year."""
    stretch = re.search(
        rf"({DAY})\s*(?:-|to|until|till|through|thru|bis|au|and including)\s*({DAY})", dated
    ) or re.search(rf"between ({DAY}) and ({DAY})", dated)
    last = (
        ""
        if stretch is None
        else stretch[2]
        if stretch[1] <= stretch[2]
        else f"{int(stretch[2][:4]) + 1}{stretch[2][4:]}"
    )
    return f"{stretch[1]} to {last}" if stretch else ", ".join(found)


_COUNTRIES = {"us": "US", "usa": "US", "american": "US", "u.s.": "US", "federal": "US", "uk": "GB", "british": "GB", "english": "GB-ENG", "german": "DE", "germany": "DE", "french": "FR", "france": "FR", "canadian": "CA", "canada": "CA", "spanish": "ES", "italian": "IT", "dutch": "NL", "swiss": "CH", "austrian": "AT", "irish": "IE", "indian": "IN"}  # fmt: skip


def _public_holidays(line: str, bare: str) -> Iterator[Meaning]:
    """Of one country or of several, by their codes or their names, in the order in which they are written."""
    named = (
        rf"(?<![\w-])(?:(?P<code>[A-Z]{{2}}(?:-[A-Z]{{2,3}})?)|(?i:(?P<name>{'|'.join(_COUNTRIES)})))(?!\w)"
    )
    codes = dict.fromkeys(x["code"] or _COUNTRIES[x["name"].lower()] for x in re.finditer(named, line))
    if codes and re.search("holiday|feiertag|feri", bare, re.IGNORECASE):
        lines = "\n".join(f'closed holidays "{x}"' for x in codes)
        yield Meaning("the public holidays of a country are `closed holidays` with its code", lines)


def _rest_of(dated: str, shut: str) -> str:
    """The words of a closure that are neither its dates nor its hours."""
    left = re.sub(
        rf"{DAY}|{OPENED}|(?:from|after|ab) \d\d?(?::\d\d)?|{re.escape(shut)}|{_YEARLY}",
        " ",
        dated,
        flags=re.IGNORECASE,
    )
    words = [x for x in re.findall(r"[^\W\d][\w'-]*", left) if x.lower() not in _NO_REASON]
    return " ".join(words)


_NO_REASON = frozenset(
    [
        "on",
        "from",
        "to",
        "until",
        "till",
        "through",
        "thru",
        "and",
        "the",
        "for",
        "in",
        "at",
        "of",
        "h",
        "uhr",
        "year",
        "years",
        "day",
        "days",
        "whole",
        "all",
        "bis",
        "au",
        "-",
        "between",
        "during",
        "noon",
        "closed",
    ]
)


def _opened(named: str, spans: list[str], found: list[str], bare: str) -> Iterator[Meaning]:
    which = _days_of(named)
    says = "when a calendar is open is said by `open`, the days and their hours"
    if not spans:
        unsure = re.search(r"(?<![\w:])\d\d?\s*(?:-|to|until|till)\s*\d\d?(?![\w:])", bare)
        if which and unsure:
            yield Meaning(says, f"open {which} 09:00 to 17:00", "with the hours that are meant", known=True)
        return
    groups = re.findall(rf"({_OPEN_DAYS})[^a-z\d]*((?:{OPENED}(?:, | and )?)+)", hours(named))
    if len(groups) > 1:
        lines = (f"open {days.strip(' ,')} {', '.join(re.findall(OPENED, times))}" for days, times in groups)
        yield Meaning(f"{says}, on a line for each of them", "\n".join(lines))
        return
    lunch = re.search(
        r"(?:except|excluding|minus|without|break|lunch|pause)\D*$", named[: named.rfind(spans[-1])]
    )
    if len(spans) == 2 and lunch:
        (opens, closes), (away, back) = (each.split(" to ") for each in spans)
        spans = [f"{opens} to {away}", f"{back} to {closes}"]
    month = re.search(rf"(?<!\w)(?:in|during|only in) ({MONTH})(?!\w)", bare)
    if which and month:
        number = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"].index(
            month[1][:3].lower()
        ) + 1
        last = 28 if number == 2 else 30 if number in (4, 6, 9, 11) else 31
        yield Meaning(
            says,
            f"open {which} {', '.join(spans)} from 2026-{number:02}-01 until 2026-{number:02}-{last}",
            "with the year that is meant",
        )
    elif which:
        since = re.search(r"(?:from|starting|since|ab) *$", bare[: bare.find(found[0])] if found else "")
        held = (
            f" from {found[0]}"
            if len(found) == 1 and since
            else f" from {found[0]} until {found[1]}"
            if len(found) == 2
            else ""
        )
        differs = not lunch and re.search(_NOT_ALL, bare, re.IGNORECASE)
        note = "and the days that differ on a line of their own" if differs else ""
        yield Meaning(says, f"open {which} {', '.join(spans)}{held}", note)
    elif len(found) == 1:
        yield Meaning(says, f"open {found[0]} {', '.join(spans)}")
    elif re.match(r"(?:open|hours|times?|daily|every ?day|always)", bare, re.IGNORECASE):
        every = re.search(r"daily|every ?day|all days|always|24/7", bare, re.IGNORECASE)
        yield Meaning(
            says,
            f"open {'every day' if every else 'monday to friday'} {', '.join(spans)}",
            "" if every else "with the days that are meant",
        )


_NOT_ALL = r"(?<!\w)(?:except|excluding|but|apart from|other than|without|not)(?!\w)"


# --- records and constants ------------------------------------------------------------------------

_TYPES = (
    ("time", r"date[\s/_-]?time(?:tz)?|timestamp(?:tz)?|time|moment|instant|date and time|date & time"),
    ("date", r"date|day|calendar date"),
    ("boolean", r"bool(?:ean)?|yes/no|true/false|checkbox|flag"),
    ("number", r"numbers?|numeric|int(?:eger)?|float|double|decimal|real|amount|percent(?:age)?|score|count|formula"),
    ("duration", r"duration|interval|timedelta"),
    ("text", r"text|string|str|varchar|char|email|e-mail|phone|url|uuid|id|free ?text|words?"),
)  # fmt: skip
_MONEY = {"$": "USD", "usd": "USD", "dollars": "USD", "dollar": "USD", "\u20ac": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "\u00a3": "GBP", "gbp": "GBP", "currency": "USD", "money": "USD", "chf": "CHF"}  # fmt: skip
_MAY_BE_MISSING = r"may be (?:empty|blank|missing|null)|can be (?:empty|blank|missing|null)|if (?:any|known|there is one|available)|not (?:required|mandatory)|optional(?:ly)?|nullable|null|empty|\?|or (?:null|nothing|missing|empty|blank)|not always there"
_IS_KEY = r"primary key|pk|unique (?:id|key|identifier)|key|identifier|unique"
_IS_ACCOUNTABLE = r"accountable|responsible|owner"


_OF_TYPE = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "type",
        "field",
        "column",
        "address",
        "number",
        "value",
        "string",
        "as",
        "utc",
        "gmt",
        "local",
        "with",
        "in",
        "is",
        "fk",
        "pk",
    ]
)


def field(written: str) -> Iterator[Meaning]:
    """A field of a record: its name, and what its type is called elsewhere."""
    written, keyed = with_one_name(written)
    match = re.match(
        rf"(?:[-*\u2022]\s+)?({NAME})(?:\s*({TEXT})(?! *[,|/]| or))?\s*[:=]?\s*(.+)$", straight(written)
    )
    if match is None:
        return
    name, label, line = match[1], match[2], Sentence(match[3].strip(" ,;"))
    optional = line.take(rf"\(?(?<!\w)(?:{_MAY_BE_MISSING})(?!\w)\)?") or line.take(r"\?")
    accountable = line.take(r"(?<!\w)(?:accountable)(?!\w)")
    planned = line.take(r"(?<!\w)(?:planned|scheduled|future|due)(?!\w)")
    values = line.take(
        r"(?:(?:one of|enum|choices?|picklist|select|any of|either|values?|options?|list)(?:\s+(?:of|values?|options?))*\s*:?\s*)[(\[{]?([^()\[\]{}]+)[)\]}]?"
    ) or line.take(r"^[(\[{]([^()\[\]{}]+[,/|][^()\[\]{}]+)[)\]}]$")
    values = values or line.take(
        rf"(?:(?<!\w)(?:text )?in\s*)?[(\[{{]?({TEXT}(?:\s*(?:,|/|\||or)\s*{TEXT})+)[)\]}}]?"
    )
    refers = line.take(
        rf"(?:key of|references?|refers to|lookup(?: to)?|foreign key(?: to)?|fk(?: to)?|links? to|ref)\s*\(?\s*({NAME})(?:\(\w+\)|\.\w+)?\)?"
    )
    key = line.take(rf"(?<!\w)(?:{_IS_KEY})(?!\w)")
    unit = line.take(rf"(?<!\w)(?:in )?\"?({'|'.join(re.escape(x) for x in _MONEY)})\"?(?!\w)")
    beside = line.take(r"\(([A-Za-z][\w ]*)\)$")
    label = label or (f'"{beside[1]}"' if beside else None)
    called = next(
        (kind for kind, spelt in _TYPES if line.take(rf"(?<!\w)(?:{spelt})(?!\w)(?:\s*\(\d+(?:, ?\d+)?\))?")),
        None,
    )
    if values:
        several = [x.strip(" \"'") for x in re.split(r"\s*(?:,|\||/|;|\bor\b|\band\b)\s*", values[1])]
        kind = "one of " + ", ".join(f'"{x}"' for x in several if x)
    elif refers:
        kind = f"key of {refers[1]}"
    elif unit:
        kind = f'number in "{_MONEY[unit[1].lower()]}"'
    elif called:
        kind = f"planned {called}" if planned and called in ("time", "date") else called
    elif re.fullmatch(NAME, line.left):
        words = "".join(
            f"{word} " for word, so in (("optional", optional), ("accountable", accountable)) if so
        )
        yield Meaning(
            "a field that names a row of another record is a `key of` it",
            f"{name} {words}key of {line.left}",
            f"where `{line.left}` is a record",
        )
        return
    else:
        return
    if [x for x in re.findall(r"[^\s,;:()]+", line.left) if x.lower() not in _OF_TYPE]:
        return
    flags = [
        word for word, is_so in (("key", key), ("optional", optional), ("accountable", accountable)) if is_so
    ]
    says = "a field is its name, then `key`, `optional` or `accountable`, and its type"
    yield Meaning(says, " ".join([name, *([label] if label else []), *flags, kind]), known=keyed)


def constant(written: str) -> Iterator[Meaning]:
    """`let quota = 100 until 2026-06-30, 120 from 2026-07-01`."""
    match = re.match(
        rf"let ({NAME})(?: ({TEXT}))?\s*(?::=|[:=]|is|to|of)?\s*(.+)$",
        plain(days(first_days(straight(written)))),
    )
    if match is None:
        return
    label = f" {match[2]}" if match[2] else ""
    steps = [
        re.sub(rf" ?(?:until|till|to) {DAY}| ?\([^)]*\)", "", each).strip() for each in match[3].split(",")
    ]
    values = [
        re.sub(rf"(?:from|as of|starting|since|after|then|and) (?:from )?({DAY}):? (.+)", r"\2 from \1", each)
        for each in steps
    ]
    values = [
        re.sub(rf"^(.+?) (?:starting|as of|since|after|on|effective) ({DAY})$", r"\1 from \2", each)
        for each in values
    ]
    says = "a value that changes says from when on each later one holds"
    for n, each in enumerate(values[1:], 1):
        if not re.search(rf" from {DAY}$", each):
            values[n] = f"{each} from 2026-07-01"
            yield Meaning(
                says, f"let {match[1]}{label} = {', '.join(values)}", "with the date from which it holds"
            )
            return
    note = of_which_year(written) if values[1:] else ""
    yield Meaning(says, f"let {match[1]}{label} = {', '.join(values)}", note)


# --- where rows go, what no row is, tests and data ------------------------------------------------


def place(written: str) -> Iterator[Meaning]:
    line = straight(written).rstrip(";,.")
    rest = re.match(
        rf"(?:(?:if |when )?(?:else|default|otherwise|everything else|every other|all others?|others?|the rest|rest|remaining|any|\*|_|fallback))(?: leads?| rows?| (?:go|goes))*\s*(?:->|=>|:|to|then|=)?\s*(?:to )?({TEXT}|[A-Za-z_][\w -]*)$",
        line,
        re.IGNORECASE,
    )
    says = "a route says where rows go, and behind it which rows"
    if rest:
        yield Meaning(
            "`otherwise` stands behind the place to which the rest goes", f"to {_quoted(rest[1])} otherwise"
        )
    goes = re.match(
        rf"(?:(?:send|route|assign|give|go|goes)(?: (?:it|them|leads?|rows))* )?(?:to )({TEXT}|[A-Za-z_][\w -]*?) (?:when|if|where|for|whenever)(?: leads?| rows?)? (.+)$",
        line,
        re.IGNORECASE,
    )
    if goes:
        yield Meaning(says, f"to {_quoted(goes[1])} when {re.sub('^(?:with|where|when|if) ', '', goes[2])}")
    turned = re.match(
        rf"(?:if |when |case |where |for )?(.+?)\s*(?:->|=>|:| then(?: to)?| goes? to| to)\s*(?:to )?({TEXT}|[A-Za-z_][\w -]*)$",
        line,
    )
    if turned:
        yield Meaning(says, f"to {_quoted(turned[2])} when {turned[1]}")
    text = re.match(rf"({TEXT})\s*(?:if|when|:|<-|for)\s*(.+)$", line)
    if text:
        yield Meaning(says, f"to {text[1]} when {text[2]}")


def _quoted(words: str) -> str:
    return words if words.startswith('"') else f'"{words.strip()}"'


def forbidden(written: str) -> Iterator[Meaning]:
    match = re.match(
        rf"never\s*:?\s*(?:({TEXT})\s*:?\s*)?(?:an? |the |any |allow |should |must )?({NAME}) (?:when|where|with|if|whose|that (?:is|has|have)|having|and|is|has) (.+)$",
        straight(written),
    )
    if match:
        note = "" if match[1] else "with a text that says what was broken"
        yield Meaning(
            "what no row may be has a text that says it, the rows and their condition",
            f"never {match[1] or f'{chr(34)}no such {match[2]}{chr(34)}'}: {match[2]} when {match[3]}",
            note,
        )


def tested(written: str) -> Iterator[Meaning]:
    line = days(straight(written)).rstrip(".;,")
    given = re.match(
        rf"(?:given|and|with|when)\s+(?:an? |the |one )?({NAME})\s*(?:with|:|where|having|of|that has|\()?\s*(.*?)\)?$",
        line,
    )
    if given and given[2]:
        values = [
            re.sub(rf"^({NAME})\s*(?:[:=]|is|of|at)\s*", r"\1 ", x)
            for x in re.split(r",\s*|\s+and\s+", given[2])
        ]
        values = [re.sub(rf'^({NAME}) "({DAY}(?: \d\d:\d\d)?)"$', r"\1 \2", x) for x in values]
        yield Meaning(
            "the values of a row that is given stand behind a `:`", f"given {given[1]}: {', '.join(values)}"
        )
    at = re.search(rf"{DAY}(?:[ T]\d\d:\d\d)?", line)
    row = re.match(rf"(?:given|and|with|when)\s+(?:an? |the |one )?({NAME})(?!\s*:)", line)
    if row and at:
        yield Meaning(
            "the values of a row that is given stand behind a `:`, each behind its field",
            f"given {row[1]}: at {at[0].replace('T', ' ')}",
            f"with the record whose row it is in the place of `{row[1]}`, and its other fields behind a comma",
        )
    if at and re.match(r"(?:as of|as at|at|on|today|now|date|when)", line, re.IGNORECASE):
        yield Meaning(
            "the instant from which a test looks follows `as of`",
            f"as of {at[0].replace('T', ' ')}",
            of_which_year(written),
        )
    expect = re.match(
        rf"(?:expect|then|assert|should|check)(?: that)?(?: the)? ({NAME})(?: (?:is|to be|should be|was|=|to|be))* (met|missed|open|excluded|paused|late|in time|on time|breached|ok|passed|failed)(?:,? ?(?:and )?(?:due|by|at|on)(?: at| on)? ({DAY}(?: \d\d:\d\d)?))?$",
        line,
        re.IGNORECASE,
    )
    if expect:
        outcome = {
            "late": "missed",
            "breached": "missed",
            "failed": "missed",
            "in time": "met",
            "on time": "met",
            "ok": "met",
            "passed": "met",
        }.get(expect[2].lower(), expect[2].lower())
        yield Meaning(
            "the outcome of a row is `met`, `missed`, `open`, `excluded` or `paused`",
            f"expect {expect[1]} {outcome}{f', due {expect[3]}' if expect[3] else ''}",
        )
    routed = re.match(
        rf"(?:expect|then)(?: the)? ({NAME})(?: (?:is|to be|are|goes|go|was))*(?: routed| sent| assigned)?(?: to)? ({TEXT})$",
        line,
    )
    if routed and routed[1] != "routed":
        yield Meaning("where a row goes is asked by `routed to`", f"expect {routed[1]} routed to {routed[2]}")


def column(written: str) -> Iterator[Meaning]:
    line = straight(written).rstrip(";,")
    kept = re.match(
        rf"(?:only|skip|ignore|exclude|drop|filter(?: out)?|keep|include)(?: (?:only|rows?|when|if|where|the|with|those))* ({TEXT}|{NAME})\s*(?:==?|is|in|equals|!=|<>|is not|:)\s*[({{\[]?\s*((?:{TEXT}|true|false|\w+)(?:\s*(?:,|or)\s*(?:{TEXT}|\w+))*)\s*[)}}\]]?$",
        line,
        re.IGNORECASE,
    )
    if kept:
        turned = re.search(r"!=|<>|is not", line) is not None
        only = (re.match(r"only|keep|include", line, re.IGNORECASE) is not None) != turned
        values = ", ".join(_quoted(x) for x in re.split(r"\s*(?:,|\bor\b)\s*", kept[2]))
        yield Meaning(
            "which rows count is said by `skip when` and `only when`, with the values in braces",
            f"{'only' if only else 'skip'} when {_quoted(kept[1])} in {{{values}}}",
        )
    absent = re.search(r"(?:missing|null|empty|blank|no value|n/?a)\b", re.sub(TEXT, "", line), re.IGNORECASE)
    texts = re.findall(TEXT, line)
    if absent and texts and not re.search(rf"^{NAME} *=", line):
        yield Meaning("what stands for a missing value follows `missing`", f"missing {', '.join(texts)}")
    zone = re.match(
        r"(?:time ?zone|zone|tz|times?)(?: (?:is|are|in))?\s*[:=]?\s*(?:in )?\"?([A-Za-z][A-Za-z/_ ]*)\"?$",
        line,
        re.IGNORECASE,
    )
    if zone:
        yield Meaning(
            "the zone of a source's times follows `times in`",
            f'times in "{_ZONES.get(zone[1].lower(), zone[1])}"',
        )
        return
    means = re.match(
        rf"({NAME} *= *{TEXT})\s*(?:,|\(|\{{|map(?:s|ped|ping)?|translate[ds]?|values?|with|where|:|using|as)+\s*({TEXT}\s*(?:->|=>|=|:|to|as|is|means)\s*{TEXT}.*?)[)}}]?$",
        line,
    )
    if means:
        pairs = re.findall(rf"({TEXT})\s*(?:->|=>|=|:|to|as|is|means)\s*({TEXT})", means[2])
        yield Meaning(
            "what a value of the data stands for follows `means`",
            f"{means[1]} where {', '.join(f'{raw} means {ours}' for raw, ours in pairs)}",
        )
    match = re.match(
        rf"(?!(?:time ?zone|tz|zone|encoding|format|file|header|delimiter|filter)\b)({NAME})\s*(?:=|:|<-|from|is|comes from|maps to|<=)\s*(?:the )?(?:column |field |col )?({TEXT}|(?!col(?:umn)?(?!\w)|field(?!\w)|no\.)[A-Za-z_][\w ]*?)\s*(?:\((?:col(?:umn)?)? ?\w+\))?(?:,? ?(?:as|in|format(?:ted)?|with(?: the)? format|date format|using)(?: as| like| in)?:? ({TEXT}))?(?:\s*(?:[(\[]?(?:utc|gmt|local)[)\]]?))?$",
        line,
        re.IGNORECASE,
    )
    if match:
        form = f" as {match[3]}" if match[3] else ""
        yield Meaning(
            "a field is filled from a column, whose name stands in quotes, and dates say how they are written behind `as`",
            f"{match[1]} = {_quoted(match[2])}{form}",
        )
    constant = re.match(
        rf"({NAME})\s*(?:=|is|:)?\s*(?:always|constant|fixed|default)\s*(?:=|:)?\s*(.+)$", line
    )
    if constant:
        yield Meaning("the same value in every row follows `always`", f"{constant[1]} always {constant[2]}")


def source(written: str) -> Iterator[Meaning]:
    """The first line of a source."""
    line = straight(written).rstrip(":").strip()
    file = re.search(TEXT, re.sub(rf"^source\s+{NAME}\s+{TEXT}(?=\s+(?:for|from))", "", line))
    bare = re.sub(TEXT, " ", line)
    named = re.match(rf"source\s+({NAME})", bare)
    about = re.search(rf"(?:for|of|fills?|into|->|record)\s+({NAME})", bare)
    if named is None or named[1] in ("for", "from"):
        return
    rows = about[1] if about else "lead"
    notes = [] if about else ["with the record that it fills in the place of `lead`"]
    notes += [] if file else ["with the file that it reads"]
    yield Meaning(
        "a source has a name, a record and a file",
        f"source {named[1]} for {rows} from {file[0] if file else f'{chr(34)}{named[1]}.csv{chr(34)}'}:",
        " and ".join(notes),
    )


def belonging(written: str) -> Iterator[Meaning]:
    """The first line of a record, a score or a calendar that is of another one."""
    match = re.match(
        rf"(record|score|calendar|spell) ({NAME})(?: ({TEXT}))?\s*\(?(?:,|that |which )?\s*(?:of|child of|belong(?:s|ing)? to|under|in|per|for|on|about|is part of|part of|parent:?|->|extends)\s+(?:an? |the |each |every )?({NAME})\)?(?: ({TEXT}))?\s*:?$",
        straight(written),
    )
    if match:
        label = match[3] or match[5]
        yield Meaning(
            f"the record that a {match[1]} is of follows `of`",
            f"{match[1]} {match[2]}{f' {label}' if label else ''} of {match[4]}:",
        )


def imported(written: str) -> Iterator[Meaning]:
    line = straight(written).rstrip(";")
    file = re.search(TEXT, line) or re.search(r"[\w./-]+\.sla", line)
    if file:
        yield Meaning("a file is imported whole, by its name in quotes", f"import {_quoted(file[0])}")
