"""The server: how a session begins and ends, texts that change, and what is wrong with them.

Every handler is `async def`: pygls reads its input through the pool that `@server.thread()` would fill, and a handler that is not a
coroutine cannot be cancelled. What takes a moment gives way between files.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import sys
from collections.abc import Coroutine
from hashlib import sha256
from typing import TYPE_CHECKING

from lsprotocol import types as lsp

from sladsl_lsp import (
    convert,
    decorations,
    documents,
    edits,
    lazy_ide,
    questions,
)
from sladsl_lsp.connection import SlaServer, hints_of
from sladsl_lsp.figure_process import Proofs
from sladsl_lsp.session import Session, settings_of

if TYPE_CHECKING:
    from sladsl_lsp.connection import Wrong

_WATCH = "**/*.sla"
_TAGS = "text_document.publish_diagnostics.tag_support"
_IDLE = 0.3  # seconds
_PATIENCE = 1.0  # seconds after which a client that could ask what is wrong, and has not, is told


def create() -> SlaServer:
    """A server with all that it can do, not started yet."""
    server = SlaServer()
    server.proofs = Proofs(lambda name: _tell_proven(server, name))
    _lifecycle(server)
    _texts(server)
    _diagnostics(server)
    for requests in (questions, edits, decorations, documents):
        requests.register(server)
    return server


def main() -> int:
    """Serve one client on standard input and output until it is done; 0 when it said so, else 1."""
    logging.getLogger("pygls").setLevel(logging.WARNING)
    server = create()
    gc.disable()  # until all is loaded
    output = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    sys.stdout = sys.stderr  # a stray word on standard output would be read as a message
    # The thread that reads may still wait when Python ends, which looks at its own `sys.stdin` then.
    server.serve(os.fdopen(os.dup(sys.stdin.fileno()), "rb"), output)
    return 0 if server.ended else 1


# --- when Python looks for what is unused


def _settle() -> None:
    """What is loaded now stays; looking through it again and again would hold up answers by tens of milliseconds."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 5, 1_000)
    gc.enable()


def _sweep_when_idle(ls: SlaServer) -> None:
    """Look for what is unused when nobody has typed for a moment."""
    if ls.sweep is not None:
        ls.sweep.cancel()
    ls.sweep = asyncio.get_running_loop().call_later(_IDLE, gc.collect, 1)


# --- a session


