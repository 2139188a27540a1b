"""Options that several commands share: where the data are, and as of when they are read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from sladsl.cli import completing

data_option: Callable[[Any], Any] = click.option(
    "--data",
    multiple=True,
    metavar="NAME=WHERE",
    shell_complete=completing.places,
    help="Read the rows of a record from here: a CSV, TSV, Parquet, JSON Lines or XLSX file, or a table (file.duckdb#table, "
    "postgres://host/db#table). Repeat it.",
)
as_of_option: Callable[[Any], Any] = click.option(
    "--as-of",
    metavar="T",
    help="A date, a local time, an instant with Z, `today` (its first moment) or `now`; else, and with `data`, the latest time in the data "
    "that is read and has come.",
)
out_option: Callable[[Any], Any] = click.option(
    "--out",
    default="-",
    metavar="FILE",
    shell_complete=completing.files,
    help="Write there; the file appears whole or not at all.",
)

importers_option: Callable[[Any], Any] = click.option(
    "--importers",
    is_flag=True,
    help="Also what imports these files, and what imports a file that is not there, in the whole repository.",
)


def form_of(out: str, given: str | None, endings: Mapping[str, str], default: str) -> str:
    """The format to write: the one given, else what the ending of `out` says; `default` for standard output and for a file without an
    ending. An ending that no format has is an error: nothing is written as what its name says it is not."""
    ending = Path(out).suffix.lower()
    if given is not None or out == "-" or not ending or (Path(out).exists() and not Path(out).is_file()):
        return given or endings.get(ending, default)
    if ending not in endings:
        known = ", ".join(f"`{x}`" for x in endings)
        any_name = ", or `--format` for a file of any name" if len(set(endings.values())) > 1 else ""
        raise click.BadParameter(
            f"`{out}` cannot be written: no format ends in `{ending}`; expected {known}{any_name}",
            param_hint="--out",
        )
    return endings[ending]
