"""The command line: one file a command, found when it is asked for.

A command's function returns its exit status: 0 all is well, 1 what was checked falls short, 2 the work could not be done. Nothing
imported here may pull in an engine; `sla check` starts in the time that a bare interpreter needs, and a test holds that.
"""

from __future__ import annotations

import gc
import io
import os
import re
import sys
import warnings
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from typing import NoReturn

import click

from sladsl.addresses import without_secrets
from sladsl.cli import stopping
from sladsl.cli.printing import echo

COMMANDS = (
    "init", "check", "fmt", "test", "run", "diff", "backtest", "due", "actions", "close", "explain", "reconcile", "doc",
    "review", "site", "verify", "plan", "sql", "config", "doctor", "studio", "lsp", "mcp",
)  # fmt: skip
DONE, FALLS_SHORT, FAILED, BROKEN_PIPE, INTERRUPTED = 0, 1, 2, 141, 130
ALLOCATIONS = 100_000
"""How many values more than freed before Python looks for circles among them. Nearly everything a command makes, modules and trees,
lives until its end, and at the usual 700 Python looks through all of it again and again."""
_NO_ROOM = re.compile(
    r"OutOfMemory|MemoryError|allocat|failed to map|out of memory|malloc|new thread|worker thread",
    re.IGNORECASE,
)
"""What libraries, and the system of a library that it cannot load, say where there is no memory."""
REPORT = "https://github.com/sladsl/sladsl/issues"


class Commands(click.Group):
    """A group that imports a command's module when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"sladsl.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the first word names; of a word that names none, which one is likely meant."""
        word = args[0]
        if word in COMMANDS or word.startswith("-"):
            return super().resolve_command(ctx, args)
        raise click.UsageError(_unknown_command(word), ctx)


def _unknown_command(word: str) -> str:
    from difflib import get_close_matches

    if word.endswith(".sla"):
        known = f"`sla run {word}` judges it on data, `sla check {word}` says what is wrong with it"
        return f"`{word}` is a file, and a command comes first: {known}"
    close = get_close_matches(word.lower(), COMMANDS, n=1)
    meant = f"did you mean `sla {close[0]}`?" if close else f"there are {', '.join(COMMANDS)}"
    return f"there is no command `{word}`: {meant}"


def _version(ctx: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted:
        return
    from sladsl import __version__

    echo(f"sla {__version__}")
    ctx.exit()


@click.group(
    cls=Commands,
    context_settings={
        "auto_envvar_prefix": "SLA",
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
    },
)
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Show the version."
)
def sla() -> None:
    """Agreements between marketing and sales: check them, and run them on your data.

    Every option can be given in the environment too: `--as-of` of `sla run` is SLA_RUN_AS_OF. Exit status: 0 all is well,
    1 what was checked falls short, 2 the command could not do its work.
    """


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """The entry point of `sla`; ends the process with the command's status."""
    gc.set_threshold(ALLOCATIONS)
    warnings.simplefilter("ignore")  # those of libraries are for who programs with them
    try:
        stopping.listen()
        status = status_of(arguments)
        stopping.ignore()
    except KeyboardInterrupt:  # it came between two of these lines, or while its first was told
        stopping.ignore()
        status = INTERRUPTED
    status = stopping.status() or status
    gc.freeze()  # all memory goes with the process: at its end Python need not look through it once more
    stopping.end(status)


def status_of(arguments: Sequence[str] | None = None) -> int:
    """Runs one command line and gives its exit status; whatever happens, a reader sees one line and no traceback."""
    try:
        status = sla.main(args=arguments, prog_name="sla", standalone_mode=False)
        if sys.stdout is not None:  # it may be closed
            sys.stdout.flush()
    except click.ClickException as error:
        if stopping.status():
            return _interrupted()
        _show(error)
        return FAILED
    except (click.Abort, KeyboardInterrupt):
        return _interrupted()
    except BrokenPipeError:
        return _broken_pipe()
    except ModuleNotFoundError as error:
        return _not_installed(error)
    except Exception as error:
        return _interrupted() if stopping.status() else _failed(error)
    return status if isinstance(status, int) else DONE


def _show(error: click.ClickException) -> None:
    if isinstance(error, click.UsageError):
        said = io.StringIO()
        error.show(said)
        echo(without_secrets(said.getvalue()), err=True, nl=False)
    else:
        echo(f"error: {without_secrets(error.format_message())}", err=True)


def _interrupted() -> int:
    echo("interrupted", err=True)
    return stopping.status() or INTERRUPTED


def _failed(error: Exception) -> int:
    """What the machine does not give is no fault of the program's: a full disk, no memory, files that cannot be opened."""
    no_room = isinstance(error, MemoryError) or _NO_ROOM.search(f"{type(error).__name__} {error}")
    if no_room or (isinstance(error, SystemError) and _is_held_to_memory()):
        stopping.abandon()
        return _said("there is not enough memory for this")
    if isinstance(error, OSError) and error.errno is not None:
        where = f" `{error.filename}`" if error.filename else ""
        _forget_output()
        return _said(f"the system refused to go on{where}: {(error.strerror or str(error)).lower()}")
    return _apologise(error)


def _is_held_to_memory() -> bool:
    """Whether the process may have so much memory only (`ulimit -v`): then libraries written in C fail without saying why."""
    if sys.platform == "win32":
        return False
    import resource

    return resource.getrlimit(resource.RLIMIT_AS)[0] != resource.RLIM_INFINITY


def _said(what: str) -> int:
    with suppress(OSError):  # where even this cannot be written, the status alone says it
        echo(f"error: {without_secrets(what)}", err=True)
    return FAILED


def _forget_output() -> None:
    """What could not be written to standard output must not be tried again at the interpreter's end."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _broken_pipe() -> int:
    """The reader of our output has gone; the interpreter must not complain about it at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return BROKEN_PIPE


def _not_installed(error: ModuleNotFoundError) -> int:
    """The engine and the language server are extras: `sla check` does without them."""
    from sladsl.extras import not_installed

    said = not_installed(error)
    if said is None:
        return _apologise(error)
    echo(f"error: {said}", err=True)
    return FAILED


def _apologise(error: Exception) -> int:
    if os.environ.get("SLA_DEBUG"):
        import traceback

        echo(without_secrets("".join(traceback.format_exception(error))), err=True, nl=False)
    echo(
        f"error: `sla` itself failed, which is not your doing: {type(error).__name__}\n"
        f"  please report it at {REPORT}, with what SLA_DEBUG=1 shows",
        err=True,
    )
    return FAILED
