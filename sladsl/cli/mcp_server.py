"""What assistants ask of agreements, over the Model Context Protocol: each tool is a command of `sla`, so that both say the same.

A command runs in a process of its own, in the folder that the server was started in, and is given no path outside of it: neither an
agreement, nor what it imports, nor the data that it or a file of settings names. No server is asked. Nothing is written unless whoever
starts the server says so. Answers are cut at `MOST` characters; values of fields that look personal are hidden unless whoever starts the
server says otherwise.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import anyio

from sladsl.reports.reference import page, sections
from sladsl.workspace import Unreadable, own_environment, own_python, read_file, reader

if TYPE_CHECKING:
    from mcp.server import MCPServer

    from sladsl.compiler import Compilation

MOST = 20_000
"""Characters of an answer: some 5,000 tokens."""
PATIENCE = 300
"""Seconds that a command may take."""
HIDDEN = "•••"
UNSAVED = "agreement.sla"
"""What a text is called that is in no file."""
_LONG = 4
"""Characters of a value that is found among words."""
_PERSONAL = re.compile(r"mail|phone|mobile|fax|name|address|street|birth|linkedin|iban|ssn", re.IGNORECASE)
PAGES = {"language": "every form of the language, with examples", "semantics": "what the figures mean"}
INSTRUCTIONS = (
    "Service level agreements between teams, written as .sla files. Before writing one, read `reference` of the forms you need; do not "
    "guess a form. Then: check (mend every error as its help says), format, test, run, and explain for why a row was late. Verdicts are "
    "met, missed, provisional, no data or insufficient; never work one out yourself."
)


class Refused(Exception):
    """What a tool does not do; the text says why and what to do instead."""


@dataclass(frozen=True, slots=True)
class Workplace:
    """The folder, and what may be shown of values in it."""

    root: Path
    shows_values: bool

    def inside(self, path: str) -> Path:
        """A path that the assistant names, links followed; `Refused` where it leads out of the folder."""
        real = Path(os.path.realpath(self.root / path))
        if real != self.root and self.root not in real.parents:
            raise Refused(f"`{path}` is outside of the folder that this server was started in")
        return real

    def agreement(self, path: str) -> str:
        """A file or folder of agreements that may be evaluated: its data lie inside as well."""
        real = self.inside(path)
        if not real.exists():
            there = ", ".join(f"`{p.relative_to(self.root)}`" for p in sorted(self.root.rglob("*.sla"))[:20])
            raise Refused(f"there is no `{path}`: there are {there or 'no .sla files'}")
        for each in sorted(real.rglob("*.sla")) if real.is_dir() else [real]:
            self._data_inside(self.inside(str(each)))
        return str(real)

    def _data_inside(self, file: Path) -> None:
        from sladsl.addresses import Address
        from sladsl.data.errors import DataError
        from sladsl.data.locations import Remote, locate
        from sladsl.diagnostics import Severity
        from sladsl.settings import SettingsError, of_agreement

        try:
            compilation = self.compiled(read_file(str(file)), str(file))
            settings = of_agreement(str(file), str(self.root))
        except (SettingsError, Unreadable) as error:
            raise Refused(str(error)) from None
        errors = [d.message for d in compilation.diagnostics if d.severity is Severity.ERROR]
        if compilation.plan is None or errors:
            raise Refused(
                f"`{file.relative_to(self.root)}` has errors, `check` says how to mend them: {'; '.join(errors[:3])}"
            )
        base = Path() if settings.path is None else settings.path.parent
        named = [(each, base) for each in settings.data.values()]
        named += [(Address(s.where), Path(s.base)) for s in compilation.plan.sources]
        for address, base in named:
            try:
                places = locate(address, base)
            except DataError:
                continue  # the command says what is wrong with it
            for place in places:
                if isinstance(place, Remote):
                    raise Refused(
                        f"`{address}` is on a server, and none is asked from here: run `sla` yourself"
                    )
                self.inside(str(place.path.absolute()))

    def compiled(self, text: str, name: str = UNSAVED) -> Compilation:
        """A text as a file of this name in the folder; it imports nothing from outside of it."""
        from sladsl.compiler import compile_text

        return compile_text(text, str(self.root / name), read=reader(self.root), root=str(self.root))

    async def command(self, *args: str, text: str | None = None) -> str:
        """What a command prints, on either output, with its exit status."""
        given = None if text is None else text.encode()
        with anyio.move_on_after(PATIENCE):
            done = await anyio.run_process(
                [*own_python(), "-m", "sladsl", *args],
                input=given,
                check=False,
                cwd=self.root,
                env=own_environment(),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
            said = done.stdout.decode("utf-8", "replace").replace(f"{self.root}{os.sep}", "")
            return said if done.returncode in {0, 1} else f"{said}\nexit status {done.returncode}"
        raise Refused(
            f"`sla {args[0]}` took more than {PATIENCE} seconds: ask for one `period`, or run it yourself"
        )

    async def shown(self, *args: str) -> str:
        """The same of a command that tells of rows: without what looks personal."""
        text = await self.command(*args, "--format", "text")
        if not self.shows_values:
            document = await self.command(*args, "--format", "json")
            text = masked(text, _personal(document))
        return text


def masked(text: str, values: Iterable[str]) -> str:
    """A report without some values, also where one is folded over lines. One that may be a figure as well is looked for only where a report
    sets values apart, in quotes and in parentheses: another number is never hidden for it."""
    for value in sorted({v for v in values if v.strip()}, key=len, reverse=True):
        own = r"\s+".join(map(re.escape, value.split()))
        apart = rf'(?<=")\s*{own}\s*(?=")|(?<=\()\s*{own}\s*(?=\))'
        alone = len(value) >= _LONG and re.search(r"[^\W\d]", value)
        text = re.sub(rf"{apart}|(?<!\w){own}(?!\w)" if alone else apart, HIDDEN, text)
    return text


def _personal(document: str) -> Iterator[str]:
    """Values in a document that look personal: what rows are called, and fields by their names."""
    try:
        said = json.loads(document)
    except ValueError:
        return
    waiting: list[Any] = [said]
    while waiting:
        each = waiting.pop()
        if isinstance(each, list):
            waiting += each
        elif isinstance(each, dict):
            waiting += each.values()
            for labels in each.get("labels", {}).values() if isinstance(each.get("labels"), dict) else ():
                yield from (str(x) for x in labels.values())
            if each.get("called"):
                yield str(each["called"])
            about = f"{each.get('name', '')} {each.get('label', '')} {each.get('text', '')}"
            if isinstance(each.get("value"), str) and _PERSONAL.search(about):
                yield each["value"].strip('"')


def bounded(text: str) -> str:
    """An answer of at most `MOST` characters, which says what was left out."""
    if len(text) <= MOST:
        return text
    return f"{text[:MOST]}\n… and {len(text) - MOST:,} characters more: ask for less, such as one `period` or one `topic`"


def server(root: Path, *, shows_values: bool = False, writes: bool = False) -> MCPServer:
    """The server of a folder."""
    from mcp.server import MCPServer

    from sladsl import __version__

    there = Workplace(Path(os.path.realpath(root)), shows_values)
    made = MCPServer("sladsl", instructions=INSTRUCTIONS, version=__version__, log_level="CRITICAL")
    _of_texts(made, there)
    _of_files(made, there)
    _of_changes(made, there)
    _of_the_reference(made, there)
    if writes:
        _of_writing(made, there)
    return made


Tool: TypeAlias = Callable[..., Awaitable[str]]


def _told(made: MCPServer) -> Callable[[Tool], Tool]:
    """Registers a tool: what it refuses is its answer, marked as an error."""
    from functools import wraps

    from mcp.server.mcpserver.exceptions import ToolError

    def register(tool: Tool) -> Tool:
        @wraps(tool)
        async def answered(*args: Any, **kwargs: Any) -> str:
            try:
                return bounded(await tool(*args, **kwargs))
            except Refused as refused:
                raise ToolError(str(refused)) from None

        made.tool(structured_output=False)(answered)
        return tool

    return register


def _of_texts(made: MCPServer, there: Workplace) -> None:
    tool = _told(made)

    @tool
    async def check(text: str) -> str:
        """What is wrong with the text of an agreement: each error with its place, what to write, and fixes as edits (JSON). Imports are
        read from the server's folder."""
        return await anyio.to_thread.run_sync(_checked, there, text)

    @tool
    async def format(text: str) -> str:
        """The text of an agreement as `sla fmt` lays it out."""
        from sladsl.source import Source
        from sladsl.syntax.printer import format_text

        return format_text(Source(UNSAVED, text)).text

    @tool
    async def complete(text: str, line: int, column: int) -> str:
        """What can come at a place of the text of an agreement (line and column from 1), one a line."""
        return await anyio.to_thread.run_sync(_completed, there, text, line, column)


