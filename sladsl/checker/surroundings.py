"""What surrounds an agreement. Its sources: which column fills which field, and what its values mean. Its tests: rows that fit their
records, and expectations that can be asked of them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import assert_never

from sladsl import model as m
from sladsl import types as t
from sladsl.calendars import Duration
from sladsl.checker import commitments, definitions, expressions, literals, records
from sladsl.checker.clauses import checked
from sladsl.checker.context import Context, elsewhere
from sladsl.checker.scope import Scope
from sladsl.checker.suggest import a, listed, quoted
from sladsl.diagnostics import Label
from sladsl.formats import DURATION_UNITS
from sladsl.source import Source, Span
from sladsl.syntax import ast

_MICROSECOND = 1_000_000


def check_source(
    ctx: Context, source: Source, node: ast.DataSource, first: dict[str, tuple[Source, Span]]
) -> None:
    """Type one source; `first` holds the places of the sources seen so far, whose names are their own name space."""
    _check_name(ctx, source, node, first)
    record = records.find_record(ctx, source, node.record, "the record whose rows it holds")
    if record is not None and given_by_no_source(ctx, source, node.record, "fill"):
        return
    mappings = _mappings(ctx, source, node, record)
    if record is None:
        return
    clauses = tuple(checked(Scope(ctx, source, None), ctx.language.source, record, node.clauses))
    ctx.sources.append(
        m.DataSource(
            node.name.text,
            record.name,
            node.location.value,
            node.newest,
            mappings,
            clauses,
            next((clause.state for clause in clauses if clause.state is not None), None),
            m.Origin(source.name, node.span, node.name.span),
        )
    )


def given_by_no_source(ctx: Context, source: Source, name: ast.Name, word: str) -> bool:
    """Whether a record's rows are made, and nobody can `word` them; then it is reported."""
    symbol = ctx.symbols[name.text]
    if symbol.kind != "spell":
        return False
    of = symbol.node.record.text if isinstance(symbol.node, ast.Spell) else "record"
    ctx.report(
        "SLA653",
        source,
        name.span,
        f"nobody can {word} rows of `{name.text}`: a spell is made of what is known of its `{of}`",
        labels=[elsewhere(symbol.source, symbol.span, "declared here", source)],
        help="take it out: it begins and ends by itself",
    )
    return True


def _check_name(
    ctx: Context, source: Source, node: ast.DataSource, first: dict[str, tuple[Source, Span]]
) -> None:
    known = first.setdefault(node.name.text, (source, node.name.span))
    if known != (source, node.name.span):
        ctx.report(
            "SLA202",
            source,
            node.name.span,
            f"there are two sources called `{node.name.text}`",
            labels=[elsewhere(known[0], known[1], "the first one", source)],
            help="several sources may fill one record, each under a name of its own",
        )


def _mappings(
    ctx: Context, source: Source, node: ast.DataSource, record: m.Record | None
) -> tuple[m.FieldMapping, ...]:
    first: dict[str, Span] = {}
    mappings: list[m.FieldMapping] = []
    for mapping in node.mappings:
        name = mapping.field.text
        if name in first:
            ctx.report(
                "SLA601",
                source,
                mapping.field.span,
                f"`{name}` is filled twice in this source",
                labels=[Label(first[name], "filled here already")],
                help="one column fills a field; rows of another file come from a source of their own",
            )
            continue
        first[name] = mapping.field.span
        field = None if record is None else records.find_field(ctx, source, mapping.field, record)
        if field is not None:
            mappings.append(_mapping(Scope(ctx, source, None), mapping, field))
    return tuple(mappings)


def _mapping(scope: Scope, node: ast.Mapping, field: m.Field) -> m.FieldMapping:
    match node.value:
        case ast.Column():
            return _column(scope, node, node.value, field)
        case ast.Always():
            value = _fitting(scope, node.value.value, field)
            constant = None if value is None else raw(value)
            return m.FieldMapping(field.name, None, constant, None, (), None, node.span)
        case _:
            assert_never(node.value)


