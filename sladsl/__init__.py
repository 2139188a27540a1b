"""Service level agreements between marketing and sales, in Python. `docs/python.md` shows how.

    agreement = sladsl.compile("handoff.sla")
    run = agreement.run(lead=leads, as_of="2026-11-01")

Nothing is imported before it is asked for: `sla check` starts in the time that a bare interpreter needs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sladsl.api import (
        Agreement,
        AgreementBacktest,
        AgreementDiff,
        AgreementError,
        AgreementReconciliation,
        AgreementRun,
        Cell,
        Explanation,
        Rows,
        TestResult,
        TestResults,
        check,
        compile,
        diff,
    )
    from sladsl.data import DataError
    from sladsl.runner import RunError

__all__ = [
    "Agreement",
    "AgreementBacktest",
    "AgreementDiff",
    "AgreementError",
    "AgreementReconciliation",
    "AgreementRun",
    "Cell",
    "DataError",
    "Explanation",
    "Rows",
    "RunError",
    "TestResult",
    "TestResults",
    "__version__",
    "check",
    "compile",
    "diff",
]
_ELSEWHERE = {"DataError": "sladsl.data", "RunError": "sladsl.runner"}


__version__: str


def _version() -> str:
    """The version that is installed; "from a checkout" where none is."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("sladsl")
    except PackageNotFoundError:
        return "from a checkout"


if not TYPE_CHECKING:  # a type checker would take every misspelt name for something

    def __getattr__(name: str) -> object:
        if name == "__version__":
            return _version()
        if name not in __all__:
            raise AttributeError(f"module 'sladsl' has no attribute {name!r}")
        return getattr(import_module(_ELSEWHERE.get(name, "sladsl.api")), name)


def __dir__() -> list[str]:
    return __all__
