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
from sladsl.ide.view import TEXTS, View
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
    made = tokens_above(view) if within is None or within.start <= _begin(view) else []
    for part, start in zip(view.layout.parts, view.layout.starts, strict=True):
        if within is None or (start <= within.end and start + len(part.text) >= within.start):
            made += tokens_of(view, part, start)
    return made


def tokens_above(view: View) -> list[Token]:
    """The comments above the first declaration; below it, whatever trails a declaration is a part of that."""
    comments = re.compile(r"#[^\n]*").finditer(view.text, 0, _begin(view))
    return [Token(Span(*comment.span()), "comment") for comment in comments]


def _begin(view: View) -> int:
    return view.layout.starts[0] if view.layout.starts else len(view.text)


def rests_on(view: View, part: Part) -> tuple[object, ...]:
    """What the words of a part mean by, besides what is known of its units."""
    agreement = view.model.agreement
    if agreement is None or agreement.origin.file != view.name:
        return ()
    return (agreement,) if part.span.start <= agreement.origin.span.start <= part.span.end else ()


def tokens_of(view: View, part: Part, start: int) -> Iterator[Token]:
    """The words of one part, which starts there in the text."""
    names: dict[int, tuple[str, int]] = {}
    for unit in part.units:
        own = {span: 1 for span in (unit.name_span,) if span is not None}
        for span, target in view.names_in(unit):
            if target.kind in TEXTS:
                continue
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
