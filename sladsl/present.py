"""What time it is: asked once by a command or a program, to choose a default as-of that is not in the future. No evaluation asks."""

from __future__ import annotations

import datetime as dt
import os

from sladsl.calendars import instant
from sladsl.runner import parse_as_of

FIXED = "SLADSL_NOW"
"""The environment variable that says what time to take it for, so that a run on the same data says the same tomorrow."""


def now() -> int:
    """The present as an instant: the machine's clock, or what the environment says (read as an `--as-of` in UTC; `RunError`)."""
    fixed = os.environ.get(FIXED)
    return parse_as_of(fixed, "UTC") if fixed else instant(dt.datetime.now(dt.UTC))
