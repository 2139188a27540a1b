"""From the parts of a rule of the grammar to the node it stands for: KPIs and what the parties owe."""

from __future__ import annotations

from typing import Literal

from sladsl.source import Span
from sladsl.syntax import ast, literals
from sladsl.syntax.declarations import DeclarationBuilder
from sladsl.syntax.expressions import choose, part
from sladsl.syntax.problems import problem
from sladsl.syntax.split import Word


class Builder(DeclarationBuilder):
    """What every rule of the grammar builds."""

    # --- kpi

    def kpi(
        self,
        span: Span,
        name: ast.Name,
        label: ast.Text | None,
        measure: ast.Measure,
        for_each: tuple[ast.Name, ...] | None,
    ) -> ast.Kpi:
        return ast.Kpi(name, label, measure, for_each or (), span)

    def count(self, span: Span, population: ast.Population) -> ast.Count:
        return ast.Count(population, span)

    def share_become(
        self, span: Span, population: ast.Population, goal: ast.Name, within: ast.Budget | None
    ) -> ast.ShareBecome:
        return ast.ShareBecome(population, goal, within, span)

    def share_whose(
        self, span: Span, population: ast.Population, condition: ast.Expression
    ) -> ast.ShareWhose:
        return ast.ShareWhose(population, condition, span)

    def time_between(
        self,
        span: Span,
        start: ast.Reference,
        end: ast.Reference,
        unit: ast.TimeUnit | None,
        calendar: ast.Name | None,
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

    def for_each(self, _span: Span, names: tuple[ast.Name, ...]) -> tuple[ast.Name, ...]:
        return names

    def budget(
        self, span: Span, duration: ast.Duration, calendar: ast.Name | None, by_close: Word | None
    ) -> ast.Budget:
        return ast.Budget(duration, calendar, by_close is not None, span)

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
        target: ast.Target,
        period: ast.Period,
        *clauses: ast.Clause,
    ) -> ast.Commitment:
        share = target.share.population if isinstance(target, ast.Deadline) and target.share else None
        if narrowed and share:
            self.problems.append(
                problem(
                    "SLA106",
                    f"`{kpi.text}` is narrowed twice, by `of {narrowed.text}` and by `of {share.text}`",
                    share.span,
                    help="keep one of the two",
                )
            )
        return ast.Commitment(kpi, narrowed or share, target, period, clauses, span)

    def limit(self, span: Span, word: Word, value: ast.Amount) -> ast.Limit:
        return ast.Limit(choose(word, "at least", "at most"), value, span)

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

    def share(self, span: Span, percent: ast.Percent, population: ast.Name | None) -> ast.Share:
        return ast.Share(percent, population, span)

    def period(self, span: Span, word: Word) -> ast.Period:
        return ast.Period(choose(word, "day", "week", "month", "quarter", "year"), span)

    def action(self, span: Span, word: Word, text: ast.Text) -> ast.Action:
        kind: Literal["reassign", "notify", "escalate", "tag", "do"] = choose(
            part(word, 0), "reassign", "notify", "escalate", "tag", "do"
        )
        return ast.Action(kind, text, span)
