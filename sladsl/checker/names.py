"""Collecting what is declared: one name space for everything that can be referred to, whatever file it stands in."""

from __future__ import annotations

from collections.abc import Sequence

from sladsl.checker.context import Context, Declared, Symbol, elsewhere
from sladsl.source import Source
from sladsl.syntax import ast

Files = Sequence[tuple[Source, ast.File]]


def collect(ctx: Context, files: Files) -> None:
    """Fill the symbol table; a name declared a second time is an error, and its first declaration stands."""
    for source, file in files:
        for declaration in file.declarations:
            kind = kind_of(declaration)
            if kind is not None and isinstance(declaration, Declared):
                name = declaration.name
                _declare(ctx, Symbol(kind, name.text, source, name.span, declaration))
    for source, file in files:
        _collect_unread(ctx, source, file)
    ctx.is_fragment = not ctx.broken_agreement and all(
        isinstance(d, ast.DataSource | ast.Calendar | ast.Let | ast.Import)
        for _, f in files
        for d in f.declarations
    )


_KINDS: dict[type, str] = {
    ast.Record: "record",
    ast.Let: "let",
    ast.Score: "score",
    ast.Define: "define",
    ast.Event: "event",
    ast.Kpi: "kpi",
    ast.Calendar: "calendar",
}


def kind_of(declaration: ast.Declaration) -> str | None:
    """The kind of symbol a declaration makes, if any."""
    return _KINDS.get(type(declaration))


def is_first(ctx: Context, declaration: Declared) -> bool:
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
