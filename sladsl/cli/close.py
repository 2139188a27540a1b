"""`sla close`: the figures of a period are recorded, and shown again without their data."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sladsl.addresses import Address
from sladsl.cli import completing, several
from sladsl.cli.options import as_of_option, data_option
from sladsl.cli.printing import echo

if TYPE_CHECKING:
    from sladsl.calendars import Period
    from sladsl.closing import Close, ClosedFigure
    from sladsl.compiler import Compilation
    from sladsl.runner import Run


@click.command("close", short_help="Record the figures of a period, or show what was recorded.")
@click.argument("agreement", metavar="[AGREEMENT]", required=False, shell_complete=completing.files)
@click.option(
    "--period", metavar="P", help="What is closed: 2026-03, 2026-Q1. It takes every period that ends in it."
)
@data_option
@as_of_option
@click.option("--rows", is_flag=True, help="Also what became of each row: closed/2026-03.parquet.")
@click.option("--provisional", is_flag=True, help="Close it though not everything is final.")
@click.option(
    "--again", metavar="REASON", help="Close it once more, and why; what was recorded before is kept."
)
@click.option("--show", metavar="P", help="Show what was recorded of this period; no data are read.")
def command(
    agreement: str | None,
    period: str | None,
    data: tuple[str, ...],
    as_of: str | None,
    rows: bool,
    provisional: bool,
    again: str | None,
    show: str | None,
) -> int:
    """Record the figures of a period: in the folder `closed` beside the agreement, as closed/2026-03.json, to be kept with it.

    It has every figure whose period ended, with what it rests on: digests of what is promised, of when the calendars are open, and of the
    rows as they were. Later runs say which figures come out differently, and what of that was changed.
    """
    if show is not None:
        if any((period, data, as_of, rows, provisional, again)):
            raise click.UsageError(
                "`--show` reads what was recorded, and nothing else: leave the other options out"
            )
        return _show(agreement, show)
    if agreement is None or period is None:
        raise click.UsageError(
            "name the agreement and what is closed, as in `sla close handoff.sla --period 2026-03`"
        )
    if again is not None and not again.strip():
        raise click.BadParameter("say why it is closed again", param_hint="--again")
    return _close(agreement, period, data, as_of, rows, provisional, again)


def _close(
    agreement: str,
    label: str,
    data: Sequence[str],
    as_of: str | None,
    rows: bool,
    provisional: bool,
    again: str | None,
) -> int:
    from sladsl.cli.closed_books import book, folder_of, shown_of
    from sladsl.cli.files import STDIN, write_exactly
    from sladsl.cli.reading import compiled
    from sladsl.closing import figures_of, not_closable
    from sladsl.data.loading import in_memory
    from sladsl.reports.closed import text_of
    from sladsl.runner import RunError, parse_period

    if agreement == STDIN:
        raise click.UsageError("an agreement of standard input stands in no folder: name its file")
    if rows and in_memory():
        raise click.ClickException(
            "`--rows` keeps Parquet, which is not written without DuckDB: leave it out, or run `sla` where that is installed "
            '(`pip install "sladsl[run]"`)'
        )
    compilation = compiled(agreement)
    plan = several.plan_of(compilation)
    try:
        period = parse_period(label, plan)
    except RunError as error:
        raise click.BadParameter(str(error), param_hint="--period") from None
    path = folder_of(agreement) / f"{period.label}.json"
    before = book(path) if path.exists() else ()
    _refuse_again(path, plan.name, before, again)
    rows_file = _rows_file(path, compilation, before) if rows else None
    aside = None if rows_file is None else path.parent / f".{rows_file}"
    try:
        run = _run(compilation, data, as_of, period, aside)
        figures = figures_of(run, period, shown_of(plan))
        why = not_closable(run, figures, period)
        if not figures:
            raise click.ClickException(
                f"no period of “{plan.name}” ended in {period.label}: there is nothing to close"
            )
        if why and not provisional:
            raise click.ClickException(
                f"{'; '.join(why)}: it is closed when that is decided, or with `--provisional` as it stands"
            )
        close = _made(run, compilation, figures, bool(why), again, rows_file)
        if aside is not None and rows_file is not None:
            os.replace(aside, path.parent / rows_file)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_exactly(str(path), text_of(period.label, (*before, close)))
    finally:
        if aside is not None:
            aside.unlink(missing_ok=True)
            if aside.parent.is_dir() and not any(aside.parent.iterdir()):
                aside.parent.rmdir()
    told = f" and {path.parent / rows_file}" if rows_file is not None else ""
    echo(f"closed {period.label}: {len(figures):,} figure{'s' if len(figures) > 1 else ''} in {path}{told}")
    return 0


def _refuse_again(path: Path, name: str, before: Sequence[Close], again: str | None) -> None:
    """What was closed is closed again only with a reason, and what was not without one."""
    from sladsl.calendars import iso

    own = [c for c in before if c.agreement == name]
    if own and again is None:
        raise click.ClickException(
            f"`{path}` has a close of “{name}” already, of {iso(own[-1].closed_at)}: `--again REASON` closes it once more and keeps it"
        )
    if again is not None and not own:
        raise click.ClickException(f"`{path}` has no close of “{name}” yet: leave `--again` out")


def _rows_file(path: Path, compilation: Compilation, before: Sequence[Close]) -> str:
    """Where what became of each row goes; beside that of another agreement under its own name."""
    taken = {c.rows_file for c in before if c.agreement != several.plan_of(compilation).name}
    one = f"{path.stem}.parquet"
    return f"{path.stem}-{Path(compilation.source.name).stem}.parquet" if one in taken else one


def _run(
    compilation: Compilation, data: Sequence[str], as_of: str | None, period: Period, rows: Path | None
) -> Run:
    from sladsl.cli.progress import on_data
    from sladsl.cli.reading import as_of_of, binding
    from sladsl.present import now
    from sladsl.runner import run

    [named] = several.bindings_of([binding(text) for text in data], [compilation])
    with on_data() as tell:
        return run(
            several.plan_of(compilation),
            named,
            as_of=as_of_of(compilation, as_of),
            period=period.label,
            rows=rows if rows is not None else False,
            now=now(),
            progress=tell,
        )


def _made(
    run: Run,
    compilation: Compilation,
    figures: Sequence[ClosedFigure],
    provisional: bool,
    again: str | None,
    rows_file: str | None,
) -> Close:
    from sladsl import __version__
    from sladsl.calendars import versions
    from sladsl.cli.progress import on_data
    from sladsl.closing import Close, calendars_digest, rows_digests
    from sladsl.digest import promised
    from sladsl.present import now

    plan, as_of = run.plan, run.outcomes.as_of.instant
    tzdata, holidays = versions()
    with on_data():
        data = rows_digests(run, figures, as_of)
    return Close(
        agreement=plan.name,
        file=Path(compilation.source.name).name,
        as_of=as_of,
        closed_at=now(),
        version=__version__,
        provisional=provisional,
        reason=again,
        meaning=promised(compilation.sources.values()),
        calendars=calendars_digest(plan, figures, as_of),
        tzdata=tzdata,
        holidays=holidays,
        data=data,
        figures=tuple(figures),
        rows_file=rows_file,
    )


def _show(agreement: str | None, label: str) -> int:
    from sladsl.cli.closed_books import FOLDER, book, folder_of
    from sladsl.reports.closed import shown

    folder = folder_of(agreement) if agreement is not None else Path(FOLDER)
    path = folder / f"{label.strip()}.json"
    if not path.is_file():
        known = sorted(p.stem for p in folder.glob("*.json")) if folder.is_dir() else []
        there = f"it has {', '.join(known)}" if known else "nothing was closed there"
        raise click.ClickException(f"there is no `{Address(str(path))}`: {there}")
    closes = book(path)
    own = [c for c in closes if agreement is None or c.file == Path(agreement).name]
    if not own:
        others = ", ".join(dict.fromkeys(c.file for c in closes))
        raise click.ClickException(f"`{path}` has no close of `{agreement}`: it has those of {others}")
    echo(shown(label.strip(), own), nl=False)
    return 0
