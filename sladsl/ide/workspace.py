"""The files that an editor has open, those on disk, and the agreements that they are parts of.

A file is checked where it is used: a file that another one imports is looked at as a part of that one, as `sla check FOLDER` does.
Nothing is read here: `read` and `listed` are the caller's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sladsl.compiler import Read, import_root, is_inside, resolve
from sladsl.diagnostics import Diagnostic
from sladsl.ide.incremental_check import Checked, IncrementalCheck
from sladsl.ignoring import said_by_all

_IMPORT = re.compile(r'^import[ \t]+"([^"\n]*)"', re.MULTILINE)


@dataclass(frozen=True)
class Snapshot:
    """One version of one file, and the agreement it is a part of; `whole` is its last version without a syntax error, if any."""

    name: str
    version: int | None
    checked: Checked
    whole: Checked | None

    @property
    def text(self) -> str:
        return self.checked.layouts[self.name].source.text


@dataclass
class Workspace:
    """Texts by name; a name is a path, or whatever an editor calls a text that is not saved.

    `read` gives a file's text (see `compiler.Read`); `root_of` the folder that the imports of a file may not leave.
    """

    read: Read
    root_of: Callable[[str], str | None]
    _open: dict[str, tuple[int | None, str]] = field(default_factory=dict)
    _known: set[str] = field(default_factory=set)
    _imports: dict[str, frozenset[str] | None] = field(default_factory=dict)
    _graph: dict[str, frozenset[str]] | None = None
    _checks: dict[str, IncrementalCheck] = field(default_factory=dict)
    _checked: dict[str, Checked] = field(default_factory=dict)
    _whole: dict[str, Checked] = field(default_factory=dict)
    _stale: set[str] = field(default_factory=set)

    # --- texts

    def open(self, name: str, version: int | None, text: str) -> None:
        """Take a text from the editor, when it is opened and after each change."""
        self._open[name] = (version, text)
        self._touch(name)

    def close(self, name: str) -> None:
        """From now on the file on disk counts."""
        self._open.pop(name, None)
        self._touch(name)

    def disk_changed(self, names: Iterable[str]) -> None:
        """Files came, went or were written."""
        self._touch(*(name for name in names if name not in self._open))

    def listed(self, names: Iterable[str]) -> None:
        """Agreements of the workspace's folders."""
        self._touch(*(name for name in names if name not in self._known and name not in self._open))

    def text(self, name: str) -> str:
        """A file as it is now: the editor's text before the disk's. Raises as `read` does."""
        known = self._open.get(name)
        return known[1] if known is not None else self.read(name)

    def version(self, name: str) -> int | None:
        return self._open[name][0] if name in self._open else None

    def is_open(self, name: str) -> bool:
        return name in self._open

    def _touch(self, *names: str) -> None:
        """Mark every agreement that a file is, or may be, a part of."""
        for name in names:
            before = self._imports.get(name)
            if before != self._read_imports(name) or name not in self._known:
                self._graph = None
            self._known.add(name)
        touched, reached = set(names), self._reached()
        for root, checked in self._checked.items():
            if not (touched.isdisjoint(checked.layouts) and touched.isdisjoint(reached.get(root, ()))):
                self._stale.add(root)
        self._stale |= touched

    # --- agreements

    def names(self) -> tuple[str, ...]:
        """Every file that is open or was listed."""
        return tuple(sorted(self._known | self._open.keys()))

    def roots(self) -> tuple[str, ...]:
        """The files that no other one imports, and of a circle its first."""
        return tuple(self._reached())

    def roots_of(self, name: str) -> tuple[str, ...]:
        """The agreements that a file is a part of; its own when it is a part of none."""
        return tuple(root for root, files in self._reached().items() if name in files) or (name,)

    def roots_that_miss(self) -> tuple[str, ...]:
        """The roots of agreements in which a file is imported that cannot be read."""
        reached = self._reached().items()
        return tuple(root for root, files in reached if any(self._imports_of(file) is None for file in files))

    def checked(self, root: str) -> Checked:
        """The agreement that begins at a file, as it is now."""
        if root not in self._checked or root in self._stale:
            check = self._checks.setdefault(root, IncrementalCheck(root, self.root_of(root)))
            made = check.update(self.text(root), self.text)
            self._checked[root] = made
            self._stale.discard(root)
            if not any(d.code.startswith("SLA1") for d in made.diagnostics):
                self._whole[root] = made
        return self._checked[root]

    def snapshot(self, name: str) -> Snapshot:
        """A file in the first agreement that it is a part of."""
        for root in self.roots_of(name):
            checked = self.checked(root)
            if name in checked.layouts:
                return Snapshot(name, self.version(name), checked, self._whole.get(root))
        return Snapshot(name, self.version(name), self.checked(name), self._whole.get(name))

    def snapshots(self, name: str) -> tuple[Snapshot, ...]:
        """A file in every agreement that it is a part of."""
        every = [(root, self.checked(root)) for root in self.roots_of(name)]
        parts = [(root, checked) for root, checked in every if name in checked.layouts]
        found = (
            Snapshot(name, self.version(name), checked, self._whole.get(root)) for root, checked in parts
        )
        return tuple(found) or (self.snapshot(name),)

    def diagnostics(self, name: str) -> tuple[Diagnostic, ...]:
        """What is wrong in one file, in every agreement that it is a part of; each once."""
        every = [self.checked(root) for root in self.roots_of(name)]
        return tuple(
            said_by_all(([name], [d for d in checked.diagnostics if d.file == name]) for checked in every)
        )

    def affected(self, name: str) -> tuple[str, ...]:
        """The files whose diagnostics may change with this one: all of its agreements."""
        return tuple(
            dict.fromkeys(file for root in self.roots_of(name) for file in self.checked(root).layouts)
        )

    def _reached(self) -> Mapping[str, frozenset[str]]:
        """Every root, with the files that its agreement is made of; kept until some file imports others than before."""
        if self._graph is None:
            self._graph = self._all_reached()
        return self._graph

    def _all_reached(self) -> dict[str, frozenset[str]]:
        names = [name for name in self.names() if self._imports_of(name) is not None]
        imported = {to for name in names for to in self._imported(name) if to != name}
        reached = {name: self._reach(name) for name in names if name not in imported}
        covered = {to for files in reached.values() for to in files}
        for name in names:
            if name not in covered:
                reached[name] = self._reach(name)
                covered |= reached[name]
        return reached

    def _read_imports(self, name: str) -> frozenset[str] | None:
        """The files that a file says it imports, by its lines: asking costs no parsing. None when it cannot be read."""
        try:
            text = self.text(name)
        except (OSError, ValueError):
            self._imports[name] = None
            return None
        self._imports[name] = frozenset(resolve(name, path) for path in _imports_in(text))
        return self._imports[name]

    def _imports_of(self, name: str) -> frozenset[str] | None:
        return self._imports[name] if name in self._imports else self._read_imports(name)

    def _imported(self, name: str) -> frozenset[str]:
        return self._imports_of(name) or frozenset()

    def _reach(self, root: str) -> frozenset[str]:
        """A file and all that it imports; what is outside of the folder that imports may not leave is not looked at."""
        reached, waiting = {root}, [root]
        folder = import_root(root, self.root_of(root))
        while waiting:
            fresh = {x for x in self._imported(waiting.pop()) if is_inside(x, folder)} - reached
            reached |= fresh
            waiting += fresh
        return frozenset(reached)


def _imports_in(text: str) -> Iterator[str]:
    at = text.find("import")  # a search for lines that begin so would look at each line
    while at >= 0:
        match = _IMPORT.match(text, at)
        if match is not None:
            yield match[1]
        at = text.find("import", at + 1)
