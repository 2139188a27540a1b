"""What is asked of an agreement over all rows that there could be, and what comes of it.

Each question is whether there may be a row of a kind. *Proven* is that there is none; *a row* is one that the reference interpreter says is
of that kind; everything else is *not decided*, with the reason. What `sla check` says already is not asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import combinations, pairwise
from typing import Any

from cvc5 import pythonic as smt

from sladsl import model as m
from sladsl import types as t
from sladsl.checker.rules.branches import Branch, Branching, of_choice, of_route
from sladsl.checker.rules.knowledge import Knowledge
from sladsl.checker.rules.report import place_of
from sladsl.clauses import clauses_of
from sladsl.compiler import Compilation
from sladsl.engines.rows import Frame, row_above
from sladsl.language.steps import Step, Steps
from sladsl.lowering import meaning, scopes
from sladsl.lowering.conditions import Scope
from sladsl.model.traversal import walk_row
from sladsl.nouns import joined
from sladsl.proving.answers import Answers, Solver
from sladsl.proving.translation import MILLION, Term, Translation
from sladsl.proving.witnesses import Witness, witness, written
from sladsl.source import NOWHERE, Span
from sladsl.testing.cases import Case


class Kind(StrEnum):
    """What is asked."""

    NEVER = "what never is"
    EMPTY = "a definition that no row can meet"
    BRANCH = "a branch that never applies"
    SAME = "two definitions that are one"
    INSIDE = "a definition inside another"
    OVERLAP = "branches that both hold"
    GAP = "rows that no branch takes"
    LIFECYCLE = "a step of a lifecycle that does not follow"
    STEP = "a step that no figure passes"
    MISSING = "rows that only a missing value sends to the last branch"
    REACH = "what a score can come to"


class Answer(StrEnum):
    PROVEN = "proven"
    ROW = "a row"
    UNDECIDED = "not decided"


WRONG = frozenset({Kind.EMPTY, Kind.BRANCH, Kind.SAME, Kind.STEP})
"""What is a mistake where it is proven."""
BROKEN = frozenset({Kind.NEVER, Kind.LIFECYCLE, Kind.GAP})
"""What is a mistake where there is a row."""
_SAID = frozenset({"SLA401", "SLA402", "SLA404", "SLA405", "SLA407"})
"""Codes of `sla check` that say of a definition or a branch that no row is in it, or that it adds nothing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer that a reader is told of. `test` is the row as a test of the agreement, `reason` says why nothing was decided."""

    kind: Kind
    answer: Answer
    text: str
    file: str
    span: Span
    test: str = ""
    reason: str = ""

    @property
    def is_wrong(self) -> bool:
        if self.kind in BROKEN:
            return self.answer is Answer.ROW
        return self.answer is Answer.PROVEN and self.kind in WRONG


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found, how many questions were asked, of how many the answer was known from before, and of how many it is proven that there
    is no row. `cut` says that there was no time for more of them."""

    findings: tuple[Finding, ...]
    asked: int
    known: int
    without: int
    cut: bool


@dataclass(frozen=True, slots=True)
class Limits:
    """How long one question may take, and all of them, in seconds."""

    question: float = 2.0
    whole: float = 60.0


class _OutOfTime(Exception):
    """All questions together have taken as long as they may."""


