"""The Python interface: compile an agreement, run it on data, look at what came of it. `import sladsl` is the way in."""

from sladsl.api.agreements import Agreement, AgreementError, check, compile, diff
from sladsl.api.backtests import AgreementBacktest
from sladsl.api.comparisons import AgreementDiff, AgreementReconciliation
from sladsl.api.results import AgreementRun
from sladsl.api.stories import Explanation, TestResult, TestResults
from sladsl.api.tables import Cell, Rows

__all__ = [
    "Agreement",
    "AgreementBacktest",
    "AgreementDiff",
    "AgreementError",
    "AgreementReconciliation",
    "AgreementRun",
    "Cell",
    "Explanation",
    "Rows",
    "TestResult",
    "TestResults",
    "check",
    "compile",
    "diff",
]