def _lifecycle(server: SlaServer) -> None:
    @server.feature(lsp.INITIALIZE)
    async def initialize(ls: SlaServer, params: lsp.InitializeParams) -> None:
        encoding = ls.workspace.position_encoding or lsp.PositionEncodingKind.Utf16
        told = params.initialization_options if isinstance(params.initialization_options, dict) else {}
        trusted = told.get("trusted") is not False
        ls.session = Session(
            params.capabilities,
            str(getattr(encoding, "value", encoding)),
            frozenset(_words(told.get("commands"))),
            _words(told.get("data")),
            told.get("figures") is not False and trusted,
            told.get("proofs") is not False,
            trusted,
            _template(told.get("codePages")),
        )
        folders = [folder.uri for folder in params.workspace_folders or []]
        if not folders and params.root_uri:
            folders = [params.root_uri]
        ls.session.folders = {uri: ls.session.name(uri) for uri in folders if uri.startswith("file:")}

    @server.feature(lsp.INITIALIZED)
    async def initialized(ls: SlaServer, params: lsp.InitializedParams) -> None:
        if ls.session.can("workspace.did_change_watched_files.dynamic_registration"):
            watcher = lsp.FileSystemWatcher(glob_pattern=_WATCH)
            options = lsp.DidChangeWatchedFilesRegistrationOptions([watcher])
            registration = lsp.Registration("sla-files", lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            ls.client_register_capability(lsp.RegistrationParams([registration]))
        _warm_up()
        _settle()
        _look_around(ls)

    @server.feature(lsp.SHUTDOWN)
    async def shutdown(ls: SlaServer, params: None) -> None:
        ls.ended = True
        if ls.background is not None:
            ls.background.cancel()
        ls.columns.stop()
        await ls.figures.stop()
        await ls.proofs.stop()

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    async def folders_changed(ls: SlaServer, params: lsp.DidChangeWorkspaceFoldersParams) -> None:
        for folder in params.event.removed:
            ls.session.folders.pop(folder.uri, None)
        for folder in params.event.added:
            ls.session.folders[folder.uri] = ls.session.name(folder.uri)
        _look_around(ls)


def _words(told: object) -> tuple[str, ...]:
    """What a client says in a list, such as the commands that it knows; it may say anything."""
    return tuple(each for each in told if isinstance(each, str)) if isinstance(told, list) else ()


def _template(told: object) -> str | None:
    """An address with a place for a code in it, if that is what a client says."""
    return told if isinstance(told, str) and "{code}" in told else None


_SMALL = "record a:\n  b text\n\nkpi c = count of a\nkpi d = count a\n"


def _warm_up() -> None:
    """Ask everything once about one small text, so that a reader's first question is answered as fast as the second."""
    workspace = lazy_ide.workspace.Workspace(_nothing, lambda _: None)
    workspace.open("warm", 1, _SMALL)
    view = lazy_ide.view.View(workspace.snapshot("warm"))
    lazy_ide.completion.complete(view, len(view.text))
    lazy_ide.hover.hover(view, 8)
    lazy_ide.tokens.tokens(view)
    lazy_ide.outline.symbols(view)
    lazy_ide.navigation.definition(view, 8)
    lazy_ide.renaming.prepare_rename(view, 8)
    lazy_ide.lenses.lenses(view)
    lazy_ide.actions.fix_all(view, ())


def _nothing(name: str) -> str:
    raise FileNotFoundError(name)


# --- texts


def _texts(server: SlaServer) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    async def did_open(ls: SlaServer, params: lsp.DidOpenTextDocumentParams) -> None:
        _changed(ls, ls.session.open(params.text_document))
        if not ls.has_pulled:
            asyncio.get_running_loop().call_later(_PATIENCE, _push_after_all, ls)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    async def did_change(ls: SlaServer, params: lsp.DidChangeTextDocumentParams) -> None:
        name = ls.session.change(params.text_document, list(params.content_changes))
        if not ls.inbox.changes_again(params.text_document.uri):  # else the newer text is checked
            _changed(ls, name)
            _sweep_when_idle(ls)
            ls.figures.text_moved(ls.session)
            ls.proofs.text_moved(ls.session)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    async def did_close(ls: SlaServer, params: lsp.DidCloseTextDocumentParams) -> None:
        name = ls.session.close(params.text_document.uri)
        for kept in ls.kept:
            kept.forget(name)
        _changed(ls, name)

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    async def did_save(ls: SlaServer, params: lsp.DidSaveTextDocumentParams) -> None:
        """What is saved was known before."""

    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    async def files_changed(ls: SlaServer, params: lsp.DidChangeWatchedFilesParams) -> None:
        ls.session.workspace.disk_changed([ls.session.name(change.uri) for change in params.changes])
        _look_around(ls)


def _changed(ls: SlaServer, name: str) -> None:
    """Say what is wrong in the file at hand now, in the others when there is time."""
    if not _pulls(ls):
        _publish(ls, name)
    _begin(ls, _tell_all(ls))


# --- what is done while the client is silent


def _begin(ls: SlaServer, work: Coroutine[None, None, None]) -> None:
    """Do something in the background, in the place of what is being done there."""
    if ls.background is not None:
        ls.background.cancel()
    ls.background = asyncio.ensure_future(work)


def _look_around(ls: SlaServer) -> None:
    """Look through the folders again, and say what is wrong there."""
    ls.session.begin_listing()
    _begin(ls, _tell_all(ls))


async def _tell_all(ls: SlaServer) -> None:
    """Say of each file what is new of it: never before an answer, and no more than one file at a time."""
    await ls.inbox.quiet()
    while ls.session.list_some():
        await ls.inbox.quiet()
        await asyncio.sleep(0)
    for name in ls.session.open_names():
        await ls.inbox.quiet()
        ls.proofs.ask(ls, ls.session, ls.session.view(ls.session.uri(name)))
    pulls = _pulls(ls)
    for name in list(ls.told) if pulls else ls.session.workspace.names():
        await ls.inbox.quiet()
        await asyncio.sleep(0)
        if not pulls:
            _publish(ls, name)
        elif _is_news(ls, name) and ls.session.can("workspace.diagnostics.refresh_support"):
            ls.workspace_diagnostic_refresh(None)
            return


def _is_news(ls: SlaServer, name: str) -> bool:
    """Whether the client was told something else of a file before; it asks by itself about the one that it changes."""
    told = ls.told.get(name)
    return told is not None and name != ls.session.edited and told[0] != _wrong(ls, name)


# --- who says it first: the server, or a client that asks


def _pulls(ls: SlaServer) -> bool:
    """Whether the client asks what is wrong, so that it need not be told."""
    return ls.session.can("text_document.diagnostic") and not ls.pushes_after_all


def _push_after_all(ls: SlaServer) -> None:
    """A client that says it would ask, and then does not, is told."""
    if not ls.has_pulled and not ls.pushes_after_all and _pulls(ls):
        ls.pushes_after_all = True
        _begin(ls, _tell_all(ls))


def _pulled(ls: SlaServer) -> None:
    """The client asks: what it was told unasked is taken back, so that nothing shows twice."""
    ls.has_pulled = True
    if ls.pushes_after_all:
        ls.pushes_after_all = False
        for name in ls.published:
            ls.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(ls.session.uri(name), []))
        ls.published.clear()


