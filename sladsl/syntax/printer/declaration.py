"""One declaration, laid out with the comments in it."""

from __future__ import annotations

from collections.abc import Iterator

from sladsl.syntax.printer.comments import Between, Remark, between, indentation
from sladsl.syntax.printer.render import Break, Close, Comment, Line, Mark, Text, render
from sladsl.syntax.printer.shapes import Marks, marks
from sladsl.syntax.shape import Written

_STEP = 2  # columns of one level


def laid_out(text: str, written: Written, trailing: Between) -> str:
    """The declaration's canonical text, without a line end after its last line.

    `trailing` is what belongs to it behind its last word: a comment on that word's line, and indented ones below.
    """
    return "\n".join(render([*_marks(text, written), *_trailing(text, written, trailing)]))


def _marks(text: str, written: Written) -> Iterator[Mark]:
    """Words, what separates them, and the groups they are in."""
    laid = marks(written)
    ends = [0] * len(written.words)
    for group in laid.groups:
        ends[group.last] += 1
    opening = iter([*laid.groups, None])
    group_or_end = next(opening)
    for index, word in enumerate(written.words):
        if index:
            found = between(text, written.words[index - 1].span.end, word.span.start)
            yield from _separated(text, written, laid, index, found)
        while group_or_end is not None and group_or_end.first == index:
            yield group_or_end.open
            group_or_end = next(opening)
        yield Text(word.text)
        yield from [Close()] * ends[index]


def _separated(text: str, written: Written, laid: Marks, index: int, found: Between) -> Iterator[Mark]:
    """What stands before a word that is not the first."""
    if found.ending:
        yield Comment(found.ending)
    fold = laid.breaks.get(index)
    if index in laid.lines:
        yield from _new_line(text, written, laid, index, found)
    elif not found.is_empty:
        # Before a closing brace remarks stand with what is in the braces.
        extra = fold.extra if fold else 0
        inner = 2 if fold and written.words[index].text == "}" else extra
        for remark in found.remarks:
            yield from (Break(extra=inner, forced=True), Comment(remark.text))
        yield Break(extra=extra, forced=True)
    elif fold:
        yield fold
    else:
        yield Text(laid.spaces.get(index, " "))


def _new_line(text: str, written: Written, laid: Marks, index: int, found: Between) -> Iterator[Mark]:
    """A clause begins. Remarks before it are indented with it, or with the clauses above if they were."""
    indent, at = laid.lines[index], written.words[index].span.start
    above = max(each for each in (0, *laid.lines) if each < index)
    first = above == 0
    for remark in found.remarks:
        place = _place(
            remark,
            (laid.lines.get(above, 0), indentation(text, written.words[above].span.start)),
            (indent, indentation(text, at)),
        )
        yield from (Line(place, remark.blank and not first), Comment(remark.text))
        first = False
    yield Line(indent, found.blank and not first)


def _trailing(text: str, written: Written, found: Between) -> Iterator[Mark]:
    """What belongs to the declaration behind its last word."""
    if found.ending:
        yield Comment(found.ending)
    lines = marks(written).lines
    last = max((0, *lines))
    above = (lines.get(last, 0), indentation(text, written.words[last].span.start))
    for remark in found.remarks:
        yield from (Line(max(_STEP, _place(remark, above, (0, 0))), remark.blank), Comment(remark.text))


def _place(remark: Remark, above: tuple[int, int], below: tuple[int, int]) -> int:
    """The column of a remark between two clauses, each given with the column it gets and the one it had."""
    if below[0] >= above[0] or remark.column <= below[1]:
        return below[0]
    return above[0] if remark.column >= above[1] else max(below[0], above[0] - _STEP)
