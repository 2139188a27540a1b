"""What is measured and promised: definitions, events, KPIs, commitments, routes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sladsl.source import Span
from sladsl.syntax.ast.values import (
    Amount,
    Bounds,
    Budget,
    Clause,
    Date,
    Expression,
    MovedMoment,
    Name,
    Number,
    Percent,
    Reference,
    Text,
    Unit,
)

PeriodWord = Literal["day", "week", "month", "quarter", "year"]

# --- names for values, definitions, events ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DatedValue:
    """`150 from 2026-04-01`."""

    value: Expression
    since: Date
    span: Span


@dataclass(frozen=True, slots=True)
class Let:
    """A constant; with a `record`, a field of its rows that no data fill. `let quota = 120, 150 from 2026-04-01`: `value` is what holds
    before all dates.
    """

    name: Name
    label: Text | None
    record: Name | None
    value: Expression
    later: tuple[DatedValue, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class CountedRows:
    """`for each activity where … at most 30`: `most` is of the points that they make."""

    record: Name
    bounds: Bounds | None
    where: Expression | None
    most: Number | None
    span: Span


@dataclass(frozen=True, slots=True)
class ScoreClause:
    """`add 40 when …`, `subtract 40 when …`, `add 5 for each …`; `points` is as written, never negative."""

    points: Number
    subtract: bool
    when: Expression | CountedRows
    span: Span


@dataclass(frozen=True, slots=True)
class Score:
    name: Name
    label: Text | None
    record: Name
    clauses: tuple[ScoreClause, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Define:
    """`define MQL: lead when … since …`; with `from 2026-07-01` a version of it, which holds from that date on."""

    name: Name
    label: Text | None
    since_date: Date | None
    base: Name
    when: Expression | None
    since: Reference | None
    span: Span


@dataclass(frozen=True, slots=True)
class Lifecycle:
    record: Name
    steps: tuple[Name, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class NthRow:
    """`first activity by at where …`: `position` counts from 1; -1 is `last`. `next` is the first that is later than the start."""

    position: int
    next: bool
    record: Name
    by: Name | None
    where: Expression | None
    span: Span


@dataclass(frozen=True, slots=True)
class OneOfSeveral:
    """`first of accepted_at, rejected_at`, `last of …`, or a moved moment alone."""

    moments: tuple[Reference | MovedMoment, ...]
    latest: bool
    span: Span

    @property
    def references(self) -> tuple[Reference, ...]:
        """The moments that are named."""
        return tuple(x.moment if isinstance(x, MovedMoment) else x for x in self.moments)


@dataclass(frozen=True, slots=True)
class Event:
    name: Name
    label: Text | None
    pick: NthRow | OneOfSeveral
    span: Span


# --- spells ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EachRow:
    """`each pto from starts to ends`: rows that have a beginning and an end are spells as they are."""

    record: Name
    began: Name
    ended: Name
    span: Span


@dataclass(frozen=True, slots=True)
class SplitValue:
    """A name behind the `for each` of a spell."""

    name: Name
    accountable: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Stretch:
    """`while stage = "MQL"`, with the values whose change ends one spell and begins the next."""

    condition: Expression
    each: tuple[SplitValue, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Spell:
    """`spell turn of lead:` and what makes it one."""

    name: Name
    label: Text | None
    record: Name
    rule: EachRow | Stretch
    span: Span


# --- KPIs ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Population:
    """A record or a definition, and the condition that narrows it here."""

    name: Name
    where: Expression | None
    span: Span


@dataclass(frozen=True, slots=True)
class Count:
    """`count of P`, `count of P at period end`."""

    population: Population
    at_period_end: bool
    span: Span


@dataclass(frozen=True, slots=True)
class ShareBecome:
    """`share of P that become Q within D`."""

    population: Population
    goal: Name
    within: Budget | None
    span: Span


@dataclass(frozen=True, slots=True)
class ShareWhose:
    """`share of P whose …`, `share of P at period end whose …`."""

    population: Population
    at_period_end: bool
    condition: Expression
    span: Span


@dataclass(frozen=True, slots=True)
class TimeUnit:
    """`in business hours`: the unit of printed statistics."""

    unit: Unit
    business: bool
    span: Span


@dataclass(frozen=True, slots=True)
class TimeBetween:
    """`time from M to M in business hours of eu_hours`."""

    start: Reference
    end: Reference
    unit: TimeUnit | None
    calendar: Reference | None
    span: Span


@dataclass(frozen=True, slots=True)
class Statistic:
    """`median of X over P`; `percentile` is 90 for `p90`, else None."""

    function: Literal["sum", "average", "median", "least", "greatest", "percentile"]
    percentile: int | None
    value: Expression
    population: Population
    span: Span


Measure = Count | ShareBecome | ShareWhose | TimeBetween | Statistic


@dataclass(frozen=True, slots=True)
class Kpi:
    name: Name
    label: Text | None
    measure: Measure
    for_each: tuple[Reference, ...]
    span: Span


# --- commitments -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Limit:
    """`at least 120`, `at most 5%`; `at least owner.quota` is read on the row that a group names."""

    op: Literal["at least", "at most"]
    value: Amount | Reference
    span: Span


@dataclass(frozen=True, slots=True)
class Range:
    """`between 10 and 20`, both included."""

    low: Amount
    high: Amount
    span: Span


@dataclass(frozen=True, slots=True)
class DueField:
    """`by target`: due at a moment that the row itself holds."""

    field: Reference
    span: Span


@dataclass(frozen=True, slots=True)
class Choice:
    """One `within …` or `by …` of a target; a lone one has neither `when` nor `otherwise`."""

    due: Budget | DueField
    when: Expression | None
    otherwise: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Share:
    """`for 95% of MQL`, `for 95% for each owner`."""

    percent: Percent
    population: Name | None
    groups: Reference | None
    span: Span


@dataclass(frozen=True, slots=True)
class Deadline:
    """`within 1 business hour when …, within 4 business hours otherwise for 95% of MQL`; no `share` means
    100%.
    """

    choices: tuple[Choice, ...]
    share: Share | None
    span: Span


@dataclass(frozen=True, slots=True)
class LimitBranch:
    """`at least 80 when region = "US"`, `40 otherwise`: what some of the groups are held to; without a word of its own, that of the branch
    before it."""

    limit: Limit
    when: Expression | None
    otherwise: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Limits:
    """A limit for each group, by the first branch whose condition is true."""

    branches: tuple[LimitBranch, ...]
    span: Span


Target = Limit | Range | Deadline | Limits


@dataclass(frozen=True, slots=True)
class Period:
    """`per month`."""

    word: PeriodWord
    span: Span


@dataclass(frozen=True, slots=True)
class Action:
    """`reassign to "inbound pool"`, `notify owner.manager`."""

    kind: Literal["reassign", "notify", "escalate", "tag", "do"]
    to: Text | Reference
    span: Span


@dataclass(frozen=True, slots=True)
class InForce:
    """`from 2026-07-01 until 2026-12-31` behind a period: the first and the last date of the periods that a commitment is about."""

    first: Date | None
    last: Date | None
    span: Span


@dataclass(frozen=True, slots=True)
class Commitment:
    """One line of an `owes` block. `population` is the one that narrows it, whether it stands after the KPI
    or after `for 95%`. `groups` is the field by whose values it is judged: `for each region`, in either place.
    """

    kpi: Name
    population: Name | None
    groups: Reference | None
    target: Target
    period: Period
    in_force: InForce | None
    clauses: tuple[Clause, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Owes:
    """`sales owes marketing:`."""

    party: Name
    counterparty: Name
    commitments: tuple[Commitment, ...]
    span: Span


@dataclass(frozen=True, slots=True)
class Never:
    """`never "a private address is an MQL": MQL when …`."""

    label: Text
    rows: Population
    span: Span


@dataclass(frozen=True, slots=True)
class RouteCase:
    destination: Text
    when: Expression | None
    otherwise: bool
    span: Span


@dataclass(frozen=True, slots=True)
class Route:
    """`route MQL:` and its cases, first true one first."""

    definition: Name
    cases: tuple[RouteCase, ...]
    span: Span
