"""From the tree of what was written to the model of what it means: names, types, and the errors in both."""

from sladsl.checker.check import check

__all__ = ["check"]
