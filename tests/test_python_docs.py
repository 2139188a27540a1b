"""What `docs/python.md` shows is what happens."""

from __future__ import annotations

import doctest
from pathlib import Path

DOCS = Path(__file__).parent.parent / "docs"


def test_every_example_in_the_python_guide() -> None:
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    found = doctest.testfile(str(DOCS / "python.md"), module_relative=False, optionflags=flags)
    assert found.failed == 0
    assert found.attempted > 12
