"""An agreement as the pieces of text that declare it: with other names, or with some pieces from another agreement."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sladsl import model as m
from sladsl import types as t
from sladsl.comparing.meaning import (
    AGREEMENT,
    COMMITMENT,
    CONSTANT,
    DEFINITION,
    DERIVED,
    FIELD,
    PARTY,
    RECORD,
    SPELL,
    declared,
)
from sladsl.compiler import Compilation, compile_text
from sladsl.model.traversal import expressions_in
from sladsl.source import Span
from sladsl.syntax import ast
from sladsl.syntax.parser import parse
from sladsl.syntax.split import words

Key = tuple[str, str]
"""The kind of a declaration and its name."""
VALUE = "value"
"""Of an enumeration, which is a name as well: it stands between quotes."""
_KIND_OF_USE = {"let": CONSTANT, "define": DEFINITION, "derived": DERIVED}
"""Where the model has another word for a kind of name."""


@dataclass(frozen=True, slots=True)
class Named:
    """A name that can be changed; `of` is the record of a field, and of a value its field, `lead.tier`."""

    kind: str
    name: str
    of: str = ""


def with_names(old: Compilation, names: Mapping[Named, str]) -> Compilation | None:
    """The agreement with other names, wherever they stand; None where it is none any more."""
    places: dict[tuple[str, Span], str] = {}
    for at, named in _places(old):
        if named in names:
            places[at] = names[named]
    texts = {name: source.text for name, source in old.sources.items()}
    for (file, span), name in sorted(places.items(), key=lambda x: x[0][1], reverse=True):
        texts[file] = texts[file][: span.start] + name + texts[file][span.end :]
    made = compiled(texts, old.source.name)
    return None if made.has_errors else made


def compiled(texts: Mapping[str, str], main: str) -> Compilation:
    """The agreement in a file of some that are at hand."""

    def read(name: str) -> str:
        if name not in texts:
            raise FileNotFoundError(name)
        return texts[name]

    return compile_text(texts[main], main, read=read, root=_root(texts))


def _root(names: Iterable[str]) -> str:
    """A folder that holds them all, as the compiler writes one."""
    each = list(names)
    if any("://" in x for x in each):
        return each[0].partition("://")[0] + ":///"
    if any(x.startswith("/") for x in each):
        return "/"
    climbs = max(posixpath.normpath(x).split("/").count("..") for x in each)
    return "/".join([".."] * climbs) or "."


def _places(c: Compilation) -> Iterator[tuple[tuple[str, Span], Named]]:
    """Every place at which a name stands, and which it is."""
    places = list(_names(c))
    same = {
        Named(RECORD, r.name): Named(SPELL, r.name) for r in c.model.records.values() if r.spell is not None
    }
    same |= dict(_taken_over(c.model, places))

    def own(named: Named) -> Named:
        return own(same[named]) if named in same else named

    yield from ((at, own(named)) for at, named in places)


def _taken_over(
    model: m.Model, places: Iterable[tuple[tuple[str, Span], Named]]
) -> Iterator[tuple[Named, Named]]:
    """The fields that a spell has from what it is `for each` of, under its name."""
    own = {
        (r.origin.file, f.span): Named(FIELD, f.name, r.name)
        for r in model.records.values()
        if r.spell is not None
        for f in r.fields.values()
        if not f.implied
    }
    return ((own[at], named) for at, named in places if at in own and named != own[at])


def _names(c: Compilation) -> Iterator[tuple[tuple[str, Span], Named]]:
    model, above = c.model, _parents(c.model)
    for use in model.uses:
        kind = _KIND_OF_USE.get(use.kind, use.kind)
        if kind == FIELD:
            # The name of the record above is a field as well, of which nobody wrote that it is one.
            implied = above.get((use.record or "", use.name))
            yield (use.file, use.span), implied or Named(FIELD, use.name, use.record or "")
        elif kind == VALUE:
            yield (use.file, use.span), Named(VALUE, use.name, use.record or "")
        else:
            yield (use.file, use.span), Named(kind, use.name)
    yield from _values_of_constants(c)
    for x in declared(model, c.source.name):
        if x.kind == AGREEMENT:
            yield from (
                ((x.node.origin.file, party.span), Named(PARTY, party.name)) for party in x.node.parties
            )
        elif x.kind != COMMITMENT:
            yield (x.node.origin.file, x.node.origin.name_span), Named(x.kind, x.name)
        if isinstance(x.node, m.Record):
            yield from (
                ((x.node.origin.file, f.span), Named(FIELD, f.name, x.name))
                for f in x.node.fields.values()
                if not f.implied
            )


def _values_of_constants(c: Compilation) -> Iterator[tuple[tuple[str, Span], Named]]:
    """The values of enumerations that stand in a constant: those of the fields that are held against it."""
    asked = [
        (x.node.origin.file, e.span, arg.type.of)
        for x in declared(c.model, c.source.name)
        for e in expressions_in(x.node)
        if isinstance(e, m.Operation)
        for arg in e.args
        if isinstance(arg, m.FieldUse | m.PathUse) and isinstance(arg.type, t.OneOf)
    ]
    for use in c.model.uses:
        let = c.model.lets.get(use.name) if use.kind == "let" else None
        if let is None:
            continue
        for file, span, field in asked:
            if file == use.file and span.start <= use.span.start < span.end:
                for item in expressions_in(let):
                    if isinstance(item, m.Literal) and isinstance(item.value, str):
                        between = Span(item.span.start + 1, item.span.end - 1)
                        yield (let.origin.file, between), Named(VALUE, item.value, field)


def _parents(model: m.Model) -> dict[tuple[str, str], Named]:
    """The fields that nobody wrote, with the record (or spell) whose name each is."""
    spells = {r.name for r in model.records.values() if r.spell is not None}
    return {
        (r.name, f.name): Named(SPELL if r.link.parent in spells else RECORD, r.link.parent)
        for r in model.records.values()
        for f in r.fields.values()
        if f.implied and r.link is not None
    }


# ------------------------------------------------------------------------------------------------------------ pieces


def pieces(c: Compilation) -> dict[Key, tuple[str, ...]]:
    """The text of each declaration: of a definition that is given again all of it, of a commitment with who owes whom."""
    keys = {(x.node.origin.file, x.node.origin.span): x.key for x in declared(c.model, c.source.name)}
    made: dict[Key, tuple[str, ...]] = {}
    for source in c.sources.values():
        for node in parse(source)[0].declarations:
            for key, text in _of_node(source.name, source.text, node, keys):
                made[key] = (*made.get(key, ()), text)
    return made


def is_whole(c: Compilation) -> bool:
    """Whether the model has all that is declared: a part of an agreement may name what other files declare, and is left out of it."""
    known = {(x.node.origin.file, x.node.origin.span) for x in declared(c.model, c.source.name)}
    return all(
        (source.name, span) in known
        or (isinstance(node, ast.Define) and node.name.text in c.model.definitions)
        for source in c.sources.values()
        for node in parse(source)[0].declarations
        for span in _spans(node)
    )


def _spans(node: ast.Declaration) -> Iterator[Span]:
    """Where what a node declares stands."""
    match node:
        case ast.Import():
            return
        case ast.Owes():
            yield from (each.span for each in node.commitments)
        case _:
            yield node.span


def _of_node(
    file: str, text: str, node: ast.Declaration, keys: Mapping[tuple[str, Span], Key]
) -> Iterator[tuple[Key, str]]:
    match node:
        case ast.Import():
            return
        case ast.Owes():
            head = text[node.span.start : node.commitments[0].span.start]
            for each in node.commitments:
                yield keys[file, each.span], head + text[each.span.start : each.span.end]
        case ast.Define():
            yield (DEFINITION, node.name.text), text[node.span.start : node.span.end]
        case _:
            yield keys[file, node.span], text[node.span.start : node.span.end]


def is_written_alike(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether pieces say the same word for word, comments and layout aside."""
    return [[w.text for w in words(x)] for x in one] == [[w.text for w in words(x)] for x in other]


