"""Which groups a commitment has in a period, what each is held to, and what their verdicts come to together.

Which groups there are is told by the agreement (the values of an enumeration), by the rows that name them (those that are there before the
period ends), or else by the rows that are counted. A group of which nothing says what it is held to is not judged.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from sladsl.calendars import Period
from sladsl.outcomes import GroupRow, Outcomes
from sladsl.plan import SHARES, VOLUMES, Bound, Commitment, Figure, Groups, OneGroup
from sladsl.plan.verdicts import NO_TARGET, TOGETHER, Verdict
from sladsl.verdicts.ranges import evaluated


@dataclass(frozen=True, slots=True)
class Members:
    """The groups of a commitment: `rows` are those that name them, by key, where more is known of them than their keys."""

    commitment: Commitment
    rows: dict[str, GroupRow]

    @classmethod
    def of(cls, c: Commitment, outcomes: Outcomes) -> Members:
        return cls(c, {x.key: x for x in outcomes.groups.get(c.id, ())})

    def all(self, occurring: Iterable[str]) -> list[str]:
        """Every group of some period, in order; `occurring` are those of which rows are counted."""
        groups = self.commitment.groups
        assert groups is not None, "the commitment is judged as a whole"
        if groups.values:
            return list(groups.values)
        own = self.rows if groups.since is not None else {}
        return sorted({*own, *occurring})

    def is_there(self, value: str, period: Period, occurs: bool) -> bool:
        """Whether a value is a group of a period; `occurs`: rows of it are counted."""
        groups = self.commitment.groups
        assert groups is not None, "the commitment is judged as a whole"
        return occurs or bool(groups.values) or (groups.since is not None and self._begun(value, period))

    def says(self, value: str, period: Period) -> bool:
        """Whether it is known what a group is held to in a period."""
        groups = self.commitment.groups
        assert groups is not None, "the commitment is judged as a whole"
        if groups.target is None:
            return True
        begun = groups.since is None or self._begun(value, period)
        return begun and self.target(value) is not None

    def target(self, value: str) -> Decimal | None:
        """What a group is held to by a bound of its own."""
        groups = self.commitment.groups
        assert groups is not None, "the commitment is judged as a whole"
        if groups.record is not None:
            return self.rows[value].target if value in self.rows else None
        return target_by_value(groups, value)

    def may_come(self, over: bool) -> bool:
        """Whether there may still be another group in a period."""
        groups = self.commitment.groups
        assert groups is not None, "the commitment is judged as a whole"
        return not over and not groups.values

    def may_begin(self, value: str, period: Period) -> bool:
        """Whether the row that names a group may still come to be there before a period that is not over ends."""
        groups = self.commitment.groups
        assert groups is not None, "the commitment is judged as a whole"
        return groups.since is not None and not self._begun(value, period)

    def _begun(self, value: str, period: Period) -> bool:
        row = self.rows.get(value)
        return row is not None and row.since is not None and row.since < period.end


def target_by_value(groups: Groups, value: str) -> Decimal | None:
    """What a group is held to by its value alone; None where nothing says it."""
    if groups.target is None:
        return None
    worked_out = evaluated(groups.target)({groups.by.rpartition(".")[2]: value})
    return None if worked_out is None else Decimal(worked_out)


def target_words(groups: Groups, figure: Figure, target: Decimal | None, span: bool) -> str:
    """What a group is held to: `at least 80`; `span`: its figure is a length of time, in microseconds."""
    return (
        NO_TARGET
        if target is None
        else f"{groups.side} {_said(figure, target, span and figure.measure not in SHARES)}"
    )


def of_group(c: Commitment, figure: Figure, value: str, target: Decimal | None, span: bool) -> Commitment:
    """The commitment as it is owed for one group."""
    assert c.groups is not None, "the commitment is judged as a whole"
    named = replace(
        c,
        id=f"{c.id} for {value}",
        groups=None,
        group=OneGroup(c.id, c.groups.by, value),
        if_late=(),
        clock=None,
    )
    if c.groups.target is None:
        each = f"for each {c.groups.by} "
        versions = tuple(replace(x, target=x.target.replace(each, "")) for x in c.versions)
        return replace(named, target=c.target.replace(each, ""), versions=versions)
    if target is None:
        return replace(named, target=NO_TARGET, versions=())
    words = f"{target_words(c.groups, figure, target, span)} per {figure.period}"
    return replace(named, bound=Bound(c.groups.side, target), target=words, versions=())


def _said(figure: Figure, target: Decimal, span: bool) -> str:
    if figure.measure in SHARES:
        return f"{(target * 100).normalize():f}%"
    if span:
        return f"{(target / 3_600_000_000).normalize():f} hours"
    return f"{target.normalize():f} {figure.unit}".rstrip()


def together(figure: Figure, cut: bool, verdicts: Collection[Verdict | None], waits: bool) -> Verdict | None:
    """The verdict of the whole: missed where a group is, else what is least sure. `waits`: another group may still come."""
    if cut and figure.measure in VOLUMES:
        return None
    there = {x for x in verdicts if x is not None} | ({Verdict.PROVISIONAL} if waits else set())
    return next((x for x in TOGETHER if x in there), None if verdicts else Verdict.NO_DATA)