def _column(scope: Scope, node: ast.Mapping, column: ast.Column, field: m.Field) -> m.FieldMapping:
    translations: dict[str, tuple[str, Span]] = {}
    for translation in column.translations:
        value = _fitting(scope, translation.meaning, field)
        word = translation.raw.value
        if word in translations:
            scope.report(
                "SLA604",
                translation.raw.span,
                f'"{word}" is given a meaning twice',
                labels=(Label(translations[word][1], "the first one"),),
                help="leave one of the two out",
            )
        elif value is not None:
            translations[word] = (raw(value), translation.raw.span)
    if column.at is not None and not isinstance(field.type, t.Time | t.Unknown):
        _report_no_time(
            scope, column.at.span, field, "at", "`at 09:00` says the hour of a date in a `time` field"
        )
    if column.format is not None:
        _check_format(scope, column.format, field)
    return m.FieldMapping(
        field.name,
        column.name.value,
        None,
        column.format.value if column.format else None,
        tuple((word, meaning) for word, (meaning, _) in translations.items()),
        column.at.seconds * _MICROSECOND if column.at else None,
        node.span,
    )


def _check_format(scope: Scope, format: ast.Text, field: m.Field) -> None:
    match field.type:
        case t.Time() | t.Date():
            literals.check_time_format(scope, format)
        case t.Number():
            why = 'how numbers are written is said of the whole source: `numbers "1,234.56"`'
            _report_no_time(scope, format.span, field, "as", why)
        case t.Duration():
            if format.value not in DURATION_UNITS:
                units = ", ".join(f'`as "{unit}"`' for unit in DURATION_UNITS)
                help = f"a length of time that is written as a number has a unit: {units}"
                scope.report("SLA605", format.span, f'"{format.value}" is no unit of time', help=help)
        case t.Unknown():
            pass
        case _:
            why = "`as` says how dates, times or durations are written"
            _report_no_time(scope, format.span, field, "as", why)


def _report_no_time(scope: Scope, span: Span, field: m.Field, word: str, why: str) -> None:
    scope.report(
        "SLA603", span, f"`{field.name}` is {field.type}, and `{word}` does not apply to it", help=why
    )


def _fitting(scope: Scope, node: ast.Literals, field: m.Field) -> m.Literal | None:
    """A value of the field's own type; None when it does not fit, which is then reported."""
    value = literals.literal(scope, node)
    if isinstance(value, m.Invalid) or not literals.check_fits(
        scope, "SLA602", f"`{field.name}`", field.type, value
    ):
        return None
    return value


def raw(value: m.Literal) -> str:
    """A value as data write it, so that a constant is read by the same rules as a cell."""
    match value.value:
        case bool():
            return "true" if value.value else "false"
        case str():
            return value.value
        case Decimal():
            return f"{value.value:f}"
        case dt.datetime():
            return value.value.isoformat(sep=" ")
        case dt.date():
            return value.value.isoformat()
        case Duration():
            return _iso_duration(value.value)
        case _:
            assert_never(value.value)


def _iso_duration(length: Duration) -> str:
    days = {"day": 1, "week": 7}.get(length.unit)
    return f"P{length.amount * days}D" if days is not None else f"PT{length.amount // _MICROSECOND}S"


# ---------------------------------------------------------------------------------------------------------------- tests


Expected = m.ExpectCondition | m.ExpectVerdict | m.ExpectRoute


def check_test(ctx: Context, source: Source, node: ast.Test) -> None:
    """One test: the row it is about, the rows that belong to it, and what is expected of them."""
    given = [_given(ctx, source, g) for g in node.given]
    root = _root(ctx, source, node)
    scope = Scope(ctx, source, root)
    expected = tuple(e for x in node.expectations if (e := _expectation(scope, x, node)) is not None)
    ctx.tests.append(
        m.Test(
            node.label.value,
            root,
            tuple(g for g in given if g is not None),
            node.as_of.value if node.as_of is not None else None,
            expected,
            m.Origin(source.name, node.span, node.label.span),
        )
    )


def _given(ctx: Context, source: Source, node: ast.Given) -> m.Given | None:
    record = records.find_record(ctx, source, node.record, "the record that the row is of")
    if record is not None and given_by_no_source(ctx, source, node.record, "give"):
        return None
    scope = Scope(ctx, source, None)
    first: dict[str, Span] = {}
    values: list[tuple[str, m.Literal]] = []
    for written in node.values:
        name = written.field.text
        value = literals.literal(scope, written.value)
        if name in first:
            ctx.report(
                "SLA706",
                source,
                written.field.span,
                f"`{name}` is given twice",
                labels=[Label(first[name], "given here already")],
                help="leave one of the two out; a second row is given on a line of its own",
            )
            continue
        first[name] = written.field.span
        field = None if record is None else records.find_field(ctx, source, written.field, record)
        if field is None or isinstance(value, m.Invalid):
            continue
        if literals.check_fits(scope, "SLA701", f"`{name}`", field.type, value):
            values.append((name, value))
    return None if record is None else m.Given(record.name, tuple(values), node.span)


