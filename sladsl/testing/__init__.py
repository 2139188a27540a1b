"""The tests in an agreement: run on the reference interpreter, explained where they fail, and what they reach. Values only."""

from sladsl.testing.results import (
    Absent,
    Check,
    ConditionFailed,
    DefinitionStatus,
    Flip,
    NeverBroken,
    RouteFailed,
    Tested,
    TestRun,
    VerdictFailed,
)
from sladsl.testing.running import has_tests, named, run_tests

__all__ = [
    "Absent",
    "Check",
    "ConditionFailed",
    "DefinitionStatus",
    "Flip",
    "NeverBroken",
    "RouteFailed",
    "TestRun",
    "Tested",
    "VerdictFailed",
    "has_tests",
    "named",
    "run_tests",
]
