"""What is told from data, and what is proven, worked out in a process of its own: no engine, no solver and no file lock lives in the
server, and to cancel is to kill."""

from __future__ import annotations

import asyncio
import fnmatch
import glob
import json
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import uuid4

from lsprotocol import types as lsp

from sladsl.workspace import own_environment, own_python
from sladsl_lsp import lazy_ide
from sladsl_lsp.session import settings_of

if TYPE_CHECKING:
    from pygls.lsp.server import LanguageServer

    from sladsl.ide.completion import Column, Data
    from sladsl.ide.lenses import Answer, Question
    from sladsl.ide.view import View
    from sladsl_lsp.session import Session

_WORKER = "sladsl.cli.figure_worker"
_REST = 0.4  # seconds without another question before one is worked on
_AT_ONCE = 1
"""Processes of a kind that work at the same time. A window that opens with eighty agreements asks eighty questions."""
_MOST_ANSWERS = 32
"""That are kept besides each agreement's latest: one that is forgotten while its agreement is open would be asked for again and again."""
_MOST_FILES = 5_000
"""In a folder that a pattern is about; to look at more would hold up answers."""


@dataclass
class Elsewhere:
    """What is worked out in another process: what was answered, by the question's key, which of that is an agreement's latest, and what is
    being worked on, by the agreement's name.
    """

    _answers: dict[str, Answer] = field(default_factory=dict)
    _latest: dict[str, str] = field(default_factory=dict)
    _working: dict[str, tuple[str, asyncio.Task[None]]] = field(default_factory=dict)
    _turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    def question(self, session: Session, view: View) -> Question | None:
        """What to ask of an agreement as it is now; None where there is nothing to ask."""
        raise NotImplementedError

    def asked(self, question: Question) -> dict[str, Any]:
        """The same as the other process takes it, its texts aside."""
        raise NotImplementedError

    def can_tell(self, session: Session) -> bool:
        """Whether the client could be told that there is an answer."""
        raise NotImplementedError

    def tell(self, ls: LanguageServer, name: str) -> None:
        """Tell it so."""
        raise NotImplementedError

    def title(self, name: str) -> str:
        """What a reader sees meanwhile; empty for nothing."""
        return ""

    def known(self, session: Session, view: View) -> Answer:
        """What is known of an agreement exactly as it is now; empty where there is nothing yet."""
        asked = self.question(session, view)
        return self._answers.get(asked.key, {}) if asked is not None else {}

    def ask(self, ls: LanguageServer, session: Session, view: View) -> Answer:
        """The same, and begin to work on it where it is not known and could be told when it is."""
        asked = self.question(session, view)
        if asked is None:
            self._call_off(view.checked.name)
            return {}
        known = self._answers.get(asked.key)
        if known is not None:
            return known
        if self.can_tell(session):
            self._begin(ls, session, asked)
        return {}

    def text_moved(self, session: Session) -> None:
        """Give up what is about a text that is no longer there."""
        for name, (key, _) in list(self._working.items()):
            asked = self.question(session, session.view(session.uri(name)))
            if asked is None or asked.key != key:
                self._call_off(name)

    async def stop(self) -> None:
        tasks = [task for _, task in self._working.values()]
        for name in list(self._working):
            self._call_off(name)
        await asyncio.gather(*tasks, return_exceptions=True)

    def _call_off(self, name: str) -> None:
        working = self._working.pop(name, None)
        if working is not None:
            working[1].cancel()

    def _begin(self, ls: LanguageServer, session: Session, asked: Question) -> None:
        working = self._working.get(asked.name)
        if working is not None and working[0] == asked.key:
            return
        self._call_off(asked.name)
        self._working[asked.name] = (asked.key, asyncio.ensure_future(self._work(ls, session, asked)))

    async def _work(self, ls: LanguageServer, session: Session, asked: Question) -> None:
        await asyncio.sleep(_REST)
        async with self._turns:
            answer = await self._answered(ls, session, asked)
        self._answers[asked.key] = answer
        self._latest[asked.name] = asked.key
        latest = set(self._latest.values())
        earlier = [key for key in self._answers if key not in latest]
        for key in earlier[: max(0, len(earlier) - _MOST_ANSWERS)]:
            del self._answers[key]
        self._working.pop(asked.name, None)
        self.tell(ls, asked.name)

    async def _answered(self, ls: LanguageServer, session: Session, asked: Question) -> Answer:
        title = self.title(asked.name)
        shows = title and session.can("window.work_done_progress")
        token = await _progress(ls, title) if shows else None
        try:
            return await _worked_out(session, asked, self.asked(asked))
        finally:
            if token is not None:
                ls.work_done_progress.end(token, lsp.WorkDoneProgressEnd())


