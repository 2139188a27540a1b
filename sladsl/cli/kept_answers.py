"""The folder in which a solver's answers are kept from one run to the next."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from sladsl.proving.answers import Answers, read
from sladsl.workspace import append_bytes, keep_bytes, read_bytes, user_cache

FOLDER = "SLA_VERIFY_CACHE"
"""The variable of the environment that names the folder; it is that of the option `--cache`."""
_FILE = "answers.jsonl"


def usual_folder() -> Path | None:
    """Where answers are kept if nobody says otherwise; None where there is no home."""
    chosen = os.environ.get(FOLDER)
    try:
        return Path(chosen) if chosen else user_cache() / "verify"
    except RuntimeError:
        return None


@dataclass(frozen=True, slots=True)
class KeptAnswers:
    """Answers and where they are kept; None is nowhere."""

    answers: Answers
    folder: Path | None

    def save(self) -> None:
        """Add what is new; where nothing can be written it is asked again another time."""
        lines, whole = self.answers.told()
        if self.folder is None or not lines:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            place = self.folder / _FILE
            (keep_bytes if whole else append_bytes)(place, lines)
        except OSError:
            return


def kept_in(folder: Path | None) -> KeptAnswers:
    """What a folder holds; of one that cannot be read, nothing."""
    try:
        lines = b"" if folder is None else read_bytes(str(folder / _FILE))
    except OSError:
        lines = b""
    return KeptAnswers(read(lines), folder)
