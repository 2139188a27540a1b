"""KPIs: what is measured, over which rows, and whether the declared records hold what it takes."""

from __future__ import annotations

from typing import assert_never

from sladsl import model as m
from sladsl import types as t
from sladsl.checker import becoming, budgets, definitions, expressions, moments, references
from sladsl.checker.context import Context, Symbol
from sladsl.checker.record_inference import clock_record
from sladsl.checker.scope import FoundField, Scope
from sladsl.checker.spells import settled_later
from sladsl.checker.suggest import a
from sladsl.model.traversal import asked_of_others, walk
from sladsl.source import Span
from sladsl.syntax import ast


def check_kpi(ctx: Context, symbol: Symbol, node: ast.Kpi) -> None:
    """Type a KPI and enter it; one that cannot be measured is reported and left out."""
    scope = Scope(ctx, symbol.source, None)
    match node.measure:
        case ast.Count():
            population = _population(scope, symbol, node.measure.population)
            measure: m.Measure | None = None
            if population is not None and (
                not node.measure.at_period_end or _lasts(scope, node.measure, population)
            ):
                measure = m.Count(population, node.measure.at_period_end)
        case ast.ShareBecome():
            measure = _become(scope, symbol, node.measure)
        case ast.ShareWhose():
            measure = _whose(scope, symbol, node.measure)
        case ast.TimeBetween():
            measure = _time_between(scope, node.measure)
        case ast.Statistic():
            measure = _statistic(scope, symbol, node.measure)
        case _:
            assert_never(node.measure)
    record = record_of(measure) if measure is not None else ctx.about.get(symbol.name)
    for_each = tuple(u for n in node.for_each if (u := _breakdown(scope.of(record), n)) is not None)
    if measure is not None and record is not None:
        origin = definitions.origin_of(symbol, node)
        ctx.kpis[symbol.name] = m.Kpi(
            symbol.name, definitions.label_of(node.label), record, measure, for_each, origin
        )


def record_of(measure: m.Measure) -> str:
    """The record whose rows a KPI looks at."""
    return measure.record if isinstance(measure, m.TimeBetween) else measure.population.record


def _population(scope: Scope, symbol: Symbol, node: ast.Population) -> m.Population | None:
    """The rows a KPI is over; they need a moment, since it says in which period a row counts."""
    population = definitions.find_population(scope.ctx, scope.source, node.name)
    record, definition = population if population is not None else (None, None)
    where = None if node.where is None else expressions.condition(scope.of(record), node.where)
    if record is None:
        return None
    if moments.entry_type(scope.ctx, record, definition) is None:
        why = f"`{symbol.name}` cannot be measured: each row counts in the period of its moment"
        moments.report_no_moment(scope, record, definition, node.name.span, why)
        return None
    return m.Population(record, definition, where)


def _lasts(
    scope: Scope,
    node: ast.Count | ast.ShareWhose,
    population: m.Population,
    condition: m.Expression | None = None,
) -> bool:
    """Whether rows have an end, so that some of them last at an instant; reported where not."""
    if scope.ctx.records[population.record].spell is not None:
        return not any(_divides(scope, e) for e in (population.where, condition) if e is not None)
    name = node.population.name
    if scope.ctx.is_spell(population.record):
        return False  # what it is made of was reported
    scope.report(
        "SLA777",
        name.span,
        f"`{name.text}` are rows that come in, and none of them ends: how many last at a period's end cannot be counted",
        label="expected a spell, or a definition over one",
        help=f"say how long they last with a spell: `spell … of {population.record}:` with `while …`",
    )
    return False


def _divides(scope: Scope, e: m.Expression) -> bool:
    """Whether rows that are looked at are divided by, which is then reported: no listing of theirs is about one period's end."""
    for part in walk(e):
        if isinstance(part, m.DerivedUse) and part.name in scope.ctx.derived:
            inside = walk(scope.ctx.derived[part.name].value)
        else:
            inside = (x for each in asked_of_others(part) for x in walk(each))
        if any(isinstance(x, m.Operation) and x.op == "/" for x in inside):
            scope.report(
                "SLA769",
                part.span,
                f"`{scope.words(part.span)}` divides, which cannot be asked of other rows at a period's end yet",
                help="multiply the other side of the comparison instead",
            )
            return True
    return False


