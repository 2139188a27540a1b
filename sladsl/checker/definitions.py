"""Constants, scores, definitions, events and lifecycles; and routes: where rows of a definition go, the first true case first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from typing import assert_never

from sladsl import model as m
from sladsl import types as t
from sladsl.checker import expressions, moments, moved_moments, moving, records, references
from sladsl.checker.context import Context, Symbol, elsewhere
from sladsl.checker.record_inference import begun_with, record_of
from sladsl.checker.scope import Scope
from sladsl.checker.suggest import a, listed
from sladsl.diagnostics import Label
from sladsl.model.traversal import walk, walk_row
from sladsl.source import Source, Span
from sladsl.syntax import ast


def origin_of(symbol: Symbol, node: ast.Declaration) -> m.Origin:
    return m.Origin(symbol.source.name, node.span, symbol.span)


def label_of(label: ast.Text | None) -> str:
    return label.value if label is not None else ""


# ---------------------------------------------------------------------------------------------------------- constants


def check_let(ctx: Context, symbol: Symbol, node: ast.Let) -> None:
    """A `let` is a constant: a value, a set of values, or another constant; or values that hold from dates on; `of` a record it is a
    field that no data fill."""
    if node.record is not None:
        _check_derived(ctx, symbol, node, node.record)
        return
    value = _constant(ctx, symbol, node.value)
    if node.later:
        value = _dated(
            Scope(ctx, symbol.source, None), value, [(x, _constant(ctx, symbol, x.value)) for x in node.later]
        )
    if isinstance(value, m.Literal | m.SetValue | m.DatedValue | m.Invalid):
        ctx.lets[symbol.name] = m.Let(symbol.name, label_of(node.label), value, origin_of(symbol, node))


def _dated(
    scope: Scope, first: m.Expression, later: Sequence[tuple[ast.DatedValue, m.Expression]]
) -> m.DatedValue | m.Invalid:
    """One value after the other, each of the kind of the first and later than the one before it."""
    invalid = m.Invalid(t.UNKNOWN, first.span)
    before: ast.Date | None = None
    for node, _ in later:
        if before is not None and node.since.value <= before.value:
            scope.report(
                "SLA732",
                node.since.span,
                f"{node.since.value} is not after {before.value}, from which the value before it holds",
                labels=(Label(before.span, "the date before it"),),
                help="the values stand in the order in which they come to hold, each from a date of its own",
            )
            return invalid
        before = node.since
    values: list[m.Literal] = []
    for value in (first, *(value for _, value in later)):
        if isinstance(value, m.Invalid):
            return invalid
        if not isinstance(value, m.Literal):
            scope.report(
                "SLA733",
                value.span,
                f"`{scope.words(value.span)}` is not one fixed value, and what holds from a date on is one",
                help="a value that changes with the date is a number, a percentage, a length of time, a text or a date",
            )
            return invalid
        if values and value.type != values[0].type:
            scope.report(
                "SLA301",
                value.span,
                f"`{scope.words(value.span)}` is {value.type}, and the value before it is {values[0].type}",
                help="what one name stands for is of one kind, whatever the date",
            )
            return invalid
        values.append(value)
    dates = [node.since.value for node, _ in later]
    return m.DatedValue(values[0], tuple(zip(dates, values[1:], strict=True)), values[0].type, first.span)


def _constant(ctx: Context, symbol: Symbol, node: ast.Expression) -> m.Expression:
    scope = Scope(ctx, symbol.source, None)
    wrong = _row_part(ctx, node)
    value: m.Expression = m.Invalid(t.UNKNOWN, node.span)
    if wrong is None:
        value = expressions.expression(scope, node)
    elif isinstance(wrong, ast.Reference) and not _is_anything(ctx, wrong):
        lets = [s.name for s in ctx.symbols.values() if s.kind == "let" and s is not symbol]
        message = f"there is no constant `{wrong.name.text}`"
        ctx.report_unknown(
            "SLA201", symbol.source, wrong.name, message, lets, help="text is written in quotes"
        )
    else:
        scope.report(
            "SLA308",
            wrong.span,
            f"`{symbol.name}` is a constant, and `{scope.words(wrong.span)}` is not a fixed value",
            help=_several(scope, wrong)
            or "what depends on a row is a `define`, a `score`, a `kpi`, or a field that is derived from others, "
            f"`let {symbol.name} of … = …` with the record whose rows have it",
        )
    return value


def _several(scope: Scope, node: ast.Expression) -> str:
    """What to write for values that are joined by `or`; "" where it is something else."""
    values, left = [], node
    while isinstance(left, ast.Binary) and left.op in ("or", "and"):
        values.append(left.right)
        left = left.left
    values.append(left)
    if len(values) < 2 or not all(isinstance(value, ast.Text | ast.Number | ast.Date) for value in values):
        return ""
    return (
        f"several values are a set: `{{{', '.join(scope.words(value.span) for value in reversed(values))}}}`"
    )


def _check_derived(ctx: Context, symbol: Symbol, node: ast.Let, of: ast.Name) -> None:
    record = records.find_record(ctx, symbol.source, of, "the record that has it")
    scope = Scope(ctx, symbol.source, record.name if record else None)
    if node.later:
        scope.report(
            "SLA735",
            node.later[0].span,
            f"`{symbol.name}` is a field, and a field of its rows cannot change with the date by itself yet",
            help="declare the values as a constant, and ask for it here by its name",
        )
        return
    value = expressions.expression(scope, node.value)
    if record is None or isinstance(value.type, t.Unknown):
        return
    if isinstance(value, m.SetValue):
        scope.report(
            "SLA301",
            value.span,
            "a field has one value, and this is a set",
            help="leave out `of`: a set is a constant",
        )
        return
    kept = next((x for x in walk(value) if references.is_kept_for_its_own_rows(ctx, x)), None)
    if kept is not None:
        scope.report(
            "SLA633",
            kept.span,
            f"`{scope.words(kept.span)}` is kept for moments of its own rows, and `{symbol.name}` is read at any",
            help="ask for the fields that it is made of, or for a definition with `since`",
        )
        return
    ctx.derived[symbol.name] = m.Derived(
        symbol.name, label_of(node.label), record.name, value, value.type, origin_of(symbol, node)
    )


def _row_part(ctx: Context, node: ast.Expression) -> ast.Expression | None:
    """What in an expression is no constant."""
    match node:
        case ast.Reference():
            symbol = ctx.symbols.get(node.name.text)
            constant = symbol is not None and (symbol.kind == "let" or symbol.node is None)
            return None if constant and node.record is None else node
        case ast.SetLiteral():
            return next((s for item in node.items if (s := _row_part(ctx, item)) is not None), None)
        case ast.Unary(op="-"):
            return _row_part(ctx, node.operand)
        case (
            ast.Text() | ast.Number() | ast.Percent() | ast.Boolean() | ast.Date() | ast.DateTime()
            | ast.TimeOfDay() | ast.Duration()
        ):  # fmt: skip
            return None
        case _:
            return node


# ------------------------------------------------------------------------------------------------ scores, definitions


def check_score(ctx: Context, symbol: Symbol, node: ast.Score) -> None:
    record = records.find_record(ctx, symbol.source, node.record, "the record it scores")
    scope = Scope(ctx, symbol.source, record.name if record else None)
    clauses: list[m.ScoreClause] = []
    whole = True
    for clause in node.clauses:
        if isinstance(clause.when, ast.CountedRows):
            counted = [*_for_each_row(scope, clause, clause.when)]
            whole = whole and bool(counted)
            clauses += counted
            continue
        when = expressions.condition(scope, clause.when)
        points = -clause.points.value if clause.subtract else clause.points.value
        clauses.append(m.ScoreClause(points, when, clause.span))
    if record is not None and whole:
        ctx.scores[symbol.name] = m.Score(
            symbol.name, label_of(node.label), record.name, tuple(clauses), origin_of(symbol, node)
        )


MOST_ROWS_OF_A_SCORE = 50
"""Each row up to the one with which the most points are reached is a clause of its own."""


def _for_each_row(scope: Scope, clause: ast.ScoreClause, counted: ast.CountedRows) -> Iterator[m.ScoreClause]:
    """`add 5 for each activity … at most 30`: five points when there is one such row, five more when there are two, and so on."""
    first = expressions.counted_rows(scope, counted)
    each, most = clause.points.value, None if counted.most is None else counted.most.value
    if most is None or each <= 0 or not each <= most <= each * MOST_ROWS_OF_A_SCORE:
        _report_most(scope, counted, each, most)
        return
    left, number = most, 0
    while first is not None and left > 0:
        points, number = min(each, left), number + 1
        left -= points
        when = replace(first, count=number)
        yield m.ScoreClause(-points if clause.subtract else points, when, clause.span, number, most)


def _report_most(scope: Scope, counted: ast.CountedRows, each: Decimal, most: Decimal | None) -> None:
    written = scope.words(counted.span)
    if counted.most is None:
        advice = f"say how many points they make at most: `{written} at most {each * 6 or 30}`"
        scope.report("SLA775", counted.span, f"`{written}` has no end", help=advice)
        return
    if each <= 0 or most is None or most < each:
        message, advice = (
            f"not one row makes {most} points of {each} each",
            "give the most points for at least one row",
        )
    else:
        message = f"these are points for more than {MOST_ROWS_OF_A_SCORE} rows"
        advice = f"at most {each * MOST_ROWS_OF_A_SCORE} points of {each} each can be given; give more for each row, or fewer in all"
    scope.report("SLA775", counted.most.span, message, help=advice)


def check_define(ctx: Context, symbol: Symbol, node: ast.Define) -> None:
    """A definition: its base, its own condition, its own moment, and from these the moment at which rows enter."""
    made = _definition(ctx, symbol, node)
    if made is None:
        return
    later = [x for x in ctx.versions.get(symbol.name, ()) if x[1] is not node]
    ctx.definitions[symbol.name] = made
    if later:
        ctx.definitions[symbol.name] = _with_versions(ctx, symbol, made, later)


def _definition(ctx: Context, symbol: Symbol, node: ast.Define) -> m.Definition | None:
    """What one text of it says; None where it is about nothing, which is reported."""
    population = find_population(ctx, symbol.source, node.base)
    record, base = population if population is not None else (None, None)
    scope = Scope(ctx, symbol.source, record)
    when = None if node.when is None else expressions.condition(scope, node.when)
    based = base is not None and ctx.definitions[base].entry_type is not None
    since = None if node.since is None else moments.moment(scope, node.since, started=based)
    if since is not None:
        moving.check_since(scope, since)
    if record is None:
        return None
    broken = node.since is not None and since is None
    return m.Definition(
        symbol.name,
        label_of(node.label),
        record,
        base,
        when,
        since,
        t.UNKNOWN if broken else _entry_type(ctx, record, base, since),
        origin_of(symbol, node),
    )


def _with_versions(
    ctx: Context, symbol: Symbol, first: m.Definition, later: Sequence[tuple[Source, ast.Define]]
) -> m.Definition:
    """A definition with the conditions that hold for rows that enter from dates on. Which one a row falls under its entry says, so all of
    them count from one moment."""
    held: list[tuple[dt.date, m.Expression]] = []
    before: ast.Date | None = None
    for source, node in sorted(later, key=lambda x: (x[1].since_date.value, x[1].span)):  # type: ignore[union-attr]
        assert node.since_date is not None
        ctx.use(source, node.name.span, "define", symbol.name)
        scope = Scope(ctx, source, first.record)
        version = _definition(ctx, replace(symbol, source=source, span=node.name.span, node=node), node)
        if version is None or not _is_beside(scope, symbol, node, before):
            continue
        before = node.since_date
        if _follows(scope, first, version, node):
            held.append((node.since_date.value, _asked(version)))
    if held and first.entry_type is None:
        scope = Scope(ctx, symbol.source, first.record)
        why = f"a row falls under the version of `{first.name}` that holds when it enters"
        moments.report_no_moment(scope, first.record, first.name, symbol.span, why)
    if not held or first.entry_type is None:
        return first
    value = _asked(first)
    return replace(first, when=m.ByDate(value, tuple(held), t.BOOLEAN, value.span))


def _asked(d: m.Definition) -> m.Expression:
    """What a text asks of a row: its condition, or, where it has none, that its moment is known."""
    if d.when is not None:
        return d.when
    if d.since is None:
        return m.Literal(True, t.BOOLEAN, d.origin.name_span)
    return m.Operation("is known", (d.since,), t.BOOLEAN, d.since.span, d.since.span)


def _is_beside(scope: Scope, symbol: Symbol, node: ast.Define, before: ast.Date | None) -> bool:
    """Whether a version stands beside the first text, and begins at a date of its own; reported where not."""
    assert node.since_date is not None
    name = symbol.name
    if scope.source is not symbol.source:
        scope.report(
            "SLA736",
            node.name.span,
            f"this version of `{name}` stands in another file than the text that it follows",
            labels=(elsewhere(symbol.source, symbol.span, "the first text", scope.source),),
            help="write it below that one: what was true before stays, and both are read together",
        )
        return False
    if before is not None and before.value == node.since_date.value:
        scope.report(
            "SLA736",
            node.since_date.span,
            f"two versions of `{name}` hold from {before.value} on",
            labels=(Label(before.span, "the other one"),),
            help="keep one of them, or let the later one begin at a date of its own",
        )
        return False
    return True


def _follows(scope: Scope, first: m.Definition, version: m.Definition, node: ast.Define) -> bool:
    """Whether a version is about the same rows, counted from the same moment, under the same label; reported where it is not."""
    name = first.name
    if (version.record, version.base) != (first.record, first.base):
        what, span = f"a version of `{name}` is about other rows than the first text", node.base.span
        advice = f"a version changes the condition: begin it with `{first.base or first.record}`"
    elif not _same(version.since, first.since):
        span = node.name.span if node.since is None else node.since.span
        what = f"a version of `{name}` counts from another moment than the first text"
        advice = "write the same `since` here as there: where the moment changes too, a row would enter twice, or never"
    elif version.label not in {"", first.label} and node.label is not None:
        what, span = f"`{name}` has another label here", node.label.span
        advice = "one name has one label: leave it out here"
    else:
        return True
    advice += (
        ""
        if span == (node.label and node.label.span)
        else f"; or give what holds from then on a name of its own: `define {name}_2: …`"
    )
    scope.report("SLA736", span, what, labels=(scope.label_in(first.origin, "the first text"),), help=advice)
    return False


def _same(one: object, other: object) -> bool:
    """Whether two trees say the same, wherever they stand."""
    if type(one) is not type(other) or not is_dataclass(one):
        return one == other
    names = (x.name for x in fields(one) if x.name != "span")
    return all(_same(getattr(one, x), getattr(other, x)) for x in names)


def _entry_type(ctx: Context, record: str, base: str | None, since: m.Moment | None) -> t.Type | None:
    """The later of its own moment and its base's; where one of them is a date, the entry is a date."""
    inherited = moments.entry_type(ctx, record, base) if base is not None or since is None else None
    if since is None or inherited is None:
        return since.type if since is not None else inherited
    return t.DATE if isinstance(inherited, t.Date) else since.type


