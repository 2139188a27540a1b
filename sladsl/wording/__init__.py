"""An agreement in plain English, as values: what `sla doc` prints. Words only; how they are drawn is for `reports`."""

from sladsl.wording.lines import Item, Line, Page, Piece, Section, plain
from sladsl.wording.page import page

__all__ = ["Item", "Line", "Page", "Piece", "Section", "page", "plain"]
