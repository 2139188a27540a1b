"""A first agreement for what files hold: records and sources as inferred, and one promise for each side that can be judged at once.

What nobody can know from the data (the zone, the targets, the opening hours) is a value that runs, beside a comment that asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sladsl.data.infer import InferredField, InferredRecord
from sladsl.plan import FieldType

MOST_FIELDS = 40
_TEXTS = (FieldType.TEXT, FieldType.ONE_OF)
_MOMENTS = (FieldType.TIME, FieldType.DATE)
_BOOKKEEPING = re.compile(r"sync|modif|updat|target|due|deadline|birth|next_|last_")
_GOAL = re.compile(r"accept|qualif|convert|won|closed|resolv|complet|opportun|customer|deliver")
_DEAL = re.compile(r"deal|order|opportunit|sale|purchase|contract|subscription")
_CREATED = re.compile(
    r"^(create|created|create_date|created_at|created_on|created_date|opened|opened_at|date|at)$|create|open"
)
_OWNER = re.compile(r"^(.*_)?owner(_name|_id)?$|^assigned_to$|^agent$")
_HEAD = re.compile(r"^became_(an?_)?")
_TAIL = re.compile(r"_(at|on|date|time|datetime|timestamp|day)$|^(date|time)_")


class NothingToMeasure(Exception):
    """Data in which nothing has a date: no period can be told, so nothing can be promised. Its text says so."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The agreement's text and its sources' text; `zone_assumed` when times had to be given a zone that nobody stated."""

    agreement: str
    sources: str
    zone_assumed: bool


@dataclass(frozen=True, slots=True)
class _Story:
    """What the promises are about: the rows of `record` from `start` on.

    `goal` is a time of theirs that they may reach, `touch` the child rows that answer them, `deal` those that they end in.
    """

    record: InferredRecord
    start: InferredField
    goal: InferredField | None
    touch: InferredRecord | None
    deal: InferredRecord | None
    taken: frozenset[str]

    def free(self, name: str) -> str:
        """The name, or with a number when a record or a field has it already."""
        numbered = (f"{name}_{n}" for n in range(2, len(self.taken) + 3))
        return next(x for x in (name, *numbered) if x not in self.taken)


def draft(records: Sequence[InferredRecord], zone: str | None) -> Draft:
    """The texts for these records; `zone` is the one the reader stated. `NothingToMeasure` when no file has a date."""
    kept = [_fewer(r) for r in records]
    story = _story(kept)
    named = zone or "UTC"
    assumed = zone is None
    agreement = "\n\n".join(
        "\n".join(part)
        for part in (
            _agreement(story, named, assumed),
            *([_calendar(story)] if _in_hours(story) else []),
            *(_record(r, len(whole.fields) - len(r.fields)) for r, whole in zip(kept, records, strict=True)),
            *_meaning(story),
            _promises(story),
        )
    )
    sources = "\n\n".join("\n".join(_source(r, named, assumed)) for r in kept)
    return Draft(agreement + "\n", sources + "\n", assumed)


# ---------------------------------------------------------------------------------------------------- what to promise


def _story(records: Sequence[InferredRecord]) -> _Story:
    roots = [r for r in records if r.link is None]
    for record in (*roots, *records):
        moments = [f for f in record.fields if f.type in _MOMENTS]
        if moments:
            start = min(moments, key=_start_rank)
            goals = [f for f in moments if f.optional and f is not start and not _BOOKKEEPING.search(f.name)]
            goal = min(goals, key=lambda f: not _GOAL.search(f.name), default=None)
            children = [r for r in records if _dates_itself(r) and r.link and r.link.parent == record.name]
            touch = next((r for r in children if not _DEAL.search(r.name)), None)
            deal = next((r for r in children if _DEAL.search(r.name)), None)
            taken = frozenset(name for r in records for name in (r.name, *(f.name for f in r.fields)))
            return _Story(record, start, goal, touch, deal if goal is None else None, taken)
    names = ", ".join(f"`{r.file}`" for r in records)
    raise NothingToMeasure(
        f"no column of {names} has dates or times, and a promise needs a moment to be counted from"
    )


def _start_rank(field: InferredField) -> tuple[bool, bool, bool, bool]:
    """A column without gaps, called like a beginning, with the time of day."""
    bookkeeping = _BOOKKEEPING.search(field.name) is not None
    return bookkeeping, field.optional, not _CREATED.search(field.name), field.type is FieldType.DATE


def _dates_itself(record: InferredRecord) -> bool:
    """Whether its rows have one moment: a single required time."""
    return len([f for f in record.fields if f.type is FieldType.TIME and not f.optional]) == 1


def _in_hours(story: _Story) -> bool:
    return story.touch is not None and story.start.type is FieldType.TIME


# -------------------------------------------------------------------------------------------------------- the agreement


def _agreement(story: _Story, zone: str, assumed: bool) -> Iterator[str]:
    yield "# A first draft, made from the columns of your data. It runs as it is; the lines under a `TODO` are yours to decide."
    yield ""
    yield 'agreement "Marketing and sales":'
    yield "  between marketing and sales"
    if assumed:
        yield "  # TODO: the zone in which your months begin, such as America/New_York"
    yield f'  zone "{zone}"'
    if _in_hours(story):
        yield f"  hours {story.free('office')}"


def _calendar(story: _Story) -> Iterator[str]:
    yield '# TODO: when somebody is there to answer; `closed holidays "US"` and `closed 2026-12-24` take days out'
    yield f"calendar {story.free('office')}:"
    yield "  open monday to friday 09:00 to 17:00"


