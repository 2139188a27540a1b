"""A short run of the typist: the same keystrokes every time. `python -m tests.ide.fuzz` types for as long as you like."""

from __future__ import annotations

import pytest
from fuzz import Typist, texts


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_typing_leaves_no_trace(seed: int) -> None:
    """However a text came about, what is known of it is what is known of it opened anew, and what `sla check` says."""
    Typist(seed).type(250, check_every=5)


def test_every_agreement_written_from_its_end() -> None:
    """Each agreement grows by a declaration at a time, from the last one up: uses come before what they use."""
    for text in texts():
        typist = Typist(1)
        at = len(text)
        while at > 0:
            at = text.rfind("\n\n", 0, at)
            typist._set(text[max(at, 0) :])
        typist.compare()
