"""What every clause of a commitment, a source, an agreement or a calendar says of itself: to the plan, to the page and to the rules.

The parts of the house go over the clauses and know only this; a clause itself stands in one file of `sladsl.language`. How it
is read and checked its `Kind` says, by the name of its rule in the grammar.
"""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import ClassVar, Generic, TypeVar

from sladsl import model as m
from sladsl import plan as p
from sladsl.calendars import CalendarRules, Duration
from sladsl.diagnostics import Diagnostic
from sladsl.source import Span
from sladsl.syntax import ast

Where = TypeVar("Where")
Of = TypeVar("Of")
Made_co = TypeVar("Made_co", covariant=True)


class CommitmentClause(ABC):
    """A clause of a commitment, checked."""

    span: Span

    @abstractmethod
    def plan(self, made: p.Commitment) -> p.Commitment:
        """The commitment of the plan with what the clause makes of it."""

    @abstractmethod
    def said(self, c: m.Commitment, kpi: m.Kpi, model: m.Model) -> str:
        """What the page says of it: a part of a sentence, or a sentence with its full stop, which gets a line of its own."""

    def excludes(self) -> m.Exclusion | None:
        """The rows that it leaves out of the figure."""
        return None

    def amounts(self) -> Iterator[tuple[Decimal | Duration, Span]]:
        """The limits in it: they have to be such as the figure can be."""
        yield from ()

    def pauses(self) -> Iterator[m.Pause]:
        """The stretches in which it has the clock stand still."""
        yield from ()

    def rungs(self) -> Iterator[m.Rung]:
        """What follows one row on its way to the deadline, and after it."""
        yield from ()

    def late(self) -> Iterator[m.Action]:
        """What follows a row past its deadline."""
        yield from ()

    def rules(self, c: m.Commitment, kpi: m.Kpi) -> Iterator[Diagnostic]:
        """What is wrong with it beside the target and the other clauses."""
        yield from ()


class SourceClause(ABC):
    """A clause of a source, checked: how its rows are written, and which of them count."""

    span: Span

    @abstractmethod
    def plan(self, made: p.Source) -> p.Source:
        """The source of the plan with what the clause makes of it."""

    @property
    def state(self) -> m.Keep | None:
        """Which state of a row counts, where rows are states."""
        return None


class AgreementClause(ABC):
    """A clause of the agreement itself, checked. `fact` is the title under which the page tells of it; what has the same title stands
    together, with `between` after what was there."""

    span: Span
    fact: ClassVar[str] = ""
    between: ClassVar[str] = ", "

    @abstractmethod
    def model(self, made: m.Agreement) -> m.Agreement:
        """The agreement with what the clause makes of it."""

    @abstractmethod
    def said(self, a: m.Agreement) -> str:
        """What the page says of it; empty where it changes nothing."""

    def rules(self, model: m.Model) -> Iterator[Diagnostic]:
        """What is wrong with it beside everything else that is declared."""
        yield from ()

    def overdue(self, model: m.Model, as_of: dt.date) -> Iterator[Diagnostic]:
        """What should have been done by that date."""
        yield from ()


class Told(Enum):
    """Where the page tells of a clause of a calendar."""

    WEEK = "within the week's hours, which all such clauses make together"
    CHANGE = "in a sentence of its own, behind the week's hours"
    CLOSED = "among the days on which it is closed"
    OPEN = "among the days that have hours of their own"


class CalendarClause(ABC):
    """A clause of a calendar, checked."""

    span: Span

    @abstractmethod
    def plan(self, made: CalendarRules) -> CalendarRules:
        """The calendar's rules with what the clause makes of them."""

    @abstractmethod
    def said(self) -> tuple[Told, str]:
        """Where the page tells of it, and what."""

    def rules(self, model: m.Model, calendar: m.Calendar) -> Iterator[Diagnostic]:
        """What is odd about it beside the calendar's other clauses and the agreement's term."""
        yield from ()


@dataclass(frozen=True, slots=True)
class Kind(Generic[Where, Of, Made_co]):
    """A kind of clause, as an agreement writes it below something.

    `rule` is its name in the grammar, `words` what it begins with, `clause` what it becomes. `check` makes that of what stands there, None
    where something was reported. `help` is a line for each of its words. `once`: a second one is a mistake.
    """

    rule: str
    words: str
    clause: type[Made_co]
    check: Callable[[Where, Of, ast.Clause], Made_co | None]
    help: Mapping[str, str]
    once: bool = True


@dataclass(frozen=True, slots=True)
class CommitmentKind(Kind[Where, m.Kpi, CommitmentClause]):
    """A kind of clause below a target.

    `left_out` is what is wrong with a commitment that has none of it. `proposal` is what an editor offers to add, `snippet` what it writes
    into a whole commitment, with places such as `${:met}` to type at; both give "" for a KPI that the clause says nothing about.
    """

    left_out: Callable[[m.Commitment, m.Kpi], Iterator[Diagnostic]] = field(default=lambda c, kpi: iter(()))
    proposal: Callable[[m.Kpi], str] = field(default=lambda kpi: "")
    snippet: Callable[[m.Kpi], str] = field(default=lambda kpi: "")


@dataclass(frozen=True, slots=True)
class AgreementKind(Kind[Where, m.Agreement, AgreementClause]):
    """A kind of clause of an agreement, checked beside what those before it have made of the agreement.

    `resolves` says that it names other declarations, and is checked when these are known. `absent` is what holds where it is not written:
    a clause or a mistake.
    """

    resolves: bool = False
    absent: Callable[[Where, m.Agreement], AgreementClause | None] = field(default=lambda where, made: None)


@dataclass(frozen=True, slots=True)
class CalendarKind(Kind[Where, str, CalendarClause]):
    """A kind of clause of a calendar, which is known by its name. `together` reports what is wrong with all of this kind beside one
    another."""

    together: Callable[[Where, Sequence[CalendarClause]], None] = field(default=lambda where, clauses: None)


@dataclass(frozen=True, slots=True)
class Language(Generic[Where]):
    """The clauses of the language, each in the order in which a page tells them."""

    agreement: tuple[AgreementKind[Where], ...]
    calendar: tuple[CalendarKind[Where], ...]
    commitment: tuple[CommitmentKind[Where], ...]  # below a target
    source: tuple[Kind[Where, m.Record, SourceClause], ...]


def clauses_of(c: m.Commitment) -> Iterator[CommitmentClause]:
    """A commitment's clauses, in the order of the language."""
    for clause in c.clauses:
        assert isinstance(clause, CommitmentClause)
        yield clause


def exclusions_of(c: m.Commitment) -> tuple[m.Exclusion, ...]:
    """Which rows a commitment's clauses leave out, in the order in which they are asked."""
    return tuple(x for clause in clauses_of(c) if (x := clause.excludes()) is not None)


def clauses_of_source(s: m.DataSource) -> Iterator[SourceClause]:
    """A source's clauses, in the order of the language."""
    for clause in s.clauses:
        assert isinstance(clause, SourceClause)
        yield clause


def clauses_of_agreement(a: m.Agreement) -> Iterator[AgreementClause]:
    """An agreement's clauses, in the order of the language."""
    for clause in a.clauses:
        assert isinstance(clause, AgreementClause)
        yield clause


def clauses_of_calendar(c: m.Calendar) -> Iterator[CalendarClause]:
    """A calendar's clauses, in the order of the language."""
    for clause in c.clauses:
        assert isinstance(clause, CalendarClause)
        yield clause
