"""Ctrl-C, SIGTERM and SIGHUP at any instant: the command ends with the signal's status and a word, and leaves nothing half-written.

A signal raises `Stopped` wherever the command is, so that every `finally` has its turn. What runs on a library's behalf may swallow that
or make another error of it: so it is also remembered, and raised again where Python could only have complained of it. A library written in
C may end the whole process where the Python that it runs while it is loaded raises (an abort, a segmentation fault), and so may one that is
loaded again because the first time did not count: a signal waits until it is there.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
from contextlib import suppress
from importlib.machinery import ExtensionFileLoader
from types import FrameType
from typing import Any, NoReturn

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
_came: list[int] = []
_abandoned: list[bool] = []
_SOON = 0.005
"""Seconds after which a signal that waits is looked at again."""


class Stopped(KeyboardInterrupt):
    """A signal came."""


def listen() -> None:
    """From here on signals raise `Stopped`."""
    for name in _SIGNALS:
        if hasattr(signal, name) and signal.getsignal(getattr(signal, name)) is not signal.SIG_IGN:
            signal.signal(getattr(signal, name), _stop)
    sys.unraisablehook = _unraisable


def ignore() -> None:
    """The command is at its end, which takes no time and is not to be disturbed."""
    for name in _SIGNALS:
        if hasattr(signal, name):
            with suppress(ValueError):  # not in the main thread, where none can come
                signal.signal(getattr(signal, name), signal.SIG_IGN)


def status() -> int | None:
    """The exit status of the signal that came; None where none did."""
    return 128 + _came[0] if _came else None


def forget() -> None:
    """Another command begins in this process."""
    _came.clear()


def abandon() -> None:
    """There is no memory to go on with: libraries may have been left in the middle of their work."""
    _abandoned.append(True)


def end(status: int) -> NoReturn:
    """Ends the process. After a signal, or without memory, threads of libraries may still be at work: what the libraries written in C++ do
    at a process's end would then abort it (status -6, "terminate called"), so they are not asked."""
    if not _came and not _abandoned:
        sys.exit(status)
    atexit._run_exitfuncs()  # temporary folders go
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):  # closed, or never there
            stream.flush()
    os._exit(status)


def _stop(number: int, at: FrameType | None) -> None:
    _came.append(number)
    if not _is_in_between(at):
        raise Stopped
    _wait(number)


def _wait(number: int) -> None:
    again = threading.Timer(_SOON, _again, (number,))
    again.daemon = True
    with suppress(
        RuntimeError
    ):  # no room for another thread: the command goes on, and ends with the signal's status
        again.start()


def _again(number: int) -> None:
    """To the main thread itself: sent to another one, the signal would not end what the main thread waits for."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident or 0, number)
    else:
        signal.raise_signal(number)


def _is_in_between(at: FrameType | None) -> bool:
    """Whether Python is about to import a library written in C, until its module is one that is there; or has made a file or a folder
    that goes again, and nobody knows of yet: it finds out by such a file where they may be."""
    while at is not None:
        if at.f_globals.get("__name__") == "tempfile":
            return True
        if at.f_code.co_name == "_load_unlocked":
            loader = getattr(at.f_locals.get("spec"), "loader", None)
            if isinstance(loader, ExtensionFileLoader):
                return True
        at = at.f_back
    return False


def _unraisable(what: Any) -> None:
    if isinstance(what.exc_value, Stopped):
        _wait(_came[0])  # raised in here, Python would complain of it
    elif not _came:
        sys.__unraisablehook__(what)
