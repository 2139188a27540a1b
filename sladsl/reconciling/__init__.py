"""Our outcome of each row beside what a column of the CRM, or of an older report, says of it: what agrees, and why the rest does not.

    compilation, column -> data with the column -> what became of each row, what the other side says -> differences -> causes

A cause is found by asking: the agreement (or the rows, or how the column is read) is changed as `hypotheses` has it, and the reference
interpreter says whether a row comes out as the other side has it. Nothing else explains a difference; what no change explains is listed
as unexplained.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sladsl import model as m
from sladsl.calendars import NeverOpen, OutOfReach
from sladsl.compiler import Compilation
from sladsl.engines.rows import Evaluation
from sladsl.engines.rows.evaluation import outcome_rows
from sladsl.explaining.clock_trace import promised_rows
from sladsl.explaining.contributions import Promise
from sladsl.explaining.phrases import Reader
from sladsl.explaining.story import Standing
from sladsl.freshness import ends_of_figures, rows_as_known
from sladsl.lowering import lower_model, meaning
from sladsl.outcomes import AsOf, OutcomeRow
from sladsl.plan import Definition, Expression, Field, Plan, Ref, Status, Subject
from sladsl.reconciling.comparing import (
    Comparing,
    Kind,
    Match,
    Read,
    Rounding,
    Said,
    StatedColumn,
    There,
    stated_column,
    understood,
    with_best_rounding,
)
from sladsl.reconciling.hypotheses import Hypothesis, Rows, hypotheses
from sladsl.runner import Asked, Progress, Run, RunError, loaded_at, rows_asked, working

if TYPE_CHECKING:
    from sladsl.data import Loaded
    from sladsl.engines.engine import FigureRows

ASKED = 2_000
"""Differences, and rows that agree, of which the hypotheses are asked unless another number is given."""


@dataclass(frozen=True, slots=True)
class Cause:
    """Why rows differ. `explains` are the rows that are given to it, `alone` those of them that nothing else explains, `also` further rows
    that it would explain and that are given to another; `breaks`: rows that agree and would differ with it, of those asked. `rivals` would
    explain some of its rows too, the one that would explain most of them first."""

    words: str
    explains: int
    alone: int
    also: int
    breaks: int
    rivals: tuple[str, ...] = ()
    is_hypothesis: bool = True


UNEXPLAINED = "unexplained"
SPOILING = "only what would spoil more rows that agree explains it"
NOT_ASKED = "not asked"


@dataclass(frozen=True, slots=True)
class Difference:
    """A row on which the sides differ. `here` is None where the agreement does not count it, and `why` says so; `cause` is what it is given
    to, `others` what would explain it too."""

    key: str
    here: OutcomeRow | None
    there: There
    cause: str
    others: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Both sides of a commitment. `pairs` counts rows by what each side says, `agree`, `neither` and `differ` add up to `rows`. Of
    `asked` differences and of `agreeing_asked` rows that agree the hypotheses (`tried` many) were asked."""

    run: Run
    commitment: str
    promise: str
    column: StatedColumn
    record: str
    read: Read
    rows: int
    agree: int
    neither: int
    pairs: Mapping[tuple[str, str], int]
    causes: tuple[Cause, ...]
    differences: tuple[Difference, ...]
    asked: int
    agreeing_asked: int
    tried: int

    @property
    def differ(self) -> int:
        return len(self.differences)


