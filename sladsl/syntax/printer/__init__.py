"""The formatter: one canonical layout for a text, with every comment where it belongs.

A declaration is laid out by itself, from its words and comments alone, so a range or one declaration is formatted as the whole
text would be. One that does not parse stays as it is. What comes out is read again: unless every word and every comment is
there, in the same order, the text is given back unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from sladsl.diagnostics import Diagnostic, Edit, Severity
from sladsl.source import Source, Span
from sladsl.syntax.parser import CACHED_LENGTH, parse, shape
from sladsl.syntax.printer.render import Break, Close, Comment, Line, Mark, Open, Style, Text, render
from sladsl.syntax.printer.rules import (
    CHAINS,
    CLAUSES,
    COMMITMENT_CLAUSES,
    FOLDS,
    HEADER,
    KEYWORDS,
    MEASURE,
    SIGNED,
    STANDING_TOGETHER,
    Fold,
)
from sladsl.syntax.shape import Shape, Written
from sladsl.syntax.split import Piece, Word, cut, words
from sladsl.syntax.syntax_errors import whole_text

# ------------------------------------------------------------------------------------------------------------- comments

_COMMENT = re.compile(r'"(?:\\["\\]|[^"\n])*"|(?P<comment>#[^\n]*)')
_PARTS = re.compile(r"#[^\n]*|\n")


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment on a line of its own: the column it was written in, and whether a blank line stands before it."""

    text: str
    column: int
    blank: bool


@dataclass(frozen=True, slots=True)
class Between:
    """What stands between two words besides space: a comment that ends the first one's line, remarks, and whether a
    blank line stands before the second one.
    """

    ending: str = ""
    remarks: tuple[Remark, ...] = ()
    blank: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.ending and not self.remarks


def comments(text: str) -> list[str]:
    """Every comment of a text, without white space at its end."""
    remarks = (each["comment"] for each in _COMMENT.finditer(text))
    return [comment.rstrip() for comment in remarks if comment]


def between(text: str, start: int, end: int) -> Between:
    """Reads the space and the comments of a stretch of a text; at the text's start a comment ends nobody's line."""
    ending, newlines = "", 0
    remarks: list[Remark] = []
    for part in _PARTS.finditer(text, start, end):
        if part.group() == "\n":
            newlines += 1
        elif newlines == 0 and not remarks and start > 0:
            ending = part.group().rstrip()
        else:
            remarks.append(Remark(part.group().rstrip(), column(text, part.start()), newlines > 1))
            newlines = 0
    return Between(ending, tuple(remarks), newlines > 1)


def column(text: str, at: int) -> int:
    """How far from the line's beginning a place is."""
    return len(text[text.rfind("\n", 0, at) + 1 : at].expandtabs(4))


def indentation(text: str, at: int) -> int:
    """The column of the first word of a place's line."""
    begin = text.rfind("\n", 0, at) + 1
    line = text[begin : at + 1]
    return column(text, begin + len(line) - len(line.lstrip()))


# ------------------------------------------------------------------------------------------------------ a declaration


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
                gap = between(self.text, words[index - 1].span.end, word.span.start)
                if index in self.marks.lines:
                    clause = _Clause(index, self.marks.lines[index])
                    yield from self._clause(above, clause, gap)
                    above = clause
                else:
                    yield from self._separated(index, gap)
            while opened < len(groups) and groups[opened].first == index:
                yield groups[opened].open
                opened += 1
            yield Text(word.text)
            yield from [Close()] * ends[index]

    def _separated(self, index: int, gap: Between) -> Iterator[Mark]:
        """What stands before a word within a clause; with a comment there, the clause is folded."""
        fold = self.marks.breaks.get(index)
        if gap.is_empty:
            yield fold or Text(self.marks.spaces.get(index, " "))
            return
        if gap.ending:
            yield Comment(gap.ending)
        extra = fold.extra if fold else 0
        # Before a closing brace remarks stand with what is in the braces.
        inner = _STEP if fold and self.written.words[index].text == "}" else extra
        for remark in gap.remarks:
            yield from (Break(extra=inner, forced=True), Comment(remark.text))
        yield Break(extra=extra, forced=True)

    def _clause(self, above: _Clause, clause: _Clause, gap: Between) -> Iterator[Mark]:
        """A clause begins, on a line of its own; below the first line of a declaration no blank line stands."""
        if gap.ending:
            yield Comment(gap.ending)
        may_part = above.word > 0
        for remark in gap.remarks:
            indent = self._indent(remark, above, clause)
            yield from (Line(indent, remark.blank and may_part), Comment(remark.text))
            may_part = True
        yield Line(clause.indent, gap.blank and may_part)

    def trailing(self, gap: Between) -> Iterator[Mark]:
        """What belongs to the declaration behind its last word."""
        if gap.ending:
            yield Comment(gap.ending)
        last = max(self.marks.lines, default=0)
        above = _Clause(last, self.marks.lines.get(last, 0))
        for remark in gap.remarks:
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


