"""What is measured and what is owed, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import assert_never

from sladsl import model as m
from sladsl.clauses import clauses_of
from sladsl.nouns import joined, plural
from sladsl.wording import names
from sladsl.wording.conditions import condition, moment, value, where
from sladsl.wording.lines import Item, Line, line, sentence, strong
from sladsl.wording.quantities import quantity


def measure(model: m.Model, kpi: m.Kpi) -> str:
    """What a KPI measures, as a noun."""
    match kpi.measure:
        case m.Count(population=p, at_period_end=at_end):
            last = " that last when the period ends" if at_end else ""
            return f"the number of {_population(model, p)}{last}"
        case m.Become(population=p, goal=goal, within=within):
            time = f" within {names.budget(model, within)}" if within is not None else ""
            return f"the share of {_population(model, p)} that become {plural(names.spoken(goal))}{time}"
        case m.Whose(population=p, condition=asked, at_period_end=at_end):
            last = " that last when the period ends," if at_end else ""
            return f"the share of {_population(model, p)}{last} for which {condition(model, asked)}"
        case m.TimeBetween() as between:
            return _time(model, between)
        case m.Statistic() as s:
            return f"{_statistic(s)} {value(model, s.value)} over {_population(model, s.population)}"
        case _:
            assert_never(kpi.measure)


def _population(model: m.Model, p: m.Population) -> str:
    return names.rows_of(model, p) + where(model, p.where)


def _time(model: m.Model, between: m.TimeBetween) -> str:
    of = "" if between.calendar is None else f" of {names.calendar_called(model, between.calendar)}"
    own = model.agreement.hours if model.agreement is not None else None
    told = f" in business {plural(between.unit)}{'' if between.calendar == own else of}" if of else ""
    return f"the time from {moment(model, between.start)} to {moment(model, between.end)}{told}"


def _statistic(s: m.Statistic) -> str:
    match s.function:
        case "percentile":
            return f"the {_ordinal(s.percent)} percentile of"
        case _:
            return f"the {s.function} of"


def _ordinal(n: int) -> str:
    end = "th" if n % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{end}"


def tracked(model: m.Model, kpi: m.Kpi) -> Item:
    """A KPI that nobody owes."""
    name = strong(names.titled(model, kpi.name, kpi.label))
    return Item(line(name, f": {measure(model, kpi)}{_each(model, kpi)}."))


def _each(model: m.Model, kpi: m.Kpi) -> str:
    fields = [part_of(model, use) for use in kpi.for_each]
    return f", for each {joined(fields)}" if fields else ""


def part_of(model: m.Model, use: m.Reported) -> str:
    """What a KPI is reported by; what changes with time is that of the entry."""
    said = names.field(model, use)
    return f"{said} (as it is when a row enters)" if isinstance(use, m.DerivedUse) else said


# --------------------------------------------------------------------------------------------------------- commitments


def promise(model: m.Model, c: m.Commitment) -> Item:
    """A commitment: the sentence of its target, and below it what it measures and what follows."""
    kpi = model.kpis[c.kpi]
    of = f" of {names.members_of(model, c.population)}" if c.population is not None else ""
    head = line(
        strong(names.titled(model, kpi.name, kpi.label) + of), f"{dates_of(c)}: {target_of(model, c, kpi)}."
    )
    return Item(head, tuple(_below(model, c, kpi)))


def dates_of(c: m.Commitment) -> str:
    begins = "" if c.first is None else f"from {names.date(c.first)}"
    if c.last is None:
        return f" ({begins} on)" if begins else ""
    return f" ({' '.join(x for x in (begins, f'until {names.date(c.last)}') if x)})"


def _below(model: m.Model, c: m.Commitment, kpi: m.Kpi) -> Iterator[Line]:
    for x in c.later:
        assert isinstance(x.target, m.Limit | m.Range), (
            "a deadline that changes with the date is a choice by the row's start, and a group's target does not change"
        )
        yield line(sentence(f"from {names.date(x.since)} on {amount_of(kpi, x.target)}"))
    if isinstance(c.target, m.GroupLimit) and len(c.target.branches) > 1:
        for branch in c.target.branches:
            yield line(group_branch_of(model, kpi, c.target, branch))
    if isinstance(c.target, m.Within):
        if not _is_plain(c.target):
            yield from (line(branch_of(model, choice)) for choice in c.target.choices)
        yield line(sentence(f"measured is {measure(model, kpi)}{_each(model, kpi)}"))
    elif kpi.for_each and [c.group] != list(kpi.for_each):
        yield line(sentence(f"also shown{_each(model, kpi)}".replace(", for", " for")))
    yield from _clauses(model, c, kpi)


def amount_of(kpi: m.Kpi, target: m.Limit | m.Range) -> str:
    match target:
        case m.Limit(at_least=at_least, value=limit):
            return f"{'at least' if at_least else 'at most'} {quantity(kpi, limit)}"
        case m.Range(low=low, high=high):
            return f"between {quantity(kpi, low)} and {quantity(kpi, high)}"


def target_of(model: m.Model, c: m.Commitment, kpi: m.Kpi) -> str:
    match c.target:
        case m.Limit() | m.Range() as target:
            amount = amount_of(kpi, target)
        case m.GroupLimit(at_least=at_least) as own:
            amount = f"{'at least' if at_least else 'at most'} "
            amount += own_target(model, kpi, own.branches[0]) if len(own.branches) == 1 else "its own target"
            amount += " of" if kpi.is_count else ""
        case m.Within() as within:
            judged = f"{_for_each_group(model, c)}{how_many(within.share)} {_judged(model, c, kpi)} each {c.period}"
            only = within.choices[0]
            return (
                f"{judged}, {due_of(model, only)}"
                if _is_plain(within)
                else f"{judged}, by the first that applies"
            )
        case _:
            assert_never(c.target)
    return _for_each_group(model, c) + _amounting(model, c, kpi, amount)


def _for_each_group(model: m.Model, c: m.Commitment) -> str:
    return "" if c.group is None else f"for each {names.field(model, c.group)}, "


def own_target(model: m.Model, kpi: m.Kpi, branch: m.GroupBranch) -> str:
    value = branch.value
    return f"the {names.field(model, value)}" if isinstance(value, m.PathUse) else quantity(kpi, value)


def group_branch_of(model: m.Model, kpi: m.Kpi, target: m.GroupLimit, branch: m.GroupBranch) -> str:
    """What some groups are held to, and which."""
    when = f"when {condition(model, branch.when)}" if branch.when is not None else "otherwise"
    return f"{'at least' if target.at_least else 'at most'} {own_target(model, kpi, branch)} {when}"


def _amounting(model: m.Model, c: m.Commitment, kpi: m.Kpi, amount: str) -> str:
    """`at least 60% of MQLs each quarter become SALs within 5 business days`."""
    among = f" that are {plural(names.spoken(c.population))}" if c.population is not None else ""
    match kpi.measure:
        case m.Count(population=p, at_period_end=at_end):
            when = f"at the end of each {c.period}" if at_end else f"each {c.period}"
            return f"{amount} {names.rows_of(model, p)}{among} {when}{where(model, p.where)}"
        case m.Become(population=p, goal=goal, within=within):
            time = f" within {names.budget(model, within)}" if within is not None else ""
            become = f"become {plural(names.spoken(goal))}{time}"
            return f"{amount} of {names.rows_of(model, p)}{among} each {c.period}{where(model, p.where)} {become}"
        case m.Whose(population=p, condition=asked, at_period_end=at_end):
            when = f"at the end of each {c.period}" if at_end else f"each {c.period}"
            rows = f"{names.rows_of(model, p)}{among} {when}{where(model, p.where)}"
            return f"for {amount} of {rows}, {condition(model, asked)}"
        case _:
            return f"{measure(model, kpi)}{among} is {amount} each {c.period}"


def _is_plain(within: m.Within) -> bool:
    """One deadline for all."""
    return len(within.choices) == 1 and within.choices[0].when is None


def how_many(share: Decimal) -> str:
    return "all" if share == 1 else f"{names.share(share)} of the"


def _judged(model: m.Model, c: m.Commitment, kpi: m.Kpi) -> str:
    """The rows whose deadlines are judged: what their plural is."""
    if c.population is not None:
        return names.members_of(model, c.population)
    match kpi.measure:
        case m.TimeBetween(start=m.EntryUse(definition=name)):
            return names.members_of(model, name)
        case _:
            return plural(names.spoken(kpi.record))


def due_of(model: m.Model, choice: m.Choice) -> str:
    if isinstance(choice.due, m.Budget):
        return f"within {names.budget(model, choice.due)}"
    return f"by {names.field(model, choice.due)}"


def branch_of(model: m.Model, choice: m.Choice) -> str:
    when = f"when {condition(model, choice.when)}" if choice.when is not None else "otherwise"
    return f"{due_of(model, choice)} {when}"


def _clauses(model: m.Model, c: m.Commitment, kpi: m.Kpi) -> Iterator[Line]:
    """What is no sentence by itself shares one."""
    said = [clause.said(c, kpi, model) for clause in clauses_of(c)]
    remarks = [x for x in said if not x.endswith(".")]
    if remarks:
        yield line(sentence("; ".join(remarks)))
    yield from (line(x) for x in said if x.endswith("."))


def commitment_titles(model: m.Model) -> list[tuple[str, str]]:
    """Who owes whom, in the order of the agreement; each pair once."""
    return list(dict.fromkeys((c.owner, c.counterparty) for c in model.commitments))
