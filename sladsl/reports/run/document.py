"""What `sla run --format json` says, as types: `run.schema.json` is made from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from sladsl.calendars import PeriodKind
from sladsl.plan.rows import TALLIES, RowOutcome, Tallies
from sladsl.reports.as_of_document import Doubts, EndOfData, FromRow, Instant, QuietSources
from sladsl.reports.documents import ADDED_LATER, Absent, Limits, Named, OneOf, document, inlined, shape
from sladsl.verdicts import Verdict

Number = float | int | None
"""Whole numbers are written as such. In a schema both are `number`."""
Count = Annotated[int, Named("count", minimum=0)]
Date = Annotated[str | None, Named("date", pattern=r"^\d{4}-\d{2}-\d{2}$")]
Kind = Annotated[PeriodKind, Named("period_kind")]
ByRecord = Mapping[str, Count]
inlined(Tallies, {x.name: Annotated[Count, x.about, ADDED_LATER if x.later else None] for x in TALLIES})
ACTIONS = OneOf(("reassign", "notify", "escalate", "tag", "do"))


@shape(about="the term's dates, both included; null where it has no end on that side")
class Effective:
    first: Date
    last: Date


@shape()
class Agreement:
    name: str
    file: str
    parties: tuple[str, ...]
    zone: Annotated[str, "the zone in which periods and dates are read"]
    effective: Effective


@shape()
class Sample:
    one_in: Annotated[int, Limits(minimum=2)]


@shape()
class Definition:
    name: str
    label: str
    record: str
    members: Count
    undated: Annotated[Count, "it holds, and when it began is missing"]
    mislabelled: Annotated[Count, "the data say when it began, and it does not hold"]
    unclassifiable: Annotated[Count, "the data say when it began, and whether it holds is unknown"]


# ------------------------------------------------------------------------------------------------------------ figures


@shape()
class Doubt:
    rows: Count
    verdict: Annotated[
        bool,
        "the verdict would be another one if they all counted for it, or against it; "
        "false: it is the figure that is no number without them",
    ]


@shape(
    "said",
    about="a period's figure in words, as the text of `sla run` has it; empty where there is nothing to say",
)
class Said:
    figure: Annotated[str, "with digits enough to see on which side of its target it is"]
    counted: str
    ends: Annotated[str, "what it can still end at"]
    outlook: Annotated[str, "of a provisional period: what is still in it, and its pace"]


@shape()
class MeasuredPeriod:
    """A figure in one period."""

    period: Annotated[
        str,
        "2026-10-05, 2026-W41, 2026-10, 2026-Q4, 2026; FY2026-27-Q1 and FY2026-27 where the year starts in another month",
    ]
    start: Instant
    end: Annotated[Instant, "exclusive"]
    complete: Annotated[bool, "the period is over at the as-of"]
    cut: Annotated[bool, "the term covers only a part of the period"]
    value: Annotated[
        Number,
        "what it is as of now: of a share, numerator ÷ denominator; open and undecided rows are no success (yet). "
        "null: there is none (yet)",
    ]
    estimate: Annotated[
        Number,
        "of a share within deadlines, while rows are open: met ÷ all among the rows whose deadline has passed, "
        "which no verdict uses; a share's pace is that",
    ]
    numerator: int | None
    denominator: int | None
    rows: Count
    tallies: Tallies
    interval: Annotated[
        tuple[float, float] | None,
        "Wilson 95 % interval of a share, once no row is open: a statistic, which decides nothing",
    ]
    doubt: Annotated[
        Doubt | None,
        "rows that could not be read leave the figure, or the verdict beside it, in doubt; null: they do not",
    ]
    said: Annotated[Said, ADDED_LATER]


@shape()
class KpiPeriod(MeasuredPeriod):
    by: tuple[str | None, ...]


@shape(
    about="what is still in it for a figure, as if what is open came out well and nothing else came; one of both numbers is null"
)
class Headroom:
    room: Annotated[
        Number,
        "how many more rows of a share may fail (of `at most`: may count), whichever they are, and it is still met; how much more may "
        "come of a volume or a sum `at most`",
    ]
    missing: Annotated[
        Number,
        "how many rows of a share in a row must not fail (of `at most`: must not count) for it to be met; what a volume or a sum lacks",
    ]
    days_left: Annotated[
        Count,
        "days of the period that are not over: business days of the agreement's hours, where it has them",
    ]


@shape(about="a statistic, which decides nothing")
class Pace:
    value: Annotated[
        Number, "what the figure would end at if the rest of the period went on as its days so far"
    ]
    days: Annotated[Count, "how many these are: business days of the agreement's hours, where it has them"]


@shape(first=("period", "start", "end", "verdict", "final", "warning"))
class JudgedPeriod(MeasuredPeriod):
    target: Annotated[str, "the commitment's, with the values that hold in the period", ADDED_LATER]
    verdict: Annotated[Verdict | None, "null: not judged, a volume in a period that the term cuts"]
    final: Annotated[bool, "on data that only grow, the verdict never changes"]
    warning: Annotated[bool, "met, and near its target"]
    range: Annotated[
        tuple[Number, Number] | None,
        "the values it can still end at, lowest and highest; null: without an end on that side",
    ]
    data_end: Annotated[
        EndOfData | None,
        "of a provisional period: where the data end that it waits for; null: they do not end before the as-of",
        ADDED_LATER,
    ]
    headroom: Annotated[
        Headroom | None, "of a provisional period: how much may still go wrong, or is missing", ADDED_LATER
    ]
    pace: Annotated[Pace | None, "of a provisional period that runs, once a tenth of it is over", ADDED_LATER]


@shape()
class Kpi:
    name: str
    label: str
    measure: str
    unit: str
    period_kind: Kind
    by: Annotated[tuple[str, ...], "the fields it is broken down by", ADDED_LATER]
    periods: tuple[KpiPeriod, ...]


@shape()
class Group:
    commitment: Annotated[str, "the id of the whole"]
    field: str
    value: str


@shape()
class Commitment:
    id: str
    owner: str
    counterparty: str
    kpi: str
    target: Annotated[str, "in the words of the agreement"]
    measure: str
    unit: str
    period_kind: Kind
    periods: tuple[JudgedPeriod, ...]
    group: Annotated[
        Group | Absent,
        "of a verdict on one group of a commitment that is judged by groups: which one. The whole stands before its groups, without it",
    ]


# --------------------------------------------------------------------------------------------------------------- rows


@shape()
class Breach:
    commitment: str
    record: str
    key: str
    entered: Annotated[Instant, "when the row counted; its period is the one that holds this"]
    started: Instant | None
    due: Instant | None
    stopped: Annotated[Instant | None, "null: not answered by the as-of"]
    owner: Annotated[str | None, "whose breach it is: the record's accountable field"]


@shape()
class Action:
    id: Annotated[
        str,
        "names it in every run, on every machine and while data grow: a digest of the agreement's name, the commitment, the period, the "
        "group, the record and key, the cause, the verb and which one of it, and `at`",
        ADDED_LATER,
    ]
    commitment: str
    cause: Annotated[
        str, "late, missed, the step passed such as `below 99%`, or the place on the way such as `at 75%`"
    ]
    record: str | None
    key: str | None
    period: str | None
    owner: str | None
    action: Annotated[str, ACTIONS]
    to: str
    at: Instant | None


@shape()
class Lead:
    commitment: Annotated[str | None, "null: a KPI's own figure, which no commitment is held to"]
    kpi: str
    record: str
    key: str
    owner: str | None
    period: str
    period_start: Instant
    by: tuple[str | None, ...]
    outcome: RowOutcome
    value: Annotated[
        Number,
        "what the row adds to a sum or a statistic; a length of time in seconds, of one that still runs the time so far",
    ]
    entered: Instant
    started: Instant | None
    due: Instant | None
    stopped: Instant | None
    elapsed: Annotated[
        Number,
        "seconds from start to stop, in the KPI's own time; of a clock that can stand still, those that it ran",
    ]
    paused: Annotated[
        Number, "seconds that a clock stood still, up to its stop or the as-of; null: it cannot", ADDED_LATER
    ]
    running: Annotated[
        Number,
        "seconds that such a clock ran, up to its stop or the as-of; null: it cannot stand still",
        ADDED_LATER,
    ]
    branch: Annotated[str | None, "which branch of the target's choice applied, as written"]
    reason: Annotated[
        str | None, "why the row is left out of the figure, as the agreement names it", ADDED_LATER
    ]


# ------------------------------------------------------------------------------------------------------- data problems


@shape()
class Place:
    file: str | None
    line: int | None
    key: str | None
    field: str | None
    value: str | None
    kept: Annotated[
        bool | Absent,
        "of rows that share a key, where that is known: whether this is the one that counts",
    ]


@shape()
class DataProblem:
    record: str
    kind: str
    subject: Annotated[str | None, "the definition or commitment it is about"]
    change: Annotated[
        str | None,
        "what the other reading of a local time would change of the subject: `met → missed`",
    ]
    field: str | None
    file: str | None
    count: Count
    examples: Annotated[tuple[str, ...], "keys of some of the rows"]
    places: tuple[Place, ...]
    said: Annotated[str, "what is so of these rows, in words", ADDED_LATER]
    hint: Annotated[
        str | Absent,
        "of rows that have the same values and are told apart: in which columns they differ",
    ]


# ------------------------------------------------------------------------------------------------------ closed periods


@shape()
class RestatedRow:
    key: str
    was: Annotated[str, "what became of it, as of the close; `not counted`: nothing in this figure"]
    now: str


@shape()
class RestatedFigure:
    id: Annotated[str, "the commitment's; of a KPI of which nothing is promised, its name"]
    by: Annotated[tuple[str | None, ...], "of a part of a KPI's breakdown: its values", ADDED_LATER]
    period: str
    judged: Annotated[bool, "it is a commitment's"]
    was: Annotated[str, "as it was closed, in words"]
    now: str
    closed_as_of: Instant
    changed: Annotated[tuple[str, ...], "what of that on which it rests was changed since, in words"]
    rows: Annotated[
        tuple[RestatedRow, ...],
        "the rows of which something else became, where the close has what became of each",
    ]


# -------------------------------------------------------------------------------------------------------- the document


@document(
    "sladsl.run/1",
    title="sla run --format json",
    about="The verdicts of one agreement on one set of data, as of one instant. Instants are UTC with `Z`. Shares are numbers from 0 to 1, "
    "beside their integer numerator and denominator. Durations are seconds. Every list is in a stable order: declarations as written, "
    "periods by time, rows by key.",
)
class RunDocument:
    agreement: Agreement
    as_of: Instant
    as_of_from: Annotated[FromRow, ADDED_LATER]
    data_ends: Annotated[
        tuple[EndOfData, ...],
        "the sources that say how fresh they are and end before a given as-of",
        ADDED_LATER,
    ]
    quiet_sources: QuietSources
    as_of_doubts: Doubts
    period: Annotated[str | None, "what `--period` restricted the result to", ADDED_LATER]
    sample: Annotated[
        Sample | Absent,
        "there where only a part of the rows was looked at: about one in so many; then figures are estimates, and no verdict is given",
    ]
    restated: Annotated[
        tuple[RestatedFigure, ...],
        "the figures of closed periods (`sla close`) that come out differently",
        ADDED_LATER,
    ]
    rows: Annotated[ByRecord, "rows there were at the as-of, by record", ADDED_LATER]
    not_yet: Annotated[ByRecord, "rows all of whose times are later than the as-of, by record", ADDED_LATER]
    definitions: tuple[Definition, ...]
    kpis: tuple[Kpi, ...]
    commitments: tuple[Commitment, ...]
    breaches: tuple[Breach, ...]
    actions: tuple[Action, ...]
    routes: Annotated[
        Mapping[str, Count],
        "how many rows go to each destination, those of all definitions together",
    ]
    routes_by_definition: Annotated[Mapping[str, Mapping[str, Count]], "the same by definition"]
    labels: Annotated[
        Mapping[str, Mapping[str, str]],
        "by record, then key: what rows are called that this document shows by their key, as owners or as values of a breakdown",
        ADDED_LATER,
    ]
    data_problems: tuple[DataProblem, ...]
    leads: Annotated[
        tuple[Lead, ...] | Absent,
        "only with `--leads`: what became of each row in each figure, by commitment, then KPI, in each by period and key. "
        "One object a row and figure, some 400 bytes each: above a hundred thousand rows write them to a file instead",
    ]
