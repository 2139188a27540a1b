"""What a syntax error says: what was expected after which word, and what was found, in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from sladsl.syntax.split import Word
from sladsl.syntax.words import NOUNS, RESERVED


@dataclass(frozen=True, slots=True)
class Trouble:
    """Where parsing one declaration stopped: the words around the place and the terminals that could have come.

    `found` is None at the end of the declaration; `previous` is the word or phrase before it; `expected` maps
    each terminal to its spelling ("" when it has no single one). `read` are the words before the place as the parser read them,
    phrases as one word.
    """

    before: tuple[Word, ...]
    found: Word | None
    after: tuple[Word, ...]
    previous: str
    expected: dict[str, str]
    read: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Wording:
    message: str
    help: str = ""


_OPERANDS = frozenset(
    [
        "LPAR",
        "NAME",
        "NUMBER",
        "STRING",
        "PERCENT",
        "DATE",
        "DATETIME",
        "CLOCK",
        "TRUE",
        "FALSE",
        "LBRACE",
        "MINUS",
        "NOT",
        "ANY",
        "NO",
        "AT_LEAST",
        "AT_MOST",
    ]
)
_COMPARISONS = frozenset(
    ["=", "!=", "<", "<=", ">", ">=", "contains", "matches", "in", "between", "within", "during"]
) | {
    "starts with",
    "ends with",
    "not in",
    "in the last",
    "not in the last",
    "is known",
    "is missing",
}
_TYPES = frozenset(["text", "boolean", "date", "time", "duration", "number", "planned"]) | {
    "one of",
    "key of",
}
_FLAGS = frozenset(["key", "optional", "accountable"])
_MEASURES = frozenset(
    {"count of", "share of", "time from", "sum of", "average of", "median of", "least of", "greatest of"}
)
_PLACES = frozenset(["first", "next", "last", "first of", "last of"])
_MOMENTS = frozenset(["since", "time from", "from", "to", "before", "after"])
"""After which the name of a moment stands."""
_SIGNS = frozenset(["PLUS", "MINUS", "TIMES", "DIVIDE", "DOT"])
_SHOWN = 6


def wording(trouble: Trouble) -> Wording:
    """The message of a syntax error, and a help where the mistake is a known one."""
    return _known_mistake(trouble) or _plain(trouble)


def _plain(trouble: Trouble) -> Wording:
    after = f" after `{shown(trouble.previous)}`" if trouble.previous else ""
    expected = expectation(trouble.expected, "a value" if trouble.previous == "=" else "a condition")
    if trouble.found is None:
        return Wording(f"expected {expected}{after}, but the declaration ends there")
    return Wording(f"expected {expected}{after}, found `{shown(trouble.found.text)}`")


def shown(text: str) -> str:
    """A word short enough for a message."""
    return text if len(text) <= 40 else text[:39] + "…"


def lines_shown(text: str) -> str:
    """What to write, of one line or more, as it stands between the marks of a help."""
    return "`, and below it `".join(" ".join(line.split()) for line in text.split("\n"))


def expectation(expected: dict[str, str], condition: str = "a condition") -> str:
    """`a number or a percentage`, `` `to` or `for each` ``: what could come, at most six things."""
    left = dict(expected)
    items = [*_groups(left, condition), *_nouns(left)]
    plain = sorted(
        (spelling for spelling in left.values() if spelling), key=lambda each: not each[0].isalpha()
    )
    items += [f"`{spelling}`" for spelling in plain]
    if not items:
        return NOUNS["$END"]
    if len(items) > _SHOWN:
        return f"something like {join_words(items[: _SHOWN - 1])}"
    return join_words(items)


def join_words(items: Iterable[str], last_but: str = "or") -> str:
    """`a, b or c`."""
    *head, last = items
    return f"{', '.join(head)} {last_but} {last}" if head else last


def _groups(left: dict[str, str], condition: str) -> list[str]:
    """Takes out of `left` the terminals that have a name together, and gives those names."""
    spelled = set(left.values())
    items = []
    if {"LPAR", "NAME", "STRING", "NUMBER"} <= left.keys():
        items.append(condition if "NOT" in left else "a value")
        _drop(left, _OPERANDS)
    if {"STRING", "NUMBER", "DATE", "TRUE"} <= left.keys():
        items.append("a value")
        _drop(left, _OPERANDS)
    if {"=", "<", "contains"} <= spelled:
        items.append("a comparison such as `=` or `is known`")
        _drop(left, _SIGNS | {"LPAR"} | {name for name, text in left.items() if text in _COMPARISONS})
    if spelled >= _TYPES:
        items.append("a type such as `text`, `number` or `time`")
        _drop(left, {"STRING"} | {name for name, text in left.items() if text in _TYPES | _FLAGS})
    if {"for each", "at least", "within"} <= spelled:
        _drop(left, {name for name, text in left.items() if text == "for each"})  # seldom what was meant
    if spelled >= _PLACES:
        items += ["a place such as `first`, `5th` or `last of`", "a length of time such as `2 days`"]
        _drop(left, {"ORDINAL", "NUMBER"} | {name for name, text in left.items() if text in _PLACES})
    if spelled >= _MEASURES:
        items.append("a measure such as `count of`, `share of` or `time from`")
        _drop(left, {"PERCENTILE_OF"} | {name for name, text in left.items() if text in _MEASURES})
    return items


def _nouns(left: dict[str, str]) -> list[str]:
    """Takes out of `left` the terminals that have a name of their own, and gives those names."""
    if "NUMBER" in left:
        _drop(left, {"MINUS"})
    _drop(left, {"BUSINESS"} if "UNIT" in left else ())
    for optional in (_SIGNS | {"LPAR"}, {"UNIT"}, {"$END"}):
        if left.keys() - optional:
            _drop(left, optional)
    if {"NUMBER", "PERCENT"} <= left.keys():
        _drop(left, {"NUMBER", "PERCENT"})
        return ["a number", "a percentage", *_nouns(left)] if left else ["a number", "a percentage"]
    names = [name for name in NOUNS if name in left]
    _drop(left, set(names))
    return [NOUNS[name] for name in names]


def begins_line(text: str, word: Word) -> bool:
    """Whether nothing but blanks stands before a word on its line."""
    return not text[: word.span.start].rpartition("\n")[2].strip()


def _drop(left: dict[str, str], names: Iterable[str]) -> None:
    for name in names:
        left.pop(name, None)


# --- mistakes that have a better message than what was expected -----------------------------------


def _known_mistake(trouble: Trouble) -> Wording | None:
    for recognise in (
        _child_test, _reserved, _chained, _closes_nothing, _share, _fields, _whose_route, _reckoned,
        _one_target,
    ):  # fmt: skip
        wording = recognise(trouble)
        if wording:
            return wording
    return None


def _one_target(trouble: Trouble) -> Wording | None:
    """A limit that depends on something, of a promise that is judged as a whole."""
    words = [w.text for w in trouble.before[-5:]]
    limit = any(a == "at" and b in ("least", "most") for a, b in pairwise(words)) or bool(
        {"at least", "at most"} & set(words)
    )
    asks = trouble.found is not None and trouble.found.text in ("when", "otherwise")
    if not (asks and limit and "PERIOD" not in trouble.expected and "per" in trouble.expected.values()):
        return None
    return Wording(
        "a figure has one target, and here it depends on which rows are counted",
        'say by which field they are judged, each group by itself: `for each region at least 80 when region = "US", 40 otherwise`',
    )


def _child_test(trouble: Trouble) -> Wording | None:
    unexpected = trouble.found.text if trouble.found else ""
    inside = "LPAR" in trouble.expected and "ANY" not in trouble.expected and unexpected in ("any", "no")
    split = trouble.previous == "at" and "=" in trouble.expected.values() and unexpected in ("least", "most")
    if unexpected == "where" and _tests_rows(trouble.before):
        return Wording(
            "a test of child records with a `where` stands alone or in parentheses: `where` runs to the end of it",
            "put parentheses around it: `(any activity where …)`",
        )
    if not (inside or split):
        return None
    words = f"at {unexpected} 3" if split else unexpected
    return Wording(
        f"a test of child records stands alone or in parentheses, found `{words.removesuffix(' 3')}`",
        f"put parentheses around it: `({words} activity …)`",
    )


def _tests_rows(before: tuple[Word, ...]) -> bool:
    """Whether the words end with a test of child records: `any activity`, `at most 3 activity within 2 days before mql_at`."""
    words = [w.text for w in before[-12:]]
    last = max((n for n, w in enumerate(words) if w in {"any", "no", "least", "most"}), default=None)
    return last is not None and not {"and", "or", "where", "(", ")"} & set(words[last:])


def _reserved(trouble: Trouble) -> Wording | None:
    if trouble.found and trouble.found.text in RESERVED and "NAME" in trouble.expected:
        return Wording(
            f"`{trouble.found.text}` cannot be a name",
            f"{join_words((f'`{word}`' for word in RESERVED), 'and')} are never names; choose another one",
        )
    return None


def _chained(trouble: Trouble) -> Wording | None:
    spelled = trouble.expected.values()
    if trouble.found and trouble.found.text in _COMPARISONS and "and" in spelled and "=" not in spelled:
        return Wording(
            f"a comparison cannot be compared again, found `{trouble.found.text}`",
            "join two comparisons with `and`, or use `between … and …`",
        )
    return None


def _whose_route(trouble: Trouble) -> Wording | None:
    unexpected = trouble.found.text if trouble.found else ""
    if unexpected != "to" or [word.text for word in trouble.before[-2:]] != ["expect", "routed"]:
        return None
    return Wording(
        "expected a definition between `expect` and `routed to`",
        'say whose route is meant: `expect MQL routed to "…"`',
    )


def _reckoned(trouble: Trouble) -> Wording | None:
    """`since 2 days after mql_at`: only an event says what a moment is reckoned from."""
    if trouble.found is None or trouble.found.kind != "number" or trouble.previous not in _MOMENTS:
        return None
    words = [x.text for x in trouble.after]
    if not any(x in ("after", "before") for x in words[:4]):
        return None
    moment = " ".join(
        (trouble.found.text, *words[: words.index("after" if "after" in words[:4] else "before") + 2])
    )
    return Wording(
        f"`{moment}` cannot stand after `{trouble.previous}`: a moment that is reckoned from another has a name",
        f"declare it with `event …: {moment}`, and write its name here",
    )


def _closes_nothing(trouble: Trouble) -> Wording | None:
    unexpected = trouble.found.text if trouble.found else ""
    opening = {")": "(", "}": "{"}.get(unexpected)
    if opening and not any(word.text == opening for word in trouble.before):
        return Wording(
            f"`{unexpected}` closes no bracket", f"remove it, or write the `{opening}` it belongs to"
        )
    return None


def _share(trouble: Trouble) -> Wording | None:
    if (
        trouble.found
        and "PERCENT" in trouble.expected
        and "NUMBER" not in trouble.expected
        and trouble.found.kind == "number"
    ):
        return Wording(
            f"expected {NOUNS['PERCENT']} after `{trouble.previous}`, found `{shown(trouble.found.text)}`",
            "a share is written as a percentage: `95%`, not `0.95`",
        )
    return None


def _fields(trouble: Trouble) -> Wording | None:
    """A body that is not there: `record lead:` and nothing after it."""
    if trouble.found is None and trouble.previous == ":" and len(trouble.before) >= 2:
        return Wording(
            f"expected {expectation(trouble.expected)} after `:`, but the declaration ends there",
            "what belongs to a declaration is indented; a line that begins in column 0 begins another",
        )
    return None


def example(text: str, trouble: Trouble, rule: str) -> str:
    """What to write: the one thing that is missing, or else how what was begun is written."""
    return _missing(trouble) or form(text, trouble.read, rule)


def _missing(trouble: Trouble) -> str:
    """What to write where one thing alone is missing, "" where there is no telling."""
    awaited = set(trouble.expected) - {"$END"}
    if awaited == {"UNIT", "BUSINESS"} and trouble.previous.replace("_", "").isdigit():
        number = trouble.previous
        return f"say what it counts: for example `{number} hours` or `{number} business hours`"
    words = {each for each in trouble.expected.values() if each and each[0].isalpha()}
    if words >= _TYPES:
        return (
            "the types are `text`, `number`, `boolean`, `date`, `time` and `duration`, `one of` with values in quotes, "
            "and `key of` with the record whose row it names"
        )
    if "because" in words and words <= {"because", "and", "or"} | _COMPARISONS:
        return 'give the reason: for example `because "withdrawn"`'
    if (
        trouble.found
        and trouble.found.kind == "number"
        and awaited >= {"NAME"}
        and trouble.found.text[-1:].isalpha()
    ):
        return "a name begins with a letter or `_`"
    if "per" in words and words <= {"per", "of", "business", "for"}:
        return "say how often it is asked: for example `per month`"
    return ""


# --- how things are written -----------------------------------------------------------------------

_CONDITION = 'a condition is such as `country = "US"`, `company_size >= 200`, `email is known` or `country in {"US", "CA"}`'
_MEASURE = (
    "a KPI is a measure such as `count of MQL`, `share of MQL that become SAL within 5 days`, `time from MQL to first_call` "
    "or `sum of amount over deal`"
)
_ACTIONS = 'what follows is such as `notify "sales managers"`, `reassign to "inbound pool"` or `escalate to owner.manager`'
_ROWS = "tests of child records are such as `any activity within 30 days before mql_at`, `no activity` and `at least 3 activity`"

FORMS: Mapping[str, Mapping[str, str]] = {
    "agreement": {
        "agreement": 'an agreement begins with its name: `agreement "Marketing to sales":`',
        "between": 'the parties are such as `between marketing "Demand generation" and sales "Field sales"`',
        "goal": 'write it as `goal "Every lead is called the same day"`',
        "effective": "write `effective 2026-01-01 to 2026-12-31`, or without an end `effective from 2026-01-01`",
        "zone": 'write it as `zone "Europe/Berlin"`',
        "hours": "write `hours office`, with the name of a calendar",
        "year starts": "write it as `year starts february`",
        "week starts": "write it as `week starts sunday`",
        "review": 'write it as `review monthly by "RevOps" over country`',
        "reviewed": "write it as `reviewed 2026-02-03, 2026-05-04`",
    },
    "calendar": {
        "calendar": "a calendar begins with its name, `calendar office:`, and has its hours below",
        "zone": 'write it as `zone "Europe/Berlin"`',
        "open": "write it as `open monday to friday 09:00 to 12:30, 13:30 to 18:00`, or of one date `open 2026-12-24 09:00 to 13:00`",
        "closed": "write it as `closed 2026-12-24`, `closed 2026-12-24 to 2027-01-01`, or for the public holidays "
        'of a country `closed holidays "US"`',
        "because": 'write it as `closed 2026-03-03 09:00 to 13:00 because "CRM outage"`',
        "closed holidays": 'write it as `closed holidays "US" except "Columbus Day"`',
    },
    "record": {
        "record": 'a record begins with its name, `record lead "One row per lead":` or `record call of lead:`, and has its fields below',
        "by": "write it as `record quote of deal by deal_id = id:`, the record's own field first",
        ":": "a field is its name and its type, such as `email optional text`",
        "one of": 'write it as `one of "new", "won", "lost"`',
        "key of": "write `key of rep`, with the record whose row the field names",
        "in": 'write it as `number in "USD"`',
    },
    "let": {
        "let": 'a constant is such as `let quota = 120` or `let free_mail = {"gmail.com", "yahoo.com"}`',
        "from": "a value that changes says from when on: `let quota = 120, 150 from 2026-04-01`",
        "of": 'a field that is derived from others is such as `let stage of lead = (status of last status_change else "New")`',
    },
    "score": {
        "score": "a score begins with its name and its record, `score fit of lead:`, and has its points below",
        ":": "points are such as `add 40 when company_size >= 200` or `subtract 15 when email is missing`",
        "add": "points are such as `add 40 when company_size >= 200`",
        "subtract": "points are such as `subtract 15 when email is missing`",
        "for each": 'points for rows are such as `add 5 for each activity where type = "call" at most 30`',
        "at most": 'points for rows are such as `add 5 for each activity where type = "call" at most 30`',
    },
    "define": {
        "define": "a definition is such as `define SAL: MQL when accepted_at is known since accepted_at`",
        ":": "a definition is such as `define SAL: MQL when accepted_at is known since accepted_at`",
        "from": "a later text of a definition is such as `define MQL from 2026-07-01: lead when fit >= 70`",
        "since": "write `since accepted_at`, with a field of the type `time` or an event",
    },
    "lifecycle": {
        "lifecycle": "write it as `lifecycle lead: MQL -> SAL -> Customer`",
    },
    "event": {
        "event": 'an event is such as `event first_call: first activity where type = "call"`',
        ":": 'an event is such as `first activity where type = "call"`, `first of accepted_at, rejected_at` or `2 days after MQL`',
        "first of": "write it as `first of accepted_at, rejected_at`",
        "last of": "write it as `last of first_call, first_mail`",
        "after": "write it as `2 business days after MQL`",
        "before": "write it as `48 hours before renews_at`",
    },
    "spell": {
        "spell": "a spell is such as `spell waiting of quote: while sent_at is known and answered_at is missing`",
        ":": "write `while sent_at is known and answered_at is missing`, or for rows with two times `each absence from starts to ends`",
        "each": "write it as `each absence from starts to ends`",
        "for each": "write it as `for each accountable owner`",
    },
    "kpi": {
        "kpi": "a KPI is such as `kpi volume = count of MQL`",
        "=": _MEASURE,
        "count of": "a count is such as `count of MQL` or `count of MQL where country = \"US\"`",
        "share of": "a share is such as `share of MQL that become SAL within 5 business days` or `share of MQL whose fit >= 80`",
        "that become": "a share is such as `share of MQL that become SAL within 5 business days`",
        "within": "write it as `within 5 business days` or `within 90 days`",
        "time from": "write it as `time from MQL to first_call in business hours`",
        "sum of": "a statistic is such as `sum of amount over deal`",
        "average of": "a statistic is such as `average of amount over deal`",
        "median of": "a statistic is such as `median of amount over deal`",
        "least of": "a statistic is such as `least of amount over deal`",
        "greatest of": "a statistic is such as `greatest of amount over deal`",
        "over": "a statistic is such as `sum of amount over deal where stage = \"won\"`",
        "for each": "write it as `for each industry, country`",
    },
    "owes": {
        "owes": "commitments stand below the two parties: `marketing owes sales:`",
        ":": "a commitment is a KPI with its target, such as `volume at least 120 per month`",
        "at least": "write it as `volume at least 120 per month` or `acceptance at least 60% per quarter`",
        "at most": "write it as `complaints at most 5% per month`",
        "between": "write it as `volume between 100 and 150 per month`",
        "within": "write it as `answer within 4 business hours for 90% per month`, with a choice "
        "`within 1 hour when fit >= 80, within 4 hours otherwise`",
        "by": "write `answer by due_at for 90% per month`, with a field of the type `planned time`",
        "for": "write it as `for 90% of MQL per month`",
        "for each": 'write it as `volume for each region at least 80 when region = "US", 40 otherwise per month`',
        "per": "write `per day`, `per week`, `per month`, `per quarter` or `per year`",
        "from": "write it as `per month from 2026-07-01 until 2026-12-31`",
        "until": "write it as `per month until 2026-06-30`",
        "warn below": "write it as `warn below 130`",
        "warn above": "write it as `warn above 130`",
        "needs at least": "write it as `needs at least 20`",
        "none counts as": "write `none counts as met` or `none counts as missed`",
        "except when": 'write it as `except when withdrawn_at is known because "withdrawn"`',
        "because": 'write it as `except when withdrawn_at is known because "withdrawn"`',
        "only while": "write it as `only while volume at most 150`",
        "pause during": "write `pause during waiting`, with the name of a spell, or `pause during hold from began to resumed` "
        "with a record and two of its times",
        "if late": _ACTIONS,
        "if missed": f"{_ACTIONS}; after several misses `if missed 2 in a row escalate to \"board\"`",
        "in a row": _ACTIONS,
        "late": _ACTIONS,
        "before due": _ACTIONS,
        "if": 'write it as `if 1 business day late escalate to "head of sales"`',
        "at": 'write it as `at 75% notify owner` or `at 55 minutes notify "team lead"`',
        "if below": 'write it as `if below 99% do "credit 10%", below 95% do "credit 25%"`',
        "if above": 'write it as `if above 5% do "credit 10%", above 10% do "credit 25%"`',
        "below": 'write it as `below 95% do "credit 25%"`',
        "above": 'write it as `above 10% do "credit 25%"`',
        "notify": 'write it as `notify "sales managers"`, or `notify owner` with a field',
        "tag": 'write it as `tag "late"`',
        "do": 'write it as `do "credit 10%"`',
        "reassign to": 'write it as `reassign to "inbound pool"`, or `reassign to desk` with a field',
        "escalate to": 'write it as `escalate to "head of sales"`, or `escalate to owner.manager` with a field',
    },
    "route": {
        "route": "a route begins with the definition whose rows it is for, `route MQL:`, and has its places below",
        ":": 'write it as `to "enterprise" when company_size >= 1_000` and, for the rest, `to "inbound pool" otherwise`',
        "to": 'write it as `to "enterprise" when company_size >= 1_000` and, for the rest, `to "inbound pool" otherwise`',
    },
    "never": {
        "never": 'write it as `never "a private address is an MQL": MQL when domain(email) in free_mail`',
        ":": "write it as `MQL when domain(email) in free_mail`, a definition and what none of its rows may be",
    },
    "source": {
        "source": 'a source begins with its name, its record and its file: `source crm for lead from "leads.csv":`',
        ":": 'a field is filled from a column, such as `email = "Email"`, or is the same in every row, `type always "call"`',
        "=": 'a field is filled from a column, such as `email = "Email"` or `at = "Date" as "DD.MM.YYYY HH:mm"`',
        "always": 'write it as `type always "call"`',
        "as": 'write it as `as "DD.MM.YYYY HH:mm"`',
        "at": "write it as `as \"DD.MM.YYYY\" at 09:00`",
        "where": 'write it as `where "INBOUND" means "inbound", "OUTBOUND" means "outbound"`',
        "means": 'write it as `where "INBOUND" means "inbound", "OUTBOUND" means "outbound"`',
        "times in": 'write it as `times in "America/Chicago"`',
        "numbers": 'write it as `numbers "1,234.56"`, an example with both signs',
        "encoding": 'write it as `encoding "windows-1252"`',
        "header at": "write it as `header at 3`",
        "missing": 'write it as `missing "", "N/A"`',
        "skip when": 'write it as `skip when "Is Deleted" in {"true"}`',
        "only when": 'write it as `only when "Field" in {"Status"}`',
        "keep latest by": 'write it as `keep latest by "Updated"`',
        "keep first by": 'write it as `keep first by "Updated"`',
        "newest of": 'write it as `from newest of "contacts-*.csv"`',
        "fresh within": "write it as `fresh within 2 days`",
        "readable at least": "write it as `readable at least 95%`",
    },
    "import_file": {"import": 'write it as `import "calendars.sla"`'},
    "test": {
        "test": 'a test begins with what it shows, `test "a lead answered in time":`, and has its rows below',
        "given": 'write it as `given lead: email "ana@acme.com", company_size 400`',
        ":": 'write it as `given lead: email "ana@acme.com", company_size 400`',
        "as of": "write it as `as of 2026-03-10 09:00`",
        "expect": "expect such as `expect MQL`, `expect fit = 65`, `expect answer met, due 2026-03-09 15:00` or "
        '`expect MQL routed to "enterprise"`',
        "routed to": 'write it as `expect MQL routed to "enterprise"`',
        "due": "write it as `due 2026-03-09 15:00`",
    },
}  # fmt: skip
"""How what begins with a word or phrase is written, by the rule of its declaration. A word that is not here goes on with what is
before it."""

LISTS = frozenset({"agreement", "calendar", "record", "score", "owes", "route", "source", "test"})
"""Declarations of any number of lines that say something each by itself."""
_ANYWHERE: Mapping[str, str] = {
    **dict.fromkeys(("when", "where", "whose", "while"), _CONDITION),
    **dict.fromkeys(("any", "no"), _ROWS),
    "in the last": "write it as `won_at in the last 14 days`",
    "not in the last": "write it as `won_at not in the last 14 days`",
    "during": "write `mql_at during office`, with the name of a calendar",
    "else": "what stands for a missing value is such as `(company_size else 0)`, in parentheses",
}
"""The same of conditions, which stand in many declarations."""
_FREE = frozenset({"NAME", "STRING", "NUMBER", "PERCENT", "DATE", "DATETIME", "CLOCK"})


def form(text: str, read: Iterable[Word], rule: str) -> str:
    """How what was begun last is written; `read` are the words before the place, as they were read. A line that begins with a name says
    something by itself, and so does what is below it."""
    forms, words = FORMS[rule], [*read]
    for number in reversed(range(len(words))):
        spelled = " ".join(words[number].text.split())
        compares = spelled == "=" and rule == "kpi" and any(x.text == "=" for x in words[:number])
        if (
            ":" in forms
            and rule in LISTS
            and words[number].kind == "NAME"
            and begins_line(text, words[number])
        ):
            return forms[":"]
        if words[number].kind in _FREE or compares:
            continue
        if written := forms.get(spelled) or _ANYWHERE.get(spelled):
            return written
    return ""