def _root(ctx: Context, source: Source, node: ast.Test) -> str | None:
    """The record of the row that a test is about: the one all other given rows belong to or are named by, given once."""
    plain = {r.name for r in ctx.records.values() if ctx.symbols[r.name].kind == "record"}
    names = [g.record for g in node.given if g.record.text in plain]
    if len(names) < len(node.given):
        return None
    if not names:
        return _only_root(ctx)
    tops = [n for n in names if not any(o.text != n.text and ctx.is_within(n.text, o.text) for o in names)]
    root = min(tops, key=lambda top: len(_others(ctx, top, tops)))
    for other in _others(ctx, root, tops):
        if other.text == root.text:
            message = f"a test is about one `{root.text}`, and this one gives two"
            advice = "write a second test for the other"
        else:
            message = f"a test is about one row, and {a(other.text)} does not belong to {a(root.text)}"
            advice = f"give rows of one record, and of those that belong to it: `record {other.text} of {root.text}:`"
        link = ctx.records[root.text].link
        if other.text == root.text and link is not None:
            advice = f"give the `{link.parent}` that both belong to"
        ctx.report(
            "SLA702", source, other.span, message, labels=[Label(root.span, "the first row")], help=advice
        )
        return None
    return root.text


def _others(ctx: Context, root: ast.Name, tops: list[ast.Name]) -> list[ast.Name]:
    """The rows that neither belong to a row of `root` nor are named by its key there."""
    named: set[str] = set()
    waiting = [root.text]
    while waiting:
        above = waiting.pop()
        seen = [r for r in ctx.records.values() if ctx.is_within(r.name, above)]
        keys = {f.type.key_of for r in seen for f in r.fields.values() if isinstance(f.type, t.Text)}
        new = (keys & ctx.records.keys()) - named
        named |= new
        waiting += new
    return [n for n in tops if n is not root and n.text not in named]


def _only_root(ctx: Context) -> str | None:
    """Where nothing is given: the one record that belongs to none."""
    tops = [r.name for r in ctx.records.values() if r.link is None]
    return tops[0] if len(tops) == 1 else None


def _expectation(scope: Scope, node: ast.Expectation, of: ast.Test) -> Expected | None:
    match node:
        case ast.ExpectCondition():
            condition = expressions.condition(scope, node.condition)
            return None if isinstance(condition, m.Invalid) else m.ExpectCondition(condition, node.span)
        case ast.ExpectVerdict():
            return _verdict(scope, node, of)
        case ast.ExpectRoute():
            return _route(scope, node)
        case _:
            assert_never(node)


def _verdict(scope: Scope, node: ast.ExpectVerdict, of: ast.Test) -> m.ExpectVerdict | None:
    kpi = commitments.find_kpi(scope, node.kpi)
    named = (
        None
        if node.population is None
        else definitions.find_population(scope.ctx, scope.source, node.population)
    )
    if kpi is None or (node.population is not None and named is None):
        return None
    population = named[1] if named is not None else None
    if named is not None and kpi.record != named[0]:
        what = node.population.text if node.population is not None else ""
        scope.report(
            "SLA208",
            node.kpi.span,
            f"`{kpi.name}` is about rows of `{kpi.record}`, not of `{what}`",
            help=f"give a row of `{kpi.record}` in this test, or expect a KPI about `{what}`",
        )
        return None
    if population == kpi.definition:
        population = None
    of_kpi = [c for c in scope.ctx.commitments if c.kpi == kpi.name]
    commitment = next((c for c in of_kpi if c.population == population), None)
    if commitment is None and population is None and node.number is not None and len(of_kpi) == 1:
        # `turn 2` names a row, whatever else the one promise about it asks of turns.
        commitment = of_kpi[0]
    if commitment is None:
        _report_no_commitment(scope, node, kpi, of_kpi)
        return None
    if not _has_row_outcomes(kpi):
        scope.report(
            "SLA704",
            node.kpi.span,
            f"a single row is not {node.verdict}: `{kpi.name}` is counted over many",
            labels=(scope.label_in(kpi.origin, "declared here"),),
            help="`met`, `missed` and `open` are asked of a time `within …`, or of a share `that become … within …`",
        )
        return None
    if scope.record is not None and not scope.sees(kpi.record) and not _is_about_one(scope, node, kpi, of):
        return None
    due = node.due.value if node.due is not None else None
    number = None if node.number is None else _place(scope, node.number)
    return m.ExpectVerdict(commitment.id, node.verdict, due, node.span, number)


