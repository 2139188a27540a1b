"""Questions about a text, which change nothing: help while writing, and where things are."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp

from sladsl.source import Span
from sladsl_lsp import convert, lazy_ide
from sladsl_lsp.connection import Raw, SlaServer, hints_of, place_of
from sladsl_lsp.per_declaration import PerDeclaration, Placed, joined, json_of, range_of
from sladsl_lsp.session import Session

if TYPE_CHECKING:
    from sladsl.ide import completion, hover, navigation, outline
    from sladsl.ide.stable_offsets import Part
    from sladsl.ide.view import Place, Target, View

_KINDS = {
    "keyword": lsp.CompletionItemKind.Keyword,
    "value": lsp.CompletionItemKind.EnumMember,
    "snippet": lsp.CompletionItemKind.Snippet,
    "file": lsp.CompletionItemKind.File,
    "record": lsp.CompletionItemKind.Class,
    "spell": lsp.CompletionItemKind.Class,
    "field": lsp.CompletionItemKind.Field,
    "let": lsp.CompletionItemKind.Constant,
    "derived": lsp.CompletionItemKind.Field,
    "score": lsp.CompletionItemKind.Variable,
    "define": lsp.CompletionItemKind.Struct,
    "event": lsp.CompletionItemKind.Event,
    "kpi": lsp.CompletionItemKind.Function,
    "calendar": lsp.CompletionItemKind.Module,
    "party": lsp.CompletionItemKind.Module,
    "function": lsp.CompletionItemKind.Function,
}
_SYMBOLS = {
    "agreement": lsp.SymbolKind.Package,
    "calendar": lsp.SymbolKind.Namespace,
    "record": lsp.SymbolKind.Class,
    "spell": lsp.SymbolKind.Class,
    "field": lsp.SymbolKind.Field,
    "let": lsp.SymbolKind.Constant,
    "derived": lsp.SymbolKind.Field,
    "score": lsp.SymbolKind.Number,
    "define": lsp.SymbolKind.Struct,
    "event": lsp.SymbolKind.Event,
    "kpi": lsp.SymbolKind.Function,
    "owes": lsp.SymbolKind.Interface,
    "commitment": lsp.SymbolKind.Method,
    "route": lsp.SymbolKind.Enum,
    "never": lsp.SymbolKind.Event,
    "lifecycle": lsp.SymbolKind.Enum,
    "source": lsp.SymbolKind.File,
    "import": lsp.SymbolKind.Module,
    "test": lsp.SymbolKind.Method,
}


def register(server: SlaServer) -> None:
    _completion(server)
    _hover(server)
    _places(server)
    _calls(server)
    _outline(server)
    _folds(server)


def location(session: Session, place: Place) -> lsp.Location:
    return lsp.Location(session.uri(place.file), session.lines(place.file).range(place.span))


# --- completion


def _completion(server: SlaServer) -> None:
    options = lsp.CompletionOptions(trigger_characters=[" ", '"', ".", "("], resolve_provider=True)

    @server.feature(lsp.TEXT_DOCUMENT_COMPLETION, options)
    async def on_completion(ls: SlaServer, params: lsp.CompletionParams) -> lsp.CompletionList:
        view = ls.session.view(params.text_document.uri)
        lines = ls.session.lines(view.name)
        offset = lines.offset(params.position)
        data, more = await ls.columns.beside(ls.session, view, offset)
        completions = lazy_ide.completion.complete(view, offset, _importable(ls.session, view.name), data)
        if more:
            completions = replace(completions, more=True)
        return _list(ls.session, params.text_document.uri, completions, lines)

    @server.feature(lsp.COMPLETION_ITEM_RESOLVE)
    async def on_resolve(ls: SlaServer, item: lsp.CompletionItem) -> lsp.CompletionItem:
        """What an item means: looked up when it is looked at."""
        data = item.data
        if isinstance(data, dict) and isinstance(data.get("uri"), str):
            view = ls.session.view(data["uri"])
            record = data.get("record")
            target = lazy_ide.view.Target(
                str(data.get("kind")), str(data.get("name")), record if isinstance(record, str) else None
            )
            description = lazy_ide.hover.describe_target(view, target, Span(0, 0))
            item.documentation = hover_text(ls.session, description) if description is not None else None
        return item


def _importable(session: Session, name: str) -> list[str]:
    """The other agreements of the workspace, as this file would import them."""
    folder = posixpath.dirname(name)
    root = session.root_of(name)
    names = (each for each in session.workspace.names() if each != name)
    inside = (each for each in names if root is not None and each.startswith(root + "/"))
    return [posixpath.relpath(each, folder) for each in inside]


def _list(
    session: Session, uri: str, completions: completion.Completions, lines: convert.Lines
) -> lsp.CompletionList:
    """With the range said once for all items where the client takes that."""
    place = lines.range(completions.span)
    defaults = session.capabilities.text_document
    settings = defaults.completion.completion_list if defaults and defaults.completion else None
    shared = settings is not None and "editRange" in (settings.item_defaults or ())
    items = [
        _item(session, uri, each, number, None if shared else place)
        for number, each in enumerate(completions.items)
    ]
    made = lsp.CompletionList(is_incomplete=completions.more, items=items)
    if shared:
        made.item_defaults = lsp.CompletionItemDefaults(edit_range=place)
    return made


def _item(
    session: Session, uri: str, item: completion.Item, number: int, place: lsp.Range | None
) -> lsp.CompletionItem:
    snippet = item.snippet and session.can("text_document.completion.completion_item.snippet_support")
    text = (
        item.insert
        if snippet or not item.snippet
        else lazy_ide.completion.plain_snippet(item.insert).replace("$0", "")
    )
    made = lsp.CompletionItem(
        label=item.label,
        kind=_KINDS[item.kind],
        detail=item.detail or None,
        sort_text=f"{number:04d}",
        insert_text_format=lsp.InsertTextFormat.Snippet if snippet else None,
        documentation=item.help or None,
        filter_text=f"{item.also} {item.label}" if item.also else None,
    )
    if place is None:
        made.text_edit_text = text if text != item.label else None
    else:
        made.text_edit = lsp.TextEdit(place, text)
    if item.target is not None:
        target = item.target
        made.data = {"uri": uri, "kind": target.kind, "name": target.name, "record": target.record}
    return made


# --- hover and signature help


def _hover(server: SlaServer) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    async def on_hover(ls: SlaServer, params: lsp.HoverParams) -> lsp.Hover | None:
        view, offset, lines = place_of(ls, params)
        hovered = lazy_ide.hover.hover(view, offset)
        for hint in lazy_ide.proofs.at(hints_of(ls, view.name), Span(offset, offset)):
            hovered = lazy_ide.proofs.told(hovered, hint)
        if hovered is None:
            return None
        return lsp.Hover(hover_text(ls.session, hovered), lines.range(hovered.span))

    @server.feature(lsp.TEXT_DOCUMENT_SIGNATURE_HELP, lsp.SignatureHelpOptions(trigger_characters=["(", ","]))
    async def on_signature(ls: SlaServer, params: lsp.SignatureHelpParams) -> lsp.SignatureHelp | None:
        view, offset, _ = place_of(ls, params)
        help = lazy_ide.signature_help.signature_help(view, offset)
        if help is None:
            return None
        offsets = ls.session.can(
            "text_document.signature_help.signature_information.parameter_information.label_offset_support"
        )
        signatures = [
            lsp.SignatureInformation(
                each.label,
                each.help,
                [
                    lsp.ParameterInformation((start, end) if offsets else each.label[start:end])
                    for start, end in each.parameters
                ],
            )
            for each in help.signatures
        ]
        return lsp.SignatureHelp(signatures, help.active, help.parameter)


def hover_text(session: Session, hovered: hover.Hover) -> lsp.MarkupContent:
    capability = session.capabilities.text_document
    formats = capability.hover.content_format if capability and capability.hover else None
    if session.prefers_markdown(formats):
        rows = (convert.code(row) for row in hovered.rows)
        text = "\n\n".join([convert.code(hovered.code), *hovered.notes, *rows])
        return lsp.MarkupContent(lsp.MarkupKind.Markdown, text)
    plain = "\n".join([hovered.code, "", *(note.replace("`", "") for note in hovered.notes), *hovered.rows])
    return lsp.MarkupContent(lsp.MarkupKind.PlainText, plain.rstrip())


# --- places


def _places(server: SlaServer) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    async def on_definition(
        ls: SlaServer, params: lsp.DefinitionParams
    ) -> lsp.Location | list[lsp.LocationLink] | None:
        view, offset, lines = place_of(ls, params)
        able = ls.session.can("text_document.definition.link_support")
        return _leads(ls.session, lazy_ide.navigation.definition(view, offset), lines, able)

    @server.feature(lsp.TEXT_DOCUMENT_TYPE_DEFINITION)
    async def on_type_definition(
        ls: SlaServer, params: lsp.TypeDefinitionParams
    ) -> lsp.Location | list[lsp.LocationLink] | None:
        view, offset, lines = place_of(ls, params)
        able = ls.session.can("text_document.type_definition.link_support")
        return _leads(ls.session, lazy_ide.navigation.type_definition(view, offset), lines, able)

    @server.feature(lsp.TEXT_DOCUMENT_LINKED_EDITING_RANGE)
    async def on_linked(
        ls: SlaServer, params: lsp.LinkedEditingRangeParams
    ) -> lsp.LinkedEditingRanges | None:
        view, offset, lines = place_of(ls, params)
        spans = lazy_ide.navigation.linked(view, offset)
        return (
            lsp.LinkedEditingRanges([lines.range(each) for each in spans], r"[A-Za-z_]\w*") if spans else None
        )

    @server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
    async def on_references(ls: SlaServer, params: lsp.ReferenceParams) -> list[lsp.Location]:
        ls.session.list_all()
        view, offset, _ = place_of(ls, params)
        declaration = params.context.include_declaration
        places = lazy_ide.navigation.references(ls.session.workspace, view, offset, declaration)
        return [location(ls.session, each) for each in places]

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_HIGHLIGHT)
    async def on_highlight(ls: SlaServer, params: lsp.DocumentHighlightParams) -> list[lsp.DocumentHighlight]:
        view, offset, lines = place_of(ls, params)
        kinds = {True: lsp.DocumentHighlightKind.Write, False: lsp.DocumentHighlightKind.Read}
        highlights = lazy_ide.navigation.highlights(view, offset)
        return [lsp.DocumentHighlight(lines.range(each.span), kinds[each.writes]) for each in highlights]

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_LINK)
    async def on_links(ls: SlaServer, params: lsp.DocumentLinkParams) -> list[lsp.DocumentLink]:
        view = ls.session.view(params.text_document.uri)
        lines = ls.session.lines(view.name)
        return [
            lsp.DocumentLink(lines.range(link.span), ls.session.uri(link.file))
            for link in lazy_ide.navigation.links(view)
        ]


def _leads(
    session: Session, definition: navigation.Definition | None, lines: convert.Lines, links: bool
) -> lsp.Location | list[lsp.LocationLink] | None:
    """Where a name leads, with the stretch it leads from where the client takes that."""
    if definition is None:
        return None
    if not links:
        return location(session, definition.name)
    there = session.lines(definition.name.file)
    whole = definition.whole if definition.whole.file == definition.name.file else definition.name
    return [
        lsp.LocationLink(
            session.uri(definition.name.file),
            there.range(Span(min(whole.span.start, definition.name.span.start), whole.span.end)),
            there.range(definition.name.span),
            lines.range(definition.origin),
        )
    ]


# --- which declaration stands on which others


def _calls(server: SlaServer) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_PREPARE_CALL_HIERARCHY)
    async def on_prepare(
        ls: SlaServer, params: lsp.CallHierarchyPrepareParams
    ) -> list[lsp.CallHierarchyItem] | None:
        view, offset, _ = place_of(ls, params)
        item = lazy_ide.navigation.prepare_calls(view, offset)
        return [_call_item(ls.session, item)] if item is not None else None

    @server.feature(lsp.CALL_HIERARCHY_INCOMING_CALLS)
    async def on_incoming(
        ls: SlaServer, params: lsp.CallHierarchyIncomingCallsParams
    ) -> list[lsp.CallHierarchyIncomingCall]:
        view, target = ls.session.view(params.item.uri), _target(params.item)
        calls = lazy_ide.navigation.dependents(view, target) if target else []
        return [
            lsp.CallHierarchyIncomingCall(
                _call_item(ls.session, each.item), _ranges(ls, each.item.name.file, each)
            )
            for each in calls
        ]

    @server.feature(lsp.CALL_HIERARCHY_OUTGOING_CALLS)
    async def on_outgoing(
        ls: SlaServer, params: lsp.CallHierarchyOutgoingCallsParams
    ) -> list[lsp.CallHierarchyOutgoingCall]:
        view, target = ls.session.view(params.item.uri), _target(params.item)
        calls = lazy_ide.navigation.needs(view, target) if target else []
        return [
            lsp.CallHierarchyOutgoingCall(_call_item(ls.session, each.item), _ranges(ls, view.name, each))
            for each in calls
        ]


def _ranges(ls: SlaServer, file: str, call: navigation.Call) -> list[lsp.Range]:
    lines = ls.session.lines(file)
    return [lines.range(span) for span in call.spans]


def _call_item(session: Session, item: navigation.Item) -> lsp.CallHierarchyItem:
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
    symbols = PerDeclaration(_symbols_of, _symbols_rest_on)
    server.kept.append(symbols)

    @server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    async def on_symbols(
        ls: SlaServer, params: lsp.DocumentSymbolParams
    ) -> Raw | list[lsp.SymbolInformation]:
        view = ls.session.view(params.text_document.uri)
        lines = ls.session.lines(view.name)
        if ls.session.can("text_document.document_symbol.hierarchical_document_symbol_support"):
            return joined(symbols.of(view, lines))
        every = lazy_ide.outline.symbols(view)
        flat = [(inside, each.title) for each in every for inside in each.children]
        return [
            _information(ls.session, lazy_ide.view.Place(view.name, each.name), each, inside)
            for each, inside in [*((each, "") for each in every), *flat]
        ]

    @server.feature(lsp.WORKSPACE_SYMBOL)
    async def on_workspace_symbols(
        ls: SlaServer, params: lsp.WorkspaceSymbolParams
    ) -> list[lsp.SymbolInformation]:
        ls.session.list_all()
        views = [ls.session.view(ls.session.uri(name)) for name in ls.session.workspace.names()]
        matches = lazy_ide.outline.search(views, params.query)
        return [_information(ls.session, each.place, each.symbol, each.container) for each in matches]

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


def _folds(server: SlaServer) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_FOLDING_RANGE)
    async def on_folding(ls: SlaServer, params: lsp.FoldingRangeParams) -> Raw:
        view = ls.session.view(params.text_document.uri)
        folds = lazy_ide.outline.folds(view)
        plain = ({"startLine": each.first, "endLine": each.last, "kind": each.kind} for each in folds)
        return joined([json_of([{key: x for key, x in each.items() if x != ""} for each in plain])])


def _symbols_rest_on(view: View, part: Part) -> tuple[object, ...]:
    return lazy_ide.outline.rests_on(view, part)


def _symbols_of(view: View, placed: Placed, lines: convert.Lines) -> str:
    return json_of([_symbol(lines, each) for each in lazy_ide.outline.symbols_of(view, placed.part)])


def _symbol(lines: convert.Lines, symbol: outline.Symbol) -> dict[str, Any]:
    made: dict[str, Any] = {
        "name": symbol.title,
        "kind": _SYMBOLS[symbol.kind].value,
        "range": range_of(lines, symbol.whole),
        "selectionRange": range_of(lines, symbol.name),
        "children": [_symbol(lines, each) for each in symbol.children],
    }
    return {**made, "detail": symbol.detail} if symbol.detail else made


def _information(
    session: Session, place: Place, symbol: outline.Symbol, container: str
) -> lsp.SymbolInformation:
    return lsp.SymbolInformation(
        location(session, place), symbol.title, _SYMBOLS[symbol.kind], container_name=container or None
    )
