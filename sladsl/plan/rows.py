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
and `open`; `matured` is the `met` and `missed` whose deadline is before the as-of. Nothing became of
the rows of `left`, which are not in the figure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from sladsl.plan.columns import Apply, Case, Const, Expression, Field, Ref, ValueType
from sladsl.plan.outputs import SHARES, Counter, Figure

if TYPE_CHECKING:
    from sladsl.plan import Plan


class State(IntEnum):
    """How one instance of a promise stands at the as-of. Its row comes to the outcome of the same name."""

    MET = 1
    MISSED = 2
    OPEN = 3
    UNDECIDED = 4
    NO_DEADLINE = 5  # nothing to be held to
    EXCLUDED = 6  # left out, for a reason that the agreement names
    PAUSED = 7  # open, and its deadline is not known while a pause lasts

    @property
    def word(self) -> str:
        return str(self.outcome)

    @property
    def outcome(self) -> RowOutcome:
        return RowOutcome[self.name]


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


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of an outcome, in whichever figure. `counters`: what counts it, each by itself. `apart`: such a row is listed with the
    figure and is not in it. `pending`: it may still come to another one, so the figure's range has it in already.

    `clause`: the words of the clause whose condition left it out, for a reason that stands there; `unsure` is the kind of a listing of rows
    that stay in the figure since nobody knows what that condition comes to."""

    counters: tuple[str, ...]
    apart: bool = False
    pending: bool = False
    clause: str = ""
    unsure: str = ""


_KNOWN = {
    RowOutcome.MET: _Known(("hit",)),
    RowOutcome.UNDECIDED: _Known(("undecided",), pending=True),
    RowOutcome.PAUSED: _Known(("paused",), pending=True),
    RowOutcome.OPEN: _Known(("open", "waiting"), pending=True),
    RowOutcome.UNKNOWN: _Known(("unknown",)),
    # What is counted and none of these is missed, or counts.
    RowOutcome.MISSED: _Known(("rows",)),
    RowOutcome.COUNTED: _Known(("rows",)),
    RowOutcome.MAY_COUNT: _Known(("maybe",), apart=True, pending=True),
    RowOutcome.NO_DEADLINE: _Known(("no_deadline",), apart=True),
    RowOutcome.EXCLUDED: _Known(("excluded",), apart=True, clause="except when", unsure="exclusion unknown"),
}
"""By the first whose counter has a row, that row is told: what is paused is open too."""

APART = frozenset(x for x in RowOutcome if _KNOWN[x].apart)
"""What is listed with a figure and is not in it."""
PENDING = frozenset(x for x in RowOutcome if _KNOWN[x].pending)
"""What a figure's range leaves open already."""
ASIDE = tuple(name for x in RowOutcome if x in APART - PENDING for name in _KNOWN[x].counters)
"""The counters of rows that a KPI is about, though they are not in the figure."""
LEFT_OUT = {x: _KNOWN[x].clause for x in RowOutcome if _KNOWN[x].clause}
"""What a condition of a commitment leaves out, and might have left in: by the outcome, the words of the clause."""
STATES_LEFT_OUT = tuple(x for x in State if x.outcome in LEFT_OUT)
HELD = frozenset(x for x in State if x.outcome not in APART and x is not State.UNDECIDED)
"""How a row stands that has a deadline to be told of."""


def counter_of(outcome: RowOutcome) -> str:
    """The counter by which a figure has rows of an outcome."""
    return _KNOWN[outcome].counters[0]


def listed_as(outcome: RowOutcome, because: str) -> str:
    """The kind of a listing of rows that a commitment leaves out for a reason."""
    return f"{outcome} as {because}"


def lists_left_out(kind: str) -> bool:
    """Whether a listing of this kind is of such rows."""
    return any(kind.startswith(listed_as(x, "")) for x in LEFT_OUT)


BROKEN, MAYBE_BROKEN, NOT_SETTLED = "never", "never unknown", "never not settled"
"""The kinds of listings of rows that a `never` says there are none of, of those of which nobody knows, and of those that may still come
to be such."""


def lists_unsure(outcome: RowOutcome) -> str:
    """The kind of a listing of rows that stay, since nobody knows whether a condition leaves them out."""
    return _KNOWN[outcome].unsure


@dataclass(frozen=True, slots=True)
class Tally:
    """A number of rows that stands beside every figure. `about` is what is said of it. `name` is what JSON and an attribute in Python are
    called, and a column of a sheet or of a model but for blanks or `_rows`. It is the sum of the counter of its name and of `others`.
    `beside`: where there are such rows, they are told behind what is counted; `widens`: behind a value that is a range for their sake.
    `later`: documents of the first version lack it. `kept`: the table to which runs are added has it."""

    about: str
    others: tuple[str, ...] = ()
    beside: bool = False
    widens: bool = False
    later: bool = True
    kept: bool = True
    name: str = ""

    @property
    def words(self) -> str:
        return self.name.replace("_", " ")

    @property
    def counters(self) -> tuple[str, ...]:
        return self.name, *self.others

    @property
    def of_field(self) -> Mapping[str, Tally]:
        """The field's metadata."""
        return {"tally": self}


