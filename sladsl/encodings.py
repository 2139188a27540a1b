"""Names of the encodings that text files come in."""

from __future__ import annotations

import codecs

ENCODINGS = (
    "windows-1252",
    "utf-8",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "iso-8859-1",
    "iso-8859-15",
    "windows-1250",
    "windows-1251",
    "cp850",
    "mac-roman",
    "shift-jis",
    "gbk",
    "big5",
    "euc-kr",
)
"""The usual ones; every other that Python knows is one, too."""
_NO_TEXT_OF_FILES = {
    "idna",
    "punycode",
    "unicode_escape",
    "raw_unicode_escape",
    "undefined",
    "mbcs",
    "oem",
    "palmos",
}


def is_encoding(name: str) -> bool:
    """Whether text files can be encoded so."""
    try:
        codec = codecs.lookup(name)
        return "a".encode(codec.name) is not None and codec.name not in _NO_TEXT_OF_FILES
    except (LookupError, ValueError):
        return False
