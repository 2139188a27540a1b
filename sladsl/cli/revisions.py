"""Files as they are in a revision of a git repository, read from its objects.

Nothing of a repository runs: no hook, no filter, no pager, and what a clone left on a server is not fetched. What is read is what the
revision has; the working tree is not looked at.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

import click

from sladsl.addresses import Address
from sladsl.compiler import Compilation, compile_text
from sladsl.workspace import MAX_BYTES, ROOTS, Unreadable, decode

_PLAIN, _FOLDER = ("100644", "100755"), "040000"
_SECONDS = 60
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_UNTOUCHED = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
)
"""What a hook of some other repository tells the commands that it calls."""


def is_revision(text: str) -> bool:
    """Whether `REV:path` is meant: no file has that name, and no drive does."""
    return ":" in text and _DRIVE.match(text) is None and not Path(text).exists()


@dataclass(frozen=True)
class Revision:
    """A path in a revision: `commit` is its hash, `repository` the folder of the working tree, and `path` is from there. `name` is how the
    revision was written."""

    name: str
    commit: str
    repository: Path
    path: str
    _tree: Mapping[str, _Entry] = field(repr=False, compare=False)

    @staticmethod
    def of(text: str) -> Revision:
        """What `REV:path` names; the path is from the working folder, as every other one. A click error says what is wrong with it."""
        name, _, path = text.partition(":")
        _refuse(text, name, path)
        own = Path(os.path.abspath(path or "."))
        folder = next(f for f in (own, *own.parents) if f.is_dir())
        told, found = _git(folder, "rev-parse", "--show-toplevel")
        if found is None:
            raise click.ClickException(
                f"`{Address(text)}` asks for a revision, and git finds no repository here: {told}"
            )
        repository = Path(os.path.realpath(found.decode(errors="surrogateescape").removesuffix("\n")))
        real = Path(os.path.realpath(folder), *own.relative_to(folder).parts)
        if not real.is_relative_to(repository):
            raise click.ClickException(f"`{path}` is outside of the repository `{repository}`")
        told, commit = _git(
            repository, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"
        )
        if commit is None:
            reason = f": {told}" if told else ""
            raise click.ClickException(
                f"there is no revision `{name}` in this repository{reason}; expected a branch, a tag or a commit. A build server may "
                "have fetched the last commit alone"
            )
        hash_ = commit.decode().strip()
        tree = _tree(repository, hash_)
        made = Revision(name, hash_, repository, real.relative_to(repository).as_posix(), tree)
        if made.path != "." and made.path not in tree:
            from_root = (
                f"; paths are from the working folder, and `{path}` is there from the root of the repository"
                if path in tree
                else "; where it is new, compare the folders that have it"
            )
            raise click.ClickException(f"`{path}` is not there in `{name}`{from_root}")
        return made

    @property
    def is_folder(self) -> bool:
        return self.path == "." or self._tree[self.path].mode == _FOLDER

    def files(self) -> list[str]:
        """The `.sla` files in the folder, by their paths in it; hidden folders are not looked into."""
        found = []
        for path, entry in self._tree.items():
            if (
                path.endswith(".sla")
                and entry.mode in _PLAIN
                and PurePosixPath(path).is_relative_to(self.path)
            ):
                own = PurePosixPath(path).relative_to(self.path)
                if not any(x.startswith(".") for x in own.parts[:-1]):
                    found.append(own.as_posix())
        return sorted(found)

    def inside(self, path: str) -> Revision:
        """A file in this folder."""
        whole = path if self.path == "." else f"{self.path}/{path}"
        return Revision(self.name, self.commit, self.repository, whole, self._tree)

    def compiled(self) -> Compilation:
        """The agreement in the file, with what it imports, all as the revision has it. It has the name that the file has in the working
        tree, so that its data are looked for where they would be."""
        try:
            text = self._text(self.path)
        except (OSError, ValueError) as error:
            reason = error.reason if isinstance(error, Unreadable) else f"cannot be read: {error}"
            raise click.ClickException(f"`{self.path}` in `{self.name}` {reason}") from None
        return compile_text(text, self._shown(self.path), read=self._read, root=self._root())

    def _shown(self, path: str) -> str:
        return os.path.relpath(self.repository / path, Path.cwd().resolve()).replace(os.sep, "/")

    def _read(self, name: str) -> str:
        whole = Path(os.path.abspath(Path(Path.cwd().resolve(), name)))
        if not whole.is_relative_to(self.repository):
            raise ValueError("it is outside of the repository")
        return self._text(whole.relative_to(self.repository).as_posix())

    def _root(self) -> str:
        """The folder that imports may not leave, as `workspace` has it in the working tree."""
        parents = PurePosixPath(self.path).parents
        marked = (p for p in parents if str(p) == "." or f"{p}/{ROOTS[1]}" in self._tree)
        return self._shown(str(next(marked)))

    def _text(self, path: str) -> str:
        entry = self._tree.get(path)
        if entry is None:
            raise FileNotFoundError(path)
        if entry.mode == _FOLDER:
            raise IsADirectoryError(path)
        if entry.mode not in _PLAIN:
            raise ValueError("it is a link, which is not followed in a revision")
        if entry.size > MAX_BYTES:
            return decode(b" " * (MAX_BYTES + 1))  # refused as every file of that size is
        told, data = _git(self.repository, "cat-file", "blob", entry.hash)
        if data is None:
            raise ValueError(told or "its contents are not in this clone")
        return decode(data)


@dataclass(frozen=True, slots=True)
class _Entry:
    mode: str
    hash: str
    size: int


def _tree(repository: Path, commit: str) -> dict[str, _Entry]:
    """All that a commit has, by its path."""
    told, listed = _git(repository, "ls-tree", "-r", "-t", "-l", "-z", "--full-tree", commit)
    if listed is None:
        raise click.ClickException(f"git cannot list the files of `{commit}`: {told}")
    found = {}
    for line in listed.split(b"\0"):
        if line:
            about, _, path = line.partition(b"\t")
            mode, _, hash_, size = about.decode().split()
            found[path.decode(errors="surrogateescape")] = _Entry(
                mode, hash_, int(size) if size.isdigit() else 0
            )
    return found


def _refuse(text: str, name: str, path: str) -> None:
    if not name:
        raise click.ClickException(f"`{Address(text)}` names no revision before the `:`")
    for what, word in (("revision", name), ("path", path)):
        if word.startswith("-"):
            raise click.ClickException(
                f"`{word}` is no {what}: it begins with `-`, and would be taken for an option"
            )
        if any(ord(sign) < 32 for sign in word):
            raise click.ClickException(f"the {what} in `{text!r}` has a character that no {what} has")


def _program() -> str | None:
    """Where git is; never the one of a working folder, whosever that is: a place on the path that is no whole one is left out, and so is
    what Windows looks at first."""
    places = filter(os.path.isabs, os.environ.get("PATH", "").split(os.pathsep))
    return next((git for place in places if (git := shutil.which(os.path.join(place, "git")))), None)


def _git(folder: Path, *arguments: str) -> tuple[str, bytes | None]:
    """What git says, and what it gives; None where it fails. It asks nobody, calls nothing and goes to no server."""
    git = _program()
    if git is None:
        raise click.ClickException(
            "a revision is read with `git`, which is not installed here (or not on the path)"
        )
    alone = {name: value for name, value in os.environ.items() if name not in _UNTOUCHED}
    alone |= {
        "GIT_ALLOW_PROTOCOL": "", "GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "GIT_PAGER": "cat",
        "GIT_LITERAL_PATHSPECS": "1", "GIT_NO_REPLACE_OBJECTS": "1", "LC_ALL": "C",
    }  # fmt: skip
    quiet = ("-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}")
    try:
        done = subprocess.run(
            [git, "--no-pager", *quiet, *arguments],
            cwd=folder, env=alone, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise click.ClickException(f"git did not answer within {_SECONDS} seconds") from None
    said = done.stderr.decode(errors="replace").strip().splitlines()
    return (said[0].removeprefix("fatal: ") if said else ""), done.stdout if done.returncode == 0 else None
