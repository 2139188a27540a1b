"""Help while writing: completion, hover and signature help."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from sladsl.source import Span
from sladsl_lsp import convert, lazy_ide
from sladsl_lsp.connection import SlaServer, place_of
from sladsl_lsp.session import Session

if TYPE_CHECKING:
    from sladsl.ide import completion, hover

_KINDS = {
    "keyword": lsp.CompletionItemKind.Keyword,
    "value": lsp.CompletionItemKind.EnumMember,
    "snippet": lsp.CompletionItemKind.Snippet,
    "file": lsp.CompletionItemKind.File,
    "record": lsp.CompletionItemKind.Class,
    "field": lsp.CompletionItemKind.Field,
    "let": lsp.CompletionItemKind.Constant,
    "score": lsp.CompletionItemKind.Variable,
    "define": lsp.CompletionItemKind.Struct,
    "event": lsp.CompletionItemKind.Event,
    "kpi": lsp.CompletionItemKind.Function,
    "calendar": lsp.CompletionItemKind.Module,
    "party": lsp.CompletionItemKind.Module,
    "function": lsp.CompletionItemKind.Function,
}


def register(server: SlaServer) -> None:
    _completion(server)
    _hover(server)


# --- completion


def _completion(server: SlaServer) -> None:
    options = lsp.CompletionOptions(trigger_characters=[" ", '"', ".", "("], resolve_provider=True)

    @server.feature(lsp.TEXT_DOCUMENT_COMPLETION, options)
    async def on_completion(ls: SlaServer, params: lsp.CompletionParams) -> lsp.CompletionList:
        view = ls.session.view(params.text_document.uri)
        lines = ls.session.lines(view.name)
        found = lazy_ide.completion.complete(
            view, lines.offset(params.position), _importable(ls.session, view.name)
        )
        return _list(ls.session, params.text_document.uri, found, lines)

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
            found = lazy_ide.hover.describe_target(view, target, Span(0, 0))
            item.documentation = hover_text(ls.session, found) if found is not None else None
        return item


def _importable(session: Session, name: str) -> list[str]:
    """The other agreements of the workspace, as this file would import them."""
    folder = posixpath.dirname(name)
    root = session.root_of(name)
    names = (each for each in session.workspace.names() if each != name)
    inside = (each for each in names if root is not None and each.startswith(root + "/"))
    return [posixpath.relpath(each, folder) for each in inside]


def _list(
    session: Session, uri: str, found: completion.Completions, lines: convert.Lines
) -> lsp.CompletionList:
    """With the range said once for all items where the client takes that."""
    place = lines.range(found.span)
    defaults = session.capabilities.text_document
    settings = defaults.completion.completion_list if defaults and defaults.completion else None
    shared = settings is not None and "editRange" in (settings.item_defaults or ())
    items = [
        _item(session, uri, each, number, None if shared else place)
        for number, each in enumerate(found.items)
    ]
    made = lsp.CompletionList(is_incomplete=found.more, items=items)
    if shared:
        made.item_defaults = lsp.CompletionItemDefaults(edit_range=place)
    return made


def _item(
    session: Session, uri: str, item: completion.Item, number: int, place: lsp.Range | None
) -> lsp.CompletionItem:
    snippet = item.snippet and session.can("text_document.completion.completion_item.snippet_support")
    text = (
        item.insert if snippet or not item.snippet else lazy_ide.snippets.plain(item.insert).replace("$0", "")
    )
    made = lsp.CompletionItem(
        label=item.label,
        kind=_KINDS[item.kind],
        detail=item.detail or None,
        sort_text=f"{number:04d}",
        insert_text_format=lsp.InsertTextFormat.Snippet if snippet else None,
        documentation=item.help or None,
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
        found = lazy_ide.hover.hover(view, offset)
        if found is None:
            return None
        return lsp.Hover(hover_text(ls.session, found), lines.range(found.span))

    @server.feature(lsp.TEXT_DOCUMENT_SIGNATURE_HELP, lsp.SignatureHelpOptions(trigger_characters=["(", ","]))
    async def on_signature(ls: SlaServer, params: lsp.SignatureHelpParams) -> lsp.SignatureHelp | None:
        view, offset, _ = place_of(ls, params)
        found = lazy_ide.signature_help.signature_help(view, offset)
        if found is None:
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
            for each in found.signatures
        ]
        return lsp.SignatureHelp(signatures, found.active, found.parameter)


def hover_text(session: Session, found: hover.Hover) -> lsp.MarkupContent:
    capability = session.capabilities.text_document
    formats = capability.hover.content_format if capability and capability.hover else None
    if session.prefers_markdown(formats):
        text = "\n\n".join([convert.code(found.code), *found.notes])
        return lsp.MarkupContent(lsp.MarkupKind.Markdown, text)
    plain = "\n".join([found.code, "", *(note.replace("`", "") for note in found.notes)])
    return lsp.MarkupContent(lsp.MarkupKind.PlainText, plain.rstrip())
