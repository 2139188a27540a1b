"""The first half of checking: names are resolved and expressions typed, in the order in which declarations need each other."""

from __future__ import annotations

from typing import Any

from sladsl import model as m
from sladsl.checker import (
    agreements,
    calendars,
    commitments,
    definitions,
    kpis,
    moments,
    names,
    order,
    record_inference,
    records,
    routes,
    sources,
    tests,
    unknown,
)
from sladsl.checker.context import Context, Declared, Symbol
from sladsl.clauses import Language
from sladsl.diagnostics import Diagnostic, Severity
from sladsl.source import Source, Span
from sladsl.syntax import ast


def check(
    files: names.Files, language: Language[Any], incomplete: bool = False, part: names.Files | None = None
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
    names.collect(ctx, files)
    agreements.check_agreement(ctx, files)
    records.check_records(ctx)
    declared = _first_declared(ctx, chosen)
    for symbol in declared:
        if isinstance(symbol.node, ast.Calendar):
            calendars.check_calendar(ctx, symbol, symbol.node)
    agreements.complete_agreement(ctx, files)
    record_inference.find_all(ctx)
    order.report_shared_names(ctx)
    for symbol in order.ordered(ctx, declared):
        _declaration(ctx, symbol)
    _promises(ctx, chosen)
    names_of_files = [source.name for source, _ in files]
    ctx.diagnostics[:] = moments.told_once(ctx.diagnostics, names_of_files)
    ctx.diagnostics += unknown.errors(ctx.unknown, names_of_files)
    return _model(ctx), tuple(ctx.diagnostics)


def _first_declared(ctx: Context, files: names.Files) -> list[Symbol]:
    """The names that these files declare and that stand for these declarations."""
    named = (d for _, file in files for d in file.declarations if isinstance(d, Declared))
    return [ctx.symbols[d.name.text] for d in named if names.is_first(ctx, d)]


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
        case ast.Kpi():
            kpis.check_kpi(ctx, symbol, symbol.node)
        case _:
            pass


def _promises(ctx: Context, files: names.Files) -> None:
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
                routes.check_route(ctx, source, node)
            case ast.DataSource():
                sources.check_source(ctx, source, node, sources_seen)
            case _:
                pass
    for source, node in declared:
        if isinstance(node, ast.Test):
            tests.check_test(ctx, source, node)


def _model(ctx: Context) -> m.Model:
    return m.Model(
        agreement=ctx.agreement,
        calendars=ctx.calendars,
        records=ctx.records,
        lets=ctx.lets,
        scores=ctx.scores,
        definitions=ctx.definitions,
        lifecycles=tuple(ctx.lifecycles),
        events=ctx.events,
        kpis=ctx.kpis,
        commitments=tuple(ctx.commitments),
        routes=tuple(ctx.routes),
        sources=tuple(ctx.sources),
        tests=tuple(ctx.tests),
        uses=tuple(ctx.uses),
        kinds=ctx.language.commitment,
        complete=not any(d.severity is Severity.ERROR for d in ctx.diagnostics),
    )
