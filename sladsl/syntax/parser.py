"""From a text to its tree and its syntax errors: the only user of Lark.

The text is cut into declarations (`split`), and each is parsed by itself. Lark's own recovery is not used: after one misspelt word it
reports every word that follows. Instead the place where a declaration broke is described (`messages`, `habits`), and a one-word repair
looked for (`repair`). What stands behind that place is read too: where what was meant is certain, with that in its stead, and the
declaration is then as good as any; else without the line that broke (`syntax_errors.unread_line`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import lru_cache
from itertools import chain, takewhile
from typing import Any

import lark
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from sladsl.diagnostics import Diagnostic, Safety, Severity
from sladsl.source import Source, Span
from sladsl.syntax import ast, literals, misplaced, syntax_errors
from sladsl.syntax.builder import Builder
from sladsl.syntax.messages import Trouble
from sladsl.syntax.parse_table import lark_parser
from sladsl.syntax.parser_state import ParserState, states, word
from sladsl.syntax.repair import LOOK_BACK
from sladsl.syntax.shape import Written, written
from sladsl.syntax.split import Piece, Word, cut, moved, shifted, split_at, words

MAX_DEPTH = 120  # levels of a tree; later stages walk it recursively

# A longer declaration is read anew each time: keeping its versions would fill the memory.
CACHED_LENGTH = 20_000
_MOST_FAULTS = 20  # mistakes of one declaration that are told
_HINTED = 100  # broken declarations of a text that get a hint; nobody reads more before mending some


# --- a text ---------------------------------------------------------------------------------------


def parse(source: Source) -> tuple[ast.File, tuple[Diagnostic, ...]]:
    """The tree of a text and what is wrong with its syntax, in the order of the text.

    Does not raise for anything a text may hold. Declarations with a syntax error are left out of the tree, and what they would have
    declared is in `File.broken`; but one of which it is certain what was meant is in the tree.
    """
    whole = Span(0, len(source.text))
    refused = syntax_errors.whole_text(source.text)
    if refused:
        return ast.File((), whole), (replace(refused, file=source.name),)
    declarations: list[ast.Declaration] = []
    broken: list[ast.Unread] = []
    problems: list[Diagnostic] = []
    for parsed in _pieces(source.text, cut(source.text)):
        declarations += [parsed.declaration] if parsed.declaration else []
        broken += parsed.unread
        problems += parsed.problems
    diagnostics = tuple(replace(each, file=source.name) for each in problems)
    return ast.File(tuple(declarations), whole, tuple(broken)), diagnostics


@dataclass(frozen=True, slots=True)
class _Parsed:
    """One piece: its declaration, or what it would have declared, and what is wrong with it.

    `begins` says whether it begins as a declaration does.
    """

    begins: bool
    declaration: ast.Declaration | None
    unread: tuple[ast.Unread, ...]
    problems: tuple[Diagnostic, ...]

    @property
    def is_whole(self) -> bool:
        """Whether it parses as it is."""
        return self.declaration is not None and all(_stands(each) for each in self.problems)


def _stands(problem: Diagnostic) -> bool:
    """Whether the declaration that it is about is read all the same."""
    return problem.code == "SLA106" or problem.severity is Severity.WARNING


def _pieces(text: str, pieces: tuple[Piece, ...]) -> Iterator[_Parsed]:
    """Every piece, parsed; lines that only lack their indentation are put back to the declaration above them."""
    at, broken = 0, 0
    while at < len(pieces):
        hints = broken < _HINTED
        parsed = _parsed(pieces[at], hints)
        end = at + 1
        while end < len(pieces) and not syntax_errors.begins(pieces[end].text):
            end += 1
        strays = pieces[at + 1 : end]
        whole = Piece(text[pieces[at].start : pieces[end - 1].span.end], pieces[at].start)
        joined = _parsed(whole, hints) if strays and parsed.begins and hints else None
        if joined and joined.is_whole:
            yield replace(joined, problems=(*joined.problems, syntax_errors.unindented(strays)))
        else:
            yield parsed
            yield from _strays(strays[:_HINTED], said=not parsed.begins)
        broken += not parsed.is_whole
        at = end


def _strays(pieces: tuple[Piece, ...], *, said: bool) -> Iterator[_Parsed]:
    """Lines in a row that begin no declaration: one error for all, and one for each that is nearly a declaration."""
    for piece in pieces:
        parsed = _parsed(piece, hints=True)
        told = said and not any(problem.fixes for problem in parsed.problems)
        yield replace(parsed, problems=()) if told else parsed
        said = True


def _parsed(piece: Piece, hints: bool) -> _Parsed:
    if len(piece.text) > CACHED_LENGTH:
        return shifted(_parse_piece(piece.text, hints), piece.start)
    return _placed(piece.text, piece.start, hints)


@lru_cache(maxsize=256)
def _placed(text: str, start: int, hints: bool) -> _Parsed:
    return shifted(_parsed_short(text, hints), start)


def _parse_piece(text: str, hints: bool) -> _Parsed:
    """One piece; places count from its first character. With `hints` a repair is looked for where it breaks."""
    reading, faults, left_out = _Reading(text), list[Diagnostic](), list[Span]()
    rule = syntax_errors.start_rule(words(text, limit=4))
    begins = rule is not None and text[0] not in " \t"
    if rule is None or not begins:
        faults.append(syntax_errors.no_declaration(text, words(text)))
        reading = reading.mended(faults) or reading
        rule = syntax_errors.start_rule(words(reading.text, limit=4))
        if rule is None or reading.text == text:
            return _Parsed(False, None, syntax_errors.unread(text), tuple(faults))
    refused = syntax_errors.too_large(text) or syntax_errors.nesting(text)
    if refused:
        return _Parsed(begins, None, syntax_errors.unread(text), (refused,))
    for _ in range(_MOST_FAULTS if hints and len(text) <= CACHED_LENGTH else 1):
        declaration, problems = _attempted(reading.text, rule, hints)
        told = [moved(each, reading.place) for each in problems]
        if declaration and all(_stands(problem) for problem in problems):
            return _read(begins, text, declaration, reading, [*faults, *told], left_out)
        syntax_errors.add(text, faults, told, left_out)
        if len(faults) > 2 and syntax_errors.of_the_line_above(text, faults):
            del faults[-2:]
            break
        changed = reading.mended(problems)
        if changed is not None and len(cut(changed.text)) > 1:
            break  # declarations that were indented
        if changed is None:
            line = syntax_errors.unread_line(reading.text, rule, problems[0].span.start)
            changed = None if line is None else reading.without(line)
            left_out += [] if line is None else [reading.place(line)]
        if changed is None:
            break
        reading = changed
    return _Parsed(begins, None, syntax_errors.unread(text), tuple(faults))


def _read(
    begins: bool,
    text: str,
    declaration: ast.Declaration,
    reading: _Reading,
    problems: list[Diagnostic],
    left_out: list[Span],
) -> _Parsed:
    """A declaration that parses now. Of a block of commitments those stand that are whole; of any other nobody knows what is missing."""
    unread = syntax_errors.unread(text) if left_out else ()
    whole: ast.Declaration | None = moved(declaration, reading.place)
    if left_out:
        whole = _whole_commitments(text, whole, left_out) if isinstance(whole, ast.Owes) else None
    if reading.text != text and not all(
        text[each.span.start : each.span.end] == each.text for each in _names(whole)
    ):
        whole, unread = None, syntax_errors.unread(text)  # a name would be shown where it does not stand
    return _Parsed(begins, whole, unread, tuple(problems))


def _alike(one: str, other: str) -> int:
    """How many letters two texts have in common at their ends."""
    pairs = zip(reversed(one), reversed(other), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _names(node: object) -> Iterator[ast.Name]:
    if isinstance(node, ast.Name):
        yield node
    elif isinstance(node, tuple):
        for item in node:
            yield from _names(item)
    elif is_dataclass(node):
        for field in fields(node):
            yield from _names(getattr(node, field.name))


def _whole_commitments(text: str, block: ast.Owes, left_out: Sequence[Span]) -> ast.Owes | None:
    """The commitments of which no clause is left out."""
    partial = set[Span]()
    for line in left_out:
        margin = len(text[line.start : line.end]) - len(text[line.start : line.end].lstrip())
        above = [each.span for each in block.commitments if each.span.start < line.start]
        if above and margin > above[-1].start - text.rfind("\n", 0, above[-1].start) - 1:
            partial.add(above[-1])
    whole = tuple(each for each in block.commitments if each.span not in partial)
    return replace(block, commitments=whole) if whole else None


def _attempted(text: str, rule: str, hints: bool) -> tuple[ast.Declaration | None, tuple[Diagnostic, ...]]:
    try:
        return _built(lark_parser().parse(text, start=rule))
    except UnexpectedInput as error:
        return None, (_fault(text, rule, error, hints),)
    except _TooDeep as error:
        return None, (syntax_errors.too_long(error.span),)


class _Reading:
    """A declaration's text as it is read after some of its mistakes, and where each of its characters stands in what was written."""

    def __init__(self, text: str, origin: Sequence[int] | None = None) -> None:
        self.text = text
        self._origin = origin

    def place(self, span: Span) -> Span:
        """Where what stands at `span` was written."""
        if self._origin is None:
            return span
        start = self._origin[span.start]
        return Span(start, max(start, self._origin[span.end]))

    def mended(self, problems: Sequence[Diagnostic]) -> _Reading | None:
        """With the one certain fix of each of these; None where one has none."""
        fixes = [
            each.fixes[0] for each in problems if len(each.fixes) == 1 and each.fixes[0].safety is Safety.SAFE
        ]
        if len(fixes) < len(problems):
            return None
        text, origin = self.text, list(self._origin or range(len(self.text) + 1))
        edits = {edit.span: edit.text for fix in fixes for edit in fix.edits}
        for span in sorted(edits, reverse=True):
            new = edits[span]
            first, last = origin[span.start], origin[span.end]
            text = text[: span.start] + new + text[span.end :]
            same = _alike(new, self.text[span.start : span.end])
            moved_on = [min(first + number, last - same) for number in range(len(new) - same)]
            origin[span.start : span.end] = [*moved_on, *origin[span.end - same : span.end]]
        return _Reading(text, origin)

    def without(self, line: Span) -> _Reading:
        """With blanks for a line."""
        blank = re.sub(r"[^\n]", " ", self.text[line.start : line.end])
        return _Reading(self.text[: line.start] + blank + self.text[line.end :], self._origin)


