"""Comments where they stand: at the end of a word's line, or on lines of their own between two words."""

from __future__ import annotations

import re
from dataclasses import dataclass

_COMMENT = re.compile(r'"(?:\\["\\]|[^"\n])*"|(?P<comment>#[^\n]*)')
_PARTS = re.compile(r"#[^\n]*|\n")


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment on a line of its own: the column it was written in, and whether a blank line stands before it."""

    text: str
    column: int
    blank: bool


@dataclass(frozen=True, slots=True)
class Between:
    """What stands between two words besides space: a comment that ends the first one's line, remarks, and whether a
    blank line stands before the second one.
    """

    ending: str = ""
    remarks: tuple[Remark, ...] = ()
    blank: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.ending and not self.remarks


def comments(text: str) -> list[str]:
    """Every comment of a text, without white space at its end."""
    remarks = (each["comment"] for each in _COMMENT.finditer(text))
    return [comment.rstrip() for comment in remarks if comment]


def between(text: str, start: int, end: int) -> Between:
    """Reads the space and the comments of a stretch of a text; at the text's start a comment ends nobody's line."""
    ending, newlines = "", 0
    remarks: list[Remark] = []
    for part in _PARTS.finditer(text, start, end):
        if part.group() == "\n":
            newlines += 1
        elif newlines == 0 and not remarks and start > 0:
            ending = part.group().rstrip()
        else:
            remarks.append(Remark(part.group().rstrip(), column(text, part.start()), newlines > 1))
            newlines = 0
    return Between(ending, tuple(remarks), newlines > 1)


def column(text: str, at: int) -> int:
    """How far from the line's beginning a place is."""
    return len(text[text.rfind("\n", 0, at) + 1 : at].expandtabs(4))


def indentation(text: str, at: int) -> int:
    """The column of the first word of a place's line."""
    begin = text.rfind("\n", 0, at) + 1
    line = text[begin : at + 1]
    return column(text, begin + len(line) - len(line.lstrip()))
