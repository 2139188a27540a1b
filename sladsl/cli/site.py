"""`sla site`: a folder of pages of a folder's agreements, for those who only read."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sladsl.addresses import Address, without_secrets
from sladsl.cli import completing, several
from sladsl.cli.options import as_of_option, data_option
from sladsl.cli.printing import echo

if TYPE_CHECKING:
    from sladsl.compiler import Compilation
    from sladsl.reports.site_pages import Shown
    from sladsl.reviewing.pack import Pack
    from sladsl.runner import Reads, Run

MANIFEST = "site.json"
"""What a folder has that is a site of ours."""
_PLACE = re.compile(r"index\.html|[\w.-]+/(index|agreement|review-[\w.-]+|closed-[\w.-]+)\.html")
"""Of a page, whatever a manifest says that is not ours."""
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
"""Names that Windows gives to devices."""
_LONGEST = 60
_SHOWN_ERRORS = 5


@click.command("site", short_help="Write a site of a folder's agreements, for those who only read.")
@click.argument("out", metavar="OUT", shell_complete=completing.files)
@click.argument("agreements", metavar="[AGREEMENT…]", nargs=-1, shell_complete=completing.files)
@data_option
@as_of_option
@click.option(
    "--reviews",
    type=click.IntRange(min=0),
    default=6,
    show_default=True,
    metavar="N",
    help="Of how many months each agreement has reviews: the running one, and those before.",
)
def command(
    out: str, agreements: tuple[str, ...], data: tuple[str, ...], as_of: str | None, reviews: int
) -> int:
    """Write a site of agreements into the folder OUT, for those who only read: how each stands, what was agreed, its reviews and its
    closed periods.

    It is of the agreements that are named, or of all in the working folder. Any web server can show it: nothing in it is fetched, and no
    script runs. What was not changed is not written again, and pages that no longer belong to it are removed. What cannot be judged is
    shown as such, and gives the exit status 2.
    """
    folder = Path(out)
    before = _pages_of(folder)
    found = list(_found(agreements or (".",)))
    compilations = [c for x in found if (c := x.compilation) is not None]
    shown = _shown(found, data, as_of, reviews)
    return _write(folder, before, shown, _read(compilations, data))


def _read(compilations: Sequence[Compilation], data: Sequence[str]) -> list[Path]:
    from sladsl.cli.reading import files_read

    return [path for c in compilations for path in files_read(c, data)]


# --- which agreements


@dataclass(frozen=True, slots=True)
class _Found:
    """A file that is meant; `why` it is not judged, where that is known from its text already."""

    path: str
    compilation: Compilation | None
    why: tuple[str, ...] = ()


def _found(paths: tuple[str, ...]) -> Iterator[_Found]:
    """The agreements that are meant: of a folder the files with an `agreement`, and those that have errors and are no part of another."""
    from sladsl.cli.files import STDIN, agreement_files
    from sladsl.cli.reading import compile_file, roots

    if STDIN in paths:
        raise click.UsageError("an agreement of standard input has no name for its pages: name its file")
    named = {path for path in paths if not Path(path).is_dir()}
    read: list[_Found] = []
    for path in agreement_files(paths):
        try:
            compilation = compile_file(path)
        except click.ClickException as error:
            read.append(_Found(path, None, (error.message,)))
            continue
        read.append(_Found(path, compilation, tuple(_errors(compilation))))
    whole = {c.source.name for c in roots([x.compilation for x in read if x.compilation is not None])}
    meant = [
        x
        for x in read
        if x.path in named
        or x.compilation is None
        or x.compilation.model.agreement is not None
        or (x.compilation.source.name in whole and x.why)
    ]
    if not meant:
        raise click.ClickException(f"no file in {' and '.join(f'`{p}`' for p in paths)} has an `agreement`")
    yield from meant


def _errors(compilation: Compilation) -> Iterator[str]:
    """Why an agreement has no plan, a line each."""
    from sladsl.diagnostics import Severity

    if compilation.plan is not None:
        return
    errors = [d for d in compilation.diagnostics if d.severity is Severity.ERROR]
    for d in errors[:_SHOWN_ERRORS]:
        source = compilation.sources.get(d.file)
        at = f":{source.position(d.span.start)}" if source is not None else ""
        yield f"{Address(d.file)}{at}: {d.message} [{d.code}]"
    if len(errors) > _SHOWN_ERRORS:
        yield f"{len(errors) - _SHOWN_ERRORS:,} more errors: `sla check {compilation.source.name}` shows them"
    if not errors:
        yield "it has no `agreement`"


def _spelt(name: str) -> str:
    """A name as it may stand in an address, and on a disk of any system."""
    plain = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
    safe = re.sub(r"[^\w.-]+", "-", plain)[:_LONGEST].strip("-._") or "agreement"
    return f"agreement-{safe}" if _RESERVED.fullmatch(safe) else safe


# --- how they stand


def _shown(found: Sequence[_Found], data: Sequence[str], as_of: str | None, most: int) -> list[Shown]:
    from sladsl.cli.reading import binding
    from sladsl.reports.site_pages import Shown
    from sladsl.runner import Reads

    reads, folders = Reads(), several.page_names([x.path for x in found], "", _spelt)
    judged = [c for x in found if (c := x.compilation) is not None and c.plan is not None]
    named = dict(
        zip(
            (c.source.name for c in judged),
            several.bindings_of([binding(x) for x in data], judged),
            strict=True,
        )
        if judged
        else ()
    )
    shown = []
    for x, folder in zip(found, folders, strict=True):
        compilation = x.compilation
        if compilation is None or compilation.plan is None:
            label = (
                None
                if compilation is None or compilation.model.agreement is None
                else compilation.model.agreement.label
            )
            shown.append(Shown(folder, x.path, label or Path(x.path).name, why=x.why))
        else:
            shown.append(_judged(compilation, folder, named[compilation.source.name], as_of, most, reads))
    return shown


def _judged(
    compilation: Compilation,
    folder: str,
    named: Sequence[tuple[str, Address]],
    as_of: str | None,
    most: int,
    reads: Reads,
) -> Shown:
    from sladsl.cli.closed_books import books_of
    from sladsl.cli.doc import page_of
    from sladsl.reports.site_pages import Book, Shown

    plan, name = several.plan_of(compilation), compilation.source.name
    page = page_of(compilation)
    try:
        books = tuple(Book(path.stem, closes) for path, closes in books_of(plan, name))
    except click.ClickException as error:
        return Shown(folder, name, plan.name, page, why=(without_secrets(error.message),))
    try:
        run, packs = _reviewed(compilation, named, as_of, most, reads)
    except click.UsageError:
        raise
    except click.ClickException as error:
        return Shown(
            folder, name, plan.name, page, books=books, why=tuple(without_secrets(error.message).splitlines())
        )
    return Shown(folder, name, plan.name, page, run, packs, books)


def _reviewed(
    compilation: Compilation,
    named: Sequence[tuple[str, Address]],
    as_of: str | None,
    most: int,
    reads: Reads,
) -> tuple[Run, tuple[Pack, ...]]:
    from dataclasses import replace

    from sladsl.cli.closed_books import with_closed
    from sladsl.cli.progress import on_data
    from sladsl.cli.review import asked_of
    from sladsl.reviewing import months, reviews

    plan, extra, how = asked_of(compilation, as_of, reads)
    with on_data() as tell:
        made, packs = reviews(
            plan, compilation.model, lambda run: months(run, most), extra, (), named, progress=tell, **how
        )
        run = with_closed(made, compilation)
    return run, tuple(replace(pack, run=run) for pack in packs)


# --- the folder


def _pages_of(folder: Path) -> frozenset[str]:
    """The pages of the site that is there; an error of the command where the folder is something else."""
    from sladsl.workspace import Unreadable, contents, decode

    if folder.exists() and not folder.is_dir():
        raise click.BadParameter(f"`{folder}` is a file, and a site is a folder", param_hint="OUT")
    manifest = folder / MANIFEST
    if not manifest.exists():
        if folder.is_dir() and any(not x.name.startswith(".") for x in folder.iterdir()):
            raise click.ClickException(
                f"the folder `{folder}` has files in it and is no site: name a new one, and behind it the agreements, as in "
                f"`sla site {folder.parent / 'site'} {folder}`"
            )
        return frozenset()
    try:
        said = json.loads(decode(contents(str(manifest))))
        pages = frozenset(map(str, said["files"]))
    except (Unreadable, ValueError, TypeError, KeyError, RecursionError):
        pages = frozenset({""})
    if not all(_PLACE.fullmatch(place) and ".." not in place for place in pages):
        raise click.ClickException(
            f"`{manifest}` does not say what this site consists of: take it back from where it is kept, or name a new folder"
        )
    return pages


def _write(folder: Path, before: frozenset[str], shown: Sequence[Shown], read: Sequence[Path]) -> int:
    from sladsl.reports.inert import inert
    from sladsl.reports.site_pages import pages

    made = {place: inert(text, annotations=True).encode() for place, text in pages(shown)}
    _refuse_what_is_not_ours(folder, before, made, read)
    try:
        written, removed = _renew(folder, before, made)
    except OSError as error:
        from sladsl.workspace import reason

        raise click.ClickException(f"the site `{folder}` could not be written: {reason(error)}") from None
    for x in shown:
        for line in x.why:
            echo(f"error: {Address(x.file)}: {line}", err=True)
    told = [
        f"{len(made):,} pages of {len(shown):,} agreement{'' if len(shown) == 1 else 's'} in {Address(str(folder))}"
    ]
    told += [f"{written:,} new or changed", *([f"{removed:,} removed"] if removed else [])]
    echo(", ".join(told))
    unjudged = sum(x.run is None for x in shown)
    if unjudged:
        echo(f"error: {unjudged:,} of {len(shown):,} could not be judged, and the site says so", err=True)
    return 2 if unjudged else 0


def _refuse_what_is_not_ours(
    folder: Path, before: frozenset[str], made: Iterable[str], read: Sequence[Path]
) -> None:
    """Nothing is written over, or removed, that another hand put there: a file, or a link that leads elsewhere."""
    from sladsl.cli.files import refuse_over

    for place in sorted({*before, *made, MANIFEST}):
        path = folder / place
        refuse_over(str(path), read, "OUT")
        own = next((x for x in (path, path.parent) if x != folder and x.is_symlink()), None)
        if own is not None:
            raise click.ClickException(
                f"`{own}` is a link, and a site has none: take it away, or name a new folder"
            )
        if path.exists() and place not in before and place != MANIFEST:
            raise click.ClickException(
                f"`{path}` is no page that this site has written: take it away, or name a new folder"
            )


def _renew(folder: Path, before: frozenset[str], made: Mapping[str, bytes]) -> tuple[int, int]:
    """Writes the pages that are new or otherwise, and removes those that no longer belong to the site: how many of each. All are written
    down first, so that the next build knows its own whatever happens to this one."""
    _put(folder / MANIFEST, _manifest({*before, *made}))
    written = sum(_put(folder / place, content) for place, content in made.items())
    gone = [folder / place for place in before - made.keys()]
    for path in gone:
        path.unlink(missing_ok=True)
    for parent in {path.parent for path in gone} - {folder}:
        if parent.is_dir() and not any(parent.iterdir()):
            parent.rmdir()
    _put(folder / MANIFEST, _manifest(made))
    return written, len(gone)


def _manifest(places: Iterable[str]) -> bytes:
    from sladsl.reports.documents import document_text
    from sladsl.reports.site_pages import SiteFiles

    return document_text(SiteFiles(files=tuple(sorted(places)))).encode()


def _put(path: Path, content: bytes) -> bool:
    """Whether it was new or otherwise, and so written: whole or not at all."""
    from sladsl.workspace import aside

    if path.is_file() and path.read_bytes() == content:
        return False
    with aside(path) as place:
        place.write_bytes(content)
    return True
