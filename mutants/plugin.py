"""A plugin of pytest for both: it sees that modules are imported as `mutants.imports` says, and writes down what each test passes through.

    PYTHONPATH=.:mutants/startup SLADSL_MUTANTS_LEARN=FOLDER pytest -p mutants.plugin

For every test that passed a line of JSON is written, with its seconds and the functions that were entered since the test before it, what
a fixture did for it included.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest

from mutants.imports import LEARN, in_front, taken, write

in_front()
_folder = os.environ.get(LEARN)
_seconds: dict[str, float] = {}
_did_not_pass: set[str] = set()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.passed:
        _seconds[item.nodeid] = _seconds.get(item.nodeid, 0.0) + report.duration
    else:
        _did_not_pass.add(item.nodeid)
    if report.when == "teardown" and _folder:
        entered = taken()
        if item.nodeid not in _did_not_pass:
            line = {"test": item.nodeid, "seconds": round(_seconds[item.nodeid], 4), "functions": entered}
            write(Path(_folder), line)
    return report
