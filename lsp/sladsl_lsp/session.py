"""One client's session: what it can do, what it has open, and the files around that."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types as lsp
from pygls import uris

from sladsl.settings import Settings, SettingsError, of_agreement
from sladsl_lsp import lazy_ide
from sladsl_lsp.convert import Lines, edited

if TYPE_CHECKING:
    from sladsl.ide.view import View
    from sladsl.ide.workspace import Workspace

_ROOTS = (".git", "pyproject.toml")
_MAX_BYTES = 32 * 1024 * 1024
_MOST_FILES = 2_000
"""Agreements that a workspace is looked through for; beyond that, files are checked as they are opened."""
_SLICE = 10  # agreements that are looked for at a time


def settings_of(name: str, root: str | None) -> Settings:
    """What the `sla.toml` above a file says, from inside the workspace; nothing where it cannot be taken, which `sla check` says."""
    if root is None or not os.path.isabs(name):
        return Settings()
    try:
        return of_agreement(name, root)
    except (OSError, SettingsError):
        return Settings()


@dataclass
class Session:
    """`names` and `uris` are the two ways to call a file: a path, or a URI exactly as the client writes it."""

    capabilities: lsp.ClientCapabilities
    encoding: str
    commands: frozenset[str] = frozenset()  # those of the client's own that a lens may ask for
    data: tuple[str, ...] = ()  # in the place of an agreement's sources
    figures: bool = True  # whether any are shown
    proofs: bool = True  # whether a solver is asked what holds of all rows
    trusted: bool = True  # whether data of the workspace may be looked at
    code_pages: str | None = None  # at which address the client shows the page of a `{code}`
    folders: dict[str, str] = field(default_factory=dict)  # path by URI
    edited: str | None = None  # the file that was changed last
    _listing: Iterator[str] | None = None
    _lines: dict[str, Lines] = field(default_factory=dict)
    _uris: dict[str, str] = field(default_factory=dict)
    _disk: dict[str, tuple[tuple[int, int], str]] = field(default_factory=dict)

    @cached_property
    def workspace(self) -> Workspace:
        return lazy_ide.workspace.Workspace(self._read, self.root_of)

    # --- what the client can do

    def can(self, path: str) -> bool:
        """Whether the client says that it can: `can("text_document.hover")`; what it does not mention it cannot."""
        at: Any = self.capabilities
        for step in path.split("."):
            at = getattr(at, step, None)
            if at is None:
                return False
        return bool(at)

    def prefers_markdown(self, formats: object) -> bool:
        return isinstance(formats, list | tuple) and lsp.MarkupKind.Markdown in formats

    # --- files and their names

    def name(self, uri: str) -> str:
        """The file that a URI means; a text that is not saved keeps its URI for a name."""
        path = uris.to_fs_path(uri)
        name = uri if path is None else os.path.normpath(path).replace(os.sep, "/")
        self._uris.setdefault(name, uri)
        return name

    def uri(self, name: str) -> str:
        known = self._uris.get(name)
        return known if known is not None else uris.from_fs_path(name) or name

    def lines(self, name: str) -> Lines:
        """The lines of a file as it is now."""
        known = self._lines.get(name)
        if known is not None:
            return known
        return Lines(self.workspace.text(name), self.encoding)

    def open_names(self) -> list[str]:
        """The files that are open, the one that was changed last first."""
        return sorted(self._lines, key=lambda name: name != self.edited)

    def view(self, uri: str) -> View:
        return lazy_ide.view.View(self.workspace.snapshot(self.name(uri)))

    def _read(self, name: str) -> str:
        """A file on disk; links may not lead where a path may not. Kept until the file changes."""
        path = Path(name)
        state = path.stat()
        stamp = (state.st_mtime_ns, state.st_size)
        known = self._disk.get(name)
        if known is None or known[0] != stamp:
            if not stat.S_ISREG(state.st_mode):
                raise ValueError("it is no plain file")
            if state.st_size > _MAX_BYTES:
                raise ValueError("it is larger than any agreement; is it data?")
            root = self.root_of(name)
            if root is not None and not os.path.realpath(path).startswith(
                os.path.join(os.path.realpath(root), "")
            ):
                raise ValueError("it is a link that leads outside the workspace")
            known = self._disk[name] = (stamp, path.read_bytes().decode("utf-8-sig"))
        return known[1]

    def is_saved(self, name: str) -> bool:
        """Whether a file holds what is in the editor."""
        try:
            return self._read(name) == self.lines(name).text
        except (OSError, ValueError):
            return False

    def root_of(self, name: str) -> str | None:
        """The folder that a file's imports may not leave: its repository, as for `sla check`, else its own folder."""
        if "://" in name or not os.path.isabs(name):
            return None
        own = Path(name).parent
        root = next((each for each in (own, *own.parents) if any((each / r).exists() for r in _ROOTS)), own)
        return root.as_posix()

    # --- texts

    def open(self, document: lsp.TextDocumentItem) -> str:
        name = self.name(document.uri)
        self._uris[name] = document.uri
        self._lines[name] = Lines(document.text, self.encoding)
        self.workspace.open(name, document.version, document.text)
        return name

    def change(
        self, document: lsp.VersionedTextDocumentIdentifier, changes: list[lsp.TextDocumentContentChangeEvent]
    ) -> str:
        name = self.name(document.uri)
        lines = self.lines(name)
        for change in changes:
            lines = edited(lines, change)
        self._lines[name] = lines
        self.edited = name
        self.workspace.open(name, document.version, lines.text)
        return name

    def close(self, uri: str) -> str:
        name = self.name(uri)
        self._lines.pop(name, None)
        self.workspace.close(name)
        return name

    def begin_listing(self) -> None:
        """Look through the folders for agreements, from the beginning."""
        names = (name for folder in self.folders.values() for name in _agreements(folder))
        self._listing = islice(names, _MOST_FILES)

    def list_some(self) -> bool:
        """Go on with that for a moment; False when all are known."""
        if self._listing is None:
            return False
        names = list(islice(self._listing, _SLICE))
        self.workspace.listed(names)
        if len(names) < _SLICE:
            self._listing = None
        return bool(names)

    def list_all(self) -> None:
        while self.list_some():
            pass


def _agreements(folder: str) -> Iterator[str]:
    for place, folders, files in os.walk(folder):
        folders[:] = sorted(each for each in folders if not each.startswith(".") and each != "node_modules")
        yield from (f"{place}/{name}".replace(os.sep, "/") for name in sorted(files) if name.endswith(".sla"))
