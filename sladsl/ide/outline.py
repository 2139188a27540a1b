"""The shape of a file: its symbols, what folds, and what a growing selection takes in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass

from sladsl.ide.stable_offsets import Part
from sladsl.ide.view import Place, View
from sladsl.ide.words import field_words, one_line
from sladsl.source import Span
from sladsl.syntax import ast

_COMMENTS = re.compile(r"^[ \t]*#[^\n]*(?:\n[ \t]*#[^\n]*)+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Symbol:
    """A line of the outline; `kind` is the word that begins the declaration, `name` the stretch to jump to."""

    title: str
    detail: str
    kind: str
    whole: Span
    name: Span
    children: tuple[Symbol, ...] = ()


def symbols(view: View) -> list[Symbol]:
    """The declarations of this file that parse, in order."""
    return [symbol for part in view.layout.parts for symbol in symbols_of(view, part)]


def symbols_of(view: View, part: Part) -> list[Symbol]:
    """The declarations of one part."""
    return [_symbol(view, node) for node in part.file.declarations]


def rests_on(view: View, part: Part) -> tuple[object, ...]:
    """What the symbols of a part say by, besides what is known of its units: the records that its fields are of."""
    records = [node.name.text for node in part.file.declarations if isinstance(node, ast.Record)]
    return tuple(view.model.records.get(name) for name in records)


def _symbol(view: View, node: ast.Declaration) -> Symbol:
    def made(title: str, detail: str, kind: str, name: Span, *children: Symbol) -> Symbol:
        return Symbol(title, detail, kind, view.real(node.span), view.real(name), children)

    match node:
        case ast.Agreement() | ast.Test():
            kind = "agreement" if isinstance(node, ast.Agreement) else "test"
            return made(node.label.value or kind, "", kind, node.label.span)
        case ast.Record():
            inside = tuple(_field(view, node.name.text, each) for each in node.fields)
            return made(node.name.text, _label(node.label), "record", node.name.span, *inside)
        case ast.Owes():
            inside = tuple(_commitment(view, each) for each in node.commitments)
            title = f"{node.party.text} owes {node.counterparty.text}"
            return made(title, "", "owes", node.party.span.to(node.counterparty.span), *inside)
        case ast.Route():
            return made(f"route {node.definition.text}", "", "route", node.definition.span)
        case ast.Never():
            return made(f"never {_label(node.label)}", "", "never", node.label.span)
        case ast.Lifecycle():
            steps = " -> ".join(step.text for step in node.steps)
            return made(f"lifecycle {node.record.text}", steps, "lifecycle", node.record.span)
        case ast.Import():
            return made(node.path.value or "import", "", "import", node.path.span)
        case _:
            kind = _KINDS[type(node)]
            return made(node.name.text, _label(node.label), kind, node.name.span)


_KINDS: dict[type, str] = {
    ast.Calendar: "calendar",
    ast.Let: "let",
    ast.Score: "score",
    ast.Define: "define",
    ast.Event: "event",
    ast.Spell: "spell",
    ast.Kpi: "kpi",
    ast.DataSource: "source",
}


def _label(label: ast.Text | None) -> str:
    return label.value if label is not None else ""


def _field(view: View, record: str, node: ast.Field) -> Symbol:
    known = view.model.records.get(record)
    written = known.fields.get(node.name.text) if known else None
    detail = field_words(written) if written else ""
    return Symbol(node.name.text, detail, "field", view.real(node.span), view.real(node.name.span))


def _commitment(view: View, node: ast.Commitment) -> Symbol:
    target = view.real(node.target.span.to(node.period.span))
    detail = one_line(view.layout.source.slice(target), 60)
    of = f" of {node.population.text}" if node.population else ""
    return Symbol(node.kpi.text + of, detail, "commitment", view.real(node.span), view.real(node.kpi.span))


# --- the whole workspace


@dataclass(frozen=True, slots=True)
class Found:
    """A symbol of some file, and the declaration it stands in."""

    symbol: Symbol
    place: Place
    container: str


def search(views: list[View], query: str, limit: int = 200) -> list[Found]:
    """Symbols whose names hold the letters of a query in their order, the closest first."""
    ranked: list[tuple[tuple[int, int, str], Found]] = []
    for view in views:
        for symbol in symbols(view):
            for inside, container in ((symbol, ""), *((child, symbol.title) for child in symbol.children)):
                rank = _rank(query.lower(), inside.title.lower())
                if rank is not None:
                    place = Place(view.name, inside.name)
                    ranked.append(((rank, len(inside.title), inside.title), Found(inside, place, container)))
    ranked.sort(key=lambda each: each[0])
    return [each for _, each in ranked[:limit]]


def _rank(query: str, title: str) -> int | None:
    """0 the same, 1 begins so, 2 holds it, 3 its letters in order; None when it has nothing to do with it."""
    if query in ("", title):
        return 0
    at = title.find(query)
    if at >= 0:
        return 1 if at == 0 else 2
    letters = iter(title)
    return 3 if all(letter in letters for letter in query) else None


# --- folding


@dataclass(frozen=True, slots=True)
class Fold:
    """Lines that fold into the first one, counted from 0; `kind` is comment, imports or nothing."""

    first: int
    last: int
    kind: str = ""


def folds(view: View) -> list[Fold]:
    """Declarations, commitments, runs of comments and of imports that take several lines."""
    source = view.layout.source
    made: list[Fold] = []
    imports: list[Fold] = []
    made += _comment_folds(view.text[: view.layout.starts[0]] if view.layout.starts else view.text)
    for part, start in zip(view.layout.parts, view.layout.starts, strict=True):
        line = source.position(start).line - 1
        made += [Fold(fold.first + line, fold.last + line, fold.kind) for fold in folds_of(part)]
        for node in part.file.declarations:
            if isinstance(node, ast.Import):
                imports.append(Fold(line, line + part.text.count("\n", 0, node.span.end - part.base)))
    if imports and imports[-1].last > imports[0].first:
        made.append(Fold(imports[0].first, imports[-1].last, "imports"))
    return made


def folds_of(part: Part) -> list[Fold]:
    """What folds in one part, in lines of the part."""

    def line(place: int) -> int:
        return part.text.count("\n", 0, place - part.base)

    made = [Fold(0, part.text.count("\n"))]
    for node in part.file.declarations:
        if isinstance(node, ast.Owes) and len(node.commitments) > 1:
            made += [Fold(line(each.span.start), line(each.span.end)) for each in node.commitments]
    made += _comment_folds(part.text)
    return [fold for fold in dict.fromkeys(made) if fold.last > fold.first]


def _comment_folds(text: str) -> list[Fold]:
    return [
        Fold(text.count("\n", 0, c.start()), text.count("\n", 0, c.end()), "comment")
        for c in _COMMENTS.finditer(text)
    ]


# --- selection


def selections(view: View, offset: int) -> list[Span]:
    """Ever larger stretches around an offset: a word, the phrase it is part of, a clause, the declaration, the file."""
    text = view.text
    stretches = {Span(0, len(text))}
    word = _word(text, offset)
    if word is not None:
        stretches.add(word)
    at = view.layout.shelved(offset)
    placed = view.layout.part_at(offset)
    if at is not None and placed is not None:
        stretches.add(view.real(placed[0].span))
        for node in placed[0].file.declarations:
            stretches |= {view.real(span) for span in _around(node, at)}
    return sorted(stretches, key=lambda span: (span.end - span.start, span.start))


def _word(text: str, offset: int) -> Span | None:
    start = end = offset
    while start > 0 and (text[start - 1].isalnum() or text[start - 1] == "_"):
        start -= 1
    while end < len(text) and (text[end].isalnum() or text[end] == "_"):
        end += 1
    return Span(start, end) if end > start else None


def _around(node: object, at: int) -> Iterator[Span]:
    """The spans of a tree that hold a place."""
    if isinstance(node, tuple):
        for item in node:
            yield from _around(item, at)
    elif is_dataclass(node) and not isinstance(node, Span):
        span = getattr(node, "span", None)
        if isinstance(span, Span) and span.start <= at <= span.end:
            yield span
            for each in fields(node):
                yield from _around(getattr(node, each.name), at)
