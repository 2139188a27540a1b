"""What a shell offers where a command is being typed: files, codes, and the names that stand in the agreement that is named already."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    import click

    from sladsl.compiler import Compilation


def files(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Files and folders, as the shell itself completes them."""
    return [CompletionItem(incomplete, type="file")]


def files_or_codes(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Files, and the codes of diagnostics once one is begun."""
    from sladsl.diagnostics import CODES

    begun = incomplete.upper()
    codes = [
        CompletionItem(code, help=CODES[code].title) for code in CODES if begun and code.startswith(begun)
    ]
    return codes or files(ctx, param, incomplete)


def commitments(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The commitments of the agreement, by their ids."""
    compilation = _compiled(ctx)
    plan = None if compilation is None else compilation.plan
    return _beginning(incomplete, () if plan is None else (c.id for c in plan.commitments))


def records(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The records of the agreement."""
    compilation = _compiled(ctx)
    return _beginning(incomplete, () if compilation is None else compilation.model.records)


def places(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """For `NAME=WHERE`: the agreement's records and sources, then files."""
    name, equals, where = incomplete.partition("=")
    if equals:
        return [CompletionItem(where, type="file")]
    compilation = _compiled(ctx)
    plan = None if compilation is None else compilation.plan
    names = () if plan is None else (*(r.name for r in plan.given), *(s.name for s in plan.sources))
    return _beginning(name, (f"{each}=" for each in dict.fromkeys(names)))


def policies(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The policies of the gallery."""
    from sladsl.reports.reference import gallery

    return _beginning(incomplete, (f"gallery/{name}" for name in gallery()))


def constants(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The constants of the agreement, by their addresses up to where the values stand, with what they are."""
    compilation = _compiled(ctx)
    if compilation is None:
        return []
    from sladsl.backtesting.constants import constants

    return [
        CompletionItem(f"{x.around[0]} ", help=f"{x.address}: {x.written}")
        for x in constants(compilation)
        if x.around[0].startswith(incomplete)
    ]


def _beginning(begun: str, names: Iterable[str]) -> list[CompletionItem]:
    return [CompletionItem(name) for name in names if name.startswith(begun)]


def _compiled(ctx: click.Context) -> Compilation | None:
    """The first agreement of the line; None where there is none yet, or it cannot be read: a shell has no place for errors."""
    import click

    from sladsl.cli.reading import compile_file

    given = [ctx.params.get(x) for x in ("agreement", "agreements", "paths")]
    named = [path for x in given if x for path in ((x,) if isinstance(x, str) else x)]
    # Where an option still lacks its value, click takes no argument for what it is.
    path = next((path for path in (*named, *ctx.args) if path.endswith(".sla")), None)
    if path is None:
        return None
    try:
        return compile_file(path)
    except click.ClickException:
        return None
