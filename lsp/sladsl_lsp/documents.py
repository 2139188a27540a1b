"""Documents that are made from an agreement and are no files: its plan, its SQL, its page to sign, its review, what differs from the
last commit, a code's page. Each is what `sla` prints. And where the data of an agreement are.

A client of ours asks for the text (`sla/document`) and shows it as it likes; any other that can show a document has it opened by a command.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcInvalidParams

from sladsl.addresses import Address
from sladsl.diagnostics import CODES, Severity
from sladsl_lsp.connection import SlaServer
from sladsl_lsp.figure_process import output_and_complaints_of
from sladsl_lsp.session import Session, settings_of

REQUEST, DATA = "sla/document", "sla/data"
PAGE, PLAN, SQL, DIFFERENCE = "sla.openPage", "sla.openPlan", "sla.openSql", "sla.openDifference"


@dataclass(frozen=True, slots=True)
class Document:
    """`name` says what language it is in by its ending."""

    name: str
    text: str


class Shown:
    """The folder where documents are put for a client to open; it goes when the server ends."""

    @cached_property
    def _folder(self) -> TemporaryDirectory[str]:
        return TemporaryDirectory(prefix="sla-")

    def put(self, document: Document) -> str:
        """The URI of a file with the document in it."""
        path = Path(self._folder.name) / document.name
        path.write_text(document.text, encoding="utf-8")
        return path.as_uri()


def register(server: SlaServer) -> None:
    shown = Shown()

    @server.feature(REQUEST)
    async def on_document(ls: SlaServer, params: Any) -> dict[str, str]:
        kind, about = getattr(params, "kind", None), getattr(params, "about", None)
        made = await _made(ls, str(kind), str(about), str(getattr(params, "dialect", None) or "duckdb"))
        return {"name": made.name, "text": made.text}

    @server.feature(DATA)
    async def on_data(ls: SlaServer, params: Any) -> dict[str, list[dict[str, str | None]]]:
        return {"data": list(_data(ls.session, str(getattr(params, "about", None))))}

    async def show(ls: SlaServer, kind: str, about: str, dialect: str = "duckdb") -> None:
        made = await _made(ls, kind, about, dialect)
        if ls.session.can("window.show_document.support"):
            ls.window_show_document(lsp.ShowDocumentParams(shown.put(made), take_focus=True))

    @server.command(PAGE)
    async def open_page(ls: SlaServer, code: str) -> None:
        await show(ls, "page", code)

    @server.command(PLAN)
    async def open_plan(ls: SlaServer, uri: str) -> None:
        await show(ls, "plan", uri)

    @server.command(SQL)
    async def open_sql(ls: SlaServer, uri: str, dialect: str = "duckdb") -> None:
        await show(ls, "sql", uri, dialect)

    @server.command(DIFFERENCE)
    async def open_difference(ls: SlaServer, uri: str) -> None:
        await show(ls, "difference", uri)


async def _made(ls: SlaServer, kind: str, about: str, dialect: str) -> Document:
    """The document; `about` is a code for a page, else the URI of an agreement, whose text is taken as it is in the editor."""
    if kind == "page":
        if about not in CODES:
            raise JsonRpcInvalidParams(f"there is no diagnostic code `{about}`")
        return Document(f"{about}.md", await _printed(["explain", "--format", "markdown", "--", about], ""))
    name = ls.session.name(about)
    stem = Path(name).stem
    match kind:
        case "plan":
            return Document(f"{stem}.plan.txt", await _of_agreement(ls.session, name, "plan"))
        case "sql":
            text = await _of_agreement(ls.session, name, "sql", "--dialect", dialect)
            return Document(f"{stem}.sql", text)
        case "doc":
            text = await _of_agreement(ls.session, name, "doc", "--format", "html")
            unsaved = f"<footer>Made from {escape(os.path.basename(name))}, not saved"
            return Document(f"{stem}.html", text.replace("<footer>Made from &lt;stdin&gt;", unsaved))
        case "review":
            if not ls.session.trusted:
                raise JsonRpcInvalidParams("a review reads the data, and the workspace is not trusted")
            text = await _of_agreement(ls.session, name, "review", "--out", "-", *_given(ls.session))
            return Document(f"{stem}.review.html", text)
        case "difference":
            return Document(f"{stem}.changes.md", await _difference(ls.session, name))
        case _:
            raise JsonRpcInvalidParams(
                f"there is no document `{kind}`: it is `page`, `plan`, `sql`, `doc`, `review` or `difference`"
            )


def _given(session: Session) -> list[str]:
    """What the editor puts in the place of sources, as a command is told it."""
    return [word for each in session.data for word in ("--data", each)]


async def _difference(session: Session, name: str) -> str:
    """What differs in words from the last commit; git is asked, so not where nobody trusts the workspace."""
    if not session.trusted:
        raise JsonRpcInvalidParams("trust the workspace first: its repository is asked")
    _refuse_errors(session, name)
    words = ["diff", "--words", "--format", "markdown", "--", f"HEAD:./{os.path.basename(name)}", "-"]
    return await _printed(words, session.lines(name).text, _folder(name))


async def _of_agreement(session: Session, name: str, *arguments: str) -> str:
    """What a command prints of an agreement's text as it is in the editor."""
    _refuse_errors(session, name)
    # Under its own name where the file has it; it is named on the page to sign, and in what a review says to run.
    file = os.path.basename(name) if session.is_saved(name) else "-"
    return await _printed([*arguments, "--", file], session.lines(name).text, _folder(name))


def _refuse_errors(session: Session, name: str) -> None:
    if any(d.severity is Severity.ERROR for d in session.workspace.diagnostics(name)):
        raise JsonRpcInvalidParams("the agreement has errors, so there is nothing to show")


def _folder(name: str) -> str | None:
    """The folder of an agreement, which its imports and its data begin at; none where it is not on disk."""
    folder = os.path.dirname(name)
    return folder if os.path.isdir(folder) else None


async def _printed(arguments: list[str], text: str, folder: str | None = None) -> str:
    written, complaints = await output_and_complaints_of(["-m", "sladsl", *arguments], text, folder)
    if not written:
        raise JsonRpcInvalidParams(complaints.strip().removeprefix("error: ") or "there is nothing to show")
    return written


# --- where the data of an agreement are


def _data(session: Session, uri: str) -> Iterator[dict[str, str | None]]:
    """For each source, and each record without one: where its rows are and who says so; what is secret in an address is left out."""
    view = session.view(uri)
    settings = settings_of(view.name, session.root_of(view.name))
    nearest = [
        ("the editor", [each.partition("=")[::2] for each in session.data]),
        ("sla.toml", [(name, where.written) for name, where in settings.data.items()]),
    ]
    sources = [(each.name, each.record, each.where) for each in view.model.sources]
    bare = [each.name for each in view.model.records.values() if each.spell is None]
    for record in dict.fromkeys([*bare, *(record for _, record, _ in sources)]):
        own = [(name, where) for name, source_of, where in sources if source_of == record]
        names = {record, *(name for name, _ in own)}
        said = [(by, [where for name, where in given if name in names]) for by, given in nearest]
        by, places = next((each for each in said if each[1]), ("the agreement", [where for _, where in own]))
        for where in places:
            yield {"record": record, "where": str(Address(where)), "from": by}
        if not places:
            yield {"record": record, "where": None, "from": None}
