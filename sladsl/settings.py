"""`sla.toml`: what commands take for granted beside agreements, such as where the data are.

A file says it for the agreements in its folder and below; the nearest one above an agreement counts, and it alone. Nothing in it changes
what is promised. What a command line or the environment says wins.
"""

from __future__ import annotations

import datetime as dt
import os
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from sladsl.addresses import Address
from sladsl.diagnostics import CODES, Diagnostic, Severity
from sladsl.workspace import ROOTS, Unreadable, contents, decode

FILE = "sla.toml"
KEYS: Mapping[str, str] = {
    "data": "where the rows of a record or a source are, as `--data` says it, from the file's folder on",
    "as-of": "the moment that is looked from, as `--as-of` says it",
    "severity": "what `sla check` makes of a code: error, warning, hint or off",
    "strict": "whether a warning gives `sla check` the exit status 1",
}
LATEST, TODAY, NOW = "data", "today", "now"
OFF = "off"
_ELSEWHERE = {
    "zone": "what a time means is a part of what is promised, and stands in the agreement: `times in` in a source, `zone` in the agreement",
}
"""What others set in such files, and where it stands here."""


class SettingsError(ValueError):
    """A file of settings that cannot be taken as it is; the text says which, and what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What one file says; `path` is None where there is none, and then nothing is set. Places of `data` begin at its folder."""

    path: Path | None = None
    data: Mapping[str, Address] = field(default_factory=dict)
    as_of: str | None = None
    severity: Mapping[str, Severity | None] = field(default_factory=dict)
    strict: bool | None = None

    def taken(self, d: Diagnostic) -> Diagnostic | None:
        """A diagnostic with the severity that is set for its code; None where it is not to be said."""
        if d.code not in self.severity:
            return d
        severity = self.severity[d.code]
        return None if severity is None else d.taken_for(severity)


def of_agreement(path: str, within: str | None = None) -> Settings:
    """The settings of the nearest file in the folder of an agreement, or a folder's own, or one above it: no further than the repository,
    where it is in one, and than the folder `within`, where that is given. `SettingsError` says what is wrong with it."""
    own = Path(os.path.realpath(path))
    end = None if within is None else Path(os.path.realpath(within))
    folders = list(_folders(own if own.is_dir() else own.parent, end))
    for folder in folders:
        if (folder / FILE).is_file():
            inside = folders[-1] if end is not None or _is_root(folders[-1]) else folder
            return _read(folder / FILE, own, inside)
    return Settings()


def _folders(own: Path, end: Path | None) -> Iterator[Path]:
    for folder in (own, *own.parents):
        yield folder
        if folder == end or _is_root(folder):
            return


def _is_root(folder: Path) -> bool:
    return any((folder / root).exists() for root in ROOTS)


def shown(path: Path) -> str:
    """A file as a reader in the working folder would write it."""
    relative = os.path.relpath(path) if path.drive == Path.cwd().drive else str(path)
    return str(path) if relative.startswith("..") else relative


def _read(path: Path, agreement: Path, inside: Path) -> Settings:
    """The settings in a file that lies `inside` a folder, whatever links there are."""
    name = Address(shown(path))
    if not Path(os.path.realpath(path)).is_relative_to(inside):
        raise SettingsError(f"`{name}` is a link that leads outside the workspace")
    if not _is_ours(path, agreement):
        raise SettingsError(
            f"`{name}` belongs to another user than the agreement below it: make it yours, or move it away"
        )
    try:
        said = tomllib.loads(decode(contents(str(path))))
    except Unreadable as error:
        raise SettingsError(f"`{name}` {error.reason}") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        reason = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "it is nested too deep"
        raise SettingsError(f"`{name}` is no TOML: {reason}") from None
    values: dict[str, Any] = {}
    for key, value in said.items():
        try:
            if key not in _CHECKS:
                raise ValueError(_unknown(key))
            values[key.replace("-", "_")] = _CHECKS[key](value)
        except ValueError as error:
            raise SettingsError(f"`{name}`: {error}") from None
    return Settings(path, **values)


def _is_ours(path: Path, agreement: Path) -> bool:
    """In a folder that all may write to, anybody could say where somebody's data are."""
    if not hasattr(os, "getuid"):
        return True
    return path.stat().st_uid in {0, os.getuid(), agreement.stat().st_uid if agreement.exists() else 0}


def _unknown(key: str) -> str:
    if key in _ELSEWHERE:
        return f"there is no setting `{key}`: {_ELSEWHERE[key]}"
    close = get_close_matches(key.lower().replace("_", "-"), KEYS, n=1)
    did = f"; did you mean `{close[0]}`?" if close else f"; there are {', '.join(f'`{x}`' for x in KEYS)}"
    return f"there is no setting `{key}`{did}"


def _data(value: object) -> Mapping[str, Address]:
    if not isinstance(value, dict) or not all(isinstance(x, str) and x for x in value.values()):
        raise ValueError(
            "`data` is a table of names of records or sources, each with where its rows are: `[data]`, and below it "
            '`lead = "contacts.csv"`'
        )
    return {name: Address(where) for name, where in value.items()}


def _as_of(value: object) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    try:
        if value not in {LATEST, TODAY, NOW}:
            dt.datetime.fromisoformat(str(value))
    except (ValueError, TypeError):
        raise ValueError(
            f'`as-of` is {_as_written(value)}: expected "{LATEST}", "{TODAY}", "{NOW}", a date or a time'
        ) from None
    return str(value)


def _strict(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError(f"`strict` is {_as_written(value)}: expected true or false")


def _severity(value: object) -> Mapping[str, Severity | None]:
    if not isinstance(value, dict):
        raise ValueError('`severity` is a table of codes: `[severity]`, and below it `SLA409 = "error"`')
    return {code: _severity_of(code, word) for code, word in value.items()}


def _severity_of(code: str, word: object) -> Severity | None:
    if code not in CODES:
        close = get_close_matches(code.upper(), CODES, n=1)
        raise ValueError(f"there is no code `{code}`" + (f"; did you mean `{close[0]}`?" if close else ""))
    if CODES[code].severity is Severity.ERROR:
        raise ValueError(f"`{code}` is an error, and an error stays one")
    if not isinstance(word, str) or word not in {*Severity, OFF}:
        known = ", ".join(f'"{x}"' for x in (*Severity, OFF))
        raise ValueError(f"`{code}` is {_as_written(word)}: expected {known}")
    return None if word == OFF else Severity(word)


def _as_written(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else f"{value}"


_CHECKS: Mapping[str, Callable[[Any], Any]] = {
    "data": _data,
    "as-of": _as_of,
    "severity": _severity,
    "strict": _strict,
}
