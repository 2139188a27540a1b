"""`sla lsp`: the language server, for editors to start."""

from __future__ import annotations

import click


@click.command("lsp")
@click.option("--stdio", is_flag=True, help="Speak on standard input and output, which is all it does.")
def command(stdio: bool) -> int:
    """Start the language server, for editors.

    It speaks the Language Server Protocol on standard input and output.
    """
    from sladsl_lsp.server import main

    return main()
