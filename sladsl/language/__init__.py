"""The clauses of the language, a file for each or for a small family: how one is checked, what it lowers to, what the page says of it, its
rules and its help.

`compiler` hands the table to the checker; everybody below meets a clause only as what `sladsl.clauses` says one is.
"""

from __future__ import annotations

from sladsl.checker.scope import Scope
from sladsl.clauses import Language
from sladsl.language import consequences, keep, needs, none_counts, rows, steps, times, warn, written

LANGUAGE: Language[Scope] = Language(
    commitment=(warn.KIND, needs.KIND, none_counts.KIND, consequences.KIND, steps.KIND),
    source=(times.KIND, *written.KINDS, *rows.KINDS, keep.KIND),
)

HELP: dict[str, str] = {
    words: line
    for helps in (*(k.help for k in LANGUAGE.commitment), *(k.help for k in LANGUAGE.source))
    for words, line in helps.items()
}
"""A line on each word and phrase that belongs to a clause."""
