"""The way in: a text becomes a `Compilation`. Pure: what is imported is read by the caller.

    text, imports -> syntax.parser -> checker -> checker.rules -> lowering -> Plan

Every stage gives its value and what is wrong; nothing is raised for what a user wrote. There is a plan when no stage found an error and
there is something to judge.
"""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from sladsl.checker import check, hold_whole
from sladsl.diagnostics import Diagnostic, Severity
from sladsl.ignoring import without_ignored
from sladsl.language import LANGUAGE
from sladsl.model import Model
from sladsl.source import NOWHERE, Source, Span
from sladsl.syntax import ast
from sladsl.syntax.parser import parse

if TYPE_CHECKING:
    from sladsl.plan import Plan

Read = Callable[[str], str]
"""Gives the text of a file by its path; raises `OSError` or `ValueError` (its text, if any, is for the reader) when it cannot."""

_MOST_FILES = 200


@dataclass(frozen=True)
class Compilation:
    """Everything that is known about one text; `sources` are its own and those it imports, by name, its own first."""

    source: Source
    sources: Mapping[str, Source]
    file: ast.File
    model: Model
    diagnostics: tuple[Diagnostic, ...]

    @cached_property
    def plan(self) -> Plan | None:
        """What to evaluate; None where there are errors, or no agreement. Made when it is first asked for: checking needs none."""
        if self.model.agreement is None or self.has_errors:
            return None
        from sladsl.lowering import lower_model

        return lower_model(self.model, self.source.name)

    @property
    def has_errors(self) -> bool:
        return any(d.severity is Severity.ERROR for d in self.diagnostics)


def compile_text(
    text: str,
    name: str = "agreement.sla",
    *,
    read: Read | None = None,
    root: str | None = None,
    as_of: date | None = None,
) -> Compilation:
    """Compile one agreement.

    `name` is the path (or URI) the text is known by; imports are relative to it. `root` is the folder that imports may not leave, in the
    same terms as `name`; left out, it is the folder of `name`. Links in a file system are the reader's to resolve. `as_of` is the date at
    which time-bound advice (an overdue review) is given; none is given without it.
    """
    source = Source(name, text)
    try:
        return _compile(source, read, root, as_of)
    except RecursionError:
        message = "this agreement is nested too deeply to be read"
        deep = Diagnostic(
            "SLA003", message, NOWHERE, name, help="name a part of a long condition with `define`"
        )
        return Compilation(source, {source.name: source}, ast.File((), NOWHERE), Model(), (deep,))


def _compile(source: Source, read: Read | None, root: str | None, as_of: date | None) -> Compilation:
    from sladsl.checker.rules import check_rules

    read_in = gather(source, read, root)
    model, checked = check(read_in.files, LANGUAGE, incomplete=read_in.incomplete)
    if read_in.has_errors:
        model = replace(model, complete=False)  # what could not be read may use what is declared here
    elif model.complete and model.agreement is not None:
        hold_whole(model, read_in.files)
    every = (*read_in.diagnostics, *checked, *check_rules(model, as_of))
    diagnostics = in_order(every, [s for s, _ in read_in.files])
    sources = {s.name: s for s, _ in read_in.files}
    return Compilation(source, sources, read_in.files[0][1], model, diagnostics)


@dataclass(frozen=True)
class Gathered:
    """The files of one agreement, its own first, and what is wrong with reading them; `incomplete` when an import is missing."""

    files: Sequence[tuple[Source, ast.File]]
    diagnostics: tuple[Diagnostic, ...]
    incomplete: bool

    @property
    def has_errors(self) -> bool:
        return any(d.severity is Severity.ERROR for d in self.diagnostics)


Parse = Callable[[Source], tuple[Source, ast.File, Sequence[Diagnostic]]]
"""Parses a text; the source that it gives is the one that the places of its tree are counted in."""


def _parse_plainly(source: Source) -> tuple[Source, ast.File, Sequence[Diagnostic]]:
    return source, *parse(source)


def gather(
    source: Source, read: Read | None, root: str | None, parse_text: Parse = _parse_plainly
) -> Gathered:
    """Parse a text and what it imports, each file once."""
    imports = _Imports(read, import_root(source.name, root), parse_text)
    imports.bring(source, ())
    return Gathered(imports.files, tuple(imports.diagnostics), imports.incomplete)