def _checked(there: Workplace, text: str, name: str = UNSAVED) -> str:
    from sladsl.reports.check_documents import report

    compilation = there.compiled(text, name)
    said = report([compilation.source.name], compilation.diagnostics, compilation.sources)
    return said.replace(f"{there.root}{os.sep}", "")


def _completed(there: Workplace, text: str, line: int, column: int) -> str:
    from sladsl.ide import completion
    from sladsl.ide.view import View
    from sladsl.ide.workspace import Workspace
    from sladsl.source import Position, Source

    source = Source(UNSAVED, text)
    if not (1 <= line <= len(source.line_starts) and column >= 1):
        raise Refused(f"the text has {len(source.line_starts)} lines, and no line {line}, column {column}")
    workspace = Workspace(reader(there.root), lambda _: str(there.root))
    name = str(there.root / UNSAVED)
    workspace.open(name, 1, text)
    found = completion.complete(View(workspace.snapshot(name)), source.offset(Position(line, column)))
    lines = [f"{x.label}  ({x.kind}) {x.detail or x.help}".rstrip() for x in found.items]
    return (
        "\n".join([*lines, *(["… and more"] if found.more else [])])
        or "nothing is known that could come here"
    )


def _of_files(made: MCPServer, there: Workplace) -> None:
    tool = _told(made)

    @tool
    async def test(path: str) -> str:
        """Run the tests in an agreement, or in every agreement of a folder: which pass, and why others fail."""
        return await there.command("test", there.agreement(path), "--pass-without-tests")

    @tool
    async def run(path: str, as_of: str | None = None, period: str | None = None) -> str:
        """Judge an agreement on its data: verdicts, figures, late rows, data problems. `period` such as 2026-03 asks for one."""
        return await there.shown("run", there.agreement(path), *_options(as_of=as_of, period=period))

    @tool
    async def due(path: str, as_of: str | None = None, within: str | None = None) -> str:
        """What is late and still open, and what is due (`within` such as 4 business hours), with who is accountable."""
        return await there.shown("due", there.agreement(path), *_options(as_of=as_of, within=within))

    @tool
    async def explain(path: str, key: str, as_of: str | None = None) -> str:
        """Why a row came out as it did: its clocks, deadlines, what counted and what did not. `key` is the row's id."""
        if key.startswith("-"):
            raise Refused(f"`{key}` is no key of a row")
        return await there.shown("explain", there.agreement(path), key, *_options(as_of=as_of))

    @tool
    async def verify(path: str) -> str:
        """What holds of all rows that there could be, proven by a solver, or a row of which it does not hold: definitions that no row can
        meet, lines that never apply, what `never` says. Reads no data."""
        return await there.command("verify", there.agreement(path))


