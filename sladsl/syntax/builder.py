"""From the parts of a rule of the grammar to the node it stands for: values, conditions, declarations and their clauses.

A method bears the name of its rule. It takes the span of all the rule's words and then the rule's parts:
nodes already made, a `Word` for a keyword that the grammar keeps, and None for an optional part that is not
there. Rules that only hold a list give a tuple.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

from sladsl.source import Span
from sladsl.syntax import ast, literals
from sladsl.syntax.problems import Problems, problem, replacement
from sladsl.syntax.split import Word

Choice = TypeVar("Choice", bound=str)


def choose(word: Word, *options: Choice) -> Choice:
    """The option that the word spells, whatever the space between its parts."""
    spelled = " ".join(word.text.split())
    return next(option for option in options if option == spelled)


def part(word: Word, number: int) -> Word:
    """One word of a phrase: `sum` of `sum of`."""
    return Word(word.kind, word.text.split()[number], word.span)


class ExpressionBuilder:
    """What the rules of conditions and values build; `problems` collects what is wrong with them."""

    def __init__(self) -> None:
        self.problems: Problems = []

    # --- literals

    def plain_number(self, span: Span, minus: Word | None, number: ast.Number) -> ast.Number:
        return ast.Number(-number.value, span) if minus else number

    def boolean(self, span: Span, word: Word) -> ast.Boolean:
        return ast.Boolean(word.text == "true", span)

    def duration(self, span: Span, amount: ast.Number, business: Word | None, unit: Word) -> ast.Duration:
        return literals.duration(amount, business is not None, unit, span, self.problems)

    constant_number = plain_number
    constant_boolean = boolean
    constant_duration = duration

    def set(self, span: Span, *items: ast.Expression) -> ast.SetLiteral:
        return ast.SetLiteral(items, span)

    # --- expressions

    def reference(self, span: Span, first: ast.Name, *rest: ast.Name) -> ast.Reference:
        return ast.Reference(rest[0], first, span, rest[1:]) if rest else ast.Reference(first, None, span)

    path = reference

    def or_(self, span: Span, left: ast.Expression, op: Word, right: ast.Expression) -> ast.Binary:
        return ast.Binary("or", left, right, op.span, span)

    def and_(self, span: Span, left: ast.Expression, op: Word, right: ast.Expression) -> ast.Binary:
        return ast.Binary("and", left, right, op.span, span)

    def not_(self, span: Span, operand: ast.Expression) -> ast.Unary:
        return ast.Unary("not", operand, span)

    def negative(self, span: Span, _minus: Word, operand: ast.Expression) -> ast.Unary:
        return ast.Unary("-", operand, span)

    def plus(self, span: Span, left: ast.Expression, op: Word, right: ast.Expression) -> ast.Binary:
        return ast.Binary("+" if op.kind == "PLUS" else "-", left, right, op.span, span)

    def times(self, span: Span, left: ast.Expression, op: Word, right: ast.Expression) -> ast.Binary:
        return ast.Binary("*" if op.kind == "TIMES" else "/", left, right, op.span, span)

    def compare(self, span: Span, left: ast.Expression, op: Word, right: ast.Expression) -> ast.Binary:
        spelled: ast.BinaryOp = choose(
            op, "=", "!=", "<", "<=", ">", ">=", "contains", "starts with", "ends with", "matches"
        )
        return ast.Binary(spelled, left, right, op.span, span)

    def between(
        self, span: Span, value: ast.Expression, low: ast.Expression, high: ast.Expression
    ) -> ast.Between:
        return ast.Between(value, low, high, span)

    def in_(self, span: Span, value: ast.Expression, options: ast.Expression) -> ast.In:
        return ast.In(value, options, False, span)

    def not_in(self, span: Span, value: ast.Expression, options: ast.Expression) -> ast.In:
        return ast.In(value, options, True, span)

    def presence(self, span: Span, value: ast.Expression, word: Word) -> ast.Presence:
        return ast.Presence(value, word.kind == "IS_KNOWN", span)

    def kpi_within(self, span: Span, kpi: ast.Reference, budget: ast.Budget) -> ast.KpiWithin:
        if kpi.record is not None:
            last = kpi.steps[-1] if kpi.steps else kpi.name
            fix = replacement(f"write `{last.text}`", kpi.span, last.text)
            message = "a KPI is asked by its name alone: nothing stands before it"
            self.problems.append(problem("SLA778", message, kpi.span, help=fix.title, fixes=(fix,)))
        return ast.KpiWithin(kpi.name, budget, span)

    def moment_within(
        self, span: Span, moment: ast.Reference, budget: ast.Budget, side: Word, of: ast.Reference
    ) -> ast.MomentWithin:
        return ast.MomentWithin(moment, budget, side.text == "before", of, span)

    def plain_budget(self, span: Span, duration: ast.Duration, calendar: ast.Reference | None) -> ast.Budget:
        return ast.Budget(duration, calendar, False, None, span)

    def default(self, span: Span, value: ast.Expression, default: ast.Expression) -> ast.Default:
        return ast.Default(value, default, span)

    def call(self, span: Span, function: ast.Name, *arguments: ast.Expression | None) -> ast.Call:
        return ast.Call(function, tuple(each for each in arguments if each), span)

    # --- child records

    def bare_test(self, span: Span, quantifier: Word, *rest: object) -> ast.ChildTest:
        return self.child_test(span, quantifier, *rest, None)

    def child_test(self, span: Span, quantifier: Word, *rest: object) -> ast.ChildTest:
        word = choose(quantifier, "any", "no", "at least", "at most")
        count = rest[0] if isinstance(rest[0], ast.Number) else None
        record, bounds, where = rest[-3:]
        if count and (count.value != count.value.to_integral_value()):
            self.problems.append(literals.whole_rows(word, count))
        return ast.ChildTest(word, count, record, bounds, where, span)  # type: ignore[arg-type]

    def aggregate(self, span: Span, *parts: object) -> ast.ChildAggregate:
        *head, record, bounds, where = parts
        if not head:
            return ast.ChildAggregate("count", None, record, bounds, where, span)  # type: ignore[arg-type]
        word, value = head
        assert isinstance(word, Word)
        function: Literal["sum", "average", "least", "greatest"] = choose(
            part(word, 0), "sum", "average", "least", "greatest"
        )
        return ast.ChildAggregate(function, value, record, bounds, where, span)  # type: ignore[arg-type]

    def picked(
        self,
        span: Span,
        field: ast.Name,
        position: Word,
        record: ast.Name,
        by: ast.Name | None,
        bounds: ast.Bounds | None,
        where: ast.Expression | None,
    ) -> ast.Picked:
        place, after = literals.position(position, self.problems), position.text == "next"
        return ast.Picked(field, place, after, record, by, bounds, where, span)

    def recent(
        self,
        span: Span,
        moment: ast.Reference,
        words: Word,
        duration: ast.Duration,
        calendar: ast.Reference | None,
    ) -> ast.Recent:
        return ast.Recent(moment, words.kind == "NOT_IN_THE_LAST", duration, calendar, span)

    def during(self, span: Span, moment: ast.Reference, calendar: ast.Name) -> ast.During:
        return ast.During(moment, calendar, span)

    def bounds(self, span: Span, *parts: object) -> ast.Bounds:
        match parts:
            case (Word(), ast.Duration() as duration):
                return ast.Bounds(duration, "last", None, span)
            case (ast.Duration() as duration, Word() as direction, ast.Reference() as moment):
                return ast.Bounds(duration, choose(direction, "before", "after"), moment, span)
            case _:
                raise AssertionError("the grammar has two kinds of bounds")


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of a declaration: the words that begin it, what it says and where."""

    words: str
    value: Any
    span: Span


