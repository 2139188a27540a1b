"""Counts to verdicts: exact, for every engine. An engine counts and never judges; nothing here computes a count.

What makes a verdict stands in the plan (`sladsl.plan.verdicts`), as expressions over a period's counters. Here they are evaluated period by
period, with what a report shows beside them.
"""

from sladsl.plan.verdicts import NO_TARGET, Verdict
from sladsl.verdicts.actions import Due, actions
from sladsl.verdicts.doubt import Losses, Lost
from sladsl.verdicts.groups import target_by_value, target_words
from sladsl.verdicts.judging import (
    CommitmentResult,
    FigureResult,
    Judged,
    Measured,
    judge,
    judge_figures,
    measure,
)
from sladsl.verdicts.outlook import Days, Headroom, Outlook, Pace, days_of, outlook
from sladsl.verdicts.ranges import Range
from sladsl.verdicts.statistics import digits, wilson

__all__ = [
    "NO_TARGET",
    "CommitmentResult",
    "Days",
    "Due",
    "FigureResult",
    "Headroom",
    "Judged",
    "Losses",
    "Lost",
    "Measured",
    "Outlook",
    "Pace",
    "Range",
    "Verdict",
    "actions",
    "days_of",
    "digits",
    "judge",
    "judge_figures",
    "measure",
    "outlook",
    "target_by_value",
    "target_words",
    "wilson",
]
