"""What a line below two parties was meant to say: a commitment, or a clause of one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sladsl.syntax.meant_words import (
    AMOUNT,
    DAY,
    NAME,
    PATH,
    SPAN,
    TEXT,
    days,
    first_days,
    of_which_year,
    plain,
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What to write for a line, and what to say of it; a `note` goes with it where something of it is only an example, and then no fix.
    What is `known` of a word of the line is told before a habit.
    """

    says: str
    write: str
    note: str = ""
    known: bool = False


class Sentence:
    """A line from which what is known is taken out, piece by piece."""

    def __init__(self, text: str) -> None:
        self.left = text

    def take(self, pattern: str) -> re.Match[str] | None:
        """The first place of a pattern, which is then gone from what is left."""
        match = re.search(pattern, self.left, re.IGNORECASE)
        if match:
            self.left = " ".join(f"{self.left[: match.start()]} {self.left[match.end() :]}".split())
        return match

    def names(self) -> list[str]:
        """The words that are left and may be names."""
        return [each for each in re.findall(NAME, self.left) if each.lower() not in _FILLING]


_FILLING: frozenset[str] = frozenset(
    [
        "we",
        "us",
        "our",
        "they",
        "them",
        "their",
        "the",
        "a",
        "an",
        "of",
        "for",
        "all",
        "any",
        "every",
        "each",
        "must",
        "should",
        "shall",
        "will",
        "can",
        "may",
        "have",
        "has",
        "had",
        "to",
        "be",
        "been",
        "is",
        "are",
        "was",
        "were",
        "at",
        "least",
        "most",
        "within",
        "under",
        "over",
        "than",
        "then",
        "deliver",
        "delivers",
        "generate",
        "provide",
        "send",
        "produce",
        "create",
        "make",
        "get",
        "hit",
        "reach",
        "target",
        "goal",
        "expect",
        "and",
        "or",
        "in",
        "on",
        "by",
        "with",
        "from",
        "kpi",
        "sla",
        "per",
        "it",
        "its",
        "that",
        "this",
        "there",
        "needs",
        "need",
        "total",
        "number",
        "count",
        "sure",
        "always",
        "not",
        "no",
        "when",
        "if",
        "about",
        "after",
        "promise",
        "promises",
        "guarantee",
        "owe",
        "owes",
        "commits",
        "commit",
        "responds",
        "respond",
        "means",
        "minimum",
        "maximum",
        "exactly",
        "which",
        "inside",
        "time",
        "times",
        "cases",
        "term",
        "agreement",
        "contract",
        "period",
        "months",
        "month",
        "weeks",
        "week",
        "quarter",
        "quarters",
        "year",
        "years",
        "day",
        "days",
        "so",
        "rows",
        "row",
        "only",
        "also",
        "please",
        "as",
    ]
)
_TARGET = "a commitment is a KPI, its target and how often it is asked, in this order"


# --- a commitment ---------------------------------------------------------------------------------


def _left_open(written: str, *, dated: bool) -> str:
    """What of a promise nobody wrote: the year of its first day, or how long half a day is where people work."""
    if re.search(r"\b(?:half|quarter)(?: of)? a day(?!\w)", written, re.IGNORECASE):
        return "or with the business hours that are meant"
    return of_which_year(written) if dated else ""


