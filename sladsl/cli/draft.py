"""A first agreement for what files hold: records and sources as inferred, and one promise for each side that can be judged at once.

What nobody can know from the data (the zone, the targets, the opening hours) is a value that runs, beside a comment that asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from sladsl.data.errors import listed
from sladsl.data.inferred import Change, InferredField, InferredRecord
from sladsl.plan import FieldType
from sladsl.source import as_text

MOST_FIELDS = 40
_TEXTS = (FieldType.TEXT, FieldType.ONE_OF)
_MOMENTS = (FieldType.TIME, FieldType.DATE)
_BOOKKEEPING = re.compile(r"sync|modif|updat|target|due|deadline|next_|last_")
_BIRTH = re.compile(r"birth|^dob$|^born(?:_on)?$")
_GOAL = re.compile(r"accept|qualif|convert|won|closed|resolv|complet|opportun|customer|deliver")
_DEAL = re.compile(r"deal|order|opportunit|sale|purchase|contract|subscription")
_CREATED = re.compile(
    r"^(create|created|create_date|created_at|created_on|created_date|opened|opened_at|date|at)$|create|open|start|begin|began"
)
_OWNER = re.compile(r"^(.*_)?owner(_name|_id)?$|^assigned_to$|^agent$")
_WON = re.compile(r"(?:^|[^a-z])won(?:$|[^a-z])", re.IGNORECASE)
_LEAD = re.compile(r"(?:^|_)(?:lead|contact|prospect|mql|sql|deal|opportunity|account)(?:_|$)")
_DESK = re.compile(
    r"(?:^|_)(?:ticket|case|incident|issue|request|complaint|problem|inquiry|enquiry|conversation)(?:_|$)"
)
_ASKED = re.compile(
    r"^(?:opened(?:_at|_on|_date)?|priority|severity|urgency|.*resol(?:ved|ution).*|.*first_re(?:ply|sponse).*)$"
)
_REPLY = re.compile(r"(?:^|_)first_(?:\w+_)?(?:reply|response|answer|contact|touch)(?:ed)?(?:_|$)")
_HEAD = re.compile(r"^(?:property_(?:hs_)?)?(?:became_(?:an?_)?)?")
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

    `goal` is a time of theirs that they may reach, `touch` the child rows that answer them, `deal` those that they end in. `reply` is a
    time of theirs when they were first answered, where no child says it; `beside` are records that are only counted.
    """

    record: InferredRecord
    start: InferredField
    goal: InferredField | None
    touch: InferredRecord | None
    deal: InferredRecord | None
    taken: frozenset[str]
    desk: bool = False
    reply: InferredField | None = None
    beside: tuple[InferredRecord, ...] = ()

    @property
    def answered(self) -> str | None:
        """The moment of the first answer, as a KPI names it; None where nothing says."""
        return _first(self, self.touch) if self.touch is not None else self.reply.name if self.reply else None

    def free(self, name: str) -> str:
        """The name, or with a number when a record or a field has it already."""
        numbered = (f"{name}_{n}" for n in range(2, len(self.taken) + 3))
        return next(x for x in (name, *numbered) if x not in self.taken)


def draft(records: Sequence[InferredRecord], zone: str | None) -> Draft:
    """The texts for these records; `zone` is the one the reader stated. `NothingToMeasure` when no file has a date."""
    kept = [_fewer(r) for r in records]
    story = _story(kept)
    changes = list(_changes(kept, story))
    named = zone or "UTC"
    assumed = zone is None
    agreement = "\n\n".join(
        "\n".join(part)
        for part in (
            _agreement(story, named, assumed),
            *([_calendar(story)] if _in_hours(story) else []),
            *(_record(r, len(whole.fields) - len(r.fields)) for r, whole in zip(kept, records, strict=True)),
            *(part for change in changes for part in change.meaning()),
            *_meaning(story),
            chain(_promises(story), (line for change in changes for line in change.kpi())),
        )
    )
    sources = "\n\n".join("\n".join(_source(r, named, assumed)) for r in kept)
    return Draft(agreement + "\n", sources + "\n", assumed)


# ---------------------------------------------------------------------------------------------------- what to promise


