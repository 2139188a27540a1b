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


def test_an_agreement_that_is_taken_out_again_is_gone() -> None:
    """All else is known from before, and nothing has to be looked at."""
    record = "record lead:\n  id  key text\n"
    agreement = (
        'agreement "a":\n  between a and b\n  effective 2026-01-01 to 2026-12-31\n  zone "UTC"\n  hours c\n'
    )
    calendar = "calendar c:\n  open every day 00:00 to 24:00\n"
    typist = Typist(2)
    for text in (record, f"{record}\n{agreement}\n{calendar}", record):
        typist._set(text)
        typist.compare()
        assert (typist.workspace.checked("/typed/agreement.sla").model.agreement is None) == (text == record)


def test_a_record_that_is_renamed_has_other_fields() -> None:
    """What names a field alone depends on whose field it is."""
    text = "record {}:\n  id  key text\n  made  time\n\nkpi zero = time from made to made\n"
    typist = Typist(2)
    for name in ("lead", "lbead"):
        typist._set(text.format(name))
        typist.compare()
