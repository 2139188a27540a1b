"""The tests in an agreement: run on the reference interpreter, explained where they fail, and what they reach. Values only."""

from sladsl.testing.results import (
    Absent,
    Check,
    ConditionFailed,
    Flip,
    RouteFailed,
    Standing,
    Tested,
    TestRun,
    VerdictFailed,
)
from sladsl.testing.running import has_tests, named, run_tests

__all__ = [
    "Absent",
    "Check",
    "ConditionFailed",
    "Flip",
    "RouteFailed",
    "Standing",
    "TestRun",
    "Tested",
    "VerdictFailed",
    "has_tests",
    "named",
    "run_tests",
]