def _story(records: Sequence[InferredRecord]) -> _Story:
    roots = [r for r in records if r.link is None]
    for record in (*roots, *records):
        moments = _moments(record)
        if moments:
            start = min(moments, key=_start_rank)
            goals = [f for f in moments if f.optional and f is not start and not _BOOKKEEPING.search(f.name)]
            replies = (
                f for f in moments if f is not start and _REPLY.search(f.name) and f.type is start.type
            )
            reply = next(replies, None)
            goals = [f for f in goals if f is not reply]
            goal = min(goals, key=lambda f: not _GOAL.search(f.name), default=None)
            children = [r for r in records if _dates_itself(r) and r.link and r.link.parent == record.name]
            children = [r for r in children if r.change is None]
            touch = next((r for r in children if not _DEAL.search(r.name)), None)
            deal = next((r for r in children if _DEAL.search(r.name)), None)
            taken = frozenset(name for r in records for name in (r.name, *(f.name for f in r.fields)))
            deal = deal if goal is None else None
            used = _with_parents([record, *(r for r in (touch, deal) if r)], records)
            beside = tuple(r for r in records if r.name not in used and r.change is None and _moments(r))
            own = reply if touch is None else None
            return _Story(record, start, goal, touch, deal, taken, _is_desk(record), own, beside)
    names = ", ".join(f"`{r.file}`" for r in records)
    raise NothingToMeasure(
        f"no column of {names} has dates or times, and a promise needs a moment to be counted from"
    )


def _moments(record: InferredRecord) -> list[InferredField]:
    """Its times and dates at which something happened: no plans, and nobody's birthday."""
    return [f for f in record.fields if f.type in _MOMENTS and not f.planned and not _BIRTH.search(f.name)]


def _with_parents(some: Sequence[InferredRecord], records: Sequence[InferredRecord]) -> set[str]:
    """Their names, and those of all that they belong to."""
    parents = {r.name: r.link.parent for r in records if r.link}
    names = set()
    for record in some:
        name: str | None = record.name
        while name is not None and name not in names:
            names.add(name)
            name = parents.get(name)
    return names


def _is_desk(record: InferredRecord) -> bool:
    """Whether its rows are what somebody asks to be done, and not leads that are handed over."""
    if _LEAD.search(record.name):
        return False
    return _DESK.search(record.name) is not None or any(_ASKED.match(f.name) for f in record.fields)


def _won(record: InferredRecord) -> str | None:
    """A condition for the rows that were won; empty when all are by their record's nature, None when nothing says."""
    for f in record.fields:
        named = _WON.search(f.name.replace("_", " "))
        if f.type is FieldType.BOOLEAN and named:
            return f.name
        if f.type is FieldType.ONE_OF and (
            won := [v for v in f.values if _WON.search(v) and "not" not in v.lower()]
        ):
            return (
                f"{f.name} = {as_text(won[0])}"
                if len(won) == 1
                else f"{f.name} in {{{', '.join(map(as_text, won))}}}"
            )
        if f in _moments(record) and named:
            return f"{f.name} is known" if f.optional else ""
    return None


def _start_rank(field: InferredField) -> tuple[bool, bool, bool, bool]:
    """A column without gaps, called like a beginning, with the time of day."""
    bookkeeping = _BOOKKEEPING.search(field.name) is not None
    return bookkeeping, field.optional, not _CREATED.search(field.name), field.type is FieldType.DATE


def _dates_itself(record: InferredRecord) -> bool:
    """Whether its rows have one moment: a single required time."""
    return (
        len([f for f in record.fields if f.type is FieldType.TIME and not f.optional and not f.planned]) == 1
    )


def _in_hours(story: _Story) -> bool:
    return story.answered is not None and story.start.type is FieldType.TIME


# -------------------------------------------------------------------------------------------------------- the agreement


def _agreement(story: _Story, zone: str, assumed: bool) -> Iterator[str]:
    yield "# A first draft, made from the columns of your data. It runs as it is; the lines under a `TODO` are yours to decide."
    yield ""
    if story.desk:
        yield 'agreement "Service desk":'
        yield '  between desk "Service desk" and customer "Customers"'
    else:
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
    owners = (f for f in record.fields if _OWNER.match(f.name) and f.type in _TEXTS and not f.key)
    owner = next(owners, None) if record.change is None else None
    for f in record.fields:
        marks = [
            word
            for word, on in (
                ("key", f.key),
                ("optional", f.optional),
                ("accountable", f is owner),
                ("planned", f.planned),
            )
            if on
        ]
        listed = f.type is FieldType.ONE_OF and f is not owner
        kind = (
            f"one of {', '.join(map(as_text, f.values))}"
            if listed
            else str(FieldType.TEXT if f is owner else f.type)
        )
        yield f"  {f.name} {' '.join([*marks, kind])}"