@dataclass
class _Asking:
    """All questions of one agreement. `asked`, `known` and `without` count them, `ends` is when there is no more time."""

    compilation: Compilation
    limits: Limits
    seconds: Callable[[], float]
    answers: Answers

    def __post_init__(self) -> None:
        model, file = self.compilation.model, self.compilation.source.name
        scores = [(m.ScoreUse(s.name, t.NUMBER, NOWHERE), s.record) for s in model.scores.values()]
        self.means = meaning(model, file, scores)
        self.knowledge = Knowledge(self.means.model)
        self.ends = self.seconds() + self.limits.whole
        self.asked = self.known = self.without = 0

    @property
    def model(self) -> m.Model:
        return self.means.model

    # --- one question

    def translation(self) -> Translation:
        return Translation(self.knowledge, self.means.builder.zone, self.answers)

    def ask(self, about: Translation, *conditions: Any) -> tuple[Solver, Any]:
        """The solver with what holds of all rows and these conditions, and its answer: `sat`, `unsat` or `unknown`."""
        left = self.ends - self.seconds()
        if left <= 0:
            raise _OutOfTime
        solver = about.solver(max(1, int(min(self.limits.question, left) * 1000)), *conditions)
        answer = solver.check()
        self.asked += 1
        self.known += solver.was_known
        self.without += answer == smt.unsat
        return solver, answer

    def undecided(
        self, kind: Kind, text: str, file: str, span: Span, about: Translation, answer: Any = smt.unknown
    ) -> Finding:
        """`answer` is the solver's: where it is that there may be a row, none could be made."""
        reason = "the solver had no more time"
        if answer == smt.sat:
            reason = "it hangs on when the times of a row come, and no row was made that the interpreter says is one"
        if about.unsaid:
            reason = (
                f"it asks what the solver does not know: {joined(f'`{x}`' for x in list(about.unsaid)[:3])}"
            )
        return Finding(kind, Answer.UNDECIDED, text, file, span, reason=reason)

    def row(
        self, about: Translation, solver: Solver, record: str, confirmed: Callable[[Case], bool]
    ) -> Witness | None:
        return witness(self.compilation, self.means, about, solver, record, confirmed)

    def said(self, file: str, span: Span) -> bool:
        """Whether `sla check` says there that something can never be."""
        return any(
            d.code in _SAID and d.file == file and span.start <= d.span.start and d.span.end <= span.end
            for d in self.compilation.diagnostics
        )

    def is_in(self, case: Case, definition: str) -> bool:
        frame = self.frame(case, self.model.definitions[definition].record)
        member = self.means.columns.definitions[definition].member
        return frame is not None and case.reader.column(member, frame) == 1

    def frame(self, case: Case, record: str) -> Frame | None:
        return None if case.frame is None else row_above(case.frame, record)

    # --- what never is

    def nevers(self) -> Iterator[Finding]:
        for never in self.model.nevers:
            own = never.definition
            view = self.knowledge.view(own) if own is not None else self.knowledge.record_view(never.record)
            about = self.translation()
            inside = () if own is None else (about.inside(own),)
            solver, answer = self.ask(about, *inside, about.term(never.when, view).true)
            place = never.origin.file, never.origin.name_span
            if answer == smt.unsat:
                yield Finding(Kind.NEVER, Answer.PROVEN, f"never “{never.label}”", *place)
                continue
            found = self._broken(never, about, solver) if answer == smt.sat else None
            if found is None:
                yield self.undecided(Kind.NEVER, f"whether never “{never.label}”", *place, about, answer)
                continue
            expected = [] if own is None else [own]
            test = written(found, never.label, expected)
            yield Finding(Kind.NEVER, Answer.ROW, f"“{never.label}” can be", *place, test=test)

    def _broken(self, never: m.Never, about: Translation, solver: Any) -> Witness | None:
        """A row that is what none may be."""
        scope = scopes.never(self.means.builder, never)

        def confirmed(case: Case) -> bool:
            frame = self.frame(case, never.record)
            inside = never.definition is None or self.is_in(case, never.definition)
            return frame is not None and inside and case.reader.value(never.when, frame, scope) is True

        return self.row(about, solver, never.record, confirmed)

    # --- definitions

    def definitions(self) -> Iterator[Finding]:
        stated = [d for d in self.model.definitions.values() if d.when is not None]
        empty = set[str]()
        for d in stated:
            about = self.translation()
            _, answer = self.ask(about, about.inside(d.name))
            if answer == smt.unsat:
                empty.add(d.name)
                if not self.said(d.origin.file, d.origin.span):
                    text = f"no {d.record} can be `{d.name}`"
                    yield Finding(Kind.EMPTY, Answer.PROVEN, text, d.origin.file, d.origin.name_span)
            elif answer == smt.unknown:
                text = f"whether any {d.record} can be `{d.name}`"
                yield self.undecided(Kind.EMPTY, text, d.origin.file, d.origin.name_span, about)
        for one, other in combinations(stated, 2):
            if self._may_be_held_together(one, other) and not {one.name, other.name} & empty:
                yield from self._pair(one, other)

    def _may_be_held_together(self, one: m.Definition, other: m.Definition) -> bool:
        """Two definitions of a record of which none stands on the other, read at the same instant."""
        if one.record != other.record or self.knowledge.view(one.name) != self.knowledge.view(other.name):
            return False
        return not (
            {d.name for d in self.knowledge.chain(one.name)} & {other.name}
            or {d.name for d in self.knowledge.chain(other.name)} & {one.name}
        )

    def _pair(self, one: m.Definition, other: m.Definition) -> Iterator[Finding]:
        within, unknown = [], []
        for inner, outer in ((one, other), (other, one)):
            about = self.translation()
            answer = self.ask(about, about.apart(inner.name, outer.name))[1]
            within.append(answer == smt.unsat)
            unknown += [about] if answer == smt.unknown else []
        place = other.origin.file, other.origin.name_span
        if unknown:
            text = f"whether `{one.name}` and `{other.name}` are one, or one is inside the other"
            yield self.undecided(Kind.INSIDE, text, *place, unknown[0])
        elif all(within):
            text = f"`{one.name}` and `{other.name}` are the same {one.record}s, whatever the data"
            yield Finding(Kind.SAME, Answer.PROVEN, text, *place)
        elif any(within):
            inner, outer = (one, other) if within[0] else (other, one)
            text = f"every {inner.record} that is `{inner.name}` is `{outer.name}`"
            place = inner.origin.file, inner.origin.name_span
            yield Finding(Kind.INSIDE, Answer.PROVEN, text, *place, test=self._beyond(inner, outer))

    def _beyond(self, inner: m.Definition, outer: m.Definition) -> str:
        """A row by which a definition is wider than the one inside it; empty where none could be made."""
        about = self.translation()
        solver, answer = self.ask(about, about.apart(outer.name, inner.name))

        def confirmed(case: Case) -> bool:
            return self.is_in(case, outer.name) and not self.is_in(case, inner.name)

        found = self.row(about, solver, outer.record, confirmed) if answer == smt.sat else None
        expected = [outer.name, f"not {inner.name}"]
        return "" if found is None else written(found, f"{outer.name} and not {inner.name}", expected)

    # --- lifecycles

    def lifecycles(self) -> Iterator[Finding]:
        """That each step implies the one before it, or a row of the one that is not in the other."""
        for lifecycle in self.model.lifecycles:
            for earlier, later in pairwise(lifecycle.steps):
                span = place_of(self.model, lifecycle.origin, "define", later)
                yield from self._step_of(lifecycle, earlier, later, span)

    def _step_of(self, lifecycle: m.Lifecycle, earlier: str, later: str, span: Span) -> Iterator[Finding]:
        about = self.translation()
        solver, answer = self.ask(about, about.apart(later, earlier))
        if answer == smt.unsat:
            return

        def confirmed(case: Case) -> bool:
            return self.is_in(case, later) and not self.is_in(case, earlier)

        file, record = lifecycle.origin.file, lifecycle.record
        found = self.row(about, solver, record, confirmed) if answer == smt.sat else None
        if found is None:
            text = f"whether every {record} that is `{later}` is `{earlier}`, as the lifecycle says"
            yield self.undecided(Kind.LIFECYCLE, text, file, span, about, answer)
            return
        text = f"a {record} can be `{later}` and not `{earlier}`, which the lifecycle has before it"
        test = written(found, f"{later} and not {earlier}", [later, f"not {earlier}"])
        yield Finding(Kind.LIFECYCLE, Answer.ROW, text, file, span, test=test)

    # --- steps of a figure

    def steps(self) -> Iterator[Finding]:
        """Steps (`if below 40 …`) beyond all that the rows of a figure can come to."""
        for c in self.model.commitments:
            measure = self.model.kpis[c.kpi].measure
            for step in (
                step for clause in clauses_of(c) if isinstance(clause, Steps) for step in clause.steps
            ):
                if self._is_never_passed(measure, step):
                    text = f"no {c.period} can be {step.written(c, self.model.kpis[c.kpi])}, so this step is never taken"
                    yield Finding(Kind.STEP, Answer.PROVEN, text, c.origin.file, step.span)

    def _is_never_passed(self, measure: m.Measure, step: Step) -> bool:
        if isinstance(measure, m.TimeBetween) or not isinstance(step.value, Decimal):
            return False
        if isinstance(measure, m.Count):
            return step.side == "below" and step.value <= 0
        if isinstance(measure, m.Become):
            return step.value <= 0 if step.side == "below" else step.value >= 1
        about = self.translation()
        inside = self._counted(about, measure.population)
        if isinstance(measure, m.Whose):
            if step.value <= 0 if step.side == "below" else step.value >= 1:
                return True
            met = about.term(measure.condition, "at the end").true
            beyond = smt.Not(met) if step.side == "below" else met
        elif measure.function == "sum":
            return False
        else:
            value, limit = about.term(measure.value, "then"), int(step.value * MILLION)
            beyond = smt.And(
                value.known, value.value < limit if step.side == "below" else value.value > limit
            )
        return bool(self.ask(about, *inside, beyond)[1] == smt.unsat)

    def _counted(self, about: Translation, population: m.Population) -> list[Any]:
        """What holds of the rows that a figure is over; a condition of its own is read when nobody need know."""
        inside = [] if population.definition is None else [about.inside(population.definition)]
        return inside if population.where is None else [*inside, about.term(population.where, "then").true]

    # --- branches

    def branches(self) -> Iterator[Finding]:
        for c in self.model.commitments:
            if isinstance(c.target, m.Within) and len(c.target.choices) > 1:
                branching = of_choice(self.knowledge, c, c.target.choices)
                record = self.model.kpis[c.kpi].record
                yield from self._branches(branching, scopes.branches(self.means.builder, c), record)
        for route in self.model.routes:
            record = self.model.definitions[route.definition].record
            scope = scopes.route(self.means.builder, route)
            yield from self._branches(of_route(self.knowledge, route), scope, record)

    def _branches(self, b: Branching, scope: Scope, record: str) -> Iterator[Finding]:
        whens = [x.when for x in b.branches]
        for number, branch in enumerate(b.branches):
            about = self.translation()
            terms = [self._term(about, x, b.view) for x in whens[: number + 1]]
            conditions = [*self._given(about, b), *(smt.Not(x.true) for x in terms[:-1]), terms[-1].true]
            _, answer = self.ask(about, *conditions)
            if answer == smt.unsat and not self.said(b.file, branch.span):
                text = f"{branch.what} never applies: the lines above take every `{b.rows}` that it is for"
                found = self._taken(b, scope, record, number)
                label = f"a line above takes what {branch.what} is for".replace("`", "")
                test = "" if found is None else written(found, label, self._expected(b))
                yield Finding(Kind.BRANCH, Answer.PROVEN, text, b.file, branch.span, test=test)
            elif answer == smt.unknown:
                text = f"whether {branch.what} ever applies"
                yield self.undecided(Kind.BRANCH, text, b.file, branch.span, about)
        stated = [(x, x.when) for x in b.branches if x.when is not None]
        for (one, first), (other, second) in combinations(stated, 2):
            yield from self._overlap(b, scope, record, (one, first), (other, second))
        if not (b.branches[-1].when is not None and (yield from self._gap(b, scope, record))):
            yield from self._missing(b, scope, record)

    def _taken(self, b: Branching, scope: Scope, record: str, number: int) -> Witness | None:
        """A row that a line is for, and that a line above it takes."""
        about = self.translation()
        when = b.branches[number].when
        solver, answer = self.ask(about, *self._given(about, b), self._term(about, when, b.view).true)

        def confirmed(case: Case) -> bool:
            frame = self.frame(case, record)
            if frame is None or not self._comes(case, b):
                return False
            values = [
                x.when is None or case.reader.value(x.when, frame, scope) for x in b.branches[: number + 1]
            ]
            return values[-1] is True and True in values[:-1]

        return self.row(about, solver, record, confirmed) if answer == smt.sat else None

    def _given(self, about: Translation, b: Branching) -> list[Any]:
        """What holds of the rows that come to the branches."""
        plain = (x for x in b.known if not (isinstance(x.condition, m.MemberUse) and x.words))
        return [about.term(x.condition, x.view).true for x in plain]

    def _term(self, about: Translation, when: m.Expression | None, view: str) -> Term:
        return Term(smt.BoolVal(True), smt.BoolVal(True)) if when is None else about.term(when, view)

    def _overlap(
        self,
        b: Branching,
        scope: Scope,
        record: str,
        earlier: tuple[Branch, m.Expression],
        later: tuple[Branch, m.Expression],
    ) -> Iterator[Finding]:
        """Rows for which two conditions hold of which none is narrower than the other: there the order of the lines decides."""
        (upper, first), (lower, second) = earlier, later
        asked = f"whether {upper.what} and {lower.what} hold of one row"
        for one, other in ((first, second), (second, first)):
            about = self.translation()
            apart = about.term(one, b.view).true, smt.Not(about.term(other, b.view).true)
            narrower = self.ask(about, *self._given(about, b), *apart)[1]
            if narrower == smt.unknown:
                yield self.undecided(Kind.OVERLAP, asked, b.file, lower.span, about)
            if narrower != smt.sat:
                return
        about = self.translation()
        both = about.term(first, b.view).true, about.term(second, b.view).true
        solver, answer = self.ask(about, *self._given(about, b), *both)
        if answer == smt.unsat:
            return

        def confirmed(case: Case) -> bool:
            frame = self.frame(case, record)
            return (
                frame is not None
                and self._comes(case, b)
                and all(case.reader.value(x, frame, scope) is True for x in (first, second))
            )

        text = (
            f"for some `{b.rows}` both {upper.what} and {lower.what} hold, and the order of the lines decides"
        )
        found = self.row(about, solver, record, confirmed) if answer == smt.sat else None
        if found is None:
            yield self.undecided(
                Kind.OVERLAP,
                asked,
                b.file,
                lower.span,
                about,
                answer,
            )
        else:
            yield self._with_row(Kind.OVERLAP, text, b, lower.span, found)

    def _gap(self, b: Branching, scope: Scope, record: str) -> Generator[Finding, None, bool]:
        """Rows of which every condition is false, where nothing is said of the rest; whether there are any."""
        whens = [x.when for x in b.branches if x.when is not None]
        about = self.translation()
        solver, answer = self.ask(
            about, *self._given(about, b), *(about.term(x, b.view).false for x in whens)
        )
        if answer == smt.unsat:
            return False

        def confirmed(case: Case) -> bool:
            frame = self.frame(case, record)
            if frame is None or not self._comes(case, b):
                return False
            return all(case.reader.value(x, frame, scope) is False for x in whens)

        found = self.row(about, solver, record, confirmed) if answer == smt.sat else None
        last = b.branches[-1].span
        if found is None:
            text = f"whether any `{b.rows}` is taken by no line"
            yield self.undecided(Kind.GAP, text, b.file, last, about, answer)
            return False
        yield self._with_row(Kind.GAP, f"no line takes some `{b.rows}`, which {b.nothing}", b, last, found)
        return True

    def _missing(self, b: Branching, scope: Scope, record: str) -> Iterator[Finding]:
        """Rows that no condition takes since a value is missing: with any value there, one of them would."""
        whens = [x.when for x in b.branches if x.when is not None]
        if not whens:
            return
        about = self.translation()
        terms = [about.term(x, b.view) for x in whens]
        none = [smt.Not(x.true) for x in terms]
        solver, answer = self.ask(
            about, *self._given(about, b), *none, smt.Or(*(smt.Not(x.known) for x in terms))
        )
        if answer != smt.sat:
            if answer == smt.unknown:
                text = f"whether a missing value alone decides that no line can tell of a `{b.rows}`"
                yield self.undecided(Kind.MISSING, text, b.file, b.branches[-1].span, about)
            return

        def confirmed(case: Case) -> bool:
            frame = self.frame(case, record)
            if frame is None or not self._comes(case, b):
                return False
            values = [case.reader.value(x, frame, scope) for x in whens]
            return True not in values and None in values

        found = self.row(about, solver, record, confirmed)
        if found is not None:
            last = "goes to the last line" if b.branches[-1].when is None else b.nothing
            without = joined(f"`{x}`" for x in _missing_of(found, record, whens))
            text = f"a `{b.rows}` without {without or 'a value'} {last}: no line above can tell"
            yield self._with_row(Kind.MISSING, text, b, b.branches[-1].span, found)

    def _comes(self, case: Case, b: Branching) -> bool:
        """Whether the row is one of those that the branches are for."""
        named = {x.definition for x in b.known if x.definition in self.model.definitions}
        return all(self.is_in(case, name) for name in named)

    def _with_row(self, kind: Kind, text: str, b: Branching, span: Span, found: Witness) -> Finding:
        test = written(found, text.replace("`", ""), self._expected(b))
        return Finding(kind, Answer.ROW, text, b.file, span, test=test)

    def _expected(self, b: Branching) -> list[str]:
        return [b.rows] if b.rows in self.model.definitions else []

    # --- scores

    def scores(self) -> Iterator[Finding]:
        for score in self.model.scores.values():
            place = score.origin.file, score.origin.name_span
            least, most = self._extreme(score, up=False), self._extreme(score, up=True)
            if least is None or most is None:
                about = self.translation()
                about.term(m.ScoreUse(score.name, t.NUMBER, NOWHERE), "")
                yield self.undecided(Kind.REACH, f"what `{score.name}` can come to", *place, about)
                continue
            rows = self._with_total(score, least), self._with_total(score, most)
            if None in rows:
                text = f"`{score.name}` is never less than {_plain(least)} or more than {_plain(most)}"
                yield Finding(Kind.REACH, Answer.PROVEN, text, *place)
                continue
            text = f"`{score.name}` comes to {_plain(least)} at least and {_plain(most)} at most"
            tests = (
                written(x, f"{score.name} is {_plain(total)}", [f"{score.name} = {_plain(total)}"])
                for total, x in zip((least, most), rows, strict=True)
                if x is not None
            )
            yield Finding(Kind.REACH, Answer.ROW, text, *place, test="\n\n".join(tests))

    def _extreme(self, score: m.Score, *, up: bool) -> int | None:
        """The greatest (least) total, in millionths, that no row passes; None where the solver did not come to an end."""
        about = self.translation()
        total = about.term(m.ScoreUse(score.name, t.NUMBER, NOWHERE), "").value
        solver, answer = self.ask(about)
        best: int | None = None
        while answer == smt.sat and self.seconds() < self.ends:
            best = int(solver.value(total))
            solver.add((total > best) if up else (total < best))
            answer = solver.check()
        return best if answer == smt.unsat else None

    def _with_total(self, score: m.Score, total: int) -> Witness | None:
        """A row that has this total once all its times have come."""
        use = m.ScoreUse(score.name, t.NUMBER, NOWHERE)
        about = self.translation()
        solver, answer = self.ask(about, about.term(use, "").value == total)

        def confirmed(case: Case) -> bool:
            frame, value = self.frame(case, score.record), Decimal(total) / MILLION
            return frame is not None and case.reader.value(use, frame, scopes.now(score.record)) == value

        return self.row(about, solver, score.record, confirmed) if answer == smt.sat else None


