"""Typing an expression: the one place that recurses over its nodes; what each kind of node means stands in a module of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import product
from typing import assert_never

from sladsl import model as m
from sladsl import types as t
from sladsl.calendars import describe
from sladsl.checker import (
    arithmetic,
    budgets,
    comparisons,
    constants,
    literals,
    moments,
    moved_moments,
    moving,
    records,
    references,
)
from sladsl.checker.comparisons import Places
from sladsl.checker.context import Symbol, elsewhere
from sladsl.checker.scope import FoundField, Scope
from sladsl.checker.suggest import a
from sladsl.diagnostics import Edit, Fix, Safety
from sladsl.model.traversal import walk, walk_row
from sladsl.source import Span
from sladsl.syntax import ast

_TEXT_TESTS = frozenset({"contains", "starts with", "ends with", "matches"})


def condition(scope: Scope, node: ast.Expression) -> m.Expression:
    """An expression that is true, false or unknown."""
    made = expression(scope, node)
    if isinstance(made.type, t.Boolean | t.Unknown):
        return made
    words = scope.words(made.span)
    scope.report(
        "SLA303",
        made.span,
        f"`{words}` is {made.type}, and a condition is needed here",
        label="expected a condition",
        help=_ask(made, words),
    )
    return m.Invalid(t.BOOLEAN, made.span)


def _ask(made: m.Expression, words: str) -> str:
    if isinstance(made, m.Literal):
        return "compare it with something"
    match made.type:
        case t.Number():
            return f"compare it with a number: `{words} >= 50`"
        case t.Text():
            return f'compare it with text, `{words} = "…"`, or ask `{words} is known`'
        case t.OneOf(values=values) if values:
            return f'compare it with one of its values: `{words} = "{values[0]}"`'
        case _:
            return f"ask `{words} is known`, or compare it"


def expression(scope: Scope, node: ast.Expression, beside: t.Type | None = None) -> m.Expression:
    """The typed expression; `beside` is the type of what it is compared with, where that is known."""
    match node:
        case ast.Reference():
            return references.value(scope, node, beside)
        case ast.Unary():
            return _unary(scope, node)
        case ast.Binary():
            return _binary(scope, node)
        case ast.Between():
            return _between(scope, node)
        case ast.In():
            return _in(scope, node)
        case ast.Presence():
            return _presence(scope, node)
        case ast.Call():
            return _call(scope, node)
        case ast.Default():
            return _default(scope, node)
        case ast.ChildTest():
            return _child_test(scope, node)
        case ast.ChildAggregate():
            return _child_aggregate(scope, node)
        case ast.Picked():
            return _picked(scope, node)
        case ast.Recent() | ast.During() | ast.MovedMoment() | ast.MomentWithin():
            return _of_moments(scope, node)
        case ast.KpiWithin():
            return _kpi_within(scope, node)
        case ast.SetLiteral():
            return _set(scope, node)
        case _:
            return literals.literal(scope, node)


def _call(scope: Scope, node: ast.Call) -> m.Expression:
    if not arithmetic.is_function(scope, node.function):
        return m.Invalid(t.UNKNOWN, node.span)
    return arithmetic.call(scope, node, tuple(expression(scope, a) for a in node.arguments))


def word_span(scope: Scope, word: str, start: int, end: int) -> Span:
    """Where an operator's own words stand between its operands; the whole stretch when they are written in another way."""
    at = scope.source.text.find(word.split(maxsplit=1)[0], start, end)
    return Span(start, end) if at < 0 else Span(at, min(at + len(word), end))


def _unary(scope: Scope, node: ast.Unary) -> m.Expression:
    op_span = Span(node.span.start, node.span.start + len(node.op))
    match node.op:
        case "not":
            operand = condition(scope, node.operand)
            return m.Operation("not", (operand,), t.BOOLEAN, node.span, op_span)
        case "-":
            return arithmetic.negative(scope, expression(scope, node.operand), Places(node.span, op_span))
        case _:
            assert_never(node.op)


