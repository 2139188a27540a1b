"""`sla diff`: what differs between two versions of an agreement."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sladsl.addresses import Address
from sladsl.cli import completing
from sladsl.cli.options import as_of_option, data_option, form_of, out_option
from sladsl.cli.printing import colour, echo

if TYPE_CHECKING:
    from sladsl.comparing.on_data import Data, OnData
    from sladsl.compiler import Compilation
    from sladsl.reports.diff.words import Agreements

FORMATS = ("text", "json", "markdown")
ENDINGS = {".txt": "text", ".json": "json", ".md": "markdown"}


@click.command("diff", short_help="Say what differs between two versions of an agreement.")
@click.argument("old", metavar="OLD", shell_complete=completing.files)
@click.argument("new", metavar="NEW", shell_complete=completing.files)
@data_option
@as_of_option
@click.option(
    "--period",
    metavar="P",
    help="Only figures of what touches this period: 2026-10, 2026-Q4, 2026-W41, 2026.",
)
@click.option("--words", "in_words", is_flag=True, help="Compare in words alone: no data are read.")
@click.option(
    "--all", "everything", is_flag=True, help="Show every figure and row that changes, not the first few."
)
@click.option("--memory", metavar="SIZE", help="What the engine may hold, as in `sla run`.")
@click.option(
    "--format",
    type=click.Choice(FORMATS),
    help="Text, JSON or Markdown for a comment; else as the ending of --out says, else text.",
)
@out_option
def command(  # noqa: PLR0913, PLR0917 - one argument an option
    old: str,
    new: str,
    data: tuple[str, ...],
    as_of: str | None,
    period: str | None,
    in_words: bool,
    everything: bool,
    memory: str | None,
    format: str | None,
    out: str,
) -> int:
    """Say what differs in meaning between OLD and NEW: files, folders, or `REV:path` in a git repository.

    NEW may be `-`, for standard input. In words, and on data where the sources are at hand: both are judged at one as-of, and each
    change gets what it adds. Exit status 1 where a verdict changes; in words alone, where anything was added, taken away or changed.
    """
    from sladsl.cli.files import STDIN, refuse_over, write_out
    from sladsl.cli.reading import binding, files_read

    form = form_of(out, format, ENDINGS, "text")
    if in_words and (data or as_of or period):
        raise click.UsageError("`--words` reads no data: leave `--data`, `--as-of` and `--period` out")
    given = [binding(text) for text in data]
    sides = _side(old), _side(new)
    pairs = _pairs(*sides)
    for compilation in (c for pair in pairs for c in (pair.old, pair.new)):
        _refuse_errors(compilation)
        if out != STDIN:
            refuse_over(out, files_read(compilation, data))
    judging = _Judging(given, as_of, period, memory, not in_words, asked=bool(data or as_of or period))
    each = [judging.compared(pair) for pair in pairs]
    write_out(out, _drawn(each, form, everything, out == "-" and colour(sys.stdout)))
    return 1 if any(x.differs for x in each) else 0


def _drawn(each: Sequence[Agreements], form: str, everything: bool, painted: bool) -> str:
    from sladsl.reports.diff import json, markdown, text

    match form:
        case "json":
            return json.report(each)
        case "markdown":
            return markdown.report(each, everything)
        case _:
            return text.report(each, everything, painted)


# --------------------------------------------------------------------------------------------------------- what is meant


@dataclass(frozen=True)
class _Side:
    """The agreements of one side, by their paths in the folder; of a single file by its name."""

    is_folder: bool
    files: dict[str, Compilation]


@dataclass(frozen=True)
class _Pair:
    """An agreement before and after, "" where there is none; `file` is what it is called, `was` where it had another name."""

    file: str
    old: Compilation
    new: Compilation
    was: str = ""


def _side(text: str) -> _Side:
    from sladsl.cli.files import STDIN, own_files_below
    from sladsl.cli.reading import compile_file
    from sladsl.cli.revisions import Revision, is_revision

    if text.startswith("-") and text != STDIN:
        raise click.ClickException(
            f"`{Address(text)}` is no path: it begins with `-`; write `./{Address(text)}`"
        )
    if is_revision(text):
        found = Revision.of(text)
        if not found.is_folder:
            return _Side(False, {Path(found.path).name: found.compiled()})
        return _Side(True, _whole({path: found.inside(path).compiled() for path in found.files()}))
    if Path(text).is_dir():
        files = sorted(own_files_below(text))
        return _Side(True, _whole({f.relative_to(text).as_posix(): compile_file(str(f)) for f in files}))
    return _Side(False, {Path(text).name: compile_file(text)})


def _whole(files: dict[str, Compilation]) -> dict[str, Compilation]:
    """Those that no other file imports: parts of an agreement are compared with it. Parts of none, which mean nothing, are told of."""
    from sladsl.cli.reading import roots
    from sladsl.comparing.texts import is_whole

    by_id = {id(c): path for path, c in files.items()}
    own = {by_id[id(c)]: c for c in roots(list(files.values()))}
    parts = [path for path, c in own.items() if not c.has_errors and not is_whole(c)]
    for path in parts:
        echo(f"note: `{path}` is part of no agreement here, and is not compared", err=True)
    return {path: c for path, c in own.items() if path not in parts}


def _pairs(old: _Side, new: _Side) -> list[_Pair]:
    from sladsl.cli.files import STDIN

    if old.is_folder != new.is_folder:
        raise click.UsageError("a folder is compared with a folder, and a file with a file")
    if not old.is_folder:
        [(was, own)], [(file, after)] = old.files.items(), new.files.items()
        is_renamed = STDIN not in {was, file} and was != file
        return [_Pair(was if file == STDIN else file, own, after, was if is_renamed else "")]
    gone = {path: c for path, c in old.files.items() if path not in new.files}
    pairs = []
    for path, after in new.files.items():
        before = path if path in old.files else _renamed(gone, old.files, new.files, after)
        if before is not None:
            gone.pop(before, None)
            pairs.append(_Pair(path, old.files[before], after, before if before != path else ""))
        else:
            pairs.append(_Pair(path, _nothing(path), after))
    return [*pairs, *(_Pair(path, c, _nothing(path)) for path, c in gone.items())]


def _nothing(path: str) -> Compilation:
    from sladsl.compiler import compile_text

    return compile_text("", path)


def _renamed(
    gone: dict[str, Compilation], old: dict[str, Compilation], new: dict[str, Compilation], after: Compilation
) -> str | None:
    """The file that is gone and was this agreement: that means the same, else that alone has its title."""
    from sladsl.comparing.meaning import digest

    own = digest(after.model, after.source.name)
    same = [path for path, c in gone.items() if digest(c.model, c.source.name) == own]
    if same:
        return same[0]
    label = _label(after)
    titled = [path for path, c in gone.items() if label and _label(c) == label]
    alone = (
        sum(_label(c) == label for c in new.values()) == 1
        and sum(_label(c) == label for c in old.values()) == 1
    )
    return titled[0] if titled and alone else None


def _label(c: Compilation) -> str:
    return c.model.agreement.label if c.model.agreement is not None else ""


def _refuse_errors(compilation: Compilation) -> None:
    from sladsl.cli.reading import refuse
    from sladsl.comparing.texts import is_whole

    if compilation.has_errors:
        refuse(compilation, "compare")
        raise click.exceptions.Exit(2)
    if not is_whole(compilation):
        raise click.ClickException(
            f"`{compilation.source.name}` names what other files declare, and means nothing by itself: compare the agreement that "
            "imports it"
        )


# --------------------------------------------------------------------------------------------------------------- on data


@dataclass(frozen=True)
class _Judging:
    """How agreements are judged on data. Where that was not `asked` for, one whose data are not at hand is compared in words."""

    given: Sequence[tuple[str, Address]]
    as_of: str | None
    period: str | None
    memory: str | None
    on_data: bool
    asked: bool

    def compared(self, pair: _Pair) -> Agreements:
        from sladsl.comparing import What, compare
        from sladsl.reports.diff.words import Agreements

        comparison = compare(pair.old, pair.new)
        empty = [not c.source.text for c in (pair.old, pair.new)]
        whole = What.CHANGED if empty[0] == empty[1] else What.ADDED if empty[0] else What.REMOVED
        made = Agreements(pair.file, comparison, pair.was, whole)
        if not self.on_data or pair.old.plan is None or pair.new.plan is None:
            return made
        found = self._judged(made)
        if isinstance(found, str):
            return Agreements(pair.file, comparison, pair.was, whole, unjudged=found)
        return Agreements(pair.file, comparison, pair.was, whole, found)

    def _judged(self, made: Agreements) -> OnData | str:
        """Both on data; where that was not asked for, why not."""
        from sladsl.cli.closed_books import shown_of
        from sladsl.cli.progress import on_data as telling
        from sladsl.comparing.on_data import on_data
        from sladsl.extras import not_installed

        try:
            with telling() as tell:
                return on_data(made.comparison, self._data(made, tell), shown_of)
        except click.UsageError:
            raise
        except click.ClickException as error:
            if self.asked:
                raise
            return error.message.splitlines()[0]
        except ModuleNotFoundError as error:
            missing = not_installed(error)
            if self.asked or missing is None:
                raise
            return missing

    def _data(self, made: Agreements, tell: Callable[[str], None]) -> Data:
        from sladsl.cli.reading import as_of_of, data_of
        from sladsl.comparing.on_data import Data
        from sladsl.present import now

        old, new = made.comparison.old, made.comparison.new
        plans = [c.plan for c in (old, new) if c.plan is not None]
        names = {r.name for plan in plans for r in plan.given} | {
            s.name for plan in plans for s in plan.sources
        }
        for name, _ in self.given:
            if name not in names:
                raise click.BadParameter(f"neither has a record or source `{name}`", param_hint="--data")
        where = dict.fromkeys((*data_of(new, self.given), *data_of(old, self.given)))
        return Data(tuple(where), as_of_of(new, self.as_of), self.period, self.memory, now(), tell)