# --------------------------------------------------------------------- where lines begin, what is folded, what is glued


_WIDEST = 40  # a longer name or label does not move what stands beside the other ones


@dataclass(frozen=True, slots=True)
class Group:
    """The words number `first` to `last`, folded together."""

    first: int
    last: int
    open: Open


@dataclass
class Marks:
    """What stands before the words of a declaration, by their number; two words without a mark have one space between them."""

    lines: dict[int, int] = field(default_factory=dict)
    breaks: dict[int, Break] = field(default_factory=dict)
    spaces: dict[int, str] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)

    def group(self, first: int, last: int, style: Style, *, aligned: bool = False, by: int = 0) -> None:
        if first <= last:
            self.groups.append(Group(first, last, Open(style, aligned, by)))


def marks(written: Written) -> Marks:
    """The marks of one declaration."""
    laying = _Laying(written.words, Marks())
    laying.signs()
    laying.declaration(written.shape)
    laying.marks.groups.sort(key=lambda group: (group.first, -group.last))
    return laying.marks


@dataclass
class _Laying:
    words: tuple[Word, ...]
    marks: Marks

    def signs(self) -> None:
        """No space inside brackets and before what ends something."""
        for index in range(1, len(self.words)):
            if self._text(index) in (",", ":", ")", "}", ".") or self._text(index - 1) in ("(", "{", "."):
                self.marks.spaces[index] = ""

    def _text(self, index: int) -> str:
        return self.words[index].text

    # --- declarations

    def declaration(self, shape: Shape) -> None:
        colon = next((index for index in shape.own if self._text(index) == ":"), None)
        if colon is not None:
            self.marks.group(0, colon, Style.FILL, by=4)
            self._breaks((index for index in shape.own if index < colon), HEADER)
        match shape.rule:
            case "record":
                self._parent(shape)
                self._fields([part for part in shape.parts if part.rule == "field"])
            case "source":
                self._mappings([part for part in shape.parts if part.rule == "mapping"])
            case "define" | "event":
                starts = [index for index in shape.own if self.words[index].kind == "SINCE"]
                self.marks.lines.update(dict.fromkeys([*starts, *([colon + 1] if colon else [])], 2))
            case "kpi" | "let":
                self._equation(shape)
        self._clauses(shape)
        self._shape(shape)

    def _clauses(self, shape: Shape) -> None:
        for part in shape.parts:
            if part.rule in CLAUSES:
                self.marks.lines[part.first] = 2
            if part.rule == "commitment":
                self._commitment(part)

    def _parent(self, shape: Shape) -> None:
        for part in shape.parts:
            if part.rule == "parent":
                self.marks.breaks[part.first] = Break()

    # --- columns

    def _fields(self, fields: list[Shape]) -> None:
        """Types under one another, and before them the labels of those fields that have one."""
        labelled = [each.first for each in fields if self.words[each.first + 1].kind == "STRING"]
        label_at = 2 + self._widest(len(self._text(name)) for name in labelled)
        heads: dict[int, int] = {}
        for each in fields:
            name = each.first
            heads[name + 1] = len(self._text(name))
            if name in labelled:
                self._pad(name + 1, label_at - heads.pop(name + 1), 2)
                heads[name + 2] = max(label_at, len(self._text(name)) + 2) + len(self._text(name + 1))
        type_at = 2 + self._widest(heads.values())
        for index, head in heads.items():
            self._pad(index, type_at - head, 2)

    def _mappings(self, mappings: list[Shape]) -> None:
        """The columns, or the constants, of a source's fields under one another."""
        widest = self._widest(len(self._text(each.first)) for each in mappings)
        for each in mappings:
            self._pad(each.first + 1, 1 + widest - len(self._text(each.first)), 1)

    def _widest(self, lengths: Iterable[int]) -> int:
        return max((length for length in lengths if length <= _WIDEST), default=0)

    def _pad(self, index: int, by: int, least: int) -> None:
        self.marks.spaces[index] = " " * max(by, least)

    # --- kpi, let, owes

    def _equation(self, shape: Shape) -> None:
        """`kpi x = …`: the right side goes to a line of its own before it is folded itself; a set keeps its brace."""
        start = next(index for index in shape.own if self._text(index) == "=") + 1
        value = next((part for part in shape.parts if part.first == start and part.rule == "set"), None)
        if value is not None and value.last == shape.last:
            self.marks.group(start, value.last, Style.BLOCK)
            self.marks.breaks[start + 1] = Break("", extra=2)
            self.marks.breaks[value.last] = Break("")
            return
        self.marks.group(0, shape.last, Style.BLOCK, by=2)
        self.marks.breaks[start] = Break()
        self.marks.group(start, shape.last, Style.BLOCK, by=4)
        for part in shape.parts if shape.rule == "kpi" else ():
            self._breaks(part.own, MEASURE)
            for population in part.parts:
                if population.rule == "population":
                    self._breaks(population.own, MEASURE)

    def _commitment(self, shape: Shape) -> None:
        period = next(part for part in shape.parts if part.rule == "period")
        last = next((part for part in shape.parts if part.rule == "in_force"), period).last
        self.marks.group(shape.first, last, Style.BLOCK, by=2)
        rest = period.first
        inside = (x for part in shape.parts if part.rule == "by_groups" for x in part.parts)
        for part in (*shape.parts, *inside):
            if part.rule in COMMITMENT_CLAUSES:
                self.marks.lines[part.first] = 4
            if part.rule == "consequence":
                self._actions(part)
            if part.rule == "deadline":
                choices, *share = part.parts
                self._choices(choices)
                rest = share[0].first if share else rest
            if part.rule == "limits":
                self._choices(part, forced=False)
        self.marks.breaks[rest] = Break()

    def _choices(self, shape: Shape, forced: bool = True) -> None:
        """Several deadlines never share a line: each is read by itself. Limits share one where they fit."""
        self.marks.group(shape.first, shape.last, Style.BLOCK, aligned=True)
        for index in shape.own:
            if self._text(index) == ",":
                self.marks.breaks[index + 1] = Break(forced=forced)

    def _actions(self, shape: Shape) -> None:
        actions = [part for part in shape.parts if part.rule == "action"]
        self.marks.group(actions[0].first, shape.last, Style.BLOCK, aligned=True)
        self.marks.breaks.update({part.first: Break() for part in actions[1:]})

    # --- everything else

    def _shape(self, shape: Shape) -> None:
        if shape.rule in CHAINS:
            self._chain(shape, grouped=False)
            return
        fold = FOLDS.get(shape.rule)
        if fold is not None:
            self._fold(shape, fold)
        if shape.rule == "call":
            self.marks.spaces[shape.first + 1] = ""
        if shape.rule in SIGNED and self.words[shape.first].kind == "MINUS":
            self.marks.spaces[shape.first + 1] = ""
        keywords = [index for index in shape.own if self.words[index].kind in KEYWORDS]
        for index in keywords:
            self._condition(shape, index)
        for part in shape.parts:
            if part.rule in CHAINS and part.first - 1 in keywords:
                self._chain(part, grouped=True)
            else:
                self._shape(part)

    def _fold(self, shape: Shape, fold: Fold) -> None:
        if fold.style is not None:
            first, last = shape.first + fold.skip, shape.last - fold.drop
            self.marks.group(first, last, fold.style, aligned=fold.aligned, by=fold.by)
        self._breaks(shape.own, fold.before)

    def _breaks(self, indexes: Iterable[int], before: frozenset[str]) -> None:
        for index in indexes:
            if self._text(index) in before:
                self.marks.breaks[index + (self._text(index) == ",")] = Break()

    def _condition(self, shape: Shape, keyword: int) -> None:
        """Groups a keyword with its condition, which ends with its rule; in a `define` a `since` may come after it."""
        ends = [index for index in shape.own if index > keyword and self.words[index].kind == "SINCE"]
        by = 0 if self.words[keyword].kind == "WHEN" else 2
        self.marks.group(keyword, ends[0] - 1 if ends else shape.last, Style.BLOCK, aligned=True, by=by)

    def _chain(self, shape: Shape, *, grouped: bool) -> None:
        """`a and b and c`: broken before every `and` or before none. `grouped` when the group begins with the keyword before it."""
        if not grouped:
            self.marks.group(shape.first, shape.last, Style.BLOCK, aligned=True)
        at: Shape | None = shape
        while at is not None:
            sign = next(index for index in at.own if self._text(index) in CHAINS[shape.rule])
            self.marks.breaks[sign] = Break()
            left = next((part for part in at.parts if part.last < sign), None)
            goes_on = left is not None and left.rule == shape.rule and left.first == at.first
            for part in at.parts:
                if part is not left or not goes_on:
                    self._shape(part)
            at = left if goes_on else None


