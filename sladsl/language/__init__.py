"""The clauses of the language, a file each: how one is checked, what it lowers to, what the page says of it, its rules and its help.

`compiler` hands the table to the checker; everybody below meets a clause only as what `sladsl.clauses` says one is. The order is that in
which a page tells them.
"""

from __future__ import annotations

from sladsl.checker.scope import Scope
from sladsl.clauses import Kind
from sladsl.language import consequences, needs, none_counts, warn

COMMITMENT: tuple[Kind[Scope], ...] = (warn.KIND, needs.KIND, none_counts.KIND, consequences.KIND)
"""What may stand below a target."""

HELP: dict[str, str] = {words: line for kind in COMMITMENT for words, line in kind.help.items()}
"""A line on each word and phrase that belongs to a clause."""
