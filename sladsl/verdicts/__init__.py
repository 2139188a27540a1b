"""Counts to verdicts: exact, once, for every engine. An engine counts and never judges; nothing here computes a count.

A figure has a *range* of values it can still end at, and the target is asked of the range: all values satisfy it → `met`; none →
`missed`; else `provisional`. A verdict that is not provisional is final: on data that only grow it never changes.
"""

from sladsl.verdicts.actions import Due, actions
from sladsl.verdicts.doubt import Losses, Lost
from sladsl.verdicts.judging import (
    CommitmentResult,
    FigureResult,
    Judged,
    Measured,
    Verdict,
    judge,
    measure,
)
from sladsl.verdicts.ranges import Range, satisfied
from sladsl.verdicts.statistics import digits, wilson

__all__ = [
    "CommitmentResult",
    "Due",
    "FigureResult",
    "Judged",
    "Losses",
    "Lost",
    "Measured",
    "Range",
    "Verdict",
    "actions",
    "digits",
    "judge",
    "measure",
    "satisfied",
    "wilson",
]
