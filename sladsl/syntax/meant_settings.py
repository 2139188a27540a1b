"""What a line or a declaration was meant to say, of those that promise nothing: the setting, the data, what is measured."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from sladsl.syntax.meant_promises import Meaning, Sentence
from sladsl.syntax.meant_words import (
    DAY,
    NAME,
    OPENED,
    PATH,
    SPAN,
    TEXT,
    days,
    hours,
    plain,
    straight,
    weekday_names,
)
from sladsl.syntax.rewriting import MONTH, WEEKDAY, ordinal

_CADENCES = {"day": "daily", "week": "weekly", "month": "monthly", "quarter": "quarterly", "year": "yearly"}
_OPEN_DAYS = r"(?:every day|(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day(?: to |, )?)+)"
_YEARLY = r"(?<!\w)(?:every|each) (?:single )?(?:year|(?=(?:[a-z]+ )?\d))|(?<!\w)(?:yearly|annually|recurring|each|every)(?!\w)"
_CLAUSE_ENDS = r"[.;,]+$"


# --- the setting ----------------------------------------------------------------------------------


def agreement(written: str) -> Iterator[Meaning]:
    line = re.sub(r"^[-*\u2022]\s+", "", straight(written)).rstrip(";,")
    dated = days(line)
    found = re.findall(DAY, dated)
    if re.match(r"(?:effective|term|valid|period|runs?|duration|start|from|fy|contract)(?!\w)", line, re.IGNORECASE):
        whole = re.search(r"(?<!\d)(?:fy|for|year|in|calendar)? ?'?(20\d\d)(?![\d-])", dated, re.IGNORECASE)
        says = "a term has its first and its last day, or begins with `effective from`"
        if len(found) == 2:
            yield Meaning(says, f"effective {found[0]} to {found[1]}")
        elif len(found) == 1:
            yield Meaning(says, f"effective from {found[0]}")
        elif whole:
            yield Meaning(says, f"effective {whole[1]}-01-01 to {whole[1]}-12-31")
    if re.match(r"review(?!ed)|meeting|cadence|governance|qbr", line, re.IGNORECASE):
        yield _review(line)
    if found and re.match(r"(?:reviewed|last review|reviews? held|review on)(?!\w)", line, re.IGNORECASE):
        yield Meaning("the reviews that were held are dates behind `reviewed`", f"reviewed {', '.join(found)}", _of_which_year(line))
    goal = re.match(r"(?:goal|purpose|objective|aim)s?\s*(?:[:=]|is|of|to)?\s*([^\"]+)$", line, re.IGNORECASE)
    if goal:
        yield Meaning("what an agreement is for is a text", f'goal "{goal[1]}"')
    party = re.match(rf"({NAME})\s*[:=]?\s*({TEXT})$", line)
    if party and party[1] not in ("zone", "goal", "hours", "review", "effective"):
        note = "with the other party's name in the place of `sales`" if party[1] != "sales" else "with the other party's name in the place of `marketing`"
        pair = f"{party[1]} {party[2]} and sales" if party[1] != "sales" else f"marketing and sales {party[2]}"
        yield Meaning("the two parties stand on one line", f"between {pair}", note)
    spans, named = re.findall(OPENED, hours(line)), weekday_names(line.lower())
    if spans or re.search(_OPEN_DAYS, named):
        opened = f"open {_days_of(named) or 'monday to friday'} {', '.join(spans) or '09:00 to 17:00'}"
        yield Meaning("hours stand in a calendar, which the agreement names", "hours office", f"and declare it, in column 0: `calendar office: {opened}`")


def _of_which_year(written: str) -> str:
    return "" if re.search(r"20\d\d", written) else "with the year that is meant"


def _review(line: str) -> Meaning:
    spelt = plain(line)
    period = re.search(r"(?<!\w)(?:per |every |each |of the |once an? )?(day|week|month|quarter|year)s?(?!\w)", spelt, re.IGNORECASE)
    held = re.search(rf"(?:by|with|owner:?|led by)\s+(?:the )?({TEXT}|[A-Z]\w*(?: [A-Z]\w*)*)", line)
    over = re.search(rf"(?:over|for each|broken down by|split by)\s+({NAME}(?:, ?{NAME})*)", line)
    who = f" by {held[1]}" if held and held[1].startswith('"') else f' by "{held[1]}"' if held else ""
    note = "" if period and not re.search(r"\d|first|last|(?:mon|tues|wednes|thurs|fri)day", line) else "on which days it was held is said afterwards, by `reviewed 2026-02-05`"
    write = f"review {_CADENCES[period[1].lower()] if period else 'monthly'}{who}{f' over {over[1]}' if over else ''}"
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
    shut = re.search(r"(?<!\w)(?:close[ds]?|closing|closure|shut(?:down)?|off|holidays?|vacation|no work|not open|geschlossen|ferm\w+)(?!\w)", bare, re.IGNORECASE)
    stretch = re.search(rf"({DAY})\s*(?:-|to|until|till|through|thru|bis|au|and including)\s*({DAY})", dated)
    which = f"{stretch[1]} to {stretch[2]}" if stretch else ", ".join(found)
    if shut and found:
        half = re.search(r"(?:from|after|ab) (\d\d?)(?::(\d\d))?(?: ?(?:h|uhr|noon))?(?![\d-])", re.sub(DAY, "", dated), re.IGNORECASE)
        at = f" {', '.join(spans)}" if spans else f" {int(half[1]):02}:{half[2] or '00'} to 24:00" if half else ""
        words = _rest_of(dated, shut[0])
        reason = f" because {text[0]}" if text else f' because "{words}"' if words else ""
        note = "and another date for each year: a closure is of one" if re.search(_YEARLY, bare, re.IGNORECASE) or not year else ""
        says = "a closure is written with its dates, the hours of them, and the reason behind `because`"
        yield Meaning(says, f"closed {which}{at}{reason}", note)
        yield Meaning(says, f"closed {which}{at}", note)
        return
    yield from _opened(weekday_names(re.sub(rf"{DAY}", " ", dated)), spans, found, bare)


def _rest_of(dated: str, shut: str) -> str:
    """The words of a closure that are neither its dates nor its hours."""
    left = re.sub(rf"{DAY}|{OPENED}|(?:from|after|ab) \d\d?(?::\d\d)?|{re.escape(shut)}|{_YEARLY}", " ", dated, flags=re.IGNORECASE)
    words = [x for x in re.findall(r"[^\W\d][\w'-]*", left) if x.lower() not in _NO_REASON]
    return " ".join(words)


_NO_REASON = frozenset("on from to until till through thru and the for in at of h uhr year years day days whole all bis au - between during noon closed".split())


def _opened(named: str, spans: list[str], found: list[str], bare: str) -> Iterator[Meaning]:
    which = _days_of(named)
    says = "when a calendar is open is said by `open`, the days and their hours"
    if not spans:
        return
    lunch = re.search(r"(?:except|excluding|minus|without|break|lunch|pause)\D*$", named[: named.rfind(spans[-1])])
    if len(spans) == 2 and lunch:
        (opens, closes), (away, back) = (each.split(" to ") for each in spans)
        spans = [f"{opens} to {away}", f"{back} to {closes}"]
    month = re.search(rf"(?<!\w)(?:in|during|only in) ({MONTH})(?!\w)", bare)
    if which and month:
        number = "jan feb mar apr may jun jul aug sep oct nov dec".split().index(month[1][:3].lower()) + 1
        last = 28 if number == 2 else 30 if number in (4, 6, 9, 11) else 31
        yield Meaning(says, f"open {which} {', '.join(spans)} from 2026-{number:02}-01 until 2026-{number:02}-{last}", "with the year that is meant")
    elif which:
        since = re.search(r"(?:from|starting|since|ab) *$", bare[: bare.find(found[0])] if found else "")
        held = f" from {found[0]}" if len(found) == 1 and since else f" from {found[0]} until {found[1]}" if len(found) == 2 else ""
        yield Meaning(says, f"open {which} {', '.join(spans)}{held}")
    elif len(found) == 1:
        yield Meaning(says, f"open {found[0]} {', '.join(spans)}")
    elif re.match(r"(?:open|hours|times?|daily|every ?day|always)", bare, re.IGNORECASE):
        every = re.search(r"daily|every ?day|all days|always|24/7", bare, re.IGNORECASE)
        yield Meaning(says, f"open {'every day' if every else 'monday to friday'} {', '.join(spans)}", "" if every else "with the days that are meant")


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


_OF_TYPE = frozenset("a an the of type field column as utc gmt local with in is fk pk".split())


def field(written: str) -> Iterator[Meaning]:
    """A field of a record: its name, and what its type is called elsewhere."""
    match = re.match(rf"(?:[-*\u2022]\s+)?({NAME})(?:\s*({TEXT})(?! *[,|/]| or))?\s*[:=]?\s*(.+)$", straight(written))
    if match is None:
        return
    name, label, line = match[1], match[2], Sentence(match[3].strip(" ,;"))
    optional = line.take(rf"\(?(?<!\w)(?:{_MAY_BE_MISSING})(?!\w)\)?") or line.take(r"\?")
    accountable = line.take(rf"(?<!\w)(?:accountable)(?!\w)")
    planned = line.take(r"(?<!\w)(?:planned|scheduled|future|due)(?!\w)")
    values = line.take(r"(?:(?:one of|enum|choices?|picklist|select|any of|either|values?|options?|list)\s*:?\s*)[(\[{]?([^()\[\]{}]+)[)\]}]?") or line.take(rf"({TEXT}(?:\s*(?:,|/|\||or)\s*{TEXT})+)")
    refers = line.take(rf"(?:key of|references?|refers to|lookup(?: to)?|foreign key(?: to)?|fk(?: to)?|links? to|ref)\s*\(?\s*({NAME})(?:\(\w+\)|\.\w+)?\)?")
    key = line.take(rf"(?<!\w)(?:{_IS_KEY})(?!\w)")
    unit = line.take(rf"(?<!\w)(?:in )?\"?({'|'.join(re.escape(x) for x in _MONEY)})\"?(?!\w)")
    called = next((kind for kind, spelt in _TYPES if line.take(rf"(?<!\w)(?:{spelt})(?!\w)(?:\s*\(\d+(?:, ?\d+)?\))?")), None)
    if values:
        several = [x.strip(" \"'") for x in re.split(r"\s*(?:,|\||/|;|\bor\b|\band\b)\s*", values[1])]
        kind = "one of " + ", ".join(f'"{x}"' for x in several if x)
    elif refers:
        kind = f"key of {refers[1]}"
    elif unit:
        kind = f'number in "{_MONEY[unit[1].lower()]}"'
    elif called:
        kind = f"planned {called}" if planned and called in ("time", "date") else called
    else:
        return
    if [x for x in re.findall(r"[^\s,;:()]+", line.left) if x.lower() not in _OF_TYPE]:
        return
    flags = [word for word, is_so in (("key", key), ("optional", optional), ("accountable", accountable)) if is_so]
    says = "a field is its name, then `key`, `optional` or `accountable`, and its type"
    yield Meaning(says, " ".join([name, *([label] if label else []), *flags, kind]))


def constant(written: str) -> Iterator[Meaning]:
    """`let quota = 100 until 2026-06-30, 120 from 2026-07-01`."""
    match = re.match(rf"let ({NAME})(?: ({TEXT}))?\s*(?::=|[:=]|is|to|of)?\s*(.+)$", plain(days(straight(written))))
    if match is None:
        return
    label = f" {match[2]}" if match[2] else ""
    steps = [re.sub(rf" ?(?:until|till|to) {DAY}| ?\([^)]*\)", "", each).strip() for each in match[3].split(",")]
    values = [re.sub(rf"(?:from|as of|starting|since|after|then|and) (?:from )?({DAY}):? (.+)", r"\2 from \1", each) for each in steps]
    values = [re.sub(rf"^(.+?) (?:starting|as of|since|after|on|effective) ({DAY})$", r"\1 from \2", each) for each in values]
    says = "a value that changes says from when on each later one holds"
    for n, each in enumerate(values[1:], 1):
        if not re.search(rf" from {DAY}$", each):
            values[n] = f"{each} from 2026-07-01"
            yield Meaning(says, f"let {match[1]}{label} = {', '.join(values)}", "with the date from which it holds")
            return
    yield Meaning(says, f"let {match[1]}{label} = {', '.join(values)}")


# --- scores and populations -----------------------------------------------------------------------

_POINTS = r"(?:points?|pts?\.?|score)"


def points(written: str) -> Iterator[Meaning]:
    line = Sentence(re.sub(r"^[-*\u2022]\s+(?=[A-Za-z])", "", straight(written)).rstrip(";"))
    less = re.match(rf"(?:subtract|minus|deduct|remove|lose|take)|-\s*\d", line.left, re.IGNORECASE) or re.search(r"(?:->|=>|[:=]|then)\s*-\s*\d+", line.left)
    most = line.take(rf",? ?\(?(?:at most|max(?:imum)?\.?|up to|capped at|cap|limit)(?: of)? (\d+)(?: {_POINTS})?\)?")
    number = line.take(rf"^(?:(?:add|give|award|plus|subtract|minus|deduct|remove|lose|take)\s+)?[+-]?\s*(\d+)(?: {_POINTS})?(?= )") or line.take(rf"(?:->|=>|[:=]|then|gives?|get|worth|add|adds|is|subtract)+\s*(?:add |subtract )?[+-]?\s*(\d+)(?: {_POINTS})?(?:\s*$|(?= else))")
    if number is None:
        return
    verb = "subtract" if less else "add"
    otherwise = re.search(r",?\s*(?:else|otherwise)\s+(?:add\s+|give\s+)?\+?(\d+)(?: points?)?$", line.left)
    body = line.left[: otherwise.start()] if otherwise else line.left
    body = re.sub(r"^(?:if|when|for|where|whenever)\s+(?!each)|(?:\s*(?:->|=>|:|then))+$", "", body).strip(" :,")
    rows = re.match(rf"(?:for )?(?:per|each|every) ({NAME})\s*(.*)$", body)
    if rows:
        where = re.sub(r"^(?:if|when|with|that is|having)\s+", "where ", rows[2]) if rows[2] else ""
        limit = f" at most {most[1] if most else int(number[1]) * 6}"
        yield Meaning("points for rows say how many they are at most", f"{verb} {number[1]} for each {rows[1]}{f' {where}' if where else ''}{limit}", "" if most else "with the greatest number of points")
        return
    says = "points stand before their condition"
    if otherwise:
        yield Meaning("each condition has points of its own, on a line of its own", f"{verb} {number[1]} when {body}\nadd {otherwise[1]} when not ({body})")
    yield Meaning(says, f"{verb} {number[1]} when {body}")


def definition(written: str) -> Iterator[Meaning]:
    """What stands behind the `:` of a definition: its rows, their condition and the moment of entry."""
    body = Sentence(straight(written).rstrip(".;,"))
    since = body.take(rf",?\s*(?:(?:and )?(?:entered |dated |counted |starting )?(?:since|from|as of|at|on|when|date(?:d| is)?:?)) ({PATH})$")
    match = re.match(rf"(?:an? |the |every |each |any |all )?({NAME})\s*,?\s*(?:(?:records?|rows?) )?(?:(?:when|with|where|if|whose|that (?:has|have|is|are)|having|and|which (?:has|have|is|are)|who (?:has|have|is|are)|is when|:)\s+)*(.*)$", body.left)
    if match is None:
        return
    asked = [re.sub(r"^(?:when|where|and|if|with|or)\s+", "", x) for x in re.split(r",\s*(?![^{(]*[})])", match[2]) if x]
    then = f" since {since[1]}" if since else ""
    says = "a definition is its rows, their condition behind `when`, and the moment of entry behind `since`"
    for spelt in (asked, [_condition(x) for x in asked]):
        yield Meaning(says, f"{match[1]}{' when ' if spelt else ''}{' and '.join(spelt)}{then}")
    if asked and re.fullmatch(r"[a-z][\w -]*", match[2]) and not re.search(r"(?<!\w)(?i:is|between|in|not|and|or|like|known|missing)(?!\w)|\d", match[2]):
        note = "with the field that says so"
        yield Meaning(says, f"{match[1]} when {match[2].split()[0]}_at is known{then}", note)


def _condition(words: str) -> str:
    """`fit of at least 50`, `an email`, `email not empty`: as a condition, where it can be told."""
    spelt = re.sub(rf"^(?:an? |the )?({PATH}) (?:of |is |are )?(?:at least|minimum|min)(?: of)? ", r"\1 >= ", words)
    spelt = re.sub(rf"^(?:an? |the )?({PATH}) (?:of |is |are )?(?:at most|maximum|max)(?: of)? ", r"\1 <= ", spelt)
    parts = [re.sub(rf"^(?:an? |the |has |have |some )({NAME})$", r"\1 is known", x) for x in spelt.split(" and ")]
    return " and ".join(parts)


def chain(written: str) -> Iterator[Meaning]:
    """The steps of a lifecycle: however they are listed."""
    names = [x for x in re.findall(NAME, re.sub(rf"{TEXT}", " ", straight(written))) if x.lower() not in ("then", "to", "and", "next", "stage", "stages", "steps", "step")]
    if len(names) > 1:
        yield Meaning("the steps of a lifecycle are joined by `->`", " -> ".join(names))


def moment(written: str) -> Iterator[Meaning]:
    """An event: which row it is, and what holds of it."""
    line = straight(written).rstrip(".;")
    line = re.sub(r"\b(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)\b(?= )", ordinal, line)
    ordered = re.match(rf"(?:the )?({NAME}) (?:where|when|with|if) (.+?) order(?:ed)? by ({NAME})( desc\w*)?(?: limit 1)?$", line, re.IGNORECASE)
    says = "an event is the first, the last or the n-th row of a record, and what holds of it"
    if ordered:
        yield Meaning(says, f"{'last' if ordered[4] else 'first'} {ordered[1]} where {ordered[2]}")
    match = re.match(rf"(?:the )?(first|last|next|earliest|latest|\d+(?:st|nd|rd|th))?(?: (?:time|row|one))?(?: of)? ?(?:an? |the |any |some )?({NAME})(?: records?| rows?)?(?: (?:where|when|with|if|whose|that (?:is|has|are)|which (?:is|has|are)|having|is) (.+))?$", line)
    if match and match[3]:
        which = {"earliest": "first", "latest": "last", None: "first"}.get(match[1], match[1])
        yield Meaning(says, f"{which} {match[2]} where {match[3]}")
    told = re.match(rf"(?:the )?(first|last|next|\d+(?:st|nd|rd|th)) ({NAME}) ({NAME})$", line)
    if told and told[2] not in ("of",):
        note = "with the field that says so"
        yield Meaning(says, f'{told[1]} {told[3]} where type = "{told[2]}"', note)
    by = re.match(rf"(?:the )?(first|last|next|\d+(?:st|nd|rd|th)) ({NAME}) (?:by|from|of|with|to|in) (?:the |an? )?({NAME})$", line)
    if by:
        yield Meaning(says, f'{by[1]} {by[2]} where type = "{by[3]}"', "with the field that says so")


def stretch(written: str) -> Iterator[Meaning]:
    line = straight(written).rstrip(".;")
    says = "a spell lasts `while` its condition holds"
    ends = re.match(rf"(?:from|between|starts?(?: (?:at|with|when))?|begins?(?: (?:at|with))?|when) ({NAME})(?: is known)?[, ]+(?:and )?(?:until|till|to|and|ends?(?: (?:at|with|when))?|stops?(?: (?:at|when))?) ({NAME})(?: is known)?$", line)
    if ends:
        yield Meaning(says, f"while {ends[1]} is known and {ends[2]} is missing")
    yield Meaning(says, f"while {re.sub(r'^(?:when|if|as long as|whenever|during|for as long as|where|each time)(?: that)? ', '', line)}")


# --- what is measured -----------------------------------------------------------------------------

_STATISTICS = {"sum": "sum", "total": "sum", "average": "average", "avg": "average", "mean": "average", "median": "median", "max": "greatest", "maximum": "greatest", "highest": "greatest", "greatest": "greatest", "min": "least", "minimum": "least", "lowest": "least", "least": "least"}  # fmt: skip
_BECOME = r"(?:that |which |who )?(?:become|became|becomes|turn(?:ed)? into|convert(?:ed|s|ing)? (?:to|into)|are|is|were|reach(?:ed)?|get|got|move(?:d)? to|progress(?:ed)? to|to|going to|into)"


def measured(written: str) -> Iterator[Meaning]:
    """A whole KPI: its name, and a measure in other words."""
    match = re.match(rf"(kpi {NAME}(?: {TEXT})?)\s*(?::=|[:=]|is|as)\s*(.+)$", straight(written))
    if match is None:
        return
    for says, measure, note in _measures(match[2].rstrip(".;,")):
        yield Meaning(says, f"{match[1]} = {measure}", note)


def _measures(words: str) -> Iterator[tuple[str, str, str]]:
    line = Sentence(plain(words))
    line.take(r",? ?per (?:day|week|month|quarter|year)(?!\w)")
    line.take(r",? ?(?:>=|<=|>|<|at least|at most|target:?|must be|should be) \d[\d.]*%?$")
    group = line.take(rf",? ?(?:(?:group(?:ed)? by|split by|broken down by|by|per|for each|for every|each) ({NAME}(?:, ?{NAME})*))$")
    each = f" for each {group[1]}" if group else ""
    within = line.take(rf",? ?\(?(?:with)?in ({SPAN})\)?")
    by = f" within {within[1]}" if within else ""
    yield from _durations(line.left, each)
    yield from _shares(re.sub(r"[()]", " ", line.left), by, each)
    yield from _statistics(line.left, each)
    counted = re.match(rf"(?:the )?(?:number|count|total|amount|how many|#)(?: of)?(?: (?:all|the|distinct|unique|new|total))* ?\(?({NAME}|\*)\)?(?: (?:where|with|when|if|whose|that (?:are|is|have)|having|in|from) (.+))?$", line.left, re.IGNORECASE)
    if counted and counted[1] != "*":
        yield "how many there are is a `count of`", f"count of {counted[1]}{f' where {counted[2]}' if counted[2] else ''}{each}", ""
        singular = counted[1].removesuffix("s")
        yield "how many there are is a `count of`", f"count of {singular}{each}", ""


def _durations(words: str, each: str) -> Iterator[tuple[str, str, str]]:
    found = re.search(rf"(?:(?:time|duration|hours|days|minutes|delay|lag|elapsed|long|speed)\b[^()]*?(?:from|between|since|of)|^from|^between) ({PATH}) (?:to|until|till|and|->) ({PATH})", words, re.IGNORECASE)
    if found is None:
        found = re.search(rf"^({PATH}) ?(?:->|to|until|till) ?({PATH})(?=$| in| \()", words)
    less = re.search(rf"^\(?({PATH}) ?- ?({PATH})\)?", words) if found is None else None
    ends = (found[1], found[2]) if found else (less[2], less[1]) if less else None
    if ends is None:
        return
    unit = re.search(r"(business )?(minute|hour|day)s?(?! to| and)", re.sub(r"working|office|work", "business", words))
    hours = f" in {unit[1] or ''}{unit[2]}s" if unit else ""
    yield "the time from one moment to another is `time from … to …`, of which a run shows the median", f"time from {ends[0]} to {ends[1]}{hours}{each}", ""


def _shares(words: str, by: str, each: str) -> Iterator[tuple[str, str, str]]:
    says = "a part of the rows is a `share of` them that become something, or whose condition holds"
    ratio = re.search(rf"(?:count(?: of)?|number of|#)? ?({NAME})\s*(?:/|divided by|over|out of|\u00f7|as (?:an? )?(?:%|percentage|percent) of)\s*(?:count(?: of)?|number of|all|total|#)? ?({NAME})", words, re.IGNORECASE)
    if ratio:
        yield says, f"share of {ratio[2]} that become {ratio[1]}{by}{each}", ""
    part = re.match(rf"(?:the )?(?:%|percentage|percent|share|rate|proportion|fraction|ratio|conversion(?: rate)?|part)(?: of| from)?(?: (?:all|the|our|new))* ({NAME}) (.+)$", words, re.IGNORECASE)
    if part is None:
        return
    into = re.match(rf"{_BECOME} (?:an? |the )?({NAME})$", part[2].strip(), re.IGNORECASE)
    if into:
        yield says, f"share of {part[1]} that become {into[1]}{by}{each}", ""
    whose = re.match(r"(?:whose|where|with|that have|having|which have|if|when) (.+)$", part[2].strip())
    if whose:
        yield says, f"share of {part[1]} whose {whose[1]}{each}", ""
        yield says, f"share of {part[1]} whose {whose[1].split()[-1]} is known{each}", ""
    word = re.match(rf"(?:that |which |who )?(?:(?:are|is|were|get|got|have been|has been|was|be) )?({NAME})(?: by {NAME})?$", part[2].strip())
    if word:
        name = word[1].capitalize()
        yield says, f"share of {part[1]} that become {name}{by}{each}", f"with the definition that says which rows are {word[1]} in the place of `{name}`"


def _statistics(words: str, each: str) -> Iterator[tuple[str, str, str]]:
    says = "a statistic is taken `of` a field `over` rows"
    found = re.match(rf"(?:the )?({'|'.join(_STATISTICS)}|p\d\d?)(?:ifs?)?(?: of)? ?\(?\s*({NAME})(?:\.({NAME}))?\s*\)?(?: ?,? ?(?:over|for|of|in|across|from|among|per|where|on)(?: (?:all|the|each|every))* ({NAME}))?(?: (?:where|with|when|if) (.+))?$", words, re.IGNORECASE)
    if found is None:
        return
    statistic = _STATISTICS.get(found[1].lower(), found[1].lower())
    value, rows = (found[3], found[2]) if found[3] else (found[2], found[4])
    where = f" where {found[5]}" if found[5] else ""
    if rows:
        yield says, f"{statistic} of {value} over {rows}{where}{each}", ""
    else:
        yield says, f"{statistic} of {value} over lead{where}{each}", "with the rows that are meant in the place of `lead`"


# --- where rows go, what no row is, tests and data ------------------------------------------------


def place(written: str) -> Iterator[Meaning]:
    line = straight(written).rstrip(";,.")
    rest = re.match(rf"(?:(?:if |when )?(?:else|default|otherwise|everything else|every other|all others?|others?|the rest|rest|remaining|any|\*|_|fallback))(?: leads?| rows?| (?:go|goes))*\s*(?:->|=>|:|to|then|=)?\s*(?:to )?({TEXT}|[A-Za-z_][\w -]*)$", line, re.IGNORECASE)
    says = "a route says where rows go, and behind it which rows"
    if rest:
        yield Meaning("`otherwise` stands behind the place to which the rest goes", f"to {_quoted(rest[1])} otherwise")
    goes = re.match(rf"(?:(?:send|route|assign|give|go|goes)(?: (?:it|them|leads?|rows))* )?(?:to )({TEXT}|[A-Za-z_][\w -]*?) (?:when|if|where|for|whenever)(?: leads?| rows?)? (.+)$", line, re.IGNORECASE)
    if goes:
        yield Meaning(says, f"to {_quoted(goes[1])} when {re.sub('^(?:with|where|when|if) ', '', goes[2])}")
    turned = re.match(rf"(?:if |when |case |where |for )?(.+?)\s*(?:->|=>|:| then(?: to)?| goes? to| to)\s*(?:to )?({TEXT}|[A-Za-z_][\w -]*)$", line)
    if turned:
        yield Meaning(says, f"to {_quoted(turned[2])} when {turned[1]}")
    text = re.match(rf"({TEXT})\s*(?:if|when|:|<-|for)\s*(.+)$", line)
    if text:
        yield Meaning(says, f"to {text[1]} when {text[2]}")


def _quoted(words: str) -> str:
    return words if words.startswith('"') else f'"{words.strip()}"'


def forbidden(written: str) -> Iterator[Meaning]:
    match = re.match(rf"never\s*:?\s*(?:({TEXT})\s*:?\s*)?(?:an? |the |any |allow |should |must )?({NAME}) (?:when|where|with|if|whose|that (?:is|has|have)|having|and|is|has) (.+)$", straight(written))
    if match:
        note = "" if match[1] else "with a text that says what was broken"
        yield Meaning("what no row may be has a text that says it, the rows and their condition", f"never {match[1] or f'{chr(34)}no such {match[2]}{chr(34)}'}: {match[2]} when {match[3]}", note)


def tested(written: str) -> Iterator[Meaning]:
    line = days(straight(written)).rstrip(".;,")
    given = re.match(rf"(?:given|and|with|when)\s+(?:an? |the |one )?({NAME})\s*(?:with|:|where|having|of|that has|\()?\s*(.*?)\)?$", line)
    if given and given[2]:
        values = [re.sub(rf"^({NAME})\s*(?:[:=]|is|of|at)\s*", r"\1 ", x) for x in re.split(r",\s*|\s+and\s+", given[2])]
        values = [re.sub(rf'^({NAME}) "({DAY}(?: \d\d:\d\d)?)"$', r"\1 \2", x) for x in values]
        yield Meaning("the values of a row that is given stand behind a `:`", f"given {given[1]}: {', '.join(values)}")
    at = re.search(rf"{DAY}(?:[ T]\d\d:\d\d)?", line)
    if at and re.match(r"(?:as of|as at|at|on|today|now|date|when)", line, re.IGNORECASE):
        yield Meaning("the instant from which a test looks follows `as of`", f"as of {at[0].replace('T', ' ')}", _of_which_year(written))
    expect = re.match(rf"(?:expect|then|assert|should|check)(?: that)?(?: the)? ({NAME})(?: (?:is|to be|should be|was|=|to|be))* (met|missed|open|excluded|paused|late|in time|on time|breached|ok|passed|failed)(?:,? ?(?:and )?(?:due|by|at|on)(?: at| on)? ({DAY}(?: \d\d:\d\d)?))?$", line, re.IGNORECASE)
    if expect:
        outcome = {"late": "missed", "breached": "missed", "failed": "missed", "in time": "met", "on time": "met", "ok": "met", "passed": "met"}.get(expect[2].lower(), expect[2].lower())
        yield Meaning("the outcome of a row is `met`, `missed`, `open`, `excluded` or `paused`", f"expect {expect[1]} {outcome}{f', due {expect[3]}' if expect[3] else ''}")
    routed = re.match(rf"(?:expect|then)(?: the)? ({NAME})(?: (?:is|to be|are|goes|go|was))*(?: routed| sent| assigned)?(?: to)? ({TEXT})$", line)
    if routed and routed[1] != "routed":
        yield Meaning("where a row goes is asked by `routed to`", f"expect {routed[1]} routed to {routed[2]}")


def column(written: str) -> Iterator[Meaning]:
    line = straight(written).rstrip(";,")
    kept = re.match(rf"(?:only|skip|ignore|exclude|drop|filter(?: out)?|keep|include)(?: (?:only|rows?|when|if|where|the|with|those))* ({TEXT}|{NAME})\s*(?:==?|is|in|equals|!=|<>|is not|:)\s*[({{\[]?\s*((?:{TEXT}|true|false|\w+)(?:\s*(?:,|or)\s*(?:{TEXT}|\w+))*)\s*[)}}\]]?$", line, re.IGNORECASE)
    if kept:
        turned = re.search(r"!=|<>|is not", line) is not None
        only = (re.match(r"only|keep|include", line, re.IGNORECASE) is not None) != turned
        values = ", ".join(_quoted(x) for x in re.split(r"\s*(?:,|\bor\b)\s*", kept[2]))
        yield Meaning("which rows count is said by `skip when` and `only when`, with the values in braces", f"{'only' if only else 'skip'} when {_quoted(kept[1])} in {{{values}}}")
    match = re.match(rf"({NAME})\s*(?:=|:|<-|from|is|comes from|maps to|<=)\s*(?:the )?(?:column |field |col )?({TEXT}|(?!col(?:umn)?(?!\w)|field(?!\w)|no\.)[A-Za-z_][\w ]*?)\s*(?:\((?:col(?:umn)?)? ?\w+\))?(?:,? ?(?:as|in|format(?:ted)?|with(?: the)? format|date format|using)(?: as| like| in)?:? ({TEXT}))?(?:\s*(?:[(\[]?(?:utc|gmt|local)[)\]]?))?$", line, re.IGNORECASE)
    if match:
        form = f" as {match[3]}" if match[3] else ""
        yield Meaning("a field is filled from a column, whose name stands in quotes, and dates say how they are written behind `as`", f"{match[1]} = {_quoted(match[2])}{form}")
    constant = re.match(rf"({NAME})\s*(?:=|is|:)?\s*(?:always|constant|fixed|default)\s*(?:=|:)?\s*(.+)$", line)
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
    yield Meaning("a source has a name, a record and a file", f"source {named[1]} for {rows} from {file[0] if file else f'{chr(34)}{named[1]}.csv{chr(34)}'}:", " and ".join(notes))


def imported(written: str) -> Iterator[Meaning]:
    line = straight(written).rstrip(";")
    file = re.search(TEXT, line) or re.search(r"[\w./-]+\.sla", line)
    if file:
        yield Meaning("a file is imported whole, by its name in quotes", f"import {_quoted(file[0])}")


READERS: Mapping[str, Callable[[str], Iterator[Meaning]]] = {
    "agreement": agreement, "calendar": calendar, "record": field, "score": points, "route": place, "test": tested, "source": column,
    "let": constant, "kpi": measured, "never": forbidden, "import_file": imported,
    "define": definition, "lifecycle": chain, "event": moment, "spell": stretch,
}  # fmt: skip
"""Who reads a line of a declaration that is a list of them, or else a whole declaration, or what stands behind its `:`."""
BEHIND_COLON = frozenset({"define", "lifecycle", "event", "spell"})
