"""Requests that write: completion, renaming, code actions."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcInvalidParams

from sladsl.source import Span
from sladsl_lsp import convert, lazy_ide
from sladsl_lsp.connection import SlaServer
from sladsl_lsp.documents import PAGE
from sladsl_lsp.reading import hover_text
from sladsl_lsp.session import Session

if TYPE_CHECKING:
    from sladsl.ide import actions, completion
    from sladsl.ide.view import FileEdits

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
_ACTIONS = ["quickfix", "refactor.extract", "refactor.inline", "refactor.rewrite", "source.fixAll"]


def register(server: SlaServer) -> None:
    _completion(server)
    _rename(server)
    _actions(server)


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


# --- renaming


def _rename(server: SlaServer) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
    async def on_prepare(
        ls: SlaServer, params: lsp.PrepareRenameParams
    ) -> lsp.PrepareRenamePlaceholder | None:
        view = ls.session.view(params.text_document.uri)
        lines = ls.session.lines(view.name)
        found = lazy_ide.rename.prepare(view, lines.offset(params.position))
        return lsp.PrepareRenamePlaceholder(lines.range(found.span), found.target.name) if found else None

    @server.feature(lsp.TEXT_DOCUMENT_RENAME)
    async def on_rename(ls: SlaServer, params: lsp.RenameParams) -> lsp.WorkspaceEdit:
        view = ls.session.view(params.text_document.uri)
        offset = ls.session.lines(view.name).offset(params.position)
        try:
            edits = lazy_ide.rename.rename(view, offset, params.new_name)
        except lazy_ide.rename.NoRename as error:
            raise JsonRpcInvalidParams(str(error)) from None
        return workspace_edit(ls.session, edits)

    agreements = lsp.FileOperationFilter(
        lsp.FileOperationPattern("**/*.{sla,csv,tsv,parquet,xlsx,jsonl}"), "file"
    )

    @server.feature(
        lsp.WORKSPACE_WILL_RENAME_FILES, lsp.FileOperationRegistrationOptions(filters=[agreements])
    )
    async def on_move(ls: SlaServer, params: lsp.RenameFilesParams) -> lsp.WorkspaceEdit:
        session = ls.session
        views = [session.view(session.uri(name)) for name in session.workspace.names()]
        edits: FileEdits = {}
        for each in params.files:
            moved = lazy_ide.rename.moved(views, session.name(each.old_uri), session.name(each.new_uri))
            for name, made in moved.items():
                edits.setdefault(name, []).extend(made)
        return workspace_edit(session, edits)


def workspace_edit(session: Session, edits: FileEdits) -> lsp.WorkspaceEdit:
    """Edits by file: of exactly these versions where the client takes that."""
    by_uri = {
        name: [lsp.TextEdit(session.lines(name).range(edit.span), edit.text) for edit in made]
        for name, made in edits.items()
    }
    if not session.can("workspace.workspace_edit.document_changes"):
        return lsp.WorkspaceEdit(changes={session.uri(name): made for name, made in by_uri.items()})
    changes = [
        lsp.TextDocumentEdit(
            lsp.OptionalVersionedTextDocumentIdentifier(session.uri(name), session.workspace.version(name)),
            made,
        )
        for name, made in by_uri.items()
    ]
    return lsp.WorkspaceEdit(document_changes=list[Any](changes))


# --- code actions


def _actions(server: SlaServer) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION, lsp.CodeActionOptions(code_action_kinds=list(_ACTIONS)))
    async def on_actions(
        ls: SlaServer, params: lsp.CodeActionParams
    ) -> list[lsp.CodeAction] | list[lsp.Command]:
        view = ls.session.view(params.text_document.uri)
        selection = ls.session.lines(view.name).span(params.range)
        found = lazy_ide.actions.actions(view, selection, ls.session.workspace.diagnostics(view.name))
        found += lazy_ide.live_figures.tests(view, ls.figures.known(ls.session, view), selection)
        wanted = params.context.only
        chosen = [each for each in found if wanted is None or _is_wanted(each.kind, wanted)]
        if not ls.session.can("text_document.code_action.code_action_literal_support"):
            return []  # such a client takes commands only, and ours are edits
        made = [_action(ls.session, each, params.context.diagnostics) for each in chosen]
        if wanted is None or _is_wanted("quickfix", wanted):
            made += _pages(ls.session, params.context.diagnostics)
        return made


def _pages(session: Session, given: Sequence[lsp.Diagnostic]) -> Iterator[lsp.CodeAction]:
    """The page of each code that is pointed at, where the client can show it."""
    if not (session.can("window.show_document.support") or PAGE in session.commands):
        return
    codes = {str(each.code): each for each in given if each.source == "sla" and each.code}
    for code, diagnostic in codes.items():
        title = f"open the page of {code}"
        yield lsp.CodeAction(
            title,
            lsp.CodeActionKind.QuickFix,
            [diagnostic],
            command=lsp.Command(title, PAGE, arguments=[code]),
        )


def _is_wanted(kind: str, wanted: Any) -> bool:
    """A client may ask for a family (`refactor`) and means all its members."""
    families = [str(getattr(each, "value", each)) for each in wanted]
    return any(family in ("", kind) or kind.startswith(f"{family}.") for family in families)


def _action(session: Session, action: actions.Action, given: Any) -> lsp.CodeAction:
    mends = [d for d in given if action.mends is not None and d.code == action.mends.code]
    return lsp.CodeAction(
        title=action.title,
        kind=action.kind,
        diagnostics=mends or None,
        is_preferred=(action.preferred or None)
        if session.can("text_document.code_action.is_preferred_support")
        else None,
        edit=workspace_edit(session, action.edits),
    )
