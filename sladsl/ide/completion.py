"""What can come next, in the words of the language, with the agreement's own names and values.

The grammar says what may stand at the place, the model which names mean something there. Nothing else is offered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import count

from sladsl import model as m
from sladsl import types as t
from sladsl.calendars import (
    country_names,
    holiday_names,
    is_holiday_region,
    regions,
    zone_countries,
    zone_names,
)
from sladsl.functions import CALLS, FUNCTIONS
from sladsl.ide import completion_types as types
from sladsl.ide.completion_context import (
    CompletionContext,
    Wanted,
    completion_context,
    field_before,
    lineage,
    record_of,
    wanted,
)
from sladsl.ide.keywords import help_of
from sladsl.ide.view import KINDS, Target, View
from sladsl.ide.words import field_words, type_words
from sladsl.language import LANGUAGE
from sladsl.language.consequences import Consequence
from sladsl.source import Span, as_text
from sladsl.syntax.words import DECLARATIONS

MOST = 200
_YEARS = range(2024, 2028)


@dataclass(frozen=True, slots=True)
class Item:
    """`insert` replaces the list's span; a `snippet` has places to type at. `target` is what its description is about; whoever types
    the beginning of `also` means it as well."""

    label: str
    kind: str  # keyword, value, snippet, file, or a kind of name
    insert: str
    detail: str = ""
    help: str = ""
    snippet: bool = False
    target: Target | None = None
    rank: int = 5
    also: str = ""


@dataclass(frozen=True, slots=True)
class Completions:
    """`more` when not all could be listed: another letter narrows them."""

    span: Span
    items: tuple[Item, ...]
    more: bool = False


def complete(view: View, offset: int, files: Iterable[str] = (), data: Data | None = None) -> Completions:
    """What can come at an offset; `files` are the agreements that could be imported, `data` what a source could read."""
    at = completion_context(view, offset)
    promising = _promising(view, offset)
    if promising is not None:
        return promising
    if at is None:
        return Completions(Span(offset, offset), ())
    if at.in_text:
        possible: Iterator[Item] = _texts(view, at, files, data or Data())
        end = offset + len(view.text[offset:].split('"', 1)[0].split("\n", 1)[0])
        line = view.text[offset:].split("\n", 1)[0]
        span = Span(at.start, end if '"' in line else offset)
    else:
        possible = _words(view, at)
        span = Span(at.start, offset)
    typed = at.typed.lower()
    matching = {i.label: i for i in possible if _matches(typed, i)}
    items = sorted(matching.values(), key=lambda i: (i.rank, not _begins(i, typed), i.label))
    return Completions(span, tuple(items[:MOST]), len(items) > MOST)


_PARTY = re.compile(r"([A-Za-z_]\w*)[ \t]+([a-z]*)\Z")


def _promising(view: View, offset: int) -> Completions | None:
    """What follows a party at the margin, which begins no declaration by itself: `sales owes marketing:`."""
    line = view.text[view.text.rfind("\n", 0, offset) + 1 : offset]
    written = _PARTY.match(line)
    parties = [party.name for party in view.model.agreement.parties] if view.model.agreement else []
    if written is None or written[1] not in parties or not "owes".startswith(written[2]):
        return None
    promises = [f"owes {other}:" for other in parties if other != written[1]]
    items = [Item(each, "keyword", each, help=help_of("owes")) for each in promises]
    return Completions(Span(offset - len(written[2]), offset), tuple(items))


def _begins(item: Item, typed: str) -> bool:
    return item.label.lower().startswith(typed) or item.also.lower().startswith(typed or "\n")


def _matches(typed: str, item: Item) -> bool:
    begun = " ".join(typed.split())
    label = item.label.lower()
    if label.startswith(begun) or (begun and item.also.lower().startswith(begun)):
        return True
    letters = iter(label)
    return " " not in begun and all(letter in letters for letter in begun)


def _words(view: View, at: CompletionContext) -> Iterator[Item]:
    model = view.model if view.model.records or view.snapshot.whole is None else view.snapshot.whole.model
    if at.at_margin:
        yield from (Item(w, "keyword", w, help=help_of(w), rank=4) for w in DECLARATIONS)
        for each in declaration_snippets(model):
            yield Item(each.label, "snippet", each.body, help=each.help, snippet=True, rank=3)
        return
    before, value = types.value_before(model, at), types.value_wanted(model, at)
    yield from _fitting_keywords(view, at, before, value)
    if value is not None:
        yield from _dates(model, value)
    if at.takes("NAME"):
        want = wanted(model, at)
        yield from (item for item in _names(model, want) if _fits(model, want, value, item))
        if at.rule == "owes" and wanted(model, at).kinds == ("kpi",):
            for each in commitment_snippets(model):
                yield Item(each.label, "snippet", each.body, help=each.help, snippet=True, rank=6)
    if at.takes("STRING"):
        for item in _texts(view, at, (), Data()):
            quoted = as_text(item.label)
            if item.rank < 5:
                yield replace(item, label=quoted, insert=quoted)


def _fitting_keywords(
    view: View, at: CompletionContext, before: t.Type | None, value: t.Type | None
) -> Iterator[Item]:
    """The words that can come, those aside that the value before them does not take, or that are no value of the type that is wanted."""
    for item in _keywords(view, at):
        is_condition = item.label in ("true", "false")
        if before is not None and not types.takes_operator(before, item.label):
            continue
        if before is not None and item.label == "between":
            yield replace(item, help="from one value to another, both of them included")
        elif not (is_condition and value is not None and not types.fits(value, t.BOOLEAN)):
            yield replace(item, rank=_CLAUSE) if at.rule == "owes" else item
    for sign in types.SIGNS if before is not None else ():
        if before is not None and types.takes_operator(before, sign):
            yield Item(sign, "keyword", sign, help=FUNCTIONS[sign].help, rank=4)


_CLAUSE = 0
"""Rank of a clause of a commitment: it comes before the KPI that the next one would be about."""


def _fits(model: m.Model, want: Wanted, value: t.Type | None, item: Item) -> bool:
    """Whether a name can be the value that is wanted."""
    if value is None or not want.row:
        return True
    if item.kind == "function":
        return not isinstance(value, t.OneOf) and types.function_fits(value, item.label)
    offered = types.type_of_name(model, want.record, item.label)
    if isinstance(value, t.OneOf) and item.kind != "let":
        return False  # its values are offered
    return offered is not None and types.fits(value, offered)


def _dates(model: m.Model, value: t.Type) -> Iterator[Item]:
    """Days to begin with, where a moment is wanted: those between which the agreement holds."""
    if not isinstance(value, t.Date | t.Time):
        return
    agreement = model.agreement
    days = [day for day in (agreement.first, agreement.last) if day is not None] if agreement else []
    for day in dict.fromkeys(map(str, days)):
        yield Item(day, "value", day, "the agreement begins or ends", rank=0)
    if not days:
        yield Item("2026-01-01", "value", "${1:2026-01-01}", "a day", snippet=True, rank=0)


# --- words of the language

_SIGNS = {"(", "{", "-", "+", "*", "/", ",", ")", "}", ".", "=", "!=", "<", "<=", ">", ">=", "->", ":"}


def _keywords(view: View, at: CompletionContext) -> Iterator[Item]:
    assert at.awaited is not None
    for terminal, spelled in at.awaited.terminals.items():
        if terminal == "PERCENTILE_OF":
            yield Item("p90 of", "keyword", "p90 of", help="nine in ten are no more than this")
        for word in _fitting(at, terminal, spelled):
            if word not in _SIGNS:
                yield Item(word, "keyword", word, help=help_of(word))
    if at.takes("ORDINAL"):
        yield Item("2nd", "keyword", "2nd", help="the second row in the order of time", rank=6)


def _fitting(at: CompletionContext, terminal: str, spelled: tuple[str, ...]) -> Iterator[str]:
    """One spelling of a unit: `1 hour` and `2 hours`; business time has minutes, hours and days only."""
    if terminal != "UNIT":
        yield from spelled
        return
    number = next((w.text for w in reversed(at.read) if w.kind == "NUMBER"), "")
    business = bool(at.read) and at.read[-1].kind == "BUSINESS"
    for word in spelled:
        if word.endswith("s") == (number != "1") and not (
            business and word.rstrip("s") not in ("minute", "hour", "day")
        ):
            yield word


# --- names


def _names(model: m.Model, want: Wanted) -> Iterator[Item]:
    if want.fresh:
        return
    if want.fields_of is not None:
        record = model.records.get(want.fields_of)
        yield from _fields(record, implied=True) if record else ()
    for kind in want.kinds:
        if kind == "own hours":
            hours = {c.name for c in model.calendars.values() if c.record == want.fields_of}
            yield from (item for item in _of_kind(model, "calendar") if item.label in hours)
        else:
            yield from _of_kind(model, kind)
    if want.row:
        yield from _of_row(model, want)


def _of_kind(model: m.Model, kind: str) -> Iterator[Item]:
    if kind == "party":
        parties = model.agreement.parties if model.agreement else ()
        yield from (
            Item(p.name, "party", p.name, p.label, target=Target("party", p.name), rank=1) for p in parties
        )
    elif kind == "field":
        for record in model.records.values():
            yield from _fields(record)
    elif kind in ("record", "spell", "rows"):
        for record in model.records.values() if kind == "rows" else _declared_as(model, kind):
            own = "record" if record.spell is None else "spell"
            yield Item(record.name, own, record.name, record.label, target=Target(own, record.name), rank=1)
    else:
        for name, value in getattr(model, KINDS[kind]).items():
            yield Item(name, kind, name, value.label, target=Target(kind, name), rank=1)


def _declared_as(model: m.Model, kind: str) -> tuple[m.Record, ...]:
    """The records that sources fill, or the spells."""
    return tuple(r for r in model.records.values() if (r.spell is not None) == (kind == "spell"))


def _fields(record: m.Record, implied: bool = False) -> Iterator[Item]:
    for name, each in record.fields.items():
        if implied or not each.implied:
            yield Item(
                name, "field", name, field_words(each), target=Target("field", name, record.name), rank=1
            )


def _of_row(model: m.Model, want: Wanted) -> Iterator[Item]:
    """What a row has: its fields, its parents', and what is declared about them."""
    seen = list(lineage(model, want.record)) or (list(model.records.values()) if want.moments else [])
    for near, record in enumerate(seen):
        for item in _fields(record):
            if not want.moments or isinstance(record.fields[item.label].type, t.Time | t.Date):
                yield replace(item, rank=1 if near == 0 else 2)
    records = {record.name for record in seen}
    for kind in (
        ("define", "event") if want.moments else ("derived", "score", "define", "event", "spell", "kpi")
    ):
        for item in _of_kind(model, kind):
            if _about(model, kind, item.label) in records and (kind != "kpi" or _is_clock(model, item.label)):
                yield replace(item, rank=2)
    if not want.moments:
        yield from (replace(item, rank=2) for item in _of_kind(model, "let"))
        for name in CALLS:
            target = Target("function", name)
            yield Item(
                name, "function", f"{name}(${{1}})", FUNCTIONS[name].help, snippet=True, target=target, rank=6
            )