_parsed_short = lru_cache(maxsize=1024)(_parse_piece)


# --- Lark's tree to ours --------------------------------------------------------------------------


class _TooDeep(Exception):
    def __init__(self, span: Span) -> None:
        super().__init__()
        self.span = span


def _built(tree: lark.ParseTree) -> tuple[ast.Declaration, tuple[Diagnostic, ...]]:
    builder = Builder()
    declaration: ast.Declaration = _node(builder, tree, 0)
    return declaration, tuple(sorted(builder.problems, key=lambda each: each.span))


def _node(builder: Builder, tree: lark.ParseTree, depth: int) -> Any:
    span = Span(tree.meta.start_pos, tree.meta.end_pos)
    if depth > MAX_DEPTH:
        raise _TooDeep(span)
    parts = [
        _node(builder, part, depth + 1) if isinstance(part, lark.Tree) else part and _leaf(builder, part)
        for part in tree.children
    ]
    build = getattr(builder, tree.data, None)
    return ast.Clause(tree.data, tuple(map(_part, parts)), span) if build is None else build(span, *parts)


def _part(part: Any) -> Any:
    return ast.Keyword(" ".join(part.text.split()), part.span) if isinstance(part, Word) else part


def _leaf(builder: Builder, token: lark.Token) -> Any:
    leaf = word(token)
    match token.type:
        case "NAME":
            return ast.Name(leaf.text, leaf.span)
        case "STRING":
            return literals.text(leaf)
        case "NUMBER":
            return literals.number(leaf, builder.problems)
        case "PERCENT":
            return literals.percent(leaf, builder.problems)
        case "DATE":
            return literals.date(leaf, builder.problems)
        case "DATETIME":
            return literals.datetime(leaf, builder.problems)
        case "CLOCK":
            return literals.clock(leaf, builder.problems)
        case _:
            return leaf


