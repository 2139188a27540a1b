"""The typed model: what an agreement means, names resolved, every expression typed, each reference with its span.

The checker builds it from the tree; lowering, the editor and the printed agreement read it. Names are resolved to the names of the
declarations they mean, which are unique in a model (imports included), so nodes hold strings and the model holds the tables.
An expression that could not be resolved is an `Invalid`; nothing that contains one is lowered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sladsl.model.declarations import (
    IMPLIED_KEY,
    Agreement,
    Calendar,
    Clause,
    DataSource,
    Definition,
    Derived,
    EachRow,
    Event,
    ExpectCondition,
    ExpectRoute,
    ExpectVerdict,
    Field,
    FieldMapping,
    Given,
    Keep,
    Let,
    Lifecycle,
    Link,
    Never,
    NthRow,
    OneOfSeveral,
    Origin,
    Party,
    Record,
    Review,
    Score,
    ScoreClause,
    Stretch,
    Test,
    Use,
)
from sladsl.model.expressions import (
    AnyField,
    Bounds,
    Budget,
    ByDate,
    DatedValue,
    DerivedUse,
    During,
    ElapsedUse,
    EntryUse,
    EventUse,
    Expression,
    FieldUse,
    Invalid,
    Literal,
    MemberUse,
    Moment,
    MovedMoment,
    OfAsker,
    Operation,
    PathUse,
    Picked,
    Quantifier,
    Recent,
    Reported,
    Rows,
    RowsTest,
    RowsValue,
    ScoreUse,
    SetValue,
    SpellUse,
    WithinUse,
    is_between,
    spelt,
)
from sladsl.model.promises import (
    Action,
    Become,
    Choice,
    ClauseKind,
    Commitment,
    Count,
    Exclusion,
    GroupBranch,
    GroupLimit,
    Kpi,
    LaterTarget,
    Limit,
    Measure,
    Pause,
    Population,
    Range,
    Route,
    RouteCase,
    Rung,
    RungKind,
    Statistic,
    Target,
    TimeBetween,
    Whose,
    Within,
)

__all__ = [
    "IMPLIED_KEY",
    "Action",
    "Agreement",
    "AnyField",
    "Become",
    "Bounds",
    "Budget",
    "ByDate",
    "Calendar",
    "Choice",
    "Clause",
    "ClauseKind",
    "Commitment",
    "Count",
    "DataSource",
    "DatedValue",
    "Definition",
    "Derived",
    "DerivedUse",
    "During",
    "EachRow",
    "ElapsedUse",
    "EntryUse",
    "Event",
    "EventUse",
    "Exclusion",
    "ExpectCondition",
    "ExpectRoute",
    "ExpectVerdict",
    "Expression",
    "Field",
    "FieldMapping",
    "FieldUse",
    "Given",
    "GroupBranch",
    "GroupLimit",
    "Invalid",
    "Keep",
    "Kpi",
    "LaterTarget",
    "Let",
    "Lifecycle",
    "Limit",
    "Link",
    "Literal",
    "Measure",
    "MemberUse",
    "Model",
    "Moment",
    "MovedMoment",
    "Never",
    "NthRow",
    "OfAsker",
    "OneOfSeveral",
    "Operation",
    "Origin",
    "Party",
    "PathUse",
    "Pause",
    "Picked",
    "Population",
    "Quantifier",
    "Range",
    "Recent",
    "Record",
    "Reported",
    "Review",
    "Route",
    "RouteCase",
    "Rows",
    "RowsTest",
    "RowsValue",
    "Rung",
    "RungKind",
    "Score",
    "ScoreClause",
    "ScoreUse",
    "SetValue",
    "SpellUse",
    "Statistic",
    "Stretch",
    "Target",
    "Test",
    "TimeBetween",
    "Use",
    "Whose",
    "Within",
    "WithinUse",
    "is_between",
    "spelt",
]


@dataclass(frozen=True)
class Model:
    """An agreement and everything it names. `complete` says that nothing in it is `Invalid`, so that it can be lowered."""

    agreement: Agreement | None = None
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    records: Mapping[str, Record] = field(default_factory=dict)
    lets: Mapping[str, Let] = field(default_factory=dict)
    derived: Mapping[str, Derived] = field(default_factory=dict)
    scores: Mapping[str, Score] = field(default_factory=dict)
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    lifecycles: tuple[Lifecycle, ...] = ()
    events: Mapping[str, Event] = field(default_factory=dict)
    kpis: Mapping[str, Kpi] = field(default_factory=dict)
    commitments: tuple[Commitment, ...] = ()
    routes: tuple[Route, ...] = ()
    nevers: tuple[Never, ...] = ()
    sources: tuple[DataSource, ...] = ()
    tests: tuple[Test, ...] = ()
    uses: tuple[Use, ...] = ()
    kinds: tuple[ClauseKind, ...] = ()  # of clauses, in the language that this is written in
    complete: bool = False

    @property
    def given(self) -> tuple[Record, ...]:
        """The records whose rows sources give; spells are made of them."""
        return tuple(r for r in self.records.values() if r.spell is None)