_OPEN = Tally("rows whose deadline is still ahead of the as-of", ("waiting",), widens=True, later=False)
_PAUSED = Tally(
    "those of the open rows whose clock stands still: no deadline before that is over",
    beside=True,
    kept=False,
)
_UNDECIDED = Tally(
    "rows that were stopped before they started, or have not started", widens=True, later=False
)
_NO_DEADLINE = Tally(
    "rows that are not in the figure, since they have no deadline to be held to", beside=True, later=False
)
_EXCLUDED = Tally(
    f"rows that are not in the figure, since `{LEFT_OUT[RowOutcome.EXCLUDED]}` leaves them out", beside=True
)
_UNKNOWN = Tally("rows whose condition is unknown", later=False)


@dataclass(frozen=True, slots=True)
class Tallies:
    """How many rows of a figure came to what, in the order of all documents: what is said of one in a report, a document, a sheet, a model
    or in Python is made of its field here."""

    open: int = field(metadata=_OPEN.of_field)
    paused: int = field(metadata=_PAUSED.of_field)
    undecided: int = field(metadata=_UNDECIDED.of_field)
    no_deadline: int = field(metadata=_NO_DEADLINE.of_field)
    excluded: int = field(metadata=_EXCLUDED.of_field)
    unknown: int = field(metadata=_UNKNOWN.of_field)

    def each(self) -> Iterator[tuple[Tally, int]]:
        """Every tally with its number of rows."""
        for tally in TALLIES:
            yield tally, getattr(self, tally.name)

    @property
    def by_name(self) -> dict[str, int]:
        return {tally.name: rows for tally, rows in self.each()}


TALLIES = tuple(replace(f.metadata["tally"], name=f.name) for f in fields(Tallies))


@dataclass(frozen=True, slots=True)
class Subject:
    """What a figure answers for: a commitment or, for a KPI's figure that none is held to, nobody's (`commitment` is None)."""

    figure: Figure
    commitment: str | None

    @property
    def kpi(self) -> str:
        """What its rows are listed under: of a KPI that is counted by another period as well, which of its figures."""
        return self.figure.kpi if self.commitment is not None else self.figure.id


def subjects(plan: Plan) -> tuple[Subject, ...]:
    """Every commitment, then every KPI's figure that no commitment is held to: together, all figures."""
    owed = [Subject(plan.figure(c.figure), c.id) for c in plan.commitments]
    held = {s.figure.id for s in owed}
    return (*owed, *(Subject(f, None) for f in plan.figures if f.id not in held))


def outcome(f: Figure) -> Expression:
    """A text: the row's `RowOutcome`, missing for a row that is not in the figure."""
    never = RowOutcome.COUNTED if f.measure in SHARES else RowOutcome.MISSED
    named = ((name, word) for word, known in _KNOWN.items() if word is not never for name in known.counters)
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


COLUMNS = {
    "owner": ValueType.TEXT,
    "outcome": ValueType.TEXT,
    "value": ValueType.NUMBER,
    "entered": ValueType.INSTANT,
    "started": ValueType.INSTANT,
    "due": ValueType.INSTANT,
    "stopped": ValueType.INSTANT,
    "elapsed": ValueType.SPAN,
    "branch": ValueType.TEXT,
    "reason": ValueType.TEXT,
    "paused": ValueType.SPAN,
    "running": ValueType.SPAN,
}
"""What is told of each row of a figure beside its key, its period and its breakdown; a `value` may be a span."""


def columns(plan: Plan, f: Figure) -> dict[str, Expression | None]:
    """What the `COLUMNS` are of a figure's rows; None where they have none."""
    accountable, c = plan.record(f.record).accountable, f.course
    return {
        "owner": None if accountable is None else Field(f.record, accountable),
        "outcome": outcome(f),
        "value": value(plan, f),
        "entered": Ref(f.record, f.entry),
        "started": None if c is None else c.start,
        "due": None if c is None else c.due,
        "stopped": None if c is None else c.stop,
        "elapsed": None if c is None else c.elapsed,
        "branch": branch(f),
        "reason": reason(f),
        "paused": None if c is None else c.paused,
        "running": None if c is None else c.running,
    }


def spans(plan: Plan, f: Figure) -> frozenset[str]:
    """Which of the columns are spans: they are told in seconds."""
    own = {"value"} if value_type(plan, f) is ValueType.SPAN else set()
    return frozenset(name for name, kind in COLUMNS.items() if kind is ValueType.SPAN) | own


def _named(code: Expression | None, words: tuple[str, ...]) -> Expression | None:
    """The word that a code stands for."""
    if code is None:
        return None
    arms = ((Apply("=", (code, Const(n, ValueType.CODE))), _word(word)) for n, word in enumerate(words))
    return Case(tuple(arms), Const(None, ValueType.TEXT))


def _word(text: str) -> Const:
    return Const(str(text), ValueType.TEXT)
