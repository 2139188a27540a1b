"""What `sla backtest --format json` says, as types: `backtest.schema.json` is made from them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from sladsl.backtesting.suggestion import Stricter
from sladsl.reports.as_of_document import EndOfData, FromRow, Instant
from sladsl.reports.documents import Absent, document, shape
from sladsl.reports.run.document import Count, Doubt, Group, Kind, Number
from sladsl.verdicts import Verdict


@shape()
class Agreement:
    name: str
    file: str
    zone: Annotated[str, "the zone in which periods and dates are read"]


@shape(about="a constant that was varied")
class Varied:
    address: Annotated[
        str, "what it stands in, and the words around it; `_` is in its place where words follow"
    ]
    kind: Annotated[str, "what every value of it is: a number, a percentage, a length of time, …"]
    file: str
    line: Annotated[int, "where it stands, from 1"]
    now: Annotated[str, "what it is in the agreement"]
    values: tuple[str, ...]


@shape()
class Period:
    period: str
    start: Instant
    end: Annotated[Instant, "exclusive"]
    complete: Annotated[bool, "the period is over at the as-of"]
    cut: Annotated[bool, "the term covers only a part of the period"]
    verdict: Annotated[Verdict | None, "null: not judged"]
    final: Annotated[bool, "on data that only grow, the verdict never changes"]
    warning: Annotated[bool, "met, and near its target"]
    target: Annotated[str, "the commitment's, with the values that hold in the period"]
    limits: Annotated[
        tuple[Number, Number],
        "the least and the most with which it is met, in the units of `value`; null: there is no such end, or each group has its own",
    ]
    value: Annotated[
        Number,
        "what it is as of now: a share from 0 to 1, a length of time in seconds; null: there is none (yet)",
    ]
    now: Annotated[
        tuple[Number, Number] | None,
        "what it comes to if no more rows come, with those that are open or undecided one way or the other; null: there is no value",
    ]
    range: Annotated[
        tuple[Number, Number] | None,
        "the values it can still end at, lowest and highest; null: without an end on that side",
    ]
    numerator: int | None
    denominator: int | None
    rows: Count
    late: Annotated[Count | None, "rows past their deadline; null: no row has one"]
    doubt: Annotated[
        Doubt | None,
        "rows that could not be read leave the figure, or the verdict beside it, in doubt; null: they do not",
    ]


@shape(about="a commitment with one combination of values")
class Commitment:
    id: str
    owner: str
    counterparty: str
    kpi: str
    target: Annotated[str, "in the words of the agreement, with these values"]
    measure: str
    unit: str
    period_kind: Kind
    met: Annotated[Count, "periods that are met for good"]
    missed: Annotated[Count, "periods that are missed for good"]
    provisional: Annotated[Count, "periods whose verdict may still change; they are in neither number"]
    others: Annotated[Count, "periods without data, with too few rows, suspended, or not judged"]
    late: Annotated[Count | None, "rows past their deadline, in all periods; null: no row has one"]
    actions: Annotated[
        Count, "what would have followed, in all: of late rows, on the way of rows, and of periods"
    ]
    periods: tuple[Period, ...]
    group: Annotated[
        Group | Absent,
        "of a verdict on one group of a commitment that is judged by groups: which one. The whole stands before its groups, without it",
    ]


@shape(about="one combination of values")
class Point:
    values: Annotated[tuple[str, ...], "of each varied constant, in their order"]
    now: Annotated[bool, "the agreement as it is"]
    commitments: Annotated[tuple[Commitment, ...], "all of them, those that no value changes too"]


@shape(about="what `--suggest` asked for")
class Suggestion:
    wish: str
    commitment: str
    periods: Annotated[
        tuple[str, ...],
        "those that were looked at: the last that are met or missed for good with every value",
    ]
    met: Annotated[Mapping[str, Count], "by value, how many of them were met"]
    stricter: Annotated[Stricter | None, "which way the constant asks for more; null: it does not say"]
    value: Annotated[str | None, "the strictest value that met enough of them; null: nothing is suggested"]
    reason: Annotated[str, "why nothing is suggested; empty where something is"]


@document(
    "sladsl.backtest/1",
    title="sla backtest --format json",
    about="What one agreement would have come to with other values in the place of its constants, on one set of data. Instants are UTC "
    "with `Z`. Shares are numbers from 0 to 1, lengths of time seconds.",
)
class BacktestDocument:
    agreement: Agreement
    as_of: Instant
    as_of_from: FromRow
    data_ends: Annotated[
        tuple[EndOfData, ...], "the sources that say how fresh they are and end before a given as-of"
    ]
    unreadable: Annotated[
        Count,
        "values of the data that could not be read: `doubt` of each period says which verdicts they leave in doubt",
    ]
    varied: tuple[Varied, ...]
    affected: Annotated[
        tuple[str, ...], "the commitments of which something is not the same with every value, by their ids"
    ]
    points: Annotated[tuple[Point, ...], "every combination of the values, and the agreement as it is"]
    suggestion: Annotated[Suggestion | None, "null: `--suggest` was not asked"]


@shape(about="a constant of the agreement")
class Constant:
    address: str
    kind: str
    now: str
    file: str
    line: int


@document(
    "sladsl.constants/1",
    title="sla backtest --list --format json",
    about="The constants of one agreement that can be varied, in the order in which they stand.",
)
class ConstantsDocument:
    agreement: Agreement
    constants: tuple[Constant, ...]