@dataclass(frozen=True, slots=True)
class _Told:
    """A field of `of` whose changes `record` tells: `then` is what it was at any instant, `spell` a time of one value, `figure` measures
    it."""

    record: InferredRecord
    change: Change
    of: str
    then: str
    spell: str
    figure: str

    def meaning(self) -> Iterator[Iterator[str]]:
        yield self._derived()
        yield iter(
            [f"spell {self.spell} of {self.of}:", f"  while {self.then} is known", f"  for each {self.then}"]
        )

    def _derived(self) -> Iterator[str]:
        change = self.change
        if change.others:
            more = "a record and a source like these make more of them known"
            yield f"# {self.record.file} tells of {listed(change.others)} too: {more}"
        yield f"# What it was at the instant that is asked about; `{change.now}`, where `{self.of}` has it, is what it is today."
        if change.before:
            yield f"# Before the first change that is told it is missing, although `{change.before}` of that change says what it was."
        yield f"let {self.then} of {self.of} = ({change.now} of last {self.record.name})"

    def kpi(self) -> Iterator[str]:
        yield ""
        yield f"kpi {self.figure} = time from {self.spell} to {self.spell}.ended in days"
        yield f"  for each {self.then}"


def _changes(records: Sequence[InferredRecord], story: _Story) -> Iterator[_Told]:
    """What is told of the fields whose changes some files hold."""
    for record in records:
        if (change := record.change) is not None and (link := record.link) is not None:
            field = change.now
            names = f"{field}_then", f"{field}_spell", f"time_by_{field}"
            yield _Told(record, change, link.parent, *map(story.free, names))


def _meaning(story: _Story) -> Iterator[Iterator[str]]:
    start = _entered(story)
    yield _definition(start, story.record.name, story.start.name)
    for record in story.beside:
        since = min(_moments(record), key=_start_rank)
        yield _definition(_counted(story, record), record.name, since.name)
    if story.goal is not None:
        how = _goal_won(story)
        reached = f"{how} and {story.goal.name} is known" if how else f"{story.goal.name} is known"
        yield _definition(_reached(story), f"{start} when {reached}", story.goal.name)
    which = f" where {won}" if story.deal is not None and (won := _won(story.deal)) else ""
    if story.deal is not None:
        yield _definition(
            _reached(story), f"{start} when any {story.deal.name}{which}", _first(story, story.deal)
        )
    for child, where in ((story.touch, ""), (story.deal, which)):
        if child is not None:
            yield iter([f"event {_first(story, child)}:", f"  first {child.name}{where}"])


def _definition(name: str, rows: str, since: str) -> Iterator[str]:
    yield f"define {name}:"
    yield f"  {rows}"
    yield f"  since {since}"


def _promises(story: _Story) -> Iterator[str]:
    start = _entered(story)
    reaches = story.goal is not None or story.deal is not None
    volume, response, conversion = map(
        story.free, ("volume", "response_time", "resolution" if story.desk else "conversion")
    )
    yield f"kpi {volume} = count of {start}"
    for record in story.beside:
        yield f"kpi {story.free(f'{record.name}_volume')} = count of {_counted(story, record)}"
    if story.answered is not None:
        unit = "business hours" if _in_hours(story) else "days"
        yield f"kpi {response} = time from {start} to {story.answered} in {unit}"
    if reaches and story.desk:
        yield f"kpi {conversion} = time from {start} to {_reached(story)} in days"
    elif reaches:
        yield f"kpi {conversion} = share of {start} that become {_reached(story)} within 90 days"
    if not story.desk:
        yield ""
        yield "marketing owes sales:"
        yield "  # TODO: how many a month sales can count on"
        yield f"  {volume} at least 1 per month"
    if story.answered is not None or reaches:
        yield ""
        yield "desk owes customer:" if story.desk else "sales owes marketing:"
    if story.answered is not None:
        within = "4 business hours" if _in_hours(story) else "2 days"
        yield "  # TODO: how fast, and for how many of them"
        yield f"  {response} within {within} for 90% of {start} per month"
    target = next((f for f in story.record.fields if f.planned), None)
    if reaches and story.desk and target is not None:
        yield f"  # TODO: for how many of them; `{target.name}` was taken for when each is due"
        yield f"  {conversion} by {target.name} for 90% of {start} per month"
    elif reaches and story.desk:
        yield "  # TODO: how fast they are to be done, and for how many of them"
        yield f"  {conversion} within 30 days for 90% of {start} per month"
    elif reaches:
        yield "  # TODO: how many of them are to get there"
        yield f"  {conversion} at least 10% per quarter"
        yield "    needs at least 20"


