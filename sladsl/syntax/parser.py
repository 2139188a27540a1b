"""From a text to its tree and its syntax errors: the only user of Lark.

The text is cut into declarations (`pieces`), each is parsed by itself, and one that is broken costs one
error. Lark's own recovery is not used: after one misspelt word it reports every word that follows. Instead
the place where a declaration broke is described (`messages`) and a one-word repair looked for (`repair`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any

import lark
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from lark.lexer import LexerThread
from lark.parsers.lalr_interactive_parser import InteractiveParser

from sladsl.diagnostics import Diagnostic
from sladsl.source import Source, Span
from sladsl.syntax import ast, faults, literals
from sladsl.syntax.commitments import Builder
from sladsl.syntax.messages import Trouble
from sladsl.syntax.parse_table import lark_parser, order, terminals
from sladsl.syntax.pieces import Piece, Word, cut, shifted, words
from sladsl.syntax.shape import Written, written

MAX_DEPTH = 120  # levels of a tree; later stages walk it recursively

# A longer declaration is read anew each time: keeping its versions would fill the memory.
CACHED_LENGTH = 20_000
_HINTED = 100  # broken declarations of a text that get a hint; nobody reads more before mending some
_HORIZON = 400  # how far ahead a repair is tried


# --- a text ---------------------------------------------------------------------------------------


def parse(source: Source) -> tuple[ast.File, tuple[Diagnostic, ...]]:
    """The tree of a text and what is wrong with its syntax, in the order of the text.

    Does not raise for anything a text may hold. Declarations with a syntax error are left out of the tree;
    what they would have declared is in `File.broken`.
    """
    whole = Span(0, len(source.text))
    refused = faults.whole_text(source.text)
    if refused:
        return ast.File((), whole), (replace(refused, file=source.name),)
    declarations: list[ast.Declaration] = []
    broken: list[ast.Unread] = []
    found: list[Diagnostic] = []
    for parsed in _pieces(source.text, cut(source.text)):
        declarations += [parsed.declaration] if parsed.declaration else []
        broken += parsed.unread
        found += parsed.problems
    diagnostics = tuple(replace(each, file=source.name) for each in found)
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
        while end < len(pieces) and not faults.begins(pieces[end].text):
            end += 1
        strays = pieces[at + 1 : end]
        whole = Piece(text[pieces[at].start : pieces[end - 1].span.end], pieces[at].start)
        joined = _parsed(whole, hints) if strays and parsed.begins and hints else None
        if joined and joined.declaration:
            yield replace(joined, problems=(*joined.problems, faults.unindented(strays)))
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


@lru_cache(maxsize=4096)
def _placed(text: str, start: int, hints: bool) -> _Parsed:
    return shifted(_parsed_short(text, hints), start)


def _parse_piece(text: str, hints: bool) -> _Parsed:
    """One piece; places count from its first character. With `hints` a repair is looked for where it breaks."""
    rule = faults.start_rule(words(text, limit=4))
    if rule is None or text[0] in " \t":
        parts = words(text)
        return _Parsed(False, None, faults.unread(text), (faults.no_declaration(text, parts),))
    try:
        refused = faults.too_large(text) or faults.nesting(text)
        declaration, problems = (
            (None, (refused,)) if refused else _built(lark_parser().parse(text, start=rule))
        )
    except UnexpectedInput as error:
        declaration, problems = None, (_fault(text, rule, error, hints),)
    except _TooDeep as error:
        declaration, problems = None, (faults.too_long(error.span),)
    if declaration and all(problem.code == "SLA106" for problem in problems):
        return _Parsed(True, declaration, (), problems)
    return _Parsed(True, None, faults.unread(text), problems)


_parsed_short = lru_cache(maxsize=4096)(_parse_piece)


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
    return getattr(builder, tree.data)(span, *parts)


def _word(token: lark.Token) -> Word:
    return Word(token.type, str(token), Span(token.start_pos or 0, token.end_pos or 0))


def _leaf(builder: Builder, token: lark.Token) -> Any:
    word = _word(token)
    match token.type:
        case "NAME":
            return ast.Name(word.text, word.span)
        case "STRING":
            return literals.text(word)
        case "NUMBER":
            return literals.number(word, builder.problems)
        case "PERCENT":
            return literals.percent(word, builder.problems)
        case "DATE":
            return literals.date(word, builder.problems)
        case "DATETIME":
            return literals.datetime(word, builder.problems)
        case "CLOCK":
            return literals.clock(word, builder.problems)
        case _:
            return word


def shape(text: str) -> Written | None:
    """One declaration's words and the shape they make, None where it does not parse. Places count from its first character."""
    rule = faults.start_rule(words(text, limit=4))
    if rule is None or text[0] in " \t" or faults.too_large(text) or faults.nesting(text):
        return None
    parser = lark_parser().parse_interactive(text, start=rule)
    try:
        tokens = parser.exhaust_lexer()
        return written(parser.feed_eof(tokens[-1]), tokens, MAX_DEPTH)  # type: ignore[no-untyped-call]
    except UnexpectedInput:
        return None


