"""What is being written at a place: the declaration up to there, and what the grammar awaits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sladsl.ide.view import View
from sladsl.source import Source
from sladsl.syntax.awaited import Awaited, awaited
from sladsl.syntax.parser import parse
from sladsl.syntax.pieces import Word

_NAME_END = re.compile(r"[A-Za-z_]\w*\Z")
_STRING_START = re.compile(r'^(?:[^"#\n]|"(?:\\["\\]|[^"\n])*")*"((?:\\["\\]|[^"\n])*)\Z')

_SPACED = re.compile(r"\s")
_MOST_MENDED = 4


@dataclass(frozen=True, slots=True)
class CompletionContext:
    """`start` is where what is being typed begins and `typed` what is there so far; `awaited` what the grammar takes at `start`.

    Inside quotes `start` is behind the opening one, and `in_text` is set. `awaited` is None where a declaration begins.
    """

    start: int
    typed: str
    in_text: bool
    awaited: Awaited | None
    at_margin: bool

    @property
    def read(self) -> tuple[Word, ...]:
        return self.awaited.read if self.awaited else ()

    @property
    def rule(self) -> str:
        return self.awaited.rule if self.awaited else ""

    def takes(self, terminal: str) -> bool:
        return self.awaited is not None and terminal in self.awaited.terminals


def completion_context(view: View, offset: int) -> CompletionContext | None:
    """The situation at an offset of the text; None inside a comment, or where nothing can be told."""
    text = view.text
    line_start = text.rfind("\n", 0, offset) + 1
    line = text[line_start:offset]
    quoted = _STRING_START.match(line)
    if quoted is not None:
        start = offset - len(quoted.group(1))
        found = _awaited(text, _declaration_start(view, start - 1), start - 1)
        return CompletionContext(start, quoted.group(1), True, found, False) if found else None
    if _in_comment(line):
        return None
    for start in _starts(line, offset):
        if start == line_start:
            if _SPACED.search(text, start, offset):
                continue  # `marketing owes `: words of a declaration that has begun
            return CompletionContext(start, text[start:offset], False, None, True)
        found = _awaited(text, _declaration_start(view, start), start)
        if found is not None and _leads_on(found, text[start:offset]):
            return CompletionContext(start, text[start:offset], False, found, False)
    return None


def _starts(line: str, offset: int) -> Iterator[int]:
    """Where what is being typed may begin: at a phrase of three or two words that are not finished (`if la`), else at the last word."""
    for words in (3, 2):
        phrase = re.search(r"(?<!\w)" + r"[A-Za-z]+[ \t]+" * (words - 1) + r"[A-Za-z]*\Z", line)
        if phrase is not None:
            yield offset - len(phrase.group())
    last = _NAME_END.search(line)
    yield offset - (len(last.group()) if last else 0)


def _leads_on(found: Awaited, typed: str) -> bool:
    """Whether a phrase of several words is the beginning of one that may come."""
    if " " not in typed and "\t" not in typed:
        return True
    begun = " ".join(typed.split()) + (" " if typed[-1].isspace() else "")
    return any(each.startswith(begun) for spelled in found.terminals.values() for each in spelled)


def _in_comment(line: str) -> bool:
    return "#" in re.sub(r'"(?:\\["\\]|[^"\n])*"', "", line)


def _declaration_start(view: View, offset: int) -> int:
    """Where the declaration that an offset belongs to begins: the line above it that begins in column 0."""
    found = view.layout.part_at(offset)
    return found[1] if found is not None else 0


def _awaited(text: str, begin: int, end: int) -> Awaited | None:
    """What may come at the end of a stretch; lines above that are broken count as far as they can be read."""
    written = text[begin:end]
    for _ in range(_MOST_MENDED):
        found = awaited(written)
        if found is not None:
            return found
        _, problems = parse(Source("", written))
        broken = problems[0].span.start if problems else len(written)
        line_end = written.find("\n", broken)
        if line_end < 0:
            return None
        written = written[:broken] + written[line_end:]
    return None