def _binary(scope: Scope, node: ast.Binary) -> m.Expression:
    at = Places(node.span, node.op_span)
    if node.op in {"and", "or"}:
        return _joined(scope, node)
    if node.op in {"+", "-", "*", "/"}:
        left, right = expression(scope, node.left), expression(scope, node.right)
        return _by_date(lambda a, b: arithmetic.combine(scope, node.op, a, b, at), left, right)
    if _compares_kpi(scope, node):
        return m.Invalid(t.BOOLEAN, node.span)
    left, right = _two(scope, node.left, node.right)
    if node.op in _TEXT_TESTS:
        return _by_date(lambda a, b: comparisons.text_test(scope, node.op, a, b, at), left, right)
    return _by_date(lambda a, b: comparisons.compare(scope, node.op, a, b, at), left, right)


def _by_date(
    build: Callable[[m.Expression, m.Expression], m.Expression], left: m.Expression, right: m.Expression
) -> m.Expression:
    """What is made of two values; of one that changes with the date each has to fit."""
    for one, other in product(_versions(left), _versions(right)):
        if one is not left or other is not right:
            made = build(one, other)
            if isinstance(made, m.Invalid):
                return made
    return build(left, right)


def _versions(e: m.Expression) -> tuple[m.Expression, ...]:
    if not isinstance(e, m.DatedValue):
        return (e,)
    return tuple(replace(x, span=e.span) for x in (e.value, *(x for _, x in e.later)))


def _two(scope: Scope, first: ast.Expression, second: ast.Expression) -> tuple[m.Expression, m.Expression]:
    left = expression(scope, first)
    return left, expression(scope, second, left.type)


def _joined(scope: Scope, node: ast.Binary) -> m.Expression:
    """`a and b and c` is one operation of three; a loop, so that a long chain costs no recursion."""
    operands: list[ast.Expression] = []
    left: ast.Expression = node
    while isinstance(left, ast.Binary) and left.op == node.op:
        operands.append(left.right)
        left = left.left
    operands.append(left)
    operands.reverse()
    args = _alternatives(scope, operands) or tuple(condition(scope, operand) for operand in operands)
    if node.op == "or":
        for operand in operands:
            _report_bare_and(scope, operand)
    return m.Operation(node.op, args, t.BOOLEAN, node.span, node.op_span)


def _alternatives(scope: Scope, operands: Sequence[ast.Expression]) -> tuple[m.Expression, ...]:
    """`country = "US" or "CA"`: values of which only the first is compared, told as one mistake. () where the operands are no such."""
    first, *values = operands
    plain = (ast.Text, ast.Number, ast.Date, ast.DateTime)
    if (
        not isinstance(first, ast.Binary)
        or first.op not in ("=", "!=")
        or not isinstance(first.right, plain)
        or not all(isinstance(value, plain) for value in values)
    ):
        return ()
    words = [scope.words(value.span) for value in (first.right, *values)]
    word = "in" if first.op == "=" else "not in"
    new = f"{scope.words(first.left.span)} {word} {{{', '.join(words)}}}"
    whole, others = first.span.to(values[-1].span), values[0].span.to(values[-1].span)
    scope.report(
        "SLA303",
        others,
        f"`{words[1]}` is compared with nothing: `{first.op}` takes one value",
        label="expected a condition",
        help=f"did you mean `{new}`?",
        fixes=(Fix(f"write `{new}`", (Edit(whole, new),), Safety.NEEDS_A_LOOK),),
    )
    return condition(scope, first), *(m.Invalid(t.BOOLEAN, value.span) for value in values)


def _report_bare_and(scope: Scope, operand: ast.Expression) -> None:
    """`a and b or c`: to many readers `and` and `or` bind alike."""
    if not isinstance(operand, ast.Binary) or operand.op != "and":
        return
    text, span = scope.source.text, operand.span
    if text[: span.start].rstrip().endswith("(") and text[span.end :].lstrip().startswith(")"):
        return
    words = scope.words(span)
    edits = (Edit(Span(span.start, span.start), "("), Edit(Span(span.end, span.end), ")"))
    scope.report(
        "SLA544",
        span,
        f"`and` binds closer than `or`, so this is read as `({words}) or …`",
        help="write the parentheses that are meant",
        fixes=(Fix("write the parentheses as it is read", edits, Safety.SAFE),),
    )


