"""The first half of checking: names are resolved and expressions typed, in the order in which declarations need each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, TypeAlias

from sladsl import model as m
from sladsl.checker import (
    commitments,
    definitions,
    kpis,
    moments,
    record_inference,
    records,
    setting,
    spells,
    surroundings,
    unknown,
)
from sladsl.checker.context import Context, Declared, Symbol, elsewhere
from sladsl.checker.setting import Files
from sladsl.clauses import Language
from sladsl.diagnostics import Diagnostic, Severity
from sladsl.source import Source, Span
from sladsl.syntax import ast


def check(
    files: Files, language: Language[Any], incomplete: bool = False, part: Files | None = None
) -> tuple[m.Model, tuple[Diagnostic, ...]]:
    """The model of these files and what is wrong with their names and types.

    All files are one agreement (imports are brought in by the caller). The model is as whole as the errors let it be: a declaration that
    cannot be resolved is left out of its table, and what refers to it is `Invalid` without a second error. `incomplete` says that an import
    is missing: a name that nothing has may then be one of its. `language` has its clauses.

    With `part`, only these declarations of the files are looked into, and they name nothing outside themselves: an editor checks again
    what an edit touches. The model then holds no more than that, apart from the agreement and the records.
    """
    chosen = files if part is None else part
    ctx = Context(language, incomplete=incomplete)
    _collect(ctx, files)
    setting.check_agreement(ctx, files)
    records.check_records(ctx)
    spells.declare(ctx)
    declared = _first_declared(ctx, chosen)
    for symbol in declared:
        if isinstance(symbol.node, ast.Calendar):
            setting.check_calendar(ctx, symbol, symbol.node)
    setting.complete_agreement(ctx, files)
    record_inference.find_all(ctx)
    _report_shared_names(ctx)
    for symbol in _ordered(ctx, declared):
        _declaration(ctx, symbol)
    _promises(ctx, chosen)
    names_of_files = [source.name for source, _ in files]
    ctx.diagnostics[:] = moments.told_once(ctx.diagnostics, names_of_files)
    ctx.diagnostics += unknown.errors(ctx.unknown, names_of_files)
    return _model(ctx), tuple(ctx.diagnostics)


class LeftOut(AssertionError):
    """The checker left a declaration out and reported no error: what would be judged is not the agreement that was written."""


def hold_whole(model: m.Model, files: Files) -> None:
    """Raises `LeftOut` where the model of files without an error lacks what they declare."""
    known = {(x.file, x.span) for x in _origins(model)}
    for source, file in files:
        for node in file.declarations:
            if isinstance(node, ast.Import) or _is_version(model, node):
                continue
            for each in node.commitments if isinstance(node, ast.Owes) else (node,):
                if (source.name, each.span) not in known:
                    raise LeftOut(f"{source.name}, {each.span}: {type(each).__name__} is not in the model")


def _origins(model: m.Model) -> Iterator[m.Origin]:
    """Where all that a model holds is declared."""
    for part in fields(model):
        held = getattr(model, part.name)
        for node in (
            held.values() if isinstance(held, Mapping) else held if isinstance(held, tuple) else (held,)
        ):
            origin = getattr(node, "origin", None)
            if origin is not None:
                yield origin


def _is_version(model: m.Model, node: ast.Declaration) -> bool:
    """A dated text of a definition is a part of the definition."""
    return isinstance(node, ast.Define) and node.name.text in model.definitions


def _first_declared(ctx: Context, files: Files) -> list[Symbol]:
    """The names that these files declare and that stand for these declarations."""
    named = (d for _, file in files for d in file.declarations if isinstance(d, Declared))
    return [ctx.symbols[d.name.text] for d in named if _is_first(ctx, d)]


def _declaration(ctx: Context, symbol: Symbol) -> None:
    match symbol.node:
        case ast.Let():
            definitions.check_let(ctx, symbol, symbol.node)
        case ast.Score():
            definitions.check_score(ctx, symbol, symbol.node)
        case ast.Define():
            definitions.check_define(ctx, symbol, symbol.node)
        case ast.Event():
            definitions.check_event(ctx, symbol, symbol.node)
        case ast.Spell():
            spells.check_spell(ctx, symbol, symbol.node)
        case ast.Kpi():
            kpis.check_kpi(ctx, symbol, symbol.node)
        case _:
            pass


def _promises(ctx: Context, files: Files) -> None:
    """What refers to declarations and is not referred to, tests last: they look at commitments and routes."""
    declared = [(source, d) for source, file in files for d in file.declarations]
    sources_seen: dict[str, tuple[Source, Span]] = {}
    for source, node in declared:
        match node:
            case ast.Lifecycle():
                definitions.check_lifecycle(ctx, source, node)
            case ast.Owes():
                commitments.check_owes(ctx, source, node)
            case ast.Route():
                definitions.check_route(ctx, source, node)
            case ast.Never():
                definitions.check_never(ctx, source, node)
            case ast.DataSource():
                surroundings.check_source(ctx, source, node, sources_seen)
            case _:
                pass
    for source, node in declared:
        if isinstance(node, ast.Test):
            surroundings.check_test(ctx, source, node)


def _model(ctx: Context) -> m.Model:
    return m.Model(
        agreement=ctx.agreement,
        calendars=ctx.calendars,
        records=ctx.records,
        lets=ctx.lets,
        derived=ctx.derived,
        scores=ctx.scores,
        definitions=ctx.definitions,
        lifecycles=tuple(ctx.lifecycles),
        events=ctx.events,
        kpis=ctx.kpis,
        commitments=tuple(ctx.commitments),
        routes=tuple(ctx.routes),
        nevers=tuple(ctx.nevers),
        sources=tuple(ctx.sources),
        tests=tuple(ctx.tests),
        uses=tuple(ctx.uses),
        kinds=ctx.language.commitment,
        complete=not any(d.severity is Severity.ERROR for d in ctx.diagnostics),
    )


# ---------------------------------------------------------------------------------------------------------------- names


def _collect(ctx: Context, files: Files) -> None:
    """Fill the symbol table; a name declared a second time is an error, and its first declaration stands."""
    for source, file in files:
        for declaration in file.declarations:
            kind = _kind_of(declaration)
            if isinstance(declaration, ast.Define) and declaration.since_date is not None:
                ctx.versions.setdefault(declaration.name.text, []).append((source, declaration))
            elif kind is not None and isinstance(declaration, Declared):
                name = declaration.name
                _declare(ctx, Symbol(kind, name.text, source, name.span, declaration))
    for source, file in files:
        _collect_unread(ctx, source, file)
    for versioned in ctx.versions:
        _collect_versions(ctx, versioned)
    ctx.is_fragment = not ctx.broken_agreement and all(
        isinstance(d, ast.DataSource | ast.Calendar | ast.Let | ast.Import)
        for _, f in files
        for d in f.declarations
    )


def _collect_versions(ctx: Context, name: str) -> None:
    """Versions of a definition stand beside a text without a date; where there is none, the first of them is taken for it."""
    symbol = ctx.symbols.get(name)
    if symbol is not None and symbol.may_be("define"):
        return
    source, node = min(ctx.versions[name], key=lambda x: (x[1].since_date.value, x[1].span))  # type: ignore[union-attr]
    if symbol is not None:
        _declare(ctx, Symbol("define", name, source, node.name.span, node))
        return
    ctx.symbols[name] = Symbol("define", name, source, node.name.span, node)
    assert node.since_date is not None
    ctx.report(
        "SLA736",
        source,
        node.since_date.span,
        f"nothing says what `{name}` is before {node.since_date.value}",
        label="a version stands beside the text that it follows",
        help=f"write that one as well, without a date (`define {name}: …`), or leave this date out",
    )


_KINDS: dict[type, str] = {
    ast.Record: "record",
    ast.Let: "let",
    ast.Score: "score",
    ast.Define: "define",
    ast.Event: "event",
    ast.Spell: "spell",
    ast.Kpi: "kpi",
    ast.Calendar: "calendar",
}


def _kind_of(declaration: ast.Declaration) -> str | None:
    """The kind of symbol a declaration makes, if any."""
    if isinstance(declaration, ast.Let) and declaration.record is not None:
        return "derived"
    return _KINDS.get(type(declaration))


def _is_first(ctx: Context, declaration: Declared) -> bool:
    """Whether this is the declaration its name stands for, and not a repeated one."""
    symbol = ctx.symbols.get(declaration.name.text)
    return symbol is not None and symbol.node is declaration


def _declare(ctx: Context, symbol: Symbol) -> None:
    first = ctx.symbols.setdefault(symbol.name, symbol)
    if first is symbol:
        return
    ctx.report(
        "SLA202",
        symbol.source,
        symbol.span,
        f"`{symbol.name}` is declared twice",
        label="declared again here",
        labels=[elsewhere(first.source, first.span, f"first declared here, as {first.words}", symbol.source)],
        help="a name means one thing in the whole agreement, its imports included: rename one of the two",
    )


def _collect_unread(ctx: Context, source: Source, file: ast.File) -> None:
    """Names whose declaration did not parse, so that the broken declaration costs one error and not one for every use."""
    for broken in file.broken:
        if broken.kind == "agreement":
            ctx.broken_agreement = True
        elif broken.kind == "owes" and broken.name is not None:
            ctx.unfinished_commitments.add(broken.name.text)
        elif broken.kind == "route" and broken.name is not None:
            ctx.broken_routes.add(broken.name.text)
        elif broken.name is not None:
            name = broken.name.text
            ctx.symbols.setdefault(name, Symbol(broken.kind, name, source, broken.name.span, None))


# ---------------------------------------------------------------------------------------------------------------- order

_ORDERED = frozenset({"let", "derived", "score", "define", "event", "spell", "kpi"})


@dataclass(frozen=True, slots=True)
class _Need:
    """One declaration named inside another, and where."""

    name: str
    span: Span


def _ordered(ctx: Context, symbols: Iterable[Symbol]) -> list[Symbol]:
    """Lets, scores, definitions, events and KPIs, each after those it names; members of a cycle are left out."""
    order: list[Symbol] = []
    done: set[str] = set()
    cyclic: set[str] = set()
    for symbol in symbols:
        if symbol.kind in _ORDERED and symbol.name not in done:
            _visit(ctx, symbol, order, done, cyclic)
    return [s for s in order if s.name not in cyclic]


def _visit(ctx: Context, start: Symbol, order: list[Symbol], done: set[str], cyclic: set[str]) -> None:
    """Depth first with a stack of its own, so that a long chain of declarations costs no recursion."""
    path: list[tuple[Symbol, Iterator[_Need]]] = [(start, _needs(ctx, start))]
    on_path = {start.name}
    while path:
        symbol, rest = path[-1]
        need = next(rest, None)
        if need is None:
            path.pop()
            on_path.discard(symbol.name)
            done.add(symbol.name)
            order.append(symbol)
        elif need.name in on_path:
            names = [s.name for s, _ in path]
            _report_cycle(ctx, symbol, need, names[names.index(need.name) :], cyclic)
        elif need.name not in done:
            wanted = ctx.symbols[need.name]
            path.append((wanted, _needs(ctx, wanted)))
            on_path.add(need.name)


def _report_cycle(ctx: Context, symbol: Symbol, need: _Need, chain: list[str], cyclic: set[str]) -> None:
    known = not cyclic.isdisjoint(chain)
    cyclic.update(chain)
    if known:
        return
    if len(chain) == 1:
        message = f"`{need.name}` is explained by itself"
    else:
        message = f"`{need.name}` is explained by itself: {' → '.join([*chain, need.name])}"
    labels = [
        elsewhere(s.source, s.span, f"`{name}` is part of the circle", symbol.source)
        for name in chain[: len(chain) if len(chain) > 1 else 0]
        if (s := ctx.symbols[name]) is not symbol
    ]
    ctx.report(
        "SLA209",
        symbol.source,
        need.span,
        message,
        label=f"here `{symbol.name}` needs `{need.name}`",
        labels=labels,
        help="say one of them without naming the other",
    )


def _needs(ctx: Context, symbol: Symbol) -> Iterator[_Need]:
    """The ordered declarations that this one names."""
    record = ctx.about.get(symbol.name)
    row = () if record is None else (record,)
    versions = [node for _, node in ctx.versions.get(symbol.name, ())] if symbol.kind == "define" else []
    for node in (symbol.node, *versions):
        for need in _walk(ctx, node, row):
            wanted = ctx.symbols.get(need.name)
            if wanted is not None and wanted.kind in _ORDERED and wanted.node is not None:
                yield need


_Row: TypeAlias = tuple[str, ...]
"""The record of the row in view, and those of the rows that look at it."""


def _walk(ctx: Context, node: object, row: _Row) -> Iterator[_Need]:
    match node:
        case ast.Reference():
            yield from _of_spell(ctx, node.record)
            first = record_inference.begun_with(ctx, node)
            if not _is_field(ctx, first, row):
                yield _Need(first.name.text, first.name.span)
        case ast.ChildTest() | ast.ChildAggregate() | ast.Picked() | ast.NthRow():
            yield from _of_rows(ctx, node, row)
        case ast.Spell() | ast.EachRow() | ast.Score():
            yield from _of_spell(ctx, node.record)
            yield from _parts(ctx, node, row)
        case ast.SplitValue():
            yield from _walk(ctx, ast.Reference(node.name, None, node.name.span), row)
        case ast.Budget(duration=ast.Name() as constant):
            yield _Need(constant.text, constant.span)
        case (
            ast.Define(base=name)
            | ast.ShareBecome(goal=name)
            | ast.Population(name=name)
            | ast.KpiWithin(kpi=name)
        ):
            yield _Need(name.text, name.span)
            yield from _parts(ctx, node, row)
        case tuple():
            for item in node:
                yield from _walk(ctx, item, row)
        case ast.Name() | Span():
            return
        case _ if is_dataclass(node):
            yield from _parts(ctx, node, row)


def _of_rows(
    ctx: Context, node: ast.ChildTest | ast.ChildAggregate | ast.Picked | ast.NthRow, row: _Row
) -> Iterator[_Need]:
    """What is named where rows are looked at."""
    child = node.record.text
    yield from _of_spell(ctx, node.record)
    if isinstance(node, ast.ChildAggregate):
        yield from _walk(ctx, node.value, (child, *row))
    if isinstance(node, ast.Picked) and ctx.about.get(node.field.text) == child:
        yield _Need(node.field.text, node.field.span)
    yield from _walk(ctx, node.where, (child, *row))
    if not isinstance(node, ast.NthRow):
        yield from _walk(ctx, node.bounds, row)


def _parts(ctx: Context, node: object, row: _Row) -> Iterator[_Need]:
    for part in fields(node):  # type: ignore[arg-type]
        value = getattr(node, part.name)
        if isinstance(value, tuple) or is_dataclass(value):
            yield from _walk(ctx, value, row)


def _of_spell(ctx: Context, record: ast.Name | None) -> Iterator[_Need]:
    """A record that is named, where it is a spell: the types of its fields are known once it is checked."""
    symbol = None if record is None else ctx.symbols.get(record.text)
    if symbol is not None and record is not None and symbol.kind == "spell":
        yield _Need(record.text, record.span)


def _is_field(ctx: Context, ref: ast.Reference, row: _Row) -> bool:
    """Whether the name is a field here: of the row itself, or of a parent where no declaration about a nearer record has it, or of a row
    that looks at it."""
    for scope in (ref.record.text,) if ref.record is not None else row:
        for seen in ctx.lineage(scope):
            if ref.name.text in seen.fields:
                return True
            if ctx.about.get(ref.name.text) == seen.name:
                return False
    return False


def _repeats(ctx: Context, record: m.Record, field: m.Field) -> bool:
    """Whether a spell's field is the value of that name, as it is during the spell."""
    symbol = ctx.symbols[record.name]
    rule = symbol.node.rule if isinstance(symbol.node, ast.Spell) else None
    return isinstance(rule, ast.Stretch) and any(x.name.text == field.name for x in rule.each)


def _report_shared_names(ctx: Context) -> None:
    """A field may not share its name with a declaration its record can see: the name would mean two things."""
    for record in ctx.records.values():
        visible = {r.name for r in ctx.lineage(record.name)}
        for field in record.fields.values():
            symbol = ctx.symbols.get(field.name)
            if symbol is None or symbol.node is None or field.implied or _repeats(ctx, record, field):
                continue
            if symbol.kind != "let" and ctx.about.get(symbol.name) not in visible:
                continue
            if symbol.kind == "derived" and ctx.about[symbol.name] != record.name:
                continue  # a field of a row below hides it there
            here = ctx.symbols[record.name].source
            ctx.report(
                "SLA205",
                symbol.source,
                symbol.span,
                f"`{symbol.name}` is already a field of `{record.name}`",
                label=f"{symbol.words} of the same name",
                labels=[elsewhere(here, field.span, f"the field of `{record.name}`", symbol.source)],
                help="a condition that says the name could mean either: rename one of the two",
            )
