"""`sla sql`: the statements that a database would run, without a connection to one."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from sladsl.cli import completing
from sladsl.cli.printing import echo

DBT = "dbt"
YOURS = ("models/staging/", "models/sources.yml")
"""Files that are written once: what a warehouse's own tables are called is said there."""


@click.command("sql")
@click.argument("agreement", metavar="AGREEMENT", shell_complete=completing.files)
@click.option(
    "--dialect", default="duckdb", show_default=True, help="duckdb, postgres, snowflake, bigquery, spark, …"
)
@click.option(
    "--as",
    "form",
    type=click.Choice(["sql", DBT]),
    default="sql",
    show_default=True,
    help="Statements to read, or a dbt project whose models give what `sla run` gives.",
)
@click.option("--out", metavar="FOLDER", help="Where the dbt project goes.")
def command(agreement: str, dialect: str, form: str, out: str | None) -> int:
    """Show the SQL that a run would be, on a database you choose."""
    from sladsl.cli.reading import plan_of

    if (form == DBT) != (out is not None):
        raise click.UsageError(
            "a dbt project is a folder: say which with `--out FOLDER`"
            if form == DBT
            else "`--out` goes with `--as dbt`"
        )
    plan = plan_of(agreement)
    try:
        if out is not None:
            from sladsl.reports import dbt_project

            _write(Path(out), dbt_project.files(plan, dialect), dbt_project.MARK, dbt_project.WRITTEN)
            return 0
        from sladsl.engines.tables.statements import assumed, sql
        from sladsl.reports.inert import inert, inert_sql

        statements = sql(plan, dialect)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    echo("".join(f"-- {line}\n" for line in assumed(plan).splitlines()))
    # A cast may begin a line: `::` is nobody's command here.
    made = (f"-- {inert(title)}\n{inert_sql(text.rstrip().rstrip(';'))};" for title, text in statements)
    echo("\n\n".join(made), annotations=True)
    return 0


def _is_yours(path: Path) -> bool:
    """Whether a file is there and is no longer what was written."""
    from sladsl.reports.dbt_project import is_as_written

    return path.exists() and not is_as_written(path.read_text(encoding="utf-8"))


def _refuse_overtaken(folder: Path, kept: dict[str, str]) -> None:
    """A model that its reader changed goes on reading a table as the agreement did: not when the agreement reads it otherwise now."""
    from sladsl.reports.dbt_project import written_mark

    for name, text in kept.items():
        mark = written_mark(text)
        if mark and written_mark((folder / name).read_text(encoding="utf-8")) not in (mark, None):
            raise click.ClickException(
                f"`{folder / name}` has changes of yours, and the agreement reads its table in another way now: write the project into a "
                f"new folder, bring your changes over, and put it in the place of `{folder}`"
            )


def _write(folder: Path, files: dict[str, str], mark: str, written: str) -> None:
    """A new folder appears whole or not at all; in one that was written before, what is the reader's own stays as it is."""
    from sladsl.cli.files import write_exactly

    ours = folder / mark
    known = ours.is_file() and ours.read_text(encoding="utf-8", errors="replace").startswith(written)
    if folder.exists() and not known and (not folder.is_dir() or any(folder.iterdir())):
        raise click.ClickException(
            f"`{folder}` holds something else: name a new folder, or one that `sla sql --as dbt` wrote"
        )
    if known:
        kept = [name for name in files if name.startswith(YOURS) and _is_yours(folder / name)]
        _refuse_overtaken(folder, {name: files[name] for name in kept})
        for name, text in files.items():
            if name in kept:
                echo(f"kept `{folder / name}` as it is", err=True)
            else:
                write_exactly(str(folder / name), text)
        return
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as aside:
            whole = Path(aside) / "project"
            for name, text in files.items():
                (whole / name).parent.mkdir(parents=True, exist_ok=True)
                (whole / name).write_text(text, encoding="utf-8")
            whole.replace(folder)
    except OSError as error:
        raise click.ClickException(
            f"`{folder}` could not be written: {(error.strerror or str(error)).lower()}"
        ) from None
