"""Whole declarations and commitments to fill in, with the agreement's own names in them.

A snippet is in the form editors share: `${1:word}` is a place to type at, with what stands there until then.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

from sladsl import model as m
from sladsl.language import LANGUAGE

_PLACE = re.compile(r"\$\{\d+:([^}]*)\}|\$\{\d+\|([^,|]*)[^}]*\|\}|\$\d")


@dataclass(frozen=True, slots=True)
class Snippet:
    label: str
    body: str
    help: str


def plain(body: str) -> str:
    """A snippet for an editor that knows none: what its places hold, without the places."""
    return _PLACE.sub(lambda found: found.group(1) or found.group(2) or "", body)


def declarations(model: m.Model) -> Iterator[Snippet]:
    """What can stand at the margin."""
    record = next((name for name, each in model.records.items() if each.link is None), "lead")
    child = next((name for name, each in model.records.items() if each.link is not None), "activity")
    definition = next(iter(model.definitions), "MQL")
    if model.agreement is None:
        yield _AGREEMENT
    parties = [party.name for party in model.agreement.parties] if model.agreement else []
    for one, other in zip(parties, reversed(parties), strict=True):
        yield Snippet(
            f"{one} owes {other}", f"{one} owes {other}:\n  $0", "what one party promises the other"
        )
    for label, body, help in _BODIES:
        named = body.replace("RECORD", record).replace("CHILD", child).replace("DEFINITION", definition)
        yield Snippet(label, named, help)


_AGREEMENT = Snippet(
    "agreement",
    'agreement "${1:Marketing to sales}":\n  between ${2:marketing} and ${3:sales}\n'
    '  effective ${4:2026-01-01} to ${5:2026-12-31}\n  zone "${6:America/New_York}"\n',
    "who agrees with whom, for how long, and in which time zone",
)
_BODIES = (
    (
        "calendar",
        "calendar ${1:office_hours}:\n  open ${2:monday to friday} ${3:09:00 to 17:00}\n"
        '  closed holidays "${4:US}"\n',
        "when somebody is there: business time is counted in it",
    ),
    ("record", "record ${1:lead}:\n  ${2:id}  key text\n  $0", "what a row of data is about"),
    (
        "record of a parent",
        "record ${1:activity} of RECORD:\n  ${2:at}  time\n  $0",
        "rows that belong to a row of another record",
    ),
    ("let", "let ${1:name} = $0", "a constant"),
    ("score", "score ${1:fit} of RECORD:\n  add ${2:20} when $0", "points for a row"),
    ("define", "define ${1:MQL}:\n  RECORD when $0", "rows that meet a condition"),
    ("event", "event ${1:first_touch}:\n  first CHILD where $0", "a moment found among rows"),
    ("kpi", "kpi ${1:volume} = $0", "what is measured"),
    ("kpi: count", "kpi ${1:volume} = count of DEFINITION", "how many rows"),
    (
        "kpi: share",
        "kpi ${1:acceptance} = share of DEFINITION that become ${2:SAL} within ${3:5 business days}",
        "how many of the rows become something",
    ),
    (
        "kpi: time",
        "kpi ${1:response_time} = time from DEFINITION to ${2:first_touch} in ${3:business hours}",
        "how long from one moment to another",
    ),
    ("lifecycle", "lifecycle RECORD: $0", "definitions that follow one another"),
    (
        "route",
        'route DEFINITION:\n  to "${1:enterprise}" when $2\n  to "${3:inbound pool}" otherwise',
        "where rows of a definition go",
    ),
    (
        "source",
        'source ${1:contacts} for RECORD from "${2:contacts.csv}":\n  ${3:id} = "${4:Record ID}"\n  $0',
        "where a record's data are",
    ),
    ("import", 'import "${1:calendars.sla}"', "brings the declarations of another file in"),
    (
        "test",
        'test "${1:what it shows}":\n  given RECORD: $2\n  expect $0',
        "one row, and what is expected of it",
    ),
)


def commitments(model: m.Model) -> Iterator[Snippet]:
    """A whole promise for each KPI, in the form that fits what it measures."""
    for kpi in model.kpis.values():
        match kpi.measure:
            case m.TimeBetween():
                length = "4 business hours" if kpi.measure.calendar else "4 hours"
                target = f"within ${{:{length}}} for ${{:95%}}"
            case m.Become() | m.Whose():
                target = "at least ${:60%}"
            case _:
                target = "at least ${:100}"
        clauses = (words for kind in LANGUAGE.commitment if (words := kind.snippet(kpi)))
        body = "\n    ".join([f"{kpi.name} {target} per ${{:month}}", *clauses])
        yield Snippet(f"{kpi.name} …", _numbered(body), "a whole commitment")


def _numbered(body: str) -> str:
    """A snippet with the numbers of its places: an editor goes through them in this order."""
    number = count(1)
    return re.sub(r"\$\{:", lambda _: f"${{{next(number)}:", body)
