"""The tree of what was written, and where.

Every node carries the `span` of all of its words. A name that refers to something is a `Name` (or a
`Reference`, where `lead.owner` may stand) with a span of its own; a quoted string is a `Text`, whether it is
a label, a column or a value in a condition. Parentheses leave no node. Nothing here is resolved: `fit` may be
a field, a score or nothing at all.
"""

from __future__ import annotations

from dataclasses import dataclass

from sladsl.source import Span
from sladsl.syntax.ast.promises import (
    Action,
    Choice,
    Commitment,
    Count,
    CountedRows,
    DatedValue,
    Deadline,
    Define,
    DueField,
    EachRow,
    Event,
    InForce,
    Kpi,
    Let,
    Lifecycle,
    Limit,
    LimitBranch,
    Limits,
    Measure,
    Never,
    NthRow,
    OneOfSeveral,
    Owes,
    Period,
    PeriodWord,
    Population,
    Range,
    Route,
    RouteCase,
    Score,
    ScoreClause,
    Share,
    ShareBecome,
    ShareWhose,
    Spell,
    SplitValue,
    Statistic,
    Stretch,
    Target,
    TimeBetween,
    TimeUnit,
)
from sladsl.syntax.ast.setting import (
    Agreement,
    Always,
    Calendar,
    ClockSpan,
    Column,
    DataSource,
    DayRange,
    Expectation,
    ExpectCondition,
    ExpectRoute,
    ExpectVerdict,
    Field,
    Given,
    GivenValue,
    Import,
    Join,
    KeyType,
    Mapping,
    NumberType,
    OneOf,
    Parent,
    Party,
    PlainType,
    PlannedType,
    Record,
    Test,
    Translation,
    TypeExpression,
)
from sladsl.syntax.ast.values import (
    Amount,
    Between,
    Binary,
    BinaryOp,
    Boolean,
    Bounds,
    Budget,
    Call,
    ChildAggregate,
    ChildTest,
    Clause,
    Date,
    DateTime,
    Default,
    Duration,
    During,
    Expression,
    In,
    Keyword,
    KpiWithin,
    Literals,
    MomentWithin,
    MovedMoment,
    Name,
    Number,
    Percent,
    Picked,
    Presence,
    Recent,
    Reference,
    SetLiteral,
    Text,
    TimeOfDay,
    Unary,
    Unit,
)

__all__ = [
    "Action",
    "Agreement",
    "Always",
    "Amount",
    "Between",
    "Binary",
    "BinaryOp",
    "Boolean",
    "Bounds",
    "Budget",
    "Calendar",
    "Call",
    "ChildAggregate",
    "ChildTest",
    "Choice",
    "Clause",
    "ClockSpan",
    "Column",
    "Commitment",
    "Count",
    "CountedRows",
    "DataSource",
    "Date",
    "DateTime",
    "DatedValue",
    "DayRange",
    "Deadline",
    "Declaration",
    "Default",
    "Define",
    "DueField",
    "Duration",
    "During",
    "EachRow",
    "Event",
    "ExpectCondition",
    "ExpectRoute",
    "ExpectVerdict",
    "Expectation",
    "Expression",
    "Field",
    "File",
    "Given",
    "GivenValue",
    "Import",
    "In",
    "InForce",
    "Join",
    "KeyType",
    "Keyword",
    "Kpi",
    "KpiWithin",
    "Let",
    "Lifecycle",
    "Limit",
    "LimitBranch",
    "Limits",
    "Literals",
    "Mapping",
    "Measure",
    "MomentWithin",
    "MovedMoment",
    "Name",
    "Never",
    "NthRow",
    "Number",
    "NumberType",
    "OneOf",
    "OneOfSeveral",
    "Owes",
    "Parent",
    "Party",
    "Percent",
    "Period",
    "PeriodWord",
    "Picked",
    "PlainType",
    "PlannedType",
    "Population",
    "Presence",
    "Range",
    "Recent",
    "Record",
    "Reference",
    "Route",
    "RouteCase",
    "Score",
    "ScoreClause",
    "SetLiteral",
    "Share",
    "ShareBecome",
    "ShareWhose",
    "Spell",
    "SplitValue",
    "Statistic",
    "Stretch",
    "Target",
    "Test",
    "Text",
    "TimeBetween",
    "TimeOfDay",
    "TimeUnit",
    "Translation",
    "TypeExpression",
    "Unary",
    "Unit",
    "Unread",
]

Declaration = (
    Agreement
    | Calendar
    | Record
    | Let
    | Score
    | Define
    | Lifecycle
    | Event
    | Spell
    | Kpi
    | Owes
    | Route
    | Never
    | DataSource
    | Import
    | Test
)


@dataclass(frozen=True, slots=True)
class Unread:
    """What a declaration that did not parse would have declared, as far as that can be told.

    `kind` is the word it begins with, or should have; empty where that is not known, and `owes` for each KPI that a block of
    commitments may have promised. `name` is None for an agreement.
    """

    kind: str
    name: Name | None
    span: Span


@dataclass(frozen=True, slots=True)
class File:
    """The declarations of one text in their order; one that did not parse is left out.

    `broken` has what the left out ones would have declared, so that a use of it is not a second mistake.
    """

    declarations: tuple[Declaration, ...]
    span: Span
    broken: tuple[Unread, ...] = ()
