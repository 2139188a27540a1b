"""The canonical layout in the editor: the formatter's edits, cut down to the white space that changes.

An editor keeps its cursor, its marks and its folds where no edit touches them, so an edit is as small as it can be. Only the text is asked
for, never what is known of it: formatting waits for no check.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from sladsl.diagnostics import Edit
from sladsl.source import Source, Span
from sladsl.syntax.printer import format_range, format_text
from sladsl.syntax.split import piece_end, piece_start

_SPACE = re.compile(r"\s*")
_INDENT = re.compile(r"[ \t]*")
_STEP = 2
_NEIGHBOURS = 3


def whole(source: Source) -> list[Edit]:
    """What puts a text into its canonical layout; what does not parse stays as it is."""
    return _smallest(source.text, format_text(source).edits)


def within(source: Source, span: Span) -> list[Edit]:
    """The same for the declarations that a stretch touches, at the cost of those and their neighbours."""
    start, end = _around(source.text, span)
    near = Source(source.name, source.text[start:end])
    formatted = format_range(near, Span(span.start - start, span.end - start))
    return [Edit(edit.span.shift(start), edit.text) for edit in _smallest(near.text, formatted.edits)]


def _around(text: str, span: Span) -> tuple[int, int]:
    """A stretch with some declarations before it and after it: how one is laid out, and what stands between two, asks for no more."""
    start, end = span.start, span.end
    for _ in range(_NEIGHBOURS):
        start = piece_start(text, start - 1) if start > 0 else 0
        end = piece_end(text, end + 1)
    return start, end


def after_newline(source: Source, offset: int) -> list[Edit]:
    """When a line was ended: the declaration is tidied up to that line's end, and below a `:` the new line is indented.

    Nothing at or behind the cursor's line moves but its own indentation, so a word that is being typed stays under the cursor.
    """
    text = source.text
    line = text.rfind("\n", 0, offset) + 1
    if line == 0:
        return []
    above = text.rfind("\n", 0, line - 1) + 1
    tidied = [edit for edit in within(source, Span(above, line - 1)) if edit.span.end < line - 1]
    return [*tidied, *_indented(text, above, line)]


def _indented(text: str, above: int, line: int) -> Iterator[Edit]:
    """Room before the first word below a line that ends in a colon."""
    end = text.find("\n", line)
    here = text[line : len(text) if end < 0 else end]
    head = text[above : line - 1]
    if here.strip() or not head.split("#")[0].rstrip().endswith(":"):
        return
    indent = " " * (len(head) - len(head.lstrip()) + _STEP)
    written = _INDENT.match(text, line)
    if written is not None and written.group() != indent:
        yield Edit(Span(written.start(), written.end()), indent)


def _smallest(text: str, edits: Iterable[Edit]) -> list[Edit]:
    return [small for edit in edits for small in _spaces(text[edit.span.start : edit.span.end], edit)]


def _spaces(old: str, edit: Edit) -> list[Edit]:
    """One edit as edits of white space alone; as it is, should it change more than that."""
    new, trimmed = edit.text, list[Edit]()
    at = to = 0
    while at < len(old) or to < len(new):
        before, after = _space(old, at), _space(new, to)
        if before != after:
            trimmed.append(_trimmed(edit.span.start + at, before, after))
        at, to = at + len(before), to + len(after)
        if old[at : at + 1] != new[to : to + 1]:
            return [edit]
        at, to = at + 1, to + 1
    return trimmed


def _space(text: str, at: int) -> str:
    blank = _SPACE.match(text, at)
    return blank.group() if blank else ""


def _trimmed(start: int, before: str, after: str) -> Edit:
    """White space for white space, without what both begin with; a `\\r\\n` is one sign and is not cut in two."""
    if "\r" in before:
        return Edit(Span(start, start + len(before)), after)
    same = next((n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), None)
    same = min(len(before), len(after)) if same is None else same
    return Edit(Span(start + same, start + len(before)), after[same:])