def find_population(ctx: Context, source: Source, name: ast.Name) -> tuple[str, str | None] | None:
    """The record and, where it is one, the definition that a population's name means; None when it is reported, here or before."""
    symbol = ctx.symbols.get(name.text)
    if symbol is None:
        known = (s.name for s in ctx.symbols.values() if s.kind in {"record", "spell", "define"})
        ctx.report_unknown(
            "SLA201",
            source,
            name,
            f"there is no record or definition `{name.text}`",
            known,
            help=f"declare it with `define {name.text}: … when …`",
        )
        return None
    ctx.use(source, name.span, symbol.kind, name.text)
    if not symbol.may_be("record", "define"):
        ctx.report(
            "SLA204",
            source,
            name.span,
            f"`{name.text}` is {symbol.words}, not rows that can be counted",
            label="expected a record or a definition",
            labels=[elsewhere(symbol.source, symbol.span, "declared here", source)],
            help="write the name of a record, or of a definition, which `define …: … when …` declares",
        )
        return None
    if symbol.kind in {"record", "spell"}:
        return (name.text, None) if name.text in ctx.records else None
    known_definition = ctx.definitions.get(name.text)
    return None if known_definition is None else (known_definition.record, name.text)


# -------------------------------------------------------------------------------------------------- events, lifecycles