def reconcile(  # noqa: PLR0913 - the arguments of a run, and which column
    compilation: Compilation,
    column: StatedColumn,
    bindings: Iterable[tuple[str, object]] = (),
    *,
    commitment: str | None = None,
    most: int = ASKED,
    base: Path | None = None,
    as_of: str | None = None,
    now: int | None = None,
    progress: Progress | None = None,
) -> Reconciliation:
    """What became of each row under a commitment beside what a column says of it. `commitment` is an id, or its KPI where only one
    commitment has it; without it, the only one about the record. `most` differences, and as many rows that agree, are asked why.

    The other arguments, and errors, are those of `runner.run`; `RunError` too for a commitment that is not there, is in doubt or has
    nothing that such a column says, and `DataError` for a column that could be read in two ways.
    """
    tell = progress or (lambda _: None)
    plan = compilation.plan
    assert plan is not None, "an agreement with errors has no plan"
    record = _record(plan, column.record)
    c = _commitment(compilation.model, plan, commitment, record)
    whole = lower_model(_only(compilation.model, c), compilation.source.name)
    own, of = _outcomes_alone(whole), _population(whole)
    loaded, at, judged = _loaded(own, column, [*bindings], base, as_of, now, tell)
    tell("comparing")
    sides = _both_sides(judged, loaded, at, record, of)
    rows, stated, run = sides.ours, sides.stated, sides.run
    read, theirs = understood(column, stated, _zone(judged, column, record), _numbers(judged, record))
    _check(judged, c, read)
    comparing = Comparing(read, plan.zone)
    comparing = with_best_rounding(comparing, rows, theirs)
    return _told(
        _Sides(
            compilation, c, own, loaded, at, rows, theirs, comparing, run, column, record, most, sides.outside
        ),
        tell,
    )


# -------------------------------------------------------------------------------------------------------- what is compared


def _record(plan: Plan, name: str) -> str:
    source = next((s.record for s in plan.sources if s.name == name), name)
    if any(r.name == source for r in plan.made):
        of, _ = plan.source_row(source, "")
        raise RunError(
            f"the rows of `{source}` are made of those of `{of.name}`: no file has a column of them"
        )
    if source not in [r.name for r in plan.given]:
        known = [*(r.name for r in plan.given), *(s.name for s in plan.sources)]
        raise RunError(f"there is no record or source `{name}`: the agreement's are {_listed(known)}")
    return source


def _commitment(model: m.Model, plan: Plan, name: str | None, record: str) -> m.Commitment:
    about = {c.id: plan.figure(c.figure).record for c in plan.commitments}
    own = [c for c in model.commitments if about[c.id] == record]
    named = [c for c in model.commitments if name in (c.id, c.kpi)] if name is not None else own
    if name is not None and not named:
        raise RunError(f"there is no commitment `{name}`: the agreement's are {_listed(about)}")
    if not named:
        raise RunError(f"no commitment is about rows of `{record}`: the agreement's are {_listed(about)}")
    if len(named) > 1:
        which = f"about `{name}`" if name is not None else f"about rows of `{record}`"
        raise RunError(
            f"several commitments are {which}: say which with `--commitment`, {_listed(c.id for c in named)}"
        )
    if named[0] not in own:
        raise RunError(
            f"`{named[0].id}` is about rows of `{about[named[0].id]}`, and the column is one of `{record}`"
        )
    return named[0]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _only(model: m.Model, c: m.Commitment) -> m.Model:
    """The agreement without what the commitment does not need."""
    return replace(model, commitments=(c,), routes=(), nevers=(), tests=(), lifecycles=())


def _outcomes_alone(plan: Plan) -> Plan:
    """The plan of one commitment without what says nothing of what becomes of its rows."""
    [c] = plan.commitments
    figures = (plan.figure(c.figure), *plan.standing(c))
    made = replace(c, clock=None, passings=())
    return replace(plan, figures=figures, commitments=(made,), definitions=(), routes=(), listings=())


def _loaded(
    plan: Plan,
    column: StatedColumn,
    bindings: Sequence[tuple[str, object]],
    base: Path | None,
    as_of: str | None,
    now: int | None,
    tell: Progress,
) -> tuple[Loaded, AsOf, Plan]:
    """The data with the column, the instant as of which they are read, and the plan that has the column too."""
    from sladsl.data.columns import Kind as Holds
    from sladsl.data.columns import Misfit
    from sladsl.data.stated import STATED, with_column

    made = with_column(plan, column.record, column.name)
    try:
        return *loaded_at(made, bindings, base=base, as_of=as_of, now=now, progress=tell), made
    except Misfit as misfit:
        if misfit.field != STATED or misfit.holds is Holds.OTHER:
            raise
        made = with_column(plan, column.record, column.name, misfit.holds)
        return *loaded_at(made, bindings, base=base, as_of=as_of, now=now, progress=tell), made


