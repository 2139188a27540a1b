"""`python -m sladsl` is `sla`."""

import signal

# While what a command needs is loaded, Ctrl-C ends the process without a word: nothing has begun yet.
signal.signal(signal.SIGINT, signal.SIG_DFL)

from sladsl.cli import main  # noqa: E402

if __name__ == "__main__":
    main()
