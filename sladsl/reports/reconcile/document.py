"""What `sla reconcile --format json` says, as types: `reconcile.schema.json` is made from them."""

from __future__ import annotations

from typing import Annotated

from sladsl.plan import RowOutcome
from sladsl.reconciling import Kind, Rounding, Said
from sladsl.reports.as_of_document import EndOfData, FromRow, Instant
from sladsl.reports.documents import document, shape
from sladsl.reports.run.document import Count, DataProblem

Number = float | int | None


@shape()
class Agreement:
    name: str
    file: str
    zone: Annotated[str, "the zone in which dates are read"]


@shape()
class Meaning:
    text: str
    verdict: Said


@shape(about="the column of the other side, and how it was read")
class Against:
    record: str
    column: str
    kind: Kind
    written: Annotated[str | None, "how it is written, as `--as` says it; null: a value says it by itself"]
    precision: Annotated[Number, "seconds: what is smaller is not compared; null for verdicts"]
    rounding: Annotated[Rounding | None, "of lengths of time: how they were rounded, for most rows to agree"]
    zone: Annotated[str | None, "of due dates: whose clock they are of, where a value does not say it"]
    means: Annotated[tuple[Meaning, ...], "of verdicts: what each text stands for"]


@shape(about="how many rows there are: `agree`, `neither` and `differ` add up to `rows`")
class Counts:
    rows: Annotated[Count, "all rows of the record"]
    agree: Count
    neither: Annotated[Count, "no side has a verdict, a due date or a length of time for them"]
    differ: Count


@shape(about="how many rows have this verdict on one side and that one on the other")
class Pair:
    here: str
    there: str
    rows: Count


@shape(about="why rows differ")
class Cause:
    cause: str
    rows: Annotated[Count, "the differences that are given to it"]
    alone: Annotated[Count, "those of them that no other hypothesis explains"]
    also: Annotated[Count, "differences that it would explain too, and that are given to another"]
    breaks: Annotated[Count, "of the rows that agree and were asked, those that would differ with it"]
    rivals: Annotated[
        tuple[str, ...],
        "hypotheses that would explain some of its rows too, the one that explains most of them first",
    ]
    hypothesis: Annotated[bool, "it was asked of the interpreter; else it says what is there"]


@shape(about="how many rows the hypotheses were asked of")
class Asked:
    differences: Count
    agreeing: Count
    hypotheses: Annotated[Count, "how many were asked"]


@shape(about="what we say of a row")
class Here:
    outcome: RowOutcome
    started: Instant | None
    stopped: Instant | None
    due: Instant | None
    elapsed: Annotated[Number, "seconds from the start to the stop, in the KPI's own hours"]


@shape(about="what the other side says of a row")
class There:
    text: Annotated[str | None, "as it stands there; null: nothing"]
    verdict: Said | None
    due: Instant | None
    elapsed: Number


@shape(about="a row on which the sides differ")
class Difference:
    key: str
    owner: str | None
    here: Annotated[Here | None, "null: the commitment does not count it"]
    there: There
    cause: Annotated[str, "the cause that it is given to"]
    others: Annotated[tuple[str, ...], "hypotheses that would explain it too"]
    not_counted: Annotated[str | None, "why the commitment does not count it"]


@document(
    "sladsl.reconcile/1",
    title="sla reconcile --format json",
    about="What became of each row under one commitment beside what a column of the data says of it, and why the sides differ. A "
    "hypothesis explains a row where the interpreter, with what it changes, says what the other side says. Instants are UTC with "
    "`Z`, lengths of time seconds.",
)
class ReconcileDocument:
    agreement: Agreement
    as_of: Instant
    as_of_from: FromRow
    data_ends: tuple[EndOfData, ...]
    commitment: Annotated[str, "its id"]
    promise: Annotated[str, "its target, as it is written"]
    against: Against
    counts: Counts
    pairs: Annotated[tuple[Pair, ...], "of verdicts; else empty"]
    asked: Asked
    causes: Annotated[
        tuple[Cause, ...],
        "the one that most rows are given to first; what is unexplained, and not asked, last",
    ]
    differences: Annotated[tuple[Difference, ...], "by key"]
    data_problems: tuple[DataProblem, ...]