def _plain(total: int) -> str:
    return f"{(Decimal(total) / MILLION).normalize():f}"


def _missing_of(found: Witness, record: str, asked: Sequence[m.Expression]) -> list[str]:
    """The fields of the row that conditions ask for and that it does not have."""
    there = {name for x in found.given if x.record == record for name, _ in x.values}
    fields = (x.field for e in asked for x in walk_row(e) if isinstance(x, m.FieldUse) and x.record == record)
    return [name for name in dict.fromkeys(fields) if name not in there]


def verify(
    compilation: Compilation,
    limits: Limits,
    seconds: Callable[[], float],
    tell: Callable[[str], None] = lambda _: None,
    answers: Answers | None = None,
) -> Verified:
    """Ask everything that is asked of any agreement.

    The compilation must have a plan. `seconds` is a clock, by which there is an end of time; `tell` is called with what is looked at next;
    `answers` are those of before, and learn the new ones.
    """
    asking = _Asking(compilation, limits, seconds, Answers() if answers is None else answers)
    findings: list[Finding] = []
    steps: Sequence[tuple[str, Callable[[], Iterator[Finding]]]] = (
        ("never", asking.nevers),
        ("definitions", asking.definitions),
        ("lifecycles", asking.lifecycles),
        ("branches", asking.branches),
        ("steps", asking.steps),
        ("scores", asking.scores),
    )
    cut = False
    try:
        for what, step in steps:
            tell(what)
            for each in step():
                findings.append(each)
    except _OutOfTime:
        cut = True
    return Verified(tuple(findings), asking.asked, asking.known, asking.without, cut)
