"""How columns are called. Reports never show these; the plan's text and a lead's explanation do, so they read like the agreement."""

from __future__ import annotations

from sladsl.calendars import DurationKind, describe
from sladsl.model import Budget, spelt


def entry(population: str) -> str:
    """When the row entered the definition (or, for a record, its own moment)."""
    return f"{population}.entry"


def entry_end(population: str) -> str:
    """The last instant that still belongs to the entry: the end of its day where a date dates it."""
    return f"{population}.entry_end"


def until(population: str) -> str:
    """Up to when the definition's condition sees the world."""
    return f"{population}.until"


def condition(definition: str) -> str:
    return f"{definition}.condition"


def open(definition: str) -> str:
    """Whether the definition's own condition may still become another."""
    return f"{definition}.open"


def settled(name: str) -> str:
    """From when on it was settled, where a clock decides."""
    return f"{name}.settled"


def status(definition: str) -> str:
    return f"{definition}.status"


def counted(definition: str) -> str:
    """The status as far as the term goes."""
    return f"{definition}.counted"


def membership(definition: str, until: str) -> str:
    """A definition without a moment, as things stood."""
    return f"{definition} at {until}" if until else f"{definition} now"


def member(population: str) -> str:
    return f"{population}.member"


def maybe(population: str) -> str:
    return f"{population}.maybe"


def score(name: str, until: str | None) -> str:
    return f"{name}@{until}" if until else name


def derived(name: str, until: str) -> str:
    """A derived field as it stood; as it stands at the as-of where there is no label."""
    return f"{name}@{until}" if until else name


def event(name: str) -> str:
    return name


def clock(kpi: str, part: str) -> str:
    """start, start_end, stop, stop_end, elapsed, elapsed_so_far, elapsed_at_least of a time KPI."""
    return f"{kpi}.{part}"


def budget_clock(kpi: str, budget: Budget) -> str:
    """The clock of `kpi within budget` used as a condition."""
    words = describe(budget.duration)
    named = (
        f" of {budget.calendar}" if budget.calendar and budget.duration.kind is not DurationKind.LOCAL else ""
    )
    whose = f" by {spelt(budget.zone)}" if budget.zone is not None else ""
    return f"{kpi} within {words}{named}{whose}"


def instants(spell: str) -> str:
    """The record of the instants at which a spell's condition may change; no declared record is called so."""
    return f"instants of {spell}"


def every_instant(spell: str) -> str:
    """Up to when the condition of a spell sees the world."""
    return f"every instant of {spell}"


def period_ends(population: str, period: str) -> str:
    """The record of the ends of periods at which rows last; no declared record is called so."""
    return f"{period} ends of {population}"


def never(number: int) -> str:
    """Whether a row is what one of the agreement's `never`s says that none is; `number` counts them from 1."""
    return f"never {number}"


def part(figure: str, what: str) -> str:
    return f"{figure}.{what}"
