"""The words of the language with a line on each, for hovers and completions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from sladsl.functions import FUNCTIONS
from sladsl.language import HELP as CLAUSES
from sladsl.source import Span

HELP: Mapping[str, str] = CLAUSES | {
    "agreement": "who agrees with whom, for how long, and in which time zone",
    "calendar": "when somebody is there: business time is counted in it",
    "record": "what a row of data is about, and its fields",
    "key": "the field that names the row",
    "key of": "the field names a row of another record by its key: `owner.manager` is that row's field",
    "optional": "the field may be missing",
    "accountable": "the field that says whose breach it is",
    "text": "any text; ids are text too",
    "number": 'a number, with a unit if you like: `number in "USD"`',
    "boolean": "true or false",
    "true": "a value of a field that is true or false",
    "false": "a value of a field that is true or false; a missing one is neither",
    "date": "a day",
    "time": "a moment",
    "planned": "known before it comes, as a due date is: it can be read at once, and is no event",
    "duration": "a length of time",
    "one of": "one of a few values",
    "let": "a constant",
    "in the last": "reaches beyond the instant of reading, when so long is added to it",
    "not in the last": "lies further back, or is yet to come",
    "during": "at a moment at which the calendar is open",
    "score": "points, added and subtracted where conditions are true",
    "add": "points that are added where a condition is true",
    "subtract": "points that are taken off where a condition is true",
    "define": "a population: rows that meet a condition, from a moment on",
    "when": "the condition; rows for which it is unknown are not in",
    "since": "the moment at which a row comes in",
    "lifecycle": "definitions that follow one another",
    "event": "a moment found among rows",
    "spell": "stretches of time of a row, each a row of its own: when it began, and when it ended",
    "while": "a spell lasts as long as this is true",
    "each": "rows that have a beginning and an end are spells as they are",
    "first of": "the earliest of several moments",
    "last of": "the latest of several moments, once all of them are known",
    "first": "the earliest row, in the order of its time",
    "next": "the earliest row that is later than the start",
    "last": "the latest row, in the order of its time: another may still follow",
    "kpi": "what is measured",
    "count of": "how many rows",
    "at period end": "how many of these last when the period ends",
    "share of": "how many of the rows meet a condition, or become something",
    "that become": "how many of the rows come into a definition",
    "whose": "the condition that is counted",
    "time from": "how long from one moment to another",
    "sum of": "the values added up",
    "average of": "the sum, divided by how many there are",
    "median of": "half of the values are no more than this",
    "least of": "the smallest value",
    "greatest of": "the largest value",
    "to": "where it ends; of a route, who gets the rows of this line",
    "from": "where it begins",
    "for each": "reports the KPI by these fields too; of a spell: when one of them changes, another begins",
    "where": "keeps only the rows that meet a condition",
    "over": "the rows that a statistic is taken of",
    "owes": "what one party promises the other",
    "at least": "no less than this",
    "at most": "no more than this",
    "within": "by this deadline",
    "by": "due at the moment that the row itself holds, or at a reading of the clock; in an event or a record, the field that is meant",
    "before": "rows up to this moment, and no further from it",
    "after": "rows from this moment on, and no further from it",
    "otherwise": "takes what no branch before it took, unknown included",
    "by close": "by the last close of that day",
    "for": "the share that has to be on time",
    "of": "what it belongs to, or the rows that it is narrowed to",
    "per": "the period that is judged",
    "never": "what no row may be when it comes in; a run lists those that are",
    "route": "where rows of a definition go: the first case that is true",
    "newest of": "of several files only the one whose name has the latest date",
    "source": "where a record's data are, and how columns become fields",
    "always": "the same value in every row",
    "as": "how dates and times are written in the column",
    "at": "the time of day of a value that is only a date",
    "means": "what a value of the data is called here",
    "not in": "none of these values",
    "import": "brings the declarations of another file in",
    "test": "one row, and what is expected of it",
    "given": "the row, or a row that belongs to it",
    "as of": "the instant at which it is looked at",
    "expect": "a definition, a condition, a verdict or a route",
    "routed to": "where the row goes",
    "due": "the deadline that is expected",
    "any": "there is such a row",
    "no": "there is no such row",
    "business": "counted in open time only",
}

_HELP_OF_OPERATORS = {name: f.help for name, f in FUNCTIONS.items() if f.spoken and name[0].isalpha()}


def help_of(word: str) -> str:
    """A line on a word or phrase of the language; empty when there is none."""
    return HELP.get(word) or _HELP_OF_OPERATORS.get(word, "")


@cache
def _phrases() -> re.Pattern[str]:
    longest = sorted(HELP, key=len, reverse=True)
    spaced = (r"\s+".join(map(re.escape, phrase.split())) for phrase in longest)
    return re.compile(rf"(?<!\w)(?:{'|'.join(spaced)})(?!\w)")


def phrase_at(text: str, offset: int) -> tuple[Span, str] | None:
    """The phrase of the language that an offset is in; nothing inside quotes and comments."""
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    line = text[start : end if end >= 0 else len(text)]
    plain = re.sub(r'"(?:\\["\\]|[^"\n])*"|#.*', lambda match: " " * len(match.group()), line)
    for match in _phrases().finditer(plain):
        if match.start() <= offset - start <= match.end():
            return Span(start + match.start(), start + match.end()), " ".join(match.group().split())
    return None