def in_order(diagnostics: Iterable[Diagnostic], sources: Sequence[Source]) -> tuple[Diagnostic, ...]:
    """By file, the agreement's own first, then by place; each once, one at a place, and without those that a comment leaves out."""
    place = {source.name: at for at, source in enumerate(sources)}
    unique = {(d.file, d.span, d.code, d.message): d for d in without_ignored(diagnostics, sources)}
    return tuple(
        sorted(
            _without_explained(unique.values()),
            key=lambda d: (place.get(d.file, len(place)), d.file, d.span, d.code, d.message),
        )
    )


def _without_explained(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """One place, one message: what is said inside the place of an error, or rests on a place with an error in it, comes of that error.

    What is said of a place with a syntax error in it is of a text that was put right first, so it is the syntax error that is told.
    """
    told = _of_what_is_written(diagnostics)
    outermost = sorted(told, key=lambda d: (d.file, d.span.start, -d.span.end, d.code, d.message))
    errors: dict[str, list[Diagnostic]] = {}
    left: list[Diagnostic] = []
    for each in outermost:
        around = errors.setdefault(each.file, [])
        if around and each.span != around[-1].span and each.span.start < each.span.end <= around[-1].span.end:
            continue
        left.append(each)
        if each.severity is Severity.ERROR and each.span.start < each.span.end:
            around.append(each)
    return [each for each in left if not _rests_on_an_error(each, errors)]


def _of_what_is_written(diagnostics: Iterable[Diagnostic]) -> list[Diagnostic]:
    """Without what is said of a text around a syntax error."""
    every = list(diagnostics)
    broken: dict[str, list[Span]] = {}
    for each in every:
        if each.code.startswith("SLA10") and each.severity is Severity.ERROR:
            broken.setdefault(each.file, []).append(each.span)
    for spans in broken.values():
        spans.sort()

    def is_written(diagnostic: Diagnostic) -> bool:
        spans, span = broken.get(diagnostic.file, []), diagnostic.span
        first = bisect_left(spans, span.start, key=lambda x: x.start)
        return not any(x != span and x.end <= span.end for x in spans[first : first + 1])

    return [each for each in every if each.code.startswith("SLA10") or is_written(each)]


def _rests_on_an_error(diagnostic: Diagnostic, errors: Mapping[str, Sequence[Diagnostic]]) -> bool:
    for label in diagnostic.labels:
        others = errors.get(label.file or diagnostic.file, ())
        first = bisect_left(others, label.span.start, key=lambda error: error.span.start)
        if any(e.span != label.span and e.span.end <= label.span.end for e in others[first : first + 2]):
            return True
    return False


# --- bringing imports in ---------------------------------------------------------------------------------------------------

_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]+:")