def _place(scope: Scope, node: ast.Number) -> int:
    """Which of several rows is meant, from 1."""
    if node.value != int(node.value) or node.value < 1:
        scope.report(
            "SLA702",
            node.span,
            f"there is no row number {scope.words(node.span)}",
            help="the rows are counted from 1, in the order of their moments",
        )
    return int(node.value)


def _is_about_one(scope: Scope, node: ast.ExpectVerdict, kpi: m.Kpi, of: ast.Test) -> bool:
    """Whether a KPI is about the one given row of a record below the test's own; reported where it is not."""
    given = [g for g in of.given if g.record.text == kpi.record]
    assert scope.record is not None
    below = scope.ctx.is_within(kpi.record, scope.record)
    if below and node.number is not None:
        return True
    if below and scope.ctx.symbols[kpi.record].kind == "spell":
        which = node.population.text if node.population is not None else kpi.record
        scope.report(
            "SLA208",
            node.kpi.span,
            f"`{kpi.name}` is about rows of `{kpi.record}`, and {a(scope.record)} may have several",
            help=f"say which: `expect {kpi.name} of {which} 1 {node.verdict}` is about the first",
        )
        return False
    if below and len(given) == 1:
        return True
    advice = (
        f"give one: `given {kpi.record}: …`"
        if below and not given
        else f"write a test of its own that begins with `given {kpi.record}: …`"
    )
    if below and given:
        advice = f"give one `{kpi.record}` in this test, and write another test for each other one"
    many = f", of which it gives {len(given)}" if below and given else ""
    scope.report(
        "SLA208",
        node.kpi.span,
        f"`{kpi.name}` is about rows of `{kpi.record}`{many}, and the test is about {a(scope.record)}",
        help=advice,
    )
    return False


def _has_row_outcomes(kpi: m.Kpi) -> bool:
    """Whether one row by itself is on time or late."""
    match kpi.measure:
        case m.TimeBetween():
            return True
        case m.Become():
            return kpi.measure.within is not None
        case _:
            return False


def _report_no_commitment(
    scope: Scope, node: ast.ExpectVerdict, kpi: m.Kpi, of_kpi: list[m.Commitment]
) -> None:
    ctx = scope.ctx
    if ctx.unfinished_commitments & {kpi.name}:
        return
    narrowed = [c.population for c in of_kpi if c.population is not None]
    if narrowed:
        which = narrowed[0] if node.number is None else f"{narrowed[0]} {scope.words(node.number.span)}"
        advice = f"say which one: `expect {kpi.name} of {which} {node.verdict}`"
        if len(of_kpi) > len(narrowed):
            advice = f"it is owed for {listed([f'`{n}`' for n in narrowed], 'and')}, and for all rows"
    elif of_kpi:
        advice = f"leave the `of …` out: `{kpi.name}` is owed for all rows"
    else:
        advice = f"a verdict needs a target: promise `{kpi.name}` under `… owes …:`, or ask `expect {kpi.name} within 4 hours`"
    what = f"`{kpi.name}`" if node.population is None else f"`{kpi.name} of {node.population.text}`"
    scope.report("SLA703", node.kpi.span, f"nobody owes {what}", help=advice)


def _route(scope: Scope, node: ast.ExpectRoute) -> m.ExpectRoute | None:
    ctx = scope.ctx
    population = definitions.find_population(ctx, scope.source, node.definition)
    if population is None:
        return None
    route = next((r for r in ctx.routes if r.definition == node.definition.text), None)
    if route is None and node.definition.text in ctx.broken_routes:
        return None
    if route is None:
        known = [r.definition for r in ctx.routes]
        advice = (
            f"there is a route for {listed([f'`{k}`' for k in known], 'and')}"
            if known
            else "declare one: `route …:`"
        )
        scope.report(
            "SLA705", node.definition.span, f"there is no route for `{node.definition.text}`", help=advice
        )
        return None
    places = [c.destination for c in route.cases]
    if node.destination.value not in places:
        ctx.report_unknown(
            "SLA705",
            scope.source,
            node.destination,
            f'the route of `{route.definition}` never leads to "{node.destination.value}"',
            places,
            help=f"it leads to {quoted(dict.fromkeys(places))}",
        )
        return None
    ctx.use_text(
        source=scope.source,
        span=node.destination.span,
        kind="destination",
        text=node.destination.value,
        of=route.definition,
    )
    return m.ExpectRoute(route.definition, node.destination.value, node.span)