def _population(plan: Plan) -> Definition | None:
    """The definition whose rows the commitment is about."""
    name = plan.figure(plan.commitments[0].figure).population
    return next((d for d in plan.definitions if d.name == name), None)


@dataclass(frozen=True, slots=True)
class _Rows:
    """By key what became of each row that the commitment counts, and what stands in the column of every row; in the run is what is wrong
    with the data. `outside`: why a row is not counted, where its definition says it."""

    ours: Mapping[str, OutcomeRow]
    stated: Mapping[str, Any]
    outside: Mapping[str, str]
    run: Run


def _both_sides(plan: Plan, loaded: Loaded, at: AsOf, record: str, of: Definition | None) -> _Rows:
    from sladsl.data.stated import STATED

    asked: dict[str, Expression] = {
        "key": Field(record, plan.record(record).key),
        "stated": Field(record, STATED),
    }
    if of is not None:
        asked["status"] = Ref(record, of.status)
    became: dict[str, OutcomeRow] = {}
    said: dict[str, Any] = {}
    outside: dict[str, str] = {}

    def take(rows: FigureRows) -> None:
        became.update((row.key, row) for row in loaded.engine.rows_of(plan, rows.all()))
        for row in rows.rows(rows.of_record(record, asked)):
            said[row["key"]] = row["stated"]
            if of is not None and row["status"] != Status.IN:
                outside[row["key"]] = f"not in {of.name}"

    with working(loaded):
        run = rows_asked(plan, loaded, at, Asked(take, {record: list(asked.values())}))
    return _Rows(became, said, outside, run)


def _zone(plan: Plan, column: StatedColumn, record: str) -> str:
    """Whose clock the column's times are of: what is said, that of its source, or the agreement's."""
    if column.zone is not None:
        return column.zone
    zones = {
        s.zone
        for s in plan.sources
        if column.record in (s.name, record) and s.record == record and s.zone is not None
    }
    if len(zones) > 1:
        raise RunError(
            f"the sources of `{record}` have times of {_listed(sorted(zones))}: say whose the column's are with `--zone`"
        )
    return next(iter(zones), plan.zone)


def _numbers(plan: Plan, record: str) -> str | None:
    return next((s.numbers for s in plan.sources if s.record == record and s.numbers is not None), None)


# ---------------------------------------------------------------------------------------------------- what the column says


def _check(plan: Plan, c: m.Commitment, read: Read) -> None:
    course = plan.figure(plan.commitments[0].figure).course
    if read.kind is Kind.DUE and (course is None or course.due is None):
        raise RunError(f"the column holds due dates, and the rows of `{c.id}` have none")
    if read.kind is Kind.DURATION and (course is None or course.elapsed is None):
        raise RunError(f"the column holds lengths of time, and `{c.id}` measures none of its rows")


# --------------------------------------------------------------------------------------------------------------- comparing


