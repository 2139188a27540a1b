"""The words of the language for highlighters that know no tree: which phrases there are, and what a number or a text looks like.

They come from the grammar's own terminals, so a new word of the language is coloured without a second entry.
"""

from __future__ import annotations

import re
from functools import cache

from sladsl.syntax.parse_table import terminals
from sladsl.syntax.words import DECLARATIONS

COMMENT = r"#[^\n]*"
TEXT = r'"(?:\\["\\]|[^"\\\n])*"'
DATE = r"\b\d{4}-\d{2}-\d{2}(?: \d{2}:\d{2}(?::\d{2})?)?\b"
CLOCK = r"\b\d{1,2}:\d{2}\b"
NUMBER = r"\b\d[\d_]*(?:\.\d+)?%?"
OPERATOR = r"->|!=|<=|>=|[=<>+*/×÷−-]"
CONSTANTS = ("true", "false", "missing", "known")


@cache
def phrases() -> tuple[str, ...]:
    """Every phrase of words that the grammar knows but for the declarations, the longest first."""
    spellings = {
        spelling
        for each in terminals().values()
        for spelling in each
        if re.fullmatch(r"[a-z][a-z ]*", spelling)
    }
    return tuple(sorted(spellings - {*DECLARATIONS}, key=lambda phrase: (-len(phrase), phrase)))


def pattern(words: tuple[str, ...]) -> str:
    """One of the phrases, as whole words with any white space between."""
    return rf"\b(?:{'|'.join(re.escape(w).replace(chr(92) + ' ', chr(92) + 's+') for w in words)})\b"
