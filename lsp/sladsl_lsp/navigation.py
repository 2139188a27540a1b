"""Where things are: definition, references, highlights, links, call hierarchy, symbols, folding and selection."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from sladsl.source import Span
from sladsl_lsp import convert, lazy_ide
from sladsl_lsp.connection import SlaServer, place_of
from sladsl_lsp.session import Session

if TYPE_CHECKING:
    from sladsl.ide import navigation, outline
    from sladsl.ide.view import Place, Target

_SYMBOLS = {
    "agreement": lsp.SymbolKind.Package,
    "calendar": lsp.SymbolKind.Namespace,
    "record": lsp.SymbolKind.Class,
    "field": lsp.SymbolKind.Field,
    "let": lsp.SymbolKind.Constant,
    "score": lsp.SymbolKind.Number,
    "define": lsp.SymbolKind.Struct,
    "event": lsp.SymbolKind.Event,
    "kpi": lsp.SymbolKind.Function,
    "owes": lsp.SymbolKind.Interface,
    "commitment": lsp.SymbolKind.Method,
    "route": lsp.SymbolKind.Enum,
    "lifecycle": lsp.SymbolKind.Enum,
    "source": lsp.SymbolKind.File,
    "import": lsp.SymbolKind.Module,
    "test": lsp.SymbolKind.Method,
}


def register(server: SlaServer) -> None:
    _places(server)
    _calls(server)
    _outline(server)


def location(session: Session, place: Place) -> lsp.Location:
    return lsp.Location(session.uri(place.file), session.lines(place.file).range(place.span))


# --- places


def _places(server: SlaServer) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    async def on_definition(
        ls: SlaServer, params: lsp.DefinitionParams
    ) -> lsp.Location | list[lsp.LocationLink] | None:
        view, offset, lines = place_of(ls, params)
        found = lazy_ide.navigation.definition(view, offset)
        if found is None:
            return None
        if not ls.session.can("text_document.definition.link_support"):
            return location(ls.session, found.name)
        there = ls.session.lines(found.name.file)
        whole = found.whole if found.whole.file == found.name.file else found.name
        return [
            lsp.LocationLink(
                ls.session.uri(found.name.file),
                there.range(Span(min(whole.span.start, found.name.span.start), whole.span.end)),
                there.range(found.name.span),
                lines.range(found.origin),
            )
        ]

    @server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    async def on_references(ls: SlaServer, params: lsp.ReferenceParams) -> list[lsp.Location]:
        view, offset, _ = place_of(ls, params)
        found = lazy_ide.navigation.references(view, offset, params.context.include_declaration)
        return [location(ls.session, each) for each in found]

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    async def on_highlight(ls: SlaServer, params: lsp.DocumentHighlightParams) -> list[lsp.DocumentHighlight]:
        view, offset, lines = place_of(ls, params)
        kinds = {True: lsp.DocumentHighlightKind.Write, False: lsp.DocumentHighlightKind.Read}
        found = lazy_ide.navigation.highlights(view, offset)
        return [lsp.DocumentHighlight(lines.range(each.span), kinds[each.writes]) for each in found]

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_LINK)
    async def on_links(ls: SlaServer, params: lsp.DocumentLinkParams) -> list[lsp.DocumentLink]:
        view = ls.session.view(params.text_document.uri)
        lines = ls.session.lines(view.name)
        return [
            lsp.DocumentLink(lines.range(link.span), ls.session.uri(link.file))
            for link in lazy_ide.navigation.links(view)
        ]


# --- which declaration stands on which others


def _calls(server: SlaServer) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY)
    async def on_prepare(
        ls: SlaServer, params: lsp.CallHierarchyPrepareParams
    ) -> list[lsp.CallHierarchyItem] | None:
        view, offset, _ = place_of(ls, params)
        found = lazy_ide.navigation.prepare_calls(view, offset)
        return [_item(ls.session, found)] if found is not None else None

    @server.feature(lsp.CALL_HIERARCHY_INCOMING_CALLS)
    async def on_incoming(
        ls: SlaServer, params: lsp.CallHierarchyIncomingCallsParams
    ) -> list[lsp.CallHierarchyIncomingCall]:
        view, target = ls.session.view(params.item.uri), _target(params.item)
        found = lazy_ide.navigation.dependents(view, target) if target else []
        return [
            lsp.CallHierarchyIncomingCall(
                _item(ls.session, each.item), _ranges(ls, each.item.name.file, each)
            )
            for each in found
        ]

    @server.feature(lsp.CALL_HIERARCHY_OUTGOING_CALLS)
    async def on_outgoing(
        ls: SlaServer, params: lsp.CallHierarchyOutgoingCallsParams
    ) -> list[lsp.CallHierarchyOutgoingCall]:
        view, target = ls.session.view(params.item.uri), _target(params.item)
        found = lazy_ide.navigation.needs(view, target) if target else []
        return [
            lsp.CallHierarchyOutgoingCall(_item(ls.session, each.item), _ranges(ls, view.name, each))
            for each in found
        ]


def _ranges(ls: SlaServer, file: str, call: navigation.Call) -> list[lsp.Range]:
    lines = ls.session.lines(file)
    return [lines.range(span) for span in call.spans]


def _item(session: Session, item: navigation.Item) -> lsp.CallHierarchyItem:
    lines = session.lines(item.name.file)
    target = item.target
    return lsp.CallHierarchyItem(
        name=item.title,
        kind=_SYMBOLS[item.kind],
        uri=session.uri(item.name.file),
        range=lines.range(item.whole.span),
        selection_range=lines.range(item.name.span),
        detail=item.detail,
        data={"kind": target.kind, "name": target.name, "record": target.record} if target else None,
    )


def _target(item: lsp.CallHierarchyItem) -> Target | None:
    data = item.data
    if not isinstance(data, dict) or not isinstance(data.get("name"), str):
        return None
    record = data.get("record")
    return lazy_ide.view.Target(
        str(data.get("kind")), data["name"], record if isinstance(record, str) else None
    )


# --- the outline of a file


def _outline(server: SlaServer) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def on_symbols(
        ls: SlaServer, params: lsp.DocumentSymbolParams
    ) -> list[lsp.DocumentSymbol] | list[lsp.SymbolInformation]:
        view = ls.session.view(params.text_document.uri)
        lines = ls.session.lines(view.name)
        found = lazy_ide.outline.symbols(view)
        if ls.session.can("text_document.document_symbol.hierarchical_document_symbol_support"):
            return [_symbol(lines, each) for each in found]
        flat = [(inside, each.title) for each in found for inside in each.children]
        return [
            _information(ls.session, lazy_ide.view.Place(view.name, each.name), each, inside)
            for each, inside in [*((each, "") for each in found), *flat]
        ]

    @server.feature(lsp.WORKSPACE_SYMBOL)
    async def on_workspace_symbols(
        ls: SlaServer, params: lsp.WorkspaceSymbolParams
    ) -> list[lsp.SymbolInformation]:
        views = [ls.session.view(ls.session.uri(name)) for name in ls.session.workspace.names()]
        found = lazy_ide.outline.search(views, params.query)
        return [_information(ls.session, each.place, each.symbol, each.container) for each in found]

    @server.feature(lsp.TEXT_DOCUMENT_FOLDING_RANGE)
    async def on_folding(ls: SlaServer, params: lsp.FoldingRangeParams) -> list[lsp.FoldingRange]:
        view = ls.session.view(params.text_document.uri)
        return [
            lsp.FoldingRange(each.first, each.last, kind=each.kind or None)
            for each in lazy_ide.outline.folds(view)
        ]

    @server.feature(lsp.TEXT_DOCUMENT_SELECTION_RANGE)
    async def on_selection(ls: SlaServer, params: lsp.SelectionRangeParams) -> list[lsp.SelectionRange]:
        view = ls.session.view(params.text_document.uri)
        lines = ls.session.lines(view.name)
        made = []
        for position in params.positions:
            around: lsp.SelectionRange | None = None
            for span in reversed(lazy_ide.outline.selections(view, lines.offset(position))):
                around = lsp.SelectionRange(lines.range(span), around)
            made.append(around or lsp.SelectionRange(lines.whole))
        return made


def _symbol(lines: convert.Lines, symbol: outline.Symbol) -> lsp.DocumentSymbol:
    return lsp.DocumentSymbol(
        name=symbol.title,
        kind=_SYMBOLS[symbol.kind],
        range=lines.range(symbol.whole),
        selection_range=lines.range(symbol.name),
        detail=symbol.detail or None,
        children=[_symbol(lines, each) for each in symbol.children],
    )


def _information(
    session: Session, place: Place, symbol: outline.Symbol, container: str
) -> lsp.SymbolInformation:
    return lsp.SymbolInformation(
        location(session, place), symbol.title, _SYMBOLS[symbol.kind], container_name=container or None
    )
