"""A Pygments lexer of the language, so that documentation and notebooks colour it: registered as `sla` for `*.sla`."""

from __future__ import annotations

import re
from typing import ClassVar

from pygments.lexer import RegexLexer, bygroups
from pygments.token import Comment, Keyword, Literal, Name, Number, Operator, Punctuation, String, Text

from sladsl.functions import CALLS
from sladsl.syntax import highlighting as h
from sladsl.syntax.words import DECLARATIONS

_OURS = re.compile(r'^(?:agreement "|(?:define|kpi|record|calendar|source|score) \w+|\w+ owes \w+:)', re.M)


class SlaLexer(RegexLexer):  # type: ignore[misc]
    """Words by what they look like: a field that is called like a phrase of the language is coloured as the phrase."""

    name = "Service level agreement"
    aliases: ClassVar = ["sla", "sladsl"]
    filenames: ClassVar = ["*.sla"]
    url = "https://github.com/sladsl/sladsl"
    priority = 0.5  # another language of Pygments, Slash, has the same ending

    tokens: ClassVar = {
        "root": [
            (h.COMMENT, Comment.Single),
            (h.TEXT, String.Double),
            (r'"[^\n]*', String.Double),
            (
                rf"^({'|'.join(DECLARATIONS)})([ \t]+)([A-Za-z_]\w*)",
                bygroups(Keyword.Declaration, Text.Whitespace, Name.Class),
            ),
            (
                r"^([A-Za-z_]\w*)([ \t]+)(owes)([ \t]+)([A-Za-z_]\w*)",
                bygroups(
                    Name.Namespace, Text.Whitespace, Keyword.Declaration, Text.Whitespace, Name.Namespace
                ),
            ),
            (rf"^(?:{'|'.join(DECLARATIONS)})\b", Keyword.Declaration),
            (h.DATE, Literal.Date),
            (h.CLOCK, Literal.Date),
            (h.NUMBER, Number),
            (rf"\b(?:{'|'.join(CALLS)})(?=\s*\()", Name.Function),
            (rf"\b(?:{'|'.join(h.CONSTANTS)})\b", Keyword.Constant),
            (h.pattern(h.phrases()), Keyword),
            (r"[A-Za-z_]\w*", Name),
            (h.OPERATOR, Operator),
            (r"[{}(),:.]", Punctuation),
            (r"\s+", Text.Whitespace),
        ]
    }

    @staticmethod
    def analyse_text(text: str) -> float:
        """How sure it is that a text is an agreement: it has a declaration at the margin that no other language has."""
        return 0.9 if _OURS.search(text) else 0.0
