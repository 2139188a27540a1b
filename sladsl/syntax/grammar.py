"""Where the grammar and its parse table are: beside this module in an installed package, in `grammar/` in a
checkout.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

TABLE = "sla.table"


def grammar_text() -> str:
    """The one grammar, as written."""
    packaged = files("sladsl.syntax").joinpath("sla.lark")
    if packaged.is_file():
        return packaged.read_text(encoding="utf-8")
    return (Path(__file__).parents[2] / "grammar" / "sla.lark").read_text(encoding="utf-8")


def table_bytes() -> bytes | None:
    """The shipped parse table, None where it has not been built."""
    shipped = files("sladsl.syntax").joinpath(TABLE)
    return shipped.read_bytes() if shipped.is_file() else None
