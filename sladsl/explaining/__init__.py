"""Why: what became of one row under an agreement, phrase by phrase, with the values behind it. Values only; `reports` draws them.

It walks the model, so it speaks the agreement's own words, and asks the reference interpreter for each phrase's value, so it cannot
say anything else than what was counted.
"""

from sladsl.explaining.build_explanation import Origin, tell
from sladsl.explaining.phrases import ClauseSeen, Phrase, Reader, RowFate, RowSeen, ScoreSeen
from sladsl.explaining.story import Candidate, ClockTrace, Fate, Story

__all__ = [
    "Candidate",
    "ClauseSeen",
    "ClockTrace",
    "Fate",
    "Origin",
    "Phrase",
    "Reader",
    "RowFate",
    "RowSeen",
    "ScoreSeen",
    "Story",
    "tell",
]
