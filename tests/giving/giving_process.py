"""Gives out, in a process of its own that may be killed, what somebody else found: `python giving_process.py FOUND LEDGER [URL]`."""

from __future__ import annotations

import pickle
import sys
from pathlib import Path

from sladsl.addresses import Address
from sladsl.cli.actions import give
from sladsl.giving.posting import Receiver
from sladsl.reports.given import line

if __name__ == "__main__":
    found, ledger, *url = sys.argv[1:]
    sys.exit(
        give(
            pickle.loads(Path(found).read_bytes()),
            Address(ledger),
            None,
            True,
            Receiver(url[0], line) if url else None,
        )
    )
