"""Names for an agreement out of the names that exports have: `Number of Employees` → `number_of_employees`, `leads.csv` → `lead`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

RESERVED = ("any", "no", "not", "true", "false")
"""The only words that a field may not be called."""
_TAILS = re.compile(r"(?:[_ -]+(?:data|dataset|export|table|records|rows|all|\d+))+$", re.IGNORECASE)
_HEADS = re.compile(
    r"^(?:(?:hubspot|salesforce|crm|exports?|exported|report|all|my|raw|stg|staging|dim|fct|\d+)[_ -]+)+",
    re.IGNORECASE,
)
"""What programs and pipelines put before the name of what they export."""


def snake_case(text: str) -> str:
    """The text as a name: ASCII letters, digits and `_`, not beginning with a digit; empty when nothing is left."""
    plain = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode()
    plain = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", plain)
    plain = re.sub(r"([A-Z]+)([A-Z][a-z])", r"\1_\2", plain)
    name = re.sub(r"[^A-Za-z0-9]+", "_", plain).strip("_").lower()
    return f"_{name}" if name[:1].isdigit() else name


def field_names(columns: Iterable[str], taken: Iterable[str]) -> tuple[str, ...]:
    """A name for each column: all different, none of them reserved or taken."""
    used = {*RESERVED, *taken}
    names = []
    for number, column in enumerate(columns, start=1):
        name = snake_case(column) or f"column_{number}"
        names.append(_free(f"{name}_value" if name in used and name in RESERVED else name, used))
        used.add(names[-1])
    return tuple(names)


def record_name(path: Path, taken: Iterable[str]) -> str:
    """A record's name for a file: what its rows are, in the singular, without what programs put around it
    (`hubspot-crm-exports-all-contacts-2026-10-12` → `contact`)."""
    stem = _TAILS.sub("", path.stem) or path.stem
    stem = _HEADS.sub("", stem) or stem
    name = singular(snake_case(stem) or "row")
    return _free(f"{name}_row" if name in RESERVED else name, {*taken, *RESERVED})


def singular(name: str) -> str:
    """`leads` → `lead`, `activities` → `activity`, `cases` → `case`, `status` → `status`."""
    if re.search(r"[a-z]{2}ies$", name):
        return name[:-3] + "y"
    if re.search(r"(?:ch|sh|x|ss|z)es$", name):
        return name[:-2]
    if name.endswith("s") and not name.endswith(("ss", "us", "is", "news", "series")):
        return name[:-1]
    return name


def _free(name: str, used: set[str]) -> str:
    if name not in used:
        return name
    return next(f"{name}_{number}" for number in range(2, len(used) + 3) if f"{name}_{number}" not in used)
