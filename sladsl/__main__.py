"""`python -m sladsl` is `sla`."""

import os
import signal

# numpy's algebra is not asked for anything, and where memory is short the room for its threads ends the process at its start.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
# While what a command needs is loaded, Ctrl-C ends the process without a word: nothing has begun yet.
signal.signal(signal.SIGINT, signal.SIG_DFL)

from sladsl.cli import main  # noqa: E402

if __name__ == "__main__":
    main()