def check_event(ctx: Context, symbol: Symbol, node: ast.Event) -> None:
    scope = Scope(ctx, symbol.source, ctx.about.get(symbol.name))
    match node.pick:
        case ast.NthRow():
            made: tuple[m.NthRow | m.OneOfSeveral, t.Type] | None = _nth_row(scope, symbol, node.pick)
        case ast.OneOfSeveral():
            made = _one_of(scope, node.pick)
        case _:
            assert_never(node.pick)
    if made is not None and scope.record is not None:
        pick, type = made
        ctx.events[symbol.name] = m.Event(
            symbol.name, label_of(node.label), scope.record, pick, type, origin_of(symbol, node)
        )


def _place(node: ast.NthRow) -> str:
    """`first`, `next`, `last`, or where it is another an example."""
    return "next" if node.next else {1: "first", -1: "last"}.get(node.position, "first")


def _as_a_value(ctx: Context, word: str) -> str:
    """`touch where channel = "call"`, for the word `call`, where one field has it among its values."""
    having = [
        (record.name, field.name)
        for record in ctx.records.values()
        if record.link is not None
        for field in record.fields.values()
        if isinstance(field.type, t.OneOf) and word in field.type.values
    ]
    return (
        f'{having[0][0]} where {having[0][1]} = "{word}"'
        if len(having) == 1 and word not in ctx.symbols
        else ""
    )


