"""From the tree of what was written to the model of what it means: names, types, and the errors in both."""

from sladsl.checker.check import LeftOut, check, hold_whole

__all__ = ["LeftOut", "check", "hold_whole"]