@dataclass(frozen=True, slots=True)
class _Sides:
    compilation: Compilation
    commitment: m.Commitment
    plan: Plan
    loaded: Loaded
    at: AsOf
    ours: Mapping[str, OutcomeRow]
    theirs: Mapping[str, There]
    comparing: Comparing
    run: Run
    column: StatedColumn
    record: str
    most: int
    outside: Mapping[str, str]

    @property
    def only(self) -> Compilation:
        """The agreement without what the commitment does not need."""
        return replace(self.compilation, model=_only(self.compilation.model, self.commitment))

    def same(self, key: str) -> Match:
        return self.comparing.same(self.ours.get(key), self.theirs[key])

    def with_plain(self, h: Hypothesis, key: str) -> bool:
        """Whether the sides say the same of a row under a hypothesis that asks for nothing but what became of it."""
        row = self.ours.get(key)
        became = row if row is None or h.became is None else h.became(row)
        return self.comparing.same(became, self.theirs[key], h.zone) is not Match.DIFFERS


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a hypothesis came to: the differences that it explains, and the rows that agree and would differ with it."""

    words: str
    explains: frozenset[str]
    breaks: frozenset[str]


def _told(sides: _Sides, tell: Progress) -> Reconciliation:
    by: dict[Match, list[str]] = {x: [] for x in Match}
    for key in sorted(sides.theirs):
        by[sides.same(key)].append(key)
    readable = [k for k in by[Match.DIFFERS] if _is_read(sides.theirs[k])]
    tried = list(hypotheses(sides.only, sides.commitment, sides.comparing.read.zone)) if readable else []
    plain = {h.words: frozenset(k for k in readable if sides.with_plain(h, k)) for h in tried if h.is_plain}
    asked, agreeing = _asked_of(sides, readable, plain), _spread(by[Match.AGREES], sides.most)
    if asked:
        tell(f"asking why {len(readable):,} rows differ")
    scale = len(by[Match.AGREES]) * len(asked) / max(1, len(agreeing) * len(readable))
    answers, why, given = [], {}, {}
    if asked:
        interpreter = _Interpreter.of(sides, asked, agreeing)
        why = _why_not(sides, interpreter.rows, [k for k in asked if interpreter.base[k] is None])
        every = [(h, *interpreter.answer(h, asked, agreeing)) for h in tried]
        answers = [x for _, x, _ in every if x.explains]
        given = _given(answers, plain, readable, scale)
        left = [k for k in asked if k not in given and k not in why]
        twos = _of_two(interpreter, every, left, scale) if left else []
        given |= {k: words for k, words in _given(twos, {}, [], scale).items() if k in left}
        answers = [replace(x, explains=x.explains | plain.get(x.words, frozenset())) for x in answers] + twos
    explained = _Explained(given, answers, why, frozenset(asked))
    differences = tuple(_difference(sides, key, explained) for key in by[Match.DIFFERS])
    pairs = (
        Counter(_pair(sides, key) for key in sides.theirs)
        if sides.comparing.read.kind is Kind.OUTCOME
        else {}
    )
    return Reconciliation(
        run=sides.run,
        commitment=sides.commitment.id,
        promise=sides.commitment.words,
        column=sides.column,
        record=sides.record,
        read=sides.comparing.read,
        rows=len(sides.theirs),
        agree=len(by[Match.AGREES]),
        neither=len(by[Match.NEITHER]),
        pairs=pairs,
        causes=_causes(differences, explained.answers),
        differences=differences,
        asked=len(asked),
        agreeing_asked=len(agreeing),
        tried=len(tried),
    )


def _asked_of(sides: _Sides, readable: Sequence[str], plain: Mapping[str, frozenset[str]]) -> list[str]:
    """The differences that the interpreter is asked of: first those that nothing plain explains and that are counted here; of the others a
    quarter at least, and of those that are outside half of that."""
    easy = {k for keys in plain.values() for k in keys}
    outside = [k for k in readable if k in sides.outside]
    hard = [k for k in readable if k not in easy and k not in sides.outside]
    beside = [k for k in readable if k in easy and k not in sides.outside]
    left = max(sides.most - len(hard), sides.most // 4)
    some = _spread(beside, left - min(len(outside), sides.most // 8))
    some += _spread(outside, left - len(some))
    return sorted([*_spread(hard, sides.most - len(some)), *some])


def _is_read(there: There) -> bool:
    return there.text is None or there.value is not None


def _spread(keys: Sequence[str], most: int) -> list[str]:
    """All of them, or so many, spread evenly."""
    return list(keys) if len(keys) <= most else [keys[n * len(keys) // most] for n in range(most)]


def _pair(sides: _Sides, key: str) -> tuple[str, str]:
    row, there = sides.ours.get(key), sides.theirs[key]
    return "not counted" if row is None else str(row.outcome), "blank" if there.text is None else str(
        there.value
    )


@dataclass(frozen=True, slots=True)
class _Interpreter:
    """The reference interpreter on some rows: `base` is what became of them as things are."""

    sides: _Sides
    rows: Rows
    base: Mapping[str, OutcomeRow | None]

    @staticmethod
    def of(sides: _Sides, asked: Sequence[str], agreeing: Sequence[str]) -> _Interpreter:
        keys = [*asked, *agreeing]
        with working(sides.loaded):
            rows = sides.loaded.families(sides.plan, sides.record, keys)
        return _Interpreter(sides, rows, _became(sides, sides.plan, rows, keys))

    def answer(self, h: Hypothesis, asked: Sequence[str], agreeing: Sequence[str]) -> tuple[_Answer, int]:
        """What a hypothesis explains of these differences and spoils of these rows; and of how many differences it changes what is said."""
        became = _under(self.sides, h, self.rows, [*asked, *agreeing], self.base)

        def is_same(key: str) -> bool:
            return self.sides.comparing.same(became[key], self.sides.theirs[key], h.zone) is not Match.DIFFERS

        explains = frozenset(k for k in asked if is_same(k))
        breaks = frozenset(k for k in agreeing if not is_same(k))
        moved = sum(h.zone is not None or became[k] != self.base[k] for k in asked)
        return _Answer(h.words, explains, breaks), moved


_BEST, _SOME = 10, 60
"""How many hypotheses are tried in pairs; and of how many rows that no single one explains, and of as many that agree, each pair is asked
at first."""


def _of_two(
    interpreter: _Interpreter,
    every: Sequence[tuple[Hypothesis, _Answer, int]],
    left: Sequence[str],
    scale: float,
) -> list[_Answer]:
    """What two changes at once explain of the rows that no single one does: among those that explain most, and that change most of what is
    left. One that explains a single row of several by spoiling none may be chance, and is left out."""
    agreeing = sorted(
        {k for k in interpreter.base if k not in left} - {k for _, x, _ in every for k in x.explains}
    )
    ranked = sorted(every, key=lambda x: (len(x[1].explains) - scale * len(x[1].breaks), x[2]), reverse=True)
    ranked = [x for x in ranked if x[2]]
    moving = sorted(ranked, key=lambda x: x[2], reverse=True)
    best = list({id(x[0]): x[0] for x in (*ranked[: _BEST // 2], *moving[:_BEST])}.values())[:_BEST]
    pairs = [made for one, other in combinations(best, 2) if (made := one.and_also(other)) is not None]
    few, some = _spread(left, _SOME), _spread(agreeing, _SOME)
    found = []
    for h in pairs:
        first, _ = interpreter.answer(h, few, some)
        if len(first.explains) >= min(2, len(few)) and len(first.explains) > len(first.breaks):
            found.append(interpreter.answer(h, left, agreeing)[0])
    return [x for x in found if _worth(x, set(left), scale) > 0]


def _under(
    sides: _Sides, h: Hypothesis, rows: Rows, keys: Sequence[str], base: Mapping[str, OutcomeRow | None]
) -> Mapping[str, OutcomeRow | None]:
    """What becomes of the rows under a hypothesis; as things are where it cannot be: with deadlines beyond all calendars."""
    became = base
    if not h.is_plain:
        model = sides.only.model
        plan = (
            sides.plan
            if h.model is None
            else _outcomes_alone(lower_model(h.model(model), sides.only.source.name))
        )
        try:
            became = _became(sides, plan, rows if h.rows is None else h.rows(rows), keys)
        except (OutOfReach, NeverOpen):
            return base
    return became if h.became is None else {k: None if x is None else h.became(x) for k, x in became.items()}


def _became(sides: _Sides, plan: Plan, rows: Rows, keys: Sequence[str]) -> dict[str, OutcomeRow | None]:
    """What the interpreter says became of rows, as of what the data say of them."""
    [made] = plan.commitments
    subject = Subject(plan.figure(made.figure), made.id)

    def rows_at(at: AsOf) -> list[OutcomeRow]:
        evaluation = Evaluation(plan, rows, at)
        return outcome_rows(evaluation.evaluator, subject, evaluation.frames(subject.figure.record), None)

    known = {row.key: row for row in rows_as_known(plan, sides.at, rows_at)}
    return {k: known.get(k) for k in keys}


def _why_not(sides: _Sides, rows: Rows, keys: Sequence[str]) -> dict[str, str]:
    """Why rows are not counted here."""
    mean = meaning(sides.only.model, sides.compilation.source.name)
    [made] = mean.plan.commitments
    figure = mean.plan.figure(made.figure)
    kpi = sides.compilation.model.kpis[sides.commitment.kpi]
    end = ends_of_figures(mean.plan, sides.at).get(figure.id)
    at = sides.at if end is None else replace(sides.at, instant=end.until)
    reader = Reader(sides.compilation, mean, Evaluation(mean.plan, rows, at))
    promise = Promise(figure, kpi, sides.commitment)
    why: dict[str, str] = {}
    for key in keys:
        frame = reader.evaluation.by_key.get((sides.record, key))
        if frame is None:
            why[key] = "not there yet"
            continue
        member = promised_rows(reader, promise, frame)
        why[key] = f"not in {member.of}" if member.standing is Standing.NOT_IN else str(member.standing)
    return why


def _given(
    answers: Sequence[_Answer], plain: Mapping[str, frozenset[str]], readable: Sequence[str], scale: float
) -> dict[str, str]:
    """By key the cause that it is given to: again and again to what explains most of the rows that are left, less the rows that agree and
    would differ with it (`scale` times as many, for those that were not asked). Rows of which only the plain ones were asked come last."""
    given: dict[str, str] = {}
    left = {k for x in answers for k in x.explains}
    chosen: list[_Answer] = []
    while True:
        best = max(answers, key=lambda x: _worth(x, left, scale), default=None)
        if best is None or _worth(best, left, scale) <= 0:
            break
        given.update(dict.fromkeys(best.explains & left, best.words))
        left -= best.explains
        chosen.append(best)
    order = [x.words for x in chosen if x.words in plain]
    for key in readable:
        if key not in given:
            words = next((x for x in order if key in plain[x]), None)
            given.update({} if words is None else {key: words})
    return given


def _worth(x: _Answer, left: set[str], scale: float) -> float:
    """How many rows it explains more than it spoils; a change that spoils more than it explains is not what the other side does."""
    return len(x.explains & left) - scale * len(x.breaks)


@dataclass(frozen=True, slots=True)
class _Explained:
    given: Mapping[str, str]
    answers: Sequence[_Answer]
    why: Mapping[str, str]
    asked: frozenset[str]


def _difference(sides: _Sides, key: str, explained: _Explained) -> Difference:
    here, there = sides.ours.get(key), sides.theirs[key]
    why = "" if here is not None else explained.why.get(key) or sides.outside.get(key, "")
    cause = explained.given.get(key, "")
    others = tuple(x.words for x in explained.answers if key in x.explains and x.words != cause)
    if not cause:
        cause = _without_hypothesis(sides, key, why, bool(others), key in explained.asked)
    return Difference(key, here, there, cause, others, why)


def _without_hypothesis(sides: _Sides, key: str, why: str, spoilt: bool, asked: bool) -> str:
    """What is there to be said of a row that no hypothesis is given."""
    here, there = sides.ours.get(key), sides.theirs[key]
    if not _is_read(there):
        return "its value cannot be read"
    if here is None and why:
        return f"it is not counted here: {why}"
    if not asked:
        return NOT_ASKED
    if there.text is None:
        return "nothing stands there"
    return sides.comparing.nearly(here, there) or (SPOILING if spoilt else UNEXPLAINED)


def _causes(differences: Sequence[Difference], answers: Sequence[_Answer]) -> tuple[Cause, ...]:
    by_words = {x.words: x for x in answers}
    made = []
    for words in dict.fromkeys(d.cause for d in differences):
        own = [d for d in differences if d.cause == words]
        rivals = Counter(x for d in own for x in d.others)
        answer = by_words.get(words)
        made.append(
            Cause(
                words=words,
                explains=len(own),
                alone=sum(not d.others for d in own),
                also=0 if answer is None else len(answer.explains) - len(own),
                breaks=0 if answer is None else len(answer.breaks),
                rivals=tuple(x for x, _ in rivals.most_common()),
                is_hypothesis=answer is not None,
            )
        )
    last = (SPOILING, UNEXPLAINED, NOT_ASKED)
    order = {words: n for n, words in enumerate(last)}
    return tuple(sorted(made, key=lambda x: (order.get(x.words, -1), -x.explains, x.words)))


__all__ = [
    "ASKED",
    "NOT_ASKED",
    "SPOILING",
    "UNEXPLAINED",
    "Cause",
    "Difference",
    "Kind",
    "Read",
    "Reconciliation",
    "Rounding",
    "Said",
    "StatedColumn",
    "There",
    "reconcile",
    "stated_column",
]