def _publish(ls: SlaServer, name: str) -> None:
    """Send what is wrong in one file, unless that is what was sent last."""
    version = ls.session.workspace.version(name)
    wrong = _wrong(ls, name)
    if ls.published.get(name) == (version, wrong) or (
        version is None and not wrong and name not in ls.published
    ):
        return
    ls.published[name] = version, wrong
    diagnostics = [_diagnostic(ls.session, name, each) for each in wrong]
    params = lsp.PublishDiagnosticsParams(ls.session.uri(name), diagnostics, version)
    ls.text_document_publish_diagnostics(params)


# --- what is wrong


def _diagnostics(server: SlaServer) -> None:
    options = lsp.DiagnosticOptions(
        inter_file_dependencies=True, workspace_diagnostics=True, identifier="sla"
    )

    @server.feature(lsp.TEXT_DOCUMENT_DIAGNOSTIC, options)
    async def pull(ls: SlaServer, params: lsp.DocumentDiagnosticParams) -> lsp.DocumentDiagnosticReport:
        _pulled(ls)
        name = ls.session.name(params.text_document.uri)
        wrong, result = _told(ls, name)
        if params.previous_result_id == result:
            return lsp.RelatedUnchangedDocumentDiagnosticReport(result_id=result)
        diagnostics = [_diagnostic(ls.session, name, each) for each in wrong]
        return lsp.RelatedFullDocumentDiagnosticReport(items=diagnostics, result_id=result)

    @server.feature(lsp.WORKSPACE_DIAGNOSTIC)
    async def pull_all(ls: SlaServer, params: lsp.WorkspaceDiagnosticParams) -> lsp.WorkspaceDiagnosticReport:
        """While the client is silent, and a file at a time: whoever types goes first."""
        _pulled(ls)
        before = {each.uri: each.value for each in params.previous_result_ids}
        reports: list[lsp.WorkspaceDocumentDiagnosticReport] = []
        while ls.session.list_some():
            await ls.inbox.quiet()
        for name in ls.session.workspace.names():
            await ls.inbox.quiet()
            await asyncio.sleep(0)
            uri, version = ls.session.uri(name), ls.session.workspace.version(name)
            wrong, result = _told(ls, name)
            if before.get(uri) == result:
                reports.append(lsp.WorkspaceUnchangedDocumentDiagnosticReport(uri, result, version))
            else:
                diagnostics = [_diagnostic(ls.session, name, each) for each in wrong]
                reports.append(
                    lsp.WorkspaceFullDocumentDiagnosticReport(uri, diagnostics, version, result_id=result)
                )
        return lsp.WorkspaceDiagnosticReport(reports)


def _told(ls: SlaServer, name: str) -> tuple[tuple[Wrong, ...], str]:
    """What is wrong in a file, as the client is told it now, and a word that stands for exactly this."""
    wrong, told = _wrong(ls, name), ls.told.get(name)
    if told is None or told[0] != wrong:
        told = ls.told[name] = wrong, sha256(repr(wrong).encode()).hexdigest()[:16]
    return told


def _wrong(ls: SlaServer, name: str) -> tuple[Wrong, ...]:
    """What is wrong in a file, as severe as the `sla.toml` above it says, and then what is proven; nothing in one that is gone."""
    session = ls.session
    try:
        wrong = session.workspace.diagnostics(name)
    except (OSError, ValueError):
        return ()
    settings = settings_of(name, session.root_of(name))
    return (
        *(own for d in wrong if (own := settings.taken(d)) is not None),
        *hints_of(ls, name),
    )


def _tell_proven(ls: SlaServer, name: str) -> None:
    """What was proven of an agreement is told as what is wrong is."""
    if not _pulls(ls):
        for file in ls.session.view(ls.session.uri(name)).checked.sources:
            _publish(ls, file)
    elif ls.session.can("workspace.diagnostics.refresh_support"):
        ls.workspace_diagnostic_refresh(None)


def _diagnostic(session: Session, name: str, diagnostic: Wrong) -> lsp.Diagnostic:
    lines = session.lines(name)
    if isinstance(diagnostic, lazy_ide.proofs.Hint):
        return convert.hint(diagnostic, lines, session.can(_TAGS))
    related = None
    if diagnostic.labels and session.can("text_document.publish_diagnostics.related_information"):
        related = [
            lsp.DiagnosticRelatedInformation(
                lsp.Location(
                    session.uri(label.file or name), session.lines(label.file or name).range(label.span)
                ),
                label.text,
            )
            for label in diagnostic.labels
        ]
    tags = None
    if diagnostic.code == "SLA901" and session.can(_TAGS):
        tags = [lsp.DiagnosticTag.Unnecessary]
    pages = session.code_pages
    if pages is None or not session.can("text_document.publish_diagnostics.code_description_support"):
        leads_to = None
    else:
        leads_to = lsp.CodeDescription(pages.replace("{code}", diagnostic.code))
    return lsp.Diagnostic(
        range=lines.range(diagnostic.span),
        message=convert.message(diagnostic),
        severity=convert.SEVERITIES[diagnostic.severity],
        code=diagnostic.code,
        code_description=leads_to,
        source="sla",
        tags=tags,
        related_information=related,
    )
