"""Documents that are made from an agreement and are no files: its plan, its SQL, what differs from the last commit, a code's page.
Each is what `sla` prints.

A client of ours asks for the text (`sla/document`) and shows it as it likes; any other that can show a document has it opened by a command.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcInvalidParams

from sladsl.diagnostics import CODES
from sladsl_lsp.connection import SlaServer
from sladsl_lsp.figure_process import output_of

REQUEST = "sla/document"
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
    folder = os.path.dirname(name)
    stem = Path(name).stem
    where = folder if os.path.isdir(folder) else None
    text = ls.session.lines(name).text
    match kind:
        case "plan":
            return Document(f"{stem}.plan.txt", await _printed(["plan", "-"], text, where))
        case "sql":
            return Document(f"{stem}.sql", await _printed(["sql", "-", "--dialect", dialect], text, where))
        case "difference":
            return Document(f"{stem}.changes.md", await _difference(ls, Path(name).name, text, where))
        case _:
            raise JsonRpcInvalidParams(
                f"there is no document `{kind}`: it is `page`, `plan`, `sql` or `difference`"
            )


async def _difference(ls: SlaServer, file: str, text: str, folder: str | None) -> str:
    """What differs in words from the last commit; git is asked, so not where nobody trusts the workspace."""
    if not ls.session.trusted:
        raise JsonRpcInvalidParams("trust the workspace first: its repository is asked")
    words = ["diff", "--words", "--format", "markdown", "--", f"HEAD:./{file}", "-"]
    written = await output_of(["-m", "sladsl", *words], text, folder)
    if not written:
        raise JsonRpcInvalidParams(
            f"there is nothing to show: the agreement has errors, or the last commit has no `{file}` that has none"
        )
    return written


async def _printed(arguments: list[str], text: str, folder: str | None = None) -> str:
    written = await output_of(["-m", "sladsl", *arguments], text, folder)
    if not written:
        raise JsonRpcInvalidParams("the agreement has errors, so there is nothing to show")
    return written
