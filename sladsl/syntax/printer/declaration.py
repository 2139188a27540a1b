"""One declaration, laid out with the comments in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sladsl.syntax.printer.comments import Between, Remark, between, indentation
from sladsl.syntax.printer.render import Break, Close, Comment, Line, Mark, Text, render
from sladsl.syntax.printer.shapes import Marks, marks
from sladsl.syntax.shape import Written

_STEP = 2  # columns of one level


def laid_out(text: str, written: Written, trailing: Between) -> str:
    """The declaration's canonical text, without a line end after its last line.

    `trailing` is what belongs to it behind its last word: a comment on that word's line, and indented ones below.
    """
    laid = _Laid(text, written, marks(written))
    return "\n".join(render([*laid.words(), *laid.trailing(trailing)]))


@dataclass(frozen=True, slots=True)
class _Clause:
    """Where a clause begins: at which word, and in which column from now on."""

    word: int
    indent: int


@dataclass(frozen=True, slots=True)
class _Laid:
    text: str
    written: Written
    marks: Marks

    def words(self) -> Iterator[Mark]:
        """Words, what separates them, and the groups they are in."""
        words, groups = self.written.words, self.marks.groups
        ends = [0] * len(words)
        for group in groups:
            ends[group.last] += 1
        opened, above = 0, _Clause(0, 0)
        for index, word in enumerate(words):
            if index:
                found = between(self.text, words[index - 1].span.end, word.span.start)
                if index in self.marks.lines:
                    clause = _Clause(index, self.marks.lines[index])
                    yield from self._clause(above, clause, found)
                    above = clause
                else:
                    yield from self._separated(index, found)
            while opened < len(groups) and groups[opened].first == index:
                yield groups[opened].open
                opened += 1
            yield Text(word.text)
            yield from [Close()] * ends[index]

    def _separated(self, index: int, found: Between) -> Iterator[Mark]:
        """What stands before a word within a clause; with a comment there, the clause is folded."""
        fold = self.marks.breaks.get(index)
        if found.is_empty:
            yield fold or Text(self.marks.spaces.get(index, " "))
            return
        if found.ending:
            yield Comment(found.ending)
        extra = fold.extra if fold else 0
        # Before a closing brace remarks stand with what is in the braces.
        inner = _STEP if fold and self.written.words[index].text == "}" else extra
        for remark in found.remarks:
            yield from (Break(extra=inner, forced=True), Comment(remark.text))
        yield Break(extra=extra, forced=True)

    def _clause(self, above: _Clause, clause: _Clause, found: Between) -> Iterator[Mark]:
        """A clause begins, on a line of its own; below the first line of a declaration no blank line stands."""
        if found.ending:
            yield Comment(found.ending)
        may_part = above.word > 0
        for remark in found.remarks:
            indent = self._indent(remark, above, clause)
            yield from (Line(indent, remark.blank and may_part), Comment(remark.text))
            may_part = True
        yield Line(clause.indent, found.blank and may_part)

    def trailing(self, found: Between) -> Iterator[Mark]:
        """What belongs to the declaration behind its last word."""
        if found.ending:
            yield Comment(found.ending)
        last = max(self.marks.lines, default=0)
        above = _Clause(last, self.marks.lines.get(last, 0))
        for remark in found.remarks:
            indent = max(_STEP, self._indent(remark, above, None))
            yield from (Line(indent, remark.blank), Comment(remark.text))

    def _indent(self, remark: Remark, above: _Clause, below: _Clause | None) -> int:
        """Remarks are indented with what they precede, or, where they were indented like the clause above, with that."""
        least = below.indent if below else 0
        if least >= above.indent or remark.column <= (self._column(below) if below else 0):
            return least
        return above.indent if remark.column >= self._column(above) else max(least, above.indent - _STEP)

    def _column(self, clause: _Clause) -> int:
        return indentation(self.text, self.written.words[clause.word].span.start)
