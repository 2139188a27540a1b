"""What a line or a declaration was meant to say of what is counted: scores, definitions, lifecycles, events, spells and KPIs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sladsl.syntax.meant_promises import Meaning, Sentence
from sladsl.syntax.meant_words import NAME, PATH, SPAN, TEXT, plain, straight
from sladsl.syntax.rewriting import ordinal

# --- scores and populations -----------------------------------------------------------------------

_POINTS = r"(?:points?|pts?\.?|score)"


def points(written: str) -> Iterator[Meaning]:
    line = Sentence(re.sub(r"^[-*\u2022]\s+(?=[A-Za-z])", "", straight(written)).rstrip(";"))
    less = re.match(
        r"(?:subtract|minus|deduct|remove|lose|take)|-\s*\d", line.left, re.IGNORECASE
    ) or re.search(r"(?:->|=>|[:=]|then)\s*-\s*\d+", line.left)
    most = line.take(
        rf",? ?\(?(?:at most|max(?:imum)?\.?|up to|capped at|cap|limit)(?: of)? (\d+)(?: {_POINTS})?\)?"
    )
    number = line.take(
        rf"^(?:(?:add|give|award|plus|subtract|minus|deduct|remove|lose|take)\s+)?[+-]?\s*(\d+)(?: {_POINTS})?(?= )"
    ) or line.take(
        rf"(?:->|=>|[:=]|then|gives?|get|worth|add|adds|is|subtract)+\s*(?:add |subtract )?[+-]?\s*(\d+)(?: {_POINTS})?(?:\s*$|(?= else))"
    )
    if number is None:
        return
    verb = "subtract" if less else "add"
    otherwise = re.search(r",?\s*(?:else|otherwise)\s+(?:add\s+|give\s+)?\+?(\d+)(?: points?)?$", line.left)
    body = line.left[: otherwise.start()] if otherwise else line.left
    body = re.sub(r"^(?:if|when|for|where|whenever)\s+(?!each)|(?:\s*(?:->|=>|:|then))+$", "", body).strip(
        " :,"
    )
    rows = re.match(rf"(?:for )?(?:per|each|every) ({NAME})\s*(.*)$", body)
    if rows:
        where = re.sub(r"^(?:if|when|with|that is|having)\s+", "where ", rows[2]) if rows[2] else ""
        limit = f" at most {most[1] if most else int(number[1]) * 6}"
        yield Meaning(
            "points for rows say how many they are at most",
            f"{verb} {number[1]} for each {rows[1]}{f' {where}' if where else ''}{limit}",
            "" if most else "with the greatest number of points",
        )
        return
    says = "points stand before their condition"
    if otherwise:
        yield Meaning(
            "each condition has points of its own, on a line of its own",
            f"{verb} {number[1]} when {body}\nadd {otherwise[1]} when not ({body})",
        )
    yield Meaning(says, f"{verb} {number[1]} when {body}")


def definition(written: str) -> Iterator[Meaning]:
    """What stands behind the `:` of a definition: its rows, their condition and the moment of entry."""
    body = Sentence(straight(written).rstrip(".;,"))
    since = body.take(
        rf",?\s*(?:(?:and )?(?:entered |dated |counted |starting )?(?:since|from|as of|at|on|when|date(?:d| is)?:?)) ({PATH})(?: date| time| is known)?$"
    )
    if re.match(r"(?:when|where|if)\b", body.left):
        begun = re.sub(r"^(?:when|where|if)\b", "lead when", body.left)
        yield Meaning(
            "a definition begins with the rows that it is about",
            f"{begun}{f' since {since[1]}' if since else ''}",
            "with the record or the definition that it is added to in the place of `lead`",
        )
        return
    match = re.match(
        rf"(?:an? |the |every |each |any |all )?({NAME})\s*,?\s*(?:(?:records?|rows?) )?(?:(?:when|with|where|if|whose|that (?:has|have|is|are)|having|and|which (?:has|have|is|are)|who (?:has|have|is|are)|is when|:)\s+)*(.*)$",
        body.left,
    )
    if match is None:
        return
    asked = [
        re.sub(r"^(?:when|where|and|if|with|or)\s+", "", x)
        for x in re.split(r",\s*(?![^{(]*[})])", match[2])
        if x
    ]
    then = f" since {since[1]}" if since else ""
    says = "a definition is its rows, their condition behind `when`, and the moment of entry behind `since`"
    for spelt in (asked, [_condition(x) for x in asked]):
        yield Meaning(says, f"{match[1]}{' when ' if spelt else ''}{' and '.join(spelt)}{then}")
    more = re.match(
        r"(?:with |of |having )?(more than|over|at least|fewer than|less than|under|at most|up to) (\d[\d_.,k]*) ([a-z_]\w*)$",
        match[2],
    )
    if more:
        sign = {"more than": ">", "over": ">", "at least": ">=", "at most": "<=", "up to": "<="}.get(
            more[1], "<"
        )
        yield Meaning(
            says, f"{match[1]} when {more[3]} {sign} {plain(more[2])}{then}", "with the field that says so"
        )
    if (
        asked
        and re.fullmatch(r"[a-z][\w -]*", match[2])
        and not re.search(r"(?<!\w)(?i:is|between|in|not|and|or|like|known|missing)(?!\w)|\d", match[2])
    ):
        note = "with the field that says so"
        yield Meaning(says, f"{match[1]} when {match[2].split()[0]}_at is known{then}", note)


def _condition(words: str) -> str:
    """`fit of at least 50`, `an email`, `email not empty`: as a condition, where it can be told."""
    spelt = re.sub(
        rf"^(?:an? |the )?({PATH}) (?:of |is |are )?(?:at least|minimum|min)(?: of)? ", r"\1 >= ", words
    )
    spelt = re.sub(
        rf"^(?:an? |the )?({PATH}) (?:of |is |are )?(?:at most|maximum|max)(?: of)? ", r"\1 <= ", spelt
    )
    parts = [
        re.sub(rf"^(?:an? |the |has |have |some )({NAME})$", r"\1 is known", x) for x in spelt.split(" and ")
    ]
    return " and ".join(parts)


def chain(written: str) -> Iterator[Meaning]:
    """The steps of a lifecycle: however they are listed."""
    names = [
        x
        for x in re.findall(NAME, re.sub(rf"{TEXT}", " ", straight(written)))
        if x.lower() not in ("then", "to", "and", "next", "stage", "stages", "steps", "step")
    ]
    if len(names) > 1:
        yield Meaning("the steps of a lifecycle are joined by `->`", " -> ".join(names))


def moment(written: str) -> Iterator[Meaning]:
    """An event: which row it is, and what holds of it."""
    line = straight(written).rstrip(".;")
    line = re.sub(r"\b(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)\b(?= )", ordinal, line)
    several = re.split(
        r",? or |,? and |, ",
        re.sub(
            r",? ?\(?(?:whichever|the one that|what(?:ever)?) (?:is|comes|happens) [a-z]+( first| last| earlier| later)?\)?$",
            "",
            line,
        ),
    )
    if len(several) > 1 and all(re.fullmatch(rf"{PATH}|{SPAN} (?:after|before) {PATH}", x) for x in several):
        latest = re.search(r"(?:later|latest|last|both|all)(?!\w)", line)
        yield Meaning(
            "the earliest of several moments is the `first of` them, the latest the `last of`",
            f"{'last' if latest else 'first'} of {', '.join(several)}",
        )
    with_field = re.match(
        rf"(?:the )?(first|last|next|\d+(?:st|nd|rd|th)) ({NAME}) (?:with|of|whose|via|by|where|in) ({NAME}) (?:is |of |= ?)?({NAME})$",
        line,
    )
    if with_field:
        yield Meaning(
            "what holds of the rows looked at follows `where`",
            f'{with_field[1]} {with_field[2]} where {with_field[3]} = "{with_field[4]}"',
        )
    ordered = re.match(
        rf"(?:the )?({NAME}) (?:where|when|with|if) (.+?) order(?:ed)? by ({NAME})( desc\w*)?(?: limit 1)?$",
        line,
        re.IGNORECASE,
    )
    says = "an event is the first, the last or the n-th row of a record, and what holds of it"
    if ordered:
        yield Meaning(says, f"{'last' if ordered[4] else 'first'} {ordered[1]} where {ordered[2]}")
    match = re.match(
        rf"(?:the )?(first|last|next|earliest|latest|\d+(?:st|nd|rd|th))?(?: (?:time|row|one))?(?: of)? ?(?:an? |the |any |some )?({NAME})(?: records?| rows?)?(?: (?:where|when|with|if|whose|that (?:is|has|are)|which (?:is|has|are)|having|is) (.+))?$",
        line,
    )
    if match and match[3]:
        which = {"earliest": "first", "latest": "last", None: "first"}.get(match[1], match[1])
        yield Meaning(says, f"{which} {match[2]} where {match[3]}")
    told = re.match(rf"(?:the )?(first|last|next|\d+(?:st|nd|rd|th)) ({NAME}) ({NAME})$", line)
    if told and told[2] not in ("of",):
        note = "with the field that says so"
        yield Meaning(says, f'{told[1]} {told[3]} where type = "{told[2]}"', note)
    by = re.match(
        rf"(?:the )?(first|last|next|\d+(?:st|nd|rd|th)) ({NAME}) (?:by|from|of|with|to|in) (?:the |an? )?({NAME})$",
        line,
    )
    if by:
        yield Meaning(says, f'{by[1]} {by[2]} where type = "{by[3]}"', "with the field that says so")


def stretch(written: str) -> Iterator[Meaning]:
    line = straight(written).rstrip(".;")
    says = "a spell lasts `while` its condition holds"
    ends = re.match(
        rf"(?:from|between|starts?(?: (?:at|with|when))?|begins?(?: (?:at|with))?|when) ({NAME})(?: is known)?[, ]+(?:and )?(?:until|till|to|and|ends?(?: (?:at|with|when))?|stops?(?: (?:at|when))?) ({NAME})(?: is known)?$",
        line,
    )
    if ends:
        yield Meaning(says, f"while {ends[1]} is known and {ends[2]} is missing")
    yield Meaning(
        says,
        f"while {re.sub(r'^(?:when|if|as long as|whenever|during|for as long as|where|each time)(?: that)? ', '', line)}",
    )


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
    group = line.take(
        rf",? ?(?:(?:group(?:ed)? by|split by|broken down by|by|per|for each|for every|each) ({NAME}(?:, ?{NAME})*))$"
    )
    each = f" for each {group[1]}" if group else ""
    within = line.take(rf",? ?\(?(?:with)?in ({SPAN})\)?")
    by = f" within {within[1]}" if within else ""
    yield from _durations(line.left, each)
    yield from _shares(re.sub(r"[()]", " ", line.left), by, each)
    yield from _statistics(line.left, each)
    counted = re.match(
        rf"(?:the )?(?:number|count|total|amount|how many|#)(?: of)?(?: (?:all|the|distinct|unique|new|total))* ?\(?({NAME}|\*)\)?(?: (?:where|with|when|if|whose|that (?:are|is|have)|having|in|from) (.+))?$",
        line.left,
        re.IGNORECASE,
    )
    if counted and counted[1] != "*":
        yield (
            "how many there are is a `count of`",
            f"count of {counted[1]}{f' where {counted[2]}' if counted[2] else ''}{each}",
            "",
        )
        singular = counted[1].removesuffix("s")
        yield "how many there are is a `count of`", f"count of {singular}{each}", ""


def _durations(words: str, each: str) -> Iterator[tuple[str, str, str]]:
    found = re.search(
        rf"(?:(?:time|duration|hours|days|minutes|delay|lag|elapsed|long|speed)\b[^()]*?(?:from|between|since|of)|^from|^between) ({PATH}) (?:to|until|till|and|->) ({PATH})",
        words,
        re.IGNORECASE,
    )
    if found is None:
        found = re.search(rf"^(?!time )({PATH}) ?(?:->|to|until|till) ?({PATH})(?=$| in| \()", words)
    since = (
        re.match(
            rf"(?:the )?(?:time|duration|hours|days|delay)(?: taken| needed)? (?:to|until|till|before) (?:the )?({PATH})",
            words,
        )
        if found is None
        else None
    )
    if since or (
        found is None and re.match(r"(?:the )?(?:[a-z]+ )?(?:time|duration|delay|speed)(?= in |$)", words)
    ):
        unit = re.search(r"in (business )?(minute|hour|day)s?", words)
        ending = f" in {unit[1] or ''}{unit[2]}s" if unit else ""
        note = (
            "with the moment at which it begins in the place of `lead`"
            if since
            else "with the moments at which it begins and ends in the place of `lead` and `first_call`"
        )
        yield (
            "the time from one moment to another is `time from … to …`",
            f"time from lead to {since[1] if since else 'first_call'}{ending}{each}",
            note,
        )
        return
    less = re.search(rf"^\(?({PATH}) ?- ?({PATH})\)?", words) if found is None else None
    ends = (found[1], found[2]) if found else (less[2], less[1]) if less else None
    if ends is None:
        return
    unit = re.search(
        r"(business )?(minute|hour|day)s?(?! to| and)", re.sub(r"working|office|work", "business", words)
    )
    hours = f" in {unit[1] or ''}{unit[2]}s" if unit else ""
    yield (
        "the time from one moment to another is `time from … to …`, of which a run shows the median",
        f"time from {ends[0]} to {ends[1]}{hours}{each}",
        "",
    )


def _shares(words: str, by: str, each: str) -> Iterator[tuple[str, str, str]]:
    says = "a part of the rows is a `share of` them that become something, or whose condition holds"
    words = re.sub(rf"\bcountifs? ({NAME})", r"count of \1", words, flags=re.IGNORECASE)
    ratio = re.search(
        rf"(?:count(?: of)?|number of|#)? ?({NAME})\s*(?:/|divided by|over|out of|\u00f7|as (?:an? )?(?:%|percentage|percent) of)\s*(?:count(?: of)?|number of|all|total|#)? ?({NAME})",
        words,
        re.IGNORECASE,
    )
    if ratio:
        yield says, f"share of {ratio[2]} that become {ratio[1]}{by}{each}", ""
    rate = re.match(
        rf"({NAME})(?: to | ?-> ?|-to-| into )({NAME})(?: conversion| rate| ratio| share| percentage| %)+$",
        words,
        re.IGNORECASE,
    )
    if rate:
        yield says, f"share of {rate[1]} that become {rate[2]}{by}{each}", ""
    part = re.match(
        rf"(?:the )?(?:%|percentage|percent|share|rate|proportion|fraction|ratio|conversion(?: rate)?|part)(?: of| from)?(?: (?:all|the|our|new))* ({NAME}) (.+)$",
        words,
        re.IGNORECASE,
    )
    if part is None:
        return
    into = re.match(rf"{_BECOME} (?:an? |the )?({NAME})$", part[2].strip(), re.IGNORECASE)
    if into:
        yield says, f"share of {part[1]} that become {into[1]}{by}{each}", ""
    whose = re.match(r"(?:whose|where|with|that have|having|which have|if|when) (.+)$", part[2].strip())
    if whose:
        yield says, f"share of {part[1]} whose {whose[1]}{each}", ""
        yield says, f"share of {part[1]} whose {whose[1].split()[-1]} is known{each}", ""
    word = re.match(
        rf"(?:that |which |who )?(?:(?:are|is|were|get|got|have been|has been|was|be) )?({NAME})(?: by {NAME})?$",
        part[2].strip(),
    )
    if word:
        name = word[1].capitalize()
        yield (
            says,
            f"share of {part[1]} that become {name}{by}{each}",
            f"with the definition that says which rows are {word[1]} in the place of `{name}`",
        )


def _statistics(words: str, each: str) -> Iterator[tuple[str, str, str]]:
    says = "a statistic is taken `of` a field `over` rows"
    found = re.match(
        rf"(?:the )?({'|'.join(_STATISTICS)}|p\d\d?)(?:ifs?)?(?: of)?(?: [a-z]+(?= [a-z_]+ of ))? ?\(?\s*({NAME})(?:\.({NAME}))?\s*\)?(?: ?,? ?(?:over|for|of|in|across|from|among|per|where|on)(?: (?:all|the|each|every))* ({NAME}))?(?: (?:where|with|when|if) (.+))?$",
        words,
        re.IGNORECASE,
    )
    if found is None:
        return
    statistic = _STATISTICS.get(found[1].lower(), found[1].lower())
    value, rows = (found[3], found[2]) if found[3] else (found[2], found[4])
    where = f" where {found[5]}" if found[5] else ""
    if rows:
        yield says, f"{statistic} of {value} over {rows}{where}{each}", ""
    else:
        yield (
            says,
            f"{statistic} of {value} over lead{where}{each}",
            "with the rows that are meant in the place of `lead`",
        )