def shape(text: str) -> Written | None:
    """One declaration's words and the shape they make, None where it does not parse. Places count from its first character."""
    rule = syntax_errors.start_rule(words(text, limit=4))
    if rule is None or text[0] in " \t" or syntax_errors.too_large(text) or syntax_errors.nesting(text):
        return None
    parser = lark_parser().parse_interactive(text, start=rule)
    try:
        tokens = parser.exhaust_lexer()
        return written(parser.feed_eof(tokens[-1]), tokens, MAX_DEPTH)  # type: ignore[no-untyped-call]
    except UnexpectedInput:
        return None


# --- a declaration that does not parse ------------------------------------------------------------


def _fault(text: str, rule: str, error: UnexpectedInput, hints: bool) -> Diagnostic:
    parts, at = split_at(words(text), _place(text, error))

    def offset(index: int) -> int:
        return parts[index].span.start if index < len(parts) else len(text)

    known = states(text, rule, offset(at), LOOK_BACK + 1)

    def before(index: int) -> ParserState | None:
        place = offset(index)
        # A word of ours may be a part of one of the parser's.
        return known.get(place) or states(text, rule, place, 1).get(place)

    state = known.get(offset(at))
    if (
        state
        and at
        and parts[at - 1].text == "per"
        and "per" in chain.from_iterable(state.spellings().values())
    ):
        # No amount stands before it, and so it was taken for the name of one.
        at -= 1
        state = known.get(offset(at))
    above = before(at - 1) if at > 1 else None
    if above and misplaced.taken_for_a_name(text, rule, parts, at - 1, above.expected(), before):
        at, state = at - 1, above  # the line above is not finished
    unexpected = parts[at] if at < len(parts) else None
    previous, expected = (state.previous, state.expected()) if state else ("", {})
    read = state.read if state else ()
    trouble = Trouble(parts[:at], unexpected, parts[at + 1 :], previous, expected, read)
    return syntax_errors.unexpected(text, rule, parts, at, trouble, before, search=hints)


def _place(text: str, error: UnexpectedInput) -> int:
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        return error.token.start_pos or 0
    if isinstance(error, UnexpectedCharacters):
        return error.pos_in_stream or 0
    return len(text)
