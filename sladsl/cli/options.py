"""Options that several commands share: where the data are, and as of when they are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

data_option: Callable[[Any], Any] = click.option(
    "--data",
    multiple=True,
    metavar="NAME=WHERE",
    help="Read the rows of a record from here: a CSV, TSV, Parquet, JSON Lines or XLSX file, or a table (file.duckdb#table, "
    "postgres://host/db#table). Repeat it.",
)
as_of_option: Callable[[Any], Any] = click.option(
    "--as-of",
    metavar="T",
    help="A date, a local time or an instant with Z; else the latest time in the data that is read and has come.",
)
out_option: Callable[[Any], Any] = click.option(
    "--out", default="-", metavar="FILE", help="Write there; the file appears whole or not at all."
)


def binding(text: str) -> tuple[str, str]:
    """`lead=leads.csv`: a record's or a source's name, and where its rows are."""
    name, equals, where = text.partition("=")
    if not (name and equals and where):
        raise click.BadParameter(
            f"`{text}` is not of the form NAME=WHERE, such as lead=leads.csv", param_hint="--data"
        )
    return name, where
