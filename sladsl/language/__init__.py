"""The clauses of the language, a file for each or for a small family: how one is checked, what it lowers to, what the page says of it, its
rules and its help.

`compiler` hands the table to the checker; everybody below meets a clause only as what `sladsl.clauses` says one is.
"""

from __future__ import annotations

from sladsl.checker.scope import Scope
from sladsl.clauses import Language
from sladsl.language import (
    business_hours,
    closure,
    consequences,
    except_when,
    goal,
    holidays,
    in_a_row,
    keep,
    ladders,
    needs,
    none_counts,
    only_while,
    opening,
    parties,
    pauses,
    review,
    rows,
    starts,
    steps,
    term,
    times,
    trusted,
    warn,
    written,
    zone,
)

LANGUAGE: Language[Scope] = Language(
    agreement=(
        parties.KIND,
        goal.KIND,
        term.KIND,
        zone.KIND,
        *starts.KINDS,
        business_hours.KIND,
        *review.KINDS,
    ),
    calendar=(zone.OF_HOURS, zone.OF_ROWS, holidays.KIND, closure.KIND, *opening.KINDS),
    commitment=(
        pauses.KIND,
        warn.KIND,
        needs.KIND,
        none_counts.KIND,
        except_when.KIND,
        only_while.KIND,
        ladders.KIND,
        consequences.KIND,
        in_a_row.KIND,
        steps.KIND,
    ),
    source=(times.KIND, *written.KINDS, *rows.KINDS, keep.KIND, *trusted.KINDS),
)

HELP: dict[str, str] = {
    words: line
    for kinds in (LANGUAGE.agreement, LANGUAGE.calendar, LANGUAGE.commitment, LANGUAGE.source)
    for kind in kinds
    for words, line in kind.help.items()
}
"""A line on each word and phrase that belongs to a clause."""