__all__ = ["Formatted", "format_range", "format_text", "unreadable"]


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text in its canonical layout, and the edits that make it so (in order, apart from one another).

    `problems` are the text's syntax errors; what they are in was left as it is. `refused` says that a word or a comment would have
    changed, which is a mistake of the formatter: nothing was done.
    """

    text: str
    edits: tuple[Edit, ...]
    problems: tuple[Diagnostic, ...]
    refused: bool = False


def format_text(source: Source) -> Formatted:
    """The whole text in its canonical layout. Raises for no text."""
    return _formatted(source, Span(0, len(source.text)))


def format_range(source: Source, span: Span) -> Formatted:
    """The declarations that a stretch touches, and what stands between them, in their canonical layout; the rest as it is."""
    return _formatted(source, span)


def unreadable(source: Source) -> tuple[Diagnostic, ...]:
    """Why declarations do not parse; a warning is about one that does."""
    return tuple(each for each in parse(source)[1] if each.severity is Severity.ERROR)


def _formatted(source: Source, span: Span) -> Formatted:
    problems = unreadable(source)
    if whole_text(source.text):
        return Formatted(source.text, (), problems)
    declared = declarations(source.text)
    edits = tuple(_edits(source.text, segments(source.text, declared), span))
    text = _applied(source.text, edits)
    if edits and content(text, declarations(text)) != content(source.text, declared):
        return Formatted(source.text, (), problems, refused=True)
    return Formatted(text, edits, problems)


def _edits(text: str, parts: Sequence[Segment], span: Span) -> Iterator[Edit]:
    for part in parts:
        if part.touches(span) and part.text != text[part.span.start : part.span.end]:
            yield Edit(part.span, part.text)


def _applied(text: str, edits: Sequence[Edit]) -> str:
    done, at = [], 0
    for edit in edits:
        done += [text[at : edit.span.start], edit.text]
        at = edit.span.end
    return "".join([*done, text[at:]])


# ------------------------------------------------------------------------------------------------------------- segments


_ENDING = re.compile(r"[ \t\r]*#[^\n]*")
_BELOW = re.compile(r"(?:[ \t\r]*\n)+[ \t\r]+#[^\n]*")


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the text and what stands there in the canonical layout: a declaration, or what is between two."""

    span: Span
    text: str
    is_gap: bool

    def touches(self, span: Span) -> bool:
        """Whether formatting this range formats the segment: a declaration it touches, and a gap it holds."""
        if self.is_gap:
            return span.start <= self.span.start and self.span.end <= span.end
        return span.start <= self.span.end and self.span.start <= span.end