def _of_changes(made: MCPServer, there: Workplace) -> None:
    tool = _told(made)

    @tool
    async def diff(old: str, new: str, as_of: str | None = None) -> str:
        """What differs in meaning between two agreements of the folder, and what each difference does to verdicts and rows on their
        data."""
        both = [there.agreement(path) for path in (old, new)]
        if any(":" in path for path in both):
            raise Refused("a name with `:` could be one of a revision: compare files without it")
        return await there.shown("diff", *both, *_options(as_of=as_of))

    @tool
    async def backtest(path: str, vary: list[str] | None = None, as_of: str | None = None) -> str:
        """What every period would have come to with other values: `vary` such as ["sales.response within 1..8 business hours"]. Without it:
        which constants there are."""
        agreement = there.agreement(path)
        if not vary:
            return await there.command("backtest", agreement, "--list")
        tried = [f"--vary={each}" for each in vary]
        return await there.shown("backtest", agreement, *tried, *_options(as_of=as_of))


def _options(**given: str | None) -> Iterator[str]:
    for name, value in given.items():
        if value is not None:
            yield f"--{name.replace('_', '-')}={value}"


def _of_the_reference(made: MCPServer, there: Workplace) -> None:
    tool = _told(made)

    @tool
    async def reference(topic: str = "") -> str:
        """The language's reference: a section by its title (source, define, kpi, owes, …), or which there are."""
        if re.fullmatch(r"SLA\d{3}", topic, re.IGNORECASE):
            return await there.command("explain", topic.upper())
        known = sections(page("language"))
        own = [t for t in known if t.lower() == topic.lower()]
        like = own or [t for t in known if topic and topic.lower() in t.lower()]
        return f"## {like[0]}\n\n{known[like[0]]}" if len(like) == 1 else f"sections: {', '.join(known)}"

    for name, about in PAGES.items():
        resource = made.resource(f"sladsl://{name}", name=name, description=about, mime_type="text/markdown")
        resource(partial(page, name))


def _of_writing(made: MCPServer, there: Workplace) -> None:
    tool = _told(made)

    @tool
    async def save(path: str, text: str) -> str:
        """Write an agreement to a .sla file below the server's folder, and say what is wrong with it."""
        from sladsl.cli.files import write_exactly

        if not path.endswith(".sla"):
            raise Refused(f"`{path}` is no agreement: only files that end in `.sla` are written")
        real = there.inside(path)
        if (there.root / path).is_symlink():
            raise Refused(f"`{path}` is a link, and nothing is written through one")
        if real.exists() and not real.is_file():
            raise Refused(f"`{path}` is no plain file, and nothing is written to one that is not")
        real.parent.mkdir(parents=True, exist_ok=True)
        write_exactly(str(real), text)
        return await anyio.to_thread.run_sync(_checked, there, text, str(real))