def _nth_row(scope: Scope, symbol: Symbol, node: ast.NthRow) -> tuple[m.NthRow, t.Type] | None:
    valued = _as_a_value(scope.ctx, node.record.text)
    instead = f"`{node.record.text}` is a value: write `{_place(node)} {valued}`" if valued else ""
    role = "a record whose rows happen to another"
    child = records.find_record(scope.ctx, scope.source, node.record, role, instead)
    by = (
        None
        if child is None or node.by is None
        else records.find_field(scope.ctx, scope.source, node.by, child)
    )
    where = None
    if node.where is not None:
        inside = replace(scope.inside(child.name if child else None), at=child.name if child else None)
        where = expressions.condition(inside, node.where)
    if child is None or (node.by is not None and by is None):
        return None
    if child.link is None:
        if child.name not in scope.ctx.rootless:
            scope.report(
                "SLA431",
                node.record.span,
                f"an event happens to a row of another record, and {a(child.name)} belongs to none",
                help=f"say which record it belongs to: `record {child.name} of …:`",
            )
        return None
    ordering = moments.ordering(scope, child, node.record, node.by, by, node.position)
    if ordering is None:
        return None
    if where is not None and _asks_a_score(scope, node, where):
        return None
    return m.NthRow(node.position, child.name, ordering.name, where, node.next), ordering.type