@dataclass(frozen=True, slots=True)
class Declared:
    """A declaration with the comments that trail it; `written` is None where it does not parse."""

    piece: Piece
    written: Written | None
    end: int

    @property
    def rule(self) -> str:
        return self.written.shape.rule if self.written else ""


def declarations(text: str) -> list[Declared]:
    """The declarations of a text in their order."""
    pieces = cut(text)
    limits = [*(piece.start for piece in pieces[1:]), len(text)]
    declared = []
    for piece, limit in zip(pieces, limits, strict=False):
        written = _written(piece.text)
        last = written.words[-1] if written else words(piece.text)[-1]
        declared.append(Declared(piece, written, _end(text, piece.start + last.span.end, limit)))
    return declared


def segments(text: str, declared: Sequence[Declared]) -> list[Segment]:
    """All of the text, in order: a gap (which may be empty) before and after each of its declarations."""
    if not declared:
        return [_gap(text, 0, len(text), apart=False)]
    parts = [_gap(text, 0, declared[0].piece.start, apart=False)]
    for each, following in zip(declared, [*declared[1:], None], strict=True):
        parts.append(Segment(Span(each.piece.start, each.end), _declaration(text, each), is_gap=False))
        start = following.piece.start if following else len(text)
        apart = following is not None and _apart(each, following)
        parts.append(_gap(text, each.end, start, apart=apart))
    return parts


