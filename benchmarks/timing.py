"""How long work takes, in seconds of processor time: the least of several rounds, which the machine's other work disturbs least; and how
much memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

Given = TypeVar("Given")


def least(work: Callable[[], Given], rounds: int) -> tuple[Given, float]:
    """What the work gives, and its least time."""
    given, seconds = _timed(work)
    for _ in range(rounds - 1):
        given, again = _timed(work)
        seconds = min(seconds, again)
    return given, seconds


def _timed(work: Callable[[], Given]) -> tuple[Given, float]:
    start = time.process_time()
    given = work()
    return given, time.process_time() - start


def peak_of_this_process() -> float:
    """In MiB. Not `ru_maxrss`, which a new process inherits from the one that started it."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024