def _become(scope: Scope, symbol: Symbol, node: ast.ShareBecome) -> m.Become | None:
    ctx = scope.ctx
    population = _population(scope, symbol, node.population)
    goal_population = definitions.find_population(ctx, scope.source, node.goal)
    start = None
    if population is not None:
        start = moments.entry_type(ctx, population.record, population.definition)
    inside = scope if population is None else scope.of(population.record)
    within = None if node.within is None else budgets.budget(inside, node.within, start)
    if goal_population is None or population is None or (node.within is not None and within is None):
        return None
    record, goal = goal_population
    if goal is None:
        scope.report(
            "SLA204",
            node.goal.span,
            f"rows become what a definition says, and `{node.goal.text}` is a record",
            label="expected a definition",
            help=f"declare what they become, `define Called: {population.record} since …`, and write `that become Called`",
        )
        return None
    if record != population.record and not _is_spell_of(ctx, population.record, record):
        scope.report(
            "SLA208",
            node.goal.span,
            f"`{goal}` is about rows of `{record}`, and {a(population.record)} cannot become one",
            help=f"declare what {a(population.record)} becomes: `define …: {node.population.name.text} when any {record} …`"
            if ctx.is_within(record, population.record)
            else f"write a definition of rows of `{population.record}`",
        )
        return None
    if moments.entry_type(ctx, record, goal) is None:
        why = f"`{symbol.name}` cannot be measured: it asks when a row becomes `{goal}`"
        moments.report_no_moment(scope, record, goal, node.goal.span, why)
        return None
    if not becoming.check_start(scope, population.definition, goal, node.goal.span):
        return None
    return m.Become(population, goal, within)


def _is_spell_of(ctx: Context, record: str, above: str) -> bool:
    """Whether rows of a record are spells of rows of another: what such a row becomes, it becomes during one of them."""
    return ctx.symbols[record].kind == "spell" and ctx.is_within(record, above)


def _whose(scope: Scope, symbol: Symbol, node: ast.ShareWhose) -> m.Whose | None:
    population = _population(scope, symbol, node.population)
    about = scope.ctx.about.get(symbol.name)
    condition = expressions.condition(scope.of(population.record if population else about), node.condition)
    if population is None or (node.at_period_end and not _lasts(scope, node, population, condition)):
        return None
    return m.Whose(population, condition, node.at_period_end)


# ---------------------------------------------------------------------------------------------------------------- time


def _time_between(scope: Scope, node: ast.TimeBetween) -> m.TimeBetween | None:
    both = (node.start, node.end)
    candidates = clock_record(scope.ctx, node.start, node.end)
    record = definitions.only_record(scope, both, node.start.span.to(node.end.span), candidates)
    if record is None:
        return None
    inside = scope.of(record)
    start, end = moments.moment(inside, node.start), moments.moment(inside, node.end, started=True)
    if start is None or end is None:
        return None
    dated = next((x for x in (start, end) if isinstance(x.type, t.Date)), None)
    if node.unit is None:
        return m.TimeBetween(record, start, end, "day" if dated is not None else "hour", None)
    unit = _unit(inside, node.unit, node.calendar, dated)
    return None if unit is None else m.TimeBetween(record, start, end, *unit)


def _unit(
    scope: Scope, node: ast.TimeUnit, named: ast.Reference | None, dated: m.Moment | None
) -> tuple[str, str | None] | None:
    """The unit of the printed statistics and the calendar they are measured in."""
    words = scope.words(node.span)
    if node.business and node.unit not in {"minute", "hour"}:
        scope.report(
            "SLA315",
            node.span,
            f"elapsed time is not measured in {words}, since they differ in length",
            label="expected `business hours` or `business minutes`",
            help="write `in business hours`",
        )
        return None
    if node.unit in {"month", "year"}:
        scope.report(
            "SLA315",
            node.span,
            f"elapsed time is not measured in {words}, since they differ in length",
            label="expected `days`",
            help="write `in days`",
        )
        return None
    if dated is not None and (node.business or node.unit in {"second", "minute", "hour"}):
        scope.report(
            "SLA312",
            node.span,
            f"{words} cannot be counted from or to `{scope.words(dated.span)}`, which is a date",
            label="expected `days`",
            help="a date is a whole day; count in days, or use a `time` field",
        )
        return None
    calendar, resolved = budgets.calendar_of(scope, named, node)
    return (node.unit, calendar) if resolved else None


