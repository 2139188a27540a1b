"""The clauses of the language, a file for each or for a small family: how one is checked, what it lowers to, what the page says of it, its
rules and its help.

`compiler` hands the table to the checker; everybody below meets a clause only as what `sladsl.clauses` says one is.
"""

from __future__ import annotations

from sladsl.checker.scope import Scope
from sladsl.clauses import Language
from sladsl.language import (
    agreement,
    closure,
    consequences,
    except_when,
    holidays,
    judging,
    ladders,
    only_while,
    opening,
    pauses,
    source,
    steps,
    zone,
)

LANGUAGE: Language[Scope] = Language(
    agreement=agreement.KINDS,
    calendar=(zone.OF_HOURS, zone.OF_ROWS, holidays.KIND, closure.KIND, *opening.KINDS),
    commitment=(
        pauses.KIND,
        *judging.KINDS,
        except_when.KIND,
        only_while.KIND,
        ladders.LADDER_KIND,
        consequences.KIND,
        ladders.IN_A_ROW_KIND,
        steps.KIND,
    ),
    source=source.KINDS,
)

HELP: dict[str, str] = {
    words: line
    for kinds in (LANGUAGE.agreement, LANGUAGE.calendar, LANGUAGE.commitment, LANGUAGE.source)
    for kind in kinds
    for words, line in kind.help.items()
}
"""A line on each word and phrase that belongs to a clause."""
