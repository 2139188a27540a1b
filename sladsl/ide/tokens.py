"""What each word is, for colours: a keyword, a field, a definition, a text.

Keywords are told from names by the tree, not by their spelling, since a field may be called `at` or `status`. A declaration that does
not parse is coloured by its words alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sladsl.ide.keywords import HELP
from sladsl.ide.stable_offsets import Part
from sladsl.ide.view import View
from sladsl.source import Span

_KINDS = {
    "record": "class",
    "spell": "class",
    "field": "property",
    "let": "variable",
    "derived": "property",
    "score": "variable",
    "define": "type",
    "event": "event",
    "kpi": "function",
    "calendar": "namespace",
    "party": "namespace",
    "function": "function",
}
_WORD = re.compile(
    r"""(?P<comment>\#[^\n]*)
      | (?P<string>"(?:\\["\\]|[^"\n])*"?)
      | (?P<number>\d[\w.:%-]*)
      | (?P<name>[A-Za-z_]\w*)
      | (?P<operator>->|!=|<=|>=|[=<>+*/×÷−-])""",
    re.VERBOSE,
)
_KEYWORDS = frozenset(word for phrase in HELP for word in phrase.split()) | {
    "and", "or", "not", "is", "known", "else", "starts", "ends", "with", "contains", "matches",
}  # fmt: skip


@dataclass(frozen=True, slots=True, order=True)
class Token:
    """A word of the text; `modifiers` is 1 for a declaration, 2 for what never changes, and their sum for both."""

    span: Span
    type: str
    modifiers: int = 0


def tokens(view: View, within: Span | None = None) -> list[Token]:
    """The words of the file, or of the parts that a stretch touches, in order."""
    made: list[Token] = []
    at = 0
    for part, start in zip(view.layout.parts, view.layout.starts, strict=True):
        end = start + len(part.text)
        if within is None or (start <= within.end and end >= within.start):
            made += _comments(view.text, at, start)
            made += _of_part(view, part, start)
        at = end
    if within is None or at <= within.end:
        made += _comments(view.text, at, len(view.text))
    return made


def _comments(text: str, start: int, end: int) -> Iterator[Token]:
    for comment in re.compile(r"#[^\n]*").finditer(text, start, end):
        yield Token(Span(*comment.span()), "comment")


def _of_part(view: View, part: Part, start: int) -> Iterator[Token]:
    names: dict[int, tuple[str, int]] = {}
    for unit in part.units:
        own = {span: 1 for span in (unit.name_span,) if span is not None}
        for span, target in view.names_in(unit):
            declared = own.get(span, 0)
            fixed = 2 if target.kind == "let" else 0
            names.setdefault(span.start, (_KINDS[target.kind], declared | fixed))
    parsed = bool(part.file.declarations)
    for match in _WORD.finditer(part.text):
        span = Span(match.start() + start, match.end() + start)
        kind = match.lastgroup or ""
        if kind == "name":
            named = names.get(match.start() + part.base)
            if named is not None:
                yield Token(span, *named)
            elif match.group() in _KEYWORDS or parsed:
                yield Token(span, "keyword" if match.group() in _KEYWORDS else "variable")
        else:
            yield Token(span, kind)
