"""What `sla explain --format json` says, as types: `explain.schema.json` is made from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from sladsl.calendars import Why
from sladsl.explaining.phrases import RowFate
from sladsl.explaining.story import BranchFate, Counted, Fate, Standing
from sladsl.plan import State, Status
from sladsl.reports.as_of_document import Doubts, EndOfData, FromRow, Instant, QuietSources
from sladsl.reports.documents import ADDED_LATER, Limits, Named, OneOf, document, shape


def word(code: Status | State) -> str:
    """A status or a state as documents have it: `not yet`."""
    return code.name.lower().replace("_", " ")


Date = Annotated[str, Named("date", pattern=r"^\d{4}-\d{2}-\d{2}$")]
Value = Annotated[
    str | float | bool | None,
    Named(
        "value",
        description="an instant, a date, seconds of a duration, a number, a text or a condition; "
        "null is missing, or unknown for a condition",
    ),
]
EventFate = Annotated[Fate, Named("fate")]
WhyClosed = Annotated[Why, Named("why")]
STATUSES, STATES = OneOf(tuple(word(x) for x in Status)), OneOf(tuple(word(x) for x in State))


@shape(
    "field", about="a field as it stood at the as-of; `hidden` when its value is later, and so is not told"
)
class Field:
    name: str
    label: str
    value: Value
    hidden: bool
    called: Annotated[str | None, "of the key of a row: what that row is called"]


@shape("moment", about="`at` is the start of its day where `whole_day` is set")
class Moment:
    words: str
    at: Instant | None
    whole_day: bool
    hidden: bool


# ------------------------------------------------------------------------------------------------------------ phrases


@shape("row")
class Row:
    record: str
    key: str
    at: Instant | None
    fate: RowFate
    where: Phrase | None


@shape()
class Clause:
    points: float
    added: bool
    condition: Phrase


@shape("score")
class Score:
    name: str
    label: str
    total: Value
    clauses: tuple[Clause, ...]


@shape(
    "phrase",
    about="a phrase as it is written, its value on the row, and the phrases in it; constants are left out",
)
class Phrase:
    text: str
    value: Value
    later: Annotated[bool, "a moment that is missing only because it is later than what the phrase sees"]
    called: Annotated[str | None, "of the key of a row: what that row is called"]
    parts: tuple[Phrase, ...]
    rows: Annotated[tuple[Row, ...], "the child rows it looked at"]
    score: Score | None


# --------------------------------------------------------------------------------------------- definitions and routes


@shape("definition")
class Definition:
    name: str
    label: str
    builds_on: str | None
    status: Annotated[str, STATUSES]
    in_term: Annotated[bool, "false for what the agreement's term leaves out"]
    since: Moment | None
    entered: Instant | None
    seen_until: Annotated[Instant | None, "up to when its condition saw the world; null for the as-of"]
    condition: Phrase | None


@shape("branch", about="`when` is null for what takes the rest")
class Branch:
    gives: str
    when: Phrase | None
    fate: BranchFate


@shape()
class Route:
    definition: str
    applies: bool
    destination: str | None
    branches: tuple[Branch, ...]


# ----------------------------------------------------------------------------------------------------------- promises


@shape()
class PeriodOf:
    label: str
    start: Instant
    end: Instant


@shape("population", about="how the row stands to the rows that a KPI is about")
class Population:
    of: str
    standing: Standing
    entered: Instant | None
    period: PeriodOf | None
    where: Phrase | None


@shape()
class Closed:
    start: Instant
    end: Instant
    date: Date
    why: WhyClosed
    name: Annotated[str | None, "the holiday's, or why it is closed"]


@shape(about="an open interval that was counted, or a closed stretch that was skipped")
class Stretch:
    start: Instant
    end: Instant
    counted: float
    total: float | None
    own_hours: Annotated[bool, "its date has hours of its own"]
    closed: tuple[Closed, ...]
    paused: Annotated[bool, "the clock stood still in it", ADDED_LATER]


@shape(about="a row whose stretch pauses the clock")
class Pause:
    record: str
    key: str
    began: Instant
    ended: Annotated[Instant | None, "null while it lasts"]


@shape(about="on the way of business days: `number` is 0 for the start's own, null for one that is not open")
class Day:
    date: Date
    number: int | None
    why: WhyClosed | None
    name: str | None


@shape()
class ClockChange:
    at: Instant
    by: float


@shape("deadline")
class Deadline:
    words: str
    at: Instant | None
    calendar: str | None
    zone: Annotated[str, "the clock it was counted in"]
    counted_from: Annotated[Instant | None, "the next opening, where business days start outside open hours"]
    end_of_day: bool
    timeline: tuple[Stretch, ...]
    days: tuple[Day, ...]
    without_pauses: Annotated[
        Instant | None, "where it would be had the clock never stood still; null: it cannot", ADDED_LATER
    ]
    clock_changes: tuple[ClockChange, ...]


@shape(
    "event",
    about="an event that could have stopped the clock; `record` is null for a moment of the row itself",
)
class Event:
    record: str | None
    key: str
    at: Instant | None
    fate: EventFate
    number: Annotated[int | None, "the how-manieth it was of those that qualify"]
    where: Phrase | None


@shape()
class Consequence:
    action: str
    to: str


@shape(about="what follows on the way to a deadline, or some time after it")
class Rung:
    words: str
    at: Annotated[Instant | None, "null: there is no such instant (yet)"]
    followed: Annotated[bool, "the clock ran then"]
    actions: tuple[Consequence, ...]


@shape()
class Promise:
    id: str
    kpi: str
    label: str
    narrowed_to: Annotated[str | None, "the definition of a commitment `of P1`"]
    owner: Annotated[str | None, "null for a KPI without a commitment"]
    counterparty: str | None
    promise: Annotated[str, "in the agreement's words"]
    population: Population
    data_end: Annotated[
        EndOfData | None,
        "where the data end that it rests on, as of which it is told; null: they do not end before the as-of",
        ADDED_LATER,
    ]


@shape("clock", about="a promise on this row")
class Clock(Promise):
    state: Annotated[str | None, STATES, "null for a row that it does not judge"]
    undecided_because: str | None
    goal: Annotated[str | None, "the definition that the row is to become"]
    start: Moment
    branches: tuple[Branch, ...]
    exclusions: Annotated[
        tuple[Branch, ...],
        "what may leave it out, once its clock is over: the reason (`gives`) and the condition; the first that applies",
        ADDED_LATER,
    ]
    deadline: Deadline | None
    stop: Moment
    events: Annotated[tuple[Event, ...], "in the order of time"]
    late_by: Annotated[
        float | None,
        "seconds from the deadline to the stop, or to the as-of while there is none; negative when early",
    ]
    late_by_open_time: Annotated[float | None, "the same in the deadline's calendar"]
    took: Annotated[
        float | None, "seconds from start to stop, open time of `took_in` where that is a calendar"
    ]
    took_in: str | None
    pauses: Annotated[tuple[Pause, ...], ADDED_LATER]
    stood_still: Annotated[
        float | None, "seconds that it stood still, up to its stop or the as-of; null: it cannot", ADDED_LATER
    ]
    ladder: Annotated[tuple[Rung, ...], "in the order of time", ADDED_LATER]
    follows: tuple[Consequence, ...]


@shape("figure", about="how the row counts in a volume, a share or a statistic")
class Figure(Promise):
    measure: str
    counted: Annotated[Counted | None, "null for a row that it is not about"]
    value: Value
    unit: str
    seen_until: Instant | None
    condition: Annotated[Phrase | None, "a share's `whose`, or what a statistic takes from the row"]
    by: Annotated[tuple[Field, ...], "where it stands in the breakdown"]


@shape()
class NotJudged:
    id: str
    kpi: str
    owner: Annotated[str | None, "null for a KPI without a commitment"]
    data_end: EndOfData


# -------------------------------------------------------------------------------------------------------- the document


@shape()
class Agreement:
    name: str
    file: str
    zone: str


@shape()
class Place:
    file: str
    line: int | None


@shape()
class Above:
    record: str
    key: str
    found: bool


@shape()
class Answer:
    record: str
    key: str
    clock: str
    fate: EventFate


@shape()
class Doubt:
    kind: str
    subject: str


@shape()
class ProblemPlace:
    file: str | None
    line: int | None
    value: str | None


@shape()
class Problem:
    record: str
    key: str | None
    kind: str
    field: str | None
    places: tuple[ProblemPlace, ...]


@shape()
class PeriodEnd:
    figure: Annotated[str, "the id of the commitment, or the KPI that none is held to"]
    period: str
    outcome: str


@shape()
class Spell:
    spell: str
    key: str
    began: Instant
    ended: Annotated[Instant | None, "null while it lasts"]
    values: Annotated[tuple[Field, ...], "the values behind its `for each`"]
    ends: Annotated[
        tuple[PeriodEnd, ...],
        "the period ends at which it lasts, in each figure that counts them",
        ADDED_LATER,
    ]


@document(
    "sladsl.explain/1",
    title="sla explain --format json",
    about="What became of one row under one agreement, as of one instant. Instants are UTC with `Z`, durations are seconds. "
    "Every list is in a stable order: declarations as written, events and intervals by time.",
)
class Explanation:
    agreement: Agreement
    as_of: Instant
    as_of_from: FromRow
    data_ends: Annotated[
        tuple[EndOfData, ...],
        "the sources that say how fresh they are and end before a given as-of",
        ADDED_LATER,
    ]
    quiet_sources: QuietSources
    as_of_doubts: Doubts
    record: str
    key: str
    said: Annotated[
        tuple[str, ...],
        "what became of it, in sentences: those with which the text begins, to be repeated and not to be made up",
        ADDED_LATER,
    ]
    places: Annotated[tuple[Place, ...], "where rows of this key stand; several where the data repeat it"]
    belongs_to: tuple[Above, ...]
    has: Annotated[Mapping[str, Annotated[int, Limits(minimum=0)]], "rows below it, by record"]
    spells: Annotated[tuple[Spell, ...], "the spells of the row, by when they began"]
    accountable: Field | None
    fields: tuple[Field, ...]
    not_kept: Annotated[
        tuple[tuple[Field, ...], ...],
        "rows that share the key and were not kept, each with the fields in which it differs",
    ]
    definitions: tuple[Definition, ...]
    routes: tuple[Route, ...]
    clocks: tuple[Clock, ...]
    figures: tuple[Figure, ...]
    not_judged: Annotated[
        tuple[NotJudged, ...],
        "promises, and KPIs without one, of which nothing is known of this row: it came after the data end that they rest on",
        ADDED_LATER,
    ]
    answers: Annotated[tuple[Answer, ...], "the clocks of rows above it that looked at this row"]
    in_doubt: Annotated[
        tuple[Doubt, ...], "the row is among those that a report shows rather than guesses about"
    ]
    data_problems: tuple[Problem, ...]
    ends: Annotated[
        tuple[PeriodEnd, ...],
        "of a spell: the period ends at which it lasts, in each figure that counts them",
        ADDED_LATER,
    ]
