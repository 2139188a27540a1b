"""`sla mcp`: agreements for assistants that speak the Model Context Protocol."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("mcp", short_help="Let an assistant check, test, run and explain agreements.")
@click.argument("folder", metavar="[FOLDER]", default=".", type=click.Path(exists=True, file_okay=False))
@click.option("--write", is_flag=True, help="Also let it write .sla files in the folder.")
@click.option(
    "--show-values",
    is_flag=True,
    help="Also show what rows are called, and fields whose names look personal (email, phone, name, …).",
)
def command(folder: str, write: bool, show_values: bool) -> int:
    """Let an assistant check, format, complete, test, run, explain, verify and compare the agreements of a folder.

    It speaks the Model Context Protocol on standard input and output. Nothing outside of the folder is read, no server is asked, and
    nothing is written.
    """
    from sladsl.cli.mcp_server import server

    server(Path(folder), shows_values=show_values, writes=write).run("stdio")
    return 0
