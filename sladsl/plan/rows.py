"""What became of each row of a figure: one word a row, so that counting rows gives the figure's counters back.

| outcome | the row |
|---|---|
| `met`, `missed` | is a success or a failure of a share, a response or a way to another definition |
| `open` | may still become one: its deadline is not behind the as-of, or a clock runs (its own, and its value is the time so far) |
| `paused` | is open, and stands still at the as-of: it has no deadline before the pause is over |
| `undecided` | was stopped before it started, or has not started |
| `unknown` | has a condition or a value that asks for something that is missing |
| `counted` | counts in a volume, or adds its value to a sum or a statistic |
| `may count` | is not in the figure, and may still turn out to be |
| `no deadline` | is not in the figure, since it has no deadline to be held to |
| `excluded` | is not in the figure, since the agreement leaves it out, for a reason that it names |

A row that is none of these is not in the figure. So `rows` is every row but those that may count, have no deadline or are excluded;
`hit` is `met`; `open` is `open` and `paused`; `known` is `counted`
and `open`; `matured` is the `met` and `missed` whose deadline is before the as-of.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from sladsl.plan.columns import Apply, Case, Const, Expression, Ref, ValueType
from sladsl.plan.outputs import SHARES, Counter, Figure

if TYPE_CHECKING:
    from sladsl.plan import Plan


class RowOutcome(StrEnum):
    """What became of a row; see the module's text."""

    MET = "met"
    MISSED = "missed"
    OPEN = "open"
    PAUSED = "paused"
    UNDECIDED = "undecided"
    UNKNOWN = "unknown"
    COUNTED = "counted"
    MAY_COUNT = "may count"
    NO_DEADLINE = "no deadline"
    EXCLUDED = "excluded"


APART = frozenset({RowOutcome.MAY_COUNT, RowOutcome.NO_DEADLINE, RowOutcome.EXCLUDED})
"""What is listed with a figure and is not in it."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a figure answers for: a commitment or, for a KPI's figure that none is held to, nobody's (`commitment` is None)."""

    figure: Figure
    commitment: str | None

    @property
    def kpi(self) -> str:
        """What its rows are listed under: of a KPI that is counted by another period as well, which of its figures."""
        return self.figure.kpi if self.commitment is not None else self.figure.id


_DECIDED = (
    ("hit", RowOutcome.MET),
    ("undecided", RowOutcome.UNDECIDED),
    ("paused", RowOutcome.PAUSED),
    ("open", RowOutcome.OPEN),
    ("waiting", RowOutcome.OPEN),
    ("unknown", RowOutcome.UNKNOWN),
)
"""The counters that say by themselves what became of a row, by the first that counts it: what is paused is open too."""


def subjects(plan: Plan) -> tuple[Subject, ...]:
    """Every commitment, then every KPI's figure that no commitment is held to: together, all figures."""
    owed = [Subject(plan.figure(c.figure), c.id) for c in plan.commitments]
    held = {s.figure.id for s in owed}
    return (*owed, *(Subject(f, None) for f in plan.figures if f.id not in held))


def outcome(f: Figure) -> Expression:
    """A text: the row's `RowOutcome`, missing for a row that is not in the figure."""
    rest = RowOutcome.MISSED if f.measure in SHARES else RowOutcome.COUNTED
    named = (
        *_DECIDED,
        ("rows", rest),
        ("maybe", RowOutcome.MAY_COUNT),
        ("no_deadline", RowOutcome.NO_DEADLINE),
        ("excluded", RowOutcome.EXCLUDED),
    )
    counters = {c.name: c for c in f.counters}
    arms = ((counters[name].when, _word(word)) for name, word in named if name in counters)
    return Case(tuple(arms), Const(None, ValueType.TEXT))


def value(plan: Plan, f: Figure) -> Expression | None:
    """What a row adds to a sum or a statistic: a number or a span, missing where it adds nothing; None where rows have no value."""
    counter = _valued(f)
    if counter is None or counter.of is None:
        return None
    none = Const(None, value_type(plan, f))
    # To the low end an undecided row adds nothing, which is no time that it took.
    undecided = ((c.when, none) for c in f.counters if c.name == "undecided")
    return Case((*undecided, (counter.when, counter.of)), none)


def value_type(plan: Plan, f: Figure) -> ValueType:
    """Whether a figure's values are numbers or spans; of a figure without values, numbers."""
    counter = _valued(f)
    of = counter.of if counter is not None else None
    return plan.column(of.record, of.column).type if isinstance(of, Ref) else ValueType.NUMBER


def _valued(f: Figure) -> Counter | None:
    """The counter over the rows' values. Of a percentile's two ends it is the low one: there, what is unanswered has its time so far."""
    return next((c for c in f.counters if c.of is not None), None)


def breakdown(f: Figure) -> tuple[str, ...]:
    """The names of what a figure is broken down by, each once: two fields of one name are `country`, `country_2`, and that of a row
    which another names is `owner_team`."""
    names: list[str] = []
    plain = [name.replace(".", "_") for name in f.by_names]
    for name in plain:
        again = sum(n == name for n in plain[: len(names)])
        names.append(f"{name}_{again + 1}" if again else name)
    return tuple(names)


def branch(f: Figure) -> Expression | None:
    """A text: which branch of the target's choice applied, as it is written; None where there is no choice."""
    return None if f.course is None else _named(f.course.tier, f.course.branches)


def reason(f: Figure) -> Expression | None:
    """A text: why a row is left out, in the agreement's words; None where none ever is."""
    return None if f.course is None else _named(f.course.excluded, f.course.reasons)


def _named(code: Expression | None, words: tuple[str, ...]) -> Expression | None:
    """The word that a code stands for."""
    if code is None:
        return None
    arms = ((Apply("=", (code, Const(n, ValueType.CODE))), _word(word)) for n, word in enumerate(words))
    return Case(tuple(arms), Const(None, ValueType.TEXT))


def _word(text: str) -> Const:
    return Const(str(text), ValueType.TEXT)
