"""`sla fmt`: agreements in their one canonical layout."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from sladsl.cli import completing
from sladsl.cli.printing import echo

if TYPE_CHECKING:
    from sladsl.source import Source
    from sladsl.syntax.printer import Formatted


@dataclass(frozen=True, slots=True)
class _File:
    """One file that was read; `differs` when its bytes are not those of the formatted text."""

    path: str
    source: Source
    formatted: Formatted
    differs: bool


@click.command("fmt")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…", shell_complete=completing.files)
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if a file is not formatted.")
@click.option(
    "--diff", is_flag=True, help="Write nothing; show what would change, and exit 1 if anything would."
)
def command(paths: tuple[str, ...], check: bool, diff: bool) -> int:
    """Write agreements in their one canonical layout.

    PATH is a file, a folder (every .sla file in it) or - for standard input, which is written to standard output. What does
    not parse stays as it is, and the rest is formatted. Words and comments never change.
    """
    from sladsl.cli.files import STDIN, agreement_files, refuse_link

    files = [_read(path) for path in agreement_files(paths)]
    read = [file for file in files if file is not None]
    for file in read:
        if diff:
            _show_difference(file)
        elif file.path == STDIN and not check:
            _write(file)
        elif file.differs:
            if not check:
                refuse_link(file.path, paths)
                _write(file)
            echo(f"{'would format' if check else 'formatted'} {file.source.name}")
    failed = [file for file in read if _complain(file, written=not check and not diff)]
    if not diff and paths != (STDIN,):
        _sum_up(read, check=check)
    if failed or len(read) < len(files):
        return 2
    return 1 if (check or diff) and any(file.differs for file in read) else 0


def _read(path: str) -> _File | None:
    """A file and its canonical text; one that cannot be read is named on standard error, and the others go on."""
    from sladsl.cli.files import STDIN, read_data
    from sladsl.cli.reading import STDIN_NAME, called
    from sladsl.source import Source
    from sladsl.syntax.printer import format_text
    from sladsl.workspace import Unreadable, decode

    try:
        data = read_data(path)
        source = Source(STDIN_NAME if path == STDIN else path, decode(data))
    except Unreadable as error:
        echo(f"error: {called(path)} {error.reason}", err=True)
        return None
    formatted = format_text(source)
    return _File(path, source, formatted, formatted.text.encode() != data and not formatted.refused)


def _write(file: _File) -> None:
    from sladsl.cli.files import write_exactly

    write_exactly(file.path, file.formatted.text)


def _show_difference(file: _File) -> None:
    from difflib import unified_diff
    from io import StringIO

    from sladsl.addresses import masked

    name = file.source.name
    before, after = (list(StringIO(text, newline="\n")) for text in (file.source.text, file.formatted.text))
    for line in unified_diff(before, after, name, f"{name} (formatted)"):
        echo(
            masked(line) if line.endswith("\n") else f"{masked(line)}\n\\ No newline at end of file\n",
            nl=False,
        )


def _complain(file: _File, *, written: bool) -> bool:
    """Says what was left as it is, and why; the places are those of the text that is there now."""
    from sladsl.cli import REPORT
    from sladsl.cli.printing import colour
    from sladsl.reports.diagnostics import draw, summary
    from sladsl.source import Source
    from sladsl.syntax.printer import unreadable

    name, problems = file.source.name, file.formatted.problems
    source = Source(name, file.formatted.text) if written else file.source
    for diagnostic in unreadable(source) if problems else ():
        echo(draw(diagnostic, {name: source}, colour(sys.stderr)) + "\n", err=True)
    if file.formatted.refused:
        echo(
            f"error: `{name}` was left as it is: formatting it would have changed a word or a comment, a mistake of the formatter's\n"
            f"  please report it at {REPORT}, with the file",
            err=True,
        )
    elif problems:
        echo(f"error: {summary(problems, name)}; what does not parse stays as it is", err=True)
    return bool(problems) or file.formatted.refused


def _sum_up(files: list[_File], *, check: bool) -> None:
    changed = sum(file.differs for file in files)
    done = "would be formatted" if check else "formatted"
    counts = [(changed, done), (len(files) - changed, "left as they were")]
    parts = [f"{n} file{'' if n == 1 else 's'} {what}" for n, what in counts if n]
    if parts:
        echo(", ".join(parts).replace("1 file left as they were", "1 file left as it was"))