# --- a declaration that does not parse ------------------------------------------------------------


def _fault(text: str, rule: str, error: UnexpectedInput, hints: bool) -> Diagnostic:
    parts, at = faults.split(words(text), _place(text, error))

    def before(index: int) -> State | None:
        return State.at(text, rule, parts[index].span.start if index < len(parts) else len(text))

    state = before(at)
    found = parts[at] if at < len(parts) else None
    previous, expected = (state.previous, state.expected()) if state else ("", {})
    trouble = Trouble(parts[:at], found, parts[at + 1 :], previous, expected)
    return faults.unexpected(text, parts, at, trouble, before if hints else None)


def _place(text: str, error: UnexpectedInput) -> int:
    if isinstance(error, UnexpectedToken) and error.token.type != "$END":
        return error.token.start_pos or 0
    if isinstance(error, UnexpectedCharacters):
        return error.pos_in_stream or 0
    return len(text)


class State:
    """The parser before one word of a declaration (see `repair.State`)."""

    def __init__(self, parser: InteractiveParser, rule: str, read: Iterable[lark.Token]) -> None:
        self._parser = parser
        self._rule = rule
        self.read = tuple(_word(token) for token in read)
        self.previous = " ".join(self.read[-1].text.split()) if self.read else ""

    @classmethod
    def at(cls, text: str, rule: str, offset: int) -> State | None:
        """The state when everything before `offset` has been read, None if that does not parse."""
        parser = lark_parser().parse_interactive(text[:offset], start=rule)
        # No tree is built: only whether words are accepted matters, and such states are cheap to copy.
        without_trees = copy(parser.parser_state.parse_conf)
        without_trees.callbacks = {}
        parser.parser_state.parse_conf = without_trees
        try:
            read = parser.exhaust_lexer()
        except UnexpectedInput:
            return None
        return cls(parser, rule, read)

    def expected(self) -> dict[str, str]:
        """The terminals that may come, each with its spelling, in the grammar's order."""
        return {name: each[0] if len(each) == 1 else "" for name, each in self._awaited.items()}

    def spellings(self) -> Mapping[str, tuple[str, ...]]:
        return self._awaited

    @cached_property
    def _awaited(self) -> Mapping[str, tuple[str, ...]]:
        accepted = self._parser.accepts()  # type: ignore[no-untyped-call]
        names = sorted(accepted, key=lambda name: (order(self._rule).get(name, 0), name))
        return {name: terminals().get(name, ()) for name in names}

    def reach(self, text: str) -> int:
        whole = len(text) <= _HORIZON
        ahead = text if whole else text[: text.rfind(" ", 0, _HORIZON)]
        state = self._parser.parser_state.copy(deepcopy_values=False)
        thread = LexerThread.from_text(self._parser.lexer_thread.lexer, ahead)
        last = lark.Token("$END", "")
        try:
            for token in thread.lex(state):  # type: ignore[no-untyped-call]
                state.feed_token(token)
                last = token
            if whole:
                state.feed_token(lark.Token.new_borrow_pos("$END", "", last), is_end=True)
        except UnexpectedInput as error:
            return _place(text, error)
        return len(text) + 1
