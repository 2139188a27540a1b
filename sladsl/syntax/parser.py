"""From a text to its tree and its syntax errors: the only user of Lark.

The text is cut into declarations (`split`), each is parsed by itself, and one that is broken costs one
error. Lark's own recovery is not used: after one misspelt word it reports every word that follows. Instead
the place where a declaration broke is described (`messages`) and a one-word repair looked for (`repair`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import chain
from typing import Any

import lark
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from sladsl.diagnostics import Diagnostic
from sladsl.source import Source, Span
from sladsl.syntax import ast, literals, syntax_errors
from sladsl.syntax.builder import Builder
from sladsl.syntax.messages import Trouble
from sladsl.syntax.parse_table import lark_parser
from sladsl.syntax.parser_state import ParserState, states, word
from sladsl.syntax.repair import LOOK_BACK
from sladsl.syntax.shape import Written, written
from sladsl.syntax.split import Piece, Word, cut, shifted, words

MAX_DEPTH = 120  # levels of a tree; later stages walk it recursively

# A longer declaration is read anew each time: keeping its versions would fill the memory.
CACHED_LENGTH = 20_000
_HINTED = 100  # broken declarations of a text that get a hint; nobody reads more before mending some


# --- a text ---------------------------------------------------------------------------------------


def parse(source: Source) -> tuple[ast.File, tuple[Diagnostic, ...]]:
    """The tree of a text and what is wrong with its syntax, in the order of the text.

    Does not raise for anything a text may hold. Declarations with a syntax error are left out of the tree;
    what they would have declared is in `File.broken`.
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
        if joined and joined.declaration:
            yield replace(joined, problems=(*joined.problems, syntax_errors.unindented(strays)))
        else:
            yield parsed
            yield from _strays(strays[:_HINTED], said=not parsed.begins)
        broken += not parsed.declaration
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
    rule = syntax_errors.start_rule(words(text, limit=4))
    if rule is None or text[0] in " \t":
        parts = words(text)
        return _Parsed(False, None, syntax_errors.unread(text), (syntax_errors.no_declaration(text, parts),))
    try:
        refused = syntax_errors.too_large(text) or syntax_errors.nesting(text)
        declaration, problems = (
            (None, (refused,)) if refused else _built(lark_parser().parse(text, start=rule))
        )
    except UnexpectedInput as error:
        declaration, problems = None, (_fault(text, rule, error, hints),)
    except _TooDeep as error:
        declaration, problems = None, (syntax_errors.too_long(error.span),)
    if declaration and all(problem.code == "SLA106" for problem in problems):
        return _Parsed(True, declaration, (), problems)
    return _Parsed(True, None, syntax_errors.unread(text), problems)


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
    parts, at = syntax_errors.split(words(text), _place(text, error))

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
    unexpected = parts[at] if at < len(parts) else None
    previous, expected = (state.previous, state.expected()) if state else ("", {})
    trouble = Trouble(parts[:at], unexpected, parts[at + 1 :], previous, expected)
    return syntax_errors.unexpected(text, parts, at, trouble, before, search=hints)


def _place(text: str, error: UnexpectedInput) -> int:
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        return error.token.start_pos or 0
    if isinstance(error, UnexpectedCharacters):
        return error.pos_in_stream or 0
    return len(text)