def _asks_a_score(scope: Scope, node: ast.NthRow, where: m.Expression) -> bool:
    """A score is counted once a row, as things stood at its own entry; an event's rows each have a moment of their own."""
    e = next((x for x in walk_row(where) if isinstance(x, m.ScoreUse)), None)
    if e is not None:
        scope.report(
            "SLA439",
            e.span,
            f"`{e.score}` cannot decide which rows of `{node.record.text}` count",
            label="a score is not kept for every moment",
            help="ask for the fields that the score is made of, or narrow the KPI's population with `where`",
        )
    return e is not None


def _one_of(scope: Scope, node: ast.OneOfSeveral) -> tuple[m.OneOfSeveral, t.Type] | None:
    record = only_record(scope, node.references, node.span, record_of(scope.ctx, node.references))
    if record is None:
        return None
    inside = scope.of(record)
    parts = [_part(inside, x, node.latest) for x in node.moments]
    known = [f for f in parts if f is not None]
    if len(known) < len(parts):
        return None
    for other in known[1:]:
        if other.type != known[0].type:
            scope.report(
                "SLA301",
                other.span,
                f"`{scope.words(known[0].span)}` is {known[0].type}, but `{scope.words(other.span)}` is {other.type}",
                label=f"which of a date and a time is {'later' if node.latest else 'earlier'} cannot be said",
                help=f"`{'last' if node.latest else 'first'} of` takes moments of one kind",
            )
            return None
    return m.OneOfSeveral(tuple(known), node.latest), known[0].type