def commitments(written: str) -> Iterator[Meaning]:
    """`100 mqls per month`, `speed: 4 business hours for 90%`, `at least 60% acceptance each quarter`."""
    first, comma, then = written.partition(",")
    clauses = ("none counts as", "needs at least", "warn ")
    below = (
        next((x for x in promised(then) if x.write.startswith(clauses) and not x.note), None)
        if comma
        else None
    )
    if below is not None:
        for each in commitments(first):
            yield Meaning(
                f"{_TARGET}; each clause of it stands on a line below",
                f"{each.write}\n  {below.write}",
                each.note,
            )
    line = Sentence(
        re.sub(r"^(?:[-*\u2022]|\d+[.)](?!\d))\s+", "", plain(days(first_days(written)))).rstrip(".;,")
    )
    if re.search(rf"{TEXT}|\b(?:when|where|otherwise|notify|escalate|reassign)\b|[<>]\s*$", line.left):
        return
    held = line.take(rf"\b(?:from {DAY}(?: until {DAY})?|until {DAY})")
    since = (
        line.take(rf"\b(?:starting|beginning|effective|as of|after|since)(?: on)? ({DAY})")
        if not held
        else None
    )
    period = line.take(r"\bper (?:day|week|month|quarter|year)(?!\w)")
    group = line.take(rf"\b(?:per|by|for each|for every|each|pro) ({NAME})(?: (?:itself|alone))?(?!\w)")
    choice = line.take(rf"\bbetween ({AMOUNT}) (?:and|to|-) ({AMOUNT})") or line.take(
        r"(\d[\d_.]*%?) ?(?:-|to) ?(\d[\d_.]*%?)(?!\w)"
    )
    length = line.take(rf"(?:\b(?:within|in|under|at most|less than|before)|<) ({SPAN})") or line.take(
        rf"()({SPAN})"
    )
    share = line.take(r"(?:\b(?:for|in|at least) )*(\d[\d.]*%)")
    sign = line.take(r"\b(at least|at most)\b|[<>]=?|\b(?:below|under|less than|fewer than)\b")
    number = line.take(r"(?<![\w.])\d[\d_]*(?:\.\d+)?(?![\w.])")
    names = line.names()
    if re.search(r"within \d+(?! ?(?:business|second|minute|hour|day|week|month|year))", written):
        return  # nobody knows what it counts
    if not 1 <= len(names) <= 2 or not (choice or length or share or number) or re.search(r"\d", line.left):
        return
    most = sign is not None and (
        sign[0].lower() in ("at most", "below", "under", "less than", "fewer than") or sign[0].startswith("<")
    )
    apiece = f" for each {group[1]}" if group else ""
    when = f"{period[0].lower() if period else 'per month'}{f' {held[0]}' if held else f' from {since[1]}' if since else ''}"
    of = f" of {names[1]}" if names[1:] else ""
    if length:
        of_share = f" for {share[1]}{of}{apiece}" if share else f"{apiece and ' for 100%'}{apiece}"
        target = f"{'' if share else of} within {length[length.lastindex or 1]}{of_share}"
    elif choice:
        target = f"{of}{apiece} between {choice[1]} and {choice[2]}"
    else:
        amount = share[1] if share else number[0] if number else ""
        target = f"{of}{apiece} {'at most' if most else 'at least'} {amount}"
    note = _left_open(written, dated=bool(held or since))
    yield Meaning(_TARGET, f"{names[0]}{target} {when}", note)


def shares(written: str) -> Iterator[Meaning]:
    """What stands below a deadline: `95% per rep`, `in 90 percent of cases monthly`."""
    line = Sentence(plain(written).rstrip(".;,"))
    share = line.take(r"(\d[\d.]*%)(?: of (?:all |the )*(?:cases|times?|rows)(?!\w))?")
    period = line.take(r"\bper (?:day|week|month|quarter|year)(?!\w)")
    if share is None or re.search(r"[\d\"]", line.left):
        return
    of = line.take(rf"\bof (?:all |the |every |our )*({NAME})")
    group = line.take(rf"\b(?:per|by|for each|for every|each|every|pro) ({NAME})")
    if line.names():
        return
    says = "how many of the rows have to keep a deadline, and how often it is asked, stand behind it"
    share_of = f"for {share[1]}{f' of {of[1]}' if of else ''}{f' for each {group[1]}' if group else ''}"
    when = period[0].lower() if period else "per month"
    yield Meaning(says, f"{share_of} {when}")
    yield Meaning(says, share_of)


# --- what is done ---------------------------------------------------------------------------------

_VERBS = (
    ("escalate to", r"escalat(?:e|ed|es|ion|ing)(?: (?:it|this|them|the \w+))?(?: (?:to|with|up to|at))?"),
    ("reassign to", r"(?:re-?assign|assign|re-?route|route|hand over|hand|move|transfer|give)(?:ed|s)?(?: (?:it|the lead|lead|them|row|back))? (?:to|over to)"),
    ("tag", r"(?:tag|flag|mark|label)(?:ged|s)?(?: (?:it|as|with|the \w+))*"),
    ("notify", r"(?:notif(?:y|ies|ied|ication)|alert|tell|inform|e-?mail|remind(?:er)?|ping|message|slack|warn|ask|call|page|cc)(?:s|ed)?(?: (?:to|for|an? \w+ to|goes to|is sent to|sent to))?"),
    ("do", r"(?:do|run|perform|start|trigger)"),
)  # fmt: skip
_NEXT = "|".join(verb.split()[0] for verb, _ in _VERBS)
_SPELT = tuple(
    (verb, re.compile(rf"(?<![\w.]){spelt}(?!\w) (?:an? |the |our |to )*({TEXT}|[A-Za-z_@#][^,;\"]*?(?=$|[,;]| and (?:then )?(?:{_NEXT})| (?:if|when|after|at|once|whenever|as soon)(?!\w)))", re.IGNORECASE))
    for verb, spelt in _VERBS
)  # fmt: skip
_PAID = r"(?:credits?|refunds?|penalty|penalties|bonus(?:es)?|malus|fees?|discounts?|service credits?|deduction|payout|pay|pays|rebate)"