def _entered(story: _Story) -> str:
    """The name of the definition that begins the story: after its moment, or that a row is there at all."""
    if story.start.optional:
        return story.free(_state(story.start))
    return story.free(f"New{_camel(story.record.name)}")


def _counted(story: _Story, record: InferredRecord) -> str:
    return story.free(f"New{_camel(record.name)}")


def _reached(story: _Story) -> str:
    if story.goal is None:
        assert story.deal is not None, "asked only where something is reached"
        return story.free("Won" if _won(story.deal) is not None else f"With{_camel(story.deal.name)}")
    name = story.free("Won" if _goal_won(story) else _state(story.goal))
    return name if name != _entered(story) else f"{name}Later"


def _goal_won(story: _Story) -> str:
    """What must be so besides, where the goal is that something is closed, and another column says how; empty for nothing."""
    closed = story.goal is not None and re.search(r"clos|end", story.goal.name)
    return (_won(story.record) or "") if closed else ""


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
    if record.repeats:
        yield f"# {as_text(record.logged)} has several rows; in these columns they are the same, and each counts once"
    elif record.states is not None and any(f.key for f in record.fields):
        yield f"# {as_text(record.logged)} has several rows, its states: the latest by {as_text(record.states.column)} counts"
    elif record.logged and record.link is None:
        how = f" (`keep latest by {as_text(record.states.column)}`)" if record.states is not None else ""
        yield f"# TODO: {as_text(record.logged)} has several rows, and each row is counted here: a log of states{how}, or of events?"
    if record.maybe_key:
        yield f"# TODO: no row has the {as_text(record.maybe_key)} of another: if it names the row, make its field the `key`"
    yield f"source {record.name}_file for {record.name} from {as_text(record.file)}:"
    link = record.link
    if link is not None and not link.own:
        yield f"  {link.parent} = {as_text(link.column)}"
    for f in record.fields:
        yield from (f"  # {remark}" for remark in _remarks(f))
        spelt = f" as {as_text(f.format)}" if f.format else ""
        at = " at 00:00" if f.date_only and f.type is FieldType.TIME else ""
        yield f"  {f.name} = {as_text(f.column)}{spelt}{at}"
    if record.change is not None:
        yield f"  only when {as_text(record.change.column)} in {{{as_text(record.change.value)}}}"
    if record.encoding:
        yield f"  encoding {as_text(record.encoding)}"
    if record.states is not None and any(f.key for f in record.fields):
        spelt = f" as {as_text(record.states.format)}" if record.states.format else ""
        yield f"  keep latest by {as_text(record.states.column)}{spelt}"
    if record.needs_zone:
        if assumed:
            yield "  # TODO: the zone your export is written in, such as America/New_York"
        yield f'  times in "{zone}"'
    if any(f.utc for f in record.fields):
        yield "# TODO: every time here has the offset +00; where the clock in the export is a local one, say so:"
        yield '# times in "America/New_York" ignoring offsets'
    if record.numbers:
        yield f"  numbers {as_text(record.numbers)}"
    if any(record.missing):
        yield f"  missing {', '.join(map(as_text, record.missing))}"


def _remarks(f: InferredField) -> Iterator[str]:
    if f.doubt:
        yield f"TODO: {f.doubt}"
    if f.date_only and f.type is FieldType.TIME:
        yield "TODO: some of these are dates without a time; they count from 00:00"
    if f.odd:
        yield f"cannot be read, so missing: {', '.join(map(as_text, f.odd[:3]))}"


def _fewer(record: InferredRecord) -> InferredRecord:
    """A wide export's fields that say the most: its key, its times and what its rows are told apart by; in their own order."""
    if len(record.fields) <= MOST_FIELDS:
        return record
    ranks = {
        f.name: (
            not f.key and f.column != record.maybe_key,
            f.type not in _MOMENTS,
            f.type is FieldType.TEXT,
            f.optional,
        )
        for f in record.fields
    }
    kept = set(sorted(ranks, key=lambda name: ranks[name])[:MOST_FIELDS])
    fields = tuple(f for f in record.fields if f.name in kept)
    return replace(record, fields=fields)
