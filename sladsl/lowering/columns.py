"""Handles of the columns that lowering made: whoever asks what became of a row takes these, and never spells a column's name."""

from __future__ import annotations

from dataclasses import dataclass, field

from sladsl.lowering import names
from sladsl.model import Budget
from sladsl.plan import Ref


@dataclass(frozen=True, slots=True)
class DefinitionColumns:
    """Columns of a definition, on rows of its record.

    `status` and `counted` are codes of `Status`: all of it, and as far as the term goes. `member` says that a row counts. `since` is the
    instant that dates the definition itself, None where it names none; `entry` when the row entered it and `until` up to when its
    condition sees the world, None where rows never enter it at an instant.
    """

    status: Ref
    counted: Ref
    member: Ref
    since: Ref | None
    entry: Ref | None
    until: Ref | None


@dataclass(frozen=True, slots=True)
class ClockColumns:
    """Columns of a time KPI's clock, whatever its deadline: the instants `start` and `stop`, the span `elapsed` where it is asked for."""

    start: Ref
    stop: Ref
    elapsed: Ref | None = None


@dataclass(frozen=True, slots=True)
class PausedColumns:
    """Columns of a clock that can stand still.

    The instants `due` and, as it would be without pauses, `without`; whether the row is `held_up`, so that it has no deadline yet; and the
    spans that the clock ran until its stop (`elapsed`), or until then or the as-of (`running`), and that it `stood` still until then.
    `places` are, branch by branch, where the deadline lies on the line that the clock counts.
    """

    due: Ref
    without: Ref
    held_up: Ref
    elapsed: Ref
    stood: Ref
    running: Ref
    places: tuple[Ref, ...]


@dataclass(frozen=True, slots=True)
class DeadlineColumns:
    """Columns of a clock against its deadline: `state` is a code of `State`, `due` an instant, None where there is no deadline;
    `paused` are those of one that can stand still."""

    state: Ref
    due: Ref | None
    paused: PausedColumns | None = None


@dataclass(frozen=True, slots=True)
class PopulationColumns:
    """Columns of the rows that a figure is about: `member` before its `where`, and `where` itself, None where it has none."""

    member: Ref
    where: Ref | None


@dataclass
class ColumnHandles:
    """The handles of one lowering: definitions by name, clocks by KPI, deadlines, populations and
    ladders (the instant of each rung, whether or not the clock runs then) by the figure's id."""

    definitions: dict[str, DefinitionColumns] = field(default_factory=dict)
    clocks: dict[str, ClockColumns] = field(default_factory=dict)
    deadlines: dict[str, DeadlineColumns] = field(default_factory=dict)
    populations: dict[str, PopulationColumns] = field(default_factory=dict)
    ladders: dict[str, tuple[Ref, ...]] = field(default_factory=dict)
    _budgets: dict[str, DeadlineColumns] = field(default_factory=dict)

    def add_budget(self, kpi: str, budget: Budget, columns: DeadlineColumns) -> None:
        self._budgets[names.budget_clock(kpi, budget)] = columns

    def budget(self, kpi: str, budget: Budget) -> DeadlineColumns:
        """The clock of `kpi within budget` as a condition: equal budgets have one, wherever they are written."""
        return self._budgets[names.budget_clock(kpi, budget)]
