"""What became of tests, as values: each expectation, and behind one that fails, why and what would have made it pass.

Instants are microseconds since 1970-01-01T00:00Z.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from sladsl.calendars import Zone
from sladsl.explaining import ClockTrace, Phrase
from sladsl.model import Expression
from sladsl.plan import Status
from sladsl.source import Span


@dataclass(frozen=True, slots=True)
class Flip:
    """A condition that would have to come out as `want`; `phrase` is it with its values, where it is written out somewhere, `leaf`
    is it in the model, and `clock` the one it asks."""

    text: str
    want: bool
    phrase: Phrase | None = None
    clock: ClockTrace | None = None
    leaf: Expression | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class DefinitionStatus:
    """How the row stands to a definition: `steps` are its own condition and its bases', `missing` the moments it lacks, `clocks` those
    that the conditions ask."""

    name: str
    label: str
    status: Status
    entered: int | None
    missing: tuple[str, ...]
    steps: tuple[tuple[str, Phrase], ...]
    in_term: bool = True
    clocks: tuple[ClockTrace, ...] = ()


@dataclass(frozen=True, slots=True)
class Absent:
    """There is no such row at the as-of: nothing of it is given, or all its times come later; or it is a row of which a `number` was asked
    for, and there are only so many (`there`)."""

    record: str
    later: bool
    number: int | None = None
    there: int = 0


@dataclass(frozen=True, slots=True)
class ConditionFailed:
    """`phrase` is not true. `behind` are the definitions in it that are not what it needs, `clocks` those that it asks."""

    phrase: Phrase
    behind: tuple[DefinitionStatus, ...]
    clocks: tuple[ClockTrace, ...]
    remedy: tuple[Flip, ...] | None


@dataclass(frozen=True, slots=True)
class VerdictFailed:
    """A row's outcome that is another than expected, or falls due at another time.

    Where the row is not `judged` at all, `outside` says why, or `narrowed`, the `where` of the KPI that leaves it out. `goal` is the
    definition that the row should have reached in time.
    """

    kpi: str
    expected: str
    due_expected: tuple[int, int] | None  # the first and the last instant that fit
    clock: ClockTrace
    judged: bool
    outside: DefinitionStatus | None = None
    goal: DefinitionStatus | None = None
    narrowed: Phrase | None = None
    remedy: tuple[Flip, ...] | None = None


@dataclass(frozen=True, slots=True)
class RouteFailed:
    """Where the row went instead (None: nowhere), and the cases up to there; `outside` when it is not in the definition."""

    definition: str
    expected: str
    taken: str | None
    cases: tuple[tuple[str, Phrase | None], ...]
    outside: DefinitionStatus | None
    remedy: tuple[Flip, ...] | None


@dataclass(frozen=True, slots=True)
class NeverBroken:
    """A row of the test that is what no row may be; `phrase` is the condition with its values."""

    record: str
    key: str
    phrase: Phrase


Why = Absent | ConditionFailed | VerdictFailed | RouteFailed | NeverBroken


@dataclass(frozen=True, slots=True)
class Check:
    """One `expect`, or one `never` that a row breaks, as written on one line; `why` is there when it does not hold."""

    text: str
    file: str
    span: Span
    why: Why | None = None

    @property
    def passed(self) -> bool:
        return self.why is None


@dataclass(frozen=True, slots=True)
class Tested:
    """One test. `as_of` is None for "after everything"; `unfit` says why it could not be run, and then nothing was checked."""

    label: str
    file: str
    span: Span
    as_of: int | None
    checks: tuple[Check, ...] = ()
    notes: tuple[str, ...] = ()
    unfit: str = ""

    @property
    def passed(self) -> bool:
        return not self.unfit and all(c.passed for c in self.checks)


@dataclass(frozen=True)
class TestRun:
    """The tests of one compilation in the order of their files, the agreement's own first, and of their places."""

    __test__: ClassVar[bool] = False  # no test class, though it is called so

    zone: Zone
    tests: tuple[Tested, ...] = field(default=())

    @property
    def passed(self) -> bool:
        return all(t.passed for t in self.tests)