def _part(
    scope: Scope, node: ast.Reference | ast.MovedMoment, latest: bool
) -> m.Moment | m.MovedMoment | None:
    if isinstance(node, ast.MovedMoment):
        return moved_moments.moved(scope, node)
    part = moments.moment(scope, node)
    if part is not None and latest and not moved_moments.is_settled(scope, part, "the latest of several"):
        return None
    return part


def only_record(
    scope: Scope, references: tuple[ast.Reference, ...], span: Span, candidates: list[str]
) -> str | None:
    """The one record that these moments are of, of the `candidates`; reported where several records have such fields, or none has."""
    references = tuple(begun_with(scope.ctx, r) for r in references)
    bare = [r for r in references if r.record is None and r.name.text not in scope.ctx.symbols]
    whole = [r for r in candidates if all(ref.name.text in scope.ctx.records[r].fields for ref in bare)]
    if len(candidates) == 1:
        return candidates[0]
    if len(whole) > 1 and bare:
        name = bare[0].name.text
        scope.report(
            "SLA213",
            bare[0].span,
            f"`{name}` is a field of {listed([f'`{r}`' for r in whole], 'and')}: which one is meant?",
            help=f"say it with its record: `{whole[0]}.{name}`",
        )
        return None
    for ref in references:
        if (
            ref.record is not None
            and records.find_record(scope.ctx, scope.source, ref.record, "a record") is None
        ):
            return None
        if not _is_anything(scope.ctx, ref):
            names = dict.fromkeys(f for r in scope.ctx.records.values() for f in r.fields)
            known = [*names, *(s.name for s in scope.ctx.symbols.values() if s.kind in {"define", "event"})]
            message = f"`{ref.name.text}` is not a field of any record, and nothing of that name is declared"
            help = f"declare it as a field of the type `time`, or with `event {ref.name.text}: …`"
            scope.ctx.report_unknown("SLA201", scope.source, ref.name, message, known, help)
            return None
    if candidates:
        scope.report(
            "SLA208",
            span,
            f"`{scope.words(span)}` takes moments of one row, and no record has all of these",
            help="name fields of one record, or declare a moment of other rows as an event: `event first_call: first call`",
        )
    return None


def _is_anything(ctx: Context, ref: ast.Reference) -> bool:
    """Whether a name is declared or a field somewhere, or could be one of a record that was not read."""
    if ref.record is not None or ref.name.text in ctx.symbols:
        return True
    return ctx.misses_a_record or any(ref.name.text in r.fields for r in ctx.records.values())