def action(line: Sentence) -> str | None:
    """What is to be done, as it is written here."""
    taken: list[str] = []
    while (one := _one_action(line)) and len(taken) < _ACTIONS:
        taken.append(one)
    return ", ".join(taken) or None


_ACTIONS = 5


def _one_action(line: Sentence) -> str | None:
    """One of the things to do, the first of a kind; with what is said of money as a text."""
    found = [(match, verb) for verb, pattern in _SPELT if (match := pattern.search(line.left))]
    if found:
        match, verb = min(found, key=lambda each: each[0].start())
        line.left = " ".join(f"{line.left[: match.start()]} {line.left[match.end() :]}".split())
        both = re.fullmatch(rf"(?:the )?({PATH}) and (?:the |their |his |its )?({PATH})", match[1])
        return f"{verb} {both[1]}, {verb} {both[2]}" if both else f"{verb} {_recipient(match[1])}"
    paid = line.take(rf"(?<!\w)(?:(?:an? |the )?(?:\d[\d.]*%|[$\u20ac\u00a3]?\d[\d_]*) (?:\w+ )?{_PAID}|{_PAID}(?: (?:of|an?|=|:))*(?: [$\u20ac\u00a3]?\d[\d_.]*%?)?)(?!\w)(?: (?:of|on|off|from) (?:the )?[a-z]+(?: [a-z]+)?(?= |$))?")  # fmt: skip
    return f'do "{paid[0].strip()}"' if paid and re.search(r"\d", paid[0]) else None


def _recipient(words: str) -> str:
    """A text as it is, a field by its name, and several words as a text."""
    words = re.sub(
        r" (?:by|via|through|on) (?:e-?mail|slack|phone|teams|sms|text)$", "", words.strip().rstrip(".")
    )
    return words if words.startswith('"') or re.fullmatch(PATH, words) else f'"{words}"'


# --- a clause of a commitment ---------------------------------------------------------------------

_FOLLOWS = "what follows is said by `if late` of a row, by `if missed` of a period, and by `if below` or `if above` of a figure"
_BEFORE = r"(?:before|prior to|ahead of|remaining|left|until|till)(?: (?:the |it is |its )?(?:due(?: date)?|deadline|breach|target|end))?(?!\w)"
_OUTCOMES = (("met", r"met|ok|okay|good|fine|kept|passe[sd]|pass|success|green|fulfilled|on track"), ("missed", r"missed|miss|fail(?:s|ed|ure)?|breach(?:ed)?|bad|red|broken|violation"))  # fmt: skip
_MANY = r"(?:(?:fewer|less) than|at least|below|under|<|needs?|requires?)"


def promised(written: str) -> Iterator[Meaning]:
    """The clauses that a line below a commitment may have been; more than one where its words fit more than one."""
    sentence = re.sub(r"^(?:[-*\u2022])\s+", "", plain(written)).rstrip(".;,")
    for reader in (_none, _warning, _needs, _pause, _on_the_way, _late, _in_a_row, _steps, _missed, _only_while, _except):  # fmt: skip
        for each in reader(sentence):
            if each.note or set(re.findall(r"\d+", sentence)) <= set(re.findall(r"\d+", each.write)):
                yield each


def _none(written: str) -> Iterator[Meaning]:
    if not re.search(r"(?<!\w)(?:no|zero|empty|none|without|nothing|0)(?!\w)", written, re.IGNORECASE):
        return
    for outcome, spelt in _OUTCOMES:
        if re.search(rf"(?<!\w)(?:{spelt})(?!\w)", written, re.IGNORECASE) and '"' not in written:
            yield Meaning(
                "the verdict of a period without rows follows `none counts as`", f"none counts as {outcome}"
            )


