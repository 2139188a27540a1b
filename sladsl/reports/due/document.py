"""What `sla due --format json` says, as types: `due.schema.json` is made from them."""

from __future__ import annotations

from typing import Annotated

from sladsl.open_clocks import Running
from sladsl.reports.as_of_document import EndOfData, FromRow, Instant
from sladsl.reports.documents import document, shape
from sladsl.reports.run.document import Count, DataProblem

Number = float | int | None


@shape()
class Agreement:
    name: str
    file: str
    zone: Annotated[str, "the zone in which dates are read"]


@shape(about="how many clocks there are of each kind")
class Counts:
    late: Annotated[Count, "their deadline is behind the as-of, and nothing stopped them"]
    due: Annotated[Count, "their deadline is ahead; with a window, not after it"]
    waiting: Annotated[
        Count, "which deadline applies, or whether what came stops the clock, is not settled yet"
    ]
    paused: Annotated[Count, "they stand still: no deadline before that is over"]
    later: Annotated[Count, "due after the window, and so not in `clocks`"]


@shape(about="a promise on one row whose clock runs")
class Clock:
    status: Running
    commitment: Annotated[str, "its id"]
    promise: Annotated[str, "what was promised of this row, in the words of the agreement"]
    record: str
    key: str
    label: Annotated[str | None, "what the row is called"]
    owner: Annotated[str | None, "who is accountable for it: the record's accountable field"]
    owner_label: Annotated[str | None, "what the row is called that names the owner"]
    group: Annotated[str | None, "of a promise that is judged by groups: which one it counts in"]
    period: Annotated[str, "in which it counts"]
    started: Instant | None
    due: Instant | None
    left: Annotated[
        Number,
        "seconds of what the clock counts, from the as-of to the deadline; negative: late by that. Of a paused clock what it has left once "
        "it goes on",
    ]
    left_by_the_clock: Annotated[
        Number, "seconds from the as-of to the deadline, open or not; negative: late by that"
    ]
    calendar: Annotated[str | None, "whose open time the clock counts; null: plain time"]
    zone: Annotated[str | None, "of a calendar of rows: the zone that the row names"]
    budget: Annotated[Number, "seconds that the clock was given"]
    used: Annotated[Number, "seconds that it ran"]
    share_used: Annotated[float | None, "used ÷ budget: 1 at the deadline, more when late"]
    known_until: Annotated[Instant, "the as-of, or where the data end that the promise rests on"]


@document(
    "sladsl.due/1",
    title="sla due --format json",
    about="The clocks of one agreement that run as of one instant, the most pressing first: late (the last "
    "deadline first), due (the next one first), waiting, paused. Instants are UTC with `Z`, lengths of time seconds.",
)
class DueDocument:
    agreement: Agreement
    as_of: Instant
    as_of_from: FromRow
    data_ends: Annotated[
        tuple[EndOfData, ...],
        "the sources that say how fresh they are and end before a given as-of",
    ]
    within: Annotated[str | None, "the window of `--within`; null: all clocks that run are in `clocks`"]
    counts: Counts
    clocks: tuple[Clock, ...]
    data_problems: Annotated[
        tuple[DataProblem, ...],
        "what is wrong with the rows that these promises are about, and those of which nothing can be said",
    ]
    partly_checked: Annotated[
        tuple[str, ...],
        "records of which only rows whose clock may run were looked at closely: whether others share a key, or name a row that is not "
        "there, is not among `data_problems`",
    ]


@document(
    "sladsl.dues/1",
    title="sla due --format json of several agreements",
    about="The document of each agreement, in the order in which they were given.",
)
class DuesDocument:
    agreements: tuple[DueDocument, ...]
