"""The Python interface: compile an agreement, run it on data, look at what came of it. `import sladsl` is the way in."""

from sladsl.api.agreements import Agreement, AgreementError, check, compile
from sladsl.api.results import AgreementRun, Cell
from sladsl.api.stories import Explanation, TestResult, TestResults

__all__ = [
    "Agreement",
    "AgreementError",
    "AgreementRun",
    "Cell",
    "Explanation",
    "TestResult",
    "TestResults",
    "check",
    "compile",
]