def _warning(written: str) -> Iterator[Meaning]:
    amounts = re.findall(AMOUNT, written)
    if len(amounts) != 1 or not re.search(
        r"(?<!\w)(?:warn(?:ing|s)?|amber|yellow|at risk|watch)(?!\w)", written, re.IGNORECASE
    ):
        return
    if '"' in written:
        return
    if re.search(r"(?<!\w)(?:target|goal|plan)(?!\w)", written, re.IGNORECASE) and "%" in amounts[0]:
        yield Meaning(
            "a warning has a figure of its own",
            "warn below 130",
            "with the figure itself in the place of a part of the target",
        )
        return
    above = re.search(
        r"(?<!\w)(?:above|over|more than|exceeds?|at most|greater)(?!\w)|>", written, re.IGNORECASE
    )
    yield Meaning(
        "a warning begins with `warn below` or `warn above`",
        f"warn {'above' if above else 'below'} {amounts[0]}",
    )


def _needs(written: str) -> Iterator[Meaning]:
    number = re.findall(r"(?<![\w.])\d[\d_]*(?![\w.%])", written)
    sample = re.search(
        rf"(?<!\w)(?:samples?(?: size)?|volume of|not judged|insufficient|ignore|void|judged|statistically|enough|needs?|requires?)(?!\w)|^(?:only )?(?:if|when|from|with) (?:there are |we have )?{_MANY} \d+ (?!business|hour|minute|day)[a-z]+s?$|^at least \d+ [A-Za-z_]+$",
        written, re.IGNORECASE,
    )  # fmt: skip
    if sample and len(number) == 1 and '"' not in written and not re.search(SPAN, written):
        yield Meaning("how many rows a verdict takes follows `needs at least`", f"needs at least {number[0]}")


def _pause(written: str) -> Iterator[Meaning]:
    line = Sentence(written)
    if not line.take(r"(?<!\w)(?:paus(?:e|es|ed|ing)|(?:stop|freez|suspend|halt)(?:e|s|ed|ping)?|(?:sla )?(?:clock|timer|time) (?:is |does )?(?:not |on )?(?:stop|paus|halt|hold|froz|stand|suspend|count|run)\w*|on hold|frozen|not counting|does not (?:run|count))(?!\w)"):  # fmt: skip
        return
    if re.search(TEXT, line.left):
        return
    most = line.take(rf"\(?(?:at most|for|<) ({SPAN})\)?") or line.take(rf"\(?({SPAN})\)?")
    limit = f" at most {most[1]}" if most else ""
    rows = line.take(rf"(?:from|between) ({NAME})\.({NAME}) (?:to|until|till|and) \1\.({NAME})") or line.take(
        rf"({PATH}) from ({NAME}) (?:to|until|till) ({NAME})"
    )
    if rows:
        yield Meaning(
            "the clock stands still during a spell",
            f"pause during {rows[1]} from {rows[2]} to {rows[3]}{limit}",
        )
        return
    if re.search(r"[=<>]|\bis\b|\bknown\b|\bmissing\b", line.left):
        note = "with a spell of that condition, `spell waiting of lead: while …`"
        yield Meaning("the clock stands still during a spell", f"pause during waiting{limit}", note)
        return
    names = [x for x in re.findall(PATH, line.left) if x.lower() not in _FILLING | _STANDS]
    names = [".".join(names)] if len(names) == 2 and not any("." in x for x in names) else names
    exact = len(names) == 1
    note = "" if exact else "with the name of a spell, such as `spell waiting of lead: while …`"
    yield Meaning(
        "the clock stands still during a spell",
        f"pause during {names[0] if exact else 'waiting'}{limit}",
        note,
    )


_STANDS = frozenset(
    [
        "while",
        "during",
        "when",
        "until",
        "clock",
        "timer",
        "stops",
        "stopped",
        "runs",
        "run",
        "paused",
        "pause",
        "on",
        "hold",
        "counting",
        "count",
        "customer",
        "is",
        "sla",
        "waits",
        "waiting",
    ]
) - {"waiting"}