def _record(record: InferredRecord, left_out: int) -> Iterator[str]:
    if left_out:
        yield f"# {left_out} more columns of {record.file} are left out: say here what else counts"
    link = record.link
    of = ""
    if link is not None:
        of = f" of {link.parent}" + (f" by {link.own} = {link.theirs}" if link.own else "")
    yield f"record {record.name}{of}:"
    owner = next((f for f in record.fields if _OWNER.match(f.name) and f.type in _TEXTS and not f.key), None)
    for f in record.fields:
        marks = [
            word for word, on in (("key", f.key), ("optional", f.optional), ("accountable", f is owner)) if on
        ]
        listed = f.type is FieldType.ONE_OF and f is not owner
        kind = (
            f"one of {', '.join(map(_text, f.values))}"
            if listed
            else str(FieldType.TEXT if f is owner else f.type)
        )
        yield f"  {f.name} {' '.join([*marks, kind])}"


def _meaning(story: _Story) -> Iterator[Iterator[str]]:
    start = _entered(story)
    yield _definition(start, story.record.name, story.start.name)
    if story.goal is not None:
        yield _definition(_reached(story), f"{start} when {story.goal.name} is known", story.goal.name)
    if story.deal is not None:
        yield _definition(_reached(story), f"{start} when any {story.deal.name}", _first(story, story.deal))
    for child in (story.touch, story.deal):
        if child is not None:
            yield iter([f"event {_first(story, child)}:", f"  first {child.name}"])


def _definition(name: str, rows: str, since: str) -> Iterator[str]:
    yield f"define {name}:"
    yield f"  {rows}"
    yield f"  since {since}"


def _promises(story: _Story) -> Iterator[str]:
    start = _entered(story)
    reaches = story.goal is not None or story.deal is not None
    volume, response, conversion = map(story.free, ("volume", "response_time", "conversion"))
    yield f"kpi {volume} = count of {start}"
    if story.touch is not None:
        unit = "business hours" if _in_hours(story) else "days"
        yield f"kpi {response} = time from {start} to {_first(story, story.touch)} in {unit}"
    if reaches:
        yield f"kpi {conversion} = share of {start} that become {_reached(story)} within 90 days"
    yield ""
    yield "marketing owes sales:"
    yield "  # TODO: how many a month sales can count on"
    yield f"  {volume} at least 1 per month"
    if story.touch is not None or reaches:
        yield ""
        yield "sales owes marketing:"
    if story.touch is not None:
        within = "4 business hours" if _in_hours(story) else "2 days"
        yield "  # TODO: how fast, and for how many of them"
        yield f"  {response} within {within} for 90% of {start} per month"
    if reaches:
        yield "  # TODO: how many of them are to get there"
        yield f"  {conversion} at least 10% per quarter"
        yield "    needs at least 20"


def _entered(story: _Story) -> str:
    """The name of the definition that begins the story: after its moment, or that a row is there at all."""
    if story.start.optional:
        return story.free(_state(story.start))
    return story.free(f"New{_camel(story.record.name)}")


def _reached(story: _Story) -> str:
    if story.goal is None:
        return story.free("Won")
    name = story.free(_state(story.goal))
    return name if name != _entered(story) else f"{name}Later"


def _state(moment: InferredField) -> str:
    """`accepted_at` is `Accepted`; a short one is an abbreviation: `mql_at` is `MQL`."""
    stem = _TAIL.sub("", _HEAD.sub("", moment.name)) or moment.name
    return stem.upper() if re.fullmatch(r"[a-z]{2,3}", stem) else _camel(stem)


def _first(story: _Story, child: InferredRecord) -> str:
    """The name of the event that is the child's first row."""
    return story.free(f"first_{child.name}")


def _camel(name: str) -> str:
    return "".join(word[:1].upper() + word[1:] for word in name.split("_"))


# ----------------------------------------------------------------------------------------------------------- the sources


def _source(record: InferredRecord, zone: str, assumed: bool) -> Iterator[str]:
    yield f"source {record.name}_file for {record.name} from {_text(record.file)}:"
    link = record.link
    if link is not None and not link.own:
        yield f"  {link.parent} = {_text(link.column)}"
    for f in record.fields:
        yield from (f"  # {remark}" for remark in _remarks(f))
        spelt = f" as {_text(f.format)}" if f.format else ""
        at = " at 00:00" if f.date_only and f.type is FieldType.TIME else ""
        yield f"  {f.name} = {_text(f.column)}{spelt}{at}"
    if record.needs_zone:
        if assumed:
            yield "  # TODO: the zone your export is written in, such as America/New_York"
        yield f'  times in "{zone}"'
    if any(record.missing):
        yield f"  missing {', '.join(map(_text, record.missing))}"


def _remarks(f: InferredField) -> Iterator[str]:
    if f.doubt:
        yield f"TODO: {f.doubt}"
    if f.date_only and f.type is FieldType.TIME:
        yield "TODO: some of these are dates without a time; they count from 00:00"
    if f.odd:
        yield f"cannot be read, so missing: {', '.join(map(_text, f.odd[:3]))}"


def _fewer(record: InferredRecord) -> InferredRecord:
    """A wide export's fields that say the most: its key, its times and what its rows are told apart by; in their own order."""
    if len(record.fields) <= MOST_FIELDS:
        return record
    ranks = {
        f.name: (not f.key, f.type not in _MOMENTS, f.type is FieldType.TEXT, f.optional)
        for f in record.fields
    }
    kept = set(sorted(ranks, key=lambda name: ranks[name])[:MOST_FIELDS])
    fields = tuple(f for f in record.fields if f.name in kept)
    return InferredRecord(
        record.name, record.file, fields, record.link, record.missing, record.needs_zone, record.rows
    )


def _text(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
