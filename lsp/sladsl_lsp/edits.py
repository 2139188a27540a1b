"""What changes the text: renaming, code actions and formatting."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcInvalidParams

from sladsl.diagnostics import Edit
from sladsl.source import Source
from sladsl_lsp import lazy_ide
from sladsl_lsp.connection import SlaServer, hints_of
from sladsl_lsp.convert import Lines
from sladsl_lsp.documents import PAGE
from sladsl_lsp.session import Session

if TYPE_CHECKING:
    from sladsl.ide import actions
    from sladsl.ide.view import FileEdits

_ACTIONS = ["quickfix", "refactor.extract", "refactor.inline", "refactor.rewrite", "source.fixAll"]


def register(server: SlaServer) -> None:
    _rename(server)
    _actions(server)
    _formatting(server)


# --- renaming


def _rename(server: SlaServer) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
    async def on_prepare(
        ls: SlaServer, params: lsp.PrepareRenameParams
    ) -> lsp.PrepareRenamePlaceholder | None:
        view = ls.session.view(params.text_document.uri)
        lines = ls.session.lines(view.name)
        named = lazy_ide.renaming.prepare_rename(view, lines.offset(params.position))
        return lsp.PrepareRenamePlaceholder(lines.range(named.span), named.target.name) if named else None

    @server.feature(lsp.TEXT_DOCUMENT_RENAME)
    async def on_rename(ls: SlaServer, params: lsp.RenameParams) -> lsp.WorkspaceEdit:
        ls.session.list_all()  # what is shared has its other name in every agreement
        view = ls.session.view(params.text_document.uri)
        offset = ls.session.lines(view.name).offset(params.position)
        try:
            edits = lazy_ide.renaming.rename(ls.session.workspace, view, offset, params.new_name)
        except lazy_ide.renaming.NoRename as error:
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
            moved = lazy_ide.renaming.moved(views, session.name(each.old_uri), session.name(each.new_uri))
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
        offered = lazy_ide.actions.actions(view, selection, ls.session.workspace.diagnostics(view.name))
        offered += lazy_ide.lenses.tests(view, ls.figures.known(ls.session, view), selection)
        rows = list(lazy_ide.proofs.tests(view, hints_of(ls, view.name), selection))
        wanted = params.context.only
        chosen = [each for each in offered if wanted is None or _is_wanted(each.kind, wanted)]
        if not ls.session.can("text_document.code_action.code_action_literal_support"):
            return []  # such a client takes commands only, and ours are edits
        given = params.context.diagnostics
        made = [_action(ls.session, each, given) for each in chosen]
        if wanted is None or _is_wanted("quickfix", wanted):
            made += [_action(ls.session, each, given, hint.code) for hint, each in rows]
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


def _action(session: Session, action: actions.Action, given: Any, code: str = "") -> lsp.CodeAction:
    """`code` is that of what it answers, where that is no diagnostic of the checker's."""
    code = action.mends.code if action.mends is not None else code
    mends = [d for d in given if code and d.code == code]
    return lsp.CodeAction(
        title=action.title,
        kind=action.kind,
        diagnostics=mends or None,
        is_preferred=(action.preferred or None)
        if session.can("text_document.code_action.is_preferred_support")
        else None,
        edit=workspace_edit(session, action.edits),
    )


# --- formatting


def _formatting(server: SlaServer) -> None:
    """They ask for the text alone, so none waits for a check."""

    @server.feature(lsp.TEXT_DOCUMENT_FORMATTING)
    async def on_formatting(ls: SlaServer, params: lsp.DocumentFormattingParams) -> list[lsp.TextEdit]:
        lines, source = _source(ls, params.text_document.uri)
        return _edits(lines, lazy_ide.formatting.whole(source))

    @server.feature(lsp.TEXT_DOCUMENT_RANGE_FORMATTING)
    async def on_range(ls: SlaServer, params: lsp.DocumentRangeFormattingParams) -> list[lsp.TextEdit]:
        lines, source = _source(ls, params.text_document.uri)
        return _edits(lines, lazy_ide.formatting.within(source, lines.span(params.range)))

    @server.feature(lsp.TEXT_DOCUMENT_ON_TYPE_FORMATTING, lsp.DocumentOnTypeFormattingOptions("\n"))
    async def on_type(ls: SlaServer, params: lsp.DocumentOnTypeFormattingParams) -> list[lsp.TextEdit]:
        lines, source = _source(ls, params.text_document.uri)
        return _edits(lines, lazy_ide.formatting.after_newline(source, lines.offset(params.position)))


def _source(ls: SlaServer, uri: str) -> tuple[Lines, Source]:
    """The file as it is now, its agreement unasked."""
    name = ls.session.name(uri)
    lines = ls.session.lines(name)
    return lines, Source(name, lines.text)


def _edits(lines: Lines, edits: Sequence[Edit]) -> list[lsp.TextEdit]:
    return [lsp.TextEdit(lines.range(edit.span), edit.text) for edit in edits]