def _on_the_way(written: str) -> Iterator[Meaning]:
    line = Sentence(written)
    before = line.take(rf"({SPAN}) {_BEFORE}") or line.take(rf"(?:before|prior to) ({SPAN})")
    place = (
        None
        if before
        else line.take(
            r"(?:(?:at|after|when|once|if|on|reaching) )*(\d[\d.]*%)(?: (?:of|is|used|elapsed|passed|gone|over|reached|through|its|the|time|deadline|budget|sla|clock|target|has|have|been|up))+(?!\w)|(?:^|(?<=\s))(?:at|after|once) (\d[\d.]*%)(?=$|\s)(?! late)"
        )
    )
    after = (
        None
        if before or place
        else line.take(rf"(?:^|(?<=\s))(?:at|after) ({SPAN})(?! late)")
        if not re.search(r"\b(?:late|overdue|breach|deadline|past)\b", written)
        else None
    )
    at = before or place or after
    if at is None:
        return
    then = action(line)
    if then is None or re.search(r"(?<!\w)(?:below|above|missed|under)(?!\w)", line.left):
        return
    amount = next(filter(None, at.groups()))
    begun = f"{amount} before due" if before else f"at {amount}"
    says = "what is done on the way to a deadline follows `at 75%`, or stands behind `30 minutes before due`"
    note = f"so long after the deadline is `if {amount} late …`" if after else ""
    yield Meaning(says, f"{begun} {then}", note)


def _late(written: str) -> Iterator[Meaning]:
    line = Sentence(written)
    length = line.take(rf"(?:more than |over |by |at least |after |> ?)*({SPAN})")
    late = line.take(
        r"(?<!\w)(?:late|overdue|past (?:due|the deadline|deadline)|too late|delayed|(?:after|over|misses|missed) (?:the |its )?(?:deadline|due date)|not (?:answered |called |done |contacted )?in time|not on time|(?:each|every|a|any|per|single) (?:sla )?breach|lateness)(?!\w)"
    )
    if not late:
        return
    line.take(r"(?<!\w)(?:if|when|then|once|a|the|lead|it|is|row|response|by)(?!\w)")
    then = action(line)
    if then:
        yield Meaning(_FOLLOWS, f"if {length[1] if length else ''}{' ' if length else ''}late {then}")


def _in_a_row(written: str) -> Iterator[Meaning]:
    line = Sentence(written)
    number = line.take(
        r"(\d+)(?:x| times)?[- ]*(?:consecutive |straight |successive |missed |months?|weeks?|quarters?|periods?|years?|days?|misses|times|times? in|in)*(?: (?:in )?(?:a row|running|straight|consecutively|in a row))?(?!\w)"
    )
    missed = line.take(
        r"(?<!\w)(?:missed|misses|miss(?:ing)?|fail(?:s|ed|ures?)?|breach(?:es|ed)?|red|below target|violations?)(?!\w)"
    )
    if not number or not missed or re.search(r"%|\blate\b", written):
        return
    seldom = re.search(
        r"(?:in|per|within|of) (?:(?:a|an|any|the last|per|\d+) )?(?:month|quarter|year|week)s?(?! in a row)(?!\w)",
        written,
    )
    if then := action(line):
        note = "misses are counted where they follow one another, `in a row`" if seldom else ""
        yield Meaning(
            "several misses that follow one another are so many `in a row`",
            f"if missed {number[1]} in a row {then}",
            note,
        )


def _steps(written: str) -> Iterator[Meaning]:
    steps = list(
        re.finditer(
            rf"(below|under|less than|lower than|drops? (?:below|under)|falls? (?:below|under)|<|above|over|more than|exceed(?:s|ing|ed)?|greater than|higher than|>|at most|at least) ?({AMOUNT})",
            written,
            re.IGNORECASE,
        )
    )
    beaten = re.search(
        r"(?<!\w)(?:exceed(?:ed|s)?|overachiev\w+|beaten|surpass(?:ed)?|outperform\w*|above target|over target)(?!\w)",
        written,
        re.IGNORECASE,
    )
    if not steps and not beaten:
        return
    if not steps:
        line = Sentence(written.replace(beaten[0] if beaten else "", " "))
        then = action(line)
        if then:
            yield Meaning(_FOLLOWS, f"if above 150 {then}", "with the figure above which it is so")
        return
    if re.search(r"(?<!\w)miss(?:ed|es|ing)?(?: the target)? by(?!\w)", written, re.IGNORECASE):
        then = action(Sentence(written))
        if then:
            yield Meaning(
                "how far a figure is from its target is said by the figure itself",
                f"if below 90% {then}",
                "with the figure below which it is so",
            )
        return
    parts, limits = [], []
    for n, step in enumerate(steps):
        up = re.match(r"above|over|more|exceed|greater|higher|>|at least", step[1], re.IGNORECASE) is not None
        end = steps[n + 1].start() if n + 1 < len(steps) else len(written)
        rest = re.sub(r"^(?:then|->|:|,|;|\s)+|[\s,;]+$", "", written[step.end() : end].strip(" ,;:->"))
        then = action(Sentence(rest)) or action(Sentence(written[: steps[0].start()]))
        if then is None and re.fullmatch(r"[A-Za-z][\w %'-]*", rest):
            then = f'do "{rest}"'
        if then is None:
            return
        limits.append(up)
        parts.append(f"{'above' if up else 'below'} {step[2]} {then}")
    if len(set(limits)) == 1:
        yield Meaning(_FOLLOWS, f"if {', '.join(parts)}")