def once(clauses: Iterable[object], words: str, problems: Problems) -> Any:
    """What the one clause that begins with `words` says, None without it; a second one is a problem."""
    given = [clause for clause in clauses if isinstance(clause, Clause) and clause.words == words]
    for extra in given[1:]:
        problems.append(
            problem("SLA106", f"`{words}` is given twice", extra.span, help="keep one of the two")
        )
    return given[0].value if given else None


class DeclarationBuilder(ExpressionBuilder):
    """What the rules of agreement, calendar, record, score, define, event, route, never, source and test build."""

    # --- agreement

    def agreement(self, span: Span, label: ast.Text, *clauses: ast.Clause) -> ast.Agreement:
        return ast.Agreement(label, clauses, span)

    def party(self, span: Span, name: ast.Name, label: ast.Text | None) -> ast.Party:
        return ast.Party(name, label, span)

    def names(self, _span: Span, *names: ast.Name) -> tuple[ast.Name, ...]:
        return names

    def texts(self, _span: Span, *texts: ast.Text) -> tuple[ast.Text, ...]:
        return texts

    # --- calendar

    def calendar(
        self,
        span: Span,
        name: ast.Name,
        label: ast.Text | None,
        record: ast.Name | None,
        *clauses: ast.Clause,
    ) -> ast.Calendar:
        return ast.Calendar(name, label, record, clauses, span)

    def of_record(self, _span: Span, record: ast.Name) -> ast.Name:
        return record

    def days(self, _span: Span, *days: ast.DayRange) -> tuple[ast.DayRange, ...]:
        return days

    def every_day(self, span: Span) -> ast.DayRange:
        return ast.DayRange(0, 6, span)

    def day_range(self, span: Span, first: Word, last: Word | None) -> ast.DayRange:
        start = literals.DAYS.index(first.text)
        return ast.DayRange(start, literals.DAYS.index(last.text) if last else start, span)

    def dates(self, _span: Span, *dates: ast.Date) -> tuple[ast.Date, ...]:
        return dates

    def clock_spans(self, _span: Span, *spans: ast.ClockSpan) -> tuple[ast.ClockSpan, ...]:
        return spans

    def clock_span(self, span: Span, start: ast.TimeOfDay, end: ast.TimeOfDay) -> ast.ClockSpan:
        return ast.ClockSpan(start, end, span)

    # --- record

    def record(
        self,
        span: Span,
        name: ast.Name,
        label: ast.Text | None,
        parent: ast.Parent | None,
        *fields: ast.Field,
    ) -> ast.Record:
        return ast.Record(name, label, parent, fields, span)

    def parent(self, span: Span, record: ast.Name, join: ast.Join | None) -> ast.Parent:
        return ast.Parent(record, join, span)

    def join(self, span: Span, own: ast.Name, other: ast.Name) -> ast.Join:
        return ast.Join(own, other, span)

    def field(self, span: Span, name: ast.Name, label: ast.Text | None, *rest: object) -> ast.Field:
        *flags, kind = rest
        words = [flag.text for flag in flags if isinstance(flag, Word)]
        for word in sorted({word for word in words if words.count(word) > 1}):
            self.problems.append(
                problem("SLA106", f"`{word}` is given twice", span, help="keep one of the two")
            )
        if not isinstance(kind, ast.TypeExpression):
            raise TypeError(f"a field's last part is its type, not {kind!r}")
        return ast.Field(name, label, "key" in words, "optional" in words, "accountable" in words, kind, span)

    def field_flag(self, _span: Span, flag: Word) -> Word:
        return flag

    def plain_type(self, span: Span, word: Word) -> ast.PlainType:
        return ast.PlainType(choose(word, "text", "boolean", "date", "time", "duration"), span)

    def planned_type(self, span: Span, _planned: Word, word: Word) -> ast.PlannedType:
        return ast.PlannedType(choose(word, "date", "time"), span)

    def number_type(self, span: Span, unit: ast.Text | None) -> ast.NumberType:
        return ast.NumberType(unit, span)

    def key_type(self, span: Span, record: ast.Name) -> ast.KeyType:
        return ast.KeyType(record, span)

    def one_of(self, span: Span, *values: ast.Text) -> ast.OneOf:
        return ast.OneOf(values, span)

    # --- let, score, define, lifecycle, event

    def let(
        self,
        span: Span,
        name: ast.Name,
        label: ast.Text | None,
        record: ast.Name | None,
        value: ast.Expression,
        *later: ast.DatedValue,
    ) -> ast.Let:
        return ast.Let(name, label, record, value, later, span)

    def dated_value(self, span: Span, value: ast.Expression, since: ast.Date) -> ast.DatedValue:
        return ast.DatedValue(value, since, span)

    def score(
        self, span: Span, name: ast.Name, label: ast.Text | None, record: ast.Name, *clauses: ast.ScoreClause
    ) -> ast.Score:
        return ast.Score(name, label, record, clauses, span)

    def counted_rows(
        self,
        span: Span,
        record: ast.Name,
        bounds: ast.Bounds | None,
        where: ast.Expression | None,
        most: Word | None,
        points: ast.Number | None,
    ) -> ast.CountedRows:
        return ast.CountedRows(record, bounds, where, points, span)

    def add(self, span: Span, points: ast.Number, when: ast.Expression | ast.CountedRows) -> ast.ScoreClause:
        return ast.ScoreClause(points, False, when, span)

    def subtract(
        self, span: Span, points: ast.Number, when: ast.Expression | ast.CountedRows
    ) -> ast.ScoreClause:
        return ast.ScoreClause(points, True, when, span)

    def define(
        self,
        span: Span,
        name: ast.Name,
        label: ast.Text | None,
        since_date: ast.Date | None,
        base: ast.Name,
        when: ast.Expression | None,
        since: ast.Reference | None,
    ) -> ast.Define:
        return ast.Define(name, label, since_date, base, when, since, span)

    def lifecycle(self, span: Span, record: ast.Name, *steps: ast.Name) -> ast.Lifecycle:
        return ast.Lifecycle(record, steps, span)

    def event(
        self, span: Span, name: ast.Name, label: ast.Text | None, pick: ast.NthRow | ast.OneOfSeveral
    ) -> ast.Event:
        return ast.Event(name, label, pick, span)

    def nth_row(
        self, span: Span, position: Word, record: ast.Name, by: ast.Name | None, where: ast.Expression | None
    ) -> ast.NthRow:
        place, after = literals.position(position, self.problems), position.text == "next"
        return ast.NthRow(place, after, record, by, where, span)

    def earliest_of(self, span: Span, *moments: ast.Reference | ast.MovedMoment) -> ast.OneOfSeveral:
        return ast.OneOfSeveral(moments, False, span)

    def latest_of(self, span: Span, *moments: ast.Reference | ast.MovedMoment) -> ast.OneOfSeveral:
        return ast.OneOfSeveral(moments, True, span)

    def alone(self, span: Span, moment: ast.MovedMoment) -> ast.OneOfSeveral:
        return ast.OneOfSeveral((moment,), False, span)

    def moved(
        self,
        span: Span,
        duration: ast.Duration,
        calendar: ast.Reference | None,
        side: Word,
        moment: ast.Reference,
    ) -> ast.MovedMoment:
        return ast.MovedMoment(duration, calendar, side.text == "before", moment, span)

    # --- spell

    def spell(
        self,
        span: Span,
        name: ast.Name,
        label: ast.Text | None,
        record: ast.Name,
        rule: ast.EachRow | ast.Stretch,
        each: tuple[ast.SplitValue, ...] | None = None,
    ) -> ast.Spell:
        made = replace(rule, each=each) if isinstance(rule, ast.Stretch) and each else rule
        return ast.Spell(name, label, record, made, span)

    def each_row(self, span: Span, record: ast.Name, began: ast.Name, ended: ast.Name) -> ast.EachRow:
        return ast.EachRow(record, began, ended, span)

    def stretch(self, span: Span, condition: ast.Expression) -> ast.Stretch:
        return ast.Stretch(condition, (), span)

    def split(self, _span: Span, *values: ast.SplitValue) -> tuple[ast.SplitValue, ...]:
        return values

    def split_value(self, span: Span, accountable: Word | None, name: ast.Name) -> ast.SplitValue:
        return ast.SplitValue(name, accountable is not None, span)

    # --- route, never

    def route(self, span: Span, definition: ast.Name, *cases: ast.RouteCase) -> ast.Route:
        return ast.Route(definition, cases, span)

    def route_case(self, span: Span, destination: ast.Text, when: ast.Expression | Word) -> ast.RouteCase:
        if isinstance(when, Word):
            return ast.RouteCase(destination, None, True, span)
        return ast.RouteCase(destination, when, False, span)

    def never(self, span: Span, label: ast.Text, rows: ast.Population) -> ast.Never:
        return ast.Never(label, rows, span)

    def never_rows(self, span: Span, name: ast.Name, when: ast.Expression) -> ast.Population:
        return ast.Population(name, when, span)

    # --- source, import

    def source(
        self,
        span: Span,
        name: ast.Name,
        label: ast.Text | None,
        record: ast.Name,
        newest: object | None,
        location: ast.Text,
        *clauses: object,
    ) -> ast.DataSource:
        mappings = tuple(clause for clause in clauses if isinstance(clause, ast.Mapping))
        own = tuple(clause for clause in clauses if isinstance(clause, ast.Clause))
        return ast.DataSource(name, label, record, newest is not None, location, mappings, own, span)

    def mapping(self, span: Span, field: ast.Name, value: ast.Column | ast.Always) -> ast.Mapping:
        return ast.Mapping(field, value, span)

    def column(
        self,
        span: Span,
        name: ast.Text,
        pattern: ast.Text | None,
        at: ast.TimeOfDay | None,
        translations: tuple[ast.Translation, ...] | None,
    ) -> ast.Column:
        return ast.Column(name, pattern, translations or (), at, span)

    def translations(self, _span: Span, *translations: ast.Translation) -> tuple[ast.Translation, ...]:
        return translations

    def translation(self, span: Span, raw: ast.Text, meaning: ast.Literals) -> ast.Translation:
        return ast.Translation(raw, meaning, span)

    def always(self, span: Span, value: ast.Literals) -> ast.Always:
        return ast.Always(value, span)

    def import_file(self, span: Span, path: ast.Text) -> ast.Import:
        return ast.Import(path, span)

    # --- test

    def test(self, span: Span, label: ast.Text, *clauses: object) -> ast.Test:
        return ast.Test(
            label,
            tuple(clause for clause in clauses if isinstance(clause, ast.Given)),
            once(clauses, "as of", self.problems),
            tuple(clause for clause in clauses if isinstance(clause, ast.Expectation)),
            span,
        )

    def given(self, span: Span, record: ast.Name, *values: ast.GivenValue | None) -> ast.Given:
        return ast.Given(record, tuple(value for value in values if value), span)

    def given_value(self, span: Span, field: ast.Name, value: ast.Literals) -> ast.GivenValue:
        return ast.GivenValue(field, value, span)

    def as_of(self, span: Span, instant: ast.Date | ast.DateTime) -> Clause:
        return Clause("as of", instant, span)

    def expect_condition(self, span: Span, condition: ast.Expression) -> ast.ExpectCondition:
        return ast.ExpectCondition(condition, span)

    def expect_verdict(
        self,
        span: Span,
        kpi: ast.Name,
        of: tuple[ast.Name, ast.Number | None] | None,
        verdict: Word,
        due: ast.Date | ast.DateTime | None,
    ) -> ast.ExpectVerdict:
        population, number = of or (None, None)
        return ast.ExpectVerdict(kpi, population, number, " ".join(verdict.text.split()), due, span)

    def numbered(
        self, _span: Span, population: ast.Name, number: ast.Number | None
    ) -> tuple[ast.Name, ast.Number | None]:
        return population, number

    def expect_route(self, span: Span, definition: ast.Name, destination: ast.Text) -> ast.ExpectRoute:
        return ast.ExpectRoute(definition, destination, span)


