"""Text in Markdown: nothing of an agreement or of its data becomes markup, a link in disguise or a mention, and what is none of these is
written as it is, since a chat shows the signs that keep other readers from taking it for markup."""

from __future__ import annotations

import re

from sladsl.reports.terminal import safe

_LETTER = r"[^\W_]"
_MARKUP = re.compile(
    r"""
      (?P<mention>(?<!\w)[@](?=\w) | (?<![\w&])\#(?=\d))
    | (?P<start>^(?:[-+](?=[\s-]|$) | \#(?=[\s\#]|$) | > | \d+(?P<end>[.)])(?=\s|$)))    # a list, a heading, a quotation
    | (?P<entity>&(?=\#?\w+;))
    | (?P<tag><(?=[A-Za-z/!?@#]))
    | (?P<sign>\\(?=[!-/:-@\[-`{-~]|$) | [`\[|~] | (?<!\s)\* | \*(?!\s)  # an escape, code, a link, a cell, emphasis
      | (?<=\s)\#(?=\#*$))                                                  # a heading's end
    | (?P<line>(?<!_)(?: (?<!LETTER)_++ | _++(?!LETTER) ))                       # within a word it is none
    """.replace("LETTER", _LETTER),
    re.VERBOSE,
)


def escaped(text: str) -> str:
    """Text as Markdown shows it unchanged, in a table's cell too."""
    plain = _MARKUP.sub(_written, safe(text))
    return plain.replace("$", r"\$") if plain.count("$") > 1 else plain  # between two is a formula


def _written(found: re.Match[str]) -> str:
    sign = found[0]
    match found.lastgroup:
        case "entity":
            return "&amp;"
        case "tag":
            return "&lt;"
        case "mention":
            return f"{sign}&#8203;"  # written as `&#64;` the site would still call a person
        case "start" if found["end"]:
            return f"{sign[:-1]}\\{sign[-1]}"
        case "line":
            return r"\_" * len(sign)
        case _:
            return f"\\{sign}"
