"""What a terminal does with characters: how wide they are, which of them are safe to print, and colour."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from enum import StrEnum

TAB = 4
JOINER = "\u200d"
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


def graphemes(text: str) -> Iterator[str]:
    """What a reader sees as one character: a letter with its accents, an emoji of several code points, a flag."""
    if text.isascii():
        return iter(text)
    import wcwidth

    return wcwidth.iter_graphemes(text)


def width(grapheme: str) -> int:
    """How many columns a terminal gives one character."""
    if grapheme.isascii():
        return 1
    import wcwidth

    return max(0, wcwidth.wcswidth(grapheme))


def columns(text: str) -> int:
    """How many columns a terminal gives a text without tabs."""
    return len(text) if text.isascii() else sum(width(each) for each in graphemes(text))


def safe(text: str) -> str:
    """`text` on one line; what would steer the terminal or reverse the reading order becomes `�`."""
    if text.isascii() and text.isprintable():
        return text
    return _shown(text).replace("\t", " ").replace("\n", " ")


def _shown(text: str) -> str:
    """As many code points, each as it may be printed; tabs and line ends stay.

    A joiner inside an emoji draws it; alone, or between letters, nobody would see that it is there.
    """
    return "".join(
        "".join(c if c in keep or unicodedata.category(c) not in _UNSAFE else "�" for c in each)
        for each in graphemes(text)
        for keep in ["\t\n" + JOINER if len(each) > 1 and width(each[0]) == 2 else "\t\n"]
    )


def cells(line: str) -> list[tuple[str, int]]:
    """What is drawn at each code point, with its width: a character of several stands at its first. A tab reaches to the next stop."""
    drawn: list[tuple[str, int]] = []
    at = 0
    for character in graphemes(_shown(line)):
        cell = " " * (TAB - at % TAB) if character == "\t" else character.replace("\n", " ")
        drawn += [(cell, columns(cell)), *[("", 0)] * (len(character) - 1)]
        at += drawn[-len(character)][1]
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
    for character in graphemes(text):
        if at + width(character) > to - 1:
            break
        kept, at = kept + character, at + width(character)
    return kept + "…"
