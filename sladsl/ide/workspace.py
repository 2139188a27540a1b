"""The files that an editor has open, those on disk, and the agreements that they are parts of.

A file is checked where it is used: a file that another one imports is looked at as a part of that one, as `sla check FOLDER` does.
Nothing is read here: `read` and `listed` are the caller's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sladsl.compiler import Read, resolve
from sladsl.diagnostics import Diagnostic
from sladsl.ide.incremental_check import Program, State

_IMPORT = re.compile(r'^import[ \t]+"([^"\n]*)"', re.MULTILINE)


@dataclass(frozen=True)
class Snapshot:
    """One version of one file, and the agreement it is a part of; `whole` is its last version without a syntax error, if any."""

    name: str
    version: int | None
    state: State
    whole: State | None

    @property
    def text(self) -> str:
        return self.state.layouts[self.name].source.text


@dataclass
class Workspace:
    """Texts by name; a name is a path, or whatever an editor calls a text that is not saved.

    `read` gives a file's text (see `compiler.Read`); `root_of` the folder that the imports of a file may not leave. `slice` is how
    many units are looked at between two pauses (`steps`).
    """

    read: Read
    root_of: Callable[[str], str | None]
    slice: int = 128
    _open: dict[str, tuple[int | None, str]] = field(default_factory=dict)
    _known: set[str] = field(default_factory=set)
    _imports: dict[str, frozenset[str] | None] = field(default_factory=dict)
    _graph: dict[str, frozenset[str]] | None = None
    _programs: dict[str, Program] = field(default_factory=dict)
    _states: dict[str, State] = field(default_factory=dict)
    _whole: dict[str, State] = field(default_factory=dict)
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
        for name in names:
            self._known.add(name)
            if name not in self._open:
                self._touch(name)

    def listed(self, names: Iterable[str]) -> None:
        """The agreements of the workspace's folders."""
        fresh = set(names) - self._known
        self._known |= fresh
        for name in fresh - self._open.keys():
            self._touch(name)

    def text(self, name: str) -> str:
        """A file as it is now: the editor's text before the disk's. Raises as `read` does."""
        known = self._open.get(name)
        return known[1] if known is not None else self.read(name)

    def version(self, name: str) -> int | None:
        return self._open[name][0] if name in self._open else None

    def is_open(self, name: str) -> bool:
        return name in self._open

    def _touch(self, name: str) -> None:
        """Mark every agreement that a file is, or may be, a part of."""
        before = self._imports.get(name)
        if name not in self._known or before is None or before != self._read_imports(name):
            self._graph = None
        self._known.add(name)
        self._stale |= {root for root, state in self._states.items() if name in state.layouts}
        self._stale |= {root for root in self._states if name in self._reached().get(root, ())}
        self._stale.add(name)

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

    def state(self, root: str) -> State:
        """The agreement that begins at a file, as it is now."""
        for _ in self._updating(root):
            pass
        return self._states[root]

    def steps(self, name: str) -> Iterator[None]:
        """Bring the agreements of a file up to date, with a pause after each part of much work.

        It may be given up at any pause, and must be once a text changed or a state was asked for.
        """
        for root in self.roots_of(name):
            yield from self._updating(root)

    def is_stale(self, name: str) -> bool:
        """Whether something about a file's agreements is still to be found out."""
        return any(root not in self._states or root in self._stale for root in self.roots_of(name))

    def _updating(self, root: str) -> Iterator[None]:
        if root in self._states and root not in self._stale:
            return
        program = self._programs.setdefault(root, Program(root, self.root_of(root), self.slice))
        for made in program.updating(self.text(root), self.text):
            if made is None:
                yield
                continue
            self._states[root] = made
            self._stale.discard(root)
            if not any(d.code.startswith("SLA1") for d in made.diagnostics):
                self._whole[root] = made

    def snapshot(self, name: str) -> Snapshot:
        """A file in the first agreement that it is a part of."""
        for root in self.roots_of(name):
            state = self.state(root)
            if name in state.layouts:
                return Snapshot(name, self.version(name), state, self._whole.get(root))
        return Snapshot(name, self.version(name), self.state(name), self._whole.get(name))

    def diagnostics(self, name: str) -> tuple[Diagnostic, ...]:
        """What is wrong in one file, in every agreement that it is a part of; each once."""
        found = dict.fromkeys(
            d for root in self.roots_of(name) for d in self.state(root).diagnostics if d.file == name
        )
        return tuple(found)

    def affected(self, name: str) -> tuple[str, ...]:
        """The files whose diagnostics may change with this one: all of its agreements."""
        return tuple(dict.fromkeys(file for root in self.roots_of(name) for file in self.state(root).layouts))

    def _reached(self) -> Mapping[str, frozenset[str]]:
        """Every root, with the files that its agreement is made of; kept until some file imports others than before."""
        if self._graph is None:
            self._graph = self._all_reached()
        return self._graph

    def _all_reached(self) -> dict[str, frozenset[str]]:
        names = [name for name in self.names() if self._read_imports(name) is not None]
        imported = {to for name in names for to in self._imported(name) if to != name}
        found = {name: self._reach(name) for name in names if name not in imported}
        covered = {to for files in found.values() for to in files}
        for name in names:
            if name not in covered:
                found[name] = self._reach(name)
                covered |= found[name]
        return found

    def _read_imports(self, name: str) -> frozenset[str] | None:
        """The files that a file says it imports, by its lines: asking costs no parsing. None when it cannot be read."""
        try:
            text = self.text(name)
        except (OSError, ValueError):
            self._imports[name] = None
            return None
        self._imports[name] = frozenset(resolve(name, found) for found in _imports_in(text))
        return self._imports[name]

    def _imported(self, name: str) -> frozenset[str]:
        known = self._imports[name] if name in self._imports else self._read_imports(name)
        return known or frozenset()

    def _reach(self, root: str) -> frozenset[str]:
        """A file and all that it imports."""
        found, waiting = {root}, [root]
        while waiting:
            fresh = self._imported(waiting.pop()) - found
            found |= fresh
            waiting += fresh
        return frozenset(found)


def _imports_in(text: str) -> Iterator[str]:
    at = text.find("import")  # a search for lines that begin so would look at each line
    while at >= 0:
        found = _IMPORT.match(text, at)
        if found is not None:
            yield found[1]
        at = text.find("import", at + 1)
