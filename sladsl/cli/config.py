"""`sla config`: what holds for an agreement beside it, and who says so."""

from __future__ import annotations

import os
from collections.abc import Iterator

import click

from sladsl.cli.printing import echo
from sladsl.settings import KEYS, LATEST, OFF, Settings, shown

DEFAULT = "by itself"
_VARIABLES = {
    "data": ("run", "review", "explain", "test"),
    "as-of": ("run", "review", "explain", "test"),
    "strict": ("check",),
}
"""The commands whose variables in the environment set the same."""


@click.command("config", short_help="Show the settings in force, and where each is from.")
@click.argument("path", metavar="[PATH]", default=".")
def command(path: str) -> int:
    """Show every setting that holds for an agreement or a folder, with its value and where it is from.

    Settings stand in a file `sla.toml`, in the folder of the agreement or one above it; the nearest counts, and it alone. An option on the
    command line, or its variable in the environment, wins.
    """
    from sladsl.cli.reading import settings_of
    from sladsl.reports.table import Head, table
    from sladsl.reports.terminal import safe

    if not os.path.exists(path):
        raise click.BadParameter(f"there is no `{path}`", param_hint="PATH")
    settings = settings_of(path)
    heads = (Head("setting"), Head("value"), Head("from"), Head("what it says"))
    for line in table(heads, [tuple(map(safe, row)) for row in _rows(settings)]):
        echo(line)
    if settings.path is None:
        echo("\nno `sla.toml` here or above")
    return 0


def _rows(settings: Settings) -> Iterator[tuple[str, str, str, str]]:
    """A setting's name, its value, where that is from and what it says."""
    file = "" if settings.path is None else shown(settings.path)
    said: dict[str, dict[str, str]] = {
        "data": {f"data.{name}": str(where) for name, where in settings.data.items()},
        "as-of": {} if settings.as_of is None else {"as-of": settings.as_of},
        "severity": {f"severity.{code}": str(word or OFF) for code, word in settings.severity.items()},
        "strict": {} if settings.strict is None else {"strict": str(settings.strict).lower()},
    }
    without = {
        "data": "what sources name",
        "as-of": LATEST,
        "severity": "that of each code",
        "strict": "false",
    }
    for key, about in KEYS.items():
        for command in _VARIABLES.get(key, ()):
            variable = f"SLA_{command}_{key}".upper().replace("-", "_")
            if os.environ.get(variable):
                yield f"{key} of sla {command}", _shown(os.environ[variable]), variable, about
        yield from ((name, value, file, about) for name, value in said[key].items())
        if not said[key]:
            yield key, without[key], DEFAULT, about


def _shown(value: str) -> str:
    from sladsl.addresses import without_secrets

    return without_secrets(value)
