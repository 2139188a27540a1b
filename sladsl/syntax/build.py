"""`python -m sladsl.syntax.build`: makes the parse table that ships with the package, after a change of the
grammar.
"""

from __future__ import annotations

from pathlib import Path

from sladsl.syntax.grammar import TABLE
from sladsl.syntax.parse_table import build_table


def main() -> None:
    """Writes the table beside this module; a grammar that is ambiguous is refused."""
    Path(__file__).with_name(TABLE).write_bytes(build_table())


if __name__ == "__main__":
    main()