def _about(model: m.Model, kind: str, name: str) -> str | None:
    """The record whose rows have what is declared: of a spell, the one that it is of."""
    link = model.records[name].link if kind == "spell" else None
    return record_of(model, name) if link is None else link.parent


def _is_clock(model: m.Model, kpi: str) -> bool:
    return isinstance(model.kpis[kpi].measure, m.TimeBetween)


# --- values in quotes


def _texts(view: View, at: CompletionContext, files: Iterable[str], data: Data) -> Iterator[Item]:
    model = view.model
    last = at.read[-1].kind if at.read else ""
    kinds = [word.kind for word in at.read]
    if last in ("ZONE", "_TIMES_IN"):
        for name in zone_names():
            country = zone_countries().get(name, "")
            yield Item(name, "value", name, country, also=country)
    elif last == "_CLOSED_HOLIDAYS":
        for name in regions():
            country = country_names().get(name.partition("-")[0], "")
            yield Item(name, "value", name, country, also=country, rank=6 if "-" in name else 5)
    elif "EXCEPT" in kinds and kinds[-1] in ("EXCEPT", "COMMA"):
        region = next(
            (
                w.text.strip('"')
                for n, w in enumerate(at.read)
                if n and at.read[n - 1].kind == "_CLOSED_HOLIDAYS"
            ),
            "",
        )
        yield from (Item(name, "value", name, rank=4) for name in _holidays(region))
    elif last == "IMPORT":
        yield from (Item(path, "file", path, rank=1) for path in files)
    elif last == "_ROUTED_TO":
        routes = (case.destination for route in model.routes for case in route.cases)
        yield from (Item(name, "value", name, rank=4) for name in dict.fromkeys(routes))
    elif last in ("REASSIGN_TO", "NOTIFY", "ESCALATE_TO", "TAG", "DO"):
        actions = (a for c in model.commitments for q in c.every(Consequence) for a in q.actions)
        said = dict.fromkeys(a.to for a in actions if a.named is None)
        yield from (Item(name, "value", name, rank=4) for name in said)
    elif at.rule == "source" and (last != "STRING"):
        yield from _of_data(at, data)
    else:
        field = field_before(model, at)
        if field is not None and isinstance(field.type, t.OneOf):
            detail = type_words(field.type)
            yield from (
                Item(value, "value", value, f"{field.name}: {detail}", rank=0) for value in field.type.values
            )


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file as its first rows show it: the values that come most often, and how its moments are written, if it has any."""

    name: str
    values: tuple[str, ...] = ()
    format: str | None = None


@dataclass(frozen=True, slots=True)
class Data:
    """What a source may read: the `files` of the folder, and the `columns` of the one that it names."""

    files: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()


def source_at(view: View, offset: int) -> str | None:
    """What data a text that is written here is about: the file of the source, "" where that itself is being named; None elsewhere."""
    if '"' not in view.text[view.text.rfind("\n", 0, offset) + 1 : offset]:
        return None
    at = completion_context(view, offset)
    if at is None or not at.in_text or at.rule != "source":
        return None
    if at.read and at.read[-1].kind == "FROM":
        return ""
    return next(
        (at.read[n + 1].text[1:-1] for n in range(len(at.read) - 1) if at.read[n].kind == "FROM"), None
    )


_COLUMN = frozenset(["EQUAL", "_SKIP_WHEN", "_ONLY_WHEN", "KEEP_LATEST_BY", "KEEP_FIRST_BY"])


def _of_data(at: CompletionContext, data: Data) -> Iterator[Item]:
    """In a source: files, their columns, the values of the column that is spoken of, and how its moments are written."""
    last = at.read[-1].kind if at.read else ""
    if last == "FROM":
        yield from (Item(name, "file", name, rank=1) for name in data.files)
    elif last in _COLUMN:
        yield from (Item(c.name, "field", c.name, ", ".join(c.values[:3]), rank=1) for c in data.columns)
    else:
        named = [at.read[n + 1].text[1:-1] for n in range(len(at.read) - 1) if at.read[n].kind in _COLUMN]
        column = next((c for c in data.columns if named and c.name == named[-1]), Column(""))
        if last == "_AS" and column.format is not None:
            yield Item(column.format, "value", column.format, ", ".join(column.values[:1]), rank=1)
        elif last in ("_VALUES_WHERE", "COMMA", "LBRACE"):
            yield from (Item(value, "value", value, rank=1) for value in column.values)


@cache
def _holidays(region: str) -> tuple[str, ...]:
    return holiday_names(region, _YEARS) if is_holiday_region(region) else ()


# --- whole declarations and commitments to fill in


_PLACE = re.compile(r"\$\{\d+:([^}]*)\}|\$\{\d+\|([^,|]*)[^}]*\|\}|\$\d")


@dataclass(frozen=True, slots=True)
class Snippet:
    """`body` is in the form editors share: `${1:word}` is a place to type at, with what stands there until then."""

    label: str
    body: str
    help: str


def plain_snippet(body: str) -> str:
    """A snippet for an editor that knows none: what its places hold, without the places."""
    return _PLACE.sub(lambda match: match.group(1) or match.group(2) or "", body)


def declaration_snippets(model: m.Model) -> Iterator[Snippet]:
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
    ("spell", "spell ${1:waiting} of RECORD:\n  while $0", "stretches of time on which something is so"),
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
        "never",
        'never "${1:what no row is}":\n  DEFINITION when $0',
        "what no row may be",
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


def commitment_snippets(model: m.Model) -> Iterator[Snippet]:
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
