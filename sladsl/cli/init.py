"""`sla init`: a first agreement from the data's own columns, or one of the gallery."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sladsl.addresses import Address
from sladsl.cli import completing
from sladsl.cli.printing import echo

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from sladsl.cli.draft import Draft

SOURCES = "sources.sla"


@click.command("init")
@click.argument("data", nargs=-1, metavar="DATA…", shell_complete=completing.files)
@click.option(
    "--from",
    "policy",
    metavar="gallery/NAME",
    shell_complete=completing.policies,
    help="Write the gallery's agreement for a policy instead; `gallery` lists them.",
)
@click.option(
    "--out", default="agreement.sla", metavar="FILE|FOLDER", help="Where to write; - is standard output."
)
@click.option("--zone", metavar="ZONE", help="The zone of your clocks and exports, such as America/New_York.")
@click.option(
    "--encoding", metavar="NAME", help="How text files that are not UTF-8 are encoded, such as windows-1252."
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
def command(
    data: tuple[str, ...], policy: str | None, out: str, zone: str | None, encoding: str | None, force: bool
) -> int:
    """Write a first agreement for your data, ready to run.

    DATA are files: first the one with a row per lead, then what happened to them. `lead=contacts.csv` says what a row is.
    """
    if policy is not None:
        if data or zone is not None or encoding is not None:
            raise click.UsageError("`--from` takes an agreement as it is, without DATA, --zone or --encoding")
        return _from_gallery(policy, out, force)
    if not data:
        raise click.UsageError("Missing argument 'DATA…'.")
    from sladsl.calendars import is_zone
    from sladsl.cli.files import STDIN, refuse_over, write_exactly
    from sladsl.cli.reading import paths_of
    from sladsl.encodings import is_encoding
    from sladsl.source import Source
    from sladsl.syntax.printer import format_text

    if zone is not None and not is_zone(zone):
        raise click.BadParameter(
            f"`{zone}` is not a time zone: expected one such as America/New_York, or UTC"
        )
    if encoding is not None and not is_encoding(encoding):
        raise click.BadParameter(
            f"`{encoding}` is not an encoding of text files: expected one such as windows-1252"
        )
    into_folder = out != STDIN and (out.endswith(("/", os.sep)) or Path(out).is_dir())
    folder = Path(out) if into_folder else Path(out).parent if out != STDIN else Path()
    draft = _draft(data, zone, encoding, folder)
    if not into_folder:
        files = {out: f"{draft.agreement}\n{draft.sources}"}
    else:
        lead, _, rest = draft.agreement.partition("\n\n")
        agreement = f'{lead}\n\nimport "{SOURCES}"\n\n{rest}'
        files = {str(folder / "agreement.sla"): agreement, str(folder / SOURCES): draft.sources}
    _refuse_existing(list(files), force)
    for path in files:
        refuse_over(path, paths_of((Address(where), Path()) for where in data))
    for path, text in files.items():
        write_exactly(path, format_text(Source(path, text)).text)
    if out != STDIN:
        _say(list(files), draft)
    return 0


def _draft(data: tuple[str, ...], zone: str | None, encoding: str | None, folder: Path) -> Draft:
    from sladsl.cli.draft import NothingToMeasure, draft
    from sladsl.data import DataError
    from sladsl.data.infer import infer

    try:
        records = [replace(r, file=_from(folder, r.file)) for r in infer(data, encoding=encoding)]
        return draft(records, zone)
    except (DataError, NothingToMeasure) as error:
        raise click.ClickException(str(error)) from None


def _from_gallery(asked: str, out: str, force: bool) -> int:
    from sladsl.cli.files import STDIN, write_exactly
    from sladsl.data.errors import did_you_mean
    from sladsl.reports.reference import gallery

    known = gallery()
    folder, _, name = asked.strip("/").partition("/")
    if folder == "gallery" and not name:
        for each, policy in known.items():
            echo(f"{each:<28}{_title(policy)}")
        return 0
    if folder != "gallery" or name not in known:
        near = did_you_mean(f"gallery/{name or folder}", [f"gallery/{each}" for each in known])
        listed = (
            "; `sla init --from gallery` lists them"
            if not near
            else " `sla init --from gallery` lists them all"
        )
        raise click.ClickException(f"there is no policy `{asked}`{near}{listed}")
    if out != STDIN and (out.endswith(("/", os.sep)) or Path(out).is_dir()):
        out = str(Path(out) / "agreement.sla")
    _refuse_existing([out], force)
    text = known[name].joinpath("reference.sla").read_text(encoding="utf-8")
    write_exactly(out, text)
    if out != STDIN:
        echo(f"wrote {out}: {_title(known[name])}")
        echo("beside it belong its data, with these columns, or name yours in its sources:")
        for where, columns in _columns(text):
            echo(f"  {where}: {', '.join(columns)}")
        echo(f"before there are any: sla test {out}")
    return 0


def _title(policy: Traversable) -> str:
    return policy.joinpath("policy.md").read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")


def _columns(text: str) -> Iterator[tuple[str, list[str]]]:
    """The files that an agreement reads, and their columns."""
    from sladsl.compiler import compile_text

    plan = compile_text(text, "reference.sla").plan
    assert plan is not None, "a test compiles every agreement of the gallery"
    for source in plan.sources:
        yield source.where, [field.name for field in plan.record(source.record).fields]


def _from(folder: Path, file: str) -> str:
    """A file's path as seen from the folder the agreement is written to, with `/` on every system."""
    path, mark, part = file.partition("#")
    if not Path(path).is_absolute():
        path = os.path.relpath(path, folder)
    return path.replace(os.sep, "/") + mark + part


def _refuse_existing(paths: list[str], force: bool) -> None:
    for path in paths:
        if path != "-" and not force and Path(path).exists():
            raise click.ClickException(f"`{path}` is there already; --force writes over it")


def _say(files: list[str], draft: Draft) -> None:
    echo(f"wrote {' and '.join(files)}")
    todo = f"{draft.agreement}{draft.sources}".count("TODO:")
    echo(f"{todo} lines marked TODO are yours to decide; a first figure: sla run {files[0]}")