def _missed(written: str) -> Iterator[Meaning]:
    line = Sentence(written)
    missed = line.take(
        r"(?<!\w)(?:missed|misses|miss|fail(?:s|ed|ure)?|breach(?:es|ed)?|not (?:met|reached|achieved|kept|hit)|unmet|violat(?:ed|ion)|broken|below target|per missed (?:period|month|quarter|week))(?!\w)"
    )
    paid = re.match(rf"(?:{_PAID})(?!\w)", written, re.IGNORECASE)
    line.take(r"(?<!\w)per (?:month|quarter|week|day|year)(?!\w)")
    then = action(line) if missed or paid else None
    if then:
        note = "" if missed else "which follows a period that is missed"
        yield Meaning(_FOLLOWS, f"if missed {then}", note)


def _only_while(written: str) -> Iterator[Meaning]:
    match = re.fullmatch(
        rf"(only )?(if|when|while|as long as|provided(?: that)?|unless|except (?:if|when|while)|not (?:if|when)|applies (?:only )?(?:if|when|while)|suspended (?:if|when|while)|valid (?:if|while))(?: the)? ({NAME})(?: is| are| stays?)? (below|under|less than|at most|<=?|above|over|more than|at least|>=?|exceeds?) ({AMOUNT})(?: per \w+)?",
        written, re.IGNORECASE,
    )  # fmt: skip
    if match is None:
        return
    less = re.match(r"below|under|less|at most|<", match[4], re.IGNORECASE) is not None
    turned = re.match(r"unless|except|not|suspended", match[2], re.IGNORECASE) is not None
    limit = "at most" if less != turned else "at least"
    yield Meaning(
        "a promise that stands only in some periods does so `only while` another figure is so",
        f"only while {match[3]} {limit} {match[5]}",
    )


def _except(written: str) -> Iterator[Meaning]:
    match = re.match(
        r"(?:except(?:ion)?(?:s)?|exclud(?:e|es|ed|ing)|ignor(?:e|es|ed|ing)|skip(?:s|ped|ping)?|unless|without|leave out|not counted|does not (?:apply|count)|doesn't (?:apply|count)|not for|n/a)(?: (?:if|when|where|for|leads?|rows?|all|the|that|which|whose|with|are|have|has|they))*(?= |:)[ :]*",
        written, re.IGNORECASE,
    )  # fmt: skip
    if match is None or not written[match.end() :]:
        return
    condition = Sentence(written[match.end() :])
    reason = (
        condition.take(rf"(?:because|reason:?|due to|as|,|\()? ?({TEXT})\)?$")
        if re.search(rf"(?:because|reason:?|due to|as|,|\() ?{TEXT}\)?$", condition.left)
        else None
    )
    because = reason[1] if reason else '"not ours to answer"'
    note = "" if reason else "with the reason that a report gives"
    yield Meaning(
        "rows are left out by `except when`, with the reason",
        f"except when {condition.left} because {because}",
        note,
    )
    words = [x for x in re.findall(NAME, condition.left) if x.lower() not in _FILLING]
    if words and not re.search(r'[=<>"]|\b(?:is|in)\b', condition.left):
        field = f"{words[0]}_at" if "_" not in words[0] else words[0]
        yield Meaning(
            "rows are left out by `except when`, with the reason",
            f'except when {field} is known because "{condition.left}"',
            "with the condition that says so",
        )
    if re.fullmatch(NAME, condition.left):
        yield Meaning(
            "rows are left out by `except when`, with the reason",
            f"except when {condition.left} is known because {because}",
            note,
        )