def _compares_kpi(scope: Scope, node: ast.Binary) -> bool:
    """`response_time <= 4 business hours`: a time KPI is asked by its deadline, and this says how."""
    for side, other in ((node.left, node.right), (node.right, node.left)):
        symbol = scope.lookup(side) if isinstance(side, ast.Reference) and side.record is None else None
        if not isinstance(symbol, Symbol) or not isinstance(symbol.node, ast.Kpi):
            continue
        if not isinstance(symbol.node.measure, ast.TimeBetween) or not isinstance(other, ast.Duration):
            continue
        scope.ctx.use(scope.source, side.span, "kpi", symbol.name)
        budget = scope.source.slice(other.span)
        asked = f"{symbol.name} within {budget}"
        late = node.op in {">", ">="} if side is node.left else node.op in {"<", "<="}
        scope.report(
            "SLA307",
            node.op_span,
            f"`{symbol.name}` is asked by its deadline, not compared with `{node.op}`",
            label="expected `within`",
            help=f"write `{asked}`, or in a test `{symbol.name} met`; an answer on Monday to a question of Friday can be "
            "four business hours old and still late",
            fixes=(_within_fix(node.span, f"not ({asked})" if late else asked),),
        )
        return True
    return False


def _within_fix(span: Span, text: str) -> Fix:
    return Fix(f"write `{text}`", (Edit(span, text),), Safety.NEEDS_A_LOOK)


def _between(scope: Scope, node: ast.Between) -> m.Expression:
    value, low = _two(scope, node.value, node.low)
    high = expression(scope, node.high, value.type)
    op = word_span(scope, "between", node.value.span.end, node.low.span.start)
    at = Places(node.span, op)
    above = _by_date(lambda a, b: comparisons.compare(scope, ">=", a, b, at), value, low)
    if isinstance(above, m.Invalid):
        return above
    below = _by_date(lambda a, b: comparisons.compare(scope, "<=", a, b, at), value, high)
    return m.Operation("and", (above, below), t.BOOLEAN, node.span, op)


def _in(scope: Scope, node: ast.In) -> m.Expression:
    value, options = _two(scope, node.value, node.options)
    op = word_span(scope, "not" if node.negated else "in", node.value.span.end, node.options.span.start)
    made = comparisons.one_of(scope, value, options, Places(node.span, op))
    if node.negated and not isinstance(made, m.Invalid):
        return m.Operation("not", (made,), t.BOOLEAN, node.span, op)
    return made


def _presence(scope: Scope, node: ast.Presence) -> m.Expression:
    value = expression(scope, node.value)
    if isinstance(value, m.SetValue):
        scope.report("SLA301", value.span, "a set is always known", help="ask this of a field")
        return m.Invalid(t.BOOLEAN, node.span)
    word = "is known" if node.known else "is missing"
    op = word_span(scope, "is", node.value.span.end, node.span.end)
    return m.Operation(word, (value,), t.BOOLEAN, node.span, Span(op.start, node.span.end))


def _default(scope: Scope, node: ast.Default) -> m.Expression:
    value = expression(scope, node.value)
    other = expression(scope, node.default)
    op = word_span(scope, "else", node.value.span.end, node.default.span.start)
    return arithmetic.default(scope, value, other, Places(node.span, op))


def _set(scope: Scope, node: ast.SetLiteral) -> m.Expression:
    """A set holds values: literals and constants, all of one kind."""
    items: list[m.Literal] = []
    fine = True
    for written in node.items:
        item = expression(scope, written)
        if isinstance(item, m.Literal):
            items.append(item)
            continue
        fine = False
        if not isinstance(item, m.Invalid):
            scope.report(
                "SLA308",
                item.span,
                f"`{scope.words(item.span)}` {comparisons.differs(item)}, and a set holds fixed values",
                help="compare with `or` instead: `a = b or a = c`",
            )
    if not fine or not items:
        return m.Invalid(t.UNKNOWN, node.span)
    for item in items[1:]:
        if not t.comparable(items[0].type, item.type):
            scope.report(
                "SLA301",
                item.span,
                f"a set holds values of one kind: `{scope.words(items[0].span)}` is {items[0].type}, "
                f"but `{scope.words(item.span)}` is {item.type}",
                help=f"write only values that are {items[0].type}",
            )
            return m.Invalid(t.UNKNOWN, node.span)
    return m.SetValue(tuple(items), t.SetOf(items[0].type), node.span)


