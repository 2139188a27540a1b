"""`python -m sladsl` is `sla`."""

from sladsl.cli import main

main()