# ---------------------------------------------------------------------------------------------------------- statistics


def _statistic(scope: Scope, symbol: Symbol, node: ast.Statistic) -> m.Statistic | None:
    population = _population(scope, symbol, node.population)
    inside = scope.of(population.record if population else scope.ctx.about.get(symbol.name))
    value = _elapsed(inside, node.value) or expressions.expression(inside, node.value)
    if population is None or isinstance(value.type, t.Unknown):
        return None
    if not isinstance(value.type, t.Number | t.Duration):
        scope.report(
            "SLA317",
            value.span,
            f"`{node.function} of` needs numbers or durations, but `{scope.words(value.span)}` is {value.type}",
            label="expected a number or a duration",
            help="name a field that is a number, such as `sum of amount over deal`, or write `count of` for how many rows there are",
        )
        return None
    percent = 50 if node.function == "median" else node.percentile or 0
    return m.Statistic(node.function, percent, value, population)


def _elapsed(scope: Scope, node: ast.Expression) -> m.Expression | None:
    """A time KPI as the value of a statistic; None when the expression is something else."""
    symbol = scope.lookup(node) if isinstance(node, ast.Reference) and node.record is None else None
    if not isinstance(symbol, Symbol) or symbol.kind != "kpi" or not isinstance(node, ast.Reference):
        return None
    kpi = scope.ctx.kpis.get(symbol.name)
    if kpi is not None and not isinstance(kpi.measure, m.TimeBetween):
        return None  # an ordinary expression, which says what is wrong
    references.remember(scope, node, "kpi")
    if (
        kpi is None
        or not isinstance(kpi.measure, m.TimeBetween)
        or not references.is_visible(scope, node, symbol)
    ):
        return m.Invalid(t.UNKNOWN, node.span)
    return m.ElapsedUse(
        kpi.name, t.Duration(kpi.measure.calendar is not None or _is_business(symbol)), node.span
    )


def _is_business(symbol: Symbol) -> bool:
    """Whether a time KPI is printed in business time; its calendar is not known where a file has no agreement."""
    measure = symbol.node.measure if isinstance(symbol.node, ast.Kpi) else None
    return isinstance(measure, ast.TimeBetween) and measure.unit is not None and measure.unit.business


def _breakdown(scope: Scope, ref: ast.Reference) -> m.Reported | None:
    """A field that a KPI is reported by: of its rows, of a parent's, or of rows that they name, or a derived one."""
    words = scope.words(ref.span)
    match scope.lookup(ref):
        case FoundField(field=field) as found:
            use = references.field_use(scope, ref, found)
            if isinstance(field.type, t.Time | t.Duration):
                _report_breakdown(
                    scope, ref.span, f"`{words}` is {field.type}, and nearly every row has another"
                )
                return None
            return use
        case Symbol(node=None):
            return None
        case Symbol(kind="derived"):
            return _as_it_was(scope, ref)
        case Symbol() as symbol:
            references.remember(scope, ref, symbol.kind)
            _report_breakdown(scope, ref.span, f"`{words}` is {symbol.words}, not a field")
        case None:
            references.report_unknown(scope, ref)
    return None


def _as_it_was(scope: Scope, ref: ast.Reference) -> m.DerivedUse | None:
    """A derived field that is read when a row enters, if that is all that there is to be known of it."""
    use = references.value(scope, ref)
    if not isinstance(use, m.DerivedUse):
        return None
    words = scope.words(ref.span)
    if isinstance(use.type, t.Time | t.Date | t.Duration):
        _report_breakdown(scope, ref.span, f"`{words}` is {use.type}, and nearly every row has another")
    elif why := settled_later(scope.ctx, use):
        scope.report(
            "SLA634",
            ref.span,
            f"a KPI is reported by what `{words}` is when a row enters, and it {why}",
            label="may not be known by then",
            help="report it by a field, or narrow it with `where`: one KPI for each value",
        )
    else:
        return use
    return None


def _report_breakdown(scope: Scope, span: Span, message: str) -> None:
    scope.report(
        "SLA204",
        span,
        message,
        label="expected a field",
        help="`for each` reports a KPI by the values of a field",
    )
