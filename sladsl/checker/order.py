"""The order in which declarations are checked: what a declaration needs comes before it; a cycle is reported once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass

from sladsl.checker.context import Context, Symbol, elsewhere
from sladsl.source import Span
from sladsl.syntax import ast

ORDERED = frozenset({"let", "score", "define", "event", "kpi"})


@dataclass(frozen=True, slots=True)
class Need:
    """One declaration named inside another, and where."""

    name: str
    span: Span


def ordered(ctx: Context, symbols: Iterable[Symbol]) -> list[Symbol]:
    """Lets, scores, definitions, events and KPIs, each after those it names; members of a cycle are left out."""
    order: list[Symbol] = []
    done: set[str] = set()
    cyclic: set[str] = set()
    for symbol in symbols:
        if symbol.kind in ORDERED and symbol.name not in done:
            _visit(ctx, symbol, order, done, cyclic)
    return [s for s in order if s.name not in cyclic]


def _visit(ctx: Context, start: Symbol, order: list[Symbol], done: set[str], cyclic: set[str]) -> None:
    """Depth first with a stack of its own, so that a long chain of declarations costs no recursion."""
    path: list[tuple[Symbol, Iterator[Need]]] = [(start, needs(ctx, start))]
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
            path.append((wanted, needs(ctx, wanted)))
            on_path.add(need.name)


def _report_cycle(ctx: Context, symbol: Symbol, need: Need, chain: list[str], cyclic: set[str]) -> None:
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


def needs(ctx: Context, symbol: Symbol) -> Iterator[Need]:
    """The ordered declarations that this one names."""
    record = ctx.about.get(symbol.name)
    for need in _walk(ctx, symbol.node, record):
        wanted = ctx.symbols.get(need.name)
        if wanted is not None and wanted.kind in ORDERED and wanted.node is not None:
            yield need


def _walk(ctx: Context, node: object, record: str | None) -> Iterator[Need]:
    match node:
        case ast.Reference():
            if not _is_field(ctx, node, record):
                yield Need(node.name.text, node.name.span)
        case ast.ChildTest() | ast.ChildAggregate() | ast.NthRow():
            child = node.record.text
            inside = node.value if isinstance(node, ast.ChildAggregate) else None
            yield from _walk(ctx, inside, child)
            yield from _walk(ctx, node.where, child)
            if not isinstance(node, ast.NthRow):
                yield from _walk(ctx, node.bounds, record)
        case ast.KpiWithin():
            yield Need(node.kpi.text, node.kpi.span)
        case ast.Define():
            yield Need(node.base.text, node.base.span)
            yield from _parts(ctx, node, record)
        case ast.ShareBecome():
            yield Need(node.goal.text, node.goal.span)
            yield from _parts(ctx, node, record)
        case ast.Population():
            yield Need(node.name.text, node.name.span)
            yield from _parts(ctx, node, record)
        case tuple():
            for item in node:
                yield from _walk(ctx, item, record)
        case ast.Name() | Span():
            return
        case _ if is_dataclass(node):
            yield from _parts(ctx, node, record)


def _parts(ctx: Context, node: object, record: str | None) -> Iterator[Need]:
    for part in fields(node):  # type: ignore[arg-type]
        value = getattr(node, part.name)
        if isinstance(value, tuple) or is_dataclass(value):
            yield from _walk(ctx, value, record)


def _is_field(ctx: Context, ref: ast.Reference, record: str | None) -> bool:
    """Whether the name is a field here: of the row itself, or of a parent where no declaration about a nearer record has it."""
    scope = ref.record.text if ref.record is not None else record
    for seen in ctx.lineage(scope) if scope is not None else ():
        if ref.name.text in seen.fields:
            return True
        if ctx.about.get(ref.name.text) == seen.name:
            return False
    return False


def report_shared_names(ctx: Context) -> None:
    """A field may not share its name with a declaration its record can see: the name would mean two things."""
    for record in ctx.records.values():
        visible = {r.name for r in ctx.lineage(record.name)}
        for field in record.fields.values():
            symbol = ctx.symbols.get(field.name)
            if symbol is None or symbol.node is None or field.implied:
                continue
            if symbol.kind != "let" and ctx.about.get(symbol.name) not in visible:
                continue
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