Content = tuple[list[tuple[tuple[str, str], ...] | str], list[str]]


def content(text: str, declared: Sequence[Declared]) -> Content:
    """What formatting may not change: the words of each declaration, or its text where it does not parse, and every comment."""
    read: list[tuple[tuple[str, str], ...] | str] = [
        tuple((word.kind, word.text) for word in each.written.words)
        if each.written
        else _declaration(text, each)
        for each in declared
    ]
    return read, comments(text)


def _end(text: str, at: int, limit: int) -> int:
    """Where a declaration ends whose last word ends at `at`: after the comment on its line and indented ones below."""
    ending = _ENDING.match(text, at, limit)
    at = ending.end() if ending else at
    while below := _BELOW.match(text, at, limit):
        at = below.end()
    return at


def _declaration(text: str, each: Declared) -> str:
    if each.written is None:
        return text[each.piece.start : each.end].replace("\r\n", "\n").rstrip(" \t\r")
    after = each.piece.start + each.written.words[-1].span.end
    trailing = between(text, after, each.end)
    if len(each.piece.text) > CACHED_LENGTH:
        return laid_out(each.piece.text, each.written, trailing)
    return _laid_out(each.piece.text, trailing)


@lru_cache(maxsize=4096)
def _laid_out(text: str, trailing: Between) -> str:
    written = _written(text)
    return laid_out(text, written, trailing) if written else text


def _written(text: str) -> Written | None:
    return shape(text) if len(text) > CACHED_LENGTH else _short(text)


_short = lru_cache(maxsize=4096)(shape)


def _apart(above: Declared, below: Declared) -> bool:
    """Whether a blank line stands between two declarations whatever was written; next to one that does not parse nothing is put in."""
    if above.written is None or below.written is None:
        return False
    both = (above.written.shape, below.written.shape)
    has_lines = any(part.rule in CLAUSES for each in both for part in each.parts)
    return has_lines or above.rule != below.rule or above.rule not in STANDING_TOGETHER


def _gap(text: str, start: int, end: int, *, apart: bool) -> Segment:
    """Line ends, and the comments in column 0 between two declarations, with at most one blank line in a row."""
    return Segment(Span(start, end), "".join(_gap_lines(text, start, end, apart=apart)), is_gap=True)


def _gap_lines(text: str, start: int, end: int, *, apart: bool) -> Iterator[str]:
    gap = between(text, start, end)
    at_start, at_end = start == 0, end == len(text)
    if not at_start:
        yield "\n"
    for number, remark in enumerate(gap.remarks):
        first = number == 0
        if (remark.blank or (first and apart)) and not (first and at_start):
            yield "\n"
        yield f"{remark.text}\n"
    if not at_end and (gap.blank or (apart and not gap.remarks)) and not (at_start and not gap.remarks):
        yield "\n"