def _rows(
    scope: Scope, record: ast.Name, bounds: ast.Bounds | None, where: ast.Expression | None, span: Span
) -> tuple[m.Rows | None, Scope]:
    child = child_record(scope, record)
    inside = scope.inside(child.name if child else None)
    made, fine = _bounds(scope, bounds, child)
    narrowed = None if where is None else condition(inside, where)
    if child is None or not fine:
        return None, inside
    if narrowed is not None and inside.beside is not None:
        _check_other_rows(inside, narrowed, child.name)
    beside = scope.record if inside.beside is not None else None
    return m.Rows(child.name, made, narrowed, span, beside), inside


def _check_other_rows(inside: Scope, where: m.Expression, record: str) -> None:
    """`any handoff where handoff.owner = "ana"`: inside a look at other rows of it, the record's name means the row that looks."""
    for e in _single(where):
        named = [x for x in walk_row(e) if not isinstance(x, m.Literal | m.SetValue | m.Operation)]
        own = next((x for x in named if isinstance(x, m.OfAsker) and _field_of(x.value, record)), None)
        if own is not None and all(isinstance(x, m.OfAsker) for x in named):
            name = inside.words(own.span)
            inside.report(
                "SLA631",
                own.span,
                f"`{name}` is of the row that asks: it says nothing of the others",
                label=f"the other row's is `{name.rpartition('.')[2]}`",
                help=f"write `{name.rpartition('.')[2]}`, or ask it outside of the test",
            )


def _single(e: m.Expression) -> Iterator[m.Expression]:
    """The conditions that `and`, `or` and `not` join."""
    if isinstance(e, m.Operation) and e.op in {"and", "or", "not"}:
        for arg in e.args:
            yield from _single(arg)
    else:
        yield e


def _field_of(e: m.Expression, record: str) -> bool:
    return isinstance(e, m.FieldUse) and e.record == record


def _child_test(scope: Scope, node: ast.ChildTest) -> m.Expression:
    rows, _ = _rows(scope, node.record, node.bounds, node.where, node.span)
    if rows is None:
        return m.Invalid(t.BOOLEAN, node.span)
    return m.RowsTest(m.Quantifier(node.quantifier), _how_many(node), rows, t.BOOLEAN, node.span)


def _child_aggregate(scope: Scope, node: ast.ChildAggregate) -> m.Expression:
    rows, inside = _rows(scope, node.record, node.bounds, node.where, node.span)
    value = None if node.value is None else expression(inside, node.value)
    if rows is None:
        return m.Invalid(t.NUMBER if node.value is None else t.UNKNOWN, node.span)
    return _aggregate(scope, node, rows, value)


def _picked(scope: Scope, node: ast.Picked) -> m.Expression:
    """`(status of last status_change …)`."""
    rows, inside = _rows(scope, node.record, node.bounds, node.where, node.span)
    child = None if rows is None else scope.ctx.records[rows.record]
    if child is None or rows is None:
        return m.Invalid(t.UNKNOWN, node.span)
    value = _field_of_row(inside, node.field, child)
    by = None if node.by is None else records.find_field(scope.ctx, scope.source, node.by, child)
    if node.by is not None and by is None:
        return m.Invalid(value.type, node.span)
    order = moments.ordering(scope, child, node.record, node.by, by, node.position)
    if order is None or isinstance(value, m.Invalid):
        return m.Invalid(value.type, node.span)
    position = 0 if node.next else node.position
    made = m.Picked(value, rows, order.name, position, value.type, node.span)
    return made if not node.next or _can_look_ahead(scope, made, child) else m.Invalid(made.type, node.span)