def made_of(parts: Mapping[Key, tuple[str, ...]], main: str) -> Compilation:
    """The agreement that these pieces make, all in one file."""
    return compiled({main: "\n\n".join(text for each in parts.values() for text in each) + "\n"}, main)


def needs(c: Compilation) -> dict[Key, set[Key]]:
    """The declarations that each one names; of a field the record that has it."""
    each = list(declared(c.model, c.source.name))
    known = {x.key for x in each}
    spans: dict[str, list[tuple[Span, Key]]] = {}
    for x in each:
        spans.setdefault(x.node.origin.file, []).append((x.node.origin.span, x.key))
    for source in c.sources.values():  # a definition that is given again stands in several places
        for node in parse(source)[0].declarations:
            if isinstance(node, ast.Define):
                spans.setdefault(source.name, []).append((node.span, (DEFINITION, node.name.text)))
    found: dict[Key, set[Key]] = {x.key: set() for x in each}
    for use in c.model.uses:
        kind, name = (RECORD, use.record or "") if use.kind == "field" else (use.kind, use.name)
        meant = next((k for k in ((_KIND_OF_USE.get(kind, kind), name), (SPELL, name)) if k in known), None)
        for span, key in spans.get(use.file, ()):
            if meant is not None and key != meant and span.start <= use.span.start < span.end:
                found[key].add(meant)
    return found