def check_lifecycle(ctx: Context, source: Source, node: ast.Lifecycle) -> None:
    """`lifecycle lead: MQL -> SAL`: steps that are definitions over the record."""
    record = records.find_record(ctx, source, node.record, "the record whose rows go through it")
    steps: list[str] = []
    for step in node.steps:
        symbol = ctx.symbols.get(step.text)
        population = find_population(ctx, source, step)
        if population is None:
            continue
        if population[1] is None and symbol is not None:
            ctx.report(
                "SLA204",
                source,
                step.span,
                f"`{step.text}` is {symbol.words}, not a step",
                label="expected a definition",
                help=f"give the step a name with `define …: {step.text} since …`, and write that name",
            )
        elif record is not None and population[0] != record.name:
            ctx.report(
                "SLA208",
                source,
                step.span,
                f"`{step.text}` is about rows of `{population[0]}`, and this lifecycle is of `{record.name}`",
                help=f"write definitions of `{record.name}` alone, or begin `lifecycle {population[0]}:` for the others",
            )
        elif step.text in steps:
            ctx.report("SLA202", source, step.span, f"`{step.text}` is a step twice", help="drop one of them")
        else:
            steps.append(step.text)
    if record is not None:
        origin = m.Origin(source.name, node.span, node.record.span)
        ctx.lifecycles.append(m.Lifecycle(record.name, tuple(steps), origin))


# --------------------------------------------------------------------------------------------------------------- routes


def check_route(ctx: Context, source: Source, node: ast.Route) -> None:
    """`route MQL:` and its cases."""
    population = find_population(ctx, source, node.definition)
    scope = Scope(ctx, source, population[0] if population is not None else None)
    for c in node.cases:
        ctx.use_text(source, c.destination.span, "destination", c.destination.value, node.definition.text)
    cases = tuple(
        m.RouteCase(
            c.destination.value, None if c.when is None else expressions.condition(scope, c.when), c.span
        )
        for c in node.cases
    )
    if population is None:
        return
    if population[1] is None:
        scope.report(
            "SLA204",
            node.definition.span,
            f"`{node.definition.text}` is a record, and a route is for rows of a definition",
            label="expected a definition",
            help=f"define the rows that are routed: `define …: {node.definition.text} when …`",
        )
        return
    first = next((r for r in ctx.routes if r.definition == population[1]), None)
    if first is not None:
        scope.report(
            "SLA202",
            node.definition.span,
            f"there are two routes for `{population[1]}`",
            labels=(scope.label_in(first.origin, "the first one"),),
            help="put their cases into one route: the first true case applies",
        )
        return
    ctx.routes.append(m.Route(population[1], cases, m.Origin(source.name, node.span, node.definition.span)))


# --------------------------------------------------------------------------------------------------------------- nevers


def check_never(ctx: Context, source: Source, node: ast.Never) -> None:
    """`never "a private address is an MQL": MQL when …`: rows that have a moment, at which the condition is read."""
    population = find_population(ctx, source, node.rows.name)
    scope = Scope(ctx, source, population[0] if population is not None else None)
    assert node.rows.where is not None, "the grammar asks for a condition"
    when = expressions.condition(scope, node.rows.where)
    if not node.label.value.strip():
        scope.report("SLA790", node.label.span, "it is not said what never is", help='write it: `never "…":`')
        return
    first = next((x for x in ctx.nevers if x.label == node.label.value), None)
    if first is not None:
        scope.report(
            "SLA202",
            node.label.span,
            f'"{node.label.value}" is said twice, and rows are listed by it',
            labels=(scope.label_in(first.origin, "the first one"),),
            help="say what is different, or join the conditions with `or`",
        )
        return
    if population is None:
        return
    record, definition = population
    if moments.entry_type(ctx, record, definition) is None:
        why = "it is not known when the condition is to be read"
        moments.report_no_moment(scope, record, definition, node.rows.name.span, why)
        return
    origin = m.Origin(source.name, node.span, node.label.span)
    ctx.nevers.append(m.Never(node.label.value, record, definition, when, origin))