def _can_look_ahead(scope: Scope, e: m.Picked, child: m.Record) -> bool:
    """Whether what is asked of a row that comes later is the same at every instant, and which row it is, its time alone says; reported
    where not."""
    bounds, order = e.rows.bounds, child.fields[e.by]
    asked = (x for part in (e.value, e.rows.where) if part is not None for x in walk(part))
    place, the_next = e.span, f"the next `{child.name}`"
    if (changing := next((x for x in asked if not _never_changes(x)), None)) is not None:
        place = changing.span
        why = f"{the_next} is asked for what it holds from its beginning on, and `{scope.words(place)}` may change later"
        advice = "ask for fields that data fill and that are no times"
    elif isinstance(order.type, t.Date):
        why = f"{the_next} is found by `{e.by}`, a date, and of that day nobody knows what is earlier"
        advice = "put the rows in order by a `time`"
    elif bounds is not None and bounds.moment is None:
        why = f"{the_next} is later than all that is `in the last` so long"
        advice = f"say how far ahead it may be: `within {describe(bounds.duration)} after` a moment"
    elif bounds is not None and child.moment != order:
        why = f"{the_next} is found by `{e.by}`, and its bounds ask for another time of it"
        advice = "leave out the bounds, or `by`"
    else:
        return True
    scope.report("SLA635", place, why, help=advice)
    return False


def _never_changes(e: m.Expression) -> bool:
    """Whether a part of a condition is by itself the same at every instant."""
    match e:
        case m.FieldUse():
            return not t.is_event(e.type)
        case m.Operation(op=op):
            return op != "/"
        case m.Literal() | m.SetValue() | m.OfAsker():
            return True
        case _:
            return False


def _field_of_row(inside: Scope, name: ast.Name, record: m.Record) -> m.Expression:
    """A field of a row that is looked at, declared or derived; not one of the rows around it."""
    derived = (
        inside.ctx.about.get(name.text) == record.name and inside.ctx.symbols[name.text].kind == "derived"
    )
    if name.text in record.fields or derived:
        return references.value(inside, ast.Reference(name, None, name.span))
    records.report_no_field(inside.ctx, inside.source, name, record)
    return m.Invalid(t.UNKNOWN, name.span)


def _of_moments(
    scope: Scope, node: ast.Recent | ast.During | ast.MovedMoment | ast.MomentWithin
) -> m.Expression:
    match node:
        case ast.Recent():
            return _recent(scope, node)
        case ast.During():
            return _during(scope, node)
        case ast.MovedMoment():
            return moved_moments.compared(scope, node)
        case ast.MomentWithin():
            return _moment_within(scope, node)
        case _:
            assert_never(node)


def _recent(scope: Scope, node: ast.Recent) -> m.Expression:
    """`won_at in the last 14 days`."""
    length = budgets.duration(scope, node.duration)
    calendar, resolved = budgets.calendar_of(scope, node.calendar, node.duration)
    moment = moments.moment(scope, node.moment, moments.Takes.PLANS_TOO)
    if moment is None or length is None or not resolved:
        return m.Invalid(t.BOOLEAN, node.span)
    if not budgets.check_from_date(scope, length, node.duration, moment.type):
        return m.Invalid(t.BOOLEAN, node.span)
    made = m.Recent(moment, length, calendar, t.BOOLEAN, node.span)
    words = Span(node.moment.span.end, node.duration.span.start)
    return m.Operation("not", (made,), t.BOOLEAN, node.span, words) if node.negated else made


def _during(scope: Scope, node: ast.During) -> m.Expression:
    """`mql_at during us_hours`."""
    moment = moments.moment(scope, node.moment, moments.Takes.PLANS_TOO)
    calendar = budgets.find_calendar(scope, node.calendar)
    named = ast.Reference(node.calendar, None, node.calendar.span)
    if moment is None or calendar is None or not budgets.is_every_rows(scope, named, calendar):
        return m.Invalid(t.BOOLEAN, node.span)
    if isinstance(moment.type, t.Date):
        scope.report(
            "SLA776",
            moment.span,
            f"`{scope.words(moment.span)}` is a date: it lies in no hours of that day",
            label="expected a `time`",
            help="name a field of the type `time`, or an event",
        )
        return m.Invalid(t.BOOLEAN, node.span)
    return m.During(moment, calendar, t.BOOLEAN, node.span)


def counted_rows(scope: Scope, node: ast.CountedRows) -> m.RowsTest | None:
    """`for each activity where …` as the test whether there is one such row; None where that was reported."""
    rows, _ = _rows(scope, node.record, node.bounds, node.where, node.span)
    return None if rows is None else m.RowsTest(m.Quantifier.AT_LEAST, 1, rows, t.BOOLEAN, node.span)


