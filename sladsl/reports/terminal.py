"""What a terminal does with characters: how wide they are, which of them are safe to print, and colour."""

from __future__ import annotations

import unicodedata
from enum import StrEnum

TAB = 4
_UNSAFE = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


class Style(StrEnum):
    """ANSI codes by what they mark; the reader's own palette decides the shade."""

    ERROR = "1;31"
    WARNING = "1;33"
    HINT = "1;36"
    GOOD = "32"
    STRONG = "1"
    FAINT = "2"
    FRAME = "34"


def paint(text: str, style: Style, colour: bool) -> str:
    """`text` in that style, or as it is when the output has no colour."""
    return f"\x1b[{style}m{text}\x1b[0m" if colour and text else text


def width(character: str) -> int:
    """How many columns a terminal gives one code point."""
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def columns(text: str) -> int:
    """How many columns a terminal gives a text without tabs."""
    return sum(width(character) for character in text)


def safe(text: str) -> str:
    """`text` on one line; what would steer the terminal or reverse the reading order becomes `�`."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(" " if c in "\t\n" else "�" if unicodedata.category(c) in _UNSAFE else c for c in text)


def cells(line: str) -> list[tuple[str, int]]:
    """Each code point as it is drawn, with its width; a tab reaches to the next stop."""
    drawn: list[tuple[str, int]] = []
    at = 0
    for character in line:
        wide = TAB - at % TAB if character == "\t" else width(character)
        cell = " " * wide if character == "\t" else safe(character)
        drawn.append((cell, wide if character == "\t" else columns(cell)))
        at += drawn[-1][1]
    return drawn


def pad(text: str, to: int, right: bool = False) -> str:
    """`text` filled with blanks to `to` columns; `right` puts them before it."""
    blanks = " " * max(0, to - columns(text))
    return blanks + text if right else text + blanks


def shorten(text: str, to: int) -> str:
    """`text` cut to `to` columns, with `…` where something is left out."""
    if columns(text) <= to:
        return text
    kept, at = "", 0
    for character in text:
        if at + width(character) > to - 1:
            break
        kept, at = kept + character, at + width(character)
    return kept + "…"
