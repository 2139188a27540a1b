"""What a syntax error says: what was expected after which word, and what was found, in the reader's words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from sladsl.syntax.split import Word
from sladsl.syntax.words import NOUNS, RESERVED


@dataclass(frozen=True, slots=True)
class Trouble:
    """Where parsing one declaration stopped: the words around the place and the terminals that could have come.

    `found` is None at the end of the declaration; `previous` is the word or phrase before it; `expected` maps
    each terminal to its spelling ("" when it has no single one).
    """

    before: tuple[Word, ...]
    found: Word | None
    after: tuple[Word, ...]
    previous: str
    expected: dict[str, str]


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


def example(trouble: Trouble) -> str:
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