def _kpi_within(scope: Scope, node: ast.KpiWithin) -> m.Expression:
    """`response_time within 1 business hour`."""
    invalid = m.Invalid(t.BOOLEAN, node.span)
    asked = ast.Reference(node.kpi, None, node.kpi.span)
    up, home = scope.home(asked)
    if up:
        return references.asked_of(scope, _kpi_within(home, node), up)
    symbol = scope.lookup(asked)
    if not isinstance(symbol, Symbol) or not symbol.may_be("kpi"):
        _report_not_a_kpi(scope, node, symbol is None)
        return invalid
    scope.ctx.use(scope.source, node.kpi.span, "kpi", symbol.name)
    kpi = scope.ctx.kpis.get(symbol.name)
    start = kpi.measure.start.type if kpi is not None and isinstance(kpi.measure, m.TimeBetween) else None
    budget = budgets.budget(scope, node.budget, start)
    if kpi is None or budget is None:
        return invalid
    if not isinstance(kpi.measure, m.TimeBetween):
        scope.report(
            "SLA307",
            node.kpi.span,
            f"only a `time from … to …` KPI has a deadline for one row, and `{kpi.name}` has none",
            labels=(scope.label_in(kpi.origin, "declared here"),),
            help="measure how long it takes, `kpi answer = time from … to …`, and ask `answer within 4 hours`",
        )
        return invalid
    if not references.is_visible(scope, asked, symbol):
        return invalid
    if moving.report_moving(scope, node.span, kpi, kpi.measure, "what was true"):
        return invalid
    return m.WithinUse(kpi.name, budget, t.BOOLEAN, node.span)


def _moment_within(scope: Scope, node: ast.MomentWithin) -> m.Expression:
    """`called_at within 2 days after mql_at`: no earlier than that moment, and no later than the duration reaches from it. Backwards is
    asked forwards, so that a month and a business day have their own length."""
    invalid = m.Invalid(t.BOOLEAN, node.span)
    length = node.budget.duration
    named = constants.value_for_good(scope, length) if isinstance(length, ast.Name) else length
    if named is None:
        return invalid
    if not isinstance(named, ast.Duration):
        scope.report(
            "SLA731",
            length.span,
            f"`{scope.words(length.span)}` is no length of time",
            help="a moment lies within a length of time: `let answer_time = 4 business hours`",
        )
        return invalid
    first, last = (node.moment, node.of) if node.before else (node.of, node.moment)
    told = node.moment.span.to(node.budget.span) if node.before else node.budget.span.to(node.of.span)
    reach = ast.MovedMoment(named, node.budget.calendar, False, first, told)
    op = Span(node.moment.span.end, node.of.span.start)
    errors = scope.ctx.errors
    early, late = expression(scope, first, t.TIME), expression(scope, last, t.TIME)
    if isinstance(early, m.Invalid) or isinstance(late, m.Invalid):
        return invalid
    after = comparisons.compare(scope, ">=", late, early, Places(node.span, op))
    if isinstance(after, m.Invalid) or scope.ctx.errors > errors:
        return invalid
    end = moved_moments.compared(scope, reach)
    if isinstance(end, m.Invalid):
        return invalid
    before = comparisons.compare(scope, "<=", late, end, Places(node.span, op))
    return m.Operation("and", (after, before), t.BOOLEAN, node.span, op)


def _report_not_a_kpi(scope: Scope, node: ast.KpiWithin, unknown: bool) -> None:
    kpis = (s.name for s in scope.ctx.symbols.values() if s.kind == "kpi")
    if unknown and scope.is_whole:
        help = f"declare it with `kpi {node.kpi.text} = time from … to …`"
        scope.ctx.report_unknown(
            "SLA201", scope.source, node.kpi, f"there is no KPI `{node.kpi.text}`", kpis, help
        )
    elif not unknown:
        moment, start = scope.lookup(ast.Reference(node.kpi, None, node.kpi.span)), node.budget.calendar
        two = (
            isinstance(moment, FoundField)
            and isinstance(moment.field.type, t.Time | t.Date)
            and start is not None
        )
        advice = (
            "name a `kpi … = time from … to …`, or compare two moments: `won_at within 3 days after mql_at`"
        )
        if two and start is not None:
            length = scope.words(node.budget.duration.span)
            advice = (
                f"to compare two moments: `{node.kpi.text} within {length} after {scope.words(start.span)}`"
            )
        scope.report(
            "SLA204",
            node.kpi.span,
            f"`{node.kpi.text} within …` asks a KPI by its deadline, and `{node.kpi.text}` is not a KPI",
            label="expected a `time from … to …` KPI",
            help=advice,
        )