class _Imports:
    """The files of one agreement, each once, and what is wrong with bringing them in."""

    def __init__(self, read: Read | None, root: str, parse_text: Parse) -> None:
        self.read, self.root, self.parse = read, root, parse_text
        self.files: list[tuple[Source, ast.File]] = []
        self.diagnostics: list[Diagnostic] = []
        self.incomplete = False
        self.seen: set[str] = set()

    def bring(self, source: Source, chain: tuple[str, ...]) -> None:
        """Parse a file and those it imports; `chain` are the files on the way to it."""
        self.seen.add(_tidy(source.name))
        placed, file, diagnostics = self.parse(source)
        self.files.append((placed, file))
        self.diagnostics += diagnostics
        for node in file.declarations:
            if isinstance(node, ast.Import):
                self._import(source, node.path, (*chain, source.name))

    def _import(self, source: Source, path: ast.Text, chain: tuple[str, ...]) -> None:
        wrong = _refused(path.value)
        if wrong is not None:
            self._report("SLA021", source, path.span, *wrong)
            return
        name = resolve(source.name, path.value)
        if not is_inside(name, self.root):
            self._report(
                "SLA021",
                source,
                path.span,
                f'"{path.value}" is outside the folder of this agreement',
                "imports stay inside the workspace: copy the file into it",
            )
            return
        tidy_chain = [_tidy(step) for step in chain]
        if name in tidy_chain:
            circle = [*chain[tidy_chain.index(name) :], path.value]
            words = " → ".join(posixpath.basename(step) for step in circle)
            self._report(
                "SLA022",
                source,
                path.span,
                f"these files import one another: {words}" if len(circle) > 2 else "this file imports itself",
                "move what both need into a file that imports neither"
                if len(circle) > 2
                else "drop this line",
            )
            return
        if name not in self.seen:
            self._bring_new(source, path, name, chain)

    def _bring_new(self, source: Source, path: ast.Text, name: str, chain: tuple[str, ...]) -> None:
        if len(self.files) >= _MOST_FILES:
            self._report(
                "SLA020",
                source,
                path.span,
                f"an agreement is made of {_MOST_FILES} files at most",
                "put the declarations of several files into one",
            )
            return
        text = self._text(source, path, name)
        if text is not None:
            self.bring(Source(name, text), chain)
        else:
            self.seen.add(name)

    def _text(self, source: Source, path: ast.Text, name: str) -> str | None:
        if self.read is None:
            message = f'"{path.value}" cannot be imported here, where only this text is known'
            self._report(
                "SLA020", source, path.span, message, "save the agreement in a file, beside what it imports"
            )
            return None
        try:
            return self.read(name)
        except FileNotFoundError:
            whole = path.value if path.value.endswith(".sla") else f"{path.value}.sla"
            message, advice = (
                f'there is no file "{path.value}"',
                f'write `import "{whole}"`, with the whole name of the file'
                if whole != path.value
                else f"imports are looked for beside the file that imports them: `{name}`",
            )
        except IsADirectoryError:
            message, advice = f'"{path.value}" is a folder', "import the files in it, one line each"
        except UnicodeDecodeError:
            message, advice = f'"{path.value}" is not UTF-8 text', "save it as UTF-8"
        except OSError as error:
            reason = (error.strerror or "it could not be opened").lower()
            message, advice = (
                f'"{path.value}" cannot be read: {reason}',
                "see whether the file is there, and may be read",
            )
        except ValueError as error:
            message, advice = f'"{path.value}" cannot be read: {error}', "save it as plain text in UTF-8"
        self._report("SLA020", source, path.span, message, advice)
        return None

    def _report(self, code: str, source: Source, span: Span, message: str, advice: str) -> None:
        self.incomplete = self.incomplete or code != "SLA022"
        self.diagnostics.append(Diagnostic(code, message, span, source.name, help=advice))


def _refused(path: str) -> tuple[str, str] | None:
    """What is wrong with an import's path itself: the message and the advice."""
    if not path.strip():
        return "this import names no file", 'write `import "calendars.sla"`'
    if "\\" in path:
        return f'"{path}" has a `\\`', "folders are separated by `/` on every system"
    if path.startswith(("/", "~")):
        return (
            f'"{path}" is not relative',
            "say where it is from this file: `shared/calendars.sla`, `../calendars.sla`",
        )
    if _SCHEME.match(path):
        return f'"{path}" is not a file', "only files beside this one can be imported, nothing from the net"
    if any(ord(sign) < 32 for sign in path):
        return "this import's path has a character that no path has", ""
    return None


def _split(name: str) -> tuple[str, str]:
    """A URI's scheme and authority (`file://`), or a drive (`C:`), and the path after it."""
    root = re.match(r"^([A-Za-z][A-Za-z0-9+.-]+://[^/]*|[A-Za-z]:(?=[\\/]))", name)
    head = root.group(1) if root else ""
    return head, name[len(head) :].replace("\\", "/")


def _tidy(name: str) -> str:
    """A path without `.` and `..` steps, so that two ways to say a file are one."""
    head, path = _split(name)
    return head + posixpath.normpath(path) if path else head + "."


def _folder(name: str) -> str:
    head, path = _split(name)
    return _tidy(head + (posixpath.dirname(path) or "."))


def resolve(importer: str, path: str) -> str:
    """The name of the file that an import means."""
    head, own = _split(importer)
    return _tidy(head + posixpath.join(posixpath.dirname(own), path))


def import_root(name: str, root: str | None) -> str:
    """The folder that the imports of a file may not leave, tidy: the one that was named, else the file's own."""
    return _folder(name) if root is None else _tidy(root)


def is_inside(name: str, root: str) -> bool:
    """Whether a tidy path stays below a tidy root. A root of `.` or `../..` is a folder above: it holds what climbs no further."""
    steps = root.split("/")
    if root == "." or set(steps) == {".."}:
        most = 0 if root == "." else len(steps)
        climbs = next((at for at, step in enumerate(name.split("/")) if step != ".."), len(name.split("/")))
        return climbs <= most and not _split(name)[0] and not name.startswith("/") and name != root
    return name.startswith(root.rstrip("/") + "/")