class Builder(DeclarationBuilder):
    """What every rule of the grammar builds."""

    # --- kpi

    def kpi(
        self,
        span: Span,
        name: ast.Name,
        label: ast.Text | None,
        measure: ast.Measure,
        for_each: tuple[ast.Reference, ...] | None,
    ) -> ast.Kpi:
        return ast.Kpi(name, label, measure, for_each or (), span)

    def count(self, span: Span, population: ast.Population, at_end: Word | None) -> ast.Count:
        return ast.Count(population, at_end is not None, span)

    def share_become(
        self, span: Span, population: ast.Population, goal: ast.Name, within: ast.Budget | None
    ) -> ast.ShareBecome:
        return ast.ShareBecome(population, goal, within, span)

    def share_whose(
        self, span: Span, population: ast.Population, at_end: Word | None, condition: ast.Expression
    ) -> ast.ShareWhose:
        return ast.ShareWhose(population, at_end is not None, condition, span)

    def time_between(
        self,
        span: Span,
        start: ast.Reference,
        end: ast.Reference,
        unit: ast.TimeUnit | None,
        calendar: ast.Reference | None,
    ) -> ast.TimeBetween:
        return ast.TimeBetween(start, end, unit, calendar, span)

    def statistic(
        self, span: Span, function: Word, value: ast.Expression, population: ast.Population
    ) -> ast.Statistic:
        word = part(function, 0)
        if function.kind == "PERCENTILE_OF":
            percentile = literals.percentile(word.text, function.span, self.problems)
            return ast.Statistic("percentile", percentile, value, population, span)
        spelled: Literal["sum", "average", "median", "least", "greatest"] = choose(
            word, "sum", "average", "median", "least", "greatest"
        )
        return ast.Statistic(spelled, None, value, population, span)

    def population(self, span: Span, name: ast.Name, where: ast.Expression | None) -> ast.Population:
        return ast.Population(name, where, span)

    def time_unit(self, span: Span, business: Word | None, unit: Word) -> ast.TimeUnit:
        return literals.time_unit(business is not None, unit, span, self.problems)

    def for_each(self, _span: Span, *fields: ast.Reference) -> tuple[ast.Reference, ...]:
        return fields

    def budget(
        self,
        span: Span,
        duration: ast.Duration,
        calendar: ast.Reference | None,
        by: Word | ast.TimeOfDay | None,
    ) -> ast.Budget:
        at = by if isinstance(by, ast.TimeOfDay) else None
        return ast.Budget(duration, calendar, by is not None and at is None, at, span)

    def by_clock(self, _span: Span, at: ast.TimeOfDay) -> ast.TimeOfDay:
        return at

    # --- owes

    def owes(
        self, span: Span, party: ast.Name, counterparty: ast.Name, *commitments: ast.Commitment
    ) -> ast.Owes:
        return ast.Owes(party, counterparty, commitments, span)

    def commitment(
        self,
        span: Span,
        kpi: ast.Name,
        narrowed: ast.Name | None,
        promised: ast.Target | tuple[ast.Reference, ast.Target],
        period: ast.Period,
        in_force: ast.InForce | None,
        *clauses: ast.Clause,
    ) -> ast.Commitment:
        groups, target = promised if isinstance(promised, tuple) else (None, promised)
        said = target.share if isinstance(target, ast.Deadline) else None
        share, last = (said.population, said.groups) if said is not None else (None, None)
        if groups and last:
            self.problems.append(
                problem(
                    "SLA106",
                    f"`{kpi.text}` is judged by groups twice",
                    last.span,
                    help="keep one of the two `for each`",
                )
            )
        if narrowed and share:
            self.problems.append(
                problem(
                    "SLA106",
                    f"`{kpi.text}` is narrowed twice, by `of {narrowed.text}` and by `of {share.text}`",
                    share.span,
                    help="keep one of the two",
                )
            )
        return ast.Commitment(kpi, narrowed or share, groups or last, target, period, in_force, clauses, span)

    def groups(self, _span: Span, field: ast.Reference) -> ast.Reference:
        return field

    def by_groups(self, _span: Span, *parts: object) -> tuple[object, ...]:
        return parts  # the field, and the target

    def limit(self, span: Span, word: Word, value: ast.Amount | ast.Reference) -> ast.Limit:
        return ast.Limit(choose(word, "at least", "at most"), value, span)

    group_limit = limit

    def limit_branch(self, span: Span, limit: ast.Limit, when: ast.Expression | Word) -> ast.LimitBranch:
        if isinstance(when, Word):
            return ast.LimitBranch(limit, None, True, span)
        return ast.LimitBranch(limit, when, False, span)

    def further_branch(
        self, span: Span, value: ast.Amount | ast.Reference, when: ast.Expression | Word
    ) -> ast.LimitBranch:
        # The word is that of the branch before it, which `limits` knows.
        limit = ast.Limit("at least", value, value.span)
        return self.limit_branch(span, limit, when)

    def limits(self, span: Span, *branches: ast.Limit | ast.LimitBranch) -> ast.Limit | ast.Limits:
        if isinstance(branches[0], ast.Limit):
            return branches[0]
        each = [x for x in branches if isinstance(x, ast.LimitBranch)]
        first = branches[0].limit.op
        made = (
            replace(x, limit=replace(x.limit, op=first)) if x.limit.span == x.limit.value.span else x
            for x in each
        )
        return ast.Limits(tuple(made), span)

    def range(self, span: Span, low: ast.Amount, high: ast.Amount) -> ast.Range:
        return ast.Range(low, high, span)

    def deadline(self, span: Span, choices: tuple[ast.Choice, ...], share: ast.Share | None) -> ast.Deadline:
        return ast.Deadline(choices, share, span)

    def choices(self, _span: Span, *choices: ast.Choice) -> tuple[ast.Choice, ...]:
        return choices

    def lone_choice(self, span: Span, due: ast.Budget | ast.DueField) -> ast.Choice:
        return ast.Choice(due, None, False, span)

    def branch(self, span: Span, due: ast.Budget | ast.DueField, when: ast.Expression | Word) -> ast.Choice:
        if isinstance(when, Word):
            return ast.Choice(due, None, True, span)
        return ast.Choice(due, when, False, span)

    def due_field(self, span: Span, field: ast.Reference) -> ast.DueField:
        return ast.DueField(field, span)

    def share(
        self,
        span: Span,
        percent: ast.Percent,
        population: ast.Name | None,
        groups: ast.Reference | None,
    ) -> ast.Share:
        return ast.Share(percent, population, groups, span)

    def period(self, span: Span, word: Word) -> ast.Period:
        return ast.Period(choose(word, "day", "week", "month", "quarter", "year"), span)

    def in_force(
        self, span: Span, word: Word, date: ast.Date, _until: Word | None = None, last: ast.Date | None = None
    ) -> ast.InForce:
        return ast.InForce(date, last, span) if word.kind == "FROM_DATE" else ast.InForce(None, date, span)

    def action(self, span: Span, word: Word, to: ast.Text | ast.Reference) -> ast.Action:
        kind: Literal["reassign", "notify", "escalate", "tag", "do"] = choose(
            part(word, 0), "reassign", "notify", "escalate", "tag", "do"
        )
        return ast.Action(kind, to, span)