class Figures(Elsewhere):
    """The lines beside definitions and commitments, from data."""

    def question(self, session: Session, view: View) -> Question | None:
        return _question(session, view)

    def asked(self, question: Question) -> dict[str, Any]:
        return {"data": list(question.data)}

    def can_tell(self, session: Session) -> bool:
        return session.can("workspace.code_lens.refresh_support")

    def tell(self, ls: LanguageServer, name: str) -> None:
        ls.workspace_code_lens_refresh(None)

    def title(self, name: str) -> str:
        return f"figures of {os.path.basename(name)}"


class Proofs(Elsewhere):
    """What holds of all rows that there could be (`sladsl.ide.proofs`), where the solver is installed."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        super().__init__()
        self._tell = tell
        self.names: dict[str, None] = {}  # of which agreements anything was ever answered

    def question(self, session: Session, view: View) -> Question | None:
        return lazy_ide.proofs.question(view.checked) if session.proofs else None

    def asked(self, question: Question) -> dict[str, Any]:
        return {"proofs": True}

    def can_tell(self, session: Session) -> bool:
        return True

    def tell(self, ls: LanguageServer, name: str) -> None:
        self.names[name] = None
        self._tell(name)


def _question(session: Session, view: View) -> Question | None:
    if not session.figures:
        return None
    root = session.root_of(view.checked.name)
    settings = settings_of(view.checked.name, root)
    if settings.as_of is not None or (settings.data and not session.data):
        return None  # figures would be other ones than those of `sla run`
    return lazy_ide.lenses.question(view.checked, session.data, lambda pattern: _stamp(pattern, root))


def _stamp(pattern: str, root: str | None) -> str:
    """When the files of a pattern were written, and how large they are; empty for what an editor does not look at unasked: what is outside
    the workspace, and patterns over many folders or files."""
    if root is None or not os.path.realpath(pattern).startswith(os.path.join(os.path.realpath(root), "")):
        return ""
    paths = _matching(pattern)
    stamps = []
    for path in paths:
        try:
            state = os.stat(path)
        except OSError:
            return ""
        if not os.path.realpath(path).startswith(os.path.join(os.path.realpath(root), "")):
            return ""
        stamps.append(f"{path} {state.st_mtime_ns} {state.st_size}")
    return "\n".join(stamps)


def _matching(pattern: str) -> list[str]:
    folder, name = os.path.split(pattern)
    if not glob.has_magic(pattern):
        return [pattern]
    if glob.has_magic(folder) or "**" in name:
        return [pattern]  # which is no file
    try:
        with os.scandir(folder) as entries:
            names = [entry.name for entry in islice(entries, _MOST_FILES + 1)]
    except OSError:
        return [pattern]
    matching = sorted(fnmatch.filter(names, name)) if len(names) <= _MOST_FILES else []
    return [os.path.join(folder, each) for each in matching if not each.startswith(".")] or [pattern]


# --- the columns of a file, for somebody who writes a source


_DATA = (".csv", ".tsv", ".txt", ".jsonl", ".parquet", ".xlsx")
_PATIENCE = 1.0  # seconds that a list waits for a file that is looked at for the first time
_MOST_COLUMNS = 32


@dataclass
class Columns:
    """What was seen of data files, by their path and how they were then."""

    _seen: dict[tuple[str, str], asyncio.Task[tuple[Column, ...]]] = field(default_factory=dict)

    async def beside(self, session: Session, view: View, offset: int) -> tuple[Data, bool]:
        """What completion may offer from data at a place, and whether there will be more of it. Nothing in a workspace that is not
        trusted, and nothing of a file that is outside it."""
        nothing = lazy_ide.completion.Data()
        where = lazy_ide.completion.source_at(view, offset) if session.trusted else None
        root = session.root_of(view.name)
        if where is None or root is None:
            return nothing, False
        folder = os.path.dirname(view.name)
        if not where:
            return lazy_ide.completion.Data(files=await asyncio.to_thread(_data_files, folder, root)), False
        path = os.path.join(folder, where.partition("#")[0])
        if "://" in where or glob.has_magic(path):
            return nothing, False
        stamp = await asyncio.to_thread(_stamp, path, root)
        if not stamp:
            return nothing, False
        if len(self._seen) >= _MOST_COLUMNS:
            self._seen.pop(next(iter(self._seen))).cancel()
        task = self._seen.setdefault((path, stamp), asyncio.ensure_future(_columns(path)))
        done, _ = await asyncio.wait([task], timeout=_PATIENCE)
        return (lazy_ide.completion.Data(columns=task.result()), False) if done else (nothing, True)

    def stop(self) -> None:
        for task in self._seen.values():
            task.cancel()


async def _columns(path: str) -> tuple[Column, ...]:
    answer = json.loads(await output_of(["-m", _WORKER], json.dumps({"columns": path})) or "{}")
    return tuple(
        lazy_ide.completion.Column(name, tuple(each["values"]), each["format"])
        for name, each in answer.items()
    )


def _data_files(folder: str, root: str) -> tuple[str, ...]:
    """The data files beside an agreement, links that lead out of the workspace aside."""
    try:
        with os.scandir(folder) as entries:
            names = sorted(e.name for e in islice(entries, _MOST_FILES) if e.name.lower().endswith(_DATA))
    except OSError:
        return ()
    return tuple(name for name in names if _stamp(os.path.join(folder, name), root))


# --- the other process


async def _worked_out(session: Session, asked: Question, what: dict[str, Any]) -> Answer:
    """Ask another process; it ends when this task is cancelled."""
    text = json.dumps({"name": asked.name, "texts": asked.texts, "root": session.root_of(asked.name), **what})
    output = await output_of(["-m", _WORKER], text)
    try:
        answer: dict[str, Any] = json.loads(output)
    except ValueError:
        return {"error": "they could not be worked out; `sla run` may say why"}
    return answer


async def output_of(arguments: list[str], text: str, folder: str | None = None) -> str:
    """What a Python of our own writes, given a text; it is killed when this task is cancelled. Its complaints go where ours go."""
    written, complaints = await output_and_complaints_of(arguments, text, folder)
    sys.stderr.write(complaints)
    return written


async def output_and_complaints_of(
    arguments: list[str], text: str, folder: str | None = None
) -> tuple[str, str]:
    """The same, and its complaints."""
    return await _pythons[-1](arguments, text, folder)


async def _in_a_process(arguments: list[str], text: str, folder: str | None) -> tuple[str, str]:
    process = await asyncio.create_subprocess_exec(
        *own_python(),
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=folder,
        env={**own_environment(), "PYTHONIOENCODING": "utf-8"},
    )
    try:
        written, complaints = await process.communicate(text.encode("utf-8", "surrogatepass"))
    except asyncio.CancelledError:
        process.kill()
        await asyncio.shield(process.wait())
        raise
    return written.decode("utf-8", "replace"), complaints.decode("utf-8", "replace")


OtherPython: TypeAlias = Callable[[list[str], str, str | None], Awaitable[tuple[str, str]]]
_pythons: list[OtherPython] = [_in_a_process]


def ask_instead(python: OtherPython) -> None:
    """Where there are no processes, as in a browser: who does what a Python of our own would, given its arguments, a text and a folder."""
    _pythons.append(python)


async def _progress(ls: LanguageServer, title: str) -> str:
    """Tell the client that work begins; the name under which it shows that."""
    token = uuid4().hex
    # Its answer may come after this task was called off, and pygls does not take that well.
    await asyncio.shield(asyncio.ensure_future(ls.work_done_progress.create_async(token)))
    ls.work_done_progress.begin(token, lsp.WorkDoneProgressBegin(title=title))
    return token