# ----------------------------------------------------------------------------------------------------------- child rows


def child_record(scope: Scope, name: ast.Name) -> m.Record | None:
    """The record whose rows belong to the row in view, or to one that it belongs to; None when it is not one, which is then reported."""
    child = records.find_record(scope.ctx, scope.source, name, "a record whose rows can be looked at here")
    here = scope.record
    if child is None or here is None or here not in scope.ctx.records:
        return None
    if scope.is_below(child.name, here) or scope.ctx.shared(child.name, here) is not None:
        return child
    if child.name in scope.ctx.rootless or not (scope.ctx.is_whole(child.name) and scope.is_whole):
        return None
    declared = elsewhere(
        scope.ctx.symbols[child.name].source, child.origin.name_span, "declared here", scope.source
    )
    if child.name == here:
        message, advice = (
            f"`{here}` is the row itself, and it belongs to nothing that has other rows of it",
            "ask of rows that belong to it, such as `any call`, or of its own fields, such as `size > 5`",
        )
    elif scope.sees(child.name):
        message = f"{a(here)} belongs to one `{child.name}`, and it to nothing that has other rows of it"
        advice = f"name its fields: `{child.name}.{next(iter(child.fields))}`"
    else:
        message = f"a row of `{here}` has no rows of `{child.name}`"
        advice = f"say that {a(child.name)} belongs to one: `record {child.name} of {here}:`"
    scope.report("SLA431", name.span, message, labels=(declared,), help=advice)
    return None


def _bounds(scope: Scope, node: ast.Bounds | None, child: m.Record | None) -> tuple[m.Bounds | None, bool]:
    """`within 30 days before mql_at`, and whether it is fine (None is, too)."""
    if node is None:
        return None, True
    length = budgets.duration(scope, node.duration)
    calendar, resolved = budgets.calendar_of(scope, None, node.duration)
    moment = None
    if node.moment is not None:
        moment = moments.moment(scope, node.moment, moments.Takes.PLANS_TOO)
    if child is not None and child.moment is None:
        moments.report_no_moment(
            scope, child.name, None, node.span, f"`{scope.words(node.span)}` asks when {a(child.name)} was"
        )
        return None, False
    if length is None or child is None or not resolved or (moment is None) != (node.moment is None):
        return None, False
    if moment is not None and not budgets.check_from_date(scope, length, node.duration, moment.type):
        return None, False
    return m.Bounds(length, node.direction == "before", moment, calendar, node.span), True


def _how_many(node: ast.ChildTest) -> int:
    """The number of `at least 3 activity`; 1 for `any` and 0 for `no`."""
    if node.count is None:
        return 1 if node.quantifier == "any" else 0
    return int(node.count.value)


def _aggregate(
    scope: Scope, node: ast.ChildAggregate, rows: m.Rows, value: m.Expression | None
) -> m.Expression:
    """`(count of R …)`, `(sum of X over R …)`."""
    if value is None:
        return m.RowsValue("count", None, rows, t.NUMBER, node.span)
    if isinstance(value.type, t.Unknown):
        return m.Invalid(t.UNKNOWN, node.span)
    ordered = node.function in {"least", "greatest"} and isinstance(value.type, t.Time | t.Date)
    if not ordered and not isinstance(value.type, t.Number | t.Duration):
        wanted = (
            "numbers, durations, dates or times"
            if node.function in {"least", "greatest"}
            else "numbers or durations"
        )
        scope.report(
            "SLA317",
            value.span,
            f"`{node.function} of` needs {wanted}, but `{scope.words(value.span)}` is {value.type}",
            label=f"expected {wanted}",
            help="name a field of that kind, such as `sum of amount over deal`, or write `count of` for how many rows there are",
        )
        return m.Invalid(t.UNKNOWN, node.span)
    return m.RowsValue(node.function, value, rows, value.type, node.span)
